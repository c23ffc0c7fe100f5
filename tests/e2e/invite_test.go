package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// From a page without beta to a tip on it, without an account signed in: counted in
// clicks and fields, and timed.
func TestATipInUnderAMinute(t *testing.T) {
	path := chromium(t)
	f := wiki(t)
	b := newBrowser(t, path)
	rider := account(t, f, "rider")
	b.do("a trail nobody wrote about", chromedp.Navigate(f.Endpoints.Site+"/trails/full-nelson"), chromedp.WaitVisible("#tips"))
	if s := b.text("#tips"); !strings.Contains(s, "This trail has no beta yet. Rode it? Add a tip: one sentence") {
		t.Fatalf("the empty part doesn't invite:\n%s", s)
	}
	started := time.Now()
	clicks, fields := 0, 0
	click := func(what, selector, part string) {
		clicks++
		b.follow(what, selector, part)
	}
	write := func(what, selector, words string) {
		fields++
		b.do(what, chromedp.WaitVisible(selector), chromedp.SendKeys(selector, words))
	}
	click("the invitation", "#tips a.button", "/identity/")
	write("the name", "#username", rider.Username)
	write("the password", "#password", rider.Password)
	click("signing in", "button[type=submit], form button", "/trails/full-nelson")
	b.until("the cursor in the field", `document.activeElement && document.activeElement.id === "tip-body"`)
	write("the tip", "#tip-body", "Save some legs for the last ledge.")
	click("adding it", "#add-tip button", "done=tip")
	if s := b.text("#tips"); !strings.Contains(s, "Save some legs for the last ledge.") {
		t.Errorf("the tip doesn't show:\n%s", s)
	}
	took := time.Since(started)
	t.Logf("%d clicks, %d fields, %.1f s in a browser", clicks, fields, took.Seconds())
	if clicks > 3 || fields > 3 || took > time.Minute {
		t.Errorf("%d clicks and %d fields in %v; a rider has a minute", clicks, fields, took)
	}

	// Signed in, an invitation to a field is one click, one field and saving.
	b.do("the trail again", chromedp.Navigate(f.Endpoints.Site+"/trails/full-nelson"))
	b.follow("the invitation to describe it", `a[href$="/edit?field=description"]`, "/edit?field=description")
	b.until("the cursor in the description", `document.activeElement && document.activeElement.matches("textarea[name=description]")`)
	ctx, cancel := context.WithTimeout(b.tab, 15*time.Second)
	defer cancel()
	if seen, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`(() => { const r = document.activeElement.getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight })()`)); err != nil || !seen {
		t.Errorf("the field is out of sight (%v)", err)
	}
	b.do("describing it", chromedp.SendKeys(`textarea[name="description"]`, "Ledges, one after the other."))
	b.until("saving", `(document.querySelector("form.edit").requestSubmit(), true)`)
	b.until("after saving", `!location.pathname.endsWith("/edit")`)
	if s := b.text("main"); !strings.Contains(s, "Ledges, one after the other.") {
		t.Errorf("the description doesn't show:\n%s", s)
	}
}

// A first visit: from the home page to a translation without an account, and back
// with what the browser was told to remember.
func TestFirstVisit(t *testing.T) {
	path := chromium(t)
	f := wiki(t)
	b := newBrowser(t, path)
	b.do("home", chromedp.Navigate(f.Endpoints.Site+"/"), chromedp.WaitVisible("form.hero-home"), chromedp.SendKeys("#hero-place", "Daydream Descent"))
	b.follow("asking", "form.hero-home button", "know=trail%3Adaydream-descent")
	answer := b.text("#answer")
	for _, want := range []string{"opinion", "Start with", "Ratings by riders who know both places would make this measured"} {
		if !strings.Contains(answer, want) {
			t.Errorf("the first translation doesn't say %q:\n%s", want, answer)
		}
	}
	b.follow("remembering", `.keep button[value="keep"]`, "done=remembered")
	b.do("a trail", chromedp.Navigate(f.Endpoints.Site+"/trails/figment-of-imagination"), chromedp.WaitVisible("#for-you"))
	if s := b.text("#for-you"); !strings.Contains(s, "Daydream Descent") {
		t.Errorf("the trail says nothing for this reader:\n%s", s)
	}
	b.do("a phone", chromedp.EmulateViewport(390, 800), chromedp.Reload())
	for _, page := range []string{"/", "/your-home", "/trails/figment-of-imagination", "/routes/ridge-reverie"} {
		b.do("on a phone "+page, chromedp.Navigate(f.Endpoints.Site+page))
		b.until("shown", `document.querySelector("main") !== null`)
		ctx, cancel := context.WithTimeout(b.tab, 15*time.Second)
		if wide, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > document.documentElement.clientWidth + 1`)); err != nil || wide {
			t.Errorf("%s: on a phone the page scrolls sideways (%v)", page, err)
		}
		cancel()
	}
}
