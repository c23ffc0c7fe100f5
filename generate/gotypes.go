package main

import (
	"fmt"
	"go/format"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// goTypes writes package entity from the deployable schema.
func (m *model) goTypes(deployable string, out output) error {
	doc, err := parser.ParseSchema(&ast.Source{Name: "api/deploy/schema.graphql", Input: deployable})
	if err != nil {
		return fmt.Errorf("the deployable schema doesn't parse: %w", err)
	}
	defs := map[string]*ast.Definition{}
	for _, d := range doc.Definitions {
		defs[d.Name] = d
	}
	var types, enums, inputs strings.Builder
	for _, d := range doc.Definitions {
		switch d.Kind {
		case ast.Enum:
			goEnum(&enums, d)
		case ast.InputObject:
			goStruct(&inputs, defs, d)
		case ast.Object:
			if d.Name != "Query" && d.Name != "Mutation" {
				goStruct(&types, defs, d)
			}
		}
	}
	for name, body := range map[string]string{
		"types":  types.String(),
		"enums":  enums.String(),
		"inputs": inputs.String(),
		"fields": m.goFields(defs),
	} {
		src := "// " + mark + "\n\npackage entity\n\n" + body
		text, err := format.Source([]byte(src))
		if err != nil {
			return fmt.Errorf("entity/%s.go: %w", name, err)
		}
		out["entity/"+name+".go"] = text
	}
	return nil
}

func goComment(b *strings.Builder, name, text, indent string) {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		if name != "" {
			fmt.Fprintf(b, "%s// %s is part of the schema.\n", indent, name)
		}
		return
	}
	if name != "" {
		text = name + ": " + text
	}
	fmt.Fprintf(b, "%s// %s\n", indent, text)
}

func goEnum(b *strings.Builder, d *ast.Definition) {
	goComment(b, d.Name, d.Description, "")
	fmt.Fprintf(b, "type %s string\n\n// Members of %s.\nconst (\n", d.Name, d.Name)
	for _, v := range d.EnumValues {
		fmt.Fprintf(b, "\t%s%s %s = %q\n", d.Name, goName(v.Name), d.Name, v.Name)
	}
	fmt.Fprintf(b, ")\n\n// %sValues are all members in the schema's order.\nvar %sValues = []%s{", d.Name, d.Name, d.Name)
	for i, v := range d.EnumValues {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(d.Name + goName(v.Name))
	}
	b.WriteString("}\n\n")
}

// goName turns UPPER_SNAKE or camelCase into an exported Go name.
func goName(s string) string {
	if strings.ToUpper(s) == s {
		var b strings.Builder
		for _, part := range strings.Split(strings.ToLower(s), "_") {
			b.WriteString(upperFirst(part))
		}
		return b.String()
	}
	n := upperFirst(s)
	switch {
	case n == "Id":
		return "ID"
	case strings.HasSuffix(n, "Id"):
		return strings.TrimSuffix(n, "Id") + "ID"
	case strings.HasSuffix(n, "Url"):
		return strings.TrimSuffix(n, "Url") + "URL"
	case strings.HasSuffix(n, "Ids"):
		return strings.TrimSuffix(n, "Ids") + "IDs"
	}
	return n
}

func goScalar(name string) (string, bool) {
	switch name {
	case "ID", "String", "AWSDate", "AWSDateTime", "AWSURL", "AWSJSON", "AWSTime", "AWSEmail":
		return "string", true
	case "Int":
		return "int", true
	case "Float":
		return "float64", true
	case "Boolean":
		return "bool", true
	}
	return name, false
}

func goType(t *ast.Type) string {
	if t.Elem != nil {
		return "[]" + goType(t.Elem)
	}
	n, _ := goScalar(t.NamedType)
	if !t.NonNull {
		return "*" + n
	}
	return n
}

func goStruct(b *strings.Builder, defs map[string]*ast.Definition, d *ast.Definition) {
	goComment(b, d.Name, d.Description, "")
	update := strings.HasPrefix(d.Name, "Update") && d.Kind == ast.InputObject
	fmt.Fprintf(b, "type %s struct {\n", d.Name)
	for _, f := range d.Fields {
		goComment(b, "", f.Description, "\t")
		typ, tag := goType(f.Type), f.Name
		if d.Kind == ast.Object && f.Type.Name() == "AWSJSON" {
			typ = strings.Replace(typ, "string", "JSON", 1)
		}
		if d.Kind == ast.InputObject && !f.Type.NonNull {
			switch {
			case update && f.Name != "lang" && f.Name != "comment" && f.Name != "merge":
				typ, tag = "Optional["+strings.TrimPrefix(typ, "*")+"]", f.Name+",omitzero"
			default:
				tag += ",omitempty"
			}
		}
		fmt.Fprintf(b, "\t%s %s `json:\"%s\"`\n", goName(f.Name), typ, tag)
	}
	b.WriteString("}\n\n")
}

// goFields describes the entities' fields for forms, diffs and dumps.
func (m *model) goFields(defs map[string]*ast.Definition) string {
	var b strings.Builder
	b.WriteString("// Descriptions of the entities, in the schema's order.\nvar Descriptions = []Description{\n")
	for _, e := range m.Entities {
		fmt.Fprintf(&b, "\t{Name: %q, Kind: EntityKind%s, Table: %q, Plural: %q, Label: %q, HasSlug: %t, Moderated: %t, Fields: []Field{\n",
			e.Name, goName(e.Kind), e.Table, e.Plural, e.Label, e.Slug, e.Moderated)
		for _, f := range e.Fields {
			var values []string
			if m.isEnum(f.named()) {
				for _, v := range defs[f.named()].EnumValues {
					values = append(values, fmt.Sprintf("%q", v.Name))
				}
			}
			fmt.Fprintf(&b, "\t\t{Name: %q, Column: %q, Label: %q, Type: %q, List: %t, Unit: %q, Max: %d, Text: %t, Nested: %t, Writable: %t, Once: %t, Required: %t, Careful: %t, Masked: %t, Card: %t, Description: %q",
				f.Name, strings.Join(f.storedColumns(), ","), f.Label, f.named(), f.isList(), f.Unit, f.Max, f.Text, f.Nested, f.Writable, f.Once, f.Required || f.OnceRequired, f.Careful, f.Masked, f.Card,
				strings.Join(strings.Fields(f.Def.Description), " "))
			if len(values) > 0 {
				fmt.Fprintf(&b, ", Values: []string{%s}", strings.Join(values, ", "))
			}
			b.WriteString("},\n")
		}
		b.WriteString("\t}},\n")
	}
	b.WriteString("}\n")
	return b.String()
}

// storedColumns are the columns in the entity's own tables; none for nested fields.
func (f *field) storedColumns() []string {
	if f.Nested || f.onEntity() {
		return nil
	}
	return f.columns()
}
