package osm_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mtbwiki/mtbwiki/importer/internal/shareddata"
	"github.com/mtbwiki/mtbwiki/importer/osm"
	"github.com/mtbwiki/mtbwiki/track"
)

const small = `<?xml version='1.0' encoding='UTF-8'?>
<osm version="0.6"><bounds minlat="0" minlon="0" maxlat="180" maxlon="90"/>
<node id="1" lat="49.5" lon="8.5"><tag k="natural" v="peak"/><tag k="name" v="Höhe"/></node>
<node id="2" lat="49.6" lon="8.5"/><node id="3" lat="NaN" lon="8.5"/>
<way id="10"><nd ref="1"/><nd ref="2"/><tag k="highway" v="path"/></way>
<relation id="20"><member type="way" ref="10" role="forward"/><member type="relation" ref="20" role=""/><tag k="route" v="mtb"/></relation></osm>`

// message builds protocol buffer messages.
type message []byte

func (m message) bytes(number int, b []byte) message {
	m = binary.AppendUvarint(m, uint64(number<<3|2))
	m = binary.AppendUvarint(m, uint64(len(b)))
	return append(m, b...)
}

func (m message) value(number int, v uint64) message {
	m = binary.AppendUvarint(m, uint64(number<<3))
	return binary.AppendUvarint(m, v)
}

func packed(values ...int64) (b []byte) {
	for _, v := range values {
		b = binary.AppendUvarint(b, uint64(v))
	}
	return b
}

func signed(values ...int64) (b []byte) {
	last := int64(0)
	for _, v := range values {
		b = binary.AppendVarint(b, v-last)
		last = v
	}
	return b
}

func blob(kind string, data []byte, claim int) []byte {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	if _, err := w.Write(data); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	body := message{}.value(2, uint64(claim)).bytes(3, z.Bytes())
	header := message{}.bytes(1, []byte(kind)).value(3, uint64(len(body)))
	out := binary.BigEndian.AppendUint32(nil, uint32(len(header)))
	return append(append(out, header...), body...)
}

func smallPBF() []byte {
	header := message{}.bytes(4, []byte("OsmSchema-V0.6")).bytes(4, []byte("DenseNodes"))
	var texts message
	for _, s := range []string{"", "natural", "peak", "name", "Höhe", "highway", "path", "route", "mtb", "forward"} {
		texts = texts.bytes(1, []byte(s))
	}
	dense := message{}.bytes(1, signed(1, 2, 3)).bytes(8, signed(495000000, 496000000, 990000000)).
		bytes(9, signed(85000000, 85000000, 85000000)).bytes(10, packed(1, 2, 3, 4, 0, 0, 0))
	way := message{}.value(1, 10).bytes(2, packed(5)).bytes(3, packed(6)).bytes(8, signed(1, 2))
	relation := message{}.value(1, 20).bytes(2, packed(7)).bytes(3, packed(8)).
		bytes(8, packed(9, 0)).bytes(9, signed(10, 20)).bytes(10, packed(1, 2))
	group := message{}.bytes(2, dense).bytes(3, way).bytes(4, relation)
	data := message{}.bytes(1, texts).bytes(2, group)
	return append(blob("OSMHeader", header, len(header)), blob("OSMData", data, len(data))...)
}

func TestBothFormatsAlike(t *testing.T) {
	t.Parallel()
	p1, p2 := track.At2D(8.5, 49.5), track.At2D(8.5, 49.6)
	want := &osm.Data{
		Positions: map[int64]track.Point{1: p1, 2: p2},
		Nodes:     []osm.Node{{ID: 1, At: p1, Tags: osm.Tags{"natural": "peak", "name": "Höhe"}}},
		Ways:      []osm.Way{{ID: 10, Nodes: []int64{1, 2}, Tags: osm.Tags{"highway": "path"}}},
		Relations: []osm.Relation{{ID: 20, Tags: osm.Tags{"route": "mtb"}, Members: []osm.Member{
			{Type: osm.WayMember, Ref: 10, Role: "forward"}, {Type: osm.RelationMember, Ref: 20}}}},
		BadNodes: 1,
	}
	for name, file := range map[string][]byte{"XML": []byte(small), "PBF": smallPBF()} {
		got, err := osm.Parse(bytes.NewReader(file), osm.Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "node 3") {
			t.Errorf("%s: warnings %q", name, got.Warnings)
		}
		if d := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateApprox(0, 1e-9), cmpopts.IgnoreFields(osm.Data{}, "Warnings")); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	pbf := smallPBF()
	header := message{}.bytes(4, []byte("HistoricalInformation"))
	bomb := make([]byte, 40<<20)
	good := message{}.bytes(4, []byte("OsmSchema-V0.6"))
	start := blob("OSMHeader", good, len(good))
	for name, c := range map[string]struct {
		file, want string
		tooLarge   bool
	}{
		"empty":            {"", "empty", false},
		"GPX":              {"<gpx/>", "<gpx>", false},
		"text":             {"hello", "neither", false},
		"XML cut short":    {small[:400], "unexpected EOF", false},
		"PBF cut short":    {string(pbf[:len(pbf)-9]), "EOF", false},
		"entity bomb":      {`<!DOCTYPE osm [<!ENTITY a "aa">]><osm/>`, "document type", false},
		"history":          {string(blob("OSMHeader", header, len(header))), "HistoricalInformation", false},
		"twice":            {`<osm><node id="1" lat="1" lon="1"/><node id="1" lat="1" lon="1"/></osm>`, "twice", false},
		"zip bomb":         {string(start) + string(blob("OSMData", bomb, len(bomb))), "unpacked", true},
		"lying zip bomb":   {string(start) + string(blob("OSMData", bomb, 100)), "bytes", true},
		"lying size":       {string(start) + string(blob("OSMData", []byte{8, 1}, 50)), "promised", false},
		"huge header":      {"\x7f\xff\xff\xff\x0a\x09OSMHeader", "header of", true},
		"many elements":    {`<osm>` + strings.Repeat(`<node id="7" lat="99" lon="1"/>`, 60) + `</osm>`, "elements", true},
		"many references":  {`<osm><way id="1">` + strings.Repeat(`<nd ref="7"/>`, 300) + `</way></osm>`, "parts", true},
		"no number":        {`<osm><way id="x"/></osm>`, "needs a number", false},
		"long tag":         {`<osm><way id="1"><tag k="a" v="` + strings.Repeat("x", 2000) + `"/></way></osm>`, "tag", true},
		"unknown member":   {`<osm><relation id="1"><member type="cat" ref="1"/></relation></osm>`, "cat", false},
		"broken primitive": {string(start) + string(blob("OSMData", []byte{0xff, 0xff}, 2)), "broken", false},
	} {
		data, err := osm.Parse(strings.NewReader(c.file), osm.Limits{Elements: 50, References: 200})
		if err == nil {
			t.Errorf("%s: accepted: %d ways", name, len(data.Ways))
			continue
		}
		if !strings.Contains(err.Error(), c.want) || errors.Is(err, osm.ErrTooLarge) != c.tooLarge {
			t.Errorf("%s: %v; want %q, too large: %v", name, err, c.want, c.tooLarge)
		}
	}
}

