package website_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

// TestDiscussion reads the talk about a system, answers it, begins a thread, changes a
// comment and takes it back.
func TestDiscussion(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	const talk, root = "/systems/imaginary-ridge/discussion", "a0000000-0000-4000-8000-000000000001"
	stranger := b.visitor()
	stranger.get("/systems/imaginary-ridge").want(200, In(".actions a[href='"+talk+"']", Text("Discussion (2)")))
	page := stranger.get(talk).want(200, In("h1", Text("Discussion of Imaginary Ridge")), Count(".thread", 1), Count(".replies li", 2),
		In("#c-"+root, Text("<b>nobody</b> else does"), Text("Demo Dora"), Text("edited")), In(".said.gone", Text("Taken away by a moderator")), None(".said.gone a[href^='/riders']"),
		In("form.say a.button", Attr("href", "/sign-in?return=%2fsystems%2fimaginary-ridge%2fdiscussion")), None("textarea"), None("form[action$=archive]"))
	sound(t, page)
	if strings.Contains(page.body, "Cheap tyres") {
		t.Error("what was taken away is shown")
	}
	empty := stranger.get("/guides/first-days/discussion").want(200, In(".empty", Text("Nobody has said anything here yet")))
	sound(t, empty)
	for _, bad := range []string{"/tips/50000000-0000-4000-8000-000000000001/discussion", "/systems/nowhere/discussion", "/comments/nothing", "/new/comments"} {
		if bad == "/new/comments" {
			continue // asks to sign in
		}
		stranger.get(bad).want(404)
	}

	v := b.rider("erik")
	v.get("/new/comments").want(404)
	sound(t, v.get(talk).want(200, Count("textarea", 2), None("form[action$=archive]"), None("form[action$=restore]")))
	v.post(talk, url.Values{"body": {"  "}}).want(422, In("#say-problem", Text("Write something first")), In("textarea[autofocus]"))
	long := strings.Repeat("ü", 2001)
	v.post(talk, url.Values{"body": {long}, "replyTo": {root}}).want(422, In("details.answer[open] #say-problem", Text("this one has 2 001")), In("details.answer[open] textarea", Text(long)))
	v.post(talk, url.Values{"body": {"In winter\r\nat five."}, "replyTo": {root}}).want(200, In("h1", Text("Discussion of")), In(".notice.good", Text("Your comment is here")), Count(".replies li", 3), In(".replies", Text("In winter at five.")))
	v.post(talk, url.Values{"body": {"Who rides on <i>Sunday</i>?"}}).want(200, Count(".thread", 2), In(".thread .words-of", Text("Who rides on <i>Sunday</i>?")))
	sent := b.sent("CreateComment")
	if diff := cmp.Diff(map[string]any{"subjectId": "20000000-0000-4000-8000-000000000001", "replyToId": root, "body": "In winter\nat five.", "lang": "en"}, input(t, sent[len(sent)-2])); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
	}

	// He changes what he said; it stays where it is.
	mine := v.get(talk).want(200, Count("form[action$=archive]", 2))
	action := mine.attribute("form[action$=archive]", "action")
	id := strings.TrimSuffix(strings.TrimPrefix(action, "/comments/"), "/archive")
	edit := v.get("/comments/"+id+"/edit").want(200, In("textarea[name=body]"), None("button[value=propose]"), None(".put-away"))
	sound(t, edit)
	form := edit.formValues("form#edit")
	form.Set("body", "Who rides on Saturday?")
	v.post("/comments/"+id+"/edit", form).want(200, In("h1", Text("Discussion of")), In("#c-"+id, Text("Saturday")))
	v.get("/comments/" + id + "/history").want(200)

	// He takes it back and brings it back.
	form = v.get(talk).formValues("#c-" + id + " form")
	v.post("/comments/"+id+"/archive", form).want(200, In("h1", Text("Discussion of")), In("#c-"+id+".gone", Text("Taken back by its author"), In("form[action$=restore] button", Text("bring back"))))
	stranger.get(talk).want(200, In("#c-"+id+".gone"), None("form[action$=restore]"))
	v.post(talk, url.Values{"body": {"Me!"}, "replyTo": {id}}).want(422, In("#say-problem", Text("was taken away")), In("textarea", Text("Me!")))
	form = v.get(talk).formValues("#c-" + id + " form")
	v.post("/comments/"+id+"/restore", form).want(200, In("#c-"+id, Text("Saturday")))

	// What others said is theirs; a moderator takes it away.
	b.rider("vandal").post("/comments/"+id+"/archive", url.Values{"version": {"1"}}).want(403)
	m := b.rider("maud", "moderators")
	m.get(talk).want(200, Count("form[action$=archive]", 4), Count("form[action$=restore]", 1))
	m.post("/comments/"+id+"/archive", url.Values{"version": {"1"}}).want(200, In("#c-"+id+".gone", Text("Taken away by a moderator")))
	v.get(talk).want(200, None("#c-"+id+" form"))
}
