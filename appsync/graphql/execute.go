package graphql

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// Resolver answers one field.
type Resolver interface {
	// Resolve gives the field's value and the errors to report with it. The
	// executor sets path and locations of the errors and cuts their data to
	// the selection set. It may be called by several goroutines at once. A value
	// that is a *vtl.IndexedJSON is the executor's from then on.
	Resolve(ctx context.Context, call *Call) (vtl.Value, []*Error)
}

// ResolverFunc makes a Resolver of a function.
type ResolverFunc func(ctx context.Context, call *Call) (vtl.Value, []*Error)

// Resolve implements Resolver.
func (f ResolverFunc) Resolve(ctx context.Context, call *Call) (vtl.Value, []*Error) {
	return f(ctx, call)
}

// Call is one call of a resolver.
type Call struct {
	// Request is the request as Execute got it.
	Request *Request
	// Field is the field of the object type that is being answered.
	Field *Field
	// Source is the parent's value; nil at the root.
	Source vtl.Value
	// Args are the coerced arguments, made for this call: it may change them.
	Args *vtl.Map
	// Variables are the operation's coerced variables, shared: don't change them.
	Variables *vtl.Map

	pf *planField
}

// Selection tells which fields below the resolved one are asked for.
func (c *Call) Selection() *Selection { return c.pf.selected() }

// Operation is the kind of an operation.
type Operation = ast.Operation

// The kinds of operations.
const (
	Query        = ast.Query
	Mutation     = ast.Mutation
	Subscription = ast.Subscription
)

// Request is what a client asks.
type Request struct {
	Query         string
	OperationName string
	Variables     *vtl.Map // nil for none

	// Allow tells whether the caller may read a field; nil allows all.
	Allow func(f *Field) bool
	// Root is the value that root fields without a resolver are read from, and
	// all root fields if PropertiesOnly is set.
	Root vtl.Value
	// PropertiesOnly reads every field as a property and calls no resolver; a
	// subscription's events are answered so.
	PropertiesOnly bool
	// Caller is handed through to resolvers.
	Caller any
	// RootDone, if set, is called after each root field of a mutation that
	// gave a value, with the value's JSON, which is only valid during the call.
	RootDone func(f *Field, args *vtl.Map, data []byte)
}

// Options configure an Executor.
type Options struct {
	// Resolver gives a field's resolver, or nil to read the parent's property.
	Resolver func(f *Field) Resolver
	Limits   Limits
	// NoIntrospection refuses __schema and __type.
	NoIntrospection bool
	// Log receives panics of resolvers; nil uses slog.Default.
	Log *slog.Logger
}

// Executor executes operations on one schema. It is safe for concurrent use.
type Executor struct {
	schema          *Schema
	resolvers       []Resolver
	limits          Limits
	noIntrospection bool
	log             *slog.Logger
	documents       *documentCache
	introspection   func() *introspection
}

// NewExecutor makes an executor.
func NewExecutor(s *Schema, o Options) *Executor {
	x := &Executor{schema: s, limits: o.Limits.withDefaults(), noIntrospection: o.NoIntrospection, log: o.Log,
		resolvers: make([]Resolver, len(s.fields))}
	if x.log == nil {
		x.log = slog.Default()
	}
	if o.Resolver != nil {
		for _, f := range s.fields {
			if !f.BuiltIn() {
				x.resolvers[f.Index] = o.Resolver(f)
			}
		}
	}
	x.documents = newDocumentCache(x.limits.Documents)
	x.introspection = sync.OnceValue(func() *introspection { return introspect(s) })
	return x
}

// Schema is the executor's schema.
func (x *Executor) Schema() *Schema { return x.schema }

// Prepared is an operation ready to run: parsed, validated, its variables coerced.
type Prepared struct {
	x    *Executor
	req  *Request
	op   *operation
	vars *vtl.Map
	plan *plan
}

// Prepare does everything that comes before execution. A non-nil response
// holds the errors that prevent execution.
func (x *Executor) Prepare(req *Request) (*Prepared, *Response) {
	doc := x.documents.get(req.Query)
	if doc == nil {
		parsed, errs := x.parse(req.Query)
		if len(errs) > 0 {
			return nil, failed(errs...)
		}
		doc = parsed
		x.documents.put(doc)
	}
	op, err := doc.operation(req.OperationName)
	if err != nil {
		return nil, failed(err)
	}
	if most := x.limits.QueryDepth; most > 0 && op.depth > most {
		return nil, failed(at(op.def.Position, "Query depth limit exceeded: the operation nests fields %d deep, the limit is %d.", op.depth, most))
	}
	vars, err := op.coerceVariables(req.Variables)
	if err != nil {
		return nil, failed(err)
	}
	return &Prepared{x: x, req: req, op: op, vars: vars, plan: x.planFor(op, vars)}, nil
}

