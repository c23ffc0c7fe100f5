package alpha

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
)

// world is a wiki with one thing of each kind, made by a moderator, and a tip
// and a profile that belong to the rider "ann".
type world struct {
	*fabrictest.API
	t                                           *testing.T
	region, system, trail, route, tip, proposal string
	coast, guide, comparison, organisation      string
	ann                                         string // her rider id
	notice, media, station, lift, comment, flag string
	claim, check, review                        string
	annsName                                    string
	// Rides of ann's over trail and second, and how she compared them.
	second, ride, compared string
	trip                   string // ann's
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return inhabit(t, fabrictest.Start(t, fabrictest.Vocabularies), "ann")
}

// inhabit makes the things of a world; annsName tells several anns apart.
func inhabit(t *testing.T, a *fabrictest.API, annsName string) *world {
	t.Helper()
	w := &world{API: a, t: t, annsName: annsName}
	mod, ann := w.Moderator("maker"), w.Rider(annsName)
	w.region = w.make(mod, "Region", map[string]any{"name": "Testland", "countries": []string{"AT"}})
	w.system = w.make(mod, "System", map[string]any{"name": "Test Hills", "kind": "NETWORK", "regionIds": []string{w.region}})
	w.trail = w.make(mod, "Trail", map[string]any{"name": "First Line", "direction": "BOTH", "type": "SINGLETRACK", "systemIds": []string{w.system}})
	w.route = w.make(mod, "Route", map[string]any{"name": "Round", "shape": "LOOP", "systemIds": []string{w.system}})
	w.tip = w.make(ann, "Tip", map[string]any{"subjectId": w.trail, "kind": "TIP", "body": "Ride it early."})
	w.notice = w.make(ann, "SeasonalNotice", map[string]any{"subjectId": w.system, "kind": "TRAIL_CHANGE", "severity": "IMPORTANT", "body": "The bridge is gone.", "startsOn": "2026-01-01"})
	w.media = w.make(ann, "Media", photo(w.trail))
	w.comment = w.make(ann, "Comment", map[string]any{"subjectId": w.system, "body": "Where does one park?"})
	w.flag = ann.OK(`mutation($i: CreateFlagInput!) { createFlag(input: $i) { id } }`, map[string]any{"i": map[string]any{"entityId": w.trail, "reason": "WRONG"}}).Get("createFlag", "id").(string)
	w.claim = w.make(ann, "Claim", map[string]any{"subjectId": w.trail, "body": "The bridge holds a horse."})
	own := w.make(mod, "Claim", map[string]any{"subjectId": w.trail, "body": "The bridge holds two."})
	w.check = w.make(ann, "FactCheck", map[string]any{"subjectId": own, "method": "PERSONAL_EXPERIENCE", "result": "INCORRECT", "body": "It held one.", "checkedOn": "2026-01-01"})
	w.review = w.make(ann, "Review", map[string]any{"subjectId": w.route, "rating": 4, "perspective": "LOCAL_RIDER", "body": "Round and round, gladly."})
	w.coast = w.make(mod, "Region", map[string]any{"name": "Testcoast", "countries": []string{"HR"}})
	w.guide = w.make(mod, "Guide", map[string]any{"name": "First days", "type": "VISITOR_PRIMER", "systemIds": []string{w.system}})
	w.comparison = w.make(mod, "RegionalComparison", map[string]any{"name": "From Testland to the coast", "regionIds": []string{w.region, w.coast}})
	w.organisation = w.make(mod, "Organisation", map[string]any{"name": "Test Trails", "kind": "ASSOCIATION", "systemIds": []string{w.system}})
	w.station = w.make(mod, "AccessPoint", map[string]any{"name": "Test Halt", "kind": "STATION", "systemIds": []string{w.system}})
	w.lift = w.make(mod, "Uplift", map[string]any{"name": "Test Chair", "kind": "LIFT", "systemIds": []string{w.system}, "fromId": w.station})
	w.ann = ann.OK(`{ me { id } }`, nil).Get("me", "id").(string)
	w.second = w.make(mod, "Trail", map[string]any{"name": "Other Line", "direction": "BOTH", "type": "SINGLETRACK", "systemIds": []string{w.system}})
	w.make(ann, "Ride", map[string]any{"trailId": w.second, "direction": "EITHER", "year": 2025})
	w.ride = w.make(ann, "Ride", map[string]any{"trailId": w.trail, "direction": "EITHER", "riddenOn": "2026-05-01", "ratings": []any{map[string]any{"axis": "AIR", "category": 2}}})
	w.compared = ann.OK(`mutation($i: CompareTrailsInput!) { compareTrails(input: $i) { id } }`, map[string]any{"i": map[string]any{
		"axis": "AIR", "trailId": w.trail, "otherId": w.second, "verdict": "HARDER"}}).Get("compareTrails", "id").(string)
	w.trip = w.make(ann, "Trip", map[string]any{"title": "Out", "days": []any{map[string]any{"systemIds": []string{w.system}, "routeIds": []string{w.route}}}, "members": []any{map[string]any{"nickname": "Kuno", "childrenAges": []int{7}}}})
	w.proposal = ann.OK(`mutation($i: CreateProposalInput!) { createProposal(input: $i) { id } }`, map[string]any{"i": map[string]any{
		"entityId": w.trail, "baseVersion": w.version("trail", w.trail), "patch": `{"name": "Second Line"}`}}).Get("createProposal", "id").(string)
	return w
}

