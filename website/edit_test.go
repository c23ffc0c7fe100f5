package website_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

const editGrin = "/trails/grin-and-granite/edit"

func TestEditNeedsARider(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.visitor().still()
	if a := v.get(editGrin); a.status != 303 || a.header.Get("Location") != "/sign-in?return=%2Ftrails%2Fgrin-and-granite%2Fedit" {
		t.Errorf("%d to %s", a.status, a.header.Get("Location"))
	}
	if a := v.post(editGrin, url.Values{"name": {"x"}}); a.status != 303 {
		t.Errorf("a form without a rider: %d", a.status)
	}
	if n := len(b.sent("UpdateTrail")); n != 0 {
		t.Errorf("%d updates were sent", n)
	}
}

// Every entity's form, sent back untouched, changes nothing.
func TestUntouchedFormChangesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("mo", "moderators")
	for _, page := range []string{"/trails/grin-and-granite", "/trails/larch-line", "/trails/whisper", "/systems/imaginary-ridge", "/systems/empty-quarter", "/routes/first-day", "/routes/bare-idea", "/regions/invented-highlands", "/guides/first-days", "/guides/bare-guide", "/comparisons/highlands-to-coast", "/tips/50000000-0000-4000-8000-000000000002"} {
		a := v.get(page+"/edit").want(200, In("h1", Text("Edit")))
		sound(t, a)
		v.post(page+"/edit", a.formValues("form#edit")).want(200, In(".notice", Text("Nothing was different")))
	}
	for _, c := range b.api.Calls() {
		if len(c.Operation) > 6 && c.Operation[:6] == "Update" {
			t.Errorf("%s was sent: %v", c.Operation, c.Variables)
		}
	}
}

func TestEditSendsOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	a := v.get(editGrin).want(200, In("input[name=name]", Attr("value", "Grin and Granite")), In("textarea[name=description]", Text("three slabs")),
		In("select[name=difficulty.0.direction] option[selected]", Attr("value", "FORWARD")), In("input[name=difficulty.0.axes.1.worst]", Attr("value", "4.5")),
		In("input[name=difficulty.1.axes.2.notApplicable]", Attr("value", "true")), Count("input[name=tags][checked]", 5), Each("label .tag"))
	values := a.formValues("form#edit")
	values.Set("personality", "  Grips like glue. ")
	values.Set("gates", "2")
	values.Set("flow", "3,5") // a comma, as half the world writes it
	values.Set("fitsFirstBike", "")
	values.Set("difficulty.0.axes.0.predominant", "2.5")
	values.Set("difficulty.0.axes.0.worst", "3")
	values.Set("features.1.remove", "1")
	values.Set("features.5.kind", "GATE")
	values.Set("features.5.atM", "3000")
	values.Set("comment", "Rode it yesterday")
	v.post(editGrin, values).want(200, In(".notice.good", Text("Saved")), In("main", Text("Grips like glue.")), Count(".features li", 5))
	sent := input(t, b.sent("UpdateTrail")[0])
	var keys []string
	for _, k := range []string{"name", "localName", "description", "tags", "access", "junctions", "facts", "type"} {
		if _, there := sent[k]; there {
			keys = append(keys, k)
		}
	}
	if keys != nil {
		t.Errorf("untouched fields were sent: %v", keys)
	}
	want := map[string]any{"personality": "Grips like glue.", "gates": 2.0, "flow": 3.5, "fitsFirstBike": nil, "comment": "Rode it yesterday", "expectedVersion": 3.0, "lang": "en"}
	for k, w := range want {
		got, there := sent[k]
		if !there || !cmp.Equal(got, w) {
			t.Errorf("%s is %v (sent: %t), want %v", k, got, there, w)
		}
	}
	profiles, _ := sent["difficulty"].([]any)
	if len(profiles) != 2 {
		t.Fatalf("difficulty is %v", sent["difficulty"])
	}
	axes, _ := profiles[0].(map[string]any)["axes"].([]any)
	if diff := cmp.Diff(map[string]any{"axis": "TECHNICAL_CLIMBING", "predominant": 2.5, "worst": 3.0, "notApplicable": false, "wetOffset": nil, "note": nil, "basis": "LOCAL"}, axes[0]); diff != "" {
		t.Errorf("the new mark (-want +got):\n%s", diff)
	}
	if len(axes) != 5 {
		t.Errorf("%d marks, want 5", len(axes))
	}
	if stored := b.api.Entity("grin-and-granite"); stored["fitsFirstBike"] != nil || stored["version"] != 4.0 {
		t.Errorf("stored: fitsFirstBike %v, version %v", stored["fitsFirstBike"], stored["version"])
	}
}

