package auth

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Mode is an authorization mode of an API, under AppSync's name.
type Mode string

// The authorization modes.
const (
	APIKey   Mode = "API_KEY"
	IAM      Mode = "AWS_IAM"
	UserPool Mode = "AMAZON_COGNITO_USER_POOLS"
	OIDC     Mode = "OPENID_CONNECT"
)

// AuthType is what $util.authType() answers for a mode.
func (m Mode) AuthType() string {
	switch m {
	case APIKey:
		return "API Key Authorization"
	case IAM:
		return "IAM Authorization"
	case UserPool:
		return "User Pool Authorization"
	case OIDC:
		return "Open ID Connect Authorization"
	}
	return string(m)
}

// Config names the authorization modes of an API: one default, which guards
// everything without a directive, and additional ones.
type Config struct {
	Default    Provider
	Additional []Provider
}

// Provider is one authorization mode with its settings. Only the fields of
// its mode may be set.
type Provider struct {
	Mode Mode

	// Keys of API_KEY, at most 50.
	Keys []Key

	// Issuer of AMAZON_COGNITO_USER_POOLS and OPENID_CONNECT: the value of a
	// token's iss.
	Issuer string
	// Tokens gives the keys that sign the issuer's tokens.
	Tokens KeySource
	// ClientIDs of a user pool: the app clients whose tokens are accepted
	// (aud of ID tokens, client_id of access tokens). Empty accepts all.
	ClientIDs []string
	// ClientIDPattern of OPENID_CONNECT is a regular expression that the
	// token's aud or azp must match; empty accepts all.
	ClientIDPattern string
	// MaxAge of OPENID_CONNECT limits the time since a token's iat (AppSync's
	// iatTTL), MaxAuthAge that since its auth_time (authTTL); 0 is no limit.
	MaxAge, MaxAuthAge time.Duration
	// Deny is a user pool's default action DENY: fields without a directive
	// are refused. AppSync allows it for a default user pool only.
	Deny bool

	// Principals of AWS_IAM.
	Principals []Principal
}

// Key is an API key.
type Key struct {
	Value string
	// Expires is when the key stops working; the zero time is never.
	Expires time.Time
}

// Principal is a holder of IAM credentials.
type Principal struct {
	AccessKeyID, SecretAccessKey string
	// SessionToken must come with the request if set.
	SessionToken string

	AccountID string // twelve digits; default 000000000000
	Username  string // what $context.identity.username shows
	UserARN   string

	// Allow lists the root fields the principal may use, as Type.field with *
	// as a wildcard in either part: "Query.*", "Mutation.publishTrail". It
	// stands for an IAM policy of action appsync:GraphQL. Fields of other
	// types follow from the root field and the directives.
	Allow []string
}

// providers lists the default and then the additional providers.
func (c Config) providers() []Provider {
	return append([]Provider{c.Default}, c.Additional...)
}

// Validate checks a configuration under AppSync's rules and names the first
// thing wrong.
func (c Config) Validate() error {
	seen := map[string]bool{}
	for i, p := range c.providers() {
		where := "default authorization mode"
		if i > 0 {
			where = fmt.Sprintf("additional authorization mode %d", i)
		}
		if err := p.validate(i == 0); err != nil {
			return fmt.Errorf("auth: %s: %w", where, err)
		}
		id := string(p.Mode)
		if p.Mode == UserPool || p.Mode == OIDC {
			id = p.Issuer
		}
		if seen[id] {
			return fmt.Errorf("auth: %s: %s %s is configured twice", where, p.Mode, p.Issuer)
		}
		seen[id] = true
	}
	return nil
}

func (p Provider) validate(isDefault bool) error {
	if p.Deny && (p.Mode != UserPool || !isDefault) {
		return errors.New("the default action DENY exists only for a default user pool")
	}
	switch p.Mode {
	case APIKey:
		if len(p.Keys) == 0 {
			return errors.New("API_KEY needs at least one key")
		}
		if len(p.Keys) > 50 {
			return fmt.Errorf("API_KEY has %d keys; AppSync allows 50", len(p.Keys))
		}
		for i, k := range p.Keys {
			if k.Value == "" {
				return fmt.Errorf("API key %d is empty", i+1)
			}
		}
	case UserPool, OIDC:
		if p.Issuer == "" {
			return fmt.Errorf("%s needs the issuer of its tokens", p.Mode)
		}
		if p.Tokens == nil {
			return fmt.Errorf("%s needs a source of signing keys", p.Mode)
		}
		if _, err := regexp.Compile(p.ClientIDPattern); err != nil {
			return fmt.Errorf("client id pattern: %w", err)
		}
	case IAM:
		ids := map[string]bool{}
		for _, pr := range p.Principals {
			if pr.AccessKeyID == "" || pr.SecretAccessKey == "" {
				return fmt.Errorf("principal %q has no access key or secret", pr.Username)
			}
			if ids[pr.AccessKeyID] {
				return fmt.Errorf("access key %s is configured twice", pr.AccessKeyID)
			}
			ids[pr.AccessKeyID] = true
			for _, a := range pr.Allow {
				if typ, field, ok := strings.Cut(a, "."); !ok || typ == "" || field == "" {
					return fmt.Errorf("principal %q: %q is not of the form Type.field", pr.Username, a)
				}
			}
		}
	case "":
		return errors.New("no mode given; use API_KEY, AWS_IAM, AMAZON_COGNITO_USER_POOLS or OPENID_CONNECT")
	default:
		return fmt.Errorf("mode %q is not supported; use API_KEY, AWS_IAM, AMAZON_COGNITO_USER_POOLS or OPENID_CONNECT", p.Mode)
	}
	return nil
}
