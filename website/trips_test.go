package website_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

// TestTrip saves a question as a trip, plans it, gives the link away and takes it back.
func TestTrip(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	b.visitor().get("/where-to-ride?month=10").want(200, In(".save-trip a", Text("Sign in to save this as a trip")), None("form.save-trip"))
	v := b.rider("dora")
	results := v.get("/where-to-ride?month=10&skill=CHALLENGING&days=3").want(200, In("form.save-trip button", Text("Save this as a trip")), In("li.suggestion form.save-trip", Text("Plan a trip there")))
	sound(t, results)
	saved := v.post("/trips", results.formValues("li.suggestion form.save-trip")).want(200, In("h1", Text("Imaginary Ridge")), In(".notice.good", Text("Only you see it")), Count(".trip-days > li", 3), In(".trip-days > li", Text("Imaginary Ridge")), In(".page-head a", Text("Ask again")))
	sound(t, saved)
	in := input(t, b.sent("CreateTrip")[0])
	if diff := cmp.Diff(map[string]any{"month": 10.0, "skill": "CHALLENGING", "days": 3.0, "units": "METRIC"}, in["question"]); diff != "" {
		t.Errorf("question (-want +got):\n%s", diff)
	}
	trip := strings.TrimPrefix(strings.SplitN(saved.at, "?", 2)[0], b.url)
	v.get("/where-to-ride?"+strings.SplitN(attribute(t, saved, ".page-head a", "href"), "?", 2)[1]).want(200, In("select[name=month] option[selected]", Text("October")))

	form := saved.formValues("form.trip-form")
	form.Set("title", "Ridge with <Kuno>")
	form.Set("startsOn", "2027-10-01")
	form.Set("endsOn", "2027-10-03")
	form.Set("day-0-note", "Slowly.")
	form.Set("day-2-remove", "yes")
	form.Set("member-0-nickname", "Kuno")
	form.Set("member-0-ages", "7, nine")
	v.post(trip, form).want(422, In(".notice.bad", Text("Ages are numbers")), In("input[name=title]", Attr("value", "Ridge with <Kuno>")))
	form.Set("member-0-ages", "7, 9")
	form.Set("member-0-skill", "LEARNING")
	planned := v.post(trip, form).want(200, In("h1", Text("Ridge with <Kuno>")), Count(".trip-days > li", 2), In(".trip-note", Text("Slowly.")), In("#who", Text("Kuno"), Text("children of 7, 9 years")),
		In("#changes li", Text("Imaginary Ridge"), Text("2 changes"), Text("New <signs>.")))
	sound(t, planned)
	v.post(trip, form).want(422, In(".notice.bad", Text("has changed since")))
	v.post(trip+"/look", nil).want(200, None("#changes"))

	// A route goes in from its page.
	route := v.get("/routes/first-day").want(200)
	add := v.get(attribute(t, route, "a[href^='/trips/add']", "href")).want(200, In("h1", Text("to a trip")), Count("select[name=to] option", 3))
	sound(t, add)
	put := add.formValues("form[action='/trips/add']")
	put.Set("to", strings.TrimPrefix(trip, "/trips/")+":1")
	v.post("/trips/add", put).want(200, In(".notice.good", Text("Added to the plan")), Count(".trip-days .route-card", 1))
	v.post("/trips/add", put).want(200, In(".notice", Text("Nothing was different")))
	put.Set("to", strings.TrimPrefix(trip, "/trips/")+":new")
	v.post("/trips/add", put).want(200, Count(".trip-days > li", 3), Count(".trip-days .route-card", 2))

	// The link is told once; whoever has it reads the plan, and no more than that.
	shared := v.post(trip+"/share", nil).want(200, In("#link", Text("We show it this once")))
	link := attribute(t, shared, "#the-link", "value")
	v.get(trip).want(200, None("#link"), In("#share", Text("There is a link")))
	stranger := b.visitor()
	a := stranger.get(strings.TrimPrefix(link, b.url)).want(200, In("h1", Text("Ridge with <Kuno>")), In(".trip-note", Text("Slowly.")), In("main", Text("1 rider.")), In("meta[name=robots]", Attr("content", "noindex")), None("link[rel=canonical]"))
	sound(t, a)
	token := link[strings.LastIndex(link, "/")+1:]
	if a.header.Get("Referrer-Policy") != "no-referrer" || a.header.Get("Cache-Control") != "private, no-store" || strings.Contains(a.body, token) || strings.Contains(a.body, "children of") {
		t.Errorf("the page tells too much: %v\n%s", a.header, a.body)
	}
	if strings.Contains(b.log.String(), token) {
		t.Error("the log has the token")
	}
	again := v.post(trip+"/share", url.Values{"members": {"yes"}}).want(200)
	stranger.get(strings.TrimPrefix(link, b.url)).want(404, In("h1", Text("This link leads nowhere")))
	second := strings.TrimPrefix(attribute(t, again, "#the-link", "value"), b.url)
	stranger.get(second).want(200, In("main", Text("children of 7, 9 years")))
	v.post(trip+"/unshare", nil).want(200, In(".notice.good", Text("leads nowhere any more")))
	stranger.get(second).want(404)
	if strings.Contains(b.log.String(), token) {
		t.Error("the log has the token of a link that leads nowhere")
	}

	v.post(trip+"/put", nil).want(200, In(".notice.warn", Text("put this trip away")), None("form.trip-form"))
	v.get("/trips").want(200, In("main .empty"))
	v.post(trip+"/put", nil).want(200, In("form.trip-form"))
	sound(t, v.get("/trips").want(200, In(".ride-list", Text("Ridge with <Kuno>"), Text("1 October 2027"), Text("1 comes along"))))
	v.post(trip+"/delete", nil).want(422, In(".notice.bad", Text("tick the box")))
	v.post(trip+"/delete", url.Values{"sure": {"yes"}}).want(200, In("h1", Text("Your trips")))
	v.get(trip).want(404)
}

// TestTripsAreTheRiders: nobody else sees them.
func TestTripsAreTheRiders(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("dora")
	v.post("/trips", url.Values{"title": {" "}}).want(422, In(".notice.bad", Text("1 to 120")))
	trip := strings.TrimPrefix(strings.SplitN(v.post("/trips", url.Values{"title": {"Out"}}).want(200, Count(".trip-days > li", 1)).at, "?", 2)[0], b.url)
	other := b.rider("emil", "moderators")
	other.get(trip).want(404)
	for _, path := range []string{"", "/share", "/unshare", "/look", "/put", "/delete"} {
		other.post(trip+path, url.Values{"sure": {"yes"}, "version": {"1"}}).want(404)
	}
	other.get("/trips").want(200, None(".ride-list"))
	other.get("/trips/add?system=x").want(404)
	for _, path := range []string{"/trips", trip, "/trips/add?system=20000000-0000-4000-8000-000000000001"} {
		if a := b.visitor().still().get(path); a.status != 303 || !strings.Contains(a.header.Get("Location"), "/sign-in") {
			t.Errorf("%s without signing in: %d", path, a.status)
		}
	}
	b.visitor().get("/shared/nothing").want(404, In("h1", Text("This link leads nowhere")))
}

// attribute of the first element.
func attribute(t *testing.T, a answer, selector, name string) string {
	t.Helper()
	found, err := Find(a.root(), selector)
	if err != nil || len(found) == 0 {
		t.Fatalf("%s: nothing is %q, %v", a.at, selector, err)
	}
	return Value(found[0], name)
}
