package website_test

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

// A rider says that he belongs to an organisation, changes what he is to it, and takes it
// back; both pages agree. A new one is made from the page of its system.
func TestMembership(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	const path = "/organisations/bare-shop"
	sound(t, v.get("/organisations/friends-of-the-ridge").want(200))
	v.get(path).want(200, In("#members form", Text("Do you belong to it?")), None("#members [value=end]"))
	v.post(path+"/membership", url.Values{"do": {"declare"}, "role": {"BOSS"}}).want(400, In("main", Text("Choose what you are to it")))
	v.post(path+"/membership", url.Values{"do": {"declare"}, "role": {"OWNER"}}).want(200, In("h1", Text("A bare shop")), In(".notice.good", Text("stands here and on your own page")),
		In("#members li", Text("owner")), In("#members form", Text("You are")), In("#members option[selected]", Text("Owner")))
	v.post(path+"/membership", url.Values{"do": {"declare"}, "role": {"STAFF"}}).want(200, Count("#members li", 1), In("#members li", Text("staff")))
	v.get("/riders/dora").want(200, In("dl a[href="+path+"]", Text("A bare shop")), In("dl", Text("staff since 1 November 2026")))
	v.post(path+"/membership", url.Values{"do": {"end"}}).want(200, In(".notice.good", Text("Taken back")), In("#members .empty"))
	if a := b.visitor().still().post(path+"/membership", url.Values{"do": {"end"}}); a.status != 303 {
		t.Errorf("without signing in: %d", a.status)
	}
	v.post("/organisations/nothing/membership", url.Values{"do": {"end"}}).want(404)
	v.get("/organisations/ridge-friends").want(200, In("h1", Text("Friends of the Ridge")))

	v.get("/new/organisations?system=20000000-0000-4000-8000-000000000001").want(200, In("h1"))
	form := v.get("/new/organisations?system=20000000-0000-4000-8000-000000000001").formValues("form#edit")
	form.Set("name", "Diggers of Nowhere")
	form.Set("kind", "ASSOCIATION")
	v.post("/new/organisations", form).want(200, In("h1", Text("Diggers of Nowhere")), Count("#systems .system-card", 1))
	sent := b.sent("CreateOrganisation")
	if diff := cmp.Diff(map[string]any{"name": "Diggers of Nowhere", "kind": "ASSOCIATION", "systemIds": []any{"20000000-0000-4000-8000-000000000001"}, "lang": "en"}, input(t, sent[len(sent)-1])); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
	}
}
