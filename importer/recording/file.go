package recording

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/mtbwiki/mtbwiki/importer/fit"
	"github.com/mtbwiki/mtbwiki/importer/geojson"
	"github.com/mtbwiki/mtbwiki/importer/gpx"
	"github.com/mtbwiki/mtbwiki/track"
)

// ErrFormat means that a file is of none of the formats that can be read.
var ErrFormat = errors.New("this is neither GPX, FIT nor GeoJSON")

// ErrTooLarge means that a file is larger than allowed.
var ErrTooLarge = gpx.ErrTooLarge

// File is what a file holds of recordings or drawn lines.
type File struct {
	// Recordings are lists of connected lines each, in their order.
	Recordings [][]track.Line
	// Warnings name what was left out.
	Warnings []string
}

// Parse reads a file of any format, told by its first bytes; 0 bytes means each
// format's own limit.
func Parse(r io.Reader, bytesAllowed int64) (*File, error) {
	in := bufio.NewReader(r)
	head, err := in.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	switch {
	case len(head) >= 12 && string(head[8:12]) == ".FIT":
		return FIT(in, bytesAllowed)
	case len(text) > 0 && text[0] == '{':
		return GeoJSON(in, bytesAllowed)
	// UTF-16 begins with a byte order mark.
	case len(text) > 0 && text[0] == '<', bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return GPX(in, bytesAllowed)
	}
	return nil, ErrFormat
}

// GPX reads tracks and routes of a GPX file.
func GPX(r io.Reader, bytesAllowed int64) (*File, error) {
	doc, err := gpx.Parse(r, gpx.Limits{Bytes: bytesAllowed})
	if err != nil {
		return nil, err
	}
	f := &File{Warnings: doc.Warnings}
	for _, p := range doc.Paths {
		f.Recordings = append(f.Recordings, p.Segments)
	}
	return f, nil
}

// FIT reads an activity.
func FIT(r io.Reader, bytesAllowed int64) (*File, error) {
	a, err := fit.Parse(r, fit.Limits{Bytes: bytesAllowed})
	if err != nil {
		return nil, err
	}
	f := &File{}
	if len(a.Segments) > 0 {
		f.Recordings = [][]track.Line{a.Segments}
	}
	if a.BadPoints > 0 {
		f.Warnings = append(f.Warnings, fmt.Sprintf("left out %d points that are not on earth", a.BadPoints))
	}
	return f, nil
}

// GeoJSON reads the lines of a file, a recording each feature.
func GeoJSON(r io.Reader, bytesAllowed int64) (*File, error) {
	doc, err := geojson.Parse(r, geojson.Limits{Bytes: bytesAllowed, Points: track.MaxPoints, Features: 10_000})
	if err != nil {
		return nil, err
	}
	f := &File{Warnings: doc.Warnings}
	for _, feature := range doc.Features {
		f.Recordings = append(f.Recordings, feature.Lines)
	}
	return f, nil
}
