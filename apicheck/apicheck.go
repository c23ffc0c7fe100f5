// Package apicheck checks the SQL that the API's request templates can produce,
// before anybody asks for it: it runs each template over the combinations of
// arguments a client may send, collects the statements, and lets PostgreSQL
// prepare each with the types it will be declared with. What AWS would refuse
// at run time is refused here at build time.
//
// What can be said of a definition without a database is said by appsync/lint.
package apicheck

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/appsync/helpers"
	"github.com/mtbwiki/mtbwiki/appsync/rdsdata"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// maxTexts is how many different texts one statement of a field may have, so
// that all of them stay prepared (docs/architecture, reads).
const maxTexts = 18

// Preparer checks a statement without running it; *rdsdata.Service is one.
type Preparer interface {
	Prepare(ctx context.Context, sql string, params map[string]rdsdata.Declared) (*rdsdata.Description, error)
}

// Finding is something wrong with a template.
type Finding struct {
	Template string // path below api/
	Message  string
}

func (f Finding) String() string { return "api/" + f.Template + ": " + f.Message }

// Report is what was checked.
type Report struct {
	Templates int // request templates for the database
	Runs      int // template runs
	Texts     int // different SQL texts
	Prepared  int // texts with different declared types, each prepared once
	Findings  []Finding
}

// SQL checks every request template of the definition that speaks to the database.
func SQL(ctx context.Context, d *api.Definition, db Preparer) (*Report, error) {
	doc, err := parser.ParseSchema(&ast.Source{Name: "deploy/schema.graphql", Input: d.Schema})
	if err != nil {
		return nil, err
	}
	c := &checker{ctx: ctx, db: db, defs: map[string]*ast.Definition{}, report: &Report{}}
	for _, def := range doc.Definitions {
		c.defs[def.Name] = def
	}
	for _, r := range d.Resolvers {
		field := c.defs[r.Type].Fields.ForName(r.Field)
		if len(r.Pipeline) == 0 {
			if d.DataSources[r.DataSource].Type == "RELATIONAL_DATABASE" {
				if err := c.template(r.Request, field); err != nil {
					return nil, err
				}
			}
			continue
		}
		for _, name := range r.Pipeline {
			fn := d.Functions[name]
			if d.DataSources[fn.DataSource].Type == "RELATIONAL_DATABASE" {
				if err := c.template(fn.Request, field); err != nil {
					return nil, err
				}
			}
		}
	}
	sort.Slice(c.report.Findings, func(i, j int) bool {
		return c.report.Findings[i].String() < c.report.Findings[j].String()
	})
	return c.report, nil
}

type checker struct {
	ctx    context.Context
	db     Preparer
	defs   map[string]*ast.Definition
	report *Report
}

// option is a leaf that a client may send or leave out.
type option struct {
	path   []string
	values []vtl.Value
}

func (c *checker) template(t api.Template, field *ast.FieldDefinition) error {
	c.report.Templates++
	compiled, err := vtl.Compile("api/"+t.Path, t.Text)
	if err != nil {
		c.find(t, "%v", err)
		return nil
	}
	required, optional := c.options(field)
	texts := map[int]map[string]bool{0: {}, 1: {}}
	prepared := map[string]bool{}
	good := 0
	var lastRaised error
	for _, chosen := range subsets(len(optional), 3) {
		for _, selection := range [][]string{{"id"}, {"anAlias", "nodes", "edges", "edges/node", "totalCount", "nodes/anAlias"}} {
			for _, signedIn := range []bool{false, true} {
				if signedIn && len(chosen) > 0 {
					continue // who asks changes values, never the text; once is enough to see
				}
				for _, variant := range variants(optional, chosen) {
					args := vtl.NewMap()
					for _, o := range required {
						put(args, o.path, o.values[0])
					}
					for i, n := range chosen {
						put(args, optional[n].path, optional[n].values[variant[i]])
					}
					c.report.Runs++
					request, err := c.run(compiled, args, selection, signedIn)
					var raised *helpers.RaisedError
					if errors.As(err, &raised) {
						lastRaised = raised
						continue // the template refused the input, as it should some of it
					}
					if err != nil {
						c.find(t, "%v", err)
						return nil
					}
					good++
					if err := c.statements(t, request, texts, prepared); err != nil {
						return err
					}
				}
			}
		}
	}
	if good == 0 {
		c.find(t, "every try was refused, so no SQL was seen; the last refusal: %v", lastRaised)
	}
	for i, set := range texts {
		c.report.Texts += len(set)
		if len(set) > maxTexts {
			c.find(t, "statement %d has %d different texts; at most %d stay prepared", i+1, len(set), maxTexts)
		}
	}
	return nil
}

