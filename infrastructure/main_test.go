package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/jsii-runtime-go"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/config"
)

// What all tests look at: the four stages, synthesized once before the tests,
// because a synthesis takes seconds and the CDK's Go face isn't safe for
// concurrent use. Tests that only read run in parallel; those that synthesize
// again don't.
var synthesized struct {
	settings
	*assembly
}

func TestMain(m *testing.M) {
	code, err := func() (int, error) {
		dir, err := os.MkdirTemp("", "mtbwiki-infrastructure-")
		if err != nil {
			return 1, err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		start := time.Now()
		step := func(what string) {
			fmt.Printf("%6.1fs %s\n", time.Since(start).Seconds(), what)
		}
		step("building the Lambdas (the first time compiles the standard library for arm64)")
		synthesized.ProgramsDir = filepath.Join(dir, "dist")
		if err := buildPrograms(context.Background(), ".", synthesized.ProgramsDir); err != nil {
			return 1, err
		}
		if synthesized.Definition, err = api.Load(os.DirFS("../api")); err != nil {
			return 1, err
		}
		if synthesized.Pipeline, err = config.LoadPipeline(); err != nil {
			return 1, err
		}
		if synthesized.Environments, err = loadStages(config.Stages...); err != nil {
			return 1, err
		}
		step("synthesizing " + strings.Join(config.Stages, ", "))
		synthesized.settings.Dir = filepath.Join(dir, "cdk.out")
		if synthesized.assembly, err = synthesize(synthesized.settings); err != nil {
			return 1, err
		}
		synthesized.print(os.Stdout)
		step("testing")
		return m.Run(), nil
	}()
	jsii.Close()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

func loadStages(stages ...string) ([]*config.Environment, error) {
	var environments []*config.Environment
	for _, stage := range stages {
		e, err := config.Load(stage)
		if err != nil {
			return nil, err
		}
		environments = append(environments, e)
	}
	return environments, nil
}

func TestRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cdk.out")
	var out strings.Builder
	if err := run(t.Context(), []string{"-out", dir}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"mtb-wiki-dev-vpc ", "mtb-wiki-alpha-db ", "mtb-wiki-alpha-api ", "mtb-wiki-alpha-api/Trail ", "budget of each"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "beta") {
		t.Errorf("only alpha was asked for:\n%s", out.String())
	}
	// The output replaces that of an earlier run, templates of other stages included.
	stale := filepath.Join(dir, "mtb-wiki-beta-db.template.json")
	if err := os.WriteFile(stale, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := clearAssembly(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(stale); !os.IsNotExist(err) {
		t.Errorf("the template of an earlier run is still there (%v)", err)
	}
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "letters.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, want string
		args       []string
	}{
		{"unknown stage", "stages are alpha, beta, gamma, prod", []string{"-stages", "delta"}},
		{"unknown flag", "flag provided but not defined: -stage", []string{"-stage", "alpha"}},
		{"somebody's folder", "is not empty and no earlier output", []string{"-out", full}},
	} {
		err := run(t.Context(), test.args, &strings.Builder{})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want an error with %q", test.name, err, test.want)
		}
	}
	if _, err := os.Stat(filepath.Join(full, "letters.txt")); err != nil {
		t.Errorf("the folder was touched: %v", err)
	}
}

func TestKeyNote(t *testing.T) {
	t.Parallel()
	e := &config.Environment{Stage: "alpha", API: config.API{APIKeyExpires: "2027-11-01"}}
	for _, test := range []struct {
		now, want string
	}{
		{"2027-10-15", "set api.apiKeyExpires"},
		{"2028-01-01", "set api.apiKeyExpires"},
		{"2026-10-01", "at most 365 days"},
		{"2026-11-25", ""},
	} {
		now, err := time.Parse(time.DateOnly, test.now)
		if err != nil {
			t.Fatal(err)
		}
		got := keyNote(e, now)
		if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("on %s: %q, want %q in it", test.now, got, test.want)
		}
	}
}

func TestSettingsThatDontFit(t *testing.T) {
	t.Parallel()
	environments, err := loadStages("alpha", "beta")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fabricsOf(append(environments, environments[0])); err == nil || !strings.Contains(err.Error(), "alpha is named twice") {
		t.Errorf("a stage named twice: got %v", err)
	}
	environments[1].AWS.Region = "eu-west-1"
	if _, err := fabricsOf(environments); err == nil || !strings.Contains(err.Error(), "stage beta has other aws settings") {
		t.Errorf("two regions in one fabric: got %v", err)
	}
}