func (d *document) operation(name string) (*operation, *Error) {
	if name == "" {
		if len(d.ops) > 1 {
			return nil, &Error{Message: "Missing operation name.", ErrorType: "BadRequestException"}
		}
		return d.ops[0], nil
	}
	for _, op := range d.ops {
		if op.def.Name == name {
			return op, nil
		}
	}
	return nil, &Error{Message: fmt.Sprintf("Unknown operation named '%s'.", clip(name)), ErrorType: "BadRequestException"}
}

// Operation is the kind of the operation.
func (p *Prepared) Operation() Operation { return p.op.def.Operation }

// Name is the operation's name, "" when it has none.
func (p *Prepared) Name() string { return p.op.def.Name }

// Variables are the coerced variables.
func (p *Prepared) Variables() *vtl.Map { return p.vars }

// RootField is one field at the root of an operation.
type RootField struct {
	Key   string // its key in the answer
	Field *Field
	// Args are its coerced arguments.
	Args *vtl.Map

	pf *planField
}

// Selection tells which fields below the root field are asked for.
func (r *RootField) Selection() *Selection { return r.pf.selected() }

// RootFields lists the operation's root fields with their arguments.
func (p *Prepared) RootFields() ([]RootField, *Error) {
	var out []RootField
	for _, pf := range p.plan.root.fields(p.op.root).list {
		args, err := arguments(pf.field, pf.node.Arguments, p.vars)
		if err != nil {
			return nil, &Error{Message: err.Error(), Locations: []Location{{pf.node.Position.Line, pf.node.Position.Column}}}
		}
		out = append(out, RootField{Key: pf.key, Field: pf.field, Args: args, pf: pf})
	}
	return out, nil
}

// Execute prepares and runs a request.
func (x *Executor) Execute(ctx context.Context, req *Request) *Response {
	p, refused := x.Prepare(req)
	if refused != nil {
		return refused
	}
	return p.Run(ctx, nil)
}

// Run executes the operation. The response's data is appended to buf, which
// may be nil.
func (p *Prepared) Run(ctx context.Context, buf []byte) *Response {
	r := &run{x: p.x, ctx: ctx, req: p.req, op: p.op, vars: p.vars, tokens: make(chan struct{}, p.x.limits.Concurrency)}
	f := frame{run: r, buf: buf}
	start := len(buf)
	fields := p.plan.root.fields(p.op.root)
	ok := f.guarded(func() bool { return f.object(fields, p.req.Root, p.op.def.Operation == ast.Mutation) })
	if stop := r.stopped.Load(); stop != nil {
		return failed(stop)
	}
	if !ok {
		f.buf = append(f.buf[:start], "null"...)
	}
	if err := ctx.Err(); err != nil && len(f.errs) == 0 {
		return failed(&Error{Message: "Execution timed out.", ErrorType: "ExecutionTimeout"})
	}
	return &Response{Data: f.buf[start:], Errors: f.errs}
}

// run is one execution.
type run struct {
	x     *Executor
	ctx   context.Context
	req   *Request
	op    *operation
	vars  *vtl.Map
	calls atomic.Int64
	// tokens bounds the goroutines: who gets none does the work itself.
	tokens  chan struct{}
	written atomic.Int64 // bytes in buffers of other frames
	stopped atomic.Pointer[Error]
}

// frame is the state of one goroutine of a run: its part of the answer, of
// the errors, and the path to where it is.
type frame struct {
	run  *run
	buf  []byte
	errs []*Error
	path []step // pushed and popped
	// lenient frames cut an error's data to the selection: they call nothing,
	// report nothing and let null stand anywhere.
	lenient bool
}

// step is one element of a path: a key, or an index when key is "".
type step struct {
	key   string
	index int
	// of, if set, are the fields of an object: the key is that of the one at index.
	of []*planField
}

// name is the step's key, "" for an index.
func (s *step) name() string {
	if s.of != nil {
		return s.of[s.index].key
	}
	return s.key
}

