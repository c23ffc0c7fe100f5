package website

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/mtbwiki/mtbwiki/entity"
)

const (
	// signInLife is how long the issuer's form may stay open.
	signInLife = 15 * time.Minute
	// renewEarly renews an access token before it expires under a request.
	renewEarly = 30 * time.Second
	// renewedKept is how long a renewal is remembered: a browser sends several
	// requests with the same old cookie, and issuers that rotate refresh tokens
	// take the second use of one for theft.
	renewedKept = 2 * time.Minute
)

// signIn is the site as relying party: authorization code with PKCE.
type signIn struct {
	site *Site

	mu       sync.Mutex
	provider *oidc.Provider
	more     endpoints

	renewMu sync.Mutex
	renewed map[string]*renewal
}

type endpoints struct {
	Revocation string `json:"revocation_endpoint"`
	EndSession string `json:"end_session_endpoint"`
}

type renewal struct {
	done    chan struct{}
	at      time.Time
	session *session
	err     error
}

// attempt is what the site remembers between sending a rider to the issuer and
// taking them back; it travels in a cookie of its own.
type attempt struct {
	State    string    `json:"s"`
	Nonce    string    `json:"n"`
	Verifier string    `json:"v"`
	Return   string    `json:"r"`
	Until    time.Time `json:"u"`
}

func newSignIn(s *Site) *signIn { return &signIn{site: s, renewed: map[string]*renewal{}} }

// client carries the site's HTTP client to oauth2 and go-oidc.
func (g *signIn) client(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, g.site.http)
}

// discover asks the issuer for its configuration, once it succeeds.
func (g *signIn) discover(ctx context.Context) (*oidc.Provider, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.provider != nil {
		return g.provider, nil
	}
	// The provider keeps the context for fetching keys later: it must outlive
	// the request.
	p, err := oidc.NewProvider(g.client(context.WithoutCancel(ctx)), g.site.cfg.Issuer)
	if err != nil {
		return nil, fmt.Errorf("asking the issuer for its configuration: %w", err)
	}
	if err := p.Claims(&g.more); err != nil {
		return nil, fmt.Errorf("the issuer's configuration: %w", err)
	}
	g.provider = p
	return p, nil
}

func (g *signIn) endSessionOrigin() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	u, err := url.Parse(g.more.EndSession)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func (g *signIn) oauth(p *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID:    g.site.cfg.ClientID,
		Endpoint:    p.Endpoint(),
		RedirectURL: g.site.absolute("/sign-in/callback"),
		Scopes:      []string{oidc.ScopeOpenID, "email", "profile"},
	}
}

// startSignIn sends the rider to the issuer. It is a GET that changes nothing
// but the rider's own cookie.
func (s *Site) startSignIn(r *request) error {
	p, err := s.signin.discover(r.Context())
	if err != nil {
		return unavailable("Signing in is not possible just now", err)
	}
	a := attempt{
		State: randomText(24), Nonce: randomText(24), Verifier: oauth2.GenerateVerifier(),
		Return: localPath(r.URL.Query().Get("return")), Until: s.now().Add(signInLife),
	}
	value, err := s.cookies.seal("sign-in", a)
	if err != nil {
		return err
	}
	s.setCookie(r.w, "sign-in", value, a.Until)
	http.Redirect(r.w, r.Request, s.signin.oauth(p).AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)), http.StatusSeeOther)
	return nil
}

