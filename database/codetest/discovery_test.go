package codetest

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"testing"

	"pgregory.net/rapid"
)

func (w wiki) discover(t testing.TB, actor, question m) []m {
	t.Helper()
	return w.rows(t, "SELECT CAST(node AS text) FROM api.discover(CAST($1 AS jsonb), CAST($2 AS jsonb))", text(actor), text(question))
}

// names of the suggestions, then of the undescribed places after a bar.
func answered(nodes []m) l {
	all := l{}
	bar := false
	for _, n := range nodes {
		if n["kind"] == "UNDESCRIBED" && !bar {
			all, bar = append(all, "|"), true
		}
		all = append(all, n["system"].(m)["name"])
	}
	return all
}

func parts(node m) map[string]l {
	all := map[string]l{}
	for _, p := range node["parts"].([]any) {
		p := p.(m)
		all[p["name"].(string)] = l{p["points"], p["of"], p["asked"], p["known"]}
	}
	return all
}

// park makes a described system.
func (w wiki) park(t testing.TB, region, name string, more ...m) string {
	t.Helper()
	id, _ := w.do(t, "create_system", moderator, with(m{"name": name, "kind": "NETWORK", "regionIds": l{region}, "status": "USABLE"}, more...))
	return id
}

func TestDiscoverFilters(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	desert, bay := w.region(t, m{"name": "Desert", "countries": l{"US"}}), w.region(t, m{"name": "Bay", "countries": l{"NZ"}})
	at := func(lat, lon float64) m { return m{"position": m{"lat": lat, "lon": lon}} }
	moab := w.park(t, desert, "Moab", at(38.57, -109.55), m{"subdivisions": l{"US-UT"}, "tags": l{"rocky", "desert"},
		"access": l{m{"bikeClass": "E_MTB_CLASS_1", "verdict": "FORBIDDEN", "months": l{}, "weekdays": l{}}}})
	w.park(t, desert, "Tahoe", at(39.1, -120.0), m{"tags": l{"rocky"},
		"access": l{m{"bikeClass": "E_MTB_CLASS_1", "verdict": "FORBIDDEN", "months": l{7}, "weekdays": l{}}, m{"bikeClass": "ADAPTIVE", "verdict": "FORBIDDEN", "months": l{}, "weekdays": l{6}}}})
	w.park(t, bay, "Rotorua", at(-38.16, 176.27), m{"subdivisions": l{"NZ-BOP"}})
	w.park(t, bay, "Nowhere Known")
	w.park(t, bay, "Unwritten", m{"status": "STUB"}, at(-38.5, 176.3))
	w.park(t, desert, "Secret", m{"visibility": "HIDDEN"}, at(38.6, -109.5))
	w.park(t, desert, "Quiet", m{"visibility": "NAME_ONLY"}, at(38.6, -109.5))

	tests := []struct {
		name     string
		question m
		want     l
	}{
		{"anything", m{}, l{"Moab", "Nowhere Known", "Rotorua", "Tahoe", "|", "Unwritten"}},
		{"near Moab", m{"near": m{"lat": 38.57, "lon": -109.55}}, l{"Moab"}},
		{"near Moab, far", m{"near": m{"lat": 38.57, "lon": -109.55, "radiusKm": 1000}}, l{"Moab", "Tahoe"}},
		{"near Rotorua", m{"near": m{"lat": -38, "lon": 176, "radiusKm": 100}}, l{"Rotorua", "|", "Unwritten"}},
		{"a radius beyond bounds", m{"near": m{"lat": 38.57, "lon": -109.55, "radiusKm": 99999}}, l{"Moab", "Tahoe"}},
		{"in a region", m{"regionIds": l{bay}}, l{"Nowhere Known", "Rotorua", "|", "Unwritten"}},
		{"in no region", m{"regionIds": l{}}, l{"Moab", "Nowhere Known", "Rotorua", "Tahoe", "|", "Unwritten"}},
		{"in an unknown region", m{"regionIds": l{uuid(1), "x"}}, l{}},
		{"in a country, by subdivision or region", m{"countries": l{"US"}}, l{"Moab", "Tahoe"}},
		{"in countries", m{"countries": l{"NZ", "FJ"}}, l{"Nowhere Known", "Rotorua", "|", "Unwritten"}},
		{"given systems", m{"systemIds": l{moab, uuid(2)}}, l{"Moab"}},
		{"given systems elsewhere", m{"systemIds": l{moab}, "countries": l{"NZ"}}, l{}},
		{"must have", m{"mustHave": l{"rocky"}, "countries": l{"US"}}, l{"Moab", "Tahoe"}},
		{"must have both", m{"mustHave": l{"rocky", "desert"}}, l{"Moab", "|", "Unwritten"}},
		{"forbidden bike", m{"bikeClass": "E_MTB_CLASS_1", "countries": l{"US"}}, l{"Tahoe"}},
		{"forbidden in July", m{"bikeClass": "E_MTB_CLASS_1", "countries": l{"US"}, "month": 7}, l{}},
		{"forbidden on Saturdays", m{"bikeClass": "ADAPTIVE", "countries": l{"US"}}, l{"Moab", "Tahoe"}},
		{"the first", m{"first": 1}, l{"Moab", "|", "Unwritten"}},
	}
	for _, test := range tests {
		same(t, test.name, answered(w.discover(t, anonymous, test.question)), test.want)
	}
	same(t, "a moderator", answered(w.discover(t, moderator, m{"near": m{"lat": 38.57, "lon": -109.55}})), l{"Moab", "Quiet", "Secret"})
	near := w.discover(t, anonymous, m{"near": m{"lat": 38.57, "lon": -109.55, "radiusKm": 1000}})
	same(t, "distances", l{near[0]["distanceKm"], near[1]["distanceKm"]}, l{0.0, math.Round(distance(38.57, -109.55, 39.1, -120)*10) / 10})
	same(t, "considered", near[0]["considered"], 2.0)
	only := w.discover(t, anonymous, m{"near": m{"lat": -38.5, "lon": 176.3, "radiusKm": 1}})
	same(t, "only undescribed", l{answered(only), only[0]["considered"], only[0]["distanceKm"]}, l{l{"|", "Unwritten"}, 0.0, 0.0})
}

