package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Two riders write the same trail at once: nobody's words are lost, and who comes second
// chooses field by field.
func TestTwoRidersWriteAtOnce(t *testing.T) {
	path := chromium(t)
	f := wiki(t)
	site := f.Endpoints.Site
	const edit = "/trails/figment-of-imagination/edit"
	first, second := newBrowser(t, path), newBrowser(t, path)
	for b, who := range map[*browser]string{first: "rider", second: "local"} {
		b.do("the site", chromedp.Navigate(site+"/"))
		b.signIn(site, account(t, f, who))
		b.do("the form", chromedp.Navigate(site+edit), chromedp.WaitVisible("#edit button.big"))
	}
	first.do("writing", chromedp.SetValue("[name=personality]", "First words."))
	first.follow("saving", "#edit button.big", "done=saved")
	second.do("writing", chromedp.SetValue("[name=personality]", "Second words."), chromedp.SetValue("[name=gates]", "3"))
	second.do("saving", chromedp.Evaluate[chromedp.Void](`document.querySelector("#edit button.big").click()`))
	second.until("both sides", `!!document.querySelector(".conflict fieldset")`)
	if s := second.text(".conflict"); !strings.Contains(s, "First words.") || !strings.Contains(s, "Second words.") {
		t.Errorf("the conflict shows:\n%s", s)
	}
	second.do("taking theirs", chromedp.Click(`input[name="take.personality"][value=theirs]`))
	second.follow("saving again", ".conflict button", "done=saved")
	if s := second.text("main"); !strings.Contains(s, "First words.") || strings.Contains(s, "Second words.") {
		t.Errorf("the page says:\n%s", s)
	}
	second.do("the form again", chromedp.Navigate(site+edit), chromedp.WaitVisible("#edit button.big"))
	second.until("what was typed elsewhere", `document.querySelector("[name=gates]").value === "3"`)
}
