package assembly

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mtbwiki/mtbwiki/appsync/graphql"
)

// need is an action on a resource.
type need struct{ action, resource string }

// statement of a policy, with its lists made lists.
type statement struct {
	allow              bool
	actions, resources []string
}

// may says what the role of a data source lacks; nil: nothing. The role must be one
// that AppSync may take.
func (r *reader) may(it *item, needs []need) error {
	arn := it.text("ServiceRoleArn")
	in, id, ok := r.top.find(arn, ".Arn", "AWS::IAM::Role")
	if !ok {
		it.fail("no template makes the role %s", arn)
		return nil
	}
	trusted, err := in.trusts(id, "appsync.amazonaws.com")
	if err != nil {
		r.check(err)
		return nil
	}
	if !trusted {
		return fmt.Errorf("appsync.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: %s", arn)
	}
	statements, err := in.statements(id)
	if err != nil {
		r.check(err)
		return nil
	}
	var errs []error
	for _, n := range needs {
		if !allowed(statements, n.action, n.resource) {
			errs = append(errs, fmt.Errorf("User: %s is not authorized to perform: %s on resource: %s", arn, n.action, n.resource))
		}
	}
	return errors.Join(errs...)
}

// find gives the resource of a type that a reference in braces means.
func (s *stack) find(reference, attribute, kind string) (in *stack, id string, ok bool) {
	err := s.all(kind, func(where *stack, found string, _ resource) error {
		if reference == "{"+where.name+"/"+found+attribute+"}" {
			in, id, ok = where, found, true
		}
		return nil
	})
	return in, id, ok && err == nil
}

// trusts tells whether a service may take a role.
func (s *stack) trusts(role, service string) (bool, error) {
	v, err := s.evaluate(s.Resources[role].Properties["AssumeRolePolicyDocument"], role+".AssumeRolePolicyDocument")
	if err != nil {
		return false, err
	}
	document, _ := v.(map[string]any)
	for _, x := range asList(document["Statement"]) {
		o, _ := x.(map[string]any)
		principal, _ := o["Principal"].(map[string]any)
		if o["Effect"] == "Allow" && slices.Contains(asList(o["Action"]), any("sts:AssumeRole")) && slices.Contains(asList(principal["Service"]), any(service)) {
			return true, nil
		}
	}
	return false, nil
}

// statements are those of all policies of a role. Managed policies are refused: what
// they say isn't in the templates.
func (s *stack) statements(role string) ([]statement, error) {
	r := s.Resources[role]
	if r.Properties["ManagedPolicyArns"] != nil {
		return nil, s.errorf(role, "it has managed policies, which are not read here")
	}
	var documents []any
	inline, err := s.evaluate(r.Properties["Policies"], role+".Policies")
	if err != nil {
		return nil, err
	}
	for _, p := range asList(inline) {
		o, _ := p.(map[string]any)
		documents = append(documents, o["PolicyDocument"])
	}
	for _, kind := range []string{"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"} {
		err := s.all(kind, func(in *stack, id string, res resource) error {
			roles := asList(res.Properties["Roles"])
			if kind == "AWS::IAM::RolePolicy" {
				roles = asList(res.Properties["RoleName"])
			}
			v, err := in.evaluate(roles, id+".Roles")
			if err != nil {
				return err
			}
			if !slices.Contains(asList(v), any("{"+s.name+"/"+role+"}")) {
				return nil
			}
			d, err := in.evaluate(res.Properties["PolicyDocument"], id+".PolicyDocument")
			documents = append(documents, d)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	var out []statement
	for _, d := range documents {
		document, ok := d.(map[string]any)
		if !ok {
			return nil, s.errorf(role, "a policy is no object")
		}
		for _, x := range asList(document["Statement"]) {
			o, _ := x.(map[string]any)
			if o["NotAction"] != nil || o["NotResource"] != nil {
				return nil, s.errorf(role, "a policy has NotAction or NotResource, which are not read here")
			}
			st := statement{allow: o["Effect"] == "Allow"}
			if !st.allow && o["Condition"] != nil {
				// It denies less than it seems to; what concerns calls by AppSync has none.
				continue
			}
			for _, a := range asList(o["Action"]) {
				st.actions = append(st.actions, fmt.Sprint(a))
			}
			for _, a := range asList(o["Resource"]) {
				st.resources = append(st.resources, fmt.Sprint(a))
			}
			out = append(out, st)
		}
	}
	return out, nil
}

// allowed follows IAM: a statement must allow it and none deny it. Conditions of those
// that allow are taken to hold.
func allowed(statements []statement, action, resource string) bool {
	ok := false
	for _, s := range statements {
		matches := func(patterns []string, value string) bool {
			return slices.ContainsFunc(patterns, func(p string) bool { return like(p, value) })
		}
		if !matches(s.actions, action) || !matches(s.resources, resource) {
			continue
		}
		if !s.allow {
			return false
		}
		ok = true
	}
	return ok
}

// like matches a pattern with * for any characters and ? for one.
func like(pattern, value string) bool {
	p, v, star, mark := 0, 0, -1, 0
	for v < len(value) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, v
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == value[v]):
			p, v = p+1, v+1
		case star >= 0:
			mark++
			p, v = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// callers are the roles, of any stack of the same account and region, that policies
// let call the API, each with the root fields it may use.
func (a *Assembly) callers(top *stack, apiARN string, schema *graphql.Schema) ([]Caller, error) {
	var fields []string
	for _, root := range []string{"Query", "Mutation", "Subscription"} {
		if t := schema.Type(root); t != nil {
			for _, f := range t.Fields {
				if !f.BuiltIn() {
					fields = append(fields, root+"."+f.Name)
				}
			}
		}
	}
	var out []Caller
	for _, name := range a.Stacks() {
		s := a.stacks[name]
		if s.account != top.account || s.region != top.region {
			continue
		}
		err := s.all("AWS::IAM::Role", func(in *stack, id string, res resource) error {
			if res.Properties["ManagedPolicyArns"] != nil {
				return nil // AWS's own policies call no API of ours
			}
			statements, err := in.statements(id)
			if err != nil {
				return err
			}
			c := Caller{Role: in.name + "/" + id}
			for _, f := range fields {
				typ, field, _ := strings.Cut(f, ".")
				if allowed(statements, "appsync:GraphQL", apiARN+"/types/"+typ+"/fields/"+field) {
					c.Allow = append(c.Allow, f)
				}
			}
			if len(c.Allow) > 0 {
				out = append(out, c)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
