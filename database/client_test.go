package database_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/entity"
)

// vocabularies are the few terms that these tests use.
var vocabularies = databasetest.Seed{
	Name: "terms", Hash: "1",
	Fill: func(ctx context.Context, owner *pgxpool.Pool) error {
		_, err := owner.Exec(ctx, `
			INSERT INTO wiki.vocabulary (name, title, description) VALUES
			  ('character-tag', 'Character', ''), ('country', 'Countries', ''), ('label', 'Labels', ''), ('facility', 'Facilities', ''), ('subdivision', 'Subdivisions', '')
			ON CONFLICT DO NOTHING;
			INSERT INTO wiki.term (vocabulary, code, position, label, common) VALUES
			  ('character-tag', 'rocky', 1001, 'Rocky', NULL), ('country', 'ES', 1001, 'Spain', NULL), ('label', 'imba:blue', 1001, 'Blue', 'blue')
			ON CONFLICT DO NOTHING;`, pgx.QueryExecModeSimpleProtocol)
		return err
	},
}

type clientTest struct {
	*databasetest.Databases
	client                  *database.Client
	ana, bo, moderator, key database.Actor
}

func newClientTest(t *testing.T) *clientTest {
	t.Helper()
	db := databasetest.New(t, vocabularies)
	return &clientTest{
		Databases: db,
		client:    database.NewClient(db.API),
		ana:       database.Rider("sub-ana", "ana"),
		bo:        database.Rider("sub-bo", "bo"),
		moderator: database.Rider("sub-mo", "mo", "moderators"),
	}
}

func (c *clientTest) system(t *testing.T, name string) *entity.System {
	t.Helper()
	region, err := c.client.Regions().Create(t.Context(), c.moderator, entity.CreateRegionInput{Name: "Region of " + name, Countries: []string{"ES"}})
	if err != nil {
		t.Fatalf("region: %v", err)
	}
	system, err := c.client.Systems().Create(t.Context(), c.ana, entity.CreateSystemInput{Name: name, Kind: entity.SystemKindNetwork, RegionIDs: []string{region.ID}})
	if err != nil {
		t.Fatalf("system: %v", err)
	}
	return system
}

func (c *clientTest) trail(t *testing.T, name string, system *entity.System) *entity.Trail {
	t.Helper()
	trail, err := c.client.Trails().Create(t.Context(), c.ana, entity.CreateTrailInput{
		Name: name, SystemIDs: []string{system.ID}, Direction: entity.TrailDirectionBoth, Type: entity.TrailTypeSingletrack,
	})
	if err != nil {
		t.Fatalf("trail: %v", err)
	}
	return trail
}

func wantRefusal(t *testing.T, what string, err, want error) {
	t.Helper()
	var refusal *database.Refusal
	if !errors.Is(err, want) || !errors.As(err, &refusal) {
		t.Errorf("%s: %v, want %v", what, err, want)
		return
	}
	if refusal.Message == "" || strings.Contains(refusal.Message, "SQLSTATE") {
		t.Errorf("%s: message %q is not for people", what, refusal.Message)
	}
}

