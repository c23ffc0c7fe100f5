package codetest

import (
	"testing"
	"time"

	"github.com/mtbwiki/mtbwiki/database"
)

// day is a date so many days from today, as it is in UTC.
func day(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly) }

func (w wiki) notice(t testing.TB, actor m, subject string, more ...m) string {
	t.Helper()
	id, _ := w.do(t, "create_seasonal_notice", actor, with(m{
		"subjectId": subject, "kind": "CLOSURE", "severity": "IMPORTANT", "body": "Closed for logging.", "startsOn": day(-5),
	}, more...))
	return id
}

// TestNoticesHere holds which notices a page shows, and in which order.
func TestNoticesHere(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	system, other := w.system(t, region), w.system(t, region, m{"name": "Far Away"})
	trail := w.trail(t, system)
	route := w.route(t, system, m{"legs": l{m{"kind": "TRAIL", "trailId": trail}}})
	w.notice(t, ann, system, m{"severity": "INFO", "body": "Of the system."})
	w.notice(t, bob, trail, m{"severity": "CRITICAL", "body": "Of the trail.", "endsOn": day(3)})
	w.notice(t, ann, route, m{"body": "Of the route.", "startsOn": day(50)})
	w.notice(t, ann, trail, m{"body": "Long over.", "startsOn": day(-30), "endsOn": day(-3)})
	w.notice(t, ann, trail, m{"body": "Far ahead.", "startsOn": day(90)})
	w.notice(t, ann, other, m{"body": "Somewhere else."})
	hidden := w.trail(t, system, m{"name": "Hush"})
	w.notice(t, ann, hidden, m{"severity": "CRITICAL", "body": "Of what nobody knows."})
	w.do(t, "update_trail", moderator, m{"id": hidden, "expectedVersion": 1, "visibility": "NAME_ONLY"})
	bodies := func(id string) (found l) {
		for _, v := range w.nested(t, "entity_notices", id, anonymous).([]any) {
			found = append(found, v.(m)["notice"].(m)["body"])
		}
		return found
	}
	same(t, "of the system", bodies(system), l{"Of the trail.", "Of the route.", "Of the system."})
	same(t, "of the trail", bodies(trail), l{"Of the trail.", "Of the system."})
	same(t, "of the route", bodies(route), l{"Of the trail.", "Of the route.", "Of the system."})
	first := w.nested(t, "entity_notices", system, anonymous).([]any)[0].(m)
	same(t, "what it is about", first["subjectName"], "Slickrock")
	same(t, "confirmed", first["confirmation"], m{"count": 0.0, "lastAt": nil})
}

// TestConfirmNotice holds that each rider counts once, and that what is changed waits to be
// confirmed again.
func TestConfirmNotice(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	trail := w.trail(t, w.system(t, w.region(t)))
	notice := w.notice(t, ann, trail)
	count := func() any { return w.nested(t, "seasonal_notice_confirmation", notice, anonymous).(m)["count"] }
	w.refused(t, "confirm_seasonal_notice", ann, m{"id": notice}, "InvalidInput")
	w.refused(t, "confirm_seasonal_notice", bob, m{"id": trail}, "NotFound")
	for range 2 {
		w.do(t, "confirm_seasonal_notice", bob, m{"id": notice})
	}
	w.do(t, "confirm_seasonal_notice", moderator, m{"id": notice})
	same(t, "confirmed by", count(), 2.0)
	w.do(t, "update_seasonal_notice", bob, m{"id": notice, "expectedVersion": 1, "endsOn": day(9)})
	same(t, "after a change", count(), 0.0)
	w.do(t, "confirm_seasonal_notice", bob, m{"id": notice})
	same(t, "confirmed again by", count(), 1.0)
	w.do(t, "archive_seasonal_notice", ann, m{"id": notice, "expectedVersion": 2})
	w.refused(t, "confirm_seasonal_notice", moderator, m{"id": notice}, "Archived")
}

