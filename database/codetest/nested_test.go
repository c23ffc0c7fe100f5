package codetest

import (
	"strings"
	"testing"
)

// Every writable nested field: what is written is read, in the schema's spelling
// and order; writing it again changes nothing; null clears it.
func TestNestedFields(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	system := w.system(t, region)
	trail := w.trail(t, system)
	other := w.trail(t, system, m{"name": "Other"})
	route := w.route(t, system)
	ids := map[string]string{"region": region, "system": system, "trail": trail, "route": route}

	tests := []struct {
		entity, field, read string
		value, want, empty  any
	}{
		{"region", "countries", "region_countries", l{"US", "NZ"}, l{"US", "NZ"}, l{}},
		{"region", "tags", "entity_tags", l{"desert", "rocky"}, l{"rocky", "desert"}, l{}},
		{"region", "localGrading", "entity_local_grading",
			l{m{"axis": "AIR", "offset": -1.5}, m{"axis": "TECHNICAL_CLIMBING", "offset": 0.5, "note": " hard "}},
			l{m{"axis": "TECHNICAL_CLIMBING", "offset": 0.5, "note": "hard"}, m{"axis": "AIR", "offset": -1.5, "note": nil}}, l{}},
		{"region", "facts", "entity_facts",
			l{m{"field": "name", "basis": "OFFICIAL", "source": "A map", "url": "https://example.org/", "date": "2026-11-25", "validUntil": nil, "licence": "CC0-1.0"}, m{"field": "*", "basis": "EDITORIAL_ESTIMATE"}},
			l{m{"field": "*", "basis": "EDITORIAL_ESTIMATE", "source": nil, "url": nil, "date": nil, "validUntil": nil, "licence": nil},
				m{"field": "name", "basis": "OFFICIAL", "source": "A map", "url": "https://example.org/", "date": "2026-11-25", "validUntil": nil, "licence": "CC0-1.0"}}, l{}},
		{"system", "subdivisions", "system_subdivisions", l{"US-UT", "US-CA"}, l{"US-UT", "US-CA"}, l{}},
		{"system", "styleMarks", "system_style_marks", l{m{"style": "FLOW", "mark": 5}, m{"style": "XC", "mark": 0}}, l{m{"style": "XC", "mark": 0.0}, m{"style": "FLOW", "mark": 5.0}}, l{}},
		{"system", "skillMarks", "system_skill_marks", l{m{"skill": "EXPERT", "mark": 3}}, l{m{"skill": "EXPERT", "mark": 3.0}}, l{}},
		{"system", "facilities", "entity_facilities", l{"water", "bike-shop"}, l{"bike-shop", "water"}, l{}},
		{"system", "season", "entity_season", l{m{"month": 12, "verdict": "CLOSED", "reason": "Snow", "basis": "LOCAL"}, m{"month": 5, "verdict": "GO", "basis": "EDITORIAL_ESTIMATE"}},
			l{m{"month": 5.0, "verdict": "GO", "reason": nil, "basis": "EDITORIAL_ESTIMATE"}, m{"month": 12.0, "verdict": "CLOSED", "reason": "Snow", "basis": "LOCAL"}}, l{}},
		{"system", "access", "entity_access",
			l{m{"bikeClass": "E_MTB_CLASS_1", "verdict": "FORBIDDEN", "months": l{7, 6, 6}, "weekdays": l{}, "hours": "07:00-19:00", "whenWet": true, "legalBasis": "Bylaw 3", "source": "Sign", "date": "2026-01-02"}, m{"bikeClass": "MTB", "verdict": "ALLOWED", "months": l{}, "weekdays": l{1}}},
			l{m{"bikeClass": "E_MTB_CLASS_1", "verdict": "FORBIDDEN", "months": l{6.0, 7.0}, "weekdays": l{}, "hours": "07:00-19:00", "whenWet": true, "legalBasis": "Bylaw 3", "source": "Sign", "date": "2026-01-02"},
				m{"bikeClass": "MTB", "verdict": "ALLOWED", "months": l{}, "weekdays": l{1.0}, "hours": nil, "whenWet": nil, "legalBasis": nil, "source": nil, "date": nil}}, l{}},
		{"system", "safety", "system_safety",
			m{"emergencyNumber": "911", "hazards": l{m{"kind": "FIRE", "months": l{8}}, m{"kind": "HEAT", "months": l{}, "note": "From noon"}}},
			m{"emergencyNumber": "911", "phoneCoverage": nil, "nearestHospital": nil, "bailOutPoints": nil, "water": nil,
				"hazards": l{m{"kind": "HEAT", "months": l{}, "note": "From noon"}, m{"kind": "FIRE", "months": l{8.0}, "note": nil}}}, nil},
		{"system", "links", "entity_links", l{m{"title": "B", "url": "https://b.example/"}, m{"title": "A", "url": "http://a.example/"}}, l{m{"title": "B", "url": "https://b.example/"}, m{"title": "A", "url": "http://a.example/"}}, l{}},
		{"trail", "difficulty", "trail_difficulty",
			l{m{"direction": "BACKWARD", "labels": l{m{"system": "imba", "label": "blue", "statedBy": "A sign"}}, "axes": l{}},
				m{"direction": "FORWARD", "labels": l{m{"system": "sts", "label": "S3", "statedBy": "Locals"}, m{"system": "uk", "label": "orange", "statedBy": "x"}},
					"axes": l{m{"axis": "AIR", "notApplicable": true, "basis": "LOCAL"}, m{"axis": "TECHNICAL_CLIMBING", "predominant": 2, "worst": 3.5, "notApplicable": false, "wetOffset": 0.5, "note": "Roots", "basis": "MEASURED"}}}},
			l{m{"direction": "FORWARD", "labels": l{m{"system": "sts", "label": "S3", "statedBy": "Locals"}, m{"system": "uk", "label": "orange", "statedBy": "x"}},
				"axes": l{m{"axis": "TECHNICAL_CLIMBING", "predominant": 2.0, "worst": 3.5, "notApplicable": false, "wetOffset": 0.5, "note": "Roots", "basis": "MEASURED"},
					m{"axis": "AIR", "predominant": nil, "worst": nil, "notApplicable": true, "wetOffset": nil, "note": nil, "basis": "LOCAL"}}},
				m{"direction": "BACKWARD", "labels": l{m{"system": "imba", "label": "blue", "statedBy": "A sign"}}, "axes": l{}}}, l{}},
		{"trail", "features", "trail_features",
			l{m{"atM": 120.5, "kind": "DROP", "name": "The Step", "sizeM": 1.5, "technical": 3, "consequence": 2.5, "mandatory": true, "bypass": "Left", "note": "Blind"}, m{"kind": "GATE", "mandatory": false}},
			l{m{"atM": 120.5, "kind": "DROP", "name": "The Step", "sizeM": 1.5, "technical": 3.0, "consequence": 2.5, "mandatory": true, "bypass": "Left", "note": "Blind"},
				m{"atM": nil, "kind": "GATE", "name": nil, "sizeM": nil, "technical": nil, "consequence": nil, "mandatory": false, "bypass": nil, "note": nil}}, l{}},
		{"trail", "junctions", "trail_junctions", l{m{"trailId": other, "atM": 900, "otherAtM": 10}, m{"trailId": other, "atM": 100, "otherAtM": 800}},
			l{m{"trailId": other, "atM": 900.0, "otherAtM": 10.0}, m{"trailId": other, "atM": 100.0, "otherAtM": 800.0}}, l{}},
		{"trail", "externalIds", "trail_external_ids", l{m{"scheme": "osm-way", "value": "1"}}, l{m{"scheme": "osm-way", "value": "1"}}, l{}},
	}
	for _, test := range tests {
		t.Run(test.entity+"."+test.field, func(t *testing.T) {
			id := ids[test.entity]
			update := "update_" + test.entity
			same(t, "at first", w.nested(t, test.read, id, anonymous), test.empty)
			v := version(t, w, id)
			_, set := w.do(t, update, moderator, m{"id": id, "expectedVersion": v, test.field: test.value})
			if set != v+1 {
				t.Errorf("version %d after %d", set, v)
			}
			same(t, "written", w.nested(t, test.read, id, anonymous), test.want)
			if _, again := w.do(t, update, moderator, m{"id": id, "expectedVersion": set, test.field: test.value}); again != set {
				t.Errorf("writing the same made version %d of %d", again, set)
			}
			if _, again := w.do(t, update, moderator, m{"id": id, "expectedVersion": set, test.field: test.want}); again != set {
				t.Errorf("writing what was read made version %d of %d", again, set)
			}
			if _, cleared := w.do(t, update, moderator, m{"id": id, "expectedVersion": set, test.field: nil}); cleared != set+1 {
				t.Errorf("clearing made version %d of %d", cleared, set)
			}
			same(t, "cleared", w.nested(t, test.read, id, anonymous), test.empty)
		})
	}
}

