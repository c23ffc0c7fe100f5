package compute

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/mtbwiki/mtbwiki/difficulty"
)

// question is DiscoverInput as far as sentences need it.
type question struct {
	Month     *int     `json:"month"`
	Skill     *string  `json:"skill"`
	Fitness   *string  `json:"fitness"`
	BikeClass *string  `json:"bikeClass"`
	Days      *int     `json:"days"`
	MustHave  []string `json:"mustHave"`
	Avoid     []string `json:"avoid"`
	Units     string   `json:"units"`
	Styles    []struct {
		Style string `json:"style"`
	} `json:"styles"`
}

// row is what database/api/discovery/discover.sql answers; its comment says
// what each member means.
type row struct {
	Kind       string          `json:"kind"`
	Considered int             `json:"considered"`
	System     json.RawMessage `json:"system"`
	DistanceKm *float64        `json:"distanceKm"`
	Score      float64         `json:"score"`
	Parts      []struct {
		Name   string  `json:"name"`
		Points float64 `json:"points"`
		Of     float64 `json:"of"`
		Asked  bool    `json:"asked"`
		Known  bool    `json:"known"`
	} `json:"parts"`
	Season *struct {
		Month   int     `json:"month"`
		Verdict string  `json:"verdict"`
		Reason  *string `json:"reason"`
		Basis   string  `json:"basis"`
	} `json:"season"`
	StyleMarks []struct {
		Style string `json:"style"`
		Mark  *int   `json:"mark"`
	} `json:"styleMarks"`
	SkillMark *struct {
		Skill string `json:"skill"`
		Mark  int    `json:"mark"`
	} `json:"skillMark"`
	TagsMatched []string `json:"tagsMatched"`
	TagsAvoided []string `json:"tagsAvoided"`
	Access      []struct {
		Verdict string  `json:"verdict"`
		Months  []int   `json:"months"`
		WhenWet *bool   `json:"whenWet"`
		Hours   *string `json:"hours"`
	} `json:"access"`
	Hazards []struct {
		Kind string  `json:"kind"`
		Note *string `json:"note"`
	} `json:"hazards"`
	Notices []struct {
		Severity    string  `json:"severity"`
		Body        string  `json:"body"`
		EndsOn      *string `json:"endsOn"`
		SubjectName *string `json:"subjectName"`
	} `json:"notices"`
	Size       *string           `json:"size"`
	Standing   string            `json:"standing"`
	Visibility string            `json:"visibility"`
	Basis      map[string]string `json:"basis"`
	Routes     []json.RawMessage `json:"routes"`
	TrailCount int               `json:"trailCount"`
	RouteCount int               `json:"routeCount"`

	TrailsByLabel map[string]int `json:"trailsByLabel"`

	// Of places that only open data describes.
	Sources []struct {
		Title       string  `json:"title"`
		Attribution string  `json:"attribution"`
		Licence     string  `json:"licence"`
		URL         *string `json:"url"`
	} `json:"sources"`
	OpenM      []float64         `json:"openM"`
	OpenTrails []json.RawMessage `json:"openTrails"`
}

type statement struct {
	Text  string   `json:"text"`
	Facts []string `json:"facts"`
}

type scorePart struct {
	Name   string  `json:"name"`
	Points float64 `json:"points"`
	Of     float64 `json:"of"`
}

type suggestion struct {
	System          json.RawMessage   `json:"system"`
	Score           float64           `json:"score"`
	Parts           []scorePart       `json:"parts"`
	Reasons         []statement       `json:"reasons"`
	Concerns        []statement       `json:"concerns"`
	DistanceKm      *float64          `json:"distanceKm"`
	Routes          []json.RawMessage `json:"routes"`
	DaysRecommended *int              `json:"daysRecommended"`
	Timing          *string           `json:"timing"`
}

