package graphql_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/appsync/graphql"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

var update = flag.Bool("update", false, "write the responses of the cases as they are now")

func loadBooks(t testing.TB) *graphql.Schema {
	t.Helper()
	sdl, err := os.ReadFile("testdata/books.graphql")
	if err != nil {
		t.Fatal(err)
	}
	s, err := graphql.Load("books.graphql", string(sdl))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// value makes a vtl value of JSON.
func value(text string) vtl.Value {
	v, err := vtl.FromJSON([]byte(text))
	if err != nil {
		panic(err)
	}
	return v
}

var library = map[string]string{
	"1": `{"__typename":"Book","id":"1","title":"Dune","genre":"FICTION","price":9.5,"pages":412,"tags":["sand",null,"spice"],"author":{"id":"a1","name":"Herbert"},"sequels":[{"id":"2","title":"Messiah"},null],"old":"Dune","meta":{"a":[1,2.0]}}`,
	"2": `{"__typename":"Book","id":2,"title":"Cosmos","genre":"FACT","price":"12","pages":"365"}`,
	"a": `{"__typename":"Author","id":"a","name":"Sagan","books":[]}`,
}

// resolvers answers the books schema from memory.
func resolvers() func(f *graphql.Field) graphql.Resolver {
	var counter atomic.Int64
	arg := func(c *graphql.Call, name string) vtl.Value { v, _ := c.Args.GetString(name); return v }
	byName := map[string]graphql.ResolverFunc{
		"Query.book": func(_ context.Context, c *graphql.Call) (vtl.Value, []*graphql.Error) {
			if text, ok := library[vtl.ToString(arg(c, "id"))]; ok {
				return value(text), nil
			}
			return nil, nil
		},
		"Query.node": func(_ context.Context, c *graphql.Call) (vtl.Value, []*graphql.Error) {
			if text, ok := library[vtl.ToString(arg(c, "id"))]; ok {
				return value(text), nil
			}
			return value(`{"__typename":"Nothing"}`), nil
		},
		"Query.books": func(_ context.Context, c *graphql.Call) (vtl.Value, []*graphql.Error) {
			return vtl.NewList(value(library["1"]), value(library["2"])), nil
		},
		"Query.search": func(_ context.Context, c *graphql.Call) (vtl.Value, []*graphql.Error) {
			return vtl.NewList(value(library["1"]), nil, value(library["a"])), nil
		},
		"Query.echo": func(_ context.Context, c *graphql.Call) (vtl.Value, []*graphql.Error) {
			text, err := vtl.AppendJSON(nil, c.Args)
			if err != nil {
				return nil, []*graphql.Error{{Message: err.Error()}}
			}
			return string(text), nil
		},
		"Query.bad": func(context.Context, *graphql.Call) (vtl.Value, []*graphql.Error) {
			return value(`{"int":4294967296,"text":null,"nested":{"must":null},"enum":"PROSE","list":["a",null],"object":"no object","date":"2020-05-23T06:4:37.000Z","scalar":{"a":1}}`), nil
		},
		"Query.required": func(context.Context, *graphql.Call) (vtl.Value, []*graphql.Error) { return nil, nil },
		"Query.appended": func(context.Context, *graphql.Call) (vtl.Value, []*graphql.Error) {
			return value(library["2"]), []*graphql.Error{{Resolver: true, Message: "half done", ErrorType: "Partial",
				Data: value(`{"id":"9","title":"cut","pages":7}`), ErrorInfo: value(`{"pages":7}`)}}
		},
		"Query.selection": func(_ context.Context, c *graphql.Call) (vtl.Value, []*graphql.Error) {
			s := c.Selection()
			return vtl.MapOf("id", "s", "title", strings.Join(s.List, " ")+"\n"+s.GraphQL), nil
		},
		"Query.panics": func(context.Context, *graphql.Call) (vtl.Value, []*graphql.Error) { panic("boom") },
		"Query.many": func(_ context.Context, c *graphql.Call) (vtl.Value, []*graphql.Error) {
			l := vtl.NewList()
			for range arg(c, "n").(int64) {
				l.Add(value(library["1"]))
			}
			return l, nil
		},
		"Author.books": func(_ context.Context, c *graphql.Call) (vtl.Value, []*graphql.Error) {
			id, _ := c.Source.(*vtl.Map).GetString("id")
			return vtl.NewList(vtl.MapOf("id", "of "+vtl.ToString(id), "title", "Sequel")), nil
		},
		"Mutation.add": func(_ context.Context, c *graphql.Call) (vtl.Value, []*graphql.Error) {
			m := arg(c, "input").(*vtl.Map).Copy()
			m.Put("id", "new")
			return m, nil
		},
		"Mutation.count": func(_ context.Context, c *graphql.Call) (vtl.Value, []*graphql.Error) {
			return counter.Add(arg(c, "by").(int64)), nil
		},
	}
	return func(f *graphql.Field) graphql.Resolver {
		if r, ok := byName[f.Parent.Name+"."+f.Name]; ok {
			return r
		}
		return nil
	}
}

// sections splits a case file at lines of the form "-- name --".
func sections(text string) map[string]string {
	out := map[string]string{}
	name := ""
	for line := range strings.Lines(text) {
		if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, "-- ") && strings.HasSuffix(trimmed, " --") {
			name = trimmed[3 : len(trimmed)-3]
			continue
		}
		out[name] += line
	}
	return out
}

// TestCases runs the files in testdata/cases: a query, optionally variables,
// an operation name and options, and the exact response.
func TestCases(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/cases/*.case")
	if err != nil || len(files) < 20 {
		t.Fatalf("found %d case files: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".case"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			in := sections(string(text))
			options := graphql.Options{Resolver: resolvers(), Log: slog.New(slog.DiscardHandler)}
			req := &graphql.Request{Query: in["query"], OperationName: strings.TrimSpace(in["operation"]),
				Allow: func(f *graphql.Field) bool { return f.Name != "secret" }}
			if v := in["variables"]; v != "" {
				req.Variables = value(v).(*vtl.Map)
			}
			if o := in["options"]; o != "" {
				if err := json.Unmarshal([]byte(o), &options.Limits); err != nil {
					t.Fatal(err)
				}
				options.NoIntrospection = strings.Contains(o, "NoIntrospection")
			}
			got := graphql.NewExecutor(loadBooks(t), options).Execute(t.Context(), req).AppendJSON(nil)
			var pretty bytes.Buffer
			if err := json.Indent(&pretty, got, "", "  "); err != nil {
				t.Fatalf("the response is no JSON: %v\n%s", err, got)
			}
			pretty.WriteByte('\n')
			if *update {
				head, _, _ := strings.Cut(string(text), "-- response --\n")
				if err := os.WriteFile(file, []byte(head+"-- response --\n"+pretty.String()), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(in["response"], pretty.String()); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
}
