package api_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mtbwiki/mtbwiki/api"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	d, err := api.Load(api.FS)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Resolvers) < 40 {
		t.Errorf("only %d resolvers", len(d.Resolvers))
	}
	for _, r := range d.Resolvers {
		if r.Request.Text == "" || r.Response.Text == "" {
			t.Errorf("%s.%s has an empty template", r.Type, r.Field)
		}
	}
}

// cachedBy is a manifest in which a field has caching keys.
func cachedBy(field, keys string) []byte {
	return []byte("defaultDataSource: db\ndataSources:\n  db: {type: NONE}\nresolvers:\n  " + field + ": {cachingKeys: [" + keys + "]}\n")
}

func TestCachingKeys(t *testing.T) {
	t.Parallel()
	d, err := api.Load(api.FS)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range d.Resolvers {
		if r.CachingKeys != nil {
			got[r.Type+"."+r.Field] = strings.Join(r.CachingKeys, " ")
		}
	}
	// A field more takes a look at everything that decides its answer.
	if len(got) != 1 || got["Query.terms"] != "$context.arguments.vocabulary" {
		t.Errorf("fields with caching keys: %v", got)
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	base := func() fstest.MapFS {
		return fstest.MapFS{
			"manifest.yaml":                     {Data: []byte("defaultDataSource: db\ndataSources:\n  db: {type: NONE}\nfunctions: {}\nresolvers: {}\n")},
			"deploy/schema.graphql":             {Data: []byte("type Query { book: String }")},
			"resolvers/Query.book.request.vtl":  {Data: []byte("{}")},
			"resolvers/Query.book.response.vtl": {Data: []byte("null")},
			"functions/README":                  {Data: []byte("-")},
		}
	}
	if _, err := api.Load(base()); err != nil {
		t.Fatalf("the base of this test is refused: %v", err)
	}
	for _, test := range []struct {
		name   string
		change func(fstest.MapFS)
		want   string
	}{
		{"a field without template", func(m fstest.MapFS) { delete(m, "resolvers/Query.book.response.vtl") }, "resolvers/Query.book.response.vtl is missing"},
		{"a template without field", func(m fstest.MapFS) { m["resolvers/Query.cat.request.vtl"] = &fstest.MapFile{} }, "Query.cat.request.vtl belongs to no field"},
		{"an unknown data source", func(m fstest.MapFS) {
			m["manifest.yaml"].Data = []byte("defaultDataSource: file\ndataSources:\n  db: {type: NONE}\n")
		}, `"file" is no data source`},
		{"an unknown kind of data source", func(m fstest.MapFS) {
			m["manifest.yaml"].Data = []byte("defaultDataSource: db\ndataSources:\n  db: {type: HTTP}\n")
		}, "must be RELATIONAL_DATABASE"},
		{"an unknown function", func(m fstest.MapFS) {
			m["manifest.yaml"].Data = []byte("defaultDataSource: db\ndataSources:\n  db: {type: NONE}\nresolvers:\n  Query.book: {pipeline: [f]}\n")
		}, "names the function f, which doesn't exist"},
		{"a resolver for no field", func(m fstest.MapFS) {
			m["manifest.yaml"].Data = []byte("defaultDataSource: db\ndataSources:\n  db: {type: NONE}\nresolvers:\n  Query.cat: {dataSource: db}\n")
		}, "Query.cat is for a field that the schema doesn't have"},
		{"caching of a mutation", func(m fstest.MapFS) {
			m["deploy/schema.graphql"].Data = []byte("type Query { book: String } type Mutation { write(a: Int): Int }")
			m["resolvers/Mutation.write.request.vtl"], m["resolvers/Mutation.write.response.vtl"] = &fstest.MapFile{Data: []byte("{}")}, &fstest.MapFile{Data: []byte("1")}
			m["manifest.yaml"].Data = cachedBy("Mutation.write", "$context.arguments.a")
		}, "only a field of Query may be answered from a cache"},
		{"caching by nothing", func(m fstest.MapFS) { m["manifest.yaml"].Data = cachedBy("Query.book", "") }, "has an empty list of caching keys"},
		{"caching without an argument", func(m fstest.MapFS) {
			m["deploy/schema.graphql"].Data = []byte("type Query { book(id: ID, lang: String): String }")
			m["manifest.yaml"].Data = cachedBy("Query.book", "$context.arguments.id")
		}, "its argument lang is none: $context.arguments.lang is missing"},
		{"caching by an argument that isn't there", func(m fstest.MapFS) { m["manifest.yaml"].Data = cachedBy("Query.book", "$context.arguments.id") }, "and the field no argument id"},
		{"caching by a source", func(m fstest.MapFS) { m["manifest.yaml"].Data = cachedBy("Query.book", "$context.source.id") }, "Query has no source"},
		{"caching by a header", func(m fstest.MapFS) { m["manifest.yaml"].Data = cachedBy("Query.book", "$context.request.headers.x") }, `"$context.request.headers.x"; it must be`},
		{"caching by all of an identity", func(m fstest.MapFS) { m["manifest.yaml"].Data = cachedBy("Query.book", "$context.identity.") }, "with a part of it"},
		{"caching by the same twice", func(m fstest.MapFS) {
			m["manifest.yaml"].Data = cachedBy("Query.book", "$context.identity.sub, $context.identity.sub")
		}, "$context.identity.sub twice"},
		{"an unknown key", func(m fstest.MapFS) {
			m["manifest.yaml"].Data = []byte("defaultDatasource: db\n")
		}, "field defaultDatasource not found"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			files := base()
			test.change(files)
			_, err := api.Load(files)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}
