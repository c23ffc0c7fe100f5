package rdsdata

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Options change the limits of a [Service]. The zero value is the Data API's
// documented behaviour.
type Options struct {
	MaxSQL             int           // characters of an SQL text; 0: 65,536
	MaxRow             int           // bytes of a row's values; 0: 65,536
	MaxResponse        int           // bytes of a response; 0: 1 MiB
	MaxFormatted       int           // bytes of formattedRecords; 0: 10 MB
	MaxParameterSets   int           // sets of a batch; 0: 10,000 (own choice)
	StatementTimeout   time.Duration // 0: 45 s
	TransactionIdle    time.Duration // a transaction unused so long is rolled back; 0: 3 min
	TransactionMaxTime time.Duration // a transaction so old is rolled back; 0: 24 h

	// MaxTransactions bounds the transactions open at once, each of which holds a
	// connection. 0: half of the pool's connections, at least one.
	MaxTransactions int

	// ParsedStatements bounds the SQL texts whose analysis is kept. 0: 2,048.
	ParsedStatements int

	// PreparedStatements bounds the statements prepared on each connection. 0: 256.
	PreparedStatements int

	// Resuming, if set and true, makes each call fail with
	// DatabaseResumingException, as a paused cluster does while it wakes up. It is
	// for tests of those who call.
	Resuming func() bool
}

func (o Options) withDefaults(pool *pgxpool.Pool) Options {
	def := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	def(&o.MaxSQL, 65536)
	def(&o.MaxRow, 64<<10)
	def(&o.MaxResponse, 1<<20)
	def(&o.MaxFormatted, 10<<20)
	def(&o.MaxParameterSets, 10000)
	def(&o.MaxTransactions, max(1, int(pool.Config().MaxConns)/2))
	def(&o.ParsedStatements, 2048)
	def(&o.PreparedStatements, 256)
	if o.StatementTimeout == 0 {
		o.StatementTimeout = 45 * time.Second
	}
	if o.TransactionIdle == 0 {
		o.TransactionIdle = 3 * time.Minute
	}
	if o.TransactionMaxTime == 0 {
		o.TransactionMaxTime = 24 * time.Hour
	}
	return o
}

// Service answers Data API requests from one database. It may be used by any
// number of goroutines.
type Service struct {
	pool  *pgxpool.Pool
	opts  Options
	cache parseCache
	types sync.Map // oid -> typeInfo, of types that aren't built in
	meta  metadataCache
	tx    transactions

	bindings sync.Pool // *binding
}

// New makes a service on a pool. The service sets statement_timeout, TimeZone,
// DateStyle, IntervalStyle, bytea_output and extra_float_digits on the pool's
// connections as it first uses them; the pool may serve others too if that suits
// them. Close the service before the pool.
func New(pool *pgxpool.Pool, opts Options) *Service {
	s := &Service{pool: pool, opts: opts.withDefaults(pool)}
	s.cache.max = s.opts.ParsedStatements
	s.bindings.New = func() any { return new(binding) }
	return s
}

// Close rolls open transactions back.
func (s *Service) Close() { s.tx.closeAll() }

// ResultSetOptions change how numbers come back.
type ResultSetOptions struct {
	DecimalReturnType string `json:"decimalReturnType,omitempty"` // STRING (default) or DOUBLE_OR_LONG
	LongReturnType    string `json:"longReturnType,omitempty"`    // LONG (default) or STRING
}

// ExecuteStatementInput is a request to run one statement.
type ExecuteStatementInput struct {
	ResourceARN           string            `json:"resourceArn,omitempty"` // read by the Handler only
	SecretARN             string            `json:"secretArn,omitempty"`   // read by the Handler only
	SQL                   string            `json:"sql"`
	Database              string            `json:"database,omitempty"` // read by the Handler only
	Schema                string            `json:"schema,omitempty"`   // refused, as on v2 and provisioned clusters
	Parameters            []Parameter       `json:"parameters,omitempty"`
	TransactionID         string            `json:"transactionId,omitempty"`
	IncludeResultMetadata bool              `json:"includeResultMetadata,omitempty"`
	ContinueAfterTimeout  bool              `json:"continueAfterTimeout,omitempty"`
	ResultSetOptions      *ResultSetOptions `json:"resultSetOptions,omitempty"`
	FormatRecordsAs       string            `json:"formatRecordsAs,omitempty"` // NONE (default) or JSON
}

