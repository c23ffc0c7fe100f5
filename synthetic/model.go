package synthetic

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"strconv"
	"time"

	"github.com/mtbwiki/mtbwiki/track"
)

// Box of open ocean in degrees.
type Box struct{ West, South, East, North float64 }

// Boxes are where invented places lie: the middle of the South Pacific, and of the
// North Pacific so that both hemispheres have seasons. The shipped invented region
// (47.5 S, 139.5 W) lies outside both.
var Boxes = [...]Box{
	{West: -134, South: -49, East: -111, North: -41},
	{West: -171, South: 36, East: -151, North: 45},
}

// climate decides seasons, relief and tags.
type climate struct {
	name           string
	text           string
	months         string // northern: Go, Risky, Avoid, Closed from January on
	base, baseMore float64
	relief         float64 // metres, typical
	tags           []string
	hazards        []string
}

var climates = []climate{
	{"maritime", "Cool and wet winters, mild summers; rain is possible in any month.", "AARGGGGGGGRA", 20, 250, 320, []string{"rooty", "loamy", "forest", "sheltered"}, []string{"STORMS"}},
	{"mediterranean", "Dry, hot summers and mild winters; the best months are spring and autumn.", "RRGGGGRRGGGR", 30, 400, 420, []string{"rocky", "open", "scenic"}, []string{"HEAT", "FIRE"}},
	{"desert", "Dry all year, with summers too hot to ride after nine in the morning.", "GGGGRAAARGGG", 700, 900, 220, []string{"slickrock", "sandy", "desert", "open"}, []string{"HEAT", "STORMS"}},
	{"alpine", "Snow from late autumn to spring; thunderstorms on summer afternoons.", "CCCAARGGGGRC", 900, 900, 700, []string{"rocky", "alpine", "scenic", "switchbacks"}, []string{"SNOW", "STORMS", "GUARD_DOGS"}},
	{"continental", "Cold winters, warm summers, short springs full of mud.", "CCARGGGGGGRA", 150, 500, 280, []string{"rooty", "forest", "rolling"}, []string{"HUNTING", "WILDLIFE"}},
}

var verdicts = map[byte]string{'G': "GO", 'R': "RISKY", 'A': "AVOID", 'C': "CLOSED"}

// Axes in the order of the schema.
var Axes = [...]string{"TECHNICAL_CLIMBING", "TECHNICAL_DESCENDING", "AIR", "CONSEQUENCE", "FITNESS"}

const (
	axisClimbing = iota
	axisDescending
	axisAir
	axisConsequence
	axisFitness
)

// labelSystem spells the five steps of the common scale.
type labelSystem struct {
	name   string
	labels [5]string
	common [5]string
}

var commonLabels = [5]string{"white", "green", "blue", "black", "double-black"}

var labelSystems = []labelSystem{
	{"imba", commonLabels, commonLabels},
	{"trailforks", commonLabels, commonLabels},
	{"nz", [5]string{"1", "2", "3", "4", "5"}, commonLabels},
	{"uk", [5]string{"green", "green", "blue", "red", "black"}, [5]string{"green", "green", "blue", "black", "double-black"}},
	{"alps", [5]string{"blue", "blue", "red", "black", "black"}, [5]string{"green", "green", "blue", "black", "black"}},
	{"sts", [5]string{"S0", "S1", "S2", "S3", "S4"}, [5]string{"green", "green", "blue", "black", "double-black"}},
}

var osmScale = labelSystem{"osm", [5]string{"0", "1", "2", "3", "4"}, [5]string{"green", "green", "blue", "black", "double-black"}}

