package track_test

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/mtbwiki/mtbwiki/track"
)

// metre is a metre northwards, in degrees.
const metre = 180 / (math.Pi * track.EarthRadius)

// north returns a line northwards from the equator with points every step metres,
// at the given elevations.
func north(step float64, elevations ...float64) track.Line {
	l := make(track.Line, len(elevations))
	for i, e := range elevations {
		l[i] = track.Point{Lon: 8, Lat: float64(i) * step * metre, Ele: e}
	}
	return l
}

// sampled returns a line of the given length with points every metre, at the
// elevations of a function of the distance.
func sampled(length int, ele func(float64) float64) track.Line {
	elevations := make([]float64, length+1)
	for i := range elevations {
		elevations[i] = ele(float64(i))
	}
	return north(1, elevations...)
}

var nan = math.NaN()

func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance }

func TestDistance(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		a, b track.Point
		want float64
	}{
		{"same place", track.At2D(8, 49), track.At2D(8, 49), 0},
		{"a degree of the equator", track.At2D(0, 0), track.At2D(1, 0), 111195.08},
		{"a degree of a meridian", track.At2D(8, 49), track.At2D(8, 50), 111195.08},
		{"half of the globe", track.At2D(0, 0), track.At2D(180, 0), math.Pi * track.EarthRadius},
		{"pole to pole", track.At2D(0, 90), track.At2D(77, -90), math.Pi * track.EarthRadius},
		{"across the antimeridian", track.At2D(179.5, 0), track.At2D(-179.5, 0), 111195.08},
		{"a decimetre", track.At2D(8, 0), track.At2D(8, 0.1*metre), 0.1},
	}
	for _, tt := range tests {
		if got := track.Distance(tt.a, tt.b); !near(got, tt.want, 0.01) {
			t.Errorf("%s: %v m, want %v", tt.name, got, tt.want)
		}
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		line track.Line
		want track.Bounds
		ok   bool
	}{
		{"empty", nil, track.Bounds{}, false},
		{"point", track.Line{track.At2D(8, 49)}, track.Bounds{West: 8, South: 49, East: 8, North: 49}, true},
		{"plain", track.Line{track.At2D(8, 49), track.At2D(7, 50), track.At2D(9, 48)}, track.Bounds{West: 7, South: 48, East: 9, North: 50}, true},
		{"antimeridian eastwards", track.Line{track.At2D(179, 1), track.At2D(-178, 2)}, track.Bounds{West: 179, South: 1, East: -178, North: 2}, true},
		{"antimeridian and back", track.Line{track.At2D(-179, 1), track.At2D(178, 2), track.At2D(-177, 0)}, track.Bounds{West: 178, South: 0, East: -177, North: 2}, true},
		{"round the world", track.Line{track.At2D(0, 0), track.At2D(120, 0), track.At2D(-120, 0), track.At2D(0, 0)}, track.Bounds{West: -180, East: 180}, true},
	}
	for _, tt := range tests {
		got, ok := tt.line.Bounds()
		if ok != tt.ok || got != tt.want {
			t.Errorf("%s: %+v, %v, want %+v", tt.name, got, ok, tt.want)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, p := range []track.Point{{Lon: 181}, {Lon: -180.1}, {Lat: 90.1}, {Lon: nan}, {Lat: math.Inf(-1)}} {
		if err := (track.Line{{}, p}).Check(); err == nil || !strings.Contains(err.Error(), "point 1") {
			t.Errorf("%v: %v", p, err)
		}
	}
	if err := make(track.Line, track.MaxPoints+1).Check(); !errors.Is(err, track.ErrTooManyPoints) {
		t.Errorf("long line: %v", err)
	}
	if err := (track.Line{{Lon: 180, Lat: -90, Ele: nan}}).Check(); err != nil {
		t.Error(err)
	}
}

// anyLine draws a trail-like line: steps of up to some hundred metres, sometimes
// none, somewhere on earth.
func anyLine(t *rapid.T, least int) track.Line {
	n := rapid.IntRange(least, 60).Draw(t, "points")
	p := track.Point{
		Lon: rapid.Float64Range(-180, 180).Draw(t, "lon"),
		Lat: rapid.Float64Range(-75, 75).Draw(t, "lat"),
		Ele: rapid.Float64Range(0, 3000).Draw(t, "ele"),
	}
	l := make(track.Line, n)
	for i := range l {
		l[i] = p
		p.Lon += rapid.Float64Range(-0.003, 0.003).Draw(t, "east")
		p.Lat += rapid.Float64Range(-0.003, 0.003).Draw(t, "north")
		p.Ele += rapid.Float64Range(-20, 20).Draw(t, "up")
		if p.Lon > 180 {
			p.Lon -= 360
		} else if p.Lon < -180 {
			p.Lon += 360
		}
		if rapid.IntRange(0, 9).Draw(t, "stay") == 0 && i+1 < n {
			p = l[i]
		}
	}
	return l
}

// TestSimplify checks the promise: ends and order are kept, and every dropped
// point lies within the tolerance of what remains.
func TestSimplify(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := anyLine(t, 2)
		tolerance := rapid.Float64Range(0, 200).Draw(t, "tolerance")
		s := l.Simplify(tolerance)
		if s[0] != l[0] || s[len(s)-1] != l[len(l)-1] {
			t.Fatal("an end was lost")
		}
		j := 0
		for _, p := range l {
			if j < len(s) && p == s[j] {
				j++
			}
		}
		if j != len(s) {
			t.Fatal("the result is not a part of the line in order")
		}
		m := s.Measure()
		for i, p := range l {
			if _, away, _ := m.Nearest(p); away > tolerance+0.01 {
				t.Fatalf("point %d is %v m away, tolerance %v", i, away, tolerance)
			}
		}
		if s.Length() > l.Length()+1e-6 {
			t.Fatal("the line got longer")
		}
	})
	straight := north(10, 1, 2, 3, 4, 5)
	if got := straight.Simplify(0.1); len(got) != 2 || got[1].Ele != 5 {
		t.Errorf("straight line: %v", got)
	}
	if got := straight.Simplify(0); len(got) != 5 {
		t.Errorf("no tolerance: %d points", len(got))
	}
	var empty track.Line
	if got := empty.Simplify(1); len(got) != 0 {
		t.Errorf("empty line: %v", got)
	}
}

