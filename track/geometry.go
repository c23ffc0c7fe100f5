package track

import (
	"errors"
	"fmt"
	"math"
	"sort"
)

// EarthRadius is the mean radius of the earth in metres (IUGG R1).
const EarthRadius = 6371008.8

// MaxPoints bounds the points that a function of this package makes or parses.
const MaxPoints = 200_000

// ErrTooManyPoints means that a line would have more than MaxPoints points.
var ErrTooManyPoints = errors.New("track: too many points")

// Point is a position in WGS84 degrees with its elevation in metres, NaN when
// that is unknown.
type Point struct {
	Lon, Lat float64
	Ele      float64
}

// At2D returns a point of unknown elevation.
func At2D(lon, lat float64) Point { return Point{Lon: lon, Lat: lat, Ele: math.NaN()} }

// HasEle reports whether the elevation is known. Values that no place on earth
// has (the void -32768 of elevation tiles among them) count as unknown.
func (p Point) HasEle() bool { return p.Ele >= -500 && p.Ele <= 9000 }

// Valid reports whether the coordinates are finite and within range. The
// elevation may be unknown.
func (p Point) Valid() bool { return math.Abs(p.Lon) <= 180 && math.Abs(p.Lat) <= 90 }

// Line is a connected line. A recording with gaps is several lines.
type Line []Point

// Check returns an error that names the first point whose coordinates are out of
// range, or the excess of points. The other functions expect a checked line.
func (l Line) Check() error {
	if len(l) > MaxPoints {
		return fmt.Errorf("%w: %d, at most %d; simplify or split the line", ErrTooManyPoints, len(l), MaxPoints)
	}
	for i, p := range l {
		if !p.Valid() {
			return fmt.Errorf("track: point %d has longitude %v and latitude %v; they must be within ±180 and ±90 degrees", i, p.Lon, p.Lat)
		}
	}
	return nil
}

// Reversed returns the line in the other direction.
func (l Line) Reversed() Line {
	r := make(Line, len(l))
	for i, p := range l {
		r[len(l)-1-i] = p
	}
	return r
}

// Distance returns the great-circle distance of two points in metres, by the
// haversine formula, which is exact enough on a sphere from millimetres to half
// the globe. The difference to the ellipsoid is up to 0.5 percent. Elevation does
// not count.
func Distance(a, b Point) float64 {
	const rad = math.Pi / 180
	sinLat := math.Sin((b.Lat - a.Lat) * rad / 2)
	sinLon := math.Sin((b.Lon - a.Lon) * rad / 2)
	h := sinLat*sinLat + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*sinLon*sinLon
	return 2 * EarthRadius * math.Asin(math.Min(1, math.Sqrt(h)))
}

// Length returns the horizontal length of the line in metres.
func (l Line) Length() float64 {
	var sum float64
	for i := 1; i < len(l); i++ {
		sum += Distance(l[i-1], l[i])
	}
	return sum
}

// Bounds is a box in degrees. As in RFC 7946, West > East means that it crosses
// the antimeridian.
type Bounds struct{ West, South, East, North float64 }

// Bounds returns the smallest box around the line, which is taken to run the
// shorter way between neighbouring points. It reports false for an empty line.
func (l Line) Bounds() (Bounds, bool) {
	if len(l) == 0 {
		return Bounds{}, false
	}
	b := Bounds{South: l[0].Lat, North: l[0].Lat}
	// Longitudes are followed across the antimeridian without a jump.
	lon, west, east := l[0].Lon, l[0].Lon, l[0].Lon
	for i := 1; i < len(l); i++ {
		lon += lonDelta(l[i-1].Lon, l[i].Lon)
		west, east = min(west, lon), max(east, lon)
		b.South, b.North = min(b.South, l[i].Lat), max(b.North, l[i].Lat)
	}
	if east-west >= 360 {
		b.West, b.East = -180, 180
		return b, true
	}
	b.West, b.East = wrapLon(west), wrapLon(east)
	return b, true
}

// lonDelta is the signed way from a to b in degrees, the shorter way round.
func lonDelta(a, b float64) float64 {
	d := b - a
	switch {
	case d > 180:
		return d - 360
	case d < -180:
		return d + 360
	}
	return d
}

func wrapLon(lon float64) float64 {
	if lon >= -180 && lon <= 180 {
		return lon
	}
	return math.Mod(math.Mod(lon+180, 360)+360, 360) - 180
}

const metresPerDegree = EarthRadius * math.Pi / 180

// eastScale is the length of a degree of longitude at a point, in metres.
func eastScale(p Point) float64 { return metresPerDegree * math.Cos(p.Lat*math.Pi/180) }

