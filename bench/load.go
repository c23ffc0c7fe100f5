package bench

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// asker asks the n-th question of a client and fails if the answer isn't the right one.
type asker func(ctx context.Context, client, n int) error

// round is what clients saw in one stretch of time.
type round struct {
	took      time.Duration
	latencies []time.Duration
}

func (r round) rate() float64 { return float64(len(r.latencies)) / r.took.Seconds() }

// press lets clients ask as fast as they get answers, for a while. The first failure
// ends it: figures of requests that fail are worth nothing.
func press(ctx context.Context, clients int, d time.Duration, ask asker) (round, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	all := make([][]time.Duration, clients)
	var wg sync.WaitGroup
	started := time.Now()
	for c := range clients {
		wg.Go(func() {
			latencies := make([]time.Duration, 0, 4096)
			for n := 0; ctx.Err() == nil; n++ {
				before := time.Now()
				if n > 0 && before.Sub(started) >= d { // at least one each
					break
				}
				if err := ask(ctx, c, n); err != nil {
					cancel(err)
					return
				}
				latencies = append(latencies, time.Since(before))
			}
			all[c] = latencies
		})
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil {
		return round{}, err
	}
	return round{took: time.Since(started), latencies: slices.Concat(all...)}, nil
}

// percentile of sorted values, by nearest rank.
func percentile(sorted []time.Duration, p float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(p*float64(len(sorted))))]
}

// median of some figures.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(values))
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}

// newHTTPClient keeps a connection for each client.
func newHTTPClient(clients int) *http.Client {
	return &http.Client{
		Timeout:   time.Minute,
		Transport: &http.Transport{MaxIdleConnsPerHost: clients, MaxIdleConns: clients, DisableCompression: true},
	}
}

// endpoint is where questions go.
type endpoint struct {
	client *http.Client
	url    string
	header http.Header
}

var answers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// post sends a body and gives the answer to look, whose bytes must not be kept.
func (e *endpoint) post(ctx context.Context, body []byte, look func([]byte) error) (err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header = e.header
	resp, err := e.client.Do(req)
	if err != nil {
		return err
	}
	buf := answers.Get().(*bytes.Buffer)
	defer answers.Put(buf)
	buf.Reset()
	_, err = buf.ReadFrom(resp.Body)
	if closing := resp.Body.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d: %s", resp.StatusCode, shorten(buf.Bytes()))
	}
	return look(buf.Bytes())
}

func shorten(b []byte) string {
	if len(b) > 400 {
		return string(b[:400]) + "..."
	}
	return string(b)
}
