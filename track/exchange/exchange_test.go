package exchange_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mtbwiki/mtbwiki/importer/geojson"
	"github.com/mtbwiki/mtbwiki/importer/gpx"
	"github.com/mtbwiki/mtbwiki/track"
	"github.com/mtbwiki/mtbwiki/track/exchange"
)

// point as the wiki stores one: seven decimals, an elevation of one or none.
var point = rapid.Custom(func(t *rapid.T) track.Point {
	p := track.At2D(
		float64(rapid.Int64Range(-180e7, 180e7).Draw(t, "lon"))/1e7,
		float64(rapid.Int64Range(-90e7, 90e7).Draw(t, "lat"))/1e7)
	if rapid.IntRange(0, 3).Draw(t, "known") > 0 {
		p.Ele = float64(rapid.Int64Range(-5000, 90000).Draw(t, "ele")) / 10
	}
	return p
})

var line = rapid.Custom(func(t *rapid.T) track.Line {
	return rapid.SliceOfN(point, 2, 40).Draw(t, "line")
})

// name is text with what has a meaning in XML and JSON; names of entities have no
// space around them.
var name = rapid.Custom(func(t *rapid.T) string {
	return "n" + rapid.StringOfN(rapid.SampledFrom([]rune("ab <>&\"'\\/{}[]:,\n\tÄé漢𝄞\u2028]]>")), 0, 40, -1).Draw(t, "name") + "."
})

// long is a line of the most points that one can have.
func long() track.Line {
	l := make(track.Line, 20000)
	for i := range l {
		l[i] = track.Point{Lon: -179.1234567 + float64(i)/1e4, Lat: 47.7654321, Ele: math.NaN()}
		l[i].Lon = math.Round(l[i].Lon*1e7) / 1e7
		if i%3 > 0 {
			l[i].Ele = float64(i) / 10
		}
	}
	return l
}

// same tells where two lines differ: every bit counts, and unknown is unknown.
func same(got, want track.Line) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d points came back of %d", len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if g.Lon != w.Lon || g.Lat != w.Lat || g.HasEle() != w.HasEle() || (w.HasEle() && g.Ele != w.Ele) {
			return fmt.Errorf("point %d came back as %v, it was %v", i, g, w)
		}
	}
	return nil
}

type file struct {
	head  exchange.Head
	name  string
	lines []track.Line
}

func drawFile(t *rapid.T) file {
	return file{
		head: exchange.Head{Name: name.Draw(t, "file"), Description: name.Draw(t, "description"), Attribution: name.Draw(t, "attribution"),
			Licence: rapid.SampledFrom([]string{"CC-BY-SA-4.0", "ODbL-1.0", "CC0-1.0", "do as you like", ""}).Draw(t, "licence"), URL: "https://example.org/?a=1&b=2"},
		name: name.Draw(t, "name"), lines: rapid.SliceOfN(line, 1, 4).Draw(t, "lines"),
	}
}

func (f file) gpx() []byte {
	b := exchange.AppendGPXTrack(exchange.AppendGPXHead(nil, f.head), f.name, "", f.head.Attribution)
	for _, l := range f.lines {
		b = exchange.AppendGPXSegment(b, l)
	}
	return exchange.AppendGPXEnd(exchange.AppendGPXTrackEnd(b))
}

