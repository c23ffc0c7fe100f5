// Package docs holds the documentation; its tests keep it true.
package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
)

func pages(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	paths, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append(paths, "../README.md", "../CONTRIBUTING.md", "../content/README.md", "../website/README.md", "../infrastructure/README.md", "../database/api/README.md") {
		text, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		out[p] = string(text)
	}
	return out
}

// Relative links lead to files.
func TestLinks(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)#]+)(#[^)]*)?\)`)
	for page, text := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s links to %s: %v", page, m[1], err)
			}
		}
	}
}

// Paths named in backticks exist, from the root of the repository.
func TestPaths(t *testing.T) {
	t.Parallel()
	path := regexp.MustCompile("`((?:api|appsync|cmd|compute|config|content|database|docs|entity|fabric|generate|identity|importer|infrastructure|postgres|tests|track|website|difficulty)/[A-Za-z0-9_./-]*)`")
	for _, page := range []string{"../README.md", "../CONTRIBUTING.md", "architecture.md", "api.md", "self-hosting.md", "appsync-differences.md", "content.md"} {
		text := pages(t)[page]
		for _, m := range path.FindAllStringSubmatch(text, -1) {
			p := strings.TrimSuffix(m[1], "...")
			if _, err := os.Stat(filepath.Join("..", p)); err != nil {
				t.Errorf("%s names %s: %v", page, m[1], err)
			}
		}
	}
}

// The GraphQL examples of the API's page work as they stand there.
func TestGraphQLExamples(t *testing.T) {
	t.Parallel()
	a := fabrictest.Start(t, fabrictest.Content)
	text := pages(t)["api.md"]
	fence := regexp.MustCompile("(?s)```graphql\n(.*?)```")
	examples := fence.FindAllStringSubmatch(text, -1)
	if len(examples) < 4 {
		t.Fatalf("only %d examples found", len(examples))
	}
	for _, m := range examples {
		if !strings.HasPrefix(m[1], "mutation") {
			r := a.Anonymous().OK(m[1], nil)
			if strings.Contains(string(r.Raw), `:null}}`) {
				t.Errorf("an example answers nothing:\n%s%s", m[1], r.Raw)
			}
			continue
		}
		rider := a.Rider("reader of the docs")
		trail := rider.OK(`{ trail(slug: "daydream-descent") { id version } }`, nil).Get("trail").(map[string]any)
		rider.OK(m[1], map[string]any{"input": map[string]any{"id": trail["id"], "expectedVersion": trail["version"], "personality": "From the docs."}})
	}
}
