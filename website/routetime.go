package website

import (
	"strings"
	"time"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/track"
)

// riderTime is a moving time for one rider type; the rule is package track's.
type riderTime struct {
	Rider             entity.FitnessLevel
	Low, Likely, High string
	Own               bool // the type that the route is made for
}

// rideTimes are a route's moving times by rider type, with what they leave out.
type rideTimes struct {
	Rows    []riderTime
	Method  string
	Caveats []string
	// Needs names the fields without which no time can be worked out.
	Needs []fieldLink
}

// fieldLink is a field that nobody has filled in, and where to do it.
type fieldLink struct{ Field, Words string }

func timesOf(t *entity.Route) rideTimes {
	var out rideTimes
	if t.LengthM == nil {
		out.Needs = append(out.Needs, fieldLink{"lengthM", "its length"})
	}
	if t.ClimbM == nil {
		out.Needs = append(out.Needs, fieldLink{"climbM", "its climb"})
	}
	if len(out.Needs) > 0 {
		return out
	}
	ride := track.Ride{Length: *t.LengthM, Up: *t.ClimbM}
	down, known := descentOf(t)
	ride.Down = down
	if !known {
		out.Caveats = append(out.Caveats, "How much it descends is not known, so that part counts as flat.")
	}
	if t.Uplift != entity.UpliftKindNone {
		out.Caveats = append(out.Caveats, "Waiting for and riding the "+strings.ToLower(word(t.Uplift))+" are not counted.")
	}
	for _, l := range t.Legs {
		if l.Kind == entity.LegKindPush {
			out.Caveats = append(out.Caveats, "Legs that are pushed count as ridden: they take longer.")
			break
		}
	}
	for _, f := range entity.FitnessLevelValues {
		e, err := track.Fitness(kebab(string(f))).Estimate(ride)
		if err != nil {
			continue // a type that the rule doesn't know has no time
		}
		row := riderTime{Rider: f, Low: about(e.Low), Likely: about(e.Likely), High: about(e.High), Own: t.Fitness != nil && *t.Fitness == f}
		out.Rows = append(out.Rows, row)
	}
	out.Method = "Worked out from length and climb by the form of DIN 33466 (the longer of the time for the way and the time for the height, and half of the other), with a speed and a climbing rate for each rider type: an editorial estimate, a fifth quicker to a third slower. Moving time, without stops, on a bike without a motor."
	return out
}

// descentOf is what a route goes down: what it climbs when it ends where it starts
// and nothing lifts the rider; else the sum over its legs, when all of them are
// whole trails that are known.
func descentOf(t *entity.Route) (metres float64, known bool) {
	if t.Uplift == entity.UpliftKindNone && (t.Shape == entity.RouteShapeLoop || t.Shape == entity.RouteShapeOutAndBack) {
		return *t.ClimbM, true
	}
	sum, legs := 0.0, 0
	for _, l := range t.Legs {
		if l.Kind == entity.LegKindUplift {
			continue
		}
		if l.Trail == nil || l.FromM != nil || l.ToM != nil {
			return 0, false
		}
		d := l.Trail.DescentM
		if l.Direction == entity.LineDirectionBackward {
			d = l.Trail.ClimbM
		}
		if d == nil {
			return 0, false
		}
		sum, legs = sum+*d, legs+1
	}
	return sum, legs > 0
}

// about writes a time to five minutes: more would pretend to know.
func about(d time.Duration) string {
	return minutes(max(5, int(d.Round(5*time.Minute)/time.Minute)))
}

// conditions are when a route is at its best and when to stay away.
type conditions struct {
	Best, Risky, Avoid, Closed []int
	Known                      bool // somebody said something of the months
	AfterRain                  string
}

func conditionsOf(t *entity.Route) conditions {
	var c conditions
	for _, m := range t.Season {
		switch string(m.Verdict) {
		case "GO":
			c.Best = append(c.Best, m.Month)
		case "RISKY":
			c.Risky = append(c.Risky, m.Month)
		case "AVOID":
			c.Avoid = append(c.Avoid, m.Month)
		case "CLOSED":
			c.Closed = append(c.Closed, m.Month)
		}
	}
	c.Known = len(c.Best)+len(c.Risky)+len(c.Avoid)+len(c.Closed) > 0
	switch {
	case t.ConditionSensitivity == nil: // unknown
	case *t.ConditionSensitivity == entity.ConditionSensitivityBombproof:
		c.AfterRain = "rides much the same"
	case *t.ConditionSensitivity == entity.ConditionSensitivityWeatherDependent:
		c.AfterRain = "another ride: wait, or choose another"
	case *t.ConditionSensitivity == entity.ConditionSensitivityVerySensitive:
		c.AfterRain = "stay away: it suffers, and so do you"
	}
	return c
}

// unknownOf are the fields of a route that nobody has filled in and a rider asks
// for.
func unknownOf(t *entity.Route) []fieldLink {
	var out []fieldLink
	add := func(missing bool, field, words string) {
		if missing {
			out = append(out, fieldLink{field, words})
		}
	}
	add(t.LengthM == nil, "lengthM", "length")
	add(t.ClimbM == nil, "climbM", "climb")
	add(t.Skill == nil, "skill", "the skill it takes")
	add(t.Fitness == nil, "fitness", "the legs it takes")
	add(text(t.IdealFor) == "", "idealFor", "whom it is for")
	add(text(t.NotFor) == "", "notFor", "whom it is not for")
	add(len(t.Season) == 0, "season", "its months")
	add(t.ConditionSensitivity == nil, "conditionSensitivity", "what rain does to it")
	return out
}
