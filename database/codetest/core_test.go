package codetest

import (
	"strings"
	"testing"
)

func TestActors(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	tests := []struct {
		actor                    m
		rider, moderator, admins bool
	}{
		{anonymous, false, false, false},
		{m{}, false, false, false},
		{m{"mode": "IAM", "groups": nil}, false, false, false},
		{m{"mode": "USER", "sub": ""}, false, false, false},
		{ann, true, false, false},
		{moderator, true, true, false},
		{admin, true, true, true},
		{importer, false, true, false},
	}
	for _, test := range tests {
		var isRider, isModerator, isAdmin bool
		err := w.API.QueryRow(t.Context(), "SELECT api.rider_id(a) IS NOT NULL, api.is_moderator(a), api.is_admin(a) FROM (SELECT CAST($1 AS jsonb) AS a) x", text(test.actor)).
			Scan(&isRider, &isModerator, &isAdmin)
		if err != nil {
			t.Fatal(err)
		}
		if isRider != test.rider || isModerator != test.moderator || isAdmin != test.admins {
			t.Errorf("%s: got rider %v, moderator %v, admin %v", text(test.actor), isRider, isModerator, isAdmin)
		}
	}
}

func TestCanRead(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	var annID string
	if err := w.API.QueryRow(t.Context(), "SELECT api.rider_id(CAST($1 AS jsonb))::text", text(ann)).Scan(&annID); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		state, visibility          string
		anyone, author, moderators bool
		place                      bool
	}{
		{"PUBLISHED", "PUBLIC", true, true, true, true},
		{"PUBLISHED", "PUBLIC_WITH_WARNING", true, true, true, true},
		{"PUBLISHED", "NAME_ONLY", true, true, true, false},
		{"PUBLISHED", "HIDDEN", false, true, true, false},
		{"DRAFT", "PUBLIC", false, true, true, true},
		{"ARCHIVED", "PUBLIC", false, true, true, true},
		{"TAKEN_DOWN", "PUBLIC", false, false, true, true},
	}
	for _, test := range tests {
		for _, who := range []struct {
			name  string
			actor m
			want  bool
			place bool
		}{
			{"anonymous", anonymous, test.anyone, test.place},
			{"another rider", bob, test.anyone, test.place},
			{"the author", ann, test.author, test.place},
			{"a moderator", moderator, test.moderators, true},
		} {
			var can, place bool
			err := w.API.QueryRow(t.Context(), "SELECT api.can_read(CAST($1 AS jsonb), $2, $3, CAST($4 AS uuid)), api.sees_place(CAST($1 AS jsonb), $3)", text(who.actor), test.state, test.visibility, annID).Scan(&can, &place)
			if err != nil {
				t.Fatal(err)
			}
			if can != who.want || place != who.place {
				t.Errorf("%s, %s, %s: can read %v, sees place %v; want %v, %v", test.state, test.visibility, who.name, can, place, who.want, who.place)
			}
		}
	}
}

func TestFirstWriteMakesTheRider(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	tests := []struct{ username, want string }{
		{"zoe", "zoe"},
		{"zoe@example.org", "Rider "},                      // never an address
		{"3f2b1c9e-1111-4222-8333-444455556666", "Rider "}, // never a pool's id
		{"", "Rider "},
		{strings.Repeat("x", 61), "Rider "},
	}
	for i, test := range tests {
		actor := m{"mode": "USER", "sub": uuid(i), "username": test.username, "groups": nil}
		for range 2 { // the second write finds the row
			w.do(t, "create_system", actor, m{"name": "Home", "kind": "TOWN", "regionIds": l{region}})
		}
		var name, slug string
		var versions int
		err := w.Owner.QueryRow(t.Context(), `
			SELECT r.name, s.slug, e.version
			FROM wiki.person p JOIN wiki.rider r ON r.id = p.rider_id JOIN wiki.entity e ON e.id = r.id JOIN wiki.slug s ON s.entity_id = r.id
			WHERE p.subject = $1`, uuid(i)).Scan(&name, &slug, &versions)
		if err != nil {
			t.Fatalf("%q: %v", test.username, err)
		}
		if !strings.HasPrefix(name, test.want) || slug == "" || versions != 1 {
			t.Errorf("%q became %q, slug %q, version %d", test.username, name, slug, versions)
		}
	}
}