func TestNestedRefusals(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	system := w.system(t, region)
	trail := w.trail(t, system)
	route := w.route(t, system)
	ids := map[string]string{"region": region, "system": system, "trail": trail, "route": route}
	many := func(n int, v any) l {
		var all l
		for range n {
			all = append(all, v)
		}
		return all
	}
	profile := func(more m) l { return l{with(m{"direction": "FORWARD", "labels": l{}, "axes": l{}}, more)} }
	tests := []struct {
		entity, field string
		value         any
		says          string
	}{
		{"region", "countries", l{"US", "XX", "YY"}, "XX, YY"},
		{"region", "countries", "US", "must be a list of texts"},
		{"region", "countries", l{1}, "must be a list of texts"},
		{"region", "countries", m{}, "must be a list of texts"},
		{"region", "countries", l{"US", "US"}, "twice"},
		{"region", "tags", l{"soft"}, "soft"},
		{"region", "tags", many(21, "rooty"), "at most 20"},
		{"region", "localGrading", l{m{"axis": "AIR", "offset": 0.3}}, "-1.5 to +1.5"},
		{"region", "localGrading", l{m{"axis": "AIR", "offset": 2}}, "-1.5 to +1.5"},
		{"region", "localGrading", l{m{"axis": "AIR"}}, "localGrading[1].offset is required"},
		{"region", "localGrading", l{m{"axis": "LUCK", "offset": 1}}, "TECHNICAL_CLIMBING"},
		{"region", "localGrading", l{m{"axis": "AIR", "offset": 1}, m{"axis": "AIR", "offset": 0}}, "Each axis"},
		{"region", "localGrading", l{m{"axis": "AIR", "offset": 1, "colour": "red"}}, "localGrading[1].colour"},
		{"region", "localGrading", l{"AIR"}, "localGrading[1] must be an object"},
		{"region", "localGrading", many(9, m{"axis": "AIR", "offset": 1}), "at most 8"},
		{"region", "facts", l{m{"field": "name", "basis": "RUMOUR"}}, "MEASURED"},
		{"region", "facts", l{m{"field": "na me", "basis": "LOCAL"}}, "names a field"},
		{"region", "facts", l{m{"field": "name", "basis": "LOCAL", "url": "ftp://x"}}, "http"},
		{"region", "facts", l{m{"field": "name", "basis": "LOCAL", "date": "yesterday"}}, "such as 2026-11-25"},
		{"region", "facts", l{m{"field": "name", "basis": "LOCAL", "source": strings.Repeat("x", 201)}}, "200"},
		{"region", "facts", l{m{"field": "name", "basis": "LOCAL"}, m{"field": "name", "basis": "LOCAL"}}, "one basis"},
		{"system", "regionIds", l{}, "at least one"},
		{"system", "regionIds", nil, "at least one"},
		{"system", "regionIds", l{trail}, trail},
		{"system", "subdivisions", l{"US-XX"}, "US-XX"},
		{"system", "styleMarks", l{m{"style": "FLOW", "mark": 2.5}}, "whole number"},
		{"system", "styleMarks", l{m{"style": "FLOW", "mark": "3"}}, "whole number"},
		{"system", "styleMarks", l{m{"style": "SLOW", "mark": 3}}, "DOWNHILL"},
		{"system", "styleMarks", l{m{"style": "FLOW", "mark": -1}}, "between 0 and 5"},
		{"system", "skillMarks", l{m{"skill": "GOD", "mark": 3}}, "LEARNING"},
		{"system", "season", l{m{"month": 13, "verdict": "GO", "basis": "LOCAL"}}, "1 to 12"},
		{"system", "season", l{m{"month": 1, "verdict": "MAYBE", "basis": "LOCAL"}}, "RISKY"},
		{"system", "season", l{m{"month": 1, "verdict": "GO", "basis": "LOCAL"}, m{"month": 1, "verdict": "AVOID", "basis": "LOCAL"}}, "one verdict"},
		{"system", "season", l{m{"month": 1, "verdict": "GO", "basis": "LOCAL", "reason": strings.Repeat("x", 301)}}, "300"},
		{"system", "access", l{m{"bikeClass": "MTB", "verdict": "ALLOWED", "months": l{0}, "weekdays": l{}}}, "1 to 12"},
		{"system", "access", l{m{"bikeClass": "MTB", "verdict": "ALLOWED", "months": l{"May"}, "weekdays": l{}}}, "whole numbers"},
		{"system", "access", l{m{"bikeClass": "MTB", "verdict": "ALLOWED", "months": l{}, "weekdays": l{8}}}, "1 (Monday)"},
		{"system", "access", l{m{"bikeClass": "MTB", "verdict": "ALLOWED", "months": l{}, "weekdays": l{}, "hours": "day"}}, "07:00-19:00"},
		{"system", "access", l{m{"bikeClass": "CAR", "verdict": "ALLOWED", "months": l{}, "weekdays": l{}}}, "PEDELEC_25"},
		{"system", "access", l{m{"bikeClass": "MTB", "verdict": "ALLOWED", "whenWet": "yes"}}, "whenWet must be a boolean"},
		{"system", "safety", l{}, "must be an object"},
		{"system", "safety", m{"hazards": l{m{"kind": "LAVA"}}}, "GUARD_DOGS"},
		{"system", "safety", m{"hazards": "none"}, "must be a list"},
		{"system", "safety", m{"hazards": l{m{"kind": "HEAT", "months": l{13}}}}, "1 to 12"},
		{"system", "safety", m{"hazards": l{m{"kind": "HEAT"}, m{"kind": "HEAT"}}}, "once"},
		{"system", "safety", m{"water": strings.Repeat("x", 301)}, "too long"},
		{"system", "links", l{m{"title": "x", "url": "javascript:alert(1)"}}, "http"},
		{"system", "links", l{m{"title": "", "url": "https://x.example/"}}, "1 to 120"},
		{"trail", "difficulty", profile(m{"direction": "UP"}), "FORWARD"},
		{"trail", "difficulty", append(profile(nil), profile(nil)...), "two profiles"},
		{"trail", "difficulty", profile(m{"labels": l{m{"system": "imba", "label": "mauve", "statedBy": "x"}}}), "imba:mauve"},
		{"trail", "difficulty", profile(m{"labels": l{m{"system": "imba", "label": "blue", "statedBy": ""}}}), "who states it"},
		{"trail", "difficulty", profile(m{"axes": l{m{"axis": "AIR", "predominant": 6, "notApplicable": false, "basis": "LOCAL"}}}), "0 and 5"},
		{"trail", "difficulty", profile(m{"axes": l{m{"axis": "AIR", "predominant": 3, "worst": 2, "notApplicable": false, "basis": "LOCAL"}}}), "can't be easier"},
		{"trail", "difficulty", profile(m{"axes": l{m{"axis": "AIR", "predominant": 3, "notApplicable": true, "basis": "LOCAL"}}}), "has no marks"},
		{"trail", "difficulty", profile(m{"axes": l{m{"axis": "AIR", "predominant": "3", "notApplicable": false, "basis": "LOCAL"}}}), "predominant must be a number"},
		{"trail", "difficulty", profile(m{"axes": many(2, m{"axis": "AIR", "notApplicable": false, "basis": "LOCAL"})}), "once in a profile"},
		{"trail", "difficulty", profile(m{"axes": l{m{"axis": "AIR", "wetOffset": 3, "notApplicable": false, "basis": "LOCAL"}}}), "0 and 2"},
		{"trail", "features", l{m{"kind": "DROP"}}, "mandatory is required"},
		{"trail", "features", l{m{"kind": "CLIFF", "mandatory": true}}, "ROCK_GARDEN"},
		{"trail", "features", l{m{"kind": "DROP", "mandatory": true, "sizeM": 0}}, "more than 0"},
		{"trail", "features", l{m{"kind": "DROP", "mandatory": true, "atM": -1}}, "from the start"},
		{"trail", "features", many(61, m{"kind": "DROP", "mandatory": true}), "at most 60"},
		{"trail", "junctions", l{m{"trailId": system, "atM": 1, "otherAtM": 1}}, system},
		{"trail", "junctions", l{m{"trailId": "x", "atM": 1, "otherAtM": 1}}, "must be an id"},
		{"trail", "junctions", l{m{"trailId": trail, "atM": 1, "otherAtM": 1}}, "two different trails"},
		{"trail", "externalIds", l{m{"scheme": "fax", "value": "1"}}, "osm-way"},
		{"trail", "externalIds", l{m{"scheme": "osm-way", "value": "../1"}}, "1 to 80"},
		{"trail", "systemIds", l{uuid(1)}, uuid(1)},
		{"trail", "closedUntil", "2027-01-01", "CLOSED_UNTIL"},
		{"trail", "flow", 5.5, "0 and 5"},
		{"trail", "flow", "fast", "fast"},
		{"trail", "gates", true, "wrong form"},
		{"route", "legs", l{m{"kind": "TRAIL"}}, "names its trail"},
		{"route", "legs", l{m{"kind": "TRAIL", "trailId": uuid(2)}}, uuid(2)},
		{"route", "legs", l{m{"kind": "TRAIL", "trailId": trail, "fromM": 5, "toM": 5}}, "one distance"},
		{"route", "legs", l{m{"kind": "FLIGHT"}}, "CONNECTOR"},
		{"route", "legs", l{m{"kind": "PUSH", "trail": trail}}, "legs[1].trail"},
		{"route", "legs", many(41, m{"kind": "PUSH"}), "at most 40"},
		{"route", "minutesLow", 100000, "10,000"},
	}
	for _, test := range tests {
		id := ids[test.entity]
		o := w.call(t, "update_"+test.entity, moderator, m{"id": id, "expectedVersion": version(t, w, id), test.field: test.value})
		switch {
		case o.OK:
			t.Errorf("%s %s = %s was accepted", test.entity, test.field, text(test.value))
		case o.Type != "InvalidInput":
			t.Errorf("%s %s = %s: %s: %s", test.entity, test.field, text(test.value), o.Type, o.Message)
		case !strings.Contains(o.Message, test.says):
			t.Errorf("%s %s = %s: message %q doesn't say %q", test.entity, test.field, text(test.value), o.Message, test.says)
		case strings.Contains(o.Message, "violates") || strings.Contains(o.Message, "wiki."):
			t.Errorf("%s %s: message for people: %q", test.entity, test.field, o.Message)
		}
	}
}

