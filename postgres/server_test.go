//go:build unix

package postgres_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/postgres"
)

// helperVariable makes the test binary run a server until it is killed, so that
// tests can kill the program that owns a server.
const helperVariable = "POSTGRES_TEST_HELPER_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperVariable); dir != "" {
		os.Exit(helper(dir))
	}
	os.Exit(m.Run())
}

func helper(dir string) int {
	srv, err := postgres.Start(context.Background(), postgres.Config{DataDir: dir, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		fmt.Println("error:", err)
		return 1
	}
	fmt.Println(srv.URL())
	<-srv.Done()
	return 0
}

// publicDir makes a folder that the unprivileged user of a root-run test can
// reach; t.TempDir is closed to it.
func publicDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "postgres-test-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func quiet(cfg postgres.Config) postgres.Config {
	cfg.Log = slog.New(slog.DiscardHandler)
	return cfg
}

func start(t testing.TB, cfg postgres.Config) *postgres.Server {
	t.Helper()
	srv, err := postgres.Start(t.Context(), quiet(cfg))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, srv) })
	return srv
}

func stop(t testing.TB, srv *postgres.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := srv.Stop(ctx); err != nil {
		t.Error(err)
	}
}

func ask(t testing.TB, url, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var s string
	if err := conn.QueryRow(t.Context(), sql).Scan(&s); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return s
}

func TestStartKeepsDataPrivate(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(publicDir(t), "new", "data")
	srv := start(t, postgres.Config{DataDir: dir, Settings: map[string]string{"work_mem": "7MB"}})

	conn, err := pgx.Connect(t.Context(), srv.URL())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "CREATE TABLE ride (name text); INSERT INTO ride VALUES ('Höhenweg')"); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for setting, want := range map[string]string{
		"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "on", "work_mem": "7MB",
		"server_encoding": "UTF8", "TimeZone": "UTC", "password_encryption": "scram-sha-256",
	} {
		if got := ask(t, srv.URL(), "SELECT current_setting('"+setting+"')"); got != want {
			t.Errorf("%s = %q, want %q", setting, got, want)
		}
	}
	if got := ask(t, srv.URL(), "SELECT upper('é')"); got != "É" {
		t.Errorf("upper('é') = %q: the locale knows only ASCII", got)
	}
	if got := ask(t, srv.URL(), "SELECT ('Z' < 'a')::text"); got != "true" {
		t.Errorf("'Z' < 'a' is %s: text is not compared by bytes", got)
	}
	for name, want := range map[string]os.FileMode{"password": 0o600, "pgdata": 0o700} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("mode of %s is %04o, want %04o", name, got, want)
		}
	}
	u, err := url.Parse(srv.URL())
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword(postgres.Superuser, "guess")
	if conn, err := pgx.Connect(t.Context(), u.String()); err == nil {
		_ = conn.Close(t.Context())
		t.Error("a wrong password was accepted")
	}

	stop(t, srv)
	stop(t, srv) // does no harm
	if err := srv.Err(); err != nil {
		t.Errorf("Err after Stop: %v", err)
	}
	again := start(t, postgres.Config{DataDir: dir})
	if got := ask(t, again.URL(), "SELECT name FROM ride"); got != "Höhenweg" {
		t.Errorf("after a restart the row is %q", got)
	}
}

// A statement's own warnings and errors are not the operator's.
func TestLogKeepsQuietAboutStatements(t *testing.T) {
	t.Parallel()
	var out strings.Builder // written by the server's watcher, which ends with Stop
	srv, err := postgres.Start(t.Context(), postgres.Config{DataDir: filepath.Join(publicDir(t), "data"), Ephemeral: true,
		Log: slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), srv.URL())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "DO $$ BEGIN RAISE WARNING 'mind the root'; END $$"); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop(t, srv)
	for line := range strings.Lines(out.String()) {
		if !strings.Contains(line, "level=DEBUG") {
			t.Errorf("logged %s", line)
		}
	}
	for _, want := range []string{"mind the root", "database system is ready to accept connections", "database system is shut down"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the log doesn't say %q", want)
		}
	}
}

func TestEphemeralLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(publicDir(t), "data")
	srv := start(t, postgres.Config{DataDir: dir, Ephemeral: true})
	if got := ask(t, srv.URL(), "SELECT current_setting('fsync')"); got != "off" {
		t.Errorf("fsync = %s", got)
	}
	stop(t, srv)
	for _, name := range []string{"pgdata", "password"} {
		if _, err := os.Stat(filepath.Join(dir, name)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left: %v", name, err)
		}
	}
}

