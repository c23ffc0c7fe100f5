package main

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"
)

// suppression is a rule of cdk-nag (AwsSolutions) that a kind of stack doesn't follow.
type suppression struct {
	// Stack is the end of its name: vpc, db, jobs, refresh, api, site, monitoring, pipeline.
	Stack, Rule string
	// Where is a pattern of what a wildcard stands for, as cdk-nag writes it, of the rule
	// AwsSolutions-IAM5; "" otherwise.
	Where  string
	Reason string
}

// suppressions are all of them, each with its reason. One that nothing needs fails the
// tests.
var suppressions = []suppression{
	{"db", "AwsSolutions-RDS10", "", "Deletion protection is a setting: off in Alpha and Beta, whose data is made up; config refuses it off where data is live."},
	{"db", "AwsSolutions-SMG4", "", "The API's secret is rotated every 30 days: its schedule stands in the API's stack, because switching it on signs in, which takes the roles."},
	{"jobs", "AwsSolutions-IAM5", `/^Resource::\*$/`, "Lambda's network interfaces can't be named before they are made; the function's own code is denied the same actions."},
	{"jobs", "AwsSolutions-IAM5", `/^Resource::arn:aws:secretsmanager:.*:secret:mtb-wiki-[a-z]+-db\/candidate-\*$/`, "Secrets that are tried during a rotation have a new name each time."},
	{"jobs", "AwsSolutions-IAM5", `/^Resource::arn:aws:cognito-idp:.*:userpool\/\*$/`, "The user pool is made after this stack; a condition wants the stage's own tag. Not in Prod."},
	{"jobs", "AwsSolutions-IAM5", `/^Resource::arn:aws:s3:::mtb-wiki-[a-z]+-files-.*\/static\/\*$/`, "All static files of the site, and nothing else of the bucket."},
	{"refresh", "AwsSolutions-IAM5", `/^Resource::\*$/`, "As in jobs: Lambda's network interfaces."},
	{"refresh", "AwsSolutions-IAM5", `/^Resource::arn:aws:rds-db:.*:dbuser:cluster-\*\/mtbwiki_migrator$/`, "A boundary, which gives nothing: the right itself names one clone, and stands as long as that does."},
	{"refresh", "AwsSolutions-IAM5", `/^Resource::arn:aws:kms:.*:key\/\*$/`, "The live stage is deployed later; a condition wants its key's alias, and RDS to ask."},
	{"refresh", "AwsSolutions-IAM5", `/^Resource::<Function(mask|refresh)[0-9A-F]+\.Arn>:\*$/`, "Versions of these two functions, as the CDK grants them to the state machine."},
	{"refresh", "AwsSolutions-SF1", "", "Step Functions keeps what happened at each step for 90 days by itself; the two Lambdas have logs."},
	{"refresh", "AwsSolutions-SF2", "", "A handful of calls a week; nothing to trace."},
	{"api", "AwsSolutions-ASC3", "", "Requests are not logged: they hold what people write. Errors are, without their content."},
	{"api", "AwsSolutions-COG1", "", "Twelve characters at least; rules about kinds of characters make passwords worse (NIST SP 800-63B)."},
	{"api", "AwsSolutions-COG2", "", "A second factor is offered, not forced upon riders."},
	{"api", "AwsSolutions-COG3", "", "Advanced security costs money for each active user."},
	{"site", "AwsSolutions-APIG4", "", "It is a public website; what needs an account, the API behind it asks for."},
	{"site", "AwsSolutions-CFR1", "", "Riders are everywhere."},
	{"site", "AwsSolutions-CFR2", "", "The firewall is in front of the API, where the work is."},
	{"site", "AwsSolutions-CFR3", "", "CloudFront's log has readers' addresses; the HTTP API behind it logs without them."},
	{"site", "AwsSolutions-CFR4", "", "Without a domain of its own the site has CloudFront's certificate and its minimum; with one it is TLS 1.2."},
	{"site", "AwsSolutions-S1", "", "The bucket holds public files that CloudFront reads."},
	{"site", "AwsSolutions-SMG4", "", "A new key of cookies would end all sessions; it is changed by hand when it has to be."},
	{"site", "AwsSolutions-IAM5", `/^Resource::.*\/types\/\*$/`, "Reads every query of this API; Mutation and Subscription are denied."},
	{"site", "AwsSolutions-IAM5", `/^Resource::arn:aws:lambda:.*:function:mtb-wiki-[a-z]+-site:\*$/`, "Aliases and versions of this one function, for CodeDeploy."},
	{"monitoring", "AwsSolutions-SNS2", "", "Names of alarms and their values; a key of our own would cost a dollar a stage."},
	{"pipeline", "AwsSolutions-S1", "", "Who reads artifacts stands in CloudTrail."},
	{"pipeline", "AwsSolutions-SNS2", "", "Names of stages and whether they failed."},
	{"pipeline", "AwsSolutions-IAM5", `/^Action::(s3:(Abort|DeleteObject|GetBucket|GetObject|List)|kms:(GenerateDataKey|ReEncrypt))\*$/`, "As the CDK grants them, on the artifacts' bucket and key alone."},
	{"pipeline", "AwsSolutions-IAM5", `/^Resource::<Artifacts[0-9A-F]+\.Arn>\/\*$/`, "All artifacts of this pipeline."},
	{"pipeline", "AwsSolutions-IAM5", `/^Resource::arn:aws:(codebuild:.*:report-group\/|logs:.*:log-group:\/aws\/codebuild\/).*\*$/`, "Reports and logs of the pipeline's own projects."},
	{"pipeline", "AwsSolutions-IAM5", `/^Resource::arn:\*:iam::\d+:role\/\*$/`, "CDK Pipelines updates itself with the roles of bootstrapping, which a condition names by their tag."},
	{"pipeline", "AwsSolutions-IAM5", `/^Resource::\*$/`, "CDK Pipelines asks for stacks, buckets and builds; measures of the own namespace can't be named otherwise."},
}

