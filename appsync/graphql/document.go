package graphql

import (
	"container/list"
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

// Limits bound the work a request can cause. The zero value of a limit means
// its default.
type Limits struct {
	// DocumentBytes is the size of a document's text; default 256 KiB.
	DocumentBytes int
	// Tokens is the number of tokens in a document; default 15,000 (graphql-java's).
	Tokens int
	// Fields is the number of fields of an operation with all fragments
	// written out; default 20,000.
	Fields int
	// QueryDepth is AppSync's queryDepthLimit: the nesting of fields, 1 to 75;
	// default none (but never more than 200). Introspection is bounded apart.
	QueryDepth int
	// ResolverCount is AppSync's resolverCountLimit: resolver calls in a
	// request; default 10,000.
	ResolverCount int
	// ResponseBytes is the size of the data member; default 10 MiB.
	ResponseBytes int
	// Errors is the number of errors reported in a response; default 1,000.
	Errors int
	// Concurrency is the number of goroutines a request may add; default 32.
	Concurrency int
	// Documents is the number of validated documents kept; default 1,000.
	Documents int
}

const hardDepth = 200

func (l Limits) withDefaults() Limits {
	set := func(p *int, v int) {
		if *p <= 0 {
			*p = v
		}
	}
	set(&l.DocumentBytes, 256<<10)
	set(&l.Tokens, 15_000)
	set(&l.Fields, 20_000)
	set(&l.ResolverCount, 10_000)
	set(&l.ResponseBytes, 10<<20)
	set(&l.Errors, 1_000)
	set(&l.Concurrency, 32)
	set(&l.Documents, 1_000)
	return l
}

// document is a parsed and validated document with the plans made for it.
type document struct {
	text      string
	ops       []*operation
	fragments map[string]*ast.FragmentDefinition
}

// operation is one operation of a document.
type operation struct {
	doc   *document
	def   *ast.OperationDefinition
	root  *Type
	vars  []*variable
	conds []string // variables that @skip and @include read
	depth int

	mu    sync.Mutex
	plans map[uint64]*plan
}

// variable is a declared variable of an operation.
type variable struct {
	name string
	typ  *TypeRef
	def  *ast.Value
	at   Location
}

// parse reads and validates a document; errs non-empty means it can't be executed.
func (x *Executor) parse(text string) (*document, []*Error) {
	if len(text) > x.limits.DocumentBytes {
		return nil, []*Error{{Message: fmt.Sprintf("The document has %d bytes; at most %d are accepted.", len(text), x.limits.DocumentBytes)}}
	}
	if !utf8.ValidString(text) {
		return nil, []*Error{{Message: "Invalid Syntax : the document is not valid UTF-8"}}
	}
	parsed, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, x.limits.Tokens)
	if err != nil {
		return nil, []*Error{syntaxError(text, err)}
	}
	if len(parsed.Operations) == 0 {
		return nil, []*Error{{Message: "Invalid Syntax : the document contains no operation"}}
	}
	if errs := validate(x.schema, parsed); len(errs) > 0 {
		return nil, errs
	}
	d := &document{text: text, fragments: make(map[string]*ast.FragmentDefinition, len(parsed.Fragments))}
	for _, f := range parsed.Fragments {
		d.fragments[f.Name] = f
	}
	m := measure{doc: d, fragments: map[string]size{}}
	for _, def := range parsed.Operations {
		got := m.set(def.SelectionSet)
		if got.fields > x.limits.Fields {
			return nil, []*Error{at(def.Position, "The operation selects more than %d fields with its fragments written out.", x.limits.Fields)}
		}
		if got.meta && got.introspection > 3 {
			return nil, []*Error{at(def.Position, "The introspection query nests lists more than 3 deep.")}
		}
		if got.depth > hardDepth {
			return nil, []*Error{at(def.Position, "The operation nests fields more than %d deep.", hardDepth)}
		}
		if got.meta && x.noIntrospection {
			f := m.metaField
			e := at(f.Position, "Validation error of type FieldUndefined: Field '%s' in type '%s' is undefined @ '%s'", f.Name, x.schema.Query.Name, f.Name)
			return nil, []*Error{e}
		}
		op := &operation{doc: d, def: def, root: x.schema.root(def.Operation), depth: got.depth}
		for _, v := range def.VariableDefinitions {
			op.vars = append(op.vars, &variable{name: v.Variable, typ: x.schema.typeOf(v.Type), def: v.DefaultValue,
				at: Location{v.Position.Line, v.Position.Column}})
		}
		seen := map[string]bool{}
		for _, name := range m.conditions(def) {
			if !seen[name] {
				seen[name] = true
				op.conds = append(op.conds, name)
			}
		}
		d.ops = append(d.ops, op)
	}
	return d, nil
}

