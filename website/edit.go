package website

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

// editKind ties an entity's kind to its addresses and operations.
type editKind struct {
	Name string // GraphQL type, and name of the query
	Path string
	Kind entity.EntityKind
	zero func() any
}

var editKinds = map[string]editKind{
	"regions":  {"Region", "regions", entity.EntityKindRegion, func() any { return new(entity.Region) }},
	"systems":  {"System", "systems", entity.EntityKindSystem, func() any { return new(entity.System) }},
	"trails":   {"Trail", "trails", entity.EntityKindTrail, func() any { return new(entity.Trail) }},
	"routes":   {"Route", "routes", entity.EntityKindRoute, func() any { return new(entity.Route) }},
	"tips":     {"Tip", "tips", entity.EntityKindTip, func() any { return new(entity.Tip) }},
	"notices":  {"SeasonalNotice", "notices", entity.EntityKindSeasonalNotice, func() any { return new(entity.SeasonalNotice) }},
	"comments": {"Comment", "comments", entity.EntityKindComment, func() any { return new(entity.Comment) }},
	"claims":   {"Claim", "claims", entity.EntityKindClaim, func() any { return new(entity.Claim) }},
	"checks":   {"FactCheck", "checks", entity.EntityKindFactCheck, func() any { return new(entity.FactCheck) }},
	"reviews":  {"Review", "reviews", entity.EntityKindReview, func() any { return new(entity.Review) }},
	"media":    {"Media", "media", entity.EntityKindMedia, func() any { return new(entity.Media) }},
	"guides":   {"Guide", "guides", entity.EntityKindGuide, func() any { return new(entity.Guide) }},

	"organisations": {"Organisation", "organisations", entity.EntityKindOrganisation, func() any { return new(entity.Organisation) }},
	"access-points": {"AccessPoint", "access-points", entity.EntityKindAccessPoint, func() any { return new(entity.AccessPoint) }},

	"uplifts": {"Uplift", "uplifts", entity.EntityKindUplift, func() any { return new(entity.Uplift) }},

	"comparisons": {"RegionalComparison", "comparisons", entity.EntityKindRegionalComparison, func() any { return new(entity.RegionalComparison) }},
}

// Remark is remark for templates.
func (k editKind) Remark() bool { return k.remark() }

// remark tells whether entities of the kind are about another one, on whose page they
// stand: they have no slug and no texts by language.
func (k editKind) remark() bool {
	d, _ := entity.Describe(k.Name)
	return d.Remark()
}

// discussed tells whether entities of the kind have a discussion.
func (k editKind) discussed() bool { return !k.remark() }

// own tells whether only its author changes an entity of the kind, so that nobody
// proposes changes of it.
func (k editKind) own() bool { return k.Kind == entity.EntityKindComment }

// head is what the site needs to know of any entity.
type head struct {
	ID        string              `json:"id"`
	Slug      *string             `json:"slug"`
	Name      string              `json:"name"`
	Body      string              `json:"body"`
	Caption   string              `json:"caption"`
	Version   int                 `json:"version"`
	Lang      string              `json:"lang"`
	State     string              `json:"state"`
	Synthetic bool                `json:"synthetic"`
	Systems   []entity.SystemCard `json:"systems"`
	Regions   []entity.RegionCard `json:"regions"`
	Routes    []entity.RouteCard  `json:"routes"`
	// AccessPoints where a route starts; From and To are those of an uplift.
	AccessPoints []entity.AccessPointCard `json:"accessPoints"`
	From         *entity.PageRef          `json:"from"`
	To           *entity.PageRef          `json:"to"`
	// Author of what is about something else.
	Author *entity.RiderCard `json:"author"`
	// What that is about.
	SubjectID   string            `json:"subjectId"`
	SubjectKind entity.EntityKind `json:"subjectKind"`
}

// Title is the name, or what a remark says.
func (h head) Title() string {
	if h.Name != "" {
		return h.Name
	}
	return clip(h.Body+h.Caption, 60)
}

