package vtl_test

import (
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// FuzzRegex compiles Java expressions: bad ones are errors, never panics.
func FuzzRegex(f *testing.F) {
	for _, p := range []string{`a*+b`, `[a-c&&[^b]]`, `\Qa.b\E+`, `(?i)x(?<n>y)\k<n>`, `\p{Alpha}\P{L}`, `[^\d\s]`, `(?U)\w$`, `a{2,3}?`,
		`\x{1F600}`, `(?:a|b)++`, `[[a][^b]]`, `[]a]`, `\`, `(?<`, `[`, `{`, `\p{`, `(?idmsux-i:a)`} {
		f.Add(p, "abc 123")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 200 || len(text) > 200 {
			return
		}
		if _, err := vtl.MatchRegex(pattern, text); err != nil && !strings.Contains(err.Error(), "regular expression") {
			t.Errorf("%q: the error does not name the expression: %v", pattern, err)
		}
	})
}
