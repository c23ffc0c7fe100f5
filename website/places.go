package website

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/draw"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

func pinAt(name string, p *entity.Position, synthetic bool) draw.Pin {
	return draw.Pin{Name: name, Lat: p.Lat, Lon: p.Lon, Synthetic: synthetic}
}

// isID tells a UUID from a slug: addresses take both, and lead to the slug.
func isID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range s {
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !strings.ContainsRune("0123456789abcdefABCDEF", c) {
				return false
			}
		}
	}
	return true
}

// bySlug are the variables of a query for one entity.
func (r *request) bySlug(s string) map[string]any {
	v := map[string]any{"lang": r.lang}
	if isID(s) {
		v["id"] = strings.ToLower(s)
	} else {
		v["slug"] = clip(s, 200)
	}
	return v
}

// elsewhere tells whether an entity has another address than the one asked for:
// an old slug, or its id.
func elsewhere(asked string, slug *string) bool { return slug != nil && *slug != "" && *slug != asked }

type regionsPage struct {
	Page
	Regions []regionOption
	Terms   *terms
	World   template.HTML
}

func (s *Site) regions(r *request) error {
	var answer struct{ Regions gql.Connection[regionOption] }
	if err := r.do("Regions", map[string]any{"lang": r.lang}, &answer); err != nil {
		return err
	}
	p := &regionsPage{Page: r.newPage("Riding regions", "Riding regions of the world and how they grade.", Crumb{"Home", "/"}), Regions: answer.Regions.Nodes, Terms: r.vocabularies()}
	p.Section, p.Canonical = "regions", s.absolute("/regions")
	p.World = s.land.World("Riding regions", regionPins(answer.Regions.Nodes))
	return r.render(200, "regions.html", p)
}

type regionPage struct {
	Page
	Region *entity.Region
	Facts  *facts
	Terms  *terms
	Globe  template.HTML
	Meta   meta
}

func (s *Site) region(r *request) error {
	slug := r.PathValue("slug")
	var answer struct{ Region *entity.Region }
	if err := r.do("Region", r.bySlug(slug), &answer); err != nil {
		return err
	}
	g := answer.Region
	if g == nil {
		return errNotFound
	}
	if elsewhere(slug, g.Slug) {
		return r.moved("/regions/" + *g.Slug)
	}
	p := &regionPage{Page: r.newPage(g.Name, text(g.Description), Crumb{"Home", "/"}, Crumb{"Regions", "/regions"}), Region: g, Facts: newFacts(g.Facts, s.now()), Terms: r.vocabularies()}
	p.Section, p.Canonical, p.Synthetic = "regions", s.absolute("/regions/"+ref(g.Slug, g.ID)), g.Synthetic
	p.NoIndex = g.Synthetic
	p.Globe = s.globe(g.Name, g.Position, g.Synthetic)
	p.Meta = meta{"regions", ref(g.Slug, g.ID), g.Version, g.UpdatedAt, g.Lang, string(g.Status), g.CommentCount, r.watch(g.ID)}
	p.JSONLD = append(p.JSONLD, place("TouristDestination", g.Name, p.Description, p.Canonical, g.Position))
	if err := r.surround(&p.Page, g.ID); err != nil {
		return err
	}
	return r.render(200, "region.html", p)
}

// place describes a place in schema.org's terms.
func place(kind, name, description, url string, at *entity.Position) map[string]any {
	m := map[string]any{"@context": "https://schema.org", "@type": kind, "name": name, "url": url}
	if description != "" {
		m["description"] = description
	}
	if at != nil {
		m["geo"] = map[string]any{"@type": "GeoCoordinates", "latitude": at.Lat, "longitude": at.Lon}
	}
	return m
}

type systemsPage struct {
	Page
	Systems []entity.SystemCard
	Total   string
	Next    string
	World   template.HTML
}

func (s *Site) systems(r *request) error {
	v := map[string]any{"lang": r.lang}
	after := r.URL.Query().Get("after")
	if after != "" {
		v["after"] = clip(after, 500)
	}
	var answer struct {
		Systems gql.Connection[entity.SystemCard]
	}
	if err := r.do("Systems", v, &answer); err != nil {
		return err
	}
	c := answer.Systems
	p := &systemsPage{Page: r.newPage("Trail systems", "All trail systems in the wiki, by name.", Crumb{"Home", "/"}), Systems: c.Nodes, Total: countOf(c.TotalCount, c.TotalIsMore, "system", "systems")}
	p.Section, p.Canonical, p.NoIndex = "systems", s.absolute("/systems"), after != ""
	if c.PageInfo.HasNextPage {
		p.Next = "/systems?after=" + queryEscape(text(c.PageInfo.EndCursor))
	}
	p.World = s.land.World("Trail systems on this page", systemPins(c.Nodes))
	return r.render(200, "systems.html", p)
}

func countOf(n int, more bool, one, many string) string {
	if more {
		return "more than " + plural(n, one, many)
	}
	return plural(n, one, many)
}

