package osm

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/mtbwiki/mtbwiki/importer/internal/bounded"
)

func parseXML(in io.Reader, c *collector) error {
	x := bounded.NewXML(in, c.limits.Bytes)
	p := &xmlParser{x: x, c: c}
	root := false
	for {
		t, err := x.Token()
		if errors.Is(err, io.EOF) && root {
			return nil
		}
		if errors.Is(err, io.EOF) {
			return errors.New("neither OSM XML nor PBF: there is no element <osm>")
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.CharData:
			if strings.TrimSpace(string(t)) != "" {
				return fmt.Errorf("line %d: neither OSM XML nor PBF", x.Line())
			}
		case xml.StartElement:
			if root || t.Name.Local != "osm" {
				return fmt.Errorf("line %d: <%.40s> where only one <osm> is expected", x.Line(), t.Name.Local)
			}
			root = true
			if err := p.osm(); err != nil {
				if errors.Is(err, io.EOF) {
					err = io.ErrUnexpectedEOF
				}
				return fmt.Errorf("line %d: %w", x.Line(), err)
			}
		}
	}
}

type xmlParser struct {
	x *bounded.XML
	c *collector
}

func (p *xmlParser) children(f func(xml.StartElement) error) error {
	for {
		t, err := p.x.Token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if err := f(t); err != nil {
				return err
			}
		}
	}
}

func (p *xmlParser) osm() error {
	return p.children(func(e xml.StartElement) error {
		if e.Name.Local != "node" && e.Name.Local != "way" && e.Name.Local != "relation" {
			return p.x.Skip()
		}
		id, err := integer(e, "id")
		if err != nil {
			return err
		}
		if action, _ := bounded.Attr(e, "visible"); action == "false" {
			return p.x.Skip()
		}
		var tags Tags
		var nodes []int64
		var members []Member
		err = p.children(func(child xml.StartElement) error {
			// The limits count whole elements; one alone must not grow without end.
			if len(tags)+len(nodes)+len(members) > p.c.limits.References {
				return fmt.Errorf("%w: <%s id=%d> has more than %d parts", ErrTooLarge, e.Name.Local, id, p.c.limits.References)
			}
			switch child.Name.Local {
			case "tag":
				k, _ := bounded.Attr(child, "k")
				v, _ := bounded.Attr(child, "v")
				if err := p.c.tag(&tags, k, v); err != nil {
					return err
				}
			case "nd":
				ref, err := integer(child, "ref")
				if err != nil {
					return err
				}
				nodes = append(nodes, ref)
			case "member":
				m, err := p.member(child)
				if err != nil {
					return err
				}
				members = append(members, m)
			}
			return p.x.Skip()
		})
		if err != nil {
			return err
		}
		switch e.Name.Local {
		case "node":
			return p.c.node(id, degrees(e, "lat"), degrees(e, "lon"), tags)
		case "way":
			return p.c.way(Way{ID: id, Nodes: nodes, Tags: tags})
		default:
			return p.c.relation(Relation{ID: id, Members: members, Tags: tags})
		}
	})
}

func (p *xmlParser) member(e xml.StartElement) (Member, error) {
	ref, err := integer(e, "ref")
	if err != nil {
		return Member{}, err
	}
	role, _ := bounded.Attr(e, "role")
	if len(role) > maxText {
		return Member{}, fmt.Errorf("%w: a role of %d bytes", ErrTooLarge, len(role))
	}
	m := Member{Ref: ref, Role: p.c.shared(role)}
	switch kind, _ := bounded.Attr(e, "type"); kind {
	case "node":
		m.Type = NodeMember
	case "way":
		m.Type = WayMember
	case "relation":
		m.Type = RelationMember
	default:
		return Member{}, fmt.Errorf("a member of type %.20q", kind)
	}
	return m, nil
}

func integer(e xml.StartElement, name string) (int64, error) {
	s, ok := bounded.Attr(e, name)
	v, err := strconv.ParseInt(s, 10, 64)
	if !ok || err != nil {
		return 0, fmt.Errorf("<%s> needs a number in %s, not %.30q", e.Name.Local, name, s)
	}
	return v, nil
}

func degrees(e xml.StartElement, name string) float64 {
	s, _ := bounded.Attr(e, name)
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}
