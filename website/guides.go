package website

import (
	"fmt"
	"math"
	"net/http"
	"slices"

	"github.com/mtbwiki/mtbwiki/difficulty"
	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

type guidesPage struct {
	Page
	Type        string
	Types       []entity.GuideType
	Guides      []entity.GuideCard
	Comparisons []entity.RegionalComparisonCard
	Total       string
	Next        string
}

func (s *Site) guides(r *request) error {
	q := r.URL.Query()
	p := &guidesPage{Page: r.newPage("Guides", "Guides to riding areas, and regions compared.", Crumb{"Home", "/"}), Types: entity.GuideTypeValues}
	p.Section, p.Canonical = "guides", s.absolute("/guides")
	v := map[string]any{"lang": r.lang}
	if t := entity.GuideType(q.Get("type")); slices.Contains(p.Types, t) {
		p.Type = string(t)
		v["type"] = []entity.GuideType{t}
	}
	after := q.Get("after")
	if after != "" {
		v["after"] = clip(after, 500)
	}
	p.NoIndex = after != "" || p.Type != ""
	var answer struct {
		Guides gql.Connection[entity.GuideCard]
	}
	if err := r.do("Guides", v, &answer); err != nil {
		return err
	}
	c := answer.Guides
	p.Guides, p.Total = c.Nodes, countOf(c.TotalCount, c.TotalIsMore, "guide", "guides")
	// What is real before what is invented.
	slices.SortStableFunc(p.Guides, func(a, b entity.GuideCard) int { return boolRank(a.Synthetic) - boolRank(b.Synthetic) })
	if c.PageInfo.HasNextPage {
		p.Next = "/guides?type=" + queryEscape(p.Type) + "&after=" + queryEscape(text(c.PageInfo.EndCursor))
	}
	if p.Type == "" && after == "" {
		var compared struct {
			RegionalComparisons gql.Connection[entity.RegionalComparisonCard]
		}
		if err := r.do("Comparisons", map[string]any{"lang": r.lang}, &compared); err != nil {
			return err
		}
		p.Comparisons = compared.RegionalComparisons.Nodes
		slices.SortStableFunc(p.Comparisons, func(a, b entity.RegionalComparisonCard) int { return boolRank(a.Synthetic) - boolRank(b.Synthetic) })
	}
	return r.render(http.StatusOK, "guides.html", p)
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// titleOf is a title in the language asked for, or the original one.
func titleOf(title *string, name string) string {
	if t := text(title); t != "" {
		return t
	}
	return name
}

type guidePage struct {
	Page
	Guide *entity.Guide
	Facts *facts
	Meta  meta
}

func (s *Site) guide(r *request) error {
	slug := r.PathValue("slug")
	var answer struct{ Guide *entity.Guide }
	if err := r.do("Guide", r.bySlug(slug), &answer); err != nil {
		return err
	}
	g := answer.Guide
	if g == nil {
		return errNotFound
	}
	if elsewhere(slug, g.Slug) {
		return r.moved("/guides/" + *g.Slug)
	}
	p := &guidePage{
		Page:  r.newPage(titleOf(g.Title, g.Name), text(g.Summary), Crumb{"Home", "/"}, Crumb{"Guides", "/guides"}),
		Guide: g, Facts: newFacts(g.Facts, s.now()),
		Meta: meta{"guides", ref(g.Slug, g.ID), g.Version, g.UpdatedAt, g.Lang, string(g.Status), g.CommentCount, r.watch(g.ID)},
	}
	p.Section, p.Canonical, p.Synthetic = "guides", s.absolute("/guides/"+p.Meta.Ref), g.Synthetic
	p.NoIndex = g.Synthetic
	p.JSONLD = append(p.JSONLD, map[string]any{
		"@context": "https://schema.org", "@type": "Article", "headline": p.Title, "description": p.Description, "url": p.Canonical,
		"inLanguage": g.Lang, "datePublished": g.CreatedAt, "dateModified": g.UpdatedAt, "license": "https://creativecommons.org/licenses/by-sa/4.0/",
	})
	if err := r.surround(&p.Page, g.ID); err != nil {
		return err
	}
	return r.render(http.StatusOK, "guide.html", p)
}

type comparisonPage struct {
	Page
	Comparison  *entity.RegionalComparison
	Here, There *entity.RegionCard
	Shifts      []gradingShift
	Facts       *facts
	Meta        meta
}

// gradingShift is how a label of the first region reads in the second on one
// axis, by the gradings that both have been given by hand.
type gradingShift struct {
	Axis        string
	Here, There difficulty.Offset
	Words       string
}

func (s *Site) comparison(r *request) error {
	slug := r.PathValue("slug")
	var answer struct {
		RegionalComparison *entity.RegionalComparison
	}
	if err := r.do("RegionalComparison", r.bySlug(slug), &answer); err != nil {
		return err
	}
	c := answer.RegionalComparison
	if c == nil {
		return errNotFound
	}
	if elsewhere(slug, c.Slug) {
		return r.moved("/comparisons/" + *c.Slug)
	}
	p := &comparisonPage{
		Page:       r.newPage(titleOf(c.Title, c.Name), text(c.Summary), Crumb{"Home", "/"}, Crumb{"Guides", "/guides"}),
		Comparison: c, Facts: newFacts(c.Facts, s.now()),
		Meta: meta{"comparisons", ref(c.Slug, c.ID), c.Version, c.UpdatedAt, c.Lang, string(c.Status), c.CommentCount, r.watch(c.ID)},
	}
	p.Section, p.Canonical, p.Synthetic = "guides", s.absolute("/comparisons/"+p.Meta.Ref), c.Synthetic
	p.NoIndex = c.Synthetic
	if len(c.Regions) == 2 { // fewer when one of them is not public
		p.Here, p.There = &c.Regions[0], &c.Regions[1]
		var both struct{ Here, There *entity.Region }
		if err := r.do("ComparedRegions", map[string]any{"here": p.Here.ID, "there": p.There.ID, "lang": r.lang}, &both); err != nil {
			return err
		}
		if both.Here != nil && both.There != nil {
			p.Shifts = gradingShifts(both.Here.LocalGrading, both.There.LocalGrading)
		}
	}
	if err := r.surround(&p.Page, c.ID); err != nil {
		return err
	}
	return r.render(http.StatusOK, "comparison.html", p)
}

// gradingShifts compares the gradings of two areas on the axes that both have.
func gradingShifts(here, there []entity.LocalGrading) []gradingShift {
	from, to := offsets(here), offsets(there)
	var out []gradingShift
	for _, axis := range difficulty.Axes() {
		a, inA := from[axis]
		b, inB := to[axis]
		if !inA || !inB {
			continue
		}
		g := gradingShift{Axis: axis.Name(), Here: a, There: b}
		switch d := float64(b - a); {
		case d == 0:
			g.Words = "a label means the same"
		case d > 0:
			g.Words = fmt.Sprintf("the same label is about %s harder there", steps(d))
		default:
			g.Words = fmt.Sprintf("the same label is about %s easier there", steps(-d))
		}
		out = append(out, g)
	}
	return out
}

// steps are label steps in words; d is positive, in halves.
func steps(d float64) string {
	switch whole, half := math.Modf(d); {
	case d == 0.5:
		return "half a step"
	case half != 0:
		return fmt.Sprintf("%.0f½ steps", whole)
	case d == 1:
		return "one step"
	default:
		return fmt.Sprintf("%.0f steps", whole)
	}
}
