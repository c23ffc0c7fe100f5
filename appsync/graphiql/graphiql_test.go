package graphiql_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/appsync/graphiql"
)

func get(t *testing.T, h http.Handler, path, accept string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPageAndItsFiles(t *testing.T) {
	t.Parallel()
	h, err := graphiql.Handler(graphiql.Config{Title: "Books <1>", Headers: map[string]string{"x-api-key": `da2"&`}})
	if err != nil {
		t.Fatal(err)
	}
	resp := get(t, h, "/", "text/html,*/*")
	html := body(t, resp)
	if resp.StatusCode != 200 || !strings.Contains(html, "Books &lt;1&gt;") || strings.Contains(html, `da2"&`) {
		t.Fatalf("status %d, page:\n%s", resp.StatusCode, html)
	}
	if csp := resp.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("policy %q", csp)
	}
	files := regexp.MustCompile(`(?:src|href)="(graphiql/[^"]+)"`).FindAllStringSubmatch(html, -1)
	if len(files) != 2 {
		t.Fatalf("the page refers to %d files", len(files))
	}
	for _, f := range files {
		resp := get(t, h, "/"+f[1], "*/*")
		if n := len(body(t, resp)); resp.StatusCode != 200 || n < 10_000 {
			t.Errorf("%s: status %d, %d bytes", f[1], resp.StatusCode, n)
		}
	}
	if strings.Contains(html, "//") && regexp.MustCompile(`(src|href)="https?:`).MatchString(html) {
		t.Error("the page refers to another host")
	}
}

func TestOtherRequests(t *testing.T) {
	t.Parallel()
	h, err := graphiql.Handler(graphiql.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path, accept string
		want         int
	}{
		{"/", "application/json", http.StatusNotAcceptable},
		{"/other", "text/html", http.StatusNotFound},
		{"/graphiql/../graphiql.go", "text/html", http.StatusNotFound},
		{"/graphiql/LICENSES.txt", "*/*", http.StatusOK},
	} {
		if got := get(t, h, c.path, c.accept).StatusCode; got != c.want {
			t.Errorf("GET %s: status %d, want %d", c.path, got, c.want)
		}
	}
}
