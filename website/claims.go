package website

import (
	"net/http"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

// claimsView is what riders state about a place, for others to check, on its page.
type claimsView struct {
	Kind    string // path part of the page
	Of      string // name of the kind of what the page is about
	Ref     string
	ID      string
	List    []entity.Claim
	More    bool
	Missing bool
	// Fresh is how fresh the page's facts and these are.
	Fresh entity.Freshness
}

func (r *request) claimsView(kind, id, ref string, c *gql.Connection[entity.Claim], fresh entity.Freshness) claimsView {
	v := claimsView{Kind: kind, Of: editKinds[kind].Name, Ref: ref, ID: id, Missing: c == nil, Fresh: fresh}
	if c != nil {
		v.List, v.More = c.Nodes, c.PageInfo.HasNextPage
	}
	return v
}

type factChecksPage struct {
	Page
	Places []claimsOfPlace
	Total  string
	Next   string
}

// claimsOfPlace are claims about one place that need a check.
type claimsOfPlace struct {
	Name   string
	Path   string
	Of     string
	Claims []entity.Claim
}

// factChecks is the queue of what needs a second pair of eyes, by place.
func (s *Site) factChecks(r *request) error {
	p := &factChecksPage{Page: r.newPage("What needs a second pair of eyes", "Facts about places that nobody has checked, or that riders disagree about.", Crumb{"Home", "/"})}
	p.Canonical = s.absolute("/fact-checks")
	v := map[string]any{"lang": r.lang}
	if after := r.URL.Query().Get("after"); after != "" {
		v["after"] = clip(after, 1000)
		p.NoIndex = true
	}
	var answer struct {
		Claims gql.Connection[entity.Claim]
	}
	if err := r.do("ClaimsToCheck", v, &answer); err != nil {
		return err
	}
	c := answer.Claims
	p.Total = countOf(c.TotalCount, c.TotalIsMore, "fact waits for a check", "facts wait for a check")
	last := ""
	for _, claim := range c.Nodes {
		if claim.SubjectID != last {
			last = claim.SubjectID
			path := kindPath(claim.SubjectKind)
			p.Places = append(p.Places, claimsOfPlace{Name: claim.SubjectName, Path: "/" + path + "/" + claim.SubjectID, Of: editKinds[path].Name})
		}
		at := &p.Places[len(p.Places)-1]
		at.Claims = append(at.Claims, claim)
	}
	if c.PageInfo.HasNextPage {
		p.Next = "/fact-checks?after=" + queryEscape(text(c.PageInfo.EndCursor))
	}
	return r.render(http.StatusOK, "factchecks.html", p)
}
