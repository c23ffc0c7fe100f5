package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/fabric"
	"github.com/mtbwiki/mtbwiki/synthetic"
	"github.com/mtbwiki/mtbwiki/synthetic/load"
	"github.com/mtbwiki/mtbwiki/tests/beta"
	"github.com/mtbwiki/mtbwiki/tests/gamma"
	"github.com/mtbwiki/mtbwiki/tests/prod"
	"github.com/mtbwiki/mtbwiki/tests/utils"
)

// suites by stage.
var suites = map[string]func() []utils.Check{"alpha": beta.Checks, "beta": beta.Checks, "gamma": gamma.Checks, "prod": prod.Checks}

// gateCommand: exit 0 when every check passed, 1 when one failed, 2 when one could
// not run or the command was wrongly used.
type gateCommand struct {
	Stage    string `arg:"" enum:"alpha,beta,gamma,prod" help:"The stage: alpha, beta, gamma or prod."`
	Endpoint string `placeholder:"URL" help:"Address of the stage's GraphQL API, with MTBWIKI_GATE_API_KEY and, where the suite writes, MTBWIKI_GATE_RIDER_TOKEN and MTBWIKI_GATE_MODERATOR_TOKEN in the environment. Without it the stage is started here, with its settings, and stopped again."`
	Site     string `placeholder:"URL" help:"Address of the stage's website."`
	JUnit    string `name:"junit" placeholder:"FILE" type:"path" help:"Also write the report into this file, as JUnit XML."`

	PostgresBin string `help:"Folder of the PostgreSQL binaries for a stage that is started here." env:"MTBWIKI_POSTGRES_BIN" type:"path"`
}

func (c *gateCommand) Run(ctx context.Context, s streams, log *slog.Logger) (err error) {
	env, err := config.Load(c.Stage)
	if err != nil {
		return err
	}
	t := &utils.Target{API: c.Endpoint, Site: c.Site, Settings: env,
		Key: os.Getenv("MTBWIKI_GATE_API_KEY"), Rider: os.Getenv("MTBWIKI_GATE_RIDER_TOKEN"), Moderator: os.Getenv("MTBWIKI_GATE_MODERATOR_TOKEN")}
	switch {
	case c.Endpoint == "" && c.Site != "":
		return usagef("--site goes with --endpoint")
	case c.Endpoint == "":
		stop, err := c.start(ctx, s, log, t)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, stop()) }()
	default:
		for flag, address := range map[string]string{"--endpoint": c.Endpoint, "--site": c.Site} {
			if u, err := url.Parse(address); address != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
				return usagef("%s %q is no http or https address", flag, address)
			}
		}
		if t.Key == "" {
			return usagef("MTBWIKI_GATE_API_KEY is not set: nothing can be asked without the API's key")
		}
	}
	r := utils.RunSuite(ctx, c.Stage, suites[c.Stage](), t, func(o utils.Outcome) {
		switch {
		case o.Failure != "":
			fmt.Fprintf(s.out, "FAILED   %s: %s\n", o.Name, o.Failure)
		case o.NotRun != "":
			fmt.Fprintf(s.out, "NOT RUN  %s: %s\n", o.Name, o.NotRun)
		default:
			fmt.Fprintf(s.out, "ok       %s (%d ms)\n", o.Name, o.Took.Milliseconds())
		}
	})
	if c.JUnit != "" {
		var b bytes.Buffer
		if err := r.JUnit(&b); err != nil {
			return err
		}
		if err := os.WriteFile(c.JUnit, b.Bytes(), 0o644); err != nil { //nolint:gosec // a report for others
			return usageError{err}
		}
	}
	failed, notRun := r.Count()
	fmt.Fprintf(s.out, "%s: %d checks, %d failed, %d not run.\n", c.Stage, len(r.Outcomes), failed, notRun)
	switch {
	case failed > 0:
		return errSaid
	case notRun > 0:
		return usagef("%d checks could not run: the gate stays closed", notRun)
	}
	return nil
}

// start starts the stage on this machine, in a folder of its own, with the accounts of
// a demonstration and, where the stage has synthetic data, some of that.
func (c *gateCommand) start(ctx context.Context, s streams, log *slog.Logger, t *utils.Target) (stop func() error, err error) {
	dir, err := os.MkdirTemp("", "mtbwiki-gate-")
	if err != nil {
		return nil, err
	}
	// PostgreSQL's own user passes through; the files inside are private.
	if err := os.Chmod(dir, 0o711); err != nil { //nolint:gosec // see above
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	p := &progress{w: s.err, started: time.Now()}
	f, err := fabric.Start(ctx, fabric.Config{DataDir: dir + "/data", Stage: c.Stage, Demo: true, PostgresBin: c.PostgresBin, Log: log, Progress: p.say})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	stop = func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		return errors.Join(f.Stop(ctx), os.RemoveAll(dir))
	}
	if t.Settings.Data == "synthetic" {
		p.say("Making synthetic data.")
		err = seedSome(ctx, f.Endpoints.DatabaseURL)
	}
	t.API, t.Site, t.Key = f.Endpoints.GraphQL, f.Endpoints.Site, f.Endpoints.APIKey
	var rider, moderator error
	t.Rider, rider = f.Token("rider")
	t.Moderator, moderator = f.Token("moderator")
	if err = errors.Join(err, rider, moderator); err != nil {
		return nil, errors.Join(err, stop())
	}
	return stop, nil
}

func seedSome(ctx context.Context, databaseURL string) (err error) {
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	if _, err := conn.Exec(ctx, "SET ROLE "+database.RoleOwner); err != nil {
		return err
	}
	_, err = load.Seed(ctx, conn, synthetic.Params{Seed: 1, Systems: 50, Trails: 500}, load.Options{})
	return err
}
