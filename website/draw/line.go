package draw

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
)

// earthRadius is the mean radius in metres (IUGG).
const earthRadius = 6371008.8

// Point is a place in degrees; Ele is metres above the sea or NaN.
type Point struct{ Lon, Lat, Ele float64 }

// Line is points in order.
type Line []Point

// MaxLinePoints bounds a line that is drawn; the API sends 200 simplified.
const MaxLinePoints = 5000

// ParseLine reads GeoJSON LineString coordinates.
func ParseLine(raw []byte) (Line, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	var coordinates [][]float64
	if err := json.Unmarshal(raw, &coordinates); err != nil {
		return nil, fmt.Errorf("coordinates: %w", err)
	}
	if len(coordinates) > MaxLinePoints {
		return nil, fmt.Errorf("coordinates: %d points, at most %d are drawn", len(coordinates), MaxLinePoints)
	}
	line := make(Line, 0, len(coordinates))
	for i, c := range coordinates {
		if len(c) < 2 {
			return nil, fmt.Errorf("coordinates: point %d has %d numbers, not 2 or 3", i, len(c))
		}
		p := Point{Lon: c[0], Lat: c[1], Ele: math.NaN()}
		if len(c) > 2 {
			p.Ele = c[2]
		}
		if p.Lat < -90 || p.Lat > 90 || p.Lon < -360 || p.Lon > 360 {
			return nil, errors.New("coordinates: a point lies outside the world")
		}
		line = append(line, p)
	}
	return line, nil
}

// ParsePieces reads GeoJSON LineString coordinates that are several lines one
// behind the other; breaks are the points, counted from 0, that another begins
// with. Pieces of one point are left out.
func ParsePieces(raw []byte, breaks []int) ([]Line, error) {
	line, err := ParseLine(raw)
	if err != nil {
		return nil, err
	}
	var pieces []Line
	from := 0
	for _, b := range append(slices.Clone(breaks), len(line)) {
		if b < from || b > len(line) {
			return nil, fmt.Errorf("coordinates: a break at point %d of %d", b, len(line))
		}
		if b-from >= 2 {
			pieces = append(pieces, line[from:b:b])
		}
		from = b
	}
	return pieces, nil
}

// Between is the distance of two points in metres on a sphere.
func Between(a, b Point) float64 {
	rad := math.Pi / 180
	dLat, dLon := (b.Lat-a.Lat)*rad, (b.Lon-a.Lon)*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * earthRadius * math.Asin(math.Min(1, math.Sqrt(h)))
}

// Length is metres along the line.
func (l Line) Length() float64 {
	var total float64
	for i := 1; i < len(l); i++ {
		total += Between(l[i-1], l[i])
	}
	return total
}

// At is the point at a distance from the start.
func (l Line) At(metres float64) Point {
	if len(l) == 0 {
		return Point{Ele: math.NaN()}
	}
	for i := 1; i < len(l); i++ {
		d := Between(l[i-1], l[i])
		if metres <= d && d > 0 {
			t := math.Max(0, metres/d)
			a, b := l[i-1], l[i]
			dLon := b.Lon - a.Lon
			if dLon > 180 { // across the antimeridian
				dLon -= 360
			} else if dLon < -180 {
				dLon += 360
			}
			return Point{Lon: a.Lon + dLon*t, Lat: a.Lat + (b.Lat-a.Lat)*t, Ele: a.Ele + (b.Ele-a.Ele)*t}
		}
		metres -= d
	}
	return l[len(l)-1]
}

// Part is the line between two distances from its start; backwards when to is
// smaller than from.
func (l Line) Part(from, to float64) Line {
	if len(l) < 2 {
		return l
	}
	if to < from {
		part := l.Part(to, from)
		for i, j := 0, len(part)-1; i < j; i, j = i+1, j-1 {
			part[i], part[j] = part[j], part[i]
		}
		return part
	}
	out := Line{l.At(from)}
	var at float64
	for i := 1; i < len(l); i++ {
		at += Between(l[i-1], l[i])
		if at > from && at < to {
			out = append(out, l[i])
		}
	}
	return append(out, l.At(to))
}

// SamplesOf is the profile of pieces one behind the other, with a break between
// them; nil when the elevation of any is unknown.
func SamplesOf(pieces []Line, length float64) []Sample {
	var samples []Sample
	at := 0.0
	for i, l := range pieces {
		piece := l.Samples(0)
		if piece == nil {
			return nil
		}
		for k, s := range piece {
			samples = append(samples, Sample{Distance: at + s.Distance, Elevation: s.Elevation, Break: i > 0 && k == 0})
		}
		at += l.Length()
	}
	if length > 0 && at > 0 {
		for i := range samples {
			samples[i].Distance *= length / at
		}
	}
	return samples
}

// Samples is the line as a profile, scaled to the length that is known better
// than from simplified points (0: as measured here). It answers nil when any
// elevation is missing or all are the same zero: unknown is not flat.
func (l Line) Samples(length float64) []Sample {
	samples := make([]Sample, 0, len(l))
	var at float64
	zero := true
	for i, p := range l {
		if math.IsNaN(p.Ele) {
			return nil
		}
		if i > 0 {
			at += Between(l[i-1], p)
		}
		zero = zero && p.Ele == 0
		samples = append(samples, Sample{Distance: at, Elevation: p.Ele})
	}
	if zero || len(samples) < 2 || at <= 0 {
		return nil
	}
	if length > 0 {
		for i := range samples {
			samples[i].Distance *= length / at
		}
	}
	return samples
}
