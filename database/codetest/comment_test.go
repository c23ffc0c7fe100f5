package codetest

import (
	"strings"
	"testing"
)

func (w wiki) comment(t testing.TB, actor m, subject, body string, more ...m) string {
	t.Helper()
	id, _ := w.do(t, "create_comment", actor, with(m{"subjectId": subject, "body": body}, more...))
	return id
}

// discussion is what somebody reads of a page's talk: the words of each thread, and what
// took the place of those taken away.
func (w wiki) discussion(t testing.TB, actor m, subject string, first int, after any) (threads l, cursors []string, more bool) {
	t.Helper()
	for _, r := range w.rows(t, "SELECT CAST(to_json(d) AS text) FROM api.discussion_page(CAST($1 AS jsonb), CAST($2 AS uuid), $3, $4) d", text(actor), subject, first, after) {
		node := r["node"].(m)
		said := node["body"]
		if node["removed"] != nil {
			if said != nil || node["author"] != nil {
				t.Errorf("what was taken away still says %v by %v", said, node["author"])
			}
			said = "(" + node["removed"].(string) + ")"
		}
		if r["opens"] == true {
			threads = append(threads, l{said})
			cursors = append(cursors, r["cursor"].(string))
		} else {
			last := len(threads) - 1
			threads[last] = append(threads[last].(l), said)
		}
		more = r["more"].(bool)
	}
	return threads, cursors, more
}

// TestDiscussion holds the order of threads and replies, and that pages neither skip nor
// repeat one.
func TestDiscussion(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	first := w.comment(t, ann, system, "Where does one park?")
	second := w.comment(t, bob, system, "Is the café open?")
	third := w.comment(t, ann, system, "Who rides on Sunday?")
	w.comment(t, bob, system, "At the chapel.", m{"replyToId": first})
	w.comment(t, ann, system, "Thanks!", m{"replyToId": first})
	whole := l{l{"Where does one park?", "At the chapel.", "Thanks!"}, l{"Who rides on Sunday?"}, l{"Is the café open?"}}
	said, cursors, more := w.discussion(t, anonymous, system, 10, nil)
	same(t, "the discussion", said, whole)
	same(t, "more", more, false)
	same(t, "its count", w.nested(t, "entity_comment_count", system, anonymous), 5.0)
	same(t, "threads", w.count(t, "discussion_count(CAST($1 AS jsonb), CAST($2 AS uuid))", text(anonymous), system)["total"], 3.0)
	var paged l
	var after any
	for i := range 3 {
		page, at, next := w.discussion(t, anonymous, system, 1, after)
		paged = append(paged, page...)
		after = at[0]
		same(t, "cursor", at[0], cursors[i])
		same(t, "more after it", next, i < 2)
	}
	same(t, "page by page", paged, whole)
	none, _, _ := w.discussion(t, anonymous, system, 10, after)
	same(t, "after the last", len(none), 0)
	none, _, _ = w.discussion(t, anonymous, system, 10, "no cursor")
	same(t, "after what is no cursor", len(none), 0)

	w.refused(t, "create_comment", bob, m{"subjectId": system, "body": "And you?", "replyToId": w.comment(t, ann, system, "Me.", m{"replyToId": third})}, "InvalidInput")
	w.refused(t, "create_comment", bob, m{"subjectId": w.trail(t, system), "body": "There.", "replyToId": second}, "NotFound")
	w.refused(t, "create_comment", bob, m{"subjectId": first, "body": "About talk."}, "InvalidInput")
	w.refused(t, "create_comment", bob, m{"subjectId": system, "body": "  "}, "InvalidInput")
	w.refused(t, "create_comment", bob, m{"subjectId": system, "body": strings.Repeat("x", 2001)}, "InvalidInput")
}

// TestTakenAway holds what is left of a comment that was taken away, who may do it, and who
// may bring it back.
func TestTakenAway(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	trail := w.trail(t, w.system(t, w.region(t)))
	root := w.comment(t, ann, trail, "The bridge is gone!")
	first := w.comment(t, bob, trail, "Buy cheap tyres.", m{"replyToId": root})
	second := w.comment(t, ann, trail, "It is back.", m{"replyToId": root})
	says := func(actor m, want l) {
		t.Helper()
		said, _, _ := w.discussion(t, actor, trail, 10, nil)
		same(t, "the discussion", said, want)
	}
	w.refused(t, "archive_comment", bob, m{"id": root, "expectedVersion": 1}, "Unauthorized")
	w.do(t, "archive_comment", ann, m{"id": root, "expectedVersion": 1})
	w.do(t, "archive_comment", moderator, m{"id": first, "expectedVersion": 1})
	for _, actor := range []m{anonymous, bob, moderator} {
		says(actor, l{l{"(AUTHOR)", "(MODERATOR)", "It is back."}})
	}
	same(t, "to the wiki it is gone", w.read(t, "comments", first, anonymous) == nil, true)
	w.refused(t, "create_comment", bob, m{"subjectId": trail, "body": "Late.", "replyToId": root}, "Archived")
	w.refused(t, "restore_comment", bob, m{"id": first, "expectedVersion": 2}, "Unauthorized")
	w.refused(t, "update_comment", ann, m{"id": root, "expectedVersion": 2, "body": "No."}, "Archived")
	// After the last word that stands nothing keeps a place.
	w.do(t, "archive_comment", ann, m{"id": second, "expectedVersion": 1})
	says(anonymous, nil)
	same(t, "counted", w.nested(t, "entity_comment_count", trail, anonymous), 0.0)
	w.do(t, "restore_comment", ann, m{"id": root, "expectedVersion": 2})
	w.do(t, "restore_comment", moderator, m{"id": first, "expectedVersion": 2})
	says(anonymous, l{l{"The bridge is gone!", "Buy cheap tyres."}})

	// Only its author changes what it says.
	w.refused(t, "update_comment", moderator, m{"id": root, "expectedVersion": 3, "body": "All is well."}, "Unauthorized")
	w.refused(t, "create_proposal", bob, m{"entityId": root, "baseVersion": 3, "patch": m{"body": "All is well."}}, "Unauthorized")
	same(t, "edited", w.nested(t, "comment_edited", root, anonymous), false)
	w.do(t, "update_comment", ann, m{"id": root, "expectedVersion": 3, "body": "The bridge was gone."})
	same(t, "edited", w.nested(t, "comment_edited", root, anonymous), true)
	said := w.rows(t, "SELECT CAST(d.node AS text) FROM api.discussion_page(CAST($1 AS jsonb), CAST($2 AS uuid), 10, NULL) d", text(ann), trail)[0]
	same(t, "edited there", said["edited"], true)
	same(t, "hers", said["yours"], true)
}

