package vtl

import "strings"

// This file shows a template's structure to tools: linters and editors.

// Path is one step of a reference after its root.
type Path struct {
	Name   string // of the property or method; empty for an index
	Method bool
	Index  bool
	Args   int // number of a method's arguments
}

// Reference is a mention of a variable in a template.
type Reference struct {
	Root string
	Path []Path
	// Text is the source, such as "$util.toJson($x)".
	Text         string
	Line, Column int
	Quiet        bool // $!x
	// Assigned says that #set, #foreach or #define gives the variable its value
	// here; it is not read (except for what stands before the last step).
	Assigned bool
	// Literal is the double-quoted string literal that the reference stands in,
	// as written; empty outside of literals.
	Literal string
	// Printed says that the reference's value becomes part of text: of the output,
	// or of a literal. Otherwise it is an operand or an argument.
	Printed bool
	// InQuotes says that, in printed text, a double quote is open: the reference
	// stands inside a JSON string of the output. It is found by counting the quotes
	// in the text before it, so it is a guess when branches differ.
	InQuotes bool
}

// Name gives the reference's names joined by dots, without arguments and
// indexes: "util.rds.toJsonObject".
func (r *Reference) Name() string {
	var b strings.Builder
	b.WriteString(r.Root)
	for _, p := range r.Path {
		if p.Index {
			continue
		}
		b.WriteByte('.')
		b.WriteString(p.Name)
	}
	return b.String()
}

// ItemKind says what an Item is.
type ItemKind string

// The kinds of items.
const (
	TextItem      ItemKind = "text"      // text of the output
	LiteralItem   ItemKind = "literal"   // a string literal, with its content as Text
	ReferenceItem ItemKind = "reference" // Reference is set
	DirectiveItem ItemKind = "directive" // Name is its name: set, if, foreach ... or a macro's
)

// Item is a piece of a template.
type Item struct {
	Kind         ItemKind
	Name         string
	Text         string
	Line, Column int
	// Depth is the number of directives and literals around it.
	Depth     int
	Reference *Reference
}

// Walk visits the pieces of the template in the order of the source, outer ones
// before what they hold.
func (t *Template) Walk(visit func(Item)) {
	w := &walker{t: t, visit: visit}
	w.nodes(t.tree, 0, "")
}

// References lists the references of the template in the order of Walk.
func (t *Template) References() []Reference {
	var out []Reference
	t.Walk(func(i Item) {
		if i.Reference != nil {
			out = append(out, *i.Reference)
		}
	})
	return out
}

type walker struct {
	t     *Template
	visit func(Item)
	// quoted counts the double quotes of the text before, in the output and in the
	// innermost literal.
	quoted bool
}

func (w *walker) item(kind ItemKind, name, text string, p at, depth int) {
	line, col, _ := w.t.src.locate(int(p))
	w.visit(Item{Kind: kind, Name: name, Text: text, Line: line, Column: col, Depth: depth})
}

func (w *walker) ref(n *refNode, depth int, literal string, assigned, printed bool) {
	if n == nil {
		return
	}
	line, col, _ := w.t.src.locate(int(n.at))
	r := &Reference{Root: n.root, Text: n.text, Line: line, Column: col, Quiet: n.quiet,
		Assigned: assigned, Literal: literal, Printed: printed, InQuotes: printed && w.quoted}
	for _, s := range n.steps {
		r.Path = append(r.Path, Path{Name: s.name, Method: s.kind == stepMethod, Index: s.kind == stepIndex, Args: len(s.args)})
	}
	w.visit(Item{Kind: ReferenceItem, Name: r.Name(), Text: n.text, Line: line, Column: col, Depth: depth, Reference: r})
	for _, s := range n.steps {
		for _, a := range s.args {
			w.expr(a, depth, literal)
		}
	}
}

func (w *walker) nodes(body []node, depth int, literal string) {
	for _, n := range body {
		w.node(n, depth, literal)
	}
}

func (w *walker) node(n node, depth int, literal string) {
	switch n := n.(type) {
	case *textNode:
		w.item(TextItem, "", n.text, n.at, depth)
		for i := 0; i < len(n.text); i++ {
			switch n.text[i] {
			case '\\':
				i++
			case '"':
				w.quoted = !w.quoted
			}
		}
	case *refNode:
		w.ref(n, depth, literal, false, true)
	case *setNode:
		w.item(DirectiveItem, "set", n.text, n.at, depth)
		w.ref(n.target, depth+1, literal, true, false)
		w.expr(n.value, depth+1, literal)
	case *ifNode:
		for i, b := range n.branches {
			name := "if"
			if i > 0 {
				name = "elseif"
			}
			w.item(DirectiveItem, name, "", b.at, depth)
			w.expr(b.cond, depth+1, literal)
			w.nodes(b.body, depth+1, literal)
		}
		w.nodes(n.orElse, depth+1, literal)
	case *foreachNode:
		w.item(DirectiveItem, "foreach", n.variable, n.at, depth)
		w.ref(&refNode{at: n.at, root: n.variable, text: "$" + n.variable}, depth+1, literal, true, false)
		w.expr(n.over, depth+1, literal)
		w.nodes(n.body, depth+1, literal)
	case *breakNode:
		w.item(DirectiveItem, "break", "", n.at, depth)
		w.ref(n.scope, depth+1, literal, false, false)
	case *returnNode:
		w.item(DirectiveItem, "return", "", n.at, depth)
		if n.value != nil {
			w.expr(n.value, depth+1, literal)
		}
	case *stopNode:
		w.item(DirectiveItem, "stop", "", n.at, depth)
	case *defineNode:
		w.item(DirectiveItem, "define", n.variable, n.at, depth)
		w.ref(&refNode{at: n.at, root: n.variable, text: "$" + n.variable}, depth+1, literal, true, false)
		w.nodes(n.body, depth+1, literal)
	case *macroNode:
		w.item(DirectiveItem, "macro", n.name, n.at, depth)
		w.nodes(n.body, depth+1, literal)
	case *callNode:
		w.item(DirectiveItem, n.name, n.text, n.at, depth)
		for _, a := range n.args {
			w.expr(a, depth+1, literal)
		}
		w.nodes(n.body, depth+1, literal)
	case *evaluateNode:
		w.item(DirectiveItem, "evaluate", "", n.at, depth)
		w.expr(n.arg, depth+1, literal)
	case *loadNode:
		w.item(DirectiveItem, n.name, "", n.at, depth)
		if n.arg != nil {
			w.expr(n.arg, depth+1, literal)
		}
	}
}

func (w *walker) expr(x expr, depth int, literal string) {
	switch x := x.(type) {
	case *refNode:
		w.ref(x, depth, literal, false, false)
	case *literalExpr:
		if s, ok := x.value.(string); ok {
			w.item(LiteralItem, "", s, x.at, depth)
		}
	case *stringExpr:
		w.item(LiteralItem, "", x.text[1:len(x.text)-1], x.at, depth)
		quoted := w.quoted
		w.quoted = false
		w.nodes(x.body, depth+1, x.text)
		w.quoted = quoted
	case *listExpr:
		for _, i := range x.items {
			w.expr(i, depth, literal)
		}
	case *rangeExpr:
		w.expr(x.from, depth, literal)
		w.expr(x.to, depth, literal)
	case *mapExpr:
		for i := range x.keys {
			w.expr(x.keys[i], depth, literal)
			w.expr(x.values[i], depth, literal)
		}
	case *binaryExpr:
		w.expr(x.left, depth, literal)
		w.expr(x.right, depth, literal)
	case *notExpr:
		w.expr(x.x, depth, literal)
	}
}
