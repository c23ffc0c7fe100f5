package codetest

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func (w wiki) ride(t testing.TB, actor m, trail string, more ...m) string {
	t.Helper()
	id, _ := w.do(t, "create_ride", actor, with(m{"trailId": trail, "direction": "FORWARD", "riddenOn": day(-3)}, more...))
	return id
}

// rideOf reads a ride as its rider does; nil when the actor can't.
func (w wiki) rideOf(t testing.TB, actor m, id string) m {
	t.Helper()
	rows := w.rows(t, "SELECT CAST(x.node AS text) FROM api.ride_get(CAST($1 AS jsonb), 'en', CAST($2 AS uuid)) x", text(actor), id)
	if len(rows) == 0 {
		return nil
	}
	return rows[0]
}

func rating(axis string, category any, more ...m) m {
	return with(m{"axis": axis, "category": category, "labelSeen": "NO"}, more...)
}

// TestRideIsPrivate: nobody reads another's rides or comparisons, and nobody changes them.
func TestRideIsPrivate(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	trail, other := w.trail(t, system), w.trail(t, system, m{"name": "Other"})
	id := w.ride(t, ann, trail, m{"note": "Fell off twice.", "ratings": l{rating("AIR", 1)}})
	w.ride(t, ann, other)
	compared, _ := w.do(t, "compare_trails", ann, m{"axis": "AIR", "trailId": trail, "otherId": other, "verdict": "HARDER"})
	same(t, "her own note", w.rideOf(t, ann, id)["note"], "Fell off twice.")
	for name, actor := range map[string]m{"bob": bob, "a moderator": moderator, "an admin": admin, "the importer": importer, "a reader": anonymous} {
		if got := w.rideOf(t, actor, id); got != nil {
			t.Errorf("%s reads %v", name, got)
		}
		for _, list := range []string{
			"SELECT CAST(x.node AS text) FROM api.ride_list(CAST($1 AS jsonb), 'en', NULL, NULL, NULL, 50, NULL) x",
			"SELECT CAST(x.node AS text) FROM api.comparison_list(CAST($1 AS jsonb), 'en', NULL, NULL, 50, NULL) x",
		} {
			if rows := w.rows(t, list, text(actor)); len(rows) > 0 {
				t.Errorf("%s lists %v", name, rows)
			}
		}
		if n := w.value(t, "SELECT CAST(to_json(total) AS text) FROM api.ride_count(CAST($1 AS jsonb), NULL, NULL, NULL)", text(actor)); n != 0.0 {
			t.Errorf("%s counts %v", name, n)
		}
		if actor["mode"] == "KEY" {
			continue
		}
		for _, f := range []string{"update_ride", "archive_ride", "restore_ride", "delete_ride"} {
			w.refused(t, f, actor, m{"id": id, "expectedVersion": 1}, "NotFound")
		}
		w.refused(t, "rate_ride", actor, m{"rideId": id, "expectedVersion": 1, "ratings": l{rating("AIR", 4)}}, "NotFound")
		w.refused(t, "withdraw_comparison", actor, m{"id": compared, "expectedVersion": 1}, "NotFound")
	}
	w.refused(t, "create_ride", anonymous, m{"trailId": trail, "direction": "FORWARD", "year": 2020}, "Unauthorized")
}

