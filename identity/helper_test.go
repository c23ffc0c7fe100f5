package identity_test

import (
	"context"
	"encoding/json"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/mtbwiki/mtbwiki/identity"
)

const password = "correct horse battery"

// clock is a time that only the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock {
	// go-oidc checks expiry against the real time in tests that use it, so the
	// clock starts there.
	return &clock{now: time.Now().Truncate(time.Second)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// bench is a pool behind a real server, with a user named ana.
type bench struct {
	*testing.T
	pool   *identity.Pool
	clock  *clock
	server *httptest.Server
	issuer string
	dir    string
	log    *logBook
	ana    identity.User
}

const (
	clientID    = "website"
	otherClient = "other"
	redirectURI = "http://127.0.0.1:9/callback"
	logoutURI   = "http://127.0.0.1:9/"
)

func newBench(t *testing.T, adjust ...func(*identity.Config)) *bench {
	t.Helper()
	b := &bench{T: t, clock: newClock(), dir: t.TempDir(), log: new(logBook)}
	b.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.pool.Handler().ServeHTTP(w, r)
	}))
	b.issuer = "http://" + b.server.Listener.Addr().String() + "/identity"
	cfg := b.config()
	for _, f := range adjust {
		f(&cfg)
	}
	pool, err := identity.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	b.pool = pool
	b.server.Start()
	t.Cleanup(b.server.Close)
	b.ana, err = pool.CreateUser(t.Context(), identity.User{
		Username: "Ana", Email: "ana@example.org", EmailVerified: true, Groups: []string{"riders", "moderators"},
	}, password)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) config() identity.Config {
	return identity.Config{
		Dir:    b.dir,
		Issuer: b.issuer,
		Clients: []identity.Client{
			{ID: clientID, RedirectURIs: []string{redirectURI, "http://127.0.0.1:9/other?fixed=1"}, LogoutURIs: []string{logoutURI}},
			{ID: otherClient, RedirectURIs: []string{redirectURI}},
		},
		Clock: b.clock.Now,
		Log:   slog.New(slog.NewTextHandler(b.log, nil)),
	}
}

// logBook collects the log of all pools of a bench.
type logBook struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (b *bench) oauth() *oauth2.Config {
	return &oauth2.Config{
		ClientID:    clientID,
		RedirectURL: redirectURI,
		Scopes:      []string{"openid", "email"},
		Endpoint:    oauth2.Endpoint{AuthURL: b.issuer + "/oauth2/authorize", TokenURL: b.issuer + "/oauth2/token"},
	}
}

// browser keeps cookies and does not follow redirects.
type browser struct {
	*http.Client
	t *testing.T
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, Client: &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// answer is a response that was read whole.
type answer struct {
	*http.Response
	body string
}

func (b *browser) do(req *http.Request) answer {
	b.t.Helper()
	res, err := b.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		b.t.Fatal(err)
	}
	return answer{res, string(body)}
}

func (b *browser) get(url string) answer {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, url, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(req)
}

func (b *browser) post(url string, form url.Values, header ...string) answer {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, url, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return b.do(req)
}

var (
	hiddenInput = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
	errorText   = regexp.MustCompile(`<p class="wrong" id="wrong" role="alert">([^<]*)</p>`)
)

// fields returns the hidden fields of the form on the page.
func (a answer) fields() url.Values {
	v := url.Values{}
	for _, m := range hiddenInput.FindAllStringSubmatch(a.body, -1) {
		v.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return v
}

// errorText is the message above the form.
func (a answer) errorText() string {
	if m := errorText.FindStringSubmatch(a.body); m != nil {
		return html.UnescapeString(m[1])
	}
	return ""
}

// query is the query of the redirect.
func (a answer) query(t *testing.T) url.Values {
	t.Helper()
	u, err := a.Location()
	if err != nil {
		t.Fatalf("status %d, no redirect: %v\n%s", a.StatusCode, err, a.body)
	}
	return u.Query()
}

func (a answer) json(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("status %d: %v in %q", a.StatusCode, err, a.body)
	}
	return v
}

// authURL is a valid authorization request; its verifier is given back.
func (b *bench) authURL(change ...string) (authURL, verifier string) {
	b.Helper()
	verifier = oauth2.GenerateVerifier()
	u, err := url.Parse(b.oauth().AuthCodeURL("some state", oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("nonce", "some nonce")))
	if err != nil {
		b.Fatal(err)
	}
	q := u.Query()
	for i := 0; i < len(change); i += 2 {
		if change[i+1] == "" {
			q.Del(change[i])
			continue
		}
		q.Set(change[i], change[i+1])
	}
	u.RawQuery = q.Encode()
	return u.String(), verifier
}

// submit fills the form of a page in and sends it.
func (b *bench) submit(br *browser, form answer, username, password string, header ...string) answer {
	b.Helper()
	fields := form.fields()
	fields.Set("username", username)
	fields.Set("password", password)
	return br.post(b.issuer+"/oauth2/authorize", fields, header...)
}

// code signs ana in and returns the code and its verifier.
func (b *bench) code() (code, verifier string) {
	b.Helper()
	br := newBrowser(b.T)
	u, verifier := b.authURL()
	res := b.submit(br, br.get(u), "ana", password)
	code = res.query(b.T).Get("code")
	if code == "" {
		b.Fatalf("no code: status %d, %s", res.StatusCode, res.Header.Get("Location"))
	}
	return code, verifier
}

// token posts to the token endpoint.
func (b *bench) token(pairs ...string) answer {
	b.Helper()
	return newBrowser(b.T).post(b.issuer+"/oauth2/token", values(pairs...))
}

func (b *bench) exchange(code, verifier string) answer {
	b.Helper()
	return b.token("grant_type", "authorization_code", "client_id", clientID, "code", code, "redirect_uri", redirectURI, "code_verifier", verifier)
}

func (b *bench) refresh(token string) answer {
	b.Helper()
	return b.token("grant_type", "refresh_token", "client_id", clientID, "refresh_token", token)
}

// userInfo returns the status of the userInfo endpoint.
func (b *bench) userInfo(access string) answer {
	b.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, b.issuer+"/oauth2/userInfo", nil)
	if err != nil {
		b.Fatal(err)
	}
	if access != "" {
		req.Header.Set("Authorization", "Bearer "+access)
	}
	return newBrowser(b.T).do(req)
}

func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
