package alpha

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

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
	"github.com/mtbwiki/mtbwiki/synthetic"
	"github.com/mtbwiki/mtbwiki/synthetic/load"
)

// large is a wiki of 20,000 trails.
var large = databasetest.Seed{
	Name: "large",
	Hash: content.Hash() + " 1",
	Fill: func(ctx context.Context, owner *pgxpool.Pool) error {
		c, err := content.Load(content.FS)
		if err != nil {
			return err
		}
		if _, err := importer.Seed(ctx, owner, &content.Content{Vocabularies: c.Vocabularies}, nil); err != nil {
			return err
		}
		conn, err := owner.Acquire(ctx)
		if err != nil {
			return err
		}
		defer conn.Release()
		_, err = load.Seed(ctx, conn.Conn(), synthetic.Params{Seed: 1, Systems: 2000, Trails: 20000}, load.Options{})
		return err
	},
}

// allRecorded keeps every statement that the API ran.
type allRecorded struct {
	*rdsdata.Service
	mu  sync.Mutex
	ran []*rdsdata.ExecuteStatementInput
}

func (r *allRecorded) Query(ctx context.Context, in *rdsdata.ExecuteStatementInput) (*rdsdata.Result, error) {
	r.mu.Lock()
	r.ran = append(r.ran, in)
	r.mu.Unlock()
	return r.Service.Query(ctx, in)
}

