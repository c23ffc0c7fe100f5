package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A rider keeps a ride from the trail's page, rates it, keeps one over a trail whose
// label nothing told him, compares the two, and deletes one; nobody else finds it.
func TestARideIsKept(t *testing.T) {
	path := chromium(t)
	f := wiki(t)
	site := f.Endpoints.Site
	b := newBrowser(t, path)
	b.do("the site", chromedp.Navigate(site+"/"))
	b.signIn(site, account(t, f, "rider"))
	b.do("a trail", chromedp.Navigate(site+"/trails/figment-of-imagination"), chromedp.WaitVisible("a[href$='/ridden?from=trail']"))
	b.follow("I rode this", "a[href$='/ridden?from=trail']", "/ridden")
	b.until("how it went", `(document.querySelector("[name=outcome][value=DABS]").click(), document.querySelector("[name='rate-TECHNICAL_DESCENDING'][value='2']").click(), true)`)
	b.follow("keeping it", "form.ride-form button.big", "done=ridden")
	if s := b.text("main"); !strings.Contains(s, "Kept. Only you see it.") || !strings.Contains(s, "Figment of Imagination") || !strings.Contains(s, "Technical descending") || !strings.Contains(s, "A few dabs") {
		t.Errorf("the ride says:\n%s", s)
	}
	b.do("another one", chromedp.Navigate(site+"/rides?trail=daydream"), chromedp.WaitVisible(".found a"))
	b.follow("found by name", ".found a", "/ridden")
	if s := b.text("main"); strings.Contains(s, "IMBA") || !strings.Contains(s, "Did you know how it is labelled") {
		t.Errorf("the form says:\n%s", s)
	}
	b.until("how hard it was", `(document.querySelector("[name=seen][value=NO]").click(), document.querySelector("[name='rate-TECHNICAL_DESCENDING'][value='3']").click(), true)`)
	b.follow("keeping it", "form.ride-form button.big", "done=ridden")
	b.follow("comparing", "form.compare button[value=HARDER]", "done=compared")
	if s := b.text(".compared"); !strings.Contains(s, "harder than Figment of Imagination") {
		t.Errorf("compared:\n%s", s)
	}
	other := newBrowser(t, path)
	other.do("the site", chromedp.Navigate(site+"/"))
	other.signIn(site, account(t, f, "moderator"))
	at, err := chromedp.Run(b.tab, chromedp.Location())
	if err != nil {
		t.Fatal(err)
	}
	other.do("another's ride", chromedp.Navigate(at), chromedp.WaitVisible("h1"))
	if s := other.text("main"); !strings.Contains(s, "Off the map") {
		t.Errorf("a moderator reads:\n%s", s)
	}
	b.until("meaning it", `(document.querySelector("#sure").click(), true)`)
	b.follow("deleting it", "form[action$='/delete'] button", "done=ride-deleted")
	if s := b.text("main"); strings.Contains(s, "Daydream") || !strings.Contains(s, "Figment of Imagination") {
		t.Errorf("what is left:\n%s", s)
	}
}
