package website

import (
	"net/http"
	"strings"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

// mediaView is the photos and films on the page of a system, trail or route. They are
// links: nothing of another site is loaded into ours.
type mediaView struct {
	Kind    string // path part of the page
	ID      string
	Name    string
	List    []entity.Media
	More    bool
	Missing bool
	Terms   *terms
	// Moderator decides what is taken down; TakenDown is shown to him alone.
	Moderator bool
	TakenDown []entity.Media
}

// shownWith are the ids of what a system's photos and films may show: itself and its first
// trails, as many as a list can be asked for.
func shownWith(y *entity.System) []string {
	ids := []string{y.ID}
	for _, t := range y.Trails[:min(len(y.Trails), 19)] {
		ids = append(ids, t.ID)
	}
	return ids
}

func (r *request) mediaView(kind, id, name string, t *terms, c *gql.Connection[entity.Media]) (mediaView, error) {
	v := mediaView{Kind: kind, ID: id, Name: name, Terms: t, Missing: c == nil}
	if c != nil {
		v.List, v.More = c.Nodes, c.PageInfo.HasNextPage
	}
	if r.session == nil || !r.session.moderator() {
		return v, nil
	}
	v.Moderator = true
	var answer struct {
		MediaItems gql.Connection[entity.Media]
	}
	if err := r.do("TakenDownMedia", map[string]any{"id": id, "lang": r.lang}, &answer); err != nil {
		return v, err
	}
	v.TakenDown = answer.MediaItems.Nodes
	return v, nil
}

// mediaDecisions are the mutations behind a moderator's buttons, and what is said then.
var mediaDecisions = map[string]struct{ operation, done string }{
	"note": {"NoteMediaRequest", "media-noted"},
	"down": {"TakeDownMedia", "media-down"},
	"back": {"PutBackMedia", "media-back"},
}

// decideMedia notes a request, takes a photo or film down, or puts it back.
func (s *Site) decideMedia(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	if err := r.form(); err != nil {
		return err
	}
	id := r.PathValue("slug")
	decision, ok := mediaDecisions[r.PostForm.Get("do")]
	if !ok || !isID(id) {
		return errNotFound
	}
	in := map[string]any{"id": id, "reason": strings.TrimSpace(r.PostForm.Get("reason"))}
	var answer map[string]*head
	if err := r.do(decision.operation, map[string]any{"input": in}, &answer); err != nil {
		if e := gql.First(err); e != nil && (refusable(e) || e.Type == "Unauthorized") {
			return &pageError{status: http.StatusUnprocessableEntity, title: "Nothing was changed", message: e.Message}
		}
		return err
	}
	for _, h := range answer {
		if h != nil {
			return r.redirect("/" + kindPath(h.SubjectKind) + "/" + h.SubjectID + "?done=" + decision.done + "#media")
		}
	}
	return errNotFound
}