// finishSignIn takes the rider back from the issuer.
func (s *Site) finishSignIn(r *request) error {
	refused := func(message string) error {
		return &pageError{status: http.StatusBadRequest, title: "Signing in did not work", message: message, retry: "/sign-in"}
	}
	var a attempt
	if err := s.cookies.open("sign-in", s.cookie(r.Request, "sign-in"), &a); err != nil || !s.now().Before(a.Until) {
		return refused("It took too long, or your browser did not keep the cookie that belongs to it. Please try again.")
	}
	s.dropCookie(r.w, "sign-in")
	q := r.URL.Query()
	if subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(a.State)) != 1 {
		return refused("The answer does not belong to the question your browser asked. Please try again.")
	}
	if code := q.Get("error"); code != "" {
		if code == "access_denied" {
			return refused("You chose not to sign in.")
		}
		s.log.WarnContext(r.Context(), "issuer refused", "request", requestIDOf(r.Request), "error", clip(code, 100), "description", clip(q.Get("error_description"), 300))
		return refused("The sign-in service refused the request. Please try again.")
	}
	// RFC 9207: the answer names its issuer when that says so; one that names
	// another was mixed up.
	if iss := q.Get("iss"); iss != "" && iss != s.cfg.Issuer {
		return refused("The answer came from another sign-in service.")
	}
	p, err := s.signin.discover(r.Context())
	if err != nil {
		return unavailable("Signing in is not possible just now", err)
	}
	token, err := s.signin.oauth(p).Exchange(s.signin.client(r.Context()), q.Get("code"), oauth2.VerifierOption(a.Verifier))
	if err != nil {
		var retrieve *oauth2.RetrieveError
		if errors.As(err, &retrieve) {
			s.log.WarnContext(r.Context(), "code not exchanged", "request", requestIDOf(r.Request), "error", err)
			return refused("The sign-in service did not accept the code. Please try again.")
		}
		return unavailable("Signing in is not possible just now", err)
	}
	v, err := s.signin.sessionOf(r.Context(), p, token, a.Nonce)
	if err != nil {
		s.log.WarnContext(r.Context(), "token refused", "request", requestIDOf(r.Request), "error", err)
		return refused("The sign-in service's answer could not be verified. Please try again.")
	}
	r.session = v
	s.takeProfile(r, v)
	if err := s.writeSession(r.w, v); err != nil {
		return err
	}
	http.Redirect(r.w, r.Request, a.Return, http.StatusSeeOther)
	return nil
}

// takeProfile takes name and units from the rider's profile, when there is one.
// Signing in works without.
func (s *Site) takeProfile(r *request, v *session) {
	var answer struct{ Me *entity.Rider }
	if err := r.do("Me", nil, &answer); err != nil {
		s.log.WarnContext(r.Context(), "profile not read", "request", requestIDOf(r.Request), "error", err)
		return
	}
	if answer.Me == nil {
		return
	}
	v.Name = answer.Me.Name
	s.writeUnits(r, strings.ToLower(string(answer.Me.Units)))
}

// sessionOf verifies the ID token and makes a session of the tokens.
func (g *signIn) sessionOf(ctx context.Context, p *oidc.Provider, token *oauth2.Token, nonce string) (*session, error) {
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return nil, errors.New("the answer holds no ID token")
	}
	now := g.site.now()
	verifier := p.Verifier(&oidc.Config{ClientID: g.site.cfg.ClientID, SupportedSigningAlgs: []string{oidc.RS256}, Now: g.site.now})
	id, err := verifier.Verify(g.client(ctx), raw)
	if err != nil {
		return nil, err
	}
	if nonce != "" && subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(nonce)) != 1 {
		return nil, errors.New("the ID token's nonce is not the one that was sent")
	}
	var claims struct {
		Use      string   `json:"token_use"`
		Username string   `json:"cognito:username"`
		Groups   []string `json:"cognito:groups"`
		Name     string   `json:"preferred_username"`
	}
	if err := id.Claims(&claims); err != nil {
		return nil, fmt.Errorf("claims of the ID token: %w", err)
	}
	if claims.Use != "" && claims.Use != "id" {
		return nil, fmt.Errorf("token_use is %q, not id", claims.Use)
	}
	name := claims.Username
	if name == "" {
		name = claims.Name
	}
	if name == "" {
		name = "rider"
	}
	return &session{
		ID: randomText(18), Sub: id.Subject, Username: name, Groups: claims.Groups,
		Access: token.AccessToken, Refresh: token.RefreshToken,
		Expires: token.Expiry, Until: now.Add(sessionLife),
	}, nil
}