// photo is a link to one, of a place.
func photo(of string) map[string]any {
	return map[string]any{
		"subjectId": of, "kind": "PHOTO", "url": "https://photos.example/1", "caption": "The third corner.", "attribution": "Ann",
		"licence": "ALL_RIGHTS_RESERVED", "rightsBasis": "OWN_WORK", "peopleShown": "NONE",
	}
}

func (w *world) make(c *fabrictest.Caller, typeName string, input map[string]any) string {
	w.t.Helper()
	return c.Make(typeName, input)
}

func (w *world) version(field, id string) int {
	w.t.Helper()
	return versionOf(w.t, w.API, field, id)
}

// edit is the input of an update, archive or restore.
func (w *world) edit(field, id string, more map[string]any) map[string]any {
	in := map[string]any{"id": id, "expectedVersion": w.version(field, id)}
	for k, v := range more {
		in[k] = v
	}
	return in
}

// archived puts something away first, so that it can be restored.
func (w *world) archived(typeName, field, id string) {
	w.t.Helper()
	w.Moderator("maker").OK(fmt.Sprintf("mutation($i: Archive%[1]sInput!) { archive%[1]s(input: $i) { id } }", typeName), map[string]any{"i": w.edit(field, id, nil)})
}

// firstRevision is the revision that an entity was made by.
func (w *world) firstRevision(id string) string {
	all := w.revisions(id)
	return all[len(all)-1]
}

// oldRevision is a version of the trail that is no longer what it says.
func (w *world) oldRevision() string {
	w.t.Helper()
	w.Moderator("maker").OK(`mutation($i: UpdateTrailInput!) { updateTrail(input: $i) { id } }`, map[string]any{"i": w.edit("trail", w.trail, map[string]any{"gates": 3})})
	return w.firstRevision(w.trail)
}

func (w *world) newestRevision(id string) string { return w.revisions(id)[0] }

func (w *world) revisions(id string) (ids []string) {
	w.t.Helper()
	r := w.Anonymous().OK(`query($id: ID!) { revisions(entityId: $id, first: 50) { nodes { id } } }`, map[string]any{"id": id})
	for _, n := range r.Get("revisions", "nodes").([]any) {
		ids = append(ids, n.(map[string]any)["id"].(string))
	}
	return ids
}

const (
	ok           = ""
	unauthorized = "Unauthorized"
	blocked      = "Blocked"
	refused401   = "401"
	// notFound is what archived and hidden things are to those who may not see them.
	notFound = "NotFound"
)

