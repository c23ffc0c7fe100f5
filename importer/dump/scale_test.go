package dump_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime/metrics"
	"strconv"
	"testing"
	"time"

	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
	"github.com/mtbwiki/mtbwiki/importer/dump"
	"github.com/mtbwiki/mtbwiki/synthetic"
	"github.com/mtbwiki/mtbwiki/synthetic/load"
)

// maxMemory is the most memory of the program that writing or restoring a dump of any size may
// take: both go record by record. What they keep of the whole wiki is the ids of hidden pages.
const maxMemory = 256 << 20

// TestScale holds that a dump of a large wiki, restored and dumped again, is the same to the
// byte, in memory that doesn't grow with the wiki. MTBWIKI_DUMP_TRAILS says how many trails it
// has; mtbwiki check --full takes 100,000.
func TestScale(t *testing.T) {
	trails := 300
	if text := os.Getenv("MTBWIKI_DUMP_TRAILS"); text != "" {
		var err error
		if trails, err = strconv.Atoi(text); err != nil || trails < 100 {
			t.Fatalf("MTBWIKI_DUMP_TRAILS is %q; it is a number of trails, at least 100", text)
		}
	} else {
		t.Parallel() // memory is then shared with other tests, and judged all the same
	}
	db, other := databasetest.New(t, fabrictest.Vocabularies), databasetest.New(t)
	conn, err := db.Owner.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_, err = load.Seed(t.Context(), conn.Conn(), synthetic.Params{Seed: 3, Systems: trails / 10, Trails: trails}, load.Options{ChunkTrails: 500})
	conn.Release()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d trails made in %.1f s", trails, time.Since(began).Seconds())

	folder := t.TempDir()
	first, second := filepath.Join(folder, "first"), filepath.Join(folder, "second")
	var m, restored *dump.Manifest
	measure(t, "written", func() (err error) { m, err = dump.Write(t.Context(), db.Owner, first); return err })
	measure(t, "restored", func() (err error) {
		restored, err = dump.Restore(t.Context(), other.Owner, os.DirFS(first), func(file string) { t.Logf("%6.1f s: %s", time.Since(began).Seconds(), file) })
		return err
	})
	measure(t, "written again", func() error { _, err := dump.Write(t.Context(), other.Owner, second); return err })
	if len(m.Files) != len(restored.Files) {
		t.Errorf("%d files were written, %d restored", len(m.Files), len(restored.Files))
	}
	var size int64
	names := []string{"manifest.json"}
	for _, f := range m.Files {
		names = append(names, f.Name)
		if f.Name == "trail.ndjson" && f.Records < int64(trails)*9/10 {
			t.Errorf("of %d trails %d are in the dump: this test says little", trails, f.Records)
		}
	}
	for _, name := range names {
		size += same(t, filepath.Join(first, name), filepath.Join(second, name))
	}
	t.Logf("%d files with %.1f MB are the same to the byte", len(names), float64(size)/1e6)
}

// measure runs f and tells how long it took and how much memory the program had at most.
func measure(t *testing.T, what string, f func() error) {
	t.Helper()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			metrics.Read(sample)
			most = max(most, sample[0].Value.Uint64())
			select {
			case <-tick.C:
			case <-done:
				peak <- most
				return
			}
		}
	}()
	began := time.Now()
	err := f()
	took := time.Since(began)
	close(done)
	most := <-peak
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	t.Logf("%s in %.1f s, at most %.0f MB of heap", what, took.Seconds(), float64(most)/1e6)
	if most > maxMemory {
		t.Errorf("%s with %d bytes of heap, more than %d", what, most, maxMemory)
	}
}

// same compares two files without reading either whole, and gives their size.
func same(t *testing.T, a, b string) (size int64) {
	t.Helper()
	one, err := os.Open(a)
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	two, err := os.Open(b)
	if err != nil {
		t.Fatal(err)
	}
	defer two.Close()
	x, y := make([]byte, 1<<20), make([]byte, 1<<20)
	for {
		n, err1 := io.ReadFull(one, x)
		k, err2 := io.ReadFull(two, y)
		if !bytes.Equal(x[:n], y[:k]) {
			t.Errorf("%s isn't the same after being restored, from somewhere behind byte %d", filepath.Base(a), size)
			return size
		}
		size += int64(n)
		switch {
		case err1 == nil && err2 == nil:
		case errors.Is(err1, io.EOF) || errors.Is(err1, io.ErrUnexpectedEOF):
			return size
		default:
			t.Fatal(errors.Join(err1, err2))
		}
	}
}
