package database

import (
	"context"
	"fmt"
	"time"
)

// endAtOnce is how many notices go to the archive in one transaction.
const endAtOnce = 200

// EndNotices archives the seasonal notices that are over wherever they are, and returns
// how many those were. The user of db is mtbwiki_jobs or the owner. What fails leaves
// those before it in the archive; called again it goes on.
func EndNotices(ctx context.Context, db Querier, at time.Time) (total int, err error) {
	for {
		var n int
		if err := db.QueryRow(ctx, "SELECT jobs.expire_seasonal_notices(api.day_everywhere($1), $2)", at, endAtOnce).Scan(&n); err != nil {
			return total, fmt.Errorf("database: ending notices: %w", err)
		}
		total += n
		if n < endAtOnce {
			return total, nil
		}
	}
}