// who may do what; written by hand from DOMAIN and WIKI rules, not from the code.
// Columns: nobody (no credentials), expired (token), anonymous (API key),
// blocked rider, another rider, the rider ann, a moderator, an admin.
var roleTable = []struct {
	mutation                                         string
	anonymous, blocked, other, ann, moderator, admin string
	input                                            func(*world, string) map[string]any
}{
	{"createRegion", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(*world, string) map[string]any { return map[string]any{"name": "New"} }},
	{"updateRegion", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("region", w.region, map[string]any{"climate": "Dry."})
	}},
	{"archiveRegion", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any { return w.edit("region", w.region, nil) }},
	{"restoreRegion", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("Region", "region", w.region)
		return w.editArchived("region", w.region)
	}},
	{"createSystem", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"name": "New", "kind": "TOWN", "regionIds": []string{w.region}}
	}},
	{"updateSystem", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("system", w.system, map[string]any{"tagline": "Hills for testing."})
	}},
	{"archiveSystem", unauthorized, blocked, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any { return w.edit("system", w.system, nil) }},
	{"restoreSystem", unauthorized, blocked, notFound, notFound, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("System", "system", w.system)
		return w.editArchived("system", w.system)
	}},
	{"createTrail", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"name": "New", "direction": "BOTH", "type": "SINGLETRACK", "systemIds": []string{w.system}}
	}},
	{"updateTrail", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("trail", w.trail, map[string]any{"personality": "Kind, then not."})
	}},
	{"archiveTrail", unauthorized, blocked, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any { return w.edit("trail", w.trail, nil) }},
	{"restoreTrail", unauthorized, blocked, notFound, notFound, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("Trail", "trail", w.trail)
		return w.editArchived("trail", w.trail)
	}},
	{"setTrailLine", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("trail", w.trail, map[string]any{"coordinates": `[[10, 47], [10.01, 47.01]]`})
	}},
	{"createRoute", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"name": "New", "shape": "LOOP", "systemIds": []string{w.system}}
	}},
	{"updateRoute", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("route", w.route, map[string]any{"tagline": "Round and round."})
	}},
	{"archiveRoute", unauthorized, blocked, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any { return w.edit("route", w.route, nil) }},
	{"restoreRoute", unauthorized, blocked, notFound, notFound, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("Route", "route", w.route)
		return w.editArchived("route", w.route)
	}},
	{"createGuide", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"name": "New", "type": "ROUTE_GUIDE", "routeIds": []string{w.route}}
	}},
	{"updateGuide", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("guide", w.guide, map[string]any{"summary": "What to know."})
	}},
	{"archiveGuide", unauthorized, blocked, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any { return w.edit("guide", w.guide, nil) }},
	{"restoreGuide", unauthorized, blocked, notFound, notFound, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("Guide", "guide", w.guide)
		return w.editArchived("guide", w.guide)
	}},
	{"createRegionalComparison", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"name": "New", "regionIds": []string{w.coast, w.region}}
	}},
	{"updateRegionalComparison", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("regionalComparison", w.comparison, map[string]any{"summary": "What to know."})
	}},
	{"archiveRegionalComparison", unauthorized, blocked, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any { return w.edit("regionalComparison", w.comparison, nil) }},
	{"restoreRegionalComparison", unauthorized, blocked, notFound, notFound, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("RegionalComparison", "regionalComparison", w.comparison)
		return w.editArchived("regionalComparison", w.comparison)
	}},
	{"createOrganisation", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"name": "New", "kind": "SHOP", "systemIds": []string{w.system}}
	}},
	{"updateOrganisation", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("organisation", w.organisation, map[string]any{"howToHelp": "Dig."})
	}},
	{"archiveOrganisation", unauthorized, blocked, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("organisation", w.organisation, nil)
	}},
	{"restoreOrganisation", unauthorized, blocked, notFound, notFound, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("Organisation", "organisation", w.organisation)
		return w.editArchived("organisation", w.organisation)
	}},
	// Whoever signs in says it of himself, and of nobody else.
	{"declareMembership", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.organisation, "role": "VOLUNTEER"}
	}},
	{"endMembership", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.organisation}
	}},
	{"createTip", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"subjectId": w.trail, "kind": "GEM", "body": "Look left."}
	}},
	{"updateTip", unauthorized, blocked, unauthorized, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("tip", w.tip, map[string]any{"body": "Ride it very early."})
	}},
	{"archiveTip", unauthorized, blocked, unauthorized, ok, ok, ok, func(w *world, _ string) map[string]any { return w.edit("tip", w.tip, nil) }},
	{"restoreTip", unauthorized, blocked, notFound, ok, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("Tip", "tip", w.tip)
		return w.editArchived("tip", w.tip)
	}},
	{"createSeasonalNotice", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"subjectId": w.trail, "kind": "CLOSURE", "severity": "CRITICAL", "body": "Trees are down.", "startsOn": "2026-01-01"}
	}},
	{"updateSeasonalNotice", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("seasonalNotice", w.notice, map[string]any{"endsOn": "2199-01-01"})
	}},
	{"archiveSeasonalNotice", unauthorized, blocked, unauthorized, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("seasonalNotice", w.notice, nil)
	}},
	{"restoreSeasonalNotice", unauthorized, blocked, notFound, ok, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("SeasonalNotice", "seasonalNotice", w.notice)
		return w.editArchived("seasonalNotice", w.notice)
	}},
	// ann wrote it, so that others must confirm it.
	{"confirmSeasonalNotice", unauthorized, blocked, ok, "InvalidInput", ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.notice}
	}},
	{"createMedia", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any { return photo(w.route) }},
	{"updateMedia", unauthorized, blocked, unauthorized, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("media", w.media, map[string]any{"showcase": "How wide it is."})
	}},
	{"archiveMedia", unauthorized, blocked, unauthorized, ok, ok, ok, func(w *world, _ string) map[string]any { return w.edit("media", w.media, nil) }},
	{"restoreMedia", unauthorized, blocked, notFound, ok, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("Media", "media", w.media)
		return w.editArchived("media", w.media)
	}},
	{"noteMediaRequest", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.media, "reason": "Somebody wrote."}
	}},
	{"takeDownMedia", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.media, "reason": "Somebody wrote."}
	}},
	{"putBackMedia", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any {
		w.Moderator("maker").OK(takeDown, map[string]any{"i": map[string]any{"id": w.media, "reason": "Somebody wrote."}})
		return map[string]any{"id": w.media, "reason": "It was a mistake."}
	}},
	{"createAccessPoint", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"name": "New", "kind": "PARKING", "systemIds": []string{w.system}}
	}},
	{"updateAccessPoint", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("accessPoint", w.station, map[string]any{"directions": "Out of the train, over the bridge."})
	}},
	{"archiveAccessPoint", unauthorized, blocked, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("accessPoint", w.station, nil)
	}},
	{"restoreAccessPoint", unauthorized, blocked, notFound, notFound, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("AccessPoint", "accessPoint", w.station)
		return w.editArchived("accessPoint", w.station)
	}},
	{"createUplift", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"name": "New", "kind": "SHUTTLE", "systemIds": []string{w.system}}
	}},
	{"updateUplift", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("uplift", w.lift, map[string]any{"takesEBikes": false})
	}},
	{"archiveUplift", unauthorized, blocked, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any { return w.edit("uplift", w.lift, nil) }},
	{"restoreUplift", unauthorized, blocked, notFound, notFound, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("Uplift", "uplift", w.lift)
		return w.editArchived("uplift", w.lift)
	}},
	{"createComment", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"subjectId": w.system, "replyToId": w.comment, "body": "At the chapel."}
	}},
	// Nobody changes what somebody else said, moderators neither.
	{"updateComment", unauthorized, blocked, unauthorized, ok, unauthorized, unauthorized, func(w *world, _ string) map[string]any {
		return w.edit("comment", w.comment, map[string]any{"body": "Where does one leave the car?"})
	}},
	{"archiveComment", unauthorized, blocked, unauthorized, ok, ok, ok, func(w *world, _ string) map[string]any { return w.edit("comment", w.comment, nil) }},
	// What a moderator took away its author doesn't bring back.
	{"restoreComment", unauthorized, blocked, notFound, unauthorized, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("Comment", "comment", w.comment)
		return w.editArchived("comment", w.comment)
	}},
	{"watchEntity", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any { return map[string]any{"id": w.system} }},
	{"unwatchEntity", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any { return map[string]any{"id": w.system} }},
	{"markWatchedSeen", unauthorized, blocked, ok, ok, ok, ok, func(*world, string) map[string]any { return map[string]any{} }},
	{"createFlag", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"entityId": w.system, "reason": "SPAM"}
	}},
	{"resolveFlag", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.flag, "outcome": "REJECTED", "note": "It is right."}
	}},
	{"createReview", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"subjectId": w.trail, "rating": 5, "perspective": "VISITOR", "body": "The best that I never rode."}
	}},
	{"updateReview", unauthorized, blocked, unauthorized, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("review", w.review, map[string]any{"rating": 3})
	}},
	{"archiveReview", unauthorized, blocked, unauthorized, ok, ok, ok, func(w *world, _ string) map[string]any { return w.edit("review", w.review, nil) }},
	{"restoreReview", unauthorized, blocked, notFound, ok, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("Review", "review", w.review)
		return w.editArchived("review", w.review)
	}},
	// ann wrote the tip, so that others vote on it.
	{"castVote", unauthorized, blocked, ok, "InvalidInput", ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"entityId": w.tip, "value": "DOWN"}
	}},
	{"createClaim", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"subjectId": w.system, "field": "fees", "body": "Riding costs nothing."}
	}},
	{"updateClaim", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("claim", w.claim, map[string]any{"body": "The bridge holds a pony."})
	}},
	{"archiveClaim", unauthorized, blocked, unauthorized, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("claim", w.claim, nil)
	}},
	{"restoreClaim", unauthorized, blocked, notFound, ok, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("Claim", "claim", w.claim)
		return w.editArchived("claim", w.claim)
	}},
	// ann stated it, so that others must check it.
	{"createFactCheck", unauthorized, blocked, ok, "InvalidInput", ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"subjectId": w.claim, "method": "LOCAL_KNOWLEDGE", "result": "VERIFIED", "body": "I saw the horse.", "checkedOn": "2026-02-01"}
	}},
	{"updateFactCheck", unauthorized, blocked, unauthorized, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("factCheck", w.check, map[string]any{"body": "It held one and a half."})
	}},
	{"archiveFactCheck", unauthorized, blocked, unauthorized, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("factCheck", w.check, nil)
	}},
	{"restoreFactCheck", unauthorized, blocked, notFound, ok, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("FactCheck", "factCheck", w.check)
		return w.editArchived("factCheck", w.check)
	}},
	// What is ann's alone: nobody else so much as learns that it is there.
	{"createRide", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"trailId": w.trail, "direction": "FORWARD", "year": 2024, "month": 7, "outcome": "CLEAN"}
	}},
	{"updateRide", unauthorized, blocked, notFound, ok, notFound, notFound, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.ride, "expectedVersion": 1, "note": "Rain."}
	}},
	{"archiveRide", unauthorized, blocked, notFound, ok, notFound, notFound, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.ride, "expectedVersion": 1}
	}},
	{"restoreRide", unauthorized, blocked, notFound, ok, notFound, notFound, func(w *world, _ string) map[string]any {
		w.Rider(w.annsName).OK(`mutation($i: ArchiveRideInput!) { archiveRide(input: $i) { id } }`, map[string]any{"i": map[string]any{"id": w.ride, "expectedVersion": 1}})
		return map[string]any{"id": w.ride, "expectedVersion": 2}
	}},
	{"deleteRide", unauthorized, blocked, notFound, ok, notFound, notFound, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.ride, "expectedVersion": 1}
	}},
	{"rateRide", unauthorized, blocked, notFound, ok, notFound, notFound, func(w *world, _ string) map[string]any {
		return map[string]any{"rideId": w.ride, "expectedVersion": 1, "ratings": []any{map[string]any{"axis": "FITNESS", "category": 1}}}
	}},
	// Whoever has ridden neither trail has nothing to compare.
	{"compareTrails", unauthorized, blocked, "InvalidInput", ok, "InvalidInput", "InvalidInput", func(w *world, _ string) map[string]any {
		return map[string]any{"axis": "FITNESS", "trailId": w.second, "otherId": w.trail, "verdict": "SAME"}
	}},
	{"withdrawComparison", unauthorized, blocked, notFound, ok, notFound, notFound, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.compared, "expectedVersion": 1}
	}},
	{"createTrip", unauthorized, blocked, ok, ok, ok, ok, func(*world, string) map[string]any { return map[string]any{"title": "Away"} }},
	{"updateTrip", unauthorized, blocked, notFound, ok, notFound, notFound, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.trip, "expectedVersion": 1, "title": "Further out"}
	}},
	{"archiveTrip", unauthorized, blocked, notFound, ok, notFound, notFound, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.trip, "expectedVersion": 1}
	}},
	{"restoreTrip", unauthorized, blocked, notFound, ok, notFound, notFound, func(w *world, _ string) map[string]any {
		w.Rider(w.annsName).OK(`mutation($i: ArchiveTripInput!) { archiveTrip(input: $i) { id } }`, map[string]any{"i": map[string]any{"id": w.trip, "expectedVersion": 1}})
		return map[string]any{"id": w.trip, "expectedVersion": 2}
	}},
	{"deleteTrip", unauthorized, blocked, notFound, ok, notFound, notFound, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.trip, "expectedVersion": 1}
	}},
	{"shareTrip", unauthorized, blocked, notFound, ok, notFound, notFound, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.trip, "expectedVersion": 1}
	}},
	{"unshareTrip", unauthorized, blocked, notFound, ok, notFound, notFound, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.trip, "expectedVersion": 1}
	}},
	{"lookAtTrip", unauthorized, blocked, notFound, ok, notFound, notFound, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.trip}
	}},
	// ann has a profile already, and so have the blocked rider and those who make things.
	{"createRider", unauthorized, "Conflict", ok, "Conflict", ok, ok, func(*world, string) map[string]any { return map[string]any{"name": "Somebody"} }},
	{"updateRider", unauthorized, blocked, unauthorized, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("rider", w.ann, map[string]any{"about": "Rides."})
	}},
	{"archiveRider", unauthorized, blocked, unauthorized, ok, ok, ok, func(w *world, _ string) map[string]any { return w.edit("rider", w.ann, nil) }},
	{"restoreRider", unauthorized, blocked, notFound, ok, ok, ok, func(w *world, _ string) map[string]any {
		w.archived("Rider", "rider", w.ann)
		return w.editArchived("rider", w.ann)
	}},
	{"revertEntity", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return w.edit("trail", w.trail, map[string]any{"revisionId": w.firstRevision(w.trail)})
	}},
	// The first version of the facts isn't what is shown, once somebody has written another.
	{"hideRevision", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.oldRevision(), "reason": "A test."}
	}},
	{"unhideRevision", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any {
		id := w.oldRevision()
		w.Moderator("maker").OK(`mutation($i: ReasonedInput!) { hideRevision(input: $i) { id } }`, map[string]any{"i": map[string]any{"id": id, "reason": "A test."}})
		return map[string]any{"id": id, "reason": "A test."}
	}},
	{"redactRevision", unauthorized, unauthorized, unauthorized, unauthorized, unauthorized, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.oldRevision(), "reason": "A test."}
	}},
	{"protectEntity", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"id": w.trail, "until": time.Now().Add(time.Hour).UTC().Format(time.RFC3339), "reason": "A test."}
	}},
	{"unprotectEntity", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any {
		w.Moderator("maker").OK(`mutation($i: ProtectEntityInput!) { protectEntity(input: $i) { id } }`, map[string]any{"i": map[string]any{
			"id": w.trail, "until": time.Now().Add(time.Hour).UTC().Format(time.RFC3339), "reason": "A test."}})
		return map[string]any{"id": w.trail, "reason": "A test."}
	}},
	{"mergeEntities", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any {
		twin := w.make(w.Moderator("maker"), "Trail", map[string]any{"name": "First Line again", "direction": "BOTH", "type": "SINGLETRACK", "systemIds": []string{w.system}})
		return map[string]any{"fromId": w.trail, "fromVersion": w.version("trail", w.trail), "intoId": twin, "intoVersion": 1}
	}},
	{"purgeEntity", unauthorized, unauthorized, unauthorized, unauthorized, unauthorized, ok, func(w *world, _ string) map[string]any {
		w.archived("Guide", "guide", w.guide)
		in := w.editArchived("guide", w.guide)
		in["reason"] = "A test."
		return in
	}},
	{"createProposal", unauthorized, blocked, ok, ok, ok, ok, func(w *world, _ string) map[string]any {
		return map[string]any{"entityId": w.system, "baseVersion": w.version("system", w.system), "patch": `{"name": "Other Hills"}`}
	}},
	{"acceptProposal", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any { return map[string]any{"id": w.proposal} }},
	{"rejectProposal", unauthorized, unauthorized, unauthorized, unauthorized, ok, ok, func(w *world, _ string) map[string]any { return map[string]any{"id": w.proposal, "note": "No."} }},
	{"withdrawProposal", unauthorized, blocked, unauthorized, ok, unauthorized, unauthorized, func(w *world, _ string) map[string]any { return map[string]any{"id": w.proposal} }},
}

