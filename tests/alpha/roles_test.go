package alpha

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
)

// world is a wiki with one thing of each kind, made by a moderator, and a tip
// and a profile that belong to the rider "ann".
type world struct {
	*fabrictest.API
	t                                           *testing.T
	region, system, trail, route, tip, proposal string
	coast, guide, comparison, organisation      string
	ann                                         string // her rider id
	notice                                      string
	annsName                                    string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return inhabit(t, fabrictest.Start(t, fabrictest.Vocabularies), "ann")
}

// inhabit makes the things of a world; annsName tells several anns apart.
func inhabit(t *testing.T, a *fabrictest.API, annsName string) *world {
	t.Helper()
	w := &world{API: a, t: t, annsName: annsName}
	mod, ann := w.Moderator("maker"), w.Rider(annsName)
	w.region = w.make(mod, "Region", map[string]any{"name": "Testland", "countries": []string{"AT"}})
	w.system = w.make(mod, "System", map[string]any{"name": "Test Hills", "kind": "NETWORK", "regionIds": []string{w.region}})
	w.trail = w.make(mod, "Trail", map[string]any{"name": "First Line", "direction": "BOTH", "type": "SINGLETRACK", "systemIds": []string{w.system}})
	w.route = w.make(mod, "Route", map[string]any{"name": "Round", "shape": "LOOP", "systemIds": []string{w.system}})
	w.tip = w.make(ann, "Tip", map[string]any{"subjectId": w.trail, "kind": "TIP", "body": "Ride it early."})
	w.notice = w.make(ann, "SeasonalNotice", map[string]any{"subjectId": w.system, "kind": "TRAIL_CHANGE", "severity": "IMPORTANT", "body": "The bridge is gone.", "startsOn": "2026-01-01"})
	w.coast = w.make(mod, "Region", map[string]any{"name": "Testcoast", "countries": []string{"HR"}})
	w.guide = w.make(mod, "Guide", map[string]any{"name": "First days", "type": "VISITOR_PRIMER", "systemIds": []string{w.system}})
	w.comparison = w.make(mod, "RegionalComparison", map[string]any{"name": "From Testland to the coast", "regionIds": []string{w.region, w.coast}})
	w.organisation = w.make(mod, "Organisation", map[string]any{"name": "Test Trails", "kind": "ASSOCIATION", "systemIds": []string{w.system}})
	w.ann = ann.OK(`{ me { id } }`, nil).Get("me", "id").(string)
	w.proposal = ann.OK(`mutation($i: CreateProposalInput!) { createProposal(input: $i) { id } }`, map[string]any{"i": map[string]any{
		"entityId": w.trail, "baseVersion": w.version("trail", w.trail), "patch": `{"name": "Second Line"}`}}).Get("createProposal", "id").(string)
	return w
}

func (w *world) make(c *fabrictest.Caller, typeName string, input map[string]any) string {
	w.t.Helper()
	return c.Make(typeName, input)
}

func (w *world) version(field, id string) int {
	w.t.Helper()
	return versionOf(w.t, w.API, field, id)
}

// edit is the input of an update, archive or restore.
func (w *world) edit(field, id string, more map[string]any) map[string]any {
	in := map[string]any{"id": id, "expectedVersion": w.version(field, id)}
	for k, v := range more {
		in[k] = v
	}
	return in
}

// archived puts something away first, so that it can be restored.
func (w *world) archived(typeName, field, id string) {
	w.t.Helper()
	w.Moderator("maker").OK(fmt.Sprintf("mutation($i: Archive%[1]sInput!) { archive%[1]s(input: $i) { id } }", typeName), map[string]any{"i": w.edit(field, id, nil)})
}

// firstRevision is the revision that an entity was made by.
func (w *world) firstRevision(id string) string {
	all := w.revisions(id)
	return all[len(all)-1]
}

func (w *world) newestRevision(id string) string { return w.revisions(id)[0] }

func (w *world) revisions(id string) (ids []string) {
	w.t.Helper()
	r := w.Anonymous().OK(`query($id: ID!) { revisions(entityId: $id, first: 50) { nodes { id } } }`, map[string]any{"id": id})
	for _, n := range r.Get("revisions", "nodes").([]any) {
		ids = append(ids, n.(map[string]any)["id"].(string))
	}
	return ids
}

const (
	ok           = ""
	unauthorized = "Unauthorized"
	blocked      = "Blocked"
	refused401   = "401"
	// notFound is what archived and hidden things are to those who may not see them.
	notFound = "NotFound"
)

