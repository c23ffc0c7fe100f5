package website

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	mdtext "github.com/yuin/goldmark/text"
	mdutil "github.com/yuin/goldmark/util"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/draw"
)

// functions are what templates may call.
func functions(a *assets) template.FuncMap {
	return template.FuncMap{
		"asset":       a.url,
		"word":        word,
		"text":        text,
		"day":         day,
		"monthOf":     monthOf,
		"moment":      moment,
		"minutes":     minutes,
		"monthName":   monthName,
		"months":      func(m []int) string { return runs(m, monthNames[:], 3) },
		"weekdays":    func(d []int) string { return runs(d, dayNames[:], 3) },
		"plural":      plural,
		"kindPath":    kindPath,
		"flagReason":  flagReason,
		"discussed":   func(kind any) bool { k, ok := editKinds[kindPath(kind)]; return ok && k.discussed() },
		"markdown":    markdown,
		"symbol":      func(label any) template.HTML { return draw.Symbol(text(label)) },
		"commonName":  commonName,
		"commonCode":  func(label any) string { return draw.Code(text(label)) },
		"labelSystem": labelSystem,
		"axis":        axisPicture,
		"axisName":    axisName,
		"bar":         bar,
		"mark":        markText,
		"deref":       deref,
		"snippet":     snippet,
		"lower":       strings.ToLower,
		"seq":         seq,
		"add":         func(a, b int) int { return a + b },
		"dict":        dict,
		"short":       func(s string, n int) string { return clip(s, n) },
		"ref":         ref,
		"has":         has,
		"short3":      func(m int) string { return monthName(m)[:3] },
		"humanWord":   humanize,
		"float":       toFloat,
		"firstWord":   func(s string) string { w, _, _ := strings.Cut(s, " "); return w },
		"firstWords":  func(s string) string { w, _, _ := strings.Cut(s, " ("); return w },
		"yesno":       yesno,
		"list":        func(s ...string) []string { return s },
		"fieldName":   fieldName,
		"placeMark":   markOf,
		"money":       money,
		"seasonBasis": seasonBasis,
		"openLabels":  openLabels,
		"openOf":      openOf,
		"host":        host,
	}
}

func deref(v any) any {
	switch p := v.(type) {
	case *float64:
		if p != nil {
			return *p
		}
	case *int:
		if p != nil {
			return *p
		}
	case *bool:
		if p != nil {
			return *p
		}
	case *string:
		if p != nil {
			return *p
		}
	}
	return nil
}

// ref is the last part of an entity's address: its slug, or its id.
func ref(slug *string, id string) string {
	if slug != nil && *slug != "" {
		return *slug
	}
	return id
}

func toFloat(v any) float64 {
	switch x := v.(type) {
	case int:
		return float64(x)
	case *int:
		if x != nil {
			return float64(*x)
		}
	case float64:
		return x
	}
	return 0
}

func yesno(v *bool) string {
	switch {
	case v == nil:
		return "unknown"
	case *v:
		return "yes"
	}
	return "no"
}

func has(list any, item any) bool {
	want := text(item)
	switch l := list.(type) {
	case []string:
		for _, s := range l {
			if s == want {
				return true
			}
		}
	case map[string]bool:
		return l[want]
	}
	return false
}

func seq(from, to int) []int {
	var out []int
	for i := from; i <= to; i++ {
		out = append(out, i)
	}
	return out
}

func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict needs pairs, got %d values", len(pairs))
	}
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: key %v is not a string", pairs[i])
		}
		m[key] = pairs[i+1]
	}
	return m, nil
}

// markdown renders what riders wrote. Raw HTML is left out by goldmark, and what
// remains passes an allow-list; links say that they lead away.
func markdown(v any) (template.HTML, error) {
	source := text(v)
	if source == "" {
		return "", nil
	}
	var buf bytes.Buffer
	if err := converter().Convert([]byte(source), &buf); err != nil {
		return "", fmt.Errorf("markdown: %w", err)
	}
	return template.HTML(policy().SanitizeBytes(buf.Bytes())), nil //nolint:gosec // sanitized
}

var converter = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Typographer, extension.NewLinkify()),
		goldmark.WithParserOptions(parser.WithASTTransformers(mdutil.Prioritized(lowerHeadings{}, 100))),
	)
})

