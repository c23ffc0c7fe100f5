package content

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// loader gathers what was read and what was wrong with it.
type loader struct {
	fsys     fs.FS
	problems Problems
	content  Content
	pending  []pending
	// texts from Markdown files, by the entity's folder, waiting for it.
	markdown map[string][]markdownText
}

type markdownText struct {
	file, field, lang, text string
}

// Load reads all content of a folder. It answers Problems as its error when
// files are malformed, name what is not there, or contradict themselves; nothing
// is answered then, since half a folder would make a wiki with dangling parts.
// Whether what is said of real places rests on sources is another question, for
// Check.
func Load(fsys fs.FS) (*Content, error) {
	l := &loader{fsys: fsys, markdown: map[string][]markdownText{}}
	if err := l.sources(); err != nil {
		return nil, err
	}
	if err := l.vocabularies(); err != nil {
		return nil, err
	}
	steps := []func() error{l.regions, l.systems, l.guides, l.comparisons, l.organisations}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(l.markdown)) {
		for _, t := range l.markdown[folder] {
			l.inFile(t.file, "there is nothing in the YAML files that this text belongs to")
		}
	}
	// Where a file can't be read, what names its entities would be wrong too, and
	// hide the cause.
	if len(l.problems) == 0 {
		l.order()
		l.settle()
		l.checkMeaning()
	}
	if err := l.problems.err(); err != nil {
		return nil, err
	}
	return &l.content, nil
}

// entries lists a folder; a missing one is empty.
func (l *loader) entries(folder string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(l.fsys, folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("content: listing %s: %w", folder, err)
	}
	return all, nil
}

// read parses a YAML file; nil without error when it is missing or a problem
// was reported.
func (l *loader) read(file string) (*yaml.Node, error) {
	data, err := fs.ReadFile(l.fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("content: reading %s: %w", file, err)
	}
	return l.parse(file, data), nil
}

func (l *loader) sources() error {
	const file = "sources.yaml"
	root, err := l.read(file)
	if root == nil {
		return err
	}
	source := []field{
		{name: "id", shape: plain, required: true, max: 60},
		{name: "title", shape: plain, required: true, max: 120},
		{name: "publisher", shape: plain, required: true, max: 70},
		{name: "address", shape: link, required: true},
		{name: "read", shape: day, required: true},
		{name: "supports", shape: plain, required: true, max: 1000},
	}
	all, ok := l.value(file, root, field{name: "sources.yaml", shape: listOf(objectOf(source...))})
	if !ok {
		return nil
	}
	seen := map[string]bool{}
	for i, one := range all.([]any) {
		s, n := one.(map[string]any), root.Content[i]
		id := s["id"].(string)
		if !slugPattern.MatchString(id) || seen[id] {
			l.at(file, n, "the id %q must be small letters, digits and hyphens, and be given once", id)
		}
		seen[id] = true
		l.content.Sources = append(l.content.Sources, Source{
			ID: id, Title: s["title"].(string), Publisher: s["publisher"].(string), Address: s["address"].(string),
			Read: s["read"].(string), Supports: s["supports"].(string), Place: place(file, n),
		})
	}
	slices.SortStableFunc(l.content.Sources, func(a, b Source) int { return strings.Compare(a.ID, b.ID) })
	return nil
}

func place(file string, n *yaml.Node) string { return fmt.Sprintf("%s:%d", file, n.Line) }

