package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Supported major versions. The first three are what Aurora offers and what
// everything is tested on; a newer one is taken only if none of them is there.
const (
	minMajor       = 15
	preferredMajor = 17
)

// Installation is a set of PostgreSQL binaries on this machine.
type Installation struct {
	BinDir  string // folder of postgres and initdb
	Version string // as the binary says it, such as "15.18"
	Major   int    // such as 15
	Source  string // how it was found, for people: "PATH", the folder, "download"
}

// NotFoundError says that no usable PostgreSQL is there, where it was looked for
// and what can be done.
type NotFoundError struct {
	Major    int      // the version asked for; 0 is any
	Rejected []string // what was found and why it doesn't do
}

func (e *NotFoundError) Error() string {
	var b strings.Builder
	if e.Major != 0 {
		fmt.Fprintf(&b, "postgres: no PostgreSQL %d found", e.Major)
	} else {
		fmt.Fprintf(&b, "postgres: no PostgreSQL %d or newer found", minMajor)
	}
	b.WriteString(" in PATH or the usual places")
	for _, r := range e.Rejected {
		b.WriteString("; " + r)
	}
	b.WriteString(". Install it (Debian, Ubuntu: apt install postgresql; Fedora: dnf install postgresql-server postgresql-contrib; macOS: brew install postgresql@17) or name its folder")
	return b.String()
}

// Find chooses the binaries to run: cfg.BinDir if given; else the best
// installation of PATH and of the places where Debian, Red Hat, Homebrew and
// Postgres.app put it (17, 16, 15, then newer ones); else the cached download;
// else a new download. It starts nothing.
func Find(ctx context.Context, cfg Config) (Installation, error) {
	if cfg.BinDir != "" {
		inst, err := inspect(ctx, cfg.BinDir, "given folder "+cfg.BinDir)
		if err != nil {
			return Installation{}, fmt.Errorf("postgres: the given folder of binaries can't be used: %w", err)
		}
		if err := accept(inst, cfg.Major); err != nil {
			return Installation{}, fmt.Errorf("postgres: the given folder of binaries can't be used: %w", err)
		}
		return inst, nil
	}
	notFound := &NotFoundError{Major: cfg.Major}
	best := Installation{}
	seen := map[string]bool{}
	for _, c := range candidates() {
		real, err := filepath.EvalSymlinks(c.dir)
		if err != nil || seen[real] {
			continue
		}
		seen[real] = true
		inst, err := inspect(ctx, real, c.source)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err == nil {
			err = accept(inst, cfg.Major)
		}
		if err == nil {
			err = hasExtensions(inst, cfg.Extensions)
		}
		if err != nil {
			notFound.Rejected = append(notFound.Rejected, err.Error())
			continue
		}
		if best.Major == 0 || rank(inst.Major) > rank(best.Major) {
			best = inst
		}
	}
	if best.Major != 0 {
		return best, nil
	}
	return findDownloaded(ctx, cfg, notFound)
}

// rank orders major versions by preference: the newest of the supported range,
// then the oldest of those beyond it.
func rank(major int) int {
	if major <= preferredMajor {
		return 1000 + major
	}
	return 1000 - major
}

func accept(inst Installation, major int) error {
	switch {
	case major != 0 && inst.Major != major:
		return fmt.Errorf("%s holds PostgreSQL %s, wanted is %d", inst.BinDir, inst.Version, major)
	case inst.Major < minMajor:
		return fmt.Errorf("%s holds PostgreSQL %s, needed is %d or newer", inst.BinDir, inst.Version, minMajor)
	}
	return nil
}

// hasExtensions looks for the control files of extensions: distributions put the
// contrib ones into a package of their own, which may be missing.
func hasExtensions(inst Installation, names []string) error {
	if len(names) == 0 {
		return nil
	}
	var share string
	for _, dir := range []string{
		filepath.Join(inst.BinDir, "../share/postgresql/extension"),
		filepath.Join(inst.BinDir, "../share/extension"),
		fmt.Sprintf("/usr/share/postgresql/%d/extension", inst.Major),                           // Debian
		filepath.Join(inst.BinDir, fmt.Sprintf("../share/postgresql@%d/extension", inst.Major)), // Homebrew
		filepath.Join(inst.BinDir, fmt.Sprintf("../../share/postgresql%d/extension", inst.Major)),
		"/usr/share/pgsql/extension", // Fedora
		"/usr/share/postgresql/extension",
	} {
		if _, err := os.Stat(filepath.Join(dir, "plpgsql.control")); err == nil {
			share = dir
			break
		}
	}
	if share == "" {
		return nil // an unknown layout: CREATE EXTENSION will tell
	}
	var missing []string
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(share, name+".control")); err != nil {
			missing = append(missing, name)
		}
	}
	if missing != nil {
		return fmt.Errorf("PostgreSQL %s in %s lacks the extensions %s (package postgresql-contrib)", inst.Version, inst.BinDir, strings.Join(missing, ", "))
	}
	return nil
}

type candidate struct{ dir, source string }

// usualPlaces are the folders in which systems keep PostgreSQL without putting
// it in PATH.
var usualPlaces = []string{
	"/usr/lib/postgresql/*/bin",                          // Debian, Ubuntu
	"/usr/pgsql-*/bin",                                   // Red Hat, from the PostgreSQL project's packages
	"/usr/libexec/postgresql*",                           // Alpine
	"/usr/lib/postgresql*/bin",                           // openSUSE, Gentoo
	"/opt/homebrew/opt/postgresql@*/bin",                 // Homebrew, Apple silicon
	"/usr/local/opt/postgresql@*/bin",                    // Homebrew, Intel
	"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",    // Homebrew on Linux
	"/Applications/Postgres.app/Contents/Versions/*/bin", // Postgres.app
	"/opt/local/lib/postgresql*/bin",                     // MacPorts
	"/usr/local/pgsql/bin",                               // built from source
	"/usr/bin", "/usr/local/bin",
}

func candidates() []candidate {
	var list []candidate
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			list = append(list, candidate{filepath.Dir(real), "PATH"})
		}
	}
	for _, pattern := range usualPlaces {
		// The patterns are constants: Glob can't fail on their form.
		dirs, _ := filepath.Glob(pattern)
		slices.Sort(dirs)
		for _, dir := range dirs {
			list = append(list, candidate{dir, dir})
		}
	}
	return list
}

var versionText = regexp.MustCompile(`\(PostgreSQL\) (\d+)(?:\.(\d+))?(\S*)`)

// inspect asks the binaries of a folder for their version. The error is
// os.ErrNotExist if there are none.
func inspect(ctx context.Context, dir, source string) (Installation, error) {
	for _, name := range []string{"postgres", "initdb"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return Installation{}, fmt.Errorf("%s is not in %s: %w", name, dir, err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").CombinedOutput()
	if err != nil {
		return Installation{}, fmt.Errorf("%s doesn't run: %w: %s", filepath.Join(dir, "postgres"), err, strings.TrimSpace(string(out)))
	}
	m := versionText.FindStringSubmatch(string(out))
	if m == nil {
		return Installation{}, fmt.Errorf("%s says %q, which is no PostgreSQL version", filepath.Join(dir, "postgres"), strings.TrimSpace(string(out)))
	}
	major, err := strconv.Atoi(m[1])
	if err != nil {
		return Installation{}, fmt.Errorf("%s: version %q: %w", dir, m[1], err)
	}
	version := m[1]
	if m[2] != "" {
		version += "." + m[2]
	}
	return Installation{BinDir: dir, Version: version + m[3], Major: major, Source: source}, nil
}
