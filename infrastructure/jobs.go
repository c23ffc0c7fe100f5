package main

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/mtbwiki/mtbwiki/config"
	dbroles "github.com/mtbwiki/mtbwiki/database"
)

// rotationDays is how often the API's password changes.
const rotationDays = 30

// postgresPort is the cluster's.
const postgresPort = 5432

// jobs are a stage's Lambdas beside the API.
type jobs struct {
	Stack     awscdk.Stack
	RotateARN *string
}

// newJobs makes the stack mtb-wiki-<stage>-jobs. It is deployed after the database
// and before the API; in between the pipeline calls two of its functions:
//
//	mtb-wiki-<stage>-roles    makes the database's roles, outside the VPC, by the Data API
//	mtb-wiki-<stage>-migrate  migrates, in the isolated subnets, by IAM; it only expands
//	mtb-wiki-<stage>-expire   archives what is over, by a schedule where data is live
//	mtb-wiki-<stage>-rotate   changes the password of the API's user; Secrets Manager calls it
//
// They are called and not resources that CloudFormation makes, because a custom
// resource in a network without a way out could not answer, and a failed migration
// would have to be taken back, which it never is.
func newJobs(app constructs.Construct, e *config.Environment, n *network, db *database, p *config.Pipeline, programDir func(string) string) *jobs {
	name := prefix + e.Stage + "-jobs"
	stack := newStack(app, name, "MTB Wiki: jobs of the stage "+e.Stage, e.AWS, e.Database.DeletionProtection,
		map[string]string{"fabric": e.Fabric, "stage": e.Stage})
	stack.AddStackDependency(db.Stack, jsii.String("the cluster and the secret"))

	group := awsec2.NewCfnSecurityGroup(stack, jsii.String("SecurityGroup"), &awsec2.CfnSecurityGroupProps{
		VpcId:            awscdk.Fn_ImportValue(jsii.String(n.Name + "-id")),
		GroupDescription: jsii.String("MTB Wiki " + e.Stage + ": jobs that reach the database and nothing else"),
		SecurityGroupEgress: &[]any{&awsec2.CfnSecurityGroup_EgressProperty{
			Description: jsii.String("the database"), IpProtocol: jsii.String("tcp"),
			FromPort: jsii.Number(postgresPort), ToPort: jsii.Number(postgresPort), DestinationSecurityGroupId: db.GroupID,
		}},
	})
	awsec2.NewCfnSecurityGroupIngress(stack, jsii.String("JobsReachTheDatabase"), &awsec2.CfnSecurityGroupIngressProps{
		GroupId: db.GroupID, SourceSecurityGroupId: group.AttrGroupId(),
		Description: jsii.String("jobs in the isolated subnets"), IpProtocol: jsii.String("tcp"),
		FromPort: jsii.Number(postgresPort), ToPort: jsii.Number(postgresPort),
	})

	admin := map[string]*string{
		"CLUSTER_ARN": db.ClusterARN, "ADMIN_SECRET_ARN": db.AdminSecretARN, "API_SECRET_ARN": db.APISecretARN, "DATABASE": jsii.String(databaseName),
	}
	with := func(more map[string]*string) map[string]*string {
		all := map[string]*string{}
		for _, m := range []map[string]*string{admin, more} {
			for k, v := range m {
				all[k] = v
			}
		}
		return all
	}

	inside := &functionNetwork{
		VPC:   n.in(stack),
		Group: awsec2.SecurityGroup_FromSecurityGroupId(stack, jsii.String("Group"), group.AttrGroupId(), &awsec2.SecurityGroupImportOptions{Mutable: jsii.Bool(false)}),
	}

	roles, role := newFunction(stack, e, function{
		ID: "roles", Name: "roles", Description: "Makes the database's roles, as its administrator", Dir: programDir("roles"),
		// A paused cluster takes half a minute to wake up.
		MemoryMB: 256, Timeout: 120, Environment: admin,
	})
	useDataAPI(role, db.ClusterARN)
	readSecret(role, e, db.AdminSecretARN, db.KeyARN)
	readSecret(role, e, db.APISecretARN, db.KeyARN)

	migrate, role := newFunction(stack, e, function{
		ID: "migrate", Name: "migrate", Description: "Brings the database up to date; it only expands", Dir: programDir("migrate"),
		MemoryMB: 512, Timeout: 900,
		Environment: map[string]*string{
			"DATABASE_HOST": db.Host, "DATABASE_PORT": jsii.String(strconv.Itoa(postgresPort)), "DATABASE": jsii.String(databaseName),
			// Read-only by right: the API's user then lacks EXECUTE on what writes.
			"WRITABLE": jsii.String(strconv.FormatBool(e.Data != "production-read-only")),
		},
		Network: inside,
	})
	role.AddToPolicy(awsiam.NewPolicyStatement(signIn(e, db.ResourceID, dbroles.RoleMigrator)))

	if e.Data != "production-read-only" { // there a refresh brings what was archived in Prod
		expire, role := newFunction(stack, e, function{
			ID: "expire", Name: "expire", Description: "Archives what is over", Dir: programDir("expire"),
			MemoryMB: 256, Timeout: 300,
			Environment: map[string]*string{
				"DATABASE_HOST": db.Host, "DATABASE_PORT": jsii.String(strconv.Itoa(postgresPort)), "DATABASE": jsii.String(databaseName),
			},
			Network: inside,
		})
		role.AddToPolicy(awsiam.NewPolicyStatement(signIn(e, db.ResourceID, dbroles.RoleJobs)))
		if e.Data == "live" { // elsewhere it would wake the database up
			rule := awsevents.NewCfnRule(stack, jsii.String("Expiry"), &awsevents.CfnRuleProps{
				Name: jsii.String(prefix + e.Stage + "-expire"), Description: jsii.String("Archives what is over"),
				// When the day is over everywhere (UTC-12), and an hour of grace.
				ScheduleExpression: jsii.String("cron(0 13 * * ? *)"),
				Targets:            &[]any{&awsevents.CfnRule_TargetProperty{Id: jsii.String("expire"), Arn: expire.FunctionArn()}},
			})
			awslambda.NewCfnPermission(stack, jsii.String("ExpiryCalls"), &awslambda.CfnPermissionProps{
				Action: jsii.String("lambda:InvokeFunction"), FunctionName: expire.FunctionArn(),
				Principal: jsii.String("events.amazonaws.com"), SourceArn: rule.AttrArn(), SourceAccount: jsii.String(e.AWS.Account),
			})
		}
	}

	candidates := prefix + e.Stage + "-db/candidate-"
	rotate, role := newFunction(stack, e, function{
		ID: "rotate", Name: "rotate", Description: "Changes the password of the API's database user", Dir: programDir("rotate"),
		MemoryMB: 256, Timeout: 120,
		Environment: with(map[string]*string{"CANDIDATE_PREFIX": jsii.String(candidates), "KEY_ARN": db.KeyARN}),
	})
	useDataAPI(role, db.ClusterARN)
	readSecret(role, e, db.AdminSecretARN, db.KeyARN)
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("OwnSecret"),
		Actions: jsii.Strings("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue",
			"secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"),
		Resources: &[]*string{db.APISecretARN},
	}))
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:       jsii.String("Candidates"),
		Actions:   jsii.Strings("secretsmanager:CreateSecret", "secretsmanager:DeleteSecret", "secretsmanager:GetSecretValue"),
		Resources: jsii.Strings(arn(e, "secretsmanager", "secret:"+candidates+"*")),
	}))
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:       jsii.String("KeyOfTheSecrets"),
		Actions:   jsii.Strings("kms:Decrypt", "kms:GenerateDataKey"),
		Resources: &[]*string{db.KeyARN},
		Conditions: &map[string]any{
			"StringEquals": map[string]any{"kms:ViaService": "secretsmanager." + e.AWS.Region + ".amazonaws.com"},
			"StringLike": map[string]any{"kms:EncryptionContext:SecretARN": []any{
				db.APISecretARN, arn(e, "secretsmanager", "secret:"+candidates+"*"),
			}},
		},
	}))
	awslambda.NewCfnPermission(stack, jsii.String("SecretsManagerRotates"), &awslambda.CfnPermissionProps{
		Action: jsii.String("lambda:InvokeFunction"), FunctionName: rotate.FunctionArn(),
		Principal: jsii.String("secretsmanager.amazonaws.com"), SourceArn: db.APISecretARN, SourceAccount: jsii.String(e.AWS.Account),
	})

	newReleaseRole(stack, e, p, roles, migrate)

	output(stack, "RolesFunction", roles.FunctionName(), "Makes the database's roles; call it first", "")
	output(stack, "MigrateFunction", migrate.FunctionName(), "Migrates; call it second", "")
	return &jobs{Stack: stack, RotateARN: rotate.FunctionArn()}
}

