package website_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

// TestAccessPoints makes a trailhead from a system's page, says more of it, has a change of
// its position held back, gives a tip and names it on a route.
func TestAccessPoints(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	const ridge = "20000000-0000-4000-8000-000000000001"
	v.get("/systems/imaginary-ridge").want(200, In("#access-points a", Attr("href", "/access-points/ridge-car-park")))
	a := v.get("/new/access-points?system="+ridge).want(200, In("h1", Text("New access point")), In("#systemIds input[checked]", Attr("value", ridge)), In("select[name=kind] option[selected]", Text("choose")))
	sound(t, a)
	form := a.formValues("form#edit")
	form.Set("name", "Chapel trailhead")
	form.Set("position.lat", "-47.51")
	v.post("/new/access-points", form).want(422, In("#kind-problem"), In("input[name=name]", Attr("value", "Chapel trailhead")))
	form.Set("kind", "TRAILHEAD")
	form.Set("position.lon", "-139.51")
	form["facilities"] = []string{"water"}
	form.Set("directions", "Up behind the <b>chapel</b>.")
	v.post("/new/access-points", form).want(200, In("h1", Text("Chapel trailhead")), In(".notice.good", Text("Your page is here")), In(".prose", Text("Up behind the")), In(".figures", Text("47.51000° south"), Text("Water")))
	sent := b.sent("CreateAccessPoint")
	if diff := cmp.Diff(map[string]any{
		"name": "Chapel trailhead", "kind": "TRAILHEAD", "systemIds": []any{ridge}, "position": map[string]any{"lat": -47.51, "lon": -139.51},
		"facilities": []any{"water"}, "visibility": "PUBLIC", "directions": "Up behind the <b>chapel</b>.", "lang": "en",
	}, input(t, sent[len(sent)-1])); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
	}

	edit := v.get("/access-points/ridge-car-park/edit?field=parking").want(200, In("#parking[autofocus]")).formValues("form#edit")
	edit.Set("fees", "Free at last.")
	v.post("/access-points/ridge-car-park/edit", edit).want(200, In(".pairs", Text("Free at last.")))
	edit = v.get("/access-points/ridge-car-park/edit").formValues("form#edit")
	edit.Set("position.lat", "-47.6")
	v.post("/access-points/ridge-car-park/edit", edit).want(409, In(".notice.warn", Text("Position")))

	v.post("/access-points/ridge-car-park/tips", map[string][]string{"body": {""}}).want(422, In("#tip-problem", Text("Write a sentence first")))
	v.post("/access-points/ridge-car-park/tips", map[string][]string{"body": {"Full by nine."}, "kind": {"PARKING"}}).want(200, In("#tips .tip", Text("Full by nine.")))

	route := v.get("/routes/bare-idea/edit").want(200, In("fieldset#accessPointIds", Text("Bare Halt"))).formValues("form#edit")
	route["accessPointIds"] = []string{"90000000-0000-4000-8000-000000000002"}
	v.post("/routes/bare-idea/edit", route).want(200, In(".figures a[href=/access-points/bare-halt]"))
	v.get("/access-points/bare-halt").want(200, Count(".route-card", 1))
	v.get("/search?q=chapel&kind=ACCESS_POINT").want(200, In(".finds a", Text("Chapel trailhead")))
	v.get("/access-points/nothing").want(404)
}

// TestUplifts tells of a shuttle from a system's page and brings it up to date.
func TestUplifts(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	const ridge, park = "20000000-0000-4000-8000-000000000001", "90000000-0000-4000-8000-000000000001"
	a := v.get("/new/uplifts?system="+ridge).want(200, In("h1", Text("New uplift")), In("#systemIds input[checked]", Attr("value", ridge)),
		Count("select[name=kind] option", 5), In("select[name=kind] option[selected]", Text("choose")), In("select[name=fromId]", Text("Ridge car park")), In("select[name=takesEBikes] option[selected]", Text("unknown")))
	sound(t, a)
	form := a.formValues("form#edit")
	form.Set("name", "Ridge shuttle")
	form.Set("kind", "SHUTTLE")
	form.Set("fromId", park)
	form.Set("toPlace", "The pass")
	form.Set("runs.0.months", "5, 6")
	form.Set("runs.0.lastRide", "16:30")
	form.Set("prices.0.title", "A ride")
	form.Set("prices.0.amount", "12,50")
	v.post("/new/uplifts", form).want(422, In("main", Text("another look")), In("input[name='prices.0.amount']", Attr("value", "12,50")))
	form.Set("prices.0.currency", "EUR")
	v.post("/new/uplifts", form).want(200, In("h1", Text("Ridge shuttle")), In(".pairs", Text("12.50 EUR")), In("table", Text("May, Jun"), Text("16:30")), In(".figures a[href=/access-points/ridge-car-park]"))
	sent := b.sent("CreateUplift")
	if diff := cmp.Diff(map[string]any{
		"name": "Ridge shuttle", "kind": "SHUTTLE", "systemIds": []any{ridge}, "fromId": park, "toPlace": "The pass", "visibility": "PUBLIC", "lang": "en",
		"runs":   []any{map[string]any{"months": []any{5.0, 6.0}, "weekdays": []any{}, "hours": nil, "lastRide": "16:30", "note": nil}},
		"prices": []any{map[string]any{"title": "A ride", "amount": 12.5, "currency": "EUR"}},
	}, input(t, sent[len(sent)-1])); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
	}
	// A route names it for a leg, and keeps it through another edit.
	route := v.get("/routes/first-day/edit").want(200, In("#legs option[value=a0000000-0000-4000-8000-000000000001][selected]", Text("Ridge chair"))).formValues("form#edit")
	route.Set("tagline", "Up by chair.")
	v.post("/routes/first-day/edit", route).want(200, In(".lead", Text("Up by chair.")), In(".legs a[href=/uplifts/ridge-chair]"))
	edit := v.get("/uplifts/ridge-chair/edit?field=validUntil").want(200, In("#validUntil[autofocus]")).formValues("form#edit")
	edit.Set("validUntil", "2027-10-31")
	v.post("/uplifts/ridge-chair/edit", edit).want(200, None(".notice.warn"), In("main", Text("Known to hold until 31 October 2027")))
	v.get("/uplifts/ridge-chair/history").want(200)
	v.get("/uplifts/nothing").want(404)
}
