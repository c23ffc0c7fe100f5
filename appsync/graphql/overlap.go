package graphql

import (
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// overlaps checks that fields of the same response name can be merged (rule
// FieldsConflict). It follows the linear formulation of the rule, as
// graphql-java does: group the fields of merged selection sets by response
// name, require one shape for each group and one field and one set of
// arguments for each possible parent, then descend into the merged sub-selections.
//
// It runs on documents that are otherwise valid and without fragment cycles,
// after their expanded size has been bounded.
func (v *validation) overlaps() {
	o := &overlapCheck{v: v}
	for _, op := range v.doc.Operations {
		o.sets([]placed{{op.SelectionSet, v.schema.root(op.Operation)}})
	}
	if o.work > maxOverlapWork {
		v.errs = append(v.errs, &Error{Message: "The document is too complex: its fragments, written out, have too many fields."})
	}
}

type overlapCheck struct {
	v    *validation
	work int
}

// maxOverlapWork bounds the number of field visits of the check.
const maxOverlapWork = 200_000

type placed struct {
	set    ast.SelectionSet
	parent *Type
}

type occurrence struct {
	field  *ast.Field
	parent *Type
	def    *Field
}

func (o *overlapCheck) sets(sets []placed) {
	if o.work > maxOverlapWork || len(o.v.errs) >= maxValidationErrors {
		return
	}
	groups := map[string][]occurrence{}
	var order []string
	visited := map[string]bool{}
	var collect func(p placed)
	collect = func(p placed) {
		for _, sel := range p.set {
			switch sel := sel.(type) {
			case *ast.Field:
				o.work++
				if groups[sel.Alias] == nil {
					order = append(order, sel.Alias)
				}
				groups[sel.Alias] = append(groups[sel.Alias], occurrence{sel, p.parent, p.parent.byName[sel.Name]})
			case *ast.InlineFragment:
				t := p.parent
				if sel.TypeCondition != "" {
					t = o.v.schema.types[sel.TypeCondition]
				}
				collect(placed{sel.SelectionSet, t})
			case *ast.FragmentSpread:
				if visited[sel.Name] {
					continue
				}
				visited[sel.Name] = true
				f := o.v.fragments[sel.Name]
				collect(placed{f.SelectionSet, o.v.schema.types[f.TypeCondition]})
			}
		}
	}
	for _, p := range sets {
		collect(p)
	}
	for _, name := range order {
		group := groups[name]
		if o.conflict(name, group) {
			continue
		}
		var subs []placed
		for _, oc := range group {
			if oc.field.SelectionSet != nil {
				subs = append(subs, placed{oc.field.SelectionSet, oc.def.Type.Base()})
			}
		}
		if len(subs) > 0 {
			o.sets(subs)
		}
	}
}

// conflict reports a group that can't be merged. Comparing each member with
// the first of its parent type is enough, as being equal is transitive; fields
// of an abstract parent meet those of every object type.
func (o *overlapCheck) conflict(name string, group []occurrence) bool {
	first := group[0]
	byParent := map[*Type]occurrence{}
	var abstract *occurrence
	for i, oc := range group {
		if i > 0 && !sameShape(first.def.Type, oc.def.Type) {
			o.report(name, first, oc, fmt.Sprintf("they return differing types %s and %s", first.def.Type, oc.def.Type))
			return true
		}
		var others []occurrence
		if prev, ok := byParent[oc.parent]; ok {
			others = append(others, prev)
		} else {
			byParent[oc.parent] = oc
			if abstract != nil {
				others = append(others, *abstract)
			}
			if oc.parent.Kind != ast.Object {
				for _, p := range byParent {
					others = append(others, p)
				}
				if abstract == nil {
					abstract = &group[i]
				}
			}
		}
		for _, other := range others {
			if other.field.Name != oc.field.Name {
				o.report(name, other, oc, fmt.Sprintf("%s and %s are different fields", other.field.Name, oc.field.Name))
				return true
			}
			if !sameArguments(other.field.Arguments, oc.field.Arguments) {
				o.report(name, other, oc, "they have differing arguments")
				return true
			}
		}
	}
	return false
}

func (o *overlapCheck) report(name string, a, b occurrence, reason string) {
	o.v.add("FieldsConflict", a.field.Position, "%s: %s", name, reason)
	if n := len(o.v.errs); n > 0 && b.field.Position != nil {
		e := o.v.errs[n-1]
		e.Locations = append(e.Locations, Location{b.field.Position.Line, b.field.Position.Column})
	}
}

func sameShape(a, b *TypeRef) bool {
	if a.NonNull != b.NonNull || (a.Elem == nil) != (b.Elem == nil) {
		return false
	}
	if a.Elem != nil {
		return sameShape(a.Elem, b.Elem)
	}
	if a.Named.leaf() || b.Named.leaf() {
		return a.Named == b.Named
	}
	return true
}

func sameArguments(a, b ast.ArgumentList) bool {
	if len(a) != len(b) {
		return false
	}
	for _, x := range a {
		y := b.ForName(x.Name)
		if y == nil || !sameValue(x.Value, y.Value) {
			return false
		}
	}
	return true
}

func sameValue(a, b *ast.Value) bool {
	if a.Kind != b.Kind || a.Raw != b.Raw {
		return false
	}
	return slices.EqualFunc(a.Children, b.Children, func(x, y *ast.ChildValue) bool {
		return x.Name == y.Name && sameValue(x.Value, y.Value)
	})
}
