package content_test

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/mtbwiki/mtbwiki/content"
	"github.com/mtbwiki/mtbwiki/track"
)

func shipped(t *testing.T) *content.Content {
	t.Helper()
	c, err := content.Load(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestShippedContentIsHonest(t *testing.T) {
	t.Parallel()
	if err := shipped(t).Check(); err != nil {
		t.Error(err)
	}
}

func TestLoadingTwiceAnswersTheSame(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(shipped(t), shipped(t)); diff != "" {
		t.Error(diff)
	}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	var systems []string
	for _, s := range c.Systems {
		if s.Parent != "" && !slices.Contains(systems, s.Parent) {
			t.Errorf("the system %s comes before %s, which it is part of", s.Slug, s.Parent)
		}
		systems = append(systems, s.Slug)
	}
	if !slices.IsSortedFunc(c.Trails, func(a, b content.Trail) int { return strings.Compare(a.Slug, b.Slug) }) {
		t.Error("trails are not sorted by slug")
	}
}

func TestWhatIsShipped(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	var realSystems, inventedSystems, inventedTrails, inventedRoutes int
	for _, s := range c.Systems {
		if s.Synthetic {
			inventedSystems++
		} else {
			realSystems++
		}
	}
	for _, x := range c.Trails {
		if x.Synthetic {
			inventedTrails++
			if len(x.Line) < 2 {
				t.Errorf("the invented trail %s has no line", x.Slug)
			}
		}
	}
	for _, r := range c.Routes {
		if r.Synthetic {
			inventedRoutes++
		}
	}
	if realSystems < 12 || inventedSystems < 2 || inventedTrails < 12 || inventedRoutes < 4 {
		t.Errorf("shipped are %d real and %d invented systems with %d invented trails and %d invented routes; wanted at least 12, 2, 12 and 4",
			realSystems, inventedSystems, inventedTrails, inventedRoutes)
	}
	realGuides := slices.DeleteFunc(slices.Clone(c.Guides), func(g content.Guide) bool { return g.Synthetic })
	realComparisons := slices.DeleteFunc(slices.Clone(c.Comparisons), func(g content.RegionalComparison) bool { return g.Synthetic })
	if len(realGuides) < 5 || len(realComparisons) < 2 {
		t.Errorf("shipped are %d guides and %d comparisons of real places; wanted at least 5 and 2", len(realGuides), len(realComparisons))
	}
}

// The world is larger than the places everybody has heard of: real systems lie
// on six continents.
func TestRealSystemsLieOnAllContinents(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	countries := map[string][]any{}
	for _, r := range c.Regions {
		countries[r.Slug], _ = r.Fields["countries"].([]any)
	}
	continents := map[string][]string{
		"Africa":        {"ZA"},
		"Asia":          {"NP"},
		"Europe":        {"CH", "GB", "IT"},
		"North America": {"CA", "US"},
		"Oceania":       {"AU", "NZ"},
		"South America": {"BO"},
	}
	for continent, codes := range continents {
		if !slices.ContainsFunc(c.Systems, func(s content.System) bool {
			return !s.Synthetic && slices.ContainsFunc(countries[s.Regions[0]], func(country any) bool {
				code, _ := country.(string)
				return slices.Contains(codes, code)
			})
		}) {
			t.Errorf("no real system lies in %s", continent)
		}
	}
}

// The criteria of README.md, as far as they can be counted.
func TestStatusMeetsItsCriteria(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	rank := map[string]int{"STUB": 1, "OUTLINE": 2, "USABLE": 3, "GUIDE": 4}
	for _, s := range c.Systems {
		status, _ := s.Fields["status"].(string)
		trails, withAxes, routes, withLegs := 0, 0, 0, 0
		for _, x := range c.Trails {
			if slices.Contains(x.Systems, s.Slug) {
				trails++
				if len(list(x.Fields["difficulty"])) > 0 {
					withAxes++
				}
			}
		}
		for _, r := range c.Routes {
			if slices.Contains(r.Systems, s.Slug) {
				routes++
				if len(r.Legs) > 0 {
					withLegs++
				}
			}
		}
		want := func(level string, ok bool, what string) {
			if rank[status] >= rank[level] && !ok {
				t.Errorf("%s is %s and lacks %s", s.Slug, status, what)
			}
		}
		if rank[status] == 0 {
			t.Errorf("%s has no status", s.Slug)
		}
		texts := s.Texts["en"]
		safety, _ := s.Fields["safety"].(map[string]any)
		want("OUTLINE", s.Fields["position"] != nil && s.Fields["season"] != nil && s.Fields["tags"] != nil && texts["description"] != nil, "position, season, tags or description")
		want("OUTLINE", trails >= 3, "three trails")
		want("USABLE", s.Fields["access"] != nil && texts["parking"] != nil && texts["fees"] != nil && safety != nil, "access, parking, fees or safety")
		want("USABLE", 2*withAxes > trails && withLegs >= 1, "difficulty of most trails, or a route with legs")
		want("GUIDE", texts["character"] != nil && texts["weatherImpact"] != nil && routes >= 4 && len(list(safety["hazards"])) > 0, "character, weather, four routes or hazards")
		if !s.Synthetic && rank[status] > rank["OUTLINE"] {
			t.Errorf("%s is a real place that nobody here has ridden; it is %s", s.Slug, status)
		}
	}
}

// The invented region shows what the wiki can do, so nothing may be missing
// there: every member of these vocabularies, and every state of a trail.
func TestInventedRegionShowsEveryKind(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	seen := map[string]map[string]bool{}
	see := func(what string, v any) {
		if seen[what] == nil {
			seen[what] = map[string]bool{}
		}
		if s, ok := v.(string); ok {
			seen[what][s] = true
		}
	}
	for _, x := range c.Trails {
		if !x.Synthetic {
			continue
		}
		see("visibility", x.Fields["visibility"])
		see("standing", x.Fields["standing"])
		see("trail-status", x.Fields["trailStatus"])
		see("trail-type", x.Fields["type"])
		see("trail-direction", x.Fields["direction"])
		for _, p := range list(x.Fields["difficulty"]) {
			see("line direction", p["direction"])
			for _, l := range list(p["labels"]) {
				see("label-system", l["system"])
			}
			for _, a := range list(p["axes"]) {
				see("axis", a["axis"])
			}
		}
		for _, f := range list(x.Fields["features"]) {
			see("feature-kind", f["kind"])
		}
	}
	for _, r := range c.Routes {
		if !r.Synthetic {
			continue
		}
		see("route-shape", r.Fields["shape"])
		see("skill-level", r.Fields["skill"])
		see("fitness-level", r.Fields["fitness"])
		for _, l := range r.Legs {
			see("leg kind", l.Fields["kind"])
			if l.Fields["fromM"] != nil && l.Fields["toM"] != nil {
				see("leg part", "yes")
			}
		}
	}
	for _, x := range c.AccessPoints {
		if x.Synthetic {
			see("access-point-kind", x.Fields["kind"])
		}
	}
	for _, x := range c.Tips {
		see("tip-kind", x.Fields["kind"])
		see("subject", string(x.SubjectKind))
	}
	for _, x := range c.Notices {
		see("notice-kind", x.Fields["kind"])
		see("notice-severity", x.Fields["severity"])
		see("notice subject", string(x.SubjectKind))
	}
	for _, x := range c.Media {
		see("media-kind", x.Fields["kind"])
		see("media subject", string(x.SubjectKind))
	}
	for _, x := range c.Comments {
		see("comment", map[bool]string{true: "reply", false: "thread"}[x.ReplyTo != ""])
	}
	for _, x := range c.Claims {
		see("claim subject", string(x.SubjectKind))
	}
	for _, s := range c.Systems {
		if !s.Synthetic {
			continue
		}
		for _, a := range list(s.Fields["access"]) {
			see("bike-class", a["bikeClass"])
			see("access-verdict", a["verdict"])
		}
		for _, m := range list(s.Fields["season"]) {
			see("season-verdict", m["verdict"])
		}
		safety, _ := s.Fields["safety"].(map[string]any)
		for _, h := range list(safety["hazards"]) {
			see("hazard", h["kind"])
		}
	}
	for _, g := range c.Guides {
		if g.Synthetic {
			see("guide-type", g.Fields["type"])
		}
	}
	for _, o := range c.Organisations {
		if o.Synthetic {
			see("organisation-kind", o.Fields["kind"])
		}
	}
	want := map[string][]string{
		"line direction": {"BACKWARD", "EITHER", "FORWARD"},
		"leg kind":       {"CONNECTOR", "PUSH", "TRAIL", "UPLIFT"},
		"leg part":       {"yes"},
		"subject":        {"ACCESS_POINT", "ROUTE", "SYSTEM", "TRAIL"},
		"media subject":  {"ROUTE", "SYSTEM", "TRAIL"},
		"comment":        {"thread", "reply"},
	}
	for _, v := range c.Vocabularies {
		for _, term := range v.Terms {
			if seen[v.Name] != nil {
				want[v.Name] = append(want[v.Name], term.Code)
			}
		}
	}
	for what, codes := range want {
		for _, code := range codes {
			if !seen[what][code] {
				t.Errorf("the invented region has no %s %s", what, code)
			}
		}
	}
}

func list(v any) []map[string]any {
	all, _ := v.([]any)
	var objects []map[string]any
	for _, one := range all {
		objects = append(objects, one.(map[string]any))
	}
	return objects
}

func TestVocabularies(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	// What the database accepts as a code (and the underscore of enum values).
	code := regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_+ :-]{0,40}$`)
	members := map[string]map[string]content.Term{}
	for _, v := range c.Vocabularies {
		members[v.Name] = map[string]content.Term{}
		for _, term := range v.Terms {
			members[v.Name][term.Code] = term
			if !code.MatchString(term.Code) {
				t.Errorf("vocabulary %s: the code %q is malformed", v.Name, term.Code)
			}
		}
	}
	if n := len(members["country"]); n != 249 {
		t.Errorf("ISO 3166-1 has 249 countries, the vocabulary %d", n)
	}
	for _, term := range members["subdivision"] {
		if _, known := members["country"][term.Group]; !known || !strings.HasPrefix(term.Code, term.Group+"-") {
			t.Errorf("the subdivision %s belongs to the country %q", term.Code, term.Group)
		}
	}
	for country, want := range map[string]int{"US": 57, "CA": 13, "NZ": 17, "CH": 26, "AT": 9, "DE": 16, "IT": 126, "ES": 69} {
		got := 0
		for _, term := range members["subdivision"] {
			if term.Group == country {
				got++
			}
		}
		if got != want {
			t.Errorf("%s has %d subdivisions in ISO 3166-2, the vocabulary %d", country, want, got)
		}
	}
	groups := map[string]bool{}
	for _, term := range members["label"] {
		groups[term.Group] = true
		if _, known := members["label-system"][term.Group]; !known || !strings.HasPrefix(term.Code, term.Group+":") {
			t.Errorf("the label %s belongs to the label system %q", term.Code, term.Group)
		}
	}
	if want := len(members["label-system"]); len(groups) != want {
		t.Errorf("labels are there for %d label systems of %d", len(groups), want)
	}
	for _, want := range []struct{ code, common string }{
		{"imba:double-black", "double-black"}, {"sts:S2", "blue"}, {"sts:S3", "black"}, {"osm:4", "double-black"},
		{"alps:red", "blue"}, {"uk:orange", ""}, {"osm:6", ""},
	} {
		if got := members["label"][want.code].Common; got != want.common {
			t.Errorf("%s stands for %q on the common scale, want %q", want.code, got, want.common)
		}
	}
	for vocabulary, codes := range map[string]string{
		"character-tag": "rooty rocky loamy sandy slickrock steep rolling flat switchbacks flowy technical jumps drops berms wooden-features sheltered open scenic forest desert alpine",
		"facility":      "bike-shop rentals lessons lift-access camping lodging food guiding shuttle toilets water",
		"condition":     "dry wet muddy icy snowy tacky dusty hardpack loose spring-conditions summer-heat fall-colors winter-closure",
		"label-system":  "imba trailforks uk alps nz sts osm",
	} {
		want := strings.Fields(codes)
		slices.Sort(want)
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(members[vocabulary]))); diff != "" {
			t.Errorf("vocabulary %s (-want +got):\n%s", vocabulary, diff)
		}
	}
}

func trackLine(points []content.Point) track.Line {
	var l track.Line
	for _, p := range points {
		l = append(l, track.Point{Lon: p[0], Lat: p[1], Ele: p[2]})
	}
	return l
}

// Stored numbers are what package track measures on the stored line.
func TestMeasuredNumbersAreThoseOfTheLines(t *testing.T) {
	t.Parallel()
	for _, x := range shipped(t).Trails {
		if len(x.Line) == 0 {
			continue
		}
		l := trackLine(x.Line)
		elevation, err := l.Elevation()
		if err != nil {
			t.Fatalf("%s: %v", x.Slug, err)
		}
		climb := elevation.Climb(track.DEM)
		for name, want := range map[string]float64{"lengthM": l.Length(), "climbM": climb.Gain, "descentM": climb.Loss} {
			got, _ := x.Fields[name].(float64)
			if d := got - want; d < -0.1 || d > 0.1 {
				t.Errorf("%s: %s is stored as %v, the line has %.2f; run go generate ./content", x.Slug, name, got, want)
			}
		}
		if got := x.Fields["elevationMethod"]; got != climb.Method {
			t.Errorf("%s: the elevation method is stored as %q, used was %q; run go generate ./content", x.Slug, got, climb.Method)
		}
	}
}

// A junction is one place, from whichever trail one comes.
func TestJunctionsAreWhereLinesMeet(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	trails := map[string]content.Trail{}
	for _, x := range c.Trails {
		trails[x.Slug] = x
	}
	count := 0
	for _, x := range c.Trails {
		for _, j := range x.Junctions {
			other := trails[j.Trail]
			here, _ := trackLine(x.Line).Measure().At(j.AtM)
			there, _ := trackLine(other.Line).Measure().At(j.OtherAtM)
			if d := track.Distance(here, there); d > 1 {
				t.Errorf("%s at %.1f m and %s at %.1f m are %.1f m apart", x.Slug, j.AtM, j.Trail, j.OtherAtM, d)
			}
			if !slices.ContainsFunc(other.Junctions, func(back content.Junction) bool {
				return back.Trail == x.Slug && back.AtM == j.OtherAtM && back.OtherAtM == j.AtM
			}) {
				t.Errorf("%s knows its junction with %s, which doesn't know it", x.Slug, j.Trail)
			}
			count++
		}
	}
	if count < 20 {
		t.Errorf("%d junctions; the invented region has more", count)
	}
}

// ids answers an id for each entity in the order of importing, and refuses what
// was not imported yet: so the order is tested too.
type ids map[string]string

func (m ids) add(kind content.Kind, slug string) {
	m[string(kind)+" "+slug] = fmt.Sprintf("00000000-0000-4000-8000-%012d", len(m)+1)
}

func (m ids) resolve(kind content.Kind, slug string) (string, error) {
	if id, ok := m[string(kind)+" "+slug]; ok {
		return id, nil
	}
	return "", fmt.Errorf("not imported yet: %s %s", kind, slug)
}

// Every input made from the shipped files is one that the deployed API accepts.
func TestInputsFitTheAPI(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../api/deploy/schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: `
		scalar AWSDate scalar AWSTime scalar AWSDateTime scalar AWSTimestamp scalar AWSEmail scalar AWSJSON scalar AWSURL
		scalar AWSPhone scalar AWSIPAddress
		directive @aws_api_key on OBJECT | FIELD_DEFINITION
		directive @aws_cognito_user_pools(cognito_groups: [String]) on OBJECT | FIELD_DEFINITION
		directive @aws_iam on OBJECT | FIELD_DEFINITION
		directive @aws_subscribe(mutations: [String]) on FIELD_DEFINITION
		directive @aws_auth(cognito_groups: [String]) on FIELD_DEFINITION
	` + string(text)})
	if err != nil {
		t.Fatal(err)
	}
	accept := func(place, inputType string, value any) {
		t.Helper()
		operation := &ast.OperationDefinition{
			Operation:           ast.Mutation,
			VariableDefinitions: ast.VariableDefinitionList{{Variable: "input", Type: ast.NonNullNamedType(inputType, nil)}},
		}
		if strings.HasPrefix(inputType, "[") {
			operation.VariableDefinitions[0].Type = ast.NonNullListType(ast.NonNullNamedType(strings.Trim(inputType, "[]"), nil), nil)
		}
		operation.VariableDefinitions[0].Definition = schema.Types[strings.Trim(inputType, "[]")]
		if _, err := validator.VariableValues(schema, operation, map[string]any{"input": value}); err != nil {
			t.Errorf("%s as %s: %v", place, inputType, err)
		}
	}
	c, known := shipped(t), ids{}
	input := func(place string, value map[string]any, err error) map[string]any {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", place, err)
		}
		return value
	}
	for _, r := range c.Regions {
		value, err := r.CreateInput(known.resolve)
		accept(r.Place, "CreateRegionInput", input(r.Place, value, err))
		known.add(content.KindRegion, r.Slug)
	}
	for _, s := range c.Systems {
		value, err := s.CreateInput(known.resolve)
		accept(s.Place, "CreateSystemInput", input(s.Place, value, err))
		known.add(content.KindSystem, s.Slug)
	}
	for _, x := range c.AccessPoints {
		value, err := x.CreateInput(known.resolve)
		accept(x.Place, "CreateAccessPointInput", input(x.Place, value, err))
		known.add(content.KindAccessPoint, x.Slug)
	}
	for _, x := range c.Uplifts {
		value, err := x.CreateInput(known.resolve)
		accept(x.Place, "CreateUpliftInput", input(x.Place, value, err))
		known.add(content.KindUplift, x.Slug)
	}
	for _, x := range c.Trails {
		value, err := x.CreateInput(known.resolve)
		accept(x.Place, "CreateTrailInput", input(x.Place, value, err))
		known.add(content.KindTrail, x.Slug)
	}
	for _, r := range c.Routes {
		value, err := r.CreateInput(known.resolve)
		accept(r.Place, "CreateRouteInput", input(r.Place, value, err))
		known.add(content.KindRoute, r.Slug)
	}
	for _, x := range c.Tips {
		value, err := x.CreateInput(known.resolve)
		accept(x.Place, "CreateTipInput", input(x.Place, value, err))
	}
	for _, x := range c.Notices {
		value, err := x.CreateInput(known.resolve)
		accept(x.Place, "CreateSeasonalNoticeInput", input(x.Place, value, err))
	}
	for _, x := range c.Media {
		value, err := x.CreateInput(known.resolve)
		accept(x.Place, "CreateMediaInput", input(x.Place, value, err))
	}
	for _, x := range c.Comments {
		value, err := x.CreateInput(known.resolve)
		accept(x.Place, "CreateCommentInput", input(x.Place, value, err))
		known.add(content.KindComment, x.Slug)
	}
	for _, x := range c.Claims {
		value, err := x.CreateInput(known.resolve)
		accept(x.Place, "CreateClaimInput", input(x.Place, value, err))
	}
	for _, g := range c.Guides {
		value, err := g.CreateInput(known.resolve)
		accept(g.Place, "CreateGuideInput", input(g.Place, value, err))
	}
	for _, x := range c.Organisations {
		value, err := x.CreateInput(known.resolve)
		accept(x.Place, "CreateOrganisationInput", input(x.Place, value, err))
	}
	for _, x := range c.Comparisons {
		value, err := x.CreateInput(known.resolve)
		accept(x.Place, "CreateRegionalComparisonInput", input(x.Place, value, err))
	}
	for _, x := range c.Trails {
		junctions, err := x.JunctionsInput(known.resolve)
		if err != nil {
			t.Fatal(err)
		}
		accept(x.Place, "[JunctionInput]", junctions)
	}
}

func TestCreateInput(t *testing.T) {
	t.Parallel()
	c := load(t, base())
	known := ids{}
	known.add(content.KindRegion, "r")
	known.add(content.KindSystem, "s")
	known.add(content.KindTrail, "a")
	known.add(content.KindTrail, "b")
	got, err := c.Trails[0].CreateInput(known.resolve)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"slug": "a", "lang": "en", "name": "A", "direction": "BOTH", "type": "SINGLETRACK", "lengthM": 900.0,
		"personality": "Short.", "systemIds": []any{known["SYSTEM s"]},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("trail (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]content.Translation{{Lang: "de", Texts: map[string]any{"personality": "Kurz."}}}, c.Trails[0].Translations()); diff != "" {
		t.Errorf("translations (-want +got):\n%s", diff)
	}
	junctions, err := c.Trails[0].JunctionsInput(known.resolve)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{map[string]any{"trailId": known["TRAIL b"], "atM": 10.0, "otherAtM": 20.0}}, junctions); diff != "" {
		t.Errorf("junctions (-want +got):\n%s", diff)
	}
	got, err = c.Routes[0].CreateInput(known.resolve)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{map[string]any{"kind": "TRAIL", "trailId": known["TRAIL a"]}, map[string]any{"kind": "PUSH"}}, got["legs"]); diff != "" {
		t.Errorf("legs (-want +got):\n%s", diff)
	}
	got, err = c.Tips[0].CreateInput(known.resolve)
	if err != nil {
		t.Fatal(err)
	}
	want = map[string]any{"lang": "en", "kind": "TIP", "body": "Mind the gap.", "subjectId": known["TRAIL a"]}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tip (-want +got):\n%s", diff)
	}
	if _, err := c.Systems[0].CreateInput(ids{}.resolve); err == nil || !strings.Contains(err.Error(), `systems/s/system.yaml:1: region "r"`) {
		t.Errorf("a reference that nobody knows is answered %v", err)
	}
}

// base is a small folder that loads; tests spoil it.
func base() fstest.MapFS {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		"vocabularies/country.yaml":       file("vocabulary: country\ntitle: C\ndescription: D\nversion: 1\nterms:\n  - {code: AT, label: Austria}\n"),
		"vocabularies/subdivision.yaml":   file("vocabulary: subdivision\ntitle: C\ndescription: D\nversion: 1\nterms:\n  - {code: AT-7, label: Tyrol, group: AT}\n"),
		"vocabularies/character-tag.yaml": file("vocabulary: character-tag\ntitle: C\ndescription: D\nversion: 1\nterms:\n  - {code: rooty, label: Rooty}\n"),
		"vocabularies/label-system.yaml":  file("vocabulary: label-system\ntitle: C\ndescription: D\nversion: 1\nterms:\n  - {code: imba, label: IMBA}\n"),
		"vocabularies/label.yaml":         file("vocabulary: label\ntitle: C\ndescription: D\nversion: 1\nterms:\n  - {code: 'imba:blue', label: Blue}\n"),
		"sources.yaml":                    file("- {id: map, title: A map, publisher: A club, address: 'https://example.com/map', read: 2026-11-25, supports: Names.}\n"),
		"regions/r.yaml":                  file("name: Invented r\nsynthetic: true\n"),
		"systems/s/system.yaml":           file("name: S\nsynthetic: true\nkind: TOWN\nregions: [r]\n"),
		"systems/s/trails.yaml": file("- slug: a\n  name: A\n  direction: BOTH\n  type: SINGLETRACK\n  lengthM: 900\n  personality: Short.\n" +
			"  texts: {de: {personality: Kurz.}}\n  junctions: [{trail: b, atM: 10, otherAtM: 20}]\n" +
			"- {slug: b, name: B, direction: BOTH, type: SINGLETRACK}\n"),
		"systems/s/routes.yaml": file("- {slug: ride, name: Ride, shape: LOOP, legs: [{kind: TRAIL, trail: a}, {kind: PUSH}]}\n"),
		"systems/s/tips.yaml":   file("- {key: gap, trail: a, kind: TIP, body: Mind the gap.}\n"),
	}
}

func load(t *testing.T, fsys fs.FS) *content.Content {
	t.Helper()
	c, err := content.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	const line = "[[-139.5,-47.5,10],[-139.4,-47.5,10]]"
	tests := []struct {
		name, file, text, want string
	}{
		{"no YAML", "systems/s/trails.yaml", "- {slug: a\n  b", "systems/s/trails.yaml:2:1: not YAML"},
		{"two documents", "regions/r.yaml", "name: R\n---\nname: R\n", "regions/r.yaml:2:1: the file has a second document"},
		{"an empty file", "regions/r.yaml", "", "regions/r.yaml: not YAML"},
		{"not UTF-8", "regions/r.yaml", "name: \xff\n", "regions/r.yaml: the file is not UTF-8"},
		{"too large", "regions/r.yaml", "name: " + strings.Repeat("x", 1<<20), "at most 1048576 are read"},
		{"too deep", "regions/r.yaml", "name: " + strings.Repeat("[", 30) + strings.Repeat("]", 30), "nested more than 20 deep"},
		{"an alias", "regions/r.yaml", "name: &x R\ndescription: *x\n", "regions/r.yaml:1:7: anchors and aliases are not read"},
		{"a key twice", "regions/r.yaml", "name: R\nname: S\n", `regions/r.yaml:2:1: "name" is given twice`},
		{"an unknown field", "regions/r.yaml", "name: R\nheight: 3\n", `regions/r.yaml:2:1: a region has no field "height"; its fields are name, countries,`},
		{"a missing field", "systems/s/system.yaml", "name: S\nregions: [r]\n", "systems/s/system.yaml:1:1: the system lacks its field kind"},
		{"a list instead of a text", "regions/r.yaml", "name: [R]\n", "regions/r.yaml:1:7: name must be a text, not a list"},
		{"a number instead of a text", "regions/r.yaml", "name: 115\n", `regions/r.yaml:1:7: name must be a text: put "115" in quotes`},
		{"a text instead of a list", "regions/r.yaml", "name: R\ntags: rooty\n", `regions/r.yaml:2:7: tags must be a list, not "rooty"`},
		{"nothing", "regions/r.yaml", "name: R\nstatus:\n", "regions/r.yaml:2:8: status must be one of STUB, OUTLINE, USABLE, GUIDE, not nothing"},
		{"an empty text", "regions/r.yaml", "name: ' '\n", "regions/r.yaml:1:7: name is empty; leave it out instead"},
		{"too long a text", "regions/r.yaml", "name: " + strings.Repeat("é", 121) + "\n", "name has 121 characters; at most 120 are possible"},
		{"a control character", "regions/r.yaml", "name: \"a\\u0007\"\n", "name has a control character"},
		{"no such enum value", "systems/s/system.yaml", "name: S\nkind: HILL\nregions: [r]\n", `systems/s/system.yaml:2:7: kind can't be "HILL"; it is one of BIKE_PARK`},
		{"a fraction", "systems/s/system.yaml", "name: S\nkind: TOWN\nregions: [r]\nlowestM: 1.5\n", `systems/s/system.yaml:4:10: lowestM must be a whole number, not "1.5"`},
		{"out of bounds", "systems/s/system.yaml", "name: S\nkind: TOWN\nregions: [r]\nposition: {lat: 91, lon: 0}\n", "systems/s/system.yaml:4:17: lat must lie between -90 and 90, not 91"},
		{"no number", "systems/s/system.yaml", "name: S\nkind: TOWN\nregions: [r]\nposition: {lat: .nan, lon: 0}\n", "lat must be a number"},
		{"no boolean", "regions/r.yaml", "name: R\nsynthetic: perhaps\n", "synthetic must be true or false"},
		{"no day", "systems/s/tips.yaml", "- {key: g, trail: a, kind: TIP, body: Mind it., rideDate: 2026-02-30}\n", `rideDate must be a day such as 2026-11-25, not "2026-02-30"`},
		{"no address", "systems/s/system.yaml", "name: S\nkind: TOWN\nregions: [r]\nlinks: [{title: T, url: 'ftp://x'}]\n", "url must be a web address"},
		{"too many members", "systems/s/system.yaml", "name: S\nkind: TOWN\nregions: [r]\nsubdivisions: [A, B, C, D, E, F, G]\n", "subdivisions has 7 members; at most 6 are possible"},
		{"a member twice", "regions/r.yaml", "name: R\ntags: [rooty, rooty]\n", "regions/r.yaml:2:15: tags has rooty twice"},
		{"no such code", "regions/r.yaml", "name: R\ncountries: [ZZ]\n", `regions/r.yaml:2:13: the vocabulary country has no "ZZ"; see vocabularies/country.yaml`},
		{"an unknown field inside", "systems/s/system.yaml", "name: S\nkind: TOWN\nregions: [r]\nposition: {lat: 1, lon: 1, alt: 1}\n", `systems/s/system.yaml:4:28: position has no field "alt"; its fields are lat, lon`},
		{"a missing field inside", "systems/s/system.yaml", "name: S\nkind: TOWN\nregions: [r]\nposition: {lat: 1}\n", "systems/s/system.yaml:4:11: position lacks its field lon"},
		{"a number instead of fields", "systems/s/system.yaml", "name: S\nkind: TOWN\nregions: [r]\nposition: 1\n", `systems/s/system.yaml:4:11: position must be fields with values, not "1"`},
		{"fields instead of a code", "regions/r.yaml", "name: R\ntags: [{a: b}]\n", "a member of tags must be a code of the vocabulary character-tag, not fields with values"},
		{"a list instead of a file of fields", "regions/r.yaml", "- name: R\n", "regions/r.yaml:1:1: region must be fields with values, not a list"},
		{"fields instead of a file that lists", "systems/s/trails.yaml", "slug: a\n", "systems/s/trails.yaml:1:1: the file must hold a list, not fields with values"},
		{"a merge key", "regions/r.yaml", "name: R\n<<: {climate: Mild.}\n", "regions/r.yaml:2:1: a key must be a plain word"},
		{"no language", "regions/r.yaml", "name: R\nlang: English!\n", "lang must be a language tag such as en or pt-BR"},
		{"a Markdown text of no field", "systems/s/name.md", "S", `systems/s/name.md: a system has no text "name"`},
		{"a Markdown text in no language", "systems/s/tagline.x.md", "S", `systems/s/tagline.x.md: "x" is no language tag`},
		{"an empty Markdown text", "systems/s/tagline.md", " \n", "systems/s/tagline.md: the text is empty"},
		{"a stray file among texts", "systems/s/trails/a/notes.txt", "x", "systems/s/trails/a/notes.txt: this is not read"},
		{"a text without a folder", "systems/s/trails/a.md", "x", "systems/s/trails/a.md: this is not read"},
		{"a stray file among systems", "systems/notes.txt", "x", "systems/notes.txt: this is not read"},
		{"a field instead of a group of measurements", "systems/s/measured.yaml", "tracks: {}\n", `the file holds trails and routes, not "tracks"`},
		{"no such label", "systems/s/trails.yaml", "- {slug: a, name: A, direction: BOTH, type: PAVED, difficulty: [{direction: EITHER, labels: [{system: imba, label: pink, statedBy: Me}]}]}\n- {slug: b, name: B, direction: BOTH, type: PAVED}\n", `the label system imba has no label "pink"`},
		{"no such trail", "systems/s/routes.yaml", "- {slug: ride, name: Ride, shape: LOOP, legs: [{kind: TRAIL, trail: c}]}\n", `systems/s/routes.yaml:1:69: there is no trail "c"`},
		{"no such region", "systems/s/system.yaml", "name: S\nkind: TOWN\nregions: [q]\n", `there is no region "q"`},
		{"no slug", "systems/s/trails.yaml", "- {name: A}\n", "systems/s/trails.yaml:1:3: an entry lacks its slug"},
		{"a bad slug", "systems/s/trails.yaml", "- {slug: A b, name: A}\n", `slug must be a slug: at most 100 small letters, digits and single hyphens, not "A b"`},
		{"a slug twice", "systems/s/trails.yaml", "- {slug: a, name: A, direction: BOTH, type: PAVED}\n- {slug: a, name: B, direction: BOTH, type: PAVED}\n- {slug: b, name: B, direction: BOTH, type: PAVED}\n", `systems/s/trails.yaml:2:1: another trail has the slug "a"`},
		{"another system's trail", "systems/s/trails.yaml", "- {slug: a, name: A, direction: BOTH, type: PAVED, systems: [t]}\n- {slug: b, name: B, direction: BOTH, type: PAVED}\n", "the first of its systems is t"},
		{"part of itself", "systems/s/system.yaml", "name: S\nkind: TOWN\nregions: [r]\nparent: s\n", "systems/s/system.yaml:1:1: the system is part of itself"},
		{"a tip about nothing", "systems/s/tips.yaml", "- {key: g, kind: TIP, body: Mind it.}\n", "a tip names what it is about"},
		{"a tip about two things", "systems/s/tips.yaml", "- {key: g, trail: a, system: s, kind: TIP, body: Mind it.}\n", "a tip is about one thing"},
		{"texts in the original language", "regions/r.yaml", "name: R\ntexts: {en: {climate: Mild.}}\n", "en is the original language"},
		{"texts in no language", "regions/r.yaml", "name: R\ntexts: {Klingon!: {climate: Mild.}}\n", `"Klingon!" is no language tag`},
		{"a translation of nothing", "regions/r.yaml", "name: R\ntexts: {de: {climate: Mild.}}\n", "r: climate is given in de and not in en, the original language"},
		{"no text field", "regions/r.yaml", "name: R\ntexts: {de: {name: R}}\n", `a region has no text "name"`},
		{"a text of nothing", "systems/s/trails/c/description.md", "One", "systems/s/trails/c/description.md: there is nothing in the YAML files that this text belongs to"},
		{"a stray file", "systems/s/notes.txt", "x", "systems/s/notes.txt: this is not read"},
		{"a stray file among regions", "regions/notes.txt", "x", "regions/notes.txt: this is not read"},
		{"a stray vocabulary", "vocabularies/notes.txt", "x", "vocabularies/notes.txt: this is not read"},
		{"a system without its file", "systems/t/trails.yaml", "[]", "systems/t/system.yaml: the system lacks this file"},
		{"a vocabulary under another's name", "vocabularies/foo.yaml", "vocabulary: bar\ntitle: C\ndescription: D\nversion: 1\nterms: []\n", `the vocabulary "bar" must stand in a file of its name`},
		{"a code twice", "vocabularies/country.yaml", "vocabulary: country\ntitle: C\ndescription: D\nversion: 1\nterms:\n  - {code: AT, label: A}\n  - {code: AT, label: A}\n", `vocabularies/country.yaml:7:5: the code "AT" is given twice`},
		{"a term that ends before it begins", "vocabularies/country.yaml", "vocabulary: country\ntitle: C\ndescription: D\nversion: 1\nterms:\n  - {code: AT, label: A, validFrom: 2020-01-01, validUntil: 2019-01-01}\n", "ends (2019-01-01) before it begins"},
		{"no such source", "regions/r.yaml", "name: R\nfacts: [{fields: [name], basis: LOCAL, source: book}]\n", `regions/r.yaml:1:1: sources.yaml has no source "book"`},
		{"a fact about no field", "regions/r.yaml", "name: R\nfacts: [{fields: [height], basis: LOCAL}]\n", `facts name the field "height", which a region has not`},
		{"a fact twice", "regions/r.yaml", "name: R\nfacts: [{fields: [name], basis: LOCAL}, {fields: [name], basis: LOCAL}]\n", `facts name the field "name" twice`},
		{"a source twice", "sources.yaml", "- {id: map, title: A, publisher: B, address: 'https://a.b', read: 2026-11-25, supports: C}\n- {id: map, title: A, publisher: B, address: 'https://a.b', read: 2026-11-25, supports: C}\n", "be given once"},
		{"a line of no trail", "systems/s/lines/c.json", line, "systems/s/lines/c.json: this is not read"},
		{"no line", "systems/s/lines/a.json", "{}", "the file must hold the coordinates of a GeoJSON LineString"},
		{"a point", "systems/s/lines/a.json", "[[1,2]]", "a line has 2 to 20,000 points, not 1"},
		{"a line nowhere", "systems/s/lines/a.json", "[[1,2],[181,2]]", "point 2 lies at longitude 181"},
		{"a mixed line", "systems/s/lines/a.json", "[[1,2],[1,3,4]]", "point 2 has 3 numbers"},
		{"a repeated point", "systems/s/lines/a.json", "[[1,2],[1,2]]", "point 2 repeats the one before it"},
		{"measured twice", "systems/s/measured.yaml", "trails: {a: {lengthM: 3}}\n", "systems/s/measured.yaml:1:14: lengthM is given in the other file too"},
		{"not measured", "systems/s/measured.yaml", "trails: {a: {name: X}}\n", `"name" is no measured field`},
		{"nothing measured", "systems/s/measured.yaml", "trails: {z: {lengthM: 3}}\n", `there is no trail "z" in this folder`},
		{"junctions measured twice", "systems/s/measured.yaml", "trails: {a: {junctions: []}}\n", "junctions are given in the other file too"},
		{"closed without a day", "systems/s/trails.yaml", trail("trailStatus: CLOSED_UNTIL"), "a: the status CLOSED_UNTIL needs a day"},
		{"a day without closure", "systems/s/trails.yaml", trail("closedUntil: 2027-01-01"), "a: the status CLOSED_UNTIL needs a day"},
		{"a direction twice", "systems/s/trails.yaml", trail("difficulty: [{direction: EITHER}, {direction: EITHER}]"), "a: difficulty has EITHER twice"},
		{"an axis twice", "systems/s/trails.yaml", trail("difficulty: [{direction: EITHER, axes: [{axis: AIR, basis: LOCAL}, {axis: AIR, basis: LOCAL}]}]"), "a: difficulty EITHER has AIR twice"},
		{"not applicable with marks", "systems/s/trails.yaml", trail("difficulty: [{direction: EITHER, axes: [{axis: AIR, worst: 1, notApplicable: true, basis: LOCAL}]}]"), "a: AIR does not apply and so has no marks"},
		{"worst easier than most", "systems/s/trails.yaml", trail("difficulty: [{direction: EITHER, axes: [{axis: AIR, predominant: 2, worst: 1, basis: LOCAL}]}]"), "a: AIR: the worst mandatory place (1) can't be easier"},
		{"a feature beyond the end", "systems/s/trails.yaml", trail("features: [{atM: 1000, kind: DROP, mandatory: true}]"), "a: the feature at 1000 m lies beyond the trail's end at 900 m"},
		{"a junction beyond the end", "systems/s/trails.yaml", trail("junctions: [{trail: b, atM: 1000, otherAtM: 0}]"), "a: the junction with b lies beyond a trail's end"},
		{"a junction with itself", "systems/s/trails.yaml", trail("junctions: [{trail: a, atM: 1, otherAtM: 0}]"), "a: a junction joins two different trails"},
		{"an unknown scheme", "systems/s/trails.yaml", trail("externalIds: [{scheme: x, value: y}]"), "a: externalIds: the scheme is one of"},
		{"bad hours", "systems/s/trails.yaml", trail("access: [{bikeClass: MTB, verdict: ALLOWED, hours: '7-19'}]"), `a: hours are written like 07:00-19:00, not "7-19"`},
		{"a leg of no trail", "systems/s/routes.yaml", route("[{kind: TRAIL}]"), "ride: leg 1 is of kind TRAIL and names no trail"},
		{"a part of no trail", "systems/s/routes.yaml", route("[{kind: PUSH, fromM: 3}]"), "ride: leg 1 goes from and to distances of no trail"},
		{"a leg that ends where it begins", "systems/s/routes.yaml", route("[{kind: TRAIL, trail: a, fromM: 3, toM: 3}]"), "ride: leg 1 ends where it begins"},
		{"a leg beyond the end", "systems/s/routes.yaml", route("[{kind: TRAIL, trail: a, fromM: 3, toM: 1000}]"), "ride: leg 1 goes beyond the end of a at 900 m"},
		{"a leg against its direction", "systems/s/routes.yaml", route("[{kind: TRAIL, trail: a, fromM: 30, toM: 3, direction: FORWARD}]"), "ride: leg 1 goes from 30 to 3 m, which its direction contradicts"},
		{"times the wrong way round", "systems/s/routes.yaml", "- {slug: ride, name: Ride, shape: LOOP, minutesLow: 9, minutesHigh: 8}\n", "ride: its shortest time (9 min) is longer"},
		{"heights the wrong way round", "systems/s/system.yaml", "name: S\nkind: TOWN\nregions: [r]\nlowestM: 9\nhighestM: 8\n", "s: its lowest point (9 m) lies above"},
		{"a month twice", "systems/s/system.yaml", "name: S\nkind: TOWN\nregions: [r]\nseason: [{month: 1, verdict: GO, basis: LOCAL}, {month: 1, verdict: GO, basis: LOCAL}]\n", "s: season has 1 twice"},
		{"grading in thirds", "regions/r.yaml", "name: R\nlocalGrading: [{axis: AIR, offset: 0.3}]\n", "r: local grading goes in half steps, not 0.3"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			fsys := base()
			fsys[test.file] = &fstest.MapFile{Data: []byte(test.text)}
			c, err := content.Load(fsys)
			var problems content.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("Load answered %v and the error %v, want Problems", c, err)
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is\n%v\nwant it to contain\n%s", err, test.want)
			}
			if c != nil {
				t.Error("content came with the error")
			}
		})
	}
}

