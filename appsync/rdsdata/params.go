package rdsdata

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"
)

// TypeHint says what a parameter's string stands for.
type TypeHint string

// Type hints of the API.
const (
	HintDate      TypeHint = "DATE"      // YYYY-MM-DD
	HintDecimal   TypeHint = "DECIMAL"   //
	HintJSON      TypeHint = "JSON"      // bound as json, not jsonb: own choice, the stricter one
	HintTime      TypeHint = "TIME"      // HH:MM:SS[.FFF]
	HintTimestamp TypeHint = "TIMESTAMP" // YYYY-MM-DD HH:MM:SS[.FFF]
	HintUUID      TypeHint = "UUID"
)

// hinted maps a hint to the type of a string and of a list of strings. Lists of
// uuids are not taken as parameters (user guide).
var hinted = map[TypeHint]struct{ scalar, array uint32 }{
	HintDate:      {oidDate, oidDateArray},
	HintDecimal:   {oidNumeric, oidNumericArray},
	HintJSON:      {oidJSON, oidJSONArray},
	HintTime:      {oidTime, oidTimeArray},
	HintTimestamp: {oidTimestamp, oidTimestampArray},
	HintUUID:      {oidUUID, 0},
}

// Parameter is one named parameter.
type Parameter struct {
	Name     string   `json:"name"`
	Value    Field    `json:"value"`
	TypeHint TypeHint `json:"typeHint,omitempty"`
}

// binding holds a statement's parameters as they go to PostgreSQL, all in text
// format. Its memory is reused.
type binding struct {
	oids   []uint32
	values [][]byte
	buf    []byte
	ends   []int // ends[i] is the end of value i in buf; -1: NULL
}

// bind finds the values of p's names among the parameters. Parameters that the
// statement doesn't use are accepted, as AppSync gives all of them to each.
func (b *binding) bind(p *parsed, params []Parameter) *Error {
	b.oids, b.values, b.buf, b.ends = b.oids[:0], b.values[:0], b.buf[:0], b.ends[:0]
	// Few names are found faster in the list; many would take the square of time.
	var index map[string]*Parameter
	if len(p.names) > 64 && len(params) > 64 {
		index = make(map[string]*Parameter, len(params))
		for i := range params {
			if _, ok := index[params[i].Name]; !ok {
				index[params[i].Name] = &params[i]
			}
		}
	}
	for _, name := range p.names {
		param := index[name]
		if index == nil {
			param = find(params, name)
		}
		if param == nil {
			return badRequest("Cannot find parameter: %s", name)
		}
		oid, null, err := b.append(param)
		if err != nil {
			return err
		}
		b.oids = append(b.oids, oid)
		if null {
			b.ends = append(b.ends, -1)
		} else {
			b.ends = append(b.ends, len(b.buf))
		}
	}
	start := 0
	for _, end := range b.ends {
		if end < 0 {
			b.values = append(b.values, nil)
			continue
		}
		b.values = append(b.values, b.buf[start:end:end])
		start = end
	}
	return nil
}

func find(params []Parameter, name string) *Parameter {
	for i := range params {
		if params[i].Name == name {
			return &params[i]
		}
	}
	return nil
}

// append writes one value to the buffer and says its type.
func (b *binding) append(p *Parameter) (oid uint32, null bool, err *Error) {
	f := &p.Value
	var hint struct{ scalar, array uint32 }
	if p.TypeHint != "" {
		var ok bool
		if hint, ok = hinted[p.TypeHint]; !ok {
			return 0, false, newError(CodeValidation, "1 validation error detected: Value '%s' at typeHint of parameter %q failed to satisfy constraint: Member must satisfy enum value set: [JSON, UUID, TIMESTAMP, DATE, TIME, DECIMAL]", p.TypeHint, p.Name)
		}
	}
	switch {
	case f.IsNull != nil && *f.IsNull:
		if p.TypeHint != "" {
			return hint.scalar, true, nil
		}
		return oidText, true, nil
	case f.StringValue != nil:
		b.buf = append(b.buf, *f.StringValue...)
		if p.TypeHint == "" {
			return oidText, false, nil
		}
		if !wellFormed(p.TypeHint, *f.StringValue) {
			return 0, false, badRequest("Invalid value for parameter %q with type hint %s: %s", p.Name, p.TypeHint, shorten(*f.StringValue))
		}
		return hint.scalar, false, nil
	case p.TypeHint != "" && f.ArrayValue == nil:
		return 0, false, badRequest("Parameter %q: type hint %s needs a stringValue", p.Name, p.TypeHint)
	case f.LongValue != nil:
		b.buf = strconv.AppendInt(b.buf, *f.LongValue, 10)
		return oidInt8, false, nil
	case f.DoubleValue != nil:
		b.buf = appendFloat(b.buf, *f.DoubleValue)
		return oidFloat8, false, nil
	case f.BooleanValue != nil:
		b.buf = strconv.AppendBool(b.buf, *f.BooleanValue)
		return oidBool, false, nil
	case f.BlobValue != nil:
		b.buf = append(b.buf, `\x`...)
		b.buf = hex.AppendEncode(b.buf, f.BlobValue)
		return oidBytea, false, nil
	case f.ArrayValue != nil:
		oid, err := b.appendArray(p, hint.array)
		return oid, false, err
	}
	return 0, false, badRequest("Parameter %q has value with no field set", p.Name)
}

