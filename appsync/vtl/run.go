package vtl

import (
	"context"
	"errors"
	"math"
	"math/big"
)

// run is one execution of a template.
type run struct {
	t       *Template
	src     *source // of what runs now: the template or the text of an #evaluate
	limits  Limits
	opts    runOptions
	vars    []Value
	initial map[string]Value
	out     []byte
	args    []Value // stack of method arguments
	frame   *frame  // of the macro being rendered
	steps   int
	memory  int
	depth   int
	extra   map[string]int // slots of variables that only #evaluate mentions
	macros  map[string]*planMacro
	breakTo *foreachScope
	call    Call
	err     error

	returned bool
	ret      Value
	retAt    at
	value    Value
	hasValue bool
	whole    string // the whole text; see WithText
	hasWhole bool
}

// frame is a macro call: its arguments are evaluated anew, in the caller's frame,
// whenever the macro mentions them.
type frame struct {
	macro  *planMacro
	args   []planExpr
	caller *frame
	// own holds what #set put in a parameter.
	own    []Value
	ownSet []bool
}

// Call is what a host object learns about the run that calls it.
type Call struct {
	Context context.Context
	Host    any // given by WithHost

	r  *run
	at at
}

// Position gives the line and column of the call in the template.
func (c *Call) Position() (line, column int) {
	line, column, _ = c.r.src.locate(int(c.at))
	return line, column
}

// Template is the name of the template that calls.
func (c *Call) Template() string { return c.r.src.name }

// Charge counts n bytes against the run's memory limit. A host object calls it
// before it makes something large.
func (c *Call) Charge(n int) error { return c.r.charge(n) }

// Work counts n steps against the run's limit. A host object calls it before it
// does something long.
func (c *Call) Work(n int) error { return c.r.work(n) }

// Method calls a Java method of a value that is no host object, for host objects
// that behave like a string or a list.
func (c *Call) Method(v Value, name string, args []Value) (out Value, ok bool, err error) {
	return c.r.method(v, name, args)
}

var (
	errMemory = errors.New("the template uses more memory than it may")
	errSteps  = errors.New("the template takes more steps than it may")
	errOutput = errors.New("the template's output is larger than it may be")
)

func (r *run) begin(t *Template, vars map[string]Value) {
	r.t, r.src, r.limits, r.initial = t, t.src, t.options.limits, vars
	n := len(t.names.list)
	if cap(r.vars) < n {
		r.vars = make([]Value, n, n+8)
	} else {
		r.vars = r.vars[:n]
	}
	for i, name := range t.names.list {
		r.vars[i] = vars[name]
	}
	r.macros = t.macros
	r.call.r = r
}

// end gives the run back for reuse, holding on to nothing of it but buffers of
// ordinary size.
func (r *run) end() {
	clear(r.vars)
	clear(r.args[:cap(r.args)])
	vars, args, out := r.vars[:0], r.args[:0], r.out[:0]
	if cap(out) > 256<<10 {
		out = nil
	}
	*r = run{vars: vars, args: args, out: out}
	runs.Put(r)
}

func (r *run) result(c control) (*Result, error) {
	if c == failed {
		return nil, r.err
	}
	res := &Result{Returned: r.returned, Return: r.ret, HasValue: r.hasValue, Value: r.value}
	switch {
	case r.hasWhole:
		res.Text = r.whole
	case r.opts.text:
		res.Text = string(r.out)
	default:
		res.Output = append(make([]byte, 0, len(r.out)), r.out...)
	}
	if r.returned {
		res.Line, res.Column, _ = r.t.src.locate(int(r.retAt))
	}
	return res, nil
}

func (r *run) failf(p at, format string, args ...any) error {
	return r.src.errorAt(Runtime, int(p), nil, format, args...)
}

// locate gives an error its place, if it has none yet.
func (r *run) located(p at, err error) error {
	switch e := err.(type) { //nolint:errorlint // both come unwrapped from this package, and this path is hot
	case *Error:
		return e
	case flow:
		return e
	}
	return r.src.errorAt(Runtime, int(p), err, "%s", err.Error())
}

// flow is #stop, #break or #return inside of a string literal or a #define block:
// it passes through the expression around it as an error and becomes control flow
// again in fail.
type flow struct{ control }

func (flow) Error() string { return "control flow" }

func (r *run) fail(p at, err error) control {
	if f, ok := err.(flow); ok { //nolint:errorlint // never wrapped, and this path is hot
		return f.control
	}
	r.err = r.located(p, err)
	return failed
}

