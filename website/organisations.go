package website

import (
	"html/template"
	"net/http"
	"slices"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

type organisationsPage struct {
	Page
	Kind          string
	Kinds         []entity.OrganisationKind
	Organisations []entity.OrganisationCard
	Total         string
	Next          string
}

func (s *Site) organisations(r *request) error {
	q := r.URL.Query()
	p := &organisationsPage{Page: r.newPage("Organisations", "Who looks after trails, and how to help.", Crumb{"Home", "/"}), Kinds: entity.OrganisationKindValues}
	p.Canonical = s.absolute("/organisations")
	v := map[string]any{"lang": r.lang}
	if k := entity.OrganisationKind(q.Get("kind")); slices.Contains(p.Kinds, k) {
		p.Kind = string(k)
		v["kind"] = []entity.OrganisationKind{k}
	}
	after := q.Get("after")
	if after != "" {
		v["after"] = clip(after, 500)
	}
	p.NoIndex = after != "" || p.Kind != ""
	var answer struct {
		Organisations gql.Connection[entity.OrganisationCard]
	}
	if err := r.do("Organisations", v, &answer); err != nil {
		return err
	}
	c := answer.Organisations
	p.Organisations, p.Total = c.Nodes, countOf(c.TotalCount, c.TotalIsMore, "organisation", "organisations")
	// What is real before what is invented.
	slices.SortStableFunc(p.Organisations, func(a, b entity.OrganisationCard) int { return boolRank(a.Synthetic) - boolRank(b.Synthetic) })
	if c.PageInfo.HasNextPage {
		p.Next = "/organisations?kind=" + queryEscape(p.Kind) + "&after=" + queryEscape(text(c.PageInfo.EndCursor))
	}
	return r.render(http.StatusOK, "organisations.html", p)
}

type organisationPage struct {
	Page
	Organisation *entity.Organisation
	Facts        *facts
	Terms        *terms
	Meta         meta
	Roles        []entity.MembershipRole
	Globe        template.HTML
}

func (s *Site) organisation(r *request) error {
	slug := r.PathValue("slug")
	var answer struct{ Organisation *entity.Organisation }
	if err := r.do("Organisation", r.bySlug(slug), &answer); err != nil {
		return err
	}
	o := answer.Organisation
	if o == nil {
		return errNotFound
	}
	if elsewhere(slug, o.Slug) {
		return r.moved("/organisations/" + *o.Slug)
	}
	p := &organisationPage{
		Page:         r.newPage(o.Name, text(o.Tagline), Crumb{"Home", "/"}, Crumb{"Organisations", "/organisations"}),
		Organisation: o, Facts: newFacts(o.Facts, s.now()), Terms: r.vocabularies(), Roles: entity.MembershipRoleValues,
		Meta: meta{"organisations", ref(o.Slug, o.ID), o.Version, o.UpdatedAt, o.Lang, string(o.Status), o.CommentCount, r.watch(o.ID)},
	}
	p.Canonical, p.Synthetic, p.NoIndex = s.absolute("/organisations/"+p.Meta.Ref), o.Synthetic, o.Synthetic
	p.Globe = s.globe(o.Name, o.Position, o.Synthetic)
	if err := r.surround(&p.Page, o.ID); err != nil {
		return err
	}
	return r.render(http.StatusOK, "organisation.html", p)
}

// membership says that the rider belongs to an organisation, or takes that back.
func (s *Site) membership(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	if err := r.form(); err != nil {
		return err
	}
	h, _, err := r.load(editKinds["organisations"], r.PathValue("slug"))
	if err != nil {
		return err
	}
	operation, input, done := "DeclareMembership", map[string]any{"id": h.ID}, "joined"
	if r.PostForm.Get("do") == "end" {
		operation, done = "EndMembership", "left"
	} else {
		role := entity.MembershipRole(r.PostForm.Get("role"))
		if !slices.Contains(entity.MembershipRoleValues, role) {
			return badRequest("The form is not complete", "Choose what you are to it.")
		}
		input["role"] = role
	}
	if err := r.do(operation, map[string]any{"input": input}, &struct{}{}); err != nil {
		if e := gql.First(err); e != nil && refusable(e) {
			return &pageError{status: http.StatusUnprocessableEntity, title: "It was not saved", message: e.Message}
		}
		return err
	}
	return r.redirect("/organisations/" + ref(h.Slug, h.ID) + "?done=" + done + "#members")
}
