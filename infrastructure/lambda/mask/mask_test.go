package main

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/rdsiam"
	"github.com/mtbwiki/mtbwiki/masking"
)

// production is some of everything, and a rider.
var production = databasetest.Seed{Name: "production", Hash: rows(), Fill: func(ctx context.Context, owner *pgxpool.Pool) error {
	_, err := owner.Exec(ctx, rows()+`
		INSERT INTO wiki.entity (id, kind, version) VALUES ('00000000-0000-0000-0000-0000000000b1', 'RIDER', 1);
		INSERT INTO wiki.rider (id, name, units) VALUES ('00000000-0000-0000-0000-0000000000b1', 'Berta Beispiel', 'METRIC');
		INSERT INTO wiki.person (rider_id, subject, username) VALUES ('00000000-0000-0000-0000-0000000000b1', 'subject-of-berta', 'berta')`, pgx.QueryExecModeSimpleProtocol)
	return err
}}

func rows() string {
	b, err := os.ReadFile("../../../database/testdata/rows.sql")
	if err != nil {
		panic(err)
	}
	return string(b)
}

const host = "mtb-wiki-gamma-clone.cluster-x.us-west-2.rds.amazonaws.com"

func setUp(t *testing.T) (m *masker, clone, next *databasetest.Databases) {
	t.Helper()
	local := func(url string) *rdsiam.Database {
		return &rdsiam.Database{URL: url, Log: slog.New(slog.DiscardHandler), BeforeConnect: func(context.Context, *pgx.ConnConfig) error { return nil }}
	}
	clone, next = databasetest.New(t, production), databasetest.Empty(t)
	return &masker{
		CloneName: "mtb-wiki-gamma-clone", Next: local(next.OwnerURL),
		Clone: func(string) (*rdsiam.Database, error) { return local(clone.OwnerURL), nil },
	}, clone, next
}

func count(t *testing.T, db *pgxpool.Pool, sql string) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), "SELECT count(*) FROM "+sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestMask(t *testing.T) {
	t.Parallel()
	m, clone, next := setUp(t)
	// Prod is one release behind. Its owner may make schemas, which a copy of a test's
	// database forgets and a clone of the storage doesn't.
	if _, err := clone.Admin.Exec(t.Context(), "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO mtbwiki_owner', current_database()); END $$"); err != nil {
		t.Fatal(err)
	}
	if _, err := database.MigrateDown(t.Context(), clone.OwnerURL, newest(t, clone)-1, database.Options{}); err != nil {
		t.Fatal(err)
	}
	const berta = "wiki.rider WHERE name LIKE '%Berta%'"
	if n := count(t, clone.Admin, berta); n != 1 {
		t.Fatalf("Berta is there %d times", n)
	}
	for i := range 2 { // a retry
		got, err := m.run(t.Context(), request{Host: host})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 && (len(got.Applied) != 1 || got.Changed == 0) || got.Rows == 0 {
			t.Errorf("run %d: %+v", i+1, got)
		}
		for name, db := range map[string]*databasetest.Databases{"clone": clone, "next": next} {
			if n := count(t, db.Admin, berta); n != 0 {
				t.Errorf("run %d: Berta is in the %s", i+1, name)
			}
		}
	}
	if from, to := count(t, clone.Admin, "wiki.trail"), count(t, next.Admin, "wiki.trail"); from == 0 || from != to {
		t.Errorf("%d trails went and %d came", from, to)
	}
	var reads, writes bool
	var says string
	if err := next.Admin.QueryRow(t.Context(), `SELECT has_function_privilege('mtbwiki_api', 'api.trails(jsonb, text)', 'EXECUTE'),
		has_function_privilege('mtbwiki_api', 'api.create_trail(jsonb, jsonb)', 'EXECUTE'), obj_description('wiki'::regnamespace, 'pg_namespace')`).Scan(&reads, &writes, &says); err != nil {
		t.Fatal(err)
	}
	if !reads || writes || says != masking.Verified {
		t.Errorf("the API may read %v and write %v, and the schema says %q", reads, writes, says)
	}
}

func newest(t *testing.T, db *databasetest.Databases) int64 {
	t.Helper()
	s, err := database.ReadStatus(t.Context(), db.OwnerURL, database.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s.Version
}

// TestMaskRefuses holds that no other cluster is touched, and that a clone that can't be
// masked leaves nothing in Gamma.
func TestMaskRefuses(t *testing.T) {
	t.Parallel()
	m, clone, next := setUp(t)
	for _, other := range []string{"", "mtb-wiki-prod-db.cluster-x.us-west-2.rds.amazonaws.com", "mtb-wiki-gamma-clone2.cluster-x"} {
		if _, err := m.run(t.Context(), request{Host: other}); err == nil || !strings.Contains(err.Error(), "this Lambda is for the cluster mtb-wiki-gamma-clone") {
			t.Errorf("host %q: %v", other, err)
		}
	}
	if _, err := clone.Admin.Exec(t.Context(), "ALTER TABLE wiki.person ADD COLUMN phone text"); err != nil {
		t.Fatal(err)
	}
	if _, err := m.run(t.Context(), request{Host: host}); err == nil || !strings.Contains(err.Error(), "person.phone") {
		t.Errorf("a column without class: %v", err)
	}
	if n := count(t, next.Admin, "wiki.trail"); n != 0 {
		t.Errorf("%d trails are there", n)
	}
}
