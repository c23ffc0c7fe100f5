package fakeapi

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// APIKey is what anonymous readers have to send.
const APIKey = "fake-key"

// prelude declares what AppSync knows without being told.
const prelude = `
directive @aws_api_key on OBJECT | FIELD_DEFINITION
directive @aws_iam on OBJECT | FIELD_DEFINITION
directive @aws_cognito_user_pools(cognito_groups: [String!]) on OBJECT | FIELD_DEFINITION
directive @aws_auth(cognito_groups: [String!]) on OBJECT | FIELD_DEFINITION
directive @aws_subscribe(mutations: [String!]!) on FIELD_DEFINITION
scalar AWSDate scalar AWSTime scalar AWSDateTime scalar AWSTimestamp scalar AWSJSON scalar AWSURL scalar AWSEmail scalar AWSPhone scalar AWSIPAddress
`

// Error is what a field is refused with.
type Error struct {
	Type    string
	Message string
	Info    any
}

func (e *Error) Error() string { return e.Type + ": " + e.Message }

// Caller is who asks, as the token says (which is not verified here).
type Caller struct {
	Sub      string
	Username string
	Groups   []string
}

func (c Caller) moderator() bool {
	return slices.Contains(c.Groups, "moderators") || slices.Contains(c.Groups, "admins")
}

// Call is a request that was answered.
type Call struct {
	Operation string
	Variables map[string]any
	Caller    Caller
}

// Server is an http.Handler that takes GraphQL over POST.
type Server struct {
	schema *ast.Schema
	mu     sync.Mutex
	world  *world
	calls  []Call
	faults []string
	// Refuse, when set, is asked before each root field; a non-nil error refuses
	// it. Set it before serving.
	Refuse func(field string, args map[string]any) *Error
	// Status, when set, is asked before each request; other than 0 and 200 it is
	// the answer's HTTP status. Set it before serving.
	Status func(operation string) int
}

// Schema parses the deployable schema with what AppSync adds to it.
func Schema(sdl string) (*ast.Schema, error) {
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "prelude.graphql", Input: prelude}, &ast.Source{Name: "schema.graphql", Input: sdl})
	if err != nil {
		return nil, fmt.Errorf("fakeapi: %w", err)
	}
	return schema, nil
}

// New makes a server of the deployable schema.
func New(sdl string) (*Server, error) {
	schema, err := Schema(sdl)
	if err != nil {
		return nil, err
	}
	w, err := newWorld()
	if err != nil {
		return nil, err
	}
	return &Server{schema: schema, world: w}, nil
}

// Calls are the requests so far.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Faults are answers that the schema does not allow; tests fail when there are
// any.
func (s *Server) Faults() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.faults)
}

