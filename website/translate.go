package website

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/mtbwiki/mtbwiki/difficulty"
	"github.com/mtbwiki/mtbwiki/entity"
)

// translation answers "what is my label here": the rule is package difficulty's,
// the gradings are the API's.
type translation struct {
	Home    string // system:label, as asked
	Axis    string
	Grading string // how the rider's home is graded, "" when not known
	Asked   bool
	Answer  *difficulty.Translation
	Mine    string // the rider's label in words
	There   string // the label there in words, and the bounds
	Low     string
	High    string
	Start   string
	Common  string // sign of the label there
	Problem string
	Place   string
}

// Systems are the label systems that a rider may know, with their labels.
func (translation) Systems() []difficulty.System { return difficulty.Systems() }

// Axes are the axes a grading may be about.
func (translation) Axes() []difficulty.Axis { return difficulty.Axes() }

// Gradings are what a rider may say of the places at home.
func (translation) Gradings() []option {
	out := []option{{"", "I don’t know"}}
	for v := -difficulty.MaxOffset; v <= difficulty.MaxOffset; v += 0.5 {
		label := "Home " + v.Words()
		out = append(out, option{strconv.FormatFloat(float64(v), 'f', 1, 64), label})
	}
	return out
}

// offsets are an area's gradings by axis; values that are no grading are left
// out: the API checks them, but a page must not fail on one.
func offsets(list []entity.LocalGrading) map[difficulty.Axis]difficulty.Offset {
	out := map[difficulty.Axis]difficulty.Offset{}
	for _, g := range list {
		o := difficulty.Offset(g.Offset)
		if o.Check() == nil {
			out[difficulty.Axis(strings.ReplaceAll(strings.ToLower(string(g.Axis)), "_", "-"))] = o
		}
	}
	return out
}

// labelName is a label in words, for the middle of a sentence: the common scale
// is known by its signs, others by their own names.
func labelName(system difficulty.System, id string) string {
	if system.ID == difficulty.IMBA {
		return strings.ToLower(commonName(id))
	}
	i := slices.IndexFunc(system.Labels, func(l difficulty.Label) bool { return strings.EqualFold(l.ID, id) })
	if i < 0 {
		return id
	}
	return system.Labels[i].Name
}

// Label is a label of a system in words.
func (translation) Label(system difficulty.System, id string) string { return labelName(system, id) }

// translate answers the question in the address, when there is one.
func (r *request) translate(y *entity.System) (translation, error) {
	q := r.URL.Query()
	t := translation{Home: clip(q.Get("home"), 60), Axis: q.Get("axis"), Grading: q.Get("grading"), Place: y.Name}
	if t.Axis == "" {
		t.Axis = string(difficulty.TechnicalDescending)
	}
	system, label, ok := strings.Cut(t.Home, ":")
	if !ok {
		return t, nil
	}
	t.Asked = true
	axis := difficulty.Axis(t.Axis)
	places := []difficulty.Place{{Name: y.Name, Offsets: offsets(y.LocalGrading)}}
	if _, _, own := difficulty.LocalGrading(axis, places); !own && len(y.Regions) > 0 {
		// The nearest grading counts: without one of its own, the region's.
		var answer struct{ Region *entity.Region }
		if _, err := r.read("Region", map[string]any{"id": y.Regions[0].ID, "lang": r.lang}, &answer); err != nil {
			return t, err
		}
		if answer.Region != nil {
			places = append(places, difficulty.Place{Name: answer.Region.Name, Offsets: offsets(answer.Region.LocalGrading)})
		}
	}
	question := difficulty.Question{Axis: axis, System: system, Label: label}
	if o, _, ok := difficulty.LocalGrading(axis, places); ok {
		question.Away = &o
	}
	if t.Grading != "" {
		v, err := strconv.ParseFloat(t.Grading, 64)
		home := difficulty.Offset(v)
		if err != nil || home.Check() != nil {
			t.Problem = "Choose from the list how home is graded."
			return t, nil
		}
		question.Home = &home
	}
	answer, err := difficulty.Translate(question)
	switch {
	case errors.Is(err, difficulty.ErrApart):
		t.Problem = "This label stands beside its scale, so it can’t be compared."
		return t, nil
	case err != nil:
		t.Problem = "Choose a label and an axis from the lists."
		return t, nil
	}
	t.Answer = &answer
	known, err := difficulty.LookupSystem(answer.System)
	if err != nil {
		return t, err
	}
	name := func(id string) string { return labelName(known, id) }
	t.Mine, t.There, t.Low, t.High, t.Start = name(label), name(answer.Label), name(answer.Low), name(answer.High), name(answer.StartWith)
	if answer.System == difficulty.IMBA {
		t.Common = answer.Label
	}
	return t, nil
}