// load reads an entity as values and as its head.
func (r *request) load(k editKind, slug string) (head, map[string]any, error) {
	v := r.bySlug(slug)
	if k.remark() {
		if !isID(slug) {
			return head{}, nil, errNotFound
		}
		v = map[string]any{"id": slug}
	}
	var answer map[string]json.RawMessage
	if err := r.do(k.Name, v, &answer); err != nil {
		return head{}, nil, err
	}
	raw := answer[strings.ToLower(k.Name[:1])+k.Name[1:]]
	if len(raw) == 0 || string(raw) == "null" {
		return head{}, nil, errNotFound
	}
	var h head
	if err := json.Unmarshal(raw, &h); err != nil {
		return head{}, nil, fmt.Errorf("reading %s %s: %w", k.Name, slug, err)
	}
	// Through the Go type, so that only what the schema knows comes through.
	typed := k.zero()
	if err := json.Unmarshal(raw, typed); err != nil {
		return head{}, nil, fmt.Errorf("reading %s %s: %w", k.Name, slug, err)
	}
	values, err := toMap(typed)
	return h, values, err
}

type editPage struct {
	Page
	Kind     editKind
	Head     head
	Sections []formSection
	Base     string
	Comment  string
	Version  int
	TextLang string
	Creating bool
	Problem  string
	// Of is the kind of what a new remark is about, which is Head.
	Of string
	// Says is what is to be checked.
	Says string
	// Publish is what the button says.
	Publish string
	// Own: the rider wrote it himself, and may put it away.
	Own bool
	// Conflict: what both sides changed.
	Conflict []conflictField
	Theirs   []string // labels of fields that only the others changed
	// Watch: the rider asked to watch the page.
	Watch bool
	// Protected: only moderators save; Held: so this change is to be proposed, because of what the
	// sentence says.
	Protected bool
	Held      string
	// Review: labels of the fields that need a second pair of eyes.
	Review []string
	Labels []option
}

// This is what is edited, in a word or two.
func (p *editPage) This() string {
	if !p.Kind.remark() {
		return "this page"
	}
	d, _ := entity.Describe(p.Kind.Name)
	return "this " + strings.ToLower(d.Label)
}

// wrote tells whether the rider is the author of a remark.
func (r *request) wrote(k editKind, h head) (bool, error) {
	if !k.remark() || h.Author == nil {
		return false, nil
	}
	var answer struct{ Me *head }
	if err := r.do("Me", nil, &answer); err != nil {
		return false, err
	}
	return answer.Me != nil && answer.Me.ID == h.Author.ID, nil
}

// labelCodes are suggestions for stated labels: what is written down is the code
// within its system.
func (m *formModel) labelCodes() []option {
	var out []option
	for _, t := range m.terms.Of("label") {
		if system, code, ok := strings.Cut(t.Code, ":"); ok {
			out = append(out, option{code, labelSystem(system) + " · " + t.Label})
		}
	}
	return out
}

// HasTexts tells whether the entity has texts, which stand in languages.
func (p *editPage) HasTexts() bool {
	d, _ := entity.Describe(p.Kind.Name)
	for _, f := range d.Fields {
		if f.Text {
			return true
		}
	}
	return false
}

// Watchable tells whether the rider may ask to watch the page when he saves it.
func (p *editPage) Watchable() bool { return !p.Kind.remark() }

// Proposable tells whether a change can be proposed instead of made.
func (p *editPage) Proposable() bool { return !p.Creating && !p.Kind.own() }

// conflictField is a field that two riders changed to something different.
type conflictField struct {
	Name, Label, Base, Mine, Theirs string
}

// langQuery keeps the language of a text in the address when it is not the
// site's own.
func (r *request) langQuery(lang string) string {
	if lang == "" || lang == r.site.cfg.Lang {
		return ""
	}
	return "&lang=" + queryEscape(lang)
}

func (r *request) kindOf() (editKind, error) {
	k, ok := editKinds[r.PathValue("kind")]
	if !ok {
		return editKind{}, errNotFound
	}
	return k, nil
}

