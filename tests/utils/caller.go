package utils

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"time"
)

// TB is what a caller needs of a test: a testing.TB, or a rapid.T.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
}

// Caller asks a GraphQL API as somebody: with a key, as a rider, without a credential.
// Ask, Read and Refused give errors, for gates and for what goes on while a server dies;
// Do, OK and Refuses end the test of [Caller.In] instead, for all others.
type Caller struct {
	// Sub is the claim of the token that says who it is; "" where there is no token.
	Sub string

	url     string
	header  http.Header
	client  *http.Client
	t       TB
	patient time.Duration
}

// NewCaller makes a caller of the API at url who shows himself by the header; nil is nobody.
func NewCaller(url string, header http.Header) *Caller {
	return &Caller{url: url, header: header}
}

// WithKey is the header of an API key.
func WithKey(key string) http.Header { return http.Header{"X-Api-Key": {key}} }

// WithToken is the header of a token of the user pool.
func WithToken(token string) http.Header { return http.Header{"Authorization": {token}} }

// In is the caller in a test, which ends when he is answered otherwise than he expects.
func (c *Caller) In(t TB) *Caller {
	in := *c
	in.t = t
	return &in
}

// Through is the caller with an HTTP client of its own.
func (c *Caller) Through(client *http.Client) *Caller {
	through := *c
	through.client = client
	return &through
}

// Patient is the caller who asks again, for so long, when the answer says that the database
// can't answer just now: it wakes up, or its functions are being replaced. Mutations aren't
// sent again, because nobody knows whether the first had its effect.
func (c *Caller) Patient(upTo time.Duration) *Caller {
	patient := *c
	patient.patient = upTo
	return &patient
}

// maxAnswer is the most bytes of an answer that are read: AppSync's limit and some more.
const maxAnswer = 8 << 20

// Ask sends a request and reads the answer, whatever it says. Its error is only of what
// came to no answer.
func (c *Caller) Ask(ctx context.Context, query string, variables map[string]any) (*Answer, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return nil, err
	}
	wait := 50 * time.Millisecond
	write := strings.HasPrefix(strings.TrimSpace(query), "mutation")
	for deadline := time.Now().Add(c.patient); ; wait *= 2 {
		a, err := c.send(ctx, body)
		if err != nil || write || !a.passing() || time.Now().Add(wait).After(deadline) {
			return a, err
		}
		select {
		case <-ctx.Done():
			return a, nil
		case <-time.After(wait):
		}
	}
}

func (c *Caller) send(ctx context.Context, body []byte) (_ *Answer, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	maps.Copy(request.Header, c.header)
	request.Header.Set("Content-Type", "application/json")
	client := c.client
	if client == nil {
		client = http.DefaultClient
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return nil, err
	}
	a := &Answer{Status: response.StatusCode, Header: response.Header, Raw: text}
	if err := json.Unmarshal(text, a); err != nil {
		return nil, fmt.Errorf("the answer is no JSON (status %d): %w: %.300s", response.StatusCode, err, text)
	}
	return a, nil
}

// Read asks and wants an answer without errors.
func (c *Caller) Read(ctx context.Context, query string, variables map[string]any) (*Answer, error) {
	a, err := c.Ask(ctx, query, variables)
	if err == nil {
		err = a.Failure()
	}
	if err != nil {
		return nil, err
	}
	return a, nil
}

// Refused asks and wants the refusal.
func (c *Caller) Refused(ctx context.Context, want Refusal, query string, variables map[string]any) error {
	a, err := c.Ask(ctx, query, variables)
	if err != nil {
		return err
	}
	return a.Refused(want)
}

// Do asks within a test and gives the answer, whatever it says.
func (c *Caller) Do(query string, variables map[string]any) *Answer {
	c.t.Helper()
	a, err := c.Ask(c.context(), query, variables)
	if err != nil {
		c.t.Fatalf("%s\nvariables %v: %v", strings.TrimSpace(query), variables, err)
	}
	return a
}

// OK is Do for requests that must succeed.
func (c *Caller) OK(query string, variables map[string]any) *Answer {
	c.t.Helper()
	a := c.Do(query, variables)
	if err := a.Failure(); err != nil {
		c.t.Fatalf("%s\nvariables %v: %v", strings.TrimSpace(query), variables, err)
	}
	return a
}

