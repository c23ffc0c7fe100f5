package httpevent

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
)

func event(t *testing.T, text string) events.APIGatewayV2HTTPRequest {
	t.Helper()
	var e events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestRequest(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, event, want string }{
		{
			"a page", `{"rawPath":"/trails/a-b","rawQueryString":"lang=de&lang=en","headers":{"host":"x.execute-api.us-west-2.amazonaws.com","accept":"text/html"},"cookies":["a=1","b=2"],
				"requestContext":{"http":{"method":"GET","sourceIp":"192.0.2.1"}}}`,
			`GET wiki.example /trails/a-b ["lang"=["de" "en"]] accept="text/html" cookie="a=1; b=2" from=192.0.2.1:0 body=""`,
		},
		{
			"a form", `{"rawPath":"/new/trail","headers":{"content-type":"application/x-www-form-urlencoded"},"body":"name=A%20b","requestContext":{"http":{"method":"POST","sourceIp":"192.0.2.1"}}}`,
			`POST wiki.example /new/trail [] accept="" cookie="" from=192.0.2.1:0 body="name=A%20b"`,
		},
		{
			"bytes", `{"rawPath":"/trails/a/line","body":"/wA=","isBase64Encoded":true,"requestContext":{"http":{"method":"POST","sourceIp":"192.0.2.1"}}}`,
			`POST wiki.example /trails/a/line [] accept="" cookie="" from=192.0.2.1:0 body="\xff\x00"`,
		},
		{
			"a path that came decoded", `{"rawPath":"/trails/größe 1","requestContext":{"http":{"method":"GET","sourceIp":"192.0.2.1"}}}`,
			`GET wiki.example /trails/größe 1 [] accept="" cookie="" from=192.0.2.1:0 body=""`,
		},
		{
			"a path that came as it was sent", `{"rawPath":"/trails/gr%C3%B6%C3%9Fe%201","requestContext":{"http":{"method":"GET","sourceIp":"192.0.2.1"}}}`,
			`GET wiki.example /trails/größe 1 [] accept="" cookie="" from=192.0.2.1:0 body=""`,
		},
		{"a stray percent sign", `{"rawPath":"/100%","requestContext":{"http":{"method":"GET","sourceIp":"192.0.2.1"}}}`, `GET wiki.example /100% [] accept="" cookie="" from=192.0.2.1:0 body=""`},
		{"no path", `{"requestContext":{"http":{"method":"GET","sourceIp":"192.0.2.1"}}}`, `GET wiki.example / [] accept="" cookie="" from=192.0.2.1:0 body=""`},
		{"no base64", `{"rawPath":"/","body":"%","isBase64Encoded":true,"requestContext":{"http":{"method":"POST"}}}`, "400"},
		{"no method", `{"rawPath":"/","requestContext":{"http":{"method":"G E T"}}}`, "400"},
		{"somebody else's address", `{"rawPath":"//evil.example/x","requestContext":{"http":{"method":"GET","sourceIp":"192.0.2.1"}}}`,
			`GET wiki.example //evil.example/x [] accept="" cookie="" from=192.0.2.1:0 body=""`},
	} {
		got := ""
		answer, err := Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			query := strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%q", r.URL.Query()), "map"), "")
			got = fmt.Sprintf("%s %s %s %s accept=%q cookie=%q from=%s body=%q", r.Method, r.Host, r.URL.Path, strings.ReplaceAll(query, ":", "="), r.Header.Get("Accept"), r.Header.Get("Cookie"), r.RemoteAddr, body)
		}), "wiki.example")(t.Context(), event(t, test.event))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if got == "" {
			got = fmt.Sprint(answer.StatusCode)
		}
		if got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.name, got, test.want)
		}
	}
}

func TestResponse(t *testing.T) {
	t.Parallel()
	get := func(method string, h http.HandlerFunc) events.APIGatewayV2HTTPResponse {
		answer, err := Handler(h, "wiki.example")(t.Context(), event(t, `{"rawPath":"/","requestContext":{"http":{"method":"`+method+`"}}}`))
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	for _, test := range []struct {
		name, method string
		handler      http.HandlerFunc
		want         events.APIGatewayV2HTTPResponse
	}{
		{"a page", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Add("Set-Cookie", "a=1; Secure")
			w.Header().Add("Set-Cookie", "b=2; Secure")
			w.Header().Add("Vary", "Cookie")
			w.Header().Add("Vary", "Accept-Encoding")
			_, _ = io.WriteString(w, "<p>Größe</p>")
		}, events.APIGatewayV2HTTPResponse{StatusCode: 200, Headers: map[string]string{"Content-Type": "text/html; charset=utf-8", "Vary": "Cookie, Accept-Encoding"},
			Cookies: []string{"a=1; Secure", "b=2; Secure"}, Body: "<p>Größe</p>"}},
		{"zipped", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, "ascii all the same")
		}, events.APIGatewayV2HTTPResponse{StatusCode: 200, Headers: map[string]string{"Content-Type": "text/plain", "Content-Encoding": "gzip"},
			IsBase64Encoded: true, Body: base64.StdEncoding.EncodeToString([]byte("ascii all the same"))}},
		{"a picture", "GET", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "\x89PNG\r\n\x1a\n") },
			events.APIGatewayV2HTTPResponse{StatusCode: 200, Headers: map[string]string{"Content-Type": "image/png"}, IsBase64Encoded: true, Body: "iVBORw0KGgo="}},
		{"away", "GET", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/x", http.StatusSeeOther) },
			events.APIGatewayV2HTTPResponse{StatusCode: 303, Headers: map[string]string{"Content-Type": "text/html; charset=utf-8", "Location": "/x"}, Body: "<a href=\"/x\">See Other</a>.\n\n"}},
		{"nothing", "GET", func(http.ResponseWriter, *http.Request) {}, events.APIGatewayV2HTTPResponse{StatusCode: 200, Headers: map[string]string{}}},
		{"hints first", "GET", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(103); w.WriteHeader(404) },
			events.APIGatewayV2HTTPResponse{StatusCode: 404, Headers: map[string]string{}}},
		{"the head alone", "HEAD", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			_, _ = io.WriteString(w, "not sent")
		}, events.APIGatewayV2HTTPResponse{StatusCode: 200, Headers: map[string]string{"Content-Type": "text/plain"}}},
	} {
		if diff := cmp.Diff(test.want, get(test.method, test.handler)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}