func TestEditShowsProblemsAndKeepsInput(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	values := v.get(editGrin).formValues("form#edit")
	values.Set("name", "")
	values.Set("gates", "two")
	values.Set("difficulty.0.axes.1.worst", "very")
	values.Set("features.5.name", "A thing without a kind")
	values.Set("description", "My long text that must not get lost")
	values.Set("comment", "why")
	a := v.post(editGrin, values).want(422, In("[role=alert]", Text("4 fields need another look")),
		In("input[name=name]", Attr("aria-invalid", "true"), Attr("value", "")), In("input[name=gates]", Attr("value", "two"), Attr("aria-invalid", "true")),
		In("input[name=difficulty.0.axes.1.worst]", Attr("value", "very")), In("input[name=features.5.name]", Attr("value", "A thing without a kind")),
		In("textarea[name=description]", Text("must not get lost")), In("input[name=comment]", Attr("value", "why")))
	sound(t, a)
	if n := len(b.sent("UpdateTrail")); n != 0 {
		t.Errorf("%d updates were sent with problems", n)
	}
	// What the API finds stands beside the field too.
	values = v.get(editGrin).formValues("form#edit")
	values.Set("flow", "9")
	v.post(editGrin, values).want(422, In("#flow-problem", Text("Flow goes from 0 to 5")), In("input[name=flow]", Attr("value", "9")))
}

func TestConflictShowsBothSides(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	values := v.get(editGrin).formValues("form#edit")
	b.api.Touch("grin-and-granite", map[string]any{"personality": "Their words.", "maintenance": "Raked in June."})
	values.Set("personality", "My words.")
	values.Set("comparableTo", "Nothing at all.")
	a := v.post(editGrin, values).want(http.StatusConflict, In("[role=alert]", Text("Somebody saved this page while you were writing")),
		In(".conflict", Count("fieldset", 1), Text("Personality"), Text("When you began"), Text("Their words."), Text("My words.")),
		In("input[name=personality]", Attr("value", "My words.")), In("textarea[name=comparableTo]", Text("Nothing at all.")),
		In("textarea[name=maintenance]", Text("Raked in June.")), In("main", Text("Taken over from the other change: Maintenance")), In("input[name=version]", Attr("value", "4")))
	sound(t, a)
	if got := b.api.Entity("grin-and-granite")["personality"]; got != "Their words." {
		t.Errorf("the conflict overwrote: %v", got)
	}
	v.post(editGrin, a.formValues("form#edit")).want(200, In(".notice.good", Text("Saved")))
	stored := b.api.Entity("grin-and-granite")
	if stored["personality"] != "My words." || stored["maintenance"] != "Raked in June." || stored["comparableTo"] != "Nothing at all." {
		t.Errorf("after saving again: %v, %v, %v", stored["personality"], stored["maintenance"], stored["comparableTo"])
	}
}

// The other side is taken field by field; what was typed elsewhere stays.
func TestConflictTakesTheirs(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	values := v.get(editGrin).formValues("form#edit")
	b.api.Touch("grin-and-granite", map[string]any{"personality": "Their words."})
	values.Set("personality", "My words.")
	values.Set("comparableTo", "Nothing at all.")
	again := v.post(editGrin, values).want(http.StatusConflict, In(".conflict", Count("fieldset", 1))).formValues("form#edit")
	again.Set("take.personality", "theirs")
	v.post(editGrin, again).want(200, In(".notice.good", Text("Saved")))
	if stored := b.api.Entity("grin-and-granite"); stored["personality"] != "Their words." || stored["comparableTo"] != "Nothing at all." {
		t.Errorf("stored: %v, %v", stored["personality"], stored["comparableTo"])
	}
}

// What others changed elsewhere on the page is no conflict.
func TestEditsMerge(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	values := v.get(editGrin).formValues("form#edit")
	b.api.Touch("grin-and-granite", map[string]any{"maintenance": "Raked in June."})
	values.Set("personality", "My words.")
	v.post(editGrin, values).want(200, In(".notice.good", Text("both changes are live")))
	if stored := b.api.Entity("grin-and-granite"); stored["personality"] != "My words." || stored["maintenance"] != "Raked in June." {
		t.Errorf("stored: %v, %v", stored["personality"], stored["maintenance"])
	}
}

