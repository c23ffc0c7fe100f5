package graphql

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// maxValidationErrors bounds the answer to a hopeless document.
const maxValidationErrors = 50

// validate checks a document by the rules of the GraphQL specification and
// reports in the words of graphql-java's older generation, which AppSync shows
// its clients: `Validation error of type <Rule>: <description> @ '<path>'`.
func validate(s *Schema, doc *ast.QueryDocument) []*Error {
	v := &validation{schema: s, doc: doc, fragments: make(map[string]*ast.FragmentDefinition, len(doc.Fragments))}
	v.document()
	return v.errs
}

// validation is one run over one document.
type validation struct {
	schema    *Schema
	doc       *ast.QueryDocument
	fragments map[string]*ast.FragmentDefinition
	errs      []*Error
	path      []string
	// uses and spreads are what the definition being walked contains.
	current *defined
	defs    map[string]*defined // by fragment name
}

// defined is what an operation or fragment uses, itself or by its fragments.
type defined struct {
	uses    []variableUse
	spreads []string
}

type variableUse struct {
	value      *ast.Value
	typ        *TypeRef // nil when unknown
	hasDefault bool
	path       string
}

func (v *validation) add(rule string, at *ast.Position, format string, args ...any) {
	if len(v.errs) >= maxValidationErrors {
		return
	}
	msg := "Validation error of type " + rule + ": " + fmt.Sprintf(format, args...)
	if len(v.path) > 0 {
		msg += " @ '" + strings.Join(v.path, "/") + "'"
	}
	e := &Error{Message: msg}
	if at != nil {
		e.Locations = []Location{{at.Line, at.Column}}
	}
	v.errs = append(v.errs, e)
}

func (v *validation) document() {
	seen := map[string]bool{}
	anonymous := 0
	for _, op := range v.doc.Operations {
		if op.Name == "" {
			anonymous++
			if len(v.doc.Operations) > 1 {
				v.add("LoneAnonymousOperationViolation", op.Position, "Anonymous operation with other operations.")
			}
			continue
		}
		if seen[op.Name] {
			v.add("DuplicateOperationName", op.Position, "There can be only one operation named '%s'", op.Name)
		}
		seen[op.Name] = true
	}
	for _, f := range v.doc.Fragments {
		if v.fragments[f.Name] != nil {
			v.add("DuplicateFragmentName", f.Position, "There can be only one fragment named '%s'", f.Name)
			continue
		}
		v.fragments[f.Name] = f
	}
	v.defs = make(map[string]*defined, len(v.fragments))
	ops := make([]*defined, len(v.doc.Operations))
	for i, op := range v.doc.Operations {
		ops[i] = &defined{}
		v.current = ops[i]
		v.operation(op)
	}
	for _, f := range v.doc.Fragments {
		if v.fragments[f.Name] != f {
			continue
		}
		d := &defined{}
		v.defs[f.Name] = d
		v.current = d
		v.fragment(f)
	}
	cyclic := v.cycles()
	used := map[string]bool{}
	for i, op := range v.doc.Operations {
		v.variables(op, ops[i], used)
	}
	for _, f := range v.doc.Fragments {
		if !used[f.Name] {
			v.add("UnusedFragment", f.Position, "Unused fragment %s", f.Name)
		}
	}
	if len(v.errs) == 0 && !cyclic {
		v.overlaps()
	}
}

