package vtl

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// maxParseDepth bounds the nesting of directives, expressions and string
// literals in a source.
const maxParseDepth = 200

// builtin are the directives of Velocity 1.7 and AppSync that are not control
// words. Their names cannot be used as bare words or macros.
var builtin = map[string]bool{
	"foreach": true, "include": true, "parse": true, "macro": true, "literal": true,
	"evaluate": true, "break": true, "define": true, "return": true,
}

// controlWords are the directives that the grammar itself knows.
var controlWords = map[string]bool{
	"if": true, "elseif": true, "else": true, "end": true, "set": true, "stop": true,
}

// parser reads one source: the template, or the inside of a string literal.
type parser struct {
	src  *source // of the template, for errors
	s    string  // what is read
	i    int
	base int // where s starts in the template
	// literal says that s is the inside of a string literal, with a blank after it.
	literal bool
	cuts    []int // offsets in s after which one more character of the template was left out
	// textEnd is where the last plain text ended.
	textEnd int
	// macros are the names declared so far, shared with parsers of literals.
	macros map[string]bool
	depth  int
}

// place turns an offset in s into an offset in the template.
func (p *parser) place(i int) int {
	if p.literal { // the blank at the end is not in the source
		i = min(i, len(p.s)-1)
	}
	n := p.base + i
	for _, c := range p.cuts {
		if c >= i {
			break
		}
		n++
	}
	return n
}

func (p *parser) at(i int) at { return at(p.place(i)) }

func (p *parser) errorf(i int, format string, args ...any) error {
	return p.src.errorAt(Parse, p.place(i), nil, format, args...)
}

// found names what stands at an offset, for messages.
func (p *parser) found(i int) string {
	switch {
	case p.literal && i >= len(p.s)-1:
		return "the end of the string"
	case i >= len(p.s):
		return "the end of the template"
	}
	end := i + 1
	for end < len(p.s) && end < i+20 && p.s[end] != '\n' && p.s[end] != ' ' && p.s[end]&0xC0 != 0x80 {
		if isAlpha(p.s[i]) && !isAlpha(p.s[end]) {
			break
		}
		if !isAlpha(p.s[i]) {
			break
		}
		end++
	}
	for end < len(p.s) && p.s[end]&0xC0 == 0x80 {
		end++
	}
	return strconv.Quote(p.s[i:end])
}

func (p *parser) enter(i int) error {
	if p.depth++; p.depth > maxParseDepth {
		return p.errorf(i, "the template is nested more than %d deep", maxParseDepth)
	}
	return nil
}

// terminator is what ended a block.
type terminator uint8

const (
	endOfSource terminator = iota
	endDirective
	elseDirective
	elseifDirective
)

var terminatorText = [...]string{"the end of the template", "#end", "#else", "#elseif"}

func parseTemplate(src *source) ([]node, error) {
	p := &parser{src: src, s: src.text, macros: map[string]bool{}}
	return p.all()
}

// all reads to the end.
func (p *parser) all() ([]node, error) {
	start := p.i
	body, term, pos, err := p.block(start)
	if err != nil {
		return nil, err
	}
	if term != endOfSource {
		return nil, p.errorf(pos, "%s without the #if, #foreach or other directive that it belongs to", terminatorText[term])
	}
	return body, nil
}

// block reads statements up to #end, #else, #elseif or the end of the source. pos
// is where the terminator stands.
func (p *parser) block(opened int) (body []node, term terminator, pos int, err error) {
	if err := p.enter(opened); err != nil {
		return nil, 0, 0, err
	}
	defer func() { p.depth-- }()
	for p.i < len(p.s) {
		if end := setEnd(p.s, p.i); end >= 0 {
			n, err := p.set(end)
			if err != nil {
				return nil, 0, 0, err
			}
			if len(body) > 0 {
				// After "$x #set(...)" the scanner is back in the reference.
				ref, ok := body[len(body)-1].(*refNode)
				if ok && !strings.HasSuffix(ref.text, "}") && p.i < len(p.s) && p.s[p.i] == '[' {
					return nil, 0, 0, p.errorf(p.i, "%s right after a #set that follows a reference is taken for part of that reference; write ${...} there", p.found(p.i))
				}
			}
			body = append(body, n)
			continue
		}
		start := p.i
		switch p.s[p.i] {
		case '\\', '$', '#':
			read := p.backslashes
			if p.s[p.i] != '\\' {
				var before node
				if len(body) > 0 {
					before = body[len(body)-1]
				}
				read = func() (node, terminator, error) { return p.special(before, 0) }
			}
			n, term, err := read()
			if err != nil {
				return nil, 0, 0, err
			}
			if term != endOfSource {
				return body, term, start, nil
			}
			if n == nil {
				break
			}
			body = append(body, n)
			if ref, ok := n.(*refNode); ok && (strings.HasSuffix(ref.text, ")") || strings.HasSuffix(ref.text, "]")) {
				// A name right after a call or an index is a token of its own, so that
				// blanks between it and a #set are the directive's.
				if end := nameEnd(p.s, p.i); end >= 0 {
					body = append(body, &textNode{p.at(p.i), p.s[p.i:end]})
					p.i, p.textEnd = end, end
				}
			}
		default:
			end := strings.IndexAny(p.s[p.i:], "$#\\")
			if end < 0 {
				p.i = len(p.s)
			} else {
				p.i += end
			}
			body = append(body, &textNode{p.at(start), p.s[start:p.i]})
			p.textEnd = p.i
		}
	}
	return body, endOfSource, p.i, nil
}

