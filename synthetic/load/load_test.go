package load_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
	"github.com/mtbwiki/mtbwiki/synthetic"
	"github.com/mtbwiki/mtbwiki/synthetic/load"
)

var small = synthetic.Params{Seed: 7, Systems: 60, Trails: 700, Regions: 8, Riders: 25}

// seed makes synthetic data, in several chunks.
func seed(t testing.TB, db *databasetest.Databases, p synthetic.Params) load.Report {
	t.Helper()
	var report load.Report
	with(t, db.Owner, func(conn *pgx.Conn) error {
		var err error
		report, err = load.Seed(t.Context(), conn, p, load.Options{ChunkTrails: 150})
		return err
	})
	return report
}

func with(t testing.TB, pool *pgxpool.Pool, f func(*pgx.Conn) error) {
	t.Helper()
	if err := pool.AcquireFunc(t.Context(), func(c *pgxpool.Conn) error { return f(c.Conn()) }); err != nil {
		t.Fatal(err)
	}
}

func query[T any](t testing.TB, pool *pgxpool.Pool, sql string, args ...any) []T {
	t.Helper()
	rows, err := pool.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// state is the number of rows and a checksum of every table, and the text of every
// constraint, index and trigger with its comment.
func state(t testing.TB, db *databasetest.Databases) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, table := range query[string](t, db.Admin, "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = 'wiki'::regnamespace AND c.relkind = 'r'") {
		out[table] = query[string](t, db.Admin, fmt.Sprintf("SELECT count(*) || ' ' || coalesce(sum(hashtextextended(x::text, 0)::numeric), 0) FROM %s x", table))[0]
	}
	if len(out) < 40 {
		t.Fatalf("only %d tables", len(out))
	}
	for what, sql := range map[string]string{
		"constraint": `SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated || coalesce(obj_description(oid, 'pg_constraint'), '') FROM pg_constraint WHERE connamespace = 'wiki'::regnamespace AND conrelid <> 0`,
		"index":      `SELECT pg_get_indexdef(indexrelid) || coalesce(obj_description(indexrelid, 'pg_class'), '') FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE c.relnamespace = 'wiki'::regnamespace`,
		"trigger":    `SELECT pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal`,
	} {
		for _, def := range query[string](t, db.Admin, sql) {
			out[what+" "+def] = ""
		}
	}
	return out
}

func TestSeedAndClean(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t, fabrictest.Content)
	before := state(t, db)
	report := seed(t, db, small)
	if report.Systems != small.Systems || report.Trails != small.Trails || report.Regions != small.Regions || report.Riders != small.Riders {
		t.Errorf("made %+v, asked for %+v", report, small)
	}
	first, last := synthetic.IDRange(small.Seed)
	for kind, want := range map[string]int{"REGION": report.Regions, "SYSTEM": report.Systems, "TRAIL": report.Trails, "ROUTE": report.Routes, "TIP": report.Tips, "SEASONAL_NOTICE": report.Notices, "ACCESS_POINT": report.AccessPoints, "UPLIFT": report.Uplifts, "ORGANISATION": report.Organisations, "MEDIA": report.Media, "COMMENT": report.Comments, "CLAIM": report.Claims, "FACT_CHECK": report.Checks, "REVIEW": report.Reviews, "RIDER": report.Riders} {
		got := query[int](t, db.Owner, "SELECT count(*) FROM wiki.entity e WHERE e.kind = $1 AND e.synthetic AND e.id BETWEEN $2 AND $3", kind, first.String(), last.String())[0]
		if got != want || want == 0 {
			t.Errorf("%d entities of kind %s; the report says %d", got, kind, want)
		}
	}
	if n := query[int](t, db.Owner, "SELECT count(*) FROM wiki.ride r WHERE r.id BETWEEN $1 AND $2", first.String(), last.String())[0]; n != report.Rides || n < 5*small.Riders {
		t.Errorf("%d rides of %d riders; the report says %d", n, small.Riders, report.Rides)
	}
	seeded := state(t, db)
	for key := range before {
		if strings.HasPrefix(key, "wiki.") {
			continue
		}
		if _, ok := seeded[key]; !ok {
			t.Errorf("after seeding there is no longer: %s", key)
		}
	}
	// A second seed beside it, and only the first goes.
	other := synthetic.Params{Seed: 8, Systems: 5, Trails: 30}
	seed(t, db, other)
	clean := func(n int64) {
		with(t, db.Owner, func(conn *pgx.Conn) error {
			report, err := load.Clean(t.Context(), conn, load.CleanOptions{Seed: &n})
			if err == nil && len(report.Seeds) != 1 {
				t.Errorf("cleaned %v", report.Seeds)
			}
			return err
		})
	}
	clean(small.Seed)
	if n := query[int](t, db.Owner, "SELECT count(*) FROM wiki.entity e WHERE e.id BETWEEN $1 AND $2", first.String(), last.String())[0]; n != 0 {
		t.Errorf("%d entities are left", n)
	}
	clean(other.Seed)
	if diff := cmp.Diff(before, state(t, db)); diff != "" {
		t.Errorf("seeding and cleaning left a difference (-before +after):\n%s", diff)
	}
}

