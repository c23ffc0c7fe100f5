// Package htmltest checks pages by what stands where: small functions that pick
// elements by a selector and say what must be in them.
//
//	htmltest.Check(t, body,
//		htmltest.In("main h1", htmltest.Text("Imaginary Ridge")),
//		htmltest.Count("table.trails tbody tr", 5),
//		htmltest.None("script:not([nonce])"))
//
// Selectors know tag names, #id, .class, [attr], [attr=value], [attr^=value], [attr$=value],
// :not(...) of these, descendants (space), children (>), and lists (comma). That
// is enough for tests, and no more.
package htmltest

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Checker looks at a part of a page and says what is wrong with it, or nothing.
type Checker func(n *html.Node) error

// Check parses a page and reports every checker that is not satisfied.
func Check(t testing.TB, page string, checkers ...Checker) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatalf("the page is not HTML: %v", err)
	}
	for _, c := range checkers {
		if err := c(root); err != nil {
			t.Error(err)
		}
	}
}

// In runs the checkers on the first element that the selector picks.
func In(selector string, checkers ...Checker) Checker {
	return func(n *html.Node) error {
		found, err := Find(n, selector)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return fmt.Errorf("nothing is %q", selector)
		}
		for _, c := range checkers {
			if err := c(found[0]); err != nil {
				return fmt.Errorf("%s: %w", selector, err)
			}
		}
		return nil
	}
}

// Each runs the checkers on every element that the selector picks; there must be
// one at least.
func Each(selector string, checkers ...Checker) Checker {
	return func(n *html.Node) error {
		found, err := Find(n, selector)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return fmt.Errorf("nothing is %q", selector)
		}
		for i, one := range found {
			for _, c := range checkers {
				if err := c(one); err != nil {
					return fmt.Errorf("%s, number %d: %w", selector, i+1, err)
				}
			}
		}
		return nil
	}
}

// Text wants the element's text to contain a string, white space apart.
func Text(want string) Checker {
	return func(n *html.Node) error {
		if got := TextOf(n); !strings.Contains(got, want) {
			return fmt.Errorf("text %q does not contain %q", clip(got), want)
		}
		return nil
	}
}

// NoText wants the element's text not to contain a string.
func NoText(unwanted string) Checker {
	return func(n *html.Node) error {
		if got := TextOf(n); strings.Contains(got, unwanted) {
			return fmt.Errorf("text %q contains %q", clip(got), unwanted)
		}
		return nil
	}
}

// Attr wants an attribute to have a value.
func Attr(name, want string) Checker {
	return func(n *html.Node) error {
		got, ok := attr(n, name)
		if !ok {
			return fmt.Errorf("<%s> has no attribute %s", n.Data, name)
		}
		if got != want {
			return fmt.Errorf("%s=%q, want %q", name, got, want)
		}
		return nil
	}
}

// Count wants the selector to pick so many elements.
func Count(selector string, want int) Checker {
	return func(n *html.Node) error {
		found, err := Find(n, selector)
		if err != nil {
			return err
		}
		if len(found) != want {
			return fmt.Errorf("%d elements are %q, want %d", len(found), selector, want)
		}
		return nil
	}
}

// None wants the selector to pick nothing.
func None(selector string) Checker { return Count(selector, 0) }

// Find returns the elements under n that the selector picks, in document order.
func Find(n *html.Node, selector string) ([]*html.Node, error) {
	sel, err := parse(selector)
	if err != nil {
		return nil, err
	}
	var out []*html.Node
	var walk func(*html.Node)
	walk = func(x *html.Node) {
		if x.Type == html.ElementNode && x != n && sel.matches(x) {
			out = append(out, x)
		}
		for c := x.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return out, nil
}

// Value returns an attribute, or "".
func Value(n *html.Node, name string) string {
	v, _ := attr(n, name)
	return v
}

// TextOf is the text of an element with white space folded; script and style
// don't count.
func TextOf(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(x *html.Node) {
		if x.Type == html.ElementNode && (x.Data == "script" || x.Data == "style") {
			return
		}
		if x.Type == html.TextNode {
			b.WriteString(x.Data)
		}
		for c := x.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if x.Type == html.ElementNode {
			switch x.Data {
			case "p", "li", "td", "th", "tr", "div", "h1", "h2", "h3", "dt", "dd", "br", "option":
				b.WriteByte(' ')
			}
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func clip(s string) string {
	if len(s) > 300 {
		return s[:300] + "…"
	}
	return s
}