// model makes the form's model with the choices that come from the API.
func (r *request) model(k editKind, h head) (*formModel, error) {
	d, ok := entity.Describe(k.Name)
	if !ok {
		return nil, fmt.Errorf("package entity does not describe %s", k.Name)
	}
	m := &formModel{
		description: d, nullable: nullableFields(reflect.TypeOf(k.zero()).Elem()), terms: r.vocabularies(),
		choices: map[string][]option{}, problems: map[string]string{}, moderator: r.session.moderator(),
	}
	for _, t := range m.terms.Of("label-system") {
		m.choices["labelSystem"] = append(m.choices["labelSystem"], option{t.Code, t.Label})
	}
	if _, has := d.Field("regionIds"); has {
		var answer struct{ Regions gql.Connection[regionOption] }
		if err := r.do("Regions", map[string]any{"lang": r.lang}, &answer); err != nil {
			return nil, err
		}
		for _, g := range answer.Regions.Nodes {
			m.choices["regionIds"] = append(m.choices["regionIds"], option{g.ID, g.Name})
		}
		for _, c := range h.Regions {
			m.choices["regionIds"] = withOption(m.choices["regionIds"], option{c.ID, c.Name})
		}
	}
	switch k.Name {
	case "Review":
		m.choices["rating"] = []option{{"5", "5 · again and again"}, {"4", "4 · gladly"}, {"3", "3 · once is enough"}, {"2", "2 · rather not"}, {"1", "1 · not again"}}
	case "System":
		var systems struct {
			Systems gql.Connection[entity.SystemCard]
		}
		if err := r.do("Systems", map[string]any{"lang": r.lang}, &systems); err != nil {
			return nil, err
		}
		for _, c := range systems.Systems.Nodes {
			if c.ID != h.ID {
				m.choices["parentId"] = append(m.choices["parentId"], option{c.ID, c.Name})
			}
		}
	case "Trail", "Route", "Guide", "Organisation", "AccessPoint", "Uplift":
		var answer struct {
			Systems gql.Connection[entity.SystemCard]
		}
		if err := r.do("Systems", map[string]any{"lang": r.lang}, &answer); err != nil {
			return nil, err
		}
		there := map[string]bool{}
		for _, c := range append(h.Systems, answer.Systems.Nodes...) {
			if !there[c.ID] {
				there[c.ID] = true
				m.choices["systemIds"] = append(m.choices["systemIds"], option{c.ID, c.Name})
			}
		}
		switch k.Name {
		case "Guide":
			return m, r.routeChoices(m, h)
		case "Organisation", "AccessPoint":
			return m, nil
		}
		var points []option
		for _, c := range h.AccessPoints {
			points = append(points, option{c.ID, c.Name})
		}
		for _, c := range []*entity.PageRef{h.From, h.To} {
			if c != nil {
				points = append(points, option{c.ID, c.Name})
			}
		}
		if id := r.systemOf(h); id != "" {
			var own struct {
				System *struct {
					Trails       []entity.TrailCard
					AccessPoints []entity.AccessPointCard
					Uplifts      []entity.UpliftCard
				}
			}
			if _, err := r.read("System", map[string]any{"id": id, "lang": r.lang}, &own); err != nil {
				return nil, err
			}
			if own.System != nil {
				for _, t := range own.System.Trails {
					if t.ID != h.ID {
						m.choices["trailId"] = append(m.choices["trailId"], option{t.ID, t.Name})
					}
				}
				for _, c := range own.System.AccessPoints {
					points = append(points, option{c.ID, c.Name})
				}
				for _, u := range own.System.Uplifts {
					m.choices["upliftId"] = append(m.choices["upliftId"], option{u.ID, u.Name})
				}
			}
		}
		for _, point := range points {
			for _, field := range []string{"accessPointIds", "fromId", "toId"} {
				m.choices[field] = withOption(m.choices[field], point)
			}
		}
	}
	return m, nil
}

// systemOf is the id of the system that something lies in, or will by its form; "" when
// nobody has said.
func (r *request) systemOf(h head) string {
	if len(h.Systems) > 0 {
		return h.Systems[0].ID
	}
	for _, id := range append(r.PostForm["systemIds"], r.URL.Query().Get("system")) {
		if isID(id) {
			return id
		}
	}
	return ""
}

