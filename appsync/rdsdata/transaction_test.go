package rdsdata_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/appsync/rdsdata"
)

func begin(t testing.TB, s *rdsdata.Service) string {
	t.Helper()
	out, err := s.BeginTransaction(t.Context(), &rdsdata.BeginTransactionInput{})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.TransactionID) < 32 {
		t.Errorf("transaction id %q can be guessed", out.TransactionID)
	}
	return out.TransactionID
}

func run(ctx context.Context, s *rdsdata.Service, sql, transaction string) error {
	_, err := s.ExecuteStatement(ctx, &rdsdata.ExecuteStatementInput{SQL: sql, TransactionID: transaction})
	return err
}

// await polls for what happens by itself after a time.
func await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

const countShelves = "SELECT count(*) FROM shelf"

func TestTransactionCommits(t *testing.T) {
	t.Parallel()
	s, _ := service(t, rdsdata.Options{})
	tx := begin(t, s)
	execute(t, s, "INSERT INTO shelf (name) VALUES (:n)", tx, rdsdata.Parameter{Name: "n", Value: rdsdata.String("new")})
	if got := one(t, s, countShelves, tx); got != `{"longValue":3}` {
		t.Errorf("inside it sees %s", got)
	}
	if got := one(t, s, countShelves, ""); got != `{"longValue":2}` {
		t.Errorf("others see %s before the commit", got)
	}
	out, err := s.CommitTransaction(t.Context(), &rdsdata.EndTransactionInput{TransactionID: tx})
	if err != nil {
		t.Fatal(err)
	}
	if out.TransactionStatus != "Transaction Committed" {
		t.Errorf("status %q", out.TransactionStatus)
	}
	if got := one(t, s, countShelves, ""); got != `{"longValue":3}` {
		t.Errorf("others see %s after the commit", got)
	}
	for _, sql := range []string{"SELECT 1", "bad"} {
		wantError(t, run(t.Context(), s, sql, tx), rdsdata.CodeTransactionNotFound, "Transaction "+tx[:20])
	}
	_, err = s.CommitTransaction(t.Context(), &rdsdata.EndTransactionInput{TransactionID: tx})
	wantError(t, err, rdsdata.CodeTransactionNotFound, "is not found")
}

func TestTransactionRollsBack(t *testing.T) {
	t.Parallel()
	s, _ := service(t, rdsdata.Options{})
	tx := begin(t, s)
	execute(t, s, "DELETE FROM book", tx)
	execute(t, s, "SAVEPOINT here", tx)
	if err := run(t.Context(), s, "SELECT 1/0", tx); err == nil {
		t.Error("a division by zero succeeded")
	}
	execute(t, s, "ROLLBACK TO SAVEPOINT here", tx)
	if got := one(t, s, "SELECT count(*) FROM book", tx); got != `{"longValue":0}` {
		t.Errorf("after the savepoint it sees %s", got)
	}
	out, err := s.RollbackTransaction(t.Context(), &rdsdata.EndTransactionInput{TransactionID: tx})
	if err != nil {
		t.Fatal(err)
	}
	if out.TransactionStatus != "Rollback Complete" {
		t.Errorf("status %q", out.TransactionStatus)
	}
	if got := one(t, s, "SELECT count(*) FROM book", ""); got != `{"longValue":2}` {
		t.Errorf("after the rollback there are %s", got)
	}
}

func TestFailedTransactionDoesNotCommit(t *testing.T) {
	t.Parallel()
	s, _ := service(t, rdsdata.Options{})
	tx := begin(t, s)
	execute(t, s, "DELETE FROM book", tx)
	if err := run(t.Context(), s, "SELECT nonsense", tx); err == nil {
		t.Error("nonsense succeeded")
	}
	wantError(t, run(t.Context(), s, "SELECT 1", tx), rdsdata.CodeDatabaseError, "25P02")
	_, err := s.CommitTransaction(t.Context(), &rdsdata.EndTransactionInput{TransactionID: tx})
	wantError(t, err, rdsdata.CodeDatabaseError, "25P02")
	if got := one(t, s, "SELECT count(*) FROM book", ""); got != `{"longValue":2}` {
		t.Errorf("there are %s", got)
	}
}

