// Package content holds what the wiki ships with: vocabularies, regions, trail
// systems, and the list of sources they were written from, as YAML and Markdown
// files, and a loader that reads such files strictly.
//
// The same format serves export and import, so seeding a wiki is importing this
// folder, and a rider can send a patch without knowing the program. README.md
// explains the files.
//
// The package knows the fields of the entities (shape.go; a test compares them
// with the source schema) but neither the database nor the API: it answers plain
// maps in the schema's spelling, in which references are still slugs. Importing
// them is somebody else's job.
package content

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

//go:generate go run ./internal/invent

//go:embed vocabularies regions systems guides comparisons organisations sources.yaml
var files embed.FS

// FS holds the shipped files.
var FS fs.FS = files

// Kind is a kind of entity, in the spelling of the schema's enum EntityKind.
type Kind string

// The kinds that content files describe.
const (
	KindRegion Kind = "REGION"
	KindSystem Kind = "SYSTEM"
	KindTrail  Kind = "TRAIL"
	KindRoute  Kind = "ROUTE"
	KindTip    Kind = "TIP"
	KindNotice Kind = "SEASONAL_NOTICE"
	KindClaim  Kind = "CLAIM"

	KindAccessPoint Kind = "ACCESS_POINT"
	KindUplift      Kind = "UPLIFT"

	KindComment            Kind = "COMMENT"
	KindGuide              Kind = "GUIDE"
	KindRegionalComparison Kind = "REGIONAL_COMPARISON"
	KindOrganisation       Kind = "ORGANISATION"
)

// Remark tells whether what is of the kind is about something else: it has no slug and
// one language.
func (k Kind) Remark() bool {
	return k == KindTip || k == KindNotice || k == KindClaim || k == KindComment
}

// Word is the kind in running text, such as "regional comparison".
func (k Kind) Word() string { return strings.ReplaceAll(strings.ToLower(string(k)), "_", " ") }

// Content is everything read from one folder, in a stable order: by slug, what is said
// about something by key, systems after the system they are part of, and replies after
// what they answer.
type Content struct {
	Sources      []Source
	Vocabularies []Vocabulary
	Regions      []Region
	Systems      []System
	AccessPoints []AccessPoint
	Uplifts      []Uplift
	Trails       []Trail
	Routes       []Route
	Tips         []Remark
	Notices      []Remark
	Comments     []Remark
	Claims       []Remark
	Guides       []Guide
	Comparisons  []RegionalComparison

	Organisations []Organisation
}

// Source is something that was really read: what a fact about a real place must
// rest on.
type Source struct {
	ID        string
	Title     string
	Publisher string
	Address   string
	// Read is the day it was read, as YYYY-MM-DD.
	Read string
	// Supports says in words which facts were taken from it.
	Supports string
	// Place is where it stands, as file:line.
	Place string
}

// Vocabulary is a list of terms that the wiki knows.
type Vocabulary struct {
	Name        string
	Title       string
	Description string
	// Version rises by one with each change of the terms.
	Version int
	Terms   []Term
}

// Term is a member of a vocabulary.
type Term struct {
	Code        string
	Label       string
	Description string
	// Group inside the vocabulary, such as surface among the character tags.
	Group string
	// Common is the IMBA colour shown in its place, or empty.
	Common string
	// ValidFrom and ValidUntil bound its validity, as YYYY-MM-DD, or are empty.
	ValidFrom, ValidUntil string
}

// Entity is what every kind has.
type Entity struct {
	Kind Kind
	// Slug names it in the files and in addresses. Tips, notices, claims and comments have
	// no address; theirs is a key by which a second import finds them again.
	Slug string
	// Lang is the language that the entity was written in.
	Lang string
	// Synthetic marks what is invented.
	Synthetic bool
	// Fields holds the fields of the create input in the schema's spelling, as
	// strings, bools, ints, float64s, lists ([]any) and objects (map[string]any),
	// without texts and without references to other entities.
	Fields map[string]any
	// Texts holds the texts by language and field: strings, and lists ([]any) of
	// strings or objects.
	Texts map[string]map[string]any
	// Place is where it stands, as file:line.
	Place string
}

// Region is a riding region.
type Region struct{ Entity }

// System is a riding area.
type System struct {
	Entity
	// Regions are slugs, the primary region first.
	Regions []string
	// Parent is the slug of the system it is part of, or empty.
	Parent string
}

// AccessPoint is where rides begin.
type AccessPoint struct {
	Entity
	// Systems that it leads to are slugs, the nearest first.
	Systems []string
}

// Uplift carries riders up.
type Uplift struct {
	Entity
	// Systems that it serves are slugs, the main one first.
	Systems []string
	// From and To are slugs of access points, or empty.
	From, To string
}