func TestCommonLabel(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	trail := w.trail(t, w.system(t, w.region(t)))
	label := func() any { return w.read(t, "trails", trail, anonymous)["commonLabel"] }
	set := func(labels ...l) {
		t.Helper()
		var profiles l
		for i, of := range labels {
			var stated l
			for _, s := range of {
				system, name, _ := strings.Cut(s.(string), ":")
				stated = append(stated, m{"system": system, "label": name, "statedBy": "x"})
			}
			profiles = append(profiles, m{"direction": l{"FORWARD", "BACKWARD", "EITHER"}[i], "labels": stated, "axes": l{}})
		}
		w.do(t, "update_trail", ann, m{"id": trail, "expectedVersion": version(t, w, trail), "difficulty": profiles})
	}
	same(t, "without labels", label(), nil)
	set(l{"imba:green", "imba:blue"})
	same(t, "the hardest", label(), "blue")
	set(l{"imba:green"}, l{"sts:S3"})
	same(t, "of any direction and system", label(), "black")
	set(l{"uk:orange"})
	same(t, "a label that stands apart", label(), nil)
	set(l{"imba:green"})
	set()
	same(t, "cleared", label(), nil)
}

func TestCardsAndCounts(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	first, second := w.region(t, m{"name": "Zed"}), w.region(t, m{"name": "Alpha"})
	system := w.system(t, first, m{"regionIds": l{first, second}})
	names := func(function, id string, actor m) (all l) {
		t.Helper()
		for _, c := range w.nested(t, function, id, actor).(l) {
			all = append(all, c.(m)["name"])
		}
		return all
	}
	same(t, "regions in their order", names("system_regions", system, anonymous), l{"Zed", "Alpha"})
	same(t, "their ids", w.nested(t, "system_region_ids", system, anonymous), l{first, second})
	same(t, "systems of a region", names("region_systems", second, anonymous), l{"Red Rocks"})
	b, a, c := w.trail(t, system, m{"name": "Bee"}), w.trail(t, system, m{"name": "Ant"}), w.trail(t, system, m{"name": "Cat"})
	w.do(t, "update_trail", moderator, m{"id": c, "expectedVersion": 1, "visibility": "HIDDEN"})
	w.do(t, "archive_trail", moderator, m{"id": a, "expectedVersion": 1})
	same(t, "trails anyone sees", names("system_trails", system, anonymous), l{"Bee"})
	same(t, "trails a moderator sees", names("system_trails", system, moderator), l{"Bee", "Cat"})
	same(t, "count for anyone", w.nested(t, "system_trail_count", system, anonymous), 1.0)
	same(t, "count for a moderator", w.nested(t, "system_trail_count", system, moderator), 2.0)
	w.route(t, system, m{"legs": l{m{"kind": "TRAIL", "trailId": b}}})
	same(t, "routes", names("system_routes", system, anonymous), l{"The Tour"})
	same(t, "count of routes", w.nested(t, "system_route_count", system, anonymous), 1.0)
	card := w.nested(t, "system_trails", system, anonymous).(l)[0].(m)
	same(t, "a card's id and slug", l{card["id"], card["slug"]}, l{b, "bee"})
}

