package recording

import "github.com/mtbwiki/mtbwiki/track"

// Measures are computed from lines.
type Measures struct {
	Length float64 // metres
	// Climb is nil when elevation is unknown.
	Climb *track.Climb
}

// Heights answers elevations for lines that have none, such as tiles of package
// srtm do.
type Heights interface {
	Lift(track.Line) (track.Line, error)
}

// Measure adds up what lines have. Elevation is unknown as soon as that of one
// line is.
func Measure(lines []track.Line, heights Heights) Measures {
	var m Measures
	sum := track.Climb{}
	known := len(lines) > 0
	for i, l := range lines {
		m.Length += l.Length()
		source := track.GPS
		if heights != nil {
			lifted, err := heights.Lift(l)
			if err != nil {
				known = false
				continue
			}
			l, source = lifted, track.DEM
		}
		e, err := l.Elevation()
		if err != nil {
			known = false
			continue
		}
		c := e.Climb(source)
		if i == 0 {
			sum.Lowest, sum.Highest, sum.Method = c.Lowest, c.Highest, c.Method
		}
		sum.Gain += c.Gain
		sum.Loss += c.Loss
		sum.Lowest, sum.Highest = min(sum.Lowest, c.Lowest), max(sum.Highest, c.Highest)
	}
	if known {
		m.Climb = &sum
	}
	return m
}
