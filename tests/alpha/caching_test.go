package alpha_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/appsync"
	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/appsync/rdsdata"
	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/fabric"
	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
)

// countedService counts what the API asks of the database.
type countedService struct {
	*rdsdata.Service
	calls atomic.Int64
}

func (s *countedService) Query(ctx context.Context, in *rdsdata.ExecuteStatementInput) (*rdsdata.Result, error) {
	s.calls.Add(1)
	return s.Service.Query(ctx, in)
}

// TestCachingIsASetting holds that a stage without a cache asks the database each time,
// and that one with a cache asks it once for each value of a field's keys, until the
// seconds are over, and each time for a field without keys.
func TestCachingIsASetting(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t, fabrictest.Vocabularies)
	definition, err := api.Load(api.FS)
	if err != nil {
		t.Fatal(err)
	}
	countries := `{ terms(vocabulary: "country") { code label } }`
	for _, test := range []struct {
		name    string
		setting config.Caching
		want    []int64 // calls of the database by each step
	}{
		{"off", config.Caching{}, []int64{1, 1, 1, 1, 1, 1, 1}},
		{"on", config.Caching{Instance: "SMALL", Seconds: 60}, []int64{1, 0, 0, 1, 1, 1, 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			env, err := config.Load("alpha")
			if err != nil {
				t.Fatal(err)
			}
			env.API.Caching = test.setting
			service := &countedService{Service: rdsdata.New(db.API, rdsdata.Options{})}
			t.Cleanup(service.Close)
			sources, err := fabric.DataSources(definition, service)
			if err != nil {
				t.Fatal(err)
			}
			now := time.Now()
			a, err := appsync.New(fabric.RuntimeDefinition(definition, env, "https://pool.test/identity", []string{"c"}, auth.StaticKeys{}, fabrictest.Credentials),
				appsync.Options{DataSources: sources, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }})
			if err != nil {
				t.Fatal(err)
			}
			answers := map[string]string{}
			for i, step := range []struct {
				what, query string
				later       time.Duration
			}{
				{"the first time", countries, 0},
				{"again", countries, 0},
				{"with another selection", `{ terms(vocabulary: "country") { code label vocabulary } }`, 59 * time.Second},
				{"another vocabulary", `{ terms(vocabulary: "label-system") { code label } }`, 0},
				{"after its time", countries, time.Second},
				{"a list", `{ regions { pageInfo { hasNextPage } } }`, 0},
				{"a list again", `{ regions { pageInfo { hasNextPage } } }`, 0},
			} {
				now = now.Add(step.later)
				before := service.calls.Load()
				answer := askWithKey(t, a, step.query)
				if got := service.calls.Load() - before; got != test.want[i] {
					t.Errorf("%s: %d calls of the database, want %d", step.what, got, test.want[i])
				}
				if known, ok := answers[step.query]; ok && known != answer {
					t.Errorf("%s: the answer is %.200s, was %.200s", step.what, answer, known)
				}
				answers[step.query] = answer
			}
		})
	}
}

func askWithKey(t *testing.T, h http.Handler, query string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(string(body)))
	r.Header.Set("X-Api-Key", fabrictest.Credentials.APIKey)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK || strings.Contains(w.Body.String(), `"errors"`) || len(w.Body.String()) < 40 {
		t.Fatalf("%s: %d %s", query, w.Code, w.Body)
	}
	return w.Body.String()
}
