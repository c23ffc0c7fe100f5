package codetest

import "testing"

func (w wiki) media(t testing.TB, actor m, subject string, more ...m) string {
	t.Helper()
	id, _ := w.do(t, "create_media", actor, with(m{
		"subjectId": subject, "kind": "PHOTO", "url": "https://photos.example/1", "caption": "The third corner.", "attribution": "Ann",
		"licence": "ALL_RIGHTS_RESERVED", "rightsBasis": "OWN_WORK", "peopleShown": "NONE",
	}, more...))
	return id
}

// TestMediaTakedown holds that what was taken down is the moderators' alone, whatever
// happens to what it shows, and comes back as it was.
func TestMediaTakedown(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	trail := w.trail(t, w.system(t, w.region(t)))
	id := w.media(t, ann, trail, m{"conditions": l{"wet", "dry"}})
	same(t, "conditions in their order", w.nested(t, "media_conditions", id, anonymous), l{"dry", "wet"})
	w.do(t, "archive_media", ann, m{"id": id, "expectedVersion": 1})
	state := func(actor m) any {
		if v := w.read(t, "media_items", id, actor); v != nil {
			return v["state"]
		}
		return nil
	}
	same(t, "archived, for its author", state(ann), "ARCHIVED")
	w.do(t, "note_media_request", moderator, m{"id": id, "reason": "Somebody in it wrote."})
	same(t, "a request, for its author", w.nested(t, "media_takedown", id, ann).(m)["state"], "NONE")
	same(t, "a request, for moderators", w.nested(t, "media_takedown", id, moderator).(m)["state"], "REQUESTED")
	w.do(t, "take_down_media", moderator, m{"id": id, "reason": "Taken from somebody."})
	for name, actor := range map[string]m{"its author": ann, "another": bob, "anybody": anonymous} {
		same(t, "taken down, for "+name, state(actor), nil)
		if n := len(w.rows(t, "SELECT CAST(node AS text) FROM api.revision_list(CAST($1 AS jsonb), CAST($2 AS uuid), 20, NULL)", text(actor), id)); n != 0 {
			t.Errorf("%d versions for %s", n, name)
		}
	}
	same(t, "taken down, for moderators", state(moderator), "TAKEN_DOWN")
	same(t, "why", w.nested(t, "media_takedown", id, moderator).(m)["reason"], "Taken from somebody.")
	w.refused(t, "take_down_media", moderator, m{"id": id, "reason": "Once more."}, "InvalidInput")
	w.refused(t, "update_media", moderator, m{"id": id, "expectedVersion": 2, "caption": "Another one."}, "Archived")
	w.refused(t, "restore_media", moderator, m{"id": id, "expectedVersion": 2}, "Archived")
	w.refused(t, "update_media", ann, m{"id": id, "expectedVersion": 2, "caption": "Another one."}, "NotFound")
	w.refused(t, "create_proposal", ann, m{"entityId": id, "baseVersion": 2, "patch": m{"caption": "Another one."}}, "NotFound")
	w.refused(t, "create_proposal", moderator, m{"entityId": id, "baseVersion": 2, "patch": m{"caption": "Another one."}}, "Archived")
	// What it shows goes and comes back; that changes nothing.
	w.do(t, "update_trail", moderator, m{"id": trail, "expectedVersion": 1, "visibility": "HIDDEN"})
	w.do(t, "update_trail", moderator, m{"id": trail, "expectedVersion": 2, "visibility": "PUBLIC"})
	same(t, "taken down still, for its author", state(ann), nil)

	w.do(t, "put_back_media", moderator, m{"id": id, "reason": "It was hers."})
	same(t, "put back, for its author", state(ann), "ARCHIVED")
	w.do(t, "restore_media", ann, m{"id": id, "expectedVersion": 2})
	same(t, "restored", state(anonymous), "PUBLISHED")
	w.refused(t, "put_back_media", moderator, m{"id": id, "reason": "Once more."}, "InvalidInput")
	same(t, "the journal", w.one(t, "SELECT string_agg(action || ': ' || (detail ->> 'reason'), '; ' ORDER BY id) FROM wiki.audit_log WHERE entity_id = $1 AND detail ? 'reason'", id),
		"media.note_request: Somebody in it wrote.; media.take_down: Taken from somebody.; media.put_back: It was hers.")
	for _, function := range []string{"note_media_request", "take_down_media", "put_back_media"} {
		w.refused(t, function, ann, m{"id": id, "reason": "I say so."}, "Unauthorized")
		w.refused(t, function, moderator, m{"id": id, "reason": "  "}, "InvalidInput")
		w.refused(t, function, moderator, m{"id": trail, "reason": "It is no photo."}, "NotFound")
	}
}
