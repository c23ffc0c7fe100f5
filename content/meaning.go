package content

import (
	"fmt"
	"slices"
	"strings"
)

// all answers every entity, in the order of importing.
func (c *Content) all() []*Entity {
	var all []*Entity
	for i := range c.Regions {
		all = append(all, &c.Regions[i].Entity)
	}
	for i := range c.Systems {
		all = append(all, &c.Systems[i].Entity)
	}
	for i := range c.AccessPoints {
		all = append(all, &c.AccessPoints[i].Entity)
	}
	for i := range c.Uplifts {
		all = append(all, &c.Uplifts[i].Entity)
	}
	for i := range c.Trails {
		all = append(all, &c.Trails[i].Entity)
	}
	for i := range c.Routes {
		all = append(all, &c.Routes[i].Entity)
	}
	for i := range c.Tips {
		all = append(all, &c.Tips[i].Entity)
	}
	for i := range c.Notices {
		all = append(all, &c.Notices[i].Entity)
	}
	for i := range c.Media {
		all = append(all, &c.Media[i].Entity)
	}
	for i := range c.Comments {
		all = append(all, &c.Comments[i].Entity)
	}
	for i := range c.Claims {
		all = append(all, &c.Claims[i].Entity)
	}
	for i := range c.Guides {
		all = append(all, &c.Guides[i].Entity)
	}
	for i := range c.Comparisons {
		all = append(all, &c.Comparisons[i].Entity)
	}
	for i := range c.Organisations {
		all = append(all, &c.Organisations[i].Entity)
	}
	return all
}

// order sorts everything by slug, systems after their parents, and replies after what
// they answer.
func (l *loader) order() {
	c := &l.content
	slices.SortStableFunc(c.Regions, func(a, b Region) int { return strings.Compare(a.Slug, b.Slug) })
	slices.SortStableFunc(c.AccessPoints, func(a, b AccessPoint) int { return strings.Compare(a.Slug, b.Slug) })
	slices.SortStableFunc(c.Uplifts, func(a, b Uplift) int { return strings.Compare(a.Slug, b.Slug) })
	slices.SortStableFunc(c.Trails, func(a, b Trail) int { return strings.Compare(a.Slug, b.Slug) })
	slices.SortStableFunc(c.Routes, func(a, b Route) int { return strings.Compare(a.Slug, b.Slug) })
	slices.SortStableFunc(c.Tips, func(a, b Remark) int { return strings.Compare(a.Slug, b.Slug) })
	slices.SortStableFunc(c.Media, func(a, b Remark) int { return strings.Compare(a.Slug, b.Slug) })
	slices.SortStableFunc(c.Notices, func(a, b Remark) int { return strings.Compare(a.Slug, b.Slug) })
	slices.SortStableFunc(c.Comments, func(a, b Remark) int {
		if (a.ReplyTo == "") != (b.ReplyTo == "") {
			return len(a.ReplyTo) - len(b.ReplyTo)
		}
		return strings.Compare(a.Slug, b.Slug)
	})
	slices.SortStableFunc(c.Claims, func(a, b Remark) int { return strings.Compare(a.Slug, b.Slug) })

	slices.SortStableFunc(c.Guides, func(a, b Guide) int { return strings.Compare(a.Slug, b.Slug) })
	slices.SortStableFunc(c.Comparisons, func(a, b RegionalComparison) int { return strings.Compare(a.Slug, b.Slug) })
	slices.SortStableFunc(c.Organisations, func(a, b Organisation) int { return strings.Compare(a.Slug, b.Slug) })

	parent := map[string]string{}
	for _, s := range c.Systems {
		parent[s.Slug] = s.Parent
	}
	depth := func(slug string) int {
		d := 0
		for slug = parent[slug]; slug != "" && d <= mostLevels; slug = parent[slug] {
			d++
		}
		return d
	}
	slices.SortStableFunc(c.Systems, func(a, b System) int {
		if d := depth(a.Slug) - depth(b.Slug); d != 0 {
			return d
		}
		return strings.Compare(a.Slug, b.Slug)
	})
	for _, s := range c.Systems {
		if depth(s.Slug) >= mostLevels {
			l.add(problemAt(s.Place, "the system is part of itself, or of systems more than %d levels deep", mostLevels))
		}
	}
}

