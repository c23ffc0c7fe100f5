package identity

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// errInvalidScope answers a refresh that asks for more than was granted.
var errInvalidScope = errors.New("the scope exceeds what the sign-in granted")

// tokenResponse is the answer of RFC 6749, section 5.1.
type tokenResponse struct {
	IDToken      string `json:"id_token,omitempty"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int64  `json:"expires_in"` // seconds
	Scope        string `json:"scope"`
}

func (p *Pool) serveToken(w http.ResponseWriter, r *http.Request) {
	form, clientID, ok := p.tokenForm(w, r)
	if !ok {
		return
	}
	var (
		tokens Tokens
		err    error
	)
	switch grantType := form.Get("grant_type"); grantType {
	case "authorization_code":
		verifier := form.Get("code_verifier")
		if !validVerifier(verifier) {
			p.oauthError(w, r, http.StatusBadRequest, "invalid_request", "code_verifier must have 43 to 128 characters of RFC 7636; PKCE is required")
			return
		}
		tokens, err = p.exchange(r.Context(), form.Get("code"), clientID, form.Get("redirect_uri"), verifier)
	case "refresh_token":
		tokens, err = p.refresh(r.Context(), form.Get("refresh_token"), clientID, form.Get("scope"))
	case "":
		p.oauthError(w, r, http.StatusBadRequest, "invalid_request", "grant_type is missing")
		return
	default:
		p.oauthError(w, r, http.StatusBadRequest, "unsupported_grant_type", "grant_type must be authorization_code or refresh_token")
		return
	}
	if err != nil {
		p.grantError(w, r, err)
		return
	}
	p.writeJSON(w, r, http.StatusOK, tokenResponse{
		IDToken: tokens.IDToken, AccessToken: tokens.AccessToken, RefreshToken: tokens.RefreshToken,
		TokenType: "Bearer", ExpiresIn: int64(p.cfg.TokenLifetime.Seconds()), Scope: tokens.Scope,
	})
}

func (p *Pool) serveRevoke(w http.ResponseWriter, r *http.Request) {
	form, clientID, ok := p.tokenForm(w, r)
	if !ok {
		return
	}
	if form.Get("token") == "" {
		p.oauthError(w, r, http.StatusBadRequest, "invalid_request", "token is missing")
		return
	}
	if err := p.revoke(r.Context(), form.Get("token"), clientID); err != nil {
		p.grantError(w, r, err)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func (p *Pool) grantError(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, errInvalidGrant):
		p.oauthError(w, r, http.StatusBadRequest, "invalid_grant", err.Error())
	case errors.Is(err, errInvalidScope):
		p.oauthError(w, r, http.StatusBadRequest, "invalid_scope", err.Error())
	default:
		p.internalError(w, r, err)
	}
}

// tokenForm reads the form of a back-channel request and finds its client. When
// it reports false it has answered.
func (p *Pool) tokenForm(w http.ResponseWriter, r *http.Request) (form url.Values, clientID string, ok bool) {
	if err := r.ParseForm(); err != nil {
		status := http.StatusBadRequest
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			status = http.StatusRequestEntityTooLarge
		}
		p.oauthError(w, r, status, "invalid_request", "the form could not be read: "+err.Error())
		return nil, "", false
	}
	form = r.PostForm
	if name := repeated(form); name != "" {
		p.oauthError(w, r, http.StatusBadRequest, "invalid_request", "parameter "+name+" is given twice")
		return nil, "", false
	}
	clientID = form.Get("client_id")
	// Some client libraries try HTTP Basic first; a public client's password is
	// then empty. RFC 6749, section 2.3.1, has both parts form-encoded.
	if user, password, basic := r.BasicAuth(); basic {
		id, err := url.QueryUnescape(user)
		if err != nil || password != "" || (clientID != "" && clientID != id) {
			p.invalidClient(w, r)
			return nil, "", false
		}
		clientID = id
	}
	if _, known := p.clients[clientID]; !known {
		p.invalidClient(w, r)
		return nil, "", false
	}
	return form, clientID, true
}

func (p *Pool) invalidClient(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "" {
		w.Header().Set("WWW-Authenticate", `Basic realm="token"`)
	}
	p.oauthError(w, r, http.StatusUnauthorized, "invalid_client", "client_id is not registered here, or a secret was sent for a public client")
}

// validVerifier checks the syntax of RFC 7636, section 4.1.
func validVerifier(s string) bool {
	if len(s) < 43 || len(s) > 128 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0) {
			return false
		}
	}
	return true
}
