package codetest

import (
	"fmt"
	"strings"
	"testing"
)

func (w wiki) review(t testing.TB, actor m, subject string, rating int, perspective string, more ...m) string {
	t.Helper()
	id, _ := w.do(t, "create_review", actor, with(m{"subjectId": subject, "rating": rating, "perspective": perspective, "body": "As I found it."}, more...))
	return id
}

// TestReviews holds that a rider has one review of a thing, and that only he changes it.
func TestReviews(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	trail := w.trail(t, system)
	in := func(more m) m {
		return with(m{"subjectId": system, "rating": 3, "perspective": "VISITOR", "body": "Nice enough."}, more)
	}
	for name, bad := range map[string]m{
		"no rating": {"rating": 0}, "too good": {"rating": 6}, "half": {"rating": 3.5}, "of the future": {"rideMonth": day(400)[:7]}, "no month": {"rideMonth": "2026-13"},
		"a day": {"rideMonth": "2026-05-01"}, "two months": {"rideMonth": "2026-05\n2026-06"}, "no words": {"body": "Nice."}, "too many words": {"body": strings.Repeat("x", 1501)}, "of neither kind": {"perspective": "LOCAL"},
		"too much weather": {"conditions": strings.Repeat("x", 121)},
	} {
		if o := w.call(t, "create_review", ann, in(bad)); o.OK || o.Type != "InvalidInput" {
			t.Errorf("%s: %v %s", name, o.OK, o.Type)
		}
	}
	own := w.review(t, ann, system, 5, "LOCAL_RIDER", m{"rideMonth": "2026-09"})
	o := w.refused(t, "create_review", ann, in(nil), "Conflict")
	same(t, "the one there is", o.Data["id"], any(own))
	if !strings.Contains(o.Message, "change that review instead") {
		t.Errorf("the refusal says %q", o.Message)
	}
	w.review(t, ann, trail, 4, "LOCAL_RIDER")
	w.review(t, bob, system, 2, "VISITOR")
	w.refused(t, "update_review", bob, m{"id": own, "expectedVersion": 1, "rating": 1}, "Unauthorized")
	w.do(t, "update_review", ann, m{"id": own, "expectedVersion": 1, "rating": 4, "rideMonth": nil})
	w.do(t, "archive_review", ann, m{"id": own, "expectedVersion": 2})
	again := w.review(t, ann, system, 3, "LOCAL_RIDER")
	w.refused(t, "restore_review", ann, m{"id": own, "expectedVersion": 3}, "Conflict")
	w.do(t, "archive_review", ann, m{"id": again, "expectedVersion": 1})
	w.do(t, "restore_review", ann, m{"id": own, "expectedVersion": 3})
	w.refused(t, "create_review", importer, in(nil), "InvalidInput")
	w.do(t, "cast_vote", bob, m{"entityId": own, "value": "UP"})
	w.refused(t, "cast_vote", ann, m{"entityId": own, "value": "UP"}, "InvalidInput")
}

// TestReviewSummary holds that averages are of three or more, locals and visitors apart, and
// of what the reader may see.
func TestReviewSummary(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	trail := w.trail(t, w.system(t, w.region(t)))
	says := func(name string, count, locals float64, byLocals any, visitors float64, byVisitors any) {
		t.Helper()
		same(t, name, w.nested(t, "entity_review_summary", trail, anonymous), any(m{"count": count,
			"locals": m{"count": locals, "average": byLocals}, "visitors": m{"count": visitors, "average": byVisitors}}))
	}
	says("none", 0, 0, nil, 0, nil)
	last := ""
	for i, rating := range []int{5, 4, 4} {
		says("too few", float64(i), float64(i), nil, 0, nil)
		last = w.review(t, rider(fmt.Sprint("local", i)), trail, rating, "LOCAL_RIDER")
	}
	says("three locals", 3, 3, 4.3, 0, nil)
	w.review(t, ann, trail, 1, "VISITOR")
	says("and a visitor", 4, 3, 4.3, 1, nil)
	w.do(t, "archive_review", moderator, m{"id": last, "expectedVersion": 1})
	says("one put away", 3, 2, nil, 1, nil)
	w.do(t, "update_trail", moderator, m{"id": trail, "expectedVersion": 1, "visibility": "NAME_ONLY"})
	says("of a place that isn't shown", 0, 0, nil, 0, nil)
}

// TestReviewsAtOnce holds that a rider who sends his review twice has one.
func TestReviewsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	got := w.atOnce(t, 6, "create_review", always(ann), func(int) m {
		return m{"subjectId": system, "rating": 3, "perspective": "VISITOR", "body": "Nice enough."}
	})
	same(t, "outcomes", got, map[string]int{"OK": 1, "Conflict": 5})
}
