package graphql

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Selection is what is asked for below a field, in the two forms that
// $context.info offers.
type Selection struct {
	// List is selectionSetList: depth first, a parent before its children,
	// path parts joined by "/", an alias in place of its field's name,
	// fragments merged. Only fields that the field's own type has are in it.
	List []string
	// GraphQL is selectionSetGraphQL: the field and its selection set as text.
	GraphQL string
}

// maxSelectionPaths bounds selectionSetList; Limits.Fields usually does so earlier.
const maxSelectionPaths = 20_000

func (pf *planField) selected() *Selection {
	pf.selectOnce.Do(func() {
		s := &Selection{List: []string{}}
		if pf.sub != nil {
			sets := make([]ast.SelectionSet, len(pf.nodes))
			for i, n := range pf.nodes {
				sets[i] = n.SelectionSet
			}
			pf.plan.paths(&s.List, "", sets, pf.field.Type.Base())
		}
		var b strings.Builder
		b.WriteString("{\n")
		printField(&b, pf.node, 1)
		b.WriteString("}")
		s.GraphQL = b.String()
		pf.selection = s
	})
	return pf.selection
}

// paths appends the paths below merged selection sets on a type.
func (p *plan) paths(out *[]string, prefix string, sets []ast.SelectionSet, t *Type) {
	type entry struct {
		path string
		def  *Field
		subs []ast.SelectionSet
	}
	byKey := map[string]*entry{}
	var order []*entry
	visited := map[string]bool{}
	var walk func(set ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, sel := range set {
			switch sel := sel.(type) {
			case *ast.Field:
				def := t.byName[sel.Name]
				if def == nil || p.skip(sel.Directives) {
					continue
				}
				e := byKey[sel.Alias]
				if e == nil {
					e = &entry{path: prefix + sel.Alias, def: def}
					byKey[sel.Alias] = e
					order = append(order, e)
				}
				if sel.SelectionSet != nil {
					e.subs = append(e.subs, sel.SelectionSet)
				}
			case *ast.InlineFragment:
				if !p.skip(sel.Directives) {
					walk(sel.SelectionSet)
				}
			case *ast.FragmentSpread:
				if !p.skip(sel.Directives) && !visited[sel.Name] {
					visited[sel.Name] = true
					walk(p.op.doc.fragments[sel.Name].SelectionSet)
				}
			}
		}
	}
	for _, set := range sets {
		walk(set)
	}
	for _, e := range order {
		if len(*out) >= maxSelectionPaths {
			return
		}
		*out = append(*out, e.path)
		if len(e.subs) > 0 {
			p.paths(out, e.path+"/", e.subs, e.def.Type.Base())
		}
	}
}

func indent(b *strings.Builder, depth int) {
	for range depth {
		b.WriteString("  ")
	}
}

func printField(b *strings.Builder, f *ast.Field, depth int) {
	indent(b, depth)
	if f.Alias != f.Name {
		b.WriteString(f.Alias + ": ")
	}
	b.WriteString(f.Name)
	printArguments(b, f.Arguments)
	printDirectives(b, f.Directives)
	printSet(b, f.SelectionSet, depth)
}

func printSet(b *strings.Builder, set ast.SelectionSet, depth int) {
	if set == nil {
		b.WriteByte('\n')
		return
	}
	b.WriteString(" {\n")
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			printField(b, sel, depth+1)
		case *ast.InlineFragment:
			indent(b, depth+1)
			b.WriteString("...")
			if sel.TypeCondition != "" {
				b.WriteString(" on " + sel.TypeCondition)
			}
			printDirectives(b, sel.Directives)
			printSet(b, sel.SelectionSet, depth+1)
		case *ast.FragmentSpread:
			indent(b, depth+1)
			b.WriteString("..." + sel.Name)
			printDirectives(b, sel.Directives)
			b.WriteByte('\n')
		}
	}
	indent(b, depth)
	b.WriteString("}\n")
}

func printArguments(b *strings.Builder, args ast.ArgumentList) {
	for i, a := range args {
		if i == 0 {
			b.WriteByte('(')
		} else {
			b.WriteString(", ")
		}
		b.WriteString(a.Name + ": ")
		printLiteral(b, a.Value)
	}
	if len(args) > 0 {
		b.WriteByte(')')
	}
}

func printDirectives(b *strings.Builder, list ast.DirectiveList) {
	for _, d := range list {
		b.WriteString(" @" + d.Name)
		printArguments(b, d.Arguments)
	}
}

// printLiteral writes a value with a space after separators, as graphql-java's
// AstPrinter does.
func printLiteral(b *strings.Builder, v *ast.Value) {
	switch v.Kind {
	case ast.ListValue:
		b.WriteByte('[')
		for i, c := range v.Children {
			if i > 0 {
				b.WriteString(", ")
			}
			printLiteral(b, c.Value)
		}
		b.WriteByte(']')
	case ast.ObjectValue:
		b.WriteByte('{')
		for i, c := range v.Children {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(c.Name + " : ")
			printLiteral(b, c.Value)
		}
		b.WriteByte('}')
	default:
		b.WriteString(v.String())
	}
}
