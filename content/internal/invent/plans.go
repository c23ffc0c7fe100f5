package main

import (
	"sync"

	"github.com/mtbwiki/mtbwiki/track"
)

// nodes are the places where trails begin, end and meet.
var nodes = map[string]spot{
	// Imaginary Ridge.
	"trailhead":  {0, -3200},
	"halfway":    {-300, -1500},
	"saddle":     {-400, 0},
	"east peak":  {2700, 900},
	"west end":   {-2800, -300},
	"bench":      {1700, -500},
	"creek":      {1900, -2700},
	"quiet wood": {-2000, -2500},
	// Make-Believe Bike Park.
	"park top":  {-6200, 4700},
	"park base": {-4500, 3500},
	"park mid":  {-5400, 4000},
	// Nowhere Flats.
	"centre":   {5200, -4400},
	"meadow":   {6300, -3800},
	"far tree": {7000, -5000},
	"hollow":   {6200, -5600},
	"jetty":    {4300, -5500},
}

// plan says where a trail goes: through which nodes, at about which grade.
type plan struct {
	slug  string
	nodes []string
	// grade is what the trail keeps below where it can, as rise over run.
	grade float64
	// taste sets it apart from others between the same nodes.
	taste float64
}

var plans = []plan{
	{"never-was-climb", []string{"trailhead", "halfway", "saddle"}, 0.09, 0.3},
	{"daydream-descent", []string{"saddle", "halfway", "trailhead"}, 0.11, 2.2},
	{"imaginary-ridge-traverse", []string{"saddle", "east peak"}, 0.12, 1.0},
	{"wishful-thinking", []string{"west end", "saddle"}, 0.12, 4.0},
	{"figment-of-imagination", []string{"east peak", "bench", "creek"}, 0.19, 3.1},
	{"hypothetical-headwall", []string{"east peak", "bench"}, 0.42, 0.0},
	{"phantom-creek", []string{"creek", "trailhead"}, 0.06, 5.0},
	{"whispered-rumour", []string{"west end", "quiet wood"}, 0.22, 1.7},
	{"unseen-line", []string{"saddle", "quiet wood"}, 0.26, 2.6},
	{"the-long-story", []string{"west end", "park base"}, 0.07, 0.8},
	{"white-lie", []string{"park top", "park mid", "park base"}, 0.06, 1.4},
	{"tall-tale", []string{"park top", "park mid", "park base"}, 0.13, 3.6},
	{"cock-and-bull", []string{"park top", "park base"}, 0.16, 5.4},
	{"pro-fiction", []string{"park top", "park mid"}, 0.24, 0.9},
	{"old-yarn", []string{"park top", "park base"}, 0.3, 2.0},
	{"blank-page-loop", []string{"centre", "meadow", "far tree", "hollow", "centre"}, 0.04, 2.9},
	{"dotted-line", []string{"meadow", "hollow"}, 0.07, 4.4},
	{"nobodys-fire-road", []string{"centre", "creek"}, 0.06, 0.2},
	{"paper-promenade", []string{"centre", "jetty"}, 0.03, 3.3},
}

// line is a drawn trail with the distances in metres of its nodes from its start.
type line struct {
	points track.Line
	nodes  map[string]float64
}

func (p plan) draw() line {
	l := line{nodes: map[string]float64{p.nodes[0]: 0}}
	for i := 0; i+1 < len(p.nodes); i++ {
		part := rounded(way(nodes[p.nodes[i]], nodes[p.nodes[i+1]], p.grade, p.taste))
		if i > 0 {
			part = part[1:]
		}
		for _, s := range part {
			l.points = append(l.points, s.point())
		}
		if _, passed := l.nodes[p.nodes[i+1]]; !passed {
			l.nodes[p.nodes[i+1]] = l.points.Length()
		}
	}
	return l
}

// lines draws all plans, once: finding the ways takes a second or two.
var lines = sync.OnceValue(func() map[string]line {
	all := make(map[string]line, len(plans))
	for _, p := range plans {
		all[p.slug] = p.draw()
	}
	return all
})
