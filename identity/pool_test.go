package identity_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/mtbwiki/mtbwiki/identity"
)

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	valid := func(dir string) identity.Config {
		return identity.Config{
			Dir: dir, Issuer: "https://riders.example/identity",
			Clients: []identity.Client{{ID: "website", RedirectURIs: []string{"https://riders.example/callback"}}},
		}
	}
	tests := []struct {
		name   string
		change func(*identity.Config)
		want   string // empty: accepted
	}{
		{"valid", func(*identity.Config) {}, ""},
		{"loopback over http", func(c *identity.Config) { c.Issuer = "http://[::1]:8080/identity" }, ""},
		{"issuer without path", func(c *identity.Config) { c.Issuer = "http://localhost:8080" }, ""},
		{"http accepted", func(c *identity.Config) { c.Issuer, c.AllowHTTP = "http://192.0.2.1/identity", true }, ""},
		{"no directory", func(c *identity.Config) { c.Dir = "" }, "Config.Dir is empty"},
		{"no issuer", func(c *identity.Config) { c.Issuer = "" }, "not an absolute URL"},
		{"http issuer", func(c *identity.Config) { c.Issuer = "http://riders.example/identity" }, "use https or set AllowHTTP"},
		{"trailing slash", func(c *identity.Config) { c.Issuer += "/" }, "trailing slash"},
		{"query", func(c *identity.Config) { c.Issuer += "?a=b" }, "query"},
		{"pattern in path", func(c *identity.Config) { c.Issuer += "/{x}" }, "plain path"},
		{"unclean path", func(c *identity.Config) { c.Issuer = "https://riders.example//identity" }, "plain path"},
		{"dots in path", func(c *identity.Config) { c.Issuer = "https://riders.example/a/../b" }, "plain path"},
		{"other scheme", func(c *identity.Config) { c.Issuer = "ftp://riders.example/identity" }, "https or http"},
		{"no clients", func(c *identity.Config) { c.Clients = nil }, "no clients"},
		{"client without id", func(c *identity.Config) { c.Clients[0].ID = "" }, "client id"},
		{"client twice", func(c *identity.Config) { c.Clients = append(c.Clients, c.Clients[0]) }, "twice"},
		{"client without redirect", func(c *identity.Config) { c.Clients[0].RedirectURIs = nil }, "no redirect URI"},
		{"fragment", func(c *identity.Config) { c.Clients[0].RedirectURIs = []string{"https://a.example/#x"} }, "fragment"},
		{"user", func(c *identity.Config) { c.Clients[0].LogoutURIs = []string{"https://a@b.example/"} }, "without user"},
		{"script", func(c *identity.Config) { c.Clients[0].RedirectURIs = []string{"javascript:alert(1)"} }, "not an absolute URL"},
		{"negative lifetime", func(c *identity.Config) { c.TokenLifetime = -1 }, "negative"},
		{"group with space", func(c *identity.Config) { c.SignUpGroups = []string{"a b"} }, "sign-up groups"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := valid(t.TempDir())
			tt.change(&cfg)
			_, err := identity.Open(cfg)
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if !errors.Is(err, identity.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestCreateUserRefuses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	many := make([]string, 101)
	for i := range many {
		many[i] = "group" + strconv.Itoa(i)
	}
	tests := []struct {
		name     string
		user     identity.User
		password string
		want     error
	}{
		{"taken", identity.User{Username: "ana"}, password, identity.ErrUserExists},
		{"taken in full width", identity.User{Username: "Ａｎａ"}, password, identity.ErrUserExists},
		{"empty", identity.User{}, password, identity.ErrInvalid},
		{"long", identity.User{Username: strings.Repeat("ä", 129)}, password, identity.ErrInvalid},
		{"path", identity.User{Username: "../ana"}, password, identity.ErrInvalid},
		{"line break", identity.User{Username: "a\nb"}, password, identity.ErrInvalid},
		{"direction override", identity.User{Username: "a\u202eb"}, password, identity.ErrInvalid},
		{"leading mark", identity.User{Username: "\u0301a"}, password, identity.ErrInvalid},
		{"not text", identity.User{Username: "a\xff"}, password, identity.ErrInvalid},
		{"address with name", identity.User{Username: "x", Email: "X <x@example.org>"}, password, identity.ErrInvalid},
		{"address with line break", identity.User{Username: "x", Email: "x@example.org\nBcc: y@example.org"}, password, identity.ErrInvalid},
		{"long address", identity.User{Username: "x", Email: strings.Repeat("x", 250) + "@example.org"}, password, identity.ErrInvalid},
		{"empty group", identity.User{Username: "x", Groups: []string{""}}, password, identity.ErrInvalid},
		{"many groups", identity.User{Username: "x", Groups: many}, password, identity.ErrInvalid},
		{"short password", identity.User{Username: "x"}, "123456789", identity.ErrInvalid},
		{"long password", identity.User{Username: "x"}, strings.Repeat("ab", 129), identity.ErrInvalid},
		{"repeated character", identity.User{Username: "x"}, strings.Repeat("ä", 12), identity.ErrInvalid},
		{"own name", identity.User{Username: "kilimanjaro"}, "KiliManjaro", identity.ErrInvalid},
		{"own address", identity.User{Username: "x", Email: "xx@example.org"}, "xx@example.org", identity.ErrInvalid},
		{"password not text", identity.User{Username: "x"}, "\xff\xfe-and-some-more", identity.ErrInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := b.pool.CreateUser(t.Context(), tt.user, tt.password); !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
		})
	}
}

func TestUsers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	created := b.clock.Now().UTC()
	zoe, err := b.pool.CreateUser(ctx, identity.User{Username: "Zoë", Groups: []string{"riders", "riders"}, Disabled: true}, password)
	if err != nil {
		t.Fatal(err)
	}
	b.clock.Advance(time.Minute)
	for _, err := range []error{
		b.pool.SetGroups(ctx, "ana", []string{"riders"}),
		b.pool.AddGroup(ctx, "ANA", "admins"),
		b.pool.AddGroup(ctx, "ana", "admins"),
		b.pool.RemoveGroup(ctx, "ana", "riders"),
		b.pool.RemoveGroup(ctx, "ana", "nobody"),
		b.pool.SetEmail(ctx, "ana", "new@example.org", false),
		b.pool.Enable(ctx, "zoë"),
		b.pool.SetEmail(ctx, "zoë", "", true),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []identity.User{
		{Sub: b.ana.Sub, Username: "Ana", Email: "new@example.org", Groups: []string{"admins"}, Created: created, Modified: created.Add(time.Minute)},
		{Sub: zoe.Sub, Username: "Zoë", Groups: []string{"riders"}, Created: created, Modified: created.Add(time.Minute)},
	}
	// A second pool stands for another process, or for the next start.
	other, err := identity.Open(b.config())
	if err != nil {
		t.Fatal(err)
	}
	for name, pool := range map[string]*identity.Pool{"same": b.pool, "other": other} {
		got, err := pool.Users()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("users of the %s pool (-want +got):\n%s", name, diff)
		}
	}
	if err := other.DeleteUser(ctx, "ANA"); err != nil {
		t.Fatal(err)
	}
	_, err = b.pool.User("ana")
	for what, err := range map[string]error{
		"user":     err,
		"delete":   b.pool.DeleteUser(ctx, "ana"),
		"password": b.pool.SetPassword(ctx, "ana", password),
		"groups":   b.pool.SetGroups(ctx, "ana", nil),
		"disable":  b.pool.Disable(ctx, "ana"),
	} {
		if !errors.Is(err, identity.ErrUserNotFound) {
			t.Errorf("%s of a deleted user: %v", what, err)
		}
	}
	again, err := b.pool.CreateUser(ctx, identity.User{Username: "ana"}, password)
	if err != nil {
		t.Fatal(err)
	}
	if again.Sub == b.ana.Sub {
		t.Error("a subject was given twice")
	}
}

