// Package api is what gets deployed as the GraphQL API: the source schema
// (schema/), its deployable form (deploy/schema.graphql, generated), the
// resolver templates (resolvers/, functions/) and the manifest that ties fields
// to data sources. Load reads and checks them. The package knows no runtime and
// no database: the local fabric and the CDK application both read it.
//
// Names carry through: Mutation.createTrail is served by
// resolvers/Mutation.createTrail.request.vtl, which calls api.create_trail,
// which stands in database/api/trail/create_trail.sql.
package api

//go:generate go run ../generate -root ..

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"gopkg.in/yaml.v3"
)

// FS holds the definition as it was when the program was built.
//
//go:embed manifest.yaml deploy/schema.graphql resolvers/*.vtl functions/*.vtl
var FS embed.FS

// Definition is a complete API: every field of Query and Mutation has a resolver.
type Definition struct {
	Schema      string
	DataSources map[string]DataSource
	Functions   map[string]Function
	Resolvers   []Resolver // sorted by type and field
}

// DataSource is where resolvers get their data.
type DataSource struct {
	// Type is RELATIONAL_DATABASE, AWS_LAMBDA or NONE.
	Type        string `yaml:"type"`
	Description string `yaml:"description"`
}

// Template is a Velocity template with the path it was read from.
type Template struct {
	Path string
	Text string
}

// Function is a step that pipelines share.
type Function struct {
	Name       string
	DataSource string
	Request    Template
	Response   Template
}

// Resolver answers a field, by one data source or by a pipeline of functions.
type Resolver struct {
	Type       string
	Field      string
	DataSource string   // of a unit resolver
	Pipeline   []string // functions in order
	Request    Template
	Response   Template
	// CachingKeys are what tells answers apart where a stage keeps them; nil for a field
	// whose answers are never kept.
	CachingKeys []string
}

type manifest struct {
	DefaultDataSource string                `yaml:"defaultDataSource"`
	DataSources       map[string]DataSource `yaml:"dataSources"`
	Functions         map[string]struct {
		DataSource string `yaml:"dataSource"`
	} `yaml:"functions"`
	Resolvers map[string]struct {
		DataSource  string   `yaml:"dataSource"`
		Pipeline    []string `yaml:"pipeline"`
		CachingKeys []string `yaml:"cachingKeys"`
	} `yaml:"resolvers"`
}

// Load reads a definition from a folder laid out like this package's. It names
// every field without templates, every template without a field, and every
// name in the manifest that leads nowhere.
func Load(fsys fs.FS) (*Definition, error) {
	text, err := fs.ReadFile(fsys, "manifest.yaml")
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	var m manifest
	dec := yaml.NewDecoder(strings.NewReader(string(text)))
	dec.KnownFields(true)
	if err := dec.Decode(&m); err != nil {
		return nil, fmt.Errorf("api: manifest.yaml: %w", err)
	}
	schema, err := fs.ReadFile(fsys, "deploy/schema.graphql")
	if err != nil {
		return nil, fmt.Errorf("api: %w (run `go generate ./api`)", err)
	}
	l := &loader{fsys: fsys, used: map[string]bool{}}
	d := &Definition{Schema: string(schema), DataSources: m.DataSources, Functions: map[string]Function{}}

	for name, ds := range m.DataSources {
		switch ds.Type {
		case "RELATIONAL_DATABASE", "AWS_LAMBDA", "NONE":
		default:
			l.problem("manifest.yaml: data source %s has type %q; it must be RELATIONAL_DATABASE, AWS_LAMBDA or NONE", name, ds.Type)
		}
	}
	if _, ok := m.DataSources[m.DefaultDataSource]; !ok {
		l.problem("manifest.yaml: defaultDataSource %q is no data source", m.DefaultDataSource)
	}
	for name, f := range m.Functions {
		if _, ok := m.DataSources[f.DataSource]; !ok {
			l.problem("manifest.yaml: function %s has the data source %q, which doesn't exist", name, f.DataSource)
		}
		d.Functions[name] = Function{
			Name: name, DataSource: f.DataSource,
			Request: l.template("functions", name, "request"), Response: l.template("functions", name, "response"),
		}
	}

	doc, err := parser.ParseSchema(&ast.Source{Name: "deploy/schema.graphql", Input: string(schema)})
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	inPipeline := map[string]bool{}
	fields := map[string]bool{}
	for _, def := range doc.Definitions {
		if def.Name != "Query" && def.Name != "Mutation" && def.Name != "Subscription" {
			continue
		}
		for _, f := range def.Fields {
			name := def.Name + "." + f.Name
			fields[name] = true
			r := Resolver{Type: def.Name, Field: f.Name, DataSource: m.DefaultDataSource}
			if own, ok := m.Resolvers[name]; ok {
				switch {
				case len(own.Pipeline) > 0 && own.DataSource != "":
					l.problem("manifest.yaml: resolver %s has both a data source and a pipeline", name)
				case len(own.Pipeline) > 0:
					r.DataSource, r.Pipeline = "", own.Pipeline
				case own.DataSource != "":
					r.DataSource = own.DataSource
				}
				if own.CachingKeys != nil {
					r.CachingKeys = own.CachingKeys
					l.cachingKeys(name, f, own.CachingKeys)
				}
			}
			for _, fn := range r.Pipeline {
				if _, ok := d.Functions[fn]; !ok {
					l.problem("manifest.yaml: resolver %s names the function %s, which doesn't exist", name, fn)
				}
				inPipeline[fn] = true
			}
			if r.DataSource != "" {
				if _, ok := m.DataSources[r.DataSource]; !ok {
					l.problem("manifest.yaml: resolver %s has the data source %q, which doesn't exist", name, r.DataSource)
				}
			}
			r.Request = l.template("resolvers", name, "request")
			r.Response = l.template("resolvers", name, "response")
			d.Resolvers = append(d.Resolvers, r)
		}
	}
	for name := range m.Resolvers {
		if !fields[name] {
			l.problem("manifest.yaml: resolver %s is for a field that the schema doesn't have", name)
		}
	}
	for name := range d.Functions {
		if !inPipeline[name] {
			l.problem("manifest.yaml: function %s is in no pipeline", name)
		}
	}
	l.leftOver("resolvers")
	l.leftOver("functions")
	sort.Slice(d.Resolvers, func(i, j int) bool {
		a, b := d.Resolvers[i], d.Resolvers[j]
		return a.Type+"."+a.Field < b.Type+"."+b.Field
	})
	if len(l.problems) > 0 {
		sort.Slice(l.problems, func(i, j int) bool { return l.problems[i].Error() < l.problems[j].Error() })
		return nil, fmt.Errorf("api: the definition is incomplete:\n%w", errors.Join(l.problems...))
	}
	return d, nil
}

