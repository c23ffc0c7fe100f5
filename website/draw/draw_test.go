package draw_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mtbwiki/mtbwiki/website/draw"
)

// metric writes plain numbers.
type metric struct{}

func (metric) Distance(m float64) string { return fmt.Sprintf("%.0f m", m) }
func (metric) Height(m float64) string   { return fmt.Sprintf("%.0f m", m) }
func (metric) Round() (float64, float64) { return 1000, 1 }

// wellFormed fails when a picture is not XML or holds a number that is none.
func wellFormed(t testing.TB, picture string) {
	d := xml.NewDecoder(strings.NewReader(picture))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not XML: %v\n%.400s", err, picture)
		}
	}
	for _, bad := range []string{"NaN", "Inf", "style="} {
		if strings.Contains(picture, bad) {
			t.Fatalf("the picture holds %q", bad)
		}
	}
}

func TestSymbols(t *testing.T) {
	t.Parallel()
	for label, want := range map[string]string{
		"white": "sym-white", "GREEN": "sym-green", "imba:blue": "sym-blue", "black": "sym-black", "DOUBLE_BLACK": "sym-double-black", "pro-line": "sym-pro-line",
		"": "sym-none", "S3": "sym-none", `"><script>`: "sym-none",
	} {
		got := string(draw.Symbol(label))
		wellFormed(t, got)
		if !strings.Contains(got, want+`"`) {
			t.Errorf("%q is drawn as %.80s, want class %s", label, got, want)
		}
	}
	if a, b := strings.Count(string(draw.Symbol("black")), "<path"), strings.Count(string(draw.Symbol("double-black")), "<path"); a != 1 || b != 2 {
		t.Errorf("black has %d diamonds, double black %d", a, b)
	}
}

func p(v float64) *float64 { return &v }

func TestAxisTellsUnknownFromNotApplicableFromZero(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mark       draw.Mark
		want, none []string
	}{
		"unknown":        {draw.Mark{}, []string{"ax-unknown", "nobody has said yet"}, []string{"ax-track", "ax-hatch", "ax-main", "ax-worst"}},
		"not applicable": {draw.Mark{NotApplicable: true, Predominant: p(3)}, []string{"ax-na", "ax-hatch"}, []string{"ax-unknown", "ax-main"}},
		"zero":           {draw.Mark{Predominant: p(0), Worst: p(0)}, []string{"ax-track", "ax-main lv-0", "ax-worst lv-0"}, []string{"ax-unknown", "ax-hatch", "ax-reach"}},
		"worst only":     {draw.Mark{Worst: p(4)}, []string{"ax-worst lv-4"}, []string{"ax-main", "ax-reach"}},
		"reach and wet":  {draw.Mark{Predominant: p(2), Worst: p(4), WetOffset: p(0.5)}, []string{"ax-main lv-2", "ax-reach", "ax-worst lv-4", "ax-wet"}, nil},
		"out of bounds":  {draw.Mark{Predominant: p(-3), Worst: p(99)}, []string{"lv-0", "lv-5"}, []string{"lv-99"}},
	} {
		got := string(draw.Axis(c.mark, `Air <&">`))
		wellFormed(t, got)
		for _, w := range c.want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: %q is missing", name, w)
			}
		}
		for _, n := range c.none {
			if strings.Contains(got, n) {
				t.Errorf("%s: %q is there", name, n)
			}
		}
	}
}

func TestProfileNeedsElevation(t *testing.T) {
	t.Parallel()
	line := func(elevations ...float64) draw.Line {
		var l draw.Line
		for i, e := range elevations {
			l = append(l, draw.Point{Lon: -139.5 + float64(i)*0.001, Lat: -47.5, Ele: e})
		}
		return l
	}
	for name, l := range map[string]draw.Line{"none": nil, "one point": line(5), "a gap": line(5, math.NaN(), 7), "all zero": line(0, 0, 0), "no way": {{Lon: 1, Lat: 1, Ele: 5}, {Lon: 1, Lat: 1, Ele: 6}}} {
		if got := draw.Profile(l.Samples(0), nil, metric{}, "x"); got != "" {
			t.Errorf("%s: drawn although elevation is not known", name)
		}
	}
	got := string(draw.Profile(line(600, 610, 640, 620).Samples(300), []draw.Spot{{Number: 1, Distance: 150, Name: "A <drop>", Hard: true}, {Number: 2, Distance: 5000, Name: "beyond"}}, metric{}, `T"`))
	wellFormed(t, got)
	if !strings.Contains(got, "From 600 m to 640 m above the sea over 300 m.") || strings.Count(got, "<circle") != 2 || strings.Contains(got, "beyond") {
		t.Errorf("profile: %s", got)
	}
}

