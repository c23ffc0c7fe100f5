package difficulty

import (
	"errors"
	"fmt"
	"math"
)

// Standard deviations in label steps behind the interval of a translation.
const (
	// offsetDeviation is how far an offset set by hand may be off; the same figure
	// with which an editor's word enters the calibration.
	offsetDeviation = 0.5
	// unknownDeviation is how far places differ when nobody said anything.
	unknownDeviation = 0.7
	// trailDeviation is how far single trails are from their label.
	trailDeviation = 0.3
	// roughDeviation is added by each conversion between ladders.
	roughDeviation = 0.5
	// quantile bounds the middle 80 percent of a normal distribution.
	quantile = 1.2816
)

// ErrApart means that a label stands beside its ladder and cannot be translated.
var ErrApart = errors.New("difficulty: the label stands beside its ladder")

// Question asks what a label known from home amounts to elsewhere.
type Question struct {
	Axis Axis
	// System and Label are what the rider knows.
	System, Label string
	// Home and Away are the gradings of the two places on this axis; nil when
	// nobody set one.
	Home, Away *Offset
	// HomeEstimate counts instead of Home when it is set: what is known of home from
	// places, trails and the rider's own marks (Combine).
	HomeEstimate *Estimate
	// SamePlace is set when home and away are one place: nothing to translate.
	SamePlace bool
	// AwaySystem are the labels used there; empty for the same system.
	AwaySystem string
}

// Translation is the answer, always an opinion: it rests on offsets set by hand.
type Translation struct {
	System string
	// Label is the one there that is nearest to the rider's; Low and High bound
	// the middle 80 percent.
	Label, Low, High string
	// Position, PositionLow and PositionHigh are the same in label steps from the
	// easiest label (0); they may lie beyond the ladder.
	Position, PositionLow, PositionHigh float64
	// BelowScale and AboveScale say that the equivalent lies more than half a step
	// beyond the easiest or hardest label.
	BelowScale, AboveScale bool
	// StartWith is a label that is, with nine chances in ten, no harder than the
	// rider's own; the easiest one where even that may be harder.
	StartWith string
	// Opinion is always true here; a measured translation comes from calibration.
	Opinion bool
	// Reasons name what the answer rests on, Missing what would make it better.
	Reasons, Missing []string
}

// Translate answers a question. It fails with ErrUnknownLabel, ErrApart or
// ErrNoMapping, and on an axis or offset that does not exist.
func Translate(q Question) (Translation, error) {
	if err := q.Axis.Check(); err != nil {
		return Translation{}, err
	}
	for _, o := range []*Offset{q.Home, q.Away} {
		if o != nil {
			if err := o.Check(); err != nil {
				return Translation{}, err
			}
		}
	}
	home, err := LookupSystem(q.System)
	if err != nil {
		return Translation{}, err
	}
	away := home
	t := Translation{Opinion: true}
	if q.AwaySystem != "" && q.AwaySystem != q.System {
		if away, err = LookupSystem(q.AwaySystem); err != nil {
			return Translation{}, err
		}
	}
	c, err := convertPosition(home, q.Label, away)
	if err != nil {
		return Translation{}, err
	}
	position, variance := c.position, c.variance
	t.Reasons = append(t.Reasons, c.reasons...)
	t.System = away.ID

	if q.SamePlace {
		t.Reasons = append(t.Reasons, "It is the same place.")
	} else {
		weigh := func(o *Offset, where string, sign float64) {
			if o == nil {
				variance += unknownDeviation * unknownDeviation
				t.Missing = append(t.Missing, "Nobody has said how "+where+" is graded on this axis.")
				return
			}
			variance += offsetDeviation * offsetDeviation
			position += sign * float64(*o)
			t.Reasons = append(t.Reasons, "Opinion: "+where+" "+o.Words()+".")
		}
		if e := q.HomeEstimate; e != nil {
			variance += e.Deviation * e.Deviation
			position += e.Offset
			t.Reasons = append(t.Reasons, "Opinion: your home "+e.Words()+".")
		} else {
			weigh(q.Home, "your home", +1)
		}
		weigh(q.Away, "the other place", -1)
		variance += trailDeviation * trailDeviation
		t.Missing = append(t.Missing, measuredBy)
	}

	t.Position = position
	t.bound(away, variance)
	return t, nil
}

// measuredBy is what a translation by opinions always lacks.
const measuredBy = "Ratings by riders who know both places would make this measured."

// bound fills in what follows from the position and its variance on a ladder.
func (t *Translation) bound(ladder System, variance float64) {
	reach := quantile * math.Sqrt(variance)
	t.PositionLow, t.PositionHigh = t.Position-reach, t.Position+reach
	t.Label = ladder.nearest(t.Position)
	t.Low, t.High = ladder.nearest(t.PositionLow), ladder.nearest(t.PositionHigh)
	t.BelowScale = t.Position < -0.5
	t.AboveScale = t.Position > float64(ladder.Steps()-1)+0.5
	// A hair is allowed for rounding, so that an exact answer is not lowered.
	t.StartWith = ladder.nearest(math.Floor(t.PositionLow + 1e-9))
}

// converted is a label as a position on a ladder, which may be another system's.
type converted struct {
	position, variance float64
	reasons            []string
}

func convertPosition(from System, label string, to System) (converted, error) {
	index, err := from.Index(label)
	if err != nil {
		return converted{}, err
	}
	if index < 0 {
		return converted{}, fmt.Errorf("%w: %s %s", ErrApart, from.Name, label)
	}
	if from.ID == to.ID {
		return converted{position: float64(index)}, nil
	}
	c, err := Convert(from.ID, label, to.ID)
	if err != nil {
		return converted{}, err
	}
	low, err := to.Index(c.Low)
	if err != nil {
		return converted{}, err
	}
	high, err := to.Index(c.High)
	if err != nil {
		return converted{}, err
	}
	// Several labels count as evenly likely.
	width := float64(high - low)
	out := converted{position: float64(low+high) / 2, variance: width * width / 12}
	for _, s := range c.Sources {
		out.reasons = append(out.reasons, fmt.Sprintf("%s %s compared with %s: %s.", from.Name, from.Labels[index].ID, to.Name, s))
	}
	if c.Rough {
		out.variance += roughDeviation * roughDeviation * float64(len(c.Sources))
	}
	return out, nil
}

// nearest returns the label at a position, of two equally near ones the easier:
// whoever errs should err on the safe side.
func (s System) nearest(position float64) string {
	i := int(math.Ceil(position - 0.5 - 1e-9))
	return s.Labels[max(0, min(i, s.Steps()-1))].ID
}
