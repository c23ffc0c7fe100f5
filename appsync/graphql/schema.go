package graphql

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

// MaxSchemaBytes is AppSync's limit on a schema document.
const MaxSchemaBytes = 1 << 20

// Kind is the kind of a named type.
type Kind = ast.DefinitionKind

// The kinds of named types.
const (
	Scalar      = ast.Scalar
	Object      = ast.Object
	Interface   = ast.Interface
	Union       = ast.Union
	Enum        = ast.Enum
	InputObject = ast.InputObject
)

// Schema is a loaded, immutable schema. It is safe for concurrent use.
type Schema struct {
	// Query is never nil; Mutation and Subscription may be.
	Query, Mutation, Subscription *Type

	types  map[string]*Type
	order  []*Type // the author's types in the order of the SDL, then built-ins
	fields []*Field
	ast    *ast.Schema
}

// Type is a named type.
type Type struct {
	Name string
	Kind Kind
	// Definition is the type as it stands in the SDL.
	Definition *ast.Definition
	// Fields of an object or interface type, in the order of the SDL.
	Fields []*Field
	// Inputs are the fields of an input object, in the order of the SDL.
	Inputs []*Input
	// Possible are the object types this type can be at run time; for an
	// object type, itself.
	Possible []*Type

	byName  map[string]*Field
	inputs  map[string]*Input
	enum    map[string][]byte // value name to its JSON text
	scalar  *scalar
	builtIn bool
}

// Field is a field of an object or interface type.
type Field struct {
	// Index numbers all fields of a schema from 0 without gaps, so that facts
	// about fields can be kept in slices.
	Index      int
	Parent     *Type
	Name       string
	Type       *TypeRef
	Args       []*Input
	Definition *ast.FieldDefinition

	args map[string]*Input
	meta metaField
}

// Input is an argument or a field of an input object.
type Input struct {
	Name    string
	Type    *TypeRef
	Default *ast.Value
}

// TypeRef is a use of a type: named, or a list, and possibly non-null.
type TypeRef struct {
	Named   *Type    // nil for a list
	Elem    *TypeRef // nil for a named type
	NonNull bool
	text    string
}

// String gives the GraphQL notation, such as [Book!]!.
func (t *TypeRef) String() string { return t.text }

// Base is the named type under all lists.
func (t *TypeRef) Base() *Type {
	for t.Elem != nil {
		t = t.Elem
	}
	return t.Named
}

// SchemaError is one reason why AppSync would refuse a schema document.
type SchemaError struct {
	File         string
	Line, Column int // both from 1
	// Rule names the refusal in kebab case, for linters.
	Rule    string
	Message string
}