func TestCarefulFieldsBecomeAProposal(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	values := v.get(editGrin).formValues("form#edit")
	values.Set("name", "Grin & Granite")
	values.Set("personality", "New words.")
	values.Set("comment", "That is what the sign says")
	a := v.post(editGrin, values).want(http.StatusConflict, In("[role=alert]", Text("needs a second pair of eyes"), Text("Name")), In("button[value=propose][form=edit]"), In("input[name=name]", Attr("value", "Grin & Granite")))
	again := a.formValues("form#edit")
	again.Set("action", "propose")
	p := v.post(editGrin, again).want(200, In("h1", Text("Proposal for Grin and Granite")), In(".notice.good", Text("Your proposal was sent")), In("table.proposed", Text("Grin & Granite"), Text("New words.")), In("form.decide button[value=withdraw]"), None("form.decide button[value=accept]"))
	sound(t, p)
	sent := input(t, b.sent("CreateProposal")[0])
	var patch map[string]any
	text, _ := sent["patch"].(string)
	if err := json.Unmarshal([]byte(text), &patch); err != nil {
		t.Fatalf("the patch is not JSON in a string: %v", sent["patch"])
	}
	if diff := cmp.Diff(map[string]any{"name": "Grin & Granite", "personality": "New words."}, patch); diff != "" {
		t.Errorf("patch (-want +got):\n%s", diff)
	}
	if got := b.api.Entity("grin-and-granite")["name"]; got != "Grin and Granite" {
		t.Errorf("the name is already %v", got)
	}
	v.post(p.at[len(b.url):], url.Values{"decision": {"withdraw"}}).want(200, In(".notice", Text("withdrawn")), None("form.decide"))
}

func TestModeratorsDecide(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	rider, mo := b.rider("dora"), b.rider("mo", "moderators")
	const path = "/proposals/90000000-0000-4000-8000-000000000900"
	mo.get("/proposals").want(200, In(".changes a", Attr("href", path)), In(".changes", Text("the page has moved on")))
	rider.get(path).want(200, In("form.decide", Text("A moderator decides")), None("form.decide button"))
	rider.post(path, url.Values{"decision": {"accept"}}).want(403, In("h1", Text("You may not do that")))
	mo.post(path, url.Values{"decision": {"perhaps"}}).want(400)
	mo.get(path).want(200, In(".notice.warn", Text("has changed since")), In("table.proposed", Text("Grin & Granite"), Text("careful")), Count("form.decide button", 2))
	mo.post(path, url.Values{"decision": {"reject"}, "note": {"The sign is wrong."}}).want(200, In(".notice", Text("Rejected")), In("dl", Text("The sign is wrong.")), None("form.decide"))
	if in := input(t, b.sent("RejectProposal")[0]); in["note"] != "The sign is wrong." {
		t.Errorf("note: %v", in["note"])
	}
}

// A field that both changed waits for the moderator's word; the rest is rebased by itself.
func TestModeratorsSettleConflicts(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	mo := b.rider("mo", "moderators")
	const path = "/proposals/90000000-0000-4000-8000-000000000900"
	a := mo.get(path).want(200, In("main", Text("One field was changed by both")), In("table.proposed .both", Text("Length"), Text("When this was proposed: 3150 m")), In("form.decide", Count("fieldset", 1), Count("input[type=radio]", 2)))
	sound(t, a)
	b.rider("dora").get(path).want(200, In("table.proposed .both", Text("Length")), None("form.decide input[type=radio]"))
	form := a.formValues("form.decide")
	form.Set("decision", "accept")
	mo.post(path, form).want(409, In("[role=alert]", Text("Changed by others")), In("form.decide", Count("fieldset", 1)))
	form.Set("side.lengthM", "keep")
	mo.post(path, form).want(200, In(".notice.good", Text("Accepted")), In("table.proposed", Text("left as it was")))
	if diff := cmp.Diff([]any{"lengthM"}, input(t, b.sent("AcceptProposal")[1])["keep"]); diff != "" {
		t.Errorf("keep (-want +got):\n%s", diff)
	}
}

func TestTipInAMinute(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	form := v.get("/trails/larch-line").formValues("form.add-tip")
	if form.Get("kind") != "TIP" {
		t.Errorf("the kind starts as %q", form.Get("kind"))
	}
	form.Set("body", "")
	v.post("/trails/larch-line/tips", form).want(422, In("#tip-problem", Text("Write a sentence first")))
	form.Set("body", "See http://spam.example")
	a := v.post("/trails/larch-line/tips", form).want(422, In("#tip-problem", Text("A tip holds no links")), In("textarea[name=body]", Text("See http://spam.example")), In("h1", Text("Larch Line")))
	sound(t, a)
	form.Set("body", "Third berm: stay high & <b>smile</b>.")
	form.Set("kind", "LINE_CHOICE")
	v.post("/trails/larch-line/tips", form).want(200, In(".notice.good", Text("Your tip is here")), In("#tips .tip", Text("Line choice"), Text("Third berm: stay high & <b>smile</b>."), None("blockquote b")))
	in := input(t, b.sent("CreateTip")[1])
	if diff := cmp.Diff(map[string]any{"subjectId": "30000000-0000-4000-8000-000000000002", "kind": "LINE_CHOICE", "body": "Third berm: stay high & <b>smile</b>.", "lang": "en"}, in); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
	}
	if a := b.visitor().still().post("/trails/larch-line/tips", form); a.status != 303 || a.header.Get("Location") != "/sign-in?return=%2Ftrails%2Flarch-line" {
		t.Errorf("without signing in: %d to %s", a.status, a.header.Get("Location"))
	}
}