func (v *validation) operation(op *ast.OperationDefinition) {
	root := v.schema.root(op.Operation)
	if root == nil {
		v.add("OperationNotSupported", op.Position, "Schema is not configured for %ss.", op.Operation)
		return
	}
	names := map[string]bool{}
	for _, d := range op.VariableDefinitions {
		if names[d.Variable] {
			v.add("DuplicateVariableName", d.Position, "There can be only one variable named '%s'", d.Variable)
		}
		names[d.Variable] = true
		t := v.schema.typeOf(d.Type)
		if t == nil {
			v.add("UnknownType", d.Type.Position, "Unknown type %s", d.Type.Name())
			continue
		}
		if base := t.Base(); base.composite() {
			v.add("NonInputTypeOnVariable", d.Position, "Wrong type for a variable")
			continue
		}
		if d.DefaultValue != nil {
			if _, problem := v.literal(d.DefaultValue, t, d.Variable, false); problem != "" {
				v.add("BadValueForDefaultArg", d.Position, "Bad default value %s for type %s", printValue(d.DefaultValue), t)
			}
		}
		v.directives(d.Directives, ast.LocationVariableDefinition)
	}
	where := ast.LocationQuery
	switch op.Operation {
	case ast.Mutation:
		where = ast.LocationMutation
	case ast.Subscription:
		where = ast.LocationSubscription
	}
	v.directives(op.Directives, where)
	v.selections(op.SelectionSet, root)
}

func (v *validation) fragment(f *ast.FragmentDefinition) {
	v.path = append(v.path, f.Name)
	defer func() { v.path = v.path[:len(v.path)-1] }()
	if len(f.VariableDefinition) > 0 {
		v.add("InvalidSyntax", f.Position, "Fragment variables are not supported, fragment %s", f.Name)
	}
	t := v.schema.types[f.TypeCondition]
	switch {
	case t == nil:
		v.add("UnknownType", f.Position, "Unknown type %s", f.TypeCondition)
	case !t.composite():
		v.add("FragmentTypeConditionInvalid", f.Position, "Fragment type condition is invalid, must be on Object/Interface/Union")
		t = nil
	}
	v.directives(f.Directives, ast.LocationFragmentDefinition)
	v.selections(f.SelectionSet, t)
}

// selections walks a selection set; parent is nil below something unknown.
func (v *validation) selections(set ast.SelectionSet, parent *Type) {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			v.field(sel, parent)
		case *ast.InlineFragment:
			t := parent
			if sel.TypeCondition != "" {
				t = v.schema.types[sel.TypeCondition]
				switch {
				case t == nil:
					v.add("UnknownType", sel.Position, "Unknown type %s", sel.TypeCondition)
				case !t.composite():
					v.add("InlineFragmentTypeConditionInvalid", sel.Position, "Inline fragment type condition is invalid, must be on Object/Interface/Union")
					t = nil
				case parent != nil && !overlap(parent, t):
					v.add("InvalidFragmentType", sel.Position, "Fragment cannot be spread here as objects of type %s can never be of type %s", parent.Name, t.Name)
				}
			}
			v.directives(sel.Directives, ast.LocationInlineFragment)
			v.selections(sel.SelectionSet, t)
		case *ast.FragmentSpread:
			v.current.spreads = append(v.current.spreads, sel.Name)
			v.directives(sel.Directives, ast.LocationFragmentSpread)
			f := v.fragments[sel.Name]
			if f == nil {
				v.add("UndefinedFragment", sel.Position, "Undefined fragment %s", sel.Name)
				continue
			}
			if t := v.schema.types[f.TypeCondition]; t != nil && parent != nil && t.composite() && !overlap(parent, t) {
				v.add("InvalidFragmentType", sel.Position, "Fragment %s cannot be spread here as objects of type %s can never be of type %s", sel.Name, parent.Name, t.Name)
			}
		}
	}
}

// overlap tells whether some object can be of both types.
func overlap(a, b *Type) bool {
	if a == b {
		return true
	}
	for _, p := range a.Possible {
		if slices.Contains(b.Possible, p) {
			return true
		}
	}
	return false
}

