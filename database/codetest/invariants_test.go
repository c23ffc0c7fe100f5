package codetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"
)

// invariants of the history, each a query that answers what breaks it.
var invariants = map[string]string{
	"what is published is no revision": `
		SELECT e.id FROM wiki.entity e
		WHERE e.purged_at IS NULL AND NOT EXISTS (
		  SELECT FROM (SELECT c.content FROM wiki.revision r JOIN wiki.revision_content c ON c.revision_id = r.id
		    WHERE r.entity_id = e.id AND r.lang IS NULL ORDER BY r.number DESC LIMIT 1) last
		  WHERE last.content = wiki.recorded_facts(e.kind, e.id))`,
	"texts that are published are no revision": `
		SELECT e.id FROM wiki.entity e
		CROSS JOIN (VALUES ('en'), ('de')) AS l (lang)
		WHERE coalesce(wiki.texts_of(e.kind, e.id, l.lang), '{}') <> coalesce((
		  SELECT c.content FROM wiki.revision r JOIN wiki.revision_content c ON c.revision_id = r.id
		  WHERE r.entity_id = e.id AND r.lang = l.lang ORDER BY r.number DESC LIMIT 1), '{}')`,
	"versions aren't 1, 2, 3 and so on": `
		SELECT e.id FROM wiki.entity e
		WHERE ARRAY(SELECT r.number FROM wiki.revision r WHERE r.entity_id = e.id ORDER BY r.number) <> ARRAY(SELECT generate_series(1, e.version))`,
	"a revision doesn't follow the one before it in its chain": `
		SELECT r.id FROM wiki.revision r
		WHERE r.previous_id IS DISTINCT FROM (
		  SELECT b.id FROM wiki.revision b
		  WHERE b.entity_id = r.entity_id AND b.lang IS NOT DISTINCT FROM r.lang AND b.number < r.number ORDER BY b.number DESC LIMIT 1)`,
	"a hash isn't that of its content": `
		SELECT r.id FROM wiki.revision r JOIN wiki.revision_content c ON c.revision_id = r.id
		WHERE c.content IS NOT NULL AND (r.hash <> sha256(r.salt || convert_to(c.content::text, 'UTF8')) OR r.size <> octet_length(c.content::text))`,
	"an event is missing, or is of nothing": `
		SELECT coalesce(r.id, o.revision_id) FROM wiki.revision r FULL JOIN (SELECT * FROM wiki.outbox WHERE topic = 'revision') o ON o.revision_id = r.id
		WHERE r.id IS NULL OR o.id IS NULL`,
	"search knows another name": `
		SELECT d.entity_id FROM wiki.search_document d JOIN wiki.trail t ON t.id = d.entity_id WHERE d.title <> t.name
		UNION ALL
		SELECT t.id FROM wiki.trail t WHERE NOT EXISTS (SELECT FROM wiki.search_document d WHERE d.entity_id = t.id)`,
	"what was merged is shown, or leads to what leads on": `
		SELECT e.id FROM wiki.entity e JOIN wiki.entity t ON t.id = e.merged_into WHERE e.state <> 'ARCHIVED' OR t.merged_into IS NOT NULL`,
	"what was erased is still there": `
		SELECT e.id FROM wiki.entity e
		WHERE e.purged_at IS NOT NULL AND (wiki.facts_of(e.kind, e.id) IS NOT NULL OR EXISTS (
		  SELECT FROM wiki.revision r JOIN wiki.revision_content c ON c.revision_id = r.id WHERE r.entity_id = e.id AND c.content IS NOT NULL))`,
	"who names whom isn't what the facts say": `
		SELECT coalesce(r.source_id, n.id) FROM wiki.reference r FULL JOIN (
		  SELECT e.id, f.field, f.target_id FROM wiki.entity e, wiki.references_in(wiki.facts_of(e.kind, e.id)) f
		  WHERE e.kind <> 'RIDER' AND f.target_id <> e.id) n ON n.id = r.source_id AND n.field = r.field AND n.target_id = r.target_id
		WHERE r.source_id IS NULL OR n.id IS NULL`,
	"a protection holds that nobody sees, or the other way round": `
		SELECT e.id FROM wiki.entity e
		WHERE coalesce(e.protected_until > now(), false) <> EXISTS (
		  SELECT FROM wiki.protection p WHERE p.entity_id = e.id AND p.lifted_at IS NULL AND p.until = e.protected_until AND p.until > now())`,
	"what is shown now is hidden": `
		SELECT r.id FROM wiki.hidden_revision h JOIN wiki.revision r ON r.id = h.revision_id JOIN wiki.entity e ON e.id = r.entity_id
		WHERE e.purged_at IS NULL AND NOT EXISTS (
		  SELECT FROM wiki.revision l WHERE l.entity_id = r.entity_id AND l.lang IS NOT DISTINCT FROM r.lang AND l.number > r.number)`,
	"an accepted proposal points at another page's revision": `
		SELECT p.id FROM wiki.proposal p JOIN wiki.revision r ON r.id = p.revision_id WHERE r.entity_id <> p.entity_id`,
	"votes are counted otherwise than they are": `
		SELECT coalesce(c.entity_id, v.entity_id) FROM wiki.vote_count c
		FULL JOIN (SELECT v.entity_id, count(*) FILTER (WHERE v.up) AS up, count(*) FILTER (WHERE NOT v.up) AS down FROM wiki.vote v GROUP BY 1) v ON v.entity_id = c.entity_id
		WHERE (coalesce(c.up, 0), coalesce(c.down, 0)) <> (coalesce(v.up, 0), coalesce(v.down, 0))`,
	"a claim's verdict isn't what its checks say": `
		SELECT c.id FROM wiki.claim c
		WHERE c.verdict <> (SELECT wiki.claim_verdict(coalesce(jsonb_agg(jsonb_build_object('result', k.result, 'on', k.checked_on)), '[]')) FROM api.counting_check_row k WHERE k.claim_id = c.id)`,
	"a tip or notice is seen where its subject isn't": `
		SELECT e.id FROM api.remark_row m JOIN wiki.entity e ON e.id = m.id JOIN wiki.entity s ON s.id = m.subject_id
		WHERE (e.visibility = 'HIDDEN') <> (s.visibility IN ('NAME_ONLY', 'HIDDEN'))`,
}

