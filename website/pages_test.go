package website_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/website/fakeapi"
	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

// TestPages reads every public page and looks for what it is for.
func TestPages(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	for _, c := range []struct {
		path   string
		checks []Checker
	}{
		{"/", []Checker{
			In("h1", Text("Where to ride")), In("form.discover", Attr("action", "/where-to-ride"), Attr("method", "get")),
			Count("form.discover select[name=month] option", 13), Count("form.discover input[name=style]", 5), Each("form.discover input[name=must]"),
			In("svg.world", Count("a .wd-pin", 3), Count(".wd-name", 3)), Count(".system-card", 2), Count(".places dt", 2), In(".places", Text("The Empty Quarter")), In("form.hero-home", Attr("action", "/your-home"), In("input[name=place]")),
		}},
		{"/where-to-ride?month=10&skill=CHALLENGING&style=FLOW&near=-47.5,-139", []Checker{
			Count("li.suggestion", 2), In("li.suggestion", In("h2 a", Attr("href", "/systems/imaginary-ridge")), In(".score", Text("84")), Count(".parts tr", 5), Count("svg.bar", 5),
				In(".reasons", Text("October is a month to go")), In(".concerns", Text("Nobody has said whether e-bikes")), In(".facts-line", Text("42.5 km away")), Count(".route-card", 2)),
			In(".asked", Text("in October")), In("main", Text("Nobody has described these yet"), Text("The Empty Quarter")),
			In("select[name=month] option[selected]", Text("October")), In("input[name=style][checked]", Attr("value", "FLOW")), In("input[name=near]", Attr("value", "-47.5,-139")),
		}},
		{"/regions", []Checker{Count("main .card", 2), In(".card a", Attr("href", "/regions/invented-highlands"))}},
		{"/regions/invented-highlands", []Checker{
			In(".made-up-bar", Text("Invented place, for demonstration")), In("h1", Text("Invented Highlands")), In(".prose strong", Text("larch and granite")),
			In("main", Text("+1.0 label steps"), Text("Nowhere")), Count(".system-card", 3), In("svg.globe", In(".wd-pin.made-up")),
		}},
		{"/systems", []Checker{Count(".system-card", 4)}},
		{"/systems/imaginary-ridge", []Checker{
			In(".crumbs", Text("Invented Highlands")), Count(".season li", 12), In(".season li.s-unknown", Text("Dec")), Count("table.trails tbody tr", 5),
			In("svg.map", Count(".mp-num", 4), Count("a.mp-track", 4)), Each("table.access tbody tr th[scope=row]"), In(".v-unknown", Text("Unknown")),
			In("a.basis.b-official.expired", Attr("href", "#source-3")), In("#source-3", Text("No longer valid since 31 October 2026")), In("#tips .tip", Text("gravel by the chapel")),
			Count("#uplifts li", 2), In("#uplifts", Text("Lift · Ridge car park to The east top · no e-bikes · takes adaptive bikes"), In(".tag", Text("may be out of date"))),
			Count("#access-points li", 3), In("#access-points", Text("Ridge car park"), Text("Parking · room for 24 cars"), Text("Station · not on the map yet")), In("svg.map a.mp-place[href=/access-points/ridge-car-park]", In("title", Text("Ridge car park")), In("text", Text("A"))), Count(".mp-place", 1),
			Count(".filter a", 6), In("main", Text("410 m and 1 230 m"), Text("000")),
			In("#notices .s-critical", Text("Closure"), Text("don’t go"), Text("until 20 December 2026"), Text("2 riders found it so"), In("a[rel='nofollow noopener']", Attr("href", "https://forest.example/works"))), None("#notices form"),
		}},
		{"/systems/imaginary-ridge?label=black", []Checker{Count("table.trails tbody tr", 1), In("table.trails", Text("Grin and Granite")), Count("svg.map .mp-num", 1)}},
		{"/systems/fable-forest", []Checker{
			Count(".trails tbody tr", 2), Count(".trails i.open", 3), In(".trails", Text("OSM mtb:scale 1"), Text("1.3 km"), Text("40 m"), Text("?")), In("#open-from", Text("© Testers, ODbL-1.0")),
		}},
		{"/systems/empty-quarter", []Checker{In("#access-points .empty a", Text("Where do you start?"))}},
		{"/systems/secret-cove", []Checker{None("#access-points"), In(".notice.warn", Text("Only the name of this place is public")), None("svg.globe"), None("svg.map"), In("meta[name=robots]", Attr("content", "noindex"))}},
		{"/trails/grin-and-granite", []Checker{
			In("h1", In("svg.sym-black")), Count(".profile-one", 2), In(".stated", Text("IMBA"), Text("says Invented land office")), Count("svg.axis", 10),
			In("svg.axis[aria-label^=Technical descending]", Attr("aria-label", "Technical descending, 0 to 5: mostly 3, hardest place 4.5"), In(".ax-wet"), In(".ax-worst")),
			In("svg.axis[aria-label=unknown]", In(".ax-unknown"), None(".ax-track")), In("svg.axis[aria-label=Air: does not apply]", Each(".ax-hatch"), None(".ax-unknown")),
			In("svg.profile", Count(".pf-spot", 4), Each(".pf-area")), In("svg.map", In(".mp-start"), In(".mp-end"), In(".mp-north"), In(".mp-scale", Text("km")), Count(".mp-spot", 4), Count(".mp-join", 1), In(".main")),
			Count(".features li", 5), In(".features li.hard", Text("First Slab"), Text("can’t be avoided")), In(".features", Text("Roll round on the left")),
			In("table.access", Text("Winter rest of the invented grouse"), Text("Jan to Mar, Nov, Dec")), Count("table.access .v-unknown", 4),
			In(".figures", Text("3.2 km"), In("a.basis.b-measured", Attr("href", "#source-1"))), In("#source-1", Text("Length: measured, Invented survey")), In(".figures .basis.none", Text("no source")),
			In("#open-data", Text("OSM mtb:scale 2, 3 at its hardest"), Text("IMBA black"), Text("Up unknown"), Text("© Testers, ODbL-1.0")), Count("#tips .tip", 2), In("#tips a.button", Attr("href", "/sign-in?return=%2ftrails%2fgrin-and-granite%3fwrite%3dtip")), In("main", Text("First bike no"), Text("Larch Line")),
		}},
		{"/trails/meadow-round", []Checker{In(".figures", Text("Up 0 m")), In("main", Text("Gates 0"), Text("Nobody has said yet how hard it is")), In("#tips .empty")}},
		{"/trails/goat-shortcut", []Checker{In(".notice.bad", Text("Closed until 1 May 2027"))}},
		{"/trails/whisper", []Checker{In(".notice.warn", Text("Only the name of this trail is public")), None("svg.map"), In("#line", Text("The line of this trail is not public"))}},
		{"/routes/first-day", []Checker{
			Count(".legs li", 5), In(".legs a[href=/uplifts/ridge-chair]"), In(".legs", Text("Last ride at half past four"), Text("from 1.4 km to its end"), Text("A group can split here"), Text("No junction data")),
			In(".figures", Text("1 h 35 to 3 h 10"), In("a[href=/access-points/ridge-car-park]")), In("svg.map", Count(".mp-num", 3)), In("svg.profile"), In("h1", Text("must do")),
			Count(".times tbody tr", 4), In(".times .own", Text("Fit"), Text("made for these legs")), In("#time", Text("DIN 33466"), Text("Who wrote this page says 1 h 35 to 3 h 10"), Text("How much it descends is not known"), Text("lift are not counted")),
			In("main", Text("another ride: wait, or choose another")),
		}},
		{"/routes/plain-round", []Checker{
			Count(".legs li", 2), Count(".legs i.open", 3), In(".legs", Text("Plain Path OSM mtb:scale 1 in open data 1.3 km in open data, 40 m down in open data against its line"), Text("Grin and Granite")), In("#open-from", Text("© Testers, ODbL-1.0")),
		}},
		{"/routes/bare-idea", []Checker{In("main", Text("Nobody has written down the legs yet")), None("svg.map"), None(".times"), In("#time", Text("once its length and its climb are known"), In("a", Attr("href", "/routes/bare-idea/edit?field=lengthM"))), In(".still-unknown", Text("what rain does to it")), In(".invite a[href=/routes/bare-idea/edit?field=legs]")}},
		{"/access-points/ridge-car-park", []Checker{
			In("h1", Text("Ridge car park")), In(".over a[href=/systems/imaginary-ridge]"), In(".lead", Text("Where most rides begin")), In("svg.globe"),
			In(".figures", Text("47.50000° south, 139.50000° west"), Text("24"), Text("Toilets, Water"), In("a.basis.b-measured"), In("a.basis.b-local")), None(".figures dd a[href^=geo]"),
			In(".prose strong", Text("Nowhereton")), In(".pairs", Text("On gravel"), Text("Two imaginary coins")), In("a[href='https://example.org/bus']", Text("Timetable")),
			In("#uplifts a[href=/uplifts/ridge-chair]"), Count(".route-card", 2), Count(".system-card", 1), In("#tips .empty", Text("This place has no beta yet")), In("#notices a[href^='/new/notices?of=access-points']"), In(".meta a[href=/access-points/ridge-car-park/history]"),
		}},
		{"/access-points/ridge-parking", []Checker{In("h1", Text("Ridge car park"))}},
		{"/access-points/bare-halt", []Checker{In(".figures", Text("Where unknown"), Text("Room for cars unknown")), Count(".invite a[href^=/access-points/bare-halt/edit]", 2), In("main", Text("No ride says yet that it starts here")), None("svg.globe")}},
		{"/access-points/cove-steps", []Checker{In(".notice.warn", Text("Only the name of this place is public")), None(".figures"), In("meta[name=robots]", Attr("content", "noindex"))}},
		{"/uplifts/ridge-chair", []Checker{
			In("h1", Text("Ridge chair")), In(".over", Text("Lift")), In(".notice.warn", Text("This may be out of date"), Text("31 October 2026"), In("a", Attr("href", "https://example.org/chair"))),
			In(".figures", Text("To The east top"), Text("E-bikes no"), Text("Adaptive bikes yes"), In("a[href=/access-points/ridge-car-park]")),
			Count("table tbody tr", 2), In("table", Text("Jun to Sep"), Text("every day"), Text("16:30"), Text("Sat, Sun"), Text("If it is dry"), Text("?")),
			In(".pairs", Text("30 XTS"), Text("4.50 XTS"), Text("free")), In("a.basis.b-official"), In(".prose strong", Text("left")), Count(".system-card", 1),
		}},
		{"/uplifts/ridge-lift", []Checker{In("h1", Text("Ridge chair"))}},
		{"/uplifts/bare-ferry", []Checker{In(".figures", Text("From unknown"), Text("E-bikes unknown")), None(".notice.warn"), Count(".invite a[href^=/uplifts/bare-ferry/edit]", 2), None("table")}},
		{"/guides", []Checker{Count("main .card", 4), In(".card a", Attr("href", "/guides/first-days")), Count(".filter a", 6), In("#comparisons .card a", Attr("href", "/comparisons/highlands-to-coast")), In("nav a[aria-current=page]", Text("Guides"))}},
		{"/guides?type=SEASONAL_GUIDE", []Checker{Count("main .card", 1), In(".card", Text("A bare guide")), None("#comparisons"), In(".filter a[aria-current]", Text("Seasonal guide"))}},
		{"/guides?type=ROUTE_GUIDE", []Checker{None("main .card"), In(".empty", Text("No guide of this kind yet"))}},
		{"/guides/first-days", []Checker{
			In("h1", Text("First days on the ridge")), In(".over", Text("visitor primer")), Count(".takeaways li", 2), Count(".toc li", 3), Count("section.prose[id^=section-]", 3),
			In("#section-1 strong", Text("hard tyres")), In("#section-1 a", Attr("href", "https://example.org/tyres")), Count("#section-2 li", 2), Count(".route-card", 1), Count(".system-card", 1),
			In("main", Text("Last verified 1 October 2026")), In("a[href=/regions/invented-highlands]"), In("#sources", Text("Association of Invented Riders")),
		}},
		{"/guides/bare-guide", []Checker{In(".empty", Text("This guide has no sections yet")), In("main", Text("Nobody who was there has verified this guide yet")), None(".takeaways")}},
		{"/organisations", []Checker{Count("main .card", 2), Count(".filter a", 6), In(".card", Text("Association"), In("a", Attr("href", "/organisations/friends-of-the-ridge")))}},
		{"/organisations?kind=SHOP", []Checker{Count("main .card", 1), In(".card", Text("A bare shop")), In(".filter a[aria-current]", Text("Shop"))}},
		{"/organisations?kind=OPERATOR", []Checker{None("main .card"), In(".empty", Text("Who looks after the trails where you ride?"))}},
		{"/organisations/friends-of-the-ridge", []Checker{
			In("h1", Text("Friends of the Ridge")), In("#help strong", Text("Dig")), In("#help a[href=https://give.example.org/friends]", Text("Donate at give.example.org")),
			In(".page-head a[href=https://www.example.org/friends]", Text("example.org")), In("main", Text("What is open today")), In("#members", Text("1 rider said so themselves"), Text("volunteer")), Count("#systems .system-card", 1), In(".empty a[href=/organisations/friends-of-the-ridge/edit?field=description]"), In("#sources", Text("Its own site")), In("#members a[href^=/sign-in]"), None("#members form"),
		}},
		{"/organisations/bare-shop", []Checker{In(".over", Text("Shop")), In("#members .empty"), In("#help .empty"), In("#systems .empty")}},
		{"/comparisons/highlands-to-coast", []Checker{
			In("h1", Text("From the Invented Highlands")), Count(".differences dt", 2), In(".differences em", Text("kinder")), In("table", Text("Technical descending"), Text("the same label is about 1½ steps easier there")),
			In("main", Text("Grin and Granite"), Text("There is no slab")), In("a[href=/regions/made-up-coast]"),
		}},
		{"/comparisons/bare-comparison", []Checker{In("main", Text("Nobody has said yet what is different"), Text("No trail has been named yet"))}},
		{"/search?q=first", []Checker{In(".finds li a[href=/guides/first-days]")}},
		{"/search?q=gran", []Checker{In(".finds li", In("mark", Text("Gran")), In("a", Attr("href", "/trails/grin-and-granite")), Text("<b>not bold</b>")), None(".finds b")}},
		{"/search?q=grin", []Checker{In(".finds li .facts-line", Text("3.2 km")), None("i.open"), None("#open-from")}},
		{"/search?q=plain", []Checker{Count(".finds li", 2), Count(".facts-line", 1), In(".finds .facts-line", Text("OSM mtb:scale 1 in open data · 1.3 km in open data · 40 m up in open data")), In("#open-from", Text("© Testers, ODbL-1.0"))}},
		{"/search?q=nothingness", []Checker{In(".empty", Text("Nothing found"))}},
		{"/search", []Checker{In("form.big-find"), None(".empty")}},
		{"/changes", []Checker{Count(".changes li", 3), In(".changes a[href^=/revisions/]")}},
		{"/trails/grin-and-granite/history", []Checker{Count(".changes li", 3), In(".comment", Text("Told what the larches are like"))}},
		{"/revisions/60000000-0000-4000-8000-000000000003", []Checker{In("ins", Text("fast, loose trail")), In("del", Text("fast trail")), In("main", Text("version 2 → 3"))}},
		{"/riders/demo-dora", []Checker{In("h1", Text("Demo Dora"))}},
		{"/your-home", []Checker{In("h1", Text("Where do you ride?")), Count("form.your-home input[name=place]", 5), Count("form.your-home select[name^=m-]", 5), None("#answer"), None("form[method=post] [value=keep]")}},
		{"/about", []Checker{In("h1", Text("About"))}},
		{"/about/difficulty", []Checker{Count("svg.axis", 3), Count("svg.sym", 6)}},
	} {
		t.Run(c.path, func(t *testing.T) {
			t.Parallel()
			v := b.visitor()
			v.b = &bundle{t: t, url: b.url}
			a := v.get(c.path).want(http.StatusOK, c.checks...)
			sound(t, a)
		})
	}
}

