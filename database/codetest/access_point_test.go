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
