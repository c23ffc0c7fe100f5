package codetest

import (
	"fmt"
	"testing"
)

// watches are the pages that somebody watches.
func (w wiki) watches(t testing.TB, actor m, first int, after any) (names l, cursors []string) {
	t.Helper()
	for _, r := range w.rows(t, "SELECT CAST(to_json(x) AS text) FROM api.watch_list(CAST($1 AS jsonb), $2, $3) x", text(actor), first, after) {
		names = append(names, r["node"].(m)["name"])
		cursors = append(cursors, r["cursor"].(string))
	}
	return names, cursors
}

// happened is what he reads of them.
func (w wiki) happened(t testing.TB, actor m, first int, after any) (what l, cursors []string) {
	t.Helper()
	for _, r := range w.rows(t, "SELECT CAST(to_json(x) AS text) FROM api.watched_revision_list(CAST($1 AS jsonb), $2, $3) x", text(actor), first, after) {
		node := r["node"].(m)
		revision := node["revision"].(m)
		if revision["content"] != nil {
			t.Error("a watched revision has its content")
		}
		unseen := ""
		if node["unseen"] == true {
			unseen = " unseen"
		}
		what = append(what, fmt.Sprintf("%s %s of %s%s", revision["kind"], revision["entityKind"], node["page"].(m)["name"], unseen))
		cursors = append(cursors, r["cursor"].(string))
	}
	return what, cursors
}

// TestWatching holds that watching is done and ended any number of times, and is seen by
// nobody else.
func TestWatching(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	system := w.system(t, region)
	trail := w.trail(t, system)
	tip, _ := w.do(t, "create_tip", ann, m{"subjectId": trail, "kind": "TIP", "body": "Early."})
	for range 2 {
		w.do(t, "watch_entity", ann, m{"id": system})
	}
	w.do(t, "watch_entity", ann, m{"id": trail})
	w.do(t, "watch_entity", bob, m{"id": region})
	names, cursors := w.watches(t, ann, 10, nil)
	same(t, "watched", names, l{"Slickrock", "Red Rocks"})
	same(t, "counted", w.count(t, "watch_count(CAST($1 AS jsonb))", text(ann))["total"], 2.0)
	names, _ = w.watches(t, ann, 1, cursors[0])
	same(t, "the second page", names, l{"Red Rocks"})
	for _, actor := range []m{anonymous, moderator} {
		names, _ = w.watches(t, actor, 10, nil)
		same(t, "to others", len(names), 0)
	}
	w.refused(t, "watch_entity", ann, m{"id": tip}, "InvalidInput")
	w.refused(t, "watch_entity", ann, m{"id": "00000000-0000-0000-0000-000000000001"}, "NotFound")
	w.refused(t, "watch_entity", anonymous, m{"id": system}, "Unauthorized")
	for range 2 {
		w.do(t, "unwatch_entity", ann, m{"id": system})
	}
	names, _ = w.watches(t, ann, 10, nil)
	same(t, "after ending one", names, l{"Slickrock"})
	// How many do is told from five on, and never who.
	of := func() any {
		return w.rows(t, "SELECT CAST(x.node AS text) FROM api.watch_get(CAST($1 AS jsonb), CAST($2 AS uuid)) x", text(ann), trail)[0]["watchers"]
	}
	for i := range 3 {
		w.do(t, "watch_entity", rider(fmt.Sprint("watcher ", i)), m{"id": trail})
	}
	same(t, "four watch", of(), nil)
	w.do(t, "watch_entity", rider("watcher 4"), m{"id": trail})
	same(t, "five watch", of(), 5.0)
}