func TestUnusedTransactionEnds(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string]rdsdata.Options{
		"idle": {TransactionIdle: 60 * time.Millisecond, MaxTransactions: 1},
		"old":  {TransactionMaxTime: 60 * time.Millisecond, MaxTransactions: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := service(t, opts)
			tx := begin(t, s)
			_, err := s.BeginTransaction(t.Context(), &rdsdata.BeginTransactionInput{})
			if err != nil {
				wantError(t, err, rdsdata.CodeServiceUnavailable, "Too many transactions")
			}
			await(t, "the end of the transaction", func() bool {
				_, err := s.CommitTransaction(t.Context(), &rdsdata.EndTransactionInput{TransactionID: "x" + tx})
				wantError(t, err, rdsdata.CodeTransactionNotFound, "")
				// Beginning another is possible when the first has given its place.
				out, err := s.BeginTransaction(t.Context(), &rdsdata.BeginTransactionInput{})
				return err == nil && out.TransactionID != tx
			})
			wantError(t, run(t.Context(), s, "SELECT 1", tx), rdsdata.CodeTransactionNotFound, "is not found")
		})
	}
}

func TestTransactionTakesOneRequestAtATime(t *testing.T) {
	t.Parallel()
	s, pool := service(t, rdsdata.Options{})
	tx := begin(t, s)
	// The first waits for a lock that this test holds.
	conn, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	if _, err := conn.Exec(t.Context(), "SELECT pg_advisory_lock(7)"); err != nil {
		t.Fatal(err)
	}
	first := make(chan error)
	go func() { first <- run(t.Context(), s, "SELECT pg_advisory_xact_lock(7)", tx) }()
	await(t, "the first request's wait", func() bool {
		var n int
		if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n == 1
	})
	wantError(t, run(t.Context(), s, "SELECT 1", tx), rdsdata.CodeDatabaseError, "Transaction is still running a query")
	_, err = s.CommitTransaction(t.Context(), &rdsdata.EndTransactionInput{TransactionID: tx})
	wantError(t, err, rdsdata.CodeDatabaseError, "Transaction is still running a query")
	if _, err := conn.Exec(t.Context(), "SELECT pg_advisory_unlock(7)"); err != nil {
		t.Fatal(err)
	}
	if err := <-first; err != nil {
		t.Error(err)
	}
	if err := run(t.Context(), s, "SELECT 1", tx); err != nil {
		t.Error(err)
	}
}

func TestCloseRollsBack(t *testing.T) {
	t.Parallel()
	s, pool := service(t, rdsdata.Options{})
	tx := begin(t, s)
	execute(t, s, "DELETE FROM book", tx)
	s.Close()
	var n int
	if err := pool.QueryRow(t.Context(), "SELECT count(*) FROM book").Scan(&n); err != nil || n != 2 {
		t.Errorf("%d books are left (%v)", n, err)
	}
	if _, err := s.BeginTransaction(t.Context(), &rdsdata.BeginTransactionInput{}); err == nil {
		t.Error("a transaction began after Close")
	}
}