type openData struct {
	System     json.RawMessage   `json:"system"`
	DistanceKm *float64          `json:"distanceKm"`
	Reasons    []statement       `json:"reasons"`
	Concerns   []statement       `json:"concerns"`
	Trails     []json.RawMessage `json:"trails"`
	Sources    any               `json:"sources"`
}

type discovery struct {
	Suggestions []suggestion      `json:"suggestions"`
	OpenData    []openData        `json:"openData"`
	Undescribed []json.RawMessage `json:"undescribed"`
	Considered  int               `json:"considered"`
}

// composeDiscovery turns scored rows into sentences. Each names the fields of
// the system that it rests on; what is unknown is a concern, never a reason.
func composeDiscovery(input json.RawMessage) (any, error) {
	var in struct {
		Question question `json:"question"`
		Rows     []row    `json:"rows"`
	}
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	answer := discovery{Suggestions: []suggestion{}, OpenData: []openData{}, Undescribed: []json.RawMessage{}}
	for _, r := range in.Rows {
		answer.Considered = max(answer.Considered, r.Considered)
		switch r.Kind {
		case "UNDESCRIBED":
			answer.Undescribed = append(answer.Undescribed, r.System)
			continue
		case "OPEN_DATA":
			answer.OpenData = append(answer.OpenData, composeOpenData(in.Question, r))
			continue
		}
		s := suggestion{
			System: r.System, Score: r.Score, DistanceKm: r.DistanceKm, Routes: r.Routes,
			Parts: []scorePart{}, Reasons: []statement{}, Concerns: []statement{},
		}
		if s.Routes == nil {
			s.Routes = []json.RawMessage{}
		}
		for _, p := range r.Parts {
			s.Parts = append(s.Parts, scorePart{p.Name, p.Points, p.Of})
		}
		c := composer{q: in.Question, r: r, out: &s}
		c.season()
		c.styles()
		c.skill()
		c.tags()
		c.trails()
		c.access()
		c.notices()
		c.hazards()
		c.standing()
		c.distance()
		c.days()
		answer.Suggestions = append(answer.Suggestions, s)
	}
	return answer, nil
}

// composeOpenData says what a source knows of a place, whose word it is, and what
// no source knows.
func composeOpenData(q question, r row) openData {
	var s suggestion
	c := composer{q: q, r: r, out: &s}
	titles := make([]string, 0, len(r.Sources))
	for _, x := range r.Sources {
		titles = append(titles, x.Title)
	}
	by := "By " + list(titles)
	if len(titles) == 0 {
		by = "By open data"
	}
	if len(r.OpenM) == 5 {
		c.reason("trails", "%s, %s of singletrack and doubletrack.", by, c.length(r.OpenM[0]))
		if q.Skill != nil {
			who, known := skillWords[*q.Skill]
			n := slices.Index(skillLevels, *q.Skill)
			switch {
			case !known || n < 0:
			case r.OpenM[1+n] > 0:
				c.reason("trails", "%s, %s of them are roughly for %s.", by, c.length(r.OpenM[1+n]), who)
			default:
				c.concern("trails", "%s, none of its graded trails is for %s.", by, who)
			}
		}
	}
	c.distance()
	c.concern("status", "Nobody who rode there has described it: season, condition and character are unknown.")
	if q.BikeClass != nil {
		c.access()
	}
	out := openData{System: r.System, DistanceKm: r.DistanceKm, Reasons: s.Reasons, Concerns: s.Concerns, Trails: r.OpenTrails, Sources: r.Sources}
	if out.Trails == nil {
		out.Trails = []json.RawMessage{}
	}
	return out
}

// length of trail in the rider's units; tenths of less than ten.
func (c *composer) length(metres float64) string {
	value, unit := metres/1000, "km"
	if c.q.Units == "IMPERIAL" {
		value, unit = metres/difficulty.MetresPerMile, "mi"
	}
	if value < 9.95 {
		return fmt.Sprintf("%.1f %s", value, unit)
	}
	return fmt.Sprintf("%.0f %s", value, unit)
}

