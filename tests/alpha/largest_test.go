package alpha

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/tests/utils"
)

// A revision has at most 56,000 bytes of facts and as many of texts in a language.
const mostOfRevision = 56000

// Each kind of page at its largest can be read whole, alone and in a list, compared with
// what it was, gone back from, refused in a conflict and changed through a proposal:
// within a row and an answer of the Data API, which are those of AWS here.
func TestLargest(t *testing.T) {
	t.Parallel()
	s := schema(t)
	for _, d := range entity.Descriptions {
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			one := strings.ToLower(d.Name[:1]) + d.Name[1:]
			id := map[string]string{
				"Region": w.region, "System": w.system, "Trail": w.trail, "Route": w.route, "Tip": w.tip, "Rider": w.ann, "Guide": w.guide,
				"RegionalComparison": w.comparison, "SeasonalNotice": w.notice, "Organisation": w.organisation, "Media": w.media,
				"AccessPoint": w.station, "Uplift": w.lift,
				"Claim": w.claim, "FactCheck": w.check, "Review": w.review, "Comment": w.comment,
			}[d.Name]
			if id == "" {
				t.Fatalf("there is no %s to make large", d.Name)
			}
			mod := w.Moderator("mod")
			if d.Name == "Comment" {
				mod = w.Rider(w.annsName) // its author, who alone changes it
			}
			before := w.newestRevision(id)
			facts, texts := fill(t, d)
			if len(facts)+len(texts) == 0 {
				t.Skip("nothing of it grows")
			}
			update := fmt.Sprintf("mutation($i: Update%sInput!) { update%[1]s(input: $i) { version } }", d.Name)
			for _, part := range []map[string]any{facts, texts} {
				if len(part) > 0 {
					mod.OK(update, map[string]any{"i": w.edit(one, id, part)})
				}
			}
			selection, _ := s.Selection(d.Name, 3, utils.Plain)
			whole := w.Anonymous().OK(fmt.Sprintf("query($id: ID) { %s(id: $id) %s }", one, selection), map[string]any{"id": id})
			if got := size(facts) + size(texts); len(whole.Raw) < got {
				t.Errorf("%d bytes were answered of %d that were written", len(whole.Raw), got)
			}
			in := w.edit(one, id, map[string]any{"comment": "The same."})
			mod.OK(fmt.Sprintf("mutation($i: Update%sInput!) { update%[1]s(input: $i) %s }", d.Name, selection), map[string]any{"i": in})
			list := w.Anonymous().OK(fmt.Sprintf("{ %s(first: 5) { nodes %s edges { cursor node { id } } } }", d.Plural, selection), nil)
			if !strings.Contains(string(list.Raw), id) {
				t.Errorf("the list doesn't have it")
			}

			revisions := mod.OK(`query($id: ID) { revisions(entityId: $id, first: 50) { nodes { id size } } }`, map[string]any{"id": id}).Get("revisions", "nodes").([]any)
			for _, r := range revisions {
				rev := r.(map[string]any)["id"]
				mod.OK(`query($id: ID!) { revision(id: $id) { content } revisionDiff(id: $id) { changes { field before after words { kind text } } } }`, map[string]any{"id": rev})
			}
			mod.OK(`query($id: ID!, $from: ID) { revisionDiff(id: $id, fromId: $from) { changes { field } } }`, map[string]any{"id": before, "from": revisions[0].(map[string]any)["id"]})

			// A conflict, with all of it in both sides.
			for _, part := range []map[string]any{facts, texts} {
				if len(part) == 0 {
					continue
				}
				other := map[string]any{"id": id, "expectedVersion": 1}
				for name, v := range part {
					other[name] = v
				}
				if r := mod.Do(update, map[string]any{"i": changed(other)}); r.Err() != "Conflict" {
					t.Errorf("an update of an old version: %.300s", r.Raw)
				}
				patch, err := json.Marshal(smaller(part))
				if err != nil {
					t.Fatal(err)
				}
				if d.Name == "Rider" || d.Name == "Comment" {
					continue // nobody proposes changes of what is somebody's own
				}
				p := w.Rider("proposer").OK(`mutation($i: CreateProposalInput!) { createProposal(input: $i) { id patch } }`, map[string]any{"i": map[string]any{
					"entityId": id, "baseVersion": w.version(one, id), "patch": string(patch)}}).Get("createProposal", "id")
				mod.OK(`query($id: ID!) { proposal(id: $id) { patch state } proposals(first: 20) { nodes { id patch } } }`, map[string]any{"id": p})
				mod.OK(`mutation($i: DecideProposalInput!) { acceptProposal(input: $i) { state } }`, map[string]any{"i": map[string]any{"id": p}})
			}
			mod.OK(`mutation($i: RevertEntityInput!) { revertEntity(input: $i) { id content } }`, map[string]any{"i": w.edit(one, id, map[string]any{"revisionId": revisions[0].(map[string]any)["id"]})})
		})
	}
}

