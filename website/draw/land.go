package draw

import (
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"math"
	"unicode/utf8"
)

// Land is the outline of the land, as rings of points in degrees.
type Land struct {
	rings []Line
	world string // the whole world's path, projected once
}

// maxLandPoints bounds what ParseLand decodes.
const maxLandPoints = 200_000

// ParseLand decodes a TopoJSON topology that holds the land (object "land", as
// in the npm package world-atlas): arcs are delta-coded integers with a common
// scale, a negative index means an arc reversed.
func ParseLand(raw []byte) (*Land, error) {
	var topology struct {
		Type      string `json:"type"`
		Transform struct {
			Scale     [2]float64 `json:"scale"`
			Translate [2]float64 `json:"translate"`
		} `json:"transform"`
		Arcs    [][][2]int `json:"arcs"`
		Objects map[string]struct {
			Geometries []struct {
				Type string          `json:"type"`
				Arcs json.RawMessage `json:"arcs"`
			} `json:"geometries"`
		} `json:"objects"`
	}
	if err := json.Unmarshal(raw, &topology); err != nil {
		return nil, fmt.Errorf("topojson: %w", err)
	}
	if topology.Type != "Topology" {
		return nil, fmt.Errorf("topojson: type is %q, not Topology", topology.Type)
	}
	object, ok := topology.Objects["land"]
	if !ok {
		return nil, errors.New(`topojson: there is no object "land"`)
	}
	points := 0
	arcs := make([]Line, len(topology.Arcs))
	for i, arc := range topology.Arcs {
		x, y := 0, 0
		for _, d := range arc {
			x, y = x+d[0], y+d[1]
			arcs[i] = append(arcs[i], Point{
				Lon: float64(x)*topology.Transform.Scale[0] + topology.Transform.Translate[0],
				Lat: float64(y)*topology.Transform.Scale[1] + topology.Transform.Translate[1],
				Ele: math.NaN(),
			})
		}
		if points += len(arc); points > maxLandPoints {
			return nil, fmt.Errorf("topojson: more than %d points", maxLandPoints)
		}
	}
	land := &Land{}
	addPolygon := func(polygon [][]int) error {
		for _, ring := range polygon {
			var line Line
			for _, index := range ring {
				at := index
				if at < 0 {
					at = ^at
				}
				if at >= len(arcs) {
					return fmt.Errorf("topojson: arc %d does not exist", index)
				}
				arc := arcs[at]
				for k := range arc {
					p := arc[k]
					if index < 0 {
						p = arc[len(arc)-1-k]
					}
					// Arcs of a ring share their end points.
					if k == 0 && len(line) > 0 {
						continue
					}
					line = append(line, p)
				}
			}
			if len(line) > 2 {
				land.rings = append(land.rings, line)
			}
			if points += len(line); points > 2*maxLandPoints {
				return fmt.Errorf("topojson: rings hold more than %d points", 2*maxLandPoints)
			}
		}
		return nil
	}
	for _, g := range object.Geometries {
		var polygons [][][]int
		switch g.Type {
		case "Polygon":
			polygons = make([][][]int, 1)
			if err := json.Unmarshal(g.Arcs, &polygons[0]); err != nil {
				return nil, fmt.Errorf("topojson: %w", err)
			}
		case "MultiPolygon":
			if err := json.Unmarshal(g.Arcs, &polygons); err != nil {
				return nil, fmt.Errorf("topojson: %w", err)
			}
		default:
			return nil, fmt.Errorf("topojson: the land holds a %s, not polygons", g.Type)
		}
		for _, p := range polygons {
			if err := addPolygon(p); err != nil {
				return nil, err
			}
		}
	}
	if len(land.rings) == 0 {
		return nil, errors.New("topojson: the land is empty")
	}
	land.project()
	return land, nil
}

// Pin is a place on a map of the world.
type Pin struct {
	Name      string
	Href      string
	Lat, Lon  float64
	Synthetic bool
	// Label writes the name beside the pin where there is room for it.
	Label bool
}

// worldScale is pixels a unit of the projection, on a picture of 760 by 372.
const worldScale = 138.0

func worldX(p Point) float64 { x, _ := naturalEarth(p); return 380 + worldScale*x }
func worldY(p Point) float64 { _, y := naturalEarth(p); return 193.4 - worldScale*y }

// speck is the smallest extent in pixels of land that is drawn on the world.
const speck = 1.4