var skillLevels = []string{"LEARNING", "COMFORTABLE", "CHALLENGING", "EXPERT"}

type composer struct {
	q   question
	r   row
	out *suggestion
}

func (c *composer) reason(facts string, format string, args ...any) {
	c.out.Reasons = append(c.out.Reasons, statement{fmt.Sprintf(format, args...), strings.Fields(facts)})
}

func (c *composer) concern(facts string, format string, args ...any) {
	c.out.Concerns = append(c.out.Concerns, statement{fmt.Sprintf(format, args...), strings.Fields(facts)})
}

var monthNames = []string{"", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}

func monthName(m int) string {
	if m < 1 || m > 12 {
		return "that month"
	}
	return monthNames[m]
}

// because adds a reason in brackets when there is one, and says when the fact
// is no more than an estimate.
func because(reason *string, basis string) string {
	s := ""
	if reason != nil && *reason != "" {
		s = ": " + strings.TrimSuffix(lowerFirstWord(*reason), ".")
	}
	if basis == "EDITORIAL_ESTIMATE" {
		s += " (an editors' estimate)"
	}
	return s
}

// lowerFirstWord makes a sentence continue another, unless it begins with an
// acronym or a name in capitals.
func lowerFirstWord(s string) string {
	r := []rune(s)
	if len(r) > 1 && strings.ToUpper(string(r[1])) == string(r[1]) && strings.ToLower(string(r[1])) != string(r[1]) {
		return s
	}
	return strings.ToLower(string(r[0])) + string(r[1:])
}

func (c *composer) season() {
	if c.q.Month == nil {
		return
	}
	name := monthName(*c.q.Month)
	if c.r.Season == nil {
		c.concern("season", "Nobody has said what %s is like here.", name)
		return
	}
	why := because(c.r.Season.Reason, c.r.Season.Basis)
	timing := ""
	switch c.r.Season.Verdict {
	case "GO":
		timing = fmt.Sprintf("%s is a good month here%s.", name, why)
		c.reason("season", "%s", timing)
	case "RISKY":
		timing = fmt.Sprintf("%s can go either way%s.", name, why)
		c.concern("season", "%s", timing)
	case "AVOID":
		timing = fmt.Sprintf("%s is a month to avoid here%s.", name, why)
		c.concern("season", "%s", timing)
	case "CLOSED":
		timing = fmt.Sprintf("It is closed in %s%s.", name, why)
		c.concern("season", "%s", timing)
	}
	if timing != "" {
		c.out.Timing = &timing
	}
}

func (c *composer) estimate(field string) string {
	if c.r.Basis[field] == "EDITORIAL_ESTIMATE" || c.r.Basis[field] == "" && c.r.Basis["*"] == "EDITORIAL_ESTIMATE" {
		return ", by the editors' estimate"
	}
	return ""
}

func (c *composer) styles() {
	var strong, weak, unknown []string
	for _, s := range c.r.StyleMarks {
		name := strings.ToLower(s.Style)
		switch {
		case s.Mark == nil:
			unknown = append(unknown, name)
		case *s.Mark >= 4:
			strong = append(strong, fmt.Sprintf("%s (%d of 5)", name, *s.Mark))
		case *s.Mark <= 2:
			weak = append(weak, fmt.Sprintf("%s (%d of 5)", name, *s.Mark))
		}
	}
	if len(strong) > 0 {
		c.reason("styleMarks", "Strong on %s%s.", list(strong), c.estimate("styleMarks"))
	}
	if len(weak) > 0 {
		c.concern("styleMarks", "Weak on %s%s.", list(weak), c.estimate("styleMarks"))
	}
	if len(unknown) > 0 {
		c.concern("styleMarks", "Nobody has marked it for %s yet.", list(unknown))
	}
}

var skillWords = map[string]string{
	"LEARNING":    "riders who are learning",
	"COMFORTABLE": "riders comfortable on blue",
	"CHALLENGING": "riders at ease on black",
	"EXPERT":      "experts",
}

