package draw

import (
	"encoding/json"
	"fmt"
	"html/template"
	"math"
	"strconv"
)

// Sample is a point of a profile.
type Sample struct {
	// Distance is metres from the start.
	Distance float64
	// Elevation is metres above the sea.
	Elevation float64
	// Break: nothing is known of the way from the sample before to this one.
	Break bool
}

// Spot is a place along a profile or map, numbered in the list beside it.
type Spot struct {
	Number   int
	Distance float64
	Name     string
	Hard     bool
}

const (
	plotLeft, plotRight            = 58.0, 748.0
	plotTop, plotBottom            = 34.0, 212.0
	gradeWindow                    = 40.0 // metres over which a grade is measured
	minRelief                      = 40.0 // metres: flatter trails are not blown up
	maxProfilePoints               = 400
	gentle, moderate, steep, brute = 4.0, 8.0, 14.0, 20.0
)

// Profile draws elevation over distance, coloured by grade, with numbered spots.
// It answers "" when fewer than two samples are known: missing elevation is
// unknown, not flat.
func Profile(samples []Sample, spots []Spot, u Units, title string) template.HTML {
	if len(samples) < 2 || samples[len(samples)-1].Distance <= 0 {
		return ""
	}
	for len(samples) > maxProfilePoints {
		samples = thin(samples)
	}
	total := samples[len(samples)-1].Distance
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range samples {
		low, high = math.Min(low, p.Elevation), math.Max(high, p.Elevation)
	}
	foot, top := low, high
	if top-foot < minRelief {
		middle := (top + foot) / 2
		foot, top = middle-minRelief/2, middle+minRelief/2
	}
	unitX, unitY := u.Round()
	stepY := step((top-foot)/unitY, 5) * unitY
	foot = math.Floor(foot/stepY) * stepY
	top = math.Ceil(top/stepY) * stepY
	x := func(d float64) float64 { return plotLeft + (plotRight-plotLeft)*d/total }
	y := func(e float64) float64 { return plotBottom - (plotBottom-plotTop)*(e-foot)/(top-foot) }

	var s svg
	desc := fmt.Sprintf("From %s to %s above the sea over %s.", u.Height(low), u.Height(high), u.Distance(total))
	s.add(`<svg class="profile" viewBox="0 0 760 238" role="img" aria-label="`, esc(title), `. `, esc(desc), `" data-profile="`, esc(profileData(samples, u)), `" data-left="58" data-right="748">`)
	for e := foot; e <= top+stepY/1000; e += stepY {
		s.add(`<path class="pf-grid" d="M`, num(plotLeft), ` `, num(y(e)), `H`, num(plotRight), `"/>`,
			`<text class="pf-text" x="`, num(plotLeft-8), `" y="`, num(y(e)+4), `" text-anchor="end">`, esc(u.Height(e)), `</text>`)
	}
	stepX := step(total/unitX, 7) * unitX
	for d := 0.0; d <= total*0.97; d += stepX {
		s.add(`<path class="pf-tick" d="M`, num(x(d)), ` `, num(plotBottom), `v5"/>`,
			`<text class="pf-text" x="`, num(x(d)), `" y="`, num(plotBottom+20), `" text-anchor="middle">`, esc(axisDistance(d, u)), `</text>`)
	}
	// One path a run of equal grade class keeps the picture small.
	for i := 0; i < len(samples)-1; {
		if samples[i+1].Break {
			i++
			continue
		}
		class := gradeClass(gradeAt(samples, i))
		j := i + 1
		for j < len(samples)-1 && !samples[j+1].Break && gradeClass(gradeAt(samples, j)) == class {
			j++
		}
		s.add(`<path class="pf-area `, class, `" d="M`, num(x(samples[i].Distance)), ` `, num(plotBottom))
		for k := i; k <= j; k++ {
			s.add(`L`, num(x(samples[k].Distance)), ` `, num(y(samples[k].Elevation)))
		}
		s.add(`V`, num(plotBottom), `z"/>`)
		i = j
	}
	s.add(`<path class="pf-line" d="`)
	for i, p := range samples {
		if i == 0 || p.Break {
			s.add(`M`)
		} else {
			s.add(`L`)
		}
		s.add(num(x(p.Distance)), ` `, num(y(p.Elevation)))
	}
	s.add(`"/>`)
	for _, spot := range spots {
		if spot.Distance < 0 || spot.Distance > total {
			continue
		}
		class := "pf-spot"
		if spot.Hard {
			class += " hard"
		}
		sx := x(spot.Distance)
		s.add(`<g class="`, class, `"><title>`, esc(spot.Name), `</title><path d="M`, num(sx), ` 24V`, num(y(elevationAt(samples, spot.Distance))), `"/><circle cx="`, num(sx), `" cy="14" r="10"/><text x="`, num(sx), `" y="18.5" text-anchor="middle">`, strconv.Itoa(spot.Number), `</text></g>`)
	}
	s.add(`<g class="pf-cursor" hidden=""><path d="M0 `, num(plotTop), `V`, num(plotBottom), `"/><circle r="5"/></g></svg>`)
	return s.html()
}

