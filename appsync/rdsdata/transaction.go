package rdsdata

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// BeginTransactionInput starts a transaction.
type BeginTransactionInput struct {
	ResourceARN string `json:"resourceArn,omitempty"` // read by the Handler only
	SecretARN   string `json:"secretArn,omitempty"`   // read by the Handler only
	Database    string `json:"database,omitempty"`    // read by the Handler only
	Schema      string `json:"schema,omitempty"`      // refused
}

// BeginTransactionOutput names the transaction for the calls that belong to it.
type BeginTransactionOutput struct {
	TransactionID string `json:"transactionId"`
}

// EndTransactionInput commits or rolls back.
type EndTransactionInput struct {
	ResourceARN   string `json:"resourceArn,omitempty"` // read by the Handler only
	SecretARN     string `json:"secretArn,omitempty"`   // read by the Handler only
	TransactionID string `json:"transactionId"`
}

// EndTransactionOutput says what became of a transaction.
type EndTransactionOutput struct {
	TransactionStatus string `json:"transactionStatus"`
}

// transactions are the open ones.
type transactions struct {
	mu      sync.Mutex
	open    map[string]*transaction
	opening int
	closed  bool
}

type transaction struct {
	id    string
	conn  *pgxpool.Conn
	busy  sync.Mutex  // one request at a time; also held to end it
	done  bool        // guarded by busy
	old   atomic.Bool // its time was up while a request ran
	idle  *time.Timer
	limit *time.Timer
}

// BeginTransaction starts a transaction on a connection of its own. Not used for
// three minutes it is rolled back.
func (s *Service) BeginTransaction(ctx context.Context, in *BeginTransactionInput) (*BeginTransactionOutput, error) {
	if s.opts.Resuming != nil && s.opts.Resuming() {
		return nil, newError(CodeDatabaseResuming, "The Aurora DB instance is resuming after being auto-paused. Please wait a few seconds and try again.")
	}
	if in.Schema != "" {
		return nil, newError(CodeValidation, "The schema parameter isn't supported. Name the schema in the SQL text.")
	}
	s.tx.mu.Lock()
	if s.tx.closed || len(s.tx.open)+s.tx.opening >= s.opts.MaxTransactions {
		s.tx.mu.Unlock()
		return nil, newError(CodeServiceUnavailable, "Too many transactions are open.")
	}
	s.tx.opening++
	s.tx.mu.Unlock()
	t, e := s.begin(ctx)
	s.tx.mu.Lock()
	defer s.tx.mu.Unlock()
	s.tx.opening--
	if e != nil {
		return nil, e
	}
	if s.tx.closed {
		_, _ = t.end("") // nothing ran in it yet
		return nil, newError(CodeServiceUnavailable, "The service is shutting down.")
	}
	if s.tx.open == nil {
		s.tx.open = map[string]*transaction{}
	}
	s.tx.open[t.id] = t
	t.busy.Lock() // until both timers are set
	defer t.busy.Unlock()
	t.idle = time.AfterFunc(s.opts.TransactionIdle, func() { s.expire(t) })
	t.limit = time.AfterFunc(s.opts.TransactionMaxTime, func() {
		t.old.Store(true)
		s.expire(t)
	})
	return &BeginTransactionOutput{TransactionID: t.id}, nil
}

func (s *Service) begin(ctx context.Context) (*transaction, *Error) {
	random := make([]byte, 48)
	if _, err := rand.Read(random); err != nil {
		return nil, newError(CodeInternal, "No transaction id could be made").because(err)
	}
	for attempt := 0; ; attempt++ {
		conn, err := s.pool.Acquire(ctx)
		if err != nil {
			return nil, acquireError(ctx, err)
		}
		pg := conn.Conn().PgConn()
		_, err = s.state(ctx, pg)
		if err == nil {
			_, err = pg.Exec(ctx, "BEGIN").ReadAll()
		}
		if err == nil {
			return &transaction{id: base64.StdEncoding.EncodeToString(random), conn: conn}, nil
		}
		closed := pg.IsClosed()
		conn.Release()
		if !closed || attempt == 3 || ctx.Err() != nil {
			return nil, asError(ctx, err, nil)
		}
	}
}

