package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A rider watches a trail and reports a problem with it; a moderator changes it, closes the
// report, and the rider reads of both.
func TestAProblemIsReported(t *testing.T) {
	path := chromium(t)
	f := wiki(t)
	const trail = "/trails/figment-of-imagination"
	b, m := newBrowser(t, path), newBrowser(t, path)
	b.do("the site", chromedp.Navigate(f.Endpoints.Site+"/"))
	b.signIn(f.Endpoints.Site, account(t, f, "rider"))
	b.do("a trail", chromedp.Navigate(f.Endpoints.Site+trail), chromedp.WaitVisible("form.watch"))
	b.follow("watching", "form.watch button", "done=watching")
	b.follow("to the form", `.actions a[href$="/report"]`, "/report")
	b.do("writing", chromedp.SetValue("[name=reason]", "DANGEROUS"), chromedp.SendKeys("[name=note]", "The invented drop has no way round."))
	b.follow("reporting", "form.decide button", "done=reported")

	m.do("the site", chromedp.Navigate(f.Endpoints.Site+"/"))
	m.signIn(f.Endpoints.Site, account(t, f, "moderator"))
	m.do("the queue", chromedp.Navigate(f.Endpoints.Site+"/flags"), chromedp.WaitVisible(".flags"))
	if s := m.text(".flags"); !strings.Contains(s, "It is dangerous") || !strings.Contains(s, "no way round") {
		t.Errorf("the queue says:\n%s", s)
	}
	m.do("the form", chromedp.Navigate(f.Endpoints.Site+trail+"/edit"), chromedp.WaitVisible("form#edit"), chromedp.SetValue("[name=personality]", "Has a drop; the way round is marked."))
	m.follow("saving", "form#edit button.big", "done=saved")
	m.do("the queue", chromedp.Navigate(f.Endpoints.Site+"/flags"), chromedp.WaitVisible(".flags"))
	m.until("opening", `(document.querySelector(".answer summary").click(), document.querySelector(".answer").open)`)
	m.do("answering", chromedp.SendKeys(".answer [name=note]", "The way round is marked now."))
	m.follow("closing", `.answer button[value=ACCEPTED]`, "done=decided")

	b.do("the list", chromedp.Navigate(f.Endpoints.Site+"/watching"), chromedp.WaitVisible(".unseen"))
	if s := b.text(".changes"); !strings.Contains(s, "text (en)") || !strings.Contains(s, "moderator") {
		t.Errorf("what others did:\n%s", s)
	}
	b.follow("seen", `form[action="/watching"] button`, "done=seen")
	b.until("nothing is new", `!document.querySelector(".unseen")`)
	b.do("the reports", chromedp.Navigate(f.Endpoints.Site+"/flags"), chromedp.WaitVisible(".flags"))
	if s := b.text(".flags"); !strings.Contains(s, "Something was wrong.") || !strings.Contains(s, "The way round is marked now.") {
		t.Errorf("the rider reads:\n%s", s)
	}
}
