// Package srtm reads elevation tiles of the Shuttle Radar Topography Mission
// (.hgt) and answers heights from them. A tile is one degree square: big-endian
// 16-bit metres in 1201 or 3601 rows from north to south, edges shared with its
// neighbours. Voids are unknown, never filled. It opens no files.
package srtm

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"strconv"
	"strings"

	"github.com/mtbwiki/mtbwiki/importer/internal/bounded"
	"github.com/mtbwiki/mtbwiki/track"
)

const (
	rows3 = 1201 // three arc seconds
	rows1 = 3601 // one arc second
	void  = -32768
)

// Tile is one square degree.
type Tile struct {
	south, west int
	rows        int
	heights     []byte
}

// Parse reads a tile. Its place is nowhere but in its name: N42E001 is the
// south-west corner; a folder before it and .hgt behind it are ignored.
func Parse(r io.Reader, name string) (*Tile, error) {
	south, west, err := corner(name)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(&bounded.Reader{R: r, Limit: 2 * rows1 * rows1})
	if err != nil {
		return nil, fmt.Errorf("srtm: %.40s: %w", name, err)
	}
	t := &Tile{south: south, west: west, heights: data}
	switch len(data) {
	case 2 * rows3 * rows3:
		t.rows = rows3
	case 2 * rows1 * rows1:
		t.rows = rows1
	default:
		return nil, fmt.Errorf("srtm: %.40s: %d bytes; a tile has %d or %d", name, len(data), 2*rows3*rows3, 2*rows1*rows1)
	}
	return t, nil
}

// ParseZip reads the one .hgt file of a ZIP archive.
func ParseZip(r io.ReaderAt, size int64) (*Tile, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("srtm: %w", err)
	}
	for _, f := range z.File {
		if strings.HasSuffix(strings.ToLower(f.Name), ".hgt") {
			in, err := f.Open()
			if err != nil {
				return nil, fmt.Errorf("srtm: %w", err)
			}
			t, err := Parse(in, f.Name)
			return t, errors.Join(err, in.Close())
		}
	}
	return nil, errors.New("srtm: the archive has no .hgt file")
}

func corner(name string) (south, west int, err error) {
	base := strings.ToUpper(path.Base(strings.ReplaceAll(name, `\`, "/")))
	base, _, _ = strings.Cut(base, ".")
	fail := fmt.Errorf("srtm: %.60q doesn't name a tile such as N42E001.hgt", name)
	if len(base) != 7 || (base[0] != 'N' && base[0] != 'S') || (base[3] != 'E' && base[3] != 'W') {
		return 0, 0, fail
	}
	lat, err1 := strconv.ParseUint(base[1:3], 10, 8)
	lon, err2 := strconv.ParseUint(base[4:7], 10, 8)
	if err1 != nil || err2 != nil || lat > 90 || lon > 180 {
		return 0, 0, fail
	}
	south, west = int(lat), int(lon)
	if base[0] == 'S' {
		south = -south
	}
	if base[3] == 'W' {
		west = -west
	}
	return south, west, nil
}

// Tiles answer heights wherever one of them lies.
type Tiles map[[2]int]*Tile

// Add a tile; one of the same place is replaced.
func (ts Tiles) Add(t *Tile) { ts[[2]int{t.south, t.west}] = t }

// Height in metres above the geoid, interpolated between the four samples around;
// NaN where there is no tile or one of the four is void.
func (ts Tiles) Height(lon, lat float64) float64 {
	if !(lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180) {
		return math.NaN()
	}
	south, west := int(math.Floor(lat)), int(math.Floor(lon))
	// A place on an edge lies in two tiles, and either has it.
	for _, k := range [][2]int{{south, west}, {south - 1, west}, {south, west - 1}, {south - 1, west - 1}} {
		t := ts[k]
		if t == nil {
			continue
		}
		x, y := lon-float64(t.west), lat-float64(t.south)
		if x <= 1 && y <= 1 {
			if h := t.height(x, y); !math.IsNaN(h) {
				return h
			}
		}
	}
	return math.NaN()
}

// height at x, y in 0 to 1 from the south-west corner.
func (t *Tile) height(x, y float64) float64 {
	n := float64(t.rows - 1)
	col, row := x*n, (1-y)*n
	c0, r0 := int(min(math.Floor(col), n-1)), int(min(math.Floor(row), n-1))
	fx, fy := col-float64(c0), row-float64(r0)
	sum := 0.0
	for _, corner := range [4]struct {
		r, c   int
		weight float64
	}{{r0, c0, (1 - fx) * (1 - fy)}, {r0, c0 + 1, fx * (1 - fy)}, {r0 + 1, c0, (1 - fx) * fy}, {r0 + 1, c0 + 1, fx * fy}} {
		if corner.weight == 0 {
			continue
		}
		h := int16(binary.BigEndian.Uint16(t.heights[2*(corner.r*t.rows+corner.c):]))
		if h == void {
			return math.NaN()
		}
		sum += corner.weight * float64(h)
	}
	return sum
}

// Lift answers the line with the heights of the tiles, unknown where they know
// none. Points are added so that none are further apart than 30 m, because a line
// drawn with few points has hills between them. It fails when that would be more
// than track.MaxPoints.
func (ts Tiles) Lift(l track.Line) (track.Line, error) {
	const step = 30.0
	out := make(track.Line, 0, len(l))
	for i, p := range l {
		if i > 0 {
			q := l[i-1]
			n := math.Ceil(track.Distance(q, p) / step)
			if float64(len(out))+n > track.MaxPoints {
				return nil, track.ErrTooManyPoints
			}
			between := track.Line{q, p}.Measure()
			for k := 1.0; k < n; k++ {
				m, _ := between.At(between.Length() * k / n)
				m.Ele = ts.Height(m.Lon, m.Lat)
				out = append(out, m)
			}
		}
		p.Ele = ts.Height(p.Lon, p.Lat)
		out = append(out, p)
	}
	return out, nil
}