func TestRecoversAfterItsProgramWasKilled(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(publicDir(t), "data")
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), helperVariable+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "postgres://") {
		t.Fatalf("helper said %q (%v)", line, err)
	}
	conn, err := pgx.Connect(t.Context(), strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "CREATE TABLE kept (n int); INSERT INTO kept VALUES (42)"); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // says that it was killed

	srv := start(t, postgres.Config{DataDir: dir})
	if got := ask(t, srv.URL(), "SELECT n::text FROM kept"); got != "42" {
		t.Errorf("the committed row is %q", got)
	}
	_ = conn.Close(context.Background()) // its server is gone
}

// A server whose program died on a system that doesn't tell it (or that was
// started by hand) is stopped by the next Start.
func TestStopsServerLeftBehind(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(publicDir(t), "data")
	srv := start(t, postgres.Config{DataDir: dir})
	bin := srv.Installation().BinDir
	stop(t, srv)

	cluster := filepath.Join(dir, "pgdata")
	stray := exec.Command(filepath.Join(bin, "postgres"), "-D", cluster, "-c", "listen_addresses=127.0.0.1", "-p", strconv.Itoa(srv.Port()), "-c", "unix_socket_directories=")
	stray.Dir = "/"
	stray.SysProcAttr = asOwner(t, cluster)
	if err := stray.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	go func() {
		_ = stray.Wait()
		close(exited)
	}()
	await(t, func() bool {
		text, err := os.ReadFile(filepath.Join(cluster, "postmaster.pid"))
		return err == nil && strings.Contains(string(text), "ready")
	})
	start(t, postgres.Config{DataDir: dir})
	select {
	case <-exited:
	case <-time.After(10 * time.Second):
		t.Error("the server left behind still runs")
	}
}

// await polls for a condition that another process brings about.
func await(t testing.TB, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain")
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestDoneWhenServerDies(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(publicDir(t), "data")
	srv := start(t, postgres.Config{DataDir: dir, Ephemeral: true})
	killServer(t, dir)
	select {
	case <-srv.Done():
	case <-time.After(20 * time.Second):
		t.Fatal("Done isn't closed")
	}
	if err := srv.Err(); err == nil || !strings.Contains(err.Error(), "ended unexpectedly") {
		t.Errorf("Err = %v", err)
	}
}

// killServer kills the server process of a data directory.
func killServer(t testing.TB, dir string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "pgdata", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
}

// The sessions of a killed server outlive it for a moment and keep its shared
// memory; the next start waits for them, and no committed row is lost.
func TestRecoversAfterServerWasKilled(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(publicDir(t), "data")
	srv := start(t, postgres.Config{DataDir: dir})
	conn, err := pgx.Connect(t.Context(), srv.URL())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "CREATE TABLE kept (n int); INSERT INTO kept SELECT generate_series(1, 1000)"); err != nil {
		t.Fatal(err)
	}
	busy := make(chan error, 1)
	go func() {
		_, err := conn.Exec(context.Background(), "SELECT pg_sleep(60)")
		busy <- err
	}()
	killServer(t, dir)
	<-srv.Done()
	stop(t, srv)
	again := start(t, postgres.Config{DataDir: dir})
	if got := ask(t, again.URL(), "SELECT sum(n)::text FROM kept"); got != "500500" {
		t.Errorf("the sum of the committed rows is %s", got)
	}
	if err := <-busy; err == nil {
		t.Error("the session survived its server")
	}
}

