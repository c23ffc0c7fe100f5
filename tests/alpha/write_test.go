package alpha

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
)

// A trail's life: made, changed, its history and diff read, put away, brought back.
func TestTrailLife(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.Rider("ann")
	id := w.make(ann, "Trail", map[string]any{
		"name": "Long Story", "direction": "DOWN_PREFERRED", "type": "SINGLETRACK", "systemIds": []string{w.system},
		"lengthM": 2400.5, "tags": []string{"rooty", "flowy"}, "personality": "Starts kind.",
		"difficulty": []any{map[string]any{
			"direction": "FORWARD",
			"labels":    []any{map[string]any{"system": "imba", "label": "black", "statedBy": "the builders"}},
			"axes":      []any{map[string]any{"axis": "AIR", "notApplicable": true, "basis": "LOCAL"}, map[string]any{"axis": "CONSEQUENCE", "predominant": 2, "worst": 3.5, "basis": "LOCAL"}},
		}},
		"comment": "First ride of the season.",
	})
	const read = `query($id: ID) { trail(id: $id) { slug version name lengthM tags personality commonLabel difficulty { direction labels { label } axes { axis predominant worst notApplicable } } } }`
	got := ann.OK(read, map[string]any{"id": id}).Get("trail")
	want := map[string]any{
		"slug": "long-story", "version": 2.0, "name": "Long Story", "lengthM": 2400.5, "tags": []any{"rooty", "flowy"},
		"personality": "Starts kind.", "commonLabel": "black",
		"difficulty": []any{map[string]any{
			"direction": "FORWARD", "labels": []any{map[string]any{"label": "black"}},
			"axes": []any{
				map[string]any{"axis": "AIR", "predominant": nil, "worst": nil, "notApplicable": true},
				map[string]any{"axis": "CONSEQUENCE", "predominant": 2.0, "worst": 3.5, "notApplicable": false},
			},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("as made (-want +got):\n%s", diff)
	}

	// Absent stays, null clears, a value sets; texts and facts each get a revision.
	const update = `mutation($i: UpdateTrailInput!) { updateTrail(input: $i) { version tags flow personality localName } }`
	r := ann.OK(update, map[string]any{"i": map[string]any{"id": id, "expectedVersion": 2, "tags": nil, "flow": 3.5, "personality": "Starts kind, ends rough."}})
	if diff := cmp.Diff(map[string]any{"version": 4.0, "tags": []any{}, "flow": 3.5, "personality": "Starts kind, ends rough.", "localName": nil}, r.Get("updateTrail")); diff != "" {
		t.Errorf("after the update (-want +got):\n%s", diff)
	}
	history := ann.OK(`query($id: ID) { revisions(entityId: $id) { totalCount nodes { id number kind lang comment author { name } } } }`, map[string]any{"id": id})
	if history.Get("revisions", "totalCount") != 4.0 {
		t.Fatalf("history: %s", history.Raw)
	}
	var textRevision string
	for i := range history.Get("revisions", "nodes").([]any) {
		n := history.Get("revisions", "nodes", i).(map[string]any)
		if n["lang"] == "en" && n["kind"] == "EDIT" {
			textRevision = n["id"].(string)
		}
	}
	diff := ann.OK(`query($id: ID!) { revisionDiff(id: $id) { from { number } to { number } changes { field label before after words { kind text } } } }`, map[string]any{"id": textRevision})
	wantChange := map[string]any{
		"field": "personality", "label": "Personality", "before": "Starts kind.", "after": "Starts kind, ends rough.",
		"words": []any{
			map[string]any{"kind": "SAME", "text": "Starts kind"},
			map[string]any{"kind": "ADDED", "text": ", ends rough"},
			map[string]any{"kind": "SAME", "text": "."},
		},
	}
	if d := cmp.Diff([]any{wantChange}, diff.Get("revisionDiff", "changes")); d != "" {
		t.Errorf("diff (-want +got):\n%s", d)
	}

	// Putting away hides it; bringing back shows it again, nothing lost.
	mod := w.Moderator("mod")
	mod.OK(`mutation($i: ArchiveTrailInput!) { archiveTrail(input: $i) { state } }`, map[string]any{"i": w.edit("trail", id, nil)})
	if r := w.Anonymous().OK(read, map[string]any{"id": id}); r.Get("trail") != nil {
		t.Errorf("archived, but anonymous still reads %s", r.Raw)
	}
	mod.OK(`mutation($i: RestoreTrailInput!) { restoreTrail(input: $i) { state } }`, map[string]any{"i": w.edit("trail", id, nil)})
	if r := w.Anonymous().OK(read, map[string]any{"id": id}); r.Get("trail", "personality") != "Starts kind, ends rough." {
		t.Errorf("restored, but it reads %s", r.Raw)
	}
}

// Two editors from the same version: one wins, the other is told, nobody's
// change is lost without a word.
func TestEditConflict(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const update = `mutation($i: UpdateTrailInput!) { updateTrail(input: $i) { version } }`
	version := w.version("trail", w.trail)
	const editors = 8
	results := make([]*fabrictest.Response, editors)
	var wg sync.WaitGroup
	for i := range editors {
		wg.Go(func() {
			results[i] = w.Rider(fmt.Sprintf("editor %d", i)).Do(update, map[string]any{"i": map[string]any{
				"id": w.trail, "expectedVersion": version, "personality": fmt.Sprintf("As editor %d sees it.", i)}})
		})
	}
	wg.Wait()
	won := 0
	for _, r := range results {
		switch r.Err() {
		case "":
			won++
		case "Conflict":
			info, _ := r.Errors[0].ErrorInfo.(map[string]any)
			if info["currentVersion"] != float64(version+1) {
				t.Errorf("a conflict must tell the current version: %s", r.Raw)
			}
		default:
			t.Errorf("unexpected: %s", r.Raw)
		}
	}
	if won != 1 {
		t.Errorf("%d editors won, want 1", won)
	}
}

// Going back is a change like any other: versions, rights and history hold for it.
func TestRevert(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, mod := w.Rider(w.annsName), w.Moderator("mod")
	const update = `mutation($i: UpdateTrailInput!) { updateTrail(input: $i) { version } }`
	const revert = `mutation($i: RevertEntityInput!) { revertEntity(input: $i) { number kind lang comment author { id } content } }`
	const read = `query($id: ID) { trail(id: $id) { version name lengthM personality hasLine } }`
	ann.OK(update, map[string]any{"i": w.edit("trail", w.trail, map[string]any{"personality": "Kind."})})
	text := w.newestRevision(w.trail)
	ann.OK(update, map[string]any{"i": w.edit("trail", w.trail, map[string]any{"personality": "Nonsense."})})
	mod.OK(update, map[string]any{"i": w.edit("trail", w.trail, map[string]any{"name": "Nonsense Line", "lengthM": 99.0})})

	stale := w.edit("trail", w.trail, map[string]any{"revisionId": text})
	stale["expectedVersion"] = 1
	if r := ann.Do(revert, map[string]any{"i": stale}); r.Err() != "Conflict" {
		t.Errorf("a revert from an old version: %s", r.Raw)
	}
	if r := ann.Do(revert, map[string]any{"i": w.edit("trail", w.trail, map[string]any{"revisionId": w.firstRevision(w.system)})}); r.Err() != "NotFound" {
		t.Errorf("a revision of something else: %s", r.Raw)
	}
	// The text comes back, the facts stay as they are.
	r := ann.OK(revert, map[string]any{"i": w.edit("trail", w.trail, map[string]any{"revisionId": text, "comment": "That was better."})})
	if got := r.Get("revertEntity").(map[string]any); got["kind"] != "REVERT" || got["lang"] != "en" || got["comment"] != "That was better." ||
		got["number"] != float64(w.version("trail", w.trail)) || r.Get("revertEntity", "author", "id") != w.ann || !strings.Contains(fmt.Sprint(got["content"]), "Kind.") {
		t.Errorf("the new revision: %s", r.Raw)
	}
	if r := w.Anonymous().OK(read, map[string]any{"id": w.trail}); r.Get("trail", "personality") != "Kind." || r.Get("trail", "name") != "Nonsense Line" {
		t.Errorf("after going back with the text: %s", r.Raw)
	}
	// A name is nothing that a rider changes at once, by going back neither.
	facts := w.edit("trail", w.trail, map[string]any{"revisionId": w.firstRevision(w.trail)})
	if r := ann.Do(revert, map[string]any{"i": facts}); r.Err() != "ProposalRequired" || !strings.Contains(r.Errors[0].Message, "name") {
		t.Errorf("a rider brings back a name: %s", r.Raw)
	}
	// What the revision didn't say is empty again; the line, which no revision keeps, stays.
	mod.OK(`mutation($i: SetTrailLineInput!) { setTrailLine(input: $i) { id } }`, map[string]any{"i": w.edit("trail", w.trail, map[string]any{"coordinates": "[[11, 47], [11.01, 47.01]]"})})
	facts["expectedVersion"] = w.version("trail", w.trail)
	mod.OK(revert, map[string]any{"i": facts})
	if r := w.Anonymous().OK(read, map[string]any{"id": w.trail}); r.Get("trail", "name") != "First Line" || r.Get("trail", "lengthM") != nil || r.Get("trail", "personality") != "Kind." || r.Get("trail", "hasLine") != true {
		t.Errorf("after going back with the facts: %s", r.Raw)
	}
	// Nothing different, nothing written.
	before := w.version("trail", w.trail)
	r = mod.OK(revert, map[string]any{"i": w.edit("trail", w.trail, map[string]any{"revisionId": w.firstRevision(w.trail)})})
	if r.Get("revertEntity", "number") != float64(before) || w.version("trail", w.trail) != before {
		t.Errorf("a revert to what is there: %s", r.Raw)
	}
	mod.OK(`mutation($i: ArchiveTrailInput!) { archiveTrail(input: $i) { id } }`, map[string]any{"i": w.edit("trail", w.trail, nil)})
	if r := mod.Do(revert, map[string]any{"i": map[string]any{"id": w.trail, "expectedVersion": before + 1, "revisionId": text}}); r.Err() != "Archived" {
		t.Errorf("a revert of something put away: %s", r.Raw)
	}
}

// What riders may not change at once goes through a proposal.
func TestProposal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.Rider("other")
	const update = `mutation($i: UpdateTrailInput!) { updateTrail(input: $i) { name } }`
	r := other.Do(update, map[string]any{"i": w.edit("trail", w.trail, map[string]any{"name": "Other Line"})})
	if r.Err() != "ProposalRequired" || !strings.Contains(r.Errors[0].Message, "name") {
		t.Fatalf("a rider's change of a name must be held, with the field named: %s", r.Raw)
	}
	if r := other.OK(update, map[string]any{"i": w.edit("trail", w.trail, map[string]any{"name": "First Line", "personality": "Same name."})}); r.Get("updateTrail", "name") != "First Line" {
		t.Errorf("a careful field that doesn't change is no obstacle: %s", r.Raw)
	}
	r = w.Moderator("mod").OK(`mutation($i: DecideProposalInput!) { acceptProposal(input: $i) { state decidedBy { name } } }`, map[string]any{"i": map[string]any{"id": w.proposal, "note": "Agreed."}})
	if r.Get("acceptProposal", "state") != "ACCEPTED" {
		t.Fatalf("%s", r.Raw)
	}
	r = w.Anonymous().OK(`query($id: ID) { trail(id: $id) { name slug } revisions(entityId: $id, first: 1) { nodes { author { id } kind } } }`, map[string]any{"id": w.trail})
	if r.Get("trail", "name") != "Second Line" || r.Get("revisions", "nodes", 0, "author", "id") != w.ann {
		t.Errorf("the accepted change is published under its author's name: %s", r.Raw)
	}
	if r := w.Moderator("mod").Do(`mutation($i: DecideProposalInput!) { rejectProposal(input: $i) { id } }`, map[string]any{"i": map[string]any{"id": w.proposal}}); r.Err() != "Conflict" {
		t.Errorf("a decided proposal can't be decided again: %s", r.Raw)
	}
}

// Name-only and hidden trails keep their place to themselves on every way out.
func TestVisibility(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mod := w.Moderator("mod")
	secret := w.make(mod, "Trail", map[string]any{
		"name": "Whisper Line", "direction": "BOTH", "type": "SINGLETRACK", "systemIds": []string{w.system}, "lengthM": 1234.0,
		"visibility": "NAME_ONLY", "features": []any{map[string]any{"kind": "DROP", "atM": 10, "sizeM": 1.5, "mandatory": false}},
		"externalIds": []any{map[string]any{"scheme": "osm-way", "value": "424242"}}, "description": "Behind the orchard wall.",
	})
	hidden := w.make(mod, "Trail", map[string]any{"name": "Unspoken Line", "direction": "BOTH", "type": "SINGLETRACK", "systemIds": []string{w.system}, "visibility": "HIDDEN"})
	mod.OK(`mutation($i: SetTrailLineInput!) { setTrailLine(input: $i) { id } }`, map[string]any{"i": w.edit("trail", secret, map[string]any{"coordinates": `[[10.123, 47.456], [10.13, 47.46]]`})})
	for name, reader := range map[string]*fabrictest.Caller{"anonymous": w.Anonymous(), "rider": w.Rider("other")} {
		r := reader.OK(`query($s: ID, $sid: ID!, $h: ID, $sys: ID!) {
			secret: trail(id: $s) { name lengthM features { kind } externalIds { value } access { verdict } }
			secretLine: trailLine(trailId: $sid) { coordinates }
			hidden: trail(id: $h) { name }
			hiddenHistory: revisions(entityId: $h) { nodes { id } }
			secretHistory: revisions(entityId: $s) { nodes { content redactedReason } }
			lines: systemLines(systemId: $sys) { trailId }
			list: trails(first: 50) { nodes { name lengthM } totalCount }
			found: search(query: "orchard") { nodes { title } }
			foundHidden: search(query: "Unspoken") { nodes { title } }
			system(id: $sys) { trails { name lengthM } trailCount }
		}`, map[string]any{"s": secret, "sid": secret, "h": hidden, "sys": w.system})
		text := string(r.Raw)
		for _, leak := range []string{"1234", "424242", "10.123", "DROP", "Unspoken"} {
			if strings.Contains(text, leak) {
				t.Errorf("%s reads %q: %s", name, leak, text)
			}
		}
		if r.Get("secret", "name") != "Whisper Line" {
			t.Errorf("%s may know the name: %s", name, text)
		}
		if nodes := r.Get("found", "nodes").([]any); len(nodes) != 0 {
			t.Errorf("%s finds a name-only trail by its texts: %s", name, text)
		}
	}
	r := mod.OK(`query($s: ID) { trail(id: $s) { lengthM features { kind } } }`, map[string]any{"s": secret})
	if r.Get("trail", "lengthM") != 1234.0 {
		t.Errorf("moderators see it all: %s", r.Raw)
	}
}

// Texts fall back, one by one, to the language there is.
func TestLanguages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.Rider("ann")
	id := w.make(ann, "Trail", map[string]any{"name": "Zweisprachig", "direction": "BOTH", "type": "SINGLETRACK", "systemIds": []string{w.system},
		"personality": "Two voices.", "description": "Only in English."})
	ann.OK(`mutation($i: UpdateTrailInput!) { updateTrail(input: $i) { id } }`, map[string]any{"i": w.edit("trail", id, map[string]any{"lang": "de", "personality": "Zwei Stimmen."})})
	for lang, want := range map[string]string{"de": "Zwei Stimmen.", "de-AT": "Zwei Stimmen.", "fr": "Two voices.", "en": "Two voices."} {
		r := w.Anonymous().OK(`query($id: ID, $lang: String) { trail(id: $id, lang: $lang) { personality description } }`, map[string]any{"id": id, "lang": lang})
		if got := r.Get("trail", "personality"); got != want {
			t.Errorf("%s: personality %v, want %s", lang, got, want)
		}
		if got := r.Get("trail", "description"); got != "Only in English." {
			t.Errorf("%s: description %v falls back on its own", lang, got)
		}
	}
}

