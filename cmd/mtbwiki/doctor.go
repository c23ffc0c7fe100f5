package main

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/mtbwiki/mtbwiki/postgres"
)

type doctorCommand struct{}

// need is a program that some commands use.
type need struct {
	name string
	args []string
	// for whom it is, and what to do without it.
	use, missing string
}

var needs = []need{
	{"go", []string{"version"}, "building from source, tests", "install Go 1.26 or later"},
	{"node", []string{"--version"}, "infrastructure (CDK synthesis)", "install Node.js 20 or later"},
	{"cdk", []string{"--version"}, "deploying to AWS", "npm install in infrastructure/ brings the pinned version"},
	{"psql", []string{"--version"}, "looking into the database by hand", "install a PostgreSQL client, or use any other"},
	{"docker", []string{"--version"}, "nothing yet; container images are built without it", "not needed"},
	{"aws", []string{"--version"}, "deploying to AWS", "install the AWS command line"},
	{"chromium", []string{"--version"}, "browser tests", "install Chromium; .ci/run does so on Debian"},
}

func (doctorCommand) Run(ctx context.Context, s streams) error {
	var b strings.Builder
	found, err := postgres.Find(ctx, postgres.Config{Extensions: []string{"pg_trgm", "unaccent", "cube"}, Download: postgres.DownloadConfig{Disabled: true}})
	ok := true
	if err == nil {
		fmt.Fprintf(&b, "ok       PostgreSQL  %s in %s (%s)\n                     for: up, tests\n", found.Version, found.BinDir, found.Source)
	} else {
		ok = false
		fmt.Fprintf(&b, "missing  PostgreSQL  %v\n                     for: up, tests; without it, `up` downloads one, if it can, the first time\n", err)
	}
	for _, n := range needs {
		version, err := versionOf(ctx, n)
		if err != nil {
			fmt.Fprintf(&b, "missing  %-11s for: %s\n                     %s\n", n.name, n.use, n.missing)
			continue
		}
		fmt.Fprintf(&b, "ok       %-11s %s\n                     for: %s\n", n.name, version, n.use)
	}
	if _, err := fmt.Fprint(s.out, b.String()); err != nil {
		return err
	}
	if !ok {
		return errSaid
	}
	return nil
}

func versionOf(ctx context.Context, n need) (string, error) {
	path, err := exec.LookPath(n.name)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, n.args...).Output()
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return line, nil
}
