package vtl

import (
	"slices"
	"strings"
)

// The plan is the syntax tree made ready to run: variables have become slots,
// macros are bound, neighbouring texts are one.

// step results of rendering: how control flows on.
type control uint8

const (
	goOn control = iota
	doBreak
	doReturn
	doStop
	failed // the error is in run.err
)

type planNode interface{ render(r *run) control }

type planExpr interface {
	eval(r *run) (Value, error)
	place() at
}

type (
	planText struct{ text string }

	planRef struct {
		at
		slot  int // of the variable, or -1
		param int // of the macro's parameter, or -1
		// dynamic says that a macro's body mentions the variable: it may be a
		// parameter of the macro that calls this one.
		dynamic bool
		steps   []planStep
		src     *refNode
		// nullText is what prints when the value is null.
		nullText string
		// plain says that nothing but the value prints.
		plain bool
		// last says that nothing but blanks can follow; see WithText.
		last bool
		// tail says so of a reference that is one call with one argument; see WithValue.
		tail bool
	}

	planStep struct {
		at
		kind stepKind
		name string
		args []planExpr
	}

	planSet struct {
		at
		target *planRef
		value  planExpr
		src    *setNode
	}

	planIf struct {
		branches []planBranch
		orElse   []planNode
	}
	planBranch struct {
		at
		cond planExpr
		body []planNode
	}

	planForeach struct {
		at
		variable string
		slot     int
		over     planExpr
		body     []planNode
		// Slots of $foreach, $velocityCount and $velocityHasNext, or -1 where the
		// template doesn't use them.
		scope, count, hasNext int
	}

	planBreak struct {
		at
		scope *planRef
	}

	planReturn struct {
		at
		value planExpr
	}

	planStop struct{ at }

	planDefine struct {
		at
		slot int
		body []planNode
		name string
	}

	planCall struct {
		at
		name  string
		macro *planMacro // nil: no such macro, the text prints
		args  []planExpr
		text  string
		body  []planNode
		block bool
	}

	planMacro struct {
		name     string
		params   []string
		body     []planNode
		bodySlot int // of $bodyContent
	}

	planEvaluate struct {
		at
		arg     planExpr
		params  []string
		inMacro bool
	}

	planLoad struct {
		at
		name string
		arg  planExpr
	}
)

type (
	planLiteral struct {
		at
		value Value
		text  string
	}
	planString struct {
		at
		body []planNode
		text string
	}
	planList struct {
		at
		items []planExpr
	}
	planRange struct {
		at
		from, to planExpr
		text     string // its source
	}
	planMap struct {
		at
		keys, values []planExpr
	}
	planBinary struct {
		at
		op          operator
		left, right planExpr
	}
	planNot struct {
		at
		x planExpr
	}
)

func (a at) place() at { return a }

// slots finds or makes the slot of a variable.
type slots interface {
	slot(name string) int
	known(name string) int // -1 if the variable does not occur
}

type nameTable struct {
	names map[string]int
	list  []string
}

func (t *nameTable) slot(name string) int {
	if i, ok := t.names[name]; ok {
		return i
	}
	i := len(t.list)
	t.names[name] = i
	t.list = append(t.list, name)
	return i
}

func (t *nameTable) known(name string) int {
	if i, ok := t.names[name]; ok {
		return i
	}
	return -1
}

type planner struct {
	slots   slots
	macros  map[string]*planMacro
	params  []string // of the macro being planned
	inMacro bool
	// dynamic says that #evaluate may use any variable.
	dynamic bool
}

