package alpha

import (
	"fmt"
	"strings"
	"testing"
)

// A proposed line stands apart from its proposal: lists carry a fingerprint, its
// own query the points; accepted, it is the trail's line and its author's revision.
func TestProposedLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, mod := w.Rider("ann"), w.Moderator("mod")
	const propose = `mutation($i: CreateProposalInput!) { createProposal(input: $i) { id patch } }`
	const decide = `mutation($i: DecideProposalInput!) { acceptProposal(input: $i) { state } }`
	const line = `query($id: ID!) { trailLine(trailId: $id) { coordinates pointCount source } }`
	const proposed = `query($id: ID!) { proposalLine(proposalId: $id) { coordinates pointCount } }`
	set := func(coordinates string) {
		mod.OK(`mutation($i: SetTrailLineInput!) { setTrailLine(input: $i) { id } }`, map[string]any{"i": w.edit("trail", w.trail, map[string]any{"coordinates": coordinates})})
	}
	set(`[[10, 47], [10.01, 47.01]]`)
	input := func(patch string) map[string]any {
		return map[string]any{"i": map[string]any{"entityId": w.trail, "baseVersion": w.version("trail", w.trail), "patch": patch}}
	}
	made := ann.OK(propose, input(`{"lengthM": 1500, "line": [[10.5, 47.5, 600], [10.51, 47.51, 610], [10.52, 47.52, 640]]}`))
	id := made.Get("createProposal", "id").(string)
	if patch := fmt.Sprint(made.Get("createProposal", "patch")); strings.Contains(patch, "10.5") || !strings.Contains(patch, `"pointCount": 3`) && !strings.Contains(patch, `"pointCount":3`) {
		t.Errorf("the proposal carries %s", patch)
	}
	if r := w.Anonymous().OK(proposed, map[string]any{"id": id}); r.Get("proposalLine", "pointCount") != 3.0 || !strings.Contains(fmt.Sprint(r.Get("proposalLine", "coordinates")), "10.52") {
		t.Errorf("the proposed line: %s", r.Raw)
	}
	if r := w.Anonymous().OK(line, map[string]any{"id": w.trail}); r.Get("trailLine", "pointCount") != 2.0 {
		t.Errorf("a proposal changes nothing: %s", r.Raw)
	}
	if r := ann.Do(decide, map[string]any{"i": map[string]any{"id": id}}); r.Err() != "Unauthorized" {
		t.Errorf("its author accepts it: %s", r.Raw)
	}
	mod.OK(decide, map[string]any{"i": map[string]any{"id": id}})
	if r := w.Anonymous().OK(line, map[string]any{"id": w.trail}); r.Get("trailLine", "pointCount") != 3.0 || r.Get("trailLine", "source") != nil || !strings.Contains(fmt.Sprint(r.Get("trailLine", "coordinates")), "640") {
		t.Errorf("accepted: %s", r.Raw)
	}
	r := w.Anonymous().OK(`query($id: ID) { revisions(entityId: $id, first: 1) { nodes { author { id } } } trail(id: $id) { lengthM } }`, map[string]any{"id": w.trail})
	if r.Get("revisions", "nodes", 0, "author", "id") != w.ann || r.Get("trail", "lengthM") != 1500.0 {
		t.Errorf("the revision is its author's, with the length: %s", r.Raw)
	}
	if r := w.Anonymous().OK(proposed, map[string]any{"id": id}); r.Get("proposalLine") != nil {
		t.Errorf("a decided proposal keeps no line: %s", r.Raw)
	}

	// Somebody else draws the line meanwhile.
	late := ann.OK(propose, input(`{"line": [[11, 47], [11.01, 47.01]]}`)).Get("createProposal", "id")
	set(`[[12, 47], [12.01, 47.01]]`)
	if r := mod.Do(decide, map[string]any{"i": map[string]any{"id": late}}); r.Err() != "Conflict" {
		t.Errorf("a line drawn meanwhile: %s", r.Raw)
	}
	for patch, says := range map[string]string{
		`{"line": [[1, 2]]}`: "points", `{"line": [[1, 2], [181, 2]]}`: "", `{"line": "x"}`: "", `{"line": {"type": "LineString"}}`: "",
	} {
		if r := ann.Do(propose, input(patch)); r.Err() != "InvalidInput" || !strings.Contains(string(r.Raw), says) {
			t.Errorf("%s: %s", patch, r.Raw)
		}
	}
	// Where only the name is public, the proposed line is not either.
	secret := ann.OK(propose, input(`{"line": [[13.5, 47], [13.51, 47.01]]}`)).Get("createProposal", "id")
	mod.OK(`mutation($i: UpdateTrailInput!) { updateTrail(input: $i) { id } }`, map[string]any{"i": w.edit("trail", w.trail, map[string]any{"visibility": "NAME_ONLY"})})
	if r := w.Rider("other").Do(proposed, map[string]any{"id": secret}); strings.Contains(string(r.Raw), "13.5") {
		t.Errorf("only the name is public: %s", r.Raw)
	}
}
