package helpers

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// Util is $util and $utils. It has no state of its own.
var Util vtl.Object = newNamespace("$util", map[string]table{
	"":          general,
	"log":       logging,
	"time":      timing,
	"list":      lists,
	"map":       maps,
	"math":      mathematics,
	"str":       texts,
	"rds":       rds,
	"http":      headers,
	"transform": transform,
})

// Extensions is $extensions.
var Extensions vtl.Object = newNamespace("$extensions", map[string]table{"": extensions})

// call is what a helper gets: the field's state, the run that calls, and the
// arguments, whose number has been checked.
type call struct {
	*State
	run  *vtl.Call
	name string
	args []vtl.Value
}

// helper is one method. max is -1 if any number of arguments will do.
type helper struct {
	min, max int
	do       func(c *call) (vtl.Value, error)
}

type table map[string]helper

// named is a helper with its full name, such as $util.time.nowISO8601.
type named struct {
	helper
	name string
}

func (t table) named(path string) map[string]named {
	out := make(map[string]named, len(t))
	for name, h := range t {
		out[name] = named{h, path + "." + name}
	}
	return out
}

// Helper describes a helper, for tools.
type Helper struct {
	Name     string // "util.rds.toJsonObject"
	Min, Max int    // number of arguments; Max is -1 if there is no bound
}

// Known lists all helpers, sorted by name.
func Known() []Helper {
	var out []Helper
	for _, root := range []vtl.Object{Util, Extensions} {
		n := root.(*namespace)
		for _, sub := range append([]*namespace{n}, n.list()...) {
			for _, h := range sub.methods {
				out = append(out, Helper{strings.TrimPrefix(h.name, "$"), h.min, h.max})
			}
		}
	}
	slices.SortFunc(out, func(a, b Helper) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// namespace is a host object whose methods are helpers and whose properties are
// further namespaces.
type namespace struct {
	path    string
	methods map[string]named
	spaces  map[string]*namespace
	// missing is set for what AppSync has and this package hasn't.
	missing bool
}

func newNamespace(path string, tables map[string]table) *namespace {
	n := &namespace{path: path, methods: tables[""].named(path), spaces: map[string]*namespace{}}
	for name, methods := range tables {
		if name != "" {
			n.spaces[name] = &namespace{path: path + "." + name, methods: methods.named(path + "." + name)}
		}
	}
	if path == "$util" {
		for _, name := range []string{"dynamodb", "xml"} {
			n.spaces[name] = &namespace{path: path + "." + name, missing: true}
		}
	}
	return n
}

func (n *namespace) list() []*namespace {
	var out []*namespace
	for _, s := range n.spaces {
		out = append(out, s)
	}
	return out
}

// Property implements vtl.Object.
func (n *namespace) Property(name string) (vtl.Value, bool) {
	if s, ok := n.spaces[name]; ok {
		return s, true
	}
	return nil, false
}

// Call implements vtl.Object.
func (n *namespace) Call(run *vtl.Call, method string, args []vtl.Value) (vtl.Value, bool, error) {
	h, ok := n.methods[method]
	if !ok {
		if n.missing {
			return nil, false, fmt.Errorf("%s.%s is not supported here", n.path, method)
		}
		return nil, false, fmt.Errorf("there is no helper %s.%s", n.path, method)
	}
	if len(args) < h.min || h.max >= 0 && len(args) > h.max {
		return nil, false, fmt.Errorf("%s takes %s, not %d", h.name, arity(h.min, h.max), len(args))
	}
	state, ok := run.Host.(*State)
	if !ok {
		return nil, false, fmt.Errorf("%s.%s: the run has no *helpers.State; pass it with vtl.WithHost", n.path, method)
	}
	// Helpers don't run templates, so one call at a time uses the state's.
	c := &state.call
	*c = call{State: state, run: run, name: h.name, args: args}
	v, err := h.do(c)
	*c = call{}
	return v, true, err
}

func (n *namespace) String() string { return n.path }

func arity(low, high int) string {
	switch {
	case high < 0:
		return fmt.Sprintf("at least %s", plural(low))
	case low == high:
		return plural(low)
	}
	return fmt.Sprintf("%d to %s", low, plural(high))
}

func plural(n int) string {
	if n == 1 {
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", n)
}

// The functions below take arguments and say what was wrong with one.

func (c *call) wrong(i int, want string) error {
	return fmt.Errorf("%s: argument %d must be %s, not %s", c.name, i+1, want, describe(c.args[i]))
}

func describe(v vtl.Value) string {
	if v == nil {
		return "null"
	}
	name := vtl.TypeName(v)
	if s, ok := v.(string); ok {
		return fmt.Sprintf("the string %q", clip(s, 40))
	}
	return "a " + strings.ToLower(name)
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "..."
}

// text takes a string; byte arrays and RDS results count as the text they hold.
func (c *call) text(i int) (string, error) {
	switch v := c.args[i].(type) {
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	case *RDSResult:
		return v.String(), nil
	}
	return "", c.wrong(i, "a string")
}

// textOr takes a string or null, which gives the second result false.
func (c *call) textOr(i int) (string, bool, error) {
	if c.args[i] == nil {
		return "", false, nil
	}
	s, err := c.text(i)
	return s, true, err
}

// printed takes anything, as text.
func (c *call) printed(i int) string {
	if i >= len(c.args) || c.args[i] == nil {
		return ""
	}
	return vtl.ToString(c.args[i])
}

func (c *call) arg(i int) vtl.Value {
	if i >= len(c.args) {
		return nil
	}
	return c.args[i]
}

func (c *call) list(i int) (*vtl.List, error) {
	if l, ok := c.args[i].(*vtl.List); ok {
		return l, nil
	}
	if items, ok := vtl.Elements(c.args[i]); ok {
		return vtl.NewList(items...), nil
	}
	return nil, c.wrong(i, "a list")
}

func (c *call) mapping(i int) (*vtl.Map, error) {
	if m, ok := c.args[i].(*vtl.Map); ok {
		return m, nil
	}
	return nil, c.wrong(i, "a map")
}

func (c *call) boolean(i int) (bool, error) {
	if b, ok := c.args[i].(bool); ok {
		return b, nil
	}
	return false, c.wrong(i, "a boolean")
}

func (c *call) integer(i int) (int64, error) {
	if n, ok := c.args[i].(int64); ok {
		return n, nil
	}
	return 0, c.wrong(i, "an integer")
}

func (c *call) double(i int) (float64, error) {
	if f, ok := vtl.ToFloat(c.args[i]); ok {
		return f, nil
	}
	return 0, c.wrong(i, "a number")
}

// WritesJSON implements vtl.JSONWriter for $util.toJson.
func (n *namespace) WritesJSON(method string) bool { return n.path == "$util" && method == "toJson" }
