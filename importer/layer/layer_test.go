package layer_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/mtbwiki/mtbwiki/content"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/importer"
	"github.com/mtbwiki/mtbwiki/importer/geojson"
	"github.com/mtbwiki/mtbwiki/importer/internal/shareddata"
	"github.com/mtbwiki/mtbwiki/importer/layer"
	"github.com/mtbwiki/mtbwiki/importer/osm"
	"github.com/mtbwiki/mtbwiki/track"
)

// extract is an invented village: nodes on a grid of about 111 m by 111 m at the
// equator, numbered row * 100 + column.
func extract(elements string) string {
	var b strings.Builder
	b.WriteString(`<osm version="0.6">`)
	for row := range 10 {
		for col := range 10 {
			fmt.Fprintf(&b, `<node id="%d" lat="%.3f" lon="%.3f"/>`, 1000+row*100+col, float64(row)/1000, float64(col)/1000)
		}
	}
	b.WriteString(`<node id="9000" lat="0.004" lon="0.004"><tag k="natural" v="peak"/><tag k="name" v="Mount &#x202e; &#xa0;Invented"/></node>`)
	return b.String() + elements + "</osm>"
}

func way(id int, nodes string, tags ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<way id="%d">`, id)
	for _, n := range strings.Fields(nodes) {
		fmt.Fprintf(&b, `<nd ref="%s"/>`, n)
	}
	for i := 0; i < len(tags); i += 2 {
		fmt.Fprintf(&b, `<tag k="%s" v="%s"/>`, tags[i], tags[i+1])
	}
	return b.String() + "</way>"
}

var elements = strings.Join([]string{
	// One trail of two rated ways, the second drawn against the first, and a bridge
	// between them that nobody rated.
	way(11, "1000 1001 1002", "highway", "path", "name", "Ridge Line", "mtb:scale", "1", "mtb:scale:uphill", "6"),
	way(12, "1005 1004 1003", "highway", "path", "name", "Ridge Line", "mtb:scale", "3"),
	way(13, "1002 1003", "highway", "path", "name", "Ridge Line", "alt_name", "Wurzeltrail", "bridge", "yes"),
	// Of the same name, elsewhere.
	way(14, "1900 1901", "highway", "path", "name", "Ridge Line", "mtb:scale", "0;1"),
	way(15, "1003 1103 1203", "highway", "track", "tracktype", "grade1", "name", "Mill Road", "mtb:scale", "0", "bicycle", "no"),
	way(16, "1203 1303 1403", "highway", "path", "name", "Chute", "mtb:scale", "6", "mtb:scale:imba", "3", "oneway", "-1"),
	way(17, "1403 1503", "highway", "path", "mtb:scale", "2"),
	way(18, "1403 1404", "highway", "residential", "name", "Main Street", "mtb:scale", "0"),
	way(19, "1403 7777", "highway", "path", "name", "Cut Off", "mtb:scale", "S3!"),
	way(20, "1503 1504", "highway", "path", "name", "Footpath"),
	`<relation id="30"><member type="way" ref="11" role=""/><member type="way" ref="13" role=""/><member type="relation" ref="31" role=""/><tag k="type" v="route"/><tag k="route" v="mtb"/><tag k="name" v="Village Tour"/><tag k="ref" v="4"/><tag k="distance" v="24.8 km"/></relation>`,
	`<relation id="31"><member type="way" ref="12" role=""/><member type="way" ref="404" role=""/><tag k="type" v="route"/><tag k="route" v="mtb"/></relation>`,
	`<relation id="32"><member type="relation" ref="33" role=""/><tag k="type" v="route"/><tag k="route" v="mtb"/><tag k="name" v="Round"/></relation>`,
	`<relation id="33"><member type="relation" ref="32" role=""/><tag k="type" v="route"/><tag k="route" v="hiking"/></relation>`,
}, "")

func plan(t testing.TB, file string, heights layer.Heights) *layer.Plan {
	t.Helper()
	data, err := osm.Parse(strings.NewReader(file), osm.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := layer.FromOSM(t.Context(), data, heights)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestFromOSM(t *testing.T) {
	t.Parallel()
	p := plan(t, extract(elements), nil)
	type trail struct {
		Key, Name, Type, Direction string
		Visibility                 layer.Visibility
		Features                   []string
		Lines, Metres, Junctions   int
		Profile                    layer.Profile
	}
	var got []trail
	for _, x := range p.Trails {
		got = append(got, trail{x.Key, x.Name, x.Type, x.Direction, x.Visibility, x.Features, len(x.Lines), int(math.Round(x.Length)), len(x.Junctions), x.Profile})
		if x.Climb != nil || x.Grades != nil {
			t.Errorf("%s: a climb of %+v without any elevation", x.Name, *x.Climb)
		}
	}
	osmLabel := func(l, worst, stated string) []layer.Label {
		return []layer.Label{{System: "osm", Label: l, Worst: worst, Stated: stated}}
	}
	down := func(most, worst float64) []layer.Axis {
		return []layer.Axis{{Axis: "TECHNICAL_DESCENDING", Predominant: most, Worst: worst, Direction: "EITHER"}}
	}
	learning := []string{"LEARNING"}
	want := []trail{
		{"trail/way/11", "Ridge Line", "SINGLETRACK", "BOTH", layer.Public, []string{"way/11", "way/12", "way/13"}, 1, 556, 1,
			layer.Profile{Type: "SINGLETRACK", Labels: osmLabel("1", "3", ""), Skills: learning, Axes: down(1, 3), Names: []layer.KeyValue{{Key: "alt_name", Value: "Wurzeltrail"}}}},
		{"trail/way/14", "Ridge Line", "SINGLETRACK", "BOTH", layer.Public, []string{"way/14"}, 1, 111, 0,
			layer.Profile{Type: "SINGLETRACK", Labels: osmLabel("0", "1", ""), Skills: learning, Axes: down(0, 1)}},
		{"trail/way/15", "Mill Road", "FIRE_ROAD", "BOTH", layer.NameOnly, []string{"way/15"}, 1, 222, 2,
			layer.Profile{Type: "FIRE_ROAD", Labels: osmLabel("0", "0", ""), Skills: learning, Axes: down(0, 0),
				Keys: []layer.KeyValue{{Key: "tracktype", Value: "grade1", Share: 1}}}},
		{"trail/way/16", "Chute", "SINGLETRACK", "ONE_WAY", layer.Public, []string{"way/16"}, 1, 222, 1,
			layer.Profile{Type: "SINGLETRACK", Labels: append(osmLabel("6", "6", ""), layer.Label{System: "imba", Label: "black", Worst: "black"}), ForMTB: true, Skills: []string{"CHALLENGING"}, Axes: []layer.Axis{}}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("trails (-want +got):\n%s", d)
	}
	if chute := p.Trails[3].Lines[0]; chute[0].Lat != 0.004 {
		t.Errorf("a one-way trail begins at latitude %v, its end", chute[0].Lat)
	}
	if len(p.Routes) != 1 || p.Routes[0].Name != "Village Tour 4" || len(p.Routes[0].Lines) != 1 || math.Round(p.Routes[0].Length) != 556 {
		t.Errorf("routes %+v", p.Routes)
	}
	if len(p.Systems) != 1 || p.Systems[0].Name != "Trails around Mount Invented" || len(p.Systems[0].Trails) != 4 || len(p.Systems[0].Unnamed) != 1 || p.Unnamed != 1 {
		t.Errorf("systems %+v", p.Systems)
	}
	wantSkipped := []string{"1 routes without a name", "1 routes: relations that contain each other",
		"1 ways: a road", "1 ways: points are missing in the file"}
	if d := cmp.Diff(wantSkipped, p.SkippedInOrder()); d != "" {
		t.Errorf("skipped (-want +got):\n%s", d)
	}
	if !slices.ContainsFunc(p.Notes, func(n string) bool { return strings.Contains(n, `mtb:scale:uphill="6"`) }) {
		t.Errorf("uphill 6 is in no note: %q", p.Notes)
	}
}

// What is told of a trail besides its marks: short harder ways, points on it and
// beside it, stated grades and widths, other names; odd values are noted.
func TestProfile(t *testing.T) {
	t.Parallel()
	p := plan(t, extract(strings.Join([]string{
		`<node id="1" lat="0.0005" lon="0.002"><tag k="mtb:scale" v="3"/></node>`,
		`<node id="2" lat="0.00005" lon="0.0045"><tag k="mtb:scale" v="4"/></node>`,
		`<node id="3" lat="0" lon="0.0055"><tag k="barrier" v="cycle_barrier"/></node>`,
		`<node id="4" lat="0" lon="0.0057"/>`,
		way(11, "1000 1001 1002 1003 1004 1005", "highway", "path", "name", "Ridge", "mtb:scale", "1+", "mtb:scale:uphill", "2", "incline", "-15%", "width", "1.5",
			"name:de", "Grat", "alt_name", "Root Trail; Other", "surface", "ground", "sac_scale", "yes", "mtb:scale:amtb", "2"),
		way(12, "4 3 1005", "highway", "path", "name", "Ridge", "mtb:scale", "2", "incline", "10°", "mtb:scale:uphill", "1", "width", "narrow", "surface", "rock"),
		way(13, "1005 1105 1205", "highway", "path", "name", "Down", "mtb:scale", "1;x", "incline", "steep", "mtb:scale:uphill", "3"),
		way(14, "1205 1 1305", "highway", "path", "name", "Down", "mtb:scale", "1"),
	}, "")), nil)
	ridge, down := p.Trails[0], p.Trails[1]
	km := func(key, value string, share float64) layer.KeyValue {
		return layer.KeyValue{Key: key, Value: value, Share: share}
	}
	steepest, narrowest := 17.6, 150.0
	want := layer.Profile{
		Type: "SINGLETRACK", Labels: []layer.Label{{System: "osm", Label: "1", Worst: "2", Stated: "1+"}}, Skills: []string{"LEARNING"},
		Axes: []layer.Axis{{Axis: "TECHNICAL_DESCENDING", Predominant: 1, Worst: 2, Direction: "EITHER"},
			{Axis: "TECHNICAL_CLIMBING", Predominant: 2, Worst: 2, Direction: "BACKWARD"}},
		Cruxes: []layer.Crux{
			{AtM: 500.4, Kind: "OTHER", Scale: "4", Avoidable: true, Source: "node/2", Keys: []layer.KeyValue{km("mtb:scale", "4", 0)}},
			{AtM: 556, LengthM: 77.8, Kind: "OTHER", Scale: "2", Source: "way/12", Keys: []layer.KeyValue{km("mtb:scale", "2", 0)}},
			{AtM: 611.6, Kind: "GATE", Source: "node/3", Keys: []layer.KeyValue{km("barrier", "cycle_barrier", 0)}},
		},
		Steepest: &steepest, Narrowest: &narrowest, Support: "RECOMMENDED",
		Keys:  []layer.KeyValue{km("surface", "ground", 0.88), km("surface", "rock", 0.12), km("sac_scale", "yes", 0.88)},
		Names: []layer.KeyValue{km("alt_name", "Other", 0), km("alt_name", "Root Trail", 0), km("name:de", "Grat", 0)},
	}
	if d := cmp.Diff(want, ridge.Profile); d != "" {
		t.Errorf("Ridge (-want +got):\n%s", d)
	}
	// The rated node lies on the trail: what can't be avoided is the worst of it.
	if a := down.Profile.Axes; len(a) == 0 || a[0].Predominant != 1 || a[0].Worst != 3 || len(down.Profile.Cruxes) != 1 || down.Profile.Cruxes[0].Avoidable {
		t.Errorf("Down: %+v", down.Profile)
	}
	for _, note := range []string{`way/11: sac_scale="yes"`, `way/12: width="narrow"`, `way/13: incline="steep"`, `way/13: mtb:scale="1;x"`} {
		if !slices.ContainsFunc(p.Notes, func(n string) bool { return strings.Contains(n, note) }) {
			t.Errorf("no note of %s: %q", note, p.Notes)
		}
	}
}

// Ways of one name go on across a road, but a public one isn't hidden by one that
// is name only; paved ways of no difficulty get no page.
func TestAcrossRoads(t *testing.T) {
	t.Parallel()
	p := plan(t, extract(strings.Join([]string{
		`<node id="1" lat="0" lon="0.0024"/>`, `<node id="2" lat="0" lon="0.0035"/>`,
		way(11, "1000 1001 1002", "highway", "path", "name", "Out", "mtb:scale", "1"),
		way(12, "1 1003", "highway", "path", "name", "Out", "mtb:scale", "1"),
		way(13, "2 1004", "highway", "path", "name", "Out", "mtb:scale", "1"),
		way(14, "1305 1405", "highway", "path", "name", "Half", "mtb:scale", "1"),
		`<node id="3" lat="0.0044" lon="0.005"/>`,
		way(15, "3 1505", "highway", "path", "name", "Half", "mtb:scale", "1", "bicycle", "no"),
		way(16, "1604 1605", "highway", "path", "surface", "asphalt", "name", "Promenade", "mtb:scale", "0"),
		way(17, "1704 1705", "highway", "path", "surface", "asphalt", "name", "Pump Track", "mtb:scale", "0", "mtb:scale:imba", "0"),
	}, "")), nil)
	var got []string
	for _, x := range p.Trails {
		got = append(got, fmt.Sprint(x.Name, len(x.Lines), " ", x.Visibility))
	}
	want := []string{"Out2 PUBLIC", "Out1 PUBLIC", "Half1 PUBLIC", "Half1 NAME_ONLY", "Pump Track1 PUBLIC"}
	if d := cmp.Diff(want, got); d != "" || p.Sealed != 1 {
		t.Errorf("%d sealed; trails (-want +got):\n%s", p.Sealed, d)
	}
}

// The ways of a route matched to trails, in its order and direction.
func TestLegs(t *testing.T) {
	t.Parallel()
	p := plan(t, extract(strings.Join([]string{
		way(11, "1000 1001 1002", "highway", "path", "name", "Out", "mtb:scale", "1"),
		way(12, "1002 1003", "highway", "path", "name", "Out", "mtb:scale", "1"),
		way(13, "1003 1103", "highway", "residential"),
		way(14, "1103 1203", "highway", "track"),
		way(15, "1303 1203", "highway", "path", "name", "Back", "mtb:scale", "1"),
		way(16, "1905 1906", "highway", "path", "name", "Far", "mtb:scale", "1"),
		`<relation id="30"><member type="way" ref="12" role=""/><member type="way" ref="11" role=""/><member type="way" ref="404" role=""/>`,
		`<member type="way" ref="13" role=""/><member type="way" ref="14" role=""/><member type="way" ref="16" role="alternative"/><member type="way" ref="15" role=""/>`,
		`<tag k="type" v="route"/><tag k="route" v="mtb"/><tag k="name" v="Tour"/><tag k="distance" v="24.8 km"/><tag k="ascent" v="900 ft"/>`,
		`<tag k="descent" v="much"/><tag k="name:fr" v="Tour"/><tag k="mtb:scale" v="2"/></relation>`,
	}, "")), nil)
	if len(p.Routes) != 1 {
		t.Fatalf("%+v", p.Routes)
	}
	type leg struct {
		kind, trail      string
		from, to, length int
		gap              bool
	}
	var got []leg
	for _, l := range p.Routes[0].Profile.Legs {
		x := leg{kind: l.Kind, trail: l.Trail, from: -1, to: -1, length: int(math.Round(l.LengthM)), gap: l.Gap}
		if !math.IsNaN(l.FromM) {
			x.from, x.to = int(math.Round(l.FromM)), int(math.Round(l.ToM))
		}
		got = append(got, x)
	}
	want := []leg{{"TRAIL", "trail/way/11", 334, 0, 334, false}, {"CONNECTOR", "", -1, -1, 222, true}, {"TRAIL", "trail/way/15", 111, 0, 111, false}}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(leg{})); d != "" {
		t.Errorf("legs (-want +got):\n%s", d)
	}
	s := p.Routes[0].Profile.Stated
	if s.DistanceM == nil || *s.DistanceM != 24800 || s.AscentM == nil || *s.AscentM != 274.3 || s.DescentM != nil || p.Routes[0].Profile.MissingMembers != 1 {
		t.Errorf("stated %+v", p.Routes[0].Profile)
	}
	for _, note := range []string{`descent="much"`, `mtb:scale="2" is on a relation`, `role="alternative"`} {
		if !slices.ContainsFunc(p.Notes, func(n string) bool { return strings.Contains(n, note) }) {
			t.Errorf("no note of %s: %q", note, p.Notes)
		}
	}
}

// Ways that are not clearly open to bicycles, or that nobody laid out, start as
// name only.
func TestSensitive(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tags string
		want layer.Visibility
	}{
		{"", layer.Public},
		{"access=private", layer.NameOnly}, {"access=no", layer.NameOnly}, {"access=unknown", layer.NameOnly},
		{"vehicle=forestry", layer.NameOnly}, {"vehicle=agricultural;forestry", layer.NameOnly},
		{"bicycle=dismount", layer.NameOnly}, {"bicycle=no", layer.NameOnly},
		{"access=private bicycle=yes", layer.Public}, {"vehicle=no bicycle=designated", layer.Public},
		{"access=permissive", layer.Public}, {"access=yes vehicle=private", layer.NameOnly},
		{"informal=yes", layer.NameOnly}, {"informal=no", layer.Public}, {"bicycle=yes informal=yes", layer.NameOnly},
	} {
		tags := []string{"highway", "path", "name", "X", "mtb:scale", "1"}
		for _, kv := range strings.Fields(c.tags) {
			k, v, _ := strings.Cut(kv, "=")
			tags = append(tags, k, v)
		}
		p := plan(t, extract(way(1, "1000 1001", tags...)), nil)
		if len(p.Trails) != 1 || p.Trails[0].Visibility != c.want || p.Systems[0].Visibility != c.want {
			t.Errorf("%q: %+v, want %s", c.tags, p.Trails, c.want)
		}
	}
}

// Whichever way round and in whatever order ways are drawn, the plan is the same
// trail with all of its length.
func TestChainOfAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5}).Draw(t, "order")
		var b strings.Builder
		for id, k := range order {
			nodes := fmt.Sprintf("%d %d", 1000+k, 1001+k)
			if rapid.Bool().Draw(t, "turned") {
				nodes = fmt.Sprintf("%d %d", 1001+k, 1000+k)
			}
			b.WriteString(way(id+1, nodes, "highway", "path", "name", "Long", "mtb:scale", "1"))
		}
		data, err := osm.Parse(strings.NewReader(extract(b.String())), osm.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		p, err := layer.FromOSM(context.Background(), data, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Trails) != 1 || len(p.Trails[0].Lines) != 1 || len(p.Trails[0].Lines[0]) != 7 {
			t.Fatalf("%+v", p.Trails)
		}
	})
}

type slope struct{}

// Lift puts a line on a hillside of 10 m a thousandth of a degree northwards.
func (slope) Lift(l track.Line) (track.Line, error) {
	var out track.Line
	for _, p := range l {
		p.Ele = p.Lat * 10_000
		out = append(out, p)
	}
	return out, nil
}

func TestClimb(t *testing.T) {
	t.Parallel()
	p := plan(t, extract(way(1, "1000 1100 1200 1300 1400", "highway", "path", "name", "Up", "mtb:scale", "1")), slope{})
	c := p.Trails[0].Climb
	if c == nil || math.Abs(c.Gain-40) > 4 || c.Loss > 1 || c.Method == "" {
		t.Fatalf("climb %+v, want about 40 m with a method", c)
	}
	// 10 m in a thousandth of a degree are 9 %.
	if g := p.Trails[0].Grades; g == nil || math.Abs(g.Average-9) > 1 || math.Abs(g.MaxUp-9) > 1 || g.MaxDown > 1 || !strings.Contains(g.Method, "30 m") {
		t.Fatalf("grades %+v, want about 9 percent up with a method", g)
	}
}

// A relation that contains others a thousandfold is given up, not walked.
func TestRelationBomb(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(way(1, "1000 1001", "highway", "path", "name", "X", "mtb:scale", "1"))
	for id := range 5 {
		fmt.Fprintf(&b, `<relation id="%d"><tag k="type" v="route"/><tag k="route" v="mtb"/><tag k="name" v="Bomb"/>`, 100+id)
		b.WriteString(strings.Repeat(fmt.Sprintf(`<member type="relation" ref="%d" role=""/>`, 101+id), 200))
		b.WriteString(`</relation>`)
	}
	b.WriteString(`<relation id="105"><tag k="type" v="route"/></relation>`)
	p := plan(t, extract(b.String()), nil)
	if len(p.Routes) != 0 || p.Skipped["routes: relations of more than 1000 relations"] == 0 {
		t.Errorf("routes %+v, skipped %q", p.Routes, p.SkippedInOrder())
	}
}

// Many ways of one name at one node, and twice the same network, take no longer
// than they should.
func TestManyWaysAtOneNode(t *testing.T) {
	t.Parallel()
	data := &osm.Data{Positions: map[int64]track.Point{}}
	const n = 30_000
	for i := int64(1); i <= n; i++ {
		data.Positions[i] = track.At2D(float64(i)/n, 1)
		data.Ways = append(data.Ways, osm.Way{ID: i, Nodes: []int64{1, i%n + 1}, Tags: osm.Tags{"highway": "path", "name": "Star", "mtb:scale": "1"}})
	}
	started := time.Now()
	p, err := layer.FromOSM(t.Context(), data, nil)
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(started); took > 20*time.Second {
		t.Errorf("%d trails took %v", len(p.Trails), took)
	}
}

// As many trails as a plan takes, each apart from all others along one parallel,
// with as many rated points beside them, take no longer than they should.
func TestManyTrailsApart(t *testing.T) {
	t.Parallel()
	data := &osm.Data{Positions: map[int64]track.Point{}}
	const n = 20_000
	for i := int64(1); i <= n; i++ {
		lon := float64(i)*359/n - 179.5
		data.Positions[2*i], data.Positions[2*i+1] = track.At2D(lon, 1), track.At2D(lon, 1.001)
		data.Ways = append(data.Ways, osm.Way{ID: i, Nodes: []int64{2 * i, 2*i + 1}, Tags: osm.Tags{"highway": "path", "name": fmt.Sprint("T", i), "mtb:scale": "1"}})
		data.Nodes = append(data.Nodes, osm.Node{ID: 3*n + i, At: track.At2D(lon, 1.0005), Tags: osm.Tags{"mtb:scale": "4"}})
		data.Nodes = append(data.Nodes, osm.Node{ID: 4*n + i, At: track.At2D(0, 1), Tags: osm.Tags{"mtb:scale": "4"}})
	}
	started := time.Now()
	p, err := layer.FromOSM(t.Context(), data, nil)
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(started); took > 30*time.Second {
		t.Errorf("%d systems took %v", len(p.Systems), took)
	}
	if len(p.Trails[7].Profile.Cruxes) != 1 {
		t.Errorf("%+v", p.Trails[7].Profile)
	}
	// 2 km from one to the next: a system has no more than those near its first.
	for i := range p.Systems {
		if n := len(p.Systems[i].Trails); n > 5 {
			t.Fatalf("system %d is a chain of %d trails", i, n)
		}
	}
}

func TestFromGeoJSON(t *testing.T) {
	t.Parallel()
	doc, err := geojson.Parse(strings.NewReader(`{"type": "FeatureCollection", "features": [
{"type": "Feature", "id": "a", "properties": {"NAME": "North Loop", "open": true}, "geometry": {"type": "LineString", "coordinates": [[0, 0, 10], [0.001, 0, 20], [0.002, 0, 30]]}},
{"type": "Feature", "id": "b", "properties": {"NAME": "Spur"}, "geometry": {"type": "LineString", "coordinates": [[0.001, 0], [0.001, 0.001]]}},
{"type": "Feature", "properties": {"NAME": "Snow", "bicycle": "no"}, "geometry": {"type": "LineString", "coordinates": [[0.001, 0.003], [0.001, 0.004]]}},
{"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[0.001, 0.001], [0.001, 0.002]]}}]}`), geojson.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := layer.FromGeoJSON(t.Context(), doc, layer.Source{Code: "x", Title: "X", Attribution: "X", Licence: "CC0-1.0"}, "NAME", nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Trails) != 2 || len(p.Systems) != 1 || len(p.Trails[0].Junctions) != 1 || len(p.Features) != 3 || len(p.Skipped) != 1 {
		t.Fatalf("%+v", p)
	}
	if j := p.Trails[0].Junctions[0]; j.Other != "trail/feature/b" || math.Round(j.AtM) != 111 || j.OtherAtM != 0 {
		t.Errorf("junction %+v", j)
	}
}

func FuzzFromOSM(f *testing.F) {
	f.Add([]byte(extract(elements)))
	// Cruxes on and beside a way, stated values, a closed way, members beside a route.
	f.Add([]byte(`<osm><node id="1" lat="1" lon="1"/><node id="2" lat="1.001" lon="1"><tag k="mtb:scale" v="3"/></node><node id="3" lat="1.002" lon="1.001"/><node id="4" lat="1.0005" lon="1.00001"><tag k="mtb:scale" v="4"/></node>
<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="1"/><tag k="highway" v="path"/><tag k="name" v="A"/><tag k="alt_name" v="B;C"/><tag k="mtb:scale" v="1+"/><tag k="mtb:scale:uphill" v="2"/><tag k="incline" v="-10°"/><tag k="width" v="1.5"/></way>
<relation id="1"><member type="way" ref="1" role=""/><member type="way" ref="1" role="alternative"/><tag k="type" v="route"/><tag k="route" v="mtb"/><tag k="name" v="R"/><tag k="distance" v="24.8 km"/></relation></osm>`))
	f.Fuzz(func(t *testing.T, file []byte) {
		data, err := osm.Parse(strings.NewReader(string(file)), osm.Limits{Bytes: 1 << 16, Elements: 500, References: 5000})
		if err != nil {
			return
		}
		p, err := layer.FromOSM(t.Context(), data, nil)
		if err != nil {
			return
		}
		for _, x := range p.Trails {
			if x.Name == "" || len([]rune(x.Name)) > 120 || !(x.Length > 0) || len(x.Lines) == 0 {
				t.Errorf("trail %+v", x)
			}
		}
	})
}

// wiki is a database with the shipped regions.
func wiki(t *testing.T) *databasetest.Databases {
	t.Helper()
	db := databasetest.New(t)
	c, err := content.Load(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := importer.Seed(t.Context(), db.Owner, &content.Content{Vocabularies: c.Vocabularies, Regions: c.Regions}, nil); err != nil {
		t.Fatal(err)
	}
	return db
}

func count(t *testing.T, db *databasetest.Databases, sql string, args ...any) (n int) {
	t.Helper()
	if err := db.Owner.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

var today = time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)

func TestWrite(t *testing.T) {
	t.Parallel()
	db := wiki(t)
	p := plan(t, extract(elements), slope{})
	options := layer.Options{Regions: []string{"alps"}, Today: today}
	first, err := layer.Write(t.Context(), db.Owner, p, options)
	if err != nil {
		t.Fatal(err)
	}
	want := layer.Report{Systems: layer.Counts{Made: 1}, Trails: layer.Counts{Made: 4}, Routes: layer.Counts{Made: 1}, Features: 8}
	if d := cmp.Diff(want, first); d != "" {
		t.Fatalf("first import (-want +got):\n%s", d)
	}
	revisions := count(t, db, "SELECT count(*) FROM wiki.revision")

	second, err := layer.Write(t.Context(), db.Owner, p, options)
	if err != nil {
		t.Fatal(err)
	}
	want = layer.Report{Systems: layer.Counts{Found: 1}, Trails: layer.Counts{Found: 4}, Routes: layer.Counts{Found: 1}}
	if d := cmp.Diff(want, second); d != "" {
		t.Errorf("second import (-want +got):\n%s", d)
	}
	if now := count(t, db, "SELECT count(*) FROM wiki.revision"); now != revisions {
		t.Errorf("the second import wrote %d revisions", now-revisions)
	}

	// A way more, a trail renamed at the source: the layer follows, the pages stay.
	changed := strings.Replace(elements, `v="Chute"`, `v="Big Chute"`, 1) + way(10, "1905 1906", "highway", "path", "name", "New", "mtb:scale", "1")
	third, err := layer.Write(t.Context(), db.Owner, plan(t, extract(changed), slope{}), options)
	if err != nil {
		t.Fatal(err)
	}
	want = layer.Report{Systems: layer.Counts{Found: 1}, Trails: layer.Counts{Made: 1, Found: 4}, Routes: layer.Counts{Found: 1}, Features: 2}
	if d := cmp.Diff(want, third); d != "" {
		t.Errorf("third import (-want +got):\n%s", d)
	}
	if n := count(t, db, "SELECT count(*) FROM wiki.trail t JOIN wiki.layer_entity l ON l.entity_id = t.id WHERE t.name = 'Chute' AND l.name = 'Big Chute'"); n != 1 {
		t.Error("a trail renamed at the source isn't beside the page's name")
	}
	if n := count(t, db, "SELECT count(*) FROM wiki.search_document d JOIN wiki.trail t ON t.id = d.entity_id WHERE t.name = 'Ridge Line' AND d.names LIKE '%Wurzeltrail%'"); n != 1 {
		t.Error("search doesn't know what a trail is also called")
	}
	// So that the route's line is not shown when the trail becomes name only.
	if n := count(t, db, `
SELECT count(*)
FROM wiki.layer_entity l
JOIN wiki.route r ON r.id = l.entity_id AND r.name = 'Village Tour 4'
JOIN wiki.trail t ON l.passes = ARRAY[t.id] AND t.name = 'Ridge Line'`); n != 1 {
		t.Error("the layer doesn't say which trail the route runs over")
	}
	if n := count(t, db, "SELECT count(*) FROM wiki.trail_line"); n != 0 {
		t.Errorf("%d imported lines became lines of our own", n)
	}
	if n := count(t, db, "SELECT count(*) FROM wiki.trail t WHERE t.length_m IS NOT NULL OR t.climb_m IS NOT NULL"); n != 0 {
		t.Errorf("%d imported lengths were merged into our own values", n)
	}
	if n := count(t, db, "SELECT count(*) FROM wiki.fact_basis f WHERE f.basis = 'IMPORTED' AND f.licence = 'ODbL-1.0' AND f.field = 'name'"); n != 7 {
		t.Errorf("%d of 7 names have source and licence", n)
	}
}

// What the public sees of a layer, by the API's own role.
func TestLayersAsSeen(t *testing.T) {
	t.Parallel()
	db := wiki(t)
	if _, err := layer.Write(t.Context(), db.Owner, plan(t, extract(elements), slope{}), layer.Options{Regions: []string{"alps"}, Today: today}); err != nil {
		t.Fatal(err)
	}
	type seen struct {
		Name, Licence string
		Length, Climb *float64
		Line          *string
		Junctions     *int
	}
	read := func(actor, name string) seen {
		t.Helper()
		rows, err := db.API.Query(t.Context(), `
SELECT l.name, l.licence, l."lengthM", l."climbM", l.lines::text, json_array_length(l.junctions)
FROM api.trails($1::jsonb, 'en') t
CROSS JOIN LATERAL api.entity_layers($1::jsonb, t.id) l
WHERE t.name = $2`, actor, name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[seen])
		if err != nil {
			t.Fatalf("%s of %s: %v", name, actor, err)
		}
		return s
	}
	const public, moderator = `{"mode": "KEY"}`, `{"mode": "USER", "sub": "m", "username": "m", "groups": ["moderators"]}`
	if s := read(public, "Chute"); s.Length == nil || math.Round(*s.Length) != 222 || s.Climb == nil || s.Line == nil || s.Licence != "ODbL-1.0" {
		t.Errorf("a public trail: %+v", s)
	}
	if s := read(public, "Mill Road"); s.Length != nil || s.Climb != nil || s.Line != nil || s.Junctions != nil {
		t.Errorf("a trail that is name only shows %+v", s)
	}
	if s := read(moderator, "Mill Road"); s.Length == nil || s.Line == nil || s.Junctions == nil || *s.Junctions != 2 {
		t.Errorf("a moderator sees %+v", s)
	}
	// Where it meets a hidden trail is not told either.
	if s := read(public, "Chute"); s.Junctions == nil || *s.Junctions != 0 {
		t.Errorf("a junction with a trail that is name only: %+v", s)
	}
}

// An import that was broken off goes on where it was.
func TestResume(t *testing.T) {
	t.Parallel()
	db := wiki(t)
	data := &osm.Data{Positions: map[int64]track.Point{}}
	for i := int64(1); i <= 6; i++ {
		data.Positions[2*i] = track.At2D(float64(i), 1)
		data.Positions[2*i+1] = track.At2D(float64(i), 1.001)
		data.Ways = append(data.Ways, osm.Way{ID: i, Nodes: []int64{2 * i, 2*i + 1},
			Tags: osm.Tags{"highway": "path", "name": fmt.Sprint("Trail ", i), "mtb:scale": "1"}})
	}
	p, err := layer.FromOSM(t.Context(), data, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	options := layer.Options{Regions: []string{"alps"}, Today: today, Progress: func(what string) {
		if strings.HasPrefix(what, p.Systems[3].Name+",") {
			cancel()
		}
	}}
	broken, err := layer.Write(ctx, db.Owner, p, options)
	if !errors.Is(err, context.Canceled) || broken.Systems.Made != 3 {
		t.Fatalf("broken off: %+v, %v", broken, err)
	}
	options.Progress = nil
	rest, err := layer.Write(t.Context(), db.Owner, p, options)
	if err != nil {
		t.Fatal(err)
	}
	want := layer.Report{Systems: layer.Counts{Made: 3, Found: 3}, Trails: layer.Counts{Made: 3, Found: 3}, Features: 3}
	if d := cmp.Diff(want, rest); d != "" {
		t.Errorf("going on (-want +got):\n%s", d)
	}
}

// What people made of a stub stays when its source is imported again, and what a
// moderator archived isn't made again.
func TestPeoplesPagesStay(t *testing.T) {
	t.Parallel()
	db := wiki(t)
	p := plan(t, extract(elements), nil)
	options := layer.Options{Regions: []string{"alps"}, Today: today}
	if _, err := layer.Write(t.Context(), db.Owner, p, options); err != nil {
		t.Fatal(err)
	}
	const moderator = `{"mode": "USER", "sub": "m", "username": "m", "groups": ["moderators"]}`
	for name, call := range map[string]string{
		"Chute":     `api.update_trail($1::jsonb, jsonb_build_object('id', t.id, 'expectedVersion', t.version, 'name', 'The Chute', 'visibility', 'HIDDEN'))`,
		"Mill Road": `api.archive_trail($1::jsonb, jsonb_build_object('id', t.id, 'expectedVersion', t.version))`,
	} {
		var ok bool
		var message *string
		err := db.API.QueryRow(t.Context(), `SELECT o.ok, o.message FROM api.trails($1::jsonb, 'en') t CROSS JOIN LATERAL `+call+` o WHERE t.name = $2`, moderator, name).Scan(&ok, &message)
		if err != nil || !ok {
			t.Fatalf("%s: %v %v", name, err, message)
		}
	}
	r, err := layer.Write(t.Context(), db.Owner, p, options)
	if err != nil || r.Trails.Made != 0 || r.Trails.Found != 4 {
		t.Errorf("%+v: %v", r, err)
	}
	if n := count(t, db, "SELECT count(*) FROM wiki.trail t JOIN wiki.entity e USING (id) WHERE t.name = 'The Chute' AND e.visibility = 'HIDDEN' OR t.name = 'Mill Road' AND e.state = 'ARCHIVED'"); n != 2 {
		t.Errorf("%d of 2 pages are as people left them", n)
	}
	var seen int
	if err := db.API.QueryRow(t.Context(), `SELECT count(*) FROM api.layer_entity_row l CROSS JOIN LATERAL api.entity_layers('{"mode": "KEY"}', l.entity_id) x WHERE l.name IN ('Chute', 'Mill Road')`).Scan(&seen); err != nil || seen != 0 {
		t.Errorf("the public sees %d layers of hidden and archived trails: %v", seen, err)
	}
}

// However long the values on a trail are, what is told of it stays small enough to
// be read with it.
func TestProfileIsBounded(t *testing.T) {
	t.Parallel()
	db := wiki(t)
	var b strings.Builder
	nodes := "1000"
	long := strings.Repeat("難", 250)
	for i := range 100 {
		fmt.Fprintf(&b, `<node id="%d" lat="0" lon="%.6f"><tag k="mtb:scale" v="3"/><tag k="obstacle" v="%s"/><tag k="hazard" v="%s"/><tag k="barrier" v="%s"/><tag k="mtb:description" v="%s"/></node>`, i+1, float64(i+1)/200_000, long, long, long, long)
		nodes += fmt.Sprint(" ", i+1)
	}
	tags := []string{"highway", "path", "name", "X", "mtb:scale", "1"}
	for i := range 30 {
		tags = append(tags, fmt.Sprint("name:x", i), long)
	}
	p := plan(t, extract(b.String()+way(1, nodes+" 1001", tags...)), nil)
	if _, err := layer.Write(t.Context(), db.Owner, p, layer.Options{Regions: []string{"alps"}, Today: today}); err != nil {
		t.Fatal(err)
	}
	if n := count(t, db, "SELECT max(octet_length(profile::text)) FROM wiki.layer_entity"); n > 25_000 {
		t.Errorf("a profile of %d bytes", n)
	}
	if n := count(t, db, "SELECT max(jsonb_array_length(profile -> 'cruxes')) FROM wiki.layer_entity"); n != 60 {
		t.Errorf("%d cruxes are told, want 60", n)
	}
}

// Names in any script make pages; names that hold controls are cleaned.
func TestWriteNames(t *testing.T) {
	t.Parallel()
	db := wiki(t)
	long := strings.Repeat("very long ", 30)
	p := plan(t, extract(way(1, "1000 1001", "highway", "path", "name", "自転車道", "mtb:scale", "1")+
		way(2, "1001 1002", "highway", "path", "name", "А"+"&#x202e;"+"&#9;Б", "mtb:scale", "1")+
		way(3, "1002 1003", "highway", "path", "name", long, "mtb:scale", "1")+
		way(4, "1003 1004", "highway", "path", "name", "???", "mtb:scale", "1")), nil)
	r, err := layer.Write(t.Context(), db.Owner, p, layer.Options{Regions: []string{"alps"}, Today: today})
	if err != nil || len(r.Refused) > 0 || r.Trails.Made != 4 {
		t.Fatalf("%+v: %v", r, err)
	}
	if n := count(t, db, "SELECT count(*) FROM wiki.trail WHERE name IN ('自転車道', 'А Б', '???') OR length(name) = 120"); n != 4 {
		t.Errorf("%d of 4 names came through", n)
	}
	if n := count(t, db, "SELECT count(*) FROM wiki.slug WHERE kind = 'TRAIL'"); n != 4 {
		t.Errorf("%d of 4 trails have an address", n)
	}
}

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	db := wiki(t)
	p := plan(t, extract(elements), nil)
	for _, regions := range [][]string{nil, {"atlantis"}} {
		if _, err := layer.Write(t.Context(), db.Owner, p, layer.Options{Regions: regions, Today: today}); err == nil || !strings.Contains(err.Error(), "no such region") {
			t.Errorf("regions %v: %v", regions, err)
		}
	}
	// What the wiki refuses leaves nothing behind.
	p.Trails[2].Type = "RIVER"
	r, err := layer.Write(t.Context(), db.Owner, p, layer.Options{Regions: []string{"alps"}, Today: today})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Refused) != 2 || !strings.Contains(r.Refused[0], "Mill Road") || r.Systems.Made+r.Trails.Made+r.Routes.Made+r.Features != 0 {
		t.Errorf("%+v", r)
	}
	if n := count(t, db, "SELECT (SELECT count(*) FROM wiki.system) + (SELECT count(*) FROM wiki.trail) + (SELECT count(*) FROM wiki.layer_feature)"); n != 0 {
		t.Errorf("%d rows of a refused system stayed", n)
	}
}

// The Heidelberg extract becomes systems one can browse and discover.
func TestHeidelberg(t *testing.T) {
	t.Parallel()
	started := time.Now()
	f, err := os.Open(filepath.Join(shareddata.Dir(t), "osm", "heidelberg-south-paths.osm.pbf"))
	if err != nil {
		t.Fatal(err)
	}
	data, err := osm.Parse(f, osm.Limits{})
	f.Close()
	if err != nil {
		t.Fatal(err)
	}
	p, err := layer.FromOSM(t.Context(), data, nil)
	if err != nil {
		t.Fatal(err)
	}
	planned := time.Since(started)
	db := wiki(t)
	started = time.Now()
	r, err := layer.Write(t.Context(), db.Owner, p, layer.Options{Regions: []string{"alps"}, Today: today})
	if err != nil {
		t.Fatal(err)
	}
	wrote := time.Since(started)
	t.Logf("planned in %v, wrote in %v: %+v; skipped %q", planned, wrote, r, p.SkippedInOrder())
	if planned+wrote > 30*time.Second || len(r.Refused) > 0 || r.Trails.Made < 80 || r.Systems.Made < 1 || r.Routes.Made != 6 {
		t.Errorf("after %v: %+v", planned+wrote, r)
	}
	var listed int
	err = db.API.QueryRow(t.Context(), `SELECT count(*) FROM api.systems('{"mode": "KEY"}', 'en') s WHERE s.position IS NOT NULL`).Scan(&listed)
	if err != nil || listed != r.Systems.Made {
		t.Errorf("%d systems listed with a position: %v", listed, err)
	}
	// A rider near Heidelberg who is at ease on blue finds the place and its best trails.
	rows, err := db.API.Query(t.Context(), `SELECT d.node FROM api.discover('{"mode": "KEY"}', '{"near": {"lat": 49.41, "lon": 8.71, "radiusKm": 30}, "skill": "COMFORTABLE"}') d`)
	if err != nil {
		t.Fatal(err)
	}
	type place struct {
		Kind       string
		OpenM      []float64
		OpenTrails []struct {
			Trail   struct{ Name, Type string }
			LengthM float64
			Label   struct{ System, Label string }
		}
	}
	places, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p place, err error) { return p, row.Scan(&p) })
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range places {
		t.Logf("%+v", p)
		if p.Kind != "OPEN_DATA" || len(p.OpenTrails) != 5 || p.OpenM[2] < 1000 || p.OpenM[0] < 20_000 {
			t.Errorf("discovered %+v", p)
			continue
		}
		for i, x := range p.OpenTrails {
			// Four of them are S2; what fits less comes behind.
			if x.Trail.Type != "SINGLETRACK" || x.Label.System != "osm" || (x.Label.Label == "2") != (i < 4) || x.LengthM <= 0 {
				t.Errorf("best trail %d: %+v", i, x)
			}
		}
	}
	if len(places) != r.Systems.Made {
		t.Errorf("discovery knows %d of %d systems", len(places), r.Systems.Made)
	}
}
