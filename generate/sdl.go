package main

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Every object type says which callers may see it: readers with the API key,
// riders of the user pool, and jobs and the site by IAM.
const (
	readable = "@aws_api_key @aws_cognito_user_pools @aws_iam"
	signedIn = "@aws_cognito_user_pools"
)

// baseFields are what every entity begins with.
func baseFields(e *entity) string {
	var b strings.Builder
	b.WriteString("  id: ID!\n")
	if e.Slug {
		b.WriteString("  \"Its name in addresses; old ones lead here too.\"\n  slug: String\n")
	}
	b.WriteString("  state: EntityState!\n")
	b.WriteString("  \"Counts its revisions; an edit names the version it was made from.\"\n  version: Int!\n")
	if !hasField(e, "visibility") {
		b.WriteString("  visibility: Visibility!\n")
	}
	if !hasField(e, "lang") {
		b.WriteString("  \"Language asked for; each text falls back on its own.\"\n  lang: String!\n")
	}
	b.WriteString("  createdAt: AWSDateTime!\n  updatedAt: AWSDateTime!\n")
	return b.String()
}

func hasField(e *entity, name string) bool {
	for _, f := range e.Fields {
		if f.Name == name {
			return true
		}
	}
	return false
}

// deployableSDL is the schema as AppSync takes it: no directives of ours, no
// descriptions on enum values, no extensions, every object type marked.
func (m *model) deployableSDL() string {
	var b strings.Builder
	b.WriteString("# The schema as it is deployed; the source is api/schema/*.graphql.\n\n")
	b.WriteString("schema {\n  query: Query\n  mutation: Mutation\n}\n")

	var queries, mutations strings.Builder
	for _, e := range m.Entities {
		m.entityOperations(e, &queries, &mutations)
	}
	for _, name := range m.Order {
		d := m.ByName[name]
		switch {
		case name == "Query":
			fmt.Fprintf(&b, "\ntype Query %s {\n%s", readable, queries.String())
			m.writeOperations(&b, d.Fields, readable)
			b.WriteString("}\n")
		case name == "Mutation":
			fmt.Fprintf(&b, "\ntype Mutation %s {\n%s", signedIn, mutations.String())
			m.writeOperations(&b, d.Fields, signedIn)
			b.WriteString("}\n")
		case d.Kind == ast.Enum:
			writeDescription(&b, d.Description, "")
			names := make([]string, 0, len(d.EnumValues))
			for _, v := range d.EnumValues {
				names = append(names, v.Name)
			}
			fmt.Fprintf(&b, "enum %s {\n  %s\n}\n", d.Name, strings.Join(names, "\n  "))
		case d.Kind == ast.InputObject:
			writeDescription(&b, d.Description, "")
			fmt.Fprintf(&b, "input %s {\n", d.Name)
			writeFields(&b, d.Fields)
			b.WriteString("}\n")
		case d.Directives.ForName("entity") != nil:
			for _, e := range m.Entities {
				if e.Name == name {
					m.entityTypes(e, &b)
				}
			}
		default:
			writeDescription(&b, d.Description, "")
			fmt.Fprintf(&b, "type %s %s {\n", d.Name, readable)
			writeFields(&b, d.Fields)
			b.WriteString("}\n")
			if v := d.Directives.ForName("value"); v != nil && argBool(v, "input", false) {
				writeDescription(&b, d.Description, "")
				fmt.Fprintf(&b, "input %sInput {\n", d.Name)
				for _, f := range d.Fields {
					writeDescription(&b, f.Description, "  ")
					fmt.Fprintf(&b, "  %s: %s\n", f.Name, m.inputType(f.Type, true))
				}
				b.WriteString("}\n")
			}
		}
	}
	b.WriteString(sharedInputs)
	return b.String()
}

const sharedInputs = `
"A range of numbers; both ends belong to it."
input FloatRangeInput {
  min: Float
  max: Float
}
`

// mergeArgument lets an edit of an older version in beside what others changed.
const mergeArgument = `  """
  With true, an edit made from an older version is taken where others changed other
  fields since; a field that both changed to something else is a Conflict, whose errorInfo has
  fields (their names) and sides (field, base, theirs, yours; cut when that is too long).
  """
  merge: Boolean
`

// inputType is a type as an input takes it: object types become their input
// twins; lists may be left out, since an absent list is an empty one.
func (m *model) inputType(t *ast.Type, required bool) string {
	var s string
	if t.Elem != nil {
		s = "[" + m.inputType(t.Elem, true) + "]"
		return s
	}
	s = t.NamedType
	if d := m.ByName[s]; d != nil && d.Kind == ast.Object {
		s += "Input"
	}
	if t.NonNull && required && s != "Boolean" {
		s += "!"
	}
	return s
}

