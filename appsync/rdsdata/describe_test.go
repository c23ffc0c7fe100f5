package rdsdata_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mtbwiki/mtbwiki/appsync/rdsdata"
)

func TestPrepare(t *testing.T) {
	t.Parallel()
	s, _ := service(t, rdsdata.Options{})
	d, err := s.Prepare(t.Context(), "INSERT INTO shelf (name, weight) VALUES (:name, :w) RETURNING id, name AS n, weight",
		map[string]rdsdata.Declared{"name": rdsdata.DeclaredString, "w": rdsdata.DeclaredDecimal, "spare": rdsdata.DeclaredLong})
	if err != nil {
		t.Fatal(err)
	}
	want := &rdsdata.Description{
		Parameters: []string{"name", "w"},
		Unused:     []string{"spare"},
		Columns: []rdsdata.DescribedColumn{
			{Label: "id", Type: "int4", Kind: rdsdata.KindLong},
			{Label: "n", Type: "varchar", Kind: rdsdata.KindString},
			{Label: "weight", Type: "numeric", Kind: rdsdata.KindDecimal},
		},
	}
	if diff := cmp.Diff(want, d, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got := one(t, s, countShelves, ""); got != `{"longValue":2}` {
		t.Errorf("the statement was run: %s", got)
	}
	for _, tt := range []struct {
		name, sql     string
		params        map[string]rdsdata.Declared
		code, message string
	}{
		{"a type that doesn't fit", "SELECT 1 FROM book WHERE id = :id", map[string]rdsdata.Declared{"id": rdsdata.DeclaredString}, rdsdata.CodeDatabaseError, "uuid = text"},
		{"a type of result", "SELECT point(1, 2)", nil, rdsdata.CodeUnsupportedResult, "POINT"},
		{"a parameter not declared", "SELECT :id", nil, rdsdata.CodeBadRequest, "Cannot find parameter: id"},
		{"an unknown declaration", "SELECT :id", map[string]rdsdata.Declared{"id": "INT"}, rdsdata.CodeBadRequest, `"INT"`},
		{"two statements", "SELECT 1; SELECT 2", nil, rdsdata.CodeValidation, "Multistatements"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := s.Prepare(t.Context(), tt.sql, tt.params)
			wantError(t, err, tt.code, tt.message)
		})
	}
	_, err = s.Prepare(t.Context(), "SELECT nothing", nil)
	if !rdsdata.IsSQLState(err, "42703") || rdsdata.IsSQLState(err, "42601") || rdsdata.IsSQLState(nil, "42703") {
		t.Errorf("IsSQLState doesn't know the code of %v", err)
	}
}
