package codetest

import (
	"strings"
	"testing"
	"time"
)

func TestHiddenRevisions(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t), m{"tagline": "Good"}) // 1 and 2
	w.do(t, "update_system", ann, m{"id": system, "expectedVersion": 2, "tagline": "Bad words", "comment": "More bad words"})
	all, _ := w.revisions(t, anonymous, system, 10, nil)
	bad := all[0]["id"]
	hide := m{"id": bad, "reason": "An insult."}
	for _, actor := range []m{anonymous, ann, bob} {
		w.refused(t, "hide_revision", actor, hide, "Unauthorized")
	}
	w.refused(t, "hide_revision", moderator, hide, "Conflict") // it is what is shown
	w.refused(t, "hide_revision", moderator, m{"id": bad}, "InvalidInput")
	w.refused(t, "hide_revision", moderator, m{"id": bad, "reason": strings.Repeat("x", 501)}, "InvalidInput")
	w.refused(t, "hide_revision", moderator, m{"id": uuid(1), "reason": "None."}, "NotFound")
	id, _ := w.do(t, "create_proposal", bob, m{"entityId": system, "baseVersion": 3, "patch": m{"tagline": "Mine"}})
	w.do(t, "revert_entity", ann, m{"id": system, "expectedVersion": 3, "revisionId": all[1]["id"]}) // 4
	w.do(t, "hide_revision", moderator, hide)
	w.refused(t, "hide_revision", moderator, hide, "Conflict")

	// Nobody reads it, on no way.
	for name, actor := range map[string]m{"anonymous": anonymous, "ann": ann, "moderator": moderator, "admin": admin} {
		nodes, _ := w.revisions(t, actor, system, 10, nil)
		same(t, name, l{nodes[1]["content"], nodes[1]["comment"], nodes[1]["redactedReason"], nodes[1]["hidden"], nodes[1]["author"].(m)["name"]}, l{nil, nil, "An insult.", true, "ann"})
		for _, pair := range []l{{bad, nil}, {nodes[0]["id"], nil}, {nodes[0]["id"], bad}} {
			for _, side := range w.rows(t, "SELECT CAST(to_json(x) AS text) FROM api.revision_pair(CAST($1 AS jsonb), CAST($2 AS uuid), CAST($3 AS uuid)) x", text(actor), pair[0], pair[1]) {
				if strings.Contains(text(side), "ad words") {
					t.Errorf("%s: the pair tells %v", name, side)
				}
			}
		}
	}
	w.refused(t, "revert_entity", moderator, m{"id": system, "expectedVersion": 4, "revisionId": bad}, "InvalidInput")
	// What is proposed on top of it has no base to be compared with.
	same(t, "conflict", w.list(t, "proposal_conflicts", bob, m{"id": id}), l{m{"field": "tagline", "base": nil, "theirs": `"Good"`, "yours": `"Mine"`, "cut": false}})
	o := w.refused(t, "update_system", bob, m{"id": system, "expectedVersion": 3, "tagline": "Mine", "merge": true}, "Conflict")
	if strings.Contains(text(o.Data), "ad words") {
		t.Errorf("the conflict tells %v", o.Data)
	}

	w.refused(t, "unhide_revision", ann, hide, "Unauthorized")
	w.do(t, "unhide_revision", moderator, m{"id": bad, "reason": "It was a place's name."})
	w.refused(t, "unhide_revision", moderator, hide, "Conflict")
	nodes, _ := w.revisions(t, anonymous, system, 10, nil)
	same(t, "shown again", l{nodes[1]["content"], nodes[1]["comment"], nodes[1]["redactedReason"], nodes[1]["hidden"]}, l{m{"tagline": "Bad words"}, "More bad words", nil, false})
	// What an admin takes out stays out.
	w.do(t, "hide_revision", moderator, hide)
	w.do(t, "redact_revision", admin, m{"id": bad, "reason": "The law."})
	w.refused(t, "unhide_revision", moderator, hide, "Conflict")
	if n := w.inner(t, "SELECT count(*) FROM wiki.audit_log WHERE action IN ('revision.hide', 'revision.unhide', 'revision.redact')"); n != 4 {
		t.Errorf("%d audit rows", n)
	}
	w.holds(t)
}