// toSegment returns the square of the distance from p to the segment a-b in square
// metres, and where on the segment (0 to 1) the nearest point lies. It works in a
// plane around p, where scale is the eastScale of p: within the few kilometres
// between the points of a trail that is good to a millimetre per metre.
func toSegment(p Point, scale float64, a, b Point) (square, at float64) {
	ax, ay := lonDelta(p.Lon, a.Lon)*scale, (a.Lat-p.Lat)*metresPerDegree
	bx, by := lonDelta(p.Lon, b.Lon)*scale, (b.Lat-p.Lat)*metresPerDegree
	dx, dy := bx-ax, by-ay
	if sq := dx*dx + dy*dy; sq > 0 {
		at = max(0, min(1, -(ax*dx+ay*dy)/sq))
	}
	x, y := ax+at*dx, ay+at*dy
	return x*x + y*y, at
}

// simplifyChunk is how many points Simplify looks at together. The algorithm can
// need quadratic time; this bounds it for lines that are made to be slow, at the
// price of keeping every 1024th point.
const simplifyChunk = 1024

// Simplify drops points that lie within tolerance metres of the line without
// them (Douglas and Peucker 1973). The ends stay, as do the elevations of the
// points that are kept. A tolerance of zero or less returns a copy.
func (l Line) Simplify(tolerance float64) Line {
	if len(l) < 3 || !(tolerance > 0) {
		return append(Line(nil), l...)
	}
	keep := make([]bool, len(l))
	keep[0] = true
	scale := make([]float64, len(l))
	for i, p := range l {
		scale[i] = eastScale(p)
	}
	for from := 0; from < len(l)-1; from += simplifyChunk {
		to := min(from+simplifyChunk, len(l)-1)
		keep[to] = true
		stack := [][2]int{{from, to}}
		for len(stack) > 0 {
			a, b := stack[len(stack)-1][0], stack[len(stack)-1][1]
			stack = stack[:len(stack)-1]
			farthest, at := tolerance*tolerance, -1
			for i := a + 1; i < b; i++ {
				if sq, _ := toSegment(l[i], scale[i], l[a], l[b]); sq > farthest {
					farthest, at = sq, i
				}
			}
			if at >= 0 {
				keep[at] = true
				stack = append(stack, [2]int{a, at}, [2]int{at, b})
			}
		}
	}
	var out Line
	for i, k := range keep {
		if k {
			out = append(out, l[i])
		}
	}
	return out
}

// SimplifyToBytes returns the line, simplified as little as needed (within ten
// percent) for its GeoJSON to fit into limit bytes, and the tolerance in metres
// that took; 0 when it fits as it is. It fails when not even the ends fit.
func (l Line) SimplifyToBytes(limit int) (Line, float64, error) {
	if len(AppendGeoJSON(nil, l)) <= limit {
		return l, 0, nil
	}
	best, tolerance, ok := leastTolerance(func(tolerance float64) (Line, bool) {
		s := l.Simplify(tolerance)
		return s, len(AppendGeoJSON(nil, s)) <= limit
	})
	if !ok {
		return nil, 0, fmt.Errorf("track: a line of %d points cannot be simplified to %d bytes; allow more", len(l), limit)
	}
	return best, tolerance, nil
}

// SimplifyToPoints simplifies lines together as little as needed (within ten
// percent) to have at most limit points in all. Where even their ends are more
// than that, the last lines are left out.
func SimplifyToPoints(lines []Line, limit int) []Line {
	count := func(lines []Line) (n int) {
		for _, l := range lines {
			n += len(l)
		}
		return n
	}
	if count(lines) <= limit {
		return lines
	}
	lines = lines[:min(len(lines), limit/2)]
	best, _, ok := leastTolerance(func(tolerance float64) ([]Line, bool) {
		out := make([]Line, len(lines))
		for i, l := range lines {
			out[i] = l.Simplify(tolerance)
		}
		return out, count(out) <= limit
	})
	if !ok { // long lines keep every so many points whatever the tolerance
		best = make([]Line, len(lines))
		for i, l := range lines {
			best[i] = Line{l[0], l[len(l)-1]}
		}
	}
	return best
}

// leastTolerance finds the least tolerance in metres, within ten percent or a
// millimetre, whose result fits, or false when none does.
func leastTolerance[T any](try func(tolerance float64) (T, bool)) (best T, tolerance float64, ok bool) {
	low, high := 0.0, 0.25
	best, ok = try(high)
	for !ok {
		if high > 2*math.Pi*EarthRadius {
			return best, 0, false
		}
		low, high = high, high*2
		best, ok = try(high)
	}
	for high-low > max(high/10, samePlace) {
		middle := (low + high) / 2
		if s, fits := try(middle); fits {
			best, high = s, middle
		} else {
			low = middle
		}
	}
	return best, high, true
}