// Entity is the stored state of an entity, by slug or id.
func (s *Server) Entity(ref string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, kind := range kinds {
		if e := s.world.find(kind, map[string]any{"id": ref, "slug": ref}); e != nil {
			return e
		}
	}
	return nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Query         string         `json:"query"`
		OperationName string         `json:"operationName"`
		Variables     map[string]any `json:"variables"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&body); err != nil {
		write(w, http.StatusBadRequest, map[string]any{"errors": []any{map[string]any{"errorType": "MalformedHttpRequestException", "message": "Unable to parse GraphQL query."}}})
		return
	}
	caller, ok := callerOf(r)
	if !ok {
		write(w, http.StatusUnauthorized, map[string]any{"errors": []any{map[string]any{"errorType": "UnauthorizedException", "message": "You are not authorized to make this call."}}})
		return
	}
	if s.Status != nil {
		if status := s.Status(body.OperationName); status != 0 && status != http.StatusOK {
			write(w, status, map[string]any{"errors": []any{map[string]any{"errorType": "ServiceUnavailableException", "message": "told to"}}})
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, Call{Operation: body.OperationName, Variables: body.Variables, Caller: caller})
	doc, errs := gqlparser.LoadQueryWithRules(s.schema, body.Query, rules.NewDefaultRules())
	if errs != nil {
		s.invalid(w, errs)
		return
	}
	op := doc.Operations.ForName(body.OperationName)
	if op == nil {
		s.invalid(w, errors.New("Missing operation name."))
		return
	}
	vars, err := validator.VariableValues(s.schema, op, body.Variables)
	if err != nil {
		s.invalid(w, err)
		return
	}
	root := s.schema.Query
	if op.Operation == ast.Mutation {
		root = s.schema.Mutation
	}
	x := &execution{server: s, vars: vars, caller: caller}
	data, _ := x.object(root, op.SelectionSet, nil, []any{}, true)
	answer := map[string]any{"data": data}
	if len(x.errors) > 0 {
		answer["errors"] = x.errors
	}
	write(w, http.StatusOK, answer)
}

func (s *Server) invalid(w http.ResponseWriter, err error) {
	s.faults = append(s.faults, "query not allowed by the schema: "+err.Error())
	write(w, http.StatusOK, map[string]any{"data": nil, "errors": []any{map[string]any{"path": nil, "message": "Validation error: " + err.Error()}}})
}

func write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the caller is gone: nothing to do
}

// callerOf reads who asks; it lets anybody in who sends the key or any token.
func callerOf(r *http.Request) (Caller, bool) {
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if token == "" {
		return Caller{}, r.Header.Get("X-Api-Key") == APIKey
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return Caller{}, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return Caller{}, false
	}
	var claims struct {
		Sub      string   `json:"sub"`
		Username string   `json:"username"`
		Groups   []string `json:"cognito:groups"`
	}
	if err := json.Unmarshal(raw, &claims); err != nil || claims.Sub == "" {
		return Caller{}, false
	}
	return Caller{claims.Sub, claims.Username, claims.Groups}, true
}

// execution answers one operation.
type execution struct {
	server *Server
	vars   map[string]any
	caller Caller
	errors []any
}

// object projects a value onto a selection set; nil with ok=false means that a
// non-null field was null, and the null goes up.
func (x *execution) object(def *ast.Definition, set ast.SelectionSet, value map[string]any, path []any, root bool) (map[string]any, bool) {
	out := map[string]any{}
	for _, sel := range set {
		switch f := sel.(type) {
		case *ast.FragmentSpread:
			sub, ok := x.object(def, f.Definition.SelectionSet, value, path, root)
			if !ok {
				return nil, false
			}
			for k, v := range sub {
				out[k] = v
			}
		case *ast.InlineFragment:
			sub, ok := x.object(def, f.SelectionSet, value, path, root)
			if !ok {
				return nil, false
			}
			for k, v := range sub {
				out[k] = v
			}
		case *ast.Field:
			at := append(slices.Clone(path), f.Alias)
			var v any
			if root {
				args := f.ArgumentMap(x.vars)
				var refused *Error
				v, refused = x.resolve(f.Name, args)
				if refused != nil {
					x.errors = append(x.errors, map[string]any{"path": at, "data": nil, "errorType": refused.Type, "errorInfo": refused.Info, "locations": []any{}, "message": refused.Message})
					v = nil
				}
			} else {
				v = value[f.Name]
			}
			done, ok := x.complete(f.Definition.Type, f, v, at, root)
			if !ok {
				return nil, false
			}
			out[f.Alias] = done
		}
	}
	return out, true
}

func (x *execution) resolve(name string, args map[string]any) (any, *Error) {
	if x.server.Refuse != nil {
		if e := x.server.Refuse(name, args); e != nil {
			return nil, e
		}
	}
	return x.server.world.resolve(x.caller, name, args)
}

func (x *execution) complete(t *ast.Type, f *ast.Field, v any, path []any, root bool) (any, bool) {
	if v == nil {
		if t.NonNull {
			if !root || len(x.errors) == 0 {
				x.fault("%v is null, the schema says %s", path, t)
			}
			return nil, false
		}
		return nil, true
	}
	if t.Elem != nil {
		list, ok := v.([]any)
		if !ok {
			x.fault("%v is %T, the schema says %s", path, v, t)
			return nil, false
		}
		out := make([]any, 0, len(list))
		for i, item := range list {
			done, ok := x.complete(t.Elem, f, item, append(slices.Clone(path), i), false)
			if !ok {
				return nil, !t.NonNull
			}
			out = append(out, done)
		}
		return out, true
	}
	def := x.server.schema.Types[t.NamedType]
	switch def.Kind {
	case ast.Object:
		m, ok := v.(map[string]any)
		if !ok {
			x.fault("%v is %T, the schema says %s", path, v, t)
			return nil, false
		}
		out, ok := x.object(def, f.SelectionSet, m, path, false)
		if !ok {
			return nil, !t.NonNull
		}
		return out, true
	case ast.Enum:
		if s, ok := v.(string); !ok || def.EnumValues.ForName(s) == nil {
			x.fault("%v is %v, which %s does not have", path, v, def.Name)
		}
	case ast.Scalar:
		if !scalarOK(def.Name, v) {
			x.fault("%v is %T %v, the schema says %s", path, v, v, t)
		}
	}
	return v, true
}

func scalarOK(name string, v any) bool {
	switch name {
	case "Int":
		f, ok := v.(float64)
		if i, isInt := v.(int); isInt {
			f, ok = float64(i), true
		}
		return ok && f == float64(int64(f))
	case "Float":
		switch v.(type) {
		case float64, int:
			return true
		}
		return false
	case "Boolean":
		_, ok := v.(bool)
		return ok
	}
	_, ok := v.(string)
	return ok
}

func (x *execution) fault(format string, args ...any) {
	x.server.faults = append(x.server.faults, fmt.Sprintf(format, args...))
}
