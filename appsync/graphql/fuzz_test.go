package graphql_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/appsync/graphql"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// FuzzExecute runs documents: whatever comes, the answer is JSON, and without
// errors it has data.
func FuzzExecute(f *testing.F) {
	files, err := filepath.Glob("testdata/cases/*.case")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		in := sections(string(text))
		f.Add(in["query"], in["variables"])
	}
	x := graphql.NewExecutor(loadBooks(f), graphql.Options{Resolver: resolvers(), Log: slog.New(slog.DiscardHandler),
		Limits: graphql.Limits{ResponseBytes: 1 << 20}})
	f.Fuzz(func(t *testing.T, query, variables string) {
		req := &graphql.Request{Query: query}
		if v, err := vtl.FromJSON([]byte(variables)); err == nil {
			req.Variables, _ = v.(*vtl.Map)
		}
		resp := x.Execute(t.Context(), req)
		text := resp.AppendJSON(nil)
		if _, err := vtl.FromJSON(text); err != nil {
			t.Fatalf("the response is no JSON: %v\n%s", err, text)
		}
		if len(resp.Errors) == 0 && string(resp.Data) == "null" {
			t.Fatal("neither data nor errors")
		}
		for _, e := range resp.Errors {
			if e.ErrorType == "InternalFailure" && !containsPanics(query) {
				t.Fatalf("an internal failure: %s", text)
			}
		}
	})
}

// containsPanics tells whether a document may ask for the field that panics on purpose.
func containsPanics(query string) bool { return strings.Contains(query, "panics") }
