package draw

import (
	"html/template"
	"math"
	"strings"
)

// Ladder draws a label scale from easy to hard with an interval on it and the
// likely place inside. Positions count label steps from the first label (0) and
// may lie beyond the ladder; they are drawn at its ends. The labels' names stand
// below, so that nothing is told by colour alone.
func Ladder(labels []string, low, position, high float64, title string) template.HTML {
	if len(labels) == 0 || math.IsNaN(low+position+high) {
		return ""
	}
	const left, width, top = 6.0, 308.0, 6.0
	cell := width / float64(len(labels))
	x := func(p float64) float64 {
		return math.Max(left, math.Min(left+width, left+(p+0.5)*cell))
	}
	var s svg
	s.add(`<svg class="ladder" viewBox="0 0 320 46" role="img" aria-label="`, esc(title), `">`)
	for i, l := range labels {
		at := left + float64(i)*cell
		s.add(`<rect class="ld-cell ld-`, Code(l), `" x="`, num(at+1), `" y="`, num(top), `" width="`, num(cell-2), `" height="16" rx="3"/>`)
		s.add(`<text class="ld-text" x="`, num(at+cell/2), `" y="40" text-anchor="middle">`, esc(strings.ReplaceAll(l, "-", " ")), `</text>`)
	}
	a, b := x(low), x(high)
	if b-a < 4 {
		a, b = math.Max(left, b-4), math.Min(left+width, a+4)
	}
	s.add(`<rect class="ld-span" x="`, num(a), `" y="`, num(top+4), `" width="`, num(b-a), `" height="8" rx="4"/>`)
	s.add(`<circle class="ld-dot" cx="`, num(x(position)), `" cy="`, num(top+8), `" r="6"/></svg>`)
	return s.html()
}
