// Package codetest tests the views and functions of database/api on a real
// PostgreSQL, as the role that the API has and through nothing but what the API
// calls. It is no place for tests of tables (see package database) or of templates.
package codetest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/database/databasetest"
)

// m keeps the many JSON objects of these tests readable.
type (
	m = map[string]any
	l = []any
)

// Actors as the templates build them from $ctx.identity.
var (
	anonymous = m{"mode": "KEY", "sub": nil, "username": nil, "groups": nil}
	ann       = rider("ann")
	bob       = rider("bob")
	moderator = m{"mode": "USER", "sub": "sub-mod", "username": "mod", "groups": l{"riders", "moderators"}}
	admin     = m{"mode": "USER", "sub": "sub-admin", "username": "boss", "groups": l{"admins"}}
	importer  = m{"mode": "IMPORT"}
)

func rider(name string) m {
	return m{"mode": "USER", "sub": "sub-" + name, "username": name, "groups": l{"riders"}}
}

const terms = `
	INSERT INTO wiki.vocabulary (name, title, description) VALUES
	  ('country', 'Countries', ''), ('subdivision', 'Subdivisions', ''), ('character-tag', 'Character', ''),
	  ('facility', 'Facilities', ''), ('label', 'Labels', ''), ('condition', 'Conditions', '');
	INSERT INTO wiki.term (vocabulary, code, position, label, term_group, common) VALUES
	  ('country', 'NZ', 1, 'New Zealand', NULL, NULL), ('country', 'US', 2, 'United States', NULL, NULL), ('country', 'FJ', 3, 'Fiji', NULL, NULL),
	  ('subdivision', 'US-UT', 1, 'Utah', NULL, NULL), ('subdivision', 'US-CA', 2, 'California', NULL, NULL), ('subdivision', 'NZ-BOP', 3, 'Bay of Plenty', NULL, NULL),
	  ('character-tag', 'rooty', 1, 'Rooty', 'surface', NULL), ('character-tag', 'rocky', 2, 'Rocky', 'surface', NULL),
	  ('character-tag', 'flowy', 3, 'Flowy', 'features', NULL), ('character-tag', 'desert', 4, 'Desert', 'scenery', NULL),
	  ('condition', 'dry', 1, 'Dry', NULL, NULL), ('condition', 'wet', 2, 'Wet', NULL, NULL), ('condition', 'dusty', 3, 'Dusty', NULL, NULL),
	  ('facility', 'bike-shop', 1, 'Bike shop', NULL, NULL), ('facility', 'water', 2, 'Water', NULL, NULL),
	  ('label', 'imba:green', 1, 'Green', 'imba', 'green'), ('label', 'imba:blue', 2, 'Blue', 'imba', 'blue'), ('label', 'imba:black', 3, 'Black', 'imba', 'black'),
	  ('label', 'sts:S3', 4, 'S3', 'sts', 'black'), ('label', 'uk:orange', 5, 'Orange', 'uk', NULL)`

var vocabularies = databasetest.Seed{
	Name: "vocabularies",
	Hash: terms,
	Fill: func(ctx context.Context, owner *pgxpool.Pool) error {
		_, err := owner.Exec(ctx, terms)
		return err
	},
}

// wiki is a database with vocabularies and nothing else.
type wiki struct {
	*databasetest.Databases
}

func newWiki(t testing.TB) wiki {
	t.Helper()
	w := wiki{databasetest.New(t, vocabularies)}
	config, err := pgxpool.ParseConfig(w.APIURL)
	if err != nil {
		t.Fatal(err)
	}
	// What wiki.explain_error keeps from the caller and tells the server's log.
	config.ConnConfig.RuntimeParams["client_min_messages"] = "log"
	config.ConnConfig.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) {
		if strings.HasPrefix(n.Message, "mtbwiki request") {
			t.Log(n.Message)
		}
	}
	w.API, err = pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.API.Close)
	return w
}

// outcome is the row that every write function returns.
type outcome struct {
	OK            bool
	Type, Message string
	Data          m
}

// call runs a write function as the API does.
func (w wiki) call(t testing.TB, function string, actor, input m) outcome {
	t.Helper()
	o, err := call(t.Context(), w.API, function, actor, input)
	if err != nil {
		t.Fatalf("%s: %v", function, err)
	}
	return o
}

func call(ctx context.Context, pool *pgxpool.Pool, function string, actor, input m) (outcome, error) {
	var (
		o             outcome
		errorType     *string
		message, data *string
	)
	err := pool.QueryRow(ctx, "SELECT ok, error_type, message, CAST(data AS text) FROM api."+function+"(CAST($1 AS jsonb), CAST($2 AS jsonb))", text(actor), text(input)).
		Scan(&o.OK, &errorType, &message, &data)
	if err != nil {
		return o, err
	}
	if errorType != nil {
		o.Type = *errorType
	}
	if message != nil {
		o.Message = *message
	}
	if data != nil {
		err = json.Unmarshal([]byte(*data), &o.Data)
	}
	return o, err
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // a value that a test wrote
	}
	return string(b)
}

