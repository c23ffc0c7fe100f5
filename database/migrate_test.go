package database_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/database/catalogue"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
)

// noCode migrates tables alone: what these tests are about.
var noCode = database.Options{Code: fstest.MapFS{}}

// fill puts rows into every table that there is.
func fill(ctx context.Context, owner *pgxpool.Pool) error {
	rows, err := os.ReadFile("testdata/rows.sql")
	if err != nil {
		return err
	}
	_, err = owner.Exec(ctx, string(rows), pgx.QueryExecModeSimpleProtocol)
	return err
}

var filled = databasetest.Seed{Name: "rows", Hash: mustRead("testdata/rows.sql"), Fill: fill}

func mustRead(name string) string {
	b, err := os.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func text(t *testing.T, db *databasetest.Databases) string {
	t.Helper()
	c, err := catalogue.Read(t.Context(), db.Admin, "api", "extensions", "jobs", "wiki")
	if err != nil {
		t.Fatal(err)
	}
	return c.Text()
}

// TestEveryTableHasRows keeps testdata/rows.sql complete: a table it forgets is
// not tested by migrating down.
func TestEveryTableHasRows(t *testing.T) {
	t.Parallel()
	db := databasetest.Tables(t, filled)
	c, err := catalogue.Read(t.Context(), db.Admin, "wiki")
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Tables) < 40 {
		t.Errorf("only %d tables: the catalogue is incomplete", len(c.Tables))
	}
	for _, table := range c.Tables {
		var any bool
		if err := db.Owner.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM wiki."+table.Name+")").Scan(&any); err != nil {
			t.Fatal(err)
		}
		if !any {
			t.Errorf("testdata/rows.sql puts no row into wiki.%s", table.Name)
		}
	}
}

// TestMigrateUpDownUp goes back step by step with rows in the tables, and up
// again, and finds the same schema at each step.
func TestMigrateUpDownUp(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := databasetest.Tables(t, filled)
	status, err := database.ReadStatus(ctx, db.OwnerURL, noCode)
	if err != nil {
		t.Fatal(err)
	}
	if status.Version == 0 || status.Version != status.Newest || len(status.Pending) > 0 || !status.CodeCurrent {
		t.Fatalf("status after migrating: %+v", status)
	}
	// Rights on a database are not copied from its template.
	if err := databasetest.Prepare(ctx, db.URL); err != nil {
		t.Fatal(err)
	}
	texts := map[int64]string{status.Version: text(t, db)}
	steps := 0
	for at := status; at.Version > 0; steps++ {
		from, to := at.Version, at.Version-1
		report, err := database.MigrateDown(ctx, db.OwnerURL, to, noCode)
		if err != nil {
			t.Fatalf("down to %d: %v", to, err)
		}
		if len(report.Applied) != 1 || report.From != from || report.To != to {
			t.Errorf("down to %d: report %+v", to, report)
		}
		// A number may be left out; then it is further down.
		if at, err = database.ReadStatus(ctx, db.OwnerURL, noCode); err != nil {
			t.Fatal(err)
		}
		texts[at.Version] = text(t, db)
		if at.Version > 0 {
			// What is left must still hold together.
			if _, err := db.Owner.Exec(ctx, `UPDATE wiki.entity SET updated_at = now()`); err != nil {
				t.Errorf("at %d: %v", at.Version, err)
			}
		}
	}
	if diff := cmp.Diff("", texts[0]); diff != "" {
		t.Errorf("something is left at 0 (-want +got):\n%s", diff)
	}
	fresh := databasetest.Empty(t)
	if diff := cmp.Diff(acl(t, fresh), acl(t, db)); diff != "" {
		t.Errorf("default privileges at 0 differ from those of a new database (-want +got):\n%s", diff)
	}
	report, err := database.Migrate(ctx, db.OwnerURL, noCode)
	if err != nil {
		t.Fatalf("up again: %v", err)
	}
	if len(report.Applied) != steps || report.To != status.Version {
		t.Errorf("up again: report %+v", report)
	}
	if diff := cmp.Diff(texts[status.Version], text(t, db)); diff != "" {
		t.Errorf("schema after down and up (-want +got):\n%s", diff)
	}
	if err := fill(ctx, db.Owner); err != nil {
		t.Errorf("rows after down and up: %v", err)
	}
	report, err = database.Migrate(ctx, db.OwnerURL, noCode)
	if err != nil || len(report.Applied) > 0 || report.CodeChanged {
		t.Errorf("migrating again did something: %+v, %v", report, err)
	}
}

func acl(t *testing.T, db *databasetest.Databases) string {
	t.Helper()
	var list string
	if err := db.Admin.QueryRow(t.Context(), "SELECT coalesce(string_agg(defaclacl::text, ' '), '') FROM pg_default_acl").Scan(&list); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestMigrateDownRefuses(t *testing.T) {
	t.Parallel()
	db := databasetest.Tables(t)
	for _, to := range []int64{-1, 1000} {
		if _, err := database.MigrateDown(t.Context(), db.OwnerURL, to, noCode); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("down to migration %d", to)) {
			t.Errorf("down to %d: %v, want a refusal", to, err)
		}
	}
}