// trail is the small folder's trails with one more field on the first.
func trail(field string) string {
	return "- {slug: a, name: A, direction: BOTH, type: PAVED, lengthM: 900, " + field + "}\n- {slug: b, name: B, direction: BOTH, type: PAVED}\n"
}

func route(legs string) string {
	return "- {slug: ride, name: Ride, shape: LOOP, legs: " + legs + "}\n"
}

func TestTextsStandInMarkdown(t *testing.T) {
	t.Parallel()
	fsys := base()
	for name, text := range map[string]string{
		"systems/s/description.md":           "Of the system.\r\n\r\nIt goes on.\n",
		"systems/s/description.de.md":        "Vom System.",
		"systems/s/trails/a/description.md":  "Of the trail.",
		"systems/s/routes/ride/purpose.md":   "Of the route.",
		"regions/r/climate.md":               "Of the region.",
		"regions/r/climate.pt-BR.md":         "Da região.",
		"systems/s/trails/a/maintenance.md":  "Of its keepers.",
		"systems/s/trails/b/personality.md":  "Of the other.",
		"systems/s/routes/ride/idealFor.md":  "Of riders.",
		"systems/s/trails/a/comparableTo.md": "Of its like.",
	} {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	c := load(t, fsys)
	if diff := cmp.Diff(map[string]map[string]any{"en": {"description": "Of the system.\n\nIt goes on."}, "de": {"description": "Vom System."}}, c.Systems[0].Texts); diff != "" {
		t.Errorf("system (-want +got):\n%s", diff)
	}
	if got := c.Trails[0].Texts["en"]["description"]; got != "Of the trail." {
		t.Errorf("trail: %q", got)
	}
	if got := c.Routes[0].Texts["en"]["purpose"]; got != "Of the route." {
		t.Errorf("route: %q", got)
	}
	if got := c.Regions[0].Texts["pt-BR"]["climate"]; got != "Da região." {
		t.Errorf("region: %q", got)
	}
}

func TestSectionsStandInMarkdown(t *testing.T) {
	t.Parallel()
	fsys := base()
	fsys["guides/g.yaml"] = &fstest.MapFile{Data: []byte("name: G\ntype: ROUTE_GUIDE\nsynthetic: true\n")}
	fsys["guides/g/sections.md"] = &fstest.MapFile{Data: []byte("## When\r\n\r\nIn **May**.\r\n\r\n### Or later\n\nIn June.\n\n## Where\nHere.\n")}
	c := load(t, fsys)
	want := map[string]map[string]any{"en": {"sections": []any{
		map[string]any{"heading": "When", "body": "In **May**.\n\n### Or later\n\nIn June."},
		map[string]any{"heading": "Where", "body": "Here."},
	}}}
	if diff := cmp.Diff(want, c.Guides[0].Texts); diff != "" {
		t.Error(diff)
	}
	for text, complaint := range map[string]string{
		"Words first.\n## When\nIn May.\n": "begins before its first heading",
		"## When\n\n## Where\nHere.\n":     `has a section "When" whose body`,
		"":                                 "has a section",
	} {
		fsys["guides/g/sections.md"] = &fstest.MapFile{Data: []byte(text)}
		if _, err := content.Load(fsys); err == nil || !strings.Contains(err.Error(), "guides/g/sections.md") || !strings.Contains(err.Error(), complaint) {
			t.Errorf("%q: %v; want %q", text, err, complaint)
		}
	}
	fsys["guides/g/sections.md"] = &fstest.MapFile{Data: []byte("## When\nIn May.\n")}
	fsys["guides/g/keyTakeaways.md"] = &fstest.MapFile{Data: []byte("One.\n")}
	if _, err := content.Load(fsys); err == nil || !strings.Contains(err.Error(), "it stands in the YAML file") {
		t.Errorf("key takeaways in Markdown: %v", err)
	}
}

func TestATextStandsInOnePlace(t *testing.T) {
	t.Parallel()
	fsys := base()
	fsys["systems/s/system.yaml"] = &fstest.MapFile{Data: []byte("name: S\nkind: TOWN\nregions: [r]\ntagline: One\n")}
	fsys["systems/s/tagline.md"] = &fstest.MapFile{Data: []byte("Two")}
	_, err := content.Load(fsys)
	if want := "systems/s/tagline.md: the text stands in the YAML file too"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("the error is %v, want it to contain %q", err, want)
	}
}

