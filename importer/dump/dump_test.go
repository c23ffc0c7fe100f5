package dump_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/content"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/importer"
	"github.com/mtbwiki/mtbwiki/importer/dump"
	"github.com/mtbwiki/mtbwiki/importer/layer"
	"github.com/mtbwiki/mtbwiki/importer/osm"
)

const (
	ann    = `{"mode": "USER", "sub": "ann-1", "username": "ann"}`
	mod    = `{"mode": "USER", "sub": "mod-1", "username": "mod", "groups": ["moderators"]}`
	admin  = `{"mode": "USER", "sub": "admin-1", "username": "admin", "groups": ["admins"]}`
	hidden = "b0000000-0000-0000-0000-000000000001"
	taken  = "b0000000-0000-0000-0000-000000000003"
	claim  = "b0000000-0000-0000-0000-000000000002"
	down   = "b0000000-0000-0000-0000-0000000000d0"
)

// lived is the shipped content after people were there, with a layer beside it.
var lived = databasetest.Seed{Name: "dump", Hash: content.Hash() + " 3", Fill: fill}

// open is the same with nothing in it that isn't for everybody.
var open = databasetest.Seed{Name: "opendump", Hash: content.Hash() + " 3", Fill: func(ctx context.Context, owner *pgxpool.Pool) error {
	if err := fill(ctx, owner); err != nil {
		return err
	}
	for _, sql := range []string{
		"UPDATE wiki.entity SET state = 'PUBLISHED', visibility = 'PUBLIC', merged_into = NULL",
		"DELETE FROM wiki.hidden_revision",
		"UPDATE wiki.layer_feature SET sensitive = NULL",
		"SELECT count(wiki.refresh_search(e.kind, e.id, NULL)) FROM wiki.entity e",
		"SELECT wiki.refresh_discovery(ARRAY(SELECT s.id FROM wiki.system s))",
	} {
		if _, err := owner.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}}

func fill(ctx context.Context, owner *pgxpool.Pool) error {
	c, err := content.Load(content.FS)
	if err != nil {
		return err
	}
	if _, err := importer.Seed(ctx, owner, c, nil); err != nil {
		return err
	}
	data, err := osm.Parse(strings.NewReader(`<osm version="0.6">
		<node id="1" lat="0.001" lon="0.001"/><node id="2" lat="0.002" lon="0.002"/><node id="3" lat="0.004" lon="0.003"/><node id="4" lat="0.005" lon="0.001"/>
		<way id="11"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="path"/><tag k="name" v="Invented Way"/><tag k="mtb:scale" v="2"/></way>
		<way id="12"><nd ref="3"/><nd ref="4"/><tag k="highway" v="path"/><tag k="name" v="Secret Way"/><tag k="mtb:scale" v="3"/><tag k="access" v="private"/></way></osm>`), osm.Limits{})
	if err != nil {
		return err
	}
	p, err := layer.FromOSM(ctx, data, nil)
	if err != nil {
		return err
	}
	if _, err := layer.Write(ctx, owner, p, layer.Options{Regions: []string{"invented-highlands"}, Today: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)}); err != nil {
		return err
	}
	call := func(function, actor, input string) error {
		var ok bool
		var message *string
		if err := owner.QueryRow(ctx, "SELECT ok, message FROM api."+function+"($1, "+input+")", actor).Scan(&ok, &message); err != nil {
			return err
		}
		if !ok {
			return errors.New(function + ": " + *message)
		}
		return nil
	}
	trail := func(slug string) string {
		return "(SELECT s.entity_id FROM wiki.slug s WHERE s.kind = 'TRAIL' AND s.slug = '" + slug + "')"
	}
	version := func(id string) string { return "(SELECT e.version FROM wiki.entity e WHERE e.id = " + id + ")" }
	edit := func(id, more string) string {
		return "jsonb_build_object('id', " + id + ", 'expectedVersion', " + version(id) + ", " + more + ")"
	}
	ridge := "(SELECT s.entity_id FROM wiki.slug s WHERE s.kind = 'SYSTEM' AND s.slug = 'imaginary-ridge')"
	first := trail("daydream-descent")
	for _, step := range []struct{ function, actor, input string }{
		{"update_trail", ann, edit(first, "'flow', 3.5, 'personality', 'Ends <rough> & ready.', 'comment', 'Ridden twice.'")},
		{"update_trail", ann, edit(first, "'lang', 'de', 'personality', 'Endet rau – ganz.'")},
		{"set_trail_line", mod, edit(first, "'coordinates', '[[-40.1, 10.25, 12.5], [-40.1000001, 10.26], [-40.12, 10.27]]'::jsonb")},
		{"create_tip", ann, "jsonb_build_object('subjectId', " + first + ", 'kind', 'TIP', 'body', 'The second gate sticks.')"},
		{"create_review", ann, "jsonb_build_object('subjectId', " + ridge + ", 'rating', 5, 'perspective', 'LOCAL_RIDER', 'rideMonth', '2026-10', 'conditions', 'Wet', 'lang', 'de', 'body', 'So schön ist es nirgends.')"},
		{"cast_vote", mod, "jsonb_build_object('entityId', (SELECT v.id FROM wiki.review v), 'value', 'DOWN')"},
		{"cast_vote", mod, "jsonb_build_object('entityId', (SELECT t.id FROM wiki.tip t WHERE t.body = 'The second gate sticks.'), 'value', 'UP')"},
		{"create_seasonal_notice", ann, "jsonb_build_object('subjectId', " + first + ", 'kind', 'CLOSURE', 'severity', 'CRITICAL', 'body', 'The bridge is out.', 'startsOn', '2026-11-01', 'endsOn', '2199-01-01', 'url', 'https://club.example/bridge')"},
		{"create_media", ann, "jsonb_build_object('subjectId', " + first + ", 'kind', 'VIDEO', 'url', 'https://films.example/1', 'caption', 'The whole descent.', 'attribution', 'Bo & Co', 'licence', 'ALL_RIGHTS_RESERVED', 'rightsBasis', 'LINK_ONLY', 'peopleShown', 'NOT_RECOGNISABLE', 'takenOn', '2026-05-01', 'conditions', jsonb_build_array('wet', 'dry'))"},
		{"create_media", ann, "jsonb_build_object('id', '" + down + "', 'subjectId', " + first + ", 'kind', 'PHOTO', 'url', 'https://photos.example/secret', 'caption', 'Nobody may see this.', 'attribution', 'Bo', 'licence', 'ALL_RIGHTS_RESERVED', 'rightsBasis', 'LINK_ONLY', 'peopleShown', 'NONE')"},
		{"take_down_media", mod, "jsonb_build_object('id', '" + down + "', 'reason', 'Bo asked for it.')"},
		{"create_claim", ann, "jsonb_build_object('id', '" + claim + "', 'subjectId', " + first + ", 'field', 'maintenance', 'body', 'The club mends it in May.', 'source', 'The club', 'date', '2026-05-01')"},
		{"create_fact_check", mod, "jsonb_build_object('subjectId', '" + claim + "', 'method', 'LOCAL_KNOWLEDGE', 'result', 'INCORRECT', 'body', 'In June.', 'checkedOn', '2026-06-01')"},
		{"update_claim", ann, edit("'"+claim+"'", "'body', 'The club mends it in June.'")},
		{"create_fact_check", mod, "jsonb_build_object('subjectId', '" + claim + "', 'method', 'OFFICIAL_SOURCE', 'result', 'VERIFIED', 'body', 'So they say.', 'checkedOn', '2026-07-01')"},
		{"create_trail", ann, "jsonb_build_object('id', '" + hidden + "', 'name', 'Nobody Knows', 'direction', 'BOTH', 'type', 'SINGLETRACK', 'systemIds', jsonb_build_array(" + ridge + "), 'description', 'Only for those who keep quiet.')"},
		{"update_trail", mod, edit(first, "'junctions', jsonb_build_array(jsonb_build_object('trailId', '"+hidden+"', 'atM', 100, 'otherAtM', 0))")},
		{"update_trail", mod, edit("'"+hidden+"'", "'visibility', 'HIDDEN'")},
		{"create_trail", ann, "jsonb_build_object('name', 'Put Away', 'direction', 'BOTH', 'type', 'SINGLETRACK', 'systemIds', jsonb_build_array(" + ridge + "))"},
		{"create_tip", ann, "jsonb_build_object('subjectId', " + trail("put-away") + ", 'kind', 'TIP', 'body', 'Of what was built over.')"},
		{"create_comment", ann, "jsonb_build_object('subjectId', " + trail("put-away") + ", 'body', 'Talk of what was built over.')"},
		{"create_comment", ann, "jsonb_build_object('id', '" + taken + "', 'subjectId', " + first + ", 'body', 'Taken back words.')"},
		{"create_comment", mod, "jsonb_build_object('subjectId', " + first + ", 'replyToId', '" + taken + "', 'body', 'An answer that stays.')"},
		{"archive_comment", ann, edit("'"+taken+"'", "'comment', 'Never mind.'")},
		{"archive_trail", mod, edit(trail("put-away"), "'comment', 'Built over.'")},
		{"create_trail", ann, "jsonb_build_object('name', 'Quiet Name', 'direction', 'BOTH', 'type', 'SINGLETRACK', 'lengthM', 4321, 'visibility', 'NAME_ONLY', 'systemIds', jsonb_build_array(" + ridge + "))"},
		{"create_access_point", ann, "jsonb_build_object('name', 'Quiet Halt', 'kind', 'STATION', 'visibility', 'NAME_ONLY', 'position', jsonb_build_object('lat', 10.123, 'lon', -40.5), 'directions', 'Over the secret bridge.', 'fees', 'None.', 'systemIds', jsonb_build_array(" + ridge + "))"},
		{"create_ride", ann, "jsonb_build_object('id', 'b0000000-0000-0000-0000-000000000004', 'trailId', " + first + ", 'direction', 'FORWARD', 'year', 2026, 'note', 'Fell into the brook.', 'ratings', '[{\"axis\": \"FITNESS\", \"category\": 3}]'::jsonb)"},
		{"create_proposal", ann, "jsonb_build_object('entityId', " + first + ", 'baseVersion', " + version(first) + ", 'patch', '{\"name\": \"Proposed Name\"}'::jsonb)"},
		{"redact_revision", admin, "jsonb_build_object('id', (SELECT r.id FROM wiki.revision r WHERE r.entity_id = " + first + " AND r.comment = 'Ridden twice.' AND r.lang IS NULL), 'reason', 'It named somebody.')"},
		{"update_trail", ann, edit(first, "'maintenance', 'Rude words.', 'comment', 'Rude comment.'")},
		{"update_trail", ann, edit(first, "'maintenance', 'Raked in May.'")},
		{"hide_revision", mod, "jsonb_build_object('id', (SELECT r.id FROM wiki.revision r WHERE r.entity_id = " + first + " AND r.comment = 'Rude comment.'), 'reason', 'An insult.')"},
		{"create_trail", `{"mode": "IMPORT"}`, "jsonb_build_object('name', 'Daydream Twin', 'synthetic', true, 'direction', 'BOTH', 'type', 'SINGLETRACK', 'systemIds', jsonb_build_array(" + ridge + "), 'description', 'Twin words.')"},
		{"create_tip", ann, "jsonb_build_object('subjectId', " + trail("daydream-twin") + ", 'kind', 'TIP', 'body', 'It is the same trail.')"},
		{"merge_entities", mod, "jsonb_build_object('fromId', " + trail("daydream-twin") + ", 'fromVersion', 2, 'intoId', " + first + ", 'intoVersion', " + version(first) + ")"},
	} {
		if err := call(step.function, step.actor, step.input); err != nil {
			return err
		}
	}
	return nil
}

