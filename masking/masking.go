// Package masking makes data of the stage Prod fit for another stage: what is of a
// person or secret is replaced, so that Gamma can be tried on production's data
// without anybody's in it.
//
// What a column's data is of says the last word of its comment, in brackets:
//
//	[public]           kept; e-mail addresses and telephone numbers in texts are taken out
//	[personal]         replaced
//	[secret]           replaced, and sought everywhere else afterwards
//	[personal: RIDER]  personal in rows of entities of that kind, public in the others
//
// Masking is default-deny: a column without a class, a table in a schema that it
// doesn't know, or a column that it can't replace makes it fail, and then nothing is
// changed. [Verify] looks at the result without knowing how it came about, and
// [Copy] lets nobody in before.
//
// It masks the schema wiki and makes no backup. On one server [Copy] copies a database
// and masks the copy. On AWS the storage is cloned, the clone is masked where nobody
// else reaches it, and [Transfer] brings what is left to the server of Gamma.
package masking

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// schemas that may hold tables. Only wiki holds the wiki's data; migration says
// what was applied.
var schemas = []string{"wiki", "migration"}

// Classes of data.
const (
	Public   = "public"
	Personal = "personal"
	Secret   = "secret"
)

// class matches the end of a column's comment.
var class = regexp.MustCompile(`(?:^| )\[(public|personal|secret)(?:: ([A-Z_]+))?\]$`)

// Class of a column by its comment: public, personal or secret, and the kind of
// entity whose rows it holds for, "" for all. ok is false when the comment names none.
func Class(comment string) (name, kind string, ok bool) {
	m := class.FindStringSubmatch(comment)
	if m == nil || m[1] == Public && m[2] != "" {
		return "", "", false
	}
	return m[1], m[2], true
}

// contact matches e-mail addresses and international telephone numbers, for
// PostgreSQL. What stands in an address of the web after a colon and two slashes is
// no e-mail address unless it is written like one.
const contact = `[[:alnum:]._%+-]+@[[:alnum:]-]+(\.[[:alnum:]-]+)*\.[[:alpha:]]{2,}|\+[1-9][0-9]{0,2}[ ()/.-]{0,2}[0-9]([ ()/.-]{0,2}[0-9]){6,12}`

// contactInside is contact for texts with escapes, JSON and arrays: the character
// after a backslash belongs to that.
const contactInside = `(?<!\\)(?:` + contact + `)`

// removed stands where contact matched; it has no blanks, so that it may stand in
// an address.
const removed = "removed"

// pseudonym matches what stands in place of a text. It is valid as a slug as well.
const pseudonym = `^masked-[0-9a-f]{16}$`

// treatment is what happens to a column's values.
type treatment string

const (
	keep    treatment = "kept"
	scrub   treatment = "kept without addresses and numbers"
	replace treatment = "replaced"
	empty   treatment = "emptied"
	reset   treatment = "set to its default"
	drop    treatment = "rows dropped"
)

// column of a table, as far as masking asks.
type column struct {
	Table, Name string
	Type        string // base type without length, such as text, jsonb, uuid, text[]
	Domain      string // quoted name of the domain, if it is one
	NotNull     bool
	Default     string // expression; "": none
	Derived     bool   // generated from others of its row, or an identity
	generated   bool   // from others of its row, so that nobody may write it
	References  bool   // part of a foreign key
	Comment     string

	Class, Kind string
	treatment   treatment
	// rows is the condition for rows that the class holds for; "": all.
	rows string
}

func (c column) name() string { return c.Table + "." + c.Name }

func (c column) quoted() string { return pgx.Identifier{c.Name}.Sanitize() }

func table(name string) string { return pgx.Identifier{"wiki", name}.Sanitize() }

const columnsSQL = `
SELECT c.relname, a.attname,
  CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, NULL) ELSE format_type(a.atttypid, NULL) END,
  CASE WHEN t.typtype = 'd' THEN format('%I.%I', tn.nspname, t.typname) ELSE '' END,
  a.attnotnull OR t.typnotnull,
  CASE WHEN a.attgenerated = '' THEN coalesce(pg_get_expr(d.adbin, d.adrelid), '') ELSE '' END,
  a.attgenerated <> '' OR a.attidentity <> '',
  a.attgenerated <> '',
  EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f' AND a.attnum = ANY (k.conkey)),
  coalesce(col_description(c.oid, a.attnum), '')
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_namespace tn ON tn.oid = t.typnamespace
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'wiki'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname COLLATE "C", a.attnum`

