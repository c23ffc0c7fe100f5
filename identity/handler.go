package identity

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

const (
	// maxQueryBytes and maxBodyBytes bound what a stranger can send; a real
	// request has less than two thousand bytes.
	maxQueryBytes = 8 << 10
	maxBodyBytes  = 16 << 10
)

// Handler answers all endpoints of the pool under the path of the issuer: with
// the issuer http://127.0.0.1:8080/identity mount it at /identity/, without
// stripping the prefix.
func (p *Pool) Handler() http.Handler { return p.handler }

func (p *Pool) routes() http.Handler {
	base := p.issuer.Path
	endpoints := []struct {
		methods []string
		path    string
		serve   http.HandlerFunc
	}{
		{[]string{"GET"}, "/.well-known/openid-configuration", p.serveConfiguration},
		{[]string{"GET"}, "/.well-known/jwks.json", p.serveJWKS},
		{[]string{"GET"}, "/oauth2/authorize", p.serveSignInForm},
		{[]string{"POST"}, "/oauth2/authorize", p.serveSignIn},
		{[]string{"POST"}, "/oauth2/token", p.serveToken},
		{[]string{"POST"}, "/oauth2/revoke", p.serveRevoke},
		{[]string{"GET", "POST"}, "/oauth2/userInfo", p.serveUserInfo},
		{[]string{"GET"}, "/logout", p.serveLogout},
		{[]string{"GET"}, "/password", p.servePasswordForm},
		{[]string{"POST"}, "/password", p.servePassword},
	}
	mux := http.NewServeMux()
	allowed := make(map[string][]string)
	handle := func(methods []string, path string, serve http.HandlerFunc) {
		for _, method := range methods {
			mux.HandleFunc(method+" "+base+path, serve)
		}
		allowed[base+path] = append(allowed[base+path], methods...)
	}
	for _, e := range endpoints {
		handle(e.methods, e.path, e.serve)
	}
	if p.cfg.AllowSignUp {
		handle([]string{"GET"}, "/signup", p.serveSignUpForm)
		handle([]string{"POST"}, "/signup", p.serveSignUp)
	}
	mux.HandleFunc(base+"/", func(w http.ResponseWriter, r *http.Request) {
		if methods, ok := allowed[r.URL.Path]; ok {
			w.Header().Set("Allow", strings.Join(methods, ", "))
			p.errorPage(w, r, http.StatusMethodNotAllowed, "This is not a page to visit", "Go back to the site that you came from.")
			return
		}
		p.errorPage(w, r, http.StatusNotFound, "There is no such page", "Go back to the site that you came from.")
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		// same-origin rather than no-referrer: with the latter browsers send
		// "Origin: null" with the form, which the cross-origin check refuses.
		h.Set("Referrer-Policy", "same-origin")
		if len(r.URL.RawQuery) > maxQueryBytes {
			p.errorPage(w, r, http.StatusRequestURITooLong, "The request is too long", "Go back to the site that you came from and try again.")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBodyBytes)
		mux.ServeHTTP(w, r)
	})
}

func (p *Pool) url(path string) string { return p.cfg.Issuer + path }

func (p *Pool) serveConfiguration(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=300")
	p.writeJSON(w, r, http.StatusOK, map[string]any{
		"issuer":                                         p.cfg.Issuer,
		"authorization_endpoint":                         p.url("/oauth2/authorize"),
		"token_endpoint":                                 p.url("/oauth2/token"),
		"userinfo_endpoint":                              p.url("/oauth2/userInfo"),
		"revocation_endpoint":                            p.url("/oauth2/revoke"),
		"end_session_endpoint":                           p.url("/logout"),
		"jwks_uri":                                       p.url("/.well-known/jwks.json"),
		"scopes_supported":                               supportedScopes,
		"response_types_supported":                       []string{"code"},
		"response_modes_supported":                       []string{"query"},
		"grant_types_supported":                          []string{"authorization_code", "refresh_token"},
		"subject_types_supported":                        []string{"public"},
		"id_token_signing_alg_values_supported":          []string{"RS256"},
		"token_endpoint_auth_methods_supported":          []string{"none"},
		"code_challenge_methods_supported":               []string{"S256"},
		"authorization_response_iss_parameter_supported": true,
		"request_parameter_supported":                    false,
		"request_uri_parameter_supported":                false,
		"claims_supported": []string{"sub", "aud", "iss", "iat", "exp", "auth_time", "nonce", "at_hash",
			"token_use", "cognito:username", "cognito:groups", "email", "email_verified", "jti", "origin_jti"},
	})
}

