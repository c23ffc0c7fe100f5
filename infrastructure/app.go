package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/config"
)

// The flags that CDK 2.270 recommends for new applications, as it ships them
// (recommended-feature-flags.json of aws-cdk-lib). `cdk init` would write them
// into cdk.json, which is read only when the cdk program runs the application.
//
//go:embed recommended-feature-flags.json
var recommendedFlags []byte

// settings of a synthesis.
type settings struct {
	Environments []*config.Environment
	Definition   *api.Definition
	// ProgramsDir holds a folder for each program of a Lambda (see buildPrograms).
	ProgramsDir string
	// Pipeline is what brings releases to the stages. InPipeline makes it, with the stages
	// in it; otherwise the stages' stacks stand alone.
	Pipeline   *config.Pipeline
	InPipeline bool
	// WithoutSuppressions shows all that cdk-nag finds, for the test of the suppressions.
	WithoutSuppressions bool
	// Dir is where the assembly is written.
	Dir string
}

// program is the folder of a Lambda's program.
func (s settings) program(name string) string { return filepath.Join(s.ProgramsDir, name) }

// synthesize writes the assembly of the stages and reads it back. The rules of
// CloudFormation that come with the CDK are checked on the way; a broken one is
// an error.
func synthesize(s settings) (_ *assembly, err error) {
	context, err := appContext(s.Environments)
	if err != nil {
		return nil, err
	}
	fabrics, err := fabricsOf(s.Environments)
	if err != nil {
		return nil, err
	}
	if err := checkSDL(s.Definition.Schema); err != nil {
		return nil, err
	}
	placements, err := place(s.Definition, areas)
	if err != nil {
		return nil, err
	}
	// The CDK's Go face has no errors: it panics with what went wrong in Node.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("synthesis: %v", p)
		}
	}()
	app := awscdk.NewApp(&awscdk.AppProps{
		Outdir:             jsii.String(s.Dir),
		Context:            &context,
		AnalyticsReporting: jsii.Bool(false),
		// Traces lead into the CDK's unpacked JavaScript, differ from run to run, and
		// take time; a finding names its construct anyway.
		StackTraces: jsii.Bool(false),
	})
	networks := map[string]*network{}
	// stacksOf makes the stacks of a stage, and the network of its fabric with the first.
	stacksOf := func(scope constructs.Construct, e *config.Environment, first bool) *stageStacks {
		if first {
			for _, f := range fabrics {
				if f.Name == e.Fabric {
					networks[f.Name] = newNetwork(scope, f)
				}
			}
		}
		db := newDatabase(scope, e, networks[e.Fabric], first)
		key := newStageKey(db.Stack, e)
		jobs := newJobs(scope, e, networks[e.Fabric], db, s.Pipeline, s.program)
		api := newAPI(scope, e, db, jobs, s.Definition, placements, s.program("compute"))
		site := newSite(scope, e, api, key, s.program("site"))
		var refreshed bool
		for _, source := range s.Environments {
			if e.Data == "production-read-only" && source.Data == "live" && source.Fabric == e.Fabric {
				newRefresh(scope, e, source, networks[e.Fabric], db, jobs, s.program)
				refreshed = true
			}
		}
		newMonitoring(scope, e, api, site, refreshed)
		useStageKey(scope, e, key)
		return &stageStacks{
			Jobs: jobs.Stack, Site: site.Stack, GraphqlURL: api.URLOutput, ReadingKey: api.KeyOutput, SiteAddress: site.AddressOutput,
			UserPool: api.PoolOutput, GateClient: api.GateClientOutput,
		}
	}
	if s.InPipeline {
		err = newPipeline(app, s.Pipeline, s.Environments, stacksOf)
	} else {
		seen := map[string]bool{}
		for _, e := range s.Environments {
			stacksOf(app, e, !seen[e.Fabric])
			seen[e.Fabric] = true
		}
	}
	if err != nil {
		return nil, err
	}
	checkNag(app, s.WithoutSuppressions)
	app.Synth(nil)
	return readAssembly(s.Dir)
}

