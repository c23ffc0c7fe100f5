package vtl

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dlclark/regexp2"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// Java counts UTF-16 units. ASCII strings, which nearly all are, need no
// conversion; others are converted for the methods that count.

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// javaLength is String.length().
func javaLength(s string) int {
	if isASCII(s) {
		return len(s)
	}
	n := 0
	for _, c := range s {
		n++
		if c >= 0x10000 {
			n++
		}
	}
	return n
}

// byteOffset turns an index in UTF-16 units into one in bytes; an index inside a
// surrogate pair becomes that of the pair.
func byteOffset(s string, unit int) int {
	if isASCII(s) {
		return unit
	}
	n := 0
	for i, c := range s {
		w := 1
		if c >= 0x10000 {
			w = 2
		}
		if n+w > unit {
			return i
		}
		n += w
	}
	return len(s)
}

// unitOffset is the inverse of byteOffset.
func unitOffset(s string, offset int) int {
	if offset < 0 {
		return offset
	}
	return javaLength(s[:offset])
}

func isJavaWhitespace(c rune) bool {
	switch c {
	case '\u00a0', '\u2007', '\u202f':
		return false
	case 0x1c, 0x1d, 0x1e, 0x1f:
		return true
	}
	return unicode.IsSpace(c) && c != 0x85
}

// JavaTrim is String.trim(): it takes off everything up to U+0020.
func JavaTrim(s string) string {
	return strings.TrimFunc(s, func(c rune) bool { return c <= ' ' })
}

func toUpper(s string) string {
	if isASCII(s) {
		return strings.ToUpper(s)
	}
	return cases.Upper(language.Und).String(s)
}

func toLower(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return cases.Lower(language.Und).String(s)
}

// charText takes what a template can give for a char or a CharSequence.
func charText(v Value) (string, bool) {
	s, ok := v.(string)
	return s, ok
}

// searchText takes the argument of indexOf and lastIndexOf: a string, or a
// character code.
func searchText(v Value) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case int64:
		if v >= 0 && v <= unicode.MaxRune {
			return string(rune(v)), true
		}
	}
	return "", false
}

// needText are the methods of String that throw when given null.
var needText = map[string]bool{"contains": true, "startsWith": true, "endsWith": true, "concat": true, "contentEquals": true,
	"matches": true, "split": true, "indexOf": true, "lastIndexOf": true, "compareTo": true, "compareToIgnoreCase": true,
	"replace": true, "replaceAll": true, "replaceFirst": true}

// noText answers a call whose arguments are no strings: null throws in Java, other
// values find no method.
func noText(name string, args ...Value) (Value, bool, error) {
	if !needText[name] {
		return nil, false, nil
	}
	for _, a := range args {
		if _, ok := a.(string); a != nil && !ok {
			return nil, false, nil
		}
	}
	return nil, true, nullArgument(name)
}

func nullArgument(name string) error {
	return fmt.Errorf("%s: an argument is null (NullPointerException)", name)
}

func (r *run) stringMethod(s, name string, args []Value) (Value, bool, error) {
	switch len(args) {
	case 0:
		return r.stringMethod0(s, name)
	case 1:
		return r.stringMethod1(s, name, args[0])
	case 2:
		return r.stringMethod2(s, name, args[0], args[1])
	}
	switch name {
	case "format":
		return r.format(args[0], args[1:])
	case "join":
		if sep, ok := args[0].(string); ok {
			return r.join(sep, args[1:])
		}
	case "regionMatches":
		return regionMatches(s, args)
	}
	return nil, false, nil
}

func (r *run) stringMethod0(s, name string) (Value, bool, error) {
	switch name {
	case "length":
		return int64(javaLength(s)), true, nil
	case "isEmpty":
		return s == "", true, nil
	case "isBlank":
		return strings.TrimFunc(s, isJavaWhitespace) == "", true, nil
	case "toUpperCase":
		s = toUpper(s)
		return s, true, r.charge(len(s))
	case "toLowerCase":
		s = toLower(s)
		return s, true, r.charge(len(s))
	case "trim":
		return JavaTrim(s), true, nil
	case "strip":
		return strings.TrimFunc(s, isJavaWhitespace), true, nil
	case "stripLeading":
		return strings.TrimLeftFunc(s, isJavaWhitespace), true, nil
	case "stripTrailing":
		return strings.TrimRightFunc(s, isJavaWhitespace), true, nil
	case "intern":
		return s, true, nil
	case "getBytes":
		return bytesOf(s), true, r.charge(itemBytes * len(s))
	case "toCharArray":
		items := make([]Value, 0, len(s))
		for _, c := range s {
			items = append(items, string(c))
		}
		return newArray(items), true, r.charge(itemBytes * len(s))
	}
	return nil, false, nil
}