func (c *composer) skill() {
	if c.q.Skill == nil {
		return
	}
	who, known := skillWords[*c.q.Skill]
	if !known {
		who = "this skill" // a member that the schema has got since
	}
	if c.r.SkillMark == nil {
		c.concern("skillMarks", "How well it suits %s is unknown.", who)
		return
	}
	switch m := c.r.SkillMark.Mark; {
	case m >= 4:
		c.reason("skillMarks", "Suits %s well (%d of 5)%s.", who, m, c.estimate("skillMarks"))
	case m <= 1:
		c.concern("skillMarks", "Offers little for %s (%d of 5)%s.", who, m, c.estimate("skillMarks"))
	}
}

func (c *composer) tags() {
	if len(c.r.TagsMatched) > 0 {
		c.reason("tags", "Its character is as you asked: %s.", list(words(c.r.TagsMatched)))
	}
	if len(c.r.TagsAvoided) > 0 {
		c.concern("tags", "Its character is also what you would rather not have: %s.", list(words(c.r.TagsAvoided)))
	}
}

// labelOf is the IMBA colour that a skill is roughly at ease on (DOMAIN, vocabulary skill level).
var labelOf = map[string]string{"LEARNING": "green", "COMFORTABLE": "blue", "CHALLENGING": "black", "EXPERT": "double-black"}

func (c *composer) trails() {
	if c.r.TrailCount == 0 {
		c.concern("trailCount", "None of its trails is described yet.")
		return
	}
	if c.q.Skill == nil {
		return
	}
	label := labelOf[*c.q.Skill]
	n := c.r.TrailsByLabel[label]
	described := c.r.TrailCount - c.r.TrailsByLabel["unknown"]
	switch {
	case n > 0:
		c.reason("trails", "%d of its %d described trails %s %s.", n, c.r.TrailCount, plural(n, "is", "are"), strings.ReplaceAll(label, "-", " "))
	case described > 0:
		c.concern("trails", "None of its %d graded trails is %s.", described, strings.ReplaceAll(label, "-", " "))
	default:
		c.concern("trails", "The difficulty of its trails is unknown.")
	}
}

var bikeWords = map[string]string{
	"MTB": "a mountain bike", "PEDELEC_25": "a pedelec", "E_MTB_CLASS_1": "a class 1 e-bike",
	"E_MTB_CLASS_2": "a class 2 e-bike", "E_MTB_CLASS_3": "a class 3 e-bike", "ADAPTIVE": "an adaptive bike",
}

func (c *composer) access() {
	if c.q.BikeClass == nil {
		return
	}
	bike, known := bikeWords[*c.q.BikeClass]
	if !known {
		bike = "this bike" // a member that the schema has got since
	}
	if len(c.r.Access) == 0 {
		c.concern("access", "Whether %s is allowed is unknown; ask before you ride.", bike)
		return
	}
	for _, a := range c.r.Access {
		when := ""
		if len(a.Months) > 0 {
			if c.q.Month != nil && !containsInt(a.Months, *c.q.Month) {
				continue
			}
			names := make([]string, 0, len(a.Months))
			for _, m := range a.Months {
				names = append(names, monthName(m))
			}
			when = " in " + list(names)
		}
		if a.Hours != nil && *a.Hours != "" {
			when += " from " + strings.Replace(*a.Hours, "-", " to ", 1)
		}
		if a.WhenWet != nil {
			if *a.WhenWet {
				when += " when wet"
			} else {
				when += " when dry"
			}
		}
		switch a.Verdict {
		case "ALLOWED":
			c.reason("access", "%s is allowed%s.", upperFirst(bike), when)
		case "PERMIT":
			c.concern("access", "%s needs a permit%s.", upperFirst(bike), when)
		case "FORBIDDEN":
			c.concern("access", "%s is forbidden%s.", upperFirst(bike), when)
		default:
			c.concern("access", "Whether %s is allowed%s is unknown; ask before you ride.", bike, when)
		}
	}
}