func TestMigrateConcurrently(t *testing.T) {
	t.Parallel()
	db := databasetest.Empty(t)
	const programs = 4
	var (
		wg      sync.WaitGroup
		reports [programs]database.Report
		errs    [programs]error
	)
	for i := range programs {
		wg.Go(func() { reports[i], errs[i] = database.Migrate(t.Context(), db.OwnerURL, noCode) })
	}
	wg.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		t.Fatal(err)
	}
	did := 0
	for _, r := range reports {
		if len(r.Applied) > 0 {
			did++
		}
		if r.To == 0 {
			t.Errorf("a report says the database is still empty: %+v", r)
		}
	}
	if did != 1 {
		t.Errorf("%d programs applied migrations, want 1: %+v", did, reports)
	}
}

func TestMigrateRefusesNewerSchema(t *testing.T) {
	t.Parallel()
	db := databasetest.Tables(t)
	if _, err := db.Owner.Exec(t.Context(), "INSERT INTO migration.version (version_id, is_applied) VALUES (99999, true)"); err != nil {
		t.Fatal(err)
	}
	before := text(t, db)
	_, err := database.Migrate(t.Context(), db.OwnerURL, database.Options{Code: fstest.MapFS{"core/one.sql": {Data: []byte(`CREATE FUNCTION api.one() RETURNS integer LANGUAGE sql AS 'SELECT 1'`)}}})
	if !errors.Is(err, database.ErrNewerSchema) || !strings.Contains(err.Error(), "99999") {
		t.Errorf("Migrate: %v, want ErrNewerSchema naming 99999", err)
	}
	if _, err := database.MigrateDown(t.Context(), db.OwnerURL, 1, noCode); !errors.Is(err, database.ErrNewerSchema) {
		t.Errorf("MigrateDown: %v, want ErrNewerSchema", err)
	}
	if diff := cmp.Diff(before, text(t, db)); diff != "" {
		t.Errorf("a refused migration changed something (-before +after):\n%s", diff)
	}
}

func TestReadStatusOfEmptyDatabase(t *testing.T) {
	t.Parallel()
	db := databasetest.Empty(t)
	status, err := database.ReadStatus(t.Context(), db.OwnerURL, noCode)
	if err != nil {
		t.Fatal(err)
	}
	if status.Version != 0 || len(status.Pending) == 0 || status.CodeCurrent {
		t.Errorf("status %+v", status)
	}
	var made bool
	if err := db.Admin.QueryRow(t.Context(), "SELECT to_regnamespace('migration') IS NOT NULL").Scan(&made); err != nil {
		t.Fatal(err)
	}
	if made {
		t.Error("ReadStatus made a schema")
	}
}

// TestMigrationThatFails leaves the steps before it, and nothing of itself, and
// names the file.
func TestMigrationThatFails(t *testing.T) {
	t.Parallel()
	db := databasetest.Empty(t)
	files := fstest.MapFS{
		"00001_first.sql":  {Data: []byte("-- +goose Up\nCREATE SCHEMA wiki; CREATE SCHEMA api; CREATE SCHEMA extensions;\n-- +goose Down\nDROP SCHEMA wiki, api, extensions;\n")},
		"00002_second.sql": {Data: []byte("-- +goose Up\nCREATE TABLE wiki.a (x integer);\nINSERT INTO wiki.a VALUES ('no number');\n-- +goose Down\nDROP TABLE wiki.a;\n")},
	}
	report, err := database.Migrate(t.Context(), db.OwnerURL, database.Options{Migrations: files, Code: fstest.MapFS{}})
	if err == nil || !strings.Contains(err.Error(), "00002_second.sql") || !strings.Contains(err.Error(), "no number") {
		t.Errorf("error %v, want one that names the file and the cause", err)
	}
	if diff := cmp.Diff([]string{"00001_first.sql"}, report.Applied); diff != "" {
		t.Errorf("applied (-want +got):\n%s", diff)
	}
	files["00002_second.sql"].Data = []byte(strings.Replace(string(files["00002_second.sql"].Data), "'no number'", "1", 1))
	report, err = database.Migrate(t.Context(), db.OwnerURL, database.Options{Migrations: files, Code: fstest.MapFS{}})
	if err != nil || report.To != 2 {
		t.Errorf("after mending: %+v, %v", report, err)
	}
}

