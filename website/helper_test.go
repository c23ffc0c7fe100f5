package website_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/mtbwiki/mtbwiki/identity"
	"github.com/mtbwiki/mtbwiki/website"
	"github.com/mtbwiki/mtbwiki/website/fakeapi"
	"github.com/mtbwiki/mtbwiki/website/htmltest"
)

const password = "correct horse battery staple"

// bundle is a site with its API and issuer, for one test.
type bundle struct {
	t      *testing.T
	api    *fakeapi.Server
	pool   *identity.Pool
	url    string
	log    *logBuffer
	tokens atomic.Int64 // requests to the issuer's token endpoint
}

type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

type options struct {
	tokenLifetime time.Duration
	prepare       func(*fakeapi.Server)
	config        func(*website.Config)
	issuer        func(http.Handler) http.Handler
}

func schema(t testing.TB) string {
	t.Helper()
	sdl, err := os.ReadFile("../api/deploy/schema.graphql")
	if err != nil {
		t.Fatalf("the deployable schema is made by go generate ./api: %v", err)
	}
	return string(sdl)
}

func setup(t *testing.T, o options) *bundle {
	t.Helper()
	b := &bundle{t: t, log: &logBuffer{}}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	b.url = server.URL
	var err error
	if b.api, err = fakeapi.New(schema(t)); err != nil {
		t.Fatal(err)
	}
	if o.prepare != nil {
		o.prepare(b.api)
	}
	log := slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	b.pool, err = identity.Open(identity.Config{
		Dir: t.TempDir(), Issuer: b.url + "/identity", TokenLifetime: o.tokenLifetime, RotationGrace: -1, Log: slog.New(slog.DiscardHandler),
		Clients: []identity.Client{{ID: "website", RedirectURIs: []string{b.url + "/sign-in/callback"}, LogoutURIs: []string{b.url + "/signed-out"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg := website.Config{
		Endpoint: b.url + "/graphql", APIKey: fakeapi.APIKey, Issuer: b.url + "/identity", ClientID: "website",
		CookieKey: bytes.Repeat([]byte{7}, 32), BaseURL: b.url, Log: log,
	}
	if o.config != nil {
		o.config(&cfg)
	}
	site, err := website.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	issuer := b.pool.Handler()
	if o.issuer != nil {
		issuer = o.issuer(issuer)
	}
	mux.Handle("/graphql", b.api)
	mux.HandleFunc("/identity/", func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/oauth2/token") {
			b.tokens.Add(1)
		}
		issuer.ServeHTTP(w, r)
	})
	mux.Handle("/", site)
	t.Cleanup(func() {
		for _, f := range b.api.Faults() {
			t.Errorf("API and schema disagree: %s", f)
		}
	})
	return b
}

// visitor is a browser without scripts: cookies, no caching.
type visitor struct {
	b    *bundle
	http *http.Client
}

func (b *bundle) visitor() *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return &visitor{b: b, http: &http.Client{Jar: jar}}
}

// rider is a visitor who has signed in through the issuer's form.
func (b *bundle) rider(name string, groups ...string) *visitor {
	b.t.Helper()
	if _, err := b.pool.CreateUser(context.Background(), identity.User{Username: name, Groups: groups}, password); err != nil {
		b.t.Fatal(err)
	}
	v := b.visitor()
	v.signIn(name, "/")
	return v
}

func (v *visitor) signIn(name, back string) answer {
	v.b.t.Helper()
	form := v.get("/sign-in?return=" + url.QueryEscape(back))
	values := form.formValues("form")
	values.Set("username", name)
	values.Set("password", password)
	got := v.postTo(v.b.url+"/identity/oauth2/authorize", values)
	if got.status != http.StatusOK || !strings.HasPrefix(got.at, v.b.url+"/") || strings.Contains(got.at, "/identity/") {
		v.b.t.Fatalf("signing in ended at %s with %d:\n%s", got.at, got.status, got.text())
	}
	return got
}

type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   string
	at     string // address after redirects
}

func (v *visitor) get(path string) answer {
	v.b.t.Helper()
	return v.do(http.MethodGet, v.b.url+path, nil, nil)
}

func (v *visitor) post(path string, values url.Values) answer {
	v.b.t.Helper()
	return v.postTo(v.b.url+path, values)
}

func (v *visitor) postTo(address string, values url.Values) answer {
	v.b.t.Helper()
	return v.do(http.MethodPost, address, strings.NewReader(values.Encode()), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
}

func (v *visitor) do(method, address string, body io.Reader, header http.Header) answer {
	v.b.t.Helper()
	req, err := http.NewRequest(method, address, body)
	if err != nil {
		v.b.t.Fatal(err)
	}
	for k, values := range header {
		req.Header[k] = values
	}
	resp, err := v.http.Do(req)
	if err != nil {
		v.b.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		v.b.t.Fatal(err)
	}
	return answer{t: v.b.t, status: resp.StatusCode, header: resp.Header, body: string(raw), at: resp.Request.URL.String()}
}

// still makes the visitor stop at redirects.
func (v *visitor) still() *visitor {
	c := *v.http
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &visitor{b: v.b, http: &c}
}

func (a answer) want(status int, checks ...htmltest.Checker) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Errorf("%s: status %d, want %d:\n%s", a.at, a.status, status, a.text())
	}
	htmltest.Check(a.t, a.body, checks...)
	return a
}

