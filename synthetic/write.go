package synthetic

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mtbwiki/mtbwiki/track"
)

// Chunk is a part of what the generator makes: the rows of some systems with all
// that is in them; the first has the regions and riders too.
type Chunk struct {
	Rows                                                    [tableCount]Rows
	Regions, Systems, Trails, Routes, Tips, Notices, Riders int
	AccessPoints, Uplifts, Comments                         int
	Organisations, Claims, Checks, Reviews, Rides, Media    int

	facts, part object
	scratch     []byte
	coordinates []byte
}

// Reset empties a chunk for another use.
func (c *Chunk) Reset() {
	rows := c.Rows
	for i := range rows {
		rows[i] = Rows{Data: rows[i].Data[:0]}
	}
	*c = Chunk{Rows: rows, facts: c.facts, part: c.part, scratch: c.scratch, coordinates: c.coordinates}
}

// Plan cuts the systems into chunks of about that many trails: pairs of the first
// system and the one after the last.
func (g *Generator) Plan(trails int) [][2]int {
	var out [][2]int
	from := 0
	for i := 1; i <= g.p.Systems; i++ {
		if int(g.first[i]-g.first[from]) >= trails || i-from >= trails || i == g.p.Systems {
			out = append(out, [2]int{from, i})
			from = i
		}
	}
	return out
}

// Fill adds the rows of the systems from..to-1 to a chunk, and with the first of
// all systems those of regions and riders.
func (g *Generator) Fill(c *Chunk, from, to int) {
	if from == 0 {
		for i := range g.regions {
			g.writeRegion(c, &g.regions[i])
		}
		for i := range g.p.Riders {
			g.writeRider(c, i)
		}
	}
	for i := from; i < to; i++ {
		s := g.makeSystem(i)
		g.writeSystem(c, s)
		g.writeAccessPoint(c, s)
		g.writeUplift(c, s)
		for k := range s.trails {
			g.writeTrail(c, s, &s.trails[k])
		}
		for k := range s.routes {
			g.writeRoute(c, s, &s.routes[k])
		}
		g.writeTips(c, s)
		g.writeNotices(c, s)
		g.writeComments(c, s)
		g.writeClaims(c, s)
		g.writeReviews(c, s)
		g.writeOrganisation(c, s)
		g.writeMedia(c, s)
		g.writeRides(c, s)
	}
}

// Sources named in the basis of facts.
const (
	sourceInvented = "Made up by a program: mtbwiki seed synthetic"
	sourceMeasured = "Measured on the invented line"
	sourceLocal    = "Riders who don't exist"
	sourceOfficial = "An authority that doesn't exist"
)

type basis struct {
	field, basis, source string
}

func (c *Chunk) putBasis(id UUID, at time.Time, all []basis) {
	for _, b := range all {
		r := &c.Rows[tFactBasis]
		r.row(5)
		r.uuid(id)
		r.text(b.field)
		r.text(b.basis)
		r.text(b.source)
		r.date(at)
	}
	date := at.Format(time.DateOnly)
	c.facts.key("facts")
	c.facts.buf = list(c.facts.buf, all, func(dst []byte, b *basis) []byte {
		dst = append(dst, `{"date": "`...)
		dst = append(dst, date...)
		dst = append(dst, `", "basis": "`...)
		dst = append(dst, b.basis...)
		dst = append(dst, `", "field": "`...)
		dst = append(dst, b.field...)
		dst = append(dst, `", "source": `...)
		dst = appendString(dst, b.source)
		return append(dst, '}')
	})
}

func (c *Chunk) putEntity(k kind, id UUID, visibility string, version int, created time.Time, by UUID, updated time.Time, updatedBy UUID) {
	c.putEntityIn("PUBLISHED", k, id, visibility, version, created, by, updated, updatedBy)
}

func (c *Chunk) putEntityIn(state string, k kind, id UUID, visibility string, version int, created time.Time, by UUID, updated time.Time, updatedBy UUID) {
	r := &c.Rows[tEntity]
	r.row(11)
	r.uuid(id)
	r.text(k.String())
	r.text(state)
	r.text(visibility)
	r.int(version)
	r.text("en")
	r.bool(true)
	r.time(created)
	r.uuid(by)
	r.time(updated)
	r.uuid(updatedBy)
}

func (c *Chunk) putSlug(g *Generator, k kind, id UUID, name string, i int, at time.Time) {
	r := &c.Rows[tSlug]
	r.row(5)
	r.text(k.String())
	r.text("en")
	r.text(g.slug(name, i))
	r.uuid(id)
	r.time(at)
}

func (c *Chunk) putTags(id UUID, tags []string) {
	for _, code := range tags {
		r := &c.Rows[tEntityTag]
		r.row(2)
		r.uuid(id)
		r.text(code)
	}
	c.facts.strings("tags", tags)
}

// field of the texts of an entity; empty ones are absent.
type field struct{ name, text string }

func (c *Chunk) textsContent(fields []field) []byte {
	c.part.reset()
	for _, f := range fields {
		c.part.text(f.name, f.text)
	}
	c.scratch = c.part.appendTo(c.scratch[:0])
	return c.scratch
}

// putSearch writes what wiki.refresh_search would: the texts shortest first.
func (c *Chunk) putSearch(k kind, id UUID, lang, title, names, body string, fields []field) {
	texts := make([]field, 0, len(fields))
	for _, f := range fields {
		if f.text != "" {
			texts = append(texts, f)
		}
	}
	slices.SortStableFunc(texts, func(a, b field) int {
		if d := utf8.RuneCountInString(a.text) - utf8.RuneCountInString(b.text); d != 0 {
			return d
		}
		return strings.Compare(a.name, b.name)
	})
	for _, f := range texts {
		if body != "" {
			body += "\n\n"
		}
		body += f.text
	}
	r := &c.Rows[tSearchDocument]
	r.row(6)
	r.uuid(id)
	r.text(k.String())
	r.text(lang)
	r.text(title)
	r.optional(names)
	r.optional(body)
}

// history of one entity while its revisions are written.
type history struct {
	k        kind
	index    int
	id       UUID
	number   int
	previous map[string]UUID
}

func (c *Chunk) revise(g *Generator, h *history, lang, revisionKind string, author UUID, comment string, at time.Time, content []byte) {
	h.number++
	id := g.revisionID(h.k, h.index, h.number)
	var salt [16]byte
	binary.BigEndian.PutUint64(salt[:8], mix(uint64(g.p.Seed)^uint64(h.k)<<56^0x5a17))
	binary.BigEndian.PutUint64(salt[8:], mix(uint64(h.index)<<4|uint64(h.number)))
	sum := sha256.New()
	sum.Write(salt[:])
	sum.Write(content)
	r := &c.Rows[tRevision]
	r.row(13)
	r.uuid(id)
	r.uuid(h.id)
	r.text(h.k.String())
	r.int(h.number)
	r.optional(lang)
	r.text(revisionKind)
	r.uuid(author)
	r.optional(comment)
	r.time(at)
	r.int(len(content))
	r.bytes(salt[:])
	r.size(sha256.Size)
	r.Data = sum.Sum(r.Data)
	if previous, ok := h.previous[lang]; ok {
		r.uuid(previous)
	} else {
		r.null()
	}
	if h.previous == nil {
		h.previous = map[string]UUID{}
	}
	h.previous[lang] = id
	r = &c.Rows[tRevisionContent]
	r.row(2)
	r.uuid(id)
	r.json(content)
}

// spaced is the text of a list in names and the like.
func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
}

func (g *Generator) rider(i int) UUID { return g.id(kindRider, i) }

func (g *Generator) writeRegion(c *Chunk, reg *Region) {
	c.Regions++
	by := g.rider(reg.author)
	c.putEntity(kindRegion, reg.ID, "PUBLIC", 2, reg.at, by, reg.at, by)
	c.putSlug(g, kindRegion, reg.ID, reg.Name, reg.Index, reg.at)
	status := "USABLE"
	r := &c.Rows[tRegion]
	r.row(5)
	r.uuid(reg.ID)
	r.text(reg.Name)
	r.float(reg.Lat)
	r.float(reg.Lon)
	r.text(status)

	f := &c.facts
	f.reset()
	f.text("name", reg.Name)
	f.strings("countries", nil)
	f.key("position")
	f.buf = appendPosition(f.buf, reg.Lat, reg.Lon)
	c.putTags(reg.ID, inOrder(tagOrder, setOf(reg.climate.tags)))
	c.putGrading(reg.ID, reg.Opinion)
	f.text("status", status)
	f.bool("synthetic", true)
	c.putBasis(reg.ID, reg.at, []basis{{"*", "EDITORIAL_ESTIMATE", sourceInvented}})
	h := &history{k: kindRegion, index: reg.Index, id: reg.ID}
	c.scratch = f.appendTo(c.scratch[:0])
	c.revise(g, h, "", "CREATE", by, "", reg.at, c.scratch)

	note := "Nobody has said yet how this invented region grades."
	if o := reg.Opinion[axisDescending]; !math.IsNaN(o) {
		switch {
		case o > 0:
			note = "Labels here are modest, say riders who don't exist: descents are harder than they are posted."
		case o < 0:
			note = "Labels here are generous, say riders who don't exist: descents are easier than they are posted."
		default:
			note = "Labels here mean what they mean elsewhere, say riders who don't exist."
		}
	}
	texts := []field{
		{"description", fmt.Sprintf("An invented region of %d trail systems in open ocean, made by a program to measure the wiki with. Nothing of it exists.", reg.systems)},
		{"climate", reg.climate.text},
		{"gradingNote", note},
	}
	r = &c.Rows[tRegionText]
	r.row(5)
	r.uuid(reg.ID)
	r.text("en")
	for _, t := range texts {
		r.optional(t.text)
	}
	c.revise(g, h, "en", "CREATE", by, "", reg.at, c.textsContent(texts))
	c.putSearch(kindRegion, reg.ID, "en", reg.Name, "", "", texts)
}

