package codetest

import (
	"fmt"
	"strings"
	"testing"
)

func (w wiki) flag(t testing.TB, actor m, entity string, more ...m) string {
	t.Helper()
	id, _ := w.do(t, "create_flag", actor, with(m{"entityId": entity, "reason": "WRONG"}, more...))
	return id
}

// flags are the reports that somebody reads: reason, state, and who reported.
func (w wiki) flags(t testing.TB, actor m, state, reason, entity, mine any, first int, after any) (found l, cursors []string) {
	t.Helper()
	for _, r := range w.rows(t, "SELECT CAST(to_json(x) AS text) FROM api.flag_list(CAST($1 AS jsonb), CAST($2 AS uuid), $3, $4, $5, $6, $7) x", text(actor), entity, state, reason, mine, first, after) {
		node := r["node"].(m)
		reporter := "-"
		if c, ok := node["reporter"].(m); ok {
			reporter = c["name"].(string)
		}
		found = append(found, fmt.Sprintf("%s %s by %s, alike %v", node["reason"], node["state"], reporter, node["alike"]))
		cursors = append(cursors, r["cursor"].(string))
	}
	total := w.count(t, "flag_count(CAST($1 AS jsonb), CAST($2 AS uuid), $3, $4, $5)", text(actor), entity, state, reason, mine)["total"]
	if after == nil && first > 50 {
		same(t, "counted", total, float64(len(found)))
	}
	return found, cursors
}

// TestFlags holds who reads which reports, and that one is decided once.
func TestFlags(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	trail := w.trail(t, system)
	revisions, _ := w.revisions(t, anonymous, trail, 1, nil)
	version := revisions[0]["id"]
	hers := w.flag(t, ann, trail, m{"reason": "DANGEROUS", "note": "  The drop has no way round.  "})
	w.flag(t, ann, trail, m{"reason": "VANDALISM", "revisionId": version})
	his := w.flag(t, bob, trail)
	w.flag(t, bob, system, m{"reason": "OTHER", "note": "It is an airfield."})
	same(t, "what moderators read", first(w.flags(t, moderator, nil, nil, nil, nil, 60, nil)), l{"OTHER OPEN by bob, alike 0", "WRONG OPEN by bob, alike 1", "VANDALISM OPEN by ann, alike 0", "DANGEROUS OPEN by ann, alike 1"})
	same(t, "what she reads", first(w.flags(t, ann, nil, nil, nil, nil, 60, nil)), l{"VANDALISM OPEN by ann, alike 0", "DANGEROUS OPEN by ann, alike 0"})
	same(t, "of one page", len(first(w.flags(t, bob, nil, nil, trail, nil, 60, nil))), 1)
	same(t, "of one reason", first(w.flags(t, moderator, "OPEN", "WRONG", nil, nil, 60, nil)), l{"WRONG OPEN by bob, alike 1"})
	same(t, "his own of a moderator", len(first(w.flags(t, moderator, nil, nil, nil, true, 60, nil))), 0)
	same(t, "what others read", len(first(w.flags(t, anonymous, nil, nil, nil, nil, 60, nil))), 0)
	_, cursors := w.flags(t, moderator, nil, nil, nil, nil, 2, nil)
	same(t, "the second page", first(w.flags(t, moderator, nil, nil, nil, nil, 2, cursors[1])), l{"VANDALISM OPEN by ann, alike 0", "DANGEROUS OPEN by ann, alike 1"})

	same(t, "twice", w.refused(t, "create_flag", ann, m{"entityId": trail, "reason": "SPAM"}, "Conflict").Message, "You have reported this already; a moderator will look at it.")
	w.refused(t, "create_flag", ann, m{"entityId": system, "reason": "OTHER"}, "InvalidInput")
	w.refused(t, "create_flag", ann, m{"entityId": system, "reason": "BORING"}, "InvalidInput")
	w.refused(t, "create_flag", ann, m{"entityId": system, "reason": "SPAM", "note": strings.Repeat("x", 501)}, "InvalidInput")
	w.refused(t, "create_flag", ann, m{"entityId": system, "reason": "SPAM", "revisionId": version}, "NotFound")
	w.refused(t, "create_flag", anonymous, m{"entityId": system, "reason": "SPAM"}, "Unauthorized")

	w.refused(t, "resolve_flag", ann, m{"id": hers, "outcome": "ACCEPTED"}, "Unauthorized")
	w.refused(t, "resolve_flag", moderator, m{"id": hers, "outcome": "OPEN"}, "InvalidInput")
	w.refused(t, "resolve_flag", moderator, m{"id": hers, "outcome": "ACCEPTED", "note": strings.Repeat("x", 501)}, "InvalidInput")
	w.do(t, "resolve_flag", moderator, m{"id": hers, "outcome": "ACCEPTED", "note": "A bypass is marked now.", "alike": true})
	w.refused(t, "resolve_flag", admin, m{"id": hers, "outcome": "REJECTED"}, "Conflict")
	// Of the version it is another matter.
	same(t, "what waits", first(w.flags(t, moderator, nil, nil, nil, nil, 60, nil)), l{"OTHER OPEN by bob, alike 0", "VANDALISM OPEN by ann, alike 0"})
	same(t, "decided", len(first(w.flags(t, moderator, "ACCEPTED", nil, nil, nil, 60, nil))), 2)
	node := w.rows(t, "SELECT CAST(x.node AS text) FROM api.flag_get(CAST($1 AS jsonb), CAST($2 AS uuid)) x", text(ann), hers)[0]
	same(t, "the answer", node["decisionNote"], "A bypass is marked now.")
	same(t, "her note", node["note"], "The drop has no way round.")
	same(t, "of others", len(w.rows(t, "SELECT CAST(x.node AS text) FROM api.flag_get(CAST($1 AS jsonb), CAST($2 AS uuid)) x", text(bob), hers)), 0)
	same(t, "audited", w.inner(t, "SELECT count(*) FROM wiki.audit_log WHERE action IN ('flag.create', 'flag.accept')"), 6)
	w.flag(t, ann, trail)

	// What was hidden since is not called by its name.
	w.do(t, "update_trail", moderator, m{"id": trail, "expectedVersion": 1, "visibility": "HIDDEN"})
	node = w.rows(t, "SELECT CAST(x.node AS text) FROM api.flag_get(CAST($1 AS jsonb), CAST($2 AS uuid)) x", text(bob), his)[0]
	same(t, "the name of what is hidden", node["entityName"], "(not shown)")
	w.refused(t, "create_flag", rider("cleo"), m{"entityId": trail, "reason": "SPAM"}, "NotFound")
}

func first(found l, _ []string) l { return found }

// TestFlagsAreBounded holds the bounds, also for one who sends many at once.
func TestFlagsAreBounded(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	system := w.system(t, region)
	got := w.atOnce(t, 6, "create_flag", always(bob), func(int) m { return m{"entityId": system, "reason": "SPAM"} })
	same(t, "of the same at once", got, map[string]int{"OK": 1, "Conflict": 5})
	for i := range 46 {
		w.flag(t, bob, w.trail(t, system, m{"name": fmt.Sprint("Trail ", i)}))
	}
	var trails []string
	for i := range 6 {
		trails = append(trails, w.trail(t, system, m{"name": fmt.Sprint("Another ", i)}))
	}
	got = w.atOnce(t, 6, "create_flag", always(bob), func(i int) m { return m{"entityId": trails[i], "reason": "SPAM"} })
	same(t, "at the bound", got, map[string]int{"OK": 3, "TooMuch": 3})
}
