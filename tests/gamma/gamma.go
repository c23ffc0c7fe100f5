// Package gamma is the suite of Gamma, which has production's data and may not be
// written: what every stage has to do, and that nobody can write, whatever rights his
// token gives, because the API's role of the database has none.
package gamma

import (
	"context"
	"fmt"
	"time"

	"github.com/mtbwiki/mtbwiki/tests/smoke"
	"github.com/mtbwiki/mtbwiki/tests/utils"
)

// Checks of Gamma.
func Checks() []utils.Check {
	return append(smoke.Checks(),
		utils.Check{Name: "a rider can't write", Needs: []utils.Need{utils.NeedsRider}, Run: refuses(utils.Rider, rider)},
		utils.Check{Name: "a moderator can't write", Needs: []utils.Need{utils.NeedsModerator}, Run: refuses(utils.Moderator, moderator)},
	)
}

const (
	rider     = `mutation($id: ID!, $text: String!) { createTip(input: {subjectId: $id, kind: TIP, body: $text}) { id } }`
	moderator = `mutation($id: ID!, $text: String!) { updateSystem(input: {id: $id, expectedVersion: 1, tagline: $text}) { id } }`
)

// refuses wants the write to fail as what nobody foresaw, not as a rule of the wiki:
// a rule would mean that the function could run. Afterwards nothing was written.
func refuses(who utils.Who, mutation string) func(context.Context, *utils.Target) error {
	return func(ctx context.Context, t *utils.Target) error {
		a, err := t.Read(ctx, utils.Reader, `{ systems(first: 1) { nodes { id name } } }`, nil)
		if err != nil {
			return err
		}
		id, text := a.Text("systems", "nodes", 0, "id"), fmt.Sprintf("Written by a gate at %d.", time.Now().UnixNano())
		if err := t.Refused(ctx, who, "InternalError", mutation, map[string]any{"id": id, "text": text}); err != nil {
			return err
		}
		a, err = t.Read(ctx, utils.Reader, `query($id: ID!, $ids: [ID!]) { system(id: $id) { tagline } tips(filter: {subjectId: $ids}, sort: UPDATED, first: 1) { nodes { body } } }`, map[string]any{"id": id, "ids": []string{id}})
		if err != nil {
			return err
		}
		if a.Text("system", "tagline") == text || a.Text("tips", "nodes", 0, "body") == text {
			return fmt.Errorf("it was refused and is there: %s", a.Raw)
		}
		return nil
	}
}
