package importer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/importer/recording"
	"github.com/mtbwiki/mtbwiki/track"
)

// LineProposal is a line for a trail, taken out of trimmed recordings.
type LineProposal struct {
	Trail *entity.Trail
	Line  track.Line
	recording.Measures
	// Along: the part of the recordings along the line that the trail has; without
	// it the line is the longest of the recordings.
	Along bool
	// ID of the proposal. It is made from the trail and the line, so that the same
	// line is proposed once.
	ID string
	// There: it was proposed before, whatever became of it.
	There bool
}

// ErrElsewhere means that a recording is of another place than its trail.
var ErrElsewhere = errors.New("the recording lies elsewhere")

// PrepareLine chooses from lines, trimmed by package recording, what to propose as
// the line of a trail. It writes nothing. It fails with database.ErrNotFound when
// there is no such trail, with ErrElsewhere, and when no part of the lines can be taken.
func PrepareLine(ctx context.Context, owner *pgxpool.Pool, slug string, lines []track.Line, heights recording.Heights) (*LineProposal, error) {
	trail, err := database.NewClient(owner).Trails().Get(ctx, database.Importer(), database.Slug(slug), "")
	if err != nil {
		return nil, fmt.Errorf("the trail %s: %w", slug, err)
	}
	p := &LineProposal{Trail: trail}
	known, err := shownLine(ctx, owner, trail.ID)
	if err != nil {
		return nil, err
	}
	where := make([]track.Point, 0, len(known)+len(trail.Systems))
	if len(known) > 0 {
		where = append(where, known[0])
	} else {
		for _, s := range trail.Systems {
			if s.Position != nil {
				where = append(where, track.At2D(s.Position.Lon, s.Position.Lat))
			}
		}
	}
	if away, elsewhere := recording.Elsewhere(lines, where); elsewhere {
		return nil, fmt.Errorf("%s: %w by %.0f km", trail.Name, ErrElsewhere, away/1000)
	}
	part := recording.Whole(lines)
	if len(known) > 0 {
		if along, ok := recording.Along(lines, known); ok {
			part, p.Along = along, true
		}
	}
	if p.Line, p.Measures, err = recording.Cut(lines, part, heights); err != nil {
		return nil, fmt.Errorf("a line for %s: %w", trail.Name, err)
	}
	p.ID = uuid.NewSHA1(namespace, []byte("line/"+trail.ID+"/"+recording.Coordinates(p.Line))).String()
	return p, nil
}

// shownLine is the line that maps draw of a trail, simplified; empty: there is none.
func shownLine(ctx context.Context, db *pgxpool.Pool, trail string) (track.Line, error) {
	var coordinates, breaks string
	err := db.QueryRow(ctx, `SELECT l.coordinates::text, l.breaks::text
		FROM api.trail_line_page($1::jsonb, $2::uuid, true, NULL, NULL) l`, actor, trail).Scan(&coordinates, &breaks)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	// A line in pieces has no one way from end to end to follow.
	if breaks != "[]" {
		return nil, nil
	}
	return track.ParseGeoJSON([]byte(`{"type":"LineString","coordinates":` + coordinates + `}`))
}

// ProposeLine makes the proposal, by the rider of imports: moderators decide about
// it on its page. Nothing but the line goes into it. p.There says afterwards that it
// had been proposed before. A refusal of the database is a *database.Refusal; that
// the trail has this very line is one of them.
func ProposeLine(ctx context.Context, owner *pgxpool.Pool, p *LineProposal) error {
	patch, err := json.Marshal(map[string]json.RawMessage{"line": json.RawMessage(recording.Coordinates(p.Line))})
	if err != nil {
		return err
	}
	comment := "Along a rider’s recording."
	_, err = database.NewClient(owner).CreateProposal(ctx, database.Importer(), entity.CreateProposalInput{
		ID: &p.ID, EntityID: p.Trail.ID, BaseVersion: p.Trail.Version, Patch: string(patch), Comment: &comment,
	})
	if errors.Is(err, database.ErrConflict) {
		p.There = true
		return nil
	}
	return err
}