// TestSimplifyIsBounded checks that the quadratic algorithm is let loose on a
// thousand points at a time only, which shows by the points it keeps of a straight
// line. Without that, the zigzag of as many points as a line may have would take
// minutes.
func TestSimplifyIsBounded(t *testing.T) {
	t.Parallel()
	straight := make(track.Line, 5000)
	zigzag := make(track.Line, 20_000)
	for i := range straight {
		straight[i] = track.At2D(8, float64(i)*1e-5)
	}
	for i := range zigzag {
		side := float64(i%2*2-1) * (1 - float64(i)/float64(len(zigzag)))
		zigzag[i] = track.At2D(8+side*1e-3, float64(i)*1e-6)
	}
	if s := straight.Simplify(1); len(s) != 6 {
		t.Errorf("%d points are left of a straight line, want the ends and four between", len(s))
	}
	if s := zigzag.Simplify(1); len(s) < len(zigzag)/2 {
		t.Errorf("only %d of %d points are left of a zigzag", len(s), len(zigzag))
	}
}

func BenchmarkSimplifyWorstCase(b *testing.B) {
	l := make(track.Line, track.MaxPoints)
	for i := range l {
		side := float64(i%2*2-1) * (1 - float64(i)/float64(len(l)))
		l[i] = track.At2D(8+side*1e-3, float64(i)*1e-6)
	}
	for b.Loop() {
		l.Simplify(1)
	}
}

func TestSimplifyToBytes(t *testing.T) {
	t.Parallel()
	l := make(track.Line, 5000)
	for i := range l {
		x := float64(i) / 100
		l[i] = track.Point{Lon: 8 + 0.01*math.Sin(x), Lat: 49 + 0.0005*x + 0.001*math.Sin(7*x), Ele: 500 + 100*math.Sin(x/3)}
	}
	whole := len(track.AppendGeoJSON(nil, l))
	previous := math.Inf(1)
	for _, limit := range []int{200, 1000, 10_000, 60_000, whole} {
		s, tolerance, err := l.SimplifyToBytes(limit)
		if err != nil {
			t.Fatal(err)
		}
		size := len(track.AppendGeoJSON(nil, s))
		if size > limit {
			t.Errorf("%d bytes, at most %d", size, limit)
		}
		if limit != whole && float64(size) < 0.5*float64(limit) {
			t.Errorf("%d bytes of %d allowed: simplified too much", size, limit)
		}
		if tolerance > previous {
			t.Errorf("limit %d took tolerance %v, a smaller one %v", limit, tolerance, previous)
		}
		previous = tolerance
	}
	if previous != 0 {
		t.Errorf("tolerance %v for a line that fits", previous)
	}
	if _, _, err := l.SimplifyToBytes(50); err == nil {
		t.Error("two points in 50 bytes")
	}
}

func TestSimplifyToPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) track.Line { return anyLine(t, 2) }), 0, 30).Draw(t, "lines")
		limit := rapid.IntRange(2, 60).Draw(t, "limit")
		before, after := 0, 0
		for _, l := range lines {
			before += len(l)
		}
		short := track.SimplifyToPoints(lines, limit)
		for i, l := range short {
			after += len(l)
			if len(l) < 2 || !samePoint(l[0], lines[i][0]) || !samePoint(l[len(l)-1], lines[i][len(lines[i])-1]) {
				t.Fatalf("line %d lost an end: %v of %v", i, l, lines[i])
			}
		}
		if after > limit || before <= limit && after != before || 2*len(lines) <= limit && len(short) != len(lines) {
			t.Fatalf("%d points in %d lines became %d in %d, at most %d", before, len(lines), after, len(short), limit)
		}
	})
}

func samePoint(a, b track.Point) bool { return a.Lon == b.Lon && a.Lat == b.Lat }

func TestMeasured(t *testing.T) {
	t.Parallel()
	m := north(100, 10, 20, nan, 40).Measure()
	if !near(m.Length(), 300, 1e-6) {
		t.Fatalf("length %v", m.Length())
	}
	at := []struct{ distance, north, ele float64 }{
		{-5, 0, 10}, {0, 0, 10}, {50, 50, 15}, {100, 100, 20}, {150, 150, nan}, {250, 250, nan}, {300, 300, 40}, {1e9, 300, 40}, {math.Inf(-1), 0, 10},
	}
	for _, tt := range at {
		p, ok := m.At(tt.distance)
		if !ok || !near(p.Lat/metre, tt.north, 1e-3) || p.Lon != 8 || !(near(p.Ele, tt.ele, 1e-6) || math.IsNaN(p.Ele) && math.IsNaN(tt.ele)) {
			t.Errorf("at %v: %+v, %v", tt.distance, p, ok)
		}
	}
	nearest := []struct{ east, north, along, away float64 }{
		{0, 150, 150, 0}, {30, 150, 150, 30}, {-40, -30, 0, 50}, {30, 340, 300, 50},
	}
	for _, tt := range nearest {
		along, away, ok := m.Nearest(track.At2D(8+tt.east*metre, tt.north*metre))
		if !ok || !near(along, tt.along, 0.01) || !near(away, tt.away, 0.01) {
			t.Errorf("nearest to %v: %v, %v, %v", tt, along, away, ok)
		}
	}
	parts := []struct {
		from, to, length float64
		points           int
		first            float64
	}{
		{50, 250, 200, 4, 50}, {250, 50, 200, 4, 250}, {100, 200, 100, 2, 100}, {-10, 1e9, 300, 4, 0}, {120, 130, 10, 2, 120}, {70, 70, 0, 2, 70},
	}
	for _, tt := range parts {
		s := m.Slice(tt.from, tt.to)
		if !near(s.Length(), tt.length, 1e-3) || len(s) != tt.points || !near(s[0].Lat/metre, tt.first, 1e-3) {
			t.Errorf("from %v to %v: %v", tt.from, tt.to, s)
		}
	}
	empty := track.Line{}.Measure()
	if _, ok := empty.At(0); ok {
		t.Error("a point on an empty line")
	}
	if _, _, ok := empty.Nearest(track.At2D(0, 0)); ok {
		t.Error("a place on an empty line")
	}
	if s := empty.Slice(0, 1); s != nil {
		t.Errorf("part of an empty line: %v", s)
	}
	if _, ok := m.At(nan); ok {
		t.Error("a point nowhere")
	}
	crossing := track.Line{track.At2D(179.99, 0), track.At2D(-179.97, 0)}.Measure()
	if p, _ := crossing.At(crossing.Length() / 2); !near(p.Lon, -179.99, 1e-6) {
		t.Errorf("middle of a line across the antimeridian: %v", p)
	}
}

