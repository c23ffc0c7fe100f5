package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/appsync/helpers"
	"github.com/mtbwiki/mtbwiki/appsync/rdsdata"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
	"github.com/mtbwiki/mtbwiki/config"
)

// canned answers each statement with what it gave before.
type canned map[string]*rdsdata.Result

// Query implements appsync.RDSService.
func (c canned) Query(_ context.Context, in *rdsdata.ExecuteStatementInput) (*rdsdata.Result, error) {
	r := c[in.SQL]
	if r == nil {
		return nil, errors.New("bench: a statement that was not recorded")
	}
	return r, nil
}

// templates measures what the runtime does by itself: rendering a template, and a
// whole request with a database that answers at once.
func (b *run) templates(ctx context.Context) error {
	const render, whole = "render template", "runtime alone"
	renderWhat := "the request template of Query.system, one core; allocations a render are in the note"
	wholeWhat := "a deep read inside the runtime with the database's answer at hand: authentication, plan, templates, selection; one core"
	if b.o.wanted(render) {
		row, err := renderRow(render, renderWhat)
		if err != nil {
			return err
		}
		b.report.Rows = append(b.report.Rows, row)
	}
	if !b.o.wanted(whole) {
		return nil
	}
	// Any system will do where none is large enough for the deep read's row.
	workloads, err := readWorkloads(ctx, b.owner, b.o.Seed)
	if err != nil {
		return err
	}
	w := workloads[0]
	w.minBytes = 0
	if len(w.variables) == 0 {
		b.report.Rows = append(b.report.Rows, notRun(whole, wholeWhat, "", "the data has no system"))
		return nil
	}
	text, err := body(w.query, operationOf(w.query), w.variables[0])
	if err != nil {
		return err
	}
	rec, err := b.recorder.record(ctx, text, b.header)
	if err != nil {
		return err
	}
	answers := canned{}
	for i, in := range b.recorder.statements {
		answers[in.SQL] = b.recorder.results[i]
	}
	definition, err := api.Load(api.FS)
	if err != nil {
		return err
	}
	env, err := config.Load("alpha")
	if err != nil {
		return err
	}
	a, err := runtimeOn(definition, env, answers, b.end.Issuer, b.end.ClientID, b.keys)
	if err != nil {
		return err
	}
	var failure error
	result := testing.Benchmark(func(tb *testing.B) {
		tb.ReportAllocs()
		for tb.Loop() {
			m, err := serve(ctx, a, text, b.header)
			if err == nil && !bytes.Equal(m.body.Bytes(), rec.answer) {
				err = fmt.Errorf("the answer changed: %s", shorten(m.body.Bytes()))
			}
			if err != nil {
				failure = err
				return
			}
		}
	})
	if failure != nil {
		return fmt.Errorf("bench: %s: %w", whole, failure)
	}
	row := microRow(whole, wholeWhat, result)
	row.Bytes = float64(len(rec.answer))
	b.report.Rows = append(b.report.Rows, row)
	return nil
}

func microRow(name, what string, r testing.BenchmarkResult) Row {
	return Row{Name: name, What: what, Status: statusMeasured, Measured: float64(r.T.Nanoseconds()) / float64(r.N) / 1000, Unit: "µs",
		Met: MetNone, Requests: r.N, Note: fmt.Sprintf("%d allocations, %d bytes each time", r.AllocsPerOp(), r.AllocedBytesPerOp())}
}

// renderRow renders the largest of the reading templates as the runtime would.
func renderRow(name, what string) (Row, error) {
	definition, err := api.Load(api.FS)
	if err != nil {
		return Row{}, err
	}
	var source api.Template
	for _, r := range definition.Resolvers {
		if r.Type == "Query" && r.Field == "system" {
			source = r.Request
		}
	}
	t, err := vtl.Compile(source.Path, source.Text)
	if err != nil {
		return Row{}, err
	}
	identity := &auth.Identity{Mode: auth.UserPool}
	list := vtl.NewList("id", "name", "trails", "trails/id", "trails/name", "routes", "routes/id", "routes/name", "tags", "season", "season/month", "season/verdict")
	var failure error
	result := testing.Benchmark(func(tb *testing.B) {
		tb.ReportAllocs()
		for tb.Loop() {
			context := vtl.MapOf(
				"args", vtl.MapOf("id", "5b2f1c9e-0000-4000-8000-000000000000"),
				"identity", vtl.MapOf("sub", "5b2f1c9e-0000-4000-8000-000000000001", "username", "rider", "claims", vtl.MapOf("cognito:groups", vtl.NewList("riders"))),
				"info", vtl.MapOf("selectionSetList", list), "stash", vtl.NewMap())
			state := &helpers.State{TypeName: "Query", FieldName: "system", Operation: "query", Now: time.Now, AuthType: identity.Mode.AuthType()}
			if _, err := t.Run(map[string]vtl.Value{"ctx": context, "context": context, "util": helpers.Util}, vtl.WithHost(state), vtl.WithValue()); err != nil {
				failure = err
				return
			}
		}
	})
	if failure != nil {
		return Row{}, fmt.Errorf("bench: %s: %w", name, failure)
	}
	row := microRow(name, what, result)
	row.Target, row.Met = "microseconds (< 100 µs)", verdict(row.Measured < 100)
	return row, nil
}
