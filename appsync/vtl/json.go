package vtl

import (
	"encoding/base64"
	"fmt"
	"math/big"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxJSONDepth bounds the nesting of JSON that is read.
const MaxJSONDepth = 500

// JSONError says where a text is no JSON.
type JSONError struct {
	Offset  int // in bytes
	Message string
}

func (e *JSONError) Error() string { return fmt.Sprintf("%s (at offset %d)", e.Message, e.Offset) }

// FromJSON reads one JSON value, the way AppSync reads what a template rendered:
// objects keep their order, a repeated key and anything after the value are
// errors with AppSync's wording. Integers become int64 or *big.Int, other numbers
// float64. The error is a *JSONError.
func FromJSON(data []byte) (Value, error) { return parseJSON(string(data), true) }

// FromJSONText is FromJSON for a string. The value's strings are parts of it.
func FromJSONText(text string) (Value, error) { return parseJSON(text, true) }

// FromJSONLenient is FromJSON for $util.parseJson and the like: of a repeated key
// the last value counts.
func FromJSONLenient(text string) (Value, error) { return parseJSON(text, false) }

func parseJSON(text string, strict bool) (Value, error) {
	p := jsonParser{s: text, strict: strict}
	p.space()
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	p.space()
	if p.i < len(p.s) {
		return nil, p.errorf(p.i, "Trailing characters at the end of the JSON string are not allowed.")
	}
	return v, nil
}

type jsonParser struct {
	s      string
	i      int
	strict bool
	// keys are names seen before: the rows of a result share them.
	keys [64]Value
	// size is the number of fields of the object read last.
	size int
}

// key is str for a field name, which is usually one that was read before.
func (p *jsonParser) key() (Value, string, error) {
	from := p.i + 1
	for i := from; i < len(p.s); i++ {
		switch c := p.s[i]; {
		case c == '"' && i > from:
			name := p.s[from:i]
			slot := &p.keys[(uint(len(name))*7+uint(name[0])+uint(name[len(name)-1])*31)%uint(len(p.keys))]
			if known, ok := (*slot).(string); ok && known == name {
				p.i = i + 1
				return *slot, known, nil
			}
			v, err := p.str()
			if err != nil {
				return nil, "", err
			}
			*slot = v
			return v, v.(string), nil
		case c == '\\' || c < 0x20 || c == '"':
			i = len(p.s)
		}
	}
	v, err := p.str()
	if err != nil {
		return nil, "", err
	}
	return v, v.(string), nil
}

func (p *jsonParser) errorf(i int, format string, args ...any) error {
	return &JSONError{Offset: i, Message: fmt.Sprintf(format, args...)}
}

func (p *jsonParser) space() {
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case ' ', '\n', '\t', '\r':
			p.i++
		default:
			return
		}
	}
}

func (p *jsonParser) unexpected(want string) error {
	if p.i >= len(p.s) {
		return p.errorf(p.i, "unexpected end of the JSON text, %s was expected", want)
	}
	r, _ := utf8.DecodeRuneInString(p.s[p.i:])
	return p.errorf(p.i, "unexpected character %q, %s was expected", r, want)
}

func (p *jsonParser) value(depth int) (Value, error) {
	if depth > MaxJSONDepth {
		return nil, p.errorf(p.i, "JSON nested more than %d deep", MaxJSONDepth)
	}
	if p.i >= len(p.s) {
		return nil, p.unexpected("a value")
	}
	switch c := p.s[p.i]; c {
	case '{':
		return p.object(depth)
	case '[':
		return p.array(depth)
	case '"':
		return p.str()
	case 't':
		return true, p.word("true")
	case 'f':
		return false, p.word("false")
	case 'n':
		return nil, p.word("null")
	default:
		if c == '-' || isDigit(c) {
			return p.number()
		}
		return nil, p.unexpected("a value")
	}
}

func (p *jsonParser) word(w string) error {
	if len(p.s)-p.i >= len(w) && p.s[p.i:p.i+len(w)] == w {
		p.i += len(w)
		return nil
	}
	return p.unexpected(w)
}

