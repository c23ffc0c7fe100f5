package codetest

import (
	"sync"
	"testing"
)

var cid = rider("cid")

func (w wiki) claim(t testing.TB, actor m, subject string, more ...m) string {
	t.Helper()
	id, _ := w.do(t, "create_claim", actor, with(m{"subjectId": subject, "body": "Riding costs nothing."}, more...))
	return id
}

func (w wiki) check(t testing.TB, actor m, claim, result string, more ...m) string {
	t.Helper()
	id, _ := w.do(t, "create_fact_check", actor, with(m{
		"subjectId": claim, "method": "PERSONAL_EXPERIENCE", "result": result, "body": "I was there.", "checkedOn": day(-10),
	}, more...))
	return id
}

// TestClaimVerdict holds what checks make of a claim, as docs/content.md says it.
func TestClaimVerdict(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	k := func(result, on string) m { return m{"result": result, "on": on} }
	for _, test := range []struct {
		name   string
		checks l
		want   string
	}{
		{"nobody", l{}, "UNCHECKED"},
		{"nobody who could tell", l{k("CANNOT_VERIFY", "2026-01-01"), k("CANNOT_VERIFY", "2026-01-02")}, "UNCHECKED"},
		{"one yes", l{k("VERIFIED", "2026-01-01")}, "VERIFIED"},
		{"a yes and one who can't tell", l{k("VERIFIED", "2026-01-01"), k("CANNOT_VERIFY", "2026-01-02")}, "VERIFIED"},
		{"one no stands against the author", l{k("INCORRECT", "2026-01-01")}, "DISPUTED"},
		{"two no", l{k("INCORRECT", "2026-01-01"), k("INCORRECT", "2026-01-02")}, "REFUTED"},
		{"two no, one yes", l{k("INCORRECT", "2026-01-01"), k("INCORRECT", "2026-01-02"), k("VERIFIED", "2026-01-03")}, "REFUTED"},
		{"two no, two yes", l{k("INCORRECT", "2026-01-01"), k("INCORRECT", "2026-01-02"), k("VERIFIED", "2026-01-03"), k("VERIFIED", "2026-01-03")}, "DISPUTED"},
		{"partly", l{k("PARTLY_CORRECT", "2026-01-01")}, "DISPUTED"},
		{"partly and yes", l{k("PARTLY_CORRECT", "2026-01-01"), k("VERIFIED", "2026-01-02")}, "DISPUTED"},
		{"two no, one partly", l{k("INCORRECT", "2026-01-01"), k("INCORRECT", "2026-01-02"), k("PARTLY_CORRECT", "2026-01-03")}, "REFUTED"},
		{"was so once", l{k("OUTDATED", "2026-01-01")}, "OUTDATED"},
		{"yes, then no more", l{k("VERIFIED", "2026-01-01"), k("OUTDATED", "2026-01-02")}, "OUTDATED"},
		{"no more, then yes", l{k("OUTDATED", "2026-01-01"), k("VERIFIED", "2026-01-02")}, "DISPUTED"},
		{"both on one day", l{k("OUTDATED", "2026-01-01"), k("VERIFIED", "2026-01-01")}, "DISPUTED"},
		{"no more, and never", l{k("OUTDATED", "2026-01-02"), k("INCORRECT", "2026-01-01")}, "DISPUTED"},
		{"the order they are told in is nothing", l{k("OUTDATED", "2026-01-02"), k("VERIFIED", "2026-01-01")}, "OUTDATED"},
	} {
		var got string
		if err := w.Owner.QueryRow(t.Context(), "SELECT wiki.claim_verdict($1::jsonb)", text(test.checks)).Scan(&got); err != nil {
			t.Fatal(err)
		}
		same(t, test.name, got, test.want)
	}
}