// Trail is a trail.
type Trail struct {
	Entity
	// Systems are slugs, the primary system first.
	Systems   []string
	Junctions []Junction
	// Line is empty when none is known.
	Line []Point
}

// Point is a point of a line: longitude, latitude in degrees and, where known,
// metres above sea level (two or three numbers), as GeoJSON has it.
type Point []float64

// Junction is where a trail meets another.
type Junction struct {
	// Trail is the slug of the other trail.
	Trail string
	// AtM is in metres from this trail's start, OtherAtM from the other's.
	AtM, OtherAtM float64
}

// Route is a curated ride.
type Route struct {
	Entity
	// Systems are slugs, the one where the route starts first.
	Systems []string
	// AccessPoints where it can be begun are slugs, the best first.
	AccessPoints []string
	Legs         []Leg
}

// Leg is a part of a route.
type Leg struct {
	// Trail is a slug, or empty where the leg follows no trail of the wiki.
	Trail string
	// Uplift is a slug, or empty where the leg takes none of the wiki.
	Uplift string
	// Fields holds the rest in the schema's spelling.
	Fields map[string]any
}

// Remark is a tip, a seasonal notice or a comment or a claim: what is said about something else.
type Remark struct {
	Entity
	// SubjectKind and Subject (a slug) say what it is about.
	SubjectKind Kind
	Subject     string
	// ReplyTo is the key of the comment that a comment answers, or empty.
	ReplyTo string
}

// Guide is an article for people who plan a trip or want to learn something.
type Guide struct {
	Entity
	// Regions, Systems and Routes are slugs, in the guide's order.
	Regions, Systems, Routes []string
}

// RegionalComparison compares two regions.
type RegionalComparison struct {
	Entity
	// Regions are two slugs, that of the region which the reader knows first.
	Regions []string
}

// Organisation looks after, owns, runs or serves riding areas.
type Organisation struct {
	Entity
	// Systems are slugs.
	Systems []string
}

// Resolver answers the id of an entity that was imported before.
type Resolver func(kind Kind, slug string) (id string, err error)

// Translation is the texts of an entity in a language other than its original.
type Translation struct {
	Lang  string
	Texts map[string]any
}

// Translations answers the texts beside the original ones, by language.
func (e *Entity) Translations() []Translation {
	var all []Translation
	for lang, texts := range e.Texts {
		if lang != e.Lang {
			all = append(all, Translation{Lang: lang, Texts: texts})
		}
	}
	slices.SortFunc(all, func(a, b Translation) int { return strings.Compare(a.Lang, b.Lang) })
	return all
}

// input answers the fields, the original texts, language and slug.
func (e *Entity) input() map[string]any {
	in := map[string]any{"lang": e.Lang}
	if !e.Kind.Remark() {
		in["slug"] = e.Slug
	}
	for name, value := range e.Fields {
		in[name] = value
	}
	for name, value := range e.Texts[e.Lang] {
		in[name] = value
	}
	return in
}

func (e *Entity) resolveAll(id Resolver, kind Kind, slugs []string) ([]any, error) {
	ids := make([]any, len(slugs))
	for i, slug := range slugs {
		one, err := id(kind, slug)
		if err != nil {
			return nil, fmt.Errorf("%s: %s %q: %w", e.Place, kind.Word(), slug, err)
		}
		ids[i] = one
	}
	return ids, nil
}

// Base answers what every kind has.
func (e *Entity) Base() *Entity { return e }

// CreateInput answers the region as the schema's CreateRegionInput. As with all
// kinds, whether it is synthetic is not part of that: only an importer may say so,
// in its own way.
func (r *Region) CreateInput(Resolver) (map[string]any, error) { return r.input(), nil }

// CreateInput answers the system as the schema's CreateSystemInput. Its regions
// and its parent must have been imported.
func (s *System) CreateInput(id Resolver) (map[string]any, error) {
	in := s.input()
	regions, err := s.resolveAll(id, KindRegion, s.Regions)
	if err != nil {
		return nil, err
	}
	in["regionIds"] = regions
	if s.Parent != "" {
		parent, err := s.resolveAll(id, KindSystem, []string{s.Parent})
		if err != nil {
			return nil, err
		}
		in["parentId"] = parent[0]
	}
	return in, nil
}

// CreateInput answers the access point as the schema's CreateAccessPointInput. Its
// systems must have been imported.
func (a *AccessPoint) CreateInput(id Resolver) (map[string]any, error) {
	in := a.input()
	systems, err := a.resolveAll(id, KindSystem, a.Systems)
	if err != nil {
		return nil, err
	}
	in["systemIds"] = systems
	return in, nil
}

