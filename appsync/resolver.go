package appsync

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/mtbwiki/mtbwiki/appsync/graphql"
	"github.com/mtbwiki/mtbwiki/appsync/helpers"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

const (
	version2017 = "2017-02-28"
	version2018 = "2018-05-29"

	mappingTemplate = "MappingTemplate"
)

// unit is a data source between a request and a response template: a unit
// resolver or a pipeline function.
type unit struct {
	name              string
	source            DataSource
	request, response *vtl.Template
	// function fixes the version at 2018-05-29.
	function bool
}

// resolver is a compiled resolver.
type resolver struct {
	api *deployed
	// unit is set in unit resolvers; the others in pipeline resolvers.
	unit          *unit
	before, after *vtl.Template
	functions     []*unit
	cache         *resultCache // nil for none
}

// field is one run of a resolver.
type field struct {
	ctx   context.Context
	api   *deployed
	call  *graphql.Call
	state *helpers.State
	tctx  *vtl.Map // $context
	vars  map[string]vtl.Value
}

// Resolve implements graphql.Resolver.
func (r *resolver) Resolve(ctx context.Context, call *graphql.Call) (answer vtl.Value, errs []*graphql.Error) {
	c := call.Request.Caller.(*caller)
	f := &field{ctx: ctx, api: r.api, call: call}
	defer func() {
		if p := recover(); p != nil {
			answer, errs = nil, []*graphql.Error{f.failure(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))}
		}
	}()
	f.tctx = newContext(c, call)
	f.state, f.vars = r.api.host(f, c)
	var key string
	if r.cache != nil {
		key = r.cache.key(f)
		if v, ok := r.cache.get(key); ok {
			return v, nil
		}
	}
	var value vtl.Value
	var err error
	last := r.cache == nil // the cache keeps values
	if r.unit != nil {
		value, _, err = r.unit.run(f, last)
	} else {
		value, err = r.pipeline(f, last)
	}
	errs = f.appended()
	if err != nil {
		errs = append(errs, f.failure(err))
		value = nil
	}
	f.settle(c)
	if r.cache != nil && len(errs) == 0 {
		r.cache.put(key, value)
	}
	return plain(value), errs
}

// pipeline runs before, the functions, after. last is as in render.
func (r *resolver) pipeline(f *field, last bool) (vtl.Value, error) {
	value, returned, err := f.render(r.before, false)
	if returned || err != nil {
		return value, err
	}
	prev := vtl.NewMapSize(1)
	f.tctx.Put("prev", prev)
	prev.Put("result", value)
	for _, u := range r.functions {
		f.tctx.Remove("result")
		f.tctx.Remove("error")
		value, _, err = u.run(f, false)
		if err != nil {
			return nil, err
		}
		prev.Put("result", value)
	}
	f.tctx.Remove("error")
	f.tctx.Put("result", value)
	value, _, err = f.render(r.after, last)
	return value, err
}

// run renders the request, calls the data source, renders the response.
// returned says that #return in the request template ended it; last is as in render.
func (u *unit) run(f *field, last bool) (value vtl.Value, returned bool, err error) {
	rendered, returned, err := f.render(u.request, false)
	if returned || err != nil {
		return rendered, returned, err
	}
	request, ok := rendered.(*vtl.Map)
	if !ok {
		return nil, false, badTemplate("The request template %s must render a JSON object.", u.request.Name())
	}
	version, err := u.version(request)
	if err != nil {
		return nil, false, err
	}
	result, err := u.source.Invoke(f.ctx, request)
	var failure *DataSourceError
	if err != nil && !errors.As(err, &failure) {
		return nil, false, err
	}
	f.tctx.Put("result", result)
	if version == version2017 {
		if failure == nil && result == nil {
			return nil, false, nil
		}
		value, _, err = f.render(u.response, last && failure == nil)
		if err == nil && failure != nil {
			return nil, false, &dataSourceFailure{failure, value}
		}
		return value, false, err
	}
	if failure != nil {
		f.tctx.Put("error", vtl.MapOf("message", failure.Message, "type", failure.Type))
	}
	value, _, err = f.render(u.response, last)
	return value, false, err
}

// dataSourceFailure is a failure under version 2017-02-28, which is reported
// by itself, with the response template's value as its data.
type dataSourceFailure struct {
	*DataSourceError
	data vtl.Value
}

