package website

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mtbwiki/mtbwiki/difficulty"
	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/draw"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

const (
	// maxKnown is how many places and trails a reader may name.
	maxKnown = 5
	// homeKept is how long a browser keeps what was said of home.
	homeKept = 365 * 24 * time.Hour
	// maxHomeCookie is what one cookie may hold.
	maxHomeCookie = 3800
	// manyChoices bounds what is offered for a name that means several things.
	manyChoices = 6
)

// homeQuestion is what a reader says of where they ride, as it stands in the
// address: places and trails they know, a label, marks on the axes.
type homeQuestion struct {
	Known []string // kind:slug or kind:id
	Typed []string // names that are not resolved yet
	Label string   // system:label
	Marks map[difficulty.Axis]string
	Axis  difficulty.Axis
}

func readHomeQuestion(v url.Values) homeQuestion {
	q := homeQuestion{Label: clip(v.Get("home"), 60), Marks: map[difficulty.Axis]string{}, Axis: difficulty.Axis(v.Get("axis"))}
	for _, k := range v["know"] {
		kind, ref, ok := strings.Cut(k, ":")
		if ok && slices.Contains([]string{"system", "region", "trail"}, kind) && ref != "" && len(ref) <= 200 && !slices.Contains(q.Known, k) && len(q.Known) < maxKnown {
			q.Known = append(q.Known, k)
		}
	}
	for _, name := range v["place"] {
		if name = clip(strings.TrimSpace(name), 120); name != "" && !slices.Contains(q.Typed, name) && len(q.Known)+len(q.Typed) < maxKnown {
			q.Typed = append(q.Typed, name)
		}
	}
	for _, a := range difficulty.Axes() {
		if m := v.Get("m-" + string(a)); m != "" && len(m) <= 4 {
			q.Marks[a] = m
		}
	}
	if q.Axis.Check() != nil {
		q.Axis = difficulty.TechnicalDescending
	}
	return q
}

// Asked tells whether the reader said anything.
func (q homeQuestion) Asked() bool {
	return len(q.Known)+len(q.Typed)+len(q.Marks) > 0 || q.Label != ""
}

// query writes the question as an address has it.
func (q homeQuestion) query() string {
	v := url.Values{}
	for _, k := range q.Known {
		v.Add("know", k)
	}
	for _, t := range q.Typed {
		v.Add("place", t)
	}
	if q.Label != "" {
		v.Set("home", q.Label)
	}
	for a, m := range q.Marks {
		v.Set("m-"+string(a), m)
	}
	if q.Axis != difficulty.TechnicalDescending {
		v.Set("axis", string(q.Axis))
	}
	return v.Encode()
}

// knownThing is a place or trail that the reader knows.
type knownThing struct {
	Value     string // kind:ref
	Kind      string
	Name      string
	Path      string
	Synthetic bool
	places    []difficulty.Place
	trail     *gradedTrail
	systemIDs []string
}

// ambiguous is a name that means several things, or nothing.
type ambiguous struct {
	Name    string
	Options []option
	More    bool
}

// ownHome is how the reader's home is graded, by axis. It is what a browser keeps
// when it is told to.
type ownHome struct {
	Query string                        `json:"q"`
	Names []string                      `json:"n,omitempty"`
	Axes  map[difficulty.Axis]*homeAxis `json:"a"`
}

// homeAxis is what home is like on one axis.
type homeAxis struct {
	System    string  `json:"s"`
	Label     string  `json:"l"`
	Graded    bool    `json:"g"`
	Offset    float64 `json:"o"`
	Deviation float64 `json:"d"`

	Reasons []string `json:"-"`
	Missing []string `json:"-"`
}

func (h *homeAxis) estimate() *difficulty.Estimate {
	if !h.Graded {
		return nil
	}
	return &difficulty.Estimate{Offset: h.Offset, Deviation: h.Deviation}
}

// Words says how home is graded, with the interval in label steps.
func (h homeAxis) Words() string { return difficulty.Estimate{Offset: h.Offset}.Words() }