// signIn lets one sign in to a cluster, given by its resource id, as a user of the
// database by IAM.
func signIn(e *config.Environment, cluster *string, user string) *awsiam.PolicyStatementProps {
	return &awsiam.PolicyStatementProps{
		Sid: jsii.String("SignIn"), Actions: jsii.Strings("rds-db:connect"),
		Resources: &[]*string{awscdk.Fn_Join(jsii.String(""), &[]*string{jsii.String(arn(e, "rds-db", "dbuser:")), cluster, jsii.String("/" + user)})},
	}
}

// newReleaseRole makes the role mtb-wiki-<stage>-release, which the pipeline's steps take:
// it calls the two functions, puts files into the site's bucket and looks at the stage's
// alarm. Where nobody's data is, it also makes the accounts with which the gate writes.
func newReleaseRole(stack awscdk.Stack, e *config.Environment, p *config.Pipeline, functions ...awslambda.Function) {
	tools := "arn:" + partition(e.AWS.Region) + ":iam::" + p.Account + ":"
	role := awsiam.NewRole(stack, jsii.String("ReleaseRole"), &awsiam.RoleProps{
		RoleName:    jsii.String(prefix + e.Stage + "-release"),
		Description: jsii.String("MTB Wiki " + e.Stage + ": what a release does besides deploying stacks"),
		AssumedBy: awsiam.NewPrincipalWithConditions(awsiam.NewAccountPrincipal(jsii.String(p.Account)), &map[string]any{
			// The names of its projects' roles begin with the pipeline's.
			"ArnLike": map[string]any{"aws:PrincipalArn": tools + "role/" + pipelineName + "-*"},
		}),
	})
	var calls []*string
	for _, f := range functions {
		calls = append(calls, f.FunctionArn())
	}
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("Migrate"), Actions: jsii.Strings("lambda:InvokeFunction"), Resources: &calls,
	}))
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("Files"), Actions: jsii.Strings("s3:PutObject"),
		Resources: jsii.Strings("arn:" + partition(e.AWS.Region) + ":s3:::" + filesBucket(e) + "/static/*"),
	}))
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("Alarm"), Actions: jsii.Strings("cloudwatch:DescribeAlarms"),
		Resources: jsii.Strings(arn(e, "cloudwatch", "alarm:"+prefix+e.Stage+"-symptoms")),
	}))
	if hasGateClient(e) {
		role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: jsii.String("GateAccounts"),
			Actions: jsii.Strings("cognito-idp:AdminAddUserToGroup", "cognito-idp:AdminCreateUser", "cognito-idp:AdminGetUser",
				"cognito-idp:AdminInitiateAuth", "cognito-idp:AdminSetUserPassword"),
			Resources:  jsii.Strings(arn(e, "cognito-idp", "userpool/*")),
			Conditions: &map[string]any{"StringEquals": map[string]any{"aws:ResourceTag/stage": e.Stage}},
		}))
	}
}