// plan decides about every column, or says why it can't.
func plan(ctx context.Context, tx pgx.Tx) ([]column, error) {
	var unknown []string
	err := tx.QueryRow(ctx, `
		SELECT coalesce(array_agg(n.nspname || '.' || c.relname ORDER BY 1), '{}')
		FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p', 'm', 'f') AND n.nspname <> ALL ($1) AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'`,
		schemas).Scan(&unknown)
	if err != nil {
		return nil, err
	}
	if len(unknown) > 0 {
		return nil, fmt.Errorf("masking: tables outside of the schema wiki, of which nothing is known: %s", strings.Join(unknown, ", "))
	}
	var objects int
	if err := tx.QueryRow(ctx, "SELECT count(*) FROM pg_largeobject_metadata").Scan(&objects); err != nil {
		return nil, err
	}
	if objects > 0 {
		return nil, fmt.Errorf("masking: %d large objects, of which nothing is known", objects)
	}
	rows, err := tx.Query(ctx, columnsSQL)
	if err != nil {
		return nil, err
	}
	columns, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c column, err error) {
		err = row.Scan(&c.Table, &c.Name, &c.Type, &c.Domain, &c.NotNull, &c.Default, &c.Derived, &c.generated, &c.References, &c.Comment)
		return c, err
	})
	if err != nil {
		return nil, err
	}
	if len(columns) == 0 {
		return nil, errors.New("masking: there are no tables of the wiki in this database")
	}
	var problems []error
	for i := range columns {
		if err := columns[i].decide(ctx, tx); err != nil {
			problems = append(problems, fmt.Errorf("masking: %s: %w", columns[i].name(), err))
		}
	}
	return columns, errors.Join(problems...)
}

func (c *column) decide(ctx context.Context, tx pgx.Tx) error {
	var ok bool
	if c.Class, c.Kind, ok = Class(c.Comment); !ok {
		return fmt.Errorf("its comment %q names no class of data ([public], [personal] or [secret] at its end)", c.Comment)
	}
	if c.Derived {
		c.treatment = keep // it follows from what else stands in the row
		return nil
	}
	text := c.Type == "text" || c.Type == "character varying"
	if c.Class == Public {
		c.treatment = keep
		if (text || c.Type == "text[]" || c.json()) && !c.References {
			c.treatment = scrub
		}
		return nil
	}
	if c.Kind != "" {
		var err error
		if c.rows, err = rowsOf(ctx, tx, c.Table, c.Kind); err != nil {
			return err
		}
	}
	switch {
	case text && !c.References && c.takes(ctx, tx, "masked-0123456789abcdef"):
		c.treatment = replace
	case c.Type == "bytea" || c.json():
		c.treatment = replace
	case !c.NotNull:
		c.treatment = empty
	case c.Default != "":
		c.treatment = reset
	default:
		c.treatment = drop
	}
	return nil
}

func (c column) json() bool { return c.Type == "jsonb" || c.Type == "json" }

// takes tells whether the column's domain takes a value.
func (c column) takes(ctx context.Context, tx pgx.Tx, value string) bool {
	if c.Domain == "" {
		return true
	}
	err := pgx.BeginFunc(ctx, tx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "SELECT CAST(CAST($1 AS text) AS "+c.Domain+")", value)
		return err
	})
	return err == nil
}

