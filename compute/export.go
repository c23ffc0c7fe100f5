package compute

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/track"
	"github.com/mtbwiki/mtbwiki/track/exchange"
)

// exportInput is a page of api.export_page below a row of api.export_head. Nodes and
// coordinates are JSON as text.
type exportInput struct {
	Format entity.ExportFormat `json:"format"`
	After  *string             `json:"after"`
	Rows   []struct {
		Node        string `json:"node"`
		Coordinates string `json:"coordinates"`
	} `json:"rows"`
}

type exportHead struct {
	Kind        entity.EntityKind `json:"kind"`
	Name        string            `json:"name"`
	Slug        string            `json:"slug"`
	Synthetic   bool              `json:"synthetic"`
	Sensitive   bool              `json:"sensitive"`
	Source      string            `json:"source"`
	Title       string            `json:"title"`
	Attribution string            `json:"attribution"`
	Licence     string            `json:"licence"`
	URL         string            `json:"url"`
	Parts       int               `json:"parts"`
	Stamp       string            `json:"stamp"`
	WithLine    int               `json:"withLine"`
	Trails      int               `json:"trails"`
	Legs        []exportLeg       `json:"legs"`
}

type exportLeg struct {
	Leg    int            `json:"leg"`
	Kind   entity.LegKind `json:"kind"`
	Name   string         `json:"name"`
	Known  bool           `json:"known"`
	Seen   bool           `json:"seen"`
	Points int            `json:"points"`
}

// exportPart is a line, or a leg without one.
type exportPart struct {
	N            int                  `json:"n"`
	Kind         string               `json:"kind"`
	ID           string               `json:"id"`
	Name         string               `json:"name"`
	Synthetic    *bool                `json:"synthetic"`
	Line         int                  `json:"line"`
	Lines        int                  `json:"lines"`
	Leg          int                  `json:"leg"`
	Known        bool                 `json:"known"`
	Seen         bool                 `json:"seen"`
	FromM        *float64             `json:"fromM"`
	ToM          *float64             `json:"toM"`
	Direction    entity.LineDirection `json:"direction"`
	Purpose      string               `json:"purpose"`
	Notes        string               `json:"notes"`
	Alternatives string               `json:"alternatives"`
	line         track.Line
	// beyond: it has a line, but no part of it is ridden.
	beyond bool
}

type exportAnswer struct {
	FileName    string  `json:"fileName"`
	MediaType   string  `json:"mediaType"`
	Text        string  `json:"text"`
	Licence     string  `json:"licence"`
	Attribution string  `json:"attribution"`
	HasNextPage bool    `json:"hasNextPage"`
	EndCursor   *string `json:"endCursor"`
}

// composeExport writes a page of a GPX or GeoJSON file.
func composeExport(input json.RawMessage) (any, error) {
	var in exportInput
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	if len(in.Rows) < 2 {
		return nil, errors.New("a page has a row for the file and one for each part")
	}
	var head exportHead
	if err := json.Unmarshal([]byte(in.Rows[0].Node), &head); err != nil {
		return nil, fmt.Errorf("the file's row: %w", err)
	}
	var parts []*exportPart
	for i, row := range in.Rows[1:] {
		if row.Node != "" {
			p := &exportPart{}
			if err := json.Unmarshal([]byte(row.Node), p); err != nil {
				return nil, fmt.Errorf("row %d: %w", i+1, err)
			}
			parts = append(parts, p)
		}
		if len(parts) == 0 {
			return nil, fmt.Errorf("row %d belongs to no part", i+1)
		}
		p := parts[len(parts)-1]
		var err error
		if p.line, err = appendPoints(p.line, row.Coordinates); err != nil {
			return nil, fmt.Errorf("row %d: %w", i+1, err)
		}
	}
	for _, p := range parts {
		if p.Leg > 0 {
			whole := p.line
			p.line = exchange.Cut(whole, p.FromM, p.ToM, p.Direction == entity.LineDirectionBackward)
			p.beyond = len(whole) > 0 && len(p.line) == 0
		}
	}

	answer := exportAnswer{FileName: head.Slug, Licence: head.Licence, Attribution: head.Attribution}
	if head.Source != "" {
		answer.FileName += "-" + head.Source
	}
	last := parts[len(parts)-1].N
	if last < head.Parts {
		cursor := strconv.Itoa(last) + "-" + head.Stamp
		answer.HasNextPage, answer.EndCursor = true, &cursor
	}
	first := in.After == nil
	var text []byte
	var err error
	switch in.Format {
	case entity.ExportFormatGpx:
		answer.FileName, answer.MediaType = answer.FileName+".gpx", exchange.MediaTypeGPX
		text = exportGPX(head, parts, first, !answer.HasNextPage)
	case entity.ExportFormatGeojson:
		answer.FileName, answer.MediaType = answer.FileName+".geojson", exchange.MediaTypeGeoJSON
		text, err = exportGeoJSON(head, parts, first, !answer.HasNextPage)
	default:
		err = fmt.Errorf("format %.20q is neither GPX nor GEOJSON", in.Format)
	}
	answer.Text = string(text)
	return answer, err
}

