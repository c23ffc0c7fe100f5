package bench

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var tps = regexp.MustCompile(`(?m)^tps = ([0-9.]+) \(without initial`)

// maxScripts is how many scripts pgbench takes.
const maxScripts = 64

// pgbench runs the questions' statements with PostgreSQL's own tool, prepared, with
// the same values: what the server gives when hardly anything stands before it.
func (b *run) pgbench(ctx context.Context, qs []question) Ceiling {
	c := Ceiling{Name: "pgbench", Status: MetNotRun}
	program := b.findPgbench()
	if program == "" {
		c.Note = "pgbench is not installed"
		return c
	}
	rate, err := b.runPgbench(ctx, program, qs)
	if err != nil {
		c.Note = err.Error()
		return c
	}
	c.Status, c.PerSecond, c.Measured = statusMeasured, rate, rate
	return c
}

// findPgbench looks beside the server that runs, then in PATH.
func (b *run) findPgbench() string {
	if b.s.installed != nil {
		p := filepath.Join(b.s.installed.BinDir, "pgbench")
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	p, err := exec.LookPath("pgbench")
	if err != nil {
		return ""
	}
	return p
}

func (b *run) runPgbench(ctx context.Context, program string, qs []question) (float64, error) {
	dir, err := os.MkdirTemp("", "mtbwiki-pgbench-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	u, err := url.Parse(b.s.url)
	if err != nil {
		return 0, err
	}
	seconds := max(1, int(b.o.Round.Seconds()*float64(b.o.Rounds)+0.5))
	args := []string{"-n", "-M", "prepared", "-c", strconv.Itoa(min(b.o.Clients, int(b.api.Config().MaxConns))), "-j", "2", "-T", strconv.Itoa(seconds)}
	named := map[string]string{} // value by variable
	for i, q := range qs[:min(len(qs), maxScripts)] {
		var script strings.Builder
		for _, s := range q.rec.statements {
			text := s.SQL
			// From the last to the first, so that $1 is not found in $10.
			for n := len(s.Values); n > 0; n-- {
				place := "NULL"
				switch v := s.Values[n-1]; {
				case v == "":
					place = "''" // pgbench has no empty variables
				case v != nil:
					place = ":" + variableOf(named, fmt.Sprint(v))
				}
				text = strings.ReplaceAll(text, "$"+strconv.Itoa(n)+"::", place+"::")
			}
			script.WriteString(strings.ReplaceAll(text, "\n", " ") + ";\n")
		}
		file := filepath.Join(dir, fmt.Sprintf("q%d.sql", i))
		if err := os.WriteFile(file, []byte(script.String()), 0o600); err != nil {
			return 0, err
		}
		args = append(args, "-f", file)
	}
	names := make([]string, 0, len(named))
	for name := range named {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		args = append(args, "-D", name+"="+named[name])
	}
	var options strings.Builder
	for name, value := range b.s.settings {
		fmt.Fprintf(&options, " -c %s=%s", name, strings.ReplaceAll(value, " ", `\ `))
	}
	cmd := exec.CommandContext(ctx, program, append(args, strings.TrimPrefix(u.Path, "/"))...)
	password, _ := u.User.Password()
	cmd.Env = append(os.Environ(), "PGHOST="+u.Hostname(), "PGPORT="+u.Port(), "PGUSER="+u.User.Username(), "PGPASSWORD="+password,
		"PGSSLMODE=disable", "PGOPTIONS="+options.String())
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("pgbench: %w: %s", err, shorten(out))
	}
	m := tps.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("pgbench printed no figure: %s", shorten(out))
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

// variableOf names a value; the same one gets the same name.
func variableOf(named map[string]string, value string) string {
	for name, v := range named {
		if v == value {
			return name
		}
	}
	name := fmt.Sprintf("v%d", len(named))
	named[name] = value
	return name
}
