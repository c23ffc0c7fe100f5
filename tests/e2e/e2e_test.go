// Package e2e clicks through the wiki in headless Chromium, as a rider would:
// the whole local fabric on free ports, the real pages, the real sign-in.
package e2e

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/mtbwiki/mtbwiki/fabric"
)

// chromium finds the browser. Without one there is nothing to test with: the
// test says so, and fails where everything is required.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("MTBWIKI_REQUIRE_ALL") != "" {
		t.Fatal("no Chromium found, and MTBWIKI_REQUIRE_ALL asks for every test")
	}
	t.Skip("not run: no Chromium found; install it for the browser tests")
	return ""
}

// wiki starts the whole fabric for a test.
func wiki(t *testing.T) *fabric.Fabric {
	t.Helper()
	return wikiOn(t, nil)
}

// wikiOn starts it with other settings.
func wikiOn(t *testing.T, change func(*fabric.Config)) *fabric.Fabric {
	t.Helper()
	dir, err := os.MkdirTemp("", "mtbwiki-e2e-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	// Started by root, PostgreSQL runs as another user, who must get there.
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	cfg := fabric.Config{DataDir: filepath.Join(dir, "data"), Demo: true, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	if change != nil {
		change(&cfg)
	}
	f, err := fabric.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := f.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return f
}

// browser is a tab with a deadline for each step.
type browser struct {
	t   *testing.T
	tab context.Context
}

func newBrowser(t *testing.T, path string) *browser {
	t.Helper()
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(1280, 1000))...)
	t.Cleanup(cancel)
	tab, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	// The first run starts the browser; a deadline here would end it again.
	if err := chromedp.Do(tab, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, tab: tab}
}

func (b *browser) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.tab, 15*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v\n%s", what, err, b.where())
	}
}

func (b *browser) text(selector string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.tab, 15*time.Second)
	defer cancel()
	s, err := chromedp.Run(ctx, chromedp.Text(selector))
	if err != nil {
		b.t.Fatalf("reading %s: %v\n%s", selector, err, b.where())
	}
	return s
}

func (b *browser) where() string {
	ctx, cancel := context.WithTimeout(b.tab, 10*time.Second)
	defer cancel()
	at, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return err.Error()
	}
	body, err := chromedp.Run(ctx, chromedp.Text("body"))
	if err != nil {
		return at
	}
	if len(body) > 2000 {
		body = body[:2000]
	}
	return "at " + at + ":\n" + body
}

// follow clicks and waits until the address has changed to one with the part.
// The element itself is clicked, not a point of the window: fonts that arrive
// late move what is under a point.
func (b *browser) follow(what, selector, part string) {
	b.t.Helper()
	b.do(what, chromedp.WaitVisible(selector))
	b.until(what, "(document.querySelector("+quote(selector)+").click(), true)")
	b.until(what, "location.href.includes("+quote(part)+")")
}

// until polls a condition in the page; a page that is just being replaced can't
// answer and is asked again.
func (b *browser) until(what, condition string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.tab, 15*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.readyState === "complete" && (`+condition+`)`))
		if err == nil && ok {
			return
		}
		select {
		case <-ctx.Done():
			b.t.Fatalf("%s: waiting for %s (last error: %v)\n%s", what, condition, err, b.where())
		case <-tick.C:
		}
	}
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

func (b *browser) signIn(site string, a fabric.Account) {
	b.t.Helper()
	b.do("opening the sign-in", chromedp.Navigate(site+"/sign-in"))
	b.do("the sign-in form", chromedp.WaitVisible("#username"), chromedp.SendKeys("#username", a.Username), chromedp.SendKeys("#password", a.Password))
	b.follow("signing in", "button[type=submit], form button", site)
	b.until("after signing in", `!location.pathname.startsWith("/identity") && !location.pathname.startsWith("/sign-in")`)
}

func account(t *testing.T, f *fabric.Fabric, name string) fabric.Account {
	t.Helper()
	for _, a := range f.Accounts {
		if a.Username == name {
			return a
		}
	}
	t.Fatalf("there is no account %s", name)
	return fabric.Account{}
}

// From a question to a trail: home, results, system, trail.
func TestFromDiscoveryToATrail(t *testing.T) {
	path := chromium(t)
	f := wiki(t)
	site := f.Endpoints.Site
	b := newBrowser(t, path)
	b.do("home", chromedp.Navigate(site+"/"), chromedp.WaitVisible("form.discover"))
	b.do("asking", chromedp.SetValue("#month", "7"), chromedp.SetValue("#skill", "COMFORTABLE"), chromedp.SetValue("#days", "2"))
	b.follow("find", "form.discover button[type=submit], form.discover button:not([type])", "/where-to-ride?")
	results := b.text("main")
	for _, want := range []string{"July", "of 100", "Score"} {
		if !strings.Contains(results, want) {
			t.Errorf("the results don't say %q:\n%s", want, results)
		}
	}
	b.follow("the first suggestion", "main article h2 a, main .card h2 a, main h2 a", "/systems/")
	if s := b.text("main"); !strings.Contains(s, "Trails") {
		t.Errorf("the system page shows no trails:\n%s", s)
	}
	b.do("the invented ridge", chromedp.Navigate(site+"/systems/imaginary-ridge"))
	b.follow("a trail", `main :is(table, ul, ol, article) a[href="/trails/daydream-descent"]`, "/trails/daydream-descent")
	page := b.text("main")
	for _, want := range []string{"Daydream Descent", "Technical descending", "Consequence", "Line and elevation", "says"} {
		if !strings.Contains(page, want) {
			t.Errorf("the trail page doesn't say %q:\n%s", want, page)
		}
	}
	ctx, cancel := context.WithTimeout(b.tab, 15*time.Second)
	defer cancel()
	drawn, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.querySelectorAll("main svg path").length`))
	if err != nil || drawn < 5 {
		t.Errorf("%d paths are drawn (%v): axes, profile and map need more", drawn, err)
	}
	wide, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > document.documentElement.clientWidth + 1`))
	if err != nil || wide {
		t.Errorf("the page scrolls sideways (%v)", err)
	}
	// The same on a phone.
	b.do("a phone", chromedp.EmulateViewport(360, 740), chromedp.Reload())
	if wide, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > document.documentElement.clientWidth + 1`)); err != nil || wide {
		t.Errorf("on a phone the page scrolls sideways (%v)", err)
	}
}

