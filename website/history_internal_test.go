package website

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/entity"
)

// Of a list, only what went and what came is shown.
func TestDiffOf(t *testing.T) {
	t.Parallel()
	trail, _ := entity.Describe("Trail")
	s := func(v string) *string { return &v }
	for name, c := range map[string]struct {
		change     entity.FieldChange
		label      string
		gone, come []string
		kept       int
	}{
		"a length":         {entity.FieldChange{Field: "lengthM", Label: "Length", Before: s("4516"), After: s("4520.5")}, "Length", []string{"4516 m"}, []string{"4520.5 m"}, 0},
		"a grade":          {entity.FieldChange{Field: "averageGrade", Label: "Grade", Before: nil, After: s("-8.2")}, "Grade", nil, []string{"-8.2 %"}, 0},
		"a mark":           {entity.FieldChange{Field: "flow", Label: "Flow", Before: s("3"), After: nil}, "Flow", []string{"3"}, nil, 0},
		"a value":          {entity.FieldChange{Label: "Length", Before: s("4516"), After: nil}, "Length", []string{"4516"}, nil, 0},
		"a word":           {entity.FieldChange{Field: "trailStatus", Label: "Status", Before: nil, After: s("UNDER_CONSTRUCTION")}, "Status", nil, []string{word("UNDER_CONSTRUCTION")}, 0},
		"an object":        {entity.FieldChange{Before: nil, After: s(`{"lat": 47.5, "lon": null}`)}, "", nil, []string{"Degrees north: 47.5"}, 0},
		"an address":       {entity.FieldChange{Before: s("[sic] yes"), After: s("{x")}, "", []string{"[sic] yes"}, []string{"{x"}, 0},
		"a first list":     {entity.FieldChange{Before: nil, After: s(`[{"value": "1"}]`)}, "", nil, []string{"Value: 1"}, 0},
		"one came":         {entity.FieldChange{Before: s(`[{"value": "1"}]`), After: s(`[{"value": "2"}, {"value": "1"}]`)}, "", nil, []string{"Value: 2"}, 1},
		"one of two alike": {entity.FieldChange{Before: s(`[{"value": "1"}, {"value": "1"}]`), After: s(`[{"value": "1"}]`)}, "", []string{"Value: 1"}, nil, 1},
		"another order":    {entity.FieldChange{Before: s(`[{"value": "1"}, {"value": "2"}]`), After: s(`[{"value": "2"}, {"value": "1"}]`)}, "", nil, nil, 2},
		"a line":           {entity.FieldChange{Field: "line", Label: "line", Before: nil, After: s(`{"sha256": "abc", "pointCount": 111}`)}, "Line", nil, []string{"a line of 111 points"}, 0},
	} {
		f, _ := trail.Field(c.change.Field)
		got := diffOf(f, c.change)
		if diff := cmp.Diff([]any{c.label, c.gone, c.come, c.kept}, []any{got.Label, got.Gone, got.Come, got.Kept}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
