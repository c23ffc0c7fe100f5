package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden templates anew")

// Hashes of what is deployed change with every release and are left out, as are the
// texts that have files of their own in api/.
var (
	hashes = regexp.MustCompile(`[0-9a-f]{64}`)
	texts  = map[string]bool{"RequestMappingTemplate": true, "ResponseMappingTemplate": true, "Definition": true}
	// The CDK names a version of a Lambda by what is in it.
	versions = regexp.MustCompile(`(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}`)
)

// normal is a template for people to read in a review.
func normal(t *testing.T, path string) []byte {
	t.Helper()
	var tmpl map[string]any
	if err := readJSON(path, &tmpl); err != nil {
		t.Fatal(err)
	}
	walk(tmpl, func(o map[string]any) {
		for k, v := range o {
			if _, ok := v.(string); ok && texts[k] {
				o[k] = "(a file of api/)"
			}
		}
	})
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(tmpl); err != nil {
		t.Fatal(err)
	}
	return versions.ReplaceAll(hashes.ReplaceAll(out.Bytes(), []byte("(hash)")), []byte("${1}(hash)"))
}

// TestGolden shows every change of what would be deployed to whoever reads the commit:
// Prod's stacks, its network and the pipeline. (The other stages differ by their
// settings; resolvers are compared with their files.) `go test . -run TestGolden -update`
// writes them.
func TestGolden(t *testing.T) {
	a, _ := pipelineOf(t, nil)
	seen := map[string]bool{}
	for _, tmpl := range append(append([]template{}, synthesized.Templates...), a.Templates...) {
		stage := strings.HasPrefix(tmpl.Name, prefix+"prod-") && !strings.Contains(tmpl.Name, "/")
		if !stage && tmpl.Name != pipelineName || seen[tmpl.Name] {
			continue
		}
		seen[tmpl.Name] = true
		file := filepath.Join("testdata", "golden", tmpl.Name+".json")
		got := normal(t, tmpl.Path)
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
			t.Errorf("%s changed; read it, then run go test . -run TestGolden -update (-want +got):\n%s", tmpl.Name, diff)
		}
	}
	if len(seen) != 7 {
		t.Errorf("%d templates, want 7", len(seen))
	}
}
