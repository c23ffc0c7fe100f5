package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/content"
	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/importer"
	"github.com/mtbwiki/mtbwiki/track"
)

const smallExtract = `<osm version="0.6"><node id="1" lat="47.1" lon="11.1"/><node id="2" lat="47.101" lon="11.1"/><node id="3" lat="47.102" lon="11.1"/>
<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="path"/><tag k="name" v="Invented Line"/><tag k="mtb:scale" v="2"/></way>%s</osm>`

func gpxFile(points string) string {
	return `<gpx version="1.1"><trk><name>Home to work</name><trkseg>` + points + `</trkseg></trk></gpx>`
}

func longRecording() string {
	var b strings.Builder
	for i := range 100 {
		b.WriteString(`<trkpt lat="47.1` + string(rune('0'+i/10)) + string(rune('0'+i%10)) + `" lon="11.1"><time>2024-05-01T08:00:00Z</time></trkpt>`)
	}
	return gpxFile(b.String())
}

// write makes a file of the test's own folder.
func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func call(t *testing.T, args ...string) (code int, out string) {
	t.Helper()
	var b bytes.Buffer
	code = run(context.Background(), args, streams{strings.NewReader(""), &b, &b})
	return code, b.String()
}

func TestImportExitCodes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good := write(t, dir, "good.osm", strings.Replace(smallExtract, "%s", "", 1))
	road := write(t, dir, "road.osm", strings.Replace(smallExtract, "%s",
		`<way id="2"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/><tag k="mtb:scale" v="0"/></way>`, 1))
	cut := write(t, dir, "cut.osm", smallExtract[:200])
	long := write(t, dir, "long.gpx", longRecording())
	short := write(t, dir, "short.gpx", gpxFile(`<trkpt lat="47" lon="11"/><trkpt lat="47.0001" lon="11"/>`))
	network := write(t, dir, "network.geojson", `{"type": "Feature", "properties": {"name": "Spur"}, "geometry": {"type": "LineString", "coordinates": [[1, 1], [1, 1.01]]}}`)
	segments := write(t, dir, "segments.geojson", `{"type": "Feature", "properties": {"no": "S1"}, "geometry": {"type": "LineString", "coordinates": [[1, 1], [1, 1.01]]}}`)
	named := write(t, dir, "named.csv", "id,name,segment_ids\n7,Lake Loop,S0;S1\n")
	taken := write(t, dir, "taken.geojson", "mine")
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"import osm --dry-run " + good, 0, "trails 1 (0 of them name only)"},
		{"import osm --dry-run " + road, 1, "skipped 1 ways: a road"},
		{"import osm --dry-run " + good + " " + cut, 2, "cut.osm was refused"},
		{"import osm --dry-run " + long, 2, "<gpx>"},
		{"import osm --dry-run " + filepath.Join(dir, "absent.osm"), 2, "absent.osm"},
		{"import osm " + good, 2, "--database-url"},
		{"import osm --database-url postgres://nowhere " + good, 2, "--region"},
		{"import osm --dry-run --dem " + good + " " + good, 2, "name a tile"},
		{"import geojson --dry-run --source x --title X --attribution X --licence CC0-1.0 " + network, 0, "trails 1"},
		{"import geojson --dry-run --source openstreetmap --title X --attribution X --licence CC0-1.0 " + network, 2, "kept for"},
		{"import geojson --dry-run " + network, 2, "--source"},
		{"import geojson --dry-run --list --source x --title X --attribution X --licence CC0-1.0 --named-trails " + named + " --id-key no " + segments, 0, "trail Lake Loop"},
		{"import geojson --dry-run --source x --title X --attribution X --licence CC0-1.0 --named-trails " + network + " --id-key no " + segments, 2, "named trails"},
		{"import gpx " + long, 0, "Nothing was written"},
		{"import gpx " + short, 1, "skipped recording 1"},
		{"import gpx " + good, 2, "<osm>"},
		{"import gpx --access-point here " + long, 2, "longitude,latitude"},
		{"import gpx --output " + taken + " " + long, 2, "left alone"},
		{"import fit " + long, 2, "no FIT file"},
		{"import gpx --trail x " + long, 2, "--database-url"},
		{"import gpx --dry-run " + long, 2, "goes with --trail"},
		{"import gpx --as ann " + long, 2, "go with --trail"},
		{"import gpx --trail x --moderator " + long, 2, "goes with --as"},
		{"import geojson --as ann --dry-run " + network, 2, "go with --trail"},
		{"import geojson --trail x " + network, 2, "--database-url"},
		{"import geojson --trail x --source x " + network, 2, "goes with none of --source"},
	} {
		code, out := call(t, strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(out, c.want) {
			t.Errorf("%s: exit %d, want %d with %q:\n%s", c.args, code, c.code, c.want, out)
		}
	}
	if text, err := os.ReadFile(taken); err != nil || string(text) != "mine" {
		t.Errorf("a file that was there became %q: %v", text, err)
	}
}

