package alpha

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/content"
	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
	"github.com/mtbwiki/mtbwiki/importer"
)

// TestAccessFilters finds the invented region's access points and uplifts by what lists can
// be narrowed to.
func TestAccessFilters(t *testing.T) {
	t.Parallel()
	a := fabrictest.Start(t, fabrictest.Content)
	park := importer.ID(content.KindSystem, "make-believe-bike-park")
	finds(t, a, "accessPoints", map[string][]any{
		`{}`:                                   {"Make-Believe valley station", "Never Was Trailhead", "Nosuchtown Halt", "Phantom Creek car park"},
		`{systemIds: ["` + park + `"]}`:        {"Make-Believe valley station", "Nosuchtown Halt"},
		`{kind: [PARKING, TRAILHEAD]}`:         {"Never Was Trailhead", "Phantom Creek car park"},
		`{facilities: ["water", "bike-shop"]}`: {"Make-Believe valley station", "Nosuchtown Halt"},
		`{spaces: {min: 20}}`:                  {"Make-Believe valley station", "Never Was Trailhead"},
		`{inside: {west: -139.51, east: -139.4, south: -47.53, north: -47.5}}`: {"Never Was Trailhead", "Phantom Creek car park"},
		`{nameContains: "HALT"}`: {"Nosuchtown Halt"},
		`{near: {lat: -47.528778, lon: -139.5, radiusKm: 2}}, sort: DISTANCE`: {"Never Was Trailhead", "Phantom Creek car park"},
		`{synthetic: false}`: nil,
	})
	halt := importer.ID(content.KindAccessPoint, "nosuchtown-halt")
	finds(t, a, "uplifts", map[string][]any{
		`{}`:                                  {"Imaginary railway", "Make-Believe chairlift", "Nosuchtown shuttle", "Phantom ferry"},
		`{systemIds: ["` + park + `"]}`:       {"Make-Believe chairlift", "Nosuchtown shuttle"},
		`{kind: [BOAT, TRAIN]}`:               {"Imaginary railway", "Phantom ferry"},
		`{fromId: ["` + halt + `"]}`:          {"Nosuchtown shuttle"},
		`{takesEBikes: [true]}`:               {"Imaginary railway", "Nosuchtown shuttle"},
		`{takesAdaptiveBikes: [true, false]}`: {"Imaginary railway", "Make-Believe chairlift"},
		`{nameContains: "ferry"}`:             {"Phantom ferry"},
	})
}

// finds holds which names a list has by each filter.
func finds(t *testing.T, a *fabrictest.API, list string, filters map[string][]any) {
	t.Helper()
	for filter, want := range filters {
		var got []any
		for i := 0; ; i++ {
			name := a.Anonymous().OK(`{ `+list+`(filter: `+filter+`) { nodes { name } } }`, nil).Get(list, "nodes", i, "name")
			if name == nil {
				break
			}
			got = append(got, name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", list, filter, diff)
		}
	}
}
