package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A rider tells of a closure from the trail's page; another finds it on the system's and
// confirms it.
func TestAClosureIsTold(t *testing.T) {
	path := chromium(t)
	f := wiki(t)
	b := newBrowser(t, path)
	b.do("the site", chromedp.Navigate(f.Endpoints.Site+"/"))
	b.signIn(f.Endpoints.Site, account(t, f, "rider"))
	b.do("a trail", chromedp.Navigate(f.Endpoints.Site+"/trails/figment-of-imagination"), chromedp.WaitVisible("#notices"))
	b.follow("telling others", `#notices a[href^="/new/notices"]`, "/new/notices")
	b.do("writing", chromedp.SetValue("[name=kind]", "CLOSURE"), chromedp.SetValue("[name=severity]", "CRITICAL"), chromedp.SendKeys("[name=body]", "Two firs lie across the last corner."),
		chromedp.SetValue("[name=startsOn]", "2026-11-20"))
	b.follow("publishing", "form#edit button.big", "done=notice")
	if s := b.text("#notices"); !strings.Contains(s, "Two firs lie across the last corner.") || !strings.Contains(s, "nobody has confirmed it yet") {
		t.Errorf("the trail says:\n%s", s)
	}
	other := newBrowser(t, path)
	other.do("the site", chromedp.Navigate(f.Endpoints.Site+"/"))
	other.signIn(f.Endpoints.Site, account(t, f, "local"))
	other.do("the system", chromedp.Navigate(f.Endpoints.Site+"/systems/imaginary-ridge"), chromedp.WaitVisible("#notices .s-critical ~ .s-critical"))
	if s := other.text("#notices .s-critical ~ .s-critical"); !strings.Contains(s, "Figment of Imagination") || !strings.Contains(s, "don’t go") {
		t.Errorf("the system says:\n%s", s)
	}
	other.follow("confirming", "#notices .s-critical ~ .s-critical form button", "done=confirmed")
	if s := other.text("#notices"); !strings.Contains(s, "One rider found it so") {
		t.Errorf("after confirming:\n%s", s)
	}
}
