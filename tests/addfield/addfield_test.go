// Package addfield follows CONTRIBUTING's worked example, "add a field", on a
// scratch copy of the working tree and counts the files that are written by hand.
package addfield

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// edits are the worked example: a trail gets bridges (how many it has). Each is
// a file written by hand; everything else follows from them.
var edits = []struct{ path, after, insert string }{
	{
		"api/schema/trail.graphql", "  gates: Int @writable @label(text: \"Gates\")\n",
		"  bridges: Int @writable @filter(by: \"RANGE\") @label(text: \"Bridges\")\n",
	},
	{
		"database/migrations/00099_trail_bridges.sql", "", `-- How many bridges a trail has.

-- +goose Up
ALTER TABLE wiki.trail ADD COLUMN bridges integer
  CONSTRAINT trail_bridges_range CHECK (bridges BETWEEN 0 AND 500);
COMMENT ON CONSTRAINT trail_bridges_range ON wiki.trail IS 'Bridges are a number from 0 to 500.';

-- +goose Down
ALTER TABLE wiki.trail DROP COLUMN bridges;
`,
	},
	{
		"content/shape.go", "\t\t{name: \"gates\", shape: between(whole, 0, 100)},\n",
		"\t\t{name: \"bridges\", shape: between(whole, 0, 500)},\n",
	},
	{"website/gql/queries/fragments.graphql", "worstCamberPercent gates", " bridges"},
	{"content/systems/imaginary-ridge/trails.yaml", "  gates: 3\n", "  bridges: 1\n"},
	{
		"website/templates/trail.html", "<dt>Gates</dt><dd>{{if $t.Gates}}{{$t.Gates}}{{else}}unknown{{end}}</dd>\n",
		"<dt>Bridges</dt><dd>{{if $t.Bridges}}{{$t.Bridges}}{{else}}unknown{{end}}</dd>\n",
	},
}

// most files by hand that a plain field may need (shared design: "six at most").
const mostFiles = 6

func TestAddField(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds a copy of the program")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	scratch := t.TempDir()
	copyTree(t, root, scratch)
	if len(edits) > mostFiles {
		t.Errorf("the worked example takes %d files by hand; at most %d are acceptable", len(edits), mostFiles)
	}
	for _, e := range edits {
		apply(t, filepath.Join(scratch, e.path), e.after, e.insert)
	}
	run(t, scratch, "go", "run", "./generate", "-root", ".")
	for path, want := range map[string]string{
		"api/deploy/schema.graphql":              "  bridges: FloatRangeInput",
		"entity/types.go":                        "Bridges *int `json:\"bridges\"`",
		"entity/inputs.go":                       "Bridges Optional[int]",
		"entity/fields.go":                       `Name: "bridges"`,
		"database/api/trail/trails.sql":          `"bridges" integer`,
		"database/api/trail/patch_trail.sql":     "patch ? 'bridges'",
		"database/api/trail/trail_facts.sql":     `AS "bridges"`,
		"api/resolvers/Query.trails.request.vtl": ":filter_bridges_min",
		"database/api/trail/columns.sql":         "wiki.trail.bridges",
	} {
		text, err := os.ReadFile(filepath.Join(scratch, path))
		if err != nil || !strings.Contains(squeeze(string(text)), squeeze(want)) {
			t.Errorf("%s doesn't have %q after generating (%v)", path, want, err)
		}
	}
	// The copy migrates, and every SQL text that its templates can produce is accepted.
	out := run(t, scratch, "go", "run", "./cmd/mtbwiki", "api", "lint")
	if !strings.Contains(out, " 0 findings") {
		t.Errorf("api lint of the copy: %s", out)
	}
	run(t, scratch, "go", "test", "./content", "./website/...", "./entity", "./api", "./tests/agreement")
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func apply(t *testing.T, path, after, insert string) {
	t.Helper()
	if after == "" {
		if err := os.WriteFile(path, []byte(insert), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(text, []byte(after)); n != 1 {
		t.Fatalf("%s has %q %d times; mend the worked example here and in CONTRIBUTING", path, after, n)
	}
	text = bytes.Replace(text, []byte(after), []byte(after+insert), 1)
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, dir string, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// copyTree copies what the main module builds from.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	skip := map[string]bool{".git": true, "node_modules": true, "infrastructure": true, "docs": true, "tools": true}
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if skip[rel] {
				return filepath.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		if !d.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), text, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}