// routeChoices are the routes of the guide's systems and those it names already.
func (r *request) routeChoices(m *formModel, h head) error {
	for _, c := range h.Routes {
		m.choices["routeIds"] = withOption(m.choices["routeIds"], option{c.ID, c.Name})
	}
	v := map[string]any{"lang": r.lang}
	if len(h.Systems) == 1 {
		v["systemId"] = []string{h.Systems[0].ID}
	}
	var answer struct {
		Routes gql.Connection[entity.RouteCard]
	}
	if err := r.do("Routes", v, &answer); err != nil {
		return err
	}
	for _, c := range answer.Routes.Nodes {
		m.choices["routeIds"] = withOption(m.choices["routeIds"], option{c.ID, c.Name})
	}
	return nil
}

// keepChoices adds ids that the values have and the lists don't: a form must not
// lose what it can't name.
func (m *formModel) keepChoices(v url.Values) {
	for _, field := range []string{"systemIds", "regionIds", "routeIds", "accessPointIds"} {
		if len(m.choices[field]) == 0 {
			continue
		}
		for _, id := range v[field] {
			m.choices[field] = withOption(m.choices[field], another(id))
		}
	}
	for _, field := range []string{"parentId", "fromId", "toId"} {
		if id := v.Get(field); id != "" && len(m.choices[field]) > 0 {
			m.choices[field] = withOption(m.choices[field], another(id))
		}
	}
	for key, values := range v {
		if strings.HasSuffix(key, ".trailId") && values[0] != "" && len(m.choices["trailId"]) > 0 {
			m.choices["trailId"] = withOption(m.choices["trailId"], another(values[0]))
		}
		if strings.HasSuffix(key, ".upliftId") && values[0] != "" {
			m.choices["upliftId"] = withOption(m.choices["upliftId"], another(values[0]))
		}
	}
}

// another is what the form calls an id whose name it doesn't know.
func another(id string) option { return option{id, "another one (" + clip(id, 8) + ")"} }

func withOption(list []option, more option) []option {
	if slices.ContainsFunc(list, func(o option) bool { return o.Value == more.Value }) {
		return list
	}
	return append(list, more)
}

func (r *request) editFrame(k editKind, h head, title string) Page {
	p := r.newPage(title, "", Crumb{"Home", "/"}, Crumb{h.Title(), "/" + k.Path + "/" + ref(h.Slug, h.ID)})
	p.NoIndex = true
	p.Synthetic = h.Synthetic
	return p
}

func (s *Site) editForm(r *request) error {
	k, err := r.kindOf()
	if err != nil {
		return err
	}
	if err := r.signedIn(); err != nil {
		return err
	}
	h, values, err := r.load(k, r.PathValue("slug"))
	if err != nil {
		return err
	}
	m, err := r.model(k, h)
	if err != nil {
		return err
	}
	m.focus = r.URL.Query().Get("field")
	v := m.flatten(values)
	m.keepChoices(v)
	base, err := json.Marshal(m.parse(v))
	if err != nil {
		return err
	}
	m.problems = map[string]string{} // what is stored is not the rider's to mend here
	p := &editPage{Page: r.editFrame(k, h, "Edit "+h.Title()), Kind: k, Head: h, Sections: m.build(v), Base: string(base), Version: h.Version, TextLang: r.lang, Labels: m.labelCodes()}
	if p.Own, err = r.wrote(k, h); err != nil {
		return err
	}
	if err := r.surround(&p.Page, h.ID); err != nil {
		return err
	}
	p.Around.Mentions = nil // they are no part of the form
	p.Protected = p.Around.Protection != nil
	return r.render(http.StatusOK, "edit.html", p)
}

