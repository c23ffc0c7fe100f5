package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A rider plans a trip from an answer of discovery, puts a route into it, and gives the
// link away; whoever has it reads the plan without an account.
func TestATripIsPlanned(t *testing.T) {
	path := chromium(t)
	f := wiki(t)
	site := f.Endpoints.Site
	b := newBrowser(t, path)
	b.do("the site", chromedp.Navigate(site+"/"))
	b.signIn(site, account(t, f, "rider"))
	b.do("asking", chromedp.Navigate(site+"/where-to-ride?month=7&skill=COMFORTABLE&days=2&invented=yes"), chromedp.WaitVisible("li.suggestion form.save-trip"))
	b.follow("planning a trip there", "li.suggestion form.save-trip button", "done=trip")
	b.do("a route", chromedp.Navigate(site+"/routes/ridge-reverie"), chromedp.WaitVisible("a[href^='/trips/add']"))
	b.follow("adding it", "a[href^='/trips/add']", "/trips/add")
	b.follow("to the first day", "form[action='/trips/add'] button", "done=planned")
	b.until("who comes along", `(document.querySelector("details#change").open = true, document.querySelector("[name='member-0-nickname']").value = "Kuno", true)`)
	b.follow("saving", "form.trip-form button.big", "done=ride")
	if s := b.text("main"); !strings.Contains(s, "Ridge Reverie") || !strings.Contains(s, "Kuno") {
		t.Errorf("the trip says:\n%s", s)
	}
	b.follow("sharing", "#share form button", "/share")
	b.do("the link", chromedp.WaitVisible("#the-link"))
	link, err := chromedp.Run(b.tab, chromedp.Evaluate[string]("document.querySelector('#the-link').value"))
	if err != nil {
		t.Fatal(err)
	}
	stranger := newBrowser(t, path)
	stranger.do("the shared trip", chromedp.Navigate(link), chromedp.WaitVisible(".trip-days"))
	if s := stranger.text("main"); !strings.Contains(s, "Ridge Reverie") || strings.Contains(s, "Kuno") || !strings.Contains(s, "1 rider.") {
		t.Errorf("by the link:\n%s", s)
	}
	b.follow("taking it back", "form[action$='/unshare'] button", "done=unshared")
	stranger.do("again", chromedp.Navigate(link), chromedp.WaitVisible("h1"))
	if s := stranger.text("main"); !strings.Contains(s, "This link leads nowhere") {
		t.Errorf("after it was taken back:\n%s", s)
	}
}
