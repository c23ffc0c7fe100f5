package layer

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"github.com/mtbwiki/mtbwiki/difficulty"
	"github.com/mtbwiki/mtbwiki/importer/osm"
	"github.com/mtbwiki/mtbwiki/track"
)

// Crux is a place on a trail that its marks for most of the length don't tell: a
// short way or a point that is harder, or in the way.
type Crux struct {
	AtM float64 `json:"atM"` // metres along the longest line
	// LengthM of a short way; 0 for a point.
	LengthM float64 `json:"lengthM,omitempty"`
	Kind    string  `json:"kind"` // a FeatureKind of the schema
	// Scale is mtb:scale there, empty when the source doesn't say.
	Scale string `json:"scale,omitempty"`
	// Avoidable: it lies beside the trail rather than on it.
	Avoidable bool `json:"avoidable,omitempty"`
	// Source is the element with the keys it was made from.
	Source string     `json:"source"`
	Keys   []KeyValue `json:"keys,omitempty"`
}

const (
	// shortWay in metres: longer ways count for the marks alone, as passages do.
	shortWay = 100.0
	// beside in metres: a rated point no further from a trail is one that riders of
	// it can choose.
	beside = 15.0
	// maxBesides are looked at for a trail, and of a cell; real ones have a handful.
	maxBesides = 200
)

// cruxKeys make a crux of an element, and are told with it.
var cruxKeys = []string{"mtb:scale", "obstacle", "hazard", "barrier", "ford", "highway", "mtb:description"}

// pointKind is the FeatureKind of a node that says something of a trail; empty when
// it says nothing.
func pointKind(tags osm.Tags) string {
	switch {
	case tags["ford"] != "" && tags["ford"] != "no":
		return "CREEK_CROSSING"
	case slices.Contains([]string{"gate", "lift_gate", "swing_gate", "kissing_gate", "stile", "turnstile", "cycle_barrier", "block", "cattle_grid", "log", "debris"}, tags["barrier"]):
		return "GATE"
	case tags["obstacle"] != "" && tags["obstacle"] != "no", tags["hazard"] != "" && tags["hazard"] != "no", tags["mtb:scale"] != "":
		return "OTHER"
	}
	return ""
}

// wayKind is the same of a short way of a trail.
func wayKind(tags map[string]string, harder bool) string {
	switch {
	case tags["ford"] != "" && tags["ford"] != "no":
		return "CREEK_CROSSING"
	case tags["highway"] == "steps":
		return "STEPS"
	case harder, tags["obstacle"] != "" && tags["obstacle"] != "no", tags["hazard"] != "" && tags["hazard"] != "no":
		return "OTHER"
	}
	return ""
}