// What comes out of a recording is a line and nothing else of it.
func TestImportGPXKeepsPrivate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	long := write(t, dir, "long.gpx", longRecording())
	output := filepath.Join(dir, "lines.geojson")
	if code, out := call(t, "import", "gpx", "--access-point", "11.1,47.199", "-o", output, long); code != 0 || !strings.Contains(out, "Wrote 1 lines") {
		t.Fatalf("exit %d: %s", code, out)
	}
	text, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	for _, private := range []string{"2024", "Home", "47.1]", "47.101]"} {
		if strings.Contains(string(text), private) {
			t.Errorf("%q is in what is proposed:\n%s", private, text)
		}
	}
	geometry := strings.TrimSuffix(strings.SplitN(string(text), `"geometry":`, 2)[1], "}]}\n")
	line, err := track.ParseGeoJSON([]byte(geometry))
	if err != nil {
		t.Fatal(err)
	}
	start, end := track.At2D(11.1, 47.1), track.At2D(11.1, 47.199)
	if d := track.Distance(line[0], start); d < 200 {
		t.Errorf("the line begins %.0f m from where the recording did", d)
	}
	if d := track.Distance(line[len(line)-1], end); d > 1 {
		t.Errorf("the line ends %.0f m from the access point", d)
	}
}

func TestImportWrites(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t)
	c, err := content.Load(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := importer.Seed(t.Context(), db.Owner, &content.Content{Vocabularies: c.Vocabularies, Regions: c.Regions}, nil); err != nil {
		t.Fatal(err)
	}
	file := write(t, t.TempDir(), "good.osm", strings.Replace(smallExtract, "%s", "", 1))
	for _, c := range []struct {
		region string
		code   int
		want   string
	}{
		{"atlantis", 2, "no such region"},
		{"alps", 0, "Made 1 systems, 1 trails, 0 routes"},
		{"alps", 0, "found 1, 1, 0 that were there"},
	} {
		code, out := call(t, "import", "osm", "--database-url", db.OwnerURL, "--region", c.region, file)
		if code != c.code || !strings.Contains(out, c.want) {
			t.Errorf("--region %s: exit %d, want %d with %q:\n%s", c.region, code, c.code, c.want, out)
		}
	}
	var n int
	if err := db.API.QueryRow(t.Context(), `SELECT count(*) FROM api.trails('{"mode": "KEY"}', 'en') t WHERE t.name = 'Invented Line'`).Scan(&n); err != nil || n != 1 {
		t.Errorf("the public sees %d imported trails: %v", n, err)
	}
}

