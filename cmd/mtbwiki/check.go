package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

var fuzzFunc = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`)

type checkCommand struct {
	Full bool          `help:"Also what takes long: every fuzz target for a while, tests repeated with the race detector."`
	Fuzz time.Duration `help:"How long each fuzz target runs with --full." default:"30s"`
}

func (c *checkCommand) Run(ctx context.Context, s streams) error {
	root, err := workingTree()
	if err != nil {
		return err
	}
	steps := []step{
		{"format", []string{"gofmt", "-l", "."}, true},
		{"vet", []string{"go", "vet", "./..."}, false},
		{"generated code", []string{"go", "run", "./generate", "-root", ".", "-check"}, false},
		{"API definition", []string{"go", "run", "./cmd/mtbwiki", "api", "lint"}, false},
		{"tests", []string{"go", "test", "./..."}, false},
	}
	if c.Full {
		steps = append(steps, step{"tests three times with the race detector", []string{"go", "test", "-race", "-count=3", "-timeout=60m", "./..."}, false})
		targets, err := fuzzTargets(ctx, root)
		if err != nil {
			return err
		}
		for _, t := range targets {
			steps = append(steps, step{"fuzz " + t.pkg + " " + t.name,
				[]string{"go", "test", t.pkg, "-run=^$", "-fuzz=^" + t.name + "$", "-fuzztime=" + c.Fuzz.String()}, false})
		}
	}
	failed := 0
	for _, st := range steps {
		started := time.Now()
		err := st.run(ctx, root, s)
		verdict := "ok"
		if err != nil {
			verdict = "FAILED: " + err.Error()
			failed++
		}
		if _, err := fmt.Fprintf(s.out, "%7.1f s  %s: %s\n", time.Since(started).Seconds(), st.name, verdict); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d checks failed", failed, len(steps))
	}
	return nil
}

type step struct {
	name    string
	command []string
	// silent: any output is a failure.
	silent bool
}

func (st step) run(ctx context.Context, root string, s streams) error {
	cmd := exec.CommandContext(ctx, st.command[0], st.command[1:]...)
	cmd.Dir = root
	cmd.Stderr = s.err
	if st.silent {
		out, err := cmd.Output()
		if err != nil {
			return err
		}
		if len(out) > 0 {
			return fmt.Errorf("%v printed:\n%s", st.command, out)
		}
		return nil
	}
	cmd.Stdout = s.out
	return cmd.Run()
}

type fuzzTarget struct{ pkg, name string }

// fuzzTargets lists the fuzz targets of all packages.
func fuzzTargets(ctx context.Context, root string) ([]fuzzTarget, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-f", "{{.ImportPath}}\t{{.Dir}}", "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("listing packages: %w", err)
	}
	var targets []fuzzTarget
	for line := range strings.Lines(string(out)) {
		pkg, dir, _ := strings.Cut(strings.TrimSpace(line), "\t")
		files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				return nil, err
			}
			for _, m := range fuzzFunc.FindAllSubmatch(text, -1) {
				targets = append(targets, fuzzTarget{pkg, string(m[1])})
			}
		}
	}
	if len(targets) == 0 {
		return nil, errors.New("no fuzz target found; there should be one for every parser")
	}
	return targets, nil
}
