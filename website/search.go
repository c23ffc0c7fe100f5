package website

import (
	"net/http"
	"strings"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

type searchPage struct {
	Page
	Kind    string
	Kinds   []entity.EntityKind
	Results []entity.SearchResult
	Total   string
	Next    string
	// OpenFrom is where values of trails come from that the wiki itself doesn't have.
	OpenFrom []entity.OpenDataCard
	Problem  string
}

func (s *Site) search(r *request) error {
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	p := &searchPage{Page: r.newPage("Search", "", Crumb{"Home", "/"}), Kinds: []entity.EntityKind{"REGION", "SYSTEM", "TRAIL", "ROUTE", "ACCESS_POINT", "UPLIFT", "TIP", "SEASONAL_NOTICE", "MEDIA", "CLAIM", "REVIEW", "GUIDE", "REGIONAL_COMPARISON", "ORGANISATION"}}
	p.NoIndex, p.Query = true, clip(q, 200)
	if q == "" {
		return r.render(http.StatusOK, "search.html", p)
	}
	p.Title = "Search: " + clip(q, 60)
	if len([]rune(q)) > 200 {
		p.Problem = "Search for at most 200 characters."
		return r.render(http.StatusUnprocessableEntity, "search.html", p)
	}
	v := map[string]any{"query": q, "lang": r.lang}
	for _, k := range p.Kinds {
		if r.URL.Query().Get("kind") == string(k) {
			p.Kind = string(k)
			v["kinds"] = []entity.EntityKind{k}
		}
	}
	if after := r.URL.Query().Get("after"); after != "" {
		v["after"] = clip(after, 500)
	}
	var answer struct {
		Search gql.Connection[entity.SearchResult]
	}
	if err := r.do("Search", v, &answer); err != nil {
		e := gql.First(err)
		if e == nil || e.Type != "InvalidInput" {
			return err
		}
		p.Problem = e.Message
		return r.render(http.StatusUnprocessableEntity, "search.html", p)
	}
	c := answer.Search
	p.Results, p.Total = c.Nodes, countOf(c.TotalCount, c.TotalIsMore, "find", "finds")
	var trails []*entity.TrailCard
	for _, n := range c.Nodes {
		trails = append(trails, n.Trail)
	}
	p.OpenFrom = openSources(trails)
	if c.PageInfo.HasNextPage {
		p.Next = "/search?q=" + queryEscape(q) + "&kind=" + queryEscape(p.Kind) + "&after=" + queryEscape(text(c.PageInfo.EndCursor))
	}
	return r.render(http.StatusOK, "search.html", p)
}

// goTo leads from a kind and id, as revisions and proposals name things, to the
// page.
func (s *Site) goTo(r *request) error {
	path, id := kindPath(strings.ToUpper(r.PathValue("kind"))), r.PathValue("id")
	if path == "" || !isID(id) {
		return errNotFound
	}
	return r.redirect("/" + path + "/" + id)
}

func (s *Site) about(r *request) error {
	p := &struct{ Page }{r.newPage("About", "What MTB Wiki is, where its knowledge comes from, and what it will not do.", Crumb{"Home", "/"})}
	p.Canonical = s.absolute("/about")
	return r.render(http.StatusOK, "about.html", p)
}

type difficultyPage struct {
	Page
	Axes []struct{ Code, Name, Question string }
	Some *entity.AxisMark
	None *entity.AxisMark
	Out  *entity.AxisMark
}

// aboutDifficulty explains the axes with the same drawing that trail pages use.
func (s *Site) aboutDifficulty(r *request) error {
	two, four, half := 2.0, 4.0, 0.5
	p := &difficultyPage{
		Page: r.newPage("How difficulty is drawn", "Five axes instead of one colour: what the marks mean.", Crumb{"Home", "/"}, Crumb{"About", "/about"}),
		Axes: axisNames,
		Some: &entity.AxisMark{Axis: entity.AxisTechnicalDescending, Predominant: &two, Worst: &four, WetOffset: &half},
		None: &entity.AxisMark{Axis: entity.AxisTechnicalDescending},
		Out:  &entity.AxisMark{Axis: entity.AxisAir, NotApplicable: true},
	}
	p.Canonical = s.absolute("/about/difficulty")
	return r.render(http.StatusOK, "difficulty.html", p)
}

func (s *Site) signedOut(r *request) error {
	p := &struct{ Page }{r.newPage("You are signed out", "")}
	p.NoIndex = true
	return r.render(http.StatusOK, "signedout.html", p)
}
