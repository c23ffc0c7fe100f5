package identity

import (
	"bytes"
	"crypto/rand"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
)

//go:embed pages/*.html
var pageFiles embed.FS

var pageTemplates = func() map[string]*template.Template {
	all := make(map[string]*template.Template)
	for _, name := range []string{"signin", "signup", "password", "message"} {
		all[name] = template.Must(template.ParseFS(pageFiles, "pages/layout.html", "pages/"+name+".html"))
	}
	return all
}()

// page is what the templates see.
type page struct {
	Title     string // of the pool
	Heading   string
	Text      string
	Error     string // shown above the form and announced
	Nonce     string // of the style element
	FormToken string
	Action    string
	Fields    url.Values // hidden
	Username  string
	Email     string
	SignUpURL string
	SignInURL string
	MinLength int
}

func (p *Pool) signInPage(w http.ResponseWriter, r *http.Request, status int, a authorization, username, message string) {
	pg := page{
		Heading: p.cfg.Title, Error: message, Username: username,
		Action: p.issuer.Path + "/oauth2/authorize", Fields: a.fields(),
	}
	if p.cfg.AllowSignUp {
		pg.SignUpURL = p.issuer.Path + "/signup?" + a.fields().Encode()
	}
	p.formPage(w, r, status, "signin", pg, a.redirectURI)
}

func (p *Pool) signUpPage(w http.ResponseWriter, r *http.Request, status int, a authorization, username, email, message string) {
	p.formPage(w, r, status, "signup", page{
		Heading: "Make an account", Error: message, Username: username, Email: email,
		Action: p.issuer.Path + "/signup", Fields: a.fields(),
		SignInURL: p.issuer.Path + "/oauth2/authorize?" + a.fields().Encode(),
	}, a.redirectURI)
}

func (p *Pool) passwordPage(w http.ResponseWriter, r *http.Request, status int, username, message string) {
	p.formPage(w, r, status, "password", page{
		Heading: "Change your password", Error: message, Username: username,
		Action: p.issuer.Path + "/password",
	}, "")
}

func (p *Pool) formPage(w http.ResponseWriter, r *http.Request, status int, name string, pg page, redirectURI string) {
	token, err := p.formToken(w, r)
	if err != nil {
		p.errorPageFor(w, r, err)
		return
	}
	pg.FormToken = token
	pg.MinLength = MinPasswordLength
	formAction := "'self'"
	if redirectURI != "" {
		// Browsers apply form-action to the redirect that answers the form, too.
		// The URI is registered and was parsed when the pool was opened.
		if u, err := url.Parse(redirectURI); err == nil {
			formAction += " " + u.Scheme + "://" + u.Host
		}
	}
	p.render(w, r, status, name, pg, formAction)
}

// errorPage says what went wrong where the client cannot be told.
func (p *Pool) errorPage(w http.ResponseWriter, r *http.Request, status int, heading, text string) {
	p.render(w, r, status, "message", page{Heading: heading, Text: text}, "'none'")
}

// errorPageFor is the page of an unexpected error.
func (p *Pool) errorPageFor(w http.ResponseWriter, r *http.Request, err error) {
	p.errorPage(w, r, http.StatusInternalServerError, "Something failed on our side", "The log has it under "+p.logUnexpected(r, err)+".")
}

func (p *Pool) donePage(w http.ResponseWriter, r *http.Request, heading, text string) {
	p.render(w, r, http.StatusOK, "message", page{Heading: heading, Text: text}, "'none'")
}

func (p *Pool) render(w http.ResponseWriter, r *http.Request, status int, name string, pg page, formAction string) {
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		http.Error(w, "server error "+p.logUnexpected(r, err), http.StatusInternalServerError)
		return
	}
	pg.Title = p.cfg.Title
	pg.Nonce = base64.RawURLEncoding.EncodeToString(random)
	var body bytes.Buffer
	if err := pageTemplates[name].ExecuteTemplate(&body, "layout.html", pg); err != nil {
		http.Error(w, "server error "+p.logUnexpected(r, err), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'nonce-"+pg.Nonce+"'; form-action "+formAction+"; frame-ancestors 'none'; base-uri 'none'")
	w.WriteHeader(status)
	if _, err := body.WriteTo(w); err != nil {
		p.log.DebugContext(r.Context(), "page not delivered", "path", r.URL.Path, "error", err)
	}
}
