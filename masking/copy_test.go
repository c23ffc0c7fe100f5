package masking_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/masking"
)

// named is a connection's address with another database.
func named(t *testing.T, url, name string) *pgx.ConnConfig {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	config.Database = name
	return config
}

// copies makes room for copies of a test's database, which nobody is connected to.
func copies(t *testing.T, db *databasetest.Databases) (server *pgx.Conn, from, to string) {
	t.Helper()
	config, err := pgx.ParseConfig(db.URL)
	if err != nil {
		t.Fatal(err)
	}
	from, to = config.Database, config.Database+"_gamma"
	server, err = pgx.ConnectConfig(t.Context(), named(t, db.URL, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, name := range []string{to, to + "_unmasked"} {
			if _, err := server.Exec(context.Background(), "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)"); err != nil {
				t.Error(err)
			}
		}
		if err := server.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return server, from, to
}

func exists(t *testing.T, server *pgx.Conn, name string) (there bool) {
	t.Helper()
	if err := server.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil {
		t.Fatal(err)
	}
	return there
}

// connects tells how somebody fares who wants to look into a database.
func connects(t *testing.T, url, name string) error {
	t.Helper()
	conn, err := pgx.ConnectConfig(t.Context(), named(t, url, name))
	if err != nil {
		return err
	}
	return conn.Close(t.Context())
}

func TestCopy(t *testing.T) {
	t.Parallel()
	db := world(t)
	server, from, to := copies(t, db)
	if _, err := masking.Copy(t.Context(), db.URL, to); !errors.Is(err, masking.ErrInUse) {
		t.Fatalf("while the test is connected: %v, want ErrInUse", err)
	}
	if _, err := masking.Copy(t.Context(), db.URL, from); err == nil || !strings.Contains(err.Error(), "another name") {
		t.Fatalf("onto itself: %v", err)
	}
	// Masking waits for a connection of this name, so that there is time to try the door.
	const goOn = "the test goes on"
	exec(t, db, `
		CREATE FUNCTION wiki.hold(subject text) RETURNS boolean LANGUAGE plpgsql AS $$
		BEGIN
		  WHILE current_database() LIKE '%\_unmasked' AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = '`+goOn+`') LOOP
		    PERFORM pg_sleep(0.02);
		    PERFORM pg_stat_clear_snapshot();
		  END LOOP;
		  RETURN true;
		END $$;
		ALTER TABLE wiki.person ADD CONSTRAINT hold CHECK (wiki.hold(subject))`)
	db.Admin.Close()
	db.Owner.Close()
	db.API.Close()

	done := make(chan error, 1)
	go func() {
		_, err := masking.Copy(t.Context(), db.URL, to)
		done <- err
	}()
	var refused *pgconn.PgError
	for began := time.Now(); ; {
		err := connects(t, db.APIURL, to+"_unmasked")
		if errors.As(err, &refused) && refused.Code == "42501" {
			break
		}
		if err == nil {
			t.Fatal("the API could connect to a copy that wasn't verified")
		}
		// Not made yet, or made and closed to all.
		if time.Since(began) > time.Minute {
			t.Fatalf("no copy to be seen: %v", err)
		}
	}
	if exists(t, server, to) {
		t.Error("the copy has its name before it is verified")
	}
	config := named(t, db.URL, "postgres")
	config.RuntimeParams["application_name"] = goOn
	signal, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err := signal.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if exists(t, server, to+"_unmasked") {
		t.Error("something is left behind")
	}
	if err := connects(t, db.APIURL, to); err != nil {
		t.Errorf("the API and the copy: %v", err)
	}
	look := func(name, sql string) string {
		conn, err := pgx.ConnectConfig(t.Context(), named(t, db.URL, name))
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := conn.Close(t.Context()); err != nil {
				t.Error(err)
			}
		}()
		return value(t, conn, sql)
	}
	const names = "SELECT count(*) FROM wiki.rider WHERE name = 'Berta Beispiel'"
	if got, source := look(to, names), look(from, names); got != "0" || source != "1" {
		t.Errorf("Berta is there %s times in the copy and %s times in the source", got, source)
	}

	// A copy that fails leaves the one that is there.
	conn, err := pgx.ConnectConfig(t.Context(), named(t, db.URL, from))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "ALTER TABLE wiki.person ADD COLUMN phone text"); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := masking.Copy(t.Context(), db.URL, to); err == nil || !strings.Contains(err.Error(), "person.phone") {
		t.Errorf("a column without class: %v", err)
	}
	if exists(t, server, to+"_unmasked") || look(to, names) != "0" {
		t.Error("a copy that failed left something behind or took something away")
	}
}
