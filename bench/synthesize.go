package bench

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// synthesize makes the synthetic data and tells how many trails a second came in,
// and what that counts.
func synthesize(ctx context.Context, owner *pgxpool.Pool, o *Options) (rate float64, what string, err error) {
	return 0, "", nil
}
