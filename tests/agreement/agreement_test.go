// Package agreement tests that the three tellings of the domain say the same:
// the GraphQL schema, the Go types, and the database's catalogue.
package agreement

import (
	"fmt"
	"reflect"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/entity"
)

// Columns of the entities' tables that are no field of the schema, with reasons: of one
// table, or (after a *) of all.
var noField = map[string]string{
	"*.entity_kind": "constant that ties the row to wiki.entity's kind",
	"region.kind":   "the same", "trail.kind": "the same", "route.kind": "the same", "rider.kind": "the same", "guide.kind": "the same", "regional_comparison.kind": "the same",
	"*_text.lang":             "key of a text",
	"*.name_key":              "what lists are sorted by, of the name",
	"system.emergency_number": "part of safety", "system.phone_coverage": "part of safety", "system.nearest_hospital": "part of safety",
	"system.bail_out_points": "part of safety", "system.water": "part of safety",
}

// isNoField tells whether a column is among the exceptions, and by which of them.
func isNoField(column string) (exception string, is bool) {
	for exception := range noField {
		if rest, all := strings.CutPrefix(exception, "*"); column == exception || all && strings.HasSuffix(column, rest) {
			return exception, true
		}
	}
	return "", false
}

// Fields whose length is bounded elsewhere than by a CHECK on their own column.
var boundElsewhere = map[string]string{}

// Domains of closed vocabularies that no entity's column uses directly.
var domainEnums = map[string]string{
	"access_point_kind": "AccessPointKind", "access_verdict": "AccessVerdict", "adaptive_support": "AdaptiveSupport", "article_status": "ArticleStatus", "axis": "Axis",
	"basis": "Basis", "bike_class": "BikeClass", "climbing_style": "ClimbingStyle", "condition_sensitivity": "ConditionSensitivity",
	"entity_kind": "EntityKind", "entity_state": "EntityState", "feature_kind": "FeatureKind", "fitness_level": "FitnessLevel", "flag_reason": "FlagReason", "flag_state": "FlagState", "guide_type": "GuideType",
	"hazard_kind": "HazardKind", "leg_kind": "LegKind", "media_kind": "MediaKind", "media_licence": "MediaLicence", "media_storage": "MediaStorage", "people_shown": "PeopleShown", "rights_basis": "RightsBasis", "claim_verdict": "ClaimVerdict", "check_method": "CheckMethod", "check_result": "CheckResult", "review_perspective": "ReviewPerspective", "membership_role": "MembershipRole", "organisation_kind": "OrganisationKind", "notice_kind": "NoticeKind", "notice_severity": "NoticeSeverity", "line_direction": "LineDirection", "season_of_year": "SeasonOfYear", "ride_outcome": "RideOutcome", "label_seen": "LabelSeen", "verdict": "Verdict", "proposal_state": "ProposalState",
	"revision_kind": "RevisionKind", "riding_style": "RidingStyle", "route_shape": "RouteShape", "season_verdict": "SeasonVerdict",
	"skill_level": "SkillLevel", "standing": "Standing", "system_kind": "SystemKind", "system_size": "SystemSize",
	"time_of_day": "TimeOfDay", "tip_kind": "TipKind", "trail_direction": "TrailDirection", "trail_status": "TrailStatus",
	"trail_type": "TrailType", "units": "Units", "uplift_kind": "UpliftKind", "visibility": "Visibility",
}

type column struct {
	Type    string // of a domain: its base type
	Domain  string
	NotNull bool
	Checks  string // definitions of the table's checks that name it
}