// Whatever changes, what discovery weighs is what a fresh look at the tables says.
func TestDiscoveryDocumentFollows(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	us, nz := w.region(t, m{"countries": l{"US"}}), w.region(t, m{"countries": l{"NZ"}})
	a := w.park(t, us, "A", m{"subdivisions": l{"US-UT"}})
	b := w.park(t, us, "B")
	route := w.route(t, a, m{"fitness": "FIT"})
	other := w.route(t, a, m{"fitness": "ATHLETE"})
	document := func() (docs []string) {
		t.Helper()
		rows, err := w.Owner.Query(t.Context(), "SELECT d::text FROM wiki.discovery_document d ORDER BY system_id")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				t.Fatal(err)
			}
			docs = append(docs, s)
		}
		return docs
	}
	for _, step := range []struct {
		function, id string
		input        m
	}{
		{"update_route", route, m{"systemIds": l{b}}},                    // left A, came to B
		{"update_route", route, m{"fitness": "CASUAL"}},                  //
		{"update_route", other, m{"visibility": "HIDDEN"}},               //
		{"archive_route", route, nil},                                    //
		{"restore_route", route, nil},                                    //
		{"update_region", us, m{"countries": l{"US", "FJ"}}},             // B has no subdivisions
		{"update_system", b, m{"regionIds": l{nz, us}}},                  //
		{"update_system", a, m{"subdivisions": nil}},                     //
		{"update_system", a, m{"name": "AA", "visibility": "NAME_ONLY"}}, //
		{"update_system", b, m{"tags": l{"rooty"}, "size": "DESTINATION", "status": "STUB", "position": m{"lat": 1, "lon": 2}}},
		{"update_system", b, m{"styleMarks": l{m{"style": "FLOW", "mark": 2}}, "skillMarks": l{m{"skill": "EXPERT", "mark": 0}}, "season": l{m{"month": 2, "verdict": "GO", "basis": "LOCAL"}}}},
		{"update_system", b, m{"facts": l{m{"field": "*", "basis": "LOCAL"}}, "access": l{m{"bikeClass": "MTB", "verdict": "FORBIDDEN", "months": l{2}, "weekdays": l{}}}}},
		{"archive_system", b, nil},
	} {
		before := document()
		w.do(t, step.function, moderator, with(m{"id": step.id, "expectedVersion": version(t, w, step.id)}, step.input))
		after := document()
		w.exec(t, "SELECT wiki.refresh_discovery(NULL)")
		same(t, step.function+" "+text(step.input), after, document())
		if text(before) == text(after) {
			t.Errorf("%s %s changed no document", step.function, text(step.input))
		}
	}
}

