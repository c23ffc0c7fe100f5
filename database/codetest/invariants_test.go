package codetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/mtbwiki/mtbwiki/database/invariants"
)

// checker is what testing.TB and rapid.T have in common.
type checker interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// holds checks what must hold of every wiki.
func (w wiki) holds(t checker) {
	t.Helper()
	w.none(t, invariants.Broken)
}

// fresh checks that search and discovery say what the pages say.
func (w wiki) fresh(t checker) {
	t.Helper()
	w.none(t, invariants.Stale)
}

func (w wiki) none(t checker, find func(context.Context, invariants.Beginner) ([]string, error)) {
	t.Helper()
	wrong, err := find(context.Background(), w.Owner)
	if err != nil {
		t.Fatalf("%v", err)
	}
	for _, x := range wrong {
		t.Errorf("%s", x)
	}
}

// counted is how much history there is, which only grows.
func (w wiki) counted(t checker) (n int) {
	t.Helper()
	if err := w.Owner.QueryRow(context.Background(), "SELECT (SELECT count(*) FROM wiki.revision) + (SELECT count(*) FROM wiki.audit_log) + (SELECT count(*) FROM wiki.proposal)").Scan(&n); err != nil {
		t.Fatalf("%v", err)
	}
	return n
}

// one asks for one text of the tables; "" when there is none.
func (w wiki) one(t checker, sql string, args ...any) (s string) {
	t.Helper()
	if err := w.Owner.QueryRow(context.Background(), "SELECT coalesce(("+sql+")::text, '')", args...).Scan(&s); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return s
}

