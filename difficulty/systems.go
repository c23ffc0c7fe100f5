package difficulty

import (
	"errors"
	"fmt"
	"strings"
)

// Identifiers of the label systems.
const (
	IMBA       = "imba"
	Trailforks = "trailforks"
	UK         = "uk"
	Alps       = "alps"
	NZ         = "nz"
	STS        = "sts"
	OSM        = "osm"
)

// Label is one step of a system.
type Label struct {
	// ID is unique within the system.
	ID string
	// Name is for display, in English, without the system's name.
	Name string
	// Symbol describes the sign on the trail, empty when there is none.
	Symbol string
	// Apart labels stand beside the ladder: they are neither harder nor easier
	// than the others.
	Apart bool
}

// System is a set of labels, the easiest first.
type System struct {
	ID, Name string
	// Labels are in order; those apart come last.
	Labels []Label
	// Rates says what the system rates, in words for a page.
	Rates string
	// Source names where the labels are described.
	Source string
}

// ErrUnknownLabel is wrapped by errors about a system or label that does not
// exist.
var ErrUnknownLabel = errors.New("difficulty: unknown label")

var systems = []System{
	{
		ID: IMBA, Name: "IMBA", Rates: "Technical challenge, not length or climbing.",
		Source: "IMBA Trail Difficulty Rating System",
		Labels: []Label{
			{ID: "white", Name: "Easiest", Symbol: "white circle"},
			{ID: "green", Name: "Easy", Symbol: "green circle"},
			{ID: "blue", Name: "More difficult", Symbol: "blue square"},
			{ID: "black", Name: "Very difficult", Symbol: "black diamond"},
			{ID: "double-black", Name: "Extremely difficult", Symbol: "double black diamond"},
		},
	},
	{
		ID: Trailforks, Name: "Trailforks", Rates: "Technical challenge; set by whoever describes the trail.",
		Source: "third-party descriptions of Trailforks levels",
		Labels: []Label{
			{ID: "white", Name: "White", Symbol: "white circle"},
			{ID: "green", Name: "Green", Symbol: "green circle"},
			{ID: "blue", Name: "Blue", Symbol: "blue square"},
			{ID: "black", Name: "Black", Symbol: "black diamond"},
			{ID: "double-black", Name: "Double black", Symbol: "double black diamond"},
			{ID: "pro-line", Name: "Pro line"},
		},
	},
	{
		ID: UK, Name: "United Kingdom", Rates: "The trail as a whole; orange is for bike-park trails.",
		Source: "colour grades of British trail centres",
		Labels: []Label{
			{ID: "green", Name: "Green"},
			{ID: "blue", Name: "Blue"},
			{ID: "red", Name: "Red"},
			{ID: "black", Name: "Black"},
			{ID: "orange", Name: "Orange", Apart: true},
		},
	},
	{
		ID: Alps, Name: "Alps", Rates: "Riding technique; the colours differ between countries and resorts.",
		Source: "lower-austria.info; mtbbergamo.it",
		Labels: []Label{
			{ID: "blue", Name: "Blue, easy"},
			{ID: "red", Name: "Red, medium"},
			{ID: "black", Name: "Black, difficult"},
		},
	},
	{
		ID: NZ, Name: "New Zealand", Rates: "Six grades.",
		Source: "grades of New Zealand's mountain bike tracks",
		Labels: []Label{
			{ID: "1", Name: "Grade 1"}, {ID: "2", Name: "Grade 2"}, {ID: "3", Name: "Grade 3"},
			{ID: "4", Name: "Grade 4"}, {ID: "5", Name: "Grade 5"}, {ID: "6", Name: "Grade 6"},
		},
	},
	{
		ID: STS, Name: "Singletrail-Skala", Rates: "Level or downhill riding in the dry, by the predominant part; not exposure or speed.",
		Source: "Singletrail-Skala (Schymik, Werner, Philipp 2005)",
		Labels: []Label{
			{ID: "S0", Name: "S0"}, {ID: "S1", Name: "S1"}, {ID: "S2", Name: "S2"},
			{ID: "S3", Name: "S3"}, {ID: "S4", Name: "S4"}, {ID: "S5", Name: "S5"},
		},
	},
	{
		ID: OSM, Name: "OpenStreetMap mtb:scale", Rates: "As the Singletrail-Skala; 6 is not ridden.",
		Source: "OpenStreetMap wiki, Key:mtb:scale",
		Labels: []Label{
			{ID: "0", Name: "mtb:scale 0"}, {ID: "1", Name: "mtb:scale 1"}, {ID: "2", Name: "mtb:scale 2"},
			{ID: "3", Name: "mtb:scale 3"}, {ID: "4", Name: "mtb:scale 4"}, {ID: "5", Name: "mtb:scale 5"},
			{ID: "6", Name: "mtb:scale 6, not ridden"},
		},
	},
}

