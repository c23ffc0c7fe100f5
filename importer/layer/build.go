package layer

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/mtbwiki/mtbwiki/importer/geojson"
	"github.com/mtbwiki/mtbwiki/importer/osm"
	"github.com/mtbwiki/mtbwiki/importer/recording"
	"github.com/mtbwiki/mtbwiki/track"
)

// way is a candidate of either format, as a line through identified points.
type way struct {
	id     string
	number int64
	nodes  []int64
	line   track.Line
	tags   map[string]string
	name   string
	rated  bool
}

func (w *way) ends() (int64, int64) { return w.nodes[0], w.nodes[len(w.nodes)-1] }

type landmark struct {
	name string
	at   track.Point
	// weight in metres is taken off the distance: a summit names a riding area
	// better than a hamlet, and a hamlet better than a station or a viewpoint.
	weight float64
}

type builder struct {
	plan      *Plan
	heights   Heights
	ways      []way
	landmarks []landmark
	noted     map[string]bool
	relations []osm.Relation
	byNumber  map[int64]int // way number to index in allLines
	allLines  []track.Line
	allTags   []osm.Tags
	allNodes  [][]int64
	// points are nodes that say something of the way they lie on.
	points []osm.Node
	along  map[int]map[place]float64
}

// place is a point as a key.
type place struct{ lon, lat float64 }

// at answers how far along the longest line of a trail a point of it is, at its
// first passing.
func (b *builder) at(trail int, p track.Point) (float64, bool) {
	m, ok := b.along[trail]
	if !ok {
		m = map[place]float64{}
		measured := b.plan.Trails[trail].Lines[0].Measure()
		for k := len(measured.Line) - 1; k >= 0; k-- {
			q := measured.Line[k]
			m[place{q.Lon, q.Lat}] = measured.Along[k]
		}
		b.along[trail] = m
	}
	at, ok := m[place{p.Lon, p.Lat}]
	return at, ok
}

// mtbKeys say that a way is for mountain bikes, or how it is for them.
var mtbKeys = []string{"mtb:scale", "mtb:scale:uphill", "mtb:scale:imba", "mtb:type", "mtb:name", "class:bicycle:mtb"}

// FromOSM plans trails, routes and systems from an extract. heights may be nil:
// then climbs are unknown.
func FromOSM(ctx context.Context, data *osm.Data, heights Heights) (*Plan, error) {
	b := newBuilder(OpenStreetMap, heights)
	b.relations = data.Relations
	b.byNumber = map[int64]int{}
	for i := range data.Ways {
		w := &data.Ways[i]
		line, nodes, missing := locate(w.Nodes, data.Positions)
		if len(line) >= 2 {
			b.byNumber[w.ID] = len(b.allLines)
			b.allLines = append(b.allLines, line)
			b.allTags = append(b.allTags, w.Tags)
			b.allNodes = append(b.allNodes, nodes)
		}
		rated := slices.ContainsFunc(mtbKeys, func(k string) bool { return w.Tags[k] != "" })
		if reason := unfit(w.Tags); reason != "" {
			if rated {
				b.plan.skip("ways: " + reason)
			}
			continue
		}
		if missing > 0 || len(line) < 2 {
			if rated {
				b.plan.skip("ways: points are missing in the file")
			}
			continue
		}
		name := plainName(w.Tags["name"])
		if name == "" {
			name = plainName(w.Tags["mtb:name"])
		}
		if !rated && name == "" {
			continue
		}
		b.ways = append(b.ways, way{id: fmt.Sprintf("way/%d", w.ID), number: w.ID, nodes: nodes, line: line, tags: w.Tags, name: name, rated: rated})
	}
	for _, n := range data.Nodes {
		if pointKind(n.Tags) != "" {
			b.points = append(b.points, n)
		}
		name := plainName(n.Tags["name"])
		if name == "" || len(b.landmarks) == maxLandmarks {
			continue
		}
		switch {
		case n.Tags["natural"] == "peak":
			b.landmarks = append(b.landmarks, landmark{name, n.At, 1000})
		case slices.Contains([]string{"city", "town", "village", "suburb", "hamlet", "locality"}, n.Tags["place"]):
			b.landmarks = append(b.landmarks, landmark{name, n.At, 0})
		case slices.Contains([]string{"station", "halt"}, n.Tags["railway"]), n.Tags["tourism"] == "viewpoint":
			b.landmarks = append(b.landmarks, landmark{name, n.At, -2000})
		}
	}
	return b.build(ctx)
}

