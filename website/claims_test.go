package website_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

// TestClaims states a fact from a trail's page and checks somebody else's from the queue.
func TestClaims(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	const trail, unchecked = "30000000-0000-4000-8000-000000000002", "90000000-0000-4000-8000-000000000102"
	page := v.get("/trails/larch-line").want(200, In("#claims", Text("Nobody has stated a fact here yet"), Text("nobody can say how fresh it is")), In("#claims a", Attr("href", "/new/claims?of=trails&subjectId="+trail)))
	sound(t, page)
	a := v.get("/new/claims?of=trails&subjectId="+trail).want(200, In("h1", Text("A fact about Larch Line")), In("select[name=field] option[value=lengthM]", Text("Length")), None("[name=lang]"), Count("[name=subjectId]", 1))
	sound(t, a)
	form := a.formValues("form#edit")
	form.Set("field", "maintenance")
	form.Set("source", "The club")
	// What is missing is said, and what was written stays.
	v.post("/new/claims", form).want(422, In("#body-problem"), In("h1", Text("A fact about Larch Line")), In("select[name=field] option[selected]", Attr("value", "maintenance")))
	form.Set("body", "The club <b>mends</b> it in May.")
	made := v.post("/new/claims", form).want(200, In("h1", Text("Larch Line")), In(".notice.good", Text("Others can check it now")),
		In("#claims .claim.c-unchecked", Text("Not checked yet"), Text("about maintenance"), Text("The club <b>mends</b> it"), Text("local word, The club")))
	sound(t, made)
	sent := b.sent("CreateClaim")
	in := input(t, sent[len(sent)-1])
	if diff := cmp.Diff(map[string]any{"subjectId": trail, "field": "maintenance", "source": "The club", "basis": "LOCAL", "body": "The club <b>mends</b> it in May.", "lang": "en"}, in); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
	}

	// The queue, by place.
	queue := v.get("/fact-checks").want(200, Count("main section", 3), In("section a[href=/trails/"+trail+"]", Text("Larch Line")), In("section .claim", Text("The spring at the bottom")))
	sound(t, queue)
	if page := b.visitor().get("/systems/imaginary-ridge"); page.status == 200 {
		page.want(200, In("#claims .c-verified", Text("It is so"), Text("Three coins went into the box"), Text("last checked 20 September 2026")), In("#claims .fresh", Text("50 of 100 fresh"), Text("One fact waits for a check")))
	}
	check := v.get("/new/checks?of=claims&subjectId="+unchecked).want(200, In("h1", Text("Is it so?")), In("blockquote.says", Text("The spring at the bottom")), In("select[name=result] option", Text("choose")), In("input[name=checkedOn][type=date][value]"))
	sound(t, check)
	form = check.formValues("form#edit")
	form.Set("result", "INCORRECT")
	form.Set("method", "PERSONAL_EXPERIENCE")
	v.post("/new/checks", form).want(422, In("#body-problem"), In("blockquote.says", Text("The spring")))
	form.Set("body", "It was dry in August.")
	v.post("/new/checks", form).want(200, In("h1", Text("Imaginary Ridge")), In(".notice.good", Text("your check is here")), In("#claims .c-disputed", Text("Riders disagree"), Text("It is not so: It was dry in August"), Text("“I was there”")))

	// One's own is for others to check; a claim and a check have a history and lead to the place.
	mine := v.get("/fact-checks")
	forms, err := Find(mine.root(), "a.button")
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, f := range forms {
		for _, attr := range f.Attr {
			if attr.Key == "href" && len(attr.Val) > 11 && attr.Val[:11] == "/new/checks" {
				form := v.get(attr.Val).formValues("form#edit")
				form.Set("result", "VERIFIED")
				form.Set("method", "LOCAL_KNOWLEDGE")
				form.Set("body", "Surely it is so.")
				if a := v.post("/new/checks", form); a.status == 422 {
					refused++
					a.want(422, In(".notice.bad", Text("You stated this; others check it")))
				}
			}
		}
	}
	if refused != 1 {
		t.Errorf("%d checks of one's own were refused, want 1", refused)
	}
	v.get("/claims/" + unchecked + "/history").want(200)
	v.get("/claims/"+unchecked).want(200, In("h1", Text("Imaginary Ridge")))
	v.get("/checks/91000000-0000-4000-8000-000000000101").want(200, In("h1", Text("Imaginary Ridge")))
	edit := v.get("/claims/"+unchecked+"/edit").want(200, In("textarea[name=body]"), None("[name=field]")).formValues("form#edit")
	edit.Set("validUntil", "2027-01-01")
	v.post("/claims/"+unchecked+"/edit", edit).want(200, In("#claims", Text("holds until 1 January 2027")))
	for _, bad := range []string{"/new/claims", "/new/claims?of=claims&subjectId=" + unchecked, "/new/checks?of=trails&subjectId=" + trail, "/claims/nothing", "/new/checks?of=notices&subjectId=50000000-0000-4000-8000-000000000101"} {
		v.get(bad).want(404)
	}
	if a := b.visitor().still().get("/new/checks?of=claims&subjectId=" + unchecked); a.status != 303 {
		t.Errorf("without signing in: %d", a.status)
	}
}
