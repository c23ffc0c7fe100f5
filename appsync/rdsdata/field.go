package rdsdata

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// Field is one value, as parameter or in a record: exactly one member is set.
type Field struct {
	IsNull       *bool
	BooleanValue *bool
	LongValue    *int64
	DoubleValue  *float64
	StringValue  *string
	BlobValue    []byte // nil: not set; base64 in JSON
	ArrayValue   *ArrayValue
}

// ArrayValue is a list of values of one type: exactly one member is set (not nil).
// It holds no NULL: the API has a form for it, but what AWS does with it isn't
// known, so arrays with NULL elements are refused in both directions (own choice).
type ArrayValue struct {
	BooleanValues []bool
	LongValues    []int64
	DoubleValues  []float64
	StringValues  []string
	ArrayValues   []ArrayValue // refused: arrays have one dimension. Not read from JSON, only noticed
}

// Constructors of fields.

// Null is the field of SQL's NULL.
func Null() Field { t := true; return Field{IsNull: &t} }

// String is a text field.
func String(s string) Field { return Field{StringValue: &s} }

// Long is an integer field.
func Long(n int64) Field { return Field{LongValue: &n} }

// Double is a floating-point field.
func Double(f float64) Field { return Field{DoubleValue: &f} }

// Boolean is a truth value field.
func Boolean(b bool) Field { return Field{BooleanValue: &b} }

// Blob is a field of bytes.
func Blob(b []byte) Field {
	if b == nil {
		b = []byte{}
	}
	return Field{BlobValue: b}
}

type jsonField struct {
	IsNull       *bool       `json:"isNull"`
	BooleanValue *bool       `json:"booleanValue"`
	LongValue    *int64      `json:"longValue"`
	DoubleValue  *jsonDouble `json:"doubleValue"`
	StringValue  *string     `json:"stringValue"`
	BlobValue    *[]byte     `json:"blobValue"`
	ArrayValue   *ArrayValue `json:"arrayValue"`
}

// jsonDouble also takes the strings with which AWS SDKs write what JSON can't.
type jsonDouble float64

func (d *jsonDouble) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case `"NaN"`:
		*d = jsonDouble(math.NaN())
	case `"Infinity"`:
		*d = jsonDouble(math.Inf(1))
	case `"-Infinity"`:
		*d = jsonDouble(math.Inf(-1))
	default:
		f, err := strconv.ParseFloat(string(data), 64)
		if err != nil {
			return fmt.Errorf("doubleValue: %s is no number", data)
		}
		*d = jsonDouble(f)
	}
	return nil
}

// UnmarshalJSON reads the API's form. It doesn't check that one member is set.
func (f *Field) UnmarshalJSON(data []byte) error {
	var j jsonField
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	*f = Field{IsNull: j.IsNull, BooleanValue: j.BooleanValue, LongValue: j.LongValue, DoubleValue: (*float64)(j.DoubleValue), StringValue: j.StringValue, ArrayValue: j.ArrayValue}
	if j.BlobValue != nil {
		f.BlobValue = *j.BlobValue
		if f.BlobValue == nil {
			f.BlobValue = []byte{}
		}
	}
	return nil
}

// MarshalJSON writes the API's form.
func (f Field) MarshalJSON() ([]byte, error) { return f.appendJSON(nil), nil }

func (f Field) appendJSON(dst []byte) []byte {
	switch {
	case f.IsNull != nil:
		dst = append(dst, `{"isNull":`...)
		dst = strconv.AppendBool(dst, *f.IsNull)
	case f.BooleanValue != nil:
		dst = append(dst, `{"booleanValue":`...)
		dst = strconv.AppendBool(dst, *f.BooleanValue)
	case f.LongValue != nil:
		dst = append(dst, `{"longValue":`...)
		dst = strconv.AppendInt(dst, *f.LongValue, 10)
	case f.DoubleValue != nil:
		dst = append(dst, `{"doubleValue":`...)
		dst = appendDouble(dst, *f.DoubleValue)
	case f.StringValue != nil:
		dst = append(dst, `{"stringValue":`...)
		dst = appendString(dst, *f.StringValue)
	case f.BlobValue != nil:
		dst = append(dst, `{"blobValue":"`...)
		dst = base64.StdEncoding.AppendEncode(dst, f.BlobValue)
		dst = append(dst, '"')
	case f.ArrayValue != nil:
		dst = append(dst, `{"arrayValue":`...)
		dst = f.ArrayValue.appendJSON(dst)
	default:
		dst = append(dst, '{')
	}
	return append(dst, '}')
}

