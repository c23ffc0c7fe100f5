package htmltest

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// selector is a list of chains; one has to match.
type selector []chain

// chain is simple selectors from left to right; child[i] says that step i is a
// child of the one before, not just a descendant.
type chain struct {
	steps []simple
	child []bool
}

type simple struct {
	tag     string
	id      string
	classes []string
	attrs   []attrTest
	not     []simple
}

type attrTest struct{ name, op, value string }

func parse(text string) (selector, error) {
	var sel selector
	for _, part := range split(text, ',') {
		var c chain
		child := false
		for _, word := range split(strings.TrimSpace(part), ' ') {
			switch word {
			case "":
				continue
			case ">":
				child = true
				continue
			}
			s, err := parseSimple(word)
			if err != nil {
				return nil, fmt.Errorf("selector %q: %w", text, err)
			}
			c.steps = append(c.steps, s)
			c.child = append(c.child, child)
			child = false
		}
		if len(c.steps) == 0 || child {
			return nil, fmt.Errorf("selector %q is not complete", text)
		}
		sel = append(sel, c)
	}
	return sel, nil
}

// split cuts at a separator that stands outside brackets and parentheses.
func split(s string, at byte) []string {
	var out []string
	depth, from := 0, 0
	for i := range len(s) {
		switch s[i] {
		case '[', '(':
			depth++
		case ']', ')':
			depth--
		case at:
			if depth == 0 {
				out = append(out, s[from:i])
				from = i + 1
			}
		}
	}
	return append(out, s[from:])
}

func parseSimple(s string) (simple, error) {
	var out simple
	for s != "" {
		end := len(s)
		if i := strings.IndexAny(s[1:], ".#[:"); i >= 0 && s[0] != '[' && s[0] != ':' {
			end = i + 1
		}
		switch s[0] {
		case '#':
			out.id = s[1:end]
		case '.':
			out.classes = append(out.classes, s[1:end])
		case '[':
			end = strings.IndexByte(s, ']') + 1
			if end == 0 {
				return out, fmt.Errorf("%q has no ]", s)
			}
			inner := s[1 : end-1]
			t := attrTest{name: inner}
			for _, op := range []string{"^=", "$=", "="} {
				if name, value, ok := strings.Cut(inner, op); ok {
					t = attrTest{name, op, strings.Trim(value, `"'`)}
					break
				}
			}
			out.attrs = append(out.attrs, t)
		case ':':
			if !strings.HasPrefix(s, ":not(") {
				return out, fmt.Errorf("%q is not known", s)
			}
			end = strings.IndexByte(s, ')') + 1
			if end == 0 {
				return out, fmt.Errorf("%q has no )", s)
			}
			not, err := parseSimple(s[5 : end-1])
			if err != nil {
				return out, err
			}
			out.not = append(out.not, not)
		default:
			out.tag = s[:end]
		}
		s = s[end:]
	}
	return out, nil
}

func (sel selector) matches(n *html.Node) bool {
	for _, c := range sel {
		if c.matches(n, len(c.steps)-1) {
			return true
		}
	}
	return false
}

func (c chain) matches(n *html.Node, i int) bool {
	if !c.steps[i].matches(n) {
		return false
	}
	if i == 0 {
		return true
	}
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Type == html.ElementNode && c.matches(p, i-1) {
			return true
		}
		if c.child[i] {
			return false
		}
	}
	return false
}

func (s simple) matches(n *html.Node) bool {
	if s.tag != "" && s.tag != "*" && n.Data != s.tag {
		return false
	}
	if s.id != "" && Value(n, "id") != s.id {
		return false
	}
	classes := strings.Fields(Value(n, "class"))
	for _, c := range s.classes {
		if !slices.Contains(classes, c) {
			return false
		}
	}
	for _, t := range s.attrs {
		v, ok := attr(n, t.name)
		if !ok || (t.op == "=" && v != t.value) || (t.op == "^=" && !strings.HasPrefix(v, t.value)) || (t.op == "$=" && !strings.HasSuffix(v, t.value)) {
			return false
		}
	}
	for _, not := range s.not {
		if not.matches(n) {
			return false
		}
	}
	return true
}
