package website_test

import (
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/website"
	. "github.com/mtbwiki/mtbwiki/website/htmltest"
)

// Without a tile server and elevations nothing is asked of anybody.
func TestGroundIsOffByDefault(t *testing.T) {
	t.Parallel()
	b := setup(t, options{})
	for _, path := range []string{"/trails/grin-and-granite", "/systems/imaginary-ridge", "/routes/first-day"} {
		a := b.visitor().get(path).want(200, Each("svg.map"), None("svg image"), None(".mp-relief"), None(".map-credit"))
		if csp := a.header.Get("Content-Security-Policy"); !strings.Contains(csp, "img-src 'self' data:;") {
			t.Errorf("%s: policy %q", path, csp)
		}
	}
}

// hill is a slope that every map of the invented ridge lies on.
type hill struct{}

func (hill) Height(lon, lat float64) float64 {
	return 900 + 8000*math.Abs(math.Sin(lon*37)) + 4000*math.Abs(math.Cos(lat*41))
}

func TestGround(t *testing.T) {
	t.Parallel()
	b := setup(t, options{config: func(c *website.Config) {
		c.Tiles = config.Tiles{Address: "https://tiles.example:8443/{z}/{x}/{y}.png", Attribution: "© <Somebody>", AttributionURL: "https://somebody.example/licence", MaxZoom: 16}
		c.Heights, c.HeightsCredit = hill{}, "an invented hill"
	}})
	v := b.visitor()
	for _, path := range []string{"/trails/grin-and-granite", "/systems/imaginary-ridge", "/routes/first-day"} {
		a := v.get(path).want(200, Each("svg.map .mp-tiles image"), Each("svg.map .mp-relief path"),
			In(".map-credit", Text("© <Somebody>"), Text("Contour lines every"), Text("an invented hill"), In("a", Attr("href", "https://somebody.example/licence"))))
		if csp := a.header.Get("Content-Security-Policy"); !strings.Contains(csp, "img-src 'self' data: https://tiles.example:8443;") {
			t.Errorf("%s: policy %q", path, csp)
		}
	}
	// The same map comes the same again, from what was kept; feet are other lines.
	once := v.get("/trails/grin-and-granite").body
	again := v.get("/trails/grin-and-granite").body
	cut := func(s string) string {
		_, s, _ = strings.Cut(s, `<g class="mp-relief"`)
		s, _, _ = strings.Cut(s, "</g>")
		return s
	}
	if cut(once) == "" || cut(once) != cut(again) {
		t.Error("the lines are others the second time")
	}
	req := http.Header{"Cookie": {"units=imperial"}}
	v.do(http.MethodGet, b.url+"/trails/grin-and-granite", nil, req).want(200, In(".map-credit", Text("ft")))
}

func TestTilesAreChecked(t *testing.T) {
	t.Parallel()
	_, err := website.New(website.Config{BaseURL: "http://x.example", Issuer: "i", ClientID: "c", Tiles: config.Tiles{Address: "http://elsewhere.example/{z}/{x}/{y}.png"}})
	if err == nil || !strings.Contains(err.Error(), "tiles.address") || !strings.Contains(err.Error(), "tiles.attribution") || !strings.Contains(err.Error(), "tiles.maxZoom") {
		t.Errorf("%v", err)
	}
}
