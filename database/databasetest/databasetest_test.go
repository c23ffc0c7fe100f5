package databasetest_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/database/databasetest"
)

func TestPoolsAreTheRoles(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t)
	for want, pool := range map[string]*pgxpool.Pool{
		"mtbwiki_owner": db.Owner,
		"mtbwiki_api":   db.API,
		"mtbwiki_jobs":  db.Jobs,
	} {
		var got string
		if err := pool.QueryRow(t.Context(), "SELECT current_user").Scan(&got); err != nil {
			t.Fatalf("as %s: %v", want, err)
		}
		if got != want {
			t.Errorf("pool of %s is signed in as %s", want, got)
		}
	}
	_, err := db.API.Exec(t.Context(), "SELECT FROM wiki.entity")
	var pgErr *pgconn.PgError
	if !errors.As(err, &pgErr) || pgErr.Code != "42501" {
		t.Errorf("mtbwiki_api reading a table: %v, want permission denied", err)
	}
}

func TestDatabasesAreApart(t *testing.T) {
	t.Parallel()
	seed := databasetest.Seed{
		Name: "one-setting", Hash: "1",
		Fill: func(ctx context.Context, owner *pgxpool.Pool) error {
			_, err := owner.Exec(ctx, `INSERT INTO wiki.setting VALUES ('test.seed', '1', 'From a seed.')`)
			return err
		},
	}
	a, b := databasetest.New(t, seed), databasetest.New(t, seed)
	if _, err := a.Owner.Exec(t.Context(), `DELETE FROM wiki.setting WHERE name = 'test.seed'`); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		pool *pgxpool.Pool
		want int
	}{
		{"changed", a.Owner, 0},
		{"other", b.Owner, 1},
		{"without the seed", databasetest.New(t).Owner, 0},
	} {
		var got int
		if err := test.pool.QueryRow(t.Context(), `SELECT count(*) FROM wiki.setting WHERE name = 'test.seed'`).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if got != test.want {
			t.Errorf("%s database: %d rows, want %d", test.name, got, test.want)
		}
	}
}
