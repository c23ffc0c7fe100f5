package database

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Code is the views and functions of a folder, in an order in which they can be
// created as far as the files say (see api/README.md).
type Code struct {
	files []codeFile
}

type codeFile struct {
	path  string // inside the folder: "core/can_read.sql"
	sql   string
	after []string
}

// CodeError is a mistake in a file of api/.
type CodeError struct {
	File    string // inside the folder
	Line    int    // from 1
	Column  int    // from 1, in characters; 0: the whole line
	Snippet string // the line
	Err     error
}

func (e *CodeError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "api/%s:%d", e.File, e.Line)
	if e.Column > 0 {
		fmt.Fprintf(&b, ":%d", e.Column)
	}
	fmt.Fprintf(&b, ": %v", e.Err)
	if e.Snippet != "" {
		fmt.Fprintf(&b, "\n\t%s", e.Snippet)
	}
	return b.String()
}

func (e *CodeError) Unwrap() error { return e.Err }

var (
	afterLine     = regexp.MustCompile(`(?m)\A-- after:[ \t]*(.*)$`)
	createReplace = regexp.MustCompile(`(?im)^[ \t]*CREATE\s+OR\s+REPLACE\b`)
)

const (
	maxCodeFiles = 5000
	maxCodeFile  = 1 << 20
)

// LoadCode reads every .sql file of a folder and its subfolders and checks what
// can be checked without a database: that no file says CREATE OR REPLACE (it
// could silently replace what a migration or another file made), that files named
// by "-- after:" exist, and that these don't go in a circle.
func LoadCode(folder fs.FS) (*Code, error) {
	var (
		code Code
		errs []error
	)
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".sql" {
			return err
		}
		if len(code.files) == maxCodeFiles {
			return fmt.Errorf("more than %d files", maxCodeFiles)
		}
		b, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		f := codeFile{path: name, sql: string(b)}
		switch {
		case len(b) > maxCodeFile:
			errs = append(errs, f.at(0, fmt.Errorf("the file has %d bytes; at most %d are allowed", len(b), maxCodeFile)))
			return nil
		case !utf8.Valid(b):
			errs = append(errs, f.at(0, errors.New("the file is not UTF-8")))
			return nil
		}
		if loc := createReplace.FindStringIndex(f.sql); loc != nil {
			errs = append(errs, f.at(loc[0], errors.New("CREATE OR REPLACE is not allowed: everything is dropped and created anew, and replacing could hide that two files make the same thing")))
		}
		if match := afterLine.FindStringSubmatch(f.sql); match != nil {
			for name := range strings.SplitSeq(match[1], ",") {
				if name = strings.TrimSpace(name); name != "" {
					f.after = append(f.after, name)
				}
			}
		}
		code.files = append(code.files, f)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("database: reading the code: %w", err)
	}
	if errs = append(errs, code.sort()...); len(errs) > 0 {
		return nil, fmt.Errorf("database: %w", errors.Join(errs...))
	}
	return &code, nil
}

// sort puts each file behind those it names, otherwise by path.
func (c *Code) sort() (errs []error) {
	slices.SortFunc(c.files, func(a, b codeFile) int { return strings.Compare(a.path, b.path) })
	index := make(map[string]int, len(c.files))
	for i, f := range c.files {
		index[f.path] = i
	}
	const (
		unseen = iota
		open
		done
	)
	state := make([]int, len(c.files))
	sorted := make([]codeFile, 0, len(c.files))
	var visit func(i int)
	visit = func(i int) {
		f := c.files[i]
		state[i] = open
		for _, name := range f.after {
			j, ok := index[name]
			switch {
			case !ok:
				errs = append(errs, f.at(0, fmt.Errorf("-- after: names %s, which doesn't exist", name)))
			case state[j] == open:
				errs = append(errs, f.at(0, fmt.Errorf("-- after: goes in a circle through %s", name)))
			case state[j] == unseen:
				visit(j)
			}
		}
		state[i] = done
		sorted = append(sorted, f)
	}
	for i := range c.files {
		if state[i] == unseen {
			visit(i)
		}
	}
	c.files = sorted
	return errs
}

// Len is the number of files.
func (c *Code) Len() int { return len(c.files) }

// Paths lists the files in the order in which they are applied first.
func (c *Code) Paths() []string {
	paths := make([]string, len(c.files))
	for i, f := range c.files {
		paths[i] = f.path
	}
	return paths
}

// Checksum identifies the content: paths and texts of all files.
func (c *Code) Checksum() string { return c.checksum(0) }

// applierVersion changes when this program would apply the same files otherwise.
const applierVersion = 1

// checksum also covers the tables that the code was applied to.
func (c *Code) checksum(migration int64) string {
	h := sha256.New()
	h.Write(fmt.Appendf(nil, "%d %d\n", applierVersion, migration))
	for _, f := range c.files {
		h.Write(fmt.Appendf(nil, "%s %d\n%s\n", f.path, len(f.sql), f.sql))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// at makes an error that points to a byte of the file.
func (f codeFile) at(offset int, err error) *CodeError {
	offset = min(max(offset, 0), len(f.sql))
	before := f.sql[:offset]
	lineStart := strings.LastIndexByte(before, '\n') + 1
	line, _, _ := strings.Cut(f.sql[lineStart:], "\n")
	return &CodeError{
		File:    f.path,
		Line:    strings.Count(before, "\n") + 1,
		Column:  utf8.RuneCountInString(f.sql[lineStart:offset]) + 1,
		Snippet: clip(strings.TrimSpace(line), 200),
		Err:     err,
	}
}

// atCharacter is at for PostgreSQL's positions: characters, from 1.
func (f codeFile) atCharacter(position int, err error) *CodeError {
	offset := 0
	for range position - 1 {
		_, size := utf8.DecodeRuneInString(f.sql[offset:])
		offset += size
	}
	return f.at(offset, err)
}

func clip(s string, characters int) string {
	if utf8.RuneCountInString(s) <= characters {
		return s
	}
	return string([]rune(s)[:characters]) + "…"
}