func TestWhoMayWrite(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	system := w.system(t, region)
	tip, _ := w.do(t, "create_tip", ann, m{"subjectId": system, "kind": "TIP", "body": "Start early."})
	var annID string
	if err := w.Owner.QueryRow(t.Context(), "SELECT rider_id::text FROM wiki.person WHERE subject = 'sub-ann'").Scan(&annID); err != nil {
		t.Fatal(err)
	}
	newSystem := m{"name": "New", "kind": "TOWN", "regionIds": l{region}}
	for _, nobody := range []m{anonymous, {}, {"mode": "IAM"}, {"mode": "USER", "sub": nil}, {"mode": "KEY", "sub": "sub-ann"}} {
		w.refused(t, "create_system", nobody, newSystem, "Unauthorized")
		w.refused(t, "update_system", nobody, m{"id": system, "expectedVersion": 1, "localName": "x"}, "Unauthorized")
	}
	w.refused(t, "create_region", ann, m{"name": "Mine"}, "Unauthorized")
	w.refused(t, "update_region", ann, m{"id": region, "expectedVersion": 1, "description": "x"}, "Unauthorized")
	w.refused(t, "archive_system", ann, m{"id": system, "expectedVersion": 1}, "Unauthorized")
	w.refused(t, "update_tip", bob, m{"id": tip, "expectedVersion": 1, "body": "Start late."}, "Unauthorized")
	w.refused(t, "archive_tip", bob, m{"id": tip, "expectedVersion": 1}, "Unauthorized")
	w.refused(t, "update_rider", bob, m{"id": annID, "expectedVersion": 1, "about": "x"}, "Unauthorized")
	w.do(t, "update_system", bob, m{"id": system, "expectedVersion": 1, "localName": "Rote Felsen"})
	w.do(t, "update_tip", moderator, m{"id": tip, "expectedVersion": 1, "body": "Start very early."})
	w.do(t, "archive_tip", ann, m{"id": tip, "expectedVersion": 2})
	w.do(t, "restore_tip", ann, m{"id": tip, "expectedVersion": 3})
	w.do(t, "update_rider", ann, m{"id": annID, "expectedVersion": 1, "about": "Rides.", "styles": l{"FLOW", "XC"}, "avoid": l{"rooty"}})
	same(t, "styles", w.nested(t, "rider_styles", annID, anonymous), l{"XC", "FLOW"})
}

func TestBlockedRider(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	w.system(t, region)
	w.exec(t, "UPDATE wiki.person SET blocked_until = '2999-01-01', blocked_reason = 'Spam.' WHERE subject = 'sub-ann'")
	o := w.refused(t, "create_system", ann, m{"name": "New", "kind": "TOWN", "regionIds": l{region}}, "Blocked")
	if !strings.Contains(o.Message, "Spam.") || !strings.Contains(o.Message, "2999-01-01") {
		t.Errorf("message %q doesn't say why and until when", o.Message)
	}
	same(t, "data", o.Data, m{"reason": "Spam.", "until": "2999-01-01T00:00:00Z"})
	w.exec(t, "UPDATE wiki.person SET blocked_until = '2000-01-01' WHERE subject = 'sub-ann'")
	w.do(t, "create_system", ann, m{"name": "New", "kind": "TOWN", "regionIds": l{region}})
}

