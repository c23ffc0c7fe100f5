package alpha

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	declare = `mutation($i: DeclareMembershipInput!) { declareMembership(input: $i) { memberCount myRole members { rider { name } role } } }`
	leave   = `mutation($i: EndMembershipInput!) { endMembership(input: $i) { memberCount myRole } }`
)

// Who looks after a place stands on its page, by what they are to it; riders belong to
// organisations, and both pages say so.
func TestOrganisationLife(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.Rider(w.annsName)
	shop := w.make(ann, "Organisation", map[string]any{
		"name": "Bolts & Co", "kind": "SHOP", "systemIds": []string{w.system}, "url": "https://bolts.example/", "facilities": []string{"bike-shop"},
		"links": []any{map[string]any{"title": "Prices", "url": "https://bolts.example/prices"}}, "position": map[string]any{"lat": 47.1, "lon": 10.2}, "howToHelp": "Buy a marmalade sandwich.",
	})
	got := w.Anonymous().OK(`query($id: ID!) { system(id: $id) { organisations { name kind url position { lat lon } } } }`, map[string]any{"id": w.system}).Get("system", "organisations")
	want := []any{
		map[string]any{"name": "Test Trails", "kind": "ASSOCIATION", "url": nil, "position": nil},
		map[string]any{"name": "Bolts & Co", "kind": "SHOP", "url": "https://bolts.example/", "position": map[string]any{"lat": 47.1, "lon": 10.2}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the system's organisations (-want +got):\n%s", diff)
	}
	for _, list := range []string{
		`{ organisations(filter: {systemIds: ["` + w.system + `"], kind: [SHOP]}) { nodes { name } } }`,
		`{ organisations(filter: {facilities: ["bike-shop"]}) { nodes { name } } }`,
		`{ organisations: search(query: "marmalade", kinds: [ORGANISATION]) { nodes { title } } }`,
	} {
		if text := string(w.Anonymous().OK(list, nil).Raw); !strings.Contains(text, "Bolts & Co") || strings.Contains(text, "Test Trails") {
			t.Errorf("%s answers %s", list, text)
		}
	}
	// A rider's change of the name is looked at first, one of the texts isn't.
	if r := ann.Do(`mutation($i: UpdateOrganisationInput!) { updateOrganisation(input: $i) { id } }`, map[string]any{"i": w.edit("organisation", shop, map[string]any{"name": "Nuts & Co"})}); r.Err() != "ProposalRequired" {
		t.Errorf("a new name: %s", r.Raw)
	}

	role := func(role string) map[string]any { return map[string]any{"i": map[string]any{"id": shop, "role": role}} }
	ann.OK(declare, role("MEMBER"))
	w.Moderator("mod").OK(declare, role("OWNER"))
	r := ann.OK(declare, role("STAFF"))
	if diff := cmp.Diff(map[string]any{"memberCount": 2.0, "myRole": "STAFF", "members": []any{
		map[string]any{"rider": map[string]any{"name": "mod"}, "role": "OWNER"},
		map[string]any{"rider": map[string]any{"name": w.annsName}, "role": "STAFF"},
	}}, r.Get("declareMembership")); diff != "" {
		t.Errorf("belonging (-want +got):\n%s", diff)
	}
	const mine = `query($id: ID!) { rider(id: $id) { interests { organisation { name } role } } }`
	if diff := cmp.Diff([]any{map[string]any{"organisation": map[string]any{"name": "Bolts & Co"}, "role": "STAFF"}}, w.Anonymous().OK(mine, map[string]any{"id": w.ann}).Get("rider", "interests")); diff != "" {
		t.Errorf("ann's interests (-want +got):\n%s", diff)
	}
	if v := w.Anonymous().OK(`query($id: ID!) { organisation(id: $id) { myRole } }`, map[string]any{"id": shop}).Get("organisation", "myRole"); v != nil {
		t.Errorf("a visitor is %v of it", v)
	}
	// What was put away is told of to nobody, and takes no members.
	w.archived("Organisation", "organisation", shop)
	if v := w.Anonymous().OK(mine, map[string]any{"id": w.ann}).Get("rider", "interests").([]any); len(v) != 0 {
		t.Errorf("ann belongs to what was put away: %v", v)
	}
	if r := w.Rider("late").Do(declare, role("MEMBER")); r.Err() != notFound {
		t.Errorf("joining what was put away: %s", r.Raw)
	}
	if r := w.Moderator("mod").Do(declare, role("MEMBER")); r.Err() != "Archived" {
		t.Errorf("a moderator joins what was put away: %s", r.Raw)
	}
	// Leaving is possible all the same, for whoever sees it, and twice is once.
	for range 2 {
		if r := w.Moderator("mod").OK(leave, map[string]any{"i": map[string]any{"id": shop}}); r.Get("endMembership", "memberCount") != 1.0 {
			t.Errorf("after leaving: %s", r.Raw)
		}
	}
}

func TestMembershipBounds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, mod := w.Rider(w.annsName), w.Moderator("mod")
	var last string
	for i := range 11 {
		last = w.make(mod, "Organisation", map[string]any{"name": fmt.Sprintf("Club %d", i), "kind": "ASSOCIATION"})
		r := ann.Do(declare, map[string]any{"i": map[string]any{"id": last, "role": "MEMBER"}})
		if want := map[bool]string{true: "", false: "InvalidInput"}[i < 10]; r.Err() != want {
			t.Fatalf("organisation %d: %s, want %q", i+1, r.Raw, want)
		}
	}
	if n := w.Anonymous().OK(`query($id: ID!) { organisation(id: $id) { memberCount } }`, map[string]any{"id": last}).Get("organisation", "memberCount"); n != 0.0 {
		t.Errorf("the eleventh has %v members", n)
	}
	for _, bad := range []map[string]any{
		{"id": w.system, "role": "MEMBER"}, {"id": "00000000-0000-0000-0000-000000000001", "role": "MEMBER"},
	} {
		if r := ann.Do(declare, map[string]any{"i": bad}); r.Err() != notFound {
			t.Errorf("%v: %s", bad, r.Raw)
		}
	}
	for _, test := range []struct {
		in   map[string]any
		want string
	}{
		{map[string]any{"name": "X", "kind": "SHOP", "url": "javascript:alert(1)"}, "begins with http"},
		{map[string]any{"name": "X", "kind": "SHOP", "donateUrl": "ftp://x"}, "donations"},
		{map[string]any{"name": "X", "kind": "SHOP", "systemIds": []string{w.trail}}, "systemIds"},
		{map[string]any{"name": "X", "kind": "SHOP", "howToHelp": strings.Repeat("x", 2001)}, "2,000"},
		{map[string]any{"name": " ", "kind": "SHOP"}, "name is required"},
	} {
		if r := ann.Do(`mutation($i: CreateOrganisationInput!) { createOrganisation(input: $i) { id } }`, map[string]any{"i": test.in}); r.Err() == "" || !strings.Contains(string(r.Raw), test.want) {
			t.Errorf("%v: %s; want %q", test.in, r.Raw, test.want)
		}
	}
}
