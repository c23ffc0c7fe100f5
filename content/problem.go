package content

import (
	"fmt"
	"slices"
	"strings"
)

// Problem is something wrong in a file.
type Problem struct {
	File string
	// Line and Column count from 1; 0 when the whole file is meant.
	Line, Column int
	// Message says what is wrong and what to do.
	Message string
}

// Error answers file:line:column: message.
func (p Problem) Error() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.File, p.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
}

// Problems are what was found wrong, in the order of files and lines, the first
// thousand of it.
type Problems []Problem

// mostProblems bounds the text of an error: who has more than that mends the
// first ones first.
const mostProblems = 50

// Error answers a problem a line, at most fifty of them.
func (ps Problems) Error() string {
	lines := make([]string, 0, min(len(ps), mostProblems)+1)
	for _, p := range ps[:min(len(ps), mostProblems)] {
		lines = append(lines, p.Error())
	}
	if more := len(ps) - mostProblems; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}

// err answers the problems as an error, or nil when there are none.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	slices.SortStableFunc(ps, func(a, b Problem) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return ps
}
