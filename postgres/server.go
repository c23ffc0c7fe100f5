package postgres

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Superuser is the name of the cluster's superuser.
const Superuser = "postgres"

// Names in a data directory.
const (
	lockName     = "lock"
	markerName   = "cluster.json"
	passwordName = "password"
	clusterName  = "pgdata"
	freshName    = "pgdata.new" // being made; renamed when complete
)

const (
	startTimeout = 2 * time.Minute  // crash recovery included
	strayTimeout = 30 * time.Second // for a server left behind to shut down
)

// Server is a running PostgreSQL server that belongs to this program. Its
// methods may be called from any goroutine.
type Server struct {
	cfg  Config
	inst Installation
	port int
	pass string
	lock *dirLock
	proc *process

	stopOnce sync.Once
	stopErr  error
}

// Start makes the cluster if the data directory holds none, starts the server
// and returns when it answers. If ctx ends before, nothing is left running.
// Every error says what is in the way and how to go on.
func Start(ctx context.Context, cfg Config) (_ *Server, err error) {
	acc, err := serverAccount()
	if err != nil {
		return nil, err
	}
	if cfg.DataDir == "" {
		return nil, errors.New("postgres: no data directory given")
	}
	if cfg.DataDir, err = filepath.Abs(cfg.DataDir); err != nil {
		return nil, fmt.Errorf("postgres: data directory: %w", err)
	}
	lock, err := openDataDir(cfg.DataDir, acc)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, lock.release())
		}
	}()
	cluster := filepath.Join(cfg.DataDir, clusterName)
	if err := stopStray(ctx, cluster, cfg); err != nil {
		return nil, err
	}
	if cfg.Ephemeral {
		if err := removeCluster(cfg.DataDir); err != nil {
			return nil, err
		}
	}
	major, err := clusterMajor(cluster)
	if err != nil {
		return nil, err
	}
	if major != 0 {
		if cfg.Major != 0 && cfg.Major != major {
			return nil, fmt.Errorf("postgres: the cluster in %s was made by PostgreSQL %d and version %d was asked for: use another data directory, or dump the data and import it there", cfg.DataDir, major, cfg.Major)
		}
		cfg.Major = major
	}
	inst, err := Find(ctx, cfg)
	if err != nil {
		if major != 0 {
			return nil, fmt.Errorf("%w. (The cluster in %s was made by PostgreSQL %d, and only that version can run it; to leave it, use another data directory)", err, cfg.DataDir, major)
		}
		return nil, err
	}
	for what, dir := range map[string]string{"data directory": cfg.DataDir, "folder of PostgreSQL's binaries": inst.BinDir} {
		if err := acc.canReach(what, dir); err != nil {
			return nil, err
		}
	}
	cfg.log().Debug("postgres: using PostgreSQL", "version", inst.Version, "bin", inst.BinDir, "source", inst.Source, "user", acc.name)

	ctx, cancel := context.WithTimeoutCause(ctx, startTimeout, errors.New("the server didn't come up in time"))
	defer cancel()
	if major == 0 {
		if err := makeCluster(ctx, cfg, inst, acc); err != nil {
			return nil, err
		}
	}
	pass, err := os.ReadFile(filepath.Join(cfg.DataDir, passwordName))
	if err != nil {
		return nil, fmt.Errorf("postgres: the password of the cluster in %s can't be read: %w: restore the file, or move the directory away to begin anew", cfg.DataDir, err)
	}
	s := &Server{cfg: cfg, inst: inst, lock: lock, pass: strings.TrimSpace(string(pass))}
	if err := s.launch(ctx, acc); err != nil {
		return nil, err
	}
	return s, nil
}

// URL is the connection URL of the superuser and database "postgres". It holds
// the password.
func (s *Server) URL() string { return s.URLFor("postgres") }

