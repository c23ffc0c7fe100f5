package content

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// sourceSchema reads api/schema, where a field is declared once.
func sourceSchema(t *testing.T) map[string]*ast.Definition {
	t.Helper()
	files, err := filepath.Glob("../api/schema/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no source schema found: %v", err)
	}
	types := map[string]*ast.Definition{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		document, err := parser.ParseSchema(&ast.Source{Name: file, Input: string(text)})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range document.Definitions {
			types[d.Name] = d
		}
	}
	return types
}

// described renders a field as a line, from either side, so that a difference
// reads well.
type described map[string]string

func describeField(required bool, max int, translated bool, shape string) string {
	return fmt.Sprintf("%s required=%v max=%d text=%v", shape, required, max, translated)
}

// ofSchema describes what inputs of a type may hold.
func ofSchema(types map[string]*ast.Definition, name string, entity bool) described {
	all := described{}
	for _, f := range types[name].Fields {
		writable, once := f.Directives.ForName("writable"), f.Directives.ForName("once")
		if entity && writable == nil && once == nil || entity && f.Name == "lang" {
			continue
		}
		required, max := !entity && f.Type.NonNull, 0
		for _, d := range []*ast.Directive{writable, once} {
			if d == nil {
				continue
			}
			if a := d.Arguments.ForName("required"); a != nil {
				required = a.Value.Raw == "true"
			}
			if a := d.Arguments.ForName("max"); a != nil {
				if _, err := fmt.Sscan(a.Value.Raw, &max); err != nil {
					panic(err)
				}
			}
		}
		all[f.Name] = describeField(required, max, f.Directives.ForName("text") != nil, shapeOfType(types, f.Name, f.Type))
	}
	return all
}

func shapeOfType(types map[string]*ast.Definition, field string, of *ast.Type) string {
	if of.Elem != nil {
		return "[" + shapeOfType(types, field, of.Elem) + "]"
	}
	d := types[of.NamedType]
	switch {
	case d == nil:
		return of.NamedType
	case d.Kind == ast.Enum:
		var values []string
		for _, v := range d.EnumValues {
			values = append(values, v.Name)
		}
		return strings.Join(values, "|")
	}
	name := of.NamedType
	if input := types[name+"Input"]; input != nil {
		// A route's legs have an input of their own.
		name += "Input"
	}
	inner := ofSchema(types, name, false)
	var fields []string
	for n := range inner {
		fields = append(fields, n+": "+inner[n])
	}
	slices.Sort(fields)
	return "{" + strings.Join(fields, "; ") + "}"
}

// ofShape describes what content files may hold.
func ofShape(fields []field, entity bool) described {
	all := described{}
	for _, f := range fields {
		max := f.max
		if !entity {
			// The schema bounds the fields of entities only; the bounds inside
			// them are the database's.
			max = 0
		}
		all[f.schemaName()] = describeField(f.required || f.filled, max, f.translated, shapeName(f.shape))
	}
	return all
}

func shapeName(s shape) string {
	switch s.kind {
	case text, code:
		return "String"
	case integer:
		return "Int"
	case number:
		return "Float"
	case boolean:
		return "Boolean"
	case enum:
		return strings.Join(s.values, "|")
	case date:
		return "AWSDate"
	case address:
		return "AWSURL"
	case reference:
		return "ID"
	case list:
		return "[" + shapeName(*s.elem) + "]"
	}
	inner := ofShape(s.fields, false)
	var fields []string
	for n := range inner {
		fields = append(fields, n+": "+inner[n])
	}
	slices.Sort(fields)
	return "{" + strings.Join(fields, "; ") + "}"
}

func TestFieldsFollowTheSchema(t *testing.T) {
	t.Parallel()
	types := sourceSchema(t)
	for kind, name := range map[Kind]string{
		KindRegion: "Region", KindSystem: "System", KindTrail: "Trail", KindRoute: "Route", KindTip: "Tip", KindNotice: "SeasonalNotice", KindMedia: "Media", KindComment: "Comment", KindClaim: "Claim",
		KindGuide: "Guide", KindRegionalComparison: "RegionalComparison", KindOrganisation: "Organisation",
		KindAccessPoint: "AccessPoint", KindUplift: "Uplift",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, got := ofSchema(types, name, true), ofShape(kinds[kind], true)
			if kind.Remark() {
				// The subject is named by its kind in the files: trail: some-slug.
				got["subjectId"] = describeField(true, 0, false, "ID")
			}
			// Files say of a source what the loader turns into FactBasis.
			delete(want, "facts")
			delete(got, "facts")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("shape.go and api/schema differ (-schema +shape):\n%s", diff)
			}
		})
	}
}