func setOf(codes []string) map[string]bool {
	has := map[string]bool{}
	for _, c := range codes {
		has[c] = true
	}
	return has
}

func appendPosition(dst []byte, lat, lon float64) []byte {
	dst = append(dst, `{"lat": `...)
	dst = appendNumber(dst, lat)
	dst = append(dst, `, "lon": `...)
	dst = appendNumber(dst, lon)
	return append(dst, '}')
}

// putGrading writes an opinion by axis; NaN is none.
func (c *Chunk) putGrading(id UUID, opinion [len(Axes)]float64) {
	const note = "An opinion of people who don't exist."
	f := &c.facts
	f.key("localGrading")
	f.buf = append(f.buf, '[')
	n := 0
	for a, o := range opinion {
		if math.IsNaN(o) {
			continue
		}
		r := &c.Rows[tLocalGrading]
		r.row(4)
		r.uuid(id)
		r.text(Axes[a])
		r.float(o + 0)
		r.text(note)
		f.buf = comma(f.buf, n)
		n++
		f.buf = append(f.buf, `{"axis": "`...)
		f.buf = append(f.buf, Axes[a]...)
		f.buf = append(f.buf, `", "note": `...)
		f.buf = appendString(f.buf, note)
		f.buf = append(f.buf, `, "offset": `...)
		f.buf = appendNumber(f.buf, o)
		f.buf = append(f.buf, '}')
	}
	f.buf = append(f.buf, ']')
}

func (g *Generator) writeRider(c *Chunk, i int) {
	c.Riders++
	r := g.random(kindRider, i)
	id := g.rider(i)
	name := madeUp(r, riderWords)
	at := firstDay
	c.putEntity(kindRider, id, "PUBLIC", 1, at, id, at, id)
	c.putSlug(g, kindRider, id, name, i, at)
	truth := g.RiderTruth(i)
	home := g.regions[truth.Home].ID
	years := min(int(r.ExpFloat64()*9), 50)
	// At ease on green, blue, black, double black.
	skill, fit := skills[int(clamp(math.Round(truth.Skill-1), 0, 3))], pick(r, fitnesses)
	bike := pick(r, []string{"MTB", "MTB", "MTB", "PEDELEC_25", "E_MTB_CLASS_1", "ADAPTIVE"})
	const about = "A rider who doesn't exist, invented to have written about places that don't."
	row := &c.Rows[tRider]
	row.row(8)
	row.uuid(id)
	row.text(name)
	row.text(about)
	row.int(years)
	row.uuid(home)
	row.text(skill)
	row.text(fit)
	row.text(bike)
	styles := make([]string, 0, 2)
	for _, s := range riderStyles {
		if r.Float64() < 0.35 {
			styles = append(styles, s)
			row := &c.Rows[tRiderStyle]
			row.row(2)
			row.uuid(id)
			row.text(s)
		}
	}
	f := &c.facts
	f.reset()
	f.text("name", name)
	f.text("about", about)
	f.number("yearsRiding", float64(years))
	f.uuid("homeRegionId", home)
	f.text("skill", skill)
	f.text("fitness", fit)
	f.strings("styles", styles)
	f.text("bikeClass", bike)
	f.text("units", "METRIC")
	f.strings("avoid", nil)
	c.scratch = f.appendTo(c.scratch[:0])
	c.revise(g, &history{k: kindRider, index: i, id: id}, "", "CREATE", id, "", at, c.scratch)
	c.putSearch(kindRider, id, "en", name, "", about, nil)
}

var riderStyles = []string{"XC", "TRAIL", "ENDURO", "DOWNHILL", "FLOW"}

type seasonMonth struct {
	month                  int
	verdict, reason, basis string
}

// season of a system: that of its climate, shifted half a year in the south, with
// a month now and then a step off.
func (s *system) season() []seasonMonth {
	const steps = "GRAC"
	reasons := map[byte]string{'R': "It may be wet, or hot, or both; invented, in any case.", 'A': "Not worth the invented journey.", 'C': "Closed by a season that nobody has seen."}
	out := make([]seasonMonth, 0, 12)
	for m := 1; m <= 12; m++ {
		at := m - 1
		if s.lat < 0 {
			at = (at + 6) % 12
		}
		v := s.region.climate.months[at]
		if s.r.Float64() < 0.1 {
			i := strings.IndexByte(steps, v) + 1 - 2*s.r.IntN(2)
			v = steps[min(max(i, 0), len(steps)-1)]
		}
		b := "EDITORIAL_ESTIMATE"
		switch {
		case v == 'C':
			b = "OFFICIAL"
		case s.r.Float64() < 0.3:
			b = "LOCAL"
		}
		out = append(out, seasonMonth{m, verdicts[v], reasons[v], b})
	}
	return out
}

type accessRule struct {
	class, verdict string
	months         []int32
}

func (s *system) access() []accessRule {
	r := s.r
	rules := []accessRule{{"MTB", "ALLOWED", nil}}
	for _, class := range []string{"PEDELEC_25", "E_MTB_CLASS_1", "E_MTB_CLASS_3", "ADAPTIVE"} {
		switch u := r.Float64(); {
		case u < 0.35:
			rules = append(rules, accessRule{class, "ALLOWED", nil})
		case u < 0.5:
			rules = append(rules, accessRule{class, "FORBIDDEN", nil})
		case u < 0.58:
			rules = append(rules, accessRule{class, "FORBIDDEN", []int32{6, 7, 8}})
		case u < 0.65:
			rules = append(rules, accessRule{class, "PERMIT", nil})
		}
	}
	return rules
}

// Order of hazards in the schema.
var hazardOrder = []string{"HEAT", "STORMS", "SNOW", "HUNTING", "WILDLIFE", "GUARD_DOGS", "FIRE"}

func (s *system) hazardMonths(hazard string) []int32 {
	var months []int32
	switch hazard {
	case "HEAT", "FIRE":
		months = []int32{6, 7, 8}
	case "STORMS":
		months = []int32{7, 8}
	case "SNOW":
		months = []int32{1, 2, 3, 11, 12}
	case "HUNTING":
		months = []int32{10, 11}
	}
	if s.lat < 0 {
		for i, m := range months {
			months[i] = (m+5)%12 + 1
		}
		slices.Sort(months)
	}
	return months
}

var facilityOrder = []string{"bike-shop", "rentals", "lessons", "lift-access", "camping", "lodging", "food", "guiding", "shuttle", "toilets", "water"}

// styleMarks and skillMarks say how a system suits, from its trails.
func (s *system) marks() (styles [5]int, skills [4]int) {
	if len(s.trails) == 0 {
		return styles, skills
	}
	n := float64(len(s.trails))
	var xc, flow, down, tech, air float64
	var at [4]float64
	for i := range s.trails {
		t := &s.trails[i]
		flow += t.flow / n
		air += t.marks[axisAir].predominant / n
		tech += t.difficulty / n
		xc += (clamp(t.climb/60, 0, 5)*0.5 + (4-t.difficulty)*0.6) / n
		if strings.HasPrefix(t.direction, "DOWN") {
			down += 1 / n
		}
		at[min(int(t.difficulty), 3)] += 1 / n
	}
	whole := func(x float64) int { return int(clamp(math.Round(x), 0, 5)) }
	styles = [5]int{whole(xc), whole(1.5 + tech*0.5 + flow*0.5), whole(tech*0.9 + down*3), whole(down*4 + air*0.8), whole(flow + 0.3)}
	for i, share := range at {
		skills[i] = whole(share * 11)
	}
	return styles, skills
}

