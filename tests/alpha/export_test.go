package alpha

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
	"github.com/mtbwiki/mtbwiki/importer/geojson"
	"github.com/mtbwiki/mtbwiki/importer/gpx"
	"github.com/mtbwiki/mtbwiki/importer/layer"
	"github.com/mtbwiki/mtbwiki/track"
)

const exportQuery = `query($id: ID!, $format: ExportFormat!, $source: String, $after: String) {
	export(entityId: $id, format: $format, source: $source, after: $after) { fileName mediaType text licence attribution hasNextPage endCursor } }`

// exported reads all pages of a file.
func exported(t *testing.T, c *fabrictest.Caller, id, format string, source any) (text string, pages int, last *fabrictest.Response) {
	t.Helper()
	var b strings.Builder
	after := any(nil)
	for {
		r := c.OK(exportQuery, map[string]any{"id": id, "format": format, "source": source, "after": after})
		pages++
		b.WriteString(r.Get("export", "text").(string))
		if r.Get("export", "hasNextPage") != true {
			if r.Get("export", "endCursor") != nil {
				t.Errorf("the last page has the cursor %v", r.Get("export", "endCursor"))
			}
			return b.String(), pages, r
		}
		after = r.Get("export", "endCursor")
	}
}

// linesOf reads a file as the importers do: a list of lines, by segment or feature.
func linesOf(t *testing.T, format, text string) []track.Line {
	t.Helper()
	var out []track.Line
	if format == "GPX" {
		doc, err := gpx.Parse(strings.NewReader(text), gpx.Limits{})
		if err != nil || len(doc.Warnings) > 0 {
			t.Fatalf("%v %v\n%.2000s", err, doc, text)
		}
		for _, p := range doc.Paths {
			out = append(out, p.Segments...)
		}
		return out
	}
	doc, err := geojson.Parse(strings.NewReader(text), geojson.Limits{})
	if err != nil || len(doc.Warnings) > 0 {
		t.Fatalf("%v %v\n%.2000s", err, doc, text)
	}
	for _, f := range doc.Features {
		out = append(out, f.Lines...)
	}
	return out
}

func sameLines(t *testing.T, what string, got []track.Line, want ...track.Line) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d lines, want %d", what, len(got), len(want))
		return
	}
	for i := range want {
		if !slices.EqualFunc(got[i], want[i], func(a, b track.Point) bool {
			return a.Lon == b.Lon && a.Lat == b.Lat && a.HasEle() == b.HasEle() && (!a.HasEle() || a.Ele == b.Ele)
		}) {
			t.Errorf("%s: line %d of %d points came back otherwise (%d points): %.200v, want %.200v", what, i, len(want[i]), len(got[i]), got[i], want[i])
		}
	}
}

func coordinatesOf(l track.Line) string {
	points := make([][]float64, len(l))
	for i, p := range l {
		points[i] = []float64{p.Lon, p.Lat}
		if p.HasEle() {
			points[i] = append(points[i], p.Ele)
		}
	}
	b, err := json.Marshal(points)
	if err != nil {
		panic(err) // finite numbers
	}
	return string(b)
}

func northwards(lon float64, points int) track.Line {
	l := make(track.Line, points)
	for i := range l {
		l[i] = track.Point{Lon: lon, Lat: math.Round((40+float64(i)*0.0001234)*1e7) / 1e7, Ele: float64(1000+i%700) / 10}
		if i%5 == 2 {
			l[i].Ele = math.NaN()
		}
	}
	return l
}

// draw gives a trail its line.
func (w *world) draw(trail string, l track.Line) {
	w.t.Helper()
	w.Moderator("maker").OK(`mutation($i: SetTrailLineInput!) { setTrailLine(input: $i) { id } }`, map[string]any{"i": w.edit("trail", trail, map[string]any{"coordinates": coordinatesOf(l)})})
}

func (w *world) newTrail(name string, more map[string]any) string {
	w.t.Helper()
	in := map[string]any{"name": name, "direction": "BOTH", "type": "SINGLETRACK", "systemIds": []string{w.system}}
	for k, v := range more {
		in[k] = v
	}
	return w.make(w.Moderator("maker"), "Trail", in)
}

const ownNotice = "MTB Wiki contributors, CC BY-SA 4.0"

