package lint_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/appsync"
	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/appsync/lint"
)

const (
	schema   = "type Query @aws_api_key { a(x: String): String }\n"
	request  = `{"version": "2018-05-29", "statements": ["SELECT 1 AS n WHERE CAST(:x AS text) = 'a?b:c'"], "variableMap": {":x": $util.toJson($ctx.args.x)}}`
	response = `#if($ctx.error)$util.error("Failed", "InternalError")#end$util.toJson($ctx.result)`
)

func definition(change func(d *appsync.Definition)) appsync.Definition {
	d := appsync.Definition{
		Schema:      schema,
		DataSources: map[string]appsync.DataSourceConfig{"db": {Type: appsync.RelationalDatabase}},
		Resolvers: []appsync.ResolverConfig{{Type: "Query", Field: "a", DataSource: "db",
			Request: appsync.TemplateSource{Name: "q.vtl", Text: request}, Response: appsync.TemplateSource{Name: "r.vtl", Text: response}}},
		Auth: auth.Config{Default: auth.Provider{Mode: auth.APIKey, Keys: []auth.Key{{Value: "k"}}}},
	}
	if change != nil {
		change(&d)
	}
	return d
}

// brief gives the findings without their messages.
func brief(findings []lint.Finding) []string {
	var out []string
	for _, f := range findings {
		f.Message = ""
		out = append(out, strings.TrimSuffix(f.String(), ": "))
	}
	return out
}