type systemPage struct {
	Page
	System  *entity.System
	Facts   *facts
	Terms   *terms
	Globe   template.HTML
	Map     template.HTML
	Numbers map[string]int
	Trails  []entity.TrailCard
	// OpenFrom is where values come from that the wiki itself doesn't have.
	OpenFrom []entity.OpenDataCard
	Filter   trailFilter
	Paged    bool
	Next     string
	Lines    int
	Key      lineKey
	Season   []seasonRow
	Access   []accessRow
	Mine     translation
	Tips     tipsView
	Notices  noticesView
	Media    mediaView
	Uplifts  []upliftView
	Claims   claimsView
	Reviews  reviewsView
	Meta     meta
	Missing  []string
}

// trailFilter narrows a system's list of trails.
type trailFilter struct {
	Label  string
	Labels []labelCount
	// Partial: the counts would be of the first trails only, so none is shown.
	Partial bool
}

type labelCount struct {
	Code  string
	Count int
}

func (s *Site) system(r *request) error { return r.systemPage(200, "", "", "") }

// systemPage renders a system; body, kind and problem are a tip that could not
// be saved.
func (r *request) systemPage(status int, body, kind, problem string) error {
	s, slug := r.site, r.PathValue("slug")
	var answer struct{ System *entity.System }
	missing, err := r.read("System", r.bySlug(slug), &answer, "system")
	if err != nil {
		return err
	}
	y := answer.System
	if y == nil {
		return errNotFound
	}
	if r.Method == "GET" && elsewhere(slug, y.Slug) {
		return r.moved("/systems/" + *y.Slug)
	}
	var extras struct {
		SystemLines []entity.TrailLine
		Tips        *gql.Connection[entity.Tip]
		MediaItems  *gql.Connection[entity.Media]
		Claims      *gql.Connection[entity.Claim]
		Reviews     *gql.Connection[entity.Review]
	}
	more, err := r.read("SystemExtras", map[string]any{"id": y.ID, "shown": shownWith(y), "lang": r.lang}, &extras)
	if err != nil {
		return err
	}
	crumbs := []Crumb{{"Home", "/"}, {"Systems", "/systems"}}
	if len(y.Regions) > 0 {
		crumbs = []Crumb{{"Home", "/"}, {"Regions", "/regions"}, {y.Regions[0].Name, "/regions/" + ref(y.Regions[0].Slug, y.Regions[0].ID)}}
	}
	description := text(y.Tagline)
	if description == "" {
		description = fmt.Sprintf("%s: trails, routes, season, access and local advice for mountain bikers.", y.Name)
	}
	p := &systemPage{
		Page: r.newPage(y.Name, description, crumbs...), System: y, Facts: newFacts(y.Facts, s.now()), Terms: r.vocabularies(),
		Season: seasonRows(y.Season), Access: accessRows(y.Access), Missing: append(missing, more...),
	}
	p.Section, p.Canonical, p.Synthetic = "systems", s.absolute("/systems/"+ref(y.Slug, y.ID)), y.Synthetic
	p.NoIndex = y.Synthetic || y.Visibility != entity.VisibilityPublic
	p.Globe = s.globe(y.Name, y.Position, y.Synthetic)
	p.Meta = meta{"systems", ref(y.Slug, y.ID), y.Version, y.UpdatedAt, y.Lang, string(y.Status), y.CommentCount, r.watch(y.ID)}
	if err := r.systemTrails(p); err != nil {
		return err
	}
	listed := make([]*entity.TrailCard, 0, len(p.Trails))
	for i := range p.Trails {
		listed = append(listed, &p.Trails[i])
	}
	p.OpenFrom = openSources(listed)
	if p.Mine, err = r.translate(y); err != nil {
		return err
	}
	p.Numbers = map[string]int{}
	for i, t := range p.Trails {
		p.Numbers[t.ID] = i + 1
	}
	all, err := r.restOfSystem(y.ID, extras.SystemLines)
	if err != nil {
		return err
	}
	lines := r.mapLines(all)
	cards, err := r.systemCards(p)
	if err != nil {
		return err
	}
	p.Map = r.trailMap("Map of "+y.Name, cards, p.Numbers, lines, "", nil, nil, placesOf(y.AccessPoints))
	p.Lines, p.Key = len(lines), keyOf(lines)
	p.Tips = r.tipsView("systems", y.ID, ref(y.Slug, y.ID), y.Name, extras.Tips)
	p.Tips.Body, p.Tips.TipKind, p.Tips.Problem = body, kind, problem
	p.Uplifts = upliftsOf(y.Uplifts, s.now())
	p.Notices = r.noticesView("systems", y.ID, ref(y.Slug, y.ID), y.Notices)
	if p.Media, err = r.mediaView("systems", y.ID, y.Name, p.Terms, extras.MediaItems); err != nil {
		return err
	}
	p.Claims = r.claimsView("systems", y.ID, ref(y.Slug, y.ID), extras.Claims, y.Freshness)
	p.Reviews = r.reviewsView("systems", y.ID, extras.Reviews, y.ReviewSummary)
	p.JSONLD = append(p.JSONLD, place("TouristDestination", y.Name, p.Description, p.Canonical, y.Position))
	if err := r.surround(&p.Page, y.ID); err != nil {
		return err
	}
	return r.render(status, "system.html", p)
}