// What goes out comes back: a short line, and the longest that there can be.
func TestExportTrail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	trail := w.newTrail(`Rock & "Roll" <2>`, nil)
	for _, points := range []int{2, 1000, 1001, 20000} {
		want := northwards(-123.1234567, points)
		w.draw(trail, want)
		for format, kind := range map[string]string{"GPX": "application/gpx+xml", "GEOJSON": "application/geo+json"} {
			text, _, r := exported(t, w.Anonymous(), trail, format, nil)
			sameLines(t, fmt.Sprintf("%s of %d points", format, points), linesOf(t, format, text), want)
			if r.Get("export", "mediaType") != kind || r.Get("export", "licence") != "CC-BY-SA-4.0" || r.Get("export", "fileName") != "rock-roll-2."+strings.ToLower(format) {
				t.Errorf("%s: %v %v %v", format, r.Get("export", "mediaType"), r.Get("export", "licence"), r.Get("export", "fileName"))
			}
			if !strings.Contains(text, ownNotice) {
				t.Errorf("%s doesn't name licence and attribution: %.600s", format, text)
			}
		}
	}
	text, _, _ := exported(t, w.Anonymous(), trail, "GPX", nil)
	doc, err := gpx.Parse(strings.NewReader(text), gpx.Limits{})
	if err != nil || doc.Paths[0].Name != `Rock & "Roll" <2>` {
		t.Errorf("the name came back as %v (%v)", doc.Paths, err)
	}
}

// A route has its legs in riding order, cut as package track cuts; what the caller
// may not see is left out, and the file says so.
func TestExportRoute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mod := w.Moderator("maker")
	whole, part := northwards(10, 50), northwards(11, 60)
	first, second := w.newTrail("Aller", nil), w.newTrail("Retour", nil)
	secret := w.newTrail("Whisper Line", map[string]any{"visibility": "NAME_ONLY"})
	hidden := w.newTrail("Unspoken Line", map[string]any{"visibility": "HIDDEN"})
	undrawn := w.newTrail("Bare Idea", nil)
	w.draw(first, whole)
	w.draw(second, part)
	w.draw(secret, northwards(12.345, 5))
	w.draw(hidden, northwards(13.456, 5))
	route := w.make(mod, "Route", map[string]any{"name": "Grand Tour", "shape": "POINT_TO_POINT", "systemIds": []string{w.system}, "legs": []any{
		map[string]any{"kind": "TRAIL", "trailId": first},
		map[string]any{"kind": "UPLIFT", "notes": "Last ride at half past four."},
		map[string]any{"kind": "TRAIL", "trailId": secret},
		map[string]any{"kind": "TRAIL", "trailId": second, "fromM": 100, "toM": 400.5, "direction": "BACKWARD", "purpose": "The way home."},
		map[string]any{"kind": "TRAIL", "trailId": hidden},
		map[string]any{"kind": "TRAIL", "trailId": undrawn},
		map[string]any{"kind": "TRAIL", "trailId": first, "direction": "BACKWARD"},
	}})
	cut := part.Measure().Slice(400.5, 100)
	for _, i := range []int{0, len(cut) - 1} {
		cut[i].Lon, cut[i].Lat, cut[i].Ele = math.Round(cut[i].Lon*1e7)/1e7, math.Round(cut[i].Lat*1e7)/1e7, math.Round(cut[i].Ele*10)/10
	}
	for name, c := range map[string]*fabrictest.Caller{"anonymous": w.Anonymous(), "rider": w.Rider("other")} {
		for _, format := range []string{"GPX", "GEOJSON"} {
			text, _, _ := exported(t, c, route, format, nil)
			sameLines(t, name+" "+format, linesOf(t, format, text), whole, cut, whole.Reversed())
			for _, leak := range []string{"12.345", "13.456", "Unspoken"} {
				if strings.Contains(text, leak) {
					t.Errorf("%s reads %q in %s", name, leak, format)
				}
			}
			for _, says := range []string{"Leg 1: Aller.", "Leg 2: uplift, without a line.", "Leg 3: Whisper Line, left out because where it lies is not public.", "Leg 5: trail, left out", "Leg 6: Bare Idea, without a line.", ownNotice} {
				if !strings.Contains(text, says) {
					t.Errorf("%s for %s doesn't say %q: %.1200s", format, name, says, text)
				}
			}
		}
	}
	text, _, _ := exported(t, w.Anonymous(), route, "GEOJSON", nil)
	var collection struct {
		Features []struct {
			Properties map[string]any
			Geometry   *struct{ Type string }
		}
	}
	if err := json.Unmarshal([]byte(text), &collection); err != nil || len(collection.Features) != 7 {
		t.Fatalf("%v: %d features, want one a leg", err, len(collection.Features))
	}
	if p := collection.Features[3].Properties; p["kind"] != "TRAIL" || p["name"] != "Retour" || p["fromM"] != 100.0 || p["toM"] != 400.5 || p["purpose"] != "The way home." || p["leg"] != 4.0 {
		t.Errorf("leg 4: %v", p)
	}
	if f := collection.Features[1]; f.Geometry != nil || f.Properties["notes"] != "Last ride at half past four." {
		t.Errorf("leg 2: %+v", f)
	}
	text, _, _ = exported(t, mod, route, "GPX", nil)
	sameLines(t, "moderator", linesOf(t, "GPX", text), whole, northwards(12.345, 5), cut, northwards(13.456, 5), whole.Reversed())
}