// Where nothing is known between two pieces, nothing is drawn.
func TestProfileBreaks(t *testing.T) {
	t.Parallel()
	var samples []draw.Sample
	for i := range 1000 {
		samples = append(samples, draw.Sample{Distance: float64(i) * 10, Elevation: 500 + float64(i/500)*300 + float64(i%7), Break: i == 500})
	}
	got := string(draw.Profile(samples, nil, metric{}, "x"))
	wellFormed(t, got)
	_, line, _ := strings.Cut(got, `class="pf-line" d="`)
	line, _, _ = strings.Cut(line, `"`)
	if n := strings.Count(line, "M"); n != 2 {
		t.Errorf("the line has %d pieces, want 2", n)
	}
	if strings.Contains(got, "up4") {
		t.Error("the gap of 300 m is drawn as a wall")
	}
}

func TestMap(t *testing.T) {
	t.Parallel()
	if got := draw.Map(draw.Chart{}, metric{}); got != "" {
		t.Error("a map without lines is drawn")
	}
	a := draw.Line{{Lon: 179.99, Lat: -47}, {Lon: -179.99, Lat: -47.01}} // across the antimeridian
	got := string(draw.Map(draw.Chart{Title: "<T>", Tracks: []draw.Track{{Name: "A & B", Href: `/trails/"x"`, Label: "blue", Number: 3, Line: a}, {Name: "C", Main: true, Line: a.Part(0, 900)}, {Name: "point", Line: a[:1]}},
		Spots: []draw.Spot{{Number: 1, Distance: 100, Name: "s"}}, Joins: []draw.Point{a[0]}}, metric{}))
	wellFormed(t, got)
	for _, want := range []string{"t-blue", "mp-north", "mp-scale", "mp-start", "mp-end", "mp-spot", "mp-join", "A &amp; B", "/trails/&#34;x&#34;"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing", want)
		}
	}
	// The scale bar is a round distance, not the way around the world.
	if !strings.Contains(got, ">500 m<") {
		t.Errorf("no scale bar of 500 m: the line is 1.9 km long")
	}
}

// A part of a line is as long as asked, wherever it is cut.
func TestLineParts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "points")
		line := draw.Line{{Lon: rapid.Float64Range(-179, 179).Draw(t, "lon"), Lat: rapid.Float64Range(-60, 60).Draw(t, "lat"), Ele: 0}}
		for len(line) < n {
			last := line[len(line)-1]
			line = append(line, draw.Point{Lon: last.Lon + rapid.Float64Range(-0.002, 0.002).Draw(t, "dx"), Lat: last.Lat + rapid.Float64Range(-0.002, 0.002).Draw(t, "dy"), Ele: 1})
		}
		length := line.Length()
		from, to := rapid.Float64Range(0, 1).Draw(t, "from")*length, rapid.Float64Range(0, 1).Draw(t, "to")*length
		part := line.Part(from, to)
		if got, want := part.Length(), math.Abs(to-from); math.Abs(got-want) > 0.05+want*1e-6 {
			t.Fatalf("part from %f to %f of %f is %f long", from, to, length, got)
		}
		if to < from {
			back := line.Part(to, from)
			if draw.Between(back[0], part[len(part)-1]) > 0.01 {
				t.Fatal("a part backwards does not end where the part forwards starts")
			}
		}
		samples := line.Samples(1000)
		if samples != nil && math.Abs(samples[len(samples)-1].Distance-1000) > 1e-6 {
			t.Fatalf("scaled samples end at %f", samples[len(samples)-1].Distance)
		}
	})
}