func TestResample(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := anyLine(t, 2)
		step := rapid.Float64Range(5, 500).Draw(t, "step")
		m := l.Measure()
		r, err := m.Resample(step)
		if err != nil {
			t.Fatal(err)
		}
		if r[0] != l[0] && m.Length() > step/1000 || r[len(r)-1] != l[len(l)-1] {
			t.Fatal("an end was lost")
		}
		if want := int(math.Ceil(m.Length()/step-0.001)) + 1; len(r) != want {
			t.Fatalf("%d points of %v m in steps of %v, want %d", len(r), m.Length(), step, want)
		}
		for i, p := range r {
			if _, away, _ := m.Nearest(p); away > 0.1 {
				t.Fatalf("point %d is %v m off the line", i, away)
			}
		}
	})
	m := north(100, 1, 2).Measure()
	for _, step := range []float64{0, -1, nan, math.Inf(1)} {
		if _, err := m.Resample(step); err == nil {
			t.Errorf("step %v was accepted", step)
		}
	}
	if _, err := m.Resample(1e-6); !errors.Is(err, track.ErrTooManyPoints) {
		t.Errorf("tiny step: %v", err)
	}
	if r, err := (track.Line{}).Measure().Resample(1); err != nil || len(r) != 0 {
		t.Errorf("empty line: %v, %v", r, err)
	}
}

func TestElevationUnknown(t *testing.T) {
	t.Parallel()
	ramp := func(d float64) float64 { return 100 + d/10 }
	only := func(known func(d float64) bool) track.Line {
		return sampled(3000, func(d float64) float64 {
			if known(d) {
				return ramp(d)
			}
			return nan
		})
	}
	tests := []struct {
		name string
		line track.Line
		want string // in the error; empty: known
	}{
		{"known", sampled(3000, ramp), ""},
		{"nothing", nil, "too short"},
		{"a point", north(1, 5), "too short"},
		{"one place", north(0, 5, 6, 7), "too short"},
		{"none", only(func(float64) bool { return false }), "no point has one"},
		{"zeros", sampled(3000, func(float64) float64 { return 0 }), "it is 0 throughout"},
		{"void of elevation tiles", sampled(3000, func(float64) float64 { return -32768 }), "no point has one"},
		{"only at the ends", only(func(d float64) bool { return d == 0 || d == 3000 }), "only 0 percent"},
		{"a third", only(func(d float64) bool { return d < 1000 }), "only 33 percent"},
		{"small gaps", only(func(d float64) bool { return math.Mod(d, 90) == 0 }), ""},
		{"long and constant", sampled(3000, func(float64) float64 { return 395 }), "the same throughout"},
		{"short and constant", sampled(500, func(float64) float64 { return 395 }), ""},
		{"zeros for a third", sampled(3000, func(d float64) float64 {
			if d < 1000 {
				return 0
			}
			return ramp(d)
		}), "only 67 percent"},
		{"down to the shore", sampled(3000, func(d float64) float64 { return max(0, 200-d/10) }), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e, err := tt.line.Elevation()
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				if len(e.Samples) < 2 || !near(e.Length, tt.line.Length(), 1e-9) {
					t.Errorf("%d samples of %v m", len(e.Samples), e.Length)
				}
				return
			}
			if !errors.Is(err, track.ErrElevationUnknown) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestClimb(t *testing.T) {
	t.Parallel()
	spike := func(d float64) float64 {
		if math.Mod(d, 500) == 250 {
			return 900
		}
		return 100 + d/10
	}
	zeroStart := func(d float64) float64 {
		if d < 100 {
			return 0
		}
		return 62 + d/10
	}
	tests := []struct {
		name       string
		line       track.Line
		source     track.Source
		gain, loss float64
		tolerance  float64
	}{
		{"ramp", sampled(3000, func(d float64) float64 { return 100 + d/10 }), track.DEM, 300, 0, 3},
		{"up and down", sampled(4000, func(d float64) float64 { return 100 + min(d, 4000-d)/10 }), track.Barometric, 200, 200, 5},
		{"noise of two metres", sampled(3000, func(d float64) float64 { return 100 + 2*math.Sin(d) }), track.DEM, 0, 0, 0},
		{"spikes", sampled(3000, spike), track.DEM, 300, 0, 3},
		{"0, then 62", sampled(3000, zeroStart), track.GPS, 290, 0, 10},
		{"five-metre waves seen by GPS", sampled(3000, func(d float64) float64 { return 100 + 2.5*math.Sin(d/50) }), track.GPS, 0, 0, 0},
		{"twenty-metre waves seen by barometer", sampled(3142, func(d float64) float64 { return 100 + 10*math.Sin(d/50) }), track.Barometric, 200, 200, 15},
		{"twenty-metre waves seen by GPS", sampled(3142, func(d float64) float64 { return 100 + 10*math.Sin(d/50) }), track.GPS, 200, 200, 25},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e, err := tt.line.Elevation()
			if err != nil {
				t.Fatal(err)
			}
			c := e.Climb(tt.source)
			if !near(c.Gain, tt.gain, tt.tolerance) || !near(c.Loss, tt.loss, tt.tolerance) {
				t.Errorf("up %v, down %v, want %v and %v within %v", c.Gain, c.Loss, tt.gain, tt.loss, tt.tolerance)
			}
			if !strings.Contains(c.Method, tt.source.String()) || !strings.Contains(c.Method, "turns of") {
				t.Errorf("method %q", c.Method)
			}
		})
	}
}

