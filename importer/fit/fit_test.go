package fit_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mtbwiki/mtbwiki/importer/fit"
	"github.com/mtbwiki/mtbwiki/importer/internal/shareddata"
	"github.com/mtbwiki/mtbwiki/track"
)

func crc(data []byte) uint16 {
	// The nibble table of the FIT protocol description, not the loop of the package.
	table := [16]uint16{0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
		0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400}
	c := uint16(0)
	for _, b := range data {
		t := table[c&0xF]
		c = c >> 4 & 0x0FFF
		c ^= t ^ table[b&0xF]
		t = table[c&0xF]
		c = c >> 4 & 0x0FFF
		c ^= t ^ table[b>>4&0xF]
	}
	return c
}

func file(messages []byte) []byte {
	out := []byte{14, 0x20, 0, 0}
	out = binary.LittleEndian.AppendUint32(out, uint32(len(messages)))
	out = append(out, ".FIT"...)
	out = append(out, 0, 0)
	out = append(out, messages...)
	return binary.LittleEndian.AppendUint16(out, crc(out))
}

// A big-endian definition of records with a developer field of one byte, and one
// of events.
var definitions = []byte{
	0x60, 0, 1, 0, 20, 4, 0, 4, 0x85, 1, 4, 0x85, 2, 2, 0x84, 78, 4, 0x86, 1, 0, 1, 0,
	0x41, 0, 0, 21, 0, 2, 0, 1, 0, 1, 1, 0,
}

func record(head byte, lat, lon int32, altitude uint16, enhanced uint32) []byte {
	out := binary.BigEndian.AppendUint32([]byte{head}, uint32(lat))
	out = binary.BigEndian.AppendUint32(out, uint32(lon))
	out = binary.BigEndian.AppendUint16(out, altitude)
	out = binary.BigEndian.AppendUint32(out, enhanced)
	return append(out, 99)
}

func activity() []byte {
	const quarter = 1 << 29 // 45 degrees
	m := append([]byte{}, definitions...)
	m = append(m, record(0, quarter, quarter/5, 3000, math.MaxUint32)...)
	m = append(m, record(0x80, quarter, quarter/5, 3000, 5000)...) // compressed timestamp
	m = append(m, record(0, math.MaxInt32, math.MaxInt32, 3000, 3000)...)
	m = append(m, 1, 0, 4) // timer stopped
	m = append(m, record(0, quarter, 0, math.MaxUint16, math.MaxUint32)...)
	m = append(m, record(0, math.MaxInt32-1, 0, 0, 0)...) // latitude 180
	return m
}

func TestParse(t *testing.T) {
	t.Parallel()
	data := append(file(activity()), file(activity())...) // chained
	got, err := fit.Parse(bytes.NewReader(data), fit.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	one := []track.Line{{{Lon: 9, Lat: 45, Ele: 100}, {Lon: 9, Lat: 45, Ele: 500}}, {track.At2D(0, 45)}}
	want := &fit.Activity{Segments: append(one, one...), NoPosition: 2, BadPoints: 2}
	if d := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateApprox(0, 1e-6)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	good := file(activity())
	damaged := bytes.Clone(good)
	damaged[40] ^= 1
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":               {nil, "no FIT file"},
		"GPX":                 {[]byte("<gpx version='1.1'></gpx>"), "no FIT file"},
		"cut short":           {good[:len(good)-3], "cut short"},
		"damaged":             {damaged, "checksum"},
		"undefined":           {file([]byte{0x05}), "not defined"},
		"definition cut":      {file([]byte{0x40, 0, 0, 20, 0, 9}), "definition is cut short"},
		"message cut":         {file(definitions[:len(definitions):len(definitions)][:22:22]), ""},
		"rubbish behind":      {append(bytes.Clone(good), "rubbish rubbish"...), "no FIT file"},
		"message without end": {file(append(bytes.Clone(definitions), 0, 1, 2)), "message is cut short"},
	} {
		got, err := fit.Parse(bytes.NewReader(c.data), fit.Limits{})
		if c.want == "" { // a definition alone is no fault
			if err != nil || len(got.Segments) != 0 {
				t.Errorf("%s: %v %v", name, got, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	for _, l := range []fit.Limits{{Points: 2}, {Bytes: 50}} {
		if _, err := fit.Parse(bytes.NewReader(good), l); !errors.Is(err, fit.ErrTooLarge) {
			t.Errorf("%+v: %v", l, err)
		}
	}
}

func TestSharedFiles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(shareddata.Dir(t), "fit", "*.fit"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		a, err := fit.Parse(bytes.NewReader(data), fit.Limits{})
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(name), err)
			continue
		}
		points, length := 0, 0.0
		for _, s := range a.Segments {
			points += len(s)
			length += s.Length()
		}
		t.Logf("%s: %d segments, %d points, %.0f m", filepath.Base(name), len(a.Segments), points, length)
		if points < 500 || length < 2000 || length > 200_000 || a.BadPoints > 0 {
			t.Errorf("%s: %d points, %.0f m, %d bad points", filepath.Base(name), points, length, a.BadPoints)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(activity())
	f.Fuzz(func(t *testing.T, messages []byte) {
		if len(messages) > 1<<16 {
			return
		}
		// Wrapped, so that fuzzing comes past the checksum; and as it is.
		for _, data := range [][]byte{file(messages), messages} {
			a, err := fit.Parse(bytes.NewReader(data), fit.Limits{Points: 1000})
			if err != nil {
				continue
			}
			for _, s := range a.Segments {
				if err := s.Check(); err != nil {
					t.Error(err)
				}
			}
		}
	})
}