// URLFor is [Server.URL] for another database of the server.
func (s *Server) URLFor(database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(Superuser, s.pass),
		Host:     net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// Installation is the set of binaries that runs.
func (s *Server) Installation() Installation { return s.inst }

// Port is the TCP port on 127.0.0.1.
func (s *Server) Port() int { return s.port }

// DataDir is the absolute path of the data directory.
func (s *Server) DataDir() string { return s.cfg.DataDir }

// Done is closed when the server has ended, by Stop or by itself.
func (s *Server) Done() <-chan struct{} { return s.proc.done }

// Err says, after Done is closed, why the server ended; nil after Stop.
func (s *Server) Err() error {
	select {
	case <-s.proc.done:
	default:
		return nil
	}
	if s.proc.stopping() {
		return nil
	}
	return fmt.Errorf("postgres: the server ended unexpectedly (%w)%s", s.proc.err, s.proc.said())
}

// Stop ends all sessions, shuts the server down cleanly and gives the data
// directory free. When ctx ends first, the server is stopped the hard way (it
// then recovers at the next start). Stopping twice does no harm.
func (s *Server) Stop(ctx context.Context) error {
	s.stopOnce.Do(func() {
		err := s.proc.stop(ctx)
		if s.cfg.Ephemeral {
			err = errors.Join(err, removeCluster(s.cfg.DataDir))
		}
		s.stopErr = errors.Join(err, s.lock.release())
	})
	return s.stopErr
}

// marker is the content of cluster.json.
type marker struct {
	MadeBy string `json:"madeBy"`
	Format int    `json:"format"`
}

const madeBy = "package postgres of mtbwiki"

// openDataDir makes or recognizes the data directory and takes its lock. A
// directory with anything foreign in it is refused before a byte is written.
func openDataDir(dir string, acc account) (_ *dirLock, err error) {
	mode := os.FileMode(0o700)
	if acc.other {
		// The server's user passes through, but lists and reads nothing here.
		mode = 0o711
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return nil, fmt.Errorf("postgres: data directory %s can't be made: %w: choose another", dir, err)
	}
	if err := os.Mkdir(dir, mode); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("postgres: data directory %s can't be made: %w: choose another", dir, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("postgres: data directory %s can't be read: %w: choose another", dir, err)
	}
	ours := slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == markerName })
	for _, e := range entries {
		if ours {
			break
		}
		switch e.Name() {
		case lockName, "lost+found": // a lock alone: an earlier start was cut off at once
		case "PG_VERSION":
			return nil, fmt.Errorf("postgres: %s is the data directory of another PostgreSQL cluster, not made by this program: choose an empty directory, or run that server and give its URL", dir)
		default:
			return nil, fmt.Errorf("postgres: %s can't become a data directory, it holds files of others (%s): choose an empty or a new directory", dir, e.Name())
		}
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, lock.release())
		}
	}()
	if !ours {
		text, err := json.Marshal(marker{MadeBy: madeBy, Format: 1})
		if err != nil {
			return nil, fmt.Errorf("postgres: %w", err)
		}
		if err := writeFile(filepath.Join(dir, markerName), append(text, '\n'), 0o644); err != nil {
			return nil, err
		}
		return lock, nil
	}
	text, err := os.ReadFile(filepath.Join(dir, markerName))
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	var m marker
	if err := json.Unmarshal(text, &m); err != nil || m.MadeBy != madeBy || m.Format != 1 {
		return nil, fmt.Errorf("postgres: %s was not written by this version of the program: choose another data directory", filepath.Join(dir, markerName))
	}
	return lock, nil
}

// writeFile writes a small file so that it is whole or absent, also after a
// crash.
func writeFile(name string, data []byte, mode os.FileMode) error {
	tmp := name + ".tmp"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(tmp, name)
	}
	if err != nil {
		return fmt.Errorf("postgres: %s can't be written: %w", name, err)
	}
	return nil
}

