package recording_test

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mtbwiki/mtbwiki/importer/internal/shareddata"
	"github.com/mtbwiki/mtbwiki/importer/recording"
	"github.com/mtbwiki/mtbwiki/track"
)

func TestPropose(t *testing.T) {
	t.Parallel()
	// 2 km eastwards, in steps of 11 m, and back past the start.
	var line track.Line
	for i := range 181 {
		line = append(line, track.Point{Lon: float64(i) / 10_000, Ele: 100})
	}
	line = append(line, line.Reversed()[1:]...)
	home := line[0]
	propose := func(access []track.Point, segments ...track.Line) (recording.Proposal, error) {
		return recording.Propose(segments, recording.PrivateEnds(segments, access), nil)
	}
	p, err := propose(nil, line)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range p.Lines {
		for _, q := range l {
			if track.Distance(q, home) < 200 {
				t.Fatalf("%v is within 200 m of home", q)
			}
		}
	}
	if math.Abs(p.Length-3600) > 30 || math.Abs(p.Removed-400) > 30 {
		t.Errorf("%.0f m kept, %.0f m removed", p.Length, p.Removed)
	}
	p, err = propose([]track.Point{home}, line)
	if err != nil || p.Removed != 0 {
		t.Errorf("at an access point %.0f m were removed: %v", p.Removed, err)
	}
	// Another recording's home counts too.
	p, err = recording.Propose([]track.Line{line}, []track.Point{{Lon: 0.009}}, nil)
	if err != nil || len(p.Lines) != 3 || math.Abs(p.Removed-800) > 60 {
		t.Errorf("past a home twice: %d lines, %.0f m removed: %v", len(p.Lines), p.Removed, err)
	}
	for name, segments := range map[string][]track.Line{
		"none": nil, "empty": {{}}, "a point": {line[:1]}, "short": {line[:30]},
	} {
		if p, err := propose(nil, segments...); err == nil {
			t.Errorf("%s: proposed %+v", name, p)
		}
	}
	// Passing home between two points that are far apart.
	p, err = propose(nil, track.Line{home, track.At2D(0.01, 0.0001), track.At2D(0.02, 0.0001), track.At2D(-0.01, 0.0001), track.At2D(-0.02, 0)})
	if err != nil || len(p.Lines) == 0 {
		t.Fatalf("%+v: %v", p, err)
	}
	for _, l := range p.Lines {
		if _, away, _ := l.Measure().Nearest(home); away < 200 {
			t.Errorf("a line passes home at %.0f m", away)
		}
	}
}

// east is a line eastwards at the equator, a point every 11 m.
func east(from, to int, lat float64) track.Line {
	var l track.Line
	for i := from; i <= to; i++ {
		l = append(l, track.Point{Lon: float64(i) / 10_000, Lat: lat, Ele: 100 + float64(i)})
	}
	return l
}

func TestAlong(t *testing.T) {
	t.Parallel()
	ride := append(east(0, 500, 0), east(0, 500, 0.01).Reversed()...)
	lines := []track.Line{east(0, 20, 0.5), ride}
	for _, c := range []struct {
		name     string
		known    track.Line
		ok       bool
		from, to float64
	}{
		{"along", east(100, 200, 0.0001), true, 1112, 2224},
		{"against", east(100, 200, 0.0001).Reversed(), true, 2224, 1112},
		{"elsewhere", east(100, 200, 0.2), false, 0, 0},
		{"another way between", track.Line{ride[100], ride[900]}, false, 0, 0},
		{"nothing", nil, false, 0, 0},
	} {
		p, ok := recording.Along(lines, c.known)
		if ok != c.ok || ok && (p.Line != 1 || math.Abs(p.From-c.from) > 5 || math.Abs(p.To-c.to) > 5) {
			t.Errorf("%s: %+v %t, want from %.0f to %.0f, %t", c.name, p, ok, c.from, c.to, c.ok)
		}
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	lines := []track.Line{east(0, 500, 0)}
	l, m, err := recording.Cut(lines, recording.Part{From: 2000, To: 1000}, nil)
	if err != nil || math.Abs(m.Length-1000) > 1 || m.Climb == nil || m.Climb.Loss < 80 {
		t.Fatalf("%+v: %v", m, err)
	}
	// A straight line has two points however many were recorded: nothing of the pace.
	if len(l) != 2 || l[0].Lon < l[1].Lon {
		t.Errorf("%v", l)
	}
	for name, p := range map[string]recording.Part{
		"no such line": {Line: 1, To: 500}, "before the first": {Line: -1, To: 500}, "short": {From: 10, To: 90}, "no number": {From: math.NaN(), To: 500}, "beyond": {From: 9e9, To: 9e10},
	} {
		if _, _, err := recording.Cut(lines, p, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if p := recording.Whole(append(lines, east(0, 900, 1))); p.Line != 1 || math.Abs(p.To-10008) > 5 {
		t.Errorf("the longest is %+v", p)
	}
}

// Whatever is ridden, nothing comes within 200 m of where it began or ended.
func TestTrimProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var segments []track.Line
		for range rapid.IntRange(1, 3).Draw(t, "segments") {
			var l track.Line
			for range rapid.IntRange(0, 40).Draw(t, "points") {
				l = append(l, track.At2D(rapid.Float64Range(-0.01, 0.01).Draw(t, "lon"), rapid.Float64Range(-0.01, 0.01).Draw(t, "lat")))
			}
			segments = append(segments, l)
		}
		private := recording.PrivateEnds(segments, nil)
		p, err := recording.Propose(segments, private, nil)
		if errors.Is(err, recording.ErrNothingLeft) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range p.Lines {
			for _, end := range private {
				// Simplification moves a line by its tolerance of a metre at most.
				if _, away, _ := l.Measure().Nearest(end); away < 198.9 {
					t.Fatalf("%.1f m from an end", away)
				}
			}
		}
	})
}