// rowsOf is the condition for the rows of a table that belong to entities of a kind:
// by its own column, or that of the one table it refers to.
func rowsOf(ctx context.Context, tx pgx.Tx, name, kind string) (string, error) {
	kindColumn := `
		SELECT a.attname::text
		FROM pg_attribute a
		JOIN pg_type t ON t.oid = a.atttypid
		WHERE a.attrelid = $1::regclass AND t.typname = 'entity_kind' AND NOT a.attisdropped`
	own, err := collect(ctx, tx, kindColumn, table(name))
	if err != nil {
		return "", err
	}
	quote := func(s string) string { return pgx.Identifier{s}.Sanitize() }
	literal := "'" + kind + "'" // capitals and underscores, by the pattern of classes
	if len(own) == 1 {
		return quote(own[0]) + " = " + literal, nil
	}
	var found []string
	rows, err := tx.Query(ctx, `
		SELECT k.confrelid::regclass::text, a.attname::text, f.attname::text, kind.attname::text
		FROM pg_constraint k
		JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
		JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = k.confkey[1]
		JOIN pg_attribute kind ON kind.attrelid = k.confrelid AND NOT kind.attisdropped
		JOIN pg_type t ON t.oid = kind.atttypid AND t.typname = 'entity_kind'
		WHERE k.contype = 'f' AND k.conrelid = $1::regclass AND cardinality(k.conkey) = 1`, table(name))
	if err != nil {
		return "", err
	}
	var other, from, to, kindOf string
	_, err = pgx.ForEachRow(rows, []any{&other, &from, &to, &kindOf}, func() error {
		found = append(found, fmt.Sprintf("EXISTS (SELECT FROM %s o WHERE o.%s = %s.%s AND o.%s = %s)", other, quote(to), table(name), quote(from), quote(kindOf), literal))
		return nil
	})
	if err != nil {
		return "", err
	}
	if len(found) != 1 {
		return "", fmt.Errorf("which rows are of the kind %s can't be told: the table has %d columns of the type wiki.entity_kind and refers to %d tables with one", kind, len(own), len(found))
	}
	return found[0], nil
}

func collect(ctx context.Context, tx pgx.Tx, sql string, args ...any) ([]string, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// Report says what masking did.
type Report struct {
	// Changed and Dropped count rows by table.
	Changed, Dropped map[string]int64
	// Columns counts columns by what happens to them: kept, scrubbed, replaced...
	Columns map[string]int
}

// Mask masks the database of conn, whose user must own the tables, in one
// transaction, with [Verify] at its end. Nobody else should be connected: what they
// read before is not masked. Afterwards the tables that held something are written
// anew, so that it isn't in their files or statistics either.
func Mask(ctx context.Context, conn *pgx.Conn) (*Report, error) {
	report := &Report{Changed: map[string]int64{}, Dropped: map[string]int64{}, Columns: map[string]int{}}
	// What pseudonyms are made with is known to nobody and gone afterwards.
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	var columns []column
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) (err error) {
		if columns, err = plan(ctx, tx); err != nil {
			return err
		}
		if err := remember(ctx, tx, columns); err != nil {
			return err
		}
		for _, c := range columns {
			report.Columns[string(c.treatment)]++
		}
		names, err := childrenFirst(ctx, tx, tablesOf(columns))
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := maskTable(ctx, tx, name, columns, hex.EncodeToString(key), report); err != nil {
				return fmt.Errorf("masking: table %s: %w", name, err)
			}
		}
		return verify(ctx, tx, columns)
	})
	if err != nil {
		return nil, err
	}
	for _, name := range tablesOf(columns) {
		if report.Changed[name]+report.Dropped[name] > 0 {
			if _, err := conn.Exec(ctx, "VACUUM (FULL, ANALYZE) "+table(name)); err != nil {
				return nil, fmt.Errorf("masking: table %s: %w", name, err)
			}
		}
	}
	return report, nil
}

func tablesOf(columns []column) (names []string) {
	for _, c := range columns {
		if !slices.Contains(names, c.Table) {
			names = append(names, c.Table)
		}
	}
	return names
}

// childrenFirst orders tables so that what refers to another table's rows comes before
// it: rows that would go with those of another are dropped, counted and written anew for
// themselves. Where tables refer to each other in a ring, one of them comes first.
func childrenFirst(ctx context.Context, tx pgx.Tx, names []string) ([]string, error) {
	rows, err := tx.Query(ctx, `
		SELECT f.relname::text, c.relname::text
		FROM pg_constraint k
		JOIN pg_class c ON c.oid = k.conrelid
		JOIN pg_class f ON f.oid = k.confrelid
		WHERE k.contype = 'f' AND k.connamespace = 'wiki'::regnamespace
		ORDER BY 1, 2`)
	if err != nil {
		return nil, err
	}
	children := map[string][]string{}
	var parent, child string
	if _, err := pgx.ForEachRow(rows, []any{&parent, &child}, func() error {
		children[parent] = append(children[parent], child)
		return nil
	}); err != nil {
		return nil, err
	}
	var ordered []string
	seen := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		if seen[name] {
			return
		}
		seen[name] = true
		for _, c := range children[name] {
			visit(c)
		}
		ordered = append(ordered, name)
	}
	for _, name := range names {
		visit(name)
	}
	return ordered, nil
}

