package layer

import (
	"strings"

	"github.com/mtbwiki/mtbwiki/difficulty"
)

// Profile is a trail's difficulty as the source states it, mapped to the wiki's
// labels and axes. The keys it was made from are kept with the features.
type Profile struct {
	// Labels are stated: system osm (mtb:scale) or imba (mtb:scale:imba), the
	// hardest of the trail's ways.
	Labels []Label `json:"labels"`
	Axes   []Axis  `json:"axes"`
}

// Label is a stated difficulty.
type Label struct {
	System string `json:"system"`
	Label  string `json:"label"`
}

// Axis is a mark from 0 to 5.
type Axis struct {
	Axis        string  `json:"axis"` // an Axis of the schema
	Predominant float64 `json:"predominant"`
	Worst       float64 `json:"worst"`
}

// part is a way of a trail with its length.
type part struct {
	tags   map[string]string
	length float64
}

// mapProfile maps keys of ways. mtb:scale 0 to 5 is S0 to S5 and becomes the same
// mark for technical descending; 6, which is not ridden, is a label without a
// mark. mtb:scale:uphill 0 to 5 becomes the mark for technical climbing. Most of
// the length decides the predominant mark, the hardest way the worst. Values that
// aren't understood are told to note, once each.
func mapProfile(parts []part, note func(key, value string)) Profile {
	p := Profile{Labels: []Label{}, Axes: []Axis{}}
	var down, up [6]float64 // length by mark
	var hardest, imba string
	for _, w := range parts {
		if v := strings.TrimSpace(w.tags["mtb:scale"]); v != "" {
			s, err := difficulty.ParseOSMScale(v)
			if err != nil {
				note("mtb:scale", v)
			} else {
				hardest = max(hardest, s.High)
				// "0;1" is half of each.
				for _, label := range []string{s.Low, s.High} {
					if m := label[0] - '0'; m <= 5 {
						down[m] += w.length / 2
					}
				}
			}
		}
		if v := strings.TrimSpace(w.tags["mtb:scale:uphill"]); v != "" {
			if len(v) == 1 && v[0] >= '0' && v[0] <= '5' {
				up[v[0]-'0'] += w.length
			} else {
				note("mtb:scale:uphill", v)
			}
		}
		if v := strings.TrimSpace(w.tags["mtb:scale:imba"]); v != "" {
			if _, err := difficulty.ParseOSMIMBA(v); err != nil {
				note("mtb:scale:imba", v)
			} else {
				imba = max(imba, v)
			}
		}
	}
	if hardest != "" {
		p.Labels = append(p.Labels, Label{difficulty.OSM, hardest})
	}
	if imba != "" {
		// The value was understood above.
		if label, err := difficulty.ParseOSMIMBA(imba); err == nil {
			p.Labels = append(p.Labels, Label{difficulty.IMBA, label})
		}
	}
	for _, a := range []struct {
		name string
		by   [6]float64
	}{{"TECHNICAL_DESCENDING", down}, {"TECHNICAL_CLIMBING", up}} {
		if most, worst, ok := marks(a.by); ok {
			p.Axes = append(p.Axes, Axis{a.name, most, worst})
		}
	}
	return p
}

// marks answers the median by length and the highest.
func marks(by [6]float64) (most, worst float64, ok bool) {
	total := 0.0
	for m, length := range by {
		if length > 0 {
			total += length
			worst, ok = float64(m), true
		}
	}
	below := 0.0
	for m, length := range by {
		below += length
		if length > 0 && below >= total/2 {
			return float64(m), worst, ok
		}
	}
	return worst, worst, ok
}

// sensitive says why a way must not be shown to everybody: what isn't clearly
// open to bicycles isn't, and trails that nobody laid out aren't advertised.
func sensitive(tags map[string]string) string {
	for _, key := range []string{"bicycle", "vehicle", "access"} {
		v := tags[key]
		if v == "" {
			continue
		}
		for _, one := range strings.Split(v, ";") {
			switch strings.TrimSpace(one) {
			case "yes", "designated", "permissive", "official", "public":
			default:
				return key + "=" + v
			}
		}
		break // the more special key decides
	}
	if v := tags["informal"]; v != "" && v != "no" {
		return "informal=" + v
	}
	return ""
}

// trailType of a way.
func trailType(tags map[string]string) string {
	switch surface := tags["surface"]; surface {
	case "asphalt", "paved", "concrete", "paving_stones", "sett":
		return "PAVED"
	}
	switch tags["highway"] {
	case "track":
		if g := tags["tracktype"]; g == "grade1" || g == "grade2" {
			return "FIRE_ROAD"
		}
		return "DOUBLETRACK"
	case "path", "footway", "bridleway", "steps", "":
		return "SINGLETRACK"
	case "cycleway", "pedestrian":
		return "PAVED"
	}
	return "FIRE_ROAD"
}

// oneWay for bicycles along a way: 1, against it: -1, both ways: 0.
func oneWay(tags map[string]string) int {
	v := tags["oneway:bicycle"]
	if v == "" {
		v = tags["oneway"]
	}
	switch v {
	case "yes", "true", "1":
		return 1
	case "-1", "reverse":
		return -1
	}
	return 0
}
