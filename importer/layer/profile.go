package layer

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/mtbwiki/mtbwiki/difficulty"
	"github.com/mtbwiki/mtbwiki/track"
)

// Profile is what a source states of a trail, mapped to the wiki's labels and
// axes. The keys it was made from are kept whole with the features.
type Profile struct {
	Type string `json:"type"` // a TrailType of the schema
	// ForMTB: somebody says that it was built for mountain bikes or is good on one
	// (mtb:scale:imba, mtb:type, class:bicycle:mtb above 0), not only how hard it is.
	ForMTB bool `json:"forMTB,omitempty"`
	// Labels are stated: system osm (mtb:scale) or imba (mtb:scale:imba).
	Labels []Label `json:"labels"`
	// Skills are the SkillLevels that are roughly at ease on its label; none when
	// the label is unknown or no mapping of it is published. Rough: see
	// difficulty.Convert.
	Skills []string `json:"skills,omitempty"`
	Axes   []Axis   `json:"axes"`
	Cruxes []Crux   `json:"cruxes,omitempty"`
	// Steepest is the largest grade stated (key incline), in percent and without
	// its sign. It is stated, not measured: see Grades.
	Steepest *float64 `json:"steepestPercent,omitempty"`
	// Narrowest is the smallest stated width in centimetres.
	Narrowest *float64 `json:"narrowestCm,omitempty"`
	// Support on an adaptive bike, an AdaptiveSupport of the schema: the most that
	// any way asks for.
	Support string     `json:"adaptiveSupport,omitempty"`
	Keys    []KeyValue `json:"keys,omitempty"`
	Names   []KeyValue `json:"names,omitempty"`
}

// short answers the profile without the keys of its cruxes when it would be too long
// to be read together with its trail; they are whole with the features.
func (p Profile) short() Profile {
	const most = 16_000 // bytes
	size := 0
	for _, c := range p.Cruxes {
		for _, k := range c.Keys {
			size += len(k.Key) + len(k.Value) + 30
		}
	}
	if size > most {
		p.Cruxes = slices.Clone(p.Cruxes)
		for i := range p.Cruxes {
			p.Cruxes[i].Keys = nil
		}
	}
	return p
}

// Label is a stated difficulty: that of most of the length, as the singletrail
// scale is meant, and the hardest.
type Label struct {
	System string `json:"system"`
	Label  string `json:"label"`
	Worst  string `json:"worst"`
	// Stated is the value as it stands in the source, where it says more than the
	// label does, such as 2+.
	Stated string `json:"stated,omitempty"`
}

// Axis is a mark from 0 to 5.
type Axis struct {
	Axis        string  `json:"axis"` // an Axis of the schema
	Predominant float64 `json:"predominant"`
	Worst       float64 `json:"worst"`
	// Direction is a LineDirection: which way along the line the mark is meant.
	Direction string `json:"direction"`
}

// KeyValue is a value of a key with the share of the length that has it, or one of
// a name.
type KeyValue struct {
	Key   string  `json:"key"`
	Value string  `json:"value"`
	Share float64 `json:"share,omitempty"`
}

// part is a way of a trail with its length.
type part struct {
	id     string
	tags   map[string]string
	length float64
	turned bool // the trail's line runs against the way
}

// noteFunc hears of a value that isn't understood, or not as it is meant.
type noteFunc func(id, key, value, what string)

const (
	notUnderstood = "is not understood and kept as it is"
	maxValues     = 6 // of one key
	maxValue      = 60
	maxLegs       = 150
	maxCruxes     = 60
)

// told are the keys of which a profile tells the values, besides those that become
// marks. Values that the key doesn't have are noted; none are listed where any may
// stand. Nothing of them becomes a mark: sac_scale, say, is for walkers, and no
// translation of it is agreed on.
var told = []struct {
	key    string
	values string
}{
	{"surface", ""},
	{"smoothness", "excellent good intermediate bad very_bad horrible very_horrible impassable"},
	{"trail_visibility", "excellent good intermediate bad horrible no"},
	{"sac_scale", "strolling hiking mountain_hiking demanding_mountain_hiking alpine_hiking demanding_alpine_hiking difficult_alpine_hiking"},
	{"tracktype", "grade1 grade2 grade3 grade4 grade5"},
	{"mtb:type", ""},
	{"class:bicycle:mtb", "-3 -2 -1 0 1 2 3"},
	{"mtb:scale:inclusive", ""},
	{"mtb:scale:technical", ""},
	{"mtb:description", ""},
}