// TestWatchedChanges holds which changes a watcher reads, in pages, and which of them he
// has seen.
func TestWatchedChanges(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	trail, other := w.trail(t, system), w.trail(t, system, m{"name": "Elsewhere"})
	w.do(t, "watch_entity", bob, m{"id": trail})
	w.do(t, "update_trail", ann, m{"id": trail, "expectedVersion": 1, "flow": 3})
	w.do(t, "update_trail", bob, m{"id": trail, "expectedVersion": 2, "flow": 4})
	w.do(t, "update_trail", ann, m{"id": other, "expectedVersion": 1, "flow": 3})
	comment := w.comment(t, ann, trail, "Why four?")
	w.notice(t, ann, trail)
	w.comment(t, bob, trail, "Because.", m{"replyToId": comment})
	want := l{"CREATE SEASONAL_NOTICE of Slickrock unseen", "CREATE COMMENT of Slickrock unseen", "EDIT TRAIL of Slickrock unseen", "CREATE TRAIL of Slickrock"}
	what, cursors := w.happened(t, bob, 10, nil)
	same(t, "what happened", what, want)
	var paged l
	var after any
	for range want {
		page, at := w.happened(t, bob, 1, after)
		paged, after = append(paged, page...), at[0]
	}
	same(t, "page by page", paged, want)
	same(t, "the last cursor", after, cursors[3])
	state := func() m { return w.count(t, "watched_state(CAST($1 AS jsonb))", text(bob)) }
	same(t, "unseen", state()["unseen"], 3.0)
	same(t, "seen until", state()["seen_until"], nil)
	// The time that a page shows of the youngest change is enough to have seen that.
	youngest := w.rows(t, "SELECT CAST(x.node AS text) FROM api.watched_revision_list(CAST($1 AS jsonb), 1, NULL) x", text(bob))[0]["revision"].(m)["createdAt"]
	w.do(t, "mark_watched_seen", bob, m{"until": youngest})
	same(t, "unseen after a look at the youngest", state()["unseen"], 0.0)
	w.do(t, "mark_watched_seen", bob, m{})
	same(t, "unseen after a look", state()["unseen"], 0.0)
	seen := state()["seen_until"]
	// Neither back nor into the future.
	w.do(t, "mark_watched_seen", bob, m{"until": "2020-01-01T00:00:00Z"})
	same(t, "after an older look", state()["seen_until"], seen)
	w.do(t, "mark_watched_seen", bob, m{"until": "2199-01-01T00:00:00Z"})
	w.do(t, "update_trail", ann, m{"id": trail, "expectedVersion": 3, "flow": 2})
	same(t, "unseen after a look ahead of time", state()["unseen"], 1.0)
	w.refused(t, "mark_watched_seen", bob, m{"until": "tomorrow, maybe"}, "InvalidInput")

	// What is hidden, put away or taken away leaves silently.
	w.do(t, "archive_comment", ann, m{"id": comment, "expectedVersion": 1})
	what, _ = w.happened(t, bob, 10, nil)
	same(t, "after a comment was taken away", what, l{"EDIT TRAIL of Slickrock unseen", "CREATE SEASONAL_NOTICE of Slickrock", "EDIT TRAIL of Slickrock", "CREATE TRAIL of Slickrock"})
	w.do(t, "update_trail", moderator, m{"id": trail, "expectedVersion": 4, "visibility": "HIDDEN"})
	what, _ = w.happened(t, bob, 10, nil)
	same(t, "changes of what is hidden", len(what), 0)
	names, _ := w.watches(t, bob, 10, nil)
	same(t, "watched of what is hidden", len(names), 0)
	same(t, "unseen of what is hidden", state()["unseen"], 0.0)
	same(t, "told of what is hidden", len(w.rows(t, "SELECT CAST(x.node AS text) FROM api.watch_get(CAST($1 AS jsonb), CAST($2 AS uuid)) x", text(bob), trail)), 0)
	w.refused(t, "watch_entity", bob, m{"id": trail}, "NotFound")
	w.do(t, "unwatch_entity", bob, m{"id": trail})
	w.do(t, "update_trail", moderator, m{"id": trail, "expectedVersion": 5, "visibility": "PUBLIC"})
	names, _ = w.watches(t, bob, 10, nil)
	same(t, "after he ended it unseen", len(names), 0)
	w.do(t, "watch_entity", bob, m{"id": trail})
	w.do(t, "archive_trail", moderator, m{"id": trail, "expectedVersion": 6})
	names, _ = w.watches(t, bob, 10, nil)
	same(t, "watched of what was put away", len(names), 0)
	// With all that is said about it.
	what, _ = w.happened(t, bob, 10, nil)
	same(t, "changes of what was put away", what, l(nil))
	w.refused(t, "watch_entity", moderator, m{"id": trail}, "Archived")
}

// TestWatchesAreBounded holds the bound, also for one who sends many at once.
func TestWatchesAreBounded(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	var systems []string
	for range 8 {
		systems = append(systems, w.system(t, region))
	}
	w.do(t, "watch_entity", bob, m{"id": region})
	w.exec(t, `INSERT INTO wiki.entity (id, kind) SELECT gen_random_uuid(), 'TRAIL' FROM generate_series(1, 1994)`)
	w.exec(t, `INSERT INTO wiki.watch (rider_id, entity_id) SELECT w.rider_id, e.id FROM wiki.watch w CROSS JOIN (SELECT e.id FROM wiki.entity e WHERE e.kind = 'TRAIL' LIMIT 1994) e`)
	got := w.atOnce(t, 8, "watch_entity", always(bob), func(i int) m { return m{"id": systems[i]} })
	same(t, "outcomes", got, map[string]int{"OK": 5, "TooMuch": 3})
	w.do(t, "watch_entity", bob, m{"id": region})
}
