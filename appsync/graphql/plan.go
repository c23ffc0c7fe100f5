package graphql

import (
	"sync"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// plan is an operation made ready to run for one set of values of the
// variables that @skip and @include read.
type plan struct {
	x    *Executor
	op   *operation
	skip func(ast.DirectiveList) bool
	root *planSet
}

// planSet is a selection set, merged from all its occurrences.
type planSet struct {
	plan *plan
	sets []placed

	last   atomic.Pointer[planFields] // those given last: mostly there is one type
	mu     sync.RWMutex
	byType map[*Type]*planFields
}

// planFields are the fields of a selection set for one object type.
type planFields struct {
	of    *Type
	list  []*planField
	async int // how many fields call resolvers, themselves or below
}

// planField is one key of the answer.
type planField struct {
	key      string
	prefix   []byte // the key's JSON with its colon
	field    *Field
	resolver Resolver
	node     *ast.Field   // the first occurrence, which gives arguments and location
	nodes    []*ast.Field // all occurrences
	sub      *planSet     // nil for leaves
	async    bool         // calls a resolver, itself or below
	deep     bool         // calls a resolver below itself
	member   atomic.Int32 // where the field was found in the last indexed object

	selectOnce sync.Once
	selection  *Selection
	plan       *plan
}

// maxPlans bounds the plans kept for one operation.
const maxPlans = 64

// planFor finds or makes the plan for the given variables.
func (x *Executor) planFor(op *operation, vars *vtl.Map) *plan {
	cacheable := len(op.conds) <= 16
	var key uint64
	for i, name := range op.conds {
		if v, _ := vars.GetString(name); v == true && cacheable {
			key |= 1 << i
		}
	}
	if cacheable {
		op.mu.Lock()
		defer op.mu.Unlock()
		if p := op.plans[key]; p != nil {
			return p
		}
	}
	p := &plan{x: x, op: op}
	p.skip = func(list ast.DirectiveList) bool {
		for _, d := range list {
			if d.Name != "skip" && d.Name != "include" {
				continue
			}
			a := d.Arguments.ForName("if")
			on := a.Value.Raw == "true"
			if a.Value.Kind == ast.Variable {
				v, _ := vars.GetString(a.Value.Raw)
				on = v == true
			}
			if on == (d.Name == "skip") {
				return true
			}
		}
		return false
	}
	if cacheable {
		// The plan outlives the request: keep the values, not the request's map.
		values := vtl.NewMapSize(len(op.conds))
		for _, name := range op.conds {
			v, _ := vars.GetString(name)
			values.Put(name, v == true)
		}
		vars = values
	}
	p.root = &planSet{plan: p, sets: []placed{{op.def.SelectionSet, op.root}}}
	if cacheable {
		if op.plans == nil || len(op.plans) >= maxPlans {
			op.plans = map[uint64]*plan{}
		}
		op.plans[key] = p
	}
	return p
}

// fields gives the fields to answer for an object of type t.
func (s *planSet) fields(t *Type) *planFields {
	f := s.last.Load()
	if f != nil && f.of == t {
		return f
	}
	s.mu.RLock()
	f = s.byType[t]
	s.mu.RUnlock()
	if f != nil {
		s.last.Store(f)
		return f
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.byType[t]; f != nil {
		return f
	}
	f = s.collect(t)
	if s.byType == nil {
		s.byType = make(map[*Type]*planFields, 1)
	}
	s.byType[t] = f
	s.last.Store(f)
	return f
}

func (s *planSet) collect(t *Type) *planFields {
	out := &planFields{of: t}
	byKey := map[string]*planField{}
	visited := map[string]bool{}
	var walk func(set ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, sel := range set {
			switch sel := sel.(type) {
			case *ast.Field:
				if s.plan.skip(sel.Directives) {
					continue
				}
				pf := byKey[sel.Alias]
				if pf == nil {
					pf = &planField{key: sel.Alias, field: t.byName[sel.Name], node: sel, plan: s.plan,
						prefix: append(appendString(nil, sel.Alias), ':')}
					pf.resolver = s.plan.x.resolvers[pf.field.Index]
					byKey[sel.Alias] = pf
					out.list = append(out.list, pf)
				}
				pf.nodes = append(pf.nodes, sel)
			case *ast.InlineFragment:
				if s.plan.skip(sel.Directives) || !s.plan.applies(sel.TypeCondition, t) {
					continue
				}
				walk(sel.SelectionSet)
			case *ast.FragmentSpread:
				if s.plan.skip(sel.Directives) || visited[sel.Name] {
					continue
				}
				visited[sel.Name] = true
				f := s.plan.op.doc.fragments[sel.Name]
				if s.plan.applies(f.TypeCondition, t) {
					walk(f.SelectionSet)
				}
			}
		}
	}
	for _, p := range s.sets {
		walk(p.set)
	}
	for _, pf := range out.list {
		base := pf.field.Type.Base()
		if base.composite() {
			pf.sub = &planSet{plan: s.plan}
			for _, n := range pf.nodes {
				pf.sub.sets = append(pf.sub.sets, placed{n.SelectionSet, base})
			}
		}
		for _, n := range pf.nodes {
			pf.deep = pf.deep || s.plan.reaches(n.SelectionSet, base)
		}
		pf.async = pf.deep || pf.resolver != nil
		if pf.async {
			out.async++
		}
	}
	return out
}

func (p *plan) applies(condition string, t *Type) bool {
	return condition == "" || p.x.schema.types[condition].canBe(t)
}

// reaches tells whether a selection on a type may call a resolver.
func (p *plan) reaches(set ast.SelectionSet, t *Type) bool {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			f := t.byName[sel.Name]
			if p.x.resolvers[f.Index] != nil {
				return true
			}
			for _, o := range t.Possible {
				if p.x.resolvers[o.byName[sel.Name].Index] != nil {
					return true
				}
			}
			if p.reaches(sel.SelectionSet, f.Type.Base()) {
				return true
			}
		case *ast.InlineFragment:
			on := t
			if sel.TypeCondition != "" {
				on = p.x.schema.types[sel.TypeCondition]
			}
			if p.reaches(sel.SelectionSet, on) {
				return true
			}
		case *ast.FragmentSpread:
			f := p.op.doc.fragments[sel.Name]
			if p.reaches(f.SelectionSet, p.x.schema.types[f.TypeCondition]) {
				return true
			}
		}
	}
	return false
}
