package appsync

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/appsync/graphql"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// Options are what an API needs besides its definition.
type Options struct {
	// DataSources give the definition's data sources by name; those of type
	// NONE need none.
	DataSources map[string]DataSource
	// Log receives failures; nil is slog.Default.
	Log *slog.Logger
	// Now is the clock of templates and credentials; nil is time.Now.
	Now func() time.Time
	// Rand is the source of ids and random numbers of templates; nil is crypto/rand.
	Rand io.Reader
	// Region that signed requests must name; "" accepts every region.
	Region string
	// CORS says which web pages of other origins may call.
	CORS CORS
	// GraphiQL serves the explorer to browsers that open the root path.
	GraphiQL http.Handler
	// Mutated, if set, is told of every mutation field that gave a value, after
	// it ran; the real-time part publishes from it. It must not block.
	Mutated func(ctx context.Context, m Mutation)
}

// Mutation is the result of a mutation's root field.
type Mutation struct {
	Field string
	Args  *vtl.Map
	// Data is the field's JSON, cut to the mutation's selection set.
	Data []byte
}

// API is a running API. It is safe for concurrent use.
type API struct {
	options Options
	current atomic.Pointer[deployed]
	slots   chan struct{}
}

// deployed is one compiled definition; it never changes.
type deployed struct {
	definition Definition
	limits     Limits
	schema     *graphql.Schema
	executor   *graphql.Executor
	auth       *auth.Authenticator
	rules      *auth.Rules
	resolvers  map[string]*resolver // by Type.field
	options    *Options
	log        *slog.Logger
}

// New compiles a definition. The error joins everything found wrong, each with
// the field, function or template it is in.
func New(d Definition, o Options) (*API, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	a := &API{options: o}
	first, err := compile(d, &a.options)
	if err != nil {
		return nil, err
	}
	a.slots = make(chan struct{}, first.limits.InFlight)
	a.current.Store(first)
	return a, nil
}

// Reload replaces the definition. Requests that are running finish with the
// old one; if the new one is refused, the old one stays. Limits.InFlight keeps
// its first value.
func (a *API) Reload(d Definition) error {
	next, err := compile(d, &a.options)
	if err != nil {
		return err
	}
	a.current.Store(next)
	return nil
}

func compile(d Definition, o *Options) (*deployed, error) {
	schema, err := graphql.Load(d.schemaName(), d.Schema)
	if err != nil {
		return nil, fmt.Errorf("appsync: schema: %w", err)
	}
	if err := d.check(schema); err != nil {
		return nil, fmt.Errorf("appsync: definition: %w", err)
	}
	dep := &deployed{definition: d, limits: d.Limits.withDefaults(), schema: schema, options: o, log: o.Log, resolvers: map[string]*resolver{}}
	if dep.auth, err = auth.New(d.Auth, auth.Options{Region: o.Region, Now: o.Now}); err != nil {
		return nil, err
	}
	if dep.rules, err = auth.NewRules(schema, d.Auth); err != nil {
		return nil, err
	}
	c := compiler{d: d, o: o, dep: dep}
	for _, r := range d.Resolvers {
		dep.resolvers[r.Type+"."+r.Field] = c.resolver(r)
	}
	for _, name := range slices.Sorted(maps.Keys(d.Functions)) {
		c.function(name) // also those no pipeline uses: they are deployed too
	}
	if err := errors.Join(c.errs...); err != nil {
		return nil, fmt.Errorf("appsync: definition: %w", err)
	}
	dep.executor = graphql.NewExecutor(schema, graphql.Options{
		Limits:          dep.limits.Limits,
		NoIntrospection: !d.Introspection,
		Log:             o.Log,
		Resolver: func(f *graphql.Field) graphql.Resolver {
			if r := dep.resolvers[f.Parent.Name+"."+f.Name]; r != nil {
				return r
			}
			return nil
		},
	})
	return dep, nil
}

// compiler compiles the templates of a definition, each once.
type compiler struct {
	d         Definition
	o         *Options
	dep       *deployed
	functions map[string]*unit
	errs      []error
}

func (c *compiler) template(where string, t TemplateSource) *vtl.Template {
	compiled, err := vtl.Compile(t.Name, t.Text, vtl.WithLimits(c.dep.limits.Template))
	if err != nil {
		c.errs = append(c.errs, fmt.Errorf("%s: %w", where, err))
	}
	return compiled
}

func (c *compiler) source(where, name string) DataSource {
	if c.d.DataSources[name].Type == None {
		return none{}
	}
	s := c.o.DataSources[name]
	if s == nil {
		c.errs = append(c.errs, fmt.Errorf("%s: Options.DataSources has nothing for data source %q of type %s", where, name, c.d.DataSources[name].Type))
	}
	return s
}

func (c *compiler) function(name string) *unit {
	if u := c.functions[name]; u != nil {
		return u
	}
	f, where := c.d.Functions[name], "function "+name
	u := &unit{name: name, function: true, source: c.source(where, f.DataSource),
		request: c.template(where, f.Request), response: c.template(where, f.Response)}
	if c.functions == nil {
		c.functions = map[string]*unit{}
	}
	c.functions[name] = u
	return u
}

