package vtl

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Kind says in which phase a template failed.
type Kind string

// The phases that can fail.
const (
	Parse   Kind = "parse"   // the source is no template; found by Compile (or by #evaluate)
	Runtime Kind = "runtime" // the template failed while it ran
)

// Error is a failure located in a template's source.
type Error struct {
	Kind     Kind
	Template string // the name given to Compile
	Line     int    // from 1
	Column   int    // from 1, in characters
	Message  string
	Snippet  string // the source line, without its line end

	cause error
}

// Error renders the message with its place, the source line and a caret.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Template != "" {
		b.WriteString(e.Template)
		b.WriteByte(':')
	}
	fmt.Fprintf(&b, "%d:%d: %s", e.Line, e.Column, e.Message)
	if e.Snippet == "" {
		return b.String()
	}
	b.WriteString("\n | ")
	b.WriteString(strings.ReplaceAll(e.Snippet, "\t", " "))
	b.WriteString("\n | ")
	b.WriteString(strings.Repeat(".", max(e.Column-1, 0)))
	b.WriteByte('^')
	return b.String()
}

// Unwrap gives the error of the host object that ended the run, if there was one.
func (e *Error) Unwrap() error { return e.cause }

// source is a template's text together with what is needed to name places in it.
type source struct {
	name string
	text string
}

// snippetMax bounds the source line quoted in an error, in characters: templates
// made by programs may be one line of 64 KB.
const snippetMax = 160

// errorAt makes an Error at a byte offset.
func (s *source) errorAt(kind Kind, offset int, cause error, format string, args ...any) *Error {
	line, col, snippet := s.locate(offset)
	e := &Error{Kind: kind, Template: s.name, Line: line, Column: col, Snippet: snippet, cause: cause}
	if len(args) == 0 {
		e.Message = format
	} else {
		e.Message = fmt.Sprintf(format, args...)
	}
	return e
}

// locate turns a byte offset into line, column and the text of the line. A line
// too long to quote gives no snippet beyond its first part.
func (s *source) locate(offset int) (line, col int, snippet string) {
	offset = min(max(offset, 0), len(s.text))
	before := s.text[:offset]
	line = 1 + strings.Count(before, "\n")
	start := strings.LastIndexByte(before, '\n') + 1
	col = 1 + utf8.RuneCountInString(before[start:])
	rest := s.text[start:]
	if i := strings.IndexAny(rest, "\r\n"); i >= 0 {
		rest = rest[:i]
	}
	if utf8.RuneCountInString(rest) > snippetMax {
		if col > snippetMax {
			return line, col, ""
		}
		n := 0
		for i := range rest {
			if n == snippetMax {
				rest = rest[:i]
				break
			}
			n++
		}
	}
	return line, col, rest
}