// cruxes finds short harder ways and points on trails, and rated points beside
// them. A rated point on a trail can't be avoided, so it counts for the worst mark.
func (b *builder) cruxes(ctx context.Context) error {
	points := map[int64]*osm.Node{}
	// In one order, whatever the file's, because of the limits below.
	slices.SortFunc(b.points, func(a, z osm.Node) int { return cmp.Compare(a.ID, z.ID) })
	for i := range b.points {
		points[b.points[i].ID] = &b.points[i]
	}
	features := map[string]int{}
	onWay := map[int64]bool{}
	for i := range b.plan.Features {
		features[b.plan.Features[i].ID] = i
		for _, n := range b.plan.Features[i].nodes {
			onWay[n] = true
		}
	}
	grid := map[cell][]int{} // rated points on no way, by place
	for i := range b.points {
		n := &b.points[i]
		if c := cellOf(n.At); n.Tags["mtb:scale"] != "" && !onWay[n.ID] && len(grid[c]) < maxBesides {
			grid[c] = append(grid[c], i)
		}
	}
	for t := range b.plan.Trails {
		if t%100 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		trail := &b.plan.Trails[t]
		most := -1.0
		for _, a := range trail.Profile.Axes {
			if a.Axis == descending {
				most = a.Predominant
			}
		}
		var found []Crux
		cells := map[cell]bool{}
		seen := map[int64]bool{}
		for _, id := range trail.Features {
			f := &b.plan.Features[features[id]]
			scale, mark := b.scale(id, f.Tags)
			if length := f.Line.Length(); length <= shortWay && length < trail.Length/4 {
				if kind := wayKind(f.Tags, most >= 0 && mark > most); kind != "" {
					if from, ok := b.at(t, f.Line[0]); ok {
						if to, ok := b.at(t, f.Line[len(f.Line)-1]); ok {
							from = min(from, to)
						}
						found = append(found, Crux{AtM: track.Round(from, 1), LengthM: track.Round(length, 1), Kind: kind, Scale: scale, Source: id, Keys: keysOf(f.Tags)})
					}
				}
			}
			for k, n := range f.nodes {
				p := f.Line[k]
				cells[cellOf(p)] = true
				node := points[n]
				if node == nil || seen[n] {
					continue
				}
				seen[n] = true
				at, ok := b.at(t, p)
				if !ok {
					continue
				}
				name := "node/" + itoa(n)
				scale, mark := b.scale(name, node.Tags)
				found = append(found, Crux{AtM: track.Round(at, 1), Kind: pointKind(node.Tags), Scale: scale, Source: name, Keys: keysOf(node.Tags)})
				if mark >= 0 && mark <= 5 {
					trail.Profile.raise(mark, scale)
				}
			}
		}
		if len(grid) > 0 {
			found = append(found, b.besides(t, cells, grid)...)
		}
		slices.SortStableFunc(found, func(a, z Crux) int {
			return cmp.Or(cmp.Compare(a.AtM, z.AtM), strings.Compare(a.Source, z.Source))
		})
		if len(found) > maxCruxes {
			b.plan.note("%s: %d places of note on it, of which the first %d are told", trail.Features[0], len(found), maxCruxes)
			found = found[:maxCruxes]
		}
		trail.Profile.Cruxes = found
	}
	return nil
}

// besides are rated points near the trail that lie on no way.
func (b *builder) besides(t int, cells map[cell]bool, grid map[cell][]int) []Crux {
	var near []int
	around := map[cell]bool{}
	for c := range cells {
		for dx := -1; dx <= 1; dx++ {
			for dy := -1; dy <= 1; dy++ {
				if n := (cell{c.x + dx, c.y + dy}); !around[n] {
					around[n] = true
					near = append(near, grid[n]...)
				}
			}
		}
	}
	if len(near) == 0 {
		return nil
	}
	slices.Sort(near)
	measured := b.plan.Trails[t].Lines[0].Measure()
	var out []Crux
	for _, i := range near[:min(len(near), maxBesides)] {
		n := &b.points[i]
		along, away, ok := measured.Nearest(n.At)
		if !ok || away > beside {
			continue
		}
		name := "node/" + itoa(n.ID)
		scale, _ := b.scale(name, n.Tags)
		out = append(out, Crux{AtM: track.Round(along, 1), Kind: pointKind(n.Tags), Scale: scale, Avoidable: true, Source: name, Keys: keysOf(n.Tags)})
	}
	return out
}

// scale answers the hardest of mtb:scale as label and mark; -1 when it isn't there.
func (b *builder) scale(id string, tags map[string]string) (string, float64) {
	v := strings.TrimSpace(tags["mtb:scale"])
	if v == "" {
		return "", -1
	}
	s, err := difficulty.ParseOSMScale(v)
	if err != nil {
		b.odd(id, "mtb:scale", v, notUnderstood)
		return "", -1
	}
	return s.High, float64(s.High[0] - '0')
}

// raise takes a place that can't be avoided into the worst values.
func (p *Profile) raise(mark float64, label string) {
	for i := range p.Axes {
		if p.Axes[i].Axis == descending {
			p.Axes[i].Worst = math.Max(p.Axes[i].Worst, mark)
		}
	}
	for i := range p.Labels {
		if p.Labels[i].System == difficulty.OSM {
			p.Labels[i].Worst = max(p.Labels[i].Worst, label)
		}
	}
}

func keysOf(tags map[string]string) []KeyValue {
	var out []KeyValue
	for _, k := range cruxKeys {
		if v := tags[k]; v != "" && !(k == "highway" && v != "steps") {
			out = append(out, KeyValue{Key: k, Value: cut(v, maxValue)})
		}
	}
	return out
}
