package auth

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/mtbwiki/mtbwiki/appsync/graphql"
)

// bit gives each mode a bit of a mask.
func bit(m Mode) uint8 {
	switch m {
	case APIKey:
		return 1
	case IAM:
		return 2
	case UserPool:
		return 4
	case OIDC:
		return 8
	}
	return 0
}

// Rules are the authorization directives of a schema, worked out for each field.
type Rules struct {
	fields []rule // by graphql.Field.Index
}

type rule struct {
	modes  uint8
	groups []string // of the user pool; nil allows every group
	deny   bool     // a user pool's default action DENY applies
	root   bool     // a field of a root type, which IAM policies name
}

// directiveModes maps directives to modes.
var directiveModes = map[string]Mode{
	"aws_api_key":            APIKey,
	"aws_iam":                IAM,
	"aws_oidc":               OIDC,
	"aws_cognito_user_pools": UserPool,
}

// NewRules works out which modes may use which field: a field's own
// directives replace its type's, and a field with neither takes the default
// mode. @aws_auth counts only when a user pool is the only mode.
func NewRules(s *graphql.Schema, c Config) (*Rules, error) {
	configured := uint8(0)
	for _, p := range c.providers() {
		configured |= bit(p.Mode)
	}
	only := len(c.Additional) == 0 && c.Default.Mode == UserPool
	r := &Rules{fields: make([]rule, s.FieldCount())}
	for _, t := range s.Types() {
		if t.Kind != graphql.Object && t.Kind != graphql.Interface {
			continue
		}
		ofType, err := directives(t.Definition.Directives, configured, only)
		if err != nil {
			return nil, fmt.Errorf("auth: type %s: %w", t.Name, err)
		}
		root := t == s.Query || t == s.Mutation || t == s.Subscription
		for _, f := range t.Fields {
			if f.BuiltIn() {
				continue
			}
			own, err := directives(f.Definition.Directives, configured, only)
			if err != nil {
				return nil, fmt.Errorf("auth: field %s.%s: %w", t.Name, f.Name, err)
			}
			switch {
			case own != nil:
			case ofType != nil:
				own = ofType
			default:
				own = &rule{modes: bit(c.Default.Mode), deny: c.Default.Deny}
			}
			rule := *own
			rule.root = root
			r.fields[f.Index] = rule
		}
	}
	return r, nil
}

// directives gives the rule that a list of directives makes, or nil.
func directives(list ast.DirectiveList, configured uint8, onlyUserPool bool) (*rule, error) {
	var r *rule
	for _, d := range list {
		mode, ok := directiveModes[d.Name]
		if d.Name == "aws_auth" {
			if !onlyUserPool {
				continue
			}
			mode, ok = UserPool, true
		}
		if d.Name == "aws_lambda" {
			return nil, fmt.Errorf("@aws_lambda needs a Lambda authorizer, which is not supported")
		}
		if !ok {
			continue
		}
		if configured&bit(mode) == 0 {
			return nil, fmt.Errorf("@%s is used, but the authorization mode %s is not configured", d.Name, mode)
		}
		if r == nil {
			r = &rule{}
		}
		r.modes |= bit(mode)
		if a := d.Arguments.ForName("cognito_groups"); a != nil && a.Value.Kind != ast.NullValue {
			r.groups = []string{}
			if a.Value.Kind == ast.StringValue {
				r.groups = append(r.groups, a.Value.Raw)
			}
			for _, c := range a.Value.Children {
				r.groups = append(r.groups, c.Value.Raw)
			}
		}
	}
	return r, nil
}

// Allows tells whether an identity may use a field. A nil identity may use nothing.
func (r *Rules) Allows(id *Identity, f *graphql.Field) bool {
	if id == nil {
		return false
	}
	rule := &r.fields[f.Index]
	if rule.modes&bit(id.Mode) == 0 || rule.deny {
		return false
	}
	switch id.Mode {
	case UserPool:
		return rule.groups == nil || id.InGroup(rule.groups...)
	case IAM:
		return !rule.root || id.principal.allows(f.Parent.Name, f.Name)
	}
	return true
}

// Allow is Allows for one identity, in the form the executor takes.
func (r *Rules) Allow(id *Identity) func(*graphql.Field) bool {
	return func(f *graphql.Field) bool { return r.Allows(id, f) }
}

// allows matches the principal's policy.
func (p *Principal) allows(typ, field string) bool {
	for _, a := range p.Allow {
		t, f, _ := strings.Cut(a, ".")
		if wildcard(t, typ) && wildcard(f, field) {
			return true
		}
	}
	return false
}

// wildcard matches a pattern in which * stands for any run of characters.
func wildcard(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == s
	}
	if !strings.HasPrefix(s, parts[0]) {
		return false
	}
	s = s[len(parts[0]):]
	last := parts[len(parts)-1]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return strings.HasSuffix(s, last)
}
