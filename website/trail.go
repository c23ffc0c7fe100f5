package website

import (
	"fmt"
	"html/template"
	"math"
	"strconv"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/draw"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

type trailPage struct {
	Page
	Trail      *entity.Trail
	Facts      *facts
	Terms      *terms
	Profiles   []profileView
	Elevation  template.HTML
	Map        template.HTML
	Features   []featureView
	Junctions  []junctionView
	Access     []accessRow
	Siblings   []entity.TrailCard
	Tips       tipsView
	Notices    noticesView
	Media      mediaView
	Claims     claimsView
	Reviews    reviewsView
	ForYou     *forYou
	Meta       meta
	Missing    []string
	LinePoints int
	// Own is the wiki's own line; Open that of open data, shown where there is none.
	Own  bool
	Open *credit
	Key  lineKey
	Line lineForm
	// Riders is how hard they found it.
	Riders []ridersSay
}

// profileView is a difficulty profile with a row for every axis.
type profileView struct {
	Direction entity.LineDirection
	Labels    []statedView
	Axes      []axisRow
	Offsets   bool
}

type axisRow struct {
	Code     string
	Name     string
	Question string
	Mark     *entity.AxisMark
}

// statedView is a stated label with its sign on the common scale.
type statedView struct {
	entity.StatedDifficulty
	Name   string
	Common string
}

func stated(l entity.StatedDifficulty, t *terms) statedView {
	v := statedView{StatedDifficulty: l, Name: humanize(l.Label)}
	if term := t.LabelOf(l.System, l.Label); term != nil {
		v.Name, v.Common = term.Label, text(term.Common)
	} else if l.System == "imba" || l.System == "trailforks" {
		v.Common = l.Label // these are the common scale
	}
	return v
}

func profileViews(list []entity.DifficultyProfile, t *terms) []profileView {
	var out []profileView
	for _, d := range list {
		v := profileView{Direction: d.Direction}
		for _, l := range d.Labels {
			v.Labels = append(v.Labels, stated(l, t))
		}
		for _, a := range axisNames {
			row := axisRow{Code: a.Code, Name: a.Name, Question: a.Question}
			for i := range d.Axes {
				if string(d.Axes[i].Axis) == a.Code {
					row.Mark = &d.Axes[i]
					v.Offsets = v.Offsets || d.Axes[i].WetOffset != nil
				}
			}
			v.Axes = append(v.Axes, row)
		}
		out = append(out, v)
	}
	return out
}

// featureView is a feature with its number on map and profile.
type featureView struct {
	entity.TrailFeature
	Number int
}

// Title is the feature's name, or what it is.
func (f featureView) Title() string {
	if n := text(f.Name); n != "" {
		return n
	}
	return word(f.Kind)
}

// Hard tells whether it can't be avoided and is of note.
func (f featureView) Hard() bool { return f.Mandatory }

func featureViews(list []entity.TrailFeature) []featureView {
	out := make([]featureView, len(list))
	for i, f := range list {
		out[i] = featureView{TrailFeature: f, Number: i + 1}
	}
	return out
}

func spotsOf(list []featureView) []draw.Spot {
	var spots []draw.Spot
	for _, f := range list {
		if f.AtM != nil {
			spots = append(spots, draw.Spot{Number: f.Number, Distance: *f.AtM, Name: f.Title(), Hard: f.Mandatory})
		}
	}
	return spots
}

// junctionView is a junction with the other trail, when that is known here.
type junctionView struct {
	entity.Junction
	Other *entity.TrailCard
}

func (s *Site) trail(r *request) error { return r.trailPage(200, "", "", "") }

func (r *request) trailPage(status int, body, kind, problem string) error {
	s, slug := r.site, r.PathValue("slug")
	var answer struct{ Trail *entity.Trail }
	missing, err := r.read("Trail", r.bySlug(slug), &answer, "trail")
	if err != nil {
		return err
	}
	t := answer.Trail
	if t == nil {
		return errNotFound
	}
	if r.Method == "GET" && elsewhere(slug, t.Slug) {
		return r.moved("/trails/" + *t.Slug)
	}
	var extras struct {
		TrailLine   *entity.TrailLine
		System      *struct{ Trails []entity.TrailCard }
		SystemLines []entity.TrailLine
		Tips        *gql.Connection[entity.Tip]
		MediaItems  *gql.Connection[entity.Media]
		Claims      *gql.Connection[entity.Claim]
		Reviews     *gql.Connection[entity.Review]
	}
	systemID := t.ID // a trail without a system: the query then finds none
	if len(t.Systems) > 0 {
		systemID = t.Systems[0].ID
	}
	more, err := r.read("TrailExtras", map[string]any{"id": t.ID, "systemId": systemID, "lang": r.lang}, &extras)
	if err != nil {
		return err
	}
	crumbs := []Crumb{{"Home", "/"}, {"Systems", "/systems"}}
	if len(t.Systems) > 0 {
		crumbs = append(crumbs, Crumb{t.Systems[0].Name, "/systems/" + ref(t.Systems[0].Slug, t.Systems[0].ID)})
	}
	description := text(t.Personality)
	if description == "" {
		description = fmt.Sprintf("%s: how hard it is on five axes, where it goes, who may ride it, and what riders say.", t.Name)
	}
	vocabularies := r.vocabularies()
	p := &trailPage{
		Page: r.newPage(t.Name, description, crumbs...), Trail: t, Facts: newFacts(t.Facts, s.now()), Terms: vocabularies,
		Profiles: profileViews(t.Difficulty, vocabularies), Features: featureViews(t.Features), Access: accessRows(t.Access), Missing: append(missing, more...),
	}
	p.Riders = ridersSayOf(t.Ratings)
	p.Section, p.Canonical, p.Synthetic = "systems", s.absolute("/trails/"+ref(t.Slug, t.ID)), t.Synthetic
	p.NoIndex = t.Synthetic || t.Visibility != entity.VisibilityPublic
	p.Meta = meta{Kind: "trails", Ref: ref(t.Slug, t.ID), Version: t.Version, Updated: t.UpdatedAt, Lang: t.Lang, Comments: t.CommentCount, Watch: r.watch(t.ID)}
	if p.ForYou, err = r.forYou(t); err != nil {
		return err
	}
	if extras.System != nil {
		for _, c := range extras.System.Trails {
			if c.ID != t.ID {
				p.Siblings = append(p.Siblings, c)
			}
		}
	}
	var shown []mapLine
	if l := extras.TrailLine; l != nil {
		if shown = r.mapLines([]entity.TrailLine{*l}); len(shown) == 0 {
			p.Missing = append(p.Missing, "trailLine")
		}
	}
	// Features and junctions are measured along the wiki's own line.
	var line draw.Line
	var spots []draw.Spot
	var joins []draw.Point
	length := 0.0
	if len(shown) > 0 {
		line, p.Open = shown[0].Pieces[0], shown[0].Credit
		if p.Own = p.Open == nil; p.Own {
			spots = spotsOf(p.Features)
			if t.LengthM != nil {
				length = *t.LengthM
			}
		}
		p.Elevation = draw.Profile(draw.SamplesOf(shown[0].Pieces, length), spots, r.units, "Elevation profile of "+t.Name)
	}
	cards := map[string]*entity.TrailCard{}
	for i := range p.Siblings {
		cards[p.Siblings[i].ID] = &p.Siblings[i]
	}
	for _, j := range t.Junctions {
		p.Junctions = append(p.Junctions, junctionView{Junction: j, Other: cards[j.TrailID]})
		if p.Own {
			joins = append(joins, line.At(j.AtM))
		}
	}
	if len(shown) > 0 {
		for _, l := range r.mapLines(extras.SystemLines) {
			if l.TrailID != t.ID && nearby(line, l.Pieces) {
				shown = append(shown, l)
			}
		}
		self := entity.TrailCard{ID: t.ID, Slug: t.Slug, Name: t.Name, CommonLabel: t.CommonLabel}
		p.Map, p.Key = r.trailMap("Map of "+t.Name, append([]entity.TrailCard{self}, p.Siblings...), nil, shown, t.ID, spots, joins, nil), keyOf(shown)
	}
	p.Line = lineForm{Ref: ref(t.Slug, t.ID), Name: t.Name, SignedIn: r.session != nil}
	p.Tips = r.tipsView("trails", t.ID, ref(t.Slug, t.ID), t.Name, extras.Tips)
	p.Notices = r.noticesView("trails", t.ID, ref(t.Slug, t.ID), t.Notices)
	if p.Media, err = r.mediaView("trails", t.ID, t.Name, p.Terms, extras.MediaItems); err != nil {
		return err
	}
	p.Claims = r.claimsView("trails", t.ID, ref(t.Slug, t.ID), extras.Claims, t.Freshness)
	p.Reviews = r.reviewsView("trails", t.ID, extras.Reviews, t.ReviewSummary)
	p.Tips.Body, p.Tips.TipKind, p.Tips.Problem = body, kind, problem
	if !p.Own {
		line = nil // a licence can't be told there
	}
	p.JSONLD = append(p.JSONLD, trailLD(t, p.Description, p.Canonical, line))
	if err := r.surround(&p.Page, t.ID); err != nil {
		return err
	}
	return r.render(status, "trail.html", p)
}

// nearby keeps a map about its trail: other trails are drawn when they come
// within its own length of its middle.
func nearby(line draw.Line, pieces []draw.Line) bool {
	length := line.Length()
	middle := line.At(length / 2)
	reach := math.Max(400, length*0.75)
	for _, other := range pieces {
		for _, p := range other {
			if draw.Between(middle, p) > reach {
				return false
			}
		}
	}
	return true
}

// trailLD describes a trail for search engines: schema.org has no trail, so it
// is an attraction with a line.
func trailLD(t *entity.Trail, description, url string, line draw.Line) map[string]any {
	m := map[string]any{"@context": "https://schema.org", "@type": "TouristAttraction", "name": t.Name, "url": url, "description": description}
	if len(line) > 1 {
		shape := ""
		step := max(1, len(line)/50)
		for i := 0; i < len(line); i += step {
			if shape != "" {
				shape += " "
			}
			shape += coordinate(line[i].Lat) + "," + coordinate(line[i].Lon)
		}
		m["geo"] = map[string]any{"@type": "GeoShape", "line": shape}
	}
	return m
}

func coordinate(v float64) string { return strconv.FormatFloat(v, 'f', 5, 64) }

type routePage struct {
	Page
	Route     *entity.Route
	Times     rideTimes
	When      conditions
	Unknown   []fieldLink
	Facts     *facts
	Terms     *terms
	Season    []seasonRow
	Elevation template.HTML
	Map       template.HTML
	Partial   bool
	// Whole: the line is that of the route in open data, not of its legs.
	Whole bool
	// OpenFrom is where values of the legs come from that the wiki itself doesn't have.
	OpenFrom []entity.OpenDataCard
	Key      lineKey
	Tips     tipsView
	Notices  noticesView
	Media    mediaView
	Claims   claimsView
	Reviews  reviewsView
	Meta     meta
	Missing  []string
}

func (s *Site) route(r *request) error { return r.routePage(200, "", "", "") }

func (r *request) routePage(status int, body, kind, problem string) error {
	s, slug := r.site, r.PathValue("slug")
	var answer struct{ Route *entity.Route }
	missing, err := r.read("Route", r.bySlug(slug), &answer, "route")
	if err != nil {
		return err
	}
	t := answer.Route
	if t == nil {
		return errNotFound
	}
	if r.Method == "GET" && elsewhere(slug, t.Slug) {
		return r.moved("/routes/" + *t.Slug)
	}
	crumbs := []Crumb{{"Home", "/"}, {"Systems", "/systems"}}
	if len(t.Systems) > 0 {
		crumbs = append(crumbs, Crumb{t.Systems[0].Name, "/systems/" + ref(t.Systems[0].Slug, t.Systems[0].ID)})
	}
	var extras struct {
		RouteLines []entity.RouteLine
		Tips       *gql.Connection[entity.Tip]
		MediaItems *gql.Connection[entity.Media]
		Claims     *gql.Connection[entity.Claim]
		Reviews    *gql.Connection[entity.Review]
	}
	more, err := r.read("RouteExtras", map[string]any{"id": t.ID, "lang": r.lang}, &extras)
	if err != nil {
		return err
	}
	description := text(t.Tagline)
	if description == "" {
		description = fmt.Sprintf("%s: a ride in %s, leg by leg.", t.Name, crumbs[len(crumbs)-1].Name)
	}
	p := &routePage{
		Page: r.newPage(t.Name, description, crumbs...), Route: t, Facts: newFacts(t.Facts, s.now()), Terms: r.vocabularies(),
		Season: seasonRows(t.Season), Missing: append(missing, more...),
		Times: timesOf(t), When: conditionsOf(t), Unknown: unknownOf(t),
	}
	p.Section, p.Canonical, p.Synthetic = "systems", s.absolute("/routes/"+ref(t.Slug, t.ID)), t.Synthetic
	p.NoIndex = t.Synthetic || t.Visibility != entity.VisibilityPublic
	p.Meta = meta{Kind: "routes", Ref: ref(t.Slug, t.ID), Version: t.Version, Updated: t.UpdatedAt, Lang: t.Lang, Comments: t.CommentCount, Watch: r.watch(t.ID)}
	lines, err := r.routeLines(t.ID, extras.RouteLines)
	if err != nil {
		return err
	}
	r.drawRoute(p, lines)
	p.Tips = r.tipsView("routes", t.ID, ref(t.Slug, t.ID), t.Name, extras.Tips)
	p.Notices = r.noticesView("routes", t.ID, ref(t.Slug, t.ID), t.Notices)
	if p.Media, err = r.mediaView("routes", t.ID, t.Name, p.Terms, extras.MediaItems); err != nil {
		return err
	}
	p.Claims = r.claimsView("routes", t.ID, ref(t.Slug, t.ID), extras.Claims, t.Freshness)
	p.Reviews = r.reviewsView("routes", t.ID, extras.Reviews, t.ReviewSummary)
	p.Tips.Body, p.Tips.TipKind, p.Tips.Problem = body, kind, problem
	stops := []any{}
	var shown []*entity.TrailCard
	for i, l := range t.Legs {
		if l.Trail != nil {
			// Of a part of a trail, only the label is shown.
			if (l.FromM == nil && l.ToM == nil) || openOf(l.Trail).Label != nil {
				shown = append(shown, l.Trail)
			}
			stops = append(stops, map[string]any{"@type": "ListItem", "position": i + 1, "item": map[string]any{"@type": "TouristAttraction", "name": l.Trail.Name, "url": s.absolute("/trails/" + ref(l.Trail.Slug, l.Trail.ID))}})
		}
	}
	p.OpenFrom = openSources(shown)
	p.JSONLD = append(p.JSONLD, map[string]any{"@context": "https://schema.org", "@type": "TouristTrip", "name": t.Name, "description": p.Description, "url": p.Canonical,
		"itinerary": map[string]any{"@type": "ItemList", "itemListElement": stops}})
	if err := r.surround(&p.Page, t.ID); err != nil {
		return err
	}
	return r.render(status, "route.html", p)
}

// joinM is how far two legs' ends may be apart in height, in metres, to be drawn
// as one line.
const joinM = 5

// drawRoute joins the lines of the legs. Legs without a line (connectors,
// uplifts, trails nobody has drawn) leave gaps, and the page says so. Where no leg
// has one, the route is drawn as open data has it.
func (r *request) drawRoute(p *routePage, lines []mapLine) {
	byTrail := map[string]mapLine{}
	var route []mapLine
	for _, l := range lines {
		if l.TrailID == "" {
			route = append(route, l)
		} else {
			byTrail[l.TrailID] = l
		}
	}
	chart := draw.Chart{Title: "Map of " + p.Route.Name}
	var samples []draw.Sample
	var used []mapLine
	at, whole := 0.0, true
	for i, leg := range p.Route.Legs {
		if leg.Trail == nil {
			whole = whole && leg.Kind != entity.LegKindTrail
			continue
		}
		l, ok := byTrail[leg.Trail.ID]
		if !ok {
			p.Partial = true
			whole = false
			continue
		}
		line := l.Pieces[0]
		from, to := 0.0, line.Length()
		if leg.FromM != nil {
			from = *leg.FromM
		}
		if leg.ToM != nil {
			to = *leg.ToM
		}
		if leg.Direction == entity.LineDirectionBackward && from < to {
			from, to = to, from
		}
		part := line.Part(from, to)
		track := l.track()
		track.Name, track.Href, track.Label, track.Number, track.Line = fmt.Sprintf("Leg %d: %s", i+1, leg.Trail.Name), "/trails/"+ref(leg.Trail.Slug, leg.Trail.ID), text(leg.Trail.CommonLabel), i+1, part
		chart.Tracks = append(chart.Tracks, track)
		used = append(used, l)
		legSamples := part.Samples(0)
		if legSamples == nil || len(l.Pieces) > 1 {
			whole = false
		}
		for k, s := range legSamples {
			samples = append(samples, draw.Sample{Distance: at + s.Distance, Elevation: s.Elevation, Break: k == 0 && len(samples) > 0 && math.Abs(samples[len(samples)-1].Elevation-s.Elevation) > joinM})
		}
		at += part.Length()
	}
	p.Whole = len(used) == 0 && len(route) > 0
	if p.Whole || p.Partial {
		for _, l := range route {
			track := l.track()
			track.Name, track.Main = p.Route.Name, p.Whole && len(chart.Tracks) == 0
			chart.Tracks = append(chart.Tracks, track)
			used = append(used, l)
		}
	}
	p.Map, p.Key = r.drawMap(chart), keyOf(used)
	switch {
	case p.Whole:
		p.Elevation = draw.Profile(draw.SamplesOf(route[0].Pieces, 0), nil, r.units, "Elevation profile of "+p.Route.Name)
	case whole:
		p.Elevation = draw.Profile(samples, nil, r.units, "Elevation profile of the trail legs of "+p.Route.Name)
	}
}
