// Package graphiql serves the GraphiQL explorer from files built into the
// program, so that it works without the internet. It serves the page and its
// files only; it holds no credentials and asks no questions itself.
package graphiql

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"strings"
)

//go:embed assets/graphiql.js assets/graphiql.css assets/LICENSES.txt
var assets embed.FS

// Config says what the page shows at first.
type Config struct {
	// Endpoint of GraphQL, relative to the page; default "graphql".
	Endpoint string
	// Headers are filled into the header editor, such as an API key that is
	// public anyway. They are part of the page: put no secret here.
	Headers map[string]string
	// Query is filled into the query editor; "" leaves GraphiQL's own text.
	Query string
	// Title of the page; default "GraphiQL".
	Title string
}

var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<link rel="stylesheet" href="graphiql/{{.CSS}}">
<link rel="icon" href="data:,">
<style>html, body, #graphiql { height: 100%; margin: 0 }</style>
</head>
<body>
<div id="graphiql" data-endpoint="{{.Endpoint}}" data-headers="{{.Headers}}" data-query="{{.Query}}">
<noscript>The explorer needs JavaScript. Send POST requests with a JSON body to {{.Endpoint}} instead.</noscript>
</div>
<script src="graphiql/{{.JS}}"></script>
</body>
</html>
`))

// file is one asset, plain and compressed, under a name that changes with its content.
type file struct {
	contentType string
	plain, gzip []byte
}

type handler struct {
	page  []byte
	files map[string]file
}

// Handler serves the page at the path / to clients that accept HTML, and its
// files below /graphiql/.
func Handler(c Config) (http.Handler, error) {
	if c.Endpoint == "" {
		c.Endpoint = "graphql"
	}
	if c.Title == "" {
		c.Title = "GraphiQL"
	}
	headers := ""
	if len(c.Headers) > 0 {
		text, err := json.MarshalIndent(c.Headers, "", "  ")
		if err != nil {
			return nil, fmt.Errorf("graphiql: headers: %w", err)
		}
		headers = string(text)
	}
	h := &handler{files: map[string]file{}}
	names := map[string]string{}
	for name, contentType := range map[string]string{
		"graphiql.js": "text/javascript; charset=utf-8", "graphiql.css": "text/css; charset=utf-8", "LICENSES.txt": "text/plain; charset=utf-8",
	} {
		plain, err := assets.ReadFile("assets/" + name)
		if err != nil {
			return nil, fmt.Errorf("graphiql: %w", err)
		}
		var packed bytes.Buffer
		zw := gzip.NewWriter(&packed)
		if _, err := zw.Write(plain); err != nil {
			return nil, fmt.Errorf("graphiql: %w", err)
		}
		if err := zw.Close(); err != nil {
			return nil, fmt.Errorf("graphiql: %w", err)
		}
		sum := sha256.Sum256(plain)
		stem, ext, _ := strings.Cut(name, ".")
		served := stem + "-" + hex.EncodeToString(sum[:6]) + "." + ext
		if name == "LICENSES.txt" {
			served = name
		}
		names[name] = served
		h.files[served] = file{contentType, plain, packed.Bytes()}
	}
	var b bytes.Buffer
	err := page.Execute(&b, map[string]string{"Title": c.Title, "Endpoint": c.Endpoint, "Headers": headers, "Query": c.Query,
		"JS": names["graphiql.js"], "CSS": names["graphiql.css"]})
	if err != nil {
		return nil, fmt.Errorf("graphiql: page: %w", err)
	}
	h.page = b.Bytes()
	return h, nil
}

// The page runs only its own script and talks only to its own origin.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Use GET.", http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if r.URL.Path == "/" || r.URL.Path == "" {
		if !strings.Contains(r.Header.Get("Accept"), "text/html") {
			http.Error(w, "GraphQL is at graphql; this path serves the explorer to browsers.", http.StatusNotAcceptable)
			return
		}
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		send(w, r, h.page)
		return
	}
	f, ok := h.files[strings.TrimPrefix(r.URL.Path, "/graphiql/")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", f.contentType)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Header().Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		send(w, r, f.gzip)
		return
	}
	send(w, r, f.plain)
}

func send(w http.ResponseWriter, r *http.Request, body []byte) {
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	_, _ = io.Copy(w, bytes.NewReader(body)) // a client that has gone is no failure of ours
}
