package codetest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// links are what links to an entity, as "KIND name: fields".
func (w wiki) links(t testing.TB, actor m, entity string, mentions bool) (all l) {
	t.Helper()
	for _, r := range w.rows(t, "SELECT CAST(node AS text) FROM api.backlink_list(CAST($1 AS jsonb), CAST($2 AS uuid), $3, 50, NULL)", text(actor), entity, mentions) {
		all = append(all, l{r["entityKind"], r["name"], r["fields"]})
	}
	total := w.count(t, "backlink_count(CAST($1 AS jsonb), CAST($2 AS uuid), $3)", text(actor), entity, mentions)["total"]
	if total != float64(len(all)) {
		t.Errorf("%v links are counted, %d are there", total, len(all))
	}
	return all
}

func TestBacklinks(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	system := w.system(t, region)
	trail, other := w.trail(t, system), w.trail(t, system, m{"name": "Second", "slug": "second"})
	route := w.route(t, system, m{"legs": l{m{"kind": "TRAIL", "trailId": trail}, m{"kind": "TRAIL", "trailId": trail}}})
	w.do(t, "create_tip", ann, m{"subjectId": trail, "kind": "TIP", "body": "Ride it early."})
	guide, _ := w.do(t, "create_guide", ann, m{"name": "Guide", "type": "ROUTE_GUIDE", "routeIds": l{route}, "summary": "See [it](/trails/second) and [that](/trails/slickrock#map), not [x](https://a.example/trails/second) or /trails/second."})
	w.do(t, "update_trail", ann, m{"id": other, "expectedVersion": 1, "junctions": l{m{"trailId": trail, "atM": 10, "otherAtM": 0}}, "description": "Beside [itself](/trails/second)."})

	same(t, "of the trail", w.links(t, anonymous, trail, false), l{l{"GUIDE", "Guide", l{"texts"}}, l{"ROUTE", "The Tour", l{"legs"}}, l{"TIP", "Ride it early.", l{"subjectId"}}, l{"TRAIL", "Second", l{"junctions"}}})
	same(t, "mentions of the trail", w.links(t, anonymous, trail, true), l{l{"GUIDE", "Guide", l{"texts"}}, l{"ROUTE", "The Tour", l{"legs"}}, l{"TRAIL", "Second", l{"junctions"}}})
	same(t, "of the other", w.links(t, anonymous, other, false), l{l{"GUIDE", "Guide", l{"texts"}}})
	same(t, "of the route", w.links(t, anonymous, route, true), l{l{"GUIDE", "Guide", l{"routeIds"}}})
	same(t, "of the system", w.links(t, anonymous, system, true), l(nil))
	if all := w.links(t, anonymous, system, false); len(all) != 3 {
		t.Errorf("of the system: %v", all)
	}
	// Pages of it together are all of it.
	var paged l
	for after := any(nil); ; {
		rows := w.rows(t, "SELECT CAST(to_json(x) AS text) FROM api.backlink_list(CAST($1 AS jsonb), CAST($2 AS uuid), false, 1, $3) x", text(anonymous), trail, after)
		if len(rows) == 0 {
			break
		}
		n := rows[0]["node"].(m)
		paged, after = append(paged, l{n["entityKind"], n["name"], n["fields"]}), rows[0]["cursor"]
	}
	same(t, "paged", paged, w.links(t, anonymous, trail, false))
	for _, bad := range []string{"", "x", "TIP:", "TIP:'; DROP"} {
		if rows := w.rows(t, "SELECT CAST(node AS text) FROM api.backlink_list(CAST($1 AS jsonb), CAST($2 AS uuid), false, 5, $3)", text(anonymous), trail, bad); len(rows) != 0 {
			t.Errorf("cursor %q finds %d", bad, len(rows))
		}
	}

	// A link that is no more in the words is none, and one put away mentions nothing.
	w.do(t, "update_guide", ann, m{"id": guide, "expectedVersion": 2, "summary": "See [it](/trails/second)."})
	same(t, "after an edit", w.links(t, anonymous, trail, true), l{l{"ROUTE", "The Tour", l{"legs"}}, l{"TRAIL", "Second", l{"junctions"}}})
	w.do(t, "archive_route", moderator, m{"id": route, "expectedVersion": 1})
	same(t, "after putting away", w.links(t, anonymous, trail, true), l{l{"TRAIL", "Second", l{"junctions"}}})
	// Nothing of, and nothing from, a place of which the name only is public.
	w.do(t, "update_trail", moderator, m{"id": other, "expectedVersion": version(t, w, other), "visibility": "NAME_ONLY"})
	same(t, "from a name", w.links(t, anonymous, trail, true), l(nil))
	same(t, "of a name", w.links(t, anonymous, other, true), l(nil))
	same(t, "of a name, to a moderator", w.links(t, moderator, other, true), l{l{"GUIDE", "Guide", l{"texts"}}})
	w.do(t, "update_trail", moderator, m{"id": other, "expectedVersion": version(t, w, other), "visibility": "HIDDEN"})
	same(t, "of what is hidden", w.links(t, bob, other, true), l(nil))
	w.holds(t)
}