// declares is the name under which #set, #define or #macro files the reference. In
// 1.7 that is what follows the $, so that ${x} and $!x declare a name that no
// reference can mention.
func (n *refNode) declares() string { return n.text[1:] }

// endsInName tells whether the reference ends in the name of a property, with
// indexes or without.
func (n *refNode) endsInName() bool {
	k := len(n.steps) - 1
	for k >= 0 && n.steps[k].kind == stepIndex {
		k--
	}
	return k >= 0 && n.steps[k].kind == stepProperty && !strings.HasSuffix(n.text, "}")
}

// blockToEnd reads the body of a directive that only #end closes.
func (p *parser) blockToEnd(opened int, name string) ([]node, error) {
	body, term, pos, err := p.block(opened)
	switch {
	case err != nil:
		return nil, err
	case term == endOfSource:
		return nil, p.errorf(opened, "#%s has no #end", name)
	case term != endDirective:
		return nil, p.errorf(pos, "%s inside #%s, where only #end can stand", terminatorText[term], name)
	}
	return body, nil
}

// backslashes reads a run of backslashes and what they escape.
func (p *parser) backslashes() (node, terminator, error) {
	start := p.i
	n := start
	for n < len(p.s) && p.s[n] == '\\' {
		n++
	}
	count := n - start
	if n < len(p.s) && p.s[n] == '$' {
		return p.special(nil, count)
	}
	name, end := "", -1
	if n < len(p.s) && p.s[n] == '#' {
		name, end = directiveName(p.s, n+1)
	}
	if end >= 0 && count%2 == 1 { // \#word: an escaped directive
		p.i = end
		text := p.s[start:end]
		if builtin[name] || controlWords[name] || p.macros[name] {
			text = strings.Repeat(`\`, (count-1)/2) + p.s[n:end]
		}
		return &textNode{p.at(start), text}, 0, nil
	}
	p.i = n
	text := p.s[start:n]
	// \\ before a directive is one backslash; #set is no such directive, since its
	// token holds the parenthesis too.
	if end >= 0 && p.s[n+1] != '{' && setEnd(p.s, n) < 0 && (builtin[name] || p.macros[name] || controlWords[name] && name != "set") ||
		end >= 0 && p.s[n+1] == '{' && controlWords[name] && setEnd(p.s, n) < 0 {
		text = strings.Repeat(`\`, count/2)
	}
	return &textNode{p.at(start), text}, 0, nil
}

// escapes tells whether backslashes and a directive's # and name stand at i. A $ or
// # right before them is lost.
func (p *parser) escapes(i int) bool {
	n := i
	for n < len(p.s) && p.s[n] == '\\' {
		n++
	}
	if n == i || n >= len(p.s) || p.s[n] != '#' {
		return false
	}
	_, end := directiveName(p.s, n+1)
	return end >= 0
}

// unfinished matches a comment that reaches to the end of the template and whose
// last characters the scanner takes for the beginning of something.
var unfinished = regexp.MustCompile(`(?:\$(?:\\*!)?|#\*?|#\[\[)$`)

// special reads what starts with $ or #: a reference, a directive, a comment, or
// text after all. before is what it follows, escapes the number of backslashes
// before the $.
//
// Velocity's scanner lets a $ or # that begins nothing stick to what follows. In
// front of a reference it is printed with it; in front of a directive or comment
// it is lost, which is what happens here as well.
func (p *parser) special(before node, escapes int) (n node, term terminator, err error) {
	start := p.i
	i := start
	last := start // of the piece that decides
	afterName := false
	if ref, ok := before.(*refNode); ok && ref.endsInName() && strings.HasPrefix(p.s[i:], "##") {
		// After "$a.b" and "$a.b[0]" the scanner doesn't know this comment: the first #
		// begins nothing.
		i++
		afterName = true
	}
	for {
		last = i
		for i < len(p.s) && p.s[i] == '\\' {
			i++
		}
		if i >= len(p.s) {
			break
		}
		if p.s[i] == '$' {
			if i+1 < len(p.s) && p.s[i+1] == '[' { // $[ is text
				p.i = i + 2
				return &textNode{p.at(start), p.s[start:p.i]}, 0, nil
			}
			i++
			j := i
			for j < len(p.s) && p.s[j] == '\\' {
				j++
			}
			if j < len(p.s) && p.s[j] == '!' {
				i = j + 1
				if i < len(p.s) && p.s[i] == '[' {
					p.i = i + 1
					return &textNode{p.at(start), p.s[start:p.i]}, 0, nil
				}
			}
			// Another $ (with or without backslashes) or # right after it?
			j = i
			for j < len(p.s) && p.s[j] == '\\' {
				j++
			}
			if j < len(p.s) && p.s[j] == '$' {
				continue
			}
			if i < len(p.s) && p.s[i] == '#' {
				continue
			}
			return p.afterDollar(start, i, escapes)
		}
		// #
		rest := p.s[i:]
		switch {
		case strings.HasPrefix(rest, "##"):
			end := strings.IndexAny(rest, "\r\n")
			if end < 0 {
				if unfinished.MatchString(rest[2:]) {
					return nil, 0, p.errorf(len(p.s)-1, "a comment at the end of a template cannot end so; write a line break after it")
				}
				p.i = len(p.s)
			} else {
				p.i = newline(p.s, i+end)
			}
			if i > start && !afterName {
				return &textNode{p.at(start), p.s[start:i]}, 0, nil
			}
			return nil, 0, nil
		case strings.HasPrefix(rest, "#[["):
			end := strings.Index(rest[3:], "]]#")
			if end < 0 {
				return nil, 0, p.errorf(i, "#[[ without ]]#")
			}
			p.i = i + 3 + end + 3
			// Three characters go at both ends, even when a stray $ is the first.
			return &textNode{p.at(start + 3), p.s[start+3 : p.i-3]}, 0, nil
		case strings.HasPrefix(rest, "#*"):
			from := 2
			if strings.HasPrefix(rest, "#**") && len(rest) > 3 && rest[3] != '#' {
				from = 3
			}
			end := strings.Index(rest[from:], "*#")
			if end < 0 { // it reaches to the end
				if unfinished.MatchString(rest) {
					return nil, 0, p.errorf(len(p.s)-1, "a #* without *# cannot end so")
				}
				p.i = len(p.s)
			} else {
				p.i = i + from + end + 2
			}
			return nil, 0, nil
		}
		if i > start {
			if end := setEnd(p.s, i); end >= 0 {
				if afterName {
					return nil, 0, p.errorf(i, "a # between a reference and #set makes text of #set")
				}
				p.i = i
				n, err := p.set(end)
				return n, 0, err
			}
		}
		if name, end := directiveName(p.s, i+1); end >= 0 {
			return p.directive(start, i, name, end)
		}
		j := i + 1
		for j < len(p.s) && p.s[j] == '\\' {
			j++
		}
		if j < len(p.s) && p.s[j] == '$' { // #$x: the # sticks to the reference
			i++
			continue
		}
		if p.escapes(i+1) || j > i+2 {
			p.i = i + 1
			return p.backslashes()
		}
		if i+1 >= len(p.s) {
			return nil, 0, p.errorf(i, "a template cannot end in #")
		}
		p.i = i + 1
		if end, _ := number(p.s, p.i); end >= 0 { // #5 is one token
			p.i = end
			return &textNode{p.at(start), p.s[start:end]}, 0, nil
		}
		if setEnd(p.s, p.i) >= 0 { // a stray # before a #set is lost
			return nil, 0, nil
		}
		return &textNode{p.at(start), p.s[start:p.i]}, 0, nil
	}
	return nil, 0, p.errorf(last, "a template cannot end in $")
}

// afterDollar reads the rest of a reference whose $ (and !) ends at i, or makes
// text of it when no name follows.
func (p *parser) afterDollar(start, i, escapes int) (node, terminator, error) {
	if i >= len(p.s) {
		return nil, 0, p.errorf(i-1, "a template cannot end in $")
	}
	formal := p.s[i] == '{'
	nameAt := i
	if formal {
		nameAt++
	}
	if nameEnd(p.s, nameAt) < 0 {
		if end := setEnd(p.s, i); end >= 0 { // "$ #set(": the $ is lost
			n, err := p.set(end)
			return n, 0, err
		}
		p.i = i
		if formal {
			p.i++
			return &textNode{p.at(start), p.s[start:p.i]}, 0, nil
		}
		if p.escapes(i) {
			return p.backslashes()
		}
		return &textNode{p.at(start), strayText(p.s[start:i])}, 0, nil
	}
	image := p.s[start:i]
	if at := strings.Index(image, `\!`); at >= 0 {
		// $\!x is no reference: one backslash goes, the rest is text.
		p.i = i
		if _, err := p.refBody(start, i); err != nil {
			return nil, 0, err
		}
		text := p.s[start:p.i]
		from := strings.IndexByte(text, '$')
		for from < len(text) && text[from] != '\\' {
			from++
		}
		return &textNode{p.at(start), text[:from] + text[from+1:]}, 0, nil
	}
	refStart := start + escapes
	dollar := start + strings.LastIndexByte(image, '$')
	ref, err := p.refBody(dollar, i)
	if err != nil {
		return nil, 0, err
	}
	ref.at = p.at(dollar)
	ref.prefix = p.s[refStart:dollar]
	ref.escaped = escapes%2 == 1
	ref.escPrefix = strings.Repeat(`\`, escapes/2)
	return ref, 0, nil
}

// strayText is what Velocity prints of $ and its company when no name follows: $
// and #, and backslashes that stand before a $. An exclamation mark is lost, and
// so is the character after an escaped $.
func strayText(image string) string {
	var b strings.Builder
	for i := 0; i < len(image); i++ {
		switch image[i] {
		case '$', '#':
			b.WriteByte(image[i])
		case '\\':
			j := i
			for j < len(image) && image[j] == '\\' {
				j++
			}
			if j < len(image) && image[j] == '$' {
				b.WriteString(image[i : j+1])
				i = j + 1
			}
		}
	}
	return b.String()
}

// reference reads a reference in an expression; p.i is at the $.
func (p *parser) reference() (*refNode, error) {
	start := p.i
	i := start + 1
	if i < len(p.s) && p.s[i] == '!' {
		i++
	}
	return p.refBody(start, i)
}

// refBody reads name and steps of a reference that starts at start, i being after
// $ and !.
func (p *parser) refBody(start, i int) (*refNode, error) {
	if err := p.enter(start); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	ref := &refNode{at: p.at(start), quiet: p.s[i-1] == '!'}
	formal := i < len(p.s) && p.s[i] == '{'
	if formal {
		i++
	}
	end := nameEnd(p.s, i)
	if end < 0 {
		return nil, p.errorf(i, "a name was expected after $, not %s", p.found(i))
	}
	ref.root = p.s[i:end]
	if ref.root == "true" || ref.root == "false" {
		return nil, p.errorf(i, "%s cannot be the name of a variable", ref.root)
	}
	p.i = end
	for {
		for p.i < len(p.s) && p.s[p.i] == '[' {
			st, err := p.index()
			if err != nil {
				return nil, err
			}
			ref.steps = append(ref.steps, st)
		}
		if p.i+1 >= len(p.s) || p.s[p.i] != '.' || !isAlpha(p.s[p.i+1]) {
			break
		}
		nameAt := p.i + 1
		end := nameEnd(p.s, nameAt)
		st := step{at: p.at(nameAt), name: p.s[nameAt:end]}
		if st.name == "true" || st.name == "false" {
			return nil, p.errorf(nameAt, "%s cannot be the name of a property; use .get(\"%s\")", st.name, st.name)
		}
		p.i = end
		if end < len(p.s)-1 && p.s[end] == '(' { // at the very end ( is text
			st.kind = stepMethod
			p.i++
			var err error
			if st.args, err = p.arguments(end); err != nil {
				return nil, err
			}
		}
		ref.steps = append(ref.steps, st)
	}
	if formal {
		if p.i >= len(p.s) || p.s[p.i] != '}' {
			return nil, p.errorf(p.i, "} was expected to end the reference %s, not %s", p.s[start:p.i], p.found(p.i))
		}
		p.i++
	}
	ref.text = p.s[start:p.i]
	return ref, nil
}

func (p *parser) index() (step, error) {
	st := step{at: p.at(p.i), kind: stepIndex}
	p.i = skipSpace(p.s, p.i+1)
	x, err := p.value(noWords)
	if err != nil {
		return st, err
	}
	switch x.(type) {
	case *listExpr, *mapExpr, *rangeExpr:
		return st, p.errorf(p.i, "an index must be a string, an integer, a boolean or a reference")
	case *literalExpr:
		if _, ok := x.(*literalExpr).value.(float64); ok {
			return st, p.errorf(p.i, "an index must be a string, an integer, a boolean or a reference")
		}
	}
	p.i = skipSpace(p.s, p.i)
	if p.i >= len(p.s) || p.s[p.i] != ']' {
		return st, p.errorf(p.i, "] was expected to end the index, not %s", p.found(p.i))
	}
	p.i++
	st.args = []expr{x}
	return st, nil
}

// arguments reads a method's arguments after the (.
func (p *parser) arguments(open int) ([]expr, error) {
	var args []expr
	if p.i < len(p.s) && p.s[p.i] == ')' {
		p.i++
		return nil, nil
	}
	for {
		p.i = skipSpace(p.s, p.i)
		x, err := p.value(nullWords)
		if err != nil {
			return nil, err
		}
		args = append(args, x)
		p.i = skipSpace(p.s, p.i)
		switch {
		case p.i < len(p.s) && p.s[p.i] == ',':
			p.i++
		case p.i < len(p.s) && p.s[p.i] == ')':
			p.i++
			return args, nil
		case p.i >= len(p.s):
			return nil, p.errorf(open, "the ( of this call is never closed")
		default:
			return nil, p.errorf(p.i, "a comma or ) was expected in the arguments, not %s (arguments cannot be calculated in place: use #set first)", p.found(p.i))
		}
	}
}

// wordRule says what a bare word is where a value is read.
type wordRule uint8

const (
	noWords   wordRule = iota
	bareWords          // in a directive's parentheses: a word
	nullWords          // in a method's parentheses: null
)

// nested is the rule inside of a list or map.
func (w wordRule) nested() wordRule {
	if w == nullWords {
		return nullWords
	}
	return noWords
}

// value reads a literal, a list, a map, a range or a reference: all that can be
// an argument or an element.
func (p *parser) value(words wordRule) (expr, error) {
	if err := p.enter(p.i); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	start := p.i
	if start >= len(p.s) {
		return nil, p.errorf(start, "a value was expected, not %s", p.found(start))
	}
	switch c := p.s[start]; {
	case c == '$':
		return p.reference()
	case c == '"' || c == '\'':
		return p.stringLiteral()
	case c == '[':
		return p.list(words.nested())
	case c == '{':
		return p.mapLiteral(words.nested())
	case isDigit(c) || c == '-' || c == '.':
		end, float := number(p.s, start)
		if end < 0 {
			return nil, p.errorf(start, "a value was expected, not %s", p.found(start))
		}
		return p.number(start, end, float)
	}
	if words == nullWords {
		if end := nameEnd(p.s, start); end >= 0 && p.s[start:end] != "true" && p.s[start:end] != "false" {
			p.i = end
			return &literalExpr{p.at(start), nil, p.s[start:end]}, nil
		}
	}
	end := wordEnd(p.s, start)
	if end < 0 {
		return nil, p.errorf(start, "a value was expected, not %s", p.found(start))
	}
	word := p.s[start:end]
	switch word {
	case "true", "false":
		p.i = end
		return &literalExpr{p.at(start), word == "true", word}, nil
	case "and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge":
	default:
		if words == bareWords {
			p.i = end
			return &wordExpr{p.at(start), word}, nil
		}
	}
	if word == "null" {
		return nil, p.errorf(start, "there is no word null in Velocity: use a variable that is not set, such as $null")
	}
	return nil, p.errorf(start, "a value was expected, not the bare word %q (strings need quotes, references a $)", word)
}

func (p *parser) number(start, end int, float bool) (expr, error) {
	text := p.s[start:end]
	p.i = end
	if float {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil && !math.IsInf(f, 0) { // too large a number is infinite, as in Java
			return nil, p.errorf(start, "%s is no number", text)
		}
		return &literalExpr{p.at(start), f, text}, nil
	}
	if len(text) > 1000 {
		return nil, p.errorf(start, "a number of more than 1000 digits")
	}
	v, ok := parseInteger(text)
	if !ok {
		return nil, p.errorf(start, "%s is no integer", text)
	}
	return &literalExpr{p.at(start), v, text}, nil
}

// stringLiteral reads '...' or "..."; the latter is a template of its own if it
// holds $ or #.
func (p *parser) stringLiteral() (expr, error) {
	start := p.i
	end := stringEnd(p.s, start)
	if end < 0 {
		return nil, p.errorf(start, "the string that starts here has no closing quote")
	}
	p.i = end
	quote := p.s[start : start+1]
	inner := p.s[start+1 : end-1]
	text := strings.ReplaceAll(inner, quote+quote, quote)
	if quote == "'" || !strings.ContainsAny(inner, "$#") {
		return &literalExpr{p.at(start), text, p.s[start:end]}, nil
	}
	sub := &parser{src: p.src, s: text, base: p.place(start + 1), macros: p.macros, depth: p.depth, literal: true}
	sub.cuts = p.cutsOf(start+1, inner, quote)
	// Velocity appends a blank before it reads a literal and takes it off again, so
	// that a literal, unlike a template, may end in $ or #. A line comment at the
	// end swallows the blank.
	sub.s += " "
	body, err := sub.all()
	if err != nil {
		return nil, err
	}
	if n := len(body); n > 0 && sub.textEnd == len(sub.s) {
		if last, ok := body[n-1].(*textNode); ok {
			if last.text = last.text[:len(last.text)-1]; last.text == "" {
				body = body[:n-1]
			}
		}
	}
	return &stringExpr{p.at(start), body, p.s[start:end]}, nil
}

// cutsOf finds where the text of a literal leaves out characters of the source:
// at doubled quotes, and where the text around it already had some left out.
func (p *parser) cutsOf(from int, inner, quote string) []int {
	var cuts []int
	out := 0
	for i := 0; i < len(inner); i++ {
		if inner[i] == quote[0] && i+1 < len(inner) && inner[i+1] == quote[0] {
			i++
			cuts = append(cuts, out)
		}
		for _, c := range p.cuts {
			if c == from+i {
				cuts = append(cuts, out)
			}
		}
		out++
	}
	return cuts
}

// list reads [a, b] or [1..3].
func (p *parser) list(words wordRule) (expr, error) {
	start := p.i
	p.i++
	if p.i < len(p.s) && p.s[p.i] == ']' {
		p.i++
		return &listExpr{at: p.at(start)}, nil
	}
	l := &listExpr{at: p.at(start)}
	for {
		p.i = skipSpace(p.s, p.i)
		x, err := p.value(words)
		if err != nil {
			return nil, err
		}
		p.i = skipSpace(p.s, p.i)
		if len(l.items) == 0 && strings.HasPrefix(p.s[p.i:], "..") {
			return p.rangeTo(start, x)
		}
		l.items = append(l.items, x)
		switch {
		case p.i < len(p.s) && p.s[p.i] == ',':
			p.i++
		case p.i < len(p.s) && p.s[p.i] == ']':
			p.i++
			return l, nil
		default:
			return nil, p.errorf(p.i, "a comma or ] was expected in the list, not %s", p.found(p.i))
		}
	}
}

func (p *parser) rangeTo(start int, from expr) (expr, error) {
	p.i = skipSpace(p.s, p.i+2)
	toAt := p.i
	to, err := p.value(noWords)
	if err != nil {
		return nil, err
	}
	for _, x := range []expr{from, to} {
		switch x := x.(type) {
		case *refNode:
			continue
		case *literalExpr:
			if _, float := x.value.(float64); !float && isNumber(x.value) {
				continue
			}
		}
		return nil, p.errorf(toAt, "the ends of a range must be integers or references")
	}
	p.i = skipSpace(p.s, p.i)
	if p.i >= len(p.s) || p.s[p.i] != ']' {
		return nil, p.errorf(p.i, "] was expected to end the range, not %s", p.found(p.i))
	}
	p.i++
	return &rangeExpr{p.at(start), from, to, p.s[start:p.i]}, nil
}

// mapLiteral reads {"k": v, ...}.
func (p *parser) mapLiteral(words wordRule) (expr, error) {
	m := &mapExpr{at: p.at(p.i)}
	p.i = skipSpace(p.s, p.i+1)
	if p.i < len(p.s) && p.s[p.i] == '}' {
		p.i++
		return m, nil
	}
	for {
		p.i = skipSpace(p.s, p.i)
		k, err := p.value(words)
		if err != nil {
			return nil, err
		}
		p.i = skipSpace(p.s, p.i)
		if p.i >= len(p.s) || p.s[p.i] != ':' {
			return nil, p.errorf(p.i, ": was expected after the key, not %s", p.found(p.i))
		}
		p.i = skipSpace(p.s, p.i+1)
		v, err := p.value(words)
		if err != nil {
			return nil, err
		}
		m.keys, m.values = append(m.keys, k), append(m.values, v)
		p.i = skipSpace(p.s, p.i)
		switch {
		case p.i < len(p.s) && p.s[p.i] == ',':
			p.i++
		case p.i < len(p.s) && p.s[p.i] == '}':
			p.i++
			return m, nil
		default:
			return nil, p.errorf(p.i, "a comma or } was expected in the map, not %s", p.found(p.i))
		}
	}
}

// set reads the rest of #set( from after the parenthesis.
func (p *parser) set(open int) (node, error) {
	hash := p.i + strings.IndexByte(p.s[p.i:open], '#')
	p.i = skipSpace(p.s, open)
	if p.i >= len(p.s) || p.s[p.i] != '$' {
		return nil, p.errorf(p.i, "#set needs a reference first, as in #set($x = 1), not %s", p.found(p.i))
	}
	target, err := p.reference()
	if err != nil {
		return nil, err
	}
	p.i = skipSpace(p.s, p.i)
	if p.i >= len(p.s) || p.s[p.i] != '=' || strings.HasPrefix(p.s[p.i:], "==") {
		return nil, p.errorf(p.i, "= was expected in #set, not %s", p.found(p.i))
	}
	p.i++
	from := skipSpace(p.s, p.i)
	x, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	n := &setNode{at: p.at(hash), target: target, value: x, text: strings.TrimSpace(p.s[from:p.i])}
	return n, p.closeParen("#set")
}

// closeParen reads the ) of a directive, with the rest of the line if it is blank.
func (p *parser) closeParen(what string) error {
	p.i = skipSpace(p.s, p.i)
	if p.i >= len(p.s) || p.s[p.i] != ')' {
		return p.errorf(p.i, ") was expected to end %s, not %s", what, p.found(p.i))
	}
	p.i = lineEnd(p.s, p.i+1)
	return nil
}

// precedence of the operators, loosest first.
var precedence = [...]int{opOr: 1, opAnd: 2, opEq: 3, opNe: 3, opLt: 4, opLe: 4, opGt: 4, opGe: 4, opAdd: 5, opSub: 5, opMul: 6, opDiv: 6, opMod: 6}

// expression reads an expression whose operators bind tighter than floor.
func (p *parser) expression(floor int) (expr, error) {
	left, err := p.unary()
	if err != nil {
		return nil, err
	}
	for {
		i := skipSpace(p.s, p.i)
		op, end := operatorAt(p.s, i)
		if end < 0 || precedence[op] <= floor {
			p.i = i
			return left, nil
		}
		p.i = end
		right, err := p.expression(precedence[op])
		if err != nil {
			return nil, err
		}
		left = &binaryExpr{p.at(i), op, left, right}
	}
}

func (p *parser) unary() (expr, error) {
	if err := p.enter(p.i); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	p.i = skipSpace(p.s, p.i)
	start := p.i
	not := -1
	if start < len(p.s) && p.s[start] == '!' {
		not = start + 1
	} else if end := wordEnd(p.s, start); end >= 0 && p.s[start:end] == "not" {
		not = end
	}
	if not >= 0 {
		p.i = not
		x, err := p.unary()
		if err != nil {
			return nil, err
		}
		return &notExpr{p.at(start), x}, nil
	}
	if start < len(p.s) && p.s[start] == '(' {
		p.i++
		x, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		return x, p.closeParen("the expression")
	}
	return p.value(noWords)
}

// directive reads a directive whose # is at hash and whose name ends at end. start
// is before hash when a stray $ stuck to it.
func (p *parser) directive(start, hash int, name string, end int) (node, terminator, error) {
	p.i = end
	switch name {
	case "end":
		p.i = lineEnd(p.s, end)
		return nil, endDirective, nil
	case "else":
		p.i = lineEnd(p.s, end)
		return nil, elseDirective, nil
	case "elseif":
		return nil, elseifDirective, nil
	case "if":
		n, err := p.ifDirective(hash)
		return n, 0, err
	}
	if start < hash { // "$#foreach": the scanner no longer knows the directive
		name = p.s[start+1 : end]
	}
	if name == "stop" {
		return &stopNode{p.at(hash)}, 0, nil
	}
	open := skipSpace(p.s, end)
	if open >= len(p.s) || p.s[open] != '(' {
		switch name {
		case "macro":
			return nil, 0, p.errorf(hash, "#macro needs a name, as in #macro(name $arg)")
		case "foreach", "define", "evaluate", "include", "parse":
			return nil, 0, p.errorf(hash, "#%s needs its arguments in parentheses", name)
		case "break":
			return &breakNode{at: p.at(hash)}, 0, nil
		case "return":
			return &returnNode{at: p.at(hash)}, 0, nil
		}
		return &callNode{at: p.at(hash), name: name, text: p.s[start:end]}, 0, nil
	}
	args, err := p.directiveArgs(open, name)
	if err != nil {
		return nil, 0, err
	}
	n, err := p.withArgs(start, hash, name, args)
	return n, 0, err
}

// directiveArgs reads the parentheses of a directive: values and bare words with
// blanks or commas between them.
func (p *parser) directiveArgs(open int, name string) ([]expr, error) {
	p.i = open + 1
	var args []expr
	for {
		p.i = skipSpace(p.s, p.i)
		if p.i < len(p.s) && p.s[p.i] == ',' {
			p.i = skipSpace(p.s, p.i+1)
		}
		if p.i < len(p.s) && p.s[p.i] == ')' {
			p.i = lineEnd(p.s, p.i+1)
			return args, nil
		}
		if p.i >= len(p.s) {
			return nil, p.errorf(open, "the ( of #%s is never closed", name)
		}
		at := p.i
		x, err := p.value(bareWords)
		if err != nil {
			return nil, err
		}
		if _, word := x.(*wordExpr); word && builtin[name] &&
			!(name == "foreach" && len(args) == 1) && !(name == "macro" && len(args) == 0) {
			return nil, p.errorf(at, "#%s cannot take the bare word %s", name, p.found(at))
		}
		if _, word := x.(*wordExpr); word && p.macros[name] {
			return nil, p.errorf(at, "the macro #%s cannot take the bare word %s", name, p.found(at))
		}
		args = append(args, x)
	}
}

// withArgs makes the node of a directive with parentheses, reading its body if it
// has one.
func (p *parser) withArgs(start, hash int, name string, args []expr) (node, error) {
	place := p.at(hash)
	switch name {
	case "foreach":
		if len(args) != 3 {
			return nil, p.errorf(hash, "#foreach must have the form #foreach($item in $list)")
		}
		ref, ok := args[0].(*refNode)
		word, inWord := args[1].(*wordExpr)
		if !ok || len(ref.steps) > 0 || !inWord || word.word != "in" {
			return nil, p.errorf(hash, "#foreach must have the form #foreach($item in $list)")
		}
		body, err := p.blockToEnd(hash, name)
		return &foreachNode{place, ref.root, args[2], body}, err
	case "break":
		n := &breakNode{at: place}
		if len(args) > 1 {
			return nil, p.errorf(hash, "#break takes one scope at most, as in #break($foreach)")
		}
		if len(args) == 1 {
			ref, ok := args[0].(*refNode)
			if !ok {
				return nil, p.errorf(hash, "#break takes a scope, as in #break($foreach)")
			}
			n.scope = ref
		}
		return n, nil
	case "return":
		n := &returnNode{at: place}
		if len(args) > 1 {
			return nil, p.errorf(hash, "#return takes one value at most, but here are %d", len(args))
		}
		if len(args) == 1 {
			n.value = args[0]
		}
		return n, nil
	case "define":
		ref, ok := first(args).(*refNode)
		if !ok || len(args) != 1 || len(ref.steps) > 0 {
			return nil, p.errorf(hash, "#define must have the form #define($name)")
		}
		body, err := p.blockToEnd(hash, name)
		return &defineNode{place, ref.declares(), body}, err
	case "evaluate":
		if len(args) != 1 {
			return nil, p.errorf(hash, "#evaluate takes exactly one argument")
		}
		switch x := args[0].(type) {
		case *refNode, *stringExpr:
		case *literalExpr:
			if _, ok := x.value.(string); !ok {
				return nil, p.errorf(hash, "#evaluate takes a string or a reference")
			}
		default:
			return nil, p.errorf(hash, "#evaluate takes a string or a reference")
		}
		return &evaluateNode{place, args[0]}, nil
	case "parse", "include":
		return &loadNode{place, name, first(args)}, nil
	case "literal":
		from := p.i
		_, term, pos, err := p.block(hash)
		if err != nil {
			return nil, err
		}
		if term != endDirective {
			return nil, p.errorf(hash, "#literal has no #end")
		}
		return &textNode{p.at(from), p.s[from:pos]}, nil
	case "macro":
		return p.macro(hash, args)
	}
	if name != "" && name[0] == '@' {
		body, err := p.blockToEnd(hash, name)
		return &callNode{at: place, name: name[1:], args: args, text: p.s[start:p.i], body: body, block: true}, err
	}
	return &callNode{at: place, name: name, args: args, text: p.s[start:p.i]}, nil
}

func first(args []expr) expr {
	if len(args) == 0 {
		return nil
	}
	return args[0]
}

func (p *parser) macro(hash int, args []expr) (node, error) {
	word, ok := first(args).(*wordExpr)
	if !ok {
		return nil, p.errorf(hash, "#macro needs a name first, as in #macro(name $arg)")
	}
	m := &macroNode{at: p.at(hash), name: word.word}
	for _, a := range args[1:] {
		ref, ok := a.(*refNode)
		if !ok || len(ref.steps) > 0 {
			return nil, p.errorf(hash, "the parameters of #macro(%s) must be plain references", m.name)
		}
		m.params = append(m.params, ref.declares())
	}
	body, err := p.blockToEnd(hash, "macro")
	if err != nil {
		return nil, err
	}
	m.body = body
	m.order = p.place(p.i)
	p.macros[m.name] = true
	return m, nil
}

// ifDirective reads #if from after its name.
func (p *parser) ifDirective(hash int) (node, error) {
	n := &ifNode{at: p.at(hash)}
	branch, name := hash, "#if"
	for {
		open := skipSpace(p.s, p.i)
		if open >= len(p.s) || p.s[open] != '(' {
			return nil, p.errorf(branch, "%s needs its condition in parentheses", name)
		}
		p.i = open + 1
		cond, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		if err := p.closeParen(name); err != nil {
			return nil, err
		}
		body, term, pos, err := p.block(branch)
		if err != nil {
			return nil, err
		}
		n.branches = append(n.branches, ifBranch{p.at(branch), cond, body})
		switch term {
		case endDirective:
			return n, nil
		case elseifDirective:
			branch, name = pos, "#elseif"
			continue
		case elseDirective:
			n.hasElse = true
			n.orElse, term, pos, err = p.block(pos)
			if err != nil {
				return nil, err
			}
			if term == endDirective {
				return n, nil
			}
			if term != endOfSource {
				return nil, p.errorf(pos, "%s after #else, where only #end can stand", terminatorText[term])
			}
		}
		return nil, p.errorf(hash, "#if has no #end")
	}
}