func (p *Pool) serveJWKS(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=300")
	p.writeJSON(w, r, http.StatusOK, p.JWKS())
}

func (p *Pool) serveUserInfo(w http.ResponseWriter, r *http.Request) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		w.Header().Set("WWW-Authenticate", `Bearer`)
		p.oauthError(w, r, http.StatusUnauthorized, "invalid_request", "send the access token as Authorization: Bearer")
		return
	}
	claims, rec, err := p.verifyAccess(token)
	switch {
	case errors.Is(err, errInvalidToken):
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		p.oauthError(w, r, http.StatusUnauthorized, "invalid_token", err.Error())
		return
	case err != nil:
		p.internalError(w, r, err)
		return
	case !hasScope(claims.Scope, "openid"):
		w.Header().Set("WWW-Authenticate", `Bearer error="insufficient_scope", scope="openid"`)
		p.oauthError(w, r, http.StatusForbidden, "insufficient_scope", "the access token lacks the scope openid")
		return
	}
	info := map[string]any{"sub": rec.Sub, "username": rec.Username}
	if rec.Email != "" && hasScope(claims.Scope, "email") {
		info["email"], info["email_verified"] = rec.Email, rec.EmailVerified
	}
	p.writeJSON(w, r, http.StatusOK, info)
}

// serveLogout is Cognito's logout endpoint, which also understands the
// parameters of OpenID Connect RP-Initiated Logout. As the issuer keeps no
// session, there is nothing to end here: the client drops its own and revokes
// its refresh token.
func (p *Pool) serveLogout(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if name := repeated(query); name != "" {
		p.errorPage(w, r, http.StatusBadRequest, "The request is not valid", "The parameter "+name+" is given twice.")
		return
	}
	client, ok := p.clients[query.Get("client_id")]
	if !ok {
		p.errorPage(w, r, http.StatusBadRequest, "The request is not valid", "The site that sent you here is not registered (parameter client_id).")
		return
	}
	target := query.Get("logout_uri")
	if target == "" {
		target = query.Get("post_logout_redirect_uri")
	}
	if target == "" {
		p.donePage(w, r, "You are signed out", "You can close this window.")
		return
	}
	if !contains(client.LogoutURIs, target) {
		p.errorPage(w, r, http.StatusBadRequest, "The request is not valid", "The address to go to after signing out is not registered for this site (parameter logout_uri).")
		return
	}
	if state := query.Get("state"); state != "" {
		target = withQuery(target, url.Values{"state": {state}})
	}
	http.Redirect(w, r, target, http.StatusFound)
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// withQuery adds parameters to a registered URI and leaves those it has.
func withQuery(uri string, more url.Values) string {
	separator := "?"
	if strings.Contains(uri, "?") {
		separator = "&"
	}
	return uri + separator + more.Encode()
}

// repeated returns the name of a parameter that is given more than once, which
// RFC 6749, section 3.1, forbids: two readers could see different values.
func repeated(v url.Values) string {
	for name, values := range v {
		if len(values) > 1 {
			if len(name) > 40 {
				return "with a long name"
			}
			return name
		}
	}
	return ""
}

func (p *Pool) writeJSON(w http.ResponseWriter, r *http.Request, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		p.internalError(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	if _, err := w.Write(append(data, '\n')); err != nil {
		p.log.DebugContext(r.Context(), "answer not delivered", "path", r.URL.Path, "error", err)
	}
}

// oauthError answers in the form of RFC 6749, section 5.2.
func (p *Pool) oauthError(w http.ResponseWriter, r *http.Request, status int, code, description string) {
	p.writeJSON(w, r, status, map[string]string{"error": code, "error_description": description})
}

// internalError hides what went wrong behind an id that stands in the log too.
func (p *Pool) internalError(w http.ResponseWriter, r *http.Request, err error) {
	id := p.logUnexpected(r, err)
	data, err := json.Marshal(map[string]string{
		"error":             "server_error",
		"error_description": "something failed on our side; the log has it under " + id,
	})
	if err != nil {
		http.Error(w, "server error "+id, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError)
	if _, err := w.Write(append(data, '\n')); err != nil {
		p.log.DebugContext(r.Context(), "answer not delivered", "path", r.URL.Path, "error", err)
	}
}

func (p *Pool) logUnexpected(r *http.Request, err error) (id string) {
	random := make([]byte, 4)
	if _, rerr := rand.Read(random); rerr != nil {
		err = errors.Join(err, rerr)
	}
	id = hex.EncodeToString(random)
	p.log.ErrorContext(r.Context(), "request failed", "id", id, "method", r.Method, "path", r.URL.Path, "error", err)
	return id
}