// Region is an invented region and the truth about it.
type Region struct {
	Index     int
	ID        UUID
	Name      string
	Lat, Lon  float64
	Climate   string
	LocalLang string
	// Offset says on each of [Axes] how many label steps harder the region is than
	// its labels say: the beta of the model.
	Offset [len(Axes)]float64
	// Mean is the mean difficulty of its systems, in label steps.
	Mean float64
	// Opinion is the local grading shown for each axis, in halves; NaN: none.
	Opinion [len(Axes)]float64
	// LabelSystem is the one its trails are labelled in.
	LabelSystem string

	climate *climate
	lang    *language
	labels  *labelSystem
	box     Box
	at      time.Time
	author  int
	systems int
}

// Generator makes everything from its parameters. It can be used concurrently.
type Generator struct {
	p       Params
	prefix  [6]byte
	code    string // in slugs
	regions []Region
	region  []int32 // of each system
	first   []int32 // first trail of each system; one more for the end
	visits  [][]visit
	pairs   [][]pair
}

// New checks the parameters and lays out regions and systems.
func New(p Params) (*Generator, error) {
	p = p.WithDefaults()
	if err := p.Check(); err != nil {
		return nil, err
	}
	g := &Generator{p: p, prefix: prefix(p.Seed), code: "s" + strconv.FormatInt(p.Seed, 36)}
	g.regions = make([]Region, p.Regions)
	for i := range g.regions {
		g.regions[i] = g.makeRegion(i)
	}
	g.layOut()
	g.planRides()
	return g, nil
}

// Params are those in force, with defaults filled in.
func (g *Generator) Params() Params { return g.p }

// Region returns the i-th region with its truth.
func (g *Generator) Region(i int) Region { return g.regions[i] }

func (g *Generator) makeRegion(i int) Region {
	r := g.random(kindRegion, i)
	reg := Region{Index: i, ID: g.id(kindRegion, i)}
	reg.climate = &climates[r.IntN(len(climates))]
	reg.lang = &languages[r.IntN(len(languages))]
	reg.labels = &labelSystems[r.IntN(len(labelSystems))]
	reg.Climate, reg.LocalLang, reg.LabelSystem = reg.climate.name, reg.lang.tag, reg.labels.name
	reg.Name = madeUp(r, regionWords)
	reg.box = Boxes[r.IntN(len(Boxes))]
	// Room for its systems inside the box.
	reg.Lat = round(reg.box.South+1+r.Float64()*(reg.box.North-reg.box.South-2), 100)
	reg.Lon = round(reg.box.West+1+r.Float64()*(reg.box.East-reg.box.West-2), 100)
	common := 0.65 * r.NormFloat64()
	opinion := r.Float64() < 0.65
	for a := range reg.Offset {
		reg.Offset[a] = clamp(common+0.25*r.NormFloat64(), -1.8, 1.8)
		reg.Opinion[a] = clamp(math.Round(2*(reg.Offset[a]+0.3*r.NormFloat64()))/2, -1.5, 1.5)
		if !opinion || a != axisDescending && r.Float64() < 0.5 {
			reg.Opinion[a] = math.NaN()
		}
	}
	reg.Mean = clamp(2+0.5*r.NormFloat64(), 0.8, 3.2)
	reg.at = g.someday(r)
	reg.author = g.someRider(r)
	return reg
}

// layOut gives each system its region and its trails.
func (g *Generator) layOut() {
	g.region = make([]int32, g.p.Systems)
	g.first = make([]int32, g.p.Systems+1)
	weights := make([]float64, g.p.Systems)
	shares := make([]float64, g.p.Regions)
	r := g.random(0, 0)
	total := 0.0
	for i := range shares {
		total += math.Exp(0.7 * r.NormFloat64())
		shares[i] = total
	}
	sum := 0.0
	for i := range weights {
		// Each region has one system at least.
		if i < g.p.Regions {
			g.region[i] = int32(i)
		} else {
			g.region[i] = int32(min(sort.SearchFloat64s(shares, r.Float64()*total), g.p.Regions-1))
		}
		g.regions[g.region[i]].systems++
		weights[i] = math.Exp(1.1 * r.NormFloat64())
		sum += weights[i]
	}
	// Rounded cumulatively, so that the number is exact; what one system can't take
	// goes to the next that can.
	counts := make([]int, g.p.Systems)
	exact, given, over := 0.0, 0, 0
	for i, w := range weights {
		exact += w / sum * float64(g.p.Trails)
		n := int(math.Round(exact)) - given
		if i == len(weights)-1 {
			n = g.p.Trails - given
		}
		given += n
		counts[i] = min(n+over, maxTrailsPerSystem)
		over += n - counts[i]
	}
	for i := 0; over > 0; i++ {
		more := min(over, maxTrailsPerSystem-counts[i])
		counts[i] += more
		over -= more
	}
	for i, n := range counts {
		g.first[i+1] = g.first[i] + int32(n)
	}
}