func TestMerge(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	system := w.system(t, region)
	stays, gone := w.trail(t, system, m{"name": "Slickrock"}), w.trail(t, system, m{"name": "Slick Rock", "slug": "slick-rock", "personality": "The same."})
	third := w.trail(t, system, m{"name": "Third", "junctions": l{m{"trailId": gone, "atM": 5, "otherAtM": 0}}})
	w.do(t, "update_trail", ann, m{"id": stays, "expectedVersion": 1, "junctions": l{m{"trailId": gone, "atM": 1, "otherAtM": 0}, m{"trailId": third, "atM": 2, "otherAtM": 0}}})
	route := w.route(t, system, m{"legs": l{m{"kind": "TRAIL", "trailId": gone, "notes": "First"}, m{"kind": "PUSH"}, m{"kind": "TRAIL", "trailId": stays}}})
	tip, _ := w.do(t, "create_tip", ann, m{"subjectId": gone, "kind": "TIP", "body": "Ride it early."})
	notice, _ := w.do(t, "create_seasonal_notice", ann, m{"subjectId": gone, "kind": "EVENT", "severity": "INFO", "body": "An event.", "startsOn": "2026-01-01"})
	guide, _ := w.do(t, "create_guide", ann, m{"name": "Guide", "type": "ROUTE_GUIDE", "summary": "See [it](/trails/slick-rock)."})
	proposal, _ := w.do(t, "create_proposal", bob, m{"entityId": gone, "baseVersion": 1, "patch": m{"name": "Mine"}})
	merge := func(more ...m) m {
		return with(m{"fromId": gone, "fromVersion": version(t, w, gone), "intoId": stays, "intoVersion": version(t, w, stays), "comment": "Two names of one trail"}, more...)
	}
	for _, actor := range []m{anonymous, ann} {
		w.refused(t, "merge_entities", actor, merge(), "Unauthorized")
	}
	for name, c := range map[string]struct {
		input m
		want  string
	}{
		"itself":         {m{"intoId": gone}, "InvalidInput"},
		"another kind":   {m{"intoId": system, "intoVersion": 1}, "InvalidInput"},
		"nothing":        {m{"intoId": uuid(1)}, "NotFound"},
		"older":          {m{"intoVersion": 1}, "Conflict"},
		"no version":     {m{"fromVersion": nil}, "InvalidInput"},
		"a long comment": {m{"comment": strings.Repeat("x", 151)}, "InvalidInput"},
	} {
		if o := w.call(t, "merge_entities", moderator, merge(c.input)); o.Type != c.want {
			t.Errorf("%s: %s %s", name, o.Type, o.Message)
		}
	}
	w.refused(t, "merge_entities", moderator, m{"fromId": tip, "fromVersion": 1, "intoId": tip, "intoVersion": 1}, "InvalidInput")
	before := w.counted(t)
	o := w.call(t, "merge_entities", moderator, merge())
	if !o.OK || o.Data["moved"] != 4.0 {
		t.Fatalf("merge: %+v", o)
	}
	if w.counted(t) <= before {
		t.Error("no history was made")
	}

	// Whatever named the duplicate names the survivor, and says so in its history.
	got := w.read(t, "routes", route, anonymous)
	if got == nil {
		t.Fatal("the route is gone")
	}
	var legs l
	for _, leg := range w.nested(t, "route_legs", route, anonymous).(l) {
		var ridden any
		if card, ok := leg.(m)["trail"].(m); ok {
			ridden = card["id"]
		}
		legs = append(legs, l{leg.(m)["kind"], ridden, leg.(m)["notes"]})
	}
	same(t, "legs", legs, l{l{"TRAIL", stays, "First"}, l{"PUSH", nil, nil}, l{"TRAIL", stays, nil}})
	same(t, "junctions of a third", w.one(t, "SELECT string_agg(other_id::text, ' ') FROM wiki.trail_junction WHERE trail_id = $1", third), stays)
	same(t, "junctions of the survivor", w.one(t, "SELECT string_agg(other_id::text, ' ') FROM wiki.trail_junction WHERE trail_id = $1", stays), third)
	for _, remark := range []string{tip, notice} {
		same(t, "subject", w.one(t, "SELECT subject_id FROM api.remark_row WHERE id = $1", remark), stays)
	}
	for _, id := range []string{route, third, tip, notice, gone, stays} {
		nodes, _ := w.revisions(t, anonymous, id, 1, nil)
		if len(nodes) == 0 || nodes[0]["kind"] != "MERGE" || !strings.Contains(text(nodes[0]["comment"]), "merged into") && !strings.Contains(text(nodes[0]["comment"]), "Merged into") {
			t.Errorf("history of %s: %v", id, nodes)
		}
	}
	// The duplicate is read no more, its history is, and its address leads on.
	if w.read(t, "trails", gone, anonymous) != nil {
		t.Error("the duplicate is still shown")
	}
	if nodes, _ := w.revisions(t, anonymous, gone, 10, nil); len(nodes) != 3 {
		t.Errorf("%d versions of the duplicate", len(nodes))
	}
	same(t, "slug", w.one(t, "SELECT entity_id FROM api.slug_row WHERE kind = 'TRAIL' AND slug = 'slick-rock'"), stays)
	for _, of := range []string{stays, gone} {
		merged := w.rows(t, "SELECT CAST(node AS text) FROM api.merge_list(CAST($1 AS jsonb), CAST($2 AS uuid))", text(anonymous), of)
		if len(merged) != 1 || merged[0]["id"] != gone || merged[0]["intoId"] != stays || merged[0]["name"] != "Slick Rock" || merged[0]["intoSlug"] != "slickrock" {
			t.Errorf("merged: %v", merged)
		}
	}
	same(t, "links to the old address", w.links(t, anonymous, stays, true)[0], l{"GUIDE", "Guide", l{"texts"}})
	same(t, "proposal", w.one(t, "SELECT state FROM wiki.proposal WHERE id = $1", proposal), "REJECTED")
	w.refused(t, "merge_entities", moderator, merge(), "Archived")
	w.refused(t, "purge_entity", admin, m{"id": stays, "expectedVersion": version(t, w, stays), "reason": "No."}, "InvalidInput")
	w.holds(t)

	// A second merge takes along what led to the first.
	w.do(t, "merge_entities", moderator, merge(m{"fromId": stays, "fromVersion": version(t, w, stays), "intoId": third, "intoVersion": version(t, w, third)}))
	same(t, "slug after two merges", w.one(t, "SELECT entity_id FROM api.slug_row WHERE kind = 'TRAIL' AND slug = 'slick-rock'"), third)
	w.holds(t)

	// Undone: the duplicate is itself again, with its address; what moved stays.
	w.do(t, "restore_trail", moderator, m{"id": gone, "expectedVersion": version(t, w, gone)})
	same(t, "restored", w.read(t, "trails", gone, anonymous)["personality"], "The same.")
	same(t, "slug after undoing", w.one(t, "SELECT entity_id FROM api.slug_row WHERE kind = 'TRAIL' AND slug = 'slick-rock'"), gone)
	same(t, "subject after undoing", w.one(t, "SELECT subject_id FROM api.remark_row WHERE id = $1", tip), third)
	_ = guide
	w.holds(t)
}

