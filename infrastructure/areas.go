package main

import (
	"fmt"
	"sort"

	"github.com/mtbwiki/mtbwiki/api"
)

// area is a part of the schema whose resolvers stand in one nested stack.
type area struct {
	// Name of the nested stack.
	Name string
	// Resolvers by field, such as Query.trail, and Functions of their pipelines.
	Resolvers []string
	Functions []string
}

// areas says in which nested stack each resolver stands. NEVER move a line from
// one area to another: CloudFormation would make the resolver in the new stack
// while it still stands in the old one, AppSync allows one resolver a field, and
// the deployment would fail. (To move one all the same takes two deployments,
// the first without the field.) Adding and removing lines is fine.
var areas = []area{
	{
		Name: "Region",
		Resolvers: []string{
			"Query.region", "Query.regions",
			"Mutation.createRegion", "Mutation.updateRegion", "Mutation.archiveRegion", "Mutation.restoreRegion",
		},
	},
	{
		Name: "System",
		Resolvers: []string{
			"Query.system", "Query.systems", "Query.systemLines",
			"Mutation.createSystem", "Mutation.updateSystem", "Mutation.archiveSystem", "Mutation.restoreSystem",
		},
	},
	{
		Name: "Trail",
		Resolvers: []string{
			"Query.trail", "Query.trails", "Query.trailLine",
			"Mutation.createTrail", "Mutation.updateTrail", "Mutation.archiveTrail", "Mutation.restoreTrail",
			"Mutation.setTrailLine",
		},
	},
	{
		Name: "Route",
		Resolvers: []string{
			"Query.route", "Query.routes", "Query.routeLines",
			"Mutation.createRoute", "Mutation.updateRoute", "Mutation.archiveRoute", "Mutation.restoreRoute",
		},
	},
	{
		Name: "Guide",
		Resolvers: []string{
			"Query.guide", "Query.guides",
			"Mutation.createGuide", "Mutation.updateGuide", "Mutation.archiveGuide", "Mutation.restoreGuide",
		},
	},
	{
		Name: "RegionalComparison",
		Resolvers: []string{
			"Query.regionalComparison", "Query.regionalComparisons",
			"Mutation.createRegionalComparison", "Mutation.updateRegionalComparison", "Mutation.archiveRegionalComparison", "Mutation.restoreRegionalComparison",
		},
	},
	{
		Name: "SeasonalNotice",
		Resolvers: []string{
			"Query.seasonalNotice", "Query.seasonalNotices", "Mutation.confirmSeasonalNotice",
			"Mutation.createSeasonalNotice", "Mutation.updateSeasonalNotice", "Mutation.archiveSeasonalNotice", "Mutation.restoreSeasonalNotice",
		},
	},
	{
		Name: "Comment",
		Resolvers: []string{
			"Query.comment", "Query.comments", "Query.discussion",
			"Mutation.createComment", "Mutation.updateComment", "Mutation.archiveComment", "Mutation.restoreComment",
		},
	},
	{
		Name: "Watch",
		Resolvers: []string{
			"Query.watch", "Query.myWatches", "Query.watchedRevisions",
			"Mutation.watchEntity", "Mutation.unwatchEntity", "Mutation.markWatchedSeen",
		},
	},
	{
		Name:      "Flag",
		Resolvers: []string{"Query.flags", "Mutation.createFlag", "Mutation.resolveFlag"},
	},
	{
		Name: "Claim",
		Resolvers: []string{
			"Query.claim", "Query.claims", "Query.factCheck", "Query.factChecks",
			"Mutation.createClaim", "Mutation.updateClaim", "Mutation.archiveClaim", "Mutation.restoreClaim",
			"Mutation.createFactCheck", "Mutation.updateFactCheck", "Mutation.archiveFactCheck", "Mutation.restoreFactCheck",
		},
	},
	{
		Name: "Review",
		Resolvers: []string{
			"Query.review", "Query.reviews",
			"Mutation.createReview", "Mutation.updateReview", "Mutation.archiveReview", "Mutation.restoreReview",
		},
	},
	{
		Name: "Organisation",
		Resolvers: []string{
			"Query.organisation", "Query.organisations", "Mutation.declareMembership", "Mutation.endMembership",
			"Mutation.createOrganisation", "Mutation.updateOrganisation", "Mutation.archiveOrganisation", "Mutation.restoreOrganisation",
		},
	},
	{
		Name: "Media",
		Resolvers: []string{
			"Query.media", "Query.mediaItems", "Mutation.noteMediaRequest", "Mutation.takeDownMedia", "Mutation.putBackMedia",
			"Mutation.createMedia", "Mutation.updateMedia", "Mutation.archiveMedia", "Mutation.restoreMedia",
		},
	},
	{
		Name: "AccessPoint",
		Resolvers: []string{
			"Query.accessPoint", "Query.accessPoints",
			"Mutation.createAccessPoint", "Mutation.updateAccessPoint", "Mutation.archiveAccessPoint", "Mutation.restoreAccessPoint",
		},
	},
	{
		Name: "Uplift",
		Resolvers: []string{
			"Query.uplift", "Query.uplifts",
			"Mutation.createUplift", "Mutation.updateUplift", "Mutation.archiveUplift", "Mutation.restoreUplift",
		},
	},
	{
		Name: "Rider",
		Resolvers: []string{
			"Query.me", "Query.rider", "Query.riders",
			"Mutation.createRider", "Mutation.updateRider", "Mutation.archiveRider", "Mutation.restoreRider",
		},
	},
	{
		Name: "Ride",
		Resolvers: []string{
			"Query.ride", "Query.myRides", "Query.myComparisons", "Query.ratingQuestions",
			"Mutation.createRide", "Mutation.updateRide", "Mutation.archiveRide", "Mutation.restoreRide", "Mutation.deleteRide",
			"Mutation.rateRide", "Mutation.compareTrails", "Mutation.withdrawComparison",
		},
	},
	{
		Name: "Trip",
		Resolvers: []string{
			"Query.trip", "Query.myTrips", "Query.sharedTrip",
			"Mutation.createTrip", "Mutation.updateTrip", "Mutation.archiveTrip", "Mutation.restoreTrip", "Mutation.deleteTrip",
			"Mutation.shareTrip", "Mutation.unshareTrip", "Mutation.lookAtTrip",
		},
	},
	{
		Name: "Tip",
		Resolvers: []string{
			"Query.tip", "Query.tips", "Mutation.castVote",
			"Mutation.createTip", "Mutation.updateTip", "Mutation.archiveTip", "Mutation.restoreTip",
		},
	},
	{
		Name:      "Discovery",
		Resolvers: []string{"Query.discover", "Query.search", "Query.terms"},
		Functions: []string{"discoverCandidates", "composeDiscovery"},
	},
	{
		Name: "History",
		Resolvers: []string{
			"Query.revision", "Query.revisions", "Query.revisionDiff", "Query.proposal", "Query.proposals", "Query.proposalLine",
			"Query.proposalConflicts", "Query.protections", "Query.backlinks", "Query.mergedEntities",
			"Mutation.revertEntity", "Mutation.createProposal", "Mutation.acceptProposal", "Mutation.rejectProposal", "Mutation.withdrawProposal",
			"Mutation.hideRevision", "Mutation.unhideRevision", "Mutation.redactRevision", "Mutation.protectEntity", "Mutation.unprotectEntity", "Mutation.purgeEntity", "Mutation.mergeEntities",
		},
		Functions: []string{"revisionPair", "composeDiff"},
	},
	{
		Name:      "Export",
		Resolvers: []string{"Query.export"},
		Functions: []string{"exportLines", "composeExport"},
	},
}

