package alpha

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/content"
	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
	"github.com/mtbwiki/mtbwiki/importer"
)

// TestAccessPointFilters finds the invented region's access points by what lists can be
// narrowed to.
func TestAccessPointFilters(t *testing.T) {
	t.Parallel()
	a := fabrictest.Start(t, fabrictest.Content)
	park := importer.ID(content.KindSystem, "make-believe-bike-park")
	for filter, want := range map[string][]any{
		`{}`:                                   {"Make-Believe valley station", "Never Was Trailhead", "Nosuchtown Halt", "Phantom Creek car park"},
		`{systemIds: ["` + park + `"]}`:        {"Make-Believe valley station", "Nosuchtown Halt"},
		`{kind: [PARKING, TRAILHEAD]}`:         {"Never Was Trailhead", "Phantom Creek car park"},
		`{facilities: ["water", "bike-shop"]}`: {"Make-Believe valley station", "Nosuchtown Halt"},
		`{spaces: {min: 20}}`:                  {"Make-Believe valley station", "Never Was Trailhead"},
		`{inside: {west: -139.51, east: -139.4, south: -47.53, north: -47.5}}`: {"Never Was Trailhead", "Phantom Creek car park"},
		`{nameContains: "HALT"}`: {"Nosuchtown Halt"},
		`{synthetic: false}`:     nil,
	} {
		var got []any
		for i := 0; ; i++ {
			name := a.Anonymous().OK(`{ accessPoints(filter: `+filter+`) { nodes { name } totalCount } }`, nil).Get("accessPoints", "nodes", i, "name")
			if name == nil {
				break
			}
			got = append(got, name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", filter, diff)
		}
	}
}
