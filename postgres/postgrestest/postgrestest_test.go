package postgrestest_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/postgres/postgrestest"
)

func query(t testing.TB, url, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var s string
	if err := conn.QueryRow(t.Context(), sql).Scan(&s); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return s
}

func exec(t testing.TB, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func TestNewGivesSeparateEmptyDatabases(t *testing.T) {
	t.Parallel()
	const tables = "SELECT count(*)::text FROM pg_class WHERE relname = 'x'"
	a := postgrestest.New(t, postgrestest.Template{})
	b := postgrestest.New(t, postgrestest.Template{})
	exec(t, a, "CREATE TABLE x (y int)")
	if got := query(t, a, tables); got != "1" {
		t.Errorf("the first database has %s tables x", got)
	}
	if got := query(t, b, tables); got != "0" {
		t.Errorf("the second database has %s tables x, made in the first", got)
	}
}

func TestTemplateIsBuiltOnceAndCopied(t *testing.T) {
	t.Parallel()
	var builds atomic.Int64
	tmpl := postgrestest.Template{Name: "Books!", Hash: fmt.Sprint("unique ", t.Name(), t.TempDir()), Build: func(ctx context.Context, url string) error {
		builds.Add(1)
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, "CREATE TABLE book (title text); INSERT INTO book VALUES ('Trails')")
		return err
	}}
	t.Run("parallel", func(t *testing.T) {
		for i := range 8 {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				url := postgrestest.New(t, tmpl)
				if got := query(t, url, "UPDATE book SET title = title || '!' RETURNING title"); got != "Trails!" {
					t.Errorf("title = %q, another test has written here", got)
				}
			})
		}
	})
	if n := builds.Load(); n != 1 {
		t.Errorf("the template was built %d times", n)
	}
}

// Old versions of a template make room for new ones, also under the feet of those
// who use them.
func TestOldTemplatesGo(t *testing.T) {
	t.Parallel()
	label := fmt.Sprintf("old_%d", time.Now().UnixNano())
	tmpl := func(version int) postgrestest.Template {
		return postgrestest.Template{Name: label, Hash: fmt.Sprint(version), Build: func(ctx context.Context, url string) error {
			conn, err := pgx.Connect(ctx, url)
			if err != nil {
				return err
			}
			defer conn.Close(ctx)
			_, err = conn.Exec(ctx, fmt.Sprintf("CREATE TABLE v AS SELECT %d AS n", version))
			return err
		}}
	}
	var url string
	for v := range 11 {
		url = postgrestest.New(t, tmpl(v))
	}
	if got := query(t, url, "SELECT count(*)::text FROM pg_database WHERE datname LIKE 'template\\_"+label+"%'"); got != "8" {
		t.Errorf("%s templates are kept", got)
	}
	if got := query(t, postgrestest.New(t, tmpl(0)), "SELECT n::text FROM v"); got != "0" {
		t.Errorf("version 0 holds %s", got)
	}
}

func BenchmarkNew(b *testing.B) {
	tmpl := postgrestest.Template{Name: "bench", Hash: "1", Build: func(ctx context.Context, url string) error {
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, "CREATE TABLE t AS SELECT i, md5(i::text) FROM generate_series(1, 10000) i")
		return err
	}}
	for b.Loop() {
		postgrestest.New(b, tmpl)
	}
}