// Refuses is Do for requests that must be refused so.
func (c *Caller) Refuses(want Refusal, query string, variables map[string]any) *Answer {
	c.t.Helper()
	a := c.Do(query, variables)
	if err := a.Refused(want); err != nil {
		c.t.Fatalf("%s\nvariables %v: %v", strings.TrimSpace(query), variables, err)
	}
	return a
}

// context lasts as long as a request may take: clean-ups ask too, when the test's own is over.
func (c *Caller) context() context.Context { return context.Background() }

// Error is a GraphQL error as a client sees it.
type Error struct {
	Path      []any  `json:"path"`
	ErrorType string `json:"errorType"`
	Message   string `json:"message"`
	ErrorInfo any    `json:"errorInfo"`
}

// Answer of the API.
type Answer struct {
	Status int            `json:"-"`
	Header http.Header    `json:"-"`
	Raw    []byte         `json:"-"`
	Data   map[string]any `json:"data"`
	Errors []Error        `json:"errors"`
}

// Err tells the type of the first error, its message where it has no type, or "".
func (a *Answer) Err() string {
	if len(a.Errors) == 0 {
		return ""
	}
	if a.Errors[0].ErrorType == "" {
		return a.Errors[0].Message
	}
	return a.Errors[0].ErrorType
}

// Failure is what an answer that was to be without errors has against it; nil for nothing.
func (a *Answer) Failure() error {
	if a.Status != http.StatusOK || len(a.Errors) > 0 {
		return fmt.Errorf("status %d: %.2000s", a.Status, a.Raw)
	}
	return nil
}

// Refusal is an error that is expected; what is empty is not looked at.
type Refusal struct {
	// Type is the whole errorType.
	Type string
	// Says is a part of the message.
	Says string
	// Field is the field of Query or Mutation that was refused, by its name in the answer.
	Field string
	// Status of HTTP; 0 is 200.
	Status int
}

// Refused tells why an answer's first error isn't the one expected; nil when it is.
func (a *Answer) Refused(want Refusal) error {
	status := want.Status
	if status == 0 {
		status = http.StatusOK
	}
	if a.Status != status || len(a.Errors) == 0 {
		return fmt.Errorf("a refusal %+v was to come, not status %d: %.600s", want, a.Status, a.Raw)
	}
	e := a.Errors[0]
	if want.Type != "" && e.ErrorType != want.Type || !strings.Contains(e.Message, want.Says) ||
		want.Field != "" && (len(e.Path) == 0 || e.Path[0] != want.Field) {
		return fmt.Errorf("a refusal %+v was to come, not %.600s", want, a.Raw)
	}
	return nil
}

// passing tells whether the answer says that the same question will do in a moment: the
// database wakes up, or its functions are being replaced. Templates say it in these words.
func (a *Answer) passing() bool {
	return a.Err() == "InternalError" && strings.Contains(a.Errors[0].Message, "try again in a moment")
}

// Get follows names and indexes into the data; nil when they lead nowhere.
func (a *Answer) Get(path ...any) any {
	var v any = a.Data
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			l, _ := v.([]any)
			if p < 0 || p >= len(l) {
				return nil
			}
			v = l[p]
		default:
			return nil
		}
	}
	return v
}

// List is Get of a list; nil for anything else.
func (a *Answer) List(path ...any) []any {
	l, _ := a.Get(path...).([]any)
	return l
}

// Text is Get of a text; "" for anything else.
func (a *Answer) Text(path ...any) string {
	s, _ := a.Get(path...).(string)
	return s
}

// Number is Get of a whole number; 0 for anything else.
func (a *Answer) Number(path ...any) int {
	n, _ := a.Get(path...).(float64)
	return int(n)
}

// Decode takes a part of an answer's data as a T, such as one of package entity's types.
// It is an error when nothing is there.
func Decode[T any](a *Answer, path ...any) (out T, err error) {
	v := a.Get(path...)
	if v == nil {
		return out, fmt.Errorf("the answer has nothing at %v: %.600s", path, a.Raw)
	}
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		return out, fmt.Errorf("the answer at %v is no %T: %w", path, out, err)
	}
	return out, nil
}

// Read is OK with a part of the answer as a T:
//
//	trail := utils.Read[entity.Trail](caller, query, variables, "trail")
func Read[T any](c *Caller, query string, variables map[string]any, path ...any) T {
	c.t.Helper()
	out, err := Decode[T](c.OK(query, variables), path...)
	if err != nil {
		c.t.Fatalf("%s\nvariables %v: %v", strings.TrimSpace(query), variables, err)
	}
	return out
}