// checker is what testing.TB and rapid.T have in common.
type checker interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

func (w wiki) holds(t checker) {
	t.Helper()
	for what, sql := range invariants {
		rows, err := w.Owner.Query(context.Background(), "SELECT x::text FROM ("+sql+") q (x) LIMIT 3")
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		bad, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if len(bad) > 0 {
			t.Errorf("%s: %v", what, bad)
		}
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
		comment := run(ann, "create_comment", m{"subjectId": trail, "body": "Is it dry?"}).Data["id"].(string)
		before := w.counted(rt)
		steps := rapid.IntRange(1, 14).Draw(rt, "steps")
		for range steps {
			actor := rapid.SampledFrom(actors).Draw(rt, "who")
			version := w.one(rt, "SELECT version FROM wiki.entity WHERE id = $1", trail)
			seen := m{"id": trail, "expectedVersion": rapid.SampledFrom([]string{version, version, version, version, "1"}).Draw(rt, "version read"), "merge": rapid.Bool().Draw(rt, "merge")}
			value := rapid.IntRange(0, 4).Draw(rt, "value")
			switch rapid.SampledFrom([]string{"flow", "text", "german", "name", "clear", "archive", "restore", "propose", "accept", "reject", "withdraw", "revert", "redact", "conceal", "reveal", "protect", "unprotect", "purge", "merge", "merge", "hide", "notice", "comment"}).Draw(rt, "what") {
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
}