func TestSharedFiles(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(shareddata.Dir(t), "osm")
	for name, want := range map[string]struct{ ways, scale, uphill, imba, routes int }{
		"heidelberg-south-paths.osm.pbf": {7284, 434, 199, 11, 6},
		"heidelberg-south-mtb.osm":       {-1, 434, 199, 11, 6},
		"andorra-2013-paths.osm.pbf":     {-1, 21, 19, -1, -1},
	} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		started := time.Now()
		data, err := osm.Parse(f, osm.Limits{})
		f.Close()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		t.Logf("%s: %d nodes, %d ways in %v", name, len(data.Positions), len(data.Ways), time.Since(started))
		var scale, uphill, imba, routes, missing int
		for _, w := range data.Ways {
			if w.Tags["mtb:scale"] != "" {
				scale++
			}
			if w.Tags["mtb:scale:uphill"] != "" {
				uphill++
			}
			if w.Tags["mtb:scale:imba"] != "" {
				imba++
			}
			for _, n := range w.Nodes {
				if _, ok := data.Positions[n]; !ok {
					missing++
				}
			}
		}
		for _, r := range data.Relations {
			if r.Tags["route"] == "mtb" {
				routes++
			}
		}
		for _, c := range []struct {
			what      string
			got, want int
		}{{"ways", len(data.Ways), want.ways}, {"mtb:scale", scale, want.scale}, {"uphill", uphill, want.uphill},
			{"imba", imba, want.imba}, {"routes", routes, want.routes}, {"missing nodes", missing, 0}} {
			if c.want >= 0 && c.got != c.want {
				t.Errorf("%s: %s: %d, want %d", name, c.what, c.got, c.want)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Add(smallPBF())
	f.Fuzz(func(t *testing.T, file []byte) {
		data, err := osm.Parse(bytes.NewReader(file), osm.Limits{Bytes: 1 << 18, Unpacked: 1 << 20, Elements: 1000, References: 10000})
		if err != nil {
			return
		}
		for id, p := range data.Positions {
			if !p.Valid() {
				t.Errorf("node %d at %v", id, p)
			}
		}
	})
}

// The content of blocks, past their packing.
func FuzzBlock(f *testing.F) {
	whole := smallPBF()
	f.Add(whole[len(whole)-100:])
	dense := message{}.bytes(1, signed(1, 2)).bytes(8, signed(495000000, 496000000)).bytes(9, signed(1, 2)).bytes(10, packed(1, 1, 0, 0))
	way := message{}.value(1, 10).bytes(2, packed(1)).bytes(3, packed(1)).bytes(8, signed(1, 2))
	relation := message{}.value(1, 20).bytes(8, packed(0)).bytes(9, signed(10)).bytes(10, packed(1))
	node := message{}.value(1, 8).bytes(2, packed(1)).bytes(3, packed(1)).value(8, 5).value(9, 5)
	f.Add([]byte(message{}.bytes(1, message{}.bytes(1, nil).bytes(1, []byte("a"))).
		bytes(2, message{}.bytes(1, node).bytes(2, dense).bytes(3, way).bytes(4, relation)).value(17, 100).value(19, 7)))
	header := message{}.bytes(4, []byte("OsmSchema-V0.6"))
	start := blob("OSMHeader", header, len(header))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		body := message{}.bytes(1, data)
		head := message{}.bytes(1, []byte("OSMData")).value(3, uint64(len(body)))
		file := binary.BigEndian.AppendUint32(bytes.Clone(start), uint32(len(head)))
		file = append(append(file, head...), body...)
		d, err := osm.Parse(bytes.NewReader(file), osm.Limits{Elements: 1000, References: 10000})
		if err != nil {
			return
		}
		for id, p := range d.Positions {
			if !p.Valid() {
				t.Errorf("node %d at %v", id, p)
			}
		}
		for _, r := range d.Relations {
			for _, m := range r.Members {
				if m.Type > osm.RelationMember {
					t.Errorf("member %+v", m)
				}
			}
		}
	})
}
