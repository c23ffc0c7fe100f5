package difficulty

import (
	"fmt"
	"math"
)

// Standard deviations in label steps behind an estimate of a rider's home.
const (
	// markDeviation is our own reading of marks as labels; nobody published one.
	markDeviation = 0.5
	// selfDeviation is how far a rider's own marks may be off.
	selfDeviation = 0.5
)

// basisDeviation is how far a mark may be off, by what it rests on.
func basisDeviation(basis string) float64 {
	switch basis {
	case "measured":
		return 0.25
	case "official", "imported", "local":
		return 0.4
	}
	return 0.5 // an editors' estimate, or nobody said
}

// Evidence is what one known thing says of how a place is graded on one axis.
type Evidence struct {
	// Offset is how much harder the place is than its labels say, in label steps;
	// unlike an opinion set by hand it need not be a multiple of a half.
	Offset float64
	// Deviation is the standard deviation of Offset.
	Deviation float64
	// Reason is a sentence for a page.
	Reason string
}

// Estimate is how a place is graded on one axis, as far as its evidence goes. It
// is an opinion like the gradings and marks it rests on.
type Estimate struct {
	Offset, Deviation float64
	// Reasons are those of the evidence, in order.
	Reasons []string
}

// Low and High bound the middle 80 percent.
func (e Estimate) Low() float64 { return e.Offset - quantile*e.Deviation }

// High is the upper bound.
func (e Estimate) High() float64 { return e.Offset + quantile*e.Deviation }

// Words describes the estimate for a page, rounded to half a step.
func (e Estimate) Words() string { return Offset(math.Round(e.Offset*2) / 2).Words() }

// MarkPosition puts a mark on the common scale, in label steps from white (0):
// the five labels share the axis from 0 to 5 evenly, so that white is 0 to 1 and
// its middle 0.5. This is our own reading.
func MarkPosition(mark float64) float64 { return mark - 0.5 }

// PlaceEvidence is what the nearest grading set by hand says; places go from the
// nearest outwards, as for LocalGrading. It reports false when there is none.
func PlaceEvidence(axis Axis, name string, places []Place) (Evidence, bool) {
	o, from, ok := LocalGrading(axis, places)
	if !ok || o.Check() != nil {
		return Evidence{}, false
	}
	reason := name + " " + o.Words()
	if from != name {
		reason = name + " lies in " + from + ", which " + o.Words()
	}
	return Evidence{Offset: float64(o), Deviation: offsetDeviation, Reason: reason + "."}, true
}

// Rated tells whether a trail's stated label speaks of an axis. Labels rate technical
// challenge and follow the hardest kind of it: a flow trail is not signed by how it
// climbs. So an axis is rated when it is technical (climbing, descending, air) and no
// other technical one is marked higher; consequence and fitness never are.
func Rated(axis Axis, marks map[Axis]float64) bool {
	mark, ok := marks[axis]
	if !ok {
		return false
	}
	rated := false
	for _, a := range []Axis{TechnicalClimbing, TechnicalDescending, Air} {
		rated = rated || a == axis
		if other, ok := marks[a]; ok && other > mark {
			return false
		}
	}
	return rated
}

// TrailEvidence compares a trail's mark on an axis with a label that somebody
// stated for it: a trail signed blue with the marks of a black says that the place
// is graded softly. Ask Rated first whether the label speaks of the axis. It fails
// where Convert does.
func TrailEvidence(axis Axis, name string, mark float64, basis string, system, label string) (Evidence, error) {
	signed, variance, err := signedPosition(axis, mark, system, label)
	if err != nil {
		return Evidence{}, err
	}
	b := basisDeviation(basis)
	e := Evidence{Offset: MarkPosition(mark) - signed, Deviation: math.Sqrt(variance + markDeviation*markDeviation + b*b + trailDeviation*trailDeviation)}
	e.Reason = fmt.Sprintf("%s is marked %s of 5 and labelled %s %s.", name, trimNumber(mark, 1), systemName(system), labelName(system, label))
	return e, nil
}

// RiderEvidence compares the mark that a rider gives to what they ride at home
// with the label it has there.
func RiderEvidence(axis Axis, mark float64, system, label string) (Evidence, error) {
	signed, variance, err := signedPosition(axis, mark, system, label)
	if err != nil {
		return Evidence{}, err
	}
	e := Evidence{Offset: MarkPosition(mark) - signed, Deviation: math.Sqrt(variance + markDeviation*markDeviation + selfDeviation*selfDeviation)}
	e.Reason = fmt.Sprintf("You mark what is %s %s at home with %s of 5.", systemName(system), labelName(system, label), trimNumber(mark, 1))
	return e, nil
}

// MarkLabel is the label of the common scale that a mark is nearest to; of two
// equally near ones the easier.
func MarkLabel(mark float64) string {
	common, _ := LookupSystem(IMBA) // the table is checked by a test
	return common.nearest(MarkPosition(mark))
}