// Numbers at the ends of what JSON can say are no errors.
func TestDiscoverExtremes(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	w.park(t, region, "Null Island", m{"position": m{"lat": 5e-324, "lon": -5e-324}})
	for _, number := range []string{"0", "5e-324", "-1e-400", "1e400", "-1e400", "90", "180", "1e-160"} {
		question := json.RawMessage(fmt.Sprintf(`{"near": {"lat": %[1]s, "lon": %[1]s, "radiusKm": %[1]s}, "styles": [{"style": "FLOW", "weight": %[1]s}]}`, number))
		w.rows(t, "SELECT CAST(node AS text) FROM api.discover(CAST($1 AS jsonb), CAST($2 AS jsonb))", text(anonymous), string(question))
	}
}

func TestDiscoverScores(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	good := w.park(t, region, "Good", m{
		"styleMarks": l{m{"style": "FLOW", "mark": 5}, m{"style": "XC", "mark": 2}}, "skillMarks": l{m{"skill": "COMFORTABLE", "mark": 4}},
		"season": l{m{"month": 10, "verdict": "GO", "reason": "Cool", "basis": "LOCAL"}, m{"month": 7, "verdict": "AVOID", "basis": "LOCAL"}, m{"month": 1, "verdict": "CLOSED", "basis": "LOCAL"}},
		"size":   "WEEKEND_TRIP", "status": "GUIDE", "tags": l{"rocky", "rooty"},
		"facts":  l{m{"field": "name", "basis": "OFFICIAL"}, m{"field": "styleMarks", "basis": "EDITORIAL_ESTIMATE"}},
		"safety": m{"hazards": l{m{"kind": "HEAT", "months": l{7, 8}}, m{"kind": "WILDLIFE", "months": l{}}, m{"kind": "SNOW", "months": l{1}}}},
		"access": l{m{"bikeClass": "MTB", "verdict": "PERMIT", "months": l{}, "weekdays": l{}, "source": "Sign"}},
	})
	w.park(t, region, "Unknown", m{"status": "OUTLINE"})
	easy := w.route(t, good, m{"name": "Easy", "skill": "COMFORTABLE", "fitness": "FIT"})
	w.route(t, good, m{"name": "Hard", "skill": "EXPERT", "fitness": "FIT"})
	w.route(t, good, m{"name": "Any", "mustDo": true})
	w.trail(t, good, m{"name": "T1", "difficulty": l{m{"direction": "FORWARD", "labels": l{m{"system": "imba", "label": "blue", "statedBy": "x"}}, "axes": l{}}}})
	w.trail(t, good, m{"name": "T2"})

	question := m{"month": 10, "skill": "COMFORTABLE", "fitness": "CASUAL", "days": 5, "bikeClass": "MTB",
		"styles": l{m{"style": "FLOW", "weight": 2}, m{"style": "XC", "weight": 1}, m{"style": "TRAIL", "weight": 0}}, "mustHave": l{}, "avoid": l{"rooty"}}
	nodes := w.discover(t, anonymous, question)
	same(t, "order", answered(nodes), l{"Good", "Unknown"})
	same(t, "parts of Good", parts(nodes[0]), map[string]l{
		// (2*1 + 1*0.4) / 3 = 0.8 of 30, less a quarter for the roots. TRAIL weighs nothing.
		"style":  {18.0, 30.0, true, true},
		"skill":  {20.0, 25.0, true, true},
		"season": {25.0, 25.0, true, true},
		// Two days too many: 0.5; routes for the next fitness: 0.5.
		"fit":      {5.0, 10.0, true, true},
		"evidence": {8.0, 10.0, true, true},
	})
	same(t, "parts of Unknown", parts(nodes[1]), map[string]l{
		"style":    {15.0, 30.0, true, false},
		"skill":    {12.5, 25.0, true, false},
		"season":   {12.5, 25.0, true, false},
		"fit":      {5.0, 10.0, true, false},
		"evidence": {4.4, 10.0, true, false},
	})
	got := nodes[0]
	same(t, "score", l{got["score"], nodes[1]["score"]}, l{76.0, 49.4})
	for field, want := range map[string]any{
		"season":      m{"month": 10.0, "verdict": "GO", "reason": "Cool", "basis": "LOCAL"},
		"styleMarks":  l{m{"style": "FLOW", "mark": 5.0, "weight": 2.0}, m{"style": "XC", "mark": 2.0, "weight": 1.0}, m{"style": "TRAIL", "mark": nil, "weight": 0.0}},
		"skillMark":   m{"skill": "COMFORTABLE", "mark": 4.0},
		"tagsMatched": l{}, "tagsAvoided": l{"rooty"}, "tags": l{"rooty", "rocky"},
		"access":        l{m{"verdict": "PERMIT", "months": l{}, "weekdays": l{}, "hours": nil, "whenWet": nil, "legalBasis": nil, "source": "Sign", "date": nil}},
		"hazards":       l{m{"kind": "WILDLIFE", "months": l{}, "note": nil}},
		"basis":         m{"name": "OFFICIAL", "styleMarks": "EDITORIAL_ESTIMATE"},
		"trailsByLabel": m{"blue": 1.0, "unknown": 1.0},
		"size":          "WEEKEND_TRIP", "status": "GUIDE", "visibility": "PUBLIC", "standing": "UNKNOWN", "climbingStyle": nil,
		"trailCount": 2.0, "routeCount": 3.0, "distanceKm": nil,
	} {
		same(t, field, got[field], want)
	}
	var routes l
	for _, r := range got["routes"].([]any) {
		routes = append(routes, r.(m)["name"])
	}
	same(t, "routes that are not too hard", routes, l{"Any"}) // FIT is above CASUAL
	fit := w.discover(t, anonymous, with(m{}, question, m{"fitness": "FIT"}))[0]
	same(t, "fitting first", fit["routes"].([]any)[0].(m)["id"], easy)

	for month, want := range map[int]float64{7: 2.5, 1: 0, 5: 12.5} {
		n := w.discover(t, anonymous, with(m{}, question, m{"month": month}))[0]
		if n["system"].(m)["name"] == "Good" {
			same(t, fmt.Sprint("season points of month ", month), parts(n)["season"][0], want)
		}
	}
	nothing := w.discover(t, anonymous, m{})[0]
	same(t, "nothing asked", parts(nothing), map[string]l{
		"style": {15.0, 30.0, false, false}, "skill": {12.5, 25.0, false, false}, "season": {12.5, 25.0, false, false},
		"fit": {5.0, 10.0, false, false}, "evidence": {8.0, 10.0, true, true},
	})

	// Weights are rows.
	w.exec(t, `UPDATE wiki.setting SET value = '{"style": 0, "skill": 0, "season": 100, "fit": 0, "evidence": 0}' WHERE name = 'discovery.weights'`)
	same(t, "score by season alone", w.discover(t, anonymous, question)[0]["score"], 100.0)
}

