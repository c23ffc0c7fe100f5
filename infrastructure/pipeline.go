package main

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbudgets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscodebuild"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscodepipeline"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscodestarnotifications"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/pipelines"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/mtbwiki/mtbwiki/config"
)

// pipelineName is the stack of the tools account, and the pipeline in it.
const pipelineName = prefix + "pipeline"

// cdkVersion of the program cdk, which knows assemblies as this CDK writes them.
const cdkVersion = "2.1148.1"

// deliveryNamespace holds the measures that release.sh writes.
const deliveryNamespace = "mtb-wiki/delivery"

// components have a CodeBuild project each, which tests it before anything is deployed.
var components = []struct{ Name, Commands string }{
	{"database", "go test ./database/... ./postgres/... ./masking/... ./synthetic/..."},
	{"api", "go run ./cmd/mtbwiki api lint && go test ./api/... ./appsync/... ./compute/... ./tests/alpha/..."},
	{"website", "go test ./website/... ./tests/e2e/..."},
	{"jobs", "cd infrastructure && go test ./lambda/..."},
	{"infrastructure", "cd infrastructure && go vet ./... && MTBWIKI_REQUIRE_NETWORK=1 go test ."},
	{"checks", ".ci/supply-chain.sh"},
}

// newPipeline makes the stack mtb-wiki-pipeline: from a change in the repository's
// branch through synthesis, its own update, the components' tests and the assets to the
// stages one after the other, each closed by its gate.
//
// It is CDK Pipelines, which knows the order of stacks and the roles that bootstrapping
// makes in the stages' accounts. What it doesn't know, the conditions of stages, is set on
// what it makes, stage by stage by their names.
//
// A change of api/, website/ or migrations leaves its template as it is, to the byte:
// CodePipeline takes a release back only while the pipeline's structure is the same.
func newPipeline(app awscdk.App, p *config.Pipeline, environments []*config.Environment, stacksOf func(scope constructs.Construct, e *config.Environment, first bool) *stageStacks) error {
	stack := newStack(app, pipelineName, "MTB Wiki: the delivery pipeline", config.AWS{Account: p.Account, Region: p.Region}, true, nil)

	key := awskms.NewKey(stack, jsii.String("Key"), &awskms.KeyProps{
		Description: jsii.String("MTB Wiki: what the pipeline builds"), EnableKeyRotation: jsii.Bool(true), RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	signing := awskms.NewKey(stack, jsii.String("SigningKey"), &awskms.KeyProps{
		Description: jsii.String("MTB Wiki: signs what is released"), KeySpec: awskms.KeySpec_ECC_NIST_P256, KeyUsage: awskms.KeyUsage_SIGN_VERIFY,
		RemovalPolicy: awscdk.RemovalPolicy_RETAIN,
	})
	artifacts := awss3.NewBucket(stack, jsii.String("Artifacts"), &awss3.BucketProps{
		Encryption: awss3.BucketEncryption_KMS, EncryptionKey: key, BucketKeyEnabled: jsii.Bool(true),
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(), EnforceSSL: jsii.Bool(true),
		ObjectOwnership: awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED, RemovalPolicy: awscdk.RemovalPolicy_RETAIN,
		LifecycleRules: &[]*awss3.LifecycleRule{{
			Id: jsii.String("old"), Expiration: awscdk.Duration_Days(jsii.Number(p.KeepArtifactsDays)),
			AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(1)),
		}},
	})

	source := pipelines.CodePipelineSource_Connection(jsii.String(p.Source.Repository), jsii.String(p.Source.Branch), &pipelines.ConnectionSourceOptions{
		ConnectionArn: jsii.String(p.Source.ConnectionARN), ActionName: jsii.String("Source"),
		CodeBuildCloneOutput: jsii.Bool(true), // with its history, for the lead time
	})
	goVersion := awscodebuild.BuildSpec_FromObject(&map[string]any{
		"phases": map[string]any{"install": map[string]any{"runtime-versions": map[string]any{"golang": "1.26", "nodejs": "24"}}},
	})
	synth := pipelines.NewCodeBuildStep(jsii.String("Synth"), &pipelines.CodeBuildStepProps{
		ProjectName: jsii.String(pipelineName + "-synth"), Input: source, PartialBuildSpec: goVersion,
		Commands: jsii.Strings(
			"cd infrastructure",
			"go run . -pipeline",
			"git log -1 --format=%ct > dist/files/committed",
			"../.ci/supply-chain.sh --sbom \"$PWD/cdk.out/sbom.json\"",
			"./release.sh sign cdk.out",
		),
		Env: &map[string]*string{"SIGNING_KEY": signing.KeyArn()},
		RolePolicyStatements: &[]awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: jsii.String("Sign"), Actions: jsii.Strings("kms:Sign"), Resources: &[]*string{signing.KeyArn()},
		})},
		PrimaryOutputDirectory: jsii.String("infrastructure/cdk.out"),
	})
	files := synth.AddOutputDirectory(jsii.String("infrastructure/dist/files"))

	pipeline := pipelines.NewCodePipeline(stack, jsii.String("Pipeline"), &pipelines.CodePipelineProps{
		PipelineName: jsii.String(pipelineName), PipelineType: awscodepipeline.PipelineType_V2,
		Synth: synth, SelfMutation: jsii.Bool(true), ArtifactBucket: artifacts,
		CrossAccountKeys: jsii.Bool(true), EnableKeyRotation: jsii.Bool(true),
		// One project publishes all assets, whose names stand in a file of the assembly:
		// otherwise each would stand in the pipeline's own template.
		PublishAssetsInParallel: jsii.Bool(false),
		CliVersion:              jsii.String(cdkVersion), // npm's latest can't read these assemblies
		CodeBuildDefaults: &pipelines.CodeBuildOptions{
			BuildEnvironment: &awscodebuild.BuildEnvironment{
				BuildImage: awscodebuild.LinuxArmBuildImage_AMAZON_LINUX_2023_STANDARD_3_0(), ComputeType: awscodebuild.ComputeType_MEDIUM,
			},
			Timeout: awscdk.Duration_Minutes(jsii.Number(60)),
			// The CDK writes the action's older name.
			RolePolicy: &[]awsiam.PolicyStatement{useConnection(p)},
		},
	})

	var tests []pipelines.Step
	for _, c := range components {
		tests = append(tests, pipelines.NewCodeBuildStep(jsii.String("Test-"+c.Name), &pipelines.CodeBuildStepProps{
			ProjectName: jsii.String(pipelineName + "-" + c.Name), Input: source, PartialBuildSpec: goVersion, Commands: jsii.Strings(c.Commands),
		}))
	}
	pipeline.AddWave(jsii.String("Components"), &pipelines.WaveOptions{Pre: &tests})

	built := map[string]bool{} // fabrics
	for _, ps := range p.Stages {
		var e *config.Environment
		for _, candidate := range environments {
			if candidate.Stage == ps.Stage {
				e = candidate
			}
		}
		if e == nil {
			return fmt.Errorf("config/pipeline: the stage %s is not among those to synthesize", ps.Stage)
		}
		stage := awscdk.NewStage(app, jsii.String(stageID(ps.Stage)), &awscdk.StageProps{
			StageName: jsii.String(stageID(ps.Stage)),
			Env:       &awscdk.Environment{Account: jsii.String(e.AWS.Account), Region: jsii.String(e.AWS.Region)},
		})
		made := stacksOf(stage, e, !built[e.Fabric])
		built[e.Fabric] = true

		step := func(name string, input pipelines.IFileSetProducer, more map[string]pipelines.IFileSetProducer, env map[string]string, outputs map[string]awscdk.CfnOutput, commands ...string) pipelines.CodeBuildStep {
			e2 := map[string]*string{"ACCOUNT": jsii.String(e.AWS.Account), "STAGE_REGION": jsii.String(e.AWS.Region)}
			for _, k := range sortedKeys(env) {
				e2[k] = jsii.String(env[k])
			}
			props := &pipelines.CodeBuildStepProps{
				ProjectName: jsii.String(pipelineName + "-" + e.Stage + "-" + strings.ToLower(name)), Input: input, Commands: jsii.Strings(commands...),
				Env: &e2, PartialBuildSpec: goVersion,
				RolePolicyStatements: &[]awsiam.PolicyStatement{
					awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
						Sid: jsii.String("TheStage"), Actions: jsii.Strings("sts:AssumeRole"), Resources: jsii.Strings(releaseRoleARN(e)),
					}),
				},
			}
			if len(more) > 0 {
				props.AdditionalInputs = &more
			}
			if len(outputs) > 0 {
				props.EnvFromCfnOutputs = &outputs
			}
			if name == "Migrate" {
				*props.RolePolicyStatements = append(*props.RolePolicyStatements, awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
					Sid: jsii.String("Signature"), Actions: jsii.Strings("kms:Verify"), Resources: &[]*string{signing.KeyArn()},
				}))
			}
			if name == "Gate" {
				props.PartialBuildSpec = awscodebuild.BuildSpec_FromObject(&map[string]any{
					"phases":  map[string]any{"install": map[string]any{"runtime-versions": map[string]any{"golang": "1.26"}}},
					"reports": map[string]any{"gate": map[string]any{"files": []string{"reports/*.xml"}, "file-format": "JUNITXML"}},
				})
				*props.RolePolicyStatements = append(*props.RolePolicyStatements,
					awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
						Sid: jsii.String("Measures"), Actions: jsii.Strings("cloudwatch:PutMetricData"), Resources: jsii.Strings("*"),
						Conditions: &map[string]any{"StringEquals": map[string]any{"cloudwatch:namespace": deliveryNamespace}},
					}),
					awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
						Sid: jsii.String("FailingSince"), Actions: jsii.Strings("ssm:GetParameters", "ssm:PutParameter", "ssm:DeleteParameter"),
						Resources: jsii.Strings(fmt.Sprintf("arn:%s:ssm:%s:%s:parameter/%s%s/failing-since", partition(p.Region), p.Region, p.Account, prefix, e.Stage)),
					}))
			}
			return pipelines.NewCodeBuildStep(jsii.String(name), props)
		}
		// What is deployed was signed by the synthesis and by nobody else.
		migrate := step("Migrate", source, map[string]pipelines.IFileSetProducer{"assembly": synth}, map[string]string{"SIGNING_KEY": *signing.KeyArn()}, nil,
			"infrastructure/release.sh verify assembly", "infrastructure/release.sh migrate "+e.Stage)
		static := step("Files", source, map[string]pipelines.IFileSetProducer{"files": files}, nil, nil, "infrastructure/release.sh files "+e.Stage+" files")
		outputs := map[string]awscdk.CfnOutput{"GRAPHQL_URL": made.GraphqlURL, "SITE_ADDRESS": made.SiteAddress, "MTBWIKI_GATE_API_KEY": made.ReadingKey}
		if made.GateClient != nil {
			outputs["USER_POOL"], outputs["GATE_CLIENT"] = made.UserPool, made.GateClient
		}
		// The measures are of the tools account.
		gate := step("Gate", source, map[string]pipelines.IFileSetProducer{"files": files}, nil, outputs,
			"infrastructure/release.sh gate "+e.Stage+" || { infrastructure/release.sh failed "+e.Stage+"; exit 1; }",
			"infrastructure/release.sh delivered "+e.Stage+" $(cat files/committed)")

		var pre []pipelines.Step
		if ps.Approval {
			pre = append(pre, pipelines.NewManualApprovalStep(jsii.String("Approve"), &pipelines.ManualApprovalStepProps{
				Comment: jsii.String("Let this release into " + e.Stage + "?"),
			}))
		}
		pipeline.AddStage(stage, &pipelines.AddStageOpts{
			Pre: &pre, Post: &[]pipelines.Step{gate},
			StackSteps: &[]*pipelines.StackSteps{
				{Stack: made.Jobs, Post: &[]pipelines.Step{migrate}},
				{Stack: made.Site, Post: &[]pipelines.Step{static}},
			},
		})
	}
	pipeline.BuildPipeline()
	pipeline.Pipeline().Role().AddToPrincipalPolicy(useConnection(p))
	// The rule that looks at a stage's alarm takes the stage's role.
	var roles []*string
	for _, e := range environments {
		roles = append(roles, jsii.String(releaseRoleARN(e)))
	}
	pipeline.Pipeline().Role().AddToPrincipalPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("StagesAlarms"), Actions: jsii.Strings("sts:AssumeRole"), Resources: &roles,
	}))
	setConditions(pipeline.Pipeline().Node().DefaultChild().(awscodepipeline.CfnPipeline), p, environments)
	watchPipeline(stack, p, pipeline.Pipeline(), topicOf(stack, p))
	return nil
}

