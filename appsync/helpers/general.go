package helpers

import (
	"encoding/base64"
	"encoding/binary"

	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/url"
	"strings"
	"unicode/utf16"

	"github.com/google/uuid"
	"github.com/oklog/ulid/v2"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// general are the helpers directly in $util.
var general = table{
	"toJson":           {1, 1, toJSON},
	"parseJson":        {1, 1, parseJSON},
	"urlEncode":        {1, 1, urlEncode},
	"urlDecode":        {1, 1, urlDecode},
	"base64Encode":     {1, 1, base64Encode},
	"base64Decode":     {1, 1, base64Decode},
	"escapeJavaScript": {1, 1, escapeJavaScript},
	"autoId":           {0, 0, autoID},
	"autoUlid":         {0, 0, autoULID},
	"autoKsuid":        {0, 0, autoKSUID},
	"unauthorized":     {0, 0, unauthorized},
	"error":            {1, 4, raise},
	"appendError":      {1, 4, appendError},
	"validate":         {2, 4, validate},
	"isNull":           {1, 1, func(c *call) (vtl.Value, error) { return c.args[0] == nil, nil }},
	"isNullOrEmpty":    {1, 1, func(c *call) (vtl.Value, error) { return c.empty(0, false) }},
	"isNullOrBlank":    {1, 1, func(c *call) (vtl.Value, error) { return c.empty(0, true) }},
	"defaultIfNull":    {2, 2, func(c *call) (vtl.Value, error) { return c.orElse(c.args[0] == nil, nil) }},
	"defaultIfNullOrEmpty": {2, 2, func(c *call) (vtl.Value, error) {
		return c.orElse(c.empty(0, false))
	}},
	"defaultIfNullOrBlank": {2, 2, func(c *call) (vtl.Value, error) {
		return c.orElse(c.empty(0, true))
	}},
	"isString":  {1, 1, isType("String")},
	"isNumber":  {1, 1, isType("Number")},
	"isBoolean": {1, 1, isType("Boolean")},
	"isList":    {1, 1, isType("List")},
	"isMap":     {1, 1, isType("Map")},
	"typeOf":    {1, 1, func(c *call) (vtl.Value, error) { return typeOf(c.args[0]), nil }},
	"matches":   {2, 2, matches},
	"authType":  {0, 0, func(c *call) (vtl.Value, error) { return c.AuthType, nil }},
	"qr":        {1, 1, quiet},
	"quiet":     {1, 1, quiet},
}

func toJSON(c *call) (vtl.Value, error) {
	// Short texts need no second allocation.
	var buf [256]byte
	out, err := vtl.AppendJSON(buf[:0], c.args[0])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	if err := c.run.Charge(len(out)); err != nil {
		return nil, err
	}
	return string(out), nil
}

func parseJSON(c *call) (vtl.Value, error) {
	s, ok, err := c.textOr(0)
	if err != nil || !ok {
		return nil, err
	}
	if err := c.run.Charge(4 * len(s)); err != nil {
		return nil, err
	}
	v, err := vtl.FromJSONLenient(s)
	if err != nil {
		return nil, fmt.Errorf("%s: unable to parse %q: %w", c.name, clip(s, 60), err)
	}
	return v, nil
}

// urlEncode is java.net.URLEncoder: a blank becomes +, and * - _ . stay.
func urlEncode(c *call) (vtl.Value, error) {
	s, ok, err := c.textOr(0)
	if err != nil || !ok {
		return nil, err
	}
	s = url.QueryEscape(s)
	s = strings.ReplaceAll(s, "~", "%7E")
	s = strings.ReplaceAll(s, "%2A", "*")
	return s, c.run.Charge(len(s))
}

func urlDecode(c *call) (vtl.Value, error) {
	s, ok, err := c.textOr(0)
	if err != nil || !ok {
		return nil, err
	}
	out, err := url.QueryUnescape(s)
	if err != nil {
		return nil, fmt.Errorf("%s: %q is not URL encoded: %w", c.name, clip(s, 60), err)
	}
	return strings.ToValidUTF8(out, "\uFFFD"), nil
}

func base64Encode(c *call) (vtl.Value, error) {
	s, ok, err := c.textOr(0)
	if err != nil || !ok {
		return nil, err
	}
	return base64.StdEncoding.EncodeToString([]byte(s)), c.run.Charge(2 * len(s))
}

// base64Decode gives a byte array, which prints as the UTF-8 text it holds.
func base64Decode(c *call) (vtl.Value, error) {
	s, ok, err := c.textOr(0)
	if err != nil || !ok {
		return nil, err
	}
	enc := base64.StdEncoding
	if len(s)%4 != 0 && !strings.HasSuffix(s, "=") {
		enc = base64.RawStdEncoding
	}
	out, err := enc.DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("%s: %q is no base64: %w", c.name, clip(s, 60), err)
	}
	return out, c.run.Charge(len(out))
}

// escapeJavaScript is StringEscapeUtils of commons-lang 2.6. Note that \' is not
// allowed in JSON.
func escapeJavaScript(c *call) (vtl.Value, error) {
	s, ok, err := c.textOr(0)
	if err != nil || !ok {
		return nil, err
	}
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		switch {
		case u == '\b':
			b.WriteString(`\b`)
		case u == '\n':
			b.WriteString(`\n`)
		case u == '\t':
			b.WriteString(`\t`)
		case u == '\f':
			b.WriteString(`\f`)
		case u == '\r':
			b.WriteString(`\r`)
		case u < 0x20 || u > 0x7f:
			fmt.Fprintf(&b, `\u%04X`, u)
		case u == '\'' || u == '"' || u == '\\' || u == '/':
			b.WriteByte('\\')
			b.WriteByte(byte(u))
		default:
			b.WriteByte(byte(u))
		}
	}
	return b.String(), c.run.Charge(b.Len())
}