func TestClientTrail(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := newClientTest(t)
	system := c.system(t, "Valley")
	trails := c.client.Trails()
	made := c.trail(t, "Ridge", system)
	if made.Name != "Ridge" || made.Version != 1 || made.Slug == nil || *made.Slug != "ridge" || made.State != entity.EntityStatePublished {
		t.Errorf("created: %+v", made)
	}
	if len(made.Systems) != 1 || made.Systems[0].Name != "Valley" || len(made.SystemIDs) != 1 {
		t.Errorf("systems: %+v", made.Systems)
	}
	for _, key := range []database.Key{database.ID(made.ID), database.Slug("ridge")} {
		got, err := trails.Get(ctx, c.key, key, "")
		if err != nil {
			t.Errorf("by %v: %v", key, err)
			continue
		}
		if diff := cmp.Diff(made, got); diff != "" {
			t.Errorf("by %v (-created +got):\n%s", key, diff)
		}
	}

	lang := "es"
	updated, err := trails.Update(ctx, c.bo, entity.UpdateTrailInput{
		ID: made.ID, ExpectedVersion: 1, Lang: &lang, Personality: entity.Set("Vistas."),
		Tags: entity.Set([]string{"rocky"}),
	})
	if err != nil {
		t.Fatal(err)
	}
	if updated.Personality == nil || *updated.Personality != "Vistas." || updated.Version != 3 || !cmp.Equal(updated.Tags, []string{"rocky"}) {
		t.Errorf("updated: version %d, personality %v, tags %v; facts and texts are two revisions", updated.Version, updated.Personality, updated.Tags)
	}
	_, err = trails.Update(ctx, c.bo, entity.UpdateTrailInput{ID: made.ID, ExpectedVersion: 1, Tags: entity.Null[[]string]()})
	wantRefusal(t, "an old version", err, database.ErrConflict)
	var refusal *database.Refusal
	if errors.As(err, &refusal) {
		var data struct{ CurrentVersion int }
		if err := json.Unmarshal(refusal.Data, &data); err != nil || data.CurrentVersion != 3 {
			t.Errorf("data of the conflict: %s, %v", refusal.Data, err)
		}
	}

	_, err = trails.Archive(ctx, c.bo, made.ID, 3, "")
	wantRefusal(t, "a rider archives", err, database.ErrUnauthorized)
	archived, err := trails.Archive(ctx, c.moderator, made.ID, 3, "Gone.")
	if err != nil || archived.State != entity.EntityStateArchived {
		t.Errorf("archived: %+v, %v", archived, err)
	}
	_, err = trails.Get(ctx, c.bo, database.ID(made.ID), "")
	wantRefusal(t, "an archived trail, as a rider", err, database.ErrNotFound)
	restored, err := trails.Restore(ctx, c.moderator, made.ID, 4, "")
	if err != nil || restored.State != entity.EntityStatePublished || restored.Version != 5 {
		t.Errorf("restored: %+v, %v", restored, err)
	}

	page, err := c.client.Revisions(ctx, c.key, made.ID, database.ListOptions{First: 2})
	if err != nil {
		t.Fatal(err)
	}
	rest, err := c.client.Revisions(ctx, c.key, made.ID, database.ListOptions{First: 50, After: page.Next})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []entity.RevisionKind
	for _, r := range append(page.Items, rest.Items...) {
		kinds = append(kinds, r.Kind)
	}
	want := []entity.RevisionKind{entity.RevisionKindRestore, entity.RevisionKindArchive, entity.RevisionKindEdit, entity.RevisionKindEdit, entity.RevisionKindCreate}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	first := rest.Items[len(rest.Items)-1]
	got, err := c.client.Revision(ctx, c.key, first.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&first, got); diff != "" {
		t.Errorf("one revision (-listed +got):\n%s", diff)
	}
	var content struct{ Name string }
	if got.Content == nil || json.Unmarshal([]byte(*got.Content), &content) != nil || content.Name != "Ridge" {
		t.Errorf("content of the first revision: %v", got.Content)
	}
}

