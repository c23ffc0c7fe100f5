//go:build unix

package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// sharedDir is the directory of this user's shared server. It is made if
// missing; one that somebody else made is refused.
func sharedDir() (string, error) {
	uid := os.Geteuid()
	dir := filepath.Join(os.TempDir(), "postgrestest-"+strconv.Itoa(uid))
	mode := os.FileMode(0o700)
	if uid == 0 {
		mode = 0o711 // the server runs as another user, who passes through
	}
	if err := os.Mkdir(dir, mode); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || !ok || int(st.Uid) != uid || info.Mode().Perm()&0o022 != 0 {
		return "", fmt.Errorf("%s is not a private directory of this user: remove it, or set TMPDIR", dir)
	}
	return dir, nil
}

// acquire finds or starts the shared server in dir and takes a lease on it,
// which the kernel gives back when this process ends.
func acquire(ctx context.Context, dir string, idle time.Duration) (_ state, lease *os.File, err error) {
	gate, err := waitLock(ctx, filepath.Join(dir, gateName))
	if err != nil {
		return state{}, nil, err
	}
	defer func() { err = errors.Join(err, gate.Close()) }()
	st, err := readState(dir)
	if err == nil {
		err = ping(ctx, st.URL)
	}
	if err != nil {
		if st, err = startKeeper(ctx, dir, idle); err != nil {
			return state{}, nil, err
		}
	}
	lease, err = os.OpenFile(filepath.Join(dir, leaseName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return state{}, nil, err
	}
	// Nobody else takes it exclusively without holding the gate.
	if err := flock(lease, syscall.LOCK_SH); err != nil {
		return state{}, nil, errors.Join(err, lease.Close())
	}
	return st, lease, nil
}

func ping(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := pgconn.Connect(ctx, url)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

func startKeeper(ctx context.Context, dir string, idle time.Duration) (state, error) {
	for _, name := range []string{stateName, failureName} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return state{}, err
		}
	}
	program, err := os.Executable()
	if err != nil {
		return state{}, err
	}
	output := filepath.Join(dir, outputName)
	out, err := os.OpenFile(output, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return state{}, err
	}
	defer out.Close()
	cmd := exec.Command(program)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), keeperVariable+"="+dir, idleVariable+"="+idle.String())
	// Not the test's own output: "go test" waits until that is closed.
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return state{}, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if st, err := readState(dir); err == nil {
			return st, nil
		}
		select {
		case err := <-ended:
			if text, rerr := os.ReadFile(filepath.Join(dir, failureName)); rerr == nil {
				return state{}, errors.New(string(text))
			}
			return state{}, fmt.Errorf("the keeper of the test server ended (%w): %s", err, tail(output))
		case <-ctx.Done():
			return state{}, fmt.Errorf("the test server didn't come up: %w: %s", context.Cause(ctx), tail(output))
		case <-tick.C:
		}
	}
}

func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// tryLock takes the exclusive lock of a file; nil if another process has it.
func tryLock(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = flock(f, syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, f.Close()
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func waitLock(ctx context.Context, name string) (*os.File, error) {
	for {
		f, err := tryLock(name)
		if f != nil || err != nil {
			return f, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for another process to start the test server: %w", context.Cause(ctx))
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// running says whether a process of that number exists.
func running(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
