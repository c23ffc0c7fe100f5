package exchange

import (
	"bytes"
	"encoding/xml"

	"github.com/mtbwiki/mtbwiki/track"
)

// A GPX file is AppendGPXHead, then for each track AppendGPXTrack, a segment for
// each of its lines and AppendGPXTrackEnd, and at last AppendGPXEnd. Elements come
// in the order of the schema (https://www.topografix.com/GPX/1/1/gpx.xsd).

// AppendGPXHead begins a file.
func AppendGPXHead(dst []byte, h Head) []byte {
	dst = append(dst, xml.Header...)
	dst = append(dst, `<gpx version="1.1" creator="MTB Wiki" xmlns="http://www.topografix.com/GPX/1/1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" `+
		`xsi:schemaLocation="http://www.topografix.com/GPX/1/1 http://www.topografix.com/GPX/1/1/gpx.xsd">`+"\n<metadata>\n"...)
	dst = appendElement(dst, "name", h.Name)
	dst = appendElement(dst, "desc", h.Description)
	if h.Attribution != "" {
		dst = append(dst, `<copyright author="`...)
		dst = appendText(dst, h.Attribution)
		dst = append(dst, "\">\n"...)
		dst = appendElement(dst, "license", LicenceURL(h.Licence))
		dst = append(dst, "</copyright>\n"...)
	}
	if h.URL != "" {
		dst = append(dst, `<link href="`...)
		dst = appendText(dst, h.URL)
		dst = append(dst, "\"/>\n"...)
	}
	return append(dst, "</metadata>\n"...)
}

// AppendGPXTrack begins a track; source tells where its lines are from.
func AppendGPXTrack(dst []byte, name, description, source string) []byte {
	dst = append(dst, "<trk>\n"...)
	dst = appendElement(dst, "name", name)
	dst = appendElement(dst, "desc", description)
	return appendElement(dst, "src", source)
}

// AppendGPXSegment appends a line to the track that is open.
func AppendGPXSegment(dst []byte, line track.Line) []byte {
	dst = append(dst, "<trkseg>\n"...)
	for _, p := range line {
		lon := p.Lon
		if lon == 180 {
			lon = -180 // the schema's longitudes are below 180
		}
		dst = append(dst, `<trkpt lat="`...)
		dst = track.AppendNumber(dst, p.Lat, track.Exact)
		dst = append(dst, `" lon="`...)
		dst = track.AppendNumber(dst, lon, track.Exact)
		if p.HasEle() {
			dst = append(dst, `"><ele>`...)
			dst = track.AppendNumber(dst, p.Ele, track.Exact)
			dst = append(dst, "</ele></trkpt>\n"...)
		} else {
			dst = append(dst, "\"/>\n"...)
		}
	}
	return append(dst, "</trkseg>\n"...)
}

// AppendGPXTrackEnd ends a track.
func AppendGPXTrackEnd(dst []byte) []byte { return append(dst, "</trk>\n"...) }

// AppendGPXEnd ends a file.
func AppendGPXEnd(dst []byte) []byte { return append(dst, "</gpx>\n"...) }

func appendElement(dst []byte, name, text string) []byte {
	if text == "" {
		return dst
	}
	dst = append(dst, '<')
	dst = append(dst, name...)
	dst = append(dst, '>')
	dst = appendText(dst, text)
	dst = append(dst, "</"...)
	dst = append(dst, name...)
	return append(dst, ">\n"...)
}

// appendText escapes what has a meaning in XML; what XML can't hold at all, such as
// control characters, becomes U+FFFD.
func appendText(dst []byte, text string) []byte {
	b := bytes.NewBuffer(dst)
	// Writing to a buffer can't fail.
	_ = xml.EscapeText(b, []byte(text))
	return b.Bytes()
}