// The way in by an index finds what full scoring finds, wherever the circle lies.
func TestDiscoverNearProperty(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	type place struct{ lat, lon float64 }
	places := map[string]place{}
	add := func(lat, lon float64) {
		places[w.park(t, region, fmt.Sprintf("P%d", len(places)), m{"position": m{"lat": lat, "lon": lon}})] = place{lat, lon}
	}
	for _, lat := range []float64{-90, -89.5, -60, -20, 0, 20, 60, 89.5, 90} {
		for _, lon := range []float64{-180, -179.5, -90, 0, 0.5, 120, 179.5, 180} {
			add(lat, lon)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		lat := rapid.OneOf(rapid.Float64Range(-90, 90), rapid.SampledFrom([]float64{-90, 90, 0, 89.9})).Draw(rt, "lat")
		lon := rapid.OneOf(rapid.Float64Range(-180, 180), rapid.SampledFrom([]float64{-180, 180, 179.9, -179.9})).Draw(rt, "lon")
		radius := rapid.OneOf(rapid.Float64Range(0, 3000), rapid.SampledFrom([]float64{0, 50, 3000})).Draw(rt, "radius")
		var want []string
		for id, p := range places {
			d := distance(lat, lon, p.lat, p.lon)
			radius := max(radius, 0.001)
			if math.Abs(d-radius) < 1e-6 {
				return // too near the edge to say
			}
			if d < radius {
				want = append(want, id)
			}
		}
		sort.Strings(want)
		rows, err := w.API.Query(t.Context(), "SELECT id::text FROM api.discover_candidates(CAST($1 AS jsonb), CAST($2 AS jsonb), false) ORDER BY 1",
			text(anonymous), text(m{"near": m{"lat": lat, "lon": lon, "radiusKm": radius}}))
		if err != nil {
			rt.Fatal(err)
		}
		defer rows.Close()
		var got []string
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				rt.Fatal(err)
			}
			got = append(got, id)
		}
		if err := rows.Err(); err != nil {
			rt.Fatal(err)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			rt.Fatalf("found %d, want %d places", len(got), len(want))
		}
	})
}

