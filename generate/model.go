package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"unicode"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// model is the source schema with the meaning of our directives.
type model struct {
	Doc      *ast.SchemaDocument
	Entities []*entity
	// ByName has the definitions by name, extensions merged in.
	ByName map[string]*ast.Definition
	// Order is the names in the order of the files.
	Order []string
}

type entity struct {
	Def       *ast.Definition
	Name      string // Trail
	Table     string // trail
	Kind      string // TRAIL
	Plural    string // trails
	Label     string
	Slug      bool
	Moderated bool
	Own       bool
	Check     bool
	Sorts     []string
	Fields    []*field
	File      string
}

type field struct {
	Def          *ast.FieldDefinition
	Name         string
	Column       string
	Type         *ast.Type
	Writable     bool
	Required     bool
	Max          int
	Once         bool
	OnceRequired bool
	Careful      bool
	Text         bool
	OwnText      bool
	Nested       bool
	Shared       bool
	Card         bool
	Masked       bool
	Filter       string
	Through      string
	Parent       bool
	Derived      string
	Kept         bool
	Unit         string
	Label        string
	Class        string // of data: public or personal
}

// named is the type's name without list and non-null.
func (f *field) named() string { return f.Type.Name() }

// isList tells whether the field is a list.
func (f *field) isList() bool { return f.Type.Elem != nil }

// isStructured tells whether the field is a list among the texts, kept as JSON.
func (f *field) isStructured() bool { return f.Text && f.isList() }

// listName is what the list function is called in SQL.
func (e *entity) listName() string { return snake(e.Plural) }

// owner of the nested function: entity for shared ones.
func (f *field) owner(e *entity) string {
	if f.Shared {
		return "entity"
	}
	return e.Table
}

func loadModel(dir string) (*model, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.graphql"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("no *.graphql in %s", dir)
	}
	sort.Slice(paths, func(i, j int) bool { return rank(paths[i]) < rank(paths[j]) })
	var sources []*ast.Source
	for _, p := range paths {
		text, err := os.ReadFile(p)
		if err != nil {
			return nil, err
		}
		sources = append(sources, &ast.Source{Name: filepath.Base(p), Input: string(text)})
	}
	doc, err := parser.ParseSchemas(sources...)
	if err != nil {
		return nil, err
	}
	m := &model{Doc: doc, ByName: map[string]*ast.Definition{}}
	for _, d := range doc.Definitions {
		if m.ByName[d.Name] != nil {
			return nil, fmt.Errorf("%s: type %s is defined twice", d.Position.Src.Name, d.Name)
		}
		m.ByName[d.Name] = d
		m.Order = append(m.Order, d.Name)
	}
	for _, x := range doc.Extensions {
		base := m.ByName[x.Name]
		if base == nil {
			copied := *x
			m.ByName[x.Name] = &copied
			m.Order = append(m.Order, x.Name)
			continue
		}
		base.Fields = append(base.Fields, x.Fields...)
	}
	var problems []error
	for _, name := range m.Order {
		d := m.ByName[name]
		if d.Kind != ast.Object || d.Directives.ForName("entity") == nil {
			continue
		}
		e, err := newEntity(d)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		m.Entities = append(m.Entities, e)
	}
	return m, errors.Join(problems...)
}

// rank orders the files so that common types come first.
func rank(path string) string {
	base := filepath.Base(path)
	switch base {
	case "directives.graphql":
		return "0"
	case "common.graphql":
		return "1"
	}
	return "2" + base
}

