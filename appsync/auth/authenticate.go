package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"strings"
	"time"
)

// Refusal says why a request is not let in. Its Message is for the caller,
// its Reason for the log only.
type Refusal struct {
	Message string
	Reason  string
}

func (r *Refusal) Error() string { return r.Message + " (" + r.Reason + ")" }

// Status, ErrorType and the messages of refusals, as AppSync sends them.
const (
	RefusalStatus    = 401
	RefusalErrorType = "UnauthorizedException"

	notAuthorized = "You are not authorized to make this call."
	missingHeader = "Missing authorization header"
)

// Body is the response body of a refusal.
func (r *Refusal) Body() string {
	return `{"errors":[{"errorType":"` + RefusalErrorType + `","message":"` + r.Message + `"}]}`
}

// Authenticator finds out who calls. It is safe for concurrent use.
type Authenticator struct {
	config     Config
	providers  []Provider
	verifiers  []*verifier // by provider; nil for modes without tokens
	keys       []apiKey
	keyMode    int
	iam        int
	signatures *SignatureVerifier
	principals map[string]*Principal
	now        func() time.Time
}

type apiKey struct {
	hash    [sha256.Size]byte
	expires time.Time
}

// Options of an Authenticator.
type Options struct {
	// Region that signatures must be for; "" accepts every region.
	Region string
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// New makes an Authenticator.
func New(c Config, o Options) (*Authenticator, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	a := &Authenticator{config: c, providers: c.providers(), keyMode: -1, iam: -1, now: o.Now, principals: map[string]*Principal{}}
	if a.now == nil {
		a.now = time.Now
	}
	a.verifiers = make([]*verifier, len(a.providers))
	for i, p := range a.providers {
		switch p.Mode {
		case APIKey:
			a.keyMode = i
			for _, k := range p.Keys {
				a.keys = append(a.keys, apiKey{sha256.Sum256([]byte(k.Value)), k.Expires})
			}
		case IAM:
			a.iam = i
			for j := range p.Principals {
				a.principals[p.Principals[j].AccessKeyID] = &p.Principals[j]
			}
		case UserPool, OIDC:
			a.verifiers[i] = newVerifier(p)
		}
	}
	a.signatures = NewSignatureVerifier(service, o.Region, func(id string) (string, string, bool) {
		p := a.principals[id]
		if p == nil {
			return "", "", false
		}
		return p.SecretAccessKey, p.SessionToken, true
	}, a.now)
	return a, nil
}

// Credentials are what a request shows. For HTTP they are its own parts; for
// the WebSocket they come from the connection's header parameter.
type Credentials struct {
	Signed
	RemoteAddr string
}

// Authenticate finds the caller's identity. The error is a *Refusal.
func (a *Authenticator) Authenticate(ctx context.Context, c Credentials) (*Identity, error) {
	id, refusal := a.identify(ctx, c)
	if refusal != nil {
		return nil, refusal
	}
	id.SourceIP = SourceIPs(c.Header, c.RemoteAddr)
	return id, nil
}

func (a *Authenticator) identify(ctx context.Context, c Credentials) (*Identity, *Refusal) {
	key, header := c.Header.Get("X-Api-Key"), c.Header.Get("Authorization")
	switch {
	case header != "" && isSignature(header):
		if a.iam < 0 {
			return nil, &Refusal{notAuthorized, "the request is signed, but AWS_IAM is not configured"}
		}
		signer, err := a.signatures.Verify(c.Signed)
		if err != nil {
			return nil, &Refusal{notAuthorized, err.Error()}
		}
		return &Identity{Mode: IAM, provider: a.iam, principal: a.principals[signer]}, nil
	case header != "" && a.hasTokens():
		return a.token(ctx, header)
	case key != "":
		if a.keyMode < 0 {
			return nil, &Refusal{notAuthorized, "an API key was sent, but API_KEY is not configured"}
		}
		return a.key(key)
	case header != "":
		return nil, &Refusal{notAuthorized, "no configured mode takes this Authorization header"}
	}
	return nil, &Refusal{missingHeader, "neither x-api-key nor Authorization was sent"}
}

func (a *Authenticator) hasTokens() bool {
	for _, v := range a.verifiers {
		if v != nil {
			return true
		}
	}
	return false
}

func (a *Authenticator) key(key string) (*Identity, *Refusal) {
	hash := sha256.Sum256([]byte(key))
	for _, k := range a.keys {
		if subtle.ConstantTimeCompare(hash[:], k.hash[:]) != 1 {
			continue
		}
		if !k.expires.IsZero() && !a.now().Before(k.expires) {
			return nil, &Refusal{notAuthorized, "the API key expired at " + k.expires.UTC().Format(time.RFC3339)}
		}
		return &Identity{Mode: APIKey, provider: a.keyMode}, nil
	}
	return nil, &Refusal{notAuthorized, "the API key is unknown"}
}

func (a *Authenticator) token(ctx context.Context, header string) (*Identity, *Refusal) {
	token := header
	if len(token) > 7 && strings.EqualFold(token[:7], "Bearer ") {
		token = strings.TrimSpace(token[7:])
	}
	issuer, err := unverifiedIssuer(token)
	if err != nil {
		return nil, &Refusal{notAuthorized, err.Error()}
	}
	// With OIDC as the only mode AppSync does not look at iss.
	onlyOIDC := len(a.providers) == 1 && a.providers[0].Mode == OIDC
	for i, v := range a.verifiers {
		if v == nil || v.Issuer != issuer && !onlyOIDC {
			continue
		}
		claims, err := v.verify(ctx, token, a.now(), onlyOIDC)
		if err != nil {
			return nil, &Refusal{notAuthorized, err.Error()}
		}
		id := &Identity{Mode: v.Mode, provider: i, Claims: claims}
		if v.Mode == UserPool {
			id.Groups = claimStrings(claims, "cognito:groups")
		}
		return id, nil
	}
	return nil, &Refusal{notAuthorized, fmt.Sprintf("no configured issuer is %q", issuer)}
}