// mapProfile maps keys of ways. mtb:scale 0 to 5 is S0 to S5 and becomes the same
// mark for technical descending; 6, which is not ridden, is a label without a
// mark. mtb:scale:uphill 0 to 5 becomes the mark for technical climbing, in the
// direction that incline says is up. Most of the length decides the predominant
// mark, the hardest way the worst.
func mapProfile(parts []part, note noteFunc) Profile {
	p := Profile{Labels: []Label{}, Axes: []Axis{}, Names: names(parts)}
	var scale, imba [7]float64 // length by label
	var down, up [6]float64    // and by mark
	stated := map[string]string{}
	rises := 0 // 1: the rated climbs go up along the line, -1: against it, 2: both
	for _, w := range parts {
		if v := strings.TrimSpace(w.tags["mtb:scale"]); v != "" {
			s, err := difficulty.ParseOSMScale(v)
			if err != nil {
				note(w.id, "mtb:scale", v, notUnderstood)
			} else {
				// "0;1" is half of each.
				for _, label := range []string{s.Low, s.High} {
					m := label[0] - '0'
					scale[m] += w.length / 2
					if m <= 5 {
						down[m] += w.length / 2
					}
				}
				if v != s.High {
					stated[s.High] = cut(v, maxValue)
				}
			}
		}
		incline, sign := p.incline(w, note)
		if v := strings.TrimSpace(w.tags["mtb:scale:uphill"]); v != "" {
			if len(v) == 1 && v[0] >= '0' && v[0] <= '5' {
				up[v[0]-'0'] += w.length
				switch {
				case incline == "":
					note(w.id, "mtb:scale:uphill", v, "is without incline: which way is up is not known from it")
				case sign != 0 && rises == 0:
					rises = sign
				case sign != 0 && rises != sign:
					rises = 2
				}
			} else {
				note(w.id, "mtb:scale:uphill", v, notUnderstood)
			}
		}
		if v := strings.TrimSpace(w.tags["mtb:scale:imba"]); v != "" {
			if _, err := difficulty.ParseOSMIMBA(v); err != nil {
				note(w.id, "mtb:scale:imba", v, notUnderstood)
			} else {
				imba[v[0]-'0'] += w.length
			}
		}
		class := strings.TrimSpace(w.tags["class:bicycle:mtb"])
		p.ForMTB = p.ForMTB || w.tags["mtb:scale:imba"] != "" || w.tags["mtb:type"] != "" || class == "1" || class == "2" || class == "3"
		p.support(w, note)
		p.width(w, note)
	}
	if most, worst, ok := marks(scale[:]); ok {
		label := string('0' + byte(most))
		p.Labels = append(p.Labels, Label{difficulty.OSM, label, string('0' + byte(worst)), stated[label]})
	}
	if most, worst, ok := marks(imba[:]); ok {
		// Only values that were understood are counted above.
		label, err1 := difficulty.ParseOSMIMBA(string('0' + byte(most)))
		hardest, err2 := difficulty.ParseOSMIMBA(string('0' + byte(worst)))
		if err1 == nil && err2 == nil {
			p.Labels = append(p.Labels, Label{difficulty.IMBA, label, hardest, ""})
		}
	}
	if most, worst, ok := marks(down[:]); ok {
		p.Axes = append(p.Axes, Axis{descending, most, worst, "EITHER"})
	}
	if most, worst, ok := marks(up[:]); ok {
		p.Axes = append(p.Axes, Axis{"TECHNICAL_CLIMBING", most, worst, map[int]string{1: "FORWARD", -1: "BACKWARD"}[rises]})
		if a := &p.Axes[len(p.Axes)-1]; a.Direction == "" {
			a.Direction = "EITHER"
		}
	}
	p.Keys = keyValues(parts, note)
	p.Skills = skills(p.Labels)
	return p
}

// skills of labels: that of mtb:scale:imba first, which is about built trails, then
// that of mtb:scale.
func skills(labels []Label) (out []string) {
	imba, err := difficulty.LookupSystem(difficulty.IMBA)
	if err != nil {
		return nil
	}
	for i := len(labels) - 1; i >= 0 && out == nil; i-- {
		c, err := difficulty.Convert(labels[i].System, labels[i].Label, difficulty.IMBA)
		if err != nil {
			continue // 6, which is not ridden
		}
		low, err1 := imba.Index(c.Low)
		high, err2 := imba.Index(c.High)
		if err1 != nil || err2 != nil {
			continue
		}
		above := -1 // the label that the skill before is at ease on
		for _, skill := range []string{difficulty.Learning, difficulty.Comfortable, difficulty.Challenging, difficulty.Expert} {
			label, err := difficulty.LabelOfSkill(skill)
			if err != nil {
				continue
			}
			ease, err := imba.Index(label)
			if err == nil && low <= ease && high > above {
				out = append(out, strings.ToUpper(skill))
			}
			above = ease
		}
	}
	return out
}

const descending = "TECHNICAL_DESCENDING"

