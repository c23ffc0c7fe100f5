package website_test

import (
	"net/url"
	"testing"

	"github.com/mtbwiki/mtbwiki/website/fakeapi"
	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

// TestWatching watches a page, reads what happened there, says so, and stops.
func TestWatching(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	const trail = "/trails/grin-and-granite"
	stranger := b.visitor()
	stranger.get(trail).want(200, None("form.watch"))
	if a := stranger.still().get("/watching"); a.status != 303 {
		t.Errorf("without signing in: %d", a.status)
	}
	v := b.rider("erik")
	sound(t, v.get("/watching").want(200, In("h1", Text("What you watch")), In(".empty", Text("You watch nothing yet")), In(".who a.sign[aria-current=page]", Attr("href", "/watching"))))
	sound(t, v.get(trail).want(200, In("form.watch button", Text("Watch")), None("form.watch input")))
	v.post(trail+"/watch", url.Values{}).want(200, In("h1", Text("Grin and Granite")), In(".notice.good", Text("You watch this page now")), In("form.watch", Text("You watch this page."), Text("Stop watching")))
	list := v.get("/watching").want(200, Count(".watched li", 1), In(".watched", Text("Grin and Granite"), Text("since 25 November 2026")), Count(".changes li.unseen", 3), In("h2 .tag", Text("3 are new")),
		In(".changes", Text("Told what the larches are like"), Text("Demo Dora")))
	sound(t, list)
	v.post("/watching", list.formValues("form[action=/watching]")).want(200, In(".notice.good", Text("what comes from now on is new")), None(".unseen"), None("form[action=/watching]"), Count(".changes li", 3))

	// Of his own changes nobody needs to be told.
	edit := v.get("/trails/larch-line/edit").want(200, In("input[name=watch]"))
	form := edit.formValues("form#edit")
	form.Set("personality", "Rolls.")
	form.Set("watch", "yes")
	v.post("/trails/larch-line/edit", form).want(200, In("h1", Text("Larch Line")), In("form.watch", Text("You watch this page.")))
	list = v.get("/watching").want(200, Count(".watched li", 2), Count(".changes li", 3))
	v.post(list.attribute(".watched form", "action"), list.formValues(".watched form")).want(200, In("h1", Text("What you watch")), In(".notice.good", Text("You don’t watch it any more")), Count(".watched li", 1))
	v.post("/trails/larch-line/watch", url.Values{"end": {"1"}}).want(200, In("h1", Text("Larch Line")), In("form.watch button", Text("Watch")))
	// What is gone by now can still be let go.
	v.post("/trails/30000000-0000-4000-8000-0000000009ff/watch", url.Values{"end": {"1"}, "list": {"1"}}).want(200, In("h1", Text("What you watch")))
	v.post("/trails/30000000-0000-4000-8000-0000000009ff/watch", url.Values{}).want(404)
	v.post("/tips/50000000-0000-4000-8000-000000000001/watch", url.Values{}).want(404)
	// A page is whole when that can't be read.
	b.api.Refuse = func(field string, _ map[string]any) *fakeapi.Error {
		if field == "watch" {
			return &fakeapi.Error{Type: "InternalError", Message: "Broken on purpose."}
		}
		return nil
	}
	v.get(trail).want(200, In("h1", Text("Grin and Granite")), None("form.watch"))
}