// Interval are the bounds in label steps.
func (h homeAxis) Interval() string {
	e := h.estimate()
	if e == nil {
		return ""
	}
	return fmt.Sprintf("%+.1f to %+.1f label steps", e.Low(), e.High())
}

// Rides is the label that the reader rides, in words.
func (h homeAxis) Rides() string {
	s, err := difficulty.LookupSystem(h.System)
	if err != nil {
		return h.Label
	}
	return labelName(s, h.Label)
}

// usualLabel is what is translated when the reader names no label.
const usualLabel = difficulty.IMBA + ":blue"

// homeOf weighs what the reader said, axis by axis; problems are in words by the
// field they belong to. The rule is package difficulty's.
func homeOf(q homeQuestion, known []knownThing, problems map[string]string) ownHome {
	out := ownHome{Query: q.query(), Axes: map[difficulty.Axis]*homeAxis{}}
	for _, k := range known {
		out.Names = append(out.Names, k.Name)
	}
	system, label, _ := strings.Cut(q.Label, ":")
	if q.Label != "" {
		s, err := difficulty.LookupSystem(system)
		if err == nil {
			var i int
			if i, err = s.Index(label); err == nil && i < 0 {
				err = difficulty.ErrApart
			}
		}
		if err != nil {
			problems["home"] = "Choose a label from the list."
			system, label = "", ""
		}
	}
	for _, axis := range difficulty.Axes() {
		h := &homeAxis{System: system, Label: label}
		out.Axes[axis] = h
		if label == "" {
			h.System, h.Label, _ = strings.Cut(usualLabel, ":")
		}
		var evidence []difficulty.Evidence
		for _, k := range known {
			e, ok := difficulty.Evidence{}, false
			if k.trail != nil {
				e, ok = k.trail.evidence(axis)
			}
			if !ok {
				e, ok = difficulty.PlaceEvidence(axis, k.Name, k.places)
			}
			if ok {
				evidence = append(evidence, e)
			} else {
				h.Missing = append(h.Missing, "Nobody has said how "+k.Name+" is graded on this axis.")
			}
		}
		if raw, ok := q.Marks[axis]; ok {
			mark, err := strconv.ParseFloat(raw, 64)
			if err == nil {
				_, err = difficulty.NewMark(mark)
			}
			switch {
			case err != nil:
				problems["m-"+string(axis)] = "A mark is a number from 0 to 5."
			case label == "":
				// Without a label the mark itself says what the reader rides: how home
				// is graded does not come into it.
				h.Label = difficulty.MarkLabel(mark)
				if e, err := difficulty.RiderEvidence(axis, mark, h.System, h.Label); err == nil {
					e.Reason = "You mark what you ride at home with " + raw + " of 5."
					evidence = []difficulty.Evidence{e}
					h.Missing = nil
				}
			default:
				e, err := difficulty.RiderEvidence(axis, mark, h.System, h.Label)
				if err != nil {
					h.Missing = append(h.Missing, "Your mark can’t be compared with this label: nobody has published how the two scales compare.")
					break
				}
				evidence = append(evidence, e)
			}
		}
		if e, ok := difficulty.Combine(evidence); ok {
			h.Graded, h.Offset, h.Deviation, h.Reasons = true, e.Offset, e.Deviation, e.Reasons
		}
	}
	return out
}

// away translates the reader's label to a place.
func (h *ownHome) away(axis difficulty.Axis, place *difficulty.Offset) (difficulty.Translation, error) {
	a, ok := h.Axes[axis]
	if !ok {
		return difficulty.Translation{}, fmt.Errorf("nothing is known of home on the axis %q", axis)
	}
	return difficulty.Translate(difficulty.Question{Axis: axis, System: a.System, Label: a.Label, HomeEstimate: a.estimate(), Away: place})
}

// translated is a translation in words, for a page.
type translated struct {
	difficulty.Translation
	Mine, There, Low, High, Start string
	Common                        string // sign of the label, "" on other scales
	Ladder                        template.HTML
}

