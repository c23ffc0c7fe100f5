package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

// versionTable is where goose notes which migrations ran. It stands apart from
// the schemas that the first migration makes.
const versionTable = "migration.version"

// migrationLock is the advisory lock that one migrating program at a time holds.
const migrationLock = 0x6d74625f6d6967 // "mtb_mig"

// ErrNewerSchema is returned when the database was migrated by a newer program.
var ErrNewerSchema = errors.New("the database has a newer schema than this program knows")

// Options of [Migrate] and its companions. The zero value is what a program
// wants that was built with the files it should apply.
type Options struct {
	// Log hears of each step. nil: silent.
	Log *slog.Logger

	// Migrations and Code replace the files built in (folders "migrations" and
	// "api"): a working copy on disk, or files of a test.
	Migrations, Code fs.FS

	// BeforeConnect may change how to connect, such as to fetch a password that
	// changes (IAM authentication).
	BeforeConnect func(context.Context, *pgx.ConnConfig) error
}

func (o Options) log() *slog.Logger {
	if o.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return o.Log
}

func (o Options) migrations() fs.FS {
	if o.Migrations == nil {
		return Files("migrations")
	}
	return o.Migrations
}

func (o Options) code() fs.FS {
	if o.Code == nil {
		return Files("api")
	}
	return o.Code
}

// Report tells what a migration did.
type Report struct {
	From, To    int64    // numbers of the last migration before and after; 0 is an empty database
	Applied     []string // file names in the order they ran, up or down
	CodeChanged bool     // views and functions were replaced
	CodeObjects int      // how many views and functions there are now
	Took        time.Duration
}

// Migrate brings the database up to date: pending migrations, then the code of
// api/, then grants. The user of url must be able to become mtbwiki_owner (see
// [EnsureRoles]). Programs that call it at the same time wait for each other.
//
// Code stays in place while migrations run, so that servers go on answering. Only
// when a migration changes what a view stands on are the views and functions
// dropped first, for the time of the migrations.
//
// Each migration is a transaction of its own. If one fails those before it stay,
// and the next call goes on from there.
func Migrate(ctx context.Context, url string, opts Options) (report Report, err error) {
	start := time.Now()
	err = withMigrator(ctx, url, opts, func(m *migrator) error {
		report.From, report.To, err = m.versions(ctx)
		if err != nil {
			return err
		}
		if report.From > report.To {
			return fmt.Errorf("%w: it is at migration %d, the newest one here is %d: update the program, or restore a dump made before the update",
				ErrNewerSchema, report.From, report.To)
		}
		report.Applied, err = m.up(ctx)
		if err != nil {
			return err
		}
		code, err := m.applyCode(ctx, len(report.Applied) > 0)
		if err != nil {
			return err
		}
		report.CodeChanged, report.CodeObjects = code.Changed, code.Objects
		return nil
	})
	report.Took = time.Since(start)
	return report, err
}

// MigrateDown goes back to migration `to` (0: nothing is left). The code of api/
// is dropped, since it was written for the newer tables; the older program's
// [Migrate] brings its own. What the tables above `to` held is lost.
func MigrateDown(ctx context.Context, url string, to int64, opts Options) (report Report, err error) {
	start := time.Now()
	err = withMigrator(ctx, url, opts, func(m *migrator) error {
		var newest int64
		report.From, newest, err = m.versions(ctx)
		if err != nil {
			return err
		}
		report.To = report.From
		switch {
		case to < 0 || to > report.From:
			return fmt.Errorf("can't go down to migration %d: the database is at %d", to, report.From)
		case report.From > newest:
			return fmt.Errorf("%w: it is at migration %d, the newest one here is %d: go down with the program that went up",
				ErrNewerSchema, report.From, newest)
		}
		if err := m.inTransaction(ctx, func(tx pgx.Tx) error { return dropCode(ctx, tx) }); err != nil {
			return fmt.Errorf("dropping the code: %w", err)
		}
		report.CodeChanged = true
		return m.withProvider(func(p *goose.Provider) error {
			results, err := p.DownTo(ctx, to)
			report.Applied = m.note(results, err)
			if err != nil {
				return migrationError(err)
			}
			report.To = to
			return nil
		})
	})
	report.Took = time.Since(start)
	return report, err
}

// Status tells how the database compares with this program.
type Status struct {
	Version     int64    // last migration applied; 0 for an empty database
	Newest      int64    // last migration this program has
	Pending     []string // file names still to run
	CodeCurrent bool     // the views and functions are those of this program
}

