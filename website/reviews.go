package website

import (
	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

// reviewsView is what riders found of a place, on its page.
type reviewsView struct {
	Kind    string // path part of the page
	ID      string
	List    []entity.Review
	More    bool
	Missing bool
	Summary entity.ReviewSummary
	// Rider is signed in and may vote.
	Rider *riderView
}

func (r *request) reviewsView(kind, id string, c *gql.Connection[entity.Review], summary entity.ReviewSummary) reviewsView {
	v := reviewsView{Kind: kind, ID: id, Missing: c == nil, Summary: summary}
	if c != nil {
		v.List, v.More = c.Nodes, c.PageInfo.HasNextPage
	}
	if r.session != nil {
		v.Rider = &riderView{Name: r.session.shownName()}
	}
	return v
}
