package srtm_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/importer/internal/shareddata"
	"github.com/mtbwiki/mtbwiki/importer/srtm"
	"github.com/mtbwiki/mtbwiki/track"
)

// plane has 10 m a column eastwards and 1 m a row northwards.
func plane(change func(row, col int, h int16) int16) []byte {
	const rows = 1201
	data := make([]byte, 0, 2*rows*rows)
	for r := range rows {
		for c := range rows {
			h := int16(10*c + (rows - 1 - r))
			if change != nil {
				h = change(r, c, h)
			}
			data = binary.BigEndian.AppendUint16(data, uint16(h))
		}
	}
	return data
}

func tiles(t *testing.T, name string, data []byte) srtm.Tiles {
	t.Helper()
	tile, err := srtm.Parse(bytes.NewReader(data), name)
	if err != nil {
		t.Fatal(err)
	}
	ts := srtm.Tiles{}
	ts.Add(tile)
	return ts
}

func TestHeight(t *testing.T) {
	t.Parallel()
	ts := tiles(t, "dir/S03W071.hgt", plane(func(r, c int, h int16) int16 {
		if r == 600 && c == 600 {
			return -32768
		}
		return h
	}))
	for _, c := range []struct{ lon, lat, want float64 }{
		{-71, -3, 0}, {-70, -3, 12000}, {-71, -2, 1200}, {-70, -2, 13200},
		{-71 + 0.5/1200, -3, 5}, {-71, -3 + 0.25/1200, 0.25}, {-70.75, -2.75, 3300},
		{-70.5, -2.5, math.NaN()}, {-70.5 + 0.5/1200, -2.5, math.NaN()},
		{-69.9, -2.5, math.NaN()}, {0, 91, math.NaN()}, {math.NaN(), 0, math.NaN()},
	} {
		got := ts.Height(c.lon, c.lat)
		if math.IsNaN(got) != math.IsNaN(c.want) || math.Abs(got-c.want) > 1e-6 {
			t.Errorf("height at %v, %v: %v, want %v", c.lon, c.lat, got, c.want)
		}
	}
}

func TestLift(t *testing.T) {
	t.Parallel()
	ts := tiles(t, "N47E011", plane(nil))
	line, err := ts.Lift(track.Line{track.At2D(11.5, 47.5), track.At2D(11.5, 47.51)})
	if err != nil {
		t.Fatal(err)
	}
	// 1,112 m in steps of at most 30 m; 12 rows northwards.
	if len(line) != 39 || math.Abs(line[38].Ele-line[0].Ele-12) > 1e-6 {
		t.Errorf("%d points, from %v to %v m", len(line), line[0].Ele, line[len(line)-1].Ele)
	}
	if _, err := ts.Lift(track.Line{track.At2D(-170, 0), track.At2D(0, 80), track.At2D(170, -80)}); err == nil {
		t.Error("a line around the world was lifted")
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "N42", "N42X001.hgt", "N91E001.hgt", "N42E181.hgt", "N+2E001.hgt", "heights.hgt"} {
		if _, err := srtm.Parse(strings.NewReader(""), name); err == nil || !strings.Contains(err.Error(), "doesn't name a tile") {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := srtm.Parse(strings.NewReader("too short"), "N42E001.hgt"); err == nil || !strings.Contains(err.Error(), "9 bytes") {
		t.Errorf("a short file: %v", err)
	}
	if _, err := srtm.ParseZip(strings.NewReader("no zip"), 6); err == nil {
		t.Error("read a ZIP that is none")
	}
}

func TestSharedTile(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(shareddata.Dir(t), "dem", "N42E001.hgt.zip"))
	if err != nil {
		t.Fatal(err)
	}
	tile, err := srtm.ParseZip(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	ts := srtm.Tiles{}
	ts.Add(tile)
	// Andorra la Vella lies at about 1,020 m, the Coma Pedrosa at 2,942 m.
	if h := ts.Height(1.5218, 42.5063); h < 980 || h > 1080 {
		t.Errorf("Andorra la Vella at %.0f m", h)
	}
	if h := ts.Height(1.4436, 42.5917); h < 2800 || h > 2950 {
		t.Errorf("Coma Pedrosa at %.0f m", h)
	}
}

func FuzzParseZip(f *testing.F) {
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, data []byte) {
		tile, err := srtm.ParseZip(bytes.NewReader(data), int64(len(data)))
		if err == nil && tile == nil {
			t.Error("neither a tile nor an error")
		}
	})
}
