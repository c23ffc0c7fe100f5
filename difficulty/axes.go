package difficulty

import (
	"fmt"
	"math"
)

// Axis is one way in which a trail can be hard. Flow is not among them: it is
// character, not difficulty.
type Axis string

// The axes of a difficulty profile.
const (
	TechnicalClimbing   Axis = "technical-climbing"
	TechnicalDescending Axis = "technical-descending"
	Air                 Axis = "air"         // jumps and drops
	Consequence         Axis = "consequence" // what a fall costs
	Fitness             Axis = "fitness"
)

// Axes returns all axes in the order they are shown.
func Axes() []Axis {
	return []Axis{TechnicalClimbing, TechnicalDescending, Air, Consequence, Fitness}
}

// Check returns an error for an axis that does not exist.
func (a Axis) Check() error {
	for _, known := range Axes() {
		if a == known {
			return nil
		}
	}
	return fmt.Errorf("difficulty: there is no axis %.40q; there are %v", string(a), Axes())
}

// Name is for display.
func (a Axis) Name() string {
	switch a {
	case TechnicalClimbing:
		return "Technical climbing"
	case TechnicalDescending:
		return "Technical descending"
	case Air:
		return "Air"
	case Consequence:
		return "Consequence"
	case Fitness:
		return "Fitness"
	}
	return string(a)
}

// MaxMark is the upper end of an axis; 0 is the lower.
const MaxMark = 5.0

// Mark is a value on an axis. The zero value is unknown, which is neither 0 nor
// "does not apply" (the air of a trail without jumps is 0; the climbing of a trail
// that is only ridden down does not apply).
type Mark struct {
	state markState
	value float64
}

type markState uint8

const (
	unknown markState = iota
	known
	notApplicable
)

// NotApplicable is the mark of an axis that makes no sense for a trail.
func NotApplicable() Mark { return Mark{state: notApplicable} }

// NewMark returns a mark from 0 to 5.
func NewMark(value float64) (Mark, error) {
	if !(value >= 0 && value <= MaxMark) {
		return Mark{}, fmt.Errorf("difficulty: a mark of %v; it must be between 0 and %v", value, MaxMark)
	}
	return Mark{known, value}, nil
}

// Value returns the mark; it reports false when it is unknown or does not apply.
func (m Mark) Value() (float64, bool) { return m.value, m.state == known }

// Applies reports whether the axis makes sense for the trail, as far as known.
func (m Mark) Applies() bool { return m.state != notApplicable }

// String is for display: "3", "2.5", "does not apply" or "unknown".
func (m Mark) String() string {
	switch m.state {
	case known:
		return trimNumber(m.value, 1)
	case notApplicable:
		return "does not apply"
	default:
		return "unknown"
	}
}

// Offset is how much harder a place is than its labels say, in label steps: +1
// means that a blue there rides like a black elsewhere. It is an opinion set by
// hand. The word calibration is kept for what was measured.
type Offset float64

// MaxOffset bounds an offset in both directions.
const MaxOffset Offset = 1.5

// Check returns an error unless the offset is within ±1.5 and a multiple of a
// half: finer opinions would pretend to be measurements.
func (o Offset) Check() error {
	if !(o >= -MaxOffset && o <= MaxOffset) || math.Mod(float64(o), 0.5) != 0 {
		return fmt.Errorf("difficulty: a grading offset of %v; it must be a multiple of 0.5 from -%v to +%v", float64(o), float64(MaxOffset), float64(MaxOffset))
	}
	return nil
}

// Words describes the offset for a page.
func (o Offset) Words() string {
	size := math.Abs(float64(o))
	var amount string
	switch {
	case size == 0:
		return "is graded as elsewhere"
	case size < 1:
		amount = "half a step"
	case size < 1.5:
		amount = "a step"
	default:
		amount = "a step and a half"
	}
	if o > 0 {
		return "rides " + amount + " harder than its labels say"
	}
	return "rides " + amount + " easier than its labels say"
}

// Place is a system, a parent system or a region with its local grading.
type Place struct {
	Name string
	// Offsets has the axes for which somebody set one.
	Offsets map[Axis]Offset
}

// LocalGrading returns the offset that counts for an axis at a place: that of the
// nearest which has one. Offsets never add up, because the one set for a system is
// already about the whole difference. The places go from the nearest outwards:
// system, parent systems, region. It reports false when none has one.
func LocalGrading(axis Axis, places []Place) (o Offset, from string, ok bool) {
	for _, p := range places {
		if o, ok := p.Offsets[axis]; ok {
			return o, p.Name, true
		}
	}
	return 0, "", false
}