func TestClientRefusals(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := newClientTest(t)
	system := c.system(t, "Valley")
	trail := c.trail(t, "Ridge", system)
	nobody := "00000000-0000-0000-0000-000000000000"

	_, err := c.client.Trails().Get(ctx, c.key, database.ID(nobody), "")
	wantRefusal(t, "no such id", err, database.ErrNotFound)
	_, err = c.client.Trails().Get(ctx, c.key, database.Slug("no-such"), "")
	wantRefusal(t, "no such slug", err, database.ErrNotFound)
	_, err = c.client.Trails().Get(ctx, c.key, database.Slug(""), "")
	wantRefusal(t, "empty slug", err, database.ErrNotFound)
	_, err = c.client.Trails().Get(ctx, c.key, database.ID("1; DROP TABLE"), "")
	wantRefusal(t, "no UUID", err, database.ErrInvalidInput)
	_, err = c.client.Tips().Get(ctx, c.key, database.Slug("a-tip"), "")
	wantRefusal(t, "slug of a tip", err, database.ErrInvalidInput)
	_, err = c.client.Trails().Create(ctx, c.key, entity.CreateTrailInput{Name: "X", SystemIDs: []string{system.ID}, Direction: "BOTH", Type: "PAVED"})
	wantRefusal(t, "an anonymous writer", err, database.ErrUnauthorized)
	_, err = c.client.Regions().Create(ctx, c.ana, entity.CreateRegionInput{Name: "X", Countries: []string{"ES"}})
	wantRefusal(t, "a rider makes a region", err, database.ErrUnauthorized)
	_, err = c.client.Trails().Create(ctx, c.ana, entity.CreateTrailInput{Name: " ", SystemIDs: []string{system.ID}, Direction: "BOTH", Type: "PAVED"})
	wantRefusal(t, "no name", err, database.ErrInvalidInput)
	length := -1.0
	_, err = c.client.Trails().Create(ctx, c.ana, entity.CreateTrailInput{Name: "X", SystemIDs: []string{system.ID}, Direction: "BOTH", Type: "PAVED", LengthM: &length})
	wantRefusal(t, "a bad length", err, database.ErrInvalidInput)
	_, err = c.client.Trails().Create(ctx, c.ana, entity.CreateTrailInput{Name: "X", SystemIDs: []string{nobody}, Direction: "BOTH", Type: "PAVED"})
	wantRefusal(t, "no such system", err, database.ErrInvalidInput)
	_, err = c.client.Trails().Create(ctx, c.ana, entity.CreateTrailInput{ID: &trail.ID, Name: "X", SystemIDs: []string{system.ID}, Direction: "BOTH", Type: "PAVED"})
	wantRefusal(t, "an id in use", err, database.ErrConflict)
	_, err = c.client.Trails().Update(ctx, c.bo, entity.UpdateTrailInput{ID: trail.ID, ExpectedVersion: 1, Name: entity.Set("Other")})
	wantRefusal(t, "a careful field", err, database.ErrProposalRequired)
	_, err = c.client.Trails().Update(ctx, c.bo, entity.UpdateTrailInput{ID: nobody, ExpectedVersion: 1})
	wantRefusal(t, "updating nothing", err, database.ErrNotFound)

	for name, o := range map[string]database.ListOptions{
		"too many":        {First: 51},
		"negative":        {First: -1},
		"no cursor":       {After: "!"},
		"a short cursor":  {After: "YWJj"},
		"a parent's slug": {Parent: "valley"},
	} {
		_, err := c.client.Trails().List(ctx, c.key, o)
		wantRefusal(t, name, err, database.ErrInvalidInput)
	}
	_, err = c.client.Riders().List(ctx, c.key, database.ListOptions{Parent: nobody})
	wantRefusal(t, "riders of something", err, database.ErrInvalidInput)
	_, err = c.client.Revision(ctx, c.key, nobody)
	wantRefusal(t, "no such revision", err, database.ErrNotFound)
	_, err = c.client.Proposal(ctx, c.key, "x")
	wantRefusal(t, "no id of a proposal", err, database.ErrInvalidInput)
	_, err = c.client.CreateProposal(ctx, c.bo, entity.CreateProposalInput{EntityID: trail.ID, BaseVersion: 1, Patch: "{"})
	wantRefusal(t, "a patch that is no JSON", err, database.ErrInvalidInput)
}

