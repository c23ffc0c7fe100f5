package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A rider says where one starts, which the system's map then shows, and what goes up from
// there.
func TestWhereToStart(t *testing.T) {
	path := chromium(t)
	f := wiki(t)
	b := newBrowser(t, path)
	b.do("the site", chromedp.Navigate(f.Endpoints.Site+"/"))
	b.signIn(f.Endpoints.Site, account(t, f, "rider"))
	b.do("a system", chromedp.Navigate(f.Endpoints.Site+"/systems/nowhere-flats"), chromedp.WaitVisible("#access-points"))
	b.follow("adding a place", `#access-points > p a[href^="/new/access-points"]`, "/new/access-points")
	b.do("writing", chromedp.SendKeys("[name=name]", "Blank Gate"), chromedp.SetValue("[name=kind]", "TRAILHEAD"),
		chromedp.SetValue("[name='position.lat']", "-47.53957"), chromedp.SetValue("[name='position.lon']", "-139.43078"))
	b.follow("making the page", "form#edit button.big", "done=created")
	if s := b.text("main"); !strings.Contains(s, "47.53957° south") || !strings.Contains(s, "Nobody has written down the way yet") {
		t.Errorf("its page says:\n%s", s)
	}
	b.do("the system again", chromedp.Navigate(f.Endpoints.Site+"/systems/nowhere-flats"), chromedp.WaitVisible("svg.map a.mp-place"))
	if s := b.text("#access-points"); !strings.Contains(s, "Blank Gate") {
		t.Errorf("the system says:\n%s", s)
	}
	b.follow("adding a shuttle", `#uplifts > p a[href^="/new/uplifts"]`, "/new/uplifts")
	b.do("writing", chromedp.SendKeys("[name=name]", "Blank bus"), chromedp.SetValue("[name=kind]", "SHUTTLE"), chromedp.SetValue("[name=toPlace]", "The flat top"),
		chromedp.SetValue("[name='prices.0.title']", "A seat"), chromedp.SetValue("[name='prices.0.amount']", "2.50"), chromedp.SetValue("[name='prices.0.currency']", "XTS"))
	b.follow("making the page", "form#edit button.big", "done=created")
	if s := b.text("main"); !strings.Contains(s, "2.50 XTS") || !strings.Contains(s, "Nobody has written down when it runs") {
		t.Errorf("its page says:\n%s", s)
	}
}
