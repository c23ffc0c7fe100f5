package website

import (
	"net/http"
	"slices"
	"strings"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

// maxTip is the schema's bound on a tip's length.
const maxTip = 400

// addTip takes a tip from the form on a place's page: one field and a button.
func (s *Site) addTip(r *request) error {
	path := r.PathValue("kind")
	k, ok := editKinds[path]
	if !ok || k.remark() || k.Name == "Region" {
		return errNotFound
	}
	if err := r.signedIn(); err != nil {
		return err
	}
	if err := r.form(); err != nil {
		return err
	}
	body, kind := strings.TrimSpace(r.PostForm.Get("body")), r.PostForm.Get("kind")
	again := func(status int, problem string) error {
		switch k.Name {
		case "System":
			return r.systemPage(status, body, kind, problem)
		case "Trail":
			return r.trailPage(status, body, kind, problem)
		case "AccessPoint":
			return r.accessPointPage(status, body, kind, problem)
		default:
			return r.routePage(status, body, kind, problem)
		}
	}
	if kind == "" {
		kind = string(entity.TipKindTip)
	}
	if !slices.Contains(entity.TipKindValues, entity.TipKind(kind)) {
		return again(http.StatusUnprocessableEntity, "Choose a kind from the list.")
	}
	if body == "" {
		return again(http.StatusUnprocessableEntity, "Write a sentence first.")
	}
	if n := len([]rune(body)); n > maxTip {
		return again(http.StatusUnprocessableEntity, "A tip has at most 400 characters; this one has "+group(float64(n))+".")
	}
	h, _, err := r.load(k, r.PathValue("slug"))
	if err != nil {
		return err
	}
	in := map[string]any{"subjectId": h.ID, "kind": kind, "body": body, "lang": r.lang}
	var answer struct{ CreateTip *head }
	if err := r.do("CreateTip", map[string]any{"input": in}, &answer); err != nil {
		e := gql.First(err)
		if e == nil || !refusable(e) {
			return err
		}
		return again(http.StatusUnprocessableEntity, e.Message)
	}
	return r.redirect("/" + k.Path + "/" + ref(h.Slug, h.ID) + "?done=tip#tips")
}

// remark leads to the place that a tip, notice or comment is about.
func (s *Site) remark(r *request) error {
	path, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	h, _, err := r.load(editKinds[path], r.PathValue("slug"))
	if err != nil {
		return err
	}
	subject := kindPath(h.SubjectKind)
	if subject == "" {
		return errNotFound
	}
	query := ""
	if r.URL.RawQuery != "" {
		query = "?" + r.URL.RawQuery
	}
	place := "#" + path
	if path == "comments" {
		subject, place = subject+"/"+h.SubjectID+"/discussion", "#c-"+h.ID
	} else {
		subject += "/" + h.SubjectID
	}
	return r.redirect("/" + subject + query + place)
}