func (c *checker) find(t api.Template, format string, args ...any) {
	c.report.Findings = append(c.report.Findings, Finding{t.Path, fmt.Sprintf(format, args...)})
}

// run renders a request template as the runtime would.
func (c *checker) run(t *vtl.Template, args *vtl.Map, selection []string, signedIn bool) (*vtl.Map, error) {
	state := helpers.NewState()
	paths := vtl.NewList()
	for _, s := range selection {
		paths.Add(s)
	}
	identity := vtl.Value(nil)
	if signedIn {
		state.AuthType = helpers.AuthUserPool
		identity = vtl.MapOf("sub", someUUID, "username", "rider", "claims", vtl.MapOf("cognito:groups", vtl.NewList("riders")))
	}
	ctx := vtl.MapOf(
		"arguments", args, "args", args, "identity", identity, "stash", vtl.NewMap(), "source", nil,
		"info", vtl.MapOf("fieldName", "x", "parentTypeName", "Query", "variables", vtl.NewMap(), "selectionSetList", paths, "selectionSetGraphQL", "{}"),
		"request", vtl.MapOf("headers", vtl.NewMap()), "prev", vtl.MapOf("result", nil),
	)
	result, err := t.Run(map[string]vtl.Value{
		"ctx": ctx, "context": ctx, "util": helpers.Util, "utils": helpers.Util, "extensions": helpers.Extensions,
	}, vtl.WithHost(state), vtl.WithContext(c.ctx))
	if err != nil {
		return nil, err
	}
	value, err := vtl.FromJSON(result.Output)
	if err != nil {
		return nil, fmt.Errorf("the template's text is no JSON: %w", err)
	}
	m, ok := value.(*vtl.Map)
	if !ok {
		return nil, errors.New("the template's text is no JSON object")
	}
	return m, nil
}

func (c *checker) statements(t api.Template, request *vtl.Map, texts map[int]map[string]bool, prepared map[string]bool) error {
	raw, _ := request.GetString("statements")
	list, ok := raw.(*vtl.List)
	if !ok {
		c.find(t, "no list of statements")
		return nil
	}
	declared := map[string]rdsdata.Declared{}
	var signature strings.Builder
	if variables, ok := mapOf(request, "variableMap"); ok {
		for k, v := range variables.All() {
			name := strings.TrimPrefix(vtl.ToString(k), ":")
			declared[name] = declaredType(v)
			fmt.Fprintf(&signature, "%s %s,", name, declared[name])
		}
	}
	for i, s := range list.Items() {
		sql := vtl.ToString(s)
		texts[i][sql] = true
		for _, p := range rdsdata.Parameters(sql) {
			if _, ok := declared[p]; !ok {
				c.find(t, "statement %d uses :%s, which variableMap doesn't give", i+1, p)
			}
		}
		key := signature.String() + "\n" + sql
		if prepared[key] {
			continue
		}
		prepared[key] = true
		c.report.Prepared++
		if _, err := c.db.Prepare(c.ctx, sql, declared); err != nil {
			if c.ctx.Err() != nil {
				return c.ctx.Err()
			}
			c.find(t, "statement %d is refused: %v\n%s", i+1, err, sql)
		}
	}
	return nil
}

func mapOf(m *vtl.Map, key string) (*vtl.Map, bool) {
	v, _ := m.GetString(key)
	out, ok := v.(*vtl.Map)
	return out, ok
}

func declaredType(v vtl.Value) rdsdata.Declared {
	switch v.(type) {
	case bool:
		return rdsdata.DeclaredBoolean
	case int64:
		return rdsdata.DeclaredLong
	case float64:
		return rdsdata.DeclaredDouble
	}
	return rdsdata.DeclaredString // strings, and null, which is bound as text
}

const someUUID = "6f1c2a52-3d0e-4a31-9f5e-2f7f6a1f3b9d"

