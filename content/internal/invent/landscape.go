package main

import (
	"container/heap"
	"math"

	"github.com/mtbwiki/mtbwiki/track"
)

// spot is a place in the landscape: metres east and north of its origin.
type spot struct{ x, y float64 }

// The origin lies in the open South Pacific, some 3,000 km from any land, so
// that nothing invented ever stands on a map beside something real.
const (
	originLon = -139.5
	originLat = -47.5
)

const metresPerDegree = track.EarthRadius * math.Pi / 180

func (s spot) point() track.Point {
	return track.Point{
		Lon: round(originLon+s.x/(metresPerDegree*math.Cos(originLat*math.Pi/180)), 1e6),
		Lat: round(originLat+s.y/metresPerDegree, 1e6),
		Ele: round(s.height(), 10),
	}
}

func round(x, to float64) float64 { return math.Round(x*to) / to }

// height is the elevation in metres of a landscape that does not exist: an
// island with a long ridge, a round hill in the north-west, flats in the
// south-east, and ripples so that no trail is dead even.
func (s spot) height() float64 {
	h := 35.0
	h += 640 * bell(fromSegment(s, spot{-3000, -300}, spot{3000, 900}), 1150)
	h += 150 * bell(dist(s, spot{2700, 950}), 700)
	h += 120 * bell(dist(s, spot{-600, 150}), 900)
	h -= 130 * bell(dist(s, spot{900, 350}), 500)
	h += 430 * bell(dist(s, spot{-6200, 4700}), 1050)
	h += 60 * bell(dist(s, spot{-1200, -2400}), 800)
	h += 9 * math.Sin(s.x/170+0.4) * math.Sin(s.y/210+1.1)
	h += 3 * math.Sin(s.x/61+2) * math.Sin(s.y/73)
	// The flats stay flat.
	return h - 0.7*(h-45)*bell(dist(s, spot{6000, -4600}), 1500)
}

func bell(d, width float64) float64 { return math.Exp(-d * d / (2 * width * width)) }

func dist(a, b spot) float64 { return math.Hypot(a.x-b.x, a.y-b.y) }

func fromSegment(p, a, b spot) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	t := max(0, min(1, ((p.x-a.x)*dx+(p.y-a.y)*dy)/(dx*dx+dy*dy)))
	return dist(p, spot{a.x + t*dx, a.y + t*dy})
}

// grid is the spacing in metres at which ways are searched.
const grid = 20.0

// steps from one grid point to the next: straight, diagonal and knight's moves,
// sixteen directions in all.
var steps = [16][2]int{
	{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {1, -1}, {-1, 1}, {-1, -1},
	{2, 1}, {2, -1}, {-2, 1}, {-2, -1}, {1, 2}, {1, -2}, {-1, 2}, {-1, -2},
}

// way finds a path from a to b that keeps close to a grade: steeper costs more,
// by the square of the excess, so that the path traverses and turns where the
// direct line is too steep. `taste` bends it, so that two trails between the
// same places differ.
func way(a, b spot, grade, taste float64) []spot {
	type cell [2]int
	from := cell{int(math.Round(a.x / grid)), int(math.Round(a.y / grid))}
	to := cell{int(math.Round(b.x / grid)), int(math.Round(b.y / grid))}
	place := func(c cell) spot { return spot{float64(c[0]) * grid, float64(c[1]) * grid} }
	// The search stays within a margin around both ends.
	const margin = 60
	low := cell{min(from[0], to[0]) - margin, min(from[1], to[1]) - margin}
	high := cell{max(from[0], to[0]) + margin, max(from[1], to[1]) + margin}

	best := map[cell]float64{from: 0}
	before := map[cell]cell{}
	open := &queue{}
	heap.Push(open, item{0, 0, from})
	for open.Len() > 0 {
		at := heap.Pop(open).(item)
		here := cell(at.cell)
		if here == to {
			break
		}
		if at.cost > best[here] {
			continue
		}
		p := place(here)
		height := p.height()
		for _, s := range steps {
			next := cell{here[0] + s[0], here[1] + s[1]}
			if next[0] < low[0] || next[0] > high[0] || next[1] < low[1] || next[1] > high[1] {
				continue
			}
			q := place(next)
			d := dist(p, q)
			excess := max(0, math.Abs(q.height()-height)/d-grade) / grade
			bend := 1 + 0.5*math.Sin(q.x/230+taste)*math.Sin(q.y/190+2*taste)
			cost := at.cost + d*bend*(1+8*excess*excess)
			if old, seen := best[next]; !seen || cost < old-1e-9 {
				best[next] = cost
				before[next] = here
				heap.Push(open, item{cost + 0.5*dist(q, b), cost, next})
			}
		}
	}
	var path []spot
	for c := to; c != from; c = before[c] {
		path = append(path, place(c))
	}
	path = append(path, a)
	for i, j := 0, len(path)-1; i < j; i, j = i+1, j-1 {
		path[i], path[j] = path[j], path[i]
	}
	path[len(path)-1] = b
	return path
}

type item struct {
	// rank is the cost so far and the least that can come.
	rank, cost float64
	cell       [2]int
}

// queue orders items by rank, and equal ones by place, so that the same way is
// found every time.
type queue []item

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	a, b := q[i], q[j]
	switch {
	case a.rank != b.rank:
		return a.rank < b.rank
	case a.cell[0] != b.cell[0]:
		return a.cell[0] < b.cell[0]
	}
	return a.cell[1] < b.cell[1]
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(item)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// rounded cuts the corners of a path twice (Chaikin) and places points evenly,
// about 12 m apart. The ends stay.
func rounded(path []spot) []spot {
	for range 2 {
		cut := []spot{path[0]}
		for i := 0; i+1 < len(path); i++ {
			a, b := path[i], path[i+1]
			cut = append(cut, spot{0.75*a.x + 0.25*b.x, 0.75*a.y + 0.25*b.y}, spot{0.25*a.x + 0.75*b.x, 0.25*a.y + 0.75*b.y})
		}
		path = append(cut, path[len(path)-1])
	}
	var length float64
	for i := 1; i < len(path); i++ {
		length += dist(path[i-1], path[i])
	}
	count := max(2, int(math.Round(length/12)))
	even := []spot{path[0]}
	var passed float64
	for i := 1; i < len(path) && len(even) < count; i++ {
		d := dist(path[i-1], path[i])
		for want := length * float64(len(even)) / float64(count); want <= passed+d && len(even) < count; want = length * float64(len(even)) / float64(count) {
			t := (want - passed) / d
			even = append(even, spot{path[i-1].x + t*(path[i].x-path[i-1].x), path[i-1].y + t*(path[i].y-path[i-1].y)})
		}
		passed += d
	}
	return append(even, path[len(path)-1])
}