// TestPlans holds that lists, lookups and search find their rows by indexes in a wiki
// of 2,000 systems and 20,000 trails: no plan reads a table of more than 5,000 rows from
// one end to the other, but those that are said to.
func TestPlans(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("not run: it makes 20,000 trails")
	}
	db := databasetest.New(t, large)
	definition, err := api.Load(api.FS)
	if err != nil {
		t.Fatal(err)
	}
	env, err := config.Load("alpha")
	if err != nil {
		t.Fatal(err)
	}
	service := rdsdata.New(db.API, rdsdata.Options{})
	t.Cleanup(service.Close)
	recorded := &allRecorded{Service: service}
	sources, err := fabric.DataSources(definition, recorded)
	if err != nil {
		t.Fatal(err)
	}
	handler, err := appsync.New(fabric.RuntimeDefinition(definition, env, "https://pool.test/identity", []string{"plans"}, auth.StaticKeys{}, fabrictest.Credentials),
		appsync.Options{DataSources: sources, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	value := func(sql string) (v string) {
		t.Helper()
		if err := db.Owner.QueryRow(t.Context(), sql).Scan(&v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	system := value("SELECT x.system_id::text FROM wiki.trail_system x GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
	region := value("SELECT x.region_id::text FROM wiki.system_region x WHERE x.system_id = '" + system + "'")
	trail := value("SELECT min(x.trail_id::text) FROM wiki.trail_system x WHERE x.system_id = '" + system + "'")
	slug := value("SELECT s.slug FROM wiki.slug s WHERE s.entity_id = '" + trail + "'")
	rider := value("SELECT min(e.created_by::text) FROM wiki.entity e WHERE e.kind = 'TRAIL'")
	near := value("SELECT format('{lat: %s, lon: %s, radiusKm: 100}', s.position_lat, s.position_lon) FROM wiki.system s WHERE s.id = '" + system + "'")

	rows := map[string]float64{}
	tables, err := db.Owner.Query(t.Context(), "SELECT c.relname, c.reltuples FROM pg_class c WHERE c.relnamespace = 'wiki'::regnamespace AND c.relkind = 'r'")
	if err != nil {
		t.Fatal(err)
	}
	var table string
	var n float64
	if _, err := pgx.ForEachRow(tables, []any{&table, &n}, func() error { rows[table] = n; return nil }); err != nil {
		t.Fatal(err)
	}
	if rows["trail"] < 19000 || rows["revision"] < 50000 {
		t.Fatalf("the tables have %v", rows)
	}

	const card = "nodes { id name } pageInfo { hasNextPage endCursor }"
	// May read: tables that a query may read whole, with the reason.
	for _, q := range []struct {
		name, query string
		mayRead     []string
	}{
		{"a trail by id", `{ trail(id: "` + trail + `") { name difficulty { direction } features { kind } systems { name } facts { field } tags } }`, nil},
		{"a trail by slug", `{ trail(slug: "` + slug + `") { name description } }`, nil},
		{"a system with all", `{ system(id: "` + system + `") { name trailCount routeCount trails { name } routes { name } guides { name } organisations { name } notices { subjectName } season { month } } }`, nil},
		{"a region with its systems", `{ region(id: "` + region + `") { name systems { name } } }`, nil},
		{"trails by name", `{ trails { ` + card + ` } }`, nil},
		{"trails by ids", `{ trails(filter: {ids: ["` + trail + `"]}) { ` + card + ` } }`, nil},
		{"trails of a system", `{ trails(filter: {systemIds: ["` + system + `"]}) { ` + card + ` totalCount } }`, nil},
		{"routes of a system", `{ routes(filter: {systemIds: ["` + system + `"]}) { ` + card + ` totalCount } }`, nil},
		{"systems of a region", `{ systems(filter: {regionIds: ["` + region + `"]}) { ` + card + ` totalCount } }`, nil},
		{"systems near", `{ systems(filter: {near: ` + near + `}, sort: DISTANCE) { ` + card + ` totalCount } }`, nil},
		{"systems inside", `{ systems(filter: {inside: {west: -139.5, south: -47.5, east: -139.4, north: -47.4}}) { ` + card + ` } }`, nil},
		{"tips of a trail", `{ tips(filter: {subjectId: ["` + trail + `"]}) { nodes { body } totalCount } }`, nil},
		{"notices of a system", `{ seasonalNotices(filter: {subjectId: ["` + system + `"]}) { nodes { body } totalCount } }`, nil},
		{"photos and films of a trail", `{ mediaItems(filter: {subjectId: ["` + trail + `"]}) { nodes { caption conditions } totalCount } }`, nil},
		{"organisations of a system", `{ organisations(filter: {systemIds: ["` + system + `"]}) { ` + card + ` } }`, nil},
		{"claims of a system", `{ claims(filter: {subjectId: ["` + system + `"]}) { nodes { body checks { counts } needsChecking } totalCount } }`, nil},
		{"reviews of a system by votes", `{ reviews(filter: {subjectId: ["` + system + `"]}, sort: VOTES) { nodes { body votes { up } } totalCount } }`, nil},
		{"what reviews and claims of a system come to", `{ system(id: "` + system + `") { freshness { score } reviewSummary { count } } }`, nil},
		{"history of a trail", `{ revisions(entityId: "` + trail + `") { nodes { id author { name } } totalCount } }`, nil},
		{"recent changes", `{ revisions(first: 20) { nodes { id } pageInfo { endCursor } } }`, nil},
		{"proposals of a trail", `{ proposals(entityId: "` + trail + `") { nodes { id } } }`, nil},
		{"a rider", `{ rider(id: "` + rider + `") { name interests { role } } }`, nil},
		{"lines of a system", `{ systemLines(systemId: "` + system + `") { trailId } }`, nil},
		{"search for a rare word", `{ search(query: "Kestrel Descent Rusty") { nodes { title } } }`, nil},
	} {
		t.Run(q.name, func(t *testing.T) {
			recorded.ran = nil
			body, err := json.Marshal(map[string]any{"query": q.query})
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(string(body)))
			r.Header.Set("x-api-key", fabrictest.Credentials.APIKey)
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			if w.Code != http.StatusOK || strings.Contains(w.Body.String(), `"errors"`) || len(recorded.ran) == 0 {
				t.Fatalf("%d statements, status %d: %.500s", len(recorded.ran), w.Code, w.Body)
			}
			for _, in := range recorded.ran {
				sql, values := positional(t, in)
				var text []byte
				if err := db.API.QueryRow(t.Context(), "EXPLAIN (FORMAT JSON) "+sql, values...).Scan(&text); err != nil {
					t.Fatal(err)
				}
				var plans []struct{ Plan plan }
				if err := json.Unmarshal(text, &plans); err != nil {
					t.Fatal(err)
				}
				for _, p := range plans {
					p.Plan.walk(func(n *plan) {
						if n.NodeType == "Seq Scan" && rows[n.Relation] > 5000 && !slices.Contains(q.mayRead, n.Relation) {
							t.Errorf("it reads all %.0f rows of %s, filtering %s", rows[n.Relation], n.Relation, n.Filter)
						}
					})
				}
			}
		})
	}
}

// plan is a node of EXPLAIN's answer.
type plan struct {
	NodeType string `json:"Node Type"`
	Relation string `json:"Relation Name"`
	Filter   string
	Plans    []*plan
}

func (p *plan) walk(f func(*plan)) {
	f(p)
	for _, child := range p.Plans {
		child.walk(f)
	}
}
