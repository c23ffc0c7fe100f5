package website_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

// only the fields of an input that a test is about.
func only(in map[string]any, names ...string) map[string]any {
	out := map[string]any{}
	for _, n := range names {
		out[n] = in[n]
	}
	return out
}

// TestKeepRide keeps a ride from a trail's page and rates it, sees what the label was,
// compares, changes its mind, and deletes it.
func TestKeepRide(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	page := v.get("/trails/larch-line").want(200, In("a.button[href='/trails/larch-line/ridden?from=trail']", Text("I rode this")), None("#riders-say"))
	sound(t, page)
	a := v.get("/trails/larch-line/ridden?from=trail").want(200, In("h1", Text("You rode Larch Line")), None("input[name=asked]"), In("input[type=hidden][name=seen]", Attr("value", "YES")),
		Count("fieldset.steps", 5), In(".privacy", Text("Only you see your rides"), Text("five riders or more")), In("select[name=when] option[selected]"))
	sound(t, a)
	form := a.formValues("form.ride-form")
	form.Set("outcome", "DABS")
	form.Set("rate-TECHNICAL_DESCENDING", "3")
	form.Set("rate-FITNESS", "1")
	form.Add("condition", "wet")
	// What is wrong is said, and what was written stays.
	form.Set("year", "soon")
	v.post("/trails/larch-line/ridden", form).want(422, In(".notice.bad", Text("four digits")), In("input[name=rate-FITNESS][checked]", Attr("value", "1")), In("input[name=seen]", Attr("value", "YES")))
	form.Set("year", "2027")
	v.post("/trails/larch-line/ridden", form).want(422, In(".notice.bad", Text("still to come")), In("input[name=outcome][checked]", Attr("value", "DABS")))
	form.Set("year", "2026")
	form.Set("when", "AUTUMN")
	kept := v.post("/trails/larch-line/ridden", form).want(200, In(".notice.good", Text("Only you see it")), In("h1", Text("Larch Line")), In(".over", Text("Autumn 2026")),
		Count("#said tbody tr", 2), In("#said tbody", Text("black"), Text("Blue")), In("#compare .empty", Text("over another trail")))
	sound(t, kept)
	in := input(t, b.sent("CreateRide")[len(b.sent("CreateRide"))-1])
	if diff := cmp.Diff(map[string]any{"year": 2026.0, "month": nil, "season": "AUTUMN", "riddenOn": nil, "outcome": "DABS", "conditions": []any{"wet"}, "direction": "FORWARD",
		"ratings": []any{
			map[string]any{"axis": "TECHNICAL_DESCENDING", "category": 3.0, "labelSeen": "YES", "questionVersion": 1.0},
			map[string]any{"axis": "FITNESS", "category": 1.0, "labelSeen": "YES", "questionVersion": 1.0},
		}}, only(in, "year", "month", "season", "riddenOn", "outcome", "conditions", "direction", "ratings")); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
	}
	ride := strings.TrimPrefix(strings.SplitN(kept.at, "?", 2)[0], b.url)

	// Found by its name, the label is not told before he said how hard it was.
	v.get("/rides").want(200, Count(".ride-list li", 1), In(".ride-list", Text("Larch Line"), Text("Autumn 2026"), Text("2 ratings")))
	found := v.get("/rides?trail=grin").want(200, In(".found a", Attr("href", "/trails/grin-and-granite/ridden")))
	sound(t, found)
	blind := v.get("/trails/grin-and-granite/ridden").want(200, In("input[name=asked]"), Count("fieldset input[type=radio][name=seen]", 3), None("h1 svg"), None(".stated"), In("input[name=way][checked]", Attr("value", "FORWARD")), In("form.ride-form", Text("Mostly down"), Text("Mostly up")))
	sound(t, blind)
	second := blind.formValues("form.ride-form")
	second.Set("seen", "NO")
	second.Set("rate-TECHNICAL_DESCENDING", "2")
	second.Set("day", "2026-10-03")
	other := v.post("/trails/grin-and-granite/ridden", second).want(200, In(".over", Text("3 October 2026")), Count("form.compare[action]", 2), In("form.compare b", Text("Larch Line")))
	sound(t, other)
	in = input(t, b.sent("CreateRide")[len(b.sent("CreateRide"))-1])
	if in["riddenOn"] != "2026-10-03" || in["year"] != nil || in["ratings"].([]any)[0].(map[string]any)["labelSeen"] != "NO" {
		t.Errorf("input %v", in)
	}
	second2 := strings.TrimPrefix(strings.SplitN(other.at, "?", 2)[0], b.url)

	// One press compares; another answer replaces it; it can be taken back.
	answer := other.formValues("form.compare")
	answer.Set("verdict", "HARDER")
	v.post(second2+"/compare", answer).want(200, In(".notice.good", Text("Another one?")), In(".compared li", Text("Technical descending: harder than Larch Line")))
	answer.Set("verdict", "SAME")
	compared := v.post(second2+"/compare", answer).want(200, Count(".compared li", 1), In(".compared li", Text("about the same as Larch Line")))
	if in = input(t, b.sent("CompareTrails")[1]); in["expectedVersion"] != 1.0 {
		t.Errorf("the second answer says %v", in)
	}
	v.get(ride).want(200, In(".compared li", Text("about the same as Grin and Granite")))
	v.post(second2+"/withdraw", compared.formValues(".compared form")).want(200, None(".compared"))
	v.post(second2+"/compare", url.Values{"axis": {"SPEED"}, "other": {"x"}, "verdict": {"HARDER"}}).want(400)

	// Changing says only what is different; a rating can be taken back.
	change := v.get(ride).want(200).formValues("form.ride-form")
	change.Set("rate-FITNESS", "")
	v.post(ride, change).want(200, In(".notice.good", Text("Saved")), Count("#said tbody tr", 1))
	if len(b.sent("UpdateRide")) != 0 {
		t.Error("nothing but a rating was different, and the ride was changed")
	}
	change = v.get(ride).formValues("form.ride-form")
	change.Set("note", "Mind the <root>.")
	v.post(ride, change).want(200, In(".note", Text("Mind the <root>.")))
	if len(b.sent("UpdateRide")) != 1 || len(b.sent("RateRide")) != 1 {
		t.Errorf("%d changes, %d ratings", len(b.sent("UpdateRide")), len(b.sent("RateRide")))
	}
	// The form that was open meanwhile is told so.
	change.Set("note", "From an old page.")
	v.post(ride, change).want(422, In(".notice.bad", Text("has changed since")), In("textarea[name=note]", Text("From an old page")))

	v.post(ride+"/put", nil).want(200, In(".notice.warn", Text("doesn’t count")), None("form.ride-form"))
	v.get("/rides").want(200, Count(".ride-list li", 1))
	v.get("/rides?archived=yes").want(200, In(".ride-list", Text("Larch Line")))
	v.post(ride+"/put", nil).want(200, In("form.ride-form"))
	v.post(ride+"/delete", nil).want(422, In(".notice.bad", Text("tick the box")))
	v.post(ride+"/delete", url.Values{"sure": {"yes"}}).want(200, In("h1", Text("Your rides")), In(".notice.good", Text("Deleted for good")))
	v.get(ride).want(404)
}