// Riders at home in a region that is merged are at home in the one that stays, and what is
// about regions follows.
func TestMergeOfRegions(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	stays, gone := w.region(t), w.region(t, m{"name": "The same"})
	system := w.system(t, gone)
	w.do(t, "update_rider", ann, m{"id": w.annsProfile(t), "expectedVersion": 1, "homeRegionId": gone})
	w.do(t, "merge_entities", moderator, m{"fromId": gone, "fromVersion": 1, "intoId": stays, "intoVersion": 1})
	same(t, "regions of the system", w.nested(t, "system_region_ids", system, anonymous), l{stays})
	same(t, "home", w.one(t, "SELECT home_region_id FROM wiki.rider WHERE id = $1", w.annsProfile(t)), stays)
	w.holds(t)
}

// Who names the duplicate at the very moment that it is merged names the survivor.
func TestMergeWhileOthersWrite(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	for round := range 6 {
		stays, gone := w.trail(t, system), w.trail(t, system, m{"name": "Twin"})
		var all sync.WaitGroup
		tips := make([]outcome, 4)
		for i := range tips {
			all.Add(1)
			go func() {
				defer all.Done()
				var err error
				if tips[i], err = call(t.Context(), w.API, "create_tip", rider(fmt.Sprint("tipster-", i)), m{"subjectId": gone, "kind": "TIP", "body": "Ride it early."}); err != nil {
					t.Error(err)
				}
			}()
		}
		all.Add(1)
		go func() {
			defer all.Done()
			o, err := call(t.Context(), w.API, "merge_entities", moderator, m{"fromId": gone, "fromVersion": 1, "intoId": stays, "intoVersion": 1})
			if err != nil || !o.OK {
				t.Errorf("round %d: %v %s %s", round, err, o.Type, o.Message)
			}
		}()
		all.Wait()
		taken := 0
		for _, o := range tips {
			if o.OK {
				taken++
			} else if o.Type != "Archived" && o.Type != "NotFound" {
				t.Errorf("a tip was refused with %s: %s", o.Type, o.Message)
			}
		}
		if n := w.inner(t, "SELECT count(*) FROM wiki.tip WHERE subject_id = $1", stays); n != taken {
			t.Errorf("round %d: %d tips were acknowledged, %d are about the survivor", round, taken, n)
		}
	}
	w.holds(t)
}

