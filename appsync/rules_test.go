package appsync_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestRulesAreShown: what docs/appsync-rules.md names as shown by something is.
func TestRulesAreShown(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../docs/appsync-rules.md")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, pattern := range []string{"testdata/cases/*.case", "graphql/testdata/cases/*.case"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) < 50 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, f := range files {
			there[strings.TrimSuffix(filepath.Base(f), ".case")] = true
		}
	}
	for file, prefix := range map[string]string{"helpers/testdata/cases.jsonl": "helpers: ", "vtl/testdata/velocity17/rules.jsonl": "velocity: "} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(data) {
			var c struct{ Name, Rule string }
			if err := json.Unmarshal(line, &c); err != nil || c.Name+c.Rule == "" {
				t.Fatalf("%s: %s: %v", file, line, err)
			}
			there[prefix+c.Name+c.Rule] = true
		}
	}
	tests := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	for _, pattern := range []string{"*_test.go", "*/*_test.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range tests.FindAllSubmatch(text, -1) {
				there[string(m[1])] = true
			}
		}
	}
	span := regexp.MustCompile("`([^`]+)`")
	rows := 0
	for line := range strings.Lines(string(doc)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 3 || strings.TrimSpace(cells[0]) == "rule" || strings.HasPrefix(cells[0], "---") {
			continue
		}
		rows++
		shown := span.FindAllStringSubmatch(cells[2], -1)
		if len(shown) == 0 || strings.TrimSpace(cells[1]) == "" {
			t.Errorf("no origin, or nothing that shows: %s", line)
		}
		for _, m := range shown {
			if !there[m[1]] {
				t.Errorf("%q is named for the rule %q, and is not there", m[1], strings.TrimSpace(cells[0]))
			}
		}
	}
	if rows < 70 {
		t.Errorf("%d rules were read", rows)
	}
}