func (b *binding) appendArray(p *Parameter, hintOID uint32) (uint32, *Error) {
	a := p.Value.ArrayValue
	list := func(n int, one func(i int)) {
		b.buf = append(b.buf, '{')
		for i := range n {
			if i > 0 {
				b.buf = append(b.buf, ',')
			}
			one(i)
		}
		b.buf = append(b.buf, '}')
	}
	if p.TypeHint != "" && a.StringValues == nil {
		return 0, badRequest("Parameter %q: type hint %s needs stringValues", p.Name, p.TypeHint)
	}
	switch {
	case a.ArrayValues != nil:
		return 0, badRequest("Parameter %q: multidimensional arrays are not supported", p.Name)
	case a.StringValues != nil:
		if p.TypeHint != "" && hintOID == 0 {
			return 0, badRequest("Parameter %q: arrays of type %s are not supported as parameters", p.Name, p.TypeHint)
		}
		for _, s := range a.StringValues {
			if p.TypeHint != "" && !wellFormed(p.TypeHint, s) {
				return 0, badRequest("Invalid value for parameter %q with type hint %s: %s", p.Name, p.TypeHint, shorten(s))
			}
		}
		list(len(a.StringValues), func(i int) {
			b.buf = append(b.buf, '"')
			for _, c := range []byte(a.StringValues[i]) {
				if c == '"' || c == '\\' {
					b.buf = append(b.buf, '\\')
				}
				b.buf = append(b.buf, c)
			}
			b.buf = append(b.buf, '"')
		})
		if p.TypeHint != "" {
			return hintOID, nil
		}
		return oidTextArray, nil
	case a.LongValues != nil:
		list(len(a.LongValues), func(i int) { b.buf = strconv.AppendInt(b.buf, a.LongValues[i], 10) })
		return oidInt8Array, nil
	case a.DoubleValues != nil:
		list(len(a.DoubleValues), func(i int) { b.buf = appendFloat(b.buf, a.DoubleValues[i]) })
		return oidFloat8Array, nil
	case a.BooleanValues != nil:
		list(len(a.BooleanValues), func(i int) { b.buf = strconv.AppendBool(b.buf, a.BooleanValues[i]) })
		return oidBoolArray, nil
	}
	return 0, badRequest("Parameter %q has an arrayValue with no field set", p.Name)
}

func appendFloat(dst []byte, f float64) []byte {
	switch {
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	}
	return strconv.AppendFloat(dst, f, 'g', -1, 64)
}

// wellFormed checks the form that the API documents for a hint, which is narrower
// than what PostgreSQL reads ("tomorrow" is a date to it). The value's sense
// (month 13) is PostgreSQL's to judge.
func wellFormed(hint TypeHint, s string) bool {
	switch hint {
	case HintDate:
		return form(s, "dddd-dd-dd")
	case HintTime:
		return formTime(s)
	case HintTimestamp:
		return len(s) > 11 && form(s[:11], "dddd-dd-dd ") && formTime(s[11:])
	}
	return true
}

func formTime(s string) bool {
	if len(s) < 8 || !form(s[:8], "dd:dd:dd") {
		return false
	}
	frac := s[8:]
	return frac == "" || len(frac) >= 2 && len(frac) <= 7 && form(frac, "."+strings.Repeat("d", len(frac)-1))
}

// form compares with a pattern in which d stands for a digit.
func form(s, pattern string) bool {
	if len(s) != len(pattern) {
		return false
	}
	for i := range len(s) {
		digit := '0' <= s[i] && s[i] <= '9'
		if pattern[i] == 'd' && !digit || pattern[i] != 'd' && s[i] != pattern[i] {
			return false
		}
	}
	return true
}

func shorten(s string) string {
	if len(s) > 80 {
		return s[:80] + "..."
	}
	return s
}
