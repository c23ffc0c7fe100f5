package layer

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/mtbwiki/mtbwiki/track"
)

// cell is a square of about 500 m on the ground, apart from near the poles, where
// nobody rides.
type cell struct{ x, y int }

const cellDegrees = 0.0045

func cellOf(p track.Point) cell { return cellOfSize(p, cellDegrees) }

func cellOfSize(p track.Point, size float64) cell {
	// Rows of one width each, so that neighbours meet within a row and nearly so
	// between rows.
	y := int(math.Floor(p.Lat / size))
	width := size / max(0.05, math.Cos(float64(y)*size*math.Pi/180))
	return cell{int(math.Floor(p.Lon / width)), y}
}

// reach in cells between trails of one system: neighbouring cells, so gaps of up to
// 500 m to 1 km.
const reach = 1

// minTrails that make a system of their own; fewer go with the nearest system
// within nearEnough, and with none they are one all the same. Near is meant to what
// made the system, not to what joined it so, or single trails would make a chain
// across the country.
const (
	minTrails  = 3
	nearEnough = 5000.0 // metres
)

// systems groups trails that lie near each other. Unnamed ways bridge gaps
// between them and are counted, but make no system alone.
func (b *builder) systems(ctx context.Context) error {
	p := b.plan
	trailOf := b.trailOf()
	// One group a trail or unnamed feature.
	n := len(p.Trails) + len(p.Features)
	g := newGroups(n)
	item := func(f int) int {
		if t, ok := trailOf[p.Features[f].ID]; ok {
			return t
		}
		return len(p.Trails) + f
	}
	at := map[cell]int{}
	for f := range p.Features {
		if f%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for _, q := range p.Features[f].Line {
			c := cellOf(q)
			if j, ok := at[c]; ok {
				g.join(item(f), j)
			} else {
				at[c] = item(f)
			}
		}
	}
	cells := make([]cell, 0, len(at))
	for c := range at {
		cells = append(cells, c)
	}
	slices.SortFunc(cells, func(a, b cell) int { return cmp.Or(cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x)) })
	for _, c := range cells {
		for dy := 0; dy <= reach; dy++ {
			for dx := -reach; dx <= reach; dx++ {
				if j, ok := at[cell{c.x + dx, c.y + dy}]; ok {
					g.join(at[c], j)
				}
			}
		}
	}
	members := map[int][]int{}
	for t := range p.Trails {
		root := g.find(t)
		members[root] = append(members[root], t)
	}
	var large, small [][]int
	for t := range p.Trails {
		switch m := members[t]; {
		case len(m) >= minTrails:
			large = append(large, m)
		case len(m) > 0:
			small = append(small, m)
		}
	}
	cores := map[cell][]coreEnd{}
	for k := range large {
		b.addCore(cores, k, large[k])
	}
	for _, m := range small {
		if err := ctx.Err(); err != nil {
			return err
		}
		if k := b.nearestCore(cores, m); k >= 0 {
			large[k] = append(large[k], m...)
			continue
		}
		large = append(large, m)
		b.addCore(cores, len(large)-1, m)
	}
	unnamed := map[int][]int{}
	for f := range p.Features {
		if _, ok := trailOf[p.Features[f].ID]; !ok {
			unnamed[g.find(len(p.Trails)+f)] = append(unnamed[g.find(len(p.Trails)+f)], f)
		}
	}
	taken := map[string]int{}
	for _, m := range large {
		slices.Sort(m)
		s := System{Trails: m, Place: Place{Visibility: Public}}
		roots := map[int]bool{}
		for _, t := range m {
			s.Features = append(s.Features, p.Trails[t].Features...)
			if root := g.find(t); !roots[root] {
				roots[root] = true
				s.Unnamed = append(s.Unnamed, unnamed[root]...)
			}
		}
		slices.Sort(s.Features)
		s.Key = "system/" + p.Trails[m[0]].Features[0]
		b.place(&s)
		if taken[s.Name]++; taken[s.Name] > 1 {
			s.Name = plainName(fmt.Sprintf("%s (%d)", s.Name, taken[s.Name]))
		}
		p.Systems = append(p.Systems, s)
	}
	return nil
}

// coreEnd is an end of a trail of the group that made a system.
type coreEnd struct {
	at     track.Point
	system int
}

// coarse cells are as wide as nearEnough.
func coarse(p track.Point) cell { return cellOfSize(p, 10*cellDegrees) }