// TestGainBalance checks of both rules that gain less loss is the difference of the
// ends up to the threshold, that a threshold finds no more than none, and that the
// way back is the way there with gain and loss exchanged.
func TestGainBalance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ele := rapid.SliceOfN(rapid.Float64Range(0, 500), 1, 50).Draw(t, "elevations")
		threshold := rapid.Float64Range(0, 30).Draw(t, "threshold")
		gain, loss := track.Hysteresis(ele, threshold)
		if off := math.Abs(gain - loss - (ele[len(ele)-1] - ele[0])); off > threshold+1e-9 {
			t.Fatalf("up %v, down %v, ends differ by %v", gain, loss, ele[len(ele)-1]-ele[0])
		}
		raw, _ := track.Hysteresis(ele, 0)
		up, down := track.TurningPoints(ele, threshold)
		if off := math.Abs(up - down - (ele[len(ele)-1] - ele[0])); off > 2*threshold+1e-9 {
			t.Fatalf("turning points: up %v, down %v, ends differ by %v", up, down, ele[len(ele)-1]-ele[0])
		}
		if gain > raw+1e-9 || up > raw+1e-9 {
			t.Fatalf("%v and %v m up, but only %v m without threshold", gain, up, raw)
		}
		all, _ := track.TurningPoints(ele, 0)
		if !near(all, raw, 1e-9) {
			t.Fatalf("without threshold %v m up by turning points, %v m by steps", all, raw)
		}
		slices.Reverse(ele)
		back, forth := track.TurningPoints(ele, threshold)
		if !near(back, down, 2*threshold+1e-9) || !near(forth, up, 2*threshold+1e-9) {
			t.Fatalf("up %v, down %v; on the way back up %v, down %v", up, down, back, forth)
		}
	})
	if gain, loss := track.Hysteresis(nil, 3); gain != 0 || loss != 0 {
		t.Error("something from nothing")
	}
	if gain, loss := track.Hysteresis([]float64{nan, 5, nan, 9, nan}, 3); gain != 4 || loss != 0 {
		t.Errorf("with unknown values: %v, %v", gain, loss)
	}
}