func inWords(t difficulty.Translation, mine string, where string) (translated, error) {
	s, err := difficulty.LookupSystem(t.System)
	if err != nil {
		return translated{}, err
	}
	name := func(id string) string { return labelName(s, id) }
	out := translated{Translation: t, Mine: mine, There: name(t.Label), Low: name(t.Low), High: name(t.High), Start: name(t.StartWith)}
	if t.System == difficulty.IMBA {
		out.Common = t.Label
	}
	var labels []string
	for _, l := range s.Labels {
		if !l.Apart {
			labels = append(labels, l.ID)
		}
	}
	out.Ladder = draw.Ladder(labels, t.PositionLow, t.Position, t.PositionHigh, fmt.Sprintf("%s: about %s, between %s and %s", where, out.There, out.Low, out.High))
	return out, nil
}

// firstTranslation is a place and what the reader's label is there.
type firstTranslation struct {
	System gradedSystem
	From   string // whose grading counts, when it is not the system's own
	T      translated
}

type homeAxisView struct {
	Code string
	Name string
	Text string // what the axis asks
	homeAxis
}

type yourHomePage struct {
	Page
	Q        homeQuestion
	Choices  translation // lists for the form
	Known    []knownThing
	Unclear  []ambiguous
	Slots    []int // empty fields for names
	Names    []string
	Problems map[string]string
	Home     *ownHome
	Mine     homeAxisView
	Axes     []homeAxisView
	Graded   []firstTranslation
	Ungraded []gradedSystem
	// Anywhere is the translation to a place that nobody has graded.
	Anywhere *translated
	More     bool
	Share    string
	Kept     bool // this is what the browser keeps
}

// Marks are the choices of an axis.
func (yourHomePage) Marks() []option {
	out := []option{{"", "I don’t know"}, {"0", "0 · nothing of it"}}
	for i := 1; i < 5; i++ {
		out = append(out, option{strconv.Itoa(i), strconv.Itoa(i)})
	}
	return append(out, option{"5", "5 · as hard as it gets"})
}

