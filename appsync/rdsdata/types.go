package rdsdata

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Kind says which member of a Field holds a column's values.
type Kind uint8

// Kinds of columns.
const (
	KindUnsupported Kind = iota
	KindBoolean          // booleanValue
	KindLong             // longValue
	KindDouble           // doubleValue
	KindString           // stringValue
	KindDecimal          // stringValue, or a number by ResultSetOptions: numeric
	KindTimestampTZ      // stringValue, in UTC without offset
	KindBlob             // blobValue
	KindArray            // arrayValue
)

// typeInfo is what is known of a PostgreSQL type.
type typeInfo struct {
	name     string // pg_type.typname
	kind     Kind
	element  Kind // of an array
	jdbc     int  // java.sql.Types, what the metadata call "type"
	signed   bool
	caseSens bool
}

// Numbers of java.sql.Types.
const (
	jdbcBit       = -7
	jdbcSmallint  = 5
	jdbcInteger   = 4
	jdbcBigint    = -5
	jdbcReal      = 7
	jdbcDouble    = 8
	jdbcNumeric   = 2
	jdbcChar      = 1
	jdbcVarchar   = 12
	jdbcBinary    = -2
	jdbcDate      = 91
	jdbcTime      = 92
	jdbcTimestamp = 93
	jdbcOther     = 1111
	jdbcArray     = 2003
)

// OIDs of built-in types that parameters are declared with.
const (
	oidBool      = 16
	oidBytea     = 17
	oidInt8      = 20
	oidText      = 25
	oidJSON      = 114
	oidFloat8    = 701
	oidDate      = 1082
	oidTime      = 1083
	oidTimestamp = 1114
	oidNumeric   = 1700
	oidUUID      = 2950

	oidBoolArray      = 1000
	oidInt8Array      = 1016
	oidTextArray      = 1009
	oidFloat8Array    = 1022
	oidDateArray      = 1182
	oidTimeArray      = 1183
	oidTimestampArray = 1115
	oidNumericArray   = 1231
	oidJSONArray      = 199
)

// builtin lists the result types of the Data API for Aurora PostgreSQL v2 and
// provisioned ("Comparing behaviors" in the Aurora user guide), plus the types
// that PostgreSQL's catalogue functions give (name, "char", void: own choice).
var builtin = map[uint32]typeInfo{
	16:   {name: "bool", kind: KindBoolean, jdbc: jdbcBit},
	17:   {name: "bytea", kind: KindBlob, jdbc: jdbcBinary},
	18:   {name: "char", kind: KindString, jdbc: jdbcChar, caseSens: true},
	19:   {name: "name", kind: KindString, jdbc: jdbcVarchar, caseSens: true},
	20:   {name: "int8", kind: KindLong, jdbc: jdbcBigint, signed: true},
	21:   {name: "int2", kind: KindLong, jdbc: jdbcSmallint, signed: true},
	23:   {name: "int4", kind: KindLong, jdbc: jdbcInteger, signed: true},
	25:   {name: "text", kind: KindString, jdbc: jdbcVarchar, caseSens: true},
	114:  {name: "json", kind: KindString, jdbc: jdbcOther, caseSens: true},
	650:  {name: "cidr", kind: KindString, jdbc: jdbcOther, caseSens: true},
	700:  {name: "float4", kind: KindDouble, jdbc: jdbcReal, signed: true},
	701:  {name: "float8", kind: KindDouble, jdbc: jdbcDouble, signed: true},
	869:  {name: "inet", kind: KindString, jdbc: jdbcOther, caseSens: true},
	1042: {name: "bpchar", kind: KindString, jdbc: jdbcChar, caseSens: true},
	1043: {name: "varchar", kind: KindString, jdbc: jdbcVarchar, caseSens: true},
	1082: {name: "date", kind: KindString, jdbc: jdbcDate},
	1083: {name: "time", kind: KindString, jdbc: jdbcTime},
	1114: {name: "timestamp", kind: KindString, jdbc: jdbcTimestamp},
	1184: {name: "timestamptz", kind: KindTimestampTZ, jdbc: jdbcTimestamp},
	1700: {name: "numeric", kind: KindDecimal, jdbc: jdbcNumeric, signed: true},
	2278: {name: "void", kind: KindString, jdbc: jdbcOther},
	2950: {name: "uuid", kind: KindString, jdbc: jdbcOther, caseSens: true},
	3802: {name: "jsonb", kind: KindString, jdbc: jdbcOther, caseSens: true},

	1000: {name: "_bool", kind: KindArray, element: KindBoolean, jdbc: jdbcArray},
	1005: {name: "_int2", kind: KindArray, element: KindLong, jdbc: jdbcArray},
	1007: {name: "_int4", kind: KindArray, element: KindLong, jdbc: jdbcArray},
	1016: {name: "_int8", kind: KindArray, element: KindLong, jdbc: jdbcArray},
	1021: {name: "_float4", kind: KindArray, element: KindDouble, jdbc: jdbcArray},
	1022: {name: "_float8", kind: KindArray, element: KindDouble, jdbc: jdbcArray},
	1009: {name: "_text", kind: KindArray, element: KindString, jdbc: jdbcArray},
	1014: {name: "_bpchar", kind: KindArray, element: KindString, jdbc: jdbcArray},
	1015: {name: "_varchar", kind: KindArray, element: KindString, jdbc: jdbcArray},
	199:  {name: "_json", kind: KindArray, element: KindString, jdbc: jdbcArray},
	1182: {name: "_date", kind: KindArray, element: KindString, jdbc: jdbcArray},
	1183: {name: "_time", kind: KindArray, element: KindString, jdbc: jdbcArray},
	1115: {name: "_timestamp", kind: KindArray, element: KindString, jdbc: jdbcArray},
	1231: {name: "_numeric", kind: KindArray, element: KindString, jdbc: jdbcArray},
	2951: {name: "_uuid", kind: KindArray, element: KindString, jdbc: jdbcArray},
}

// lookupType finds out about a type that isn't built in: enums and pgvector's
// vector are known to the API, others are not.
func lookupType(ctx context.Context, conn *pgconn.PgConn, oid uint32) (typeInfo, error) {
	res := conn.ExecParams(ctx, "SELECT typname, typtype FROM pg_catalog.pg_type WHERE oid = $1",
		[][]byte{fmt.Append(nil, oid)}, []uint32{26}, nil, nil).Read()
	if res.Err != nil {
		return typeInfo{}, res.Err
	}
	if len(res.Rows) != 1 {
		return typeInfo{}, errors.New("the type of a result column is not in pg_type")
	}
	info := typeInfo{name: string(res.Rows[0][0]), jdbc: jdbcOther, caseSens: true}
	switch {
	case string(res.Rows[0][1]) == "e":
		info.kind, info.jdbc = KindString, jdbcVarchar
	case info.name == "vector":
		info.kind = KindString
	}
	return info, nil
}

// unsupported is the refusal of a result type; the wording begins as the user
// guide's, the advice is its too.
func unsupported(column string, info typeInfo) *Error {
	return newError(CodeUnsupportedResult, "The result contains the unsupported data type %s (column %q): cast it to TEXT", strings.ToUpper(info.name), column)
}