// ReadStatus looks without changing anything, not even making the table of
// versions. A database that was never migrated has version 0.
func ReadStatus(ctx context.Context, url string, opts Options) (status Status, err error) {
	sources, err := migrationNames(opts.migrations())
	if err != nil {
		return status, err
	}
	m := &migrator{url: url, opts: opts}
	config, err := m.config(ctx)
	if err != nil {
		return status, err
	}
	conn, err := connect(ctx, config)
	if err != nil {
		return status, err
	}
	defer closeConn(ctx, conn, &err)
	applied := map[int64]bool{}
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT to_regclass($1) IS NOT NULL", versionTable).Scan(&exists); err != nil {
		return status, fmt.Errorf("database: reading the status: %w", err)
	}
	if exists {
		rows, err := conn.Query(ctx, "SELECT version_id FROM "+versionTable+" WHERE is_applied AND version_id > 0")
		if err != nil {
			return status, fmt.Errorf("database: reading the status: %w", err)
		}
		numbers, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return status, fmt.Errorf("database: reading the status: %w", err)
		}
		for _, n := range numbers {
			applied[n] = true
			status.Version = max(status.Version, n)
		}
	}
	for _, s := range sources {
		status.Newest = max(status.Newest, s.number)
		if !applied[s.number] {
			status.Pending = append(status.Pending, s.name)
		}
	}
	if exists {
		code, err := LoadCode(opts.code())
		if err != nil {
			return status, err
		}
		status.CodeCurrent, err = codeIsCurrent(ctx, conn, code.checksum(status.Version))
		if err != nil {
			return status, err
		}
	}
	return status, nil
}

// ApplyCode replaces the views and functions by those of opts.Code if they
// differ, without migrating. It is for a server that watches its files while
// somebody writes them.
func ApplyCode(ctx context.Context, url string, opts Options) (report CodeReport, err error) {
	err = withMigrator(ctx, url, opts, func(m *migrator) error {
		report, err = m.applyCode(ctx, false)
		return err
	})
	return report, err
}

// migrator is one run, under the lock.
type migrator struct {
	url  string
	opts Options
	conn *pgx.Conn // as the owner; holds the lock
}

// withMigrator connects as the owner, waits for the lock and calls f.
func withMigrator(ctx context.Context, url string, opts Options, f func(*migrator) error) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("database: %w", err)
		}
	}()
	m := &migrator{url: url, opts: opts}
	config, err := m.config(ctx)
	if err != nil {
		return err
	}
	m.conn, err = connect(ctx, config)
	if err != nil {
		return err
	}
	defer closeConn(ctx, m.conn, &err)
	if err := checkServerVersion(ctx, m.conn); err != nil {
		return err
	}
	if err := becomeOwner(ctx, m.conn); err != nil {
		return err
	}
	var free bool
	if err := m.conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", int64(migrationLock)).Scan(&free); err != nil {
		return err
	}
	if !free {
		opts.log().Info("another program is migrating this database; waiting for it")
		// The role's lock_timeout is meant for tables.
		for _, sql := range []string{"SET lock_timeout = 0", fmt.Sprintf("SELECT pg_advisory_lock(%d)", migrationLock), "RESET lock_timeout"} {
			if _, err := m.conn.Exec(ctx, sql); err != nil {
				return fmt.Errorf("waiting for another migrating program: %w", err)
			}
		}
	}
	// Closing the connection gives the lock back.
	if err := m.inTransaction(ctx, func(tx pgx.Tx) error {
		// Asked first, because IF NOT EXISTS needs CREATE on the database even where
		// there is nothing to do.
		var exists bool
		if err := tx.QueryRow(ctx, "SELECT to_regclass('migration.code_object') IS NOT NULL").Scan(&exists); err != nil || exists {
			return err
		}
		_, err := tx.Exec(ctx, bookkeepingSQL, pgx.QueryExecModeSimpleProtocol)
		return err
	}); err != nil {
		return fmt.Errorf("making the tables that note what was applied: %w", err)
	}
	return f(m)
}

const bookkeepingSQL = `
CREATE SCHEMA migration;
COMMENT ON SCHEMA migration IS 'Which migrations and which code were applied. Written by package database only.';
CREATE TABLE migration.code (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE migration.code IS 'Checksum of the views and functions in place.';
CREATE TABLE migration.code_object (
  kind text NOT NULL CHECK (kind IN ('view', 'function')),
  identity text NOT NULL,
  file text NOT NULL,
  PRIMARY KEY (kind, identity)
);
COMMENT ON TABLE migration.code_object IS 'Views and functions that came from files of api/: these are dropped when they are replaced, and nothing else.';
`

