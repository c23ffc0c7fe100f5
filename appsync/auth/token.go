package auth

import (
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

const (
	// maxTokenBytes bounds a token before anything is computed from it.
	maxTokenBytes = 16 << 10
	// tokenCacheSize and tokenCacheTime bound the memory of tokens whose
	// signature has been checked; their times are checked at each use.
	tokenCacheSize = 4096
	tokenCacheTime = 5 * time.Minute
)

// verifier checks the tokens of one issuer.
type verifier struct {
	Provider
	clientPattern *regexp.Regexp

	mu     sync.Mutex
	cached map[[sha256.Size]byte]checkedToken
}

type checkedToken struct {
	claims  *vtl.Map
	checked time.Time
}

func newVerifier(p Provider) *verifier {
	v := &verifier{Provider: p, cached: map[[sha256.Size]byte]checkedToken{}}
	if p.ClientIDPattern != "" {
		// AWS matches the whole value: anchor the pattern.
		v.clientPattern = regexp.MustCompile(`^(?:` + p.ClientIDPattern + `)$`)
	}
	return v
}

// unverifiedIssuer reads iss before any check, only to choose the provider.
func unverifiedIssuer(token string) (string, error) {
	if len(token) > maxTokenBytes {
		return "", fmt.Errorf("the token has %d bytes, at most %d are accepted", len(token), maxTokenBytes)
	}
	parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return "", fmt.Errorf("not a token signed with RS256: %w", err)
	}
	claims, err := parseClaims(parsed.UnsafePayloadWithoutVerification())
	if err != nil {
		return "", err
	}
	iss, _ := claim(claims, "iss").(string)
	return iss, nil
}

func parseClaims(payload []byte) (*vtl.Map, error) {
	v, err := vtl.FromJSON(payload)
	if err != nil {
		return nil, fmt.Errorf("the token's payload: %w", err)
	}
	claims, ok := v.(*vtl.Map)
	if !ok {
		return nil, errors.New("the token's payload is not an object")
	}
	return claims, nil
}

// signed checks the signature and gives the claims.
func (v *verifier) signed(ctx context.Context, token string, now time.Time) (*vtl.Map, error) {
	key := sha256.Sum256([]byte(token))
	v.mu.Lock()
	hit, ok := v.cached[key]
	v.mu.Unlock()
	if ok && now.Sub(hit.checked) < tokenCacheTime {
		return hit.claims, nil
	}
	parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, fmt.Errorf("not a token signed with RS256: %w", err)
	}
	if len(parsed.Signatures) != 1 {
		return nil, errors.New("the token has not exactly one signature")
	}
	kid := parsed.Signatures[0].Header.KeyID
	if kid == "" {
		return nil, errors.New("the token names no key (kid)")
	}
	jwk, err := v.Tokens.Key(ctx, kid)
	if err != nil {
		return nil, err
	}
	public, ok := jwk.Key.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("signing key %q is not an RSA public key", kid)
	}
	payload, err := parsed.Verify(public)
	if err != nil {
		return nil, fmt.Errorf("the token's signature: %w", err)
	}
	claims, err := parseClaims(payload)
	if err != nil {
		return nil, err
	}
	v.mu.Lock()
	if len(v.cached) >= tokenCacheSize {
		clear(v.cached)
	}
	v.cached[key] = checkedToken{claims, now}
	v.mu.Unlock()
	return claims, nil
}

// verify checks a token wholly and gives its claims.
func (v *verifier) verify(ctx context.Context, token string, now time.Time, onlyOIDC bool) (*vtl.Map, error) {
	if len(token) > maxTokenBytes {
		return nil, fmt.Errorf("the token has %d bytes, at most %d are accepted", len(token), maxTokenBytes)
	}
	claims, err := v.signed(ctx, token, now)
	if err != nil {
		return nil, err
	}
	if iss, _ := claim(claims, "iss").(string); iss != v.Issuer && !onlyOIDC {
		return nil, fmt.Errorf("the token is issued by %q, not by %q", iss, v.Issuer)
	}
	exp, ok := seconds(claims, "exp")
	if !ok {
		return nil, errors.New("the token has no expiry (exp)")
	}
	if !now.Before(exp) {
		return nil, fmt.Errorf("the token expired at %s", exp.UTC().Format(time.RFC3339))
	}
	if nbf, ok := seconds(claims, "nbf"); ok && now.Before(nbf) {
		return nil, fmt.Errorf("the token is not valid before %s", nbf.UTC().Format(time.RFC3339))
	}
	if v.Mode == UserPool {
		return claims, v.userPool(claims)
	}
	return claims, v.openID(claims, now)
}

func (v *verifier) userPool(claims *vtl.Map) error {
	use, _ := claim(claims, "token_use").(string)
	var clients []string
	switch use {
	case "id":
		clients = claimStrings(claims, "aud")
	case "access":
		clients = claimStrings(claims, "client_id")
	default:
		return fmt.Errorf("token_use is %q, not id or access", use)
	}
	if len(v.ClientIDs) > 0 && !slices.ContainsFunc(clients, func(c string) bool { return slices.Contains(v.ClientIDs, c) }) {
		return fmt.Errorf("the token is for client %q, which is not accepted", clients)
	}
	if sub, _ := claim(claims, "sub").(string); sub == "" {
		return errors.New("the token has no subject (sub)")
	}
	return nil
}

func (v *verifier) openID(claims *vtl.Map, now time.Time) error {
	if v.clientPattern != nil {
		clients := append(claimStrings(claims, "aud"), claimStrings(claims, "azp")...)
		if !slices.ContainsFunc(clients, v.clientPattern.MatchString) {
			return fmt.Errorf("the token is for client %q, which is not accepted", clients)
		}
	}
	for _, c := range []struct {
		name string
		most time.Duration
	}{{"iat", v.MaxAge}, {"auth_time", v.MaxAuthAge}} {
		if c.most <= 0 {
			continue
		}
		when, ok := seconds(claims, c.name)
		if !ok || now.Sub(when) > c.most {
			return fmt.Errorf("the token's %s is missing or older than %s", c.name, c.most)
		}
	}
	return nil
}

// seconds reads a time claim.
func seconds(claims *vtl.Map, name string) (time.Time, bool) {
	switch n := claim(claims, name).(type) {
	case int64:
		return time.Unix(n, 0), true
	case float64:
		if n > -1e12 && n < 1e12 {
			return time.Unix(int64(n), 0), true
		}
	}
	return time.Time{}, false
}