// A system has all its trails that the caller may see, in pages whose texts are
// one file; a change meanwhile is a conflict, not half of one file and half of another.
func TestExportSystemPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	big := northwards(10, 20000)
	var want []track.Line
	for i, name := range []string{"A", "B", "C"} {
		line := big
		if i == 1 {
			line = northwards(11, 7000)
		}
		w.draw(w.newTrail(name, nil), line)
		want = append(want, line)
	}
	for i := range 120 {
		line := northwards(20+float64(i)/100, 3)
		w.draw(w.newTrail(fmt.Sprintf("D%03d", i), nil), line)
		want = append(want, line)
	}
	w.draw(w.newTrail("Secret", map[string]any{"visibility": "NAME_ONLY"}), northwards(77.7, 3))
	for _, format := range []string{"GPX", "GEOJSON"} {
		text, pages, _ := exported(t, w.Anonymous(), w.system, format, nil)
		if pages < 4 {
			t.Errorf("%s came in %d pages; 47,000 points and 123 trails are more", format, pages)
		}
		sameLines(t, format, linesOf(t, format, text), want...)
		if strings.Contains(text, "77.7") || strings.Contains(text, "Secret") || !strings.Contains(text, "123 of 126 trails have a line here.") {
			t.Errorf("%s: %.700s", format, text)
		}
	}
	after := w.Anonymous().OK(exportQuery, map[string]any{"id": w.system, "format": "GPX"}).Get("export", "endCursor")
	w.draw(w.trail, northwards(5, 3))
	if r := w.Anonymous().Do(exportQuery, map[string]any{"id": w.system, "format": "GPX", "after": after}); r.Err() != "Conflict" {
		t.Errorf("a trail more between two pages: %s", r.Raw)
	}
}

// Lines of open data go out apart from the wiki's own, with their licence and attribution.
func TestExportOpenData(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.DB.Owner.Exec(t.Context(), `INSERT INTO wiki.layer_source (code, title, attribution, licence, url)
		VALUES ('openstreetmap', 'OpenStreetMap', '© OpenStreetMap contributors', 'ODbL-1.0', 'https://www.openstreetmap.org/copyright')`); err != nil {
		t.Fatal(err)
	}
	one, two := northwards(30, 1500), northwards(31, 4)
	layer := func(id string, lines ...track.Line) {
		t.Helper()
		var parts []string
		for _, l := range lines {
			parts = append(parts, coordinatesOf(l))
		}
		if _, err := w.DB.Owner.Exec(t.Context(), `INSERT INTO wiki.layer_entity (entity_id, source, features, name, lines, length_m)
			VALUES ($1, 'openstreetmap', '{way/1}', 'Its name there', $2::jsonb, 777)`, id, "["+strings.Join(parts, ",")+"]"); err != nil {
			t.Fatal(err)
		}
	}
	layer(w.trail, one, two)
	for _, format := range []string{"GPX", "GEOJSON"} {
		for what, id := range map[string]string{"trail": w.trail, "system": w.system} {
			text, _, r := exported(t, w.Anonymous(), id, format, "openstreetmap")
			sameLines(t, format+" of a "+what, linesOf(t, format, text), one, two)
			if r.Get("export", "licence") != "ODbL-1.0" || r.Get("export", "attribution") != "© OpenStreetMap contributors" ||
				!strings.HasSuffix(r.Get("export", "fileName").(string), "-openstreetmap."+strings.ToLower(format)) {
				t.Errorf("%s of a %s: %v", format, what, r.Get("export", "fileName"))
			}
			for _, says := range []string{"© OpenStreetMap contributors, ODbL 1.0.", "https://opendatacommons.org/licenses/odbl/1-0/", "https://www.openstreetmap.org/copyright", "Its name there"} {
				if !strings.Contains(text, says) {
					t.Errorf("%s of a %s lacks %q: %.900s", format, what, says, text)
				}
			}
			if strings.Contains(text, "MTB Wiki contributors") || strings.Contains(text, "CC BY-SA") {
				t.Errorf("%s of a %s claims it as ours", format, what)
			}
		}
	}
	// Without a line of our own, the error names where there is one.
	r := w.Anonymous().Do(exportQuery, map[string]any{"id": w.trail, "format": "GPX"})
	info, _ := json.Marshal(r.Errors)
	if r.Err() != "NotFound" || !strings.Contains(r.Errors[0].Message, "openstreetmap") || !strings.Contains(string(info), `"sources":["openstreetmap"]`) {
		t.Errorf("no own line: %s", r.Raw)
	}
	w.Moderator("mod").OK(`mutation($i: UpdateTrailInput!) { updateTrail(input: $i) { id } }`, map[string]any{"i": w.edit("trail", w.trail, map[string]any{"visibility": "NAME_ONLY"})})
	for _, id := range []string{w.trail, w.system} {
		for _, source := range []any{nil, "openstreetmap"} {
			r := w.Rider("ann").Do(exportQuery, map[string]any{"id": id, "format": "GPX", "source": source})
			if r.Err() != "NotFound" || strings.Contains(string(r.Raw), `["openstreetmap"]`) || strings.Contains(string(r.Raw), "trkpt") {
				t.Errorf("only the name is public: %s", r.Raw)
			}
		}
	}
}

