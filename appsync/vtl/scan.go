package vtl

import "strings"

// Velocity's scanner depends on the state: what is a token in plain text is none
// in a directive's parentheses or in a reference. The functions here are the
// token rules of 1.7; parse.go calls those that hold where it is. Each looks at
// the source from an offset and tells how far the token reaches, or -1.

func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// nameEnd matches the name of a variable, property or method: a letter or
// underscore first, then letters, digits, _ and -.
func nameEnd(s string, i int) int {
	if i >= len(s) || !isAlpha(s[i]) && s[i] != '_' {
		return -1
	}
	for i++; i < len(s) && (isAlpha(s[i]) || isDigit(s[i]) || s[i] == '_' || s[i] == '-'); i++ {
	}
	return i
}

// wordEnd matches a directive's name or a bare word: no hyphens, but @.
func wordEnd(s string, i int) int {
	if i >= len(s) || !isAlpha(s[i]) && s[i] != '_' && s[i] != '@' {
		return -1
	}
	for i++; i < len(s) && (isAlpha(s[i]) || isDigit(s[i]) || s[i] == '_' || s[i] == '@'); i++ {
	}
	return i
}

// directiveName matches name or {name} and gives the name without braces.
func directiveName(s string, i int) (name string, end int) {
	if i < len(s) && s[i] == '{' {
		if end = wordEnd(s, i+1); end < 0 || end >= len(s) || s[end] != '}' || s[i+1] == '@' {
			return "", -1
		}
		return s[i+1 : end], end + 1
	}
	if end = wordEnd(s, i); end < 0 {
		return "", -1
	}
	return s[i:end], end
}

// setEnd matches #set( or #{set}( with blanks before the hash and before the
// parenthesis.
func setEnd(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	switch {
	case strings.HasPrefix(s[i:], "#set"):
		i += len("#set")
	case strings.HasPrefix(s[i:], "#{set}"):
		i += len("#{set}")
	default:
		return -1
	}
	for i < len(s) && s[i] == ' ' {
		i++
	}
	if i < len(s) && s[i] == '(' {
		return i + 1
	}
	return -1
}

// lineEnd skips blanks up to and including a line end, if nothing else comes
// before it; else it stays where it is.
func lineEnd(s string, i int) int {
	j := i
	for j < len(s) && (s[j] == ' ' || s[j] == '\t') {
		j++
	}
	if k := newline(s, j); k >= 0 {
		return k
	}
	return i
}

// newline matches one line end.
func newline(s string, i int) int {
	switch {
	case i >= len(s):
		return -1
	case s[i] == '\n':
		return i + 1
	case s[i] != '\r':
		return -1
	case i+1 < len(s) && s[i+1] == '\n':
		return i + 2
	}
	return i + 1
}

func skipSpace(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t' || s[i] == '\n' || s[i] == '\r') {
		i++
	}
	return i
}

// stringEnd matches a string literal that starts at i, which is a quote. A
// doubled quote belongs to the string if the string can then end at all: the
// longest match wins, as in every scanner made by JavaCC. Backslashes mean
// nothing.
func stringEnd(s string, i int) int {
	quote, end := s[i], -1
	for i++; i < len(s); i++ {
		if s[i] != quote {
			continue
		}
		end = i + 1
		if end == len(s) || s[end] != quote {
			return end
		}
		i++
	}
	return end
}

// number matches an integer or a floating-point literal, with its sign.
func number(s string, i int) (end int, float bool) {
	if i < len(s) && s[i] == '-' {
		i++
	}
	digits := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == digits { // -.5
		if i+1 >= len(s) || s[i] != '.' || !isDigit(s[i+1]) {
			return -1, false
		}
		for i++; i < len(s) && isDigit(s[i]); i++ {
		}
		return exponent(s, i), true
	}
	if i < len(s) && s[i] == '.' {
		if i+1 < len(s) && s[i+1] == '.' { // 1..3 is a range
			return i, false
		}
		for i++; i < len(s) && isDigit(s[i]); i++ {
		}
		return exponent(s, i), true
	}
	if e := exponent(s, i); e > i {
		return e, true
	}
	return i, false
}

func exponent(s string, i int) int {
	j := i
	if j >= len(s) || s[j]|0x20 != 'e' {
		return i
	}
	if j++; j < len(s) && (s[j] == '+' || s[j] == '-') {
		j++
	}
	if j >= len(s) || !isDigit(s[j]) {
		return i
	}
	for j < len(s) && isDigit(s[j]) {
		j++
	}
	return j
}

// operatorAt matches an operator in a directive; words (and, eq, ...) must be
// whole words.
func operatorAt(s string, i int) (op operator, end int) {
	if i >= len(s) {
		return 0, -1
	}
	two := ""
	if i+1 < len(s) {
		two = s[i : i+2]
	}
	switch two {
	case "&&":
		return opAnd, i + 2
	case "||":
		return opOr, i + 2
	case "==":
		return opEq, i + 2
	case "!=":
		return opNe, i + 2
	case "<=":
		return opLe, i + 2
	case ">=":
		return opGe, i + 2
	}
	switch s[i] {
	case '<':
		return opLt, i + 1
	case '>':
		return opGt, i + 1
	case '+':
		return opAdd, i + 1
	case '-':
		if i+1 < len(s) && (isDigit(s[i+1]) || s[i+1] == '.' && i+2 < len(s) && isDigit(s[i+2])) {
			return 0, -1 // a negative number
		}
		return opSub, i + 1
	case '*':
		return opMul, i + 1
	case '/':
		return opDiv, i + 1
	case '%':
		return opMod, i + 1
	}
	if end = wordEnd(s, i); end < 0 {
		return 0, -1
	}
	switch s[i:end] {
	case "and":
		return opAnd, end
	case "or":
		return opOr, end
	case "eq":
		return opEq, end
	case "ne":
		return opNe, end
	case "lt":
		return opLt, end
	case "le":
		return opLe, end
	case "gt":
		return opGt, end
	case "ge":
		return opGe, end
	}
	return 0, -1
}