// saveEdit saves what the rider changed, and only that. What others changed
// meanwhile is never overwritten: both sides are shown.
func (s *Site) saveEdit(r *request) error {
	k, err := r.kindOf()
	if err != nil {
		return err
	}
	if err := r.signedIn(); err != nil {
		return err
	}
	if err := r.form(); err != nil {
		return err
	}
	h, current, err := r.load(k, r.PathValue("slug"))
	if err != nil {
		return err
	}
	m, err := r.model(k, h)
	if err != nil {
		return err
	}
	m.keepChoices(r.PostForm)
	version, err := strconv.Atoi(r.PostForm.Get("version"))
	if err != nil {
		return badRequest("The form is not complete", "It does not say which version it was made from. Open the page again and redo the change.")
	}
	var base map[string]any
	if err := json.Unmarshal([]byte(r.PostForm.Get("base")), &base); err != nil || base == nil {
		return badRequest("The form is not complete", "It does not say what it started from. Open the page again and redo the change.")
	}
	p := &editPage{
		Page: r.editFrame(k, h, "Edit "+h.Title()), Kind: k, Head: h, Base: r.PostForm.Get("base"), Version: version,
		Comment: clip(r.PostForm.Get("comment"), 500), TextLang: r.lang, Watch: r.PostForm.Get("watch") != "",
	}
	m.takeTheirs(r.PostForm, current)
	mine := m.parse(r.PostForm)
	show := func(status int, v url.Values) error {
		p.Sections, p.Labels = m.build(v), m.labelCodes()
		return r.render(status, "edit.html", p)
	}
	m.keepOrder(mine, base)
	patch := changed(mine, base)
	// Only what was touched must be right: an old value may break a newer rule.
	for name := range m.problems {
		field, _, _ := strings.Cut(name, ".")
		if _, touched := patch[field]; !touched {
			delete(m.problems, name)
		}
	}
	if len(m.problems) > 0 {
		p.Problem = plural(len(m.problems), "field needs", "fields need") + " another look. Nothing has been saved yet; what you wrote is still here."
		return show(http.StatusUnprocessableEntity, r.PostForm)
	}
	back := "/" + k.Path + "/" + ref(h.Slug, h.ID)
	if len(patch) == 0 {
		return r.redirect(back + "?done=unchanged")
	}
	if r.PostForm.Get("action") == "propose" {
		return r.propose(k, h, p, patch, show)
	}
	// What others changed elsewhere on the page meanwhile is no reason to stop.
	in := map[string]any{"id": h.ID, "expectedVersion": version, "merge": true}
	if !k.remark() {
		in["lang"] = p.TextLang
	}
	if p.Comment != "" {
		in["comment"] = p.Comment
	}
	for name, value := range patch {
		in[name] = value
	}
	var answer map[string]*head
	err = r.do("Update"+k.Name, map[string]any{"input": in}, &answer)
	if err == nil {
		r.watchSaved(h.ID)
		if saved := answer["update"+k.Name]; saved != nil && saved.Slug != nil {
			back = "/" + k.Path + "/" + ref(saved.Slug, saved.ID)
		}
		done := "saved"
		if h.Version > version {
			done = "merged"
		}
		return r.redirect(back + "?done=" + done + r.langQuery(p.TextLang))
	}
	e := gql.First(err)
	if e == nil {
		return err
	}
	switch {
	case e.Type == "Conflict":
		return r.showConflict(e, m, base, mine, patch, p, show)
	case e.Type == "Protected":
		p.Held = e.Message
		return show(http.StatusConflict, r.PostForm)
	case e.Type == "ProposalRequired":
		p.Review = m.careful(patch)
		return show(http.StatusConflict, r.PostForm)
	case refusable(e):
		m.refused(e)
		p.Problem = e.Message
		return show(http.StatusUnprocessableEntity, r.PostForm)
	}
	return err
}

// careful lists the labels of the changed fields that are held for review.
func (m *formModel) careful(patch map[string]any) []string {
	var out []string
	for _, f := range m.description.Fields {
		if _, ok := patch[f.Name]; ok && f.Careful {
			out = append(out, f.Label)
		}
	}
	return out
}

// refused puts the API's words beside the field they belong to, when it says
// which.
func (m *formModel) refused(e *gql.Error) {
	var data struct {
		Field      string   `json:"field"`
		Fields     []string `json:"fields"`
		Constraint string   `json:"constraint"`
	}
	if err := e.Decode(&data); err != nil {
		return // no details: the message stands above the form
	}
	for _, name := range append(data.Fields, data.Field, m.constrained(data.Constraint)) {
		for _, f := range m.description.Fields {
			if name != "" && (f.Name == name || f.Column == name) {
				m.problem(f.Name, e.Message)
			}
		}
	}
}