// sound checks what holds for every page.
func sound(t *testing.T, a answer) {
	t.Helper()
	Check(t, a.body,
		Count("h1", 1), Count("head > title", 1), Count("meta[name=description]", 1), Count("main", 1), In("html", Attr("lang", "en")), In("a.skip", Attr("href", "#content")), In("header nav[aria-label]"), In("footer"),
		None("[style]"), None("style"), None("script:not([nonce]):not([type=application/ld+json])"), None("img:not([alt])"), None("[onclick]"),
		None("th:not([scope])"),
	)
	root := a.root()
	ids := map[string]bool{}
	all, _ := Find(root, "[id]")
	for _, n := range all {
		id := Value(n, "id")
		if ids[id] {
			t.Errorf("%s: id %q stands twice", a.at, id)
		}
		ids[id] = true
	}
	labels := map[string]bool{}
	found, _ := Find(root, "label[for]")
	for _, n := range found {
		labels[Value(n, "for")] = true
		if !ids[Value(n, "for")] {
			t.Errorf("%s: a label is for %q, which is not there", a.at, Value(n, "for"))
		}
	}
	controls, _ := Find(root, "input:not([type=hidden]), select, textarea")
	for _, n := range controls {
		inLabel := false
		for p := n.Parent; p != nil; p = p.Parent {
			inLabel = inLabel || p.Data == "label"
		}
		if !inLabel && !labels[Value(n, "id")] {
			t.Errorf("%s: <%s name=%q> has no label", a.at, n.Data, Value(n, "name"))
		}
	}
	for _, n := range all {
		if by := Value(n, "aria-describedby"); by != "" && !ids[by] {
			t.Errorf("%s: described by %q, which is not there", a.at, by)
		}
	}
	links, _ := Find(root, "[src], link[href]")
	for _, n := range links {
		at := Value(n, "src") + Value(n, "href")
		if n.Data != "link" || Value(n, "rel") != "canonical" {
			if !strings.HasPrefix(at, "/") {
				t.Errorf("%s: the page loads %q from elsewhere", a.at, at)
			}
		}
	}
	referrer := "strict-origin-when-cross-origin"
	if strings.Contains(a.at, "/shared/") {
		referrer = "no-referrer" // its address is a secret
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": referrer} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %s is %q, want %q", a.at, name, got, want)
		}
	}
	csp := a.header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'self'", "frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'", "script-src 'nonce-"} {
		if !strings.Contains(csp, want) {
			t.Errorf("%s: the policy %q lacks %q", a.at, csp, want)
		}
	}
	scripts, _ := Find(root, "script[nonce]")
	for _, n := range scripts {
		if !strings.Contains(csp, "'nonce-"+Value(n, "nonce")+"'") {
			t.Errorf("%s: a script carries another nonce than the policy", a.at)
		}
	}
}

