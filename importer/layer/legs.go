package layer

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/mtbwiki/mtbwiki/track"
)

// RouteProfile is what a source states of a route, and the trails it takes.
type RouteProfile struct {
	Stated Stated     `json:"stated"`
	Names  []KeyValue `json:"names,omitempty"`
	Legs   []Leg      `json:"legs"`
	// MissingMembers are not in the file, so that legs and length are those of the
	// rest.
	MissingMembers int `json:"missingMembers,omitempty"`
}

// Leg is a stretch of a route, in riding order: of a trail of the plan, or of other
// ways between them.
type Leg struct {
	Kind string // LegKind of the schema: TRAIL or CONNECTOR
	// Trail is the key of the trail of a leg TRAIL.
	Trail string
	// FromM and ToM are metres along the trail's longest line; FromM is the larger
	// one when it is ridden against it. Both are NaN on another line of the trail.
	FromM, ToM float64
	LengthM    float64
	// Gap: the leg doesn't begin where the one before ends.
	Gap bool
}

// Stated is what the relation says of itself, where it is understood; its keys are
// kept whole with its feature.
type Stated struct {
	DistanceM *float64   `json:"distanceM,omitempty"`
	AscentM   *float64   `json:"ascentM,omitempty"`
	DescentM  *float64   `json:"descentM,omitempty"`
	Keys      []KeyValue `json:"keys,omitempty"`
}

var statedKeys = []string{"network", "ref", "operator", "distance", "ascent", "descent", "roundtrip", "signed_direction", "mtb:scale", "mtb:scale:uphill", "website"}

func stated(id string, tags map[string]string, note noteFunc) Stated {
	var s Stated
	for _, k := range statedKeys {
		if v := strings.TrimSpace(tags[k]); v != "" {
			s.Keys = append(s.Keys, KeyValue{Key: k, Value: cut(v, 200)})
		}
	}
	// The scale of a route says nothing of any of its trails.
	for _, k := range []string{"mtb:scale", "mtb:scale:uphill"} {
		if v := strings.TrimSpace(tags[k]); v != "" {
			note(id, k, v, "is on a relation, where it is not meant; kept, but no mark")
		}
	}
	for _, f := range []struct {
		key  string
		unit float64 // metres of a bare number
		to   **float64
	}{{"distance", 1000, &s.DistanceM}, {"ascent", 1, &s.AscentM}, {"descent", 1, &s.DescentM}} {
		v := strings.TrimSpace(tags[f.key])
		if v == "" {
			continue
		}
		metres, ok := parseLength(v, f.unit)
		if !ok {
			note(id, f.key, v, notUnderstood)
			continue
		}
		*f.to = ptr(track.Round(metres, 1))
	}
	return s
}

// parseLength reads "24.8 km", "24,8", "15 mi", "300 m", "900 ft" into metres.
func parseLength(v string, bare float64) (metres float64, ok bool) {
	number, unit := strings.TrimSpace(v), bare
	for _, u := range []struct {
		name   string
		metres float64
	}{{"km", 1000}, {"mi", 1609.344}, {"ft", 0.3048}, {"m", 1}} {
		if cut, found := strings.CutSuffix(number, u.name); found {
			number, unit = strings.TrimSpace(cut), u.metres
			break
		}
	}
	x, err := strconv.ParseFloat(strings.Replace(number, ",", ".", 1), 64)
	if err != nil || !(x >= 0 && x*unit <= 1e8) {
		return 0, false
	}
	return x * unit, true
}

// legs matches the ways of a relation to trails, in their order.
func (b *builder) legs(numbers []int64, trailOf map[string]int) []Leg {
	var legs []Leg
	// Where the ride is: the node that the way before ended at; unknown at gaps.
	end, known := int64(0), false
	trail := -1 // of the last leg
	for i, number := range numbers {
		k := b.byNumber[number]
		nodes, line := b.allNodes[k], b.allLines[k]
		first, last := nodes[0], nodes[len(nodes)-1]
		turned := false
		switch {
		case known && first == end:
		case known && last == end:
			turned = true
		default:
			// A line begins: the way goes to where the next one can take over.
			if i+1 < len(numbers) {
				next := b.allNodes[b.byNumber[numbers[i+1]]]
				touches := func(n int64) bool { return n == next[0] || n == next[len(next)-1] }
				turned = touches(first) && !touches(last)
			}
		}
		start := first
		if turned {
			start, last = last, first
		}
		leg := Leg{Kind: "CONNECTOR", LengthM: line.Length(), Gap: known && start != end, FromM: math.NaN(), ToM: math.NaN()}
		t, ok := trailOf[fmt.Sprintf("way/%d", number)]
		if !ok {
			t = -1
		} else {
			leg.Kind, leg.Trail = "TRAIL", b.plan.Trails[t].Key
			from, to := line[0], line[len(line)-1]
			if turned {
				from, to = to, from
			}
			leg.FromM, leg.ToM = b.stretch(t, from, to, leg.LengthM)
		}
		end, known = last, true
		if n := len(legs) - 1; n >= 0 && t == trail && !leg.Gap && continues(&legs[n], &leg) {
			legs[n].ToM = leg.ToM
			legs[n].LengthM += leg.LengthM
			continue
		}
		trail = t
		legs = append(legs, leg)
	}
	return legs
}

// stretch answers where along a trail a way of it runs. On a closed trail its start
// is its end too, and the way's length says which is meant.
func (b *builder) stretch(t int, from, to track.Point, length float64) (float64, float64) {
	a, ok1 := b.at(t, from)
	z, ok2 := b.at(t, to)
	if !ok1 || !ok2 {
		return math.NaN(), math.NaN()
	}
	line := b.plan.Trails[t].Lines[0]
	if whole := line.Length(); line[0].Lon == line[len(line)-1].Lon && line[0].Lat == line[len(line)-1].Lat && math.Abs(math.Abs(z-a)-length) > 1 {
		switch {
		case z == 0 && math.Abs(whole-a-length) < 1:
			z = whole
		case a == 0 && math.Abs(whole-z-length) < 1:
			a = whole
		}
	}
	return a, z
}

// continues says whether a leg goes on where another of the same kind ends, in the
// same direction.
func continues(before, leg *Leg) bool {
	if before.Kind != leg.Kind || before.Trail != leg.Trail {
		return false
	}
	if leg.Kind == "CONNECTOR" {
		return true
	}
	if math.IsNaN(before.ToM) || math.IsNaN(leg.FromM) {
		return math.IsNaN(before.FromM) && math.IsNaN(leg.FromM)
	}
	return math.Abs(before.ToM-leg.FromM) < 0.5 && (before.ToM >= before.FromM) == (leg.ToM >= leg.FromM)
}

// longest of the lines; there is one.
func longest(lines []track.Line) track.Line {
	best, length := lines[0], lines[0].Length()
	for _, l := range lines[1:] {
		if n := l.Length(); n > length {
			best, length = l, n
		}
	}
	return best
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
