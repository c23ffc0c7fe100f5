package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/content"
	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/importer"
	"github.com/mtbwiki/mtbwiki/synthetic"
	"github.com/mtbwiki/mtbwiki/synthetic/load"
)

type seedCommand struct {
	Content   seedContentCommand   `cmd:"" default:"withargs" help:"Import the shipped content; what mtbwiki seed does alone."`
	Synthetic seedSyntheticCommand `cmd:"" help:"Invent regions, systems, trails and all that belongs to them, as many as asked for: the same seed gives the same. Readers and writers wait meanwhile."`
	Clean     seedCleanCommand     `cmd:"" help:"Take synthetic data out again, exactly what was made. Readers and writers wait meanwhile."`
}

// openOwner opens a pool of connections that have become the owner, as whom
// everything that writes tables directly works.
func openOwner(ctx context.Context, databaseURL string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		return nil, usageError{err}
	}
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "SET ROLE "+database.RoleOwner)
		return err
	}
	return pgxpool.NewWithConfig(ctx, config)
}

// upToDate refuses a database whose schema is not this program's.
func upToDate(ctx context.Context, databaseURL string) error {
	status, err := database.ReadStatus(ctx, databaseURL, database.Options{})
	if err != nil {
		return err
	}
	if len(status.Pending) > 0 || !status.CodeCurrent {
		return usagef("the database is not up to date; run `mtbwiki migrate` first")
	}
	return nil
}

type seedContentCommand struct {
	databaseFlags
}

func (c *seedContentCommand) Run(ctx context.Context, s streams) error {
	loaded, err := content.Load(content.FS)
	if err != nil {
		return err
	}
	pool, err := openOwner(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	defer pool.Close()
	p := &progress{w: s.err, started: time.Now()}
	report, err := importer.Seed(ctx, pool, loaded, p.say)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%d terms; %d entities made, %d brought up to date, %d as they were, %d left alone because people changed them\n",
		report.Terms, report.Created, report.Updated, report.Unchanged, len(report.Kept))
	return err
}

type seedSyntheticCommand struct {
	databaseFlags
	Stage   string `help:"Stage that the database belongs to; one that holds production's data is refused." enum:"alpha,beta,gamma,prod" default:"${stage}" env:"MTBWIKI_STAGE"`
	Systems int    `help:"How many trail systems." default:"10000"`
	Trails  int    `help:"How many trails." default:"100000"`
	Regions int    `help:"How many regions; 0: one for 40 systems." default:"0"`
	Riders  int    `help:"How many riders who have written it all; 0: one for 20 systems." default:"0"`
	Full    bool   `help:"100,000 systems and 1,000,000 trails, instead of --systems and --trails."`
	Seed    int64  `help:"Number that everything follows from. Several seeds can be in a database." default:"1"`
	Tables  bool   `help:"Print the time that each table took."`
}

func (c *seedSyntheticCommand) Run(ctx context.Context, s streams) error {
	p := synthetic.Params{Seed: c.Seed, Systems: c.Systems, Trails: c.Trails, Regions: c.Regions, Riders: c.Riders}
	if c.Full {
		p.Systems, p.Trails = 100_000, 1_000_000
	}
	if err := p.WithDefaults().Check(); err != nil {
		return usageError{err}
	}
	env, err := config.Load(c.Stage)
	if err != nil {
		return err
	}
	if env.Data != "isolated" && env.Data != "synthetic" {
		return usagef("stage %s holds %s data; nothing invented comes into it", c.Stage, env.Data)
	}
	if err := upToDate(ctx, c.DatabaseURL); err != nil {
		return err
	}
	pool, err := openOwner(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	defer pool.Close()
	progress := &progress{w: s.err, started: time.Now()}
	var r load.Report
	err = pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		r, err = load.Seed(ctx, conn.Conn(), p, load.Options{Progress: progress.say})
		return err
	})
	switch {
	case errors.Is(err, load.ErrThere):
		return usagef("seed %d: %w; give another --seed, or run `mtbwiki seed clean --seed %d` first", c.Seed, err, c.Seed)
	case errors.Is(err, load.ErrNoVocabularies):
		return usagef("%w; run `mtbwiki seed` first", err)
	case err != nil:
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Made %d regions, %d systems, %d trails, %d routes, %d tips, %d notices, %d photos and films, %d comments, %d organisations, %d access points, %d uplifts, %d claims with %d checks, %d reviews, %d rides and %d riders of seed %d: %d rows, %.0f MB.\n",
		r.Regions, r.Systems, r.Trails, r.Routes, r.Tips, r.Notices, r.Media, r.Comments, r.Organisations, r.AccessPoints, r.Uplifts, r.Claims, r.Checks, r.Reviews, r.Rides, r.Riders, c.Seed, r.Rows, float64(r.Bytes)/1e6)
	fmt.Fprintf(&b, "COPY of all rows %.1f s, %.1f s of waiting for rows beside it; indexes %.1f s, foreign keys %.1f s, statistics and discovery %.1f s, commit %.1f s; with vacuum %.1f s.\n",
		r.Copying.Seconds(), r.Waiting.Seconds(), r.Indexes.Seconds(), r.Keys.Seconds(), r.Discovery.Seconds(), r.Committing.Seconds(), r.Took.Seconds())
	fmt.Fprintf(&b, "Trails a second: %s into wiki.trail alone, %s with all their rows by COPY, %s all in all.\n",
		rate(r.Trails, r.Table("trail").Took), rate(r.Trails, r.Copying+r.Waiting), rate(r.Trails, r.Took))
	if c.Tables {
		for _, t := range r.Tables {
			fmt.Fprintf(&b, "  %-18s %10d rows %8.1f MB %7.2f s\n", t.Name, t.Rows, float64(t.Bytes)/1e6, t.Took.Seconds())
		}
	}
	_, err = fmt.Fprint(s.out, b.String())
	return err
}

func rate(n int, took time.Duration) string {
	if took <= 0 {
		return "no"
	}
	return fmt.Sprintf("%.0f", float64(n)/took.Seconds())
}

type seedCleanCommand struct {
	databaseFlags
	Seed          *int64 `help:"Only what was made of this seed; otherwise all synthetic data. Shipped content stays."`
	Contributions bool   `help:"Take along what people wrote about synthetic places; without it, their contributions stop the command."`
}

func (c *seedCleanCommand) Run(ctx context.Context, s streams) error {
	if err := upToDate(ctx, c.DatabaseURL); err != nil {
		return err
	}
	pool, err := openOwner(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	defer pool.Close()
	progress := &progress{w: s.err, started: time.Now()}
	var r load.CleanReport
	err = pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		r, err = load.Clean(ctx, conn.Conn(), load.CleanOptions{Seed: c.Seed, Contributions: c.Contributions, Progress: progress.say})
		return err
	})
	switch {
	case errors.Is(err, load.ErrNothing):
		_, err = fmt.Fprintln(s.out, "There is no such synthetic data; nothing was changed.")
		return err
	case errors.Is(err, load.ErrContributions):
		return fmt.Errorf("%w; --contributions takes them along", err)
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(s.out, "Took out %d entities with %d rows of theirs, of %d seeds, in %.1f s.\n", r.Entities, r.Rows, len(r.Seeds), r.Took.Seconds())
	return err
}