// RouteLeg is read with more than is written, so its input is written by hand.
func (m *model) entityTypes(e *entity, b *strings.Builder) {
	writeDescription(b, e.Def.Description, "")
	fmt.Fprintf(b, "type %s %s {\n%s", e.Name, readable, baseFields(e))
	for _, f := range e.Fields {
		writeDescription(b, describe(f), "  ")
		fmt.Fprintf(b, "  %s: %s\n", f.Name, f.Type)
	}
	b.WriteString("}\n")

	fmt.Fprintf(b, "\n\"The short form of %s, shown inside other things.\"\ntype %sCard %s {\n  id: ID!\n", e.called(), e.Name, readable)
	if e.Slug {
		b.WriteString("  slug: String\n")
	}
	b.WriteString("  version: Int!\n  visibility: Visibility!\n")
	for _, f := range e.Fields {
		if f.Card {
			writeDescription(b, describe(f), "  ")
			fmt.Fprintf(b, "  %s: %s\n", f.Name, f.Type)
		}
	}
	b.WriteString("}\n")

	fmt.Fprintf(b, `
type %[1]sEdge %[2]s {
  "Pass it as `+"`after`"+` to go on behind this one."
  cursor: String!
  node: %[1]s!
}

type %[1]sConnection %[2]s {
  nodes: [%[1]s!]!
  edges: [%[1]sEdge!]!
  pageInfo: PageInfo!
  "Counted up to 1,000; see totalIsMore."
  totalCount: Int!
  "There are more than totalCount says."
  totalIsMore: Boolean!
}

"Orders of a list; numbers ascend, what is newest, best rated or most voted for comes first."
enum %[1]sSort {
  %[3]s
}

"Filters of a list; all given ones must hold."
input %[1]sFilter {
`, e.Name, readable, strings.Join(e.Sorts, "\n  "))
	if hasField(e, "name") {
		b.WriteString("  \"Part of the name, without regard to case and accents; 1 to 100 characters.\"\n  nameContains: String\n")
	}
	b.WriteString("  \"These and no others, at most 50: a batch read. It goes with state alone; what is not there, or not for the caller, is left out.\"\n  ids: [ID!]\n")
	b.WriteString("  \"PUBLISHED when absent.\"\n  state: EntityState\n")
	if hasField(e, "synthetic") {
		b.WriteString("  \"True: only invented ones; false: only real ones.\"\n  synthetic: Boolean\n")
	}
	if hasField(e, "position") {
		b.WriteString("  \"Only what lies inside; west may be greater than east.\"\n  inside: BoundingBoxInput\n")
		b.WriteString("  \"Only what lies that near.\"\n  near: NearInput\n")
	}
	for _, f := range e.Fields {
		switch f.Filter {
		case "EQ":
			fmt.Fprintf(b, "  \"One of these (at most 20): %s\"\n  %s: [%s!]\n", lowerLabel(f), f.Name, f.named())
		case "IS":
			fmt.Fprintf(b, "  \"Whether it is so: %s\"\n  %s: Boolean\n", lowerLabel(f), f.Name)
		case "RANGE":
			fmt.Fprintf(b, "  \"Within the range: %s%s.\"\n  %s: FloatRangeInput\n", lowerLabel(f), inUnit(f), f.Name)
		case "HAS":
			fmt.Fprintf(b, "  \"All of these (at most 20): %s\"\n  %s: [%s!]\n", lowerLabel(f), f.Name, f.named())
		}
	}
	b.WriteString("}\n")

	m.entityInputs(e, b)
}

func (m *model) entityInputs(e *entity, b *strings.Builder) {
	fmt.Fprintf(b, "\ninput Create%sInput {\n", e.Name)
	if !e.Own {
		b.WriteString("  \"Its id, a UUID; made by the server when absent. A second request with the same id is refused.\"\n  id: ID\n")
		if e.Slug {
			b.WriteString("  \"Its name in addresses; made from the name when absent.\"\n  slug: String\n")
		}
	}
	if !hasField(e, "lang") {
		b.WriteString("  \"Language of the texts, a BCP 47 tag; en when absent.\"\n  lang: String\n")
	}
	b.WriteString("  \"What was done and why, for the history.\"\n  comment: String\n")
	for _, f := range e.Fields {
		if !f.Writable && !f.Once {
			continue
		}
		writeDescription(b, describe(f), "  ")
		t := strings.TrimSuffix(m.inputType(f.Type, false), "!")
		if f.Required || f.OnceRequired {
			t += "!"
		}
		fmt.Fprintf(b, "  %s: %s\n", f.Name, t)
	}
	b.WriteString("}\n")

	fmt.Fprintf(b, "\n\"What is absent stays as it is; what is null is cleared.\"\ninput Update%sInput {\n  id: ID!\n  \"Version the edit was made from; another one is a conflict.\"\n  expectedVersion: Int!\n", e.Name)
	b.WriteString(mergeArgument)
	if !hasField(e, "lang") {
		b.WriteString("  \"Language of the texts, a BCP 47 tag; en when absent.\"\n  lang: String\n")
	}
	b.WriteString("  \"What was done and why, for the history.\"\n  comment: String\n")
	for _, f := range e.Fields {
		if !f.Writable {
			continue
		}
		writeDescription(b, describe(f), "  ")
		fmt.Fprintf(b, "  %s: %s\n", f.Name, strings.TrimSuffix(m.inputType(f.Type, false), "!"))
	}
	b.WriteString("}\n")

	for _, verb := range []string{"Archive", "Restore"} {
		fmt.Fprintf(b, "\ninput %s%sInput {\n  id: ID!\n  expectedVersion: Int!\n  \"What was done and why, for the history.\"\n  comment: String\n}\n", verb, e.Name)
	}
}

