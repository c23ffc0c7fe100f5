package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/apicheck"
	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/appsync/lint"
	"github.com/mtbwiki/mtbwiki/appsync/rdsdata"
	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/fabric"
	"github.com/mtbwiki/mtbwiki/postgres"
)

type apiCommand struct {
	Lint apiLintCommand `cmd:"" help:"Check the definition, and every SQL text its templates can produce against the migrated schema."`
}

type apiLintCommand struct {
	DatabaseURL string `name:"database-url" help:"A migrated database to prepare statements on; a throw-away server when absent." env:"MTBWIKI_DATABASE_URL"`
	Root        string `help:"Working tree to check; what is built in when absent." type:"path"`
}

func (c *apiLintCommand) Run(ctx context.Context, s streams, log *slog.Logger) (err error) {
	files := fs.FS(api.FS)
	opts := database.Options{Log: log}
	if c.Root != "" {
		files = os.DirFS(filepath.Join(c.Root, "api"))
		opts.Code = os.DirFS(filepath.Join(c.Root, "database", "api"))
	}
	definition, err := api.Load(files)
	if err != nil {
		return err
	}
	static, err := lintDefinition(definition)
	if err != nil {
		return err
	}
	for _, f := range static {
		if _, err := fmt.Fprintln(s.out, f); err != nil {
			return err
		}
	}
	url := c.DatabaseURL
	if url == "" {
		p := &progress{w: s.err, started: time.Now()}
		dir, err := os.MkdirTemp("", "mtbwiki-lint-")
		if err != nil {
			return err
		}
		// The server's own user must be able to reach its directory.
		if err := os.Chmod(dir, 0o711); err != nil {
			return err
		}
		server, err := postgres.Start(ctx, postgres.Config{
			DataDir: filepath.Join(dir, "postgres"), Ephemeral: true, Log: log, Progress: p.say,
			Extensions: []string{"pg_trgm", "unaccent", "cube"},
		})
		if err != nil {
			return err
		}
		defer func() {
			stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
			defer cancel()
			err = errors.Join(err, server.Stop(stopCtx), os.RemoveAll(dir))
		}()
		if url, err = migrated(ctx, server, opts); err != nil {
			return err
		}
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return usageError{err}
	}
	// Rights are part of what is checked.
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "SET ROLE "+database.RoleAPI)
		return err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
	service := rdsdata.New(pool, rdsdata.Options{})
	defer service.Close()
	report, err := apicheck.SQL(ctx, definition, service)
	if err != nil {
		return err
	}
	for _, f := range report.Findings {
		if _, err := fmt.Fprintln(s.out, f); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(s.out, "%d request templates, %d runs, %d SQL texts, %d prepared with their declared types: %d findings\n",
		report.Templates, report.Runs, report.Texts, report.Prepared, len(static)+len(report.Findings)); err != nil {
		return err
	}
	if len(static)+len(report.Findings) > 0 {
		return errSaid
	}
	return nil
}

// lintDefinition finds what can be said of the definition without a database.
func lintDefinition(definition *api.Definition) ([]lint.Finding, error) {
	env, err := config.Load("prod")
	if err != nil {
		return nil, err
	}
	// Caching keys are checked whether a stage has a cache or not.
	env.API.Caching = config.Caching{Instance: config.CacheInstances[0], Seconds: 60}
	return lint.Check(fabric.RuntimeDefinition(definition, env, "https://issuer.invalid", []string{"client"}, auth.StaticKeys{}, fabric.Credentials{
		APIKey: "da2-lint", AccessKeyID: "AKIALINT", SecretAccessKey: "lint",
	})), nil
}

// migrated makes roles and schema on a throw-away server.
func migrated(ctx context.Context, server *postgres.Server, opts database.Options) (url string, err error) {
	conn, err := pgx.Connect(ctx, server.URL())
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	if err := database.EnsureRoles(ctx, conn); err != nil {
		return "", err
	}
	_, err = database.Migrate(ctx, server.URL(), opts)
	return server.URL(), err
}
