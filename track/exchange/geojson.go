package exchange

import (
	"encoding/json"
	"fmt"

	"github.com/mtbwiki/mtbwiki/track"
)

// A GeoJSON file is AppendGeoJSONHead, the features, and AppendGeoJSONEnd.

// Property of a feature, in the order they are written. A value is what package
// encoding/json can write; nil and empty texts are left out.
type Property struct {
	Name  string
	Value any
}

// Feature is a line or several, or, without any, something that has no place
// (geometry null).
type Feature struct {
	ID         string
	Properties []Property
	Lines      []track.Line
}

// AppendGeoJSONHead begins a file: a FeatureCollection with what Head says as
// foreign members.
func AppendGeoJSONHead(dst []byte, h Head) []byte {
	dst = append(dst, `{"type":"FeatureCollection"`...)
	for _, member := range []struct{ name, text string }{
		{"name", h.Name}, {"description", h.Description}, {"attribution", h.Attribution},
		{"licence", h.Licence}, {"licenceUrl", LicenceURL(h.Licence)}, {"sourceUrl", h.URL},
	} {
		if member.text != "" {
			dst = append(dst, `,"`+member.name+`":`...)
			dst = appendString(dst, member.text)
		}
	}
	return append(dst, `,"features":[`...)
}

// AppendGeoJSONFeature appends a feature; first tells that it is the file's first.
// It fails for a property that isn't JSON.
func AppendGeoJSONFeature(dst []byte, first bool, f Feature) ([]byte, error) {
	if !first {
		dst = append(dst, ',')
	}
	dst = append(dst, "\n{\"type\":\"Feature\""...)
	if f.ID != "" {
		dst = append(dst, `,"id":`...)
		dst = appendString(dst, f.ID)
	}
	dst = append(dst, `,"properties":{`...)
	separate := false
	for _, p := range f.Properties {
		if p.Value == nil || p.Value == "" {
			continue
		}
		value, err := json.Marshal(p.Value)
		if err != nil {
			return nil, fmt.Errorf("exchange: property %.60q: %w", p.Name, err)
		}
		if separate {
			dst = append(dst, ',')
		}
		separate = true
		dst = appendString(dst, p.Name)
		dst = append(dst, ':')
		dst = append(dst, value...)
	}
	dst = append(dst, `},"geometry":`...)
	switch len(f.Lines) {
	case 0:
		dst = append(dst, "null"...)
	case 1:
		dst = append(dst, `{"type":"LineString","coordinates":`...)
		dst = append(track.AppendCoordinates(dst, f.Lines[0], track.Exact, track.Exact), '}')
	default:
		dst = append(dst, `{"type":"MultiLineString","coordinates":[`...)
		for i, l := range f.Lines {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = track.AppendCoordinates(dst, l, track.Exact, track.Exact)
		}
		dst = append(dst, "]}"...)
	}
	return append(dst, '}'), nil
}

// AppendGeoJSONEnd ends a file.
func AppendGeoJSONEnd(dst []byte) []byte { return append(dst, "\n]}\n"...) }

func appendString(dst []byte, s string) []byte {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // any text can be written
	}
	return append(dst, text...)
}
