package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// found are cdk-nag's findings of a synthesis that nothing was suppressed in.
func found(t *testing.T, inPipeline bool) []string {
	t.Helper()
	s := synthesized.settings
	s.Dir, s.InPipeline, s.WithoutSuppressions = filepath.Join(t.TempDir(), "cdk.out"), inPipeline, true
	if _, err := synthesize(s); err == nil || !strings.Contains(err.Error(), "ValidationFailed") {
		t.Fatalf("without suppressions the synthesis ended with %v, want ValidationFailed", err)
	}
	findings, err := readFindings(s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	return findings
}

// TestSuppressions holds that cdk-nag's findings end the synthesis (that of TestMain and of
// TestPipeline had none left), and that every suppression is needed.
func TestSuppressions(t *testing.T) {
	findings := append(found(t, false), found(t, true)...)
	if len(findings) < 100 {
		t.Fatalf("only %d findings", len(findings))
	}
	finding := regexp.MustCompile(`^(\S+): (AwsSolutions-[A-Z0-9]+)(?:\[(.*?)\])?: `)
	for _, s := range suppressions {
		if len(s.Reason) < 20 {
			t.Errorf("%s of %s has no reason", s.Rule, s.Stack)
		}
		if (s.Where != "") != (s.Rule == "AwsSolutions-IAM5") {
			t.Errorf("%s of %s: wildcards, and nothing else, say what they stand for", s.Rule, s.Stack)
		}
		where := regexp.MustCompile(strings.TrimSuffix(strings.TrimPrefix(s.Where, "/"), "/"))
		used := 0
		for _, f := range findings {
			m := finding.FindStringSubmatch(f)
			if m == nil {
				continue
			}
			stack := m[1][:strings.Index(m[1], "/")]
			if kindOf(stack) == s.Stack && m[2] == s.Rule && (s.Where == "" || where.MatchString(m[3])) {
				used++
			}
		}
		if used == 0 {
			t.Errorf("nothing needs the suppression of %s in %s (%s)", s.Rule, s.Stack, s.Where)
		}
	}
}
