package website

import (
	"slices"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/website/draw"
)

// mapLine is a line as the API serves it for maps, in its pieces.
type mapLine struct {
	// TrailID is "" for the line of a whole route.
	TrailID string
	// Pieces have gaps between them; the first is the longest where the line is
	// from open data.
	Pieces []draw.Line
	Points int
	// Credit is nil for the wiki's own lines.
	Credit *credit
}

// credit is what has to stand beside lines of open data.
type credit struct{ Attribution, Licence string }

// track is the line for a map.
func (l mapLine) track() draw.Track {
	return draw.Track{Line: l.Pieces[0], More: l.Pieces[1:], Open: l.Credit != nil}
}

// lineKey says what the lines on a map are.
type lineKey struct {
	Own  bool
	Open []credit
}

func keyOf(lines []mapLine) lineKey {
	var k lineKey
	for _, l := range lines {
		switch {
		case l.Credit == nil:
			k.Own = true
		case !slices.Contains(k.Open, *l.Credit):
			k.Open = append(k.Open, *l.Credit)
		}
	}
	return k
}

// mapLines parses lines; one that can't be drawn is left out and logged.
func (r *request) mapLines(lines []entity.TrailLine) []mapLine {
	var out []mapLine
	for _, l := range lines {
		pieces, err := draw.ParsePieces([]byte(l.Coordinates), l.Breaks)
		if err != nil || len(pieces) == 0 {
			r.site.log.WarnContext(r.Context(), "line not drawn", "request", requestIDOf(r.Request), "trail", l.TrailID, "error", err)
			continue
		}
		m := mapLine{TrailID: l.TrailID, Pieces: pieces, Points: l.PointCount}
		if l.Source != nil {
			m.Credit = &credit{text(l.Attribution), text(l.Licence)}
		}
		out = append(out, m)
	}
	return out
}

// maxLinePages of 40 lines are drawn on one map.
const maxLinePages = 8

// restOfSystem reads on where a first page of a system's lines ends.
func (r *request) restOfSystem(systemID string, lines []entity.TrailLine) ([]entity.TrailLine, error) {
	for range maxLinePages - 1 {
		if len(lines) == 0 || !lines[len(lines)-1].HasNextPage {
			break
		}
		var answer struct{ SystemLines []entity.TrailLine }
		if err := r.do("SystemLines", map[string]any{"systemId": systemID, "after": text(lines[len(lines)-1].EndCursor)}, &answer); err != nil {
			return nil, err
		}
		lines = append(lines, answer.SystemLines...)
	}
	return lines, nil
}

// routeLines reads on where a first page of a route's lines ends.
func (r *request) routeLines(routeID string, lines []entity.RouteLine) ([]mapLine, error) {
	for range maxLinePages - 1 {
		if len(lines) == 0 || !lines[len(lines)-1].HasNextPage {
			break
		}
		var answer struct{ RouteLines []entity.RouteLine }
		if err := r.do("RouteLines", map[string]any{"routeId": routeID, "after": text(lines[len(lines)-1].EndCursor)}, &answer); err != nil {
			return nil, err
		}
		lines = append(lines, answer.RouteLines...)
	}
	same := make([]entity.TrailLine, len(lines))
	for i, l := range lines {
		same[i] = entity.TrailLine{TrailID: text(l.TrailID), Source: l.Source, Attribution: l.Attribution, Licence: l.Licence,
			PointCount: l.PointCount, Simplified: l.Simplified, Coordinates: l.Coordinates, Breaks: l.Breaks}
	}
	return r.mapLines(same), nil
}
