package website

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mtbwiki/mtbwiki/entity"
)

// A form is generated from the schema's field descriptions (package entity): a
// new field of an entity appears on its form without a line here. What the
// descriptions can't say (which vocabulary a text comes from, which lists have a
// row for every member) stands in the tables below.
//
// A form's values are url.Values throughout: what the API says is flattened into
// them, what the rider sends is them. So a form that could not be saved shows
// exactly what was typed.

// maxRows bounds the rows of a list that a form reads.
const maxRows = 60

// inputs are the Go types of the schema's nested inputs.
var inputs = map[string]reflect.Type{
	"Position":          reflect.TypeFor[entity.PositionInput](),
	"Link":              reflect.TypeFor[entity.LinkInput](),
	"FactBasis":         reflect.TypeFor[entity.FactBasisInput](),
	"SeasonMonth":       reflect.TypeFor[entity.SeasonMonthInput](),
	"AccessRule":        reflect.TypeFor[entity.AccessRuleInput](),
	"LocalGrading":      reflect.TypeFor[entity.LocalGradingInput](),
	"RouteLeg":          reflect.TypeFor[entity.RouteLegInput](),
	"StyleMark":         reflect.TypeFor[entity.StyleMarkInput](),
	"SkillMark":         reflect.TypeFor[entity.SkillMarkInput](),
	"Safety":            reflect.TypeFor[entity.SafetyInput](),
	"Hazard":            reflect.TypeFor[entity.HazardInput](),
	"StatedDifficulty":  reflect.TypeFor[entity.StatedDifficultyInput](),
	"AxisMark":          reflect.TypeFor[entity.AxisMarkInput](),
	"DifficultyProfile": reflect.TypeFor[entity.DifficultyProfileInput](),
	"TrailFeature":      reflect.TypeFor[entity.TrailFeatureInput](),
	"Junction":          reflect.TypeFor[entity.JunctionInput](),
	"GuideSection":      reflect.TypeFor[entity.GuideSectionInput](),
	"KeyDifference":     reflect.TypeFor[entity.KeyDifferenceInput](),
	"Equivalent":        reflect.TypeFor[entity.EquivalentInput](),
	"UpliftRun":         reflect.TypeFor[entity.UpliftRunInput](),
	"UpliftPrice":       reflect.TypeFor[entity.UpliftPriceInput](),
	"ExternalId":        reflect.TypeFor[entity.ExternalIdInput](),
}

// enums are the members of the enums that nested inputs use.
var enums = map[reflect.Type][]string{
	reflect.TypeFor[entity.Basis]():              members(entity.BasisValues),
	reflect.TypeFor[entity.SeasonVerdict]():      members(entity.SeasonVerdictValues),
	reflect.TypeFor[entity.BikeClass]():          members(entity.BikeClassValues),
	reflect.TypeFor[entity.AccessVerdict]():      members(entity.AccessVerdictValues),
	reflect.TypeFor[entity.Axis]():               members(entity.AxisValues),
	reflect.TypeFor[entity.RidingStyle]():        members(entity.RidingStyleValues),
	reflect.TypeFor[entity.SkillLevel]():         members(entity.SkillLevelValues),
	reflect.TypeFor[entity.HazardKind]():         members(entity.HazardKindValues),
	reflect.TypeFor[entity.FeatureKind]():        members(entity.FeatureKindValues),
	reflect.TypeFor[entity.LegKind]():            members(entity.LegKindValues),
	reflect.TypeFor[entity.LineDirection]():      members(entity.LineDirectionValues),
	reflect.TypeFor[entity.DifferenceCategory](): members(entity.DifferenceCategoryValues),
}

