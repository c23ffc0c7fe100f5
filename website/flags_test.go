package website_test

import (
	"net/url"
	"strings"
	"testing"

	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

// TestFlags reports a trail, a comment and a profile, and decides as a moderator.
func TestFlags(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	const trail = "/trails/grin-and-granite"
	stranger := b.visitor()
	stranger.get(trail).want(200, In(".actions a[href='"+trail+"/report']", Text("Report a problem")))
	for _, path := range []string{trail + "/report", "/flags"} {
		if a := stranger.still().get(path); a.status != 303 {
			t.Errorf("%s without signing in: %d", path, a.status)
		}
	}
	v := b.rider("erik")
	sound(t, v.get("/flags").want(200, In("h1", Text("What you reported")), In(".empty", Text("You have reported nothing")), None(".who a[href='/flags']")))
	form := v.get(trail+"/report").want(200, In("h1", Text("Report a problem with Grin and Granite")), Count("option", 8), In("option", Text("Choose")))
	sound(t, form)
	v.post(trail+"/report", url.Values{"note": {"The drop has <b>no</b> way round."}}).want(422, In("#report-problem", Text("Choose what is wrong")), In("textarea", Text("The drop has <b>no</b> way round.")))
	v.post(trail+"/report", url.Values{"reason": {"WRONG"}, "note": {strings.Repeat("x", 501)}}).want(422, In("#report-problem", Text("at most 500 characters")), In("option[selected]", Text("It is wrong")))
	sound(t, v.post(trail+"/report", url.Values{"reason": {"DANGEROUS"}, "note": {"The drop has <b>no</b> way round."}}).want(200, In("h1", Text("What you reported")), In(".notice.good", Text("a moderator will look at it")),
		Count(".flags li", 1), In(".flags", Text("It is dangerous"), Text("Grin and Granite"), Text("The drop has <b>no</b> way round."), Text("A moderator will look at it")), None(".flags form")))
	v.post(trail+"/report", url.Values{"reason": {"DANGEROUS"}}).want(422, In("#report-problem", Text("You have reported this already")))
	const version = "60000000-0000-4000-8000-000000000003"
	v.get("/revisions/"+version).want(200, In("a[href='"+trail+"/report?revision="+version+"']"))
	v.get(trail+"/report?revision="+version).want(200, In("input[name=revision]", Attr("value", version)))
	v.post(trail+"/report", url.Values{"reason": {"VANDALISM"}, "revision": {version}}).want(200, In(".flags a[href='/revisions/"+version+"']"))
	v.get("/comments/a0000000-0000-4000-8000-000000000001/report").want(200, In("h1", Text("Does the upper car park")))
	v.get("/riders/demo-dora/report").want(200, In("h1", Text("Demo Dora")))
	v.get(trail + "/report?revision=x").want(404)
	b.rider("frida").post(trail+"/report", url.Values{"reason": {"WRONG"}}).want(200)

	m := b.rider("maud", "moderators")
	queue := m.get("/flags").want(200, In("h1", Text("Reports")), Count(".flags > li", 3), Count(".flags form", 3), In(".flags", Text("erik"), Text("one other rider reports the same")),
		In(".flags .actions a[href$=/edit]"), In(".flags .actions a[href$=/history]"), In(".flags .actions a[href$=/discussion]"), In(".who a.sign[aria-current=page]", Attr("href", "/flags")))
	sound(t, queue)
	action := queue.attribute(".flags form", "action")
	v.post(action, url.Values{"outcome": {"REJECTED"}}).want(403)
	m.post(action, url.Values{"outcome": {"MAYBE"}}).want(400)
	m.post(action, url.Values{"outcome": {"REJECTED"}, "note": {strings.Repeat("x", 501)}}).want(422)
	decided := queue.formValues(".flags form")
	decided.Set("outcome", "ACCEPTED")
	decided.Set("note", "A way round is marked now.")
	m.post(action, decided).want(200, In(".notice.good", Text("Closed")), None(".flags"), In(".empty", Text("Nothing waits here")))
	m.get("/flags?state=ACCEPTED").want(200, Count(".flags > li", 3), In(".flags", Text("A way round is marked now."), Text("maud")))
	m.get("/flags?mine=1").want(200, In(".empty", Text("You have reported nothing")))
	sound(t, v.get("/flags").want(200, Count(".flags > li", 2), In(".flags", Text("Something was wrong."), Text("A way round is marked now."))))
	v.get("/flags?state=REJECTED").want(200, In(".empty", Text("of this kind")))
}