func TestEntityPagesForSearchEngines(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.visitor()
	for path, kind := range map[string]string{"/regions/invented-highlands": "TouristDestination", "/systems/imaginary-ridge": "TouristDestination", "/trails/grin-and-granite": "TouristAttraction", "/routes/first-day": "TouristTrip"} {
		a := v.get(path).want(http.StatusOK, In("link[rel=canonical]", Attr("href", b.url+path)), Each("meta[name=description]"), In("meta[name=robots]", Attr("content", "noindex")))
		if !strings.Contains(a.body, `"@type":"`+kind+`"`) || !strings.Contains(a.body, `"@type":"BreadcrumbList"`) {
			t.Errorf("%s: no schema.org description as %s with breadcrumbs", path, kind)
		}
	}
}

func TestOldAddressesMove(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.visitor().still()
	for path, want := range map[string]string{
		"/systems/imaginary-hill?label=black":                  "/systems/imaginary-ridge?label=black",
		"/trails/30000000-0000-4000-8000-000000000001":         "/trails/grin-and-granite",
		"/regions/10000000-0000-4000-8000-000000000001":        "/regions/invented-highlands",
		"/routes/40000000-0000-4000-8000-000000000001?lang=de": "/routes/first-day?lang=de",
	} {
		a := v.get(path)
		if a.status != http.StatusMovedPermanently || a.header.Get("Location") != want {
			t.Errorf("%s: %d to %q, want 301 to %q", path, a.status, a.header.Get("Location"), want)
		}
	}
	if a := v.get("/go/trail/30000000-0000-4000-8000-000000000001"); a.header.Get("Location") != "/trails/30000000-0000-4000-8000-000000000001" {
		t.Errorf("/go leads to %q", a.header.Get("Location"))
	}
}

