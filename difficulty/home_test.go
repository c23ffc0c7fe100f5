package difficulty_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mtbwiki/mtbwiki/difficulty"
)

const descending = difficulty.TechnicalDescending

func TestEvidence(t *testing.T) {
	t.Parallel()
	places := []difficulty.Place{{Name: "Valley"}, {Name: "Highlands", Offsets: map[difficulty.Axis]difficulty.Offset{descending: 1}}}
	e, ok := difficulty.PlaceEvidence(descending, "Valley", places)
	if !ok || e.Offset != 1 || e.Deviation != 0.5 || e.Reason != "Valley lies in Highlands, which rides a step harder than its labels say." {
		t.Errorf("a place in a graded region: %+v, %v", e, ok)
	}
	if e, ok := difficulty.PlaceEvidence(difficulty.Air, "Valley", places); ok {
		t.Errorf("nobody graded air, and yet: %+v", e)
	}
	tests := []struct {
		name          string
		mark          float64
		basis         string
		system, label string
		offset        float64
		reason        string
	}{
		// A mark of 2.5 is the middle of blue.
		{"as signed", 2.5, "measured", "imba", "blue", 0, "marked 2.5 of 5 and labelled IMBA blue"},
		{"harder than signed", 3.5, "editorial-estimate", "imba", "blue", 1, ""},
		{"softer than signed", 1.5, "local", "imba", "black", -2, ""}, // bounded only when combined
		{"another ladder", 2.5, "", "sts", "S2", 0, "Singletrail"},
		{"several labels", 0.5, "", "sts", "S0", -0.5, ""}, // white or green
	}
	for _, tt := range tests {
		e, err := difficulty.TrailEvidence(descending, "Larch", tt.mark, tt.basis, tt.system, tt.label)
		if err != nil || math.Abs(e.Offset-tt.offset) > 1e-9 || !strings.Contains(e.Reason, tt.reason) {
			t.Errorf("%s: %+v, %v, want %+v", tt.name, e, err, tt)
		}
	}
	// What a mark rests on widens.
	width := func(basis string) float64 {
		e, err := difficulty.TrailEvidence(descending, "x", 2, basis, "imba", "blue")
		if err != nil {
			t.Fatal(err)
		}
		return e.Deviation
	}
	if !(width("measured") < width("local") && width("local") < width("editorial-estimate") && width("") == width("editorial-estimate")) {
		t.Errorf("deviations %v, %v, %v", width("measured"), width("local"), width("editorial-estimate"))
	}
	rider, err := difficulty.RiderEvidence(descending, 3.5, "alps", "red")
	if err != nil || rider.Offset != 1 || rider.Deviation <= math.Hypot(0.5, 0.5) {
		t.Errorf("a rider's own mark against a rough conversion: %+v, %v", rider, err)
	}
	for _, tt := range []struct {
		axis          difficulty.Axis
		mark          float64
		system, label string
		want          error
	}{
		{"luck", 2, "imba", "blue", nil}, {descending, 5.1, "imba", "blue", nil}, {descending, math.NaN(), "imba", "blue", nil},
		{descending, 2, "imba", "red", difficulty.ErrUnknownLabel}, {descending, 2, "uk", "red", difficulty.ErrNoMapping}, {descending, 2, "uk", "orange", difficulty.ErrApart},
	} {
		for name, err := range map[string]error{
			"trail": func() error {
				_, err := difficulty.TrailEvidence(tt.axis, "x", tt.mark, "", tt.system, tt.label)
				return err
			}(),
			"rider": func() error { _, err := difficulty.RiderEvidence(tt.axis, tt.mark, tt.system, tt.label); return err }(),
		} {
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("%s %+v: %v", name, tt, err)
			}
		}
	}
	for mark, want := range map[float64]string{0: "white", 1: "white", 1.5: "green", 2: "green", 2.5: "blue", 3.5: "black", 5: "double-black"} {
		if got := difficulty.MarkLabel(mark); got != want {
			t.Errorf("mark %v is a %s, want %s", mark, got, want)
		}
	}
}

func TestCombine(t *testing.T) {
	t.Parallel()
	one := difficulty.Evidence{Offset: 1, Deviation: 0.5, Reason: "A."}
	e, ok := difficulty.Combine([]difficulty.Evidence{one})
	if !ok || e.Offset != 1 || math.Abs(e.Deviation-0.5) > 1e-9 || len(e.Reasons) != 1 || e.Words() != "rides a step harder than its labels say" {
		t.Errorf("one piece: %+v, %v", e, ok)
	}
	if math.Abs(e.Low()-(1-0.6408)) > 1e-6 || math.Abs(e.High()-1.6408) > 1e-6 {
		t.Errorf("interval %v to %v", e.Low(), e.High())
	}
	// A second one that agrees makes nothing surer; one that disagrees, less sure.
	if e, _ := difficulty.Combine([]difficulty.Evidence{one, one}); math.Abs(e.Deviation-0.5) > 1e-9 {
		t.Errorf("twice the same opinion: %+v", e)
	}
	e, _ = difficulty.Combine([]difficulty.Evidence{one, {Offset: -1, Deviation: 0.5, Reason: "B."}})
	if math.Abs(e.Offset) > 1e-9 || math.Abs(e.Deviation-math.Sqrt(1.25)) > 1e-9 || len(e.Reasons) != 2 {
		t.Errorf("two that disagree: %+v", e)
	}
	// The surer one counts more.
	if e, _ := difficulty.Combine([]difficulty.Evidence{one, {Offset: 0, Deviation: 1}}); math.Abs(e.Offset-0.8) > 1e-9 {
		t.Errorf("weights: %+v", e)
	}
	for _, none := range [][]difficulty.Evidence{nil, {{Offset: 1}}, {{Offset: math.NaN(), Deviation: 1}}, {{Offset: 1, Deviation: math.Inf(1)}}} {
		if e, ok := difficulty.Combine(none); ok {
			t.Errorf("%+v gives %+v", none, e)
		}
	}
}