// Bad input is refused with a message that names the cause, and nothing changes.
func TestBadInput(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.Rider("ann")
	const create = `mutation($i: CreateTrailInput!) { createTrail(input: $i) { id } }`
	const update = `mutation($i: UpdateTrailInput!) { updateTrail(input: $i) { id } }`
	trail := func(more map[string]any) map[string]any {
		in := map[string]any{"name": "T", "direction": "BOTH", "type": "SINGLETRACK", "systemIds": []string{w.system}}
		for k, v := range more {
			in[k] = v
		}
		return map[string]any{"i": in}
	}
	const none = "00000000-0000-4000-8000-000000000000"
	axis := func(v map[string]any) map[string]any {
		v["axis"], v["basis"] = "AIR", "LOCAL"
		return trail(map[string]any{"difficulty": []any{map[string]any{"direction": "FORWARD", "labels": []any{}, "axes": []any{v}}}})
	}
	for _, test := range []struct {
		name, query string
		variables   map[string]any
		errorType   string
		message     string
	}{
		{"no name", create, trail(map[string]any{"name": "   "}), "InvalidInput", "name"},
		{"a long name", create, trail(map[string]any{"name": strings.Repeat("x", 121)}), "InvalidInput", "1 to 120"},
		{"a negative length", create, trail(map[string]any{"lengthM": -1}), "InvalidInput", "more than 0"},
		{"an unknown tag", create, trail(map[string]any{"tags": []string{"bumpy-ish"}}), "InvalidInput", "bumpy-ish"},
		{"an unknown system", create, trail(map[string]any{"systemIds": []string{none}}), "InvalidInput", none},
		{"no system", create, trail(map[string]any{"systemIds": []string{}}), "InvalidInput", "system"},
		{"a mark over 5", create, axis(map[string]any{"predominant": 6}), "InvalidInput", "0 and 5"},
		{"the worst easier than the rest", create, axis(map[string]any{"predominant": 3, "worst": 2}), "InvalidInput", "easier"},
		{"an axis that doesn't apply but has marks", create, axis(map[string]any{"predominant": 3, "notApplicable": true}), "InvalidInput", "no marks"},
		{"an unknown label", create, trail(map[string]any{"difficulty": []any{map[string]any{"direction": "FORWARD", "axes": []any{}, "labels": []any{map[string]any{"system": "imba", "label": "purple", "statedBy": "x"}}}}}), "InvalidInput", "purple"},
		{"closed without a date", create, trail(map[string]any{"trailStatus": "CLOSED_UNTIL"}), "InvalidInput", "closedUntil"},
		{"a bad id", `query { trail(id: "42") { id } }`, nil, "InvalidInput", "UUID"},
		{"neither id nor slug", `query { trail { id } }`, nil, "InvalidInput", "either an id or a slug"},
		{"both id and slug", `query { trail(id: "` + none + `", slug: "x") { id } }`, nil, "InvalidInput", "either an id or a slug"},
		{"an unknown id to change", update, map[string]any{"i": map[string]any{"id": none, "expectedVersion": 1}}, "NotFound", "no such trail"},
		{"a stale version", update, map[string]any{"i": map[string]any{"id": w.trail, "expectedVersion": 99, "flow": 1}}, "Conflict", "version"},
		{"first out of range", `{ trails(first: 51) { nodes { id } } }`, nil, "InvalidInput", "between 1 and 50"},
		{"no cursor", `{ trails(after: "abc") { nodes { id } } }`, nil, "InvalidInput", "cursor"},
		{"a cursor of another kind", `{ trails(after: "0|` + none + `") { nodes { id } } }`, nil, "InvalidInput", "cursor"},
		{"a bad language", `query($id: ID) { trail(id: $id, lang: "'; DROP TABLE") { id } }`, map[string]any{"id": w.trail}, "InvalidInput", "language tag"},
		{"a month that isn't", `{ discover(input: {month: 13}) { considered } }`, nil, "InvalidInput", "between 1 and 12"},
		{"a place that isn't", `{ discover(input: {near: {lat: 91, lon: 0}}) { considered } }`, nil, "InvalidInput", "latitude"},
		{"an empty search", `{ search(query: "   ") { totalCount } }`, nil, "InvalidInput", "1 to 200"},
		{"one point is no line", `mutation($i: SetTrailLineInput!) { setTrailLine(input: $i) { id } }`, map[string]any{"i": map[string]any{"id": w.trail, "expectedVersion": 1, "coordinates": `[[1, 2]]`}}, "InvalidInput", "points"},
		{"a line off the globe", `mutation($i: SetTrailLineInput!) { setTrailLine(input: $i) { id } }`, map[string]any{"i": map[string]any{"id": w.trail, "expectedVersion": 1, "coordinates": `[[1, 2], [181, 2]]`}}, "InvalidInput", ""},
		{"a tip about nothing", `mutation($i: CreateTipInput!) { createTip(input: $i) { id } }`, map[string]any{"i": map[string]any{"subjectId": none, "kind": "TIP", "body": "Hello there."}}, "NotFound", none},
		{"a patch of unknown fields", `mutation($i: CreateProposalInput!) { createProposal(input: $i) { id } }`, map[string]any{"i": map[string]any{"entityId": w.trail, "baseVersion": 1, "patch": `{"password": "x"}`}}, "InvalidInput", "password"},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := w.version("trail", w.trail)
			r := ann.Do(test.query, test.variables)
			if r.Err() != test.errorType || len(r.Errors) == 0 || !strings.Contains(r.Errors[0].Message, test.message) {
				t.Errorf("want %s with %q: %s", test.errorType, test.message, r.Raw)
			}
			if strings.Contains(string(r.Raw), "SQL") || strings.Contains(string(r.Raw), "wiki.") {
				t.Errorf("the answer shows our insides: %s", r.Raw)
			}
			if after := w.version("trail", w.trail); after != before {
				t.Errorf("the version moved from %d to %d", before, after)
			}
		})
	}
}

