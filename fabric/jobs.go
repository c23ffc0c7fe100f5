package fabric

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/database"
)

// jobsEvery is how often the wiki does by itself what nobody asks for. AWS does it by
// schedules and Lambdas; a notice that is a few hours over is no longer shown anyway.
const jobsEvery = time.Hour

// jobs runs the background jobs at once and then again and again until Stop. A job that
// fails is logged and tried again the next time: the wiki goes on without.
func (f *Fabric) jobs(cfg Config, env *config.Environment, adminURL string) {
	if env.Data == "production-read-only" {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	f.onStop(func(context.Context) error {
		stop()
		<-done
		return nil
	})
	go func() {
		defer close(done)
		tick := time.NewTicker(jobsEvery)
		defer tick.Stop()
		for {
			if n, err := endNotices(ctx, adminURL); err != nil && ctx.Err() == nil {
				cfg.Log.Error("ending notices", "error", err)
			} else if n > 0 {
				cfg.Log.Info("notices that are over went to the archive", "count", n)
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}()
}

func endNotices(ctx context.Context, adminURL string) (n int, err error) {
	conn, err := pgx.Connect(ctx, adminURL)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	if _, err := conn.Exec(ctx, "SET ROLE "+database.RoleOwner); err != nil {
		return 0, err
	}
	return database.EndNotices(ctx, conn, time.Now())
}
