package website

import (
	"errors"
	"fmt"
	"html/template"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/draw"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

// question is what the discovery form asks, as it stands in the address.
type question struct {
	Where    string // "", region:<id>, country:<code>
	Near     string // a name, or "lat, lon"
	RadiusKm string
	Month    string
	Skill    string
	Fitness  string
	Styles   []string
	Must     []string
	Avoid    []string
	Bike     string
	Days     string
	Invented bool // show invented places too

	// Problems by field, in words.
	Problems map[string]string
}

type discoverForm struct {
	Q       question
	Regions []regionOption
	Terms   *terms
	Open    bool
}

type regionOption struct {
	ID        string           `json:"id"`
	Slug      *string          `json:"slug"`
	Name      string           `json:"name"`
	Countries []string         `json:"countries"`
	Position  *entity.Position `json:"position"`
	Tags      []string         `json:"tags"`
	Synthetic bool             `json:"synthetic"`
}

// Countries are those that some region lies in, by name.
func (f discoverForm) Countries() []entity.Term {
	seen := map[string]bool{}
	var out []entity.Term
	for _, r := range f.Regions {
		for _, c := range r.Countries {
			if !seen[c] {
				seen[c] = true
				out = append(out, entity.Term{Code: c, Label: f.Terms.Label("country", c)})
			}
		}
	}
	slices.SortFunc(out, func(a, b entity.Term) int { return strings.Compare(a.Label, b.Label) })
	return out
}

// The members the form offers.
func (discoverForm) Skills() []entity.SkillLevel      { return entity.SkillLevelValues }
func (discoverForm) Fitnesses() []entity.FitnessLevel { return entity.FitnessLevelValues }
func (discoverForm) Styles() []entity.RidingStyle     { return entity.RidingStyleValues }
func (discoverForm) Bikes() []entity.BikeClass        { return entity.BikeClassValues }

func readQuestion(v url.Values) question {
	return question{
		Where: v.Get("where"), Near: clip(strings.TrimSpace(v.Get("near")), 120), RadiusKm: v.Get("radius"),
		Month: v.Get("month"), Skill: v.Get("skill"), Fitness: v.Get("fitness"),
		Styles: bounded(v["style"], 5), Must: bounded(v["must"], 10), Avoid: bounded(v["avoid"], 10),
		Bike: v.Get("bike"), Days: v.Get("days"), Invented: v.Get("invented") == "yes", Problems: map[string]string{},
	}
}

func bounded(list []string, n int) []string {
	var out []string
	for _, s := range list {
		if s != "" && len(s) <= 60 && !slices.Contains(out, s) && len(out) < n {
			out = append(out, s)
		}
	}
	return out
}

// Asked tells whether anything was asked at all.
func (q question) Asked() bool {
	return q.Where+q.Near+q.Month+q.Skill+q.Fitness+q.Bike+q.Days != "" || len(q.Styles)+len(q.Must)+len(q.Avoid) > 0
}

// input makes the API's input of the question. What can't be understood is
// noted in Problems, with the field it belongs to.
func (q *question) input(r *request) (map[string]any, error) {
	in := map[string]any{"first": 10, "units": r.units.Name()}
	if kind, value, ok := strings.Cut(q.Where, ":"); ok {
		switch kind {
		case "region":
			in["regionIds"] = []string{value}
		case "country":
			in["countries"] = []string{value}
		default:
			q.Problems["where"] = "Choose a place from the list."
		}
	}
	number := func(field, raw, words string, low, high int) {
		if raw == "" {
			return
		}
		n, err := strconv.Atoi(strings.TrimSpace(raw))
		if err != nil || n < low || n > high {
			q.Problems[field] = fmt.Sprintf("%s is a whole number from %d to %d.", words, low, high)
			return
		}
		in[field] = n
	}
	number("month", q.Month, "The month", 1, 12)
	number("days", q.Days, "The number of days", 1, 14)
	radius := 300.0
	if q.RadiusKm != "" {
		v, err := strconv.ParseFloat(q.RadiusKm, 64)
		if err != nil || math.IsNaN(v) || v < 1 || v > 3000 {
			q.Problems["radius"] = "The distance is a number of kilometres from 1 to 3000."
		} else {
			radius = v
		}
	}
	choice(q, in, "skill", q.Skill, entity.SkillLevelValues)
	choice(q, in, "fitness", q.Fitness, entity.FitnessLevelValues)
	if q.Invented {
		in["includeInvented"] = true
	}
	if q.Bike != "" {
		choice(q, in, "bikeClass", q.Bike, entity.BikeClassValues)
	}
	if len(q.Styles) > 0 {
		styles := make([]map[string]any, 0, len(q.Styles))
		for _, s := range q.Styles {
			if !slices.Contains(entity.RidingStyleValues, entity.RidingStyle(s)) {
				q.Problems["style"] = "There is no such riding style."
				continue
			}
			styles = append(styles, map[string]any{"style": s})
		}
		in["styles"] = styles
	}
	if len(q.Must) > 0 {
		in["mustHave"] = q.Must
	}
	if len(q.Avoid) > 0 {
		in["avoid"] = q.Avoid
	}
	if q.Near != "" {
		at, err := r.locate(q.Near)
		if err != nil {
			return nil, err
		}
		if at == nil {
			q.Problems["near"] = "The wiki does not know this place. Give the name of a region or system in it, or degrees such as 49.70, -123.15."
		} else {
			in["near"] = map[string]any{"lat": at.Lat, "lon": at.Lon, "radiusKm": radius}
		}
	}
	return in, nil
}

func choice[T ~string](q *question, in map[string]any, field, value string, members []T) {
	if value == "" {
		return
	}
	if !slices.Contains(members, T(value)) {
		q.Problems[field] = "Choose one from the list."
		return
	}
	in[field] = value
}

// locate finds where a place is that somebody typed: degrees, or the name of a
// region or system. Nil: not known.
func (r *request) locate(near string) (*entity.Position, error) {
	if at := parseDegrees(near); at != nil {
		return at, nil
	}
	var found struct {
		Search gql.Connection[entity.SearchResult]
	}
	if err := r.do("Search", map[string]any{"query": near, "kinds": []string{"REGION", "SYSTEM"}, "lang": r.lang}, &found); err != nil {
		return nil, err
	}
	for _, hit := range found.Search.Nodes[:min(3, len(found.Search.Nodes))] {
		var answer struct {
			Region *struct{ Position *entity.Position }
			System *struct{ Position *entity.Position }
		}
		operation := "System"
		if hit.Kind == entity.EntityKindRegion {
			operation = "Region"
		}
		if err := r.do(operation, map[string]any{"id": hit.ID, "lang": r.lang}, &answer); err != nil {
			var list gql.Errors
			if errors.As(err, &list) {
				continue // not readable any more: try the next
			}
			return nil, err
		}
		switch {
		case answer.Region != nil && answer.Region.Position != nil:
			return answer.Region.Position, nil
		case answer.System != nil && answer.System.Position != nil:
			return answer.System.Position, nil
		}
	}
	return nil, nil
}

// parseDegrees reads "lat, lon" in degrees.
func parseDegrees(s string) *entity.Position {
	a, b, ok := strings.Cut(s, ",")
	if !ok {
		return nil
	}
	lat, err1 := strconv.ParseFloat(strings.TrimSpace(a), 64)
	lon, err2 := strconv.ParseFloat(strings.TrimSpace(b), 64)
	if err1 != nil || err2 != nil || math.IsNaN(lat) || math.IsNaN(lon) || math.Abs(lat) > 90 || math.Abs(lon) > 180 {
		return nil
	}
	return &entity.Position{Lat: lat, Lon: lon}
}

type homePage struct {
	Page
	Form    discoverForm
	Choices translation // lists for naming home
	Places  []regionPlaces
	Undrawn int // systems of the list without a position
	Total   string
	First   int // systems that are listed, when there are more; 0: all are
	Worth   []entity.SystemCard
	WorthOf int
	Changed []homeSystem
	Tips    []entity.Tip
	World   template.HTML
	Missing []string
	Regions int
}

// homeSystem is a system as the home page needs it.
type homeSystem struct {
	ID        string
	Slug      *string
	Name      string
	Position  *entity.Position
	RegionIDs []string `json:"regionIds"`
	UpdatedAt string
	Synthetic bool
}

// regionPlaces is a region with its systems, or the systems of no region.
type regionPlaces struct {
	Region  *regionOption
	Systems []homeSystem
}

// worthShown is how many of the places worth a journey are shown at once; which
// ones changes with the day.
const worthShown = 6

func (s *Site) home(r *request) error {
	var answer struct {
		Regions gql.Connection[regionOption]
		Systems gql.Connection[homeSystem]
		Changed gql.Connection[homeSystem]
		WorthIt gql.Connection[entity.SystemCard]
		Tips    gql.Connection[entity.Tip]
	}
	missing, err := r.read("Home", map[string]any{"lang": r.lang}, &answer, "regions", "systems")
	if err != nil {
		return err
	}
	p := &homePage{
		Page:  r.newPage("Where to ride, and what awaits you there", "A curated guide to mountain biking: find places that fit your skill, legs and month, with reasons and concerns in plain words."),
		Total: countOf(answer.Systems.TotalCount, answer.Systems.TotalIsMore, "trail system", "trail systems"), Regions: len(answer.Regions.Nodes),
		Changed: answer.Changed.Nodes, Tips: answer.Tips.Nodes, Missing: missing,
	}
	p.Canonical = s.absolute("/")
	p.Form = discoverForm{Regions: answer.Regions.Nodes, Terms: r.vocabularies(), Q: question{Problems: map[string]string{}}, Open: true}
	var pins []draw.Pin
	for _, y := range answer.Systems.Nodes {
		if y.Position != nil {
			pin := pinAt(y.Name, y.Position, y.Synthetic)
			pin.Href, pin.Label = "/systems/"+ref(y.Slug, y.ID), true
			pins = append(pins, pin)
		}
	}
	if n := len(answer.Systems.Nodes); answer.Systems.TotalIsMore || answer.Systems.TotalCount > n {
		p.First = n
	}
	p.Undrawn = len(answer.Systems.Nodes) - len(pins)
	p.World = s.land.World("Trail systems in the wiki", pins)
	p.Places = byRegion(answer.Regions.Nodes, answer.Systems.Nodes)
	worth := slices.DeleteFunc(answer.WorthIt.Nodes, func(c entity.SystemCard) bool { return c.Status == entity.ArticleStatusStub })
	p.WorthOf = len(worth)
	if n := len(worth); n > 0 {
		first := s.now().YearDay() * worthShown % n
		for i := range min(worthShown, n) {
			p.Worth = append(p.Worth, worth[(first+i)%n])
		}
	}
	p.JSONLD = append(p.JSONLD, map[string]any{
		"@context": "https://schema.org", "@type": "WebSite", "name": "MTB Wiki", "url": s.absolute("/"),
		"potentialAction": map[string]any{"@type": "SearchAction", "target": s.absolute("/search?q={q}"), "query-input": "required name=q"},
	})
	return r.render(200, "home.html", p)
}

// byRegion lists regions with the systems whose first region they are; systems of
// no listed region come last.
func byRegion(regions []regionOption, systems []homeSystem) []regionPlaces {
	out := make([]regionPlaces, 0, len(regions)+1)
	at := map[string]int{}
	for i := range regions {
		at[regions[i].ID] = i
		out = append(out, regionPlaces{Region: &regions[i]})
	}
	var rest regionPlaces
	for _, y := range systems {
		i, ok := 0, false
		if len(y.RegionIDs) > 0 {
			i, ok = at[y.RegionIDs[0]]
		}
		if ok {
			out[i].Systems = append(out[i].Systems, y)
		} else {
			rest.Systems = append(rest.Systems, y)
		}
	}
	if len(rest.Systems) > 0 {
		out = append(out, rest)
	}
	return out
}

func regionPins(list []regionOption) []draw.Pin {
	var pins []draw.Pin
	for _, g := range list {
		if g.Position != nil {
			pins = append(pins, draw.Pin{Name: g.Name, Href: "/regions/" + ref(g.Slug, g.ID), Lat: g.Position.Lat, Lon: g.Position.Lon, Synthetic: g.Synthetic})
		}
	}
	return pins
}

func systemPins(list []entity.SystemCard) []draw.Pin {
	var pins []draw.Pin
	for _, c := range list {
		if c.Position != nil {
			pins = append(pins, draw.Pin{Name: c.Name, Href: "/systems/" + ref(c.Slug, c.ID), Lat: c.Position.Lat, Lon: c.Position.Lon, Synthetic: c.Synthetic})
		}
	}
	return pins
}

type resultsPage struct {
	Page
	Form      discoverForm
	Discovery *entity.Discovery
	// ForYou is the reader's label in each suggested system, by its id.
	ForYou  map[string]translated
	Problem string
	Summary string
	// Save is the question as a trip keeps it, for who is signed in, and SaveTitle what
	// the trip is called.
	Save, SaveTitle string
}

// whereToRide answers a question. It is a GET: the address can be shared.
func (s *Site) whereToRide(r *request) error {
	var regions struct{ Regions gql.Connection[regionOption] }
	if _, err := r.read("Regions", map[string]any{"lang": r.lang}, &regions); err != nil {
		return err
	}
	p := &resultsPage{Page: r.newPage("Where to ride", "Places that fit a rider, a time and a wish, ranked with reasons and concerns.", Crumb{"Home", "/"})}
	p.Section, p.NoIndex = "discover", true
	q := readQuestion(r.URL.Query())
	p.Form = discoverForm{Q: q, Regions: regions.Regions.Nodes, Terms: r.vocabularies()}
	in, err := q.input(r)
	if err != nil {
		return err
	}
	p.Form.Q = q
	p.Summary = p.Form.summary()
	if len(q.Problems) > 0 {
		p.Form.Open = true
		return r.render(422, "results.html", p)
	}
	var answer struct{ Discover *entity.Discovery }
	if err := r.do("Discover", map[string]any{"input": in}, &answer); err != nil {
		e := gql.First(err)
		if e == nil || !refusable(e) {
			return err
		}
		p.Problem = e.Message
		p.Form.Open = true
		return r.render(422, "results.html", p)
	}
	p.Discovery = answer.Discover
	if r.session != nil {
		p.Save, p.SaveTitle = r.URL.RawQuery, clip("Ride "+p.Summary, 100)
		if p.Save == "" {
			p.Save = "where="
		}
	}
	if p.ForYou, err = r.suggestedForYou(answer.Discover); err != nil {
		return err
	}
	return r.render(200, "results.html", p)
}

// summary says the question in one line.
func (f discoverForm) summary() string {
	q := f.Q
	var parts []string
	if kind, v, ok := strings.Cut(q.Where, ":"); ok {
		if kind == "country" {
			parts = append(parts, "in "+f.Terms.Label("country", v))
		}
		for _, g := range f.Regions {
			if kind == "region" && g.ID == v {
				parts = append(parts, "in "+g.Name)
			}
		}
	}
	if q.Near != "" {
		parts = append(parts, "near "+q.Near)
	}
	if m, err := strconv.Atoi(q.Month); err == nil && monthName(m) != "" {
		parts = append(parts, "in "+monthName(m))
	}
	for _, v := range []string{q.Skill, q.Fitness} {
		if v != "" {
			w, _, _ := strings.Cut(word(v), " (")
			parts = append(parts, strings.ToLower(w))
		}
	}
	for _, v := range q.Styles {
		parts = append(parts, word(v))
	}
	for _, v := range q.Must {
		parts = append(parts, "with "+strings.ToLower(f.Terms.Label("character-tag", v)))
	}
	for _, v := range q.Avoid {
		parts = append(parts, "without "+strings.ToLower(f.Terms.Label("character-tag", v)))
	}
	if q.Bike != "" {
		parts = append(parts, word(q.Bike))
	}
	if n, err := strconv.Atoi(q.Days); err == nil {
		parts = append(parts, plural(n, "day", "days"))
	}
	if len(parts) == 0 {
		return "anywhere, any time"
	}
	return strings.Join(parts, " · ")
}
