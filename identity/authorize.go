package identity

import (
	"context"
	"encoding/base64"
	"errors"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	maxStateBytes = 2048
	maxNonceBytes = 512
	maxScopeBytes = 512
)

// authorization is a checked authorization request.
type authorization struct {
	client      Client
	redirectURI string
	scope       string
	state       string
	nonce       string
	challenge   string
	loginHint   string
}

// refusal is why an authorization request is not served. Without a redirect URI
// that is known to be the client's it is shown to the person; otherwise it goes
// back to the client (RFC 6749, section 4.1.2.1).
type refusal struct {
	code        string
	description string
	redirectURI string
	state       string
}

func (p *Pool) parseAuthorization(v url.Values) (authorization, *refusal) {
	if name := repeated(v); name != "" {
		return authorization{}, &refusal{code: "invalid_request", description: "The parameter " + name + " is given twice."}
	}
	client, ok := p.clients[v.Get("client_id")]
	if !ok {
		return authorization{}, &refusal{code: "unauthorized_client", description: "The site that sent you here is not registered (parameter client_id)."}
	}
	redirectURI := v.Get("redirect_uri")
	if !contains(client.RedirectURIs, redirectURI) {
		return authorization{}, &refusal{code: "invalid_request", description: "The address to come back to is not registered for this site (parameter redirect_uri)."}
	}
	state := v.Get("state")
	if len(state) > maxStateBytes {
		return authorization{}, &refusal{code: "invalid_request", description: "The parameter state is too long."}
	}
	refuse := func(code, description string) (authorization, *refusal) {
		return authorization{}, &refusal{code: code, description: description, redirectURI: redirectURI, state: state}
	}
	if v.Get("request") != "" {
		return refuse("request_not_supported", "request objects are not supported")
	}
	if v.Get("request_uri") != "" {
		return refuse("request_uri_not_supported", "request objects are not supported")
	}
	if v.Get("response_type") != "code" {
		return refuse("unsupported_response_type", "response_type must be code")
	}
	if mode := v.Get("response_mode"); mode != "" && mode != "query" {
		return refuse("invalid_request", "response_mode must be query")
	}
	if v.Get("code_challenge_method") != "S256" {
		return refuse("invalid_request", "code_challenge_method must be S256; PKCE is required")
	}
	challenge := v.Get("code_challenge")
	if raw, err := base64.RawURLEncoding.Strict().DecodeString(challenge); err != nil || len(raw) != 32 {
		return refuse("invalid_request", "code_challenge must be the base64url of a SHA-256 without padding; PKCE is required")
	}
	nonce := v.Get("nonce")
	if len(nonce) > maxNonceBytes {
		return refuse("invalid_request", "nonce is too long")
	}
	scope := v.Get("scope")
	if len(scope) > maxScopeBytes {
		return refuse("invalid_scope", "scope is too long")
	}
	scope = strings.Join(slices.Compact(slices.Sorted(slices.Values(strings.Fields(scope)))), " ")
	if scope == "" {
		scope = defaultScope
	}
	for _, s := range strings.Fields(scope) {
		if !contains(supportedScopes, s) {
			return refuse("invalid_scope", "scope must be of "+strings.Join(supportedScopes, ", "))
		}
	}
	if hasScope(v.Get("prompt"), "none") {
		return refuse("login_required", "the issuer keeps no session, so every sign-in asks for the password")
	}
	hint := v.Get("login_hint")
	if checkUsername(hint) != nil {
		hint = "" // only a convenience
	}
	return authorization{
		client: client, redirectURI: redirectURI, scope: scope, state: state,
		nonce: nonce, challenge: challenge, loginHint: hint,
	}, nil
}

// fields are the parameters to carry through a form, to be checked again there.
func (a authorization) fields() url.Values {
	v := url.Values{
		"response_type":         {"code"},
		"client_id":             {a.client.ID},
		"redirect_uri":          {a.redirectURI},
		"scope":                 {a.scope},
		"code_challenge":        {a.challenge},
		"code_challenge_method": {"S256"},
	}
	if a.state != "" {
		v.Set("state", a.state)
	}
	if a.nonce != "" {
		v.Set("nonce", a.nonce)
	}
	return v
}

