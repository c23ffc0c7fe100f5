package appsync_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/appsync"
	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/appsync/rdsdata"
	"github.com/mtbwiki/mtbwiki/postgres/postgrestest"
)

const shopSchema = `
type Query {
  item(id: ID!): Item
  items(first: Int!, name: String): ItemList
  uncast(id: ID!): Item
  handled(id: ID!): Item
  statements(n: Int!): Int
  variables(mode: String!): String
  deep(id: ID!): Deep
}
type Mutation {
  add(name: String!, price: Float, tags: AWSJSON): Item
  addAndFail(name: String!): Int
}
type Item { id: ID! name: String! price: Float tags: AWSJSON active: Boolean made: String numbers: [Int] note: String }
type ItemList { items: [Item!]! total: Int! }
type Deep { id: ID! name: String! description: String trails: [DeepTrail!]! }
type DeepTrail { id: ID! name: String! length: Float! climb: Int difficulty: String open: Boolean! surface: [String!]! summary: String routes: [DeepRoute!]! }
type DeepRoute { id: ID! name: String! position: Int! }
`

const shopSQL = `
CREATE TABLE item (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, price numeric(8,2), tags jsonb, active boolean NOT NULL DEFAULT true, made timestamptz NOT NULL DEFAULT '2024-05-06 07:08:09.5+02', numbers bigint[] NOT NULL DEFAULT '{1,2}', note text);
INSERT INTO item (id, name, price, tags) VALUES ('00000000-0000-0000-0000-000000000001', 'Saddle', 12.50, '{"a": [1, null]}'), ('00000000-0000-0000-0000-000000000002', 'Bell "loud"', NULL, NULL);
CREATE TABLE deep (id bigint PRIMARY KEY, body jsonb NOT NULL);
INSERT INTO deep
SELECT s, jsonb_build_object('id', s::text, 'name', 'System ' || s, 'description', repeat('A long walk in the woods. ', 20), 'trails',
  (SELECT jsonb_agg(jsonb_build_object('id', (s*100+t)::text, 'name', 'Trail ' || t, 'length', 1234.5 + t, 'climb', 10*t, 'difficulty', 'black', 'open', t % 2 = 0,
     'surface', jsonb_build_array('rock', 'root', 'loam'), 'summary', repeat('Steep and loose. ', 10),
     'routes', (SELECT jsonb_agg(jsonb_build_object('id', r::text, 'name', 'Route ' || r, 'position', r)) FROM generate_series(1, 4) r)))
   FROM generate_series(1, 40) t))
FROM generate_series(1, 50) s;
`

func template(name, text string) appsync.TemplateSource {
	return appsync.TemplateSource{Name: name, Text: text}
}