func TestBetween(t *testing.T) {
	t.Parallel()
	// A degree of latitude on a sphere of the mean radius is 111,195 m.
	if got := draw.Between(draw.Point{Lat: 0}, draw.Point{Lat: 1}); math.Abs(got-111195) > 1 {
		t.Errorf("a degree is %f m", got)
	}
	if got := draw.Between(draw.Point{Lon: 0}, draw.Point{Lon: 180}); math.Abs(got-math.Pi*6371008.8) > 1 {
		t.Errorf("half around is %f m", got)
	}
}

func land(t testing.TB) *draw.Land {
	raw, err := os.ReadFile("../static/land-110m.json")
	if err != nil {
		t.Fatal(err)
	}
	l, err := draw.ParseLand(raw)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestWorldAndGlobe(t *testing.T) {
	t.Parallel()
	l := land(t)
	got := string(l.World("<World>", []draw.Pin{{Name: "A & B", Href: "/x", Lat: -47.5, Lon: -139.5, Synthetic: true}, {Name: "C", Lat: 49.7, Lon: -123.1}}))
	wellFormed(t, got)
	if strings.Count(got, `class="wd-pin`) != 2 || !strings.Contains(got, "made-up") || !strings.Contains(got, "A &amp; B") {
		t.Error("pins are not as asked")
	}
	if len(got) > 120_000 {
		t.Errorf("the world takes %d bytes", len(got))
	}
	rapid.Check(t, func(t *rapid.T) {
		globe := string(l.Globe("g", draw.Pin{Name: "p", Lat: rapid.Float64Range(-90, 90).Draw(t, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(t, "lon")}))
		if !strings.Contains(globe, "wd-pin") || strings.Contains(globe, "NaN") || strings.Contains(globe, "Inf") {
			t.Fatal("no pin, or a number that is none")
		}
	})
	wellFormed(t, string(l.Globe("g", draw.Pin{Lat: 90, Lon: 0})))
}

func TestParseLandRefuses(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "{}", `{"type":"Topology"}`, `{"type":"Topology","objects":{"land":{"geometries":[]}}}`, `{"type":"Topology","objects":{"land":{"geometries":[{"type":"Point"}]}}}`,
		`{"type":"Topology","arcs":[],"objects":{"land":{"geometries":[{"type":"Polygon","arcs":[[7]]}]}}}`, `{"type":"Topology","arcs":[],"objects":{"land":{"geometries":[{"type":"Polygon","arcs":[[-9223372036854775808]]}]}}}`} {
		if _, err := draw.ParseLand([]byte(s)); err == nil {
			t.Errorf("%s is taken", s)
		}
	}
}

// The committed ground pattern is what the program draws.
func TestContoursAreUpToDate(t *testing.T) {
	t.Parallel()
	committed, err := os.ReadFile("../static/contours.svg")
	if err != nil {
		t.Fatal(err)
	}
	drawn := draw.Contours(1200, 720, 12, 22, 11)
	wellFormed(t, drawn)
	if !bytes.Equal(committed, []byte(drawn)) {
		t.Error("run: go run ./website/contours > website/static/contours.svg")
	}
}

func FuzzParseLine(f *testing.F) {
	for _, s := range []string{"null", "", "[]", "[[1,2]]", "[[1,2,3],[1.1,2.1,4]]", "[[1]]", "[[1,200]]", `[["a"]]`, "[[1e308,1]]"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		line, err := draw.ParseLine(raw)
		if err != nil || len(line) < 2 {
			return
		}
		wellFormed(t, string(draw.Map(draw.Chart{Tracks: []draw.Track{{Line: line, Main: true}}}, metric{})))
		wellFormed(t, string(draw.Profile(line.Samples(0), nil, metric{}, "x")))
	})
}

