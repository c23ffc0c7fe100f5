package alpha

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
)

// What a rider keeps for himself nobody else reads, by whichever way he asks; of a
// trail others see counts, and these of five riders or more.
func TestRidesArePrivate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const all = `query($id: ID!) { ride(id: $id) { id note } myRides { nodes { id note } totalCount } myComparisons { nodes { id } totalCount } }`
	ann := w.Rider("ann").OK(all, map[string]any{"id": w.ride})
	if ann.Get("ride", "id") != w.ride || ann.Get("myRides", "totalCount") != 2.0 || ann.Get("myRides", "nodes", 0, "id") != w.ride || ann.Get("myComparisons", "nodes", 0, "id") != w.compared {
		t.Fatalf("her own: %s", ann.Raw)
	}
	for _, role := range []string{"other", "moderator", "admin"} {
		r := w.caller(role).OK(all, map[string]any{"id": w.ride})
		if r.Get("ride") != nil || r.Get("myRides", "totalCount") != 0.0 || r.Get("myComparisons", "totalCount") != 0.0 || strings.Contains(string(r.Raw), w.ride) {
			t.Errorf("%s reads %s", role, r.Raw)
		}
	}
	for _, field := range []string{`ride(id: "` + w.ride + `") { id }`, `myRides { totalCount }`, `myComparisons { totalCount }`} {
		if r := w.Anonymous().Do("{ "+field+" }", nil); r.Err() != unauthorized {
			t.Errorf("anonymous asks %s and gets %s", field, r.Raw)
		}
	}
	const shown = `query($id: ID) { trail(id: $id) { ratings { axis fewerThanFive riders median counts } } }`
	for i := range 4 {
		r := w.Anonymous().OK(shown, map[string]any{"id": w.trail}).Get("trail", "ratings", 0).(map[string]any)
		if r["fewerThanFive"] != true || r["riders"] != nil || r["median"] != nil || len(r["counts"].([]any)) != 0 {
			t.Errorf("of %d riders everybody sees %v", i+1, r)
		}
		w.make(w.Rider(fmt.Sprint("rider ", i)), "Ride", map[string]any{"trailId": w.trail, "direction": "FORWARD", "year": 2026, "ratings": []any{map[string]any{"axis": "AIR", "category": i}}})
	}
	r := w.Anonymous().OK(shown, map[string]any{"id": w.trail})
	if r.Get("trail", "ratings", 0, "riders") != 5.0 || r.Get("trail", "ratings", 0, "median") != 2.0 {
		t.Errorf("of five riders: %s", r.Raw)
	}
	// In no history, no search and no list of changes.
	changes := w.Moderator("mod").OK(`{ revisions(first: 50) { nodes { entityId entityKind } } search(query: "ride") { nodes { id } } }`, nil)
	if strings.Contains(string(changes.Raw), w.ride) {
		t.Errorf("the ride stands in %s", changes.Raw)
	}
}

// Pages of one's rides neither skip nor repeat, and filters hold.
func TestMyRides(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bea := w.Rider("bea")
	want := map[string]bool{}
	for i := range 7 {
		trail := w.trail
		if i%2 == 1 {
			trail = w.second
		}
		want[w.make(bea, "Ride", map[string]any{"trailId": trail, "direction": "EITHER", "year": 2020 + i/3})] = true
	}
	after := any(nil)
	last := "9999"
	for page := 0; ; page++ {
		r := bea.OK(`query($a: String) { myRides(first: 2, after: $a) { nodes { id year } pageInfo { hasNextPage endCursor } totalCount } }`, map[string]any{"a": after})
		for i := range r.Get("myRides", "nodes").([]any) {
			id := r.Get("myRides", "nodes", i, "id").(string)
			if !want[id] {
				t.Fatalf("%s came twice, or isn't hers", id)
			}
			delete(want, id)
			if year := fmt.Sprint(r.Get("myRides", "nodes", i, "year")); year > last {
				t.Errorf("%s comes after %s", year, last)
			} else {
				last = year
			}
		}
		if r.Get("myRides", "totalCount") != 7.0 || page > 9 {
			t.Fatalf("page %d: %s", page, r.Raw)
		}
		if r.Get("myRides", "pageInfo", "hasNextPage") != true {
			break
		}
		after = r.Get("myRides", "pageInfo", "endCursor")
	}
	if len(want) > 0 {
		t.Errorf("%d rides never came", len(want))
	}
	count := func(filter map[string]any) any {
		return bea.OK(`query($f: MyRidesFilter) { myRides(filter: $f) { totalCount } }`, map[string]any{"f": filter}).Get("myRides", "totalCount")
	}
	for what, test := range map[string]struct {
		filter map[string]any
		want   float64
	}{
		"a trail":      {map[string]any{"trailId": w.second}, 3},
		"a system":     {map[string]any{"systemId": w.system}, 7},
		"put away":     {map[string]any{"archived": true}, 0},
		"another's":    {map[string]any{"trailId": w.region}, 0},
		"no condition": {nil, 7},
	} {
		if got := count(test.filter); got != test.want {
			t.Errorf("%s: %v rides, want %v", what, got, test.want)
		}
	}
}

