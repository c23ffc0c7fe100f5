// Package exchange writes lines as files for other programs: GPX 1.1 and GeoJSON
// (RFC 7946). It appends to a buffer piece by piece, so that a file can be made
// page by page; it reads nothing (packages importer/gpx and importer/geojson do)
// and knows no database.
//
// # What goes out comes back
//
// Coordinates and elevations are written with as many digits as it takes to read
// the same number again, unknown elevations as absent, and nothing is simplified,
// joined or cut. Two things the formats themselves decide: GPX has no longitude
// 180, which is written as -180; and lines aren't cut at the antimeridian, although
// RFC 7946 recommends it, because they would come back as two.
//
// Licence and attribution stand in every file: in GPX as copyright, in GeoJSON as
// members of the collection.
package exchange

import (
	"strings"

	"github.com/mtbwiki/mtbwiki/track"
)

// Media types of the files.
const (
	MediaTypeGPX     = "application/gpx+xml"
	MediaTypeGeoJSON = "application/geo+json"
)

// Head is what a file says of itself; empty texts are left out.
type Head struct {
	Name, Description string
	// Attribution names whom to thank for the lines, and Licence under which they are
	// given, as an SPDX identifier where there is one.
	Attribution, Licence string
	// URL of the source.
	URL string
}

// LicenceURL is where the text of a licence stands; "" when the identifier is none
// of SPDX's.
func LicenceURL(id string) string {
	switch id {
	case "CC-BY-SA-4.0":
		return "https://creativecommons.org/licenses/by-sa/4.0/"
	case "ODbL-1.0":
		return "https://opendatacommons.org/licenses/odbl/1-0/"
	}
	if id == "" || strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.+-") != "" {
		return ""
	}
	return "https://spdx.org/licenses/" + id + ".html"
}

// LicenceName is how people write a licence: without an identifier's hyphens for
// those that have them only there.
func LicenceName(id string) string {
	switch id {
	case "CC-BY-SA-4.0":
		return "CC BY-SA 4.0"
	case "ODbL-1.0":
		return "ODbL 1.0"
	}
	return id
}

// Cut returns the part of a trail's line that a leg of a route rides: from and to are
// metres from the line's start, nil its start or end, as in package track. Backward
// turns a part that runs along the line. An end between two points is rounded to a
// centimetre, its elevation to a decimetre, as lines are stored; all other points
// stay as they are. It is empty when nothing of the line lies between.
func Cut(line track.Line, from, to *float64, backward bool) track.Line {
	if from == nil && to == nil {
		if backward {
			return line.Reversed()
		}
		return line
	}
	m := line.Measure()
	a, b := 0.0, m.Length()
	if from != nil {
		a = min(*from, b)
	}
	if to != nil {
		b = min(*to, b)
	}
	if backward && a < b {
		a, b = b, a
	}
	part := m.Slice(a, b)
	if len(part) < 2 || part.Length() == 0 {
		return nil
	}
	for _, i := range []int{0, len(part) - 1} {
		p := &part[i]
		p.Lon, p.Lat, p.Ele = track.Round(p.Lon, 7), track.Round(p.Lat, 7), track.Round(p.Ele, 1)
	}
	return part
}
