package website

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

// askedAs is the wording of the questions on the pages here (docs/ratings.md). Who
// changes the words of ratingAxes or the categories in what they mean counts it up.
const askedAs = 1

// ratingAxes are the questions, by axis, and how a comparison on it is put.
var ratingAxes = map[entity.Axis]struct{ Question, Compared string }{
	entity.AxisTechnicalClimbing:   {"Riding up it without a foot down: like which of these?", "Riding up"},
	entity.AxisTechnicalDescending: {"Riding down it, roots, rocks, steeps and turns: like which of these?", "Riding down"},
	entity.AxisAir:                 {"Its jumps, drops and gaps: like those of which of these?", "For time in the air"},
	entity.AxisConsequence:         {"What a fall would cost: like on which of these?", "For what a fall would cost"},
	entity.AxisFitness:             {"How hard it was on legs and lungs: like which of these?", "On legs and lungs"},
}

// categories are the steps of the common scale, by number.
var categories = [...]string{"white", "green", "blue", "black", "double-black"}

// categoryWords names a step, or what lies between two.
func categoryWords(v float64) string {
	low := int(v)
	if low < 0 || low >= len(categories) {
		return ""
	}
	if v > float64(low) && low+1 < len(categories) {
		return "between " + categoryName(low) + " and " + categoryName(low+1)
	}
	return categoryName(low)
}

func categoryName(n int) string { return strings.ReplaceAll(categories[n], "-", " ") }

type ridesPage struct {
	Page
	Rides    []rideLine
	Total    string
	Archived bool
	Next     string
	// Find is what trail was looked for, to add a ride over it.
	Find   string
	Found  []entity.SearchResult
	Looked bool
}

// rideLine is a ride in a list.
type rideLine struct {
	entity.Ride
	When string
}

// whenOf says when a ride was, as exactly as the rider knows it.
func whenOf(r entity.Ride) string {
	switch {
	case r.RiddenOn != nil:
		return day(*r.RiddenOn)
	case r.Year == nil:
		return ""
	case r.Month != nil:
		return fmt.Sprintf("%s %d", monthName(*r.Month), *r.Year)
	case r.Season != nil:
		return fmt.Sprintf("%s %d", word(r.Season), *r.Year)
	}
	return strconv.Itoa(*r.Year)
}

// rides are those of whoever is signed in.
func (s *Site) rides(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	q := r.URL.Query()
	p := &ridesPage{Page: r.privatePage("Your rides"), Archived: q.Get("archived") == "yes", Find: clip(strings.TrimSpace(q.Get("trail")), 200)}
	v := map[string]any{"lang": r.lang, "filter": map[string]any{"archived": p.Archived}}
	if after := q.Get("after"); after != "" {
		v["after"] = clip(after, 200)
	}
	var answer struct {
		MyRides gql.Connection[entity.Ride]
	}
	if err := r.do("MyRides", v, &answer); err != nil {
		return err
	}
	c := answer.MyRides
	for _, one := range c.Nodes {
		p.Rides = append(p.Rides, rideLine{one, whenOf(one)})
	}
	p.Total = countOf(c.TotalCount, c.TotalIsMore, "ride", "rides")
	if c.PageInfo.HasNextPage {
		p.Next = "/rides?after=" + queryEscape(text(c.PageInfo.EndCursor))
		if p.Archived {
			p.Next += "&archived=yes"
		}
	}
	if p.Find != "" {
		var found struct {
			Search gql.Connection[entity.SearchResult]
		}
		if err := r.do("Search", map[string]any{"query": p.Find, "kinds": []entity.EntityKind{entity.EntityKindTrail}, "lang": r.lang}, &found); err != nil {
			return err
		}
		p.Found, p.Looked = found.Search.Nodes, true
	}
	return r.render(http.StatusOK, "rides.html", p)
}

// privatePage is one that nobody but the rider himself sees.
func (r *request) privatePage(title string, crumbs ...Crumb) Page {
	p := r.newPage(title, "", append([]Crumb{{"Home", "/"}}, crumbs...)...)
	p.NoIndex, p.Section, p.Canonical = true, "rides", ""
	r.w.Header().Set("Cache-Control", "private, no-store")
	return p
}

