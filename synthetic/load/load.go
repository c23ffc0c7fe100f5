// Package load brings what package synthetic makes into a wiki's database by COPY,
// and takes exactly that out again.
//
// Each is one transaction: when it fails or is interrupted, nothing of it is there.
// For its length it has the tables it writes to itself: foreign keys are taken off
// before and put back after, which checks all rows at once rather than each by a
// query of its own, and so are indexes when most rows are new. Whoever reads
// meanwhile waits. Definitions and comments come from the catalogue and go back as
// they were.
//
// # What it costs
//
// A trail is 34 rows and 9.7 kB with all that belongs to it. On two cores with
// PostgreSQL 15 beside it, [Seed] made about 3,000 trails a second all in all; the
// rows of wiki.trail alone went in at more than 100,000 a second. One server process
// takes the rows, and of its time a fifth goes into search documents, a sixth each
// into lines and contents of revisions. BenchmarkSeed measures it anew.
package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mtbwiki/mtbwiki/synthetic"
)

// Errors that callers can tell apart.
var (
	// ErrThere: the database has synthetic data of this seed.
	ErrThere = errors.New("synthetic data of this seed is there already")
	// ErrNoVocabularies: the shipped content was never imported.
	ErrNoVocabularies = errors.New("the database has no vocabularies yet")
	// ErrContributions: people have written about synthetic places.
	ErrContributions = errors.New("people have contributed to synthetic places")
	// ErrNothing: there is no such synthetic data.
	ErrNothing = errors.New("there is no such synthetic data")
)

// Options of [Seed].
type Options struct {
	// Progress hears from time to time how far it is; may be nil.
	Progress func(string)
	// Workers make rows while the database takes others; 0 is one per processor.
	Workers int
	// ChunkTrails is about how many trails go to the database together; 0 is 2,000.
	// Memory grows with it: about 15 kB a trail for each worker and two more.
	ChunkTrails int
	// KeepIndexes leaves indexes in place, for measuring.
	KeepIndexes bool
}

// Report of [Seed]. The durations are disjoint parts of Took.
type Report struct {
	Params                                                  synthetic.Params
	Regions, Systems, Trails, Routes, Tips, Notices, Riders int
	AccessPoints, Uplifts, Comments                         int
	Organisations, Claims, Checks, Reviews, Rides, Media    int
	// Rows of all tables by COPY, and their size in its format.
	Rows, Bytes int64
	Tables      []TableReport
	// Waiting is how long the database waited for rows to be made.
	Waiting time.Duration
	// Copying is all COPY together; Indexes is building them again, Keys checking
	// and making foreign keys, Discovery what discovery weighs, with statistics.
	Copying, Indexes, Keys, Discovery, Committing time.Duration
	Took                                          time.Duration
}

// TableReport says what went into one table.
type TableReport struct {
	Name  string
	Rows  int64
	Bytes int64
	Took  time.Duration
}

// Table finds the report of a table; an empty one when there is none.
func (r *Report) Table(name string) TableReport {
	for _, t := range r.Tables {
		if t.Name == name {
			return t
		}
	}
	return TableReport{Name: name}
}

// Seed makes synthetic data. conn must be the owner's (database role
// mtbwiki_owner), of a database that has the vocabularies.
func Seed(ctx context.Context, conn *pgx.Conn, p synthetic.Params, opts Options) (Report, error) {
	started := time.Now()
	g, err := synthetic.New(p)
	if err != nil {
		return Report{}, err
	}
	l := &loader{g: g, opts: opts, report: Report{Params: g.Params()}}
	if l.opts.Progress == nil {
		l.opts.Progress = func(string) {}
	}
	if l.opts.Workers == 0 {
		l.opts.Workers = runtime.GOMAXPROCS(0)
	}
	if l.opts.ChunkTrails == 0 {
		l.opts.ChunkTrails = 2000
	}
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if err := l.seed(ctx, tx); err != nil {
			return err
		}
		l.committing = time.Now()
		return nil
	})
	if err != nil {
		return Report{}, fmt.Errorf("seeding synthetic data, of which nothing is left: %w", err)
	}
	l.report.Committing = time.Since(l.committing)
	// The rows are there and seen; reads are only slower before.
	l.opts.Progress("vacuuming, for reads to be quick from the start")
	if err := vacuum(ctx, conn); err != nil {
		return l.report, fmt.Errorf("the synthetic data is there, but %w", err)
	}
	l.report.Took = time.Since(started)
	return l.report, nil
}

