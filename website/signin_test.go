package website_test

import (
	"context"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mtbwiki/mtbwiki/website"
	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora", "riders")
	a := v.get("/trails/grin-and-granite").want(200, In(".me", Text("dora")), In("form.add-tip textarea[name=body]"), None("header a[href^=/sign-in]"))
	sound(t, a)
	calls := b.api.Calls()
	if got := calls[len(calls)-1].Caller.Username; got != "dora" {
		t.Errorf("the API sees %q, want dora", got)
	}
	// A copy of the cookies, as a thief would have it.
	site, err := url.Parse(b.url)
	if err != nil {
		t.Fatal(err)
	}
	thief := b.visitor()
	thief.http.Jar.SetCookies(site, v.http.Jar.Cookies(site))
	thief.get("/").want(200, In(".me", Text("dora")))
	v.post("/sign-out", nil).want(200, In("h1", Text("You are signed out")))
	v.get("/").want(200, None(".me"), Each("header a[href^=/sign-in]"))
	thief.get("/").want(200, None(".me"))
	if a := thief.still().get("/me"); a.status != 303 {
		t.Errorf("a copied cookie still opens /me after signing out: %d", a.status)
	}
}

func TestSignInGoesBack(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	b.rider("dora")
	for back, want := range map[string]string{
		"/trails/larch-line?lang=de":  "/trails/larch-line?lang=de",
		"https://elsewhere.example/":  "/",
		"//elsewhere.example/":        "/",
		`/\elsewhere.example`:         "/",
		"/sign-in?return=/":           "/",
		"javascript:alert(1)":         "/",
		"/%0d%0aSet-Cookie:%20x=1/ok": "/%0d%0aSet-Cookie:%20x=1/ok", // stays an escaped path of this site
	} {
		got := b.visitor().signIn2("dora", back)
		if got.at != b.url+want {
			t.Errorf("return=%q leads to %s, want %s", back, got.at, want)
		}
	}
}

// signIn2 is signIn for places that need not exist.
func (v *visitor) signIn2(name, back string) answer {
	v.b.t.Helper()
	form := v.get("/sign-in?return=" + url.QueryEscape(back))
	values := form.formValues("form")
	values.Set("username", name)
	values.Set("password", password)
	return v.postTo(v.b.url+"/identity/oauth2/authorize", values)
}

func TestSignInRefuses(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	b.rider("dora")
	// start makes an attempt and returns the callback's query as the issuer sent it.
	start := func(v *visitor) url.Values {
		values := v.get("/sign-in").formValues("form")
		values.Set("username", "dora")
		values.Set("password", password)
		c := *v.http
		c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		a := (&visitor{b: b, http: &c}).postTo(b.url+"/identity/oauth2/authorize", values)
		at, err := url.Parse(a.header.Get("Location"))
		if err != nil || at.Query().Get("code") == "" {
			t.Fatalf("the issuer sent %d to %q", a.status, a.header.Get("Location"))
		}
		return at.Query()
	}
	for name, change := range map[string]func(v *visitor, q url.Values) *visitor{
		"another state":            func(v *visitor, q url.Values) *visitor { q.Set("state", "x"); return v },
		"another browser":          func(v *visitor, q url.Values) *visitor { return b.visitor() },
		"another issuer":           func(v *visitor, q url.Values) *visitor { q.Set("iss", "https://other.example"); return v },
		"another code":             func(v *visitor, q url.Values) *visitor { q.Set("code", "x"); return v },
		"the issuer refused":       func(v *visitor, q url.Values) *visitor { q.Set("error", "access_denied"); return v },
		"another attempt's cookie": func(v *visitor, q url.Values) *visitor { v.get("/sign-in"); return v },
		"a code for another verify": func(v *visitor, q url.Values) *visitor {
			o := b.visitor()
			p := start(o)
			q.Set("code", p.Get("code"))
			return v
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := b.visitor()
			q := start(v)
			w := change(v, q)
			w.get("/sign-in/callback?"+q.Encode()).want(400, In("h1", Text("Signing in did not work")), In("header a.button", Attr("href", "/sign-in?return=%2f")), In("main a.button", Attr("href", "/sign-in")))
			w.get("/").want(200, None(".me"))
		})
	}
	t.Run("the code twice", func(t *testing.T) {
		v := b.visitor()
		q := start(v)
		v.get("/sign-in/callback?"+q.Encode()).want(200, In(".me", Text("dora")))
		v.get("/sign-in/callback?" + q.Encode()).want(400)
	})
}

func TestTamperedSessionIsNone(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	site, err := url.Parse(b.url)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range v.http.Jar.Cookies(site) {
		if c.Name != "session" {
			continue
		}
		first := "A"
		if strings.HasPrefix(c.Value, first) {
			first = "B"
		}
		for name, value := range map[string]string{"changed": first + c.Value[1:], "cut": c.Value[:len(c.Value)-4], "garbage": "%%%", "long": strings.Repeat("A", 3000)} {
			other := b.visitor()
			other.http.Jar.SetCookies(site, []*http.Cookie{{Name: "session", Value: value, Path: "/"}})
			if a := other.get("/"); a.status != 200 || strings.Contains(a.body, "Sign out") {
				t.Errorf("a %s cookie: %d", name, a.status)
			}
		}
		// A cookie of one name can't stand in for another.
		other := b.visitor()
		other.http.Jar.SetCookies(site, []*http.Cookie{{Name: "sign-in", Value: c.Value, Path: "/"}})
		other.get("/sign-in/callback?state=x&code=y").want(400)
	}
}