// rideForm asks about one ride; a new one, or one that is there.
type rideForm struct {
	Action string
	Button string
	// Ways in which the trail can be ridden; none when there is one only.
	Ways []option
	Whens,
	Bikes,
	Outcomes []option
	Conditions []entity.Term
	Questions  []ratingQuestion
	Steps      []ratingStep
	// AskSeen: whether he knows the label must be asked, since nothing told it here.
	AskSeen bool
	V       url.Values
	Problem string
	Version int
}

// Is tells whether a field has a value.
func (f *rideForm) Is(field, value string) bool {
	return slices.Contains(f.V[field], value) || value == "" && f.V.Get(field) == ""
}

type ratingQuestion struct{ Axis, Name, Question string }

type ratingStep struct{ Value, Label, Name string }

// newRideForm offers what can be said of a ride over a trail, on the axes that can be
// rated of it.
func (r *request) newRideForm(t *entity.TrailCard, axes []entity.Axis) *rideForm {
	f := &rideForm{Outcomes: enumOptions(entity.RideOutcomeValues), Bikes: append([]option{{"", "Not said"}}, enumOptions(entity.BikeClassValues)...), Conditions: r.vocabularies().Of("condition")}
	switch t.Direction {
	case entity.TrailDirectionBoth, entity.TrailDirectionUpPreferred, entity.TrailDirectionDownPreferred:
		f.Ways = waysOf(t)
	}
	f.Whens = []option{{"", "Some time in"}}
	for m := 1; m <= 12; m++ {
		f.Whens = append(f.Whens, option{strconv.Itoa(m), monthName(m)})
	}
	f.Whens = append(f.Whens, enumOptions(entity.SeasonOfYearValues)...)
	for _, a := range axisNames {
		if q, ok := ratingAxes[entity.Axis(a.Code)]; ok && slices.Contains(axes, entity.Axis(a.Code)) {
			f.Questions = append(f.Questions, ratingQuestion{a.Code, a.Name, q.Question})
		}
	}
	for i, label := range categories {
		f.Steps = append(f.Steps, ratingStep{strconv.Itoa(i), label, categoryName(i)})
	}
	return f
}

// waysOf names the directions by what a rider remembers: up or down, where the trail
// says so.
func waysOf(t *entity.TrailCard) []option {
	along, against := "As its line runs", "The other way"
	if t.ClimbM != nil && t.DescentM != nil {
		switch up, down := *t.ClimbM, *t.DescentM; {
		case down > 1.2*up+5:
			along, against = "Mostly down", "Mostly up"
		case up > 1.2*down+5:
			along, against = "Mostly up", "Mostly down"
		}
	}
	return []option{{string(entity.LineDirectionForward), along}, {string(entity.LineDirectionBackward), against}, {string(entity.LineDirectionEither), "Both, or I don’t remember"}}
}

// input reads the form into the API's input. What is wrong in it is the API's to say,
// but for what can't be sent at all.
func (f *rideForm) input(form url.Values) (in map[string]any, problem string) {
	in = map[string]any{"direction": string(entity.LineDirectionForward), "riddenOn": nil, "year": nil, "month": nil, "season": nil, "bikeClass": nil, "outcome": nil, "note": nil, "conditions": form["condition"]}
	if len(f.Ways) > 0 {
		in["direction"] = string(entity.LineDirectionEither)
		if way := form.Get("way"); way != "" {
			in["direction"] = way
		}
	}
	if form["condition"] == nil {
		in["conditions"] = []string{}
	}
	for field, name := range map[string]string{"bike": "bikeClass", "outcome": "outcome", "note": "note"} {
		if v := strings.TrimSpace(form.Get(field)); v != "" {
			in[name] = v
		}
	}
	if d := form.Get("day"); d != "" {
		in["riddenOn"] = d
		return in, ""
	}
	year, err := strconv.Atoi(strings.TrimSpace(form.Get("year")))
	if err != nil {
		return nil, "The year is a number with four digits, such as 2026."
	}
	in["year"] = year
	if m, err := strconv.Atoi(form.Get("when")); err == nil {
		in["month"] = m
	} else if season := form.Get("when"); season != "" {
		in["season"] = season
	}
	return in, ""
}

