// Package httpevent lets an http.Handler answer the events of an API Gateway HTTP
// API (payload format 2.0), which is how a website runs as a Lambda. Answers are not
// streamed: Lambda takes 6 MB.
package httpevent

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// Handler is a Lambda handler in front of next. host is the name that the public
// uses: the event's own is API Gateway's, because CloudFront must ask for that, and a
// check of where a form came from would fail with it.
func Handler(next http.Handler, host string) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	return func(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		r, err := request(ctx, e, host)
		if err != nil {
			return events.APIGatewayV2HTTPResponse{
				StatusCode: http.StatusBadRequest, Headers: map[string]string{"Content-Type": "text/plain; charset=utf-8"}, Body: "Bad request\n",
			}, nil
		}
		w := &response{header: http.Header{}}
		next.ServeHTTP(w, r)
		return w.event(r.Method), nil
	}
}

func request(ctx context.Context, e events.APIGatewayV2HTTPRequest, host string) (*http.Request, error) {
	body := []byte(e.Body)
	if e.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(e.Body); err != nil {
			return nil, fmt.Errorf("the body: %w", err)
		}
	}
	// API Gateway may have decoded the path; escaping what can't stand in one leaves
	// the rest as it came.
	target := e.RawPath
	if target == "" {
		target = "/"
	}
	if _, err := url.PathUnescape(target); err != nil || strings.ContainsAny(target, " ?#") || !ascii(target) {
		target = (&url.URL{Path: target}).EscapedPath()
	}
	if e.RawQueryString != "" {
		target += "?" + e.RawQueryString
	}
	u, err := url.ParseRequestURI(target)
	if err != nil {
		return nil, fmt.Errorf("the address: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, e.RequestContext.HTTP.Method, "/", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.URL = u // a path that begins with two slashes would read as a host above
	for name, value := range e.Headers {
		// Repeated headers come joined by commas, which HTTP says is the same.
		r.Header.Set(name, value)
	}
	if len(e.Cookies) > 0 {
		r.Header.Set("Cookie", strings.Join(e.Cookies, "; "))
	}
	r.Header.Del("Host")
	r.Host = host
	r.RequestURI = target
	r.RemoteAddr = e.RequestContext.HTTP.SourceIP + ":0"
	r.ContentLength = int64(len(body))
	return r, nil
}

func ascii(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

// response collects an answer.
type response struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *response) Header() http.Header { return w.header }

func (w *response) WriteHeader(status int) {
	if w.status == 0 && status >= 200 { // 1xx are not final
		w.status = status
	}
}

func (w *response) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

// ReadFrom keeps io.Copy from looking for another way.
func (w *response) ReadFrom(r io.Reader) (int64, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.ReadFrom(r)
}

func (w *response) event(method string) events.APIGatewayV2HTTPResponse {
	w.WriteHeader(http.StatusOK)
	out := events.APIGatewayV2HTTPResponse{StatusCode: w.status, Headers: map[string]string{}, Cookies: w.header["Set-Cookie"]}
	for name, values := range w.header {
		if name != "Set-Cookie" {
			out.Headers[name] = strings.Join(values, ", ")
		}
	}
	body := w.body.Bytes()
	if len(body) > 0 && out.Headers["Content-Type"] == "" {
		out.Headers["Content-Type"] = http.DetectContentType(body)
	}
	switch {
	case method == http.MethodHead:
	case w.header.Get("Content-Encoding") == "" && utf8.Valid(body):
		out.Body = string(body)
	default:
		out.Body, out.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return out
}
