package synthetic

import (
	"math"
	"math/rand/v2"
	"time"
)

// Numbers of the model of ratings.
const (
	// adaptation is how far a rider measures by his home: he finds a place that is a
	// step harder than its labels say that much less hard when home is so too.
	adaptation = 0.7
	// severityNoise is how far riders of one home differ, in label steps.
	severityNoise = 0.4
	// travellers ride half of the time in one or two other regions.
	travellers = 0.25
	// stepLogits is how much a label step counts, in logits.
	stepLogits = 2
	// categoryCount is that of the common scale.
	categoryCount = 5
	// maxComparisons a rider.
	maxComparisons = 4
)

// RiderTruth is what the model knows of a rider who rates trails.
type RiderTruth struct {
	Rider UUID
	// Home is the index of his region.
	Home int
	// Severity is by how many label steps less hard he finds trails than they are, on
	// each of [Axes]: the s of the model.
	Severity [len(Axes)]float64
	// Skill is the difficulty that he rides clean half of the time, in label steps.
	Skill float64
}

// RiderTruth of the i-th rider.
func (g *Generator) RiderTruth(i int) RiderTruth {
	t, _ := g.riderTruth(i)
	return t
}

func (g *Generator) riderTruth(i int) (RiderTruth, *rand.Rand) {
	r := g.random(kindRide, i)
	t := RiderTruth{Rider: g.rider(i), Home: r.IntN(len(g.regions))}
	for a := range t.Severity {
		t.Severity[a] = adaptation*g.regions[t.Home].Offset[a] + severityNoise*r.NormFloat64()
	}
	t.Skill = g.regions[t.Home].Mean + 0.4 + 0.9*r.NormFloat64()
	return t, r
}

// Difficulty on an axis in label steps: what the labels of the trail's region miss on
// that axis, in place of what they miss on the descent.
func (t *trail) on(reg *Region, axis int) float64 {
	return t.difficulty - reg.Offset[axisDescending] + reg.Offset[axis]
}

// visit is a ride to be made: by a rider, over the k-th trail of a system.
type visit struct {
	index, rider int32
	system, k    int32
}

// pair of trails to be compared by a rider.
type pair struct {
	index, axis int32
	first, then visit // the first has the lesser trail id
}

// planRides says who rides where, and what of it he compares, by system.
func (g *Generator) planRides() {
	g.visits, g.pairs = make([][]visit, g.p.Systems), make([][]pair, g.p.Systems)
	// Trails of a region, as the systems they are in.
	systems := make([][]int32, g.p.Regions)
	upTo := make([][]int, g.p.Regions)
	for i := range g.region {
		if n := int(g.first[i+1] - g.first[i]); n > 0 {
			reg := g.region[i]
			before := 0
			if k := len(upTo[reg]); k > 0 {
				before = upTo[reg][k-1]
			}
			systems[reg], upTo[reg] = append(systems[reg], int32(i)), append(upTo[reg], before+n)
		}
	}
	rides, compared := int32(0), int32(0)
	for i := range g.p.Riders {
		truth, r := g.riderTruth(i)
		where := []int{truth.Home}
		if r.Float64() < travellers {
			for range 1 + r.IntN(2) {
				where = append(where, r.IntN(len(g.regions)))
			}
		}
		var mine []visit
		for range 4 + r.IntN(17) {
			reg := where[0]
			if len(where) > 1 && r.Float64() < 0.5 {
				reg = where[1+r.IntN(len(where)-1)]
			}
			if len(upTo[reg]) == 0 {
				continue // nobody rides where there are no trails
			}
			n := r.IntN(upTo[reg][len(upTo[reg])-1])
			at := 0
			for upTo[reg][at] <= n {
				at++
			}
			if at > 0 {
				n -= upTo[reg][at-1]
			}
			v := visit{index: rides, rider: int32(i), system: systems[reg][at], k: int32(n)}
			rides++
			mine = append(mine, v)
			g.visits[v.system] = append(g.visits[v.system], v)
		}
		done := map[[3]int32]bool{}
		for range min(maxComparisons, len(mine)/2) {
			a, b := mine[r.IntN(len(mine))], mine[r.IntN(len(mine))]
			ta, tb := g.first[a.system]+a.k, g.first[b.system]+b.k
			axis := int32(axisDescending)
			if r.Float64() < 0.3 {
				axis = axisFitness
			}
			if ta > tb {
				a, b, ta, tb = b, a, tb, ta
			}
			if key := [3]int32{axis, ta, tb}; ta != tb && !done[key] {
				done[key] = true
				g.pairs[a.system] = append(g.pairs[a.system], pair{compared, axis, a, b})
				compared++
			}
		}
	}
}

// ride is one as it is written.
type ride struct {
	visit
	id         UUID
	trail      *trail
	direction  string
	day        time.Time
	year       int // 0: the day is known
	month      int
	season     string
	bike       string
	outcome    string
	conditions []string
	archived   bool
	at         time.Time
	labels     []string
	ratings    []perceived
}

type perceived struct {
	axis, category int
	seen           string
}

var seasons = []string{"WINTER", "SPRING", "SUMMER", "AUTUMN"}

