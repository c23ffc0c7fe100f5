package rdsdata

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Column is one column of a result.
type Column struct {
	Label   string
	Kind    Kind
	Element Kind // of an array's values

	info  typeInfo
	field pgconn.FieldDescription
}

// Type is PostgreSQL's name of the column's type, such as "jsonb".
func (c *Column) Type() string { return c.info.name }

// Result is what a statement gave. It is not changed after it was made and may
// be read by several goroutines.
type Result struct {
	Columns  []Column         // nil if the statement has no result (INSERT without RETURNING)
	Metadata []ColumnMetadata // if the request asked for it; shared, not to be changed
	Updated  int64            // rows inserted, updated or deleted; 0 if the statement has a result

	// All values lie in data, row by row; ends holds where each ends, or -1-end
	// for NULL.
	data string
	ends []int

	decimals bool // numeric as number
	longText bool // integers as text
}

// Len is the number of rows.
func (r *Result) Len() int {
	if len(r.Columns) == 0 {
		return 0
	}
	return len(r.ends) / len(r.Columns)
}

// Text gives a value as PostgreSQL wrote it (timestamptz: without its offset), and
// whether it is not NULL. It is a part of one string that holds all values.
func (r *Result) Text(row, column int) (text string, ok bool) {
	i := row*len(r.Columns) + column
	end := r.ends[i]
	if end < 0 {
		return "", false
	}
	start := 0
	if i > 0 {
		if start = r.ends[i-1]; start < 0 {
			start = -1 - start
		}
	}
	return r.data[start:end], true
}

// Field gives a value in the API's form.
func (r *Result) Field(row, column int) Field {
	text, ok := r.Text(row, column)
	if !ok {
		return Null()
	}
	col := &r.Columns[column]
	switch kind := r.kind(col, text); kind {
	case KindBoolean:
		return Boolean(text[0] == 't')
	case KindLong:
		// PostgreSQL's own integers always fit.
		n, err := strconv.ParseInt(text, 10, 64)
		if err == nil {
			return Long(n)
		}
		return String(text)
	case KindDouble:
		f, err := strconv.ParseFloat(text, 64)
		if err == nil {
			return Double(f)
		}
		return String(text)
	case KindBlob:
		return Blob(decodeBytea([]byte(text)))
	case KindArray:
		return Field{ArrayValue: arrayValue(col.Element, []byte(text))}
	}
	return String(text)
}

// kind is the column's kind under the request's options.
func (r *Result) kind(col *Column, text string) Kind {
	switch col.Kind {
	case KindLong:
		if r.longText {
			return KindString
		}
	case KindDecimal:
		if !r.decimals || text == "NaN" || strings.HasSuffix(text, "Infinity") {
			return KindString
		}
		if !strings.Contains(text, ".") {
			if _, err := strconv.ParseInt(text, 10, 64); err == nil {
				return KindLong
			}
		}
		return KindDouble
	case KindTimestampTZ:
		return KindString
	}
	return col.Kind
}

// Records gives all values in the API's form.
func (r *Result) Records() [][]Field {
	if r.Columns == nil {
		return nil
	}
	records := make([][]Field, r.Len())
	fields := make([]Field, len(r.ends))
	for i := range records {
		records[i] = fields[:len(r.Columns):len(r.Columns)]
		fields = fields[len(r.Columns):]
		for j := range r.Columns {
			records[i][j] = r.Field(i, j)
		}
	}
	return records
}

// AppendRecordsJSON writes the records in the API's JSON form without making
// fields: [[{"stringValue":"a"},...],...].
func (r *Result) AppendRecordsJSON(dst []byte) []byte {
	dst = append(dst, '[')
	for i := range r.Len() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, '[')
		for j := range r.Columns {
			if j > 0 {
				dst = append(dst, ',')
			}
			dst = r.appendField(dst, i, j)
		}
		dst = append(dst, ']')
	}
	return append(dst, ']')
}

func (r *Result) appendField(dst []byte, row, column int) []byte {
	text, ok := r.Text(row, column)
	if !ok {
		return append(dst, `{"isNull":true}`...)
	}
	switch r.kind(&r.Columns[column], text) {
	case KindString:
		return append(appendString(append(dst, `{"stringValue":`...), text), '}')
	case KindLong:
		return append(append(append(dst, `{"longValue":`...), text...), '}')
	}
	return r.Field(row, column).appendJSON(dst)
}

