package database_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
)

func TestSetWritable(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t)
	conn, err := pgx.Connect(t.Context(), db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := conn.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	write := func() error {
		_, err := db.API.Exec(t.Context(), `SELECT * FROM api.create_rider('{"mode": "USER", "sub": "s", "username": "u"}', '{"name": "Ann"}')`)
		return err
	}
	for _, writable := range []bool{false, true, false, true} {
		if err := database.SetWritable(t.Context(), conn, writable); err != nil {
			t.Fatal(err)
		}
		var refused *pgconn.PgError
		switch err := write(); {
		case writable && err != nil:
			t.Errorf("writable, but %v", err)
		case !writable && (!errors.As(err, &refused) || refused.Code != "42501"):
			t.Errorf("not writable, but %v", err)
		}
		if _, err := db.API.Exec(t.Context(), `SELECT count(*) FROM api.trails('{"mode": "KEY"}', 'en')`); err != nil {
			t.Errorf("writable %t: reading: %v", writable, err)
		}
	}
}
