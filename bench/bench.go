package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/fabric"
)

// Options say what to measure.
type Options struct {
	// Program is how to start mtbwiki: its path, and arguments before the command.
	Program []string
	// DataDir keeps the benchmark's database and what its programs need.
	DataDir string
	// DatabaseURL names an empty database, or one that an earlier run filled; its
	// user must be a superuser. "": a server of the benchmark's own.
	DatabaseURL string
	PostgresBin string
	// Fresh makes the synthetic data anew.
	Fresh bool

	Systems, Trails int
	Seed            int64
	Clients         int
	// Round is how long one round lasts; each figure is the median of Rounds of them.
	Round  time.Duration
	Rounds int
	// Only names the rows to measure, by the beginnings of their names; empty: all.
	Only []string
	// Commit of the program, where the build doesn't know it.
	Commit string

	Log      *slog.Logger
	Progress func(string)
}

func (o *Options) say(format string, args ...any) { o.Progress(fmt.Sprintf(format, args...)) }

func (o *Options) wanted(name string) bool {
	return len(o.Only) == 0 || slices.ContainsFunc(o.Only, func(p string) bool { return strings.HasPrefix(name, p) })
}

// Check returns the first rule that the options break.
func (o *Options) Check() error {
	switch {
	case o.Clients < 1 || o.Clients > 1000:
		return fmt.Errorf("%d clients; 1 to 1000 can be measured", o.Clients)
	case o.Rounds < 1 || o.Rounds > 100:
		return fmt.Errorf("%d rounds; 1 to 100 can be measured", o.Rounds)
	case o.Round < 10*time.Millisecond || o.Round > time.Hour:
		return fmt.Errorf("rounds of %s; they last from 10 ms to an hour", o.Round)
	}
	return nil
}

// Run measures everything wanted. Its error says that the benchmark itself didn't
// work; what couldn't be measured here is a row that says so.
func Run(ctx context.Context, o Options) (_ *Report, err error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	if err := o.Check(); err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	// PostgreSQL's own user passes through; the files inside are private.
	if err := os.MkdirAll(o.DataDir, 0o711); err != nil {
		return nil, fmt.Errorf("bench: %w; choose another place with --data-dir", err)
	}
	r := &Report{Machine: describe(o.Commit)}
	s, err := openStore(ctx, &o, &r.Machine)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.stop(context.WithoutCancel(ctx))) }()
	s.data.Systems, s.data.Trails, s.data.Seed = o.Systems, o.Trails, o.Seed
	r.Machine.PostgreSQL, r.Data = s.server, s.data
	r.Settings = Settings{Clients: o.Clients, RoundSeconds: o.Round.Seconds(), Rounds: o.Rounds, PostgreSQL: s.tuned}

	b := &run{o: &o, s: s, report: r}
	defer func() { err = errors.Join(err, b.stop()) }()
	if err := b.start(ctx); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{b.reads, b.writes, b.templates, b.startup, b.seeding} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// run is one run of the benchmark.
type run struct {
	o      *Options
	s      *store
	report *Report

	dir      string // of the program that is asked
	wiki     *child
	end      *fabric.Endpoints
	header   http.Header // of a signed-in rider
	owner    *pgxpool.Pool
	api      *pgxpool.Pool // as the API's role: the ceiling without HTTP
	recorder *recorder
	keys     auth.KeySource
}

// start starts the program and signs a rider in.
func (b *run) start(ctx context.Context) (err error) {
	b.dir = filepath.Join(b.o.DataDir, "wiki")
	b.o.say("Starting the wiki.")
	if b.wiki, b.end, err = startWiki(ctx, b.o.Program, b.dir, "--database-url", b.s.url); err != nil {
		return err
	}
	pool, err := fabric.OpenUserPool(b.dir, b.end.Site, b.o.Log)
	if err != nil {
		return err
	}
	tokens, err := pool.IssueTokens("rider", b.end.ClientID)
	if err != nil {
		return err
	}
	b.keys = auth.KeyFunc(pool.JWKS)
	b.header = http.Header{"Authorization": {tokens.AccessToken}, "Content-Type": {"application/json"}}
	if b.owner, err = ownerPool(ctx, b.s.url); err != nil {
		return err
	}
	if b.api, err = openAPIPool(ctx, b.s.url, b.s.settings); err != nil {
		return err
	}
	b.recorder, err = newRecorder(b.api, b.end.Issuer, b.end.ClientID, b.keys)
	return err
}

