package draw

import (
	"html/template"
	"math"
	"strconv"
)

// Track is a line on a map.
type Track struct {
	Name string
	Href string
	// Label is the common label, which gives colour and dash.
	Label string
	// Number stands on the line when above 0, as in the list beside the map.
	Number int
	// Main is what the page is about: drawn above the rest, with start and end.
	Main bool
	// Open tells that the line is from open data: drawn hollow.
	Open bool
	// Old tells that the line would be replaced: drawn faint.
	Old  bool
	Line Line
	// More are further pieces, apart from the line.
	More []Line
}

// Place is a mark on a map beside the lines, such as a car park.
type Place struct {
	Name string
	Href string
	// Mark is a letter or two, as in the list beside the map.
	Mark     string
	Lat, Lon float64
}

// Chart is a map: lines and spots on them.
type Chart struct {
	Title  string
	Tracks []Track
	// Spots lie on the main track.
	Spots []Spot
	// Joins are where trails meet, as points.
	Joins []Point
	// Places are drawn where they lie within the picture, which the lines decide.
	Places []Place
	// Ground is drawn below the lines, in order.
	Ground []Ground
	// Height of the picture, 760 wide; 0 means 480.
	Height float64
}

const (
	mapW      = 760.0
	mapMargin = 46.0
	minSpan   = 120.0 // metres: shorter trails are not blown up to a page
)

// Map draws lines with north up, a grid of round squares, a scale bar, start and
// end. It answers "" when there is no line to draw.
func Map(c Chart, u Units) template.HTML {
	h := c.Height
	if h == 0 {
		h = 480
	}
	west, south, east, north, ok := bounds(c.Tracks)
	if !ok {
		return ""
	}
	// Locally a plate carrée with the middle's scale: within the size of a trail
	// system it differs from Mercator by less than a line's width.
	midLat, midLon := (south+north)/2, (west+east)/2
	perLat := earthRadius * math.Pi / 180
	perLon := perLat * math.Cos(midLat*math.Pi/180)
	spanX := math.Max((east-west)*perLon, minSpan)
	spanY := math.Max((north-south)*perLat, minSpan)
	scale := math.Min((mapW-2*mapMargin)/spanX, (h-2*mapMargin)/spanY) // pixels a metre
	x := func(p Point) float64 { return mapW/2 + (p.Lon-midLon)*perLon*scale }
	y := func(p Point) float64 { return h/2 - (p.Lat-midLat)*perLat*scale }

	var s svg
	role := "img"
	if len(c.Places) > 0 {
		role = "group"
	}
	for _, t := range c.Tracks {
		if t.Href != "" {
			role = "group" // links inside a picture are not reachable
		}
	}
	s.add(`<svg class="map" viewBox="0 0 760 `, num(h), `" role="`, role, `" aria-label="`, esc(c.Title), `" data-map="">`)
	s.add(`<rect class="mp-paper" width="760" height="`, num(h), `"/>`)

	halfX, halfY := mapW/2/scale/perLon, h/2/scale/perLat
	for _, ground := range c.Ground {
		s.add(string(ground(View{West: midLon - halfX, South: midLat - halfY, East: midLon + halfX, North: midLat + halfY, Width: mapW, Height: h})))
	}

	unit, _ := u.Round()
	square := step(mapW/scale/unit, 6) * unit
	s.add(`<g class="mp-grid"><path d="`)
	for gx := math.Mod(mapW/2, square*scale); gx < mapW; gx += square * scale {
		s.add(`M`, num(gx), ` 0V`, num(h))
	}
	for gy := math.Mod(h/2, square*scale); gy < h; gy += square * scale {
		s.add(`M0 `, num(gy), `H760`)
	}
	s.add(`"/></g>`)

	drawTrack := func(t Track) {
		if len(t.Line) < 2 {
			return
		}
		class := "mp-track t-" + Code(t.Label)
		if t.Main {
			class += " main"
		}
		if t.Open {
			class += " open"
		}
		if t.Old {
			class += " old"
		}
		if t.Href != "" {
			s.add(`<a href="`, esc(t.Href), `" class="`, class, `">`)
		} else {
			s.add(`<g class="`, class, `">`)
		}
		d := path(drawn(t.Line, x, y), x, y)
		for _, l := range t.More {
			d += path(drawn(l, x, y), x, y)
		}
		s.add(`<title>`, esc(t.Name), `</title><path class="case" d="`, d, `"/><path class="line" d="`, d, `"/>`)
		if t.Open {
			s.add(`<path class="core" d="`, d, `"/>`)
		}
		if t.Number > 0 {
			m := t.Line.At(t.Line.Length() / 2)
			s.add(`<g class="mp-num"><circle cx="`, num(x(m)), `" cy="`, num(y(m)), `" r="10"/><text x="`, num(x(m)), `" y="`, num(y(m)+4.2), `" text-anchor="middle">`, strconv.Itoa(t.Number), `</text></g>`)
		}
		if t.Href != "" {
			s.add(`</a>`)
		} else {
			s.add(`</g>`)
		}
	}
	for _, t := range c.Tracks {
		if !t.Main {
			drawTrack(t)
		}
	}
	for _, j := range c.Joins {
		s.add(`<circle class="mp-join" cx="`, num(x(j)), `" cy="`, num(y(j)), `" r="4.5"><title>Junction</title></circle>`)
	}
	for _, t := range c.Tracks {
		if !t.Main {
			continue
		}
		drawTrack(t)
		if len(t.Line) < 2 {
			continue
		}
		for _, spot := range c.Spots {
			p := t.Line.At(spot.Distance)
			class := "mp-spot"
			if spot.Hard {
				class += " hard"
			}
			s.add(`<g class="`, class, `"><title>`, esc(spot.Name), `</title><circle cx="`, num(x(p)), `" cy="`, num(y(p)), `" r="9"/><text x="`, num(x(p)), `" y="`, num(y(p)+4), `" text-anchor="middle">`, strconv.Itoa(spot.Number), `</text></g>`)
		}
		a, b := t.Line[0], t.Line[len(t.Line)-1]
		if Between(a, b) > 25 {
			s.add(`<g class="mp-end"><title>End</title><rect x="`, num(x(b)-7), `" y="`, num(y(b)-7), `" width="14" height="14" rx="2"/></g>`)
		}
		s.add(`<g class="mp-start"><title>Start</title><path d="M`, num(x(a)-7), ` `, num(y(a)-8), `l15 8-15 8z"/></g>`)
	}
	for _, p := range c.Places {
		at := Point{Lon: p.Lon, Lat: p.Lat}
		for at.Lon-midLon > 180 {
			at.Lon -= 360
		}
		for at.Lon-midLon < -180 {
			at.Lon += 360
		}
		if px, py := x(at), y(at); px > 0 && px < mapW && py > 0 && py < h {
			s.add(`<a href="`, esc(p.Href), `" class="mp-place"><title>`, esc(p.Name), `</title><rect x="`, num(px-10), `" y="`, num(py-10), `" width="20" height="20" rx="4"/><text x="`, num(px), `" y="`, num(py+4.4), `" text-anchor="middle">`, esc(p.Mark), `</text></a>`)
		}
	}
	// North arrow and scale bar stay where they are when the script pans.
	s.add(`<g class="mp-north" aria-hidden="true"><path d="M726 20l9 26-9-6-9 6z"/><text x="726" y="62" text-anchor="middle">N</text></g>`)
	bar := step(mapW/scale/unit, 5) * unit
	w := bar * scale
	s.add(`<g class="mp-scale"><path d="M20 `, num(h-22), `v6h`, num(w), `v-6"/><text x="`, num(20+w/2), `" y="`, num(h-26), `" text-anchor="middle">`, esc(u.Distance(bar)), `</text></g>`)
	s.add(`</svg>`)
	return s.html()
}

