// Package process runs the program as its user does: as a process of its own,
// with flags, signals and files.
package process

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/mtbwiki/mtbwiki/fabric"
	"github.com/mtbwiki/mtbwiki/postgres"
	"github.com/mtbwiki/mtbwiki/tests/utils"
)

// program is built once for all tests.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "mtbwiki-process-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "mtbwiki")
	out, err := exec.Command("go", "build", "-o", path, "../../cmd/mtbwiki").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := program(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// place is a directory that PostgreSQL's own user can reach when root runs the tests.
func place(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "mtbwiki-data-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// child is a running program.
type child struct {
	t        *testing.T
	cmd      *exec.Cmd
	out, err syncBuffer
	done     chan struct{}
	code     int
	dir      string
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// start runs the program; it is killed when the test ends, whatever happened.
func start(t *testing.T, stdin string, env []string, args ...string) *child {
	t.Helper()
	return startIn(t, "", stdin, env, args...)
}

// startIn is start in a folder of its own.
func startIn(t *testing.T, folder, stdin string, env []string, args ...string) *child {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	c := &child{t: t, cmd: exec.Command(path, args...), done: make(chan struct{})}
	c.cmd.Dir = folder
	c.cmd.Stdin = strings.NewReader(stdin)
	c.cmd.Stdout, c.cmd.Stderr = &c.out, &c.err
	c.cmd.Env = append(os.Environ(), env...)
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(c.done)
		err := c.cmd.Wait()
		var exit *exec.ExitError
		switch {
		case errors.As(err, &exit):
			c.code = exit.ExitCode()
		case err != nil:
			c.code = -1
		}
	}()
	t.Cleanup(func() {
		select {
		case <-c.done:
		default:
			_ = c.cmd.Process.Kill()
			<-c.done
		}
	})
	return c
}

// run waits for the end and gives the exit code.
func run(t *testing.T, stdin string, args ...string) *child {
	t.Helper()
	c := start(t, stdin, nil, args...)
	c.ended(60 * time.Second)
	return c
}

func (c *child) ended(within time.Duration) {
	c.t.Helper()
	select {
	case <-c.done:
	case <-time.After(within):
		c.t.Fatalf("%v still runs after %v\n%s%s", c.cmd.Args, within, c.out.String(), c.err.String())
	}
}

func (c *child) says(code int, want string) {
	c.t.Helper()
	text := c.out.String() + c.err.String()
	if c.code != code || !strings.Contains(text, want) {
		c.t.Errorf("%v ended with %d, want %d and %q:\n%s", c.cmd.Args[1:], c.code, code, want, text)
	}
}

// up starts a wiki in dir and waits until it answers.
func up(t *testing.T, dir string, more ...string) (*child, fabric.Endpoints) {
	t.Helper()
	return upIn(t, "", dir, more...)
}

func upIn(t *testing.T, folder, dir string, more ...string) (*child, fabric.Endpoints) {
	t.Helper()
	began := time.Now()
	// What a killed wiki left is removed by the next one, but not before we look.
	if err := os.Remove(filepath.Join(dir, "endpoints.json")); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	c := startIn(t, folder, "", nil, append([]string{"up", "--data-dir", dir, "--site-port", "0", "--api-port", "0", "--data-api-port", "0"}, more...)...)
	c.dir = dir
	path := filepath.Join(dir, "endpoints.json")
	deadline := time.Now().Add(90 * time.Second)
	for {
		text, err := os.ReadFile(path)
		// The last line printed comes after the file.
		if err == nil && strings.Contains(c.out.String(), "Stop with Ctrl-C") {
			var e fabric.Endpoints
			if err := json.Unmarshal(text, &e); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			t.Logf("endpoints.json after %.1f s", time.Since(began).Seconds())
			return c, e
		}
		select {
		case <-c.done:
			t.Fatalf("up ended with %d:\n%s%s", c.code, c.out.String(), c.err.String())
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatalf("no endpoints.json within 90 s:\n%s", c.err.String())
		}
	}
}

// interrupt is Ctrl-C: the program ends by itself, cleanly.
func (c *child) interrupt() {
	c.t.Helper()
	if err := c.cmd.Process.Signal(os.Interrupt); err != nil {
		c.t.Fatal(err)
	}
	c.ended(30 * time.Second)
	if c.code != 0 {
		c.t.Errorf("after Ctrl-C it ended with %d:\n%s", c.code, c.err.String())
	}
	if left := servers(c.t, c.dir); len(left) > 0 {
		c.t.Errorf("left running: %v", left)
	}
}

// servers are the processes whose command line names the directory.
func servers(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Skip("not run: there is no /proc to look for processes in")
	}
	var found []string
	for _, e := range entries {
		line, err := os.ReadFile(filepath.Join("/proc", e.Name(), "cmdline"))
		if err != nil {
			continue // it ended, or is no process
		}
		if text := strings.ReplaceAll(string(line), "\x00", " "); strings.Contains(text, "postgres") && strings.Contains(text, dir) {
			found = append(found, e.Name()+" "+text)
		}
	}
	return found
}

// caller asks a running program: a rider by his token, or with "" anybody by the API's key.
func caller(t *testing.T, e fabric.Endpoints, token string) *utils.Caller {
	header := utils.WithKey(e.APIKey)
	if token != "" {
		header = utils.WithToken(token)
	}
	return utils.NewCaller(e.GraphQL, header).In(t)
}

// signIn goes through the form with PKCE, as a browser would, and gives an access token.
func signIn(t *testing.T, e fabric.Endpoints, username, password string) string {
	t.Helper()
	token, err := authorize(e, username, password)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func accounts(t *testing.T, dir string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "accounts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []fabric.Account
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, a := range list {
		out[a.Username] = a.Password
	}
	return out
}

func TestUp(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(place(t), "data")
	c, e := up(t, dir)
	for _, name := range []string{"endpoints.json", "accounts.json", "secrets.json"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
	for name, v := range map[string]string{"site": e.Site, "graphql": e.GraphQL, "realtime": e.Realtime, "dataApi": e.DataAPI, "apiKey": e.APIKey, "databaseUrl": e.DatabaseURL} {
		if v == "" {
			t.Errorf("endpoints.json has no %s", name)
		}
		if !strings.Contains(c.out.String(), v) && name != "databaseUrl" && name != "realtime" {
			t.Errorf("%s is not printed", name)
		}
	}
	if status(t, e.Site+"/") != 200 {
		t.Error("the website doesn't answer")
	}
	if got := status(t, strings.TrimSuffix(e.GraphQL, "graphql")); got != 200 {
		t.Errorf("the explorer answers %d", got)
	}
	if data := caller(t, e, "").OK(`{ system(slug: "imaginary-ridge") { name } }`, nil); data.Get("system", "name") != "Imaginary Ridge" {
		t.Errorf("the API answers %v", data)
	}

	// The Data API takes a signed request and no other.
	body := fmt.Sprintf(`{"resourceArn": %q, "secretArn": %q, "sql": "SELECT 40 + 2 AS n"}`, e.ResourceARN, e.SecretARN)
	if code, text := dataAPI(t, e, body, true); code != 200 || !strings.Contains(text, `"longValue":42`) {
		t.Errorf("the Data API answers %d %s", code, text)
	}
	if code, text := dataAPI(t, e, body, false); code == 200 {
		t.Errorf("the Data API answers an unsigned request: %s", text)
	}

	// An account that was printed can write; what it wrote is there after a restart.
	password := accounts(t, dir)["rider"]
	if !strings.Contains(c.out.String(), password) {
		t.Error("the rider's password is not printed")
	}
	token := signIn(t, e, "rider", password)
	subject := caller(t, e, "").OK(`{ trail(slug: "daydream-descent") { id } }`, nil).Get("trail", "id")
	caller(t, e, token).OK(`mutation($i: CreateTipInput!) { createTip(input: $i) { id } }`, map[string]any{"i": map[string]any{"subjectId": subject, "kind": "TIP", "body": "Before the restart."}})
	c.interrupt()
	if _, err := os.Stat(filepath.Join(dir, "endpoints.json")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("endpoints.json is left behind: %v", err)
	}

	again, e2 := up(t, dir)
	if e2.APIKey != e.APIKey || accounts(t, dir)["rider"] != password {
		t.Error("the second up has another key or other passwords")
	}
	if tips := caller(t, e2, "").OK(`query($f: TipFilter) { tips(filter: $f) { nodes { body } } }`, map[string]any{"f": map[string]any{"subjectId": []any{subject}}}); !strings.Contains(string(tips.Raw), "Before the restart.") {
		t.Error("the tip is gone after the restart")
	}

	// A second program on the same directory is sent away by name of the first.
	run(t, "", "up", "--data-dir", dir, "--site-port", "0", "--api-port", "0", "--data-api-port", "0").says(1, fmt.Sprint(again.cmd.Process.Pid))
	if status(t, e2.Site+"/") != 200 {
		t.Error("the first one was disturbed")
	}
	again.interrupt()
}

func TestFresh(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(place(t), "data")
	c, e := up(t, dir)
	c.interrupt()
	args := []string{"up", "--data-dir", dir, "--site-port", "0", "--api-port", "0", "--data-api-port", "0", "--fresh"}
	run(t, "no\n", args...).says(2, "nothing was deleted")
	if _, err := os.Stat(filepath.Join(dir, "secrets.json")); err != nil {
		t.Errorf("after saying no: %v", err)
	}
	again, e2 := up(t, dir, "--fresh", "--yes")
	if e2.APIKey == e.APIKey {
		t.Error("--fresh --yes kept the old key")
	}
	again.interrupt()

	foreign := filepath.Join(place(t), "photos")
	if err := os.MkdirAll(foreign, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(foreign, "me.jpg"), []byte("me"), 0o644); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, foreign)
	run(t, "", "up", "--data-dir", foreign, "--site-port", "0", "--api-port", "0", "--data-api-port", "0").says(1, "not made by this program")
	run(t, "", "up", "--data-dir", foreign, "--fresh", "--yes").says(2, "left alone")
	run(t, "", "user", "add", "--data-dir", foreign, "anna").says(1, "not made by this program")
	if after := snapshot(t, foreign); after != before {
		t.Errorf("a foreign folder was\n%s\nand is\n%s", before, after)
	}

	// What somebody put into our directory stays when the wiki begins anew.
	mine := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(mine, []byte("keep"), 0o644); err != nil {
		t.Fatal(err)
	}
	third, _ := up(t, dir, "--fresh", "--yes")
	third.interrupt()
	if text, err := os.ReadFile(mine); err != nil || string(text) != "keep" {
		t.Errorf("a file beside ours: %q, %v", text, err)
	}
}

// up --watch reads the working tree again; what is broken is reported with its
// place while the last good version keeps serving.
func TestWatch(t *testing.T) {
	t.Parallel()
	tree := place(t)
	for _, dir := range []string{"api", "database/api", "content", "website"} {
		if err := os.CopyFS(filepath.Join(tree, dir), os.DirFS(filepath.Join("../..", dir))); err != nil {
			t.Fatal(err)
		}
	}
	c, e := upIn(t, tree, filepath.Join(place(t), "data"), "--watch")
	change := func(path, old, new string) {
		t.Helper()
		full := filepath.Join(tree, path)
		text, err := os.ReadFile(full)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), old) {
			t.Fatalf("%s doesn't have %q", path, old)
		}
		if err := os.WriteFile(full, []byte(strings.Replace(string(text), old, new, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	eventually := func(what string, ok func() bool) time.Duration {
		t.Helper()
		began := time.Now()
		for !ok() {
			if time.Since(began) > 20*time.Second {
				t.Fatalf("%s: not within 20 s\n%s", what, c.err.String())
			}
			time.Sleep(20 * time.Millisecond)
		}
		return time.Since(began)
	}
	names := func() string {
		a, err := caller(t, e, "").Read(t.Context(), `{ system(slug: "imaginary-ridge") { name tagline } search(query: "ridge", first: 1) { nodes { title } } }`, nil)
		if err != nil {
			return err.Error()
		}
		return fmt.Sprint(a.Data)
	}

	const response = "api/resolvers/Query.system.response.vtl"
	const node = "#foreach($row in $rows)$row.node#end"
	change(response, node, `{"name": "Watched"}`)
	took := eventually("a changed template", func() bool { return strings.Contains(names(), "Watched") })
	t.Logf("a changed template answers after %v", took)
	change(response, "#set($rows", "#set($rows.(")
	eventually("a broken template is reported", func() bool {
		return strings.Contains(c.err.String(), "Query.system.response.vtl:") && strings.Contains(c.err.String(), "keeps serving")
	})
	if !strings.Contains(names(), "Watched") {
		t.Errorf("the last good version doesn't serve: %s", names())
	}
	change(response, "#set($rows.(", "#set($rows")
	change(response, `{"name": "Watched"}`, node)
	eventually("a mended template", func() bool { return strings.Contains(names(), "Imaginary Ridge") })

	const function = "database/api/search/search_page.sql"
	change(function, "'title', p.title", "'title', 'Found by SQL'")
	eventually("a changed function", func() bool { return strings.Contains(names(), "Found by SQL") })
	change(function, "json_build_object(", "json_build_objekt(")
	eventually("a broken function is reported", func() bool { return strings.Contains(c.err.String(), "search_page.sql:") })
	if !strings.Contains(names(), "Found by SQL") {
		t.Errorf("the last good function doesn't serve: %s", names())
	}

	change("content/systems/imaginary-ridge/system.yaml", "tagline: ", "tagline: Watched. ")
	eventually("changed content", func() bool { return strings.Contains(names(), "Watched.") })

	change("website/templates/home.html", "Where to ride, and what awaits you there", "Watched as well")
	eventually("a changed page", func() bool {
		resp, err := http.Get(e.Site + "/")
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		return err == nil && strings.Contains(string(text), "Watched as well")
	})
	c.interrupt()
}

// snapshot is every file of a folder with its content.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		fmt.Fprintf(&b, "%s %q\n", path, text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	_, port, err := net.SplitHostPort(taken.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(place(t), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cluster := filepath.Join(place(t), "foreign")
	if err := os.MkdirAll(filepath.Join(cluster, "postgres"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(cluster, "postgres", "PG_VERSION"), []byte("15\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, cluster)
	t.Cleanup(func() {
		if after := snapshot(t, cluster); after != before {
			t.Errorf("somebody's cluster was\n%s\nand is\n%s", before, after)
		}
	})
	free := []string{"--site-port", "0", "--api-port", "0", "--data-api-port", "0"}
	for _, test := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"an unknown command", []string{"upp"}, 2, "upp"},
		{"no command", nil, 2, "mtbwiki"},
		{"an unknown flag", []string{"up", "--prot", "1"}, 2, "--prot"},
		{"a port that is none", []string{"up", "--site-port", "70000"}, 2, "between 0 and 65535"},
		{"a port in letters", []string{"up", "--site-port", "http"}, 2, "site-port"},
		{"an unknown stage", []string{"up", "--stage", "delta"}, 2, "alpha"},
		{"an occupied port", []string{"up", "--data-dir", filepath.Join(place(t), "d"), "--site-port", port, "--api-port", "0", "--data-api-port", "0"}, 1, "--site-port"},
		{"a file for a data directory", append([]string{"up", "--data-dir", filepath.Join(file, "below")}, free...), 1, "--data-dir"},
		{"somebody's cluster", append([]string{"up", "--data-dir", cluster}, free...), 1, "not made by this program"},
		{"a database that is down", append([]string{"up", "--data-dir", filepath.Join(place(t), "d"), "--database-url", "postgres://nobody@127.0.0.1:1/none"}, free...), 1, "database"},
		{"serve without a database", []string{"serve", "--public-url", "http://x.test"}, 2, "database-url"},
		{"serve with a public address that is none", []string{"serve", "--database-url", "postgres://x@127.0.0.1:1/x", "--public-url", "mtb"}, 2, "--public-url"},
		{"an issuer without client", []string{"serve", "--database-url", "postgres://x@127.0.0.1:1/x", "--public-url", "http://x.test", "--issuer", "https://i.test"}, 2, "go together"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			run(t, "", test.args...).says(test.code, test.want)
		})
	}
}

// serve: a database elsewhere, no accounts, no Data API; accounts by the command line.
func TestServe(t *testing.T) {
	t.Parallel()
	// A server of its own: serve gives the roles new passwords, and roles belong to
	// the whole server, which other tests share.
	server, err := postgres.Start(t.Context(), postgres.Config{DataDir: filepath.Join(place(t), "postgres"), Ephemeral: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := server.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	database := server.URL()
	dir := filepath.Join(place(t), "data")
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	site := "http://" + free.Addr().String()
	_, port, err := net.SplitHostPort(free.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	// By environment instead of flags.
	c := start(t, "", []string{"MTBWIKI_DATABASE_URL=" + database, "MTBWIKI_PUBLIC_URL=" + site, "MTBWIKI_DATA_DIR=" + dir, "MTBWIKI_SITE_PORT=" + port, "MTBWIKI_API_PORT=0"}, "serve")
	c.dir = dir
	path := filepath.Join(dir, "endpoints.json")
	var e fabric.Endpoints
	deadline := time.Now().Add(90 * time.Second)
	for {
		if text, err := os.ReadFile(path); err == nil {
			if err := json.Unmarshal(text, &e); err != nil {
				t.Fatal(err)
			}
			break
		}
		select {
		case <-c.done:
			t.Fatalf("serve ended with %d:\n%s", c.code, c.err.String())
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatal("serve doesn't answer within 90 s")
		}
	}
	if e.DataAPI != "" {
		t.Errorf("serve has a Data API at %s", e.DataAPI)
	}
	if _, err := os.Stat(filepath.Join(dir, "accounts.json")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("serve made accounts: %v", err)
	}
	if data := caller(t, e, "").OK(`{ systems { totalCount } }`, nil); data.Get("systems", "totalCount") != 0.0 {
		t.Errorf("serve brought content: %v", data)
	}
	added := run(t, "", "user", "add", "--data-dir", dir, "--public-url", site, "anna")
	added.says(0, "anna ")
	run(t, "", "user", "grant", "--data-dir", dir, "--public-url", site, "anna", "moderators").says(0, "moderators")
	run(t, "", "user", "grant", "--data-dir", dir, "--public-url", site, "anna", "kings").says(2, "moderators")
	password := strings.TrimSpace(strings.TrimPrefix(added.out.String(), "anna "))
	token := signIn(t, e, "anna", password)
	caller(t, e, token).OK(`mutation { createRegion(input: {name: "Her region"}) { id } }`, nil)
	run(t, "", "seed", "--database-url", database).says(0, "entities made")
	run(t, "", "seed", "--database-url", database).says(0, "0 entities made")
	synthetic := []string{"seed", "synthetic", "--database-url", database, "--systems", "8", "--trails", "60"}
	run(t, "", append(synthetic, "--stage", "prod")...).says(2, "nothing invented comes into it")
	run(t, "", append(synthetic, "--regions", "9")...).says(2, "9 regions for 8 systems")
	run(t, "", append(synthetic, "--tables")...).says(0, "8 systems, 60 trails")
	run(t, "", synthetic...).says(2, "seed clean --seed 1")
	if data := caller(t, e, "").OK(`{ systems { totalCount } }`, nil); data.Get("systems", "totalCount") != 27.0 {
		t.Errorf("with 19 shipped systems and 8 synthetic ones: %v", data)
	}
	run(t, "", "seed", "clean", "--database-url", database, "--seed", "2").says(0, "nothing was changed")
	run(t, "", "seed", "clean", "--database-url", database).says(0, "of 1 seeds")
	if data := caller(t, e, "").OK(`{ systems { totalCount } }`, nil); data.Get("systems", "totalCount") != 19.0 {
		t.Errorf("after cleaning: %v", data)
	}
	run(t, "", "migrate", "--status", "--database-url", database).says(0, "up to date")
	c.interrupt()
}

func TestTools(t *testing.T) {
	t.Parallel()
	c := run(t, `{"name": "a", "template": "Hello $ctx.args.name", "context": {"ctx": {"args": {"name": "rider"}}}}`+"\nnonsense\n"+`{"name": "b", "template": "#if(", "context": {}}`+"\n", "vtl")
	lines := strings.Split(strings.TrimSpace(c.out.String()), "\n")
	if c.code != 0 || len(lines) != 3 {
		t.Fatalf("vtl ended with %d: %s%s", c.code, c.out.String(), c.err.String())
	}
	for i, want := range []string{`"output":"Hello rider"`, `"error":{`, `"kind":"parse"`} {
		if !strings.Contains(lines[i], want) {
			t.Errorf("line %d is %s, want %s", i+1, lines[i], want)
		}
	}
	run(t, `{"name": "a", "template": "#set($x = $ctx.args.n + 1)$x", "context": {"ctx": {"args": {"n": 2}}}}`+"\nnonsense\n", "vtl", "--trace").
		says(0, "set        $x = $ctx.args.n + 1 -> 3")
	run(t, "", "doctor").says(0, "PostgreSQL")
	run(t, "", "version").says(0, "mtbwiki")
	run(t, "", "--help").says(0, "serve")
}

func status(t *testing.T, address string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

func dataAPI(t *testing.T, e fabric.Endpoints, body string, signed bool) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.DataAPI+"/Execute", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if signed {
		hash := sha256.Sum256([]byte(body))
		credentials := aws.Credentials{AccessKeyID: e.AccessKeyID, SecretAccessKey: e.SecretAccessKey}
		if err := v4.NewSigner().SignHTTP(t.Context(), credentials, req, hex.EncodeToString(hash[:]), "rds-data", e.Region, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}