// ratings reads the answers that differ from what stands there.
func (f *rideForm) ratings(form url.Values, there []entity.PerceivedRating, seen entity.LabelSeen) []any {
	stored := map[string]string{}
	for _, one := range there {
		stored[string(one.Axis)] = strconv.Itoa(one.Category)
	}
	var out []any
	for _, q := range f.Questions {
		said := form.Get("rate-" + q.Axis)
		if said == stored[q.Axis] {
			continue
		}
		one := map[string]any{"axis": q.Axis, "category": nil, "labelSeen": string(seen), "questionVersion": askedAs}
		if n, err := strconv.Atoi(said); err == nil {
			one["category"] = n
		}
		out = append(out, one)
	}
	return out
}

// seenOf is whether the label was known, by the form.
func seenOf(form url.Values) entity.LabelSeen {
	if v := entity.LabelSeen(form.Get("seen")); slices.Contains(entity.LabelSeenValues, v) {
		return v
	}
	return entity.LabelSeenUnknown
}

type riddenPage struct {
	Page
	Trail  *entity.Trail
	Form   *rideForm
	Before string // how often he rode it already
}

// ridden asks about a ride over a trail. How the trail is labelled isn't on this page.
func (s *Site) ridden(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	p, err := r.riddenPage()
	if err != nil {
		return err
	}
	now := s.now()
	p.Form.V = url.Values{"when": {strconv.Itoa(int(now.Month()))}, "year": {strconv.Itoa(now.Year())}}
	if d := p.Trail.Direction; d == entity.TrailDirectionUpPreferred || d == entity.TrailDirectionDownPreferred {
		p.Form.V.Set("way", string(entity.LineDirectionForward))
	}
	if p.Form.AskSeen = r.URL.Query().Get("from") != "trail"; !p.Form.AskSeen {
		p.Form.V.Set("seen", string(entity.LabelSeenYes))
	}
	return r.render(http.StatusOK, "ridden.html", p)
}

func (r *request) riddenPage() (*riddenPage, error) {
	slug := r.PathValue("slug")
	var answer struct{ Trail *entity.Trail }
	if err := r.do("RideTrail", r.bySlug(slug), &answer); err != nil {
		return nil, err
	}
	t := answer.Trail
	if t == nil || t.State == entity.EntityStateArchived {
		return nil, errNotFound
	}
	var more struct {
		RatingQuestions []entity.RatingQuestion
		MyRides         gql.Connection[entity.Ride]
	}
	if err := r.do("RideQuestions", map[string]any{"id": t.ID}, &more); err != nil {
		return nil, err
	}
	var axes []entity.Axis
	for _, q := range more.RatingQuestions {
		axes = append(axes, q.Axis)
	}
	path := "/trails/" + ref(t.Slug, t.ID)
	p := &riddenPage{Page: r.privatePage("You rode "+t.Name, Crumb{"Your rides", "/rides"}, Crumb{t.Name, path}), Trail: t}
	p.Synthetic = t.Synthetic
	if n := more.MyRides.TotalCount; n > 0 {
		p.Before = countOf(n, more.MyRides.TotalIsMore, "ride", "rides")
	}
	p.Form = r.newRideForm(&entity.TrailCard{ID: t.ID, Direction: t.Direction, ClimbM: t.ClimbM, DescentM: t.DescentM}, axes)
	p.Form.Action, p.Form.Button = path+"/ridden", "Keep this ride"
	return p, nil
}

// keepRide keeps a ride with its ratings, all at once.
func (s *Site) keepRide(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	if err := r.form(); err != nil {
		return err
	}
	p, err := r.riddenPage()
	if err != nil {
		return err
	}
	p.Form.V, p.Form.AskSeen = r.PostForm, r.PostForm.Get("asked") == "yes"
	again := func(problem string) error {
		p.Form.Problem = problem
		return r.render(http.StatusUnprocessableEntity, "ridden.html", p)
	}
	in, problem := p.Form.input(r.PostForm)
	if problem != "" {
		return again(problem)
	}
	in["trailId"], in["lang"] = p.Trail.ID, r.lang
	if ratings := p.Form.ratings(r.PostForm, nil, seenOf(r.PostForm)); len(ratings) > 0 {
		in["ratings"] = ratings
	}
	var made struct{ CreateRide *head }
	if err := r.do("CreateRide", map[string]any{"input": in}, &made); err != nil {
		if e := gql.First(err); e != nil && refusable(e) {
			return again(e.Message)
		}
		return err
	}
	if made.CreateRide == nil {
		return errNotFound
	}
	return r.redirect("/rides/" + made.CreateRide.ID + "?done=ridden")
}

