package identity_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"golang.org/x/oauth2"

	"github.com/mtbwiki/mtbwiki/identity"
)

// TestFlow signs in the way a website does, with client libraries that know
// nothing of this package.
func TestFlow(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	provider, err := oidc.NewProvider(ctx, b.issuer)
	if err != nil {
		t.Fatal(err)
	}
	conf := &oauth2.Config{ClientID: clientID, RedirectURL: redirectURI, Scopes: []string{oidc.ScopeOpenID, "email"}, Endpoint: provider.Endpoint()}
	verifier := oauth2.GenerateVerifier()
	br := newBrowser(t)
	form := br.get(conf.AuthCodeURL("state 1", oidc.Nonce("nonce 1"), oauth2.S256ChallengeOption(verifier)))
	if form.StatusCode != http.StatusOK {
		t.Fatalf("form: status %d\n%s", form.StatusCode, form.body)
	}
	res := b.submit(br, form, " ANA ", password)
	location, err := res.Location()
	if err != nil {
		t.Fatalf("status %d: %v\n%s", res.StatusCode, err, res.body)
	}
	if got := location.Scheme + "://" + location.Host + location.Path; got != redirectURI {
		t.Fatalf("redirected to %s", got)
	}
	if q := location.Query(); q.Get("state") != "state 1" || q.Get("iss") != b.issuer {
		t.Errorf("state and iss: %v", q)
	}
	tokens, err := conf.Exchange(ctx, location.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	id, err := provider.Verifier(&oidc.Config{ClientID: clientID}).Verify(ctx, raw)
	if err != nil {
		t.Fatal(err)
	}
	if id.Nonce != "nonce 1" || id.Subject != b.ana.Sub {
		t.Errorf("nonce %q, subject %q", id.Nonce, id.Subject)
	}
	if err := id.VerifyAccessToken(tokens.AccessToken); err != nil {
		t.Error(err)
	}
	info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil {
		t.Fatal(err)
	}
	if info.Subject != b.ana.Sub || info.Email != "ana@example.org" || !info.EmailVerified {
		t.Errorf("user info: %+v", info)
	}

	// A refresh by the library, which treats the token as expired.
	old := *tokens
	old.Expiry = time.Now().Add(-time.Hour)
	fresh, err := conf.TokenSource(ctx, &old).Token()
	if err != nil {
		t.Fatal(err)
	}
	if fresh.RefreshToken == tokens.RefreshToken || fresh.AccessToken == tokens.AccessToken {
		t.Error("refresh gave the same tokens again")
	}
	raw, _ = fresh.Extra("id_token").(string)
	renewed, err := provider.Verifier(&oidc.Config{ClientID: clientID}).Verify(ctx, raw)
	if err != nil {
		t.Fatal(err)
	}
	if renewed.Nonce != "" {
		t.Errorf("a refreshed ID token has nonce %q", renewed.Nonce)
	}

	// Signing out.
	if res := br.post(b.issuer+"/oauth2/revoke", values("client_id", clientID, "token", fresh.RefreshToken)); res.StatusCode != http.StatusOK {
		t.Errorf("revoke: status %d, %s", res.StatusCode, res.body)
	}
	if res := b.refresh(fresh.RefreshToken); res.json(t)["error"] != "invalid_grant" {
		t.Errorf("refresh after revoke: %s", res.body)
	}
	if res := b.userInfo(fresh.AccessToken); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("user info after revoke: status %d", res.StatusCode)
	}
	if strings.Contains(b.log.String(), password) || strings.Contains(b.log.String(), fresh.RefreshToken) {
		t.Error("the log holds a secret")
	}
}

