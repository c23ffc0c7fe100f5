package database_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/database/catalogue"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
)

var update = flag.Bool("update", false, "write generated files instead of comparing them")

func readCatalogue(t *testing.T) *catalogue.Catalogue {
	t.Helper()
	db := databasetest.New(t)
	c, err := catalogue.Read(t.Context(), db.Admin, "api", "extensions", "jobs", "wiki")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestSchemaFile: schema.sql is what the migrations and the code come to.
func TestSchemaFile(t *testing.T) {
	t.Parallel()
	const file = "schema.sql"
	got := "-- Written by go generate ./database, for people to read. Nothing loads it.\n\n" + readCatalogue(t).Text()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := udiff.Unified(file, "database", string(want), got); diff != "" {
		t.Errorf("%s is not up to date; run go generate ./database:\n%s", file, diff)
	}
}

// TestRights: what each role may do, for every object there is.
func TestRights(t *testing.T) {
	t.Parallel()
	c := readCatalogue(t)
	allow := func(what string, got []catalogue.Grant, want ...string) {
		t.Helper()
		var list []string
		for _, g := range got {
			list = append(list, g.Role+" "+g.Privilege)
		}
		if diff := cmp.Diff(want, list); diff != "" {
			t.Errorf("rights on %s (-want +got):\n%s", what, diff)
		}
	}
	for _, s := range c.Schemas {
		switch s.Name {
		case "api", "extensions":
			allow("schema "+s.Name, s.Grants, "mtbwiki_api USAGE", "mtbwiki_jobs USAGE", "mtbwiki_readonly USAGE")
		case "jobs":
			allow("schema "+s.Name, s.Grants, "mtbwiki_jobs USAGE")
		default:
			allow("schema "+s.Name, s.Grants)
		}
	}
	for _, table := range c.Tables {
		name := table.Schema + "." + table.Name
		allow("table "+name, table.Grants)
		for _, column := range table.Columns {
			allow("column "+name+"."+column.Name, column.Grants)
		}
		if table.Owner != "mtbwiki_owner" {
			t.Errorf("table %s belongs to %s", name, table.Owner)
		}
		if table.Schema != "wiki" {
			t.Errorf("table %s: tables stand in schema wiki only", name)
		}
	}
	for _, v := range c.Views {
		name := v.Schema + "." + v.Name
		if v.Schema == "api" {
			allow("view "+name, v.Grants, "mtbwiki_api SELECT", "mtbwiki_jobs SELECT", "mtbwiki_readonly SELECT")
		} else {
			allow("view "+name, v.Grants)
		}
		for _, column := range v.Columns {
			allow("column "+name+"."+column.Name, column.Grants)
		}
		if v.Owner != "mtbwiki_owner" {
			t.Errorf("view %s belongs to %s", name, v.Owner)
		}
	}
	for _, f := range c.Functions {
		switch {
		case f.Schema == "api" && f.SecurityDefiner:
			allow(f.Identity(), f.Grants, "mtbwiki_api EXECUTE", "mtbwiki_jobs EXECUTE")
		case f.Schema == "api":
			allow(f.Identity(), f.Grants, "mtbwiki_api EXECUTE", "mtbwiki_jobs EXECUTE", "mtbwiki_readonly EXECUTE")
		case f.Schema == "jobs":
			allow(f.Identity(), f.Grants, "mtbwiki_jobs EXECUTE")
		case f.Schema != "extensions":
			allow(f.Identity(), f.Grants)
		}
		if f.Owner != "mtbwiki_owner" {
			t.Errorf("function %s belongs to %s", f.Identity(), f.Owner)
		}
	}
}

// TestFunctions: functions that run with the owner's rights are the write
// functions, listed by hand, and no search path can mislead them; functions that
// read can be inlined.
func TestFunctions(t *testing.T) {
	t.Parallel()
	writes := map[string]bool{}
	for name := range strings.Lines(mustRead("testdata/write_functions.txt")) {
		if name = strings.TrimSpace(name); name != "" && !strings.HasPrefix(name, "#") {
			writes[name] = true
		}
	}
	const safe = "search_path=pg_catalog, pg_temp"
	// Read functions so large that planning them at each call costs more than they do.
	keepsPlan := map[string]bool{"api.discover": true}
	seen := map[string]bool{}
	for _, f := range readCatalogue(t).Functions {
		name := f.Schema + "." + f.Name
		if f.Schema == "extensions" {
			continue
		}
		if f.Comment == "" || !strings.HasSuffix(f.Comment, ".") {
			t.Errorf("%s: comment %q is no sentence", f.Identity(), f.Comment)
		}
		if f.SecurityDefiner {
			seen[name] = true
			if !writes[name] {
				t.Errorf("%s is SECURITY DEFINER but not listed in testdata/write_functions.txt", f.Identity())
			}
			if !slices.Equal(f.Settings, []string{safe}) {
				t.Errorf("%s is SECURITY DEFINER with settings %q, want only %q", f.Identity(), f.Settings, safe)
			}
			if f.Schema == "jobs" {
				continue // no caller is let in who could be asked who he is
			}
			if f.Types != "jsonb, jsonb" || f.Result != "TABLE(ok boolean, error_type text, message text, data jsonb)" || f.Volatility != "VOLATILE" {
				t.Errorf("%s is a write function but is no (actor jsonb, input jsonb) RETURNS TABLE (ok, error_type, message, data): it is %s RETURNS %s", f.Identity(), f.Volatility, f.Result)
			}
			continue
		}
		switch {
		case keepsPlan[name] && f.Language == "plpgsql" && f.Volatility == "STABLE" && slices.Equal(f.Settings, []string{safe, "plan_cache_mode=force_generic_plan"}):
			// Nothing is built upon it, so that it need not be inlined.
		case f.Language == "plpgsql" && !slices.Equal(f.Settings, []string{safe}):
			t.Errorf("%s is PL/pgSQL with settings %q, want %q", f.Identity(), f.Settings, safe)
		case f.Schema == "api" && (f.Language != "sql" || f.Volatility == "VOLATILE" || len(f.Settings) > 0):
			t.Errorf("%s reads, so it must be LANGUAGE sql STABLE without SET to be inlined; it is %s %s %q", f.Identity(), f.Language, f.Volatility, f.Settings)
		}
	}
	for name := range writes {
		if !seen[name] {
			t.Errorf("testdata/write_functions.txt lists %s, which is no SECURITY DEFINER function", name)
		}
	}
}

// TestObjectsHaveComments: views, and the columns of tables of entities.
func TestObjectsHaveComments(t *testing.T) {
	t.Parallel()
	c := readCatalogue(t)
	for _, v := range c.Views {
		if !strings.HasSuffix(v.Comment, ".") {
			t.Errorf("view %s.%s: comment %q is no sentence", v.Schema, v.Name, v.Comment)
		}
	}
	entities := []string{"region", "system", "trail", "route", "tip", "rider"}
	found := 0
	for _, table := range c.Tables {
		base := strings.TrimSuffix(table.Name, "_text")
		if !slices.Contains(entities, base) {
			continue
		}
		found++
		for _, column := range table.Columns {
			if column.Comment == "" {
				t.Errorf("column %s.%s has no comment", table.Name, column.Name)
			}
		}
	}
	if found < len(entities) {
		t.Errorf("only %d tables of entities found", found)
	}
}
