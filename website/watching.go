package website

import (
	"errors"
	"net/http"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

// watchView is how the rider watches the page that he reads.
type watchView struct {
	Watching bool
	// Watchers is how many do, nil below five.
	Watchers *int
}

// watch tells how the rider watches a page; nil for who hasn't signed in, and when it
// can't be read just now.
func (r *request) watch(id string) *watchView {
	if r.session == nil {
		return nil
	}
	var answer struct{ Watch *entity.Watch }
	if err := r.do("Watch", map[string]any{"id": id}, &answer); err != nil {
		r.site.log.WarnContext(r.Context(), "part of a page failed", "request", requestIDOf(r.Request), "operation", "Watch", "error", err)
		return nil
	}
	if answer.Watch == nil {
		return nil
	}
	return &watchView{Watching: answer.Watch.Since != nil, Watchers: answer.Watch.Watchers}
}

type watchingPage struct {
	Page
	Changes []entity.WatchedRevision
	Unseen  string
	// Until is when the youngest change on the page was made, up to which the rider
	// has seen them when he says so.
	Until                string
	Watches              []entity.Watch
	Total                string
	NextChange, NextPage string
	// Later: the page begins after the newest changes, or after the latest pages.
	Later bool
}

// watching lists what the rider watches, and what happened there.
func (s *Site) watching(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	p := &watchingPage{Page: r.newPage("What you watch", "", Crumb{"Home", "/"})}
	p.Section, p.NoIndex = "watching", true
	v := map[string]any{}
	for query, name := range map[string]string{"after": "after", "pages": "pagesAfter"} {
		if at := r.URL.Query().Get(query); at != "" {
			v[name] = clip(at, 120)
			p.Later = true
		}
	}
	var answer struct {
		WatchedRevisions struct {
			gql.Connection[entity.WatchedRevision]
			UnseenCount int
		}
		MyWatches gql.Connection[entity.Watch]
	}
	if err := r.do("Watching", v, &answer); err != nil {
		return err
	}
	c, w := answer.WatchedRevisions, answer.MyWatches
	p.Changes, p.Watches, p.Total = c.Nodes, w.Nodes, countOf(w.TotalCount, w.TotalIsMore, "page", "pages")
	switch n := c.UnseenCount; {
	case n >= 100:
		p.Unseen = "100 or more are new"
	case n == 1:
		p.Unseen = "1 is new"
	case n > 1:
		p.Unseen = group(float64(n)) + " are new"
	}
	if len(c.Nodes) > 0 {
		p.Until = c.Nodes[0].Revision.CreatedAt
	}
	if c.PageInfo.HasNextPage {
		p.NextChange = "/watching?after=" + queryEscape(text(c.PageInfo.EndCursor))
	}
	if w.PageInfo.HasNextPage {
		p.NextPage = "/watching?pages=" + queryEscape(text(w.PageInfo.EndCursor)) + "#pages"
	}
	return r.render(http.StatusOK, "watching.html", p)
}

// markSeen says that the rider has seen what happened.
func (s *Site) markSeen(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	if err := r.form(); err != nil {
		return err
	}
	in := map[string]any{}
	if until := r.PostForm.Get("until"); until != "" {
		in["until"] = clip(until, 40)
	}
	var answer map[string]any
	if err := r.do("MarkWatchedSeen", map[string]any{"input": in}, &answer); err != nil {
		return err
	}
	return r.redirect("/watching?done=seen")
}

// watchPage begins or ends watching a page, as the form says.
func (s *Site) watchPage(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	if err := r.form(); err != nil {
		return err
	}
	k, err := r.kindOf()
	if err != nil {
		return err
	}
	end := r.PostForm.Get("end") != ""
	id := r.PathValue("slug")
	h, _, err := r.load(k, id)
	switch {
	case errors.Is(err, errNotFound) && end && isID(id):
		h.ID = id // of a page that is hidden by now
	case err != nil:
		return err
	}
	if err := r.setWatch(h.ID, end); err != nil {
		return err
	}
	done := "watching"
	if end {
		done = "unwatched"
	}
	if r.PostForm.Get("list") != "" {
		return r.redirect("/watching?done=" + done + "#pages")
	}
	return r.redirect("/" + k.Path + "/" + ref(h.Slug, h.ID) + "?done=" + done)
}

func (r *request) setWatch(id string, end bool) error {
	operation := "WatchEntity"
	if end {
		operation = "UnwatchEntity"
	}
	var answer map[string]any
	return r.do(operation, map[string]any{"input": map[string]any{"id": id}}, &answer)
}

// watchSaved watches a page whose form asked for it. The page is saved by then, so
// that a failure is told to the log, not to the rider.
func (r *request) watchSaved(id string) {
	if r.PostForm.Get("watch") == "" {
		return
	}
	if err := r.setWatch(id, false); err != nil {
		r.site.log.WarnContext(r.Context(), "page saved but not watched", "request", requestIDOf(r.Request), "error", err)
	}
}