// What the duplicate kept secret stays so.
func TestMergeKeepsSecrets(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	stays, gone := w.trail(t, system), w.trail(t, system, m{"name": "Hush"})
	w.do(t, "update_trail", moderator, m{"id": gone, "expectedVersion": 1, "visibility": "NAME_ONLY"})
	w.do(t, "merge_entities", moderator, m{"fromId": gone, "fromVersion": 2, "intoId": stays, "intoVersion": 1})
	nodes, _ := w.revisions(t, bob, gone, 10, nil)
	for _, n := range nodes {
		if n["content"] != nil {
			t.Errorf("a version of it tells %v", n["content"])
		}
	}
	if len(nodes) != 3 {
		t.Errorf("%d versions", len(nodes))
	}
	hidden := w.trail(t, system, m{"name": "Hidden"})
	w.do(t, "update_trail", moderator, m{"id": hidden, "expectedVersion": 1, "visibility": "HIDDEN"})
	w.do(t, "merge_entities", moderator, m{"fromId": hidden, "fromVersion": 2, "intoId": stays, "intoVersion": version(t, w, stays)})
	if nodes, _ := w.revisions(t, bob, hidden, 10, nil); len(nodes) != 0 {
		t.Errorf("%d versions of what was hidden", len(nodes))
	}
	if merged := w.rows(t, "SELECT CAST(node AS text) FROM api.merge_list(CAST($1 AS jsonb), CAST($2 AS uuid))", text(bob), stays); len(merged) != 1 {
		t.Errorf("it tells of %v", merged)
	}
	w.holds(t)
}
