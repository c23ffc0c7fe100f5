package database

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Refusal is an answer of a use case other than success: expected, and meant for
// the caller to read.
type Refusal struct {
	Type    string          // such as "Conflict"; see the errors below
	Message string          // a sentence for people
	Data    json.RawMessage // more for programs, by type; nil: none
}

func (r *Refusal) Error() string { return r.Type + ": " + r.Message }

// Is makes errors.Is(err, ErrConflict) and its like work.
func (r *Refusal) Is(target error) bool {
	t, ok := target.(refusalType)
	return ok && string(t) == r.Type
}

// refusalType is the type of the errors to compare with.
type refusalType string

func (t refusalType) Error() string { return string(t) }

// The types of refusals, for errors.Is.
var (
	ErrUnauthorized     error = refusalType("Unauthorized")     // the actor may not do this
	ErrNotFound         error = refusalType("NotFound")         // it isn't there, or not for the actor
	ErrConflict         error = refusalType("Conflict")         // somebody was faster; Data has currentVersion
	ErrInvalidInput     error = refusalType("InvalidInput")     // Data may have field and constraint
	ErrProposalRequired error = refusalType("ProposalRequired") // a change that moderators review; Data has fields
	ErrProtected        error = refusalType("Protected")        // only moderators may change it for now
	ErrArchived         error = refusalType("Archived")         // it must be restored first
	ErrBlocked          error = refusalType("Blocked")          // the actor may not write for now
	ErrBusy             error = refusalType("Busy")             // trying again may help
	ErrTooMuch          error = refusalType("TooMuch")          // a limit on how much
	ErrInternal         error = refusalType("InternalError")    // a mistake of ours; Message has its number in the log
)

// Replaced tells whether a statement failed only because the views and functions
// under it were being replaced ([ApplyCode]). It had no effect, and trying once
// more will do.
func Replaced(err error) bool {
	var pgErr *pgconn.PgError
	if !errors.As(err, &pgErr) {
		return false
	}
	switch pgErr.Code {
	case "XX000":
		return strings.HasPrefix(pgErr.Message, "cache lookup failed for ") || strings.HasPrefix(pgErr.Message, "could not open relation with OID ")
	case "0A000":
		return strings.HasPrefix(pgErr.Message, "cached plan must not change result type")
	case "42883", "42P01": // gone between finding and using it
		return strings.Contains(pgErr.Message, "with OID")
	}
	return false
}

// overload turns PostgreSQL's ways to say "not now" into ErrBusy.
func overload(err error) error {
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) {
		busy := false
		switch pgErr.Code {
		case "57014": // a timeout of ours, or the caller gave up
			busy = strings.Contains(pgErr.Message, "timeout")
		case "55P03", // lock timeout
			"53300", "53400", // too many connections, limits
			"40001", "40P01", // serialization, deadlock
			"57P03": // starting up
			busy = true
		}
		if busy {
			return &Refusal{Type: "Busy", Message: "The database is busy; try again in a moment."}
		}
	}
	return err
}