// CreateInput answers the uplift as the schema's CreateUpliftInput. Its systems and
// access points must have been imported.
func (u *Uplift) CreateInput(id Resolver) (map[string]any, error) {
	in := u.input()
	systems, err := u.resolveAll(id, KindSystem, u.Systems)
	if err != nil {
		return nil, err
	}
	in["systemIds"] = systems
	for field, slug := range map[string]string{"fromId": u.From, "toId": u.To} {
		if slug == "" {
			continue
		}
		point, err := u.resolveAll(id, KindAccessPoint, []string{slug})
		if err != nil {
			return nil, err
		}
		in[field] = point[0]
	}
	return in, nil
}

// CreateInput answers the trail as the schema's CreateTrailInput, without its
// junctions (the other trails may not be there yet) and without its line.
func (t *Trail) CreateInput(id Resolver) (map[string]any, error) {
	in := t.input()
	systems, err := t.resolveAll(id, KindSystem, t.Systems)
	if err != nil {
		return nil, err
	}
	in["systemIds"] = systems
	return in, nil
}

// JunctionsInput answers the junctions as the schema's [JunctionInput!]. All
// trails must have been imported.
func (t *Trail) JunctionsInput(id Resolver) ([]any, error) {
	junctions := make([]any, len(t.Junctions))
	for i, j := range t.Junctions {
		other, err := t.resolveAll(id, KindTrail, []string{j.Trail})
		if err != nil {
			return nil, err
		}
		junctions[i] = map[string]any{"trailId": other[0], "atM": j.AtM, "otherAtM": j.OtherAtM}
	}
	return junctions, nil
}

// CreateInput answers the route as the schema's CreateRouteInput. Its systems,
// trails and access points must have been imported.
func (r *Route) CreateInput(id Resolver) (map[string]any, error) {
	in := r.input()
	systems, err := r.resolveAll(id, KindSystem, r.Systems)
	if err != nil {
		return nil, err
	}
	in["systemIds"] = systems
	if in["accessPointIds"], err = r.resolveAll(id, KindAccessPoint, r.AccessPoints); err != nil {
		return nil, err
	}
	legs := make([]any, len(r.Legs))
	for i, l := range r.Legs {
		leg := make(map[string]any, len(l.Fields)+1)
		for name, value := range l.Fields {
			leg[name] = value
		}
		if l.Trail != "" {
			trail, err := r.resolveAll(id, KindTrail, []string{l.Trail})
			if err != nil {
				return nil, err
			}
			leg["trailId"] = trail[0]
		}
		if l.Uplift != "" {
			uplift, err := r.resolveAll(id, KindUplift, []string{l.Uplift})
			if err != nil {
				return nil, err
			}
			leg["upliftId"] = uplift[0]
		}
		legs[i] = leg
	}
	if len(legs) > 0 {
		in["legs"] = legs
	}
	return in, nil
}

// CreateInput answers the guide as the schema's CreateGuideInput. What it speaks
// of must have been imported.
func (g *Guide) CreateInput(id Resolver) (map[string]any, error) {
	in := g.input()
	for _, list := range []struct {
		field string
		kind  Kind
		slugs []string
	}{{"regionIds", KindRegion, g.Regions}, {"systemIds", KindSystem, g.Systems}, {"routeIds", KindRoute, g.Routes}} {
		ids, err := g.resolveAll(id, list.kind, list.slugs)
		if err != nil {
			return nil, err
		}
		in[list.field] = ids
	}
	return in, nil
}

// CreateInput answers the comparison as the schema's
// CreateRegionalComparisonInput. Its regions must have been imported.
func (c *RegionalComparison) CreateInput(id Resolver) (map[string]any, error) {
	in := c.input()
	regions, err := c.resolveAll(id, KindRegion, c.Regions)
	if err != nil {
		return nil, err
	}
	in["regionIds"] = regions
	return in, nil
}

// CreateInput answers the organisation as the schema's CreateOrganisationInput. Its
// systems must have been imported.
func (o *Organisation) CreateInput(id Resolver) (map[string]any, error) {
	in := o.input()
	systems, err := o.resolveAll(id, KindSystem, o.Systems)
	if err != nil {
		return nil, err
	}
	in["systemIds"] = systems
	return in, nil
}

// CreateInput answers it as the schema's CreateTipInput, CreateSeasonalNoticeInput,
// CreateClaimInput or CreateCommentInput. Its subject, and what it answers, must have been
// imported.
func (t *Remark) CreateInput(id Resolver) (map[string]any, error) {
	in := t.input()
	subject, err := t.resolveAll(id, t.SubjectKind, []string{t.Subject})
	if err != nil {
		return nil, err
	}
	in["subjectId"] = subject[0]
	if t.ReplyTo != "" {
		answered, err := t.resolveAll(id, t.Kind, []string{t.ReplyTo})
		if err != nil {
			return nil, err
		}
		in["replyToId"] = answered[0]
	}
	return in, nil
}
