package rdsdata

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"
)

// ColumnMetadata describes a result column in the API's terms, which are those
// of JDBC.
type ColumnMetadata struct {
	Name                string `json:"name"`
	Label               string `json:"label"`
	TypeName            string `json:"typeName"`
	Type                int    `json:"type"` // java.sql.Types
	Precision           int    `json:"precision"`
	Scale               int    `json:"scale"`
	Nullable            int    `json:"nullable"` // 0 no, 1 yes, 2 unknown
	TableName           string `json:"tableName"`
	SchemaName          string `json:"schemaName"`
	ArrayBaseColumnType int    `json:"arrayBaseColumnType"`
	IsSigned            bool   `json:"isSigned"`
	IsCurrency          bool   `json:"isCurrency"`
	IsAutoIncrement     bool   `json:"isAutoIncrement"`
	IsCaseSensitive     bool   `json:"isCaseSensitive"`
}

func appendMetadata(dst []byte, list []ColumnMetadata) []byte {
	flag := func(dst []byte, name string, v bool) []byte {
		dst = append(append(dst, `,"`...), name...)
		return strconv.AppendBool(append(dst, `":`...), v)
	}
	number := func(dst []byte, name string, v int) []byte {
		dst = append(append(dst, `,"`...), name...)
		return strconv.AppendInt(append(dst, `":`...), int64(v), 10)
	}
	text := func(dst []byte, name, v string) []byte {
		dst = append(append(dst, `,"`...), name...)
		return appendString(append(dst, `":`...), v)
	}
	return appendList(dst, list, func(dst []byte, m ColumnMetadata) []byte {
		dst = number(append(dst, `{"arrayBaseColumnType":0`...), "type", m.Type)
		dst = text(text(text(dst, "name", m.Name), "label", m.Label), "typeName", m.TypeName)
		dst = number(number(number(dst, "precision", m.Precision), "scale", m.Scale), "nullable", m.Nullable)
		dst = text(text(dst, "tableName", m.TableName), "schemaName", m.SchemaName)
		dst = flag(flag(dst, "isSigned", m.IsSigned), "isCurrency", m.IsCurrency)
		dst = flag(flag(dst, "isAutoIncrement", m.IsAutoIncrement), "isCaseSensitive", m.IsCaseSensitive)
		return append(dst, '}')
	})
}

// attribute is a table's column.
type attribute struct {
	table uint32
	num   uint16
}

type attributeInfo struct {
	schema, table string
	notNull       bool
	auto          bool // from a sequence or an identity
}

// metadataCache keeps what the catalogue says of columns. A change of a table
// (NOT NULL dropped, table renamed) may show late: the metadata are for people
// and drivers, no value depends on them.
type metadataCache struct {
	mu   sync.Mutex
	attr map[attribute]attributeInfo
}

const maxAttributes = 10000

func (s *Service) metadata(ctx context.Context, pg *pgconn.PgConn, prep *prepared) ([]ColumnMetadata, error) {
	list := make([]ColumnMetadata, len(prep.columns))
	for i := range prep.columns {
		c := &prep.columns[i]
		m := ColumnMetadata{Name: c.Label, Label: c.Label, TypeName: c.info.name, Type: c.info.jdbc, Nullable: 2, IsSigned: c.info.signed, IsCaseSensitive: c.info.caseSens}
		m.Precision, m.Scale = size(c)
		if c.field.TableOID != 0 {
			info, err := s.attribute(ctx, pg, attribute{c.field.TableOID, c.field.TableAttributeNumber})
			if err != nil {
				return nil, err
			}
			m.TableName, m.SchemaName, m.IsAutoIncrement = info.table, info.schema, info.auto
			m.Nullable = 1
			if info.notNull {
				m.Nullable = 0
			}
		}
		list[i] = m
	}
	return list, nil
}

// size gives precision and scale as PostgreSQL's JDBC driver does.
func size(c *Column) (precision, scale int) {
	mod := int(c.field.TypeModifier)
	switch c.info.name {
	case "int2":
		return 5, 0
	case "int4":
		return 10, 0
	case "int8":
		return 19, 0
	case "float4":
		return 8, 8
	case "float8":
		return 17, 17
	case "bool":
		return 1, 0
	case "date":
		return 13, 0
	case "time":
		return 15, 6
	case "timestamp":
		return 29, 6
	case "timestamptz":
		return 35, 6
	case "numeric":
		if mod > 4 {
			return (mod - 4) >> 16 & 0xffff, (mod - 4) & 0x7ff
		}
		return 0, 0
	case "varchar", "bpchar":
		if mod > 4 {
			return mod - 4, 0
		}
	}
	return 2147483647, 0
}

func (s *Service) attribute(ctx context.Context, pg *pgconn.PgConn, a attribute) (attributeInfo, error) {
	s.meta.mu.Lock()
	info, ok := s.meta.attr[a]
	s.meta.mu.Unlock()
	if ok {
		return info, nil
	}
	res := pg.ExecParams(ctx, `
		SELECT n.nspname, c.relname, a.attnotnull,
		       a.attidentity <> '' OR coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE '%nextval(%', false)
		FROM pg_catalog.pg_attribute a
		JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
		JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
		WHERE a.attrelid = $1 AND a.attnum = $2`,
		[][]byte{fmt.Append(nil, a.table), fmt.Append(nil, a.num)}, []uint32{26, 21}, nil, nil).Read()
	if res.Err != nil {
		return info, res.Err
	}
	if len(res.Rows) == 1 {
		row := res.Rows[0]
		info = attributeInfo{schema: string(row[0]), table: string(row[1]), notNull: string(row[2]) == "t", auto: string(row[3]) == "t"}
	}
	s.meta.mu.Lock()
	defer s.meta.mu.Unlock()
	if s.meta.attr == nil || len(s.meta.attr) >= maxAttributes {
		s.meta.attr = map[attribute]attributeInfo{}
	}
	s.meta.attr[a] = info
	return info, nil
}