// kindOf a stack is the end of its name.
func kindOf(stack string) string {
	rest := strings.TrimPrefix(stack, prefix)
	return rest[strings.LastIndex(rest, "-")+1:]
}

// checkNag lets cdk-nag's rules for solutions look at every stack when it is
// synthesized. A finding that isn't among the suppressions ends the synthesis.
func checkNag(app awscdk.App, without bool) {
	awscdk.Aspects_Of(app).Add(cdknag.NewAwsSolutionsChecks(&cdknag.NagPackProps{Reports: jsii.Bool(false)}), nil)
	if without {
		return
	}
	for _, child := range *app.Node().FindAll("") {
		stack, ok := child.(awscdk.Stack)
		if !ok || stack.NestedStackParent() != nil {
			continue
		}
		var list []*cdknag.NagPackSuppression
		byRule := map[string]*cdknag.NagPackSuppression{}
		for _, s := range suppressions {
			if s.Stack != kindOf(*stack.StackName()) {
				continue
			}
			// One for each rule: cdk-nag takes the first that has the rule's name.
			entry := byRule[s.Rule]
			if entry == nil {
				entry = &cdknag.NagPackSuppression{Id: jsii.String(s.Rule), Reason: jsii.String(s.Reason)}
				byRule[s.Rule] = entry
				list = append(list, entry)
			}
			if s.Where != "" {
				if entry.AppliesTo == nil {
					entry.AppliesTo = &[]any{}
				}
				*entry.AppliesTo = append(*entry.AppliesTo, &cdknag.RegexAppliesTo{Regex: jsii.String(s.Where)})
			}
		}
		if len(list) > 0 {
			cdknag.NagSuppressions_AddStackSuppressions(stack, &list, jsii.Bool(true))
		}
	}
}
