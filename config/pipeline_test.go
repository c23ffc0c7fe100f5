package config

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestLoadPipeline(t *testing.T) {
	t.Parallel()
	p, err := LoadPipeline()
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Stages) != len(Stages) {
		t.Errorf("%d stages, want %d", len(p.Stages), len(Stages))
	}
	for i, s := range p.Stages {
		// Nobody has to wait for a person or an hour unless somebody says so.
		if s.Stage != Stages[i] || s.Approval || s.Window != "" || !s.Rollback {
			t.Errorf("stage %d is %+v", i, s)
		}
	}
}

func TestLoadPipelineRefuses(t *testing.T) {
	t.Parallel()
	good, err := environments.ReadFile("pipeline/pipeline.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, old, new, want string }{
		{"unknown setting", "branch: main", "brunch: main", "field brunch not found"},
		{"account", `"777788889999"`, `"7777"`, "it is twelve digits"},
		{"region", "region: us-west-2", "region: west", "it looks like us-west-2"},
		{"connection", "arn:aws:codeconnections", "arn:aws:codecommit", "is no connection"},
		{"repository", "example/mtbwiki", "mtbwiki", "it is owner/name"},
		{"days", "keepArtifactsDays: 30", "keepArtifactsDays: 3", "between 7 and 3650"},
		{"budget", "monthlyBudgetUSD: 30", "monthlyBudgetUSD: 0", "at least 1"},
		{"address", "emails: []", "emails: [me]", "is no address"},
		{"unknown stage", "stage: beta", "stage: delta", "stages are alpha, beta, gamma and prod"},
		{"stage twice", "stage: beta", "stage: alpha", "comes after a stage that is later, or twice"},
		{"order", "stage: alpha", "stage: gamma", "comes after a stage that is later, or twice"},
		{"window", `stage: beta, approval: false, window: ""`, `stage: beta, approval: false, window: "0 9 * * 1-4"`, "that begins with *"},
	} {
		if !strings.Contains(string(good), test.old) {
			t.Fatalf("%s: the file has no %s", test.name, test.old)
		}
		bad := strings.Replace(string(good), test.old, test.new, 1)
		_, err := LoadPipelineFrom(fstest.MapFS{"pipeline/pipeline.yaml": {Data: []byte(bad)}})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want an error with %q", test.name, err, test.want)
		}
	}
}
