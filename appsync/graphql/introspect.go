package graphql

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// metaField tells how the executor answers a built-in field itself.
type metaField int

const (
	metaNone     metaField = iota
	metaTypename           // __typename
	metaSchema             // Query.__schema
	metaType               // Query.__type
	metaProperty           // a property of an introspection value
	metaFilter             // one with the argument includeDeprecated
)

func introspectionField(typeName, field string) metaField {
	if typeName == "__Type" && (field == "fields" || field == "enumValues") {
		return metaFilter
	}
	return metaProperty
}

// all is the suffix of the key under which a list with its deprecated members is kept.
const all = ":all"

// introspection is a schema described as values; types refer to each other.
type introspection struct {
	schema *vtl.Map
	types  map[string]*vtl.Map
}

// metaField answers a built-in field.
func (f *frame) metaField(pf *planField, source vtl.Value) bool {
	fd := pf.field
	switch fd.meta {
	case metaTypename:
		f.buf = appendString(f.buf, fd.Parent.Name)
		return true
	case metaSchema:
		return f.value(fd.Type, pf, f.run.x.introspection().schema)
	case metaProperty:
		return f.value(fd.Type, pf, property(source, fd.Name))
	}
	args, err := arguments(fd, pf.node.Arguments, f.run.vars)
	if err != nil {
		f.fail(pf.located(&Error{Message: err.Error()}))
		return f.null(fd.Type)
	}
	if fd.meta == metaType {
		name, _ := args.GetString("name")
		s, _ := name.(string)
		if t := f.run.x.introspection().types[s]; t != nil {
			return f.value(fd.Type, pf, t)
		}
		return f.null(fd.Type)
	}
	if include, _ := args.GetString("includeDeprecated"); include == true {
		return f.value(fd.Type, pf, property(source, fd.Name+all))
	}
	return f.value(fd.Type, pf, property(source, fd.Name))
}

// introspect describes a schema.
func introspect(s *Schema) *introspection {
	in := &introspection{types: make(map[string]*vtl.Map, len(s.order))}
	for _, t := range s.order {
		in.types[t.Name] = vtl.NewMap()
	}
	typeOrNil := func(t *Type) vtl.Value {
		if t == nil {
			return nil
		}
		return in.types[t.Name]
	}
	types := vtl.NewList()
	for _, t := range s.order {
		in.describe(s, t)
		types.Add(in.types[t.Name])
	}
	names := make([]string, 0, len(s.ast.Directives))
	for name := range s.ast.Directives {
		names = append(names, name)
	}
	slices.Sort(names)
	directives := vtl.NewList()
	for _, name := range names {
		d := s.ast.Directives[name]
		locations := vtl.NewList()
		for _, l := range d.Locations {
			locations.Add(string(l))
		}
		args := vtl.NewList()
		for _, a := range d.Arguments {
			args.Add(in.input(s, a.Name, a.Description, s.ref(a.Type), a.DefaultValue))
		}
		directives.Add(vtl.MapOf("name", d.Name, "description", text(d.Description), "locations", locations, "args", args))
	}
	in.schema = vtl.MapOf("types", types, "queryType", typeOrNil(s.Query), "mutationType", typeOrNil(s.Mutation),
		"subscriptionType", typeOrNil(s.Subscription), "directives", directives)
	return in
}

// text gives null for an absent description.
func text(s string) vtl.Value {
	if s == "" {
		return nil
	}
	return s
}

func (in *introspection) describe(s *Schema, t *Type) {
	m := in.types[t.Name]
	m.Put("kind", string(t.Kind))
	m.Put("name", t.Name)
	m.Put("description", text(t.Definition.Description))
	switch t.Kind {
	case ast.Object, ast.Interface:
		some, every := vtl.NewList(), vtl.NewList()
		for _, f := range t.Fields {
			if f.meta == metaSchema || f.meta == metaType {
				continue
			}
			args := vtl.NewList()
			for i, a := range f.Args {
				args.Add(in.input(s, a.Name, f.Definition.Arguments[i].Description, a.Type, a.Default))
			}
			d := vtl.MapOf("name", f.Name, "description", text(f.Definition.Description), "args", args, "type", in.ref(f.Type))
			deprecate(d, f.Definition.Directives)
			every.Add(d)
			if v, _ := d.GetString("isDeprecated"); v != true {
				some.Add(d)
			}
		}
		m.Put("fields", some)
		m.Put("fields"+all, every)
		interfaces := vtl.NewList()
		for _, name := range t.Definition.Interfaces {
			interfaces.Add(in.types[name])
		}
		m.Put("interfaces", interfaces)
		if t.Kind == ast.Interface {
			m.Put("possibleTypes", in.possible(t))
		}
	case ast.Union:
		m.Put("possibleTypes", in.possible(t))
	case ast.Enum:
		some, every := vtl.NewList(), vtl.NewList()
		for _, v := range t.Definition.EnumValues {
			d := vtl.MapOf("name", v.Name, "description", text(v.Description))
			deprecate(d, v.Directives)
			every.Add(d)
			if dep, _ := d.GetString("isDeprecated"); dep != true {
				some.Add(d)
			}
		}
		m.Put("enumValues", some)
		m.Put("enumValues"+all, every)
	case ast.InputObject:
		fields := vtl.NewList()
		for i, input := range t.Inputs {
			fields.Add(in.input(s, input.Name, t.Definition.Fields[i].Description, input.Type, input.Default))
		}
		m.Put("inputFields", fields)
	}
}

func (in *introspection) possible(t *Type) *vtl.List {
	l := vtl.NewList()
	for _, p := range t.Possible {
		l.Add(in.types[p.Name])
	}
	return l
}

func (in *introspection) input(_ *Schema, name, description string, t *TypeRef, def *ast.Value) *vtl.Map {
	var d vtl.Value
	if def != nil {
		d = def.String()
	}
	return vtl.MapOf("name", name, "description", text(description), "type", in.ref(t), "defaultValue", d)
}

func (in *introspection) ref(t *TypeRef) *vtl.Map {
	if t.NonNull {
		nullable := *t
		nullable.NonNull = false
		return vtl.MapOf("kind", "NON_NULL", "name", nil, "ofType", in.ref(&nullable))
	}
	if t.Elem != nil {
		return vtl.MapOf("kind", "LIST", "name", nil, "ofType", in.ref(t.Elem))
	}
	return in.types[t.Named.Name]
}

func deprecate(m *vtl.Map, list ast.DirectiveList) {
	d := list.ForName("deprecated")
	m.Put("isDeprecated", d != nil)
	var reason vtl.Value
	if d != nil {
		reason = "No longer supported"
		if a := d.Arguments.ForName("reason"); a != nil {
			reason = a.Value.Raw
		}
	}
	m.Put("deprecationReason", reason)
}
