package htmltest_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/mtbwiki/mtbwiki/website/htmltest"
)

const page = `<main id="m"><ul class="a b"><li>One</li><li class="x" data-k="long">Two <b>three</b></li></ul><p><a href="/x/1">x</a></p></main>`

func TestFind(t *testing.T) {
	t.Parallel()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for selector, want := range map[string]int{
		"li": 2, "ul.a.b > li": 2, "main li.x b": 1, "#m > li": 0, "li:not(.x)": 1, "a[href^=/x]": 1, "a[href$=x]": 0, "a[href$=/1]": 1, "a[href=/x]": 0,
		"li[data-k]": 1, "li, a": 3, "ul.c": 0, "main > ul > li.x": 1,
	} {
		found, err := htmltest.Find(root, selector)
		if err != nil {
			t.Errorf("%q: %v", selector, err)
		}
		if len(found) != want {
			t.Errorf("%q picks %d, want %d", selector, len(found), want)
		}
	}
	for _, selector := range []string{"", "li:hover", "a[href", "ul >"} {
		if _, err := htmltest.Find(root, selector); err == nil {
			t.Errorf("%q is taken", selector)
		}
	}
}

// failures counts what a check reports.
type failures struct {
	testing.TB
	n int
}

func (f *failures) Helper()      {}
func (f *failures) Error(...any) { f.n++ }

func TestCheckReports(t *testing.T) {
	t.Parallel()
	f := &failures{TB: t}
	htmltest.Check(f, page,
		htmltest.In("li.x", htmltest.Text("Two three")),
		htmltest.In("li.x", htmltest.Text("Four")),         // 1
		htmltest.In("li.y"),                                // 2
		htmltest.Count("li", 3),                            // 3
		htmltest.In("a", htmltest.Attr("href", "/y")),      // 4
		htmltest.In("main", htmltest.NoText("One")),        // 5
		htmltest.Each("li", htmltest.Text("Two")),          // 6
		htmltest.None("b"),                                 // 7
		htmltest.In("a", htmltest.Attr("rel", "nofollow")), // 8
		htmltest.In("main", htmltest.In("ul", htmltest.Text("One"))),
	)
	if f.n != 8 {
		t.Errorf("%d checks failed, want 8", f.n)
	}
}
