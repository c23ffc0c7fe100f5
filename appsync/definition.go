package appsync

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/appsync/graphql"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// The types of data sources.
const (
	RelationalDatabase = "RELATIONAL_DATABASE"
	None               = "NONE"
	AWSLambda          = "AWS_LAMBDA"
)

// Limits of AppSync that concern definitions.
const (
	maxPipelineFunctions = 10
	maxCachingKeys       = 25
)

// Definition is what is deployed: everything that AppSync would be given.
type Definition struct {
	// Schema is the SDL in deployable form; SchemaName names it in errors
	// (default "schema.graphql").
	Schema, SchemaName string
	DataSources        map[string]DataSourceConfig
	// Functions are the functions of pipelines, by name.
	Functions map[string]FunctionConfig
	Resolvers []ResolverConfig
	Auth      auth.Config
	Limits    Limits
	// Introspection allows __schema and __type.
	Introspection bool
}

// DataSourceConfig declares a data source.
type DataSourceConfig struct {
	// Type is RELATIONAL_DATABASE, NONE or AWS_LAMBDA.
	Type string
}

// TemplateSource is a mapping template: its text and the name used in errors,
// usually its file.
type TemplateSource struct{ Name, Text string }

// FunctionConfig is a pipeline function (function version 2018-05-29).
type FunctionConfig struct {
	DataSource        string
	Request, Response TemplateSource
}

// ResolverConfig is a resolver: a unit resolver has a DataSource, a pipeline
// resolver has a Pipeline of function names, and then Request and Response are
// its before and after templates.
type ResolverConfig struct {
	Type, Field       string
	DataSource        string
	Pipeline          []string
	Request, Response TemplateSource
	// Caching keeps results; nil for none.
	Caching *Caching
}

// Caching is a resolver's server-side caching. It counts results that have no
// error.
type Caching struct {
	// TTL is 1 s to 1 h, as in AppSync.
	TTL time.Duration
	// Keys are the context values that tell results apart, at most 25, each
	// beginning with $context.arguments, $context.source or $context.identity.
	Keys []string
}

// Limits of a running API. A zero field means the default.
type Limits struct {
	graphql.Limits
	// Template bounds each run of a template; the defaults are AppSync's.
	Template vtl.Limits
	// RequestTime is how long a request may take; default 30 s.
	RequestTime time.Duration
	// BodyBytes is the size of an HTTP request's body; default 1 MiB.
	BodyBytes int64
	// InFlight is the number of HTTP requests executed at once; more are
	// refused with 429. Default 1,024.
	InFlight int
}

func (l Limits) withDefaults() Limits {
	if l.RequestTime <= 0 {
		l.RequestTime = 30 * time.Second
	}
	if l.BodyBytes <= 0 {
		l.BodyBytes = 1 << 20
	}
	if l.InFlight <= 0 {
		l.InFlight = 1024
	}
	return l
}

func (d Definition) schemaName() string {
	if d.SchemaName == "" {
		return "schema.graphql"
	}
	return d.SchemaName
}

// Validate checks that the definition is complete, without its templates'
// syntax and without data sources. The error joins everything found.
func (d Definition) Validate() error {
	s, err := graphql.Load(d.schemaName(), d.Schema)
	if err != nil {
		return err
	}
	return d.check(s)
}

// check finds what is incomplete or contradictory in a definition whose
// schema is loaded. It gathers everything it finds.
func (d Definition) check(s *graphql.Schema) error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	for _, name := range slices.Sorted(maps.Keys(d.DataSources)) {
		switch t := d.DataSources[name].Type; t {
		case RelationalDatabase, None, AWSLambda:
		default:
			fail("data source %s: type %q is not supported; use %s, %s or %s", name, t, RelationalDatabase, None, AWSLambda)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Functions)) {
		f := d.Functions[name]
		if _, ok := d.DataSources[f.DataSource]; !ok {
			fail("function %s: data source %q is not defined", name, f.DataSource)
		}
		d.checkTemplates(fail, "function "+name, f.Request, f.Response)
	}
	seen := map[string]bool{}
	for _, r := range d.Resolvers {
		where := "resolver " + r.Type + "." + r.Field
		if seen[where] {
			fail("%s: defined twice", where)
		}
		seen[where] = true
		t := s.Type(r.Type)
		switch {
		case t == nil || t.BuiltIn():
			fail("%s: the schema has no type %s", where, r.Type)
		case t.Kind != graphql.Object:
			fail("%s: %s is no object type", where, r.Type)
		case t.Field(r.Field) == nil || t.Field(r.Field).BuiltIn():
			fail("%s: type %s has no field %s", where, r.Type, r.Field)
		}
		d.checkTemplates(fail, where, r.Request, r.Response)
		switch {
		case r.DataSource != "" && len(r.Pipeline) > 0:
			fail("%s: has both a data source and a pipeline; a resolver is either unit or pipeline", where)
		case r.DataSource == "" && len(r.Pipeline) == 0:
			fail("%s: has neither a data source nor a pipeline", where)
		case r.DataSource != "":
			if _, ok := d.DataSources[r.DataSource]; !ok {
				fail("%s: data source %q is not defined", where, r.DataSource)
			}
		}
		if len(r.Pipeline) > maxPipelineFunctions {
			fail("%s: the pipeline has %d functions; AppSync allows %d", where, len(r.Pipeline), maxPipelineFunctions)
		}
		for _, f := range r.Pipeline {
			if _, ok := d.Functions[f]; !ok {
				fail("%s: function %q is not defined", where, f)
			}
		}
		if r.Caching != nil {
			r.Caching.check(fail, where)
		}
	}
	if n := d.Limits.QueryDepth; n < 0 || n > 75 {
		fail("limits: QueryDepth %d is not 0 (none) or 1 to 75", n)
	}
	if n := d.Limits.ResolverCount; n < 0 || n > 10_000 {
		fail("limits: ResolverCount %d is not 0 (10,000) or 1 to 10,000", n)
	}
	return errors.Join(errs...)
}

func (d Definition) checkTemplates(fail func(string, ...any), where string, request, response TemplateSource) {
	if strings.TrimSpace(request.Text) == "" {
		fail("%s: the request template %s is missing or empty", where, request.Name)
	}
	if strings.TrimSpace(response.Text) == "" {
		fail("%s: the response template %s is missing or empty", where, response.Name)
	}
}

func (c *Caching) check(fail func(string, ...any), where string) {
	if c.TTL < time.Second || c.TTL > time.Hour {
		fail("%s: caching TTL %s is not within 1s and 1h", where, c.TTL)
	}
	if len(c.Keys) > maxCachingKeys {
		fail("%s: %d caching keys; AppSync allows %d", where, len(c.Keys), maxCachingKeys)
	}
	for _, k := range c.Keys {
		if cachingPath(k) == nil {
			fail("%s: caching key %q does not begin with $context.arguments, $context.source or $context.identity", where, k)
		}
	}
}

// cachingPath splits a caching key into its parts after $context; nil if it
// is not of the accepted form.
func cachingPath(key string) []string {
	rest, ok := strings.CutPrefix(key, "$context.")
	if !ok {
		return nil
	}
	parts := strings.Split(rest, ".")
	switch parts[0] {
	case "arguments", "source", "identity":
		return parts
	}
	return nil
}