// "Your blue is what there", by the gradings that the API has.
func TestTranslation(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.visitor()
	v.get("/systems/imaginary-ridge").want(200, In("#grades form"), None("#grades .answer"), In("#grades table", Text("+1.0 label steps")))
	a := v.get("/systems/imaginary-ridge?home=imba:black&axis=technical-descending&grading=0.0").want(200,
		In("#grades .answer", Text("Your black diamond is here about"), In(".answer-label", Text("blue square"), In("svg.sym-blue")), Text("Start with green circle"), Text("the other place rides a step harder"), Text("An opinion, not a measurement")),
		In("#mine-home option[selected]", Attr("value", "imba:black")), In("#mine-grading option[selected]", Attr("value", "0.0")))
	sound(t, a)
	// Without a grading of its own the region's counts; here that of air.
	v.get("/systems/fable-forest?home=imba:blue&axis=air").want(200, In("#grades .answer", Text("half a step easier"), Text("Nobody has said how your home is graded")))
	// Without any, that is said.
	v.get("/systems/secret-cove?home=nz:3&axis=fitness").want(200, In("#grades .answer", Text("Grade 3"), Text("Nobody has said how the other place is graded")))
	for _, q := range []string{"home=imba:mauve", "home=imba:blue&axis=luck", "home=imba:blue&grading=7", "home=imba:blue&grading=NaN", "home=uk:orange", "home=:"} {
		v.get("/systems/imaginary-ridge?"+q).want(200, In("#grades .notice.bad"), None("#grades .answer"))
	}
}

