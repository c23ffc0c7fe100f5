package appsync_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/mtbwiki/mtbwiki/appsync"
	"github.com/mtbwiki/mtbwiki/appsync/auth"
)

const (
	apiKey = "da2-test"
	issuer = "https://pool.test/eu-west-1_x"
)

// signingKey is the user pool's key; RSA keys are slow to make.
var signingKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// token signs claims as the user pool would.
func token(t testing.TB, claims map[string]any) string {
	t.Helper()
	all := map[string]any{"iss": issuer, "token_use": "id", "aud": "app", "sub": "sub-1", "cognito:username": "ada",
		"exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix()}
	maps.Copy(all, claims)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: signingKey(), KeyID: "k1"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Signed(signer).Claims(all).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func booksAuth() auth.Config {
	keys := auth.StaticKeys{Keys: []jose.JSONWebKey{{Key: &signingKey().PublicKey, KeyID: "k1", Algorithm: "RS256"}}}
	return auth.Config{
		Default: auth.Provider{Mode: auth.APIKey, Keys: []auth.Key{{Value: apiKey}, {Value: "da2-old", Expires: time.Unix(1, 0)}}},
		Additional: []auth.Provider{
			{Mode: auth.UserPool, Issuer: issuer, Tokens: keys, ClientIDs: []string{"app"}},
			{Mode: auth.IAM, Principals: []auth.Principal{{AccessKeyID: "AKJOBS", SecretAccessKey: "s3cret", Username: "jobs", UserARN: "arn:aws:iam::000000000000:user/jobs",
				Allow: []string{"Query.b*", "Query.jobs"}}}},
		},
	}
}

// booksDefinition reads testdata/books.
func booksDefinition(t testing.TB) appsync.Definition {
	t.Helper()
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join("testdata", "books", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	template := func(name string) appsync.TemplateSource {
		return appsync.TemplateSource{Name: name, Text: read("templates/" + name)}
	}
	var file struct {
		DataSources map[string]string
		Functions   map[string]struct{ DataSource, Request, Response string }
		Resolvers   []struct {
			Type, Field, DataSource string
			Pipeline                []string
			Request, Response       string
			CachingKeys             []string
		}
	}
	if err := json.Unmarshal([]byte(read("definition.json")), &file); err != nil {
		t.Fatal(err)
	}
	d := appsync.Definition{Schema: read("schema.graphql"), Introspection: true, Auth: booksAuth(),
		DataSources: map[string]appsync.DataSourceConfig{}, Functions: map[string]appsync.FunctionConfig{}}
	for name, typ := range file.DataSources {
		d.DataSources[name] = appsync.DataSourceConfig{Type: typ}
	}
	for name, f := range file.Functions {
		d.Functions[name] = appsync.FunctionConfig{DataSource: f.DataSource, Request: template(f.Request), Response: template(f.Response)}
	}
	for _, r := range file.Resolvers {
		c := appsync.ResolverConfig{Type: r.Type, Field: r.Field, DataSource: r.DataSource, Pipeline: r.Pipeline,
			Request: template(r.Request), Response: template(r.Response)}
		if r.CachingKeys != nil {
			c.Caching = &appsync.Caching{TTL: time.Minute, Keys: r.CachingKeys}
		}
		d.Resolvers = append(d.Resolvers, c)
	}
	return d
}

// booksLambda is the Go function behind the data source "lambda".
func booksLambda() appsync.DataSource {
	var count atomic.Int64
	return appsync.Lambda(func(ctx context.Context, payload json.RawMessage) (json.RawMessage, error) {
		var in struct{ Mode string }
		if err := json.Unmarshal(payload, &in); err != nil {
			return nil, err
		}
		switch in.Mode {
		case "fail", "handled":
			return nil, &appsync.LambdaError{Message: "no luck", Type: "Custom"}
		case "plain":
			return nil, errors.New("plain failure")
		case "panic":
			panic("boom")
		case "null":
			return json.RawMessage("null"), nil
		case "nothing":
			return nil, nil
		case "garbage":
			return json.RawMessage("{"), nil
		case "count":
			return fmt.Appendf(nil, "\"call %d\"", count.Add(1)), nil
		case "slow":
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return payload, nil
	})
}

func newBooks(t testing.TB, change func(*appsync.Definition, *appsync.Options)) *appsync.API {
	t.Helper()
	d := booksDefinition(t)
	o := appsync.Options{DataSources: map[string]appsync.DataSource{"lambda": booksLambda()}, Log: slog.New(slog.DiscardHandler),
		Now: time.Now, Region: "eu-west-1"}
	if change != nil {
		change(&d, &o)
	}
	api, err := appsync.New(d, o)
	if err != nil {
		t.Fatal(err)
	}
	return api
}

// sections splits a case file at lines of the form "-- name --".
func sections(text string) map[string]string {
	out := map[string]string{}
	name := ""
	for line := range strings.Lines(text) {
		if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, "-- ") && strings.HasSuffix(trimmed, " --") {
			name = trimmed[3 : len(trimmed)-3]
			continue
		}
		out[name] += line
	}
	return out
}

// pretty prints a response: status, the headers that are compared, the body.
func pretty(t testing.TB, resp *http.Response, body []byte) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "%d\n", resp.StatusCode)
	for _, name := range slices.Sorted(maps.Keys(resp.Header)) {
		switch name {
		case "X-Amzn-Requestid", "Date", "Content-Length", "Content-Type":
			continue
		}
		fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(resp.Header[name], ", "))
	}
	b.WriteByte('\n')
	if len(body) > 0 {
		var indented bytes.Buffer
		if err := json.Indent(&indented, body, "", "  "); err != nil {
			t.Fatalf("the body is no JSON: %v\n%s", err, body)
		}
		b.WriteString(indented.String() + "\n")
	}
	return b.String()
}

// claims reads a case's claims.
func claims(t testing.TB, text string) map[string]any {
	t.Helper()
	if text == "" {
		return nil
	}
	var c map[string]any
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// graphQLBody makes a request body; variables is JSON or "".
func graphQLBody(query, variables string) string {
	text, err := json.Marshal(query)
	if err != nil {
		panic(err)
	}
	if variables == "" {
		variables = "null"
	}
	return `{"query":` + string(text) + `,"variables":` + variables + `}`
}
