package compute_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/mtbwiki/mtbwiki/compute"
)

func invoke(t testing.TB, function, input string) map[string]any {
	t.Helper()
	out, err := compute.Invoke(json.RawMessage(`{"function": "` + function + `", "input": ` + input + `}`))
	if err != nil {
		t.Fatal(err)
	}
	var v map[string]any
	if err := json.Unmarshal(out, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestInvokeRefuses(t *testing.T) {
	t.Parallel()
	if _, err := compute.Invoke(json.RawMessage(`{"function": "rm"}`)); !errors.Is(err, compute.ErrUnknownFunction) {
		t.Errorf("an unknown function: %v", err)
	}
	for _, payload := range []string{``, `[]`, `{"function": "composeDiff", "input": 3}`, `{"function": "composeDiscovery", "input": "x"}`} {
		if _, err := compute.Invoke(json.RawMessage(payload)); err == nil {
			t.Errorf("%q must be refused", payload)
		}
	}
}

func TestComposeDiff(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, from, to string
		want           []any
	}{
		{"a new field", `{}`, `{"gates": 2}`, []any{
			map[string]any{"field": "gates", "label": "Gates", "before": nil, "after": "2", "words": []any{}},
		}},
		{"a cleared field", `{"gates": 2}`, `{"gates": null}`, []any{
			map[string]any{"field": "gates", "label": "Gates", "before": "2", "after": nil, "words": []any{}},
		}},
		{"the same written otherwise", `{"tags": ["a", "b"]}`, `{"tags":["a","b"]}`, []any{}},
		{"a list", `{"tags": ["a"]}`, `{"tags": ["a", "b"]}`, []any{
			map[string]any{"field": "tags", "label": "Character", "before": "a", "after": "a, b", "words": []any{}},
		}},
		{"words of a text, line ends too", `{"description": "One two.\nThree."}`, `{"description": "One too.\nThree."}`, []any{
			map[string]any{"field": "description", "label": "Description", "before": "One two.\nThree.", "after": "One too.\nThree.", "words": []any{
				map[string]any{"kind": "SAME", "text": "One "}, map[string]any{"kind": "REMOVED", "text": "two"},
				map[string]any{"kind": "ADDED", "text": "too"}, map[string]any{"kind": "SAME", "text": ".\nThree."},
			}},
		}},
		{"a field of former times", `{"flavour": "x"}`, `{}`, []any{
			map[string]any{"field": "flavour", "label": "flavour", "before": "x", "after": nil, "words": []any{}},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := invoke(t, "composeDiff", `{"from": {"entityKind": "TRAIL", "content": `+test.from+`}, "to": {"entityKind": "TRAIL", "content": `+test.to+`}}`)
			if diff := cmp.Diff(test.want, got["changes"]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if out, err := compute.Invoke(json.RawMessage(`{"function": "composeDiff", "input": {"from": null, "to": null}}`)); err != nil || string(out) != "null" {
		t.Errorf("no revision gives null, got %s, %v", out, err)
	}
}

// The words of a diff, put together, are both texts again.
func TestDiffKeepsTexts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("ab ,.\nÄé漢")), 0, 40, -1)
		before, after := text.Draw(r, "before"), text.Draw(r, "after")
		b, errB := json.Marshal(before)
		a, errA := json.Marshal(after)
		if err := errors.Join(errA, errB); err != nil {
			r.Fatal(err)
		}
		got := invoke(t, "composeDiff", `{"from": {"entityKind": "TRAIL", "content": {"description": `+string(b)+`}}, "to": {"entityKind": "TRAIL", "content": {"description": `+string(a)+`}}}`)
		changes := got["changes"].([]any)
		if before == after {
			if len(changes) != 0 {
				r.Fatalf("no change, but %v", changes)
			}
			return
		}
		var old, now strings.Builder
		for _, w := range changes[0].(map[string]any)["words"].([]any) {
			word := w.(map[string]any)
			if word["kind"] != "ADDED" {
				old.WriteString(word["text"].(string))
			}
			if word["kind"] != "REMOVED" {
				now.WriteString(word["text"].(string))
			}
		}
		if old.String() != before || now.String() != after {
			r.Fatalf("words give %q and %q for %q and %q", old.String(), now.String(), before, after)
		}
	})
}

