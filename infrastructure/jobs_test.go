package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/config"
)

// theJob is a Lambda of the stack of jobs by its program.
func theJob(t *testing.T, tmpl template, e *config.Environment, program string) resource {
	t.Helper()
	for _, f := range tmpl.all("AWS::Lambda::Function") {
		if f.Properties["FunctionName"] == prefix+e.Stage+"-"+program {
			return f
		}
	}
	t.Fatalf("%s has no Lambda %s", tmpl.Name, program)
	return resource{}
}

// TestJobs holds where each Lambda runs and exactly what it may do.
func TestJobs(t *testing.T) {
	t.Parallel()
	eachStage(t, func(t *testing.T, e *config.Environment) {
		tmpl := named(t, prefix+e.Stage+"-jobs")
		db := named(t, prefix+e.Stage+"-db")
		clusterID, _ := db.only(t, "AWS::RDS::DBCluster")
		secretID, _ := db.only(t, "AWS::SecretsManager::Secret")
		keyID, _ := db.only(t, "AWS::KMS::Key")
		groupID, group := tmpl.only(t, "AWS::EC2::SecurityGroup")
		dbGroupID, _ := db.only(t, "AWS::EC2::SecurityGroup")
		of := func(id, attribute string) string {
			return db.Name + `:{"Fn::GetAtt":["` + id + `","` + attribute + `"]}`
		}
		cluster := map[string]any{"Fn::Join": []any{"", []any{
			"arn:aws:rds:" + e.AWS.Region + ":" + e.AWS.Account + ":cluster:", db.Name + `:{"Ref":"` + clusterID + `"}`,
		}}}
		admin, secret, key := of(clusterID, "MasterUserSecret.SecretArn"), db.Name+`:{"Ref":"`+secretID+`"}`, of(keyID, "Arn")
		via := "secretsmanager." + e.AWS.Region + ".amazonaws.com"

		log := func(program string) map[string]any {
			for id, g := range tmpl.all("AWS::Logs::LogGroup") {
				if g.Properties["LogGroupName"] == "/aws/lambda/"+prefix+e.Stage+"-"+program {
					return map[string]any{"Effect": "Allow", "Action": []any{"logs:CreateLogStream", "logs:PutLogEvents"}, "Resource": map[string]any{"Fn::GetAtt": []any{id, "Arn"}}}
				}
			}
			t.Fatalf("%s has no log group", program)
			return nil
		}
		dataAPI := map[string]any{"Effect": "Allow", "Resource": cluster, "Action": []any{
			"rds-data:BeginTransaction", "rds-data:CommitTransaction", "rds-data:ExecuteStatement", "rds-data:RollbackTransaction",
		}}
		read := func(secret any) []any {
			return []any{
				map[string]any{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": secret},
				map[string]any{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key, "Condition": map[string]any{"StringEquals": map[string]any{
					"kms:ViaService": via, "kms:EncryptionContext:SecretARN": secret,
				}}},
			}
		}
		join := func(parts ...[]any) (all []any) {
			for _, p := range parts {
				all = append(all, p...)
			}
			return all
		}
		candidates := "arn:aws:secretsmanager:" + e.AWS.Region + ":" + e.AWS.Account + ":secret:" + prefix + e.Stage + "-db/candidate-*"
		interfaces := []any{
			"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
			"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
		}
		writable := map[bool]string{true: "true", false: "false"}[e.Data != "production-read-only"]
		environment := map[string]any{"CLUSTER_ARN": cluster, "ADMIN_SECRET_ARN": admin, "API_SECRET_ARN": secret, "DATABASE": "mtbwiki"}
		with := func(name string, value any) {
			old := environment
			environment = map[string]any{name: value}
			for k, v := range old {
				environment[k] = v
			}
		}
		check := func(program string, inside bool, variables map[string]any, may []any) {
			t.Helper()
			f := theJob(t, tmpl, e, program)
			for name, want := range map[string]any{"Runtime": "provided.al2023", "Handler": "bootstrap", "Architectures": []any{"arm64"}} {
				if diff := cmp.Diff(want, f.Properties[name]); diff != "" {
					t.Errorf("%s: %s (-want +got):\n%s", program, name, diff)
				}
			}
			if diff := cmp.Diff(map[string]any{"Variables": variables}, resolve(t, f.Properties["Environment"])); diff != "" {
				t.Errorf("%s: its settings (-want +got):\n%s", program, diff)
			}
			if diff := cmp.Diff(text(may), statementsOf(t, tmpl, f.Properties["Role"])); diff != "" {
				t.Errorf("%s: what it may do (-want +got):\n%s", program, diff)
			}
			vpc, _ := f.Properties["VpcConfig"].(map[string]any)
			if inside != (vpc != nil) {
				t.Errorf("%s: its network is %s", program, text(vpc))
			}
			if inside {
				if got := text(vpc["SecurityGroupIds"]); got != `[{"Fn::GetAtt":["`+groupID+`","GroupId"]}]` {
					t.Errorf("%s has the groups %s", program, got)
				}
				for i, s := range list(resolve(t, vpc["SubnetIds"])) {
					if want := prefix + e.Fabric + `-vpc:{"Ref":"Vpcisolated`; !strings.HasPrefix(s.(string), want) {
						t.Errorf("%s: subnet %d is %v", program, i, s)
					}
				}
			}
		}
		// The CDK makes one statement of the two that read.
		both := append(read([]any{admin, secret})[:1], read(admin)[1], read(secret)[1])
		check("roles", false, environment, join([]any{log("roles"), dataAPI}, both))
		check("migrate", true, map[string]any{
			"DATABASE_HOST": of(clusterID, "Endpoint.Address"), "DATABASE_PORT": "5432", "DATABASE": "mtbwiki", "WRITABLE": writable,
		}, []any{
			log("migrate"),
			map[string]any{"Sid": "NetworkInterfaces", "Effect": "Allow", "Action": interfaces, "Resource": "*"},
			map[string]any{"Sid": "NotTheCodeItself", "Effect": "Deny", "Action": interfaces, "Resource": "*", "Condition": map[string]any{
				"ArnEquals": map[string]any{"lambda:SourceFunctionArn": "arn:aws:lambda:" + e.AWS.Region + ":" + e.AWS.Account + ":function:" + prefix + e.Stage + "-migrate"},
			}},
			map[string]any{"Sid": "SignIn", "Effect": "Allow", "Action": "rds-db:connect", "Resource": map[string]any{"Fn::Join": []any{"", []any{
				"arn:aws:rds-db:" + e.AWS.Region + ":" + e.AWS.Account + ":dbuser:", of(clusterID, "DBClusterResourceId"), "/mtbwiki_migrator",
			}}}},
		})
		if e.Data != "production-read-only" {
			check("expire", true, map[string]any{"DATABASE_HOST": of(clusterID, "Endpoint.Address"), "DATABASE_PORT": "5432", "DATABASE": "mtbwiki"}, []any{
				log("expire"),
				map[string]any{"Sid": "NetworkInterfaces", "Effect": "Allow", "Action": interfaces, "Resource": "*"},
				map[string]any{"Sid": "NotTheCodeItself", "Effect": "Deny", "Action": interfaces, "Resource": "*", "Condition": map[string]any{
					"ArnEquals": map[string]any{"lambda:SourceFunctionArn": "arn:aws:lambda:" + e.AWS.Region + ":" + e.AWS.Account + ":function:" + prefix + e.Stage + "-expire"},
				}},
				map[string]any{"Sid": "SignIn", "Effect": "Allow", "Action": "rds-db:connect", "Resource": map[string]any{"Fn::Join": []any{"", []any{
					"arn:aws:rds-db:" + e.AWS.Region + ":" + e.AWS.Account + ":dbuser:", of(clusterID, "DBClusterResourceId"), "/mtbwiki_jobs",
				}}}},
			})
		}
		with("CANDIDATE_PREFIX", prefix+e.Stage+"-db/candidate-")
		with("KEY_ARN", key)
		check("rotate", false, environment, join([]any{log("rotate"), dataAPI}, read(admin), []any{
			map[string]any{"Sid": "OwnSecret", "Effect": "Allow", "Resource": secret, "Action": []any{
				"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage",
			}},
			map[string]any{"Sid": "Candidates", "Effect": "Allow", "Resource": candidates, "Action": []any{
				"secretsmanager:CreateSecret", "secretsmanager:DeleteSecret", "secretsmanager:GetSecretValue",
			}},
			map[string]any{"Sid": "KeyOfTheSecrets", "Effect": "Allow", "Resource": key, "Action": []any{"kms:Decrypt", "kms:GenerateDataKey"}, "Condition": map[string]any{
				"StringEquals": map[string]any{"kms:ViaService": via},
				"StringLike":   map[string]any{"kms:EncryptionContext:SecretARN": []any{secret, candidates}},
			}},
		}))

		// The group of those inside leads to the database and nowhere else.
		want := []any{map[string]any{
			"Description": "the database", "IpProtocol": "tcp", "FromPort": 5432.0, "ToPort": 5432.0,
			"DestinationSecurityGroupId": of(dbGroupID, "GroupId"),
		}}
		if diff := cmp.Diff(want, resolve(t, group.Properties["SecurityGroupEgress"])); diff != "" {
			t.Errorf("the way out of the jobs (-want +got):\n%s", diff)
		}
	})
}

// TestRotation holds that Secrets Manager alone, for this secret alone, may call the
// rotation, and that it does so in time, after the roles are there.
func TestRotation(t *testing.T) {
	t.Parallel()
	eachStage(t, func(t *testing.T, e *config.Environment) {
		tmpl := named(t, prefix+e.Stage+"-jobs")
		db := named(t, prefix+e.Stage+"-db")
		secretID, _ := db.only(t, "AWS::SecretsManager::Secret")
		secret := db.Name + `:{"Ref":"` + secretID + `"}`
		var arn any
		for id, f := range tmpl.all("AWS::Lambda::Function") {
			if f.Properties["FunctionName"] == prefix+e.Stage+"-rotate" {
				arn = map[string]any{"Fn::GetAtt": []any{id, "Arn"}}
			}
		}
		var permission resource
		for _, p := range tmpl.all("AWS::Lambda::Permission") {
			if p.Properties["Principal"] == "secretsmanager.amazonaws.com" {
				permission = p
			}
		}
		want := map[string]any{
			"Action": "lambda:InvokeFunction", "Principal": "secretsmanager.amazonaws.com",
			"FunctionName": arn, "SourceArn": secret, "SourceAccount": e.AWS.Account,
		}
		if diff := cmp.Diff(want, resolve(t, permission.Properties)); diff != "" {
			t.Errorf("who may rotate (-want +got):\n%s", diff)
		}
		_, schedule := named(t, prefix+e.Stage+"-api").only(t, "AWS::SecretsManager::RotationSchedule")
		want = map[string]any{
			"SecretId": secret, "RotationLambdaARN": tmpl.Name + ":" + text(arn), "RotateImmediatelyOnUpdate": false,
			"RotationRules": map[string]any{"ScheduleExpression": "rate(30 days)", "Duration": "2h"},
		}
		if diff := cmp.Diff(want, resolve(t, schedule.Properties)); diff != "" {
			t.Errorf("when it rotates (-want +got):\n%s", diff)
		}
	})
}

// TestOrder holds that the API's stack waits for that of the jobs, which waits for the
// database's.
func TestOrder(t *testing.T) {
	t.Parallel()
	eachStage(t, func(t *testing.T, e *config.Environment) {
		for _, stack := range []struct{ name, after string }{
			{prefix + e.Stage + "-jobs", prefix + e.Stage + "-db"}, {prefix + e.Stage + "-api", prefix + e.Stage + "-jobs"},
		} {
			if !dependsOn(t, stack.name, stack.after) {
				t.Errorf("%s isn't deployed after %s", stack.name, stack.after)
			}
		}
	})
}

// TestReleaseRole holds who may take the role of a stage's release, and what it may.
func TestReleaseRole(t *testing.T) {
	t.Parallel()
	eachStage(t, func(t *testing.T, e *config.Environment) {
		tmpl := named(t, prefix+e.Stage+"-jobs")
		var id string
		for candidate, r := range tmpl.all("AWS::IAM::Role") {
			if r.Properties["RoleName"] == prefix+e.Stage+"-release" {
				id = candidate
			}
		}
		tools := synthesized.Pipeline.Account
		trust := text(resolve(t, tmpl.Resources[id].Properties["AssumeRolePolicyDocument"]))
		if !strings.Contains(trust, `"Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::`+tools+`:role/mtb-wiki-pipeline-*"}}`) || strings.Count(trust, "Effect") != 1 || !strings.Contains(trust, ":iam::"+tools+":root") {
			t.Errorf("the role may be taken so: %s", trust)
		}
		function := func(program string) any {
			for id, f := range tmpl.all("AWS::Lambda::Function") {
				if f.Properties["FunctionName"] == prefix+e.Stage+"-"+program {
					return map[string]any{"Fn::GetAtt": []any{id, "Arn"}}
				}
			}
			t.Fatalf("there is no Lambda %s", program)
			return nil
		}
		want := []any{
			map[string]any{"Sid": "Migrate", "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": []any{function("roles"), function("migrate")}},
			map[string]any{"Sid": "Files", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::" + filesBucket(e) + "/static/*"},
			map[string]any{"Sid": "Alarm", "Effect": "Allow", "Action": "cloudwatch:DescribeAlarms",
				"Resource": "arn:aws:cloudwatch:" + e.AWS.Region + ":" + e.AWS.Account + ":alarm:" + prefix + e.Stage + "-symptoms"},
		}
		if e.Data != "live" { // no accounts are made where riders' are
			want = append(want, map[string]any{"Sid": "GateAccounts", "Effect": "Allow",
				"Action": []any{"cognito-idp:AdminAddUserToGroup", "cognito-idp:AdminCreateUser", "cognito-idp:AdminGetUser",
					"cognito-idp:AdminInitiateAuth", "cognito-idp:AdminSetUserPassword"},
				"Resource":  "arn:aws:cognito-idp:" + e.AWS.Region + ":" + e.AWS.Account + ":userpool/*",
				"Condition": map[string]any{"StringEquals": map[string]any{"aws:ResourceTag/stage": e.Stage}},
			})
		}
		got := statementsOf(t, tmpl, map[string]any{"Fn::GetAtt": []any{id, "Arn"}})
		if got != text(want) && got != text(append([]any{map[string]any{"Sid": "Migrate", "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": []any{function("migrate"), function("roles")}}}, want[1:]...)) {
			t.Errorf("what the role may do (-want +got):\n%s", cmp.Diff(text(want), got))
		}
		_, bucket := named(t, prefix+e.Stage+"-site").only(t, "AWS::S3::Bucket")
		if bucket.Properties["BucketName"] != filesBucket(e) {
			t.Errorf("the bucket is called %v", bucket.Properties["BucketName"])
		}
	})
}

// TestExpiry holds that what is over goes to the archive by itself where people read it, and
// that the schedule alone calls for it.
func TestExpiry(t *testing.T) {
	t.Parallel()
	eachStage(t, func(t *testing.T, e *config.Environment) {
		tmpl := named(t, prefix+e.Stage+"-jobs")
		rules := tmpl.all("AWS::Events::Rule")
		if e.Data != "live" {
			if len(rules) != 0 {
				t.Errorf("it wakes the database up: %v", rules)
			}
			return
		}
		ruleID, rule := tmpl.only(t, "AWS::Events::Rule")
		var arn any
		for id, f := range tmpl.all("AWS::Lambda::Function") {
			if f.Properties["FunctionName"] == prefix+e.Stage+"-expire" {
				arn = map[string]any{"Fn::GetAtt": []any{id, "Arn"}}
			}
		}
		if rule.Properties["ScheduleExpression"] != "cron(0 13 * * ? *)" || text(rule.Properties["Targets"]) != text([]any{map[string]any{"Id": "expire", "Arn": arn}}) {
			t.Errorf("the schedule is %s", text(rule.Properties))
		}
		found := false
		for _, p := range tmpl.all("AWS::Lambda::Permission") {
			if text(p.Properties["FunctionName"]) == text(arn) {
				found = true
				want := map[string]any{"Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com", "FunctionName": arn,
					"SourceArn": map[string]any{"Fn::GetAtt": []any{ruleID, "Arn"}}, "SourceAccount": e.AWS.Account}
				if diff := cmp.Diff(want, p.Properties); diff != "" {
					t.Errorf("who may call it (-want +got):\n%s", diff)
				}
			}
		}
		if !found {
			t.Error("nobody may call it")
		}
	})
}