func useConnection(p *config.Pipeline) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("Connection"), Actions: jsii.Strings("codeconnections:UseConnection"), Resources: jsii.Strings(p.Source.ConnectionARN),
	})
}

// stageID is a stage's name as the pipeline shows it.
func stageID(stage string) string { return strings.ToUpper(stage[:1]) + stage[1:] }

// stageStacks are a stage's stacks as far as the pipeline's steps need them.
type stageStacks struct {
	Jobs, Site                                                awscdk.Stack
	GraphqlURL, ReadingKey, SiteAddress, UserPool, GateClient awscdk.CfnOutput
}

// releaseRoleARN is the role in a stage's account that the pipeline's steps take.
func releaseRoleARN(e *config.Environment) string {
	return fmt.Sprintf("arn:%s:iam::%s:role/%s%s-release", partition(e.AWS.Region), e.AWS.Account, prefix, e.Stage)
}

// setConditions sets what CDK Pipelines has no words for, by the names of stages.
func setConditions(pipeline awscodepipeline.CfnPipeline, p *config.Pipeline, environments []*config.Environment) {
	// Source, Build, UpdatePipeline, Assets and Components come first, in this order; the
	// test looks the stages up by name.
	for i, ps := range p.Stages {
		at := fmt.Sprintf("Stages.%d.", len(beforeStages)+i)
		var rules []any
		if ps.AlarmOnEntry {
			for _, e := range environments {
				if e.Stage == ps.Stage {
					rules = append(rules, map[string]any{
						"Name":       "Symptoms",
						"RuleTypeId": map[string]any{"Category": "Rule", "Owner": "AWS", "Provider": "CloudWatchAlarm", "Version": "1"},
						"Region":     e.AWS.Region, "RoleArn": releaseRoleARN(e),
						"Configuration": map[string]any{"AlarmName": prefix + ps.Stage + "-symptoms"},
					})
				}
			}
		}
		if ps.Window != "" {
			rules = append(rules, map[string]any{
				"Name":          "Window",
				"RuleTypeId":    map[string]any{"Category": "Rule", "Owner": "AWS", "Provider": "DeploymentWindow", "Version": "1"},
				"Configuration": map[string]any{"Cron": ps.Window},
			})
		}
		if len(rules) > 0 {
			pipeline.AddPropertyOverride(jsii.String(at+"BeforeEntry"), map[string]any{
				"Conditions": []any{map[string]any{"Result": "FAIL", "Rules": rules}},
			})
		}
		if ps.Rollback {
			pipeline.AddPropertyOverride(jsii.String(at+"OnFailure"), map[string]any{"Result": "ROLLBACK"})
		}
	}
}