// What a revision has must be what the wiki's own functions make of the rows.
func TestRevisionsAreTheRows(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t, fabrictest.Vocabularies)
	seed(t, db, small)
	type wrong struct {
		Kind, Chain, Stored, Wanted string
	}
	rows, err := db.Owner.Query(t.Context(), `
WITH newest AS (
  SELECT DISTINCT ON (r.entity_id, r.lang) r.entity_id, r.entity_kind, r.lang, r.size, r.salt, r.hash, c.content
  FROM wiki.revision r
  JOIN wiki.revision_content c ON c.revision_id = r.id
  ORDER BY r.entity_id, r.lang, r.number DESC
), compared AS (
  SELECT n.*, CASE WHEN n.lang IS NOT NULL THEN wiki.texts_of(n.entity_kind, n.entity_id, n.lang)
    WHEN n.entity_kind = 'TRAIL' THEN wiki.facts_of(n.entity_kind, n.entity_id) || jsonb_build_object('line', wiki.get_trail_line(n.entity_id))
    ELSE wiki.facts_of(n.entity_kind, n.entity_id) END AS wanted
  FROM newest n
)
SELECT entity_kind, coalesce(lang, 'facts'), content::text, wanted::text
FROM compared
WHERE wanted IS DISTINCT FROM content OR size <> octet_length(content::text) OR hash <> sha256(salt || convert_to(content::text, 'UTF8'))
ORDER BY random() LIMIT 8`)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[wrong])
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range all {
		t.Errorf("%s %s:\n stored %s\n wanted %s", w.Kind, w.Chain, w.Stored, w.Wanted)
	}
	for name, sql := range map[string]string{
		"revisions whose size or hash is not that of their content": `SELECT count(*) FROM wiki.revision r JOIN wiki.revision_content c ON c.revision_id = r.id WHERE r.size <> octet_length(c.content::text) OR r.hash <> sha256(r.salt || convert_to(c.content::text, 'UTF8'))`,
		"entities whose version is not their number of revisions":   `SELECT count(*) FROM wiki.entity e WHERE e.version <> (SELECT count(*) FROM wiki.revision r WHERE r.entity_id = e.id) OR e.version <> (SELECT max(r.number) FROM wiki.revision r WHERE r.entity_id = e.id)`,
		"revisions that change nothing":                             `SELECT count(*) FROM wiki.revision r JOIN wiki.revision_content c ON c.revision_id = r.id JOIN wiki.revision_content b ON b.revision_id = r.previous_id WHERE b.content = c.content AND r.kind <> 'ARCHIVE'`,
		"revisions older than the one before":                       `SELECT count(*) FROM wiki.revision r JOIN wiki.revision b ON b.entity_id = r.entity_id AND b.number = r.number - 1 WHERE b.created_at > r.created_at`,
		"texts without a revision":                                  `SELECT count(*) FROM wiki.trail_text x WHERE NOT EXISTS (SELECT FROM wiki.revision r WHERE r.entity_id = x.id AND r.lang = x.lang)`,
		"entities not updated when their last revision was written": `SELECT count(*) FROM wiki.entity e JOIN wiki.revision r ON r.entity_id = e.id AND r.number = e.version WHERE r.created_at <> e.updated_at OR r.author <> e.updated_by`,
		"votes counted otherwise than they are":                     `SELECT count(*) FROM wiki.vote_count c WHERE (c.up, c.down) <> (SELECT (count(*) FILTER (WHERE v.up))::integer, (count(*) FILTER (WHERE NOT v.up))::integer FROM wiki.vote v WHERE v.entity_id = c.entity_id)`,
		"votes on one's own":                                        `SELECT count(*) FROM wiki.vote v JOIN wiki.entity e ON e.id = v.entity_id AND e.created_by = v.rider_id`,
		"names that don't say that they are made up":                `SELECT count(*) FROM wiki.search_document d WHERE d.entity_id NOT IN (SELECT p.id FROM api.remark_row p) AND split_part(d.title, ' ', 1) <> ALL ($1)`,
	} {
		args := []any{}
		if strings.Contains(sql, "$1") {
			args = append(args, synthetic.Markers)
		}
		if n := query[int](t, db.Owner, sql, args...)[0]; n != 0 {
			t.Errorf("%d %s", n, name)
		}
	}
	if n := query[int](t, db.Owner, "SELECT count(*) FROM wiki.revision r WHERE r.kind = 'EDIT'")[0]; n < small.Trails/10 {
		t.Errorf("only %d edits", n)
	}
}