// yourHome asks where the reader rides, and answers with first translations.
func (s *Site) yourHome(r *request) error {
	q := readHomeQuestion(r.URL.Query())
	if !q.Asked() {
		if h := r.ownHome(); h != nil {
			if v, err := url.ParseQuery(h.Query); err == nil {
				q = readHomeQuestion(v)
			}
		}
	}
	p := &yourHomePage{
		Page: r.newPage("Where do you ride?", "Name trails or places you know, or describe what you ride at home, and see what your label means elsewhere. No account needed.", Crumb{"Home", "/"}),
		Q:    q, Problems: map[string]string{},
	}
	p.Section, p.Canonical, p.NoIndex = "home", s.absolute("/your-home"), r.URL.RawQuery != ""
	book := r.gradings()
	known, err := book.known(q.Known)
	if err != nil {
		return err
	}
	resolved := false
	var typed []string
	for _, name := range q.Typed {
		one, unclear, err := r.lookUp(name)
		if err != nil {
			return err
		}
		if one != "" {
			resolved = true
			if !slices.Contains(q.Known, one) {
				q.Known = append(q.Known, one)
			}
			continue
		}
		typed = append(typed, name)
		p.Unclear = append(p.Unclear, unclear)
	}
	q.Typed = typed
	if resolved && r.Method == http.MethodGet {
		// The address keeps what was found, not the words it was found by: what they
		// find may change.
		return r.redirect("/your-home?" + q.query() + r.langQuery(r.lang) + "#answer")
	}
	p.Q, p.Known = q, known
	for i := len(known) + len(p.Unclear); i < maxKnown; i++ {
		p.Slots = append(p.Slots, i+1)
	}
	if err := p.answer(r, book); err != nil {
		return err
	}
	status := http.StatusOK
	if len(p.Problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return r.render(status, "yourhome.html", p)
}

// answer fills in the translations, when the reader said something.
func (p *yourHomePage) answer(r *request, book *gradings) error {
	list, more, err := book.wellKnown(slices.ContainsFunc(p.Known, func(k knownThing) bool { return k.Synthetic }))
	if err != nil {
		return err
	}
	for _, y := range list {
		p.Names = append(p.Names, y.Name)
	}
	if !p.Q.Asked() || len(p.Known) == 0 && p.Q.Label == "" && len(p.Q.Marks) == 0 {
		return nil
	}
	home := homeOf(p.Q, p.Known, p.Problems)
	p.Home, p.More = &home, more
	p.Share = r.site.absolute("/your-home?" + home.Query)
	if kept := r.ownHome(); kept != nil {
		p.Kept = kept.Query == home.Query
	}
	for _, a := range axisNames {
		axis := pureAxis(entity.Axis(a.Code))
		v := homeAxisView{string(axis), a.Name, a.Question, *home.Axes[axis]}
		p.Axes = append(p.Axes, v)
		if axis == p.Q.Axis {
			p.Mine = v
		}
	}
	for _, y := range list {
		if slices.ContainsFunc(p.Known, func(k knownThing) bool { return k.Kind == "system" && k.systemIDs[0] == y.ID }) {
			continue // that is home
		}
		places, err := book.places(y.ID)
		if err != nil {
			return err
		}
		o, from, ok := difficulty.LocalGrading(p.Q.Axis, places)
		if !ok {
			p.Ungraded = append(p.Ungraded, y)
			continue
		}
		t, err := home.away(p.Q.Axis, &o)
		if err != nil {
			return err
		}
		w, err := inWords(t, p.Mine.Rides(), y.Name)
		if err != nil {
			return err
		}
		one := firstTranslation{System: y, T: w}
		if from != y.Name {
			one.From = from
		}
		p.Graded = append(p.Graded, one)
	}
	if len(p.Ungraded) > 0 {
		t, err := home.away(p.Q.Axis, nil)
		if err != nil {
			return err
		}
		w, err := inWords(t, p.Mine.Rides(), "A place nobody has graded")
		if err != nil {
			return err
		}
		p.Anywhere = &w
	}
	return nil
}

// known reads what the reader knows; what is not there any more is left out.
func (g *gradings) known(values []string) ([]knownThing, error) {
	var out []knownThing
	for _, value := range values {
		kind, ref, _ := strings.Cut(value, ":")
		k := knownThing{Value: value, Kind: kind, Path: "/" + kindPath(strings.ToUpper(kind)) + "/" + ref}
		v := g.r.bySlug(ref)
		switch kind {
		case "region":
			var answer struct{ Region *gradedRegion }
			if err := g.r.readOne("RegionGrading", v, &answer); err != nil {
				return nil, err
			}
			y := answer.Region
			if y == nil {
				continue
			}
			g.regions[y.ID] = y
			k.Name, k.Synthetic = y.Name, y.Synthetic
			k.places = []difficulty.Place{{Name: y.Name, Offsets: offsets(y.LocalGrading)}}
		case "system":
			var answer struct{ System *gradedSystem }
			if err := g.r.readOne("SystemGrading", v, &answer); err != nil {
				return nil, err
			}
			y := answer.System
			if y == nil {
				continue
			}
			g.systems[y.ID] = y
			k.Name, k.Synthetic, k.systemIDs = y.Name, y.Synthetic, []string{y.ID}
		case "trail":
			var answer struct{ Trail *gradedTrail }
			if err := g.r.readOne("TrailGrading", v, &answer); err != nil {
				return nil, err
			}
			if answer.Trail == nil {
				continue
			}
			k.trail = answer.Trail
			k.Name, k.Synthetic, k.systemIDs = k.trail.Name, k.trail.Synthetic, k.trail.SystemIDs
		}
		if len(k.systemIDs) > 0 {
			var err error
			if k.places, err = g.places(k.systemIDs[0]); err != nil {
				return nil, err
			}
		}
		out = append(out, k)
	}
	return out, nil
}

// wellKnown are the systems that first translations are shown for: those that
// somebody described and found worth a journey.
func (g *gradings) wellKnown(invented bool) (list []gradedSystem, more bool, err error) {
	filter := map[string]any{"size": []entity.SystemSize{entity.SystemSizeWorldClass, entity.SystemSizeDestination}}
	if invented {
		delete(filter, "size") // the invented places are small
	} else {
		filter["synthetic"] = false
	}
	var answer struct {
		Systems gql.Connection[gradedSystem]
		Regions gql.Connection[gradedRegion]
	}
	if err := g.r.do("Gradings", map[string]any{"filter": filter, "lang": g.r.lang}, &answer); err != nil {
		return nil, false, err
	}
	for i := range answer.Regions.Nodes {
		g.regions[answer.Regions.Nodes[i].ID] = &answer.Regions.Nodes[i]
	}
	for i, y := range answer.Systems.Nodes {
		g.systems[y.ID] = &answer.Systems.Nodes[i]
		if y.Status != entity.ArticleStatusStub {
			list = append(list, y)
		}
	}
	return list, answer.Systems.PageInfo.HasNextPage, nil
}

// lookUp finds what a name means. One thing: its value; none or several: the
// choices.
func (r *request) lookUp(name string) (value string, unclear ambiguous, err error) {
	unclear = ambiguous{Name: name}
	var found struct {
		Search gql.Connection[entity.SearchResult]
	}
	err = r.do("Search", map[string]any{"query": name, "kinds": []string{"SYSTEM", "TRAIL", "REGION"}, "lang": r.lang}, &found)
	if err != nil {
		if e := gql.First(err); e != nil && e.Type == "InvalidInput" {
			return "", unclear, nil // nothing that can be searched for
		}
		return "", unclear, err
	}
	var exact []string
	for _, hit := range found.Search.Nodes {
		v := strings.ToLower(string(hit.Kind)) + ":" + ref(hit.Slug, hit.ID)
		if strings.EqualFold(hit.Title, name) {
			exact = append(exact, v)
		}
		if len(unclear.Options) == manyChoices {
			unclear.More = true
			continue
		}
		label := hit.Title + " (" + strings.ToLower(word(hit.Kind)) + ")"
		if hit.Synthetic {
			label = hit.Title + " (" + strings.ToLower(word(hit.Kind)) + ", invented)"
		}
		unclear.Options = append(unclear.Options, option{v, label})
	}
	if len(exact) == 1 {
		return exact[0], unclear, nil
	}
	if len(exact) == 0 && len(found.Search.Nodes) == 1 && strings.Contains(strings.ToLower(found.Search.Nodes[0].Title), strings.ToLower(name)) {
		return unclear.Options[0].Value, unclear, nil
	}
	return "", unclear, nil
}

// keepHome stores in the browser what the reader said of home, or takes it away.
func (s *Site) keepHome(r *request) error {
	if err := r.form(); err != nil {
		return err
	}
	if r.PostForm.Get("action") == "forget" {
		s.writeHome(r, "", s.now().Add(-time.Hour), -1)
		return r.redirect("/your-home?done=forgotten")
	}
	v, err := url.ParseQuery(r.PostForm.Get("query"))
	if err != nil {
		return badRequest("The form could not be read", "Go back and send it again.")
	}
	q := readHomeQuestion(v)
	q.Typed = nil
	known, err := r.gradings().known(q.Known)
	if err != nil {
		return err
	}
	problems := map[string]string{}
	home := homeOf(q, known, problems)
	if !q.Asked() || len(problems) > 0 {
		return badRequest("There is nothing to remember yet", "Say first where you ride.")
	}
	value, err := s.cookies.seal(homeCookie, home)
	if err != nil {
		return err
	}
	if len(value) > maxHomeCookie {
		return badRequest("That is too much to remember", "Name fewer places.")
	}
	s.writeHome(r, value, s.now().Add(homeKept), int(homeKept/time.Second))
	return r.redirect("/your-home?" + home.Query + "&done=remembered")
}

const homeCookie = "your-home"

// writeHome sets the cookie. It is sent with requests from the site's own pages
// only, tells who nobody is, and is written for those who ask for it.
func (s *Site) writeHome(r *request, value string, until time.Time, age int) {
	http.SetCookie(r.w, &http.Cookie{
		Name: s.cookieName(homeCookie), Value: value, Path: "/", Expires: until, MaxAge: age,
		HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteStrictMode,
	})
}

// ownHome is what the browser keeps of the reader's home; nil: nothing. What can't
// be read is nothing: the key changed, or somebody tried.
func (r *request) ownHome() *ownHome {
	c, err := r.Cookie(r.site.cookieName(homeCookie))
	if err != nil || len(c.Value) > maxHomeCookie {
		return nil
	}
	var h ownHome
	if err := r.site.cookies.open(homeCookie, c.Value, &h); err != nil {
		if !errors.Is(err, errBadCookie) {
			r.site.log.WarnContext(r.Context(), "home not read", "request", requestIDOf(r.Request), "error", err)
		}
		return nil
	}
	for _, axis := range difficulty.Axes() {
		if a := h.Axes[axis]; a == nil {
			return nil
		}
	}
	return &h
}

// title is what a page calls home.
func (h *ownHome) title() string {
	switch len(h.Names) {
	case 0:
		return "as you described it"
	case 1:
		return h.Names[0]
	}
	return strings.Join(h.Names[:len(h.Names)-1], ", ") + " and " + h.Names[len(h.Names)-1]
}

// forYou is what a trail elsewhere would be at the reader's home, axis by axis.
type forYou struct {
	Home string
	Rows []forYouRow
}

type forYouRow struct {
	Axis string
	T    translated
}

// forYou compares a trail with the home that the browser keeps; nil when it keeps
// none, or nothing of the trail can be compared.
func (r *request) forYou(t *entity.Trail) (*forYou, error) {
	home := r.ownHome()
	if home == nil {
		return nil, nil
	}
	var places []difficulty.Place
	if len(t.Systems) > 0 {
		var err error
		if places, err = r.gradings().places(t.Systems[0].ID); err != nil {
			return nil, err
		}
	}
	out := &forYou{Home: home.title()}
	for _, a := range axisNames {
		axis := pureAxis(entity.Axis(a.Code))
		known, apart := difficulty.Trail{System: difficulty.IMBA, Label: text(t.CommonLabel)}, false
		for _, d := range t.Difficulty {
			for _, m := range d.Axes {
				if string(m.Axis) != a.Code {
					continue
				}
				apart = apart || m.NotApplicable
				// Of two directions the harder one counts: who is surprised is so there.
				if v, ok := middle(m); ok && (known.Mark == nil || v > *known.Mark) {
					known.Mark, known.Basis = &v, pureBasis(m.Basis)
				}
			}
		}
		if known.Mark == nil && apart {
			continue
		}
		if o, _, ok := difficulty.LocalGrading(axis, places); ok {
			known.Place = &o
		}
		answer, err := difficulty.AtHome(axis, known, home.Axes[axis].estimate())
		if errors.Is(err, difficulty.ErrUnknownLabel) || errors.Is(err, difficulty.ErrNoMapping) || errors.Is(err, difficulty.ErrApart) {
			continue // no mark, and no label that can be compared
		}
		if err != nil {
			return nil, err
		}
		w, err := inWords(answer, "", a.Name+" at your home")
		if err != nil {
			return nil, err
		}
		out.Rows = append(out.Rows, forYouRow{a.Name, w})
	}
	if len(out.Rows) == 0 {
		return nil, nil
	}
	return out, nil
}

// suggestedForYou translates the reader's label to each suggested system.
func (r *request) suggestedForYou(d *entity.Discovery) (map[string]translated, error) {
	home := r.ownHome()
	if home == nil || d == nil {
		return nil, nil
	}
	const axis = difficulty.TechnicalDescending
	book, out := r.gradings(), map[string]translated{}
	for _, s := range d.Suggestions {
		places, err := book.places(s.System.ID)
		if err != nil {
			return nil, err
		}
		var place *difficulty.Offset
		if o, _, ok := difficulty.LocalGrading(axis, places); ok {
			place = &o
		}
		t, err := home.away(axis, place)
		if err != nil {
			return nil, err
		}
		if out[s.System.ID], err = inWords(t, home.Axes[axis].Rides(), s.System.Name); err != nil {
			return nil, err
		}
	}
	return out, nil
}
