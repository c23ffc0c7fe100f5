package database_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
)

func sqlFiles(files map[string]string) fstest.MapFS {
	fs := fstest.MapFS{}
	for name, text := range files {
		fs[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fs
}

// TestCodeErrors: a mistake is found where it stands.
func TestCodeErrors(t *testing.T) {
	t.Parallel()
	db := databasetest.Tables(t)
	for _, test := range []struct {
		name  string
		files map[string]string
		want  string // the whole message behind "applying the code: "; a regular expression
	}{
		{
			name:  "syntax",
			files: map[string]string{"a/one.sql": "-- Où?\nCREATE FUNCTION api.one() RETURNS integer\nLANGUAGE sqll AS $$ SELECT 1 $$ STABEL;\n"},
			want:  `^api/a/one.sql:3:33: syntax error at or near "STABEL" \(42601\)\n\tLANGUAGE sqll AS .* STABEL;$`,
		},
		{
			name:  "no such column in a view",
			files: map[string]string{"a/one.sql": "CREATE VIEW api.one AS\nSELECT t.id,\n  t.nome\nFROM wiki.trail t;\n"},
			want:  `^api/a/one.sql:3:3: column t.nome does not exist.* \(42703\)\n\tt.nome$`,
		},
		{
			name:  "inside the body of an SQL function",
			files: map[string]string{"a/one.sql": "CREATE FUNCTION api.one() RETURNS text LANGUAGE sql STABLE AS $$\n  SELECT name\n  FROM wiki.tral\n$$;\n"},
			want:  `^api/a/one.sql:3:8: relation "wiki.tral" does not exist \(42P01\)\n\tFROM wiki.tral$`,
		},
		{
			name:  "inside the body of a PL/pgSQL function",
			files: map[string]string{"a/one.sql": "CREATE FUNCTION api.one() RETURNS text LANGUAGE plpgsql AS $$\nBEGIN\n  RETRUN 1;\nEND\n$$;\n"},
			want:  `^api/a/one.sql:3:3: syntax error at or near "RETRUN" \(42601\)\n\tRETRUN 1;$`,
		},
		{
			name: "an unqualified name",
			files: map[string]string{
				"a/one.sql": "CREATE FUNCTION api.one() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT count(*) FROM trail $$;",
			},
			want: `^api/a/one.sql:1:89: relation "trail" does not exist \(42P01\)`,
		},
		{
			name: "the same function twice",
			files: map[string]string{
				"a/one.sql": "CREATE FUNCTION api.one() RETURNS integer LANGUAGE sql AS 'SELECT 1';",
				"b/one.sql": "\n\nCREATE FUNCTION api.one() RETURNS integer LANGUAGE sql AS 'SELECT 2';",
			},
			want: `^api/b/one.sql:3: function "one" already exists with same argument types \(42723\)\n\tCREATE FUNCTION`,
		},
		{
			name:  "a function of a migration",
			files: map[string]string{"a/plain.sql": "CREATE FUNCTION wiki.plain(value text) RETURNS text LANGUAGE sql AS 'SELECT 1';"},
			want:  `^api/a/plain.sql:1: function "plain" already exists`,
		},
		{
			name:  "or replace",
			files: map[string]string{"a/plain.sql": "-- Better.\n\nCREATE OR REPLACE FUNCTION wiki.plain(value text) RETURNS text LANGUAGE sql AS 'SELECT 1';"},
			want:  `api/a/plain.sql:3:1: CREATE OR REPLACE is not allowed`,
		},
		{
			name:  "after a file that doesn't exist",
			files: map[string]string{"a/one.sql": "-- after: a/two.sql\nCREATE VIEW api.one AS SELECT 1 AS x;"},
			want:  `api/a/one.sql:1:1: -- after: names a/two.sql, which doesn't exist`,
		},
		{
			name: "in a circle",
			files: map[string]string{
				"a/one.sql": "-- after: a/two.sql\nCREATE VIEW api.one AS SELECT 1 AS x;",
				"a/two.sql": "-- after: a/one.sql\nCREATE VIEW api.two AS SELECT 1 AS x;",
			},
			want: `api/a/two.sql:1:1: -- after: goes in a circle through a/one.sql`,
		},
		{
			name:  "not UTF-8",
			files: map[string]string{"a/one.sql": "CREATE VIEW api.one AS SELECT '\xff' AS x;"},
			want:  `api/a/one.sql:1:1: the file is not UTF-8`,
		},
		{
			name: "all that is missing, at once",
			files: map[string]string{
				"a/one.sql": "CREATE VIEW api.one AS SELECT x FROM api.four;",
				"a/two.sql": "CREATE VIEW api.two AS SELECT api.five() AS x;",
				"a/six.sql": "CREATE VIEW api.six AS SELECT 1 AS x;",
			},
			want: `(?s)^api/a/one.sql:1:38: relation "api.four" does not exist.*\napi/a/two.sql:1:31: function api.five\(\) does not exist`,
		},
	} {
		_, err := database.ApplyCode(t.Context(), db.OwnerURL, database.Options{Code: sqlFiles(test.files)})
		if err == nil {
			t.Errorf("%s: applied", test.name)
			continue
		}
		message := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "database: "), "applying the code: ")
		if !regexp.MustCompile(test.want).MatchString(message) {
			t.Errorf("%s: message\n%s\nwant\n%s", test.name, message, test.want)
		}
		var located *database.CodeError
		if !errors.As(err, &located) || located.File == "" || located.Line == 0 {
			t.Errorf("%s: %#v is no CodeError", test.name, err)
		}
	}
	var left int
	if err := db.Admin.QueryRow(t.Context(), "SELECT count(*) FROM pg_proc WHERE pronamespace = 'api'::regnamespace").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d functions are left of refused code, %v", left, err)
	}
}

