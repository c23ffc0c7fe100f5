package codetest

import (
	"fmt"
	"strings"
	"testing"
)

func (w wiki) revisions(t testing.TB, actor m, entity any, first int, after any) (nodes []m, cursors []string) {
	t.Helper()
	for _, r := range w.rows(t, "SELECT CAST(to_json(x) AS text) FROM api.revision_list(CAST($1 AS jsonb), CAST($2 AS uuid), $3, $4) x", text(actor), entity, first, after) {
		nodes = append(nodes, r["node"].(m))
		cursors = append(cursors, r["cursor"].(string))
	}
	return nodes, cursors
}

func (w wiki) proposals(t testing.TB, actor m, entity, state any, first int, after any) (nodes []m, cursors []string) {
	t.Helper()
	for _, r := range w.rows(t, "SELECT CAST(to_json(x) AS text) FROM api.proposal_list(CAST($1 AS jsonb), CAST($2 AS uuid), $3, $4, $5) x", text(actor), entity, state, first, after) {
		nodes = append(nodes, r["node"].(m))
		cursors = append(cursors, r["cursor"].(string))
	}
	return nodes, cursors
}

func (w wiki) count(t testing.TB, call string, args ...any) m {
	t.Helper()
	return w.rows(t, "SELECT CAST(to_json(x) AS text) FROM api."+call+" x", args...)[0]
}

func TestRevisionPages(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	system := w.system(t, region)
	for v := 1; v < 12; v++ {
		w.do(t, "update_system", ann, m{"id": system, "expectedVersion": v, "localName": fmt.Sprint("Name ", v)})
	}
	for _, entity := range []any{system, nil} {
		all, _ := w.revisions(t, anonymous, entity, 100, nil)
		var (
			paged []m
			after any
		)
		for {
			nodes, cursors := w.revisions(t, anonymous, entity, 5, after)
			if len(nodes) == 0 {
				break
			}
			paged = append(paged, nodes...)
			after = cursors[len(cursors)-1]
		}
		same(t, "pages together", paged, all)
		same(t, "count", w.count(t, "revision_count(CAST($1 AS jsonb), CAST($2 AS uuid))", text(anonymous), entity), m{"total": float64(len(all)), "more": false})
		if len(all) < 12 {
			t.Errorf("%d revisions", len(all))
		}
		for _, bad := range []string{"", "x", "1:2", "99999999999999999999", "1:" + uuid(1)[:35] + "-", "'; DROP"} {
			if nodes, _ := w.revisions(t, anonymous, entity, 5, bad); len(nodes) != 0 {
				t.Errorf("cursor %q finds %d revisions", bad, len(nodes))
			}
		}
	}
	if nodes, _ := w.revisions(t, anonymous, nil, 1000, nil); len(nodes) > 101 {
		t.Errorf("%d revisions in a page", len(nodes))
	}
	if nodes, _ := w.revisions(t, anonymous, uuid(9), 10, nil); len(nodes) != 0 {
		t.Errorf("%d revisions of nothing", len(nodes))
	}
	node, _ := w.revisions(t, anonymous, system, 1, nil)
	one := w.rows(t, "SELECT CAST(node AS text) FROM api.revision_get(CAST($1 AS jsonb), CAST($2 AS uuid))", text(anonymous), node[0]["id"])
	same(t, "one revision", one, []m{node[0]})
	same(t, "author", node[0]["author"].(m)["name"], "ann")
	bare := w.rows(t, "SELECT CAST(node AS text) FROM api.revision_list(CAST($1 AS jsonb), CAST($2 AS uuid), 1, NULL, false)", text(anonymous), system)[0]
	same(t, "without content", bare, with(m{}, node[0], m{"content": nil}))
	same(t, "content", node[0]["content"].(m)["localName"], "Name 11")
}