// TestFactChecks holds which checks count, and that a claim's verdict follows them.
func TestFactChecks(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	claim := w.claim(t, ann, system, m{"field": "fees", "source": "The club"})
	stands := func(name string, verdict, on any) {
		t.Helper()
		c := w.read(t, "claims", claim, anonymous)
		same(t, name, []any{c["verdict"], c["checkedOn"]}, []any{verdict, on})
	}
	in := func(more m) m {
		return with(m{"subjectId": claim, "method": "LOCAL_KNOWLEDGE", "result": "VERIFIED", "body": "Everybody knows.", "checkedOn": day(0)}, more)
	}
	stands("at first", "UNCHECKED", nil)
	w.refused(t, "create_fact_check", ann, in(nil), "InvalidInput")
	w.refused(t, "create_fact_check", bob, in(m{"subjectId": system}), "InvalidInput")
	w.refused(t, "create_fact_check", bob, in(m{"checkedOn": day(3)}), "InvalidInput")
	old := w.check(t, bob, claim, "VERIFIED")
	stands("one found it true", "VERIFIED", day(-10))
	w.check(t, moderator, claim, "INCORRECT", m{"checkedOn": day(-5)})
	stands("one found it wrong", "DISPUTED", day(-5))
	// A new check takes the place of one's old one.
	newer := w.check(t, bob, claim, "INCORRECT", m{"checkedOn": day(-2)})
	stands("both found it wrong", "REFUTED", day(-2))
	same(t, "the old one", w.read(t, "fact_checks", old, bob)["state"], "ARCHIVED")
	w.refused(t, "restore_fact_check", bob, m{"id": old, "expectedVersion": 2}, "Conflict")
	w.do(t, "archive_fact_check", bob, m{"id": newer, "expectedVersion": 1})
	stands("without the new one", "DISPUTED", day(-5))
	w.do(t, "restore_fact_check", bob, m{"id": old, "expectedVersion": 2})
	w.do(t, "update_fact_check", bob, m{"id": old, "expectedVersion": 3, "result": "INCORRECT"})
	stands("corrected", "REFUTED", day(-5))
	w.refused(t, "update_fact_check", ann, m{"id": old, "expectedVersion": 4, "result": "VERIFIED"}, "Unauthorized")
	// Its source is no other wording; other words must be checked again.
	w.do(t, "update_claim", cid, m{"id": claim, "expectedVersion": 1, "source": "The club's board"})
	stands("another source", "REFUTED", day(-5))
	w.do(t, "update_claim", cid, m{"id": claim, "expectedVersion": 2, "body": "Riding costs 5 a day."})
	stands("other words", "UNCHECKED", nil)
	checks := w.nested(t, "claim_checks", claim, anonymous).([]any)
	same(t, "checks shown", len(checks), 2)
	same(t, "which count", []any{checks[0].(m)["counts"], checks[1].(m)["counts"]}, []any{false, false})
	w.refused(t, "create_fact_check", cid, in(nil), "InvalidInput")
	w.check(t, bob, claim, "VERIFIED", m{"checkedOn": day(0)})
	stands("checked again", "VERIFIED", day(0))
	if got := w.nested(t, "claim_checks", claim, anonymous).([]any)[0].(m); got["counts"] != true || got["author"].(m)["name"] != "bob" {
		t.Errorf("the newest check is %v", got)
	}
	// Back to the old words: what was found of them holds no more, for it was long ago.
	w.do(t, "update_claim", ann, m{"id": claim, "expectedVersion": 3, "body": "Riding costs nothing."})
	stands("the old words again", "UNCHECKED", nil)
}

// TestClaimsAreRefused holds what nobody can claim, and who changes what.
func TestClaimsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	system := w.system(t, region)
	quiet := w.system(t, region, m{"name": "Hush"})
	w.do(t, "update_system", moderator, m{"id": quiet, "expectedVersion": 1, "visibility": "NAME_ONLY"})
	w.refused(t, "create_claim", ann, m{"body": "It is so.", "subjectId": region}, "InvalidInput")
	w.refused(t, "create_claim", ann, m{"body": "It is so.", "subjectId": quiet}, "Unauthorized")
	w.refused(t, "create_claim", ann, m{"body": "It is so.", "subjectId": system, "field": "lengthM"}, "InvalidInput")
	w.refused(t, "create_claim", ann, m{"body": "It is so.", "subjectId": system, "date": day(3)}, "InvalidInput")
	claim := w.claim(t, ann, system)
	w.refused(t, "archive_claim", bob, m{"id": claim, "expectedVersion": 1}, "Unauthorized")
	w.do(t, "update_claim", bob, m{"id": claim, "expectedVersion": 1, "validUntil": day(90)})
	w.do(t, "archive_claim", ann, m{"id": claim, "expectedVersion": 2})
	w.refused(t, "create_fact_check", bob, m{"subjectId": claim, "method": "LOCAL_KNOWLEDGE", "result": "VERIFIED", "body": "So it is.", "checkedOn": day(0)}, "NotFound")
}

// TestClaimsOfHiddenPlaces holds that a claim and its checks are seen as their place is.
func TestClaimsOfHiddenPlaces(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	trail := w.trail(t, w.system(t, w.region(t)))
	claim := w.claim(t, ann, trail)
	check := w.check(t, bob, claim, "VERIFIED")
	shown := func(actor m) [2]bool {
		t.Helper()
		return [2]bool{w.read(t, "claims", claim, actor) != nil, w.read(t, "fact_checks", check, actor) != nil}
	}
	same(t, "of a public place", shown(anonymous), [2]bool{true, true})
	for i, v := range []string{"NAME_ONLY", "PUBLIC", "HIDDEN"} {
		w.do(t, "update_trail", moderator, m{"id": trail, "expectedVersion": i + 1, "visibility": v})
		same(t, v, shown(anonymous), [2]bool{v == "PUBLIC", v == "PUBLIC"})
		same(t, v+" for its author", shown(ann), [2]bool{true, v == "PUBLIC"})
	}
	fresh := w.nested(t, "entity_freshness", trail, anonymous).(m)
	same(t, "nothing of it counts", fresh, m{"score": nil, "items": 0.0, "oldest": nil, "toCheck": 0.0, "disputed": 0.0})
}

