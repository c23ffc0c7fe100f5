// Package catalogue reads what stands in a PostgreSQL database from its system
// catalogue (schemas, domains, tables, views, functions, comments, rights) and
// writes it as text for people: a change of schema becomes a change of that text,
// to be seen in a review.
//
// It reads with plain queries, so that nothing else needs to be installed, and
// keeps to what reads alike on PostgreSQL 15 to 17: the bodies of views and
// functions, which the server rewrites differently by version, are left to their
// files. The text looks like SQL but is not meant to be run; a dump is
// something else.
package catalogue

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Catalogue is the content of some schemas, sorted by name.
type Catalogue struct {
	Schemas   []Schema
	Domains   []Domain
	Tables    []Table
	Views     []View
	Functions []Function
}

// Schema is a namespace.
type Schema struct {
	Name    string
	Comment string
	Grants  []Grant
}

// Domain is a named type with a check.
type Domain struct {
	Schema, Name string
	Type         string // such as "text"
	NotNull      bool
	Default      string   // expression; empty: none
	Checks       []string // expressions as PostgreSQL prints them
	Comment      string
}

// Table is a table with everything that hangs on it.
type Table struct {
	Schema, Name string
	Owner        string
	Comment      string
	Columns      []Column
	Constraints  []Constraint
	Indexes      []Index // without those behind constraints
	Triggers     []Trigger
	Grants       []Grant
}

// View is a view and its columns.
type View struct {
	Schema, Name string
	Owner        string
	Comment      string
	Columns      []Column
	Grants       []Grant
}

// Column of a table or view.
type Column struct {
	Name      string
	Type      string
	NotNull   bool
	Default   string // expression; empty: none
	Generated bool   // Default is the expression of a stored generated column
	Identity  string // ALWAYS, BY DEFAULT or empty
	Comment   string
	Grants    []Grant // rights on the column alone
}

// Constraint of a table.
type Constraint struct {
	Name       string
	Kind       string // CHECK, PRIMARY KEY, UNIQUE, FOREIGN KEY, EXCLUDE, TRIGGER
	Definition string
	Comment    string
}

// Index of a table.
type Index struct {
	Name       string
	Definition string // the whole CREATE INDEX
	Comment    string
}

// Trigger of a table.
type Trigger struct {
	Name       string
	Definition string // the whole CREATE TRIGGER
}

// Function is a function or procedure.
type Function struct {
	Schema, Name    string
	Owner           string
	Arguments       string // with names and defaults
	Types           string // the argument types alone, which with the name identify it
	Result          string
	Language        string
	Volatility      string // IMMUTABLE, STABLE or VOLATILE
	Parallel        string // SAFE, RESTRICTED or UNSAFE
	Strict          bool
	SecurityDefiner bool
	Settings        []string // SET clauses, such as "search_path=pg_catalog, pg_temp"
	Comment         string
	Grants          []Grant
}

// Identity is the schema-qualified name with the argument types.
func (f Function) Identity() string { return f.Schema + "." + f.Name + "(" + f.Types + ")" }

// Grant is a right of a role other than the owner's.
type Grant struct {
	Role      string // PUBLIC for everybody
	Privilege string // SELECT, EXECUTE, USAGE...
}

// Querier is a connection, pool or transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// Read reads the named schemas. Objects of extensions are left out.
func Read(ctx context.Context, db Querier, schemas ...string) (*Catalogue, error) {
	var (
		c   Catalogue
		err error
	)
	if c.Schemas, err = read[Schema](ctx, db, "schemas", schemasSQL, schemas); err != nil {
		return nil, err
	}
	if c.Domains, err = read[Domain](ctx, db, "domains", domainsSQL, schemas); err != nil {
		return nil, err
	}
	if c.Tables, err = read[Table](ctx, db, "tables", tablesSQL, schemas); err != nil {
		return nil, err
	}
	if c.Views, err = read[View](ctx, db, "views", viewsSQL, schemas); err != nil {
		return nil, err
	}
	if c.Functions, err = read[Function](ctx, db, "functions", functionsSQL, schemas); err != nil {
		return nil, err
	}
	return &c, nil
}