func (g *Generator) writeSystem(c *Chunk, s *system) {
	c.Systems++
	r := s.r
	by := g.rider(s.author)
	n := len(s.trails)
	status, size := "STUB", ""
	switch {
	case n == 0:
	case n < 6:
		size, status = "LOCAL_GEM", pick(r, []string{"STUB", "OUTLINE", "USABLE"})
	case n < 20:
		size, status = "WEEKEND_TRIP", pick(r, []string{"OUTLINE", "USABLE"})
	case n < 60:
		size, status = "DESTINATION", pick(r, []string{"OUTLINE", "USABLE", "GUIDE"})
	default:
		size, status = "WORLD_CLASS", pick(r, []string{"USABLE", "GUIDE"})
	}
	climbing := "MIXED"
	switch {
	case s.kind == "BIKE_PARK":
		climbing = "LIFT_ASSISTED"
	case s.relief > 550:
		climbing = "SUSTAINED"
	case s.relief < 200:
		climbing = "PUNCHY"
	}
	standing := pick(r, []string{"SANCTIONED", "SANCTIONED", "SANCTIONED", "TOLERATED", "UNKNOWN"})
	lowest, highest := int(math.Floor(s.lowest)), int(math.Ceil(s.highest))
	const emergency = "none, since this place does not exist"
	phone := pick(r, []string{"On the ridges of the imagination only.", "", ""})
	water := pick(r, []string{"At the invented trailhead.", "", "None."})

	// Revisions first differ in the size and in the tagline.
	factsEdit, textsEdit := size != "" && r.Float64() < 0.4, r.Float64() < 0.3
	version := 2
	updated, updatedBy := s.at, by
	editor := g.rider(g.someRider(r))
	editAt := s.at.Add(time.Duration(86400+r.IntN(200*86400)) * time.Second)
	for _, edited := range []bool{factsEdit, textsEdit} {
		if edited {
			version++
			updated, updatedBy = editAt, editor
		}
	}
	translated := s.region.lang.line != "" && r.Float64() < 0.3
	if translated {
		version++
		updated, updatedBy = editAt.Add(time.Hour), editor
	}

	c.putEntity(kindSystem, s.id, "PUBLIC", version, s.at, by, updated, updatedBy)
	c.putSlug(g, kindSystem, s.id, s.name, s.index, s.at)
	row := &c.Rows[tSystem]
	row.row(16)
	row.uuid(s.id)
	row.text(s.name)
	row.optional(s.local)
	row.text(s.kind)
	row.text(s.town)
	row.float(s.lat)
	row.float(s.lon)
	row.optional(size)
	row.int(lowest)
	row.int(highest)
	row.text(climbing)
	row.text(standing)
	row.text(status)
	row.text(emergency)
	row.optional(phone)
	row.optional(water)

	f := &c.facts
	f.reset()
	f.text("name", s.name)
	f.text("localName", s.local)
	f.text("kind", s.kind)
	row = &c.Rows[tSystemRegion]
	row.row(3)
	row.uuid(s.id)
	row.uuid(s.region.ID)
	row.int(1)
	f.uuids("regionIds", s.region.ID)
	f.strings("subdivisions", nil)
	f.text("nearestTown", s.town)
	f.key("position")
	f.buf = appendPosition(f.buf, s.lat, s.lon)
	f.number("lowestM", float64(lowest))
	f.number("highestM", float64(highest))
	f.text("climbingStyle", climbing)
	g.writeSystemMarks(c, s)
	c.putTags(s.id, s.systemTags())
	g.writeFacilities(c, s)
	g.writeSeason(c, s)
	g.writeAccess(c, s.id, s.at, s.access())
	f.text("standing", standing)
	f.text("visibility", "PUBLIC")
	opinion := s.region.Opinion
	for a := range opinion {
		// Few systems grade otherwise than their region, and say so.
		if math.IsNaN(opinion[a]) || a != axisDescending || r.Float64() > 0.12 {
			opinion[a] = math.NaN()
		} else {
			opinion[a] = clamp(opinion[a]+0.5, -1.5, 1.5)
		}
	}
	c.putGrading(s.id, opinion)
	g.writeSafety(c, s, emergency, phone, water)
	f.strings("links", nil)
	f.text("status", status)
	f.bool("synthetic", true)
	all := []basis{{"*", "EDITORIAL_ESTIMATE", sourceInvented}}
	if r.Float64() < 0.5 {
		all = append(all, basis{"access", "OFFICIAL", sourceOfficial})
	}
	all = append(all, basis{"position", "MEASURED", sourceMeasured})
	if r.Float64() < 0.4 {
		all = append(all, basis{"season", "LOCAL", sourceLocal})
	}
	c.putBasis(s.id, s.at, all)

	h := &history{k: kindSystem, index: s.index, id: s.id}
	if factsEdit {
		c.scratch = f.appendTo(c.scratch[:0])
		c.revise(g, h, "", "CREATE", by, "", s.at, c.scratch)
	}
	f.text("size", size)
	if !factsEdit {
		c.scratch = f.appendTo(c.scratch[:0])
		c.revise(g, h, "", "CREATE", by, "", s.at, c.scratch)
	}

	fees := ""
	if r.Float64() < 0.4 {
		fees = fmt.Sprintf("%d imaginary coins a day.", 1+r.IntN(30))
	}
	texts := []field{
		{"tagline", fmt.Sprintf("%s, %s, in a %s climate.", countTrails(n), word(s.mean, "gentle", "varied", "hard"), s.region.climate.name)},
		{"character", fmt.Sprintf("%s, on the whole %s. The landscape is a formula, its height %d to %d m, and the ground %s.",
			countTrails(n), word(s.mean, "easy and flowing", "of middling difficulty", "hard and technical"), lowest, highest, strings.Join(s.region.climate.tags, ", "))},
		{"description", fmt.Sprintf("A place that does not exist, in open ocean, made by a program to measure the wiki with. By the number of its trails: %s.", strings.ReplaceAll(strings.ToLower(size), "_", " "))},
		{"weatherImpact", s.region.climate.text},
		{"fees", fees},
		{"parking", fmt.Sprintf("Room for %d cars that don't exist.", 5+r.IntN(80))},
	}
	if size == "" {
		texts[2].text = "A place that does not exist, in open ocean, made by a program to measure the wiki with. It has no trails yet."
	}
	before := texts
	if textsEdit {
		before = slices.Clone(texts)
		before[0].text = "An invented place."
	}
	c.revise(g, h, "en", "CREATE", by, "", s.at, c.textsContent(before))
	if factsEdit {
		c.scratch = f.appendTo(c.scratch[:0])
		c.revise(g, h, "", "EDIT", editor, "Says how far one would travel for it.", editAt, c.scratch)
	}
	if textsEdit {
		c.revise(g, h, "en", "EDIT", editor, "A line that sums it up.", editAt, c.textsContent(texts))
	}
	row = &c.Rows[tSystemText]
	row.row(8)
	row.uuid(s.id)
	row.text("en")
	for _, t := range texts {
		row.optional(t.text)
	}
	names := joined(s.local, s.town)
	c.putSearch(kindSystem, s.id, "en", s.name, names, "", texts)
	if translated {
		texts := []field{{"tagline", s.region.lang.line}, {}, {}, {}, {}, {}}
		row.row(8)
		row.uuid(s.id)
		row.text(s.region.lang.tag)
		for _, t := range texts {
			row.optional(t.text)
		}
		c.revise(g, h, s.region.lang.tag, "EDIT", editor, "", updated, c.textsContent(texts))
		c.putSearch(kindSystem, s.id, s.region.lang.tag, s.name, names, "", texts)
	}
}

func countTrails(n int) string {
	switch n {
	case 0:
		return "Invented, without a trail so far"
	case 1:
		return "One invented trail"
	}
	return fmt.Sprintf("%d invented trails", n)
}

func word(d float64, easy, middle, hard string) string {
	switch {
	case d < 1.5:
		return easy
	case d < 2.6:
		return middle
	}
	return hard
}

func (s *system) systemTags() []string {
	has := setOf(s.region.climate.tags)
	if s.relief < 120 {
		has["flat"] = true
	}
	count := map[string]int{}
	for i := range s.trails {
		for _, tag := range s.trails[i].tags {
			count[tag]++
		}
	}
	for tag, n := range count {
		if 4*n >= len(s.trails) {
			has[tag] = true
		}
	}
	if s.kind == "BIKE_PARK" {
		has["jumps"], has["berms"] = true, true
	}
	return inOrder(tagOrder, has)
}

func (g *Generator) writeSystemMarks(c *Chunk, s *system) {
	styles, marks := s.marks()
	f := &c.facts
	for _, part := range []struct {
		key, name string
		table     tableIndex
		codes     []string
		marks     []int
	}{
		{"styleMarks", "style", tSystemStyleMark, riderStyles, styles[:]},
		{"skillMarks", "skill", tSystemSkillMark, skills, marks[:]},
	} {
		f.key(part.key)
		f.buf = append(f.buf, '[')
		for i, code := range part.codes {
			if len(s.trails) == 0 {
				break // nobody can say
			}
			row := &c.Rows[part.table]
			row.row(3)
			row.uuid(s.id)
			row.text(code)
			row.int(part.marks[i])
			f.buf = comma(f.buf, i)
			f.buf = append(f.buf, `{"mark": `...)
			f.buf = strconv.AppendInt(f.buf, int64(part.marks[i]), 10)
			f.buf = append(f.buf, `, "`...)
			f.buf = append(f.buf, part.name...)
			f.buf = append(f.buf, `": "`...)
			f.buf = append(f.buf, code...)
			f.buf = append(f.buf, `"}`...)
		}
		f.buf = append(f.buf, ']')
	}
}

func (g *Generator) writeFacilities(c *Chunk, s *system) {
	has := map[string]bool{"lift-access": s.kind == "BIKE_PARK"}
	for _, code := range facilityOrder {
		if code != "lift-access" && s.r.Float64() < min(0.7, 0.1+float64(len(s.trails))/60) {
			has[code] = true
		}
	}
	c.putFacilities(s.id, inOrder(facilityOrder, has))
}

func (c *Chunk) putFacilities(id UUID, codes []string) {
	for _, code := range codes {
		row := &c.Rows[tEntityFacility]
		row.row(2)
		row.uuid(id)
		row.text(code)
	}
	c.facts.strings("facilities", codes)
}

func (g *Generator) writeSeason(c *Chunk, s *system) {
	var months []seasonMonth
	if s.r.Float64() < 0.9 {
		months = s.season()
	}
	for _, m := range months {
		row := &c.Rows[tSeasonMonth]
		row.row(5)
		row.uuid(s.id)
		row.int(m.month)
		row.text(m.verdict)
		row.optional(m.reason)
		row.text(m.basis)
	}
	c.facts.key("season")
	c.facts.buf = list(c.facts.buf, months, func(dst []byte, m *seasonMonth) []byte {
		dst = append(dst, `{"basis": "`...)
		dst = append(dst, m.basis...)
		dst = append(dst, `", "month": `...)
		dst = strconv.AppendInt(dst, int64(m.month), 10)
		if m.reason != "" {
			dst = append(dst, `, "reason": `...)
			dst = appendString(dst, m.reason)
		}
		dst = append(dst, `, "verdict": "`...)
		dst = append(dst, m.verdict...)
		return append(dst, `"}`...)
	})
}

