package track

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Source says where elevations come from, which decides how far they are
// believed.
type Source int

const (
	// GPS is a receiver's height: noise of several metres.
	GPS Source = iota
	// Barometric is a pressure sensor's height.
	Barometric
	// DEM is an elevation model's height.
	DEM
)

// Threshold is the smallest turn in metres that is believed of a source.
func (s Source) Threshold() float64 {
	if s == GPS {
		return 10
	}
	return 3
}

func (s Source) String() string {
	switch s {
	case Barometric:
		return "barometric"
	case DEM:
		return "DEM"
	default:
		return "GPS"
	}
}

// The steps before hysteresis. 10 m is the lower end of the usual 10 to 20 m; the
// smoothing window spans three samples.
const (
	resampleStep = 10.0
	smoothWindow = 30.0
	// bridge is the longest gap in metres that is filled by interpolation.
	bridge = 100.0
	// wantCoverage is the share of the length that must have elevations.
	wantCoverage = 0.9
	// maxSamples bounds the profile of a long line, by a longer step.
	maxSamples = 50_000
	// zeroJump is how far from its neighbours a value of exactly 0 must be to
	// count as filled in: more than any real step down to the shore.
	zeroJump = 20.0
	// minLength is the length in metres below which a line is a place.
	minLength = 1.0
	// longConstant is the length in metres from which one and the same value
	// throughout is a missing profile, not a flat ride.
	longConstant = 2000.0
)

// Reasons why the elevation of a line is unknown. They wrap ErrElevationUnknown.
var (
	ErrElevationUnknown = errors.New("track: elevation unknown")
	errNoElevation      = fmt.Errorf("%w: no point has one", ErrElevationUnknown)
	errZeroFilled       = fmt.Errorf("%w: it is 0 throughout, which is how recorders write a missing one", ErrElevationUnknown)
	errConstant         = fmt.Errorf("%w: it is the same throughout a long line", ErrElevationUnknown)
	errTooShort         = fmt.Errorf("%w: the line is too short", ErrElevationUnknown)
)

// Elevation is the cleaned elevation of a line, sampled at equal distances.
type Elevation struct {
	// Step is the distance in metres between samples; only the last is nearer.
	Step float64
	// Length is that of the line in metres.
	Length float64
	// Samples are elevations in metres: spikes removed, gaps of up to 100 m
	// filled, smoothed over 30 m. They cover the whole line.
	Samples []float64
	// Coverage is the share of the length (0 to 1) that had elevations before.
	Coverage float64

	// rough are the samples before smoothing, for the grades of sources that need
	// none.
	rough []float64
}

// at is the distance of sample i from the start.
func (e *Elevation) at(i int) float64 {
	if i == len(e.Samples)-1 {
		return e.Length
	}
	return float64(i) * e.Step
}

// Elevation cleans the elevation of the line. It fails with an error that wraps
// ErrElevationUnknown and says why when less than nine tenths of the length have
// believable elevations.
func (l Line) Elevation() (*Elevation, error) {
	m := l.Measure()
	length := m.Length()
	if len(l) < 2 || length < minLength {
		return nil, errTooShort
	}
	ele, err := believable(l, length)
	if err != nil {
		return nil, err
	}
	removeSpikes(ele)
	covered := fillGaps(ele, m.Along)
	if covered/length < wantCoverage {
		return nil, fmt.Errorf("%w: only %.0f percent of the length have one, %.0f are needed", ErrElevationUnknown, 100*covered/length, 100*wantCoverage)
	}
	e := &Elevation{Step: resampleStep, Length: length, Coverage: covered / length}
	// Whole steps, so that a long line is sampled at a round distance.
	if n := math.Ceil(length / (maxSamples - 2) / resampleStep); n > 1 {
		e.Step = n * resampleStep
	}
	// Beyond the covered part the nearest value holds; it is at most a tenth.
	known := Measured{Line: make(Line, 0, len(l)), Along: make([]float64, 0, len(l))}
	for i, h := range ele {
		if !math.IsNaN(h) {
			known.Line = append(known.Line, Point{Ele: h})
			known.Along = append(known.Along, m.Along[i])
		}
	}
	for i := 0; ; i++ {
		d := float64(i) * e.Step
		if d >= length-e.Step/1000 {
			d = length
		}
		p, _ := known.At(d) // there are points, or the coverage would be 0
		e.rough = append(e.rough, p.Ele)
		if d == length {
			break
		}
	}
	e.Samples = smooth(e.rough, e.Step, smoothWindow)
	return e, nil
}

// believable copies the elevations, NaN for those that are unknown or were filled
// in by the recorder.
func believable(l Line, length float64) ([]float64, error) {
	ele := make([]float64, len(l))
	known, zeros := 0, 0
	low, high := math.Inf(1), math.Inf(-1)
	for i, p := range l {
		ele[i] = math.NaN()
		if p.HasEle() {
			ele[i] = p.Ele
			known++
			low, high = min(low, p.Ele), max(high, p.Ele)
			if p.Ele == 0 {
				zeros++
			}
		}
	}
	switch {
	case known == 0:
		return nil, errNoElevation
	case zeros == known:
		return nil, errZeroFilled
	case low == high && length > longConstant:
		return nil, errConstant
	}
	if zeros > 0 {
		dropFilledZeros(ele)
	}
	return ele, nil
}

