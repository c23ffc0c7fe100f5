package lint

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

var (
	// sqlText tells SQL and its fragments from other strings: they are written
	// with their key words in capitals.
	sqlText = regexp.MustCompile(`\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|FROM|WHERE|AND|OR|ORDER BY|GROUP BY|LIMIT|OFFSET|VALUES|RETURNING)\b`)
	// sent are the context's parts that come from the caller or from data.
	sent = regexp.MustCompile(`\$!?\{?(?:ctx|context)\.(?:args|arguments|identity|source|request|prev|stash)\b`)
	// variable finds the references in a piece of source.
	variable = regexp.MustCompile(`\$!?\{?([A-Za-z][A-Za-z0-9_-]*)`)
	// question finds jsonb operators with a question mark; quoted SQL strings
	// and identifiers have been taken out.
	question = regexp.MustCompile(`\?[|&]|\s\?\s|[a-z_)]\?\s*[:'(]`)
)

// sqlCheck follows, in the order of the source, which variables hold SQL text
// and which hold what a caller sent.
type sqlCheck struct {
	l       *linter
	file    string
	sql     map[string]bool // variables that hold SQL
	tainted map[string]bool // variables that hold what a caller sent
	// inStatements is set between "statements" and "variableMap" in the output.
	inStatements bool
}

// sql checks a request template of a relational data source.
func (l *linter) sql(t *vtl.Template) {
	c := &sqlCheck{l: l, file: t.Name(), sql: map[string]bool{}, tainted: map[string]bool{}}
	var target string // the variable that the last #set or #foreach gives a value
	t.Walk(func(i vtl.Item) {
		switch i.Kind {
		case vtl.DirectiveItem:
			if i.Name == "set" {
				target = ""
				c.set(i, &target)
			}
		case vtl.ReferenceItem:
			c.reference(i, &target)
		case vtl.LiteralItem:
			if sqlText.MatchString(i.Text) {
				c.operators(i.Text, i)
				c.casts(i.Text, i)
			}
		case vtl.TextItem:
			c.text(i)
		}
	})
}

// set remembers the value's source until the target follows.
func (c *sqlCheck) set(i vtl.Item, target *string) { *target = i.Text }

func (c *sqlCheck) reference(i vtl.Item, target *string) {
	r := i.Reference
	if r.Assigned {
		if *target != "" {
			c.assign(r.Root, *target, i)
			*target = ""
		}
		return
	}
	// A literal given to a method, such as $clauses.add("AND x = '$y'").
	if r.Literal != "" && r.Printed && sqlText.MatchString(r.Literal) && c.carries(r.Text) {
		c.found(i, r.Text)
		return
	}
	if r.Literal == "" && r.Printed && c.inStatements {
		if n := listLength(r.Text); n > 2 {
			c.l.add(Finding{c.file, i.Line, i.Column, "sql-statements", fmt.Sprintf("the request has %d statements; AppSync runs at most 2", n)})
		}
		if c.carries(r.Text) {
			c.found(i, r.Text)
		}
	}
}

// assign notes what a variable holds after #set.
func (c *sqlCheck) assign(name, value string, i vtl.Item) {
	isSQL := sqlText.MatchString(literals(value))
	for _, m := range variable.FindAllStringSubmatch(value, -1) {
		isSQL = isSQL || c.sql[m[1]]
	}
	carries := c.carries(value)
	switch {
	case isSQL && carries && !strings.HasPrefix(strings.TrimSpace(value), "{"):
		c.found(i, value)
		c.sql[name], c.tainted[name] = true, false // reported once
	case isSQL:
		c.sql[name] = true
	default:
		c.tainted[name] = c.tainted[name] || carries
	}
}

// literals gives the string literals of an expression, one after the other.
func literals(source string) string {
	return strings.Join(regexp.MustCompile(`'[^']*'|"[^"]*"`).FindAllString(source, -1), " ")
}

// carries tells whether a piece of source reads what a caller sent. A boolean
// made from it, as in a comparison, carries nothing.
func (c *sqlCheck) carries(source string) bool {
	if strings.Contains(source, "==") || strings.Contains(source, "!=") || strings.Contains(source, "$util.matches(") || strings.Contains(source, ".contains(") {
		return false
	}
	if s := strings.TrimSpace(source); len(s) > 1 && s[0] == '\'' && strings.IndexByte(s[1:], '\'') == len(s)-2 {
		return false // a single-quoted literal interpolates nothing
	}
	if sent.MatchString(source) {
		return true
	}
	for _, m := range variable.FindAllStringSubmatch(source, -1) {
		if c.tainted[m[1]] {
			return true
		}
	}
	return false
}