func TestGrades(t *testing.T) {
	t.Parallel()
	approximately := cmpopts.EquateApprox(0.02, 0.02)
	tests := []struct {
		name   string
		line   track.Line
		source track.Source
		want   track.Grades
		option cmp.Option
	}{
		{
			"even ramp", sampled(1000, func(d float64) float64 { return d * 0.08 }), track.DEM,
			track.Grades{Average: 8, Mean: 8, P95Up: 8, MaxUp: 8, Share: [5]float64{0, 1, 0, 0, 0}, LongestClimb: track.Ascent{From: 0, To: 1000, Gain: 80}},
			approximately,
		},
		{
			"even descent", sampled(1000, func(d float64) float64 { return 500 - d*0.12 }), track.DEM,
			track.Grades{Mean: 12, P95Down: 12, MaxDown: 12, Share: [5]float64{0, 0, 1, 0, 0}},
			approximately,
		},
		{
			// Half flat, half at 30 percent: the steep half must not be diluted.
			"a wall", sampled(2000, func(d float64) float64 { return max(0, d-1000)*0.3 + 10 }), track.DEM,
			track.Grades{Average: 15, Mean: 15, P95Up: 30, MaxUp: 30, Share: [5]float64{0.5, 0, 0, 0, 0.5}, LongestClimb: track.Ascent{From: 1000, To: 2000, Gain: 300}},
			cmpopts.EquateApprox(0.03, 0.02),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e, err := tt.line.Elevation()
			if err != nil {
				t.Fatal(err)
			}
			got, err := e.Grades(tt.source)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got, tt.option); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	short, err := north(20, 100, 102).Elevation()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := short.Grades(track.DEM); !errors.Is(err, track.ErrElevationUnknown) {
		t.Errorf("20 m: %v", err)
	}
}

// TestShareIsWhole has lengths that are a hair off a whole number of samples.
func TestShareIsWhole(t *testing.T) {
	t.Parallel()
	for _, length := range []float64{100, 100.005, 99.995, 109.999, 100.02} {
		e, err := north(length/10, 1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1).Elevation()
		if err != nil {
			t.Fatal(err)
		}
		g, err := e.Grades(track.DEM)
		if err != nil {
			t.Fatal(err)
		}
		var share float64
		for _, s := range g.Share {
			share += s
		}
		if !near(share, 1, 1e-12) {
			t.Errorf("%v m: the shares add up to %v", length, share)
		}
		if p := e.Profile(1000); !near(p[len(p)-1].Distance, length, 1e-6) {
			t.Errorf("%v m: the profile ends at %v", length, p[len(p)-1].Distance)
		}
	}
}

// TestSteepPitch checks that a short steep pitch is found, and that the noise of a
// receiver is not.
func TestSteepPitch(t *testing.T) {
	t.Parallel()
	pitch, err := sampled(1000, func(d float64) float64 { return 100 + 0.4*max(0, min(20, d-500)) }).Elevation()
	if err != nil {
		t.Fatal(err)
	}
	g, err := pitch.Grades(track.DEM)
	if err != nil {
		t.Fatal(err)
	}
	if !near(g.MaxUp, 40, 2) {
		t.Errorf("steepest %v percent, want the pitch's 40", g.MaxUp)
	}
	seed := uint32(1)
	noise := func(float64) float64 {
		seed = seed*1664525 + 1013904223
		return 100 + 4*(float64(seed>>8)/(1<<24)-0.5)
	}
	flat, err := sampled(3000, noise).Elevation()
	if err != nil {
		t.Fatal(err)
	}
	if g, err = flat.Grades(track.GPS); err != nil {
		t.Fatal(err)
	}
	if g.Average != 0 || g.P95Up > 6 || g.MaxUp > 15 || g.LongestClimb != (track.Ascent{}) {
		t.Errorf("flat ride with four metres of noise: %+v", g)
	}
}

func TestLongestClimb(t *testing.T) {
	t.Parallel()
	// 100 m up, 8 m down, 60 m up: one climb. Then 50 m down, 120 m up: another.
	shape := func(d float64) float64 {
		points := [][2]float64{{0, 500}, {1000, 600}, {1080, 592}, {1680, 652}, {2180, 602}, {3380, 722}, {4000, 722}}
		for i := 1; i < len(points); i++ {
			if a, b := points[i-1], points[i]; d <= b[0] {
				return a[1] + (b[1]-a[1])*(d-a[0])/(b[0]-a[0])
			}
		}
		return 722
	}
	e, err := sampled(4000, shape).Elevation()
	if err != nil {
		t.Fatal(err)
	}
	g, err := e.Grades(track.DEM)
	if err != nil {
		t.Fatal(err)
	}
	c := g.LongestClimb
	if !near(c.Gain, 152, 2) || !near(c.From, 0, 20) || !near(c.To, 1680, 20) || !near(c.Grade(), 9.05, 0.2) {
		t.Errorf("climb %+v, grade %v", c, c.Grade())
	}
	if grade := (track.Ascent{}).Grade(); grade != 0 {
		t.Errorf("no climb has grade %v", grade)
	}
}

// TestElevationProperties holds for every line whose elevation is known.
func TestElevationProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := anyLine(t, 2)
		e, err := l.Elevation()
		if err != nil {
			if !errors.Is(err, track.ErrElevationUnknown) {
				t.Fatal(err)
			}
			return
		}
		low, high := math.Inf(1), math.Inf(-1)
		for _, p := range l {
			low, high = min(low, p.Ele), max(high, p.Ele)
		}
		for i, s := range e.Samples {
			if !(s >= low-1e-9 && s <= high+1e-9) {
				t.Fatalf("sample %d is %v, outside of %v to %v", i, s, low, high)
			}
		}
		profile := e.Profile(rapid.IntRange(0, 100).Draw(t, "n"))
		if len(profile) < 2 || profile[0].Distance != 0 || !near(profile[len(profile)-1].Distance, e.Length, 1e-6) {
			t.Fatalf("profile %v", profile)
		}
		if _, err := json.Marshal(profile); err != nil {
			t.Fatal(err)
		}
		g, err := e.Grades(track.GPS)
		if err != nil {
			if e.Length >= 30 {
				t.Fatal(err)
			}
			return
		}
		var share float64
		for _, s := range g.Share {
			share += s
		}
		c := e.Climb(track.GPS)
		if !near(share, 1, 1e-9) || g.LongestClimb.Gain > c.Highest-c.Lowest+1e-9 || g.P95Up > 1e6 {
			t.Fatalf("%+v, %+v", g, c)
		}
	})
}

