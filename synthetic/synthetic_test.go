package synthetic

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/mtbwiki/mtbwiki/track"
)

var plausible = Params{Seed: 3, Systems: 1200, Trails: 15_000, Regions: 40, Riders: 200}

func generator(t testing.TB, p Params) *Generator {
	t.Helper()
	g, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// checksums of the rows of each table, made in chunks of a size, by several at once.
func checksums(g *Generator, size int) map[string]string {
	plan := g.Plan(size)
	chunks := make([]Chunk, len(plan))
	var wg sync.WaitGroup
	for i, part := range plan {
		wg.Go(func() { g.Fill(&chunks[i], part[0], part[1]) })
	}
	wg.Wait()
	out := map[string]string{}
	for i, t := range Tables {
		h := sha256.New()
		for k := range chunks {
			h.Write(chunks[k].Rows[i].Data)
		}
		out[t.Name] = hex.EncodeToString(h.Sum(nil))
	}
	return out
}

func TestSameSeedSameBytes(t *testing.T) {
	t.Parallel()
	p := Params{Seed: 11, Systems: 80, Trails: 900}
	first := checksums(generator(t, p), 100)
	for name, sum := range checksums(generator(t, p), 333) {
		if sum != first[name] {
			t.Errorf("%s differs between two runs of one seed", name)
		}
	}
	p.Seed++
	for name, sum := range checksums(generator(t, p), 100) {
		if sum == first[name] {
			t.Errorf("%s is the same for two seeds", name)
		}
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	for _, p := range []Params{
		{Seed: 1, Systems: 1, Trails: 0},
		{Seed: 1, Systems: 1, Trails: maxTrailsPerSystem},
		{Seed: 2, Systems: 5, Trails: 5 * maxTrailsPerSystem},
		{Seed: 3, Systems: 200, Trails: 150, Regions: 200, Riders: 1},
		{Seed: MaxSeed, Systems: 90, Trails: 1001, Regions: 3, Riders: 7},
	} {
		g := generator(t, p)
		p = g.Params()
		var c Chunk
		for _, part := range g.Plan(50) {
			g.Fill(&c, part[0], part[1])
		}
		for name, n := range map[string][2]int{
			"regions": {c.Regions, p.Regions}, "systems": {c.Systems, p.Systems}, "trails": {c.Trails, p.Trails}, "riders": {c.Riders, p.Riders},
			"rows of trail": {c.Rows[tTrail].Count, p.Trails}, "rows of trail_line": {c.Rows[tTrailLine].Count, p.Trails},
		} {
			if n[0] != n[1] {
				t.Errorf("%+v: %d %s, want %d", p, n[0], name, n[1])
			}
		}
		seen := make([]int, p.Regions)
		for _, r := range g.region {
			seen[r]++
		}
		if slices.Contains(seen, 0) {
			t.Errorf("%+v: a region has no system", p)
		}
	}
}

func TestParamsRefused(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]Params{
		"seed is -1":           {Seed: -1, Systems: 1},
		"systems is 0":         {},
		"trails is -1":         {Systems: 1, Trails: -1},
		"don't fit":            {Systems: 1, Trails: maxTrailsPerSystem + 1},
		"regions for 2":        {Systems: 2, Regions: 3},
		"riders is -3":         {Systems: 2, Riders: -3},
		"systems is 200001":    {Systems: MaxSystems + 1},
		"seed is 900719925474": {Systems: 1, Seed: MaxSeed + 1},
	} {
		if _, err := New(p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", p, err, want)
		}
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	g := generator(t, Params{Seed: 5, Systems: 2, Trails: 3})
	first, last := IDRange(5)
	other, _ := IDRange(6)
	shape := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[UUID]bool{}
	for _, k := range []kind{kindRegion, kindSystem, kindTrail, kindRoute, kindTip, kindRider, kindNotice, kindOrganisation, kindMedia, kindComment, kindRide, kindComparison} {
		for _, i := range []int{0, 1, MaxTrails} {
			for _, u := range []UUID{g.id(k, i), g.revisionID(k, i, 1), g.revisionID(k, i, 15)} {
				if !shape.MatchString(u.String()) || u.String() < first.String() || u.String() > last.String() || seen[u] {
					t.Errorf("id %s of %v %d: in range %s..%s, once: %v", u, k, i, first, last, !seen[u])
				}
				seen[u] = true
			}
		}
	}
	if slices.Equal(first[:6], other[:6]) {
		t.Error("two seeds share their ids")
	}
}

func correlation(x, y []float64) float64 {
	var mx, my, xy, xx, yy float64
	for i := range x {
		mx += x[i] / float64(len(x))
		my += y[i] / float64(len(y))
	}
	for i := range x {
		xy += (x[i] - mx) * (y[i] - my)
		xx += (x[i] - mx) * (x[i] - mx)
		yy += (y[i] - my) * (y[i] - my)
	}
	return xy / math.Sqrt(xx*yy)
}

func quantile(x []float64, q float64) float64 {
	x = slices.Sorted(slices.Values(x))
	return x[int(q*float64(len(x)-1))]
}

// TestPlausible bounds the distributions; the bounds are those of the model in the
// package comment, with room for chance.
func TestPlausible(t *testing.T) {
	t.Parallel()
	g := generator(t, plausible)
	var lengths, steep, d, descending, flow, air, fitness, climbPerKm, edited, perSystem, junctions, points []float64
	residual := make([][]float64, plausible.Regions)
	labels := make([][5]float64, plausible.Regions)
	slug := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	slugs := map[string]bool{}
	for i := range plausible.Systems {
		s := g.makeSystem(i)
		perSystem = append(perSystem, float64(len(s.trails)))
		box := s.region.box
		byID := map[UUID]*trail{}
		for k := range s.trails {
			byID[s.trails[k].id] = &s.trails[k]
		}
		for k := range s.trails {
			x := &s.trails[k]
			b, _ := x.line.Bounds()
			if b.West < box.West || b.East > box.East || b.South < box.South || b.North > box.North {
				t.Fatalf("trail %d lies outside its box: %+v", x.index, b)
			}
			if !slices.ContainsFunc(Markers, func(m string) bool { return strings.HasPrefix(x.name, m+" ") }) {
				t.Errorf("the name %q doesn't say that it is made up", x.name)
			}
			if sl := g.slug(x.name, x.index); !slug.MatchString(sl) || len(sl) > 100 || slugs[sl] {
				t.Errorf("slug %q", sl)
			} else {
				slugs[sl] = true
			}
			// Gain less loss is what lies between the ends, within twice the threshold.
			if diff := x.climb - x.descent - (x.line[len(x.line)-1].Ele - x.line[0].Ele); math.Abs(diff) > 2*track.DEM.Threshold()+1 {
				t.Errorf("trail %d: climb %g and descent %g between ends %g apart", x.index, x.climb, x.descent, x.line[len(x.line)-1].Ele-x.line[0].Ele)
			}
			if strings.HasPrefix(x.direction, "DOWN") && x.line[0].Ele < x.line[len(x.line)-1].Ele || strings.HasPrefix(x.direction, "UP") && x.line[0].Ele > x.line[len(x.line)-1].Ele {
				t.Errorf("trail %d is %s and goes from %g to %g m", x.index, x.direction, x.line[0].Ele, x.line[len(x.line)-1].Ele)
			}
			m := x.line.Measure()
			for _, j := range x.junctions {
				here, _ := m.At(j.at)
				there, _ := byID[j.other].line.Measure().At(j.otherAt)
				if away := track.Distance(here, there); away > 0.2 || math.Abs(here.Ele-there.Ele) > 0.11 {
					t.Errorf("trails %s and %s meet %g m apart", x.id, j.other, away)
				}
				back := false
				for _, o := range byID[j.other].junctions {
					back = back || o.other == x.id && o.at == j.otherAt && o.otherAt == j.at
				}
				if !back {
					t.Errorf("trail %s meets %s, but not the other way round", x.id, j.other)
				}
			}
			lengths = append(lengths, math.Log(x.length))
			steep = append(steep, math.Abs(x.maximum))
			points = append(points, float64(len(x.line)))
			junctions = append(junctions, float64(len(x.junctions)))
			edited = append(edited, min(1, float64(len(x.edits))))
			if !x.marks[axisDescending].no {
				d = append(d, x.difficulty)
				descending = append(descending, x.marks[axisDescending].predominant)
				flow = append(flow, x.flow)
				air = append(air, x.marks[axisAir].predominant)
				fitness = append(fitness, x.marks[axisFitness].predominant)
				climbPerKm = append(climbPerKm, x.climb)
			}
			labels[s.region.Index][x.label]++
			if x.label > 0 && x.label < 4 && x.difficulty > 0.5 && x.difficulty < 3.5 {
				residual[s.region.Index] = append(residual[s.region.Index], x.difficulty-float64(x.label))
			}
		}
	}
	between := func(name string, got, low, up float64) {
		t.Helper()
		t.Logf("%s: %.3g", name, got)
		if !(got >= low && got <= up) {
			t.Errorf("%s is %.3g; it should lie between %g and %g", name, got, low, up)
		}
	}
	mean := func(x []float64) (m float64) {
		for _, v := range x {
			m += v / float64(len(x))
		}
		return m
	}
	between("median length", math.Exp(quantile(lengths, 0.5)), 1900, 2700)
	between("spread of log length", (quantile(lengths, 0.84)-quantile(lengths, 0.16))/2, 0.5, 0.9)
	between("points of a line", mean(points), 25, 55)
	between("median of the steepest grade", quantile(steep, 0.5), 8, 30)
	between("95th percentile of the steepest grade", quantile(steep, 0.95), 15, 60)
	between("junctions a trail", mean(junctions), 1.2, 4.5)
	between("share of trails with edits", mean(edited), 0.2, 0.4)
	between("difficulty and descending mark", correlation(d, descending), 0.9, 1)
	between("difficulty and flow", correlation(d, flow), -0.8, -0.3)
	between("climb and fitness mark", correlation(climbPerKm, fitness), 0.6, 1)
	between("flow and air at one difficulty", partial(flow, air, d), 0.2, 0.9)
	sort.Float64s(perSystem)
	top := perSystem[len(perSystem)*9/10:]
	between("share of trails in the largest tenth of systems", mean(top)*float64(len(top))/float64(plausible.Trails), 0.3, 0.6)

	// The truth is in the data: what is harder than its label says by region is the
	// offset, and labels are distributed otherwise in each.
	var truth, found, meanLabel []float64
	for r := range residual {
		if len(residual[r]) < 60 {
			continue
		}
		truth = append(truth, g.Region(r).Offset[axisDescending])
		found = append(found, mean(residual[r]))
		sum := labels[r][0] + labels[r][1] + labels[r][2] + labels[r][3] + labels[r][4]
		meanLabel = append(meanLabel, (labels[r][1]+2*labels[r][2]+3*labels[r][3]+4*labels[r][4])/sum)
	}
	between("regions to compare", float64(len(truth)), 25, 40)
	between("offset and what its labels miss", correlation(truth, found), 0.95, 1)
	between("range of mean labels", quantile(meanLabel, 0.9)-quantile(meanLabel, 0.1), 0.8, 3)
	var sd float64
	for r := range plausible.Regions {
		sd += g.Region(r).Offset[axisDescending] * g.Region(r).Offset[axisDescending] / float64(plausible.Regions)
	}
	between("spread of offsets", math.Sqrt(sd), 0.5, 0.9)
}

// TestRatingsTellTheTruth: what calibration must find again is in the ratings. With the
// severity of each rider known, the mean of category and label differs by region as its
// offset does, on every axis; without it, home ratings hide much of that.
func TestRatingsTellTheTruth(t *testing.T) {
	t.Parallel()
	p := plausible
	p.Riders = 1500
	g := generator(t, p)
	type sums struct{ n, found, naive float64 }
	var by [len(Axes)][]sums
	for a := range by {
		by[a] = make([]sums, p.Regions)
	}
	rides, rated, harder, easier := 0, 0, 0.0, 0.0
	away := map[int32]bool{}
	outcomes := map[string]int{}
	for i := range p.Systems {
		if len(g.visits[i]) == 0 {
			continue
		}
		s := g.makeSystem(i)
		for _, v := range g.visits[i] {
			truth := g.RiderTruth(int(v.rider))
			x := g.makeRide(s, v, &truth)
			rides++
			outcomes[x.outcome]++
			if s.region.Index != truth.Home {
				away[v.rider] = true
			}
			if len(x.ratings) > 0 {
				rated++
			}
			for _, said := range x.ratings {
				// Away from the ends of the scale, where no step is left.
				if l := x.trail.label; l == 0 || l == categoryCount-1 {
					continue
				}
				c := &by[said.axis][s.region.Index]
				c.n++
				c.naive += float64(said.category - x.trail.label)
				c.found += float64(said.category-x.trail.label) + truth.Severity[said.axis]
			}
			if x.outcome == "CLEAN" {
				easier += truth.Skill - x.trail.difficulty
			} else if x.outcome == "WALKED_PART" {
				harder += truth.Skill - x.trail.difficulty
			}
		}
	}
	for a := range by {
		var truth, found, naive []float64
		for r, c := range by[a] {
			if c.n < 40 {
				continue
			}
			truth = append(truth, g.Region(r).Offset[a])
			found, naive = append(found, c.found/c.n), append(naive, c.naive/c.n)
		}
		if len(truth) < 20 {
			t.Fatalf("%s: only %d regions to compare", Axes[a], len(truth))
		}
		if c := correlation(truth, found); c < 0.9 {
			t.Errorf("%s: offsets and ratings correlate with %.2f in %d regions", Axes[a], c, len(truth))
		}
		if slope := slopeOf(truth, naive); slope > 0.7 {
			t.Errorf("%s: riders don't measure by their home: slope %.2f", Axes[a], slope)
		}
		if slope := slopeOf(truth, found); slope < 0.75 || slope > 1.15 {
			t.Errorf("%s: with severities known, the slope is %.2f", Axes[a], slope)
		}
	}
	if share := float64(len(away)) / float64(p.Riders); share < 0.15 || share > 0.3 {
		t.Errorf("%.2f of the riders rode away from home", share)
	}
	if per := float64(rides) / float64(p.Riders); per < 9 || per > 15 {
		t.Errorf("%.1f rides a rider", per)
	}
	if share := float64(rated) / float64(rides); share < 0.75 || share > 0.95 {
		t.Errorf("%.2f of the rides are rated", share)
	}
	if outcomes["CLEAN"] == 0 || outcomes["DABS"] == 0 || outcomes["WALKED_PART"] == 0 || easier/float64(outcomes["CLEAN"]) < harder/float64(outcomes["WALKED_PART"])+0.5 {
		t.Errorf("outcomes don't follow skill and difficulty: %v", outcomes)
	}
}

func slopeOf(x, y []float64) float64 {
	var mx, my, xy, xx float64
	for i := range x {
		mx += x[i] / float64(len(x))
		my += y[i] / float64(len(y))
	}
	for i := range x {
		xy += (x[i] - mx) * (y[i] - my)
		xx += (x[i] - mx) * (x[i] - mx)
	}
	return xy / xx
}

// partial is the correlation of x and y where z is the same.
func partial(x, y, z []float64) float64 {
	xy, xz, yz := correlation(x, y), correlation(x, z), correlation(y, z)
	return (xy - xz*yz) / math.Sqrt((1-xz*xz)*(1-yz*yz))
}

// In the south, winter is in July.
func TestSeasons(t *testing.T) {
	t.Parallel()
	p := plausible
	p.Trails = 0
	g := generator(t, p)
	closed := map[bool][13]int{}
	for i := range plausible.Systems {
		s := g.makeSystem(i)
		if s.region.Climate != "alpine" {
			continue
		}
		months := s.season()
		counts := closed[s.lat < 0]
		for _, m := range months {
			if m.verdict == "CLOSED" {
				counts[m.month]++
			}
		}
		closed[s.lat < 0] = counts
	}
	for south, counts := range closed {
		winter, summer := counts[1], counts[7]
		if south {
			winter, summer = summer, winter
		}
		if winter < 10 || summer*5 > winter {
			t.Errorf("south %v: closed %d times in winter, %d times in summer", south, winter, summer)
		}
	}
	if len(closed) != 2 {
		t.Errorf("alpine systems are in %d hemispheres", len(closed))
	}
}

// The truth comes back from the seed alone.
func TestTruths(t *testing.T) {
	t.Parallel()
	g, again := generator(t, plausible), generator(t, plausible)
	n := 0
	for _, i := range []int{0, 500, 1199} {
		a, b := g.Truths(i), again.Truths(i)
		if !slices.Equal(a, b) {
			t.Errorf("system %d: two truths", i)
		}
		n += len(a)
	}
	if n == 0 {
		t.Error("no trails in three systems")
	}
}

// Trails a second that one processor makes, with all their rows.
func BenchmarkGenerate(b *testing.B) {
	g := generator(b, Params{Seed: 1, Systems: 10_000, Trails: 100_000})
	plan := g.Plan(2000)
	var c Chunk
	trails, bytes := 0, 0
	for i := 0; b.Loop(); i++ {
		c.Reset()
		part := plan[1+i%(len(plan)-1)]
		g.Fill(&c, part[0], part[1])
		trails += c.Trails
		for _, r := range c.Rows {
			bytes += len(r.Data)
		}
	}
	b.ReportMetric(float64(trails)/b.Elapsed().Seconds(), "trails/s")
	b.ReportMetric(float64(bytes)/float64(trails), "bytes/trail")
}
