package recording

import (
	"errors"
	"fmt"
	"math"
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
	// maxPoints of a line, as the wiki has it.
	maxPoints = 20_000
)

// Proposal is what a rider may propose from a recording.
type Proposal struct {
	Lines []track.Line
	Measures
	// Removed is how many metres were cut off.
	Removed float64
}

// ErrNothingLeft means that a recording has no line to propose, because all of it
// is near its ends, or there is none.
var ErrNothingLeft = errors.New("nothing of it is more than 200 m from its ends")

// ErrTooShort means that a part is shorter than a line worth proposing.
var ErrTooShort = fmt.Errorf("a line of less than %.0f m is no trail", shortest)

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

// Trim cuts out of the segments of a recording what lies within 200 m of a
// private end, whenever it was ridden; give the private ends of all recordings of
// a rider that are proposed together, because one can pass where another began.
// removed is how many metres that took. What is left still has every point that
// was recorded: show it to the rider himself only.
func Trim(segments []track.Line, private []track.Point) (lines []track.Line, removed float64, err error) {
	before := 0.0
	for _, l := range segments {
		if err := l.Check(); err != nil {
			return nil, 0, err
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
			lines = append(lines, l)
		}
	}
	if len(lines) == 0 {
		return nil, 0, ErrNothingLeft
	}
	return lines, before - kept, nil
}

// Propose makes lines that can be shown from the segments of one recording,
// trimmed as [Trim] does it, measured and simplified.
func Propose(segments []track.Line, private []track.Point, heights Heights) (p Proposal, err error) {
	if p.Lines, p.Removed, err = Trim(segments, private); err != nil {
		return Proposal{}, err
	}
	// Measured before simplifying, which would cut corners.
	p.Measures = Measure(p.Lines, heights)
	for i, l := range p.Lines {
		p.Lines[i] = l.Simplify(tolerance)
	}
	return p, nil
}

// Part is a stretch of one of several lines.
type Part struct {
	// Line is the index of the line.
	Line int
	// From and To are metres from the line's start; From is larger where the
	// recording runs against the trail.
	From, To float64
}

// Cut makes a part of trimmed lines into a line to propose: measured, then
// simplified.
func Cut(lines []track.Line, p Part, heights Heights) (track.Line, Measures, error) {
	if p.Line < 0 || p.Line >= len(lines) {
		return nil, Measures{}, fmt.Errorf("there is no line %d, only %d", p.Line+1, len(lines))
	}
	if math.IsNaN(p.From) || math.IsNaN(p.To) {
		return nil, Measures{}, errors.New("a part goes from one distance to another")
	}
	line := lines[p.Line].Measure().Slice(p.From, p.To)
	m := Measure([]track.Line{line}, heights)
	if m.Length < shortest {
		return nil, Measures{}, ErrTooShort
	}
	return track.SimplifyToPoints([]track.Line{line.Simplify(tolerance)}, maxPoints)[0], m, nil
}

// Whole is the part that is the longest of the lines.
func Whole(lines []track.Line) Part {
	var p Part
	for i, l := range lines {
		if length := l.Length(); length > p.To {
			p = Part{Line: i, To: length}
		}
	}
	return p
}

// near is how far a recording may be from where a trail is said to be.
const near = 60.0

// Along finds the part of the lines that runs along a line that is known already,
// in its direction. ok is false where none of them passes by both of its ends, or
// takes another way between.
func Along(lines []track.Line, known track.Line) (part Part, ok bool) {
	if len(known) < 2 {
		return Part{}, false
	}
	length, best := known.Length(), math.Inf(1)
	for i, l := range lines {
		m := l.Measure()
		from, away1, ok1 := m.Nearest(known[0])
		to, away2, ok2 := m.Nearest(known[len(known)-1])
		if !ok1 || !ok2 || max(away1, away2) > near || away1+away2 >= best {
			continue
		}
		if ratio := math.Abs(to-from) / length; ratio < 0.5 || ratio > 2 {
			continue
		}
		part, best, ok = Part{Line: i, From: from, To: to}, away1+away2, true
	}
	return part, ok
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
