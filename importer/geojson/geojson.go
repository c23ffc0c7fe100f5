// Package geojson reads the lines of GeoJSON files (RFC 7946), such as networks of
// trails that land managers publish: LineString and MultiLineString with their
// properties. Points and areas are counted and left out.
//
// Coordinates must be WGS84. Files from before the RFC may name it in a member
// crs; any other reference system there is refused, because its numbers would be
// elsewhere. The package opens no files and knows no database.
package geojson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/mtbwiki/mtbwiki/importer/internal/bounded"
	"github.com/mtbwiki/mtbwiki/track"
)

// ErrTooLarge means that a file exceeds Limits.
var ErrTooLarge = bounded.ErrTooLarge

// Limits of a file; a zero value of a field means its default.
type Limits struct {
	Bytes    int64 // default 64 MiB
	Features int   // default 100,000
	Points   int   // of all lines together; default 1,000,000
	Warnings int   // kept; default 20
}

func (l Limits) orDefault() Limits {
	if l.Bytes == 0 {
		l.Bytes = 64 << 20
	}
	if l.Features == 0 {
		l.Features = 100_000
	}
	if l.Points == 0 {
		l.Points = 1_000_000
	}
	if l.Warnings == 0 {
		l.Warnings = 20
	}
	return l
}

// most properties of a feature, and most bytes of a name or value.
const (
	maxProperties = 200
	maxText       = 1020
)

// Feature is one with lines.
type Feature struct {
	// Index in the file, counted from 0.
	Index int
	// ID as the file has it; empty when it has none.
	ID    string
	Lines []track.Line
	// Properties that are text, number or truth value, as text. Others are left out.
	Properties map[string]string
}

// Document is a file.
type Document struct {
	Features []Feature
	// Other counts features of other geometries, or of none.
	Other int
	// Bad counts features that were left out because their lines are broken; each
	// has a warning.
	Bad      int
	Warnings []string
}

type object struct {
	Type        string          `json:"type"`
	ID          json.RawMessage `json:"id"`
	Features    json.RawMessage `json:"features"`
	Geometry    *object         `json:"geometry"`
	Geometries  json.RawMessage `json:"geometries"`
	Coordinates json.RawMessage `json:"coordinates"`
	Properties  json.RawMessage `json:"properties"`
	CRS         json.RawMessage `json:"crs"`
}

// Parse reads a FeatureCollection, a Feature or a geometry. What is no GeoJSON, is
// cut short or in another reference system is refused as a whole; features with
// broken lines are left out with a warning.
func Parse(r io.Reader, limits Limits) (*Document, error) {
	p := parser{limits: limits.orDefault(), doc: &Document{}}
	data, err := io.ReadAll(&bounded.Reader{R: r, Limit: p.limits.Bytes})
	if err != nil {
		return nil, fmt.Errorf("geojson: %w", err)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return nil, errors.New("geojson: the file is not in UTF-8, which GeoJSON must be")
	}
	if err := p.document(data); err != nil {
		return nil, fmt.Errorf("geojson: %w", err)
	}
	return p.doc, nil
}

type parser struct {
	limits Limits
	doc    *Document
	points int
}

func (p *parser) document(data []byte) error {
	var top object
	if err := json.Unmarshal(data, &top); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return fmt.Errorf("byte %d: %w", syntax.Offset, err)
		}
		return err
	}
	if err := checkCRS(top.CRS); err != nil {
		return err
	}
	switch top.Type {
	case "FeatureCollection":
		return p.features(top.Features)
	case "Feature":
		return p.feature(0, top)
	case "LineString", "MultiLineString":
		return p.feature(0, object{Geometry: &top})
	case "Topology":
		return errors.New("this is TopoJSON, not GeoJSON; convert it first")
	case "":
		return errors.New(`no GeoJSON: it has no "type"`)
	default:
		return fmt.Errorf("a %.40q has no lines; a FeatureCollection, Feature, LineString or MultiLineString is expected", top.Type)
	}
}

// features decodes one after the other, because a list of all of them can take many
// times the room of the text.
func (p *parser) features(list json.RawMessage) error {
	if len(list) == 0 || list[0] != '[' {
		return errors.New(`a FeatureCollection without a list "features"`)
	}
	d := json.NewDecoder(bytes.NewReader(list))
	if _, err := d.Token(); err != nil { // the bracket
		return err
	}
	for i := 0; d.More(); i++ {
		if i == p.limits.Features {
			return fmt.Errorf("%w: more than %d features", ErrTooLarge, p.limits.Features)
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return err
		}
		var f object
		if err := json.Unmarshal(raw, &f); err != nil || f.Type != "Feature" {
			p.bad(i, "it is no Feature")
			continue
		}
		if err := p.feature(i, f); err != nil {
			return err
		}
	}
	return nil
}