func TestUnits(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.visitor()
	v.get("/trails/grin-and-granite").want(200, In(".figures", Text("3.2 km"), Text("412 m")), In(".units button[aria-pressed=true]", Text("km")))
	v.post("/units", url.Values{"units": {"imperial"}, "return": {"/trails/grin-and-granite"}}).
		want(200, In("h1", Text("Grin and Granite")), In(".figures", Text("2 mi"), Text("1 352 ft")), In("svg.profile", Text("ft"), Text("mi")), In(".mp-scale", Text("mi")), In(".units button[aria-pressed=true]", Text("mi")))
	a := v.still().post("/units", url.Values{"units": {"metric"}, "return": {"https://elsewhere.example/"}})
	if got := a.header.Get("Location"); got != "/" {
		t.Errorf("setting units leads to %q", got)
	}
	v.get("/where-to-ride?month=1").want(200)
	if in := input(t, b.sent("Discover")[0]); in["units"] != "METRIC" {
		t.Errorf("the question asks for units %v", in["units"])
	}
}

func TestQuestionProblemsKeepTheQuestion(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.visitor()
	v.get("/where-to-ride?days=99&skill=EXPERT").want(422, In(".problem", Text("from 1 to 14")), In("input[name=days]", Attr("value", "99")), In("select[name=skill] option[selected]", Attr("value", "EXPERT")))
	v.get("/where-to-ride?near=Atlantis").want(422, In("#near-problem", Text("does not know this place")), In("input[name=near]", Attr("aria-invalid", "true")))
	v.get("/where-to-ride?days=13").want(422, In("[role=alert]", Text("Thirteen days bring bad luck here")))
	if n := len(b.sent("Discover")); n != 1 {
		t.Errorf("the API was asked %d times, want once: questions with problems are not sent", n)
	}
	v.get("/where-to-ride?near=Imaginary").want(200, Count("li.suggestion", 2))
	near, _ := input(t, b.sent("Discover")[1])["near"].(map[string]any)
	if near["lat"] != -47.5 {
		t.Errorf("a place's name became %v", near)
	}
}

