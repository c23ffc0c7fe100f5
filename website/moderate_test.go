package website_test

import (
	"net/http"
	"net/url"
	"testing"

	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

const grin = "/trails/grin-and-granite"

func TestHidingAVersion(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	rider, mo := b.rider("dora"), b.rider("mo", "moderators")
	const at = "/revisions/60000000-0000-4000-8000-000000000002"
	rider.get(at).want(200, None("form.hide-it"))
	rider.post(at+"/hide", url.Values{"action": {"hide"}, "reason": {"No."}}).want(403)
	a := mo.get(at).want(200, In("form.hide-it", Count("button", 1), Text("Hide it")))
	sound(t, a)
	mo.post(at+"/hide", url.Values{"reason": {"No."}}).want(400)
	sound(t, mo.post(at+"/hide", url.Values{"action": {"hide"}, "reason": {"An insult."}}).want(200, In(".notice.good", Text("Hidden")),
		In(".notice.warn", Text("This version is hidden: An insult.")), In(".empty", Text("nothing to compare")), None(".diff"), In("form.hide-it button", Text("Show it again"))))
	rider.get(grin+"/history").want(200, In(".changes", Text("hidden: An insult.")), None(".changes a.go-back[href*=000000000002]"))
	rider.get("/revisions/60000000-0000-4000-8000-000000000003").want(200, In(".empty", Text("the version before")), None(".diff"))
	mo.post(at+"/hide", url.Values{"action": {"unhide"}, "reason": {"It was none."}}).want(200, In(".notice.good", Text("Shown again")))
	// What the page says now isn't hidden.
	mo.post("/revisions/60000000-0000-4000-8000-000000000003/hide", url.Values{"action": {"hide"}, "reason": {"No."}}).want(409, In("main", Text("what the page says now")))
	b.rider("boss", "admins").get(at).want(200, In("form.hide-it", Count("button", 2), Text("for good")))
}

func TestProtectingAPage(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	rider, mo := b.rider("dora"), b.rider("mo", "moderators")
	rider.get(editGrin).want(200, None("form.protect-it"))
	form := mo.get(editGrin).want(200, In("form.protect-it", Count("button", 1))).formValues("form.protect-it")
	form.Set("reason", "An edit war about its name.")
	form.Set("action", "protect")
	form.Set("days", "nine")
	mo.post(grin+"/protect", form).want(400)
	form.Set("days", "7")
	rider.post(grin+"/protect", form).want(403)
	sound(t, mo.post(grin+"/protect", form).want(200, In(".notice.good", Text("Protected")), In(".protections li", Text("Protected until"), Text("An edit war about its name."))))
	sound(t, rider.get(grin).want(200, In(".notice.warn", Text("Protected until"), Text("An edit war about its name."))))
	form = mo.get(editGrin).want(200, In("form.protect-it", Count("button", 2))).formValues("form.protect-it")
	form.Set("action", "unprotect")
	form.Set("reason", "They agreed.")
	mo.post(grin+"/protect", form).want(200, In(".notice.good", Text("No longer protected")), In(".protections li", Text("lifted by")))
	rider.get(grin).want(200, None(".notice.warn"))
}

// Who saves a protected page can send the same as a proposal.
func TestSavingAProtectedPage(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	mo := b.rider("mo", "moderators")
	form := mo.get(editGrin).formValues("form.protect-it")
	form.Set("reason", "An edit war.")
	form.Set("action", "protect")
	mo.post(grin+"/protect", form).want(200)
	v := b.rider("dora")
	values := v.get(editGrin).formValues("form#edit")
	values.Set("personality", "My words.")
	sound(t, v.post(editGrin, values).want(http.StatusConflict, In("[role=alert]", Text("This page is protected"), Text("propose the change instead")), In("button[value=propose][form=edit]"), In("input[name=personality]", Attr("value", "My words."))))
}

func TestMergingPages(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	rider, mo := b.rider("dora"), b.rider("mo", "moderators")
	rider.get(editGrin).want(200, None("form.merge-it"))
	form := mo.get(editGrin).formValues("form.merge-it")
	rider.post(grin+"/merge", form).want(403)
	for _, wrong := range []string{"", "/trails/nowhere", "/systems/larch-line", "https://wiki.example/trails/grin-and-granite"} {
		form.Set("into", wrong)
		mo.post(grin+"/merge", form).want(422, In("[role=alert]"))
	}
	form.Set("into", "https://wiki.example/trails/larch-line?x=1")
	a := mo.post(grin+"/merge", form).want(200, In("main", Text("will be put away"), Text("Larch Line")), In(".mentions"))
	sound(t, a)
	if n := len(b.sent("MergeEntities")); n != 0 {
		t.Fatalf("%d merges before the moderator was sure", n)
	}
	sure := a.formValues("form.decide")
	sure.Set("comment", "One trail with two names")
	sound(t, mo.post(grin+"/merge", sure).want(200, In(".notice.good", Text("Merged")), In("h1", Text("Larch Line")), In(".notice.merged", Text("Grin and Granite"))))
	if in := input(t, b.sent("MergeEntities")[0]); in["fromVersion"] != 3.0 || in["intoVersion"] != 3.0 || in["comment"] != "One trail with two names" {
		t.Errorf("input: %v", in)
	}
	// The old address and the old id lead on; the history is still there.
	for _, path := range []string{grin, "/trails/30000000-0000-4000-8000-000000000001"} {
		if a := rider.still().get(path); a.status != http.StatusMovedPermanently || a.header.Get("Location") != "/trails/larch-line" {
			t.Errorf("%s: %d to %s", path, a.status, a.header.Get("Location"))
		}
	}
	sound(t, rider.get("/trails/30000000-0000-4000-8000-000000000001/history").want(200, In("h1", Text("Grin and Granite")), In(".notice", Text("merged into"), Text("Larch Line")), In(".changes li")))
}

func TestErasingAPage(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	mo, boss := b.rider("mo", "moderators"), b.rider("boss", "admins")
	boss.get(editGrin).want(200, None("form.purge-it"))
	mo.post(grin+"/archive", mo.get(editGrin).formValues("form.archive-it")).want(200)
	mo.get(editGrin).want(200, None("form.purge-it"))
	form := boss.get(editGrin).want(200, In("form.purge-it", Text("can’t be undone"))).formValues("form.purge-it")
	form.Set("reason", "Its owner asked for it.")
	form.Del("sure")
	boss.post(grin+"/purge", form).want(400, In("main", Text("Nothing was erased")))
	form.Set("sure", "yes")
	boss.post(grin+"/purge", form).want(200, In(".notice.good", Text("Erased for good")))
	mo.get(grin).want(404)
}

func TestWhereAPageIsMentioned(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	sound(t, b.visitor().get(grin).want(200, In("#mentioned", Text("Where this is mentioned"), Text("Route ·")), In("#mentioned a[href^=/routes/]")))
}