func TestRevisionPair(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t), m{"tagline": "One"})
	w.do(t, "update_system", ann, m{"id": system, "expectedVersion": 2, "tagline": "Two"})
	w.do(t, "update_system", ann, m{"id": system, "expectedVersion": 3, "localName": "Local"})
	w.do(t, "update_system", ann, m{"id": system, "expectedVersion": 4, "tagline": "Three"})
	nodes, _ := w.revisions(t, anonymous, system, 10, nil)
	byNumber := map[int]string{}
	for _, n := range nodes {
		byNumber[int(n["number"].(float64))] = n["id"].(string)
	}
	pair := func(to, from any) (sides l) {
		t.Helper()
		for _, r := range w.rows(t, "SELECT CAST(to_json(x) AS text) FROM api.revision_pair(CAST($1 AS jsonb), CAST($2 AS uuid), CAST($3 AS uuid)) x", text(anonymous), to, from) {
			sides = append(sides, l{r["side"], r["node"].(m)["number"]})
		}
		return sides
	}
	same(t, "the one before in the chain", pair(byNumber[5], nil), l{l{"TO", 5.0}, l{"FROM", 3.0}})
	same(t, "the one named", pair(byNumber[5], byNumber[2]), l{l{"TO", 5.0}, l{"FROM", 2.0}})
	same(t, "of another chain", pair(byNumber[5], byNumber[4]), l{l{"TO", 5.0}})
	same(t, "the first", pair(byNumber[1], nil), l{l{"TO", 1.0}})
	same(t, "none", pair(uuid(1), nil), l(nil))
}

// What a revision names by its id has its name beside it, unless the reader may not know.
func TestRevisionPairNames(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	first, second, secret := w.system(t, region), w.system(t, region, m{"name": "Blue Rocks"}), w.system(t, region, m{"name": "Hush"})
	trail := w.trail(t, first)
	w.do(t, "update_trail", ann, m{"id": trail, "expectedVersion": 1, "systemIds": l{second, secret}})
	w.do(t, "update_system", moderator, m{"id": secret, "expectedVersion": 1, "visibility": "HIDDEN"})
	nodes, _ := w.revisions(t, anonymous, trail, 1, nil)
	names := func(actor m) any {
		return w.rows(t, "SELECT CAST(x.node AS text) FROM api.revision_pair(CAST($1 AS jsonb), CAST($2 AS uuid), NULL) x WHERE x.side = 'TO'", text(actor), nodes[0]["id"])[0]["names"]
	}
	same(t, "for anybody", names(anonymous), m{first: "Red Rocks", second: "Blue Rocks"})
	same(t, "for a moderator", names(moderator), m{first: "Red Rocks", second: "Blue Rocks", secret: "Hush"})
}

func TestProposalLife(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	propose := func(actor m, patch any) string {
		t.Helper()
		id, _ := w.do(t, "create_proposal", actor, m{"entityId": system, "baseVersion": version(t, w, system), "patch": patch, "comment": "Please"})
		return id
	}
	name := func() any { return w.read(t, "systems", system, anonymous)["name"] }

	p := propose(bob, m{"name": "Redder Rocks"})
	same(t, "name while it waits", name(), "Red Rocks")
	w.refused(t, "accept_proposal", bob, m{"id": p}, "Unauthorized")
	w.refused(t, "reject_proposal", ann, m{"id": p}, "Unauthorized")
	w.refused(t, "withdraw_proposal", ann, m{"id": p}, "Unauthorized")
	w.refused(t, "withdraw_proposal", moderator, m{"id": p}, "Unauthorized")
	w.refused(t, "accept_proposal", moderator, m{"id": uuid(1)}, "NotFound")
	w.refused(t, "accept_proposal", moderator, m{"id": "x"}, "InvalidInput")
	w.refused(t, "reject_proposal", moderator, m{"id": p, "note": strings.Repeat("x", 501)}, "InvalidInput")
	w.do(t, "accept_proposal", moderator, m{"id": p, "note": "Thanks"})
	same(t, "name when accepted", name(), "Redder Rocks")
	last, _ := w.revisions(t, anonymous, system, 1, nil)
	same(t, "author of the revision", last[0]["author"].(m)["name"], "bob")
	for _, decide := range []string{"accept_proposal", "reject_proposal"} {
		w.refused(t, decide, moderator, m{"id": p}, "Conflict")
	}
	w.refused(t, "withdraw_proposal", bob, m{"id": p}, "Conflict")

	p2 := propose(bob, text(m{"name": "No Rocks"})) // as AWSJSON text
	w.do(t, "reject_proposal", moderator, m{"id": p2, "note": "No."})
	p3 := propose(bob, m{"name": "Some Rocks"})
	w.do(t, "withdraw_proposal", bob, m{"id": p3})
	same(t, "name at last", name(), "Redder Rocks")

	nodes, _ := w.proposals(t, anonymous, system, nil, 10, nil)
	var states l
	for _, n := range nodes {
		states = append(states, n["state"])
	}
	same(t, "states, newest first", states, l{"WITHDRAWN", "REJECTED", "ACCEPTED"})
	accepted := w.rows(t, "SELECT CAST(node AS text) FROM api.proposal_get(CAST($1 AS jsonb), CAST($2 AS uuid))", text(anonymous), p)[0]
	delete(accepted, "createdAt")
	if accepted["decidedAt"] == nil {
		t.Error("accepted without a time")
	}
	delete(accepted, "decidedAt")
	for _, who := range []string{"author", "decidedBy"} {
		accepted[who] = accepted[who].(m)["name"]
	}
	same(t, "proposal", accepted, m{"id": p, "entityKind": "SYSTEM", "entityId": system, "entityName": "Redder Rocks", "baseVersion": 1.0,
		"patch": m{"name": "Redder Rocks"}, "lang": "en", "author": "bob", "state": "ACCEPTED", "comment": "Please", "decidedBy": "mod",
		"decisionNote": "Thanks", "leftOut": l{}, "outdated": false})
	for action, want := range map[string]int{"proposal.create": 3, "proposal.accept": 1, "proposal.reject": 1, "proposal.withdraw": 1} {
		if n := w.inner(t, "SELECT count(*) FROM wiki.audit_log WHERE action = $1", action); n != want {
			t.Errorf("%d audit rows of %s, want %d", n, action, want)
		}
	}
	if n := w.inner(t, "SELECT count(*) FROM wiki.outbox WHERE topic = 'proposal'"); n != 6 {
		t.Errorf("%d events of proposals", n)
	}
}

