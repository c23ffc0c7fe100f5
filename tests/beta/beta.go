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

// made is a trail of the suite's own, and how to put it away.
type made struct {
	id      string
	version int
}

// trail makes one in the first system there is. The answer's second part puts it
// away, by a moderator.
func trail(ctx context.Context, t *utils.Target) (*made, func() error, error) {
	a, err := t.Read(ctx, utils.Reader, `{ systems(first: 1) { nodes { id } } }`, nil)
	if err != nil {
		return nil, nil, err
	}
	name := fmt.Sprintf("Gate %d", time.Now().UnixNano())
	a, err = t.Read(ctx, utils.Rider, `mutation($i: CreateTrailInput!) { createTrail(input: $i) { id version } }`,
		map[string]any{"i": map[string]any{"name": name, "direction": "BOTH", "type": "SINGLETRACK", "systemIds": []string{a.Text("systems", "nodes", 0, "id")}, "comment": "made by a gate"}})
	if err != nil {
		return nil, nil, err
	}
	version, _ := a.Get("createTrail", "version").(float64)
	m := &made{id: a.Text("createTrail", "id"), version: int(version)}
	if m.id == "" || m.version != 1 {
		return nil, nil, fmt.Errorf("createTrail answered %s", a.Raw)
	}
	return m, func() error {
		a, err := t.Read(ctx, utils.Moderator, `query($id: ID!) { trail(id: $id) { version } }`, map[string]any{"id": m.id})
		if err != nil {
			return err
		}
		if _, err = t.Read(ctx, utils.Moderator, `mutation($i: ArchiveTrailInput!) { archiveTrail(input: $i) { id } }`,
			map[string]any{"i": map[string]any{"id": m.id, "expectedVersion": a.Get("trail", "version"), "comment": "made by a gate"}}); err != nil {
			return fmt.Errorf("the trail %s was not put away: %w", m.id, err)
		}
		a, err = t.Read(ctx, utils.Reader, `query($id: ID!) { trail(id: $id) { id } }`, map[string]any{"id": m.id})
		if err == nil && a.Get("trail") != nil {
			err = fmt.Errorf("the trail %s was put away and is still read by everybody", m.id)
		}
		return err
	}, nil
}

func (m *made) update(fields map[string]any) map[string]any {
	in := map[string]any{"id": m.id, "expectedVersion": m.version}
	for k, v := range fields {
		in[k] = v
	}
	return map[string]any{"i": in}
}

const updateTrail = `mutation($i: UpdateTrailInput!) { updateTrail(input: $i) { version personality } }`

func write(ctx context.Context, t *utils.Target) (err error) {
	m, away, err := trail(ctx, t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, away()) }()
	a, err := t.Read(ctx, utils.Rider, updateTrail, m.update(map[string]any{"personality": "Short and made for a gate."}))
	if err != nil {
		return err
	}
	if a.Get("updateTrail", "version") != 2.0 {
		return fmt.Errorf("updateTrail answered %s", a.Raw)
	}
	tip, err := t.Read(ctx, utils.Rider, `mutation($i: CreateTipInput!) { createTip(input: $i) { id version } }`,
		map[string]any{"i": map[string]any{"subjectId": m.id, "kind": "TIP", "body": "Nobody rides here."}})
	if err != nil {
		return err
	}
	a, err = t.Read(ctx, utils.Reader, `query($id: ID!, $ids: [ID!]) { trail(id: $id) { personality } tips(filter: {subjectId: $ids}) { nodes { body } } revisions(entityId: $id) { nodes { number kind comment } } }`,
		map[string]any{"id": m.id, "ids": []string{m.id}})
	if err != nil {
		return err
	}
	if a.Text("trail", "personality") != "Short and made for a gate." || a.Text("tips", "nodes", 0, "body") != "Nobody rides here." || len(a.List("revisions", "nodes")) != 2 {
		return fmt.Errorf("what was written reads %s", a.Raw)
	}
	_, err = t.Read(ctx, utils.Rider, `mutation($i: ArchiveTipInput!) { archiveTip(input: $i) { id } }`,
		map[string]any{"i": map[string]any{"id": tip.Text("createTip", "id"), "expectedVersion": tip.Get("createTip", "version")}})
	return err
}

func conflict(ctx context.Context, t *utils.Target) (err error) {
	m, away, err := trail(ctx, t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, away()) }()
	if _, err := t.Read(ctx, utils.Rider, updateTrail, m.update(map[string]any{"personality": "The first."})); err != nil {
		return err
	}
	return t.Refused(ctx, utils.Rider, "Conflict", updateTrail, m.update(map[string]any{"personality": "The second."}))
}

func proposal(ctx context.Context, t *utils.Target) (err error) {
	m, away, err := trail(ctx, t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, away()) }()
	// By a moderator first, so that it is nobody's draft of his own.
	if _, err := t.Read(ctx, utils.Moderator, updateTrail, m.update(map[string]any{"personality": "Looked at."})); err != nil {
		return err
	}
	m.version++
	return t.Refused(ctx, utils.Rider, "ProposalRequired", updateTrail, m.update(map[string]any{"name": "Another gate"}))
}

func notForRiders(ctx context.Context, t *utils.Target) error {
	a, err := t.Read(ctx, utils.Reader, `{ systems(first: 1) { nodes { id version } } }`, nil)
	if err != nil {
		return err
	}
	return t.Refused(ctx, utils.Rider, "Unauthorized", `mutation($i: ArchiveSystemInput!) { archiveSystem(input: $i) { id } }`,
		map[string]any{"i": map[string]any{"id": a.Text("systems", "nodes", 0, "id"), "expectedVersion": a.Get("systems", "nodes", 0, "version")}})
}
