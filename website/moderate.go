package website

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

// around is what the wiki knows of any page besides what stands on it.
type around struct {
	// Protection that holds now; nil: none does.
	Protection *entity.Protection
	// Into is where the page was merged into; nil: it wasn't.
	Into *entity.MergedEntity
	// Mentions are pages that name this one.
	Mentions []entity.Backlink
	// More tells that there are more mentions than are shown; All is how many.
	More bool
	All  string
}

type aroundAnswer struct {
	Protections    []entity.Protection
	MergedEntities []entity.MergedEntity
	Backlinks      *gql.Connection[entity.Backlink]
}

// surround tells a page what is around it. What could not be read is left out: the page
// itself is whole without it.
func (r *request) surround(p *Page, id string) error {
	var answer aroundAnswer
	if _, err := r.read("Around", map[string]any{"id": id}, &answer); err != nil {
		return err
	}
	a := &around{}
	for i := range answer.Protections {
		if answer.Protections[i].Active {
			a.Protection = &answer.Protections[i]
		}
	}
	for i := range answer.MergedEntities {
		if answer.MergedEntities[i].ID == id {
			a.Into = &answer.MergedEntities[i]
		}
	}
	if c := answer.Backlinks; c != nil {
		a.Mentions, a.More, a.All = c.Nodes, c.PageInfo.HasNextPage, countOf(c.TotalCount, c.TotalIsMore, "page", "pages")
	}
	p.Around = a
	return nil
}

// mergedInto finds where something that is shown no more went; nil when nowhere.
func (r *request) mergedInto(id string) (*entity.MergedEntity, error) {
	if !isID(id) {
		return nil, nil //nolint:nilnil // nowhere is no failure
	}
	var answer struct{ MergedEntities []entity.MergedEntity }
	if err := r.do("MergedEntities", map[string]any{"id": id}, &answer); err != nil {
		return nil, err
	}
	for i := range answer.MergedEntities {
		if answer.MergedEntities[i].ID == id {
			return &answer.MergedEntities[i], nil
		}
	}
	return nil, nil //nolint:nilnil // nowhere is no failure
}

// ledOn sends on who asks for a duplicate by its id; whether it did.
func (r *request) ledOn(missing error) error {
	if !errors.Is(missing, errNotFound) || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
		return missing
	}
	into, err := r.mergedInto(r.PathValue("slug"))
	if err != nil || into == nil {
		return missing
	}
	return r.moved("/" + kindPath(into.EntityKind) + "/" + ref(into.IntoSlug, into.IntoID))
}

// decided answers the form of a moderator's decision: the API's words where it refused.
func decided(err error) error {
	e := gql.First(err)
	if e == nil {
		return err
	}
	switch e.Type {
	case "Conflict":
		return &pageError{status: http.StatusConflict, title: "That could not be done", message: e.Message, err: err}
	case "InvalidInput", "Archived", "TooMuch":
		return &pageError{status: http.StatusUnprocessableEntity, title: "That could not be done", message: e.Message, err: err}
	}
	return err
}

// hide hides a version, shows it again, or takes its content out for good.
func (s *Site) hide(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	id := r.PathValue("id")
	if !isID(id) {
		return errNotFound
	}
	if err := r.form(); err != nil {
		return err
	}
	operation := map[string]string{"hide": "HideRevision", "unhide": "UnhideRevision", "redact": "RedactRevision"}[r.PostForm.Get("action")]
	if operation == "" {
		return badRequest("The form is not complete", "It does not say what to do with the version.")
	}
	in := map[string]any{"id": id, "reason": clip(strings.TrimSpace(r.PostForm.Get("reason")), 500)}
	var answer map[string]any
	if err := r.do(operation, map[string]any{"input": in}, &answer); err != nil {
		return decided(err)
	}
	return r.redirect("/revisions/" + id + "?done=" + r.PostForm.Get("action"))
}

// decidedPage is the page that a moderator's form is about, with the version that he saw.
func (r *request) decidedPage() (k editKind, h head, version int, err error) {
	if k, err = r.kindOf(); err != nil {
		return k, h, 0, err
	}
	if err = r.signedIn(); err != nil {
		return k, h, 0, err
	}
	if err = r.form(); err != nil {
		return k, h, 0, err
	}
	if version, err = strconv.Atoi(r.PostForm.Get("version")); err != nil {
		return k, h, 0, badRequest("The form is not complete", "It does not say which version it was made from. Open the page again.")
	}
	h, _, err = r.load(k, r.PathValue("slug"))
	return k, h, version, err
}

