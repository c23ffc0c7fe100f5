//go:build unix

package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// account is the system user that runs the server.
type account struct {
	name     string
	uid, gid int
	other    bool // not the user of this program: root steps down
}

// serverAccount is this program's user, or an unprivileged one if that is root.
func serverAccount() (account, error) {
	if uid := os.Geteuid(); uid != 0 {
		return account{name: "uid " + strconv.Itoa(uid), uid: uid, gid: os.Getegid()}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err1 != nil || err2 != nil || uid == 0 {
			continue
		}
		return account{name: name, uid: uid, gid: gid, other: true}, nil
	}
	return account{}, errors.New("postgres: PostgreSQL doesn't run as root, and there is neither a user \"postgres\" nor \"nobody\" to run it: make one, or run this program as another user")
}

// own gives a file to the account.
func (a account) own(name string) error {
	if !a.other {
		return nil
	}
	if err := os.Chown(name, a.uid, a.gid); err != nil {
		return fmt.Errorf("postgres: %s can't be given to user %q: %w", name, a.name, err)
	}
	return nil
}

// canReach says whether the account may pass through dir and all folders above.
// It reads permission bits only: access lists are not known to it.
func (a account) canReach(what, dir string) error {
	if !a.other {
		return nil
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return fmt.Errorf("postgres: %s: %w", what, err)
	}
	for p := real; ; p = filepath.Dir(p) {
		info, err := os.Stat(p)
		if err != nil {
			return fmt.Errorf("postgres: %s: %w", what, err)
		}
		st, ok := info.Sys().(*syscall.Stat_t)
		if !ok {
			return fmt.Errorf("postgres: the owner of %s is unknown", p)
		}
		bit := fs.FileMode(0o001)
		switch {
		case int(st.Uid) == a.uid:
			bit = 0o100
		case int(st.Gid) == a.gid:
			bit = 0o010
		}
		if info.Mode().Perm()&bit == 0 {
			return fmt.Errorf("postgres: PostgreSQL can't run as root, so it runs as user %q, who can't pass through %s (mode %04o) to the %s %s: choose a place outside it (such as /var/lib), run this program as an ordinary user, or allow passing with chmod o+x %s", a.name, p, info.Mode().Perm(), what, dir, p)
		}
		if p == filepath.Dir(p) {
			return nil
		}
	}
}

// command prepares a program of PostgreSQL's to run as the account, with a small
// environment of its own: nothing of the caller's PG* variables reaches it.
func (a account) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = "/" // the caller's folder may be closed to the account
	cmd.Env = []string{"PATH=" + filepath.Dir(program) + ":/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	for _, name := range []string{"TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"} {
		if v, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	// A group of its own keeps a Ctrl-C of the terminal from the server: it is
	// stopped by its owner, after those who use it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if a.other {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	return cmd
}

// process is a running server process.
type process struct {
	pid       int
	cmd       *exec.Cmd
	done      chan struct{}
	err       error // of the end; valid when done is closed
	lines     *lineLog
	stopAsked atomic.Bool
}

func (p *process) stopping() bool { return p.stopAsked.Load() }

func (p *process) said() string {
	text := p.lines.tail()
	if text == "" {
		return ""
	}
	return "; it said:\n" + text
}

// startProcess starts the server and watches it until it ends.
func startProcess(acc account, log *slog.Logger, program string, args ...string) (*process, error) {
	p := &process{done: make(chan struct{}), lines: &lineLog{log: log}}
	p.cmd = acc.command(context.Background(), program, args...)
	p.cmd.Stdout = p.lines
	p.cmd.Stderr = p.lines
	p.cmd.WaitDelay = 10 * time.Second
	dieWithParent(p.cmd.SysProcAttr)
	started := make(chan error)
	go func() {
		// The kernel signals the child when the thread that started it ends, so
		// this goroutine keeps its thread for as long as the child lives.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err != nil {
			return
		}
		p.err = p.cmd.Wait()
		p.lines.flush()
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	p.pid = p.cmd.Process.Pid
	return p, nil
}