func (l *loader) vocabularies() error {
	entries, err := l.entries("vocabularies")
	if err != nil {
		return err
	}
	shape := []field{
		{name: "vocabulary", shape: plain, required: true, max: 41},
		{name: "title", shape: plain, required: true, max: 80},
		{name: "description", shape: plain, required: true, max: 500},
		{name: "version", shape: between(whole, 1, 1e6), required: true},
		{name: "terms", required: true, shape: listOf(objectOf(
			field{name: "code", shape: plain, required: true, max: 41},
			field{name: "label", shape: plain, required: true, max: 120},
			field{name: "description", shape: plain, max: 1000},
			field{name: "group", shape: plain, max: 60},
			field{name: "common", shape: enumOf("white", "green", "blue", "black", "double-black")},
			field{name: "validFrom", shape: day},
			field{name: "validUntil", shape: day},
		))},
	}
	for _, e := range entries {
		file := "vocabularies/" + e.Name()
		if e.IsDir() || path.Ext(file) != ".yaml" {
			l.inFile(file, "this is not read; a vocabulary is a file whose name ends in .yaml")
			continue
		}
		root, err := l.read(file)
		if err != nil {
			return err
		}
		if root == nil {
			continue
		}
		one, ok := l.object(file, root, shape, "the vocabulary")
		if !ok {
			continue
		}
		o := one.(map[string]any)
		v := Vocabulary{Name: o["vocabulary"].(string), Title: o["title"].(string), Description: o["description"].(string), Version: o["version"].(int)}
		if want := strings.TrimSuffix(e.Name(), ".yaml"); v.Name != want {
			l.at(file, root, "the vocabulary %q must stand in a file of its name, not in %s", v.Name, e.Name())
		}
		terms := child(root, "terms")
		seen := map[string]bool{}
		for i, t := range o["terms"].([]any) {
			m := t.(map[string]any)
			term := Term{
				Code: m["code"].(string), Label: m["label"].(string), Description: str(m, "description"),
				Group: str(m, "group"), Common: str(m, "common"),
				ValidFrom: str(m, "validFrom"), ValidUntil: str(m, "validUntil"),
			}
			if seen[term.Code] {
				l.at(file, terms.Content[i], "the code %q is given twice", term.Code)
			}
			if term.ValidFrom != "" && term.ValidUntil != "" && term.ValidUntil <= term.ValidFrom {
				l.at(file, terms.Content[i], "the code %q ends (%s) before it begins (%s)", term.Code, term.ValidUntil, term.ValidFrom)
			}
			seen[term.Code] = true
			v.Terms = append(v.Terms, term)
		}
		l.content.Vocabularies = append(l.content.Vocabularies, v)
	}
	return nil
}

// str answers a text of a decoded object, or nothing.
func str(o map[string]any, name string) string {
	s, _ := o[name].(string)
	return s
}

// child answers the value of a key in a mapping, or nil.
func child(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func (l *loader) regions() error {
	return l.files("regions", KindRegion, func(e Entity) {
		l.content.Regions = append(l.content.Regions, Region{Entity: e})
	})
}

func (l *loader) guides() error {
	return l.files("guides", KindGuide, func(e Entity) {
		g := Guide{Entity: e}
		g.Regions, g.Systems, g.Routes = takeSlugs(&g.Entity, "regions"), takeSlugs(&g.Entity, "systems"), takeSlugs(&g.Entity, "routes")
		l.content.Guides = append(l.content.Guides, g)
	})
}

func (l *loader) comparisons() error {
	return l.files("comparisons", KindRegionalComparison, func(e Entity) {
		c := RegionalComparison{Entity: e}
		c.Regions = takeSlugs(&c.Entity, "regions")
		l.content.Comparisons = append(l.content.Comparisons, c)
	})
}

func (l *loader) organisations() error {
	return l.files("organisations", KindOrganisation, func(e Entity) {
		o := Organisation{Entity: e}
		o.Systems = takeSlugs(&o.Entity, "systems")
		l.content.Organisations = append(l.content.Organisations, o)
	})
}

// files reads entities that have a file each, named by their slug, and their
// longer texts from a folder of the same name.
func (l *loader) files(folder string, kind Kind, each func(e Entity)) error {
	entries, err := l.entries(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() {
			if err := l.texts(folder+"/"+e.Name(), true); err != nil {
				return err
			}
		}
	}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		file := folder + "/" + e.Name()
		slug, isYAML := strings.CutSuffix(e.Name(), ".yaml")
		if !isYAML || !slugPattern.MatchString(slug) {
			l.inFile(file, "this is not read; a %s is a file named by its slug, ending in .yaml", kind.Word())
			continue
		}
		root, err := l.read(file)
		if err != nil {
			return err
		}
		if root == nil {
			continue
		}
		one := Entity{Kind: kind, Slug: slug}
		l.entity(file, root, &one, folder+"/"+slug, "synthetic")
		each(one)
	}
	return nil
}