func TestBatch(t *testing.T) {
	t.Parallel()
	s, _ := service(t, rdsdata.Options{MaxParameterSets: 100})
	set := func(n int, name string) []rdsdata.Parameter {
		return []rdsdata.Parameter{{Name: "id", Value: rdsdata.Long(int64(n))}, {Name: "name", Value: rdsdata.String(name)}}
	}
	const insert = "INSERT INTO shelf (id, name) VALUES (:id, :name)"
	batch := func(sql, tx string, sets ...[]rdsdata.Parameter) error {
		out, err := s.BatchExecuteStatement(t.Context(), &rdsdata.BatchExecuteStatementInput{SQL: sql, TransactionID: tx, ParameterSets: sets})
		if err == nil && (out.UpdateResults == nil || len(out.UpdateResults) != 0) {
			t.Errorf("updateResults = %v, want an empty list", out.UpdateResults)
		}
		return err
	}
	if err := batch(insert, "", set(10, "a"), set(11, "b"), []rdsdata.Parameter{{Name: "id", Value: rdsdata.Long(12)}, {Name: "name", Value: rdsdata.String("c")}}); err != nil {
		t.Fatal(err)
	}
	if got := one(t, s, countShelves, ""); got != `{"longValue":5}` {
		t.Errorf("after the batch: %s", got)
	}
	// All or nothing.
	wantError(t, batch(insert, "", set(20, "a"), set(10, "again"), set(21, "c")), rdsdata.CodeDatabaseError, "23505")
	if got := one(t, s, countShelves, ""); got != `{"longValue":5}` {
		t.Errorf("after a failed batch: %s", got)
	}
	wantError(t, batch(insert, "", set(30, "a"), nil), rdsdata.CodeBadRequest, "Cannot find parameter: id")
	wantError(t, batch("SELECT 1", "", make([][]rdsdata.Parameter, 101)...), rdsdata.CodeBadRequest, "101 parameter sets")
	if err := batch("UPDATE shelf SET name = 'x' RETURNING name", ""); err != nil {
		t.Errorf("without sets: %v", err)
	}
	tx := begin(t, s)
	if err := batch(insert, tx, set(40, "a"), set(41, "b")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RollbackTransaction(t.Context(), &rdsdata.EndTransactionInput{TransactionID: tx}); err != nil {
		t.Fatal(err)
	}
	if got := one(t, s, countShelves, ""); got != `{"longValue":5}` {
		t.Errorf("after a batch that was rolled back: %s", got)
	}
}

func TestStatementTimeout(t *testing.T) {
	t.Parallel()
	s, pool := service(t, rdsdata.Options{StatementTimeout: 80 * time.Millisecond})
	wantError(t, run(t.Context(), s, "SELECT pg_sleep(30)", ""), rdsdata.CodeStatementTimeout, "Request timed out")
	if got := one(t, s, "SELECT 1", ""); got != `{"longValue":1}` {
		t.Errorf("afterwards: %s", got)
	}
	// With continueAfterTimeout the caller is told the same, but the work is done.
	_, err := s.ExecuteStatement(t.Context(), &rdsdata.ExecuteStatementInput{ContinueAfterTimeout: true,
		SQL: "INSERT INTO shelf (name) SELECT 'late' FROM pg_sleep(CAST(:s AS float8))", Parameters: []rdsdata.Parameter{{Name: "s", Value: rdsdata.Double(0.3)}}})
	wantError(t, err, rdsdata.CodeStatementTimeout, "Request timed out")
	await(t, "the statement's end", func() bool {
		var n int
		if err := pool.QueryRow(t.Context(), countShelves).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n == 3
	})
	for range 8 { // on whichever connection
		wantError(t, run(t.Context(), s, "SELECT pg_sleep(30)", ""), rdsdata.CodeStatementTimeout, "Request timed out")
	}
}

func TestStricterTimeoutOfRoleStays(t *testing.T) {
	t.Parallel()
	cfg, err := pgxpool.ParseConfig(database(t))
	if err != nil {
		t.Fatal(err)
	}
	cfg.ConnConfig.RuntimeParams["statement_timeout"] = "1234"
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	s := rdsdata.New(pool, rdsdata.Options{})
	if got := one(t, s, "SELECT current_setting('statement_timeout')", ""); got != `{"stringValue":"1234ms"}` {
		t.Errorf("statement_timeout is %s", got)
	}
}

func TestCanceledRequest(t *testing.T) {
	t.Parallel()
	s, pool := service(t, rdsdata.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- run(ctx, s, "SELECT pg_sleep(40)", "") }()
	asleep := func() bool {
		var n int
		if err := pool.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query = 'SELECT pg_sleep(40)'").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n == 1
	}
	await(t, "the statement's start", asleep)
	cancel()
	err := <-done
	wantError(t, err, rdsdata.CodeInternal, "canceled")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the cause is not in %v", errors.Unwrap(err))
	}
	await(t, "the statement's end in the database", func() bool { return !asleep() })
	if got := one(t, s, "SELECT 1", ""); got != `{"longValue":1}` {
		t.Errorf("afterwards: %s", got)
	}
}

// After a migration the result of a prepared statement may have other columns.
func TestChangedResultType(t *testing.T) {
	t.Parallel()
	s, pool := service(t, rdsdata.Options{})
	const all = "SELECT * FROM shelf WHERE id = 1"
	if got := len(execute(t, s, all, "").Records[0]); got != 3 {
		t.Fatalf("%d columns", got)
	}
	batch := func() error {
		_, err := s.BatchExecuteStatement(t.Context(), &rdsdata.BatchExecuteStatementInput{SQL: all})
		return err
	}
	if err := batch(); err != nil {
		t.Fatal(err)
	}
	for i, sql := range []string{"ALTER TABLE shelf ADD room text", "ALTER TABLE shelf ALTER room TYPE int USING 1"} {
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			if err := batch(); err != nil {
				t.Errorf("a batch after %s: %v", sql, err)
			}
		}
		if got := len(execute(t, s, all, "").Records[0]); got != 4 {
			t.Errorf("%d columns after %s", got, sql)
		}
	}
}

