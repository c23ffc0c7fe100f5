package vtl

import (
	"context"
	"sync"
)

// Template is a compiled template. It is immutable and safe for concurrent use.
type Template struct {
	src     *source
	tree    []node
	plan    []planNode
	macros  map[string]*planMacro
	names   *nameTable
	options options
}

// Limits bound what a template may do. A zero field means the default.
type Limits struct {
	Source  int // bytes of source; default 65,536, as in AppSync
	Foreach int // turns of one #foreach; default 1,000, as in AppSync
	Output  int // bytes of rendered text; default 5 MiB, as in AppSync
	Memory  int // bytes that a run may allocate in values of its own; default 64 MiB
	Steps   int // directives, references and operations of one run; default 5,000,000
	Depth   int // nesting of macros, #define blocks and #evaluate; default 20, as in Velocity
}

func (l Limits) withDefaults() Limits {
	set := func(p *int, v int) {
		if *p <= 0 {
			*p = v
		}
	}
	set(&l.Source, 64<<10)
	set(&l.Foreach, 1000)
	set(&l.Output, 5<<20)
	set(&l.Memory, 64<<20)
	set(&l.Steps, 5_000_000)
	set(&l.Depth, 20)
	return l
}

// NullAssign says what #set does when its right side is null. Which of the two
// AppSync does is not documented.
type NullAssign int

const (
	// AssignNull makes the variable null, as Velocity 2 does. The default.
	AssignNull NullAssign = iota
	// KeepValue leaves the variable as it was, as Velocity 1.7 does.
	KeepValue
)

type options struct {
	limits     Limits
	nullAssign NullAssign
}

// Option changes how a template is compiled.
type Option func(*options)

// WithLimits sets the limits of the template and its runs.
func WithLimits(l Limits) Option { return func(o *options) { o.limits = l } }

// WithNullAssign sets what #set of null does.
func WithNullAssign(n NullAssign) Option { return func(o *options) { o.nullAssign = n } }

// Compile reads a template. name stands in its errors. The error is an *Error.
func Compile(name, text string, opts ...Option) (*Template, error) {
	t := &Template{src: &source{name: name, text: text}, names: &nameTable{names: map[string]int{}}}
	for _, o := range opts {
		o(&t.options)
	}
	t.options.limits = t.options.limits.withDefaults()
	if n := t.options.limits.Source; len(text) > n {
		return nil, t.src.errorAt(Parse, 0, nil, "the template has %d bytes; at most %d are allowed", len(text), n)
	}
	var err error
	if t.tree, err = parseTemplate(t.src); err != nil {
		return nil, err
	}
	t.plan, t.macros = newPlan(t.names, nil, nil, false, t.tree, false)
	markTail(t.plan)
	return t, nil
}

// Name is the name given to Compile.
func (t *Template) Name() string { return t.src.name }

// Source is the text given to Compile.
func (t *Template) Source() string { return t.src.text }

// Result is what a run gave.
type Result struct {
	// Output is the rendered text. After #return it is what was rendered so far.
	Output []byte
	// Text takes the place of Output in runs with WithText.
	Text string
	// Returned says that #return ended the run, with Return as its value.
	Returned bool
	Return   Value
	// Line and Column are where #return stands; zero otherwise.
	Line, Column int
	// HasValue says that the text, if it had been made, would be the JSON of Value;
	// Output and Text then lack it. Only runs with WithValue set it.
	HasValue bool
	Value    Value
}

// RunOption changes one run.
type RunOption func(*runOptions)

// WithValue spares a template whose text ends in a call such as $util.toJson($x),
// with nothing but blanks around it, the detour over text: the result then has
// the value of $x itself, as FromJSON would give it back. The value shares maps and
// lists with the run's variables, so this is not for results that a later template
// sees while it can still change those.
func WithValue() RunOption { return func(o *runOptions) { o.value = true } }

// WithText gives the rendered text as a string, in Result.Text. A text that is one
// string and blanks is that string itself, without the blanks.
func WithText() RunOption { return func(o *runOptions) { o.text = true } }

// JSONWriter is implemented by host objects that have a method which gives its one
// argument's JSON text; see WithValue.
type JSONWriter interface {
	WritesJSON(method string) bool
}

type runOptions struct {
	value   bool
	text    bool
	ctx     context.Context
	host    any
	observe func(Event)
}

// WithContext ends the run when the context ends.
func WithContext(ctx context.Context) RunOption { return func(o *runOptions) { o.ctx = ctx } }

// WithHost hands a value to the host objects of this run, in Call.Host.
func WithHost(host any) RunOption { return func(o *runOptions) { o.host = host } }

// WithObserver calls f for everything that is evaluated, in order.
func WithObserver(f func(Event)) RunOption { return func(o *runOptions) { o.observe = f } }

// Event is one thing that a run did, for tracing.
type Event struct {
	// What is "reference", "set", "if", "elseif", "foreach", "break", "return",
	// "stop", "define", "evaluate" or "macro".
	What string
	// Source is the text of the reference, of #set's value, or the macro's name.
	Source       string
	Line, Column int
	// Value is the reference's value, the value set, the condition's outcome, the
	// loop's element or what is returned.
	Value Value
}

var runs = sync.Pool{New: func() any { return new(run) }}

// Run renders the template with the given variables; the map itself is not
// changed. The error is an *Error; when a host object ended the run, errors.As
// finds that object's error.
func (t *Template) Run(vars map[string]Value, opts ...RunOption) (*Result, error) {
	r := runs.Get().(*run)
	r.begin(t, vars)
	for _, o := range opts {
		o(&r.opts)
	}
	r.call.Context, r.call.Host = r.opts.ctx, r.opts.host
	if r.call.Context == nil {
		r.call.Context = context.Background()
	}
	res, err := r.result(r.body(t.plan))
	r.end()
	return res, err
}