// A recording becomes a proposal for a trail's line, once, and nothing else of it.
func TestImportGPXProposes(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t)
	c, err := content.Load(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := importer.Seed(t.Context(), db.Owner, &content.Content{Vocabularies: c.Vocabularies, Regions: c.Regions}, nil); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	extract := write(t, dir, "good.osm", strings.Replace(smallExtract, "%s", "", 1))
	if code, out := call(t, "import", "osm", "--database-url", db.OwnerURL, "--region", "alps", extract); code != 0 {
		t.Fatalf("exit %d: %s", code, out)
	}
	long := write(t, dir, "long.gpx", longRecording())
	short := write(t, dir, "short.gpx", gpxFile(`<trkpt lat="47" lon="11"/><trkpt lat="47.0001" lon="11"/>`))
	away := write(t, dir, "away.gpx", strings.ReplaceAll(longRecording(), `lon="11.1"`, `lon="13.1"`))
	proposed := func() (n int) {
		t.Helper()
		if err := db.Owner.QueryRow(t.Context(), "SELECT count(*) FROM wiki.proposal").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, c := range []struct {
		args, want string
		code, then int
	}{
		{"--trail atlantis " + long, "atlantis", 2, 0},
		{"--trail invented-line " + short, "Nothing was written.", 1, 0},
		{"--trail invented-line " + away, "lies elsewhere by", 1, 0},
		{"--trail invented-line --dry-run " + long, "It would be proposed", 0, 0},
		{"--trail invented-line " + long, "Proposed; moderators decide", 0, 1},
		{"--trail invented-line " + long, "nothing new. This recording was proposed before", 0, 1},
	} {
		code, out := call(t, append([]string{"import", "gpx", "--database-url", db.OwnerURL}, strings.Fields(c.args)...)...)
		if code != c.code || !strings.Contains(out, c.want) {
			t.Errorf("%s: exit %d, want %d with %q:\n%s", c.args, code, c.code, c.want, out)
		}
		if n := proposed(); n != c.then {
			t.Errorf("%s: %d proposals, want %d", c.args, n, c.then)
		}
	}
	var patch, comment, state, coordinates string
	if err := db.Owner.QueryRow(t.Context(), `SELECT p.patch::text, p.comment, p.state::text, l.coordinates::text
		FROM wiki.proposal p JOIN wiki.proposal_line l ON l.proposal_id = p.id`).Scan(&patch, &comment, &state, &coordinates); err != nil {
		t.Fatal(err)
	}
	for _, private := range []string{"2024", "Home", "long.gpx", "47.1]", "47.101]", "47.199]"} {
		if strings.Contains(patch+comment+coordinates, private) {
			t.Errorf("%q is in what is proposed: %s %s %s", private, patch, comment, coordinates)
		}
	}
	// The extract knows the trail from 47.1 to 47.102; of the way there and back the
	// part along it is cut off with the recording's ends, so the rest was taken.
	line, err := track.ParseGeoJSON([]byte(`{"type":"LineString","coordinates":` + coordinates + `}`))
	if err != nil || state != "OPEN" {
		t.Fatalf("%s: %v", state, err)
	}
	if d := track.Distance(line[0], track.At2D(11.1, 47.1)); d < 200 {
		t.Errorf("the line begins %.0f m from where the recording did", d)
	}
	// Once it is the trail's line it is known as such.
	if _, err := database.NewClient(db.Owner).SetTrailLine(t.Context(), database.Importer(), entity.SetTrailLineInput{
		ID: importedTrail(t, db), ExpectedVersion: 1, Coordinates: &coordinates}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Owner.Exec(t.Context(), "DELETE FROM wiki.proposal_line; DELETE FROM wiki.proposal"); err != nil {
		t.Fatal(err)
	}
	if code, out := call(t, "import", "gpx", "--database-url", db.OwnerURL, "--trail", "invented-line", long); code != 0 || !strings.Contains(out, "Its line is of this recording already") || proposed() != 0 {
		t.Errorf("the line the trail has: exit %d: %s", code, out)
	}
}

// recordingAt runs north beside the first one, so many degrees east of it, from a
// home and at a time that must stay private.
func recordingAt(east float64) string {
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, `<trkpt lat="%.6f" lon="%.6f"><ele>%d</ele><time>2024-05-01T08:00:00Z</time></trkpt>`, 47.1+float64(i)/1000, 11.1+east, 700+i)
	}
	return gpxFile(b.String())
}

