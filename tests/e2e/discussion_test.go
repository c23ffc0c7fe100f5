package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A rider asks on a trail's page; another answers; the first takes the question back, and
// the answer keeps its place.
func TestAQuestionIsAnswered(t *testing.T) {
	path := chromium(t)
	f := wiki(t)
	b, other := newBrowser(t, path), newBrowser(t, path)
	b.do("the site", chromedp.Navigate(f.Endpoints.Site+"/"))
	b.signIn(f.Endpoints.Site, account(t, f, "rider"))
	b.do("a trail", chromedp.Navigate(f.Endpoints.Site+"/trails/figment-of-imagination"), chromedp.WaitVisible("h1"))
	b.follow("to the discussion", `.actions a[href$="/discussion"]`, "/discussion")
	b.do("asking", chromedp.SendKeys("textarea[name=body]", "Is the ford deep in May?"))
	b.follow("publishing", "form.say button", "done=comment")

	other.do("the site", chromedp.Navigate(f.Endpoints.Site+"/"))
	other.signIn(f.Endpoints.Site, account(t, f, "local"))
	other.do("the discussion", chromedp.Navigate(f.Endpoints.Site+"/trails/figment-of-imagination/discussion"), chromedp.WaitVisible(".thread"))
	other.until("opening the reply", `(document.querySelector(".answer summary").click(), document.querySelector(".answer").open)`)
	other.do("answering", chromedp.SendKeys(".answer textarea", "Knee deep, until June."))
	other.follow("publishing", ".answer button", "done=comment")
	if s := other.text(".thread"); !strings.Contains(s, "Is the ford deep in May?") || !strings.Contains(s, "Knee deep, until June.") || !strings.Contains(s, "take back") {
		t.Errorf("the thread says:\n%s", s)
	}

	b.do("the discussion", chromedp.Navigate(f.Endpoints.Site+"/trails/figment-of-imagination/discussion"), chromedp.WaitVisible(".replies"))
	b.follow("taking it back", `form[action$="/archive"] button`, "done=archived")
	if s := b.text(".thread"); !strings.Contains(s, "Taken back by its author.") || strings.Contains(s, "ford") || !strings.Contains(s, "Knee deep") {
		t.Errorf("after taking it back the thread says:\n%s", s)
	}
	b.do("the trail", chromedp.Navigate(f.Endpoints.Site+"/trails/figment-of-imagination"), chromedp.WaitVisible(".actions"))
	if s := b.text(".actions"); !strings.Contains(s, "Discussion (1)") {
		t.Errorf("the page says:\n%s", s)
	}
}
