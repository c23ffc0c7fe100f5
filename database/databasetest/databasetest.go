// Package databasetest gives each test a migrated wiki database of its own in
// milliseconds.
//
//	func TestCreateTrail(t *testing.T) {
//		t.Parallel()
//		db := databasetest.New(t)
//		rows, err := db.API.Query(t.Context(), "SELECT ... FROM api.create_trail($1, $2)", actor, input)
//		...
//	}
//
// The database is a copy of a template that is built once for the files that the
// test was compiled with (roles, migrations, code) and once more for each
// [Seed]. It is dropped when the test ends. Tests sign in as the real roles, so
// that a missing right shows.
//
// It is for tests only. Roles belong to the whole test server: tests must not
// change them.
package databasetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/postgres/postgrestest"
)

// password of all login roles on the test server, which listens on loopback only.
const password = "only-for-tests"

// Databases is one database, as the roles see it. The pools open connections
// when they are first used and are closed by the test's clean-up.
type Databases struct {
	URL      string // superuser
	OwnerURL string // mtbwiki_migrator, who may become the owner
	APIURL   string // mtbwiki_api
	JobsURL  string // mtbwiki_jobs

	Admin *pgxpool.Pool // superuser
	Owner *pgxpool.Pool // mtbwiki_owner: every table and inner function
	API   *pgxpool.Pool // mtbwiki_api
	Jobs  *pgxpool.Pool // mtbwiki_jobs
}

// Seed fills a template after the migrations.
type Seed struct {
	// Name and Hash identify what Fill does; see [postgrestest.Template].
	Name, Hash string

	// Fill gets a pool of the owner, which it must not keep.
	Fill func(ctx context.Context, owner *pgxpool.Pool) error
}

// New returns a migrated database, with the seeds in the order given.
func New(t testing.TB, seeds ...Seed) *Databases {
	t.Helper()
	return migrated(t, "wiki", database.Options{}, seeds)
}

// Tables returns a migrated database without the views and functions of api/, for
// tests of the tables themselves and of other code.
func Tables(t testing.TB, seeds ...Seed) *Databases {
	t.Helper()
	return migrated(t, "tables", database.Options{Code: fstest.MapFS{}}, seeds)
}

func migrated(t testing.TB, name string, opts database.Options, seeds []Seed) *Databases {
	t.Helper()
	base, err := hash()
	if err != nil {
		t.Fatalf("databasetest: %v", err)
	}
	template := postgrestest.Template{Name: name, Hash: base}
	for _, s := range seeds {
		template.Name += "_" + s.Name
		template.Hash += "\n" + s.Name + "\x00" + s.Hash
	}
	template.Build = func(ctx context.Context, url string) error {
		if err := Prepare(ctx, url); err != nil {
			return err
		}
		owner, err := as(url, database.RoleMigrator)
		if err != nil {
			return err
		}
		if _, err := database.Migrate(ctx, owner, opts); err != nil {
			return err
		}
		for _, s := range seeds {
			if err := s.fill(ctx, url); err != nil {
				return fmt.Errorf("seed %s: %w", s.Name, err)
			}
		}
		return nil
	}
	return open(t, postgrestest.New(t, template))
}

// Empty returns a database that has the roles but was never migrated, for tests
// of migrations.
func Empty(t testing.TB) *Databases {
	t.Helper()
	url := postgrestest.New(t, postgrestest.Template{})
	if err := Prepare(t.Context(), url); err != nil {
		t.Fatalf("databasetest: %v", err)
	}
	return open(t, url)
}

// Prepare makes the roles with the tests' password, through a superuser's URL.
func Prepare(ctx context.Context, adminURL string) (err error) {
	conn, err := pgx.Connect(ctx, adminURL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	if err := database.EnsureRoles(ctx, conn); err != nil {
		return err
	}
	// Once set, the passwords stay: other tests are signing in meanwhile.
	var missing int
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM pg_authid WHERE rolname = ANY ($1) AND rolpassword IS NULL", database.LoginRoles).Scan(&missing); err != nil {
		return err
	}
	if missing == 0 {
		return nil
	}
	passwords := map[string]string{}
	for _, role := range database.LoginRoles {
		passwords[role] = password
	}
	return database.SetPasswords(ctx, conn, passwords)
}

func (s Seed) fill(ctx context.Context, url string) error {
	pool, err := ownerPool(ctx, url)
	if err != nil {
		return err
	}
	defer pool.Close()
	return s.Fill(ctx, pool)
}

func open(t testing.TB, adminURL string) *Databases {
	t.Helper()
	db := &Databases{URL: adminURL}
	for role, field := range map[string]*string{
		database.RoleMigrator: &db.OwnerURL,
		database.RoleAPI:      &db.APIURL,
		database.RoleJobs:     &db.JobsURL,
	} {
		u, err := as(adminURL, role)
		if err != nil {
			t.Fatalf("databasetest: %v", err)
		}
		*field = u
	}
	for pool, make := range map[**pgxpool.Pool]func() (*pgxpool.Pool, error){
		&db.Admin: func() (*pgxpool.Pool, error) { return pgxpool.New(t.Context(), adminURL) },
		&db.Owner: func() (*pgxpool.Pool, error) { return ownerPool(t.Context(), adminURL) },
		&db.API:   func() (*pgxpool.Pool, error) { return loggingPool(t, db.APIURL) },
		&db.Jobs:  func() (*pgxpool.Pool, error) { return loggingPool(t, db.JobsURL) },
	} {
		p, err := make()
		if err != nil {
			t.Fatalf("databasetest: %v", err)
		}
		t.Cleanup(p.Close)
		*pool = p
	}
	return db
}

// loggingPool has the server's log lines about our statements in the test's log:
// behind an InternalError stands what really went wrong.
func loggingPool(t testing.TB, url string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.ConnConfig.RuntimeParams["client_min_messages"] = "log"
	config.ConnConfig.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) {
		t.Logf("database: %s: %s %s %s", n.Severity, n.Message, n.Detail, n.Hint)
	}
	return pgxpool.NewWithConfig(t.Context(), config)
}

// ownerPool signs in as the migrator and becomes the owner.
func ownerPool(ctx context.Context, adminURL string) (*pgxpool.Pool, error) {
	u, err := as(adminURL, database.RoleMigrator)
	if err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig(u)
	if err != nil {
		return nil, err
	}
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "SET ROLE "+database.RoleOwner)
		return err
	}
	return pgxpool.NewWithConfig(ctx, config)
}

func as(adminURL, role string) (string, error) {
	u, err := url.Parse(adminURL)
	if err != nil {
		return "", err
	}
	u.User = url.UserPassword(role, password)
	return u.String(), nil
}

// hash covers everything that the template is built from.
var hash = sync.OnceValues(func() (string, error) {
	h := sha256.New()
	h.Write([]byte(database.RolesSQL()))
	for _, folder := range []string{"migrations", "api"} {
		files := database.Files(folder)
		err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".sql") {
				return err
			}
			b, err := fs.ReadFile(files, name)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(h, "\n%s/%s %d\n%s", folder, name, len(b), b)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
})