// TestTalkIsSeenAsItsPage holds that the discussion of what isn't shown tells nothing, and
// that talk isn't found among what the wiki knows.
func TestTalkIsSeenAsItsPage(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	trail := w.trail(t, system, m{"name": "Hush"})
	comment := w.comment(t, ann, trail, "Behind the quarry, then left.")
	found, _ := w.search(t, anonymous, "quarry")
	same(t, "found by search", len(found), 0)
	for i, visibility := range []string{"NAME_ONLY", "HIDDEN"} {
		w.do(t, "update_trail", moderator, m{"id": trail, "expectedVersion": i + 1, "visibility": visibility})
		said, _, _ := w.discussion(t, anonymous, trail, 10, nil)
		same(t, "what others read", len(said), 0)
		said, _, _ = w.discussion(t, bob, trail, 10, nil)
		same(t, "what riders read", len(said), 0)
		same(t, "threads", w.count(t, "discussion_count(CAST($1 AS jsonb), CAST($2 AS uuid))", text(anonymous), trail)["total"], 0.0)
		same(t, "the comment itself", w.read(t, "comments", comment, bob) == nil, true)
		revisions, _ := w.revisions(t, bob, comment, 10, nil)
		same(t, "its history", len(revisions), 0)
		same(t, "counted", w.nested(t, "entity_comment_count", trail, bob), 0.0)
		said, _, _ = w.discussion(t, moderator, trail, 10, nil)
		same(t, "what moderators read", said, l{l{"Behind the quarry, then left."}})
	}
	w.refused(t, "create_comment", bob, m{"subjectId": trail, "body": "Where?"}, "NotFound")
	// One taken away from a page that was hidden meanwhile leaves no place either.
	w.do(t, "archive_comment", moderator, m{"id": comment, "expectedVersion": 1})
	said, _, _ := w.discussion(t, bob, trail, 10, nil)
	same(t, "what is left", len(said), 0)
}

// TestLongTalk holds that a discussion at its bounds is read in pages that the Data API
// can answer, and that a thread has an end.
func TestLongTalk(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	// The worst there is: each character takes two in JSON, and two of them again.
	long := strings.Repeat(`"`, 2000)
	threads := 0
	for range 4 {
		root := w.comment(t, ann, system, long)
		for range 40 {
			w.comment(t, bob, system, long, m{"replyToId": root})
		}
		threads++
		w.refused(t, "create_comment", bob, m{"subjectId": system, "body": "One more.", "replyToId": root}, "TooMuch")
	}
	read := 0
	var after any
	for range threads {
		rows := w.rows(t, `SELECT CAST(json_build_object('size', length(CAST(to_json(CAST(d.node AS text)) AS text)), 'cursor', d.cursor, 'opens', d.opens, 'more', d.more) AS text)
			FROM api.discussion_page(CAST($1 AS jsonb), CAST($2 AS uuid), 10, $3) d`, text(anonymous), system, after)
		size := 0
		for _, r := range rows {
			n := int(r["size"].(float64)) + 200 // as the Data API writes it, with the other columns
			size += n
			if n > 60<<10 {
				t.Errorf("a comment takes %d bytes", n)
			}
			if r["opens"] == true {
				read++
			}
			after = r["cursor"]
		}
		if size > 1<<20 {
			t.Errorf("a page takes %d bytes", size)
		}
		if len(rows) == 0 || rows[0]["more"] == false {
			break
		}
	}
	same(t, "threads read", read, threads)
}

// TestRepliesAtOnce holds that many who answer at once don't exceed the bound.
func TestRepliesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	root := w.comment(t, ann, system, "Who comes?")
	for range 36 {
		w.comment(t, ann, system, "I do.", m{"replyToId": root})
	}
	got := w.atOnce(t, 8, "create_comment", func(int) m { return bob }, func(int) m { return m{"subjectId": system, "body": "Me too.", "replyToId": root} })
	same(t, "outcomes", got, map[string]int{"OK": 4, "TooMuch": 4})
}