// editArchived is the input of a restore: archived things show to moderators only.
func (w *world) editArchived(field, id string) map[string]any { return w.edit(field, id, nil) }

func TestRoles(t *testing.T) {
	t.Parallel()
	s := schema(t)
	rows := map[string]bool{}
	for _, row := range roleTable {
		rows[row.mutation] = true
	}
	for _, m := range s.Fields("Mutation") {
		if !rows[m] {
			t.Errorf("mutation %s has no row in the role table", m)
		}
	}
	for _, row := range roleTable {
		t.Run(row.mutation, func(t *testing.T) {
			t.Parallel()
			a := fabrictest.Start(t, fabrictest.Vocabularies)
			for role, want := range map[string]string{
				"nobody": refused401, "expired": refused401, "anonymous": row.anonymous, "blocked": row.blocked,
				"other": row.other, "ann": row.ann, "moderator": row.moderator, "admin": row.admin,
			} {
				t.Run(role, func(t *testing.T) {
					w := inhabit(t, a, "ann of "+role)
					caller := w.caller(role)
					query := fmt.Sprintf("mutation($i: %s!) { %s(input: $i) { id } }", inputOf(row.mutation), row.mutation)
					r := caller.Do(query, map[string]any{"i": row.input(w, role)})
					got := r.Err()
					if r.Status == 401 {
						got = refused401
					}
					if got != want {
						t.Fatalf("got %q, want %q: %s", got, want, r.Raw)
					}
					if want == ok && r.Get(row.mutation, "id") == nil && !strings.HasPrefix(row.mutation, "archive") {
						t.Errorf("it was allowed but answers nothing: %s", r.Raw)
					}
				})
			}
		})
	}
}

