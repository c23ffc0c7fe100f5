// Package draw turns the wiki's data into SVG: difficulty axes, elevation
// profiles, maps of lines, the outline of the land, trail symbols.
//
// Everything is drawn on the server, so that it prints, works without
// JavaScript and can be read by a screen reader (each picture has a title and a
// description; pages show the numbers as a table as well). Pictures carry
// classes, no styles: colours and fonts stand in the site's stylesheet, which
// also knows light and dark. The package does no I/O and knows no GraphQL.
package draw

import (
	"html/template"
	"math"
	"strconv"
	"strings"
)

// Units writes lengths in the reader's units and says what round numbers are in
// them.
type Units interface {
	// Distance writes metres along the ground.
	Distance(metres float64) string
	// Height writes metres of height.
	Height(metres float64) string
	// Round gives the metres of one unit of distance and of height: axes and
	// scale bars are cut into round numbers of these.
	Round() (distance, height float64)
}

// svg builds markup. Text goes through esc, numbers through num: nothing that a
// stranger wrote reaches the page unescaped.
type svg struct{ strings.Builder }

func (s *svg) add(parts ...string) {
	for _, p := range parts {
		s.WriteString(p)
	}
}

func (s *svg) html() template.HTML {
	return template.HTML(s.String()) //nolint:gosec // built from esc and num only
}

func esc(text string) string { return template.HTMLEscapeString(text) }

// num writes a coordinate with a tenth of a pixel.
func num(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "0"
	}
	s := strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
	if s == "-0" {
		return "0"
	}
	return s
}

// step is a round distance (1, 2 or 5 times a power of ten) that cuts span into
// at most n parts.
func step(span float64, n int) float64 {
	if span <= 0 || n < 1 {
		return 1
	}
	raw := span / float64(n)
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 5, 10} {
		if m*power >= raw*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}
