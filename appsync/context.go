package appsync

import (
	"net/http"
	"strings"
	"sync"

	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/appsync/graphql"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// caller is what the fields of one request share.
type caller struct {
	identity  *auth.Identity
	headers   http.Header
	requestID string

	once    sync.Once
	request *vtl.Map
	value   vtl.Value

	mu              sync.Mutex
	responseHeaders map[string]string
}

// templateValues makes $context.identity and $context.request once a request.
// Templates of parallel fields share them, so they are never written to: each
// field gets its own copy of the outermost map.
func (c *caller) templateValues() (identity vtl.Value, request *vtl.Map) {
	c.once.Do(func() {
		c.value = c.identity.Value()
		headers := vtl.NewMapSize(len(c.headers))
		for name, values := range c.headers {
			name = strings.ToLower(name)
			if name == "cookie" {
				continue // AppSync withholds it
			}
			if len(values) == 1 {
				headers.Put(name, values[0])
				continue
			}
			list := vtl.NewList()
			for _, v := range values {
				list.Add(v)
			}
			headers.Put(name, list)
		}
		c.request = vtl.MapOf("headers", headers, "domainName", nil)
	})
	identity = c.value
	if m, ok := identity.(*vtl.Map); ok {
		identity = m.Copy()
	}
	return identity, c.request
}

// newContext makes $context for a field.
func newContext(c *caller, call *graphql.Call) *vtl.Map {
	identity, request := c.templateValues()
	ctx := vtl.NewMapSize(8)
	ctx.Put("arguments", call.Args)
	ctx.Put("args", call.Args)
	ctx.Put("source", call.Source)
	ctx.Put("stash", vtl.NewMap())
	ctx.Put("identity", identity)
	ctx.Put("request", request)
	ctx.Put("info", &info{call: call})
	return ctx
}

// info is $context.info. It is made from the call only as far as a template
// reads it, and its JSON leaves both selection members out, as AppSync's does.
type info struct {
	call *graphql.Call
	list *vtl.List
}

// Property implements vtl.Object.
func (i *info) Property(name string) (vtl.Value, bool) {
	switch name {
	case "fieldName":
		return i.call.Field.Name, true
	case "parentTypeName":
		return i.call.Field.Parent.Name, true
	case "variables":
		return i.call.Variables, true
	case "selectionSetList":
		if i.list == nil {
			paths := i.call.Selection().List
			items := make([]vtl.Value, len(paths))
			for k, p := range paths {
				items[k] = p
			}
			i.list = vtl.NewList(items...)
		}
		return i.list, true
	case "selectionSetGraphQL":
		return i.call.Selection().GraphQL, true
	}
	return nil, false
}

// Call implements vtl.Object with the methods of a read-only map.
func (i *info) Call(_ *vtl.Call, method string, args []vtl.Value) (vtl.Value, bool, error) {
	switch {
	case method == "get" && len(args) == 1:
		v, _ := i.Property(vtl.ToString(args[0]))
		return v, true, nil
	case method == "containsKey" && len(args) == 1:
		_, ok := i.Property(vtl.ToString(args[0]))
		return ok, true, nil
	}
	return nil, false, nil
}

// AppendJSON implements vtl.JSONAppender.
func (i *info) AppendJSON(dst []byte) ([]byte, error) {
	return vtl.AppendJSON(dst, vtl.MapOf("fieldName", i.call.Field.Name, "parentTypeName", i.call.Field.Parent.Name, "variables", i.call.Variables))
}