// lowerHeadings makes the headings of a text start below those of its page.
type lowerHeadings struct{}

// Transform implements parser.ASTTransformer. The highest heading of the text
// becomes h3, whichever the author began with.
func (lowerHeadings) Transform(doc *ast.Document, _ mdtext.Reader, _ parser.Context) {
	top := 6
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			top = min(top, h.Level)
		}
	}
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			h.Level = min(6, h.Level-top+3)
		}
	}
}

var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "em", "strong", "del", "ul", "ol", "li", "blockquote", "code", "pre", "table", "thead", "tbody", "tr", "th", "td", "h3", "h4", "h5", "h6")
	p.AllowAttrs("href").OnElements("a")
	p.AllowStandardURLs()
	p.AllowURLSchemes("https", "http", "mailto")
	p.RequireNoFollowOnFullyQualifiedLinks(true)
	p.RequireNoReferrerOnFullyQualifiedLinks(false)
	return p
})

// axisNames are the axes in the order pages show them.
var axisNames = []struct{ Code, Name, Question string }{
	{"TECHNICAL_CLIMBING", "Technical climbing", "How hard is it to ride up without a foot down?"},
	{"TECHNICAL_DESCENDING", "Technical descending", "Roots, rocks, steeps and turns on the way down."},
	{"AIR", "Air", "Jumps, drops and gaps: time with both wheels off the ground."},
	{"CONSEQUENCE", "Consequence", "What a fall costs here: exposure, rocks, trees."},
	{"FITNESS", "Fitness", "Legs and lungs for the whole of it."},
}

func axisName(code any) string {
	for _, a := range axisNames {
		if a.Code == text(code) {
			return a.Name
		}
	}
	return word(code)
}

// axisPicture draws a mark, which may be nil: nobody has set one.
func axisPicture(m *entity.AxisMark) template.HTML {
	if m == nil {
		return draw.Axis(draw.Mark{}, "unknown")
	}
	return draw.Axis(draw.Mark{Predominant: m.Predominant, Worst: m.Worst, NotApplicable: m.NotApplicable, WetOffset: m.WetOffset}, axisSentence(*m))
}

func axisSentence(m entity.AxisMark) string {
	name := axisName(m.Axis)
	switch {
	case m.NotApplicable:
		return name + ": does not apply"
	case m.Predominant == nil && m.Worst == nil:
		return name + ": unknown"
	}
	return fmt.Sprintf("%s, 0 to 5: mostly %s, hardest place %s", name, markText(m.Predominant), markText(m.Worst))
}

// markText writes a mark 0 to 5; nil is unknown.
func markText(v *float64) string {
	if v == nil {
		return "?"
	}
	return trimmed(*v, 1)
}

// bar draws a share of a whole. The numbers stand beside it.
func bar(part, of float64) template.HTML {
	share := 0.0
	if of > 0 {
		share = max(0, min(1, part/of))
	}
	return template.HTML(fmt.Sprintf(`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="bar-of" width="100" height="8" rx="3"/><rect class="bar-part" width="%.1f" height="8" rx="3"/></svg>`, share*100)) //nolint:gosec // numbers only
}

// openLabel is a label that a source of open data states for a trail.
type openLabel struct{ System, Label, Worst string }

// openLabels are the labels in a layer's profile: that of most of the trail, and
// the hardest part's where it is another. A profile that says none has none.
func openLabels(profile *entity.JSON) ([]openLabel, error) {
	var p struct{ Labels []openLabel }
	if profile == nil {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(*profile), &p); err != nil {
		return nil, fmt.Errorf("profile of open data: %w", err)
	}
	return p.Labels, nil
}

// snippet turns the marks « » of the search into emphasis.
func snippet(s string) template.HTML {
	out := template.HTMLEscapeString(s)
	out = strings.NewReplacer("«", "<mark>", "»", "</mark>").Replace(out)
	if strings.Count(out, "<mark>") != strings.Count(out, "</mark>") {
		out = template.HTMLEscapeString(strings.NewReplacer("«", "", "»", "").Replace(s))
	}
	return template.HTML(out) //nolint:gosec // escaped before
}

// host is the site that an address leads to, as people say it.
func host(address any) string {
	u, err := url.Parse(text(address))
	if err != nil || u.Host == "" {
		return text(address)
	}
	return strings.TrimPrefix(u.Host, "www.")
}
