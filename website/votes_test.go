package website_test

import (
	"testing"

	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

// TestVotes votes on a tip, takes the vote back, and is told why not on one's own.
func TestVotes(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	b.visitor().get("/systems/imaginary-ridge").want(200, None("#tips form.votes"))
	v := b.rider("dora")
	page := v.get("/systems/imaginary-ridge").want(200, In("#tips form.votes", Text("▲ helpful 0"), In("button[value=UP][aria-pressed=false]"), In("button[value=DOWN]")))
	sound(t, page)
	action := func(a answer) string {
		t.Helper()
		forms, err := Find(a.root(), "#tips form.votes")
		if err != nil || len(forms) == 0 {
			t.Fatalf("%d forms, %v", len(forms), err)
		}
		for _, attr := range forms[0].Attr {
			if attr.Key == "action" {
				return attr.Val
			}
		}
		return ""
	}
	form := page.formValues("#tips form.votes")
	form.Set("value", "UP")
	v.post(action(page), form).want(200, In("h1", Text("Imaginary Ridge")), In(".notice.good", Text("Your vote is counted")), In("#tips form.votes", Text("▲ helpful 1"), In("button[value=NONE][aria-pressed=true]"), In("button[value=DOWN][aria-pressed=false]")))
	form.Set("value", "NONE")
	v.post(action(page), form).want(200, In("#tips form.votes", Text("▲ helpful 0"), In("button[value=UP][aria-pressed=false]")))
	form.Set("value", "SIDEWAYS")
	v.post(action(page), form).want(400)
	form.Set("value", "UP")
	v.post("/trails/larch-line/vote", form).want(404)
	v.post("/tips/nothing/vote", form).want(404)
	tip := v.get("/trails/larch-line").formValues("form#add-tip")
	tip.Set("body", "Ride it early.")
	own := v.post("/trails/larch-line/tips", tip).want(200, In("#tips .tip", Text("Ride it early.")))
	v.post(action(own), form).want(422, In("main", Text("You wrote this tip; others vote on it")))
	if a := b.visitor().still().post(action(page), form); a.status != 303 {
		t.Errorf("without signing in: %d", a.status)
	}
}