// texts reads the Markdown files of an entity's folder. When `only`, nothing
// else may stand there.
func (l *loader) texts(folder string, only bool) error {
	entries, err := l.entries(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		file := folder + "/" + e.Name()
		stem, isMarkdown := strings.CutSuffix(e.Name(), ".md")
		if e.IsDir() || !isMarkdown {
			if only {
				l.inFile(file, "this is not read; texts are files named like description.md or description.de.md")
			}
			continue
		}
		data, err := fs.ReadFile(l.fsys, file)
		if err != nil {
			return fmt.Errorf("content: reading %s: %w", file, err)
		}
		name, lang, _ := strings.Cut(stem, ".")
		l.markdown[folder] = append(l.markdown[folder], markdownText{file: file, field: name, lang: lang, text: string(data)})
	}
	return nil
}

// entity decodes what all kinds have and their own fields. Keys in `more` are
// known to the caller.
func (l *loader) entity(file string, n *yaml.Node, e *Entity, folder string, more ...string) {
	e.Place, e.Lang = place(file, n), "en"
	e.Fields, e.Texts = map[string]any{}, map[string]map[string]any{}
	if lang := child(n, "lang"); lang != nil {
		if lang.Kind != yaml.ScalarNode || !langPattern.MatchString(lang.Value) || len(lang.Value) > 35 {
			l.at(file, lang, "lang must be a language tag such as en or pt-BR, not %s", describe(lang))
		} else {
			e.Lang = lang.Value
		}
	}
	fields := kinds[e.Kind]
	own := append([]string{"lang", "texts"}, more...)
	for _, m := range l.members(file, n, e.Kind.Word()) {
		switch m.key.Value {
		case "lang":
			continue
		case "texts":
			l.translations(file, m.value, e)
			continue
		case "synthetic":
			if slices.Contains(more, "synthetic") {
				v, _ := l.value(file, m.value, field{name: "synthetic", shape: yesNo})
				e.Synthetic, _ = v.(bool)
				continue
			}
		}
		if slices.Contains(more, m.key.Value) {
			continue
		}
		f, known := fieldOf(e.Kind, m.key.Value)
		if !known {
			l.at(file, m.key, "a %s has no field %q; its fields are %s, %s", e.Kind.Word(), m.key.Value, names(fields), strings.Join(own, ", "))
			continue
		}
		v, ok := l.value(file, m.value, f)
		switch {
		case !ok:
		case f.translated:
			e.put(e.Lang, f.name, v)
		default:
			e.Fields[f.name] = v
		}
	}
	for _, t := range l.markdown[folder] {
		l.markdownText(t, e)
	}
	delete(l.markdown, folder)
	for _, f := range fields {
		if f.required && child(n, f.name) == nil {
			l.at(file, n, "the %s lacks its field %s", e.Kind.Word(), f.name)
		}
	}
}

func (e *Entity) put(lang, name string, value any) bool {
	if e.Texts[lang] == nil {
		e.Texts[lang] = map[string]any{}
	}
	if _, there := e.Texts[lang][name]; there {
		return false
	}
	e.Texts[lang][name] = value
	return true
}

func (l *loader) markdownText(t markdownText, e *Entity) {
	f, known := fieldOf(e.Kind, t.field)
	if !known || !f.translated {
		l.inFile(t.file, "a %s has no text %q", e.Kind.Word(), t.field)
		return
	}
	lang := t.lang
	if lang == "" {
		lang = e.Lang
	}
	if !langPattern.MatchString(lang) {
		l.inFile(t.file, "%q is no language tag", lang)
		return
	}
	var clean any
	var complaint string
	if f.shape.kind == list {
		clean, complaint = sectionsOf(t.text, f)
	} else {
		clean, complaint = cleanText(t.text, f.max)
	}
	if complaint != "" {
		l.inFile(t.file, "the text %s", complaint)
		return
	}
	if !e.put(lang, f.name, clean) {
		l.inFile(t.file, "the text stands in the YAML file too; it can stand in one place only")
	}
}

