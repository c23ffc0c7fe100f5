package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/appsync"
	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/config"
	local "github.com/mtbwiki/mtbwiki/fabric"
	"github.com/mtbwiki/mtbwiki/fabric/fabrictest"
	"github.com/mtbwiki/mtbwiki/tests/beta"
	"github.com/mtbwiki/mtbwiki/tests/utils"
)

// comparable is a definition without the names of its templates, which say where each
// was read, and with its resolvers in order.
func comparable(d appsync.Definition) appsync.Definition {
	d.SchemaName = ""
	resolvers := slices.Clone(d.Resolvers)
	slices.SortFunc(resolvers, func(a, b appsync.ResolverConfig) int {
		return strings.Compare(a.Type+"."+a.Field, b.Type+"."+b.Field)
	})
	for i := range resolvers {
		resolvers[i].Request.Name, resolvers[i].Response.Name = "", ""
	}
	functions := map[string]appsync.FunctionConfig{}
	for name, f := range d.Functions {
		f.Request.Name, f.Response.Name = "", ""
		functions[name] = f
	}
	d.Resolvers, d.Functions = resolvers, functions
	return d
}

// agree compares a stage's API as its templates have it with the one that the local
// fabric makes of the files of package api and the stage's settings.
func agree(t *testing.T, dir string, e *config.Environment) (difference string, err error) {
	t.Helper()
	found, err := local.Assembled(dir, e.Stage)
	if err != nil {
		return "", err
	}
	for name, s := range found.Sources {
		if s.Denied != nil {
			difference += "the role of " + name + " may not reach it: " + s.Denied.Error() + "\n"
		}
	}
	c := local.Credentials{APIKey: "k", AccessKeyID: "a", SecretAccessKey: "s"}
	here := local.RuntimeDefinition(synthesized.Definition, e, "issuer", []string{"client"}, nil, c)
	assembled := local.AssembledDefinition(found, e, "issuer", []string{"client"}, nil, c)
	// The local key never ends; the local principal may use whatever is a query.
	expires := assembled.Auth.Default.Keys[0].Expires.Format("2006-01-02")
	if expires != e.API.APIKeyExpires {
		difference += "the key ends on " + expires + "\n"
	}
	here.Auth.Default.Keys[0].Expires = assembled.Auth.Default.Keys[0].Expires
	for i, p := range here.Auth.Additional {
		if p.Mode == auth.IAM {
			p.Principals[0].Allow = nil
			for _, r := range synthesized.Definition.Resolvers {
				if r.Type == "Query" {
					p.Principals[0].Allow = append(p.Principals[0].Allow, "Query."+r.Field)
				}
			}
			slices.Sort(p.Principals[0].Allow)
			here.Auth.Additional[i] = p
		}
	}
	return difference + cmp.Diff(comparable(here), comparable(assembled)), nil
}

// TestAssembledAgrees holds that the API in the templates is, to the byte, the one that
// runs locally: schema, sources and what their roles may do, functions, resolvers,
// authorization modes, limits.
func TestAssembledAgrees(t *testing.T) {
	t.Parallel()
	eachStage(t, func(t *testing.T, e *config.Environment) {
		difference, err := agree(t, synthesized.settings.Dir, e)
		if err != nil {
			t.Fatal(err)
		}
		if difference != "" {
			t.Errorf("local (-) and assembled (+):\n%s", difference)
		}
	})
}

// wholeSuite is the stage on whose templates the whole suite runs. The others differ in
// settings, of which TestAssembledAgrees tells; there every query and the lives of some pages are
// tried. MTBWIKI_EVERY_STAGE runs all on all, as mtbwiki check --full does.
const wholeSuite = "prod"

// ofTemplates is the suite but for what asks the local definition and would be done again.
const ofTemplates = "-skip=^TestPlans$"

