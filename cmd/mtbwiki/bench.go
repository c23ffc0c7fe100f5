package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/mtbwiki/mtbwiki/bench"
	"github.com/mtbwiki/mtbwiki/postgres"
)

type benchCommand struct {
	Run  benchRunCommand  `cmd:"" default:"withargs" help:"Measure, each figure beside its ceiling. Package bench explains the rows."`
	Bare benchBareCommand `cmd:"" hidden:"" help:"Serve the bare handler of a run."`
}

type benchRunCommand struct {
	DataDir     string        `help:"Where the benchmark keeps its database for the next run. Default: the system's place for application data." env:"MTBWIKI_BENCH_DIR" type:"path"`
	DatabaseURL string        `name:"database-url" help:"An empty database to fill and measure, by a superuser, instead of a server of its own." env:"MTBWIKI_BENCH_DATABASE_URL"`
	PostgresBin string        `help:"Folder of PostgreSQL's binaries." env:"MTBWIKI_POSTGRES_BIN" type:"path"`
	Systems     int           `help:"Synthetic systems." default:"10000"`
	Trails      int           `help:"Synthetic trails." default:"100000"`
	Seed        int64         `help:"What the synthetic data is drawn from." default:"1"`
	Full        bool          `help:"100,000 systems and 1,000,000 trails, over --systems and --trails."`
	Fresh       bool          `help:"Make the synthetic data anew."`
	Clients     int           `help:"Clients that ask at once." default:"16"`
	Duration    time.Duration `help:"How long each round lasts." default:"3s"`
	Rounds      int           `help:"Rounds of each figure, whose median counts." default:"3"`
	Only        []string      `help:"Measure only the rows whose names begin so, such as 'discover'." placeholder:"NAME"`
	JSON        string        `name:"json" help:"Also write the report as JSON into this file." type:"path" placeholder:"FILE"`
}

func (c *benchRunCommand) Run(ctx context.Context, s streams, log *slog.Logger) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	dir := c.DataDir
	if dir == "" {
		cluster, err := postgres.DefaultDataDir("mtbwiki-bench")
		if err != nil {
			return err
		}
		dir = filepath.Dir(cluster)
	}
	if c.Full {
		c.Systems, c.Trails = 100_000, 1_000_000
	}
	p := &progress{w: s.err, started: time.Now()}
	o := bench.Options{
		Program: []string{program}, DataDir: dir, DatabaseURL: c.DatabaseURL, PostgresBin: c.PostgresBin, Fresh: c.Fresh,
		Systems: c.Systems, Trails: c.Trails, Seed: c.Seed, Clients: c.Clients, Round: c.Duration, Rounds: c.Rounds, Only: c.Only,
		Log: log, Progress: p.say,
	}
	if err := o.Check(); err != nil {
		return usageError{err}
	}
	report, err := bench.Run(ctx, o)
	if err != nil {
		return err
	}
	if err := report.Table(s.out); err != nil {
		return err
	}
	if c.JSON == "" {
		return nil
	}
	f, err := os.Create(c.JSON)
	if err != nil {
		return fmt.Errorf("the report can't be written: %w", err)
	}
	return errors.Join(report.JSON(f), f.Close())
}

type benchBareCommand struct {
	Config string `arg:"" help:"File with the questions."`
}

func (c *benchBareCommand) Run(ctx context.Context) error { return bench.ServeBare(ctx, c.Config) }
