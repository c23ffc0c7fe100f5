package recording

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/mtbwiki/mtbwiki/track"
)

const (
	// maxPacked lines of one file are offered to choose from.
	maxPacked = 20
	// maxPackedBytes is what Unpack looks at: maxPoints of 50 bytes.
	maxPackedBytes = maxPoints * 50
)

// Pack writes trimmed lines as text, for a form to carry to the next page: the
// longest where there are many, simplified as little as needed.
func Pack(lines []track.Line) string {
	lines = slices.Clone(lines)
	slices.SortStableFunc(lines, func(a, b track.Line) int {
		switch x, y := a.Length(), b.Length(); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	out := []byte{'['}
	for i, l := range track.SimplifyToPoints(lines[:min(len(lines), maxPacked)], maxPoints) {
		if i > 0 {
			out = append(out, ',')
		}
		out = track.AppendGeoJSON(out, l)
	}
	return string(append(out, ']'))
}

// Unpack reads what Pack wrote. It comes from outside, so everything is checked
// again.
func Unpack(text string) ([]track.Line, error) {
	if len(text) > maxPackedBytes {
		return nil, fmt.Errorf("%w: lines of %d bytes, at most %d", ErrTooLarge, len(text), maxPackedBytes)
	}
	var list []json.RawMessage
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("lines: %w", err)
	}
	if len(list) == 0 || len(list) > maxPacked {
		return nil, fmt.Errorf("%d lines, 1 to %d are possible", len(list), maxPacked)
	}
	lines := make([]track.Line, len(list))
	points := 0
	for i, raw := range list {
		l, err := track.ParseGeoJSON(raw)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		if points += len(l); points > maxPoints {
			return nil, fmt.Errorf("%w: more than %d points", ErrTooLarge, maxPoints)
		}
		lines[i] = l
	}
	return lines, nil
}

// Coordinates are GeoJSON LineString coordinates of a line, as the API takes them.
func Coordinates(l track.Line) string { return string(track.AppendCoordinates(nil, l, 6, 1)) }
