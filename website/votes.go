package website

import (
	"net/http"
	"slices"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

// vote counts a rider's vote on a remark and leads back to where it stands.
func (s *Site) vote(r *request) error {
	k := editKinds[r.PathValue("kind")]
	if k.Name != "Tip" && k.Name != "Review" {
		return errNotFound
	}
	if err := r.signedIn(); err != nil {
		return err
	}
	if err := r.form(); err != nil {
		return err
	}
	value := entity.VoteValue(r.PostForm.Get("value"))
	if !slices.Contains(entity.VoteValueValues, value) {
		return badRequest("The form is not complete", "It does not say whether you vote for it or against it. Go back and press one of the buttons.")
	}
	h, _, err := r.load(k, r.PathValue("slug"))
	if err != nil {
		return err
	}
	var answer struct{ CastVote *entity.VotedOn }
	if err := r.do("CastVote", map[string]any{"input": map[string]any{"entityId": h.ID, "value": value}}, &answer); err != nil {
		if e := gql.First(err); e != nil && refusable(e) {
			return &pageError{status: http.StatusUnprocessableEntity, title: "Your vote was not counted", message: e.Message}
		}
		return err
	}
	return r.redirect("/" + kindPath(h.SubjectKind) + "/" + h.SubjectID + "?done=voted#" + k.Path)
}
