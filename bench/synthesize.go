package bench

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/synthetic"
	"github.com/mtbwiki/mtbwiki/synthetic/load"
)

// synthesize makes the synthetic data and tells how many trails a second came in:
// with everything that belongs to them, and the rows of table trail by themselves.
func synthesize(ctx context.Context, owner *pgxpool.Pool, o *Options) (all, rows float64, err error) {
	conn, err := owner.Acquire(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer conn.Release()
	r, err := load.Seed(ctx, conn.Conn(), synthetic.Params{Seed: o.Seed, Systems: o.Systems, Trails: o.Trails}, load.Options{Progress: o.Progress})
	if err != nil {
		return 0, 0, fmt.Errorf("bench: %w", err)
	}
	if t := r.Table("trail"); t.Took > 0 {
		rows = float64(t.Rows) / t.Took.Seconds()
	}
	return float64(r.Trails) / r.Took.Seconds(), rows, nil
}