// read runs a query whose rows are JSON objects with the fields of T: one round
// trip a kind of object, however nested.
func read[T any](ctx context.Context, db Querier, what, sql string, schemas []string) ([]T, error) {
	rows, err := db.Query(ctx, sql, schemas)
	if err != nil {
		return nil, fmt.Errorf("catalogue: reading %s: %w", what, err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		return nil, fmt.Errorf("catalogue: reading %s: %w", what, err)
	}
	return list, nil
}

// grants prints the subselect for an access list; without one the default for the
// kind of object counts ('n' schema, 'r' table, 'f' function). The owner's own
// rights go without saying.
func grants(acl, kind, owner string) string {
	return fmt.Sprintf(`
		(SELECT coalesce(json_agg(json_build_object('Role', role, 'Privilege', privilege) ORDER BY role COLLATE "C", privilege COLLATE "C"), '[]')
		 FROM (
		   SELECT CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(x.grantee)::text END AS role, x.privilege_type AS privilege
		   FROM aclexplode(coalesce(%s, acldefault('%s', %s))) x
		   WHERE x.grantee <> %s
		 ) g)`, acl, kind, owner, owner)
}

var (
	schemasSQL = `
		SELECT json_build_object(
		  'Name', n.nspname,
		  'Comment', coalesce(obj_description(n.oid, 'pg_namespace'), ''),
		  'Grants', ` + grants("n.nspacl", "n", "n.nspowner") + `)
		FROM pg_namespace n
		WHERE n.nspname = ANY ($1)
		ORDER BY n.nspname COLLATE "C"`

	domainsSQL = `
		SELECT json_build_object(
		  'Schema', n.nspname,
		  'Name', t.typname,
		  'Type', format_type(t.typbasetype, t.typtypmod),
		  'NotNull', t.typnotnull,
		  'Default', coalesce(t.typdefault, ''),
		  'Checks', (
		    SELECT coalesce(json_agg(pg_get_constraintdef(k.oid) ORDER BY k.conname COLLATE "C"), '[]')
		    FROM pg_constraint k
		    WHERE k.contypid = t.oid AND k.contype = 'c'),
		  'Comment', coalesce(obj_description(t.oid, 'pg_type'), ''))
		FROM pg_type t
		JOIN pg_namespace n ON n.oid = t.typnamespace
		WHERE n.nspname = ANY ($1) AND t.typtype = 'd' AND ` + notOfExtension("pg_type", "t.oid") + `
		ORDER BY n.nspname COLLATE "C", t.typname COLLATE "C"`

	columns = `
		(SELECT json_agg(json_build_object(
		   'Name', a.attname,
		   'Type', format_type(a.atttypid, a.atttypmod),
		   'NotNull', a.attnotnull,
		   'Default', coalesce(pg_get_expr(d.adbin, d.adrelid), ''),
		   'Generated', a.attgenerated <> '',
		   'Identity', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' ELSE '' END,
		   'Comment', coalesce(col_description(c.oid, a.attnum), ''),
		   'Grants', (
		     SELECT coalesce(json_agg(json_build_object(
		       'Role', CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(x.grantee)::text END,
		       'Privilege', x.privilege_type)), '[]')
		     FROM aclexplode(a.attacl) x)) ORDER BY a.attnum)
		 FROM pg_attribute a
		 LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
		 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)`

	tablesSQL = `
		SELECT json_build_object(
		  'Schema', n.nspname,
		  'Name', c.relname,
		  'Owner', pg_get_userbyid(c.relowner),
		  'Comment', coalesce(obj_description(c.oid, 'pg_class'), ''),
		  'Columns', ` + columns + `,
		  'Constraints', (
		    SELECT coalesce(json_agg(json_build_object(
		      'Name', k.conname,
		      'Kind', CASE k.contype WHEN 'c' THEN 'CHECK' WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE'
		        WHEN 'f' THEN 'FOREIGN KEY' WHEN 'x' THEN 'EXCLUDE' ELSE 'TRIGGER' END,
		      'Definition', pg_get_constraintdef(k.oid),
		      'Comment', coalesce(obj_description(k.oid, 'pg_constraint'), ''))
		      ORDER BY position(k.contype::text IN 'pufxct'), k.conname COLLATE "C"), '[]')
		    FROM pg_constraint k
		    WHERE k.conrelid = c.oid AND k.contype <> 'n'), -- NOT NULL has rows since PostgreSQL 18
		  'Indexes', (
		    SELECT coalesce(json_agg(json_build_object(
		      'Name', i.relname,
		      'Definition', pg_get_indexdef(i.oid),
		      'Comment', coalesce(obj_description(i.oid, 'pg_class'), '')) ORDER BY i.relname COLLATE "C"), '[]')
		    FROM pg_index x
		    JOIN pg_class i ON i.oid = x.indexrelid
		    WHERE x.indrelid = c.oid AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.conrelid = c.oid)),
		  'Triggers', (
		    SELECT coalesce(json_agg(json_build_object('Name', t.tgname, 'Definition', pg_get_triggerdef(t.oid)) ORDER BY t.tgname COLLATE "C"), '[]')
		    FROM pg_trigger t
		    WHERE t.tgrelid = c.oid AND NOT t.tgisinternal),
		  'Grants', ` + grants("c.relacl", "r", "c.relowner") + `)
		FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p') AND ` + notOfExtension("pg_class", "c.oid") + `
		ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`

	viewsSQL = `
		SELECT json_build_object(
		  'Schema', n.nspname,
		  'Name', c.relname,
		  'Owner', pg_get_userbyid(c.relowner),
		  'Comment', coalesce(obj_description(c.oid, 'pg_class'), ''),
		  'Columns', ` + columns + `,
		  'Grants', ` + grants("c.relacl", "r", "c.relowner") + `)
		FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = ANY ($1) AND c.relkind IN ('v', 'm') AND ` + notOfExtension("pg_class", "c.oid") + `
		ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`

	functionsSQL = `
		SELECT json_build_object(
		  'Schema', n.nspname,
		  'Name', p.proname,
		  'Owner', pg_get_userbyid(p.proowner),
		  'Arguments', pg_get_function_arguments(p.oid),
		  'Types', oidvectortypes(p.proargtypes),
		  'Result', coalesce(pg_get_function_result(p.oid), ''),
		  'Language', l.lanname,
		  'Volatility', CASE p.provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' ELSE 'VOLATILE' END,
		  'Parallel', CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' ELSE 'UNSAFE' END,
		  'Strict', p.proisstrict,
		  'SecurityDefiner', p.prosecdef,
		  'Settings', coalesce(array_to_json(p.proconfig), '[]'),
		  'Comment', coalesce(obj_description(p.oid, 'pg_proc'), ''),
		  'Grants', ` + grants("p.proacl", "f", "p.proowner") + `)
		FROM pg_proc p
		JOIN pg_namespace n ON n.oid = p.pronamespace
		JOIN pg_language l ON l.oid = p.prolang
		WHERE n.nspname = ANY ($1) AND ` + notOfExtension("pg_proc", "p.oid") + `
		ORDER BY n.nspname COLLATE "C", p.proname COLLATE "C", oidvectortypes(p.proargtypes) COLLATE "C"`
)

func notOfExtension(class, oid string) string {
	return fmt.Sprintf("NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = '%s'::regclass AND x.objid = %s AND x.deptype = 'e')", class, oid)
}