// dropFilledZeros removes runs of exactly 0 that begin or end with a jump: "0,
// then 62" is a receiver without a fix, while a ride to the shore comes down
// gradually.
func dropFilledZeros(ele []float64) {
	for i := 0; i < len(ele); {
		if ele[i] != 0 {
			i++
			continue
		}
		j := i
		for j < len(ele) && (ele[j] == 0 || math.IsNaN(ele[j])) {
			j++
		}
		before, after := 0.0, 0.0
		for k := i - 1; k >= 0; k-- {
			if !math.IsNaN(ele[k]) {
				before = ele[k]
				break
			}
		}
		if j < len(ele) {
			after = ele[j]
		}
		if math.Abs(before) > zeroJump || math.Abs(after) > zeroJump {
			for k := i; k < j; k++ {
				ele[k] = math.NaN()
			}
		}
		i = j
	}
}

// removeSpikes replaces each value by the median of itself and its neighbours,
// which removes single outliers and leaves steps and slopes as they are.
func removeSpikes(ele []float64) {
	previous := math.NaN()
	for i := range ele {
		original := ele[i]
		if i > 0 && i < len(ele)-1 {
			a, b, c := previous, ele[i], ele[i+1]
			if m := max(min(a, b), min(max(a, b), c)); !math.IsNaN(m) {
				ele[i] = m
			}
		}
		previous = original
	}
}

// fillGaps interpolates short gaps and returns how many metres of the line have
// elevations then.
func fillGaps(ele, along []float64) (covered float64) {
	last := -1
	for i, h := range ele {
		if math.IsNaN(h) {
			continue
		}
		if last >= 0 {
			gap := along[i] - along[last]
			switch {
			case i == last+1:
				covered += gap
			case gap <= bridge:
				covered += gap
				for k := last + 1; k < i; k++ {
					ele[k] = h
					if gap > 0 {
						ele[k] = ele[last] + (h-ele[last])*(along[k]-along[last])/gap
					}
				}
			}
		}
		last = i
	}
	return covered
}

// smooth averages over a window in metres; near the ends the window is narrower,
// so that it stays centred and the ends keep their values.
func smooth(samples []float64, step, window float64) []float64 {
	half := int(window / step / 2)
	if half < 1 {
		return samples
	}
	out := make([]float64, len(samples))
	for i := range samples {
		h := min(half, i, len(samples)-1-i)
		var sum float64
		for _, s := range samples[i-h : i+h+1] {
			sum += s
		}
		out[i] = sum / float64(2*h+1)
	}
	return out
}

// Climb is how much a line goes up and down.
type Climb struct {
	// Gain and Loss are metres, both positive.
	Gain, Loss float64
	// Lowest and Highest are elevations in metres.
	Lowest, Highest float64
	// Method names how Gain and Loss were found; show it beside the numbers.
	Method string
}

// Climb returns gain and loss for elevations from the given source.
func (e *Elevation) Climb(source Source) Climb {
	c := Climb{
		Lowest: slices.Min(e.Samples), Highest: slices.Max(e.Samples),
		Method: fmt.Sprintf("%s, median of 3, every %g m, smoothed over %g m, turns of %g m and more", source, e.Step, smoothWindow, source.Threshold()),
	}
	if e.Step > smoothWindow/2 {
		c.Method = fmt.Sprintf("%s, median of 3, every %g m, turns of %g m and more", source, e.Step, source.Threshold())
	}
	c.Gain, c.Loss = TurningPoints(e.Samples, source.Threshold())
	return c
}

// TurningPoints adds up rises and falls between turning points, where a turn
// counts once the profile has come back by threshold metres. Unknown values (NaN)
// are skipped. Gain less loss is off from the difference of the ends by less than
// twice the threshold.
//
// [Hysteresis] is the simpler rule that most programs mean by the word. It counts
// from the last counted elevation, so rollers of up to twice the threshold can
// vanish, and each turn of a larger one loses up to the threshold: on a kilometre
// of waves 20 m high it finds nothing at all with a threshold of 10 m.
func TurningPoints(elevations []float64, threshold float64) (gain, loss float64) {
	low, high := math.Inf(1), math.Inf(-1)
	direction := 0
	for _, h := range elevations {
		if math.IsNaN(h) {
			continue
		}
		switch direction {
		case 0:
			low, high = min(low, h), max(high, h)
			if h-low >= threshold && h > low {
				direction, high = 1, h
			} else if high-h >= threshold && h < high {
				direction, low = -1, h
			}
		case 1:
			if h >= high {
				high = h
			} else if high-h >= threshold {
				gain += high - low
				direction, low = -1, h
			}
		case -1:
			if h <= low {
				low = h
			} else if h-low >= threshold {
				loss += high - low
				direction, high = 1, h
			}
		}
	}
	switch direction {
	case 1:
		gain += high - low
	case -1:
		loss += high - low
	}
	return gain, loss
}

// Hysteresis adds up rises and falls, counting a change once it reaches threshold
// metres from the last counted elevation. Unknown values (NaN) are skipped. Gain
// less loss is off from the difference of the ends by less than the threshold. It
// is here to compare with other programs; [Elevation.Climb] uses [TurningPoints].
func Hysteresis(elevations []float64, threshold float64) (gain, loss float64) {
	reference := math.NaN()
	for _, h := range elevations {
		switch d := h - reference; {
		case math.IsNaN(h):
		case math.IsNaN(reference):
			reference = h
		case math.Abs(d) < threshold:
		case d > 0:
			gain += d
			reference = h
		default:
			loss -= d
			reference = h
		}
	}
	return gain, loss
}