func TestCheck(t *testing.T) {
	t.Parallel()
	with := func(request string) func(*appsync.Definition) {
		return func(d *appsync.Definition) { d.Resolvers[0].Request.Text = request }
	}
	cached := func(keys ...string) func(*appsync.Definition) {
		return func(d *appsync.Definition) {
			d.Resolvers[0].Caching = &appsync.Caching{TTL: time.Minute, Keys: keys}
		}
	}
	cachedFor := func(before string) func(*appsync.Definition) {
		return func(d *appsync.Definition) {
			cached("$context.arguments.x")(d)
			d.Resolvers[0].Request.Text = before + request
		}
	}
	sdl := func(text string) func(*appsync.Definition) {
		return func(d *appsync.Definition) { d.Schema = text }
	}
	const statements = `{"version": "2018-05-29", "statements": $util.toJson([$sql]), "variableMap": {}}`
	for _, c := range []struct {
		name   string
		change func(*appsync.Definition)
		want   []string
	}{
		{"nothing wrong", nil, nil},
		{"safe building", with("#set($sql = 'SELECT 1 FROM t')\n#if($ctx.args.x == \"up\")#set($sql = \"$sql ORDER BY a\")#end\n" + statements), nil},
		{"message with the caller's text", with(`#if(!$ctx.args.x)$util.error("x must be given, not '$!ctx.args.x'", "InvalidInput")#end` + request), nil},

		{"argument in statement", with(`{"version": "2018-05-29", "statements": ["SELECT $ctx.args.x"], "variableMap": {}}`), []string{"q.vtl:1:50: sql-interpolation"}},
		{"argument encoded in statement", with(`{"version": "2018-05-29", "statements": [$util.toJson("SELECT $ctx.args.x")]}`), []string{"q.vtl:1:42: sql-interpolation", "q.vtl:1:63: sql-interpolation"}},
		{"argument in literal", with("#set($sql = \"SELECT 1 WHERE a = '$ctx.args.x'\")\n" + statements), []string{"q.vtl:1:6: sql-interpolation", "q.vtl:1:34: sql-interpolation"}},
		{"argument by a variable", with("#set($v = $context.arguments.x)\n#set($sql = 'SELECT 1 WHERE a = ' + $v)\n" + statements), []string{"q.vtl:2:6: sql-interpolation"}},
		{"identity in a list of clauses", with("#set($l = [])\n$util.qr($l.add(\"AND who = '$ctx.identity.sub'\"))\n" + request), []string{"q.vtl:2:29: sql-interpolation"}},

		{"question mark in literal", with("#set($sql = 'SELECT 1 FROM t WHERE tags ?| names')\n" + statements), []string{"q.vtl:1:13: sql-question-mark"}},
		{"question mark in statement", with(`{"version": "2018-05-29", "statements": ["SELECT a ? b FROM t"]}`), []string{"q.vtl:1:1: sql-question-mark"}},
		{"three statements", with(`{"version": "2018-05-29", "statements": ["SELECT 1", "SELECT 2", "SELECT 3"]}`), []string{"q.vtl:1:1: sql-statements"}},
		{"three statements in a list", with(`{"version": "2018-05-29", "statements": $util.toJson([$ctx.stash.a, 'b,c', $ctx.stash.d])}`), []string{"q.vtl:1:41: sql-interpolation", "q.vtl:1:41: sql-statements"}},

		{"syntax", with(`#if($x) {`), []string{"q.vtl:1:1: template-syntax"}},
		{"size", with(strings.Repeat("x", 64<<10+1)), []string{"q.vtl:1:1: template-size"}},
		{"unknown helper", with("$util.qr($util.nope(1))$util.str.no()$utils.nothing.x()$util.toJson(1, 2)" + request),
			[]string{"q.vtl:1:10: unknown-helper", "q.vtl:1:24: unknown-helper", "q.vtl:1:38: unknown-helper", "q.vtl:1:56: unknown-helper"}},
		{"error message", func(d *appsync.Definition) {
			d.Resolvers[0].Response.Text = `#if($ctx.error)$util.error($ctx.error.message)#{else}1#end`
		}, []string{"r.vtl:1:28: error-message"}},
		{"error ignored", func(d *appsync.Definition) { d.Resolvers[0].Response.Text = `$util.toJson($ctx.result)` }, []string{"r.vtl:1:1: error-ignored"}},

		{"parameter without a cast", with(`{"version": "2018-05-29", "statements": ["SELECT 1 FROM t WHERE a = :x"], "variableMap": {":x": 1}}`), []string{"q.vtl:1:1: sql-cast"}},
		{"parameter without a cast in a literal", with("#set($sql = 'SELECT 1 FROM t WHERE a = :x AND b = CAST( :y AS uuid) AND c = :z::text AND d = ''it :no'' AND \"e:f\" = now()::date')\n" + statements), []string{"q.vtl:1:13: sql-cast"}},
		{"unused variable", with("#set($a = 1)#set($b = 2)#set($c.d = $b)#foreach($i in [1..2])#end#set($s = \"$c\")" + request),
			[]string{"q.vtl:1:6: unused-variable", "q.vtl:1:30: unknown-variable", "q.vtl:1:71: unused-variable"}},
		{"unknown variable", with("#if($none)#end$!other.name#foreach($i in $l)$i $foreach.count#end#set($x = $null)$x" + request),
			[]string{"q.vtl:1:5: unknown-variable", "q.vtl:1:15: unknown-variable", "q.vtl:1:42: unknown-variable"}},
		{"variables of a macro", with("#macro(m $a)$a#end#m(1)" + request), []string{"q.vtl:1:1: unsettled"}},
		{"null again", with("#set($x = 1)#set($x = $null)$x" + request), []string{"q.vtl:1:13: unsettled"}},
		{"null at first", with("#set($x = $null)#set($x = 1)$x" + request), nil},
		{"unsettled directives", with("#define($d)a#end$d#stop" + request), []string{"q.vtl:1:1: unsettled", "q.vtl:1:19: unsettled"}},
		{"groups", with("$ctx.identity.groups$util.base64Decode('YQ==')" + request), []string{"q.vtl:1:1: unsettled", "q.vtl:1:21: unsettled"}},
		{"part of a match", with("#if($util.matches(\"[a-z]+\", $ctx.args.x))#end" + request), []string{"q.vtl:1:5: unsettled"}},
		{"whole matches", with("#if($util.matches(\"^[a-z]+$\", \"\") || $util.matches('(?is)\\A[a-z]+\\z', $ctx.args.x) || $ctx.args.x.matches('a'))#end" + request), nil},
		{"cached without its argument", cached("$context.identity.sub"), []string{"q.vtl:1:128: caching-keys"}},
		{"cached with it", cached("$context.arguments.x"), nil},
		{"cached for one", cachedFor("#if($ctx.identity.sub == \"a\" && $ctx.request.headers.x == \"b\")#end"), []string{"q.vtl:1:5: caching-keys", "q.vtl:1:33: caching-keys"}},
		{"cached for a selection", cachedFor("#if($ctx.info.selectionSetList.contains(\"x\"))#end"), []string{"q.vtl:1:5: caching-keys"}},
		{"cached by mode", cachedFor("#if($util.authType() == \"a\")#end"), []string{"q.vtl:1:1: caching-keys"}},

		{"no resolver", sdl(schema + "type Mutation @aws_iam { m: Int }\n"), []string{"schema.graphql:2:26: missing-resolver"}},
		{"no directive", sdl(schema + "type B { b: Int }\n"), []string{"schema.graphql:2:6: missing-auth"}},
		{"unused", func(d *appsync.Definition) {
			d.DataSources["more"] = appsync.DataSourceConfig{Type: appsync.None}
			d.Functions = map[string]appsync.FunctionConfig{"f": {DataSource: "db", Request: appsync.TemplateSource{Name: "f.vtl", Text: request}, Response: d.Resolvers[0].Response}}
		}, []string{"f.vtl:1:1: unused-function", "schema.graphql:1:1: unused-data-source"}},
		{"unknown field", func(d *appsync.Definition) { d.Resolvers[0].Field = "b" }, []string{"schema.graphql:1:1: definition", "schema.graphql:1:27: missing-resolver"}},
		{"refused SDL", sdl(schema + "scalar Date\ndirective @d on OBJECT\nextend type Query { z: Int }\nenum E { \"x\" A }\ninterface I { a: Int }\ninterface J implements I { a: Int }\ninput N { a: Int @deprecated }\ntype AWSThing { a(x: Int @deprecated): Int }\n"),
			[]string{"schema.graphql:2:8: sdl-custom-scalar", "schema.graphql:3:12: sdl-directive-definition", "schema.graphql:4:13: sdl-extend", "schema.graphql:5:14: sdl-enum-description",
				"schema.graphql:7:11: sdl-interface-implements", "schema.graphql:8:11: sdl-deprecated-input", "schema.graphql:9:6: sdl-reserved-name", "schema.graphql:9:19: sdl-deprecated-input"}},
		{"no query", sdl("type Other { a: Int }"), []string{"schema.graphql:1:1: schema-query"}},
		{"SDL syntax", sdl("type Query {\n a Int }"), []string{"schema.graphql:2:4: schema-syntax"}},
		{"subscription", sdl(schema + "type Mutation @aws_api_key { m: Int }\ntype Subscription @aws_api_key { s: String @aws_subscribe(mutations: [\"m\"])  t: Int @aws_subscribe(mutations: [\"n\"]) }"),
			[]string{"schema.graphql:3:34: subscribe-type", "schema.graphql:3:78: subscribe-mutation"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := lint.Check(definition(c.change))
			if diff := cmp.Diff(c.want, brief(got)); diff != "" {
				t.Errorf("findings (-want +got):\n%s\n%v", diff, got)
			}
			for _, f := range got {
				if _, ok := lint.Rules[f.Rule]; !ok && !strings.HasPrefix(f.Rule, "s") {
					t.Errorf("rule %q has no explanation", f.Rule)
				}
			}
		})
	}
}
