package website

import (
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/entity"
)

func num(v float64) *float64 { return &v }

func TestRideTimes(t *testing.T) {
	t.Parallel()
	fit := entity.FitnessLevelFit
	loop := &entity.Route{Shape: entity.RouteShapeLoop, Uplift: entity.UpliftKindNone, LengthM: num(12000), ClimbM: num(500), Fitness: &fit}
	times := timesOf(loop)
	if len(times.Rows) != 4 || len(times.Caveats) != 0 || len(times.Needs) != 0 {
		t.Fatalf("%+v", times)
	}
	// 12 km at 12 km/h is an hour; 500 m up at 500 m/h and down at 1000 m/h is one and
	// a half; the longer and half of the other are two hours.
	if r := times.Rows[1]; r.Rider != fit || r.Likely != "2 h" || r.Low != "1 h 35" || r.High != "2 h 40" || !r.Own {
		t.Errorf("%+v", r)
	}
	down := 700.0
	trail := func(d, c *float64) *entity.TrailCard { return &entity.TrailCard{DescentM: d, ClimbM: c} }
	leg := func(kind entity.LegKind, c *entity.TrailCard, direction entity.LineDirection) entity.RouteLeg {
		return entity.RouteLeg{Kind: kind, Trail: c, Direction: direction}
	}
	for name, c := range map[string]struct {
		change func(*entity.Route)
		down   float64
		known  bool
		caveat string
	}{
		"a loop comes down what it climbs": {func(*entity.Route) {}, 500, true, ""},
		"point to point, legs known": {func(r *entity.Route) {
			r.Shape = entity.RouteShapePointToPoint
			r.Legs = []entity.RouteLeg{leg(entity.LegKindTrail, trail(&down, num(10)), entity.LineDirectionForward), leg(entity.LegKindTrail, trail(num(5), num(40)), entity.LineDirectionBackward)}
		}, 740, true, ""},
		"a leg's descent is unknown": {func(r *entity.Route) {
			r.Shape = entity.RouteShapePointToPoint
			r.Legs = []entity.RouteLeg{leg(entity.LegKindTrail, trail(nil, nil), entity.LineDirectionForward)}
		}, 0, false, "How much it descends is not known"},
		"a part of a trail": {func(r *entity.Route) {
			r.Shape = entity.RouteShapePointToPoint
			l := leg(entity.LegKindTrail, trail(&down, nil), entity.LineDirectionForward)
			l.FromM = num(100)
			r.Legs = []entity.RouteLeg{l}
		}, 0, false, "not known"},
		"lifted up": {func(r *entity.Route) {
			r.Uplift = entity.UpliftKindLift
			r.Legs = []entity.RouteLeg{leg(entity.LegKindUplift, nil, ""), leg(entity.LegKindTrail, trail(&down, nil), entity.LineDirectionForward)}
		}, 700, true, "riding the lift are not counted"},
		"pushed": {func(r *entity.Route) { r.Legs = []entity.RouteLeg{leg(entity.LegKindPush, nil, "")} }, 500, true, "pushed count as ridden"},
	} {
		r := *loop
		c.change(&r)
		if got, known := descentOf(&r); got != c.down || known != c.known {
			t.Errorf("%s: %v, %v, want %v, %v", name, got, known, c.down, c.known)
		}
		if got := strings.Join(timesOf(&r).Caveats, " "); (c.caveat == "") != (got == "") || !strings.Contains(got, c.caveat) {
			t.Errorf("%s: %q, want %q", name, got, c.caveat)
		}
	}
	if got := timesOf(&entity.Route{}); len(got.Rows) != 0 || len(got.Needs) != 2 {
		t.Errorf("nothing is known, and yet: %+v", got)
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	sensitive := entity.ConditionSensitivityVerySensitive
	c := conditionsOf(&entity.Route{ConditionSensitivity: &sensitive, Season: []entity.SeasonMonth{{Month: 4, Verdict: "GO"}, {Month: 1, Verdict: "CLOSED"}, {Month: 7, Verdict: "AVOID"}, {Month: 6, Verdict: "RISKY"}, {Month: 9, Verdict: "UNKNOWN"}}})
	if !c.Known || len(c.Best) != 1 || len(c.Closed) != 1 || len(c.Avoid) != 1 || len(c.Risky) != 1 || !strings.Contains(c.AfterRain, "stay away") {
		t.Errorf("%+v", c)
	}
	if c := conditionsOf(&entity.Route{}); c.Known || c.AfterRain != "" {
		t.Errorf("%+v", c)
	}
}
