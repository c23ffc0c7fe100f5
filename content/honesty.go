package content

import (
	"slices"
	"strings"
)

// free are the fields of a real place that need no source: they say how the
// wiki treats it, not what it is.
var free = []string{"facts", "status", "visibility", "regionIds", "links"}

// freeOfArticles are those of guides and comparisons: what they are called, whom
// they are for and what they speak of is their authors' choice.
var freeOfArticles = append([]string{"name", "title", "type", "skill", "systemIds", "routeIds"}, free...)

// estimable are fields that editors may fill by their own judgement, shown as
// such. Names, places, access, numbers, fees and dates are not among them.
var estimable = []string{
	"kind", "direction", "type", "shape", "size", "climbingStyle", "styleMarks", "skillMarks", "tags", "localGrading",
	"flow", "skill", "fitness", "conditionSensitivity", "timeOfDay", "mustDo",
	"tagline", "character", "gradingNote", "personality", "comparableTo", "purpose", "highlights", "idealFor", "notFor",
	"summary", "sections", "keyTakeaways", "differences", "equivalents",
}

// opinions are always editors' judgement and never anything else.
var opinions = []string{"size", "styleMarks", "skillMarks", "localGrading"}

// The box in the open South Pacific in which everything invented lies.
const (
	inventedSouth, inventedNorth = -48.0, -47.0
	inventedWest, inventedEast   = -140.0, -139.0
)

// Check holds the content against the rules of honesty: that what is said of
// real places rests on sources that were read, that it is said so, that nothing
// is shipped for them which only riders can give, and that invented places are
// unmistakable and touch no real one. It answers Problems, or nil.
func (c *Content) Check() error {
	h := &honesty{content: c, used: map[string]bool{}}
	synthetic := map[Kind]map[string]bool{KindRegion: {}, KindSystem: {}}
	for _, r := range c.Regions {
		synthetic[KindRegion][r.Slug] = r.Synthetic
	}
	for _, s := range c.Systems {
		synthetic[KindSystem][s.Slug] = s.Synthetic
		for _, r := range s.Regions {
			if synthetic[KindRegion][r] != s.Synthetic {
				h.say(&s.Entity, "an invented system lies in invented regions only, and a real one in real ones; %s is the other kind", r)
			}
		}
		if s.Parent != "" && synthetic[KindSystem][s.Parent] != s.Synthetic {
			h.say(&s.Entity, "an invented system is part of invented ones only, and a real one of real ones; %s is the other kind", s.Parent)
		}
	}
	for i := range c.AccessPoints {
		h.inSystems(&c.AccessPoints[i].Entity, c.AccessPoints[i].Systems, synthetic[KindSystem])
	}
	for i := range c.Uplifts {
		h.inSystems(&c.Uplifts[i].Entity, c.Uplifts[i].Systems, synthetic[KindSystem])
	}
	for i := range c.Trails {
		h.inSystems(&c.Trails[i].Entity, c.Trails[i].Systems, synthetic[KindSystem])
	}
	for i := range c.Routes {
		h.inSystems(&c.Routes[i].Entity, c.Routes[i].Systems, synthetic[KindSystem])
	}
	for i := range c.Guides {
		h.inSystems(&c.Guides[i].Entity, c.Guides[i].Systems, synthetic[KindSystem])
		h.inRegions(&c.Guides[i].Entity, c.Guides[i].Regions, synthetic[KindRegion])
	}
	for i := range c.Comparisons {
		h.inRegions(&c.Comparisons[i].Entity, c.Comparisons[i].Regions, synthetic[KindRegion])
	}
	for i := range c.Organisations {
		h.inSystems(&c.Organisations[i].Entity, c.Organisations[i].Systems, synthetic[KindSystem])
	}
	for _, e := range c.all() {
		if e.Synthetic {
			h.invented(e)
		} else {
			h.real(e)
		}
	}
	for i := range c.Systems {
		if s := &c.Systems[i]; s.Synthetic && s.Fields["subdivisions"] != nil {
			h.say(&s.Entity, "an invented system lies in no real subdivision")
		}
	}
	for i := range c.Regions {
		r := &c.Regions[i]
		name := strings.ToLower(str(r.Fields, "name"))
		switch {
		case !r.Synthetic:
		case r.Fields["countries"] != nil:
			h.say(&r.Entity, "an invented region lies in no real country")
		case !strings.Contains(name, "invented") && !strings.Contains(name, "made up"):
			h.say(&r.Entity, "the name of an invented region says that it is invented or made up; %q doesn't", str(r.Fields, "name"))
		}
	}
	for i := range c.Trails {
		t := &c.Trails[i]
		if !t.Synthetic && len(t.Line) > 0 {
			h.say(&t.Entity, "lines of real trails are imported from open data with their licence, not shipped here")
		}
		for _, p := range t.Line {
			if t.Synthetic && !inInventedBox(p[1], p[0]) {
				h.say(&t.Entity, "its line leaves the box in the open ocean where invented places lie (%v to %v north, %v to %v east)", inventedSouth, inventedNorth, inventedWest, inventedEast)
				break
			}
		}
	}
	for _, s := range c.Sources {
		if !h.used[s.Title+", "+s.Publisher] {
			h.problems = append(h.problems, problemAt(s.Place, "no fact rests on the source %q; take it out", s.ID))
		}
	}
	return h.problems.err()
}