// The years in which all this is said to have been written.
var (
	firstDay = time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	days     = 1000
)

func (g *Generator) someday(r *rand.Rand) time.Time {
	return firstDay.Add(time.Duration(r.IntN(days*86400)) * time.Second)
}

// someRider writes: few write much.
func (g *Generator) someRider(r *rand.Rand) int {
	u := r.Float64()
	return min(int(float64(g.p.Riders)*u*u*u), g.p.Riders-1)
}

// system with all that is in it, as one is made.
type system struct {
	index   int
	id      UUID
	region  *Region
	r       *rand.Rand
	name    string
	local   string
	town    string
	kind    string
	mean    float64 // difficulty
	lat     float64
	lon     float64
	base    float64
	relief  float64
	wave    float64
	phase   [4]float64
	nodes   []node
	trails  []trail
	routes  []route
	lowest  float64
	highest float64
	author  int
	at      time.Time
}

// node is where trails meet: metres east and north of the system's middle.
type node struct {
	x, y   float64
	trails []int // that begin or end here
}

type trail struct {
	index      int
	id         UUID
	name       string
	local      string
	direction  string
	typ        string
	line       track.Line
	from, to   int // nodes
	length     float64
	climb      float64
	descent    float64
	average    float64
	maximum    float64
	method     string
	difficulty float64 // the model's D
	label      int     // as posted
	second     int     // osm label, -1: none
	flow       float64
	marks      [len(Axes)]mark
	features   []feature
	junctions  []junction
	tags       []string
	narrowest  int // cm, 0: unknown
	gates      int // -1: unknown
	firstBike  bool
	traffic    bool
	adaptive   string
	visibility string
	standing   string
	status     string
	locals     bool // its difficulty rests on locals
	author     int
	at         time.Time
	edits      []edit
}

type mark struct {
	predominant, worst float64
	wet                *float64
	no                 bool // not applicable
	basis              string
}

type feature struct {
	at          float64
	kind        string
	size        *float64
	technical   float64
	consequence float64
	mandatory   bool
}

type junction struct {
	other   UUID
	at      float64
	otherAt float64
}

// edit is one change between two revisions, told by what was different before.
type edit struct {
	what    editKind
	author  int
	at      time.Time
	comment string
}

type editKind int

const (
	editFlow editKind = iota
	editWidth
	editStatus
	editText
	editKinds
)

var editComments = [editKinds]string{
	editFlow:   "Flow after riding it again, all of it made up.",
	editWidth:  "Measured the narrowest place, in imagination.",
	editStatus: "The made-up builders are done.",
	editText:   "Says better what it is like.",
}

// Truth is what the model knows of a trail.
type Truth struct {
	Trail, System UUID
	Region        int
	// Difficulty is in label steps on the common scale, 0 white to 4 double black.
	Difficulty float64
	// Label is the step as posted.
	Label int
}

// Truths of the trails of the i-th system.
func (g *Generator) Truths(i int) []Truth {
	s := g.makeSystem(i)
	out := make([]Truth, len(s.trails))
	for k := range s.trails {
		t := &s.trails[k]
		out[k] = Truth{Trail: t.id, System: s.id, Region: s.region.Index, Difficulty: t.difficulty, Label: t.label}
	}
	return out
}