// project draws the land's path. What reaches over one edge of the map comes in
// at the other; islands smaller than a speck are left out.
func (l *Land) project() {
	var s svg
	for _, ring := range l.rings {
		whole := unwrap(ring)
		low, high := whole[0].Lon, whole[0].Lon
		left, right, top, bottom := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
		for _, p := range whole {
			low, high = math.Min(low, p.Lon), math.Max(high, p.Lon)
			left, right = math.Min(left, worldX(p)), math.Max(right, worldX(p))
			top, bottom = math.Min(top, worldY(p)), math.Max(bottom, worldY(p))
		}
		if right-left < speck && bottom-top < speck {
			continue
		}
		for _, shift := range []float64{-360, 0, 360} {
			if low+shift < 180 && high+shift > -180 {
				s.add(path(shifted(whole, shift), worldX, worldY), `z`)
			}
		}
	}
	l.world = s.String()
}

// World draws the whole world (Natural Earth projection) with pins.
func (l *Land) World(title string, pins []Pin) template.HTML {
	var s svg
	role := "img"
	for _, p := range pins {
		if p.Href != "" {
			role = "group" // links inside a picture are not reachable
		}
	}
	s.add(`<svg class="world" viewBox="0 0 760 372" role="`, role, `" aria-label="`, esc(title), `">`)
	edge := path(append(meridian(-180), reversed(meridian(180))...), worldX, worldY)
	s.add(`<clipPath id="world-edge"><path d="`, edge, `z"/></clipPath><path class="wd-sea" d="`, edge, `z"/><path class="wd-land" clip-path="url(#world-edge)" d="`, l.world)
	s.add(`"/><path class="wd-grid" d="`)
	for lat := -60.0; lat <= 60; lat += 30 {
		s.add(path(parallel(lat), worldX, worldY))
	}
	s.add(`"/>`)
	for _, p := range pins {
		at := Point{Lon: p.Lon, Lat: p.Lat}
		drawPin(&s, p, worldX(at), worldY(at))
	}
	nameWorld(&s, pins)
	s.add(`</svg>`)
	return s.html()
}

// nameWorld writes names beside pins, where they meet neither a pin nor another
// name nor the picture's edge. The pins' own titles name all of them.
func nameWorld(s *svg, pins []Pin) {
	const letter, high, dot = 5.4, 11.0, 5.0
	type box struct{ left, top, right, bottom float64 }
	var taken []box
	for _, p := range pins {
		at := Point{Lon: p.Lon, Lat: p.Lat}
		x, y := worldX(at), worldY(at)
		taken = append(taken, box{x - dot, y - dot, x + dot, y + dot})
	}
	for i, p := range pins {
		if !p.Label {
			continue
		}
		at := Point{Lon: p.Lon, Lat: p.Lat}
		x, y := worldX(at), worldY(at)
		w := letter * float64(utf8.RuneCountInString(p.Name))
		for _, c := range []struct {
			anchor      string
			dx, dy, off float64 // off: from the anchor to the left end
		}{{"start", 9, 3.5, 0}, {"end", -9, 3.5, -w}, {"middle", 0, -9, -w / 2}, {"middle", 0, 17, -w / 2}} {
			b := box{x + c.dx + c.off, y + c.dy - high + 2, x + c.dx + c.off + w, y + c.dy + 2}
			free := b.left > 2 && b.right < 758 && b.top > 2 && b.bottom < 370
			for k, t := range taken {
				if k != i && b.left < t.right && t.left < b.right && b.top < t.bottom && t.top < b.bottom {
					free = false
				}
			}
			if free {
				taken = append(taken, b)
				s.add(`<text class="wd-name" aria-hidden="true" x="`, num(x+c.dx), `" y="`, num(y+c.dy), `" text-anchor="`, c.anchor, `">`, esc(p.Name), `</text>`)
				break
			}
		}
	}
}

// unwrap makes the longitudes of a ring continuous where it crosses the
// antimeridian. A ring around a pole is closed by way of the pole.
func unwrap(ring Line) Line {
	out := make(Line, len(ring), len(ring)+2)
	copy(out, ring)
	for i := 1; i < len(out); i++ {
		for out[i].Lon-out[i-1].Lon > 180 {
			out[i].Lon -= 360
		}
		for out[i].Lon-out[i-1].Lon < -180 {
			out[i].Lon += 360
		}
	}
	first, last := out[0], out[len(out)-1]
	if math.Abs(last.Lon-first.Lon) > 180 {
		pole := math.Copysign(90, first.Lat)
		out = append(out, Point{Lon: last.Lon, Lat: pole}, Point{Lon: first.Lon, Lat: pole})
	}
	return out
}