// TestAnySequence does anything in any order, as anybody, also what is refused: the
// history stays whole, and what was acknowledged is in it.
func TestAnySequence(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	actors := []m{ann, bob, moderator, admin, anonymous}
	refusals := []string{"", "Conflict", "Unauthorized", "ProposalRequired", "Archived", "InvalidInput", "NotFound", "TooMuch", "Protected"}
	rapid.Check(t, func(rt *rapid.T) {
		run := func(actor m, function string, input m) outcome {
			o, err := call(context.Background(), w.API, function, actor, input)
			if err != nil {
				rt.Fatalf("%s(%s): %v", function, text(input), err)
			}
			if !slices.Contains(refusals, o.Type) {
				rt.Fatalf("%s(%s) ended with %s: %s", function, text(input), o.Type, o.Message)
			}
			return o
		}
		trail := run(ann, "create_trail", m{"name": "Slickrock", "direction": "BOTH", "type": "SINGLETRACK", "systemIds": l{system}}).Data["id"].(string)
		claim := run(ann, "create_claim", m{"subjectId": trail, "body": "It is so."}).Data["id"].(string)
		tip := run(bob, "create_tip", m{"subjectId": trail, "kind": "TIP", "body": "A tip."}).Data["id"].(string)
		second := run(ann, "create_trail", m{"name": "Slick Rock", "direction": "BOTH", "type": "SINGLETRACK", "systemIds": l{system}, "junctions": l{m{"trailId": trail, "atM": 0, "otherAtM": 0}}}).Data["id"].(string)
		notice := run(ann, "create_seasonal_notice", m{"subjectId": trail, "kind": "EVENT", "severity": "INFO", "body": "An event.", "startsOn": "2026-01-01"}).Data["id"].(string)
		film := run(ann, "create_media", m{"subjectId": trail, "kind": "VIDEO", "url": "https://films.example/1", "caption": "A film.", "attribution": "Ann",
			"licence": "ALL_RIGHTS_RESERVED", "rightsBasis": "LINK_ONLY", "peopleShown": "NONE"}).Data["id"].(string)
		comment := run(ann, "create_comment", m{"subjectId": trail, "body": "Is it dry?"}).Data["id"].(string)
		before := w.counted(rt)
		steps := rapid.IntRange(1, 14).Draw(rt, "steps")
		for range steps {
			actor := rapid.SampledFrom(actors).Draw(rt, "who")
			version := w.one(rt, "SELECT version FROM wiki.entity WHERE id = $1", trail)
			seen := m{"id": trail, "expectedVersion": rapid.SampledFrom([]string{version, version, version, version, "1"}).Draw(rt, "version read"), "merge": rapid.Bool().Draw(rt, "merge")}
			value := rapid.IntRange(0, 4).Draw(rt, "value")
			switch rapid.SampledFrom([]string{"flow", "text", "german", "name", "clear", "archive", "restore", "propose", "accept", "reject", "withdraw", "revert", "redact", "conceal", "reveal", "protect", "unprotect", "purge", "merge", "merge", "hide", "notice", "comment", "film"}).Draw(rt, "what") {
			case "flow":
				if o := run(actor, "update_trail", with(seen, m{"flow": value})); o.OK {
					if got := w.one(rt, "SELECT flow FROM wiki.trail WHERE id = $1", trail); got != fmt.Sprint(value) {
						rt.Fatalf("it took a flow of %d and shows %s", value, got)
					}
				}
			case "text":
				run(actor, "update_trail", with(seen, m{"personality": fmt.Sprintf("Number %d.", value)}))
			case "german":
				run(actor, "update_trail", with(seen, m{"lang": "de", "personality": fmt.Sprintf("Nummer %d.", value)}))
			case "name":
				run(actor, "update_trail", with(seen, m{"name": fmt.Sprintf("Name %d", value)}))
			case "clear":
				run(actor, "update_trail", with(seen, m{"flow": nil, "personality": nil, "tags": nil}))
			case "archive":
				run(actor, "archive_trail", seen)
			case "restore":
				run(actor, "restore_trail", seen)
			case "hide":
				run(actor, "update_trail", with(seen, m{"visibility": rapid.SampledFrom([]string{"PUBLIC", "NAME_ONLY", "HIDDEN"}).Draw(rt, "visibility")}))
			case "propose":
				run(actor, "create_proposal", m{"entityId": trail, "baseVersion": rapid.SampledFrom([]string{version, "1"}).Draw(rt, "base"), "patch": m{"name": fmt.Sprintf("Proposed %d", value), "flow": value}})
			case "accept", "reject", "withdraw":
				verb := map[int]string{0: "accept", 1: "reject", 2: "withdraw"}[value%3]
				if id := w.one(rt, "SELECT id FROM wiki.proposal WHERE entity_id = $1 ORDER BY created_at OFFSET $2 LIMIT 1", trail, value); id != "" {
					run(actor, verb+"_proposal", with(m{"id": id, "expectedVersion": version}, rapid.SampledFrom([]m{{}, {}, {"keep": l{"name"}}, {"overwrite": l{"name", "flow"}}}).Draw(rt, "sides")))
				}
			case "revert":
				if id := w.one(rt, "SELECT id FROM wiki.revision WHERE entity_id = $1 ORDER BY number OFFSET $2 LIMIT 1", trail, value); id != "" {
					run(actor, "revert_entity", with(seen, m{"revisionId": id}))
				}
			case "redact":
				if id := w.one(rt, "SELECT id FROM wiki.revision WHERE entity_id = $1 ORDER BY number OFFSET $2 LIMIT 1", trail, value); id != "" {
					run(actor, "redact_revision", m{"id": id, "reason": "For a test."})
				}
			case "film":
				at := w.one(rt, "SELECT version FROM wiki.entity WHERE id = $1", film)
				function := []string{"take_down_media", "put_back_media", "note_media_request", "archive_media", "restore_media"}[value]
				run(actor, function, m{"id": film, "expectedVersion": at, "reason": "For a test."})
				run(actor, "update_media", m{"id": film, "expectedVersion": at, "caption": fmt.Sprintf("Film number %d.", value)})
			case "conceal", "reveal":
				if id := w.one(rt, "SELECT id FROM wiki.revision WHERE entity_id = $1 ORDER BY number OFFSET $2 LIMIT 1", trail, value); id != "" {
					run(actor, map[bool]string{true: "hide_revision", false: "unhide_revision"}[value%2 == 0], m{"id": id, "reason": "For a test."})
				}
			case "protect":
				run(actor, "protect_entity", m{"id": trail, "until": time.Now().Add(time.Hour).UTC().Format(time.RFC3339), "reason": "For a test."})
			case "unprotect":
				run(actor, "unprotect_entity", m{"id": trail, "reason": "For a test."})
			case "merge":
				from, into := trail, second
				if value == 0 {
					from, into = second, trail
				}
				run(actor, "merge_entities", m{"fromId": from, "fromVersion": w.one(rt, "SELECT version FROM wiki.entity WHERE id = $1", from), "intoId": into, "intoVersion": w.one(rt, "SELECT version FROM wiki.entity WHERE id = $1", into)})
			case "purge":
				if value > 2 { // else little would be left to do
					run(actor, "purge_entity", with(seen, m{"reason": "For a test."}))
				}
			case "notice":
				at := w.one(rt, "SELECT version FROM wiki.entity WHERE id = $1", notice)
				run(actor, "update_seasonal_notice", m{"id": notice, "expectedVersion": at, "body": fmt.Sprintf("Event number %d.", value)})
				run(actor, "confirm_seasonal_notice", m{"id": notice})
			case "comment":
				run(actor, "create_comment", m{"subjectId": trail, "replyToId": comment, "body": "It is."})
				at := w.one(rt, "SELECT version FROM wiki.entity WHERE id = $1", comment)
				verb := rapid.SampledFrom([]string{"update", "archive", "restore"}).Draw(rt, "talk")
				run(actor, verb+"_comment", m{"id": comment, "expectedVersion": at, "body": fmt.Sprintf("Is it dry on day %d?", value)})
				run(actor, "create_fact_check", m{"subjectId": claim, "method": "LOCAL_KNOWLEDGE", "result": l{"VERIFIED", "INCORRECT", "OUTDATED"}[value%3], "body": "As I found it.", "checkedOn": "2026-01-01"})
				run(actor, "cast_vote", m{"entityId": tip, "value": l{"UP", "DOWN", "NONE"}[value%3]})
				run(actor, "update_claim", m{"id": claim, "expectedVersion": at, "body": fmt.Sprintf("It is so %d times.", value%2)})
			}
			after := w.counted(rt)
			if after < before {
				rt.Fatalf("history shrank from %d to %d", before, after)
			}
			before = after
		}
		w.holds(rt)
	})
	w.fresh(t)
}

