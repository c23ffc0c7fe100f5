package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A rider states a fact on a trail's page; another finds it among what needs a check,
// answers, and the page says what came out.
func TestAFactIsChecked(t *testing.T) {
	path := chromium(t)
	f := wiki(t)
	b := newBrowser(t, path)
	b.do("the site", chromedp.Navigate(f.Endpoints.Site+"/"))
	b.signIn(f.Endpoints.Site, account(t, f, "rider"))
	b.do("a trail", chromedp.Navigate(f.Endpoints.Site+"/trails/figment-of-imagination"), chromedp.WaitVisible("#claims"))
	b.follow("stating", `#claims a[href^="/new/claims"]`, "/new/claims")
	b.do("writing", chromedp.SendKeys("[name=body]", "The bottom gate is open all year."), chromedp.SetValue("[name=field]", "gates"))
	b.follow("publishing", "form#edit button.big", "done=claim")
	if s := b.text("#claims .claim"); !strings.Contains(s, "Not checked yet") || !strings.Contains(s, "The bottom gate is open all year.") {
		t.Errorf("the trail says:\n%s", s)
	}
	other := newBrowser(t, path)
	other.do("the site", chromedp.Navigate(f.Endpoints.Site+"/"))
	other.signIn(f.Endpoints.Site, account(t, f, "local"))
	other.do("the queue", chromedp.Navigate(f.Endpoints.Site+"/fact-checks"), chromedp.WaitVisible(".claims"))
	section := `//section[.//a[text()="Figment of Imagination"]]`
	other.do("a check", chromedp.Click(section+`//a[text()="Check this"]`), chromedp.WaitVisible("form#edit"))
	other.do("answering", chromedp.SetValue("[name=result]", "VERIFIED"), chromedp.SetValue("[name=method]", "PERSONAL_EXPERIENCE"), chromedp.SendKeys("[name=body]", "It stood open in November."))
	other.follow("sending", "form#edit button.big", "done=check")
	if s := other.text("#claims .claim.c-verified"); !strings.Contains(s, "It is so") || !strings.Contains(s, "It stood open in November.") || !strings.Contains(s, "about gates") {
		t.Errorf("the trail says:\n%s", s)
	}
	if s := other.text("#claims .fresh"); !strings.Contains(s, "of 100 fresh") {
		t.Errorf("how fresh it is: %s", s)
	}
}
