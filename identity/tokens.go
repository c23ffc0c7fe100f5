package identity

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/uuid"
)

// supportedScopes are what a client may ask for; the order is that of the
// discovery document. The last is Cognito's own.
var supportedScopes = []string{"openid", "email", "profile", "aws.cognito.signin.user.admin"}

const defaultScope = "openid email profile"

// Tokens is what a sign-in gives to a client.
type Tokens struct {
	IDToken      string
	AccessToken  string
	RefreshToken string
	// Expires is when ID and access token end.
	Expires time.Time
	// Scope is what was granted, separated by spaces.
	Scope string
}

// IDClaims are the claims of an ID token.
type IDClaims struct {
	Issuer        string   `json:"iss"`
	Subject       string   `json:"sub"`
	Audience      string   `json:"aud"` // the client id
	TokenUse      string   `json:"token_use"`
	AuthTime      int64    `json:"auth_time"`
	IssuedAt      int64    `json:"iat"`
	Expiry        int64    `json:"exp"`
	JTI           string   `json:"jti"`
	OriginJTI     string   `json:"origin_jti"`
	Username      string   `json:"cognito:username"`
	Groups        []string `json:"cognito:groups,omitempty"`
	Email         string   `json:"email,omitempty"`
	EmailVerified *bool    `json:"email_verified,omitempty"`
	Nonce         string   `json:"nonce,omitempty"`
	AtHash        string   `json:"at_hash,omitempty"`
}

// AccessClaims are the claims of an access token. As with Cognito there is no
// aud; the client stands in client_id.
type AccessClaims struct {
	Issuer    string   `json:"iss"`
	Subject   string   `json:"sub"`
	ClientID  string   `json:"client_id"`
	TokenUse  string   `json:"token_use"`
	Scope     string   `json:"scope"`
	AuthTime  int64    `json:"auth_time"`
	IssuedAt  int64    `json:"iat"`
	Expiry    int64    `json:"exp"`
	JTI       string   `json:"jti"`
	OriginJTI string   `json:"origin_jti"`
	Username  string   `json:"username"`
	Groups    []string `json:"cognito:groups,omitempty"`
}

// IssueTokens signs a user in without a password, for tests and for
// demonstration accounts that a program made. It grants all scopes.
func (p *Pool) IssueTokens(username, clientID string) (Tokens, error) {
	fail := func(err error) (Tokens, error) {
		return Tokens{}, fmt.Errorf("identity: issue tokens to %q: %w", username, err)
	}
	if _, ok := p.clients[clientID]; !ok {
		return fail(fmt.Errorf("%w: %q", ErrClientNotFound, clientID))
	}
	id, err := newSessionID()
	if err != nil {
		return fail(err)
	}
	tokens, err := p.openSession(context.Background(), userKey(username), grant{
		sessionID: id, clientID: clientID, scope: strings.Join(supportedScopes, " "), authTime: p.now(),
	})
	if err != nil {
		return fail(err)
	}
	return tokens, nil
}

// grant is what a sign-in entitles a client to.
type grant struct {
	sessionID string
	clientID  string
	scope     string
	nonce     string
	authTime  time.Time
	// sub, when set, must still be the subject behind the username.
	sub string
}

func newSessionID() (string, error) {
	random := make([]byte, 16)
	_, err := rand.Read(random)
	return hex.EncodeToString(random), err
}

// openSession records a new session of the account and signs its first tokens.
func (p *Pool) openSession(ctx context.Context, key string, g grant) (Tokens, error) {
	secret, digest, err := newRefreshSecret()
	if err != nil {
		return Tokens{}, err
	}
	origin, err := uuid.NewRandom()
	if err != nil {
		return Tokens{}, err
	}
	now := p.now()
	s := session{
		ID: g.sessionID, OriginJTI: origin.String(), ClientID: g.clientID, Scope: g.scope,
		AuthTime: g.authTime.UTC(), Expires: now.Add(p.cfg.SessionLifetime).UTC(),
		Tokens: []refreshToken{{Hash: digest}},
	}
	var rec record
	err = p.update(ctx, key, func(r *record) error {
		if r.Disabled {
			return ErrUserDisabled
		}
		if g.sub != "" && g.sub != r.Sub {
			return ErrUserNotFound // deleted and made anew between sign-in and exchange
		}
		r.Sessions = append(r.Sessions, s)
		rec = *r
		return nil
	})
	if err != nil {
		return Tokens{}, err
	}
	return p.sign(&rec, s, g.nonce, formatRefreshToken(key, g.sessionID, secret), now)
}