func TestSlugs(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	slug := func(input m) string {
		t.Helper()
		id, _ := w.do(t, "create_system", ann, with(m{"kind": "TOWN", "regionIds": l{region}}, input))
		s, _ := w.read(t, "systems", id, ann)["slug"].(string)
		return s
	}
	tests := []struct{ name, want string }{
		{"Val d'Isère: Le Fornet", "val-disere-le-fornet"},
		{"Val d'Isère, le Fornet!", "val-disere-le-fornet-2"},
		{"Val dIsere Le Fornet", "val-disere-le-fornet-3"},
		{"Straße", "strasse"},
		{strings.Repeat("ab ", 40)[:119], strings.TrimSuffix(strings.Repeat("ab-", 27)[:80], "-")},
	}
	for _, test := range tests {
		if got := slug(m{"name": test.name}); got != test.want {
			t.Errorf("slug of %q: %q, want %q", test.name, got, test.want)
		}
	}
	if got := slug(m{"name": "山"}); !strings.HasPrefix(got, "system-") {
		t.Errorf("slug of a name without letters: %q", got)
	}
	if got := slug(m{"name": "Any", "slug": "given-one"}); got != "given-one" {
		t.Errorf("slug given: %q", got)
	}
	w.refused(t, "create_system", ann, m{"name": "Other", "kind": "TOWN", "regionIds": l{region}, "slug": "given-one"}, "Conflict")
	w.refused(t, "create_system", ann, m{"name": "Other", "kind": "TOWN", "regionIds": l{region}, "slug": "Not A Slug"}, "InvalidInput")
	for i := range 25 { // more of a name than are numbered
		slug(m{"name": "Same", "id": uuid(i)})
	}
}

func TestCreateRefusals(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	good := func(more m) m { return with(m{"name": "New", "kind": "TOWN", "regionIds": l{region}}, more) }
	id := w.system(t, region)
	w.refused(t, "create_system", ann, good(m{"id": id}), "Conflict")
	for name, bad := range map[string]m{
		"no name":            {"name": nil},
		"blank name":         {"name": "  "},
		"long name":          {"name": strings.Repeat("x", 121)},
		"unknown kind":       {"kind": "CASTLE"},
		"no kind":            {"kind": nil},
		"no region":          {"regionIds": l{}},
		"unknown region":     {"regionIds": l{uuid(1)}},
		"region is a system": {"regionIds": l{id}},
		"region not an id":   {"regionIds": l{"x"}},
		"region twice":       {"regionIds": l{region, region}},
		"too many regions":   {"regionIds": l{uuid(1), uuid(2), uuid(3), uuid(4), uuid(5), uuid(6), uuid(7)}},
		"id not an id":       {"id": "x"},
		"bad language":       {"lang": "english please"},
		"half a position":    {"position": m{"lat": 3.0}},
		"latitude":           {"position": m{"lat": 91.0, "lon": 0}},
		"position a text":    {"position": m{"lat": "north", "lon": 0}},
		"elevation":          {"lowestM": 900, "highestM": 100},
		"number too large":   {"lowestM": 99999999999},
		"mark":               {"styleMarks": l{m{"style": "FLOW", "mark": 6}}},
		"mark twice":         {"styleMarks": l{m{"style": "FLOW", "mark": 4}, m{"style": "FLOW", "mark": 3}}},
		"tagline too long":   {"tagline": strings.Repeat("x", 201)},
		"visibility":         {"visibility": "SECRET"},
	} {
		o := w.call(t, "create_system", ann, good(bad))
		if o.OK || o.Type != "InvalidInput" {
			t.Errorf("%s: got %v %s: %s", name, o.OK, o.Type, o.Message)
		}
		if strings.Contains(o.Message, "wiki.") || strings.Contains(o.Message, "violates") || o.Message == "" {
			t.Errorf("%s: message for people: %q", name, o.Message)
		}
	}
	if n := w.inner(t, "SELECT count(*) FROM wiki.entity WHERE kind = 'SYSTEM'"); n != 1 {
		t.Errorf("refused creations left %d systems", n)
	}
}

