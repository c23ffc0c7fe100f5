package geojson

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mtbwiki/mtbwiki/importer/internal/bounded"
)

// Limits of a table of names.
const (
	maxNamesBytes = 16 << 20
	maxNamesRows  = 100_000
	maxSegments   = 1_000_000
)

// ParseNames reads a table of named trails as OpenTrails publishes it beside a
// network of segments: CSV whose columns name and segment_ids hold a name and the
// ids of its segments, divided by semicolons. It answers the name of each segment;
// one that several trails run over is called after the trail of the fewest
// segments, which says most of it.
func ParseNames(r io.Reader) (map[string]string, error) {
	in := csv.NewReader(&bounded.Reader{R: r, Limit: maxNamesBytes})
	in.FieldsPerRecord = -1
	header, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("named trails: %w", err)
	}
	if len(header) > 0 {
		header[0] = strings.TrimPrefix(header[0], "\ufeff")
	}
	name, segments := slices.Index(header, "name"), slices.Index(header, "segment_ids")
	if name < 0 || segments < 0 {
		return nil, fmt.Errorf("named trails: the first line needs columns name and segment_ids, not %.100q", header)
	}
	out := map[string]string{}
	of := map[string]int{} // how many segments the trail has that named it
	total := 0
	for rows := 1; ; rows++ {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("named trails: %w", err)
		}
		if len(row) <= max(name, segments) || row[name] == "" {
			continue
		}
		ids := strings.Split(row[segments], ";")
		if total += len(ids); rows > maxNamesRows || total > maxSegments {
			return nil, fmt.Errorf("named trails: %w: more than %d rows or %d segments", ErrTooLarge, maxNamesRows, maxSegments)
		}
		if len(row[name]) > maxText {
			return nil, fmt.Errorf("named trails: %w: a name of %d bytes", ErrTooLarge, len(row[name]))
		}
		for _, id := range ids {
			id = strings.TrimSpace(id)
			if n, ok := of[id]; id != "" && (!ok || len(ids) < n) {
				out[id], of[id] = row[name], len(ids)
			}
		}
	}
}
