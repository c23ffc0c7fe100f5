package recording

import (
	"time"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/track"
)

// Change is what a measured line changes of its trail besides the line: length
// and, where elevation is known, climb and descent, as fields of an update; facts
// are what the trail's values rest on so far.
func Change(m Measures, facts []entity.FactBasis, now time.Time) map[string]any {
	change := map[string]any{"lengthM": track.Round(m.Length, 1)}
	measured := []string{"lengthM"}
	if c := m.Climb; c != nil {
		change["climbM"], change["descentM"], change["elevationMethod"] = track.Round(c.Gain, 0), track.Round(c.Loss, 0), c.Method
		measured = append(measured, "climbM", "descentM")
	}
	replaced := map[string]bool{}
	for _, f := range measured {
		replaced[f] = true
	}
	out := []entity.FactBasis{}
	for _, f := range facts {
		if !replaced[f.Field] {
			out = append(out, f)
		}
	}
	source, date := "Along a rider’s line", now.UTC().Format(time.DateOnly)
	for _, f := range measured {
		out = append(out, entity.FactBasis{Field: f, Basis: entity.BasisMeasured, Source: &source, Date: &date})
	}
	change["facts"] = out
	return change
}

// onLine is how far, in metres, a point that was taken out of a recording can lie
// from it: coordinates are rounded to a tenth of a metre.
const onLine = 0.5

// Of tells whether a line was taken out of these lines: all its points lie on them.
func Of(lines []track.Line, line track.Line) bool {
	measured := make([]track.Measured, len(lines))
	for i, l := range lines {
		measured[i] = l.Measure()
	}
	for _, p := range line {
		on := false
		for _, m := range measured {
			if _, away, ok := m.Nearest(p); ok && away <= onLine {
				on = true
				break
			}
		}
		if !on {
			return false
		}
	}
	return len(line) > 0
}
