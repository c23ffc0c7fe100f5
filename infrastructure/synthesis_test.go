package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/api"
)

func TestBudgets(t *testing.T) {
	t.Parallel()
	if err := synthesized.check(); err != nil {
		t.Error(err)
	}
	many := map[string]resource{}
	for i := range maxResources + 1 {
		many[fmt.Sprint(i)] = resource{}
	}
	full := &assembly{
		Templates: []template{
			{Name: "fits", Bytes: maxTemplateBytes},
			{Name: "large", Bytes: maxTemplateBytes + 1},
			{Name: "many", Resources: many},
		},
		Missing:  []string{"ami:account=1"},
		Findings: []string{"bad/Open: too open (W1)"},
	}
	want := `large has 500001 bytes, at most 500000 are allowed; split the stack
many has 251 resources, at most 250 are allowed; split the stack
the context "ami:account=1" would have to be asked from AWS; set it where the app is made
bad/Open: too open (W1)`
	if err := full.check(); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestNothingIsLookedUp holds that the templates don't depend on an account's state.
func TestNothingIsLookedUp(t *testing.T) {
	t.Parallel()
	if len(synthesized.Missing) > 0 {
		t.Errorf("the CDK would ask AWS for %v", synthesized.Missing)
	}
	manifest, err := os.ReadFile(filepath.Join(synthesized.settings.Dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(manifest, []byte(`"missing"`)) {
		t.Error("the manifest names missing context that readAssembly doesn't see")
	}
}

// TestDeterministic holds that the same source gives the same assembly, byte for
// byte, but for *.metadata.json and the validator's report, which no deployment
// reads and which name the folder that the CDK's JavaScript was unpacked into.
func TestDeterministic(t *testing.T) {
	again := synthesized.settings
	again.Dir = filepath.Join(t.TempDir(), "cdk.out")
	// The Lambdas too are built again, elsewhere.
	again.ProgramsDir = filepath.Join(t.TempDir(), "dist")
	if err := buildPrograms(t.Context(), ".", again.ProgramsDir); err != nil {
		t.Fatal(err)
	}
	if _, err := synthesize(again); err != nil {
		t.Fatal(err)
	}
	first, second := contents(t, synthesized.settings.Dir), contents(t, again.Dir)
	if len(first) < 50 {
		t.Errorf("only %d files compared", len(first))
	}
	for name := range second {
		if _, ok := first[name]; !ok {
			t.Errorf("%s is there only the second time", name)
		}
	}
	for name, a := range first {
		b, ok := second[name]
		if !ok {
			t.Errorf("%s is there only the first time", name)
		} else if !bytes.Equal(a, b) {
			t.Errorf("%s differs (-first +second):\n%.2000s", name, cmp.Diff(string(a), string(b)))
		}
	}
}

func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".metadata.json") || d.Name() == "validation-report.json" {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		files[name], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestValidatorIsOn holds that the rules of CloudFormation that come with the CDK
// are checked at synthesis: an error ends it, a warning is a finding.
func TestValidatorIsOn(t *testing.T) {
	e := synthesized.Environments[0]
	context, err := appContext(synthesized.Environments[:1])
	if err != nil {
		t.Fatal(err)
	}
	try := func(t *testing.T, build func(awscdk.Stack)) (dir, refused string) {
		dir = filepath.Join(t.TempDir(), "cdk.out")
		defer func() {
			if p := recover(); p != nil {
				refused = fmt.Sprint(p)
			}
		}()
		app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(dir), Context: &context})
		build(newStack(app, "bad", "bad", e.AWS, false, nil))
		app.Synth(nil)
		return dir, ""
	}
	t.Run("a property that doesn't exist", func(t *testing.T) {
		_, refused := try(t, func(stack awscdk.Stack) {
			awscdk.NewCfnResource(stack, jsii.String("Bad"), &awscdk.CfnResourceProps{
				Type: jsii.String("AWS::Logs::LogGroup"), Properties: &map[string]any{"Nonsense": true},
			})
		})
		if !strings.Contains(refused, "ValidationFailed") {
			t.Errorf("the synthesis said %q, want ValidationFailed", refused)
		}
	})
	t.Run("a database open to the world", func(t *testing.T) {
		dir, refused := try(t, func(stack awscdk.Stack) {
			awsec2.NewCfnSecurityGroup(stack, jsii.String("Open"), &awsec2.CfnSecurityGroupProps{
				GroupDescription: jsii.String("open"),
				SecurityGroupIngress: &[]any{&awsec2.CfnSecurityGroup_IngressProperty{
					IpProtocol: jsii.String("tcp"), FromPort: jsii.Number(5432), ToPort: jsii.Number(5432), CidrIp: jsii.String("0.0.0.0/0"),
				}},
			})
		})
		if refused != "" {
			t.Fatalf("the synthesis ended: %s", refused)
		}
		a, err := readAssembly(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.check(); err == nil || !strings.Contains(err.Error(), "bad/Open: SecurityGroupIngress: Security group allows 0.0.0.0/0 access") {
			t.Errorf("got %v, want the finding", err)
		}
	})
	t.Run("switched off", func(t *testing.T) {
		if _, err := readFindings(t.TempDir()); err == nil || !strings.Contains(err.Error(), "the CDK's validator hasn't run") {
			t.Errorf("got %v", err)
		}
	})
}

func TestPlaceRefuses(t *testing.T) {
	t.Parallel()
	d := &api.Definition{
		Functions: map[string]api.Function{"find": {Name: "find"}, "compose": {Name: "compose"}},
		Resolvers: []api.Resolver{
			{Type: "Query", Field: "a", DataSource: "wiki"},
			{Type: "Query", Field: "b", Pipeline: []string{"find", "compose"}},
		},
	}
	for _, test := range []struct {
		name  string
		areas []area
		want  string
	}{
		{"fits", []area{{"A", []string{"Query.a", "Query.b"}, []string{"find", "compose"}}}, ""},
		{"no area", []area{{"A", []string{"Query.b"}, []string{"find", "compose"}}}, "field Query.a stands in no area"},
		{"two areas", []area{{"A", []string{"Query.a", "Query.b"}, []string{"find", "compose"}}, {"B", []string{"Query.a"}, nil}}, "field Query.a stands in the areas A and B"},
		{"unknown field", []area{{"A", []string{"Query.a", "Query.b", "Query.c"}, []string{"find", "compose"}}}, "names the field Query.c, which the schema doesn't have"},
		{"unknown function", []area{{"A", []string{"Query.a", "Query.b"}, []string{"find", "compose", "fin"}}}, "names the function fin"},
		{"function twice", []area{{"A", []string{"Query.a", "Query.b"}, []string{"find", "compose", "find"}}}, "function find stands in the areas A and A"},
		{"function nowhere", []area{{"A", []string{"Query.a", "Query.b"}, []string{"find"}}}, "function compose stands in no area"},
		{"function elsewhere", []area{{"A", []string{"Query.a", "Query.b"}, []string{"find"}}, {"B", nil, []string{"compose"}}}, "uses the function compose, which must stand in the same area"},
	} {
		placements, err := place(d, test.areas)
		if test.want == "" {
			if err != nil || len(placements) != 1 || len(placements[0].Resolvers) != 2 || len(placements[0].Functions) != 2 {
				t.Errorf("%s: %v, %v", test.name, placements, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want an error with %q", test.name, err, test.want)
		}
	}
}

func TestCheckSDL(t *testing.T) {
	t.Parallel()
	if err := checkSDL(synthesized.Definition.Schema); err != nil {
		t.Error(err)
	}
	for _, test := range []struct{ name, schema, want string }{
		{"all that is taken", `
			"Words" enum E { A B }
			"Words" interface I @aws_api_key { id: ID! }
			union U = T
			input In { when: AWSDateTime = "2026-01-01T00:00:00Z" }
			type T implements I @aws_api_key @aws_cognito_user_pools(cognito_groups: ["g"]) {
				id: ID!
				"Words" old(in: In, n: Int = 3): [AWSJSON!] @deprecated(reason: "older") @aws_iam
			}`, ""},
		{"no SDL", `type T {`, "schema.graphql"},
		{"directive definition", `directive @mine on OBJECT type T { id: ID }`, "directive @mine is defined"},
		{"extension", `type T { id: ID } extend type T { name: String }`, "T is extended"},
		{"schema extension", `schema { query: T } type T { id: ID } extend schema { mutation: T }`, "the schema is extended"},
		{"scalar", `scalar Date type T { id: Date }`, "scalar Date is defined"},
		{"interface of an interface", `interface I { id: ID } interface J implements I { id: ID }`, "interface J implements I"},
		{"oneOf", `input In @oneOf { id: ID }`, "In has @oneOf, which AppSync doesn't know"},
		{"specifiedBy", `scalar Date @specifiedBy(url: "https://example.com")`, "Date has @specifiedBy"},
		{"directive of ours", `type T { id: ID @column(name: "id") }`, "T.id has @column"},
		{"deprecated argument", `type T { id(a: Int @deprecated): ID }`, "T.id(a:) has @deprecated; AppSync takes none"},
		{"deprecated input field", `input In { id: ID @deprecated }`, "In.id has @deprecated; AppSync takes none"},
		{"enum value described", `enum E { "One" A }`, "E.A has a description"},
		{"type misspelt", `type T { id: AWSDatetime }`, "T.id has the type AWSDatetime, which nobody defines"},
		{"argument's type misspelt", `type T { id(a: In): ID }`, "T.id(a:) has the type In, which nobody defines"},
	} {
		err := checkSDL(test.schema)
		if test.want == "" {
			if err != nil {
				t.Errorf("%s: %v", test.name, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want an error with %q", test.name, err, test.want)
		}
	}
}