// options are the leaves of a field's arguments, the required ones apart.
func (c *checker) options(field *ast.FieldDefinition) (required, optional []option) {
	var walk func(path []string, name string, t *ast.Type, must bool, depth int)
	walk = func(path []string, name string, t *ast.Type, must bool, depth int) {
		here := append(append([]string{}, path...), name)
		must = must && t.NonNull
		if t.Elem == nil {
			if def := c.defs[t.NamedType]; def != nil && def.Kind == ast.InputObject {
				if depth < 3 {
					for _, f := range def.Fields {
						walk(here, f.Name, f.Type, must, depth+1)
					}
				}
				return
			}
		}
		o := option{path: here, values: c.values(name, t, depth)}
		if must {
			required = append(required, o)
		} else {
			optional = append(optional, o)
		}
	}
	for _, a := range field.Arguments {
		walk(nil, a.Name, a.Type, true, 0)
	}
	// A read by id or slug needs one of them; an input's other fields go into the
	// statement as one JSON parameter, so each alone is enough.
	return required, optional
}

// values that are worth trying for a leaf.
func (c *checker) values(name string, t *ast.Type, depth int) []vtl.Value {
	if t.Elem != nil {
		return []vtl.Value{vtl.NewList(c.values(name, t.Elem, depth+1)[0])}
	}
	switch t.NamedType {
	case "ID":
		return []vtl.Value{someUUID}
	case "Int":
		return []vtl.Value{int64(1)}
	case "Float":
		return []vtl.Value{1.5}
	case "Boolean":
		return []vtl.Value{true}
	case "AWSJSON":
		return []vtl.Value{vtl.NewMap()}
	case "AWSDate":
		return []vtl.Value{"2026-05-01"}
	case "AWSURL":
		return []vtl.Value{"https://example.org/"}
	}
	if def := c.defs[t.NamedType]; def != nil {
		switch def.Kind {
		case ast.Enum:
			out := make([]vtl.Value, 0, len(def.EnumValues))
			for _, v := range def.EnumValues {
				out = append(out, v.Name)
			}
			if depth > 0 {
				out = out[:1]
			}
			return out
		case ast.InputObject:
			m := vtl.NewMap()
			if depth < 5 {
				for _, f := range def.Fields {
					if f.Type.NonNull {
						m.Put(f.Name, c.values(f.Name, f.Type, depth+1)[0])
					}
				}
			}
			return []vtl.Value{m}
		}
	}
	if name == "after" {
		// Cursors of all the forms that our lists have.
		return []vtl.Value{
			"0|" + someUUID + "|name", "1000", "1000:" + someUUID, someUUID + ":name",
		}
	}
	if name == "lang" {
		return []vtl.Value{"en"}
	}
	return []vtl.Value{"text"}
}

// put sets a leaf, making the objects on the way.
func put(m *vtl.Map, path []string, v vtl.Value) {
	for _, p := range path[:len(path)-1] {
		inner, ok := mapOf(m, p)
		if !ok {
			inner = vtl.NewMap()
			m.Put(p, inner)
		}
		m = inner
	}
	if list, ok := v.(*vtl.List); ok {
		v = vtl.NewList(list.Items()...)
	}
	m.Put(path[len(path)-1], v)
}

// subsets of n options of up to size members, and all of them together.
func subsets(n, size int) [][]int {
	if n > 30 {
		size = 1 // a write's fields travel in one parameter
	}
	out := [][]int{{}}
	var extend func(from int, chosen []int)
	extend = func(from int, chosen []int) {
		for i := from; i < n; i++ {
			next := append(append([]int{}, chosen...), i)
			out = append(out, next)
			if len(next) < size {
				extend(i+1, next)
			}
		}
	}
	extend(0, nil)
	if n > size {
		all := make([]int, n)
		for i := range all {
			all[i] = i
		}
		out = append(out, all)
	}
	return out
}

// variants choose a value for each chosen option: for one option each of its
// values, for several the first values, then the last.
func variants(options []option, chosen []int) [][]int {
	if len(chosen) == 1 {
		var out [][]int
		for v := range options[chosen[0]].values {
			out = append(out, []int{v})
		}
		return out
	}
	first, last := make([]int, len(chosen)), make([]int, len(chosen))
	differ := false
	for i, n := range chosen {
		last[i] = len(options[n].values) - 1
		differ = differ || last[i] > 0
	}
	if !differ {
		return [][]int{first}
	}
	return [][]int{first, last}
}
