package codetest

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// The API's role reaches the tables through nothing but schema api.
func TestNoRightsOnTheWiki(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	w.system(t, w.region(t))
	rows, err := w.Owner.Query(t.Context(), "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'wiki' AND c.relkind IN ('r', 'v', 'S')")
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if len(tables) < 30 {
		t.Fatalf("%d tables", len(tables))
	}
	statements := []string{
		"SELECT wiki.writer('{\"mode\": \"IMPORT\"}')",
		"SELECT wiki.patch_system(gen_random_uuid(), 'en', '{}')",
		"SELECT wiki.refuse('x', 'y')",
		"INSERT INTO api.entity_row (id) VALUES (gen_random_uuid())",
		"UPDATE api.system_row SET name = 'x'",
		"DELETE FROM api.revision_row",
		"CREATE TABLE api.x ()",
		"CREATE FUNCTION api.x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
	}
	for _, name := range tables {
		statements = append(statements, "SELECT FROM wiki."+name)
	}
	for _, sql := range statements {
		_, err := w.API.Exec(t.Context(), sql)
		var pgErr *pgconn.PgError
		if !errors.As(err, &pgErr) || (pgErr.Code != "42501" && pgErr.Code != "55000" && pgErr.Code != "0A000") {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

// The write functions run as the owner: they alone, and with a safe search path.
// Read functions don't, so that PostgreSQL can inline them; but for one that keeps its plan.
func TestKindsOfFunctions(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	rows, err := w.Owner.Query(t.Context(), `
		SELECT p.proname::text, p.prosecdef, p.provolatile::text, coalesce(array_to_string(p.proconfig, ';'), ''),
		  coalesce(p.proargnames = '{actor,input,ok,error_type,message,data}', false), obj_description(p.oid, 'pg_proc') IS NOT NULL
		FROM pg_proc p
		WHERE p.pronamespace = 'api'::regnamespace`)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for rows.Next() {
		var (
			name, volatility, config     string
			definer, useCase, documented bool
		)
		if err := rows.Scan(&name, &definer, &volatility, &config, &useCase, &documented); err != nil {
			t.Fatal(err)
		}
		seen++
		switch {
		case !documented:
			t.Errorf("api.%s has no comment", name)
		case definer && (!useCase || config != "search_path=pg_catalog, pg_temp"):
			t.Errorf("api.%s runs as the owner: settings %q, use case %v", name, config, useCase)
		case name == "discover" && config == "search_path=pg_catalog, pg_temp;plan_cache_mode=force_generic_plan":
			// Keeps its plan; nothing is built upon it.
		case !definer && (useCase || volatility == "v" || config != ""):
			t.Errorf("api.%s reads: volatility %s, settings %q", name, volatility, config)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if seen < 80 {
		t.Errorf("%d functions", seen)
	}
}

// What nobody foresaw reaches the caller as a request id, never as SQL.
func TestInternalError(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	w.exec(t, "ALTER TABLE wiki.outbox RENAME TO outbox_is_away")
	o := w.call(t, "create_system", ann, m{"name": "X", "kind": "TOWN", "regionIds": l{region}})
	if o.OK || o.Type != "InternalError" || strings.Contains(o.Message, "outbox") || !strings.Contains(o.Message, "request ") {
		t.Errorf("got %v %s: %s", o.OK, o.Type, o.Message)
	}
	if n := w.inner(t, "SELECT count(*) FROM wiki.entity WHERE kind = 'SYSTEM'"); n != 0 {
		t.Errorf("%d systems are left", n)
	}
}

// Whatever stands in the input, the answer is a typed refusal.
func TestHostileInput(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	values := []any{nil, true, 1, -1, 1e300, "", "x", "'; DROP TABLE wiki.entity; --", "\u202e", strings.Repeat("x", 100000), l{}, l{nil}, l{l{}}, l{1}, m{}, m{"a": nil}, l{m{"lat": l{}}}}
	fields := []string{"id", "expectedVersion", "lang", "comment", "name", "kind", "parentId", "position", "size", "lowestM", "regionIds", "subdivisions",
		"styleMarks", "skillMarks", "tags", "facilities", "season", "access", "standing", "visibility", "localGrading", "safety", "links", "status", "facts", "tagline"}
	for _, field := range fields {
		for _, v := range values {
			o := w.call(t, "update_system", moderator, with(m{"id": system, "expectedVersion": version(t, w, system)}, m{field: v}))
			if !o.OK && o.Type != "InvalidInput" && o.Type != "NotFound" && o.Type != "Conflict" {
				t.Errorf("%s = %.60s: %s: %s", field, text(v), o.Type, o.Message)
			}
			if len(o.Message) > 400 {
				t.Errorf("%s = %.60s: message of %d bytes", field, text(v), len(o.Message))
			}
		}
	}
	for _, function := range []string{"create_proposal", "accept_proposal", "reject_proposal", "withdraw_proposal", "redact_revision", "revert_entity", "set_trail_line", "create_tip", "create_trail"} {
		for _, field := range []string{"id", "entityId", "baseVersion", "patch", "revisionId", "expectedVersion", "coordinates", "subjectId", "systemIds", "note"} {
			for _, v := range values {
				o := w.call(t, function, admin, m{"entityId": system, "baseVersion": 1, field: v})
				if o.OK || o.Type == "InternalError" || o.Type == "" {
					t.Errorf("%s with %s = %.60s: ok %v, %s: %s", function, field, text(v), o.OK, o.Type, o.Message)
				}
			}
		}
	}
}