// TestFreshness holds the formula of docs/content.md.
func TestFreshness(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	version := 1
	facts := func(list ...m) {
		t.Helper()
		_, version = w.do(t, "update_system", ann, m{"id": system, "expectedVersion": version, "facts": list})
	}
	score := func(name string, want, items any) m {
		t.Helper()
		f := w.nested(t, "entity_freshness", system, anonymous).(m)
		same(t, name, []any{f["score"], f["items"]}, []any{want, items})
		return f
	}
	basis := func(field string, age int) m {
		return m{"field": field, "basis": "OFFICIAL", "date": day(-age)}
	}
	score("nothing said", nil, 0.0)
	facts(m{"field": "size", "basis": "LOCAL"})
	score("nothing dated", nil, 0.0)
	facts(basis("fees", 200))
	score("fresh", 100.0, 1.0)
	facts(basis("fees", 200), basis("season", 3000))
	f := score("one of two gone", 50.0, 2.0)
	same(t, "the oldest", f["oldest"], day(-3000))
	facts(basis("fees", 200), m{"field": "season", "basis": "OFFICIAL", "date": day(-100), "validUntil": day(-3)})
	score("one of two over", 50.0, 2.0)
	facts(basis("fees", 200))
	claim := w.claim(t, ann, system, m{"field": "fees"})
	f = score("what supports it is unchecked", 50.0, 1.0)
	same(t, "to check", []any{f["toCheck"], f["disputed"]}, []any{1.0, 0.0})
	w.check(t, bob, claim, "VERIFIED")
	f = score("verified", 100.0, 1.0)
	same(t, "to check", []any{f["toCheck"], f["disputed"]}, []any{0.0, 0.0})
	w.check(t, moderator, claim, "INCORRECT")
	f = score("disputed", 20.0, 1.0)
	same(t, "to check", []any{f["toCheck"], f["disputed"]}, []any{1.0, 1.0})
	w.check(t, bob, claim, "INCORRECT")
	f = score("refuted", 0.0, 1.0)
	same(t, "to check", []any{f["toCheck"], f["disputed"]}, []any{0.0, 1.0})
	other := w.claim(t, ann, system, m{"body": "The lift runs in winter."})
	w.check(t, bob, other, "VERIFIED", m{"checkedOn": day(-1000)})
	f = score("and one whose check is too old", 0.0, 2.0)
	same(t, "to check", []any{f["toCheck"], f["disputed"]}, []any{1.0, 1.0})
}

// TestStale holds when a claim needs a check.
func TestStale(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	for _, test := range []struct {
		name         string
		claim, check m
		stale, needs bool
	}{
		{"nobody checked it", m{}, nil, false, true},
		{"checked lately", m{}, m{"result": "VERIFIED"}, false, false},
		{"checked long ago", m{}, m{"result": "VERIFIED", "checkedOn": day(-800)}, true, true},
		{"not over", m{"validUntil": day(1)}, m{"result": "VERIFIED"}, false, false},
		{"over", m{"validUntil": day(-3)}, m{"result": "VERIFIED"}, true, true},
		{"partly so", m{}, m{"result": "PARTLY_CORRECT"}, false, true},
		{"out of date", m{}, m{"result": "OUTDATED"}, false, true},
	} {
		claim := w.claim(t, ann, system, test.claim)
		if test.check != nil {
			w.check(t, bob, claim, "VERIFIED", test.check)
		}
		same(t, test.name, []any{w.nested(t, "claim_stale", claim, anonymous), w.nested(t, "claim_needs_checking", claim, anonymous)}, []any{test.stale, test.needs})
	}
}

// TestChecksAtOnce holds that two checks at the same moment both count, and that one
// rider's two leave one.
func TestChecksAtOnce(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	for range 5 {
		claim := w.claim(t, ann, system)
		var wait sync.WaitGroup
		for _, actor := range []m{bob, bob, cid} {
			wait.Go(func() {
				o, err := call(t.Context(), w.API, "create_fact_check", actor, m{"subjectId": claim, "method": "LOCAL_KNOWLEDGE", "result": "INCORRECT", "body": "It is not.", "checkedOn": day(-1)})
				if err != nil || (!o.OK && o.Type != "Busy") {
					t.Errorf("a check: %v %v", o, err)
				}
			})
		}
		wait.Wait()
		checks := w.nested(t, "claim_checks", claim, anonymous).([]any)
		if verdict := w.read(t, "claims", claim, anonymous)["verdict"]; len(checks) != 2 || verdict != "REFUTED" {
			t.Errorf("%d checks, %s", len(checks), verdict)
		}
	}
}
