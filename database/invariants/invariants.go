// Package invariants says, in SQL, what holds of a wiki's tables after whatever people did at
// once, and whatever happened to the server meanwhile. Tests ask it; the rules themselves stand
// in database/api and in the constraints.
//
// It is about wikis that people wrote: one that was restored from a dump has no journal.
package invariants

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
)

// SQL of each invariant by what is wrong where it doesn't hold: a query that answers the ids
// of what breaks it.
var SQL = map[string]string{
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
	"an accepted proposal points at another page's revision": `
		SELECT p.id FROM wiki.proposal p JOIN wiki.revision r ON r.id = p.revision_id WHERE r.entity_id <> p.entity_id`,
	"it was taken down, and nobody said why": `
		SELECT e.id FROM wiki.entity e WHERE e.state = 'TAKEN_DOWN' AND NOT EXISTS (SELECT FROM wiki.media_takedown t WHERE t.media_id = e.id)`,
	"what was taken down stands on a page": `
		SELECT e.id FROM wiki.entity e WHERE e.state = 'TAKEN_DOWN'
		  AND (api.can_read('{}', e.state, e.visibility, e.created_by) OR EXISTS (SELECT FROM api.media_cards('{"mode": "USER", "sub": "sub-mod", "groups": ["moderators"]}', 'en') c WHERE c.id = e.id))`,
	"a tip or notice is seen where its subject isn't": `
		SELECT e.id FROM api.remark_row m JOIN wiki.entity e ON e.id = m.id JOIN wiki.entity s ON s.id = m.subject_id
		WHERE (e.visibility = 'HIDDEN') <> (s.visibility IN ('NAME_ONLY', 'HIDDEN'))`,
	"a revision has no content": `
		SELECT r.id FROM wiki.revision r WHERE NOT EXISTS (SELECT FROM wiki.revision_content c WHERE c.revision_id = r.id)`,
	"a change isn't in the journal": `
		SELECT r.id FROM wiki.revision r
		EXCEPT
		SELECT x.id::uuid FROM wiki.audit_log a CROSS JOIN LATERAL (VALUES (a.detail ->> 'facts'), (a.detail ->> 'texts'), (a.detail ->> 'revisionId')) x (id) WHERE x.id IS NOT NULL`,
	"a proposal names a revision without being accepted, or one of another author": `
		SELECT p.id FROM wiki.proposal p JOIN wiki.revision r ON r.id = p.revision_id WHERE p.state <> 'ACCEPTED' OR r.author IS DISTINCT FROM p.author`,
	"a proposal is decided by nobody, or open and decided": `
		SELECT p.id FROM wiki.proposal p WHERE (p.state = 'OPEN') <> (p.decided_at IS NULL)`,
	"a page has addresses and not one that is current": `
		SELECT s.entity_id FROM wiki.slug s GROUP BY s.entity_id, s.lang HAVING count(*) FILTER (WHERE s.current) <> 1`,
	"discovery doesn't know a system, or knows one that isn't there": `
		SELECT coalesce(s.id, d.system_id) FROM wiki.system s FULL JOIN wiki.discovery_document d ON d.system_id = s.id WHERE s.id IS NULL OR d.system_id IS NULL`,
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
	"votes are counted otherwise than they are": `
		SELECT coalesce(c.entity_id, v.entity_id) FROM wiki.vote_count c
		FULL JOIN (SELECT v.entity_id, count(*) FILTER (WHERE v.up) AS up, count(*) FILTER (WHERE NOT v.up) AS down FROM wiki.vote v GROUP BY 1) v ON v.entity_id = c.entity_id
		WHERE (coalesce(c.up, 0), coalesce(c.down, 0)) <> (coalesce(v.up, 0), coalesce(v.down, 0))`,
	"a claim's verdict isn't what its checks say": `
		SELECT c.id FROM wiki.claim c
		WHERE c.verdict <> (SELECT wiki.claim_verdict(coalesce(jsonb_agg(jsonb_build_object('result', k.result, 'on', k.checked_on)), '[]')) FROM api.counting_check_row k WHERE k.claim_id = c.id)`,
}

// derived are tables that are made from others, each with how it is made anew.
var derived = map[string]struct{ rows, refresh string }{
	"search knows something else than the pages say": {
		`SELECT d.entity_id || ' ' || d.lang, md5(d::text) FROM wiki.search_document d`,
		`SELECT count(wiki.refresh_search(e.kind, e.id, NULL)) FROM wiki.entity e WHERE EXISTS (SELECT FROM wiki.search_document d WHERE d.entity_id = e.id)`,
	},
	"discovery weighs something else than the pages say": {
		`SELECT d.system_id::text, md5(d::text) FROM wiki.discovery_document d`,
		`SELECT wiki.refresh_discovery(NULL)`,
	},
}

// Beginner begins transactions: a *pgxpool.Pool or a *pgx.Conn of the owner.
type Beginner interface {
	BeginTx(ctx context.Context, options pgx.TxOptions) (pgx.Tx, error)
}

// Broken lists the invariants that don't hold, each with up to three ids.
func Broken(ctx context.Context, owner Beginner) (broken []string, err error) {
	tx, err := owner.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, tx.Rollback(context.WithoutCancel(ctx))) }()
	for _, what := range slices.Sorted(maps.Keys(SQL)) {
		rows, err := tx.Query(ctx, "SELECT x::text FROM ("+SQL[what]+") q (x) LIMIT 3")
		if err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
		bad, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
		if len(bad) > 0 {
			broken = append(broken, fmt.Sprintf("%s: %v", what, bad))
		}
	}
	return broken, nil
}

// Stale lists what search and discovery know that isn't so, each with up to three ids: all of
// it is made anew, compared, and not kept. That takes a few milliseconds a page.
func Stale(ctx context.Context, owner Beginner) (stale []string, err error) {
	tx, err := owner.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, tx.Rollback(context.WithoutCancel(ctx))) }()
	for _, what := range slices.Sorted(maps.Keys(derived)) {
		d := derived[what]
		was, err := read(ctx, tx, d.rows)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
		if _, err := tx.Exec(ctx, d.refresh); err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
		is, err := read(ctx, tx, d.rows)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
		var bad []string
		for id, hash := range is {
			if was[id] != hash {
				bad = append(bad, id)
			}
		}
		slices.Sort(bad)
		if len(bad) > 0 {
			stale = append(stale, fmt.Sprintf("%s: %v", what, bad[:min(3, len(bad))]))
		}
	}
	return stale, nil
}

func read(ctx context.Context, tx pgx.Tx, sql string) (map[string]string, error) {
	rows, err := tx.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	var id, hash string
	_, err = pgx.ForEachRow(rows, []any{&id, &hash}, func() error { out[id] = hash; return nil })
	return out, err
}
