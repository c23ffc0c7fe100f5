package rdsdata

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Error is what the Data API answers instead of a result.
type Error struct {
	Code       string // such as "DatabaseErrorException": the API's error name
	Message    string // as the API words it
	HTTPStatus int
	SQLState   string // PostgreSQL's code, empty if the error isn't PostgreSQL's

	err error
}

func (e *Error) Error() string { return "rdsdata: " + e.Code + ": " + e.Message }

// Unwrap gives the cause, such as a *pgconn.PgError or context.Canceled.
func (e *Error) Unwrap() error { return e.err }

// Names of the errors.
const (
	CodeAccessDenied        = "AccessDeniedException"
	CodeBadRequest          = "BadRequestException"
	CodeDatabaseError       = "DatabaseErrorException"
	CodeDatabaseNotFound    = "DatabaseNotFoundException"
	CodeDatabaseResuming    = "DatabaseResumingException"
	CodeDatabaseUnavailable = "DatabaseUnavailableException"
	CodeForbidden           = "ForbiddenException"
	CodeInternal            = "InternalServerErrorException"
	CodeInvalidSecret       = "InvalidSecretException"
	CodeNotFound            = "NotFoundException"
	CodeServiceUnavailable  = "ServiceUnavailableError"
	CodeStatementTimeout    = "StatementTimeoutException"
	CodeTransactionNotFound = "TransactionNotFoundException"
	CodeUnsupportedResult   = "UnsupportedResultException"
	CodeValidation          = "ValidationException"
)

var statuses = map[string]int{
	CodeAccessDenied:        http.StatusForbidden,
	CodeDatabaseNotFound:    http.StatusNotFound,
	CodeDatabaseUnavailable: http.StatusGatewayTimeout,
	CodeForbidden:           http.StatusForbidden,
	CodeInternal:            http.StatusInternalServerError,
	CodeNotFound:            http.StatusNotFound,
	CodeServiceUnavailable:  http.StatusServiceUnavailable,
	CodeTransactionNotFound: http.StatusNotFound,
}

func newError(code, format string, args ...any) *Error {
	status := statuses[code]
	if status == 0 {
		status = http.StatusBadRequest
	}
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), HTTPStatus: status}
}

func badRequest(format string, args ...any) *Error { return newError(CodeBadRequest, format, args...) }

func (e *Error) because(err error) *Error {
	e.err = err
	return e
}

// asError turns what the driver says into the API's error. p may be nil.
func asError(ctx context.Context, err error, p *parsed) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return databaseError(pg, p)
	}
	var connect *pgconn.ConnectError
	var network net.Error
	switch {
	case ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled):
		return newError(CodeInternal, "The request was canceled").because(err)
	case ctx.Err() != nil:
		return newError(CodeStatementTimeout, "Request timed out").because(err)
	case errors.As(err, &connect), errors.As(err, &network), pgconn.SafeToRetry(err):
		return newError(CodeDatabaseUnavailable, "The writer instance in the DB cluster isn't available.").because(err)
	}
	return newError(CodeInternal, "The connection to the database failed.").because(err)
}

func databaseError(pg *pgconn.PgError, p *parsed) *Error {
	code := CodeDatabaseError
	switch pg.Code {
	case "57014": // query_canceled
		if strings.Contains(pg.Message, "statement timeout") {
			e := newError(CodeStatementTimeout, "Request timed out").because(pg)
			e.SQLState = pg.Code
			return e
		}
	case "57P01", "57P02", "57P03": // shutting down, crashed, not yet up
		e := newError(CodeDatabaseUnavailable, "The writer instance in the DB cluster isn't available.").because(pg)
		e.SQLState = pg.Code
		return e
	}
	// The form seen from AWS: "ERROR: ...; Hint: ...; Position: 54; SQLState: 42883",
	// without the Detail that PostgreSQL sends (aurora-data-api #53, drizzle-orm
	// #2583), and "ERROR" also for what PostgreSQL calls FATAL (aws-cli #8577).
	var b strings.Builder
	b.WriteString("ERROR: ")
	b.WriteString(pg.Message)
	if pg.Hint != "" {
		b.WriteString("; Hint: " + pg.Hint)
	}
	if pg.Position > 0 {
		fmt.Fprintf(&b, "; Position: %d", p.originalPosition(int(pg.Position)))
	}
	b.WriteString("; SQLState: " + pg.Code)
	e := newError(code, "%s", b.String()).because(pg)
	e.SQLState = pg.Code
	return e
}