// Search documents, discovery and lines must be what the wiki's functions write.
func TestDerivedRowsAreTheWikisOwn(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t, fabrictest.Vocabularies)
	seed(t, db, small)
	for name, c := range map[string]struct{ table, rewrite string }{
		"search":    {"wiki.search_document", "SELECT count(wiki.refresh_search(e.kind, e.id, NULL)) FROM wiki.entity e"},
		"discovery": {"wiki.discovery_document", "SELECT count(wiki.refresh_discovery(NULL))"},
		"lines":     {"wiki.trail_line", "SELECT count(wiki.put_trail_line(l.trail_id, l.coordinates)) FROM wiki.trail_line l"},
		"claims":    {"wiki.claim", "SELECT count(wiki.refresh_claim(c.id)) FROM wiki.claim c"},
		"labels":    {"wiki.trail", "SELECT count(wiki.set_trail_difficulty(x.id, wiki.get_trail_difficulty(x.id))) FROM wiki.trail x"},
	} {
		sum := fmt.Sprintf("SELECT x::text FROM %s x ORDER BY 1", c.table)
		before := query[string](t, db.Owner, sum)
		query[int](t, db.Owner, c.rewrite)
		if diff := cmp.Diff(before, query[string](t, db.Owner, sum)); diff != "" {
			t.Errorf("%s: rewriting made a difference (-ours +the wiki's):\n%.3000s", name, diff)
		}
		if len(before) < small.Systems/10 {
			t.Errorf("%s: only %d rows", name, len(before))
		}
	}
}

