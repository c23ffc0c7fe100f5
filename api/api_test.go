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