func members[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// fixedRows are lists with one row for every member of what their key tells
// apart: the form shows all of them, and a row is kept when anything but its key
// and basis is set.
var fixedRows = map[string]struct {
	key  string
	keys []string
}{
	"AxisMark":    {"axis", []string{"TECHNICAL_CLIMBING", "TECHNICAL_DESCENDING", "AIR", "CONSEQUENCE", "FITNESS"}},
	"SeasonMonth": {"month", []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"}},
	"StyleMark":   {"style", members(entity.RidingStyleValues)},
	"SkillMark":   {"skill", members(entity.SkillLevelValues)},
}

// defaults are what a required choice means when the rider leaves it open in a
// row that says something.
var defaults = map[string]string{"basis": "LOCAL", "direction": "EITHER", "verdict": "UNKNOWN"}

// vocabularyOf names the vocabulary that a list of codes is chosen from.
var vocabularyOf = map[string]string{"tags": "character-tag", "avoid": "character-tag", "facilities": "facility", "conditions": "condition"}

// helps replace descriptions that speak to programmers.
var helps = map[string]string{
	"field":        "The value on the page that this is about.",
	"regionIds":    "The one that was first stays the main one.",
	"systemIds":    "The one that was first stays the main one.",
	"subdivisions": "Codes such as CA-BC or US-UT, or of the country alone; the main one first.",
	"countries":    "Two-letter codes such as CA, US.",
	"peopleShown":  "Whoever can be recognised must have agreed to be shown.",
	"conditions":   "",
	"position":     "Leave both empty when it is not known.",
	"spaces":       "How many cars find room. Leave it empty when nobody has counted.",
	"endsOn":       "The last day. Leave it empty while nobody knows: then it holds until somebody says otherwise.",

	"runs":        "",
	"prices":      "Leave out what you don’t know.",
	"takesEBikes": "", "takesAdaptiveBikes": "",
	"validUntil": "The last day for which you know that it holds. Leave it empty when nobody knows.",

	"accessPointIds": "Car parks, stations and the like where one can begin. The one that was first stays the best.",
}

// section groups an entity's fields on its form. Fields that no section names
// stand in the last one.
type section struct {
	Title  string
	Intro  string
	Fields []string
}

var sections = map[string][]section{
	"Media": {
		{"The link", "Where the photo or film stands. Nothing of it is copied: others get there by your link.", []string{"url", "kind", "caption", "attribution", "peopleShown"}},
		{"Who may use it", "Most of what stands on the web has all rights reserved; linking to it is fine.", []string{"licence", "rightsBasis"}},
		{"What it tells", "", []string{"showcase", "takenOn", "conditions"}},
	},
	"Claim": {
		{"What is so", "One fact, so that others can say whether it is so. What everybody sees at once belongs on the page itself.", []string{"body", "field", "source", "url", "date", "basis", "validUntil"}},
	},
	"Review": {
		{"How was it?", "One review a rider; you can change it after the next visit.", []string{"rating", "perspective", "body", "rideMonth", "conditions"}},
	},
	"FactCheck": {
		{"What you found", "One sentence is enough: what you saw, read or were told.", []string{"result", "method", "body", "url", "checkedOn"}},
	},
	"SeasonalNotice": {
		{"What is different", "For now, and until when: what holds for ever belongs on the page itself.", []string{"kind", "severity", "body", "startsOn", "endsOn", "url", "basis"}},
	},
	"Comment": {
		{"What you say", "Others see that you changed it, and what it said before.", []string{"body"}},
	},
	"Trail": {
		{"The trail", "", []string{"name", "localName", "systemIds", "type", "direction", "trailStatus", "closedUntil"}},
		{"In words", "Write what you would tell a friend. Markdown works in the longer fields.", []string{"personality", "description", "comparableTo", "maintenance"}},
		{"How hard it is", "Marks from 0 to 5. Leave empty what you don’t know: empty means unknown, never zero. “Mostly” is what most of the trail is like; “hardest” is the worst place nobody can avoid.", []string{"difficulty", "flow"}},
		{"Along the way", "Distances in metres from the start.", []string{"features", "junctions"}},
		{"Character", "", []string{"tags"}},
		{"Numbers", "", []string{"lengthM", "climbM", "descentM", "elevationMethod", "averageGrade", "maximumGrade", "narrowestCm", "worstCamberPercent", "gates"}},
		{"Who it suits", "", []string{"adaptiveSupport", "fitsChildTrailer", "fitsTowRope", "fitsFirstBike", "crossesTraffic"}},
		{"Who may ride", "Say where a rule comes from. What nobody has written is shown as unknown, never as allowed.", []string{"access", "standing", "visibility"}},
		{"Where this is from", "A source for each field you know one for; * stands for all others.", []string{"facts", "externalIds"}},
	},
	"System": {
		{"The place", "", []string{"name", "localName", "kind", "regionIds", "subdivisions", "nearestTown", "position", "parentId", "size"}},
		{"In words", "Markdown works in the longer fields.", []string{"tagline", "character", "description", "weatherImpact", "fees", "parking"}},
		{"When to ride", "", []string{"season"}},
		{"Character", "", []string{"tags", "styleMarks", "skillMarks", "climbingStyle", "lowestM", "highestM"}},
		{"On the ground", "", []string{"facilities", "safety", "links"}},
		{"Who may ride", "What nobody has written is shown as unknown, never as allowed.", []string{"access", "standing", "visibility"}},
		{"How it grades", "From −1.5 to +1.5 label steps in halves: positive is harder than the label says elsewhere.", []string{"localGrading"}},
		{"Where this is from", "", []string{"facts"}},
	},
	"Route": {
		{"The ride", "", []string{"name", "systemIds", "accessPointIds", "shape", "uplift", "skill", "fitness", "mustDo"}},
		{"In words", "", []string{"tagline", "purpose", "description", "highlights", "idealFor", "notFor"}},
		{"Leg by leg", "In riding order. Distances are metres along the trail’s line.", []string{"legs"}},
		{"Numbers", "", []string{"lengthM", "climbM", "minutesLow", "minutesHigh"}},
		{"When", "", []string{"season", "timeOfDay", "conditionSensitivity"}},
	},
	"AccessPoint": {
		{"The place", "Where one leaves the car, the train or the lift queue. Only what you know: an empty field is better than a guess.", []string{"name", "kind", "systemIds", "position", "spaces", "facilities"}},
		{"In words", "Markdown works in the longer fields.", []string{"tagline", "directions", "parking", "fees", "links"}},
		{"Where this is from", "", []string{"facts"}},
		{"Who may see it", "", []string{"visibility"}},
	},
	"Uplift": {
		{"The uplift", "What carries riders up. Name its stops from the list where the wiki has them, in words where it hasn’t.", []string{"name", "kind", "systemIds", "fromId", "fromPlace", "toId", "toPlace"}},
		{"When and how much", "A row for each part of the year or the week. Say nothing where you don’t know: an empty price is unknown, 0 is free.", []string{"runs", "prices", "url", "validUntil"}},
		{"Which bikes", "", []string{"takesEBikes", "takesAdaptiveBikes"}},
		{"In words", "", []string{"tagline", "description"}},
		{"Where this is from", "", []string{"facts"}},
		{"Who may see it", "", []string{"visibility"}},
	},
	"Guide": {
		{"The guide", "", []string{"name", "title", "type", "skill", "summary"}},
		{"Section by section", "Markdown works in the texts. Say where a statement is from with a link.", []string{"sections"}},
		{"To remember", "", []string{"keyTakeaways"}},
		{"What it speaks of", "", []string{"regionIds", "systemIds", "routeIds"}},
		{"Where this is from", "", []string{"verifiedOn", "status", "facts"}},
	},
	"Organisation": {
		{"The organisation", "", []string{"name", "kind", "systemIds", "tagline", "url"}},
		{"In words", "Markdown works in the longer fields.", []string{"description", "howToHelp", "donateUrl"}},
		{"Where it says what is so", "Pages of its own: what is open, what is allowed, what is planned.", []string{"links"}},
		{"What a visitor gets there", "", []string{"facilities", "position"}},
		{"Where this is from", "", []string{"status", "facts"}},
	},
	"RegionalComparison": {
		{"The comparison", "For a rider who knows the first region and travels to the second.", []string{"name", "title", "regionIds", "summary"}},
		{"Key differences", "", []string{"differences"}},
		{"What it is there", "What a rider knows at home, and what comes nearest to it there.", []string{"equivalents"}},
		{"Where this is from", "", []string{"verifiedOn", "status", "facts"}},
	},
	"Region": {
		{"The region", "", []string{"name", "countries", "position"}},
		{"In words", "", []string{"description", "climate", "gradingNote"}},
		{"Character", "", []string{"tags", "localGrading"}},
	},
}

// node is a part of a form: a field, a group of fields, or rows of them.
type node struct {
	Kind     string // line area number date select tri check checks ints position object rows hidden
	Name     string // of the form's value
	Field    string // in the schema
	Label    string
	Help     string
	Unit     string
	Value    string
	Values   map[string]bool
	Options  []option
	List     string // id of the datalist with suggestions
	Groups   []optionGroup
	Required bool
	Careful  bool
	Text     bool
	Max      int
	Problem  string
	Children []*node   // of an object
	Rows     [][]*node // of rows
	Key      []string  // names of fixed rows
	Fixed    bool
	Wide     bool // rows that need a block each, not a table row
	Focus    bool // where writing begins when the page was opened for this field
}

type option struct{ Value, Label string }

type optionGroup struct {
	Name    string
	Options []option
}

type formSection struct {
	Title string
	Intro string
	Nodes []*node
	// Open sections are unfolded: the first ones, and those with something to
	// mend.
	Open bool
	// Filled counts the fields that say something.
	Filled int
}

// openSections are unfolded at first: name, words, and what matters most.
const openSections = 3

// formModel builds and reads the form of an entity.
type formModel struct {
	description entity.Description
	nullable    map[string]bool
	terms       *terms
	choices     map[string][]option // for ids: systems, regions
	problems    map[string]string
	moderator   bool
	// creating tells that the form makes something new: what is given once is asked too.
	creating bool
	// focus is the field that the form is opened for; "" opens the first sections.
	focus string
}

// nullableFields asks the Go type of the entity which fields may be null.
func nullableFields(t reflect.Type) map[string]bool {
	out := map[string]bool{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		out[name] = f.Type.Kind() == reflect.Pointer
	}
	return out
}

// fromPage are fields given once that the page knows on which a form was opened.
var fromPage = map[string]bool{"subjectId": true, "replyToId": true, "lang": true}

// editable are the fields the form shows. What is given once, such as what a tip is
// about, comes from the page that the form was opened on.
func (m *formModel) editable() []entity.Field {
	var out []entity.Field
	for _, f := range m.description.Fields {
		if f.Writable || m.creating && f.Once && !fromPage[f.Name] {
			out = append(out, f)
		}
	}
	return out
}

// openAt unfolds the section of the field that the form is opened for, and no
// other, and puts the cursor there.
func (m *formModel) openAt(list []formSection) {
	at := slices.IndexFunc(list, func(s formSection) bool {
		return slices.ContainsFunc(s.Nodes, func(n *node) bool { return n.Field == m.focus })
	})
	if m.focus == "" || at < 0 {
		return // an address that somebody made up opens the form as ever
	}
	for i := range list {
		list[i].Open = i == at
	}
	for _, n := range list[at].Nodes {
		if n.Field == m.focus {
			focusFirst(n)
			return
		}
	}
}

// focusFirst marks the first control of a node.
func focusFirst(n *node) bool {
	switch n.Kind {
	case "hidden":
		return false
	case "object", "position":
		return slices.ContainsFunc(n.Children, focusFirst)
	case "rows":
		return slices.ContainsFunc(n.Rows, func(row []*node) bool { return slices.ContainsFunc(row, focusFirst) })
	}
	n.Focus = true
	return true
}

// build makes the form from its values.
func (m *formModel) build(v url.Values) []formSection {
	fields := map[string]entity.Field{}
	var order []string
	for _, f := range m.editable() {
		fields[f.Name] = f
		order = append(order, f.Name)
	}
	used := map[string]bool{}
	var out []formSection
	for _, s := range sections[m.description.Name] {
		fs := formSection{Title: s.Title, Intro: s.Intro, Open: len(out) < openSections}
		for _, name := range s.Fields {
			if f, ok := fields[name]; ok {
				fs.Nodes = append(fs.Nodes, m.field(f, v))
				used[name] = true
			}
		}
		if len(fs.Nodes) > 0 {
			out = append(out, fs)
		}
	}
	rest := formSection{Title: "More"}
	if len(out) == 0 {
		rest.Title, rest.Open = m.description.Label, true
	}
	for _, name := range order {
		if !used[name] {
			rest.Nodes = append(rest.Nodes, m.field(fields[name], v))
		}
	}
	if len(rest.Nodes) > 0 {
		out = append(out, rest)
	}
	m.openAt(out)
	for i := range out {
		for _, n := range out[i].Nodes {
			if filled(n.Field, v) {
				out[i].Filled++
			}
			for name := range m.problems {
				if name == n.Field || strings.HasPrefix(name, n.Field+".") {
					out[i].Open = true
				}
			}
		}
	}
	return out
}

// filled tells whether the form's values say something of a field.
func filled(field string, v url.Values) bool {
	for key, values := range v {
		if key != field && !strings.HasPrefix(key, field+".") {
			continue
		}
		for _, value := range values {
			if strings.TrimSpace(value) != "" {
				return true
			}
		}
	}
	return false
}

// field makes the node of a top-level field.
func (m *formModel) field(f entity.Field, v url.Values) *node {
	help := f.Description
	if h, ok := helps[f.Name]; ok {
		help = h
	}
	n := &node{
		Name: f.Name, Field: f.Name, Label: f.Label, Help: help, Unit: f.Unit, Required: f.Required,
		Careful: f.Careful && !m.moderator, Text: f.Text, Max: f.Max, Problem: m.problems[f.Name], Value: v.Get(f.Name),
	}
	if input, ok := inputs[f.Type]; ok {
		if f.List {
			m.rows(n, f.Type, input, v)
		} else {
			n.Kind = "object"
			if f.Type == "Position" {
				n.Kind = "position"
			}
			n.Children = m.children(f.Name, input, v)
		}
		return n
	}
	switch {
	case f.List && len(f.Values) > 0:
		n.Kind, n.Options, n.Values = "checks", enumOptions(f.Values), set(v[f.Name])
	case f.List && vocabularyOf[f.Name] != "":
		n.Kind, n.Values = "checks", set(v[f.Name])
		for _, g := range m.terms.Groups(vocabularyOf[f.Name]) {
			group := optionGroup{Name: g.Name}
			for _, t := range g.Terms {
				group.Options = append(group.Options, option{t.Code, t.Label})
			}
			n.Groups = append(n.Groups, group)
		}
		// A code that the vocabulary no longer has stays: leaving it out would
		// take it away with the next edit.
		for _, code := range v[f.Name] {
			if !m.knows(vocabularyOf[f.Name], code) && code != "" {
				n.Options = append(n.Options, option{code, humanize(code)})
			}
		}
	case f.List && len(m.choices[f.Name]) > 0:
		n.Kind, n.Values, n.Options = "checks", set(v[f.Name]), m.choices[f.Name]
	case f.List && f.Type == "ID" && len(v[f.Name]) == 0:
		n.Kind, n.Help = "checks", "There is none to choose yet."
	case f.List && f.Text:
		n.Kind, n.Value, n.Help, n.Max = "area", strings.Join(v[f.Name], "\n"), joinHelp(help, "A line each."), 0
	case f.List:
		n.Kind, n.Value, n.Help = "line", strings.Join(v[f.Name], ", "), joinHelp(help, "Separate with commas.")
	case len(f.Values) > 0:
		n.Kind, n.Options = "select", enumOptions(f.Values)
		if m.description.Name == "Uplift" && f.Name == "kind" {
			// Routes without an uplift say so; one that isn't has no page.
			n.Options = slices.DeleteFunc(n.Options, func(o option) bool { return o.Value == string(entity.UpliftKindNone) })
		}
		switch {
		case m.nullable[f.Name]:
			nothing := "unknown"
			if f.Required {
				nothing = "choose"
			}
			n.Options = append([]option{{"", nothing}}, n.Options...)
		case v.Get(f.Name) == "" && f.Required:
			n.Options = append([]option{{"", "choose"}}, n.Options...)
		case v.Get(f.Name) == "":
			n.Options = append([]option{{"", "not said"}}, n.Options...)
		}
	case f.Type == "ID" && len(m.choices[f.Name]) == 0 && v.Get(f.Name) == "":
		n.Kind, n.Options = "select", []option{{"", "none to choose yet"}}
	case len(m.choices[f.Name]) > 0:
		nothing := "none"
		if f.Required {
			nothing = "choose"
		}
		n.Kind, n.Options = "select", append([]option{{"", nothing}}, m.choices[f.Name]...)
	case f.Type == "Boolean" && m.nullable[f.Name]:
		n.Kind, n.Options = "select", triOptions
	case f.Type == "Boolean":
		n.Kind = "check"
	case f.Type == "Int" || f.Type == "Float":
		n.Kind = "number"
	case f.Type == "AWSDate":
		n.Kind = "date"
	case f.Max > 300:
		n.Kind = "area"
	default:
		n.Kind = "line"
	}
	return n
}

func joinHelp(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}

func (m *formModel) knows(vocabulary, code string) bool {
	for _, t := range m.terms.Of(vocabulary) {
		if t.Code == code {
			return true
		}
	}
	return false
}

var triOptions = []option{{"", "unknown"}, {"true", "yes"}, {"false", "no"}}

func enumOptions[E ~string](values []E) []option {
	out := make([]option, len(values))
	for i, v := range values {
		out[i] = option{string(v), word(v)}
	}
	return out
}

func set(list []string) map[string]bool {
	m := map[string]bool{}
	for _, s := range list {
		m[s] = true
	}
	return m
}

// rows makes the rows of a list: those that are there and two empty ones, or one
// for every member when the list is of that kind.
func (m *formModel) rows(n *node, typeName string, input reflect.Type, v url.Values) {
	n.Kind = "rows"
	n.Wide = typeName == "DifficultyProfile" || typeName == "TrailFeature" || typeName == "AccessRule" || typeName == "RouteLeg" || typeName == "FactBasis" ||
		typeName == "GuideSection" || typeName == "UpliftRun" || typeName == "KeyDifference" || typeName == "Equivalent"
	if fixed, ok := fixedRows[typeName]; ok {
		n.Fixed = true
		for i, key := range fixed.keys {
			prefix := n.Name + "." + strconv.Itoa(i)
			row := m.children(prefix, input, v)
			for _, c := range row {
				if c.Field == fixed.key {
					c.Kind, c.Value = "hidden", key
				}
			}
			n.Rows = append(n.Rows, row)
			switch typeName {
			case "SeasonMonth":
				n.Key = append(n.Key, monthName(i+1))
			case "AxisMark":
				n.Key = append(n.Key, axisName(key))
			default:
				n.Key = append(n.Key, word(key))
			}
		}
		return
	}
	count := rowCount(n.Name, v)
	empty := 2
	if typeName == "DifficultyProfile" || typeName == "StatedDifficulty" || n.Wide {
		empty = 1
	}
	most := maxRows
	if n.Max > 0 {
		most = min(most, n.Max)
	}
	for i := range min(count+empty, most) {
		n.Rows = append(n.Rows, m.children(n.Name+"."+strconv.Itoa(i), input, v))
	}
}

// rowCount is one more than the highest row number that the values have.
func rowCount(name string, v url.Values) int {
	count := 0
	for key := range v {
		rest, ok := strings.CutPrefix(key, name+".")
		if !ok {
			continue
		}
		number, _, _ := strings.Cut(rest, ".")
		if i, err := strconv.Atoi(number); err == nil && i >= 0 && i < maxRows && i+1 > count {
			count = i + 1
		}
	}
	return count
}

// columnLabels are what columns of nested inputs are called.
var columnLabels = map[string]string{
	"atM": "At (m)", "sizeM": "Size (m)", "fromM": "From (m)", "toM": "To (m)", "otherAtM": "There at (m)", "trailId": "Trail", "upliftId": "Uplift",
	"predominant": "Mostly", "worst": "Hardest", "notApplicable": "Does not apply", "wetOffset": "When wet +", "statedBy": "Stated by",
	"bikeClass": "Bike", "whenWet": "Only when wet", "legalBasis": "Legal basis", "url": "Address", "validUntil": "Valid until",
	"lastRide": "Last ride", "amount": "Amount", "currency": "Currency",
	"here": "At home", "there": "There", "why": "Why", "body": "Text",
	"emergencyNumber": "Emergency number", "phoneCoverage": "Phone coverage", "nearestHospital": "Nearest hospital", "bailOutPoints": "Bail-out points",
	"lat": "Degrees north", "lon": "Degrees east", "mandatory": "Can’t be avoided", "technical": "Technical 0–5", "consequence": "Consequence 0–5",
}

var columnHelp = map[string]string{"months": "Such as 5, 6, 7; empty: all year", "weekdays": "1 Monday to 7 Sunday", "hours": "Such as 07:00-19:00", "lastRide": "Such as 16:30", "currency": "Such as EUR or CAD"}

// children makes the nodes of a nested input.
func (m *formModel) children(prefix string, input reflect.Type, v url.Values) []*node {
	var out []*node
	for i := range input.NumField() {
		f := input.Field(i)
		tag := f.Tag.Get("json")
		field, _, _ := strings.Cut(tag, ",")
		name := prefix + "." + field
		n := &node{Name: name, Field: field, Label: columnLabels[field], Help: columnHelp[field], Value: v.Get(name), Problem: m.problems[name]}
		if n.Label == "" {
			n.Label = humanize(splitCamel(field))
		}
		t := f.Type
		pointer := t.Kind() == reflect.Pointer
		if pointer {
			t = t.Elem()
		}
		n.Required = !pointer && t.Kind() != reflect.Slice
		switch {
		case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
			m.rows(n, strings.TrimSuffix(t.Elem().Name(), "Input"), t.Elem(), v)
		case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Int:
			n.Kind = "line"
		case t.Kind() == reflect.Bool && field == "whenWet":
			n.Kind, n.Options = "select", []option{{"", "wet or dry"}, {"true", "only when wet"}, {"false", "only when dry"}}
		case t.Kind() == reflect.Bool:
			n.Kind = "check"
		case t.Kind() == reflect.Float64 || t.Kind() == reflect.Int:
			n.Kind = "number"
		case enums[t] != nil:
			n.Kind, n.Options = "select", append([]option{{"", "choose"}}, enumOptions(enums[t])...)
			if field == "axis" {
				for i := range n.Options[1:] {
					n.Options[i+1].Label = axisName(n.Options[i+1].Value)
				}
			}
		case field == "trailId" && len(m.choices[field]) > 0:
			n.Kind, n.Options = "select", append([]option{{"", "choose"}}, m.choices[field]...)
		case field == "upliftId":
			n.Kind, n.Options = "select", append([]option{{"", "none"}}, m.choices[field]...)
		case field == "system" && len(m.choices["labelSystem"]) > 0:
			n.Kind, n.Options = "select", append([]option{{"", "choose"}}, m.choices["labelSystem"]...)
		case field == "label" && len(m.terms.Of("label")) > 0:
			n.Kind, n.List = "line", "label-codes"
		case field == "field":
			n.Kind, n.Options = "select", append([]option{{"", "choose"}, {"*", "all others"}}, m.fieldOptions(n.Value)...)
		case field == "date" || field == "validUntil":
			n.Kind = "date"
		case field == "body":
			n.Kind, n.Wide, n.Max = "area", true, 8000
		case field == "text" || field == "why":
			n.Kind, n.Wide, n.Max = "area", true, 2000
		case field == "note" || field == "notes" || field == "reason" || field == "bypass" || field == "alternatives" || field == "purpose":
			n.Kind, n.Wide = "line", true
		default:
			n.Kind = "line"
		}
		out = append(out, n)
	}
	return out
}

// fieldOptions are the fields that a source may be named for.
func (m *formModel) fieldOptions(value string) []option {
	var out []option
	for _, f := range m.description.Fields {
		if f.Writable && f.Name != "facts" {
			out = append(out, option{f.Name, f.Label})
		}
	}
	if value != "" && value != "*" {
		for _, o := range out {
			if o.Value == value {
				return out
			}
		}
		out = append(out, option{value, value})
	}
	return out
}

func splitCamel(s string) string {
	var b strings.Builder
	for _, c := range s {
		if c >= 'A' && c <= 'Z' {
			b.WriteByte('_')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// flatten writes a value of the API into form values.
func (m *formModel) flatten(values map[string]any) url.Values {
	v := url.Values{}
	for _, f := range m.editable() {
		flattenInto(v, f.Name, f.Type, values[f.Name])
	}
	return v
}

func flattenInto(v url.Values, name, typeName string, value any) {
	switch x := value.(type) {
	case nil:
	case string:
		v.Set(name, x)
	case bool:
		v.Set(name, strconv.FormatBool(x))
	case float64:
		v.Set(name, strconv.FormatFloat(x, 'f', -1, 64))
	case map[string]any:
		for key, sub := range x {
			flattenInto(v, name+"."+key, nestedType(typeName, key), sub)
		}
	case []any:
		fixed, isFixed := fixedRows[typeName]
		var numbers []string
		for i, item := range x {
			switch y := item.(type) {
			case string:
				v.Add(name, y)
			case float64:
				numbers = append(numbers, strconv.FormatFloat(y, 'f', -1, 64))
			case map[string]any:
				at := i
				if isFixed {
					at = slices.Index(fixed.keys, text(jsonText(y[fixed.key])))
					if at < 0 {
						continue
					}
				}
				flattenInto(v, name+"."+strconv.Itoa(at), typeName, y)
			}
		}
		if numbers != nil {
			v.Set(name, strings.Join(numbers, ", "))
		}
	}
}

func jsonText(value any) string {
	if f, ok := value.(float64); ok {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	s, _ := value.(string)
	return s
}

// nestedType names the type of a nested input's field, for lists with fixed
// rows inside.
func nestedType(typeName, field string) string {
	switch typeName + "." + field {
	case "DifficultyProfile.axes":
		return "AxisMark"
	case "DifficultyProfile.labels":
		return "StatedDifficulty"
	case "Safety.hazards":
		return "Hazard"
	}
	return ""
}

// parse reads form values into the values of the API's input, and notes what
// can't be read in problems, by the name of the form's value.
func (m *formModel) parse(v url.Values) map[string]any {
	out := map[string]any{}
	for _, f := range m.editable() {
		out[f.Name] = m.parseField(f, v)
	}
	return out
}

func (m *formModel) problem(name, words string) {
	if _, there := m.problems[name]; !there {
		m.problems[name] = words
	}
}

func (m *formModel) parseField(f entity.Field, v url.Values) any {
	if input, ok := inputs[f.Type]; ok {
		if f.List {
			return m.parseRows(f.Name, f.Type, input, v)
		}
		return m.parseObject(f.Name, f.Type, input, v)
	}
	raw := strings.TrimSpace(strings.ReplaceAll(v.Get(f.Name), "\r\n", "\n"))
	switch {
	case f.List:
		list := []any{}
		for _, s := range v[f.Name] {
			// Lists without a vocabulary are one line with commas.
			separator := ","
			if f.Text {
				separator = "\n" // sentences, a line each
			}
			for _, part := range strings.Split(s, separator) {
				if part = strings.TrimSpace(part); part != "" && !slices.Contains(list, any(part)) {
					list = append(list, part)
				}
			}
		}
		if f.Required && len(list) == 0 {
			m.problem(f.Name, "Choose at least one.")
		}
		if f.Max > 0 && len(list) > f.Max {
			m.problem(f.Name, fmt.Sprintf("At most %d.", f.Max))
		}
		return list
	case raw == "":
		if f.Required {
			m.problem(f.Name, "This can’t be empty.")
		}
		return nil
	case f.Type == "Boolean":
		return raw == "true" || raw == "on"
	case f.Type == "Int":
		return m.integer(f.Name, raw)
	case f.Type == "Float":
		return m.float(f.Name, raw)
	case f.Type == "AWSDate":
		return m.date(f.Name, raw)
	case len(f.Values) > 0 && !slices.Contains(f.Values, raw):
		m.problem(f.Name, "Choose one from the list.")
		return nil
	}
	if f.Max > 0 && len([]rune(raw)) > f.Max {
		m.problem(f.Name, fmt.Sprintf("At most %d characters; this is %d.", f.Max, len([]rune(raw))))
	}
	return raw
}

func (m *formModel) integer(name, raw string) any {
	n, err := strconv.ParseInt(raw, 10, 32)
	if err != nil {
		m.problem(name, "This is a whole number.")
		return nil
	}
	return float64(n)
}

func (m *formModel) float(name, raw string) any {
	n, err := strconv.ParseFloat(strings.ReplaceAll(raw, ",", "."), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		m.problem(name, "This is a number.")
		return nil
	}
	return n
}

func (m *formModel) date(name, raw string) any {
	if _, err := time.Parse("2006-01-02", strings.TrimSuffix(raw, "Z")); err != nil {
		m.problem(name, "A date looks like 2026-05-31.")
		return nil
	}
	return raw
}

func isWebAddress(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

func (m *formModel) parseRows(name, typeName string, input reflect.Type, v url.Values) []any {
	out := []any{}
	for i := range rowCount(name, v) {
		prefix := name + "." + strconv.Itoa(i)
		if v.Get(prefix+".remove") != "" || blank(prefix, typeName, input, v) {
			continue
		}
		if row := m.parseObject(prefix, typeName, input, v); row != nil {
			out = append(out, row)
		}
	}
	return out
}

// blank tells whether a row says nothing: all is empty but what every row has.
func blank(prefix, typeName string, input reflect.Type, v url.Values) bool {
	key := ""
	if fixed, ok := fixedRows[typeName]; ok {
		key = fixed.key
	}
	for i := range input.NumField() {
		f := input.Field(i)
		field, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if field == key || field == "basis" || (typeName == "DifficultyProfile" && field == "direction") {
			continue
		}
		name := prefix + "." + field
		t := f.Type
		if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct {
			nested := strings.TrimSuffix(t.Elem().Name(), "Input")
			for j := range rowCount(name, v) {
				if !blank(name+"."+strconv.Itoa(j), nested, t.Elem(), v) {
					return false
				}
			}
			continue
		}
		if strings.TrimSpace(v.Get(name)) != "" {
			return false
		}
	}
	return true
}

func (m *formModel) parseObject(prefix, typeName string, input reflect.Type, v url.Values) any {
	if blank(prefix, typeName, input, v) {
		return nil
	}
	out := map[string]any{}
	for i := range input.NumField() {
		f := input.Field(i)
		field, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		name := prefix + "." + field
		raw := strings.TrimSpace(strings.ReplaceAll(v.Get(name), "\r\n", "\n"))
		t := f.Type
		pointer := t.Kind() == reflect.Pointer
		if pointer {
			t = t.Elem()
		}
		switch {
		case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
			out[field] = m.parseRows(name, strings.TrimSuffix(t.Elem().Name(), "Input"), t.Elem(), v)
		case t.Kind() == reflect.Slice:
			list := []any{}
			for _, part := range strings.FieldsFunc(raw, func(c rune) bool { return c == ',' || c == ' ' || c == ';' }) {
				if n := m.integer(name, part); n != nil {
					list = append(list, n)
				}
			}
			out[field] = list
		case t.Kind() == reflect.Bool && field == "whenWet":
			out[field] = nil
			if raw != "" {
				out[field] = raw == "true"
			}
		case t.Kind() == reflect.Bool:
			out[field] = raw != "" && raw != "false"
		case raw == "":
			out[field] = nil
			if !pointer {
				if d, ok := defaults[field]; ok {
					out[field] = d
				} else {
					m.problem(name, "This can’t be empty.")
				}
			}
		case t.Kind() == reflect.Float64:
			out[field] = m.float(name, raw)
		case t.Kind() == reflect.Int:
			out[field] = m.integer(name, raw)
		case enums[t] != nil:
			if !slices.Contains(enums[t], raw) {
				m.problem(name, "Choose one from the list.")
			}
			out[field] = raw
		case field == "date" || field == "validUntil":
			out[field] = m.date(name, raw)
		case field == "url" && !isWebAddress(raw):
			m.problem(name, "A web address starts with https://.")
			out[field] = raw
		default:
			out[field] = raw
		}
	}
	return out
}

// keepOrder puts the members of lists that are chosen by ticking into the order
// they had: boxes have none, but a list may (the first region is the primary
// one). New members come last.
func (m *formModel) keepOrder(mine, base map[string]any) {
	for _, f := range m.description.Fields {
		if !f.List || (len(f.Values) == 0 && vocabularyOf[f.Name] == "" && len(m.choices[f.Name]) == 0) {
			continue
		}
		now, ok := mine[f.Name].([]any)
		before, ok2 := base[f.Name].([]any)
		if !ok || !ok2 {
			continue
		}
		ordered := []any{}
		for _, v := range before {
			if slices.Contains(now, v) {
				ordered = append(ordered, v)
			}
		}
		for _, v := range now {
			if !slices.Contains(ordered, v) {
				ordered = append(ordered, v)
			}
		}
		mine[f.Name] = ordered
	}
}

// changed are the fields in which a differs from b, with a's values.
func changed(a, b map[string]any) map[string]any {
	out := map[string]any{}
	for name, value := range a {
		if !same(value, b[name]) {
			out[name] = value
		}
	}
	return out
}

// same compares JSON values; null, absent and empty lists are the same to a
// form.
func same(a, b any) bool {
	return reflect.DeepEqual(normal(a), normal(b))
}

func normal(v any) any {
	switch x := v.(type) {
	case []any:
		if len(x) == 0 {
			return nil
		}
		out := make([]any, len(x))
		for i := range x {
			out[i] = normal(x[i])
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, sub := range x {
			if n := normal(sub); n != nil {
				out[k] = n
			}
		}
		if len(out) == 0 {
			return nil
		}
		return out
	case string:
		if x == "" {
			return nil
		}
	}
	return v
}

// toMap turns an entity into JSON values.
func toMap(v any) (map[string]any, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		return nil, err
	}
	// A leg is read with its trail and written with the trail's id.
	if legs, ok := out["legs"].([]any); ok {
		for _, l := range legs {
			leg, ok := l.(map[string]any)
			if !ok {
				continue
			}
			if trail, ok := leg["trail"].(map[string]any); ok {
				leg["trailId"] = trail["id"]
			}
			if uplift, ok := leg["uplift"].(map[string]any); ok {
				leg["upliftId"] = uplift["id"]
			}
			delete(leg, "trail")
			delete(leg, "uplift")
			delete(leg, "position")
			delete(leg, "canSplit")
		}
	}
	return out, nil
}