// TestRidesAreTheRiders: nobody else sees them, and no cache keeps them.
func TestRidesAreTheRiders(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	v.get("/rides").want(200, In("main .empty", Text("the trail you know best")), In(".privacy"), In("meta[name=robots]", Attr("content", "noindex")), None("link[rel=canonical]"))
	if got := v.get("/rides").header.Get("Cache-Control"); got != "private, no-store" {
		t.Errorf("Cache-Control %q", got)
	}
	form := v.get("/trails/larch-line/ridden").formValues("form.ride-form")
	ride := strings.TrimPrefix(strings.SplitN(v.post("/trails/larch-line/ridden", form).want(200, None("#said")).at, "?", 2)[0], b.url)
	v.get("/trails/larch-line/ridden").want(200, In("main", Text("You keep 1 ride over it already")))
	other := b.rider("emil", "moderators")
	other.get(ride).want(404)
	other.get("/rides").want(200, None(".ride-list"))
	for _, path := range []string{"/put", "/delete", "/compare", "/withdraw", ""} {
		other.post(ride+path, url.Values{"sure": {"yes"}, "version": {"1"}}).want(404)
	}
	for _, path := range []string{"/rides", ride, "/trails/larch-line/ridden"} {
		if a := b.visitor().still().get(path); a.status != 303 || !strings.Contains(a.header.Get("Location"), "/sign-in") {
			t.Errorf("%s without signing in: %d", path, a.status)
		}
	}
	v.get("/trails/nothing-there/ridden").want(404)
	v.get("/rides/x").want(404)
}

// TestRidersSay: a trail's page tells how hard riders found it, of five or more.
func TestRidersSay(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	a := b.visitor().get("/trails/grin-and-granite").want(200, Count("#riders-say tbody tr", 3), In("#riders-say", Text("mostly black · 7 riders"), Text("mostly between green and blue · 6 riders"), Text("fewer than five riders so far")))
	sound(t, a)
}