// TestClaims pins the claims of both tokens to those of a Cognito user pool.
func TestClaims(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	start := b.clock.Now().Unix()
	code, verifier := b.code()
	b.clock.Advance(5 * time.Second)
	res := b.exchange(code, verifier).json(t)
	if res["token_type"] != "Bearer" || res["expires_in"] != float64(3600) || res["scope"] != "email openid" {
		t.Errorf("token response: %v", res)
	}
	unstable := cmp.FilterPath(func(p cmp.Path) bool {
		switch p.Last().String() {
		case `["jti"]`, `["origin_jti"]`, `["at_hash"]`:
			return true
		}
		return false
	}, cmp.Comparer(func(a, b any) bool { return (a == nil) == (b == nil) }))
	common := map[string]any{
		"iss": b.issuer, "sub": b.ana.Sub, "auth_time": float64(start), "iat": float64(start + 5), "exp": float64(start + 3605),
		"cognito:groups": []any{"moderators", "riders"}, "jti": "", "origin_jti": "",
	}
	with := func(more map[string]any) map[string]any {
		all := map[string]any{}
		for _, m := range []map[string]any{common, more} {
			for k, v := range m {
				all[k] = v
			}
		}
		return all
	}
	id := b.claims(text(res["id_token"]))
	if diff := cmp.Diff(with(map[string]any{
		"aud": clientID, "token_use": "id", "cognito:username": "Ana", "email": "ana@example.org",
		"email_verified": true, "nonce": "some nonce", "at_hash": "",
	}), id, unstable); diff != "" {
		t.Errorf("ID token (-want +got):\n%s", diff)
	}
	access := b.claims(text(res["access_token"]))
	if diff := cmp.Diff(with(map[string]any{
		"client_id": clientID, "token_use": "access", "scope": "email openid", "username": "Ana",
	}), access, unstable); diff != "" {
		t.Errorf("access token (-want +got):\n%s", diff)
	}
	if id["origin_jti"] != access["origin_jti"] || id["jti"] == access["jti"] {
		t.Error("origin_jti must be shared by the session's tokens, jti by none")
	}
	if _, err := uuid.Parse(b.ana.Sub); err != nil {
		t.Errorf("sub %q: %v", b.ana.Sub, err)
	}

	// Without groups and address there are no such claims, as with Cognito.
	if _, err := b.pool.CreateUser(t.Context(), identity.User{Username: "bob"}, password); err != nil {
		t.Fatal(err)
	}
	tokens, err := b.pool.IssueTokens("bob", clientID)
	if err != nil {
		t.Fatal(err)
	}
	bare := b.claims(tokens.IDToken)
	for _, name := range []string{"cognito:groups", "email", "email_verified", "nonce"} {
		if v, ok := bare[name]; ok {
			t.Errorf("claim %s: %v", name, v)
		}
	}
}

// claims verifies a token with the published keys.
func (b *bench) claims(token string) map[string]any {
	b.Helper()
	var set jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(newBrowser(b.T).get(b.issuer+"/.well-known/jwks.json").body), &set); err != nil {
		b.Fatal(err)
	}
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		b.Fatal(err)
	}
	keys := set.Key(parsed.Headers[0].KeyID)
	if len(keys) != 1 || !keys[0].IsPublic() || keys[0].KeyID != b.pool.JWKS().Keys[0].KeyID {
		b.Fatalf("key %q: %v", parsed.Headers[0].KeyID, keys)
	}
	claims := map[string]any{}
	if err := parsed.Claims(keys[0], &claims); err != nil {
		b.Fatal(err)
	}
	return claims
}