// FromGeoJSON plans trails and systems from a network of lines. nameKey is the
// property that holds names. Lines that share a point meet there.
func FromGeoJSON(ctx context.Context, doc *geojson.Document, source Source, nameKey string, heights Heights) (*Plan, error) {
	b := newBuilder(source, heights)
	type micro struct{ lon, lat int64 }
	nodes := map[micro]int64{}
	ids := map[string]bool{}
	number := int64(0)
	for _, f := range doc.Features {
		id := f.ID
		if id == "" || len(id) > 100 || ids[id] {
			id = fmt.Sprintf("no-%d", f.Index)
		}
		ids[id] = true
		// A published network says of each line who may use it; one that isn't for
		// bicycles (a snowmobile route, a portage) is no trail of ours.
		if f.Properties["bicycle"] == "no" {
			b.plan.skip("features: not for bicycles (bicycle=no)")
			continue
		}
		for i, l := range f.Lines {
			number++
			w := way{id: fmt.Sprintf("feature/%s", id), number: number, line: l, tags: f.Properties, name: plainName(f.Properties[nameKey]), rated: true}
			if len(f.Lines) > 1 {
				w.id += fmt.Sprintf("/%d", i)
			}
			for _, p := range l {
				k := micro{int64(math.Round(p.Lon * 1e6)), int64(math.Round(p.Lat * 1e6))}
				if nodes[k] == 0 {
					nodes[k] = int64(len(nodes) + 1)
				}
				w.nodes = append(w.nodes, nodes[k])
			}
			b.ways = append(b.ways, w)
		}
	}
	return b.build(ctx)
}

func newBuilder(source Source, heights Heights) *builder {
	return &builder{plan: &Plan{Source: source, Skipped: map[string]int{}}, heights: heights, noted: map[string]bool{}, along: map[int]map[place]float64{}}
}

// locate answers a way's points without those that repeat.
func locate(ids []int64, positions map[int64]track.Point) (line track.Line, nodes []int64, missing int) {
	for i, id := range ids {
		p, ok := positions[id]
		if !ok {
			missing++
			continue
		}
		if i > 0 && len(nodes) > 0 && nodes[len(nodes)-1] == id {
			continue
		}
		line, nodes = append(line, p), append(nodes, id)
	}
	return line, nodes, missing
}

// unfit says why a way can't be a trail.
func unfit(tags osm.Tags) string {
	switch h := tags["highway"]; h {
	case "path", "track", "footway", "bridleway", "cycleway", "steps", "pedestrian":
	case "":
		return "no way (no key highway)"
	case "construction", "proposed", "abandoned", "razed", "disused":
		return "not built, or no more"
	default:
		return "a road"
	}
	if tags["area"] == "yes" {
		return "an area"
	}
	return ""
}

