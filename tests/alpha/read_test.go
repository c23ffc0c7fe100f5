// Package alpha tests the API from the outside, isolated: each test has a wiki
// of its own on the local fabric.
package alpha

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/content"
	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
	"github.com/mtbwiki/mtbwiki/importer"
	"github.com/mtbwiki/mtbwiki/tests/utils"
)

func schema(t *testing.T) *utils.Schema {
	t.Helper()
	s, err := utils.LoadSchema()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Every read field answers the same whether its fields are asked for plainly,
// under aliases, or in fragments: templates decide by the selection what to
// fetch, and none may decide wrongly.
func TestSelectionsAgree(t *testing.T) {
	t.Parallel()
	a := fabrictest.Start(t, fabrictest.Content)
	s := schema(t)
	reader := a.Rider("reader")
	reader.OK(`mutation { createRider(input: {name: "Reader"}) { id } }`, nil)
	system := importer.ID(content.KindSystem, "imaginary-ridge")
	trails := reader.OK(`query($f: TrailFilter) { trails(filter: $f, first: 50) { nodes { id hasLine } } }`,
		map[string]any{"f": map[string]any{"systemIds": []string{system}}})
	trail := ""
	for i := 0; ; i++ {
		n := trails.Get("trails", "nodes", i)
		if n == nil {
			break
		}
		if m := n.(map[string]any); m["hasLine"] == true {
			trail = m["id"].(string)
			break
		}
	}
	if trail == "" {
		t.Fatal("no trail with a line; the invented content should have some")
	}
	revision := reader.OK(`query($id: ID) { revisions(entityId: $id, first: 1) { nodes { id } } }`, map[string]any{"id": trail}).
		Get("revisions", "nodes", 0, "id").(string)
	proposed := reader.OK(`mutation($i: CreateProposalInput!) { createProposal(input: $i) { id } }`, map[string]any{"i": map[string]any{
		"entityId": trail, "baseVersion": versionOf(t, a, "trail", trail), "patch": `{"name": "A better name", "line": [[-139.5, -47.5], [-139.51, -47.51]]}`,
	}}).Get("createProposal", "id").(string)

	notice := reader.OK(`mutation($i: CreateSeasonalNoticeInput!) { createSeasonalNotice(input: $i) { id } }`, map[string]any{"i": map[string]any{
		"subjectId": system, "kind": "EVENT", "severity": "INFO", "body": "An invented race.", "startsOn": "2026-01-01",
	}}).Get("createSeasonalNotice", "id").(string)

	media := reader.OK(`mutation($i: CreateMediaInput!) { createMedia(input: $i) { id } }`, map[string]any{"i": photo(system)}).Get("createMedia", "id").(string)
	comment := reader.OK(`mutation($i: CreateCommentInput!) { createComment(input: $i) { id } }`, map[string]any{"i": map[string]any{
		"subjectId": system, "body": "Is an invented question a question?",
	}}).Get("createComment", "id").(string)

	reader.OK(`mutation($i: WatchEntityInput!) { watchEntity(input: $i) { id } }`, map[string]any{"i": map[string]any{"id": system}})
	reader.OK(`mutation { markWatchedSeen(input: {}) { id } }`, nil)

	reader.OK(`mutation($i: CreateFlagInput!) { createFlag(input: $i) { id } }`, map[string]any{"i": map[string]any{"entityId": trail, "reason": "WRONG"}})

	claim := reader.OK(`mutation($i: CreateClaimInput!) { createClaim(input: $i) { id } }`, map[string]any{"i": map[string]any{
		"subjectId": system, "field": "fees", "body": "Riding costs as much as it exists.", "date": "2026-01-01",
	}}).Get("createClaim", "id").(string)
	checked := a.Moderator("checker").OK(`mutation($i: CreateFactCheckInput!) { createFactCheck(input: $i) { id } }`, map[string]any{"i": map[string]any{
		"subjectId": claim, "method": "LOCAL_KNOWLEDGE", "result": "VERIFIED", "body": "So it does.", "checkedOn": "2026-01-02",
	}}).Get("createFactCheck", "id").(string)

	review := reader.OK(`mutation($i: CreateReviewInput!) { createReview(input: $i) { id } }`, map[string]any{"i": map[string]any{
		"subjectId": system, "rating": 4, "perspective": "VISITOR", "rideMonth": "2026-09", "conditions": "Dry", "body": "Better than it is real.",
	}}).Get("createReview", "id").(string)

	rode := func(trail string) string {
		return reader.OK(`mutation($i: CreateRideInput!) { createRide(input: $i) { id } }`, map[string]any{"i": map[string]any{
			"trailId": trail, "direction": "FORWARD", "year": 2025, "month": 6, "conditions": []string{"dry"}, "ratings": []any{map[string]any{"axis": "FITNESS", "category": 2}},
		}}).Get("createRide", "id").(string)
	}
	other := first(t, a, "trails")
	if other == trail {
		t.Fatal("the first trail is the one that was found; this test needs two")
	}
	ride := rode(trail)
	rode(other)
	reader.OK(`mutation($i: CompareTrailsInput!) { compareTrails(input: $i) { id } }`, map[string]any{"i": map[string]any{
		"axis": "FITNESS", "trailId": trail, "otherId": other, "verdict": "HARDER",
	}})

	trip := reader.OK(`mutation($i: CreateTripInput!) { createTrip(input: $i) { id } }`, map[string]any{"i": map[string]any{
		"title": "Out", "question": map[string]any{"month": 6}, "days": []any{map[string]any{"systemIds": []string{system}, "note": "Slowly."}}, "members": []any{map[string]any{"nickname": "Kuno", "childrenAges": []int{7}}},
	}}).Get("createTrip", "id").(string)
	link := reader.OK(`mutation($i: ShareTripInput!) { shareTrip(input: $i) { token } }`, map[string]any{"i": map[string]any{"id": trip, "expectedVersion": 1, "withMembers": true}}).Get("shareTrip", "token")

	// What the core knows of the trail: a proposal in conflict, a protection, and a duplicate.
	maker := a.Moderator("maker")
	maker.OK(`mutation($i: UpdateTrailInput!) { updateTrail(input: $i) { id } }`, map[string]any{"i": map[string]any{
		"id": trail, "expectedVersion": versionOf(t, a, "trail", trail), "name": "Another name", "merge": true}})
	maker.OK(`mutation($i: ProtectEntityInput!) { protectEntity(input: $i) { id } }`, map[string]any{"i": map[string]any{
		"id": trail, "until": time.Now().Add(time.Hour).UTC().Format(time.RFC3339), "reason": "A test."}})
	twin := maker.OK(`mutation($i: CreateTrailInput!) { createTrail(input: $i) { id } }`, map[string]any{"i": map[string]any{
		"name": "A twin", "direction": "BOTH", "type": "SINGLETRACK", "systemIds": []string{system}}}).Get("createTrail", "id").(string)
	stays := maker.OK(`mutation($i: CreateTrailInput!) { createTrail(input: $i) { id } }`, map[string]any{"i": map[string]any{
		"name": "Its twin", "direction": "BOTH", "type": "SINGLETRACK", "systemIds": []string{system}}}).Get("createTrail", "id").(string)
	maker.OK(`mutation($i: MergeEntitiesInput!) { mergeEntities(input: $i) { id intoSlug } }`, map[string]any{"i": map[string]any{
		"fromId": twin, "fromVersion": 1, "intoId": stays, "intoVersion": 1}})

	ids := map[string]string{
		"trip": trip, "ride": ride, "region": importer.ID(content.KindRegion, "invented-highlands"), "system": system, "trail": trail,
		"route": first(t, a, "routes"), "tip": first(t, a, "tips"), "rider": first(t, a, "riders"),
		"revision": revision, "proposal": proposed, "seasonalNotice": notice, "media": media, "comment": comment, "claim": claim, "factCheck": checked, "review": review,
		"guide":              importer.ID(content.KindGuide, "first-days-on-the-invented-island"),
		"accessPoint":        importer.ID(content.KindAccessPoint, "never-was-trailhead"),
		"uplift":             importer.ID(content.KindUplift, "nosuchtown-shuttle"),
		"regionalComparison": importer.ID(content.KindRegionalComparison, "highlands-to-lowlands"),
		"organisation":       importer.ID(content.KindOrganisation, "friends-of-the-imaginary-ridge"),
	}
	arguments := map[string]string{
		"sharedTrip":      fmt.Sprintf("(token: %q)", link),
		"ratingQuestions": fmt.Sprintf("(trailId: %q)", trail),
		"terms":           `(vocabulary: "facility")`, "me": "",
		"trailLine": fmt.Sprintf("(trailId: %q)", trail), "systemLines": fmt.Sprintf("(systemId: %q)", system),
		"proposalLine": fmt.Sprintf("(proposalId: %q)", proposed),
		"routeLines":   fmt.Sprintf("(routeId: %q)", importer.ID(content.KindRoute, "ridge-reverie")),
		"discussion":   fmt.Sprintf("(subjectId: %q)", system),
		"export":       fmt.Sprintf("(entityId: %q, format: GPX)", trail),
		"revisionDiff": fmt.Sprintf("(id: %q)", revision), "search": `(query: "ridge")`,
		"discover":  `(input: {month: 7, skill: COMFORTABLE, styles: [{style: FLOW}], bikeClass: MTB, days: 2})`,
		"watch":     fmt.Sprintf("(id: %q)", system),
		"revisions": `(first: 5)`, "proposals": "(first: 5)",
		"proposalConflicts": fmt.Sprintf("(id: %q)", proposed), "protections": fmt.Sprintf("(entityId: %q)", trail),
		"mergedEntities": fmt.Sprintf("(entityId: %q)", stays), "backlinks": fmt.Sprintf("(entityId: %q, first: 5)", system),
	}
	for _, field := range s.Fields("Query") {
		args, ok := arguments[field]
		if !ok {
			if id := ids[field]; id != "" {
				args = fmt.Sprintf("(id: %q)", id)
			} else {
				args = "(first: 5)"
			}
		}
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			depth := 4
			if strings.HasSuffix(s.Returns("Query", field), "Connection") {
				depth = 5
			}
			ask := func(shape utils.Shape) any {
				selection, fragments := s.Selection(s.Returns("Query", field), depth, shape)
				r := reader.OK(fmt.Sprintf("{ %s%s %s } %s", field, args, selection, fragments), nil)
				v := r.Get(field)
				if shape == utils.Aliased {
					v = utils.Unalias(v)
				}
				return v
			}
			plain := ask(utils.Plain)
			if plain == nil {
				t.Fatal("the answer is null; this test needs something to compare")
			}
			for name, shape := range map[string]utils.Shape{"aliased": utils.Aliased, "inline fragments": utils.Inline, "named fragment": utils.Fragment} {
				if diff := cmp.Diff(plain, ask(shape)); diff != "" {
					t.Errorf("%s answers otherwise than the plain query (-plain +%s):\n%s", name, name, diff)
				}
			}
		})
	}
}

