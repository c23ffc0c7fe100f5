package alpha

import (
	"testing"

	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
)

// TestWatchesArePrivate holds that what somebody watches is read by himself alone, and
// that he reads what others did.
func TestWatchesArePrivate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, other := w.Rider("ann"), w.Rider("other")
	watch := `mutation($i: WatchEntityInput!) { watchEntity(input: $i) { id name kind slug since watchers } }`
	got := ann.OK(watch, map[string]any{"i": map[string]any{"id": w.trail}})
	if got.Get("watchEntity", "name") != "First Line" || got.Get("watchEntity", "kind") != "TRAIL" || got.Get("watchEntity", "slug") != "first-line" || got.Get("watchEntity", "since") == nil || got.Get("watchEntity", "watchers") != nil {
		t.Errorf("watching answers %s", got.Raw)
	}
	other.OK(`mutation($i: CreateTipInput!) { createTip(input: $i) { id } }`, map[string]any{"i": map[string]any{"subjectId": w.trail, "kind": "TIP", "body": "Ride it late."}})

	all := `{ myWatches(first: 1) { nodes { id name since } edges { cursor node { id } } pageInfo { hasNextPage endCursor } totalCount totalIsMore }
	  watchedRevisions(first: 20) { nodes { unseen page { id name } revision { entityKind kind content author { name } } } edges { cursor node { unseen } } pageInfo { hasNextPage endCursor } seenUntil unseenCount } }`
	mine := ann.OK(all, nil)
	if n := mine.Get("myWatches", "totalCount"); n != 1.0 {
		t.Errorf("she watches %v pages: %s", n, mine.Raw)
	}
	newest := mine.Get("watchedRevisions", "nodes", 0).(map[string]any)
	if newest["unseen"] != true || newest["page"].(map[string]any)["id"] != w.trail || newest["revision"].(map[string]any)["entityKind"] != "TIP" || newest["revision"].(map[string]any)["content"] != nil {
		t.Errorf("the newest change is %v", newest)
	}
	// The tip is new; the trail is older than her watching, and her own tip is hers.
	if mine.Get("watchedRevisions", "unseenCount") != 1.0 || mine.Get("watchedRevisions", "pageInfo", "hasNextPage") != false || mine.Get("watchedRevisions", "seenUntil") != nil {
		t.Errorf("what happened: %s", mine.Raw)
	}
	seen := ann.OK(`mutation { markWatchedSeen(input: {}) { id seenUntil } }`, nil)
	if seen.Get("markWatchedSeen", "id") != w.ann || ann.OK(`{ watchedRevisions { unseenCount seenUntil } }`, nil).Get("watchedRevisions", "unseenCount") != 0.0 {
		t.Errorf("after a look: %s", seen.Raw)
	}

	for name, c := range map[string]*fabrictest.Caller{"other": other, "moderator": w.Moderator("mod")} {
		r := c.OK(all, nil)
		if r.Get("myWatches", "totalCount") != 0.0 || len(r.Get("watchedRevisions", "nodes").([]any)) != 0 {
			t.Errorf("%s reads %s", name, r.Raw)
		}
		if r := c.OK(`query($id: ID!) { watch(id: $id) { since watchers } }`, map[string]any{"id": w.trail}); r.Get("watch", "since") != nil || r.Get("watch", "watchers") != nil {
			t.Errorf("%s reads of the trail %s", name, r.Raw)
		}
	}
	for _, query := range []string{`{ myWatches { totalCount } }`, `{ watchedRevisions { unseenCount } }`, `{ watch(id: "` + w.trail + `") { id } }`} {
		if r := w.Anonymous().Do(query, nil); r.Err() != unauthorized {
			t.Errorf("%s without signing in: %s", query, r.Raw)
		}
	}
	for _, bad := range []string{`{ watch(id: "x") { id } }`, `{ myWatches(first: 51) { totalCount } }`, `{ myWatches(after: "'") { totalCount } }`, `{ watchedRevisions(first: 0) { unseenCount } }`, `{ watchedRevisions(after: "") { unseenCount } }`,
		`mutation { watchEntity(input: {id: "x"}) { id } }`, `mutation { markWatchedSeen(input: {until: "2026-13-01T00:00:00Z"}) { id } }`} {
		if r := ann.Do(bad, nil); r.Err() == ok {
			t.Errorf("taken: %s", bad)
		}
	}
}