// What a rider gives by the command line becomes what it would on the page: the
// first line at once, another a proposal, a moderator's at once, a secret trail's
// never.
func TestImportAsRider(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t)
	c, err := content.Load(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := importer.Seed(t.Context(), db.Owner, &content.Content{Vocabularies: c.Vocabularies, Regions: c.Regions}, nil); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	extract := write(t, dir, "good.osm", strings.Replace(smallExtract, "%s", "", 1))
	if code, out := call(t, "import", "osm", "--database-url", db.OwnerURL, "--region", "alps", extract); code != 0 {
		t.Fatalf("exit %d: %s", code, out)
	}
	exec := func(sql string) {
		t.Helper()
		if _, err := db.Owner.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	for _, who := range []string{"ann", "bob", "carl", "twin"} {
		exec(`SELECT wiki.writer('{"mode": "USER", "sub": "sub of ` + who + `", "username": "` + who + `"}')`)
	}
	exec(`SELECT wiki.writer('{"mode": "USER", "sub": "the other twin", "username": "twin"}');
		UPDATE wiki.person SET blocked_until = now() + interval '1 day', blocked_reason = 'Spam' WHERE username = 'carl'`)
	state := func() string {
		t.Helper()
		var s string
		if err := db.Owner.QueryRow(t.Context(), `SELECT format('v%s %s lines, %s proposals, last by %s', e.version,
				(SELECT count(*) FROM wiki.trail_line), (SELECT count(*) FROM wiki.proposal),
				(SELECT x.name FROM wiki.revision r JOIN wiki.rider x ON x.id = r.author WHERE r.entity_id = e.id ORDER BY r.number DESC LIMIT 1))
			FROM wiki.entity e WHERE e.kind = 'TRAIL'`).Scan(&s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	first := write(t, dir, "first.gpx", recordingAt(0))
	second := write(t, dir, "second.gpx", recordingAt(0.001))
	third := write(t, dir, "third.gpx", recordingAt(0.0005))
	fourth := write(t, dir, "fourth.gpx", recordingAt(0.003))
	drawn := write(t, dir, "drawn.geojson", `{"type": "Feature", "properties": {"name": "Home"}, "geometry": {"type": "LineString", "coordinates": [[11.1, 47.1], [11.104, 47.11], [11.104, 47.12], [11.103, 47.13], [11.1, 47.14], [11.1, 47.15]]}}`)
	far := write(t, dir, "far.gpx", strings.ReplaceAll(recordingAt(0), `lat="47.`, `lat="41.`))
	const before = "v1 0 lines, 0 proposals, last by MTB Wiki import"
	for _, c := range []struct {
		name, args, want string
		code             int
		then             string
	}{
		{"nobody", "gpx --as nobody " + first, "nobody who has written in the wiki has the id, slug or user name \"nobody\"", 2, before},
		{"two of a name", "gpx --as twin " + first, "2 riders are called", 2, before},
		{"somebody blocked", "gpx --as carl " + first, "You can't contribute until", 2, before},
		{"elsewhere", "gpx --as ann " + far, "skipped: Invented Line: the recording lies elsewhere", 1, before},
		{"to look at first", "gpx --as ann --dry-run " + first, "It would be saved as the trail's line. Nothing was written (--dry-run).", 0, before},
		{"a first line", "gpx --as ann " + first, "Saved as its line, in version 2: /trails/invented-line", 0, "v2 1 lines, 0 proposals, last by ann"},
		{"the same again", "gpx --as ann " + first, "nothing new. Its line is of this recording already", 0, "v2 1 lines, 0 proposals, last by ann"},
		{"the same by another", "gpx --as bob --moderator " + first, "nothing new", 0, "v2 1 lines, 0 proposals, last by ann"},
		{"another, to look at first", "gpx --as bob --dry-run " + second, "It would be proposed", 0, "v2 1 lines, 0 proposals, last by ann"},
		{"another line", "gpx --as bob " + second, "Proposed; moderators decide about it: /proposals/", 0, "v2 1 lines, 1 proposals, last by ann"},
		{"another line again", "gpx --as bob " + second, "nothing new. This recording was proposed before: /proposals/", 0, "v2 1 lines, 1 proposals, last by ann"},
		{"drawn", "geojson --as bob " + drawn, "Proposed; moderators decide about it", 0, "v2 1 lines, 2 proposals, last by ann"},
		{"drawn, again", "geojson --as bob " + drawn, "nothing new", 0, "v2 1 lines, 2 proposals, last by ann"},
		{"a moderator's", "gpx --as bob --moderator --line-only --comment Rerouted " + third, "the part along the line it has", 0, "v3 1 lines, 2 proposals, last by bob"},
		{"a moderator's again", "gpx --as bob --moderator --line-only " + third, "nothing new. Its line is of this recording already", 0, "v3 1 lines, 2 proposals, last by bob"},
	} {
		code, out := call(t, append([]string{"import"}, strings.Fields(strings.Replace(c.args, " ", " --database-url "+db.OwnerURL+" --trail invented-line ", 1))...)...)
		if code != c.code || !strings.Contains(out, c.want) {
			t.Errorf("%s: exit %d, want %d with %q:\n%s", c.name, code, c.code, c.want, out)
		}
		if got := state(); got != c.then {
			t.Errorf("%s: then %s, want %s", c.name, got, c.then)
		}
	}

	trail, err := database.NewClient(db.API).Trails().Get(t.Context(), database.Actor{}, database.Slug("invented-line"), "")
	if err != nil {
		t.Fatal(err)
	}
	// The first line brought its measures, with what they rest on; the second time only the line.
	if trail.LengthM == nil || *trail.LengthM < 10_000 || trail.ClimbM == nil || len(trail.Facts) < 3 {
		t.Errorf("length %v, climb %v, facts %v", trail.LengthM, trail.ClimbM, trail.Facts)
	}
	// Nothing of the recordings but the lines is in any table.
	for _, table := range []string{"revision", "revision_content", "trail_line", "proposal", "proposal_line", "outbox", "audit_log", "trail"} {
		var all string
		if err := db.Owner.QueryRow(t.Context(), "SELECT coalesce(string_agg(x::text, ' '), '') FROM wiki."+table+" x").Scan(&all); err != nil {
			t.Fatal(err)
		}
		for _, private := range []string{"2024-05-01", "Home", ".gpx", ", 47.1]", "47.1, 7", "47.101, 7", "47.199"} {
			if strings.Contains(all, private) {
				t.Errorf("%q is in wiki.%s", private, table)
			}
		}
	}

	// A trail whose place is secret: nothing is saved at once, and nothing told of what is there.
	give := func(args ...string) (int, string) {
		t.Helper()
		return call(t, append([]string{"import", "gpx", "--database-url", db.OwnerURL, "--trail", "invented-line"}, args...)...)
	}
	exec("UPDATE wiki.entity SET visibility = 'NAME_ONLY' WHERE kind = 'TRAIL'")
	if code, out := give("--as", "ann", "--dry-run", third); code != 0 || !strings.Contains(out, "It would be proposed") || strings.Contains(out, "nothing new") {
		t.Errorf("a secret trail: exit %d: %s", code, out)
	}
	exec("UPDATE wiki.entity SET visibility = 'HIDDEN' WHERE kind = 'TRAIL'")
	if code, out := give("--as", "ann", fourth); code != 2 || !strings.Contains(out, "There is no trail with slug invented-line") {
		t.Errorf("a hidden trail: exit %d: %s", code, out)
	}
	if got := state(); got != "v3 1 lines, 2 proposals, last by bob" {
		t.Errorf("at the end: %s", got)
	}
}

func importedTrail(t *testing.T, db *databasetest.Databases) (id string) {
	t.Helper()
	if err := db.Owner.QueryRow(t.Context(), "SELECT id::text FROM wiki.trail").Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

// TestMain runs the program itself when a test wants it as a process of its own.
func TestMain(m *testing.M) {
	if args := os.Getenv("MTBWIKI_TEST_ARGS"); args != "" {
		os.Exit(run(context.Background(), strings.Split(args, "\n"), streams{os.Stdin, os.Stdout, os.Stderr}))
	}
	os.Exit(m.Run())
}

// An import that is killed in the middle leaves whole systems, and the same command
// again brings the rest, nothing twice.
func TestImportKilled(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t)
	c, err := content.Load(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := importer.Seed(t.Context(), db.Owner, &content.Content{Vocabularies: c.Vocabularies, Regions: c.Regions}, nil); err != nil {
		t.Fatal(err)
	}
	// 60 places of three trails each, a degree apart, and a route in each.
	const places = 60
	var b, relations strings.Builder
	b.WriteString(`<osm version="0.6">`)
	for i := 1; i <= places; i++ {
		for k := range 4 {
			fmt.Fprintf(&b, `<node id="%d" lat="%d.%d" lon="11"/>`, 10*i+k, i, k)
		}
		for k := range 3 {
			fmt.Fprintf(&relations, `<way id="%d"><nd ref="%d"/><nd ref="%d"/><tag k="highway" v="path"/><tag k="name" v="Trail %d %d"/><tag k="mtb:scale" v="1"/></way>`, 10*i+k, 10*i+k, 10*i+k+1, i, k)
		}
		fmt.Fprintf(&relations, `<relation id="%d"><member type="way" ref="%d" role=""/><tag k="type" v="route"/><tag k="route" v="mtb"/><tag k="name" v="Tour %d"/></relation>`, i, 10*i, i)
	}
	file := write(t, t.TempDir(), "many.osm", b.String()+relations.String()+"</osm>")
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"import", "osm", "--database-url", db.OwnerURL, "--region", "alps", file}
	process := exec.CommandContext(t.Context(), program)
	process.Env = append(os.Environ(), "MTBWIKI_TEST_ARGS="+strings.Join(args, "\n"))
	process.Stdout, process.Stderr = io.Discard, io.Discard
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	count := func(sql string) (n int) {
		t.Helper()
		if err := db.Owner.QueryRow(t.Context(), sql).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for count("SELECT count(*) FROM wiki.system") < 5 && t.Context().Err() == nil {
		runtime.Gosched()
	}
	if err := process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := process.Wait(); err == nil || process.ProcessState.Exited() {
		t.Fatalf("the import ended before it was killed: %v", process.ProcessState)
	}
	if n := count("SELECT count(*) FROM wiki.system s WHERE (SELECT count(*) FROM wiki.trail_system t WHERE t.system_id = s.id) <> 3"); n != 0 {
		t.Errorf("the kill left %d systems that are not whole", n)
	}
	code, out := call(t, args...)
	// The server may finish a commit after the kill, so how many were left is not known before.
	var made, found int
	last := out[strings.LastIndex(out[:len(out)-1], "\n")+1:]
	if _, err := fmt.Sscanf(last, "Made %d systems, ", &made); err != nil {
		t.Fatalf("exit %d: %q: %v", code, last, err)
	}
	if _, err := fmt.Sscanf(last[strings.Index(last, "found"):], "found %d, ", &found); err != nil {
		t.Fatalf("exit %d: %q: %v", code, last, err)
	}
	if code != 0 || made == 0 || found < 5 || made+found != places {
		t.Errorf("again: exit %d: %s", code, last)
	}
	for sql, want := range map[string]int{
		"SELECT count(*) FROM wiki.system":                                                     places,
		"SELECT count(*) FROM wiki.trail":                                                      3 * places,
		"SELECT count(DISTINCT name) FROM wiki.trail":                                          3 * places,
		"SELECT count(*) FROM wiki.route":                                                      places,
		"SELECT count(*) FROM wiki.layer_entity":                                               5 * places,
		"SELECT count(*) FROM wiki.layer_feature":                                              4 * places,
		"SELECT count(*) FROM wiki.discovery_document WHERE open_m[1] > 0":                     places,
		"SELECT count(*) FROM wiki.revision WHERE entity_kind IN ('SYSTEM', 'TRAIL', 'ROUTE')": 5 * places,
		"SELECT count(*) FROM wiki.layer_entity WHERE profile #>> '{legs,0,kind}' = 'TRAIL'":   places,
	} {
		if n := count(sql); n != want {
			t.Errorf("%s: %d, want %d", sql, n, want)
		}
	}
}
