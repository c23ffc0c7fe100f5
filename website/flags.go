package website

import (
	"net/http"
	"slices"
	"strings"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

// maxNote is the schema's bound on what a rider writes to a moderator, and back.
const maxNote = 500

// reportKind is a kind whose pages can be reported: those that riders edit, and profiles.
func reportKind(path string) (editKind, bool) {
	if path == "riders" {
		return editKind{"Rider", "riders", entity.EntityKindRider, func() any { return new(entity.Rider) }}, true
	}
	k, ok := editKinds[path]
	return k, ok
}

type reportPage struct {
	Page
	Kind     editKind
	Head     head
	Ref      string
	Revision string
	Reasons  []entity.FlagReason
	Reason   string
	Note     string
	Problem  string
}

func (s *Site) reportForm(r *request) error {
	return r.reportPage(http.StatusOK, r.URL.Query().Get("revision"), "", "", "")
}

func (r *request) reportPage(status int, revision, reason, note, problem string) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	k, ok := reportKind(r.PathValue("kind"))
	if !ok || revision != "" && !isID(revision) {
		return errNotFound
	}
	h, _, err := r.load(k, r.PathValue("slug"))
	if err != nil {
		return err
	}
	p := &reportPage{Page: r.editFrame(k, h, "Report a problem with "+h.Title()), Kind: k, Head: h, Ref: ref(h.Slug, h.ID),
		Revision: revision, Reasons: entity.FlagReasonValues, Reason: reason, Note: note, Problem: problem}
	return r.render(status, "report.html", p)
}

// report sends what is wrong to the moderators.
func (s *Site) report(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	if err := r.form(); err != nil {
		return err
	}
	revision, reason := r.PostForm.Get("revision"), r.PostForm.Get("reason")
	note := strings.TrimSpace(strings.ReplaceAll(r.PostForm.Get("note"), "\r\n", "\n"))
	again := func(problem string) error {
		return r.reportPage(http.StatusUnprocessableEntity, revision, reason, note, problem)
	}
	if !slices.Contains(entity.FlagReasonValues, entity.FlagReason(reason)) {
		return again("Choose what is wrong from the list.")
	}
	if n := len([]rune(note)); n > maxNote {
		return again("A report has at most 500 characters; this one has " + group(float64(n)) + ".")
	}
	k, ok := reportKind(r.PathValue("kind"))
	if !ok {
		return errNotFound
	}
	h, _, err := r.load(k, r.PathValue("slug"))
	if err != nil {
		return err
	}
	in := map[string]any{"entityId": h.ID, "reason": reason}
	if revision != "" {
		if !isID(revision) {
			return errNotFound
		}
		in["revisionId"] = revision
	}
	if note != "" {
		in["note"] = note
	}
	var answer map[string]any
	if err := r.do("CreateFlag", map[string]any{"input": in}, &answer); err != nil {
		e := gql.First(err)
		if e == nil || !refusable(e) && e.Type != "Conflict" {
			return err
		}
		return again(e.Message)
	}
	return r.redirect("/flags?mine=1&done=reported")
}

type flagsPage struct {
	Page
	Flags  []entity.Flag
	State  string
	States []entity.FlagState
	// Mine: the reader's own reports, which for riders are all there are.
	Mine  bool
	Total string
	Next  string
}

// flags lists what riders reported: all that waits for moderators, one's own for riders.
func (s *Site) flags(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	p := &flagsPage{Page: r.newPage("Reports", "", Crumb{"Home", "/"}), States: entity.FlagStateValues}
	p.NoIndex, p.Section = true, "flags"
	p.Mine = !p.Rider.Moderator || r.URL.Query().Get("mine") != ""
	if p.Mine {
		p.Title = "What you reported"
	}
	filter := map[string]any{"mine": p.Mine}
	if state := entity.FlagState(r.URL.Query().Get("state")); slices.Contains(p.States, state) {
		p.State = string(state)
		filter["state"] = state
	}
	v := map[string]any{"filter": filter}
	if after := r.URL.Query().Get("after"); after != "" {
		v["after"] = clip(after, 120)
	}
	var answer struct{ Flags gql.Connection[entity.Flag] }
	if err := r.do("Flags", v, &answer); err != nil {
		return err
	}
	c := answer.Flags
	p.Flags, p.Total = c.Nodes, countOf(c.TotalCount, c.TotalIsMore, "report", "reports")
	if c.PageInfo.HasNextPage {
		p.Next = "/flags?state=" + queryEscape(p.State) + "&after=" + queryEscape(text(c.PageInfo.EndCursor))
		if p.Mine {
			p.Next += "&mine=1"
		}
	}
	return r.render(http.StatusOK, "flags.html", p)
}

// decideFlag closes a report; whether the rider may, the API says.
func (s *Site) decideFlag(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	if err := r.form(); err != nil {
		return err
	}
	id, outcome := r.PathValue("id"), r.PostForm.Get("outcome")
	if !isID(id) {
		return errNotFound
	}
	if outcome != string(entity.FlagOutcomeAccepted) && outcome != string(entity.FlagOutcomeRejected) {
		return badRequest("The form is not complete", "It does not say what became of the report.")
	}
	in := map[string]any{"id": id, "outcome": outcome, "alike": r.PostForm.Get("alike") != ""}
	if note := strings.TrimSpace(r.PostForm.Get("note")); note != "" {
		if len([]rune(note)) > maxNote {
			return &pageError{status: http.StatusUnprocessableEntity, title: "Your answer is too long", message: "An answer has at most 500 characters. Go back and shorten it."}
		}
		in["note"] = note
	}
	var answer map[string]any
	if err := r.do("ResolveFlag", map[string]any{"input": in}, &answer); err != nil {
		return err
	}
	return r.redirect("/flags?done=decided")
}
