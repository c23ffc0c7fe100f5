package website

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

type tripsPage struct {
	Page
	Trips    []entity.TripCard
	Total    string
	Archived bool
	Next     string
	Problem  string
	NewTitle string
}

// trips are those of whoever is signed in.
func (s *Site) trips(r *request) error { return r.tripsPage(http.StatusOK, "", "") }

func (r *request) tripsPage(status int, title, problem string) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	p := &tripsPage{Page: r.tripFrame("Your trips"), Archived: r.URL.Query().Get("archived") == "yes", NewTitle: title, Problem: problem}
	v := map[string]any{"archived": p.Archived}
	if after := r.URL.Query().Get("after"); after != "" {
		v["after"] = clip(after, 200)
	}
	var answer struct {
		MyTrips gql.Connection[entity.TripCard]
	}
	if err := r.do("MyTrips", v, &answer); err != nil {
		return err
	}
	c := answer.MyTrips
	p.Trips, p.Total = c.Nodes, countOf(c.TotalCount, c.TotalIsMore, "trip", "trips")
	if c.PageInfo.HasNextPage {
		p.Next = "/trips?after=" + queryEscape(text(c.PageInfo.EndCursor))
		if p.Archived {
			p.Next += "&archived=yes"
		}
	}
	return r.render(status, "trips.html", p)
}

func (r *request) tripFrame(title string, crumbs ...Crumb) Page {
	p := r.privatePage(title, crumbs...)
	p.Section = "trips"
	return p
}

// createTrip keeps a new one: with a title, with the question that discovery was asked,
// with the place that it is to lead to.
func (s *Site) createTrip(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	if err := r.form(); err != nil {
		return err
	}
	title := strings.TrimSpace(r.PostForm.Get("title"))
	in := map[string]any{"title": title, "lang": r.lang}
	first := map[string]any{}
	if id := r.PostForm.Get("system"); isID(id) {
		first["systemIds"] = []string{id}
	}
	days := []any{first}
	if ask := r.PostForm.Get("ask"); ask != "" && len(ask) <= maxURLBytes {
		v, err := url.ParseQuery(ask)
		if err != nil {
			return badRequest("The question could not be read", "Ask it again, and save it from there.")
		}
		q := readQuestion(v)
		question, err := q.input(r)
		if err != nil {
			return err
		}
		if len(q.Problems) > 0 {
			return badRequest("The question could not be read", "Something in it needs another look: ask it again, and save it from there.")
		}
		delete(question, "first")
		in["question"] = question
		if n, ok := question["days"].(int); ok {
			for len(days) < n {
				days = append(days, map[string]any{})
			}
		}
	}
	in["days"] = days
	var made struct{ CreateTrip *head }
	if err := r.do("CreateTrip", map[string]any{"input": in}, &made); err != nil {
		if e := gql.First(err); e != nil && refusable(e) {
			return r.tripsPage(http.StatusUnprocessableEntity, title, e.Message)
		}
		return err
	}
	if made.CreateTrip == nil {
		return errNotFound
	}
	return r.redirect("/trips/" + made.CreateTrip.ID + "?done=trip")
}

type tripPage struct {
	Page
	Trip *entity.Trip
	// Asked leads to the question that it came from.
	Asked   string
	Form    tripForm
	Problem string
	// Link is told once, right after it was made.
	Link string
}

// tripForm is the plan and who comes along, as a form has them.
type tripForm struct {
	V                 url.Values
	Version           int
	Days              []int // rows
	Members           []int
	Skills, Fitnesses []option
	names             map[string]string
}

// planned is a place of a day, in the form.
type planned struct{ ID, Name string }

// Places are those of a row's field: system or route.
func (f tripForm) Places(day int, field string) []planned {
	var out []planned
	for _, id := range f.V[fmt.Sprintf("day-%d-%s", day, field)] {
		name := f.names[id]
		if name == "" {
			name = "a place that is no longer shown"
		}
		out = append(out, planned{id, name})
	}
	return out
}

// Get is a row's field.
func (f tripForm) Get(kind string, row int, field string) string {
	return f.V.Get(fmt.Sprintf("%s-%d-%s", kind, row, field))
}

// maxTripDays and maxTripMembers are the schema's bounds.
const (
	maxTripDays    = 21
	maxTripMembers = 12
)

func (s *Site) trip(r *request) error {
	p, err := r.tripPage()
	if err != nil {
		return err
	}
	return r.render(http.StatusOK, "trip.html", p)
}