func distance(lat1, lon1, lat2, lon2 float64) float64 {
	const rad = math.Pi / 180
	a := math.Pow(math.Sin((lat2-lat1)*rad/2), 2) + math.Cos(lat1*rad)*math.Cos(lat2*rad)*math.Pow(math.Sin((lon2-lon1)*rad/2), 2)
	return 2 * 6371.0088 * math.Asin(math.Min(1, math.Sqrt(a)))
}

// Whatever is asked: parts add up, nothing exceeds its maximum, the order is that
// of the scores, and asking again gives the same.
func TestDiscoverProperty(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	styles := []string{"XC", "TRAIL", "ENDURO", "DOWNHILL", "FLOW"}
	skills := []string{"LEARNING", "COMFORTABLE", "CHALLENGING", "EXPERT"}
	fitness := []string{"CASUAL", "FIT", "VERY_FIT", "ATHLETE"}
	sizes := []any{nil, "LOCAL_GEM", "WEEKEND_TRIP", "DESTINATION", "WORLD_CLASS"}
	for i := range 30 {
		id := w.park(t, region, fmt.Sprint("S", i/2), m{
			"status": []string{"OUTLINE", "USABLE", "GUIDE"}[i%3], "size": sizes[i%5],
			"styleMarks": l{m{"style": styles[i%5], "mark": i % 6}}, "skillMarks": l{m{"skill": skills[i%4], "mark": i % 6}},
			"season": l{m{"month": i%12 + 1, "verdict": []string{"GO", "RISKY", "AVOID", "CLOSED"}[i%4], "basis": "LOCAL"}},
			"tags":   l{[]string{"rooty", "rocky", "flowy"}[i%3]},
		})
		if i%3 == 0 {
			w.route(t, id, m{"fitness": fitness[i%4]})
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		q := m{"first": rapid.IntRange(1, 30).Draw(rt, "first")}
		maybe := func(key string, value func() any) {
			if rapid.Bool().Draw(rt, "has "+key) {
				q[key] = value()
			}
		}
		maybe("month", func() any { return rapid.IntRange(1, 12).Draw(rt, "month") })
		maybe("skill", func() any { return rapid.SampledFrom(skills).Draw(rt, "skill") })
		maybe("fitness", func() any { return rapid.SampledFrom(fitness).Draw(rt, "fitness") })
		maybe("days", func() any { return rapid.IntRange(1, 14).Draw(rt, "days") })
		maybe("avoid", func() any { return l{"rooty", "rocky"} })
		maybe("styles", func() any {
			return l{m{"style": rapid.SampledFrom(styles).Draw(rt, "style"), "weight": rapid.Float64Range(0, 3).Draw(rt, "weight")}, m{"style": "FLOW"}}
		})
		nodes := w.discover(t, anonymous, q)
		if len(nodes) != q["first"] || text(w.discover(t, anonymous, q)) != text(nodes) {
			rt.Fatalf("%d answers of %v, or not the same twice", len(nodes), q["first"])
		}
		last := math.Inf(1)
		for _, n := range nodes {
			score := n["score"].(float64)
			sum := 0.0
			for name, p := range parts(n) {
				points, of := p[0].(float64), p[1].(float64)
				if points < 0 || points > of {
					rt.Fatalf("%s: %v of %v", name, points, of)
				}
				sum += points
			}
			if math.Abs(sum-score) > 1e-9 || score > last {
				rt.Fatalf("score %v, parts %v, after %v", score, sum, last)
			}
			last = score
		}
	})
}