// A file that can't be read is the one thing said: what names its entities is
// wrong only because of it.
func TestTheCauseIsNotHidden(t *testing.T) {
	t.Parallel()
	fsys := base()
	fsys["systems/s/trails.yaml"] = &fstest.MapFile{Data: []byte("- {slug: a\n  b")}
	_, err := content.Load(fsys)
	var problems content.Problems
	if !errors.As(err, &problems) || len(problems) != 1 {
		t.Errorf("want one problem, got\n%v", err)
	}
}

func TestFactsNameTheirSource(t *testing.T) {
	t.Parallel()
	fsys := base()
	fsys["regions/q.yaml"] = &fstest.MapFile{Data: []byte("name: Q\ncountries: [AT]\nfacts: [{fields: [name, countries], basis: OFFICIAL, source: map, licence: CC0-1.0}]\n")}
	c := load(t, fsys)
	want := []any{
		map[string]any{"field": "name", "basis": "OFFICIAL", "source": "A map, A club", "url": "https://example.com/map", "date": "2026-11-25", "licence": "CC0-1.0"},
		map[string]any{"field": "countries", "basis": "OFFICIAL", "source": "A map, A club", "url": "https://example.com/map", "date": "2026-11-25", "licence": "CC0-1.0"},
	}
	if diff := cmp.Diff(want, c.Regions[0].Fields["facts"]); diff != "" {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
}

// realBase is a folder about a real place that Check accepts.
func realBase() fstest.MapFS {
	fsys := base()
	fsys["regions/r.yaml"] = &fstest.MapFile{Data: []byte("name: R\nfacts: [{fields: [name], basis: OFFICIAL, source: map}]\n")}
	fsys["systems/s/system.yaml"] = &fstest.MapFile{Data: []byte("name: S\nkind: TOWN\nregions: [r]\n" + realFacts("name", "kind"))}
	for _, file := range []string{"trails", "routes", "tips"} {
		delete(fsys, "systems/s/"+file+".yaml")
	}
	return fsys
}

func realFacts(sourced string, estimated ...string) string {
	return "facts: [{fields: [" + sourced + "], basis: OFFICIAL, source: map}, {fields: [" + strings.Join(estimated, ", ") + "], basis: EDITORIAL_ESTIMATE}]\n"
}

func TestCheckAcceptsSourcedPlaces(t *testing.T) {
	t.Parallel()
	if err := load(t, realBase()).Check(); err != nil {
		t.Error(err)
	}
	// The small invented folder leaves its one source unused.
	if err := load(t, base()).Check(); err == nil || !strings.Contains(err.Error(), `no fact rests on the source "map"`) {
		t.Errorf("an unused source is answered %v", err)
	}
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	const head = "name: S\nkind: TOWN\nregions: [r]\n"
	const trailHead = "- slug: a\n  name: A\n  direction: BOTH\n  type: PAVED\n"
	trailFacts := "  " + realFacts("name, systemIds", "direction", "type")
	tests := []struct {
		name, file, text, want string
	}{
		{"a name without a source", "systems/s/system.yaml", head, "s: name of a real place needs a fact that names a source read"},
		{"a name by estimate", "systems/s/system.yaml", head + "facts: [{fields: [name, kind], basis: EDITORIAL_ESTIMATE}]\n", "s: name of a real place needs a fact"},
		{"a name without the source's page", "systems/s/system.yaml", head + "facts: [{fields: [name], basis: OFFICIAL}, {fields: [kind], basis: EDITORIAL_ESTIMATE}]\n", "s: name of a real place needs a fact"},
		{"a position", "systems/s/system.yaml", head + "position: {lat: 1, lon: 1}\n" + realFacts("name", "kind"), "s: position of a real place needs a fact"},
		{"a number", "systems/s/system.yaml", head + "highestM: 1\n" + realFacts("name", "kind"), "s: highestM of a real place needs a fact"},
		{"fees", "systems/s/system.yaml", head + "fees: None.\n" + realFacts("name", "kind", "fees"), "s: fees of a real place needs a fact"},
		{"access", "systems/s/system.yaml", head + "access: [{bikeClass: MTB, verdict: ALLOWED}]\n" + realFacts("name", "kind"), "s: access of a real place needs a fact"},
		{"subdivisions", "systems/s/system.yaml", head + "subdivisions: [AT-7]\n" + realFacts("name", "kind"), "s: subdivisions of a real place needs a fact"},
		{"an estimated number", "systems/s/system.yaml", head + "tagline: All 300 km of it.\n" + realFacts("name", "kind", "tagline"), "s: tagline is an estimate and speaks of numbers"},
		{"tags without a basis", "systems/s/system.yaml", head + "tags: [rooty]\n" + realFacts("name", "kind"), "s: tags needs a fact"},
		{"a size that claims to be official", "systems/s/system.yaml", head + "size: DESTINATION\n" + realFacts("name, size", "kind"), "s: size is an editors' opinion"},
		{"marks that claim to be official", "systems/s/system.yaml", head + "styleMarks: [{style: XC, mark: 1}]\n" + realFacts("name, styleMarks", "kind"), "s: styleMarks is an editors' opinion"},
		{"months that claim to be official", "systems/s/system.yaml", head + "season: [{month: 1, verdict: GO, basis: OFFICIAL}]\n" + realFacts("name", "kind"), "s: season of a real place has the basis EDITORIAL_ESTIMATE, not OFFICIAL"},
		{"one source for everything", "systems/s/system.yaml", head + "facts: [{fields: ['*'], basis: OFFICIAL, source: map}]\n", "s: of a real place each fact names its own source"},
		{"a source for nothing", "systems/s/system.yaml", head + realFacts("name, position", "kind"), "s: facts name a source for position, of which nothing is said"},
		{"a link to an unread page", "systems/s/system.yaml", head + "links: [{title: T, url: 'https://example.com/other'}]\n" + realFacts("name", "kind"), "goes to a page that nobody read"},
		{"a claim", "systems/s/claims.yaml", "- {key: c, system: s, body: It is so.}\n", "c: claims about real places are stated by riders"},
		{"a tip", "systems/s/tips.yaml", "- {key: g, system: s, kind: TIP, body: Mind it.}\n", "g: tips for real places are given by riders"},
		{"a trail without a source", "systems/s/trails.yaml", trailHead, "a: systemIds of a real place needs a fact"},
		{"a measured mark", "systems/s/trails.yaml", trailHead + "  difficulty: [{direction: EITHER, axes: [{axis: AIR, worst: 1, basis: MEASURED}]}]\n" + trailFacts, "a: axis marks shipped for a real trail are estimates"},
		{"a label without a source", "systems/s/trails.yaml", trailHead + "  difficulty: [{direction: EITHER, labels: [{system: imba, label: blue, statedBy: Me}]}]\n" + trailFacts, "a: a stated label of a real trail needs a fact"},
		{"a trail that belongs to an invented system too", "systems/s/trails.yaml", trailHead + "  systems: [s, t]\n" + trailFacts, "a: what is invented belongs to invented systems only, and what is real to real ones; t is the other kind"},
		{"a junction without a source", "systems/s/trails.yaml", trailHead + "  junctions: [{trail: b, atM: 1, otherAtM: 1}]\n" + trailFacts + strings.ReplaceAll(trailHead, "a\n", "b\n") + trailFacts, "a: junctions of a real place needs a fact"},
		{"legs without a source", "systems/s/routes.yaml", "- slug: ride\n  name: Ride\n  shape: LOOP\n  legs: [{kind: PUSH}]\n  " + realFacts("name, systemIds", "shape"), "ride: legs of a real place needs a fact"},
		{"a parent without a source", "systems/q/system.yaml", "name: Q\nkind: TOWN\nregions: [r]\nparent: s\n" + realFacts("name", "kind"), "q: parentId of a real place needs a fact"},
		{"a real part of an invented system", "systems/q/system.yaml", "name: Q\nkind: TOWN\nregions: [r]\nparent: t\n" + realFacts("name, parentId", "kind"), "q: an invented system is part of invented ones only"},
		{"an invented system in a real region", "systems/s/system.yaml", head + "synthetic: true\n", "s: an invented system lies in invented regions only"},
		{"a real system in an invented region", "regions/r.yaml", "name: Invented R\nsynthetic: true\n", "s: an invented system lies in invented regions only"},
		{"an invented region with a real name", "regions/q.yaml", "name: Tyrol\nsynthetic: true\n", `q: the name of an invented region says that it is invented or made up; "Tyrol" doesn't`},
		{"an invented region in a real country", "regions/q.yaml", "name: Invented q\nsynthetic: true\ncountries: [AT]\n", "q: an invented region lies in no real country"},
		{"a guide's numbers by estimate", "guides/g.yaml", "name: G\ntype: ROUTE_GUIDE\nkeyTakeaways: [Ride 30 km]\nfacts: [{fields: [keyTakeaways], basis: EDITORIAL_ESTIMATE}]\n", "g: keyTakeaways is an estimate and speaks of numbers"},
		{"a guide's section without a link", "guides/g.yaml", "name: G\ntype: ROUTE_GUIDE\nsections: [{heading: H, body: 'Says [nobody](https://example.com/other).'}]\nfacts: [{fields: [sections], basis: OFFICIAL, source: map}]\n", `g: the section "H" links no page of sources.yaml`},
		{"a guide's summary without a basis", "guides/g.yaml", "name: G\ntype: ROUTE_GUIDE\nsummary: Good.\n", "g: summary needs a fact"},
		{"a guide that claims to be verified", "guides/g.yaml", "name: G\ntype: ROUTE_GUIDE\nverifiedOn: 2026-11-25\n", "g: verifiedOn of a real place needs a fact"},
		{"a real guide to an invented system", "guides/g.yaml", "name: G\ntype: ROUTE_GUIDE\nsystems: [t]\n", "g: what is invented belongs to invented systems only"},
		{"a real guide to an invented region", "guides/g.yaml", "name: G\ntype: ROUTE_GUIDE\nregions: [i]\n", "g: what is invented speaks of invented regions only"},
		{"an invented region on land", "regions/q.yaml", "name: Invented q\nsynthetic: true\nposition: {lat: 47, lon: 11}\n", "q: its position lies outside the box in the open ocean"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			fsys := realBase()
			fsys["regions/i.yaml"] = &fstest.MapFile{Data: []byte("name: Invented i\nsynthetic: true\n")}
			fsys["systems/t/system.yaml"] = &fstest.MapFile{Data: []byte("name: T\nsynthetic: true\nkind: TOWN\nregions: [i]\n")}
			fsys[test.file] = &fstest.MapFile{Data: []byte(test.text)}
			err := load(t, fsys).Check()
			var problems content.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("Check answered %v, want Problems", err)
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is\n%v\nwant it to contain\n%s", err, test.want)
			}
		})
	}
}

