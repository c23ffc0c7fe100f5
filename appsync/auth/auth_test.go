package auth_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/appsync/graphql"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

const pool, other = "https://pool.test/p", "https://oidc.test"

var keys = sync.OnceValue(func() [2]*rsa.PrivateKey {
	var out [2]*rsa.PrivateKey
	for i := range out {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		out[i] = k
	}
	return out
})

func keySet() jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &keys()[0].PublicKey, KeyID: "k", Algorithm: "RS256"}}}
}

var now = time.Unix(1_700_000_000, 0)

// sign makes a token; alg and key may be wrong on purpose.
func sign(t testing.TB, alg jose.SignatureAlgorithm, key any, kid string, claims map[string]any) string {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Signed(s).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func poolClaims(change map[string]any) map[string]any {
	c := map[string]any{"iss": pool, "sub": "s", "aud": "app", "token_use": "id", "exp": now.Unix() + 60, "cognito:username": "ada"}
	maps.Copy(c, change)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

func authenticator(t testing.TB, c auth.Config) *auth.Authenticator {
	t.Helper()
	a, err := auth.New(c, auth.Options{Region: "eu-west-1", Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func config() auth.Config {
	tokens := auth.KeyFunc(keySet)
	return auth.Config{
		Default: auth.Provider{Mode: auth.APIKey, Keys: []auth.Key{{Value: "key"}, {Value: "late", Expires: now}}},
		Additional: []auth.Provider{
			{Mode: auth.UserPool, Issuer: pool, Tokens: tokens, ClientIDs: []string{"app"}},
			{Mode: auth.OIDC, Issuer: other, Tokens: tokens, ClientIDPattern: "web-.", MaxAge: time.Hour},
			{Mode: auth.IAM, Principals: []auth.Principal{{AccessKeyID: "AK", SecretAccessKey: "sk", Username: "job", UserARN: "arn:job", Allow: []string{"Query.*"}}}},
		},
	}
}

func identify(a *auth.Authenticator, header, value string) (*auth.Identity, error) {
	h := http.Header{}
	h.Set(header, value)
	return a.Authenticate(context.Background(), auth.Credentials{Signed: auth.Signed{Method: "POST", Host: "h", URL: &url.URL{Path: "/graphql"}, Header: h}})
}

func TestTokens(t *testing.T) {
	t.Parallel()
	a := authenticator(t, config())
	good, stranger := keys()[0], keys()[1]
	for _, c := range []struct {
		name, token string
		refused     string // part of the reason; "" is accepted
	}{
		{"id token", sign(t, jose.RS256, good, "k", poolClaims(nil)), ""},
		{"with Bearer", "Bearer " + sign(t, jose.RS256, good, "k", poolClaims(nil)), ""},
		{"access token", sign(t, jose.RS256, good, "k", poolClaims(map[string]any{"aud": nil, "token_use": "access", "client_id": "app"})), ""},
		{"list of audiences", sign(t, jose.RS256, good, "k", poolClaims(map[string]any{"aud": []string{"x", "app"}})), ""},
		{"OIDC", sign(t, jose.RS256, good, "k", map[string]any{"iss": other, "sub": "o", "azp": "web-1", "iat": now.Unix() - 60, "exp": now.Unix() + 1}), ""},

		{"access token by aud", sign(t, jose.RS256, good, "k", poolClaims(map[string]any{"token_use": "access"})), "not accepted"},
		{"id token by client_id", sign(t, jose.RS256, good, "k", poolClaims(map[string]any{"aud": nil, "client_id": "app"})), "not accepted"},
		{"no token_use", sign(t, jose.RS256, good, "k", poolClaims(map[string]any{"token_use": nil})), "token_use"},
		{"no subject", sign(t, jose.RS256, good, "k", poolClaims(map[string]any{"sub": nil})), "subject"},
		{"expired now", sign(t, jose.RS256, good, "k", poolClaims(map[string]any{"exp": now.Unix()})), "expired"},
		{"no expiry", sign(t, jose.RS256, good, "k", poolClaims(map[string]any{"exp": nil})), "no expiry"},
		{"expiry as text", sign(t, jose.RS256, good, "k", poolClaims(map[string]any{"exp": "9999999999"})), "no expiry"},
		{"not yet valid", sign(t, jose.RS256, good, "k", poolClaims(map[string]any{"nbf": now.Unix() + 1})), "not valid before"},
		{"unknown issuer", sign(t, jose.RS256, good, "k", poolClaims(map[string]any{"iss": "https://x"})), "no configured issuer"},
		{"unknown kid", sign(t, jose.RS256, good, "z", poolClaims(nil)), "no signing key"},
		{"no kid", sign(t, jose.RS256, good, "", poolClaims(nil)), "names no key"},
		{"other key", sign(t, jose.RS256, stranger, "k", poolClaims(nil)), "signature"},
		{"RS512", sign(t, jose.RS512, good, "k", poolClaims(nil)), "RS256"},
		{"HS256 with the public key", sign(t, jose.HS256, []byte(strings.Repeat("k", 64)), "k", poolClaims(nil)), "RS256"},
		{"unsigned", "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL3Bvb2wudGVzdC9wIn0.", "RS256"},
		{"OIDC client", sign(t, jose.RS256, good, "k", map[string]any{"iss": other, "aud": "xweb-1", "iat": now.Unix(), "exp": now.Unix() + 1}), "not accepted"},
		{"OIDC too old", sign(t, jose.RS256, good, "k", map[string]any{"iss": other, "aud": "web-1", "iat": now.Unix() - 3601, "exp": now.Unix() + 1}), "older"},
		{"huge", strings.Repeat("a", 20_000), "bytes"},
		{"garbage", "a.b.c", "RS256"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for range 2 { // the second time from the cache
				_, err := identify(a, "Authorization", c.token)
				var refusal *auth.Refusal
				switch {
				case c.refused == "" && err != nil:
					t.Fatalf("refused: %v", err)
				case c.refused != "" && !errors.As(err, &refusal):
					t.Fatalf("error %v, want a refusal", err)
				case c.refused != "" && !strings.Contains(refusal.Reason, c.refused):
					t.Fatalf("reason %q lacks %q", refusal.Reason, c.refused)
				case c.refused != "" && refusal.Body() != `{"errors":[{"errorType":"UnauthorizedException","message":"You are not authorized to make this call."}]}`:
					t.Fatalf("body %s", refusal.Body())
				}
			}
		})
	}
}

func TestTokenCacheDoesNotOutliveToken(t *testing.T) {
	t.Parallel()
	var clock atomic.Int64
	clock.Store(now.Unix())
	a, err := auth.New(config(), auth.Options{Now: func() time.Time { return time.Unix(clock.Load(), 0) }})
	if err != nil {
		t.Fatal(err)
	}
	token := sign(t, jose.RS256, keys()[0], "k", poolClaims(nil))
	if _, err := identify(a, "Authorization", token); err != nil {
		t.Fatal(err)
	}
	clock.Add(60)
	if _, err := identify(a, "Authorization", token); err == nil {
		t.Error("a token was accepted after its expiry")
	}
}

func TestKeysOfTheAPI(t *testing.T) {
	t.Parallel()
	a := authenticator(t, config())
	for key, ok := range map[string]bool{"key": true, "late": false, "other": false, "KEY": false} {
		if _, err := identify(a, "X-Api-Key", key); (err == nil) != ok {
			t.Errorf("key %q: error %v", key, err)
		}
	}
}

func TestIdentityValues(t *testing.T) {
	t.Parallel()
	a := authenticator(t, config())
	id, err := identify(a, "Authorization", sign(t, jose.RS256, keys()[0], "k", map[string]any{"iss": other, "sub": "o", "aud": "web-1", "iat": now.Unix(), "exp": now.Unix() + 5}))
	if err != nil {
		t.Fatal(err)
	}
	text, err := vtl.AppendJSON(nil, id.Value())
	if err != nil {
		t.Fatal(err)
	}
	want := `{"claims":{"aud":"web-1","exp":1700000005,"iat":1700000000,"iss":"https://oidc.test","sub":"o"},"issuer":"https://oidc.test","sub":"o"}`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("identity (-want +got):\n%s", diff)
	}
	// What one template does to the value is not seen by the next.
	id.Value().(*vtl.Map).Put("sub", "changed")
	if v, _ := id.Value().(*vtl.Map).GetString("sub"); v != "o" {
		t.Errorf("sub is now %v", v)
	}
}

// signed makes a request signed by the AWS SDK.
func signed(t *testing.T, change func(r *http.Request)) auth.Credentials {
	t.Helper()
	const body = `{"query":"{ a }"}`
	r := httptest.NewRequest(http.MethodPost, "http://api.test/graphql/a%20b?x=1&b=%2F&b=a+b", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Custom", "  two   spaces ")
	if err := auth.SignRequest(r, []byte(body), "AK", "sk", "eu-west-1"); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(r)
	}
	return auth.Credentials{Signed: auth.Signed{Method: r.Method, Host: r.Host, URL: r.URL, Header: r.Header, Body: []byte(body)}}
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	at := func(when time.Time) *auth.Authenticator {
		a, err := auth.New(config(), auth.Options{Region: "eu-west-1", Now: func() time.Time { return when }})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	replace := func(name, old, new string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, strings.Replace(r.Header.Get(name), old, new, 1)) }
	}
	for _, c := range []struct {
		name    string
		shift   time.Duration
		change  func(*http.Request)
		body    string
		refused string
	}{
		{name: "good"},
		{name: "four minutes late", shift: 4 * time.Minute},
		{name: "six minutes late", shift: 6 * time.Minute, refused: "from now"},
		{name: "six minutes early", shift: -6 * time.Minute, refused: "from now"},
		{name: "other body", body: `{"query":"{ b }"}`, refused: "does not match"},
		{name: "other path", change: func(r *http.Request) { r.URL.Path, r.URL.RawPath = "/other", "" }, refused: "does not match"},
		{name: "other query", change: func(r *http.Request) { r.URL.RawQuery = "x=2&b=%2F&b=a+b" }, refused: "does not match"},
		{name: "other method", change: func(r *http.Request) { r.Method = "PUT" }, refused: "does not match"},
		{name: "other host", change: func(r *http.Request) { r.Host = "evil.test" }, refused: "does not match"},
		{name: "other header", change: func(r *http.Request) { r.Header.Set("X-Custom", "three") }, refused: "does not match"},
		{name: "other key", change: replace("Authorization", "=AK/", "=AKX/"), refused: "unknown"},
		{name: "other service", change: replace("Authorization", "/appsync/", "/s3/"), refused: "service"},
		{name: "other region", change: replace("Authorization", "/eu-west-1/", "/us-east-1/"), refused: "region"},
		{name: "host not signed", change: replace("Authorization", "host;", ""), refused: "not signed"},
		{name: "session token", change: func(r *http.Request) { r.Header.Set("X-Amz-Security-Token", "t") }, refused: "session token"},
		{name: "wrong content hash", change: func(r *http.Request) { r.Header.Set("X-Amz-Content-Sha256", "00") }, refused: "hash of the body"},
		{name: "no date", change: func(r *http.Request) { r.Header.Del("X-Amz-Date") }, refused: "X-Amz-Date"},
		{name: "cut off", change: func(r *http.Request) { r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AK") }, refused: "Credential"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			credentials := signed(t, c.change)
			if c.body != "" {
				credentials.Body = []byte(c.body)
			}
			id, err := at(time.Now().Add(c.shift)).Authenticate(context.Background(), credentials)
			var refusal *auth.Refusal
			switch {
			case c.refused == "" && err != nil:
				t.Fatalf("refused: %v", err)
			case c.refused == "" && id.Mode != auth.IAM:
				t.Fatalf("mode %s", id.Mode)
			case c.refused != "" && (!errors.As(err, &refusal) || !strings.Contains(refusal.Reason, c.refused)):
				t.Fatalf("error %v, want a refusal for %q", err, c.refused)
			}
		})
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	s, err := graphql.Load("s.graphql", `
type Query { open: T user: T @aws_cognito_user_pools both: T @aws_api_key @aws_cognito_user_pools group: T @aws_cognito_user_pools(cognito_groups: ["g", "h"]) iam: T @aws_iam oidc: T @aws_oidc }
type Mutation { iam: T @aws_iam }
type T @aws_cognito_user_pools { inherited: Int own: Int @aws_api_key }`)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := auth.NewRules(s, config())
	if err != nil {
		t.Fatal(err)
	}
	iam, err := authenticator(t, config()).Authenticate(context.Background(), signedNow(t))
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]*auth.Identity{"nobody": nil, "key": {Mode: auth.APIKey}, "user": {Mode: auth.UserPool}, "member": {Mode: auth.UserPool, Groups: []string{"h"}}, "oidc": {Mode: auth.OIDC}, "iam": iam}
	for field, allowed := range map[string]string{
		"Query.open": "key", "Query.user": "user member", "Query.both": "key user member", "Query.group": "member", "Query.iam": "iam", "Query.oidc": "oidc",
		"Mutation.iam": "", "T.inherited": "user member", "T.own": "key",
	} {
		typ, name, _ := strings.Cut(field, ".")
		for who, id := range ids {
			want := strings.Contains(" "+allowed+" ", " "+who+" ")
			if got := rules.Allows(id, s.Type(typ).Field(name)); got != want {
				t.Errorf("%s for %s: %v, want %v", field, who, got, want)
			}
		}
	}
}

// signedNow is a signature at the fixed clock of the tests.
func signedNow(t *testing.T) auth.Credentials {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://api.test/graphql", nil)
	if err := auth.SignAt(r, nil, "AK", "sk", "eu-west-1", now); err != nil {
		t.Fatal(err)
	}
	return auth.Credentials{Signed: auth.Signed{Method: r.Method, Host: r.Host, URL: r.URL, Header: r.Header}}
}

func TestUserPoolAlone(t *testing.T) {
	t.Parallel()
	s, err := graphql.Load("s.graphql", `type Query { plain: Int marked: Int @aws_cognito_user_pools group: Int @aws_auth(cognito_groups: ["g"]) }`)
	if err != nil {
		t.Fatal(err)
	}
	user, member := &auth.Identity{Mode: auth.UserPool}, &auth.Identity{Mode: auth.UserPool, Groups: []string{"g"}}
	for deny, want := range map[bool][3]bool{false: {true, true, false}, true: {false, true, false}} {
		rules, err := auth.NewRules(s, auth.Config{Default: auth.Provider{Mode: auth.UserPool, Issuer: pool, Tokens: auth.KeyFunc(keySet), Deny: deny}})
		if err != nil {
			t.Fatal(err)
		}
		f := func(name string) *graphql.Field { return s.Query.Field(name) }
		got := [3]bool{rules.Allows(user, f("plain")), rules.Allows(user, f("marked")), rules.Allows(user, f("group"))}
		if got != want {
			t.Errorf("deny %v: %v, want %v", deny, got, want)
		}
		if !rules.Allows(member, f("group")) {
			t.Error("a member is refused")
		}
	}
}

func TestConfigRefused(t *testing.T) {
	t.Parallel()
	key := auth.Provider{Mode: auth.APIKey, Keys: []auth.Key{{Value: "k"}}}
	pool1 := auth.Provider{Mode: auth.UserPool, Issuer: pool, Tokens: auth.KeyFunc(keySet)}
	for name, c := range map[string]struct {
		config auth.Config
		want   string
	}{
		"nothing":          {auth.Config{}, "no mode given"},
		"no keys":          {auth.Config{Default: auth.Provider{Mode: auth.APIKey}}, "at least one key"},
		"key twice":        {auth.Config{Default: key, Additional: []auth.Provider{key}}, "configured twice"},
		"pool twice":       {auth.Config{Default: pool1, Additional: []auth.Provider{pool1}}, "configured twice"},
		"lambda":           {auth.Config{Default: auth.Provider{Mode: "AWS_LAMBDA"}}, "not supported"},
		"no issuer":        {auth.Config{Default: auth.Provider{Mode: auth.OIDC}}, "issuer"},
		"deny of a second": {auth.Config{Default: key, Additional: []auth.Provider{{Mode: auth.UserPool, Issuer: pool, Tokens: auth.KeyFunc(keySet), Deny: true}}}, "DENY"},
		"policy":           {auth.Config{Default: auth.Provider{Mode: auth.IAM, Principals: []auth.Principal{{AccessKeyID: "a", SecretAccessKey: "b", Allow: []string{"all"}}}}}, "Type.field"},
	} {
		if _, err := auth.New(c.config, auth.Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v lacks %q", name, err, c.want)
		}
	}
	s, err := graphql.Load("s.graphql", `type Query { a: Int @aws_iam }`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := auth.NewRules(s, auth.Config{Default: key}); err == nil || !strings.Contains(err.Error(), "Query.a") {
		t.Errorf("a directive of a mode that is not configured: error %v", err)
	}
}

func TestRemoteKeys(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		if err := json.NewEncoder(w).Encode(keySet()); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	source := &auth.RemoteKeys{URL: server.URL}
	for range 3 {
		if _, err := source.Key(t.Context(), "k"); err != nil {
			t.Fatal(err)
		}
		if _, err := source.Key(t.Context(), "invented"); err == nil {
			t.Fatal("an invented key was found")
		}
	}
	if n := calls.Load(); n != 1 {
		t.Errorf("the key set was fetched %d times", n)
	}
}
