//go:build unix

package postgres_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mtbwiki/mtbwiki/postgres"
)

// entry is a member of a test archive.
type entry struct {
	name string
	text string
	kind byte   // 0: a file
	link string // of a link
	size int64  // 0: the text's
}

func pack(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var buf bytes.Buffer
	zip := gzip.NewWriter(&buf)
	w := tar.NewWriter(zip)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Mode: 0o755, Size: int64(len(e.text)), Typeflag: tar.TypeReg, Linkname: e.link}
		if e.kind != 0 {
			h.Typeflag = e.kind
		}
		if e.size != 0 {
			h.Size = e.size
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil && !strings.Contains(err.Error(), "missed writing") {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// fakeMajor is a version that nobody has installed.
const fakeMajor = 99

// fake are binaries that do no more than say their version.
func fake() []entry {
	const script = "#!/bin/sh\necho 'postgres (PostgreSQL) 99.1'\n"
	return []entry{
		{name: "package/native/bin/", kind: tar.TypeDir},
		{name: "package/native/bin/postgres", text: script},
		{name: "package/native/bin/initdb", text: script},
		{name: "package/native/lib/libpq.so.5.99", text: "library"},
		{name: "package/native/pg-symlinks.json", text: `[{"source":"native/lib/libpq.so.5.99","target":"native/lib/libpq.so"}]`},
	}
}

func checksum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// serve answers every request with the archive, after fail has had its way.
func serve(t testing.TB, data []byte, fail func(n int, w http.ResponseWriter, r *http.Request) bool) (url string, requests *atomic.Int64) {
	t.Helper()
	requests = new(atomic.Int64)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := int(requests.Add(1))
		if fail != nil && fail(n, w, r) {
			return
		}
		http.ServeContent(w, r, "a.tgz", time.Time{}, bytes.NewReader(data))
	}))
	t.Cleanup(srv.Close)
	return srv.URL + "/{platform}/a.tgz", requests
}

func TestDownload(t *testing.T) {
	t.Parallel()
	data := pack(t, fake()...)
	url, requests := serve(t, data, nil)
	cache := filepath.Join(t.TempDir(), "cache")
	var mu sync.Mutex
	var said []string
	cfg := quiet(postgres.Config{
		Major:    fakeMajor,
		Download: postgres.DownloadConfig{Source: url, SHA256: strings.ToUpper(checksum(data)), CacheDir: cache},
		Progress: func(m string) {
			mu.Lock()
			defer mu.Unlock()
			said = append(said, m)
		},
	})
	// Several at once: one downloads, the others use what it got.
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			inst, err := postgres.Find(t.Context(), cfg)
			if err != nil {
				t.Error(err)
				return
			}
			if inst.Version != "99.1" || inst.Source != "download" {
				t.Errorf("found %+v", inst)
			}
			if text, err := os.ReadFile(filepath.Join(inst.BinDir, "../lib/libpq.so")); err != nil || string(text) != "library" {
				t.Errorf("the listed link gives %q, %v", text, err)
			}
		})
	}
	wg.Wait()
	if n := requests.Load(); n != 1 {
		t.Errorf("%d requests were made, want 1", n)
	}
	if all := strings.Join(said, "\n"); !strings.Contains(all, "downloading PostgreSQL") || !strings.Contains(all, "unpacking") {
		t.Errorf("progress said only %q", all)
	}
	// The source may vanish: the cache is enough.
	cfg.Download.Source = "http://127.0.0.1:1/gone.tgz"
	if _, err := postgres.Find(t.Context(), cfg); err != nil {
		t.Error(err)
	}
	left, err := filepath.Glob(filepath.Join(cache, "*.*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left in the cache: %v %v", left, err)
	}
}

func TestDownloadFromFile(t *testing.T) {
	t.Parallel()
	data := pack(t, fake()...)
	file := filepath.Join(t.TempDir(), "a.tgz")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, source := range []string{file, "file://" + file} {
		if _, err := postgres.Find(t.Context(), quiet(postgres.Config{Major: fakeMajor, Download: postgres.DownloadConfig{Source: source, SHA256: checksum(data), CacheDir: t.TempDir()}})); err != nil {
			t.Errorf("%s: %v", source, err)
		}
	}
	if _, err := os.Stat(file); err != nil {
		t.Errorf("the user's own file is gone: %v", err)
	}
}

