package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctionstasks"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/mtbwiki/mtbwiki/config"
	dbroles "github.com/mtbwiki/mtbwiki/database"
)

// nextDatabase is made and filled beside the one in use, and then takes its place.
const nextDatabase = databaseName + "_next"

// newRefresh makes the stack mtb-wiki-<stage>-refresh, which brings data of the live stage
// to one with production-read-only data, masked:
//
//	mtb-wiki-<stage>-mask     masks a clone and copies what is left, in the isolated subnets
//	mtb-wiki-<stage>-refresh  makes the clone, the place for its data, and removes it; sees none
//	                          of it; and the state machine of the same name that calls both
//
// The clone stands for the time of a refresh. Its security group lets in the Lambda mask
// alone, its Data API is off, and the right to sign in is given to that Lambda's role by
// the resource id of the clone, which nobody knows before. What isn't masked never is in
// the stage's own cluster, so not in its backups either.
//
// The names of clusters and roles stay as they are, so that nothing that CloudFormation
// made changes under it: a clone that took the cluster's place by its name would have
// another resource id, another secret and other instances than the templates say.
func newRefresh(app constructs.Construct, e, source *config.Environment, n *network, db *database, j *jobs, programDir func(string) string) {
	name := prefix + e.Stage + "-refresh"
	clone := prefix + e.Stage + "-clone"
	stack := newStack(app, name, "MTB Wiki: brings masked data of "+source.Stage+" to "+e.Stage, e.AWS, false,
		map[string]string{"fabric": e.Fabric, "stage": e.Stage})
	stack.AddStackDependency(j.Stack, jsii.String("the roles"))
	vpc := n.in(stack)
	to := func(description string, group *string) any {
		return &awsec2.CfnSecurityGroup_EgressProperty{
			Description: jsii.String(description), IpProtocol: jsii.String("tcp"),
			FromPort: jsii.Number(postgresPort), ToPort: jsii.Number(postgresPort), DestinationSecurityGroupId: group,
		}
	}
	cloneGroup := awsec2.NewSecurityGroup(stack, jsii.String("CloneGroup"), &awsec2.SecurityGroupProps{
		Vpc: vpc, AllowAllOutbound: jsii.Bool(false),
		Description: jsii.String("MTB Wiki " + e.Stage + ": a clone of " + source.Stage + "; the Lambda mask comes in, nothing goes out"),
	})
	maskGroup := awsec2.NewCfnSecurityGroup(stack, jsii.String("MaskGroup"), &awsec2.CfnSecurityGroupProps{
		VpcId:               awscdk.Fn_ImportValue(jsii.String(n.Name + "-id")),
		GroupDescription:    jsii.String("MTB Wiki " + e.Stage + ": the Lambda mask, which reaches a clone and the database and nothing else"),
		SecurityGroupEgress: &[]any{to("the clone", cloneGroup.SecurityGroupId()), to("the database", db.GroupID)},
	})
	reaches := func(id string, group *string) {
		awsec2.NewCfnSecurityGroupIngress(stack, jsii.String(id), &awsec2.CfnSecurityGroupIngressProps{
			GroupId: group, SourceSecurityGroupId: maskGroup.AttrGroupId(), Description: jsii.String("the Lambda mask"), IpProtocol: jsii.String("tcp"),
			FromPort: jsii.Number(postgresPort), ToPort: jsii.Number(postgresPort),
		})
	}
	reaches("MaskReachesTheClone", cloneGroup.SecurityGroupId())
	reaches("MaskReachesTheDatabase", db.GroupID)

	mask, maskRole := newFunction(stack, e, function{
		ID: "mask", Name: "mask", Description: "Masks a clone of " + source.Stage + " and copies what is left", Dir: programDir("mask"),
		MemoryMB: 1024, Timeout: 900,
		Environment: map[string]*string{
			"CLONE": jsii.String(clone), "DATABASE_HOST": db.Host, "DATABASE_PORT": jsii.String(strconv.Itoa(postgresPort)),
			"DATABASE": jsii.String(databaseName), "NEXT_DATABASE": jsii.String(nextDatabase),
		},
		Network: &functionNetwork{
			VPC:   vpc,
			Group: awsec2.SecurityGroup_FromSecurityGroupId(stack, jsii.String("Group"), maskGroup.AttrGroupId(), &awsec2.SecurityGroupImportOptions{Mutable: jsii.Bool(false)}),
		},
	})
	maskRole.AddToPolicy(awsiam.NewPolicyStatement(signIn(e, db.ResourceID, dbroles.RoleMigrator)))
	// Whatever policy is put on the role while there is a clone, it gives no more than this.
	boundary := awsiam.NewManagedPolicy(stack, jsii.String("MaskBoundary"), &awsiam.ManagedPolicyProps{
		Description: jsii.String("MTB Wiki " + e.Stage + ": the most that the Lambda mask may ever do"),
		Statements: &[]awsiam.PolicyStatement{
			awsiam.NewPolicyStatement(signIn(e, jsii.String("cluster-*"), dbroles.RoleMigrator)),
			awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
				Sid: jsii.String("Log"), Actions: jsii.Strings("logs:CreateLogStream", "logs:PutLogEvents"),
				Resources: &[]*string{stack.Node().FindChild(jsii.String("Logmask")).(awslogs.LogGroup).LogGroupArn()},
			}),
			awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
				Sid: jsii.String("NetworkInterfaces"), Actions: jsii.Strings(networkInterfaceActions...), Resources: jsii.Strings("*"),
			}),
		},
	})
	awsiam.PermissionsBoundary_Of(maskRole).Apply(boundary)

	refresh, role := newFunction(stack, e, function{
		ID: "refresh", Name: "refresh", Description: "Makes and removes a clone of " + source.Stage + ", and the place for its data", Dir: programDir("refresh"),
		MemoryMB: 256, Timeout: 120,
		Environment: map[string]*string{
			"STAGE": jsii.String(e.Stage), "SOURCE": jsii.String(prefix + source.Stage + "-db"), "CLONE": jsii.String(clone),
			"SUBNET_GROUP": db.SubnetGroup, "PARAMETER_GROUP": db.ParameterGroup, "SECURITY_GROUP": cloneGroup.SecurityGroupId(),
			"MAX_CAPACITY": jsii.String(fmt.Sprintf("%g", e.Database.MaxCapacity)),
			"MASK_ROLE":    maskRole.RoleName(), "CONNECT_ARN": jsii.String(arn(e, "rds-db", "dbuser:%s/"+dbroles.RoleMigrator)),
			"CLUSTER_ARN": db.ClusterARN, "ADMIN_SECRET_ARN": db.AdminSecretARN, "DATABASE": jsii.String(databaseName), "NEXT_DATABASE": jsii.String(nextDatabase),
		},
	})
	useDataAPI(role, db.ClusterARN)
	readSecret(role, e, db.AdminSecretARN, db.KeyARN)
	cloneARN, writerARN := arn(e, "rds", "cluster:"+clone), arn(e, "rds", "db:"+clone+"-writer")
	rdsGroup := func(kind string, name *string) *string {
		return awscdk.Fn_Join(jsii.String(""), &[]*string{jsii.String(arn(e, "rds", kind+":")), name})
	}
	may := func(sid string, actions []*string, resources []*string, conditions *map[string]any) {
		role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{Sid: jsii.String(sid), Actions: &actions, Resources: &resources, Conditions: conditions}))
	}
	major, _, _ := strings.Cut(e.Database.Engine, ".")
	optionGroup := jsii.String(arn(e, "rds", "og:default:aurora-postgresql-"+major))
	may("Clone", *jsii.Strings("rds:RestoreDBClusterToPointInTime"), []*string{
		jsii.String(arn(e, "rds", "cluster:"+prefix+source.Stage+"-db")), jsii.String(cloneARN),
		rdsGroup("subgrp", db.SubnetGroup), rdsGroup("cluster-pg", db.ParameterGroup), optionGroup,
	}, nil)
	may("Instance", *jsii.Strings("rds:CreateDBInstance"), []*string{
		jsii.String(cloneARN), jsii.String(writerARN), rdsGroup("subgrp", db.SubnetGroup),
		jsii.String(arn(e, "rds", "pg:default.aurora-postgresql"+major)), optionGroup,
	}, nil)
	may("OwnClone", *jsii.Strings("rds:AddTagsToResource", "rds:DeleteDBCluster", "rds:DeleteDBInstance", "rds:DescribeDBClusters", "rds:DescribeDBInstances"),
		*jsii.Strings(cloneARN, writerARN), nil)
	// A clone is encrypted with the key of what it is a clone of.
	may("KeyOfTheSource", *jsii.Strings("kms:CreateGrant", "kms:DescribeKey"), *jsii.Strings(arn(e, "kms", "key/*")), &map[string]any{
		"StringEquals":             map[string]any{"kms:ViaService": "rds." + e.AWS.Region + ".amazonaws.com"},
		"ForAnyValue:StringEquals": map[string]any{"kms:ResourceAliases": "alias/" + prefix + source.Stage + "-db"},
		"BoolIfExists":             map[string]any{"kms:GrantIsForAWSResource": "true"},
	})
	may("WhoSignsIn", *jsii.Strings("iam:PutRolePolicy", "iam:DeleteRolePolicy"), []*string{maskRole.RoleArn()}, &map[string]any{
		"StringEquals": map[string]any{"iam:PermissionsBoundary": boundary.ManagedPolicyArn()},
	})

	machine := awsstepfunctions.NewStateMachine(stack, jsii.String("Machine"), &awsstepfunctions.StateMachineProps{
		StateMachineName: jsii.String(name), Comment: jsii.String("Brings masked data of " + source.Stage + " to " + e.Stage),
		DefinitionBody: awsstepfunctions.DefinitionBody_FromChainable(refreshSteps(stack, e, mask, refresh)),
		Timeout:        awscdk.Duration_Hours(jsii.Number(4)),
	})
	if e.Database.Refresh != "" {
		awsevents.NewRule(stack, jsii.String("Schedule"), &awsevents.RuleProps{
			RuleName: jsii.String(name), Description: jsii.String("When data of " + source.Stage + " comes to " + e.Stage),
			Schedule: awsevents.Schedule_Expression(jsii.String(e.Database.Refresh)),
			Targets:  &[]awsevents.IRuleTarget{awseventstargets.NewSfnStateMachine(machine, nil)},
		})
	}
	output(stack, "RefreshMachine", machine.StateMachineArn(), "Start an execution to bring data of "+source.Stage+" now", "")
}