func (u *unit) version(request *vtl.Map) (string, error) {
	if u.function {
		request.Put("version", version2018)
		return version2018, nil
	}
	switch v, _ := request.GetString("version"); v {
	case version2018:
		return version2018, nil
	case version2017:
		return version2017, nil
	case nil:
		return "", badTemplate("The request template %s renders no version; use \"%s\".", u.request.Name(), version2018)
	default:
		return "", badTemplate("Unsupported version '%s' in the request template %s; use \"%s\".", vtl.ToString(v), u.request.Name(), version2018)
	}
}

// render runs a template and gives its text's JSON value, or the value of #return.
// last says that nobody but the executor gets the value: it may then share what the
// templates had, and be a *vtl.IndexedJSON.
func (f *field) render(t *vtl.Template, last bool) (value vtl.Value, returned bool, err error) {
	opts := append(make([]vtl.RunOption, 0, 4), vtl.WithContext(f.ctx), vtl.WithHost(f.state), vtl.WithText())
	if last {
		opts = append(opts, vtl.WithValue())
	}
	res, err := t.Run(f.vars, opts...)
	if err != nil {
		return nil, false, err
	}
	if res.Returned {
		return res.Return, true, nil
	}
	if res.HasValue {
		return res.Value, false, nil
	}
	if last {
		if j, ok := vtl.IndexJSON(res.Text); ok {
			return j, false, nil
		}
	}
	value, err = vtl.FromJSONText(res.Text)
	if err == nil {
		return value, false, nil
	}
	message := err.Error()
	var je *vtl.JSONError
	if errors.As(err, &je) {
		message = je.Message
		if !strings.HasPrefix(message, "Duplicate field") && !strings.HasPrefix(message, "Trailing characters") {
			message = fmt.Sprintf("Unable to convert %s to class java.lang.Object. The template %s must render one JSON value: %s", excerpt(res.Text), t.Name(), je.Message)
		}
	}
	return nil, false, &templateError{message}
}

// excerpt shortens a rendered text for a message.
func excerpt(text string) string {
	const most = 200
	s := strings.TrimSpace(text)
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// failure words what ended a field.
func (f *field) failure(err error) *graphql.Error {
	var raised *helpers.RaisedError
	var known *DataSourceError
	var legacy *dataSourceFailure
	var text *templateError
	var template *vtl.Error
	e := &graphql.Error{Resolver: true}
	switch {
	case errors.As(err, &raised):
		e.Message, e.ErrorType, e.Data, e.ErrorInfo = raised.Message, raised.ErrorType, raised.Data, raised.ErrorInfo
	case errors.As(err, &legacy):
		e.Message, e.ErrorType, e.Data = legacy.Message, legacy.Type, legacy.data
	case errors.As(err, &known):
		e.Message, e.ErrorType = known.Message, known.Type
	case errors.As(err, &text):
		e.Message, e.ErrorType = text.message, mappingTemplate
		f.api.log.WarnContext(f.ctx, "appsync: template", "field", f.name(), "error", text.message)
	case f.ctx.Err() != nil:
		e.Message, e.ErrorType = "Execution timed out.", "ExecutionTimeout"
	case errors.As(err, &template):
		e.Message, e.ErrorType = fmt.Sprintf("%s at %s[line %d, column %d]", template.Message, template.Template, template.Line, template.Column), mappingTemplate
		f.api.log.WarnContext(f.ctx, "appsync: template", "field", f.name(), "error", template.Error())
	default:
		id := f.call.Request.Caller.(*caller).requestID
		e.Message, e.ErrorType = "An internal failure occurred. Request ID: "+id, "InternalFailure"
		f.api.log.ErrorContext(f.ctx, "appsync: data source failed", "field", f.name(), "request", id, "error", err)
	}
	return e
}

func (f *field) name() string { return f.call.Field.Parent.Name + "." + f.call.Field.Name }

// plain makes values that only templates know, such as views of maps, into
// lists and maps the executor reads.
func plain(v vtl.Value) vtl.Value {
	switch v := v.(type) {
	case nil, bool, string, int64, float64, *vtl.Map, *vtl.List, *vtl.IndexedJSON:
		return v
	case vtl.JSONAppender:
		text, err := v.AppendJSON(nil)
		if err != nil {
			return nil
		}
		back, err := vtl.FromJSON(text)
		if err != nil {
			return nil
		}
		return back
	}
	return v
}