func TestMakingPages(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	a := v.get("/new/trails?system=20000000-0000-4000-8000-000000000001").want(200, In("h1", Text("New trail")), In("input[name=systemIds][checked]", Attr("value", "20000000-0000-4000-8000-000000000001")))
	sound(t, a)
	form := a.formValues("form#edit")
	v.post("/new/trails", form).want(422, In("#name-problem"), In("[role=alert]"))
	form.Set("name", "Fresh Line")
	form.Set("type", "SINGLETRACK")
	form.Set("direction", "BOTH")
	v.post("/new/trails", form).want(200, In("h1", Text("Fresh Line")), In(".notice.good"))
	in := input(t, b.sent("CreateTrail")[0])
	if diff := cmp.Diff(map[string]any{"name": "Fresh Line", "type": "SINGLETRACK", "direction": "BOTH", "systemIds": []any{"20000000-0000-4000-8000-000000000001"}, "visibility": "PUBLIC", "lang": "en"}, in); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
	}
	v.get("/new/regions").want(403)
	v.get("/new/tips").want(404)
	v.get("/new/systems").want(200, In("h1", Text("New trail system")))
	v.get("/new/routes").want(200)
}

// A guide is written section by section; sentences to remember stand a line each.
func TestWritingAGuide(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	a := v.get("/new/guides?system=20000000-0000-4000-8000-000000000001").want(200, In("h1", Text("New guide")),
		In("input[name=systemIds][checked]", Attr("value", "20000000-0000-4000-8000-000000000001")), In("input[name=routeIds]"), In("textarea[name=sections.0.body]"), In("input[name=sections.0.heading]"))
	sound(t, a)
	form := a.formValues("form#edit")
	form.Set("name", "Two wet days")
	form.Set("type", "SEASONAL_GUIDE")
	form.Set("sections.0.heading", "What stays open")
	form.Set("sections.0.body", "The flats.\r\n\r\n- and the café")
	form.Set("keyTakeaways", "Bring a coat, and a spare.\r\n\r\nGo anyway.\r\n")
	v.post("/new/guides", form).want(200, In("h1", Text("Two wet days")), In("#section-1", Text("What stays open")), Count(".takeaways li", 2), In("#section-1 li", Text("and the café")))
	in := input(t, b.sent("CreateGuide")[0])
	want := map[string]any{
		"name": "Two wet days", "type": "SEASONAL_GUIDE", "systemIds": []any{"20000000-0000-4000-8000-000000000001"}, "lang": "en",
		"sections":     []any{map[string]any{"heading": "What stays open", "body": "The flats.\n\n- and the café"}},
		"keyTakeaways": []any{"Bring a coat, and a spare.", "Go anyway."},
	}
	delete(in, "status")
	if diff := cmp.Diff(want, in); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
	}
	form.Set("sections.0.body", "")
	v.post("/new/guides", form).want(422, In("[id=sections.0.body-problem]"))

	a = v.get("/new/comparisons?region=10000000-0000-4000-8000-000000000001").want(200, In("h1", Text("New regional comparison")), In("input[name=regionIds][checked]"), In("select[name=differences.0.category]"), In("textarea[name=differences.0.text]"))
	sound(t, a)
}

func TestProfile(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("nova")
	a := v.get("/me").want(200, In("main", Text("You have none yet")), In("input[name=name]", Attr("value", "nova")))
	sound(t, a)
	form := a.formValues("form.edit")
	form.Set("name", "Nova Null")
	form.Set("units", "IMPERIAL")
	form.Add("styles", "FLOW")
	v.post("/me", form).want(200, In(".notice.good", Text("Your profile is saved")), In(".me", Text("Nova Null")), In("input[name=name]", Attr("value", "Nova Null")), In(".units button[aria-pressed=true]", Text("mi")))
	if n := len(b.sent("CreateRider")); n != 1 {
		t.Errorf("createRider was sent %d times", n)
	}
	form = v.get("/me").formValues("form.edit")
	form.Set("about", "Rides nowhere.")
	v.post("/me", form).want(200)
	in := input(t, b.sent("UpdateRider")[0])
	if in["about"] != "Rides nowhere." || in["name"] != nil {
		t.Errorf("input %v", in)
	}
	v.get("/trails/grin-and-granite").want(200, In(".figures", Text("2 mi")))
	// Name and units come with the rider to another browser.
	other := b.visitor()
	other.signIn("nova", "/trails/grin-and-granite").want(200, In(".me", Text("Nova Null")), In(".figures", Text("2 mi")))
}