// drawn leaves out points that nobody could tell from the one before.
func drawn(l Line, x, y func(Point) float64) Line {
	const nearest = 0.6 // pixels
	var out Line
	for i, p := range l {
		if i > 0 && i < len(l)-1 {
			last := out[len(out)-1]
			if math.Hypot(x(p)-x(last), y(p)-y(last)) < nearest {
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

func path(l Line, x, y func(Point) float64) string {
	var s svg
	for i, p := range l {
		if i == 0 {
			s.add(`M`)
		} else {
			s.add(`L`)
		}
		s.add(num(x(p)), ` `, num(y(p)))
	}
	return s.String()
}

// bounds is the box around all lines. Lines that cross the antimeridian are
// unwrapped from their first point on.
func bounds(tracks []Track) (west, south, east, north float64, ok bool) {
	west, south, east, north = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	anchor := math.NaN()
	box := func(line Line) {
		for i, p := range line {
			if math.IsNaN(anchor) {
				anchor = p.Lon
			}
			for p.Lon-anchor > 180 {
				p.Lon -= 360
			}
			for p.Lon-anchor < -180 {
				p.Lon += 360
			}
			line[i].Lon = p.Lon
			west, east = math.Min(west, p.Lon), math.Max(east, p.Lon)
			south, north = math.Min(south, p.Lat), math.Max(north, p.Lat)
			ok = true
		}
	}
	for _, t := range tracks {
		box(t.Line)
		for _, l := range t.More {
			box(l)
		}
	}
	return west, south, east, north, ok
}
