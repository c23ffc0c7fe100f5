package appsync_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/appsync"
	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/appsync/rdsdata"
	"github.com/mtbwiki/mtbwiki/postgres/postgrestest"
)

// A schema, a folder of templates and a database become an API.
func Example() {
	pool, err := pgxpool.New(context.Background(), os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	api, err := trails(pool)
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe("localhost:8080", api))
}

func trails(pool *pgxpool.Pool) (*appsync.API, error) {
	const folder = "testdata/example/"
	schema, err := os.ReadFile(folder + "schema.graphql")
	if err != nil {
		return nil, err
	}
	resolver := appsync.ResolverConfig{Type: "Query", Field: "trail", DataSource: "database"}
	for name, into := range map[string]*appsync.TemplateSource{"request": &resolver.Request, "response": &resolver.Response} {
		file := folder + "Query.trail." + name + ".vtl"
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		*into = appsync.TemplateSource{Name: file, Text: string(text)}
	}
	return appsync.New(appsync.Definition{
		Schema:      string(schema),
		DataSources: map[string]appsync.DataSourceConfig{"database": {Type: appsync.RelationalDatabase}},
		Resolvers:   []appsync.ResolverConfig{resolver},
		Auth:        auth.Config{Default: auth.Provider{Mode: auth.APIKey, Keys: []auth.Key{{Value: apiKey}}}},
	}, appsync.Options{DataSources: map[string]appsync.DataSource{"database": appsync.RDS(rdsdata.New(pool, rdsdata.Options{}))}})
}

// TestExample runs what the example says.
func TestExample(t *testing.T) {
	t.Parallel()
	pool, err := pgxpool.New(t.Context(), postgrestest.New(t, postgrestest.Template{}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	if _, err := pool.Exec(t.Context(), "CREATE TABLE trail (id bigint PRIMARY KEY, name text NOT NULL, length_m float8); INSERT INTO trail VALUES (7, 'Half Nelson', NULL), (8, 'Own Line', 812.5)"); err != nil {
		t.Fatal(err)
	}
	api, err := trails(pool)
	if err != nil {
		t.Fatal(err)
	}
	got := post(t, api, `{ a: trail(id: 7) { id name lengthM } b: trail(id: "8") { name lengthM } c: trail(id: 9) { id } }`, "")
	want := `{"data":{"a":{"id":"7","name":"Half Nelson","lengthM":null},"b":{"name":"Own Line","lengthM":812.5},"c":null}}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	fmt.Fprintln(t.Output(), got)
}
