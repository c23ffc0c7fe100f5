package website

import (
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"strconv"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

type profilePage struct {
	Page
	Me       *entity.Rider
	Sections []formSection
	Base     string
	Version  int
	Problem  string
}

func (r *request) riderModel() (*formModel, error) {
	d, _ := entity.Describe("Rider")
	m := &formModel{description: d, nullable: nullableFields(reflect.TypeFor[entity.Rider]()), terms: r.vocabularies(), choices: map[string][]option{}, problems: map[string]string{}}
	var answer struct{ Regions gql.Connection[regionOption] }
	if err := r.do("Regions", map[string]any{"lang": r.lang}, &answer); err != nil {
		return nil, err
	}
	for _, g := range answer.Regions.Nodes {
		m.choices["homeRegionId"] = append(m.choices["homeRegionId"], option{g.ID, g.Name})
	}
	return m, nil
}

// profile is the rider's own page; before the first contribution there is none
// at the API, and saving the form makes it.
func (s *Site) profile(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	var answer struct{ Me *entity.Rider }
	if err := r.do("Me", nil, &answer); err != nil {
		return err
	}
	m, err := r.riderModel()
	if err != nil {
		return err
	}
	p := &profilePage{Page: r.newPage("Your profile", "", Crumb{"Home", "/"}), Me: answer.Me}
	p.NoIndex = true
	v := url.Values{"name": {r.session.Username}, "units": {r.units.Name()}}
	if answer.Me != nil {
		values, err := toMap(answer.Me)
		if err != nil {
			return err
		}
		v = m.flatten(values)
		p.Version = answer.Me.Version
	}
	base, err := json.Marshal(m.parse(v))
	if err != nil {
		return err
	}
	p.Base = string(base)
	m.problems = map[string]string{}
	p.Sections = m.build(v)
	return r.render(http.StatusOK, "profile.html", p)
}

func (s *Site) saveProfile(r *request) error {
	if err := r.signedIn(); err != nil {
		return err
	}
	if err := r.form(); err != nil {
		return err
	}
	var current struct{ Me *entity.Rider }
	if err := r.do("Me", nil, &current); err != nil {
		return err
	}
	m, err := r.riderModel()
	if err != nil {
		return err
	}
	p := &profilePage{Page: r.newPage("Your profile", "", Crumb{"Home", "/"}), Me: current.Me, Base: r.PostForm.Get("base")}
	p.NoIndex = true
	show := func(status int) error {
		p.Sections = m.build(r.PostForm)
		return r.render(status, "profile.html", p)
	}
	if p.Version, err = strconv.Atoi(r.PostForm.Get("version")); err != nil {
		return badRequest("The form is not complete", "Open your profile again and redo the change.")
	}
	var base map[string]any
	if err := json.Unmarshal([]byte(p.Base), &base); err != nil {
		return badRequest("The form is not complete", "Open your profile again and redo the change.")
	}
	mine := m.parse(r.PostForm)
	if len(m.problems) > 0 {
		p.Problem = plural(len(m.problems), "field needs", "fields need") + " another look."
		return show(http.StatusUnprocessableEntity)
	}
	m.keepOrder(mine, base)
	in := changed(mine, base)
	operation := "UpdateRider"
	if current.Me == nil {
		operation = "CreateRider"
		in = map[string]any{}
		for name, value := range mine {
			if normal(value) != nil {
				in[name] = value
			}
		}
	} else {
		in["id"], in["expectedVersion"] = current.Me.ID, p.Version
	}
	var answer map[string]any
	if err := r.do(operation, map[string]any{"input": in}, &answer); err != nil {
		e := gql.First(err)
		if e == nil || (!refusable(e) && e.Type != "Conflict") {
			return err
		}
		p.Problem = e.Message
		if e.Type == "Conflict" && current.Me != nil {
			p.Version = current.Me.Version
			p.Problem = "Your profile was changed in another window. What you wrote is still here; save again to keep it."
		}
		m.refused(e)
		return show(http.StatusUnprocessableEntity)
	}
	if mine["units"] == "IMPERIAL" {
		s.writeUnits(r, "imperial")
	} else {
		s.writeUnits(r, "metric")
	}
	if name, ok := mine["name"].(string); ok {
		r.session.Name = name
		if err := s.writeSession(r.w, r.session); err != nil {
			return err
		}
	}
	return r.redirect("/me?done=profile")
}

type riderPage struct {
	Page
	Person *entity.Rider
	Terms  *terms
}

func (s *Site) rider(r *request) error {
	slug := r.PathValue("slug")
	v := r.bySlug(slug)
	delete(v, "lang")
	var answer struct{ Rider *entity.Rider }
	if err := r.do("Rider", v, &answer); err != nil {
		return err
	}
	if answer.Rider == nil {
		return errNotFound
	}
	if elsewhere(slug, answer.Rider.Slug) {
		return r.moved("/riders/" + *answer.Rider.Slug)
	}
	p := &riderPage{Page: r.newPage(answer.Rider.Name, "", Crumb{"Home", "/"}), Person: answer.Rider, Terms: r.vocabularies()}
	p.NoIndex = true
	return r.render(http.StatusOK, "rider.html", p)
}