const metresPerDegree = track.EarthRadius * math.Pi / 180

// point is a place of the system: rounded to about a decimetre, the elevation to one.
func (s *system) point(x, y float64) track.Point {
	return track.Point{
		Lon: round(s.lon+x/(metresPerDegree*math.Cos(s.lat*math.Pi/180)), 1e6),
		Lat: round(s.lat+y/metresPerDegree, 1e6),
		Ele: round(s.height(x, y), 10),
	}
}

// height of the landscape: hills of about three wave lengths, and ripples.
func (s *system) height(x, y float64) float64 {
	return s.base + s.relief*(0.5+0.5*math.Sin(x/s.wave+s.phase[0])*math.Cos(y/s.wave+s.phase[1])) +
		4*math.Sin(x/97+s.phase[2])*math.Sin(y/113+s.phase[3]) + 4
}

func (g *Generator) makeSystem(i int) *system {
	r := g.random(kindSystem, i)
	s := &system{index: i, id: g.id(kindSystem, i), r: r, region: &g.regions[g.region[i]]}
	c := s.region.climate
	n := int(g.first[i+1] - g.first[i])
	s.kind = pick(r, []string{"NETWORK", "NETWORK", "NETWORK", "TRAIL_CENTRE", "NATURAL_AREA", "NATURAL_AREA", "TOWN", "BIKE_PARK"})
	words := systemWords
	if s.kind == "BIKE_PARK" {
		words = parkWords
	}
	s.name = madeUp(r, words)
	s.local = s.region.lang.local(r, s.region.lang.places)
	s.town = madeUp(r, townWords)
	s.mean = clamp(s.region.Mean+0.4*r.NormFloat64(), 0.4, 3.6)
	s.lat = round(clamp(s.region.Lat+0.35*r.NormFloat64(), s.region.box.South+0.4, s.region.box.North-0.4), 1e5)
	s.lon = round(clamp(s.region.Lon+0.5*r.NormFloat64(), s.region.box.West+0.6, s.region.box.East-0.6), 1e5)
	s.base = c.base + r.Float64()*c.baseMore
	s.relief = c.relief * math.Exp(0.35*r.NormFloat64())
	s.wave = max(400, s.relief*(1.5+2.2*r.Float64())) // slopes of at most 14 to 33 percent, and the ripples'
	for k := range s.phase {
		s.phase[k] = r.Float64() * 2 * math.Pi
	}
	s.author = g.someRider(r)
	s.at = g.someday(r)
	s.nodes = append(s.nodes, node{})
	s.trails = make([]trail, n)
	for k := range s.trails {
		g.makeTrail(s, k)
	}
	s.join()
	s.lowest, s.highest = math.Inf(1), math.Inf(-1)
	for k := range s.trails {
		for _, p := range s.trails[k].line {
			s.lowest, s.highest = min(s.lowest, p.Ele), max(s.highest, p.Ele)
		}
	}
	if n == 0 {
		s.lowest, s.highest = s.base, s.base+s.relief
	}
	g.makeRoutes(s)
	return s
}