type honesty struct {
	content  *Content
	problems Problems
	// used are the sources that some fact names.
	used map[string]bool
}

func (h *honesty) say(e *Entity, format string, args ...any) {
	h.problems = append(h.problems, problemAt(e.Place, "%s: "+format, append([]any{e.Slug}, args...)...))
}

func (h *honesty) inSystems(e *Entity, systems []string, synthetic map[string]bool) {
	for _, s := range systems {
		if synthetic[s] != e.Synthetic {
			h.say(e, "what is invented belongs to invented systems only, and what is real to real ones; %s is the other kind", s)
		}
	}
}

func (h *honesty) inRegions(e *Entity, regions []string, synthetic map[string]bool) {
	for _, r := range regions {
		if synthetic[r] != e.Synthetic {
			h.say(e, "what is invented speaks of invented regions only, and what is real of real ones; %s is the other kind", r)
		}
	}
}

func inInventedBox(lat, lon float64) bool {
	return lat >= inventedSouth && lat <= inventedNorth && lon >= inventedWest && lon <= inventedEast
}

func (h *honesty) invented(e *Entity) {
	if p, ok := e.Fields["position"].(map[string]any); ok {
		lat, _ := p["lat"].(float64)
		lon, _ := p["lon"].(float64)
		if !inInventedBox(lat, lon) {
			h.say(e, "its position lies outside the box in the open ocean where invented places lie")
		}
	}
	for _, l := range objects(e.Fields["links"]) {
		if address := str(l, "url"); !strings.HasPrefix(address, "https://example.org/") {
			h.say(e, "links of invented places go to https://example.org/, not to %s", address)
		}
	}
	for _, field := range []string{"url", "donateUrl"} {
		if address, _ := e.Fields[field].(string); address != "" && !strings.HasPrefix(address, "https://example.org/") {
			h.say(e, "links of invented places go to https://example.org/, not to %s", address)
		}
	}
	for _, x := range objects(e.Fields["externalIds"]) {
		if !strings.HasPrefix(str(x, "value"), "made-up-") {
			h.say(e, "ids elsewhere of invented trails begin with made-up-, unlike %q", str(x, "value"))
		}
	}
}