func TestAuthorizeRefuses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tests := []struct {
		name   string
		change []string // of a valid request
		// code is the error sent to the client; empty when the person is told
		// instead, because the redirect URI is not to be trusted.
		code string
		text string
	}{
		{"unknown client", []string{"client_id", "evil"}, "", "client_id"},
		{"no client", []string{"client_id", ""}, "", "client_id"},
		{"no redirect", []string{"redirect_uri", ""}, "", "redirect_uri"},
		{"foreign redirect", []string{"redirect_uri", "https://evil.example/"}, "", "redirect_uri"},
		{"longer redirect", []string{"redirect_uri", redirectURI + "/x"}, "", "redirect_uri"},
		{"redirect with query", []string{"redirect_uri", redirectURI + "?x=1"}, "", "redirect_uri"},
		{"redirect in other case", []string{"redirect_uri", strings.ToUpper(redirectURI)}, "", "redirect_uri"},
		{"redirect to user info host", []string{"redirect_uri", "http://127.0.0.1:9@evil.example/callback"}, "", "redirect_uri"},
		{"redirect of another client", []string{"client_id", otherClient, "redirect_uri", "http://127.0.0.1:9/other?fixed=1"}, "", "redirect_uri"},
		{"huge state", []string{"state", strings.Repeat("x", 3000)}, "", "state"},
		{"implicit flow", []string{"response_type", "token"}, "unsupported_response_type", ""},
		{"no response type", []string{"response_type", ""}, "unsupported_response_type", ""},
		{"fragment mode", []string{"response_mode", "fragment"}, "invalid_request", "response_mode"},
		{"no PKCE", []string{"code_challenge", "", "code_challenge_method", ""}, "invalid_request", "PKCE"},
		{"plain PKCE", []string{"code_challenge_method", "plain"}, "invalid_request", "PKCE"},
		{"short challenge", []string{"code_challenge", "abc"}, "invalid_request", "PKCE"},
		{"odd challenge", []string{"code_challenge", strings.Repeat("=", 43)}, "invalid_request", "PKCE"},
		{"unknown scope", []string{"scope", "openid root"}, "invalid_scope", ""},
		{"huge scope", []string{"scope", strings.Repeat("openid ", 200)}, "invalid_scope", ""},
		{"huge nonce", []string{"nonce", strings.Repeat("n", 600)}, "invalid_request", "nonce"},
		{"silent", []string{"prompt", "none"}, "login_required", ""},
		{"request object", []string{"request", "x"}, "request_not_supported", ""},
		{"request by reference", []string{"request_uri", "https://evil.example/"}, "request_uri_not_supported", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u, _ := b.authURL(tt.change...)
			br := newBrowser(t)
			// The same must hold for what comes with the form.
			parsed, err := url.Parse(u)
			if err != nil {
				t.Fatal(err)
			}
			for method, res := range map[string]answer{
				"GET":  br.get(u),
				"POST": br.post(b.issuer+"/oauth2/authorize", parsed.Query()),
			} {
				if tt.code == "" {
					if res.StatusCode != http.StatusBadRequest || res.Header.Get("Location") != "" || !strings.Contains(res.body, tt.text) {
						t.Errorf("%s: status %d, location %q, want a page that names %s:\n%s", method, res.StatusCode, res.Header.Get("Location"), tt.text, res.body)
					}
					continue
				}
				if !strings.HasPrefix(res.Header.Get("Location"), redirectURI+"?") {
					t.Fatalf("%s: status %d, location %q", method, res.StatusCode, res.Header.Get("Location"))
				}
				q := res.query(t)
				if q.Get("error") != tt.code || !strings.Contains(q.Get("error_description"), tt.text) || q.Get("state") != "some state" || q.Get("iss") != b.issuer || q.Get("code") != "" {
					t.Errorf("%s: answer to the client: %v", method, q)
				}
			}
		})
	}
	t.Run("repeated parameter", func(t *testing.T) {
		t.Parallel()
		u, _ := b.authURL()
		if res := newBrowser(t).get(u + "&client_id=other"); res.StatusCode != http.StatusBadRequest || !strings.Contains(res.body, "client_id is given twice") {
			t.Errorf("status %d\n%s", res.StatusCode, res.body)
		}
	})
	t.Run("registered query is kept", func(t *testing.T) {
		t.Parallel()
		br := newBrowser(t)
		u, _ := b.authURL("redirect_uri", "http://127.0.0.1:9/other?fixed=1")
		q := b.submit(br, br.get(u), "ana", password).query(t)
		if q.Get("fixed") != "1" || q.Get("code") == "" {
			t.Errorf("query %v", q)
		}
	})
}