func TestDownloadGoesOn(t *testing.T) {
	t.Parallel()
	entries := fake()
	entries[3].text = strings.Repeat("long ", 200000) + fmt.Sprint(time.Now()) // compresses, but not to nothing
	data := pack(t, entries...)
	tests := []struct {
		name string
		fail func(n int, w http.ResponseWriter, r *http.Request) bool
		want int64
	}{
		{"after an error of the server", func(n int, w http.ResponseWriter, r *http.Request) bool {
			if n == 1 {
				w.WriteHeader(http.StatusBadGateway)
			}
			return n == 1
		}, 2},
		{"where the line was cut", func(n int, w http.ResponseWriter, r *http.Request) bool {
			if n > 1 {
				if want := "bytes=" + strconv.Itoa(len(data)/2) + "-"; r.Header.Get("Range") != want {
					t.Errorf("Range = %q, want %q", r.Header.Get("Range"), want)
				}
				return false
			}
			w.Header().Set("Content-Length", strconv.Itoa(len(data)))
			if _, err := w.Write(data[:len(data)/2]); err != nil {
				t.Error(err)
			}
			return true // the handler ends too early: the connection is cut
		}, 2},
		{"from the start if the server has no ranges", func(n int, w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("Content-Length", strconv.Itoa(len(data)))
			part := data
			if n == 1 {
				part = data[:len(data)/3]
			}
			if _, err := w.Write(part); err != nil {
				t.Error(err)
			}
			return true
		}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			url, requests := serve(t, data, tt.fail)
			_, err := postgres.Find(t.Context(), quiet(postgres.Config{Major: fakeMajor, Download: postgres.DownloadConfig{Source: url, SHA256: checksum(data), CacheDir: t.TempDir()}}))
			if err != nil {
				t.Fatal(err)
			}
			if n := requests.Load(); n != tt.want {
				t.Errorf("%d requests, want %d", n, tt.want)
			}
		})
	}
}

func TestDownloadRefuses(t *testing.T) {
	t.Parallel()
	outside := filepath.Join(t.TempDir(), "outside")
	bad := func(e ...entry) func(t *testing.T) []byte {
		return func(t *testing.T) []byte { return pack(t, append(fake(), e...)...) }
	}
	tests := []struct {
		name string
		data func(t *testing.T) []byte
		sum  string // "": the right one
		fail func(n int, w http.ResponseWriter, r *http.Request) bool
		want string
	}{
		{name: "a wrong checksum", data: bad(), sum: strings.Repeat("0", 64), want: "expected is 0000"},
		{name: "no checksum", data: bad(), sum: "abc", want: "no SHA-256 checksum"},
		{name: "nothing there", data: bad(), fail: func(n int, w http.ResponseWriter, r *http.Request) bool {
			http.NotFound(w, r)
			return true
		}, want: "404 Not Found"},
		{name: "a page instead of an archive", data: func(*testing.T) []byte { return []byte("<html>Please sign in</html>") }, want: "no gzipped tar archive"},
		{name: "a name that climbs", data: bad(entry{name: "../../escape", text: "x"}), want: "leads out"},
		{name: "an absolute name", data: bad(entry{name: outside, text: "x"}), want: "leads out"},
		{name: "a backslash name", data: bad(entry{name: `..\escape`, text: "x"}), want: "leads out"},
		{name: "a link that climbs", data: bad(entry{name: "package/l", kind: tar.TypeSymlink, link: "../../../escape"}), want: "leads out"},
		{name: "an absolute link", data: bad(entry{name: "package/l", kind: tar.TypeSymlink, link: outside}), want: "leads out"},
		{name: "a file through a link", data: bad(entry{name: "package/l", kind: tar.TypeSymlink, link: "native"}, entry{name: "package/l/x", text: "x"}), want: "exists"},
		{name: "a hard link", data: bad(entry{name: "package/h", kind: tar.TypeLink, link: "/etc/passwd"}), want: "no place"},
		{name: "a device", data: bad(entry{name: "package/d", kind: tar.TypeChar}), want: "no place"},
		{name: "a file twice", data: bad(entry{name: "package/native/bin/postgres", text: "x"}), want: "exists"},
		{name: "a bomb", data: bad(entry{name: "package/zeros", size: 3 << 30}), want: "more than 2048 MB"},
		{name: "a listed link that climbs", data: func(t *testing.T) []byte {
			e := fake()
			e[4].text = `[{"source":"../../../../etc/passwd","target":"native/lib/libpq.so"}]`
			return pack(t, e...)
		}, want: "leads out"},
		{name: "no binaries", data: func(t *testing.T) []byte { return pack(t, entry{name: "README", text: "x"}) }, want: "no bin/postgres"},
		{name: "another version", data: func(t *testing.T) []byte {
			e := fake()
			e[1].text = "#!/bin/sh\necho 'postgres (PostgreSQL) 98.1'\n"
			return pack(t, e...)
		}, want: "holds PostgreSQL 98.1, wanted is 99"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			data := tt.data(t)
			sum := tt.sum
			if sum == "" {
				sum = checksum(data)
			}
			url, _ := serve(t, data, tt.fail)
			dir := t.TempDir()
			_, err := postgres.Find(t.Context(), quiet(postgres.Config{Major: fakeMajor, Download: postgres.DownloadConfig{Source: url, SHA256: sum, CacheDir: filepath.Join(dir, "a", "cache")}}))
			if err == nil {
				t.Fatal("Find succeeded")
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %q doesn't say %q", err, tt.want)
			}
			for _, name := range []string{outside, filepath.Join(dir, "escape"), filepath.Join(dir, "a", "escape"), filepath.Join(dir, "a", "cache", "escape")} {
				if _, err := os.Lstat(name); err == nil {
					t.Errorf("%s was written", name)
				}
			}
			if parts, err := filepath.Glob(filepath.Join(dir, "a", "cache", "*.new")); err != nil || len(parts) > 0 {
				t.Errorf("left behind: %v %v", parts, err)
			}
		})
	}
}