// newPlan plans a template. Macros are known in the whole source, also before
// their declaration; of two with one name the first counts.
func newPlan(s slots, outer map[string]*planMacro, params []string, inMacro bool, body []node, dynamic bool) ([]planNode, map[string]*planMacro) {
	p := &planner{slots: s, macros: map[string]*planMacro{}, params: params, inMacro: inMacro, dynamic: dynamic}
	for name, m := range outer {
		p.macros[name] = m
	}
	var declared []*macroNode
	eachNode(body, func(n node) {
		switch n := n.(type) {
		case *macroNode:
			declared = append(declared, n)
		case *evaluateNode:
			p.dynamic = true
		case *refNode:
			// Make every slot before loops ask which of theirs are used.
			if indexOf(params, n.root) < 0 {
				s.slot(n.root)
			}
		}
	})
	slices.SortStableFunc(declared, func(a, b *macroNode) int { return a.order - b.order })
	declared = slices.DeleteFunc(declared, func(n *macroNode) bool {
		if p.macros[n.name] != nil {
			return true
		}
		p.macros[n.name] = &planMacro{name: n.name, params: n.params, bodySlot: -1}
		return false
	})
	for _, n := range declared {
		inner := *p
		inner.params, inner.inMacro = n.params, true
		m := p.macros[n.name]
		m.body = inner.body(n.body)
		m.bodySlot = s.known("bodyContent")
		if p.dynamic {
			m.bodySlot = s.slot("bodyContent")
		}
	}
	return p.body(body), p.macros
}

// body plans statements.
func (p *planner) body(body []node) []planNode {
	var out []planNode
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			out = append(out, &planText{text.String()})
			text.Reset()
		}
	}
	for _, n := range body {
		switch n := n.(type) {
		case *textNode:
			text.WriteString(n.text)
			continue
		case *macroNode:
			continue
		default:
			flush()
			out = append(out, p.node(n))
		}
	}
	flush()
	return out
}

func (p *planner) node(n node) planNode {
	switch n := n.(type) {
	case *refNode:
		return p.ref(n)
	case *setNode:
		out := &planSet{n.at, p.ref(n.target), p.expr(n.value), n}
		if len(n.target.steps) == 0 && n.target.declares() != n.target.root {
			out.target = nil
		}
		return out
	case *ifNode:
		out := &planIf{}
		for _, b := range n.branches {
			out.branches = append(out.branches, planBranch{b.at, p.expr(b.cond), p.body(b.body)})
		}
		out.orElse = p.body(n.orElse)
		return out
	case *foreachNode:
		out := &planForeach{at: n.at, variable: n.variable, over: p.expr(n.over)}
		find := p.slots.known
		if p.dynamic {
			find = p.slots.slot
		}
		out.scope, out.count, out.hasNext = find("foreach"), find("velocityCount"), find("velocityHasNext")
		out.slot = p.slots.slot(n.variable)
		inner := *p
		if i := indexOf(p.params, n.variable); i >= 0 {
			// The loop variable hides the macro's parameter.
			inner.params = append([]string(nil), p.params...)
			inner.params[i] = ""
		}
		out.body = inner.body(n.body)
		return out
	case *breakNode:
		out := &planBreak{at: n.at}
		if n.scope != nil {
			out.scope = p.ref(n.scope)
		}
		return out
	case *returnNode:
		out := &planReturn{at: n.at}
		if n.value != nil {
			out.value = p.expr(n.value)
		}
		return out
	case *stopNode:
		return &planStop{n.at}
	case *defineNode:
		return &planDefine{n.at, p.slots.slot(n.variable), p.body(n.body), n.variable}
	case *callNode:
		out := &planCall{at: n.at, name: n.name, text: n.text, block: n.block, body: p.body(n.body)}
		if out.macro = p.macros[n.name]; out.macro != nil {
			for _, a := range n.args {
				out.args = append(out.args, p.expr(a))
			}
		}
		return out
	case *evaluateNode:
		return &planEvaluate{n.at, p.expr(n.arg), p.params, p.inMacro}
	case *loadNode:
		out := &planLoad{at: n.at, name: n.name}
		if n.arg != nil {
			out.arg = p.expr(n.arg)
		}
		return out
	}
	panic("vtl: unknown syntax node")
}

func (p *planner) ref(n *refNode) *planRef {
	out := &planRef{at: n.at, slot: -1, param: indexOf(p.params, n.root), src: n, nullText: n.text,
		plain: !n.escaped && n.escPrefix == "" && n.prefix == ""}
	if out.param < 0 {
		out.slot = p.slots.slot(n.root)
		out.dynamic = p.inMacro
	}
	if n.quiet && !n.escaped {
		out.nullText = ""
	}
	for _, s := range n.steps {
		st := planStep{at: s.at, kind: s.kind, name: s.name}
		for _, a := range s.args {
			st.args = append(st.args, p.expr(a))
		}
		out.steps = append(out.steps, st)
	}
	return out
}