// sectionsOf splits a Markdown text at its headings of the second level.
func sectionsOf(text string, f field) (sections []any, complaint string) {
	if len(f.shape.elem.fields) != 2 || f.shape.elem.fields[0].name != "heading" {
		return nil, "is a list; it stands in the YAML file"
	}
	before, rest, _ := strings.Cut("\n"+strings.ReplaceAll(text, "\r\n", "\n"), "\n## ")
	if strings.TrimSpace(before) != "" {
		return nil, "begins before its first heading, a line that starts with ## "
	}
	for _, part := range strings.Split(rest, "\n## ") {
		heading, body, _ := strings.Cut(part, "\n")
		section := map[string]any{}
		for i, words := range []string{heading, body} {
			inner := f.shape.elem.fields[i]
			clean, complaint := cleanText(words, inner.max)
			if complaint != "" {
				return nil, fmt.Sprintf("has a section %q whose %s %s", strings.TrimSpace(heading), inner.name, complaint)
			}
			section[inner.name] = clean
		}
		sections = append(sections, section)
	}
	if len(sections) > f.max {
		return nil, fmt.Sprintf("has %d sections; at most %d are possible", len(sections), f.max)
	}
	return sections, ""
}

func (l *loader) translations(file string, n *yaml.Node, e *Entity) {
	for _, m := range l.members(file, n, "texts") {
		if !langPattern.MatchString(m.key.Value) || len(m.key.Value) > 35 {
			l.at(file, m.key, "%q is no language tag such as de or pt-BR", m.key.Value)
			continue
		}
		if m.key.Value == e.Lang {
			l.at(file, m.key, "%s is the original language: its texts stand with the other fields", e.Lang)
			continue
		}
		for _, t := range l.members(file, m.value, "texts in "+m.key.Value) {
			f, known := fieldOf(e.Kind, t.key.Value)
			if !known || !f.translated {
				l.at(file, t.key, "a %s has no text %q", e.Kind.Word(), t.key.Value)
				continue
			}
			if v, ok := l.value(file, t.value, f); ok {
				e.put(m.key.Value, f.name, v)
			}
		}
	}
}

func (l *loader) systems() error {
	entries, err := l.entries("systems")
	if err != nil {
		return err
	}
	for _, e := range entries {
		folder := "systems/" + e.Name()
		if !e.IsDir() || !slugPattern.MatchString(e.Name()) {
			l.inFile(folder, "this is not read; a system is a folder named by its slug")
			continue
		}
		if err := l.system(folder, e.Name()); err != nil {
			return err
		}
	}
	return nil
}

// systemFiles are what a system's folder may hold, beside its texts.
var systemFiles = []string{"system.yaml", "trails.yaml", "routes.yaml", "access-points.yaml", "uplifts.yaml", "tips.yaml", "notices.yaml", "media.yaml", "comments.yaml", "claims.yaml", "measured.yaml", "lines", "trails", "routes"}