// suggestion composes one row; the row says only what the case is about.
func suggestion(t *testing.T, question, row string) (reasons, concerns []string, whole map[string]any) {
	t.Helper()
	got := invoke(t, "composeDiscovery", `{"question": `+question+`, "rows": [`+row+`]}`)
	whole = got["suggestions"].([]any)[0].(map[string]any)
	for _, s := range whole["reasons"].([]any) {
		reasons = append(reasons, s.(map[string]any)["text"].(string))
	}
	for _, s := range whole["concerns"].([]any) {
		concerns = append(concerns, s.(map[string]any)["text"].(string))
	}
	return reasons, concerns, whole
}

func TestComposeDiscovery(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, question, row string
		reason, concern     string // one that must be among them; "" for none asked
	}{
		{"a good month, estimated", `{"month": 5}`, `"season": {"month": 5, "verdict": "GO", "reason": "Dry by then.", "basis": "EDITORIAL_ESTIMATE"}`, "May is a good month here: dry by then (an editors' estimate).", ""},
		{"a closed month", `{"month": 1}`, `"season": {"month": 1, "verdict": "CLOSED", "basis": "OFFICIAL"}`, "", "It is closed in January."},
		{"an unknown month", `{"month": 1}`, `"season": null`, "", "Nobody has said what January is like here."},
		{"an unknown style is a concern", `{"styles": [{"style": "FLOW"}]}`, `"styleMarks": [{"style": "FLOW", "mark": null}]`, "", "Nobody has marked it for flow yet."},
		{"strong and weak styles", `{}`, `"styleMarks": [{"style": "XC", "mark": 5}, {"style": "DOWNHILL", "mark": 1}], "basis": {"styleMarks": "EDITORIAL_ESTIMATE"}`, "Strong on xc (5 of 5), by the editors' estimate.", "Weak on downhill (1 of 5), by the editors' estimate."},
		{"unknown skill", `{"skill": "LEARNING"}`, `"skillMark": null`, "", "How well it suits riders who are learning is unknown."},
		{"trails of one's colour", `{"skill": "COMFORTABLE"}`, `"trailCount": 4, "trailsByLabel": {"blue": 1, "unknown": 3}`, "1 of its 4 described trails is blue.", ""},
		{"no trail of one's colour", `{"skill": "EXPERT"}`, `"trailCount": 4, "trailsByLabel": {"blue": 4}`, "", "None of its 4 graded trails is double black."},
		{"no trail at all", `{}`, `"trailCount": 0`, "", "None of its trails is described yet."},
		{"unknown access is never allowed", `{"bikeClass": "E_MTB_CLASS_1"}`, `"access": []`, "", "Whether a class 1 e-bike is allowed is unknown; ask before you ride."},
		{"access of other months says nothing", `{"bikeClass": "MTB", "month": 6}`, `"access": [{"verdict": "FORBIDDEN", "months": [1, 2]}, {"verdict": "ALLOWED", "months": [6], "hours": "07:00-19:00"}]`, "A mountain bike is allowed in June from 07:00 to 19:00.", ""},
		{"hazards", `{"month": 8}`, `"hazards": [{"kind": "GUARD_DOGS"}, {"kind": "HEAT"}]`, "", "Watch for guard dogs and heat in August."},
		{"a closure", `{}`, `"notices": [{"severity": "CRITICAL", "body": "Felling", "endsOn": "2026-12-20", "subjectName": "Long Line"}]`, "", "Don't go (Long Line): Felling. Until 20 December 2026."},
		{"a change, without an end", `{}`, `"notices": [{"severity": "IMPORTANT", "body": "The lift rests!", "endsOn": null, "subjectName": null}]`, "", "Mind: The lift rests!"},
		{"standing", `{}`, `"standing": "UNSANCTIONED"`, "", "Its trails are not sanctioned by the land manager."},
		{"miles", `{"units": "IMPERIAL"}`, `"distanceKm": 16.09344`, "10 mi from the place you named, in a straight line.", ""},
		{"kilometres", `{}`, `"distanceKm": 12.4`, "12 km from the place you named, in a straight line.", ""},
		{"days that fit", `{"days": 3}`, `"size": "WEEKEND_TRIP"`, "Your 3 days fit: the editors think it is worth 2 to 3 days.", ""},
		{"too many days", `{"days": 3}`, `"size": "LOCAL_GEM"`, "", "The editors think it is worth 1 day; you have 3."},
		{"too few days", `{"days": 1}`, `"size": "DESTINATION"`, "", "There is more than your 1 day can show: the editors think of 4 to 7 days."},
		{"tags", `{}`, `"tagsMatched": ["wooden-features"], "tagsAvoided": ["jumps"]`, "Its character is as you asked: wooden features.", "Its character is also what you would rather not have: jumps."},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			reasons, concerns, _ := suggestion(t, test.question, `{"kind": "SUGGESTION", "considered": 1, "system": {"name": "X"}, "score": 50, `+test.row+`}`)
			if test.reason != "" && !contains(reasons, test.reason) {
				t.Errorf("reasons %q lack %q", reasons, test.reason)
			}
			if test.concern != "" && !contains(concerns, test.concern) {
				t.Errorf("concerns %q lack %q", concerns, test.concern)
			}
			if test.reason == "" && contains(reasons, test.concern) {
				t.Errorf("%q is given as a reason", test.concern)
			}
		})
	}
}

