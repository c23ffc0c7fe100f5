package postgrestest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/mtbwiki/mtbwiki/postgres"
)

// The keeper is a process that owns the shared server. It is the test binary
// itself, started again with the variable below; init takes over before any test
// or flag is looked at, so that test packages need no TestMain.
const keeperVariable = "POSTGRESTEST_KEEPER_DIR"

// idleVariable tells the keeper how long an unused server is kept.
const idleVariable = "POSTGRESTEST_KEEPER_IDLE"

func init() {
	dir := os.Getenv(keeperVariable)
	if dir == "" {
		return
	}
	if err := keep(dir); err != nil {
		// The one who started the keeper waits for this file.
		text := fmt.Appendf(nil, "%v\n", err)
		if werr := os.WriteFile(filepath.Join(dir, failureName), text, 0o600); werr != nil {
			fmt.Fprintln(os.Stderr, errors.Join(err, werr))
		}
		os.Exit(1)
	}
	os.Exit(0)
}

// Names in the shared directory.
const (
	gateName    = "gate"         // exclusive lock: finding, starting or ending the server
	leaseName   = "lease"        // shared lock: held by every process that uses the server
	stateName   = "server.json"  // where the server is
	failureName = "failure.txt"  // why a keeper gave up
	outputName  = "keeper.log"   // what the keeper and the server said
	dataName    = "cluster-data" // data directory of package postgres
)

// state is the content of server.json.
type state struct {
	URL     string `json:"url"`
	PID     int    `json:"pid"` // of the keeper
	Version string `json:"version"`
}

// keep runs the server until nobody has used it for the idle time.
func keep(dir string) (err error) {
	idle, err := time.ParseDuration(os.Getenv(idleVariable))
	if err != nil {
		return fmt.Errorf("%s: %w", idleVariable, err)
	}
	ctx := context.Background()
	cfg := postgres.Config{
		DataDir:   filepath.Join(dir, dataName),
		Ephemeral: true,
		Log:       slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelInfo})),
		Progress:  func(m string) { fmt.Fprintln(os.Stderr, m) },
		Settings: map[string]string{
			"max_connections": "400",
			"shared_buffers":  "256MB",
			"max_wal_size":    "2GB",
			"wal_level":       "minimal",
			"max_wal_senders": "0",
			// Checkpoints are what makes copying a database slow.
			"checkpoint_timeout": "1h",
			"autovacuum":         "off",
			"jit":                "off",
		},
	}
	var srv *postgres.Server
	for deadline := time.Now().Add(20 * time.Second); ; {
		srv, err = postgres.Start(ctx, cfg)
		var inUse *postgres.InUseError
		if err == nil || !errors.As(err, &inUse) || time.Now().After(deadline) {
			break
		}
		time.Sleep(50 * time.Millisecond) // an earlier keeper is shutting down
	}
	if err != nil {
		return err
	}
	stop := func() error {
		ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
		defer cancel()
		return srv.Stop(ctx)
	}
	text, err := json.Marshal(state{URL: srv.URL(), PID: os.Getpid(), Version: srv.Installation().Version})
	if err == nil {
		err = replaceFile(filepath.Join(dir, stateName), text)
	}
	if err != nil {
		return errors.Join(err, stop())
	}
	lastUse := time.Now()
	for tick := time.NewTicker(min(idle/4+time.Millisecond, 2*time.Second)); ; {
		select {
		case <-srv.Done():
			return errors.Join(srv.Err(), os.Remove(filepath.Join(dir, stateName)), stop())
		case <-tick.C:
		}
		ended, err := func() (ended bool, err error) {
			// In this order, and never waiting: a process that wants the server
			// holds the gate while it takes its lease.
			gate, err := tryLock(filepath.Join(dir, gateName))
			if err != nil || gate == nil {
				lastUse = time.Now()
				return false, err
			}
			defer func() { err = errors.Join(err, gate.Close()) }()
			lease, err := tryLock(filepath.Join(dir, leaseName))
			if err != nil || lease == nil {
				lastUse = time.Now()
				return false, err
			}
			defer func() { err = errors.Join(err, lease.Close()) }()
			if time.Since(lastUse) < idle {
				return false, nil
			}
			return true, errors.Join(os.Remove(filepath.Join(dir, stateName)), stop())
		}()
		if ended || err != nil {
			return err
		}
	}
}

// replaceFile writes a file so that readers see the old or the new content.
func replaceFile(name string, text []byte) error {
	if err := os.WriteFile(name+".tmp", text, 0o600); err != nil {
		return err
	}
	return os.Rename(name+".tmp", name)
}

func readState(dir string) (state, error) {
	var s state
	text, err := os.ReadFile(filepath.Join(dir, stateName))
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(text, &s)
}

// tail is the end of what a keeper said, for error messages.
func tail(name string) string {
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > 2000 {
		if _, err := f.Seek(-2000, io.SeekEnd); err != nil {
			return ""
		}
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return ""
	}
	return string(text)
}