// protectPage protects a page or lifts its protection.
func (s *Site) protectPage(r *request) error {
	k, h, _, err := r.decidedPage()
	if err != nil {
		return err
	}
	in := map[string]any{"id": h.ID, "reason": clip(strings.TrimSpace(r.PostForm.Get("reason")), 500)}
	operation, done := "UnprotectEntity", "unprotected"
	if r.PostForm.Get("action") != "unprotect" {
		days, err := strconv.Atoi(r.PostForm.Get("days"))
		if err != nil || days < 1 || days > 1800 {
			return badRequest("That could not be done", "Choose how long the page is to be protected.")
		}
		operation, done = "ProtectEntity", "protected"
		in["until"] = s.now().Add(time.Duration(days) * 24 * time.Hour).UTC().Format(time.RFC3339)
	}
	var answer map[string]any
	if err := r.do(operation, map[string]any{"input": in}, &answer); err != nil {
		return decided(err)
	}
	return r.redirect("/" + k.Path + "/" + ref(h.Slug, h.ID) + "/history?done=" + done)
}

// purge erases for good what was put away.
func (s *Site) purge(r *request) error {
	k, h, version, err := r.decidedPage()
	if err != nil {
		return err
	}
	if r.PostForm.Get("sure") == "" {
		return badRequest("Nothing was erased", "Tick the box that says that you are sure: this can't be undone.")
	}
	in := map[string]any{"id": h.ID, "expectedVersion": version, "reason": clip(strings.TrimSpace(r.PostForm.Get("reason")), 500)}
	var answer map[string]any
	if err := r.do("PurgeEntity", map[string]any{"input": in}, &answer); err != nil {
		return decided(err)
	}
	return r.redirect("/changes?done=purged&kind=" + queryEscape(k.Path))
}

type mergePage struct {
	Page
	Kind     string
	From     head
	Into     head
	Version  int
	Comment  string
	Moves    []entity.Backlink
	MoreMove bool
	Problem  string
}

// merge asks whether a page is to be merged into another one, and does it.
func (s *Site) merge(r *request) error {
	k, h, version, err := r.decidedPage()
	if err != nil {
		return err
	}
	if !r.session.moderator() {
		return &pageError{status: http.StatusForbidden, title: "Moderators merge pages", message: "Tell a moderator that these are the same: a tip on the page does it."}
	}
	p := &mergePage{Page: r.editFrame(k, h, "Merge "+h.Title()), Kind: k.Path, From: h, Version: version, Comment: clip(strings.TrimSpace(r.PostForm.Get("comment")), 150)}
	into, err := r.mergeTarget(k, r.PostForm.Get("into"))
	switch {
	case err != nil:
		return err
	case into == nil:
		p.Problem = "There is no such page of the same kind. Copy its address from the browser."
	case into.ID == h.ID:
		p.Problem = "That is this page itself."
	default:
		p.Into = *into
	}
	if p.Problem == "" && r.PostForm.Get("sure") != "" {
		seen, err := strconv.Atoi(r.PostForm.Get("intoVersion"))
		if err != nil {
			return badRequest("The form is not complete", "It does not say which version of the other page you saw. Open it again.")
		}
		in := map[string]any{"fromId": h.ID, "fromVersion": version, "intoId": into.ID, "intoVersion": seen}
		if p.Comment != "" {
			in["comment"] = p.Comment
		}
		var answer map[string]any
		if err := r.do("MergeEntities", map[string]any{"input": in}, &answer); err != nil {
			return decided(err)
		}
		return r.redirect("/" + k.Path + "/" + ref(into.Slug, into.ID) + "/history?done=mergedpages")
	}
	if p.Problem == "" {
		var answer struct {
			Backlinks gql.Connection[entity.Backlink]
		}
		if err := r.do("Backlinks", map[string]any{"id": h.ID}, &answer); err != nil {
			return err
		}
		// What the survivor itself says of it is dropped.
		p.Moves = slices.DeleteFunc(answer.Backlinks.Nodes, func(b entity.Backlink) bool { return b.EntityID == into.ID })
		p.MoreMove = answer.Backlinks.PageInfo.HasNextPage
		return r.render(http.StatusOK, "merge.html", p)
	}
	return r.render(http.StatusUnprocessableEntity, "merge.html", p)
}

// mergeTarget reads a page by what was typed or pasted: its address, or the last part of it.
func (r *request) mergeTarget(k editKind, typed string) (*head, error) {
	typed = strings.TrimSpace(typed)
	if u, err := url.Parse(typed); err == nil && strings.Contains(typed, "/") {
		parts := strings.Split(strings.Trim(u.Path, "/"), "/")
		if len(parts) < 2 || parts[0] != k.Path {
			return nil, nil //nolint:nilnil // what is no address of such a page leads nowhere
		}
		typed = parts[1]
	}
	if typed == "" || len(typed) > 100 {
		return nil, nil //nolint:nilnil // as above
	}
	h, _, err := r.load(k, typed)
	if errors.Is(err, errNotFound) || gql.TypeOf(err) == "NotFound" || gql.TypeOf(err) == "InvalidInput" {
		return nil, nil //nolint:nilnil // as above
	}
	return &h, err
}
