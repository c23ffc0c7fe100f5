package website

import (
	"html/template"
	"time"

	"github.com/mtbwiki/mtbwiki/entity"
)

// facts are what an entity's values rest on, shown beside each value and listed
// as sources.
type facts struct {
	list  []source
	at    map[string]int
	other int
	today string
}

// source is a fact's basis with the number that pages refer to.
type source struct {
	entity.FactBasis
	Number  int
	Expired bool
}

func newFacts(list []entity.FactBasis, now time.Time) *facts {
	f := &facts{at: map[string]int{}, other: -1, today: now.Format("2006-01-02")}
	for i, b := range list {
		f.list = append(f.list, source{FactBasis: b, Number: i + 1, Expired: b.ValidUntil != nil && *b.ValidUntil < f.today})
		if b.Field == "*" {
			f.other = i
		}
		f.at[b.Field] = i
	}
	return f
}

// Of is the basis of a field; nil when nobody has said.
func (f *facts) Of(field string) *source {
	i, ok := f.at[field]
	if !ok {
		i = f.other
	}
	if i < 0 {
		return nil
	}
	return &f.list[i]
}

// All lists the sources.
func (f *facts) All() []source { return f.list }

// Named is what a source's field is called on pages.
func fieldName(kind, field string) string {
	if field == "*" {
		return "All other values"
	}
	d, ok := entity.Describe(kind)
	if !ok {
		return field
	}
	if x, ok := d.Field(field); ok {
		return x.Label
	}
	return field
}

// accessRow is what the access table says of a bike class.
type accessRow struct {
	Bike  entity.BikeClass
	Rules []entity.AccessRule
}

// accessRows has a row for every bike class, also for those nobody has written
// about: unknown is shown as unknown, never as allowed.
func accessRows(rules []entity.AccessRule) []accessRow {
	rows := make([]accessRow, 0, len(entity.BikeClassValues))
	for _, b := range entity.BikeClassValues {
		row := accessRow{Bike: b}
		for _, r := range rules {
			if r.BikeClass == b {
				row.Rules = append(row.Rules, r)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// seasonRow is a month of the season strip; months without a word are unknown.
type seasonRow struct {
	Month   int
	Verdict string
	Reason  string
	Basis   string
}

func seasonRows(list []entity.SeasonMonth) []seasonRow {
	if len(list) == 0 {
		return nil
	}
	rows := make([]seasonRow, 12)
	for i := range rows {
		rows[i] = seasonRow{Month: i + 1, Verdict: "UNKNOWN"}
	}
	for _, m := range list {
		if m.Month >= 1 && m.Month <= 12 {
			rows[m.Month-1] = seasonRow{Month: m.Month, Verdict: string(m.Verdict), Reason: text(m.Reason), Basis: string(m.Basis)}
		}
	}
	return rows
}

// seasonBasis is what all months rest on, or "" when they differ.
func seasonBasis(rows []seasonRow) string {
	basis := ""
	for _, r := range rows {
		switch {
		case r.Basis == "" || r.Basis == basis:
		case basis == "":
			basis = r.Basis
		default:
			return ""
		}
	}
	return basis
}

// tipsView is the tips of a place with the form that adds one.
type tipsView struct {
	Kind    string // path part of the subject
	Ref     string
	ID      string
	Name    string
	Tips    []entity.Tip
	More    bool
	Missing bool
	// Form holds what was typed when it could not be saved.
	Body    string
	TipKind string
	Problem string
	Rider   *riderView
	// Back is where signing in leads back to: the form, ready to write in.
	Back  string
	Focus bool
	// What is what the tips are about, in a word.
	What string
}

// Kinds are the kinds that a tip may be of.
func (tipsView) Kinds() []entity.TipKind { return entity.TipKindValues }

// meta is what stands at the foot of an entity's page.
type meta struct {
	Kind    string // path part
	Ref     string
	Version int
	Updated string
	Lang    string
	// Article says how far the article has come.
	Article string
	// Comments of its discussion, counted to 1,000.
	Comments int
	// Watch is nil for who hasn't signed in.
	Watch *watchView
}

// Globe is shared by pages with a position.
func (s *Site) globe(name string, p *entity.Position, synthetic bool) template.HTML {
	if p == nil {
		return ""
	}
	return s.land.Globe("Where in the world "+name+" lies", pinAt(name, p, synthetic))
}