func TestCheckOfLinesAndLinks(t *testing.T) {
	t.Parallel()
	fsys := realBase()
	fsys["systems/s/trails.yaml"] = &fstest.MapFile{Data: []byte("- slug: a\n  name: A\n  direction: BOTH\n  type: PAVED\n  " + realFacts("name, systemIds", "direction", "type"))}
	fsys["systems/s/lines/a.json"] = &fstest.MapFile{Data: []byte("[[11,47],[11.1,47]]")}
	if err := load(t, fsys).Check(); err == nil || !strings.Contains(err.Error(), "a: lines of real trails are imported") {
		t.Errorf("a line of a real trail is answered %v", err)
	}
	fsys = base()
	fsys["systems/s/lines/a.json"] = &fstest.MapFile{Data: []byte("[[11,47],[11.1,47]]")}
	if err := load(t, fsys).Check(); err == nil || !strings.Contains(err.Error(), "a: its line leaves the box in the open ocean") {
		t.Errorf("an invented line on land is answered %v", err)
	}
	fsys = base()
	fsys["systems/s/system.yaml"] = &fstest.MapFile{Data: []byte("name: S\nsynthetic: true\nkind: TOWN\nregions: [r]\nsubdivisions: [AT-7]\nlinks: [{title: T, url: 'https://example.com/'}]\n")}
	err := load(t, fsys).Check()
	for _, want := range []string{"s: links of invented places go to https://example.org/", "s: an invented system lies in no real subdivision"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want it to contain %q", err, want)
		}
	}
}