// TestSuiteOnAssembled runs the contract and role suite, which elsewhere runs against
// the local definition, against the API of each stage's templates.
func TestSuiteOnAssembled(t *testing.T) {
	for _, e := range synthesized.Environments {
		t.Run(e.Stage, func(t *testing.T) {
			dir, err := filepath.Abs(synthesized.settings.Dir)
			if err != nil {
				t.Fatal(err)
			}
			which := ofTemplates
			if e.Stage != wholeSuite && os.Getenv("MTBWIKI_EVERY_STAGE") == "" {
				which = "-run=^(TestSelectionsAgree|TestPages|TestFilters|TestTrailLife|TestProposal|TestVisibility|TestRidesArePrivate)$"
			}
			cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-timeout=30m", which, "./tests/alpha")
			cmd.Dir = ".."
			cmd.Env = append(os.Environ(), "MTBWIKI_ASSEMBLY="+dir, "MTBWIKI_ASSEMBLY_STAGE="+e.Stage)
			if out, err := cmd.CombinedOutput(); err != nil {
				if len(out) > 8000 {
					out = append([]byte("..."), out[len(out)-8000:]...)
				}
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// TestSabotage changes one thing in a copy of the templates. Booting, the comparison
// with the local definition, or the stage's gate finds each.
func TestSabotage(t *testing.T) {
	t.Parallel()
	stage := synthesized.Environments[1]
	api := prefix + stage.Stage + "-api"
	type object = map[string]any
	// of gives the first resource of a type that fits.
	of := func(tmpl object, kind string, fits func(properties object) bool) (string, object) {
		resources := tmpl["Resources"].(object)
		for _, id := range sortedKeys(resources) {
			r := resources[id].(object)
			if r["Type"] == kind && (fits == nil || fits(r["Properties"].(object))) {
				return id, r
			}
		}
		t.Fatalf("no %s fits", kind)
		return "", nil
	}
	remove := func(kind string, fits func(object) bool) func(object) {
		return func(tmpl object) {
			id, _ := of(tmpl, kind, fits)
			delete(tmpl["Resources"].(object), id)
		}
	}
	set := func(kind string, fits func(object) bool, change func(properties object)) func(object) {
		return func(tmpl object) {
			_, r := of(tmpl, kind, fits)
			change(r["Properties"].(object))
		}
	}
	field := func(name string) func(object) bool {
		return func(p object) bool { return p["TypeName"].(string)+"."+p["FieldName"].(string) == name }
	}
	named := func(name string) func(object) bool { return func(p object) bool { return p["Name"] == name } }
	policyOf := func(role string) func(object) bool {
		return func(p object) bool { return strings.Contains(text(p["Roles"]), role) }
	}
	for _, test := range []struct {
		name, file string
		change     func(tmpl object)
		boot       string // an error of booting
		difference string // or a difference from the local definition
		gate       string // and a check of the gate that fails; "": it isn't asked
	}{
		{"nothing", api, func(object) {}, "", "", ""},
		{"a resolver is gone", "System", remove("AWS::AppSync::Resolver", field("Query.systems")), "", `"systems"`, "systems are listed"},
		{"a template differs", "System", set("AWS::AppSync::Resolver", field("Query.systems"), func(p object) { p["ResponseMappingTemplate"] = "{}" }), "", `Text:`, "systems are listed"},
		{"a template is empty", "Trail", set("AWS::AppSync::Resolver", field("Query.trails"), func(p object) { p["ResponseMappingTemplate"] = "" }), "ResponseMappingTemplate is missing or empty", "", ""},
		{"a function is gone", "Discovery", remove("AWS::AppSync::FunctionConfiguration", named("composeDiscovery")), "there is no resource FunctioncomposeDiscovery", "", ""},
		{"a pipeline lost a step", "Discovery", set("AWS::AppSync::Resolver", field("Query.discover"), func(p object) {
			c := p["PipelineConfig"].(object)
			c["Functions"] = c["Functions"].([]any)[:1]
		}), "", `"composeDiscovery"`, "discovery answers"},
		{"a nested stack is gone", api, func(tmpl object) {
			for id, r := range tmpl["Resources"].(object) {
				if strings.HasPrefix(id, "TipNested") && r.(object)["Type"] == "AWS::CloudFormation::Stack" {
					delete(tmpl["Resources"].(object), id)
				}
			}
		}, "", `"createTip"`, ""},
		{"a data source is gone", api, remove("AWS::AppSync::DataSource", named("compute")), "", `"compute"`, ""},
		{"the database's policy is gone", api, remove("AWS::IAM::Policy", policyOf("SourceRolewiki")), "", "is not authorized to perform: rds-data:ExecuteStatement", "systems are listed"},
		{"the secret's statement is gone", api, set("AWS::IAM::Policy", policyOf("SourceRolewiki"), func(p object) {
			d := p["PolicyDocument"].(object)
			d["Statement"] = slices.DeleteFunc(d["Statement"].([]any), func(s any) bool { return s.(object)["Sid"] == "OwnSecret" })
		}), "", "is not authorized to perform: secretsmanager:GetSecretValue", "systems are listed"},
		{"the Lambda's policy is gone", api, remove("AWS::IAM::Policy", policyOf("SourceRolecompute")), "", "is not authorized to perform: lambda:InvokeFunction", "discovery answers"},
		{"a role is another service's", api, set("AWS::IAM::Role", func(p object) bool {
			return strings.Contains(text(p), "appsync") && strings.Contains(text(p["Description"]), "wiki") && strings.Contains(text(p["Description"]), "source")
		}, func(p object) {
			p["AssumeRolePolicyDocument"].(object)["Statement"].([]any)[0].(object)["Principal"] = object{"Service": "ec2.amazonaws.com"}
		}), "", "is not authorized to perform: sts:AssumeRole", ""},
		{"the site may not read", prefix + stage.Stage + "-site", remove("AWS::IAM::Policy", policyOf("Rolesite")), "", "Allow:", ""},
		{"user pools are gone", api, set("AWS::AppSync::GraphQLApi", nil, func(p object) {
			p["AdditionalAuthenticationProviders"] = p["AdditionalAuthenticationProviders"].([]any)[1:]
		}), "", "AMAZON_COGNITO_USER_POOLS", ""},
		{"any client's token is taken", api, set("AWS::AppSync::GraphQLApi", nil, func(p object) {
			delete(p["AdditionalAuthenticationProviders"].([]any)[0].(object)["UserPoolConfig"].(object), "AppIdClientRegex")
		}), "", `ClientIDs`, ""},
		{"keys are no mode", api, set("AWS::AppSync::GraphQLApi", nil, func(p object) { p["AuthenticationType"] = "AWS_LAMBDA" }), "the authorization mode AWS_LAMBDA is not known here", "", ""},
		{"the key is gone", api, remove("AWS::AppSync::ApiKey", nil), "there is no key", "", ""},
		{"the key has ended", api, set("AWS::AppSync::ApiKey", nil, func(p object) { p["Expires"] = 1700000000 }), "", "the key ends on 2023-11-14", "systems are listed"},
		{"introspection is off", api, set("AWS::AppSync::GraphQLApi", nil, func(p object) { p["IntrospectionConfig"] = "DISABLED" }), "", "Introspection:", ""},
		{"queries may be deeper", api, set("AWS::AppSync::GraphQLApi", nil, func(p object) { p["QueryDepthLimit"] = 70 }), "", "QueryDepth:", ""},
		{"the schema lost a field", api, set("AWS::AppSync::GraphQLSchema", nil, func(p object) {
			p["Definition"] = strings.Replace(p["Definition"].(string), "  importedAt: AWSDateTime!\n", "", 1)
		}), "", "importedAt", ""},
		{"a property nobody knows", api, set("AWS::AppSync::GraphQLApi", nil, func(p object) { p["MergedApiExecutionRoleArn"] = "x" }), "MergedApiExecutionRoleArn of AWS::AppSync::GraphQLApi is not known here", "", ""},
		{"a reference to nothing", api, set("AWS::AppSync::DataSource", named("wiki"), func(p object) { p["ServiceRoleArn"] = object{"Fn::GetAtt": []any{"Nobody", "Arn"}} }), "there is no resource Nobody", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "cdk.out")
			if err := os.CopyFS(dir, os.DirFS(synthesized.settings.Dir)); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, test.file+".template.json")
			if _, err := os.Stat(path); err != nil {
				matches, err := filepath.Glob(filepath.Join(dir, "mtbwiki"+stage.Stage+"api"+test.file+"*.nested.template.json"))
				if err != nil || len(matches) == 0 {
					t.Fatalf("no template %s: %v", test.file, err)
				}
				path = matches[0]
			}
			var tmpl object
			if err := readJSON(path, &tmpl); err != nil {
				t.Fatal(err)
			}
			test.change(tmpl)
			changed, err := json.Marshal(tmpl)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, changed, 0o600); err != nil {
				t.Fatal(err)
			}
			difference, err := agree(t, dir, stage)
			if test.boot != "" {
				if err == nil || !strings.Contains(err.Error(), test.boot) {
					t.Errorf("booting: %v, want %q", err, test.boot)
				}
				return
			}
			if err != nil {
				t.Fatalf("booting: %v", err)
			}
			if (test.difference == "") != (difference == "") || !strings.Contains(difference, test.difference) {
				t.Errorf("the difference is\n%s\nwant %q in it", difference, test.difference)
			}
			if test.gate == "" && test.name != "nothing" {
				return
			}
			a := fabrictest.StartAssembled(t, fabrictest.Content, dir, stage.Stage)
			var failed []string
			utils.RunSuite(t.Context(), "test", beta.Checks(), &utils.Target{
				API: a.URL, Key: fabrictest.Credentials.APIKey, Settings: stage,
				Rider:     a.Token(fabrictest.Claims{Name: "gate rider"}),
				Moderator: a.Token(fabrictest.Claims{Name: "gate moderator", Groups: []string{"moderators"}}),
				// What sleeps here was put to sleep for good.
				Patience: time.Millisecond,
			}, func(o utils.Outcome) {
				if o.Failure != "" {
					failed = append(failed, o.Name)
					t.Logf("%s: %s", o.Name, o.Failure)
				}
			})
			found := slices.ContainsFunc(failed, func(name string) bool { return strings.HasPrefix(name, test.gate) })
			if test.gate == "" && len(failed) > 0 || test.gate != "" && !found {
				t.Errorf("checks that failed: %q, want %q", failed, test.gate)
			}
		})
	}
}