// TestSessionsEnd checks every administrative act that must end sessions.
func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(context.Context, *identity.Pool) error{
		"password": func(ctx context.Context, p *identity.Pool) error {
			return p.SetPassword(ctx, "ana", "another good one")
		},
		"disable":  func(ctx context.Context, p *identity.Pool) error { return p.Disable(ctx, "ana") },
		"sign out": func(ctx context.Context, p *identity.Pool) error { return p.SignOutEverywhere(ctx, "ana") },
		"delete":   func(ctx context.Context, p *identity.Pool) error { return p.DeleteUser(ctx, "ana") },
		"recreate": func(ctx context.Context, p *identity.Pool) error {
			if err := p.DeleteUser(ctx, "ana"); err != nil {
				return err
			}
			_, err := p.CreateUser(ctx, identity.User{Username: "ana"}, password)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			tokens, err := b.pool.IssueTokens("ana", clientID)
			if err != nil {
				t.Fatal(err)
			}
			code, verifier := b.code()
			if err := act(t.Context(), b.pool); err != nil {
				t.Fatal(err)
			}
			if res := b.refresh(tokens.RefreshToken); res.StatusCode != 400 || res.json(t)["error"] != "invalid_grant" {
				t.Errorf("refresh: status %d, %s", res.StatusCode, res.body)
			}
			if res := b.userInfo(tokens.AccessToken); res.StatusCode != 401 {
				t.Errorf("user info: status %d", res.StatusCode)
			}
			// A code handed out before the act is good unless the account is gone.
			res := b.exchange(code, verifier)
			if want := map[string]int{"disable": 400, "delete": 400, "recreate": 400}[name]; want != 0 && res.StatusCode != want {
				t.Errorf("code: status %d, %s", res.StatusCode, res.body)
			}
		})
	}
}

