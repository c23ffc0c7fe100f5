package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A rider reviews a trail and gives a tip; another votes for the tip and against the
// review, and takes one vote back.
func TestARideIsReviewed(t *testing.T) {
	path := chromium(t)
	f := wiki(t)
	trail := f.Endpoints.Site + "/trails/figment-of-imagination"
	b := newBrowser(t, path)
	b.do("the site", chromedp.Navigate(f.Endpoints.Site+"/"))
	b.signIn(f.Endpoints.Site, account(t, f, "rider"))
	b.do("a trail", chromedp.Navigate(trail), chromedp.WaitVisible("#reviews"))
	b.follow("reviewing", `#reviews a[href^="/new/reviews"]`, "/new/reviews")
	b.do("writing", chromedp.SetValue("[name=rating]", "4"), chromedp.SetValue("[name=perspective]", "VISITOR"), chromedp.SendKeys("[name=body]", "Better than it has any right to be."), chromedp.SendKeys("[name=rideMonth]", "2026-10"))
	b.follow("publishing", "form#edit button.big", "done=review")
	if s := b.text("#reviews .review"); !strings.Contains(s, "4 of 5 by a visitor") || !strings.Contains(s, "October 2026") {
		t.Errorf("the trail says:\n%s", s)
	}
	if s := b.text("#reviews .figures"); !strings.Contains(s, "too few for an average") {
		t.Errorf("one review has an average:\n%s", s)
	}
	other := newBrowser(t, path)
	other.do("the site", chromedp.Navigate(f.Endpoints.Site+"/"))
	other.signIn(f.Endpoints.Site, account(t, f, "local"))
	other.do("the trail", chromedp.Navigate(trail), chromedp.WaitVisible("#reviews form.votes"))
	other.follow("voting against it", "#reviews form.votes button[value=DOWN]", "done=voted")
	other.do("again", chromedp.Navigate(trail), chromedp.WaitVisible("#tips form.votes"))
	other.follow("voting for a tip", "#tips form.votes button[value=UP]", "done=voted")
	if s := other.text("#reviews form.votes") + other.text("#tips form.votes"); !strings.Contains(s, "▼ not 1") || !strings.Contains(s, "▲ helpful 1") {
		t.Errorf("the votes are:\n%s", s)
	}
	other.do("again", chromedp.Navigate(trail), chromedp.WaitVisible("#reviews form.votes"))
	other.follow("taking it back", "#reviews form.votes button[value=NONE]", "done=voted")
	if s := other.text("#reviews form.votes"); !strings.Contains(s, "▼ not 0") {
		t.Errorf("the votes are:\n%s", s)
	}
}
