package website

import (
	"errors"
	"html/template"
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
	Ladder  template.HTML
	// Kept names the home that the browser keeps, when the answer is from that.
	Kept string
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
		return t, r.translateKept(&t, y)
	}
	t.Asked = true
	axis := difficulty.Axis(t.Axis)
	places, err := r.placesOf(y)
	if err != nil {
		return t, err
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
	return t, t.set(answer, label)
}

// translateKept answers without being asked, from what the browser keeps of home.
func (r *request) translateKept(t *translation, y *entity.System) error {
	home := r.ownHome()
	axis := difficulty.Axis(t.Axis)
	if home == nil || t.Home != "" || axis.Check() != nil {
		return nil
	}
	places, err := r.placesOf(y)
	if err != nil {
		return err
	}
	var place *difficulty.Offset
	if o, _, ok := difficulty.LocalGrading(axis, places); ok {
		place = &o
	}
	answer, err := home.away(axis, place)
	if err != nil {
		return err
	}
	mine := home.Axes[axis]
	t.Kept, t.Home = home.title(), mine.System+":"+mine.Label
	return t.set(answer, mine.Label)
}

// placesOf are the places whose grading counts for a system, nearest first.
func (r *request) placesOf(y *entity.System) ([]difficulty.Place, error) {
	g := r.gradings()
	g.systems[y.ID] = &gradedSystem{ID: y.ID, Name: y.Name, ParentID: y.ParentID, RegionIDs: y.RegionIDs, LocalGrading: y.LocalGrading}
	return g.places(y.ID)
}

// set puts an answer in words.
func (t *translation) set(answer difficulty.Translation, label string) error {
	t.Answer = &answer
	known, err := difficulty.LookupSystem(answer.System)
	if err != nil {
		return err
	}
	w, err := inWords(answer, labelName(known, label), t.Place)
	if err != nil {
		return err
	}
	t.Mine, t.There, t.Low, t.High, t.Start, t.Common, t.Ladder = w.Mine, w.There, w.Low, w.High, w.Start, w.Common, w.Ladder
	return nil
}