func (l *loader) system(folder, slug string) error {
	entries, err := l.entries(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if path.Ext(e.Name()) != ".md" && !slices.Contains(systemFiles, e.Name()) {
			l.inFile(folder+"/"+e.Name(), "this is not read; a system's folder holds %s, and texts such as description.md", strings.Join(systemFiles, ", "))
		}
	}
	if err := l.texts(folder, false); err != nil {
		return err
	}
	for _, plural := range []string{"trails", "routes"} {
		below, err := l.entries(folder + "/" + plural)
		if err != nil {
			return err
		}
		for _, e := range below {
			if !e.IsDir() {
				l.inFile(folder+"/"+plural+"/"+e.Name(), "this is not read; texts stand in a folder named by the slug")
				continue
			}
			if err := l.texts(folder+"/"+plural+"/"+e.Name(), true); err != nil {
				return err
			}
		}
	}
	file := folder + "/system.yaml"
	root, err := l.read(file)
	if err != nil {
		return err
	}
	if root == nil {
		if !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == "system.yaml" }) {
			l.inFile(file, "the system lacks this file")
		}
		return nil
	}
	s := System{Entity: Entity{Kind: KindSystem, Slug: slug}}
	l.entity(file, root, &s.Entity, folder, "synthetic")
	s.Regions = takeSlugs(&s.Entity, "regions")
	s.Parent = str(s.Fields, "parent")
	delete(s.Fields, "parent")
	l.content.Systems = append(l.content.Systems, s)

	if err := l.accessPoints(folder, &s); err != nil {
		return err
	}
	if err := l.uplifts(folder, &s); err != nil {
		return err
	}
	firstTrail, firstRoute := len(l.content.Trails), len(l.content.Routes)
	if err := l.trails(folder, &s); err != nil {
		return err
	}
	if err := l.routes(folder, &s); err != nil {
		return err
	}
	if err := l.remarks(folder+"/tips.yaml", KindTip, &s, &l.content.Tips); err != nil {
		return err
	}
	if err := l.remarks(folder+"/notices.yaml", KindNotice, &s, &l.content.Notices); err != nil {
		return err
	}
	if err := l.remarks(folder+"/media.yaml", KindMedia, &s, &l.content.Media); err != nil {
		return err
	}
	if err := l.remarks(folder+"/comments.yaml", KindComment, &s, &l.content.Comments); err != nil {
		return err
	}
	if err := l.remarks(folder+"/claims.yaml", KindClaim, &s, &l.content.Claims); err != nil {
		return err
	}
	if err := l.measured(folder, l.content.Trails[firstTrail:], l.content.Routes[firstRoute:]); err != nil {
		return err
	}
	return l.lines(folder, l.content.Trails[firstTrail:])
}

// takeSlugs moves a list of references out of the fields.
func takeSlugs(e *Entity, name string) []string {
	list, _ := e.Fields[name].([]any)
	delete(e.Fields, name)
	slugs := make([]string, 0, len(list))
	for _, one := range list {
		slugs = append(slugs, one.(string))
	}
	return slugs
}

// items reads a file that holds a list of entities, each named by `key`.
func (l *loader) items(file, key string, each func(n *yaml.Node, slug string)) error {
	root, err := l.read(file)
	if root == nil {
		return err
	}
	if root.Kind != yaml.SequenceNode {
		l.at(file, root, "the file must hold a list, not %s", describe(root))
		return nil
	}
	for _, n := range root.Content {
		name := child(n, key)
		if name == nil {
			l.at(file, n, "an entry lacks its %s", key)
			continue
		}
		if l.slug(file, name, key) {
			each(n, name.Value)
		}
	}
	return nil
}

// inSystem answers the systems of a trail or route: those it names, which must
// begin with the folder's, or else the folder's.
func (l *loader) inSystem(e *Entity, n *yaml.Node, file string, s *System) []string {
	slugs := takeSlugs(e, "systems")
	if len(slugs) == 0 {
		return []string{s.Slug}
	}
	if slugs[0] != s.Slug {
		l.at(file, n, "the first of its systems is %s, so it belongs into that system's folder", slugs[0])
	}
	return slugs
}

func (l *loader) trails(folder string, s *System) error {
	file := folder + "/trails.yaml"
	return l.items(file, "slug", func(n *yaml.Node, slug string) {
		t := Trail{Entity: Entity{Kind: KindTrail, Slug: slug, Synthetic: s.Synthetic}}
		l.entity(file, withSystems(n, s), &t.Entity, folder+"/trails/"+slug, "slug")
		t.Systems = l.inSystem(&t.Entity, n, file, s)
		t.takeJunctions()
		l.content.Trails = append(l.content.Trails, t)
	})
}

// withSystems adds the folder's system where a file leaves it out.
func withSystems(n *yaml.Node, s *System) *yaml.Node {
	if n.Kind != yaml.MappingNode || child(n, "systems") != nil {
		return n
	}
	scalar := func(v string) *yaml.Node {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v, Line: n.Line, Column: n.Column}
	}
	full := *n
	full.Content = append(slices.Clone(n.Content), scalar("systems"),
		&yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{scalar(s.Slug)}, Line: n.Line, Column: n.Column})
	return &full
}

