package graphql

import (
	"encoding/json"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// This file completes a resolver's answer straight from its JSON text. It is a
// short cut for what is right; whatever is unusual or wrong becomes a value and
// goes the long way, through (*frame).value, which knows all rules and messages.

// resolvedJSON appends a resolver's answer.
func (f *frame) resolvedJSON(pf *planField, j *vtl.IndexedJSON) bool {
	if pf.deep {
		// Resolvers below need values as their source.
		return f.value(pf.field.Type, pf, j.Value(j.Root()))
	}
	ok := f.json(pf.field.Type, pf, j, j.Root())
	j.Release()
	return ok
}

// json is value for a part of a JSON text; no field below pf has a resolver.
func (f *frame) json(t *TypeRef, pf *planField, j *vtl.IndexedJSON, n *vtl.JSONNode) bool {
	switch kind := n.Kind(); {
	case kind == vtl.JSONNull:
		return f.value(t, pf, nil)
	case t.Elem != nil:
		if kind == vtl.JSONList {
			return f.jsonList(t, pf, j, n)
		}
	case t.Named.Kind == ast.Scalar:
		text, ok := j.Plain(n)
		if !ok {
			break
		}
		switch t.Named.scalar.verbatim(text) {
		case asIs:
			f.buf = append(f.buf, text...)
			return true
		case inQuotes:
			f.buf = append(append(append(f.buf, '"'), text...), '"')
			return true
		case withFraction:
			f.buf = append(append(f.buf, text...), ".0"...)
			return true
		}
	case t.Named.Kind == ast.Enum:
		if text, ok := j.Plain(n); ok && kind == vtl.JSONString {
			if name := t.Named.enum[text[1:len(text)-1]]; name != nil {
				f.buf = append(f.buf, name...)
				return true
			}
		}
	case kind == vtl.JSONObject:
		object := t.Named
		if object.Kind != ast.Object {
			object = f.jsonConcrete(t.Named, j, n)
		}
		if object != nil {
			return f.jsonObject(pf.sub.fields(object), j, n) || f.null(t)
		}
	}
	return f.value(t, pf, j.Value(n))
}

// jsonConcrete is concrete.
func (f *frame) jsonConcrete(t *Type, j *vtl.IndexedJSON, n *vtl.JSONNode) *Type {
	m, _ := j.Member(n, "__typename", 0)
	if m == nil {
		return nil
	}
	text, ok := j.Plain(m)
	if !ok || m.Kind() != vtl.JSONString {
		return nil
	}
	for _, p := range t.Possible {
		if p.Name == text[1:len(text)-1] {
			return p
		}
	}
	return nil
}

// jsonObject is object.
func (f *frame) jsonObject(fields *planFields, j *vtl.IndexedJSON, n *vtl.JSONNode) bool {
	if f.halted() {
		return false
	}
	start := len(f.buf)
	f.buf = append(f.buf, '{')
	f.path = append(f.path, step{of: fields.list})
	ok := true
	for i, pf := range fields.list {
		if i > 0 {
			f.buf = append(f.buf, ',')
		}
		f.buf = append(f.buf, pf.prefix...)
		f.path[len(f.path)-1].index = i
		if ok = f.jsonField(pf, j, n); !ok {
			break
		}
	}
	f.path = f.path[:len(f.path)-1]
	if !ok {
		f.buf = f.buf[:start]
		return false
	}
	f.buf = append(f.buf, '}')
	return true
}

// jsonField is fieldValue.
func (f *frame) jsonField(pf *planField, j *vtl.IndexedJSON, n *vtl.JSONNode) bool {
	fd := pf.field
	if fd.meta != metaNone {
		return f.metaField(pf, nil) // no meta field of an author's type reads its source
	}
	if !f.allowed(pf) {
		return f.null(fd.Type)
	}
	hint := int(pf.member.Load())
	m, at := j.Member(n, fd.Name, hint)
	if at != hint {
		pf.member.Store(int32(at))
	}
	if m == nil {
		return f.value(fd.Type, pf, nil)
	}
	return f.json(fd.Type, pf, j, m)
}

// jsonList is list.
func (f *frame) jsonList(t *TypeRef, pf *planField, j *vtl.IndexedJSON, n *vtl.JSONNode) bool {
	start := len(f.buf)
	f.buf = append(f.buf, '[')
	f.path = append(f.path, step{})
	ok := true
	for i := range n.Len() {
		if i > 0 {
			f.buf = append(f.buf, ',')
		}
		f.path[len(f.path)-1].index = i
		if !f.json(t.Elem, pf, j, j.Item(n, i)) || i&255 == 255 && f.halted() {
			ok = false
			break
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

// shortInteger reads the integers of up to 18 digits but -0, which has another text.
func shortInteger(text string) (n int64, ok bool) {
	digits := strings.TrimPrefix(text, "-")
	if len(digits) == 0 || len(digits) > 18 {
		return 0, false
	}
	for i := range len(digits) {
		c := digits[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	if len(digits) < len(text) {
		return -n, n != 0
	}
	return n, true
}

// form is how a JSON text is written into an answer.
type form int

const (
	unusual form = iota // by way of its value, which may be refused
	asIs
	inQuotes
	withFraction // .0
)

// asIsIf is the form of texts that are written as they are or are unusual.
func asIsIf(ok bool) form {
	if ok {
		return asIs
	}
	return unusual
}

func intVerbatim(text string) form {
	n, ok := shortInteger(text)
	return asIsIf(ok && n == int64(int32(n)))
}

func timestampVerbatim(text string) form {
	_, ok := shortInteger(text)
	return asIsIf(ok)
}

// floatVerbatim knows the numbers in the range that Java prints without an exponent,
// 0.001 to 10,000,000, of at most 15 digits: no two decimals that short have the
// same double, so that the one given is also the shortest one that Java looks for.
func floatVerbatim(text string) form {
	if n, ok := shortInteger(text); ok {
		if n <= -10_000_000 || n >= 10_000_000 {
			return unusual
		}
		return withFraction
	}
	digits := strings.TrimPrefix(text, "-")
	whole, fraction, ok := strings.Cut(digits, ".")
	switch {
	case !ok, len(digits) > 16, len(whole) > 7,
		fraction != "0" && fraction[len(fraction)-1] == '0',
		whole == "0" && strings.HasPrefix(fraction, "000"),
		strings.ContainsAny(fraction, "eE"),
		whole[0] < '0' || whole[0] > '9':
		return unusual
	}
	return asIs
}

func stringVerbatim(text string) form { return asIsIf(text[0] == '"') }

func idVerbatim(text string) form {
	if text[0] == '"' {
		return asIs
	}
	if _, ok := shortInteger(text); ok {
		return inQuotes
	}
	return unusual
}

func boolVerbatim(text string) form { return asIsIf(text[0] == 't' || text[0] == 'f') }

// textVerbatim knows strings without escapes that are valid.
func textVerbatim(valid func(string) bool) func(text string) form {
	return func(text string) form {
		return asIsIf(text[0] == '"' && strings.IndexByte(text, '\\') < 0 && valid(text[1:len(text)-1]))
	}
}

func validJSON(s string) bool { return json.Valid([]byte(s)) }