func TestOptimisticConcurrency(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	v := version(t, w, system)
	w.do(t, "update_system", ann, m{"id": system, "expectedVersion": v, "localName": "A"})
	o := w.refused(t, "update_system", bob, m{"id": system, "expectedVersion": v, "localName": "B"}, "Conflict")
	same(t, "data", o.Data, m{"currentVersion": float64(v + 1), "expectedVersion": float64(v),
		"fields": l{"localName"}, "sides": l{m{"field": "localName", "base": nil, "theirs": "A", "yours": "B", "cut": false}}})
	w.refused(t, "update_system", bob, m{"id": system, "localName": "B"}, "InvalidInput")
	w.refused(t, "update_system", bob, m{"id": uuid(7), "expectedVersion": v, "localName": "B"}, "NotFound")
	w.refused(t, "update_trail", bob, m{"id": system, "expectedVersion": v, "localName": "B"}, "NotFound")
	if got := w.read(t, "systems", system, bob)["localName"]; got != "A" {
		t.Errorf("localName %v", got)
	}
}

func TestRevisionsOfAnUpdate(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t), m{"tagline": "Red."})
	if v := version(t, w, system); v != 2 { // facts and English texts
		t.Fatalf("version after creation: %d", v)
	}
	// Nothing changes: nothing is written.
	if _, v := w.do(t, "update_system", ann, m{"id": system, "expectedVersion": 2, "tagline": "Red."}); v != 2 {
		t.Errorf("version after no change: %d", v)
	}
	if _, v := w.do(t, "update_system", ann, m{"id": system, "expectedVersion": 2, "tagline": "Redder.", "comment": " more "}); v != 3 {
		t.Errorf("version after a text: %d", v)
	}
	if _, v := w.do(t, "update_system", ann, m{"id": system, "expectedVersion": 3, "lang": "de", "tagline": "Rot.", "localName": "Rot"}); v != 5 {
		t.Errorf("version after facts and German texts: %d", v)
	}
	if _, v := w.do(t, "update_system", ann, m{"id": system, "expectedVersion": 5, "localName": nil}); v != 6 {
		t.Errorf("version after clearing: %d", v)
	}
	var got l
	for _, r := range w.rows(t, "SELECT CAST(node AS text) FROM api.revision_list(CAST($1 AS jsonb), CAST($2 AS uuid), 50, NULL)", text(anonymous), system) {
		got = append(got, l{r["number"], r["lang"], r["kind"], r["comment"]})
	}
	same(t, "revisions", got, l{
		l{6.0, nil, "EDIT", nil},
		l{5.0, "de", "EDIT", nil},
		l{4.0, nil, "EDIT", nil},
		l{3.0, "en", "EDIT", "more"},
		l{2.0, "en", "CREATE", nil},
		l{1.0, nil, "CREATE", nil},
	})
	if n := w.inner(t, "SELECT count(*) FROM wiki.outbox WHERE entity_id = $1 AND topic = 'revision'", system); n != 6 {
		t.Errorf("%d events", n)
	}
	if n := w.inner(t, "SELECT count(*) FROM wiki.audit_log WHERE entity_id = $1", system); n != 4 {
		t.Errorf("%d audit rows", n)
	}
	if n := w.inner(t, `
		SELECT count(*) FROM wiki.revision r JOIN wiki.revision_content c ON c.revision_id = r.id
		WHERE r.hash <> sha256(r.salt || convert_to(c.content::text, 'UTF8')) OR r.size <> octet_length(c.content::text)`); n != 0 {
		t.Errorf("%d revisions whose hash or size is not their content's", n)
	}
}

// What is published is what the last revision of each chain says.
func TestPublishedStateIsARevision(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	system := w.system(t, region, m{"tagline": "x"})
	w.trail(t, system, m{"personality": "y"})
	w.route(t, system)
	w.do(t, "create_tip", bob, m{"subjectId": system, "kind": "GEM", "body": "Look left."})
	if n := w.inner(t, `
		SELECT count(*)
		FROM wiki.entity e
		WHERE wiki.facts_of(e.kind, e.id) IS DISTINCT FROM wiki.content_at(e.id, NULL, e.version)
		   OR coalesce(wiki.texts_of(e.kind, e.id, 'en'), '{}') IS DISTINCT FROM coalesce(wiki.content_at(e.id, 'en', e.version), '{}')`); n != 0 {
		t.Errorf("%d entities differ from their revisions", n)
	}
	if n := w.inner(t, "SELECT count(*) FROM wiki.entity e WHERE NOT EXISTS (SELECT FROM wiki.revision r WHERE r.entity_id = e.id)"); n != 0 {
		t.Errorf("%d entities without a revision", n)
	}
}