// TestRideBounds: what a ride and a rating may say.
func TestRideBounds(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	both := w.trail(t, system)
	down := w.trail(t, system, m{"name": "Down", "direction": "DOWN_ONLY", "difficulty": l{m{"direction": "FORWARD",
		"labels": l{m{"system": "imba", "label": "blue", "statedBy": "Sign"}, m{"system": "sts", "label": "S3", "statedBy": "Map"}},
		"axes":   l{m{"axis": "AIR", "notApplicable": true, "basis": "LOCAL"}}}}})
	up := w.trail(t, system, m{"name": "Up", "direction": "UP_ONLY"})
	hidden := w.trail(t, system, m{"name": "Hush"})
	w.do(t, "update_trail", moderator, m{"id": hidden, "expectedVersion": 1, "visibility": "HIDDEN"})
	next := time.Now().UTC().AddDate(0, 2, 0)
	for name, test := range map[string]struct {
		input m
		want  string
	}{
		"no day at all":         {m{"riddenOn": nil}, "InvalidInput"},
		"a day to come":         {m{"riddenOn": day(3)}, "InvalidInput"},
		"a month to come":       {m{"riddenOn": nil, "year": next.Year(), "month": int(next.Month())}, "InvalidInput"},
		"a year to come":        {m{"riddenOn": nil, "year": time.Now().UTC().Year() + 2}, "InvalidInput"},
		"a day and a year":      {m{"year": 2020}, "InvalidInput"},
		"a month and a season":  {m{"riddenOn": nil, "year": 2020, "month": 3, "season": "SPRING"}, "InvalidInput"},
		"long ago":              {m{"riddenOn": nil, "year": 1950}, "InvalidInput"},
		"a condition unheard":   {m{"conditions": l{"sticky"}}, "InvalidInput"},
		"a long note":           {m{"note": strings.Repeat("x", 1001)}, "InvalidInput"},
		"no such trail":         {m{"trailId": system}, "NotFound"},
		"a trail hidden":        {m{"trailId": hidden}, "NotFound"},
		"up a way down":         {m{"trailId": down, "direction": "BACKWARD"}, "InvalidInput"},
		"climbing a way down":   {m{"trailId": down, "ratings": l{rating("TECHNICAL_CLIMBING", 2)}}, "InvalidInput"},
		"descending a way up":   {m{"trailId": up, "ratings": l{rating("TECHNICAL_DESCENDING", 2)}}, "InvalidInput"},
		"what doesn't apply":    {m{"trailId": down, "ratings": l{rating("AIR", 0)}}, "InvalidInput"},
		"beyond double black":   {m{"ratings": l{rating("AIR", 5)}}, "InvalidInput"},
		"between two steps":     {m{"ratings": l{rating("AIR", 1.5)}}, "InvalidInput"},
		"an axis twice":         {m{"ratings": l{rating("AIR", 1), rating("AIR", 2)}}, "InvalidInput"},
		"no axis":               {m{"ratings": l{rating("SPEED", 1)}}, "InvalidInput"},
		"a wording never asked": {m{"ratings": l{rating("AIR", 1, m{"questionVersion": 0})}}, "InvalidInput"},
	} {
		o := w.refused(t, "create_ride", bob, with(m{"trailId": both, "direction": "FORWARD", "riddenOn": day(-1)}, test.input), test.want)
		if len(o.Message) < 15 {
			t.Errorf("%s: the refusal says only %q", name, o.Message)
		}
	}
	if n := w.value(t, "SELECT CAST(to_json(total) AS text) FROM api.ride_count(CAST($1 AS jsonb), NULL, NULL, NULL)", text(bob)); n != 0.0 {
		t.Errorf("%v rides are left of what was refused", n)
	}
	id := w.ride(t, bob, down, m{"riddenOn": nil, "year": 2025, "season": "AUTUMN", "conditions": l{"dusty", "wet"}, "outcome": "WALKED_PART",
		"ratings": l{rating("TECHNICAL_DESCENDING", 3), rating("FITNESS", 1, m{"labelSeen": nil})}})
	r := w.rideOf(t, bob, id)
	same(t, "conditions in the vocabulary's order", r["conditions"], l{"wet", "dusty"})
	same(t, "ratable", r["ratableAxes"], l{"TECHNICAL_DESCENDING", "CONSEQUENCE", "FITNESS"})
	first := r["ratings"].([]any)[0].(m)
	same(t, "labels as posted", first["postedLabels"], l{"imba:blue", "sts:S3"})
	same(t, "seen", l{first["labelSeen"], r["ratings"].([]any)[1].(m)["labelSeen"]}, l{"NO", "UNKNOWN"})
	// The label as posted then stays when another is stated later.
	w.do(t, "update_trail", ann, m{"id": down, "expectedVersion": 1, "difficulty": l{m{"direction": "EITHER", "labels": l{m{"system": "imba", "label": "black", "statedBy": "Sign"}}, "axes": l{}}}})
	w.do(t, "rate_ride", bob, m{"rideId": id, "expectedVersion": 1, "ratings": l{rating("FITNESS", 4), rating("AIR", 2)}})
	r = w.rideOf(t, bob, id)
	same(t, "labels as posted then and now", l{r["ratings"].([]any)[0].(m)["postedLabels"], r["ratings"].([]any)[2].(m)["postedLabels"]}, l{l{"imba:blue", "sts:S3"}, l{"imba:black"}})
	w.do(t, "rate_ride", bob, m{"rideId": id, "expectedVersion": 2, "ratings": l{rating("AIR", nil)}})
	same(t, "a rating taken back", len(w.rideOf(t, bob, id)["ratings"].([]any)), 2)
	w.refused(t, "rate_ride", bob, m{"rideId": id, "expectedVersion": 2, "ratings": l{rating("AIR", 1)}}, "Conflict")
	// The day stands together with year, month and season.
	w.do(t, "update_ride", bob, m{"id": id, "expectedVersion": 3, "riddenOn": day(-9)})
	r = w.rideOf(t, bob, id)
	same(t, "when", l{r["riddenOn"], r["year"], r["season"]}, l{day(-9), nil, nil})

	// Hidden later: the ride stays, and tells of the trail nothing that he may not see.
	w.do(t, "update_trail", moderator, m{"id": down, "expectedVersion": 2, "visibility": "HIDDEN"})
	r = w.rideOf(t, bob, id)
	same(t, "of a trail hidden later", l{r["trail"], r["ratableAxes"], r["ratings"].([]any)[0].(m)["postedLabels"], r["outcome"]}, l{nil, l{}, l{}, "WALKED_PART"})
	w.refused(t, "rate_ride", bob, m{"rideId": id, "expectedVersion": 4, "ratings": l{rating("FITNESS", 1)}}, "NotFound")
	if rows := w.rows(t, "SELECT CAST(x.node AS text) FROM api.ride_list(CAST($1 AS jsonb), 'en', NULL, CAST($2 AS uuid), NULL, 50, NULL) x", text(bob), system); len(rows) != 0 {
		t.Errorf("by its system it is still told where it lies: %v", rows)
	}
	w.do(t, "update_ride", bob, m{"id": id, "expectedVersion": 4, "note": "Gone."})
	w.do(t, "delete_ride", bob, m{"id": id, "expectedVersion": 5})
	if w.rideOf(t, bob, id) != nil {
		t.Error("it is still there")
	}
}