// constrained finds the field that a constraint of the database is about, by the
// habit of naming constraints <table>_<column>_<rule>; "" when it tells none.
func (m *formModel) constrained(constraint string) string {
	rest, ok := strings.CutPrefix(constraint, m.description.Table+"_")
	if !ok {
		return ""
	}
	best, length := "", 0
	for _, f := range m.description.Fields {
		for column := range strings.SplitSeq(f.Column, ",") {
			if len(column) > length && (rest == column || strings.HasPrefix(rest, column+"_")) {
				best, length = f.Name, len(column)
			}
		}
	}
	return best
}

// refusable tells whether the API's words are about what was typed, so that they
// belong on the form: it refused the input, or a value in it is of no kind that
// its field takes (which has no error type).
func refusable(e *gql.Error) bool {
	switch e.Type {
	case "InvalidInput", "TooMuch":
		return true
	case "":
		return strings.HasPrefix(e.Message, "Variable '")
	}
	return false
}

// takeTheirs gives the fields of a conflict in which the rider chose the other side the
// values that the page has.
func (m *formModel) takeTheirs(v url.Values, current map[string]any) {
	theirs := m.flatten(current)
	for _, f := range m.description.Fields {
		if v.Get("take."+f.Name) == "theirs" {
			replaceField(v, theirs, f.Name)
		}
	}
}

// replaceField gives a field, with all its parts, the values it has in other ones.
func replaceField(v, other url.Values, name string) {
	of := func(key string) bool { return key == name || strings.HasPrefix(key, name+".") }
	for key := range v {
		if of(key) {
			v.Del(key)
		}
	}
	for key, values := range other {
		if of(key) {
			v[key] = values
		}
	}
}

// showConflict shows both sides of each field that both changed; which these are, the API
// says. The form holds the page as it is now with what the rider wrote, so that nothing
// of either is lost.
func (r *request) showConflict(e *gql.Error, m *formModel, base, mine, patch map[string]any, p *editPage, show func(int, url.Values) error) error {
	var data struct {
		Fields []string `json:"fields"`
	}
	if err := e.Decode(&data); err != nil {
		data.Fields = nil // no details, as where only the name is public: the form says enough
	}
	// Read again: it may have changed once more since.
	h, current, err := r.load(p.Kind, p.Head.ID)
	if err != nil {
		return err
	}
	theirs := m.parse(m.flatten(current))
	m.problems = map[string]string{}
	merged := m.flatten(current)
	for name := range patch {
		replaceField(merged, r.PostForm, name)
	}
	for _, name := range data.Fields {
		f, _ := m.description.Field(name)
		p.Conflict = append(p.Conflict, conflictField{Name: name, Label: f.Label, Base: m.say(f, base[name]), Mine: m.say(f, mine[name]), Theirs: m.say(f, theirs[name])})
	}
	for name := range changed(theirs, base) {
		if _, both := patch[name]; !both {
			f, _ := m.description.Field(name)
			p.Theirs = append(p.Theirs, f.Label)
		}
	}
	sort.Slice(p.Conflict, func(i, j int) bool { return p.Conflict[i].Label < p.Conflict[j].Label })
	sort.Strings(p.Theirs)
	raw, err := json.Marshal(theirs)
	if err != nil {
		return err
	}
	p.Head, p.Base, p.Version = h, string(raw), h.Version
	p.Problem = "Somebody saved this page while you were writing. Nothing was overwritten; look at both sides below and save again."
	return show(http.StatusConflict, merged)
}

var anyID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// say is a field's value for people, with the names of what it names by id, and numbers in the
// unit that they are stored and typed in.
func (m *formModel) say(f entity.Field, v any) string {
	if _, number := v.(float64); number {
		return strings.Join(withUnit(f, []string{readable(v)}), "")
	}
	return anyID.ReplaceAllStringFunc(readable(v), func(id string) string {
		for _, list := range m.choices {
			for _, o := range list {
				if o.Value == id {
					return o.Label
				}
			}
		}
		return another(id).Label
	})
}