// future is a field or list item answered by another goroutine.
type future struct {
	done chan struct{}
	f    frame
	ok   bool
}

func (f *frame) fail(e *Error) {
	if f.lenient || len(f.errs) >= f.run.x.limits.Errors {
		return
	}
	if e.Path == nil {
		e.Path = make([]any, len(f.path))
		for i := range f.path {
			if key := f.path[i].name(); key != "" {
				e.Path[i] = key
			} else {
				e.Path[i] = f.path[i].index
			}
		}
	}
	f.errs = append(f.errs, e)
}

// guarded turns a panic into an InternalFailure of what is being answered.
func (f *frame) guarded(do func() bool) (ok bool) {
	depth, size := len(f.path), len(f.buf)
	defer func() {
		if p := recover(); p != nil {
			f.run.x.log.ErrorContext(f.run.ctx, "graphql: panic during execution", "panic", p, "path", f.pathText(), "stack", string(debug.Stack()))
			f.path, f.buf = f.path[:depth], f.buf[:size]
			f.fail(&Error{Resolver: true, ErrorType: "InternalFailure", Message: "An internal failure occurred."})
			ok = false
		}
	}()
	return do()
}

// spawn answers in another goroutine if there is a token, and says so.
func (f *frame) spawn(do func(g *frame) bool) *future {
	select {
	case f.run.tokens <- struct{}{}:
	default:
		return nil
	}
	fu := &future{done: make(chan struct{})}
	fu.f = frame{run: f.run, path: append(make([]step, 0, len(f.path)+8), f.path...), lenient: f.lenient}
	go func() {
		defer func() {
			<-f.run.tokens
			close(fu.done)
		}()
		fu.ok = fu.f.guarded(func() bool { return do(&fu.f) })
		f.run.written.Add(int64(len(fu.f.buf)))
	}()
	return fu
}

// join waits for a future and takes over what it made.
func (f *frame) join(fu *future) bool {
	<-fu.done
	f.run.written.Add(-int64(len(fu.f.buf)))
	f.buf = append(f.buf, fu.f.buf...)
	if room := f.run.x.limits.Errors - len(f.errs); room < len(fu.f.errs) {
		fu.f.errs = fu.f.errs[:max(room, 0)]
	}
	f.errs = append(f.errs, fu.f.errs...)
	return fu.ok
}

// halted checks the limits that end the whole run.
func (f *frame) halted() bool {
	if f.run.stopped.Load() != nil {
		return true
	}
	if len(f.buf)+int(f.run.written.Load()) > f.run.x.limits.ResponseBytes {
		f.run.stopped.CompareAndSwap(nil, &Error{ErrorType: "ResponseTooLarge",
			Message: fmt.Sprintf("The response is larger than %d bytes; ask for less at once.", f.run.x.limits.ResponseBytes)})
		return true
	}
	return false
}

// object appends an object. False means that null must take its place and
// that nothing was appended.
func (f *frame) object(fields *planFields, source vtl.Value, serial bool) bool {
	if f.halted() {
		return false
	}
	start := len(f.buf)
	var futures []*future
	if fields.async > 1 && !serial && !f.lenient && !f.run.req.PropertiesOnly {
		// The first asynchronous field is left to this goroutine.
		futures = make([]*future, len(fields.list))
		first := true
		for i, pf := range fields.list {
			if !pf.async {
				continue
			}
			if first {
				first = false
				continue
			}
			futures[i] = f.spawn(func(g *frame) bool { return g.field(pf, source) })
		}
	}
	ok := true
	f.buf = append(f.buf, '{')
	for i, pf := range fields.list {
		if i > 0 {
			f.buf = append(f.buf, ',')
		}
		f.buf = append(f.buf, pf.prefix...)
		if futures != nil && futures[i] != nil {
			ok = f.join(futures[i]) && ok
			continue
		}
		if !ok && futures == nil {
			// A non-null field failed: its siblings need no answer any more.
			break
		}
		before := len(f.buf)
		ok = f.field(pf, source) && ok
		if serial && ok && f.run.req.RootDone != nil {
			f.rootDone(pf, f.buf[before:])
		}
	}
	if !ok {
		f.buf = f.buf[:start]
		return false
	}
	f.buf = append(f.buf, '}')
	return true
}

