package track_test

import (
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/track"
)

// sharedData finds the folder of sample recordings, which is not part of this
// repository: the variable MTBWIKI_SHARED_DATA, or shared/data beside a folder
// above.
func sharedData(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("MTBWIKI_SHARED_DATA"); dir != "" {
		return dir
	}
	for up := "../.."; len(up) < 20; up += "/.." {
		dir := filepath.Join(filepath.FromSlash(up), "shared", "data")
		if _, err := os.Stat(filepath.Join(dir, "gpx_expected.csv")); err == nil {
			return dir
		}
	}
	t.Skip("sample recordings not found; set MTBWIKI_SHARED_DATA to their folder to run this test")
	return ""
}

// recording is what this test needs of a GPX file.
type recording struct {
	segments int
	points   int
	bad      int
	lines    []track.Line
}

// parseGPX reads the track points of a file, however badly it is made.
func parseGPX(r io.Reader) (recording, error) {
	var (
		rec   recording
		point *track.Point
		ele   strings.Builder
		inEle bool
	)
	d := xml.NewDecoder(r)
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return rec, nil
		}
		if err != nil {
			return rec, err
		}
		switch el := token.(type) {
		case xml.StartElement:
			switch el.Name.Local {
			case "trkseg":
				rec.segments++
				rec.lines = append(rec.lines, nil)
			case "trkpt":
				p := track.At2D(math.NaN(), math.NaN())
				for _, a := range el.Attr {
					v, err := strconv.ParseFloat(a.Value, 64)
					if err != nil {
						continue // stays NaN
					}
					switch a.Name.Local {
					case "lat":
						p.Lat = v
					case "lon":
						p.Lon = v
					}
				}
				rec.points++
				point = &p
			case "ele":
				inEle = point != nil
				ele.Reset()
			}
		case xml.CharData:
			if inEle {
				ele.Write(el)
			}
		case xml.EndElement:
			switch el.Name.Local {
			case "ele":
				if v, err := strconv.ParseFloat(strings.TrimSpace(ele.String()), 64); inEle && err == nil {
					point.Ele = v
				}
				inEle = false
			case "trkpt":
				if !point.Valid() {
					rec.bad++
				} else {
					last := len(rec.lines) - 1
					rec.lines[last] = append(rec.lines[last], *point)
				}
				point = nil
			}
		}
	}
}

// TestRecordings compares length, range and hysteresis with figures that another
// program computed from real recordings.
func TestRecordings(t *testing.T) {
	t.Parallel()
	dir := sharedData(t)
	f, err := os.Open(filepath.Join(dir, "gpx_expected.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if len(rows) < 20 {
		t.Fatalf("only %d rows", len(rows))
	}
	for _, row := range rows[1:] {
		t.Run(row[0], func(t *testing.T) {
			t.Parallel()
			f, err := os.Open(filepath.Join(dir, "gpx", row[0]))
			if err != nil {
				t.Fatal(err)
			}
			rec, err := parseGPX(f)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			var length float64
			low, high := math.Inf(1), math.Inf(-1)
			withEle := 0
			gain, loss := map[float64]float64{}, map[float64]float64{}
			for _, l := range rec.lines {
				length += l.Length()
				var ele []float64
				for _, p := range l {
					ele = append(ele, p.Ele)
					if p.HasEle() {
						withEle++
						low, high = min(low, p.Ele), max(high, p.Ele)
					}
				}
				for _, threshold := range []float64{0, 3, 5, 10} {
					g, l := track.Hysteresis(ele, threshold)
					gain[threshold] += g
					loss[threshold] += l
				}
			}
			if withEle == 0 {
				low, high = math.NaN(), math.NaN()
			}
			got := []string{
				row[0], "ok", strconv.Itoa(rec.segments), strconv.Itoa(rec.points), strconv.Itoa(withEle), row[5],
				number(length), number(low), number(high), number(gain[0]), number(loss[0]),
				number(gain[3]) + "/" + number(loss[3]), number(gain[5]) + "/" + number(loss[5]), number(gain[10]) + "/" + number(loss[10]),
			}
			if rec.bad > 0 {
				got[1] = fmt.Sprintf("%d bad coords", rec.bad)
			}
			for i, want := range row {
				if !sameFigures(got[i], want) {
					t.Errorf("%s: %s, want %s", rows[0][i], got[i], want)
				}
			}
		})
	}
}

func number(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'f', 1, 64)
}

// sameFigures compares cells, numbers within the rounding of one decimal.
func sameFigures(a, b string) bool {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	if len(as) != len(bs) {
		return false
	}
	for i := range as {
		x, errA := strconv.ParseFloat(as[i], 64)
		y, errB := strconv.ParseFloat(bs[i], 64)
		if errA != nil || errB != nil {
			if as[i] != bs[i] {
				return false
			}
			continue
		}
		if math.Abs(x-y) > 0.11 {
			return false
		}
	}
	return true
}
