package rdsdata_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"gopkg.in/yaml.v3"

	"github.com/mtbwiki/mtbwiki/appsync/rdsdata"
	"github.com/mtbwiki/mtbwiki/postgres/postgrestest"
)

// database is a copy of testdata/schema.sql.
func database(t testing.TB) string {
	t.Helper()
	schema, err := os.ReadFile("testdata/schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(schema)
	return postgrestest.New(t, postgrestest.Template{Name: "rdsdata", Hash: hex.EncodeToString(sum[:]), Build: func(ctx context.Context, url string) error {
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			return err
		}
		_, err = conn.PgConn().Exec(ctx, string(schema)).ReadAll()
		return errors.Join(err, conn.Close(ctx))
	}})
}

// service is a service on a database of its own.
func service(t testing.TB, opts rdsdata.Options) (*rdsdata.Service, *pgxpool.Pool) {
	t.Helper()
	cfg, err := pgxpool.ParseConfig(database(t))
	if err != nil {
		t.Fatal(err)
	}
	cfg.MaxConns = 4
	pool, err := pgxpool.NewWithConfig(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	s := rdsdata.New(pool, opts)
	t.Cleanup(s.Close)
	return s, pool
}

// execute runs a statement that must succeed.
func execute(t testing.TB, s *rdsdata.Service, sql, transaction string, params ...rdsdata.Parameter) *rdsdata.ExecuteStatementOutput {
	t.Helper()
	out, err := s.ExecuteStatement(t.Context(), &rdsdata.ExecuteStatementInput{SQL: sql, TransactionID: transaction, Parameters: params})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return out
}

// one is the first value of a statement's result, as JSON of the field.
func one(t testing.TB, s *rdsdata.Service, sql, transaction string, params ...rdsdata.Parameter) string {
	t.Helper()
	out := execute(t, s, sql, transaction, params...)
	if len(out.Records) == 0 || len(out.Records[0]) == 0 {
		t.Fatalf("%s gave nothing", sql)
	}
	text, err := json.Marshal(out.Records[0][0])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// wantError checks an error's name and part of its message.
func wantError(t testing.TB, err error, code, message string) {
	t.Helper()
	var e *rdsdata.Error
	if !errors.As(err, &e) {
		t.Errorf("error %v is no *Error, want %s", err, code)
		return
	}
	if e.Code != code || !strings.Contains(e.Message, message) {
		t.Errorf("error %s: %s\nwant  %s: %s", e.Code, e.Message, code, message)
	}
}

// normal makes JSON texts comparable, numbers as written.
func normal(t testing.TB, text string) any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// number compares 1e+300 with 1e300.
var number = cmp.Comparer(func(a, b json.Number) bool {
	if a == b {
		return true
	}
	if strings.ContainsAny(string(a+b), ".eE") {
		x, err1 := a.Float64()
		y, err2 := b.Float64()
		return err1 == nil && err2 == nil && x == y
	}
	return false
})

func TestExecuteStatement(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/execute.yaml")
	if err != nil {
		t.Fatal(err)
	}
	type test struct {
		Name    string
		Request map[string]any `yaml:",inline"`
		Want    string
		Error   *struct{ Code, Message, Exactly string }
		After   string // a statement run then
		Left    string // what it gives
	}
	var tests []test
	dec := yaml.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(&tests); err != nil {
		t.Fatal(err)
	}
	if len(tests) < 60 {
		t.Fatalf("only %d cases were read", len(tests))
	}
	readOnly, readOnlyPool := service(t, rdsdata.Options{})
	for _, tt := range tests {
		t.Run(tt.Name, func(t *testing.T) {
			t.Parallel()
			s, pool := readOnly, readOnlyPool
			if !strings.HasPrefix(tt.Request["sql"].(string), "SELECT") {
				s, pool = service(t, rdsdata.Options{})
			}
			request, err := json.Marshal(tt.Request)
			if err != nil {
				t.Fatal(err)
			}
			in := new(rdsdata.ExecuteStatementInput)
			read := json.NewDecoder(bytes.NewReader(request))
			read.DisallowUnknownFields()
			if err := read.Decode(in); err != nil {
				t.Fatal(err)
			}
			// Twice for what can be repeated: the second run uses what was kept.
			runs := 1
			if strings.HasPrefix(in.SQL, "SELECT") {
				runs = 2
			}
			for range runs {
				out, err := s.ExecuteStatement(t.Context(), in)
				if tt.Error != nil {
					wantError(t, err, tt.Error.Code, tt.Error.Message)
					var e *rdsdata.Error
					if errors.As(err, &e) && tt.Error.Exactly != "" && e.Message != tt.Error.Exactly {
						t.Errorf("message %q\nwant    %q", e.Message, tt.Error.Exactly)
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				got, err := json.Marshal(out)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(normal(t, tt.Want), normal(t, string(got)), number); diff != "" {
					t.Errorf("-want +got\n%s", diff)
				}
				checkFastPath(t, s, in, out)
			}
			if tt.After != "" {
				var left string
				if err := pool.QueryRow(t.Context(), "SELECT ("+tt.After+")::text").Scan(&left); err != nil {
					t.Fatal(err)
				}
				if left != tt.Left {
					t.Errorf("%s gives %s, want %s", tt.After, left, tt.Left)
				}
			}
		})
	}
}

// checkFastPath compares Query's own JSON with that of the records.
func checkFastPath(t testing.TB, s *rdsdata.Service, in *rdsdata.ExecuteStatementInput, out *rdsdata.ExecuteStatementOutput) {
	t.Helper()
	if out.Records == nil || !strings.HasPrefix(in.SQL, "SELECT") {
		return
	}
	r, err := s.Query(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	records, err := json.Marshal(out.Records)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(normal(t, string(records)), normal(t, string(r.AppendRecordsJSON(nil)))); diff != "" {
		t.Errorf("AppendRecordsJSON differs from the records (-records +append)\n%s", diff)
	}
	var whole map[string]any
	if err := json.Unmarshal(r.AppendStatementResult(nil), &whole); err != nil {
		t.Fatal(err)
	}
	if _, ok := whole["columnMetadata"]; ok != in.IncludeResultMetadata {
		t.Errorf("AppendStatementResult with metadata: %v, asked for: %v", ok, in.IncludeResultMetadata)
	}
}

// The limit counts characters, not bytes.
func TestLengthOfSQL(t *testing.T) {
	t.Parallel()
	s, _ := service(t, rdsdata.Options{})
	text := func(characters int) string {
		const begin, end = "SELECT length('", "')"
		return begin + strings.Repeat("é", characters-len(begin)-len(end)) + end
	}
	if got, want := one(t, s, text(65536), ""), `{"longValue":65519}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	_, err := s.ExecuteStatement(t.Context(), &rdsdata.ExecuteStatementInput{SQL: text(65537)})
	wantError(t, err, rdsdata.CodeValidation, "length less than or equal to 65536 (it has 65537)")
}

func TestManyParameters(t *testing.T) {
	t.Parallel()
	s, _ := service(t, rdsdata.Options{})
	var sql strings.Builder
	var params []rdsdata.Parameter
	const n = 3000
	for i := range n {
		fmt.Fprintf(&sql, "+:p%d", i)
		params = append(params, rdsdata.Parameter{Name: fmt.Sprint("p", i), Value: rdsdata.Long(int64(i))}, rdsdata.Parameter{Name: fmt.Sprint("p", i), Value: rdsdata.String("later ones of a name don't count")})
	}
	if got, want := one(t, s, "SELECT CAST(0"+sql.String()+" AS bigint)", "", params...), fmt.Sprintf(`{"longValue":%d}`, n*(n-1)/2); got != want {
		t.Errorf("the sum is %s, want %s", got, want)
	}
}

func ExampleParameters() {
	fmt.Println(rdsdata.Parameters(`SELECT ':no', t.a::int FROM t WHERE t.b = :yes AND t.c = :also -- :never`))
	// Output: [yes also]
}