func (b *run) stop() error {
	if b.recorder != nil {
		b.recorder.close()
	}
	if b.api != nil {
		b.api.Close()
	}
	if b.owner != nil {
		b.owner.Close()
	}
	if b.wiki != nil {
		return b.wiki.stop()
	}
	return nil
}

// body of a request.
func body(query, operation string, variables map[string]any) ([]byte, error) {
	text, err := json.Marshal(variables)
	if err != nil {
		return nil, err
	}
	return json.Marshal(struct {
		Query         string          `json:"query"`
		OperationName string          `json:"operationName"`
		Variables     json.RawMessage `json:"variables"`
	}{query, operation, text})
}

// operationOf gives the name of a query's only operation.
func operationOf(query string) string {
	fields := strings.FieldsFunc(query, func(r rune) bool { return r == ' ' || r == '(' })
	return fields[1]
}

// question of a workload, asked once and found right.
type question struct {
	body []byte
	rec  *recording
}

// prepare asks each question of a workload once, and compares the answer with the
// database's.
func (b *run) prepare(ctx context.Context, w *workload) (out []question, note string, err error) {
	small := 0
	for _, v := range w.variables {
		text, err := body(w.query, operationOf(w.query), v)
		if err != nil {
			return nil, "", err
		}
		rec, err := b.recorder.record(ctx, text, b.header)
		if err != nil {
			return nil, "", fmt.Errorf("bench: %s, %v: %w", w.name, v, err)
		}
		if w.paths != nil {
			if err := rec.check(w.paths); err != nil {
				return nil, "", fmt.Errorf("bench: %s, %v: %w", w.name, v, err)
			}
		}
		if len(rec.answer) < w.minBytes {
			small++
			continue
		}
		if out = append(out, question{text, rec}); len(out) == questions {
			break
		}
	}
	if len(out) == 0 && small > 0 {
		return nil, fmt.Sprintf("none of %d answers has %d bytes; ask for more trails", small, w.minBytes), nil
	}
	return out, w.missing, nil
}

// reads measures the reading workloads.
func (b *run) reads(ctx context.Context) error {
	workloads, err := readWorkloads(ctx, b.owner, b.o.Seed)
	if err != nil {
		return err
	}
	workloads = slices.DeleteFunc(workloads, func(w workload) bool { return !b.o.wanted(w.name) })
	prepared := make([][]question, len(workloads))
	notes := make([]string, len(workloads))
	all := map[string]map[string][]Statement{}
	for i := range workloads {
		w := &workloads[i]
		if prepared[i], notes[i], err = b.prepare(ctx, w); err != nil {
			return err
		}
		operation := operationOf(w.query)
		if all[operation] == nil {
			all[operation] = map[string][]Statement{}
		}
		for _, q := range prepared[i] {
			var in struct{ Variables json.RawMessage }
			if err := json.Unmarshal(q.body, &in); err != nil {
				return err
			}
			all[operation][string(in.Variables)] = q.rec.statements
		}
	}
	bareChild, bareURL, err := b.startBare(ctx, all)
	if err != nil {
		return err
	}
	for i := range workloads {
		w := &workloads[i]
		if len(prepared[i]) == 0 {
			b.report.Rows = append(b.report.Rows, notRun(w.name, w.what, w.target.text, notes[i]))
			continue
		}
		b.o.say("%s: %d questions.", w.name, len(prepared[i]))
		row, err := b.read(ctx, w, prepared[i], bareChild, bareURL)
		if err != nil {
			return errors.Join(fmt.Errorf("bench: %s: %w", w.name, err), bareChild.quietStop())
		}
		b.report.Rows = append(b.report.Rows, row)
	}
	return bareChild.stop()
}

