package website

import "github.com/mtbwiki/mtbwiki/entity"

// openValues are what a list shows of a trail out of open data: only what the wiki
// itself doesn't say. Each stays nil where it does, so that the two are told apart.
type openValues struct {
	LengthM, ClimbM, DescentM *float64
	Label                     *entity.StatedDifficulty
}

func openOf(t *entity.TrailCard) openValues {
	var o openValues
	if t == nil || t.OpenDataCard == nil {
		return o
	}
	d := t.OpenDataCard
	if t.LengthM == nil {
		o.LengthM = d.LengthM
	}
	if t.ClimbM == nil {
		o.ClimbM = d.ClimbM
	}
	if t.DescentM == nil {
		o.DescentM = d.DescentM
	}
	if t.CommonLabel == nil {
		o.Label = d.Label
	}
	return o
}

func (o openValues) any() bool {
	return o.LengthM != nil || o.ClimbM != nil || o.DescentM != nil || o.Label != nil
}

// openSources are the sources that values of a list are from, to be named under it.
func openSources(trails []*entity.TrailCard) (sources []entity.OpenDataCard) {
	named := map[string]bool{}
	for _, t := range trails {
		if openOf(t).any() && !named[t.OpenDataCard.Source] {
			named[t.OpenDataCard.Source] = true
			sources = append(sources, *t.OpenDataCard)
		}
	}
	return sources
}