func TestProposalRefusals(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	system := w.system(t, region)
	good := func(more m) m {
		return with(m{"entityId": system, "baseVersion": 1, "patch": m{"name": "New"}}, more)
	}
	var bobID string
	w.do(t, "create_system", bob, m{"name": "B", "kind": "TOWN", "regionIds": l{region}})
	if err := w.Owner.QueryRow(t.Context(), "SELECT rider_id::text FROM wiki.person WHERE subject = 'sub-bob'").Scan(&bobID); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, errorType, says string
		input                 m
	}{
		{"no entity", "NotFound", "", m{"entityId": uuid(1)}},
		{"a profile", "Unauthorized", "profile", m{"entityId": bobID}},
		{"no patch", "InvalidInput", "object", m{"patch": nil}},
		{"empty patch", "InvalidInput", "object", m{"patch": m{}}},
		{"a list", "InvalidInput", "object", m{"patch": l{}}},
		{"text that is no JSON", "InvalidInput", "", m{"patch": "{name}"}},
		{"unknown field", "InvalidInput", "colour", m{"patch": m{"colour": "red"}}},
		{"derived field", "InvalidInput", "trailCount", m{"patch": m{"trailCount": 3}}},
		{"field of the entity", "InvalidInput", "version", m{"patch": m{"version": 3}}},
		{"value that could never be", "InvalidInput", "120", m{"patch": m{"name": strings.Repeat("x", 121)}}},
		{"value of a wrong type", "InvalidInput", "access[1].bikeClass must be a string", m{"patch": m{"access": l{m{"bikeClass": 3, "verdict": "ALLOWED"}}}}},
		{"no change", "InvalidInput", "changes nothing", m{"patch": m{"name": "Red Rocks"}}},
		{"version to come", "InvalidInput", "baseVersion", m{"baseVersion": 2}},
		{"no version", "InvalidInput", "baseVersion", m{"baseVersion": nil}},
		{"too large", "InvalidInput", "48,000", m{"patch": m{"description": strings.Repeat("x", 50000)}}},
		{"long comment", "InvalidInput", "300", m{"comment": strings.Repeat("x", 301)}},
	}
	for _, test := range tests {
		o := w.call(t, "create_proposal", bob, good(test.input))
		if o.OK || o.Type != test.errorType || !strings.Contains(o.Message, test.says) {
			t.Errorf("%s: got ok %v, %s: %s; want %s saying %q", test.name, o.OK, o.Type, o.Message, test.errorType, test.says)
		}
	}
	w.refused(t, "create_proposal", anonymous, good(nil), "Unauthorized")
	if n := w.inner(t, "SELECT count(*) FROM wiki.proposal"); n != 0 {
		t.Errorf("%d proposals after refusals", n)
	}
	same(t, "untouched", w.read(t, "systems", system, anonymous)["name"], "Red Rocks")
	same(t, "version", version(t, w, system), 1)

	w.do(t, "create_proposal", bob, good(m{"id": uuid(5)}))
	w.refused(t, "create_proposal", ann, good(m{"id": uuid(5)}), "Conflict")
	for i := range 4 {
		w.do(t, "create_proposal", bob, good(m{"patch": m{"name": fmt.Sprint("New ", i)}}))
	}
	w.refused(t, "create_proposal", bob, good(m{"patch": m{"name": "Sixth"}}), "TooMuch")
	w.do(t, "withdraw_proposal", bob, m{"id": uuid(5)})
	w.do(t, "create_proposal", bob, good(m{"patch": m{"name": "Sixth"}}))

	w.do(t, "archive_system", moderator, m{"id": system, "expectedVersion": 1})
	w.refused(t, "create_proposal", ann, good(nil), "Archived") // ann made it, so she still sees it
}