func TestProtectionPeriods(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	in := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(time.RFC3339) }
	protect := m{"id": system, "until": in(time.Hour), "reason": "An edit war."}
	for _, actor := range []m{anonymous, ann} {
		w.refused(t, "protect_entity", actor, protect, "Unauthorized")
	}
	for name, bad := range map[string]m{"past": {"until": in(-time.Hour)}, "too long": {"until": in(6 * 366 * 24 * time.Hour)}, "no time": {"until": nil}, "no reason": {"reason": " "}, "no date": {"until": "soon"}} {
		if o := w.call(t, "protect_entity", moderator, with(m{}, protect, bad)); o.Type != "InvalidInput" {
			t.Errorf("%s: %s %s", name, o.Type, o.Message)
		}
	}
	w.refused(t, "protect_entity", moderator, with(m{}, protect, m{"id": uuid(1)}), "NotFound")
	w.refused(t, "unprotect_entity", moderator, m{"id": system, "reason": "Over."}, "Conflict")
	w.do(t, "protect_entity", moderator, protect)
	w.refused(t, "update_system", ann, m{"id": system, "expectedVersion": 1, "localName": "L"}, "Protected")
	w.do(t, "create_proposal", ann, m{"entityId": system, "baseVersion": 1, "patch": m{"localName": "L"}})
	w.do(t, "update_system", moderator, m{"id": system, "expectedVersion": 1, "localName": "M"})
	w.do(t, "protect_entity", admin, with(m{}, protect, m{"reason": "Longer."})) // in place of the first
	list := func(actor m) (all l) {
		for _, p := range w.rows(t, "SELECT CAST(node AS text) FROM api.protection_list(CAST($1 AS jsonb), CAST($2 AS uuid))", text(actor), system) {
			all = append(all, l{p["reason"], p["active"], p["liftedAt"] != nil})
		}
		return all
	}
	same(t, "protections", list(anonymous), l{l{"Longer.", true, false}, l{"An edit war.", false, true}})
	w.refused(t, "unprotect_entity", ann, m{"id": system, "reason": "Over."}, "Unauthorized")
	w.do(t, "unprotect_entity", moderator, m{"id": system, "reason": "Over."})
	w.do(t, "update_system", ann, m{"id": system, "expectedVersion": 2, "localName": "L"})
	same(t, "lifted", list(anonymous), l{l{"Longer.", false, true}, l{"An edit war.", false, true}})
	w.do(t, "update_system", moderator, m{"id": system, "expectedVersion": 3, "visibility": "HIDDEN"})
	same(t, "of a hidden page", list(bob), l(nil))
}

func TestPurge(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	trail := w.trail(t, system, m{"personality": "Somebody's address", "tags": l{"rooty"}, "externalIds": l{m{"scheme": "osm-way", "value": "123"}}})
	tip, _ := w.do(t, "create_tip", ann, m{"subjectId": trail, "kind": "TIP", "body": "Somebody's telephone"})
	route, _ := w.do(t, "create_route", ann, m{"name": "Round", "shape": "LOOP", "systemIds": l{system}, "legs": l{m{"kind": "TRAIL", "trailId": trail}}})
	w.do(t, "create_proposal", bob, m{"entityId": trail, "baseVersion": 1, "patch": m{"name": "Somebody's name"}, "comment": "Somebody"})
	purge := func() m {
		return m{"id": trail, "expectedVersion": version(t, w, trail), "reason": "A person asked for it."}
	}
	for _, actor := range []m{anonymous, ann, moderator} {
		w.refused(t, "purge_entity", actor, purge(), "Unauthorized")
	}
	w.refused(t, "purge_entity", admin, purge(), "InvalidInput") // it isn't put away
	w.do(t, "archive_trail", moderator, m{"id": trail, "expectedVersion": version(t, w, trail)})
	o := w.refused(t, "purge_entity", admin, purge(), "Conflict")
	var naming l
	for _, n := range o.Data["namedBy"].(l) {
		naming = append(naming, n.(m)["entityId"])
	}
	same(t, "named by", naming, l{route, tip})
	w.do(t, "update_route", moderator, m{"id": route, "expectedVersion": 1, "legs": l{}})
	w.refused(t, "purge_entity", admin, purge(), "Conflict")
	w.do(t, "archive_tip", ann, m{"id": tip, "expectedVersion": 1})
	w.refused(t, "purge_entity", admin, with(purge(), m{"expectedVersion": 1}), "Conflict")
	w.refused(t, "purge_entity", admin, with(purge(), m{"reason": nil}), "InvalidInput")
	before := w.counted(t)
	o = w.call(t, "purge_entity", admin, purge())
	if !o.OK || o.Data["emptied"] != 3.0 {
		t.Fatalf("purge: %+v", o)
	}
	if after := w.counted(t); after <= before {
		t.Errorf("history went from %d to %d", before, after)
	}
	w.refused(t, "purge_entity", admin, purge(), "NotFound")
	w.refused(t, "restore_trail", admin, m{"id": trail, "expectedVersion": version(t, w, trail)}, "InvalidInput")
	w.refused(t, "restore_tip", admin, m{"id": tip, "expectedVersion": version(t, w, tip)}, "InvalidInput")
	nodes, _ := w.revisions(t, admin, trail, 10, nil)
	same(t, "what is left of the history", l{len(nodes), nodes[0]["content"], nodes[0]["redactedReason"], nodes[0]["hidden"]}, l{3, nil, "A person asked for it.", false})
	// Nothing of it stands in any table any more.
	for _, table := range []string{"trail", "trail_text", "tip", "search_document", "slug", "entity_tag", "external_id", "trail_system", "revision_content", "proposal", "reference"} {
		if n := w.inner(t, "SELECT count(*) FROM wiki."+table+" x WHERE x::text ~ 'Somebody|Slickrock' OR (x::text LIKE '%' || $1 || '%' AND $2 NOT IN ('proposal', 'revision_content'))", trail, table); n != 0 {
			t.Errorf("%d rows of it in %s", n, table)
		}
	}
	w.refused(t, "purge_entity", admin, m{"id": w.annsProfile(t), "expectedVersion": 1, "reason": "No."}, "InvalidInput")
	if n := w.inner(t, "SELECT count(*) FROM wiki.audit_log WHERE action IN ('trail.purge', 'tip.purge')"); n != 2 {
		t.Errorf("%d audit rows", n)
	}
	w.holds(t)
}

func (w wiki) annsProfile(t testing.TB) (id string) {
	t.Helper()
	if err := w.Owner.QueryRow(t.Context(), "SELECT rider_id::text FROM wiki.person WHERE subject = 'sub-ann'").Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}