func checkCRS(crs json.RawMessage) error {
	if len(crs) == 0 || string(crs) == "null" {
		return nil
	}
	var c struct {
		Properties struct {
			Name string `json:"name"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(crs, &c); err != nil {
		return fmt.Errorf("crs: %w", err)
	}
	name := strings.ToUpper(c.Properties.Name)
	if strings.HasSuffix(name, "CRS84") || strings.HasSuffix(name, ":4326") {
		return nil
	}
	return fmt.Errorf("the file is in reference system %.60q; convert it to WGS84 (EPSG:4326) first", c.Properties.Name)
}

func (p *parser) warn(index int, format string, args ...any) {
	if len(p.doc.Warnings) < p.limits.Warnings {
		p.doc.Warnings = append(p.doc.Warnings, fmt.Sprintf("feature %d: ", index)+fmt.Sprintf(format, args...))
	}
}

func (p *parser) bad(index int, format string, args ...any) {
	p.doc.Bad++
	p.warn(index, "left out: "+format, args...)
}

func (p *parser) feature(index int, f object) error {
	if f.Geometry == nil {
		p.doc.Other++
		return nil
	}
	if err := checkCRS(f.Geometry.CRS); err != nil {
		return err
	}
	// Decoding takes ten times the room of the text: what can't be within the limit
	// isn't decoded. A point has a bracket, and a line one more.
	c, rest := f.Geometry.Coordinates, p.limits.Points-p.points
	if bytes.Count(c, []byte("[")) > 2*(rest+1) || bytes.Count(c, []byte(",")) > 8*(rest+1) {
		return fmt.Errorf("feature %d: %w: more than %d points", index, ErrTooLarge, p.limits.Points)
	}
	var raw [][][]float64
	var err error
	switch f.Geometry.Type {
	case "LineString":
		raw = make([][][]float64, 1)
		err = json.Unmarshal(f.Geometry.Coordinates, &raw[0])
	case "MultiLineString":
		err = json.Unmarshal(f.Geometry.Coordinates, &raw)
	default:
		p.doc.Other++
		return nil
	}
	if err != nil {
		p.bad(index, "its coordinates are no lists of numbers: %.120s", err)
		return nil
	}
	out := Feature{Index: index, ID: scalar(f.ID)}
	for _, l := range raw {
		if p.points += len(l); p.points > p.limits.Points {
			return fmt.Errorf("feature %d: %w: more than %d points", index, ErrTooLarge, p.limits.Points)
		}
		if len(l) < 2 {
			p.bad(index, "a line of %d points", len(l))
			return nil
		}
		line := make(track.Line, len(l))
		for i, c := range l {
			if len(c) < 2 {
				p.bad(index, "point %d has %d coordinates", i, len(c))
				return nil
			}
			line[i] = track.At2D(c[0], c[1])
			if !line[i].Valid() {
				p.bad(index, "point %d at longitude %g, latitude %g is not on earth (is the file in another reference system?)", i, c[0], c[1])
				return nil
			}
			if len(c) > 2 {
				line[i].Ele = c[2]
				if !line[i].HasEle() {
					line[i].Ele = math.NaN()
				}
			}
		}
		if err := line.Check(); err != nil {
			p.bad(index, "%v", err)
			return nil
		}
		out.Lines = append(out.Lines, line)
	}
	if len(out.Lines) == 0 {
		p.doc.Other++
		return nil
	}
	if out.Properties, err = properties(f.Properties); err != nil {
		p.bad(index, "%v", err)
		return nil
	}
	p.doc.Features = append(p.doc.Features, out)
	return nil
}

func properties(raw json.RawMessage) (map[string]string, error) {
	out := map[string]string{}
	if len(raw) == 0 || string(raw) == "null" {
		return out, nil
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, errors.New("its properties are no object")
	}
	if len(all) > maxProperties {
		return nil, fmt.Errorf("it has %d properties, more than %d", len(all), maxProperties)
	}
	for key, value := range all {
		if text := scalar(value); text != "" && key != "" && len(key) <= maxText {
			out[key] = text
		}
	}
	return out, nil
}

// scalar answers a text, number or truth value as text, and the rest as nothing.
// Longer texts are cut: a property is no place for a description of a kilobyte.
func scalar(raw json.RawMessage) string {
	s := strings.TrimSpace(string(raw))
	if s == "" || s == "null" || s[0] == '{' || s[0] == '[' {
		return ""
	}
	if s[0] == '"' {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			return ""
		}
		s = strings.TrimSpace(strings.ReplaceAll(text, "\x00", ""))
	}
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "")
	}
	return s
}