func (r *request) tripPage() (*tripPage, error) {
	if err := r.signedIn(); err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	if !isID(id) {
		return nil, errNotFound
	}
	var answer struct{ Trip *entity.Trip }
	if err := r.do("Trip", map[string]any{"id": id, "lang": r.lang}, &answer); err != nil {
		return nil, err
	}
	t := answer.Trip
	if t == nil {
		return nil, errNotFound
	}
	p := &tripPage{Page: r.tripFrame(t.Title, Crumb{"Your trips", "/trips"}), Trip: t}
	if t.Question != nil {
		var err error
		if p.Asked, err = questionAddress(string(*t.Question)); err != nil {
			return nil, err
		}
	}
	p.Form = formOfTrip(t)
	return p, nil
}

// questionAddress is where discovery answers a saved question.
func questionAddress(question string) (string, error) {
	var q entity.DiscoverInput
	if err := json.Unmarshal([]byte(question), &q); err != nil {
		return "", fmt.Errorf("reading a saved question: %w", err)
	}
	v := url.Values{"must": q.MustHave, "avoid": q.Avoid}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	if len(q.RegionIDs) > 0 {
		set("where", "region:"+q.RegionIDs[0])
	} else if len(q.Countries) > 0 {
		set("where", "country:"+q.Countries[0])
	}
	if q.Near != nil {
		set("near", fmt.Sprintf("%g, %g", q.Near.Lat, q.Near.Lon))
		if q.Near.RadiusKm != nil {
			set("radius", strconv.FormatFloat(*q.Near.RadiusKm, 'g', -1, 64))
		}
	}
	if q.Month != nil {
		set("month", strconv.Itoa(*q.Month))
	}
	if q.Days != nil {
		set("days", strconv.Itoa(*q.Days))
	}
	set("skill", text(q.Skill))
	set("fitness", text(q.Fitness))
	set("bike", text(q.BikeClass))
	for _, s := range q.Styles {
		v.Add("style", string(s.Style))
	}
	if q.IncludeInvented != nil && *q.IncludeInvented {
		set("invented", "yes")
	}
	return "/where-to-ride?" + v.Encode(), nil
}

func rowsUpTo(n, most int) []int { return seq(0, min(n, most)-1) }

func newTripForm(days, members int) tripForm {
	return tripForm{
		V: url.Values{}, Days: rowsUpTo(days, maxTripDays), Members: rowsUpTo(members, maxTripMembers), names: map[string]string{},
		Skills:    append([]option{{"", "Skill: not said"}}, enumOptions(entity.SkillLevelValues)...),
		Fitnesses: append([]option{{"", "Fitness: not said"}}, enumOptions(entity.FitnessLevelValues)...),
	}
}

func formOfTrip(t *entity.Trip) tripForm {
	f := newTripForm(len(t.Days), len(t.Members)+1)
	f.Version = t.Version
	f.V.Set("title", t.Title)
	f.V.Set("startsOn", text(t.StartsOn))
	f.V.Set("endsOn", text(t.EndsOn))
	for i, d := range t.Days {
		at := fmt.Sprintf("day-%d-", i)
		f.V.Set(at+"date", text(d.Date))
		f.V.Set(at+"note", text(d.Note))
		f.V[at+"system"], f.V[at+"route"] = d.SystemIDs, d.RouteIDs
		for _, c := range d.Systems {
			f.names[c.ID] = c.Name
		}
		for _, c := range d.Routes {
			f.names[c.ID] = c.Name
		}
	}
	for i, m := range t.Members {
		at := fmt.Sprintf("member-%d-", i)
		f.V.Set(at+"nickname", m.Nickname)
		f.V.Set(at+"skill", text(m.Skill))
		f.V.Set(at+"fitness", text(m.Fitness))
		f.V.Set(at+"needs", text(m.AdaptiveNeeds))
		var ages []string
		for _, a := range m.ChildrenAges {
			ages = append(ages, strconv.Itoa(a))
		}
		f.V.Set(at+"ages", strings.Join(ages, ", "))
	}
	return f
}

// input reads the form. A day goes when its box is ticked, a member without a nickname.
func (f tripForm) input() (in map[string]any, problem string) {
	optional := func(name string) any {
		if v := strings.TrimSpace(f.V.Get(name)); v != "" {
			return v
		}
		return nil
	}
	in = map[string]any{"title": strings.TrimSpace(f.V.Get("title")), "startsOn": optional("startsOn"), "endsOn": optional("endsOn")}
	days, members := []any{}, []any{}
	for i := range maxTripDays {
		at := fmt.Sprintf("day-%d-", i)
		if f.V.Get(at+"here") == "" || f.V.Get(at+"remove") != "" {
			continue
		}
		days = append(days, map[string]any{"date": optional(at + "date"), "note": optional(at + "note"), "systemIds": idsOf(f.V[at+"system"]), "routeIds": idsOf(f.V[at+"route"])})
	}
	if f.V.Get("add") == "day" {
		days = append(days, map[string]any{})
	}
	for i := range maxTripMembers {
		at := fmt.Sprintf("member-%d-", i)
		if optional(at+"nickname") == nil {
			continue
		}
		ages := []int{}
		for part := range strings.FieldsFuncSeq(f.V.Get(at+"ages"), func(c rune) bool { return c == ',' || c == ' ' || c == ';' }) {
			n, err := strconv.Atoi(part)
			if err != nil {
				return nil, "Ages are numbers, such as 7, 9."
			}
			ages = append(ages, n)
		}
		members = append(members, map[string]any{"nickname": optional(at + "nickname"), "skill": optional(at + "skill"), "fitness": optional(at + "fitness"), "childrenAges": ages, "adaptiveNeeds": optional(at + "needs")})
	}
	in["days"], in["members"] = days, members
	return in, ""
}