func (m *migrator) config(ctx context.Context) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(m.url)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	config.RuntimeParams["application_name"] = "mtbwiki migrate"
	if m.opts.BeforeConnect != nil {
		if err := m.opts.BeforeConnect(ctx, config); err != nil {
			return nil, fmt.Errorf("database: preparing the connection: %w", err)
		}
	}
	return config, nil
}

func becomeOwner(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "SET ROLE "+RoleOwner)
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) && (pgErr.Code == "22023" || pgErr.Code == "42501") {
		return fmt.Errorf("user %q can't become %s: %w: make the roles first (EnsureRoles) and migrate as %s or as the administrator who made them",
			conn.Config().User, RoleOwner, err, RoleMigrator)
	}
	return err
}

func (m *migrator) inTransaction(ctx context.Context, f func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, m.conn, f)
}

// withProvider gives goose connections of its own, as the owner.
func (m *migrator) withProvider(f func(*goose.Provider) error) (err error) {
	config := m.conn.Config() // a copy, password included
	db := stdlib.OpenDB(*config,
		stdlib.OptionBeforeConnect(func(ctx context.Context, c *pgx.ConnConfig) error {
			if m.opts.BeforeConnect == nil {
				return nil
			}
			return m.opts.BeforeConnect(ctx, c)
		}),
		stdlib.OptionAfterConnect(becomeOwner))
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(2)
	p, err := newProvider(db, m.opts)
	if err != nil {
		return err
	}
	return f(p)
}

func newProvider(db *sql.DB, opts Options) (*goose.Provider, error) {
	p, err := goose.NewProvider(goose.DialectPostgres, db, opts.migrations(),
		goose.WithTableName(versionTable),
		goose.WithDisableGlobalRegistry(true),
		goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return nil, fmt.Errorf("reading the migrations: %w", err)
	}
	return p, nil
}

// versions returns the number of the last migration applied and of the newest
// file.
func (m *migrator) versions(ctx context.Context) (applied, newest int64, err error) {
	err = m.withProvider(func(p *goose.Provider) error {
		applied, newest, err = p.GetVersions(ctx)
		return err
	})
	return applied, newest, err
}

func (m *migrator) up(ctx context.Context) (applied []string, err error) {
	err = m.withProvider(func(p *goose.Provider) error {
		results, err := p.Up(ctx)
		applied = m.note(results, err)
		var pgErr *pgconn.PgError
		if errors.As(err, &pgErr) && (pgErr.Code == "2BP01" || pgErr.Code == "0A000") {
			// Other objects depend on what the migration changes, which can be views
			// of ours.
			m.opts.log().Info("a migration changes what views stand on; dropping the code first", "reason", pgErr.Message)
			if err := m.inTransaction(ctx, func(tx pgx.Tx) error { return dropCode(ctx, tx) }); err != nil {
				return fmt.Errorf("dropping the code: %w", err)
			}
			results, err = p.Up(ctx)
			applied = append(applied, m.note(results, err)...)
		}
		return migrationError(err)
	})
	return applied, err
}

// note logs what ran and returns the file names, also of those that ran before
// one failed.
func (m *migrator) note(results []*goose.MigrationResult, err error) (names []string) {
	var partial *goose.PartialError
	if errors.As(err, &partial) {
		results = partial.Applied
	}
	for _, r := range results {
		name := path.Base(r.Source.Path)
		names = append(names, name)
		m.opts.log().Info("migrated", "file", name, "direction", r.Direction, "took", r.Duration.Round(time.Millisecond))
	}
	return names
}

// migrationError names the file of a migration that failed.
func migrationError(err error) error {
	if err == nil {
		return nil
	}
	var partial *goose.PartialError
	if errors.As(err, &partial) {
		return fmt.Errorf("migration %s (%s): %w", path.Base(partial.Failed.Source.Path), partial.Failed.Direction, partial.Err)
	}
	return fmt.Errorf("migrating: %w", err)
}

type migrationFile struct {
	number int64
	name   string
}

func migrationNames(files fs.FS) ([]migrationFile, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("database: reading the migrations: %w", err)
	}
	list := make([]migrationFile, 0, len(names))
	for _, name := range names {
		number, err := goose.NumericComponent(name)
		if err != nil {
			return nil, fmt.Errorf("database: migration %s: %w", name, err)
		}
		list = append(list, migrationFile{number, name})
	}
	return list, nil // sorted: Glob reads folders in order
}

func connect(ctx context.Context, config *pgx.ConnConfig) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	return conn, nil
}

func closeConn(ctx context.Context, conn *pgx.Conn, err *error) {
	*err = errors.Join(*err, conn.Close(context.WithoutCancel(ctx)))
}
