package fabric

import (
	"context"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/database/databasetest"
)

// TestEndNotices holds that the wiki itself puts what is over into the archive.
func TestEndNotices(t *testing.T) {
	t.Parallel()
	rows, err := os.ReadFile("../database/testdata/rows.sql") // its notice ended in 2026
	if err != nil {
		t.Fatal(err)
	}
	db := databasetest.New(t, databasetest.Seed{Name: "rows", Hash: string(rows), Fill: func(ctx context.Context, owner *pgxpool.Pool) error {
		_, err := owner.Exec(ctx, string(rows), pgx.QueryExecModeSimpleProtocol)
		return err
	}})
	for _, want := range []int{1, 0} {
		if n, err := endNotices(t.Context(), db.OwnerURL); err != nil || n != want {
			t.Errorf("%d went to the archive, %v, want %d", n, err, want)
		}
	}
}