func TestMovingTime(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		rates track.Rates
		ride  track.Ride
		want  time.Duration
	}{
		// Vectors published with the rules.
		{"DIN 33466", track.DIN33466, track.Ride{Length: 10_000, Up: 600, Down: 500}, 4*time.Hour + 15*time.Minute},
		{"DAV", track.DAV, track.Ride{Length: 48_000, Up: 1200, Push: 100}, 5*time.Hour + 10*time.Minute},
		{"camptocamp", track.Camptocamp, track.Ride{Length: 25_000, Up: 800, Down: 800}, 4*time.Hour + 50*time.Minute},
		{"nothing", track.DAV, track.Ride{}, 0},
		{"negative", track.DAV, track.Ride{Length: 12_000, Up: -5}, time.Hour},
		{"flat", track.DAV, track.Ride{Length: 12_000}, time.Hour},
		{"absurd", track.DAV, track.Ride{Length: math.Inf(1)}, 1e6 * time.Hour},
	}
	for _, tt := range tests {
		if got := tt.rates.MovingTime(tt.ride); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestEstimate(t *testing.T) {
	t.Parallel()
	ride := track.Ride{Length: 25_000, Up: 800, Down: 800}
	previous := time.Duration(math.MaxInt64)
	for _, f := range []track.Fitness{track.Casual, track.Fit, track.VeryFit, track.Athlete} {
		e, err := f.Estimate(ride)
		if err != nil {
			t.Fatal(err)
		}
		if !(e.Low < e.Likely && e.Likely < e.High && e.Likely < previous) {
			t.Errorf("%s: %+v, the less fit need %v", f, e, previous)
		}
		if !strings.Contains(e.Method, "stops not included") {
			t.Errorf("%s: method %q", f, e.Method)
		}
		previous = e.Likely
	}
	if e, err := track.Fit.Estimate(ride); err != nil || e.Likely != 3*time.Hour+27*time.Minute {
		t.Errorf("fit: %+v, %v", e, err)
	}
	if _, err := track.Fitness("superhuman").Estimate(ride); err == nil || !strings.Contains(err.Error(), "superhuman") {
		t.Errorf("unknown type: %v", err)
	}
}

func TestGeoJSON(t *testing.T) {
	t.Parallel()
	l := track.Line{{Lon: 8.123456789, Lat: -49.5, Ele: 123.456}, {Lon: -0.0000001, Lat: 0, Ele: nan}, {Lon: 180, Lat: 90, Ele: 0}}
	want := `{"type":"LineString","coordinates":[[8.123457,-49.5,123.5],[0,0],[180,90,0]]}`
	if got := string(track.AppendGeoJSON(nil, l)); got != want {
		t.Errorf("written %s, want %s", got, want)
	}
	refused := []struct{ name, text, want string }{
		{"not JSON", `{`, "GeoJSON"},
		{"null", `null`, "LineString is expected"},
		{"point", `{"type":"Point","coordinates":[[1,2]]}`, "LineString is expected"},
		{"polygon", `{"type":"Polygon","coordinates":[[[1,2],[3,4]]]}`, "GeoJSON"},
		{"one position", `{"type":"LineString","coordinates":[[1,2]]}`, "at least two"},
		{"half a position", `{"type":"LineString","coordinates":[[1,2],[3]]}`, "position 1"},
		{"null in a position", `{"type":"LineString","coordinates":[[1,2],[3,null]]}`, "position 1"},
		{"out of range", `{"type":"LineString","coordinates":[[1,2],[1,91]]}`, "point 1"},
		{"too large", `{"type":"LineString","coordinates":[[1,2],[1,9]]}` + strings.Repeat(" ", 10_000_000), "too many points"},
	}
	for _, tt := range refused {
		if _, err := track.ParseGeoJSON([]byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
	got, err := track.ParseGeoJSON([]byte(`{"bbox":[1,2,3,4],"type":"LineString","coordinates":[[1,2,3,4],[3,4,null]]}`))
	if diff := cmp.Diff(track.Line{{Lon: 1, Lat: 2, Ele: 3}, {Lon: 3, Lat: 4, Ele: nan}}, got, cmpopts.EquateNaNs()); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestWKB(t *testing.T) {
	t.Parallel()
	l := track.Line{{Lon: 1, Lat: 2, Ele: 3}, {Lon: 3, Lat: 4, Ele: nan}}
	data := track.AppendWKB(nil, l)
	swapped := []byte{0}
	swapped = binary.BigEndian.AppendUint32(swapped, 2|0x80000000)
	swapped = binary.BigEndian.AppendUint32(swapped, 2)
	for _, v := range []float64{1, 2, 3, 3, 4, nan} {
		swapped = binary.BigEndian.AppendUint64(swapped, math.Float64bits(v))
	}
	for name, data := range map[string][]byte{"own": data, "big-endian with the flag of PostGIS": swapped} {
		got, err := track.ParseWKB(data)
		if diff := cmp.Diff(l, got, cmpopts.EquateNaNs()); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
	if flat := track.AppendWKB(nil, track.Line{track.At2D(1, 2)}); len(flat) != 9+16 {
		t.Errorf("a point without elevation takes %d bytes", len(flat))
	}
	huge := binary.LittleEndian.AppendUint32([]byte{1, 2, 0, 0, 0}, math.MaxUint32)
	for name, data := range map[string][]byte{
		"empty": nil, "short": data[:8], "cut": data[:len(data)-1], "more": append(data, 0), "order": append([]byte{7}, data[1:]...),
		"point": {1, 1, 0, 0, 0, 0, 0, 0, 0}, "huge": huge,
	} {
		if _, err := track.ParseWKB(data); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzParseGeoJSON(f *testing.F) {
	f.Add([]byte(`{"type":"LineString","coordinates":[[8.1,49,100],[8.2,49.1]]}`))
	f.Add([]byte(`{"type":"LineString","coordinates":[[1e400,0],[null]]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := track.ParseGeoJSON(data)
		if err != nil {
			return
		}
		use(t, l)
		again, err := track.ParseGeoJSON(track.AppendGeoJSON(nil, l))
		if err != nil || len(again) != len(l) {
			t.Fatalf("written and read again: %v, %d of %d points", err, len(again), len(l))
		}
		for i := range l {
			if track.Distance(l[i], again[i]) > 0.2 || l[i].HasEle() && !near(l[i].Ele, again[i].Ele, 0.06) {
				t.Fatalf("point %d was %v, is %v", i, l[i], again[i])
			}
		}
	})
}

func FuzzParseWKB(f *testing.F) {
	f.Add(track.AppendWKB(nil, north(10, 1, 2, nan)))
	f.Add(track.AppendWKB(nil, track.Line{}))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := track.ParseWKB(data)
		if err != nil {
			return
		}
		use(t, l)
		again, err := track.ParseWKB(track.AppendWKB(nil, l))
		if err != nil {
			t.Fatal(err)
		}
		if len(again) != len(l) {
			t.Fatalf("%d points, then %d", len(l), len(again))
		}
	})
}

// use calls what works on any line: nothing may panic or invent numbers.
func use(t *testing.T, l track.Line) {
	t.Helper()
	if n := l.Length(); !(n >= 0) || math.IsInf(n, 0) {
		t.Fatalf("length %v", n)
	}
	l.Simplify(10)
	m := l.Measure()
	m.Slice(10, 1000)
	e, err := l.Elevation()
	if err != nil {
		return
	}
	for _, p := range e.Profile(50) {
		if math.IsNaN(p.Elevation) || math.IsNaN(p.Grade) || math.IsNaN(p.Distance) {
			t.Fatalf("profile point %v", p)
		}
	}
	if g, err := e.Grades(track.DEM); err == nil && math.IsNaN(g.Mean+g.P95Up+g.P95Down+g.MaxUp+g.MaxDown+g.Average) {
		t.Fatalf("grades %+v", g)
	}
}

func BenchmarkElevation(b *testing.B) {
	l := sampled(20_000, func(d float64) float64 { return 500 + 200*math.Sin(d/2000) + math.Sin(d) })
	b.ReportAllocs()
	for b.Loop() {
		e, err := l.Elevation()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := e.Grades(track.DEM); err != nil {
			b.Fatal(err)
		}
		e.Profile(300)
	}
}

func BenchmarkSimplify(b *testing.B) {
	l := sampled(20_000, func(float64) float64 { return 0 })
	for i := range l {
		l[i].Lon += 0.01 * math.Sin(float64(i)/300)
	}
	for b.Loop() {
		l.Simplify(5)
	}
}