func inputOf(mutation string) string {
	switch mutation {
	case "hideRevision", "unhideRevision", "redactRevision":
		return "ReasonedInput"
	case "acceptProposal", "rejectProposal", "withdrawProposal":
		return "DecideProposalInput"
	case "noteMediaRequest", "takeDownMedia", "putBackMedia":
		return "DecideMediaInput"
	}
	return strings.ToUpper(mutation[:1]) + mutation[1:] + "Input"
}

func (w *world) caller(role string) *fabrictest.Caller {
	w.t.Helper()
	switch role {
	case "nobody":
		return w.Nobody()
	case "expired":
		return w.Bearer(w.Token(fabrictest.Claims{Name: w.annsName, Expires: -time.Minute}))
	case "anonymous":
		return w.Anonymous()
	case "blocked":
		c := w.Rider("blocked")
		c.OK(`mutation { createRider(input: {name: "Blocked"}) { id } }`, nil)
		if _, err := w.DB.Owner.Exec(w.t.Context(), "UPDATE wiki.person SET blocked_until = now() + interval '1 day', blocked_reason = 'tests' WHERE subject = $1", c.Sub); err != nil {
			w.t.Fatal(err)
		}
		return c
	case "other":
		return w.Rider("other")
	case "ann":
		return w.Rider(w.annsName)
	case "moderator":
		return w.Moderator("mod")
	case "admin":
		return w.Rider("admin", "moderators", "admins")
	}
	w.t.Fatalf("unknown role %s", role)
	return nil
}