// systemTrails fills the list of trails. A system's own list ends after 60: when
// there are more, they come from the query that lists them all, in pages.
func (r *request) systemTrails(p *systemPage) error {
	y, label, after := p.System, r.URL.Query().Get("label"), r.URL.Query().Get("after")
	p.Trails, p.Filter = filterTrails(y.Trails, label)
	if y.TrailCount <= len(y.Trails) || (p.Filter.Label == "" && after == "") || p.Filter.Label == "none" {
		if y.TrailCount > len(y.Trails) && p.Filter.Label == "" {
			p.Next = "?after=first#trails"
		}
		p.Filter.Partial = y.TrailCount > len(y.Trails)
		return nil
	}
	p.Filter.Partial = true
	v := map[string]any{"systemId": y.ID, "lang": r.lang}
	if p.Filter.Label != "" {
		v["label"] = []string{p.Filter.Label}
	}
	if after != "" && after != "first" {
		v["after"] = clip(after, 500)
	}
	var answer struct {
		Trails gql.Connection[entity.TrailCard]
	}
	if err := r.do("SystemTrails", v, &answer); err != nil {
		return err
	}
	p.Trails, p.Paged = answer.Trails.Nodes, true
	if answer.Trails.PageInfo.HasNextPage {
		p.Next = "?label=" + queryEscape(p.Filter.Label) + "&after=" + queryEscape(text(answer.Trails.PageInfo.EndCursor)) + "#trails"
	}
	return nil
}

// systemCards are the trails to draw: those of the list, or of a list that begins
// with the first of many, all.
func (r *request) systemCards(p *systemPage) ([]entity.TrailCard, error) {
	if p.Filter.Label != "" || p.System.TrailCount <= len(p.Trails) {
		return p.Trails, nil
	}
	const most = 8 // pages of 50
	var cards []entity.TrailCard
	v := map[string]any{"systemId": p.System.ID, "lang": r.lang}
	for range most {
		var answer struct {
			Trails gql.Connection[entity.TrailCard]
		}
		if err := r.do("SystemTrails", v, &answer); err != nil {
			return nil, err
		}
		cards = append(cards, answer.Trails.Nodes...)
		if !answer.Trails.PageInfo.HasNextPage {
			break
		}
		v["after"] = text(answer.Trails.PageInfo.EndCursor)
	}
	return cards, nil
}

func (r *request) tipsView(kind, id, ref, name string, c *gql.Connection[entity.Tip]) tipsView {
	v := tipsView{Kind: kind, ID: id, Ref: ref, Name: name, Missing: c == nil}
	v.What = map[string]string{"systems": "place", "trails": "trail", "routes": "route", "access-points": "place"}[kind]
	v.Back = "/" + kind + "/" + ref + "?write=tip"
	v.Focus = r.URL.Query().Get("write") == "tip"
	if r.session != nil {
		v.Rider = &riderView{Name: r.session.shownName()}
	}
	if c != nil {
		v.Tips, v.More = c.Nodes, c.PageInfo.HasNextPage
	}
	return v
}

// labelOrder is the common scale from easy to hard.
var labelOrder = []string{"white", "green", "blue", "red", "black", "double-black", "pro-line", "none"}

func filterTrails(all []entity.TrailCard, label string) ([]entity.TrailCard, trailFilter) {
	counts := map[string]int{}
	for _, t := range all {
		counts[draw.Code(text(t.CommonLabel))]++
	}
	f := trailFilter{}
	for _, code := range labelOrder {
		if counts[code] > 0 {
			f.Labels = append(f.Labels, labelCount{code, counts[code]})
		}
	}
	if !slices.Contains(labelOrder, label) {
		return all, f
	}
	f.Label = label
	var out []entity.TrailCard
	for _, t := range all {
		if draw.Code(text(t.CommonLabel)) == label {
			out = append(out, t)
		}
	}
	return out, f
}

// trailMap draws lines of trails; numbers are those of the list beside the map,
// by id, and main is the id of the trail that the page is about, or "".
func (r *request) trailMap(title string, cards []entity.TrailCard, numbers map[string]int, lines []mapLine, main string, spots []draw.Spot, joins []draw.Point, places []draw.Place) template.HTML {
	chart := draw.Chart{Title: title, Spots: spots, Joins: joins, Places: places}
	at := map[string]*entity.TrailCard{}
	for i := range cards {
		at[cards[i].ID] = &cards[i]
	}
	for _, l := range lines {
		c := at[l.TrailID]
		if c == nil && main == "" {
			continue // filtered out of the list: not on the map either
		}
		track := l.track()
		track.Main = l.TrailID == main
		if c != nil {
			track.Name, track.Label, track.Number = c.Name, text(c.CommonLabel), numbers[c.ID]
			if !track.Main {
				track.Href = "/trails/" + ref(c.Slug, c.ID)
			}
		}
		chart.Tracks = append(chart.Tracks, track)
	}
	return r.drawMap(chart)
}