func TestProposalConflicts(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t), m{"tagline": "Old"}) // version 2
	propose := func(patch m) string {
		t.Helper()
		id, _ := w.do(t, "create_proposal", bob, m{"entityId": system, "baseVersion": 2, "patch": patch})
		return id
	}
	clash := propose(m{"name": "Mine", "nearestTown": "Moab"})
	words := propose(m{"tagline": "Mine"})
	agreed := propose(m{"size": "WEEKEND_TRIP"})
	apart := propose(m{"nearestTown": "Moab"})
	w.do(t, "update_system", moderator, m{"id": system, "expectedVersion": 2, "name": "Theirs", "tagline": "Theirs", "size": "WEEKEND_TRIP", "localName": "L"})

	nodes, _ := w.proposals(t, anonymous, system, "OPEN", 10, nil)
	if len(nodes) != 4 || nodes[0]["outdated"] != true {
		t.Errorf("%d open proposals, outdated %v", len(nodes), nodes[0]["outdated"])
	}
	o := w.refused(t, "accept_proposal", moderator, m{"id": clash}, "Conflict")
	same(t, "fields", o.Data["fields"], l{"name"})
	o = w.refused(t, "accept_proposal", moderator, m{"id": words}, "Conflict")
	same(t, "fields of texts", o.Data["fields"], l{"tagline"})
	v := version(t, w, system)
	w.do(t, "accept_proposal", moderator, m{"id": agreed}) // says what stands there by now
	if now := version(t, w, system); now != v {
		t.Errorf("accepting what stands there made version %d of %d", now, v)
	}
	w.do(t, "accept_proposal", moderator, m{"id": apart})
	got := w.read(t, "systems", system, anonymous)
	same(t, "merged", l{got["name"], got["nearestTown"], got["localName"]}, l{"Theirs", "Moab", "L"})

	// The page of a proposal says what it would be refused for, the moderator which side stands.
	conflicts := func(actor m, id string) any {
		t.Helper()
		return w.list(t, "proposal_conflicts", actor, m{"id": id})
	}
	same(t, "conflicts", conflicts(anonymous, clash), l{m{"field": "name", "base": `"Red Rocks"`, "theirs": `"Theirs"`, "yours": `"Mine"`, "cut": false}})
	same(t, "conflicts of one that is decided", conflicts(anonymous, apart), l{})
	same(t, "conflicts of none", conflicts(anonymous, uuid(9)), l{})
	o = w.refused(t, "accept_proposal", moderator, m{"id": clash}, "Conflict")
	same(t, "sides", o.Data["sides"], l{m{"field": "name", "base": "Red Rocks", "theirs": "Theirs", "yours": "Mine", "cut": false}})
	w.refused(t, "accept_proposal", moderator, m{"id": clash, "keep": l{"size"}}, "InvalidInput")
	w.refused(t, "accept_proposal", moderator, m{"id": clash, "keep": l{"name", "nearestTown"}}, "InvalidInput")
	w.refused(t, "accept_proposal", moderator, m{"id": clash, "keep": l{"name"}, "overwrite": l{"name"}, "expectedVersion": 2}, "InvalidInput")
	w.refused(t, "accept_proposal", moderator, m{"id": clash, "overwrite": l{"name"}}, "InvalidInput")
	w.do(t, "accept_proposal", moderator, m{"id": clash, "keep": l{"name"}})
	node := w.rows(t, "SELECT CAST(node AS text) FROM api.proposal_get(CAST($1 AS jsonb), CAST($2 AS uuid))", text(anonymous), clash)[0]
	same(t, "left out", l{node["state"], node["leftOut"]}, l{"ACCEPTED", l{"name"}})

	// To overwrite, the moderator names the version that he looked at.
	v = version(t, w, system)
	w.do(t, "update_system", ann, m{"id": system, "expectedVersion": v, "tagline": "Newer"})
	w.refused(t, "accept_proposal", moderator, m{"id": words, "overwrite": l{"tagline"}, "expectedVersion": v}, "Conflict")
	w.do(t, "accept_proposal", moderator, m{"id": words, "overwrite": l{"tagline"}, "expectedVersion": v + 1})
	same(t, "overwritten", w.read(t, "systems", system, anonymous)["tagline"], "Mine")
	w.holds(t)
}