func (c *compiler) resolver(r ResolverConfig) *resolver {
	where := "resolver " + r.Type + "." + r.Field
	out := &resolver{api: c.dep}
	if r.Caching != nil {
		out.cache = newResultCache(r.Caching, c.o.Now)
	}
	request, response := c.template(where, r.Request), c.template(where, r.Response)
	if r.DataSource != "" {
		out.unit = &unit{name: where, source: c.source(where, r.DataSource), request: request, response: response}
		return out
	}
	out.before, out.after = request, response
	for _, name := range r.Pipeline {
		out.functions = append(out.functions, c.function(name))
	}
	return out
}

// Request is one GraphQL request of an authenticated caller.
type Request struct {
	Query         string
	OperationName string
	// Variables by name; nil for none. Use [vtl.FromJSON] to keep exact numbers.
	Variables *vtl.Map
	// Identity is who calls; see [API.Authenticate]. A nil Identity may use nothing.
	Identity *auth.Identity
	// Header becomes $context.request.headers.
	Header http.Header
	// RequestID is shown in failures and logs; "" makes one.
	RequestID string
}

// Response is the answer to a request.
type Response struct {
	*graphql.Response
	// Header are what templates added with $util.http.
	Header map[string]string
}

// Authenticate finds out who calls. The error is an *auth.Refusal.
func (a *API) Authenticate(ctx context.Context, c auth.Credentials) (*auth.Identity, error) {
	return a.current.Load().auth.Authenticate(ctx, c)
}

// Execute runs a query or mutation. Subscriptions are refused.
func (a *API) Execute(ctx context.Context, req Request) *Response {
	return a.current.Load().execute(ctx, req, nil)
}

func (d *deployed) execute(ctx context.Context, req Request, buf []byte) *Response {
	ctx, cancel := context.WithTimeout(ctx, d.limits.RequestTime)
	defer cancel()
	if req.RequestID == "" {
		req.RequestID = uuid.NewString()
	}
	c := &caller{identity: req.Identity, headers: req.Header, requestID: req.RequestID}
	g := &graphql.Request{Query: req.Query, OperationName: req.OperationName, Variables: req.Variables, Allow: d.rules.Allow(req.Identity), Caller: c}
	if d.options.Mutated != nil {
		g.RootDone = func(f *graphql.Field, args *vtl.Map, data []byte) {
			d.options.Mutated(ctx, Mutation{Field: f.Name, Args: args, Data: slices.Clone(data)})
		}
	}
	p, refused := d.executor.Prepare(g)
	if refused != nil {
		return &Response{Response: refused}
	}
	if p.Operation() == graphql.Subscription {
		return &Response{Response: &graphql.Response{Errors: []*graphql.Error{{ErrorType: "OperationNotSupported",
			Message: "Subscriptions are served over the real-time WebSocket endpoint only."}}}}
	}
	return &Response{Response: p.Run(ctx, buf), Header: c.responseHeaders}
}

// FieldInfo describes a field for linters, documentation and tests.
type FieldInfo struct {
	Type, Name string
	// Returns is the field's type in GraphQL notation.
	Returns string
	// Resolver is "unit", "pipeline" or "" for a property of the parent.
	Resolver string
	// DataSources are those the resolver calls, in order.
	DataSources []string
	Deprecated  bool
}

// Fields lists the author's fields of object types in the order of the SDL.
func (a *API) Fields() []FieldInfo {
	d := a.current.Load()
	byField := map[string]ResolverConfig{}
	for _, r := range d.definition.Resolvers {
		byField[r.Type+"."+r.Field] = r
	}
	var out []FieldInfo
	for _, t := range d.schema.Types() {
		if t.Kind != graphql.Object {
			continue
		}
		for _, f := range t.Fields {
			if f.BuiltIn() {
				continue
			}
			info := FieldInfo{Type: t.Name, Name: f.Name, Returns: f.Type.String(), Deprecated: f.Definition.Directives.ForName("deprecated") != nil}
			if r, ok := byField[t.Name+"."+f.Name]; ok {
				info.Resolver = "unit"
				info.DataSources = []string{r.DataSource}
				if len(r.Pipeline) > 0 {
					info.Resolver, info.DataSources = "pipeline", nil
					for _, name := range r.Pipeline {
						info.DataSources = append(info.DataSources, d.definition.Functions[name].DataSource)
					}
				}
			}
			out = append(out, info)
		}
	}
	return out
}

// Operations lists the fields of the root types: what clients can ask.
func (a *API) Operations() []FieldInfo {
	d := a.current.Load()
	root := map[string]bool{d.schema.Query.Name: true}
	for _, t := range []*graphql.Type{d.schema.Mutation, d.schema.Subscription} {
		if t != nil {
			root[t.Name] = true
		}
	}
	return slices.DeleteFunc(a.Fields(), func(f FieldInfo) bool { return !root[f.Type] })
}

// Schema is the loaded schema.
func (a *API) Schema() *graphql.Schema { return a.current.Load().schema }