func (f file) geojson(t interface{ Fatal(...any) }, together bool) []byte {
	b := exchange.AppendGeoJSONHead(nil, f.head)
	features := [][]track.Line{f.lines}
	if !together {
		features = nil
		for _, l := range f.lines {
			features = append(features, []track.Line{l})
		}
	}
	for i, lines := range features {
		var err error
		b, err = exchange.AppendGeoJSONFeature(b, i == 0, exchange.Feature{ID: fmt.Sprint(i), Lines: lines,
			Properties: []exchange.Property{{Name: "name", Value: f.name}, {Name: "empty", Value: ""}, {Name: "absent"}, {Name: "leg", Value: i}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	return exchange.AppendGeoJSONEnd(b)
}

func (f file) checkGPX(t interface{ Fatalf(string, ...any) }) {
	text := f.gpx()
	doc, err := gpx.Parse(bytes.NewReader(text), gpx.Limits{})
	if err != nil || len(doc.Paths) != 1 || len(doc.Warnings) > 0 || len(doc.Paths[0].Segments) != len(f.lines) {
		t.Fatalf("%v %+v\n%.2000s", err, doc, text)
	}
	if doc.Paths[0].Name != f.name {
		t.Fatalf("the name came back as %q, it was %q", doc.Paths[0].Name, f.name)
	}
	for i, want := range f.lines {
		want = slices.Clone(want)
		for k := range want {
			if want[k].Lon == 180 {
				want[k].Lon = -180
			}
		}
		if err := same(doc.Paths[0].Segments[i], want); err != nil {
			t.Fatalf("segment %d: %v", i, err)
		}
	}
	if err := valid(text); err != nil {
		t.Fatalf("no valid GPX: %v\n%.2000s", err, text)
	}
}

func (f file) checkGeoJSON(t *rapid.T, together bool) {
	text := f.geojson(t, together)
	doc, err := geojson.Parse(bytes.NewReader(text), geojson.Limits{})
	if err != nil || len(doc.Warnings) > 0 || doc.Bad+doc.Other > 0 {
		t.Fatalf("%v %+v\n%.2000s", err, doc, text)
	}
	var got []track.Line
	for _, feature := range doc.Features {
		if feature.Properties["name"] != f.name {
			t.Fatalf("the name came back as %q, it was %q", feature.Properties["name"], f.name)
		}
		got = append(got, feature.Lines...)
	}
	if len(got) != len(f.lines) {
		t.Fatalf("%d lines came back of %d", len(got), len(f.lines))
	}
	for i, want := range f.lines {
		if err := same(got[i], want); err != nil {
			t.Fatalf("line %d: %v", i, err)
		}
	}
	var head map[string]any
	if err := json.Unmarshal(text, &head); err != nil {
		t.Fatalf("%v", err)
	}
	for member, want := range map[string]string{"name": f.head.Name, "description": f.head.Description, "attribution": f.head.Attribution, "sourceUrl": f.head.URL} {
		if head[member] != want {
			t.Fatalf("member %s is %q, want %q", member, head[member], want)
		}
	}
	if licence, _ := head["licence"].(string); licence != f.head.Licence {
		t.Fatalf("licence is %q, want %q", licence, f.head.Licence)
	}
}

// What goes out comes back unchanged.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := drawFile(t)
		f.checkGPX(t)
		f.checkGeoJSON(t, false)
		f.checkGeoJSON(t, true)
	})
}

func TestRoundTripOfALongLine(t *testing.T) {
	t.Parallel()
	f := file{name: "Long", lines: []track.Line{long()}}
	f.checkGPX(t)
	text := f.geojson(t, false)
	doc, err := geojson.Parse(bytes.NewReader(text), geojson.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if err := same(doc.Features[0].Lines[0], f.lines[0]); err != nil {
		t.Error(err)
	}
}

// children of GPX 1.1, in the order that its schema demands; of trk, trkseg and
// link as many as there are.
var children = map[string][]string{
	"gpx":       {"metadata", "wpt", "rte", "trk", "extensions"},
	"metadata":  {"name", "desc", "author", "copyright", "link", "time", "keywords", "bounds", "extensions"},
	"copyright": {"year", "license"},
	"trk":       {"name", "cmt", "desc", "src", "link", "number", "type", "extensions", "trkseg"},
	"trkseg":    {"trkpt", "extensions"},
	"trkpt":     {"ele", "time", "magvar", "geoidheight", "name"},
	"link":      {"text", "type"},
}

var required = map[string][]string{"gpx": {"version", "creator"}, "copyright": {"author"}, "link": {"href"}, "trkpt": {"lat", "lon"}}

// valid checks what the schema of GPX 1.1 says of the elements that are written.
func valid(text []byte) error {
	d := xml.NewDecoder(bytes.NewReader(text))
	type open struct {
		name string
		at   int
	}
	stack := []open{{"", 0}}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Space != "http://www.topografix.com/GPX/1/1" {
				return fmt.Errorf("<%s> is in namespace %q", e.Name.Local, e.Name.Space)
			}
			if parent := &stack[len(stack)-1]; parent.name != "" {
				at := slices.Index(children[parent.name], e.Name.Local)
				many := slices.Contains([]string{"trk", "trkseg", "trkpt", "link"}, e.Name.Local)
				if at < 0 || at+1 < parent.at || (at+1 == parent.at && !many) {
					return fmt.Errorf("<%s> in <%s> is unknown, comes too late or again", e.Name.Local, parent.name)
				}
				parent.at = at + 1
			} else if e.Name.Local != "gpx" {
				return fmt.Errorf("the file begins with <%s>", e.Name.Local)
			}
			for _, r := range required[e.Name.Local] {
				if !slices.ContainsFunc(e.Attr, func(a xml.Attr) bool { return a.Name.Local == r && a.Value != "" }) {
					return fmt.Errorf("<%s> lacks %s", e.Name.Local, r)
				}
			}
			stack = append(stack, open{e.Name.Local, 0})
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		}
	}
}

