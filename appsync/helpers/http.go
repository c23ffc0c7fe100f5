package helpers

import (
	"slices"
	"strings"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// headers is $util.http.
var headers = table{
	"copyHeaders":        {1, 1, copyHeaders},
	"addResponseHeader":  {2, 2, addResponseHeader},
	"addResponseHeaders": {1, 1, addResponseHeaders},
}

// hopHeaders belong to one connection and are not passed on.
var hopHeaders = []string{"transfer-encoding", "connection", "host", "expect", "keep-alive", "upgrade",
	"proxy-authenticate", "proxy-authorization", "te", "content-length"}

// reservedHeaders are AppSync's own.
var reservedHeaders = []string{"access-control-allow-origin", "access-control-allow-credentials",
	"access-control-allow-headers", "access-control-allow-methods", "access-control-expose-headers",
	"access-control-max-age", "vary", "content-type"}

// maxHeaderBytes bounds a response's headers together.
const maxHeaderBytes = 4 << 10

func copyHeaders(c *call) (vtl.Value, error) {
	in, err := c.mapping(0)
	if err != nil {
		return nil, err
	}
	out := vtl.NewMapSize(in.Len())
	for k, v := range in.All() {
		if !slices.Contains(hopHeaders, strings.ToLower(vtl.ToString(k))) {
			out.Put(k, v)
		}
	}
	return out, nil
}

func addResponseHeader(c *call) (vtl.Value, error) {
	c.addHeader(c.args[0], c.args[1])
	return "", nil
}

func addResponseHeaders(c *call) (vtl.Value, error) {
	in, err := c.mapping(0)
	if err != nil {
		return nil, err
	}
	for k, v := range in.All() {
		c.addHeader(k, v)
	}
	return "", nil
}

// addHeader records a header, or a ResponseHeaderError that says why not; the
// template goes on.
func (c *call) addHeader(nameValue, value vtl.Value) {
	refuse := func(why string) {
		if len(c.Errors) < maxErrors {
			c.Errors = append(c.Errors, &RaisedError{ErrorType: "ResponseHeaderError", Message: why})
		}
	}
	name, ok := nameValue.(string)
	if !ok || name == "" {
		refuse("A response header needs a name.")
		return
	}
	if value == nil {
		refuse("The response header '" + clip(name, 60) + "' has no value.")
		return
	}
	for i := 0; i < len(name); i++ {
		if b := name[i]; b <= ' ' || b >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, b) >= 0 {
			refuse("The response header name '" + clip(name, 60) + "' has characters that are not allowed.")
			return
		}
	}
	lower := strings.ToLower(name)
	if slices.Contains(hopHeaders, lower) || slices.Contains(reservedHeaders, lower) ||
		strings.HasPrefix(lower, "x-amzn-") || strings.HasPrefix(lower, "x-amz-") {
		refuse("The response header '" + name + "' cannot be set.")
		return
	}
	text := vtl.ToString(value)
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		refuse("The value of the response header '" + name + "' has control characters.")
		return
	}
	rest := slices.DeleteFunc(slices.Clone(c.Headers), func(h Header) bool { return strings.EqualFold(h.Name, name) })
	size := len(name) + len(text)
	for _, h := range rest {
		size += len(h.Name) + len(h.Value)
	}
	if size > maxHeaderBytes {
		refuse("The response headers together are larger than 4 KB; '" + clip(name, 60) + "' was left out.")
		return
	}
	c.Headers = append(rest, Header{name, text})
}