func (v *validation) field(f *ast.Field, parent *Type) {
	v.path = append(v.path, f.Name)
	defer func() { v.path = v.path[:len(v.path)-1] }()
	var def *Field
	if parent != nil {
		def = parent.byName[f.Name]
		if def == nil {
			v.add("FieldUndefined", f.Position, "Field '%s' in type '%s' is undefined", f.Name, parent.Name)
		}
	}
	v.directives(f.Directives, ast.LocationField)
	if def == nil {
		v.unknownArguments(f.Arguments)
		if parent != nil && len(f.SelectionSet) > 0 {
			v.selections(f.SelectionSet, nil)
		} else if parent == nil {
			v.selections(f.SelectionSet, nil)
		}
		return
	}
	v.arguments(f.Arguments, def.args, def.Args, f.Position, "field")
	base := def.Type.Base()
	switch {
	case base.leaf() && f.SelectionSet != nil:
		v.add("SubSelectionNotAllowed", f.Position, "Sub selection not allowed on leaf type %s", def.Type)
	case base.composite() && f.SelectionSet == nil:
		v.add("SubSelectionRequired", f.Position, "Sub selection required for type %s of field %s", strings.TrimSuffix(def.Type.String(), "!"), f.Name)
	case base.composite():
		v.selections(f.SelectionSet, base)
	}
}

// unknownArguments notes variables in the arguments of an unknown field, so
// that they don't count as unused as well.
func (v *validation) unknownArguments(args ast.ArgumentList) {
	for _, a := range args {
		v.noteVariables(a.Value)
	}
}

func (v *validation) noteVariables(val *ast.Value) {
	if val == nil {
		return
	}
	if val.Kind == ast.Variable {
		v.use(val, nil, false)
	}
	for _, c := range val.Children {
		v.noteVariables(c.Value)
	}
}

func (v *validation) use(val *ast.Value, t *TypeRef, hasDefault bool) {
	v.current.uses = append(v.current.uses, variableUse{val, t, hasDefault, strings.Join(v.path, "/")})
}

func (v *validation) arguments(args ast.ArgumentList, known map[string]*Input, all []*Input, at *ast.Position, what string) {
	given := make(map[string]bool, len(args))
	for _, a := range args {
		if given[a.Name] {
			v.add("DuplicateArgumentNames", a.Position, "There can be only one argument named '%s'", a.Name)
		}
		given[a.Name] = true
		in := known[a.Name]
		if in == nil {
			v.add("UnknownArgument", a.Position, "Unknown %s argument %s", what, a.Name)
			v.noteVariables(a.Value)
			continue
		}
		if val, problem := v.literal(a.Value, in.Type, a.Name, in.Default != nil); problem != "" {
			v.add("WrongType", val.at, "argument '%s' with value '%s' %s", val.name, printValue(val.value), problem)
		}
	}
	for _, in := range all {
		if in.Type.NonNull && in.Default == nil && !given[in.Name] {
			v.add("Missing"+strings.ToUpper(what[:1])+what[1:]+"Argument", at, "Missing %s argument %s", what, in.Name)
		}
	}
}

func (v *validation) directives(list ast.DirectiveList, where ast.DirectiveLocation) {
	seen := map[string]bool{}
	for _, d := range list {
		def := v.schema.ast.Directives[d.Name]
		if def == nil {
			v.add("UnknownDirective", d.Position, "Unknown directive %s", d.Name)
			v.unknownArguments(d.Arguments)
			continue
		}
		if seen[d.Name] {
			v.add("DuplicateDirectiveName", d.Position, "The directive '%s' is not unique here", d.Name)
		}
		seen[d.Name] = true
		if !slices.Contains(def.Locations, where) {
			v.add("MisplacedDirective", d.Position, "Directive %s not allowed here", d.Name)
			v.unknownArguments(d.Arguments)
			continue
		}
		known := make(map[string]*Input, len(def.Arguments))
		all := make([]*Input, 0, len(def.Arguments))
		for _, a := range def.Arguments {
			in := &Input{Name: a.Name, Type: v.schema.ref(a.Type), Default: a.DefaultValue}
			known[a.Name] = in
			all = append(all, in)
		}
		v.arguments(d.Arguments, known, all, d.Position, "directive")
	}
}

// offending is where in an argument a wrong value stands.
type offending struct {
	name  string
	value *ast.Value
	at    *ast.Position
}

