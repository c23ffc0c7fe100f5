package codetest
import ("testing";"fmt";"os";"github.com/mtbwiki/mtbwiki/database/databasetest")
func TestExplain(t *testing.T) {
	w := wiki{databasetest.New(t, vocabularies, crowded)}
	b, _ := os.ReadFile("/tmp/db2/explain.sql")
	w.API.Exec(t.Context(), "SET jit=off")
	rows, err := w.API.Query(t.Context(), string(b))
	if err != nil { t.Fatal(err) }
	for rows.Next() { var s string; rows.Scan(&s); fmt.Println(s) }
	if rows.Err()!=nil { t.Fatal(rows.Err()) }
}
