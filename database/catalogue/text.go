package catalogue

import (
	"fmt"
	"slices"
	"strings"
)

// Text writes the catalogue for people, one object after the other, schema by
// schema. Equal catalogues give equal texts.
func (c *Catalogue) Text() string {
	var w writer
	for i, s := range c.Schemas {
		if i > 0 {
			w.line("")
		}
		w.line("CREATE SCHEMA %s;", s.Name)
		w.remark("", s.Comment)
		w.grants("SCHEMA", s.Name, s.Grants)
		for _, d := range c.Domains {
			if d.Schema == s.Name {
				w.domain(d)
			}
		}
		for _, t := range c.Tables {
			if t.Schema == s.Name {
				w.table(t)
			}
		}
		for _, v := range c.Views {
			if v.Schema == s.Name {
				w.view(v)
			}
		}
		for _, f := range c.Functions {
			if f.Schema == s.Name {
				w.function(f)
			}
		}
	}
	return w.String()
}

type writer struct{ strings.Builder }

func (w *writer) line(format string, args ...any) {
	_, _ = fmt.Fprintf(w, format, args...) // a Builder takes everything
	w.WriteByte('\n')
}

// remark writes a comment of an object, each line of it as a comment line.
func (w *writer) remark(indent, comment string) {
	if comment == "" {
		return
	}
	for line := range strings.Lines(comment) {
		w.line("%s-- %s", indent, strings.TrimRight(line, "\n"))
	}
}

func (w *writer) grants(kind, name string, grants []Grant) {
	// Roles with the same rights share a line.
	privileges := map[string][]string{}
	var roles []string
	for _, g := range grants {
		if privileges[g.Role] == nil {
			roles = append(roles, g.Role)
		}
		privileges[g.Role] = append(privileges[g.Role], g.Privilege)
	}
	together := map[string][]string{}
	var order []string
	for _, role := range roles {
		p := strings.Join(privileges[role], ", ")
		if together[p] == nil {
			order = append(order, p)
		}
		together[p] = append(together[p], role)
	}
	for _, p := range order {
		w.line("GRANT %s ON %s %s TO %s;", p, kind, name, strings.Join(together[p], ", "))
	}
}

func (w *writer) domain(d Domain) {
	w.line("")
	w.remark("", d.Comment)
	parts := []string{fmt.Sprintf("CREATE DOMAIN %s.%s AS %s", d.Schema, d.Name, d.Type)}
	if d.Default != "" {
		parts = append(parts, "DEFAULT "+d.Default)
	}
	if d.NotNull {
		parts = append(parts, "NOT NULL")
	}
	w.line("%s;", strings.Join(append(parts, d.Checks...), " "))
}

func (c Column) text() string {
	parts := []string{c.Name, c.Type}
	switch {
	case c.Generated:
		parts = append(parts, "GENERATED ALWAYS AS ("+c.Default+") STORED")
	case c.Identity != "":
		parts = append(parts, "GENERATED "+c.Identity+" AS IDENTITY")
	case c.Default != "":
		parts = append(parts, "DEFAULT "+c.Default)
	}
	if c.NotNull {
		parts = append(parts, "NOT NULL")
	}
	return strings.Join(parts, " ")
}

func (w *writer) table(t Table) {
	w.line("")
	w.remark("", t.Comment)
	w.line("CREATE TABLE %s.%s (", t.Schema, t.Name)
	type item struct{ text, comment string }
	var items []item
	for _, c := range t.Columns {
		// The class of most data goes without saying.
		items = append(items, item{c.text(), strings.TrimRight(strings.TrimSuffix(c.Comment, "[public]"), " ")})
	}
	for _, k := range t.Constraints {
		items = append(items, item{"CONSTRAINT " + k.Name + " " + k.Definition, k.Comment})
	}
	for i, it := range items {
		comma := ","
		if i == len(items)-1 {
			comma = ""
		}
		w.remark("  ", it.comment)
		w.line("  %s%s", it.text, comma)
	}
	w.line(");")
	for _, i := range t.Indexes {
		w.remark("", i.Comment)
		w.line("%s;", i.Definition)
	}
	for _, tr := range t.Triggers {
		w.line("%s;", tr.Definition)
	}
	w.grants("TABLE", t.Schema+"."+t.Name, t.Grants)
	w.columnGrants(t.Schema+"."+t.Name, t.Columns)
}

func (w *writer) view(v View) {
	w.line("")
	w.remark("", v.Comment)
	w.line("CREATE VIEW %s.%s (", v.Schema, v.Name)
	for i, c := range v.Columns {
		comma := ","
		if i == len(v.Columns)-1 {
			comma = ""
		}
		w.remark("  ", c.Comment)
		w.line("  %s %s%s", c.Name, c.Type, comma)
	}
	w.line(");")
	w.grants("VIEW", v.Schema+"."+v.Name, v.Grants)
	w.columnGrants(v.Schema+"."+v.Name, v.Columns)
}

func (w *writer) columnGrants(relation string, columns []Column) {
	for _, c := range columns {
		for _, g := range c.Grants {
			w.line("GRANT %s (%s) ON %s TO %s;", g.Privilege, c.Name, relation, g.Role)
		}
	}
}

func (w *writer) function(f Function) {
	w.line("")
	w.remark("", f.Comment)
	w.line("CREATE FUNCTION %s.%s(%s)", f.Schema, f.Name, f.Arguments)
	if f.Result != "" {
		w.line("  RETURNS %s", f.Result)
	}
	parts := []string{"LANGUAGE " + f.Language, f.Volatility}
	if f.Strict {
		parts = append(parts, "STRICT")
	}
	if f.Parallel != "UNSAFE" {
		parts = append(parts, "PARALLEL "+f.Parallel)
	}
	if f.SecurityDefiner {
		parts = append(parts, "SECURITY DEFINER")
	}
	for _, s := range slices.Sorted(slices.Values(f.Settings)) {
		parts = append(parts, "SET "+strings.Replace(s, "=", " = ", 1))
	}
	w.line("  %s;", strings.Join(parts, " "))
	w.grants("FUNCTION", f.Identity(), f.Grants)
}