func TestUndescribedPlacesStandApart(t *testing.T) {
	t.Parallel()
	got := invoke(t, "composeDiscovery", `{"question": {"units": "IMPERIAL"}, "rows": [{"kind": "UNDESCRIBED", "considered": 7, "system": {"name": "Stub"}},
{"kind": "OPEN_DATA", "considered": 7, "system": {"name": "Mapped"}, "distanceKm": 2, "openM": [16093.44, 0, 0, 0, 0], "sources": [{"title": "A", "attribution": "© A", "licence": "L"}, {"title": "B"}]}]}`)
	word := func(text, fact string) any { return map[string]any{"text": text, "facts": []any{fact}} }
	want := map[string]any{"suggestions": []any{}, "openData": []any{map[string]any{
		"system": map[string]any{"name": "Mapped"}, "distanceKm": 2.0, "trails": []any{},
		"sources":  []any{map[string]any{"title": "A", "attribution": "© A", "licence": "L", "url": nil}, map[string]any{"title": "B", "attribution": "", "licence": "", "url": nil}},
		"reasons":  []any{word("By A and B, 10 mi of singletrack and doubletrack.", "trails"), word("1 mi from the place you named, in a straight line.", "position")},
		"concerns": []any{word("Nobody who rode there has described it: season, condition and character are unknown.", "status")},
	}}, "undescribed": []any{map[string]any{"name": "Stub"}}, "considered": 7.0}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Whatever rows and questions come, composing doesn't panic and every statement
// names the facts it rests on.
func FuzzComposeDiscovery(f *testing.F) {
	f.Add(`{"month": 13}`, `{"kind": "SUGGESTION", "season": {"verdict": "GO", "reason": ""}, "size": "HUGE"}`)
	f.Add(`{"skill": "EXPERT"}`, `{"kind": "OPEN_DATA", "openM": [1, 0, 0, 0, 2e9], "sources": []}`)
	f.Add(`{"bikeClass": "HORSE", "skill": "?"}`, `{"kind": "SUGGESTION", "access": [{"verdict": "", "months": [0, 99], "hours": "-"}]}`)
	f.Fuzz(func(t *testing.T, question, row string) {
		out, err := compute.Invoke(json.RawMessage(`{"function": "composeDiscovery", "input": {"question": ` + question + `, "rows": [` + row + `]}}`))
		if err != nil {
			return
		}
		var answer struct {
			Suggestions []struct {
				Reasons, Concerns []struct {
					Text  string
					Facts []string
				}
			}
		}
		if err := json.Unmarshal(out, &answer); err != nil {
			t.Fatal(err)
		}
		for _, s := range answer.Suggestions {
			for _, x := range append(s.Reasons, s.Concerns...) {
				if x.Text == "" || len(x.Facts) == 0 {
					t.Errorf("a statement without text or facts: %+v", x)
				}
			}
		}
	})
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// Ids are read as what they name, where the reader may know of it.
func TestComposeDiffNames(t *testing.T) {
	t.Parallel()
	const a, b = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
	got := invoke(t, "composeDiff", `{"from": {"entityKind": "TRAIL", "content": {"systemIds": ["`+a+`"]}},
		"to": {"entityKind": "TRAIL", "content": {"systemIds": ["`+a+`", "`+b+`"], "junctions": [{"trailId": "`+a+`", "atM": 5}]}, "names": {"`+a+`": "Old \"Mill\" Hill"}}}`)
	want := []any{
		map[string]any{"field": "systemIds", "label": "Systems", "before": `Old "Mill" Hill`, "after": `Old "Mill" Hill, ` + b, "words": []any{}},
		map[string]any{"field": "junctions", "label": "Junctions", "before": nil, "after": "[\n  {\n    \"trailId\": \"Old \\\"Mill\\\" Hill\",\n    \"atM\": 5\n  }\n]", "words": []any{}},
	}
	if diff := cmp.Diff(want, got["changes"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