func shopDefinition() appsync.Definition {
	const columns = `id, name, price, CAST(tags AS text) AS tags, active, made, numbers, note`
	request := func(rest string) appsync.TemplateSource {
		return template("request.vtl", `{"version": "2018-05-29", `+rest+`}`)
	}
	fail := `#if($ctx.error)$util.error($ctx.error.message, $ctx.error.type)#end`
	one := template("one.vtl", fail+`#set($rows = $util.rds.toJsonObject($ctx.result)[0])
#if($rows.isEmpty())null#else$util.toJson($rows[0])#end`)
	resolver := func(typ, field string, request, response appsync.TemplateSource) appsync.ResolverConfig {
		return appsync.ResolverConfig{Type: typ, Field: field, DataSource: "db", Request: request, Response: response}
	}
	return appsync.Definition{
		Schema:      shopSchema,
		DataSources: map[string]appsync.DataSourceConfig{"db": {Type: appsync.RelationalDatabase}},
		Auth:        auth.Config{Default: auth.Provider{Mode: auth.APIKey, Keys: []auth.Key{{Value: apiKey}}}},
		Resolvers: []appsync.ResolverConfig{
			resolver("Query", "item", request(`"statements": ["SELECT `+columns+` FROM item WHERE id = CAST(:id AS uuid)"], "variableMap": {":id": $util.toJson($ctx.args.id)}`), one),
			resolver("Query", "items", request(`"statements": ["SELECT `+columns+` FROM item WHERE name = coalesce(:name, name) ORDER BY name LIMIT CAST(:first AS bigint)", "SELECT count(*) AS total FROM item"],
				"variableMap": {":first": $util.toJson($ctx.args.first), ":name": $util.toJson($ctx.args.name)}`),
				template("items.vtl", fail+`#set($r = $util.rds.toJsonObject($ctx.result)){"items": $util.toJson($r[0]), "total": $r[1][0].total}`)),
			resolver("Query", "uncast", request(`"statements": ["SELECT `+columns+` FROM item WHERE id = :id"], "variableMap": {":id": $util.toJson($ctx.args.id)}`), one),
			resolver("Query", "handled", request(`"statements": ["SELECT 1/0"]`), template("handled.vtl", `#if($ctx.error){"id": "e", "name": $util.toJson("$ctx.error.type $!ctx.result")}#end`)),
			resolver("Query", "statements", template("statements.vtl", `{"version": "2018-05-29", "statements": [#foreach($i in [1..$ctx.args.n])"SELECT $i AS n"#if($foreach.hasNext),#end#end]}`),
				template("n.vtl", `$util.rds.toJsonObject($ctx.result)[0][0].n`)),
			resolver("Query", "variables", template("variables.vtl", `
#if($ctx.args.mode == "hint"){"version": "2018-05-29", "statements": ["SELECT CAST(:u AS text) || ' ' || CAST(:d AS text) AS v"], "variableMap": {":u": "00000000-0000-0000-0000-00000000000A", ":d": "2024-02-29"}, "variableTypeHintMap": {":u": "UUID", ":d": "DATE"}}
#elseif($ctx.args.mode == "types"){"version": "2018-05-29", "statements": ["SELECT concat_ws(' ', pg_typeof(:s), pg_typeof(:l), pg_typeof(:d), pg_typeof(:b), pg_typeof(:n)) AS v"], "variableMap": {":s": "x", ":l": 5, ":d": 1.5, ":b": true, ":n": null}}
#elseif($ctx.args.mode == "unused"){"version": "2018-05-29", "statements": ["SELECT 'fine' AS v"], "variableMap": {":x": 1}}
#elseif($ctx.args.mode == "missing"){"version": "2018-05-29", "statements": ["SELECT :x AS v"], "variableMap": {}}
#elseif($ctx.args.mode == "colon"){"version": "2018-05-29", "statements": ["SELECT :x AS v"], "variableMap": {"x": 1}}
#elseif($ctx.args.mode == "object"){"version": "2018-05-29", "statements": ["SELECT :x AS v"], "variableMap": {":x": {}}}
#elseif($ctx.args.mode == "version"){"version": "2017-02-28", "statements": ["SELECT 1 AS v"]}
#elseif($ctx.args.mode == "none"){"version": "2018-05-29"}
#elseif($ctx.args.mode == "multi"){"version": "2018-05-29", "statements": ["SELECT 1; SELECT 2"]}
#end`), template("v.vtl", fail+`$util.toJson($util.rds.toJsonObject($ctx.result)[0][0].v)`)),
			resolver("Query", "deep", request(`"statements": ["SELECT CAST(body AS text) AS body FROM deep WHERE id = CAST(:id AS bigint)"], "variableMap": {":id": $util.toJson($ctx.args.id)}`),
				template("deep.vtl", fail+`$util.rds.toJsonObject($ctx.result)[0][0].body`)),
			resolver("Mutation", "addAndFail", request(`"statements": ["INSERT INTO item (name) VALUES (CAST(:name AS text))", "SELECT 1/0"], "variableMap": {":name": $util.toJson($ctx.args.name)}`),
				template("fail.vtl", fail+` 1`)),
			resolver("Mutation", "add", request(`"statements": ["INSERT INTO item (name, price, tags) VALUES (:name, CAST(:price AS numeric), CAST(:tags AS jsonb)) RETURNING `+columns+`"],
				"variableMap": {":name": $util.toJson($ctx.args.name), ":price": $util.toJson($ctx.args.price), ":tags": $util.toJson($util.toJson($ctx.args.tags))}`), one),
		},
	}
}

// shop makes the API on a database of its own.
func shop(t testing.TB) (*appsync.API, *pgxpool.Pool) {
	t.Helper()
	url := postgrestest.New(t, postgrestest.Template{Name: "appsync_shop", Hash: fmt.Sprint(len(shopSQL)) + "-2", Build: func(ctx context.Context, url string) error {
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			return err
		}
		_, err = conn.Exec(ctx, shopSQL)
		if closing := conn.Close(ctx); err == nil {
			err = closing
		}
		return err
	}})
	pool, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	service := rdsdata.New(pool, rdsdata.Options{})
	t.Cleanup(service.Close)
	api, err := appsync.New(shopDefinition(), appsync.Options{DataSources: map[string]appsync.DataSource{"db": appsync.RDS(service)}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return api, pool
}

func post(t testing.TB, h http.Handler, query, variables string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(graphQLBody(query, variables)))
	r.Header.Set("x-api-key", apiKey)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Body.String()
}