func TestErrorPages(t *testing.T) {
	t.Parallel()
	b := setup(t, options{prepare: func(s *fakeapi.Server) {
		s.Refuse = func(field string, args map[string]any) *fakeapi.Error {
			switch args["slug"] {
			case "secret":
				return &fakeapi.Error{Type: "Unauthorized", Message: "Not for you."}
			case "broken":
				return &fakeapi.Error{Type: "InternalError", Message: "Something went wrong on our side (request 12345678)"}
			case "busy":
				return &fakeapi.Error{Type: "Busy", Message: "lock timeout"}
			}
			return nil
		}
		s.Status = func(operation string) int {
			if operation == "Systems" {
				return http.StatusServiceUnavailable
			}
			return 0
		}
	}})
	v := b.visitor()
	for path, c := range map[string]struct {
		status int
		text   string
	}{
		"/nowhere":          {404, "Off the map"},
		"/trails/nowhere":   {404, "Off the map"},
		"/revisions/nope":   {404, "Off the map"},
		"/trails/secret":    {403, "You may not do that"},
		"/trails/broken":    {500, "Mechanical"},
		"/trails/busy":      {503, "The wiki is busy"},
		"/systems":          {503, "taking a breather"},
		"/sign-in/callback": {400, "Signing in did not work"},
	} {
		a := v.get(path)
		a.want(c.status, In("h1", Text(c.text)))
		sound(t, a)
		id := a.header.Get("X-Request-Id")
		if c.status >= 500 {
			Check(t, a.body, In("code", Text(id)))
			if !strings.Contains(b.log.String(), id) {
				t.Errorf("%s: the log does not know request %s", path, id)
			}
		}
		if c.status == 503 && a.header.Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", path)
		}
	}
}

