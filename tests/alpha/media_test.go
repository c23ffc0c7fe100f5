package alpha

import (
	"maps"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
)

const takeDown = `mutation($i: DecideMediaInput!) { takeDownMedia(input: $i) { state takedown { state reason } } }`

// What was taken down, and what a hidden place shows, nobody finds by any way out; the
// moderators still do.
func TestMediaTakenDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, mod := w.Rider(w.annsName), w.Moderator("mod")
	id := w.make(ann, "Media", with(photo(w.trail), map[string]any{
		"url": "https://photos.example/zebra", "caption": "A zebra crosses the trail.", "showcase": "The zebra.", "conditions": []string{"dry"}, "takenOn": "2026-05-01"}))
	revision := mod.OK(`query($id: ID) { revisions(entityId: $id) { nodes { id } } }`, map[string]any{"id": id}).Get("revisions", "nodes").([]any)[0].(map[string]any)["id"].(string)
	ways := map[string]string{
		"itself":          `{ media(id: "` + id + `") { caption } }`,
		"the list":        `{ mediaItems(filter: {subjectId: ["` + w.trail + `"]}) { nodes { caption subjectName conditions takedown { state reason } author { name } } totalCount } }`,
		"by id":           `{ mediaItems(filter: {ids: ["` + id + `"]}) { nodes { caption } } }`,
		"search":          `{ search(query: "zebra", kinds: [MEDIA]) { nodes { title } totalCount } }`,
		"history":         `{ revisions(entityId: "` + id + `") { nodes { content } totalCount } }`,
		"a version":       `{ revision(id: "` + revision + `") { content } }`,
		"a comparison":    `{ revisionDiff(id: "` + revision + `") { changes { after } } }`,
		"recent changes":  `{ revisions(first: 50) { nodes { entityId } } }`,
		"what waits":      `{ proposals(entityId: "` + id + `") { nodes { entityName patch } } }`,
		"what was hidden": `{ mediaItems(filter: {subjectId: ["` + w.trail + `"], state: TAKEN_DOWN}) { nodes { caption } } }`,
	}
	ann.OK(`mutation($i: CreateProposalInput!) { createProposal(input: $i) { id } }`, map[string]any{"i": map[string]any{
		"entityId": id, "baseVersion": 1, "patch": `{"showcase": "A zebra, again."}`}})
	found := func(c *fabrictest.Caller) map[string]bool {
		found := map[string]bool{}
		for name, query := range ways {
			r := c.Do(query, nil)
			found[name] = strings.Contains(string(r.Raw), "zebra") || strings.Contains(string(r.Raw), id)
		}
		return found
	}
	everywhere := map[string]bool{}
	for name := range ways {
		everywhere[name] = name != "what was hidden"
	}
	if got := found(ann); !maps.Equal(got, everywhere) {
		t.Errorf("before, ann finds it by %v", got)
	}
	hide := func(visibility string) {
		mod.OK(`mutation($i: UpdateTrailInput!) { updateTrail(input: $i) { version } }`, map[string]any{"i": map[string]any{
			"id": w.trail, "expectedVersion": mod.OK(`query($id: ID!) { trail(id: $id) { version } }`, map[string]any{"id": w.trail}).Get("trail", "version"), "visibility": visibility}})
	}
	for _, visibility := range []string{"HIDDEN", "NAME_ONLY"} {
		hide(visibility)
		for name, is := range found(w.Anonymous()) {
			if is {
				t.Errorf("%s tells of what a trail shows that is %s", name, visibility)
			}
		}
	}
	if r := ann.Do(`mutation($i: CreateMediaInput!) { createMedia(input: $i) { id } }`, map[string]any{"i": with(photo(w.trail), map[string]any{"url": "https://photos.example/2"})}); r.Err() != unauthorized {
		t.Errorf("a photo of what shows its name only: %s", r.Raw)
	}
	hide("PUBLIC")

	r := mod.OK(takeDown, map[string]any{"i": map[string]any{"id": id, "reason": "The zebra asked for it."}})
	if r.Get("takeDownMedia", "state") != "TAKEN_DOWN" || r.Get("takeDownMedia", "takedown", "reason") != "The zebra asked for it." {
		t.Errorf("taken down: %s", r.Raw)
	}
	for who, c := range map[string]*fabrictest.Caller{"anybody": w.Anonymous(), "its author": ann, "another rider": w.Rider("bob")} {
		for name, is := range found(c) {
			if is {
				t.Errorf("%s finds what was taken down by %s", who, name)
			}
		}
	}
	got := found(mod)
	for _, name := range []string{"itself", "history", "a version", "what was hidden"} {
		if !got[name] {
			t.Errorf("moderators don't find it by %s", name)
		}
	}
	if got["search"] || got["the list"] {
		t.Error("search or the list have what was taken down")
	}
	mod.OK(`mutation($i: DecideMediaInput!) { putBackMedia(input: $i) { state } }`, map[string]any{"i": map[string]any{"id": id, "reason": "The zebra agreed."}})
	if got := found(ann); !maps.Equal(got, everywhere) {
		t.Errorf("put back, ann finds it by %v", got)
	}
}

