package lint

import (
	"fmt"
	"strings"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// given are the variables that a template has without setting them, and null, which
// is customary for a variable that nobody sets.
var given = map[string]bool{
	"ctx": true, "context": true, "util": true, "utils": true, "extensions": true,
	"foreach": true, "velocityCount": true, "velocityHasNext": true, "null": true,
}

// variables finds what a template sets and nobody reads, and what it reads and
// nobody sets. Macros and #evaluate hide who reads what: a template with one is left
// alone.
func (l *linter) variables(t *vtl.Template) {
	type place struct{ line, column int }
	set, read := map[string]place{}, map[string]place{}
	var order []string
	assigned := map[string]bool{}
	directive, opaque := "", false
	t.Walk(func(i vtl.Item) {
		switch i.Kind {
		case vtl.DirectiveItem:
			directive = i.Name
			switch i.Name {
			case "macro", "evaluate":
				opaque = true
			}
		case vtl.ReferenceItem:
			r := i.Reference
			if r.Assigned && len(r.Path) == 0 {
				assigned[r.Root] = true
				if _, there := set[r.Root]; !there && directive == "set" {
					set[r.Root] = place{i.Line, i.Column}
					order = append(order, r.Root)
				}
				return
			}
			if _, there := read[r.Root]; !there {
				read[r.Root] = place{i.Line, i.Column}
				order = append(order, r.Root)
			}
		}
	})
	if opaque {
		return
	}
	told := map[string]bool{}
	for _, name := range order {
		at, isRead := read[name]
		from, isSet := set[name]
		switch {
		case told[name] || given[name]:
		case isSet && !isRead:
			l.add(Finding{t.Name(), from.line, from.column, "unused-variable", fmt.Sprintf("$%s is set and never read", name)})
		case isRead && !assigned[name]:
			l.add(Finding{t.Name(), at.line, at.column, "unknown-variable", fmt.Sprintf("$%s is read, and nothing here sets it", name)})
		}
		told[name] = true
	}
}

// unsettled finds what AWS's documentation leaves open.
func (l *linter) unsettled(t *vtl.Template) {
	set := map[string]bool{}
	var pending *vtl.Item // the last #set, whose target comes next
	tell := func(i vtl.Item, format string, args ...any) {
		l.add(Finding{t.Name(), i.Line, i.Column, "unsettled", fmt.Sprintf(format, args...)})
	}
	t.Walk(func(i vtl.Item) {
		switch i.Kind {
		case vtl.DirectiveItem:
			switch i.Name {
			case "set":
				pending = &i
			case "stop", "define", "macro", "evaluate", "parse", "include":
				tell(i, "AppSync's guide doesn't say that there is #%s", i.Name)
			}
		case vtl.ReferenceItem:
			r := i.Reference
			if r.Assigned && pending != nil {
				value := strings.Trim(pending.Text, " \t\r\n")
				if len(r.Path) == 0 {
					if set[r.Root] && (value == "$null" || value == "$!null" || value == "${null}") {
						tell(*pending, "whether $%s becomes null or keeps its value is not settled", r.Root)
					}
					set[r.Root] = true
				}
				pending = nil
			}
			switch name := r.Name(); {
			case contextPath(r) == "identity.groups":
				tell(i, `$ctx.identity.groups is not documented; $ctx.identity.claims.get("cognito:groups") is`)
			case name == "util.base64Decode" || name == "utils.base64Decode":
				tell(i, "whether $util.base64Decode gives a text or bytes is not settled")
			case name == "util.matches" || name == "utils.matches":
				if pattern, ok := firstLiteral(r.Text); ok && !anchored(pattern) {
					tell(i, "whether $util.matches wants the whole text to match is not settled: begin the pattern with \\A and end it with \\z")
				}
			}
		}
	})
}

// anchored tells whether a pattern says itself that it is of the whole text.
func anchored(pattern string) bool {
	if strings.HasPrefix(pattern, "(?") {
		if flags, rest, ok := strings.Cut(pattern[2:], ")"); ok && strings.Trim(flags, "idmsuxU-") == "" {
			pattern = rest
		}
	}
	return (strings.HasPrefix(pattern, "^") || strings.HasPrefix(pattern, `\A`)) && (strings.HasSuffix(pattern, "$") || strings.HasSuffix(pattern, `\z`))
}

// firstLiteral is the string literal that a call's first argument is.
func firstLiteral(call string) (text string, ok bool) {
	_, rest, ok := strings.Cut(call, "(")
	rest = strings.TrimLeft(rest, " \t\r\n")
	if !ok || rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return "", false
	}
	text, _, ok = strings.Cut(rest[1:], rest[:1])
	return text, ok
}

// caching compares what a cached resolver's templates read with its keys: what
// depends on something that is no key would be shown to others.
func (l *linter) caching() {
	for _, r := range l.d.Resolvers {
		if r.Caching == nil {
			continue
		}
		keyed := map[string]bool{}
		for _, k := range r.Caching.Keys {
			part, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(k, "$context."), "$ctx."), ".")
			keyed[part] = true
		}
		sources := []struct{ name, text string }{{r.Request.Name, r.Request.Text}, {r.Response.Name, r.Response.Text}}
		for _, name := range r.Pipeline {
			f := l.d.Functions[name]
			sources = append(sources, struct{ name, text string }{f.Request.Name, f.Request.Text}, struct{ name, text string }{f.Response.Name, f.Response.Text})
		}
		for _, src := range sources {
			t, err := vtl.Compile(src.name, src.text)
			if err != nil {
				continue // told elsewhere
			}
			for _, ref := range t.References() {
				part, _, _ := strings.Cut(contextPath(&ref), ".")
				if part == "args" {
					part = "arguments"
				}
				switch {
				case part == "identity" && !keyed[part], part == "arguments" && !keyed[part], part == "source" && !keyed[part]:
					l.add(Finding{src.name, ref.Line, ref.Column, "caching-keys", fmt.Sprintf("%s.%s is cached and reads $context.%s, which is none of its caching keys", r.Type, r.Field, part)})
				case part == "request", part == "info":
					l.add(Finding{src.name, ref.Line, ref.Column, "caching-keys", fmt.Sprintf("%s.%s is cached and reads $context.%s, which can be no caching key", r.Type, r.Field, part)})
				}
			}
			if callsAuthType(t) && !keyed["identity"] {
				l.add(Finding{src.name, 1, 1, "caching-keys", fmt.Sprintf("%s.%s is cached and asks $util.authType(), but no part of $context.identity is a caching key", r.Type, r.Field)})
			}
		}
	}
}

func callsAuthType(t *vtl.Template) bool {
	for _, ref := range t.References() {
		if n := ref.Name(); n == "util.authType" || n == "utils.authType" {
			return true
		}
	}
	return false
}
