package layer

import (
	"errors"
	"slices"

	"github.com/mtbwiki/mtbwiki/track"
)

const (
	// trimmed off a recording around both ends, in metres: people start at home.
	trimmed = 200.0
	// atAccess: an end this near to an access point is no home.
	atAccess = 50.0
	// shortest line worth proposing.
	shortest = 100.0
	// tolerance of simplification: finer is noise of the receiver.
	tolerance = 1.0
)

// Proposal is a line that a rider may propose from a recording.
type Proposal struct {
	Lines []track.Line
	Measures
	// Removed is how many metres were cut off.
	Removed float64
}

// ErrNothingLeft means that a recording has no line to propose, because all of it
// is near its ends, or there is none.
var ErrNothingLeft = errors.New("nothing of it is more than 200 m from its ends")

// PrivateEnds are the first and last point of a recording that are at none of the
// access points: where people live, as far as anybody can tell.
func PrivateEnds(segments []track.Line, access []track.Point) []track.Point {
	segments = slices.DeleteFunc(slices.Clone(segments), func(l track.Line) bool { return len(l) == 0 })
	if len(segments) == 0 {
		return nil
	}
	last := segments[len(segments)-1]
	ends := []track.Point{segments[0][0], last[len(last)-1]}
	return slices.DeleteFunc(ends, func(end track.Point) bool {
		return slices.ContainsFunc(access, func(a track.Point) bool { return track.Distance(a, end) <= atAccess })
	})
}

// Propose makes lines that can be shown from the segments of one recording. What
// lies within 200 m of a private end is cut out, whenever it was ridden; give the
// private ends of all recordings of a rider that are proposed together, because
// one can pass where another began. A recording has no times any more when it
// comes here (the parsers don't read them).
func Propose(segments []track.Line, private []track.Point, heights Heights) (Proposal, error) {
	var p Proposal
	before := 0.0
	for _, l := range segments {
		if err := l.Check(); err != nil {
			return p, err
		}
		before += l.Length()
	}
	for _, end := range private {
		segments = without(segments, end)
	}
	kept := 0.0
	for _, l := range segments {
		// Single points and crumbs between two cuts tell where the cut was.
		if length := l.Length(); length >= shortest {
			kept += length
			p.Lines = append(p.Lines, l)
		}
	}
	if len(p.Lines) == 0 {
		return p, ErrNothingLeft
	}
	p.Removed = before - kept
	// Measured before simplifying, which would cut corners.
	p.Measures = measure(p.Lines, heights)
	for i, l := range p.Lines {
		p.Lines[i] = l.Simplify(tolerance)
	}
	return p, nil
}

// without cuts out what comes within the trimmed distance of a point.
func without(lines []track.Line, centre track.Point) []track.Line {
	var out []track.Line
	for _, l := range lines {
		var line track.Line
		for i, p := range l {
			if track.Distance(p, centre) < trimmed {
				line, out = nil, keep(out, line)
				continue
			}
			if len(line) > 0 {
				// A jump may pass through the circle between two points.
				if _, away, ok := (track.Line{l[i-1], p}).Measure().Nearest(centre); ok && away < trimmed {
					line, out = nil, keep(out, line)
				}
			}
			line = append(line, p)
		}
		out = keep(out, line)
	}
	return out
}

func keep(out []track.Line, line track.Line) []track.Line {
	if len(line) < 2 {
		return out
	}
	return append(out, line)
}