func TestCode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change []string // of a valid exchange
		wait   time.Duration
		ok     bool
	}{
		{name: "valid", ok: true},
		{name: "at the last second", wait: time.Minute, ok: true},
		{name: "expired", wait: time.Minute + time.Second},
		{name: "another client", change: []string{"client_id", otherClient}},
		{name: "another redirect", change: []string{"redirect_uri", "http://127.0.0.1:9/other?fixed=1"}},
		{name: "no redirect", change: []string{"redirect_uri", ""}},
		{name: "another verifier", change: []string{"code_verifier", oauth2.GenerateVerifier()}},
		{name: "unknown code", change: []string{"code", "unknown"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			code, verifier := b.code()
			b.clock.Advance(tt.wait)
			form := values("grant_type", "authorization_code", "client_id", clientID, "code", code, "redirect_uri", redirectURI, "code_verifier", verifier)
			for i := 0; i < len(tt.change); i += 2 {
				form.Set(tt.change[i], tt.change[i+1])
			}
			res := newBrowser(t).post(b.issuer+"/oauth2/token", form)
			if tt.ok {
				if res.StatusCode != http.StatusOK || text(res.json(t)["access_token"]) == "" {
					t.Fatalf("status %d, %s", res.StatusCode, res.body)
				}
				return
			}
			if res.StatusCode != http.StatusBadRequest || res.json(t)["error"] != "invalid_grant" {
				t.Fatalf("status %d, %s", res.StatusCode, res.body)
			}
			if tt.name == "unknown code" {
				return
			}
			// Whoever fails once has used the code up.
			if again := b.exchange(code, verifier); again.json(t)["error"] != "invalid_grant" {
				t.Errorf("second attempt: status %d, %s", again.StatusCode, again.body)
			}
		})
	}
}

func TestCodeReuseEndsSession(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	code, verifier := b.code()
	tokens := b.exchange(code, verifier).json(t)
	if res := b.userInfo(text(tokens["access_token"])); res.StatusCode != http.StatusOK {
		t.Fatalf("user info before: %d", res.StatusCode)
	}
	other, err := b.pool.IssueTokens("ana", clientID)
	if err != nil {
		t.Fatal(err)
	}
	if res := b.exchange(code, verifier); res.json(t)["error"] != "invalid_grant" {
		t.Errorf("second use: %s", res.body)
	}
	if res := b.refresh(text(tokens["refresh_token"])); res.json(t)["error"] != "invalid_grant" {
		t.Errorf("refresh after second use: %s", res.body)
	}
	if res := b.userInfo(text(tokens["access_token"])); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("user info after second use: %d", res.StatusCode)
	}
	if res := b.refresh(other.RefreshToken); res.StatusCode != http.StatusOK {
		t.Errorf("a session that has nothing to do with it: %s", res.body)
	}
}

func TestTokenEndpointRefuses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tests := []struct {
		name   string
		form   url.Values
		header []string
		status int
		code   string
	}{
		{"nothing", nil, nil, 401, "invalid_client"},
		{"unknown client", values("client_id", "evil", "grant_type", "refresh_token"), nil, 401, "invalid_client"},
		{"a secret", values("grant_type", "refresh_token"), []string{"Authorization", "Basic d2Vic2l0ZTpzZWNyZXQ="}, 401, "invalid_client"},
		{"two clients", values("client_id", otherClient, "grant_type", "refresh_token"), []string{"Authorization", "Basic d2Vic2l0ZTo="}, 401, "invalid_client"},
		{"client by Basic", values("grant_type", "refresh_token", "refresh_token", "x"), []string{"Authorization", "Basic d2Vic2l0ZTo="}, 400, "invalid_grant"},
		{"no grant type", values("client_id", clientID), nil, 400, "invalid_request"},
		{"password grant", values("client_id", clientID, "grant_type", "password", "username", "ana", "password", password), nil, 400, "unsupported_grant_type"},
		{"no verifier", values("client_id", clientID, "grant_type", "authorization_code", "code", "x"), nil, 400, "invalid_request"},
		{"odd verifier", values("client_id", clientID, "grant_type", "authorization_code", "code_verifier", strings.Repeat("é", 30)), nil, 400, "invalid_request"},
		{"no refresh token", values("client_id", clientID, "grant_type", "refresh_token"), nil, 400, "invalid_grant"},
		{"made-up refresh token", values("client_id", clientID, "grant_type", "refresh_token", "refresh_token", strings.Repeat("A", 86)), nil, 400, "invalid_grant"},
		{"repeated", values("client_id", clientID, "client_id", clientID), nil, 400, "invalid_request"},
		{"too large", values("client_id", strings.Repeat("x", 20_000)), nil, 413, "invalid_request"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			res := newBrowser(t).post(b.issuer+"/oauth2/token", tt.form, tt.header...)
			if res.StatusCode != tt.status || res.json(t)["error"] != tt.code {
				t.Errorf("status %d, %s, want %d %s", res.StatusCode, res.body, tt.status, tt.code)
			}
			if res.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("Cache-Control %q", res.Header.Get("Cache-Control"))
			}
		})
	}
}