// Systems returns all label systems. The slice is the caller's.
func Systems() []System {
	all := make([]System, len(systems))
	for i, s := range systems {
		s.Labels = append([]Label(nil), s.Labels...)
		all[i] = s
	}
	return all
}

// LookupSystem finds a system by its identifier.
func LookupSystem(id string) (System, error) {
	for _, s := range systems {
		if s.ID == id {
			s.Labels = append([]Label(nil), s.Labels...)
			return s, nil
		}
	}
	ids := make([]string, len(systems))
	for i, s := range systems {
		ids[i] = s.ID
	}
	return System{}, fmt.Errorf("%w: there is no system %.40q; there are %s", ErrUnknownLabel, id, strings.Join(ids, ", "))
}

// Index returns the place of a label in the order of its system, from 0, and -1
// for a label apart. Case does not count.
func (s System) Index(label string) (int, error) {
	for i, l := range s.Labels {
		if strings.EqualFold(l.ID, label) {
			if l.Apart {
				return -1, nil
			}
			return i, nil
		}
	}
	ids := make([]string, len(s.Labels))
	for i, l := range s.Labels {
		ids[i] = l.ID
	}
	return 0, fmt.Errorf("%w: %s has no label %.40q; it has %s", ErrUnknownLabel, s.ID, label, strings.Join(ids, ", "))
}

// Steps is the number of labels in order, without those apart.
func (s System) Steps() int {
	n := 0
	for _, l := range s.Labels {
		if !l.Apart {
			n++
		}
	}
	return n
}

// Stated is a difficulty as somebody stated it.
type Stated struct {
	System, Label string
	// By says who stated it: a sign, an association, a site, a rider.
	By string
}

// Check returns an error when the system or the label does not exist, or nobody is
// named.
func (s Stated) Check() error {
	system, err := LookupSystem(s.System)
	if err != nil {
		return err
	}
	if _, err := system.Index(s.Label); err != nil {
		return err
	}
	if strings.TrimSpace(s.By) == "" {
		return fmt.Errorf("difficulty: %s %s: say who stated it", s.System, s.Label)
	}
	return nil
}

// OSMScale is a value of the key mtb:scale as mappers write it.
type OSMScale struct {
	// Low and High are labels of the system osm; equal unless several values were
	// given ("0;1").
	Low, High string
	// Suffix is "+", "-" or empty: the upper or lower end of the step.
	Suffix string
}

// ParseOSMScale reads a value of mtb:scale: 0 to 6 with an optional + or -, or
// several of them divided by semicolons, of which it gives the lowest and the
// highest. Anything else is refused, so that the importer can keep it as text.
func ParseOSMScale(value string) (OSMScale, error) {
	if len(value) > 40 {
		return OSMScale{}, fmt.Errorf("%w: mtb:scale of %d characters", ErrUnknownLabel, len(value))
	}
	parts := strings.Split(value, ";")
	var out OSMScale
	for _, part := range parts {
		part = strings.TrimSpace(part)
		if part == "" || len(part) > 2 || part[0] < '0' || part[0] > '6' || len(part) == 2 && part[1] != '+' && part[1] != '-' {
			return OSMScale{}, fmt.Errorf("%w: mtb:scale=%q; 0 to 6 with + or - is expected", ErrUnknownLabel, value)
		}
		digit := part[:1]
		if out.Low == "" || digit < out.Low {
			out.Low = digit
		}
		if digit > out.High {
			out.High = digit
		}
		if len(parts) == 1 {
			out.Suffix = part[1:]
		}
	}
	return out, nil
}

// ParseOSMIMBA reads a value of mtb:scale:imba, 0 to 4, and returns the label of
// the system imba.
func ParseOSMIMBA(value string) (label string, err error) {
	value = strings.TrimSpace(value)
	if len(value) != 1 || value[0] < '0' || value[0] > '4' {
		return "", fmt.Errorf("%w: mtb:scale:imba=%.40q; 0 to 4 is expected", ErrUnknownLabel, value)
	}
	return systems[0].Labels[value[0]-'0'].ID, nil
}

// Skill levels and the IMBA label that each is roughly at ease on.
const (
	Learning    = "learning"
	Comfortable = "comfortable"
	Challenging = "challenging"
	Expert      = "expert"
)

// LabelOfSkill returns the IMBA label that riders of a skill level are roughly at
// ease on.
func LabelOfSkill(skill string) (label string, err error) {
	switch skill {
	case Learning:
		return "green", nil
	case Comfortable:
		return "blue", nil
	case Challenging:
		return "black", nil
	case Expert:
		return "double-black", nil
	}
	return "", fmt.Errorf("%w: there is no skill level %.40q; there are %s, %s, %s, %s", ErrUnknownLabel, skill, Learning, Comfortable, Challenging, Expert)
}
