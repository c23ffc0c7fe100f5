package importer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/entity"
	"github.com/mtbwiki/mtbwiki/importer/recording"
	"github.com/mtbwiki/mtbwiki/track"
)

// LineRequest gives a trail a line out of recordings, as the website does it: at
// once where the actor may, otherwise as a proposal.
type LineRequest struct {
	// By is whose deed it is. What the importer brings is always proposed, by the
	// rider of imports.
	By database.Actor
	// Trail is its slug.
	Trail string
	// Lines were trimmed by package recording.
	Lines []track.Line
	// Heights replace the elevations of the recording; nil keeps them.
	Heights recording.Heights
	// LineOnly leaves length, climb and descent as they are.
	LineOnly bool
	Comment  string
	// DryRun tries everything and keeps nothing of it.
	DryRun bool
	Now    time.Time
}

// LineOutcome is what became of a line.
type LineOutcome string

// Outcomes. LineKnown: it is there already, as the trail's line or as a proposal.
const (
	LineSaved    LineOutcome = "saved"
	LineProposed LineOutcome = "proposed"
	LineKnown    LineOutcome = "known"
)

// LineResult is what was taken out of the recordings, and what became of it.
type LineResult struct {
	Outcome LineOutcome
	Trail   *entity.Trail
	// Proposal is the id of the one that was made or is there already; "": the line
	// is the trail's. It follows from the trail and the recordings, so that the same
	// file is proposed once, whatever becomes of it.
	Proposal string
	// Version of the trail that the line is in, once saved.
	Version int
	// Line is empty when it was known: nothing was cut then.
	Line track.Line
	recording.Measures
	// Along: the part of the recordings along the line that is known of the trail;
	// without it the line is the longest of the recordings.
	Along bool
	// Why a line was proposed that the actor asked to save, in the database's words.
	Why string
}

// ErrElsewhere means that a recording is of another place than its trail.
var ErrElsewhere = errors.New("the recording lies elsewhere")

// GiveLine takes a line for a trail out of trimmed recordings and saves or proposes
// it, in one transaction. Nothing but the line and what was measured along it goes
// to the database. It fails with [database.ErrNotFound] when the actor sees no such
// trail, with [ErrElsewhere], with [recording.ErrTooShort], and with a
// *[database.Refusal] when the wiki says no. The same recordings again change
// nothing, and Outcome says so.
func GiveLine(ctx context.Context, owner *pgxpool.Pool, r LineRequest) (*LineResult, error) {
	tx, err := owner.Begin(ctx)
	if err != nil {
		return nil, err
	}
	// After the commit there is nothing left to take back.
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	out, err := giveLine(ctx, tx, r)
	if err != nil || r.DryRun {
		return out, err
	}
	return out, tx.Commit(ctx)
}

func giveLine(ctx context.Context, tx pgx.Tx, r LineRequest) (*LineResult, error) {
	client := database.NewClient(tx)
	trail, err := client.Trails().Get(ctx, r.By, database.Slug(r.Trail), "")
	if err != nil {
		return nil, fmt.Errorf("the trail %s: %w", r.Trail, err)
	}
	known, own, err := shownLine(ctx, tx, r.By, trail.ID)
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
	if away, elsewhere := recording.Elsewhere(r.Lines, where); elsewhere {
		return nil, fmt.Errorf("%s: %w by %.0f km", trail.Name, ErrElsewhere, away/1000)
	}

	out := &LineResult{Outcome: LineKnown, Trail: trail}
	if own && recording.Of(r.Lines, known) {
		return out, nil
	}
	id := uuid.NewSHA1(namespace, []byte("line/"+trail.ID+"/"+recording.Pack(r.Lines))).String()
	var there bool
	if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM api.proposal_row p WHERE p.id = $1)", id).Scan(&there); err != nil {
		return nil, err
	}
	if there {
		out.Proposal = id
		return out, nil
	}

	part := recording.Whole(r.Lines)
	if len(known) > 0 {
		if along, ok := recording.Along(r.Lines, known); ok {
			part, out.Along = along, true
		}
	}
	if out.Line, out.Measures, err = recording.Cut(r.Lines, part, r.Heights); err != nil {
		return nil, fmt.Errorf("a line for %s: %w", trail.Name, err)
	}
	change := map[string]any{}
	if !r.LineOnly {
		change = recording.Change(out.Measures, trail.Facts, r.Now)
	}
	moderator := slices.Contains(r.By.Groups, "moderators") || slices.Contains(r.By.Groups, "admins")
	if r.By.Mode != database.ModeImport && (!trail.HasLine || moderator) {
		why, err := out.save(ctx, client, r, change)
		if err != nil || why == "" {
			return out, err
		}
		out.Why = why
	}
	return out, out.propose(ctx, client, r, id, change)
}