func (r *run) step() error {
	r.steps++
	if r.steps&0xFF != 0 {
		return nil
	}
	if r.steps > r.limits.Steps {
		return errSteps
	}
	if r.opts.ctx != nil {
		return context.Cause(r.opts.ctx)
	}
	return nil
}

// work counts n steps at once, before something that may take long.
func (r *run) work(n int) error {
	r.steps += n
	if r.steps > r.limits.Steps {
		return errSteps
	}
	if r.opts.ctx != nil {
		return context.Cause(r.opts.ctx)
	}
	return nil
}

func (r *run) charge(n int) error {
	if r.memory += n; r.memory > r.limits.Memory || n < 0 {
		return errMemory
	}
	return nil
}

func (r *run) observe(what, text string, p at, v Value) {
	line, col, _ := r.src.locate(int(p))
	r.opts.observe(Event{What: what, Source: text, Line: line, Column: col, Value: v})
}

func (r *run) write(s string) error {
	if len(r.out)+len(s) > r.limits.Output {
		return errOutput
	}
	r.out = append(r.out, s...)
	return nil
}

func (r *run) body(nodes []planNode) control {
	for _, n := range nodes {
		if c := n.render(r); c != goOn {
			return c
		}
	}
	return goOn
}

// capture renders nodes into a string of its own.
func (r *run) capture(nodes []planNode) (string, control) {
	mark := len(r.out)
	c := r.body(nodes)
	s := string(r.out[mark:])
	r.out = r.out[:mark]
	if c != failed {
		if err := r.charge(len(s)); err != nil {
			r.err = r.src.errorAt(Runtime, 0, err, "%s", err.Error())
			return "", failed
		}
	}
	return s, c
}

func (n *planText) render(r *run) control {
	if err := r.write(n.text); err != nil {
		return r.fail(0, err)
	}
	return goOn
}