// mostLevels bounds how deep systems are parts of systems.
const mostLevels = 3

// problemAt makes a problem of a place kept as file:line.
func problemAt(place, format string, args ...any) Problem {
	file, line, _ := strings.Cut(place, ":")
	p := Problem{File: file, Column: 1, Message: fmt.Sprintf(format, args...)}
	if _, err := fmt.Sscanf(line, "%d", &p.Line); err != nil {
		p.Line, p.Column = 0, 0
	}
	return p
}

// settle resolves codes and references, and turns facts into the schema's form.
func (l *loader) settle() {
	c := &l.content
	slugs := map[Kind]map[string]bool{}
	for _, e := range c.all() {
		if slugs[e.Kind] == nil {
			slugs[e.Kind] = map[string]bool{}
		}
		if slugs[e.Kind][e.Slug] {
			l.add(problemAt(e.Place, "another %s has the slug %q", e.Kind.Word(), e.Slug))
		}
		slugs[e.Kind][e.Slug] = true
	}
	codes := map[string]map[string]bool{}
	for _, v := range c.Vocabularies {
		codes[v.Name] = map[string]bool{}
		for _, t := range v.Terms {
			codes[v.Name][t.Code] = true
		}
	}
	for _, p := range l.pending {
		switch {
		case p.vocabulary != "" && !codes[p.vocabulary][p.word]:
			l.at(p.file, p.node, "the vocabulary %s has no %q; see vocabularies/%s.yaml", p.vocabulary, p.word, p.vocabulary)
		case p.vocabulary == "" && !slugs[p.target][p.word]:
			l.at(p.file, p.node, "there is no %s %q", p.target.Word(), p.word)
		}
	}
	for _, t := range c.Trails {
		for _, profile := range objects(t.Fields["difficulty"]) {
			for _, label := range objects(profile["labels"]) {
				if code := str(label, "system") + ":" + str(label, "label"); !codes["label"][code] {
					l.add(problemAt(t.Place, "the label system %s has no label %q; see vocabularies/label.yaml", str(label, "system"), str(label, "label")))
				}
			}
		}
	}
	for _, e := range c.all() {
		l.facts(e)
	}
}

// objects answers the members of a decoded list of objects.
func objects(v any) []map[string]any {
	list, _ := v.([]any)
	all := make([]map[string]any, 0, len(list))
	for _, one := range list {
		if o, ok := one.(map[string]any); ok {
			all = append(all, o)
		}
	}
	return all
}

// facts turns what a file says of sources into the schema's FactBasis, one for
// each field. Of a real place a source is named by its id in sources.yaml; of an
// invented one it is said in words.
func (l *loader) facts(e *Entity) {
	given := objects(e.Fields["facts"])
	if given == nil || e.Fields["facts"] == nil {
		return
	}
	var rows []any
	seen := map[string]bool{}
	for _, f := range given {
		row := map[string]any{"basis": f["basis"]}
		for _, name := range []string{"validUntil", "licence"} {
			if v, there := f[name]; there {
				row[name] = v
			}
		}
		switch source := str(f, "source"); {
		case source == "":
		case e.Synthetic:
			row["source"] = source
		default:
			i := slices.IndexFunc(l.content.Sources, func(s Source) bool { return s.ID == source })
			if i < 0 {
				l.add(problemAt(e.Place, "sources.yaml has no source %q: read it, note it there, then name it here", source))
				continue
			}
			s := l.content.Sources[i]
			row["source"], row["url"], row["date"] = s.Title+", "+s.Publisher, s.Address, s.Read
		}
		fields, _ := f["fields"].([]any)
		for _, name := range fields {
			name := name.(string)
			if name != "*" && !isSchemaField(e.Kind, name) {
				l.add(problemAt(e.Place, "facts name the field %q, which a %s has not (references are named as in the schema, such as regionIds)", name, e.Kind.Word()))
				continue
			}
			if seen[name] {
				l.add(problemAt(e.Place, "facts name the field %q twice; the better source is enough", name))
				continue
			}
			seen[name] = true
			one := map[string]any{"field": name}
			for k, v := range row {
				one[k] = v
			}
			rows = append(rows, one)
		}
	}
	if len(rows) > 60 {
		l.add(problemAt(e.Place, "facts speak of %d fields; at most 60 are possible", len(rows)))
	}
	e.Fields["facts"] = rows
}

