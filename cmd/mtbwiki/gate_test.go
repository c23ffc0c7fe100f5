package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A gate is open only when every check ran and passed.
func TestGateExitCodes(t *testing.T) {
	nothing := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(nothing.Close)
	report := filepath.Join(t.TempDir(), "junit.xml")
	for _, c := range []struct {
		args, key string
		code      int
		want      string
	}{
		{"gate", "k", 2, "<stage>"},
		{"gate delta", "k", 2, "delta"},
		{"gate prod --site https://x.test", "k", 2, "--site goes with --endpoint"},
		{"gate prod --endpoint x.test", "k", 2, "no http or https address"},
		{"gate prod --endpoint http://x.test --site x.test", "k", 2, "--site"},
		{"gate prod --endpoint " + nothing.URL, "", 2, "MTBWIKI_GATE_API_KEY"},
		{"gate prod --endpoint " + nothing.URL + " --junit " + report, "k", 1, "failed"},
		{"gate prod --endpoint " + nothing.URL + " --junit /nowhere/at/all.xml", "k", 2, "/nowhere"},
	} {
		t.Setenv("MTBWIKI_GATE_API_KEY", c.key)
		code, out := call(t, strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(out, c.want) {
			t.Errorf("%s: exit %d, want %d with %q:\n%s", c.args, code, c.code, c.want, out)
		}
		if strings.Contains(out, "\nok ") {
			t.Errorf("%s: something passed:\n%s", c.args, out)
		}
	}
	text, err := os.ReadFile(report)
	if err != nil || !strings.Contains(string(text), "<failure") || !strings.Contains(string(text), "not run: lacks the website") {
		t.Errorf("the report: %v\n%s", err, text)
	}
}

// The gate of a stage that is started here, as its user runs it.
func TestGateStartsAStage(t *testing.T) {
	t.Parallel()
	code, out := call(t, "gate", "gamma")
	if code != 0 || !strings.Contains(out, "gamma: 15 checks, 0 failed, 0 not run.") {
		t.Errorf("exit %d:\n%s", code, out)
	}
}