// ExecuteStatementOutput is the answer to one statement.
type ExecuteStatementOutput struct {
	Records                [][]Field        // nil if the statement has no result or FormatRecordsAs is JSON
	ColumnMetadata         []ColumnMetadata // if asked for
	NumberOfRecordsUpdated int64
	GeneratedFields        []Field // always empty with PostgreSQL
	FormattedRecords       string  // if FormatRecordsAs is JSON
}

// ExecuteStatement runs one statement. Errors are of type *[Error].
func (s *Service) ExecuteStatement(ctx context.Context, in *ExecuteStatementInput) (*ExecuteStatementOutput, error) {
	r, err := s.Query(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &ExecuteStatementOutput{NumberOfRecordsUpdated: r.Updated}
	if r.Columns == nil {
		out.GeneratedFields = []Field{}
		return out, nil
	}
	if in.FormatRecordsAs == "JSON" {
		if out.FormattedRecords, err = r.formatted(s.opts.MaxFormatted); err != nil {
			return nil, err
		}
		return out, nil
	}
	out.Records = r.Records()
	out.ColumnMetadata = r.Metadata
	return out, nil
}

// Query is ExecuteStatement without the records: the rows stay as PostgreSQL's
// bytes, to be read through [Result]. Errors are of type *[Error].
func (s *Service) Query(ctx context.Context, in *ExecuteStatementInput) (*Result, error) {
	p, e := s.check(in.SQL, in.Schema)
	if e == nil {
		e = checkOptions(in)
	}
	if e != nil {
		return nil, e
	}
	b := s.bindings.Get().(*binding)
	defer s.bindings.Put(b)
	if e := b.bind(p, in.Parameters); e != nil {
		return nil, e
	}
	v := p.variant(b.oids)
	run := &run{service: s, in: in, v: v, values: b.values}
	if in.ContinueAfterTimeout {
		r, e := s.runDetached(ctx, run)
		if e != nil {
			return nil, e
		}
		return r, nil
	}
	var r *Result
	if in.TransactionID != "" {
		r, e = s.inTransaction(ctx, in.TransactionID, run.on)
	} else {
		r, e = s.alone(ctx, run.on)
	}
	if e != nil {
		return nil, e
	}
	return r, nil
}

// check refuses what needs no database to be refused.
func (s *Service) check(sql, schema string) (*parsed, *Error) {
	if s.opts.Resuming != nil && s.opts.Resuming() {
		return nil, newError(CodeDatabaseResuming, "The Aurora DB instance is resuming after being auto-paused. Please wait a few seconds and try again.")
	}
	if schema != "" {
		return nil, newError(CodeValidation, "The schema parameter isn't supported. Name the schema in the SQL text.")
	}
	// Counting characters is only needed if the bytes could be too many.
	if len(sql) > s.opts.MaxSQL {
		if n := utf8.RuneCountInString(sql); n > s.opts.MaxSQL {
			return nil, newError(CodeValidation, "1 validation error detected: Value at 'sql' failed to satisfy constraint: Member must have length less than or equal to %d (it has %d)", s.opts.MaxSQL, n)
		}
	}
	p := s.cache.get(sql)
	switch {
	case p.statements == 0:
		return nil, newError(CodeValidation, "1 validation error detected: Value at 'sql' failed to satisfy constraint: the text holds no statement")
	case p.statements > 1:
		return nil, newError(CodeValidation, "Multistatements aren't supported.")
	case p.positional > 0:
		return nil, badRequest("Position: %d: positional parameters such as $1 aren't supported: name them :name", utf8.RuneCountInString(sql[:p.positional-1])+1)
	}
	switch p.verb {
	case "COPY":
		return nil, badRequest("COPY isn't supported")
	case "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE":
		if p.verb == "SAVEPOINT" || p.verb == "RELEASE" || p.verb == "ROLLBACK" && strings.Contains(strings.ToUpper(sql), "TO") {
			break
		}
		return nil, badRequest("%s isn't supported: use BeginTransaction, CommitTransaction and RollbackTransaction", p.verb)
	}
	return p, nil
}

func checkOptions(in *ExecuteStatementInput) *Error {
	if in.FormatRecordsAs != "" && in.FormatRecordsAs != "NONE" && in.FormatRecordsAs != "JSON" {
		return newError(CodeValidation, "1 validation error detected: Value '%s' at 'formatRecordsAs' failed to satisfy constraint: Member must satisfy enum value set: [NONE, JSON]", shorten(in.FormatRecordsAs))
	}
	if o := in.ResultSetOptions; o != nil {
		if o.DecimalReturnType != "" && o.DecimalReturnType != "STRING" && o.DecimalReturnType != "DOUBLE_OR_LONG" {
			return newError(CodeValidation, "1 validation error detected: Value '%s' at 'resultSetOptions.decimalReturnType' failed to satisfy constraint: Member must satisfy enum value set: [STRING, DOUBLE_OR_LONG]", shorten(o.DecimalReturnType))
		}
		if o.LongReturnType != "" && o.LongReturnType != "LONG" && o.LongReturnType != "STRING" {
			return newError(CodeValidation, "1 validation error detected: Value '%s' at 'resultSetOptions.longReturnType' failed to satisfy constraint: Member must satisfy enum value set: [LONG, STRING]", shorten(o.LongReturnType))
		}
	}
	return nil
}

// alone runs f on a connection of the pool, outside any transaction.
func (s *Service) alone(ctx context.Context, f func(context.Context, *pgconn.PgConn, *connState) (*Result, *Error)) (*Result, *Error) {
	// A connection that was idle while the server restarted is found dead only
	// when used; nothing was run on it then, and another one is tried.
	for attempt := 0; ; attempt++ {
		conn, err := s.pool.Acquire(ctx)
		if err != nil {
			return nil, acquireError(ctx, err)
		}
		pg := conn.Conn().PgConn()
		st, err := s.state(ctx, pg)
		var r *Result
		var e *Error
		if err != nil {
			e = asError(ctx, err, nil)
		} else {
			r, e = f(ctx, pg, st)
			if !pg.IsClosed() && (pg.TxStatus() != 'I' || st.dirty) {
				// A session that isn't as it was is not for the next one.
				if cerr := pg.Close(ctx); cerr != nil && e == nil {
					e = asError(ctx, cerr, nil)
				}
			}
		}
		retry := e != nil && attempt < 3 && ctx.Err() == nil && pg.IsClosed() && (err != nil || pgconn.SafeToRetry(e.err))
		conn.Release()
		if !retry {
			return r, e
		}
	}
}

func acquireError(ctx context.Context, err error) *Error {
	if ctx.Err() != nil {
		if errors.Is(ctx.Err(), context.Canceled) {
			return newError(CodeInternal, "The request was canceled").because(err)
		}
		return newError(CodeServiceUnavailable, "All connections to the database are in use.").because(err)
	}
	return asError(ctx, err, nil)
}

// runDetached lets a statement go on after the time limit (continueAfterTimeout):
// the caller gets StatementTimeoutException, the statement its end.
func (s *Service) runDetached(ctx context.Context, run *run) (*Result, *Error) {
	// The binding goes back to the pool when the caller returns.
	values := make([][]byte, len(run.values))
	for i, v := range run.values {
		if v != nil {
			values[i] = append(make([]byte, 0, len(v)), v...)
		}
	}
	run.values, run.unlimited = values, true
	type outcome struct {
		r *Result
		e *Error
	}
	done := make(chan outcome, 1)
	go func() {
		ctx := context.WithoutCancel(ctx)
		var o outcome
		if run.in.TransactionID != "" {
			o.r, o.e = s.inTransaction(ctx, run.in.TransactionID, run.on)
		} else {
			o.r, o.e = s.alone(ctx, run.on)
		}
		done <- o
	}()
	timer := time.NewTimer(s.opts.StatementTimeout)
	defer timer.Stop()
	select {
	case o := <-done:
		return o.r, o.e
	case <-timer.C:
	case <-ctx.Done():
	}
	return nil, newError(CodeStatementTimeout, "Request timed out")
}

// run is one execution of a statement.
type run struct {
	service   *Service
	in        *ExecuteStatementInput
	v         *variant
	values    [][]byte
	unlimited bool
}

func (r *run) on(ctx context.Context, pg *pgconn.PgConn, st *connState) (res *Result, e *Error) {
	if r.unlimited {
		if err := st.setTimeout(ctx, pg, 0); err != nil {
			return nil, asError(ctx, err, nil)
		}
		defer func() {
			if pg.IsClosed() || pg.TxStatus() == 'E' {
				return // it ends with the transaction
			}
			if err := st.setTimeout(ctx, pg, r.service.opts.StatementTimeout); err != nil && e == nil {
				e = asError(ctx, err, nil)
			}
		}()
	}
	if changesSession[r.v.parsed.verb] {
		st.dirty = true
	}
	res, err := r.service.execute(ctx, pg, st, r)
	if err == nil {
		return res, nil
	}
	// After a migration a prepared statement may have other result columns.
	// Nothing has run yet when PostgreSQL says so; but a transaction is lost.
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) && pgErr.Code == "0A000" && strings.Contains(pgErr.Message, "cached plan must not change result type") && pg.TxStatus() == 'I' {
		if err := st.forget(ctx, pg, r.v); err != nil {
			return nil, asError(ctx, err, nil)
		}
		res, err = r.service.execute(ctx, pg, st, r)
		if err == nil {
			return res, nil
		}
	}
	return nil, asError(ctx, err, r.v.parsed)
}

