package difficulty

import (
	"errors"
	"fmt"
	"slices"
)

// ErrNoMapping means that nobody published how two systems compare.
var ErrNoMapping = errors.New("difficulty: no published mapping")

// Conversion is a label in terms of another system.
type Conversion struct {
	System string
	// Low and High are labels of System, equal unless the mapping gives several.
	Low, High string
	// Rough is true unless both systems define themselves by the same steps.
	Rough bool
	// Published is false when a step rests on our own reading.
	Published bool
	// Sources name the tables used, in order.
	Sources []string
}

// mapping is one table between two systems: row i holds the first and last index
// in to of label i in from; a row of -1 has no counterpart.
type mapping struct {
	from, to         string
	rows             [][2]int
	rough, published bool
	source           string
}

var none = [2]int{-1, -1}

var mappings = []mapping{
	{
		from: OSM, to: STS, published: true, source: "OpenStreetMap wiki, Key:mtb:scale: 0 to 5 are S0 to S5",
		rows: [][2]int{{0, 0}, {1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}, none},
	},
	{
		from: STS, to: Alps, rough: true, published: true, source: "lower-austria.info; mtbbergamo.it",
		rows: [][2]int{{0, 0}, {0, 0}, {1, 1}, {2, 2}, {2, 2}, {2, 2}},
	},
	{
		from: STS, to: IMBA, rough: true, published: false, source: "our reading of the Singletrail-Skala and the IMBA table",
		rows: [][2]int{{0, 1}, {0, 1}, {2, 2}, {3, 3}, {4, 4}, {4, 4}},
	},
	{
		from: Trailforks, to: IMBA, rough: true, published: true, source: "third-party descriptions of Trailforks levels: the same names as IMBA",
		rows: [][2]int{{0, 0}, {1, 1}, {2, 2}, {3, 3}, {4, 4}, none},
	},
}

// inverse reads a table the other way.
func (m mapping) inverse() mapping {
	to, _ := LookupSystem(m.to) // the tables are checked by a test
	inv := mapping{from: m.to, to: m.from, rough: m.rough, published: m.published, source: m.source}
	for i := range to.Steps() {
		row := none
		for j, r := range m.rows {
			if r[0] >= 0 && r[0] <= i && i <= r[1] {
				if row[0] < 0 {
					row[0] = j
				}
				row[1] = j
			}
		}
		inv.rows = append(inv.rows, row)
	}
	return inv
}

// paths are the shortest ways between systems, worked out once.
var paths = func() map[[2]string][]mapping {
	var edges []mapping
	for _, m := range mappings {
		edges = append(edges, m, m.inverse())
	}
	all := make(map[[2]string][]mapping)
	for _, start := range systems {
		queue := []string{start.ID}
		seen := map[string]bool{start.ID: true}
		for len(queue) > 0 {
			at := queue[0]
			queue = queue[1:]
			for _, e := range edges {
				if e.from == at && !seen[e.to] {
					seen[e.to] = true
					all[[2]string{start.ID, e.to}] = append(slices.Clone(all[[2]string{start.ID, at}]), e)
					queue = append(queue, e.to)
				}
			}
		}
	}
	return all
}()

// Convert says what a label amounts to in another system, by one published table
// or by several in a row, each of which widens the range. It fails with
// ErrNoMapping when there is no way or the label has no counterpart, and with
// ErrUnknownLabel.
func Convert(system, label, to string) (Conversion, error) {
	from, err := LookupSystem(system)
	if err != nil {
		return Conversion{}, err
	}
	i, err := from.Index(label)
	if err != nil {
		return Conversion{}, err
	}
	target, err := LookupSystem(to)
	if err != nil {
		return Conversion{}, err
	}
	if system == to {
		// The identity holds for labels apart, too.
		for _, l := range from.Labels {
			if i >= 0 && l.ID == from.Labels[i].ID || i < 0 && l.Apart {
				return Conversion{System: to, Low: l.ID, High: l.ID, Published: true}, nil
			}
		}
	}
	way, ok := paths[[2]string{system, to}]
	if !ok {
		return Conversion{}, fmt.Errorf("%w from %s to %s; show the original label", ErrNoMapping, from.Name, target.Name)
	}
	if i < 0 {
		return Conversion{}, fmt.Errorf("%w: %s %s stands beside its ladder", ErrNoMapping, from.Name, label)
	}
	out := Conversion{System: to, Published: true}
	low, high := i, i
	for _, m := range way {
		var next [2]int
		next, ok = m.apply(low, high)
		if !ok {
			return Conversion{}, fmt.Errorf("%w: %s %s has no counterpart in %s", ErrNoMapping, from.Name, from.Labels[i].ID, target.Name)
		}
		low, high = next[0], next[1]
		out.Rough = out.Rough || m.rough
		out.Published = out.Published && m.published
		out.Sources = append(out.Sources, m.source)
	}
	out.Low, out.High = target.Labels[low].ID, target.Labels[high].ID
	return out, nil
}

// apply maps a range of indices; it reports false when no label of the range has a
// counterpart.
func (m mapping) apply(low, high int) (out [2]int, ok bool) {
	out = none
	for i := low; i <= high; i++ {
		r := m.rows[i]
		if r[0] < 0 {
			continue
		}
		if out[0] < 0 || r[0] < out[0] {
			out[0] = r[0]
		}
		out[1] = max(out[1], r[1])
	}
	return out, out[0] >= 0
}