func (l *loader) accessPoints(folder string, s *System) error {
	file := folder + "/access-points.yaml"
	return l.items(file, "slug", func(n *yaml.Node, slug string) {
		a := AccessPoint{Entity: Entity{Kind: KindAccessPoint, Slug: slug, Synthetic: s.Synthetic}}
		l.entity(file, withSystems(n, s), &a.Entity, "", "slug")
		a.Systems = l.inSystem(&a.Entity, n, file, s)
		l.content.AccessPoints = append(l.content.AccessPoints, a)
	})
}

func (l *loader) uplifts(folder string, s *System) error {
	file := folder + "/uplifts.yaml"
	return l.items(file, "slug", func(n *yaml.Node, slug string) {
		u := Uplift{Entity: Entity{Kind: KindUplift, Slug: slug, Synthetic: s.Synthetic}}
		l.entity(file, withSystems(n, s), &u.Entity, "", "slug")
		u.Systems = l.inSystem(&u.Entity, n, file, s)
		u.From, u.To = str(u.Fields, "from"), str(u.Fields, "to")
		delete(u.Fields, "from")
		delete(u.Fields, "to")
		l.content.Uplifts = append(l.content.Uplifts, u)
	})
}

func (t *Trail) takeJunctions() {
	list, _ := t.Fields["junctions"].([]any)
	delete(t.Fields, "junctions")
	for _, one := range list {
		j := one.(map[string]any)
		t.Junctions = append(t.Junctions, Junction{Trail: j["trail"].(string), AtM: j["atM"].(float64), OtherAtM: j["otherAtM"].(float64)})
	}
}

func (l *loader) routes(folder string, s *System) error {
	file := folder + "/routes.yaml"
	return l.items(file, "slug", func(n *yaml.Node, slug string) {
		r := Route{Entity: Entity{Kind: KindRoute, Slug: slug, Synthetic: s.Synthetic}}
		l.entity(file, withSystems(n, s), &r.Entity, folder+"/routes/"+slug, "slug")
		r.Systems = l.inSystem(&r.Entity, n, file, s)
		r.AccessPoints = takeSlugs(&r.Entity, "accessPoints")
		legs, _ := r.Fields["legs"].([]any)
		delete(r.Fields, "legs")
		for _, one := range legs {
			o := one.(map[string]any)
			leg := Leg{Trail: str(o, "trail"), Uplift: str(o, "uplift"), Fields: o}
			delete(o, "trail")
			delete(o, "uplift")
			r.Legs = append(r.Legs, leg)
		}
		l.content.Routes = append(l.content.Routes, r)
	})
}

func (l *loader) remarks(file string, kind Kind, s *System, into *[]Remark) error {
	what := map[Kind]string{KindTip: "tip", KindNotice: "notice", KindMedia: "photo or film", KindComment: "comment", KindClaim: "claim"}[kind]
	about := map[string]Kind{"system": KindSystem, "trail": KindTrail, "route": KindRoute, "accessPoint": KindAccessPoint}
	return l.items(file, "key", func(n *yaml.Node, key string) {
		t := Remark{Entity: Entity{Kind: kind, Slug: key, Synthetic: s.Synthetic}}
		l.entity(file, n, &t.Entity, "", "key", "system", "trail", "route", "accessPoint")
		for name, kind := range about {
			subject := child(n, name)
			if subject == nil {
				continue
			}
			if t.Subject != "" {
				l.at(file, subject, "a %s is about one thing; this one names two", what)
			}
			if v, ok := l.value(file, subject, field{name: name, shape: slugOf(kind)}); ok {
				t.SubjectKind, t.Subject = kind, v.(string)
			}
		}
		if t.Subject == "" {
			l.at(file, n, "a %s names what it is about: a system, a trail, a route or an accessPoint", what)
		}
		t.ReplyTo = str(t.Fields, "replyTo")
		delete(t.Fields, "replyTo")
		*into = append(*into, t)
	})
}

