package synthetic

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strconv"
)

// object builds the text that PostgreSQL has for a jsonb object: keys by length,
// then by bytes, a space after colons and commas. Size and hash of a revision are
// those of that text, so it must be the same to the byte; a test compares.
type object struct {
	buf  []byte
	keys []member
}

type member struct {
	key      string
	from, to int
}

func (o *object) reset() { o.buf, o.keys = o.buf[:0], o.keys[:0] }

// key begins a value; the caller appends it to o.buf.
func (o *object) key(name string) {
	o.end()
	o.keys = append(o.keys, member{key: name, from: len(o.buf)})
}

func (o *object) end() {
	if n := len(o.keys); n > 0 && o.keys[n-1].to == 0 {
		o.keys[n-1].to = len(o.buf)
	}
}

// text leaves out what is empty, as an absent value is left out.
func (o *object) text(name, value string) {
	if value != "" {
		o.key(name)
		o.buf = appendString(o.buf, value)
	}
}

func (o *object) number(name string, value float64) {
	o.key(name)
	o.buf = appendNumber(o.buf, value)
}

func (o *object) optional(name string, value *float64) {
	if value != nil {
		o.number(name, *value)
	}
}

func (o *object) bool(name string, value bool) {
	o.key(name)
	o.buf = strconv.AppendBool(o.buf, value)
}

func (o *object) uuid(name string, value UUID) {
	o.key(name)
	o.buf = appendUUID(o.buf, value)
}

func (o *object) strings(name string, values []string) {
	o.key(name)
	o.buf = append(o.buf, '[')
	for i, v := range values {
		o.buf = comma(o.buf, i)
		o.buf = appendString(o.buf, v)
	}
	o.buf = append(o.buf, ']')
}

func (o *object) uuids(name string, values ...UUID) {
	o.key(name)
	o.buf = append(o.buf, '[')
	for i, v := range values {
		o.buf = comma(o.buf, i)
		o.buf = appendUUID(o.buf, v)
	}
	o.buf = append(o.buf, ']')
}

// appendTo sorts the members and appends the object.
func (o *object) appendTo(dst []byte) []byte {
	o.end()
	slices.SortFunc(o.keys, func(a, b member) int {
		if d := len(a.key) - len(b.key); d != 0 {
			return d
		}
		return bytes.Compare([]byte(a.key), []byte(b.key))
	})
	dst = append(dst, '{')
	for i, m := range o.keys {
		dst = comma(dst, i)
		dst = append(dst, '"')
		dst = append(dst, m.key...)
		dst = append(dst, `": `...)
		dst = append(dst, o.buf[m.from:m.to]...)
	}
	return append(dst, '}')
}

func comma(dst []byte, i int) []byte {
	if i > 0 {
		return append(dst, ", "...)
	}
	return dst
}

// list appends an array of what each appends.
func list[T any](dst []byte, items []T, each func(dst []byte, item *T) []byte) []byte {
	dst = append(dst, '[')
	for i := range items {
		dst = comma(dst, i)
		dst = each(dst, &items[i])
	}
	return append(dst, ']')
}

// appendString escapes what JSON must have escaped; other characters stand as they are.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}

// appendNumber writes numbers of at most 15 digits as PostgreSQL does.
func appendNumber(dst []byte, v float64) []byte {
	if v == 0 {
		v = 0 // not -0
	}
	return strconv.AppendFloat(dst, v, 'f', -1, 64)
}

func appendUUID(dst []byte, u UUID) []byte {
	dst = append(dst, '"')
	dst = u.append(dst)
	return append(dst, '"')
}

func appendHex(dst, b []byte) []byte {
	dst = append(dst, '"')
	dst = hex.AppendEncode(dst, b)
	return append(dst, '"')
}

func appendInts(dst []byte, values []int32) []byte {
	dst = append(dst, '[')
	for i, v := range values {
		dst = comma(dst, i)
		dst = strconv.AppendInt(dst, int64(v), 10)
	}
	return append(dst, ']')
}