// checkMeaning finds what is well formed and still makes no sense: what the
// database would refuse, said here with file and line.
func (l *loader) checkMeaning() {
	say := func(e *Entity, format string, args ...any) {
		l.add(problemAt(e.Place, "%s: "+format, append([]any{e.Slug}, args...)...))
	}
	once := func(e *Entity, list, key string) {
		seen := map[any]bool{}
		for _, o := range objects(e.Fields[list]) {
			if seen[o[key]] {
				say(e, "%s has %v twice", list, o[key])
			}
			seen[o[key]] = true
		}
	}
	c := &l.content
	for _, e := range c.all() {
		for _, t := range e.Translations() {
			for name := range t.Texts {
				// The original's title is its name.
				if _, there := e.Texts[e.Lang][name]; !there && name != "title" {
					say(e, "%s is given in %s and not in %s, the original language", name, t.Lang, e.Lang)
				}
			}
		}
		once(e, "season", "month")
		once(e, "localGrading", "axis")
		once(e, "styleMarks", "style")
		once(e, "skillMarks", "skill")
		for _, g := range objects(e.Fields["localGrading"]) {
			if o, _ := g["offset"].(float64); o*2 != float64(int(o*2)) {
				say(e, "local grading goes in half steps, not %v", o)
			}
		}
		for _, a := range objects(e.Fields["access"]) {
			if h := str(a, "hours"); h != "" && !hoursPattern.MatchString(h) {
				say(e, "hours are written like 07:00-19:00, not %q", h)
			}
		}
		for _, r := range objects(e.Fields["runs"]) {
			if h := str(r, "hours"); h != "" && !hoursPattern.MatchString(h) {
				say(e, "hours are written like 09:00-17:00, not %q", h)
			}
			if last := str(r, "lastRide"); last != "" && !hoursPattern.MatchString("00:00-"+last) {
				say(e, "the last ride is written like 16:30, not %q", last)
			}
		}
		for _, p := range objects(e.Fields["prices"]) {
			if c := str(p, "currency"); !currencyPattern.MatchString(c) {
				say(e, "a currency is three capital letters such as EUR, not %q", c)
			}
		}
		low, hasLow := e.Fields["lowestM"].(int)
		if high, hasHigh := e.Fields["highestM"].(int); hasLow && hasHigh && low > high {
			say(e, "its lowest point (%d m) lies above its highest (%d m)", low, high)
		}
		shortest, hasShortest := e.Fields["minutesLow"].(int)
		if longest, has := e.Fields["minutesHigh"].(int); has && hasShortest && shortest > longest {
			say(e, "its shortest time (%d min) is longer than its longest (%d min)", shortest, longest)
		}
	}
	for i := range c.Trails {
		l.trailMeaning(&c.Trails[i], func(format string, args ...any) { say(&c.Trails[i].Entity, format, args...) })
	}
	threads := map[string]Remark{}
	for _, x := range c.Comments {
		if x.ReplyTo == "" {
			threads[x.Slug] = x
		}
	}
	for i := range c.Comments {
		x := &c.Comments[i]
		if root := threads[x.ReplyTo]; x.ReplyTo != "" && (root.SubjectKind != x.SubjectKind || root.Subject != x.Subject) {
			say(&x.Entity, "replyTo names a comment about the same thing that answers none itself")
		}
	}
	for i := range c.Comparisons {
		x := &c.Comparisons[i]
		if len(x.Regions) != 2 || x.Regions[0] == x.Regions[1] {
			say(&x.Entity, "regions are two: the one that the reader knows, and the one compared with it")
		}
	}
	lengths := map[string]float64{}
	for _, t := range c.Trails {
		lengths[t.Slug], _ = t.Fields["lengthM"].(float64)
	}
	// A distance along a trail may pass its rounded length by this much.
	const slack = 1.0
	for i := range c.Trails {
		t := &c.Trails[i]
		for _, j := range t.Junctions {
			if j.Trail == t.Slug {
				say(&t.Entity, "a junction joins two different trails")
			}
			if own, other := lengths[t.Slug], lengths[j.Trail]; own > 0 && j.AtM > own+slack || other > 0 && j.OtherAtM > other+slack {
				say(&t.Entity, "the junction with %s lies beyond a trail's end", j.Trail)
			}
		}
	}
	for i := range c.Routes {
		r := &c.Routes[i]
		for k, leg := range r.Legs {
			from, hasFrom := leg.Fields["fromM"].(float64)
			to, hasTo := leg.Fields["toM"].(float64)
			length := lengths[leg.Trail]
			direction := str(leg.Fields, "direction")
			switch {
			case str(leg.Fields, "kind") == "TRAIL" && leg.Trail == "":
				say(&r.Entity, "leg %d is of kind TRAIL and names no trail", k+1)
			case str(leg.Fields, "kind") != "UPLIFT" && leg.Uplift != "":
				say(&r.Entity, "leg %d names an uplift and is none", k+1)
			case (hasFrom || hasTo) && leg.Trail == "":
				say(&r.Entity, "leg %d goes from and to distances of no trail", k+1)
			case hasFrom && hasTo && from == to:
				say(&r.Entity, "leg %d ends where it begins", k+1)
			case length > 0 && (from > length+slack || to > length+slack):
				say(&r.Entity, "leg %d goes beyond the end of %s at %.0f m", k+1, leg.Trail, length)
			case hasFrom && hasTo && (from > to) != (direction == "BACKWARD"):
				say(&r.Entity, "leg %d goes from %.0f to %.0f m, which its direction contradicts", k+1, from, to)
			}
		}
	}
}

