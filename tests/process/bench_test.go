package process

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/mtbwiki/mtbwiki/bench"
)

// The whole benchmark at its smallest: every row is measured or says why not, and
// what was not run is never met. No figure is judged here.
func TestBench(t *testing.T) {
	t.Parallel()
	dir := place(t)
	file := filepath.Join(dir, "bench.json")
	c := start(t, "", nil, "bench", "run", "--systems", "20", "--trails", "200", "--rounds", "1", "--duration", "100ms", "--clients", "2",
		"--data-dir", filepath.Join(dir, "bench"), "--json", file)
	c.ended(3 * time.Minute)
	c.says(0, "deep read")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var report bench.Report
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	if report.Data.Systems != 20 || report.Data.Trails != 200 || report.Machine.Cores < 1 || report.Settings.Clients != 2 {
		t.Errorf("the report is of %+v on %+v with %+v", report.Data, report.Machine, report.Settings)
	}
	var names []string
	for _, r := range report.Rows {
		names = append(names, r.Name)
		switch {
		case r.Status == "measured":
			if r.Measured <= 0 || r.Met == bench.MetNotRun {
				t.Errorf("%s is measured: %v %s, met %q", r.Name, r.Measured, r.Unit, r.Met)
			}
		case r.Met != bench.MetNotRun || r.Measured != 0:
			t.Errorf("%s was not run (%s) and has %v, met %q", r.Name, r.Status, r.Measured, r.Met)
		}
		for _, x := range r.Ceilings {
			if x.Status == "measured" && x.Measured <= 0 {
				t.Errorf("%s: the ceiling %s is %v", r.Name, x.Name, x.Measured)
			}
		}
	}
	for _, want := range []string{"deep read", "discover near", "discover anywhere", "search", "create tip", "render template", "up to first answer", "memory at rest", "synthetic trails"} {
		if !slices.Contains(names, want) {
			t.Errorf("there is no row %q among %q", want, names)
		}
	}
	if servers := servers(t, dir); len(servers) > 0 {
		t.Errorf("left running: %v", servers)
	}
}
