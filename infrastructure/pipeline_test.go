package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/config"
)

// pipelineOf synthesizes the pipeline with some settings changed.
func pipelineOf(t *testing.T, change func(*settings)) (*assembly, template) {
	t.Helper()
	s := synthesized.settings
	s.InPipeline, s.Dir = true, filepath.Join(t.TempDir(), "cdk.out")
	p := *s.Pipeline
	p.Stages = slices.Clone(p.Stages)
	s.Pipeline = &p
	if change != nil {
		change(&s)
	}
	a, err := synthesize(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, tmpl := range a.Templates {
		if tmpl.Name == pipelineName {
			return a, tmpl
		}
	}
	t.Fatal("there is no pipeline")
	return nil, template{}
}

type pipelineStage struct {
	actions map[string]int // run order by name
	object  map[string]any
}

// stagesIn are the stages of a pipeline's template by name, and their order.
func stagesIn(t *testing.T, tmpl template) (names []string, stages map[string]pipelineStage) {
	t.Helper()
	_, pipeline := tmpl.only(t, "AWS::CodePipeline::Pipeline")
	stages = map[string]pipelineStage{}
	for _, s := range list(pipeline.Properties["Stages"]) {
		o := s.(map[string]any)
		name := o["Name"].(string)
		names = append(names, name)
		st := pipelineStage{map[string]int{}, o}
		for _, a := range list(o["Actions"]) {
			st.actions[a.(map[string]any)["Name"].(string)] = int(a.(map[string]any)["RunOrder"].(float64))
		}
		stages[name] = st
	}
	return names, stages
}

// TestPipeline holds what a release passes, in which order, and who may do what.
func TestPipeline(t *testing.T) {
	a, tmpl := pipelineOf(t, nil)
	if err := a.check(); err != nil {
		t.Error(err)
	}
	names, stages := stagesIn(t, tmpl)
	if diff := cmp.Diff([]string{"Source", "Build", "UpdatePipeline", "Assets", "Components", "Alpha", "Beta", "Gamma", "Prod"}, names); diff != "" {
		t.Fatalf("stages (-want +got):\n%s", diff)
	}
	if !slices.Equal(beforeStages, names[:len(beforeStages)]) {
		t.Errorf("conditions are counted after %v", beforeStages)
	}
	// Every component has a project of its own, and every folder of tests is one's.
	for _, c := range components {
		if _, ok := stages["Components"].actions["Test-"+c.Name]; !ok {
			t.Errorf("the component %s isn't tested", c.Name)
		}
	}
	for _, ps := range synthesized.Pipeline.Stages {
		s := stages[stageID(ps.Stage)]
		of := func(action string) int {
			n, ok := s.actions[action]
			if !ok {
				t.Errorf("%s has no action %s", ps.Stage, action)
			}
			return n
		}
		stack := prefix + ps.Stage
		order := []int{
			of(stack + "-db.Deploy"), of(stack + "-jobs.Prepare"), of(stack + "-jobs.Deploy"), of(stack + "-jobs.Migrate"), of(stack + "-api.Prepare"),
			of(stack + "-api.Deploy"), of(stack + "-site.Deploy"), of(stack + "-site.Files"), of("Gate"),
		}
		if !slices.IsSorted(order) || len(slices.Compact(order)) != len(order) {
			t.Errorf("%s: database, jobs, migration, API, site, files and gate run as %v", ps.Stage, order)
		}
		for action, n := range s.actions {
			if n > of("Gate") {
				t.Errorf("%s: %s runs after the gate", ps.Stage, action)
			}
		}
		want := `null`
		if ps.AlarmOnEntry {
			var e *config.Environment
			for _, candidate := range synthesized.Environments {
				if candidate.Stage == ps.Stage {
					e = candidate
				}
			}
			want = text(map[string]any{"Conditions": []any{map[string]any{"Result": "FAIL", "Rules": []any{map[string]any{
				"Name": "Symptoms", "Region": e.AWS.Region, "RoleArn": "arn:aws:iam::" + e.AWS.Account + ":role/" + stack + "-release",
				"RuleTypeId":    map[string]any{"Category": "Rule", "Owner": "AWS", "Provider": "CloudWatchAlarm", "Version": "1"},
				"Configuration": map[string]any{"AlarmName": stack + "-symptoms"},
			}}}}})
		}
		if got := text(s.object["BeforeEntry"]); got != want {
			t.Errorf("%s: before entry %s, want %s", ps.Stage, got, want)
		}
		if got := text(s.object["OnFailure"]); got != `{"Result":"ROLLBACK"}` {
			t.Errorf("%s: on failure %s", ps.Stage, got)
		}
	}
	if _, ok := stages["Alpha"].actions[prefix+"dev-vpc.Deploy"]; !ok {
		t.Error("the dev fabric's network isn't deployed with its first stage")
	}
	if _, ok := stages["Gamma"].actions[prefix+"prod-vpc.Deploy"]; !ok {
		t.Error("the prod fabric's network isn't deployed with its first stage")
	}

	// Gates report to CodeBuild and call the stage's own suite.
	projects := map[string]string{}
	for _, r := range tmpl.all("AWS::CodeBuild::Project") {
		name, _ := r.Properties["Name"].(string)
		projects[name] = text(r.Properties["Source"])
	}
	for _, stage := range config.Stages {
		if spec := projects[pipelineName+"-"+stage+"-gate"]; !strings.Contains(spec, "release.sh gate "+stage+" ") || !strings.Contains(spec, "JUNITXML") || !strings.Contains(spec, "release.sh failed "+stage) {
			t.Errorf("the gate of %s does %s", stage, spec)
		}
		if spec := projects[pipelineName+"-"+stage+"-migrate"]; !strings.Contains(spec, "release.sh verify assembly") || strings.Index(spec, "release.sh verify assembly") > strings.Index(spec, "release.sh migrate "+stage) {
			t.Errorf("the migration of %s does %s", stage, spec)
		}
	}
	if spec := projects[pipelineName+"-synth"]; !strings.Contains(spec, "release.sh sign cdk.out") || !strings.Contains(spec, "--sbom") {
		t.Errorf("the synthesis does %s", spec)
	}

	// What is built is encrypted with a key of ours and forgotten in time.
	_, bucket := tmpl.only(t, "AWS::S3::Bucket")
	if got := text(bucket.Properties["BucketEncryption"]); !strings.Contains(got, `"SSEAlgorithm":"aws:kms"`) {
		t.Errorf("artifacts are encrypted with %s", got)
	}
	if got := text(bucket.Properties["LifecycleConfiguration"]); !strings.Contains(got, fmt.Sprintf(`"ExpirationInDays":%d`, synthesized.Pipeline.KeepArtifactsDays)) {
		t.Errorf("artifacts live %s", got)
	}
	_, rule := tmpl.only(t, "AWS::CodeStarNotifications::NotificationRule")
	if got := text(rule.Properties["EventTypeIds"]); !strings.Contains(got, "pipeline-execution-failed") {
		t.Errorf("people hear of %s", got)
	}
	statements := 0
	for id, r := range tmpl.Resources {
		if r.Properties["ManagedPolicyArns"] != nil {
			t.Errorf("%s has managed policies", id)
		}
		walk(r.Properties, func(o map[string]any) {
			if o["Effect"] != "Allow" {
				return
			}
			statements++
			if p := text(o["Principal"]); p == `"*"` || strings.Contains(p, `"AWS":"*"`) {
				t.Errorf("%s lets anybody: %s", id, text(o))
			}
			for _, action := range list(o["Action"]) {
				if name, _ := action.(string); name == "*" || strings.HasSuffix(name, ":*") && r.Type != "AWS::KMS::Key" {
					t.Errorf("%s allows %v", id, action)
				}
			}
			for _, on := range list(o["Resource"]) {
				if on == "*" && r.Type != "AWS::KMS::Key" && o["Sid"] != "Measures" && !ofPipelines(id, o) {
					t.Errorf("%s allows %s on everything", id, text(o["Action"]))
				}
			}
		})
	}
	if statements < 60 {
		t.Errorf("only %d statements seen", statements)
	}

	// The stages in the pipeline are those that stand alone, and run locally as well.
	for _, e := range synthesized.Environments {
		if difference, err := agree(t, a.Dir, e); err != nil || difference != "" {
			t.Errorf("%s in the pipeline: %v\n%s", e.Stage, err, difference)
		}
	}
}

// ofPipelines are statements that CDK Pipelines writes for its own two steps: the
// update of the pipeline asks CloudFormation for its stacks and its bootstrapping, which
// can't be limited, and changes things with the roles of bootstrapping; the publishing
// of assets may be a batch.
func ofPipelines(id string, statement map[string]any) bool {
	known := map[string]string{
		"PipelineUpdatePipelineSelfMutationRole": `["cloudformation:DescribeStacks","s3:ListBucket"]`,
		"PipelineAssetsFileRole":                 `["codebuild:BatchGetBuilds","codebuild:StartBuild","codebuild:StopBuild"]`,
	}
	for role, actions := range known {
		if strings.HasPrefix(id, role) && text(statement["Action"]) == actions {
			return true
		}
	}
	return false
}

// TestPipelineStays holds that what changes every day leaves the pipeline's template as
// it is, to the byte: a template of the API, a page, a migration. Only so can
// CodePipeline take a release back.
func TestPipelineStays(t *testing.T) {
	before, _ := pipelineOf(t, nil)
	after, _ := pipelineOf(t, func(s *settings) {
		d := *s.Definition
		d.Schema = strings.Replace(d.Schema, `"""`, `"""Today: `, 1)
		d.Resolvers = slices.Clone(d.Resolvers)
		d.Resolvers[0].Request.Text += "## changed\n"
		d.Functions = map[string]api.Function{}
		for name, f := range s.Definition.Functions {
			f.Response.Text += "## changed\n"
			d.Functions[name] = f
		}
		s.Definition = &d
		dir := filepath.Join(t.TempDir(), "dist")
		if err := os.CopyFS(dir, os.DirFS(s.ProgramsDir)); err != nil {
			t.Fatal(err)
		}
		// Pages and migrations stand in the programs.
		for _, program := range []string{"site", "migrate"} {
			f, err := os.OpenFile(filepath.Join(dir, program, "bootstrap"), os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteString("changed"); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		}
		s.ProgramsDir = dir
	})
	const file = pipelineName + ".template.json"
	first, err := os.ReadFile(filepath.Join(before.Dir, file))
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(filepath.Join(after.Dir, file))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Errorf("the pipeline's template changed:\n%s", cmp.Diff(string(first), string(second)))
	}
	// The change did arrive in the stages.
	changed := 0
	for i, tmpl := range before.Templates {
		if text(tmpl.Resources) != text(after.Templates[i].Resources) {
			changed++
		}
	}
	if changed < 4*4 {
		t.Errorf("%d templates of stages changed", changed)
	}
}

// TestPipelineSettings holds that approval, window and rollback are as the settings say.
func TestPipelineSettings(t *testing.T) {
	_, tmpl := pipelineOf(t, func(s *settings) {
		last := &s.Pipeline.Stages[3]
		last.Approval, last.Window, last.AlarmOnEntry = true, "* 0 9 ? * MON-THU", false
		s.Pipeline.Stages[0].Rollback = false
		s.Pipeline.Emails = []string{"releases@mtbwiki.example"}
	})
	_, stages := stagesIn(t, tmpl)
	prod := stages["Prod"]
	if n, ok := prod.actions["Approve"]; !ok || n >= prod.actions[prefix+"prod-db.Prepare"] {
		t.Errorf("nobody is asked before Prod: %v", prod.actions)
	}
	want := `{"Conditions":[{"Result":"FAIL","Rules":[{"Configuration":{"Cron":"* 0 9 ? * MON-THU"},"Name":"Window","RuleTypeId":{"Category":"Rule","Owner":"AWS","Provider":"DeploymentWindow","Version":"1"}}]}]}`
	if got := text(prod.object["BeforeEntry"]); got != want {
		t.Errorf("before Prod %s, want %s", got, want)
	}
	if got := stages["Alpha"].object["OnFailure"]; got != nil {
		t.Errorf("Alpha is taken back: %v", got)
	}
	if n := len(tmpl.all("AWS::SNS::Subscription")); n != 1 {
		t.Errorf("%d addresses are told", n)
	}
}
