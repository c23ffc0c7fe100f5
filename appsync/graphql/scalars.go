package graphql

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// scalar knows how a scalar type comes in and goes out.
type scalar struct {
	// literals are the kinds a literal in a document may have.
	literals []ast.ValueKind
	// input takes a literal or a variable's JSON value and gives what templates see.
	input func(v vtl.Value) (vtl.Value, error)
	// output appends the JSON of a resolved value.
	output func(dst []byte, v vtl.Value) ([]byte, error)
	// verbatim says how the JSON text of a value, a boolean, a number, or a string as
	// appendString writes it, becomes what output would make of the value.
	verbatim func(text string) form
}

func (s *scalar) acceptsLiteral(k ast.ValueKind) bool {
	for _, l := range s.literals {
		if l == k {
			return true
		}
	}
	return false
}

var (
	stringLiterals = []ast.ValueKind{ast.StringValue, ast.BlockValue}

	scalars = map[string]*scalar{
		"Int":     {literals: []ast.ValueKind{ast.IntValue}, input: intInput, output: intOutput, verbatim: intVerbatim},
		"Float":   {literals: []ast.ValueKind{ast.IntValue, ast.FloatValue}, input: floatInput, output: floatOutput, verbatim: floatVerbatim},
		"String":  {literals: stringLiterals, input: stringInput, output: stringOutput, verbatim: stringVerbatim},
		"Boolean": {literals: []ast.ValueKind{ast.BooleanValue}, input: boolInput, output: boolOutput, verbatim: boolVerbatim},
		"ID":      {literals: []ast.ValueKind{ast.StringValue, ast.BlockValue, ast.IntValue}, input: idInput, output: idOutput, verbatim: idVerbatim},

		"AWSDate":      textScalar("date", validDate),
		"AWSTime":      textScalar("time", validTime),
		"AWSDateTime":  textScalar("DateTime Object", validDateTime),
		"AWSEmail":     textScalar("email address", validEmail),
		"AWSPhone":     textScalar("phone number", validPhone),
		"AWSURL":       textScalar("URL", validURL),
		"AWSIPAddress": textScalar("IP address", validIP),
		"AWSTimestamp": {literals: []ast.ValueKind{ast.IntValue}, input: timestampInput, output: timestampOutput, verbatim: timestampVerbatim},
		"AWSJSON":      {literals: stringLiterals, input: jsonInput, output: jsonOutput, verbatim: textVerbatim(validJSON)},
	}
)

// javaClass names a value's class as graphql-java's messages do.
func javaClass(v vtl.Value) string {
	switch n := v.(type) {
	case nil:
		return "null"
	case bool:
		return "Boolean"
	case string:
		return "String"
	case int64:
		if n == int64(int32(n)) {
			return "Integer"
		}
		return "Long"
	case *big.Int:
		return "BigInteger"
	case float64:
		return "Double"
	case *vtl.Map:
		return "LinkedHashMap"
	case *vtl.List:
		return "ArrayList"
	}
	return "Object"
}

func expected(typ string, v vtl.Value) error {
	return fmt.Errorf("Expected type '%s' but was '%s'.", typ, javaClass(v)) //nolint:staticcheck // the service's wording
}

func intInput(v vtl.Value) (vtl.Value, error) {
	switch n := v.(type) {
	case int64:
		if n >= math.MinInt32 && n <= math.MaxInt32 {
			return n, nil
		}
	case float64:
		if n == math.Trunc(n) && n >= math.MinInt32 && n <= math.MaxInt32 {
			return int64(n), nil
		}
	}
	return nil, expected("Int", v)
}

// intOutput accepts what graphql-java's GraphQLInt does: numbers and numeric
// strings (the Data API returns numeric columns as strings), if whole and in range.
func intOutput(dst []byte, v vtl.Value) ([]byte, error) {
	n, ok := wholeNumber(v)
	if !ok || n < math.MinInt32 || n > math.MaxInt32 {
		return dst, expected("Int", v)
	}
	return strconv.AppendInt(dst, n, 10), nil
}

func wholeNumber(v vtl.Value) (int64, bool) {
	switch n := v.(type) {
	case int64:
		return n, true
	case int:
		return int64(n), true
	case float64:
		if n == math.Trunc(n) && math.Abs(n) < 1<<63 {
			return int64(n), true
		}
	case *big.Int:
		if n.IsInt64() {
			return n.Int64(), true
		}
	case string:
		if i, err := strconv.ParseInt(n, 10, 64); err == nil {
			return i, true
		}
		if f, ok := parseNumber(n); ok && f == math.Trunc(f) && math.Abs(f) < 1<<63 {
			return int64(f), true
		}
	}
	return 0, false
}

