package recording

import (
	"fmt"

	"github.com/mtbwiki/mtbwiki/track"
)

// Measures are computed from lines.
type Measures struct {
	Length float64 // metres
	// Climb is nil when elevation is unknown.
	Climb *track.Climb
	// Grades are those of the longest line; nil when elevation is unknown, or the
	// line too short to tell.
	Grades *Grades
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
	longest := 0.0
	for i, l := range lines {
		length := l.Length()
		m.Length += length
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
		if length > longest {
			longest, m.Grades = length, grades(e, source)
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
	} else {
		// The longest line may be the one whose elevation is unknown.
		m.Grades = nil
	}
	return m
}

// Grades in percent, with how they were measured.
type Grades struct {
	Average float64 `json:"averagePercent"` // gain over length, as the IMBA rating has it
	Mean    float64 `json:"meanPercent"`    // regardless of direction
	P95Up   float64 `json:"p95UpPercent"`
	P95Down float64 `json:"p95DownPercent"`
	MaxUp   float64 `json:"maxUpPercent"`
	MaxDown float64 `json:"maxDownPercent"`
	// Shares of the length with 0-5, 5-10, 10-15, 15-20, more than 20 percent.
	Shares       [5]float64 `json:"shares"`
	LongestClimb *Ascent    `json:"longestClimb,omitempty"`
	OfM          float64    `json:"ofM"` // the length of the line that was measured
	Method       string     `json:"method"`
}

// Ascent is a stretch that goes up.
type Ascent struct {
	FromM float64 `json:"fromM"`
	ToM   float64 `json:"toM"`
	GainM float64 `json:"gainM"`
}

// grades of a line; nil when they can't be told.
func grades(e *track.Elevation, source track.Source) *Grades {
	g, err := e.Grades(source)
	if err != nil {
		return nil
	}
	out := &Grades{Average: track.Round(g.Average, 1), Mean: track.Round(g.Mean, 1), P95Up: track.Round(g.P95Up, 1), P95Down: track.Round(g.P95Down, 1),
		MaxUp: track.Round(g.MaxUp, 1), MaxDown: track.Round(g.MaxDown, 1), OfM: track.Round(e.Length, 1),
		Method: fmt.Sprintf("%s, regression over %g m; maxima over %g m", source, track.GradeWindow, track.MaxGradeWindow)}
	for i, share := range g.Share {
		out.Shares[i] = track.Round(share, 3)
	}
	if c := g.LongestClimb; c.Gain > 0 {
		out.LongestClimb = &Ascent{track.Round(c.From, 1), track.Round(c.To, 1), track.Round(c.Gain, 1)}
	}
	return out
}
