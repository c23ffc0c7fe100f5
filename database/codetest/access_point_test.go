package codetest

import "testing"

func (w wiki) accessPoint(t testing.TB, actor m, system string, more ...m) string {
	t.Helper()
	id, _ := w.do(t, "create_access_point", actor, with(m{"name": "Old Mill", "kind": "PARKING", "systemIds": l{system}}, more...))
	return id
}

func names(list any) (found l) {
	for _, v := range list.([]any) {
		found = append(found, v.(m)["name"])
	}
	return found
}

// TestAccessPointHere holds where an access point shows: at its systems, at the routes that
// start there, and they at it.
func TestAccessPointHere(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	system, other := w.system(t, region), w.system(t, region, m{"name": "Far Away"})
	mill := w.accessPoint(t, ann, system, m{"spaces": 0, "position": m{"lat": 1.5, "lon": 2}, "tagline": "By the mill."})
	station := w.accessPoint(t, bob, other, m{"name": "Halt", "kind": "STATION", "systemIds": l{other, system}})
	route := w.route(t, system, m{"accessPointIds": l{station, mill}})
	same(t, "at the system", names(w.nested(t, "system_access_points", system, anonymous)), l{"Halt", "Old Mill"})
	same(t, "at the other", names(w.nested(t, "system_access_points", other, anonymous)), l{"Halt"})
	same(t, "of the route", names(w.nested(t, "route_access_points", route, anonymous)), l{"Halt", "Old Mill"})
	same(t, "starting there", names(w.nested(t, "access_point_routes", mill, anonymous)), l{"The Tour"})
	same(t, "leading to", names(w.nested(t, "access_point_systems", station, anonymous)), l{"Far Away", "Red Rocks"})
	read := w.read(t, "access_points", mill, anonymous)
	same(t, "as it is", l{read["spaces"], read["position"], read["tagline"]}, l{0.0, m{"lat": 1.5, "lon": 2.0}, "By the mill."})

	// What is different there is told at the system and the route too.
	w.notice(t, ann, mill, m{"body": "Shut for the market."})
	for what, id := range map[string]string{"point": mill, "system": system, "route": route} {
		list := w.nested(t, "entity_notices", id, anonymous).([]any)
		if len(list) != 1 || list[0].(m)["subjectName"] != "Old Mill" {
			t.Errorf("notices of the %s: %v", what, list)
		}
	}
	same(t, "elsewhere", len(w.nested(t, "entity_notices", other, anonymous).([]any)), 0)
	tip, _ := w.do(t, "create_tip", ann, m{"subjectId": mill, "kind": "PARKING", "body": "Behind the barn."})
	same(t, "a tip about it", w.read(t, "tips", tip, anonymous)["subjectKind"], "ACCESS_POINT")
	w.refused(t, "create_tip", ann, m{"subjectId": region, "kind": "TIP", "body": "Nice region."}, "InvalidInput")
}

// TestAccessPointVisibility holds that it never tells where something lies whose name only
// is public, and that what is said about it goes with it.
func TestAccessPointVisibility(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	open, secret := w.system(t, region), w.system(t, region, m{"name": "Cove"})
	mill := w.accessPoint(t, ann, open, m{"systemIds": l{open, secret}, "position": m{"lat": 1.5, "lon": 2}, "directions": "Past the weir."})
	lonely := w.route(t, secret, m{"name": "Quiet", "accessPointIds": l{mill}})
	w.do(t, "update_system", moderator, m{"id": secret, "expectedVersion": 1, "visibility": "NAME_ONLY"})
	w.do(t, "update_route", moderator, m{"id": lonely, "expectedVersion": 1, "visibility": "NAME_ONLY"})
	same(t, "leads to, for all", names(w.nested(t, "access_point_systems", mill, anonymous)), l{"Red Rocks"})
	same(t, "ids, for all", w.nested(t, "access_point_system_ids", mill, anonymous), l{open})
	same(t, "leads to, for a moderator", names(w.nested(t, "access_point_systems", mill, moderator)), l{"Red Rocks", "Cove"})
	same(t, "rides, for all", len(w.nested(t, "access_point_routes", mill, anonymous).([]any)), 0)
	w.refused(t, "create_access_point", ann, m{"name": "Steps", "kind": "TRAILHEAD", "systemIds": l{secret}}, "Unauthorized")
	w.do(t, "create_access_point", moderator, m{"name": "Steps", "kind": "TRAILHEAD", "systemIds": l{secret}})
	w.do(t, "update_system", moderator, m{"id": secret, "expectedVersion": 2, "visibility": "HIDDEN"})
	w.refused(t, "create_access_point", bob, m{"name": "Steps", "kind": "TRAILHEAD", "systemIds": l{secret}}, "InvalidInput")

	tip, _ := w.do(t, "create_tip", bob, m{"subjectId": mill, "kind": "TIP", "body": "The weir is fun."})
	w.do(t, "update_access_point", moderator, m{"id": mill, "expectedVersion": 2, "visibility": "NAME_ONLY"})
	read := w.read(t, "access_points", mill, anonymous)
	same(t, "only its name", l{read["name"], read["position"], read["directions"]}, l{"Old Mill", nil, nil})
	same(t, "the tip about it", w.read(t, "tips", tip, anonymous), m(nil))
	if nodes, _ := w.search(t, anonymous, "weir"); len(nodes) != 0 {
		t.Errorf("search tells of %v", nodes)
	}
	if nodes, _ := w.search(t, anonymous, "mill"); len(nodes) != 1 || nodes[0]["kind"] != "ACCESS_POINT" {
		t.Errorf("search by its name: %v", nodes)
	}
	// A rider proposes what moves it or leads it elsewhere.
	w.refused(t, "update_access_point", ann, m{"id": mill, "expectedVersion": 3, "systemIds": l{open}}, "ProposalRequired")
	w.refused(t, "update_access_point", ann, m{"id": mill, "expectedVersion": 3, "directions": "Left."}, "ProposalRequired")
}

