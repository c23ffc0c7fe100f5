package website

import (
	"errors"
	"strings"

	"github.com/mtbwiki/mtbwiki/difficulty"
	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

// gradedSystem is a system as far as translating needs it.
type gradedSystem struct {
	ID           string
	Slug         *string
	Name         string
	NearestTown  *string
	Status       entity.ArticleStatus
	Synthetic    bool
	ParentID     *string
	RegionIDs    []string `json:"regionIds"`
	LocalGrading []entity.LocalGrading
}

type gradedRegion struct {
	ID           string
	Slug         *string
	Name         string
	Synthetic    bool
	LocalGrading []entity.LocalGrading
}

type gradedTrail struct {
	ID          string
	Slug        *string
	Name        string
	Synthetic   bool
	SystemIDs   []string `json:"systemIds"`
	CommonLabel *string
	Difficulty  []entity.DifficultyProfile
}

// gradings reads, once a request, how places are graded.
type gradings struct {
	r       *request
	systems map[string]*gradedSystem // nil: not there
	regions map[string]*gradedRegion
}

func (r *request) gradings() *gradings {
	return &gradings{r: r, systems: map[string]*gradedSystem{}, regions: map[string]*gradedRegion{}}
}

// maxParents is how deep systems nest.
const maxParents = 3

// places are a system, those it is part of, and its region, from the nearest
// outwards: the first that has a grading counts.
func (g *gradings) places(systemID string) ([]difficulty.Place, error) {
	var out []difficulty.Place
	region := ""
	for id, depth := systemID, 0; id != "" && depth < maxParents; depth++ {
		y, err := g.system(id)
		if err != nil {
			return nil, err
		}
		if y == nil {
			break
		}
		out = append(out, difficulty.Place{Name: y.Name, Offsets: offsets(y.LocalGrading)})
		if region == "" && len(y.RegionIDs) > 0 {
			region = y.RegionIDs[0]
		}
		id = text(y.ParentID)
	}
	if region != "" {
		y, err := g.region(region)
		if err != nil {
			return nil, err
		}
		if y != nil {
			out = append(out, difficulty.Place{Name: y.Name, Offsets: offsets(y.LocalGrading)})
		}
	}
	return out, nil
}

func (g *gradings) system(id string) (*gradedSystem, error) {
	if y, known := g.systems[id]; known {
		return y, nil
	}
	var answer struct{ System *gradedSystem }
	if err := g.r.readOne("SystemGrading", map[string]any{"id": id, "lang": g.r.lang}, &answer); err != nil {
		return nil, err
	}
	g.systems[id] = answer.System
	return answer.System, nil
}

func (g *gradings) region(id string) (*gradedRegion, error) {
	if y, known := g.regions[id]; known {
		return y, nil
	}
	var answer struct{ Region *gradedRegion }
	if err := g.r.readOne("RegionGrading", map[string]any{"id": id, "lang": g.r.lang}, &answer); err != nil {
		return nil, err
	}
	g.regions[id] = answer.Region
	return answer.Region, nil
}

// readOne reads something that may be gone or hidden from this reader, which is
// no error: what is not there says nothing.
func (r *request) readOne(operation string, variables map[string]any, out any) error {
	err := r.do(operation, variables, out)
	var list gql.Errors
	if errors.As(err, &list) && len(list) > 0 && (list[0].Type == "NotFound" || list[0].Type == "Archived") {
		return nil
	}
	return err
}

// offsets are an area's gradings by axis; values that are no grading are left
// out: the API checks them, but a page must not fail on one.
func offsets(list []entity.LocalGrading) map[difficulty.Axis]difficulty.Offset {
	out := map[difficulty.Axis]difficulty.Offset{}
	for _, g := range list {
		o := difficulty.Offset(g.Offset)
		if o.Check() == nil {
			out[pureAxis(g.Axis)] = o
		}
	}
	return out
}

// pureAxis and pureBasis are the schema's members in package difficulty's spelling.
func pureAxis(a entity.Axis) difficulty.Axis { return difficulty.Axis(kebab(string(a))) }

func pureBasis(b entity.Basis) string { return kebab(string(b)) }

func kebab(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "-") }

// middle is one number for an axis of a trail: the middle between most of it and
// its hardest place, as far as they are known.
func middle(m entity.AxisMark) (float64, bool) {
	switch {
	case m.NotApplicable:
		return 0, false
	case m.Predominant != nil && m.Worst != nil:
		return (*m.Predominant + *m.Worst) / 2, true
	case m.Predominant != nil:
		return *m.Predominant, true
	case m.Worst != nil:
		return *m.Worst, true
	}
	return 0, false
}

// evidence is what a trail says of how its place grades: its mark against a label
// that somebody stated for it in the same direction. It reports false when it has
// no mark on the axis, or no label that the mark can be compared with.
func (t *gradedTrail) evidence(axis difficulty.Axis) (difficulty.Evidence, bool) {
	for _, d := range t.Difficulty {
		marks, bases := map[difficulty.Axis]float64{}, map[difficulty.Axis]string{}
		for _, a := range d.Axes {
			if mark, ok := middle(a); ok {
				marks[pureAxis(a.Axis)], bases[pureAxis(a.Axis)] = mark, pureBasis(a.Basis)
			}
		}
		if !difficulty.Rated(axis, marks) {
			continue
		}
		labels := d.Labels
		if len(labels) == 0 && t.CommonLabel != nil {
			labels = []entity.StatedDifficulty{{System: difficulty.IMBA, Label: *t.CommonLabel}}
		}
		for _, l := range labels {
			// No mapping between two ladders is no fault: the next label may have one.
			if e, err := difficulty.TrailEvidence(axis, t.Name, marks[axis], bases[axis], l.System, l.Label); err == nil {
				return e, true
			}
		}
	}
	return difficulty.Evidence{}, false
}
