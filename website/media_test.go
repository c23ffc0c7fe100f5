package website_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

// TestMedia adds a link to a film on a trail's page, changes it, and takes another down.
func TestMedia(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("tom")
	const trail, film, gone = "30000000-0000-4000-8000-000000000001", "50000000-0000-4000-8000-000000000201", "50000000-0000-4000-8000-000000000202"
	page := v.get("/trails/grin-and-granite").want(200, Count("#media .medium", 1), None("#media form"), None("#media .taken-down"),
		In("#media .medium", Text("Film · films.example.org"), Text("By Ines Invented · CC BY-SA 4.0 · taken 2 July 2026 · dry"), Text("Shows well: How steep the slabs are.")),
		In("#media .caption a[rel='nofollow noopener ugc']", Attr("href", "https://films.example.org/grin"), Text("in one take")),
		In("#media a[href=/riders/demo-dora]"), In("#media a[href^=/new]", Attr("href", "/new/media?of=trails&subjectId="+trail)))
	sound(t, page)
	// Nothing of another site is loaded.
	for _, element := range []string{"#media img", "#media iframe", "#media video", "#media source", "#media embed", "#media object"} {
		page.want(200, None(element))
	}
	// A system shows those of its trails too.
	v.get("/systems/imaginary-ridge").want(200, In("#media .medium .over", Text("Film · films.example.org"), In("a[href=/trails/"+trail+"]", Text("Grin and Granite"))))
	page.want(200, None("#media .over a"))
	v.get("/trails/larch-line").want(200, In("#media .empty", Text("A link is enough")))

	a := v.get("/new/media?of=trails&subjectId="+trail).want(200, In("h1", Text("Link to a photo or film of Grin and Granite")), In("form#edit button.big", Text("Add the link")), In("input[name=conditions]"))
	sound(t, a)
	if text := a.body; strings.Contains(text, "ALL_RIGHTS_RESERVED</") || strings.Contains(strings.ToLower(text), "null") {
		t.Error("the form speaks to programmers")
	}
	form := a.formValues("form#edit")
	v.post("/new/media", form).want(422, In("#url-problem"), In("#caption-problem"), In("#attribution-problem"), In("#peopleShown-problem"))
	form.Set("url", "https://films.example.org/slabs")
	form.Set("caption", "The <b>slabs</b> in the rain.")
	form.Set("attribution", "Tom")
	form.Set("peopleShown", "WITHOUT_CONSENT")
	v.post("/new/media", form).want(422, In("#peopleShown-problem", Text("must have agreed to be shown")), In("input[name=attribution]", Attr("value", "Tom")))
	form.Set("peopleShown", "NONE")
	form.Set("conditions", "wet")
	v.post("/new/media", form).want(200, In("h1", Text("Grin and Granite")), In(".notice.good", Text("Your photo or film is here")), Count("#media .medium", 2), In("#media", Text("The <b>slabs</b> in the rain."), Text("By Tom · All rights reserved · wet")))
	sent := b.sent("CreateMedia")
	want := map[string]any{
		"subjectId": trail, "kind": "PHOTO", "url": "https://films.example.org/slabs", "caption": "The <b>slabs</b> in the rain.", "attribution": "Tom",
		"licence": "ALL_RIGHTS_RESERVED", "rightsBasis": "LINK_ONLY", "peopleShown": "NONE", "conditions": []any{"wet"}, "lang": "en",
	}
	if diff := cmp.Diff(want, input(t, sent[len(sent)-1])); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
	}

	// It has a history, a form, and leads to its place.
	edit := v.get("/media/"+film+"/edit").want(200, In("h1")).formValues("form#edit")
	edit.Set("showcase", "Nothing at all.")
	v.post("/media/"+film+"/edit", edit).want(200, In("h1", Text("Grin and Granite")), In("#media", Text("Nothing at all.")))
	v.get("/media/" + film + "/history").want(200)
	for _, bad := range []string{"/new/media", "/new/media?of=media&subjectId=" + film, "/media/nothing", "/media/" + gone} {
		v.get(bad).want(404)
	}
	if a := b.visitor().still().get("/new/media?of=trails&subjectId=" + trail); a.status != 303 {
		t.Errorf("without signing in: %d", a.status)
	}

	// What is taken down is the moderators' to decide and to see.
	down := func(do, reason string) url.Values { return url.Values{"do": {do}, "reason": {reason}} }
	if a := v.post("/media/"+film+"/decision", with(v.get("/trails/grin-and-granite").formValues("#add-tip"), down("down", "I don't like it."))); a.status != 422 || strings.Contains(a.body, "Taken down: only") {
		t.Errorf("a rider takes it down: %d", a.status)
	}
	mod := b.rider("mona", "moderators")
	page = mod.get("/trails/grin-and-granite").want(200, In("#media .taken-down", Text("What nobody may see any more"), Text("Its maker asked for it."), In("button[value=back]", Text("Put it back")), None("button[value=down]")), Count("#media .decide-media", 3))
	sound(t, page)
	decide := func(id, do, reason string) answer {
		return mod.post("/media/"+id+"/decision", with(mod.get("/trails/grin-and-granite").formValues("#media form"), down(do, reason)))
	}
	decide(film, "down", "x").want(422, In("main", Text("Say why")))
	decide(film, "note", "Ines wrote.").want(200, In(".notice.good", Text("Noted")), In("#media .notice.warn", Text("Somebody asked to take it down"), Text("Ines wrote.")))
	decide(film, "down", "Ines wrote again.").want(200, In(".notice.good", Text("only moderators can see it")), Count("#media .taken-down .medium", 2))
	v.get("/trails/grin-and-granite").want(200, Count("#media .medium", 1), None("#media .notice"))
	decide(film, "back", "It was another Ines.").want(200, In(".notice.good", Text("as it was before")), Count("#media .taken-down .medium", 1))
	decide(film, "burn", "It must go.").want(404)
}

func with(form, more url.Values) url.Values {
	for name, values := range more {
		form[name] = values
	}
	return form
}