func (g *Generator) makeTrail(s *system, k int) {
	r := s.r
	t := &s.trails[k]
	t.index = int(g.first[s.index]) + k
	t.id = g.id(kindTrail, t.index)

	park := s.kind == "BIKE_PARK"
	u := r.Float64()
	switch {
	case park && u < 0.75:
		t.direction = "DOWN_ONLY"
	case u < 0.5:
		t.direction = "BOTH"
	case u < 0.68:
		t.direction = "DOWN_PREFERRED"
	case u < 0.86:
		t.direction = "DOWN_ONLY"
	case u < 0.92:
		t.direction = "UP_PREFERRED"
	case u < 0.97:
		t.direction = "UP_ONLY"
	default:
		t.direction = "ONE_WAY"
	}
	t.typ = "SINGLETRACK"
	if t.direction == "BOTH" && r.Float64() < 0.2 {
		t.typ = pick(r, []string{"DOUBLETRACK", "FIRE_ROAD", "FIRE_ROAD", "PAVED"})
	}
	s.draw(k)

	words := wayWords
	switch {
	case t.typ != "SINGLETRACK":
		words = roadWords
	case t.direction == "DOWN_ONLY" || t.direction == "DOWN_PREFERRED":
		words = downWords
	case t.direction == "UP_ONLY" || t.direction == "UP_PREFERRED":
		words = upWords
	}
	t.name = madeUp(r, words)
	if r.Float64() < 0.4 {
		t.local = s.region.lang.local(r, s.region.lang.ways)
	}

	// Difficulty first, then what follows from it.
	d := s.mean + r.NormFloat64() + 0.02*(math.Abs(t.maximum)-18)
	if t.typ != "SINGLETRACK" {
		d -= 1.5
	}
	t.difficulty = clamp(d, 0, 4)
	d = t.difficulty
	t.label = int(clamp(math.Round(d-s.region.Offset[axisDescending]-0.3*r.NormFloat64()), 0, 4))
	t.second = -1
	if r.Float64() < 0.25 {
		t.second = int(clamp(math.Round(d+0.4*r.NormFloat64()), 0, 4))
	}
	flow := 3 - 0.55*(d-2) + 0.8*r.NormFloat64()
	if park {
		flow += 0.8
	}
	t.flow = halves(flow)
	air := 0.3 * r.Float64()
	if r.Float64() < 1/(1+math.Exp(2.6-t.flow)) || park {
		air = 0.55*d + 0.4*(t.flow-2.5) + 0.5*r.NormFloat64()
	}
	values := [len(Axes)]float64{
		axisClimbing:    0.5*d + 0.012*t.climb/max(0.3, t.length/1000)*1.2 + 0.35*r.NormFloat64(),
		axisDescending:  1.1*d + 0.2 + 0.3*r.NormFloat64(),
		axisAir:         air,
		axisConsequence: 0.75*d + 0.04*(math.Abs(t.maximum)-15) + 0.35*r.NormFloat64(),
		axisFitness:     t.climb/180 + t.length/7000 + 0.3*r.NormFloat64(),
	}
	t.locals = r.Float64() < 0.35
	for a, v := range values {
		m := mark{predominant: halves(v), basis: "EDITORIAL_ESTIMATE"}
		m.worst = min(5, m.predominant+float64(r.IntN(3))/2)
		if t.locals {
			m.basis = "LOCAL"
		}
		switch {
		case a == axisClimbing && t.direction == "DOWN_ONLY", a == axisDescending && t.direction == "UP_ONLY":
			m = mark{no: true, basis: m.basis}
		case a == axisDescending && r.Float64() < 0.5:
			m.wet = new(float64(1+r.IntN(3)) / 2)
		}
		t.marks[a] = m
	}
	s.addFeatures(t)
	t.tags = s.trailTags(t)

	if r.Float64() < 0.6 {
		t.narrowest = int(clamp(110-18*d+15*r.NormFloat64(), 25, 400))
		if t.typ != "SINGLETRACK" {
			t.narrowest = 200 + r.IntN(200)
		}
	}
	t.gates = -1
	if r.Float64() < 0.4 {
		t.gates = r.IntN(4)
	}
	t.firstBike = d < 1 && t.length < 3000
	t.traffic = r.Float64() < 0.08
	switch {
	case d < 0.8 && t.narrowest >= 90:
		t.adaptive = "NONE"
	case d < 2 && t.narrowest >= 80:
		t.adaptive = "RECOMMENDED"
	case d > 3:
		t.adaptive = "NO"
	default:
		t.adaptive = "UNKNOWN"
	}
	t.visibility, t.standing, t.status = "PUBLIC", "SANCTIONED", "OPEN"
	switch u := r.Float64(); {
	case u < 0.01:
		t.visibility, t.standing = "NAME_ONLY", "UNSANCTIONED"
	case u < 0.03:
		t.visibility, t.standing = "PUBLIC_WITH_WARNING", "TOLERATED"
	case u < 0.25:
		t.standing = "UNKNOWN"
	}
	switch u := r.Float64(); {
	case u < 0.07:
		t.status = "SEASONAL"
	case u < 0.08:
		t.status = "UNDER_CONSTRUCTION"
	}
	t.author = g.someRider(r)
	t.at = g.someday(r)
	at := t.at
	for kind := range editKinds {
		if r.Float64() < 0.09 && !(kind == editWidth && t.narrowest == 0) && !(kind == editStatus && t.status == "UNDER_CONSTRUCTION") {
			at = at.Add(time.Duration(3600+r.IntN(90*86400)) * time.Second)
			t.edits = append(t.edits, edit{what: kind, author: g.someRider(r), at: at, comment: editComments[kind]})
		}
	}
}

