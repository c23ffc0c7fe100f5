package gql

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"sort"
	"strings"
	"sync"
)

//go:embed queries/*.graphql
var files embed.FS

// documents maps the name of an operation to its text with the fragments that
// it needs, in a stable order.
var documents = sync.OnceValues(loadDocuments)

var (
	definition = regexp.MustCompile(`(?m)^(query|mutation|fragment)\s+([A-Za-z0-9_]+)`)
	spread     = regexp.MustCompile(`\.\.\.\s*([A-Za-z0-9_]+)`)
)

// loadDocuments splits the files into definitions. A definition starts at the
// beginning of a line; comments between definitions go with the one before.
func loadDocuments() (map[string]string, error) {
	operations, fragments := map[string]string{}, map[string]string{}
	err := fs.WalkDir(files, "queries", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := files.ReadFile(path)
		if err != nil {
			return err
		}
		text := string(raw)
		starts := definition.FindAllStringSubmatchIndex(text, -1)
		for i, at := range starts {
			end := len(text)
			if i+1 < len(starts) {
				end = starts[i+1][0]
			}
			kind, name := text[at[2]:at[3]], text[at[4]:at[5]]
			into := operations
			if kind == "fragment" {
				into = fragments
			}
			if _, twice := into[name]; twice {
				return fmt.Errorf("%s: %s %s is defined twice", path, kind, name)
			}
			into[name] = strings.TrimSpace(text[at[0]:end])
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("gql: %w", err)
	}
	for name, text := range operations {
		needed := map[string]bool{}
		if err := addSpreads(text, fragments, needed); err != nil {
			return nil, fmt.Errorf("gql: operation %s: %w", name, err)
		}
		names := make([]string, 0, len(needed))
		for n := range needed {
			names = append(names, n)
		}
		sort.Strings(names)
		for _, n := range names {
			text += "\n" + fragments[n]
		}
		operations[name] = text
	}
	return operations, nil
}

func addSpreads(text string, fragments map[string]string, needed map[string]bool) error {
	for _, m := range spread.FindAllStringSubmatch(text, -1) {
		name := m[1]
		if name == "on" || needed[name] {
			continue
		}
		body, ok := fragments[name]
		if !ok {
			return fmt.Errorf("fragment %s does not exist", name)
		}
		needed[name] = true
		if err := addSpreads(body, fragments, needed); err != nil {
			return err
		}
	}
	return nil
}

// Document returns the text of a named operation with its fragments.
func Document(operation string) (string, error) {
	all, err := documents()
	if err != nil {
		return "", err
	}
	text, ok := all[operation]
	if !ok {
		return "", fmt.Errorf("gql: there is no operation %q in queries", operation)
	}
	return text, nil
}

// Operations are the names of all operations, sorted.
func Operations() ([]string, error) {
	all, err := documents()
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	sort.Strings(names)
	return names, nil
}
