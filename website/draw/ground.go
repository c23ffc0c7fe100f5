package draw

import (
	"html/template"
	"math"
	"strconv"
	"strings"
)

// View is the part of the earth that a map shows, and where it lies in the picture.
type View struct {
	West, South, East, North float64 // degrees; east of 180 where it crosses the antimeridian
	Width, Height            float64 // of the picture
}

// X and Y put a place into the picture.
func (v View) X(lon float64) float64 { return (lon - v.West) / (v.East - v.West) * v.Width }

// Y is the picture's height coordinate.
func (v View) Y(lat float64) float64 { return (v.North - lat) / (v.North - v.South) * v.Height }

// Ground is what is drawn below a map's lines.
type Ground func(View) template.HTML

const (
	tileSize = 256
	// maxTiles bounds the pictures of a map.
	maxTiles = 48
	// mercatorEdge is the latitude at which the square of Web Mercator ends.
	mercatorEdge = 85.05112878
)

// TileAddress fills z, x and y into an address that holds {z}, {x} and {y}.
func TileAddress(pattern string, z, x, y int) string {
	return strings.NewReplacer("{z}", strconv.Itoa(z), "{x}", strconv.Itoa(x), "{y}", strconv.Itoa(y)).Replace(pattern)
}

// Tiles draws pictures of a tile server (Web Mercator, 256 pixels) at their own
// places: each picture's corners are exact, and within one the difference of
// projections is less than a line's width. The zoom is the one whose pixels come
// nearest to the picture's, at most maxZoom.
func Tiles(pattern string, maxZoom int) Ground {
	return func(v View) template.HTML {
		if v.South >= v.North || v.West >= v.East {
			return ""
		}
		// World widths that one unit of the picture covers.
		unit := (v.East - v.West) / 360 / v.Width
		z := int(math.Round(-math.Log2(unit * tileSize)))
		z = max(0, min(z, maxZoom))
		for {
			n := math.Exp2(float64(z))
			left, right := int(math.Floor(tileX(v.West)*n)), int(math.Floor(tileX(v.East)*n))
			top, bottom := int(math.Floor(tileY(v.North)*n)), int(math.Floor(tileY(v.South)*n))
			top, bottom = max(0, top), min(int(n)-1, bottom)
			if (right-left+1)*(bottom-top+1) > maxTiles && z > 0 {
				z--
				continue
			}
			var s svg
			s.add(`<g class="mp-tiles" aria-hidden="true">`)
			for y := top; y <= bottom; y++ {
				for x := left; x <= right; x++ {
					wrapped := ((x % int(n)) + int(n)) % int(n)
					x0, x1 := v.X(float64(x)/n*360-180), v.X(float64(x+1)/n*360-180)
					y0, y1 := v.Y(tileLat(float64(y)/n)), v.Y(tileLat(float64(y+1)/n))
					// Half a pixel more closes the seams that rounding leaves.
					s.add(`<image href="`, esc(TileAddress(pattern, z, wrapped, y)), `" x="`, num(x0), `" y="`, num(y0), `" width="`, num(x1-x0+0.5), `" height="`, num(y1-y0+0.5), `" preserveAspectRatio="none"/>`)
				}
			}
			s.add(`</g>`)
			return s.html()
		}
	}
}

// tileX and tileY are a place in the square of Web Mercator, 0 to 1 from its
// north-west corner.
func tileX(lon float64) float64 { return (lon + 180) / 360 }

func tileY(lat float64) float64 {
	lat = math.Max(-mercatorEdge, math.Min(mercatorEdge, lat)) * math.Pi / 180
	return (1 - math.Asinh(math.Tan(lat))/math.Pi) / 2
}

func tileLat(y float64) float64 { return math.Atan(math.Sinh(math.Pi*(1-2*y))) * 180 / math.Pi }

// Heights answers metres above the sea, NaN where nothing is known.
type Heights interface {
	Height(lon, lat float64) float64
}

const (
	// reliefCell is the distance of the points that are asked, in the picture's
	// units. Tiles have a point every 30 or 90 m; what lies between is interpolated.
	reliefCell = 6.0
	// leastInterval keeps the lines above the error of the elevations, in metres.
	leastInterval = 18.0
	// reliefLevels is the most lines that a slope is cut into.
	reliefLevels = 20
	// maxReliefPoints bounds what is drawn; rough ground gets fewer levels.
	maxReliefPoints = 30000
)

// Relief draws contour lines of a view and answers their interval in metres, 0
// when there is nothing to draw: nothing is known, or it is flat. Every fifth line
// is an index line, with its height where there is room. Work is bounded by the
// picture's size.
func Relief(v View, h Heights, u Units) (picture template.HTML, interval float64) {
	nx, ny := int(math.Ceil(v.Width/reliefCell)), int(math.Ceil(v.Height/reliefCell))
	if nx < 1 || ny < 1 || nx*ny > 200_000 {
		return "", 0
	}
	grid := make([][]float64, ny+1)
	low, high := math.Inf(1), math.Inf(-1)
	for j := range grid {
		grid[j] = make([]float64, nx+1)
		lat := v.North - (v.North-v.South)*float64(j)*reliefCell/v.Height
		for i := range grid[j] {
			lon := v.West + (v.East-v.West)*float64(i)*reliefCell/v.Width
			if lon > 180 {
				lon -= 360
			} else if lon < -180 {
				lon += 360
			}
			m := h.Height(lon, lat)
			grid[j][i] = m
			if !math.IsNaN(m) {
				low, high = math.Min(low, m), math.Max(high, m)
			}
		}
	}
	if !(high > low) {
		return "", 0
	}
	_, unit := u.Round()
	interval = math.Max(step((high-low)/unit, reliefLevels), step(leastInterval/unit, 1)) * unit
	for ; ; interval = step(interval/unit*1.5, 1) * unit {
		if s, fits := contourLines(grid, low, high, interval, u); fits {
			if s == "" {
				return "", 0
			}
			return s, interval
		}
	}
}

// contourLines draws the levels of one interval; it reports false when that takes
// too many points.
func contourLines(grid [][]float64, low, high, interval float64, u Units) (template.HTML, bool) {
	var thin, thick, names svg
	points := 0
	for k := math.Ceil(low / interval); k*interval <= high; k++ {
		into := &thin
		index := math.Mod(k, 5) == 0
		if index {
			into = &thick
		}
		longest, at := 0, [2]float64{}
		for _, line := range isolines(grid, k*interval) {
			if points += len(line); points > maxReliefPoints {
				return "", false
			}
			for i, p := range line {
				if i == 0 {
					into.add(`M`)
				} else {
					into.add(`L`)
				}
				into.add(num(p[0]*reliefCell), ` `, num(p[1]*reliefCell))
			}
			if len(line) > longest {
				longest, at = len(line), line[len(line)/2]
			}
		}
		if index && longest > 20 {
			names.add(`<text x="`, num(at[0]*reliefCell), `" y="`, num(at[1]*reliefCell+3), `" text-anchor="middle">`, esc(u.Height(k*interval)), `</text>`)
		}
	}
	if thin.Len()+thick.Len() == 0 {
		return "", true
	}
	var s svg
	s.add(`<g class="mp-relief" aria-hidden="true"><path d="`, thin.String(), `"/><path class="index" d="`, thick.String(), `"/>`, names.String(), `</g>`)
	return s.html(), true
}
