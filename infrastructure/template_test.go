package main

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/mtbwiki/mtbwiki/config"
)

// named is the template of a stack of the shared synthesis.
func named(t *testing.T, name string) template {
	t.Helper()
	for _, tmpl := range synthesized.Templates {
		if tmpl.Name == name {
			return tmpl
		}
	}
	t.Fatalf("there is no stack %s", name)
	return template{}
}

// all resources of a type in a template, by logical id.
func (tmpl template) all(kind string) map[string]resource {
	found := map[string]resource{}
	for id, r := range tmpl.Resources {
		if r.Type == kind {
			found[id] = r
		}
	}
	return found
}

// only resource of a type in a template.
func (tmpl template) only(t *testing.T, kind string) (string, resource) {
	t.Helper()
	found := tmpl.all(kind)
	if len(found) != 1 {
		t.Fatalf("%s has %d resources of the type %s, want one", tmpl.Name, len(found), kind)
	}
	for id, r := range found {
		return id, r
	}
	panic("unreachable")
}

// client of a stage's user pool by its name.
func (tmpl template) client(t *testing.T, name string) (string, resource) {
	t.Helper()
	for id, r := range tmpl.all("AWS::Cognito::UserPoolClient") {
		if r.Properties["ClientName"] == name {
			return id, r
		}
	}
	t.Fatalf("%s has no client %s", tmpl.Name, name)
	panic("unreachable")
}

// text is a value as JSON with sorted keys, for comparisons.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // it came from JSON
	}
	return string(b)
}

// exported gives the stack and value of an export that a template imports.
func exported(t *testing.T, name string) (string, any) {
	t.Helper()
	for _, tmpl := range synthesized.Templates {
		for _, o := range tmpl.Outputs {
			var out struct {
				Value  any
				Export struct{ Name string }
			}
			if err := json.Unmarshal(o, &out); err != nil {
				t.Fatal(err)
			}
			if out.Export.Name == name {
				return tmpl.Name, out.Value
			}
		}
	}
	t.Fatalf("nobody exports %s", name)
	return "", nil
}

// resolve replaces imports by stack:value, so that a test says what is meant.
func resolve(t *testing.T, v any) any {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		if name, ok := v["Fn::ImportValue"].(string); ok && len(v) == 1 {
			stack, value := exported(t, name)
			return stack + ":" + text(value)
		}
		out := map[string]any{}
		for k, x := range v {
			out[k] = resolve(t, x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = resolve(t, x)
		}
		return out
	}
	return v
}

// dependsOn tells whether a stack is deployed after another, by the manifest.
func dependsOn(t *testing.T, name, on string) bool {
	t.Helper()
	var manifest struct {
		Artifacts map[string]struct {
			Dependencies []string `json:"dependencies"`
		} `json:"artifacts"`
	}
	if err := readJSON(synthesized.settings.Dir+"/manifest.json", &manifest); err != nil {
		t.Fatal(err)
	}
	return slices.Contains(manifest.Artifacts[name].Dependencies, on)
}

// walk calls f for every object in a value.
func walk(v any, f func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		f(v)
		for _, k := range slices.Sorted(maps.Keys(v)) {
			walk(v[k], f)
		}
	case []any:
		for _, x := range v {
			walk(x, f)
		}
	}
}

// list gives a value that CloudFormation lets be one thing or several as several.
func list(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	if v == nil {
		return nil
	}
	return []any{v}
}

// eachStage runs a test for every stage.
func eachStage(t *testing.T, f func(t *testing.T, e *config.Environment)) {
	for _, e := range synthesized.Environments {
		t.Run(e.Stage, func(t *testing.T) {
			t.Parallel()
			f(t, e)
		})
	}
}