func TestParseTellsFormats(t *testing.T) {
	t.Parallel()
	gpx := `<?xml version="1.0"?><gpx version="1.1"><trk><trkseg><trkpt lat="1" lon="2"/><trkpt lat="1.1" lon="2"/></trkseg></trk></gpx>`
	utf16 := []byte{0xff, 0xfe}
	for _, r := range strings.Replace(gpx, `"1.0"`, `"1.0" encoding="utf-16"`, 1) {
		utf16 = append(utf16, byte(r), 0)
	}
	for name, file := range map[string]string{
		"gpx": gpx, "gpx behind a mark": "\ufeff" + gpx, "gpx in UTF-16": string(utf16),
		"geojson": ` {"type": "LineString", "coordinates": [[2, 1], [2, 1.1]]}`,
	} {
		f, err := recording.Parse(strings.NewReader(file), 1<<20)
		if err != nil || len(f.Recordings) != 1 || len(f.Recordings[0]) != 1 || len(f.Recordings[0][0]) != 2 {
			t.Errorf("%s: %+v: %v", name, f, err)
		}
	}
	for name, file := range map[string]string{"empty": "", "text": "hello", "picture": "\x89PNG\r\n\x1a\n0000"} {
		if _, err := recording.Parse(strings.NewReader(file), 1<<20); !errors.Is(err, recording.ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, file := range map[string]string{
		"gpx": gpx + strings.Repeat(" ", 2000), "geojson": `{"type": "FeatureCollection", "features": [` + strings.Repeat(" ", 2000) + `]}`,
		"fit": "\x0e\x10\x00\x00\xff\xff\x00\x00.FIT" + strings.Repeat("\x00", 2000),
	} {
		if _, err := recording.Parse(strings.NewReader(file), 1000); !errors.Is(err, recording.ErrTooLarge) {
			t.Errorf("%s of more than is allowed: %v", name, err)
		}
	}
}

// Real recordings, where they are at hand: what comes out is measured, and holds
// neither ends nor anything else of the file.
func TestRealRecordings(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"gpx/apache_gpxgo_korita-zbevnica.gpx", "gpx/bsd2_togeojson_blue_hills.gpx", "fit/mit_geoact_ride_breskens.fit"} {
		data, err := os.ReadFile(filepath.Join(shareddata.Dir(t), filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		f, err := recording.Parse(bytes.NewReader(data), 10<<20)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i, r := range f.Recordings {
			p, err := recording.Propose(r, recording.PrivateEnds(r, nil), nil)
			if errors.Is(err, recording.ErrNothingLeft) {
				continue
			}
			if err != nil {
				t.Errorf("%s, %d: %v", name, i, err)
				continue
			}
			t.Logf("%s, %d: %.0f m in %d lines, %.0f m cut", name, i, p.Length, len(p.Lines), p.Removed)
		}
	}
}
