package gql

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// MaxAnswerBytes bounds an answer. The Data API bounds what one field can hold
// to 1 MiB; a page asks for a few fields.
const MaxAnswerBytes = 8 << 20

// DefaultTimeout bounds a call when the HTTP client has no timeout of its own.
const DefaultTimeout = 15 * time.Second

// Config says where the API is and how anonymous readers are let in.
type Config struct {
	// Endpoint is the address that takes GraphQL over HTTP POST.
	Endpoint string
	// APIKey is sent for callers without a token; it only reads.
	APIKey string
	// Signed says that HTTP signs the calls for callers without a token (AWS_IAM), who
	// then need no key.
	Signed bool
	// HTTP makes the calls; nil means a client of its own with DefaultTimeout.
	HTTP *http.Client
}

// Client sends operations. It is safe for concurrent use.
type Client struct {
	endpoint string
	apiKey   string
	http     *http.Client
}

// New checks the configuration; it makes no call.
func New(cfg Config) (*Client, error) {
	u, err := url.Parse(cfg.Endpoint)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("gql: endpoint %q is not an http or https address", cfg.Endpoint)
	}
	if (cfg.APIKey == "") != cfg.Signed {
		return nil, errors.New("gql: anonymous readers need an API key, or calls that are signed, and not both")
	}
	c := &Client{endpoint: cfg.Endpoint, apiKey: cfg.APIKey, http: cfg.HTTP}
	if c.http == nil {
		c.http = &http.Client{Timeout: DefaultTimeout}
	}
	return c, nil
}

// Caller is who a call is made for.
type Caller struct {
	// Token is the rider's access token; empty means an anonymous reader.
	Token string
}

// Error is one error of an answer, as AppSync writes it.
type Error struct {
	Message string `json:"message"`
	// Type is one of the API's error types, such as NotFound or Conflict; empty
	// for documents that did not validate.
	Type string          `json:"errorType"`
	Data json.RawMessage `json:"data"`
	Info json.RawMessage `json:"errorInfo"`
	Path []any           `json:"path"`
}

func (e *Error) Error() string {
	if e.Type == "" {
		return e.Message
	}
	return e.Type + ": " + e.Message
}

// Field is the root field (or alias) that the error belongs to.
func (e *Error) Field() string {
	if len(e.Path) == 0 {
		return ""
	}
	s, _ := e.Path[0].(string)
	return s
}

// Decode reads the error's data into v. AppSync cuts `data` down to the
// selection set of the field and leaves `errorInfo` whole, so that the API puts
// machine-readable details there as well; errorInfo is read when it is present.
func (e *Error) Decode(v any) error {
	raw := e.Info
	if len(raw) == 0 || string(raw) == "null" {
		raw = e.Data
	}
	if len(raw) == 0 || string(raw) == "null" {
		return errors.New("gql: the error carries no data")
	}
	// A string holds JSON when a template passed it on as text.
	if raw[0] == '"' {
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return fmt.Errorf("gql: error data: %w", err)
		}
		raw = json.RawMessage(s)
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("gql: error data: %w", err)
	}
	return nil
}

// Errors are the errors of one answer, which may hold data as well.
type Errors []*Error

func (e Errors) Error() string {
	parts := make([]string, len(e))
	for i, one := range e {
		parts[i] = one.Error()
	}
	return strings.Join(parts, "; ")
}

// Of returns the first error of a root field, or nil.
func (e Errors) Of(field string) *Error {
	for _, one := range e {
		if one.Field() == field || one.Field() == "" {
			return one
		}
	}
	return nil
}

// TypeOf returns the type of the first typed API error in err, or "".
func TypeOf(err error) string {
	var list Errors
	if errors.As(err, &list) {
		for _, one := range list {
			if one.Type != "" {
				return one.Type
			}
		}
	}
	return ""
}

// First returns the first API error in err, or nil when err is of another kind.
func First(err error) *Error {
	var list Errors
	if errors.As(err, &list) && len(list) > 0 {
		return list[0]
	}
	return nil
}

// ErrUnavailable means that no usable answer came: the API could not be
// reached, was overloaded, or answered with something that is not GraphQL.
var ErrUnavailable = errors.New("the API does not answer")

// ErrUnauthorized means that the API refused the caller as such (HTTP 401): the
// token is no longer valid, or the API key is wrong.
var ErrUnauthorized = errors.New("the API refused the caller")

// Do sends the named operation and decodes its data into out. When the answer
// holds data and errors, out is filled and the error is of type Errors: fields
// that failed are null, and the caller decides whether it can do without them.
func (c *Client) Do(ctx context.Context, caller Caller, operation string, variables map[string]any, out any) error {
	document, err := Document(operation)
	if err != nil {
		return err
	}
	body, err := json.Marshal(map[string]any{
		"query":         document,
		"operationName": operation,
		"variables":     variables,
	})
	if err != nil {
		return fmt.Errorf("gql: variables of %s: %w", operation, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("gql: %s: %w", operation, err)
	}
	req.Header.Set("Content-Type", "application/json")
	switch {
	case caller.Token != "":
		req.Header.Set("Authorization", caller.Token)
	case c.apiKey != "":
		req.Header.Set("X-Api-Key", c.apiKey)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("gql: %s: %w: %w", operation, ErrUnavailable, err)
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, MaxAnswerBytes+1))
	if cerr := resp.Body.Close(); err == nil {
		err = cerr
	}
	switch {
	case err != nil:
		return fmt.Errorf("gql: %s: %w: reading the answer: %w", operation, ErrUnavailable, err)
	case len(answer) > MaxAnswerBytes:
		return fmt.Errorf("gql: %s: %w: the answer is longer than %d bytes", operation, ErrUnavailable, MaxAnswerBytes)
	case resp.StatusCode == http.StatusUnauthorized:
		return fmt.Errorf("gql: %s: %w", operation, ErrUnauthorized)
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("gql: %s: %w: HTTP %d: %.200s", operation, ErrUnavailable, resp.StatusCode, answer)
	}
	var decoded struct {
		Data   json.RawMessage `json:"data"`
		Errors Errors          `json:"errors"`
	}
	if err := json.Unmarshal(answer, &decoded); err != nil {
		return fmt.Errorf("gql: %s: %w: not a GraphQL answer: %w", operation, ErrUnavailable, err)
	}
	if len(decoded.Data) > 0 && string(decoded.Data) != "null" {
		if err := json.Unmarshal(decoded.Data, out); err != nil {
			return fmt.Errorf("gql: %s: the answer does not have the expected shape: %w", operation, err)
		}
	}
	if len(decoded.Errors) > 0 {
		return decoded.Errors
	}
	return nil
}
