package alpha

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/tests/utils"
)

// Lists are asked for what lies near or inside, by distance, and for given ids; none of
// it finds what the caller may not know the place of.
func TestListsByPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mod := w.Moderator("mod")
	at := func(name string, lat, lon float64, visibility string) string {
		return w.make(mod, "System", map[string]any{"name": name, "kind": "TOWN", "regionIds": []string{w.region}, "position": map[string]any{"lat": lat, "lon": lon}, "visibility": visibility})
	}
	here := at("Here", 47, 179.9, "PUBLIC")
	across := at("Across", 47, -179.9, "PUBLIC") // 15.2 km to the east
	north := at("North", 47.5, 179.9, "PUBLIC")  // 55.6 km
	secret := at("Secret", 47, 179.95, "NAME_ONLY")
	hidden := at("Hidden", 47, 179.95, "HIDDEN")
	const query = `query($f: SystemFilter, $s: SystemSort, $first: Int, $after: String) { systems(filter: $f, sort: $s, first: $first, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } totalCount } }`
	names := func(filter map[string]any, more map[string]any) (out []string) {
		t.Helper()
		in := map[string]any{"f": filter, "s": "DISTANCE"}
		for k, v := range more {
			in[k] = v
		}
		for after := any(nil); ; {
			in["after"] = after
			r := w.Anonymous().OK(query, in)
			for _, n := range r.Get("systems", "nodes").([]any) {
				out = append(out, n.(map[string]any)["name"].(string))
			}
			if r.Get("systems", "pageInfo", "hasNextPage") != true {
				if total := r.Get("systems", "totalCount"); total != float64(len(out)) {
					t.Errorf("%v in all, %d came", total, len(out))
				}
				return out
			}
			after = r.Get("systems", "pageInfo", "endCursor")
		}
	}
	circle := func(lat, lon, km float64) map[string]any {
		return map[string]any{"near": map[string]any{"lat": lat, "lon": lon, "radiusKm": km}}
	}
	box := func(west, south, east, north float64) map[string]any {
		return map[string]any{"inside": map[string]any{"west": west, "south": south, "east": east, "north": north}}
	}
	byName := map[string]any{"s": "NAME"}
	for _, test := range []struct {
		what      string
		got, want []string
	}{
		{"near, nearest first, over the antimeridian", names(circle(47, 179.9, 60), nil), []string{"Here", "Across", "North"}},
		{"from the other side, a page each", names(circle(47, -179.9, 60), map[string]any{"first": 1}), []string{"Across", "Here", "North"}},
		{"a smaller circle", names(circle(47, 179.9, 15.1), nil), []string{"Here"}},
		{"a circle just large enough", names(circle(47, 179.9, 15.3), nil), []string{"Here", "Across"}},
		{"300 km unless said", names(map[string]any{"near": map[string]any{"lat": 47, "lon": 179.9}}, nil), []string{"Here", "Across", "North"}},
		{"by name", names(circle(47, 179.9, 60), byName), []string{"Across", "Here", "North"}},
		{"a box over the antimeridian", names(box(179, 46, -179, 47.2), byName), []string{"Across", "Here"}},
		{"a box of this side", names(box(179, 46, 180, 48), byName), []string{"Here", "North"}},
		{"with another filter", names(map[string]any{"near": circle(47, 179.9, 60)["near"], "nameContains": "nor"}, nil), []string{"North"}},
	} {
		if diff := cmp.Diff(test.want, test.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.what, diff)
		}
	}
	// A moderator sees the places that are kept back.
	r := mod.OK(query, map[string]any{"f": circle(47, 179.9, 5), "s": "DISTANCE"})
	if n := len(r.Get("systems", "nodes").([]any)); n != 3 {
		t.Errorf("a moderator finds %d near: %s", n, r.Raw)
	}

	// By ids: those that are there for the caller, and no others.
	ids := []string{north, secret, hidden, here, w.trail, "00000000-0000-0000-0000-000000000001", across}
	got := names(map[string]any{"ids": ids}, byName)
	if diff := cmp.Diff([]string{"Across", "Here", "North", "Secret"}, got); diff != "" {
		t.Errorf("by ids (-want +got):\n%s", diff)
	}
	if got := names(map[string]any{"ids": []string{}}, byName); len(got) != 0 {
		t.Errorf("no ids give %v", got)
	}

	for _, test := range []struct {
		filter map[string]any
		sort   string
		want   string
	}{
		{nil, "DISTANCE", "needs filter.near"},
		{circle(91, 0, 1), "NAME", "filter.near is no place"},
		{circle(0, 180.1, 1), "NAME", "filter.near is no place"},
		{circle(0, 0, 0), "NAME", "radiusKm lies above 0"},
		{circle(0, 0, 3001), "NAME", "at most 3000"},
		{box(0, 2, 1, 1), "NAME", "its south above its north"},
		{map[string]any{"near": circle(0, 0, 1)["near"], "inside": box(0, 0, 1, 1)["inside"]}, "NAME", "near or inside, not both"},
		{map[string]any{"ids": []string{"x"}}, "NAME", "takes UUIDs"},
		{map[string]any{"ids": make51(w.system)}, "NAME", "at most 50"},
		{map[string]any{"ids": []string{w.system}, "nameContains": "x"}, "NAME", "stands alone"},
	} {
		if r := w.Anonymous().Do(query, map[string]any{"f": test.filter, "s": test.sort}); r.Err() != "InvalidInput" || !strings.Contains(string(r.Raw), test.want) {
			t.Errorf("%v: %s; want InvalidInput with %q", test.filter, r.Raw, test.want)
		}
	}
}

func make51(id string) []string {
	ids := make([]string, 51)
	for i := range ids {
		ids[i] = id
	}
	return ids
}

// Every list reads a batch of ids.
func TestEveryListByIDs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := schema(t)
	for _, list := range s.Fields("Query") {
		// A rider's own have no readers to whom others would give ids.
		name := strings.TrimSuffix(s.Returns("Query", list), "Connection")
		if _, page := entity.Describe(name); !page || !s.Takes("Query", list, "filter") || strings.HasPrefix(list, "my") {
			continue // such as reports, which are no pages
		}
		one := strings.ToLower(name[:1]) + name[1:]
		id := w.Anonymous().OK(fmt.Sprintf("{ %s(first: 1) { nodes { id } } }", list), nil).Get(list, "nodes", 0, "id")
		if id == nil {
			t.Errorf("%s is empty; this test needs one", list)
			continue
		}
		selection, _ := s.Selection(name, 2, utils.Plain)
		r := w.Anonymous().OK(fmt.Sprintf("query($f: %sFilter, $id: ID) { %s(filter: $f, first: 1) { nodes %s } one: %s(id: $id) %[3]s }", name, list, selection, one), map[string]any{"f": map[string]any{"ids": []any{id}}, "id": id})
		if diff := cmp.Diff([]any{r.Get("one")}, r.Get(list, "nodes")); diff != "" {
			t.Errorf("%s by an id (-one +list):\n%s", list, diff)
		}
	}
}