func write(t *testing.T, db *databasetest.Databases) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "dump")
	if _, err := dump.Write(t.Context(), db.Owner, dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// files are a dump's files by name.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		found[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestRoundTrip holds that a dump, restored and dumped again, is the same to the byte, and
// that what it was restored into is the same wiki.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	db, other := databasetest.New(t, lived), databasetest.New(t)
	dir := write(t, db)
	first := files(t, dir)
	if diff := cmp.Diff(first, files(t, write(t, db))); diff != "" {
		t.Errorf("the same wiki, twice (-first +second):\n%s", diff)
	}
	m, err := dump.Restore(t.Context(), other.Owner, os.DirFS(dir), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range m.Files {
		if f.Records == 0 {
			t.Errorf("%s is empty: this test doesn't show that it comes back", f.Name)
		}
	}
	for name, text := range files(t, write(t, other)) {
		if diff := cmp.Diff(strings.Split(first[name], "\n"), strings.Split(text, "\n")); diff != "" {
			t.Errorf("%s (-first +after being restored):\n%s", name, diff)
		}
	}

}

// TestRestored holds table by table that a wiki without secrets comes back whole.
func TestRestored(t *testing.T) {
	t.Parallel()
	db, other := databasetest.New(t, open), databasetest.New(t)
	if _, err := dump.Restore(t.Context(), other.Owner, os.DirFS(write(t, db)), nil); err != nil {
		t.Fatal(err)
	}
	var tables []string
	if err := db.Owner.QueryRow(t.Context(), "SELECT array_agg(relname::text ORDER BY 1) FROM pg_class WHERE relnamespace = 'wiki'::regnamespace AND relkind = 'r'").Scan(&tables); err != nil {
		t.Fatal(err)
	}
	// Not in a dump: of the wiki that it was, or of persons.
	without := map[string]string{
		"audit_log": "*", "outbox": "*", "person": "*", "proposal": "*", "proposal_line": "*", "redaction": "*", "setting": "*",
		"rider_avoid": "*", "rider_style": "*", "synthetic_batch": "*", "notice_confirmation": "*", "media_takedown": "*",
		"watch": "*", "watch_reading": "*", "flag": "*", "vote": "*",
		"ride": "*", "ride_condition": "*", "perceived_rating": "*", "comparison": "*", "trip": "*",
		"rider":    "about skill units fitness bike_class years_riding home_region_id",
		"revision": "salt hash", "revision_content": "redacted_reason",
	}
	// Riders that wrote nothing that is there, and their own pages' history.
	only := map[string]string{
		"entity": "t.kind <> 'RIDER'", "revision": "t.entity_kind <> 'RIDER'", "rider": "t.name <> 'admin'", "slug": "t.slug <> 'admin'",
		"revision_content": "EXISTS (SELECT FROM wiki.revision r WHERE r.id = t.revision_id AND r.entity_kind <> 'RIDER')", "search_document": "t.title <> 'admin'",
	}
	rows := func(db *databasetest.Databases, table string) []string {
		t.Helper()
		where := only[table]
		if where == "" {
			where = "true"
		}
		var list []string
		sql := "SELECT coalesce(array_agg(x::text ORDER BY x::text), '{}') FROM (SELECT to_jsonb(t) - $1::text[] AS x FROM wiki." + table + " t WHERE " + where + ") r"
		if err := db.Owner.QueryRow(t.Context(), sql, strings.Fields(without[table])).Scan(&list); err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		return list
	}
	for _, table := range tables {
		if without[table] == "*" {
			continue
		}
		if diff := cmp.Diff(rows(db, table), rows(other, table)); diff != "" {
			t.Errorf("%s (-was +is):\n%s", table, diff)
		}
	}
}

// TestWhatIsInIt holds that nothing leaves that a visitor may not see.
func TestWhatIsInIt(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t, lived)
	all := files(t, write(t, db))
	for name, text := range all {
		for _, secret := range []string{hidden, down, "photos.example/secret", "Nobody may see", "Bo asked", taken, "built over", "Taken back words", "Nobody Knows", "keep quiet", "Put Away", "Proposed Name", "ann-1", "It named somebody", "b0000000-0000-0000-0000-000000000004", "Fell into", "Rude words", "Rude comment", "An insult", "Twin words", `"lengthM":4321`, "way/12", "secret bridge", "10.123"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s tells of %q", name, secret)
			}
		}
	}
	record := func(file, contains string) (v map[string]any) {
		t.Helper()
		for _, line := range strings.Split(all[file], "\n") {
			if strings.Contains(line, contains) {
				if err := json.Unmarshal([]byte(strings.TrimSuffix(line, ",")), &v); err != nil {
					t.Fatal(err)
				}
				return v
			}
		}
		t.Fatalf("%s has nothing with %q", file, contains)
		return nil
	}
	trail := record("trail.ndjson", `"daydream-descent"`)
	texts := trail["texts"].(map[string]any)
	if got := texts["de"].(map[string]any)["personality"]; got != "Endet rau – ganz." {
		t.Errorf("in German it says %v", got)
	}
	if facts := trail["facts"].(map[string]any); facts["flow"] != 3.5 || facts["junctions"] == nil {
		t.Errorf("its facts: %v", facts)
	}
	if author := record("rider.ndjson", trail["updatedBy"].(string))["name"]; author != "mod" {
		t.Errorf("changed last by %v", author)
	}
	quiet := record("trail.ndjson", "Quiet Name")
	if quiet["visibility"] != "NAME_ONLY" || strings.Contains(all["revision.ndjson"], quiet["id"].(string)) {
		t.Errorf("of a name only: %v", quiet)
	}
	if text := record("access-point.ndjson", "Quiet Halt")["texts"]; text.(map[string]any)["en"].(map[string]any)["fees"] != "None." {
		t.Errorf("of an access point, whose name only is told: %v", text)
	}
	if taken := record("revision.ndjson", `"redacted":true`); taken["content"] != nil || taken["comment"] != "Ridden twice." {
		t.Errorf("what was taken out: %v", taken)
	}
	// The address of what was merged into it leads to it, and to it only.
	slugs := map[string]bool{}
	for _, s := range trail["slugs"].([]any) {
		slugs[s.(map[string]any)["slug"].(string)] = s.(map[string]any)["current"].(bool)
	}
	if current, there := slugs["daydream-twin"]; !there || current || !slugs["daydream-descent"] {
		t.Errorf("its slugs: %v", slugs)
	}
	if tip := record("tip.ndjson", "It is the same trail."); tip["facts"].(map[string]any)["subjectId"] != trail["id"] {
		t.Errorf("a tip that moved: %v", tip)
	}
	if way := record("layers/openstreetmap/elements.ndjson", "way/11"); way["tags"].(map[string]any)["mtb:scale"] != "2" {
		t.Errorf("an element of the layer: %v", way)
	}
	var m dump.Manifest
	if err := json.Unmarshal([]byte(all["manifest.json"]), &m); err != nil {
		t.Fatal(err)
	}
	for _, f := range m.Files {
		want := "CC-BY-SA-4.0"
		if strings.HasPrefix(f.Name, "layers/openstreetmap/") {
			want = "ODbL-1.0"
		}
		if f.Licence != want || want == "ODbL-1.0" && f.Attribution != "© OpenStreetMap contributors" {
			t.Errorf("%s is under %s, by %q", f.Name, f.Licence, f.Attribution)
		}
	}
	var line struct {
		Geometry struct{ Coordinates [][]float64 }
	}
	var collection struct{ Features []json.RawMessage }
	if err := json.Unmarshal([]byte(all["trail-line.geojson"]), &collection); err != nil {
		t.Fatal(err)
	}
	for _, f := range collection.Features {
		if strings.Contains(string(f), trail["id"].(string)) {
			if err := json.Unmarshal(f, &line); err != nil {
				t.Fatal(err)
			}
		}
	}
	if diff := cmp.Diff([][]float64{{-40.1, 10.25, 12.5}, {-40.1000001, 10.26}, {-40.12, 10.27}}, line.Geometry.Coordinates); diff != "" {
		t.Errorf("the line (-want +got):\n%s", diff)
	}
}