func FuzzParseLand(f *testing.F) {
	f.Add([]byte(`{"type":"Topology","transform":{"scale":[1,1],"translate":[0,0]},"arcs":[[[0,0],[5,0],[0,5]]],"objects":{"land":{"geometries":[{"type":"MultiPolygon","arcs":[[[0]]]}]}}}`))
	f.Add([]byte(`{"type":"Topology","arcs":[[[0,0]]],"objects":{"land":{"geometries":[{"type":"Polygon","arcs":[[-1,0]]}]}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		l, err := draw.ParseLand(raw)
		if err != nil {
			return
		}
		_ = l.World("x", nil)
		_ = l.Globe("x", draw.Pin{Lat: 10})
	})
}

// A view of 0.02 degrees at 42.5 north, drawn 760 by 480.
var andorra = draw.View{West: 1.5, South: 42.5, East: 1.53, North: 42.514, Width: 760, Height: 480}

func TestTiles(t *testing.T) {
	t.Parallel()
	got := string(draw.Tiles("https://t.example/{z}/{x}/{y}.png?a=1&b=2", 17)(andorra))
	wellFormed(t, got)
	n := strings.Count(got, "<image")
	if n < 6 || n > 48 {
		t.Errorf("%d tiles", n)
	}
	// The tile of the view's middle, worked out elsewhere: zoom 15 (0.011 degrees a
	// tile), x and y by the formula with logarithm and secant.
	if !strings.Contains(got, "https://t.example/15/16521/12101.png?a=1&amp;b=2") {
		t.Errorf("the middle's tile is missing: %s", got)
	}
	// Each tile lies where its corners are.
	var x, y, w, h float64
	at := got[strings.Index(got, "/15/16521/12101.png"):]
	if _, err := fmt.Sscanf(at[strings.Index(at, `x="`):], `x="%f" y="%f" width="%f" height="%f"`, &x, &y, &w, &h); err != nil {
		t.Fatal(err)
	}
	if want := andorra.X(16521.0/32768*360 - 180); math.Abs(x-want) > 0.06 {
		t.Errorf("x %v, want %v", x, want)
	}
	if want := 360.0 / 32768 / 0.03 * 760; math.Abs(w-0.5-want) > 0.11 {
		t.Errorf("width %v, want %v", w, want)
	}
	north := math.Atan(math.Sinh(math.Pi*(1-2*12101.0/32768))) * 180 / math.Pi
	if want := andorra.Y(north); math.Abs(y-want) > 0.06 {
		t.Errorf("y %v, want %v", y, want)
	}
	for name, c := range map[string]struct {
		zoom int
		view draw.View
		want []string
	}{
		"at most the server's zoom": {9, andorra, []string{"/9/258/189.png"}},
		"across the antimeridian":   {17, draw.View{West: 179.9, South: -47.1, East: 180.1, North: -46.9, Width: 760, Height: 480}, []string{"/12/4095/", "/12/0/"}},
		"the whole world":           {17, draw.View{West: -180, South: -90, East: 180, North: 90, Width: 760, Height: 480}, []string{"/2/0/0.png", "/2/3/3.png"}},
	} {
		got := string(draw.Tiles("https://t.example/{z}/{x}/{y}.png", c.zoom)(c.view))
		wellFormed(t, got)
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is missing in %.600s", name, want, got)
			}
		}
		if n := strings.Count(got, "<image"); n < 1 || n > 48 {
			t.Errorf("%s: %d tiles", name, n)
		}
	}
	if got := draw.Tiles("x", 17)(draw.View{}); got != "" {
		t.Errorf("an empty view: %s", got)
	}
}

// ground is elevations by a function of degrees.
type ground func(lon, lat float64) float64

func (g ground) Height(lon, lat float64) float64 { return g(lon, lat) }

