package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

var fuzzFunc = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`)

type checkCommand struct {
	Full bool          `help:"Also what takes long: every fuzz target for a while, tests repeated with the race detector, a wiki killed again and again, a dump of 100,000 trails."`
	Fuzz time.Duration `help:"How long each fuzz target runs with --full." default:"10m"`
}

func (c *checkCommand) Run(ctx context.Context, s streams) error {
	root, err := workingTree()
	if err != nil {
		return err
	}
	steps := []step{
		{name: "format", command: []string{"gofmt", "-l", "."}, silent: true},
		{name: "vet", command: []string{"go", "vet", "./..."}},
		{name: "generated code", command: []string{"go", "run", "./generate", "-root", ".", "-check"}},
		{name: "API definition", command: []string{"go", "run", "./cmd/mtbwiki", "api", "lint"}},
		{name: "tests", command: []string{"go", "test", "./..."}},
	}
	if c.Full {
		seed := fmt.Sprint(time.Now().Unix())
		steps = append(steps,
			step{name: "20,000 templates against Apache Velocity 1.7, seed " + seed,
				command: []string{"go", "test", "./appsync/vtl", "-count=1", "-v", "-run=^TestAgainstVelocity$"},
				env:     []string{"MTBWIKI_VELOCITY_SEED=" + seed, "MTBWIKI_VELOCITY_TEMPLATES=20000"}},
			step{name: "killed 20 times during thousands of writes, seed " + seed,
				command: []string{"go", "test", "./tests/process", "-count=1", "-v", "-timeout=60m", "-run=^TestKilled$"},
				env:     []string{"MTBWIKI_CRASH_SEED=" + seed, "MTBWIKI_CRASH_ROUNDS=20", "MTBWIKI_CRASH_WRITES=300"}},
			step{name: "a dump of 100,000 trails, restored, and dumped again",
				command: []string{"go", "test", "./importer/dump", "-count=1", "-v", "-timeout=3h", "-run=^TestScale$"},
				env:     []string{"MTBWIKI_DUMP_TRAILS=100000"}},
			step{name: "the whole suite on the templates of each stage",
				command: []string{"go", "-C", "infrastructure", "test", ".", "-count=1", "-timeout=3h", "-run=^TestSuiteOnAssembled$"},
				env:     []string{"MTBWIKI_EVERY_STAGE=1"}},
			step{name: "tests three times with the race detector", command: []string{"go", "test", "-race", "-count=3", "-timeout=60m", "./..."}})
		targets, err := fuzzTargets(ctx, root)
		if err != nil {
			return err
		}
		for _, t := range targets {
			steps = append(steps, step{name: "fuzz " + t.pkg + " " + t.name, fuzz: true,
				command: []string{"go", "test", t.pkg, "-run=^$", "-fuzz=^" + t.name + "$", "-fuzztime=" + c.Fuzz.String()}})
		}
	}
	failed, notRun := 0, 0
	for _, st := range steps {
		started := time.Now()
		err := st.run(ctx, root, s)
		if errors.Is(err, errFuzzClock) {
			if _, err := fmt.Fprintf(s.out, "%7.1f s  %s: %v; once more\n", time.Since(started).Seconds(), st.name, err); err != nil {
				return err
			}
			err = st.run(ctx, root, s)
		}
		verdict := "ok"
		switch {
		case errors.Is(err, errNotRun):
			verdict = "NOT RUN"
			notRun++
		case err != nil:
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
	if notRun > 0 {
		return fmt.Errorf("%d of %d checks could not run here", notRun, len(steps))
	}
	return nil
}

type step struct {
	name    string
	command []string
	env     []string // besides the program's own
	// silent: any output is a failure.
	silent bool
	// fuzz: one more try is given where Go's fuzzing failed by nothing but its own clock.
	fuzz bool
}

// errNotRun is a check that lacks something on this machine.
var errNotRun = errors.New("not run")

// errFuzzClock is a fuzz target that Go's own end of time caught in the middle of an input, which
// it reports as a failure although no input failed (go.dev/issue/75804, mended in Go 1.27). A
// target that hangs or fails is reported otherwise, with the input.
var errFuzzClock = errors.New("Go's fuzzing ended on its own deadline, without a failing input")

// endedByClock tells whether that is all that a fuzz target's output has against it.
func endedByClock(out []byte) bool {
	return fuzzClock.Match(out) && !bytes.Contains(out, []byte("Failing input written to"))
}

var fuzzClock = regexp.MustCompile(`(?m)^--- FAIL: Fuzz\w+ \([0-9.]+s\)\n    context deadline exceeded\nFAIL$`)

func (st step) run(ctx context.Context, root string, s streams) error {
	cmd := exec.CommandContext(ctx, st.command[0], st.command[1:]...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), st.env...)
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
	var out bytes.Buffer
	cmd.Stdout = io.MultiWriter(s.out, &out)
	if err := cmd.Run(); err != nil {
		if st.fuzz && endedByClock(out.Bytes()) {
			return errFuzzClock
		}
		return err
	}
	// Tests that are run by name say with -v that they were skipped.
	if bytes.Contains(out.Bytes(), []byte("--- SKIP")) {
		return errNotRun
	}
	return nil
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