func idsOf(list []string) []string {
	out := []string{}
	for _, id := range list {
		if isID(id) {
			out = append(out, id)
		}
	}
	return out
}

// changeTrip reads a trip for a change.
func (r *request) changeTrip() (*tripPage, error) {
	if err := r.signedIn(); err != nil {
		return nil, err
	}
	if err := r.form(); err != nil {
		return nil, err
	}
	return r.tripPage()
}

// tripChanged sends on after a change, or shows the page with what is wrong.
func (r *request) tripChanged(p *tripPage, err error, then string) error {
	if err == nil {
		return r.redirect(then)
	}
	e := gql.First(err)
	if e == nil || !refusable(e) && e.Type != "Conflict" && e.Type != "Archived" {
		return err
	}
	p.Problem = e.Message
	return r.render(http.StatusUnprocessableEntity, "trip.html", p)
}

func (s *Site) saveTrip(r *request) error {
	p, err := r.changeTrip()
	if err != nil {
		return err
	}
	version, err := strconv.Atoi(r.PostForm.Get("version"))
	if err != nil {
		return badRequest("The form is not complete", "It does not say which version it was made from. Open the page again and redo the change.")
	}
	f := newTripForm(len(p.Form.Days), len(p.Form.Members))
	f.V, f.Version, f.names = r.PostForm, version, p.Form.names
	p.Form = f
	in, problem := f.input()
	if problem != "" {
		p.Problem = problem
		return r.render(http.StatusUnprocessableEntity, "trip.html", p)
	}
	in["id"], in["expectedVersion"], in["lang"] = p.Trip.ID, version, r.lang
	return r.tripChanged(p, r.change("UpdateTrip", in), "/trips/"+p.Trip.ID+"?done=ride#plan")
}

// own is the input of what needs nothing but the version on the page.
func (p *tripPage) own() map[string]any {
	return map[string]any{"id": p.Trip.ID, "expectedVersion": p.Trip.Version}
}

// shareTrip makes a link and shows it, this once: it stands in no address.
func (s *Site) shareTrip(r *request) error {
	p, err := r.changeTrip()
	if err != nil {
		return err
	}
	in := p.own()
	in["withMembers"] = r.PostForm.Get("members") == "yes"
	var answer struct{ ShareTrip *entity.TripLink }
	if err := r.do("ShareTrip", map[string]any{"input": in}, &answer); err != nil || answer.ShareTrip == nil {
		return r.tripChanged(p, err, "/trips/"+p.Trip.ID)
	}
	if p, err = r.tripPage(); err != nil {
		return err
	}
	p.Link = s.absolute("/shared/" + answer.ShareTrip.Token)
	return r.render(http.StatusOK, "trip.html", p)
}

func (s *Site) unshareTrip(r *request) error {
	p, err := r.changeTrip()
	if err != nil {
		return err
	}
	return r.tripChanged(p, r.change("UnshareTrip", p.own()), "/trips/"+p.Trip.ID+"?done=unshared#share")
}

func (s *Site) lookAtTrip(r *request) error {
	p, err := r.changeTrip()
	if err != nil {
		return err
	}
	return r.tripChanged(p, r.change("LookAtTrip", map[string]any{"id": p.Trip.ID}), "/trips/"+p.Trip.ID)
}

// putTrip puts a trip away or brings it back.
func (s *Site) putTrip(r *request) error {
	p, err := r.changeTrip()
	if err != nil {
		return err
	}
	operation, done := "ArchiveTrip", "archived"
	if p.Trip.Archived {
		operation, done = "RestoreTrip", "restored"
	}
	return r.tripChanged(p, r.change(operation, p.own()), "/trips/"+p.Trip.ID+"?done="+done)
}

func (s *Site) deleteTrip(r *request) error {
	p, err := r.changeTrip()
	if err != nil {
		return err
	}
	if r.PostForm.Get("sure") != "yes" {
		p.Problem = "Nothing was deleted: tick the box to say that you mean it."
		return r.render(http.StatusUnprocessableEntity, "trip.html", p)
	}
	return r.tripChanged(p, r.change("DeleteTrip", p.own()), "/trips?done=ride-deleted")
}

