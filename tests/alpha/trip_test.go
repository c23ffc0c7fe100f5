package alpha

import (
	"fmt"
	"strings"
	"testing"
)

// A trip is its rider's, and by the link whoever has it reads the plan: without the
// members unless he chose so, without what the reader may not see, and not for longer
// than he wants.
func TestSharedTrips(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, mod := w.Rider("ann"), w.Moderator("mod")
	const read = `query($id: ID!) { trip(id: $id) { title shared sharesMembers version members { nickname childrenAges } days { systemIds systems { name } routes { name } } changes { entityKind name placeName versions } } myTrips { totalCount nodes { id dayCount memberCount shared } } }`
	r := ann.OK(read, map[string]any{"id": w.trip})
	if r.Get("trip", "members", 0, "nickname") != "Kuno" || r.Get("trip", "days", 0, "systems", 0, "name") != "Test Hills" || r.Get("myTrips", "nodes", 0, "memberCount") != 1.0 || r.Get("trip", "shared") != false {
		t.Fatalf("her own: %s", r.Raw)
	}
	for _, role := range []string{"other", "moderator", "admin"} {
		if r := w.caller(role).OK(read, map[string]any{"id": w.trip}); r.Get("trip") != nil || r.Get("myTrips", "totalCount") != 0.0 {
			t.Errorf("%s reads %s", role, r.Raw)
		}
	}
	if r := w.Anonymous().Do(`query($id: ID!) { trip(id: $id) { id } }`, map[string]any{"id": w.trip}); r.Err() != unauthorized {
		t.Errorf("anonymous: %s", r.Raw)
	}
	const shared = `query($t: String!) { sharedTrip(token: $t) { title memberCount members { nickname } days { systemIds systems { name } routeIds routes { name } } } }`
	share := func(version int, members bool) string {
		t.Helper()
		r := ann.OK(`mutation($i: ShareTripInput!) { shareTrip(input: $i) { id version token } }`, map[string]any{"i": map[string]any{"id": w.trip, "expectedVersion": version, "withMembers": members}})
		if r.Get("shareTrip", "version") != float64(version+1) {
			t.Errorf("%s", r.Raw)
		}
		return r.Get("shareTrip", "token").(string)
	}
	token := share(1, false)
	if len(token) != 64 {
		t.Errorf("token of %d characters", len(token))
	}
	var stored int
	if err := w.DB.Owner.QueryRow(t.Context(), "SELECT count(*) FROM wiki.trip t WHERE t::text LIKE '%' || $1 || '%'", token).Scan(&stored); err != nil || stored != 0 {
		t.Errorf("the token itself is stored in %d rows, %v", stored, err)
	}
	r = w.Anonymous().OK(shared, map[string]any{"t": token})
	if r.Get("sharedTrip", "title") != "Out" || r.Get("sharedTrip", "memberCount") != 1.0 || strings.Contains(string(r.Raw), "Kuno") || r.Get("sharedTrip", "days", 0, "routes", 0, "name") != "Round" {
		t.Errorf("by the link: %s", r.Raw)
	}
	// A place hidden since is no longer told, not even its id.
	mod.OK(`mutation($i: UpdateRouteInput!) { updateRoute(input: $i) { id } }`, map[string]any{"i": w.edit("route", w.route, map[string]any{"visibility": "HIDDEN"})})
	r = w.Anonymous().OK(shared, map[string]any{"t": token})
	if len(r.Get("sharedTrip", "days", 0, "routes").([]any)) != 0 || strings.Contains(string(r.Raw), w.route) {
		t.Errorf("of a hidden route: %s", r.Raw)
	}
	// Her plan keeps it, and can be changed without naming what she can't see anew.
	ann.OK(`mutation($i: UpdateTripInput!) { updateTrip(input: $i) { id } }`, map[string]any{"i": map[string]any{"id": w.trip, "expectedVersion": 2,
		"days": []any{map[string]any{"note": "Early.", "systemIds": []string{w.system}, "routeIds": []string{w.route}}}}})
	if r := ann.Do(`mutation($i: CreateTripInput!) { createTrip(input: $i) { id } }`, map[string]any{"i": map[string]any{"title": "Peek", "days": []any{map[string]any{"routeIds": []string{w.route}}}}}); r.Err() != "InvalidInput" {
		t.Errorf("a plan with what nobody sees: %s", r.Raw)
	}
	second := share(3, true)
	if r := w.Anonymous().OK(shared, map[string]any{"t": token}); r.Get("sharedTrip") != nil {
		t.Errorf("the earlier link still leads to %s", r.Raw)
	}
	if r := w.Anonymous().OK(shared, map[string]any{"t": second}); r.Get("sharedTrip", "members", 0, "nickname") != "Kuno" {
		t.Errorf("with its members: %s", r.Raw)
	}
	ann.OK(`mutation($i: UnshareTripInput!) { unshareTrip(input: $i) { shared } }`, map[string]any{"i": map[string]any{"id": w.trip, "expectedVersion": 4}})
	for _, bad := range []string{second, strings.Repeat("0", 64)} {
		if r := w.Anonymous().OK(shared, map[string]any{"t": bad}); r.Get("sharedTrip") != nil {
			t.Errorf("taken back, and still %s", r.Raw)
		}
	}
	third := share(5, false)
	ann.OK(`mutation($i: ArchiveTripInput!) { archiveTrip(input: $i) { id } }`, map[string]any{"i": map[string]any{"id": w.trip, "expectedVersion": 6}})
	if r := w.Anonymous().OK(shared, map[string]any{"t": third}); r.Get("sharedTrip") != nil {
		t.Errorf("put away, and still %s", r.Raw)
	}
	if r := w.Anonymous().Do(shared, map[string]any{"t": "' OR 1=1 --"}); r.Err() != "InvalidInput" || strings.Contains(string(r.Raw), "OR 1") {
		t.Errorf("no token: %s", r.Raw)
	}
}