// A page ends before it is more than an answer holds, and says that there is more.
func TestLargestList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d, _ := entity.Describe("Region")
	facts, texts := fill(t, d)
	for i := range 10 {
		in := map[string]any{"name": fmt.Sprintf("Large %d", i)}
		for _, part := range []map[string]any{facts, texts} {
			for name, v := range part {
				in[name] = v
			}
		}
		w.make(w.Moderator("mod"), "Region", in)
	}
	const query = `query($first: Int, $after: String) { regions(filter: {nameContains: "Large"}, first: $first, after: $after) {
		edges { cursor node { name facts { field basis source url date validUntil licence } description climate gradingNote } } pageInfo { hasNextPage endCursor } totalCount } }`
	var names []string
	pages := 0
	for after := any(nil); ; {
		r := w.Anonymous().OK(query, map[string]any{"first": 15, "after": after})
		pages++
		for _, e := range r.Get("regions", "edges").([]any) {
			names = append(names, e.(map[string]any)["node"].(map[string]any)["name"].(string))
		}
		if r.Get("regions", "totalCount") != 10.0 {
			t.Errorf("%v in all", r.Get("regions", "totalCount"))
		}
		if r.Get("regions", "pageInfo", "hasNextPage") != true {
			break
		}
		after = r.Get("regions", "pageInfo", "endCursor")
	}
	if got, want := strings.Join(names, ","), "Large 0,Large 1,Large 2,Large 3,Large 4,Large 5,Large 6,Large 7,Large 8,Large 9"; got != want {
		t.Errorf("pages have %s", got)
	}
	if pages < 2 {
		t.Errorf("%d pages for a megabyte", pages)
	}
}

// fill makes as much of facts and texts as a revision holds: texts and lists of texts in
// characters of three bytes, and a source for each field.
func fill(t *testing.T, d entity.Description) (facts, texts map[string]any) {
	t.Helper()
	facts, texts = map[string]any{}, map[string]any{}
	for _, f := range d.Fields {
		if !f.Writable || f.Once || f.Careful || len(f.Values) > 0 || f.Type != "String" || f.Max == 0 || vocabulary[f.Name] {
			continue
		}
		into := facts
		if f.Text {
			into = texts
		}
		if f.List {
			var list []string
			for i := range f.Max {
				list = append(list, fmt.Sprintf("%02d%s", i, strings.Repeat("界", 200)))
			}
			into[f.Name] = list
			continue
		}
		into[f.Name] = strings.Repeat("界", f.Max)
		// Without the comma and the name's quotes there is less room.
		for size(into) > mostOfRevision-1500 {
			text := into[f.Name].(string)
			into[f.Name] = text[:len(text)-3*300]
		}
	}
	if f, ok := d.Field("sections"); ok && f.Text {
		texts["sections"] = []any{map[string]any{"heading": "When", "body": strings.Repeat("界", 9900)}}
	}
	if f, ok := d.Field("facts"); ok && f.Writable {
		var all []any
		for _, g := range d.Fields {
			fact := map[string]any{
				"field": g.Name, "basis": "OFFICIAL", "source": strings.Repeat("界", 200), "url": "https://example.org/" + strings.Repeat("x", 480),
				"date": "2026-01-01", "validUntil": "2027-01-01", "licence": strings.Repeat("界", 60),
			}
			if facts["facts"] = append(all, fact); size(facts) > mostOfRevision-4000 || len(all) == f.Max {
				break
			}
			all = append(all, fact)
		}
		facts["facts"] = all
	}
	return facts, texts
}

// vocabulary are lists whose items are codes, and texts of a fixed form.
var vocabulary = map[string]bool{"tags": true, "facilities": true, "conditions": true, "countries": true, "subdivisions": true, "avoid": true, "rideMonth": true}

func size(v any) int {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return len(b)
}

// changed is the input with another value in each field that is a text, and with lists
// that lack their first.
func changed(in map[string]any) map[string]any {
	out := map[string]any{}
	for n, v := range in {
		if text, is := v.(string); is && n != "id" {
			v = strings.Replace(text, "界", "世", 1)
		}
		if list, is := v.([]any); is && len(list) > 1 {
			v = list[1:]
		}
		out[n] = v
	}
	return out
}

// smaller is a part of the patch that a proposal may hold: 48,000 bytes.
func smaller(in map[string]any) map[string]any {
	out := map[string]any{}
	for n, v := range changed(in) {
		if out[n] = v; size(out) > 47000 {
			delete(out, n)
		}
	}
	return out
}