// TestNothingOfTheCDKs holds that nothing runs in the account that stands in
// none of our files: no custom resource, and no Lambda but ours.
func TestNothingOfTheCDKs(t *testing.T) {
	t.Parallel()
	for _, tmpl := range synthesized.Templates {
		for id, r := range tmpl.Resources {
			if strings.HasPrefix(r.Type, "Custom::") || r.Type == "AWS::CloudFormation::CustomResource" || r.Type == "AWS::CDK::Metadata" {
				t.Errorf("%s: %s is a %s", tmpl.Name, id, r.Type)
			}
			if r.Type == "AWS::Lambda::Function" {
				name, _ := r.Properties["FunctionName"].(string)
				if i := strings.LastIndex(name, "-"); !slices.Contains(programs, name[i+1:]) {
					t.Errorf("%s: the Lambda %s isn't ours", tmpl.Name, id)
				}
			}
		}
	}
}

// TestLogsEnd holds that every log group forgets.
func TestLogsEnd(t *testing.T) {
	t.Parallel()
	days := map[string]float64{}
	for _, e := range synthesized.Environments {
		days[e.Fabric+"-vpc"] = max(days[e.Fabric+"-vpc"], float64(e.Monitoring.LogDays))
		days[e.Stage+"-db"] = float64(e.Monitoring.LogDays)
		days[e.Stage+"-api"] = float64(e.Monitoring.LogDays)
		days[e.Stage+"-jobs"] = float64(e.Monitoring.LogDays)
		days[e.Stage+"-site"] = float64(e.Monitoring.LogDays)
		days[e.Stage+"-refresh"] = float64(e.Monitoring.LogDays)
	}
	want := map[string]int{"vpc": 1, "db": 1, "api": 2, "jobs": 3, "refresh": 2, "site": 2}
	for _, tmpl := range synthesized.Templates {
		if strings.Contains(tmpl.Name, "/") {
			continue
		}
		want["jobs"] = 4
		if strings.Contains(tmpl.Name, "gamma") {
			want["jobs"] = 3 // what is over is archived in Prod
		}
		groups := tmpl.all("AWS::Logs::LogGroup")
		if _, kind, _ := strings.Cut(strings.TrimPrefix(tmpl.Name, prefix), "-"); len(groups) != want[kind] {
			t.Errorf("%s has %d log groups, want %d", tmpl.Name, len(groups), want[kind])
		}
		for id, g := range groups {
			if got, want := g.Properties["RetentionInDays"], days[strings.TrimPrefix(tmpl.Name, prefix)]; got != want {
				t.Errorf("%s: %s keeps its lines %v days, want %v", tmpl.Name, id, got, want)
			}
		}
	}
}

// TestPolicies holds that no role may do more than named actions on named
// things, and that none has a policy that AWS may widen.
func TestPolicies(t *testing.T) {
	t.Parallel()
	statements := 0
	for _, tmpl := range synthesized.Templates {
		for id, r := range tmpl.Resources {
			if arns := r.Properties["ManagedPolicyArns"]; arns != nil {
				t.Errorf("%s: %s has managed policies: %v", tmpl.Name, id, arns)
			}
			walk(r.Properties, func(o map[string]any) {
				if o["Effect"] != "Allow" {
					return
				}
				statements++
				if o["NotAction"] != nil || o["NotResource"] != nil || o["NotPrincipal"] != nil {
					t.Errorf("%s: %s allows all but something: %s", tmpl.Name, id, text(o))
				}
				for _, action := range list(o["Action"]) {
					// A key that its account can't administer is lost for ever; AWS's own
					// default policy of a key says the same.
					if r.Type == "AWS::KMS::Key" && action == "kms:*" && strings.HasSuffix(text(o["Principal"]), `:root"}`) {
						continue
					}
					name, ok := action.(string)
					if !ok || name == "*" || strings.HasSuffix(name, ":*") {
						t.Errorf("%s: %s allows the action %v", tmpl.Name, id, action)
					}
				}
				for _, on := range list(o["Resource"]) {
					// In a policy of the key or the endpoint itself, * is that key or endpoint.
					if on == "*" && r.Type != "AWS::KMS::Key" && r.Type != "AWS::EC2::VPCEndpoint" && o["Sid"] != "NetworkInterfaces" {
						t.Errorf("%s: %s allows %v on everything", tmpl.Name, id, o["Action"])
					}
				}
			})
		}
	}
	if statements < 40 {
		t.Errorf("only %d statements seen; the test no longer looks where they are", statements)
	}
}