func (p *Pool) serveRefusal(w http.ResponseWriter, r *http.Request, no *refusal) {
	if no.redirectURI == "" {
		p.errorPage(w, r, http.StatusBadRequest, "The request is not valid", no.description)
		return
	}
	answer := url.Values{"error": {no.code}, "error_description": {no.description}, "iss": {p.cfg.Issuer}}
	if no.state != "" {
		answer.Set("state", no.state)
	}
	http.Redirect(w, r, withQuery(no.redirectURI, answer), http.StatusSeeOther)
}

func (p *Pool) serveSignInForm(w http.ResponseWriter, r *http.Request) {
	a, no := p.parseAuthorization(r.URL.Query())
	if no != nil {
		p.serveRefusal(w, r, no)
		return
	}
	p.signInPage(w, r, http.StatusOK, a, a.loginHint, "")
}

func (p *Pool) serveSignIn(w http.ResponseWriter, r *http.Request) {
	form, ok := p.pageForm(w, r)
	if !ok {
		return
	}
	a, no := p.parseAuthorization(form)
	if no != nil {
		p.serveRefusal(w, r, no)
		return
	}
	username := strings.TrimSpace(form.Get("username"))
	if !p.validFormToken(r, form.Get(formTokenField)) {
		p.signInPage(w, r, http.StatusForbidden, a, username, formExpired)
		return
	}
	rec, err := p.authenticate(r.Context(), p.address(r), username, form.Get("password"))
	if err != nil {
		status, message := p.explain(w, r, err)
		p.signInPage(w, r, status, a, username, message)
		return
	}
	p.log.InfoContext(r.Context(), "signed in", "sub", rec.Sub, "client", a.client.ID)
	p.sendCode(w, r, a, rec)
}

// sendCode ends a successful sign-in by going back to the client.
func (p *Pool) sendCode(w http.ResponseWriter, r *http.Request, a authorization, rec *record) {
	sessionID, err := newSessionID()
	if err != nil {
		p.errorPageFor(w, r, err)
		return
	}
	now := p.now()
	text, err := p.codes.add(&code{
		userKey:     userKey(rec.Username),
		redirectURI: a.redirectURI,
		challenge:   a.challenge,
		issued:      now,
		grant: grant{
			sessionID: sessionID, clientID: a.client.ID, scope: a.scope,
			nonce: a.nonce, authTime: now, sub: rec.Sub,
		},
	}, now)
	if err != nil {
		status, message := p.explain(w, r, err)
		p.signInPage(w, r, status, a, rec.Username, message)
		return
	}
	answer := url.Values{"code": {text}, "iss": {p.cfg.Issuer}} // iss: RFC 9207
	if a.state != "" {
		answer.Set("state", a.state)
	}
	http.Redirect(w, r, withQuery(a.redirectURI, answer), http.StatusSeeOther)
}

// explain turns a failed password check into a status and a sentence for the
// person at the form.
func (p *Pool) explain(w http.ResponseWriter, r *http.Request, err error) (int, string) {
	limited := new(limitedError)
	switch {
	case errors.Is(err, errWrongCredentials):
		return http.StatusForbidden, "The username or the password is wrong."
	case errors.As(err, &limited):
		seconds := int(math.Ceil(limited.wait.Seconds()))
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		return http.StatusTooManyRequests, "Too many attempts. Wait " + waitText(seconds) + " and try again."
	case errors.Is(err, ErrBusy), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		w.Header().Set("Retry-After", "5")
		return http.StatusServiceUnavailable, "Too many people are signing in right now. Try again in a few seconds."
	default:
		return http.StatusInternalServerError, "Something failed on our side. The log has it under " + p.logUnexpected(r, err) + "."
	}
}

func waitText(seconds int) string {
	switch {
	case seconds <= 1:
		return "a second"
	case seconds < 60:
		return strconv.Itoa(seconds) + " seconds"
	case seconds <= 90:
		return "a minute"
	default:
		return strconv.Itoa((seconds+59)/60) + " minutes"
	}
}

func (p *Pool) address(r *http.Request) string { return addressKey(p.cfg.ClientAddress(r)) }