func TestUserInfoRefuses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tokens, err := b.pool.IssueTokens("ana", clientID)
	if err != nil {
		t.Fatal(err)
	}
	if res := b.userInfo(tokens.AccessToken); res.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %s", res.StatusCode, res.body)
	}
	foreign := newBench(t)
	foreignTokens, err := foreign.pool.IssueTokens("ana", clientID)
	if err != nil {
		t.Fatal(err)
	}
	tampered := []byte(tokens.AccessToken)
	tampered[len(tampered)/2] ^= 1
	for name, token := range map[string]string{
		"none":             "",
		"not a token":      "x.y.z",
		"ID token":         tokens.IDToken,
		"refresh token":    tokens.RefreshToken,
		"of another pool":  foreignTokens.AccessToken,
		"tampered":         string(tampered),
		"unsigned":         "eyJhbGciOiJub25lIn0.e30.",
		"symmetric":        "eyJhbGciOiJIUzI1NiJ9.e30.c2ln",
		"without a scheme": " " + tokens.AccessToken,
	} {
		if res := b.userInfo(token); res.StatusCode != http.StatusUnauthorized || res.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: status %d", name, res.StatusCode)
		}
	}
	b.clock.Advance(time.Hour)
	if res := b.userInfo(tokens.AccessToken); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("expired: status %d", res.StatusCode)
	}
}

func TestLogout(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tests := []struct {
		name, query string
		status      int
		location    string
	}{
		{"Cognito's parameters", "client_id=website&logout_uri=" + url.QueryEscape(logoutURI), 302, logoutURI},
		{"OpenID Connect's parameters", "client_id=website&state=a%26b&post_logout_redirect_uri=" + url.QueryEscape(logoutURI), 302, logoutURI + "?state=a%26b"},
		{"nowhere to go", "client_id=website", 200, ""},
		{"foreign URI", "client_id=website&logout_uri=https://evil.example/", 400, ""},
		{"URI of another client", "client_id=other&logout_uri=" + url.QueryEscape(logoutURI), 400, ""},
		{"longer URI", "client_id=website&logout_uri=" + url.QueryEscape(logoutURI+"x"), 400, ""},
		{"unknown client", "client_id=evil&logout_uri=" + url.QueryEscape(logoutURI), 400, ""},
		{"repeated", "client_id=website&client_id=website", 400, ""},
		{"huge", "client_id=" + strings.Repeat("x", 9000), 414, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			res := newBrowser(t).get(b.issuer + "/logout?" + tt.query)
			if res.StatusCode != tt.status || res.Header.Get("Location") != tt.location {
				t.Errorf("status %d, location %q, want %d %q", res.StatusCode, res.Header.Get("Location"), tt.status, tt.location)
			}
		})
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for path, allow := range map[string]string{
		"/oauth2/token":     "POST",
		"/oauth2/revoke":    "POST",
		"/oauth2/authorize": "GET, POST",
		"/oauth2/userInfo":  "GET, POST",
		"/logout":           "GET",
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, b.issuer+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if res := newBrowser(t).do(req); res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != allow {
			t.Errorf("DELETE %s: status %d, Allow %q", path, res.StatusCode, res.Header.Get("Allow"))
		}
	}
	// A pool at the root of its host answers there.
	root := newBench(t, func(c *identity.Config) { c.Issuer = strings.TrimSuffix(c.Issuer, "/identity") })
	if res := newBrowser(t).get(strings.TrimSuffix(root.issuer, "/identity") + "/.well-known/openid-configuration"); res.StatusCode != http.StatusOK {
		t.Errorf("discovery at the root: status %d", res.StatusCode)
	}
}