// rootDone tells the request's RootDone of a mutation's result.
func (f *frame) rootDone(pf *planField, data []byte) {
	if string(data) == "null" || pf.field.meta != metaNone {
		return
	}
	args, err := arguments(pf.field, pf.node.Arguments, f.run.vars)
	if err != nil {
		return // the field itself has failed for the same reason
	}
	f.run.req.RootDone(pf.field, args, data)
}

// field appends the value of a field, with null for what fails if the type
// allows it.
func (f *frame) field(pf *planField, source vtl.Value) bool {
	f.path = append(f.path, step{key: pf.key})
	ok := f.fieldValue(pf, source)
	f.path = f.path[:len(f.path)-1]
	return ok
}

func (f *frame) fieldValue(pf *planField, source vtl.Value) bool {
	fd := pf.field
	if fd.meta != metaNone {
		return f.metaField(pf, source)
	}
	r := f.run
	if !f.allowed(pf) {
		return f.null(fd.Type)
	}
	if pf.resolver == nil || r.req.PropertiesOnly || f.lenient {
		return f.value(fd.Type, pf, property(source, fd.Name))
	}
	if r.ctx.Err() != nil {
		f.fail(pf.located(&Error{Resolver: true, ErrorType: "ExecutionTimeout", Message: "Execution timed out."}))
		return f.null(fd.Type)
	}
	if r.calls.Add(1) > int64(r.x.limits.ResolverCount) {
		f.fail(pf.located(&Error{Resolver: true, ErrorType: "ResolverExecutionLimitReached",
			Message: fmt.Sprintf("Resolver invocation limit of %d reached.", r.x.limits.ResolverCount)}))
		return f.null(fd.Type)
	}
	args, err := arguments(fd, pf.node.Arguments, r.vars)
	if err != nil {
		f.fail(pf.located(&Error{Message: err.Error()}))
		return f.null(fd.Type)
	}
	call := &Call{Request: r.req, Field: fd, Source: source, Args: args, Variables: r.vars, pf: pf}
	val, errs := f.resolve(pf, call)
	for _, e := range errs {
		if e.Resolver && e.Data != nil {
			e.data = f.cut(pf, e.Data)
		}
		f.fail(pf.located(e))
	}
	if val == nil && len(errs) > 0 && fd.Type.NonNull {
		return false // the resolver's own error says why
	}
	if j, ok := val.(*vtl.IndexedJSON); ok {
		return f.resolvedJSON(pf, j)
	}
	return f.value(fd.Type, pf, val)
}

// allowed tells whether the caller may read the field, and reports it if not.
func (f *frame) allowed(pf *planField) bool {
	if allow := f.run.req.Allow; allow == nil || f.lenient || allow(pf.field) {
		return true
	}
	f.fail(pf.located(&Error{Resolver: true, ErrorType: "Unauthorized",
		Message: "Not Authorized to access " + pf.field.Name + " on type " + pf.field.Parent.Name}))
	return false
}

// resolve calls the resolver; a panic becomes an InternalFailure.
func (f *frame) resolve(pf *planField, call *Call) (val vtl.Value, errs []*Error) {
	defer func() {
		if p := recover(); p != nil {
			f.run.x.log.ErrorContext(f.run.ctx, "graphql: panic in resolver",
				"field", pf.field.Parent.Name+"."+pf.field.Name, "panic", p, "stack", string(debug.Stack()))
			val, errs = nil, []*Error{{Resolver: true, ErrorType: "InternalFailure", Message: "An internal failure occurred."}}
		}
	}()
	return pf.resolver.Resolve(f.run.ctx, call)
}

// cut gives the JSON of an error's data, cut to the field's selection set.
func (f *frame) cut(pf *planField, data vtl.Value) []byte {
	if pf.sub == nil {
		return appendValue(nil, data)
	}
	g := frame{run: f.run, lenient: true}
	g.value(pf.field.Type, pf, data)
	return g.buf
}

func (pf *planField) located(e *Error) *Error {
	if e.Locations == nil {
		e.Locations = []Location{{pf.node.Position.Line, pf.node.Position.Column}}
	}
	return e
}

// null appends null if the type allows it.
func (f *frame) null(t *TypeRef) bool {
	if t.NonNull && !f.lenient {
		return false
	}
	f.buf = append(f.buf, "null"...)
	return true
}

// property reads a property of a value.
func property(v vtl.Value, name string) vtl.Value {
	switch v := v.(type) {
	case *vtl.Map:
		p, _ := v.GetString(name)
		return p
	case vtl.Object:
		p, _ := v.Property(name)
		return p
	}
	return nil
}

