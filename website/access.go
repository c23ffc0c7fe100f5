package website

import (
	"fmt"
	"html/template"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/draw"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

type accessPointPage struct {
	Page
	Point   *entity.AccessPoint
	Facts   *facts
	Terms   *terms
	Globe   template.HTML
	Where   whereabouts
	Uplifts []upliftView
	Tips    tipsView
	Notices noticesView
	Meta    meta
	Missing []string
}

// whereabouts is a position in words, and as an address that a map program opens.
type whereabouts struct {
	Words string
	Geo   template.URL
}

// whereaboutsOf a position; an invented one leads nowhere.
func whereaboutsOf(p *entity.Position, synthetic bool) (w whereabouts) {
	if p == nil {
		return w
	}
	part := func(v float64, plus, minus string) string {
		if v < 0 {
			plus = minus
		}
		return coordinate(math.Abs(v)) + "° " + plus
	}
	w.Words = part(p.Lat, "north", "south") + ", " + part(p.Lon, "east", "west")
	if !synthetic {
		w.Geo = template.URL("geo:" + coordinate(p.Lat) + "," + coordinate(p.Lon)) //nolint:gosec // made of two numbers
	}
	return w
}

func (s *Site) accessPoint(r *request) error { return r.accessPointPage(200, "", "", "") }

// accessPointPage renders an access point; body, kind and problem are a tip that could
// not be saved.
func (r *request) accessPointPage(status int, body, kind, problem string) error {
	s, slug := r.site, r.PathValue("slug")
	var answer struct{ AccessPoint *entity.AccessPoint }
	missing, err := r.read("AccessPoint", r.bySlug(slug), &answer, "accessPoint")
	if err != nil {
		return err
	}
	a := answer.AccessPoint
	if a == nil {
		return errNotFound
	}
	if r.Method == "GET" && elsewhere(slug, a.Slug) {
		return r.moved("/access-points/" + *a.Slug)
	}
	var extras struct{ Tips *gql.Connection[entity.Tip] }
	more, err := r.read("Tips", map[string]any{"id": a.ID, "lang": r.lang}, &extras)
	if err != nil {
		return err
	}
	crumbs := []Crumb{{"Home", "/"}, {"Systems", "/systems"}}
	to := "the trails"
	if len(a.Systems) > 0 {
		to = a.Systems[0].Name
		crumbs = append(crumbs, Crumb{to, "/systems/" + ref(a.Systems[0].Slug, a.Systems[0].ID)})
	}
	description := text(a.Tagline)
	if description == "" {
		description = fmt.Sprintf("%s: how to get there, where to park, and what is there, for riding %s.", a.Name, to)
	}
	p := &accessPointPage{
		Page: r.newPage(a.Name, description, crumbs...), Point: a, Facts: newFacts(a.Facts, s.now()), Terms: r.vocabularies(),
		Globe: s.globe(a.Name, a.Position, a.Synthetic), Where: whereaboutsOf(a.Position, a.Synthetic), Uplifts: upliftsOf(a.Uplifts, s.now()), Missing: append(missing, more...),
	}
	p.Meta = meta{Kind: "access-points", Ref: ref(a.Slug, a.ID), Version: a.Version, Updated: a.UpdatedAt, Lang: a.Lang, Comments: a.CommentCount, Watch: r.watch(a.ID)}
	p.Section, p.Canonical, p.Synthetic = "systems", s.absolute("/access-points/"+p.Meta.Ref), a.Synthetic
	p.NoIndex = a.Synthetic || a.Visibility != entity.VisibilityPublic
	p.Tips = r.tipsView("access-points", a.ID, p.Meta.Ref, a.Name, extras.Tips)
	p.Tips.Body, p.Tips.TipKind, p.Tips.Problem = body, kind, problem
	p.Notices = r.noticesView("access-points", a.ID, p.Meta.Ref, a.Notices)
	p.JSONLD = append(p.JSONLD, place("Place", a.Name, p.Description, p.Canonical, a.Position))
	if err := r.surround(&p.Page, a.ID); err != nil {
		return err
	}
	return r.render(status, "access-point.html", p)
}

// placesOf are access points as marks on a map, numbered like the list beside it.
func placesOf(list []entity.AccessPointCard) []draw.Place {
	var out []draw.Place
	for i, a := range list {
		if a.Position != nil {
			out = append(out, draw.Place{Name: a.Name, Href: "/access-points/" + ref(a.Slug, a.ID), Mark: markOf(i), Lat: a.Position.Lat, Lon: a.Position.Lon})
		}
	}
	return out
}

// markOf names the i-th access point on a map and in the list beside it: A to Z, then
// A2, B2 and so on; trails have the numbers.
func markOf(i int) string {
	letter := string(rune('A' + i%26))
	if i < 26 {
		return letter
	}
	return letter + strconv.Itoa(i/26+1)
}

// upliftView is an uplift in a list.
type upliftView struct {
	entity.UpliftCard
	// Old: what is said of it held until a day that is past.
	Old bool
}

func upliftsOf(list []entity.UpliftCard, now time.Time) []upliftView {
	out := make([]upliftView, len(list))
	for i, u := range list {
		out[i] = upliftView{u, isPast(u.ValidUntil, now)}
	}
	return out
}

// isPast tells whether a day is over everywhere.
func isPast(day *string, now time.Time) bool {
	d, err := time.Parse(time.DateOnly, text(day))
	return err == nil && now.UTC().After(d.AddDate(0, 0, 1).Add(12*time.Hour))
}

type upliftPage struct {
	Page
	Uplift *entity.Uplift
	Facts  *facts
	// Old: what is said here held until a day that is past.
	Old  bool
	Meta meta
}

func (s *Site) uplift(r *request) error {
	slug := r.PathValue("slug")
	var answer struct{ Uplift *entity.Uplift }
	if err := r.do("Uplift", r.bySlug(slug), &answer); err != nil {
		return err
	}
	u := answer.Uplift
	if u == nil {
		return errNotFound
	}
	if elsewhere(slug, u.Slug) {
		return r.moved("/uplifts/" + *u.Slug)
	}
	crumbs := []Crumb{{"Home", "/"}, {"Systems", "/systems"}}
	if len(u.Systems) > 0 {
		crumbs = append(crumbs, Crumb{u.Systems[0].Name, "/systems/" + ref(u.Systems[0].Slug, u.Systems[0].ID)})
	}
	description := text(u.Tagline)
	if description == "" {
		description = u.Name + ": when it runs, what it costs, and which bikes it takes."
	}
	p := &upliftPage{
		Page: r.newPage(u.Name, description, crumbs...), Uplift: u, Facts: newFacts(u.Facts, s.now()), Old: isPast(u.ValidUntil, s.now()),
		Meta: meta{Kind: "uplifts", Ref: ref(u.Slug, u.ID), Version: u.Version, Updated: u.UpdatedAt, Lang: u.Lang, Comments: u.CommentCount, Watch: r.watch(u.ID)},
	}
	p.Section, p.Canonical, p.Synthetic = "systems", s.absolute("/uplifts/"+p.Meta.Ref), u.Synthetic
	p.NoIndex = u.Synthetic || u.Visibility != entity.VisibilityPublic
	if err := r.surround(&p.Page, u.ID); err != nil {
		return err
	}
	return r.render(http.StatusOK, "uplift.html", p)
}

// money writes a price: whole amounts without a point, others with their pennies.
func money(amount float64, currency string) string {
	digits := 2
	switch cents := math.Round(amount * 100); {
	case amount == 0:
		return "free"
	case amount == math.Trunc(amount):
		digits = 0
	case math.Abs(cents-amount*100) > 1e-6:
		digits = 3
	}
	return strconv.FormatFloat(amount, 'f', digits, 64) + " " + currency
}
