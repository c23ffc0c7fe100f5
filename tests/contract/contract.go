// Package contract tells what of a change of the GraphQL schema breaks clients that were
// written against the one before. It compares schemas and asks no API.
//
// Breaking is what a document that was valid may notice: something it names is gone or of
// another kind, what it must give is more, what it may get is more than it expects (null
// where there was none, a member that an enumeration didn't have is not: clients are told
// to expect new members).
package contract

import (
	"fmt"
	"maps"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// Breaking lists what of was is broken in is, in the schema's order of names. Types that
// begin with two underscores are GraphQL's own.
func Breaking(was, is *ast.Schema) (found []string) {
	say := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	for _, name := range slices.Sorted(maps.Keys(was.Types)) {
		old, now := was.Types[name], is.Types[name]
		switch {
		case old.BuiltIn || len(name) > 1 && name[:2] == "__":
			continue
		case now == nil:
			say("the type %s is gone", name)
			continue
		case old.Kind != now.Kind:
			say("%s is no longer %s but %s", name, word(old.Kind), word(now.Kind))
			continue
		}
		for _, v := range old.EnumValues {
			if now.EnumValues.ForName(v.Name) == nil {
				say("%s.%s is gone", name, v.Name)
			}
		}
		for _, member := range old.Types {
			if !slices.Contains(now.Types, member) {
				say("%s is no longer one of %s", member, name)
			}
		}
		for _, i := range old.Interfaces {
			if !slices.Contains(now.Interfaces, i) {
				say("%s is no longer %s", name, i)
			}
		}
		for _, f := range old.Fields {
			g := now.Fields.ForName(f.Name)
			if g == nil {
				say("%s.%s is gone", name, f.Name)
				continue
			}
			ok := gives(f.Type, g.Type)
			if old.Kind == ast.InputObject {
				ok = gives(g.Type, f.Type)
			}
			if !ok {
				say("%s.%s is no longer %s but %s", name, f.Name, f.Type, g.Type)
			}
			arguments(name+"."+f.Name, f, g, say)
		}
		if now.Kind == ast.InputObject {
			for _, g := range now.Fields {
				if old.Fields.ForName(g.Name) == nil && g.Type.NonNull && g.DefaultValue == nil {
					say("%s.%s is new and must be given", name, g.Name)
				}
			}
		}
	}
	return found
}

func arguments(at string, f, g *ast.FieldDefinition, say func(string, ...any)) {
	for _, a := range f.Arguments {
		b := g.Arguments.ForName(a.Name)
		switch {
		case b == nil:
			say("%s takes no %s any more", at, a.Name)
		case !gives(b.Type, a.Type):
			say("%s: %s is no longer %s but %s", at, a.Name, a.Type, b.Type)
		}
	}
	for _, b := range g.Arguments {
		if f.Arguments.ForName(b.Name) == nil && b.Type.NonNull && b.DefaultValue == nil {
			say("%s: %s is new and must be given", at, b.Name)
		}
	}
}

// gives tells whether what is of the type now can stand where was was expected: the same,
// or never null where that could be.
func gives(was, now *ast.Type) bool {
	if was.NonNull && !now.NonNull {
		return false
	}
	if (was.Elem == nil) != (now.Elem == nil) {
		return false
	}
	if was.Elem != nil {
		return gives(was.Elem, now.Elem)
	}
	return was.NamedType == now.NamedType
}

func word(k ast.DefinitionKind) string {
	return map[ast.DefinitionKind]string{
		ast.Scalar: "a scalar", ast.Object: "an object", ast.Interface: "an interface", ast.Union: "a union", ast.Enum: "an enumeration", ast.InputObject: "an input",
	}[k]
}