// sign makes ID and access token. The nonce is empty for refreshed tokens
// (OpenID Connect Core, section 12.2).
func (p *Pool) sign(rec *record, s session, nonce, refresh string, now time.Time) (Tokens, error) {
	expires := now.Add(p.cfg.TokenLifetime)
	jti := [2]string{}
	for i := range jti {
		id, err := uuid.NewRandom()
		if err != nil {
			return Tokens{}, err
		}
		jti[i] = id.String()
	}
	access, err := jwt.Signed(p.signer).Claims(AccessClaims{
		Issuer: p.cfg.Issuer, Subject: rec.Sub, ClientID: s.ClientID, TokenUse: "access", Scope: s.Scope,
		AuthTime: s.AuthTime.Unix(), IssuedAt: now.Unix(), Expiry: expires.Unix(),
		JTI: jti[0], OriginJTI: s.OriginJTI, Username: rec.Username, Groups: rec.Groups,
	}).Serialize()
	if err != nil {
		return Tokens{}, err
	}
	tokens := Tokens{AccessToken: access, RefreshToken: refresh, Expires: expires, Scope: s.Scope}
	if !hasScope(s.Scope, "openid") {
		return tokens, nil
	}
	claims := IDClaims{
		Issuer: p.cfg.Issuer, Subject: rec.Sub, Audience: s.ClientID, TokenUse: "id",
		AuthTime: s.AuthTime.Unix(), IssuedAt: now.Unix(), Expiry: expires.Unix(),
		JTI: jti[1], OriginJTI: s.OriginJTI, Username: rec.Username, Groups: rec.Groups,
		Nonce: nonce, AtHash: accessTokenHash(access),
	}
	if rec.Email != "" && hasScope(s.Scope, "email") {
		claims.Email, claims.EmailVerified = rec.Email, &rec.EmailVerified
	}
	tokens.IDToken, err = jwt.Signed(p.signer).Claims(claims).Serialize()
	return tokens, err
}

// accessTokenHash is at_hash for RS256: the left half of the SHA-256 (OpenID
// Connect Core, section 3.1.3.6).
func accessTokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}

func hasScope(granted, scope string) bool {
	return slices.Contains(strings.Fields(granted), scope)
}

// A refresh token is the base64url of the account's key, the session's id and a
// secret, so that it is found without an index and without trusting anything in
// it but the secret.
const (
	keyBytes          = 16
	sessionIDBytes    = 16
	secretBytes       = 32
	refreshTokenBytes = keyBytes + sessionIDBytes + secretBytes
)

func newRefreshSecret() (secret []byte, digest string, err error) {
	secret = make([]byte, secretBytes)
	if _, err := rand.Read(secret); err != nil {
		return nil, "", err
	}
	return secret, refreshDigest(secret), nil
}

func refreshDigest(secret []byte) string {
	sum := sha256.Sum256(secret)
	return hex.EncodeToString(sum[:])
}

// formatRefreshToken takes key and session id in hex, as they are stored; both
// come from this package, so decoding them cannot fail.
func formatRefreshToken(key, sessionID string, secret []byte) string {
	raw := make([]byte, 0, refreshTokenBytes)
	for _, part := range []string{key, sessionID} {
		b, err := hex.DecodeString(part)
		if err != nil {
			panic("identity: key is not hexadecimal: " + part)
		}
		raw = append(raw, b...)
	}
	return base64.RawURLEncoding.EncodeToString(append(raw, secret...))
}

