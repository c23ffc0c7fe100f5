// Package entity holds the Go types of the GraphQL schema (generated) and
// descriptions of the entities' fields, from which forms, diffs and the typed
// client are made. It holds no rules and does no I/O.
package entity

import (
	"encoding/json"
	"fmt"
)

// Description tells what the schema says of an entity.
type Description struct {
	Name      string // GraphQL type, such as Trail
	Kind      EntityKind
	Table     string // table in schema wiki
	Plural    string // list query
	Label     string // what people call it
	HasSlug   bool
	Moderated bool // only moderators write it
	Fields    []Field
}

// Field describes one field of an entity.
type Field struct {
	Name        string
	Column      string // column(s) of the entity's table, comma-separated; empty for nested fields
	Label       string
	Type        string // GraphQL type without list and non-null
	List        bool
	Unit        string
	Max         int  // longest text or list; 0 means no bound of its own
	Text        bool // one value per language
	Nested      bool // read and written as a whole
	Writable    bool
	Once        bool // given when made, fixed afterwards
	Required    bool
	Careful     bool // a rider's change is held for review
	Masked      bool // not shown where only the name is public
	Card        bool
	Description string
	Values      []string // of an enum
}

// Describe finds the description of a GraphQL type.
func Describe(name string) (Description, bool) {
	for _, d := range Descriptions {
		if d.Name == name || string(d.Kind) == name {
			return d, true
		}
	}
	return Description{}, false
}

// Field finds a field by name.
func (d Description) Field(name string) (Field, bool) {
	for _, f := range d.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Remark tells whether entities of the kind are about another one, on whose page they
// stand: they have no slug and no texts by language.
func (d Description) Remark() bool {
	_, about := d.Field("subjectId")
	return about
}

// Optional is a field of a patch: absent (the zero value) leaves things as they
// are, null clears, a value sets.
type Optional[T any] struct {
	set   bool
	value *T
}

// Set makes a patch field with a value.
func Set[T any](v T) Optional[T] { return Optional[T]{set: true, value: &v} }

// Null makes a patch field that clears.
func Null[T any]() Optional[T] { return Optional[T]{set: true} }

// IsZero tells whether the field is absent; encoding/json's omitzero asks it.
func (o Optional[T]) IsZero() bool { return !o.set }

// Get returns the value; ok is false when it is absent or null.
func (o Optional[T]) Get() (v T, ok bool) {
	if o.value == nil {
		return v, false
	}
	return *o.value, true
}

// MarshalJSON writes null or the value.
func (o Optional[T]) MarshalJSON() ([]byte, error) {
	return json.Marshal(o.value)
}

// UnmarshalJSON reads null or a value; either makes the field present.
func (o *Optional[T]) UnmarshalJSON(data []byte) error {
	o.set = true
	if err := json.Unmarshal(data, &o.value); err != nil {
		return fmt.Errorf("patch field: %w", err)
	}
	return nil
}

// JSON is a value of the scalar AWSJSON in an answer. GraphQL sends it as text, the
// database as the object or list it is: both are read, and text is written.
type JSON string

// UnmarshalJSON reads the text, or any other value as it stands.
func (j *JSON) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, (*string)(j))
	}
	*j = JSON(b)
	return nil
}