// changesSession: after these the session is not given to others.
var changesSession = map[string]bool{"SET": true, "RESET": true, "LISTEN": true, "UNLISTEN": true, "PREPARE": true, "DEALLOCATE": true, "DISCARD": true, "LOAD": true}

// connState is what the service keeps with a connection.
type connState struct {
	opts     Options
	prepared map[*variant]*prepared
	clock    uint64 // counts uses, for the choice of what to forget
	serial   uint64
	dirty    bool
}

type prepared struct {
	desc     *pgconn.StatementDescription
	columns  []Column
	metadata []ColumnMetadata // nil: not asked for yet
	used     uint64
}

const stateKey = "rdsdata"

// state returns the connection's state, setting the session up the first time.
func (s *Service) state(ctx context.Context, pg *pgconn.PgConn) (*connState, error) {
	if st, ok := pg.CustomData()[stateKey].(*connState); ok {
		return st, nil
	}
	// Results are read as text in these forms. The time limit is the role's own
	// if that is stricter.
	_, err := pg.Exec(ctx, `SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex'; SET extra_float_digits = 1; SET standard_conforming_strings = on; SET client_min_messages = error`).ReadAll()
	if err != nil {
		return nil, err
	}
	st := &connState{opts: s.opts, prepared: map[*variant]*prepared{}}
	if err := st.setTimeout(ctx, pg, s.opts.StatementTimeout); err != nil {
		return nil, err
	}
	pg.CustomData()[stateKey] = st
	return st, nil
}