type ridePage struct {
	Page
	Ride    *entity.Ride
	When    string
	Form    *rideForm
	Terms   *terms
	Said    []saidView
	Compare []compareQuestion
	// Trails and Axes to choose another comparison from.
	Trails, Axes []option
	Compared     []comparedView
	Problem      string
}

// saidView is what he said on an axis, beside what the signs said then.
type saidView struct {
	Axis, Said, Label string
	Posted            []statedView
}

// compareQuestion is one to answer with a single press.
type compareQuestion struct{ Axis, Compared, OtherID, Other string }

// comparedView is an answer, as of this ride's trail.
type comparedView struct {
	entity.Comparison
	Words   string
	Other   *entity.TrailCard
	OtherID string
}

// askedAtOnce is how many comparisons are asked on a page.
const askedAtOnce = 3

func (s *Site) ride(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	p, err := r.ridePage()
	if err != nil {
		return err
	}
	return r.render(http.StatusOK, "ride.html", p)
}

func (r *request) ridePage() (*ridePage, error) {
	id := r.PathValue("id")
	if !isID(id) {
		return nil, errNotFound
	}
	var answer struct{ Ride *entity.Ride }
	if err := r.do("Ride", map[string]any{"id": id, "lang": r.lang}, &answer); err != nil {
		return nil, err
	}
	ride := answer.Ride
	if ride == nil {
		return nil, errNotFound
	}
	name := "a trail that is no longer shown"
	if ride.Trail != nil {
		name = ride.Trail.Name
	}
	p := &ridePage{Page: r.privatePage("Your ride over "+name, Crumb{"Your rides", "/rides"}), Ride: ride, When: whenOf(*ride), Terms: r.vocabularies()}
	for _, one := range ride.Ratings {
		v := saidView{Axis: axisName(one.Axis), Said: categoryName(one.Category), Label: categories[one.Category]}
		for _, code := range one.PostedLabels {
			system, label, _ := strings.Cut(code, ":")
			v.Posted = append(v.Posted, stated(entity.StatedDifficulty{System: system, Label: label}, p.Terms))
		}
		p.Said = append(p.Said, v)
	}
	t := ride.Trail
	if t == nil {
		t = &entity.TrailCard{ID: ride.TrailID, Direction: entity.TrailDirectionBoth}
	} else {
		p.Synthetic = t.Synthetic
	}
	// Axes that the rider already rated stay in the form: he may take that back.
	axes := slices.Clone(ride.RatableAxes)
	p.Form = r.newRideForm(t, axes)
	p.Form.Action, p.Form.Button, p.Form.Version = "/rides/"+ride.ID, "Save", ride.Version
	p.Form.AskSeen = len(ride.Ratings) == 0 && len(axes) > 0
	p.Form.V = rideValues(ride)
	if ride.Trail == nil || ride.Archived {
		return p, nil
	}
	return p, r.comparisons(p)
}

// rideValues are a ride's, as its form has them.
func rideValues(ride *entity.Ride) url.Values {
	v := url.Values{"way": {string(ride.Direction)}, "condition": ride.Conditions, "bike": {text(ride.BikeClass)}, "outcome": {text(ride.Outcome)}, "note": {text(ride.Note)}, "day": {text(ride.RiddenOn)}}
	if ride.Year != nil {
		v.Set("year", strconv.Itoa(*ride.Year))
		v.Set("when", text(ride.Season))
		if ride.Month != nil {
			v.Set("when", strconv.Itoa(*ride.Month))
		}
	}
	for _, one := range ride.Ratings {
		v.Set("rate-"+string(one.Axis), strconv.Itoa(one.Category))
	}
	return v
}