func TestCarefulFields(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	access := l{m{"bikeClass": "MTB", "verdict": "ALLOWED", "months": l{}, "weekdays": l{}}}
	system := w.system(t, region, m{"access": access, "position": m{"lat": 38.5, "lon": -109.5}})
	v := version(t, w, system)
	o := w.refused(t, "update_system", ann, m{"id": system, "expectedVersion": v, "name": "Blue Rocks", "localName": "x", "standing": "SANCTIONED"}, "ProposalRequired")
	same(t, "data", o.Data, m{"fields": l{"name", "standing"}})
	w.refused(t, "update_system", ann, m{"id": system, "expectedVersion": v, "position": m{"lat": 38.5, "lon": -109.6}}, "ProposalRequired")
	w.refused(t, "update_system", ann, m{"id": system, "expectedVersion": v, "position": nil}, "ProposalRequired")
	// Sending them as they are is no change.
	w.do(t, "update_system", ann, m{"id": system, "expectedVersion": v, "name": "Red Rocks ", "position": m{"lon": -109.5, "lat": 38.5},
		"access": l{m{"bikeClass": "MTB", "verdict": "ALLOWED", "months": l{}, "weekdays": l{}, "hours": nil, "source": nil}}, "visibility": "PUBLIC", "localName": "x"})
	w.do(t, "update_system", moderator, m{"id": system, "expectedVersion": v + 1, "name": "Blue Rocks"})

	trail := w.trail(t, system)
	route := w.route(t, system, m{"legs": l{m{"kind": "TRAIL", "trailId": trail}}})
	w.do(t, "update_route", bob, m{"id": route, "expectedVersion": 1, "legs": l{m{"kind": "TRAIL", "trailId": trail}}, "mustDo": true})
	w.refused(t, "update_route", bob, m{"id": route, "expectedVersion": 2, "legs": l{m{"kind": "TRAIL", "trailId": trail, "direction": "BACKWARD"}}}, "ProposalRequired")
	w.refused(t, "update_route", bob, m{"id": route, "expectedVersion": 2, "legs": "all"}, "ProposalRequired")
}

func TestArchiveAndRestore(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	system := w.system(t, region)
	trail := w.trail(t, system)
	w.refused(t, "restore_system", moderator, m{"id": system, "expectedVersion": 1}, "InvalidInput")
	w.do(t, "archive_system", moderator, m{"id": system, "expectedVersion": 1, "comment": "Gone."})
	if w.read(t, "systems", system, anonymous) != nil {
		t.Error("an archived system is read by anyone")
	}
	w.refused(t, "update_system", bob, m{"id": system, "expectedVersion": 2, "localName": "x"}, "NotFound")
	w.refused(t, "update_system", moderator, m{"id": system, "expectedVersion": 2, "localName": "x"}, "Archived")
	w.refused(t, "archive_system", moderator, m{"id": system, "expectedVersion": 2}, "Archived")
	same(t, "systems of the trail", w.nested(t, "trail_systems", trail, bob), l{})
	same(t, "ids of the systems of the trail", w.nested(t, "trail_system_ids", trail, bob), l{})
	w.refused(t, "restore_system", moderator, m{"id": system, "expectedVersion": 1}, "Conflict")
	w.do(t, "restore_system", moderator, m{"id": system, "expectedVersion": 2})
	if w.read(t, "systems", system, anonymous) == nil {
		t.Error("a restored system is not read")
	}
	var kinds l
	for _, r := range w.rows(t, "SELECT CAST(node AS text) FROM api.revision_list(CAST($1 AS jsonb), CAST($2 AS uuid), 50, NULL)", text(anonymous), system) {
		kinds = append(kinds, r["kind"])
	}
	same(t, "kinds", kinds, l{"RESTORE", "ARCHIVE", "CREATE"})
}