// What riders say must be what the wiki would have taken from them.
func TestRidesAreTheWikisOwn(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t, fabrictest.Vocabularies)
	seed(t, db, small)
	for name, sql := range map[string]string{
		"ratings that can't be given":        `SELECT count(*) FROM wiki.perceived_rating p JOIN wiki.ride r ON r.id = p.ride_id WHERE p.axis <> ALL (api.ratable_axes(r.trail_id, r.direction))`,
		"labels that weren't posted":         `SELECT count(*) FROM wiki.perceived_rating p JOIN wiki.ride r ON r.id = p.ride_id WHERE p.posted_labels <> api.posted_labels(r.trail_id, r.direction)`,
		"comparisons of what wasn't ridden":  `SELECT count(*) FROM wiki.comparison c WHERE (SELECT count(DISTINCT r.trail_id) FROM wiki.ride r WHERE r.rider_id = c.rider_id AND r.trail_id IN (c.trail_id, c.other_id)) < 2`,
		"comparisons that don't apply":       `SELECT count(*) FROM wiki.comparison c WHERE c.axis <> ALL (api.ratable_axes(c.trail_id, 'EITHER')) OR c.axis <> ALL (api.ratable_axes(c.other_id, 'EITHER'))`,
		"rides the wrong way":                `SELECT count(*) FROM wiki.ride r JOIN wiki.trail t ON t.id = r.trail_id WHERE r.direction = 'BACKWARD' AND t.direction <> 'BOTH'`,
		"rides still to come, or of no time": `SELECT count(*) FROM wiki.ride r WHERE r.sort_day > current_date OR r.created_at::date < r.sort_day AND r.season IS NULL`,
	} {
		if n := query[int](t, db.Owner, sql)[0]; n != 0 {
			t.Errorf("%d %s", n, name)
		}
	}
	for name, sql := range map[string]string{
		"ratings":                          `SELECT count(*) FROM wiki.perceived_rating`,
		"comparisons":                      `SELECT count(*) FROM wiki.comparison`,
		"comparisons between two systems":  `SELECT count(*) FROM wiki.comparison c JOIN wiki.trail_system a ON a.trail_id = c.trail_id JOIN wiki.trail_system b ON b.trail_id = c.other_id WHERE a.system_id <> b.system_id`,
		"rides in two regions by a rider":  `SELECT count(*) FROM (SELECT r.rider_id FROM wiki.ride r JOIN wiki.trail_system t ON t.trail_id = r.trail_id JOIN wiki.system_region s ON s.system_id = t.system_id GROUP BY 1 HAVING count(DISTINCT s.region_id) > 1) x`,
		"rides with conditions":            `SELECT count(DISTINCT ride_id) FROM wiki.ride_condition`,
		"rides that are dated by a season": `SELECT count(*) FROM wiki.ride WHERE season IS NOT NULL`,
	} {
		if n := query[int](t, db.Owner, sql)[0]; n < 3 {
			t.Errorf("%s: only %d", name, n)
		}
	}
}

func TestSeedRefuses(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t, fabrictest.Vocabularies)
	seed(t, db, synthetic.Params{Seed: 1, Systems: 3, Trails: 10})
	before := state(t, db)
	with(t, db.Owner, func(conn *pgx.Conn) error {
		if _, err := load.Seed(t.Context(), conn, synthetic.Params{Seed: 1, Systems: 3, Trails: 10}, load.Options{}); !errors.Is(err, load.ErrThere) {
			t.Errorf("the same seed again: %v", err)
		}
		none := int64(5)
		if _, err := load.Clean(t.Context(), conn, load.CleanOptions{Seed: &none}); !errors.Is(err, load.ErrNothing) {
			t.Errorf("cleaning what isn't there: %v", err)
		}
		return nil
	})
	// Interrupted while copying: nothing of it is left, and nothing else is changed.
	ctx, cancel := context.WithCancel(t.Context())
	conn, err := db.Owner.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	said := 0
	_, err = load.Seed(ctx, conn.Conn(), small, load.Options{ChunkTrails: 100, Progress: func(string) {
		if said++; said == 1 {
			cancel()
		}
	}})
	conn.Release()
	if !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	if diff := cmp.Diff(before, state(t, db)); diff != "" {
		t.Errorf("refusals and an interruption left a difference:\n%s", diff)
	}
	first, last := synthetic.IDRange(small.Seed)
	if _, err := db.Owner.Exec(t.Context(), "INSERT INTO wiki.entity (id, kind) VALUES ($1, 'TIP')", last.String()); err != nil {
		t.Fatal(err)
	}
	with(t, db.Owner, func(conn *pgx.Conn) error {
		if _, err := load.Seed(t.Context(), conn, small, load.Options{}); err == nil || !strings.Contains(err.Error(), first.String()) {
			t.Errorf("with an id in use: %v", err)
		}
		return nil
	})
	empty := databasetest.New(t)
	with(t, empty.Owner, func(conn *pgx.Conn) error {
		if _, err := load.Seed(t.Context(), conn, small, load.Options{}); !errors.Is(err, load.ErrNoVocabularies) {
			t.Errorf("without vocabularies: %v", err)
		}
		return nil
	})
}