// parseNumber reads a decimal number; Go's extras (hex, underscores, Inf, NaN) are refused.
func parseNumber(s string) (float64, bool) {
	if s == "" || strings.Trim(s, "+-.0123456789eE") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

func floatInput(v vtl.Value) (vtl.Value, error) {
	switch n := v.(type) {
	case int64:
		return float64(n), nil
	case float64:
		return n, nil
	case *big.Int:
		f, _ := new(big.Float).SetInt(n).Float64()
		if !math.IsInf(f, 0) {
			return f, nil
		}
	}
	return nil, expected("Float", v)
}

func floatOutput(dst []byte, v vtl.Value) ([]byte, error) {
	switch n := v.(type) {
	case float64:
		if math.IsNaN(n) || math.IsInf(n, 0) {
			return dst, expected("Float", v)
		}
		return vtl.AppendJSON(dst, n)
	case int64:
		return vtl.AppendJSON(dst, float64(n))
	case int:
		return vtl.AppendJSON(dst, float64(n))
	case *big.Int:
		f, _ := new(big.Float).SetInt(n).Float64()
		if !math.IsInf(f, 0) {
			return vtl.AppendJSON(dst, f)
		}
	case string:
		if f, ok := parseNumber(n); ok {
			return vtl.AppendJSON(dst, f)
		}
	}
	return dst, expected("Float", v)
}

func stringInput(v vtl.Value) (vtl.Value, error) {
	if s, ok := v.(string); ok {
		return s, nil
	}
	return nil, expected("String", v)
}

// stringOutput prints any value the way Java's toString does, as graphql-java
// does for its String type.
func stringOutput(dst []byte, v vtl.Value) ([]byte, error) {
	if s, ok := v.(string); ok {
		return appendString(dst, s), nil
	}
	return appendString(dst, vtl.ToString(v)), nil
}

func boolInput(v vtl.Value) (vtl.Value, error) {
	if b, ok := v.(bool); ok {
		return b, nil
	}
	return nil, expected("Boolean", v)
}

func boolOutput(dst []byte, v vtl.Value) ([]byte, error) {
	switch b := v.(type) {
	case bool:
		return strconv.AppendBool(dst, b), nil
	case string:
		return strconv.AppendBool(dst, strings.EqualFold(b, "true")), nil
	case int64:
		return strconv.AppendBool(dst, b != 0), nil
	case float64:
		return strconv.AppendBool(dst, b != 0), nil
	}
	return dst, expected("Boolean", v)
}

func idInput(v vtl.Value) (vtl.Value, error) {
	switch n := v.(type) {
	case string:
		return n, nil
	case int64:
		return strconv.FormatInt(n, 10), nil
	case *big.Int:
		return n.String(), nil
	}
	return nil, expected("ID", v)
}

func idOutput(dst []byte, v vtl.Value) ([]byte, error) {
	switch n := v.(type) {
	case string:
		return appendString(dst, n), nil
	case int64:
		dst = append(dst, '"')
		return append(strconv.AppendInt(dst, n, 10), '"'), nil
	case *big.Int:
		return append(n.Append(append(dst, '"'), 10), '"'), nil
	}
	return dst, expected("ID", v)
}

func timestampInput(v vtl.Value) (vtl.Value, error) {
	switch n := v.(type) {
	case int64:
		return n, nil
	case float64:
		if n == math.Trunc(n) && math.Abs(n) < 1<<53 {
			return int64(n), nil
		}
	}
	return nil, cannotParse(v, "timestamp")
}

func timestampOutput(dst []byte, v vtl.Value) ([]byte, error) {
	n, ok := wholeNumber(v)
	if !ok {
		return dst, cannotSerialize(v, "timestamp")
	}
	return strconv.AppendInt(dst, n, 10), nil
}

func cannotParse(v vtl.Value, what string) error {
	return fmt.Errorf("Unable to parse `%s` as a valid %s.", clip(vtl.ToString(v)), what) //nolint:staticcheck // the service's wording
}

func cannotSerialize(v vtl.Value, what string) error {
	return fmt.Errorf("Unable to serialize `%s` as a valid %s.", clip(vtl.ToString(v)), what) //nolint:staticcheck // the service's wording
}

// clip bounds what an error message repeats of a stranger's input.
func clip(s string) string {
	const most = 256
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// textScalar makes a scalar whose values are strings of a form.
func textScalar(what string, valid func(string) bool) *scalar {
	return &scalar{
		literals: stringLiterals,
		input: func(v vtl.Value) (vtl.Value, error) {
			s, ok := v.(string)
			if !ok || !valid(s) {
				return nil, cannotParse(v, what)
			}
			return s, nil
		},
		output: func(dst []byte, v vtl.Value) ([]byte, error) {
			s, ok := v.(string)
			if !ok || !valid(s) {
				return dst, cannotSerialize(v, what)
			}
			return appendString(dst, s), nil
		},
		verbatim: textVerbatim(valid),
	}
}

// jsonInput parses the text, so that templates see maps and lists.
func jsonInput(v vtl.Value) (vtl.Value, error) {
	s, ok := v.(string)
	if ok {
		parsed, err := vtl.FromJSON([]byte(s))
		if err == nil {
			return parsed, nil
		}
	}
	return nil, fmt.Errorf("Unable to parse %s as valid JSON.", clip(vtl.ToString(v))) //nolint:staticcheck // the service's wording
}

// jsonOutput gives a string holding JSON. A string that is JSON already is
// passed on unchanged; any other value is encoded.
func jsonOutput(dst []byte, v vtl.Value) ([]byte, error) {
	if s, ok := v.(string); ok && json.Valid([]byte(s)) {
		return appendString(dst, s), nil
	}
	text, err := vtl.AppendJSON(nil, v)
	if err != nil {
		return dst, errors.New("Unable to serialize the value as valid JSON.") //nolint:staticcheck // the service's wording
	}
	return appendString(dst, string(text)), nil
}

// digits reads exactly n digits.
func digits(s string, n int) (value int, rest string, ok bool) {
	if len(s) < n {
		return 0, s, false
	}
	for i := range n {
		c := s[i]
		if c < '0' || c > '9' {
			return 0, s, false
		}
		value = value*10 + int(c-'0')
	}
	return value, s[n:], true
}

func cutDate(s string) (rest string, ok bool) {
	year, s, ok := digits(s, 4)
	if !ok || !strings.HasPrefix(s, "-") {
		return s, false
	}
	month, s, ok := digits(s[1:], 2)
	if !ok || month < 1 || month > 12 || !strings.HasPrefix(s, "-") {
		return s, false
	}
	day, s, ok := digits(s[1:], 2)
	if !ok || day < 1 || day > daysIn(year, month) {
		return s, false
	}
	return s, true
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// cutTime reads hh:mm[:ss[.f...]]; the documentation counts `12:00:34.` as valid.
func cutTime(s string) (rest string, ok bool) {
	hour, s, ok := digits(s, 2)
	if !ok || hour > 23 || !strings.HasPrefix(s, ":") {
		return s, false
	}
	minute, s, ok := digits(s[1:], 2)
	if !ok || minute > 59 {
		return s, false
	}
	if !strings.HasPrefix(s, ":") {
		return s, true
	}
	second, s, ok := digits(s[1:], 2)
	if !ok || second > 59 {
		return s, false
	}
	if strings.HasPrefix(s, ".") {
		s = s[1:]
		n := 0
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		if n > 9 {
			return s, false
		}
		s = s[n:]
	}
	return s, true
}

func validOffset(s string) bool {
	if s == "Z" {
		return true
	}
	if len(s) == 0 || s[0] != '+' && s[0] != '-' {
		return false
	}
	hour, s, ok := digits(s[1:], 2)
	if !ok || hour > 18 || !strings.HasPrefix(s, ":") {
		return false
	}
	minute, s, ok := digits(s[1:], 2)
	if !ok || minute > 59 {
		return false
	}
	if s == "" {
		return true
	}
	if s[0] != ':' {
		return false
	}
	second, s, ok := digits(s[1:], 2)
	return ok && second <= 59 && s == ""
}

func validDate(s string) bool {
	rest, ok := cutDate(s)
	return ok && (rest == "" || validOffset(rest))
}

func validTime(s string) bool {
	rest, ok := cutTime(s)
	return ok && (rest == "" || validOffset(rest))
}

func validDateTime(s string) bool {
	rest, ok := cutDate(s)
	if !ok || !strings.HasPrefix(rest, "T") {
		return false
	}
	rest, ok = cutTime(rest[1:])
	return ok && validOffset(rest)
}

func validEmail(s string) bool {
	if len(s) > 320 {
		return false
	}
	a, err := mail.ParseAddress(s)
	return err == nil && a.Name == "" && a.Address == s
}

var (
	internationalPhone = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	northAmericaPhone  = regexp.MustCompile(`^1?[2-9][0-9]{2}[2-9][0-9]{6}$`)
)

func validPhone(s string) bool {
	if len(s) > 40 {
		return false
	}
	plain := strings.NewReplacer(" ", "", "-", "").Replace(s)
	if strings.HasPrefix(plain, "+1") {
		return northAmericaPhone.MatchString(plain[1:])
	}
	return internationalPhone.MatchString(plain) || northAmericaPhone.MatchString(plain)
}

func validURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || strings.ContainsAny(s, " \t\r\n") {
		return false
	}
	if u.Opaque == "" && u.Host == "" {
		return false
	}
	return !strings.Contains(u.EscapedPath(), "//")
}

func validIP(s string) bool {
	if strings.Contains(s, "%") {
		return false
	}
	if strings.Contains(s, "/") {
		_, err := netip.ParsePrefix(s)
		return err == nil
	}
	_, err := netip.ParseAddr(s)
	return err == nil
}