func versionOf(t *testing.T, a *fabrictest.API, field, id string) int {
	t.Helper()
	return a.Moderator("version-reader").Version(field, id)
}

func first(t *testing.T, a *fabrictest.API, list string) string {
	t.Helper()
	id, ok := a.Anonymous().OK(fmt.Sprintf("{ %s(first: 1) { nodes { id } } }", list), nil).Get(list, "nodes", 0, "id").(string)
	if !ok {
		t.Fatalf("%s is empty", list)
	}
	return id
}

// Pages neither skip nor repeat, in every order, and the count agrees.
func TestPages(t *testing.T) {
	t.Parallel()
	a := fabrictest.Start(t, fabrictest.Content)
	for list, sorts := range map[string][]string{
		"regions": {"NAME", "UPDATED"}, "systems": {"NAME", "UPDATED"}, "trails": {"NAME", "UPDATED", "LENGTH"},
		"routes": {"NAME", "UPDATED", "LENGTH"}, "tips": {"UPDATED", "VOTES"}, "claims": {"UPDATED", "PLACE"}, "riders": {"NAME", "UPDATED"},
	} {
		for _, sort := range sorts {
			t.Run(list+" by "+sort, func(t *testing.T) {
				t.Parallel()
				seen := map[string]bool{}
				after := any(nil)
				for page := 0; ; page++ {
					r := a.Anonymous().OK(fmt.Sprintf(`query($after: String) { %s(sort: %s, first: 3, after: $after) {
						nodes { id } edges { cursor node { id } } pageInfo { hasNextPage endCursor } totalCount totalIsMore } }`, list, sort),
						map[string]any{"after": after})
					nodes := r.Get(list, "nodes").([]any)
					for i := range nodes {
						id := r.Get(list, "nodes", i, "id").(string)
						if seen[id] {
							t.Fatalf("%s came twice, the second time on page %d", id, page)
						}
						seen[id] = true
						if r.Get(list, "edges", i, "node", "id") != id {
							t.Fatalf("edges and nodes disagree on page %d", page)
						}
					}
					if r.Get(list, "pageInfo", "hasNextPage") != true {
						if total := int(r.Get(list, "totalCount").(float64)); total != len(seen) {
							t.Errorf("totalCount is %d, the pages had %d", total, len(seen))
						}
						break
					}
					after = r.Get(list, "pageInfo", "endCursor")
					if page > 100 {
						t.Fatal("the pages don't end")
					}
				}
			})
		}
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	a := fabrictest.Start(t, fabrictest.Content)
	ridge := importer.ID(content.KindSystem, "imaginary-ridge")
	names := func(list string, filter map[string]any) []string {
		typeName := strings.ToUpper(list[:1]) + strings.TrimSuffix(list[1:], "s")
		r := a.Anonymous().OK(fmt.Sprintf("query($f: %sFilter) { %s(filter: $f, first: 50) { nodes { name } } }", typeName, list), map[string]any{"f": filter})
		out := []string{}
		for i := range r.Get(list, "nodes").([]any) {
			out = append(out, r.Get(list, "nodes", i, "name").(string))
		}
		return out
	}
	all := names("trails", nil)
	inRidge := names("trails", map[string]any{"systemIds": []string{ridge}})
	if len(inRidge) == 0 || len(inRidge) >= len(all) {
		t.Errorf("the filter by system gives %d of %d trails", len(inRidge), len(all))
	}
	short := names("trails", map[string]any{"lengthM": map[string]any{"max": 2000}})
	long := names("trails", map[string]any{"lengthM": map[string]any{"min": 2000.0001}})
	if len(short) == 0 || len(long) == 0 || len(short)+len(long) > len(all) {
		t.Errorf("%d short and %d long trails of %d", len(short), len(long), len(all))
	}
	invented, real := names("systems", map[string]any{"synthetic": true}), names("systems", map[string]any{"synthetic": false})
	if len(invented) == 0 || len(real) < 4 || len(invented)+len(real) != len(names("systems", nil)) {
		t.Errorf("%d invented and %d real systems of %d", len(invented), len(real), len(names("systems", nil)))
	}
	if got := names("systems", map[string]any{"nameContains": "ÍMAGINÄRY"}); len(got) != 1 || got[0] != "Imaginary Ridge" {
		t.Errorf("nameContains ignores case and accents; got %v", got)
	}
	if got := names("systems", map[string]any{"tags": []string{"rocky", "no-such-tag"}}); len(got) != 0 {
		t.Errorf("all tags must be there, got %v", got)
	}
	if got := names("systems", map[string]any{"tags": []string{"rooty", "rocky", "rooty"}}); len(got) == 0 {
		t.Error("a tag named twice counts once; nothing was found")
	}
}

// Invented places are suggested to those who ask for them only.
func TestDiscoveryOfInventedPlaces(t *testing.T) {
	t.Parallel()
	a := fabrictest.Start(t, fabrictest.Content)
	region := importer.ID(content.KindRegion, "invented-highlands")
	for _, test := range []struct {
		name  string
		input map[string]any
		want  bool
	}{
		{"a plain question", map[string]any{"month": 7}, false},
		{"asked for", map[string]any{"month": 7, "includeInvented": true}, true},
		{"their region is named", map[string]any{"regionIds": []string{region}}, true},
	} {
		r := a.Anonymous().OK(`query($i: DiscoverInput!) { discover(input: $i) { suggestions { system { name synthetic } reasons { text facts } score parts { points of } } } }`, map[string]any{"i": test.input})
		suggestions := r.Get("discover", "suggestions").([]any)
		if len(suggestions) == 0 {
			t.Fatalf("%s: no suggestion", test.name)
		}
		invented := false
		for i := range suggestions {
			invented = invented || r.Get("discover", "suggestions", i, "system", "synthetic") == true
			sum := 0.0
			for p := range r.Get("discover", "suggestions", i, "parts").([]any) {
				sum += r.Get("discover", "suggestions", i, "parts", p, "points").(float64)
			}
			if score := r.Get("discover", "suggestions", i, "score").(float64); score < sum-0.11 || score > sum+0.11 {
				t.Errorf("%s: the parts of suggestion %d add up to %.2f, its score is %.2f", test.name, i, sum, score)
			}
		}
		if invented != test.want {
			t.Errorf("%s: invented places suggested: %t, want %t", test.name, invented, test.want)
		}
	}
}

// A place that nobody described but a source knows is told apart, on the source's
// word, and by its public trails only.
func TestDiscoveryOfOpenData(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.DB.Owner.Exec(t.Context(), `
WITH s AS (INSERT INTO wiki.layer_source (code, title, attribution, licence) VALUES ('test', 'Test data', '© Testers', 'ODbL-1.0')),
  l AS (INSERT INTO wiki.layer_entity (entity_id, source, features, name, lines, length_m, profile) VALUES
    ($1, 'test', '{way/1}', 'Test Hills', '[]', 7770, NULL),
    ($2, 'test', '{way/1}', 'First Line', '[]', 7770, '{"type": "SINGLETRACK", "skills": ["COMFORTABLE"], "labels": [{"system": "osm", "label": "2", "worst": "3"}]}'),
    ($3, 'test', '{relation/1}', 'Round', '[]', 7770, jsonb_build_object('legs', jsonb_build_array(
      jsonb_build_object('kind', 'TRAIL', 'trailId', CAST($2 AS uuid), 'fromM', 4321, 'toM', 0, 'direction', 'BACKWARD', 'lengthM', 4321))))
    RETURNING 1)
SELECT count(*) FROM l`, w.system, w.trail, w.route); err != nil {
		t.Fatal(err)
	}
	if _, err := w.DB.Owner.Exec(t.Context(), "SELECT wiki.refresh_discovery(ARRAY[CAST($1 AS uuid)])", w.system); err != nil {
		t.Fatal(err)
	}
	type place struct {
		System  struct{ Name string }
		Reasons []struct {
			Text  string
			Facts []string
		}
		Concerns []struct{ Text string }
		Trails   []struct {
			Trail   struct{ Name string }
			LengthM float64
			Label   struct{ System, Label, StatedBy string }
		}
		Sources []struct{ Title, Attribution, Licence string }
	}
	type answer struct {
		OpenData    []place
		Undescribed []struct{ Name string }
	}
	ask := func(skill string) (out answer) {
		t.Helper()
		r := w.Anonymous().OK(`query($s: SkillLevel) { discover(input: {skill: $s, bikeClass: MTB}) {
  openData { system { name } reasons { text facts } concerns { text } trails { trail { name } lengthM label { system label statedBy } } sources { title attribution licence } }
  undescribed { name } } }`, map[string]any{"s": skill})
		text, err := json.Marshal(r.Get("discover"))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	got := ask("COMFORTABLE")
	if len(got.OpenData) != 1 || len(got.Undescribed) != 0 {
		t.Fatalf("%+v", got)
	}
	p := got.OpenData[0]
	if p.System.Name != "Test Hills" || len(p.Trails) != 1 || p.Trails[0].Trail.Name != "First Line" || p.Trails[0].LengthM != 7770 || p.Trails[0].Label.Label != "2" ||
		p.Trails[0].Label.StatedBy != "Test data" || len(p.Sources) != 1 || p.Sources[0].Attribution != "© Testers" || p.Sources[0].Licence != "ODbL-1.0" {
		t.Errorf("%+v", p)
	}
	if len(p.Reasons) != 2 || p.Reasons[0].Text != "By Test data, 7.8 km of singletrack and doubletrack." ||
		p.Reasons[1].Text != "By Test data, 7.8 km of them are roughly for riders comfortable on blue." || len(p.Reasons[0].Facts) == 0 {
		t.Errorf("reasons %+v", p.Reasons)
	}
	if expert := ask("EXPERT"); len(expert.OpenData) != 1 || len(expert.OpenData[0].Concerns) == 0 || !strings.Contains(expert.OpenData[0].Concerns[0].Text, "none of its graded trails is for experts") {
		t.Errorf("for experts: %+v", expert)
	}
	const legs = `query($id: ID) { route(id: $id) { openData { profile } } }`
	if r := w.Anonymous().OK(legs, map[string]any{"id": w.route}); !strings.Contains(string(r.Raw), w.trail) || !strings.Contains(string(r.Raw), "BACKWARD") {
		t.Errorf("legs: %s", r.Raw)
	}

	w.Moderator("mod").OK(`mutation($i: UpdateTrailInput!) { updateTrail(input: $i) { id } }`, map[string]any{"i": w.edit("trail", w.trail, map[string]any{"visibility": "NAME_ONLY"})})
	if got := ask("COMFORTABLE"); len(got.OpenData) != 0 || len(got.Undescribed) != 1 {
		t.Errorf("of a trail that is name only: %+v", got)
	}
	if r := w.Anonymous().OK(legs, map[string]any{"id": w.route}); strings.Contains(string(r.Raw), w.trail) || strings.Contains(string(r.Raw), "BACKWARD") || !strings.Contains(string(r.Raw), "CONNECTOR") {
		t.Errorf("a leg on a trail that is name only: %s", r.Raw)
	}
}

// What open data says stands beside the wiki's own values, with attribution and
// licence, and keeps the place to itself where only the name is public.
func TestOpenData(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.DB.Owner.Exec(t.Context(), `
INSERT INTO wiki.layer_source (code, title, attribution, licence) VALUES ('test', 'Test data', '© Testers', 'ODbL-1.0')`); err != nil {
		t.Fatal(err)
	}
	if _, err := w.DB.Owner.Exec(t.Context(), `
INSERT INTO wiki.layer_entity (entity_id, source, features, name, lines, length_m) VALUES ($1, 'test', '{way/1}', 'First Line', '[]', 777)`, w.trail); err != nil {
		t.Fatal(err)
	}
	const read = `query($id: ID) { trail(id: $id) { lengthM openData { attribution licence lengthM climbM } } }`
	want := map[string]any{"lengthM": nil, "openData": []any{map[string]any{"attribution": "© Testers", "licence": "ODbL-1.0", "lengthM": 777.0, "climbM": nil}}}
	if diff := cmp.Diff(want, w.Anonymous().OK(read, map[string]any{"id": w.trail}).Get("trail")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.Moderator("mod").OK(`mutation($i: UpdateTrailInput!) { updateTrail(input: $i) { id } }`, map[string]any{"i": w.edit("trail", w.trail, map[string]any{"visibility": "NAME_ONLY"})})
	if r := w.Anonymous().OK(read, map[string]any{"id": w.trail}); strings.Contains(string(r.Raw), "777") {
		t.Errorf("only the name is public: %s", r.Raw)
	}
}

// Lists of trails say in short what open data knows, apart from the wiki's own
// values, and only to those who may see the trail.
func TestOpenDataOnCards(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mod := w.Moderator("mod")
	mod.OK(`mutation($i: UpdateRouteInput!) { updateRoute(input: $i) { id } }`, map[string]any{"i": w.edit("route", w.route, map[string]any{
		"legs": []any{map[string]any{"kind": "TRAIL", "trailId": w.trail}}})})
	for _, sql := range []string{
		`INSERT INTO wiki.layer_source (code, title, attribution, licence, url) VALUES
			('a-first', 'Test data', '© Testers', 'ODbL-1.0', 'https://data.example'), ('b-second', 'More', '© Others', 'CC0-1.0', NULL)`,
		`INSERT INTO wiki.layer_entity (entity_id, source, features, name, lines, length_m, climb_m, descent_m, elevation_method, profile) VALUES
			('` + w.trail + `', 'b-second', '{2}', 'Other Name', '[]', 888, NULL, NULL, NULL, NULL),
			('` + w.trail + `', 'a-first', '{1}', 'First Line', '[]', 777, 66, 55, 'SRTM',
				'{"labels": [{"system": "imba", "label": "blue"}, {"system": "osm", "label": "2", "worst": "3"}]}')`,
	} {
		if _, err := w.DB.Owner.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	const read = `query($system: ID!, $route: ID!) {
		system(id: $system) { trails { ...Card } }
		route(id: $route) { legs { trail { ...Card } } }
		search(query: "first line", kinds: [TRAIL]) { nodes { title trail { ...Card } } }
		aliased: search(query: "first line", kinds: [TRAIL]) { hits: nodes { t: trail { ...Card } } }
		trails(filter: { systemIds: [$system] }) { nodes { name lengthM climbM descentM commonLabel openDataCard { ...Open } } }
	}
	fragment Card on TrailCard { name lengthM climbM descentM commonLabel openDataCard { ...Open } }
	fragment Open on OpenDataCard { source attribution licence url lengthM climbM descentM label { system label statedBy } }`
	cards := func(c *fabrictest.Caller) map[string]any {
		r := c.OK(read, map[string]any{"system": w.system, "route": w.route})
		return map[string]any{
			"system": r.Get("system", "trails", 0), "route": r.Get("route", "legs", 0, "trail"), "search": r.Get("search", "nodes", 0, "trail"),
			"aliased search": r.Get("aliased", "hits", 0, "t"), "trails": r.Get("trails", "nodes", 0),
		}
	}
	full := map[string]any{
		"source": "a-first", "attribution": "© Testers", "licence": "ODbL-1.0", "url": "https://data.example", "lengthM": 777.0, "climbM": 66.0, "descentM": 55.0,
		"label": map[string]any{"system": "osm", "label": "2", "statedBy": "Test data"},
	}
	same := func(who string, c *fabrictest.Caller, open any) {
		t.Helper()
		want := map[string]any{"name": "First Line", "lengthM": nil, "climbM": nil, "descentM": nil, "commonLabel": nil, "openDataCard": open}
		for where, got := range cards(c) {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", who, where, diff)
			}
		}
	}
	same("a public trail", w.Anonymous(), full)
	// Search answers other kinds without a card.
	r := w.Anonymous().OK(`{ search(query: "test hills", kinds: [SYSTEM]) { nodes { kind trail { id } } } }`, nil)
	if got := r.Get("search", "nodes", 0); !cmp.Equal(got, map[string]any{"kind": "SYSTEM", "trail": nil}) {
		t.Errorf("a system found: %v", got)
	}
	visibility := func(v string) {
		t.Helper()
		mod.OK(`mutation($i: UpdateTrailInput!) { updateTrail(input: $i) { id } }`, map[string]any{"i": w.edit("trail", w.trail, map[string]any{"visibility": v})})
	}
	visibility("NAME_ONLY")
	same("only the name is public", w.Anonymous(), nil)
	same("only the name is public, to a rider", w.Rider("bob"), nil)
	same("only the name is public, to a moderator", mod, full)
	visibility("HIDDEN")
	if r := w.Anonymous().OK(read, map[string]any{"system": w.system, "route": w.route}); strings.Contains(string(r.Raw), "777") || strings.Contains(string(r.Raw), "First Line") {
		t.Errorf("a hidden trail: %s", r.Raw)
	}
	same("hidden, to a moderator", mod, full)
}
