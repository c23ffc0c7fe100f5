package appsync_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mtbwiki/mtbwiki/appsync"
	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/appsync/rdsdata"
)

// benchPost sends a request over loopback again and again, from several clients.
func benchPost(b *testing.B, h http.Handler, body string, least int) {
	b.Helper()
	server := httptest.NewServer(h)
	b.Cleanup(server.Close)
	client := server.Client()
	client.Transport.(*http.Transport).MaxIdleConnsPerHost = 64
	b.ReportAllocs()
	b.SetParallelism(4)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, server.URL+"/graphql", strings.NewReader(body))
			if err != nil {
				b.Error(err)
				return
			}
			r.Header.Set("x-api-key", apiKey)
			resp, err := client.Do(r)
			if err != nil {
				b.Error(err)
				return
			}
			text, err := io.ReadAll(resp.Body)
			if cerr := resp.Body.Close(); err != nil || cerr != nil || len(text) < least || strings.Contains(string(text), `"errors"`) {
				b.Errorf("%v %v: %.200s", err, cerr, text)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

// BenchmarkTwoNone is a request with two resolvers of the data source NONE, as the
// Amplify simulator was tried with.
func BenchmarkTwoNone(b *testing.B) {
	echo := func(field string) appsync.ResolverConfig {
		return appsync.ResolverConfig{Type: "Query", Field: field, DataSource: "none",
			Request:  template("echo.request.vtl", `{"version": "2018-05-29", "payload": {"id": $util.toJson($ctx.args.id), "name": "a $field", "tags": ["x", "y"]}}`),
			Response: template("echo.response.vtl", `$util.toJson($ctx.result)`)}
	}
	api, err := appsync.New(appsync.Definition{
		Schema:      `type Query { one(id: ID!): Thing two(id: ID!): Thing } type Thing { id: ID! name: String! tags: [String!]! }`,
		DataSources: map[string]appsync.DataSourceConfig{"none": {Type: appsync.None}},
		Resolvers:   []appsync.ResolverConfig{echo("one"), echo("two")},
		Auth:        auth.Config{Default: auth.Provider{Mode: auth.APIKey, Keys: []auth.Key{{Value: apiKey}}}},
	}, appsync.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	benchPost(b, api, graphQLBody(`query Q($id: ID!) { one(id: $id) { id name tags } two(id: $id) { id name tags } }`, `{"id":"7"}`), 80)
}

// BenchmarkCachedDeepRead is the deep read of a foreign schema, with the resolver's
// cache and without.
func BenchmarkCachedDeepRead(b *testing.B) {
	_, pool := shop(b)
	service := rdsdata.New(pool, rdsdata.Options{})
	b.Cleanup(service.Close)
	for _, c := range []struct {
		name    string
		caching *appsync.Caching
	}{{"uncached", nil}, {"cached", &appsync.Caching{TTL: time.Hour, Keys: []string{"$context.arguments.id"}}}} {
		b.Run(c.name, func(b *testing.B) {
			d := shopDefinition()
			for i := range d.Resolvers {
				if d.Resolvers[i].Field == "deep" {
					d.Resolvers[i].Caching = c.caching
				}
			}
			api, err := appsync.New(d, appsync.Options{DataSources: map[string]appsync.DataSource{"db": appsync.RDS(service)}, Log: slog.New(slog.DiscardHandler)})
			if err != nil {
				b.Fatal(err)
			}
			benchPost(b, api, graphQLBody(deepQuery, `{"id":"7"}`), 15_000)
		})
	}
}