// value appends a value of a type.
func (f *frame) value(t *TypeRef, pf *planField, v vtl.Value) bool {
	if v == nil {
		if !t.NonNull || f.lenient {
			f.buf = append(f.buf, "null"...)
			return true
		}
		f.fail(&Error{Message: "Cannot return null for non-nullable type: '" + strings.TrimSuffix(t.text, "!") +
			"' within parent '" + pf.field.Parent.Name + "' (" + f.pathText() + ")"})
		return false
	}
	if t.Elem != nil {
		return f.list(t, pf, v)
	}
	switch t.Named.Kind {
	case ast.Scalar:
		buf, err := t.Named.scalar.output(f.buf, v)
		if err != nil {
			return f.unserializable(t, err.Error())
		}
		f.buf = buf
		return true
	case ast.Enum:
		s, ok := v.(string)
		if !ok || t.Named.enum[s] == nil {
			return f.unserializable(t, fmt.Sprintf("Invalid input for Enum '%s'. No value found for name '%s'.", t.Named.Name, clip(vtl.ToString(v))))
		}
		f.buf = append(f.buf, t.Named.enum[s]...)
		return true
	}
	switch v.(type) {
	case *vtl.Map, vtl.Object:
	default:
		f.fail(&Error{Message: "Can't resolve value (" + f.pathText() + ") : type mismatch error, expected type OBJECT"})
		return f.null(t)
	}
	object := t.Named
	if object.Kind != ast.Object {
		object = f.concrete(t.Named, v)
		if object == nil {
			f.fail(&Error{Message: "Can't resolve value (" + f.pathText() + ") : Abstract type '" + t.Named.Name +
				"' must resolve to an Object type at runtime; the value needs a __typename that names one of its types"})
			return f.null(t)
		}
	}
	if f.object(pf.sub.fields(object), v, false) {
		return true
	}
	return f.null(t)
}

// unserializable reports a value that does not fit its leaf type.
func (f *frame) unserializable(t *TypeRef, reason string) bool {
	f.fail(&Error{Message: "Can't serialize value (" + f.pathText() + ") : " + reason})
	return f.null(t)
}

// concrete finds the object type of a value of an abstract type.
func (f *frame) concrete(t *Type, v vtl.Value) *Type {
	name, ok := property(v, "__typename").(string)
	if !ok {
		return nil
	}
	for _, p := range t.Possible {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// list appends a list; one null where the element type forbids it nulls the list.
func (f *frame) list(t *TypeRef, pf *planField, v vtl.Value) bool {
	l, ok := v.(*vtl.List)
	if !ok {
		f.fail(&Error{Message: "Can't resolve value (" + f.pathText() + ") : type mismatch error, expected type LIST"})
		return f.null(t)
	}
	items := l.Items()
	start := len(f.buf)
	var futures []*future
	if len(items) > 1 && pf.deep && !f.lenient && !f.run.req.PropertiesOnly {
		futures = make([]*future, len(items))
		for i := 1; i < len(items); i++ {
			item := items[i]
			futures[i] = f.spawn(func(g *frame) bool {
				g.path = append(g.path, step{index: i})
				return g.value(t.Elem, pf, item)
			})
		}
	}
	f.buf = append(f.buf, '[')
	ok = true
	f.path = append(f.path, step{})
	for i, item := range items {
		if i > 0 {
			f.buf = append(f.buf, ',')
		}
		if futures != nil && futures[i] != nil {
			ok = f.join(futures[i]) && ok
			continue
		}
		if !ok && futures == nil {
			break
		}
		f.path[len(f.path)-1].index = i
		ok = f.value(t.Elem, pf, item) && ok
		if i&255 == 255 && f.halted() {
			ok = false
		}
	}
	f.path = f.path[:len(f.path)-1]
	if !ok {
		f.buf = f.buf[:start]
		return f.null(t)
	}
	f.buf = append(f.buf, ']')
	return true
}

// pathText prints the path the way the service's messages do: /a/items[3]/b.
func (f *frame) pathText() string {
	var b []byte
	for i := range f.path {
		if key := f.path[i].name(); key != "" {
			b = append(append(b, '/'), key...)
		} else {
			b = append(strconv.AppendInt(append(b, '['), int64(f.path[i].index), 10), ']')
		}
	}
	return string(b)
}
