package website

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

// maxComment is the schema's bound on a comment's length.
const maxComment = 2000

type discussionPage struct {
	Page
	Kind    editKind
	Head    head
	Ref     string
	Threads []entity.DiscussionThread
	Total   string
	Next    string
	// Later: the page begins after the newest threads.
	Later bool
	// Archived: the page it is about was put away, so nobody writes here any more.
	Archived bool
	Draft    draft
}

// draft is what the rider wrote and the wiki didn't take.
type draft struct {
	Body, ReplyTo, Problem string
}

// Of is the draft of a form: of the reply to a comment, or of a new thread.
func (d draft) Of(replyTo string) draft {
	if d.ReplyTo != replyTo {
		return draft{ReplyTo: replyTo}
	}
	return d
}

// discussion is the talk about a page.
func (s *Site) discussion(r *request) error { return r.discussionPage(http.StatusOK, draft{}) }

func (r *request) discussionPage(status int, d draft) error {
	k, err := r.kindOf()
	if err != nil {
		return err
	}
	h, _, err := r.load(k, r.PathValue("slug"))
	if err != nil {
		return err
	}
	p := &discussionPage{Page: r.editFrame(k, h, "Discussion of "+h.Title()), Kind: k, Head: h, Ref: ref(h.Slug, h.ID), Draft: d}
	p.Archived = h.State == string(entity.EntityStateArchived)
	v := map[string]any{"id": h.ID}
	if after := r.URL.Query().Get("after"); after != "" {
		v["after"] = clip(after, 120)
		p.Later = true
	}
	var answer struct {
		Discussion gql.Connection[entity.DiscussionThread]
	}
	if err := r.do("Discussion", v, &answer); err != nil {
		return err
	}
	c := answer.Discussion
	p.Threads, p.Total = c.Nodes, countOf(c.TotalCount, c.TotalIsMore, "thread", "threads")
	if c.PageInfo.HasNextPage {
		p.Next = "/" + k.Path + "/" + p.Ref + "/discussion?after=" + queryEscape(text(c.PageInfo.EndCursor))
	}
	return r.render(status, "discussion.html", p)
}

// addComment takes a comment, or a reply to one, from the form on the discussion's page.
func (s *Site) addComment(r *request) error {
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
	d := draft{Body: strings.TrimSpace(strings.ReplaceAll(r.PostForm.Get("body"), "\r\n", "\n")), ReplyTo: r.PostForm.Get("replyTo")}
	again := func(problem string) error {
		d.Problem = problem
		return r.discussionPage(http.StatusUnprocessableEntity, d)
	}
	if d.Body == "" {
		return again("Write something first.")
	}
	if n := len([]rune(d.Body)); n > maxComment {
		return again("A comment has at most 2,000 characters; this one has " + group(float64(n)) + ".")
	}
	h, _, err := r.load(k, r.PathValue("slug"))
	if err != nil {
		return err
	}
	in := map[string]any{"subjectId": h.ID, "body": d.Body, "lang": r.lang}
	if d.ReplyTo != "" {
		if !isID(d.ReplyTo) {
			return errNotFound
		}
		in["replyToId"] = d.ReplyTo
	}
	var answer struct{ CreateComment *head }
	if err := r.do("CreateComment", map[string]any{"input": in}, &answer); err != nil {
		e := gql.First(err)
		if e == nil || !refusable(e) && e.Type != "Archived" && e.Type != "NotFound" {
			return err
		}
		if e.Type != "InvalidInput" {
			d.ReplyTo = "" // it can't be answered any more, and what was written stays
		}
		return again(e.Message)
	}
	if answer.CreateComment == nil {
		return fmt.Errorf("createComment answered null without an error")
	}
	return r.redirect("/" + k.Path + "/" + ref(h.Slug, h.ID) + "/discussion?done=comment#c-" + answer.CreateComment.ID)
}
