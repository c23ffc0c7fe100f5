package layer

import (
	"fmt"
	"sort"
	"strings"
	"unicode"

	"github.com/mtbwiki/mtbwiki/importer/recording"
	"github.com/mtbwiki/mtbwiki/track"
)

// Source of open data.
type Source struct {
	Code        string // lower-case letters, digits and hyphens
	Title       string
	Attribution string // to show beside everything that comes from it
	Licence     string // SPDX identifier, or a short name
	URL         string // of the source or its terms; may be empty
}

// OpenStreetMap is the source of package osm.
var OpenStreetMap = Source{
	Code: "openstreetmap", Title: "OpenStreetMap", Attribution: "© OpenStreetMap contributors",
	Licence: "ODbL-1.0", URL: "https://www.openstreetmap.org/copyright",
}

// Visibility of what is made.
type Visibility string

// The visibilities that an import gives.
const (
	Public   Visibility = "PUBLIC"
	NameOnly Visibility = "NAME_ONLY"
)

// Feature is an element of the source as it was read.
type Feature struct {
	ID   string // type and number in the source, such as way/123
	Name string // as the wiki can show it; empty when it has none
	Tags map[string]string
	Line track.Line
	// Sensitive says why it must not be shown to everybody; empty when it may.
	Sensitive string

	nodes   []int64 // the points' identities, where the source has them
	ofRoute bool    // written with its route
}

// Measures are computed from lines.
type Measures = recording.Measures

// Junction is where another trail is met.
type Junction struct {
	Other         string // key of the trail
	AtM, OtherAtM float64
	Position      track.Point
}

// Place is what trails, routes and systems have in common.
type Place struct {
	// Key is made from the source's elements and is the same in every plan of the
	// same file.
	Key        string
	Name       string
	Visibility Visibility
	Why        string // why not public
	// Features are ids of the elements that it stands on, sorted.
	Features []string
	Lines    []track.Line
	// Drawn is their short form, of at most 200 points.
	Drawn []track.Line
	Measures
}

// Trail to be made.
type Trail struct {
	Place
	Type      string // a TrailType of the schema
	Direction string // a TrailDirection
	Profile   Profile
	Junctions []Junction
}

// Route to be made.
type Route struct {
	Place
	Shape   string // a RouteShape
	Systems []int  // indexes of the plan's systems, the nearest first
	Profile RouteProfile
	feature int // index of the relation among the features
}

// System to be made.
type System struct {
	Place
	Centre track.Point
	Bounds track.Bounds
	Trails []int // indexes of the plan's trails
	// Unnamed are indexes of features that lie in it and are no trail.
	Unnamed []int
}

// Plan is what an import would make.
type Plan struct {
	Source   Source
	Features []Feature
	Trails   []Trail
	Routes   []Route
	Systems  []System
	// Unnamed counts the features that get no page, because they have no name.
	Unnamed int
	// Short counts named ways that get no page, because they are shorter than 50 m.
	Short int
	// Sealed counts named ways that get no page, because they are paved and of no
	// difficulty. They are in the layer, and connectors of routes.
	Sealed int
	// Skipped counts elements that looked like riding and were not taken, by reason.
	Skipped map[string]int
	// Notes are odd values that were kept as they are, without being understood;
	// at most maxNotes.
	Notes []string
}

const (
	maxNotes  = 50
	maxTrails = 20_000
	maxRoutes = 2_000
	// maxLandmarks are looked at to name systems.
	maxLandmarks = 20_000
	// maxPoints of one trail or route, as the wiki's own lines have it.
	maxPoints = 20_000
	// shortestTrail in metres that gets a page.
	shortestTrail = 50.0
)

func (p *Plan) skip(reason string) { p.Skipped[reason]++ }

func (p *Plan) note(format string, args ...any) {
	if len(p.Notes) < maxNotes {
		p.Notes = append(p.Notes, fmt.Sprintf(format, args...))
	}
}

// SkippedInOrder lists reasons with their counts, the most frequent first.
func (p *Plan) SkippedInOrder() []string {
	reasons := make([]string, 0, len(p.Skipped))
	for r := range p.Skipped {
		reasons = append(reasons, r)
	}
	sort.Slice(reasons, func(i, j int) bool {
		a, b := reasons[i], reasons[j]
		if p.Skipped[a] != p.Skipped[b] {
			return p.Skipped[a] > p.Skipped[b]
		}
		return a < b
	})
	for i, r := range reasons {
		reasons[i] = fmt.Sprintf("%d %s", p.Skipped[r], r)
	}
	return reasons
}

// Heights answers elevations for lines that have none.
type Heights = recording.Heights

// plainName is a name as a page can have it: one line of at most 120 characters,
// without controls.
func plainName(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar: // turning text round, or invisible
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	runes := []rune(s)
	if len(runes) > 120 {
		s = strings.TrimSpace(string(runes[:117])) + "..."
	}
	return s
}