// TestRestoreRefuses holds that what is wrong leaves the wiki as empty as it was.
func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	db, other := databasetest.New(t, lived), databasetest.New(t)
	good := fstest.MapFS{}
	for name, text := range files(t, write(t, db)) {
		good[name] = &fstest.MapFile{Data: []byte(text)}
	}
	if _, err := dump.Restore(t.Context(), db.Owner, good, nil); !errors.Is(err, dump.ErrNotEmpty) {
		t.Errorf("into a wiki with pages: %v", err)
	}
	replace := func(file, old, by string) func(fstest.MapFS) {
		return func(f fstest.MapFS) {
			text := strings.Replace(string(f[file].Data), old, by, 1)
			if text == string(f[file].Data) {
				t.Fatalf("%s has no %q", file, old)
			}
			f[file] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	for name, test := range map[string]struct {
		spoil func(fstest.MapFS)
		// sums are set right again, so that the records themselves are looked at.
		sums bool
		want string
	}{
		"no manifest":      {func(f fstest.MapFS) { delete(f, "manifest.json") }, false, "there is no manifest.json"},
		"a newer form":     {replace("manifest.json", `"format": 1`, `"format": 2`), false, "it has the format 2"},
		"an unknown word":  {replace("manifest.json", `"format": 1`, `"format": 1, "x": 1`), false, `unknown field "x"`},
		"a file gone":      {func(f fstest.MapFS) { delete(f, "guide.ndjson") }, false, "guide.ndjson"},
		"a file more":      {func(f fstest.MapFS) { f["more.ndjson"] = &fstest.MapFile{} }, false, "more.ndjson doesn't belong to it"},
		"a changed file":   {replace("trail.ndjson", "Daydream", "Nightmare"), false, "trail.ndjson isn't as it was written"},
		"a newer wiki":     {replace("manifest.json", `"migration": `, `"migration": 9`), false, "update the program first"},
		"half a record":    {replace("trail.ndjson", `{"`, `{`), true, "trail.ndjson, line 1: it is no JSON object"},
		"a record gone":    {replace("tip.ndjson", "\n", ""), true, "tip.ndjson"},
		"a value too long": {replace("trail.ndjson", `"direction":"`, `"direction":"SIDEWAYS`), true, "trail.ndjson, line 1"},
		"a page of nobody": {replace("revision.ndjson", `"entityId":"`, `"entityId":"00000000-0000-0000-0000-0000000000ff","was":"`), true, "revision.ndjson, line 1"},
	} {
		t.Run(name, func(t *testing.T) {
			spoilt := fstest.MapFS{}
			for k, v := range good {
				spoilt[k] = v
			}
			test.spoil(spoilt)
			if test.sums {
				dump.Seal(t, spoilt)
			}
			_, err := dump.Restore(t.Context(), other.Owner, spoilt, nil)
			if !errors.Is(err, dump.ErrDump) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			var n int
			if err := other.Owner.QueryRow(t.Context(), "SELECT count(*) FROM wiki.entity").Scan(&n); err != nil || n != 0 {
				t.Errorf("%d pages are there: %v", n, err)
			}
		})
	}
}

// FuzzRead holds that no manifest leads out of the dump or past a file.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"format":1,"migration":15,"changed":"","files":[{"name":"trail.ndjson","records":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]}`))
	f.Add([]byte(`{"format":1,"files":[{"name":"../trail.ndjson"}]}`))
	f.Add([]byte(`{"format":2}`))
	f.Fuzz(func(t *testing.T, manifest []byte) {
		files := fstest.MapFS{"manifest.json": {Data: manifest}}
		var m struct{ Files []dump.File }
		if json.Unmarshal(manifest, &m) == nil {
			for _, file := range m.Files {
				if fs.ValidPath(file.Name) && file.Name != "." {
					files[file.Name] = &fstest.MapFile{}
				}
			}
		}
		files["manifest.json"] = &fstest.MapFile{Data: manifest}
		read, err := dump.Read(files)
		if err != nil {
			return
		}
		for _, file := range read.Files {
			if _, err := fs.Stat(files, file.Name); err != nil {
				t.Errorf("%q is taken: %v", file.Name, err)
			}
		}
	})
}
