package gql_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/mtbwiki/mtbwiki/website/fakeapi"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

// Every operation is one that the deployable schema allows.
func TestOperationsFitTheSchema(t *testing.T) {
	t.Parallel()
	sdl, err := os.ReadFile("../../api/deploy/schema.graphql")
	if err != nil {
		t.Fatalf("the deployable schema is made by go generate ./api: %v", err)
	}
	schema, err := fakeapi.Schema(string(sdl))
	if err != nil {
		t.Fatal(err)
	}
	names, err := gql.Operations()
	if err != nil {
		t.Fatal(err)
	}
	if len(names) < 20 {
		t.Errorf("only %d operations were found", len(names))
	}
	for _, name := range names {
		document, err := gql.Document(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, errs := gqlparser.LoadQueryWithRules(schema, document, rules.NewDefaultRules()); errs != nil {
			t.Errorf("%s: %v", name, errs)
		}
	}
	if _, err := gql.Document("Nothing"); err == nil {
		t.Error("an operation that is not there has a document")
	}
}

func server(t *testing.T, h http.HandlerFunc) *gql.Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	c, err := gql.New(gql.Config{Endpoint: s.URL, APIKey: "key"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCallerDecidesTheHeader(t *testing.T) {
	t.Parallel()
	var key, token string
	var body map[string]any
	c := server(t, func(w http.ResponseWriter, r *http.Request) {
		key, token = r.Header.Get("X-Api-Key"), r.Header.Get("Authorization")
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		_, _ = io.WriteString(w, `{"data":{"me":null}}`)
	})
	var out any
	if err := c.Do(context.Background(), gql.Caller{}, "Me", nil, &out); err != nil || key != "key" || token != "" {
		t.Errorf("anonymous: %v, key %q, token %q", err, key, token)
	}
	if err := c.Do(context.Background(), gql.Caller{Token: "t"}, "Me", map[string]any{"a": 1}, &out); err != nil || key != "" || token != "t" {
		t.Errorf("rider: %v, key %q, token %q", err, key, token)
	}
	if body["operationName"] != "Me" || !strings.HasPrefix(body["query"].(string), "query Me") {
		t.Errorf("body %v", body)
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		is     error  // errors.Is
		typ    string // of the first API error
		data   string // in out, whatever the error
	}{
		"data":              {200, `{"data":{"a":1}}`, nil, "", `{"a":1}`},
		"data and error":    {200, `{"data":{"a":1,"b":null},"errors":[{"path":["b"],"errorType":"Busy","message":"m"}]}`, nil, "Busy", `{"a":1,"b":null}`},
		"refused":           {200, `{"data":{"a":null},"errors":[{"path":["a"],"errorType":"Conflict","message":"m","errorInfo":{"currentVersion":4}}]}`, nil, "Conflict", `{"a":null}`},
		"validation":        {200, `{"data":null,"errors":[{"path":null,"message":"Validation error"}]}`, nil, "", ``},
		"unauthorized":      {401, `{"errors":[{"errorType":"UnauthorizedException","message":"x"}]}`, gql.ErrUnauthorized, "", ``},
		"overloaded":        {503, `busy`, gql.ErrUnavailable, "", ``},
		"not JSON":          {200, `<html>`, gql.ErrUnavailable, "", ``},
		"longer than bound": {200, `{"data":{"a":"` + strings.Repeat("x", gql.MaxAnswerBytes) + `"}}`, gql.ErrUnavailable, "", ``},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := server(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			})
			var out json.RawMessage
			err := client.Do(context.Background(), gql.Caller{}, "Me", nil, &out)
			if c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("error %v is not %v", err, c.is)
			}
			if got := gql.TypeOf(err); got != c.typ {
				t.Errorf("type %q, want %q (%v)", got, c.typ, err)
			}
			if name == "data" && err != nil {
				t.Error(err)
			}
			if name != "data" && err == nil {
				t.Error("no error")
			}
			if string(out) != c.data {
				t.Errorf("data %s, want %s", out, c.data)
			}
		})
	}
	c, err := gql.New(gql.Config{Endpoint: "http://127.0.0.1:1/graphql", APIKey: "k"})
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := c.Do(context.Background(), gql.Caller{}, "Me", nil, &out); !errors.Is(err, gql.ErrUnavailable) {
		t.Errorf("nobody there: %v", err)
	}
}

func TestErrorDetails(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]int{
		`{"errorInfo":{"currentVersion":4}}`:                   4,
		`{"data":{"currentVersion":5}}`:                        5,
		`{"data":{"id":"x"},"errorInfo":{"currentVersion":6}}`: 6,
		`{"errorInfo":"{\"currentVersion\":7}"}`:               7,
		`{"data":null,"errorInfo":null}`:                       -1,
		`{"errorInfo":"not json"}`:                             -1,
	} {
		var e gql.Error
		if err := json.Unmarshal([]byte(raw), &e); err != nil {
			t.Fatal(err)
		}
		d := struct{ CurrentVersion int }{-1}
		err := e.Decode(&d)
		if d.CurrentVersion != want || (err == nil) != (want >= 0) {
			t.Errorf("%s: %d, %v; want %d", raw, d.CurrentVersion, err, want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for _, cfg := range []gql.Config{{}, {Endpoint: "ftp://x", APIKey: "k"}, {Endpoint: "http://x"}, {Endpoint: "/graphql", APIKey: "k"}} {
		if _, err := gql.New(cfg); err == nil {
			t.Errorf("%+v is taken", cfg)
		}
	}
}