// reach is how far from its middle a system's junctions lie, in metres: far less
// than the margin to the edge of its box.
const reach = 15_000

// draw makes the line of a trail: from a junction to another or a new one, longer
// than the straight way by swinging around it.
func (s *system) draw(k int) {
	r := s.r
	t := &s.trails[k]
	t.from = r.IntN(len(s.nodes))
	want := clamp(2300*math.Exp(0.7*r.NormFloat64()), 300, 15_000)
	winding := 1.1 + 0.8*r.Float64()
	a := s.nodes[t.from]
	angle := r.Float64() * 2 * math.Pi
	away := want / winding
	b := node{x: a.x + away*math.Cos(angle), y: a.y + away*math.Sin(angle)}
	if math.Hypot(b.x, b.y) > reach {
		// Towards the middle instead.
		angle = math.Atan2(-a.y, -a.x)
		b = node{x: a.x + away*math.Cos(angle), y: a.y + away*math.Sin(angle)}
	}
	t.to = -1
	if len(s.nodes) > 3 && r.Float64() < 0.35 {
		best := away / 2
		for range 8 {
			n := r.IntN(len(s.nodes))
			other := s.nodes[n]
			if miss := math.Hypot(other.x-b.x, other.y-b.y); n != t.from && miss < best && math.Hypot(other.x-a.x, other.y-a.y) > 200 {
				best, t.to = miss, n
			}
		}
	}
	if t.to < 0 {
		t.to = len(s.nodes)
		s.nodes = append(s.nodes, b)
	}
	b = s.nodes[t.to]
	// Down goes down, up goes up.
	down := t.direction == "DOWN_ONLY" || t.direction == "DOWN_PREFERRED"
	up := t.direction == "UP_ONLY" || t.direction == "UP_PREFERRED"
	if rises := s.height(b.x, b.y) > s.height(a.x, a.y); down && rises || up && !rises {
		t.from, t.to = t.to, t.from
		a, b = b, a
	}
	s.nodes[t.from].trails = append(s.nodes[t.from].trails, k)
	s.nodes[t.to].trails = append(s.nodes[t.to].trails, k)

	away = math.Hypot(b.x-a.x, b.y-a.y)
	winding = max(1.05, want/away)
	waves := clamp(math.Round(away/450*(0.7+0.6*r.Float64())), 1, 24)
	// A sine whose length is winding times that of its axis, about.
	swing := min(1.25*away*math.Sqrt(2*(winding*winding-1))/(2*math.Pi*waves), 0.4*away)
	phase := r.Float64() * 2 * math.Pi
	east, north := (b.x-a.x)/away, (b.y-a.y)/away
	points := int(clamp(math.Round(away*winding/80), 8, 199))
	t.line = make(track.Line, points+1)
	for i := range t.line {
		f := float64(i) / float64(points)
		side := swing * math.Sin(2*math.Pi*waves*f+phase) * math.Min(1, 4*math.Min(f, 1-f))
		t.line[i] = s.point(a.x+f*away*east-side*north, a.y+f*away*north+side*east)
	}
	t.line[0], t.line[points] = s.point(a.x, a.y), s.point(b.x, b.y)
	t.measure()
}