// measured reads numbers that a program took from the lines, kept apart so that
// it never writes into a file that people write.
func (l *loader) measured(folder string, trails []Trail, routes []Route) error {
	file := folder + "/measured.yaml"
	root, err := l.read(file)
	if root == nil {
		return err
	}
	put := func(e *Entity, n *yaml.Node) {
		for _, m := range l.members(file, n, e.Slug) {
			f, _ := fieldOf(e.Kind, m.key.Value)
			if !slices.Contains(measured[e.Kind], m.key.Value) {
				l.at(file, m.key, "%q is no measured field; those are %s", m.key.Value, strings.Join(measured[e.Kind], ", "))
				continue
			}
			if _, there := e.Fields[f.name]; there {
				l.at(file, m.key, "%s is given in the other file too; it can stand in one place only", f.name)
				continue
			}
			if v, ok := l.value(file, m.value, f); ok {
				e.Fields[f.name] = v
			}
		}
	}
	for _, group := range l.members(file, root, "the file") {
		if group.key.Value != "trails" && group.key.Value != "routes" {
			l.at(file, group.key, "the file holds trails and routes, not %q", group.key.Value)
			continue
		}
		for _, m := range l.members(file, group.value, group.key.Value) {
			var e *Entity
			if group.key.Value == "trails" {
				if i := slices.IndexFunc(trails, func(t Trail) bool { return t.Slug == m.key.Value }); i >= 0 {
					if len(trails[i].Junctions) > 0 && child(m.value, "junctions") != nil {
						l.at(file, m.key, "junctions are given in the other file too; they can stand in one place only")
						continue
					}
					e = &trails[i].Entity
				}
			} else if i := slices.IndexFunc(routes, func(r Route) bool { return r.Slug == m.key.Value }); i >= 0 {
				e = &routes[i].Entity
			}
			if e == nil {
				l.at(file, m.key, "there is no %s %q in this folder", strings.TrimSuffix(group.key.Value, "s"), m.key.Value)
				continue
			}
			put(e, m.value)
		}
	}
	for i := range trails {
		if trails[i].Fields["junctions"] != nil {
			trails[i].takeJunctions()
		}
	}
	return nil
}

func (l *loader) lines(folder string, trails []Trail) error {
	entries, err := l.entries(folder + "/lines")
	if err != nil {
		return err
	}
	for _, e := range entries {
		file := folder + "/lines/" + e.Name()
		slug, isJSON := strings.CutSuffix(e.Name(), ".json")
		i := slices.IndexFunc(trails, func(t Trail) bool { return t.Slug == slug })
		if e.IsDir() || !isJSON || i < 0 {
			l.inFile(file, "this is not read; a line is a file named by its trail's slug, ending in .json")
			continue
		}
		data, err := fs.ReadFile(l.fsys, file)
		if err != nil {
			return fmt.Errorf("content: reading %s: %w", file, err)
		}
		line, complaint := parseLine(data)
		if complaint != "" {
			l.inFile(file, "%s", complaint)
			continue
		}
		trails[i].Line = line
	}
	return nil
}

func parseLine(data []byte) (line []Point, complaint string) {
	if len(data) > mostBytes {
		return nil, fmt.Sprintf("the file has %d bytes; at most %d are read", len(data), mostBytes)
	}
	if err := json.Unmarshal(data, &line); err != nil {
		return nil, "the file must hold the coordinates of a GeoJSON LineString, [[longitude, latitude, elevation], ...]: " + err.Error()
	}
	if len(line) < 2 || len(line) > 20000 {
		return nil, fmt.Sprintf("a line has 2 to 20,000 points, not %d", len(line))
	}
	for i, p := range line {
		if len(p) != len(line[0]) || len(p) < 2 || len(p) > 3 {
			return nil, fmt.Sprintf("point %d has %d numbers; all points have two, or all three", i+1, len(p))
		}
		if math.Abs(p[0]) > 180 || math.Abs(p[1]) > 90 {
			return nil, fmt.Sprintf("point %d lies at longitude %v, latitude %v, which is nowhere", i+1, p[0], p[1])
		}
		if i > 0 && slices.Equal(p, line[i-1]) {
			return nil, fmt.Sprintf("point %d repeats the one before it", i+1)
		}
	}
	return line, ""
}