// TestCodeOrder: files come in any order, and functions may need each other.
func TestCodeOrder(t *testing.T) {
	t.Parallel()
	db := databasetest.Tables(t)
	report, err := database.ApplyCode(t.Context(), db.OwnerURL, database.Options{Code: sqlFiles(map[string]string{
		"a/a.sql":   "-- after: b/b.sql, c/c.sql\nCREATE VIEW api.a AS SELECT b.x + c.x AS x FROM api.b, api.c;",
		"b/b.sql":   "CREATE VIEW api.b AS SELECT x FROM api.d;",
		"c/c.sql":   "CREATE VIEW api.c AS SELECT api.f(1) AS x;",
		"c/d.sql":   "CREATE VIEW api.d AS SELECT 2 AS x;",
		"d/row.sql": "CREATE FUNCTION api.rows() RETURNS SETOF api.e LANGUAGE sql STABLE AS $$ SELECT * FROM api.e $$;",
		"e/e.sql":   "CREATE VIEW api.e AS SELECT * FROM api.a;",
		"f/f.sql":   "CREATE FUNCTION api.f(n integer) RETURNS integer LANGUAGE sql STABLE AS $$ SELECT CASE WHEN n = 0 THEN 0 ELSE api.g(n - 1) END $$;",
		"f/g.sql":   "CREATE FUNCTION api.g(n integer) RETURNS integer LANGUAGE sql STABLE AS $$ SELECT api.f(n) $$;",
		"f/note.md": "Not SQL.",
		"f/c.sql":   "COMMENT ON TABLE wiki.trail IS 'A file may hold comments alone.';",
	})})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(database.CodeReport{Changed: true, Objects: 8}, report); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	var x int
	if err := db.API.QueryRow(t.Context(), "SELECT x FROM api.rows()").Scan(&x); err != nil || x != 2 {
		t.Errorf("x = %d, %v; want 2", x, err)
	}
}

// TestCodePaths: whatever comes after what, each file stands once and behind those
// it names.
func TestCodePaths(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(0, 12).Draw(t, "files")
		names := make([]string, count)
		for i, n := range rapid.Permutation(slices.Collect(seq(count))).Draw(t, "names") {
			names[i] = fmt.Sprintf("f/%02d.sql", n)
		}
		files := map[string]string{}
		after := map[string][]string{}
		for i, name := range names {
			// Only those before it in the permutation: no circle.
			if i > 0 {
				after[name] = rapid.SliceOfN(rapid.SampledFrom(names[:i]), 0, 3).Draw(t, "after")
			}
			files[name] = "-- after: " + strings.Join(after[name], ", ") + "\nCREATE VIEW api.v AS SELECT 1 AS x;"
		}
		code, err := database.LoadCode(sqlFiles(files))
		if err != nil {
			t.Fatal(err)
		}
		paths := code.Paths()
		if len(paths) != count {
			t.Fatalf("%d files in, %d out", count, len(paths))
		}
		for name, earlier := range after {
			for _, e := range earlier {
				if slices.Index(paths, e) > slices.Index(paths, name) {
					t.Errorf("%s stands before %s, which it names: %v", name, e, paths)
				}
			}
		}
	})
}