// TestAccessPointBadInput holds what is refused, whole.
func TestAccessPointBadInput(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	trail := w.trail(t, system)
	for what, more := range map[string]m{
		"no system": {"systemIds": l{}}, "a trail for a system": {"systemIds": l{trail}}, "the same twice": {"systemIds": l{system, system}},
		"a kind that isn't": {"kind": "PIER"}, "fewer than none": {"spaces": -1}, "half a position": {"position": m{"lat": 1}},
		"a pole beyond": {"position": m{"lat": 91, "lon": 0}}, "no facility": {"facilities": l{"casino"}}, "no name": {"name": " "},
	} {
		t.Run(what, func(t *testing.T) {
			w.refused(t, "create_access_point", ann, with(m{"name": "Old Mill", "kind": "PARKING", "systemIds": l{system}}, more), "InvalidInput")
		})
	}
	w.refused(t, "update_route", ann, m{"id": w.route(t, system), "expectedVersion": 1, "accessPointIds": l{trail}}, "InvalidInput")
	same(t, "made", w.inner(t, "SELECT count(*) FROM wiki.access_point"), 0)
}

func (w wiki) uplift(t testing.TB, actor m, system string, more ...m) string {
	t.Helper()
	id, _ := w.do(t, "create_uplift", actor, with(m{"name": "Mill Shuttle", "kind": "SHUTTLE", "systemIds": l{system}}, more...))
	return id
}

// TestUpliftHere holds where an uplift shows, what is unknown, and that a change of when it
// runs needs nobody's leave.
func TestUpliftHere(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	mill, top := w.accessPoint(t, ann, system), w.accessPoint(t, ann, system, m{"name": "Top", "kind": "TRAILHEAD"})
	up := w.uplift(t, ann, system, m{"fromId": mill, "toId": top, "takesEBikes": false,
		"runs": l{m{"months": l{9, 5}, "weekdays": l{}, "lastRide": "16:30"}}, "prices": l{m{"title": "Day", "amount": 30.50, "currency": "eur"}, m{"title": "Children", "amount": 0, "currency": "EUR"}}})
	same(t, "at the system", names(w.nested(t, "system_uplifts", system, anonymous)), l{"Mill Shuttle"})
	for what, id := range map[string]string{"below": mill, "above": top} {
		same(t, what, names(w.nested(t, "access_point_uplifts", id, anonymous)), l{"Mill Shuttle"})
	}
	same(t, "from", w.nested(t, "uplift_from", up, anonymous).(m)["name"], "Old Mill")
	same(t, "runs", w.nested(t, "uplift_runs", up, anonymous), l{m{"months": l{5.0, 9.0}, "weekdays": l{}, "hours": nil, "lastRide": "16:30", "note": nil}})
	same(t, "prices", w.nested(t, "uplift_prices", up, anonymous), l{m{"title": "Day", "amount": 30.5, "currency": "EUR"}, m{"title": "Children", "amount": 0.0, "currency": "EUR"}})
	read := w.read(t, "uplifts", up, anonymous)
	same(t, "unknown stays unknown", l{read["takesEBikes"], read["takesAdaptiveBikes"], read["validUntil"]}, l{false, nil, nil})
	w.do(t, "update_uplift", bob, m{"id": up, "expectedVersion": 1, "prices": nil, "validUntil": "2027-05-01"})
	same(t, "nobody knows the price", w.nested(t, "uplift_prices", up, anonymous), l{})
	// Nothing changed, nothing recorded.
	w.do(t, "update_uplift", bob, m{"id": up, "expectedVersion": 2, "runs": l{m{"months": l{5, 9}, "weekdays": l{}, "lastRide": "16:30"}}})
	same(t, "versions", version(t, w, up), 2)
	route := w.route(t, system, m{"legs": l{m{"kind": "UPLIFT", "upliftId": up}}})
	leg := func() any { return w.nested(t, "route_legs", route, anonymous).([]any)[0].(m)["uplift"] }
	same(t, "the leg's", leg().(m)["name"], "Mill Shuttle")
	w.refused(t, "create_route", ann, m{"name": "Wrong", "shape": "LOOP", "systemIds": l{system}, "legs": l{m{"kind": "PUSH", "upliftId": up}}}, "InvalidInput")
	w.refused(t, "create_route", ann, m{"name": "Wrong", "shape": "LOOP", "systemIds": l{system}, "legs": l{m{"kind": "UPLIFT", "upliftId": mill}}}, "InvalidInput")
	w.do(t, "update_route", ann, m{"id": route, "expectedVersion": 1, "purpose": "To be carried.", "legs": l{m{"kind": "UPLIFT", "upliftId": up}}})
	w.do(t, "update_uplift", moderator, m{"id": up, "expectedVersion": 2, "visibility": "NAME_ONLY"})
	same(t, "the leg's, when only its name is told", leg(), nil)
	w.do(t, "update_uplift", moderator, m{"id": up, "expectedVersion": 3, "visibility": "PUBLIC"})
	if nodes, _ := w.search(t, anonymous, "shuttle"); len(nodes) != 1 || nodes[0]["kind"] != "UPLIFT" {
		t.Errorf("search: %v", nodes)
	}
}

