package identity_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/identity"
)

// fuzzPool has no accounts: what is fuzzed is what a stranger sends.
func fuzzPool(f *testing.F) *identity.Pool {
	f.Helper()
	pool, err := identity.Open(identity.Config{
		Dir: f.TempDir(), Issuer: "https://riders.example/identity", AllowSignUp: true,
		Clients: []identity.Client{{ID: "website", RedirectURIs: []string{redirectURI}, LogoutURIs: []string{logoutURI}}},
	})
	if err != nil {
		f.Fatal(err)
	}
	return pool
}

// FuzzFrontChannel sends any query to the pages: the server must not fail, and
// may redirect to registered URIs only.
func FuzzFrontChannel(f *testing.F) {
	pool := fuzzPool(f)
	valid := values("response_type", "code", "client_id", "website", "redirect_uri", redirectURI, "scope", "openid",
		"state", "s", "code_challenge_method", "S256", "code_challenge", strings.Repeat("A", 43)).Encode()
	for _, path := range []string{"/oauth2/authorize", "/signup", "/logout", "/password"} {
		for _, query := range []string{"", valid, valid + "&prompt=none", valid + "&login_hint=%00", "client_id=website&logout_uri=" + url.QueryEscape(logoutURI), "%zz&;"} {
			f.Add(path, query)
		}
	}
	f.Fuzz(func(t *testing.T, path, query string) {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/identity/", nil)
		r.URL = &url.URL{Path: "/identity" + path, RawQuery: query}
		pool.Handler().ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Fatalf("status %d", w.Code)
		}
		location := w.Header().Get("Location")
		if location == "" || strings.HasPrefix(location, "/identity") {
			return // ServeMux cleans paths by a redirect within the site
		}
		target, _, _ := strings.Cut(location, "?")
		if !slices.Contains([]string{redirectURI, logoutURI}, target) {
			t.Fatalf("redirect to %q", location)
		}
	})
}

// FuzzToken sends any form to the token endpoint, which has nothing to give.
func FuzzToken(f *testing.F) {
	pool := fuzzPool(f)
	f.Add("client_id=website&grant_type=refresh_token&refresh_token="+strings.Repeat("A", 86), "")
	f.Add("client_id=website&grant_type=authorization_code&code=x&code_verifier="+strings.Repeat("A", 43), "")
	f.Add("grant_type=authorization_code", "Basic d2Vic2l0ZTo=")
	f.Add("%zz", "Bearer x")
	f.Fuzz(func(t *testing.T, form, authorization string) {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, "/identity/oauth2/token", strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Authorization", authorization)
		pool.Handler().ServeHTTP(w, r)
		if w.Code < 400 || w.Code >= 500 {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
	})
}
