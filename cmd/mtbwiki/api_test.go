package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/appsync/lint"
)

// TestLintDefinition holds that a field whose answer depends on who asks or on what was
// selected can't get caching keys unnoticed, though no stage has a cache.
func TestLintDefinition(t *testing.T) {
	t.Parallel()
	definition, err := api.Load(api.FS)
	if err != nil {
		t.Fatal(err)
	}
	findings, err := lintDefinition(definition)
	if err != nil || len(findings) > 0 {
		t.Fatalf("of the definition as it is: %v, %v", findings, err)
	}
	i := slices.IndexFunc(definition.Resolvers, func(r api.Resolver) bool { return r.Type+"."+r.Field == "Query.regions" })
	definition.Resolvers[i].CachingKeys = []string{"$context.arguments.filter"}
	findings, err = lintDefinition(definition)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Query.regions is cached and reads $context.identity, which is none of its caching keys",
		"Query.regions is cached and reads $context.info, which can be no caching key",
		"Query.regions is cached and asks $util.authType(), but no part of $context.identity is a caching key",
	} {
		if !slices.ContainsFunc(findings, func(f lint.Finding) bool { return f.Rule == "caching-keys" && strings.Contains(f.Message, want) }) {
			t.Errorf("the lint doesn't find that %s", want)
		}
	}
}
