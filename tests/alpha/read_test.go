// Package alpha tests the API from the outside, isolated: each test has a wiki
// of its own on the local fabric.
package alpha

import (
	"testing"

	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
)

func TestSmoke(t *testing.T) {
	t.Parallel()
	a := fabrictest.Start(t, fabrictest.Content)
	r := a.Anonymous().Do(`{ systems(first: 5) { nodes { id slug name kind trailCount regions { name } tags } totalCount pageInfo { hasNextPage endCursor } } }`, nil)
	t.Logf("%s", r.Raw)
	r = a.Anonymous().Do(`{ trails(first: 5) { edges { cursor node { id name difficulty { direction labels { system label statedBy } axes { axis predominant worst } } } } totalCount } }`, nil)
	t.Logf("%s", r.Raw)
	r = a.Rider("ann").Do(`mutation($i: CreateTipInput!) { createTip(input: $i) { id body author { name } } }`, map[string]any{"i": map[string]any{"subjectId": "x", "kind": "TIP", "body": "Carry water."}})
	t.Logf("%s", r.Raw)
}
