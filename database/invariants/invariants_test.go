package invariants_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/database/invariants"
	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
)

// within begins a part of a transaction: what is asked sees what the transaction spoilt.
type within struct{ pgx.Tx }

func (w within) BeginTx(ctx context.Context, _ pgx.TxOptions) (pgx.Tx, error) { return w.Begin(ctx) }

// TestFound holds that the shipped content breaks nothing, and that what is spoilt behind the
// functions' back is found by what is for it.
func TestFound(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t, fabrictest.Content)
	found := func() (all []string) {
		t.Helper()
		broken, err := invariants.Broken(t.Context(), db.Admin)
		if err != nil {
			t.Fatal(err)
		}
		stale, err := invariants.Stale(t.Context(), db.Admin)
		if err != nil {
			t.Fatal(err)
		}
		return append(broken, stale...)
	}
	if wrong := found(); len(wrong) > 0 {
		t.Fatalf("of the shipped content: %q", wrong)
	}
	const trail = "(SELECT s.entity_id FROM wiki.slug s WHERE s.slug = 'daydream-descent')"
	for _, spoilt := range []struct{ sql, want string }{
		{"UPDATE wiki.trail SET flow = 1.5 WHERE id = " + trail, "what is published is no revision"},
		{"UPDATE wiki.trail_text SET personality = 'Other.' WHERE id = " + trail, "texts that are published are no revision"},
		{"UPDATE wiki.entity SET version = version + 1 WHERE id = " + trail, "versions aren't 1, 2, 3 and so on"},
		{"DELETE FROM wiki.outbox WHERE entity_id = " + trail, "an event is missing"},
		{"DELETE FROM wiki.audit_log WHERE entity_id = " + trail, "a change isn't in the journal"},
		{"DELETE FROM wiki.revision_content WHERE revision_id IN (SELECT r.id FROM wiki.revision r WHERE r.entity_id = " + trail + ")", "a revision has no content"},
		{"UPDATE wiki.slug SET current = false WHERE entity_id = " + trail, "a page has addresses and not one that is current"},
		{"DELETE FROM wiki.search_document WHERE entity_id = " + trail, "search knows another name"},
		{"UPDATE wiki.search_document SET body = 'Other.' WHERE entity_id = " + trail, "search knows something else than the pages say"},
		{"DELETE FROM wiki.discovery_document WHERE name = 'Imaginary Ridge'", "discovery doesn't know a system"},
		{"UPDATE wiki.discovery_document SET evidence = 0.123 WHERE name = 'Imaginary Ridge'", "discovery weighs something else than the pages say"},
	} {
		all, err := spoil(t.Context(), db.Admin, spoilt.sql)
		if err != nil {
			t.Errorf("%s: %v", spoilt.sql, err)
		} else if !strings.Contains(all, spoilt.want) {
			t.Errorf("%s: %q was to be found, not %q", spoilt.sql, spoilt.want, all)
		}
	}
	if wrong := found(); len(wrong) > 0 {
		t.Errorf("looking changed something: %q", wrong)
	}
}

// spoil changes what can't be changed otherwise, looks, and takes it back.
func spoil(ctx context.Context, admin *pgxpool.Pool, sql string) (_ string, err error) {
	tx, err := admin.Begin(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, tx.Rollback(context.WithoutCancel(ctx))) }()
	if _, err := tx.Exec(ctx, "SET LOCAL session_replication_role = replica"); err != nil {
		return "", err
	}
	tag, err := tx.Exec(ctx, sql)
	if err != nil {
		return "", err
	}
	if tag.RowsAffected() == 0 {
		return "", errors.New("it changes nothing")
	}
	broken, err := invariants.Broken(ctx, within{tx})
	if err != nil {
		return "", err
	}
	stale, err := invariants.Stale(ctx, within{tx})
	return strings.Join(append(broken, stale...), "\n"), err
}
