package rdsdata

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
)

// Declared is the type with which a parameter will be sent.
type Declared string

// Declared types: members of Field, and type hints on a stringValue.
const (
	DeclaredString    Declared = "stringValue"
	DeclaredLong      Declared = "longValue"
	DeclaredDouble    Declared = "doubleValue"
	DeclaredBoolean   Declared = "booleanValue"
	DeclaredBlob      Declared = "blobValue"
	DeclaredDate      Declared = Declared(HintDate)
	DeclaredDecimal   Declared = Declared(HintDecimal)
	DeclaredJSON      Declared = Declared(HintJSON)
	DeclaredTime      Declared = Declared(HintTime)
	DeclaredTimestamp Declared = Declared(HintTimestamp)
	DeclaredUUID      Declared = Declared(HintUUID)
)

var declaredTypes = map[Declared]uint32{
	DeclaredString: oidText, DeclaredLong: oidInt8, DeclaredDouble: oidFloat8, DeclaredBoolean: oidBool, DeclaredBlob: oidBytea,
	DeclaredDate: oidDate, DeclaredDecimal: oidNumeric, DeclaredJSON: oidJSON, DeclaredTime: oidTime, DeclaredTimestamp: oidTimestamp, DeclaredUUID: oidUUID,
}

// Description is what a statement takes and gives.
type Description struct {
	Parameters []string // names that the text uses, in order of appearance
	Unused     []string // declared, but not in the text; sorted by nothing in particular
	Columns    []DescribedColumn
}

// DescribedColumn is a result column.
type DescribedColumn struct {
	Label string
	Type  string // PostgreSQL's name
	Kind  Kind
}

// Parameters lists the names of the :name parameters of an SQL text, in order of
// appearance, each once. It needs no database.
func Parameters(sql string) []string { return parse(sql).names }

// Prepare lets PostgreSQL check a statement with declared parameter types without
// running it: names, types, and whether the API knows the result's types. It is
// for linters. Errors are of type *[Error], the same that running it would give.
func (s *Service) Prepare(ctx context.Context, sql string, params map[string]Declared) (*Description, error) {
	p, e := s.check(sql, "")
	if e != nil {
		return nil, e
	}
	d := &Description{Parameters: p.names}
	used := map[string]bool{}
	oids := make([]uint32, len(p.names))
	for i, name := range p.names {
		used[name] = true
		declared, ok := params[name]
		if !ok {
			return nil, badRequest("Cannot find parameter: %s", name)
		}
		if oids[i], ok = declaredTypes[declared]; !ok {
			return nil, badRequest("Parameter %q is declared as %q, which is no type of the API", name, declared)
		}
	}
	for name := range params {
		if !used[name] {
			d.Unused = append(d.Unused, name)
		}
	}
	_, e = s.alone(ctx, func(ctx context.Context, pg *pgconn.PgConn, st *connState) (*Result, *Error) {
		desc, err := pg.Prepare(ctx, "", p.text, oids)
		if err != nil {
			return nil, asError(ctx, err, p)
		}
		columns, err := s.columns(ctx, pg, desc.Fields)
		if err != nil {
			return nil, asError(ctx, err, p)
		}
		for i := range columns {
			d.Columns = append(d.Columns, DescribedColumn{Label: columns[i].Label, Type: columns[i].info.name, Kind: columns[i].Kind})
		}
		return nil, nil
	})
	if e != nil {
		return nil, e
	}
	return d, nil
}

// IsSQLState says whether an error came from PostgreSQL with that code.
func IsSQLState(err error, code string) bool {
	var e *Error
	return errors.As(err, &e) && e.SQLState == code
}
