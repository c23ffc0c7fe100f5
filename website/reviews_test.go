package website_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

// TestReviews reads reviews, writes one, and is told that one is enough.
func TestReviews(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	const trail, review = "30000000-0000-4000-8000-000000000002", "92000000-0000-4000-8000-000000000101"
	b.visitor().get("/systems/imaginary-ridge").want(200, In("#reviews .figures", Text("Visitors"), Text("4.0 of 5, 3 reviews"), Text("Locals"), Text("one review, too few for an average")), Count("#reviews .review", 4),
		In("#reviews .review", Text("5 of 5 by a visitor"), Text("ridden in September 2026"), Text("Dry"), Text("Three invented days were too short.")), None("#reviews form"))
	v := b.rider("dora")
	page := v.get("/trails/larch-line").want(200, In("#reviews .empty", Text("Nobody has reviewed it yet")), In("#reviews a", Attr("href", "/new/reviews?of=trails&subjectId="+trail)))
	sound(t, page)
	a := v.get("/new/reviews?of=trails&subjectId="+trail).want(200, In("h1", Text("Your review of Larch Line")), In("select[name=rating] option[value=4]", Text("4 · gladly")), In("select[name=perspective] option[value=VISITOR]"), None("[name=lang]"))
	sound(t, a)
	form := a.formValues("form#edit")
	form.Set("perspective", "VISITOR")
	form.Set("body", "Kind to <i>knees</i>, hard on brakes.")
	v.post("/new/reviews", form).want(422, In("#rating-problem"), In("textarea[name=body]", Text("Kind to")))
	form.Set("rating", "4")
	form.Set("rideMonth", "2026-10")
	v.post("/new/reviews", form).want(200, In("h1", Text("Larch Line")), In(".notice.good", Text("Your review is here")), In("#reviews .review", Text("4 of 5 by a visitor"), Text("ridden in October 2026"), Text("Kind to <i>knees</i>")), In("#reviews form.votes"))
	sent := b.sent("CreateReview")
	in := input(t, sent[len(sent)-1])
	if diff := cmp.Diff(map[string]any{"subjectId": trail, "rating": 4.0, "perspective": "VISITOR", "rideMonth": "2026-10", "body": "Kind to <i>knees</i>, hard on brakes.", "lang": "en"}, in); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
	}
	v.post("/new/reviews", form).want(422, In(".notice.bad", Text("change that review instead")), In("textarea[name=body]", Text("Kind to")))
	// Who wrote it may put it away, and nobody else.
	v.get("/reviews/"+review+"/edit").want(200, None(".put-away"))
	forms, err := Find(v.get("/trails/larch-line").root(), "#reviews .review a[rel=nofollow]")
	if err != nil || len(forms) != 1 {
		t.Fatalf("%d links to edit, %v", len(forms), err)
	}
	for _, attr := range forms[0].Attr {
		if attr.Key == "href" {
			v.get(attr.Val).want(200, In(".put-away", Text("Put this review away")))
		}
	}
	vote := v.get("/systems/imaginary-ridge").formValues("#reviews form.votes")
	vote.Set("value", "UP")
	v.post("/reviews/"+review+"/vote", vote).want(200, In("h1", Text("Imaginary Ridge")), In("#reviews form.votes", Text("▲ helpful 1")))
	v.get("/reviews/"+review).want(200, In("h1", Text("Imaginary Ridge")))
	v.get("/reviews/" + review + "/history").want(200)
	v.get("/new/reviews?of=claims&subjectId=90000000-0000-4000-8000-000000000101").want(404)
}