// An edit of an older version goes in beside what others changed when its author asks for
// that; what both changed comes back with both sides, and nothing is overwritten.
func TestMergedEdits(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t), m{"tagline": "Old", "fees": "5"}) // versions 1 and 2
	edit := func(version int, more m) m { return with(m{"id": system, "expectedVersion": version}, more) }
	w.do(t, "update_system", ann, edit(2, m{"tagline": "Hers", "size": "LOCAL_GEM"})) // 3 and 4
	o := w.refused(t, "update_system", bob, edit(2, m{"fees": "6"}), "Conflict")
	same(t, "nothing in common", l{o.Data["fields"], o.Data["sides"], o.Data["currentVersion"]}, l{l{}, l{}, 4.0})
	w.do(t, "update_system", bob, edit(2, m{"fees": "6", "merge": true})) // 5
	got := w.read(t, "systems", system, anonymous)
	same(t, "merged", l{got["tagline"], got["size"], got["fees"]}, l{"Hers", "LOCAL_GEM", "6"})

	for _, merge := range []any{true, false, nil} {
		o = w.refused(t, "update_system", bob, edit(2, m{"tagline": "His", "nearestTown": "Moab", "merge": merge}), "Conflict")
		same(t, "sides", l{o.Data["fields"], o.Data["sides"]}, l{l{"tagline"}, l{m{"field": "tagline", "base": "Old", "theirs": "Hers", "yours": "His", "cut": false}}})
	}
	// The same on both sides is no conflict, and a field sent as it was is no change.
	w.do(t, "update_system", bob, edit(2, m{"tagline": "Hers", "fees": "5", "size": nil, "nearestTown": "Moab", "merge": true}))
	got = w.read(t, "systems", system, anonymous)
	same(t, "three ways", l{got["tagline"], got["size"], got["fees"], got["nearestTown"]}, l{"Hers", "LOCAL_GEM", "6", "Moab"})
	// Each language is a chain of its own.
	w.do(t, "update_system", bob, edit(2, m{"lang": "de", "tagline": "Seins", "merge": true}))
	w.refused(t, "update_system", ann, edit(2, m{"lang": "de", "tagline": "Ihrs", "merge": true}), "Conflict")
	for _, bad := range []m{edit(99, m{"fees": "7", "merge": true}), edit(-1, m{"fees": "7", "merge": true})} {
		w.refused(t, "update_system", bob, bad, "Conflict")
	}
	w.refused(t, "update_system", bob, m{"id": system, "fees": "7", "merge": true}, "InvalidInput")
	// A careful field is reviewed however it comes.
	w.refused(t, "update_system", bob, edit(2, m{"name": "Blue Rocks", "merge": true}), "ProposalRequired")

	// What a version said that was taken out nobody can compare with.
	first, _ := w.revisions(t, anonymous, system, 20, nil)
	w.do(t, "redact_revision", admin, m{"id": first[len(first)-2]["id"], "reason": "For a test."})
	o = w.refused(t, "update_system", bob, edit(2, m{"tagline": "His", "merge": true}), "Conflict")
	same(t, "no base", o.Data["sides"], l{m{"field": "tagline", "base": nil, "theirs": "Hers", "yours": "His", "cut": false}})

	// To who doesn't see a place its former values aren't told either.
	w.do(t, "update_system", moderator, edit(version(t, w, system), m{"visibility": "NAME_ONLY"}))
	o = w.refused(t, "update_system", bob, edit(2, m{"tagline": "His", "parking": "Here", "merge": true}), "Conflict")
	if o.Data["sides"] != nil {
		t.Errorf("it tells %v", o.Data)
	}
	w.holds(t)
}