// What people contributed to a synthetic place doesn't vanish unasked.
func TestCleanAsksForContributions(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t, fabrictest.Content)
	before := state(t, db)
	seed(t, db, small)
	const actor = `{"mode": "USER", "sub": "11111111-2222-4333-8444-555555555555", "username": "ann", "groups": ["moderators"]}`
	id := query[string](t, db.Owner, "SELECT e.id::text FROM wiki.entity e WHERE e.kind = 'TRAIL' AND e.visibility = 'PUBLIC' AND e.id BETWEEN $1 AND $2 ORDER BY e.id LIMIT 1", ids()...)[0]
	for _, call := range []string{
		`SELECT coalesce(o.message, '') FROM wiki.entity e CROSS JOIN LATERAL api.update_trail($1::jsonb, jsonb_build_object('id', e.id, 'expectedVersion', e.version, 'personality', 'As ann sees it.')) o WHERE e.id = $2`,
		`SELECT coalesce(o.message, '') FROM wiki.entity e CROSS JOIN LATERAL api.create_tip($1::jsonb, jsonb_build_object('subjectId', e.id, 'subjectKind', 'TRAIL', 'kind', 'TIP', 'body', 'Ann was here.')) o WHERE e.id = $2`,
		`SELECT coalesce(o.message, '') FROM wiki.entity e CROSS JOIN LATERAL api.create_seasonal_notice($1::jsonb, jsonb_build_object('subjectId', e.id, 'kind', 'EVENT', 'severity', 'INFO', 'body', 'Ann was here.', 'startsOn', '2026-01-01')) o WHERE e.id = $2`,
		`SELECT coalesce(o.message, '') FROM wiki.entity e CROSS JOIN LATERAL api.create_claim($1::jsonb, jsonb_build_object('id', '22222222-2222-4333-8444-555555555555', 'subjectId', e.id, 'body', 'Ann was here.')) o WHERE e.id = $2`,
		`SELECT coalesce(o.message, '') FROM wiki.entity e CROSS JOIN LATERAL api.create_fact_check($1::jsonb || '{"sub": "bob", "username": "bob"}', jsonb_build_object('subjectId', '22222222-2222-4333-8444-555555555555', 'method', 'LOCAL_KNOWLEDGE', 'result', 'VERIFIED', 'body', 'She was.', 'checkedOn', '2026-01-01')) o WHERE e.id = $2`,
		`SELECT coalesce(o.message, '') FROM wiki.entity e CROSS JOIN LATERAL api.create_proposal($1::jsonb, jsonb_build_object('entityId', e.id, 'baseVersion', e.version, 'patch', '{"name": "Better"}')) o WHERE e.id = $2`,
		`SELECT coalesce(o.message, '') FROM wiki.entity e CROSS JOIN LATERAL api.create_ride($1::jsonb, jsonb_build_object('trailId', e.id, 'direction', 'FORWARD', 'year', 2025, 'ratings', '[{"axis": "FITNESS", "category": 1}]'::jsonb)) o WHERE e.id = $2`,
	} {
		if message := query[string](t, db.API, strings.Replace(call, "wiki.entity", "api.entity_row", 1), actor, id)[0]; message != "" {
			t.Fatalf("ann's contribution: %s", message)
		}
	}
	with(t, db.Owner, func(conn *pgx.Conn) error {
		_, err := load.Clean(t.Context(), conn, load.CleanOptions{})
		if !errors.Is(err, load.ErrContributions) || !strings.Contains(err.Error(), "1 revisions, 1 proposals, 4 remarks and 1 rides") {
			t.Errorf("cleaning over ann's contributions: %v", err)
		}
		return nil
	})
	// What stands elsewhere and points here is never taken along.
	system := query[string](t, db.Owner, "SELECT x.system_id::text FROM wiki.trail_system x WHERE x.trail_id = $1", id)[0]
	if message := query[string](t, db.API, `SELECT coalesce(o.message, '') FROM api.create_guide($1::jsonb, jsonb_build_object('name', 'Where to begin', 'type', 'VISITOR_PRIMER', 'systemIds', jsonb_build_array($2::text))) o`, actor, system)[0]; message != "" {
		t.Fatalf("ann's guide: %s", message)
	}
	with(t, db.Owner, func(conn *pgx.Conn) error {
		_, err := load.Clean(t.Context(), conn, load.CleanOptions{Contributions: true})
		if !errors.Is(err, load.ErrContributions) || !strings.Contains(err.Error(), "guide_system") {
			t.Errorf("cleaning under ann's guide: %v", err)
		}
		if _, err := conn.Exec(t.Context(), "DELETE FROM wiki.guide_system x WHERE x.system_id = $1", system); err != nil {
			return err
		}
		_, err = load.Clean(t.Context(), conn, load.CleanOptions{Contributions: true})
		return err
	})
	after := state(t, db)
	// Ann stays, and the record of what she did.
	for _, table := range []string{"wiki.guide", "wiki.entity", "wiki.rider", "wiki.person", "wiki.slug", "wiki.revision", "wiki.revision_content", "wiki.search_document", "wiki.audit_log", "wiki.outbox"} {
		delete(before, table)
		delete(after, table)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("cleaning with contributions left a difference:\n%s", diff)
	}
	if n := query[int](t, db.Owner, "SELECT count(*) FROM wiki.rider r WHERE r.name = 'ann'")[0]; n != 1 {
		t.Errorf("ann is there %d times", n)
	}
}