// A refusal says what to do, in the rider's words.
func TestRideRefusals(t *testing.T) {
	t.Parallel()
	a := fabrictest.Start(t, fabrictest.Vocabularies)
	w := inhabit(t, a, "ann")
	ann := w.Rider("ann")
	down := w.make(w.Moderator("maker"), "Trail", map[string]any{"name": "Down", "direction": "DOWN_ONLY", "type": "SINGLETRACK", "systemIds": []string{w.system}})
	rating := func(axis string, category any) []any {
		return []any{map[string]any{"axis": axis, "category": category}}
	}
	for _, test := range []struct {
		name, mutation string
		input          map[string]any
		errorType      string
		message        string
	}{
		{"no day", "createRide", map[string]any{"trailId": w.trail, "direction": "EITHER"}, "InvalidInput", "Say when it was"},
		{"to come", "createRide", map[string]any{"trailId": w.trail, "direction": "EITHER", "riddenOn": "2199-01-01"}, "InvalidInput", "still to come"},
		{"no id of a trail", "createRide", map[string]any{"trailId": "42", "direction": "EITHER", "year": 2020}, "InvalidInput", "trailId"},
		{"an unknown condition", "createRide", map[string]any{"trailId": w.trail, "direction": "EITHER", "year": 2020, "conditions": []string{"sticky"}}, "InvalidInput", "sticky"},
		{"one way only", "createRide", map[string]any{"trailId": down, "direction": "BACKWARD", "year": 2020}, "InvalidInput", "one way only"},
		{"climbing a way down", "createRide", map[string]any{"trailId": down, "direction": "FORWARD", "year": 2020, "ratings": rating("TECHNICAL_CLIMBING", 1)}, "InvalidInput", "technical climbing"},
		{"a step too far", "rateRide", map[string]any{"rideId": w.ride, "expectedVersion": 1, "ratings": rating("AIR", 7)}, "InvalidInput", "five steps"},
		{"nothing rated", "rateRide", map[string]any{"rideId": w.ride, "expectedVersion": 1, "ratings": []any{}}, "InvalidInput", "ratings"},
		{"an old version", "updateRide", map[string]any{"id": w.ride, "expectedVersion": 9, "note": "x"}, "Conflict", "version"},
		{"compared already", "compareTrails", map[string]any{"axis": "AIR", "trailId": w.second, "otherId": w.trail, "verdict": "SAME"}, "Conflict", "already"},
		{"compared with itself", "compareTrails", map[string]any{"axis": "AIR", "trailId": w.trail, "otherId": w.trail, "verdict": "SAME"}, "InvalidInput", "different"},
	} {
		r := ann.Do(fmt.Sprintf("mutation($i: %s!) { %s(input: $i) { id } }", inputOf(test.mutation), test.mutation), map[string]any{"i": test.input})
		if r.Err() != test.errorType || len(r.Errors) == 0 || !strings.Contains(r.Errors[0].Message, test.message) || strings.Contains(string(r.Raw), "wiki.") {
			t.Errorf("%s: want %s with %q: %s", test.name, test.errorType, test.message, r.Raw)
		}
	}
	if n := ann.OK(`{ myRides { totalCount } }`, nil).Get("myRides", "totalCount"); n != 2.0 {
		t.Errorf("what was refused left %v rides", n)
	}
	if r := ann.Do(`{ myRides(after: "x' OR 1") { totalCount } }`, nil); r.Err() != "InvalidInput" {
		t.Errorf("no cursor: %s", r.Raw)
	}
}