func TestClientList(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := newClientTest(t)
	valley, hill := c.system(t, "Valley"), c.system(t, "Hill")
	var want []string
	for i := range 7 {
		// Equal names must not be lost between pages.
		name := fmt.Sprintf("Trail %d", i/2)
		c.trail(t, name, valley)
		want = append(want, name)
	}
	c.trail(t, "A hill", hill)
	var got []string
	after := ""
	for {
		page, err := c.client.Trails().List(ctx, c.key, database.ListOptions{Parent: valley.ID, First: 3, After: after})
		if err != nil {
			t.Fatal(err)
		}
		for _, trail := range page.Items {
			got = append(got, trail.Name)
		}
		if after = page.Next; after == "" || len(got) > 20 {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("trails of a system (-want +got):\n%s", diff)
	}
	all, err := c.client.Trails().List(ctx, c.key, database.ListOptions{})
	if err != nil || len(all.Items) != 8 || all.Next != "" || all.Items[0].Name != "A hill" {
		t.Errorf("all: %d items, next %q, %v", len(all.Items), all.Next, err)
	}
	region := valley.RegionIDs[0]
	systems, err := c.client.Systems().List(ctx, c.key, database.ListOptions{Parent: region})
	if err != nil || len(systems.Items) != 1 || systems.Items[0].Name != "Valley" {
		t.Errorf("systems of a region: %+v, %v", systems, err)
	}
	tip, err := c.client.Tips().Create(ctx, c.bo, entity.CreateTipInput{SubjectID: valley.ID, Kind: entity.TipKindGem, Body: "Start early."})
	if err != nil {
		t.Fatal(err)
	}
	tips, err := c.client.Tips().List(ctx, c.key, database.ListOptions{Parent: valley.ID, First: 1})
	if err != nil || len(tips.Items) != 1 || tips.Items[0].ID != tip.ID || tips.Next != "" {
		t.Errorf("tips of a system: %+v, %v", tips, err)
	}
}

func TestClientProposal(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := newClientTest(t)
	trail := c.trail(t, "Ridge", c.system(t, "Valley"))
	propose := func(patch string) *entity.Proposal {
		t.Helper()
		p, err := c.client.CreateProposal(ctx, c.bo, entity.CreateProposalInput{EntityID: trail.ID, BaseVersion: 1, Patch: patch})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	good, bad, own := propose(`{"name": "High ridge"}`), propose(`{"name": "Low ridge"}`), propose(`{"lengthM": 1200}`)
	var patch map[string]any
	if err := json.Unmarshal([]byte(good.Patch), &patch); err != nil || patch["name"] != "High ridge" {
		t.Errorf("patch %q, %v", good.Patch, err)
	}
	_, err := c.client.AcceptProposal(ctx, c.bo, entity.DecideProposalInput{ID: good.ID})
	wantRefusal(t, "a rider accepts", err, database.ErrUnauthorized)
	accepted, err := c.client.AcceptProposal(ctx, c.moderator, entity.DecideProposalInput{ID: good.ID})
	if err != nil || accepted.State != entity.ProposalStateAccepted {
		t.Errorf("accepted: %+v, %v", accepted, err)
	}
	_, err = c.client.AcceptProposal(ctx, c.moderator, entity.DecideProposalInput{ID: bad.ID})
	wantRefusal(t, "the same field changed meanwhile", err, database.ErrConflict)
	note := "Not so low."
	if p, err := c.client.RejectProposal(ctx, c.moderator, entity.DecideProposalInput{ID: bad.ID, Note: &note}); err != nil || p.State != entity.ProposalStateRejected {
		t.Errorf("rejected: %+v, %v", p, err)
	}
	if p, err := c.client.WithdrawProposal(ctx, c.bo, own.ID); err != nil || p.State != entity.ProposalStateWithdrawn {
		t.Errorf("withdrawn: %+v, %v", p, err)
	}
	list, err := c.client.Proposals(ctx, c.moderator, trail.ID, "", database.ListOptions{})
	if err != nil || len(list.Items) != 3 {
		t.Errorf("list: %d, %v", len(list.Items), err)
	}
	now, err := c.client.Trails().Get(ctx, c.key, database.ID(trail.ID), "")
	if err != nil || now.Name != "High ridge" || now.LengthM != nil {
		t.Errorf("the trail: %+v, %v", now, err)
	}
}

// TestClientRides: a rider's own, and nobody else's.
func TestClientRides(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := newClientTest(t)
	valley := c.system(t, "Valley")
	trail, other := c.trail(t, "Ridge", valley), c.trail(t, "Gully", valley)
	year, category := 2025, 3
	keep := func(trail *entity.Trail) *entity.Ride {
		t.Helper()
		r, err := c.client.CreateRide(ctx, c.bo, entity.CreateRideInput{TrailID: trail.ID, Direction: entity.LineDirectionForward, Year: &year,
			Ratings: []entity.PerceivedRatingInput{{Axis: entity.AxisAir, Category: &category}}})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := keep(trail)
	if r.Version != 1 || r.Trail == nil || r.Trail.Name != "Ridge" || len(r.Ratings) != 1 || r.Ratings[0].Category != 3 || r.Ratings[0].LabelSeen != entity.LabelSeenUnknown {
		t.Errorf("%+v", r)
	}
	keep(other)
	id, version, err := c.client.CompareTrails(ctx, c.bo, entity.CompareTrailsInput{Axis: entity.AxisAir, TrailID: trail.ID, OtherID: other.ID, Verdict: entity.VerdictSame})
	if err != nil || version != 1 {
		t.Fatalf("version %d, %v", version, err)
	}
	if list, err := c.client.Comparisons(ctx, c.bo, trail.ID, database.ListOptions{}); err != nil || len(list.Items) != 1 || list.Items[0].ID != id {
		t.Errorf("comparisons: %+v, %v", list.Items, err)
	}
	note := "Dry."
	if r, err = c.client.UpdateRide(ctx, c.bo, entity.UpdateRideInput{ID: r.ID, ExpectedVersion: 1, Note: entity.Set(note)}); err != nil || r.Note == nil || *r.Note != note || r.Year == nil {
		t.Errorf("changed: %+v, %v", r, err)
	}
	if r, err = c.client.RateRide(ctx, c.bo, entity.RateRideInput{RideID: r.ID, ExpectedVersion: 2, Ratings: []entity.PerceivedRatingInput{{Axis: entity.AxisFitness, Category: &category}}}); err != nil || len(r.Ratings) != 2 {
		t.Errorf("rated: %+v, %v", r, err)
	}
	if r, err = c.client.ArchiveRide(ctx, c.bo, entity.ArchiveRideInput{ID: r.ID, ExpectedVersion: 3}); err != nil || !r.Archived {
		t.Errorf("put away: %+v, %v", r, err)
	}
	if r, err = c.client.RestoreRide(ctx, c.bo, entity.RestoreRideInput{ID: r.ID, ExpectedVersion: 4}); err != nil || r.Archived {
		t.Errorf("brought back: %+v, %v", r, err)
	}
	for name, actor := range map[string]database.Actor{"another": c.ana, "a moderator": c.moderator} {
		_, err := c.client.Ride(ctx, actor, r.ID)
		wantRefusal(t, name+" reads it", err, database.ErrNotFound)
		wantRefusal(t, name+" deletes it", c.client.DeleteRide(ctx, actor, entity.DeleteRideInput{ID: r.ID, ExpectedVersion: 5}), database.ErrNotFound)
		if list, err := c.client.Rides(ctx, actor, "", database.ListOptions{}); err != nil || len(list.Items) != 0 {
			t.Errorf("%s lists %+v, %v", name, list.Items, err)
		}
	}
	if list, err := c.client.Rides(ctx, c.bo, trail.ID, database.ListOptions{}); err != nil || len(list.Items) != 1 {
		t.Errorf("his own: %+v, %v", list.Items, err)
	}
	if err := c.client.WithdrawComparison(ctx, c.bo, entity.WithdrawComparisonInput{ID: id, ExpectedVersion: 1}); err != nil {
		t.Error(err)
	}
	if err := c.client.DeleteRide(ctx, c.bo, entity.DeleteRideInput{ID: r.ID, ExpectedVersion: 5}); err != nil {
		t.Error(err)
	}
	_, err = c.client.Ride(ctx, c.bo, r.ID)
	wantRefusal(t, "read after it was deleted", err, database.ErrNotFound)
}

// TestClientTrips: a rider's own, and by the link the plan.
func TestClientTrips(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := newClientTest(t)
	valley := c.system(t, "Valley")
	month := 5
	trip, err := c.client.CreateTrip(ctx, c.bo, entity.CreateTripInput{Title: "Out", Question: &entity.DiscoverInput{Month: &month},
		Days: []entity.TripDayInput{{SystemIDs: []string{valley.ID}}}, Members: []entity.TripMemberInput{{Nickname: "Kuno", ChildrenAges: []int{7}}}})
	if err != nil || trip.Version != 1 || trip.Days[0].Systems[0].Name != "Valley" || trip.Members[0].ChildrenAges[0] != 7 || trip.Question == nil {
		t.Fatalf("%+v, %v", trip, err)
	}
	if trip, err = c.client.UpdateTrip(ctx, c.bo, entity.UpdateTripInput{ID: trip.ID, ExpectedVersion: 1, Title: entity.Set("Far out")}); err != nil || trip.Title != "Far out" || len(trip.Days) != 1 {
		t.Errorf("changed: %+v, %v", trip, err)
	}
	link, err := c.client.ShareTrip(ctx, c.bo, entity.ShareTripInput{ID: trip.ID, ExpectedVersion: 2})
	if err != nil || link.Version != 3 {
		t.Fatalf("%+v, %v", link, err)
	}
	if shared, err := c.client.SharedTrip(ctx, c.key, link.Token); err != nil || shared.Title != "Far out" || shared.MemberCount != 1 || len(shared.Members) != 0 {
		t.Errorf("shared: %+v, %v", shared, err)
	}
	if trip, err = c.client.UnshareTrip(ctx, c.bo, entity.UnshareTripInput{ID: trip.ID, ExpectedVersion: 3}); err != nil || trip.Shared {
		t.Errorf("unshared: %+v, %v", trip, err)
	}
	_, err = c.client.SharedTrip(ctx, c.key, link.Token)
	wantRefusal(t, "by a link taken back", err, database.ErrNotFound)
	if trip, err = c.client.LookAtTrip(ctx, c.bo, entity.LookAtTripInput{ID: trip.ID}); err != nil || trip.Version != 4 {
		t.Errorf("looked at: %+v, %v", trip, err)
	}
	if trip, err = c.client.ArchiveTrip(ctx, c.bo, entity.ArchiveTripInput{ID: trip.ID, ExpectedVersion: 4}); err != nil || !trip.Archived {
		t.Errorf("put away: %+v, %v", trip, err)
	}
	if trip, err = c.client.RestoreTrip(ctx, c.bo, entity.RestoreTripInput{ID: trip.ID, ExpectedVersion: 5}); err != nil || trip.Archived {
		t.Errorf("brought back: %+v, %v", trip, err)
	}
	for name, actor := range map[string]database.Actor{"another": c.ana, "a moderator": c.moderator} {
		_, err := c.client.Trip(ctx, actor, trip.ID)
		wantRefusal(t, name+" reads it", err, database.ErrNotFound)
		wantRefusal(t, name+" deletes it", c.client.DeleteTrip(ctx, actor, entity.DeleteTripInput{ID: trip.ID, ExpectedVersion: 6}), database.ErrNotFound)
		if list, err := c.client.Trips(ctx, actor, database.ListOptions{}); err != nil || len(list.Items) != 0 {
			t.Errorf("%s lists %+v, %v", name, list.Items, err)
		}
	}
	if list, err := c.client.Trips(ctx, c.bo, database.ListOptions{}); err != nil || len(list.Items) != 1 || list.Items[0].DayCount != 1 {
		t.Errorf("his own: %+v, %v", list.Items, err)
	}
	if err := c.client.DeleteTrip(ctx, c.bo, entity.DeleteTripInput{ID: trip.ID, ExpectedVersion: 6}); err != nil {
		t.Error(err)
	}
}

// TestClientAnswersAllFields: no field of the schema is missing in what the
// queries answer, which would read as null.
func TestClientAnswersAllFields(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := newClientTest(t)
	system := c.system(t, "Valley")
	trail := c.trail(t, "Ridge", system)
	route, err := c.client.Routes().Create(ctx, c.ana, entity.CreateRouteInput{Name: "Loop", Shape: entity.RouteShapeLoop, SystemIDs: []string{system.ID}})
	if err != nil {
		t.Fatal(err)
	}
	tip, err := c.client.Tips().Create(ctx, c.ana, entity.CreateTipInput{SubjectID: trail.ID, Kind: entity.TipKindGem, Body: "Start early."})
	if err != nil {
		t.Fatal(err)
	}
	guide, err := c.client.Guides().Create(ctx, c.ana, entity.CreateGuideInput{
		Name: "First days", Type: entity.GuideTypeVisitorPrimer, SystemIDs: []string{system.ID},
		Sections: []entity.GuideSectionInput{{Heading: "When", Body: "In May."}}, KeyTakeaways: []string{"Start early."},
	})
	if err != nil {
		t.Fatal(err)
	}
	coast, err := c.client.Regions().Create(ctx, c.moderator, entity.CreateRegionInput{Name: "Coast"})
	if err != nil {
		t.Fatal(err)
	}
	comparison, err := c.client.RegionalComparisons().Create(ctx, c.ana, entity.CreateRegionalComparisonInput{
		Name: "To the coast", RegionIDs: []string{system.RegionIDs[0], coast.ID},
	})
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{
		"Region": system.RegionIDs[0], "System": system.ID, "Trail": trail.ID, "Route": route.ID, "Tip": tip.ID,
		"Guide": guide.ID, "RegionalComparison": comparison.ID,
	}
	notice, err := c.client.SeasonalNotices().Create(ctx, c.ana, entity.CreateSeasonalNoticeInput{SubjectID: trail.ID, Kind: entity.NoticeKindClosure, Severity: entity.NoticeSeverityCritical, Body: "Closed.", StartsOn: "2026-01-01"})
	if err != nil {
		t.Fatal(err)
	}
	ids["SeasonalNotice"] = notice.ID
	comment, err := c.client.Comments().Create(ctx, c.ana, entity.CreateCommentInput{SubjectID: trail.ID, Body: "Is the gate open?"})
	if err != nil {
		t.Fatal(err)
	}
	ids["Comment"] = comment.ID
	claim, err := c.client.Claims().Create(ctx, c.ana, entity.CreateClaimInput{SubjectID: trail.ID, Body: "The bridge holds a horse.", Field: new("maintenance")})
	if err != nil {
		t.Fatal(err)
	}
	check, err := c.client.FactChecks().Create(ctx, c.moderator, entity.CreateFactCheckInput{SubjectID: claim.ID, Method: entity.CheckMethodPersonalExperience, Result: entity.CheckResultVerified, Body: "I met the horse.", CheckedOn: "2026-01-01"})
	if err != nil {
		t.Fatal(err)
	}
	review, err := c.client.Reviews().Create(ctx, c.ana, entity.CreateReviewInput{SubjectID: trail.ID, Rating: 4, Perspective: entity.ReviewPerspectiveVisitor, Body: "Worth the climb."})
	if err != nil {
		t.Fatal(err)
	}
	ids["Claim"], ids["FactCheck"], ids["Review"] = claim.ID, check.ID, review.ID
	organisation, err := c.client.Organisations().Create(ctx, c.ana, entity.CreateOrganisationInput{Name: "Valley Trails", Kind: entity.OrganisationKindAssociation, SystemIDs: []string{system.ID}})
	if err != nil {
		t.Fatal(err)
	}
	ids["Organisation"] = organisation.ID
	media, err := c.client.MediaItems().Create(ctx, c.ana, entity.CreateMediaInput{
		SubjectID: trail.ID, Kind: entity.MediaKindPhoto, URL: "https://photos.example/1", Caption: "The ridge.", Attribution: "Ana",
		Licence: entity.MediaLicenceAllRightsReserved, RightsBasis: entity.RightsBasisOwnWork, PeopleShown: entity.PeopleShownNone,
	})
	if err != nil {
		t.Fatal(err)
	}
	ids["Media"] = media.ID
	station, err := c.client.AccessPoints().Create(ctx, c.ana, entity.CreateAccessPointInput{Name: "Valley station", Kind: entity.AccessPointKindStation, SystemIDs: []string{system.ID}})
	if err != nil {
		t.Fatal(err)
	}
	ids["AccessPoint"] = station.ID
	lift, err := c.client.Uplifts().Create(ctx, c.ana, entity.CreateUpliftInput{Name: "Valley lift", Kind: entity.UpliftKindLift, SystemIDs: []string{system.ID}, FromID: &station.ID})
	if err != nil {
		t.Fatal(err)
	}
	ids["Uplift"] = lift.ID
	if err := c.API.QueryRow(ctx, `SELECT api.rider_id('{"sub": "sub-ana"}')`).Scan(ptr(ids, "Rider")); err != nil {
		t.Fatal(err)
	}
	types := map[string]reflect.Type{
		"Region": reflect.TypeFor[entity.Region](), "System": reflect.TypeFor[entity.System](), "Trail": reflect.TypeFor[entity.Trail](),
		"Route": reflect.TypeFor[entity.Route](), "Tip": reflect.TypeFor[entity.Tip](), "Rider": reflect.TypeFor[entity.Rider](),
		"Guide": reflect.TypeFor[entity.Guide](), "RegionalComparison": reflect.TypeFor[entity.RegionalComparison](), "SeasonalNotice": reflect.TypeFor[entity.SeasonalNotice](),
		"Comment": reflect.TypeFor[entity.Comment](),
		"Claim":   reflect.TypeFor[entity.Claim](), "FactCheck": reflect.TypeFor[entity.FactCheck](), "Review": reflect.TypeFor[entity.Review](),
		"Media":        reflect.TypeFor[entity.Media](),
		"Organisation": reflect.TypeFor[entity.Organisation](),
		"AccessPoint":  reflect.TypeFor[entity.AccessPoint](), "Uplift": reflect.TypeFor[entity.Uplift](),
	}
	for _, d := range entity.Descriptions {
		node, err := database.GetNode(ctx, c.client, d.Name, ids[d.Name])
		if err != nil {
			t.Errorf("%s: %v", d.Name, err)
			continue
		}
		var keys map[string]json.RawMessage
		if err := json.Unmarshal(node, &keys); err != nil {
			t.Fatal(err)
		}
		typ, ok := types[d.Name]
		if !ok {
			t.Errorf("%s is not tested here", d.Name)
			continue
		}
		for i := range typ.NumField() {
			name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			if _, ok := keys[name]; !ok {
				t.Errorf("%s: the query answers no %s", d.Name, name)
			}
		}
	}
}

type scanInto struct {
	m map[string]string
	k string
}

func ptr(m map[string]string, k string) *scanInto { return &scanInto{m, k} }

func (s *scanInto) Scan(v any) error {
	s.m[s.k] = fmt.Sprint(v)
	return nil
}

func TestClientInTransaction(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := newClientTest(t)
	system := c.system(t, "Valley")
	tx, err := c.API.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	client := database.NewClient(tx)
	input := entity.CreateTrailInput{Name: "Ridge", SystemIDs: []string{system.ID}, Direction: "BOTH", Type: "PAVED"}
	trail, err := client.Trails().Create(ctx, c.ana, input)
	if err != nil {
		t.Fatal(err)
	}
	input.Name = ""
	_, err = client.Trails().Create(ctx, c.ana, input)
	wantRefusal(t, "no name", err, database.ErrInvalidInput)
	if _, err := client.Trails().Get(ctx, c.key, database.ID(trail.ID), ""); err != nil {
		t.Errorf("reading after a refusal: %v", err)
	}
	if err := tx.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	_, err = c.client.Trails().Get(ctx, c.key, database.ID(trail.ID), "")
	wantRefusal(t, "after the rollback", err, database.ErrNotFound)
}