func (l *loader) trailMeaning(t *Trail, say func(format string, args ...any)) {
	if closed, until := str(t.Fields, "trailStatus") == "CLOSED_UNTIL", str(t.Fields, "closedUntil"); closed != (until != "") {
		say("the status CLOSED_UNTIL needs a day in closedUntil, and only that status has one")
	}
	directions := map[any]bool{}
	for _, p := range objects(t.Fields["difficulty"]) {
		if directions[p["direction"]] {
			say("difficulty has %v twice", p["direction"])
		}
		directions[p["direction"]] = true
		axes := map[any]bool{}
		for _, a := range objects(p["axes"]) {
			name := a["axis"]
			if axes[name] {
				say("difficulty %v has %v twice", p["direction"], name)
			}
			axes[name] = true
			predominant, hasPredominant := a["predominant"].(float64)
			worst, hasWorst := a["worst"].(float64)
			_, hasWet := a["wetOffset"]
			if a["notApplicable"] == true && (hasPredominant || hasWorst || hasWet) {
				say("%v does not apply and so has no marks", name)
			}
			if hasPredominant && hasWorst && worst < predominant {
				say("%v: the worst mandatory place (%v) can't be easier than most of the trail (%v)", name, worst, predominant)
			}
		}
	}
	length, _ := t.Fields["lengthM"].(float64)
	for _, f := range objects(t.Fields["features"]) {
		if at, has := f["atM"].(float64); has && length > 0 && at > length {
			say("the feature at %.0f m lies beyond the trail's end at %.0f m", at, length)
		}
	}
	schemes := []string{"trailforks", "osm-way", "osm-relation", "strava-segment"}
	for _, x := range objects(t.Fields["externalIds"]) {
		if !slices.Contains(schemes, str(x, "scheme")) {
			say("externalIds: the scheme is one of %s, not %q", strings.Join(schemes, ", "), str(x, "scheme"))
		}
	}
}