// TestNoticesEnd holds that what is over goes to the archive, with a version that says so,
// and nothing else does.
func TestNoticesEnd(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	trail := w.trail(t, w.system(t, w.region(t)))
	over := w.notice(t, ann, trail, m{"startsOn": "2026-01-01", "endsOn": "2026-03-01"})
	last := w.notice(t, ann, trail, m{"startsOn": "2026-01-01", "endsOn": "2026-03-02"})
	open := w.notice(t, ann, trail, m{"startsOn": "2026-01-01"})
	older := w.notice(t, ann, trail, m{"startsOn": "2026-01-01", "endsOn": "2026-01-01"})
	state := func(id string) any { return w.read(t, "seasonal_notices", id, ann)["state"] }
	run := func(most int) (n int) {
		t.Helper()
		if err := w.Owner.QueryRow(t.Context(), "SELECT jobs.expire_seasonal_notices('2026-03-02', $1)", most).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	same(t, "ended first", run(1), 1)
	same(t, "the oldest", state(older), "ARCHIVED")
	same(t, "the next", state(over), "PUBLISHED")
	same(t, "ended then", run(100), 1)
	same(t, "ended at last", run(100), 0)
	for id, want := range map[string]string{over: "ARCHIVED", last: "PUBLISHED", open: "PUBLISHED"} {
		same(t, id, state(id), want)
	}
	nodes, _ := w.revisions(t, ann, over, 5, nil)
	same(t, "its last version", []any{nodes[0]["kind"], nodes[0]["comment"], nodes[0]["author"]}, []any{"ARCHIVE", "It is over.", nil})
	// Its author may say that it isn't.
	w.do(t, "restore_seasonal_notice", ann, m{"id": over, "expectedVersion": 2})
}

// TestJobsMayExpire holds who may run it.
func TestJobsMayExpire(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	for role, want := range map[string]bool{"mtbwiki_jobs": true, "mtbwiki_api": false, "mtbwiki_readonly": false} {
		var may bool
		if err := w.Owner.QueryRow(t.Context(), "SELECT has_schema_privilege($1, 'jobs', 'USAGE') AND has_function_privilege($1, 'jobs.expire_seasonal_notices(date, integer)', 'EXECUTE')", role).Scan(&may); err != nil {
			t.Fatal(err)
		}
		same(t, role, may, want)
	}
}

// TestEndNotices holds that a day is over when it is over everywhere.
func TestEndNotices(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	trail := w.trail(t, w.system(t, w.region(t)))
	w.notice(t, ann, trail, m{"startsOn": "2026-01-01", "endsOn": "2026-03-01"})
	for _, test := range []struct {
		at   string
		want int
	}{{"2026-03-02T11:59:59Z", 0}, {"2026-03-02T12:00:00Z", 1}, {"2026-03-02T12:00:00Z", 0}} {
		at, err := time.Parse(time.RFC3339, test.at)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := database.EndNotices(t.Context(), w.Owner, at); err != nil || n != test.want {
			t.Errorf("at %s: %d ended, %v, want %d", test.at, n, err, test.want)
		}
	}
}

// TestNoticesInDiscovery holds that a suggestion tells of what is in the way when the rider
// comes.
func TestNoticesInDiscovery(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	park := w.park(t, w.region(t), "Hill")
	trail := w.trail(t, park)
	hidden := w.trail(t, park, m{"name": "Hush"})
	w.notice(t, ann, hidden, m{"severity": "CRITICAL", "body": "Of what nobody knows."})
	w.do(t, "update_trail", moderator, m{"id": hidden, "expectedVersion": 1, "visibility": "HIDDEN"})
	w.notice(t, ann, park, m{"severity": "INFO", "body": "Good to know."})
	w.notice(t, ann, park, m{"severity": "IMPORTANT", "body": "The lift rests.", "endsOn": day(40)})
	w.notice(t, ann, trail, m{"severity": "CRITICAL", "body": "Felling.", "startsOn": day(10), "endsOn": day(12)})
	w.notice(t, ann, trail, m{"severity": "CRITICAL", "body": "Far ahead.", "startsOn": day(150)})
	told := func(question m) (found l) {
		for _, n := range w.discover(t, anonymous, question) {
			if n["kind"] == "SUGGESTION" {
				list, _ := n["notices"].([]any)
				for _, x := range list {
					found = append(found, x.(m)["body"])
				}
			}
		}
		return found
	}
	same(t, "soon", told(m{}), l{"Felling.", "The lift rests."})
	// Half a year ahead, in the middle of a month.
	ahead := time.Now().UTC().AddDate(0, 0, 165)
	same(t, "in half a year", told(m{"month": int(ahead.Month())}), l{"Far ahead."})
}