func TestRouteLegs(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	a, b, c := w.trail(t, system, m{"name": "A"}), w.trail(t, system, m{"name": "B"}), w.trail(t, system, m{"name": "C"})
	w.do(t, "update_trail", moderator, m{"id": a, "expectedVersion": 1, "junctions": l{m{"trailId": b, "atM": 10, "otherAtM": 0}}})
	w.do(t, "update_trail", moderator, m{"id": c, "expectedVersion": 1, "junctions": l{m{"trailId": b, "atM": 0, "otherAtM": 90}}})
	split := func(legs ...any) (all l) {
		t.Helper()
		route := w.route(t, system, m{"legs": legs})
		for i, leg := range w.nested(t, "route_legs", route, anonymous).(l) {
			if n := leg.(m)["position"]; n != float64(i+1) {
				t.Errorf("leg %d has position %v", i+1, n)
			}
			all = append(all, leg.(m)["canSplit"])
		}
		return all
	}
	on := func(trail string) m { return m{"kind": "TRAIL", "trailId": trail, "direction": "FORWARD"} }
	same(t, "a, b, c", split(on(a), on(b), on(c)), l{true, true, true})
	same(t, "a, c", split(on(a), on(c)), l{false, false})
	same(t, "a, b, connector", split(on(a), on(b), m{"kind": "CONNECTOR"}), l{true, false, false})
	same(t, "a alone", split(on(a)), l{false})

	route := w.route(t, system, m{"legs": l{m{"kind": "TRAIL", "trailId": a, "fromM": 5.5, "toM": 100, "purpose": "Warm up", "notes": "n", "alternatives": "alt"}, m{"kind": "PUSH"}}})
	legs := w.nested(t, "route_legs", route, anonymous).(l)
	first := legs[0].(m)
	same(t, "trail of the leg", first["trail"].(m)["name"], "A")
	delete(first, "trail")
	same(t, "leg", first, m{"position": 1.0, "kind": "TRAIL", "fromM": 5.5, "toM": 100.0, "direction": "FORWARD", "purpose": "Warm up", "notes": "n", "alternatives": "alt", "canSplit": false, "uplift": nil})
	same(t, "leg without a trail", legs[1].(m)["trail"], nil)
	w.do(t, "update_trail", moderator, m{"id": a, "expectedVersion": version(t, w, a), "visibility": "HIDDEN"})
	same(t, "leg on a hidden trail", w.nested(t, "route_legs", route, anonymous).(l)[0].(m)["trail"], nil)
}