// measure is what package track finds on the line, rounded.
func (t *trail) measure() {
	t.length = round(t.line.Length(), 10)
	e, err := t.line.Elevation()
	if err != nil {
		panic(fmt.Sprintf("synthetic: the line of trail %d: %v", t.index, err)) // each point has an elevation
	}
	c := e.Climb(track.DEM)
	grades, err := e.Grades(track.DEM)
	if err != nil {
		panic(fmt.Sprintf("synthetic: the line of trail %d: %v", t.index, err))
	}
	t.climb, t.descent, t.method = round(c.Gain, 1), round(c.Loss, 1), c.Method
	t.average = round(grades.Average, 10)
	t.maximum = round(grades.MaxUp, 10)
	if grades.MaxDown > grades.MaxUp {
		t.maximum = round(-grades.MaxDown, 10)
	}
}

func (s *system) addFeatures(t *trail) {
	r := s.r
	d := t.difficulty
	n := min(int(r.ExpFloat64()*(0.5+0.45*d)), 8)
	if n == 0 {
		return
	}
	places := make([]float64, n)
	for i := range places {
		places[i] = round(r.Float64()*t.length, 1)
	}
	sort.Float64s(places)
	for _, at := range places {
		f := feature{at: at, technical: halves(d*1.1 + 0.5 + 0.6*r.NormFloat64()), mandatory: r.Float64() < 0.5}
		f.consequence = halves(0.8*f.technical + 0.6*r.NormFloat64())
		switch air := t.marks[axisAir].predominant; {
		case air >= 1 && r.Float64() < 0.6:
			f.kind = pick(r, []string{"JUMP", "DROP", "BERM", "GAP"})
			f.size = new(round(clamp(0.4+0.5*air+0.4*r.NormFloat64(), 0.2, 9), 10))
		case d > 2:
			f.kind = pick(r, []string{"ROCK_GARDEN", "ROCK_ROLL", "STEEP", "ROOTS", "STEPS", "EXPOSURE"})
		default:
			f.kind = pick(r, []string{"ROOTS", "SWITCHBACK", "BRIDGE", "BERM", "CREEK_CROSSING", "GATE"})
		}
		t.features = append(t.features, f)
	}
}

// tagOrder is that of the vocabulary, in which tags are kept.
var tagOrder = []string{"rooty", "rocky", "loamy", "sandy", "slickrock", "steep", "rolling", "flat", "switchbacks",
	"flowy", "technical", "jumps", "drops", "berms", "wooden-features", "sheltered", "open", "scenic", "forest", "desert", "alpine"}

func inOrder(order []string, has map[string]bool) []string {
	out := make([]string, 0, len(has))
	for _, code := range order {
		if has[code] {
			out = append(out, code)
		}
	}
	return out
}

func (s *system) trailTags(t *trail) []string {
	has := map[string]bool{pick(s.r, s.region.climate.tags): true}
	if math.Abs(t.maximum) > 28 {
		has["steep"] = true
	}
	if t.climb+t.descent < 12*t.length/1000 {
		has["flat"] = true
	}
	if t.flow >= 4 {
		has["flowy"] = true
	}
	if t.difficulty > 2.8 {
		has["technical"] = true
	}
	if t.marks[axisAir].predominant >= 2.5 {
		has["jumps"] = true
	}
	return inOrder(tagOrder, has)
}