func TestProtection(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	w.exec(t, "UPDATE wiki.entity SET protected_until = '2999-01-01' WHERE id = $1", system)
	w.refused(t, "update_system", ann, m{"id": system, "expectedVersion": 1, "localName": "x"}, "Protected")
	w.do(t, "update_system", moderator, m{"id": system, "expectedVersion": 1, "localName": "x"})
	w.exec(t, "UPDATE wiki.entity SET protected_until = '2000-01-01' WHERE id = $1", system)
	w.do(t, "update_system", ann, m{"id": system, "expectedVersion": 2, "localName": "y"})
}

func TestHiddenIsNotFound(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	w.do(t, "update_system", moderator, m{"id": system, "expectedVersion": 1, "visibility": "HIDDEN"})
	w.refused(t, "update_system", bob, m{"id": system, "expectedVersion": 2, "localName": "x"}, "NotFound")
	w.refused(t, "create_tip", bob, m{"subjectId": system, "kind": "TIP", "body": "Go there."}, "NotFound")
	w.refused(t, "create_proposal", bob, m{"entityId": system, "baseVersion": 1, "patch": m{"name": "x"}}, "NotFound")
	if n := len(w.rows(t, "SELECT CAST(node AS text) FROM api.revision_list(CAST($1 AS jsonb), CAST($2 AS uuid), 50, NULL)", text(bob), system)); n != 0 {
		t.Errorf("%d revisions of a hidden system", n)
	}
}

func TestSystemParents(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	region := w.region(t)
	a, b, c, d := w.system(t, region), w.system(t, region), w.system(t, region), w.system(t, region)
	parent := func(id string, of any) m {
		return m{"id": id, "expectedVersion": version(t, w, id), "parentId": of}
	}
	w.do(t, "update_system", ann, parent(b, a))
	w.do(t, "update_system", ann, parent(c, b))
	w.refused(t, "update_system", ann, parent(d, c), "InvalidInput") // a fourth level below
	w.refused(t, "update_system", ann, parent(a, d), "InvalidInput") // a fourth level above
	w.refused(t, "update_system", ann, parent(a, c), "InvalidInput") // a circle
	w.refused(t, "update_system", ann, parent(a, a), "InvalidInput")
	w.refused(t, "update_system", ann, parent(a, uuid(3)), "InvalidInput")
	w.do(t, "update_system", ann, parent(c, nil))
	w.do(t, "update_system", ann, parent(a, d))
}

func TestImporter(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	id, _ := w.do(t, "create_region", importer, m{"name": "Invented", "slug": "invented-one", "synthetic": true})
	same(t, "synthetic", w.read(t, "regions", id, anonymous)["synthetic"], true)
	id, _ = w.do(t, "create_region", moderator, m{"name": "Real", "synthetic": true})
	same(t, "synthetic by a moderator", w.read(t, "regions", id, anonymous)["synthetic"], false)
	system, _ := w.do(t, "create_system", importer, m{"name": "S", "kind": "TOWN", "regionIds": l{id}, "synthetic": true})
	tip, _ := w.do(t, "create_tip", ann, m{"subjectId": system, "kind": "TIP", "body": "Hello there"})
	same(t, "synthetic tip", w.read(t, "tips", tip, anonymous)["synthetic"], true)
}

func TestTerms(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	same(t, "facilities", w.rows(t, "SELECT CAST(node AS text) FROM api.term_list('facility')"), []m{
		{"vocabulary": "facility", "code": "bike-shop", "position": 1.0, "label": "Bike shop", "description": nil, "group": nil, "common": nil},
		{"vocabulary": "facility", "code": "water", "position": 2.0, "label": "Water", "description": nil, "group": nil, "common": nil},
	})
	if n := len(w.rows(t, "SELECT CAST(node AS text) FROM api.term_list(NULL)")); n != 20 {
		t.Errorf("%d terms", n)
	}
}
