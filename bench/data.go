package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/content"
	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/importer"
	"github.com/mtbwiki/mtbwiki/postgres"
)

// store is the database that is asked, filled.
type store struct {
	url        string            // of an administrator
	settings   map[string]string // what the API's role has when it signs in
	server     string            // PostgreSQL's version
	postmaster int               // 0: elsewhere, see noCPU
	noCPU      error
	data       Data
	seeded     seeded
	installed  *postgres.Installation
	tuned      map[string]string
	stop       func(context.Context) error
}

// seeded is kept as the comment of a database that this package filled.
type seeded struct {
	Bench   int     `json:"mtbwikiBench"` // form of this record
	Systems int     `json:"systems"`
	Trails  int     `json:"trails"`
	Seed    int64   `json:"seed"`
	Seconds float64 `json:"seconds"`
	// Rate is of trails with all that belongs to them, from the first row to the
	// commit; RowRate of the rows of table trail while they were copied.
	Rate    float64   `json:"trailsPerSecond"`
	RowRate float64   `json:"trailRowsPerSecond"`
	At      time.Time `json:"at"`
}

const seededForm = 1

// tuning of the benchmark's own server: what an administrator sets first.
func tuning(memoryMB int64) map[string]string {
	if memoryMB == 0 {
		memoryMB = 2048
	}
	return map[string]string{
		"shared_buffers":       strconv.FormatInt(min(max(memoryMB/4, 128), 2048), 10) + "MB",
		"effective_cache_size": strconv.FormatInt(max(memoryMB/2, 256), 10) + "MB",
		"maintenance_work_mem": "256MB",
		"max_wal_size":         "4GB",
		"checkpoint_timeout":   "15min",
		"random_page_cost":     "1.1",
	}
}

// openStore starts the server, or takes the one given, and fills the database if it
// doesn't hold the data asked for.
func openStore(ctx context.Context, o *Options, m *Machine) (_ *store, err error) {
	s := &store{stop: func(context.Context) error { return nil }}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop(context.WithoutCancel(ctx)))
		}
	}()
	admin := o.DatabaseURL
	name := ""
	if admin == "" {
		s.tuned = tuning(m.MemoryMB)
		server, err := postgres.Start(ctx, postgres.Config{
			DataDir: filepath.Join(o.DataDir, "postgres"), BinDir: o.PostgresBin, Extensions: []string{"pg_trgm", "unaccent", "cube"},
			Settings: s.tuned, Log: o.Log, Progress: o.Progress,
		})
		if err != nil {
			return nil, err
		}
		s.stop = server.Stop
		installation := server.Installation()
		s.installed = &installation
		name = fmt.Sprintf("bench_%d_%d_%d", o.Systems, o.Trails, o.Seed)
		admin = server.URL()
		s.url = server.URLFor(name)
	} else {
		s.url = admin
	}
	if err := s.prepare(ctx, o, admin, name); err != nil {
		return nil, err
	}
	if s.settings, err = apiSettings(ctx, s.url); err != nil {
		return nil, err
	}
	return s, s.describe(ctx)
}

// prepare makes and fills the database where that is needed.
func (s *store) prepare(ctx context.Context, o *Options, admin, name string) (err error) {
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return fmt.Errorf("bench: the database doesn't answer: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	if name == "" {
		if err := conn.QueryRow(ctx, "SELECT current_database()").Scan(&name); err != nil {
			return err
		}
	}
	own := o.DatabaseURL == ""
	var comment *string
	err = conn.QueryRow(ctx, "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1", name).Scan(&comment)
	missing := errors.Is(err, pgx.ErrNoRows)
	if err != nil && !missing {
		return fmt.Errorf("bench: looking for the database: %w", err)
	}
	ours := comment != nil && json.Unmarshal([]byte(*comment), &s.seeded) == nil && s.seeded.Bench == seededForm
	fits := ours && s.seeded.Systems == o.Systems && s.seeded.Trails == o.Trails && s.seeded.Seed == o.Seed
	if fits && !(own && o.Fresh) {
		o.say("Using the %d systems and %d trails made on %s.", o.Systems, o.Trails, s.seeded.At.Format(time.DateOnly))
		s.data.Reused = true
		return migrate(ctx, s.url, o.Log)
	}
	switch {
	case own:
		// Left behind by a run that was stopped, or to be made anew.
		if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize()); err != nil {
			return fmt.Errorf("bench: removing the old database: %w", err)
		}
		if _, err := conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()+" ENCODING 'UTF8' TEMPLATE template0"); err != nil {
			return fmt.Errorf("bench: making the database: %w", err)
		}
	case ours:
		return fmt.Errorf("bench: the database holds %d systems and %d trails of seed %d, not %d, %d and %d; ask for what it holds, or name an empty database", s.seeded.Systems, s.seeded.Trails, s.seeded.Seed, o.Systems, o.Trails, o.Seed)
	default:
		var used bool
		if err := conn.QueryRow(ctx, "SELECT to_regnamespace('wiki') IS NOT NULL").Scan(&used); err != nil {
			return err
		}
		if used {
			return errors.New("bench: the database holds a wiki that the benchmark didn't make; it fills and changes its database, so name an empty one")
		}
	}
	return s.fill(ctx, o, conn, name)
}

