package load_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
	"github.com/mtbwiki/mtbwiki/website"
	"github.com/mtbwiki/mtbwiki/website/htmltest"
)

// largest system of the batch, by its trails, and one trail and route of it.
const largest = `
SELECT s.slug, t.slug, r.slug, g.slug, x.id::text
FROM (SELECT y.system_id AS id FROM wiki.trail_system y GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1) x
JOIN wiki.slug s ON s.entity_id = x.id
CROSS JOIN LATERAL (SELECT k.slug FROM wiki.trail_system y JOIN wiki.entity e ON e.id = y.trail_id AND e.visibility = 'PUBLIC' JOIN wiki.slug k ON k.entity_id = y.trail_id WHERE y.system_id = x.id ORDER BY 1 LIMIT 1) t
CROSS JOIN LATERAL (SELECT k.slug FROM wiki.route_system y JOIN wiki.slug k ON k.entity_id = y.route_id WHERE y.system_id = x.id ORDER BY 1 LIMIT 1) r
CROSS JOIN LATERAL (SELECT k.slug FROM wiki.system_region y JOIN wiki.slug k ON k.entity_id = y.region_id WHERE y.system_id = x.id) g`

// What is loaded by COPY is read like anything else: in depth, by discovery when
// invented places are asked for and not otherwise, by search, and on its pages.
func TestReadsSyntheticData(t *testing.T) {
	t.Parallel()
	a := fabrictest.Start(t, fabrictest.Content)
	seed(t, a.DB, small)
	var system, trail, route, region, id string
	if err := a.DB.Owner.QueryRow(t.Context(), largest).Scan(&system, &trail, &route, &region, &id); err != nil {
		t.Fatal(err)
	}
	reader := a.Anonymous()
	deep := reader.OK(`query($slug: String) { system(slug: $slug) {
		name synthetic trailCount position { lat lon } season { month verdict reason } styleMarks { style mark } skillMarks { skill mark }
		regions { name } tags facilities access { bikeClass verdict } localGrading { axis offset } safety { water hazards { kind months } }
		trails { name commonLabel lengthM } routes { name lengthM } facts { field basis source } description
	} }`, map[string]any{"slug": system})
	raw, err := json.Marshal(deep.Data)
	if err != nil {
		t.Fatal(err)
	}
	if deep.Get("system", "synthetic") != true || deep.Get("system", "season", 11, "month") == nil || deep.Get("system", "trails", 10, "name") == nil || deep.Get("system", "routes", 0, "name") == nil {
		t.Errorf("the largest system: %.600s", raw)
	}
	got := reader.OK(`query($slug: String) { trail(slug: $slug) {
		name lengthM climbM elevationMethod hasLine difficulty { direction labels { system label statedBy } axes { axis predominant worst } }
		features { kind atM } systems { name }
	} }`, map[string]any{"slug": trail})
	if got.Get("trail", "hasLine") != true || got.Get("trail", "difficulty", 0, "axes", 4, "axis") != "FITNESS" {
		t.Errorf("a trail: %v", got.Data)
	}

	where := map[string]any{"lat": deep.Get("system", "position", "lat"), "lon": deep.Get("system", "position", "lon"), "radiusKm": 200}
	const ask = `query($near: NearInput, $invented: Boolean) { discover(input: {near: $near, includeInvented: $invented, first: 30}) { suggestions { system { id slug } score } } }`
	slugs := func(invented bool) (out []string) {
		r := reader.OK(ask, map[string]any{"near": where, "invented": invented})
		for i := 0; r.Get("discover", "suggestions", i) != nil; i++ {
			out = append(out, r.Get("discover", "suggestions", i, "system", "slug").(string))
		}
		return out
	}
	if found := slugs(true); !slices.Contains(found, system) {
		t.Errorf("discovery with invented places, around the largest system: %v", found)
	}
	if found := slugs(false); len(found) != 0 {
		t.Errorf("discovery without invented places, in open ocean: %v", found)
	}
	name := deep.Get("system", "name").(string)
	search := reader.OK(`query($q: String!) { search(query: $q, first: 5) { nodes { id title synthetic } } }`, map[string]any{"q": name})
	if search.Get("search", "nodes", 0, "title") != name || search.Get("search", "nodes", 0, "synthetic") != true {
		t.Errorf("searching for %q: %v", name, search.Data)
	}

	site, err := website.New(website.Config{Endpoint: a.URL, APIKey: fabrictest.Credentials.APIKey, Issuer: "https://pool.test/identity", ClientID: "site-under-test",
		CookieKey: make([]byte, 32), BaseURL: "http://site.test"})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	for _, path := range []string{"/systems/" + system, "/trails/" + trail, "/routes/" + route, "/regions/" + region, "/trails/" + trail + "/history"} {
		resp, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %v", path, resp.StatusCode, err)
			continue
		}
		if !strings.HasSuffix(path, "/history") && !strings.Contains(string(page), "Nothing on this page exists") {
			t.Errorf("%s doesn't say that the place is invented", path)
		}
		htmltest.Check(t, string(page), htmltest.In("h1"))
	}
}
