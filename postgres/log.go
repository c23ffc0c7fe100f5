package postgres

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
)

// InUseError says that another process holds the data directory.
type InUseError struct {
	Dir    string
	Holder string // its process id, or "unknown"
	err    error
}

func (e *InUseError) Error() string {
	return fmt.Sprintf("postgres: data directory %s is in use by process %s (%v): stop that program or choose another data directory", e.Dir, e.Holder, e.err)
}

func (e *InUseError) Unwrap() error { return e.err }

// Bounds on what is kept of a server's words.
const (
	tailLines   = 30
	maxLogLine  = 8 << 10
	logMessages = "postgres: server"
)

// lineLog takes the server's output, passes it line by line to a logger and
// keeps the last lines for error messages.
type lineLog struct {
	log *slog.Logger

	mu   sync.Mutex
	part []byte
	last []string
}

func (l *lineLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.part = append(l.part, p...)
	for {
		i := bytes.IndexByte(l.part, '\n')
		if i < 0 {
			break
		}
		l.line(string(l.part[:i]))
		l.part = append(l.part[:0], l.part[i+1:]...)
	}
	if len(l.part) > maxLogLine {
		l.line(string(l.part))
		l.part = l.part[:0]
	}
	return len(p), nil
}

func (l *lineLog) line(text string) {
	// log_line_prefix puts the kind of process first: "client backend|ERROR:  ...".
	speaker, message, found := strings.Cut(text, "|")
	if !found || strings.Trim(speaker, "abcdefghijklmnopqrstuvwxyz ") != "" {
		speaker, message = "", text
	}
	l.last = append(l.last, message)
	if len(l.last) > tailLines {
		l.last = l.last[1:]
	}
	// A refused statement, a warning or a lost session is the business of whoever
	// sent it; here only what concerns the server itself is worth a line by default.
	level := slog.LevelDebug
	switch {
	case strings.HasPrefix(message, "PANIC:"):
		level = slog.LevelError
	case strings.HasPrefix(message, "WARNING:") && speaker != "client backend":
		level = slog.LevelWarn
	}
	l.log.Log(context.Background(), level, logMessages, "line", message)
}

func (l *lineLog) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.part) > 0 {
		l.line(string(l.part))
		l.part = nil
	}
}

func (l *lineLog) tail() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.last, "\n")
}
