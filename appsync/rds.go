package appsync

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/mtbwiki/mtbwiki/appsync/helpers"
	"github.com/mtbwiki/mtbwiki/appsync/rdsdata"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// RDSService runs one statement; *rdsdata.Service does so in process.
type RDSService interface {
	Query(ctx context.Context, in *rdsdata.ExecuteStatementInput) (*rdsdata.Result, error)
}

// RDS is the data source RELATIONAL_DATABASE over the Data API. A request
// template renders version 2018-05-29, one or two statements, and optionally
// variableMap and variableTypeHintMap, whose keys carry the colon. Each
// statement runs in a transaction of its own.
func RDS(s RDSService) DataSource { return rds{s} }

type rds struct{ service RDSService }

const maxStatements = 2

func (r rds) Invoke(ctx context.Context, request *vtl.Map) (vtl.Value, error) {
	statements, params, err := rdsRequest(request)
	if err != nil {
		return nil, err
	}
	results := make([]*rdsdata.Result, len(statements))
	for i, sql := range statements {
		results[i], err = r.service.Query(ctx, &rdsdata.ExecuteStatementInput{SQL: sql, Parameters: params, IncludeResultMetadata: true})
		if err != nil {
			return nil, rdsError(err)
		}
	}
	return rdsResult(results), nil
}

// rdsRequest reads a rendered request.
func rdsRequest(request *vtl.Map) ([]string, []rdsdata.Parameter, error) {
	if v, _ := request.GetString("version"); v != version2018 {
		return nil, nil, badTemplate("Unsupported version '%s' for RELATIONAL_DATABASE; use %s.", vtl.ToString(v), version2018)
	}
	raw, _ := request.GetString("statements")
	list, ok := raw.(*vtl.List)
	if !ok || list.Len() == 0 {
		return nil, nil, badTemplate("statements must be a list of one or two SQL statements")
	}
	if list.Len() > maxStatements {
		return nil, nil, badTemplate("%d statements; RELATIONAL_DATABASE takes at most %d", list.Len(), maxStatements)
	}
	statements := make([]string, list.Len())
	for i, item := range list.Items() {
		sql, ok := item.(string)
		if !ok || strings.TrimSpace(sql) == "" {
			return nil, nil, badTemplate("statement %d is no text", i+1)
		}
		statements[i] = sql
	}
	variables, err := mapMember(request, "variableMap")
	if err != nil {
		return nil, nil, err
	}
	hints, err := mapMember(request, "variableTypeHintMap")
	if err != nil {
		return nil, nil, err
	}
	params := make([]rdsdata.Parameter, 0, variables.Len())
	for key, value := range variables.All() {
		name, ok := strings.CutPrefix(vtl.ToString(key), ":")
		if !ok {
			return nil, nil, badTemplate("the key %q of variableMap does not begin with a colon", vtl.ToString(key))
		}
		field, err := rdsField(value)
		if err != nil {
			return nil, nil, badTemplate("variable :%s: %v", name, err)
		}
		p := rdsdata.Parameter{Name: name, Value: field}
		if hint, ok := hints.GetString(":" + name); ok && hint != nil {
			p.TypeHint = rdsdata.TypeHint(vtl.ToString(hint))
		}
		params = append(params, p)
	}
	for key := range hints.All() {
		if _, ok := variables.Get(key); !ok {
			return nil, nil, badTemplate("variableTypeHintMap names %s, which is not in variableMap", vtl.ToString(key))
		}
	}
	return statements, params, nil
}

func mapMember(request *vtl.Map, name string) (*vtl.Map, error) {
	v, _ := request.GetString(name)
	if v == nil {
		return nil, nil
	}
	m, ok := v.(*vtl.Map)
	if !ok {
		return nil, badTemplate("%s must be an object", name)
	}
	return m, nil
}

// rdsField declares a variable by its JSON type: AppSync infers nothing else.
func rdsField(v vtl.Value) (rdsdata.Field, error) {
	switch v := v.(type) {
	case nil:
		return rdsdata.Null(), nil
	case string:
		return rdsdata.String(v), nil
	case bool:
		return rdsdata.Boolean(v), nil
	case int64:
		return rdsdata.Long(v), nil
	case float64:
		return rdsdata.Double(v), nil
	case *big.Int:
		return rdsdata.Field{}, fmt.Errorf("%s is no 64-bit integer", v)
	case *vtl.Map, *vtl.List:
		return rdsdata.Field{}, errors.New("objects and lists can't be bound; pass their JSON as a string")
	}
	return rdsdata.Field{}, fmt.Errorf("a value of this kind can't be bound")
}

// rdsError words a failure the way AppSync hands it to templates.
func rdsError(err error) error {
	var e *rdsdata.Error
	if !errors.As(err, &e) {
		return err
	}
	text, jsonErr := json.Marshal(e.Message)
	if jsonErr != nil {
		return jsonErr
	}
	kind := "400 Bad Request"
	if e.HTTPStatus >= 500 {
		kind = "500 Internal Server Error"
	}
	return &DataSourceError{Message: `RDSHttp:{"message":` + string(text) + `}`, Type: kind}
}

// rdsResult gives $context.result: a string of JSON, which is made only if a
// template reads it as such.
func rdsResult(results []*rdsdata.Result) vtl.Value {
	statements := make([]helpers.RDSStatement, len(results))
	for i, r := range results {
		statements[i] = statement{r}
	}
	return helpers.NewRDSResult(statements...)
}

// statement offers a result's rows to $util.rds.
type statement struct{ *rdsdata.Result }

// Rows implements helpers.RDSStatement.
func (s statement) Rows() (*vtl.List, error) {
	keys := make([]vtl.Value, len(s.Columns))
	for i := range s.Columns {
		keys[i] = s.Columns[i].Label
	}
	rows := make([]vtl.Value, s.Len())
	for i := range rows {
		row := vtl.NewMapSize(len(keys))
		for j := range keys {
			v, err := s.value(i, j)
			if err != nil {
				return nil, err
			}
			row.Put(keys[j], v)
		}
		rows[i] = row
	}
	return vtl.NewList(rows...), nil
}

// value gives a column's value as $util.rds.toJsonObject shows it.
func (s statement) value(row, column int) (vtl.Value, error) {
	text, ok := s.Text(row, column)
	if !ok {
		return nil, nil
	}
	if s.Columns[column].Kind == rdsdata.KindString {
		return text, nil
	}
	f := s.Field(row, column)
	switch {
	case f.StringValue != nil:
		return *f.StringValue, nil
	case f.LongValue != nil:
		return *f.LongValue, nil
	case f.DoubleValue != nil:
		return *f.DoubleValue, nil
	case f.BooleanValue != nil:
		return *f.BooleanValue, nil
	case f.BlobValue != nil:
		return base64.StdEncoding.EncodeToString(f.BlobValue), nil
	case f.ArrayValue != nil:
		return array(f.ArrayValue), nil
	}
	return nil, fmt.Errorf("column %s has a value of unknown kind", s.Columns[column].Label)
}

func array(a *rdsdata.ArrayValue) *vtl.List {
	l := vtl.NewList()
	for _, v := range a.BooleanValues {
		l.Add(v)
	}
	for _, v := range a.LongValues {
		l.Add(v)
	}
	for _, v := range a.DoubleValues {
		l.Add(v)
	}
	for _, v := range a.StringValues {
		l.Add(v)
	}
	for i := range a.ArrayValues {
		l.Add(array(&a.ArrayValues[i]))
	}
	return l
}