type addToTripPage struct {
	Page
	Kind, ID, Name string // what is to be added
	Back           string
	Trips          []entity.TripCard
	Problem        string
}

// addToTrip asks which trip a system or route is to go into.
func (s *Site) addToTrip(r *request) error {
	p, err := r.addToTripPage(r.URL.Query())
	if err != nil {
		return err
	}
	return r.render(http.StatusOK, "addtotrip.html", p)
}

func (r *request) addToTripPage(v url.Values) (*addToTripPage, error) {
	if err := r.signedIn(); err != nil {
		return nil, err
	}
	p := &addToTripPage{}
	operation := ""
	for kind, name := range map[string]string{"system": "System", "route": "Route"} {
		if id := v.Get(kind); isID(id) {
			p.Kind, p.ID, operation = kind, id, name
		}
	}
	if operation == "" {
		return nil, errNotFound
	}
	h, _, err := r.load(editKinds[p.Kind+"s"], p.ID)
	if err != nil {
		return nil, err
	}
	var answer struct {
		MyTrips gql.Connection[entity.TripCard]
	}
	if err := r.do("MyTrips", map[string]any{"archived": false}, &answer); err != nil {
		return nil, err
	}
	p.Name, p.Back, p.Trips = h.Name, "/"+p.Kind+"s/"+ref(h.Slug, h.ID), answer.MyTrips.Nodes
	p.Page = r.tripFrame("Add "+h.Name+" to a trip", Crumb{h.Name, p.Back})
	p.Synthetic = h.Synthetic
	return p, nil
}

// putIntoTrip adds a system or route to a day of a trip, or to a new one.
func (s *Site) putIntoTrip(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	if err := r.form(); err != nil {
		return err
	}
	p, err := r.addToTripPage(r.PostForm)
	if err != nil {
		return err
	}
	tripID, day, _ := strings.Cut(r.PostForm.Get("to"), ":")
	if !isID(tripID) {
		return badRequest("Choose a trip", "Go back and choose one, or make one first.")
	}
	r.SetPathValue("id", tripID)
	t, err := r.tripPage()
	if err != nil {
		return err
	}
	f := t.Form
	n, err := strconv.Atoi(day)
	if err != nil || n < 0 || n >= len(f.Days) {
		n = len(f.Days)
	}
	for _, i := range append(f.Days, n) {
		f.V.Set(fmt.Sprintf("day-%d-here", i), "yes")
	}
	field := fmt.Sprintf("day-%d-%s", n, p.Kind)
	for _, id := range f.V[field] {
		if id == p.ID {
			return r.redirect("/trips/" + tripID + "?done=unchanged#plan")
		}
	}
	f.V[field] = append(f.V[field], p.ID)
	in, _ := f.input()
	if n >= maxTripDays {
		p.Problem = "This trip has all the days that a plan can have: choose one of them."
		return r.render(http.StatusUnprocessableEntity, "addtotrip.html", p)
	}
	err = r.change("UpdateTrip", map[string]any{"id": tripID, "expectedVersion": f.Version, "days": in["days"], "lang": r.lang})
	if e := gql.First(err); e != nil && (refusable(e) || e.Type == "Conflict") {
		p.Problem = e.Message
		return r.render(http.StatusUnprocessableEntity, "addtotrip.html", p)
	}
	if err != nil {
		return err
	}
	return r.redirect("/trips/" + tripID + "?done=planned#plan")
}

type sharedTripPage struct {
	Page
	Trip *entity.SharedTrip
}

// sharedTrip is what whoever has the link reads. Its address is a secret: it goes to no
// other site, no search engine and no log.
func (s *Site) sharedTrip(r *request) error {
	r.w.Header().Set("Referrer-Policy", "no-referrer")
	var answer struct{ SharedTrip *entity.SharedTrip }
	err := r.do("SharedTrip", map[string]any{"token": clip(r.PathValue("token"), 128), "lang": r.lang}, &answer)
	if e := gql.First(err); e != nil && e.Type == "InvalidInput" {
		err = nil // no token at all
	}
	if err != nil {
		return err
	}
	if answer.SharedTrip == nil {
		return &pageError{status: http.StatusNotFound, title: "This link leads nowhere", message: "Whoever gave it to you has taken it back, or made a new one. Ask for that."}
	}
	p := &sharedTripPage{Page: r.tripFrame(answer.SharedTrip.Title), Trip: answer.SharedTrip}
	p.Section = ""
	return r.render(http.StatusOK, "sharedtrip.html", p)
}

// loggedPath is a path as a log may have it: without the secret of a shared trip.
func loggedPath(r *http.Request) string {
	if strings.HasPrefix(r.URL.Path, "/shared/") {
		return "/shared/..."
	}
	return r.URL.Path
}