func signedPosition(axis Axis, mark float64, system, label string) (position, variance float64, err error) {
	if err := axis.Check(); err != nil {
		return 0, 0, err
	}
	if _, err := NewMark(mark); err != nil {
		return 0, 0, err
	}
	from, err := LookupSystem(system)
	if err != nil {
		return 0, 0, err
	}
	common, err := LookupSystem(IMBA)
	if err != nil {
		return 0, 0, err
	}
	c, err := convertPosition(from, label, common)
	return c.position, c.variance, err
}

func systemName(id string) string {
	s, err := LookupSystem(id)
	if err != nil {
		return id
	}
	return s.Name
}

func labelName(system, id string) string {
	s, err := LookupSystem(system)
	if err != nil {
		return id
	}
	for _, l := range s.Labels {
		if l.ID == id && system != IMBA {
			return l.Name
		}
	}
	return id
}

// Combine makes one estimate of all evidence about an axis; it reports false
// without any. The offset is the mean, each piece weighted by its precision, and
// bounded to ±MaxOffset. The deviation is that of the pieces together with how far
// they lie apart: the same few hands set gradings and marks, so that a second
// opinion which agrees makes nothing surer, and one which disagrees makes it less
// sure.
func Combine(list []Evidence) (Estimate, bool) {
	var out Estimate
	weights, mean, squares := 0.0, 0.0, 0.0
	for _, e := range list {
		if !(e.Deviation > 0) || math.IsInf(e.Deviation, 0) || math.IsNaN(e.Offset) {
			continue // says nothing that can be weighed
		}
		w, o := 1/(e.Deviation*e.Deviation), bounded(e.Offset)
		weights += w
		mean += w * o
		squares += w * (e.Deviation*e.Deviation + o*o)
		out.Reasons = append(out.Reasons, e.Reason)
	}
	if weights == 0 {
		return Estimate{}, false
	}
	out.Offset = mean / weights
	out.Deviation = math.Sqrt(max(0, squares/weights-out.Offset*out.Offset))
	return out, true
}

func bounded(offset float64) float64 {
	return max(-float64(MaxOffset), min(float64(MaxOffset), offset))
}

// Trail is what is known of a trail on one axis, for AtHome.
type Trail struct {
	// Mark from 0 to 5 and what it rests on; nil when nobody set one.
	Mark  *float64
	Basis string
	// System and Label are what the trail is signed with; they count when there is
	// no mark.
	System, Label string
	// Place is how the trail's place is graded; nil when nobody said.
	Place *Offset
}

// AtHome says which label of the common scale a trail elsewhere would have where
// the rider is at home: the way back of Translate. Without a mark it rests on the
// trail's label and the grading of its place; a home of nil is one that nobody has
// graded. It fails where Convert does.
func AtHome(axis Axis, t Trail, home *Estimate) (Translation, error) {
	if err := axis.Check(); err != nil {
		return Translation{}, err
	}
	common, err := LookupSystem(IMBA)
	if err != nil {
		return Translation{}, err
	}
	out := Translation{System: IMBA, Opinion: true}
	variance := trailDeviation * trailDeviation
	if t.Mark != nil {
		if _, err := NewMark(*t.Mark); err != nil {
			return Translation{}, err
		}
		b := basisDeviation(t.Basis)
		variance += markDeviation*markDeviation + b*b
		out.Position = MarkPosition(*t.Mark)
		out.Reasons = append(out.Reasons, fmt.Sprintf("The trail is marked %s of 5 on this axis.", trimNumber(*t.Mark, 1)))
	} else {
		from, err := LookupSystem(t.System)
		if err != nil {
			return Translation{}, err
		}
		c, err := convertPosition(from, t.Label, common)
		if err != nil {
			return Translation{}, err
		}
		out.Position = c.position
		variance += c.variance
		out.Reasons = append(out.Reasons, c.reasons...)
		if t.Place != nil {
			if err := t.Place.Check(); err != nil {
				return Translation{}, err
			}
			variance += offsetDeviation * offsetDeviation
			out.Position += float64(*t.Place)
			out.Reasons = append(out.Reasons, "Opinion: its place "+t.Place.Words()+".")
		} else {
			variance += unknownDeviation * unknownDeviation
			out.Missing = append(out.Missing, "Nobody has marked the trail on this axis, or said how its place is graded.")
		}
	}
	if home != nil {
		variance += home.Deviation * home.Deviation
		out.Position -= home.Offset
		out.Reasons = append(out.Reasons, "Opinion: your home "+home.Words()+".")
	} else {
		variance += unknownDeviation * unknownDeviation
		out.Missing = append(out.Missing, "Nobody has said how your home is graded on this axis.")
	}
	out.Missing = append(out.Missing, measuredBy)
	out.bound(common, variance)
	return out, nil
}
