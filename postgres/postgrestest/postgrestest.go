package postgrestest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Template describes what a test's database holds at the start. The zero value
// is an empty database.
type Template struct {
	// Name is for people; letters, digits and underscores show in the name of the
	// template database.
	Name string

	// Hash identifies the content: two templates with equal Name and Hash are the
	// same, and Build runs for one of them only. A good one is a checksum of the
	// files that Build applies.
	Hash string

	// Build fills an empty database. No other Build runs meanwhile on the server.
	// nil leaves it empty. It must have closed its connections when it returns.
	Build func(ctx context.Context, url string) error
}

const (
	startTimeout = 3 * time.Minute // the first start may download PostgreSQL
	buildTimeout = 5 * time.Minute
	cloneTimeout = time.Minute
	idleTime     = 5 * time.Minute // after which the keeper ends
	// buildLock is the advisory lock, in database "postgres", under which template
	// databases come and go.
	buildLock = 0x6d746231
)

// server is this process's connection to the shared server.
type server struct {
	url   string
	admin *pgxpool.Pool
	lease *os.File // open, and so locked, until the process ends
}

var (
	shared   = sync.OnceValues(connect)
	sequence atomic.Int64
	built    sync.Map // template database name -> *sync.Mutex
)

// New makes a database from the template and returns the superuser's URL for it.
// The database is dropped when the test ends, open sessions included. If no
// server can be had the test fails, saying what to do.
func New(t testing.TB, template Template) string {
	t.Helper()
	srv, err := shared()
	if err != nil {
		t.Fatalf("postgrestest: no PostgreSQL for tests: %v", err)
	}
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), sequence.Add(1))
	ctx, cancel := context.WithTimeout(t.Context(), buildTimeout+cloneTimeout)
	defer cancel()
	for attempt := 0; ; attempt++ {
		source := "template0"
		if template.Build != nil {
			if source, err = srv.template(ctx, template); err != nil {
				t.Fatalf("postgrestest: template %q: %v", template.Name, err)
			}
		}
		err := srv.create(ctx, name, source)
		if err == nil {
			break
		}
		// Another process may just have dropped it to make room.
		var e *pgconn.PgError
		if attempt < 3 && errors.As(err, &e) && e.Code == "3D000" {
			continue
		}
		t.Fatalf("postgrestest: database for %s: %v", t.Name(), err)
	}
	t.Cleanup(func() {
		// The test's own context is over by now.
		ctx, cancel := context.WithTimeout(context.Background(), cloneTimeout)
		defer cancel()
		if _, err := srv.admin.Exec(ctx, "DROP DATABASE IF EXISTS "+quote(name)+" WITH (FORCE)"); err != nil {
			t.Errorf("postgrestest: dropping database %s: %v", name, err)
		}
	})
	return srv.databaseURL(name)
}

// connect finds or starts the shared server.
func connect() (_ *server, err error) {
	ctx, cancel := context.WithTimeoutCause(context.Background(), startTimeout, errors.New("it took too long"))
	defer cancel()
	dir, err := sharedDir()
	if err != nil {
		return nil, err
	}
	st, lease, err := acquire(ctx, dir, idleTime)
	if err != nil {
		return nil, err
	}
	cfg, err := pgxpool.ParseConfig(st.URL)
	if err != nil {
		return nil, errors.Join(err, lease.Close())
	}
	cfg.MaxConns = 4
	cfg.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	admin, err := pgxpool.NewWithConfig(context.Background(), cfg)
	if err != nil {
		return nil, errors.Join(err, lease.Close())
	}
	srv := &server{url: st.URL, admin: admin, lease: lease}
	if err := srv.sweep(ctx); err != nil {
		admin.Close()
		return nil, errors.Join(err, lease.Close())
	}
	return srv, nil
}

// sweep drops databases of test processes that were killed.
func (s *server) sweep(ctx context.Context) error {
	rows, err := s.admin.Query(ctx, `SELECT datname FROM pg_database WHERE datname LIKE 'test\_%'`)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		parts := strings.Split(name, "_")
		pid, err := strconv.Atoi(parts[1])
		if err != nil || pid != os.Getpid() && running(pid) {
			continue
		}
		if _, err := s.admin.Exec(ctx, "DROP DATABASE IF EXISTS "+quote(name)+" WITH (FORCE)"); err != nil && !isMissing(err) {
			return fmt.Errorf("dropping %s of an ended process: %w", name, err)
		}
	}
	return nil
}

