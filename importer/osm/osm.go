// Package osm reads OpenStreetMap extracts, XML or PBF, within limits. It keeps
// what an import of trails can need: positions of nodes, tags, the nodes of ways,
// the members of relations; not who edited what when.
//
// The PBF reader is our own: files come from strangers, so each block's size is
// checked before it is unpacked, nothing runs in goroutines that could take the
// program down, and numbers are checked before they count anything. It decides
// nothing about trails (see package layer) and opens no files.
package osm

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/mtbwiki/mtbwiki/importer/internal/bounded"
	"github.com/mtbwiki/mtbwiki/track"
)

// ErrTooLarge means that a file exceeds Limits.
var ErrTooLarge = bounded.ErrTooLarge

// Limits of a file; a zero value of a field means its default.
type Limits struct {
	Bytes    int64 // of the file; default 128 MiB
	Unpacked int64 // of all blocks of a PBF file; default 1 GiB
	// Elements: how many nodes, ways and relations together; default 3,000,000
	// (cut a larger extract by tags first, with osmium tags-filter).
	Elements int
	// References: nodes of ways, members of relations and tags; default 10,000,000.
	References int
	// Warnings kept; default 20.
	Warnings int
}

func (l Limits) orDefault() Limits {
	if l.Bytes == 0 {
		l.Bytes = 128 << 20
	}
	if l.Unpacked == 0 {
		l.Unpacked = 1 << 30
	}
	if l.Elements == 0 {
		l.Elements = 3_000_000
	}
	if l.References == 0 {
		l.References = 10_000_000
	}
	if l.Warnings == 0 {
		l.Warnings = 20
	}
	return l
}

// Tags of an element. Values are at most 255 characters in OpenStreetMap; longer
// ones are refused.
type Tags map[string]string

// Node is a tagged node.
type Node struct {
	ID   int64
	At   track.Point
	Tags Tags
}

// Way is a line or the border of an area.
type Way struct {
	ID    int64
	Nodes []int64
	Tags  Tags
}

// MemberType is the type of a relation's member.
type MemberType byte

// The types of members.
const (
	NodeMember MemberType = iota
	WayMember
	RelationMember
)

// Member of a relation.
type Member struct {
	Type MemberType
	Ref  int64
	Role string
}

// Relation is an ordered list of members.
type Relation struct {
	ID      int64
	Members []Member
	Tags    Tags
}

// Data is an extract, elements in the order of the file.
type Data struct {
	Positions map[int64]track.Point // of all nodes
	Nodes     []Node                // those with tags
	Ways      []Way
	Relations []Relation
	// BadNodes have no position that exists and were left out.
	BadNodes int
	Warnings []string
}

// Parse reads an extract, whichever of the two formats it has. Files that are cut
// short or otherwise broken are refused as a whole. The bounds that a file claims
// to have are not believed and not read.
func Parse(r io.Reader, limits Limits) (*Data, error) {
	c := &collector{limits: limits.orDefault(), data: &Data{Positions: map[int64]track.Point{}}, seen: map[element]bool{}, strings: map[string]string{}}
	in := bufio.NewReader(&bounded.Reader{R: r, Limit: c.limits.Bytes})
	head, err := in.Peek(32)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("osm: %w", err)
	}
	switch {
	case len(head) == 0:
		return nil, errors.New("osm: the file is empty")
	case bytes.Contains(head, []byte("OSMHeader")):
		err = parsePBF(in, c)
	default:
		err = parseXML(in, c)
	}
	if err != nil {
		return nil, fmt.Errorf("osm: %w", err)
	}
	return c.data, nil
}

type element struct {
	kind MemberType
	id   int64
}

// collector takes elements of either format within the limits.
type collector struct {
	limits               Limits
	data                 *Data
	elements, references int
	seen                 map[element]bool
	// strings are shared, because few keys and values make up most of a file.
	strings map[string]string
}

func (c *collector) shared(s string) string {
	if t, ok := c.strings[s]; ok {
		return t
	}
	if len(c.strings) < 200_000 {
		c.strings[s] = s
	}
	return s
}

func (c *collector) element(kind MemberType, id int64, references int) error {
	if c.elements++; c.elements > c.limits.Elements {
		return fmt.Errorf("%w: more than %d elements; cut the extract by tags first", ErrTooLarge, c.limits.Elements)
	}
	if c.references += references; c.references > c.limits.References {
		return fmt.Errorf("%w: more than %d references and tags", ErrTooLarge, c.limits.References)
	}
	if id == 0 {
		return fmt.Errorf("%s without an id", kindName(kind))
	}
	// Positions says the same of nodes, in less memory.
	if kind == NodeMember {
		if _, twice := c.data.Positions[id]; twice {
			return fmt.Errorf("node %d is there twice; a file with history can't be imported", id)
		}
		return nil
	}
	if c.seen[element{kind, id}] {
		return fmt.Errorf("%s %d is there twice; a file with history can't be imported", kindName(kind), id)
	}
	c.seen[element{kind, id}] = true
	return nil
}

func kindName(k MemberType) string {
	return [...]string{"node", "way", "relation"}[k]
}

func (c *collector) node(id int64, lat, lon float64, tags Tags) error {
	if err := c.element(NodeMember, id, len(tags)); err != nil {
		return err
	}
	p := track.At2D(lon, lat)
	if !p.Valid() {
		c.data.BadNodes++
		if len(c.data.Warnings) < c.limits.Warnings {
			c.data.Warnings = append(c.data.Warnings, fmt.Sprintf("left out node %d at latitude %g, longitude %g", id, lat, lon))
		}
		return nil
	}
	p.Ele = math.NaN()
	c.data.Positions[id] = p
	if len(tags) > 0 {
		c.data.Nodes = append(c.data.Nodes, Node{ID: id, At: p, Tags: tags})
	}
	return nil
}

func (c *collector) way(w Way) error {
	if err := c.element(WayMember, w.ID, len(w.Tags)+len(w.Nodes)); err != nil {
		return err
	}
	c.data.Ways = append(c.data.Ways, w)
	return nil
}

func (c *collector) relation(r Relation) error {
	if err := c.element(RelationMember, r.ID, len(r.Tags)+len(r.Members)); err != nil {
		return err
	}
	c.data.Relations = append(c.data.Relations, r)
	return nil
}

// most bytes of a key or value: 255 characters of up to four bytes.
const maxText = 1020

func (c *collector) tag(tags *Tags, key, value string) error {
	if len(key) > maxText || len(value) > maxText {
		return fmt.Errorf("%w: a tag %.40q of %d bytes", ErrTooLarge, key, len(key)+len(value))
	}
	if *tags == nil {
		*tags = Tags{}
	}
	(*tags)[c.shared(key)] = c.shared(value)
	return nil
}
