package recording_test

import (
	"math"
	"testing"

	"github.com/mtbwiki/mtbwiki/importer/recording"
	"github.com/mtbwiki/mtbwiki/track"
)

func TestElsewhere(t *testing.T) {
	t.Parallel()
	line := []track.Line{{track.At2D(11, 47), track.At2D(11, 47.01), track.At2D(11, 47.02)}}
	for _, c := range []struct {
		name      string
		known     []track.Point
		km        float64
		elsewhere bool
	}{
		{"nothing is known", nil, 0, false},
		{"at its end", []track.Point{track.At2D(11, 47.02)}, 0, false},
		{"one of two is near", []track.Point{track.At2D(170, -40), track.At2D(11, 46.9)}, 11.1, false},
		{"99 km", []track.Point{track.At2D(11, 47-99/111.195)}, 99, false},
		{"101 km", []track.Point{track.At2D(11, 47-101/111.195)}, 101, true},
		{"across the date line", []track.Point{track.At2D(-179.9, 47)}, 0, true},
	} {
		away, elsewhere := recording.Elsewhere(line, c.known)
		if elsewhere != c.elsewhere || (c.km > 0 && math.Abs(away/1000-c.km) > 0.1) {
			t.Errorf("%s: %.1f km, %t; want %.1f, %t", c.name, away/1000, elsewhere, c.km, c.elsewhere)
		}
	}
}