// MarshalJSON writes the API's form.
func (a ArrayValue) MarshalJSON() ([]byte, error) { return a.appendJSON(nil), nil }

func (a ArrayValue) appendJSON(dst []byte) []byte {
	switch {
	case a.BooleanValues != nil:
		dst = appendList(append(dst, `{"booleanValues":`...), a.BooleanValues, strconv.AppendBool)
	case a.LongValues != nil:
		dst = appendList(append(dst, `{"longValues":`...), a.LongValues, func(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) })
	case a.DoubleValues != nil:
		dst = appendList(append(dst, `{"doubleValues":`...), a.DoubleValues, appendDouble)
	case a.StringValues != nil:
		dst = appendList(append(dst, `{"stringValues":`...), a.StringValues, appendString)
	case a.ArrayValues != nil:
		dst = appendList(append(dst, `{"arrayValues":`...), a.ArrayValues, func(dst []byte, v ArrayValue) []byte { return v.appendJSON(dst) })
	default:
		dst = append(dst, '{')
	}
	return append(dst, '}')
}

func appendList[T any](dst []byte, items []T, one func([]byte, T) []byte) []byte {
	dst = append(dst, '[')
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = one(dst, item)
	}
	return append(dst, ']')
}

// UnmarshalJSON reads the API's form.
func (a *ArrayValue) UnmarshalJSON(data []byte) error {
	var j struct {
		BooleanValues []*bool       `json:"booleanValues"`
		LongValues    []*int64      `json:"longValues"`
		DoubleValues  []*jsonDouble `json:"doubleValues"`
		StringValues  []*string     `json:"stringValues"`
		// Reading it would cost the square of its depth.
		ArrayValues json.RawMessage `json:"arrayValues"`
	}
	err := json.Unmarshal(data, &j)
	if err != nil {
		return err
	}
	*a = ArrayValue{}
	if len(j.ArrayValues) > 0 && string(j.ArrayValues) != "null" {
		a.ArrayValues = []ArrayValue{}
	}
	if a.BooleanValues, err = whole("booleanValues", j.BooleanValues); err != nil {
		return err
	}
	if a.LongValues, err = whole("longValues", j.LongValues); err != nil {
		return err
	}
	doubles, err := whole("doubleValues", j.DoubleValues)
	if err != nil {
		return err
	}
	if doubles != nil {
		a.DoubleValues = make([]float64, len(doubles))
		for i, d := range doubles {
			a.DoubleValues[i] = float64(d)
		}
	}
	a.StringValues, err = whole("stringValues", j.StringValues)
	return err
}

// whole refuses null in a list: encoding/json would make a zero of it.
func whole[T any](name string, items []*T) ([]T, error) {
	if items == nil {
		return nil, nil
	}
	list := make([]T, len(items))
	for i, item := range items {
		if item == nil {
			return nil, fmt.Errorf("%s: a null as element of an array isn't supported", name)
		}
		list[i] = *item
	}
	return list, nil
}

// appendDouble writes a double as Java (and so the service) does in JSON for the
// values JSON has no number for, else as Go does.
func appendDouble(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(dst, `"-Infinity"`...)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'g', -1, 64)
	if !bytes.ContainsAny(dst[start:], ".e") {
		dst = append(dst, ".0"...)
	}
	return dst
}

const hexDigits = "0123456789abcdef"

// appendString writes a JSON string. Bytes that aren't UTF-8 become U+FFFD
// (PostgreSQL doesn't send any in a UTF-8 database).
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(dst, s[start:i]...)
				dst = append(dst, "\ufffd"...)
				i++
				start = i
				continue
			}
			i += size
			continue
		}
		dst = append(dst, s[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}