func (st *connState) setTimeout(ctx context.Context, pg *pgconn.PgConn, d time.Duration) error {
	ms := d.Milliseconds()
	sql := "SET statement_timeout = 0"
	if ms > 0 {
		sql = fmt.Sprintf(`SELECT set_config('statement_timeout', CASE WHEN reset_val::bigint BETWEEN 1 AND %d THEN reset_val ELSE '%d' END, false) FROM pg_settings WHERE name = 'statement_timeout'`, ms, ms)
	}
	_, err := pg.Exec(ctx, sql).ReadAll()
	return err
}

// prepare returns the statement prepared on the connection.
func (s *Service) prepare(ctx context.Context, pg *pgconn.PgConn, st *connState, v *variant) (*prepared, error) {
	st.clock++
	if p := st.prepared[v]; p != nil {
		p.used = st.clock
		return p, nil
	}
	if len(st.prepared) >= st.opts.PreparedStatements {
		oldest, when := (*variant)(nil), st.clock
		for v, p := range st.prepared {
			if p.used < when {
				oldest, when = v, p.used
			}
		}
		if err := st.forget(ctx, pg, oldest); err != nil {
			return nil, err
		}
	}
	st.serial++
	desc, err := pg.Prepare(ctx, fmt.Sprintf("rdsdata_%d", st.serial), v.parsed.text, v.oids)
	if err != nil {
		return nil, err
	}
	p := &prepared{desc: desc, used: st.clock}
	if p.columns, err = s.columns(ctx, pg, desc.Fields); err != nil {
		return nil, errors.Join(err, pg.Deallocate(ctx, desc.Name))
	}
	st.prepared[v] = p
	return p, nil
}

func (st *connState) forget(ctx context.Context, pg *pgconn.PgConn, v *variant) error {
	p := st.prepared[v]
	if p == nil {
		return nil
	}
	delete(st.prepared, v)
	return pg.Deallocate(ctx, p.desc.Name)
}

// columns describes the result columns of a statement; nil if it has none.
func (s *Service) columns(ctx context.Context, pg *pgconn.PgConn, fields []pgconn.FieldDescription) ([]Column, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	list := make([]Column, len(fields))
	for i, f := range fields {
		info, ok := builtin[f.DataTypeOID]
		if !ok {
			if known, found := s.types.Load(f.DataTypeOID); found {
				info = known.(typeInfo)
			} else {
				var err error
				if info, err = lookupType(ctx, pg, f.DataTypeOID); err != nil {
					return nil, err
				}
				s.types.Store(f.DataTypeOID, info)
			}
		}
		if info.kind == KindUnsupported {
			// Said before the statement runs, so that nothing is half done.
			return nil, unsupported(f.Name, info)
		}
		list[i] = Column{Label: f.Name, Kind: info.kind, Element: info.element, info: info, field: f}
	}
	return list, nil
}
