package database_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	url := databasetest.New(t).APIURL
	called := false
	db, err := database.Open(ctx, database.Config{URL: url, MaxConns: 2, Name: "a test", BeforeConnect: func(context.Context, *pgx.ConnConfig) error {
		called = true
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if !called {
		t.Error("BeforeConnect was not called")
	}
	if n := db.Pool().Config().MaxConns; n != 2 {
		t.Errorf("the pool has %d connections", n)
	}
	var name, timeout string
	if err := db.With(ctx, func(conn *pgx.Conn) error {
		return conn.QueryRow(ctx, "SELECT current_setting('application_name'), current_setting('statement_timeout')").Scan(&name, &timeout)
	}); err != nil {
		t.Fatal(err)
	}
	if name != "a test" || timeout != "10s" {
		t.Errorf("application_name is %q, statement_timeout %q", name, timeout)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	empty := databasetest.Empty(t).APIURL
	migrated := databasetest.New(t).APIURL
	for _, test := range []struct {
		name string
		cfg  database.Config
		want string
	}{
		{"never migrated", database.Config{URL: empty}, "was never migrated"},
		{"no URL", database.Config{URL: "postgres://:x:y"}, "database: "},
		{"password", database.Config{URL: strings.Replace(migrated, "only-for-tests", "wrong-one", 1)}, "password authentication failed"},
		{"no server", database.Config{URL: "postgres://127.0.0.1:1/x", ConnectTimeout: time.Second}, "connecting"},
		{"negative", database.Config{URL: migrated, MaxConns: -1}, "must not be negative"},
		{"no such token", database.Config{URL: migrated, BeforeConnect: func(context.Context, *pgx.ConnConfig) error { return errors.New("no token") }}, "no token"},
	} {
		db, err := database.Open(t.Context(), test.cfg)
		if err == nil {
			db.Close()
			t.Errorf("%s: opened", test.name)
			continue
		}
		if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "wrong-one") {
			t.Errorf("%s: %v, want %q and no password", test.name, err, test.want)
		}
	}
}

// TestWithSheds: with all connections in use and the queue full, the next caller
// hears so at once.
func TestWithSheds(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db, err := database.Open(ctx, database.Config{URL: databasetest.New(t).APIURL, MaxConns: 1, MaxWaiting: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	inside, release := make(chan struct{}), make(chan struct{})
	first := make(chan error, 1)
	go func() {
		first <- db.With(ctx, func(*pgx.Conn) error {
			close(inside)
			<-release
			return nil
		})
	}()
	<-inside
	// Of three more, one waits, whichever, and the others are refused at once.
	answers := make(chan error, 3)
	for range 3 {
		go func() { answers <- db.With(ctx, func(*pgx.Conn) error { return nil }) }()
	}
	for range 2 {
		if err := <-answers; !errors.Is(err, database.ErrBusy) {
			t.Errorf("answer while the connection was in use: %v, want Busy", err)
		}
	}
	close(release)
	if err := <-first; err != nil {
		t.Error(err)
	}
	if err := <-answers; err != nil {
		t.Errorf("the one that waited: %v", err)
	}
}

func TestWithCancelled(t *testing.T) {
	t.Parallel()
	db, err := database.Open(t.Context(), database.Config{URL: databasetest.New(t).APIURL})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.With(ctx, func(*pgx.Conn) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}
