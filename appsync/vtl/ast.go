package vtl

// The syntax tree. Offsets are byte offsets in the template's source, also for
// nodes inside an interpolated string literal.

// node is a piece of a template that renders something or acts.
type node interface{ offset() int }

// expr is something with a value.
type expr interface{ offset() int }

type at int

func (a at) offset() int { return int(a) }

type (
	// textNode is text that prints as it is.
	textNode struct {
		at
		text string
	}

	// refNode is a reference, in text or in an expression.
	refNode struct {
		at
		text      string // its source, which prints when it is null
		root      string
		steps     []step
		quiet     bool
		escaped   bool   // an odd number of backslashes before it
		escPrefix string // half of those backslashes
		prefix    string // text that got stuck to it, like the first $ of $$x
	}

	setNode struct {
		at
		target *refNode
		value  expr
		text   string // source of the value
	}

	ifNode struct {
		at
		branches []ifBranch
		orElse   []node
		hasElse  bool
	}

	foreachNode struct {
		at
		variable string
		over     expr
		body     []node
	}

	breakNode struct {
		at
		scope *refNode // nil: the nearest loop
	}

	returnNode struct {
		at
		value expr // nil: null
	}

	stopNode struct{ at }

	defineNode struct {
		at
		variable string
		body     []node
	}

	macroNode struct {
		at
		name   string
		params []string
		body   []node
		// order is the macro's place in the order in which their #end comes: of two
		// with one name the first counts.
		order int
	}

	// callNode is #name or #name(...): a macro call if there is such a macro when
	// it is rendered, else text.
	callNode struct {
		at
		name string
		args []expr
		text string
		body []node // of #@name ... #end
		// block tells #@name from #name.
		block bool
	}

	evaluateNode struct {
		at
		arg expr
	}

	// loadNode is #parse or #include: there is nothing to load from.
	loadNode struct {
		at
		name string
		arg  expr
	}
)

type ifBranch struct {
	at
	cond expr
	body []node
}

type stepKind uint8

const (
	stepProperty stepKind = iota
	stepMethod
	stepIndex
)

// step is one part of a reference after its root.
type step struct {
	at
	kind stepKind
	name string
	args []expr // arguments of a method, or the one index
}

type (
	// literalExpr is a number, a boolean or a string without references in it.
	literalExpr struct {
		at
		value Value
		text  string // its source
	}

	// stringExpr is a string literal with references or directives in it.
	stringExpr struct {
		at
		body []node
		text string // its source
	}

	listExpr struct {
		at
		items []expr
	}

	rangeExpr struct {
		at
		from, to expr
		text     string // its source
	}

	mapExpr struct {
		at
		keys, values []expr
	}

	binaryExpr struct {
		at
		op          operator
		left, right expr
	}

	notExpr struct {
		at
		x expr
	}

	// wordExpr is a bare word: the in of #foreach, an argument of a macro.
	wordExpr struct {
		at
		word string
	}
)

type operator uint8

const (
	opOr operator = iota
	opAnd
	opEq
	opNe
	opLt
	opLe
	opGt
	opGe
	opAdd
	opSub
	opMul
	opDiv
	opMod
)

var operatorText = [...]string{"||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"}

func (o operator) String() string { return operatorText[o] }