// placement is an area with the definitions of what stands in it.
type placement struct {
	Name      string
	Resolvers []api.Resolver
	Functions []api.Function
}

// place puts every resolver and function of the definition into its area. It
// names each that has none, stands in two, or doesn't exist, and each pipeline
// that reaches into another area's functions.
func place(d *api.Definition, table []area) ([]placement, error) {
	var problems []string
	resolvers := map[string]api.Resolver{}
	for _, r := range d.Resolvers {
		resolvers[r.Type+"."+r.Field] = r
	}
	resolverArea, functionArea := map[string]string{}, map[string]string{}
	var placements []placement
	for _, a := range table {
		p := placement{Name: a.Name}
		for _, name := range a.Functions {
			f, ok := d.Functions[name]
			switch other, twice := functionArea[name]; {
			case !ok:
				problems = append(problems, fmt.Sprintf("area %s names the function %s, which the definition doesn't have", a.Name, name))
			case twice:
				problems = append(problems, fmt.Sprintf("function %s stands in the areas %s and %s", name, other, a.Name))
			default:
				functionArea[name] = a.Name
				p.Functions = append(p.Functions, f)
			}
		}
		for _, name := range a.Resolvers {
			r, ok := resolvers[name]
			switch other, twice := resolverArea[name]; {
			case !ok:
				problems = append(problems, fmt.Sprintf("area %s names the field %s, which the schema doesn't have", a.Name, name))
			case twice:
				problems = append(problems, fmt.Sprintf("field %s stands in the areas %s and %s", name, other, a.Name))
			default:
				resolverArea[name] = a.Name
				p.Resolvers = append(p.Resolvers, r)
			}
		}
		placements = append(placements, p)
	}
	for name, r := range resolvers {
		in, ok := resolverArea[name]
		if !ok {
			problems = append(problems, fmt.Sprintf("field %s stands in no area; add it to one", name))
			continue
		}
		for _, f := range r.Pipeline {
			if functionArea[f] != in {
				problems = append(problems, fmt.Sprintf("field %s in the area %s uses the function %s, which must stand in the same area", name, in, f))
			}
		}
	}
	for name := range d.Functions {
		if functionArea[name] == "" {
			problems = append(problems, fmt.Sprintf("function %s stands in no area; add it to one", name))
		}
	}
	if len(problems) == 0 {
		return placements, nil
	}
	sort.Strings(problems)
	return nil, fmt.Errorf("infrastructure/areas.go doesn't fit the API's definition:\n  %s", joinLines(problems))
}