func (g *Generator) writeAccess(c *Chunk, id UUID, at time.Time, rules []accessRule) {
	for i, rule := range rules {
		row := &c.Rows[tAccessRule]
		row.row(7)
		row.uuid(id)
		row.int(i + 1)
		row.text(rule.class)
		row.text(rule.verdict)
		row.ints(rule.months)
		row.text(sourceInvented)
		row.date(at)
	}
	date := at.Format(time.DateOnly)
	c.facts.key("access")
	c.facts.buf = list(c.facts.buf, rules, func(dst []byte, rule *accessRule) []byte {
		dst = append(dst, `{"date": "`...)
		dst = append(dst, date...)
		dst = append(dst, `", "months": `...)
		dst = appendInts(dst, rule.months)
		dst = append(dst, `, "source": `...)
		dst = appendString(dst, sourceInvented)
		dst = append(dst, `, "verdict": "`...)
		dst = append(dst, rule.verdict...)
		dst = append(dst, `", "weekdays": [], "bikeClass": "`...)
		dst = append(dst, rule.class...)
		return append(dst, `"}`...)
	})
}

func (g *Generator) writeSafety(c *Chunk, s *system, emergency, phone, water string) {
	c.part.reset()
	c.part.text("emergencyNumber", emergency)
	c.part.text("phoneCoverage", phone)
	c.part.text("water", water)
	hazards := inOrder(hazardOrder, setOf(s.region.climate.hazards))
	for _, hazard := range hazards {
		row := &c.Rows[tSystemHazard]
		row.row(3)
		row.uuid(s.id)
		row.text(hazard)
		row.ints(s.hazardMonths(hazard))
	}
	c.part.key("hazards")
	c.part.buf = list(c.part.buf, hazards, func(dst []byte, hazard *string) []byte {
		dst = append(dst, `{"kind": "`...)
		dst = append(dst, *hazard...)
		dst = append(dst, `", "months": `...)
		dst = appendInts(dst, s.hazardMonths(*hazard))
		return append(dst, '}')
	})
	c.facts.key("safety")
	c.facts.buf = c.part.appendTo(c.facts.buf)
}

func (g *Generator) writeTrail(c *Chunk, s *system, t *trail) {
	c.Trails++
	by := g.rider(t.author)
	version := 2 + len(t.edits)
	updated, updatedBy := t.at, by
	if n := len(t.edits); n > 0 {
		updated, updatedBy = t.edits[n-1].at, g.rider(t.edits[n-1].author)
	}
	c.putEntity(kindTrail, t.id, t.visibility, version, t.at, by, updated, updatedBy)
	c.putSlug(g, kindTrail, t.id, t.name, t.index, t.at)

	common := s.region.labels.common[t.label]
	if t.second >= 0 && step(osmScale.common[t.second]) > step(common) {
		common = osmScale.common[t.second]
	}
	row := &c.Rows[tTrail]
	row.row(20)
	row.uuid(t.id)
	row.text(t.name)
	row.optional(t.local)
	row.text(t.direction)
	row.text(t.typ)
	row.float(t.length)
	row.float(t.climb)
	row.float(t.descent)
	row.text(t.method)
	row.float(t.average)
	row.float(t.maximum)
	if t.narrowest > 0 {
		row.int(t.narrowest)
	} else {
		row.null()
	}
	if t.gates >= 0 {
		row.int(t.gates)
	} else {
		row.null()
	}
	row.text(t.adaptive)
	row.bool(t.firstBike)
	row.bool(t.traffic)
	row.float(t.flow)
	row.text(common)
	row.text(t.status)
	row.text(t.standing)

	row = &c.Rows[tTrailSystem]
	row.row(3)
	row.uuid(t.id)
	row.uuid(s.id)
	row.int(1)

	f := &c.facts
	f.reset()
	f.text("name", t.name)
	f.text("localName", t.local)
	f.uuids("systemIds", s.id)
	f.text("direction", t.direction)
	f.text("type", t.typ)
	f.number("lengthM", t.length)
	f.number("climbM", t.climb)
	f.number("descentM", t.descent)
	f.text("elevationMethod", t.method)
	f.number("averageGrade", t.average)
	f.number("maximumGrade", t.maximum)
	if t.gates >= 0 {
		f.number("gates", float64(t.gates))
	}
	f.text("adaptiveSupport", t.adaptive)
	f.bool("fitsFirstBike", t.firstBike)
	f.bool("crossesTraffic", t.traffic)
	f.text("commonLabel", common)
	c.putTags(t.id, t.tags)
	g.writeDifficulty(c, s, t)
	g.writeFeatures(c, t)
	g.writeJunctions(c, t)
	f.strings("access", nil)
	f.text("standing", t.standing)
	f.text("visibility", t.visibility)
	f.strings("externalIds", nil)
	f.bool("synthetic", true)
	all := []basis{{"*", "EDITORIAL_ESTIMATE", sourceInvented}, {"climbM", "MEASURED", sourceMeasured}, {"descentM", "MEASURED", sourceMeasured}}
	if t.locals {
		all = append(all, basis{"difficulty", "LOCAL", sourceLocal})
	}
	all = append(all, basis{"lengthM", "MEASURED", sourceMeasured})
	c.putBasis(t.id, t.at, all)
	g.writeLine(c, t)

	texts := t.texts(s)
	f.end()
	fixed, members := len(f.buf), len(f.keys)
	// The content of a revision: what later edits changed is as it was before.
	content := func(done int) []byte {
		flow, narrowest, status := t.flow, t.narrowest, t.status
		for _, e := range t.edits[done:] {
			switch e.what {
			case editFlow:
				flow = max(0, flow-0.5)
				if t.flow == 0 {
					flow = 1
				}
			case editWidth:
				narrowest = 0
			case editStatus:
				status = "UNDER_CONSTRUCTION"
			}
		}
		f.buf = f.buf[:fixed]
		f.keys = f.keys[:members]
		f.number("flow", flow)
		if narrowest > 0 {
			f.number("narrowestCm", float64(narrowest))
		}
		f.text("trailStatus", status)
		c.scratch = f.appendTo(c.scratch[:0])
		// appendTo has sorted all members; the three go last again.
		f.keys = slices.DeleteFunc(f.keys, func(m member) bool {
			return m.key == "flow" || m.key == "narrowestCm" || m.key == "trailStatus"
		})
		return c.scratch
	}
	h := &history{k: kindTrail, index: t.index, id: t.id}
	c.revise(g, h, "", "CREATE", by, "", t.at, content(0))
	before := texts
	if slices.ContainsFunc(t.edits, func(e edit) bool { return e.what == editText }) {
		before = slices.Clone(texts)
		before[0].text = "A trail that doesn't exist."
	}
	c.revise(g, h, "en", "CREATE", by, "", t.at, c.textsContent(before))
	for i, e := range t.edits {
		if e.what == editText {
			c.revise(g, h, "en", "EDIT", g.rider(e.author), e.comment, e.at, c.textsContent(texts))
		} else {
			c.revise(g, h, "", "EDIT", g.rider(e.author), e.comment, e.at, content(i+1))
		}
	}
	row = &c.Rows[tTrailText]
	row.row(4)
	row.uuid(t.id)
	row.text("en")
	for _, x := range texts {
		row.optional(x.text)
	}
	c.putSearch(kindTrail, t.id, "en", t.name, t.local, "", texts)
}

func step(label string) int { return slices.Index(commonLabels[:], label) }

var (
	openings = []string{"Begins politely", "Starts with a surprise", "Rolls along", "Gets down to business at once", "Takes its time", "Promises little", "Looks harmless", "Wastes no metre"}
	endings  = []string{"ends too soon.", "doesn't let go until the last bend.", "forgives nothing in the wet.", "is better the second time.", "rewards looking ahead.", "leaves one smiling.", "wants brakes that work.", "is what visitors remember."}
)

// texts of a trail depend on it alone, so that they need no random numbers kept.
func (t *trail) texts(s *system) []field {
	r := rand.New(rand.NewPCG(uint64(t.index), 0x7e87))
	texts := []field{
		{"personality", fmt.Sprintf("%s and %s", pick(r, openings), pick(r, endings))},
		{"description", ""},
	}
	if r.Float64() < 0.6 {
		texts[1].text = fmt.Sprintf("Invented: %.1f km through made-up %s, with %.0f m of climbing and %.0f m of descent. %s",
			t.length/1000, pick(r, s.region.climate.tags), t.climb, t.descent,
			word(t.difficulty, "Somebody who has just learned to ride would be at ease here.",
				"There are roots and steps that can't be avoided, none of them high.",
				"Lines have to be chosen, and some of them only look like lines."))
	}
	return texts
}

func (g *Generator) writeDifficulty(c *Chunk, s *system, t *trail) {
	direction := "FORWARD"
	if t.direction == "BOTH" {
		direction = "EITHER"
	}
	f := &c.facts
	f.key("difficulty")
	f.buf = append(f.buf, `[{"axes": [`...)
	for a := range t.marks {
		m := &t.marks[a]
		row := &c.Rows[tTrailAxis]
		row.row(8)
		row.uuid(t.id)
		row.text(direction)
		row.text(Axes[a])
		if m.no {
			row.null()
			row.null()
		} else {
			row.float(m.predominant)
			row.float(m.worst)
		}
		row.bool(m.no)
		row.maybe(m.wet)
		row.text(m.basis)

		f.buf = comma(f.buf, a)
		f.buf = append(f.buf, `{"axis": "`...)
		f.buf = append(f.buf, Axes[a]...)
		f.buf = append(f.buf, `", "basis": "`...)
		f.buf = append(f.buf, m.basis...)
		if !m.no {
			f.buf = append(f.buf, `", "worst": `...)
			f.buf = appendNumber(f.buf, m.worst)
			if m.wet != nil {
				f.buf = append(f.buf, `, "wetOffset": `...)
				f.buf = appendNumber(f.buf, *m.wet)
			}
			f.buf = append(f.buf, `, "predominant": `...)
			f.buf = appendNumber(f.buf, m.predominant)
			f.buf = append(f.buf, `, "notApplicable": false}`...)
		} else {
			f.buf = append(f.buf, `", "notApplicable": true}`...)
		}
	}
	f.buf = append(f.buf, `], "labels": [`...)
	label := func(n int, system, label, by string) {
		row := &c.Rows[tTrailLabel]
		row.row(5)
		row.uuid(t.id)
		row.text(direction)
		row.int(n + 1)
		row.text(system + ":" + label)
		row.text(by)
		f.buf = comma(f.buf, n)
		f.buf = append(f.buf, `{"label": "`...)
		f.buf = append(f.buf, label...)
		f.buf = append(f.buf, `", "system": "`...)
		f.buf = append(f.buf, system...)
		f.buf = append(f.buf, `", "statedBy": `...)
		f.buf = appendString(f.buf, by)
		f.buf = append(f.buf, '}')
	}
	label(0, s.region.labels.name, s.region.labels.labels[t.label], "The trail association of a place that doesn't exist")
	if t.second >= 0 {
		label(1, osmScale.name, osmScale.labels[t.second], "An invented mapper")
	}
	f.buf = append(f.buf, `], "direction": "`...)
	f.buf = append(f.buf, direction...)
	f.buf = append(f.buf, `"}]`...)
}