func (p *planner) exprs(in []expr) []planExpr {
	out := make([]planExpr, len(in))
	for i, x := range in {
		out[i] = p.expr(x)
	}
	return out
}

func (p *planner) expr(x expr) planExpr {
	switch x := x.(type) {
	case *refNode:
		return p.ref(x)
	case *literalExpr:
		return &planLiteral{x.at, x.value, x.text}
	case *wordExpr:
		return &planLiteral{x.at, x.word, x.word}
	case *stringExpr:
		return &planString{x.at, p.body(x.body), x.text}
	case *listExpr:
		return &planList{x.at, p.exprs(x.items)}
	case *rangeExpr:
		return &planRange{x.at, p.expr(x.from), p.expr(x.to), x.text}
	case *mapExpr:
		return &planMap{x.at, p.exprs(x.keys), p.exprs(x.values)}
	case *binaryExpr:
		return &planBinary{x.at, x.op, p.expr(x.left), p.expr(x.right)}
	case *notExpr:
		return &planNot{x.at, p.expr(x.x)}
	}
	panic("vtl: unknown syntax expression")
}

func indexOf(list []string, s string) int {
	for i, x := range list {
		if x == s {
			return i
		}
	}
	return -1
}

// markTail finds the references that end the template's text.
func markTail(body []planNode) {
	for i := len(body) - 1; i >= 0; i-- {
		switch n := body[i].(type) {
		case *planText:
			if strings.TrimLeft(n.text, " \t\r\n") != "" {
				return
			}
			continue
		case *planIf:
			for _, b := range n.branches {
				markTail(b.body)
			}
			markTail(n.orElse)
		case *planRef:
			n.last = true
			n.tail = n.plain && n.param < 0 && !n.dynamic && len(n.steps) == 1 &&
				n.steps[0].kind == stepMethod && len(n.steps[0].args) == 1
		}
		return
	}
}

// eachNode visits every node and expression below body, parents first.
func eachNode(body []node, visit func(node)) {
	for _, n := range body {
		eachIn(n, visit)
	}
}

func eachIn(n node, visit func(node)) {
	if n == nil {
		return
	}
	visit(n)
	exprs := func(list []expr) {
		for _, x := range list {
			eachIn(x, visit)
		}
	}
	switch n := n.(type) {
	case *refNode:
		for _, s := range n.steps {
			exprs(s.args)
		}
	case *setNode:
		eachIn(n.target, visit)
		eachIn(n.value, visit)
	case *ifNode:
		for _, b := range n.branches {
			eachIn(b.cond, visit)
			eachNode(b.body, visit)
		}
		eachNode(n.orElse, visit)
	case *foreachNode:
		eachIn(n.over, visit)
		eachNode(n.body, visit)
	case *breakNode:
		if n.scope != nil {
			eachIn(n.scope, visit)
		}
	case *returnNode:
		eachIn(n.value, visit)
	case *defineNode:
		eachNode(n.body, visit)
	case *macroNode:
		eachNode(n.body, visit)
	case *callNode:
		exprs(n.args)
		eachNode(n.body, visit)
	case *evaluateNode:
		eachIn(n.arg, visit)
	case *loadNode:
		eachIn(n.arg, visit)
	case *stringExpr:
		eachNode(n.body, visit)
	case *listExpr:
		exprs(n.items)
	case *rangeExpr:
		eachIn(n.from, visit)
		eachIn(n.to, visit)
	case *mapExpr:
		for i := range n.keys {
			eachIn(n.keys[i], visit)
			eachIn(n.values[i], visit)
		}
	case *binaryExpr:
		eachIn(n.left, visit)
		eachIn(n.right, visit)
	case *notExpr:
		eachIn(n.x, visit)
	}
}