// readable writes a JSON value for people.
func readable(v any) string {
	switch x := v.(type) {
	case nil:
		return "unknown"
	case string:
		if w, ok := words[x]; ok {
			return w
		}
		return x
	case bool:
		if x {
			return "yes"
		}
		return "no"
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case []any:
		if len(x) == 0 {
			return "none"
		}
		parts := make([]string, len(x))
		for i := range x {
			parts[i] = readable(x[i])
		}
		if _, nested := x[0].(map[string]any); nested {
			return strings.Join(parts, "\n")
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		keys := make([]string, 0, len(x))
		for k := range x {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		var parts []string
		for _, k := range keys {
			if normal(x[k]) == nil {
				continue
			}
			label := columnLabels[k]
			if label == "" {
				label = humanize(splitCamel(k))
			}
			parts = append(parts, label+": "+readable(x[k]))
		}
		return strings.Join(parts, "; ")
	}
	return fmt.Sprint(v)
}

// propose sends the change to be looked at instead of publishing it.
func (r *request) propose(k editKind, h head, p *editPage, patch map[string]any, show func(int, url.Values) error) error {
	raw, err := json.Marshal(patch)
	if err != nil {
		return err
	}
	in := map[string]any{"entityId": h.ID, "baseVersion": p.Version, "patch": string(raw), "lang": p.TextLang}
	if p.Comment != "" {
		in["comment"] = p.Comment
	}
	var answer struct {
		CreateProposal *struct{ ID string }
	}
	err = r.do("CreateProposal", map[string]any{"input": in}, &answer)
	if err == nil && answer.CreateProposal != nil {
		return r.redirect("/proposals/" + answer.CreateProposal.ID + "?done=proposed")
	}
	if err == nil {
		return errors.New("createProposal answered null without an error")
	}
	e := gql.First(err)
	if e == nil || (!refusable(e) && e.Type != "Conflict") {
		return err
	}
	p.Problem = e.Message
	return show(http.StatusUnprocessableEntity, r.PostForm)
}

// archive puts a page away or brings it back, as the address says. Whether the
// rider may, the API says.
func (s *Site) archive(r *request) error {
	k, err := r.kindOf()
	if err != nil {
		return err
	}
	if err := r.signedIn(); err != nil {
		return err
	}
	if err := r.form(); err != nil {
		return err
	}
	version, err := strconv.Atoi(r.PostForm.Get("version"))
	if err != nil {
		return badRequest("The form is not complete", "It does not say which version it was made from. Open the page again.")
	}
	h, _, err := r.load(k, r.PathValue("slug"))
	if err != nil {
		return err
	}
	operation, done := "Archive", "archived"
	if strings.HasSuffix(r.URL.Path, "/restore") {
		operation, done = "Restore", "restored"
	}
	in := map[string]any{"id": h.ID, "expectedVersion": version}
	if c := clip(strings.TrimSpace(r.PostForm.Get("comment")), 500); c != "" {
		in["comment"] = c
	}
	var answer map[string]any
	if err := r.do(operation+k.Name, map[string]any{"input": in}, &answer); err != nil {
		return err
	}
	if k.own() { // whose place is where it is said
		return r.redirect("/" + k.Path + "/" + h.ID + "?done=" + done)
	}
	return r.redirect("/" + k.Path + "/" + ref(h.Slug, h.ID) + "/history?done=" + done)
}

// newForm is the form that makes a system, trail or route.
func (s *Site) newForm(r *request) error { return r.createPage(nil, "", http.StatusOK, nil) }

func (r *request) createPage(v url.Values, problem string, status int, problems map[string]string) error {
	k, err := r.kindOf()
	if err != nil {
		return err
	}
	if k.Name == "Tip" || k.Name == "Comment" {
		return errNotFound // they are added on the page they belong to
	}
	if err := r.signedIn(); err != nil {
		return err
	}
	about := v
	if about == nil {
		about = r.URL.Query()
	}
	var of editKind
	var subject head
	if k.remark() {
		if of, subject, err = r.remarkSubject(k, about); err != nil {
			return err
		}
	}
	if k.Name == "Region" && !r.session.moderator() {
		return &pageError{status: http.StatusForbidden, title: "Moderators make regions", message: "Regions give the whole wiki its shape, so moderators make them. Tell them what is missing."}
	}
	m, err := r.model(k, subject)
	if err != nil {
		return err
	}
	m.creating = true
	m.about(of)
	if v == nil {
		v = url.Values{}
		if id := r.URL.Query().Get("system"); isID(id) {
			v.Set("systemIds", id)
		}
		if id := r.URL.Query().Get("region"); isID(id) {
			v.Set("regionIds", id)
		}
		v.Set("visibility", "PUBLIC")
		m.focus = "name"
		if k.Kind == entity.EntityKindMedia {
			// What holds for most links: the form takes a minute.
			v.Set("kind", string(entity.MediaKindPhoto))
			v.Set("licence", string(entity.MediaLicenceAllRightsReserved))
			v.Set("rightsBasis", string(entity.RightsBasisLinkOnly))
		}
		if k.remark() {
			v.Set("basis", string(entity.BasisLocal))
			v.Set("field", r.URL.Query().Get("field"))
			v.Set("checkedOn", r.site.now().UTC().Format(time.DateOnly))
		}
	}
	if problems != nil {
		m.problems = problems
	}
	m.keepChoices(v)
	p := &editPage{Page: r.newPage("New "+strings.ToLower(m.description.Label), "", Crumb{"Home", "/"}), Kind: k, Sections: m.build(v), Creating: true, TextLang: r.lang, Labels: m.labelCodes(), Problem: problem, Comment: v.Get("comment"), Watch: v.Get("watch") != ""}
	p.NoIndex = true
	if k.remark() {
		words := remarkWords[k.Name]
		p.Title, p.Publish, p.Of, p.Head = strings.ReplaceAll(words.title, "PLACE", subject.Name), words.publish, of.Path, subject
		if of.remark() {
			p.Says = subject.Body
		}
		p.Crumbs = append(p.Crumbs, Crumb{subject.Title(), "/" + of.Path + "/" + ref(subject.Slug, subject.ID)})
	}
	return r.render(status, "edit.html", p)
}

func (s *Site) create(r *request) error {
	k, err := r.kindOf()
	if err != nil {
		return err
	}
	if err := r.signedIn(); err != nil {
		return err
	}
	if err := r.form(); err != nil {
		return err
	}
	m, err := r.model(k, head{})
	if err != nil {
		return err
	}
	m.creating = true
	if k.remark() {
		of, _, err := r.remarkSubject(k, r.PostForm)
		if err != nil {
			return err
		}
		m.about(of)
	}
	values := m.parse(r.PostForm)
	if len(m.problems) > 0 {
		return r.createPage(r.PostForm, plural(len(m.problems), "field needs", "fields need")+" another look. Nothing has been saved yet; what you wrote is still here.", http.StatusUnprocessableEntity, m.problems)
	}
	in := map[string]any{"lang": r.lang}
	if k.remark() {
		in["subjectId"] = r.PostForm.Get("subjectId")
	}
	for name, value := range values {
		if normal(value) != nil {
			in[name] = value
		}
	}
	if c := clip(r.PostForm.Get("comment"), 500); c != "" {
		in["comment"] = c
	}
	var answer map[string]*head
	err = r.do("Create"+k.Name, map[string]any{"input": in}, &answer)
	if err == nil {
		made := answer["create"+k.Name]
		if made == nil {
			return fmt.Errorf("create%s answered null without an error", k.Name)
		}
		r.watchSaved(made.ID)
		done := "created"
		if k.remark() {
			done = remarkWords[k.Name].done
		}
		return r.redirect("/" + k.Path + "/" + ref(made.Slug, made.ID) + "?done=" + done)
	}
	e := gql.First(err)
	if e == nil || (!refusable(e) && e.Type != "Conflict") {
		return err
	}
	m.refused(e)
	return r.createPage(r.PostForm, e.Message, http.StatusUnprocessableEntity, m.problems)
}