func (m *model) entityOperations(e *entity, queries, mutations *strings.Builder) {
	label := strings.ToLower(e.Label)
	one := lowerFirst(e.Name)
	slugArg := ""
	how := "id"
	if e.Slug {
		slugArg, how = "slug: String, ", "id or slug"
	}
	fmt.Fprintf(queries, "  \"A %s by %s; null when there is none to see.\"\n  %s(id: ID, %slang: String): %s\n", label, how, one, slugArg, e.Name)
	fmt.Fprintf(queries, "  \"A page of %s: 20 unless `first` (1 to 50) says otherwise.\"\n  %s(filter: %sFilter, sort: %sSort, first: Int, after: String, lang: String): %sConnection!\n",
		e.Plural, e.Plural, e.Name, e.Name, e.Name)
	if e.Own {
		fmt.Fprintf(queries, "  \"The caller's own %s; null before it is made.\"\n  me: %s %s\n", label, e.Name, signedIn)
	}
	groups := ""
	if e.Moderated {
		groups = ` @aws_cognito_user_pools(cognito_groups: ["moderators", "admins"])`
	}
	for _, verb := range []string{"create", "update", "archive", "restore"} {
		fmt.Fprintf(mutations, "  %s%s(input: %s%sInput!): %s%s\n", verb, e.Name, upperFirst(verb), e.Name, e.Name, groups)
	}
}

// writeOperations prints hand-declared fields of Query and Mutation.
func (m *model) writeOperations(b *strings.Builder, fields ast.FieldList, _ string) {
	for _, f := range fields {
		writeDescription(b, f.Description, "  ")
		auth := ""
		if f.Directives.ForName("signedIn") != nil {
			auth = " " + signedIn
		}
		if g := f.Directives.ForName("groups"); g != nil {
			var names []string
			for _, c := range g.Arguments.ForName("names").Value.Children {
				names = append(names, `"`+c.Value.Raw+`"`)
			}
			auth = fmt.Sprintf(" @aws_cognito_user_pools(cognito_groups: [%s])", strings.Join(names, ", "))
		}
		fmt.Fprintf(b, "  %s%s: %s%s\n", f.Name, arguments(f), f.Type, auth)
	}
}

func writeFields(b *strings.Builder, fields ast.FieldList) {
	for _, f := range fields {
		writeDescription(b, f.Description, "  ")
		fmt.Fprintf(b, "  %s%s: %s\n", f.Name, arguments(f), f.Type)
	}
}

func arguments(f *ast.FieldDefinition) string {
	if len(f.Arguments) == 0 {
		return ""
	}
	parts := make([]string, 0, len(f.Arguments))
	for _, a := range f.Arguments {
		parts = append(parts, a.Name+": "+a.Type.String())
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// describe is a field's description with its unit, or its label.
func describe(f *field) string {
	d := strings.TrimSpace(f.Def.Description)
	if d == "" {
		d = f.Label
		if d == f.Name {
			return ""
		}
	}
	if f.Unit != "" {
		d = strings.TrimSuffix(d, ".") + ", in " + f.Unit + "."
	}
	return d
}

func lowerLabel(f *field) string { return strings.ToLower(f.Label[:1]) + f.Label[1:] }

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

func inUnit(f *field) string {
	if f.Unit == "" {
		return ""
	}
	return " in " + f.Unit
}

func writeDescription(b *strings.Builder, text, indent string) {
	text = strings.TrimSpace(text)
	if indent == "" {
		b.WriteByte('\n')
	}
	if text == "" {
		return
	}
	if !strings.Contains(text, "\n") && !strings.ContainsAny(text, "\"\\") {
		fmt.Fprintf(b, "%s\"%s\"\n", indent, text)
		return
	}
	fmt.Fprintf(b, "%s\"\"\"\n", indent)
	for _, line := range strings.Split(text, "\n") {
		fmt.Fprintf(b, "%s%s\n", indent, strings.TrimSpace(line))
	}
	fmt.Fprintf(b, "%s\"\"\"\n", indent)
}