// What is combined lies between its pieces and is never surer than the surest.
func TestCombineProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "n")
		low, high, surest := math.Inf(1), math.Inf(-1), math.Inf(1)
		var list []difficulty.Evidence
		for range n {
			e := difficulty.Evidence{Offset: rapid.Float64Range(-5, 5).Draw(t, "offset"), Deviation: rapid.Float64Range(0.1, 2).Draw(t, "deviation")}
			list = append(list, e)
			low, high, surest = min(low, max(e.Offset, -1.5)), max(high, min(e.Offset, 1.5)), min(surest, e.Deviation)
		}
		e, ok := difficulty.Combine(list)
		if !ok || e.Offset < min(low, 1.5)-1e-9 || e.Offset > max(high, -1.5)+1e-9 || e.Deviation < surest-1e-6 || math.Abs(e.Offset) > 1.5+1e-9 {
			t.Fatalf("%+v gives %+v", list, e)
		}
		if e.Words() == "" {
			t.Fatal("no words")
		}
	})
}

func TestTranslateFromAnEstimate(t *testing.T) {
	t.Parallel()
	home := difficulty.Estimate{Offset: 0.8, Deviation: 0.6}
	q := difficulty.Question{Axis: descending, System: "imba", Label: "blue", HomeEstimate: &home, Home: offset(-1), Away: offset(0)}
	got, err := difficulty.Translate(q)
	if err != nil || math.Abs(got.Position-2.8) > 1e-9 || got.Label != "black" || !strings.Contains(strings.Join(got.Reasons, " "), "your home rides a step harder") {
		t.Errorf("%+v, %v", got, err)
	}
	// Less is known of home: the interval is wider, the label to start with easier.
	home.Deviation = 1.5
	wider, err := difficulty.Translate(q)
	if err != nil || wider.PositionHigh-wider.PositionLow <= got.PositionHigh-got.PositionLow || wider.StartWith != "white" {
		t.Errorf("%+v, %v", wider, err)
	}
}

func TestAtHome(t *testing.T) {
	t.Parallel()
	three := 3.5
	home := difficulty.Estimate{Offset: 1, Deviation: 0.5}
	marked, err := difficulty.AtHome(descending, difficulty.Trail{Mark: &three, Basis: "measured", System: "imba", Label: "green", Place: offset(1)}, &home)
	if err != nil || marked.Label != "blue" || math.Abs(marked.Position-2) > 1e-9 || !marked.Opinion {
		t.Errorf("a black of a harder home is a blue there: %+v, %v", marked, err)
	}
	labelled, err := difficulty.AtHome(descending, difficulty.Trail{System: "imba", Label: "blue", Place: offset(-0.5)}, &home)
	if err != nil || math.Abs(labelled.Position-0.5) > 1e-9 || labelled.Label != "white" {
		t.Errorf("%+v, %v", labelled, err)
	}
	unsaid, err := difficulty.AtHome(descending, difficulty.Trail{System: "imba", Label: "blue"}, &home)
	if err != nil || unsaid.PositionHigh-unsaid.PositionLow <= labelled.PositionHigh-labelled.PositionLow || len(unsaid.Missing) != 2 {
		t.Errorf("%+v, %v", unsaid, err)
	}
	nowhere, err := difficulty.AtHome(descending, difficulty.Trail{Mark: &three}, nil)
	if err != nil || math.Abs(nowhere.Position-3) > 1e-9 || nowhere.PositionHigh-nowhere.PositionLow <= marked.PositionHigh-marked.PositionLow || len(nowhere.Missing) != 2 {
		t.Errorf("nobody graded home: %+v, %v", nowhere, err)
	}
	// There and back again.
	there, err := difficulty.Translate(difficulty.Question{Axis: descending, System: "imba", Label: "blue", HomeEstimate: &home, Away: offset(-0.5)})
	if err != nil {
		t.Fatal(err)
	}
	back, err := difficulty.AtHome(descending, difficulty.Trail{System: "imba", Label: there.Label, Place: offset(-0.5)}, &home)
	if err != nil || math.Abs(back.Position-2) > 0.5+1e-9 {
		t.Errorf("there %+v, back %+v, %v", there, back, err)
	}
	six := 6.0
	for _, bad := range []difficulty.Trail{{}, {Mark: &six}, {System: "uk", Label: "red"}, {System: "imba", Label: "blue", Place: offset(3)}} {
		if got, err := difficulty.AtHome(descending, bad, &home); err == nil {
			t.Errorf("%+v gives %+v", bad, got)
		}
	}
	if _, err := difficulty.AtHome("luck", difficulty.Trail{Mark: &three}, &home); err == nil {
		t.Error("an axis that does not exist is taken")
	}
}

func TestRated(t *testing.T) {
	t.Parallel()
	flow := map[difficulty.Axis]float64{difficulty.TechnicalClimbing: 0.5, descending: 2, difficulty.Air: 2, difficulty.Fitness: 4}
	for axis, want := range map[difficulty.Axis]bool{
		difficulty.TechnicalClimbing: false, descending: true, difficulty.Air: true, difficulty.Fitness: false, difficulty.Consequence: false,
	} {
		if got := difficulty.Rated(axis, flow); got != want {
			t.Errorf("%s: %v", axis, got)
		}
	}
}