func TestGroupsReachTheNextToken(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tokens, err := b.pool.IssueTokens("ana", clientID)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.pool.SetGroups(t.Context(), "ana", []string{"admins"}); err != nil {
		t.Fatal(err)
	}
	claims := b.claims(text(b.refresh(tokens.RefreshToken).json(t)["id_token"]))
	if diff := cmp.Diff([]any{"admins"}, claims["cognito:groups"]); diff != "" {
		t.Error(diff)
	}
}

func TestIssueTokensRefuses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if _, err := b.pool.IssueTokens("nobody", clientID); !errors.Is(err, identity.ErrUserNotFound) {
		t.Errorf("unknown user: %v", err)
	}
	if _, err := b.pool.IssueTokens("ana", "evil"); !errors.Is(err, identity.ErrClientNotFound) {
		t.Errorf("unknown client: %v", err)
	}
	if err := b.pool.Disable(t.Context(), "ana"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.pool.IssueTokens("ana", clientID); !errors.Is(err, identity.ErrUserDisabled) {
		t.Errorf("disabled user: %v", err)
	}
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tokens, err := b.pool.IssueTokens("ana", clientID)
	if err != nil {
		t.Fatal(err)
	}
	first := tokens.RefreshToken
	if res := b.token("grant_type", "refresh_token", "client_id", otherClient, "refresh_token", first); res.json(t)["error"] != "invalid_grant" {
		t.Errorf("another client: %s", res.body)
	}
	if res := b.token("grant_type", "refresh_token", "client_id", clientID, "refresh_token", first, "scope", "openid root"); res.json(t)["error"] != "invalid_scope" {
		t.Errorf("more scope: %s", res.body)
	}
	narrow := b.token("grant_type", "refresh_token", "client_id", clientID, "refresh_token", first, "scope", "email")
	if v := narrow.json(t); v["scope"] != "email" || v["id_token"] != nil || text(v["access_token"]) == "" {
		t.Errorf("less scope: %s", narrow.body)
	}
	second := text(narrow.json(t)["refresh_token"])
	// The answer got lost: the client asks again.
	repeated := b.refresh(first)
	if v := repeated.json(t); repeated.StatusCode != 200 || text(v["id_token"]) == "" {
		t.Errorf("repeated within the grace period: %s", repeated.body)
	}
	if res := b.token("grant_type", "refresh_token", "client_id", otherClient, "refresh_token", second); res.json(t)["error"] != "invalid_grant" {
		t.Errorf("another client: %s", res.body)
	}
	if res := newBrowser(t).post(b.issuer+"/oauth2/revoke", values("client_id", otherClient, "token", second)); res.StatusCode != 400 {
		t.Errorf("revoked by another client: status %d", res.StatusCode)
	}
	if res := newBrowser(t).post(b.issuer+"/oauth2/revoke", values("client_id", clientID, "token", "unknown")); res.StatusCode != 200 {
		t.Errorf("revoking nothing: status %d", res.StatusCode)
	}
	if res := newBrowser(t).post(b.issuer+"/oauth2/revoke", values("client_id", clientID)); res.StatusCode != 400 {
		t.Errorf("revoke without token: status %d", res.StatusCode)
	}
	if res := b.refresh(second); res.StatusCode != 200 {
		t.Errorf("second token: %s", res.body)
	}
	b.clock.Advance(10 * time.Second)
	if res := b.refresh(first); res.json(t)["error"] != "invalid_grant" {
		t.Errorf("first token after the grace period: %s", res.body)
	}
	if res := b.refresh(text(repeated.json(t)["refresh_token"])); res.json(t)["error"] != "invalid_grant" {
		t.Errorf("the session outlived a stolen token: %s", res.body)
	}

	last, err := b.pool.IssueTokens("ana", clientID)
	if err != nil {
		t.Fatal(err)
	}
	b.clock.Advance(30 * 24 * time.Hour)
	if res := b.refresh(last.RefreshToken); res.json(t)["error"] != "invalid_grant" {
		t.Errorf("expired session: %s", res.body)
	}
}