// With tokens that are about to expire, every request renews; requests at the
// same time share one renewal, because the issuer takes the second use of a
// refresh token for theft and ends the session.
func TestRenewal(t *testing.T) {
	t.Parallel()
	b := setup(t, options{tokenLifetime: 20 * time.Second})
	v := b.rider("dora")
	before := b.tokens.Load()
	site, err := url.Parse(b.url)
	if err != nil {
		t.Fatal(err)
	}
	old := v.http.Jar.Cookies(site)
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			w := b.visitor()
			w.http.Jar.SetCookies(site, old)
			resp, err := w.http.Get(b.url + "/proposals")
			if err != nil {
				t.Error(err)
				return
			}
			defer resp.Body.Close()
			if resp.Request.URL.Path != "/proposals" {
				t.Errorf("ended at %s", resp.Request.URL)
			}
		})
	}
	wait.Wait()
	if n := b.tokens.Load() - before; n != 1 {
		t.Errorf("six requests with one cookie renewed %d times, want once", n)
	}
	v.http.Jar.SetCookies(site, old)
	v.get("/me").want(200, In(".me", Text("dora")))
	v.get("/me").want(200, In(".me", Text("dora"))) // with the renewed cookie
	if n := b.tokens.Load() - before; n != 2 {
		t.Errorf("%d renewals, want 2", n)
	}
}

func TestSessionEndsWithTheAccount(t *testing.T) {
	t.Parallel()
	b := setup(t, options{tokenLifetime: 20 * time.Second})
	v := b.rider("dora")
	if err := b.pool.Disable(context.Background(), "dora"); err != nil {
		t.Fatal(err)
	}
	v.get("/").want(200, None(".me"))
	site, err := url.Parse(b.url)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range v.http.Jar.Cookies(site) {
		if strings.HasPrefix(c.Name, "session") {
			t.Errorf("cookie %s is still there", c.Name)
		}
	}
}

func TestIssuerDown(t *testing.T) {
	t.Parallel()
	b := setup(t, options{issuer: func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	}})
	v := b.visitor()
	v.get("/sign-in").want(503, In("h1", Text("Signing in is not possible just now")))
	v.get("/").want(200)
}

// Ended sessions stay ended over a restart.
func TestEndedSessionsAreKept(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "ended")
	var cfg website.Config
	b := setup(t, options{config: func(c *website.Config) { c.DenyFile = file; cfg = *c }})
	v := b.rider("dora")
	site, err := url.Parse(b.url)
	if err != nil {
		t.Fatal(err)
	}
	copied := v.http.Jar.Cookies(site)
	v.post("/sign-out", nil)
	again, err := website.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest("GET", b.url+"/proposals", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range copied {
		req.AddCookie(c)
	}
	w := newRecorder()
	again.ServeHTTP(w, req)
	if w.Code != http.StatusSeeOther {
		t.Errorf("the copied cookie of an ended session gets %d after a restart, want 303 to sign in", w.Code)
	}
}

func TestHTTPS(t *testing.T) {
	t.Parallel()
	var cfg website.Config
	setup(t, options{config: func(c *website.Config) { cfg = *c }})
	cfg.BaseURL = "https://mtb.example.org"
	site, err := website.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest("GET", "https://mtb.example.org/sign-in", nil)
	if err != nil {
		t.Fatal(err)
	}
	w := newRecorder()
	site.ServeHTTP(w, req)
	if got := w.Header().Get("Strict-Transport-Security"); got == "" {
		t.Error("no Strict-Transport-Security over https")
	}
	cookies := w.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatalf("%d cookies, want the attempt's", len(cookies))
	}
	if c := cookies[0]; c.Name != "__Host-sign-in" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
		t.Errorf("cookie %+v is not __Host-, Secure, HttpOnly and Lax", c)
	}
}

func TestNewRefusesBadConfigurations(t *testing.T) {
	t.Parallel()
	var good website.Config
	setup(t, options{config: func(c *website.Config) { good = *c }})
	for name, change := range map[string]func(*website.Config){
		"short key":        func(c *website.Config) { c.CookieKey = []byte("short") },
		"no endpoint":      func(c *website.Config) { c.Endpoint = "" },
		"no API key":       func(c *website.Config) { c.APIKey = "" },
		"no issuer":        func(c *website.Config) { c.Issuer = "" },
		"base with a path": func(c *website.Config) { c.BaseURL += "/wiki" },
		"base without":     func(c *website.Config) { c.BaseURL = "mtb.example.org" },
	} {
		cfg := good
		change(&cfg)
		if _, err := website.New(cfg); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
