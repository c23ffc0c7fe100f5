package main

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/mtbwiki/mtbwiki/config"
)

// newStageKey makes the key of a stage whose settings want one; nil otherwise. It stands
// in the stack of the database, the stage's first. It isn't the database's key, because
// services may use it, and the database's is nobody's but the database's.
func newStageKey(stack awscdk.Stack, e *config.Environment) *string {
	if !e.CustomerKeys {
		return nil
	}
	// Kept logs can't be read without it.
	key := newKey(stack, "StageKey", prefix+e.Stage, "MTB Wiki "+e.Stage+": logs, alarms, Lambdas and the key of cookies", e.Database.KeepSnapshot)
	letLogs(key, e.AWS, stageLogGroups(e)...)
	// The topic hands the key on to whoever publishes, so those have to be let as well.
	source := func(sid, service string, conditions map[string]any) {
		key.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: jsii.String(sid), Actions: jsii.Strings("kms:Decrypt", "kms:GenerateDataKey"), Resources: jsii.Strings("*"),
			Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String(service), nil)}, Conditions: &conditions,
		}), jsii.Bool(false))
	}
	own := map[string]any{"aws:SourceAccount": e.AWS.Account}
	source("Alarms", "cloudwatch.amazonaws.com", map[string]any{
		"StringEquals": own, "ArnLike": map[string]any{"aws:SourceArn": arn(e, "cloudwatch", "alarm:"+prefix+e.Stage+"-*")},
	})
	source("Budget", "budgets.amazonaws.com", map[string]any{"StringEquals": own})
	return key.KeyArn()
}

// stageLogGroups are the names of a stage's log groups, as patterns: the API's id is not
// known before there is an API.
func stageLogGroups(e *config.Environment) []string {
	name := prefix + e.Stage + "-"
	return []string{"/aws/apigateway/" + name + "site", "/aws/appsync/apis/*", "/aws/lambda/" + name + "*", "/aws/rds/cluster/" + name + "db/postgresql"}
}

func newKey(stack awscdk.Stack, id, name, description string, keep bool) awskms.Key {
	return awskms.NewKey(stack, jsii.String(id), &awskms.KeyProps{
		Alias: jsii.String("alias/" + name), Description: jsii.String(description),
		EnableKeyRotation: jsii.Bool(true), RemovalPolicy: removal(keep),
	})
}

// letLogs lets CloudWatch encrypt the lines of these log groups, and no others, with a
// key. The actions are those of its documentation, each written out.
func letLogs(key awskms.Key, aws config.AWS, groups ...string) {
	arns := make([]any, len(groups))
	for i, g := range groups {
		arns[i] = "arn:" + partition(aws.Region) + ":logs:" + aws.Region + ":" + aws.Account + ":log-group:" + g
	}
	key.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("Logs"),
		Actions: jsii.Strings("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyPair",
			"kms:GenerateDataKeyPairWithoutPlaintext", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"),
		Resources:  jsii.Strings("*"),
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("logs."+aws.Region+".amazonaws.com"), nil)},
		Conditions: &map[string]any{"ArnLike": map[string]any{"kms:EncryptionContext:aws:logs:arn": arns}},
	}), jsii.Bool(false))
}

// useKey gives the key to everything below scope that has none and that AWS would
// otherwise encrypt with a key of its own. It looks at what there is, so that a Lambda or
// a log group that is added is not forgotten.
//
// Buckets are not among it: the site's has files that everybody may load, and CloudFront
// would have to be let use the key for them.
func useKey(scope constructs.IConstruct, key *string) {
	for _, c := range *scope.Node().FindAll("") {
		switch c := c.(type) {
		case awslogs.CfnLogGroup:
			c.SetKmsKeyId(key)
		case awssns.CfnTopic:
			c.SetKmsMasterKeyId(key)
		case awslambda.CfnFunction:
			// For its environment. Its role needs no right: Lambda makes it a grant on the key
			// when whoever deploys, who may make grants, sets it.
			c.SetKmsKeyArn(key)
		case awssecretsmanager.CfnSecret:
			if c.KmsKeyId() == nil {
				c.SetKmsKeyId(key) // who reads it is let where that stands
			}
		}
	}
}

// useStageKey is [useKey] for all stacks of a stage. (The network's is its fabric's, which
// has the name of a stage in one case.)
func useStageKey(scope constructs.Construct, e *config.Environment, key *string) {
	if key == nil {
		return
	}
	for _, c := range *scope.Node().Children() {
		if id := *c.Node().Id(); strings.HasPrefix(id, prefix+e.Stage+"-") && id != prefix+e.Fabric+"-vpc" {
			useKey(c, key)
		}
	}
}