func (c *composer) hazards() {
	if c.q.Month == nil {
		return
	}
	var names []string
	for _, h := range c.r.Hazards {
		names = append(names, strings.ReplaceAll(strings.ToLower(h.Kind), "_", " "))
	}
	if len(names) > 0 {
		c.concern("safety", "Watch for %s in %s.", list(names), monthName(*c.q.Month))
	}
}

// notices are what riders tell of for now, in their words.
func (c *composer) notices() {
	for _, n := range c.r.Notices {
		begin, where, until := "Mind", "", ""
		if n.Severity == "CRITICAL" {
			begin = "Don't go"
		}
		if n.SubjectName != nil {
			where = " (" + *n.SubjectName + ")"
		}
		if n.EndsOn != nil {
			if day, err := time.Parse(time.DateOnly, *n.EndsOn); err == nil {
				until = " Until " + day.Format("2 January 2006") + "."
			}
		}
		c.concern("notices", "%s%s: %s%s", begin, where, sentence(n.Body), until)
	}
}

// sentence is a text that ends like one.
func sentence(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}

func (c *composer) standing() {
	switch c.r.Standing {
	case "UNSANCTIONED":
		c.concern("standing", "Its trails are not sanctioned by the land manager.")
	case "TOLERATED":
		c.concern("standing", "Its trails are tolerated, not sanctioned; ride with care for that.")
	}
	if c.r.Visibility == "PUBLIC_WITH_WARNING" {
		c.concern("visibility", "There is a warning on this place; read it first.")
	}
}

func (c *composer) distance() {
	if c.r.DistanceKm == nil {
		return
	}
	if c.q.Units == "IMPERIAL" {
		// 1 international mile is 1.609344 km.
		c.reason("position", "%.0f mi from the place you named, in a straight line.", *c.r.DistanceKm/1.609344)
		return
	}
	c.reason("position", "%.0f km from the place you named, in a straight line.", *c.r.DistanceKm)
}

// sizeDays are the days a size is worth (DOMAIN, vocabulary system size).
var sizeDays = map[string][2]int{"LOCAL_GEM": {1, 1}, "WEEKEND_TRIP": {2, 3}, "DESTINATION": {4, 7}, "WORLD_CLASS": {7, 14}}

func (c *composer) days() {
	if c.r.Size == nil {
		if c.q.Days != nil {
			c.concern("size", "How many days it is worth is unknown.")
		}
		return
	}
	span := sizeDays[*c.r.Size]
	if span == [2]int{} {
		return
	}
	recommended := span[1]
	if c.q.Days != nil {
		recommended = int(math.Min(math.Max(float64(*c.q.Days), float64(span[0])), float64(span[1])))
		worth := fmt.Sprintf("%d to %d days", span[0], span[1])
		if span[0] == span[1] {
			worth = fmt.Sprintf("%d day", span[0])
		}
		switch {
		case *c.q.Days > span[1]:
			c.concern("size", "The editors think it is worth %s; you have %d.", worth, *c.q.Days)
		case *c.q.Days < span[0]:
			c.concern("size", "There is more than your %d %s can show: the editors think of %s.", *c.q.Days, plural(*c.q.Days, "day", "days"), worth)
		default:
			c.reason("size", "Your %d %s fit: the editors think it is worth %s.", *c.q.Days, plural(*c.q.Days, "day", "days"), worth)
		}
	}
	c.out.DaysRecommended = &recommended
}

func words(codes []string) []string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = strings.ReplaceAll(c, "-", " ")
	}
	return out
}

// list joins words as a sentence does.
func list(items []string) string {
	switch n := len(items); n {
	case 0:
		return ""
	case 1:
		return items[0]
	default:
		return strings.Join(items[:n-1], ", ") + " and " + items[n-1]
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func containsInt(list []int, v int) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}
