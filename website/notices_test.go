package website_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

// TestNotices tells of a closure from a trail's page, changes it and confirms somebody
// else's.
func TestNotices(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	const trail = "30000000-0000-4000-8000-000000000002"
	page := v.get("/trails/larch-line").want(200, In("#notices a", Attr("href", "/new/notices?of=trails&subjectId="+trail)))
	sound(t, page)
	a := v.get("/new/notices?of=trails&subjectId="+trail).want(200, In("h1", Text("Notice about Larch Line")), In(".crumbs", Text("Larch Line")), In("input[name=startsOn][type=date]"))
	sound(t, a)
	form := a.formValues("form#edit")
	form.Set("kind", "CLOSURE")
	form.Set("severity", "CRITICAL")
	form.Set("startsOn", "2026-11-20")
	// What is missing is said, and what was written stays.
	v.post("/new/notices", form).want(422, In("#body-problem"), In("h1", Text("Notice about Larch Line")), In("input[name=startsOn]", Attr("value", "2026-11-20")))
	form.Set("body", "A <b>tree</b> lies across the third berm.")
	v.post("/new/notices", form).want(200, In("h1", Text("Larch Line")), In(".notice.good", Text("Your notice is here")),
		In("#notices .s-critical", Text("Closure"), Text("don’t go"), Text("until further notice"), Text("A <b>tree</b> lies across"), Text("nobody has confirmed it yet")))
	sent := b.sent("CreateSeasonalNotice")
	in := input(t, sent[len(sent)-1])
	if diff := cmp.Diff(map[string]any{"subjectId": trail, "kind": "CLOSURE", "severity": "CRITICAL", "startsOn": "2026-11-20", "body": "A <b>tree</b> lies across the third berm.", "basis": "LOCAL", "lang": "en"}, in); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
	}

	// Confirming is for others.
	const shut = "50000000-0000-4000-8000-000000000101"
	larch := v.get("/trails/larch-line")
	v.post(larch.attribute("#notices form", "action"), larch.formValues("#notices form")).want(422, In("main", Text("You wrote this notice")))
	other := v.get("/systems/imaginary-ridge").formValues("#notices form")
	v.post("/notices/"+shut+"/confirm", other).want(200, In("h1", Text("Imaginary Ridge")), In(".notice.good", Text("others see that somebody was there")), In("#notices .s-critical", Text("3 riders found it so")))

	// A rider changes the day it ends; a notice has a history and leads to its place.
	edit := v.get("/notices/"+shut+"/edit").want(200, In("h1")).formValues("form#edit")
	edit.Set("endsOn", "2026-12-24")
	v.post("/notices/"+shut+"/edit", edit).want(200, In("h1", Text("Imaginary Ridge")), In("#notices", Text("until 24 December 2026")))
	v.get("/notices/" + shut + "/history").want(200)
	v.get("/notices/"+shut).want(200, In("h1", Text("Imaginary Ridge")))
	for _, bad := range []string{"/new/notices", "/new/notices?of=trails&subjectId=x", "/new/notices?of=tips&subjectId=" + trail, "/notices/nothing"} {
		v.get(bad).want(404)
	}
	if a := b.visitor().still().get("/new/notices?of=trails&subjectId=" + trail); a.status != 303 {
		t.Errorf("without signing in: %d", a.status)
	}
}