func with(a, b map[string]any) map[string]any {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// What can't be said is refused in words that say what to do.
func TestMediaRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.Rider(w.annsName)
	for _, test := range []struct {
		more map[string]any
		want string
	}{
		{map[string]any{"peopleShown": "WITHOUT_CONSENT"}, "must have agreed to be shown"},
		{map[string]any{"rightsBasis": "OPEN_LICENCE"}, "name the licence"},
		{map[string]any{"url": "javascript:alert(1)"}, "begins with http"},
		{map[string]any{"url": "ftp://photos.example/1"}, "begins with http"},
		{map[string]any{"url": "https://photos.example/" + strings.Repeat("x", 500)}, "500"},
		{map[string]any{"url": "https://photos.example/1"}, "This link is here already."},
		{map[string]any{"caption": "Rock"}, "5 to 300"},
		{map[string]any{"caption": strings.Repeat("x", 301)}, "300"},
		{map[string]any{"attribution": " "}, "attribution is required"},
		{map[string]any{"showcase": strings.Repeat("x", 301)}, "300"},
		{map[string]any{"takenOn": "1869-01-01"}, "1970"},
		{map[string]any{"conditions": []string{"lava"}}, "lava"},
		{map[string]any{"conditions": []string{"dry", "dry"}}, "twice"},
		{map[string]any{"conditions": []string{"dry", "wet", "muddy", "icy", "snowy", "dusty"}}, "at most 5"},
		{map[string]any{"subjectId": w.region}, "not a region"},
		{map[string]any{"subjectId": "00000000-0000-0000-0000-000000000001"}, "There is no system, trail or route"},
	} {
		if r := ann.Do(`mutation($i: CreateMediaInput!) { createMedia(input: $i) { id } }`, map[string]any{"i": with(with(photo(w.trail), map[string]any{"url": "https://photos.example/2"}), test.more)}); r.Err() == "" || !strings.Contains(string(r.Raw), test.want) {
			t.Errorf("%v: %s; want %q", test.more, r.Raw, test.want)
		}
	}
	if r := ann.Do(`mutation($i: UpdateMediaInput!) { updateMedia(input: $i) { id } }`, map[string]any{"i": w.edit("media", w.media, map[string]any{"url": nil})}); !strings.Contains(string(r.Raw), "Paste the link") {
		t.Errorf("without a link: %s", r.Raw)
	}
	// Nobody else changes what somebody said of a photo; he proposes it.
	if r := w.Rider("bob").Do(`mutation($i: UpdateMediaInput!) { updateMedia(input: $i) { id } }`, map[string]any{"i": w.edit("media", w.media, map[string]any{"caption": "Mine."})}); !strings.Contains(string(r.Raw), "Only who added") {
		t.Errorf("somebody else's: %s", r.Raw)
	}
}
