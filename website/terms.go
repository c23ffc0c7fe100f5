package website

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mtbwiki/mtbwiki/entity"
)

// termsKept is how long vocabularies are kept; they change when an admin edits
// one.
const termsKept = 5 * time.Minute

// terms are the vocabularies by name, in order.
type terms struct {
	byName map[string][]entity.Term
	labels map[string]string
}

func newTerms(list []entity.Term) *terms {
	t := &terms{byName: map[string][]entity.Term{}, labels: map[string]string{}}
	for _, one := range list {
		t.byName[one.Vocabulary] = append(t.byName[one.Vocabulary], one)
		t.labels[one.Vocabulary+"\x00"+one.Code] = one.Label
	}
	return t
}

// Label is what people call a member; a code that is not known stays readable.
func (t *terms) Label(vocabulary string, code any) string {
	c := text(code)
	if t != nil {
		if l, ok := t.labels[vocabulary+"\x00"+c]; ok {
			return l
		}
	}
	if vocabulary == "country" || vocabulary == "subdivision" {
		return c
	}
	return humanize(c)
}

// LabelOf finds a stated label in the vocabulary of labels, whose codes are
// system:label; nil when it is not there.
func (t *terms) LabelOf(system, label string) *entity.Term {
	for _, one := range t.Of("label") {
		if strings.EqualFold(one.Code, system+":"+label) {
			return &one
		}
	}
	return nil
}

// Of lists a vocabulary.
func (t *terms) Of(vocabulary string) []entity.Term {
	if t == nil {
		return nil
	}
	return t.byName[vocabulary]
}

// Groups lists a vocabulary by group, in order of first appearance.
func (t *terms) Groups(vocabulary string) []termGroup {
	var groups []termGroup
	at := map[string]int{}
	for _, one := range t.Of(vocabulary) {
		name := text(one.Group)
		i, ok := at[name]
		if !ok {
			i = len(groups)
			at[name] = i
			groups = append(groups, termGroup{Name: name})
		}
		groups[i].Terms = append(groups[i].Terms, one)
	}
	return groups
}

type termGroup struct {
	Name  string
	Terms []entity.Term
}

type termCache struct {
	mu    sync.Mutex
	at    time.Time
	terms *terms
}

// vocabularies returns the terms. Pages show codes when they can't be had: a
// vocabulary is no reason to show no page.
func (r *request) vocabularies() *terms {
	c := r.site.terms
	c.mu.Lock()
	kept, at := c.terms, c.at
	c.mu.Unlock()
	if kept != nil && r.site.now().Sub(at) < termsKept {
		return kept
	}
	var answer struct{ Tags, Facilities, LabelSystems, Labels, Countries, Conditions []entity.Term }
	if err := r.do("Terms", nil, &answer); err != nil {
		r.site.log.WarnContext(r.Context(), "vocabularies not read", "request", requestIDOf(r.Request), "error", err)
		if kept != nil {
			return kept
		}
		return newTerms(nil)
	}
	fresh := newTerms(slices.Concat(answer.Tags, answer.Facilities, answer.LabelSystems, answer.Labels, answer.Countries, answer.Conditions))
	c.mu.Lock()
	c.terms, c.at = fresh, r.site.now()
	c.mu.Unlock()
	return fresh
}
