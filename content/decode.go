package content

import (
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Bounds on what a file may hold, so that a patch from a stranger can be read
// without fear. The largest shipped file has about 50 KB.
const (
	mostBytes = 1 << 20
	mostDepth = 20
	mostKept  = 1000
)

var (
	slugPattern     = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	langPattern     = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	hoursPattern    = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-4]):[0-5][0-9]$`)
	currencyPattern = regexp.MustCompile(`^[A-Z]{3}$`)
	yamlLine        = regexp.MustCompile(`line (\d+)`)
)

// add keeps a problem. Beyond a thousand they are no longer kept: a megabyte of
// nonsense must not become a hundred megabytes of complaints.
func (l *loader) add(p Problem) {
	if len(l.problems) < mostKept {
		l.problems = append(l.problems, p)
	}
}

// at reports a problem at a node.
func (l *loader) at(file string, n *yaml.Node, format string, args ...any) {
	l.add(Problem{File: file, Line: n.Line, Column: n.Column, Message: fmt.Sprintf(format, args...)})
}

// inFile reports a problem of a whole file.
func (l *loader) inFile(file, format string, args ...any) {
	l.add(Problem{File: file, Message: fmt.Sprintf(format, args...)})
}

// parse reads one YAML document. It answers nil, with a problem reported, when
// that fails, and refuses what would make a file mean more than it says:
// aliases, merge keys and keys given twice.
func (l *loader) parse(file string, data []byte) *yaml.Node {
	if len(data) > mostBytes {
		l.inFile(file, "the file has %d bytes; at most %d are read", len(data), mostBytes)
		return nil
	}
	if !utf8.Valid(data) {
		l.inFile(file, "the file is not UTF-8")
		return nil
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(data)))
	var document yaml.Node
	if err := decoder.Decode(&document); err != nil {
		p := Problem{File: file, Message: "not YAML: " + strings.TrimPrefix(err.Error(), "yaml: ")}
		if found := yamlLine.FindStringSubmatch(err.Error()); found != nil {
			// The number is the parser's own and small; a failed conversion
			// leaves 0, which means the whole file.
			p.Line, _ = strconv.Atoi(found[1])
			p.Column = 1
		}
		l.add(p)
		return nil
	}
	var second yaml.Node
	if decoder.Decode(&second) == nil {
		l.at(file, &second, "the file has a second document; one file holds one")
		return nil
	}
	if len(document.Content) != 1 {
		l.inFile(file, "the file is empty")
		return nil
	}
	root := document.Content[0]
	if !l.sound(file, root, 0) {
		return nil
	}
	return root
}

func (l *loader) sound(file string, n *yaml.Node, depth int) bool {
	if depth > mostDepth {
		l.at(file, n, "nested more than %d deep", mostDepth)
		return false
	}
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		l.at(file, n, "anchors and aliases are not read; write the value out")
		return false
	}
	ok := true
	if n.Kind == yaml.MappingNode {
		seen := map[string]bool{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			switch {
			case key.Kind != yaml.ScalarNode || key.Tag == "!!merge":
				l.at(file, key, "a key must be a plain word")
				ok = false
			case seen[key.Value]:
				l.at(file, key, "%q is given twice", key.Value)
				ok = false
			}
			seen[key.Value] = true
		}
	}
	for _, child := range n.Content {
		ok = l.sound(file, child, depth+1) && ok
	}
	return ok
}

// member is a key of a mapping with its value.
type member struct {
	key, value *yaml.Node
}

// members answers the members of a mapping in their order, or reports that it
// is none.
func (l *loader) members(file string, n *yaml.Node, what string) []member {
	if n.Kind != yaml.MappingNode {
		l.at(file, n, "%s must be fields with values, not %s", what, describe(n))
		return nil
	}
	all := make([]member, 0, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		all = append(all, member{n.Content[i], n.Content[i+1]})
	}
	return all
}

func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "fields with values"
	case yaml.SequenceNode:
		return "a list"
	}
	if n.Tag == "!!null" {
		return "nothing"
	}
	return fmt.Sprintf("%q", n.Value)
}

// pending is a word that must name something: known only when all is read.
type pending struct {
	file       string
	node       *yaml.Node
	vocabulary string // a code, when not empty
	target     Kind   // a reference otherwise
	word       string
}

// value decodes a node by its shape; false when a problem was reported.
func (l *loader) value(file string, n *yaml.Node, f field) (any, bool) {
	s := f.shape
	switch s.kind {
	case list:
		return l.list(file, n, f)
	case object:
		return l.object(file, n, s.fields, f.name)
	}
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		l.at(file, n, "%s must be %s, not %s", f.name, wanted(s), describe(n))
		return nil, false
	}
	switch s.kind {
	case integer:
		i, err := strconv.Atoi(n.Value)
		if n.Tag != "!!int" || err != nil {
			l.at(file, n, "%s must be a whole number, not %s", f.name, describe(n))
			return nil, false
		}
		return i, l.inBounds(file, n, f, float64(i))
	case number:
		x, err := strconv.ParseFloat(n.Value, 64)
		if n.Tag != "!!int" && n.Tag != "!!float" || err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			l.at(file, n, "%s must be a number, not %s", f.name, describe(n))
			return nil, false
		}
		return x, l.inBounds(file, n, f, x)
	case boolean:
		if n.Tag != "!!bool" {
			l.at(file, n, "%s must be true or false, not %s", f.name, describe(n))
			return nil, false
		}
		return n.Value == "true" || n.Value == "True" || n.Value == "TRUE", true
	case date:
		if n.Tag != "!!str" && n.Tag != "!!timestamp" {
			l.at(file, n, "%s must be a day such as 2026-11-25, not %s", f.name, describe(n))
			return nil, false
		}
		if _, err := time.Parse(time.DateOnly, n.Value); err != nil {
			l.at(file, n, "%s must be a day such as 2026-11-25, not %q", f.name, n.Value)
			return nil, false
		}
		return n.Value, true
	}
	if n.Tag != "!!str" {
		l.at(file, n, "%s must be %s: put %q in quotes", f.name, wanted(s), n.Value)
		return nil, false
	}
	switch s.kind {
	case enum:
		if !slices.Contains(s.values, n.Value) {
			l.at(file, n, "%s can't be %q; it is one of %s", f.name, n.Value, strings.Join(s.values, ", "))
			return nil, false
		}
	case address:
		u, err := url.Parse(n.Value)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(n.Value) > 500 || strings.ContainsAny(n.Value, " \t\n") {
			l.at(file, n, "%s must be a web address that begins with https:// or http:// and has at most 500 characters, not %q", f.name, n.Value)
			return nil, false
		}
	case code:
		l.pending = append(l.pending, pending{file: file, node: n, vocabulary: s.vocabulary, word: n.Value})
	case reference:
		if !l.slug(file, n, f.name) {
			return nil, false
		}
		l.pending = append(l.pending, pending{file: file, node: n, target: s.target, word: n.Value})
	case text:
		return l.text(file, n, f)
	}
	return n.Value, true
}

func wanted(s shape) string {
	switch s.kind {
	case enum:
		return "one of " + strings.Join(s.values, ", ")
	case integer:
		return "a whole number"
	case number:
		return "a number"
	case boolean:
		return "true or false"
	case date:
		return "a day such as 2026-11-25"
	case address:
		return "a web address"
	case code:
		return "a code of the vocabulary " + s.vocabulary
	case reference:
		return "the slug of a " + strings.ToLower(string(s.target))
	}
	return "a text"
}

func (l *loader) inBounds(file string, n *yaml.Node, f field, x float64) bool {
	if low, high := f.shape.low, f.shape.high; (low != 0 || high != 0) && (x < low || x > high) {
		l.at(file, n, "%s must lie between %v and %v, not %s", f.name, low, high, n.Value)
		return false
	}
	return true
}

func (l *loader) slug(file string, n *yaml.Node, what string) bool {
	if n.Kind != yaml.ScalarNode || len(n.Value) > 100 || !slugPattern.MatchString(n.Value) {
		l.at(file, n, "%s must be a slug: at most 100 small letters, digits and single hyphens, not %s", what, describe(n))
		return false
	}
	return true
}

// text decodes a text: trimmed, never empty (a field is left out instead), free
// of control characters.
func (l *loader) text(file string, n *yaml.Node, f field) (any, bool) {
	clean, complaint := cleanText(n.Value, f.max)
	if complaint != "" {
		l.at(file, n, "%s %s", f.name, complaint)
		return nil, false
	}
	return clean, true
}

func cleanText(s string, max int) (clean, complaint string) {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	switch count := utf8.RuneCountInString(s); {
	case s == "":
		return "", "is empty; leave it out instead"
	case max > 0 && count > max:
		return "", fmt.Sprintf("has %d characters; at most %d are possible", count, max)
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
		return "", "has a control character"
	}
	return s, ""
}

func (l *loader) list(file string, n *yaml.Node, f field) (any, bool) {
	if n.Kind != yaml.SequenceNode {
		l.at(file, n, "%s must be a list, not %s", f.name, describe(n))
		return nil, false
	}
	if f.max > 0 && len(n.Content) > f.max {
		l.at(file, n, "%s has %d members; at most %d are possible", f.name, len(n.Content), f.max)
		return nil, false
	}
	elem := field{name: "a member of " + f.name, shape: *f.shape.elem}
	all, ok := make([]any, 0, len(n.Content)), true
	seen := map[any]bool{}
	for _, child := range n.Content {
		v, good := l.value(file, child, elem)
		if !good {
			ok = false
			continue
		}
		if elem.shape.kind != object && elem.shape.kind != list {
			if seen[v] {
				l.at(file, child, "%s has %v twice", f.name, v)
				ok = false
			}
			seen[v] = true
		}
		all = append(all, v)
	}
	return all, ok
}

func (l *loader) object(file string, n *yaml.Node, fields []field, what string) (any, bool) {
	if n.Kind != yaml.MappingNode {
		l.at(file, n, "%s must be fields with values, not %s", what, describe(n))
		return nil, false
	}
	o, ok := make(map[string]any, len(fields)), true
	for _, m := range l.members(file, n, what) {
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == m.key.Value })
		if i < 0 {
			l.at(file, m.key, "%s has no field %q; its fields are %s", what, m.key.Value, names(fields))
			ok = false
			continue
		}
		v, good := l.value(file, m.value, fields[i])
		ok = ok && good
		o[fields[i].name] = v
	}
	for _, f := range fields {
		_, given := o[f.name]
		switch {
		case given:
		case f.required:
			l.at(file, n, "%s lacks its field %s", what, f.name)
			ok = false
		case f.filled && f.shape.kind == list:
			o[f.name] = []any{}
		case f.filled:
			o[f.name] = false
		}
	}
	return o, ok
}

func names(fields []field) string {
	all := make([]string, len(fields))
	for i, f := range fields {
		all[i] = f.name
	}
	return strings.Join(all, ", ")
}