// comparisons adds what was compared, and what could be.
func (r *request) comparisons(p *ridePage) error {
	var answer struct {
		MyRides       gql.Connection[entity.Ride]
		MyComparisons gql.Connection[entity.Comparison]
	}
	if err := r.do("RideComparisons", map[string]any{"trailId": p.Ride.TrailID, "lang": r.lang}, &answer); err != nil {
		return err
	}
	done := map[string]bool{}
	for _, c := range answer.MyComparisons.Nodes {
		v := comparedOf(c, p.Ride.TrailID)
		p.Compared = append(p.Compared, v)
		done[string(c.Axis)+v.OtherID] = true
	}
	order := []entity.Axis{entity.AxisTechnicalDescending, entity.AxisTechnicalClimbing, entity.AxisFitness}
	seen := map[string]bool{p.Ride.TrailID: true}
	for _, other := range answer.MyRides.Nodes {
		if other.Trail == nil || seen[other.TrailID] {
			continue
		}
		seen[other.TrailID] = true
		p.Trails = append(p.Trails, option{other.TrailID, other.Trail.Name})
		for _, a := range order {
			if len(p.Compare) < askedAtOnce && slices.Contains(p.Ride.RatableAxes, a) && slices.Contains(other.RatableAxes, a) && !done[string(a)+other.TrailID] {
				p.Compare = append(p.Compare, compareQuestion{string(a), ratingAxes[a].Compared, other.TrailID, other.Trail.Name})
				break
			}
		}
	}
	for _, a := range p.Ride.RatableAxes {
		p.Axes = append(p.Axes, option{string(a), axisName(a)})
	}
	return nil
}

// comparedOf reads a comparison as of one of its trails.
func comparedOf(c entity.Comparison, trailID string) comparedView {
	v := comparedView{Comparison: c, Other: c.Other, OtherID: c.OtherID}
	verdict := c.Verdict
	if c.TrailID != trailID {
		v.Other, v.OtherID = c.Trail, c.TrailID
		switch verdict {
		case entity.VerdictHarder:
			verdict = entity.VerdictEasier
		case entity.VerdictEasier:
			verdict = entity.VerdictHarder
		}
	}
	v.Words = map[entity.Verdict]string{entity.VerdictHarder: "harder than", entity.VerdictEasier: "easier than", entity.VerdictSame: "about the same as"}[verdict]
	return v
}

// changeRide reads the ride and the form on its page, for a change.
func (r *request) changeRide() (*ridePage, error) {
	if err := r.signedIn(); err != nil {
		return nil, err
	}
	if err := r.form(); err != nil {
		return nil, err
	}
	return r.ridePage()
}

// change sends a mutation of which the page asks nothing back.
func (r *request) change(operation string, input map[string]any) error {
	var answer map[string]*head
	return r.do(operation, map[string]any{"input": input}, &answer)
}

// rideChanged sends on after a change, or shows the page with what is wrong.
func (r *request) rideChanged(p *ridePage, err error, then string) error {
	if err == nil {
		return r.redirect(then)
	}
	e := gql.First(err)
	if e == nil || !refusable(e) && e.Type != "Conflict" && e.Type != "NotFound" && e.Type != "Archived" {
		return err
	}
	p.Problem = e.Message
	return r.render(http.StatusUnprocessableEntity, "ride.html", p)
}

func (s *Site) saveRide(r *request) error {
	p, err := r.changeRide()
	if err != nil {
		return err
	}
	version, err := strconv.Atoi(r.PostForm.Get("version"))
	if err != nil {
		return badRequest("The form is not complete", "It does not say which version it was made from. Open the page again and redo the change.")
	}
	seen := entity.LabelSeenYes // what he said before was shown with the label
	if p.Form.AskSeen {
		seen = seenOf(r.PostForm)
	}
	ratings := p.Form.ratings(r.PostForm, p.Ride.Ratings, seen)
	stored := p.Form.V
	p.Form.V, p.Form.Version = r.PostForm, version
	in, problem := p.Form.input(r.PostForm)
	if problem != "" {
		p.Problem = problem
		return r.render(http.StatusUnprocessableEntity, "ride.html", p)
	}
	if was, _ := p.Form.input(stored); was != nil && fmt.Sprint(was) != fmt.Sprint(in) {
		in["id"], in["expectedVersion"], in["lang"] = p.Ride.ID, version, r.lang
		if err := r.change("UpdateRide", in); err != nil {
			return r.rideChanged(p, err, "")
		}
		version++
	}
	if len(ratings) > 0 {
		err = r.change("RateRide", map[string]any{"rideId": p.Ride.ID, "expectedVersion": version, "ratings": ratings, "lang": r.lang})
	}
	// What was saved before ratings were refused stays; the form goes on from there.
	p.Form.Version = version
	return r.rideChanged(p, err, "/rides/"+p.Ride.ID+"?done=ride")
}