func (p *jsonParser) object(depth int) (Value, error) {
	m := &Map{}
	p.i++
	p.space()
	if p.i < len(p.s) && p.s[p.i] == '}' {
		p.i++
		return m, nil
	}
	for {
		if p.i >= len(p.s) || p.s[p.i] != '"' {
			return nil, p.unexpected("a quoted field name")
		}
		at := p.i
		k, key, err := p.key()
		if err != nil {
			return nil, err
		}
		p.space()
		if p.i >= len(p.s) || p.s[p.i] != ':' {
			return nil, p.unexpected("a colon")
		}
		p.i++
		p.space()
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if i := m.findString(key); i < 0 {
			if m.entries == nil {
				m.entries = make([]mapEntry, 0, min(max(p.size, 1), 64))
			}
			m.push(k, v)
		} else if p.strict {
			return nil, p.errorf(at, "Duplicate field '%s' detected on Object. Please ensure that the JSON object has no repeated field.", key)
		} else {
			m.entries[i].value = v
		}
		p.space()
		if p.i < len(p.s) && p.s[p.i] == ',' {
			p.i++
			p.space()
			continue
		}
		if p.i < len(p.s) && p.s[p.i] == '}' {
			p.i++
			p.size = len(m.entries)
			return m, nil
		}
		return nil, p.unexpected("a comma or }")
	}
}

func (p *jsonParser) array(depth int) (Value, error) {
	l := &List{}
	p.i++
	p.space()
	if p.i < len(p.s) && p.s[p.i] == ']' {
		p.i++
		return l, nil
	}
	for {
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		l.items = append(l.items, v)
		p.space()
		if p.i < len(p.s) && p.s[p.i] == ',' {
			p.i++
			p.space()
			continue
		}
		if p.i < len(p.s) && p.s[p.i] == ']' {
			p.i++
			return l, nil
		}
		return nil, p.unexpected("a comma or ]")
	}
}

func (p *jsonParser) number() (Value, error) {
	start := p.i
	if p.s[p.i] == '-' {
		p.i++
	}
	digits := p.i
	for p.i < len(p.s) && isDigit(p.s[p.i]) {
		p.i++
	}
	if p.i == digits {
		return nil, p.unexpected("a digit")
	}
	if p.s[digits] == '0' && p.i > digits+1 {
		return nil, p.errorf(start, "a number cannot begin with a zero")
	}
	float := false
	if p.i < len(p.s) && p.s[p.i] == '.' {
		float = true
		p.i++
		frac := p.i
		for p.i < len(p.s) && isDigit(p.s[p.i]) {
			p.i++
		}
		if p.i == frac {
			return nil, p.unexpected("a digit")
		}
	}
	if p.i < len(p.s) && p.s[p.i]|0x20 == 'e' {
		float = true
		e := exponent(p.s, p.i)
		if e == p.i {
			p.i++
			return nil, p.unexpected("an exponent")
		}
		p.i = e
	}
	text := p.s[start:p.i]
	if float {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, p.errorf(start, "the number %.40s does not fit into a double", text)
		}
		return f, nil
	}
	if len(text) < 19 {
		n, neg := int64(0), false
		for i := 0; i < len(text); i++ {
			if text[i] == '-' {
				neg = true
				continue
			}
			n = n*10 + int64(text[i]-'0')
		}
		if neg {
			n = -n
		}
		return n, nil
	}
	if len(text) > 1000 {
		return nil, p.errorf(start, "a number of more than 1000 digits")
	}
	v, _ := parseInteger(text)
	return v, nil
}

// str reads a string. Without escapes it is a part of the source and costs
// nothing.
func (p *jsonParser) str() (Value, error) {
	start := p.i
	p.i++
	from := p.i
	for p.i < len(p.s) {
		switch c := p.s[p.i]; {
		case c == '"':
			s := p.s[from:p.i]
			p.i++
			return validText(s), nil
		case c == '\\':
			return p.escaped(start, from)
		case c < 0x20:
			return nil, p.errorf(p.i, "a control character (code %d) must be escaped inside a string", c)
		}
		p.i++
	}
	return nil, p.errorf(start, "the string that starts here has no closing quote")
}

func validText(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			if utf8.ValidString(s) {
				return s
			}
			return string([]rune(s))
		}
	}
	return s
}

