package draw

import (
	"html/template"
	"math"
	"strconv"
)

// Mark is a mark on an axis of difficulty, 0 to 5; nil is unknown.
type Mark struct {
	// Predominant is the value for most of the trail.
	Predominant *float64
	// Worst is the value at the hardest place that can't be avoided.
	Worst *float64
	// NotApplicable means that the axis does not apply, which is not 0.
	NotApplicable bool
	// WetOffset is added when wet.
	WetOffset *float64
}

const (
	axisWidth  = 260.0
	axisLeft   = 8.0
	axisRight  = 252.0
	axisMiddle = 16.0
)

// Axis draws a mark on its axis: a bar up to the predominant value, a diamond at
// the worst place, a dotted reach for what wet adds. An unknown mark is an empty
// dashed track, one that does not apply a hatched one.
func Axis(m Mark, label string) template.HTML {
	var s svg
	s.add(`<svg class="axis" viewBox="0 0 260 40" role="img" aria-label="`, esc(label), `">`)
	x := func(v float64) float64 { return axisLeft + (axisRight-axisLeft)*math.Max(0, math.Min(5, v))/5 }
	track := func(class string) {
		s.add(`<rect class="`, class, `" x="`, num(axisLeft), `" y="`, num(axisMiddle-6), `" width="`, num(axisRight-axisLeft), `" height="12" rx="6"/>`)
	}
	switch {
	case m.NotApplicable:
		track("ax-na")
		for v := axisLeft + 10; v < axisRight-4; v += 12 {
			s.add(`<path class="ax-hatch" d="M`, num(v-4), ` 21l8-10"/>`)
		}
	case m.Predominant == nil && m.Worst == nil:
		track("ax-unknown")
		s.add(`<text class="ax-q" x="`, num(axisWidth/2), `" y="`, num(axisMiddle+4), `" text-anchor="middle">nobody has said yet</text>`)
	default:
		track("ax-track")
		if m.WetOffset != nil && *m.WetOffset > 0 {
			from := worstKnown(m)
			s.add(`<path class="ax-wet" d="M`, num(x(from)), ` `, num(axisMiddle), `H`, num(x(from+*m.WetOffset)), `"/>`)
		}
		if m.Predominant != nil {
			w := math.Max(x(*m.Predominant)-axisLeft, 6)
			s.add(`<rect class="ax-main lv-`, level(*m.Predominant), `" x="`, num(axisLeft), `" y="`, num(axisMiddle-6), `" width="`, num(w), `" height="12" rx="6"/>`)
		}
		if m.Worst != nil {
			if m.Predominant != nil && *m.Worst > *m.Predominant {
				s.add(`<path class="ax-reach" d="M`, num(x(*m.Predominant)), ` `, num(axisMiddle), `H`, num(x(*m.Worst)), `"/>`)
			}
			cx := x(*m.Worst)
			s.add(`<path class="ax-worst lv-`, level(*m.Worst), `" d="M`, num(cx), ` `, num(axisMiddle-8), `l8 8-8 8-8-8z"/>`)
		}
	}
	for i := range 6 {
		v := float64(i)
		s.add(`<path class="ax-tick" d="M`, num(x(v)), ` 27v3"/><text class="ax-num" x="`, num(x(v)), `" y="39" text-anchor="middle">`, strconv.Itoa(i), `</text>`)
	}
	s.add(`</svg>`)
	return s.html()
}

func worstKnown(m Mark) float64 {
	if m.Worst != nil {
		return *m.Worst
	}
	return *m.Predominant
}

// level names the class of a mark's colour.
func level(v float64) string {
	return strconv.Itoa(int(math.Max(0, math.Min(5, math.Round(v)))))
}