func parseRefreshToken(token string) (key, sessionID string, secret []byte, ok bool) {
	if len(token) != base64.RawURLEncoding.EncodedLen(refreshTokenBytes) {
		return "", "", nil, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != refreshTokenBytes {
		return "", "", nil, false
	}
	return hex.EncodeToString(raw[:keyBytes]),
		hex.EncodeToString(raw[keyBytes : keyBytes+sessionIDBytes]),
		raw[keyBytes+sessionIDBytes:], true
}

// errInvalidGrant answers every code or refresh token that is not accepted; why
// is for the log.
var errInvalidGrant = errors.New("the code or token is invalid, expired, already used or belongs to another client")

// refresh exchanges a refresh token for new tokens. A narrower scope may be asked
// for; empty keeps the session's.
func (p *Pool) refresh(ctx context.Context, token, clientID, scope string) (Tokens, error) {
	key, sessionID, secret, ok := parseRefreshToken(token)
	if !ok {
		return Tokens{}, errInvalidGrant
	}
	if known, err := p.hasSession(key, sessionID); err != nil || !known {
		return Tokens{}, cmp.Or(err, errInvalidGrant)
	}
	newSecret, newDigest, err := newRefreshSecret()
	if err != nil {
		return Tokens{}, err
	}
	now := p.now()
	var (
		rec    record
		s      session
		reused bool
	)
	err = p.update(ctx, key, func(r *record) error {
		i := slices.IndexFunc(r.Sessions, func(s session) bool { return s.ID == sessionID })
		if i < 0 || r.Disabled || r.Sessions[i].ClientID != clientID || !now.Before(r.Sessions[i].Expires) {
			return errInvalidGrant
		}
		if scope != "" && !scopeWithin(scope, r.Sessions[i].Scope) {
			return errInvalidScope
		}
		rec = *r
		if !r.Sessions[i].rotate(refreshDigest(secret), newDigest, now, p.cfg.RotationGrace) {
			// Somebody holds a copy: thief or victim, we cannot tell, so both lose it.
			r.Sessions = slices.Delete(r.Sessions, i, i+1)
			reused = true
			return nil
		}
		s = r.Sessions[i]
		return nil
	})
	switch {
	case errors.Is(err, ErrUserNotFound):
		return Tokens{}, errInvalidGrant
	case err != nil:
		return Tokens{}, err
	case reused:
		p.log.WarnContext(ctx, "refresh token came back after its exchange; session ended", "sub", rec.Sub, "client", clientID)
		return Tokens{}, errInvalidGrant
	}
	if scope != "" {
		s.Scope = scope
	}
	return p.sign(&rec, s, "", formatRefreshToken(key, sessionID, newSecret), now)
}

// hasSession looks without the lock, so that made-up tokens do not queue up
// before those who write.
func (p *Pool) hasSession(key, sessionID string) (bool, error) {
	rec, err := p.read(key)
	if errors.Is(err, ErrUserNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(rec.Sessions, func(s session) bool { return s.ID == sessionID }), nil
}

// rotate exchanges the token with digest old for a new one. It reports false
// when old is not live, nor within its grace period.
func (s *session) rotate(old, fresh string, now time.Time, grace time.Duration) bool {
	found := -1
	for i, t := range s.Tokens {
		if subtle.ConstantTimeCompare([]byte(t.Hash), []byte(old)) == 1 {
			found = i
		}
	}
	if found < 0 {
		return false
	}
	// Within the grace period the copy keeps its first date: repeating does not
	// prolong it.
	if t := &s.Tokens[found]; t.Superseded == nil {
		at := now.UTC()
		t.Superseded = &at
	} else if now.Sub(*t.Superseded) >= grace {
		return false
	}
	// What is past its grace period need not be remembered: an unknown secret in
	// a known session is refused all the same.
	s.Tokens = slices.DeleteFunc(s.Tokens, func(t refreshToken) bool {
		return t.Superseded != nil && now.Sub(*t.Superseded) >= grace
	})
	s.Tokens = append(s.Tokens, refreshToken{Hash: fresh})
	if extra := len(s.Tokens) - maxRememberedTokens; extra > 0 {
		s.Tokens = slices.Delete(s.Tokens, 0, extra)
	}
	live := 0
	for i := len(s.Tokens) - 1; i >= 0; i-- {
		if s.Tokens[i].Superseded == nil {
			live++
		}
		if live > maxLiveTokens {
			s.Tokens = slices.Delete(s.Tokens, i, i+1)
		}
	}
	return true
}

func scopeWithin(asked, granted string) bool {
	for _, s := range strings.Fields(asked) {
		if !hasScope(granted, s) {
			return false
		}
	}
	return true
}

// revoke ends the session of a refresh token. Unknown tokens are none of our
// business and no error (RFC 7009, section 2.2); one of another client is.
func (p *Pool) revoke(ctx context.Context, token, clientID string) error {
	key, sessionID, _, ok := parseRefreshToken(token)
	if !ok {
		return nil
	}
	if known, err := p.hasSession(key, sessionID); err != nil || !known {
		return err
	}
	foreign := false
	err := p.endSession(ctx, key, func(s session) bool {
		if s.ID != sessionID {
			return false
		}
		foreign = s.ClientID != clientID
		return !foreign
	})
	if foreign {
		return errInvalidGrant
	}
	return err
}

// endSession removes the sessions that match; that there is none, or no such
// user, is fine.
func (p *Pool) endSession(ctx context.Context, key string, match func(session) bool) error {
	unchanged := errors.New("unchanged")
	err := p.update(ctx, key, func(r *record) error {
		before := len(r.Sessions)
		r.Sessions = slices.DeleteFunc(r.Sessions, match)
		if len(r.Sessions) == before {
			return unchanged
		}
		return nil
	})
	if errors.Is(err, unchanged) || errors.Is(err, ErrUserNotFound) {
		return nil
	}
	return err
}

// errInvalidToken answers an access token that is not accepted.
var errInvalidToken = errors.New("the access token is invalid, expired or revoked")

// verifyAccess checks an access token of this pool and that its session still
// stands.
func (p *Pool) verifyAccess(token string) (AccessClaims, *record, error) {
	var claims AccessClaims
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil || len(parsed.Headers) != 1 || parsed.Headers[0].KeyID != p.kid {
		return claims, nil, errInvalidToken
	}
	if err := parsed.Claims(&p.key.PublicKey, &claims); err != nil {
		return claims, nil, errInvalidToken
	}
	if claims.Issuer != p.cfg.Issuer || claims.TokenUse != "access" || p.now().Unix() >= claims.Expiry {
		return claims, nil, errInvalidToken
	}
	rec, err := p.read(userKey(claims.Username))
	if errors.Is(err, ErrUserNotFound) {
		return claims, nil, errInvalidToken
	}
	if err != nil {
		return claims, nil, err
	}
	stands := slices.ContainsFunc(rec.Sessions, func(s session) bool { return s.OriginJTI == claims.OriginJTI })
	if rec.Sub != claims.Subject || rec.Disabled || !stands {
		return claims, nil, errInvalidToken
	}
	return claims, rec, nil
}