func (b *builder) build(ctx context.Context) (*Plan, error) {
	b.ways = slices.DeleteFunc(b.ways, func(w way) bool {
		if len(w.line) <= maxPoints {
			return false
		}
		b.plan.skip(fmt.Sprintf("ways of more than %d points", maxPoints))
		return true
	})
	for _, step := range []func(context.Context) error{b.trails, b.cruxes, b.systems, b.junctions, b.routes} {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return b.plan, nil
}

// groups is a disjoint-set forest.
type groups []int

func newGroups(n int) groups {
	g := make(groups, n)
	for i := range g {
		g[i] = i
	}
	return g
}

func (g groups) find(i int) int {
	for g[i] != i {
		g[i] = g[g[i]]
		i = g[i]
	}
	return i
}

// join keeps the lowest member as the group's name, for the same plan every time.
func (g groups) join(i, j int) {
	i, j = g.find(i), g.find(j)
	g[max(i, j)] = min(i, j)
}

func (b *builder) trails(ctx context.Context) error {
	// Ways in the order of their numbers, whatever the file's order.
	sort.Slice(b.ways, func(i, j int) bool { return b.ways[i].number < b.ways[j].number })
	g := newGroups(len(b.ways))
	type spot struct {
		name string
		node int64
	}
	first := map[spot]int{}
	for i, w := range b.ways {
		if w.name == "" {
			continue
		}
		for _, n := range w.nodes {
			s := spot{strings.ToLower(w.name), n}
			if j, ok := first[s]; ok {
				g.join(i, j)
			} else {
				first[s] = i
			}
		}
	}
	b.acrossRoads(g)
	members := map[int][]int{}
	for i := range b.ways {
		root := g.find(i)
		members[root] = append(members[root], i)
	}
	for i := range b.ways {
		m := members[i]
		if m == nil || !slices.ContainsFunc(m, func(j int) bool { return b.ways[j].rated }) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		base := len(b.plan.Features)
		for _, j := range m {
			w := &b.ways[j]
			b.plan.Features = append(b.plan.Features, Feature{ID: w.id, Name: w.name, Tags: w.tags, Line: w.line, Sensitive: sensitive(w.tags), nodes: w.nodes})
		}
		if b.ways[i].name == "" {
			b.plan.Unnamed++
			b.oddValues(b.ways[i])
			continue
		}
		if len(b.plan.Trails) == maxTrails {
			return fmt.Errorf("more than %d trails; cut the file into parts", maxTrails)
		}
		b.trail(m, b.plan.Features[base:])
	}
	return nil
}

// acrossRoads joins ways of one name that end within 50 m of each other: the trail
// goes on beyond a road or a clearing. Not a way that all may see with one that
// they may not, which would hide both.
func (b *builder) acrossRoads(g groups) {
	const (
		gap  = 50.0
		most = 100 // ways of one name; more are streets or numbers
	)
	byName := map[string][]int{}
	for i := range b.ways {
		if name := strings.ToLower(b.ways[i].name); name != "" && len(byName[name]) <= most {
			byName[name] = append(byName[name], i)
		}
	}
	for _, list := range byName {
		if len(list) > most {
			continue
		}
		for n, i := range list {
			for _, j := range list[:n] {
				a, z := &b.ways[i], &b.ways[j]
				if g.find(i) == g.find(j) || (sensitive(a.tags) == "") != (sensitive(z.tags) == "") {
					continue
				}
				for _, p := range []track.Point{a.line[0], a.line[len(a.line)-1]} {
					for _, q := range []track.Point{z.line[0], z.line[len(z.line)-1]} {
						if track.Distance(p, q) <= gap {
							g.join(i, j)
						}
					}
				}
			}
		}
	}
}

func (b *builder) oddValues(w way) {
	mapProfile([]part{{id: w.id, tags: w.tags, length: 1}}, b.odd)
}

// odd notes a value that wasn't understood, once for each key and value.
func (b *builder) odd(id, key, value, what string) {
	if k := key + "=" + value; !b.noted[k] {
		b.noted[k] = true
		b.plan.note("%s: %s=%.40q %s", id, key, value, what)
	}
}

func (b *builder) trail(members []int, features []Feature) {
	t := Trail{Place: Place{Name: b.ways[members[0]].name, Visibility: Public}}
	t.Key = "trail/" + features[0].ID
	var parts []part
	types := map[string]float64{}
	for k, j := range members {
		w := &b.ways[j]
		length := w.line.Length()
		types[trailType(w.tags)] += length
		t.Features = append(t.Features, w.id)
		if features[k].Sensitive != "" && t.Visibility == Public {
			t.Visibility, t.Why = NameOnly, fmt.Sprintf("%s has %s", w.id, features[k].Sensitive)
		}
	}
	slices.Sort(t.Features)
	t.Type = "SINGLETRACK"
	for _, k := range []string{"DOUBLETRACK", "FIRE_ROAD", "PAVED"} {
		if types[k] > types[t.Type] {
			t.Type = k
		}
	}
	var ways []way
	for _, j := range members {
		ways = append(ways, b.ways[j])
	}
	lines, turned, direction := chain(ways)
	t.Lines = lines
	for i := range ways {
		parts = append(parts, part{id: ways[i].id, tags: ways[i].tags, length: max(ways[i].line.Length(), 1), turned: turned[i]})
	}
	t.Direction = "BOTH"
	if direction != 0 {
		t.Direction = "ONE_WAY"
	}
	b.measure(&t.Place)
	t.Profile = mapProfile(parts, b.odd)
	t.Profile.Type = t.Type
	points := 0
	for _, l := range t.Lines {
		points += len(l)
	}
	if t.Length <= 0 || points > maxPoints {
		b.plan.skip(fmt.Sprintf("trails of no length or of more than %d points", maxPoints))
		return
	}
	// Nobody comes for a bridge with a name, nor for a sealed way of no difficulty.
	if t.Length < shortestTrail {
		b.plan.Short++
		return
	}
	if t.Type == "PAVED" && !t.Profile.ForMTB && !slices.ContainsFunc(t.Profile.Labels, func(l Label) bool { return l.Worst != "0" }) {
		b.plan.Sealed++
		return
	}
	b.plan.Trails = append(b.plan.Trails, t)
}

// maxDrawn points of the short form, as of the wiki's own lines.
const maxDrawn = 200

// measure measures the lines of a place, gives them the heights there are, and
// makes the short form that maps and profiles are drawn from.
func (b *builder) measure(p *Place) {
	p.Measures = recording.Measure(p.Lines, b.heights)
	drawn := p.Lines
	if b.heights != nil && p.Climb != nil {
		var lifted, lines []track.Line
		for _, l := range p.Lines {
			up, err := b.heights.Lift(l)
			if err != nil {
				break // without heights, then
			}
			// Heights come with points between those that the source has.
			own, k := slices.Clone(l), 0
			for i := range own {
				for k < len(up)-1 && (up[k].Lon != own[i].Lon || up[k].Lat != own[i].Lat) {
					k++
				}
				own[i].Ele = up[k].Ele
			}
			lifted, lines = append(lifted, up), append(lines, own)
		}
		if len(lifted) == len(p.Lines) {
			drawn, p.Lines = lifted, lines
		}
	}
	p.Drawn = track.SimplifyToPoints(drawn, maxDrawn)
}

// chain joins ways at their ends to as few lines as it finds, the longest first.
// turned says of each way whether its line runs against it; direction is 1 when
// all of them are ridden along the lines only, else 0.
func chain(ways []way) (lines []track.Line, turned []bool, direction int) {
	turned = make([]bool, len(ways))
	at := map[int64][]int{} // ways by end
	for i := range ways {
		a, z := ways[i].ends()
		at[a] = append(at[a], i)
		if z != a {
			at[z] = append(at[z], i)
		}
	}
	used := make([]bool, len(ways))
	degree := map[int64]int{}
	for node, list := range at {
		degree[node] = len(list)
	}
	free := func(node int64) int {
		list := at[node]
		for len(list) > 0 && used[list[0]] {
			list = list[1:]
		}
		at[node] = list
		if len(list) == 0 {
			return -1
		}
		return list[0]
	}
	var along, against int
	walk := func(i int, from int64) {
		var line track.Line
		for i >= 0 {
			used[i] = true
			w := &ways[i]
			a, z := w.ends()
			l, o := w.line, oneWay(w.tags)
			if a != from {
				l, o = l.Reversed(), -o
				z, turned[i] = a, true
			}
			switch o {
			case 1:
				along++
			case -1:
				against++
			}
			if len(line) > 0 {
				l = l[1:]
			}
			line = append(line, l...)
			from = z
			i = free(from)
		}
		lines = append(lines, line)
	}
	// Begin where a line can only begin: at ends of an odd number of ways.
	for i := range ways {
		a, z := ways[i].ends()
		for _, end := range []int64{a, z} {
			if !used[i] && degree[end]%2 == 1 {
				walk(i, end)
			}
		}
	}
	for i := range ways {
		if !used[i] {
			a, _ := ways[i].ends()
			walk(i, a)
		}
	}
	if against == len(ways) {
		for i := range lines {
			lines[i] = lines[i].Reversed()
		}
		for i := range turned {
			turned[i] = !turned[i]
		}
		along = against
	}
	if along == len(ways) {
		direction = 1
	}
	sort.SliceStable(lines, func(i, j int) bool { return lines[i].Length() > lines[j].Length() })
	return lines, turned, direction
}

// trailOf answers the index of the trail by the id of its features.
func (b *builder) trailOf() map[string]int {
	of := map[string]int{}
	for i := range b.plan.Trails {
		for _, f := range b.plan.Trails[i].Features {
			of[f] = i
		}
	}
	return of
}

// junctions are nodes that trails share, measured along the longest line of each.
func (b *builder) junctions(ctx context.Context) error {
	of := b.trailOf()
	trailsAt := map[int64][]int{}
	where := map[int64]track.Point{}
	for i := range b.plan.Features {
		f := &b.plan.Features[i]
		t, ok := of[f.ID]
		if !ok {
			continue
		}
		for k, n := range f.nodes {
			if !slices.Contains(trailsAt[n], t) {
				trailsAt[n] = append(trailsAt[n], t)
				where[n] = f.Line[k]
			}
		}
	}
	shared := make([]int64, 0, len(trailsAt))
	for n, trails := range trailsAt {
		if len(trails) > 1 {
			shared = append(shared, n)
		}
	}
	slices.Sort(shared)
	for k, n := range shared {
		if k%1000 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		for _, t := range trailsAt[n] {
			for _, other := range trailsAt[n] {
				if t == other || len(b.plan.Trails[t].Junctions) >= 60 {
					continue
				}
				a, ok1 := b.at(t, where[n])
				z, ok2 := b.at(other, where[n])
				if !ok1 || !ok2 {
					continue
				}
				b.plan.Trails[t].Junctions = append(b.plan.Trails[t].Junctions,
					Junction{Other: b.plan.Trails[other].Key, AtM: a, OtherAtM: z, Position: where[n]})
			}
		}
	}
	for i := range b.plan.Trails {
		j := b.plan.Trails[i].Junctions
		sort.SliceStable(j, func(x, y int) bool { return j[x].AtM < j[y].AtM })
	}
	return nil
}

const (
	maxRelationDepth = 5
	maxVisits        = 1000
)

var errCycle = errors.New("relations that contain each other")

// asideRoles are of members that are not the way itself: it could be ridden instead,
// or leads to it.
var asideRoles = []string{"alternative", "alternate", "excursion", "approach", "connection", "link", "shortcut", "detour"}

// memberWays answers the ways of a relation and of those in it, in their order.
func (b *builder) memberWays(r *osm.Relation, byID map[int64]*osm.Relation, above []int64, visits *int) (ways []int64, missing int, err error) {
	if *visits++; *visits > maxVisits {
		return nil, 0, fmt.Errorf("relations of more than %d relations", maxVisits)
	}
	if slices.Contains(above, r.ID) {
		return nil, 0, errCycle
	}
	if len(above) >= maxRelationDepth {
		return nil, 0, fmt.Errorf("relations nested deeper than %d", maxRelationDepth)
	}
	above = append(above, r.ID)
	for _, m := range r.Members {
		if slices.Contains(asideRoles, m.Role) && m.Type != osm.NodeMember {
			b.odd(fmt.Sprintf("relation/%d", r.ID), "role", m.Role, "is beside the way itself: such members are left out of its line and legs")
			continue
		}
		switch m.Type {
		case osm.WayMember:
			if _, ok := b.byNumber[m.Ref]; ok {
				ways = append(ways, m.Ref)
			} else {
				missing++
			}
		case osm.RelationMember:
			inner := byID[m.Ref]
			if inner == nil {
				missing++
				continue
			}
			w, n, err := b.memberWays(inner, byID, above, visits)
			if err != nil {
				return nil, 0, err
			}
			ways, missing = append(ways, w...), missing+n
			if len(ways) > 100_000 {
				return nil, 0, errors.New("relations of more than 100,000 ways")
			}
		}
	}
	return ways, missing, nil
}

func (b *builder) routes(ctx context.Context) error {
	byID := map[int64]*osm.Relation{}
	for i := range b.relations {
		byID[b.relations[i].ID] = &b.relations[i]
	}
	ids := make([]int64, 0, len(byID))
	for id, r := range byID {
		if r.Tags["route"] == "mtb" && (r.Tags["type"] == "route" || r.Tags["type"] == "superroute") {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	trailOf := b.trailOf()
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return err
		}
		r := byID[id]
		if len(b.plan.Routes) == maxRoutes {
			b.plan.skip(fmt.Sprintf("routes beyond the first %d", maxRoutes))
			continue
		}
		name := plainName(r.Tags["name"])
		if ref := plainName(r.Tags["ref"]); ref != "" && !strings.Contains(name, ref) {
			name = plainName(strings.TrimSpace(name + " " + ref))
		}
		if name == "" {
			b.plan.skip("routes without a name")
			continue
		}
		numbers, missing, err := b.memberWays(r, byID, nil, new(int))
		if err != nil {
			b.plan.skip("routes: " + err.Error())
			continue
		}
		if len(numbers) == 0 {
			b.plan.skip("routes of which no way is in the file")
			continue
		}
		native := fmt.Sprintf("relation/%d", id)
		route := Route{Place: Place{Key: "route/" + native, Name: name, Visibility: Public, Features: []string{native}}, Shape: "POINT_TO_POINT"}
		points, inLine := 0, 0
		for _, n := range numbers {
			k := b.byNumber[n]
			if why := sensitive(b.allTags[k]); why != "" && route.Visibility == Public {
				route.Visibility, route.Why = NameOnly, fmt.Sprintf("way/%d has %s", n, why)
			}
			if points += len(b.allLines[k]); points > maxPoints {
				break
			}
			route.Lines, inLine = appendLine(route.Lines, inLine, b.allLines[k])
		}
		if points > maxPoints {
			b.plan.skip(fmt.Sprintf("routes of more than %d points", maxPoints))
			continue
		}
		switch {
		case r.Tags["roundtrip"] == "yes":
			route.Shape = "LOOP"
		case r.Tags["roundtrip"] == "" && len(route.Lines) == 1 && track.Distance(route.Lines[0][0], route.Lines[0][len(route.Lines[0])-1]) < 20:
			route.Shape = "LOOP"
		}
		if missing > 0 {
			b.plan.note("relation/%d: %d members are not in the file; its length is that of the rest", id, missing)
		}
		if len(route.Lines) > 1 {
			b.plan.note("relation/%d: its ways make %d lines with gaps between them", id, len(route.Lines))
		}
		b.measure(&route.Place)
		route.Systems = b.systemsNear(route.Lines)
		if len(route.Systems) == 0 {
			b.plan.skip("routes far from every trail")
			continue
		}
		route.Profile = RouteProfile{Stated: stated(native, r.Tags, b.odd), Names: names([]part{{tags: r.Tags}}), Legs: b.legs(numbers, trailOf), MissingMembers: missing}
		if len(route.Profile.Legs) > maxLegs {
			b.plan.note("%s: of its %d legs the first %d are kept", native, len(route.Profile.Legs), maxLegs)
		}
		route.feature = len(b.plan.Features)
		b.plan.Features = append(b.plan.Features, Feature{ID: native, Name: name, Tags: r.Tags, Line: longest(route.Lines), Sensitive: route.Why, ofRoute: true})
		b.plan.Routes = append(b.plan.Routes, route)
	}
	return nil
}

// appendLine continues the last line where it ends, else begins another. inLine
// is of how many ways the last line is.
func appendLine(lines []track.Line, inLine int, l track.Line) (out []track.Line, of int) {
	if len(lines) == 0 {
		return []track.Line{slices.Clone(l)}, 1
	}
	last := lines[len(lines)-1]
	same := func(a, b track.Point) bool { return a.Lon == b.Lon && a.Lat == b.Lat }
	touches := func(p track.Point) bool { return same(p, l[0]) || same(p, l[len(l)-1]) }
	// The first way of a line may be the wrong way round.
	if inLine == 1 && !touches(last[len(last)-1]) && touches(last[0]) {
		last = last.Reversed()
	}
	end := last[len(last)-1]
	switch {
	case same(end, l[0]):
		lines[len(lines)-1] = append(last, l[1:]...)
	case same(end, l[len(l)-1]):
		lines[len(lines)-1] = append(last, l.Reversed()[1:]...)
	default:
		return append(lines, slices.Clone(l)), 1
	}
	return lines, inLine + 1
}