// appendPoints reads points of one row: [longitude, latitude] or, where known, with
// the elevation.
func appendPoints(line track.Line, text string) (track.Line, error) {
	if text == "" {
		return line, nil
	}
	var points [][]float64
	if err := json.Unmarshal([]byte(text), &points); err != nil {
		return nil, err
	}
	for _, c := range points {
		if len(c) != 2 && len(c) != 3 {
			return nil, fmt.Errorf("a point of %d numbers", len(c))
		}
		p := track.At2D(c[0], c[1])
		if len(c) == 3 {
			p.Ele = c[2]
		}
		line = append(line, p)
	}
	return line, nil
}

// file is what the head says of the file.
func (h *exportHead) file() exchange.Head {
	return exchange.Head{Name: h.Name, Description: h.description(), Attribution: h.Attribution, Licence: h.Licence, URL: h.URL}
}

// description says in words what is in the file, what is not, and whose it is.
func (h *exportHead) description() string {
	var s []string
	if h.Synthetic {
		s = append(s, "An invented place, for demonstration.")
	}
	if h.Sensitive {
		s = append(s, "Sensitive: read who may ride before you go.")
	}
	for _, l := range h.Legs {
		s = append(s, l.sentence())
	}
	if h.Kind == entity.EntityKindSystem && h.WithLine < h.Trails {
		s = append(s, fmt.Sprintf("%d of %d trails have a line here.", h.WithLine, h.Trails))
	}
	s = append(s, fmt.Sprintf("Lines: %s, %s.", h.Attribution, exchange.LicenceName(h.Licence)))
	return strings.Join(s, " ")
}

func (l exportLeg) sentence() string {
	what := strings.ToLower(string(l.Kind))
	if l.Name != "" {
		what = l.Name
	}
	switch {
	case l.Points > 0:
		return fmt.Sprintf("Leg %d: %s.", l.Leg, what)
	case l.Name != "" && !l.Seen, l.Kind == entity.LegKindTrail && !l.Known:
		return fmt.Sprintf("Leg %d: %s, left out because where it lies is not public.", l.Leg, what)
	}
	return fmt.Sprintf("Leg %d: %s, without a line.", l.Leg, what)
}

// exportGPX writes a track for each trail; a route is one track with a segment for
// each leg, so that a device shows it as one ride.
func exportGPX(h exportHead, parts []*exportPart, first, last bool) (text []byte) {
	if first {
		text = exchange.AppendGPXHead(text, h.file())
	}
	for _, p := range parts {
		opens, closes := p.Line == 1, p.Line == p.Lines
		if len(h.Legs) > 0 {
			opens, closes = p.N == 1, p.N == h.Parts
		}
		if opens {
			name, description := p.Name, ""
			if len(h.Legs) > 0 {
				name, description = h.Name, h.description()
			}
			text = exchange.AppendGPXTrack(text, name, description, h.Title)
		}
		if len(p.line) > 0 {
			text = exchange.AppendGPXSegment(text, p.line)
		}
		if p.beyond {
			text = fmt.Appendf(text, "<!-- Leg %d lies beyond the end of its trail's line. -->\n", p.Leg)
		}
		if closes {
			text = exchange.AppendGPXTrackEnd(text)
		}
	}
	if last {
		text = exchange.AppendGPXEnd(text)
	}
	return text
}

// exportGeoJSON writes a feature for each part; a leg without a line has none.
func exportGeoJSON(h exportHead, parts []*exportPart, first, last bool) (text []byte, err error) {
	if first {
		text = exchange.AppendGeoJSONHead(text, h.file())
	}
	for _, p := range parts {
		f := exchange.Feature{Properties: p.properties()}
		if p.Leg == 0 && p.Lines == 1 {
			f.ID = p.ID // a trail is ridden twice in some routes, but an id stands once in a file
		}
		if len(p.line) > 0 {
			f.Lines = []track.Line{p.line}
		}
		if text, err = exchange.AppendGeoJSONFeature(text, p.N == 1, f); err != nil {
			return nil, err
		}
	}
	if last {
		text = exchange.AppendGeoJSONEnd(text)
	}
	return text, nil
}

func (p *exportPart) properties() []exchange.Property {
	properties := []exchange.Property{{Name: "kind", Value: p.Kind}, {Name: "name", Value: p.Name}, {Name: "entityId", Value: p.ID}}
	if p.Synthetic != nil && *p.Synthetic {
		properties = append(properties, exchange.Property{Name: "synthetic", Value: true})
	}
	if p.Leg == 0 {
		return properties
	}
	add := func(name string, value any) {
		properties = append(properties, exchange.Property{Name: name, Value: value})
	}
	add("leg", p.Leg)
	if p.FromM != nil {
		add("fromM", *p.FromM)
	}
	if p.ToM != nil {
		add("toM", *p.ToM)
	}
	if p.ID != "" {
		add("direction", string(p.Direction))
	}
	add("purpose", p.Purpose)
	add("notes", p.Notes)
	add("alternatives", p.Alternatives)
	switch {
	case p.ID != "" && !p.Seen:
		add("missing", "Where this trail lies is not public.")
	case p.beyond:
		add("missing", "This part lies beyond the end of the trail's line.")
	}
	return properties
}
