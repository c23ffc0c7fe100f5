package website

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/track/exchange"
	"github.com/mtbwiki/mtbwiki/website/gql"
)

// exportKinds have lines to export: their query by slug, and its field.
var exportKinds = map[string]struct{ operation, field string }{
	"trails":  {"TrailID", "trail"},
	"routes":  {"RouteID", "route"},
	"systems": {"SystemID", "system"},
}

// exportLines answers with a GPX or GeoJSON file. The API gives it in pages, which
// are sent on as they come.
func (r *request) exportLines(kind string, format entity.ExportFormat) error {
	slug := r.PathValue("slug")
	v := r.bySlug(slug)
	delete(v, "lang")
	var found map[string]*struct {
		ID   string  `json:"id"`
		Slug *string `json:"slug"`
	}
	if err := r.do(exportKinds[kind].operation, v, &found); err != nil {
		return err
	}
	e := found[exportKinds[kind].field]
	if e == nil {
		return errNotFound
	}
	if elsewhere(slug, e.Slug) {
		return r.moved("/" + kind + "/" + *e.Slug + "/" + exportName(format))
	}
	v = map[string]any{"id": e.ID, "format": format}
	if source := r.URL.Query().Get("source"); source != "" {
		v["source"] = clip(source, 60)
	}
	page, err := r.exportPage(v)
	if err != nil {
		if api := gql.First(err); api != nil && api.Type == "NotFound" {
			return &pageError{status: http.StatusNotFound, title: "No line to give out", message: api.Message, err: err}
		}
		return err
	}

	h := r.w.Header()
	h.Set("Content-Type", page.MediaType)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": page.FileName}))
	h.Set("X-Robots-Tag", "noindex")
	h.Add("Vary", "Accept-Encoding")
	if u := exchange.LicenceURL(page.Licence); u != "" {
		h.Set("Link", "<"+u+`>; rel="license"`)
	}
	var out io.Writer = r.w
	var zipped *gzip.Writer
	if takesGzip(r.Request) {
		h.Set("Content-Encoding", "gzip")
		zipped = gzip.NewWriter(r.w)
		out = zipped
	}
	if r.Method == http.MethodHead {
		return nil
	}
	for {
		if _, err := io.WriteString(out, page.Text); err != nil {
			r.site.log.DebugContext(r.Context(), "file not delivered", "request", requestIDOf(r.Request), "error", err)
			return nil
		}
		if !page.HasNextPage {
			break
		}
		// On its way before the next page is asked for: the reader waits less, and a
		// file that ends midway is seen to be cut rather than tried again unasked.
		if zipped != nil {
			err = zipped.Flush()
		}
		if err = errors.Join(err, http.NewResponseController(r.w).Flush()); err != nil && !errors.Is(err, http.ErrNotSupported) {
			r.site.log.DebugContext(r.Context(), "file not delivered", "request", requestIDOf(r.Request), "error", err)
			return nil
		}
		v["after"] = page.EndCursor
		if page, err = r.exportPage(v); err != nil {
			// The status is sent: ending the connection is the only way left to tell
			// half a file from a whole one.
			r.site.log.ErrorContext(r.Context(), "file ended midway", "request", requestIDOf(r.Request), "path", r.URL.Path, "error", err)
			panic(http.ErrAbortHandler)
		}
	}
	if zipped != nil {
		if err := zipped.Close(); err != nil {
			r.site.log.DebugContext(r.Context(), "file not delivered", "request", requestIDOf(r.Request), "error", err)
		}
	}
	return nil
}

func (r *request) exportPage(v map[string]any) (*entity.Export, error) {
	var answer struct{ Export *entity.Export }
	if err := r.do("Export", v, &answer); err != nil {
		return nil, err
	}
	if answer.Export == nil {
		return nil, fmt.Errorf("export of %v: %w", v["id"], errors.New("the API answered neither a file nor an error"))
	}
	return answer.Export, nil
}

// exportName is the last part of a file's address.
func exportName(f entity.ExportFormat) string {
	if f == entity.ExportFormatGpx {
		return "lines.gpx"
	}
	return "lines.geojson"
}
