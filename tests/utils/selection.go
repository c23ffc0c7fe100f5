// Package utils is how every test suite asks the API:
//
//   - [Caller] asks as somebody, one a role; within a test (OK, Do, Refuses, [Read]) or with
//     errors (Ask, Read, Refused); [Answer] is what comes back, [Refusal] what an error is held
//     against, [Decode] and [Read] give a part of it as one of package entity's types;
//   - [Caller.Make], [Caller.Version] and [Caller.PutAway] are for what tests need to have there;
//   - [Schema] writes documents and selections from the schema;
//   - [Check] and [RunSuite] are checks of a running stage with their report.
//
// Who gives a test its API makes the callers: package fabrictest those of an API of the
// test's own, tests/process those of the program, [Target] those of a stage. It knows the
// deployable SDL, the settings of a stage, and public faces only: no database, and no
// package above api and config, so that all may use it.
package utils

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/mtbwiki/mtbwiki/api"
)

// Schema is the deployable schema.
type Schema struct{ defs map[string]*ast.Definition }

// LoadSchema reads the schema that the program was built with.
func LoadSchema() (*Schema, error) {
	d, err := api.Load(api.FS)
	if err != nil {
		return nil, err
	}
	doc, err := parser.ParseSchema(&ast.Source{Name: "deploy/schema.graphql", Input: d.Schema})
	if err != nil {
		return nil, err
	}
	s := &Schema{defs: map[string]*ast.Definition{}}
	for _, def := range doc.Definitions {
		s.defs[def.Name] = def
	}
	return s, nil
}

// Fields of a type, in the schema's order.
func (s *Schema) Fields(typeName string) []string {
	var names []string
	for _, f := range s.defs[typeName].Fields {
		names = append(names, f.Name)
	}
	return names
}

// Returns is the named type that a field answers.
func (s *Schema) Returns(typeName, field string) string {
	return s.defs[typeName].Fields.ForName(field).Type.Name()
}

// Takes tells whether a field has an argument.
func (s *Schema) Takes(typeName, field, argument string) bool {
	return s.defs[typeName].Fields.ForName(field).Arguments.ForName(argument) != nil
}

// Document is a whole document that asks one field of Query or Mutation, with a variable for
// each of its arguments, by the argument's name, and every field of what it answers, objects
// to the given depth.
func (s *Schema) Document(typeName, field string, depth int) (string, error) {
	root := s.defs[typeName]
	if root == nil {
		return "", fmt.Errorf("the schema has no type %s", typeName)
	}
	f := root.Fields.ForName(field)
	if f == nil {
		return "", fmt.Errorf("the schema has no %s.%s", typeName, field)
	}
	var takes, gives []string
	for _, a := range f.Arguments {
		takes = append(takes, "$"+a.Name+": "+a.Type.String())
		gives = append(gives, a.Name+": $"+a.Name)
	}
	parens := func(list []string) string {
		if list == nil {
			return ""
		}
		return "(" + strings.Join(list, ", ") + ")"
	}
	selection := ""
	if d := s.defs[f.Type.Name()]; d != nil && d.Kind == ast.Object {
		selection = " " + s.selection(d.Name, depth, Plain)
	}
	return fmt.Sprintf("%s%s { %s%s%s }", strings.ToLower(typeName), parens(takes), field, parens(gives), selection), nil
}

// Shape is a way of writing a selection down.
type Shape int

// Shapes that must all answer alike.
const (
	Plain    Shape = iota // fields under their own names
	Aliased               // every field under an alias: x_ and its name
	Inline                // everything in inline fragments
	Fragment              // the root's fields in a named fragment
)

// Selection selects every field of a type, objects to the given depth. fragments
// are to be appended to the document.
func (s *Schema) Selection(typeName string, depth int, shape Shape) (selection, fragments string) {
	inner := s.selection(typeName, depth, shape)
	if shape == Fragment {
		return "{ ...Whole }", fmt.Sprintf("fragment Whole on %s %s", typeName, inner)
	}
	return inner, ""
}

func (s *Schema) selection(typeName string, depth int, shape Shape) string {
	var b strings.Builder
	b.WriteString("{")
	if shape == Inline {
		fmt.Fprintf(&b, " ... on %s {", typeName)
	}
	for _, f := range s.defs[typeName].Fields {
		inner := ""
		if d := s.defs[f.Type.Name()]; d != nil && d.Kind == ast.Object {
			if depth <= 1 {
				continue
			}
			inner = " " + s.selection(f.Type.Name(), depth-1, shape)
		}
		alias := ""
		if shape == Aliased {
			alias = "x_" + f.Name + ": "
		}
		b.WriteString(" " + alias + f.Name + inner)
	}
	if shape == Inline {
		b.WriteString(" }")
	}
	b.WriteString(" }")
	return b.String()
}

// Unalias takes the aliases of shape Aliased away again.
func Unalias(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			out[strings.TrimPrefix(k, "x_")] = Unalias(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = Unalias(x)
		}
		return out
	}
	return v
}