// A route of open data whose line runs over a trail that was made name-only later
// gives that line out no more, on no way; nor does a system whose place is secret
// give out its trails' lines.
func TestLinesOverSecretPlaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mod := w.Moderator("mod")
	if _, err := w.DB.Owner.Exec(t.Context(), `
WITH s AS (
  INSERT INTO wiki.layer_source (code, title, attribution, licence) VALUES ('test', 'Test data', '© Testers', 'ODbL-1.0')
  RETURNING code
)
INSERT INTO wiki.layer_entity (entity_id, source, features, name, lines, simplified, point_count, length_m, passes)
SELECT $1, code, '{relation/1}', 'Round', '[[[10.123, 47.456], [10.13, 47.46]]]', '[[10.123, 47.456], [10.13, 47.46]]', 2, 777, ARRAY[$2::uuid]
FROM s`, w.route, w.trail); err != nil {
		t.Fatal(err)
	}
	ask := func(c *fabrictest.Caller) string {
		lines := c.OK(`query($r: ID!) { routeLines(routeId: $r) { coordinates } }`, map[string]any{"r": w.route})
		file := c.Do(exportQuery, map[string]any{"id": w.route, "format": "GEOJSON", "source": "test"})
		return string(lines.Raw) + string(file.Raw)
	}
	if text := ask(w.Anonymous()); strings.Count(text, "10.123") != 2 {
		t.Errorf("the trail is public, and so is the line: %s", text)
	}
	const hide = `mutation($i: UpdateTrailInput!) { updateTrail(input: $i) { id } }`
	mod.OK(hide, map[string]any{"i": w.edit("trail", w.trail, map[string]any{"visibility": "NAME_ONLY"})})
	for name, c := range map[string]*fabrictest.Caller{"anonymous": w.Anonymous(), "rider": w.Rider("other")} {
		if text := ask(c); strings.Contains(text, "10.123") {
			t.Errorf("%s reads where the secret trail lies: %s", name, text)
		}
	}
	if text := ask(mod); strings.Count(text, "10.123") != 2 {
		t.Errorf("moderators see it all: %s", text)
	}
	var out bytes.Buffer
	if _, err := layer.Export(t.Context(), w.DB.Owner, &out, layer.ExportOptions{Source: "test"}); err != nil || strings.Contains(out.String(), "10.123") {
		t.Errorf("the layer's export: %v: %s", err, out.String())
	}

	mod.OK(hide, map[string]any{"i": w.edit("trail", w.trail, map[string]any{"visibility": "PUBLIC"})})
	mod.OK(`mutation($i: SetTrailLineInput!) { setTrailLine(input: $i) { id } }`, map[string]any{"i": w.edit("trail", w.trail, map[string]any{"coordinates": `[[10.123, 47.456], [10.13, 47.46]]`})})
	const drawn = `query($s: ID!) { systemLines(systemId: $s) { coordinates } }`
	if r := w.Anonymous().OK(drawn, map[string]any{"s": w.system}); !strings.Contains(string(r.Raw), "10.123") {
		t.Errorf("the map of a public system: %s", r.Raw)
	}
	mod.OK(`mutation($i: UpdateSystemInput!) { updateSystem(input: $i) { id } }`, map[string]any{"i": w.edit("system", w.system, map[string]any{"visibility": "NAME_ONLY"})})
	if r := w.Anonymous().OK(drawn, map[string]any{"s": w.system}); strings.Contains(string(r.Raw), "10.123") {
		t.Errorf("the map of a system whose place is secret: %s", r.Raw)
	}
}

