package appsync_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mtbwiki/mtbwiki/appsync"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// lambdaService serves Lambda's Invoke: what it does is what the payload asks for.
func lambdaService(t *testing.T) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost || r.URL.EscapedPath() != "/prefix/2015-03-31/functions/my%20function/invocations" || r.Header.Get("X-Amz-Invocation-Type") != "RequestResponse" {
			w.Header().Set("X-Amzn-ErrorType", "ResourceNotFoundException:http://internal.amazon.com/")
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprintf(w, `{"Type":"User","Message":"Function not found: %s"}`, r.URL.EscapedPath())
			return
		}
		var payload struct{ Do string }
		if err := json.Unmarshal(body, &payload); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		switch payload.Do {
		case "echo":
			_, _ = w.Write(body)
		case "nothing":
		case "raise":
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
			fmt.Fprint(w, `{"errorMessage":"no such system","errorType":"NotFound","stackTrace":["secret.go:1"]}`)
		case "killed":
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
			fmt.Fprint(w, `RequestId: 1 Error: Runtime exited`)
		case "throttle":
			w.Header().Set("X-Amzn-ErrorType", "TooManyRequestsException")
			w.WriteHeader(http.StatusTooManyRequests)
			fmt.Fprint(w, `{"Reason":"ConcurrentInvocationLimitExceeded","message":"Rate Exceeded."}`)
		case "broken":
			w.WriteHeader(http.StatusBadGateway)
		case "garbage":
			fmt.Fprint(w, `<html>`)
		case "large":
			_, _ = io.WriteString(w, `"`+strings.Repeat("x", 7<<20)+`"`)
		case "hang":
			<-r.Context().Done()
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func TestLambdaEndpoint(t *testing.T) {
	t.Parallel()
	s := lambdaService(t)
	call, err := appsync.LambdaEndpoint(s.URL+"/prefix/", "my function", s.Client())
	if err != nil {
		t.Fatal(err)
	}
	other, err := appsync.LambdaEndpoint(s.URL, "other", nil)
	if err != nil {
		t.Fatal(err)
	}
	s2 := httptest.NewServer(http.NotFoundHandler())
	s2.Close()
	gone, err := appsync.LambdaEndpoint(s2.URL, "f", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		do            string
		call          appsync.LambdaFunc
		want          string // JSON of the result
		errType, says string // of $context.error
		internal      bool   // a failure that no template sees
	}{
		{do: "echo", want: `{"do":"echo"}`},
		{do: "nothing", want: `null`},
		{do: "raise", errType: "Lambda:Unhandled", says: "no such system"},
		{do: "killed", errType: "Lambda:Unhandled", says: "RequestId: 1 Error: Runtime exited"},
		{do: "throttle", errType: "Lambda:TooManyRequestsException", says: "Rate Exceeded."},
		{do: "broken", errType: "Lambda:Bad Gateway", says: "The Lambda endpoint answered 502 Bad Gateway."},
		{do: "garbage", internal: true},
		{do: "large", errType: "Lambda:ResponseSizeTooLarge", says: "Response payload size exceeded maximum allowed payload size (6291456 bytes)."},
		{do: "hang", errType: "Lambda:ExecutionTimeoutException", says: "Task timed out"},
		{do: "other", call: other, errType: "Lambda:ResourceNotFoundException", says: "Function not found: /2015-03-31/functions/other/invocations"},
		{do: "gone", call: gone, errType: "Lambda:ServiceException", says: "The Lambda endpoint doesn't answer."},
		{do: strings.Repeat("x", 7<<20), errType: "Lambda:RequestTooLargeException", says: "Request must be smaller than 6291456 bytes for the InvokeFunction operation"},
	} {
		name := c.do[:min(len(c.do), 10)]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.call == nil {
				c.call = call
			}
			ctx, cancel := t.Context(), context.CancelFunc(func() {})
			if c.do == "hang" {
				ctx, cancel = context.WithTimeout(ctx, 50*time.Millisecond)
			}
			defer cancel()
			got, err := appsync.Lambda(c.call).Invoke(ctx, vtl.MapOf("version", "2018-05-29", "operation", "Invoke", "payload", vtl.MapOf("do", c.do)))
			var seen *appsync.DataSourceError
			switch {
			case c.internal:
				if err == nil || errors.As(err, &seen) {
					t.Errorf("got %v, %v; a template may not see this", got, err)
				}
			case c.errType != "":
				if !errors.As(err, &seen) || seen.Type != c.errType || c.says != "" && seen.Message != c.says {
					t.Errorf("got %v, %v; want %s: %s", got, err, c.errType, c.says)
				}
			default:
				text, jerr := vtl.AppendJSON(nil, got)
				if err != nil || jerr != nil || string(text) != c.want {
					t.Errorf("got %s, %v, %v; want %s", text, err, jerr, c.want)
				}
			}
		})
	}
}

func TestLambdaEndpointRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{{"", "f"}, {"localhost:9000", "f"}, {"ftp://x", "f"}, {"http://", "f"}, {"http://x", ""}, {"http://%zz", "f"}} {
		if f, err := appsync.LambdaEndpoint(c[0], c[1], nil); err == nil || f != nil {
			t.Errorf("%q %q was taken", c[0], c[1])
		}
	}
}
