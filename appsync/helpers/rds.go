package helpers

import (
	"fmt"
	"sync"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// RDSStatement is the result of one SQL statement, kept as the data source has it.
type RDSStatement interface {
	// Rows gives a list of maps from column label to value, with null columns
	// present; byte arrays as base64 text. A statement without rows gives an empty
	// list. The list is new on each call: templates may change it.
	Rows() (*vtl.List, error)
	// AppendStatementResult appends the statement's object in sqlStatementResults.
	AppendStatementResult(dst []byte) []byte
}

// RDSResult is $context.result of an RDS resolver. In AppSync that is a string of
// JSON, and so it behaves here: it prints as that text, toJson quotes it, and
// string methods work on it. But $util.rds.toJsonObject reads the rows as they
// are, without making the text and parsing it again.
type RDSResult struct {
	Statements []RDSStatement

	once sync.Once
	text string
}

// NewRDSResult wraps the results of a request's statements.
func NewRDSResult(statements ...RDSStatement) *RDSResult { return &RDSResult{Statements: statements} }

// String gives the JSON text.
func (r *RDSResult) String() string {
	r.once.Do(func() {
		out := []byte(`{"sqlStatementResults":[`)
		for i, s := range r.Statements {
			if i > 0 {
				out = append(out, ',')
			}
			out = s.AppendStatementResult(out)
		}
		r.text = string(append(out, "]}"...))
	})
	return r.text
}

// AppendJSON implements vtl.JSONAppender: a JSON string that holds the text.
func (r *RDSResult) AppendJSON(dst []byte) ([]byte, error) {
	return vtl.AppendJSONString(dst, r.String()), nil
}

// Property implements vtl.Object.
func (r *RDSResult) Property(name string) (vtl.Value, bool) {
	switch name {
	case "empty", "blank":
		return false, true
	}
	return nil, false
}

// Call implements vtl.Object with the methods of a string.
func (r *RDSResult) Call(run *vtl.Call, method string, args []vtl.Value) (vtl.Value, bool, error) {
	return run.Method(r.String(), method, args)
}

// rds is $util.rds.
var rds = table{
	"toJsonObject": {1, 1, rdsObject},
	"toJsonString": {1, 1, func(c *call) (vtl.Value, error) {
		v, err := rdsObject(c)
		if err != nil {
			return nil, err
		}
		out, err := vtl.AppendJSON(nil, v)
		if err != nil {
			return nil, err
		}
		return string(out), c.run.Charge(len(out))
	}},
}

// rdsObject makes a list of statements of lists of rows.
func rdsObject(c *call) (vtl.Value, error) {
	switch v := c.args[0].(type) {
	case *RDSResult:
		out := vtl.NewList()
		for i, s := range v.Statements {
			rows, err := s.Rows()
			if err != nil {
				return nil, fmt.Errorf("%s: statement %d: %w", c.name, i+1, err)
			}
			out.Add(rows)
		}
		return out, nil
	case string:
		if err := c.run.Charge(4 * len(v)); err != nil {
			return nil, err
		}
		parsed, err := vtl.FromJSONLenient(v)
		if err != nil {
			return nil, fmt.Errorf("%s: the result is no JSON: %w", c.name, err)
		}
		return rdsStatements(c, parsed)
	case *vtl.Map:
		return rdsStatements(c, v)
	case nil:
		return nil, nil
	}
	return nil, c.wrong(0, "the result of an RDS data source")
}

func rdsStatements(c *call, v vtl.Value) (vtl.Value, error) {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%s: the result is not that of an RDS data source: %s", c.name, fmt.Sprintf(format, args...))
	}
	top, ok := v.(*vtl.Map)
	if !ok {
		return nil, bad("it is no object")
	}
	results, _ := top.GetString("sqlStatementResults")
	list, ok := results.(*vtl.List)
	if !ok {
		return nil, bad("sqlStatementResults is no list")
	}
	out := vtl.NewList()
	for i, item := range list.Items() {
		statement, ok := item.(*vtl.Map)
		if !ok {
			return nil, bad("statement %d is no object", i+1)
		}
		rows, err := rdsRows(statement)
		if err != nil {
			return nil, bad("statement %d: %v", i+1, err)
		}
		out.Add(rows)
	}
	return out, nil
}

func rdsRows(statement *vtl.Map) (*vtl.List, error) {
	rows := vtl.NewList()
	records, _ := statement.GetString("records")
	list, ok := records.(*vtl.List)
	if !ok || list.Len() == 0 {
		return rows, nil
	}
	metadata, _ := statement.GetString("columnMetadata")
	columns, ok := metadata.(*vtl.List)
	if !ok {
		return nil, fmt.Errorf("there are records, but no columnMetadata")
	}
	labels := make([]string, columns.Len())
	for i, c := range columns.Items() {
		m, _ := c.(*vtl.Map)
		for _, key := range []string{"label", "name"} {
			v, _ := m.GetString(key)
			if s, ok := v.(string); ok && s != "" {
				labels[i] = s
				break
			}
		}
		if labels[i] == "" {
			return nil, fmt.Errorf("column %d has no label and no name", i+1)
		}
	}
	for i, r := range list.Items() {
		record, ok := r.(*vtl.List)
		if !ok || record.Len() != len(labels) {
			return nil, fmt.Errorf("record %d does not fit to %d columns", i+1, len(labels))
		}
		row := vtl.NewMapSize(len(labels))
		for j, f := range record.Items() {
			// Of two columns with one label the last counts.
			row.Put(labels[j], fieldValue(f))
		}
		rows.Add(row)
	}
	return rows, nil
}

// fieldValue unwraps a Field of the Data API.
func fieldValue(f vtl.Value) vtl.Value {
	m, ok := f.(*vtl.Map)
	if !ok {
		return nil
	}
	for i := range m.Len() {
		key, v := m.Entry(i)
		switch key {
		case "stringValue", "longValue", "doubleValue", "booleanValue", "blobValue":
			return v
		case "arrayValue":
			return arrayValue(v)
		}
	}
	return nil
}

func arrayValue(v vtl.Value) vtl.Value {
	m, ok := v.(*vtl.Map)
	if !ok {
		return nil
	}
	for i := range m.Len() {
		key, v := m.Entry(i)
		list, ok := v.(*vtl.List)
		if !ok {
			continue
		}
		switch key {
		case "stringValues", "longValues", "doubleValues", "booleanValues":
			return list
		case "arrayValues":
			out := vtl.NewList()
			for _, inner := range list.Items() {
				out.Add(arrayValue(inner))
			}
			return out
		}
	}
	return vtl.NewList()
}