// incline takes the stated grade of a way. sign is 1 when the trail's line goes up
// there, -1 when down, 0 when the key doesn't say.
func (p *Profile) incline(w part, note noteFunc) (value string, sign int) {
	value = strings.TrimSpace(w.tags["incline"])
	switch value {
	case "":
		return "", 0
	case "up":
		sign = 1
	case "down":
		sign = -1
	default:
		percent, ok := parseIncline(value)
		if !ok {
			note(w.id, "incline", value, notUnderstood)
			return value, 0
		}
		switch {
		case percent > 0:
			sign = 1
		case percent < 0:
			sign = -1
		}
		if steep := math.Abs(percent); p.Steepest == nil || steep > *p.Steepest {
			p.Steepest = ptr(track.Round(steep, 1))
		}
	}
	if w.turned {
		sign = -sign
	}
	return value, sign
}

// parseIncline reads percent ("-15%", "15 %", and a bare number as mappers mean it)
// or degrees ("10°") into percent. More than a wall is nobody's trail.
func parseIncline(value string) (percent float64, ok bool) {
	number, degrees := strings.CutSuffix(value, "°")
	number = strings.TrimSpace(strings.TrimSuffix(number, "%"))
	v, err := strconv.ParseFloat(strings.Replace(number, ",", ".", 1), 64)
	if err != nil || math.IsNaN(v) {
		return 0, false
	}
	if degrees {
		if math.Abs(v) >= 85 {
			return 0, false
		}
		v = 100 * math.Tan(v*math.Pi/180)
	}
	return v, math.Abs(v) <= 200
}

// support maps mtb:scale:amtb.
func (p *Profile) support(w part, note noteFunc) {
	ranks := []string{"NONE", "RECOMMENDED", "NEEDED", "NO"}
	v := strings.TrimSpace(w.tags["mtb:scale:amtb"])
	rank := slices.Index([]string{"1", "2", "3", "no"}, v)
	switch {
	case v == "":
	case rank < 0:
		note(w.id, "mtb:scale:amtb", v, notUnderstood)
	case p.Support == "" || rank > slices.Index(ranks, p.Support):
		p.Support = ranks[rank]
	}
}

func (p *Profile) width(w part, note noteFunc) {
	v := strings.TrimSpace(w.tags["width"])
	if v == "" {
		return
	}
	metres, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(v, "m")), 64)
	if err != nil || !(metres > 0 && metres <= 50) {
		note(w.id, "width", v, notUnderstood)
		return
	}
	if cm := track.Round(metres*100, 0); p.Narrowest == nil || cm < *p.Narrowest {
		p.Narrowest = &cm
	}
}

// keyValues tells the values of the told keys, the most frequent first.
func keyValues(parts []part, note noteFunc) []KeyValue {
	var out []KeyValue
	total := 0.0
	for _, w := range parts {
		total += w.length
	}
	for _, k := range told {
		by := map[string]float64{}
		for _, w := range parts {
			v := strings.TrimSpace(w.tags[k.key])
			if v == "" {
				continue
			}
			by[cut(v, maxValue)] += w.length
			for _, one := range strings.Split(v, ";") {
				if k.values != "" && !slices.Contains(strings.Fields(k.values), strings.TrimSpace(one)) {
					note(w.id, k.key, v, notUnderstood)
				}
			}
		}
		var values []KeyValue
		for v, length := range by {
			values = append(values, KeyValue{k.key, v, track.Round(length/total, 2)})
		}
		slices.SortFunc(values, func(a, b KeyValue) int {
			return cmp.Or(cmp.Compare(b.Share, a.Share), strings.Compare(a.Value, b.Value))
		})
		out = append(out, values[:min(len(values), maxValues)]...)
	}
	return out
}

// names are what ways are also called, by the key that says so.
func names(parts []part) []KeyValue {
	const most = 20
	seen := map[KeyValue]bool{}
	for _, w := range parts {
		for k, v := range w.tags {
			key, _, _ := strings.Cut(k, ":")
			other := slices.Contains([]string{"alt_name", "loc_name", "old_name", "official_name", "short_name", "reg_name", "nat_name", "int_name"}, key)
			if !other && !strings.HasPrefix(k, "name:") && k != "mtb:name" || len(k) > 40 {
				continue
			}
			for _, one := range strings.Split(v, ";") {
				if one = plainName(one); one != "" {
					seen[KeyValue{Key: plainName(k), Value: one}] = true
				}
			}
		}
	}
	var out []KeyValue
	for n := range seen {
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b KeyValue) int {
		return cmp.Or(strings.Compare(a.Key, b.Key), strings.Compare(a.Value, b.Value))
	})
	return out[:min(len(out), most)]
}

// cut shortens a value to what can be shown; the whole is kept with its feature.
func cut(v string, most int) string {
	r := []rune(strings.ReplaceAll(v, "\x00", ""))
	if len(r) <= most {
		return string(r)
	}
	return string(r[:most-1]) + "…"
}

// marks answers the median by length and the highest.
func marks(by []float64) (most, worst float64, ok bool) {
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
	// OpenTrails says it so: what motor vehicles use is wide.
	if tags["highway"] == "" && tags["motor_vehicles"] == "yes" {
		return "DOUBLETRACK"
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