// From sign-in to an edit with its revision and diff, and a tip.
func TestFromSignInToAnEdit(t *testing.T) {
	path := chromium(t)
	f := wiki(t)
	site := f.Endpoints.Site
	b := newBrowser(t, path)
	b.signIn(site, account(t, f, "rider"))

	b.do("a trail", chromedp.Navigate(site+"/trails/daydream-descent"), chromedp.WaitVisible("#add-tip"))
	const tip = "Look for the sun at four in the afternoon."
	b.do("writing a tip", chromedp.SendKeys("#add-tip textarea, #add-tip input[type=text]", tip))
	b.follow("adding it", "#add-tip button", "done=tip")
	if s := b.text("#tips"); !strings.Contains(s, tip) {
		t.Errorf("the tip doesn't show:\n%s", s)
	}

	b.follow("edit", `main a[href="/trails/daydream-descent/edit"]`, "/edit")
	const personality = "Thirty berms, and a thirty-first for those who look up."
	b.do("a new personality", chromedp.SetValue(`[name="personality"]`, personality), chromedp.SetValue(`[name="comment"]`, "Counted again"))
	b.until("saving", `(document.querySelector("form.edit").requestSubmit(), true)`)
	b.until("after saving", `!location.pathname.endsWith("/edit")`)
	b.do("the trail again", chromedp.Navigate(site+"/trails/daydream-descent"))
	if s := b.text("main"); !strings.Contains(s, personality) {
		t.Errorf("the edit doesn't show:\n%s", s)
	}
	b.do("history", chromedp.Navigate(site+"/trails/daydream-descent/history"))
	if s := b.text("main"); !strings.Contains(s, "Counted again") {
		t.Errorf("the history doesn't show the edit:\n%s", s)
	}
	b.follow("the revision", `main a[href*="/revisions/"]`, "/revisions/")
	diff := b.text("main")
	if !strings.Contains(diff, "Personality") || !strings.Contains(diff, "thirty-first") {
		t.Errorf("the diff doesn't show the change:\n%s", diff)
	}
}

// Pages answer with the headers and statuses that they should, without a browser.
func TestPagesOverHTTP(t *testing.T) {
	f := wiki(t)
	client := &http.Client{Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for path, want := range map[string]int{
		"/": 200, "/where-to-ride?month=7": 200, "/regions": 200, "/regions/invented-highlands": 200, "/systems": 200,
		"/systems/sedona": 200, "/systems/squamish": 200, "/trails/daydream-descent": 200, "/search?q=" + url.QueryEscape("imagnary"): 200,
		"/changes": 200, "/proposals": 303, "/about/difficulty": 200, "/trails/no-such-trail": 404, "/nowhere": 404,
	} {
		resp, err := client.Get(f.Endpoints.Site + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: status %d, want %d", path, resp.StatusCode, want)
		}
		if !strings.Contains(resp.Header.Get("Content-Security-Policy"), "default-src 'self'") {
			t.Errorf("%s: content policy %q", path, resp.Header.Get("Content-Security-Policy"))
		}
		if strings.Contains(string(body), "ZgotmplZ") || strings.Contains(string(body), "<no value>") {
			t.Errorf("%s: a template printed what it shouldn't", path)
		}
	}
}