// The check of validity is one that can fail.
func TestValidTellsWrongOrder(t *testing.T) {
	t.Parallel()
	text := string(file{head: exchange.Head{Name: "N", Description: "D", Attribution: "A", Licence: "ODbL-1.0"}, name: "T", lines: []track.Line{long()[:2]}}.gpx())
	if err := valid([]byte(text)); err != nil {
		t.Fatal(err)
	}
	for old, new := range map[string]string{
		"<name>N</name>\n<desc>D</desc>": "<desc>D</desc>\n<name>N</name>",
		` creator="MTB Wiki"`:            "",
		"<src>A</src>":                   "<source>A</source>",
		"/GPX/1/1\" xmlns:xsi":           "/GPX/1/0\" xmlns:xsi",
	} {
		if wrong := strings.Replace(text, old, new, 1); wrong == text || valid([]byte(wrong)) == nil {
			t.Errorf("with %q for %q it is taken as valid", new, old)
		}
	}
}

// What XML can't hold doesn't break the file.
func TestControlCharacters(t *testing.T) {
	t.Parallel()
	f := file{head: exchange.Head{Name: "a\x00b\x1f\xff"}, name: "c\x01d", lines: []track.Line{long()[:2]}}
	if err := valid(f.gpx()); err != nil {
		t.Error(err)
	}
	if text := f.geojson(t, true); !json.Valid(text) {
		t.Errorf("no JSON: %s", text)
	}
}

func TestFeatureWithoutPlace(t *testing.T) {
	t.Parallel()
	b, err := exchange.AppendGeoJSONFeature(exchange.AppendGeoJSONHead(nil, exchange.Head{}), true, exchange.Feature{Properties: []exchange.Property{{Name: "kind", Value: "UPLIFT"}}})
	if err != nil {
		t.Fatal(err)
	}
	const want = "{\"type\":\"FeatureCollection\",\"features\":[\n{\"type\":\"Feature\",\"properties\":{\"kind\":\"UPLIFT\"},\"geometry\":null}\n]}\n"
	if got := string(exchange.AppendGeoJSONEnd(b)); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if _, err := exchange.AppendGeoJSONFeature(nil, true, exchange.Feature{Properties: []exchange.Property{{Name: "grade", Value: math.NaN()}}}); err == nil || !strings.Contains(err.Error(), "grade") {
		t.Errorf("a property that is no JSON: %v", err)
	}
}

func ptr(v float64) *float64 { return &v }

func TestCut(t *testing.T) {
	t.Parallel()
	// About 111 m between neighbours, northwards; the last elevation is unknown.
	l := track.Line{{Lon: 8, Lat: 47, Ele: 500}, {Lon: 8, Lat: 47.001, Ele: 510}, {Lon: 8, Lat: 47.002, Ele: 530}, track.At2D(8, 47.003)}
	step := track.Distance(l[0], l[1])
	for _, test := range []struct {
		name     string
		from, to *float64
		backward bool
		want     track.Line
	}{
		{"all of it", nil, nil, false, l},
		{"all of it, backwards", nil, nil, true, l.Reversed()},
		{"from a point to its end", ptr(2 * step), nil, false, l[2:]},
		{"from its start to between two points", nil, ptr(1.5 * step), false, track.Line{l[0], l[1], {Lon: 8, Lat: 47.0015, Ele: 520}}},
		{"backwards, named along the line", ptr(0.5 * step), ptr(step), true, track.Line{l[1], {Lon: 8, Lat: 47.0005, Ele: 505}}},
		{"backwards, named as it is ridden", ptr(step), ptr(0.5 * step), true, track.Line{l[1], {Lon: 8, Lat: 47.0005, Ele: 505}}},
		{"an end beyond the line's", ptr(2 * step), ptr(99999), false, l[2:]},
		{"an unknown elevation stays unknown", ptr(2.5 * step), nil, false, track.Line{track.At2D(8, 47.0025), l[3]}},
		{"beyond the line", ptr(99990), ptr(99999), false, nil},
	} {
		if err := same(exchange.Cut(l, test.from, test.to, test.backward), test.want); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	if got := exchange.Cut(nil, ptr(1), nil, true); len(got) != 0 {
		t.Errorf("a part of nothing: %v", got)
	}
}

func TestLicences(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/", "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
		"etalab-2.0": "https://spdx.org/licenses/etalab-2.0.html", "by permission of the land office": "", "": "",
	} {
		if got := exchange.LicenceURL(id); got != want {
			t.Errorf("%q: %q, want %q", id, got, want)
		}
	}
}
