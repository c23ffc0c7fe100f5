package graphql

import (
	"fmt"
	"math/big"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// coerceVariables turns a request's variables into the operation's, in the
// order of their definitions, with defaults filled in. Messages are AppSync's.
func (op *operation) coerceVariables(given *vtl.Map) (*vtl.Map, *Error) {
	if len(op.vars) == 0 {
		return emptyVariables, nil
	}
	out := vtl.NewMapSize(len(op.vars))
	for _, v := range op.vars {
		raw, ok := given.GetString(v.name)
		if !ok {
			if v.def != nil {
				val, err := inputLiteral(v.def, v.typ, nil)
				if err != nil {
					return nil, &Error{Message: err.Error(), Locations: []Location{v.at}}
				}
				out.Put(v.name, val)
				continue
			}
			if v.typ.NonNull {
				return nil, nullVariable(v, v.typ)
			}
			continue
		}
		val, err := v.coerce(raw, v.typ, v.name)
		if err != nil {
			return nil, err
		}
		out.Put(v.name, val)
	}
	return out, nil
}

var emptyVariables = vtl.NewMap()

func nullVariable(v *variable, t *TypeRef) *Error {
	return &Error{Message: fmt.Sprintf("Variable '%s' has coerced Null value for NonNull type '%s'", v.name, t), Locations: []Location{v.at}}
}

// coerce gives the value templates see. name is the innermost input field, as
// in the service's messages.
func (v *variable) coerce(raw vtl.Value, t *TypeRef, name string) (vtl.Value, *Error) {
	if raw == nil {
		if t.NonNull {
			return nil, nullVariable(v, t)
		}
		return nil, nil
	}
	if t.Elem != nil {
		items, ok := raw.(*vtl.List)
		if !ok {
			one, err := v.coerce(raw, t.Elem, name)
			if err != nil {
				return nil, err
			}
			return vtl.NewList(one), nil
		}
		out := make([]vtl.Value, items.Len())
		for i, item := range items.Items() {
			val, err := v.coerce(item, t.Elem, name)
			if err != nil {
				return nil, err
			}
			out[i] = val
		}
		return vtl.NewList(out...), nil
	}
	invalid := func(reason string) *Error {
		return &Error{Message: "Variable '" + name + "' has an invalid value. " + reason, Locations: []Location{v.at}}
	}
	switch t.Named.Kind {
	case ast.Enum:
		s, ok := raw.(string)
		if !ok || t.Named.enum[s] == nil {
			return nil, invalid(fmt.Sprintf("Invalid input for Enum '%s'. No value found for name '%s'.", t.Named.Name, clip(vtl.ToString(raw))))
		}
		return s, nil
	case ast.Scalar:
		val, err := t.Named.scalar.input(raw)
		if err != nil {
			return nil, invalid(err.Error())
		}
		return val, nil
	}
	m, ok := raw.(*vtl.Map)
	if !ok {
		return nil, invalid(fmt.Sprintf("Expected type 'Map' but was '%s'. Variables for input objects must be an instance of type 'Map'.", javaClass(raw)))
	}
	for key := range m.All() {
		if s, ok := key.(string); !ok || t.Named.inputs[s] == nil {
			return nil, &Error{Message: fmt.Sprintf("The variables input contains a field that is not defined for input object type '%s' ", t.Named.Name)}
		}
	}
	out := vtl.NewMapSize(m.Len())
	for _, in := range t.Named.Inputs {
		item, ok := m.GetString(in.Name)
		if !ok {
			if in.Default != nil {
				val, err := inputLiteral(in.Default, in.Type, nil)
				if err != nil {
					return nil, invalid(err.Error())
				}
				out.Put(in.Name, val)
			} else if in.Type.NonNull {
				return nil, nullVariable(v, in.Type)
			}
			continue
		}
		val, err := v.coerce(item, in.Type, in.Name)
		if err != nil {
			return nil, err
		}
		out.Put(in.Name, val)
	}
	return out, nil
}

// scalarLiteral gives the plain value of a literal of a scalar.
func scalarLiteral(v *ast.Value) (vtl.Value, error) {
	switch v.Kind {
	case ast.IntValue:
		if n, err := strconv.ParseInt(v.Raw, 10, 64); err == nil {
			return n, nil
		}
		if len(v.Raw) > 1000 {
			return nil, fmt.Errorf("the number %s… is too long", v.Raw[:20])
		}
		n, ok := new(big.Int).SetString(v.Raw, 10)
		if !ok {
			return nil, fmt.Errorf("%q is no integer", v.Raw)
		}
		return n, nil
	case ast.FloatValue:
		f, err := strconv.ParseFloat(v.Raw, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is no number of double precision", clip(v.Raw))
		}
		return f, nil
	case ast.BooleanValue:
		return v.Raw == "true", nil
	case ast.StringValue, ast.BlockValue, ast.EnumValue:
		return v.Raw, nil
	}
	return nil, nil
}

// inputLiteral gives the value of a literal that validation has accepted.
// vars holds the operation's coerced variables; nil in constants.
func inputLiteral(v *ast.Value, t *TypeRef, vars *vtl.Map) (vtl.Value, error) {
	switch v.Kind {
	case ast.Variable:
		val, _ := vars.GetString(v.Raw)
		if val == nil && t.NonNull {
			return nil, fmt.Errorf("Variable '%s' has coerced Null value for NonNull type '%s'", v.Raw, t) //nolint:staticcheck // the service's wording
		}
		return val, nil
	case ast.NullValue:
		return nil, nil
	}
	if t.Elem != nil {
		if v.Kind != ast.ListValue {
			one, err := inputLiteral(v, t.Elem, vars)
			if err != nil {
				return nil, err
			}
			return vtl.NewList(one), nil
		}
		items := make([]vtl.Value, len(v.Children))
		for i, c := range v.Children {
			val, err := inputLiteral(c.Value, t.Elem, vars)
			if err != nil {
				return nil, err
			}
			items[i] = val
		}
		return vtl.NewList(items...), nil
	}
	switch t.Named.Kind {
	case ast.Enum:
		return v.Raw, nil
	case ast.InputObject:
		out := vtl.NewMapSize(len(t.Named.Inputs))
		for _, in := range t.Named.Inputs {
			c := v.Children.ForName(in.Name)
			if err := putInput(out, in, c, vars); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	val, err := scalarLiteral(v)
	if err != nil {
		return nil, err
	}
	return t.Named.scalar.input(val)
}

// putInput puts one argument or input field: the literal, the variable, the
// default, or nothing when it is absent.
func putInput(out *vtl.Map, in *Input, literal *ast.Value, vars *vtl.Map) error {
	if literal != nil && literal.Kind == ast.Variable {
		if _, ok := vars.GetString(literal.Raw); !ok {
			literal = nil
		}
	}
	if literal == nil {
		literal = in.Default
		if literal == nil {
			if in.Type.NonNull {
				return fmt.Errorf("argument '%s' has coerced Null value for NonNull type '%s'", in.Name, in.Type)
			}
			return nil
		}
	}
	val, err := inputLiteral(literal, in.Type, vars)
	if err != nil {
		return err
	}
	out.Put(in.Name, val)
	return nil
}

// arguments gives a field's arguments in the order of its definition.
func arguments(f *Field, args ast.ArgumentList, vars *vtl.Map) (*vtl.Map, error) {
	out := vtl.NewMapSize(len(f.Args))
	for _, in := range f.Args {
		var literal *ast.Value
		if a := args.ForName(in.Name); a != nil {
			literal = a.Value
		}
		if err := putInput(out, in, literal, vars); err != nil {
			return nil, err
		}
	}
	return out, nil
}