// TestManyEditors lets riders edit the same pages at once. Whoever is told that his edit
// was taken finds it counted, also when it was merged: nobody's is lost, and nobody's is
// half there.
func TestManyEditors(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	trails := []string{w.trail(t, system), w.trail(t, system, m{"name": "Second"})}
	const editors, edits = 6, 30
	own := [editors]string{"narrowestCm", "worstCamberPercent", "averageGrade", "maximumGrade", "localName", "flow"}
	worth := func(e, n int) any {
		switch own[e] {
		case "narrowestCm":
			return n + 100
		case "flow":
			return float64(n) / 10
		case "localName":
			return fmt.Sprint("Name ", n)
		}
		return n
	}
	taken, ownTaken := make([][]int, editors), make([][]int, editors)
	var all sync.WaitGroup
	for e := range editors {
		taken[e], ownTaken[e] = make([]int, len(trails)), make([]int, len(trails))
		all.Add(1)
		go func() {
			defer all.Done()
			r := rand.New(rand.NewPCG(uint64(e), 1))
			who := rider(fmt.Sprintf("editor-%d", e))
			for range edits {
				i := r.IntN(len(trails))
				var version, gates int
				err := w.Owner.QueryRow(t.Context(), "SELECT e.version, coalesce(t.gates, 0) FROM wiki.entity e JOIN wiki.trail t ON t.id = e.id WHERE e.id = $1", trails[i]).Scan(&version, &gates)
				if err != nil {
					t.Error(err)
					return
				}
				// A number of all is counted up from the version that was read; one of one's own
				// goes in beside what the others do.
				input := m{"id": trails[i], "expectedVersion": version}
				alone := r.IntN(2) == 0
				if alone {
					input["merge"], input[own[e]] = true, worth(e, ownTaken[e][i]+1)
				} else {
					input["gates"] = gates + 1
					if r.IntN(3) == 0 {
						input["personality"] = fmt.Sprintf("By %d.", e)
					}
				}
				o, err := call(t.Context(), w.API, "update_trail", who, input)
				switch {
				case err != nil:
					t.Error(err)
					return
				case o.OK && alone:
					ownTaken[e][i]++
				case o.OK:
					taken[e][i]++
				case alone || o.Type != "Conflict":
					t.Errorf("refused with %s: %s", o.Type, o.Message)
				}
			}
		}()
	}
	all.Wait()
	for i, trail := range trails {
		want := 0
		for e := range editors {
			want += taken[e][i]
		}
		if got := w.one(t, "SELECT coalesce(gates, 0) FROM wiki.trail WHERE id = $1", trail); got != fmt.Sprint(want) {
			t.Errorf("trail %d counts %s edits, %d were acknowledged", i+1, got, want)
		}
		facts := w.rows(t, "SELECT CAST(to_json(x) AS text) FROM api.trails(CAST($1 AS jsonb), 'en') x WHERE x.id = CAST($2 AS uuid)", text(anonymous), trail)[0]
		for e, field := range own {
			if n := ownTaken[e][i]; n > 0 && fmt.Sprint(facts[field]) != fmt.Sprint(worth(e, n)) {
				t.Errorf("trail %d: %s is %v, %d of editor %d were acknowledged", i+1, field, facts[field], n, e)
			}
		}
		if want < edits/4 {
			t.Errorf("only %d edits were taken; this says little", want)
		}
	}
	w.holds(t)
	w.fresh(t)
}