// join notes where trails share a junction, both ways: each with the next of those
// that begin or end there.
func (s *system) join() {
	for n := range s.nodes {
		here := s.nodes[n].trails
		for i := range here {
			if len(here) == 2 && i == 1 {
				break
			}
			a, b := here[i], here[(i+1)%len(here)]
			if a == b {
				continue
			}
			ta, tb := &s.trails[a], &s.trails[b]
			at, other := ta.atNode(n), tb.atNode(n)
			ta.junctions = append(ta.junctions, junction{tb.id, at, other})
			tb.junctions = append(tb.junctions, junction{ta.id, other, at})
		}
	}
}

func (t *trail) atNode(n int) float64 {
	if t.from == n {
		return 0
	}
	return t.length
}

// route is a way over trails that share junctions.
type route struct {
	index  int
	id     UUID
	name   string
	legs   []leg
	shape  string
	length float64
	climb  float64
	low    int
	high   int
	skill  string
	fit    string
	must   bool
	author int
	at     time.Time
}

type leg struct {
	trail *trail
	from  float64
	to    float64
	dir   string
}

var routeWords = map[string][]string{
	"LOOP":           {"Round", "Loop Tour", "Circuit"},
	"POINT_TO_POINT": {"Tour", "Day Out", "Classic", "Sampler", "Crossing"},
}

// maxRoutes a system; the ids of its routes depend on it.
const maxRoutes = 6

var (
	skills    = []string{"LEARNING", "COMFORTABLE", "CHALLENGING", "EXPERT"}
	fitnesses = []string{"CASUAL", "FIT", "VERY_FIT", "ATHLETE"}
)

func (g *Generator) makeRoutes(s *system) {
	r := s.r
	n := min(maxRoutes, (len(s.trails)+r.IntN(5))/6)
	for k := range n {
		at := s.trails[r.IntN(len(s.trails))].from
		start := at
		rt := route{index: s.index*maxRoutes + k}
		rt.id = g.id(kindRoute, rt.index)
		hardest := 0.0
		used := map[int]bool{}
		for len(rt.legs) < 2+r.IntN(5) {
			next := -1
			for _, c := range s.nodes[at].trails {
				t := &s.trails[c]
				against := t.to == at && t.from != at
				if !used[c] && t.visibility != "NAME_ONLY" && !(against && (t.direction == "DOWN_ONLY" || t.direction == "UP_ONLY" || t.direction == "ONE_WAY")) {
					next = c
					if r.Float64() < 0.5 {
						break
					}
				}
			}
			if next < 0 {
				break
			}
			used[next] = true
			t := &s.trails[next]
			l := leg{trail: t, from: 0, to: t.length, dir: "FORWARD"}
			up := t.climb
			if t.from != at {
				l = leg{trail: t, from: t.length, to: 0, dir: "BACKWARD"}
				up = t.descent
				at = t.from
			} else {
				at = t.to
			}
			rt.legs = append(rt.legs, l)
			rt.length += t.length
			rt.climb += up
			hardest = max(hardest, t.difficulty)
		}
		if len(rt.legs) == 0 {
			continue
		}
		rt.length, rt.climb = round(rt.length, 1), round(rt.climb, 1)
		rt.shape = "POINT_TO_POINT"
		if at == start {
			rt.shape = "LOOP"
		}
		rt.name = madeUp(r, routeWords[rt.shape])
		rt.skill = skills[min(int(hardest), 3)]
		rt.fit = fitnesses[int(clamp(rt.climb/500+rt.length/20000, 0, 3))]
		hours := rt.length/12000 + rt.climb/500
		rt.low, rt.high = max(10, int(hours*48)), max(15, int(hours*80))
		rt.must = r.Float64() < 0.2
		rt.author = g.someRider(r)
		rt.at = g.someday(r)
		s.routes = append(s.routes, rt)
	}
}

func round(x, to float64) float64 {
	x = math.Round(x*to) / to
	if x == 0 {
		return 0 // not -0
	}
	return x
}

func clamp(x, low, up float64) float64 { return max(low, min(up, x)) }

// halves is a mark from 0 to 5 in halves.
func halves(x float64) float64 { return clamp(math.Round(2*x)/2, 0, 5) + 0 }
