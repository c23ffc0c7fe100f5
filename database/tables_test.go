package database_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mtbwiki/mtbwiki/database/catalogue"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/masking"
)

type badRow struct{ constraint, sql string }

func badRows(t *testing.T) (list []badRow) {
	t.Helper()
	for line := range strings.Lines(mustRead("testdata/bad_rows.txt")) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		constraint, sql, ok := strings.Cut(line, " ")
		if !ok {
			t.Fatalf("testdata/bad_rows.txt: %q has no statement", line)
		}
		list = append(list, badRow{constraint, strings.TrimSpace(sql)})
	}
	return list
}

// TestBadRows: what may not be, can't be, and the constraint meant for it says so.
func TestBadRows(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := databasetest.Tables(t, filled)
	conn, err := db.Owner.Acquire(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	for _, bad := range badRows(t) {
		tx, err := conn.Begin(ctx)
		if err != nil {
			t.Fatal(err)
		}
		tag, err := tx.Exec(ctx, bad.sql, pgx.QueryExecModeSimpleProtocol)
		var pgErr *pgconn.PgError
		switch {
		case err == nil:
			t.Errorf("%s: %d rows changed: %s", bad.constraint, tag.RowsAffected(), bad.sql)
		case !errors.As(err, &pgErr) || pgErr.ConstraintName != bad.constraint:
			t.Errorf("%s: refused otherwise: %v: %s", bad.constraint, err, bad.sql)
		}
		if err := tx.Rollback(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEveryConstraintHasABadRow keeps testdata/bad_rows.txt complete.
func TestEveryConstraintHasABadRow(t *testing.T) {
	t.Parallel()
	db := databasetest.Tables(t)
	c, err := catalogue.Read(t.Context(), db.Admin, "wiki")
	if err != nil {
		t.Fatal(err)
	}
	tried := map[string]bool{}
	for _, bad := range badRows(t) {
		tried[bad.constraint] = true
	}
	known := map[string]bool{}
	need := func(where, name string) {
		known[name] = true
		if !tried[name] {
			t.Errorf("%s: %s has no statement in testdata/bad_rows.txt", where, name)
		}
	}
	for _, d := range c.Domains {
		need("domain "+d.Name, d.Name+"_check")
	}
	for _, table := range c.Tables {
		for _, k := range table.Constraints {
			known[k.Name] = true
			// (id, ...) can't fail where the primary key holds; keys refer to it.
			if k.Kind != "FOREIGN KEY" && k.Name != "entity_id_kind_key" && k.Name != "comment_in_discussion" {
				need(table.Name, k.Name)
			}
		}
		for _, i := range table.Indexes {
			if strings.HasPrefix(i.Definition, "CREATE UNIQUE") {
				need(table.Name, i.Name)
			}
		}
	}
	for name := range tried {
		if !known[name] {
			t.Errorf("testdata/bad_rows.txt: there is no constraint %s", name)
		}
	}
}

// TestRecords: what happened stays written, even for the owner.
func TestRecords(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := databasetest.Tables(t, filled)
	for _, sql := range []string{
		"UPDATE wiki.revision SET comment = 'other'",
		"DELETE FROM wiki.revision",
		"TRUNCATE wiki.revision CASCADE",
		"UPDATE wiki.audit_log SET action = 'other'",
		"DELETE FROM wiki.audit_log",
		"TRUNCATE wiki.audit_log",
		"UPDATE wiki.redaction SET reason = 'other'",
		"DELETE FROM wiki.redaction",
		"TRUNCATE wiki.redaction",
		`UPDATE wiki.revision_content SET content = '{"name": "other"}'`,
		"DELETE FROM wiki.revision_content",
		"TRUNCATE wiki.revision_content",
		// A revision keeps its entity, too.
		"DELETE FROM wiki.entity WHERE kind = 'TIP'",
	} {
		_, err := db.Owner.Exec(ctx, sql)
		var pgErr *pgconn.PgError
		if !errors.As(err, &pgErr) || pgErr.Code != "23001" && pgErr.Code != "23503" {
			t.Errorf("%s: %v, want restrict_violation", sql, err)
		}
	}
	const redact = "UPDATE wiki.revision_content SET content = NULL, redacted_reason = 'Personal data.'"
	if _, err := db.Owner.Exec(ctx, redact); err != nil {
		t.Errorf("redacting: %v", err)
	}
	if _, err := db.Owner.Exec(ctx, "UPDATE wiki.revision_content SET redacted_reason = 'Another reason.'"); err == nil {
		t.Error("a reason could be replaced")
	}
	if _, err := db.Owner.Exec(ctx, "UPDATE wiki.revision_content SET content = '{}', redacted_reason = NULL"); err == nil {
		t.Error("redacted content could be put back")
	}
}

// TestComments: every table has one, every column says what class its data is of, and every constraint that answers a rider
// (those with a name of our own) says what is wrong in a sentence.
func TestComments(t *testing.T) {
	t.Parallel()
	db := databasetest.Tables(t)
	c, err := catalogue.Read(t.Context(), db.Admin, "wiki")
	if err != nil {
		t.Fatal(err)
	}
	sentence := regexp.MustCompile(`^[A-Z].*\.$`)
	for _, d := range c.Domains {
		if !sentence.MatchString(d.Comment) {
			t.Errorf("domain %s.%s: comment %q is no sentence", d.Schema, d.Name, d.Comment)
		}
	}
	for _, table := range c.Tables {
		if !sentence.MatchString(table.Comment) {
			t.Errorf("table %s.%s: comment %q is no sentence", table.Schema, table.Name, table.Comment)
		}
		for _, column := range table.Columns {
			if _, _, ok := masking.Class(column.Comment); !ok {
				t.Errorf("column %s.%s: comment %q names no class of data at its end, such as [public]; package masking says which there are", table.Name, column.Name, column.Comment)
			}
		}
		for _, k := range table.Constraints {
			if k.Comment != "" && !strings.HasSuffix(k.Comment, ".") {
				t.Errorf("constraint %s of %s: comment %q is no sentence", k.Name, table.Name, k.Comment)
			}
		}
	}
}