// who may do what; written by hand from DOMAIN and WIKI rules, not from the code.
// Columns: nobody (no credentials), expired (token), anonymous (API key),
// blocked rider, another rider, the rider ann, a moderator, an admin.
var roleTable = []struct {
	mutation                                         string
	anonymous, blocked, other, ann, moderator, admin string
	input                                            func(*world, string) map[string]any
}{
	{"createRegion", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(*world, string) map[string]any { return map[string]any{"name": "New"} }},
	{"updateRegion", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("region", w.region, map[string]any{"climate": "Dry."})
	}},
	{"archiveRegion", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any { return w.edit("region", w.region, nil) }},
	{"restoreRegion", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("Region", "region", w.region)
		return w.editArchived("region", w.region)
	}},
	{"createSystem", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"name": "New", "kind": "TOWN", "regionIds": []string{w.region}}
	}},
	{"updateSystem", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("system", w.system, map[string]any{"tagline": "Hills for testing."})
	}},
	{"archiveSystem", unauthorized, blocked, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any { return w.edit("system", w.system, nil) }},
	{"restoreSystem", unauthorized, blocked, notFound, notFound, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("System", "system", w.system)
		return w.editArchived("system", w.system)
	}},
	{"createTrail", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"name": "New", "direction": "BOTH", "type": "SINGLETRACK", "systemIds": []string{w.system}}
	}},
	{"updateTrail", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("trail", w.trail, map[string]any{"personality": "Kind, then not."})
	}},
	{"archiveTrail", unauthorized, blocked, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any { return w.edit("trail", w.trail, nil) }},
	{"restoreTrail", unauthorized, blocked, notFound, notFound, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("Trail", "trail", w.trail)
		return w.editArchived("trail", w.trail)
	}},
	{"setTrailLine", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("trail", w.trail, map[string]any{"coordinates": `[[10, 47], [10.01, 47.01]]`})
	}},
	{"createRoute", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"name": "New", "shape": "LOOP", "systemIds": []string{w.system}}
	}},
	{"updateRoute", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("route", w.route, map[string]any{"tagline": "Round and round."})
	}},
	{"archiveRoute", unauthorized, blocked, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any { return w.edit("route", w.route, nil) }},
	{"restoreRoute", unauthorized, blocked, notFound, notFound, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("Route", "route", w.route)
		return w.editArchived("route", w.route)
	}},
	{"createGuide", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"name": "New", "type": "ROUTE_GUIDE", "routeIds": []string{w.route}}
	}},
	{"updateGuide", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("guide", w.guide, map[string]any{"summary": "What to know."})
	}},
	{"archiveGuide", unauthorized, blocked, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any { return w.edit("guide", w.guide, nil) }},
	{"restoreGuide", unauthorized, blocked, notFound, notFound, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("Guide", "guide", w.guide)
		return w.editArchived("guide", w.guide)
	}},
	{"createRegionalComparison", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"name": "New", "regionIds": []string{w.coast, w.region}}
	}},
	{"updateRegionalComparison", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("regionalComparison", w.comparison, map[string]any{"summary": "What to know."})
	}},
	{"archiveRegionalComparison", unauthorized, blocked, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any { return w.edit("regionalComparison", w.comparison, nil) }},
	{"restoreRegionalComparison", unauthorized, blocked, notFound, notFound, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("RegionalComparison", "regionalComparison", w.comparison)
		return w.editArchived("regionalComparison", w.comparison)
	}},
	{"createOrganisation", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"name": "New", "kind": "SHOP", "systemIds": []string{w.system}}
	}},
	{"updateOrganisation", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("organisation", w.organisation, map[string]any{"howToHelp": "Dig."})
	}},
	{"archiveOrganisation", unauthorized, blocked, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("organisation", w.organisation, nil)
	}},
	{"restoreOrganisation", unauthorized, blocked, notFound, notFound, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("Organisation", "organisation", w.organisation)
		return w.editArchived("organisation", w.organisation)
	}},
	// Whoever signs in says it of himself, and of nobody else.
	{"declareMembership", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.organisation, "role": "VOLUNTEER"}
	}},
	{"endMembership", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.organisation}
	}},
	{"createTip", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"subjectId": w.trail, "kind": "GEM", "body": "Look left."}
	}},
	{"updateTip", unauthorized, blocked, unauthorized, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("tip", w.tip, map[string]any{"body": "Ride it very early."})
	}},
	{"archiveTip", unauthorized, blocked, unauthorized, ok, ok, ok, func(w *world, _ string) map[string]any { return w.edit("tip", w.tip, nil) }},
	{"restoreTip", unauthorized, blocked, notFound, ok, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("Tip", "tip", w.tip)
		return w.editArchived("tip", w.tip)
	}},
	{"createSeasonalNotice", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"subjectId": w.trail, "kind": "CLOSURE", "severity": "CRITICAL", "body": "Trees are down.", "startsOn": "2026-01-01"}
	}},
	{"updateSeasonalNotice", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("seasonalNotice", w.notice, map[string]any{"endsOn": "2199-01-01"})
	}},
	{"archiveSeasonalNotice", unauthorized, blocked, unauthorized, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("seasonalNotice", w.notice, nil)
	}},
	{"restoreSeasonalNotice", unauthorized, blocked, notFound, ok, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("SeasonalNotice", "seasonalNotice", w.notice)
		return w.editArchived("seasonalNotice", w.notice)
	}},
	// ann wrote it, so that others must confirm it.
	{"confirmSeasonalNotice", unauthorized, blocked, ok, "InvalidInput", ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.notice}
	}},
	// ann has a profile already, and so have the blocked rider and those who make things.
	{"createRider", unauthorized, "Conflict", ok, "Conflict", ok, ok, func(*world, string) map[string]any { return map[string]any{"name": "Somebody"} }},
	{"updateRider", unauthorized, blocked, unauthorized, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("rider", w.ann, map[string]any{"about": "Rides."})
	}},
	{"archiveRider", unauthorized, blocked, unauthorized, ok, ok, ok, func(w *world, _ string) map[string]any { return w.edit("rider", w.ann, nil) }},
	{"restoreRider", unauthorized, blocked, notFound, ok, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("Rider", "rider", w.ann)
		return w.editArchived("rider", w.ann)
	}},
	{"revertEntity", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("trail", w.trail, map[string]any{"revisionId": w.firstRevision(w.trail)})
	}},
	{"createProposal", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"entityId": w.system, "baseVersion": w.version("system", w.system), "patch": `{"name": "Other Hills"}`}
	}},
	{"acceptProposal", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any { return map[string]any{"id": w.proposal} }},
	{"rejectProposal", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any { return map[string]any{"id": w.proposal, "note": "No."} }},
	{"withdrawProposal", unauthorized, blocked, unauthorized, ok, unauthorized, unauthorized, func(w *world, _ string) map[string]any { return map[string]any{"id": w.proposal} }},
}