// fill brings in schema, shipped content and synthetic data, and says so last.
func (s *store) fill(ctx context.Context, o *Options, conn *pgx.Conn, name string) error {
	started := time.Now()
	if err := migrate(ctx, s.url, o.Log); err != nil {
		return err
	}
	c, err := content.Load(content.FS)
	if err != nil {
		return err
	}
	pool, err := ownerPool(ctx, s.url)
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, err := importer.Seed(ctx, pool, c, nil); err != nil {
		return err
	}
	o.say("Making %d systems and %d trails.", o.Systems, o.Trails)
	rate, rowRate, err := synthesize(ctx, pool, o)
	if err != nil {
		return err
	}
	o.say("%.0f trails a second, with all that belongs to them.", rate)
	admin, err := pgx.Connect(ctx, s.url)
	if err != nil {
		return err
	}
	for _, sql := range []string{"VACUUM (ANALYZE)", "CHECKPOINT"} {
		if _, err := admin.Exec(ctx, sql); err != nil {
			return errors.Join(fmt.Errorf("bench: %s: %w", sql, err), admin.Close(ctx))
		}
	}
	if err := admin.Close(ctx); err != nil {
		return err
	}
	s.seeded = seeded{Bench: seededForm, Systems: o.Systems, Trails: o.Trails, Seed: o.Seed, Seconds: time.Since(started).Seconds(), Rate: rate, RowRate: rowRate, At: time.Now().UTC().Truncate(time.Second)}
	text, err := json.Marshal(s.seeded)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "COMMENT ON DATABASE "+pgx.Identifier{name}.Sanitize()+" IS '"+strings.ReplaceAll(string(text), "'", "''")+"'")
	return err
}

// migrate brings roles, tables and code up to date.
func migrate(ctx context.Context, url string, log *slog.Logger) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("bench: the database doesn't answer: %w", err)
	}
	err = errors.Join(database.EnsureRoles(ctx, conn), conn.Close(ctx))
	if err != nil {
		return err
	}
	_, err = database.Migrate(ctx, url, database.Options{Log: log})
	return err
}

func ownerPool(ctx context.Context, databaseURL string) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		return nil, fmt.Errorf("bench: the database URL: %w", err)
	}
	c.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "SET ROLE "+database.RoleOwner)
		return err
	}
	return pgxpool.NewWithConfig(ctx, c)
}

// apiSettings are the settings that a session of the API's role begins with, and
// the role: the ceilings run with the same rights and limits.
func apiSettings(ctx context.Context, databaseURL string) (_ map[string]string, err error) {
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		return nil, fmt.Errorf("bench: the database doesn't answer: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	rows, err := conn.Query(ctx, `
		SELECT split_part(c, '=', 1), substr(c, position('=' IN c) + 1)
		FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole CROSS JOIN unnest(s.setconfig) AS c
		WHERE r.rolname = $1`, database.RoleAPI)
	if err != nil {
		return nil, err
	}
	out := map[string]string{"role": database.RoleAPI}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return nil, err
		}
		out[name] = value
	}
	return out, rows.Err()
}

// describe learns the server's version, process and size.
func (s *store) describe(ctx context.Context) (err error) {
	conn, err := pgx.Connect(ctx, s.url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	var backend int
	if err := conn.QueryRow(ctx, "SELECT current_setting('server_version'), pg_backend_pid(), pg_database_size(current_database())").Scan(&s.server, &backend, &s.data.DatabaseBytes); err != nil {
		return err
	}
	u, err := url.Parse(s.url)
	if err != nil {
		return err
	}
	if host := u.Hostname(); host != "" && host != "127.0.0.1" && host != "::1" && host != "localhost" {
		s.noCPU = fmt.Errorf("the database server is on %s", host)
		return nil
	}
	s.postmaster, s.noCPU = postmaster(backend)
	return nil
}