// end finishes the transaction with a statement ("" breaks the connection off,
// which rolls back) and gives the connection back. The caller holds busy, or is
// alone. It returns the statement's tag.
func (t *transaction) end(sql string) (tag string, err error) {
	t.done = true
	for _, timer := range []*time.Timer{t.idle, t.limit} {
		if timer != nil {
			timer.Stop()
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	defer t.conn.Release()
	pg := t.conn.Conn().PgConn()
	if sql == "" {
		return "", pg.Close(ctx)
	}
	results, err := pg.Exec(ctx, sql).ReadAll()
	if err != nil {
		return "", err
	}
	if st, ok := pg.CustomData()[stateKey].(*connState); ok && st.dirty {
		return results[0].CommandTag.String(), pg.Close(ctx)
	}
	return results[0].CommandTag.String(), nil
}

// expire rolls an unused transaction back. One that is just in use stays until
// that request is done, see hold.
func (s *Service) expire(t *transaction) {
	if !t.busy.TryLock() {
		return
	}
	defer t.busy.Unlock()
	s.expireHeld(t)
}

// expireHeld is expire for who holds busy.
func (s *Service) expireHeld(t *transaction) {
	if t.done {
		return
	}
	s.tx.remove(t)
	_, err := t.end("ROLLBACK")
	_ = err // nobody is waiting; the connection was given back or broke
}

func (ts *transactions) remove(t *transaction) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	delete(ts.open, t.id)
}

func (ts *transactions) closeAll() {
	ts.mu.Lock()
	ts.closed = true
	open := ts.open
	ts.open = nil
	ts.mu.Unlock()
	for _, t := range open {
		t.busy.Lock()
		if !t.done {
			_, err := t.end("ROLLBACK")
			_ = err // the connection was given back or broke; both undo the work
		}
		t.busy.Unlock()
	}
}

// hold finds a transaction and keeps others off until release is called.
func (s *Service) hold(id string) (t *transaction, release func(), e *Error) {
	s.tx.mu.Lock()
	t = s.tx.open[id]
	s.tx.mu.Unlock()
	if t == nil {
		return nil, nil, newError(CodeTransactionNotFound, "Transaction %s is not found", shorten(id))
	}
	if !t.busy.TryLock() {
		return nil, nil, newError(CodeDatabaseError, "Transaction is still running a query.")
	}
	if t.done {
		t.busy.Unlock()
		return nil, nil, newError(CodeTransactionNotFound, "Transaction %s is not found", shorten(id))
	}
	t.idle.Stop()
	return t, func() {
		if t.old.Load() {
			s.expireHeld(t)
		} else if !t.done {
			t.idle.Reset(s.opts.TransactionIdle)
		}
		t.busy.Unlock()
	}, nil
}

// inTransaction runs f on the transaction's connection.
func (s *Service) inTransaction(ctx context.Context, id string, f func(context.Context, *pgconn.PgConn, *connState) (*Result, *Error)) (*Result, *Error) {
	t, release, e := s.hold(id)
	if e != nil {
		return nil, e
	}
	defer release()
	pg := t.conn.Conn().PgConn()
	st, err := s.state(ctx, pg)
	if err != nil {
		return nil, asError(ctx, err, nil)
	}
	r, e := f(ctx, pg, st)
	if pg.IsClosed() {
		s.tx.remove(t)
		_, err := t.end("")
		if e == nil && err != nil {
			e = asError(ctx, err, nil)
		}
	}
	return r, e
}

// CommitTransaction ends a transaction. If a statement of it failed, PostgreSQL
// can only roll back: that is an error here, so that no lost work is taken for
// done (own choice).
func (s *Service) CommitTransaction(ctx context.Context, in *EndTransactionInput) (*EndTransactionOutput, error) {
	tag, e := s.endTransaction(ctx, in.TransactionID, "COMMIT")
	if e != nil {
		return nil, e
	}
	if tag != "COMMIT" {
		return nil, newError(CodeDatabaseError, "ERROR: current transaction is aborted, it was rolled back; SQLState: 25P02")
	}
	return &EndTransactionOutput{TransactionStatus: "Transaction Committed"}, nil
}

// RollbackTransaction ends a transaction without its changes.
func (s *Service) RollbackTransaction(ctx context.Context, in *EndTransactionInput) (*EndTransactionOutput, error) {
	if _, e := s.endTransaction(ctx, in.TransactionID, "ROLLBACK"); e != nil {
		return nil, e
	}
	return &EndTransactionOutput{TransactionStatus: "Rollback Complete"}, nil
}

func (s *Service) endTransaction(ctx context.Context, id, sql string) (string, *Error) {
	t, release, e := s.hold(id)
	if e != nil {
		return "", e
	}
	defer release()
	s.tx.remove(t)
	tag, err := t.end(sql)
	if err != nil {
		return "", asError(ctx, err, nil)
	}
	return tag, nil
}
