package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"sync"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/appsync"
	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/appsync/rdsdata"
	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/fabric"
)

// Statement is one statement as PostgreSQL takes it, with the types that the Data
// API declares. Kinds has one letter a value (s, i, f, b), n for a null, which the
// Data API declares as text.
type Statement struct {
	SQL    string `json:"sql"`
	Values []any  `json:"values"`
	Kinds  string `json:"kinds"`

	// names of the values in the template's spelling.
	names []string
}

// UnmarshalJSON gives each value back the type it had.
func (s *Statement) UnmarshalJSON(text []byte) error {
	type plain Statement
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode((*plain)(s)); err != nil {
		return err
	}
	if len(s.Kinds) != len(s.Values) {
		return fmt.Errorf("%d values of %d kinds", len(s.Values), len(s.Kinds))
	}
	for i, v := range s.Values {
		n, ok := v.(json.Number)
		if !ok {
			continue
		}
		var err error
		if s.Kinds[i] == 'i' {
			s.Values[i], err = n.Int64()
		} else {
			s.Values[i], err = n.Float64()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

var variable = regexp.MustCompile(`:[a-z_]+\b`)

// positional numbers the names in a statement of the Data API.
func positional(in *rdsdata.ExecuteStatementInput) (Statement, error) {
	var s Statement
	places := map[string]string{}
	kinds := []byte{}
	var problem error
	s.SQL = variable.ReplaceAllStringFunc(in.SQL, func(name string) string {
		if place, ok := places[name]; ok {
			return place
		}
		for _, p := range in.Parameters {
			if ":"+p.Name != name {
				continue
			}
			var typ string
			switch f := p.Value; {
			case f.StringValue != nil:
				s.Values, kinds, typ = append(s.Values, *f.StringValue), append(kinds, 's'), "text"
			case f.BooleanValue != nil:
				s.Values, kinds, typ = append(s.Values, *f.BooleanValue), append(kinds, 'b'), "boolean"
			case f.LongValue != nil:
				s.Values, kinds, typ = append(s.Values, *f.LongValue), append(kinds, 'i'), "bigint"
			case f.DoubleValue != nil:
				s.Values, kinds, typ = append(s.Values, *f.DoubleValue), append(kinds, 'f'), "double precision"
			case f.IsNull != nil:
				s.Values, kinds, typ = append(s.Values, nil), append(kinds, 'n'), "text"
			default:
				problem = fmt.Errorf("the value of %s is of a kind that the benchmark doesn't know", name)
				return name
			}
			s.names = append(s.names, name)
			places[name] = fmt.Sprintf("$%d::%s", len(s.Values), typ)
			return places[name]
		}
		problem = fmt.Errorf("the statement names %s, which has no value", name)
		return name
	})
	s.Kinds = string(kinds)
	return s, problem
}

// recorder is the wiki's API in this process, to learn what it asks the database.
type recorder struct {
	api *appsync.API

	mu         sync.Mutex
	statements []*rdsdata.ExecuteStatementInput
	results    []*rdsdata.Result
	service    *rdsdata.Service
}

func newRecorder(pool *pgxpool.Pool, issuer, clientID string, keys auth.KeySource) (*recorder, error) {
	definition, err := api.Load(api.FS)
	if err != nil {
		return nil, err
	}
	env, err := config.Load("alpha")
	if err != nil {
		return nil, err
	}
	r := &recorder{service: rdsdata.New(pool, rdsdata.Options{})}
	r.api, err = runtimeOn(definition, env, r, issuer, clientID, keys)
	return r, err
}

// runtimeOn makes the wiki's API on a database service.
func runtimeOn(definition *api.Definition, env *config.Environment, service appsync.RDSService, issuer, clientID string, keys auth.KeySource) (*appsync.API, error) {
	sources, err := fabric.DataSources(definition, service)
	if err != nil {
		return nil, err
	}
	return appsync.New(fabric.RuntimeDefinition(definition, env, issuer, []string{clientID}, keys, fabric.Credentials{APIKey: "da2-bench", AccessKeyID: "AKIABENCH", SecretAccessKey: "bench"}),
		appsync.Options{DataSources: sources, Log: slog.New(slog.DiscardHandler)})
}

// Query implements appsync.RDSService.
func (r *recorder) Query(ctx context.Context, in *rdsdata.ExecuteStatementInput) (*rdsdata.Result, error) {
	out, err := r.service.Query(ctx, in)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.statements, r.results = append(r.statements, in), append(r.results, out)
	return out, err
}

func (r *recorder) close() { r.service.Close() }

// memory is a ResponseWriter that keeps what is written.
type memory struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (m *memory) Header() http.Header         { return m.header }
func (m *memory) WriteHeader(status int)      { m.status = status }
func (m *memory) Write(b []byte) (int, error) { return m.body.Write(b) }

// serve asks an API in this process.
func serve(ctx context.Context, h http.Handler, body []byte, header http.Header) (*memory, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = header
	m := &memory{header: http.Header{}, status: http.StatusOK}
	h.ServeHTTP(m, req)
	return m, nil
}

// recording is what a question made the API ask the database, and what it answered.
type recording struct {
	answer     []byte
	statements []Statement
	results    []*rdsdata.Result
}

// record asks one question.
func (r *recorder) record(ctx context.Context, body []byte, header http.Header) (*recording, error) {
	r.mu.Lock()
	r.statements, r.results = nil, nil
	r.mu.Unlock()
	m, err := serve(ctx, r.api, body, header)
	if err != nil {
		return nil, err
	}
	if m.status != http.StatusOK || bytes.Contains(m.body.Bytes(), []byte(`"errors":[`)) {
		return nil, fmt.Errorf("the API answered status %d: %s", m.status, shorten(m.body.Bytes()))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.statements) == 0 {
		return nil, errors.New("the API asked the database nothing")
	}
	rec := &recording{answer: m.body.Bytes(), results: r.results}
	for _, in := range r.statements {
		s, err := positional(in)
		if err != nil {
			return nil, err
		}
		rec.statements = append(rec.statements, s)
	}
	return rec, nil
}

// check compares an answer with what the statements said: each object that the
// paths lead to must be one of the rows' JSON objects, cut to the selection. So
// the runtime and its ceiling are known to say the same, and neither is ahead by
// leaving something out.
func (rec *recording) check(paths [][]string) error {
	var rows []any
	for _, result := range rec.results {
		object := ""
		for i := range result.Len() {
			text, ok := result.Text(i, 0)
			if !ok || len(text) == 0 || object == "" && text[0] != '{' {
				continue
			}
			// A large object comes in parts, a row each.
			if object += text; !json.Valid([]byte(object)) {
				continue
			}
			row, err := decode([]byte(object))
			if err != nil {
				return fmt.Errorf("a row of the database: %w", err)
			}
			rows = append(rows, row)
			object = ""
		}
		if object != "" {
			return fmt.Errorf("a row of the database is no whole object: %s", shorten([]byte(object)))
		}
	}
	answer, err := decode(rec.answer)
	if err != nil {
		return err
	}
	data := answer.(map[string]any)["data"]
	found := 0
	for _, path := range paths {
		for _, node := range follow(data, path) {
			found++
			var first error
			for _, row := range rows {
				err := within(node, row, "")
				if err == nil {
					first = nil
					break
				}
				if first == nil || len(rows) > 1 && sameID(node, row) {
					first = err
				}
			}
			if first != nil {
				return fmt.Errorf("the answer at %v is no part of what the database said: %w", path, first)
			}
			if len(rows) == 0 {
				return errors.New("the database gave no rows")
			}
		}
	}
	if found == 0 && len(rows) > 0 { // nothing may be the right answer
		return fmt.Errorf("the answer has nothing at %v: %s", paths, shorten(rec.answer))
	}
	return nil
}

func decode(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

// follow gives what is at a path; lists are followed into each member.
func follow(v any, path []string) []any {
	if list, ok := v.([]any); ok {
		var out []any
		for _, item := range list {
			out = append(out, follow(item, path)...)
		}
		return out
	}
	if len(path) == 0 {
		if v == nil {
			return nil
		}
		return []any{v}
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	return follow(m[path[0]], path[1:])
}

func sameID(a, b any) bool {
	x, ok1 := a.(map[string]any)
	y, ok2 := b.(map[string]any)
	return ok1 && ok2 && x["id"] != nil && x["id"] == y["id"]
}

// within tells whether a is b with some members of objects left out.
func within(a, b any, at string) error {
	switch a := a.(type) {
	case map[string]any:
		m, ok := b.(map[string]any)
		if !ok {
			return fmt.Errorf("%s is an object on one side only", at)
		}
		for name, v := range a {
			if err := within(v, m[name], at+"/"+name); err != nil {
				return err
			}
		}
		return nil
	case []any:
		l, ok := b.([]any)
		if !ok || len(l) != len(a) {
			return fmt.Errorf("%s is a list of %d on one side only", at, len(a))
		}
		for i := range a {
			if err := within(a[i], l[i], fmt.Sprintf("%s/%d", at, i)); err != nil {
				return err
			}
		}
		return nil
	case json.Number:
		n, ok := b.(json.Number)
		if !ok {
			return fmt.Errorf("%s is %v on one side and %v on the other", at, a, b)
		}
		x, err1 := a.Float64()
		y, err2 := n.Float64()
		if err := errors.Join(err1, err2); err != nil || x != y {
			return fmt.Errorf("%s is %v on one side and %v on the other", at, a, b)
		}
		return nil
	}
	if a != b {
		return fmt.Errorf("%s is %v on one side and %v on the other", at, a, b)
	}
	return nil
}
