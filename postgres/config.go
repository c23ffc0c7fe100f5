package postgres

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
)

// Config says which PostgreSQL to run and where. The zero value of every field
// is usable except DataDir.
type Config struct {
	// DataDir is the directory that holds the cluster (see the package comment).
	// It is made if missing. [DefaultDataDir] proposes one.
	DataDir string

	// BinDir names the folder of the binaries (postgres, initdb) to use. Empty:
	// the best installation found, else a downloaded one. See [Find].
	BinDir string

	// Major asks for one major version (15, 16, ...). 0: any supported one; an
	// existing cluster always asks for its own.
	Major int

	// Extensions must come with the installation (such as "pg_trgm"); one that
	// lacks them is passed over. Checked only where a choice is made.
	Extensions []string

	// Port on 127.0.0.1; 0 takes a free one.
	Port int

	// Log gets what the server says. nil: [slog.Default].
	Log *slog.Logger

	// Progress gets short sentences for people while something takes long
	// (downloading, making the cluster). nil: nobody listens.
	Progress func(message string)

	// Download says where binaries come from if none is installed.
	Download DownloadConfig

	// Settings are server settings (postgresql.conf names), applied at each
	// start over this package's own. Addresses, port and sockets are not to be
	// changed this way.
	Settings map[string]string

	// Ephemeral makes a throw-away cluster: made anew at each Start, with fsync
	// off, removed by Stop. For tests and benchmarks. Otherwise the cluster is
	// kept and every commit is synced to disk.
	Ephemeral bool
}

func (c Config) log() *slog.Logger {
	if c.Log != nil {
		return c.Log
	}
	return slog.Default()
}

func (c Config) progress(format string, args ...any) {
	if c.Progress != nil {
		c.Progress(fmt.Sprintf(format, args...))
	}
}

// DefaultDataDir proposes a data directory for a program: below /var/lib for
// root (whose home the server's user cannot reach), else where the system keeps
// a user's application data.
func DefaultDataDir(program string) (string, error) {
	if os.Geteuid() == 0 {
		return filepath.Join("/var/lib", program, "postgres"), nil
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" && filepath.IsAbs(dir) {
		return filepath.Join(dir, program, "postgres"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("postgres: no home directory to keep data in; name a data directory: %w", err)
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Application Support", program, "postgres"), nil
	}
	return filepath.Join(home, ".local", "share", program, "postgres"), nil
}

// ErrNotSupported is returned by [Start] on systems where this package can't run
// a server (anything but Unix).
var ErrNotSupported = errors.New("postgres: running a server of its own is supported on Linux, macOS and the BSDs; give the URL of a running server instead")