// save makes the line the trail's own. why says that it has to be proposed instead.
func (out *LineResult) save(ctx context.Context, client *database.Client, r LineRequest, change map[string]any) (why string, err error) {
	raw, err := json.Marshal(change)
	if err != nil {
		return "", err
	}
	coordinates := recording.Coordinates(out.Line)
	in := entity.SetTrailLineInput{ID: out.Trail.ID, ExpectedVersion: out.Trail.Version, Coordinates: &coordinates, Comment: optional(r.Comment)}
	if err := json.Unmarshal(raw, &in); err != nil {
		return "", err
	}
	out.Version, err = client.SetTrailLine(ctx, r.By, in)
	var no *database.Refusal
	if errors.As(err, &no) && (no.Type == "ProposalRequired" || no.Type == "Protected") {
		return no.Message, nil
	}
	out.Outcome = LineSaved
	return "", err
}

func (out *LineResult) propose(ctx context.Context, client *database.Client, r LineRequest, id string, change map[string]any) error {
	change["line"] = json.RawMessage(recording.Coordinates(out.Line))
	patch, err := json.Marshal(change)
	if err != nil {
		return err
	}
	_, err = client.CreateProposal(ctx, r.By, entity.CreateProposalInput{
		ID: &id, EntityID: out.Trail.ID, BaseVersion: out.Trail.Version, Patch: string(patch), Comment: optional(r.Comment),
	})
	out.Outcome, out.Proposal = LineProposed, id
	return err
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// shownLine is the line that maps draw of a trail for the actor, simplified, and
// whether it is the wiki's own; empty: there is none to see.
func shownLine(ctx context.Context, tx pgx.Tx, by database.Actor, trail string) (line track.Line, own bool, err error) {
	who, err := json.Marshal(by)
	if err != nil {
		return nil, false, err
	}
	var coordinates, breaks string
	err = tx.QueryRow(ctx, `SELECT l.coordinates::text, l.breaks::text, l.source IS NULL
		FROM api.trail_line_page($1::jsonb, $2::uuid, true, NULL, NULL) l`, who, trail).Scan(&coordinates, &breaks, &own)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	// A line in pieces has no one way from end to end to follow.
	if breaks != "[]" {
		return nil, own, nil
	}
	line, err = track.ParseGeoJSON([]byte(`{"type":"LineString","coordinates":` + coordinates + `}`))
	return line, own, err
}

// ErrNoRider means that nobody is called so, or more than one.
var ErrNoRider = errors.New("no rider to act for")

// FindRider is the actor who has this id, slug or user name, with the rights of any
// rider: what groups somebody is in, only the user pool knows. Only who has written
// in the wiki can be found.
func FindRider(ctx context.Context, owner *pgxpool.Pool, name string) (database.Actor, error) {
	rows, err := owner.Query(ctx, `SELECT p.subject, coalesce(p.username, '')
		FROM wiki.person p
		WHERE p.rider_id::text = lower($1) OR p.username = $1
			OR p.rider_id IN (SELECT s.entity_id FROM api.slug_row s WHERE s.kind = 'RIDER' AND s.slug = $1)`, name)
	if err != nil {
		return database.Actor{}, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct{ Subject, Username string }])
	switch {
	case err != nil:
		return database.Actor{}, err
	case len(found) == 0:
		return database.Actor{}, fmt.Errorf("%w: nobody who has written in the wiki has the id, slug or user name %q; signing in and saving a profile is enough", ErrNoRider, name)
	case len(found) > 1:
		return database.Actor{}, fmt.Errorf("%w: %d riders are called %q; give the id", ErrNoRider, len(found), name)
	}
	return database.Rider(found[0].Subject, found[0].Username), nil
}