// What changed since is told of the places of the plan, of their trails and of notices
// about them, once, until it was looked at.
func TestTripChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bea := w.Rider("ann"), w.Rider("bea")
	changes := func() []any {
		t.Helper()
		return ann.OK(`query($id: ID!) { trip(id: $id) { changes { entityKind entityId name placeKind placeId placeName versions comment } } }`, map[string]any{"id": w.trip}).Get("trip", "changes").([]any)
	}
	if got := changes(); len(got) != 0 {
		t.Fatalf("nothing happened, and %v", got)
	}
	for i := range 2 {
		bea.OK(`mutation($i: UpdateSystemInput!) { updateSystem(input: $i) { id } }`, map[string]any{"i": w.edit("system", w.system, map[string]any{"tagline": fmt.Sprint("Better ", i), "comment": fmt.Sprint("Change ", i)})})
	}
	w.make(bea, "SeasonalNotice", map[string]any{"subjectId": w.route, "kind": "CLOSURE", "severity": "CRITICAL", "body": "The bridge is shut.", "startsOn": "2026-01-01"})
	w.make(bea, "SeasonalNotice", map[string]any{"subjectId": w.second, "kind": "CLOSURE", "severity": "CRITICAL", "body": "Not on the way.", "startsOn": "2026-01-01"})
	got := changes()
	if len(got) != 2 {
		t.Fatalf("%v", got)
	}
	notice, system := got[0].(map[string]any), got[1].(map[string]any)
	if notice["entityKind"] != "SEASONAL_NOTICE" || notice["placeName"] != "Round" || notice["name"] != "The bridge is shut." || system["placeId"] != w.system || system["versions"] != 2.0 || system["comment"] != "Change 1" {
		t.Errorf("%v", got)
	}
	ann.OK(`mutation($i: LookAtTripInput!) { lookAtTrip(input: $i) { id } }`, map[string]any{"i": map[string]any{"id": w.trip}})
	if got := changes(); len(got) != 0 {
		t.Errorf("looked at, and still %v", got)
	}
	// What only moderators see is no news.
	w.Moderator("mod").OK(`mutation($i: UpdateRouteInput!) { updateRoute(input: $i) { id } }`, map[string]any{"i": w.edit("route", w.route, map[string]any{"visibility": "HIDDEN"})})
	if got := changes(); len(got) != 0 {
		t.Errorf("of a hidden route: %v", got)
	}
}