func catalogue(t *testing.T) (columns map[string]column, domains map[string][]string) {
	t.Helper()
	db := databasetest.New(t)
	rows, err := db.Owner.Query(t.Context(), `
SELECT c.relname, a.attname, coalesce(format_type(nullif(ty.typbasetype, 0), NULL), format_type(a.atttypid, NULL)),
  CASE WHEN ty.typtype = 'd' THEN ty.typname::text ELSE '' END, a.attnotnull,
  coalesce((SELECT string_agg(pg_get_constraintdef(k.oid), ' ') FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c' AND a.attnum = ANY (k.conkey)), '')
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'wiki'
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type ty ON ty.oid = a.atttypid
WHERE c.relkind = 'r'`)
	if err != nil {
		t.Fatal(err)
	}
	columns = map[string]column{}
	for rows.Next() {
		var table, name string
		var c column
		if err := rows.Scan(&table, &name, &c.Type, &c.Domain, &c.NotNull, &c.Checks); err != nil {
			t.Fatal(err)
		}
		columns[table+"."+name] = c
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	rows, err = db.Owner.Query(t.Context(), `
SELECT ty.typname::text, string_agg(pg_get_constraintdef(k.oid), ' ')
FROM pg_type ty
JOIN pg_namespace n ON n.oid = ty.typnamespace AND n.nspname = 'wiki'
JOIN pg_constraint k ON k.contypid = ty.oid
WHERE ty.typtype = 'd'
GROUP BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	domains = map[string][]string{}
	member := regexp.MustCompile(`'([A-Z0-9_]+)'::text`)
	for rows.Next() {
		var name, check string
		if err := rows.Scan(&name, &check); err != nil {
			t.Fatal(err)
		}
		for _, m := range member.FindAllStringSubmatch(check, -1) {
			domains[name] = append(domains[name], m[1])
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return columns, domains
}

func definitions(t *testing.T) map[string]*ast.Definition {
	t.Helper()
	d, err := api.Load(api.FS)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := parser.ParseSchema(&ast.Source{Input: d.Schema})
	if err != nil {
		t.Fatal(err)
	}
	defs := map[string]*ast.Definition{}
	for _, def := range doc.Definitions {
		defs[def.Name] = def
	}
	return defs
}

var sqlTypes = map[string]string{
	"String": "text", "ID": "uuid", "Int": "integer", "Float": "double precision", "Boolean": "boolean", "AWSDate": "date", "AWSURL": "text", "Position": "double precision",
}

func TestSchemaAndCatalogue(t *testing.T) {
	t.Parallel()
	columns, domains := catalogue(t)
	defs := definitions(t)
	used, excepted := map[string]bool{}, map[string]bool{}
	for _, d := range entity.Descriptions {
		tables := map[string]bool{d.Table: true}
		for _, f := range d.Fields {
			table := d.Table
			if f.Text {
				table += "_text"
				tables[table] = true
			}
			if f.Column == "" {
				continue
			}
			sdl := defs[d.Name].Fields.ForName(f.Name)
			if sdl == nil {
				t.Errorf("%s.%s is described but not in the schema", d.Name, f.Name)
				continue
			}
			for _, name := range strings.Split(f.Column, ",") {
				key := table + "." + name
				c, there := columns[key]
				if !there {
					t.Errorf("%s.%s: there is no column wiki.%s", d.Name, f.Name, key)
					continue
				}
				used[key] = true
				want := sqlTypes[f.Type]
				if len(f.Values) > 0 {
					want = "text"
					if diff := cmp.Diff(f.Values, domains[c.Domain]); diff != "" {
						t.Errorf("%s.%s: enum %s and domain wiki.%s differ (-enum +domain):\n%s", d.Name, f.Name, f.Type, c.Domain, diff)
					}
				}
				if f.Text && f.List {
					// A list among the texts is one JSON value, null when empty.
					if bound := fmt.Sprintf("jsonb_array_length(%s) <= %d", name, f.Max); c.Type != "jsonb" || c.NotNull || !strings.Contains(c.Checks, bound) {
						t.Errorf("%s.%s: the column wiki.%s is %s (NOT NULL %t) with %s; want jsonb, null and %s", d.Name, f.Name, key, c.Type, c.NotNull, c.Checks, bound)
					}
					continue
				}
				if c.Type != want {
					t.Errorf("%s.%s is %s, the column wiki.%s %s; want %s", d.Name, f.Name, f.Type, key, c.Type, want)
				}
				if f.Type != "Position" && sdl.Type.NonNull != c.NotNull {
					t.Errorf("%s.%s: %s in the schema, NOT NULL is %t for wiki.%s", d.Name, f.Name, sdl.Type, c.NotNull, key)
				}
				if f.Max > 0 && f.Type == "String" && boundElsewhere[key] == "" && !boundedBy(c.Checks, name, f.Max) {
					t.Errorf("%s.%s has at most %d characters by the schema, which no CHECK of wiki.%s says: %s", d.Name, f.Name, f.Max, key, c.Checks)
				}
			}
		}
		for key := range columns {
			table, name, _ := strings.Cut(key, ".")
			if !tables[table] || name == "id" || used[key] {
				continue
			}
			exception, is := isNoField(key)
			if !is {
				t.Errorf("the column wiki.%s is no field of %s and not among the exceptions", key, d.Name)
			}
			excepted[exception] = true
		}
	}
	for exception := range noField {
		if !excepted[exception] {
			t.Errorf("the exception %s is needed no more", exception)
		}
	}
}

// boundedBy looks for length(column) <= max or BETWEEN 1 AND max in a check.
func boundedBy(checks, column string, max int) bool {
	pattern := fmt.Sprintf(`length\("?%s"?\) (<= %d\b|>= \d+\) AND \(length\("?%s"?\) <= %d\b)`, column, max, column, max)
	return regexp.MustCompile(pattern).MatchString(checks)
}

func TestEnumsAndDomains(t *testing.T) {
	t.Parallel()
	_, domains := catalogue(t)
	defs := definitions(t)
	for domain, members := range domains {
		enum, ok := domainEnums[domain]
		if !ok {
			if len(members) > 1 {
				t.Errorf("domain wiki.%s has members but no enum in this test's table", domain)
			}
			continue
		}
		var want []string
		for _, v := range defs[enum].EnumValues {
			want = append(want, v.Name)
		}
		if diff := cmp.Diff(want, members); diff != "" {
			t.Errorf("enum %s and domain wiki.%s differ (-enum +domain):\n%s", enum, domain, diff)
		}
	}
	for domain := range domainEnums {
		if _, there := domains[domain]; !there {
			t.Errorf("there is no domain wiki.%s", domain)
		}
	}
}

// The Go types have the schema's fields, with pointers where null may be.
func TestSchemaAndGoTypes(t *testing.T) {
	t.Parallel()
	defs := definitions(t)
	for _, v := range []any{
		entity.Region{}, entity.System{}, entity.Trail{}, entity.Route{}, entity.Tip{}, entity.Rider{}, entity.Guide{}, entity.RegionalComparison{}, entity.SeasonalNotice{}, entity.Comment{}, entity.Claim{}, entity.FactCheck{}, entity.Review{}, entity.Organisation{}, entity.Media{}, entity.AccessPoint{}, entity.Uplift{}, entity.Ride{}, entity.Comparison{}, entity.Trip{}, entity.SharedTrip{}, entity.AxisRatings{}, entity.Revision{}, entity.Proposal{},
		entity.TrailCard{}, entity.Discovery{}, entity.Suggestion{}, entity.SearchResult{}, entity.TrailLine{}, entity.RevisionDiff{}, entity.Term{},
	} {
		typ := reflect.TypeOf(v)
		got := map[string]string{}
		for i := range typ.NumField() {
			f := typ.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			got[name] = f.Type.String()
		}
		want := map[string]string{}
		for _, f := range defs[typ.Name()].Fields {
			want[f.Name] = goType(f.Type)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-schema +entity):\n%s", typ.Name(), diff)
		}
	}
	names := make([]string, 0, len(defs))
	for n := range defs {
		names = append(names, n)
	}
	sort.Strings(names)
	if len(names) < 60 {
		t.Errorf("the schema has only %d definitions; did the loader lose some?", len(names))
	}
}

func goType(t *ast.Type) string {
	if t.Elem != nil {
		return "[]" + goType(t.Elem)
	}
	name := map[string]string{
		"ID": "string", "String": "string", "AWSDate": "string", "AWSDateTime": "string", "AWSURL": "string", "AWSJSON": "entity.JSON",
		"Int": "int", "Float": "float64", "Boolean": "bool",
	}[t.NamedType]
	if name == "" {
		name = "entity." + t.NamedType
	}
	if !t.NonNull {
		return "*" + name
	}
	return name
}