func at(pos *ast.Position, format string, args ...any) *Error {
	return &Error{Message: fmt.Sprintf(format, args...), Locations: []Location{{pos.Line, pos.Column}}}
}

// syntaxError words a parser error as graphql-java does, with the token found.
func syntaxError(text string, err error) *Error {
	var ge *gqlerror.Error
	if !errors.As(err, &ge) {
		return &Error{Message: "Invalid Syntax : " + err.Error()}
	}
	if len(ge.Locations) == 0 {
		return &Error{Message: "Invalid Syntax : " + ge.Message}
	}
	l := ge.Locations[0]
	token := tokenAt(text, l.Line, l.Column)
	return &Error{
		Message:   fmt.Sprintf("Invalid Syntax : offending token '%s' at line %d column %d", token, l.Line, l.Column),
		Locations: []Location{{l.Line, l.Column}},
	}
}

func tokenAt(text string, line, column int) string {
	lines := strings.Split(text, "\n")
	if line < 1 || line > len(lines) {
		return "<EOF>"
	}
	runes := []rune(lines[line-1])
	if column < 1 || column > len(runes) {
		return "<EOF>"
	}
	runes = runes[column-1:]
	n := 0
	for n < len(runes) && n < 64 && (runes[n] == '_' || runes[n] >= '0' && runes[n] <= '9' || runes[n] >= 'a' && runes[n] <= 'z' || runes[n] >= 'A' && runes[n] <= 'Z') {
		n++
	}
	return string(runes[:max(n, 1)])
}

// size is what a selection set amounts to with its fragments written out.
type size struct {
	fields, depth, introspection int
	meta                         bool
}

const sizeCeiling = 1 << 30

func (a *size) add(b size, nested bool) {
	a.fields = min(a.fields+b.fields, sizeCeiling)
	d := b.depth
	if nested {
		d++
	}
	a.depth = max(a.depth, d)
	a.introspection = max(a.introspection, b.introspection)
	a.meta = a.meta || b.meta
}

type measure struct {
	doc       *document
	fragments map[string]size
	metaField *ast.Field
}

func (m *measure) set(set ast.SelectionSet) size {
	var total size
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			sub := m.set(sel.SelectionSet)
			sub.fields++
			switch sel.Name {
			case "__schema", "__type":
				sub.meta = true
				sub.depth = 0
				m.metaField = sel
			case "fields", "interfaces", "possibleTypes", "inputFields":
				// Counted everywhere, read only when the operation has introspection.
				sub.introspection++
			}
			total.add(sub, true)
		case *ast.InlineFragment:
			total.add(m.set(sel.SelectionSet), false)
		case *ast.FragmentSpread:
			got, ok := m.fragments[sel.Name]
			if !ok {
				got = m.set(m.doc.fragments[sel.Name].SelectionSet)
				m.fragments[sel.Name] = got
			}
			total.add(got, false)
		}
	}
	return total
}

// conditions lists the variables that an operation's @skip and @include read.
func (m *measure) conditions(op *ast.OperationDefinition) []string {
	var names []string
	visited := map[string]bool{}
	var walk func(set ast.SelectionSet)
	read := func(list ast.DirectiveList) {
		for _, d := range list {
			if a := d.Arguments.ForName("if"); a != nil && a.Value.Kind == ast.Variable {
				names = append(names, a.Value.Raw)
			}
		}
	}
	walk = func(set ast.SelectionSet) {
		for _, sel := range set {
			switch sel := sel.(type) {
			case *ast.Field:
				read(sel.Directives)
				walk(sel.SelectionSet)
			case *ast.InlineFragment:
				read(sel.Directives)
				walk(sel.SelectionSet)
			case *ast.FragmentSpread:
				read(sel.Directives)
				if !visited[sel.Name] {
					visited[sel.Name] = true
					walk(m.doc.fragments[sel.Name].SelectionSet)
				}
			}
		}
	}
	walk(op.SelectionSet)
	return names
}

// documentCache keeps the most recently used documents by their text.
type documentCache struct {
	mu    sync.Mutex
	most  int
	items map[string]*list.Element
	order *list.List // front is the newest
}

func newDocumentCache(most int) *documentCache {
	return &documentCache{most: most, items: make(map[string]*list.Element), order: list.New()}
}

func (c *documentCache) get(text string) *document {
	c.mu.Lock()
	defer c.mu.Unlock()
	el := c.items[text]
	if el == nil {
		return nil
	}
	c.order.MoveToFront(el)
	return el.Value.(*document)
}

func (c *documentCache) put(d *document) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.items[d.text] != nil {
		return
	}
	c.items[d.text] = c.order.PushFront(d)
	for c.order.Len() > c.most {
		oldest := c.order.Back()
		c.order.Remove(oldest)
		delete(c.items, oldest.Value.(*document).text)
	}
}