// TestUpliftVisibility holds that where it stops isn't told when its name only, or that of
// the stop, is public.
func TestUpliftVisibility(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	mill := w.accessPoint(t, ann, system)
	up := w.uplift(t, ann, system, m{"fromId": mill, "toPlace": "The quarry", "description": "Past the quarry."})
	w.do(t, "update_access_point", moderator, m{"id": mill, "expectedVersion": 1, "visibility": "HIDDEN"})
	same(t, "a hidden stop", w.nested(t, "uplift_from", up, bob), nil)
	w.do(t, "update_access_point", moderator, m{"id": mill, "expectedVersion": 2, "visibility": "PUBLIC"})
	w.do(t, "update_uplift", moderator, m{"id": up, "expectedVersion": 2, "visibility": "NAME_ONLY"})
	same(t, "at its stop", len(w.nested(t, "access_point_uplifts", mill, anonymous).([]any)), 0)
	read := w.read(t, "uplifts", up, anonymous)
	same(t, "only its name", l{read["name"], read["fromId"], read["toPlace"], read["description"]}, l{"Mill Shuttle", nil, nil, nil})
	card := w.nested(t, "system_uplifts", system, anonymous).([]any)[0].(m)
	same(t, "its card", l{card["from"], card["toPlace"]}, l{nil, nil})
	if nodes, _ := w.search(t, anonymous, "quarry"); len(nodes) != 0 {
		t.Errorf("search tells of %v", nodes)
	}
	secret := w.system(t, w.region(t), m{"name": "Cove"})
	w.do(t, "update_system", moderator, m{"id": secret, "expectedVersion": 1, "visibility": "NAME_ONLY"})
	w.refused(t, "create_uplift", bob, m{"name": "Boat", "kind": "BOAT", "systemIds": l{secret}}, "Unauthorized")
}

// TestUpliftBadInput holds what is refused, whole.
func TestUpliftBadInput(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	mill := w.accessPoint(t, ann, system)
	price := func(more m) m { return m{"prices": l{with(m{"title": "Day", "amount": 30, "currency": "EUR"}, more)}} }
	for what, more := range map[string]m{
		"no uplift": {"kind": "NONE"}, "no system": {"systemIds": l{}}, "nowhere": {"fromId": system}, "back to where it was": {"fromId": mill, "toId": mill},
		"a month beyond": {"runs": l{m{"months": l{13}}}}, "hours in words": {"runs": l{m{"hours": "nine to five"}}}, "a last ride at 25": {"runs": l{m{"lastRide": "25:00"}}},
		"less than free": price(m{"amount": -1}), "too exact": price(m{"amount": 1.2345}), "beyond all means": price(m{"amount": 1e300}), "no amount": price(m{"amount": nil}), "no currency": price(m{"currency": "dollars"}),
		"a script": {"url": "javascript:alert(1)"}, "a day long gone": {"validUntil": "1066-10-14"},
	} {
		t.Run(what, func(t *testing.T) {
			w.refused(t, "create_uplift", ann, with(m{"name": "Mill Shuttle", "kind": "SHUTTLE", "systemIds": l{system}}, more), "InvalidInput")
		})
	}
	same(t, "made", w.inner(t, "SELECT count(*) FROM wiki.uplift"), 0)
}