func (e *SchemaError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// Load reads a schema document in deployable form. name is used in errors.
// The error joins one [*SchemaError] for each thing that AppSync would refuse.
func Load(name, sdl string) (*Schema, error) {
	if len(sdl) > MaxSchemaBytes {
		return nil, &SchemaError{File: name, Line: 1, Column: 1, Rule: "schema-size",
			Message: fmt.Sprintf("the schema document has %d bytes; AppSync accepts %d", len(sdl), MaxSchemaBytes)}
	}
	doc, err := parser.ParseSchema(&ast.Source{Name: name, Input: sdl})
	if err != nil {
		return nil, schemaError(name, "schema-syntax", err)
	}
	if refused := refusals(name, doc); len(refused) > 0 {
		errs := make([]error, len(refused))
		for i, r := range refused {
			errs[i] = r
		}
		return nil, errors.Join(errs...)
	}
	all, err := parser.ParseSchema(&ast.Source{Name: "prelude.graphql", Input: preludeSDL, BuiltIn: true})
	if err != nil {
		return nil, fmt.Errorf("graphql: built-in prelude: %w", err)
	}
	own := slices.Clone(doc.Definitions)
	all.Merge(doc)
	checked, err := validator.ValidateSchemaDocument(all)
	if err != nil {
		return nil, schemaError(name, "schema-invalid", err)
	}
	if checked.Query == nil {
		return nil, &SchemaError{File: name, Line: 1, Column: 1, Rule: "schema-query",
			Message: "the schema has no query type; AppSync refuses to deploy it. Add `type Query` with at least one field"}
	}
	s := compileSchema(checked, own)
	if errs := subscriptionErrors(name, s); len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return s, nil
}

func schemaError(name, rule string, err error) *SchemaError {
	e := &SchemaError{File: name, Line: 1, Column: 1, Rule: rule, Message: err.Error()}
	var ge *gqlerror.Error
	if errors.As(err, &ge) {
		e.Message = ge.Message
		if len(ge.Locations) > 0 {
			e.Line, e.Column = ge.Locations[0].Line, ge.Locations[0].Column
		}
	}
	return e
}

func compileSchema(in *ast.Schema, own ast.DefinitionList) *Schema {
	s := &Schema{ast: in, types: make(map[string]*Type, len(in.Types))}
	add := func(d *ast.Definition) {
		t := &Type{Name: d.Name, Kind: d.Kind, Definition: d, builtIn: d.BuiltIn}
		s.types[d.Name] = t
		s.order = append(s.order, t)
	}
	for _, d := range own {
		add(d)
	}
	var builtIn []string
	for name := range in.Types {
		if s.types[name] == nil {
			builtIn = append(builtIn, name)
		}
	}
	slices.Sort(builtIn)
	for _, name := range builtIn {
		add(in.Types[name])
	}
	for _, t := range s.order {
		s.fill(t)
	}
	for _, t := range s.order {
		for _, p := range in.PossibleTypes[t.Name] {
			if p != nil && p.Kind == ast.Object {
				t.Possible = append(t.Possible, s.types[p.Name])
			}
		}
	}
	s.Query = s.types[in.Query.Name]
	if in.Mutation != nil {
		s.Mutation = s.types[in.Mutation.Name]
	}
	if in.Subscription != nil {
		s.Subscription = s.types[in.Subscription.Name]
	}
	for _, f := range s.Query.Fields {
		switch f.Name {
		case "__schema":
			f.meta = metaSchema
		case "__type":
			f.meta = metaType
		}
	}
	return s
}

func (s *Schema) fill(t *Type) {
	d := t.Definition
	switch t.Kind {
	case ast.Object, ast.Interface:
		t.byName = make(map[string]*Field, len(d.Fields)+1)
		for _, fd := range d.Fields {
			f := &Field{Index: len(s.fields), Parent: t, Name: fd.Name, Type: s.ref(fd.Type), Definition: fd}
			if len(fd.Arguments) > 0 {
				f.args = make(map[string]*Input, len(fd.Arguments))
				for _, a := range fd.Arguments {
					in := &Input{Name: a.Name, Type: s.ref(a.Type), Default: a.DefaultValue}
					f.Args = append(f.Args, in)
					f.args[a.Name] = in
				}
			}
			if t.builtIn {
				f.meta = introspectionField(t.Name, f.Name)
			}
			s.fields = append(s.fields, f)
			t.Fields = append(t.Fields, f)
			t.byName[f.Name] = f
		}
		s.addTypename(t)
	case ast.Union:
		t.byName = make(map[string]*Field, 1)
		s.addTypename(t)
	case ast.InputObject:
		t.inputs = make(map[string]*Input, len(d.Fields))
		for _, fd := range d.Fields {
			in := &Input{Name: fd.Name, Type: s.ref(fd.Type), Default: fd.DefaultValue}
			t.Inputs = append(t.Inputs, in)
			t.inputs[in.Name] = in
		}
	case ast.Enum:
		t.enum = make(map[string][]byte, len(d.EnumValues))
		for _, v := range d.EnumValues {
			t.enum[v.Name] = []byte(`"` + v.Name + `"`)
		}
	case ast.Scalar:
		t.scalar = scalars[t.Name]
	}
}

// addTypename gives a composite type its __typename, which is in byName only:
// it is selectable everywhere and listed nowhere.
func (s *Schema) addTypename(t *Type) {
	f := &Field{Index: len(s.fields), Parent: t, Name: "__typename", meta: metaTypename,
		Type:       &TypeRef{Named: s.types["String"], NonNull: true, text: "String!"},
		Definition: &ast.FieldDefinition{Name: "__typename", Type: ast.NonNullNamedType("String", nil)}}
	s.fields = append(s.fields, f)
	t.byName[f.Name] = f
}

func (s *Schema) ref(t *ast.Type) *TypeRef {
	r := &TypeRef{NonNull: t.NonNull, text: t.String()}
	if t.Elem != nil {
		r.Elem = s.ref(t.Elem)
	} else {
		r.Named = s.types[t.NamedType]
	}
	return r
}

// Type finds a named type, or nil.
func (s *Schema) Type(name string) *Type { return s.types[name] }

// Types lists the types of the author, in the order of the SDL.
func (s *Schema) Types() []*Type {
	var out []*Type
	for _, t := range s.order {
		if !t.builtIn {
			out = append(out, t)
		}
	}
	return out
}

// FieldCount is one more than the highest [Field.Index].
func (s *Schema) FieldCount() int { return len(s.fields) }

// Field finds a field of an object or interface type, or nil.
func (t *Type) Field(name string) *Field { return t.byName[name] }

// BuiltIn tells whether the type is of the prelude rather than the author's.
func (t *Type) BuiltIn() bool { return t.builtIn }

// BuiltIn tells whether the field is answered by the executor itself
// (__typename and introspection).
func (f *Field) BuiltIn() bool { return f.meta != metaNone }

// Composite tells whether the type has fields to select.
func (t *Type) composite() bool {
	return t.Kind == ast.Object || t.Kind == ast.Interface || t.Kind == ast.Union
}

func (t *Type) leaf() bool { return t.Kind == ast.Scalar || t.Kind == ast.Enum }

// canBe tells whether an object of type t may be of object type o.
func (t *Type) canBe(o *Type) bool {
	if t == o {
		return true
	}
	return t.Kind != ast.Object && slices.Contains(t.Possible, o)
}

// Mutations lists the mutation fields that @aws_subscribe names on a
// subscription field; nil without the directive.
func (f *Field) Mutations() []string {
	return directiveStrings(f.Definition.Directives, "aws_subscribe", "mutations")
}

func directiveStrings(list ast.DirectiveList, directive, arg string) []string {
	d := list.ForName(directive)
	if d == nil {
		return nil
	}
	a := d.Arguments.ForName(arg)
	if a == nil || a.Value == nil {
		return nil
	}
	var out []string
	if a.Value.Kind == ast.StringValue {
		return []string{a.Value.Raw}
	}
	for _, c := range a.Value.Children {
		out = append(out, c.Value.Raw)
	}
	return out
}

// subscriptionErrors checks @aws_subscribe: the mutations exist and return the
// type that the subscription field returns.
func subscriptionErrors(name string, s *Schema) []error {
	if s.Subscription == nil {
		return nil
	}
	var errs []error
	for _, f := range s.Subscription.Fields {
		at := f.Definition.Position
		for _, m := range f.Mutations() {
			var mf *Field
			if s.Mutation != nil {
				mf = s.Mutation.Field(m)
			}
			switch {
			case mf == nil:
				errs = append(errs, &SchemaError{File: name, Line: at.Line, Column: at.Column, Rule: "subscribe-mutation",
					Message: fmt.Sprintf("Subscription.%s: @aws_subscribe names the mutation %q, which does not exist", f.Name, m)})
			case strings.TrimSuffix(mf.Type.String(), "!") != strings.TrimSuffix(f.Type.String(), "!"):
				errs = append(errs, &SchemaError{File: name, Line: at.Line, Column: at.Column, Rule: "subscribe-type",
					Message: fmt.Sprintf("Subscription.%s returns %s, but the mutation %s returns %s; AppSync requires the same type", f.Name, f.Type, m, mf.Type)})
			}
		}
	}
	return errs
}