// What a statement does to its session is not seen by the next.
func TestSessionsAreNotPassedOn(t *testing.T) {
	t.Parallel()
	s, pool := service(t, rdsdata.Options{})
	for _, sql := range []string{"SET search_path = nowhere", "SET TimeZone = 'Asia/Tokyo'", "PREPARE p AS SELECT 1"} {
		execute(t, s, sql, "")
		for range int(pool.Config().MaxConns) {
			if got := one(t, s, "SELECT concat_ws(' ', current_setting('search_path'), current_setting('TimeZone'), (SELECT count(*) FROM pg_prepared_statements WHERE name = 'p'))", ""); got != `{"stringValue":"\"$user\", public UTC 0"}` {
				t.Errorf("after %s: %s", sql, got)
			}
		}
	}
	if got := one(t, s, "SELECT set_config('TimeZone', 'Asia/Tokyo', false) || ' ' || '2024-01-01 00:00+00'::timestamptz", ""); !strings.Contains(got, "Tokyo") {
		t.Errorf("got %s", got)
	}
	// Not caught by the first word, but what comes back is UTC all the same.
	for range int(pool.Config().MaxConns) {
		if got := one(t, s, "SELECT '2024-01-01 00:00:00.5+00'::timestamptz", ""); got != `{"stringValue":"2024-01-01 00:00:00.5"}` {
			t.Errorf("a timestamptz in a session of another zone: %s", got)
		}
	}
}

func TestManyAtOnceWithFewPrepared(t *testing.T) {
	t.Parallel()
	s, _ := service(t, rdsdata.Options{PreparedStatements: 3, ParsedStatements: 4})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 40 {
				n := int64((i*7 + j) % 11)
				sql := "SELECT :n + " + string(rune('0'+n%10))
				out, err := s.ExecuteStatement(t.Context(), &rdsdata.ExecuteStatementInput{SQL: sql, Parameters: []rdsdata.Parameter{{Name: "n", Value: rdsdata.Long(n)}}})
				if err != nil {
					t.Error(err)
					return
				}
				if got, want := *out.Records[0][0].LongValue, n+n%10; got != want {
					t.Errorf("%s with %d = %d, want %d", sql, n, got, want)
				}
			}
		})
	}
	wg.Wait()
}

func TestResuming(t *testing.T) {
	t.Parallel()
	left := 2
	s, _ := service(t, rdsdata.Options{Resuming: func() bool { left--; return left >= 0 }})
	wantError(t, run(t.Context(), s, "SELECT 1", ""), rdsdata.CodeDatabaseResuming, "resuming after being auto-paused")
	_, err := s.BeginTransaction(t.Context(), &rdsdata.BeginTransactionInput{})
	wantError(t, err, rdsdata.CodeDatabaseResuming, "resuming")
	if err := run(t.Context(), s, "SELECT 1", ""); err != nil {
		t.Errorf("awake: %v", err)
	}
}

func TestUnreachableDatabase(t *testing.T) {
	t.Parallel()
	pool, err := pgxpool.New(t.Context(), "postgres://nobody@127.0.0.1:1/none?connect_timeout=2")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	s := rdsdata.New(pool, rdsdata.Options{})
	wantError(t, run(t.Context(), s, "SELECT 1", ""), rdsdata.CodeDatabaseUnavailable, "writer instance")
}

// A session that the server ended (a restart, an administrator) is replaced.
func TestEndedSessionsAreReplaced(t *testing.T) {
	t.Parallel()
	s, pool := service(t, rdsdata.Options{})
	if err := run(t.Context(), s, "SELECT 1", ""); err != nil {
		t.Fatal(err)
	}
	tx := begin(t, s)
	wantError(t, run(t.Context(), s, "SELECT pg_terminate_backend(pg_backend_pid())", tx), rdsdata.CodeDatabaseUnavailable, "")
	wantError(t, run(t.Context(), s, "SELECT 1", tx), rdsdata.CodeTransactionNotFound, "")
	wantError(t, run(t.Context(), s, "SELECT pg_terminate_backend(pg_backend_pid())", ""), rdsdata.CodeDatabaseUnavailable, "")
	for range int(pool.Config().MaxConns) {
		if err := run(t.Context(), s, "SELECT 1", ""); err != nil {
			t.Error(err)
		}
	}
}