// startBare starts the bare handler as a process of its own.
func (b *run) startBare(ctx context.Context, all map[string]map[string][]Statement) (*child, string, error) {
	dir, err := os.MkdirTemp("", "mtbwiki-bench-")
	if err != nil {
		return nil, "", err
	}
	defer os.RemoveAll(dir)
	cfg := BareConfig{DatabaseURL: b.s.url, Settings: b.s.settings, Questions: all, AddressFile: filepath.Join(dir, "address")}
	text, err := json.Marshal(cfg)
	if err != nil {
		return nil, "", err
	}
	file := filepath.Join(dir, "bare.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return nil, "", err
	}
	c, err := spawn(b.o.Program, "--log-level", "error", "bench", "bare", file)
	if err != nil {
		return nil, "", err
	}
	address, err := c.await(ctx, cfg.AddressFile)
	if err != nil {
		return nil, "", errors.Join(err, c.quietStop())
	}
	return c, string(address), nil
}

// subject is one of those compared: the program or a ceiling.
type subject struct {
	name string
	pid  int // 0: this process, whose own work can't be told apart
	ask  asker
	// rounds so far.
	rates              []float64
	latencies          []time.Duration
	bytes              float64
	program, postgres  time.Duration
	cpuErr             error
	resident, requests int64
}

// read measures one workload: the program and its ceilings in turns.
func (b *run) read(ctx context.Context, w *workload, qs []question, bareChild *child, bareURL string) (Row, error) {
	client := newHTTPClient(b.o.Clients)
	defer client.CloseIdleConnections()
	wiki := endpoint{client, b.end.GraphQL, b.header}
	other := endpoint{client, bareURL, http.Header{"Content-Type": {"application/json"}}}
	at := func(c, n int) int { return (c*31 + n) % len(qs) }

	// The ceiling's answers are as long each time as they are the first time; so
	// are the program's, whose bytes were compared with the database's.
	lengths := make([]int, len(qs))
	for i, q := range qs {
		if err := other.post(ctx, q.body, func(answer []byte) error { lengths[i] = len(answer); return nil }); err != nil {
			return Row{}, fmt.Errorf("the bare handler: %w", err)
		}
		if err := wiki.post(ctx, q.body, func(answer []byte) error {
			if !bytes.Equal(answer, q.rec.answer) {
				return fmt.Errorf("the program answers otherwise than its API in this process: %s", shorten(answer))
			}
			return nil
		}); err != nil {
			return Row{}, err
		}
	}
	same := func(want int) func([]byte) error {
		return func(answer []byte) error {
			if len(answer) != want {
				return fmt.Errorf("an answer of %d bytes where %d were expected: %s", len(answer), want, shorten(answer))
			}
			return nil
		}
	}
	subjects := []*subject{
		{name: "program", pid: b.wiki.pid(), ask: func(ctx context.Context, c, n int) error {
			q := qs[at(c, n)]
			return wiki.post(ctx, q.body, same(len(q.rec.answer)))
		}},
		{name: "bare", pid: bareChild.pid(), ask: func(ctx context.Context, c, n int) error {
			i := at(c, n)
			return other.post(ctx, qs[i].body, same(lengths[i]))
		}},
		{name: "pgx", ask: func(ctx context.Context, c, n int) error {
			for _, s := range qs[at(c, n)].rec.statements {
				if err := runStatement(ctx, b.api, s); err != nil {
					return err
				}
			}
			return nil
		}},
	}
	for i, q := range qs {
		subjects[0].bytes += float64(len(q.rec.answer)) / float64(len(qs))
		subjects[1].bytes += float64(lengths[i]) / float64(len(qs))
	}
	if err := b.inTurns(ctx, subjects); err != nil {
		return Row{}, err
	}
	var bench *Ceiling
	if w.pgbench {
		c := b.pgbench(ctx, qs)
		bench = &c
	}
	return b.row(w.name, w.what, w.target, subjects, bench, w.note), nil
}