// AppendStatementResult writes the result as AppSync sees it: an element of
// sqlStatementResults. Rows come from AppendRecordsJSON, metadata if it was asked
// for.
func (r *Result) AppendStatementResult(dst []byte) []byte {
	dst = append(dst, `{"numberOfRecordsUpdated":`...)
	dst = strconv.AppendInt(dst, r.Updated, 10)
	if r.Columns != nil {
		dst = append(dst, `,"records":`...)
		dst = r.AppendRecordsJSON(dst)
		if r.Metadata != nil {
			dst = append(dst, `,"columnMetadata":`...)
			dst = appendMetadata(dst, r.Metadata)
		}
	} else {
		dst = append(dst, `,"generatedFields":[]`...)
	}
	return append(dst, '}')
}

// formatted writes the rows as formatRecordsAs JSON does: objects by label.
func (r *Result) formatted(limit int) (string, error) {
	seen := map[string]bool{}
	for i := range r.Columns {
		if label := r.Columns[i].Label; seen[label] {
			return "", badRequest("The result set contains the duplicate column name %q: name the columns apart to have records formatted as JSON", label)
		} else {
			seen[label] = true
		}
	}
	dst := append(make([]byte, 0, len(r.data)*2), '[')
	for i := range r.Len() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, '{')
		for j := range r.Columns {
			if j > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendString(dst, r.Columns[j].Label), ':')
			dst = r.appendPlain(dst, i, j)
		}
		dst = append(dst, '}')
		if len(dst) > limit {
			return "", newError(CodeUnsupportedResult, "Database response exceeded size limit")
		}
	}
	return string(append(dst, ']')), nil
}

func (r *Result) appendPlain(dst []byte, row, column int) []byte {
	f := r.Field(row, column)
	switch {
	case f.IsNull != nil:
		return append(dst, "null"...)
	case f.BooleanValue != nil:
		return strconv.AppendBool(dst, *f.BooleanValue)
	case f.LongValue != nil:
		return strconv.AppendInt(dst, *f.LongValue, 10)
	case f.DoubleValue != nil:
		return appendDouble(dst, *f.DoubleValue)
	case f.BlobValue != nil:
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, f.BlobValue)
		return append(dst, '"')
	case f.ArrayValue != nil:
		// The list stands inside {"...Values": ... }.
		text := f.ArrayValue.appendJSON(nil)
		return append(dst, text[bytes.IndexByte(text, '['):len(text)-1]...)
	}
	return appendString(dst, *f.StringValue)
}

func decodeBytea(text []byte) []byte {
	text = bytes.TrimPrefix(text, []byte(`\x`))
	out := make([]byte, hex.DecodedLen(len(text)))
	n, err := hex.Decode(out, text)
	if err != nil {
		return out[:n] // bytea_output is hex: doesn't happen
	}
	return out
}

// errArray: an array the API has no form for.
var errArray = errors.New("array")

// arrayItems splits a one-dimensional array's text form.
func arrayItems(text []byte) ([][]byte, error) {
	// "[2:3]={...}" has bounds of its own; the API knows none.
	if len(text) > 0 && text[0] == '[' {
		i := bytes.IndexByte(text, '=')
		text = text[i+1:]
	}
	if len(text) < 2 || text[0] != '{' || text[len(text)-1] != '}' {
		return nil, errArray
	}
	text = text[1 : len(text)-1]
	items := [][]byte{}
	for len(text) > 0 {
		var item []byte
		switch text[0] {
		case '{':
			return nil, errArray // more dimensions
		case '"':
			item = []byte{}
			i := 1
			for i < len(text) && text[i] != '"' {
				if text[i] == '\\' {
					i++
				}
				if i < len(text) {
					item = append(item, text[i])
				}
				i++
			}
			if i >= len(text) {
				return nil, errArray
			}
			text = text[i+1:]
		default:
			i := bytes.IndexByte(text, ',')
			if i < 0 {
				i = len(text)
			}
			item = text[:i]
			if string(item) == "NULL" {
				return nil, errArray // a list of values has no place for it
			}
			text = text[i:]
		}
		items = append(items, item)
		if len(text) > 0 {
			text = text[1:]
		}
	}
	return items, nil
}

// arrayValue reads an array that checkArray has accepted.
func arrayValue(element Kind, text []byte) *ArrayValue {
	items, err := arrayItems(text)
	if err != nil {
		return &ArrayValue{StringValues: []string{}}
	}
	a := &ArrayValue{}
	switch element {
	case KindBoolean:
		a.BooleanValues = make([]bool, len(items))
		for i, item := range items {
			a.BooleanValues[i] = string(item) == "t"
		}
	case KindLong:
		a.LongValues = make([]int64, len(items))
		for i, item := range items {
			a.LongValues[i], _ = strconv.ParseInt(string(item), 10, 64) // PostgreSQL wrote it
		}
	case KindDouble:
		a.DoubleValues = make([]float64, len(items))
		for i, item := range items {
			a.DoubleValues[i], _ = strconv.ParseFloat(string(item), 64) // PostgreSQL wrote it
		}
	default:
		a.StringValues = make([]string, len(items))
		for i, item := range items {
			a.StringValues[i] = string(item)
		}
	}
	return a
}

