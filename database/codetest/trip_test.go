package codetest

import "testing"

// TestTripsGoWithThePerson: a person who is erased takes trips along.
func TestTripsGoWithThePerson(t *testing.T) {
	t.Parallel()
	w := newWiki(t)
	system := w.system(t, w.region(t))
	w.do(t, "create_trip", ann, m{"title": "Out", "days": l{m{"systemIds": l{system}}}, "members": l{m{"nickname": "Kuno", "childrenAges": l{7}}}, "question": m{"month": 5}})
	kept, _ := w.do(t, "create_trip", bob, m{"title": "In"})
	w.refused(t, "create_trip", bob, m{"title": "No question", "question": m{"moon": "full"}}, "InvalidInput")
	w.refused(t, "create_trip", bob, m{"id": kept, "title": "Twice"}, "Conflict")
	if _, err := w.Owner.Exec(t.Context(), "DELETE FROM wiki.person WHERE subject = 'sub-ann'"); err != nil {
		t.Fatal(err)
	}
	var left []string
	if err := w.Owner.QueryRow(t.Context(), "SELECT array_agg(id::text) FROM wiki.trip").Scan(&left); err != nil {
		t.Fatal(err)
	}
	same(t, "what is left", left, []string{kept})
}