func seq(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// TestCodeReplaced: what went from the files goes from the database, what a
// migration made stays, and nothing happens when nothing changed.
func TestCodeReplaced(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := databasetest.Tables(t)
	apply := func(files map[string]string) database.CodeReport {
		t.Helper()
		report, err := database.ApplyCode(ctx, db.OwnerURL, database.Options{Code: sqlFiles(files)})
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	tables := text(t, db)
	first := map[string]string{
		"a.sql": "CREATE VIEW api.a AS SELECT 1 AS x;",
		"b.sql": "CREATE FUNCTION api.b(integer, name text DEFAULT 'x, y') RETURNS integer LANGUAGE sql AS 'SELECT 1';",
		"c.sql": `CREATE FUNCTION wiki."C d"(a api.a) RETURNS integer LANGUAGE sql AS 'SELECT 1';`,
	}
	if r := apply(first); !r.Changed || r.Objects != 3 {
		t.Errorf("first: %+v", r)
	}
	if r := apply(first); r.Changed || r.Objects != 3 {
		t.Errorf("same again: %+v", r)
	}
	if r := apply(map[string]string{"a.sql": "CREATE VIEW api.a AS SELECT 'now text' AS x;"}); !r.Changed || r.Objects != 1 {
		t.Errorf("second: %+v", r)
	}
	// Somebody drops by hand what the files make.
	if _, err := db.Owner.Exec(ctx, "DROP VIEW api.a"); err != nil {
		t.Fatal(err)
	}
	if r := apply(map[string]string{"a.sql": "CREATE VIEW api.a AS SELECT 'now text' AS x;"}); !r.Changed || r.Objects != 1 {
		t.Errorf("after a drop by hand: %+v", r)
	}
	var x string
	if err := db.API.QueryRow(ctx, "SELECT x FROM api.a").Scan(&x); err != nil || x != "now text" {
		t.Errorf("x = %q, %v", x, err)
	}
	if r := apply(map[string]string{}); !r.Changed || r.Objects != 0 {
		t.Errorf("nothing: %+v", r)
	}
	if diff := cmp.Diff(tables, text(t, db)); diff != "" {
		t.Errorf("something is left, or something of a migration is gone (-want +got):\n%s", diff)
	}
}

// TestCodeUnderTables: dropping code must not take along what somebody built on it.
func TestCodeUnderTables(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := databasetest.Tables(t)
	code := map[string]string{"a.sql": "CREATE FUNCTION api.a() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';"}
	apply := func() error {
		code["b.sql"] = fmt.Sprintf("CREATE VIEW api.b AS SELECT %d AS x;", len(code["b.sql"]))
		_, err := database.ApplyCode(ctx, db.OwnerURL, database.Options{Code: sqlFiles(code)})
		return err
	}
	if err := apply(); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ make, drop, want string }{
		{"ALTER TABLE wiki.setting ADD extra integer DEFAULT api.a()", "ALTER TABLE wiki.setting DROP extra", "default value for column extra of table wiki.setting"},
		{"ALTER TABLE wiki.setting ADD CONSTRAINT extra CHECK (api.a() = 1)", "ALTER TABLE wiki.setting DROP CONSTRAINT extra", "constraint extra on table wiki.setting"},
		{"CREATE INDEX extra ON wiki.setting ((api.a()))", "DROP INDEX wiki.extra", "index wiki.extra"},
		{"CREATE VIEW wiki.extra AS SELECT x FROM api.b", "DROP VIEW wiki.extra", "rule _RETURN on view wiki.extra"},
		{"CREATE TABLE wiki.extra (b api.b)", "DROP TABLE wiki.extra", "column b of table wiki.extra"},
	} {
		if _, err := db.Owner.Exec(ctx, test.make); err != nil {
			t.Fatalf("%s: %v", test.make, err)
		}
		if err := apply(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want a refusal that names %s", test.make, err, test.want)
		}
		if _, err := db.Owner.Exec(ctx, test.drop); err != nil {
			t.Errorf("%s: %v", test.drop, err)
		}
	}
	if err := apply(); err != nil {
		t.Errorf("in the end: %v", err)
	}
}

// TestCodeReplacedWhileRead: readers see the old code or the new, never none.
func TestCodeReplacedWhileRead(t *testing.T) {
	t.Parallel()
	db := databasetest.Tables(t)
	apply := func(n int) error {
		_, err := database.ApplyCode(t.Context(), db.OwnerURL, database.Options{Code: sqlFiles(map[string]string{
			"v.sql": fmt.Sprintf("CREATE VIEW api.v AS SELECT %d AS x;", n),
			"f.sql": fmt.Sprintf("CREATE FUNCTION api.f() RETURNS SETOF api.v LANGUAGE sql STABLE AS 'SELECT x FROM api.v -- %d';", n),
		})})
		return err
	}
	if err := apply(0); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	reads := 0
	go func() {
		last := 0
		for ctx.Err() == nil {
			var x int
			// Parsed anew each time, as by a new connection.
			if err := db.API.QueryRow(t.Context(), fmt.Sprintf("SELECT x FROM api.f() -- %d", reads)).Scan(&x); err != nil {
				done <- err
				return
			}
			if x < last {
				done <- fmt.Errorf("went back from %d to %d", last, x)
				return
			}
			last = x
			reads++
		}
		done <- nil
	}()
	for n := 1; n <= 10; n++ {
		if err := apply(n); err != nil {
			t.Error(err)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("reading meanwhile, after %d reads: %v", reads, err)
	}
}

// TestCodeWithoutTables says what to do first.
func TestCodeWithoutTables(t *testing.T) {
	t.Parallel()
	db := databasetest.Empty(t)
	_, err := database.ApplyCode(t.Context(), db.OwnerURL, database.Options{Code: sqlFiles(map[string]string{"a.sql": "CREATE VIEW api.a AS SELECT 1 AS x;"})})
	if err == nil || !strings.Contains(err.Error(), "migrate first") {
		t.Errorf("error %v, want one that says to migrate first", err)
	}
}

// TestOurCode loads the files this program is built with.
func TestOurCode(t *testing.T) {
	t.Parallel()
	code, err := database.LoadCode(database.Files("api"))
	if err != nil {
		t.Fatal(err)
	}
	if code.Len() < 50 {
		t.Errorf("only %d files are built in", code.Len())
	}
	if sum := code.Checksum(); len(sum) != 64 {
		t.Errorf("checksum %q", sum)
	}
}

// TestOurCodeReplacedInPlace applies our own code over itself with one more file:
// functions keep their identity, so that nobody in the middle of calling them
// notices, and taking the file away again leaves what was there before.
func TestOurCodeReplacedInPlace(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := databasetest.New(t)
	before := text(t, db)
	identities := func() (list string) {
		t.Helper()
		if err := db.Admin.QueryRow(ctx, `
			SELECT string_agg(p.oid::text, ' ' ORDER BY p.oid)
			FROM pg_proc p
			WHERE p.pronamespace IN ('api'::regnamespace, 'wiki'::regnamespace) AND p.proname <> 'one_more'`).Scan(&list); err != nil {
			t.Fatal(err)
		}
		return list
	}
	oids := identities()
	more := overlay{database.Files("api"), sqlFiles(map[string]string{
		"zz.sql": "CREATE FUNCTION api.one_more() RETURNS integer LANGUAGE sql STABLE AS 'SELECT 1'; COMMENT ON FUNCTION api.one_more() IS 'One more.';",
	})}
	report, err := database.ApplyCode(ctx, db.OwnerURL, database.Options{Code: more})
	if err != nil || !report.Changed {
		t.Fatalf("with one more: %+v, %v", report, err)
	}
	if identities() != oids {
		t.Error("functions were made anew instead of being replaced in place")
	}
	var one int
	if err := db.API.QueryRow(ctx, "SELECT api.one_more()").Scan(&one); err != nil {
		t.Errorf("the new function: %v", err)
	}
	less, err := database.ApplyCode(ctx, db.OwnerURL, database.Options{})
	if err != nil || less.Objects != report.Objects-1 {
		t.Fatalf("without it: %+v after %+v, %v", less, report, err)
	}
	if diff := cmp.Diff(strings.Split(before, "\n"), strings.Split(text(t, db), "\n")); diff != "" {
		t.Errorf("after there and back (-before +after):\n%s", diff)
	}
}

// overlay has the files of several folders.
type overlay []fs.FS

func (o overlay) Open(name string) (fs.File, error) {
	var err error
	for _, files := range o {
		var f fs.File
		if f, err = files.Open(name); err == nil {
			return f, nil
		}
	}
	return nil, err
}

func (o overlay) ReadDir(name string) (list []fs.DirEntry, err error) {
	for _, files := range o {
		entries, err := fs.ReadDir(files, name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		list = append(list, entries...)
	}
	return list, nil
}

func BenchmarkMigrateEmpty(b *testing.B) {
	for b.Loop() {
		db := databasetest.Empty(b)
		if _, err := database.Migrate(b.Context(), db.OwnerURL, database.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMigrateCurrent(b *testing.B) {
	db := databasetest.New(b)
	for b.Loop() {
		if _, err := database.Migrate(b.Context(), db.OwnerURL, database.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTestDatabase(b *testing.B) {
	for b.Loop() {
		databasetest.New(b)
	}
}
