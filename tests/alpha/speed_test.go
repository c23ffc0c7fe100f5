package alpha

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/appsync"
	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/appsync/rdsdata"
	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/content"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/fabric"
	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
	"github.com/mtbwiki/mtbwiki/importer"
)

const systemQuery = `query System($id: ID!) { system(id: $id) { id slug name kind standing visibility tagline character description size position { lat lon }
  tags facilities trailCount routeCount
  trails { id slug name direction type lengthM climbM descentM flow commonLabel trailStatus synthetic personality }
  routes { id slug name shape uplift lengthM climbM minutesLow minutesHigh skill fitness mustDo synthetic tagline } } }`

// recordedService keeps the last statement that the API ran.
type recordedService struct {
	*rdsdata.Service
	last *rdsdata.ExecuteStatementInput
}

func (r *recordedService) Query(ctx context.Context, in *rdsdata.ExecuteStatementInput) (*rdsdata.Result, error) {
	r.last = in
	return r.Service.Query(ctx, in)
}

// BenchmarkSystem compares the wiki's deep read, a system with its trails and
// routes, with its ceiling: a bare handler that runs the same statement with the
// same values and passes its JSON on. Both are called without a network.
func BenchmarkSystem(b *testing.B) {
	db := databasetest.New(b, fabrictest.Content)
	definition, err := api.Load(api.FS)
	if err != nil {
		b.Fatal(err)
	}
	env, err := config.Load("alpha")
	if err != nil {
		b.Fatal(err)
	}
	service := rdsdata.New(db.API, rdsdata.Options{})
	b.Cleanup(service.Close)
	newAPI := func(s appsync.RDSService) *appsync.API {
		sources, err := fabric.DataSources(definition, s)
		if err != nil {
			b.Fatal(err)
		}
		a, err := appsync.New(fabric.RuntimeDefinition(definition, env, "https://pool.test/identity", []string{"bench"}, auth.StaticKeys{}, fabrictest.Credentials),
			appsync.Options{DataSources: sources, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			b.Fatal(err)
		}
		return a
	}

	request, err := json.Marshal(map[string]any{"query": systemQuery,
		"variables": map[string]any{"id": importer.ID(content.KindSystem, "imaginary-ridge")}})
	if err != nil {
		b.Fatal(err)
	}
	ask := func(h http.Handler) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(string(request)))
		r.Header.Set("x-api-key", fabrictest.Credentials.APIKey)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}

	recorded := &recordedService{Service: service}
	if w := ask(newAPI(recorded)); recorded.last == nil || strings.Contains(w.Body.String(), `"errors"`) {
		b.Fatalf("the API answered %s", w.Body)
	}
	sql, values := positional(b, recorded.last)
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Variables struct{ ID string } }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var body []byte
		if err := db.API.QueryRow(r.Context(), sql, values...).Scan(&body); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if _, err := w.Write(body); err != nil {
			b.Error(err)
		}
	})
	for _, c := range []struct {
		name    string
		handler http.Handler
	}{{"bare", bare}, {"api", newAPI(service)}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					w := ask(c.handler)
					if w.Code != http.StatusOK || w.Body.Len() < 2000 || strings.Contains(w.Body.String()[:40], "errors") {
						b.Errorf("status %d, %d bytes: %.300s", w.Code, w.Body.Len(), w.Body)
						return
					}
				}
			})
		})
	}
}

var variable = regexp.MustCompile(`:[a-z_]+\b`)

// positional gives a statement of the Data API as PostgreSQL takes it, with the
// types that the Data API declares.
func positional(b testing.TB, in *rdsdata.ExecuteStatementInput) (sql string, values []any) {
	given := map[string]rdsdata.Field{}
	for _, p := range in.Parameters {
		given[":"+p.Name] = p.Value
	}
	places := map[string]string{}
	sql = variable.ReplaceAllStringFunc(in.SQL, func(name string) string {
		if place, ok := places[name]; ok {
			return place
		}
		f, ok := given[name]
		if !ok {
			b.Fatalf("the statement names %s, which has no value", name)
		}
		typ := "text"
		switch {
		case f.StringValue != nil:
			values = append(values, *f.StringValue)
		case f.BooleanValue != nil:
			typ, values = "boolean", append(values, *f.BooleanValue)
		case f.LongValue != nil:
			typ, values = "bigint", append(values, *f.LongValue)
		case f.DoubleValue != nil:
			typ, values = "double precision", append(values, *f.DoubleValue)
		case f.IsNull != nil:
			values = append(values, nil)
		default:
			b.Fatalf("the value of %s is a blob or an array", name)
		}
		places[name] = fmt.Sprintf("$%d::%s", len(values), typ)
		return places[name]
	})
	return sql, values
}
