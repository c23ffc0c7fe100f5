// Package gpx reads tracks and routes of GPX 1.0 and 1.1, as devices write them
// and not only as the schemas want them: without a creator or namespace, in older
// encodings, with extensions anywhere, with empty segments.
//
// It keeps names and places only. Times, heart rates, devices and authors of a
// recording are personal and never read, so nothing behind this package can leak
// them. It opens no files and knows no database.
package gpx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/mtbwiki/mtbwiki/importer/internal/bounded"
	"github.com/mtbwiki/mtbwiki/track"
)

// ErrTooLarge means that a file exceeds Limits.
var ErrTooLarge = bounded.ErrTooLarge

// Limits of a file; a zero value of a field means its default.
type Limits struct {
	Bytes    int64 // default 64 MiB
	Points   int   // of all lines together; default track.MaxPoints
	Segments int   // default 10,000
	Warnings int   // kept; more are only counted. Default 20
}

func (l Limits) orDefault() Limits {
	if l.Bytes == 0 {
		l.Bytes = 64 << 20
	}
	if l.Points == 0 {
		l.Points = track.MaxPoints
	}
	if l.Segments == 0 {
		l.Segments = 10_000
	}
	if l.Warnings == 0 {
		l.Warnings = 20
	}
	return l
}

// Path is a track (trk) or a route (rte).
type Path struct {
	Name  string // at most 200 bytes
	Route bool   // a route is planned: its points may be far apart
	// Segments are connected lines in their order; between them is a gap. Empty
	// ones are kept, because they too end a line.
	Segments []track.Line
}

// Document is a file.
type Document struct {
	Paths     []Path
	Waypoints int // counted only
	// BadPoints were left out, because their coordinates are no numbers or out of
	// range; BadElevations became unknown. Both have a warning.
	BadPoints, BadElevations int
	Warnings                 []string // with the line of the file
}

// Parse reads a document to its end. A file that is cut short, isn't XML or isn't
// GPX is refused as a whole; single bad points are left out with a warning and
// end their segment no more than a missing second of recording does.
func Parse(r io.Reader, limits Limits) (*Document, error) {
	p := &parser{x: nil, limits: limits.orDefault(), doc: &Document{}}
	p.x = bounded.NewXML(r, p.limits.Bytes)
	if err := p.document(); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("no element <gpx> in it")
		}
		return nil, fmt.Errorf("gpx: %w", err)
	}
	return p.doc, nil
}

type parser struct {
	x                *bounded.XML
	limits           Limits
	doc              *Document
	points, segments int
}

func (p *parser) document() error {
	seen := false
	for {
		t, err := p.x.Token()
		if errors.Is(err, io.EOF) && seen {
			return nil
		}
		if err != nil {
			return err
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			if text, isText := t.(xml.CharData); isText && strings.TrimSpace(string(text)) != "" {
				return fmt.Errorf("line %d: text outside of <gpx>", p.x.Line())
			}
			continue
		}
		if seen {
			return fmt.Errorf("line %d: <%.40s> after the end of <gpx>", p.x.Line(), start.Name.Local)
		}
		if start.Name.Local != "gpx" {
			return fmt.Errorf("line %d: the file begins with <%.40s>, not <gpx>", p.x.Line(), start.Name.Local)
		}
		if err := p.gpx(); err != nil {
			return err
		}
		seen = true
	}
}

// children calls f for each element inside the current one.
func (p *parser) children(f func(xml.StartElement) error) error {
	for {
		t, err := p.x.Token()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
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

func (p *parser) gpx() error {
	return p.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "trk":
			return p.path(false)
		case "rte":
			return p.path(true)
		case "wpt":
			p.doc.Waypoints++
		}
		return p.x.Skip()
	})
}

func (p *parser) segment() error {
	if p.segments++; p.segments > p.limits.Segments {
		return fmt.Errorf("line %d: %w: more than %d segments", p.x.Line(), ErrTooLarge, p.limits.Segments)
	}
	return nil
}

func (p *parser) path(route bool) error {
	path := Path{Route: route}
	if err := p.segment(); err != nil { // empty tracks count too
		return err
	}
	var line track.Line
	err := p.children(func(e xml.StartElement) error {
		var err error
		switch {
		case e.Name.Local == "name":
			path.Name, err = p.x.Text(200)
			return err
		case e.Name.Local == "trkseg" && !route:
			if err := p.segment(); err != nil {
				return err
			}
			var segment track.Line
			err = p.children(func(e xml.StartElement) error {
				if e.Name.Local != "trkpt" {
					return p.x.Skip()
				}
				return p.point(e, &segment)
			})
			path.Segments = append(path.Segments, segment)
			return err
		case e.Name.Local == "rtept" && route:
			return p.point(e, &line)
		}
		return p.x.Skip()
	})
	if route {
		path.Segments = []track.Line{line}
	}
	p.doc.Paths = append(p.doc.Paths, path)
	return err
}

func (p *parser) warn(format string, args ...any) {
	if len(p.doc.Warnings) < p.limits.Warnings {
		p.doc.Warnings = append(p.doc.Warnings, fmt.Sprintf("line %d: ", p.x.Line())+fmt.Sprintf(format, args...))
	}
}

func (p *parser) point(e xml.StartElement, line *track.Line) error {
	if p.points++; p.points > p.limits.Points {
		return fmt.Errorf("line %d: %w: more than %d points", p.x.Line(), ErrTooLarge, p.limits.Points)
	}
	lat, _ := bounded.Attr(e, "lat")
	lon, _ := bounded.Attr(e, "lon")
	point := track.At2D(number(lon), number(lat))
	if point.Lon == 180 {
		point.Lon = -180 // GPX has -180 <= longitude < 180
	}
	valid := point.Valid()
	if !valid {
		p.doc.BadPoints++
		p.warn("left out a point at lat=%.20q lon=%.20q", lat, lon)
	}
	err := p.children(func(e xml.StartElement) error {
		if e.Name.Local != "ele" {
			return p.x.Skip()
		}
		text, err := p.x.Text(40)
		if err != nil || text == "" || !valid {
			return err
		}
		point.Ele = number(text)
		if !point.HasEle() {
			p.doc.BadElevations++
			p.warn("took elevation %.20q as unknown", text)
			point.Ele = math.NaN()
		}
		return nil
	})
	if valid {
		*line = append(*line, point)
	}
	return err
}

// number answers NaN for what is no decimal number.
func number(s string) float64 {
	s = strings.TrimSpace(s)
	if len(s) > 40 || strings.Trim(s, "0123456789+-.eE") != "" {
		return math.NaN()
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}
