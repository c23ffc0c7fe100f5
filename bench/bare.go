package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// BareConfig is what the bare handler serves: for each question's variables the
// statements to run. It goes to the process in a file.
type BareConfig struct {
	DatabaseURL string                            `json:"databaseUrl"`
	Settings    map[string]string                 `json:"settings"`
	Questions   map[string]map[string][]Statement `json:"questions"` // by operation name, then variables
	AddressFile string                            `json:"addressFile"`
}

// openAPIPool opens a pool on a database as the API's role, with the settings that
// signing in as it would bring, and as many connections as the program takes.
func openAPIPool(ctx context.Context, databaseURL string, settings map[string]string) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		return nil, fmt.Errorf("bench: the database URL: %w", err)
	}
	for name, value := range settings {
		c.ConnConfig.RuntimeParams[name] = value
	}
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("bench: connecting to the database: %w", err)
	}
	return pool, nil
}

// ServeBare serves the bare handler until the context ends: the ceiling. It reads
// its configuration from a file and writes its address into the file named there.
func ServeBare(ctx context.Context, configFile string) error {
	text, err := os.ReadFile(configFile)
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	var cfg BareConfig
	if err := json.Unmarshal(text, &cfg); err != nil {
		return fmt.Errorf("bench: %s: %w", configFile, err)
	}
	pool, err := openAPIPool(ctx, cfg.DatabaseURL, cfg.Settings)
	if err != nil {
		return err
	}
	defer pool.Close()
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	server := &http.Server{Handler: bare(pool, cfg.Questions), ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	address := url.URL{Scheme: "http", Host: l.Addr().String(), Path: "/graphql"}
	// Written aside and renamed, so that nobody reads half of it.
	if err := os.WriteFile(cfg.AddressFile+".new", []byte(address.String()), 0o600); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	if err := os.Rename(cfg.AddressFile+".new", cfg.AddressFile); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	select {
	case err := <-failed:
		return fmt.Errorf("bench: %w", err)
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(stopping); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// bare is what somebody would write for these questions by hand, without a schema,
// templates, authorization or limits: decode, run, hand on.
func bare(pool *pgxpool.Pool, questions map[string]map[string][]Statement) http.Handler {
	buffers := sync.Pool{New: func() any { b := make([]byte, 0, 64<<10); return &b }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			OperationName string          `json:"operationName"`
			Variables     json.RawMessage `json:"variables"`
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		statements, ok := questions[in.OperationName][string(in.Variables)]
		if !ok {
			http.Error(w, "no such question", http.StatusNotFound)
			return
		}
		buf := buffers.Get().(*[]byte)
		defer buffers.Put(buf)
		out := append((*buf)[:0], `{"data":[`...)
		for i, s := range statements {
			if i > 0 {
				out = append(out, ',')
			}
			var err error
			if out, err = appendRows(r.Context(), out, pool, s); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		out = append(out, `]}`...)
		*buf = out
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(out) // a client that has gone is no failure
	})
}

// appendRows runs a statement and appends the first column of its rows, which is
// JSON or a number, as a list.
func appendRows(ctx context.Context, dst []byte, pool *pgxpool.Pool, s Statement) ([]byte, error) {
	rows, err := pool.Query(ctx, s.SQL, s.Values...)
	if err != nil {
		return dst, err
	}
	defer rows.Close()
	dst = append(dst, '[')
	for n := 0; rows.Next(); n++ {
		if n > 0 {
			dst = append(dst, ',')
		}
		value := rows.RawValues()[0]
		if rows.FieldDescriptions()[0].Format != 0 { // a count in binary
			v, err := rows.Values()
			if err != nil {
				return dst, err
			}
			text, err := json.Marshal(v[0])
			if err != nil {
				return dst, err
			}
			dst = append(dst, text...)
			continue
		}
		dst = append(dst, value...)
	}
	return append(dst, ']'), rows.Err()
}