// A part that fails leaves the rest of the page.
func TestPageWithoutAPart(t *testing.T) {
	t.Parallel()
	b := setup(t, options{prepare: func(s *fakeapi.Server) {
		s.Refuse = func(field string, _ map[string]any) *fakeapi.Error {
			if field == "tips" || field == "trailLine" {
				return &fakeapi.Error{Type: "InternalError", Message: "no"}
			}
			return nil
		}
	}})
	b.visitor().get("/trails/larch-line").want(200, In("h1", Text("Larch Line")), In(".notice.bad", Text("A part of this page could not be read")), None("svg.map"))
}

func TestMethodsAndBounds(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.visitor()
	if a := v.post("/systems/imaginary-ridge", nil); a.status != http.StatusMethodNotAllowed && a.status != http.StatusNotFound {
		t.Errorf("POST to a page: %d", a.status)
	}
	a := v.do("POST", b.url+"/units", strings.NewReader("units=imperial"), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Sec-Fetch-Site": {"cross-site"}})
	a.want(403, In("h1", Text("This form came from another site")))
	v.post("/units", url.Values{"units": {strings.Repeat("x", 2<<20)}}).want(413)
	v.get("/search?q=" + strings.Repeat("x", 9000)).want(414)
	v.get("/search?q="+strings.Repeat("x", 300)).want(422, In("[role=alert]", Text("at most 200")))
	if a := v.get("/healthz"); a.status != 200 || a.body != "ok\n" {
		t.Errorf("healthz: %d %q", a.status, a.body)
	}
}

func TestStaticFiles(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.visitor()
	home := v.get("/")
	for _, sel := range []string{"link[rel=stylesheet]", "script[src]", "link[rel=icon]"} {
		found, err := Find(home.root(), sel)
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %v %d", sel, err, len(found))
		}
		path := Value(found[0], "href") + Value(found[0], "src")
		a := v.get(path)
		if a.status != 200 || !strings.Contains(a.header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d, %s", path, a.status, a.header.Get("Cache-Control"))
		}
		if old := v.get(strings.Replace(path, "/static/", "/static/old", 1)); old.status != 200 || strings.Contains(old.header.Get("Cache-Control"), "immutable") {
			t.Errorf("an old address of %s: %d, %s", path, old.status, old.header.Get("Cache-Control"))
		}
	}
	if a := v.get("/static/x/nothing.css"); a.status != 404 {
		t.Errorf("a file that is not there: %d", a.status)
	}
}

// A system with more trails than its own list holds.
func TestManyTrails(t *testing.T) {
	t.Parallel()
	b := setup(t, options{prepare: func(s *fakeapi.Server) { s.FewTrails(2) }})
	v := b.visitor()
	v.get("/systems/imaginary-ridge").want(200, Count("table.trails tbody tr", 2), In("#trails", Text("The first 2 of 5")), In(".pager a", Attr("href", "?after=first#trails"), Text("All 5 trails")))
	v.get("/systems/imaginary-ridge?after=first").want(200, Count("table.trails tbody tr", 5), None("#trails .pager"))
	v.get("/systems/imaginary-ridge?label=blue").want(200, Count("table.trails tbody tr", 1), In("table.trails", Text("Larch Line")))
	v.get("/systems/imaginary-ridge?label=%3Cx%3E").want(200, Count("table.trails tbody tr", 2))
}

func TestCompression(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	for accept, want := range map[string]string{"gzip": "gzip", "br, gzip;q=0.5": "gzip", "": "", "identity": "", "gzip;q=0": ""} {
		req, err := http.NewRequest("GET", b.url+"/systems/imaginary-ridge", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept-Encoding", accept)
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil {
			t.Fatal(err)
		}
		if got := resp.Header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q is answered with %q, want %q", accept, got, want)
		}
	}
}
