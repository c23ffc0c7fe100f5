package codetest

import (
	"fmt"
	"strings"
	"testing"
)

func (w wiki) search(t testing.TB, actor m, query string, more ...any) (nodes []m, cursors []string) {
	t.Helper()
	args := []any{text(actor), query, nil, "en", 50, nil}
	copy(args[2:], more)
	for _, r := range w.rows(t, "SELECT CAST(to_json(x) AS text) FROM api.search_page(CAST($1 AS jsonb), $2, $3, $4, $5, $6, true) x", args...) {
		nodes = append(nodes, r["node"].(m))
		cursors = append(cursors, r["cursor"].(string))
	}
	return nodes, cursors
}

func titles(nodes []m) l {
	all := l{}
	for _, n := range nodes {
		all = append(all, n["title"])
	}
	return all
}

func TestSearch(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	val := w.system(t, region, m{"name": "Val d'Isère", "localName": "Le Fornet", "nearestTown": "Tignes",
		"description": "A steep alpine place with «quoted» words. Riders love the long descents through larch forests."})
	w.system(t, region, m{"name": "Ridge", "description": "Nothing like Val d'Isère, though as steep."})
	w.trail(t, val, m{"name": "Piste Perdue", "personality": "Roots and <b>rocks</b>."})
	w.do(t, "create_tip", bob, m{"subjectId": val, "kind": "PARKING", "body": "The marmots are at the upper car park."})

	tests := []struct {
		query string
		want  l
	}{
		{"Val d'Isère", l{"Val d'Isère", "Ridge"}},
		{"val d'isere", l{"Val d'Isère", "Ridge"}},
		{"fornet", l{"Val d'Isère"}},
		{"tignes", l{"Val d'Isère"}},
		{"descent", l{"Val d'Isère"}}, // English forms in texts
		{"larches", l{"Val d'Isère"}},
		{"Piste Perdeu", l{"Piste Perdue"}}, // a slip
		{"perdue", l{"Piste Perdue"}},
		{"steep -larch", l{"Ridge"}},
		{`"long descents"`, l{"Val d'Isère"}},
		{"marmot", l{"The marmots are at the upper car park."}}, // a tip goes by how it begins
		{"bob", l{"bob"}},
		{"volcano", l{}},
		{"", l{}},
		{"   ", l{}},
		{"& | ! ( ) : * <-> '", l{}},
		{strings.Repeat("x", 5000), l{}},
	}
	for _, test := range tests {
		nodes, _ := w.search(t, anonymous, test.query)
		same(t, fmt.Sprintf("search for %.40q", test.query), titles(nodes), test.want)
		for _, r := range w.rows(t, "SELECT CAST(to_json(x) AS text) FROM api.search_page(CAST($1 AS jsonb), $2, NULL, 'en', 1, NULL, true) x", text(anonymous), test.query) {
			same(t, fmt.Sprintf("found for %.40q", test.query), r["found"], float64(len(test.want)))
		}
		count := w.count(t, "search_count(CAST($1 AS jsonb), $2, NULL)", text(anonymous), test.query)
		same(t, fmt.Sprintf("count for %.40q", test.query), count, m{"total": float64(len(test.want)), "more": false})
	}

	nodes, _ := w.search(t, anonymous, "larch")
	same(t, "find", l{nodes[0]["kind"], nodes[0]["id"], nodes[0]["slug"], nodes[0]["synthetic"]}, l{"SYSTEM", val, "val-disere", false})
	snippet := nodes[0]["snippet"].(string)
	if !strings.Contains(snippet, "«larch»") || strings.Count(snippet, "«") != 1 {
		t.Errorf("snippet %q", snippet)
	}
	nodes, _ = w.search(t, anonymous, "roots")
	if s := nodes[0]["snippet"].(string); !strings.Contains(s, "«Roots»") {
		t.Errorf("snippet %q", s)
	}
	nodes, _ = w.search(t, anonymous, "steep", "TRAIL,TIP")
	same(t, "of other kinds", titles(nodes), l{})
	nodes, _ = w.search(t, anonymous, "steep", "TRAIL,SYSTEM")
	same(t, "of kinds", len(nodes), 2)
}