func TestStartRefuses(t *testing.T) {
	t.Parallel()
	root := publicDir(t)
	write := func(t *testing.T, name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	inUse := filepath.Join(root, "in-use")
	running := start(t, postgres.Config{DataDir: inUse})

	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	port := listener.Addr().(*net.TCPAddr).Port

	tests := []struct {
		name  string
		setup func(t *testing.T, dir string) postgres.Config
		want  []string
	}{
		{"no directory", func(t *testing.T, dir string) postgres.Config { return postgres.Config{} },
			[]string{"no data directory given"}},
		{"files of others", func(t *testing.T, dir string) postgres.Config {
			write(t, filepath.Join(dir, "letters.txt"), "Dear")
			return postgres.Config{DataDir: dir}
		}, []string{"letters.txt", "empty or a new directory"}},
		{"somebody's cluster", func(t *testing.T, dir string) postgres.Config {
			write(t, filepath.Join(dir, "PG_VERSION"), "15\n")
			return postgres.Config{DataDir: dir}
		}, []string{"another PostgreSQL cluster", "give its URL"}},
		{"below a file", func(t *testing.T, dir string) postgres.Config {
			write(t, dir, "a file")
			return postgres.Config{DataDir: filepath.Join(dir, "data")}
		}, []string{"can't be made", "choose another"}},
		{"in use", func(t *testing.T, dir string) postgres.Config {
			return postgres.Config{DataDir: inUse}
		}, []string{"in use by process " + strconv.Itoa(os.Getpid()), "choose another"}},
		{"port taken", func(t *testing.T, dir string) postgres.Config {
			return postgres.Config{DataDir: dir, Port: port}
		}, []string{"port " + strconv.Itoa(port), "choose another port"}},
		{"binaries missing", func(t *testing.T, dir string) postgres.Config {
			return postgres.Config{DataDir: dir, BinDir: filepath.Join(root, "nothing")}
		}, []string{"given folder of binaries", "nothing"}},
		{"half a cluster", func(t *testing.T, dir string) postgres.Config {
			write(t, filepath.Join(dir, "cluster.json"), `{"madeBy":"package postgres of mtbwiki","format":1}`)
			write(t, filepath.Join(dir, "pgdata", "base"), "")
			return postgres.Config{DataDir: dir}
		}, []string{"no PG_VERSION", "move it away"}},
		{"another major version's cluster", func(t *testing.T, dir string) postgres.Config {
			write(t, filepath.Join(dir, "cluster.json"), `{"madeBy":"package postgres of mtbwiki","format":1}`)
			write(t, filepath.Join(dir, "pgdata", "PG_VERSION"), "12\n")
			return postgres.Config{DataDir: dir, Download: postgres.DownloadConfig{Disabled: true}}
		}, []string{"no PostgreSQL 12 found", "was made by PostgreSQL 12"}},
		{"another version asked for", func(t *testing.T, dir string) postgres.Config {
			write(t, filepath.Join(dir, "cluster.json"), `{"madeBy":"package postgres of mtbwiki","format":1}`)
			write(t, filepath.Join(dir, "pgdata", "PG_VERSION"), "15\n")
			return postgres.Config{DataDir: dir, Major: 16}
		}, []string{"made by PostgreSQL 15", "version 16 was asked for"}},
		{"newer format", func(t *testing.T, dir string) postgres.Config {
			write(t, filepath.Join(dir, "cluster.json"), `{"madeBy":"package postgres of mtbwiki","format":2}`)
			return postgres.Config{DataDir: dir}
		}, []string{"not written by this version"}},
		{"password lost", func(t *testing.T, dir string) postgres.Config {
			srv := start(t, postgres.Config{DataDir: dir})
			stop(t, srv)
			if err := os.Remove(filepath.Join(dir, "password")); err != nil {
				t.Fatal(err)
			}
			return postgres.Config{DataDir: dir}
		}, []string{"password of the cluster", "restore the file"}},
		{"password wrong", func(t *testing.T, dir string) postgres.Config {
			srv := start(t, postgres.Config{DataDir: dir})
			stop(t, srv)
			write(t, filepath.Join(dir, "password"), "something else\n")
			return postgres.Config{DataDir: dir}
		}, []string{"refuses the password"}},
		{"setting refused by PostgreSQL", func(t *testing.T, dir string) postgres.Config {
			return postgres.Config{DataDir: dir, Ephemeral: true, Settings: map[string]string{"shared_buffers": "a lot"}}
		}, []string{"ended while starting", "shared_buffers"}},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := tt.setup(t, filepath.Join(root, strconv.Itoa(i)))
			srv, err := postgres.Start(t.Context(), quiet(cfg))
			if err == nil {
				stop(t, srv)
				t.Fatal("Start succeeded")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q doesn't say %q", err, want)
				}
			}
		})
	}
	t.Run("and the one in use goes on", func(t *testing.T) {
		if got := ask(t, running.URL(), "SELECT 'here'"); got != "here" {
			t.Errorf("got %q", got)
		}
	})
}

func TestFindPrefersWhatIsGiven(t *testing.T) {
	t.Parallel()
	found, err := postgres.Find(t.Context(), postgres.Config{Download: postgres.DownloadConfig{Disabled: true}})
	if err != nil {
		t.Skipf("no PostgreSQL is installed: %v", err)
	}
	given, err := postgres.Find(t.Context(), postgres.Config{BinDir: found.BinDir})
	if err != nil {
		t.Fatal(err)
	}
	if given.BinDir != found.BinDir || given.Version != found.Version || given.Source == found.Source {
		t.Errorf("found %+v, given its folder %+v", found, given)
	}
	if found.Major < 15 || !strings.HasPrefix(found.Version, strconv.Itoa(found.Major)) {
		t.Errorf("version %q, major %d", found.Version, found.Major)
	}
	_, err = postgres.Find(t.Context(), postgres.Config{Extensions: []string{"pg_trgm", "no_such_extension"}, Download: postgres.DownloadConfig{Disabled: true}})
	var none *postgres.NotFoundError
	if !errors.As(err, &none) || !strings.Contains(err.Error(), "lacks the extensions no_such_extension") {
		t.Errorf("with an extension that nobody has: %v", err)
	}
}
