package contract_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/tests/contract"
)

var (
	update   = flag.Bool("update", false, "take over what was added to the schema")
	breaking = flag.Bool("break", false, "with -update: take over what breaks clients as well")
)

// known is the schema that clients know: what is added comes in with -update, what is
// taken away only with -break, which a review then sees.
const known = "testdata/known.graphql"

// The directives that AppSync has by itself.
const directives = "directive @aws_api_key on OBJECT | FIELD_DEFINITION\ndirective @aws_iam on OBJECT | FIELD_DEFINITION\n" +
	"directive @aws_cognito_user_pools(cognito_groups: [String!]) on OBJECT | FIELD_DEFINITION\ndirective @aws_auth(cognito_groups: [String!]) on FIELD_DEFINITION\n" +
	"scalar AWSDate\nscalar AWSDateTime\nscalar AWSTime\nscalar AWSTimestamp\nscalar AWSEmail\nscalar AWSJSON\nscalar AWSURL\nscalar AWSPhone\nscalar AWSIPAddress\n"

func schema(t *testing.T, text string) *ast.Schema {
	t.Helper()
	s, err := gqlparser.LoadSchema(&ast.Source{Name: "schema", Input: directives + text})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestNothingBreaks compares the schema with the one that clients know.
func TestNothingBreaks(t *testing.T) {
	t.Parallel()
	now, err := api.FS.ReadFile("deploy/schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	was, err := os.ReadFile(known)
	if err != nil && !*update {
		t.Fatal(err)
	}
	broken := contract.Breaking(schema(t, string(was)), schema(t, string(now)))
	if len(broken) > 0 && (!*update || !*breaking) {
		t.Fatalf("clients break:\n  %s\nKeep it beside the new (@deprecated) for a release; if it must be, go test ./tests/contract -update -break", strings.Join(broken, "\n  "))
	}
	if *update {
		if err := os.WriteFile(known, now, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(was) != string(now) {
		t.Errorf("the schema has something that clients don't know yet; nothing breaks. Take it over with go test ./tests/contract -update (-known +now):\n%s", cmp.Diff(strings.Split(string(was), "\n"), strings.Split(string(now), "\n")))
	}
}

func TestBreaking(t *testing.T) {
	t.Parallel()
	const base = `
		type Query { book(id: ID!, lang: String): Book  all(first: Int!): [Book!]! }
		interface Named { name: String! }
		type Book implements Named { name: String!  pages: Int  tags: [String!]!  kind: Kind  about: Thing }
		type Film { name: String! }
		union Thing = Book | Film
		enum Kind { A B }
		input Filter { kind: Kind  from: Int! }
		type Mutation { write(filter: Filter): Book }`
	for _, test := range []struct{ old, new, want string }{
		{"pages: Int ", "pages: Int! ", ""},
		{"lang: String)", "lang: String, more: Int, sure: Boolean! = true)", ""},
		{"enum Kind { A B }", "enum Kind { A B C }", ""},
		{"from: Int!", "from: Int", ""},
		{"id: ID!,", "id: ID,", ""},
		{"pages: Int ", "pages: Int  more: Int", ""},
		{"pages: Int ", "", "Book.pages is gone"},
		{"pages: Int ", "pages: Float ", "Book.pages is no longer Int but Float"},
		{"type Book implements Named { name: String!", "type Book implements Named { name: String! title: String", ""},
		{"tags: [String!]!", "tags: [String]!", "Book.tags is no longer [String!]! but [String]!"},
		{"tags: [String!]!", "tags: String!", "Book.tags is no longer [String!]! but String!"},
		{"[Book!]! }", "[Book!] }", "Query.all is no longer [Book!]! but [Book!]"},
		{"lang: String)", "lang: String!)", "Query.book: lang is no longer String but String!"},
		{", lang: String)", ")", "Query.book takes no lang any more"},
		{"first: Int!)", "first: Int!, sure: Boolean!)", "Query.all: sure is new and must be given"},
		{"enum Kind { A B }", "enum Kind { A }", "Kind.B is gone"},
		{"kind: Kind  from", "kind: Kind!  from", "Filter.kind is no longer Kind but Kind!"},
		{"from: Int! }", "from: Int!  to: Int! }", "Filter.to is new and must be given"},
		{"from: Int! }", "from: Int!  to: Int! = 9 }", ""},
		{"union Thing = Book | Film", "union Thing = Book", "Film is no longer one of Thing"},
		{"Book implements Named {", "Book {", "Book is no longer Named"},
		{"type Film { name: String! }\n		union Thing = Book | Film", "interface Film { name: String! }\n		union Thing = Book", "Film is no longer an object but an interface|Film is no longer one of Thing"},
	} {
		text := strings.Replace(base, test.old, test.new, 1)
		if text == base {
			t.Fatalf("%q is not in the schema; mend the test", test.old)
		}
		if got := strings.Join(contract.Breaking(schema(t, base), schema(t, text)), "|"); got != test.want {
			t.Errorf("%s -> %s: %q, want %q", test.old, test.new, got, test.want)
		}
	}
	if got := contract.Breaking(schema(t, base), schema(t, "type Query { a: Int }")); len(got) != 9 {
		t.Errorf("all gone: %d findings: %v", len(got), got)
	}
}