// Of a place whose name alone is public, the nested parts tell nothing either.
func TestNameOnly(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	other := w.trail(t, system, m{"name": "Neighbour"})
	trail := w.trail(t, system, m{
		"access":      l{m{"bikeClass": "MTB", "verdict": "FORBIDDEN", "months": l{}, "weekdays": l{}}},
		"features":    l{m{"kind": "DROP", "mandatory": true, "atM": 4}},
		"junctions":   l{m{"trailId": other, "atM": 10, "otherAtM": 0}},
		"externalIds": l{m{"scheme": "osm-way", "value": "77"}},
	})
	w.do(t, "update_trail", moderator, m{"id": other, "expectedVersion": 1, "junctions": l{m{"trailId": trail, "atM": 0, "otherAtM": 10}}})
	w.do(t, "set_trail_line", ann, m{"id": trail, "expectedVersion": 1, "coordinates": l{l{1, 1}, l{1.001, 1}}})
	readers := []string{"entity_access", "trail_features", "trail_junctions", "trail_external_ids"}
	for _, f := range readers {
		if got := w.nested(t, f, trail, anonymous).(l); len(got) != 1 {
			t.Errorf("%s of a public trail: %v", f, got)
		}
	}
	w.do(t, "update_trail", moderator, m{"id": trail, "expectedVersion": version(t, w, trail), "visibility": "NAME_ONLY"})
	for _, f := range readers {
		same(t, f, w.nested(t, f, trail, anonymous), l{})
		if got := w.nested(t, f, trail, moderator).(l); len(got) != 1 {
			t.Errorf("%s for a moderator: %v", f, got)
		}
	}
	same(t, "hasLine", w.nested(t, "trail_has_line", trail, anonymous), false)
	same(t, "hasLine for a moderator", w.nested(t, "trail_has_line", trail, moderator), true)
	same(t, "junctions of the neighbour", w.nested(t, "trail_junctions", other, anonymous), l{})
	if n := len(w.rows(t, "SELECT CAST(coordinates AS text)::json->>0 FROM api.trail_line_page(CAST($1 AS jsonb), CAST($2 AS uuid), false, NULL, NULL)", text(anonymous), trail)); n != 0 {
		t.Errorf("%d pages of its line", n)
	}
	if n := len(w.rows(t, "SELECT NULL FROM api.system_line_page(CAST($1 AS jsonb), CAST($2 AS uuid), NULL)", text(anonymous), system)); n != 0 {
		t.Errorf("%d lines on the system's map", n)
	}
	for _, r := range w.rows(t, "SELECT CAST(node AS text) FROM api.revision_list(CAST($1 AS jsonb), CAST($2 AS uuid), 50, NULL)", text(anonymous), trail) {
		if r["content"] != nil || r["redactedReason"] == nil {
			t.Errorf("revision %v shows its content", r["number"])
		}
	}
	// Nor does trying values: neither the present one nor another is told apart.
	for _, value := range []any{l{m{"kind": "DROP", "mandatory": true, "atM": 4}}, l{}} {
		o := w.refused(t, "update_trail", bob, m{"id": trail, "expectedVersion": version(t, w, trail), "features": value}, "ProposalRequired")
		same(t, "fields", o.Data, m{"fields": l{"features"}})
	}
	w.do(t, "create_proposal", bob, m{"entityId": trail, "baseVersion": 1, "patch": m{"externalIds": l{m{"scheme": "osm-way", "value": "77"}}}})
	w.do(t, "withdraw_proposal", bob, m{"id": w.rows(t, "SELECT CAST(node AS text) FROM api.proposal_list(CAST($1 AS jsonb), NULL, NULL, 1, NULL)", text(bob))[0]["id"]})
	w.do(t, "create_proposal", bob, m{"entityId": trail, "baseVersion": 1, "patch": m{"lengthM": 100}})
	for actor, want := range map[string]int{text(anonymous): 0, text(ann): 0, text(bob): 2, text(moderator): 2} {
		if n := len(w.rows(t, "SELECT CAST(node AS text) FROM api.proposal_list(CAST($1 AS jsonb), CAST($2 AS uuid), NULL, 50, NULL)", actor, trail)); n != want {
			t.Errorf("%s sees %d proposals, want %d", actor, n, want)
		}
	}
}

