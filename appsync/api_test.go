package appsync_test

import (
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/appsync/auth"
)

var update = flag.Bool("update", false, "write the responses of the cases as they are now")

var requestID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// TestCases runs the files in testdata/cases over HTTP against the books API.
// A file has the sections: query (and variables) or body, optionally method,
// path, auth (key, token, token <claims as JSON>, iam, none), headers; and the
// response: status, headers, body.
func TestCases(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/cases/*.case")
	if err != nil || len(files) < 20 {
		t.Fatalf("found %d case files: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".case"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			in := sections(string(text))
			resp := serve(t, newBooks(t, nil), in)
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			if !requestID.MatchString(resp.Header.Get("X-Amzn-RequestId")) {
				t.Errorf("x-amzn-RequestId is %q", resp.Header.Get("X-Amzn-RequestId"))
			}
			got := requestID.ReplaceAllString(pretty(t, resp, body), "REQUEST-ID")
			if *update {
				head, _, _ := strings.Cut(string(text), "-- response --\n")
				if err := os.WriteFile(file, []byte(head+"-- response --\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(in["response"], got); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
}

// serve sends the request that a case describes.
func serve(t *testing.T, h http.Handler, in map[string]string) *http.Response {
	t.Helper()
	body := strings.TrimSuffix(in["body"], "\n")
	if q := in["query"]; q != "" {
		body = graphQLBody(q, in["variables"])
	}
	method, path := http.MethodPost, "/graphql"
	if m := strings.TrimSpace(in["method"]); m != "" {
		method = m
	}
	if p := strings.TrimSpace(in["path"]); p != "" {
		path = p
	}
	r := httptest.NewRequest(method, "http://books.test"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	kind, arg, _ := strings.Cut(strings.TrimSpace(in["auth"]), " ")
	switch kind {
	case "", "key":
		r.Header.Set("x-api-key", apiKey)
	case "token":
		r.Header.Set("Authorization", token(t, claims(t, arg)))
	case "iam":
		if err := auth.SignRequest(r, []byte(body), "AKJOBS", "s3cret", "eu-west-1"); err != nil {
			t.Fatal(err)
		}
	case "none":
	default:
		t.Fatalf("unknown auth %q", kind)
	}
	for line := range strings.Lines(in["headers"]) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}
