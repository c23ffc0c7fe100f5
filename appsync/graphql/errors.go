package graphql

import (
	"strconv"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// Location is a place in a document, counted from 1.
type Location struct{ Line, Column int }

// Error is one entry of a response's errors. Its JSON has the keys that
// AppSync sends, in AppSync's order.
type Error struct {
	// Path holds string and int elements; nil is sent as null.
	Path []any
	// Locations nil is sent as null.
	Locations []Location
	Message   string
	// Resolver marks an error of a resolver; only those carry data, errorType
	// and errorInfo.
	Resolver  bool
	ErrorType string    // "" is sent as null
	Data      vtl.Value // as the error's raiser gave it
	ErrorInfo vtl.Value

	// data replaces Data once it has been cut to the selection set.
	data []byte
}

func (e *Error) Error() string {
	if e.ErrorType != "" {
		return e.ErrorType + ": " + e.Message
	}
	return e.Message
}

// AppendJSON appends the error object.
func (e *Error) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"path":`...)
	dst = appendPath(dst, e.Path)
	if e.Resolver {
		dst = append(dst, `,"data":`...)
		if e.data != nil {
			dst = append(dst, e.data...)
		} else {
			dst = appendValue(dst, e.Data)
		}
		dst = append(dst, `,"errorType":`...)
		if e.ErrorType == "" {
			dst = append(dst, "null"...)
		} else {
			dst = appendString(dst, e.ErrorType)
		}
		dst = append(dst, `,"errorInfo":`...)
		dst = appendValue(dst, e.ErrorInfo)
	}
	dst = append(dst, `,"locations":`...)
	if e.Locations == nil {
		dst = append(dst, "null"...)
	} else {
		dst = append(dst, '[')
		for i, l := range e.Locations {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, `{"line":`...)
			dst = strconv.AppendInt(dst, int64(l.Line), 10)
			dst = append(dst, `,"column":`...)
			dst = strconv.AppendInt(dst, int64(l.Column), 10)
			dst = append(dst, `,"sourceName":null}`...)
		}
		dst = append(dst, ']')
	}
	if !e.Resolver && e.ErrorType != "" {
		dst = append(dst, `,"errorType":`...)
		dst = appendString(dst, e.ErrorType)
	}
	dst = append(dst, `,"message":`...)
	dst = appendString(dst, e.Message)
	return append(dst, '}')
}

// appendValue appends a value's JSON, or null when it has none (a host object).
func appendValue(dst []byte, v vtl.Value) []byte {
	n := len(dst)
	out, err := vtl.AppendJSON(dst, v)
	if err != nil {
		return append(dst[:n], "null"...)
	}
	return out
}

func appendPath(dst []byte, path []any) []byte {
	if path == nil {
		return append(dst, "null"...)
	}
	dst = append(dst, '[')
	for i, p := range path {
		if i > 0 {
			dst = append(dst, ',')
		}
		switch p := p.(type) {
		case string:
			dst = appendString(dst, p)
		case int:
			dst = strconv.AppendInt(dst, int64(p), 10)
		}
	}
	return append(dst, ']')
}

// Response is the answer to one request.
type Response struct {
	// Data is the JSON of the data member, "null" when there is none.
	Data   []byte
	Errors []*Error
}

// AppendJSON appends the whole response object.
func (r *Response) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"data":`...)
	if len(r.Data) == 0 {
		dst = append(dst, "null"...)
	} else {
		dst = append(dst, r.Data...)
	}
	if len(r.Errors) > 0 {
		dst = append(dst, `,"errors":[`...)
		for i, e := range r.Errors {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = e.AppendJSON(dst)
		}
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

// MarshalJSON implements json.Marshaler.
func (r *Response) MarshalJSON() ([]byte, error) { return r.AppendJSON(nil), nil }

// failed makes a response without data.
func failed(errs ...*Error) *Response { return &Response{Data: []byte("null"), Errors: errs} }
