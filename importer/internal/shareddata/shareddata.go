// Package shareddata finds the folder of real files that parsers are tried on. It
// is no part of the repository, so tests that need it skip where it is absent.
package shareddata

import (
	"os"
	"path/filepath"
	"testing"
)

// Dir is the folder: MTBWIKI_SHARED_DATA, or shared/data beside a folder above.
// The test is skipped when there is none.
func Dir(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv("MTBWIKI_SHARED_DATA"); dir != "" {
		if _, err := os.Stat(dir); err != nil {
			t.Fatalf("MTBWIKI_SHARED_DATA: %v", err)
		}
		return dir
	}
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for d := wd; ; d = filepath.Dir(d) {
		candidate := filepath.Join(d, "shared", "data")
		if _, err := os.Stat(candidate); err == nil {
			return candidate
		}
		if filepath.Dir(d) == d {
			t.Skip("skipped: the shared data are not here; set MTBWIKI_SHARED_DATA to their folder")
		}
	}
}