// editArchived is the input of a restore: archived things show to moderators only.
func (w *world) editArchived(field, id string) map[string]any { return w.edit(field, id, nil) }

func TestRoles(t *testing.T) {
	t.Parallel()
	s := schema(t)
	rows := map[string]bool{}
	for _, row := range roleTable {
		rows[row.mutation] = true
	}
	for _, m := range s.Fields("Mutation") {
		if !rows[m] {
			t.Errorf("mutation %s has no row in the role table", m)
		}
	}
	for _, row := range roleTable {
		t.Run(row.mutation, func(t *testing.T) {
			t.Parallel()
			a := fabrictest.Start(t, fabrictest.Vocabularies)
			for role, want := range map[string]string{
				"nobody": refused401, "expired": refused401, "anonymous": row.anonymous, "blocked": row.blocked,
				"other": row.other, "ann": row.ann, "moderator": row.moderator, "admin": row.admin,
			} {
				t.Run(role, func(t *testing.T) {
					w := inhabit(t, a, "ann of "+role)
					caller := w.caller(role)
					query := fmt.Sprintf("mutation($i: %s!) { %s(input: $i) { id } }", inputOf(row.mutation), row.mutation)
					r := caller.Do(query, map[string]any{"i": row.input(w, role)})
					got := r.Err()
					if r.Status == 401 {
						got = refused401
					}
					if got != want {
						t.Fatalf("got %q, want %q: %s", got, want, r.Raw)
					}
					if want == ok && r.Get(row.mutation, "id") == nil && !strings.HasPrefix(row.mutation, "archive") {
						t.Errorf("it was allowed but answers nothing: %s", r.Raw)
					}
				})
			}
		})
	}
}

func inputOf(mutation string) string {
	switch mutation {
	case "acceptProposal", "rejectProposal", "withdrawProposal":
		return "DecideProposalInput"
	}
	return strings.ToUpper(mutation[:1]) + mutation[1:] + "Input"
}

func (w *world) caller(role string) *fabrictest.Caller {
	w.t.Helper()
	switch role {
	case "nobody":
		return w.Nobody()
	case "expired":
		return w.Bearer(w.Token(fabrictest.Claims{Name: w.annsName, Expires: -time.Minute}))
	case "anonymous":
		return w.Anonymous()
	case "blocked":
		c := w.Rider("blocked")
		c.OK(`mutation { createRider(input: {name: "Blocked"}) { id } }`, nil)
		if _, err := w.DB.Owner.Exec(w.t.Context(), "UPDATE wiki.person SET blocked_until = now() + interval '1 day', blocked_reason = 'tests' WHERE subject = $1", c.Sub); err != nil {
			w.t.Fatal(err)
		}
		return c
	case "other":
		return w.Rider("other")
	case "ann":
		return w.Rider(w.annsName)
	case "moderator":
		return w.Moderator("mod")
	case "admin":
		return w.Rider("admin", "moderators", "admins")
	}
	w.t.Fatalf("unknown role %s", role)
	return nil
}