// utcText makes the API's text of a timestamptz: UTC, no offset. The session's
// zone is UTC, so mostly the end "+00" is cut.
func utcText(text []byte) []byte {
	if cut, ok := bytes.CutSuffix(text, []byte("+00")); ok {
		return cut
	}
	for _, layout := range []string{"2006-01-02 15:04:05.999999-07", "2006-01-02 15:04:05.999999-07:00", "2006-01-02 15:04:05.999999-07:00:00"} {
		if t, err := time.Parse(layout, string(text)); err == nil {
			return []byte(t.UTC().Format("2006-01-02 15:04:05.999999"))
		}
	}
	return text // infinity, years before Christ: as they are
}

// Sizes of a value's JSON around its text, for the response limit.
const fieldOverhead = len(`{"stringValue":""},`)

// execute runs a prepared statement and reads its rows.
func (s *Service) execute(ctx context.Context, pg *pgconn.PgConn, st *connState, r *run) (*Result, error) {
	prep, err := s.prepare(ctx, pg, st, r.v)
	if err != nil {
		return nil, err
	}
	res := &Result{Columns: prep.columns}
	if o := r.in.ResultSetOptions; o != nil {
		res.decimals = o.DecimalReturnType == "DOUBLE_OR_LONG"
		res.longText = o.LongReturnType == "STRING"
	}
	var data strings.Builder
	if n := r.v.resultSize.Load(); n > 0 {
		data.Grow(int(n + n/8))
		res.ends = make([]int, 0, (r.v.resultRows.Load()+1)*int64(len(res.Columns)))
	}
	reader := pg.ExecStatement(ctx, prep.desc, r.values, nil, nil)
	var refused error
	response := 0
	limit := s.opts.MaxResponse
	if r.in.FormatRecordsAs == "JSON" {
		limit = s.opts.MaxFormatted
	}
	for reader.NextRow() {
		if refused != nil {
			continue // read to the end: the statement has run, the session goes on
		}
		start := data.Len()
		for i, value := range reader.Values() {
			if value == nil {
				res.ends = append(res.ends, -1-data.Len())
				response += len(`{"isNull":true},`)
				continue
			}
			switch res.Columns[i].Kind {
			case KindTimestampTZ:
				value = utcText(value)
			case KindArray:
				if _, err := arrayItems(value); err != nil && refused == nil {
					refused = newError(CodeUnsupportedResult, "The result contains an array that is multidimensional or has a null element (column %q): cast it to TEXT or use to_jsonb", res.Columns[i].Label)
				}
			case KindString:
				// What JSON escapes counts twice.
				response += bytes.Count(value, quoteByte) + bytes.Count(value, backslashByte)
			}
			data.Write(value)
			res.ends = append(res.ends, data.Len())
			response += len(value) + fieldOverhead
		}
		switch {
		case refused != nil:
		case data.Len()-start > s.opts.MaxRow:
			refused = newError(CodeUnsupportedResult, "Packet for query is too large (%d > %d). A row may hold up to %d bytes.", data.Len()-start, s.opts.MaxRow, s.opts.MaxRow)
		case response > limit:
			refused = newError(CodeUnsupportedResult, "Database response exceeded size limit")
		}
		if refused != nil {
			data, res.ends = strings.Builder{}, nil
		}
	}
	tag, err := reader.Close()
	if err != nil {
		return nil, err
	}
	if refused != nil {
		return nil, refused
	}
	if res.Columns == nil {
		if tag.Insert() || tag.Update() || tag.Delete() || strings.HasPrefix(tag.String(), "MERGE") {
			res.Updated = tag.RowsAffected()
		}
		return res, nil
	}
	res.data = data.String()
	r.v.resultSize.Store(int64(len(res.data)))
	r.v.resultRows.Store(int64(res.Len()))
	if r.in.IncludeResultMetadata && r.in.FormatRecordsAs != "JSON" {
		if prep.metadata == nil {
			if prep.metadata, err = s.metadata(ctx, pg, prep); err != nil {
				return nil, err
			}
		}
		res.Metadata = prep.metadata
	}
	return res, nil
}

var (
	quoteByte     = []byte{'"'}
	backslashByte = []byte{'\\'}
)
