package database_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mtbwiki/mtbwiki/database"
)

func TestErrorsOfPostgreSQL(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		code, message  string
		busy, replaced bool
	}{
		{"57014", "canceling statement due to statement timeout", true, false},
		{"57014", "canceling statement due to user request", false, false},
		{"55P03", "canceling statement due to lock timeout", true, false},
		{"53300", "sorry, too many clients already", true, false},
		{"40001", "could not serialize access due to concurrent update", true, false},
		{"40P01", "deadlock detected", true, false},
		{"57P03", "the database system is starting up", true, false},
		{"42501", "permission denied for table entity", false, false},
		{"23505", "duplicate key value", false, false},
		{"XX000", "cache lookup failed for function 4711", false, true},
		{"XX000", "could not open relation with OID 4711", false, true},
		{"XX000", "unexpected chunk number", false, false},
		{"0A000", "cached plan must not change result type", false, true},
		{"0A000", "cannot insert into view", false, false},
		{"42883", "function with OID 4711 does not exist", false, true},
		{"42883", "function api.trials(jsonb) does not exist", false, false},
		{"42P01", `relation "api.trials" does not exist`, false, false},
	} {
		err := fmt.Errorf("reading: %w", &pgconn.PgError{Code: test.code, Message: test.message})
		if got := errors.Is(database.Overload(err), database.ErrBusy); got != test.busy {
			t.Errorf("%s %s: busy %v, want %v", test.code, test.message, got, test.busy)
		}
		if got := database.Replaced(err); got != test.replaced {
			t.Errorf("%s %s: replaced %v, want %v", test.code, test.message, got, test.replaced)
		}
	}
	if database.Replaced(context.Canceled) || database.Replaced(nil) || errors.Is(database.Overload(context.Canceled), database.ErrBusy) {
		t.Error("an error of somebody else was taken for PostgreSQL's")
	}
}

func TestRefusal(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("saving: %w", &database.Refusal{Type: "Conflict", Message: "Somebody was faster."})
	if !errors.Is(err, database.ErrConflict) || errors.Is(err, database.ErrNotFound) {
		t.Errorf("%v is not only ErrConflict", err)
	}
	if got := err.Error(); got != "saving: Conflict: Somebody was faster." {
		t.Errorf("message %q", got)
	}
}