func (h *honesty) real(e *Entity) {
	switch e.Kind {
	case KindTip:
		h.say(e, "tips for real places are given by riders, not shipped")
		return
	case KindClaim:
		h.say(e, "claims about real places are stated by riders, not shipped; what a source says is a fact of its page")
		return
	case KindNotice:
		h.say(e, "notices of real places are given by riders: what is shipped would be over before it is read")
		return
	case KindMedia:
		h.say(e, "photos and films of real places are added by riders, who can say what they may and who is in them")
		return
	case KindComment:
		h.say(e, "riders talk about real places themselves; nothing is shipped")
		return
	}
	facts := map[string]map[string]any{}
	for _, f := range objects(e.Fields["facts"]) {
		facts[str(f, "field")] = f
		h.used[str(f, "source")] = true
	}
	if _, all := facts["*"]; all {
		h.say(e, "of a real place each fact names its own source; * is not enough")
	}
	// What is said of it, by the schema's names.
	said := map[string]bool{}
	for name := range e.Fields {
		said[name] = true
	}
	for name := range e.Texts[e.Lang] {
		said[name] = true
	}
	switch e.Kind {
	case KindSystem:
		for i := range h.content.Systems {
			if s := &h.content.Systems[i]; &s.Entity == e && s.Parent != "" {
				said["parentId"] = true
			}
		}
	case KindAccessPoint:
		said["systemIds"] = true
	case KindUplift:
		said["systemIds"] = true
		for i := range h.content.Uplifts {
			u := &h.content.Uplifts[i]
			for field, slug := range map[string]string{"fromId": u.From, "toId": u.To} {
				if &u.Entity == e && slug != "" {
					said[field] = true
				}
			}
		}
	case KindTrail:
		said["systemIds"] = true
		for i := range h.content.Trails {
			if t := &h.content.Trails[i]; &t.Entity == e && len(t.Junctions) > 0 {
				said["junctions"] = true
			}
		}
	case KindRoute:
		said["systemIds"] = true
		for i := range h.content.Routes {
			if r := &h.content.Routes[i]; &r.Entity == e && len(r.Legs) > 0 {
				said["legs"] = true
			}
			if r := &h.content.Routes[i]; &r.Entity == e && len(r.AccessPoints) > 0 {
				said["accessPointIds"] = true
			}
		}
	case KindOrganisation:
		said["systemIds"] = true
	}
	free := free
	if e.Kind == KindGuide || e.Kind == KindRegionalComparison {
		free = freeOfArticles
	}
	for field := range facts {
		if field != "*" && !said[field] {
			h.say(e, "facts name a source for %s, of which nothing is said", field)
		}
	}
	for _, name := range sortedKeys(said) {
		fact := facts[name]
		estimate := str(fact, "basis") == "EDITORIAL_ESTIMATE"
		sourced := fact != nil && !estimate && str(fact, "url") != ""
		switch {
		case slices.Contains(free, name):
		case name == "sections" && !estimate:
			h.sections(e)
		case name == "season":
			h.rowsAreEstimates(e, name, objects(e.Fields["season"]), sourced)
		case name == "difficulty":
			h.difficulty(e, sourced)
		case slices.Contains(opinions, name) && !estimate:
			h.say(e, "%s is an editors' opinion and its fact says so: basis EDITORIAL_ESTIMATE", name)
		case slices.Contains(estimable, name) && estimate && strings.ContainsAny(wordsOf(e.Texts[e.Lang][name]), "0123456789"):
			h.say(e, "%s is an estimate and speaks of numbers; a number of a real place needs a source", name)
		case slices.Contains(estimable, name) && (estimate || sourced):
		case slices.Contains(estimable, name):
			h.say(e, "%s needs a fact: a source, or basis EDITORIAL_ESTIMATE", name)
		case !sourced:
			h.say(e, "%s of a real place needs a fact that names a source read (see sources.yaml); without one it stays empty", name)
		}
	}
	for _, l := range objects(e.Fields["links"]) {
		if !slices.ContainsFunc(h.content.Sources, func(s Source) bool { return s.Address == str(l, "url") }) {
			h.say(e, "the link %s goes to a page that nobody read; note it in sources.yaml first", str(l, "url"))
		}
	}
}

// sections wants each section of a real guide to link a page that was read: a
// guide rests on more sources than the one that a fact can name.
func (h *honesty) sections(e *Entity) {
	for _, s := range objects(e.Texts[e.Lang]["sections"]) {
		found := false
		for _, source := range h.content.Sources {
			if strings.Contains(str(s, "body"), "]("+source.Address+")") {
				h.used[source.Title+", "+source.Publisher] = true
				found = true
			}
		}
		if !found {
			h.say(e, "the section %q links no page of sources.yaml; it says where it is from, as [publisher](address), or the fact for sections says EDITORIAL_ESTIMATE", str(s, "heading"))
		}
	}
}

// wordsOf are the words of a text, or of all members of a list of texts.
func wordsOf(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case []any:
		var all []string
		for _, one := range x {
			all = append(all, wordsOf(one))
		}
		return strings.Join(all, "\n")
	case map[string]any:
		var all []string
		for _, name := range sortedKeys(x) {
			all = append(all, wordsOf(x[name]))
		}
		return strings.Join(all, "\n")
	}
	return ""
}

// rowsAreEstimates wants rows that carry their own basis to be estimates, unless
// the whole field has a source.
func (h *honesty) rowsAreEstimates(e *Entity, field string, rows []map[string]any, sourced bool) {
	for _, row := range rows {
		if !sourced && str(row, "basis") != "EDITORIAL_ESTIMATE" {
			h.say(e, "%s of a real place has the basis EDITORIAL_ESTIMATE, not %s, unless a fact names its source", field, str(row, "basis"))
			return
		}
	}
}

func (h *honesty) difficulty(e *Entity, sourced bool) {
	for _, p := range objects(e.Fields["difficulty"]) {
		for _, axis := range objects(p["axes"]) {
			if str(axis, "basis") != "EDITORIAL_ESTIMATE" {
				h.say(e, "axis marks shipped for a real trail are estimates: basis EDITORIAL_ESTIMATE, not %s", str(axis, "basis"))
			}
		}
		if labels := objects(p["labels"]); len(labels) > 0 && !sourced {
			h.say(e, "a stated label of a real trail needs a fact for difficulty that names where it was read")
		}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
