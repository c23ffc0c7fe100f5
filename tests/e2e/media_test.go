package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A rider links a film from a trail's page; a moderator takes it down, and then nobody
// finds it.
func TestAFilmIsLinkedAndTakenDown(t *testing.T) {
	path := chromium(t)
	f := wiki(t)
	b := newBrowser(t, path)
	b.signIn(f.Endpoints.Site, account(t, f, "rider"))
	b.do("a trail", chromedp.Navigate(f.Endpoints.Site+"/trails/daydream-descent"), chromedp.WaitVisible("#media"))
	b.follow("adding a link", `#media a[href^="/new/media"]`, "/new/media")
	b.do("writing", chromedp.SendKeys("[name=url]", "https://films.example/berms"), chromedp.SetValue("[name=kind]", "VIDEO"),
		chromedp.SendKeys("[name=caption]", "Berms one to ten by moonlight."), chromedp.SendKeys("[name=attribution]", "A. Owl"), chromedp.SetValue("[name=peopleShown]", "WITHOUT_CONSENT"))
	b.follow("refused", "form#edit button.big", "/new/media")
	b.until("the reason", `document.querySelector("#peopleShown-problem")?.textContent.includes("must have agreed")`)
	b.do("nobody in it", chromedp.SetValue("[name=peopleShown]", "NONE"))
	b.follow("adding it", "form#edit button.big", "done=media")
	if s := b.text("#media"); !strings.Contains(s, "Berms one to ten by moonlight.") || !strings.Contains(s, "By A. Owl") {
		t.Errorf("the trail says:\n%s", s)
	}
	mod := newBrowser(t, path)
	mod.signIn(f.Endpoints.Site, account(t, f, "moderator"))
	mod.do("the trail", chromedp.Navigate(f.Endpoints.Site+"/trails/daydream-descent"), chromedp.WaitVisible("#media"))
	const decide = `[...document.querySelectorAll("#media .medium")].find(m => m.textContent.includes("moonlight"))`
	mod.until("deciding", "("+decide+`.querySelector("details").open = true, `+decide+`.querySelector("[name=reason]").value = "The owl asked for it.", `+decide+`.querySelector("button[value=down]").click(), true)`)
	mod.until("taken down", `location.href.includes("done=media-down")`)
	if s := mod.text("#media"); !strings.Contains(s, "Taken down: 1, for moderators only") {
		t.Errorf("a moderator reads:\n%s", s)
	}
	b.do("the trail again", chromedp.Navigate(f.Endpoints.Site+"/trails/daydream-descent"), chromedp.WaitVisible("#media"))
	if s := b.text("#media"); strings.Contains(s, "moonlight") || !strings.Contains(s, "All thirty berms") {
		t.Errorf("taken down, the trail says:\n%s", s)
	}
	b.do("searching", chromedp.Navigate(f.Endpoints.Site+"/search?q=moonlight"))
	b.until("finding nothing", `document.querySelector(".empty") !== null`)
	if s := b.text("main"); strings.Contains(s, "Berms one to ten") {
		t.Errorf("search says:\n%s", s)
	}
}