func autoID(c *call) (vtl.Value, error) {
	id, err := uuid.NewRandomFromReader(c.rand())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	return id.String(), nil
}

func autoULID(c *call) (vtl.Value, error) {
	id, err := ulid.New(ulid.Timestamp(c.now()), c.rand())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	return id.String(), nil
}

// ksuidEpoch is the second from which KSUIDs count.
const ksuidEpoch = 1_400_000_000

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// autoKSUID makes 4 bytes of time and 16 of randomness, as 27 base-62 digits.
func autoKSUID(c *call) (vtl.Value, error) {
	var raw [20]byte
	binary.BigEndian.PutUint32(raw[:4], uint32(c.now().Unix()-ksuidEpoch))
	if _, err := io.ReadFull(c.rand(), raw[4:]); err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	n := new(big.Int).SetBytes(raw[:])
	var text [27]byte
	digit, base := new(big.Int), big.NewInt(62)
	for i := len(text) - 1; i >= 0; i-- {
		n.DivMod(n, base, digit)
		text[i] = base62[digit.Int64()]
	}
	return string(text[:]), nil
}

func unauthorized(c *call) (vtl.Value, error) {
	return nil, &RaisedError{
		Message:   fmt.Sprintf("Not Authorized to access %s on type %s", c.FieldName, c.TypeName),
		ErrorType: "Unauthorized",
	}
}

func (c *call) raised(from int) *RaisedError {
	return &RaisedError{
		Message:   c.printed(from),
		ErrorType: c.printed(from + 1),
		Data:      c.arg(from + 2),
		ErrorInfo: c.arg(from + 3),
	}
}

func raise(c *call) (vtl.Value, error) { return nil, c.raised(0) }

// maxErrors bounds the errors of one field.
const maxErrors = 1000

func appendError(c *call) (vtl.Value, error) {
	if len(c.Errors) >= maxErrors {
		return nil, fmt.Errorf("%s: more than %d errors", c.name, maxErrors)
	}
	c.Errors = append(c.Errors, c.raised(0))
	return "", nil
}

func validate(c *call) (vtl.Value, error) {
	ok, err := c.boolean(0)
	if err != nil {
		return nil, err
	}
	if ok {
		return "", nil
	}
	e := c.raised(1)
	if e.ErrorType == "" {
		e.ErrorType = "CustomTemplateException"
	}
	return nil, e
}

// empty tells whether a string is null, empty or, with blank, only white space.
// Other values than strings are taken as they print.
func (c *call) empty(i int, blank bool) (bool, error) {
	if c.args[i] == nil {
		return true, nil
	}
	s, ok := c.args[i].(string)
	if !ok {
		return false, nil
	}
	if blank {
		s = strings.TrimSpace(s)
	}
	return s == "", nil
}

func (c *call) orElse(second bool, err error) (vtl.Value, error) {
	if second {
		return c.args[1], err
	}
	return c.args[0], err
}

// typeOf is vtl.TypeName, with an RDS result being the string that it is in
// AppSync.
func typeOf(v vtl.Value) string {
	if _, ok := v.(*RDSResult); ok {
		return "String"
	}
	return vtl.TypeName(v)
}

func isType(name string) func(*call) (vtl.Value, error) {
	return func(c *call) (vtl.Value, error) { return typeOf(c.args[0]) == name, nil }
}

func matches(c *call) (vtl.Value, error) {
	pattern, err := c.text(0)
	if err != nil {
		return nil, err
	}
	data, ok, err := c.textOr(1)
	if err != nil || !ok {
		return false, err
	}
	yes, err := vtl.MatchRegex(pattern, data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	return yes, nil
}

// quiet gives an empty string, so that nothing prints. Null would print the
// reference's source. The same holds for all helpers that are called for what
// they do: appendError, validate, log, addResponseHeader and $extensions.
func quiet(*call) (vtl.Value, error) { return "", nil }

// logging is $util.log.
var logging = table{
	"info":  {1, -1, logAt(slog.LevelInfo)},
	"debug": {1, -1, logAt(slog.LevelDebug)},
	"error": {1, -1, logAt(slog.LevelError)},
}

// logMax bounds one message, in bytes.
const logMax = 8 << 10

func logAt(level slog.Level) func(*call) (vtl.Value, error) {
	return func(c *call) (vtl.Value, error) {
		if c.Log == nil || !c.Log.Enabled(c.run.Context, level) {
			return "", nil
		}
		var b strings.Builder
		rest := c.printed(0)
		for _, v := range c.args[1:] {
			before, after, found := strings.Cut(rest, "{}")
			if !found {
				break
			}
			b.WriteString(before)
			b.WriteString(clip(vtl.ToString(v), logMax))
			rest = after
		}
		b.WriteString(rest)
		line, column := c.run.Position()
		c.Log.Log(c.run.Context, level, clip(b.String(), logMax),
			"template", c.run.Template(), "line", line, "column", column)
		return "", nil
	}
}