// A conflict of the largest texts still fits a row of the Data API.
func TestConflictSize(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t), m{"tagline": "T", "description": strings.Repeat("é", 8000), "character": strings.Repeat("ü", 1000)})
	w.do(t, "update_system", ann, m{"id": system, "expectedVersion": 2, "tagline": "U", "description": strings.Repeat("è", 8000), "character": strings.Repeat("ö", 1000)})
	o := w.refused(t, "update_system", bob, m{"id": system, "expectedVersion": 2, "tagline": "V", "description": strings.Repeat("ê", 8000), "character": strings.Repeat("ä", 1000), "merge": true}, "Conflict")
	if size := len(text(o.Data)); size > 60<<10 {
		t.Errorf("%d bytes", size)
	}
	var cut l
	for _, s := range o.Data["sides"].(l) {
		cut = append(cut, l{s.(m)["field"], s.(m)["cut"]})
	}
	same(t, "cut", cut, l{l{"character", false}, l{"description", true}, l{"tagline", false}})
}

func TestProposalLists(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	a, b := w.system(t, region), w.system(t, region)
	propose := func(actor m, system, name string) string {
		t.Helper()
		id, _ := w.do(t, "create_proposal", actor, m{"entityId": system, "baseVersion": 1, "patch": m{"name": name}})
		return id
	}
	bobs, anns := propose(bob, a, "1"), propose(ann, a, "2")
	rejected := propose(bob, b, "3")
	w.do(t, "reject_proposal", moderator, m{"id": rejected})
	ids := func(actor m, entity, state any) (all l) {
		t.Helper()
		nodes, _ := w.proposals(t, actor, entity, state, 10, nil)
		for _, n := range nodes {
			all = append(all, n["id"])
		}
		return all
	}
	same(t, "of a", ids(anonymous, a, nil), l{anns, bobs})
	same(t, "of a, rejected", ids(anonymous, a, "REJECTED"), l(nil))
	same(t, "all, anonymous", ids(anonymous, nil, nil), l(nil))
	same(t, "all, bob: his own", ids(bob, nil, nil), l{rejected, bobs})
	same(t, "all, moderator: what waits", ids(moderator, nil, nil), l{anns, bobs})
	same(t, "rejected, moderator", ids(moderator, nil, "REJECTED"), l{rejected})
	same(t, "count", w.count(t, "proposal_count(CAST($1 AS jsonb), NULL, NULL)", text(moderator)), m{"total": 2.0, "more": false})
	first, cursors := w.proposals(t, moderator, nil, nil, 1, nil)
	rest, _ := w.proposals(t, moderator, nil, nil, 10, cursors[0])
	same(t, "pages", l{first[0]["id"], rest[0]["id"], len(rest)}, l{anns, bobs, 1})
}

func TestRedaction(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	w.do(t, "update_system", ann, m{"id": system, "expectedVersion": 1, "nearestTown": "My neighbour's address"})
	nodes, _ := w.revisions(t, anonymous, system, 1, nil)
	bad := nodes[0]["id"]
	w.refused(t, "redact_revision", ann, m{"id": bad, "reason": "Private"}, "Unauthorized")
	w.refused(t, "redact_revision", moderator, m{"id": bad, "reason": "Private"}, "Unauthorized")
	w.refused(t, "redact_revision", admin, m{"id": bad}, "InvalidInput")
	w.refused(t, "redact_revision", admin, m{"id": uuid(1), "reason": "Private"}, "NotFound")
	w.refused(t, "redact_revision", admin, m{"id": bad, "reason": "Private"}, "Conflict") // it is what is shown
	w.do(t, "update_system", ann, m{"id": system, "expectedVersion": 2, "nearestTown": nil})
	w.do(t, "redact_revision", admin, m{"id": bad, "reason": "Private"})
	w.refused(t, "redact_revision", admin, m{"id": bad, "reason": "Private"}, "Conflict")
	for _, actor := range []m{anonymous, admin} {
		r := w.rows(t, "SELECT CAST(node AS text) FROM api.revision_get(CAST($1 AS jsonb), CAST($2 AS uuid))", text(actor), bad)[0]
		if r["content"] != nil || r["redactedReason"] != "Private" || r["number"] != 2.0 {
			t.Errorf("redacted revision: %v", r)
		}
	}
	if n := w.inner(t, "SELECT count(*) FROM wiki.redaction WHERE revision_id = $1", bad); n != 1 {
		t.Errorf("%d rows in the journal", n)
	}
	w.refused(t, "revert_entity", ann, m{"id": system, "expectedVersion": 3, "revisionId": bad}, "InvalidInput")
}