func (g *Generator) writeFeatures(c *Chunk, t *trail) {
	for i := range t.features {
		x := &t.features[i]
		row := &c.Rows[tTrailFeature]
		row.row(8)
		row.uuid(t.id)
		row.int(i + 1)
		row.float(x.at)
		row.text(x.kind)
		row.maybe(x.size)
		row.float(x.technical)
		row.float(x.consequence)
		row.bool(x.mandatory)
	}
	c.facts.key("features")
	c.facts.buf = list(c.facts.buf, t.features, func(dst []byte, x *feature) []byte {
		dst = append(dst, `{"atM": `...)
		dst = appendNumber(dst, x.at)
		dst = append(dst, `, "kind": "`...)
		dst = append(dst, x.kind...)
		dst = append(dst, '"')
		if x.size != nil {
			dst = append(dst, `, "sizeM": `...)
			dst = appendNumber(dst, *x.size)
		}
		dst = append(dst, `, "mandatory": `...)
		dst = strconv.AppendBool(dst, x.mandatory)
		dst = append(dst, `, "technical": `...)
		dst = appendNumber(dst, x.technical)
		dst = append(dst, `, "consequence": `...)
		dst = appendNumber(dst, x.consequence)
		return append(dst, '}')
	})
}

func (g *Generator) writeJunctions(c *Chunk, t *trail) {
	for i := range t.junctions {
		j := &t.junctions[i]
		row := &c.Rows[tTrailJunction]
		row.row(5)
		row.uuid(t.id)
		row.int(i + 1)
		row.uuid(j.other)
		row.float(j.at)
		row.float(j.otherAt)
	}
	c.facts.key("junctions")
	c.facts.buf = list(c.facts.buf, t.junctions, func(dst []byte, j *junction) []byte {
		dst = append(dst, `{"atM": `...)
		dst = appendNumber(dst, j.at)
		dst = append(dst, `, "trailId": `...)
		dst = appendUUID(dst, j.other)
		dst = append(dst, `, "otherAtM": `...)
		dst = appendNumber(dst, j.otherAt)
		return append(dst, '}')
	})
}

// writeLine writes the line as wiki.put_trail_line would: of at most 200 points,
// so that its simplified form is itself.
func (g *Generator) writeLine(c *Chunk, t *trail) {
	b, _ := t.line.Bounds()
	c.coordinates = list(c.coordinates[:0], t.line, func(dst []byte, p *track.Point) []byte {
		dst = append(dst, '[')
		dst = appendNumber(dst, p.Lon)
		dst = append(dst, ", "...)
		dst = appendNumber(dst, p.Lat)
		dst = append(dst, ", "...)
		dst = appendNumber(dst, p.Ele)
		return append(dst, ']')
	})
	row := &c.Rows[tTrailLine]
	row.row(9)
	row.uuid(t.id)
	row.json(c.coordinates)
	row.json(c.coordinates)
	row.int(len(t.line))
	row.bool(true)
	row.float(b.West)
	row.float(b.South)
	row.float(b.East)
	row.float(b.North)
	sum := sha256.Sum256(c.coordinates)
	c.facts.key("line")
	c.facts.buf = append(c.facts.buf, `{"sha256": `...)
	c.facts.buf = appendHex(c.facts.buf, sum[:])
	c.facts.buf = append(c.facts.buf, `, "pointCount": `...)
	c.facts.buf = strconv.AppendInt(c.facts.buf, int64(len(t.line)), 10)
	c.facts.buf = append(c.facts.buf, '}')
}

func (g *Generator) writeRoute(c *Chunk, s *system, rt *route) {
	c.Routes++
	by := g.rider(rt.author)
	c.putEntity(kindRoute, rt.id, "PUBLIC", 2, rt.at, by, rt.at, by)
	c.putSlug(g, kindRoute, rt.id, rt.name, rt.index, rt.at)
	uplift := "NONE"
	if s.kind == "BIKE_PARK" {
		uplift = "LIFT"
	}
	const sensitivity, time = "WEATHER_DEPENDENT", "ANY"
	row := &c.Rows[tRoute]
	row.row(13)
	row.uuid(rt.id)
	row.text(rt.name)
	row.text(rt.shape)
	row.text(uplift)
	row.float(rt.length)
	row.float(rt.climb)
	row.int(rt.low)
	row.int(rt.high)
	row.text(rt.skill)
	row.text(rt.fit)
	row.text(sensitivity)
	row.text(time)
	row.bool(rt.must)
	row = &c.Rows[tRouteSystem]
	row.row(3)
	row.uuid(rt.id)
	row.uuid(s.id)
	row.int(1)

	f := &c.facts
	f.reset()
	f.text("name", rt.name)
	f.uuids("systemIds", s.id)
	f.text("shape", rt.shape)
	f.text("uplift", uplift)
	f.number("lengthM", rt.length)
	f.number("climbM", rt.climb)
	f.number("minutesLow", float64(rt.low))
	f.number("minutesHigh", float64(rt.high))
	f.text("skill", rt.skill)
	f.text("fitness", rt.fit)
	f.text("conditionSensitivity", sensitivity)
	f.text("timeOfDay", time)
	f.bool("mustDo", rt.must)
	f.key("legs")
	f.buf = append(f.buf, '[')
	for i, l := range rt.legs {
		purpose := "To the next junction"
		if i == len(rt.legs)-1 {
			purpose = "To the end"
		}
		row := &c.Rows[tRouteLeg]
		row.row(8)
		row.uuid(rt.id)
		row.int(i + 1)
		row.text("TRAIL")
		row.uuid(l.trail.id)
		row.float(l.from)
		row.float(l.to)
		row.text(l.dir)
		row.text(purpose)
		f.buf = comma(f.buf, i)
		f.buf = append(f.buf, `{"toM": `...)
		f.buf = appendNumber(f.buf, l.to)
		f.buf = append(f.buf, `, "kind": "TRAIL", "fromM": `...)
		f.buf = appendNumber(f.buf, l.from)
		f.buf = append(f.buf, `, "purpose": `...)
		f.buf = appendString(f.buf, purpose)
		f.buf = append(f.buf, `, "trailId": `...)
		f.buf = appendUUID(f.buf, l.trail.id)
		f.buf = append(f.buf, `, "direction": "`...)
		f.buf = append(f.buf, l.dir...)
		f.buf = append(f.buf, `"}`...)
	}
	f.buf = append(f.buf, ']')
	if g.hasAccessPoint(s) {
		at := g.id(kindAccessPoint, s.index)
		row := &c.Rows[tRouteAccessPoint]
		row.row(3)
		row.uuid(rt.id)
		row.uuid(at)
		row.int(1)
		f.uuids("accessPointIds", at)
	} else {
		f.strings("accessPointIds", nil)
	}
	f.strings("tags", nil)
	f.strings("season", nil)
	f.text("visibility", "PUBLIC")
	f.bool("synthetic", true)
	c.putBasis(rt.id, rt.at, []basis{{"*", "EDITORIAL_ESTIMATE", sourceInvented}})
	h := &history{k: kindRoute, index: rt.index, id: rt.id}
	c.scratch = f.appendTo(c.scratch[:0])
	c.revise(g, h, "", "CREATE", by, "", rt.at, c.scratch)
	texts := []field{
		{"tagline", fmt.Sprintf("%.0f invented kilometres over %d trails.", rt.length/1000, len(rt.legs))},
		{"purpose", "To see what a route looks like when there are very many of them."},
		{"description", "A ride over trails that share made-up junctions, in a place that does not exist."},
	}
	row = &c.Rows[tRouteText]
	row.row(5)
	row.uuid(rt.id)
	row.text("en")
	for _, x := range texts {
		row.optional(x.text)
	}
	c.revise(g, h, "en", "CREATE", by, "", rt.at, c.textsContent(texts))
	c.putSearch(kindRoute, rt.id, "en", rt.name, "", "", texts)
}

// hasAccessPoint tells whether a system has a place where one starts: where its first
// trail begins, which must not be secret.
func (g *Generator) hasAccessPoint(s *system) bool {
	return len(s.trails) > 0 && s.trails[0].visibility != "NAME_ONLY"
}

