package importer_test

import (
	"testing"

	"github.com/mtbwiki/mtbwiki/content"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/importer"
)

// A vocabulary may lose terms and move others, again and again.
func TestVocabulariesChange(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t)
	term := func(code string) content.Term { return content.Term{Code: code, Label: code} }
	for _, codes := range []string{"abcde", "cab", "dcba", "b", "edcba"} {
		v := content.Vocabulary{Name: "letters", Title: "Letters", Description: "For a test.", Version: 1}
		for _, c := range codes {
			v.Terms = append(v.Terms, term(string(c)))
		}
		if _, err := importer.Seed(t.Context(), db.Owner, &content.Content{Vocabularies: []content.Vocabulary{v}}, nil); err != nil {
			t.Fatalf("%s: %v", codes, err)
		}
		var got string
		if err := db.Owner.QueryRow(t.Context(), "SELECT string_agg(code, '' ORDER BY position) FROM wiki.term WHERE vocabulary = 'letters' AND position <= $1", len(codes)).Scan(&got); err != nil || got != codes {
			t.Errorf("%s stands as %s: %v", codes, got, err)
		}
	}
}

// Importing twice changes nothing, and what people changed stays theirs.
func TestSeedTwice(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t)
	c, err := content.Load(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	first, err := importer.Seed(t.Context(), db.Owner, c, nil)
	if err != nil {
		t.Fatal(err)
	}
	entities := len(c.Regions) + len(c.Systems) + len(c.AccessPoints) + len(c.Uplifts) + len(c.Trails) + len(c.Routes) + len(c.Tips) + len(c.Notices) + len(c.Media) + len(c.Comments) + len(c.Claims) + len(c.Guides) + len(c.Comparisons) + len(c.Organisations)
	if first.Created != entities || first.Updated+first.Unchanged+len(first.Kept) != 0 {
		t.Errorf("the first import of %d entities: %+v", entities, first)
	}
	revisions := count(t, db, "SELECT count(*) FROM wiki.revision")
	second, err := importer.Seed(t.Context(), db.Owner, c, nil)
	if err != nil {
		t.Fatal(err)
	}
	if second.Created != 0 || second.Updated != 0 || second.Unchanged != entities {
		t.Errorf("the second import: %+v", second)
	}
	if now := count(t, db, "SELECT count(*) FROM wiki.revision"); now != revisions {
		t.Errorf("the second import wrote %d revisions", now-revisions)
	}
	if n := count(t, db, "SELECT count(*) FROM wiki.entity e WHERE e.kind <> 'RIDER' AND NOT EXISTS (SELECT FROM wiki.revision r WHERE r.entity_id = e.id AND r.number = 1)"); n != 0 {
		t.Errorf("%d entities begin without a revision", n)
	}

	// A rider changes a trail; the files must not take that back.
	slug := c.Trails[0].Slug
	const actor = `{"mode": "USER", "sub": "11111111-2222-4333-8444-555555555555", "username": "ann", "groups": ["moderators"]}`
	var ok bool
	var message *string
	err = db.API.QueryRow(t.Context(), `
SELECT o.ok, o.message
FROM api.trails($1::jsonb, 'en') t
CROSS JOIN LATERAL api.update_trail($1::jsonb, jsonb_build_object('id', t.id, 'expectedVersion', t.version, 'personality', 'As ann sees it.')) o
WHERE t.slug = $2`, actor, slug).Scan(&ok, &message)
	if err != nil || !ok {
		t.Fatalf("ann's edit: %v %v", err, message)
	}
	third, err := importer.Seed(t.Context(), db.Owner, c, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(third.Kept) != 1 || third.Kept[0] != "TRAIL "+slug {
		t.Errorf("kept %v, want ann's trail alone", third.Kept)
	}
	if n := count(t, db, "SELECT count(*) FROM wiki.trail_text WHERE personality = 'As ann sees it.'"); n != 1 {
		t.Error("ann's words are gone")
	}
}

// A term that moved within its vocabulary is moved, not doubled.
func TestSeedMovesTerms(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t)
	vocabulary := content.Vocabulary{Name: "test", Title: "Test", Description: "For this test.", Version: 1,
		Terms: []content.Term{{Code: "a", Label: "A"}, {Code: "b", Label: "B"}}}
	if _, err := importer.Seed(t.Context(), db.Owner, &content.Content{Vocabularies: []content.Vocabulary{vocabulary}}, nil); err != nil {
		t.Fatal(err)
	}
	vocabulary.Version, vocabulary.Terms = 2, []content.Term{{Code: "b", Label: "Bee"}, {Code: "a", Label: "A"}}
	if _, err := importer.Seed(t.Context(), db.Owner, &content.Content{Vocabularies: []content.Vocabulary{vocabulary}}, nil); err != nil {
		t.Fatal(err)
	}
	var order string
	if err := db.Owner.QueryRow(t.Context(), "SELECT string_agg(code || label, ' ' ORDER BY position) FROM wiki.term WHERE vocabulary = 'test'").Scan(&order); err != nil {
		t.Fatal(err)
	}
	if order != "bBee aA" {
		t.Errorf("terms are now %q", order)
	}
}

func count(t *testing.T, db *databasetest.Databases, query string) int {
	t.Helper()
	var n int
	if err := db.Owner.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
