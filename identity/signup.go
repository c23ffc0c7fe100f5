package identity

import (
	"errors"
	"net/http"
	"strings"
)

// The sign-up pages exist only when Config.AllowSignUp is set. They carry the
// authorization request through, so that a new rider of the form ends where a
// signed-in one does.

func (p *Pool) serveSignUpForm(w http.ResponseWriter, r *http.Request) {
	a, no := p.parseAuthorization(r.URL.Query())
	if no != nil {
		p.serveRefusal(w, r, no)
		return
	}
	p.signUpPage(w, r, http.StatusOK, a, "", "", "")
}

func (p *Pool) serveSignUp(w http.ResponseWriter, r *http.Request) {
	form, ok := p.pageForm(w, r)
	if !ok {
		return
	}
	a, no := p.parseAuthorization(form)
	if no != nil {
		p.serveRefusal(w, r, no)
		return
	}
	username, email := strings.TrimSpace(form.Get("username")), strings.TrimSpace(form.Get("email"))
	again := func(status int, message string) { p.signUpPage(w, r, status, a, username, email, message) }
	if !p.validFormToken(r, form.Get(formTokenField)) {
		again(http.StatusForbidden, formExpired)
		return
	}
	u := User{Username: username, Email: email, Groups: p.cfg.SignUpGroups}
	// What is wrong with the entries costs no attempt.
	for _, err := range []error{checkUsername(username), checkEmail(email), checkPassword(form.Get("password"), username, email)} {
		if err != nil {
			again(http.StatusUnprocessableEntity, sentence(err))
			return
		}
	}
	now := p.now()
	address := p.address(r)
	if wait, ok := p.signUps.take(address, now); !ok {
		status, message := p.explain(w, r, &limitedError{wait})
		again(status, message)
		return
	}
	rec, err := p.newRecord(r.Context(), u, form.Get("password"))
	if err == nil {
		err = p.insert(r.Context(), rec)
	}
	switch {
	case errors.Is(err, ErrUserExists):
		again(http.StatusConflict, "This username is taken. Choose another.")
	case errors.Is(err, ErrPoolFull):
		p.log.WarnContext(r.Context(), "sign-up refused: the pool is full", "most", p.cfg.MaxUsers)
		again(http.StatusServiceUnavailable, "No more accounts can be made at the moment.")
	case errors.Is(err, ErrInvalid):
		again(http.StatusUnprocessableEntity, sentence(err))
	case err != nil:
		status, message := p.explain(w, r, err)
		again(status, message)
	default:
		p.log.InfoContext(r.Context(), "signed up", "sub", rec.Sub, "client", a.client.ID)
		p.sendCode(w, r, a, rec)
	}
}

// sentence makes an ErrInvalid fit for a page.
func sentence(err error) string {
	text := strings.TrimPrefix(err.Error(), ErrInvalid.Error()+": ")
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

func (p *Pool) servePasswordForm(w http.ResponseWriter, r *http.Request) {
	p.passwordPage(w, r, http.StatusOK, "", "")
}

// servePassword lets the owner of an account change its password. It asks for
// the old one, under the same limits as a sign-in.
func (p *Pool) servePassword(w http.ResponseWriter, r *http.Request) {
	form, ok := p.pageForm(w, r)
	if !ok {
		return
	}
	username := strings.TrimSpace(form.Get("username"))
	if !p.validFormToken(r, form.Get(formTokenField)) {
		p.passwordPage(w, r, http.StatusForbidden, username, formExpired)
		return
	}
	rec, err := p.authenticate(r.Context(), p.address(r), username, form.Get("password"))
	if err == nil {
		err = p.SetPassword(r.Context(), rec.Username, form.Get("new_password"))
	}
	switch {
	case errors.Is(err, ErrInvalid):
		cause := checkPassword(form.Get("new_password"), rec.Username, rec.Email)
		p.passwordPage(w, r, http.StatusUnprocessableEntity, username, sentence(cause))
	case err != nil:
		status, message := p.explain(w, r, err)
		p.passwordPage(w, r, status, username, message)
	default:
		p.donePage(w, r, "Your password is changed", "You are signed out everywhere. Go back to the site and sign in with the new password.")
	}
}