func (g *Generator) writeAccessPoint(c *Chunk, s *system) {
	if !g.hasAccessPoint(s) {
		return
	}
	c.AccessPoints++
	r := g.random(kindAccessPoint, s.index)
	id := g.id(kindAccessPoint, s.index)
	what, kind := "trailhead", "TRAILHEAD"
	switch {
	case s.kind == "BIKE_PARK":
		what, kind = "valley station", "LIFT_BASE"
	case s.kind == "TOWN":
		what, kind = "station", "STATION"
	case r.Float64() < 0.4:
		what, kind = "car park", "PARKING"
	}
	name := s.town + " " + what
	by := g.rider(g.someRider(r))
	at := g.someday(r)
	c.putEntity(kindAccessPoint, id, "PUBLIC", 2, at, by, at, by)
	c.putSlug(g, kindAccessPoint, id, name, s.index, at)
	start := s.trails[0].line[0]
	row := &c.Rows[tAccessPoint]
	row.row(6)
	row.uuid(id)
	row.text(name)
	row.text(kind)
	row.float(start.Lat)
	row.float(start.Lon)
	f := &c.facts
	f.reset()
	f.text("name", name)
	f.text("kind", kind)
	f.uuids("systemIds", s.id)
	f.key("position")
	f.buf = appendPosition(f.buf, start.Lat, start.Lon)
	if spaces := 5 + r.IntN(200); kind != "STATION" && r.Float64() < 0.7 {
		row.int(spaces)
		f.number("spaces", float64(spaces))
	} else {
		row.null()
	}
	row = &c.Rows[tAccessPointSystem]
	row.row(3)
	row.uuid(id)
	row.uuid(s.id)
	row.int(1)
	has := map[string]bool{"toilets": r.Float64() < 0.5, "water": r.Float64() < 0.4, "food": r.Float64() < 0.2, "lift-access": kind == "LIFT_BASE"}
	c.putFacilities(id, inOrder(facilityOrder, has))
	f.strings("links", nil)
	f.text("visibility", "PUBLIC")
	f.bool("synthetic", true)
	c.putBasis(id, at, []basis{{"*", "LOCAL", sourceLocal}, {"position", "MEASURED", sourceMeasured}})
	h := &history{k: kindAccessPoint, index: s.index, id: id}
	c.scratch = f.appendTo(c.scratch[:0])
	c.revise(g, h, "", "CREATE", by, "", at, c.scratch)
	texts := []field{
		{"tagline", "Where the invented day begins."},
		{"directions", "From " + s.town + " follow the signs that were never put up."},
		{"parking", pick(r, []string{"", "On gravel, in rows that nobody drew.", "Along the made-up road, on its uphill side only."})},
		{"fees", pick(r, []string{"", "None.", "An imaginary coin an hour."})},
	}
	row = &c.Rows[tAccessPointText]
	row.row(6)
	row.uuid(id)
	row.text("en")
	for _, x := range texts {
		row.optional(x.text)
	}
	c.revise(g, h, "en", "CREATE", by, "", at, c.textsContent(texts))
	c.putSearch(kindAccessPoint, id, "en", name, "", "", texts)
}

// writeUplift gives bike parks their lift, and some other places a shuttle.
func (g *Generator) writeUplift(c *Chunk, s *system) {
	r := g.random(kindUplift, s.index)
	park := s.kind == "BIKE_PARK"
	if !g.hasAccessPoint(s) || (!park && r.Float64() >= 0.1) {
		return
	}
	c.Uplifts++
	id, from := g.id(kindUplift, s.index), g.id(kindAccessPoint, s.index)
	kind, what, months := "SHUTTLE", "shuttle", []int32{4, 5, 6, 7, 8, 9, 10}
	if park {
		kind, what, months = "LIFT", "chairlift", []int32{5, 6, 7, 8, 9}
	}
	if s.lat < 0 {
		for i, m := range months {
			months[i] = (m+5)%12 + 1
		}
		slices.Sort(months)
	}
	weekdays := pick(r, [][]int32{nil, {5, 6, 7}, {6, 7}})
	const hours, lastRide, currency, top = "09:00-17:00", "16:30", "XTS", "The made-up top"
	name := s.town + " " + what
	by := g.rider(g.someRider(r))
	at := g.someday(r)
	until := at.AddDate(1+r.IntN(3), 0, 0)
	eBikes, adaptive := r.IntN(3), r.IntN(3) // the third is unknown
	c.putEntity(kindUplift, id, "PUBLIC", 2, at, by, at, by)
	c.putSlug(g, kindUplift, id, name, s.index, at)
	row := &c.Rows[tUplift]
	row.row(8)
	row.uuid(id)
	row.text(name)
	row.text(kind)
	row.uuid(from)
	row.text(top)
	f := &c.facts
	f.reset()
	f.text("name", name)
	f.text("kind", kind)
	f.uuids("systemIds", s.id)
	f.uuid("fromId", from)
	f.text("toPlace", top)
	for _, takes := range []struct {
		field string
		word  int
	}{{"takesEBikes", eBikes}, {"takesAdaptiveBikes", adaptive}} {
		if takes.word == 2 {
			row.null()
			continue
		}
		row.bool(takes.word == 1)
		f.bool(takes.field, takes.word == 1)
	}
	row.date(until)
	f.text("validUntil", until.Format(time.DateOnly))
	row = &c.Rows[tUpliftSystem]
	row.row(3)
	row.uuid(id)
	row.uuid(s.id)
	row.int(1)
	row = &c.Rows[tUpliftRun]
	row.row(6)
	row.uuid(id)
	row.int(1)
	row.ints(months)
	row.ints(weekdays)
	row.text(hours)
	row.text(lastRide)
	f.key("runs")
	f.buf = append(f.buf, `[{"hours": "`+hours+`", "months": `...)
	f.buf = appendInts(f.buf, months)
	f.buf = append(f.buf, `, "lastRide": "`+lastRide+`", "weekdays": `...)
	f.buf = appendInts(f.buf, weekdays)
	f.buf = append(f.buf, `}]`...)
	title, amount := "A ride", 3+r.IntN(20)
	if park {
		title, amount = "Day ticket", 25+r.IntN(40)
	}
	row = &c.Rows[tUpliftPrice]
	row.row(5)
	row.uuid(id)
	row.int(1)
	row.text(title)
	row.numeric(amount)
	row.text(currency)
	f.key("prices")
	f.buf = append(f.buf, `[{"title": `...)
	f.buf = appendString(f.buf, title)
	f.buf = append(f.buf, `, "amount": `...)
	f.buf = strconv.AppendInt(f.buf, int64(amount), 10)
	f.buf = append(f.buf, `, "currency": "`+currency+`"}]`...)
	f.text("visibility", "PUBLIC")
	f.bool("synthetic", true)
	c.putBasis(id, at, []basis{{"*", "OFFICIAL", sourceOfficial}})
	h := &history{k: kindUplift, index: s.index, id: id}
	c.scratch = f.appendTo(c.scratch[:0])
	c.revise(g, h, "", "CREATE", by, "", at, c.scratch)
	texts := []field{
		{"tagline", "Up without sweat, down without end: invented, both."},
		{"description", pick(r, []string{"", "Bikes hang outside, riders sit inside, and neither exists."})},
	}
	row = &c.Rows[tUpliftText]
	row.row(4)
	row.uuid(id)
	row.text("en")
	for _, x := range texts {
		row.optional(x.text)
	}
	c.revise(g, h, "en", "CREATE", by, "", at, c.textsContent(texts))
	c.putSearch(kindUplift, id, "en", name, "", "", texts)
}

// maxTips a system; the ids of its tips depend on it.
const maxTips = 8

var tipBodies = []struct{ kind, body string }{
	{"TIP", "Start early: the invented car park is full by nine."},
	{"GEM", "The view from the last made-up bend is worth walking back for."},
	{"MISTAKE", "Most invented visitors take the wrong turn at the second junction."},
	{"LINE_CHOICE", "Stay high on the imaginary slab; the low line ends in a hole."},
	{"PARKING", "There is room behind the barn that was never built."},
	{"WEATHER", "After rain give it a day, or the ruts will be yours."},
	{"ETIQUETTE", "Ring before the blind bends; walkers who don't exist like it too."},
	{"TRAFFIC", "The fictional road at the bottom is busier than it looks."},
}

func (g *Generator) writeTips(c *Chunk, s *system) {
	r := g.random(kindTip, s.index)
	n := min(maxTips, int(r.ExpFloat64()*(0.3+float64(len(s.trails))/25)))
	for k := range n {
		c.Tips++
		index := s.index*maxTips + k
		id := g.id(kindTip, index)
		subject, of := s.id, kindSystem
		if len(s.trails) > 0 && r.Float64() < 0.5 {
			if t := &s.trails[r.IntN(len(s.trails))]; t.visibility != "NAME_ONLY" {
				subject, of = t.id, kindTrail
			}
		}
		tip := pick(r, tipBodies)
		author := g.someRider(r)
		by := g.rider(author)
		at := g.someday(r)
		c.putEntity(kindTip, id, "PUBLIC", 1, at, by, at, by)
		row := &c.Rows[tTip]
		row.row(8)
		row.uuid(id)
		row.uuid(subject)
		row.text(of.String())
		row.text(tip.kind)
		row.text("en")
		row.text(tip.body)
		row.date(at)
		row.text("LOCAL")
		f := &c.facts
		f.reset()
		f.uuid("subjectId", subject)
		f.text("subjectKind", of.String())
		f.text("kind", tip.kind)
		f.text("lang", "en")
		f.text("body", tip.body)
		f.text("rideDate", at.Format(time.DateOnly))
		f.text("basis", "LOCAL")
		f.bool("synthetic", true)
		c.scratch = f.appendTo(c.scratch[:0])
		c.revise(g, &history{k: kindTip, index: index, id: id}, "", "CREATE", by, "", at, c.scratch)
		c.putSearch(kindTip, id, "en", tip.body[:min(60, len(tip.body))], "", tip.body, nil)
		g.putVotes(c, r, id, author, at)
	}
}

// putVotes lets some riders vote on what one of them wrote, three of four for it.
func (g *Generator) putVotes(c *Chunk, r *rand.Rand, id UUID, author int, at time.Time) {
	voted := map[int]bool{author: true}
	var counts [2]int
	for range r.IntN(7) {
		rider, up := g.someRider(r), r.IntN(4) > 0
		if voted[rider] {
			continue
		}
		voted[rider] = true
		counts[boolIndex(up)]++
		row := &c.Rows[tVote]
		row.row(4)
		row.uuid(id)
		row.uuid(g.rider(rider))
		row.bool(up)
		row.time(at.Add(time.Duration(1+r.IntN(90*86400)) * time.Second))
	}
	if counts != [2]int{} {
		row := &c.Rows[tVoteCount]
		row.row(3)
		row.uuid(id)
		row.int(counts[boolIndex(true)])
		row.int(counts[boolIndex(false)])
	}
}

