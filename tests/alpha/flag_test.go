package alpha

import "testing"

// TestFlagsArePrivate holds that who reported what is read by moderators and himself, and
// that he reads what became of it.
func TestFlagsArePrivate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, other, mod := w.Rider("ann"), w.Rider("other"), w.Moderator("mod")
	all := `query($f: FlagFilter) { flags(filter: $f, first: 5) { nodes { id entityName reason state note decisionNote alike reporter { id } decidedBy { name } } pageInfo { hasNextPage endCursor } totalCount totalIsMore } }`
	for name, want := range map[string]float64{"ann": 1, "other": 0, "mod": 1} {
		r := map[string]interface {
			Get(...any) any
		}{"ann": ann.OK(all, nil), "other": other.OK(all, nil), "mod": mod.OK(all, nil)}[name]
		if n := r.Get("flags", "totalCount"); n != want {
			t.Errorf("%s reads %v reports, not %v", name, n, want)
		}
	}
	if r := w.Anonymous().Do(`{ flags { totalCount } }`, nil); r.Err() != unauthorized {
		t.Errorf("without signing in: %s", r.Raw)
	}
	if who := mod.OK(all, nil).Get("flags", "nodes", 0, "reporter", "id"); who != w.ann {
		t.Errorf("a moderator reads that %v reported, not %s", who, w.ann)
	}
	mod.OK(`mutation($i: ResolveFlagInput!) { resolveFlag(input: $i) { id state } }`, map[string]any{"i": map[string]any{"id": w.flag, "outcome": "ACCEPTED", "note": "It is put right."}})
	r := ann.OK(all, map[string]any{"f": map[string]any{"entityId": w.trail}})
	if r.Get("flags", "nodes", 0, "state") != "ACCEPTED" || r.Get("flags", "nodes", 0, "decisionNote") != "It is put right." {
		t.Errorf("she reads %s", r.Raw)
	}
	if n := mod.OK(all, nil).Get("flags", "totalCount"); n != 0.0 {
		t.Errorf("%v reports wait after the last was decided", n)
	}
	if n := mod.OK(all, map[string]any{"f": map[string]any{"state": "ACCEPTED"}}).Get("flags", "totalCount"); n != 1.0 {
		t.Errorf("%v reports were accepted", n)
	}
	for _, bad := range []string{`{ flags(first: 51) { totalCount } }`, `{ flags(after: "'") { totalCount } }`, `{ flags(filter: {entityId: "x"}) { totalCount } }`,
		`mutation { createFlag(input: {entityId: "x", reason: SPAM}) { id } }`, `mutation { createFlag(input: {entityId: "` + w.trail + `", revisionId: "y", reason: SPAM}) { id } }`} {
		if r := ann.Do(bad, nil); r.Err() == ok {
			t.Errorf("taken: %s", bad)
		}
	}
}
