//go:build unix

package postgrestest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func keeperDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "postgrestest-test-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The leases are given back by now, so the last keeper is about to end.
		await(t, "the last keeper's end", func() bool {
			_, err := os.Stat(filepath.Join(dir, stateName))
			return errors.Is(err, fs.ErrNotExist)
		})
		await(t, "an empty folder", func() bool { return os.RemoveAll(dir) == nil })
	})
	return dir
}

func lease(t *testing.T, dir string, idle time.Duration) (state, *os.File) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	st, f, err := acquire(ctx, dir, idle)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() }) // mostly closed before
	if err := ping(ctx, st.URL); err != nil {
		t.Fatalf("the server doesn't answer: %v", err)
	}
	return st, f
}

func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestServerIsSharedAndEndsUnused(t *testing.T) {
	t.Parallel()
	dir := keeperDir(t)
	a, first := lease(t, dir, 100*time.Millisecond)
	b, second := lease(t, dir, 100*time.Millisecond)
	if a != b {
		t.Errorf("two users got two servers: %+v, %+v", a, b)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	// One user is left: longer than the idle time changes nothing.
	time.Sleep(300 * time.Millisecond)
	if err := ping(t.Context(), b.URL); err != nil {
		t.Errorf("the server ended though it was in use: %v", err)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	await(t, "the keeper's end", func() bool { return !running(a.PID) })
	for _, name := range []string{stateName, filepath.Join(dataName, "pgdata"), failureName} {
		if _, err := os.Stat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is left: %v", name, err)
		}
	}
	c, _ := lease(t, dir, 100*time.Millisecond)
	if c.PID == a.PID {
		t.Error("the ended keeper came back")
	}
}

func TestKilledKeeperIsReplaced(t *testing.T) {
	t.Parallel()
	dir := keeperDir(t)
	a, held := lease(t, dir, time.Minute)
	p, err := os.FindProcess(a.PID)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	await(t, "the keeper's end", func() bool { return ping(t.Context(), a.URL) != nil })
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	b, f := lease(t, dir, 100*time.Millisecond)
	if a.PID == b.PID {
		t.Error("the killed keeper is still named")
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
