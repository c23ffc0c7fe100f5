package main

import (
	"encoding/json"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mtbwiki/mtbwiki/content"
)

// What is stored is what the program draws. Processors differ in the last digit
// of a product, so numbers may differ by the last digit stored.
func TestStoredFilesAreUpToDate(t *testing.T) {
	t.Parallel()
	const folder = "../.."
	files, err := draw(os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
		if err != nil {
			t.Errorf("%v; run go generate ./content", err)
			continue
		}
		decode, margin := json.Unmarshal, 1.5e-6
		if strings.HasSuffix(name, ".yaml") {
			decode, margin = yaml.Unmarshal, 0.11
		}
		var a, b any
		if err := decode(want, &a); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := decode(got, &b); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(a, b, cmpopts.EquateApprox(1e-6, margin)); diff != "" {
			t.Errorf("%s is out of date; run go generate ./content (-drawn +stored):\n%.2000s", name, diff)
		}
	}
	stored, err := storedFiles(os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range stored {
		if files[name] == nil {
			t.Errorf("%s is stored and no longer drawn; delete it", name)
		}
	}
}

// storedFiles lists what this program wrote earlier.
func storedFiles(fsys fs.FS) ([]string, error) {
	c, err := content.Load(fsys)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, s := range c.Systems {
		if !s.Synthetic {
			continue
		}
		for _, pattern := range []string{"lines/*.json", "measured.yaml"} {
			found, err := fs.Glob(fsys, "systems/"+s.Slug+"/"+pattern)
			if err != nil {
				return nil, err
			}
			all = append(all, found...)
		}
	}
	return all, nil
}

func TestWrite(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.CopyFS(folder, content.FS); err != nil {
		t.Fatal(err)
	}
	// A stale file, which the program must not trip over, and one of its own.
	stale := filepath.Join(folder, "systems", "nowhere-flats", "measured.yaml")
	if err := os.WriteFile(stale, []byte("trails: {gone: {lengthM: 1}}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := write(folder); err != nil {
		t.Fatal(err)
	}
	c, err := content.Load(os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range c.Trails {
		if x.Synthetic && x.Fields["lengthM"] == nil {
			t.Errorf("%s was not measured", x.Slug)
		}
	}
	if err := write(filepath.Join(folder, "systems")); err != nil {
		t.Errorf("a folder without content has nothing to draw: %v", err)
	}
}

func TestWaysKeepToTheirGrade(t *testing.T) {
	t.Parallel()
	for _, p := range plans {
		l := lines()[p.slug]
		m, err := measure(l.points)
		if err != nil {
			t.Fatalf("%s: %v", p.slug, err)
		}
		// The mean may be above the grade kept where the landscape allows no
		// other way, but not by much.
		if m.AverageGrade > 100*p.grade*1.35 {
			t.Errorf("%s climbs and falls %.1f percent on average; it was to keep to %.0f", p.slug, m.AverageGrade, 100*p.grade)
		}
		for i := 1; i < len(l.points); i++ {
			if l.points[i] == l.points[i-1] {
				t.Errorf("%s repeats point %d", p.slug, i)
			}
		}
		for _, name := range []string{p.nodes[0], p.nodes[len(p.nodes)-1]} {
			if _, ok := l.nodes[name]; !ok {
				t.Errorf("%s does not know where it passes %s", p.slug, name)
			}
		}
	}
}

func TestSameWayEveryTime(t *testing.T) {
	t.Parallel()
	a := way(nodes["trailhead"], nodes["halfway"], 0.1, 1)
	if !slices.Equal(a, way(nodes["trailhead"], nodes["halfway"], 0.1, 1)) {
		t.Error("the same search found two ways")
	}
	if slices.Equal(a, way(nodes["trailhead"], nodes["halfway"], 0.1, 4)) {
		t.Error("taste makes no difference")
	}
}

func TestLandscapeIsAnIsland(t *testing.T) {
	t.Parallel()
	for x := -9000.0; x <= 9000; x += 300 {
		for y := -8000.0; y <= 8000; y += 300 {
			if h := (spot{x, y}).height(); math.IsNaN(h) || h < 0 || h > 1200 {
				t.Fatalf("the height at %v, %v is %v", x, y, h)
			}
		}
	}
}