func (b *builder) ends(trails []int) (out []track.Point) {
	for _, t := range trails {
		l := b.plan.Trails[t].Lines[0]
		out = append(out, l[0], l[len(l)-1])
	}
	return out
}

func (b *builder) addCore(cores map[cell][]coreEnd, system int, trails []int) {
	for _, p := range b.ends(trails) {
		cores[coarse(p)] = append(cores[coarse(p)], coreEnd{p, system})
	}
}

// nearestCore answers the system to which a group of trails is near enough, by
// their ends, or -1.
func (b *builder) nearestCore(cores map[cell][]coreEnd, trails []int) int {
	best, distance := -1, nearEnough
	for _, p := range b.ends(trails) {
		c := coarse(p)
		// Rows differ in width, so one more to each side.
		for dy := -1; dy <= 1; dy++ {
			for dx := -2; dx <= 2; dx++ {
				for _, e := range cores[cell{c.x + dx, c.y + dy}] {
					if d := track.Distance(p, e.at); d < distance {
						best, distance = e.system, d
					}
				}
			}
		}
	}
	return best
}

// place names and positions a system from the trails that everybody may see; from
// all of them, as name only, when there is no such trail.
func (b *builder) place(s *System) {
	var all track.Line
	collect := func(public bool) {
		for _, t := range s.Trails {
			if trail := &b.plan.Trails[t]; !public || trail.Visibility == Public {
				for _, l := range trail.Lines {
					all = append(all, l...)
				}
				s.Length += trail.Length
			}
		}
	}
	collect(true)
	if len(all) == 0 {
		s.Visibility, s.Why = NameOnly, "all of its trails are name only"
		collect(false)
	}
	s.Bounds, _ = all.Bounds()
	east := s.Bounds.East
	if s.Bounds.West > east {
		east += 360
	}
	lon := (s.Bounds.West + east) / 2
	if lon > 180 {
		lon -= 360
	}
	s.Centre = track.At2D(lon, (s.Bounds.South+s.Bounds.North)/2)
	name, distance := "", 10_000.0
	for _, l := range b.landmarks {
		if math.Abs(l.at.Lat-s.Centre.Lat) > 0.1 {
			continue // more than 11 km
		}
		if d := track.Distance(l.at, s.Centre) - l.weight; d < distance {
			name, distance = l.name, d
		}
	}
	switch {
	case name != "":
		s.Name = plainName("Trails around " + name)
	default:
		// Longest singletrack, else longest trail: a name that is there for sure.
		longest := s.Trails[0]
		for _, t := range s.Trails[1:] {
			a, z := &b.plan.Trails[longest], &b.plan.Trails[t]
			single, was := z.Type == "SINGLETRACK", a.Type == "SINGLETRACK"
			if single && !was || single == was && z.Length > a.Length {
				longest = t
			}
		}
		s.Name = plainName("Trails around " + b.plan.Trails[longest].Name)
	}
}

// systemsNear answers systems of which a trail lies within 2 km of the lines, at
// most four, those with most of the lines' points inside their bounds first.
func (b *builder) systemsNear(lines []track.Line) []int {
	type near struct{ system, points int }
	var found []near
	const margin = 0.02 // degrees, about 2 km
	// Some hundred points tell as well as all of them.
	points := 0
	for _, l := range lines {
		points += len(l)
	}
	var some track.Line
	k, step := 0, points/200+1
	for _, l := range lines {
		for _, p := range l {
			if k%step == 0 {
				some = append(some, p)
			}
			k++
		}
	}
	south, north := math.Inf(1), math.Inf(-1)
	for _, p := range some {
		south, north = min(south, p.Lat), max(north, p.Lat)
	}
	for i := range b.plan.Systems {
		box := b.plan.Systems[i].Bounds
		if south > box.North+margin || north < box.South-margin {
			continue
		}
		n := near{system: i}
		for _, p := range some {
			if p.Lat >= box.South-margin && p.Lat <= box.North+margin && p.Lon >= box.West-margin && p.Lon <= box.East+margin {
				n.points++
			}
		}
		if n.points > 0 {
			found = append(found, n)
		}
	}
	slices.SortStableFunc(found, func(a, b near) int { return cmp.Compare(b.points, a.points) })
	var out []int
	for _, n := range found[:min(4, len(found))] {
		out = append(out, n.system)
	}
	return out
}