// TestRDS runs resolvers against a real PostgreSQL.
func TestRDS(t *testing.T) {
	t.Parallel()
	api, _ := shop(t)
	for _, c := range []struct{ name, query, want string }{
		{"row", `{ item(id: "00000000-0000-0000-0000-000000000001") { id name price tags active made numbers note } }`,
			`{"data":{"item":{"id":"00000000-0000-0000-0000-000000000001","name":"Saddle","price":12.5,"tags":"{\"a\": [1, null]}","active":true,"made":"2024-05-06 05:08:09.5","numbers":[1,2],"note":null}}}`},
		{"no row", `{ item(id: "00000000-0000-0000-0000-00000000000f") { id } }`, `{"data":{"item":null}}`},
		{"two statements", `{ items(first: 5) { total items { name price } } }`,
			`{"data":{"items":{"total":2,"items":[{"name":"Bell \"loud\"","price":null},{"name":"Saddle","price":12.5}]}}}`},
		{"database error", `{ uncast(id: "00000000-0000-0000-0000-000000000001") { id } }`,
			`{"data":{"uncast":null},"errors":[{"path":["uncast"],"data":null,"errorType":"400 Bad Request","errorInfo":null,"locations":[{"line":1,"column":3,"sourceName":null}],"message":"RDSHttp:{\"message\":\"ERROR: operator does not exist: uuid = text; Hint: No operator matches the given name and argument types. You might need to add explicit type casts.; Position: 100; SQLState: 42883\"}"}]}`},
		{"error handled by the template", `{ handled(id: 1) { name } }`, `{"data":{"handled":{"name":"400 Bad Request "}}}`},
		{"three statements", `{ statements(n: 3) }`,
			`{"data":{"statements":null},"errors":[{"path":["statements"],"data":null,"errorType":"MappingTemplate","errorInfo":null,"locations":[{"line":1,"column":3,"sourceName":null}],"message":"3 statements; RELATIONAL_DATABASE takes at most 2"}]}`},
		{"hints", `{ variables(mode: "hint") }`, `{"data":{"variables":"00000000-0000-0000-0000-00000000000a 2024-02-29"}}`},
		{"declared types", `{ variables(mode: "types") }`, `{"data":{"variables":"text bigint double precision boolean text"}}`},
		{"unused variable", `{ variables(mode: "unused") }`, `{"data":{"variables":"fine"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, post(t, api, c.query, "")); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
	for mode, want := range map[string]string{
		"missing": "Cannot find parameter: x", "colon": "does not begin with a colon", "object": "objects and lists can't be bound",
		"version": "Unsupported version '2017-02-28'", "none": "statements must be a list", "multi": "Multistatements aren't supported",
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			if got := post(t, api, `{ variables(mode: "`+mode+`") }`, ""); !strings.Contains(got, want) {
				t.Errorf("response %s lacks %q", got, want)
			}
		})
	}
}

func TestRDSMutation(t *testing.T) {
	t.Parallel()
	api, pool := shop(t)
	got := post(t, api, `mutation M($n: String!, $t: AWSJSON) { add(name: $n, price: 3, tags: $t) { name price tags } }`, `{"n":"x'); DROP TABLE item; --","t":"[1,{\"k\":\"v\"}]"}`)
	want := `{"data":{"add":{"name":"x'); DROP TABLE item; --","price":3.0,"tags":"[1, {\"k\": \"v\"}]"}}}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("response (-want +got):\n%s", diff)
	}
	var n int
	if err := pool.QueryRow(t.Context(), "SELECT count(*) FROM item").Scan(&n); err != nil || n != 3 {
		t.Errorf("%d items, error %v", n, err)
	}
}

// The two statements of a request are a transaction each: what the first did stays
// when the second fails.
func TestRDSStatementsAreTransactionsOfTheirOwn(t *testing.T) {
	t.Parallel()
	api, pool := shop(t)
	if got := post(t, api, `mutation { addAndFail(name: "Pump") }`, ""); !strings.Contains(got, "division by zero") {
		t.Errorf("response %s", got)
	}
	var n int
	if err := pool.QueryRow(t.Context(), "SELECT count(*) FROM item WHERE name = 'Pump'").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d rows of the first statement, error %v", n, err)
	}
}

const deepQuery = `query Deep($id: ID!) { deep(id: $id) { id name description trails { id name length climb difficulty open surface summary routes { id name position } } } }`

// BenchmarkDeepRead compares a deep read through the whole runtime, over HTTP
// handlers without a network, with a bare handler that runs the same SQL.
func BenchmarkDeepRead(b *testing.B) {
	api, pool := shop(b)
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Variables struct{ ID string } }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var body []byte
		if err := pool.QueryRow(r.Context(), "SELECT CAST(body AS text) AS body FROM deep WHERE id = CAST($1::text AS bigint)", in.Variables.ID).Scan(&body); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	})
	body := graphQLBody(deepQuery, `{"id":"7"}`)
	for _, c := range []struct {
		name    string
		handler http.Handler
	}{{"bare", bare}, {"appsync", api}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
					r.Header.Set("x-api-key", apiKey)
					w := httptest.NewRecorder()
					c.handler.ServeHTTP(w, r)
					if w.Code != http.StatusOK || w.Body.Len() < 15_000 || strings.Contains(w.Body.String()[:40], "errors") {
						b.Fatalf("status %d, %d bytes: %.300s", w.Code, w.Body.Len(), w.Body.String())
					}
				}
			})
		})
	}
}