// inTurns lets the subjects be asked in turns, after a short warm-up each.
func (b *run) inTurns(ctx context.Context, subjects []*subject) error {
	for i := -1; i < b.o.Rounds; i++ {
		for _, s := range subjects {
			d := b.o.Round
			if i < 0 {
				d = max(b.o.Round/4, 10*time.Millisecond)
			}
			before, cpuErr := b.cpu(s.pid)
			got, err := press(ctx, b.o.Clients, d, s.ask)
			if err != nil {
				return fmt.Errorf("asking %s: %w", s.name, err)
			}
			if i < 0 {
				continue
			}
			after, err := b.cpu(s.pid)
			s.cpuErr = errors.Join(s.cpuErr, cpuErr, err)
			s.program += after.program - before.program
			s.postgres += after.postgres - before.postgres
			s.rates = append(s.rates, got.rate())
			s.latencies = append(s.latencies, got.latencies...)
			if s.pid != 0 {
				if resident, err := residentOf(s.pid); err == nil {
					s.resident = max(s.resident, resident)
				}
			}
		}
	}
	for _, s := range subjects {
		slices.Sort(s.latencies)
		s.requests = int64(len(s.latencies))
	}
	return nil
}

type cpuTimes struct{ program, postgres time.Duration }

// cpu reads the processor times of a process and of PostgreSQL.
func (b *run) cpu(pid int) (t cpuTimes, err error) {
	if b.s.noCPU != nil {
		return t, b.s.noCPU
	}
	if t.postgres, err = cpuOfFamily(b.s.postmaster); err != nil {
		return t, err
	}
	if pid != 0 {
		t.program, err = cpuOf(pid)
	}
	return t, err
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func (s *subject) perRequest(d time.Duration) float64 {
	if s.cpuErr != nil || s.requests == 0 {
		return 0
	}
	return ms(d) / float64(s.requests)
}

// row makes the row of the first subject, with the others as ceilings.
func (b *run) row(name, what string, t target, subjects []*subject, extra *Ceiling, note string) Row {
	s := subjects[0]
	row := Row{Name: name, What: what, Status: statusMeasured, Target: t.text, Met: MetNone, Note: note,
		PerSecond: median(s.rates), P50Ms: ms(percentile(s.latencies, 0.5)), P99Ms: ms(percentile(s.latencies, 0.99)),
		Requests: int(s.requests), Bytes: s.bytes, CPUProgramMs: s.perRequest(s.program), CPUPostgresMs: s.perRequest(s.postgres),
		ResidentMB: float64(s.resident) / 1e6}
	if s.cpuErr != nil {
		row.CPU = MetNotRun + ": " + s.cpuErr.Error()
	}
	row.Measured, row.Unit = row.PerSecond, "/s"
	row.Spread = []float64{slices.Min(s.rates), slices.Max(s.rates)}
	for _, c := range subjects[1:] {
		ceiling := Ceiling{Name: c.name, Status: statusMeasured, PerSecond: median(c.rates), Bytes: c.bytes,
			P50Ms: ms(percentile(c.latencies, 0.5)), P99Ms: ms(percentile(c.latencies, 0.99)),
			CPUPostgre: c.perRequest(c.postgres)}
		ceiling.Measured = ceiling.PerSecond
		if c.pid != 0 {
			ceiling.CPUProgram = c.perRequest(c.program)
		}
		row.Ceilings = append(row.Ceilings, ceiling)
	}
	if extra != nil {
		row.Ceilings = append(row.Ceilings, *extra)
	}
	if len(subjects) > 1 {
		// Round by round, so that what hits both alike cancels out.
		ratios := make([]float64, len(s.rates))
		for i := range s.rates {
			ratios[i] = s.rates[i] / subjects[1].rates[i]
		}
		row.Ratio = median(ratios)
	}
	switch {
	case t.ratio > 0:
		row.Met = verdict(row.Ratio >= t.ratio)
	case t.p99Ms > 0:
		row.Met = verdict(row.P99Ms < t.p99Ms)
	}
	return row
}

// runStatement runs a statement and reads its rows, as far as the driver goes.
func runStatement(ctx context.Context, pool *pgxpool.Pool, s Statement) error {
	rows, err := pool.Query(ctx, s.SQL, s.Values...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}