// vacuum lets reads use indexes alone. Statistics of the tables are new already.
func vacuum(ctx context.Context, conn *pgx.Conn) error {
	for _, sql := range []string{"VACUUM " + strings.Join(tableNames(), ", "), "ANALYZE wiki.discovery_document"} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%.30s...: %w", sql, err)
		}
	}
	return nil
}

func tableNames() []string {
	names := make([]string, 0, len(synthetic.Tables)+1)
	for _, t := range synthetic.Tables {
		names = append(names, "wiki."+t.Name)
	}
	return append(names, "wiki.discovery_document")
}

type loader struct {
	g          *synthetic.Generator
	opts       Options
	report     Report
	committing time.Time
}

func (l *loader) seed(ctx context.Context, tx pgx.Tx) error {
	if err := prepare(ctx, tx); err != nil {
		return err
	}
	p := l.report.Params
	first, last := synthetic.IDRange(p.Seed)
	var there, taken, vocabularies bool
	var trails int64
	err := tx.QueryRow(ctx, `
SELECT EXISTS (SELECT FROM wiki.synthetic_batch b WHERE b.seed = $1),
  EXISTS (SELECT FROM wiki.entity e WHERE e.id BETWEEN $2 AND $3),
  EXISTS (SELECT FROM wiki.term t WHERE t.vocabulary = 'label'),
  (SELECT count(*) FROM wiki.trail)`, p.Seed, first.String(), last.String()).Scan(&there, &taken, &vocabularies, &trails)
	switch {
	case err != nil:
		return err
	case there:
		return ErrThere
	case taken:
		return fmt.Errorf("an entity that is not synthetic has an id between %s and %s, which seed %d needs; take another seed", first, last, p.Seed)
	case !vocabularies:
		return ErrNoVocabularies
	}
	keys, err := takeOffKeys(ctx, tx, false)
	if err != nil {
		return err
	}
	var indexes []definition
	// Building an index again costs as much for old rows as for new ones.
	if !l.opts.KeepIndexes && int64(p.Trails) > trails {
		if indexes, err = takeOffIndexes(ctx, tx); err != nil {
			return err
		}
	}
	if err := l.copyAll(ctx, tx); err != nil {
		return err
	}
	at := time.Now()
	l.opts.Progress(fmt.Sprintf("%d rows copied; building %d indexes", l.report.Rows, len(indexes)))
	if err := putBack(ctx, tx, indexes); err != nil {
		return err
	}
	l.report.Indexes = time.Since(at)
	at = time.Now()
	l.opts.Progress(fmt.Sprintf("checking %d foreign keys", len(keys)))
	if err := putBack(ctx, tx, keys); err != nil {
		return err
	}
	l.report.Keys = time.Since(at)
	at = time.Now()
	l.opts.Progress("telling discovery of the systems")
	for _, s := range []struct {
		sql  string
		args []any
	}{
		{"ANALYZE " + strings.Join(tableNames(), ", "), nil},
		{"SELECT wiki.refresh_discovery(ARRAY(SELECT s.id FROM wiki.system s WHERE s.id BETWEEN $1 AND $2))",
			[]any{first.String(), last.String()}},
		{"SELECT count(wiki.refresh_claim(c.id)) FROM wiki.claim c WHERE c.id BETWEEN $1 AND $2", []any{first.String(), last.String()}},
		{"SELECT wiki.fill_references($1, $2)", []any{first.String(), last.String()}},
		{`INSERT INTO wiki.synthetic_batch (seed, systems, trails, regions, riders, first_id, last_id) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			[]any{p.Seed, p.Systems, p.Trails, p.Regions, p.Riders, first.String(), last.String()}},
		{`INSERT INTO wiki.audit_log (action, detail) VALUES ('` + auditAction + `', jsonb_build_object('seed', $1::bigint, 'systems', $2::integer, 'trails', $3::integer))`,
			[]any{p.Seed, p.Systems, p.Trails}},
	} {
		if _, err := tx.Exec(ctx, s.sql, s.args...); err != nil {
			return fmt.Errorf("%.60s...: %w", s.sql, err)
		}
	}
	l.report.Discovery = time.Since(at)
	return nil
}

const auditAction = "synthetic.seed"

// prepare sets what a transaction over much data needs. Whoever waits for a lock
// makes everybody behind wait too, so that waiting is bounded.
func prepare(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL lock_timeout = '10s';
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL maintenance_work_mem = '256MB';
SET LOCAL work_mem = '64MB';
SET LOCAL jit = off`)
	if err != nil {
		return err
	}
	// Several times as fast as the other method, where the server was built with it.
	var lz4 bool
	if err := tx.QueryRow(ctx, "SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression'").Scan(&lz4); err != nil {
		return err
	}
	if lz4 {
		_, err = tx.Exec(ctx, "SET LOCAL default_toast_compression = 'lz4'")
	}
	return err
}

// copyAll has workers make chunks while the database takes those before, in order.
func (l *loader) copyAll(ctx context.Context, tx pgx.Tx) error {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	type job struct {
		from, to int
		done     chan *synthetic.Chunk
	}
	free := make(chan *synthetic.Chunk, l.opts.Workers+2)
	for range cap(free) {
		free <- new(synthetic.Chunk)
	}
	jobs := make(chan job)                    // for the workers
	queue := make(chan job, l.opts.Workers+2) // the same, in order, for the database
	wg.Go(func() {
		defer close(queue)
		defer close(jobs)
		for _, part := range l.g.Plan(l.opts.ChunkTrails) {
			j := job{part[0], part[1], make(chan *synthetic.Chunk, 1)}
			select {
			case queue <- j:
			case <-ctx.Done():
				return
			}
			select {
			case jobs <- j:
			case <-ctx.Done():
				return
			}
		}
	})
	for range l.opts.Workers {
		wg.Go(func() {
			for j := range jobs {
				var c *synthetic.Chunk
				select {
				case c = <-free:
				case <-ctx.Done():
					return
				}
				c.Reset()
				l.g.Fill(c, j.from, j.to)
				j.done <- c
			}
		})
	}
	l.report.Tables = make([]TableReport, len(synthetic.Tables))
	for i, t := range synthetic.Tables {
		l.report.Tables[i].Name = t.Name
	}
	started, said := time.Now(), time.Now()
	for j := range queue {
		at := time.Now()
		var c *synthetic.Chunk
		select {
		case c = <-j.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		l.report.Waiting += time.Since(at)
		if err := l.copy(ctx, tx, c); err != nil {
			return err
		}
		free <- c
		if time.Since(said) > time.Second {
			said = time.Now()
			l.opts.Progress(fmt.Sprintf("%d of %d trails with all that belongs to them, %d of %d systems: %.0f trails a second",
				l.report.Trails, l.report.Params.Trails, l.report.Systems, l.report.Params.Systems,
				float64(l.report.Trails)/time.Since(started).Seconds()))
		}
	}
	return ctx.Err()
}

func (l *loader) copy(ctx context.Context, tx pgx.Tx, c *synthetic.Chunk) error {
	for i, t := range synthetic.Tables {
		rows := &c.Rows[i]
		if rows.Count == 0 {
			continue
		}
		at := time.Now()
		data := io.MultiReader(bytes.NewReader(synthetic.CopyHeader), bytes.NewReader(rows.Data), bytes.NewReader(synthetic.CopyTrailer))
		tag, err := tx.Conn().PgConn().CopyFrom(ctx, data, fmt.Sprintf("COPY wiki.%s (%s) FROM STDIN (FORMAT binary)", t.Name, t.Columns))
		if err != nil {
			return fmt.Errorf("COPY wiki.%s: %w", t.Name, explain(err))
		}
		if tag.RowsAffected() != int64(rows.Count) {
			return fmt.Errorf("COPY wiki.%s: the database took %d of %d rows", t.Name, tag.RowsAffected(), rows.Count)
		}
		took := time.Since(at)
		r := &l.report.Tables[i]
		r.Rows += int64(rows.Count)
		r.Bytes += int64(len(rows.Data))
		r.Took += took
		l.report.Rows += int64(rows.Count)
		l.report.Bytes += int64(len(rows.Data))
		l.report.Copying += took
	}
	l.report.Regions += c.Regions
	l.report.Systems += c.Systems
	l.report.Trails += c.Trails
	l.report.Routes += c.Routes
	l.report.Tips += c.Tips
	l.report.Notices += c.Notices
	l.report.Comments += c.Comments
	l.report.Claims += c.Claims
	l.report.Checks += c.Checks
	l.report.Reviews += c.Reviews
	l.report.Organisations += c.Organisations
	l.report.Media += c.Media
	l.report.Uplifts += c.Uplifts
	l.report.AccessPoints += c.AccessPoints
	l.report.Rides += c.Rides
	l.report.Riders += c.Riders
	return nil
}

// explain adds what PostgreSQL says beside its message.
func explain(err error) error {
	var e *pgconn.PgError
	if errors.As(err, &e) && (e.Detail != "" || e.Where != "") {
		return fmt.Errorf("%w: %s %s", err, e.Detail, e.Where)
	}
	return err
}

// definition of something taken off, and how to put it back.
type definition struct {
	table, name, sql string
	comment          *string
}

// takeOffKeys drops the foreign keys of the tables that synthetic data goes to; all
// of them that touch these tables when pointing is set too.
func takeOffKeys(ctx context.Context, tx pgx.Tx, pointing bool) ([]definition, error) {
	rows, err := tx.Query(ctx, `
SELECT k.conrelid::regclass::text AS table, format('%I', k.conname) AS name,
  format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid)) AS sql,
  format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, k.conrelid::regclass, obj_description(k.oid, 'pg_constraint')) AS comment
FROM pg_constraint k
WHERE k.contype = 'f' AND (k.conrelid = ANY ($1::regclass[]) OR $2 AND k.confrelid = ANY ($1::regclass[]))
ORDER BY 1, 2`, tableNames(), pointing)
	if err != nil {
		return nil, err
	}
	all, err := collect(rows)
	if err != nil {
		return nil, err
	}
	for from := 0; from < len(all); {
		to := from
		var drops []string
		for ; to < len(all) && all[to].table == all[from].table; to++ {
			drops = append(drops, "DROP CONSTRAINT "+all[to].name)
		}
		if _, err := tx.Exec(ctx, "ALTER TABLE "+all[from].table+" "+strings.Join(drops, ", ")); err != nil {
			return nil, busy(err)
		}
		from = to
	}
	return all, nil
}

func busy(err error) error {
	var e *pgconn.PgError
	if errors.As(err, &e) && (e.Code == "55P03" || e.Code == "40P01") {
		return fmt.Errorf("others use the tables and didn't let go in time; stop them or try again: %w", err)
	}
	return err
}

// takeOffIndexes drops the indexes of these tables that are not part of a constraint.
func takeOffIndexes(ctx context.Context, tx pgx.Tx) ([]definition, error) {
	rows, err := tx.Query(ctx, `
SELECT i.indrelid::regclass::text AS table, i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS sql,
  format('COMMENT ON INDEX %s IS %L', i.indexrelid::regclass, obj_description(i.indexrelid, 'pg_class')) AS comment
FROM pg_index i
WHERE i.indrelid = ANY ($1::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
ORDER BY 1, 2`, tableNames())
	if err != nil {
		return nil, err
	}
	all, err := collect(rows)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if _, err := tx.Exec(ctx, "DROP INDEX "+d.name); err != nil {
			return nil, busy(err)
		}
	}
	return all, nil
}

func collect(rows pgx.Rows) ([]definition, error) {
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (d definition, err error) {
		err = row.Scan(&d.table, &d.name, &d.sql, &d.comment)
		return d, err
	})
}

func putBack(ctx context.Context, tx pgx.Tx, all []definition) error {
	for _, d := range all {
		if _, err := tx.Exec(ctx, d.sql); err != nil {
			return fmt.Errorf("%s: %w", d.sql, explain(err))
		}
		if !strings.HasSuffix(*d.comment, " IS NULL") {
			if _, err := tx.Exec(ctx, *d.comment); err != nil {
				return fmt.Errorf("%s: %w", *d.comment, err)
			}
		}
	}
	return nil
}