func (c *sqlCheck) found(i vtl.Item, source string) {
	if len(source) > 60 {
		source = strings.ToValidUTF8(source[:60], "") + "…"
	}
	c.l.add(Finding{c.file, i.Line, i.Column, "sql-interpolation",
		fmt.Sprintf("%s puts what a caller sent into SQL text; use a variable of variableMap", strings.Join(strings.Fields(source), " "))})
}

func (c *sqlCheck) text(i vtl.Item) {
	at := strings.LastIndex(i.Text, `"statements"`)
	end := max(strings.LastIndex(i.Text, `"variableMap"`), strings.LastIndex(i.Text, `"variableTypeHintMap"`))
	if c.inStatements || at >= 0 {
		from, to := 0, len(i.Text)
		if at >= 0 {
			from = at + len(`"statements"`)
		}
		if end > from {
			to = end
		}
		c.operators(i.Text[from:to], i)
		c.casts(i.Text[from:to], i)
		if at >= 0 {
			c.count(i.Text[from:to], i)
		}
	}
	switch {
	case at > end:
		c.inStatements = true
	case end >= 0:
		c.inStatements = false
	}
}

// count counts the statements of a list that is written out as JSON.
func (c *sqlCheck) count(text string, i vtl.Item) {
	open := strings.IndexByte(text, '[')
	if open < 0 || strings.TrimSpace(text[:open]) != ":" {
		return
	}
	closing := strings.LastIndexByte(text, ']')
	if closing < open {
		return
	}
	v, err := vtl.FromJSON([]byte(text[open : closing+1]))
	if err != nil {
		return // not written out: counted when it runs
	}
	if list := v.(*vtl.List); list.Len() > 2 {
		c.l.add(Finding{c.file, i.Line, i.Column, "sql-statements", fmt.Sprintf("the request has %d statements; AppSync runs at most 2", list.Len())})
	}
}

// operators finds the jsonb operators that the Data API's driver would take
// for parameters.
func (c *sqlCheck) operators(sql string, i vtl.Item) {
	if !strings.Contains(sql, "?") || !sqlText.MatchString(sql) {
		return
	}
	bare := quotedText.ReplaceAllString(sql, " x ")
	if m := question.FindString(bare); m != "" {
		c.l.add(Finding{c.file, i.Line, i.Column, "sql-question-mark", fmt.Sprintf("the SQL uses the operator %s; write jsonb_exists, jsonb_exists_any or jsonb_exists_all", strings.TrimSpace(m))})
	}
}

var (
	quotedText = regexp.MustCompile(`'(?:[^']|'')*'`)
	quotedSQL  = regexp.MustCompile(`'(?:[^']|'')*'|"[^"]*"`)
	parameter  = regexp.MustCompile(`(^|[^:A-Za-z0-9_]):([A-Za-z_][A-Za-z0-9_]*)`)
	castTo     = regexp.MustCompile(`(?i)CAST\(\s*$`)
)

// maxSQL is what the Data API takes as one statement.
const maxSQL = 65_536

// casts finds parameters that say nothing of their type.
func (c *sqlCheck) casts(sql string, i vtl.Item) {
	if n := len([]rune(sql)); n > maxSQL {
		c.l.add(Finding{c.file, i.Line, i.Column, "sql-size", fmt.Sprintf("the SQL has %d characters; the Data API takes %d", n, maxSQL)})
	}
	// Quotes of the JSON around it are none of SQL's names.
	quoted := quotedSQL
	if i.Kind != vtl.LiteralItem {
		quoted = quotedText
	}
	bare := quoted.ReplaceAllString(sql, "x")
	for _, m := range parameter.FindAllStringSubmatchIndex(bare, -1) {
		name := bare[m[4]:m[5]]
		if castTo.MatchString(bare[:m[4]-1]) || strings.HasPrefix(bare[m[5]:], "::") {
			continue
		}
		c.l.add(Finding{c.file, i.Line, i.Column, "sql-cast", fmt.Sprintf("the parameter :%s stands without a cast; write CAST(:%[1]s AS its type)", name)})
	}
}

// listLength counts the elements of the list in $util.toJson([...]), 0 for
// anything else.
func listLength(source string) int {
	_, rest, ok := strings.Cut(source, "toJson([")
	if !ok {
		return 0
	}
	depth, n := 0, 1
	var quote rune
	for _, r := range rest {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '\'' || r == '"':
			quote = r
		case r == '[' || r == '(' || r == '{':
			depth++
		case r == ']' && depth == 0:
			return n
		case r == ']' || r == ')' || r == '}':
			depth--
		case r == ',' && depth == 0:
			n++
		}
	}
	return 0
}