func TestProblemsAreBounded(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for range 80 {
		text.WriteString("- {name: A}\n")
	}
	fsys := base()
	fsys["systems/s/trails.yaml"] = &fstest.MapFile{Data: []byte(text.String())}
	_, err := content.Load(fsys)
	if err == nil || !strings.Contains(err.Error(), "more") || strings.Count(err.Error(), "\n") > 51 {
		t.Errorf("80 problems are told as %d lines", strings.Count(fmt.Sprint(err), "\n")+1)
	}
}

func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		trail("gates: 2"), trail("difficulty: [{direction: EITHER, axes: [{axis: AIR, worst: 1, basis: LOCAL}]}]"),
		"- {slug: a}", "a: &x [*x]", "- slug: [a]\n", "{}", "- !!binary aGk=\n", "- {slug: a, texts: {de: {personality: x}}}",
		"- {slug: a, name: A, direction: BOTH, type: PAVED, facts: [{fields: [name], basis: LOCAL}], junctions: [{trail: a, atM: 1, otherAtM: 2}]}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fsys := base()
		fsys["systems/s/trails.yaml"] = &fstest.MapFile{Data: []byte(text)}
		delete(fsys, "systems/s/routes.yaml")
		delete(fsys, "systems/s/tips.yaml")
		c, err := content.Load(fsys)
		var problems content.Problems
		if err != nil && !errors.As(err, &problems) {
			t.Fatalf("the error is no list of problems: %v", err)
		}
		if err == nil {
			for _, x := range c.Trails {
				if x.Slug == "" || x.Fields["name"] == nil || len(x.Systems) == 0 {
					t.Errorf("a trail without slug, name or system was accepted: %+v", x)
				}
			}
		}
	})
}

func FuzzLine(f *testing.F) {
	f.Add("[[1,2,3],[2,3,4]]")
	f.Add("[[1e999,2]]")
	f.Add("[null,null]")
	f.Fuzz(func(t *testing.T, text string) {
		fsys := base()
		fsys["systems/s/lines/a.json"] = &fstest.MapFile{Data: []byte(text)}
		c, err := content.Load(fsys)
		if err != nil {
			return
		}
		for i, p := range c.Trails[0].Line {
			if len(p) < 2 || len(p) > 3 || p[0] < -180 || p[0] > 180 || p[1] < -90 || p[1] > 90 {
				t.Errorf("point %d is %v", i, p)
			}
		}
	})
}
