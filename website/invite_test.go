package website_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/mtbwiki/mtbwiki/identity"
	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

// Every invitation on an empty part opens the form with the cursor in the right
// field, and its section is unfolded.
func TestInvitationsOpenTheRightField(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.rider("ivy")
	seen := map[string]bool{}
	for page, least := range map[string]int{
		"/systems/empty-quarter": 7, "/systems/imaginary-ridge": 0, "/trails/meadow-round": 4, "/trails/whisper": 4, "/routes/bare-idea": 9, "/routes/first-day": 0, "/regions/made-up-coast": 1, "/your-home?home=imba:blue": 0,
	} {
		a := v.get(page).want(200)
		links, err := Find(a.root(), "main a[href]")
		if err != nil {
			t.Fatal(err)
		}
		links = slices.DeleteFunc(links, func(n *html.Node) bool { return !strings.Contains(Value(n, "href"), "/edit?field=") })
		if len(links) < least {
			t.Errorf("%s: %d invitations, want at least %d", page, len(links), least)
		}
		for _, l := range links {
			at := Value(l, "href")
			if seen[at] {
				continue
			}
			seen[at] = true
			u, err := url.Parse(at)
			if err != nil {
				t.Fatal(err)
			}
			field := u.Query().Get("field")
			form := v.get(at).want(200, Count("[autofocus]", 1), Count("details.form-section[open]", 1), Count("details.form-section[open] [autofocus]", 1))
			focused, err := Find(form.root(), "[autofocus]")
			if err != nil || len(focused) != 1 {
				continue
			}
			if name := Value(focused[0], "name"); name != field && !strings.HasPrefix(name, field+".") {
				t.Errorf("%s puts the cursor into %q", at, name)
			}
			sound(t, form)
		}
	}
	if len(seen) < 15 {
		t.Errorf("only %d different invitations were found", len(seen))
	}
	// What somebody made up opens the form as ever; a new page begins with its name.
	v.get("/trails/meadow-round/edit?field=moon").want(200, None("[autofocus]"), Count("details.form-section[open]", 3))
	v.get("/new/routes?system=20000000-0000-4000-8000-000000000001").want(200, In("[autofocus]", Attr("name", "name")))
}

// Without an account the way to a tip leads through signing in back to the form,
// with the cursor in it.
func TestFromAnEmptyPageToATip(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	if _, err := b.pool.CreateUser(t.Context(), identity.User{Username: "ted"}, password); err != nil {
		t.Fatal(err)
	}
	v := b.visitor()
	a := v.get("/trails/meadow-round").want(200, In("#tips .empty", Text("This trail has no beta yet. Rode it? Add a tip: one sentence")), None("#tips textarea"))
	links, err := Find(a.root(), "#tips a.button")
	if err != nil || len(links) != 1 {
		t.Fatalf("%d ways to a tip (%v)", len(links), err)
	}
	form := v.get(Value(links[0], "href"))
	values := form.formValues("form")
	values.Set("username", "ted")
	values.Set("password", password)
	back := v.postTo(b.url+"/identity/oauth2/authorize", values).want(200, Count("#add-tip textarea[autofocus]", 1))
	if u, err := url.Parse(back.at); err != nil || u.Path != "/trails/meadow-round" || u.Query().Get("write") != "tip" {
		t.Errorf("signing in led to %s", back.at)
	}
	tip := back.formValues("#add-tip")
	tip.Set("body", "Ring before the blind bend.")
	v.post("/trails/meadow-round/tips", tip).want(200, In("#tips .tip", Text("Ring before the blind bend")), None("#tips .empty"))

	// The same for a field: signing in leads to the form for it.
	w := b.visitor()
	if got := w.still().get("/routes/bare-idea/edit?field=legs").header.Get("Location"); got != "/sign-in?return="+url.QueryEscape("/routes/bare-idea/edit?field=legs") {
		t.Errorf("without an account the form leads to %q", got)
	}
}