// appContext is the recommended flags and what the CDK would otherwise look up.
func appContext(environments []*config.Environment) (map[string]any, error) {
	context := map[string]any{}
	if err := json.Unmarshal(recommendedFlags, &context); err != nil {
		return nil, fmt.Errorf("recommended-feature-flags.json: %w", err)
	}
	// "weak" would write Fn::GetStackOutput, which tools around CloudFormation
	// don't know yet, and would let a stack go away under one that uses it.
	context["@aws-cdk/core:defaultCrossStackReferences"] = "strong"
	// Templates then say where the nested templates and the Lambda's program are,
	// as they do when the cdk program runs the application.
	context["aws:cdk:enable-asset-metadata"] = true
	for _, e := range environments {
		zones := make([]any, len(e.AWS.Zones))
		for i, z := range e.AWS.Zones {
			zones[i] = z
		}
		context[fmt.Sprintf("availability-zones:account=%s:region=%s", e.AWS.Account, e.AWS.Region)] = zones
	}
	return context, nil
}

// fabric is an account with its network, shared by the stages in it.
type fabric struct {
	Name    string // dev or prod
	AWS     config.AWS
	LogDays int // the longest of its stages
	// Protect keeps the network from being deleted, when any stage does.
	Protect bool
	// CustomerKeys encrypt the network's log with a key of its own, when any stage has one.
	CustomerKeys bool
}

// fabricsOf gathers the fabrics of the stages, in their order.
func fabricsOf(environments []*config.Environment) ([]fabric, error) {
	var fabrics []fabric
	index := map[string]int{}
	seen := map[string]bool{}
	for _, e := range environments {
		if seen[e.Stage] {
			return nil, fmt.Errorf("the stage %s is named twice", e.Stage)
		}
		seen[e.Stage] = true
		i, ok := index[e.Fabric]
		if !ok {
			i = len(fabrics)
			index[e.Fabric] = i
			fabrics = append(fabrics, fabric{Name: e.Fabric, AWS: e.AWS})
		}
		f := &fabrics[i]
		if fmt.Sprint(f.AWS) != fmt.Sprint(e.AWS) {
			return nil, fmt.Errorf("the stage %s has other aws settings than the other stages of the fabric %s; they share an account, a region and a network", e.Stage, e.Fabric)
		}
		f.LogDays = max(f.LogDays, e.Monitoring.LogDays)
		f.Protect = f.Protect || e.Database.DeletionProtection
		f.CustomerKeys = f.CustomerKeys || e.CustomerKeys
	}
	return fabrics, nil
}

// prefix starts the name of everything of ours, so that an account may be shared.
const prefix = "mtb-wiki-"

// newStack makes a stack whose id is its name.
func newStack(app constructs.Construct, name, description string, aws config.AWS, protect bool, tags map[string]string) awscdk.Stack {
	stack := awscdk.NewStack(app, jsii.String(name), &awscdk.StackProps{
		StackName:             jsii.String(name),
		Description:           jsii.String(description),
		TerminationProtection: jsii.Bool(protect),
		Env:                   &awscdk.Environment{Account: jsii.String(aws.Account), Region: jsii.String(aws.Region)},
	})
	all := map[string]string{"project": "mtb-wiki"}
	maps.Copy(all, tags)
	for _, k := range []string{"project", "fabric", "stage"} {
		if v := all[k]; v != "" {
			awscdk.Tags_Of(stack).Add(jsii.String(k), jsii.String(v), nil)
		}
	}
	return stack
}

// newLogGroup makes a log group that forgets after days. Groups are always made
// here: one that a service makes by itself keeps its lines for ever.
func newLogGroup(stack awscdk.Stack, id string, name *string, days int, keep bool) awslogs.LogGroup {
	group := awslogs.NewLogGroup(stack, jsii.String(id), &awslogs.LogGroupProps{
		LogGroupName:  name,
		RemovalPolicy: removal(keep),
	})
	// The L2's own property is an enum with a member for each number.
	group.Node().DefaultChild().(awslogs.CfnLogGroup).SetRetentionInDays(jsii.Number(days))
	return group
}

// removal is what happens to a resource whose stack is deleted.
func removal(keep bool) awscdk.RemovalPolicy {
	if keep {
		return awscdk.RemovalPolicy_RETAIN
	}
	return awscdk.RemovalPolicy_DESTROY
}

// output shows a value after deployment and, with an export name, lends it to
// other stacks.
func output(stack awscdk.Stack, id string, value *string, description, export string) awscdk.CfnOutput {
	props := &awscdk.CfnOutputProps{Value: value, Description: jsii.String(description)}
	if export != "" {
		props.ExportName = jsii.String(export)
	}
	return awscdk.NewCfnOutput(stack, jsii.String(id), props)
}

// epoch is the start of a day in UTC as seconds, the form AppSync wants.
func epoch(day string) (float64, error) {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0, err
	}
	return float64(t.Unix()), nil
}
