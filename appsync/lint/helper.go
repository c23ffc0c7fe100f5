package lint

import (
	"fmt"
	"strings"
	"sync"

	"github.com/mtbwiki/mtbwiki/appsync/helpers"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// knownHelpers are the helpers by name, and the namespaces they are in.
var knownHelpers = sync.OnceValues(func() (byName map[string]helpers.Helper, spaces map[string]bool) {
	byName, spaces = map[string]helpers.Helper{}, map[string]bool{}
	for _, h := range helpers.Known() {
		byName[h.Name] = h
		spaces[h.Name[:strings.LastIndexByte(h.Name, '.')]] = true
	}
	return byName, spaces
})

// helper checks a call of $util or $extensions.
func (l *linter) helper(file string, r *vtl.Reference) {
	name := r.Root
	switch r.Root {
	case "utils":
		name = "util"
	case "util", "extensions":
	default:
		return
	}
	if r.Assigned && len(r.Path) == 0 {
		return
	}
	byName, spaces := knownHelpers()
	for _, p := range r.Path {
		name += "." + p.Name
		if !p.Method {
			if spaces[name] {
				continue
			}
			l.add(Finding{file, r.Line, r.Column, "unknown-helper", fmt.Sprintf("$%s does not exist", name)})
			return
		}
		h, ok := byName[name]
		switch {
		case !ok:
			l.add(Finding{file, r.Line, r.Column, "unknown-helper", fmt.Sprintf("there is no helper $%s", name)})
		case p.Args < h.Min || h.Max >= 0 && p.Args > h.Max:
			l.add(Finding{file, r.Line, r.Column, "unknown-helper", fmt.Sprintf("$%s takes %s arguments, not %d", name, span(h.Min, h.Max), p.Args)})
		}
		return // what follows is a method of the helper's result
	}
}

func span(low, high int) string {
	switch {
	case high < 0:
		return fmt.Sprintf("at least %d", low)
	case low == high:
		return fmt.Sprint(low)
	}
	return fmt.Sprintf("%d to %d", low, high)
}