// isMissing: another process may be dropping the same database.
func isMissing(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "3D000" || e.Code == "XX000" || e.Code == "55006")
}

func (s *server) create(ctx context.Context, name, source string) error {
	// The default strategy, through the log. Copying files is a little faster on a
	// quiet server, but needs a checkpoint of what all other tests have written.
	_, err := s.admin.Exec(ctx, "CREATE DATABASE "+quote(name)+" TEMPLATE "+quote(source))
	return err
}

func (s *server) databaseURL(name string) string {
	u, err := url.Parse(s.url)
	if err != nil {
		panic("postgrestest: the server's own URL doesn't parse: " + err.Error())
	}
	u.Path = "/" + name
	return u.String()
}

var notInName = regexp.MustCompile(`[^a-z0-9_]+`)

// template returns the name of the template's database, building it if no
// process has yet.
func (s *server) template(ctx context.Context, t Template) (_ string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, buildTimeout, errors.New("building took too long"))
	defer cancel()
	sum := sha256.Sum256([]byte(t.Name + "\x00" + t.Hash))
	label := strings.Trim(notInName.ReplaceAllString(strings.ToLower(t.Name), "_"), "_")
	name := "template_" + label[:min(len(label), 30)] + "_" + hex.EncodeToString(sum[:8])

	mu, _ := built.LoadOrStore(name, new(sync.Mutex))
	mu.(*sync.Mutex).Lock()
	defer mu.(*sync.Mutex).Unlock()
	if ready, err := s.isTemplate(ctx, name); ready || err != nil {
		return name, err
	}
	conn, err := s.admin.Acquire(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Release() // closed by then, see below: the pool throws it away
	if _, err := conn.Exec(ctx, fmt.Sprintf("SELECT pg_advisory_lock(%d)", buildLock)); err != nil {
		return "", err
	}
	defer func() {
		// Closing the session gives the lock back whatever happened.
		err = errors.Join(err, conn.Conn().Close(context.WithoutCancel(ctx)))
	}()
	if ready, err := s.isTemplate(ctx, name); ready || err != nil {
		return name, err
	}
	// What stands there now is the rest of a build that failed.
	for _, sql := range []string{"DROP DATABASE IF EXISTS " + quote(name) + " WITH (FORCE)", "CREATE DATABASE " + quote(name) + " TEMPLATE template0"} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return "", err
		}
	}
	if err := t.Build(ctx, s.databaseURL(name)); err != nil {
		return "", fmt.Errorf("building: %w", err)
	}
	// A database can only be copied while nobody is connected to it.
	for _, sql := range []string{
		"ALTER DATABASE " + quote(name) + " ALLOW_CONNECTIONS false",
		"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '" + name + "'",
		"ALTER DATABASE " + quote(name) + " IS_TEMPLATE true",
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return "", err
		}
	}
	return name, s.prune(ctx, conn, "template_"+label[:min(len(label), 30)]+"_")
}

// keptTemplates is how many templates of one name are kept. While somebody works
// on migrations each version leaves one behind.
const keptTemplates = 8

// prune drops the oldest templates of a name. The caller holds the build lock.
func (s *server) prune(ctx context.Context, conn *pgxpool.Conn, prefix string) error {
	rows, err := conn.Query(ctx, "SELECT datname FROM pg_database WHERE datistemplate AND starts_with(datname, $1) AND length(datname) = $2 ORDER BY oid DESC OFFSET $3",
		prefix, len(prefix)+16, keptTemplates)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		for _, sql := range []string{"ALTER DATABASE " + quote(name) + " IS_TEMPLATE false", "DROP DATABASE " + quote(name) + " WITH (FORCE)"} {
			if _, err := conn.Exec(ctx, sql); err != nil && !isMissing(err) {
				return fmt.Errorf("dropping an old template: %w", err)
			}
		}
	}
	return nil
}

func (s *server) isTemplate(ctx context.Context, name string) (bool, error) {
	var is bool
	err := s.admin.QueryRow(ctx, "SELECT datistemplate FROM pg_database WHERE datname = $1", name).Scan(&is)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	return is, err
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