// renew returns a session with a fresh access token. Requests that come at the
// same time with the same refresh token share one renewal.
func (g *signIn) renew(ctx context.Context, old *session) (*session, error) {
	key := digest(old.Refresh)
	g.renewMu.Lock()
	for k, r := range g.renewed {
		if g.site.now().Sub(r.at) > renewedKept {
			delete(g.renewed, k)
		}
	}
	r, running := g.renewed[key]
	if !running {
		r = &renewal{done: make(chan struct{}), at: g.site.now()}
		g.renewed[key] = r
	}
	g.renewMu.Unlock()
	if running {
		select {
		case <-r.done:
			return r.session, r.err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	defer close(r.done)
	r.session, r.err = g.renewNow(context.WithoutCancel(ctx), old)
	if r.err != nil && !errors.Is(r.err, errSessionOver) {
		// The issuer was not reachable: the next request may try again.
		g.renewMu.Lock()
		delete(g.renewed, key)
		g.renewMu.Unlock()
	}
	return r.session, r.err
}

var errSessionOver = errors.New("the issuer ended the session")

func (g *signIn) renewNow(ctx context.Context, old *session) (*session, error) {
	p, err := g.discover(ctx)
	if err != nil {
		return nil, err
	}
	token, err := g.oauth(p).TokenSource(g.client(ctx), &oauth2.Token{RefreshToken: old.Refresh, Expiry: time.Unix(1, 0)}).Token()
	if err != nil {
		var retrieve *oauth2.RetrieveError
		if errors.As(err, &retrieve) && retrieve.Response != nil && retrieve.Response.StatusCode < 500 {
			return nil, fmt.Errorf("%w: %w", errSessionOver, err)
		}
		return nil, err
	}
	v, err := g.sessionOf(ctx, p, token, "")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errSessionOver, err)
	}
	if v.Sub != old.Sub {
		return nil, fmt.Errorf("%w: it renewed for another account", errSessionOver)
	}
	v.ID, v.Until, v.Name = old.ID, old.Until, old.Name
	if v.Refresh == "" {
		v.Refresh = old.Refresh
	}
	return v, nil
}

// revoke tells the issuer that the refresh token is no longer wanted.
func (g *signIn) revoke(ctx context.Context, v *session) error {
	if _, err := g.discover(ctx); err != nil {
		return err
	}
	g.mu.Lock()
	endpoint := g.more.Revocation
	g.mu.Unlock()
	if endpoint == "" || v.Refresh == "" {
		return nil
	}
	form := url.Values{"token": {v.Refresh}, "client_id": {g.site.cfg.ClientID}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := g.site.http.Do(req)
	if err != nil {
		return err
	}
	if err := resp.Body.Close(); err != nil {
		return err
	}
	if resp.StatusCode >= 400 {
		return fmt.Errorf("the issuer answered %s", resp.Status)
	}
	return nil
}

// signOut ends the session here and at the issuer.
func (s *Site) signOut(r *request) error {
	target := "/signed-out"
	if v := r.session; v != nil {
		if err := s.denied.add(v.ID, v.Until); err != nil {
			return err
		}
		// Ended here for good; that the issuer could not be told only leaves a
		// refresh token that nobody holds.
		if err := s.signin.revoke(r.Context(), v); err != nil {
			s.log.WarnContext(r.Context(), "refresh token not revoked", "request", requestIDOf(r.Request), "error", err)
		}
		s.signin.mu.Lock()
		end := s.signin.more.EndSession
		s.signin.mu.Unlock()
		if u, err := url.Parse(end); err == nil && u.Host != "" {
			q := u.Query()
			q.Set("client_id", s.cfg.ClientID)
			q.Set("logout_uri", s.absolute("/signed-out"))
			u.RawQuery = q.Encode()
			target = u.String()
		}
	}
	s.dropSession(r.w)
	http.Redirect(r.w, r.Request, target, http.StatusSeeOther)
	return nil
}
