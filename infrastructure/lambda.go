package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"github.com/mtbwiki/mtbwiki/config"
)

// programs are the Lambdas that exist, each a folder below lambda/. The jobs that
// don't exist yet (calibration, publisher of the outbox, dumps to S3) get a folder there, a line here, and a function in newJobs, whose security
// group lets them reach the database.
var programs = []string{"compute", "expire", "mask", "migrate", "refresh", "roles", "rotate", "site"}

// buildPrograms builds all programs for Lambda on arm64 into dir/<program>/bootstrap.
// moduleDir is the folder of this module.
func buildPrograms(ctx context.Context, moduleDir, dir string) error {
	for _, p := range programs {
		if err := buildProgram(ctx, moduleDir, p, filepath.Join(dir, p)); err != nil {
			return err
		}
	}
	return nil
}

// buildProgram builds lambda/<program>. The same source and the same Go make the
// same bytes, wherever it is built: the template names the file's hash.
func buildProgram(ctx context.Context, moduleDir, program, dir string) error {
	target, err := filepath.Abs(filepath.Join(dir, "bootstrap"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false",
		"-tags", "lambda.norpc", // leaves out the runtime of go1.x, which is no more
		"-ldflags", "-s -w -buildid=", "-o", target, "./lambda/"+program)
	cmd.Dir = moduleDir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=arm64")
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building lambda/%s: %w\n%s", program, err, text)
	}
	// The mode is part of the asset's hash and would follow the umask.
	return os.Chmod(target, 0o755)
}

// function is a Lambda of ours.
type function struct {
	// ID ends the names of its resources; Name, after the stage, is its own.
	ID, Name, Description string
	// Dir holds the program, named bootstrap.
	Dir         string
	MemoryMB    int
	Timeout     int // seconds
	Environment map[string]*string
	// Network puts it into the isolated subnets with this security group; nil is
	// outside, where it reaches AWS and the internet.
	Network *functionNetwork
}

type functionNetwork struct {
	VPC   awsec2.IVpc
	Group awsec2.ISecurityGroup
}

// newFunction makes a Lambda with a log group and a role that may write to it and
// nothing else: what it may do besides is added to the role.
func newFunction(stack awscdk.Stack, e *config.Environment, f function) (awslambda.Function, awsiam.Role) {
	name := prefix + e.Stage + "-" + f.Name
	group := newLogGroup(stack, "Log"+f.ID, jsii.String("/aws/lambda/"+name), e.Monitoring.LogDays, e.Database.KeepSnapshot)
	role := awsiam.NewRole(stack, jsii.String("Role"+f.ID), &awsiam.RoleProps{
		Description: jsii.String("MTB Wiki " + e.Stage + ": the Lambda " + f.Name),
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	})
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions:   jsii.Strings("logs:CreateLogStream", "logs:PutLogEvents"),
		Resources: &[]*string{group.LogGroupArn()},
	}))
	props := &awslambda.FunctionProps{
		FunctionName: jsii.String(name),
		Description:  jsii.String(f.Description),
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture: awslambda.Architecture_ARM_64(),
		Handler:      jsii.String("bootstrap"),
		Code:         awslambda.Code_FromAsset(jsii.String(f.Dir), nil),
		Role:         role,
		LogGroup:     group,
		// More memory is more processor.
		MemorySize: jsii.Number(f.MemoryMB),
		Timeout:    awscdk.Duration_Seconds(jsii.Number(f.Timeout)),
	}
	if len(f.Environment) > 0 {
		props.Environment = &f.Environment
	}
	if n := f.Network; n != nil {
		props.Vpc, props.SecurityGroups = n.VPC, &[]awsec2.ISecurityGroup{n.Group}
		props.VpcSubnets = &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED}
		// Lambda makes the network interfaces with the function's role. Describing them
		// can't be limited to some, and their ids are not known before.
		role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid:       jsii.String("NetworkInterfaces"),
			Actions:   jsii.Strings(networkInterfaceActions...),
			Resources: jsii.Strings("*"),
		}))
		// The function's own code has no business with them. (Calls that Lambda makes
		// for it don't carry the function's name.)
		role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid:       jsii.String("NotTheCodeItself"),
			Effect:    awsiam.Effect_DENY,
			Actions:   jsii.Strings(networkInterfaceActions...),
			Resources: jsii.Strings("*"),
			Conditions: &map[string]any{"ArnEquals": map[string]any{
				"lambda:SourceFunctionArn": functionARN(e, name),
			}},
		}))
	}
	return awslambda.NewFunction(stack, jsii.String("Function"+f.ID), props), role
}

// networkInterfaceActions are those of AWS's own AWSLambdaVPCAccessExecutionRole,
// without the logs.
var networkInterfaceActions = []string{
	"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
	"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
}

// functionARN is written out, because a policy that referred to the function would
// have to wait for it, and it for the policy.
func functionARN(e *config.Environment, name string) string {
	return arn(e, "lambda", "function:"+name)
}

// arn is the name of something in the stage's account and region.
func arn(e *config.Environment, service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", partition(e.AWS.Region), service, e.AWS.Region, e.AWS.Account, resource)
}

// partition of a region; the first word tells.
func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// readSecret lets a role read one secret that is encrypted with a key, and use the
// key for that and nothing else.
func readSecret(role awsiam.Role, e *config.Environment, secret, key *string) {
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions:   jsii.Strings("secretsmanager:GetSecretValue"),
		Resources: &[]*string{secret},
	}))
	decryptSecret(role, e, secret, key)
}

// decryptSecret lets a role use a key for one secret.
func decryptSecret(role awsiam.Role, e *config.Environment, secret, key *string) {
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions:   jsii.Strings("kms:Decrypt"),
		Resources: &[]*string{key},
		Conditions: &map[string]any{"StringEquals": map[string]any{
			"kms:ViaService":                  "secretsmanager." + e.AWS.Region + ".amazonaws.com",
			"kms:EncryptionContext:SecretARN": secret,
		}},
	}))
}

// useDataAPI lets a role run statements on a cluster with secrets that it may read.
func useDataAPI(role awsiam.Role, cluster *string) {
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions: jsii.Strings("rds-data:ExecuteStatement",
			"rds-data:BeginTransaction", "rds-data:CommitTransaction", "rds-data:RollbackTransaction"),
		Resources: &[]*string{cluster},
	}))
}

// sortedKeys keeps templates the same from run to run.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
