package helpers

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtbwiki/mtbwiki/appsync/vtl"
)

// transform is $util.transform.
var transform = table{
	"toSubscriptionFilter": {1, 3, toSubscriptionFilter},
}

// filterOperators are those of enhanced subscription filters.
var filterOperators = []string{"eq", "ne", "le", "lt", "ge", "gt", "contains", "notContains", "beginsWith", "in", "notIn", "between", "containsAny"}

// maxGroups bounds the groups a filter is multiplied out to.
const maxGroups = 1000

// condition is one comparison of a filter; a group is a conjunction of them and a
// filter a disjunction of groups.
type condition struct {
	field, operator string
	value           vtl.Value
}

type group []condition

// toSubscriptionFilter turns {"field": {"op": value}, "and": [...], "or": [...]}
// into {"filterGroup": [{"filters": [...]}]}. Fields of one object must all hold.
// The second argument names fields of the first that are ignored; the third is a
// filter that must hold besides.
func toSubscriptionFilter(c *call) (vtl.Value, error) {
	in, err := c.mapping(0)
	if err != nil {
		return nil, err
	}
	ignored := vtl.NewList()
	if c.arg(1) != nil {
		if ignored, err = c.list(1); err != nil {
			return nil, err
		}
	}
	groups, err := c.groups(in, ignored, 0)
	if err != nil {
		return nil, err
	}
	if c.arg(2) != nil {
		strict, err := c.mapping(2)
		if err != nil {
			return nil, err
		}
		rules, err := c.groups(strict, vtl.NewList(), 0)
		if err != nil {
			return nil, err
		}
		if groups, err = c.both(groups, rules); err != nil {
			return nil, err
		}
	}
	out := vtl.NewList()
	for _, g := range groups {
		if len(g) == 0 {
			continue
		}
		filters := vtl.NewList()
		for _, f := range g {
			filters.Add(vtl.MapOf("fieldName", f.field, "operator", f.operator, "value", f.value))
		}
		out.Add(vtl.MapOf("filters", filters))
	}
	return vtl.MapOf("filterGroup", out), nil
}

// groups brings an object into disjunctive form.
func (c *call) groups(in *vtl.Map, ignored *vtl.List, depth int) ([]group, error) {
	if depth > 20 {
		return nil, fmt.Errorf("%s: the filter is nested more than 20 deep", c.name)
	}
	out := []group{nil}
	for k, v := range in.All() {
		key, ok := k.(string)
		if !ok {
			return nil, fmt.Errorf("%s: the filter's keys must be field names, and or or", c.name)
		}
		var these []group
		switch key {
		case "and", "or":
			parts, ok := vtl.Elements(v)
			if !ok {
				return nil, fmt.Errorf("%s: %s must be a list of filters", c.name, key)
			}
			if key == "and" {
				these = []group{nil}
			}
			for _, p := range parts {
				m, ok := p.(*vtl.Map)
				if !ok {
					return nil, fmt.Errorf("%s: %s must be a list of filters", c.name, key)
				}
				inner, err := c.groups(m, ignored, depth+1)
				if err != nil {
					return nil, err
				}
				if key == "or" {
					these = append(these, inner...)
				} else if these, err = c.both(these, inner); err != nil {
					return nil, err
				}
			}
			if len(these) == 0 {
				these = []group{nil}
			}
		default:
			if contains(ignored, key) {
				continue
			}
			m, ok := v.(*vtl.Map)
			if !ok || m.Len() == 0 {
				return nil, fmt.Errorf("%s: the field %q needs a condition such as {\"eq\": 1}", c.name, clip(key, 60))
			}
			var g group
			for op, value := range m.All() {
				name, _ := op.(string)
				if !slices.Contains(filterOperators, name) {
					return nil, fmt.Errorf("%s: %q is no operator of the field %q; there are %s",
						c.name, clip(vtl.ToString(op), 60), clip(key, 60), strings.Join(filterOperators, ", "))
				}
				g = append(g, condition{key, name, value})
			}
			these = []group{g}
		}
		var err error
		if out, err = c.both(out, these); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// both is the conjunction of two disjunctions.
func (c *call) both(a, b []group) ([]group, error) {
	if len(a)*len(b) > maxGroups {
		return nil, fmt.Errorf("%s: the filter multiplies out to more than %d groups", c.name, maxGroups)
	}
	var out []group
	for _, x := range a {
		for _, y := range b {
			out = append(out, append(slices.Clone(x), y...))
		}
	}
	return out, nil
}

// maxInvalidations is the number of $extensions.invalidateSubscriptions that one
// request may make.
const maxInvalidations = 5

// extensions is $extensions.
var extensions = table{
	"evictFromApiCache":                 {3, 3, evict},
	"setSubscriptionFilter":             {1, 1, setFilter},
	"setSubscriptionInvalidationFilter": {1, 1, setInvalidationFilter},
	"invalidateSubscriptions":           {1, 1, invalidate},
}

// in checks the operation that an extension is called in.
func (c *call) in(operation string) error {
	if c.Operation != "" && c.Operation != operation {
		return fmt.Errorf("%s can only be called in the response template of a %s", c.name, operation)
	}
	return nil
}

func evict(c *call) (vtl.Value, error) {
	if err := c.in("mutation"); err != nil {
		return nil, err
	}
	typeName, err := c.text(0)
	if err != nil {
		return nil, err
	}
	field, err := c.text(1)
	if err != nil {
		return nil, err
	}
	keys, err := c.mapping(2)
	if err != nil {
		return nil, err
	}
	if len(c.Evictions) >= maxErrors {
		return nil, fmt.Errorf("%s: more than %d calls", c.name, maxErrors)
	}
	c.Evictions = append(c.Evictions, Eviction{typeName, field, keys.Copy()})
	return "", nil
}

// object takes a map, or a string of JSON.
func (c *call) object(i int) (*vtl.Map, error) {
	if s, ok := c.args[i].(string); ok {
		v, err := vtl.FromJSON([]byte(s))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		if m, ok := v.(*vtl.Map); ok {
			return m, nil
		}
	}
	return c.mapping(i)
}

func setFilter(c *call) (vtl.Value, error) {
	if err := c.in("subscription"); err != nil {
		return nil, err
	}
	m, err := c.object(0)
	if err != nil {
		return nil, err
	}
	c.SubscriptionFilter = m
	return "", nil
}

func setInvalidationFilter(c *call) (vtl.Value, error) {
	if err := c.in("subscription"); err != nil {
		return nil, err
	}
	m, err := c.object(0)
	if err != nil {
		return nil, err
	}
	c.SubscriptionInvalidationFilter = m
	return "", nil
}

func invalidate(c *call) (vtl.Value, error) {
	if err := c.in("mutation"); err != nil {
		return nil, err
	}
	m, err := c.object(0)
	if err != nil {
		return nil, err
	}
	if len(c.Invalidations) >= maxInvalidations {
		return nil, fmt.Errorf("%s: at most %d calls in a request", c.name, maxInvalidations)
	}
	c.Invalidations = append(c.Invalidations, m)
	return "", nil
}
