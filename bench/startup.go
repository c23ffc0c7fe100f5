package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/mtbwiki/mtbwiki/fabric"
)

// startup measures `mtbwiki up` on a data directory that has been used before: from
// the start of the process, with its own PostgreSQL, to the first answer; and how
// much memory it has then, at rest.
func (b *run) startup(ctx context.Context) (err error) {
	const start, rest = "up to first answer", "memory at rest"
	startWhat := "from starting the program, with its own PostgreSQL and the shipped content in place, to the first answer to a question"
	restWhat := "resident memory of the program, 3 s after its first answer, without PostgreSQL"
	if !b.o.wanted(start) && !b.o.wanted(rest) {
		return nil
	}
	dir := filepath.Join(b.o.DataDir, "up")
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return err
	}
	var args []string
	if b.o.PostgresBin != "" {
		args = []string{"--postgres-bin", b.o.PostgresBin}
	}
	var seconds []float64
	var resident int64
	var residentErr error
	const tries = 3
	for try := range tries + 1 {
		took, memory, memErr, err := b.up(ctx, dir, args, try == tries)
		if err != nil {
			return err
		}
		switch {
		case try == 0: // it may have made its cluster
			b.o.say("up: prepared.")
		case try == tries:
			resident, residentErr = memory, memErr
			fallthrough
		default:
			seconds = append(seconds, took.Seconds())
		}
	}
	if b.o.wanted(start) {
		m := median(seconds)
		least, most := seconds[0], seconds[0]
		for _, s := range seconds {
			least, most = min(least, s), max(most, s)
		}
		b.report.Rows = append(b.report.Rows, Row{Name: start, What: startWhat, Status: statusMeasured, Measured: m, Unit: "s",
			Spread: []float64{least, most}, Target: "< 5 s", Met: verdict(m < 5), Requests: len(seconds)})
	}
	if b.o.wanted(rest) {
		if residentErr != nil {
			b.report.Rows = append(b.report.Rows, notRun(rest, restWhat, "< 100 MB", residentErr.Error()))
			return nil
		}
		mb := float64(resident) / 1e6
		b.report.Rows = append(b.report.Rows, Row{Name: rest, What: restWhat, Status: statusMeasured, Measured: mb, Unit: "MB",
			Target: "< 100 MB", Met: verdict(mb < 100), ResidentMB: mb})
	}
	return nil
}

// up starts the whole wiki once and stops it.
func (b *run) up(ctx context.Context, dir string, args []string, wait bool) (took time.Duration, resident int64, residentErr, err error) {
	started := time.Now()
	c, e, err := startWiki(ctx, b.o.Program, dir, args...)
	if err != nil {
		return 0, 0, nil, err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	if err := firstAnswer(ctx, e); err != nil {
		return 0, 0, nil, err
	}
	took = time.Since(started)
	if wait {
		select {
		case <-ctx.Done():
			return 0, 0, nil, context.Cause(ctx)
		case <-time.After(3 * time.Second):
		}
		resident, residentErr = residentOf(c.pid())
	}
	return took, resident, residentErr, nil
}

func firstAnswer(ctx context.Context, e *fabric.Endpoints) error {
	at := endpoint{newHTTPClient(1), e.GraphQL, http.Header{"X-Api-Key": {e.APIKey}, "Content-Type": {"application/json"}}}
	defer at.client.CloseIdleConnections()
	text, err := body(`query First { systems(first: 1) { nodes { id name } } }`, "First", map[string]any{})
	if err != nil {
		return err
	}
	return at.post(ctx, text, func(answer []byte) error {
		var v struct {
			Data struct {
				Systems struct{ Nodes []struct{ Name string } }
			}
		}
		if err := json.Unmarshal(answer, &v); err != nil || len(v.Data.Systems.Nodes) != 1 {
			return fmt.Errorf("bench: the first answer is not a system: %s", shorten(answer))
		}
		return nil
	})
}

// seeding reports how fast the synthetic data came in, when it did.
func (b *run) seeding(context.Context) error {
	for _, f := range []struct {
		name, what string
		rate       float64
	}{
		{"synthetic trails", "trails a second with all that belongs to them and to their systems: facts, texts, lines, marks, revisions, search and discovery, indexes and keys, to the commit", b.s.seeded.Rate},
		{"synthetic trail rows", "rows of table trail a second, while COPY took them in", b.s.seeded.RowRate},
	} {
		if !b.o.wanted(f.name) {
			continue
		}
		const target = ">= 50000 /s"
		if f.rate == 0 {
			b.report.Rows = append(b.report.Rows, notRun(f.name, f.what, target, "no synthetic trail was made"))
			continue
		}
		row := Row{Name: f.name, What: f.what, Status: statusMeasured, Measured: f.rate, Unit: "/s", Target: target, Met: verdict(f.rate >= 50_000)}
		if b.s.data.Reused {
			row.Note = "Measured when the data was made, on " + b.s.seeded.At.Format(time.DateTime)
		}
		b.report.Rows = append(b.report.Rows, row)
	}
	return nil
}