func maskTable(ctx context.Context, tx pgx.Tx, name string, columns []column, key string, report *Report) (err error) {
	// Records admit no change; who owns them may say otherwise.
	if _, err := tx.Exec(ctx, "ALTER TABLE "+table(name)+" DISABLE TRIGGER USER"); err != nil {
		return err
	}
	var sets, where, dropped []string
	for _, c := range columns {
		if c.Table != name {
			continue
		}
		q := c.quoted()
		rows := "true"
		if c.rows != "" {
			rows = c.rows
		}
		var cases []string
		set := func(to, when string) {
			cases = append(cases, fmt.Sprintf("WHEN %s THEN %s", when, to))
			where = append(where, "("+when+")")
		}
		scrubbed := func() {
			set(fmt.Sprintf("CAST(regexp_replace(CAST(%s AS text), '%s', '%s', 'g') AS %s)", q, c.contact(), removed, c.cast()),
				fmt.Sprintf("CAST(%s AS text) ~ '%s'", q, c.contact()))
		}
		switch c.treatment {
		case keep:
		case scrub:
			scrubbed()
		case replace:
			there := rows + " AND " + q + " IS NOT NULL"
			switch {
			case c.Type == "bytea":
				set(fmt.Sprintf("sha256(decode($1, 'hex') || %s)", q), there)
			case c.json():
				set(fmt.Sprintf("CAST(CASE json_typeof(CAST(%s AS json)) WHEN 'array' THEN '[]' ELSE '{}' END AS %s)", q, c.cast()), there)
			default:
				set(fmt.Sprintf("'masked-' || left(encode(sha256(decode($1, 'hex') || convert_to(%s, 'UTF8')), 'hex'), 16)", q), there)
			}
			if c.rows != "" && c.Type != "bytea" { // of the other rows it is public
				scrubbed()
			}
		case empty:
			set("NULL", rows+" AND "+q+" IS NOT NULL")
		case reset:
			// DEFAULT can't stand in an expression.
			tag, err := tx.Exec(ctx, fmt.Sprintf("UPDATE %s SET %s = DEFAULT WHERE %s", table(name), q, rows))
			if err != nil {
				return fmt.Errorf("column %s: %w", c.Name, err)
			}
			report.Changed[name] += tag.RowsAffected()
		case drop:
			dropped = append(dropped, "("+rows+")")
		}
		if len(cases) > 0 {
			sets = append(sets, fmt.Sprintf("%s = CASE %s ELSE %[1]s END", q, strings.Join(cases, " ")))
		}
	}
	if len(dropped) > 0 {
		tag, err := tx.Exec(ctx, "DELETE FROM "+table(name)+" WHERE "+strings.Join(dropped, " OR "))
		if err != nil {
			return err
		}
		report.Dropped[name] += tag.RowsAffected()
	}
	if len(sets) > 0 {
		// The key is always a parameter, so that statements differ in nothing else.
		tag, err := tx.Exec(ctx, fmt.Sprintf("UPDATE %s SET %s WHERE CAST($1 AS text) IS NOT NULL AND (%s)",
			table(name), strings.Join(sets, ", "), strings.Join(where, " OR ")), key)
		if err != nil {
			return err
		}
		report.Changed[name] += tag.RowsAffected()
	}
	// What is checked late is checked now: a table with such checks pending can't
	// change.
	if _, err := tx.Exec(ctx, "SET CONSTRAINTS ALL IMMEDIATE"); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "ALTER TABLE "+table(name)+" ENABLE TRIGGER USER")
	return err
}

func (c column) contact() string {
	if c.json() || c.Type == "text[]" {
		return contactInside
	}
	return contact
}

// cast is the type to cast to.
func (c column) cast() string {
	if c.Domain != "" {
		return c.Domain
	}
	return c.Type
}