// Bad input is refused whole, in words.
func TestTripRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.Rider("ann")
	days := func(n int, day map[string]any) (list []any) {
		for range n {
			list = append(list, day)
		}
		return list
	}
	member := func(m map[string]any) []any { return []any{m} }
	for name, test := range map[string]struct {
		input   map[string]any
		message string
	}{
		"no title":          {map[string]any{"title": "  "}, "1 to 120"},
		"ends before":       {map[string]any{"startsOn": "2027-05-02", "endsOn": "2027-05-01"}, "or later"},
		"an end alone":      {map[string]any{"endsOn": "2027-05-01"}, "first one"},
		"too many days":     {map[string]any{"days": days(22, map[string]any{})}, "at most 21"},
		"a long note":       {map[string]any{"days": days(1, map[string]any{"note": strings.Repeat("x", 501)})}, "500"},
		"too much in all":   {map[string]any{"days": days(21, map[string]any{"note": strings.Repeat("ä", 499)})}, "12,000"},
		"too many places":   {map[string]any{"days": days(21, map[string]any{"systemIds": []string{w.system}, "routeIds": []string{w.route}})}, "at most 40"},
		"no such system":    {map[string]any{"days": days(1, map[string]any{"systemIds": []string{w.trail}})}, w.trail},
		"a grown-up child":  {map[string]any{"members": member(map[string]any{"nickname": "Kuno", "childrenAges": []int{40}})}, "0 to 17"},
		"nobody's nickname": {map[string]any{"members": member(map[string]any{"nickname": " "})}, "nickname"},
		"a huge question":   {map[string]any{"question": map[string]any{"mustHave": []string{strings.Repeat("x", 4100)}}}, "4,000"},
	} {
		in := map[string]any{"title": "New"}
		for k, v := range test.input {
			in[k] = v
		}
		r := ann.Do(`mutation($i: CreateTripInput!) { createTrip(input: $i) { id } }`, map[string]any{"i": in})
		if r.Err() != "InvalidInput" || !strings.Contains(r.Errors[0].Message, test.message) {
			t.Errorf("%s: want a refusal with %q: %s", name, test.message, r.Raw)
		}
	}
	if n := ann.OK(`{ myTrips { totalCount } }`, nil).Get("myTrips", "totalCount"); n != 1.0 {
		t.Errorf("what was refused left %v trips", n)
	}
	// The largest that is taken can be read.
	full := days(20, map[string]any{"note": strings.Repeat("x", 400), "date": "2027-05-01", "systemIds": []string{w.system}, "routeIds": []string{w.route}})
	crowd := []any{}
	for range 12 {
		crowd = append(crowd, map[string]any{"nickname": strings.Repeat("k", 40), "skill": "EXPERT", "fitness": "ATHLETE", "childrenAges": []int{1, 2, 3, 4, 5, 6}, "adaptiveNeeds": strings.Repeat("n", 300)})
	}
	r := ann.OK(`mutation($i: CreateTripInput!) { createTrip(input: $i) { id days { systems { tagline } } members { nickname } } }`, map[string]any{"i": map[string]any{"title": strings.Repeat("t", 120), "days": full, "members": crowd}})
	if len(r.Get("createTrip", "days").([]any)) != 20 || len(r.Get("createTrip", "members").([]any)) != 12 {
		t.Errorf("%.300s", r.Raw)
	}
}
