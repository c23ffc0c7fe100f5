package rdsdata

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"

	"github.com/google/uuid"
)

// MaxRequestBody is how large a request may be, in bytes (user guide: 4 MiB).
const MaxRequestBody = 4 << 20

// HandlerOptions say what the HTTP server checks.
type HandlerOptions struct {
	// Authenticate, if set, judges a request before its body is looked into, for
	// instance by its Signature Version 4 for service "rds-data". An *Error it
	// returns is sent as it is, any other as AccessDeniedException.
	Authenticate func(r *http.Request, body []byte) error

	// ResourceARN and SecretARN, if set, are the only ones accepted. Both must be
	// in each request anyway.
	ResourceARN string
	SecretARN   string

	// Log gets errors that are this side's fault. nil: slog.Default.
	Log *slog.Logger
}

// Handler serves the Data API's HTTP interface: POST /Execute, /BatchExecute,
// /BeginTransaction, /CommitTransaction and /RollbackTransaction.
func Handler(s *Service, opts HandlerOptions) http.Handler {
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	h := &handler{s: s, opts: opts}
	mux := http.NewServeMux()
	handle(mux, h, "/Execute", s.ExecuteStatement)
	handle(mux, h, "/BatchExecute", s.BatchExecuteStatement)
	handle(mux, h, "/BeginTransaction", s.BeginTransaction)
	handle(mux, h, "/CommitTransaction", s.CommitTransaction)
	handle(mux, h, "/RollbackTransaction", s.RollbackTransaction)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		h.fail(w, r, newError("UnknownOperationException", "%s %s is no operation of the Data API", r.Method, shorten(r.URL.Path)))
	})
	return mux
}

type handler struct {
	s    *Service
	opts HandlerOptions
}

// target is what each request names besides its own members.
type target struct {
	ResourceARN string `json:"resourceArn"`
	SecretARN   string `json:"secretArn"`
	Database    string `json:"database"`
}

func handle[In, Out any](mux *http.ServeMux, h *handler, path string, call func(context.Context, *In) (*Out, error)) {
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxRequestBody))
		if err != nil {
			if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
				err = badRequest("The request is larger than %d bytes", MaxRequestBody)
			} else {
				err = badRequest("The request can't be read")
			}
			h.fail(w, r, err)
			return
		}
		if h.opts.Authenticate != nil {
			if err := h.opts.Authenticate(r, body); err != nil {
				var known *Error
				if !errors.As(err, &known) {
					known = newError(CodeAccessDenied, "%s", err.Error())
				}
				h.fail(w, r, known)
				return
			}
		}
		var t target
		var in In
		if err := json.Unmarshal(body, &t); err != nil {
			h.fail(w, r, newError("SerializationException", "The request is not the JSON expected: %s", err.Error()))
			return
		}
		if err := json.Unmarshal(body, &in); err != nil {
			h.fail(w, r, newError("SerializationException", "The request is not the JSON expected: %s", err.Error()))
			return
		}
		if e := h.check(&t); e != nil {
			h.fail(w, r, e)
			return
		}
		out, err := call(r.Context(), &in)
		if err != nil {
			h.fail(w, r, err)
			return
		}
		text, err := json.Marshal(out)
		if err != nil {
			h.fail(w, r, newError(CodeInternal, "The answer can't be written").because(err))
			return
		}
		h.write(w, r, http.StatusOK, text)
	})
}

func (h *handler) check(t *target) *Error {
	switch {
	case t.ResourceARN == "":
		return newError(CodeValidation, "1 validation error detected: Value null at 'resourceArn' failed to satisfy constraint: Member must not be null")
	case t.SecretARN == "":
		return newError(CodeValidation, "1 validation error detected: Value null at 'secretArn' failed to satisfy constraint: Member must not be null")
	case h.opts.ResourceARN != "" && t.ResourceARN != h.opts.ResourceARN:
		return badRequest("HttpEndpoint is not enabled for cluster %s", shorten(t.ResourceARN))
	case h.opts.SecretARN != "" && t.SecretARN != h.opts.SecretARN:
		return newError(CodeInvalidSecret, "The secret %s is not one of this database", shorten(t.SecretARN))
	}
	if own := h.s.pool.Config().ConnConfig.Database; t.Database != "" && t.Database != own {
		return newError(CodeDatabaseError, "ERROR: database %q does not exist; SQLState: 3D000", shorten(t.Database))
	}
	return nil
}

func (h *handler) write(w http.ResponseWriter, r *http.Request, status int, text []byte) {
	w.Header().Set("Content-Type", "application/json")
	if w.Header().Get("X-Amzn-RequestId") == "" {
		w.Header().Set("X-Amzn-RequestId", uuid.NewString())
	}
	w.WriteHeader(status)
	if _, err := w.Write(text); err != nil {
		h.opts.Log.DebugContext(r.Context(), "rdsdata: answer not sent", "error", err)
	}
}

func (h *handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	var e *Error
	if !errors.As(err, &e) {
		e = newError(CodeInternal, "An internal error occurred.").because(err)
	}
	id := uuid.NewString()
	w.Header().Set("X-Amzn-RequestId", id)
	w.Header().Set("X-Amzn-ErrorType", e.Code)
	if e.HTTPStatus >= 500 {
		h.opts.Log.ErrorContext(r.Context(), "rdsdata: request failed", "requestId", id, "code", e.Code, "error", e.err)
	}
	text := appendString([]byte(`{"message":`), e.Message)
	h.write(w, r, e.HTTPStatus, append(text, '}'))
}

// MarshalJSON writes the API's form: a member is there only if the statement and
// the request call for it.
func (o *ExecuteStatementOutput) MarshalJSON() ([]byte, error) {
	dst := []byte{'{'}
	member := func(name string) {
		if len(dst) > 1 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), name...), `":`...)
	}
	if o.ColumnMetadata != nil {
		member("columnMetadata")
		dst = appendMetadata(dst, o.ColumnMetadata)
	}
	if o.FormattedRecords != "" {
		member("formattedRecords")
		dst = appendString(dst, o.FormattedRecords)
	}
	if o.GeneratedFields != nil {
		member("generatedFields")
		dst = appendList(dst, o.GeneratedFields, func(dst []byte, f Field) []byte { return f.appendJSON(dst) })
	}
	member("numberOfRecordsUpdated")
	n, err := json.Marshal(o.NumberOfRecordsUpdated)
	if err != nil {
		return nil, err
	}
	dst = append(dst, n...)
	if o.Records != nil {
		member("records")
		dst = appendList(dst, o.Records, func(dst []byte, row []Field) []byte {
			return appendList(dst, row, func(dst []byte, f Field) []byte { return f.appendJSON(dst) })
		})
	}
	return append(dst, '}'), nil
}