func TestRevert(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	system := w.system(t, region, m{"tagline": "One", "description": "Long", "tags": l{"rooty"}}) // facts 1, texts 2
	w.do(t, "update_system", ann, m{"id": system, "expectedVersion": 2, "localName": "Spam", "tags": l{}, "tagline": "Spam"})
	nodes, _ := w.revisions(t, anonymous, system, 10, nil)
	facts, texts := nodes[3]["id"], nodes[2]["id"]
	w.refused(t, "revert_entity", anonymous, m{"id": system, "expectedVersion": 4, "revisionId": facts}, "Unauthorized")
	w.refused(t, "revert_entity", bob, m{"id": region, "expectedVersion": 4, "revisionId": facts}, "NotFound")
	w.refused(t, "revert_entity", bob, m{"id": system, "expectedVersion": 3, "revisionId": facts}, "Conflict")
	w.do(t, "revert_entity", bob, m{"id": system, "expectedVersion": 4, "revisionId": facts})
	w.do(t, "revert_entity", bob, m{"id": system, "expectedVersion": 5, "revisionId": texts, "comment": "Spam"})
	got := w.read(t, "systems", system, anonymous)
	same(t, "fields", l{got["localName"], got["tagline"], got["description"], w.nested(t, "entity_tags", system, anonymous)}, l{nil, "One", "Long", l{"rooty"}})
	nodes, _ = w.revisions(t, anonymous, system, 2, nil)
	same(t, "revisions", l{nodes[0]["kind"], nodes[0]["comment"], nodes[1]["kind"], nodes[1]["comment"]}, l{"REVERT", "Spam", "REVERT", "Back to version 1"})

	w.do(t, "update_system", moderator, m{"id": system, "expectedVersion": 6, "name": "Renamed"})
	w.refused(t, "revert_entity", bob, m{"id": system, "expectedVersion": 7, "revisionId": facts}, "ProposalRequired")
	w.do(t, "revert_entity", moderator, m{"id": system, "expectedVersion": 7, "revisionId": facts})
	same(t, "name", w.read(t, "systems", system, anonymous)["name"], "Red Rocks")
}

// A revision must fit a row of the Data API.
func TestRevisionSize(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	trail := w.trail(t, w.system(t, w.region(t)))
	features := func(bytes string) l {
		var all l
		for range 60 {
			all = append(all, m{"kind": "DROP", "mandatory": true, "name": strings.Repeat(bytes, 80), "bypass": strings.Repeat(bytes, 200), "note": strings.Repeat(bytes, 300)})
		}
		return all
	}
	w.do(t, "update_trail", ann, m{"id": trail, "expectedVersion": 1, "features": features("x")})
	o := w.refused(t, "update_trail", ann, m{"id": trail, "expectedVersion": 2, "features": features("é")}, "InvalidInput")
	if !strings.Contains(o.Message, "56000") {
		t.Errorf("message %q", o.Message)
	}
	for _, r := range w.rows(t, "SELECT CAST(node AS text) FROM api.revision_list(CAST($1 AS jsonb), CAST($2 AS uuid), 5, NULL)", text(anonymous), trail) {
		if size := len(text(r)); size > 64<<10 {
			t.Errorf("revision %v has %d bytes", r["number"], size)
		}
	}
}

// JSON may nest as deep as it likes.
func TestDeepPatch(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	for _, depth := range []int{100, 10000, 1000000} {
		patch := `{"tags": ` + strings.Repeat("[", depth) + strings.Repeat("]", depth) + "}"
		w.refused(t, "create_proposal", bob, m{"entityId": system, "baseVersion": 1, "patch": patch}, "InvalidInput")
	}
}
