package gpx_test

import (
	"encoding/csv"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/importer/gpx"
	"github.com/mtbwiki/mtbwiki/importer/internal/shareddata"
)

const simple = `<?xml version="1.0"?>
<gpx><trk><name> Mill &amp; back </name><trkseg>
<trkpt lat="47.1" lon="11.2"><ele>600.5</ele><time>2024-05-01T08:00:00Z</time><extensions><hr>171</hr></extensions></trkpt>
<trkpt lat="47.2" lon="11.2"><ele></ele></trkpt>
<trkpt lat="undefined" lon="11.2"/>
<trkpt lat="47.3" lon="11.2"><ele>nan</ele></trkpt>
</trkseg><trkseg/></trk><wpt lat="x" lon="y"/><rte><rtept lat="1" lon="180"/></rte></gpx>`

func TestParse(t *testing.T) {
	t.Parallel()
	doc, err := gpx.Parse(strings.NewReader(simple), gpx.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Paths) != 2 || doc.Paths[0].Name != "Mill & back" || doc.Paths[0].Route || !doc.Paths[1].Route {
		t.Fatalf("paths %+v", doc.Paths)
	}
	s := doc.Paths[0].Segments
	if len(s) != 2 || len(s[0]) != 3 || len(s[1]) != 0 {
		t.Fatalf("segments %v", s)
	}
	if s[0][0].Ele != 600.5 || !math.IsNaN(s[0][1].Ele) || !math.IsNaN(s[0][2].Ele) {
		t.Errorf("elevations of %v: want 600.5 and unknown twice", s[0])
	}
	if doc.Waypoints != 1 || doc.BadPoints != 1 || doc.BadElevations != 1 || len(doc.Warnings) != 2 {
		t.Errorf("counted %+v", doc)
	}
	if !strings.HasPrefix(doc.Warnings[0], "line 5: ") {
		t.Errorf("warning %q doesn't name line 5", doc.Warnings[0])
	}
	if lon := doc.Paths[1].Segments[0][0].Lon; lon != -180 {
		t.Errorf("longitude 180 became %v", lon)
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"latin 1":  "<?xml version='1.0' encoding='ISO-8859-1'?><gpx><trk><name>H\xfctte</name></trk></gpx>",
		"windows":  "<?xml version='1.0' encoding='windows-1252'?><gpx><trk><name>H\xfctte</name></trk></gpx>",
		"utf-8":    "\ufeff<?xml version='1.0' encoding='utf-8'?><gpx><trk><name>Hütte</name></trk></gpx>",
		"utf-16le": utf16("<?xml version='1.0' encoding='UTF-16'?><gpx><trk><name>Hütte</name></trk></gpx>"),
	} {
		doc, err := gpx.Parse(strings.NewReader(file), gpx.Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if doc.Paths[0].Name != "Hütte" {
			t.Errorf("%s: read %q", name, doc.Paths[0].Name)
		}
	}
}

func utf16(s string) string {
	b := []byte{0xff, 0xfe}
	for _, r := range s {
		b = append(b, byte(r), byte(r>>8))
	}
	return string(b)
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	points := strings.Repeat(`<trkpt lat="1" lon="1"/>`, 101)
	for name, c := range map[string]struct {
		file, want string
		tooLarge   bool
	}{
		"empty":        {"", "no element <gpx>", false},
		"GeoJSON":      {`{"type": "FeatureCollection"}`, "text outside", false},
		"another XML":  {`<osm/>`, "begins with <osm>", false},
		"cut short":    {simple[:300], "unexpected EOF", false},
		"entity bomb":  {`<!DOCTYPE gpx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><gpx><trk><name>&b;</name></trk></gpx>`, "document type", false},
		"entity":       {`<gpx><trk><name>&b;</name></trk></gpx>`, "entity", false},
		"deep":         {`<gpx>` + strings.Repeat("<a>", 80), "deeper", true},
		"points":       {`<gpx><trk><trkseg>` + points + `</trkseg></trk></gpx>`, "more than 100 points", true},
		"segments":     {`<gpx><trk>` + strings.Repeat("<trkseg/>", 20) + `</trk></gpx>`, "more than 10 segments", true},
		"bytes":        {`<gpx>` + strings.Repeat(" ", 10_000) + `</gpx>`, "bytes", true},
		"encoding":     {`<?xml version="1.0" encoding="EBCDIC"?><gpx/>`, "convert the file to UTF-8", false},
		"two roots":    {`<gpx/><gpx/>`, "after the end", false},
		"binary":       {"\x0e\x10\x00\x00.FIT\x00", "", false},
		"not in UTF-8": {"<gpx><trk><name>H\xfctte</name></trk></gpx>", "UTF-8", false},
	} {
		doc, err := gpx.Parse(strings.NewReader(c.file), gpx.Limits{Bytes: 8000, Points: 100, Segments: 10})
		if err == nil {
			t.Errorf("%s: accepted as %+v", name, doc)
			continue
		}
		if !strings.Contains(err.Error(), c.want) || errors.Is(err, gpx.ErrTooLarge) != c.tooLarge {
			t.Errorf("%s: %v; want %q, too large: %v", name, err, c.want, c.tooLarge)
		}
	}
}

// Real files of many devices, against numbers computed elsewhere.
func TestSharedFiles(t *testing.T) {
	t.Parallel()
	dir := shareddata.Dir(t)
	f, err := os.Open(filepath.Join(dir, "gpx_expected.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		file, err := os.Open(filepath.Join(dir, "gpx", row[0]))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := gpx.Parse(file, gpx.Limits{})
		file.Close()
		if err != nil {
			t.Errorf("%s: %v", row[0], err)
			continue
		}
		var segments, points, withEle int
		var length float64
		for _, p := range doc.Paths {
			if p.Route {
				continue
			}
			for _, s := range p.Segments {
				segments++
				points += len(s)
				length += s.Length()
				for _, q := range s {
					if q.HasEle() {
						withEle++
					}
				}
			}
		}
		if row[1] != "ok" {
			if doc.BadPoints == 0 {
				t.Errorf("%s: no bad points found", row[0])
			}
			continue
		}
		want := func(i int) float64 {
			v, err := strconv.ParseFloat(row[i], 64)
			if err != nil {
				t.Fatalf("%s: column %d: %v", row[0], i, err)
			}
			return v
		}
		if float64(segments) != want(2) || float64(points) != want(3) || float64(withEle) != want(4) {
			t.Errorf("%s: %d segments, %d points, %d with elevation; want %s, %s, %s", row[0], segments, points, withEle, row[2], row[3], row[4])
		}
		if math.Abs(length-want(6)) > 0.1 {
			t.Errorf("%s: %.1f m, want %s", row[0], length, row[6])
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(simple))
	f.Add([]byte("<?xml version='1.0' encoding='ISO-8859-1'?><gpx><rte><rtept lat='1e9' lon='-0'><ele>-32768</ele></rtept></rte></gpx>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := gpx.Parse(strings.NewReader(string(data)), gpx.Limits{Bytes: 1 << 16, Points: 1000})
		if err != nil {
			return
		}
		for _, p := range doc.Paths {
			for _, s := range p.Segments {
				if err := s.Check(); err != nil {
					t.Errorf("accepted a line that is none: %v", err)
				}
			}
		}
	})
}
