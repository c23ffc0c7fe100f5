package graphql_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/mtbwiki/mtbwiki/appsync/graphql"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

const anySchema = `
type Query { any: Any must: Any! list: [Any!] shape: Shape shapes: [Shape]! own: Own }
type Any {
  int: Int float: Float string: String boolean: Boolean id: ID enum: Colour hidden: Int
  date: AWSDate time: AWSTime moment: AWSDateTime stamp: AWSTimestamp json: AWSJSON url: AWSURL email: AWSEmail
  needed: Int! many: [Int!] texts: [String]! grid: [[Float!]]
  any: Any other: Any! all: [Any!] some: [Any] shape: Shape either: [Either!]
}
enum Colour { RED GREEN }
interface Shape { id: ID name: String! }
type Circle implements Shape { id: ID name: String! radius: Float! }
type Square implements Shape { id: ID name: String! side: Float any: Any }
union Either = Circle | Any
type Own { id: ID resolved: String any: Any }
`

// jsonScalars are texts a field may get, right and wrong for each type.
var jsonScalars = []string{
	"null", "true", "false", "0", "-0", "7", "-42", "2147483647", "2147483648", "-2147483648", "-2147483649", "9999999", "10000000", "-10000000",
	"123456789012345678", "1234567890123456789", "92233720368547758070", "0.0", "-0.0", "1.0", "1.5", "-1.25", "0.001", "0.0009", "0.00123", "12.50", "9999999.5",
	"10000000.5", "1e3", "1E-3", "1.5e300", "123456.123456789", "1234567.123456789012", "0.1234567890123456789", "12345.0000", "1.000000000000001", "9.2345678901234561", "9007199.254740993",
	`""`, `"a"`, `"12"`, `"1.5"`, `"true"`, `"RED"`, `"GREEN"`, `"BLUE"`, `"R\u0045D"`, `"é \/ \u00e9"`, `"\"\\\n\t"`, "\"\xff\"", `"\u0000"`, `"a long text, longer than a word of the machine"`,
	`"2024-02-29"`, `"2023-02-29"`, `"12:30:45"`, `"2024-02-29T12:30:45Z"`, `"2024-02-29T12:30"`, `"https:\/\/example.org\/"`, `"https://example.org/a"`, `"https://example.org/a\tb"`, `"a@example.org"`, `"{\"a\": 1}"`, `"[1]"`, `"no json"`,
	`{}`, `[]`, `[1, 2]`, `[null]`, `{"a": [1.0, "x"]}`,
}

func jsonText(depth int) *rapid.Generator[string] {
	return rapid.Custom(func(r *rapid.T) string {
		kind := rapid.IntRange(0, 9).Draw(r, "kind")
		switch {
		case kind < 3 || depth == 0:
			return rapid.SampledFrom(jsonScalars).Draw(r, "scalar")
		case kind == 3:
			f := rapid.Float64Range(-1e8, 1e8).Draw(r, "number")
			return strconv.FormatFloat(f, 'f', rapid.IntRange(-1, 9).Draw(r, "digits"), 64)
		case kind < 6:
			return "[" + strings.Join(rapid.SliceOfN(jsonText(depth-1), 0, 4).Draw(r, "list"), ", ") + "]"
		}
		return anyObject(r, depth)
	})
}

// anyObject has members of the type Any, mostly of the kind that is asked for.
func anyObject(r *rapid.T, depth int) string {
	objects := func(label string) string {
		var items []string
		for range rapid.IntRange(0, 3).Draw(r, label) {
			items = append(items, anyObject(r, depth-1))
		}
		return "[" + strings.Join(items, ",") + "]"
	}
	members := []string{`"__typename":` + rapid.SampledFrom([]string{`"Circle"`, `"Square"`, `"Any"`, `"Nothing"`, `"Cir\u0063le"`, "1"}).Draw(r, "type"), `"name":"n"`, `"id":"i"`}
	for _, name := range []string{"int", "float", "string", "boolean", "id", "enum", "hidden", "date", "time", "moment", "stamp", "json", "url", "email", "needed", "radius", "side"} {
		switch rapid.IntRange(0, 2).Draw(r, name) {
		case 0:
			members = append(members, fmt.Sprintf("%q : %s", name, rapid.SampledFrom(jsonScalars).Draw(r, "scalar")))
		case 1:
			right := map[string]string{"string": `"s"`, "boolean": "true", "enum": `"RED"`, "date": `"2024-02-29"`}[name]
			if right == "" {
				right = "5"
			}
			members = append(members, fmt.Sprintf("%q:%s", name, right))
		}
	}
	if depth > 0 {
		for _, name := range []string{"many", "texts", "grid", "any", "other", "shape"} {
			if rapid.Bool().Draw(r, name) {
				members = append(members, fmt.Sprintf("%q:%s", name, jsonText(depth-1).Draw(r, "value")))
			}
		}
		for _, name := range []string{"all", "some", "either"} {
			members = append(members, fmt.Sprintf("%q:%s", name, objects(name)))
		}
	}
	if rapid.IntRange(0, 9).Draw(r, "long") == 5 {
		members = append(members, `"many":[`+strings.Repeat("7,", 300)+"7]")
	}
	members = rapid.Permutation(members).Draw(r, "order")
	seen := map[string]bool{}
	unique := members[:0]
	for _, m := range members {
		name, _, _ := strings.Cut(strings.TrimPrefix(m, `"`), `"`)
		if !seen[name] || rapid.IntRange(0, 2000).Draw(r, "repeat") == 1500 {
			unique = append(unique, m)
		}
		seen[name] = true
	}
	return "{" + strings.Join(unique, ", ") + "}"
}