func TestSearchOrder(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region, _ := w.do(t, "create_region", moderator, m{"name": "Whakatane Coast"})
	forest := w.system(t, region, m{"name": "Whakarewarewa Forest"})
	w.route(t, forest, m{"name": "Whakarewarewa Forest Loop"})
	w.trail(t, forest, m{"name": "Forest Fire"})
	w.system(t, region, m{"name": "Elsewhere", "description": "No Whakarewarewa, but a forest as well."})
	invented, _ := w.do(t, "create_region", importer, m{"name": "Whakarewarewa Invented", "synthetic": true})
	for _, test := range []struct {
		query string
		want  l
	}{
		{"whakarewarewa forest", l{"Whakarewarewa Forest", "Whakarewarewa Forest Loop", "Whakarewarewa Invented", "Elsewhere"}},
		{"whakarewarewa", l{"Whakarewarewa Forest", "Whakarewarewa Forest Loop", "Whakarewarewa Invented", "Elsewhere"}},
		{"whaka", l{"Whakatane Coast", "Whakarewarewa Forest", "Whakarewarewa Forest Loop", "Whakarewarewa Invented"}},
		{"forest", l{"Forest Fire", "Whakarewarewa Forest", "Whakarewarewa Forest Loop", "Elsewhere"}},
	} {
		nodes, _ := w.search(t, anonymous, test.query)
		same(t, test.query, titles(nodes), test.want)
	}
	if nodes, _ := w.search(t, anonymous, "whakarewarewa invented"); nodes[0]["id"] != invented || nodes[0]["synthetic"] != true {
		t.Errorf("by its full name: %v", nodes[0])
	}
}

func TestSearchFollowsChanges(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t), m{"description": "Sandstone."})
	find := func(actor m, query string) int {
		t.Helper()
		nodes, _ := w.search(t, actor, query)
		return len(nodes)
	}
	w.do(t, "update_system", ann, m{"id": system, "expectedVersion": 2, "description": "Granite.", "localName": "Felsen"})
	w.do(t, "update_system", ann, m{"id": system, "expectedVersion": 4, "lang": "de", "description": "Alles Granit, sagt der Wirt."})
	for query, want := range map[string]int{"sandstone": 0, "granite": 1, "felsen": 1, "wirt": 1} {
		if n := find(anonymous, query); n != want {
			t.Errorf("%q: %d finds, want %d", query, n, want)
		}
	}
	// A find comes once, in the language asked for.
	for lang, want := range map[string]string{"de": "«Granit»", "en": ""} {
		nodes, _ := w.search(t, anonymous, "Granit Felsen", nil, lang)
		if len(nodes) != 1 || (lang == "de" && !strings.Contains(nodes[0]["snippet"].(string), want)) {
			t.Errorf("in %s: %v", lang, nodes)
		}
	}
	w.do(t, "update_system", moderator, m{"id": system, "expectedVersion": 5, "name": "Basalt Hills"})
	if find(anonymous, "basalt") != 1 || find(anonymous, "red rocks") != 0 {
		t.Error("search knows the old name, or not the new one")
	}

	w.do(t, "update_system", moderator, m{"id": system, "expectedVersion": 6, "visibility": "NAME_ONLY"})
	for query, want := range map[string]int{"basalt": 1, "basalt hils": 1, "granite": 0, "felsen": 0} {
		if n := find(anonymous, query); n != want {
			t.Errorf("name only, %q: %d finds, want %d", query, n, want)
		}
		if n := find(moderator, query); n != 1 {
			t.Errorf("name only, %q, moderator: %d finds", query, n)
		}
	}
	nodes, _ := w.search(t, anonymous, "basalt")
	same(t, "snippet of a name", nodes[0]["snippet"], "")
	w.do(t, "update_system", moderator, m{"id": system, "expectedVersion": 7, "visibility": "HIDDEN"})
	if find(anonymous, "basalt") != 0 || find(moderator, "basalt") != 1 {
		t.Error("a hidden system is found, or not by a moderator")
	}
	w.do(t, "update_system", moderator, m{"id": system, "expectedVersion": 8, "visibility": "PUBLIC"})
	w.do(t, "archive_system", moderator, m{"id": system, "expectedVersion": 9})
	if find(anonymous, "basalt") != 0 || find(moderator, "basalt") != 0 {
		t.Error("an archived system is found")
	}
}

func TestSearchPages(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	for i := range 23 {
		w.system(t, region, m{"name": fmt.Sprintf("Cedar Hill %c", 'A'+i)})
	}
	all, _ := w.search(t, anonymous, "cedar hill")
	if len(all) != 23 {
		t.Fatalf("%d finds", len(all))
	}
	var (
		paged []m
		after any
	)
	for {
		nodes, cursors := w.search(t, anonymous, "cedar hill", nil, "en", 5, after)
		if len(nodes) == 0 {
			break
		}
		paged = append(paged, nodes...)
		after = cursors[len(cursors)-1]
	}
	same(t, "pages together", paged, all)
	nodes, _ := w.search(t, anonymous, "cedar hill", nil, "en", 5, "no cursor")
	same(t, "a cursor that is none", len(nodes), 0)
}
