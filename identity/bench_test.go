package identity_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mtbwiki/mtbwiki/identity"
)

// BenchmarkRefresh is what a signed-in reader costs once an hour; most of it is
// the fsync that makes the rotation durable.
func BenchmarkRefresh(b *testing.B) {
	pool, err := identity.Open(identity.Config{
		Dir: b.TempDir(), Issuer: "https://riders.example/identity",
		Clients: []identity.Client{{ID: clientID, RedirectURIs: []string{redirectURI}}},
		Log:     slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := pool.CreateUser(b.Context(), identity.User{Username: "ana"}, password); err != nil {
		b.Fatal(err)
	}
	tokens, err := pool.IssueTokens("ana", clientID)
	if err != nil {
		b.Fatal(err)
	}
	refresh := tokens.RefreshToken
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/identity/oauth2/token", strings.NewReader("grant_type=refresh_token&client_id="+clientID+"&refresh_token="+refresh))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		pool.Handler().ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatalf("status %d: %s", w.Code, w.Body)
		}
		_, rest, _ := strings.Cut(w.Body.String(), `"refresh_token":"`)
		refresh, _, _ = strings.Cut(rest, `"`)
	}
}

// BenchmarkSignIn is a password check by a user that exists and by one that does
// not: a stranger must not be able to tell them apart by time.
func BenchmarkSignIn(b *testing.B) {
	for _, name := range []string{"ana", "nobody"} {
		b.Run(name, func(b *testing.B) {
			now := newClock()
			pool, err := identity.Open(identity.Config{
				Clock: now.Now,
				Dir:   b.TempDir(), Issuer: "https://riders.example/identity",
				Clients: []identity.Client{{ID: clientID, RedirectURIs: []string{redirectURI}}},
				Log:     slog.New(slog.NewTextHandler(io.Discard, nil)),
			})
			if err != nil {
				b.Fatal(err)
			}
			if _, err := pool.CreateUser(b.Context(), identity.User{Username: "ana"}, password); err != nil {
				b.Fatal(err)
			}
			query := values("response_type", "code", "client_id", clientID, "redirect_uri", redirectURI, "code_challenge_method", "S256", "code_challenge", strings.Repeat("A", 43)).Encode()
			for b.Loop() {
				now.Advance(time.Minute) // so that no limit is met
				get := httptest.NewRecorder()
				pool.Handler().ServeHTTP(get, httptest.NewRequest(http.MethodGet, "/identity/oauth2/authorize?"+query, nil))
				form := answer{body: get.Body.String()}.fields()
				form.Set("username", name)
				form.Set("password", "wrong password")
				r := httptest.NewRequest(http.MethodPost, "/identity/oauth2/authorize", strings.NewReader(form.Encode()))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set("Cookie", strings.Split(get.Header().Get("Set-Cookie"), ";")[0])
				w := httptest.NewRecorder()
				pool.Handler().ServeHTTP(w, r)
				if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), wrongCredentials) {
					b.Fatalf("status %d: %s", w.Code, w.Body)
				}
			}
		})
	}
}
