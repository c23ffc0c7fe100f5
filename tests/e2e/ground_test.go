package e2e

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"math"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/fabric"
	"github.com/mtbwiki/mtbwiki/importer/srtm"
	"github.com/mtbwiki/mtbwiki/tests/utils"
)

// tileServer answers every tile and notes what was asked.
type tileServer struct {
	*httptest.Server
	mu    sync.Mutex
	asked map[string]int
}

func newTileServer(t *testing.T) *tileServer {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 256, 256))
	for i := range picture.Pix {
		picture.Pix[i] = 0xd8
	}
	for i := range 256 { // the tiles' edges can be seen
		picture.Set(i, 0, color.RGBA{0x90, 0x60, 0x30, 0xff})
		picture.Set(0, i, color.RGBA{0x90, 0x60, 0x30, 0xff})
	}
	var tile bytes.Buffer
	if err := png.Encode(&tile, picture); err != nil {
		t.Fatal(err)
	}
	s := &tileServer{asked: map[string]int{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked[r.URL.Path]++
		s.mu.Unlock()
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(tile.Bytes())
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *tileServer) paths() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for p := range s.asked {
		out = append(out, p)
	}
	sort.Strings(out)
	return out
}

// cone is an elevation tile with one mountain in its middle.
func cone(t *testing.T, name string) *srtm.Tile {
	t.Helper()
	const rows = 1201
	data := make([]byte, 2*rows*rows)
	for r := range rows {
		for c := range rows {
			h := 3000 - 6*math.Hypot(float64(r-rows/2), float64(c-rows/2))
			binary.BigEndian.PutUint16(data[2*(r*rows+c):], uint16(int16(h)))
		}
	}
	tile, err := srtm.Parse(bytes.NewReader(data), name)
	if err != nil {
		t.Fatal(err)
	}
	return tile
}

// The browser asks the tile server for the tiles below the trail and for no others;
// contour lines lie below the trail too. Both say where they are from.
func TestMapsOnGround(t *testing.T) {
	path := chromium(t)
	tiles := newTileServer(t)
	f := wikiOn(t, func(c *fabric.Config) {
		c.Tiles = config.Tiles{Address: tiles.URL + "/{z}/{x}/{y}.png", Attribution: "© Test tiles", MaxZoom: 17}
		c.Heights = func() srtm.Tiles { ts := srtm.Tiles{}; ts.Add(cone(t, "S48W140.hgt")); return ts }()
	})
	b := newBrowser(t, path)
	b.do("a trail", chromedp.Navigate(f.Endpoints.Site+"/trails/daydream-descent"), chromedp.WaitVisible("svg.map"))
	b.until("the tiles", `document.querySelectorAll("svg.map .mp-tiles image").length > 0`)
	ctx, cancel := context.WithTimeout(b.tab, 15*time.Second)
	defer cancel()
	list, err := chromedp.Run(ctx, chromedp.Evaluate[string](`JSON.stringify([...document.querySelectorAll("svg.map .mp-tiles image")].map(i => new URL(i.href.baseVal).pathname))`))
	if err != nil {
		t.Fatal(err)
	}
	var drawn []string
	if err := json.Unmarshal([]byte(list), &drawn); err != nil {
		t.Fatal(err)
	}
	sort.Strings(drawn)
	deadline := time.Now().Add(10 * time.Second)
	for len(tiles.paths()) < len(drawn) && time.Now().Before(deadline) {
		b.until("a moment", "true")
	}
	if got := tiles.paths(); !slices.Equal(got, drawn) {
		t.Errorf("asked %v, drawn %v", got, drawn)
	}
	// The trail's start lies in one of them, by a formula of its own.
	start := firstPoint(t, f)
	m := regexp.MustCompile(`^/(\d+)/(\d+)/(\d+)\.png$`).FindStringSubmatch(drawn[0])
	if m == nil {
		t.Fatalf("%q is no tile", drawn[0])
	}
	z, err := strconv.Atoi(m[1])
	if err != nil {
		t.Fatal(err)
	}
	n, lat := math.Exp2(float64(z)), start[1]*math.Pi/180
	want := "/" + m[1] + "/" + strconv.Itoa(int((start[0]+180)/360*n)) + "/" + strconv.Itoa(int((1-math.Log(math.Tan(lat)+1/math.Cos(lat))/math.Pi)/2*n)) + ".png"
	if i := sort.SearchStrings(drawn, want); i == len(drawn) || drawn[i] != want {
		t.Errorf("the tile below the trail's start, %s, is not among %v", want, drawn)
	}
	text := b.text("main")
	for _, want := range []string{"© Test tiles", "Contour lines every", "SRTM, NASA and USGS"} {
		if !regexp.MustCompile(regexp.QuoteMeta(want)).MatchString(text) {
			t.Errorf("the page doesn't say %q", want)
		}
	}
	if d, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.querySelectorAll("svg.map .mp-relief path")[0].getAttribute("d").length`)); err != nil || d < 200 {
		t.Errorf("contour lines of %d characters (%v)", d, err)
	}

	// Off, which is the default: nobody is asked.
	before := len(tiles.paths())
	plain := wikiOn(t, nil)
	b.do("the same without", chromedp.Navigate(plain.Endpoints.Site+"/trails/daydream-descent"), chromedp.WaitVisible("svg.map"))
	ctx2, cancel2 := context.WithTimeout(b.tab, 15*time.Second)
	defer cancel2()
	loaded, err := chromedp.Run(ctx2, chromedp.Evaluate[int](`performance.getEntriesByType("resource").filter(e => new URL(e.name).origin !== location.origin).length`))
	if err != nil || loaded != 0 || len(tiles.paths()) != before {
		t.Errorf("%d things were loaded from elsewhere, %d more tiles asked (%v)", loaded, len(tiles.paths())-before, err)
	}
	if n, err := chromedp.Run(ctx2, chromedp.Evaluate[int](`document.querySelectorAll(".mp-tiles, .mp-relief, .map-credit").length`)); err != nil || n != 0 {
		t.Errorf("%d parts of a ground that is off (%v)", n, err)
	}
}

// firstPoint is where the trail starts, as the API says.
func firstPoint(t *testing.T, f *fabric.Fabric) [2]float64 {
	t.Helper()
	c := utils.NewCaller(f.Endpoints.GraphQL, utils.WithKey(f.Endpoints.APIKey)).In(t)
	trail := c.OK(`{ trail(slug: "daydream-descent") { id } }`, nil).Text("trail", "id")
	line := c.OK(`query($id: ID!) { trailLine(trailId: $id, simplified: true) { coordinates } }`, map[string]any{"id": trail}).Text("trailLine", "coordinates")
	var points [][]float64
	if err := json.Unmarshal([]byte(line), &points); err != nil || len(points) < 2 {
		t.Fatalf("the line %.200s: %v", line, err)
	}
	return [2]float64{points[0][0], points[0][1]}
}