func TestFactsFollowTheSchema(t *testing.T) {
	t.Parallel()
	want := described{}
	for name, d := range ofSchema(sourceSchema(t), "FactBasis", false) {
		want[name] = strings.ReplaceAll(d, "AWSURL", "String")
	}
	got := described{
		"field": describeField(true, 0, false, "String"), "url": describeField(false, 0, false, "String"),
		"date": describeField(false, 0, false, "AWSDate"),
	}
	for name, d := range ofShape(fact.fields, false) {
		if name != "fields" {
			got[name] = d
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("facts and the schema's FactBasis differ (-schema +content):\n%s", diff)
	}
}

// vocabularyOfEnum names the vocabularies whose terms explain an enum.
var vocabularyOfEnum = map[string]string{
	"RidingStyle": "riding-style", "SkillLevel": "skill-level", "FitnessLevel": "fitness-level", "BikeClass": "bike-class",
	"SystemKind": "system-kind", "SystemSize": "system-size", "ClimbingStyle": "climbing-style", "RouteShape": "route-shape",
	"UpliftKind": "uplift", "TrailDirection": "trail-direction", "TrailType": "trail-type", "TrailStatus": "trail-status",
	"Standing": "standing", "AdaptiveSupport": "adaptive-support", "FeatureKind": "feature-kind", "HazardKind": "hazard",
	"Axis": "axis", "TipKind": "tip-kind", "NoticeKind": "notice-kind", "NoticeSeverity": "notice-severity", "ArticleStatus": "article-status", "ConditionSensitivity": "condition-sensitivity",
	"AccessPointKind": "access-point-kind", "TimeOfDay": "time-of-day", "Basis": "basis", "Visibility": "visibility", "AccessVerdict": "access-verdict",
	"SeasonVerdict": "season-verdict", "GuideType": "guide-type", "DifferenceCategory": "difference-category", "OrganisationKind": "organisation-kind", "MembershipRole": "membership-role",
	"MediaKind": "media-kind", "MediaLicence": "media-licence", "RightsBasis": "rights-basis", "PeopleShown": "people-shown",
}

func TestEnumsHaveTheirVocabularies(t *testing.T) {
	t.Parallel()
	c, err := Load(FS)
	if err != nil {
		t.Fatal(err)
	}
	types := sourceSchema(t)
	for name, vocabulary := range vocabularyOfEnum {
		var want, got []string
		for _, v := range types[name].EnumValues {
			want = append(want, v.Name)
		}
		for _, v := range c.Vocabularies {
			if v.Name == vocabulary {
				for _, term := range v.Terms {
					got = append(got, term.Code)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("enum %s and vocabulary %s differ (-enum +vocabulary):\n%s", name, vocabulary, diff)
		}
	}
}

// Every field that exists is shown by something that is shipped: a page, form or
// diff that forgets one is found by looking at it.
func TestEveryFieldIsUsed(t *testing.T) {
	t.Parallel()
	c, err := Load(FS)
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	var use func(path string, f field, v any)
	use = func(path string, f field, v any) {
		switch f.shape.kind {
		case list:
			all, _ := v.([]any)
			if len(all) == 0 {
				return
			}
			for _, one := range all {
				use(path, field{shape: *f.shape.elem}, one)
			}
		case object:
			o, _ := v.(map[string]any)
			for _, inner := range f.shape.fields {
				if x, given := o[inner.name]; given && x != false {
					use(path+"."+inner.name, inner, x)
				}
			}
		}
		used[path] = true
	}
	for _, e := range c.all() {
		for _, f := range kinds[e.Kind] {
			if v, given := e.Fields[f.name]; given {
				use(string(e.Kind)+"."+f.name, f, v)
			}
			for _, texts := range e.Texts {
				if v, given := texts[f.name]; given {
					use(string(e.Kind)+"."+f.name, f, v)
				}
			}
		}
	}
	// What the loader takes out of the fields.
	for _, taken := range []string{"SYSTEM.regions", "SYSTEM.parent", "TRAIL.systems", "ROUTE.systems", "TRAIL.junctions", "ROUTE.legs", "ROUTE.accessPoints", "ACCESS_POINT.systems", "UPLIFT.systems", "UPLIFT.from", "UPLIFT.to",
		"COMMENT.replyTo", "GUIDE.regions", "GUIDE.systems", "GUIDE.routes", "REGIONAL_COMPARISON.regions", "ORGANISATION.systems"} {
		used[taken] = true
	}
	legs, _ := fieldOf(KindRoute, "legs")
	for _, r := range c.Routes {
		for _, l := range r.Legs {
			use("ROUTE.legs", field{shape: *legs.shape.elem}, l.Fields)
		}
	}
	var missing []string
	var look func(path string, f field)
	look = func(path string, f field) {
		if !used[path] {
			missing = append(missing, path)
		}
		s := f.shape
		if s.kind == list {
			s = *s.elem
		}
		if s.kind == object && f.name != "facts" && f.name != "junctions" {
			for _, inner := range s.fields {
				if inner.shape.kind != reference {
					look(path+"."+inner.name, inner)
				}
			}
		}
	}
	for kind, fields := range kinds {
		for _, f := range fields {
			look(string(kind)+"."+f.name, f)
		}
	}
	slices.Sort(missing)
	if len(missing) > 0 {
		t.Errorf("nothing shipped has %s", strings.Join(missing, ", "))
	}
}
