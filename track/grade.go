package track

import (
	"fmt"
	"math"
	"slices"
)

const (
	// GradeWindow is the length in metres over which a grade is measured.
	GradeWindow = 30.0
	// MaxGradeWindow is that of the steepest grade.
	MaxGradeWindow = 10.0
	// climbBreak is how many metres a climb may lose on the way and go on.
	climbBreak = 10.0
)

// GradeBands are the upper limits in percent of all but the last band of
// [Grades.Share].
var GradeBands = [4]float64{5, 10, 15, 20}

// Grades describes how steep a line is. All grades are percent and positive; up
// and down are in the direction of the line.
type Grades struct {
	// Average is the gain, as [Climb] has it, over the whole length: the "average
	// grade" of the IMBA rating system.
	Average float64
	// Mean is the mean of the grades regardless of direction.
	Mean float64
	// P95Up and P95Down are exceeded by a twentieth of the length that goes up,
	// or down; 0 when nothing does.
	P95Up, P95Down float64
	// MaxUp and MaxDown are the steepest over at least 10 m.
	MaxUp, MaxDown float64
	// Share of the length (0 to 1, adding up to 1) with a grade, regardless of
	// direction, of 0-5, 5-10, 10-15, 15-20 and more than 20 percent.
	Share [5]float64
	// LongestClimb is the stretch with the largest gain; the zero value when the
	// line nowhere gains 10 m.
	LongestClimb Ascent
}

// Ascent is a stretch that goes up, with losses of at most 10 m on the way.
type Ascent struct {
	From, To float64 // metres from the start of the line
	Gain     float64 // metres from its foot to its top
}

// Grade is the average grade of the ascent in percent.
func (a Ascent) Grade() float64 {
	if a.To <= a.From {
		return 0
	}
	return 100 * a.Gain / (a.To - a.From)
}

// Grades measures how steep the line is. It fails with an error that wraps
// ErrElevationUnknown when the line is shorter than 30 m.
func (e *Elevation) Grades(source Source) (Grades, error) {
	if e.Length < GradeWindow {
		return Grades{}, fmt.Errorf("%w: %.0f m are too short to measure a grade, which takes %g m", ErrElevationUnknown, e.Length, GradeWindow)
	}
	// The regression smooths by itself; only a receiver's height is smoothed before,
	// because its noise would make cliffs.
	samples := e.rough
	if source == GPS {
		samples = e.Samples
	}
	var g Grades
	g.Average = 100 * e.Climb(source).Gain / e.Length
	// Each sample stands for the stretch up to the next; the weight of the last
	// is what remains.
	var up, down []weighted
	for i := range len(e.Samples) - 1 {
		weight := e.at(i+1) - e.at(i)
		grade := e.gradeAt(samples, (e.at(i)+e.at(i+1))/2, GradeWindow)
		abs := math.Abs(grade)
		g.Mean += abs * weight / e.Length
		band := 0
		for band < len(GradeBands) && abs > GradeBands[band] {
			band++
		}
		g.Share[band] += weight / e.Length
		switch {
		case grade > 0:
			up = append(up, weighted{abs, weight})
		case grade < 0:
			down = append(down, weighted{abs, weight})
		}
		steepest := e.gradeAt(samples, (e.at(i)+e.at(i+1))/2, MaxGradeWindow)
		g.MaxUp, g.MaxDown = max(g.MaxUp, steepest), max(g.MaxDown, -steepest)
	}
	g.P95Up, g.P95Down = percentile95(up), percentile95(down)
	g.LongestClimb = e.longestClimb()
	return g, nil
}

// gradeAt returns the slope in percent of the least-squares line through the
// profile within a window around a distance. The window is shifted inwards at
// the ends. The profile between samples is linear; five points a window follow
// it closely enough.
func (e *Elevation) gradeAt(samples []float64, distance, window float64) float64 {
	window = min(max(window, e.Step), e.Length)
	from := max(0, min(distance-window/2, e.Length-window))
	const points = 5
	var sumXY, sumXX float64
	for k := range points {
		x := window * (float64(k)/(points-1) - 0.5)
		sumXY += x * e.height(samples, from+window/2+x)
		sumXX += x * x
	}
	return 100 * sumXY / sumXX
}

// height is the elevation at a distance, linear between samples.
func (e *Elevation) height(samples []float64, distance float64) float64 {
	i := min(max(0, int(distance/e.Step)), len(samples)-2)
	a, b := e.at(i), e.at(i+1)
	t := max(0, min(1, (distance-a)/(b-a)))
	return samples[i] + t*(samples[i+1]-samples[i])
}

type weighted struct{ value, weight float64 }

// percentile95 is the value below which 95 percent of the weight lie.
func percentile95(all []weighted) float64 {
	slices.SortFunc(all, func(a, b weighted) int {
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return 0
	})
	var total, sum float64
	for _, w := range all {
		total += w.weight
	}
	for _, w := range all {
		sum += w.weight
		if sum >= 0.95*total {
			return w.value
		}
	}
	return 0
}

// longestClimb finds the stretch of the largest gain in one pass: a climb ends at
// its top once the line has come down more than climbBreak below it.
func (e *Elevation) longestClimb() Ascent {
	var best Ascent
	foot, top := 0, 0
	consider := func() {
		if gain := e.Samples[top] - e.Samples[foot]; gain > best.Gain && gain >= climbBreak {
			best = Ascent{From: e.at(foot), To: e.at(top), Gain: gain}
		}
	}
	for i, h := range e.Samples {
		switch {
		case h <= e.Samples[foot], h < e.Samples[top]-climbBreak:
			consider()
			foot, top = i, i
		case h > e.Samples[top]:
			top = i
		}
	}
	consider()
	return best
}

// ProfilePoint is a point of an elevation profile.
type ProfilePoint struct {
	Distance  float64 `json:"d"` // metres from the start
	Elevation float64 `json:"e"` // metres
	Grade     float64 `json:"g"` // percent, negative downwards
}

// Profile returns at most n points (at least 2) at equal distances, to draw. The
// grade of each is measured over the distance it stands for, 30 m at least.
func (e *Elevation) Profile(n int) []ProfilePoint {
	n = max(2, min(n, len(e.Samples)))
	spacing := e.Length / float64(n-1)
	points := make([]ProfilePoint, n)
	for i := range points {
		d := min(float64(i)*spacing, e.Length)
		points[i] = ProfilePoint{d, e.height(e.Samples, d), e.gradeAt(e.Samples, d, max(GradeWindow, spacing))}
	}
	return points
}