// TestRatingsInPublic: nothing of fewer than five riders, each once, with what he said
// last, and nothing of rides that were put away.
func TestRatingsInPublic(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	trail := w.trail(t, w.system(t, w.region(t)))
	shown := func() any { return w.nested(t, "trail_ratings", trail, anonymous) }
	same(t, "of nobody", shown(), l{})
	few := l{m{"axis": "AIR", "fewerThanFive": true, "riders": nil, "median": nil, "counts": l{}}}
	rides := map[int]string{}
	for i := range 5 {
		who := rider(fmt.Sprint("rider", i))
		rides[i] = w.ride(t, who, trail, m{"ratings": l{rating("AIR", i%3)}})
		if i < 4 {
			// Often, and yet one rider.
			w.ride(t, who, trail, m{"ratings": l{rating("AIR", 4)}})
			same(t, fmt.Sprint("of riders: ", i+1), shown(), few)
		}
	}
	same(t, "of five", shown(), l{m{"axis": "AIR", "fewerThanFive": false, "riders": 5.0, "median": 4.0, "counts": l{0.0, 1.0, 0.0, 0.0, 4.0}}})
	w.do(t, "archive_ride", rider("rider4"), m{"id": rides[4], "expectedVersion": 1})
	same(t, "one put away", shown(), few)
	w.do(t, "restore_ride", rider("rider4"), m{"id": rides[4], "expectedVersion": 2})
	same(t, "and back", shown().([]any)[0].(m)["riders"], 5.0)
	w.do(t, "delete_ride", rider("rider4"), m{"id": rides[4], "expectedVersion": 3})
	same(t, "one deleted", shown(), few)
}