func (r *run) stringMethod1(s, name string, a Value) (Value, bool, error) {
	switch name {
	case "charAt", "codePointAt":
		i, ok := a.(int64)
		if !ok {
			return nil, false, nil
		}
		if i < 0 || i >= int64(javaLength(s)) {
			return nil, true, fmt.Errorf("String index out of range: %d", i)
		}
		at := byteOffset(s, int(i))
		c, n := utf8.DecodeRuneInString(s[at:])
		if name == "codePointAt" {
			return int64(c), true, nil
		}
		return s[at : at+n], true, nil
	case "substring":
		i, ok := a.(int64)
		if !ok {
			return nil, false, nil
		}
		return substring(s, i, int64(javaLength(s)))
	case "repeat":
		n, ok := a.(int64)
		if !ok {
			return nil, false, nil
		}
		if n < 0 {
			return nil, true, fmt.Errorf("repeat: count is negative: %d", n)
		}
		if s == "" {
			return "", true, nil
		}
		if n > int64(r.limits.Memory)/int64(len(s)) {
			return nil, true, errMemory
		}
		if err := r.charge(len(s) * int(n)); err != nil {
			return nil, true, err
		}
		return strings.Repeat(s, int(n)), true, nil
	case "valueOf", "copyValueOf":
		t, err := r.text(a)
		return t, true, err
	case "indexOf":
		if t, ok := searchText(a); ok {
			return int64(unitOffset(s, strings.Index(s, t))), true, nil
		}
		return noText(name, a)
	case "lastIndexOf":
		if t, ok := searchText(a); ok {
			return int64(unitOffset(s, strings.LastIndex(s, t))), true, nil
		}
		return noText(name, a)
	case "format":
		return r.format(a, nil)
	case "compareTo", "compareToIgnoreCase":
		t, ok := a.(string)
		if !ok {
			return noText(name, a)
		}
		if name == "compareToIgnoreCase" {
			s, t = toLower(toUpper(s)), toLower(toUpper(t))
		}
		return int64(compareStrings(s, t)), true, nil
	case "equalsIgnoreCase":
		if a == nil {
			return false, true, nil
		}
		t, ok := a.(string)
		return ok && strings.EqualFold(s, t), ok, nil
	}
	t, ok := charText(a)
	if !ok {
		return noText(name, a)
	}
	switch name {
	case "contains":
		return strings.Contains(s, t), true, nil
	case "startsWith":
		return strings.HasPrefix(s, t), true, nil
	case "endsWith":
		return strings.HasSuffix(s, t), true, nil
	case "concat":
		return s + t, true, r.charge(len(s) + len(t))
	case "contentEquals":
		return s == t, true, nil
	case "matches":
		if err := r.work(len(s)/16 + 16); err != nil {
			return nil, true, err
		}
		ok, err := MatchRegex(t, s)
		return ok, true, err
	case "split":
		return r.split(s, t, 0)
	}
	return nil, false, nil
}

func (r *run) stringMethod2(s, name string, a, b Value) (Value, bool, error) {
	switch name {
	case "substring", "subSequence":
		i, ok := a.(int64)
		j, ok2 := b.(int64)
		if !ok || !ok2 {
			return nil, false, nil
		}
		return substring(s, i, j)
	case "replace":
		old, ok := charText(a)
		with, ok2 := charText(b)
		if !ok || !ok2 {
			return noText(name, a, b)
		}
		return r.replace(s, old, with)
	case "replaceAll", "replaceFirst":
		pattern, ok := a.(string)
		with, ok2 := b.(string)
		if !ok || !ok2 {
			return noText(name, a, b)
		}
		return r.replaceRegex(s, pattern, with, name == "replaceAll")
	case "split":
		pattern, ok := a.(string)
		limit, ok2 := b.(int64)
		if !ok || !ok2 {
			return nil, false, nil
		}
		return r.split(s, pattern, int(limit))
	case "indexOf", "lastIndexOf":
		t, ok := searchText(a)
		from, ok2 := b.(int64)
		if !ok || !ok2 {
			return nil, false, nil
		}
		n := int64(javaLength(s))
		if name == "indexOf" {
			at := byteOffset(s, int(min(max(from, 0), n)))
			i := strings.Index(s[at:], t)
			if i >= 0 {
				i += at
			}
			return int64(unitOffset(s, i)), true, nil
		}
		if from < 0 {
			return int64(-1), true, nil
		}
		end := min(byteOffset(s, int(min(from, n)))+len(t), len(s))
		return int64(unitOffset(s, strings.LastIndex(s[:end], t))), true, nil
	case "startsWith":
		t, ok := a.(string)
		from, ok2 := b.(int64)
		if !ok || !ok2 {
			return nil, false, nil
		}
		if from < 0 || from > int64(javaLength(s)) {
			return false, true, nil
		}
		return strings.HasPrefix(s[byteOffset(s, int(from)):], t), true, nil
	case "format":
		return r.format(a, []Value{b})
	case "join":
		sep, ok := a.(string)
		if !ok {
			return nil, false, nil
		}
		if items, ok := elements(b); ok {
			return r.join(sep, items)
		}
		return r.join(sep, []Value{b})
	}
	return nil, false, nil
}

func substring(s string, i, j int64) (Value, bool, error) {
	n := int64(javaLength(s))
	if i < 0 || j > n || i > j {
		return nil, true, fmt.Errorf("begin %d, end %d, length %d (StringIndexOutOfBoundsException)", i, j, n)
	}
	return s[byteOffset(s, int(i)):byteOffset(s, int(j))], true, nil
}