// Around a cone the contour lines are circles at the heights they say.
func TestReliefOfACone(t *testing.T) {
	t.Parallel()
	middle := draw.Point{Lon: 1.515, Lat: 42.507}
	cone := ground(func(lon, lat float64) float64 {
		return 1500 - draw.Between(middle, draw.Point{Lon: lon, Lat: lat})/2
	})
	picture, interval := draw.Relief(andorra, cone, metric{})
	got := string(picture)
	wellFormed(t, got)
	if interval != 50 {
		t.Fatalf("interval %v: the cone falls some 700 m in the view", interval)
	}
	points := 0
	for i, d := range strings.Split(got, ` d="`)[1:] {
		d, _, _ = strings.Cut(d, `"`)
		for _, line := range strings.Split(d, "M")[1:] {
			var first, sum, n float64
			for k, p := range strings.Split(line, "L") {
				var x, y float64
				if _, err := fmt.Sscanf(p, "%f %f", &x, &y); err != nil {
					t.Fatalf("%q: %v", p, err)
				}
				height := cone(andorra.West+x/760*0.03, andorra.North-y/480*0.014)
				if k == 0 {
					first = math.Round(height/interval) * interval
				}
				if math.Abs(height-first) > 3 {
					t.Fatalf("a point of the line at %v m lies at %v m", first, height)
				}
				sum, n = sum+height, n+1
				points++
			}
			if i == 1 && math.Mod(first, 250) != 0 {
				t.Errorf("an index line at %v m", first)
			}
		}
	}
	if points < 500 || !strings.Contains(got, "1250 m</text>") {
		t.Errorf("%d points; %.300s", points, got)
	}
	// In feet the interval is a round number of feet.
	if _, feet := draw.Relief(andorra, cone, imperial{}); math.Abs(feet-200*0.3048) > 1e-9 {
		t.Errorf("interval %v m", feet)
	}
}

type imperial struct{ metric }

func (imperial) Round() (float64, float64) { return 1609.344, 0.3048 }

func TestReliefKnowsWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for name, h := range map[string]ground{
		"nothing known": func(_, _ float64) float64 { return math.NaN() },
		"flat":          func(_, _ float64) float64 { return 3 },
		"a step of 1 m": func(lon, _ float64) float64 { return math.Floor(lon*100) / 1e3 },
	} {
		if got, interval := draw.Relief(andorra, h, metric{}); got != "" || interval != 0 {
			t.Errorf("%s: %v, %.200s", name, interval, got)
		}
	}
	// A hole in the data leaves a hole in the lines.
	half := ground(func(lon, lat float64) float64 {
		if lon > 1.515 {
			return math.NaN()
		}
		return lat * 1e5
	})
	got, _ := draw.Relief(andorra, half, metric{})
	wellFormed(t, string(got))
	if strings.Count(string(got), "M") < 5 {
		t.Errorf("no lines beside the hole: %.300s", got)
	}
	for _, p := range strings.FieldsFunc(string(got), func(r rune) bool { return r == 'L' || r == 'M' || r == '"' }) {
		var x, y float64
		if n, _ := fmt.Sscanf(p, "%f %f", &x, &y); n == 2 && x > 381 {
			t.Fatalf("a line goes on where nothing is known: %v", p)
		}
	}
	// The roughest ground is bounded.
	rough := ground(func(lon, lat float64) float64 {
		return math.Mod(math.Abs(math.Sin(lon*12.9898e4+lat*78.233e4))*43758.5453, 1) * 4000
	})
	picture, interval := draw.Relief(andorra, rough, metric{})
	wellFormed(t, string(picture))
	if len(picture) > 800_000 {
		t.Errorf("%d bytes at an interval of %v m", len(picture), interval)
	}
}

func TestMapOnGround(t *testing.T) {
	t.Parallel()
	line := draw.Line{{Lon: 1.51, Lat: 42.5}, {Lon: 1.52, Lat: 42.51}}
	var seen draw.View
	got := string(draw.Map(draw.Chart{Tracks: []draw.Track{{Name: "A", Line: line}}, Ground: []draw.Ground{func(v draw.View) template.HTML {
		seen = v
		return `<g class="here"/>`
	}}}, metric{}))
	if i, k := strings.Index(got, `class="here"`), strings.Index(got, "mp-track"); i < 0 || i > k {
		t.Error("the ground is not below the lines")
	}
	// The view puts a point where the line is drawn.
	if want := fmt.Sprintf("M%.4g ", seen.X(1.51)); !strings.Contains(got, want) {
		t.Errorf("the view puts the line's start at %s: %.900s", want, got)
	}
}

// Lines that cross the cells keep within work's bounds: a map must not wait.
func BenchmarkRelief(b *testing.B) {
	hills := ground(func(lon, lat float64) float64 { return 500 + 200*math.Sin(lon*900) + 200*math.Cos(lat*1200) })
	for b.Loop() {
		draw.Relief(andorra, hills, metric{})
	}
}