func TestTipParts(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	tip, _ := w.do(t, "create_tip", bob, m{"subjectId": system, "kind": "TIP", "body": "Park at the school."})
	same(t, "subject", w.nested(t, "tip_subject_name", tip, anonymous), "Red Rocks")
	same(t, "author", w.nested(t, "tip_author", tip, anonymous).(m)["name"], "bob")
	w.do(t, "update_system", moderator, m{"id": system, "expectedVersion": 1, "visibility": "HIDDEN"})
	same(t, "hidden subject", w.nested(t, "tip_subject_name", tip, anonymous), "(not shown)")
}

// A tip about a place that isn't shown would show it.
func TestTipsFollowTheirSubject(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	tip, _ := w.do(t, "create_tip", bob, m{"subjectId": system, "kind": "TIP", "body": "Park at the waterfall."})
	for i, visibility := range []string{"NAME_ONLY", "PUBLIC", "HIDDEN", "PUBLIC_WITH_WARNING"} {
		w.do(t, "update_system", moderator, m{"id": system, "expectedVersion": i + 1, "visibility": visibility})
		shown := visibility != "NAME_ONLY" && visibility != "HIDDEN"
		if got := w.read(t, "tips", tip, anonymous) != nil; got != shown {
			t.Errorf("subject %s: anyone reads the tip: %v", visibility, got)
		}
		if nodes, _ := w.search(t, anonymous, "waterfall"); (len(nodes) == 1) != shown {
			t.Errorf("subject %s: %d finds", visibility, len(nodes))
		}
		if nodes, _ := w.revisions(t, anonymous, tip, 5, nil); (len(nodes) == 1) != shown {
			t.Errorf("subject %s: %d revisions", visibility, len(nodes))
		}
		if w.read(t, "tips", tip, bob) == nil {
			t.Errorf("subject %s: the author can't read his tip", visibility)
		}
	}
	w.do(t, "update_system", moderator, m{"id": system, "expectedVersion": 5, "visibility": "NAME_ONLY"})
	tip, _ = w.do(t, "create_tip", moderator, m{"subjectId": system, "kind": "TIP", "body": "Behind the church."})
	if w.read(t, "tips", tip, bob) != nil {
		t.Error("a new tip about a hidden place is read by others")
	}
}
