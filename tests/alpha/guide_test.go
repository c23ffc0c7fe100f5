package alpha

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A guide's sections are a text: they have a revision chain a language, fall back
// as a whole, are found by their words, and differ section by section.
func TestGuideLife(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.Rider("ann")
	section := func(heading, body string) map[string]any { return map[string]any{"heading": heading, "body": body} }
	id := w.make(ann, "Guide", map[string]any{
		"name": "Slow mornings", "type": "SEASONAL_GUIDE", "systemIds": []string{w.system}, "routeIds": []string{w.route}, "regionIds": []string{w.region},
		"summary": "For late risers.", "sections": []any{section("Where", "Behind the *marmalade* works."), section("When", "At ten.")},
		"keyTakeaways": []string{"Sleep."},
	})
	const read = `query($id: ID, $lang: String) { guide(id: $id, lang: $lang) {
		title summary sections { heading body } keyTakeaways systems { name } routes { name } regions { name } systemIds routeIds regionIds } }`
	guide := func(lang string) map[string]any {
		return w.Anonymous().OK(read, map[string]any{"id": id, "lang": lang}).Get("guide").(map[string]any)
	}
	want := map[string]any{
		"title": nil, "summary": "For late risers.", "sections": []any{section("Where", "Behind the *marmalade* works."), section("When", "At ten.")},
		"keyTakeaways": []any{"Sleep."}, "systems": []any{map[string]any{"name": "Test Hills"}}, "routes": []any{map[string]any{"name": "Round"}},
		"regions": []any{map[string]any{"name": "Testland"}}, "systemIds": []any{w.system}, "routeIds": []any{w.route}, "regionIds": []any{w.region},
	}
	if diff := cmp.Diff(want, guide("en")); diff != "" {
		t.Errorf("as written (-want +got):\n%s", diff)
	}

	const update = `mutation($i: UpdateGuideInput!) { updateGuide(input: $i) { version } }`
	ann.OK(update, map[string]any{"i": w.edit("guide", id, map[string]any{"lang": "de", "title": "Langsame Morgen", "sections": []any{section("Wo", "Hinter der Marmeladenfabrik.")}})})
	german := guide("de-AT")
	if german["title"] != "Langsame Morgen" || german["summary"] != "For late risers." || len(german["sections"].([]any)) != 1 || len(german["keyTakeaways"].([]any)) != 1 {
		t.Errorf("each text falls back on its own: %v", german)
	}
	// A translated title stands for no other language's.
	if title := guide("en")["title"]; title != nil {
		t.Errorf("the English title is %v; the name is", title)
	}
	// Taken away, the original shows again.
	ann.OK(update, map[string]any{"i": w.edit("guide", id, map[string]any{"lang": "de", "sections": []any{}})})
	if s := guide("de")["sections"].([]any); len(s) != 2 {
		t.Errorf("a list taken away leaves the original's: %v", s)
	}
	ann.OK(update, map[string]any{"i": w.edit("guide", id, map[string]any{"sections": []any{section("Where", "Behind the *marmalade* works."), section("When", "At eleven.")}})})

	for query, want := range map[string]int{"marmalade": 1, "eleven": 1, "heading": 0, "Marmeladenfabrik": 0} {
		r := w.Anonymous().OK(`query($q: String!) { search(query: $q) { nodes { kind id } } }`, map[string]any{"q": query})
		if nodes := r.Get("search", "nodes").([]any); len(nodes) != want {
			t.Errorf("%q finds %v, want %d", query, nodes, want)
		}
	}
	diff := w.Anonymous().OK(`query($id: ID) { revisions(entityId: $id, first: 1) { nodes { id } } }`, map[string]any{"id": id})
	r := w.Anonymous().OK(`query($id: ID!) { revisionDiff(id: $id) { changes { field label before after } } }`, map[string]any{"id": diff.Get("revisions", "nodes", 0, "id")})
	changes := r.Get("revisionDiff", "changes").([]any)
	if len(changes) != 1 {
		t.Fatalf("the last edit changed one field: %v", changes)
	}
	if c := changes[0].(map[string]any); c["field"] != "sections" || c["label"] != "Sections" || !strings.Contains(c["after"].(string), "At eleven.") || !strings.Contains(c["before"].(string), "At ten.") {
		t.Errorf("the change is %v", c)
	}

	for _, list := range []string{
		`{ guides(filter: {systemIds: ["` + w.system + `"], type: [SEASONAL_GUIDE]}, first: 15) { nodes { name sections { heading } } } }`,
		`{ guides(filter: {regionIds: ["` + w.region + `"]}) { nodes { name } } }`,
		`{ guides: system(id: "` + w.system + `") { nodes: guides { name } } }`,
		`{ guides: region(id: "` + w.region + `") { nodes: guides { name } } }`,
		`{ guides(filter: {routeIds: ["` + w.route + `"]}, first: 50) { nodes { name } } }`,
	} {
		if text := string(w.Anonymous().OK(list, nil).Raw); !strings.Contains(text, "Slow mornings") {
			t.Errorf("%s answers %s", list, text)
		}
	}
	if r := w.Anonymous().Do(`{ guides(first: 16) { nodes { sections { body } } } }`, nil); r.Err() != "TooMuch" {
		t.Errorf("sixteen guides with their sections: %s", r.Raw)
	}
}