type loader struct {
	fsys     fs.FS
	used     map[string]bool
	problems []error
}

func (l *loader) problem(format string, args ...any) {
	l.problems = append(l.problems, fmt.Errorf(format, args...))
}

// cachingKeys checks the keys of a field whose answers may be kept: every argument is
// one, because an argument that isn't would be answered with what another got. (What
// templates read besides, appsync/lint compares with the keys.)
func (l *loader) cachingKeys(name string, f *ast.FieldDefinition, keys []string) {
	if !strings.HasPrefix(name, "Query.") {
		l.problem("manifest.yaml: resolver %s has caching keys; only a field of Query may be answered from a cache", name)
		return
	}
	seen := map[string]bool{}
	for _, k := range keys {
		argument, isArgument := strings.CutPrefix(k, "$context.arguments.")
		part, isIdentity := strings.CutPrefix(k, "$context.identity.")
		switch {
		case seen[k]:
			l.problem("manifest.yaml: resolver %s has the caching key %s twice", name, k)
		case isArgument && f.Arguments.ForName(argument) == nil:
			l.problem("manifest.yaml: resolver %s has the caching key %s, and the field no argument %s", name, k, argument)
		case !isArgument && (!isIdentity || part == ""):
			l.problem("manifest.yaml: resolver %s has the caching key %q; it must be $context.arguments. with an argument or $context.identity. with a part of it (Query has no source)", name, k)
		}
		seen[k] = true
	}
	for _, a := range f.Arguments {
		if !seen["$context.arguments."+a.Name] {
			l.problem("manifest.yaml: resolver %s has caching keys, and its argument %s is none: $context.arguments.%s is missing", name, a.Name, a.Name)
		}
	}
	if len(keys) == 0 {
		l.problem("manifest.yaml: resolver %s has an empty list of caching keys", name)
	}
}

func (l *loader) template(dir, name, side string) Template {
	p := path.Join(dir, name+"."+side+".vtl")
	text, err := fs.ReadFile(l.fsys, p)
	if err != nil {
		l.problem("%s has no %s template: %s is missing", name, side, p)
		return Template{}
	}
	l.used[p] = true
	return Template{Path: p, Text: string(text)}
}

// leftOver names templates that belong to no field or function.
func (l *loader) leftOver(dir string) {
	entries, err := fs.ReadDir(l.fsys, dir)
	if err != nil {
		l.problem("%v", err)
		return
	}
	for _, e := range entries {
		p := path.Join(dir, e.Name())
		if strings.HasSuffix(p, ".vtl") && !l.used[p] {
			l.problem("%s belongs to no field or function", p)
		}
	}
}