func TestModeratorsPutAway(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	rider, mo := b.rider("dora"), b.rider("mo", "moderators")
	rider.get("/trails/larch-line/edit").want(200, None(".put-away"))
	rider.post("/trails/larch-line/archive", url.Values{"version": {"3"}}).want(403, In("main", Text("Only moderators put pages away")))
	form := mo.get("/trails/larch-line/edit").want(200, In(".put-away summary", Text("Put this page away"))).formValues(".put-away form")
	form.Set("comment", "Gone")
	mo.post("/trails/larch-line/archive", form).want(200, In(".notice", Text("Put away")))
	if in := input(t, b.sent("ArchiveTrail")[1]); in["comment"] != "Gone" || in["expectedVersion"] != 3.0 {
		t.Errorf("input %v", in)
	}
	mo.get("/trails/larch-line").want(200, In(".notice.bad", Text("This page was put away")))
	mo.post("/trails/larch-line/restore", mo.get("/trails/larch-line/edit").formValues(".put-away form")).want(200, In(".notice", Text("Brought back")))
	mo.post("/trails/larch-line/archive", nil).want(400)
}

func TestGoBackToAVersion(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	const old = "/revisions/60000000-0000-4000-8000-000000000002"
	b.visitor().get(old).want(200, None(".put-away"))
	b.visitor().get("/trails/grin-and-granite/history").want(200, Count(".changes li", 3), None(".changes a.go-back"))
	v := b.rider("dora")
	// Of three versions one is no longer what the page says: the first of the facts.
	const first = "/revisions/60000000-0000-4000-8000-000000000001?back=1#back"
	v.get("/trails/grin-and-granite/history").want(200, Count(".changes a.go-back", 1), In(".changes a.go-back", Attr("href", first), Text("go back to this")))
	v.get(strings.TrimSuffix(first, "#back")).want(200, In("details#back[open]", Text("its facts"), Text("the history keeps no lines")))
	v.get("/changes").want(200, None(".changes a.go-back"))
	form := v.get(old).want(200, In(".put-away summary", Text("Go back to this version"))).formValues(".put-away form")
	stale := url.Values{"entity": form["entity"], "version": {"1"}, "comment": {"Mine was better"}}
	v.post(old, stale).want(409, In(".notice.bad", Text("has changed since")), In("#why", Attr("value", "Mine was better")))
	form.Set("comment", "Vandalism")
	v.post(old, form).want(200, In(".notice", Text("says again")), In("main", Text("Revert")), In("main", Text("Vandalism")))
	if in := input(t, b.sent("RevertEntity")[1]); in["comment"] != "Vandalism" || in["revisionId"] != strings.TrimPrefix(old, "/revisions/") || in["expectedVersion"] != 3.0 {
		t.Errorf("input %v", in)
	}
	v.post(old, nil).want(400)
	v.post("/revisions/nope", form).want(404)
	b.visitor().post(old, form).want(200) // to the sign-in, and nothing was sent
	if n := len(b.sent("RevertEntity")); n != 2 {
		t.Errorf("%d reverts were sent", n)
	}
}

func TestTextsInAnotherLanguage(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	a := v.get(editGrin+"?lang=DE").want(200, In(".lang-form", Text("are in de")), In("form#edit", Attr("action", editGrin+"?lang=de")))
	form := a.formValues("form#edit")
	form.Set("personality", "Griffig wie Schmirgelpapier.")
	v.post(editGrin+"?lang=de", form).want(200, In(".notice.good"))
	if in := input(t, b.sent("UpdateTrail")[0]); in["lang"] != "de" || in["personality"] != "Griffig wie Schmirgelpapier." {
		t.Errorf("input %v", in)
	}
	v.get("/trails/grin-and-granite?lang=%22%3E%3Cscript%3E").want(200)
	if got := b.sent("Trail"); got[len(got)-1]["lang"] != "en" {
		t.Errorf("a language that is none asks for %v", got[len(got)-1]["lang"])
	}
}