// TestComparisons: of trails that he rode, one at a time for an axis and pair whichever
// stands first, gone with the last ride.
func TestComparisons(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	a, b, down := w.trail(t, system), w.trail(t, system, m{"name": "B"}), w.trail(t, system, m{"name": "C", "direction": "DOWN_ONLY"})
	compare := func(trail, other, verdict string, more ...m) m {
		return with(m{"axis": "TECHNICAL_CLIMBING", "trailId": trail, "otherId": other, "verdict": verdict}, more...)
	}
	rideA, _ := w.ride(t, ann, a), w.ride(t, ann, down)
	w.refused(t, "compare_trails", ann, compare(a, b, "HARDER"), "InvalidInput")
	w.ride(t, bob, b)
	w.refused(t, "compare_trails", ann, compare(a, b, "HARDER"), "InvalidInput")
	w.ride(t, ann, b)
	w.refused(t, "compare_trails", ann, compare(a, a, "SAME"), "InvalidInput")
	w.refused(t, "compare_trails", ann, compare(a, down, "HARDER"), "InvalidInput")
	id, _ := w.do(t, "compare_trails", ann, compare(a, b, "HARDER"))
	read := func() []m {
		return w.rows(t, "SELECT CAST(x.node AS text) FROM api.comparison_list(CAST($1 AS jsonb), 'en', CAST($2 AS uuid), NULL, 50, NULL) x", text(ann), a)
	}
	verdict := func() string {
		n := read()[0]
		if n["trailId"] == a {
			return n["verdict"].(string)
		}
		return map[string]string{"HARDER": "EASIER", "EASIER": "HARDER", "SAME": "SAME"}[n["verdict"].(string)]
	}
	same(t, "how a compares with b", verdict(), "HARDER")
	w.refused(t, "compare_trails", ann, compare(b, a, "HARDER"), "Conflict")
	again, version := w.do(t, "compare_trails", ann, compare(b, a, "HARDER", m{"expectedVersion": 1}))
	same(t, "the answer is the same one", l{again, version, len(read()), verdict()}, l{id, 2, 1, "EASIER"})
	w.refused(t, "withdraw_comparison", ann, m{"id": id, "expectedVersion": 1}, "Conflict")
	w.do(t, "withdraw_comparison", ann, m{"id": id, "expectedVersion": 2})
	same(t, "withdrawn", len(read()), 0)
	w.refused(t, "compare_trails", ann, compare(b, a, "SAME", m{"expectedVersion": 2}), "Conflict")
	w.do(t, "compare_trails", ann, compare(b, a, "SAME"))
	more := w.ride(t, ann, a)
	w.do(t, "delete_ride", ann, m{"id": rideA, "expectedVersion": 1})
	same(t, "another ride over it is left", len(read()), 1)
	w.do(t, "delete_ride", ann, m{"id": more, "expectedVersion": 1})
	same(t, "none is left", len(read()), 0)
}

// TestErasedPerson: rides go with the person.
func TestErasedPerson(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	trail := w.trail(t, w.system(t, w.region(t)))
	w.ride(t, ann, trail, m{"ratings": l{rating("AIR", 1)}})
	kept := w.ride(t, bob, trail)
	if _, err := w.Owner.Exec(t.Context(), "DELETE FROM wiki.person WHERE subject = 'sub-ann'"); err != nil {
		t.Fatal(err)
	}
	var left []string
	if err := w.Owner.QueryRow(t.Context(), "SELECT array_agg(id::text) FROM wiki.ride").Scan(&left); err != nil {
		t.Fatal(err)
	}
	same(t, "what is left", left, []string{kept})
}
