package draw

import (
	"math"
	"math/rand/v2"
)

// Contours draws an invented terrain's contour lines as a stand-alone picture:
// the site's ground pattern. It shows no real place. The same seed draws the
// same terrain.
func Contours(w, h, cell, levels int, seed uint64) string {
	rng := rand.New(rand.NewPCG(seed, 7))
	type hill struct{ x, y, r, a float64 }
	hills := make([]hill, 34)
	for i := range hills {
		hills[i] = hill{
			x: rng.Float64() * float64(w), y: rng.Float64() * float64(h),
			r: 60 + rng.Float64()*220, a: rng.Float64()*1.6 - 0.45,
		}
	}
	height := func(x, y float64) float64 {
		var v float64
		for _, b := range hills {
			// Wrapped, so that the picture tiles.
			dx, dy := math.Abs(x-b.x), math.Abs(y-b.y)
			dx, dy = math.Min(dx, float64(w)-dx), math.Min(dy, float64(h)-dy)
			v += b.a * math.Exp(-(dx*dx+dy*dy)/(b.r*b.r))
		}
		return v
	}
	nx, ny := w/cell, h/cell
	grid := make([][]float64, ny+1)
	low, high := math.Inf(1), math.Inf(-1)
	for j := range grid {
		grid[j] = make([]float64, nx+1)
		for i := range grid[j] {
			grid[j][i] = height(float64(i*cell%w), float64(j*cell%h))
			low, high = math.Min(low, grid[j][i]), math.Max(high, grid[j][i])
		}
	}
	var s svg
	s.add(`<svg xmlns="http://www.w3.org/2000/svg" width="`, num(float64(w)), `" height="`, num(float64(h)), `" viewBox="0 0 `, num(float64(w)), ` `, num(float64(h)), `" fill="none" stroke="#7a8f6a" stroke-linecap="round" stroke-linejoin="round">`)
	for k := 1; k < levels; k++ {
		at := low + (high-low)*float64(k)/float64(levels)
		width := "0.7"
		if k%5 == 0 {
			width = "1.4"
		}
		s.add(`<path stroke-width="`, width, `" d="`)
		for _, line := range isolines(grid, at) {
			for i, p := range line {
				if i == 0 {
					s.add(`M`)
				} else {
					s.add(`L`)
				}
				s.add(num(p[0]*float64(cell)), ` `, num(p[1]*float64(cell)))
			}
		}
		s.add(`"/>`)
	}
	s.add(`</svg>`)
	return s.String()
}

// isolines follows a level through the grid by marching squares and chains the
// pieces into lines.
func isolines(grid [][]float64, at float64) [][][2]float64 {
	type key [2]int64
	quantize := func(p [2]float64) key { return key{int64(math.Round(p[0] * 1e6)), int64(math.Round(p[1] * 1e6))} }
	next := map[key][][2]float64{}
	link := func(a, b [2]float64) {
		next[quantize(a)] = append(next[quantize(a)], b)
		next[quantize(b)] = append(next[quantize(b)], a)
	}
	var starts [][2]float64
	for j := range len(grid) - 1 {
		for i := range len(grid[j]) - 1 {
			corners := [4][3]float64{
				{float64(i), float64(j), grid[j][i]}, {float64(i + 1), float64(j), grid[j][i+1]},
				{float64(i + 1), float64(j + 1), grid[j+1][i+1]}, {float64(i), float64(j + 1), grid[j+1][i]},
			}
			if math.IsNaN(corners[0][2] + corners[1][2] + corners[2][2] + corners[3][2]) {
				continue // a line can't be followed where nothing is known
			}
			var cuts [][2]float64
			for c := range 4 {
				a, b := corners[c], corners[(c+1)%4]
				if (a[2] < at) == (b[2] < at) {
					continue
				}
				t := (at - a[2]) / (b[2] - a[2])
				cuts = append(cuts, [2]float64{a[0] + (b[0]-a[0])*t, a[1] + (b[1]-a[1])*t})
			}
			for c := 0; c+1 < len(cuts); c += 2 {
				link(cuts[c], cuts[c+1])
				starts = append(starts, cuts[c])
			}
		}
	}
	var lines [][][2]float64
	take := func(from [2]float64) ([2]float64, bool) {
		list := next[quantize(from)]
		if len(list) == 0 {
			return from, false
		}
		to := list[len(list)-1]
		next[quantize(from)] = list[:len(list)-1]
		back := next[quantize(to)]
		for i := range back {
			if quantize(back[i]) == quantize(from) {
				next[quantize(to)] = append(back[:i:i], back[i+1:]...)
				break
			}
		}
		return to, true
	}
	for _, start := range starts {
		line := [][2]float64{start}
		for p, ok := take(start); ok; p, ok = take(p) {
			line = append(line, p)
		}
		// The other half of an open line, which began in its middle.
		var before [][2]float64
		for p, ok := take(start); ok; p, ok = take(p) {
			before = append(before, p)
		}
		if len(line)+len(before) < 2 {
			continue
		}
		for i, j := 0, len(before)-1; i < j; i, j = i+1, j-1 {
			before[i], before[j] = before[j], before[i]
		}
		lines = append(lines, append(before, line...))
	}
	return lines
}