// literal checks a value in a document against its type and returns the
// description of the first problem, in graphql-java's words.
func (v *validation) literal(val *ast.Value, t *TypeRef, name string, hasDefault bool) (offending, string) {
	here := offending{name, val, val.Position}
	if val.Kind == ast.Variable {
		if v.current != nil {
			v.use(val, t, hasDefault)
		}
		return here, ""
	}
	if val.Kind == ast.NullValue {
		if t.NonNull {
			return here, "must not be null"
		}
		return here, ""
	}
	if t.Elem != nil {
		if val.Kind != ast.ListValue {
			return v.literal(val, t.Elem, name, false)
		}
		for i, c := range val.Children {
			if o, problem := v.literal(c.Value, t.Elem, fmt.Sprintf("%s[%d]", name, i), false); problem != "" {
				return o, problem
			}
		}
		return here, ""
	}
	switch t.Named.Kind {
	case ast.Enum:
		if val.Kind != ast.EnumValue || t.Named.enum[val.Raw] == nil {
			return here, "is not a valid '" + t.Named.Name + "'"
		}
	case ast.Scalar:
		if !t.Named.scalar.acceptsLiteral(val.Kind) {
			v.noteVariables(val)
			return here, "is not a valid '" + t.Named.Name + "'"
		}
		parsed, err := scalarLiteral(val)
		if err == nil {
			_, err = t.Named.scalar.input(parsed)
		}
		if err != nil {
			return here, "is not a valid '" + t.Named.Name + "'"
		}
	case ast.InputObject:
		return v.objectLiteral(val, t.Named, name)
	}
	return here, ""
}

func (v *validation) objectLiteral(val *ast.Value, t *Type, name string) (offending, string) {
	here := offending{name, val, val.Position}
	if val.Kind != ast.ObjectValue {
		v.noteVariables(val)
		return here, "must be an object type"
	}
	given := make(map[string]bool, len(val.Children))
	for _, c := range val.Children {
		if given[c.Name] {
			return here, "contains the field '" + c.Name + "' twice"
		}
		given[c.Name] = true
	}
	var missing []string
	for _, in := range t.Inputs {
		if in.Type.NonNull && in.Default == nil && !given[in.Name] {
			missing = append(missing, in.Name)
		}
	}
	if len(missing) > 0 {
		v.noteVariables(val)
		return here, "is missing required fields '[" + strings.Join(missing, ", ") + "]'"
	}
	for _, c := range val.Children {
		in := t.inputs[c.Name]
		if in == nil {
			v.noteVariables(val)
			return here, "contains a field not in '" + t.Name + "': '" + c.Name + "'"
		}
		if o, problem := v.literal(c.Value, in.Type, name+"."+c.Name, in.Default != nil); problem != "" {
			return o, problem
		}
	}
	return here, ""
}

// cycles reports fragments that reach themselves.
func (v *validation) cycles() bool {
	const walking, done = 1, 2
	state := make(map[string]int, len(v.fragments))
	found := false
	var walk func(name string)
	walk = func(name string) {
		state[name] = walking
		if d := v.defs[name]; d != nil {
			for _, s := range d.spreads {
				switch state[s] {
				case walking:
					found = true
					v.add("FragmentCycle", v.fragments[name].Position, "Fragment cycles not allowed")
				case 0:
					if v.fragments[s] != nil {
						walk(s)
					}
				}
			}
		}
		state[name] = done
	}
	for _, f := range v.doc.Fragments {
		if state[f.Name] == 0 {
			walk(f.Name)
		}
	}
	return found
}