// list runs a function that answers as a write function does, with a list.
func (w wiki) list(t testing.TB, function string, actor, input m) any {
	t.Helper()
	return w.value(t, "SELECT CAST(data AS text) FROM api."+function+"(CAST($1 AS jsonb), CAST($2 AS jsonb))", text(actor), text(input))
}

// do runs a write function that must succeed and returns the id and version.
func (w wiki) do(t testing.TB, function string, actor, input m) (id string, version int) {
	t.Helper()
	o := w.call(t, function, actor, input)
	if !o.OK {
		t.Fatalf("%s(%s) was refused: %s: %s %v", function, text(input), o.Type, o.Message, o.Data)
	}
	id, _ = o.Data["id"].(string)
	v, _ := o.Data["version"].(float64)
	return id, int(v)
}

// refused runs a write function that must be refused with this type.
func (w wiki) refused(t testing.TB, function string, actor, input m, errorType string) outcome {
	t.Helper()
	o := w.call(t, function, actor, input)
	if o.OK || o.Type != errorType {
		t.Fatalf("%s(%s): got ok %v, %s: %s; want %s", function, text(input), o.OK, o.Type, o.Message, errorType)
	}
	if o.Message == "" {
		t.Errorf("%s(%s): %s without a message", function, text(input), o.Type)
	}
	return o
}

// rows reads a column of JSON.
func (w wiki) rows(t testing.TB, sql string, args ...any) []m {
	t.Helper()
	rows, err := w.API.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	defer rows.Close()
	var all []m
	for rows.Next() {
		var (
			s    *string
			node m
		)
		if err := rows.Scan(&s); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		if s != nil {
			if err := json.Unmarshal([]byte(*s), &node); err != nil {
				t.Fatalf("%s: %v", sql, err)
			}
		}
		all = append(all, node)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return all
}

// value reads one JSON value.
func (w wiki) value(t testing.TB, sql string, args ...any) any {
	t.Helper()
	var s *string
	if err := w.API.QueryRow(t.Context(), sql, args...).Scan(&s); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	if s == nil {
		return nil
	}
	var v any
	if err := json.Unmarshal([]byte(*s), &v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// nested reads a nested field as the API does.
func (w wiki) nested(t testing.TB, function, id string, actor m) any {
	t.Helper()
	return w.value(t, "SELECT CAST((SELECT v FROM api."+function+"(CAST($1 AS uuid), 'en', CAST($2 AS jsonb)) v) AS text)", id, text(actor))
}

// read reads an entity's own fields; nil when the actor can't.
func (w wiki) read(t testing.TB, plural, id string, actor m) m {
	t.Helper()
	rows := w.rows(t, "SELECT CAST(to_json(x) AS text) FROM api."+plural+"(CAST($1 AS jsonb), 'en') x WHERE x.id = CAST($2 AS uuid)", text(actor), id)
	if len(rows) == 0 {
		return nil
	}
	return rows[0]
}

// inner reads a number as the owner: what tests can't see through the API.
func (w wiki) inner(t testing.TB, sql string, args ...any) int {
	t.Helper()
	var n int
	if err := w.Owner.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

func (w wiki) exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	if _, err := w.Owner.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// region, system, trail and route make what most tests need.
func (w wiki) region(t testing.TB, more ...m) string {
	t.Helper()
	id, _ := w.do(t, "create_region", moderator, with(m{"name": "High Desert"}, more...))
	return id
}

func (w wiki) system(t testing.TB, region string, more ...m) string {
	t.Helper()
	id, _ := w.do(t, "create_system", ann, with(m{"name": "Red Rocks", "kind": "NETWORK", "regionIds": l{region}}, more...))
	return id
}

func (w wiki) trail(t testing.TB, system string, more ...m) string {
	t.Helper()
	id, _ := w.do(t, "create_trail", ann, with(m{"name": "Slickrock", "direction": "BOTH", "type": "SINGLETRACK", "systemIds": l{system}}, more...))
	return id
}

func (w wiki) route(t testing.TB, system string, more ...m) string {
	t.Helper()
	id, _ := w.do(t, "create_route", ann, with(m{"name": "The Tour", "shape": "LOOP", "systemIds": l{system}}, more...))
	return id
}

func with(base m, more ...m) m {
	for _, one := range more {
		for k, v := range one {
			base[k] = v
		}
	}
	return base
}

func version(t testing.TB, w wiki, id string) int {
	t.Helper()
	return w.inner(t, "SELECT version FROM wiki.entity WHERE id = $1", id)
}

func uuid(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }
