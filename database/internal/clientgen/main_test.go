package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mtbwiki/mtbwiki/entity"
)

const databaseDir = "../.."

// TestFilesAreCurrent sees drift without running sqlc: what this command writes
// is compared, what sqlc writes is known by the checksum of what it was given.
func TestFilesAreCurrent(t *testing.T) {
	t.Parallel()
	dir := os.DirFS(databaseDir)
	files, err := generated(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(entity.Descriptions)+1 {
		t.Errorf("%d files for %d entities", len(files), len(entity.Descriptions))
	}
	if err := compare(databaseDir, files); err != nil {
		t.Error(err)
	}
	sum, err := inputsSum(dir)
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile(filepath.Join(databaseDir, sumFile))
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != sum {
		t.Error("sqlc did not run on the present queries: run go generate ./database")
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"same.sql": "a", "other.sql": "b"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	err := compare(dir, map[string][]byte{"same.sql": []byte("a"), "other.sql": []byte("c"), "missing.sql": []byte("d")})
	if err == nil || !strings.HasPrefix(err.Error(), "missing.sql, other.sql not up to date") {
		t.Errorf("error %v, want one that names both files", err)
	}
	if err := compare(dir, map[string][]byte{"same.sql": []byte("a")}); err != nil {
		t.Error(err)
	}
}

func TestEntitySQL(t *testing.T) {
	t.Parallel()
	functions, err := functionNames(fstest.MapFS{
		"api/club/club_members.sql":  {Data: []byte("-- Members.\nCREATE FUNCTION api.club_members(id uuid, lang text, actor jsonb) RETURNS SETOF json")},
		"api/nested/entity_tags.sql": {Data: []byte("CREATE FUNCTION api.entity_tags(id uuid, lang text, actor jsonb) RETURNS SETOF json")},
		"api/README.md":              {Data: []byte("CREATE FUNCTION api.not_this(")},
	})
	if err != nil {
		t.Fatal(err)
	}
	d := entity.Description{Name: "Club", Kind: "CLUB", Table: "club", Plural: "clubs", Fields: []entity.Field{
		{Name: "name"},
		{Name: "members", Nested: true, List: true, Masked: true},
		{Name: "tags", Nested: true, List: true},
	}}
	sql, err := entitySQL(d, functions)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"-- name: GetClub :one",
		"'members', CASE WHEN api.sees_place(sqlc.arg(actor)::jsonb, t.visibility) THEN (SELECT v FROM api.club_members(t.id, sqlc.arg(lang)::text, sqlc.arg(actor)::jsonb) v) ELSE '[]' END",
		"'tags', (SELECT v FROM api.entity_tags(t.id, ",
		`ORDER BY t."name", t.id`,
		"FROM api.archive_club(",
	} {
		if !strings.Contains(sql, want) {
			t.Errorf("no %q in\n%s", want, sql)
		}
	}
	if strings.Contains(sql, "BySlug") {
		t.Error("an entity without a slug is read by slug")
	}
	d.Fields = append(d.Fields, entity.Field{Name: "homePage", Nested: true})
	if _, err := entitySQL(d, functions); err == nil || !strings.Contains(err.Error(), "api.club_home_page") {
		t.Errorf("error %v, want one that names the missing function", err)
	}
}