// variables checks an operation's variables against their uses in it and in
// every fragment it reaches.
func (v *validation) variables(op *ast.OperationDefinition, d *defined, usedFragments map[string]bool) {
	declared := make(map[string]*ast.VariableDefinition, len(op.VariableDefinitions))
	for _, def := range op.VariableDefinitions {
		declared[def.Variable] = def
	}
	used := map[string]bool{}
	reached := map[string]bool{}
	var check func(d *defined)
	check = func(d *defined) {
		for _, u := range d.uses {
			used[u.value.Raw] = true
			def := declared[u.value.Raw]
			if def == nil {
				v.addAt("UndefinedVariable", u, "Undefined variable %s", u.value.Raw)
				continue
			}
			t := v.schema.typeOf(def.Type)
			if t == nil || u.typ == nil || t.Base().composite() {
				continue
			}
			if !usable(t, def.DefaultValue, u.typ, u.hasDefault) {
				v.addAt("VariableTypeMismatch", u, "Variable type '%s' doesn't match expected type '%s'", t, u.typ)
			}
		}
		for _, s := range d.spreads {
			if reached[s] {
				continue
			}
			reached[s] = true
			usedFragments[s] = true
			if f := v.defs[s]; f != nil {
				check(f)
			}
		}
	}
	check(d)
	for _, def := range op.VariableDefinitions {
		if !used[def.Variable] {
			v.add("UnusedVariable", def.Position, "Unused variable %s", def.Variable)
		}
	}
}

func (v *validation) addAt(rule string, u variableUse, format string, args ...any) {
	v.path = nil
	if u.path != "" {
		v.path = []string{u.path}
	}
	v.add(rule, u.value.Position, format, args...)
	v.path = nil
}

// usable is the specification's IsVariableUsageAllowed.
func usable(variable *TypeRef, def *ast.Value, location *TypeRef, locationDefault bool) bool {
	if location.NonNull && !variable.NonNull {
		if !(def != nil && def.Kind != ast.NullValue) && !locationDefault {
			return false
		}
		return compatible(variable, location, true)
	}
	return compatible(variable, location, false)
}

func compatible(variable, location *TypeRef, ignoreNonNull bool) bool {
	if location.NonNull && !ignoreNonNull && !variable.NonNull {
		return false
	}
	if location.Elem != nil || variable.Elem != nil {
		return location.Elem != nil && variable.Elem != nil && compatible(variable.Elem, location.Elem, false)
	}
	return variable.Named == location.Named
}

// root finds the type of an operation's root, or nil.
func (s *Schema) root(op ast.Operation) *Type {
	switch op {
	case ast.Query:
		return s.Query
	case ast.Mutation:
		return s.Mutation
	case ast.Subscription:
		return s.Subscription
	}
	return nil
}

// typeOf resolves a type written in a document; nil when it is unknown.
func (s *Schema) typeOf(t *ast.Type) *TypeRef {
	if s.types[t.Name()] == nil {
		return nil
	}
	return s.ref(t)
}

// printValue prints a literal the way graphql-java's messages do.
func printValue(v *ast.Value) string {
	var b strings.Builder
	writeValue(&b, v, 0)
	return clip(b.String())
}

func writeValue(b *strings.Builder, v *ast.Value, depth int) {
	if b.Len() > 2048 || depth > 32 {
		b.WriteString("…")
		return
	}
	switch v.Kind {
	case ast.Variable:
		b.WriteString("VariableReference{name='" + v.Raw + "'}")
	case ast.IntValue:
		b.WriteString("IntValue{value=" + v.Raw + "}")
	case ast.FloatValue:
		b.WriteString("FloatValue{value=" + v.Raw + "}")
	case ast.StringValue, ast.BlockValue:
		b.WriteString("StringValue{value='" + v.Raw + "'}")
	case ast.BooleanValue:
		b.WriteString("BooleanValue{value=" + v.Raw + "}")
	case ast.NullValue:
		b.WriteString("NullValue{}")
	case ast.EnumValue:
		b.WriteString("EnumValue{name='" + v.Raw + "'}")
	case ast.ListValue:
		b.WriteString("ArrayValue{values=[")
		for i, c := range v.Children {
			if i > 0 {
				b.WriteString(", ")
			}
			writeValue(b, c.Value, depth+1)
		}
		b.WriteString("]}")
	case ast.ObjectValue:
		b.WriteString("ObjectValue{objectFields=[")
		for i, c := range v.Children {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString("ObjectField{name='" + c.Name + "', value=")
			writeValue(b, c.Value, depth+1)
			b.WriteString("}")
		}
		b.WriteString("]}")
	}
}
