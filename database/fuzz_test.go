package database_test

import (
	"errors"
	"testing"
	"testing/fstest"

	"github.com/mtbwiki/mtbwiki/database"
)

// FuzzCursor: a stranger can send any cursor; it is read or refused.
func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add("MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwUmlkZ2U")
	f.Add("MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAw")
	f.Fuzz(func(t *testing.T, cursor string) {
		_, id, err := database.ParseCursor(cursor)
		if err != nil {
			if !errors.Is(err, database.ErrInvalidInput) {
				t.Errorf("%q: %v is no refusal", cursor, err)
			}
			return
		}
		if len(id) != 36 {
			t.Errorf("%q: id %q", cursor, id)
		}
	})
}

// FuzzLoadCode: whatever stands in the files, loading them ends, and a refusal
// points into a file.
func FuzzLoadCode(f *testing.F) {
	f.Add("-- after: b.sql\nCREATE VIEW api.a AS SELECT 1 AS x;", "CREATE VIEW api.b AS SELECT 1 AS x;")
	f.Add("-- after: a.sql", "-- after: a.sql, b.sql")
	f.Add("CREATE  OR\nREPLACE VIEW", "\xff")
	f.Fuzz(func(t *testing.T, a, b string) {
		code, err := database.LoadCode(fstest.MapFS{"a.sql": {Data: []byte(a)}, "b.sql": {Data: []byte(b)}})
		if err == nil {
			if code.Len() != 2 {
				t.Errorf("%d files", code.Len())
			}
			return
		}
		var located *database.CodeError
		if !errors.As(err, &located) || located.Line < 1 || located.File != "a.sql" && located.File != "b.sql" {
			t.Errorf("%v is no CodeError", err)
		}
	})
}
