// Package beta is the suite of the stages of the dev fabric, Alpha (with data of its
// own) and Beta (integrated, with synthetic data): what every stage has to do, and
// that riders can write and moderators can put away what they wrote. What it makes
// it puts away again.
package beta

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mtbwiki/mtbwiki/tests/smoke"
	"github.com/mtbwiki/mtbwiki/tests/utils"
)

// Checks of Alpha and Beta.
func Checks() []utils.Check {
	return append(smoke.Checks(),
		utils.Check{Name: "a rider makes, changes and comments, a moderator puts away", Needs: []utils.Need{utils.NeedsRider, utils.NeedsModerator}, Run: write},
		utils.Check{Name: "of two changes from one version the second is a conflict", Needs: []utils.Need{utils.NeedsRider, utils.NeedsModerator}, Run: conflict},
		utils.Check{Name: "what is careful is held for review", Needs: []utils.Need{utils.NeedsRider, utils.NeedsModerator}, Run: proposal},
		utils.Check{Name: "a rider does nothing that is for moderators", Needs: []utils.Need{utils.NeedsRider}, Run: notForRiders},
	)
}

// trail makes a trail of the suite's own in the first system there is. The answer's second
// part puts it away, by a moderator.
func trail(ctx context.Context, t *utils.Target) (*utils.Made, func() error, error) {
	a, err := t.Read(ctx, utils.Reader, `{ systems(first: 1) { nodes { id } } }`, nil)
	if err != nil {
		return nil, nil, err
	}
	m, err := t.Caller(utils.Rider).Create(ctx, "Trail", map[string]any{"name": fmt.Sprintf("Gate %d", time.Now().UnixNano()), "direction": "BOTH", "type": "SINGLETRACK",
		"systemIds": []string{a.Text("systems", "nodes", 0, "id")}, "comment": comment})
	if err != nil {
		return nil, nil, err
	}
	if m.Version != 1 {
		return nil, nil, fmt.Errorf("a new trail has the version %d", m.Version)
	}
	return m, func() error {
		if err := t.Caller(utils.Moderator).PutAway(ctx, m, comment); err != nil {
			return fmt.Errorf("the trail %s was not put away: %w", m.ID, err)
		}
		a, err := t.Read(ctx, utils.Reader, `query($id: ID!) { trail(id: $id) { id } }`, map[string]any{"id": m.ID})
		if err == nil && a.Get("trail") != nil {
			err = fmt.Errorf("the trail %s was put away and is still read by everybody", m.ID)
		}
		return err
	}, nil
}

const comment = "made by a gate"

// update is the variables of an update of m.
func update(m *utils.Made, fields map[string]any) map[string]any {
	return map[string]any{"i": m.Edit(fields)}
}

const updateTrail = `mutation($i: UpdateTrailInput!) { updateTrail(input: $i) { version personality } }`

func write(ctx context.Context, t *utils.Target) (err error) {
	m, away, err := trail(ctx, t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, away()) }()
	a, err := t.Read(ctx, utils.Rider, updateTrail, update(m, map[string]any{"personality": "Short and made for a gate."}))
	if err != nil {
		return err
	}
	if a.Get("updateTrail", "version") != 2.0 {
		return fmt.Errorf("updateTrail answered %s", a.Raw)
	}
	tip, err := t.Caller(utils.Rider).Create(ctx, "Tip", map[string]any{"subjectId": m.ID, "kind": "TIP", "body": "Nobody rides here."})
	if err != nil {
		return err
	}
	a, err = t.Read(ctx, utils.Reader, `query($id: ID!, $ids: [ID!]) { trail(id: $id) { personality } tips(filter: {subjectId: $ids}) { nodes { body } } revisions(entityId: $id) { nodes { number kind comment } } }`,
		map[string]any{"id": m.ID, "ids": []string{m.ID}})
	if err != nil {
		return err
	}
	if a.Text("trail", "personality") != "Short and made for a gate." || a.Text("tips", "nodes", 0, "body") != "Nobody rides here." || len(a.List("revisions", "nodes")) != 2 {
		return fmt.Errorf("what was written reads %s", a.Raw)
	}
	return t.Caller(utils.Rider).PutAway(ctx, tip, comment)
}

func conflict(ctx context.Context, t *utils.Target) (err error) {
	m, away, err := trail(ctx, t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, away()) }()
	if _, err := t.Read(ctx, utils.Rider, updateTrail, update(m, map[string]any{"personality": "The first."})); err != nil {
		return err
	}
	return t.Refused(ctx, utils.Rider, "Conflict", updateTrail, update(m, map[string]any{"personality": "The second."}))
}

func proposal(ctx context.Context, t *utils.Target) (err error) {
	m, away, err := trail(ctx, t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, away()) }()
	// By a moderator first, so that it is nobody's draft of his own.
	if _, err := t.Read(ctx, utils.Moderator, updateTrail, update(m, map[string]any{"personality": "Looked at."})); err != nil {
		return err
	}
	m.Version++
	return t.Refused(ctx, utils.Rider, "ProposalRequired", updateTrail, update(m, map[string]any{"name": "Another gate"}))
}

func notForRiders(ctx context.Context, t *utils.Target) error {
	a, err := t.Read(ctx, utils.Reader, `{ systems(first: 1) { nodes { id version } } }`, nil)
	if err != nil {
		return err
	}
	return t.Refused(ctx, utils.Rider, "Unauthorized", `mutation($i: ArchiveSystemInput!) { archiveSystem(input: $i) { id } }`,
		map[string]any{"i": map[string]any{"id": a.Text("systems", "nodes", 0, "id"), "expectedVersion": a.Get("systems", "nodes", 0, "version")}})
}