// thin leaves out every other sample, but no break and no end.
func thin(samples []Sample) []Sample {
	var out []Sample
	broken := false
	for i, p := range samples {
		if i%2 != 0 && i != len(samples)-1 {
			broken = broken || p.Break
			continue
		}
		p.Break = p.Break || broken
		broken = false
		out = append(out, p)
	}
	return out
}

// axisDistance writes a tick without repeating small units.
func axisDistance(d float64, u Units) string {
	if d == 0 {
		return "0"
	}
	return u.Distance(d)
}

// profileData is what the script needs to show a reading under the pointer.
func profileData(samples []Sample, u Units) string {
	type reading struct {
		D float64 `json:"d"`
		T string  `json:"t"`
	}
	readings := make([]reading, len(samples))
	for i, p := range samples {
		readings[i] = reading{
			D: math.Round(p.Distance),
			T: fmt.Sprintf("%s · %s · %+.0f %%", u.Distance(p.Distance), u.Height(p.Elevation), gradeAt(samples, min(i, len(samples)-2))),
		}
	}
	out, err := json.Marshal(readings)
	if err != nil {
		return "[]" // NaN can't happen: distances are finite
	}
	return string(out)
}

// gradeAt is the grade in percent over a window from sample i on, so that the
// noise between neighbours does not paint walls into a meadow.
func gradeAt(samples []Sample, i int) float64 {
	a, b := i, i+1
	if samples[b].Break { // the last of its piece: measured backwards
		b = a
	}
	for samples[b].Distance-samples[a].Distance < gradeWindow {
		forth, back := b < len(samples)-1 && !samples[b+1].Break, a > 0 && !samples[a].Break
		if !forth && !back {
			break
		}
		if forth {
			b++
		}
		if back && samples[b].Distance-samples[a].Distance < gradeWindow {
			a--
		}
	}
	run := samples[b].Distance - samples[a].Distance
	if run <= 0 {
		return 0
	}
	return 100 * (samples[b].Elevation - samples[a].Elevation) / run
}

func gradeClass(g float64) string {
	a := math.Abs(g)
	var class string
	switch {
	case a < gentle:
		return "g0"
	case a < moderate:
		class = "1"
	case a < steep:
		class = "2"
	case a < brute:
		class = "3"
	default:
		class = "4"
	}
	if g > 0 {
		return "up" + class
	}
	return "down" + class
}

func elevationAt(samples []Sample, d float64) float64 {
	for i := 1; i < len(samples); i++ {
		if a, b := samples[i-1], samples[i]; d <= b.Distance {
			if b.Distance == a.Distance {
				return b.Elevation
			}
			return a.Elevation + (b.Elevation-a.Elevation)*(d-a.Distance)/(b.Distance-a.Distance)
		}
	}
	return samples[len(samples)-1].Elevation
}
