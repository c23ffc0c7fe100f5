package codetest

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// points of a line that goes on to the north-east.
func points(n int) l {
	all := make(l, n)
	for i := range all {
		all[i] = l{10 + float64(i)/10000, 40 + float64(i)/10000, 100 + float64(i%50)}
	}
	return all
}

func (w wiki) linePage(t testing.TB, actor m, trail string, simplified bool, after any) []m {
	t.Helper()
	return w.rows(t, "SELECT CAST(to_json(p) AS text) FROM api.trail_line_page(CAST($1 AS jsonb), CAST($2 AS uuid), $3, $4, NULL) p", text(actor), trail, simplified, after)
}

func TestSetTrailLine(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	trail := w.trail(t, w.system(t, w.region(t)))
	same(t, "no line", w.linePage(t, anonymous, trail, false, nil), []m(nil))
	// Rounded to 7 decimals, repeated points left out, elevation optional.
	_, v := w.do(t, "set_trail_line", ann, m{"id": trail, "expectedVersion": 1, "comment": "GPS",
		"coordinates": l{l{10.123456789, 40, 100.06}, l{10.123456789, 40, 101}, l{10.2, 40.5}, l{10.123456789, 40}}})
	if v != 2 {
		t.Errorf("version %d", v)
	}
	page := w.linePage(t, anonymous, trail, false, nil)
	same(t, "page", page, []m{{"trailId": trail, "source": nil, "attribution": nil, "licence": nil, "breaks": l{}, "pointCount": 3.0, "simplified": false, "hasNextPage": false, "endCursor": "3",
		"coordinates": l{l{10.1234568, 40.0, 100.1}, l{10.2, 40.5}, l{10.1234568, 40.0}}}})
	same(t, "hasLine", w.nested(t, "trail_has_line", trail, anonymous), true)
	last := w.rows(t, "SELECT CAST(node AS text) FROM api.revision_list(CAST($1 AS jsonb), CAST($2 AS uuid), 1, NULL)", text(anonymous), trail)[0]
	line, _ := last["content"].(m)["line"].(m)
	if line["pointCount"] != 3.0 || len(fmt.Sprint(line["sha256"])) != 64 || last["comment"] != "GPS" {
		t.Errorf("revision of a line: %v", last)
	}

	// A rider draws the first line; others are reviewed first.
	w.do(t, "set_trail_line", bob, m{"id": trail, "expectedVersion": 2, "coordinates": page[0]["coordinates"]}) // the same
	w.refused(t, "set_trail_line", bob, m{"id": trail, "expectedVersion": 2, "coordinates": points(5)}, "ProposalRequired")
	w.refused(t, "set_trail_line", bob, m{"id": trail, "expectedVersion": 2, "coordinates": nil}, "ProposalRequired")
	w.refused(t, "set_trail_line", moderator, m{"id": trail, "expectedVersion": 1, "coordinates": points(5)}, "Conflict")
	w.refused(t, "set_trail_line", anonymous, m{"id": trail, "expectedVersion": 2, "coordinates": points(5)}, "Unauthorized")
	_, v = w.do(t, "set_trail_line", moderator, m{"id": trail, "expectedVersion": 2, "coordinates": text(points(5))}) // as AWSJSON text
	_, v = w.do(t, "set_trail_line", moderator, m{"id": trail, "expectedVersion": v, "coordinates": nil})
	same(t, "removed", w.linePage(t, anonymous, trail, false, nil), []m(nil))
	if v != 4 {
		t.Errorf("version %d", v)
	}
}

func TestTrailLineRefusals(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	trail := w.trail(t, w.system(t, w.region(t)))
	tests := []struct {
		coordinates any
		says        string
	}{
		{"x", ""},
		{"[[1, 2]", ""},
		{m{}, "no list"},
		{7, "no list"},
		{l{}, "it has 0"},
		{l{l{1, 1}}, "it has 1"},
		{l{l{1, 1}, l{1, 1}}, "the same place"},
		{points(20001), "it has 20001"},
		{l{l{1, 1}, l{181, 1}}, "point 2"},
		{l{l{1, -91}, l{1, 1}}, "point 1"},
		{l{l{1, 1}, l{1, 2, 9001}}, "point 2"},
		{l{l{1, 1}, l{1, 2, 3, 4}}, "point 2"},
		{l{l{1, 1}, l{1}}, "point 2"},
		{l{l{1, 1}, l{"1", 2}}, "point 2"},
		{l{l{1, 1}, l{1, nil}}, "point 2"},
		{l{l{1, 1}, 5, l{1, nil}}, "point 2"},
		{l{l{1, 1}, l{1, 2, "high"}}, "point 2"},
	}
	for _, test := range tests {
		o := w.call(t, "set_trail_line", ann, m{"id": trail, "expectedVersion": 1, "coordinates": test.coordinates})
		name := text(test.coordinates)
		if len(name) > 60 {
			name = name[:60]
		}
		if o.OK || o.Type != "InvalidInput" || !strings.Contains(o.Message, test.says) {
			t.Errorf("%s: got ok %v, %s: %s; want InvalidInput saying %q", name, o.OK, o.Type, o.Message, test.says)
		}
	}
	w.refused(t, "set_trail_line", ann, m{"id": trail, "expectedVersion": 1}, "InvalidInput")
}