func (a answer) root() *html.Node {
	a.t.Helper()
	n, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		a.t.Fatal(err)
	}
	return n
}

func (a answer) text() string {
	s := htmltest.TextOf(a.root())
	if len(s) > 1500 {
		s = s[:1500]
	}
	return s
}

// formValues are what a browser would send for an untouched form.
func (a answer) formValues(selector string) url.Values {
	a.t.Helper()
	forms, err := htmltest.Find(a.root(), selector)
	if err != nil {
		a.t.Fatal(err)
	}
	if len(forms) == 0 {
		a.t.Fatalf("%s: there is no form %q:\n%s", a.at, selector, a.text())
	}
	values := url.Values{}
	controls, err := htmltest.Find(forms[0], "input[name], textarea[name], select[name]")
	if err != nil {
		a.t.Fatal(err)
	}
	for _, c := range controls {
		name := htmltest.Value(c, "name")
		switch c.Data {
		case "textarea":
			if c.FirstChild != nil {
				values.Add(name, c.FirstChild.Data)
			} else {
				values.Add(name, "")
			}
		case "select":
			options, err := htmltest.Find(c, "option")
			if err != nil {
				a.t.Fatal(err)
			}
			chosen := ""
			if len(options) > 0 {
				chosen = htmltest.Value(options[0], "value")
			}
			for _, o := range options {
				for _, at := range o.Attr {
					if at.Key == "selected" {
						chosen = htmltest.Value(o, "value")
					}
				}
			}
			values.Add(name, chosen)
		default:
			kind, checked := htmltest.Value(c, "type"), false
			for _, at := range c.Attr {
				checked = checked || at.Key == "checked"
			}
			if (kind == "checkbox" || kind == "radio") && !checked {
				continue
			}
			values.Add(name, htmltest.Value(c, "value"))
		}
	}
	return values
}

// attribute of the first element that a selector finds.
func (a answer) attribute(selector, name string) string {
	a.t.Helper()
	found, err := htmltest.Find(a.root(), selector)
	if err != nil || len(found) == 0 {
		a.t.Fatalf("%s: %d found, %v", selector, len(found), err)
	}
	return htmltest.Value(found[0], name)
}

// sent are the variables of the calls of an operation.
func (b *bundle) sent(operation string) []map[string]any {
	var out []map[string]any
	for _, c := range b.api.Calls() {
		if c.Operation == operation {
			out = append(out, c.Variables)
		}
	}
	return out
}

func input(t *testing.T, variables map[string]any) map[string]any {
	t.Helper()
	in, ok := variables["input"].(map[string]any)
	if !ok {
		t.Fatalf("variables %v hold no input", variables)
	}
	return in
}

func newRecorder() *httptest.ResponseRecorder { return httptest.NewRecorder() }