func shifted(l Line, by float64) Line {
	if by == 0 {
		return l
	}
	out := make(Line, len(l))
	for i, p := range l {
		p.Lon += by
		out[i] = p
	}
	return out
}

func reversed(l Line) Line {
	out := make(Line, len(l))
	for i, p := range l {
		out[len(l)-1-i] = p
	}
	return out
}

func meridian(lon float64) Line {
	var l Line
	for lat := -90.0; lat <= 90; lat += 10 {
		l = append(l, Point{Lon: lon, Lat: lat})
	}
	return l
}

func parallel(lat float64) Line {
	var l Line
	for lon := -180.0; lon <= 180; lon += 10 {
		l = append(l, Point{Lon: lon, Lat: lat})
	}
	return l
}

func drawPin(s *svg, p Pin, x, y float64) {
	class := "wd-pin"
	if p.Synthetic {
		class += " made-up"
	}
	if p.Href != "" {
		s.add(`<a href="`, esc(p.Href), `">`)
	}
	s.add(`<g class="`, class, `"><title>`, esc(p.Name), `</title><circle class="halo" cx="`, num(x), `" cy="`, num(y), `" r="9"/><circle class="dot" cx="`, num(x), `" cy="`, num(y), `" r="4.2"/></g>`)
	if p.Href != "" {
		s.add(`</a>`)
	}
}

// Globe draws the half of the world around a place (orthographic), with a pin
// in its middle.
func (l *Land) Globe(title string, pin Pin) template.HTML {
	const r, c = 104.0, 110.0
	rad := math.Pi / 180
	// Looking a little from the equator's side shows more land than ocean for
	// most places, and keeps the poles where people expect them.
	lat0, lon0 := pin.Lat*0.72*rad, pin.Lon*rad
	project := func(p Point) (px, py float64, front bool) {
		lat, dLon := p.Lat*rad, p.Lon*rad-lon0
		px = math.Cos(lat) * math.Sin(dLon)
		py = math.Cos(lat0)*math.Sin(lat) - math.Sin(lat0)*math.Cos(lat)*math.Cos(dLon)
		front = math.Sin(lat0)*math.Sin(lat)+math.Cos(lat0)*math.Cos(lat)*math.Cos(dLon) >= 0
		if !front {
			// Points behind the horizon are pushed onto it, at their azimuth.
			if n := math.Hypot(px, py); n > 0 {
				px, py = px/n, py/n
			}
		}
		return c + r*px, c - r*py, front
	}
	var s svg
	s.add(`<svg class="globe" viewBox="0 0 220 220" role="img" aria-label="`, esc(title), `"><circle class="gl-sea" cx="110" cy="110" r="104"/><path class="gl-land" d="`)
	for _, ring := range l.rings {
		any := false
		for _, p := range ring {
			if _, _, front := project(p); front {
				any = true
				break
			}
		}
		if !any {
			continue
		}
		for i, p := range ring {
			px, py, _ := project(p)
			if i == 0 {
				s.add(`M`)
			} else {
				s.add(`L`)
			}
			s.add(num(px), ` `, num(py))
		}
		s.add(`z`)
	}
	s.add(`"/><path class="gl-grid" d="`)
	graticule := func(line Line) {
		open := false
		for _, p := range line {
			px, py, front := project(p)
			if !front {
				open = false
				continue
			}
			if open {
				s.add(`L`)
			} else {
				s.add(`M`)
			}
			s.add(num(px), ` `, num(py))
			open = true
		}
	}
	for lat := -60.0; lat <= 60; lat += 30 {
		graticule(parallel(lat))
	}
	for lon := -180.0; lon < 180; lon += 30 {
		graticule(meridian(lon)[1:18])
	}
	s.add(`"/><circle class="gl-rim" cx="110" cy="110" r="104"/>`)
	px, py, _ := project(Point{Lon: pin.Lon, Lat: pin.Lat})
	pin.Href = ""
	drawPin(&s, pin, px, py)
	s.add(`</svg>`)
	return s.html()
}

// naturalEarth is Tom Patterson's projection in the polynomials of Šavrič et al.
// (2011); it answers units of the globe's radius.
func naturalEarth(p Point) (x, y float64) {
	lon, lat := p.Lon*math.Pi/180, p.Lat*math.Pi/180
	l2 := lat * lat
	l4 := l2 * l2
	x = lon * (0.8707 - 0.131979*l2 + l4*(-0.013791+l4*(0.003971*l2-0.001529*l4)))
	y = lat * (1.007226 + l2*(0.015085+l4*(-0.044475+0.028874*l2-0.005916*l4)))
	return x, y
}