// TestRefreshRotation lets an honest client and a thief use tokens in any order
// and time, and compares with a model: a token works until it was exchanged and
// its grace period passed; one that comes back later ends the session.
func TestRefreshRotation(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	rapid.Check(t, func(rt *rapid.T) {
		tokens, err := b.pool.IssueTokens("ana", clientID)
		if err != nil {
			rt.Fatal(err)
		}
		type known struct {
			token string
			used  time.Time
		}
		all := []*known{{token: tokens.RefreshToken}}
		ended := false
		for range rapid.IntRange(1, 8).Draw(rt, "steps") {
			b.clock.Advance(time.Duration(rapid.IntRange(0, 12).Draw(rt, "seconds")) * time.Second)
			k := all[rapid.IntRange(0, len(all)-1).Draw(rt, "token")]
			now := b.clock.Now()
			stale := !k.used.IsZero() && now.Sub(k.used) >= 10*time.Second
			res := b.refresh(k.token)
			if want := !ended && !stale; (res.StatusCode == 200) != want {
				rt.Fatalf("status %d, want success %v: %s", res.StatusCode, want, res.body)
			}
			ended = ended || stale
			if res.StatusCode != 200 {
				continue
			}
			if k.used.IsZero() {
				k.used = now
			}
			live := 0
			for _, k := range all {
				if k.used.IsZero() {
					live++
				}
			}
			if live >= 5 {
				return // beyond the limit the oldest gives way, which the model leaves out
			}
			all = append(all, &known{token: text(res.json(t)["refresh_token"])})
		}
	})
}

// TestSessionsAreBounded checks that neither many sign-ins nor many refreshes
// make an account's file grow without end.
func TestSessionsAreBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tokensInFile := func() int {
		files, err := filepath.Glob(filepath.Join(b.dir, "users", "*.json"))
		if err != nil || len(files) != 1 {
			t.Fatalf("files %v, error %v", files, err)
		}
		data, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		return strings.Count(string(data), `"hash":`)
	}
	oldest, err := b.pool.IssueTokens("ana", clientID)
	if err != nil {
		t.Fatal(err)
	}
	var newest identity.Tokens
	for range 60 {
		if newest, err = b.pool.IssueTokens("ana", clientID); err != nil {
			t.Fatal(err)
		}
	}
	if res := b.refresh(oldest.RefreshToken); res.StatusCode != 400 {
		t.Errorf("the oldest of 61 sessions: status %d", res.StatusCode)
	}
	for range 60 {
		res := b.refresh(newest.RefreshToken)
		if res.StatusCode != 200 {
			t.Fatalf("status %d, %s", res.StatusCode, res.body)
		}
		newest.RefreshToken = text(res.json(t)["refresh_token"])
	}
	// 50 sessions, one of which remembers up to 20 tokens within the grace period.
	if n := tokensInFile(); n < 50 || n > 70 {
		t.Errorf("the account's file has %d tokens", n)
	}
}

func TestFilesArePrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no permission bits")
	}
	b := newBench(t)
	tokens, err := b.pool.IssueTokens("ana", clientID)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	err = filepath.WalkDir(b.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == b.dir {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		seen++
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		if d.IsDir() {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, secret := range []string{password, tokens.RefreshToken, tokens.AccessToken} {
			if strings.Contains(string(data), secret) {
				t.Errorf("%s holds a secret in the clear", path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 5 {
		t.Errorf("only %d files were checked", seen)
	}
}

func TestDamagedFiles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file, content, want string
	}{
		{"half an account", "users/x.json", `{"version":1,`, "damaged"},
		{"account in the wrong file", "users/00000000000000000000000000000000.json", `{"version":1,"sub":"x","username":"ana"}`, "does not hold the account"},
		{"newer version", "users/00000000000000000000000000000000.json", `{"version":2,"sub":"x","username":"ana"}`, "version 2"},
		{"huge account", "users/x.json", strings.Repeat(" ", 2<<20), "more than an account can have"},
		{"signing key", "signing-key.pem", "x", "not a PEM private key"},
		{"short form key", "form-key", "x", "delete it and a new one is made"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			if err := os.WriteFile(filepath.Join(b.dir, filepath.FromSlash(tt.file)), []byte(tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := identity.Open(b.config()); err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), filepath.Base(tt.file)) {
				t.Errorf("error %v, want one that names the file and says %q", err, tt.want)
			}
		})
	}
	t.Run("leftover of a killed process", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		leftover := filepath.Join(b.dir, "users", ".new-123")
		if err := os.WriteFile(leftover, []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := identity.Open(b.config()); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(leftover); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("leftover: %v", err)
		}
	})
}

// TestConcurrentChanges lets two pools on one directory, standing for two
// processes, change one account: no change may be lost.
func TestConcurrentChanges(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	other, err := identity.Open(b.config())
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 90 {
		pool := []*identity.Pool{b.pool, other}[i%2]
		wg.Go(func() {
			if err := pool.AddGroup(t.Context(), "ana", "group"+strconv.Itoa(i)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	u, err := b.pool.User("ana")
	if err != nil {
		t.Fatal(err)
	}
	if len(u.Groups) != 92 {
		t.Errorf("%d groups, want 92: %v", len(u.Groups), u.Groups)
	}
}

// TestConcurrentCode presents one code many times at once: at most one may get
// tokens, and as the others are reuse, the session must be gone at the end.
func TestConcurrentCode(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	code, verifier := b.code()
	answers := make([]answer, 8)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() { answers[i] = b.exchange(code, verifier) })
	}
	wg.Wait()
	var won []answer
	for _, a := range answers {
		if a.StatusCode == 200 {
			won = append(won, a)
		}
	}
	if len(won) != 1 {
		t.Fatalf("%d of %d presentations got tokens", len(won), len(answers))
	}
	if res := b.refresh(text(won[0].json(t)["refresh_token"])); res.StatusCode != 400 {
		t.Errorf("refresh: status %d", res.StatusCode)
	}
}

// TestKilledProcess kills a process in the middle of writing, without warning,
// and looks whether what it had acknowledged is there.
func TestKilledProcess(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for round := range 5 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWriteUntilKilled$")
		cmd.Env = append(os.Environ(), "IDENTITY_WRITE_DIR="+b.dir, "IDENTITY_WRITE_ISSUER="+b.issuer)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		acknowledged := -1
		lines := bufio.NewScanner(out)
		for acknowledged < 10+7*round && lines.Scan() {
			if n, err := strconv.Atoi(strings.TrimPrefix(lines.Text(), "wrote ")); err == nil {
				acknowledged = n
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
			if n, err := strconv.Atoi(strings.TrimPrefix(lines.Text(), "wrote ")); err == nil {
				acknowledged = n
			}
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("the writer ended by itself")
		}
		if acknowledged < 10 {
			t.Fatalf("the writer acknowledged only %d changes", acknowledged)
		}
		pool, err := identity.Open(b.config())
		if err != nil {
			t.Fatalf("after the kill: %v", err)
		}
		u, err := pool.User("ana")
		if err != nil {
			t.Fatal(err)
		}
		found, err := strconv.Atoi(u.Groups[0])
		if err != nil {
			t.Fatal(err)
		}
		if found < acknowledged {
			t.Errorf("change %d was acknowledged, %d is there", acknowledged, found)
		}
	}
}

// TestWriteUntilKilled is the process that TestKilledProcess kills.
func TestWriteUntilKilled(t *testing.T) {
	dir := os.Getenv("IDENTITY_WRITE_DIR")
	if dir == "" {
		t.Skip("runs only as a child of TestKilledProcess")
	}
	pool, err := identity.Open(identity.Config{
		Dir: dir, Issuer: os.Getenv("IDENTITY_WRITE_ISSUER"),
		Clients: []identity.Client{{ID: clientID, RedirectURIs: []string{redirectURI}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 1_000_000 {
		if err := pool.SetGroups(context.Background(), "ana", []string{strconv.Itoa(i)}); err != nil {
			t.Fatal(err)
		}
		fmt.Printf("wrote %d\n", i)
	}
}

func TestRandomPassword(t *testing.T) {
	t.Parallel()
	a, err := identity.RandomPassword()
	if err != nil {
		t.Fatal(err)
	}
	b, err := identity.RandomPassword()
	if err != nil {
		t.Fatal(err)
	}
	if a == b || len(a) != 26 {
		t.Errorf("passwords %q and %q", a, b)
	}
}