func (p *jsonParser) escaped(start, from int) (Value, error) {
	buf := append(make([]byte, 0, p.i-from+32), p.s[from:p.i]...)
	for p.i < len(p.s) {
		c := p.s[p.i]
		switch {
		case c == '"':
			p.i++
			return validText(string(buf)), nil
		case c < 0x20:
			return nil, p.errorf(p.i, "a control character (code %d) must be escaped inside a string", c)
		case c != '\\':
			buf = append(buf, c)
			p.i++
			continue
		}
		if p.i++; p.i >= len(p.s) {
			break
		}
		switch e := p.s[p.i]; e {
		case '"', '\\', '/':
			buf = append(buf, e)
		case 'b':
			buf = append(buf, '\b')
		case 'f':
			buf = append(buf, '\f')
		case 'n':
			buf = append(buf, '\n')
		case 'r':
			buf = append(buf, '\r')
		case 't':
			buf = append(buf, '\t')
		case 'u':
			r, ok := p.hex4(p.i + 1)
			if !ok {
				return nil, p.errorf(p.i-1, "\\u needs four hexadecimal digits")
			}
			p.i += 4
			if utf16.IsSurrogate(r) {
				low, ok := rune(0), false
				if p.i+2 < len(p.s) && p.s[p.i+1] == '\\' && p.s[p.i+2] == 'u' {
					low, ok = p.hex4(p.i + 3)
				}
				if both := utf16.DecodeRune(r, low); ok && both != utf8.RuneError {
					r = both
					p.i += 6
				} else {
					r = utf8.RuneError
				}
			}
			buf = utf8.AppendRune(buf, r)
		default:
			return nil, p.errorf(p.i-1, "unrecognized escape \\%c", e)
		}
		p.i++
	}
	return nil, p.errorf(start, "the string that starts here has no closing quote")
}

func (p *jsonParser) hex4(i int) (rune, bool) {
	if i+4 > len(p.s) {
		return 0, false
	}
	n, err := strconv.ParseUint(p.s[i:i+4], 16, 32)
	return rune(n), err == nil
}

// JSONAppender is implemented by host values with a JSON text of their own.
type JSONAppender interface {
	AppendJSON(dst []byte) ([]byte, error)
}

// AppendJSON appends a value's JSON text as Jackson writes it: doubles as Java
// prints them, nulls kept, byte arrays in base64. Keys that are no strings are
// written as they print. It fails on values nested more than 512 deep, on texts
// beyond 64 MiB and on objects that have no JSON text.
func AppendJSON(dst []byte, v Value) ([]byte, error) { return appendJSON(dst, v, 0) }

func appendJSON(dst []byte, v Value, depth int) ([]byte, error) {
	if depth > maxTextDepth {
		return dst, errTextDepth
	}
	if len(dst) > maxTextBytes {
		return dst, errTextBytes
	}
	var err error
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case string:
		return AppendJSONString(dst, v), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	case float64:
		if v != v || v-v != 0 { // NaN and the infinities are quoted
			dst = append(dst, '"')
			return append(appendDouble(dst, v), '"'), nil
		}
		return appendDouble(dst, v), nil
	case *big.Int:
		return v.Append(dst, 10), nil
	case []byte:
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, v)
		return append(dst, '"'), nil
	case *Map:
		dst = append(dst, '{')
		for i := range v.entries {
			if i > 0 {
				dst = append(dst, ',')
			}
			e := &v.entries[i]
			if k, ok := e.key.(string); ok {
				dst = AppendJSONString(dst, k)
			} else {
				dst = AppendJSONString(dst, ToString(e.key))
			}
			dst = append(dst, ':')
			if dst, err = appendJSON(dst, e.value, depth+1); err != nil {
				return dst, err
			}
		}
		return append(dst, '}'), nil
	case *List:
		return appendJSONList(dst, v.items, depth)
	case *mapView:
		return appendJSONList(dst, v.snapshot(), depth)
	case *entry:
		dst = append(AppendJSONString(append(dst, '{'), ToString(v.key)), ':')
		if dst, err = appendJSON(dst, v.value, depth+1); err != nil {
			return dst, err
		}
		return append(dst, '}'), nil
	case JSONAppender:
		return v.AppendJSON(dst)
	}
	return dst, fmt.Errorf("a value of kind %s has no JSON text", TypeName(v))
}

func appendJSONList(dst []byte, items []Value, depth int) ([]byte, error) {
	var err error
	dst = append(dst, '[')
	for i, x := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = appendJSON(dst, x, depth+1); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

const upperHex = "0123456789ABCDEF"

// AppendJSONString appends a quoted string with the escapes that Jackson uses.
func AppendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\f':
			dst = append(dst, '\\', 'f')
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', upperHex[c>>4], upperHex[c&15])
		}
	}
	dst = append(dst, s[from:]...)
	return append(dst, '"')
}

// TypeName is what $util.typeOf calls a value: Null, Number, String, Map, List,
// Boolean or Object.
func TypeName(v Value) string {
	switch v := v.(type) {
	case nil:
		return "Null"
	case string:
		return "String"
	case bool:
		return "Boolean"
	case int64, float64, *big.Int:
		return "Number"
	case *Map:
		return "Map"
	case *List:
		if v.fixed {
			return "Object"
		}
		return "List"
	}
	return "Object"
}
