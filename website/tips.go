package website

import (
	"net/http"
	"net/url"
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

// remarkWords are what the form of a new remark says: its title, with the name of the
// PLACE that it is about, its button, and the notice afterwards.
var remarkWords = map[string]struct{ title, publish, done string }{
	"SeasonalNotice": {"Notice about PLACE", "Publish the notice", "notice"},
	"Media":          {"Link to a photo or film of PLACE", "Add the link", "media"},
	"Claim":          {"A fact about PLACE", "State it", "claim"},
	"Review":         {"Your review of PLACE", "Publish your review", "review"},
	"FactCheck":      {"Is it so?", "Give your answer", "check"},
}

// remarkSubject is what a new remark is about, by the address of its form: a fact check
// is about a claim, all others about a place.
func (r *request) remarkSubject(k editKind, v url.Values) (editKind, head, error) {
	of, ok := editKinds[v.Get("of")]
	id := v.Get("subjectId")
	if !ok || !isID(id) || of.remark() != (k.Name == "FactCheck") || (of.remark() && of.Name != "Claim") {
		return of, head{}, errNotFound
	}
	h, _, err := r.load(of, id)
	return of, h, err
}

// about gives a claim's form the facts that the page of a kind has.
func (m *formModel) about(of editKind) {
	if d, ok := entity.Describe(of.Name); ok && m.description.Name == "Claim" {
		for _, f := range d.Fields {
			if f.Writable && f.Name != "facts" {
				m.choices["field"] = append(m.choices["field"], option{f.Name, f.Label})
			}
		}
	}
}

// remark leads to the place that a tip, notice or comment is about, by way of the claim that a
// check is about.
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
