package helpers

import (
	"crypto/rand"
	"io"
	"log/slog"
	"time"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// The answers of $util.authType().
const (
	AuthIAM      = "IAM Authorization"
	AuthUserPool = "User Pool Authorization"
	AuthOIDC     = "Open ID Connect Authorization"
	AuthAPIKey   = "API Key Authorization"
)

// State belongs to the evaluation of one field: the templates of its resolver and
// pipeline functions share it. It is not safe for concurrent use.
type State struct {
	// AuthType is what $util.authType() answers, one of the constants above.
	AuthType string
	// TypeName and FieldName are named by $util.unauthorized().
	TypeName, FieldName string
	// Operation is "query", "mutation" or "subscription". $extensions works only in
	// the operation it is made for; empty lets it work in all.
	Operation string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Rand is the source of ids and random numbers; nil means crypto/rand.
	Rand io.Reader
	// Log gets what $util.log writes; nil drops it.
	Log *slog.Logger

	// Errors are those of $util.appendError, in order.
	Errors []*RaisedError
	// Headers are those of $util.http.addResponseHeader, in order, names as given;
	// of two with one name only the last is kept.
	Headers []Header
	// What $extensions asked for.
	Evictions                      []Eviction
	SubscriptionFilter             vtl.Value
	SubscriptionInvalidationFilter vtl.Value
	Invalidations                  []vtl.Value

	call call
}

// Header is a response header.
type Header struct{ Name, Value string }

// Eviction is a call of $extensions.evictFromApiCache.
type Eviction struct {
	Type, Field string
	// Keys are the caching keys ("context.arguments.id") with their values.
	Keys *vtl.Map
}

// NewState makes a state for a caller with an API key, with the real clock and
// randomness.
func NewState() *State { return &State{AuthType: AuthAPIKey} }

func (s *State) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

func (s *State) rand() io.Reader {
	if s.Rand != nil {
		return s.Rand
	}
	return rand.Reader
}

// RaisedError is an error that a template made on purpose. Fields that the
// template didn't give are empty or nil.
type RaisedError struct {
	Message   string
	ErrorType string
	Data      vtl.Value // to be cut to the selection set
	ErrorInfo vtl.Value
}

func (e *RaisedError) Error() string {
	if e.ErrorType == "" {
		return e.Message
	}
	return e.ErrorType + ": " + e.Message
}
