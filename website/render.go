package website

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"
)

// Page is what every page has; a page's data embeds it.
type Page struct {
	Title       string
	Description string
	// Canonical is the page's one address; "" on pages that have none.
	Canonical string
	NoIndex   bool
	Crumbs    []Crumb
	// JSONLD are schema.org descriptions for search engines.
	JSONLD []any
	// Section marks the entry of the main menu.
	Section string
	Nonce   string
	// Path is this page's address, for coming back.
	Path string
	// Rider is who is signed in; nil for readers.
	Rider *riderView
	// HomeName names the home that the browser keeps; "" when it keeps none.
	HomeName  string
	U         units
	Lang      string
	Query     string
	Notice    string
	RequestID string
	Synthetic bool
	Year      int
	// Around is what the wiki knows of the page besides what stands on it; nil on pages that
	// are of no entity.
	Around *around
}

type riderView struct {
	Name      string
	Moderator bool
	Admin     bool
}

// Crumb is a step of the way from the home page.
type Crumb struct {
	Name string
	Path string
}

type errorPage struct {
	Page
	Status  int
	Message string
	Retry   string
}

func (r *request) newPage(title, description string, crumbs ...Crumb) Page {
	p := Page{
		Title: title, Description: clip(strings.Join(strings.Fields(description), " "), 180), Crumbs: crumbs,
		Nonce: nonceOf(r.Request), Path: r.path(), U: r.units, Lang: r.lang, Year: r.site.now().Year(),
	}
	if p.Description == "" {
		p.Description = title + ": MTB Wiki, where riders write down where to ride, how hard it is and what to know."
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		p.Canonical = r.site.absolute(r.URL.EscapedPath())
	}
	if r.session != nil {
		p.Rider = &riderView{Name: r.session.shownName(), Moderator: r.session.moderator(), Admin: r.session.admin()}
	}
	if h := r.ownHome(); h != nil {
		p.HomeName = h.title()
	}
	if n, ok := notices[r.URL.Query().Get("done")]; ok {
		p.Notice = n
	}
	if len(crumbs) > 0 {
		items := make([]any, 0, len(crumbs)+1)
		for i, c := range crumbs {
			items = append(items, map[string]any{"@type": "ListItem", "position": i + 1, "name": c.Name, "item": r.site.absolute(c.Path)})
		}
		items = append(items, map[string]any{"@type": "ListItem", "position": len(crumbs) + 1, "name": title})
		p.JSONLD = append(p.JSONLD, map[string]any{"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items})
	}
	return p
}

// notices are the sentences that may stand on a page after something was done.
// They are named in the address, so that no sentence can be put there by others.
var notices = map[string]string{
	"saved":     "Saved. Thank you: your change is live.",
	"merged":    "Saved. Somebody else had saved another part of the page meanwhile: both changes are live.",
	"unchanged": "Nothing was different, so nothing was saved.",
	"line":      "The trail has its line. Thank you!",
	"tip":       "Your tip is here. Thank you!",
	"notice":    "Your notice is here. Thank you!",
	"media":     "Your photo or film is here. Thank you!",
	"joined":    "Said. It stands here and on your own page.",
	"left":      "Taken back.",

	"media-noted": "Noted. It stays while you look at it.",
	"media-down":  "Taken down: only moderators can see it now.",
	"media-back":  "It is as it was before.",

	"confirmed": "Thank you: others see that somebody was there.",
	"comment":   "Your comment is here. Thank you!",
	"watching":  "You watch this page now. What others change here comes together on your list.",
	"unwatched": "You don’t watch it any more.",
	"seen":      "Good: what comes from now on is new.",
	"reported":  "Thank you: a moderator will look at it.",
	"decided":   "Closed. Who reported it reads your answer.",
	"review":    "Your review is here. Thank you!",
	"voted":     "Your vote is counted. You can change it or take it back.",
	"claim":     "Your fact is here. Thank you! Others can check it now.",
	"check":     "Thank you: your check is here.",
	"proposed":  "Your proposal was sent. Somebody who knows the place will look at it.",
	"created":   "Your page is here. Tell the rest of what you know.",
	"accepted":  "Accepted: the change is live.",
	"rejected":  "Rejected. The author sees your note.",
	"archived":  "Put away. It can be brought back.",
	"restored":  "Brought back.",
	"hide":      "Hidden. Nobody reads this version any more; moderators can show it again.",
	"unhide":    "Shown again.",
	"redact":    "Taken out for good.",
	"protected": "Protected. Riders propose changes until then.",
	"purged":    "Erased for good.",
	"reverted":  "Done: the page says again what this version said.",
	"withdrawn": "Your proposal was withdrawn.",
	"profile":   "Your profile is saved.",

	"ridden":       "Kept. Only you see it.",
	"ride":         "Saved.",
	"ride-deleted": "Deleted for good.",
	"trip":         "Kept. Only you see it.",
	"planned":      "Added to the plan.",
	"unshared":     "The link leads nowhere any more.",
	"compared":     "Thank you. Another one?",
	"uncompared":   "Taken back.",

	"unprotected": "No longer protected: every rider may edit the page again.",
	"mergedpages": "Merged. The other address leads here now.",

	"remembered": "Remembered in this browser. Systems, trails and suggestions now say what is there for you.",
	"forgotten":  "Forgotten: this browser keeps nothing of your home any more.",
}

// templates are the parsed pages, by file name.
type templates struct {
	files  fs.FS
	reload bool
	funcs  template.FuncMap
	pages  map[string]*template.Template
}

func loadTemplates(files fs.FS, reload bool, a *assets) (*templates, error) {
	t := &templates{files: files, reload: reload, funcs: functions(a)}
	pages, err := t.parse()
	if err != nil {
		return nil, err
	}
	t.pages = pages
	return t, nil
}

func (t *templates) parse() (map[string]*template.Template, error) {
	base, err := template.New("layout.html").Funcs(t.funcs).ParseFS(t.files, "templates/layout.html", "templates/_*.html")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	names, err := fs.Glob(t.files, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	pages := map[string]*template.Template{}
	for _, name := range names {
		short := path.Base(name)
		if short == "layout.html" || strings.HasPrefix(short, "_") {
			continue
		}
		clone, err := base.Clone()
		if err != nil {
			return nil, fmt.Errorf("templates: %w", err)
		}
		if pages[short], err = clone.ParseFS(t.files, name); err != nil {
			return nil, fmt.Errorf("templates: %w", err)
		}
	}
	return pages, nil
}

func (t *templates) get(name string) (*template.Template, error) {
	pages := t.pages
	if t.reload {
		fresh, err := t.parse()
		if err != nil {
			return nil, err
		}
		pages = fresh
	}
	p, ok := pages[name]
	if !ok {
		return nil, fmt.Errorf("there is no template %q", name)
	}
	return p, nil
}

// render writes a page whole or not at all: a template that fails midway would
// leave half a page with status 200.
func (r *request) render(status int, name string, data any) error {
	t, err := r.site.templates.get(name)
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, "layout.html", data); err != nil {
		return err
	}
	body := buf.Bytes()
	r.w.Header().Add("Vary", "Accept-Encoding")
	// Pages hold no secret that a stranger could guess at by their length: forms
	// carry no tokens (see protect), and the nonce is new every time.
	if takesGzip(r.Request) {
		if body, err = zip(body, gzip.BestSpeed); err != nil {
			return err
		}
		r.w.Header().Set("Content-Encoding", "gzip")
	}
	r.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	r.w.WriteHeader(status)
	if _, err := r.w.Write(body); err != nil {
		r.site.log.DebugContext(r.Context(), "page not delivered", "request", requestIDOf(r.Request), "error", err)
	}
	return nil
}

// assets are the static files, each under an address with its hash.
type assets struct {
	files  fs.FS
	reload bool
	items  map[string]asset
}

type asset struct {
	data   []byte
	zipped []byte // nil when that is no shorter
	hash   string
	kind   string
}

func loadAssets(files fs.FS, reload bool) (*assets, error) {
	a := &assets{files: files, reload: reload, items: map[string]asset{}}
	entries, err := fs.ReadDir(files, "static")
	if err != nil {
		return nil, fmt.Errorf("static files: %w", err)
	}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		item, err := a.read(e.Name())
		if err != nil {
			return nil, fmt.Errorf("static files: %w", err)
		}
		a.items[e.Name()] = item
	}
	for name := range a.items {
		if path.Ext(name) != ".css" {
			continue
		}
		if a.items[name], err = a.read(name); err != nil { // once more: now all hashes are known
			return nil, fmt.Errorf("static files: %w", err)
		}
	}
	return a, nil
}

// cssURL is a file that a stylesheet names; it gets the address with its hash.
var cssURL = regexp.MustCompile(`url\("([a-z0-9.-]+)"\)`)

func (a *assets) read(name string) (asset, error) {
	data, err := fs.ReadFile(a.files, "static/"+name)
	if err != nil {
		return asset{}, err
	}
	if path.Ext(name) == ".css" {
		data = cssURL.ReplaceAllFunc(data, func(m []byte) []byte {
			return []byte(`url("` + a.url(string(cssURL.FindSubmatch(m)[1])) + `")`)
		})
	}
	sum := sha256.Sum256(data)
	kind := mime.TypeByExtension(path.Ext(name))
	switch path.Ext(name) { // not left to the machine's table
	case ".css":
		kind = "text/css; charset=utf-8"
	case ".js":
		kind = "text/javascript; charset=utf-8"
	case ".svg":
		kind = "image/svg+xml"
	}
	item := asset{data: data, hash: hex.EncodeToString(sum[:6]), kind: kind}
	zipped, err := zip(data, gzip.BestCompression)
	if err != nil {
		return asset{}, err
	}
	if len(zipped) < len(data)*9/10 {
		item.zipped = zipped
	}
	return item, nil
}

func (a *assets) url(name string) string {
	item, ok := a.items[name]
	if !ok {
		return "/static/missing/" + name
	}
	if a.reload {
		return "/static/now/" + name
	}
	return "/static/" + item.hash + "/" + name
}

// ServeHTTP implements http.Handler.
func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	item, ok := a.items[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	if a.reload {
		fresh, err := a.read(name)
		if err != nil {
			http.Error(w, "the file can't be read", http.StatusInternalServerError)
			return
		}
		item = fresh
		w.Header().Set("Cache-Control", "no-store")
	} else if r.PathValue("hash") != item.hash {
		// An old page asks for an old version: give what there is, unkept.
		w.Header().Set("Cache-Control", "no-cache")
	}
	w.Header().Set("Content-Type", item.kind)
	w.Header().Add("Vary", "Accept-Encoding")
	if item.zipped != nil && takesGzip(r) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("ETag", `"`+item.hash+`-z"`)
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(item.zipped))
		return
	}
	w.Header().Set("ETag", `"`+item.hash+`"`)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(item.data))
}

// takesGzip tells whether the client takes gzip. "gzip;q=0" is the only way to
// say no that is worth knowing.
func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == "gzip" {
			q = strings.ReplaceAll(q, " ", "")
			return q != "q=0" && q != "q=0.0"
		}
	}
	return false
}

func zip(data []byte, level int) ([]byte, error) {
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, level)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

func queryEscape(s string) string { return url.QueryEscape(s) }