// TestDownloadedServerRuns packs the installed PostgreSQL into an archive, as
// Debian lays it out below /usr, and runs it from the cache.
func TestDownloadedServerRuns(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("packs a whole PostgreSQL")
	}
	installed, err := postgres.Find(t.Context(), postgres.Config{Download: postgres.DownloadConfig{Disabled: true}})
	if err != nil {
		t.Skipf("no PostgreSQL to pack: %v", err)
	}
	lib := filepath.Dir(installed.BinDir)
	share := filepath.Join("/usr/share/postgresql", strconv.Itoa(installed.Major))
	if runtime.GOOS != "linux" || !strings.HasPrefix(lib, "/usr/lib/postgresql/") {
		t.Skipf("PostgreSQL in %s isn't laid out as Debian does", lib)
	}
	var buf bytes.Buffer
	zip, err := gzip.NewWriterLevel(&buf, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(zip)
	for _, dir := range []string{lib, share} {
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() && (d.Name() == "man" || d.Name() == "bitcode" || d.Name() == "pgxs") {
				return cmpErr(err, fs.SkipDir)
			}
			info, err := os.Stat(name)
			if err != nil || !info.Mode().IsRegular() {
				return nil // folders come with their files; dangling links don't matter
			}
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel("/usr", name)
			if err != nil {
				return err
			}
			if err := w.WriteHeader(&tar.Header{Name: rel, Mode: int64(info.Mode().Perm()), Size: int64(len(text)), Typeflag: tar.TypeReg}); err != nil {
				return err
			}
			_, err = w.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	url, _ := serve(t, buf.Bytes(), nil)
	root := publicDir(t)
	download := postgres.DownloadConfig{Source: url, SHA256: checksum(buf.Bytes()), CacheDir: filepath.Join(root, "cache")}
	_, err = postgres.Find(t.Context(), quiet(postgres.Config{Major: fakeMajor, Download: download}))
	if err == nil || !strings.Contains(err.Error(), "wanted is 99") {
		t.Fatalf("asked for version 99: %v", err)
	}
	bin, err := filepath.Glob(filepath.Join(root, "cache", "*", "lib/postgresql/*/bin"))
	if err != nil || len(bin) != 1 {
		t.Fatalf("unpacked binaries: %v %v", bin, err)
	}
	srv := start(t, postgres.Config{DataDir: filepath.Join(root, "data"), BinDir: bin[0], Ephemeral: true})
	if got := ask(t, srv.URL(), "SELECT count(*)::text FROM pg_available_extensions WHERE name = 'plpgsql'"); got != "1" {
		t.Errorf("the server doesn't find its own files: %s", got)
	}
}

func cmpErr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