// compareStrings is String.compareTo: the difference of the first units that
// differ, else of the lengths.
func compareStrings(a, b string) int {
	x, y := utf16.Encode([]rune(a)), utf16.Encode([]rune(b))
	for i := 0; i < len(x) && i < len(y); i++ {
		if x[i] != y[i] {
			return int(x[i]) - int(y[i])
		}
	}
	return len(x) - len(y)
}

// replace is String.replace: literal, everywhere.
func (r *run) replace(s, old, with string) (Value, bool, error) {
	n := strings.Count(s, old)
	size := len(s) + n*(len(with)-len(old))
	if n > 0 && (len(with) > r.limits.Memory/n) {
		return nil, true, errMemory
	}
	if err := r.charge(max(size, 0)); err != nil {
		return nil, true, err
	}
	return strings.ReplaceAll(s, old, with), true, nil
}

func (r *run) replaceRegex(s, pattern, with string, all bool) (Value, bool, error) {
	if err := r.work(len(s)/16 + 16); err != nil {
		return nil, true, err
	}
	re, err := CompileRegex(pattern, false)
	if err != nil {
		return nil, true, err
	}
	expand, err := replacement(with, len(re.GetGroupNumbers())-1)
	if err != nil {
		return nil, true, err
	}
	runes := []rune(s)
	var b strings.Builder
	last := 0
	m, err := inTime(func() (*regexp2.Match, error) { return re.FindRunesMatch(runes) })
	for m != nil && err == nil {
		text, xerr := expand(m)
		if xerr != nil {
			return nil, true, xerr
		}
		if err := r.charge(len(text)); err != nil {
			return nil, true, err
		}
		b.WriteString(string(runes[last:m.Index]))
		b.WriteString(text)
		last = m.Index + m.Length
		if !all {
			break
		}
		m, err = inTime(func() (*regexp2.Match, error) { return re.FindNextMatch(m) })
	}
	if err != nil {
		return nil, true, regexError(pattern, err)
	}
	b.WriteString(string(runes[last:]))
	return b.String(), true, r.charge(len(s))
}

// split is String.split: a match of no width at the start gives no empty first
// part; with limit 0 empty parts at the end are dropped.
func (r *run) split(s, pattern string, limit int) (Value, bool, error) {
	if err := r.work(len(s)/16 + 16); err != nil {
		return nil, true, err
	}
	re, err := CompileRegex(pattern, false)
	if err != nil {
		return nil, true, err
	}
	runes := []rune(s)
	var parts []Value
	last := 0
	m, err := inTime(func() (*regexp2.Match, error) { return re.FindRunesMatch(runes) })
	for m != nil && err == nil {
		if limit > 0 && len(parts) == limit-1 {
			break
		}
		end := m.Index + m.Length
		if !(end == 0 && m.Index == 0) && !(m.Length == 0 && m.Index >= len(runes)) {
			parts = append(parts, string(runes[last:m.Index]))
			last = end
		}
		m, err = inTime(func() (*regexp2.Match, error) { return re.FindNextMatch(m) })
	}
	if err != nil {
		return nil, true, regexError(pattern, err)
	}
	if err := r.charge(itemBytes*(len(parts)+1) + len(s)); err != nil {
		return nil, true, err
	}
	if len(parts) == 0 {
		return newArray([]Value{s}), true, nil
	}
	parts = append(parts, string(runes[last:]))
	if limit == 0 {
		for len(parts) > 0 && parts[len(parts)-1] == Value("") {
			parts = parts[:len(parts)-1]
		}
	}
	return newArray(parts), true, nil
}

func (r *run) join(sep string, items []Value) (Value, bool, error) {
	var b strings.Builder
	for i, v := range items {
		if i > 0 {
			b.WriteString(sep)
		}
		t, err := r.text(v)
		if err != nil {
			return nil, true, err
		}
		if err := r.charge(len(t) + len(sep)); err != nil {
			return nil, true, err
		}
		b.WriteString(t)
	}
	return b.String(), true, nil
}

func regionMatches(s string, args []Value) (Value, bool, error) {
	fold := false
	if len(args) == 5 {
		b, ok := args[0].(bool)
		if !ok {
			return nil, false, nil
		}
		fold, args = b, args[1:]
	}
	if len(args) != 4 {
		return nil, false, nil
	}
	from, ok1 := args[0].(int64)
	t, ok2 := args[1].(string)
	other, ok3 := args[2].(int64)
	n, ok4 := args[3].(int64)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return nil, false, nil
	}
	if from < 0 || other < 0 || from > int64(javaLength(s))-n || other > int64(javaLength(t))-n {
		return false, true, nil
	}
	n = max(n, 0)
	a := s[byteOffset(s, int(from)):byteOffset(s, int(from+n))]
	b := t[byteOffset(t, int(other)):byteOffset(t, int(other+n))]
	return a == b || fold && strings.EqualFold(a, b), true, nil
}