// selection draws fields of Any.
func anySelection(r *rapid.T, depth int) string {
	out := rapid.SliceOfN(rapid.SampledFrom([]string{"int", "float", "string", "boolean", "id", "enum", "hidden", "date", "time", "moment", "stamp", "json", "url", "email",
		"__typename", "needed", "many", "texts", "grid", "alias: int", "twice: string"}), 1, 8).Draw(r, "fields")
	if depth > 0 {
		for _, name := range []string{"any", "other", "all", "some"} {
			if rapid.IntRange(0, 2).Draw(r, name) == 0 {
				out = append(out, name+" {"+anySelection(r, depth-1)+"}")
			}
		}
		if rapid.Bool().Draw(r, "abstract") {
			out = append(out, "shape { name ... on Circle { radius } ... on Square { side any { "+anySelection(r, 0)+" } } }",
				"either { __typename ... on Circle { id radius } ... on Any { "+anySelection(r, 0)+" } }")
		}
	}
	return strings.Join(out, " ")
}

// TestIndexedAnswers has the same answers read from their text and from maps: the
// responses must not differ, whatever the resolver gave.
func TestIndexedAnswers(t *testing.T) {
	t.Parallel()
	schema, err := graphql.Load("any.graphql", anySchema)
	if err != nil {
		t.Fatal(err)
	}
	type answer struct {
		text    string
		indexed bool
	}
	executor := func(limits graphql.Limits) *graphql.Executor {
		return graphql.NewExecutor(schema, graphql.Options{Limits: limits, Resolver: func(f *graphql.Field) graphql.Resolver {
			switch {
			case f.Parent.Name == "Query":
				return graphql.ResolverFunc(func(_ context.Context, c *graphql.Call) (vtl.Value, []*graphql.Error) {
					a := c.Request.Caller.(answer)
					if a.indexed {
						if j, ok := vtl.IndexJSON(a.text); ok {
							return j, nil
						}
					}
					v, err := vtl.FromJSONText(a.text)
					if err != nil {
						return nil, []*graphql.Error{{Resolver: true, Message: err.Error()}}
					}
					return v, nil
				})
			case f.Parent.Name == "Own" && f.Name == "resolved":
				return graphql.ResolverFunc(func(_ context.Context, c *graphql.Call) (vtl.Value, []*graphql.Error) {
					id, _ := c.Source.(*vtl.Map).GetString("id")
					return vtl.ToString(id), nil
				})
			}
			return nil
		}})
	}
	executors := []*graphql.Executor{executor(graphql.Limits{}), executor(graphql.Limits{ResponseBytes: 300}), executor(graphql.Limits{Errors: 2})}
	rapid.Check(t, func(r *rapid.T) {
		text := jsonText(2).Draw(r, "text")
		field := rapid.SampledFrom([]string{"any", "must", "list", "shape", "shapes", "own"}).Draw(r, "field")
		var sub string
		switch field {
		case "own":
			sub = "id resolved any { " + anySelection(r, 1) + " }"
		case "shape", "shapes":
			sub = "id __typename ... on Circle { radius } ... on Square { any { " + anySelection(r, 1) + " } }"
		default:
			sub = anySelection(r, 2)
		}
		if (field == "list" || field == "shapes") && rapid.Bool().Draw(r, "wrap") {
			text = "[" + text + "," + anyObject(r, 1) + "]"
		}
		query := "{ " + field + " { " + sub + " } }"
		x := executors[rapid.IntRange(0, len(executors)-1).Draw(r, "executor")]
		respond := func(indexed bool) string {
			return string(x.Execute(t.Context(), &graphql.Request{Query: query, Caller: answer{text, indexed},
				Allow: func(f *graphql.Field) bool { return f.Name != "hidden" }}).AppendJSON(nil))
		}
		want := respond(false)
		if strings.Contains(want, "Validation error") {
			r.Fatalf("%s: %s", query, want)
		}
		for range 2 { // the second time with hints
			if diff := cmp.Diff(want, respond(true)); diff != "" {
				r.Fatalf("%s\n%s\nresponse (-from maps +from text):\n%s", query, text, diff)
			}
		}
	})
}

// TestIndexedListTooLarge has a long list end a response that is limited.
func TestIndexedListTooLarge(t *testing.T) {
	t.Parallel()
	schema, err := graphql.Load("any.graphql", anySchema)
	if err != nil {
		t.Fatal(err)
	}
	x := graphql.NewExecutor(schema, graphql.Options{Limits: graphql.Limits{ResponseBytes: 300}, Resolver: func(f *graphql.Field) graphql.Resolver {
		if f.Parent.Name != "Query" {
			return nil
		}
		return graphql.ResolverFunc(func(context.Context, *graphql.Call) (vtl.Value, []*graphql.Error) {
			j, ok := vtl.IndexJSON(`{"many":[` + strings.Repeat("7,", 300) + "7]}")
			if !ok {
				t.Error("the text has no index")
			}
			return j, nil
		})
	}})
	resp := x.Execute(t.Context(), &graphql.Request{Query: "{ any { many } }"})
	if len(resp.Errors) != 1 || resp.Errors[0].ErrorType != "ResponseTooLarge" {
		t.Errorf("response %s, want the error ResponseTooLarge", resp.AppendJSON(nil))
	}
}