// stop asks for a fast shutdown, and for harder ones when ctx is over. It
// returns when the process has ended.
func (p *process) stop(ctx context.Context) error {
	p.stopAsked.Store(true)
	select {
	case <-p.done:
		return nil
	default:
	}
	steps := []struct {
		sig  syscall.Signal
		wait context.Context
	}{{syscall.SIGINT, ctx}, {syscall.SIGQUIT, nil}, {syscall.SIGKILL, nil}}
	for i, step := range steps {
		if err := p.cmd.Process.Signal(step.sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("postgres: the server can't be stopped: %w", err)
		}
		wait := step.wait
		if wait == nil {
			var cancel context.CancelFunc
			wait, cancel = context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
		}
		select {
		case <-p.done:
			if i > 0 {
				return fmt.Errorf("postgres: the server didn't shut down in time and was stopped by %v: it will recover at the next start", step.sig)
			}
			return nil
		case <-wait.Done():
		}
	}
	return fmt.Errorf("postgres: the server (process %d) doesn't end", p.cmd.Process.Pid)
}

func interrupt(pid int) error {
	err := syscall.Kill(pid, syscall.SIGINT)
	if errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return err
}

// servesCluster says whether the process is a PostgreSQL server on the cluster:
// the number in a stale postmaster.pid may meanwhile belong to anybody.
func servesCluster(pid int, cluster string) bool {
	if err := syscall.Kill(pid, 0); err != nil && !errors.Is(err, syscall.EPERM) {
		return false
	}
	proc := "/proc/" + strconv.Itoa(pid)
	if cmdline, err := os.ReadFile(proc + "/cmdline"); err == nil {
		// A server's working folder is its data directory, by whatever path.
		here, err1 := os.Stat(proc + "/cwd")
		there, err2 := os.Stat(cluster)
		return err1 == nil && err2 == nil && os.SameFile(here, there) && strings.Contains(string(cmdline), "postgres")
	}
	out, err := exec.Command("ps", "-ww", "-o", "args=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && strings.Contains(string(out), "-D "+cluster+" ")
}

// dirLock is the lock on a data directory.
type dirLock struct{ f *os.File }

// lockDir takes the lock of a data directory for this process, or says which
// process has it.
func lockDir(dir string) (*dirLock, error) {
	name := filepath.Join(dir, lockName)
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("postgres: data directory %s can't be written: %w: make it writable or choose another", dir, err)
	}
	if err := flock(f, lockPatience); err != nil {
		holder := make([]byte, 32)
		n, _ := f.ReadAt(holder, 0) // empty if the holder is just starting
		err = errors.Join(err, f.Close())
		pid := strings.TrimSpace(string(holder[:n]))
		if pid == "" {
			pid = "unknown"
		}
		return nil, &InUseError{Dir: dir, Holder: pid, err: err}
	}
	text := strconv.Itoa(os.Getpid()) + "\n"
	if err := errors.Join(f.Truncate(0), func() error { _, err := f.WriteAt([]byte(text), 0); return err }()); err != nil {
		return nil, errors.Join(fmt.Errorf("postgres: data directory %s can't be written: %w", dir, err), f.Close())
	}
	return &dirLock{f}, nil
}

// lockPatience is how long a lock is tried for: a process that is just ending, or
// a child of its between fork and exec, may hold it for a moment longer.
const lockPatience = 3 * time.Second

func flock(f *os.File, patience time.Duration) error {
	deadline := time.Now().Add(patience)
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil || !errors.Is(err, syscall.EWOULDBLOCK) || time.Now().After(deadline) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// release gives the lock free. The file stays: removing it would let two
// processes lock two files of the same name.
func (l *dirLock) release() error {
	if err := l.f.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("postgres: lock: %w", err)
	}
	return nil
}
