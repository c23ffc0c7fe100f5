package website

import (
	"html/template"
	"strings"
	"sync"

	"github.com/mtbwiki/mtbwiki/website/draw"
)

// keptReliefs bounds the contour lines that are kept; each is at most some 300 KB
// of path, most are a tenth.
const keptReliefs = 64

// reliefs keeps drawn contour lines by what they show; the oldest goes first.
type reliefs struct {
	mu    sync.Mutex
	kept  map[reliefKey]relief
	order []reliefKey
}

type reliefKey struct {
	view  draw.View
	units units
}

type relief struct {
	picture  template.HTML
	interval float64
}

func (c *reliefs) get(v draw.View, u units, h draw.Heights) relief {
	key := reliefKey{v, u}
	c.mu.Lock()
	one, ok := c.kept[key]
	c.mu.Unlock()
	if ok {
		return one
	}
	one.picture, one.interval = draw.Relief(v, h, u)
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, there := c.kept[key]; !there {
		if c.kept == nil {
			c.kept = map[reliefKey]relief{}
		}
		if len(c.order) >= keptReliefs {
			delete(c.kept, c.order[0])
			c.order = c.order[1:]
		}
		c.kept[key] = one
		c.order = append(c.order, key)
	}
	return one
}

// drawMap draws a chart on the ground that this site has: pictures of a tile
// server, contour lines, both or neither; below it stands where they are from.
func (r *request) drawMap(c draw.Chart) template.HTML {
	s := r.site
	var credit []string
	if t := s.cfg.Tiles; t.On() {
		c.Ground = append(c.Ground, draw.Tiles(t.Address, t.MaxZoom))
		named := template.HTMLEscapeString(t.Attribution)
		if t.AttributionURL != "" {
			named = `<a href="` + template.HTMLEscapeString(t.AttributionURL) + `" rel="noopener">` + named + `</a>`
		}
		credit = append(credit, "Map: "+named+".")
	}
	if s.cfg.Heights != nil {
		c.Ground = append(c.Ground, func(v draw.View) template.HTML {
			one := s.reliefs.get(v, r.units, s.cfg.Heights)
			if one.interval > 0 {
				credit = append(credit, "Contour lines every "+template.HTMLEscapeString(r.units.Height(one.interval)+"; elevations: "+s.cfg.HeightsCredit)+".")
			}
			return one.picture
		})
	}
	picture := draw.Map(c, r.units)
	if picture == "" || len(credit) == 0 {
		return picture
	}
	return picture + template.HTML(`<p class="map-credit">`+strings.Join(credit, " ")+`</p>`) //nolint:gosec // escaped above
}