// makeRide decides what a rider says of a ride, with random numbers of its own.
func (g *Generator) makeRide(s *system, v visit, truth *RiderTruth) ride {
	r := g.random(kindComparison, int(v.index))
	t := &s.trails[v.k]
	out := ride{visit: v, id: g.id(kindRide, int(v.index)), trail: t, direction: "FORWARD", day: g.someday(r).Truncate(24 * time.Hour)}
	// Only what is alike both ways is ridden the other way.
	if t.direction == "BOTH" {
		out.direction = pick(r, []string{"FORWARD", "FORWARD", "BACKWARD", "BACKWARD", "EITHER"})
	}
	out.at = out.day.Add(time.Duration(18*3600+r.IntN(5*86400)) * time.Second)
	switch u := r.Float64(); {
	case u < 0.2:
		out.year, out.month = out.day.Year(), int(out.day.Month())
	case u < 0.35:
		at := int(out.day.Month()) % 12 / 3
		if s.lat < 0 {
			at = (at + 2) % 4
		}
		out.year, out.season = out.day.Year(), seasons[at]
	}
	if r.Float64() < 0.6 {
		out.bike = pick(r, []string{"MTB", "MTB", "MTB", "MTB", "PEDELEC_25", "E_MTB_CLASS_1", "ADAPTIVE"})
	}
	// Clean, or a dab or two, by skill and difficulty.
	ease, u := stepLogits*(truth.Skill-t.difficulty), r.Float64()
	switch {
	case r.Float64() < 0.15:
	case u < logistic(ease):
		out.outcome = "CLEAN"
	case u < logistic(ease+2):
		out.outcome = "DABS"
	default:
		out.outcome = "WALKED_PART"
	}
	if r.Float64() < 0.5 {
		out.conditions = pick(r, [][]string{{"dry"}, {"dry", "dusty"}, {"dry", "hardpack"}, {"wet"}, {"tacky"}, {"loose"}, {"muddy", "wet"}})
	}
	out.archived = r.Float64() < 0.02
	out.labels = append(out.labels, s.region.labels.name+":"+s.region.labels.labels[t.label])
	if t.second >= 0 {
		out.labels = append(out.labels, osmScale.name+":"+osmScale.labels[t.second])
	}
	if r.Float64() < 0.15 {
		return out // keeps the ride, and says nothing
	}
	seen := pick(r, []string{"YES", "YES", "YES", "YES", "YES", "NO", "NO", "NO", "UNKNOWN", "UNKNOWN"})
	for a := range Axes {
		if share := r.Float64(); t.marks[a].no || a == axisDescending && share > 0.95 || a != axisDescending && share > 0.45 {
			continue
		}
		out.ratings = append(out.ratings, perceived{a, category(r, t.on(s.region, a)-truth.Severity[a]), seen})
	}
	return out
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// category draws a step by the rating-scale model: each step up against the one below
// by logistic(stepLogits (d - threshold)), thresholds half way between the labels.
func category(r *rand.Rand, d float64) int {
	var weights [categoryCount]float64
	sum, logit := 0.0, 0.0
	for k := range weights {
		if k > 0 {
			logit += stepLogits * (d - float64(k) + 0.5)
		}
		weights[k] = math.Exp(logit)
		sum += weights[k]
	}
	u := r.Float64() * sum
	for k, w := range weights {
		if u -= w; u < 0 {
			return k
		}
	}
	return categoryCount - 1
}

func (g *Generator) writeRides(c *Chunk, s *system) {
	for _, v := range g.visits[s.index] {
		truth := g.RiderTruth(int(v.rider))
		x := g.makeRide(s, v, &truth)
		c.Rides++
		row := &c.Rows[tRide]
		row.row(13)
		row.uuid(x.id)
		row.uuid(truth.Rider)
		row.uuid(x.trail.id)
		row.text(x.direction)
		if x.year == 0 {
			row.date(x.day)
			row.null()
		} else {
			row.null()
			row.int(x.year)
		}
		if x.month > 0 {
			row.int(x.month)
		} else {
			row.null()
		}
		row.optional(x.season)
		row.optional(x.bike)
		row.optional(x.outcome)
		row.bool(x.archived)
		row.time(x.at)
		row.time(x.at)
		for _, code := range x.conditions {
			row := &c.Rows[tRideCondition]
			row.row(2)
			row.uuid(x.id)
			row.text(code)
		}
		for _, p := range x.ratings {
			row := &c.Rows[tRating]
			row.row(7)
			row.uuid(x.id)
			row.text(Axes[p.axis])
			row.int(p.category)
			row.texts(x.labels)
			row.text(p.seen)
			row.int(1)
			row.time(x.at)
		}
	}
	g.writeComparisons(c, s)
}

// writeComparisons of which the first trail is of this system; severity doesn't come in.
func (g *Generator) writeComparisons(c *Chunk, s *system) {
	others := map[int32]*system{int32(s.index): s}
	for _, p := range g.pairs[s.index] {
		other := others[p.then.system]
		if other == nil {
			other = g.makeSystem(int(p.then.system))
			others[p.then.system] = other
		}
		a, b := &s.trails[p.first.k], &other.trails[p.then.k]
		if a.marks[p.axis].no || b.marks[p.axis].no {
			continue
		}
		r := g.random(kindComparison, 1<<40+int(p.index))
		u := r.Float64()
		felt := stepLogits*(a.on(s.region, int(p.axis))-b.on(other.region, int(p.axis))) + math.Log(u/(1-u))
		verdict := "SAME"
		switch {
		case felt > 0.5:
			verdict = "HARDER"
		case felt < -0.5:
			verdict = "EASIER"
		}
		row := &c.Rows[tComparison]
		row.row(8)
		row.uuid(g.id(kindComparison, int(p.index)))
		row.uuid(g.rider(int(p.first.rider)))
		row.text(Axes[p.axis])
		row.uuid(a.id)
		row.uuid(b.id)
		row.text(verdict)
		row.int(1)
		row.time(g.someday(r))
	}
}
