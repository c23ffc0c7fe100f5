package identity

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A form carries a token that only the page we served can know: an HMAC of a
// random cookie and the time. A foreign site can neither read nor set the
// cookie, so it can make nobody sign in to an account of its own.
const (
	formTokenField    = "form_token"
	formTokenLifetime = time.Hour
	formExpired       = "This form was open for too long, or your browser did not keep its cookie. Try again."
)

// cookieName has the prefix __Host- where the browser accepts it, which keeps
// sibling domains from planting the cookie.
func (p *Pool) cookieName() (name, path string, secure bool) {
	if p.issuer.Scheme == "https" {
		return "__Host-identity-form", "/", true
	}
	return "identity-form", p.issuer.Path + "/", false
}

// formToken returns a token for a form, setting the cookie it belongs to. A
// cookie that is there is kept, so that forms in two tabs both work.
func (p *Pool) formToken(w http.ResponseWriter, r *http.Request) (string, error) {
	name, path, secure := p.cookieName()
	value := ""
	if c, err := r.Cookie(name); err == nil && validCookie(c.Value) {
		value = c.Value
	} else {
		random := make([]byte, 32)
		if _, err := rand.Read(random); err != nil {
			return "", err
		}
		value = base64.RawURLEncoding.EncodeToString(random)
	}
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: path, Secure: secure,
		HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
	issued := strconv.FormatInt(p.now().Unix(), 10)
	return issued + "." + p.formMAC(value, issued), nil
}

func (p *Pool) validFormToken(r *http.Request, token string) bool {
	name, _, _ := p.cookieName()
	c, err := r.Cookie(name)
	if err != nil || !validCookie(c.Value) {
		return false
	}
	issued, mac, ok := strings.Cut(token, ".")
	if !ok || !hmac.Equal([]byte(mac), []byte(p.formMAC(c.Value, issued))) {
		return false
	}
	at, err := strconv.ParseInt(issued, 10, 64)
	if err != nil {
		return false
	}
	age := p.now().Sub(time.Unix(at, 0))
	return age > -time.Minute && age < formTokenLifetime
}

func (p *Pool) formMAC(cookie, issued string) string {
	m := hmac.New(sha256.New, p.formKey)
	m.Write([]byte("form\x00" + cookie + "\x00" + issued))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

func validCookie(v string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(v)
	return err == nil && len(raw) == 32
}

// pageForm reads a form that one of our pages sent. When it reports false it has
// answered. The form token is left to the caller, who can show the form again.
func (p *Pool) pageForm(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	crossOrigin := http.NewCrossOriginProtection()
	// Behind a proxy the Host header may differ from what the browser sees.
	if err := crossOrigin.AddTrustedOrigin(p.issuer.Scheme + "://" + p.issuer.Host); err != nil {
		p.errorPageFor(w, r, err)
		return nil, false
	}
	if err := crossOrigin.Check(r); err != nil {
		p.errorPage(w, r, http.StatusForbidden, "The form came from another site", "Go back to the site that you wanted to use and sign in from there.")
		return nil, false
	}
	if err := r.ParseForm(); err != nil {
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			p.errorPage(w, r, http.StatusRequestEntityTooLarge, "The form is too large", "Go back and shorten what you entered.")
			return nil, false
		}
		p.errorPage(w, r, http.StatusBadRequest, "The form could not be read", "Go back and try again.")
		return nil, false
	}
	return r.PostForm, true
}
