package identity_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/mtbwiki/mtbwiki/identity"
)

// TestBrowser signs in with a real browser: the policy of the pages must let the
// form be sent and its answer lead back to the client, which only a browser can
// tell (form-action covers the redirect that answers a form).
func TestBrowser(t *testing.T) {
	t.Parallel()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "headless_shell"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium found; install one to run this test")
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Query().Get("code") != "" {
			_, _ = w.Write([]byte(`<title>back</title><p id="back">signed in</p>`))
		}
	}))
	t.Cleanup(site.Close)
	b := newBench(t, func(c *identity.Config) {
		c.Clients = []identity.Client{{ID: clientID, RedirectURIs: []string{site.URL + "/callback"}}}
	})

	allocator, cancel := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox)...)
	defer cancel()
	tab, cancel := chromedp.NewContext(allocator)
	defer cancel()
	u, _ := b.authURL("redirect_uri", site.URL+"/callback")
	if err := chromedp.Do(tab, chromedp.Navigate(u)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(tab, time.Minute)
	defer cancel()
	get := func(what string, a chromedp.Action[string]) string {
		t.Helper()
		s, err := chromedp.Run(ctx, a)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		return s
	}
	focused := get("focus", chromedp.Evaluate[string](`document.querySelector("[autofocus]").id`))
	height := get("style", chromedp.Evaluate[string](`getComputedStyle(document.querySelector("button")).minHeight`))
	if err := chromedp.Do(ctx, chromedp.SendKeys("#username", "ana"), chromedp.SendKeys("#password", "wrong password\r")); err != nil {
		t.Fatal(err)
	}
	message := get("message", chromedp.Text("#wrong"))
	if err := chromedp.Do(ctx, chromedp.SendKeys("#password", password+"\r")); err != nil {
		t.Fatal(err)
	}
	back := get("page of the client", chromedp.Text("#back"))
	if focused != "username" {
		t.Errorf("the cursor is meant to stand in %q", focused)
	}
	if height != "44px" {
		t.Errorf("the style did not apply: button height %q", height)
	}
	if message != wrongCredentials || !strings.Contains(back, "signed in") {
		t.Errorf("message %q, page after signing in %q", message, back)
	}
}
