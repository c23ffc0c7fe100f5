package geojson_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mtbwiki/mtbwiki/importer/geojson"
	"github.com/mtbwiki/mtbwiki/importer/internal/shareddata"
	"github.com/mtbwiki/mtbwiki/track"
)

const network = `{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, "features": [
 {"type": "Feature", "id": 7, "properties": {"name": " Ridge ", "miles": 2.50, "bike": true, "gone": null, "list": [1]},
  "geometry": {"type": "LineString", "coordinates": [[8.5, 49.5, 120, 7], [8.6, 49.5], [8.6, 49.6, -32768]]}},
 {"type": "Feature", "properties": null, "geometry": {"type": "MultiLineString", "coordinates": [[[1, 1], [2, 2]], [[3, 3], [4, 4]]]}},
 {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [1, 1]}},
 {"type": "Feature", "properties": {}, "geometry": null},
 {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[500000, 5000000], [500001, 5000000]]}},
 {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[1, 1]]}},
 {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[1, "x"], [2]]}},
 {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[1, 1], [2]]}},
 17]}`

func TestParse(t *testing.T) {
	t.Parallel()
	doc, err := geojson.Parse(strings.NewReader("\ufeff"+network), geojson.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := []geojson.Feature{
		{Index: 0, ID: "7", Properties: map[string]string{"name": "Ridge", "miles": "2.50", "bike": "true"},
			Lines: []track.Line{{{Lon: 8.5, Lat: 49.5, Ele: 120}, track.At2D(8.6, 49.5), track.At2D(8.6, 49.6)}}},
		{Index: 1, Properties: map[string]string{}, Lines: []track.Line{
			{track.At2D(1, 1), track.At2D(2, 2)}, {track.At2D(3, 3), track.At2D(4, 4)}}},
	}
	if d := cmp.Diff(want, doc.Features, cmpopts.EquateNaNs()); d != "" {
		t.Errorf("features (-want +got):\n%s", d)
	}
	if doc.Other != 2 || doc.Bad != 5 || len(doc.Warnings) != 5 || !strings.HasPrefix(doc.Warnings[0], "feature 4: ") {
		t.Errorf("other %d, bad %d, warnings %q", doc.Other, doc.Bad, doc.Warnings)
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, want string
		tooLarge   bool
	}{
		"empty":     {"", "unexpected end", false},
		"cut short": {network[:200], "unexpected end", false},
		"GPX":       {"<gpx/>", "invalid character", false},
		"TopoJSON":  {`{"type": "Topology", "arcs": []}`, "TopoJSON", false},
		"no type":   {`{"hello": 1}`, `no "type"`, false},
		"a point":   {`{"type": "Point", "coordinates": [1, 2]}`, "has no lines", false},
		"projected": {`{"type": "FeatureCollection", "features": [], "crs": {"type": "name", "properties": {"name": "EPSG:25832"}}}`, "EPSG:25832", false},
		"latin 1":   {"{\"type\": \"Feature\", \"properties\": {\"name\": \"H\xfctte\"}}", "UTF-8", false},
		"bytes":     {strings.Repeat(" ", 5000), "bytes", true},
		"features":  {`{"type": "FeatureCollection", "features": [1,2,3,4,5,6]}`, "more than 5 features", true},
		"no list":   {`{"type": "FeatureCollection", "features": {}}`, "without a list", false},
		"points":    {`{"type": "LineString", "coordinates": [` + strings.Repeat("[1,1],", 20) + `[1,1]]}`, "more than 10 points", true},
		"deep":      {strings.Repeat("[", 3000), "", false},
		"NaN":       {`{"type": "LineString", "coordinates": [[NaN, 1], [1, 1]]}`, "invalid character", false},
	} {
		doc, err := geojson.Parse(strings.NewReader(c.file), geojson.Limits{Bytes: 4000, Features: 5, Points: 10})
		if err == nil {
			t.Errorf("%s: accepted: %+v", name, doc)
			continue
		}
		if !strings.Contains(err.Error(), c.want) || errors.Is(err, geojson.ErrTooLarge) != c.tooLarge {
			t.Errorf("%s: %v; want %q, too large: %v", name, err, c.want, c.tooLarge)
		}
	}
}

func TestSharedFiles(t *testing.T) {
	t.Parallel()
	dir := shareddata.Dir(t)
	for name, want := range map[string]int{"gov/michigan_trail_segments_west.geojson": 490, "osm/heidelberg-south-mtb.geojson": 451} {
		f, err := os.Open(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := geojson.Parse(f, geojson.Limits{})
		f.Close()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if len(doc.Features) != want || doc.Bad != 0 {
			t.Errorf("%s: %d features, %d bad (%q), %d other; want %d", name, len(doc.Features), doc.Bad, doc.Warnings, doc.Other, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(network))
	f.Add([]byte(`{"type": "LineString", "coordinates": [[1, 1e309], [180, -90]]}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		doc, err := geojson.Parse(bytes.NewReader(file), geojson.Limits{Bytes: 1 << 16, Points: 1000})
		if err != nil {
			return
		}
		for _, feature := range doc.Features {
			for _, l := range feature.Lines {
				if err := l.Check(); err != nil || len(l) < 2 {
					t.Errorf("accepted a line of %d points: %v", len(l), err)
				}
			}
		}
	})
}

func TestParseNames(t *testing.T) {
	t.Parallel()
	got, err := geojson.ParseNames(strings.NewReader("\ufeffid,name,segment_ids\n1,Long,A; B;C\n2,\"Short, by the lake\",B\n3,,D\n4,No segments\n"))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]string{"A": "Long", "B": "Short, by the lake", "C": "Long"}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for name, file := range map[string]string{
		"empty": "", "no columns": "a,b\n", "GeoJSON": `{"type": "Feature"}`, "a quote left open": "name,segment_ids\n\"x,y\n",
		"a long name": "name,segment_ids\n" + strings.Repeat("x", 2000) + ",A\n",
		"too many":    "name,segment_ids\nx," + strings.Repeat(";", 1_000_001) + "\n",
	} {
		if got, err := geojson.ParseNames(strings.NewReader(file)); err == nil {
			t.Errorf("%s: accepted as %d names", name, len(got))
		}
	}
}

func FuzzParseNames(f *testing.F) {
	f.Add("id,name,segment_ids\n1,Long,A;B\n2,\"Short\",B\n")
	f.Add("segment_ids,name\n;;,x\n\"\"\n")
	f.Fuzz(func(t *testing.T, file string) {
		names, err := geojson.ParseNames(strings.NewReader(file))
		if err != nil {
			return
		}
		for id, name := range names {
			if id == "" || name == "" || !strings.Contains(file, id) {
				t.Errorf("%q is called %q", id, name)
			}
		}
	})
}