// Measured is a line with the distance of each point from its start, for work
// along the line. It must not be changed while in use.
type Measured struct {
	Line Line
	// Along is the distance in metres from the start, one a point.
	Along []float64
}

// Measure prepares a line for work along it.
func (l Line) Measure() Measured {
	along := make([]float64, len(l))
	for i := 1; i < len(l); i++ {
		along[i] = along[i-1] + Distance(l[i-1], l[i])
	}
	return Measured{l, along}
}

// Length returns the length in metres.
func (m Measured) Length() float64 {
	if len(m.Along) == 0 {
		return 0
	}
	return m.Along[len(m.Along)-1]
}

// samePlace is the distance in metres below which two places on a line are one:
// callers write 100 where rounding made it 99.9999999.
const samePlace = 1e-3

// At returns the point at the given distance in metres from the start; distances
// beyond the ends give the ends. It reports false for an empty line. Between two
// points it interpolates linearly; the elevation is unknown when that of either
// is.
func (m Measured) At(distance float64) (Point, bool) {
	if len(m.Line) == 0 || math.IsNaN(distance) {
		return Point{}, false
	}
	i := sort.SearchFloat64s(m.Along, distance)
	switch {
	case i == 0:
		return m.Line[0], true
	case i == len(m.Line), distance-m.Along[i-1] <= samePlace:
		return m.Line[i-1], true
	case m.Along[i]-distance <= samePlace:
		return m.Line[i], true
	}
	return interpolate(m.Line[i-1], m.Line[i], (distance-m.Along[i-1])/(m.Along[i]-m.Along[i-1])), true
}

func interpolate(a, b Point, at float64) Point {
	return Point{
		Lon: wrapLon(a.Lon + at*lonDelta(a.Lon, b.Lon)),
		Lat: a.Lat + at*(b.Lat-a.Lat),
		Ele: a.Ele + at*(b.Ele-a.Ele), // NaN if either is
	}
}

// Nearest returns the place on the line that is nearest to p: its distance from
// the start and its distance from p, both in metres. Of equally near places the
// first counts. It reports false for an empty line.
func (m Measured) Nearest(p Point) (along, away float64, ok bool) {
	if len(m.Line) == 0 {
		return 0, 0, false
	}
	scale := eastScale(p)
	nearest, _ := toSegment(p, scale, m.Line[0], m.Line[0])
	for i := 1; i < len(m.Line); i++ {
		sq, at := toSegment(p, scale, m.Line[i-1], m.Line[i])
		if sq < nearest {
			along, nearest = m.Along[i-1]+at*(m.Along[i]-m.Along[i-1]), sq
		}
	}
	place, _ := m.At(along)
	return along, Distance(p, place), true
}

// Slice returns the part between two distances from the start in metres, running
// backwards when from is larger: the leg of a route that uses a trail in part.
// Distances beyond the ends give the ends.
func (m Measured) Slice(from, to float64) Line {
	if from > to {
		return m.Slice(to, from).Reversed()
	}
	from, to = max(from, 0), min(to, m.Length())
	start, ok := m.At(from)
	if !ok {
		return nil
	}
	end, ok := m.At(to)
	if !ok {
		return nil
	}
	part := Line{start}
	for i, a := range m.Along {
		if a > from+samePlace && a < to-samePlace {
			part = append(part, m.Line[i])
		}
	}
	return append(part, end)
}

// Resample returns points every step metres along the line, and its end. It
// fails when that would be more than MaxPoints.
func (m Measured) Resample(step float64) (Line, error) {
	if !(step > 0) || math.IsInf(step, 1) {
		return nil, fmt.Errorf("track: resample every %v m; the step must be positive", step)
	}
	if len(m.Line) == 0 {
		return nil, nil
	}
	length := m.Length()
	if length/step > MaxPoints-2 {
		return nil, fmt.Errorf("%w: %.0f m in steps of %g m; take a longer step", ErrTooManyPoints, length, step)
	}
	out := make(Line, 0, int(length/step)+2)
	i := 1
	for k := 0; ; k++ {
		d := float64(k) * step
		// What is within a thousandth of a step from the end is the end.
		if d >= length-step/1000 {
			break
		}
		for m.Along[i] < d {
			i++
		}
		at := 0.0
		if run := m.Along[i] - m.Along[i-1]; run > 0 {
			at = (d - m.Along[i-1]) / run
		}
		switch at {
		case 0:
			out = append(out, m.Line[i-1])
		case 1:
			out = append(out, m.Line[i])
		default:
			out = append(out, interpolate(m.Line[i-1], m.Line[i], at))
		}
	}
	return append(out, m.Line[len(m.Line)-1]), nil
}
