// Package lint checks an AppSync definition without running it and without a
// database: what AppSync would refuse to deploy, and what would work but should
// not be written so. It knows AppSync's rules and those of safe SQL, not the
// rules of a particular API. Whether SQL is valid is not its business: that
// needs a database.
package lint

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mtbwiki/mtbwiki/appsync"
	"github.com/mtbwiki/mtbwiki/appsync/graphql"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// Finding is one thing wrong.
type Finding struct {
	File         string
	Line, Column int // from 1
	// Rule is the finding's kind; see [Rules].
	Rule    string
	Message string
}

func (f Finding) String() string {
	return fmt.Sprintf("%s:%d:%d: %s: %s", f.File, f.Line, f.Column, f.Rule, f.Message)
}

// Rules explains each rule. Findings of the schema itself have further rules,
// which begin with "schema-", "sdl-" or "subscribe-".
var Rules = map[string]string{
	"definition":         "the definition is incomplete or contradicts itself",
	"missing-resolver":   "a root field has no resolver: it has no parent whose property it could read",
	"missing-auth":       "an object type carries no authorization directive and silently takes the default mode",
	"unused-function":    "a function is in no pipeline",
	"unused-data-source": "a data source is used by no resolver and no function",
	"template-syntax":    "a template can't be parsed",
	"template-size":      "a template is larger than AppSync's 64 KB",
	"unknown-helper":     "a template calls a $util or $extensions helper that doesn't exist, or with a wrong number of arguments",
	"sql-interpolation":  "what a caller sent becomes part of SQL text; pass it in variableMap",
	"sql-question-mark":  "SQL uses the operators ?, ?| or ?&, which the Data API's driver takes for parameters; use jsonb_exists and its like",
	"sql-statements":     "a request has more than two statements",
	"sql-size":           "a piece of SQL is longer than the 65,536 characters that the Data API takes",
	"sql-cast":           "a parameter stands in SQL without a cast: AWS binds it with the type of its JSON value, and PostgreSQL may refuse the mixture",
	"unused-variable":    "a template sets a variable that nothing reads",
	"unknown-variable":   "a template reads a variable that nothing sets",
	"unsettled":          "a template relies on something that AWS's documentation leaves open",
	"caching-keys":       "a cached field reads something of the request that is none of its caching keys: one caller's data would be shown to another",
	"error-message":      "a template depends on the text in $ctx.error.message, which AWS may change",
	"error-ignored":      "a response template does not look at $ctx.error: a failure of the data source would pass for an empty result",
}

const maxTemplate = 64 << 10

// Check finds what is wrong with a definition, sorted by file and place.
func Check(d appsync.Definition) []Finding {
	l := &linter{d: d, schema: cmp.Or(d.SchemaName, "schema.graphql"), seen: map[Finding]bool{}}
	s, err := graphql.Load(l.schema, d.Schema)
	if err != nil {
		l.schemaErrors(err)
	} else {
		if err := d.Validate(); err != nil {
			for _, e := range flatten(err) {
				l.add(Finding{File: l.schema, Line: 1, Column: 1, Rule: "definition", Message: e.Error()})
			}
		}
		l.fields(s)
	}
	l.uses()
	l.templates()
	l.caching()
	slices.SortFunc(l.found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
	return l.found
}

type linter struct {
	d      appsync.Definition
	schema string
	found  []Finding
	seen   map[Finding]bool
}

// add keeps a finding once: templates may be shared.
func (l *linter) add(f Finding) {
	if !l.seen[f] {
		l.seen[f] = true
		l.found = append(l.found, f)
	}
}

func flatten(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var out []error
		for _, e := range joined.Unwrap() {
			out = append(out, flatten(e)...)
		}
		return out
	}
	return []error{err}
}

func (l *linter) schemaErrors(err error) {
	for _, e := range flatten(err) {
		var se *graphql.SchemaError
		if errors.As(e, &se) {
			l.add(Finding{se.File, se.Line, se.Column, se.Rule, se.Message})
			continue
		}
		l.add(Finding{l.schema, 1, 1, "schema-invalid", e.Error()})
	}
}