// The longest line comes back whole in pages, each of which fits the Data API's row.
func TestLongLine(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	trail := w.trail(t, w.system(t, w.region(t)))
	line := points(20000)
	for i := range line {
		line[i] = l{-120 - float64(i)/1e4 - 1.234567e-4, -40 - float64(i)/1e4/3, -100.9}
	}
	w.do(t, "set_trail_line", ann, m{"id": trail, "expectedVersion": 1, "coordinates": line})
	var (
		after any
		got   l
	)
	for n := range 21 {
		page := w.linePage(t, anonymous, trail, false, after)
		if n == 20 {
			same(t, "beyond the end", page, []m(nil))
			break
		}
		if size := len(text(page[0])); size > 64<<10 {
			t.Errorf("page %d has %d bytes", n, size)
		}
		same(t, "next page", page[0]["hasNextPage"], n < 19)
		got = append(got, page[0]["coordinates"].(l)...)
		after = page[0]["endCursor"]
	}
	if len(got) != 20000 {
		t.Fatalf("%d points came back", len(got))
	}
	short := w.linePage(t, anonymous, trail, true, nil)[0]
	simple := short["coordinates"].(l)
	if len(simple) != 200 || short["simplified"] != true || short["pointCount"] != 20000.0 || short["hasNextPage"] != false {
		t.Errorf("simplified: %d points, %v, of %v", len(simple), short["simplified"], short["pointCount"])
	}
	same(t, "first and last point", l{simple[0], simple[199]}, l{got[0], got[19999]})
}

// A simplified line keeps the ends and the order, and repeats nothing.
func TestSimplifiedLineProperty(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	trail := w.trail(t, w.system(t, w.region(t)))
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(2, 900).Draw(rt, "points")
		o, err := call(t.Context(), w.API, "set_trail_line", moderator, m{"id": trail, "expectedVersion": version(t, w, trail), "coordinates": points(n)})
		if err != nil || !o.OK {
			rt.Fatalf("%v %v", err, o)
		}
		whole := w.linePage(t, anonymous, trail, false, nil)[0]["coordinates"].(l)
		short := w.linePage(t, anonymous, trail, true, nil)[0]["coordinates"].(l)
		if want := min(n, 200); len(whole) != n || len(short) != want {
			rt.Fatalf("%d points: whole has %d, simplified %d", n, len(whole), len(short))
		}
		lastLon := -1.0
		for _, p := range short {
			lon := p.(l)[0].(float64)
			if lon <= lastLon {
				rt.Fatalf("%d points: longitude %v after %v", n, lon, lastLon)
			}
			lastLon = lon
		}
		if text(short[0]) != text(whole[0]) || text(short[len(short)-1]) != text(whole[n-1]) {
			rt.Fatalf("%d points: ends differ", n)
		}
	})
}

func TestSystemLinePages(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	const trails = 83
	want := make(map[string]bool)
	for i := range trails {
		id := w.trail(t, system, m{"name": fmt.Sprintf("Line %d", i%50)}) // some share a name
		if i%10 == 9 {
			continue // without a line
		}
		w.do(t, "set_trail_line", ann, m{"id": id, "expectedVersion": 1, "coordinates": l{l{i, 1}, l{i, 2}}})
		want[id] = true
	}
	var (
		after any
		sizes []int
	)
	got := make(map[string]bool)
	for {
		page := w.rows(t, "SELECT CAST(to_json(p) AS text) FROM api.system_line_page(CAST($1 AS jsonb), CAST($2 AS uuid), $3) p", text(anonymous), system, after)
		sizes = append(sizes, len(page))
		for _, row := range page {
			if id := row["trailId"].(string); got[id] {
				t.Errorf("trail %s comes twice", id)
			} else {
				got[id] = true
			}
		}
		end := page[len(page)-1]
		after = end["endCursor"]
		if end["hasNextPage"] != true {
			break
		}
	}
	same(t, "pages", sizes, []int{40, 35})
	same(t, "trails", got, want)
}
