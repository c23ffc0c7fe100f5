package catalogue_test

import (
	"context"
	"flag"
	"os"
	"testing"

	"github.com/aymanbagabas/go-udiff"
	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/database/catalogue"
	"github.com/mtbwiki/mtbwiki/postgres/postgrestest"
)

var update = flag.Bool("update", false, "write testdata/shop.txt instead of comparing it")

func connect(t *testing.T, script string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), postgrestest.New(t, postgrestest.Template{}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	if _, err := conn.Exec(t.Context(), script, pgx.QueryExecModeSimpleProtocol); err != nil {
		t.Fatal(err)
	}
	return conn
}

// TestText compares a schema that has one of everything with the text of it.
func TestText(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile("testdata/shop.sql")
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalogue.Read(t.Context(), connect(t, string(script)), "shop", "empty", "missing")
	if err != nil {
		t.Fatal(err)
	}
	got := c.Text()
	if *update {
		if err := os.WriteFile("testdata/shop.txt", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile("testdata/shop.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := udiff.Unified("testdata/shop.txt", "database", string(want), got); diff != "" {
		t.Errorf("text differs:\n%s", diff)
	}
}

// TestExtensions: what belongs to an extension is left out.
func TestExtensions(t *testing.T) {
	t.Parallel()
	c, err := catalogue.Read(t.Context(), connect(t, "CREATE SCHEMA ext; CREATE EXTENSION pg_trgm SCHEMA ext; CREATE FUNCTION ext.own() RETURNS int LANGUAGE sql AS 'SELECT 1'"), "ext")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range c.Functions {
		names = append(names, f.Identity())
	}
	if diff := cmp.Diff([]string{"ext.own()"}, names); diff != "" {
		t.Errorf("functions (-want +got):\n%s", diff)
	}
	want := []catalogue.Grant{{Role: "PUBLIC", Privilege: "EXECUTE"}}
	if diff := cmp.Diff(want, c.Functions[0].Grants); diff != "" {
		t.Errorf("rights that everybody has by default (-want +got):\n%s", diff)
	}
}

func TestReadError(t *testing.T) {
	t.Parallel()
	conn := connect(t, "SELECT 1")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := catalogue.Read(ctx, conn, "shop"); err == nil {
		t.Error("reading over a cancelled connection succeeded")
	}
}