// TestMigrateUnderViews changes the type of a column that a view reads, which
// PostgreSQL refuses while the view exists.
func TestMigrateUnderViews(t *testing.T) {
	t.Parallel()
	db := databasetest.Empty(t)
	migrations := fstest.MapFS{
		"00001_first.sql": {Data: []byte("-- +goose Up\nCREATE SCHEMA wiki; CREATE SCHEMA api; CREATE SCHEMA extensions;\nCREATE TABLE wiki.a (x integer);\n-- +goose Down\nDROP SCHEMA wiki, api, extensions CASCADE;\n")},
	}
	code := fstest.MapFS{"a.sql": {Data: []byte("CREATE VIEW api.a AS SELECT x FROM wiki.a;")}}
	opts := database.Options{Migrations: migrations, Code: code}
	if _, err := database.Migrate(t.Context(), db.OwnerURL, opts); err != nil {
		t.Fatal(err)
	}
	migrations["00002_second.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nALTER TABLE wiki.a ALTER x TYPE text;\n-- +goose Down\nALTER TABLE wiki.a ALTER x TYPE integer USING x::integer;\n")}
	report, err := database.Migrate(t.Context(), db.OwnerURL, opts)
	if err != nil {
		t.Fatal(err)
	}
	if report.To != 2 || !report.CodeChanged || report.CodeObjects != 1 {
		t.Errorf("report %+v", report)
	}
	var kind string
	if err := db.API.QueryRow(t.Context(), "SELECT pg_typeof(x)::text FROM api.a RIGHT JOIN (SELECT 1) AS one ON true").Scan(&kind); err != nil || kind != "text" {
		t.Errorf("type of the view's column: %q, %v", kind, err)
	}
	if _, err := database.MigrateDown(t.Context(), db.OwnerURL, 1, opts); err != nil {
		t.Errorf("down: %v", err)
	}
}

func TestMigrateAsSomebodyElse(t *testing.T) {
	t.Parallel()
	db := databasetest.Empty(t)
	_, err := database.Migrate(t.Context(), db.APIURL, noCode)
	if err == nil || !strings.Contains(err.Error(), `"mtbwiki_api" can't become mtbwiki_owner`) {
		t.Errorf("error %v, want one that says who can migrate", err)
	}
}

// TestOwnerWithoutSuperuser sets up as an administrator whom a hosted service
// would give us.
func TestOwnerWithoutSuperuser(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := databasetest.Empty(t)
	// The role is of this server and stays: other runs use it too.
	_, err := db.Admin.Exec(ctx, `
		DO $$
		BEGIN
		  PERFORM pg_advisory_xact_lock(hashtext('mtbwiki roles'));
		  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mtbwiki_test_admin') THEN
		    CREATE ROLE mtbwiki_test_admin LOGIN CREATEROLE PASSWORD 'only-for-tests';
		    GRANT mtbwiki_owner TO mtbwiki_test_admin;
		  END IF;
		  EXECUTE format('ALTER DATABASE %I OWNER TO mtbwiki_test_admin', current_database());
		  EXECUTE format('REVOKE CREATE ON DATABASE %I FROM mtbwiki_owner', current_database());
		END
		$$`, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		t.Fatal(err)
	}
	admin := strings.Replace(db.APIURL, "mtbwiki_api", "mtbwiki_test_admin", 1)
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		t.Fatal(err)
	}
	if err := database.EnsureRoles(ctx, conn); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(ctx); err != nil {
		t.Fatal(err)
	}
	report, err := database.Migrate(ctx, admin, noCode)
	if err != nil || report.To == 0 {
		t.Errorf("migrating: %+v, %v", report, err)
	}
}

func TestEnsureRolesWithoutRights(t *testing.T) {
	t.Parallel()
	db := databasetest.Empty(t)
	conn, err := pgx.Connect(t.Context(), db.APIURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	err = database.EnsureRoles(t.Context(), conn)
	if err == nil || !strings.Contains(err.Error(), "CREATEROLE") {
		t.Errorf("error %v, want one that says which rights it takes", err)
	}
}

func TestSetPasswords(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := databasetest.Empty(t)
	var role string
	if err := db.Admin.QueryRow(ctx, "SELECT 'test_role_' || md5(current_database())").Scan(&role); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Admin.Exec(ctx, "CREATE ROLE "+role+" LOGIN"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.Admin.Exec(context.Background(), "DROP ROLE "+role); err != nil {
			t.Error(err)
		}
	})
	conn, err := pgx.Connect(ctx, db.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	signIn := func(password string) error {
		config := conn.Config()
		config.User, config.Password = role, password
		c, err := pgx.ConnectConfig(ctx, config)
		if err != nil {
			return err
		}
		return c.Close(ctx)
	}
	const good = `it's "quoted" \ 100%`
	if err := database.SetPasswords(ctx, conn, map[string]string{role: good}); err != nil {
		t.Fatal(err)
	}
	if err := signIn(good); err != nil {
		t.Errorf("with the password: %v", err)
	}
	var pgErr *pgconn.PgError
	if err := signIn("another one"); !errors.As(err, &pgErr) || pgErr.Code != "28P01" {
		t.Errorf("with another password: %v, want a refusal", err)
	}
	for _, bad := range []string{"", "short", "pässwörter", strings.Repeat("x", 201), "with\nnewline"} {
		if err := database.SetPasswords(ctx, conn, map[string]string{role: bad}); err == nil {
			t.Errorf("password %q was taken", bad)
		}
	}
	if err := database.SetPasswords(ctx, conn, map[string]string{`no such"role`: good}); err == nil {
		t.Error("no error for a role that doesn't exist")
	}
}