func ids() []any {
	first, last := synthetic.IDRange(small.Seed)
	return []any{first.String(), last.String()}
}

// BenchmarkSeed counts trails a second with all rows that belong to them, into a
// database of its own; cleaning up is not counted.
func BenchmarkSeed(b *testing.B) {
	db := databasetest.New(b, fabrictest.Vocabularies)
	p := synthetic.Params{Seed: 1, Systems: 1000, Trails: 10_000}
	var total load.Report
	for b.Loop() {
		with(b, db.Owner, func(conn *pgx.Conn) error {
			r, err := load.Seed(b.Context(), conn, p, load.Options{})
			if err != nil {
				return err
			}
			total.Trails += r.Trails
			total.Rows += r.Rows
			total.Copying += r.Copying + r.Waiting
			total.Took += r.Took
			total.Tables = append(total.Tables, r.Table("trail"))
			b.StopTimer()
			defer b.StartTimer()
			_, err = load.Clean(b.Context(), conn, load.CleanOptions{})
			return err
		})
	}
	var alone float64
	for _, t := range total.Tables {
		alone += t.Took.Seconds()
	}
	b.ReportMetric(float64(total.Trails)/total.Took.Seconds(), "trails/s")
	b.ReportMetric(float64(total.Trails)/total.Copying.Seconds(), "copied-trails/s")
	b.ReportMetric(float64(total.Trails)/alone, "wiki.trail-rows/s")
	b.ReportMetric(float64(total.Rows)/float64(total.Trails), "rows/trail")
}
