package website_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/website/fakeapi"
	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

// A file is sent page after page, with what a browser needs to save it.
func TestExport(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	v := b.visitor()
	const at = "/trails/grin-and-granite/lines.gpx"
	v.get("/trails/grin-and-granite").want(200, In("#line .export", Text("CC BY-SA 4.0"), In("a[href="+at+"]", Text("GPX")), In("a[href=/trails/grin-and-granite/lines.geojson]", Text("GeoJSON"))))
	v.get("/trails/whisper").want(200, None(".export"))
	v.get("/routes/first-day").want(200, In(".export a[href=/routes/first-day/lines.gpx]"))
	v.get("/routes/bare-idea").want(200, None(".export"))
	v.get("/systems/imaginary-ridge").want(200, In(".export a[href=/systems/imaginary-ridge/lines.geojson]"))

	a := v.get(at)
	const text = "page one of GPX, source <nil>\npage two, after 1-0123456789ab\n"
	if a.status != 200 || a.body != text {
		t.Errorf("%d: %q", a.status, a.body)
	}
	wantHeaders := map[string]string{
		"Content-Type": "application/gpx+xml", "Content-Disposition": "attachment; filename=grin-and-granite.gpx", "X-Robots-Tag": "noindex",
		"Link": `<https://creativecommons.org/licenses/by-sa/4.0/>; rel="license"`, "X-Content-Type-Options": "nosniff",
	}
	head := v.do(http.MethodHead, b.url+at, nil, nil)
	for name, want := range wantHeaders {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
		if got := head.header.Get(name); got != want {
			t.Errorf("HEAD: %s is %q, want %q", name, got, want)
		}
	}
	if head.status != 200 || head.body != "" {
		t.Errorf("HEAD: %d %q", head.status, head.body)
	}
	if a := v.do(http.MethodGet, b.url+at, nil, http.Header{"Accept-Encoding": {"identity"}}); a.body != text || a.header.Get("Content-Encoding") != "" {
		t.Errorf("without gzip: %q, %q", a.body, a.header.Get("Content-Encoding"))
	}
	if a := v.get("/trails/grin-and-granite/lines.geojson?source=openstreetmap"); !strings.HasPrefix(a.body, "page one of GEOJSON, source openstreetmap\n") {
		t.Errorf("open data: %q", a.body)
	}
	if a := v.still().get("/trails/30000000-0000-4000-8000-000000000001/lines.gpx?source=x"); a.status != http.StatusMovedPermanently || a.header.Get("Location") != at+"?source=x" {
		t.Errorf("by id: %d to %q", a.status, a.header.Get("Location"))
	}
	for path, says := range map[string]string{
		"/trails/whisper/lines.gpx": "Nobody has drawn the line", "/trails/nowhere/lines.gpx": "no page at this address", "/routes/first-day/lines.geojson": "Nobody has drawn",
		"/regions/invented-highlands/lines.gpx": "no page at this address",
	} {
		v.get(path).want(404, In("main", Text(says)))
	}
}

// A file that can't be read to its end is no file: the connection ends instead.
func TestExportEndsMidway(t *testing.T) {
	t.Parallel()
	b := setup(t, options{prepare: func(s *fakeapi.Server) {
		s.Refuse = func(field string, args map[string]any) *fakeapi.Error {
			if field == "export" && args["after"] != nil {
				return &fakeapi.Error{Type: "Conflict", Message: "Something in this file was changed meanwhile; begin again without after."}
			}
			return nil
		}
	}})
	for _, encoding := range []string{"identity", "gzip"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+"/trails/grin-and-granite/lines.gpx", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept-Encoding", encoding)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Errorf("%s: the first page was not on its way: %v", encoding, err)
			continue
		}
		if _, err := io.ReadAll(resp.Body); err == nil {
			t.Errorf("%s: half a file was taken for a whole one", encoding)
		}
		resp.Body.Close()
	}
	if !strings.Contains(b.log.String(), "file ended midway") {
		t.Errorf("the log says nothing of it: %s", b.log.String())
	}
}
