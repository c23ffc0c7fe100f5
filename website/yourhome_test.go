package website_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/website/fakeapi"
	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

// A first visit without an account: names are found, several meanings are offered,
// and the answer says that it is an opinion and what would make it measured.
func TestYourHome(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.visitor()

	// One name, one click: the address then keeps what was found.
	a := v.get("/your-home?place=fable+forest&home=imba:black").want(200,
		In("form.your-home input[name=know][checked]", Attr("value", "system:fable-forest")), Count("form.your-home input[name=place]", 4),
		In("#home-label option[selected]", Attr("value", "imba:black")), Count("#answer .translation-card", 1), Count("#answer svg.ladder", 1),
		In("#answer", Text("opinion"), Text("riders’ ratings would make it measured")),
		// Home and ridge both grade a step harder: a black is a black.
		In("#answer .translation-card", In("h3 a[href^=/systems/imaginary-ridge?]"), Text("about black diamond"), Text("Between blue square and double black diamond"), Text("Start with blue square"), Text("Ratings by riders who know both")),
		In(".home-axes", Text("Fable Forest lies in Invented Highlands"), Text("+0.4 to +1.6 label steps"), Text("Nobody has said how Fable Forest is graded on this axis")),
		In("form[method=post] input[name=query]"))
	sound(t, a)
	if u, err := url.Parse(a.at); err != nil || u.Query().Get("know") != "system:fable-forest" || u.Query().Has("place") {
		t.Errorf("the address is %s", a.at)
	}

	// A name that means several things is offered; one that means nothing too.
	a = v.get("/your-home?place=e&place=Atlantis").want(200, Each(".your-home .notice input[name=know]"), In(".notice", Text("Which e do you mean?"), Text("add a word to the name")), In(".notice.warn", Text("does not know Atlantis yet"), In("a", Attr("href", "/new/systems"))), None("#answer"))
	sound(t, a)

	// A trail counts by its mark against its label, where the label speaks of the axis.
	v.get("/your-home?know=trail:grin-and-granite").want(200,
		In(".home-axes", Text("Grin and Granite is marked 3.8 of 5 and labelled IMBA black"), Text("blue square")))

	// Marks without a label: what you ride is what the mark says.
	v.get("/your-home?m-air=4&axis=air").want(200, In("#answer", Text("Your black diamond, elsewhere"), Text("For air")), In("#home-axis option[selected]", Attr("value", "air")), In("details[open] #m-air option[selected]", Attr("value", "4")))
	// With one: how home grades.
	v.get("/your-home?m-fitness=4&home=imba:blue").want(200, In(".home-axes", Text("You mark what is IMBA blue at home with 4 of 5")))
	// British grades can't be compared with marks, which is said.
	v.get("/your-home?m-air=4&home=uk:red").want(200, In(".home-axes", Text("nobody has published how the two scales compare")), In("#answer", Text("Your Red")))

	for _, bad := range []string{"home=imba:mauve", "home=uk:orange", "m-air=9", "m-air=NaN", "home=:"} {
		v.get("/your-home?"+bad).want(422, In(".your-home .problem"))
	}
	// What is not there any more, or never was, is left out.
	v.get("/your-home?know=system:gone&know=trail:&know=moon:x&know=system:fable-forest").want(200, Count("input[name=know]", 1))
	// At most five.
	if a := v.get("/your-home?" + strings.Repeat("place=x&", 3) + "know=system:a&know=system:b&know=system:c&know=system:d&know=system:e&know=system:f"); len(b.sent("Search")) > 5 || a.status != 200 {
		t.Errorf("%d searches, status %d", len(b.sent("Search")), a.status)
	}
}

// Only who presses the button is remembered; then pages say "for you" at once.
func TestHomeIsRememberedOnDemand(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.visitor()
	a := v.get("/your-home?know=system:fable-forest&home=imba:black")
	if c := a.header.Get("Set-Cookie"); c != "" {
		t.Fatalf("looking sets a cookie: %s", c)
	}
	v.get("/systems/imaginary-ridge").want(200, None("#grades .answer"))
	v.get("/trails/grin-and-granite").want(200, None("#for-you"))
	v.get("/where-to-ride?month=7").want(200, None(".for-you-line"))

	form := a.formValues(".keep form")
	form.Set("action", "keep")
	set := v.still().post("/your-home", form)
	cookie := set.header.Get("Set-Cookie")
	if set.status != http.StatusSeeOther || !strings.HasPrefix(cookie, "your-home=") || !strings.Contains(cookie, "SameSite=Strict") || !strings.Contains(cookie, "HttpOnly") || strings.Contains(cookie, "fable") {
		t.Fatalf("%d, cookie %q", set.status, cookie)
	}
	v.get("/your-home").want(200, In("#answer .translation-card"), In(".keep", Text("Remembered")), In("form [value=forget]"))
	v.get("/systems/imaginary-ridge").want(200, In("#grades .answer", Text("For you, from Fable Forest: your black diamond is here about black diamond"), In("svg.ladder")), In("#mine-home option[selected]", Attr("value", "imba:black")))
	// The address has the last word.
	v.get("/systems/imaginary-ridge?home=imba:green&grading=0.0").want(200, In("#grades .answer", Text("Your green circle is here about")))
	sound(t, v.get("/trails/grin-and-granite").want(200, In("#for-you", Text("Fable Forest"), Text("An opinion, not a measurement"), Text("Technical descending"), Each("svg.ladder")), Count("#for-you tbody tr", 5)))
	v.get("/where-to-ride?month=7").want(200, Count(".for-you-line", 2), In(".for-you-line", Text("your black diamond is here about")))
	v.get("/").want(200, In(".hero-home", Text("Your home: Fable Forest")))

	v.post("/your-home", url.Values{"action": {"forget"}}).want(200, In(".notice.good", Text("Forgotten")), None("#answer"))
	v.get("/trails/grin-and-granite").want(200, None("#for-you"))

	// Nothing to remember, and what nobody sealed.
	v.post("/your-home", url.Values{"query": {""}}).want(400)
	v.post("/your-home", url.Values{"query": {"home=imba:mauve"}}).want(400)
	got := v.do(http.MethodGet, b.url+"/trails/grin-and-granite", nil, http.Header{"Cookie": {"your-home=AAAA"}})
	got.want(200, None("#for-you"))
	if n := len(b.api.Calls()); n == 0 {
		t.Error("the API was never asked")
	}
}

// Places that the API keeps from this reader say nothing, and break nothing.
func TestYourHomeWithoutTheRegion(t *testing.T) {
	t.Parallel()
	b := setup(t, options{prepare: func(s *fakeapi.Server) {
		s.Refuse = func(field string, _ map[string]any) *fakeapi.Error {
			if field == "region" {
				return &fakeapi.Error{Type: "NotFound", Message: "There is no such region."}
			}
			return nil
		}
	}})
	b.visitor().get("/systems/fable-forest?home=imba:blue").want(200, In("#grades .answer", Text("Nobody has said how the other place is graded")))
}