// clusterMajor is the major version that made a cluster, 0 if there is none.
func clusterMajor(cluster string) (int, error) {
	text, err := os.ReadFile(filepath.Join(cluster, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(cluster); err == nil {
			return 0, fmt.Errorf("postgres: %s exists but holds no PostgreSQL cluster (no PG_VERSION): move it away to begin anew", cluster)
		}
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("postgres: the cluster can't be read: %w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("postgres: %s holds %q, which is no version", filepath.Join(cluster, "PG_VERSION"), text)
	}
	return major, nil
}

func removeCluster(dir string) error {
	for _, name := range []string{clusterName, freshName, passwordName} {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("postgres: the throw-away cluster can't be removed: %w", err)
		}
	}
	return nil
}

// makeCluster runs initdb beside the final place and moves the result there when
// it is complete, so that an interrupted start leaves no half cluster.
func makeCluster(ctx context.Context, cfg Config, inst Installation, acc account) error {
	cfg.progress("making a database cluster with PostgreSQL %s", inst.Version)
	secret := make([]byte, 24)
	if _, err := rand.Read(secret); err != nil {
		return fmt.Errorf("postgres: no random password: %w", err)
	}
	pass := hex.EncodeToString(secret)
	if err := writeFile(filepath.Join(cfg.DataDir, passwordName), []byte(pass+"\n"), 0o600); err != nil {
		return err
	}
	fresh := filepath.Join(cfg.DataDir, freshName)
	var failures []error
	for _, locale := range locales(inst.Major) {
		if err := os.RemoveAll(fresh); err != nil {
			return fmt.Errorf("postgres: %w", err)
		}
		err := initdb(ctx, cfg, inst, acc, fresh, pass, locale)
		if err == nil {
			if err := os.Rename(filepath.Join(fresh, "data"), filepath.Join(cfg.DataDir, clusterName)); err != nil {
				return fmt.Errorf("postgres: %w", err)
			}
			if err := os.RemoveAll(fresh); err != nil {
				return fmt.Errorf("postgres: %w", err)
			}
			return nil
		}
		failures = append(failures, err)
		if ctx.Err() != nil || !strings.Contains(err.Error(), "locale") {
			break
		}
	}
	return errors.Join(failures[len(failures)-1], os.RemoveAll(fresh))
}

// locales lists initdb's locale options, best first: text is compared by bytes
// (the same order on every machine), while upper, lower and the character
// classes know all of Unicode. Systems differ in the name of such a locale.
func locales(major int) [][]string {
	var list [][]string
	if major >= 17 {
		list = append(list, []string{"--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"})
	}
	for _, ctype := range []string{"C.UTF-8", "en_US.UTF-8", "C"} {
		list = append(list, []string{"--locale=C", "--lc-ctype=" + ctype})
	}
	return list
}

func initdb(ctx context.Context, cfg Config, inst Installation, acc account, fresh, pass string, locale []string) error {
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	passFile := filepath.Join(fresh, "pw")
	if err := os.WriteFile(passFile, []byte(pass+"\n"), 0o600); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	for _, name := range []string{fresh, passFile} {
		if err := acc.own(name); err != nil {
			return err
		}
	}
	args := append([]string{
		"--pgdata=" + filepath.Join(fresh, "data"),
		"--username=" + Superuser,
		"--pwfile=" + passFile,
		"--auth=scram-sha-256",
		"--encoding=UTF8",
		"--text-search-config=simple",
		"--no-instructions",
	}, locale...)
	if cfg.Ephemeral {
		args = append(args, "--no-sync")
	}
	cmd := acc.command(ctx, filepath.Join(inst.BinDir, "initdb"), args...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("postgres: initdb of PostgreSQL %s failed (%w): %s", inst.Version, err, lastLines(string(out), 12))
	}
	return nil
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	return strings.Join(lines, "\n")
}

// launch starts the server process, trying other ports if a free one was taken
// meanwhile, and waits until it answers.
func (s *Server) launch(ctx context.Context, acc account) error {
	for attempt := 0; ; attempt++ {
		port, err := choosePort(s.cfg.Port)
		if err != nil {
			return err
		}
		s.port = port
		err = s.launchOn(ctx, acc)
		if err == nil {
			return nil
		}
		// Backends of a killed server may outlive it for a moment: PostgreSQL then
		// finds its shared memory in use. The server itself, dead, keeps its number until
		// the system has taken note, and PostgreSQL takes it for alive.
		again := strings.Contains(err.Error(), "is still in use") ||
			strings.Contains(err.Error(), `"postmaster.pid" already exists`) ||
			s.cfg.Port == 0 && strings.Contains(err.Error(), "could not bind")
		if !again || attempt == 30 {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(300 * time.Millisecond):
		}
	}
}

func choosePort(want int) (int, error) {
	l, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(want)))
	if err != nil {
		if want != 0 {
			return 0, fmt.Errorf("postgres: port %d on 127.0.0.1 is taken by another program or not allowed (%w): stop that program, or choose another port, or 0 for a free one", want, err)
		}
		return 0, fmt.Errorf("postgres: no free port on 127.0.0.1: %w", err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		return 0, fmt.Errorf("postgres: %w", err)
	}
	return port, nil
}

