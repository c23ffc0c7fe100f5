package website

import (
	"net/http"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

// noticesView is what is different for a while, on the page of a system, trail or route.
type noticesView struct {
	Kind string // path part of the page
	Ref  string
	ID   string
	List []entity.NoticeHere
	// Rider is signed in and may confirm.
	Rider *riderView
}

func (r *request) noticesView(kind, id, ref string, list []entity.NoticeHere) noticesView {
	v := noticesView{Kind: kind, Ref: ref, ID: id, List: list}
	if r.session != nil {
		v.Rider = &riderView{Name: r.session.shownName()}
	}
	return v
}

// confirmNotice says that a notice is still true.
func (s *Site) confirmNotice(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	if err := r.form(); err != nil {
		return err
	}
	id := r.PathValue("slug")
	if !isID(id) {
		return errNotFound
	}
	var answer struct{ ConfirmSeasonalNotice *head }
	err := r.do("ConfirmSeasonalNotice", map[string]any{"input": map[string]any{"id": id}}, &answer)
	if err != nil {
		if e := gql.First(err); e != nil && refusable(e) {
			return &pageError{status: http.StatusUnprocessableEntity, title: "It was not confirmed", message: e.Message}
		}
		return err
	}
	h := answer.ConfirmSeasonalNotice
	if h == nil {
		return errNotFound
	}
	return r.redirect("/" + kindPath(h.SubjectKind) + "/" + h.SubjectID + "?done=confirmed#notices")
}