// A list among the texts is checked like a field of its own, also when it comes
// through a proposal.
func TestGuideBadInput(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.Rider("ann")
	long := func(n int) string { return strings.Repeat("x", n) }
	many := func(n int, one string) string { return "[" + strings.TrimSuffix(strings.Repeat(one+",", n), ",") + "]" }
	for _, test := range []struct {
		field, id, patch, want string
	}{
		{"guide", w.guide, `{"sections": [{"heading": "When"}]}`, "sections[1].body is required"},
		{"guide", w.guide, `{"sections": [{"heading": "When", "body": "x", "colour": "red"}]}`, "sections[1].colour is not known here"},
		{"guide", w.guide, `{"sections": [{"heading": 7, "body": "x"}]}`, "sections[1].heading must be a string"},
		{"guide", w.guide, `{"sections": [{"heading": " When", "body": "x"}]}`, "no spaces around it"},
		{"guide", w.guide, `{"sections": [{"heading": "When", "body": "\n"}]}`, "says something below its heading"},
		{"guide", w.guide, `{"sections": ` + many(21, `{"heading": "When", "body": "x"}`) + `}`, "at most 20"},
		{"guide", w.guide, `{"sections": [{"heading": "When", "body": "` + long(30001) + `"}]}`, "30,000 bytes"},
		{"guide", w.guide, `{"sections": "When"}`, "sections must be a list"},
		{"guide", w.guide, `{"keyTakeaways": ["` + long(241) + `"]}`, "1 to 240 characters"},
		{"guide", w.guide, `{"keyTakeaways": [1]}`, "keyTakeaways must be a list of texts"},
		{"guide", w.guide, `{"systemIds": ["` + w.route + `"]}`, "systemIds"},
		{"guide", w.guide, `{"type": "NOVEL"}`, ""},
		{"regionalComparison", w.comparison, `{"regionIds": ["` + w.region + `"]}`, "regionIds names two regions"},
		{"regionalComparison", w.comparison, `{"regionIds": ["` + w.region + `", "` + w.region + `"]}`, "regionIds"},
		{"regionalComparison", w.comparison, `{"differences": [{"category": "FOOD", "text": "Better."}]}`, "one of the schema's categories"},
		{"regionalComparison", w.comparison, `{"equivalents": [{"here": "Blue", "there": " "}]}`, "what it is here and what it is there"},
	} {
		r := ann.Do(`mutation($i: CreateProposalInput!) { createProposal(input: $i) { id } }`, map[string]any{"i": map[string]any{
			"entityId": test.id, "baseVersion": w.version(test.field, test.id), "patch": test.patch}})
		if r.Err() != "InvalidInput" || !strings.Contains(string(r.Raw), jsonText(test.want)) {
			t.Errorf("%s: %s; want InvalidInput with %q", test.patch[:min(len(test.patch), 80)], r.Raw, test.want)
		}
	}
	if v := w.version("guide", w.guide); v != 1 {
		t.Errorf("the guide has version %d after nothing but refusals", v)
	}
	// And what a rider proposes well is published whole.
	p := ann.OK(`mutation($i: CreateProposalInput!) { createProposal(input: $i) { id } }`, map[string]any{"i": map[string]any{
		"entityId": w.comparison, "baseVersion": w.version("regionalComparison", w.comparison),
		"patch": `{"name": "Hills to coast", "equivalents": [{"here": "Blue", "there": "Black", "why": null}]}`}}).Get("createProposal", "id")
	w.Moderator("mod").OK(`mutation($i: DecideProposalInput!) { acceptProposal(input: $i) { state } }`, map[string]any{"i": map[string]any{"id": p}})
	got := w.Anonymous().OK(fmt.Sprintf(`{ regionalComparison(id: %q) { name equivalents { here there why } regions { name } } }`, w.comparison), nil).Get("regionalComparison")
	if diff := cmp.Diff(map[string]any{
		"name": "Hills to coast", "equivalents": []any{map[string]any{"here": "Blue", "there": "Black", "why": nil}},
		"regions": []any{map[string]any{"name": "Testland"}, map[string]any{"name": "Testcoast"}},
	}, got); diff != "" {
		t.Errorf("accepted (-want +got):\n%s", diff)
	}
}

// jsonText is a text as it stands inside a JSON string.
func jsonText(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return s
	}
	return strings.Trim(string(b), `"`)
}

// The fullest guide fits the answer's bounds, alone and in a list.
func TestFullestGuide(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mod := w.Moderator("mod")
	var sections []any
	for i := range 20 {
		sections = append(sections, map[string]any{"heading": fmt.Sprintf("Part %d %s", i, strings.Repeat("h", 100)), "body": strings.Repeat("ü", 660)})
	}
	takeaways := make([]string, 10)
	for i := range takeaways {
		takeaways[i] = fmt.Sprintf("%d%s", i, strings.Repeat("ö", 239))
	}
	in := map[string]any{
		"type": "ROUTE_GUIDE", "sections": sections, "keyTakeaways": takeaways,
		"summary": strings.Repeat("ä", 500), "title": strings.Repeat("t", 120), "systemIds": []string{w.system}, "routeIds": []string{w.route},
	}
	for i := range 15 {
		in["name"] = fmt.Sprintf("Full %02d", i)
		w.make(mod, "Guide", in)
	}
	const query = `query($after: String) { guides(first: 15, after: $after, filter: {nameContains: "Full"}) { pageInfo { endCursor } nodes { name summary sections { heading body } keyTakeaways systems { name } routes { name } facts { field } } } }`
	page := w.Anonymous().OK(query, nil)
	rest := w.Anonymous().OK(query, map[string]any{"after": page.Get("guides", "pageInfo", "endCursor")})
	if n := len(page.Get("guides", "nodes").([]any)) + len(rest.Get("guides", "nodes").([]any)); len(page.Raw) < 400_000 || n != 15 {
		t.Errorf("%d bytes and %d guides in all", len(page.Raw), n)
	}
}