func boolIndex(b bool) int {
	if b {
		return 1
	}
	return 0
}

var noticeBodies = []struct{ kind, severity, body string }{
	{"CLOSURE", "CRITICAL", "Shut while imaginary trees are felled; there is no way round."},
	{"CLOSURE", "IMPORTANT", "The upper half rests for the birds that were never here."},
	{"TRAIL_CHANGE", "IMPORTANT", "The last bends were moved; follow the new invented signs."},
	{"NEW_FEATURE", "INFO", "A made-up drop with a way around it stands after the bridge."},
	{"EVENT", "INFO", "The fictional club rides here on the first Sunday of the month."},
}

// writeNotices says of some systems, or of a trail of theirs, what is different until
// somebody says otherwise. None has an end, by which it would be over one day.
func (g *Generator) writeNotices(c *Chunk, s *system) {
	r := g.random(kindNotice, s.index)
	if r.Float64() >= 0.15 {
		return
	}
	c.Notices++
	id := g.id(kindNotice, s.index)
	subject, of := s.id, kindSystem
	if len(s.trails) > 0 && r.Float64() < 0.7 {
		if t := &s.trails[r.IntN(len(s.trails))]; t.visibility != "NAME_ONLY" {
			subject, of = t.id, kindTrail
		}
	}
	notice := pick(r, noticeBodies)
	by := g.rider(g.someRider(r))
	at := g.someday(r)
	c.putEntity(kindNotice, id, "PUBLIC", 1, at, by, at, by)
	row := &c.Rows[tNotice]
	row.row(9)
	row.uuid(id)
	row.uuid(subject)
	row.text(of.String())
	row.text(notice.kind)
	row.text(notice.severity)
	row.text("en")
	row.text(notice.body)
	row.date(at)
	row.text("LOCAL")
	f := &c.facts
	f.reset()
	f.uuid("subjectId", subject)
	f.text("subjectKind", of.String())
	f.text("kind", notice.kind)
	f.text("severity", notice.severity)
	f.text("lang", "en")
	f.text("body", notice.body)
	f.text("startsOn", at.Format(time.DateOnly))
	f.text("basis", "LOCAL")
	f.bool("synthetic", true)
	c.scratch = f.appendTo(c.scratch[:0])
	c.revise(g, &history{k: kindNotice, index: s.index, id: id}, "", "CREATE", by, "", at, c.scratch)
	c.putSearch(kindNotice, id, "en", notice.body[:min(60, len(notice.body))], "", notice.body, nil)
}

// maxComments a system; the ids of its comments depend on it.
const maxComments = 24

var (
	threadBodies = []string{
		"Does the invented car park still close at dusk?",
		"Is the flow mark right? I brake more than I ride, as far as one can here.",
		"The description says north; on the drawing it runs south.",
		"Who rides the made-up half on Sunday?",
		"Can a trailer get through the gate that isn't there?",
	}
	replyBodies = []string{
		"It did when I wasn't there last week.",
		"I looked it up in a book that was never written: yes.",
		"Then let us put it on the page.",
		"No, but the one before it.",
		"Thanks, that helps nobody in particular.",
	}
	vandalBodies = []string{
		"Buy imaginary tyres at a shop that doesn't exist!!!",
		"this trail is stupid and so are you",
	}
)

// writeComments lets riders talk about a system or its trails: a few threads, most of
// them short, one comment in ten changed by its author, one in sixteen somebody's
// nonsense that another rider took away.
func (g *Generator) writeComments(c *Chunk, s *system) {
	r := g.random(kindComment, s.index)
	threads := min(6, int(r.ExpFloat64()*(0.4+float64(len(s.trails))/40)))
	k := 0
	for range threads {
		subject, of := s.id, kindSystem
		if len(s.trails) > 0 && r.Float64() < 0.4 {
			if t := &s.trails[r.IntN(len(s.trails))]; t.visibility != "NAME_ONLY" {
				subject, of = t.id, kindTrail
			}
		}
		at := g.someday(r)
		root, stands := g.writeComment(c, r, s.index*maxComments+k, subject, of, UUID{}, threadBodies, at)
		k++
		if !stands {
			continue
		}
		for range min(3, int(r.ExpFloat64()*1.2)) {
			at = at.Add(time.Duration(600+r.IntN(3*86400)) * time.Second)
			g.writeComment(c, r, s.index*maxComments+k, subject, of, root, replyBodies, at)
			k++
		}
	}
}

// writeComment writes one comment; it tells whether it stands.
func (g *Generator) writeComment(c *Chunk, r *rand.Rand, index int, subject UUID, of kind, replyTo UUID, bodies []string, at time.Time) (id UUID, stands bool) {
	c.Comments++
	id = g.id(kindComment, index)
	by := g.rider(g.someRider(r))
	body, state, version, updated, updatedBy := pick(r, bodies), "PUBLISHED", 1, at, by
	vandal, edited := r.Float64() < 1.0/16, r.Float64() < 0.1
	switch {
	case vandal:
		body, state, version = pick(r, vandalBodies), "ARCHIVED", 2
		updated, updatedBy = at.Add(time.Duration(60+r.IntN(86400))*time.Second), g.rider(0)
		if by == updatedBy {
			by = g.rider(g.p.Riders - 1)
		}
	case edited:
		version, updated = 2, at.Add(time.Duration(30+r.IntN(3600))*time.Second)
	}
	c.putEntityIn(state, kindComment, id, "PUBLIC", version, at, by, updated, updatedBy)
	content := func(body string) []byte {
		f := &c.facts
		f.reset()
		f.uuid("subjectId", subject)
		f.text("subjectKind", of.String())
		if replyTo != (UUID{}) {
			f.uuid("replyToId", replyTo)
		}
		f.text("lang", "en")
		f.text("body", body)
		f.bool("synthetic", true)
		c.scratch = f.appendTo(c.scratch[:0])
		return c.scratch
	}
	h := &history{k: kindComment, index: index, id: id}
	c.revise(g, h, "", "CREATE", by, "", at, content(body))
	if vandal {
		c.revise(g, h, "", "ARCHIVE", updatedBy, "Nonsense.", updated, content(body))
	} else if edited {
		body += " (Now I see it: it depends.)"
		c.revise(g, h, "", "EDIT", by, "", updated, content(body))
	}
	row := &c.Rows[tComment]
	row.row(6)
	row.uuid(id)
	row.uuid(subject)
	row.text(of.String())
	if replyTo == (UUID{}) {
		row.null()
	} else {
		row.uuid(replyTo)
	}
	row.text("en")
	row.text(body)
	return id, !vandal
}

var claimBodies = []struct{ field, body, source string }{
	{"fees", "Riding here costs as much as the place is real.", "An invented board at the entrance"},
	{"season", "The upper half is free of snow from May, as far as anybody made up.", ""},
	{"", "The spring at the bottom has water all summer.", ""},
	{"facilities", "The bike shop lends bikes that were never built.", "The shop's imaginary window"},
	{"", "Phones work on the ridge and nowhere else.", ""},
	{"parking", "Behind the barn there is room for thirty cars nobody drives.", "An invented board at the entrance"},
}

// maxChecks of a claim; the ids of checks depend on it.
const maxChecks = 4

// What riders find: mostly that it is so.
var checkResults = []struct{ result, body string }{
	{"VERIFIED", "I rode by, and it is as they made it up."},
	{"VERIFIED", "So it was on my invented visit."},
	{"VERIFIED", "The made-up board still says so."},
	{"VERIFIED", "A rider who doesn't exist told me the same."},
	{"INCORRECT", "I looked twice, and it isn't so even here."},
	{"PARTLY_CORRECT", "Half of it is so, the other half somebody imagined."},
	{"OUTDATED", "It was so until they invented it anew."},
	{"CANNOT_VERIFY", "I went there, and there was no there."},
}

var checkMethods = []string{"PERSONAL_EXPERIENCE", "PERSONAL_EXPERIENCE", "LOCAL_KNOWLEDGE", "OFFICIAL_SOURCE", "COMMUNITY_CONSENSUS"}

// writeClaims states something about some systems, and lets riders check most of it.
func (g *Generator) writeClaims(c *Chunk, s *system) {
	r := g.random(kindClaim, s.index)
	if r.Float64() >= 0.3 {
		return
	}
	c.Claims++
	id := g.id(kindClaim, s.index)
	claim := pick(r, claimBodies)
	author := g.someRider(r)
	by, at := g.rider(author), g.someday(r)
	c.putEntity(kindClaim, id, "PUBLIC", 1, at, by, at, by)
	row := &c.Rows[tClaim]
	row.row(9)
	row.uuid(id)
	row.uuid(s.id)
	row.text(kindSystem.String())
	row.optional(claim.field)
	row.text("en")
	row.text(claim.body)
	row.optional(claim.source)
	row.date(at)
	row.text("LOCAL")
	f := &c.facts
	f.reset()
	f.uuid("subjectId", s.id)
	f.text("subjectKind", kindSystem.String())
	f.text("field", claim.field)
	f.text("lang", "en")
	f.text("body", claim.body)
	f.text("source", claim.source)
	f.text("date", at.Format(time.DateOnly))
	f.text("basis", "LOCAL")
	f.bool("synthetic", true)
	c.scratch = f.appendTo(c.scratch[:0])
	c.revise(g, &history{k: kindClaim, index: s.index, id: id}, "", "CREATE", by, "", at, c.scratch)
	c.putSearch(kindClaim, id, "en", claim.body[:min(60, len(claim.body))], "", claim.body, nil)

	checked := map[int]bool{author: true}
	for k := range r.IntN(maxChecks) {
		rider := g.someRider(r)
		if checked[rider] {
			continue
		}
		checked[rider] = true
		g.writeCheck(c, s.index*maxChecks+k, id, g.rider(rider), at.Add(time.Duration(1+r.IntN(90*86400))*time.Second), pick(r, checkMethods), pick(r, checkResults))
	}
}