// beforeStages are the stages of the pipeline itself.
var beforeStages = []string{"Source", "Build", "UpdatePipeline", "Assets", "Components"}

func topicOf(stack awscdk.Stack, p *config.Pipeline) awssns.Topic {
	topic := awssns.NewTopic(stack, jsii.String("Releases"), &awssns.TopicProps{TopicName: jsii.String(pipelineName), EnforceSSL: jsii.Bool(true)})
	topic.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions: jsii.Strings("sns:Publish"), Resources: &[]*string{topic.TopicArn()},
		Principals: &[]awsiam.IPrincipal{
			awsiam.NewServicePrincipal(jsii.String("codestar-notifications.amazonaws.com"), nil),
			awsiam.NewServicePrincipal(jsii.String("budgets.amazonaws.com"), nil),
		},
		Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": p.Account}},
	}))
	for i, address := range p.Emails {
		awssns.NewCfnSubscription(stack, jsii.String(fmt.Sprintf("Email%d", i+1)), &awssns.CfnSubscriptionProps{
			TopicArn: topic.TopicArn(), Protocol: jsii.String("email"), Endpoint: jsii.String(address),
		})
	}
	return topic
}

// watchPipeline tells people how releases fare, and shows how they do over time.
func watchPipeline(stack awscdk.Stack, p *config.Pipeline, pipeline awscodepipeline.Pipeline, topic awssns.Topic) {
	awscodestarnotifications.NewCfnNotificationRule(stack, jsii.String("Tell"), &awscodestarnotifications.CfnNotificationRuleProps{
		Name: jsii.String(pipelineName), DetailType: jsii.String("BASIC"), Resource: pipeline.PipelineArn(),
		EventTypeIds: jsii.Strings("codepipeline-pipeline-pipeline-execution-failed", "codepipeline-pipeline-pipeline-execution-succeeded",
			"codepipeline-pipeline-stage-execution-failed", "codepipeline-pipeline-manual-approval-needed"),
		Targets: &[]any{&awscodestarnotifications.CfnNotificationRule_TargetProperty{TargetType: jsii.String("SNS"), TargetAddress: topic.TopicArn()}},
	})
	day := func(name, statistic, stage string) awscloudwatch.IMetric {
		return metric(deliveryNamespace, name, statistic, 24*60, map[string]*string{"Stage": jsii.String(stage)})
	}
	graph := func(title, name, statistic string) awscloudwatch.IWidget {
		var metrics []awscloudwatch.IMetric
		for _, s := range p.Stages {
			metrics = append(metrics, day(name, statistic, s.Stage))
		}
		return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{
			Title: jsii.String(title), Left: &metrics, Width: jsii.Number(12), Height: jsii.Number(6), LeftYAxis: &awscloudwatch.YAxisProps{Min: jsii.Number(0)},
		})
	}
	last := p.Stages[len(p.Stages)-1].Stage
	failures := awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
		Expression: jsii.String("100 * FILL(failed, 0) / (FILL(failed, 0) + FILL(delivered, 0))"), Label: jsii.String("percent of the releases to " + last),
		UsingMetrics: &map[string]awscloudwatch.IMetric{"failed": day("Failed", "Sum", last), "delivered": day("Delivered", "Sum", last)},
		Period:       awscdk.Duration_Days(jsii.Number(1)),
	})
	board := awscloudwatch.NewDashboard(stack, jsii.String("Dashboard"), &awscloudwatch.DashboardProps{
		DashboardName: jsii.String(pipelineName), DefaultInterval: awscdk.Duration_Days(jsii.Number(90)),
	})
	board.AddWidgets(graph("Seconds from commit to stage", "LeadTime", "Average"), graph("Releases a day", "Delivered", "Sum"))
	board.AddWidgets(awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{
		Title: jsii.String("Releases that failed"), Left: &[]awscloudwatch.IMetric{failures}, Width: jsii.Number(12), Height: jsii.Number(6),
		LeftYAxis: &awscloudwatch.YAxisProps{Min: jsii.Number(0), Max: jsii.Number(100)},
	}), graph("Seconds to restore", "TimeToRestore", "Average"))
	awsbudgets.NewCfnBudget(stack, jsii.String("Budget"), budgetOf(pipelineName, p.MonthlyBudgetUSD, topic, nil))
}