// fields checks root fields and authorization directives.
func (l *linter) fields(s *graphql.Schema) {
	resolved := map[string]bool{}
	for _, r := range l.d.Resolvers {
		resolved[r.Type+"."+r.Field] = true
	}
	for _, root := range []*graphql.Type{s.Query, s.Mutation, s.Subscription} {
		if root == nil {
			continue
		}
		for _, f := range root.Fields {
			if f.BuiltIn() || resolved[root.Name+"."+f.Name] || root == s.Subscription && len(f.Mutations()) > 0 {
				continue
			}
			at := f.Definition.Position
			l.add(Finding{l.schema, at.Line, at.Column, "missing-resolver", fmt.Sprintf("%s.%s has no resolver", root.Name, f.Name)})
		}
	}
	for _, t := range s.Types() {
		if t.Kind != graphql.Object {
			continue
		}
		marked := false
		for _, d := range t.Definition.Directives {
			switch d.Name {
			case "aws_api_key", "aws_iam", "aws_oidc", "aws_lambda", "aws_cognito_user_pools":
				marked = true
			}
		}
		if !marked {
			at := t.Definition.Position
			l.add(Finding{l.schema, at.Line, at.Column, "missing-auth", fmt.Sprintf("type %s has no authorization directive; say @aws_api_key, @aws_cognito_user_pools or what is meant", t.Name)})
		}
	}
}

// uses finds functions and data sources that nothing refers to.
func (l *linter) uses() {
	functions, sources := map[string]bool{}, map[string]bool{}
	for _, r := range l.d.Resolvers {
		sources[r.DataSource] = true
		for _, f := range r.Pipeline {
			functions[f] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.d.Functions)) {
		f := l.d.Functions[name]
		sources[f.DataSource] = true
		if !functions[name] {
			l.add(Finding{f.Request.Name, 1, 1, "unused-function", fmt.Sprintf("function %s is in no pipeline", name)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.d.DataSources)) {
		if !sources[name] {
			l.add(Finding{l.schema, 1, 1, "unused-data-source", fmt.Sprintf("data source %s is used by no resolver and no function", name)})
		}
	}
}

func (l *linter) templates() {
	for _, r := range l.d.Resolvers {
		// The before and after templates of a pipeline have no data source.
		l.pair(l.d.DataSources[r.DataSource].Type, r.Request, r.Response)
	}
	for _, name := range slices.Sorted(maps.Keys(l.d.Functions)) {
		f := l.d.Functions[name]
		l.pair(l.d.DataSources[f.DataSource].Type, f.Request, f.Response)
	}
}

func (l *linter) pair(sourceType string, request, response appsync.TemplateSource) {
	if t := l.template(request); t != nil && sourceType == appsync.RelationalDatabase {
		l.sql(t)
	}
	t := l.template(response)
	if t == nil || sourceType != appsync.RelationalDatabase && sourceType != appsync.AWSLambda {
		return
	}
	for _, ref := range t.References() {
		if name := contextPath(&ref); name == "error" || strings.HasPrefix(name, "error.") {
			return
		}
	}
	l.add(Finding{response.Name, 1, 1, "error-ignored", "the template does not look at $ctx.error"})
}

// template checks what concerns every template. It gives nil if it can't be read.
func (l *linter) template(src appsync.TemplateSource) *vtl.Template {
	if len(src.Text) > maxTemplate {
		l.add(Finding{src.Name, 1, 1, "template-size", fmt.Sprintf("the template has %d bytes; AppSync accepts %d", len(src.Text), maxTemplate)})
		return nil
	}
	t, err := vtl.Compile(src.Name, src.Text)
	if err != nil {
		f := Finding{src.Name, 1, 1, "template-syntax", err.Error()}
		var ve *vtl.Error
		if errors.As(err, &ve) {
			f.Line, f.Column, f.Message = ve.Line, ve.Column, ve.Message
		}
		l.add(f)
		return nil
	}
	l.variables(t)
	l.unsettled(t)
	for _, ref := range t.References() {
		l.helper(src.Name, &ref)
		if contextPath(&ref) == "error.message" {
			l.add(Finding{src.Name, ref.Line, ref.Column, "error-message", "$ctx.error.message is used; decide by $ctx.error itself and word the error here"})
		}
	}
	return t
}

// contextPath gives a reference's names after $ctx or $context, "" for other references.
func contextPath(r *vtl.Reference) string {
	if r.Root != "ctx" && r.Root != "context" {
		return ""
	}
	_, rest, _ := strings.Cut(r.Name(), ".")
	return rest
}