func (g *Generator) writeCheck(c *Chunk, index int, claim, by UUID, at time.Time, method string, found struct{ result, body string }) {
	c.Checks++
	id := g.id(kindCheck, index)
	c.putEntity(kindCheck, id, "PUBLIC", 1, at, by, at, by)
	row := &c.Rows[tFactCheck]
	row.row(8)
	row.uuid(id)
	row.uuid(claim)
	row.text(kindClaim.String())
	row.text(method)
	row.text(found.result)
	row.text("en")
	row.text(found.body)
	row.date(at)
	f := &c.facts
	f.reset()
	f.uuid("subjectId", claim)
	f.text("subjectKind", kindClaim.String())
	f.text("method", method)
	f.text("result", found.result)
	f.text("lang", "en")
	f.text("body", found.body)
	f.text("checkedOn", at.Format(time.DateOnly))
	f.bool("synthetic", true)
	c.scratch = f.appendTo(c.scratch[:0])
	c.revise(g, &history{k: kindCheck, index: index, id: id}, "", "CREATE", by, "", at, c.scratch)
	c.putSearch(kindCheck, id, "en", found.body[:min(60, len(found.body))], "", found.body, nil)
}

// maxReviews a system; the ids of its reviews depend on it.
const maxReviews = 16

var reviewBodies = []struct {
	rating int
	body   string
}{
	{5, "The best days that I never had: every bend of it is worth inventing again."},
	{4, "Three made-up days were too short; the upper half is better than anybody imagined."},
	{4, "Good for a group that doesn't exist and can't agree on a pace."},
	{3, "Half of it is fun, the other half somebody still has to make up."},
	{2, "Too much fictional road between the imaginary good parts."},
}

var reviewConditions = []string{"", "Dry and dusty", "Tacky after invented rain", "Muddy at the bottom"}

// writeReviews lets riders review some systems, more those with more trails.
func (g *Generator) writeReviews(c *Chunk, s *system) {
	r := g.random(kindReview, s.index)
	n := min(maxReviews, int(r.ExpFloat64()*(0.5+float64(len(s.trails))/10)))
	reviewed := map[int]bool{}
	for k := range n {
		author := g.someRider(r)
		what, conditions, at := pick(r, reviewBodies), pick(r, reviewConditions), g.someday(r)
		perspective := "VISITOR"
		if r.IntN(3) == 0 {
			perspective = "LOCAL_RIDER"
		}
		if reviewed[author] {
			continue
		}
		reviewed[author] = true
		c.Reviews++
		index := s.index*maxReviews + k
		id, by, month := g.id(kindReview, index), g.rider(author), at.Format("2006-01")
		c.putEntity(kindReview, id, "PUBLIC", 1, at, by, at, by)
		row := &c.Rows[tReview]
		row.row(9)
		row.uuid(id)
		row.uuid(s.id)
		row.text(kindSystem.String())
		row.int(what.rating)
		row.text(perspective)
		row.text(month)
		row.optional(conditions)
		row.text("en")
		row.text(what.body)
		f := &c.facts
		f.reset()
		f.uuid("subjectId", s.id)
		f.text("subjectKind", kindSystem.String())
		f.number("rating", float64(what.rating))
		f.text("perspective", perspective)
		f.text("rideMonth", month)
		f.text("conditions", conditions)
		f.text("lang", "en")
		f.text("body", what.body)
		f.bool("synthetic", true)
		c.scratch = f.appendTo(c.scratch[:0])
		c.revise(g, &history{k: kindReview, index: index, id: id}, "", "CREATE", by, "", at, c.scratch)
		c.putSearch(kindReview, id, "en", what.body[:min(60, len(what.body))], "", what.body, nil)
		g.putVotes(c, r, id, author, at)
	}
}

var clubWords = []string{"Trail Club", "Diggers", "Riders' Association", "Trail Society", "Off-Road Cyclists"}

// writeOrganisation gives one system in three a club that looks after it, some with a
// rider who belongs to it.
func (g *Generator) writeOrganisation(c *Chunk, s *system) {
	r := g.random(kindOrganisation, s.index)
	if r.Float64() >= 0.34 {
		return
	}
	c.Organisations++
	id := g.id(kindOrganisation, s.index)
	name := madeUp(r, clubWords)
	by := g.rider(g.someRider(r))
	at := g.someday(r)
	const kind, status = "ASSOCIATION", "STUB"
	url := "https://example.org/" + id.String()
	c.putEntity(kindOrganisation, id, "PUBLIC", 2, at, by, at, by)
	c.putSlug(g, kindOrganisation, id, name, s.index, at)
	row := &c.Rows[tOrganisation]
	row.row(5)
	row.uuid(id)
	row.text(name)
	row.text(kind)
	row.text(url)
	row.text(status)
	row = &c.Rows[tOrganisationSystem]
	row.row(3)
	row.uuid(id)
	row.uuid(s.id)
	row.int(1)
	// A rider belongs to at most ten.
	if role := pick(r, []string{"MEMBER", "MEMBER", "VOLUNTEER", "STAFF"}); s.index/g.p.Riders < 10 {
		row = &c.Rows[tOrganisationMember]
		row.row(4)
		row.uuid(id)
		row.uuid(g.rider(s.index % g.p.Riders))
		row.text(role)
		row.date(at)
	}

	f := &c.facts
	f.reset()
	f.text("name", name)
	f.text("kind", kind)
	f.uuids("systemIds", s.id)
	f.text("url", url)
	f.key("links")
	f.buf = append(f.buf, "[]"...)
	f.strings("facilities", nil)
	f.text("status", status)
	f.bool("synthetic", true)
	c.putBasis(id, at, []basis{{"*", "EDITORIAL_ESTIMATE", sourceInvented}})
	h := &history{k: kindOrganisation, index: s.index, id: id}
	c.scratch = f.appendTo(c.scratch[:0])
	c.revise(g, h, "", "CREATE", by, "", at, c.scratch)

	texts := []field{
		{"tagline", "Riders who don't exist keep trails that aren't there."},
		{"howToHelp", pick(r, []string{"", "Bring an imaginary spade on the first Saturday of the month."})},
	}
	row = &c.Rows[tOrganisationText]
	row.row(4)
	row.uuid(id)
	row.text("en")
	for _, t := range texts {
		row.optional(t.text)
	}
	c.revise(g, h, "en", "CREATE", by, "", at, c.textsContent(texts))
	c.putSearch(kindOrganisation, id, "en", name, "", "", texts)
}

var captions = []struct{ kind, caption string }{
	{"PHOTO", "The second berm, with the light that is never there."},
	{"PHOTO", "Where the imaginary roots begin, dry for once."},
	{"VIDEO", "The whole of it in one take, by somebody who never rode it."},
	{"VIDEO", "Three ways through the made-up rock garden, the easiest last."},
}

// writeMedia links a photo or film of some systems, or of a trail of theirs.
func (g *Generator) writeMedia(c *Chunk, s *system) {
	r := g.random(kindMedia, s.index)
	if r.Float64() >= 0.4 {
		return
	}
	c.Media++
	id := g.id(kindMedia, s.index)
	subject, of := s.id, kindSystem
	if len(s.trails) > 0 && r.Float64() < 0.7 {
		if t := &s.trails[r.IntN(len(s.trails))]; t.visibility != "NAME_ONLY" {
			subject, of = t.id, kindTrail
		}
	}
	shown := pick(r, captions)
	by := g.rider(g.someRider(r))
	at := g.someday(r)
	conditions := pick(r, [][]string{nil, {"dry"}, {"wet", "loose"}})
	url := "https://example.org/" + id.String()
	const storage, attribution, licence, basis, people = "LINKED", "Somebody Made Up", "CC_BY_SA_4_0", "OPEN_LICENCE", "NONE"
	c.putEntity(kindMedia, id, "PUBLIC", 1, at, by, at, by)
	row := &c.Rows[tMedia]
	row.row(13)
	row.uuid(id)
	row.uuid(subject)
	row.text(of.String())
	row.text(shown.kind)
	row.text(storage)
	row.text(url)
	row.text("en")
	row.text(shown.caption)
	row.date(at)
	row.text(attribution)
	row.text(licence)
	row.text(basis)
	row.text(people)
	for _, code := range conditions {
		row = &c.Rows[tMediaCondition]
		row.row(2)
		row.uuid(id)
		row.text(code)
	}
	f := &c.facts
	f.reset()
	f.uuid("subjectId", subject)
	f.text("subjectKind", of.String())
	f.text("kind", shown.kind)
	f.text("storage", storage)
	f.text("url", url)
	f.text("lang", "en")
	f.text("caption", shown.caption)
	f.text("takenOn", at.Format(time.DateOnly))
	f.strings("conditions", conditions)
	f.text("attribution", attribution)
	f.text("licence", licence)
	f.text("rightsBasis", basis)
	f.text("peopleShown", people)
	f.bool("synthetic", true)
	c.scratch = f.appendTo(c.scratch[:0])
	c.revise(g, &history{k: kindMedia, index: s.index, id: id}, "", "CREATE", by, "", at, c.scratch)
	c.putSearch(kindMedia, id, "en", shown.caption[:min(60, len(shown.caption))], "", shown.caption+"\n\n"+attribution, nil)
}
