package appsync

import (
	"slices"
	"strings"

	"github.com/mtbwiki/mtbwiki/appsync/graphql"
	"github.com/mtbwiki/mtbwiki/appsync/helpers"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// host makes what a field's templates see: $context under its two names,
// $util under its two, $extensions, and the state behind them.
func (d *deployed) host(f *field, c *caller) (*helpers.State, map[string]vtl.Value) {
	state := &helpers.State{
		TypeName:  f.call.Field.Parent.Name,
		FieldName: f.call.Field.Name,
		Operation: d.operationOf(f.call.Field),
		Now:       d.options.Now,
		Rand:      d.options.Rand,
		Log:       d.log,
	}
	if c.identity != nil {
		state.AuthType = c.identity.Mode.AuthType()
	}
	return state, map[string]vtl.Value{
		"ctx": f.tctx, "context": f.tctx,
		"util": helpers.Util, "utils": helpers.Util,
		"extensions": helpers.Extensions,
	}
}

// operationOf names the operation whose root field this is; "" below the root.
func (d *deployed) operationOf(f *graphql.Field) string {
	switch f.Parent {
	case d.schema.Query:
		return "query"
	case d.schema.Mutation:
		return "mutation"
	case d.schema.Subscription:
		return "subscription"
	}
	return "nested"
}

// appended gives the errors of $util.appendError.
func (f *field) appended() []*graphql.Error {
	if len(f.state.Errors) == 0 {
		return nil
	}
	errs := make([]*graphql.Error, len(f.state.Errors))
	for i, e := range f.state.Errors {
		errs[i] = &graphql.Error{Resolver: true, Message: e.Message, ErrorType: e.ErrorType, Data: e.Data, ErrorInfo: e.ErrorInfo}
	}
	return errs
}

// settle does what the templates asked for beside the answer: response
// headers, dropping cached results.
func (f *field) settle(c *caller) {
	if len(f.state.Headers) > 0 {
		c.mu.Lock()
		if c.responseHeaders == nil {
			c.responseHeaders = map[string]string{}
		}
		for _, h := range f.state.Headers {
			c.responseHeaders[h.Name] = h.Value
		}
		c.mu.Unlock()
	}
	for _, e := range f.state.Evictions {
		r := f.api.resolvers[e.Type+"."+e.Field]
		if r != nil && r.cache != nil {
			r.cache.evict(r.cache.keyOf(e.Keys))
		}
	}
}

// keyOf gives the key of a result from the caching keys' values as
// $extensions.evictFromApiCache gets them. all is set if none are given.
func (r *resultCache) keyOf(keys *vtl.Map) (key string, all bool) {
	if keys.Len() == 0 {
		return "", true
	}
	var b []byte
	for _, path := range r.paths {
		name := strings.Join(append([]string{"context"}, path...), ".")
		v, ok := keys.GetString(name)
		if !ok {
			v, _ = keys.GetString("$" + name)
		}
		b = appendKey(b, v)
	}
	return string(b), false
}

func appendKey(b []byte, v vtl.Value) []byte {
	text, err := vtl.AppendJSON(slices.Clip(b), v)
	if err != nil {
		text = append(b, "null"...)
	}
	return append(text, '\n')
}
