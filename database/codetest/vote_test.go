package codetest

import (
	"fmt"
	"testing"
)

// TestVotes holds that each rider has one vote, which he may change and take back, and
// that nobody votes on his own or on what he can't see.
func TestVotes(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	trail := w.trail(t, w.system(t, w.region(t)))
	tip, _ := w.do(t, "create_tip", ann, m{"subjectId": trail, "kind": "TIP", "body": "Start early."})
	vote := func(actor m, value string) {
		t.Helper()
		w.do(t, "cast_vote", actor, m{"entityId": tip, "value": value})
	}
	says := func(name string, actor m, up, down float64, mine string) {
		t.Helper()
		same(t, name, w.nested(t, "entity_votes", tip, actor), any(m{"up": up, "down": down, "mine": mine}))
	}
	says("at first", anonymous, 0, 0, "NONE")
	for range 2 {
		vote(bob, "UP")
	}
	vote(cid, "DOWN")
	says("two riders", bob, 1, 1, "UP")
	says("for another", cid, 1, 1, "DOWN")
	says("for nobody", anonymous, 1, 1, "NONE")
	vote(bob, "DOWN")
	says("changed", bob, 0, 2, "DOWN")
	for range 2 {
		vote(bob, "NONE")
	}
	says("taken back", bob, 0, 1, "NONE")
	w.refused(t, "cast_vote", ann, m{"entityId": tip, "value": "UP"}, "InvalidInput")
	w.refused(t, "cast_vote", bob, m{"entityId": trail, "value": "UP"}, "InvalidInput")
	for _, bad := range []any{"up", "SIDEWAYS", nil, 1} {
		w.refused(t, "cast_vote", bob, m{"entityId": tip, "value": bad}, "InvalidInput")
	}
	w.refused(t, "cast_vote", bob, m{"entityId": "00000000-0000-4000-8000-000000000000", "value": "UP"}, "NotFound")
	w.refused(t, "cast_vote", anonymous, m{"entityId": tip, "value": "UP"}, "Unauthorized")
	w.do(t, "update_trail", moderator, m{"id": trail, "expectedVersion": 1, "visibility": "NAME_ONLY"})
	w.refused(t, "cast_vote", bob, m{"entityId": tip, "value": "UP"}, "NotFound")
	w.do(t, "update_trail", moderator, m{"id": trail, "expectedVersion": 2, "visibility": "PUBLIC"})
	// A tip has no version for being voted on.
	same(t, "its version", w.read(t, "tips", tip, ann)["version"], 1.0)
	w.do(t, "archive_tip", ann, m{"id": tip, "expectedVersion": 1})
	w.refused(t, "cast_vote", moderator, m{"entityId": tip, "value": "UP"}, "Archived")
	w.holds(t)
}

// TestVotesAtOnce holds that many votes at the same moment are all counted.
func TestVotesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	tip, _ := w.do(t, "create_tip", ann, m{"subjectId": w.system(t, w.region(t)), "kind": "TIP", "body": "Start early."})
	outcomes := w.atOnce(t, 24, "cast_vote",
		func(i int) m { return rider(fmt.Sprint("voter", i%12)) },
		func(i int) m { return m{"entityId": tip, "value": []string{"UP", "DOWN", "UP"}[i%3]} })
	same(t, "outcomes", outcomes, map[string]int{"OK": 24})
	w.holds(t)
	got := w.nested(t, "entity_votes", tip, anonymous).(m)
	if got["up"].(float64)+got["down"].(float64) != 12 {
		t.Errorf("twelve riders voted: %v", got)
	}
}