// putRide puts a ride away or brings it back.
func (s *Site) putRide(r *request) error {
	p, err := r.changeRide()
	if err != nil {
		return err
	}
	operation, done := "ArchiveRide", "archived"
	if p.Ride.Archived {
		operation, done = "RestoreRide", "restored"
	}
	err = r.change(operation, map[string]any{"id": p.Ride.ID, "expectedVersion": p.Ride.Version})
	return r.rideChanged(p, err, "/rides/"+p.Ride.ID+"?done="+done)
}

// deleteRide deletes one for good, once the rider says that he means it.
func (s *Site) deleteRide(r *request) error {
	p, err := r.changeRide()
	if err != nil {
		return err
	}
	if r.PostForm.Get("sure") != "yes" {
		p.Problem = "Nothing was deleted: tick the box to say that you mean it."
		return r.render(http.StatusUnprocessableEntity, "ride.html", p)
	}
	err = r.change("DeleteRide", map[string]any{"id": p.Ride.ID, "expectedVersion": p.Ride.Version})
	return r.rideChanged(p, err, "/rides?done=ride-deleted")
}

// compareRide takes an answer. Another one for the same trails replaces it.
func (s *Site) compareRide(r *request) error {
	p, err := r.changeRide()
	if err != nil {
		return err
	}
	axis, other := r.PostForm.Get("axis"), r.PostForm.Get("other")
	if !isID(other) || !slices.Contains(entity.AxisValues, entity.Axis(axis)) || !slices.Contains(entity.VerdictValues, entity.Verdict(r.PostForm.Get("verdict"))) {
		return badRequest("The form is not complete", "Choose a trail and say how it compares.")
	}
	in := map[string]any{"axis": axis, "trailId": p.Ride.TrailID, "otherId": other, "verdict": r.PostForm.Get("verdict"), "questionVersion": askedAs}
	for _, c := range p.Compared {
		if string(c.Axis) == axis && c.OtherID == other {
			in["expectedVersion"] = c.Version
		}
	}
	err = r.change("CompareTrails", in)
	return r.rideChanged(p, err, "/rides/"+p.Ride.ID+"?done=compared#compare")
}

func (s *Site) withdrawComparison(r *request) error {
	p, err := r.changeRide()
	if err != nil {
		return err
	}
	for _, c := range p.Compared {
		if c.ID == r.PostForm.Get("comparison") {
			err = r.change("WithdrawComparison", map[string]any{"id": c.ID, "expectedVersion": c.Version})
			return r.rideChanged(p, err, "/rides/"+p.Ride.ID+"?done=uncompared#compare")
		}
	}
	return r.redirect("/rides/" + p.Ride.ID + "?done=uncompared#compare")
}

// ridersSay is how hard riders found a trail on one axis.
type ridersSay struct {
	Name, Words string
	Label       string // of the median, when it is a step
	Counts      []stepCount
}

type stepCount struct {
	Label, Name string
	Riders      int
	Of          int
}

func ridersSayOf(list []entity.AxisRatings) []ridersSay {
	var out []ridersSay
	for _, a := range list {
		v := ridersSay{Name: axisName(a.Axis)}
		if a.Riders != nil && a.Median != nil {
			v.Words = "mostly " + categoryWords(*a.Median)
			if i := int(*a.Median); float64(i) == *a.Median && i >= 0 && i < len(categories) {
				v.Label = categories[i]
			}
			for i, n := range a.Counts {
				if i < len(categories) {
					v.Counts = append(v.Counts, stepCount{categories[i], categoryName(i), n, *a.Riders})
				}
			}
			v.Words += " · " + plural(*a.Riders, "rider", "riders")
		}
		out = append(out, v)
	}
	return out
}