// Malformed requests and tokens that are not what they seem.
func TestMalformed(t *testing.T) {
	t.Parallel()
	w := fabrictest.Start(t, fabrictest.Vocabularies)
	for _, test := range []struct {
		name   string
		caller *fabrictest.Caller
	}{
		{"another issuer", w.Bearer(w.Token(fabrictest.Claims{Name: "ann", Issuer: "https://evil.test"}))},
		{"another client", w.Bearer(w.Token(fabrictest.Claims{Name: "ann", ClientID: "not-ours"}))},
		{"an unknown key", w.Bearer(w.Token(fabrictest.Claims{Name: "ann", KeyID: "other"}))},
		{"an unknown use", w.Bearer(w.Token(fabrictest.Claims{Name: "ann", Use: "refresh"}))},
		{"no token at all", w.Bearer("Bearer nonsense")},
		{"a wrong API key", w.WithKey("da2-wrong")},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := test.caller.Do(`{ regions { totalCount } }`, nil)
			if r.Status != http.StatusUnauthorized || r.Err() != "UnauthorizedException" {
				t.Errorf("status %d: %s", r.Status, r.Raw)
			}
		})
	}
	anon := w.Anonymous()
	for query, want := range map[string]string{
		`{ regions { nme } }`:                    "FieldUndefined",
		`{ regions(first: "x") { totalCount } }`: "WrongType",
		`{ regions `:                             "",
		`mutation { createRegion { id } }`:       "",
	} {
		r := anon.Do(query, nil)
		if len(r.Errors) == 0 || !strings.Contains(r.Errors[0].Message, want) || r.Status != http.StatusOK {
			t.Errorf("%s: status %d: %s", query, r.Status, r.Raw)
		}
	}
	if _, err := json.Marshal(anon.Do(`{ __schema { queryType { name } } }`, nil).Data); err != nil {
		t.Error(err)
	}
}
