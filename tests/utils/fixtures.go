package utils

import (
	"context"
	"fmt"
	"maps"
	"strings"
)

// Made is an entity that a test or a gate has made.
type Made struct {
	Type, ID string
	Version  int
}

// Edit is the input of an update, archive or restore of what was made.
func (m *Made) Edit(more map[string]any) map[string]any {
	in := map[string]any{"id": m.ID, "expectedVersion": m.Version}
	maps.Copy(in, more)
	return in
}

// Create makes an entity of a type, such as Trail, by its mutation.
func (c *Caller) Create(ctx context.Context, typeName string, input map[string]any) (*Made, error) {
	field := "create" + typeName
	a, err := c.Read(ctx, fmt.Sprintf("mutation($i: Create%sInput!) { %s(input: $i) { id version } }", typeName, field), map[string]any{"i": input})
	if err != nil {
		return nil, err
	}
	m := &Made{Type: typeName, ID: a.Text(field, "id"), Version: a.Number(field, "version")}
	if m.ID == "" || m.Version < 1 {
		return nil, fmt.Errorf("%s answered %s", field, a.Raw)
	}
	return m, nil
}

// Reread takes the version that an entity has now, as the caller sees it.
func (c *Caller) Reread(ctx context.Context, m *Made) error {
	field := FieldOf(m.Type)
	a, err := c.Read(ctx, fmt.Sprintf("query($id: ID) { %s(id: $id) { version } }", field), map[string]any{"id": m.ID})
	if err != nil {
		return err
	}
	if m.Version = a.Number(field, "version"); m.Version < 1 {
		return fmt.Errorf("the %s %s has no version to read: %.300s", field, m.ID, a.Raw)
	}
	return nil
}

// PutAway archives an entity, whatever version it has by now.
func (c *Caller) PutAway(ctx context.Context, m *Made, comment string) error {
	if err := c.Reread(ctx, m); err != nil {
		return err
	}
	_, err := c.Read(ctx, fmt.Sprintf("mutation($i: Archive%[1]sInput!) { archive%[1]s(input: $i) { id } }", m.Type),
		map[string]any{"i": m.Edit(map[string]any{"comment": comment})})
	return err
}

// Make is Create within a test, and gives the id.
func (c *Caller) Make(typeName string, input map[string]any) string {
	c.t.Helper()
	m, err := c.Create(c.context(), typeName, input)
	if err != nil {
		c.t.Fatalf("making a %s of %v: %v", typeName, input, err)
	}
	return m.ID
}

// Version reads the version of an entity within a test.
func (c *Caller) Version(typeName, id string) int {
	c.t.Helper()
	m := &Made{Type: typeName, ID: id}
	if err := c.Reread(c.context(), m); err != nil {
		c.t.Fatalf("%v", err)
	}
	return m.Version
}

// FieldOf is the field of Query that reads one entity of a type: trail for Trail.
func FieldOf(typeName string) string { return strings.ToLower(typeName[:1]) + typeName[1:] }
