package graphql

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// refusals lists what AppSync refuses in a schema document although the
// GraphQL specification allows it. Each has the rule name that linters print.
func refusals(file string, doc *ast.SchemaDocument) []*SchemaError {
	r := &refuser{file: file}
	for _, d := range doc.Directives {
		r.add(d.Position, "sdl-directive-definition", "AppSync has fixed directives; remove the definition of @%s from the deployed schema", d.Name)
	}
	for _, d := range doc.DirectiveExtensions {
		r.add(d.Position, "sdl-extend", "AppSync does not accept `extend`; found extend directive @%s", d.Name)
	}
	for _, d := range doc.Extensions {
		r.add(d.Position, "sdl-extend", "AppSync does not accept `extend`; merge the extension of %s into the type", d.Name)
	}
	for _, d := range doc.SchemaExtension {
		r.add(d.Position, "sdl-extend", "AppSync does not accept `extend schema`; merge it into the schema definition")
	}
	for _, d := range doc.Definitions {
		r.definition(d)
	}
	return r.found
}

type refuser struct {
	file  string
	found []*SchemaError
}

func (r *refuser) add(at *ast.Position, rule, format string, args ...any) {
	e := &SchemaError{File: r.file, Line: 1, Column: 1, Rule: rule, Message: fmt.Sprintf(format, args...)}
	if at != nil {
		e.Line, e.Column = at.Line, at.Column
	}
	r.found = append(r.found, e)
}

func (r *refuser) definition(d *ast.Definition) {
	if strings.HasPrefix(d.Name, "AWS") {
		r.add(d.Position, "sdl-reserved-name", "type names must not start with AWS; rename %s", d.Name)
	}
	if d.Kind == ast.Scalar {
		r.add(d.Position, "sdl-custom-scalar", "AppSync has no custom scalars; remove `scalar %s` and use a built-in or AWS scalar", d.Name)
	}
	if d.Kind == ast.Interface && len(d.Interfaces) > 0 {
		r.add(d.Position, "sdl-interface-implements", "AppSync does not accept interfaces that implement interfaces: %s implements %s", d.Name, strings.Join(d.Interfaces, " & "))
	}
	for _, dir := range d.Directives {
		switch dir.Name {
		case "oneOf", "specifiedBy":
			r.add(dir.Position, "sdl-newer-directive", "AppSync does not know @%s; remove it from %s", dir.Name, d.Name)
		}
	}
	for _, v := range d.EnumValues {
		if v.Description != "" {
			r.add(v.Position, "sdl-enum-description", "AppSync does not accept a description on an enum value; remove it from %s.%s", d.Name, v.Name)
		}
	}
	for _, f := range d.Fields {
		if d.Kind == ast.InputObject && f.Directives.ForName("deprecated") != nil {
			r.add(f.Position, "sdl-deprecated-input", "AppSync does not accept @deprecated on input fields; remove it from %s.%s", d.Name, f.Name)
		}
		for _, a := range f.Arguments {
			if a.Directives.ForName("deprecated") != nil {
				r.add(a.Position, "sdl-deprecated-input", "AppSync does not accept @deprecated on arguments; remove it from %s.%s(%s:)", d.Name, f.Name, a.Name)
			}
		}
	}
}