// refreshARN is written out for the alarm.
func refreshARN(e *config.Environment) string {
	return arn(e, "states", "stateMachine:"+prefix+e.Stage+"-refresh")
}

// refreshSteps is the order of a refresh: a clone left by an earlier one goes first, and
// however it ends, the clone goes at the end.
func refreshSteps(stack awscdk.Stack, e *config.Environment, mask, refresh awslambda.IFunction) awsstepfunctions.IChainable {
	call := func(id string, f awslambda.IFunction, payload map[string]any, path *string) awsstepfunctionstasks.LambdaInvoke {
		return awsstepfunctionstasks.NewLambdaInvoke(stack, jsii.String(id), &awsstepfunctionstasks.LambdaInvokeProps{
			LambdaFunction: f, Payload: awsstepfunctions.TaskInput_FromObject(&payload), PayloadResponseOnly: jsii.Bool(true), ResultPath: path,
		})
	}
	step := func(id, name string) awsstepfunctionstasks.LambdaInvoke {
		return call(id, refresh, map[string]any{"step": name}, jsii.String("$.refresh"))
	}
	// until asks for a step every minute until it is done.
	until := func(id, name string, next awsstepfunctions.IChainable) awsstepfunctions.IChainable {
		ask := step(id, name)
		wait := awsstepfunctions.NewWait(stack, jsii.String(id+", wait"), &awsstepfunctions.WaitProps{
			Time: awsstepfunctions.WaitTime_Duration(awscdk.Duration_Minutes(jsii.Number(1))),
		})
		done := awsstepfunctions.NewChoice(stack, jsii.String(id+", done?"), nil)
		done.When(awsstepfunctions.Condition_BooleanEquals(jsii.String("$.refresh.done"), jsii.Bool(true)), next, nil)
		done.Otherwise(wait.Next(ask))
		return awsstepfunctions.Chain_Start(ask).Next(done)
	}
	swap := step("Let it take the place", "swap")
	masked := call("Mask", mask, map[string]any{"host": awsstepfunctions.JsonPath_StringAt(jsii.String("$.clone"))}, jsii.String("$.masked"))
	prepare := step("Make a place", "prepare")
	host := awsstepfunctions.NewPass(stack, jsii.String("Note the host"), &awsstepfunctions.PassProps{
		InputPath: jsii.String("$.refresh.host"), ResultPath: jsii.String("$.clone"),
	})
	ready := until("Wait for the clone", "ready", host.Next(prepare).Next(masked).Next(swap))
	work := until("Remove an old clone", "remove", step("Clone", "clone").Next(ready))

	failed := awsstepfunctions.NewFail(stack, jsii.String("Failed"), &awsstepfunctions.FailProps{
		Error: jsii.String("RefreshFailed"), Cause: jsii.String("A step failed; see above. The data of before stays. Runbook: docs/operations.md#refresh"),
	})
	all := awsstepfunctions.NewParallel(stack, jsii.String("Refresh"), &awsstepfunctions.ParallelProps{ResultPath: jsii.String("$.done")})
	all.Branch(work)
	all.AddCatch(until("Remove the clone after a failure", "remove", failed), &awsstepfunctions.CatchProps{ResultPath: jsii.String("$.failure")})
	return all.Next(until("Remove the clone", "remove", awsstepfunctions.NewSucceed(stack, jsii.String("Done"), nil)))
}