// Who gets what, and what is said where there is nothing.
func TestExportRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const none = "00000000-0000-4000-8000-000000000000"
	named := w.newTrail("Whisper Line", map[string]any{"visibility": "NAME_ONLY"})
	hidden := w.newTrail("Unspoken Line", map[string]any{"visibility": "HIDDEN"})
	archived := w.newTrail("Gone Line", nil)
	warned := w.newTrail("Grouse Line", map[string]any{"visibility": "PUBLIC_WITH_WARNING"})
	for _, id := range []string{named, hidden, archived, warned} {
		w.draw(id, northwards(10.123, 3))
	}
	w.archived("Trail", "trail", archived)
	// She made it, but only moderators see where a name-only trail lies.
	anns := w.make(w.Rider("ann"), "Trail", map[string]any{"name": "Ann's Line", "direction": "BOTH", "type": "SINGLETRACK", "systemIds": []string{w.system}})
	w.draw(anns, northwards(10.123, 3))
	w.Moderator("mod").OK(`mutation($i: UpdateTrailInput!) { updateTrail(input: $i) { id } }`, map[string]any{"i": w.edit("trail", anns, map[string]any{"visibility": "NAME_ONLY"})})
	const seen = ""
	for _, test := range []struct {
		name                             string
		id                               string
		source, after                    any
		anonymous, rider, ann, moderator string
		message                          string
	}{
		{"an unknown id", none, nil, nil, notFound, notFound, notFound, notFound, "no such trail"},
		{"no line", w.trail, nil, nil, notFound, notFound, notFound, notFound, "Nobody has drawn"},
		{"a route without legs", w.route, nil, nil, notFound, notFound, notFound, notFound, "No leg"},
		{"a source without a line", w.trail, "openstreetmap", nil, notFound, notFound, notFound, notFound, "Open data of source openstreetmap"},
		{"name only", named, nil, nil, notFound, notFound, notFound, seen, "Only the name"},
		{"name only, her own", anns, nil, nil, notFound, notFound, notFound, seen, "Only the name"},
		{"hidden", hidden, nil, nil, notFound, notFound, notFound, seen, "none that you may see"},
		{"archived", archived, nil, nil, notFound, notFound, notFound, seen, "none that you may see"},
		{"public with a warning", warned, nil, nil, seen, seen, seen, seen, ""},
		{"a region", w.region, nil, nil, "InvalidInput", "InvalidInput", "InvalidInput", "InvalidInput", "this is a region"},
		{"no id", "42", nil, nil, "InvalidInput", "InvalidInput", "InvalidInput", "InvalidInput", "UUID"},
		{"no source", warned, "'; DROP", nil, "InvalidInput", "InvalidInput", "InvalidInput", "InvalidInput", "source"},
		{"no cursor", warned, nil, "next", "InvalidInput", "InvalidInput", "InvalidInput", "InvalidInput", "endCursor"},
		{"a cursor of something else", warned, nil, "1-0123456789ab", "Conflict", "Conflict", "Conflict", "Conflict", "begin again"},
	} {
		for role, want := range map[string]string{"anonymous": test.anonymous, "other": test.rider, "ann": test.ann, "moderator": test.moderator} {
			r := w.caller(role).Do(exportQuery, map[string]any{"id": test.id, "format": "GEOJSON", "source": test.source, "after": test.after})
			if r.Err() != want {
				t.Errorf("%s for %s: %q, want %q: %s", test.name, role, r.Err(), want, r.Raw)
				continue
			}
			if text, _ := r.Get("export", "text").(string); (want == seen) != strings.Contains(text, "10.123") || (want != seen && strings.Contains(string(r.Raw), "10.123")) {
				t.Errorf("%s for %s: %s", test.name, role, r.Raw)
			}
			if want != seen && !strings.Contains(r.Errors[0].Message, test.message) {
				t.Errorf("%s for %s: %q doesn't say %q", test.name, role, r.Errors[0].Message, test.message)
			}
		}
	}
	text, _, _ := exported(t, w.Anonymous(), warned, "GPX", nil)
	if !strings.Contains(text, "Sensitive") {
		t.Errorf("the warning is missing: %s", text)
	}
	if r := w.Nobody().Do(exportQuery, map[string]any{"id": warned, "format": "GPX"}); r.Status != 401 {
		t.Errorf("without credentials: %s", r.Raw)
	}
}