// blank tells whether nothing but white space was rendered so far.
func (r *run) blank() bool {
	for _, c := range r.out {
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}

// takeValue keeps the argument of a $util.toJson in place of its text. Values that
// JSON would change, or could not hold, are printed after all. done is false if
// nothing was evaluated.
func (n *planRef) takeValue(r *run) (done bool, err error) {
	st := &n.steps[0]
	host := r.vars[n.slot]
	w, ok := host.(JSONWriter)
	if !ok || !w.WritesJSON(st.name) || !r.blank() {
		return false, nil
	}
	if err := r.step(); err != nil {
		return true, err
	}
	v, err := st.args[0].eval(r)
	if err != nil {
		return true, err
	}
	if v, err = r.settled(v); err != nil {
		return true, r.located(st.at, err)
	}
	budget := r.limits.Output / 8
	if isPlainJSON(v, &budget, 0) {
		r.value, r.hasValue = v, true
		return true, nil
	}
	out, _, err := r.invoke(host, st, []Value{v})
	if err != nil {
		return true, err
	}
	return true, n.renderValue(r, out)
}

// isPlainJSON tells whether reading the value's JSON back would give an equal
// value of the same kind. budget bounds the number of values.
func isPlainJSON(v Value, budget *int, depth int) bool {
	if *budget--; *budget < 0 || depth > MaxJSONDepth {
		return false
	}
	switch v := v.(type) {
	case nil, bool, int64:
		return true
	case string:
		*budget -= len(v) / 8
		return true
	case float64:
		return v-v == 0
	case *Map:
		for i := range v.entries {
			if _, ok := v.entries[i].key.(string); !ok || !isPlainJSON(v.entries[i].value, budget, depth+1) {
				return false
			}
		}
		return true
	case *List:
		for _, x := range v.items {
			if !isPlainJSON(x, budget, depth+1) {
				return false
			}
		}
		return true
	}
	return false
}

func (n *planRef) render(r *run) control {
	if n.tail && r.opts.value && r.opts.observe == nil {
		done, err := n.takeValue(r)
		if err != nil {
			return r.fail(n.at, err)
		}
		if done {
			return goOn
		}
	}
	v, err := n.eval(r)
	if err != nil {
		return r.fail(n.at, err)
	}
	if s, ok := v.(string); ok && n.plain {
		if n.last && r.opts.text && r.blank() && len(r.out)+len(s) <= r.limits.Output {
			r.whole, r.hasWhole = s, true
			return goOn
		}
		err = r.write(s)
	} else {
		err = n.renderValue(r, v)
	}
	if err != nil {
		return r.fail(n.at, err)
	}
	return goOn
}

func (n *planRef) renderValue(r *run, v Value) error {
	src := n.src
	if src.escaped {
		text := src.escPrefix + n.nullText
		if v == nil {
			text = src.escPrefix + `\` + n.nullText
		}
		return r.write(text)
	}
	if b, ok := v.(*block); ok {
		if b.depth < blockDepth {
			return b.renderTo(r) // without what stands before it
		}
		v = nil
	}
	prefix := src.prefix
	if v == nil {
		text := n.nullText
		if n.param >= 0 && len(n.steps) == 0 && r.frame != nil && n.param < len(r.frame.args) {
			if src.text == "$"+src.root {
				switch arg := r.frame.args[n.param].(type) {
				case *planRef:
					text = arg.src.text
				case *planRange:
					text = arg.text
				}
			}
		}
		// The backslashes are doubled again: they escaped nothing.
		return r.write(src.escPrefix + src.escPrefix + prefix + text)
	}
	if err := r.write(src.escPrefix + prefix); err != nil {
		return err
	}
	return r.print(v)
}

// print writes a value's text.
func (r *run) print(v Value) error {
	if b, ok := v.(*block); ok {
		if b.depth >= blockDepth {
			return nil
		}
		return b.renderTo(r)
	}
	var err error
	r.out, err = appendText(r.out, v, r.limits.Output, 0)
	if err == nil && len(r.out) > r.limits.Output || errors.Is(err, errTextBytes) {
		err = errOutput
	}
	return err
}

// settled makes text of a #define block: inside of a list or map, or in the hands
// of a host object, it could not be rendered later.
func (r *run) settled(v Value) (Value, error) {
	if b, ok := v.(*block); ok {
		s, err := r.text(b)
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	return v, nil
}

// text gives a value's text.
func (r *run) text(v Value) (string, error) {
	if s, ok := v.(string); ok {
		return s, nil
	}
	mark := len(r.out)
	err := r.print(v)
	s := string(r.out[mark:])
	r.out = r.out[:mark]
	if err == nil {
		err = r.charge(len(s))
	}
	return s, err
}

// root gives the value of a reference's variable.
func (n *planRef) rootValue(r *run) (Value, error) {
	if n.param >= 0 {
		return r.argument(r.frame, n.param, n.at)
	}
	if n.dynamic && r.frame != nil {
		for f := r.frame.caller; f != nil; f = f.caller {
			if i := indexOf(f.macro.params, n.src.root); i >= 0 {
				return r.argument(f, i, n.at)
			}
		}
	}
	return r.vars[n.slot], nil
}

// argument gives the value of a macro's argument.
func (r *run) argument(f *frame, param int, p at) (Value, error) {
	if f == nil || param >= len(f.macro.params) {
		return nil, nil
	}
	if f.ownSet != nil && f.ownSet[param] {
		return f.own[param], nil
	}
	if param >= len(f.args) {
		return nil, nil
	}
	if r.depth++; r.depth > 10*r.limits.Depth {
		return nil, r.failf(p, "macro arguments refer to each other without end")
	}
	saved := r.frame
	r.frame = f.caller
	v, err := f.args[param].eval(r)
	r.frame = saved
	r.depth--
	return v, err
}

func (n *planRef) eval(r *run) (Value, error) {
	if err := r.step(); err != nil {
		return nil, r.located(n.at, err)
	}
	var v Value
	var err error
	if n.param < 0 && !n.dynamic {
		v = r.vars[n.slot]
	} else if v, err = n.rootValue(r); err != nil {
		return nil, err
	}
	for i := range n.steps {
		if v == nil {
			break
		}
		st := &n.steps[i]
		if st.kind == stepProperty {
			if m, ok := v.(*Map); ok {
				v, _ = m.GetString(st.name)
				continue
			}
		}
		if v, err = r.follow(v, st); err != nil {
			return nil, err
		}
	}
	if r.opts.observe != nil {
		r.observe("reference", n.src.text, n.at, v)
	}
	return v, nil
}

// follow takes one step of a reference.
func (r *run) follow(v Value, st *planStep) (Value, error) {
	if b, ok := v.(*block); ok && st.kind != stepIndex {
		if st.kind == stepMethod && st.name == "toString" && len(st.args) == 0 {
			return r.text(b)
		}
		return nil, nil
	}
	switch st.kind {
	case stepProperty:
		out, err := r.property(v, st.name)
		if err != nil {
			return nil, r.located(st.at, err)
		}
		return out, nil
	case stepIndex:
		key, err := st.args[0].eval(r)
		if err != nil {
			return nil, err
		}
		out, err := r.index(v, key)
		if err != nil {
			return nil, r.located(st.at, err)
		}
		return out, nil
	}
	base := len(r.args)
	for _, a := range st.args {
		x, err := a.eval(r)
		if err != nil {
			r.args = r.args[:base]
			return nil, err
		}
		r.args = append(r.args, x)
	}
	args := r.args[base:len(r.args):len(r.args)]
	for i, a := range args {
		v, err := r.settled(a)
		if err != nil {
			return nil, r.located(st.at, err)
		}
		args[i] = v
	}
	out, _, err := r.invoke(v, st, args)
	clear(r.args[base:])
	r.args = r.args[:base]
	return out, err
}

// invoke calls a method of a host object or a Java method.
func (r *run) invoke(v Value, st *planStep, args []Value) (out Value, ok bool, err error) {
	r.call.at = st.at
	if o, isObject := v.(Object); isObject {
		out, ok, err = o.Call(&r.call, st.name, args)
	} else {
		out, ok, err = r.method(v, st.name, args)
	}
	if err != nil {
		return nil, false, r.located(st.at, err)
	}
	return out, ok, nil
}

func (n *planSet) render(r *run) control {
	if err := r.step(); err != nil {
		return r.fail(n.at, err)
	}
	v, err := n.value.eval(r)
	if err != nil {
		return r.fail(n.at, err)
	}
	if r.opts.observe != nil {
		r.observe("set", n.src.target.text+" = "+n.src.text, n.at, v)
	}
	if n.target == nil || v == nil && r.t.options.nullAssign == KeepValue {
		return goOn
	}
	if err := n.target.assign(r, v); err != nil {
		return r.fail(n.at, err)
	}
	return goOn
}

// assign sets what the reference names. What cannot be set is left alone, as in
// Velocity.
func (n *planRef) assign(r *run, v Value) error {
	last := len(n.steps) - 1
	if last < 0 {
		if n.param < 0 {
			r.vars[n.slot] = v
			return nil
		}
		return n.assignParam(r, v)
	}
	owner, err := n.rootValue(r)
	for i := 0; i < last && err == nil && owner != nil; i++ {
		owner, err = r.follow(owner, &n.steps[i])
	}
	if err != nil || owner == nil {
		return err
	}
	if v, err = r.settled(v); err != nil {
		return err
	}
	switch st := &n.steps[last]; st.kind {
	case stepProperty, stepMethod: // a method's name counts as a property here
		if scope, ok := owner.(*foreachScope); ok {
			owner = scope.own()
		}
		if m, ok := owner.(*Map); ok {
			if err := r.charge(64); err != nil {
				return err
			}
			m.Put(st.name, v)
		}
	case stepIndex:
		key, err := st.args[0].eval(r)
		if err != nil {
			return err
		}
		return r.setIndex(owner, key, v)
	}
	return nil
}

func (n *planRef) assignParam(r *run, v Value) error {
	f := r.frame
	if f == nil || n.param >= len(f.macro.params) {
		return nil
	}
	if f.ownSet == nil {
		f.own = make([]Value, len(f.macro.params))
		f.ownSet = make([]bool, len(f.macro.params))
	}
	f.own[n.param], f.ownSet[n.param] = v, true
	return nil
}

func (n *planIf) render(r *run) control {
	for i := range n.branches {
		b := &n.branches[i]
		if err := r.step(); err != nil {
			return r.fail(b.at, err)
		}
		yes, err := r.truth(b.cond)
		if err != nil {
			return r.fail(b.at, err)
		}
		if r.opts.observe != nil {
			what := "if"
			if i > 0 {
				what = "elseif"
			}
			r.observe(what, "", b.at, yes)
		}
		if yes {
			return r.body(b.body)
		}
	}
	return r.body(n.orElse)
}

// truth evaluates a condition. Only references, true, comparisons and logic can
// be true: a bare number, string, list or sum is false in 1.7.
func (r *run) truth(x planExpr) (bool, error) {
	switch x := x.(type) {
	case *planRef:
		v, err := x.eval(r)
		if err != nil {
			return false, err
		}
		if b, ok := v.(bool); ok {
			return b, nil
		}
		return v != nil, nil
	case *planLiteral:
		b, ok := x.value.(bool)
		return ok && b, nil
	case *planNot:
		yes, err := r.truth(x.x)
		return !yes, err
	case *planBinary:
		return x.truth(r)
	}
	// Nothing of what is left can be true.
	return false, nil
}

func (n *planStop) render(r *run) control {
	if r.opts.observe != nil {
		r.observe("stop", "", n.at, nil)
	}
	return doStop
}

func (n *planReturn) render(r *run) control {
	r.returned, r.ret, r.retAt = true, nil, n.at
	if n.value != nil {
		v, err := n.value.eval(r)
		if err != nil {
			return r.fail(n.at, err)
		}
		if b, ok := v.(*block); ok {
			if v, err = r.text(b); err != nil {
				return r.fail(n.at, err)
			}
		}
		r.ret = v
	}
	if r.opts.observe != nil {
		r.observe("return", "", n.at, r.ret)
	}
	return doReturn
}

func (n *planBreak) render(r *run) control {
	if r.opts.observe != nil {
		r.observe("break", "", n.at, nil)
	}
	r.breakTo = nil
	if n.scope != nil {
		v, err := n.scope.eval(r)
		if err != nil {
			return r.fail(n.at, err)
		}
		scope, ok := v.(*foreachScope)
		if !ok {
			return r.fail(n.at, r.failf(n.at, "#break: %s is no loop", n.scope.src.text))
		}
		r.breakTo = scope
	}
	return doBreak
}

// foreachScope is $foreach.
type foreachScope struct {
	index, length int
	parent        Value // *foreachScope or nil
	vars          *Map  // what #set put in it
}

func (s *foreachScope) own() *Map {
	if s.vars == nil {
		s.vars = NewMap()
	}
	return s.vars
}

// Property implements Object.
func (s *foreachScope) Property(name string) (Value, bool) {
	switch name {
	case "index":
		return int64(s.index), true
	case "count":
		return int64(s.index + 1), true
	case "hasNext":
		return s.index+1 < s.length, true
	case "first":
		return s.index == 0, true
	case "last":
		return s.index+1 >= s.length, true
	case "parent":
		return s.parent, s.parent != nil
	case "topmost":
		top := s
		for {
			p, ok := top.parent.(*foreachScope)
			if !ok {
				return top, true
			}
			top = p
		}
	}
	return s.vars.GetString(name)
}

// Call implements Object.
func (s *foreachScope) Call(_ *Call, method string, args []Value) (Value, bool, error) {
	if len(args) != 0 {
		return nil, false, nil
	}
	switch method {
	case "hasNext":
		return s.index+1 < s.length, true, nil
	case "isFirst", "isLast", "getIndex", "getCount", "getParent", "getTopmost", "getHasNext":
		name := method[2:]
		if method[0] == 'g' {
			name = method[3:]
		}
		v, ok := s.Property(string(name[0]|0x20) + name[1:])
		return v, ok, nil
	}
	return nil, false, nil
}

// String prints the scope as Velocity does: as a map without content.
func (s *foreachScope) String() string { return "{}" }

func (n *planForeach) render(r *run) control {
	if err := r.step(); err != nil {
		return r.fail(n.at, err)
	}
	v, err := n.over.eval(r)
	if err != nil {
		return r.fail(n.at, err)
	}
	var list *List
	var owner *Map // of the view
	var items []Value
	length := 0
	switch v := v.(type) {
	case *List:
		list, items = v, v.items
	case *Map:
		owner, items = v, (&mapView{v, viewValues}).snapshot()
	case *mapView:
		owner, items = v.m, v.snapshot()
	case *iterator:
		items = v.items[v.next:]
		v.next = len(v.items)
	default:
		return goOn
	}
	if length = len(items); length == 0 {
		return goOn
	}
	if err := r.charge(16 * length); err != nil && list == nil {
		return r.fail(n.at, err)
	}
	old := r.vars[n.slot]
	var oldScope, oldCount, oldNext Value
	var scope *foreachScope
	if n.scope >= 0 {
		oldScope = r.vars[n.scope]
		scope = &foreachScope{length: length}
		if p, ok := oldScope.(*foreachScope); ok {
			scope.parent = p
		}
		r.vars[n.scope] = scope
	}
	if n.count >= 0 {
		oldCount = r.vars[n.count]
	}
	if n.hasNext >= 0 {
		oldNext = r.vars[n.hasNext]
	}
	c := goOn
	for i := 0; ; i++ {
		// Like Java's iterator, a list that changed has no end until next() finds
		// the change.
		if list == nil && i == length || list != nil && i == len(list.items) {
			break
		}
		if i >= r.limits.Foreach {
			c = r.fail(n.at, r.failf(n.at, "#foreach makes more than %d turns", r.limits.Foreach))
			break
		}
		if list != nil && len(list.items) != length || owner != nil && owner.Len() != length {
			c = r.fail(n.at, r.failf(n.at, "the list or map changed its length while #foreach went through it (ConcurrentModificationException)"))
			break
		}
		if list != nil {
			items = list.items
		}
		if err := r.step(); err != nil {
			c = r.fail(n.at, err)
			break
		}
		if r.opts.observe != nil {
			r.observe("foreach", "$"+n.variable, n.at, items[i])
		}
		r.vars[n.slot] = items[i]
		if scope != nil {
			scope.index = i
		}
		if n.count >= 0 {
			r.vars[n.count] = int64(i + 1)
		}
		if n.hasNext >= 0 {
			r.vars[n.hasNext] = i+1 < length
		}
		if c = r.body(n.body); c == goOn {
			continue
		}
		if c == doBreak && (r.breakTo == nil || r.breakTo == scope) {
			r.breakTo = nil
			c = goOn
		}
		break
	}
	r.vars[n.slot] = old
	if n.scope >= 0 {
		r.vars[n.scope] = oldScope
	}
	if n.count >= 0 {
		r.vars[n.count] = oldCount
	}
	if n.hasNext >= 0 {
		r.vars[n.hasNext] = oldNext
	}
	return c
}

// block is the value of a #define: text that is rendered whenever it is printed.
type block struct {
	body  []planNode
	frame *frame
	// depth counts how often it is being rendered inside of itself.
	depth int
}

// blockDepth is how often a #define may print itself before it counts as null.
const blockDepth = 2

func (b *block) renderTo(r *run) error {
	if r.depth++; r.depth > r.limits.Depth {
		return r.failf(0, "#define blocks or macros are nested more than %d deep", r.limits.Depth)
	}
	saved := r.frame
	r.frame = b.frame
	b.depth++
	c := r.endScope(r.body(b.body))
	b.depth--
	r.frame = saved
	r.depth--
	switch c {
	case failed:
		return r.err
	case goOn:
		return nil
	}
	return flow{c}
}

func (n *planDefine) render(r *run) control {
	if r.opts.observe != nil {
		r.observe("define", "$"+n.name, n.at, nil)
	}
	r.vars[n.slot] = &block{body: n.body, frame: r.frame}
	return goOn
}

func (n *planCall) render(r *run) control {
	if err := r.step(); err != nil {
		return r.fail(n.at, err)
	}
	m := n.macro
	if m == nil && len(r.macros) > 0 {
		m = r.macros[n.name]
	}
	if m == nil {
		if err := r.write(n.text); err != nil {
			return r.fail(n.at, err)
		}
		return goOn
	}
	if r.opts.observe != nil {
		r.observe("macro", n.name, n.at, nil)
	}
	if r.depth++; r.depth > r.limits.Depth {
		return r.fail(n.at, r.failf(n.at, "macros call each other more than %d deep", r.limits.Depth))
	}
	caller := r.frame
	r.frame = &frame{macro: m, args: n.args, caller: caller}
	var oldBody Value
	if n.block && m.bodySlot >= 0 {
		oldBody = r.vars[m.bodySlot]
		r.vars[m.bodySlot] = &block{body: n.body, frame: caller}
	}
	c := r.body(m.body)
	if n.block && m.bodySlot >= 0 {
		r.vars[m.bodySlot] = oldBody
	}
	r.frame = caller
	r.depth--
	return r.endScope(c)
}

// endScope ends a #break at the macro, #define block or #evaluate that it stands
// in.
func (r *run) endScope(c control) control {
	if c == doBreak && r.breakTo == nil {
		return goOn
	}
	return c
}

// slot and known let #evaluate find and make variables while the template runs.
func (r *run) slot(name string) int {
	if i := r.known(name); i >= 0 {
		return i
	}
	if r.extra == nil {
		r.extra = map[string]int{}
	}
	i := len(r.vars)
	r.extra[name] = i
	r.vars = append(r.vars, r.initial[name])
	return i
}

func (r *run) known(name string) int {
	if i := r.t.names.known(name); i >= 0 {
		return i
	}
	if i, ok := r.extra[name]; ok {
		return i
	}
	return -1
}

func (n *planEvaluate) render(r *run) control {
	v, err := n.arg.eval(r)
	if err != nil {
		return r.fail(n.at, err)
	}
	if r.opts.observe != nil {
		r.observe("evaluate", "", n.at, v)
	}
	if v == nil {
		return goOn
	}
	text, err := r.text(v)
	if err != nil {
		return r.fail(n.at, err)
	}
	if len(text) > r.limits.Source {
		return r.fail(n.at, r.failf(n.at, "#evaluate: the text has %d bytes; at most %d are allowed", len(text), r.limits.Source))
	}
	if err := r.work(len(text)); err != nil {
		return r.fail(n.at, err)
	}
	if err := r.charge(16 * len(text)); err != nil {
		return r.fail(n.at, err)
	}
	if r.depth++; r.depth > r.limits.Depth {
		return r.fail(n.at, r.failf(n.at, "#evaluate is nested more than %d deep", r.limits.Depth))
	}
	outer := r.src
	src := &source{name: r.src.name + " (#evaluate)", text: text}
	tree, err := parseTemplate(src)
	if err != nil {
		return r.fail(n.at, err)
	}
	plan, macros := newPlan(r, r.macros, n.params, n.inMacro, tree, true)
	r.src, r.macros = src, macros
	c := r.body(plan)
	r.src = outer
	r.depth--
	if c == doStop {
		c = goOn
	}
	return r.endScope(c)
}

func (n *planLoad) render(r *run) control {
	name := ""
	if n.arg != nil {
		v, err := n.arg.eval(r)
		if err != nil {
			return r.fail(n.at, err)
		}
		name = ToString(v)
	}
	return r.fail(n.at, r.failf(n.at, "#%s: unable to find resource '%s': templates cannot load other files", n.name, name))
}

func (x *planLiteral) eval(*run) (Value, error) { return x.value, nil }

func (x *planString) eval(r *run) (Value, error) {
	if err := r.step(); err != nil {
		return nil, r.located(x.at, err)
	}
	s, c := r.capture(x.body)
	switch c {
	case failed:
		return nil, r.err
	case goOn:
		return s, nil
	}
	return nil, flow{c}
}

func (x *planList) eval(r *run) (Value, error) {
	if err := r.charge(48 + 16*len(x.items)); err != nil {
		return nil, r.located(x.at, err)
	}
	l := &List{items: make([]Value, len(x.items))}
	for i, item := range x.items {
		v, err := item.eval(r)
		if err != nil {
			return nil, err
		}
		if l.items[i], err = r.settled(v); err != nil {
			return nil, r.located(x.at, err)
		}
	}
	return l, nil
}

func (x *planRange) eval(r *run) (Value, error) {
	from, err := x.from.eval(r)
	if err != nil {
		return nil, err
	}
	to, err := x.to.eval(r)
	if err != nil {
		return nil, err
	}
	if !isNumber(from) || !isNumber(to) {
		return nil, nil
	}
	a, b := int64(toInt(from)), int64(toInt(to))
	n := b - a
	inc := int64(1)
	if n < 0 {
		n, inc = -n, -1
	}
	if err := r.charge(24 * int(n+1)); err != nil {
		return nil, r.located(x.at, err)
	}
	if err := r.work(int(n)); err != nil {
		return nil, r.located(x.at, err)
	}
	l := &List{items: make([]Value, n+1)}
	for i := range l.items {
		l.items[i] = a + int64(i)*inc
	}
	return l, nil
}

func (x *planMap) eval(r *run) (Value, error) {
	if err := r.charge(64 + 48*len(x.keys)); err != nil {
		return nil, r.located(x.at, err)
	}
	m := NewMapSize(len(x.keys))
	for i := range x.keys {
		k, err := x.keys[i].eval(r)
		if err != nil {
			return nil, err
		}
		v, err := x.values[i].eval(r)
		if err != nil {
			return nil, err
		}
		if k, err = r.settled(k); err != nil {
			return nil, r.located(x.at, err)
		}
		if v, err = r.settled(v); err != nil {
			return nil, r.located(x.at, err)
		}
		m.Put(k, v)
	}
	return m, nil
}

func (x *planNot) eval(r *run) (Value, error) {
	yes, err := r.truth(x.x)
	if err != nil {
		return nil, err
	}
	return !yes, nil
}

func (x *planBinary) eval(r *run) (Value, error) {
	if x.op < opAdd {
		yes, err := x.truth(r)
		if err != nil {
			return nil, err
		}
		return yes, nil
	}
	if err := r.step(); err != nil {
		return nil, r.located(x.at, err)
	}
	left, err := x.left.eval(r)
	if err != nil {
		return nil, err
	}
	right, err := x.right.eval(r)
	if err != nil {
		return nil, err
	}
	if x.op == opAdd {
		_, ls := left.(string)
		_, rs := right.(string)
		if ls || rs {
			v, err := r.concat(x, left, right)
			if err != nil {
				return nil, r.located(x.at, err)
			}
			return v, nil
		}
	}
	if !isNumber(left) || !isNumber(right) {
		return nil, nil
	}
	if x.op == opMul {
		// Only products can grow big integers quickly.
		if a, ok := left.(*big.Int); ok {
			if b := toBig(right); a.BitLen()+b.BitLen() > maxBits {
				return nil, r.failf(x.at, "the product has more than %d bits", maxBits)
			}
		} else if b, ok := right.(*big.Int); ok && b.BitLen() > maxBits-64 {
			return nil, r.failf(x.at, "the product has more than %d bits", maxBits)
		}
	}
	v, ok := arithmetic(x.op, left, right)
	if !ok {
		return nil, nil
	}
	return v, nil
}

// concat joins two values of which one is a string. A null prints as its source.
func (r *run) concat(x *planBinary, left, right Value) (Value, error) {
	a, err := r.operandText(x.left, left)
	if err != nil {
		return nil, err
	}
	b, err := r.operandText(x.right, right)
	if err != nil {
		return nil, err
	}
	if err := r.charge(len(a) + len(b)); err != nil {
		return nil, err
	}
	return a + b, nil
}

func (r *run) operandText(x planExpr, v Value) (string, error) {
	if v == nil {
		if ref, ok := x.(*planRef); ok {
			return ref.src.text, nil
		}
		return "null", nil
	}
	return r.text(v)
}

func (x *planBinary) truth(r *run) (bool, error) {
	if err := r.step(); err != nil {
		return false, r.located(x.at, err)
	}
	switch x.op {
	case opAnd, opOr:
		yes, err := r.truth(x.left)
		if err != nil || yes == (x.op == opOr) {
			return yes, err
		}
		return r.truth(x.right)
	}
	if x.op >= opAdd {
		return false, nil
	}
	left, err := x.left.eval(r)
	if err != nil {
		return false, err
	}
	right, err := x.right.eval(r)
	if err != nil {
		return false, err
	}
	switch x.op {
	case opEq, opNe:
		same, err := r.same(left, right)
		if err != nil {
			return false, r.located(x.at, err)
		}
		return same == (x.op == opEq), nil
	}
	if !isNumber(left) || !isNumber(right) {
		return false, nil
	}
	if math.IsNaN(toFloat(left)) || math.IsNaN(toFloat(right)) {
		return false, nil
	}
	c := compareNumbers(left, right)
	switch x.op {
	case opLt:
		return c < 0, nil
	case opLe:
		return c <= 0, nil
	case opGt:
		return c > 0, nil
	default:
		return c >= 0, nil
	}
}

// same is Velocity's ==: numbers by value, values of one class by equals, others
// by their text; null equals only null.
func (r *run) same(a, b Value) (bool, error) {
	if a == nil || b == nil {
		return a == nil && b == nil, nil
	}
	switch x := a.(type) {
	case string:
		if y, ok := b.(string); ok {
			return x == y, nil
		}
	case int64:
		if y, ok := b.(int64); ok {
			return x == y, nil
		}
	case bool:
		if y, ok := b.(bool); ok {
			return x == y, nil
		}
	}
	if isNumber(a) && isNumber(b) {
		return compareNumbers(a, b) == 0, nil
	}
	if sameClass(a, b) {
		return equal(a, b), nil
	}
	s, err := r.text(a)
	if err != nil {
		return false, err
	}
	t, err := r.text(b)
	return s == t, err
}

func sameClass(a, b Value) bool {
	switch a.(type) {
	case *Map:
		_, ok := b.(*Map)
		return ok
	case *List:
		_, ok := b.(*List)
		return ok
	case *mapView:
		_, ok := b.(*mapView)
		return ok
	case *entry:
		_, ok := b.(*entry)
		return ok
	case []byte:
		_, ok := b.([]byte)
		return ok
	case Object:
		_, ok := b.(Object)
		return ok
	}
	return false
}