func (s *Server) settings() []string {
	values := map[string]string{
		"listen_addresses":        "127.0.0.1",
		"port":                    strconv.Itoa(s.port),
		"unix_socket_directories": "",
		"password_encryption":     "scram-sha-256",
		"logging_collector":       "off",
		"log_destination":         "stderr",
		"log_line_prefix":         "%b|", // which process speaks: see lineLog
		"lc_messages":             "C",   // the Data API's error texts are English
		"timezone":                "UTC",
		"log_timezone":            "UTC",
		"fsync":                   "on",
	}
	if s.cfg.Ephemeral {
		values["fsync"] = "off"
		values["synchronous_commit"] = "off"
		values["full_page_writes"] = "off"
	}
	for k, v := range s.cfg.Settings {
		values[k] = v
	}
	var args []string
	for k, v := range values {
		args = append(args, "-c", k+"="+v)
	}
	return args
}

func (s *Server) launchOn(ctx context.Context, acc account) error {
	cluster := filepath.Join(s.cfg.DataDir, clusterName)
	args := append([]string{"-D", cluster}, s.settings()...)
	proc, err := startProcess(acc, s.cfg.log(), filepath.Join(s.inst.BinDir, "postgres"), args...)
	if err != nil {
		return fmt.Errorf("postgres: PostgreSQL %s can't be started: %w", s.inst.Version, err)
	}
	s.proc = proc
	if err := s.await(ctx, cluster); err != nil {
		stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return errors.Join(err, proc.stop(stopCtx))
	}
	return nil
}

// await returns when the server says in postmaster.pid that it is ready and a
// session with the password succeeds.
func (s *Server) await(ctx context.Context, cluster string) error {
	tick := time.NewTicker(15 * time.Millisecond)
	defer tick.Stop()
	for {
		// A killed server's file says "ready" until the new one has replaced it.
		if pm, err := readPostmaster(cluster); err == nil && pm.ready && pm.pid == s.proc.pid {
			conn, err := pgconn.Connect(ctx, s.URL())
			if err == nil {
				return conn.Close(ctx)
			}
			if e := new(pgconn.PgError); errors.As(err, &e) && e.Code == "28P01" {
				return fmt.Errorf("postgres: the cluster in %s refuses the password of its file %s: restore that file, or move the directory away to begin anew", s.cfg.DataDir, passwordName)
			} else if ctx.Err() == nil && (!errors.As(err, &e) || e.Code != "57P03") {
				return fmt.Errorf("postgres: the server came up but can't be reached: %w", err)
			}
		}
		select {
		case <-s.proc.done:
			return fmt.Errorf("postgres: PostgreSQL %s ended while starting (%w)%s", s.inst.Version, s.proc.err, s.proc.said())
		case <-ctx.Done():
			return fmt.Errorf("postgres: PostgreSQL %s was not ready: %w%s", s.inst.Version, context.Cause(ctx), s.proc.said())
		case <-tick.C:
		}
	}
}

// postmaster is what a running server writes into postmaster.pid.
type postmaster struct {
	pid   int
	ready bool
}

func readPostmaster(cluster string) (postmaster, error) {
	text, err := os.ReadFile(filepath.Join(cluster, "postmaster.pid"))
	if err != nil {
		return postmaster{}, err
	}
	lines := strings.Split(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil {
		return postmaster{}, fmt.Errorf("postmaster.pid begins with %q", lines[0])
	}
	// Line 8 is the state; see "postmaster.pid" in the manual's chapter on storage.
	return postmaster{pid: pid, ready: len(lines) >= 8 && strings.TrimSpace(lines[7]) == "ready"}, nil
}

// stopStray ends a server that an earlier, killed program left running on the
// cluster. The caller holds the directory's lock, so nobody uses that server.
func stopStray(ctx context.Context, cluster string, cfg Config) error {
	pm, err := readPostmaster(cluster)
	if err != nil || pm.pid <= 1 || !servesCluster(pm.pid, cluster) {
		return nil // none, or a stale file: PostgreSQL itself clears it
	}
	cfg.log().Warn("postgres: stopping a server that was left behind", "pid", pm.pid, "data", cfg.DataDir)
	deadline := time.Now().Add(strayTimeout)
	if err := interrupt(pm.pid); err != nil {
		return fmt.Errorf("postgres: a server left behind (process %d) can't be stopped: %w", pm.pid, err)
	}
	for servesCluster(pm.pid, cluster) {
		if time.Now().After(deadline) {
			return fmt.Errorf("postgres: a server left behind (process %d) still runs on %s and didn't stop within %v: end it and try again", pm.pid, cfg.DataDir, strayTimeout)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("postgres: waiting for a server left behind (process %d): %w", pm.pid, context.Cause(ctx))
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}