func newEntity(d *ast.Definition) (*entity, error) {
	dir := d.Directives.ForName("entity")
	e := &entity{
		Def: d, Name: d.Name,
		Table:     argString(dir, "table"),
		Plural:    argString(dir, "plural"),
		Slug:      argBool(dir, "slug", true),
		Moderated: argBool(dir, "moderated", false),
		Own:       argBool(dir, "own", false),
		Check:     argBool(dir, "check", false),
		File:      d.Position.Src.Name,
	}
	e.Kind = strings.ToUpper(e.Table)
	e.Label = e.Name
	if l := d.Directives.ForName("label"); l != nil {
		e.Label = argString(l, "text")
	}
	if s := d.Directives.ForName("sorted"); s != nil {
		for _, c := range s.Arguments.ForName("by").Value.Children {
			if sortKeys[c.Value.Raw] == nil {
				return nil, fmt.Errorf("%s:%d: unknown sorting order %s", e.File, s.Position.Line, c.Value.Raw)
			}
			e.Sorts = append(e.Sorts, c.Value.Raw)
		}
	}
	for _, fd := range d.Fields {
		f := &field{Def: fd, Name: fd.Name, Type: fd.Type, Column: snake(fd.Name), Label: fd.Name, Class: "public"}
		for _, x := range fd.Directives {
			switch x.Name {
			case "column":
				f.Column = argString(x, "name")
			case "writable":
				f.Writable = true
				f.Required = argBool(x, "required", false)
				f.Max = argInt(x, "max")
			case "once":
				f.Once = true
				f.OnceRequired = argBool(x, "required", false)
			case "careful":
				f.Careful = true
			case "text":
				f.Text = true
				f.OwnText = argBool(x, "own", false)
			case "nested":
				f.Nested = true
				f.Shared = argBool(x, "shared", false)
			case "card":
				f.Card = true
			case "masked":
				f.Masked = true
			case "filter":
				f.Filter = argString(x, "by")
				f.Through = argString(x, "through")
				f.Parent = argBool(x, "parent", false)
			case "derived":
				f.Derived = argString(x, "sql")
			case "kept":
				f.Kept = true
			case "unit":
				f.Unit = argString(x, "name")
			case "label":
				f.Label = argString(x, "text")
			case "data":
				f.Class = strings.ToLower(argString(x, "class"))
				if f.Class != "public" && f.Class != "personal" {
					return nil, fmt.Errorf("%s:%d: %s.%s is of class %s; what is shown is PUBLIC or PERSONAL", e.File, x.Position.Line, e.Name, f.Name, f.Class)
				}
			default:
				return nil, fmt.Errorf("%s:%d: unknown directive @%s on %s.%s", e.File, x.Position.Line, x.Name, e.Name, f.Name)
			}
		}
		if f.isStructured() && (f.Card || f.Max == 0) {
			return nil, fmt.Errorf("%s: %s.%s: a list among the texts needs `max` and can't be on the card", e.File, e.Name, f.Name)
		}
		if f.Card && f.Nested && (f.isList() || f.Writable || f.Type.NonNull) {
			return nil, fmt.Errorf("%s: %s.%s: of nested fields only a single object that may be null can be on the card", e.File, e.Name, f.Name)
		}
		if f.Filter == "IS" && (!f.Nested || f.named() != "Boolean") {
			return nil, fmt.Errorf("%s: %s.%s: an IS filter is for a nested Boolean", e.File, e.Name, f.Name)
		}
		if f.Filter == "HAS" && f.Through == "" {
			return nil, fmt.Errorf("%s: %s.%s: a HAS filter needs `through: \"table.column\"`", e.File, e.Name, f.Name)
		}
		e.Fields = append(e.Fields, f)
	}
	return e, nil
}

func argString(d *ast.Directive, name string) string {
	if a := d.Arguments.ForName(name); a != nil {
		return a.Value.Raw
	}
	return ""
}

func argBool(d *ast.Directive, name string, def bool) bool {
	if a := d.Arguments.ForName(name); a != nil {
		return a.Value.Raw == "true"
	}
	return def
}

func argInt(d *ast.Directive, name string) int {
	a := d.Arguments.ForName(name)
	if a == nil {
		return 0
	}
	n, err := strconv.Atoi(a.Value.Raw)
	if err != nil {
		return 0
	}
	return n
}

// snake turns camelCase into snake_case.
func snake(s string) string {
	var b strings.Builder
	for i, r := range s {
		if unicode.IsUpper(r) {
			if i > 0 {
				b.WriteByte('_')
			}
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// upperFirst makes an exported or type name.
func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (m *model) isEnum(name string) bool {
	d := m.ByName[name]
	return d != nil && d.Kind == ast.Enum
}

// sqlType is the type a column of the list functions has.
func (m *model) sqlType(f *field) string {
	if f.isStructured() || f.Nested {
		return "json"
	}
	switch f.named() {
	case "Int":
		return "integer"
	case "Float":
		return "double precision"
	case "Boolean":
		return "boolean"
	case "AWSDate":
		return "date"
	case "Position":
		return "json"
	}
	if f.named() == "ID" {
		return "uuid"
	}
	return "text"
}

// sortKeys give the two key expressions of a sorting order, over alias t of a
// list function. All orders ascend by (number, text, id), so that one cursor
// serves them all.
var sortKeys = map[string]func(e *entity) (num, text string){
	"NAME":    func(*entity) (string, string) { return "CAST(0 AS double precision)", `t."nameKey"` },
	"UPDATED": func(*entity) (string, string) { return `CAST(-t."updatedMicros" AS double precision)`, "''" },
	// The most votes for it, less those against it, and of equals the newest.
	"VOTES": func(*entity) (string, string) {
		return `CAST(-coalesce((SELECT c.up - c.down FROM api.vote_count_row c WHERE c.entity_id = t.id), 0) AS double precision)`,
			`to_char(9000000000000000 - t."updatedMicros", 'FM0000000000000000')`
	},
	// The best first, and of equals the newest.
	"RATING": func(*entity) (string, string) {
		return `CAST(-t."rating" AS double precision)`, `to_char(9000000000000000 - t."updatedMicros", 'FM0000000000000000')`
	},
	// By what it is about, as the reader may know it.
	"PLACE": func(*entity) (string, string) {
		return "CAST(0 AS double precision)", `(SELECT v #>> '{}' FROM api.entity_subject_name(t.id, CAST(:lang AS text), CAST(:actor AS jsonb)) v) || ' ' || t."subjectId"`
	},
	// From filter.near.
	"DISTANCE": func(*entity) (string, string) {
		return `api.distance_km(CAST(:near_lat AS double precision), CAST(:near_lon AS double precision), CAST(t."position"->>'lat' AS double precision), CAST(t."position"->>'lon' AS double precision))`, "''"
	},
	"LENGTH": func(*entity) (string, string) {
		return `coalesce(t."lengthM", CAST('Infinity' AS double precision))`, `t."nameKey"`
	},
}
