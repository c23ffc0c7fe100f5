package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/config"
)

// TestRefresh holds who reaches a clone of Prod, and exactly what the two Lambdas may do.
func TestRefresh(t *testing.T) {
	t.Parallel()
	var gamma, prod *config.Environment
	for _, e := range synthesized.Environments {
		switch e.Data {
		case "production-read-only":
			gamma = e
		case "live":
			prod = e
		}
		if _, there := find(prefix + e.Stage + "-refresh"); there != (e.Data == "production-read-only") {
			t.Errorf("%s is refreshed: %v", e.Stage, there)
		}
	}
	tmpl, db := named(t, prefix+gamma.Stage+"-refresh"), named(t, prefix+gamma.Stage+"-db")
	clusterID, _ := db.only(t, "AWS::RDS::DBCluster")
	keyID, _ := db.only(t, "AWS::KMS::Key")
	dbGroupID, _ := db.only(t, "AWS::EC2::SecurityGroup")
	subnetsID, _ := db.only(t, "AWS::RDS::DBSubnetGroup")
	parametersID, _ := db.only(t, "AWS::RDS::DBClusterParameterGroup")
	of := func(id, attribute string) string {
		return db.Name + `:{"Fn::GetAtt":["` + id + `","` + attribute + `"]}`
	}
	at := gamma.AWS.Region + ":" + gamma.AWS.Account + ":"
	join := func(parts ...any) any { return map[string]any{"Fn::Join": []any{"", parts}} }
	own := func(id, attribute string) any { return map[string]any{"Fn::GetAtt": []any{id, attribute}} }

	// Groups: the Lambda mask reaches the clone and the database; nobody else reaches the clone.
	var maskGroup, cloneGroup string
	for id, g := range tmpl.all("AWS::EC2::SecurityGroup") {
		if strings.Contains(text(g.Properties["GroupDescription"]), ": a clone of") {
			cloneGroup = id
			if text(g.Properties["SecurityGroupEgress"]) != `[{"CidrIp":"255.255.255.255/32","Description":"Disallow all traffic","FromPort":252,"IpProtocol":"icmp","ToPort":86}]` || g.Properties["SecurityGroupIngress"] != nil {
				t.Errorf("the clone's group: %s", text(g.Properties))
			}
		} else {
			maskGroup = id
		}
	}
	egress := text(resolve(t, tmpl.Resources[maskGroup].Properties["SecurityGroupEgress"]))
	for _, want := range []string{text(own(cloneGroup, "GroupId")), text(of(dbGroupID, "GroupId"))} {
		if !strings.Contains(egress, want) || strings.Count(egress, "IpProtocol") != 2 || strings.Contains(egress, "Cidr") {
			t.Errorf("the way out of the Lambda mask: %s", egress)
		}
	}
	in := map[string]bool{}
	for _, r := range tmpl.all("AWS::EC2::SecurityGroupIngress") {
		p := r.Properties
		in[text(resolve(t, p["GroupId"]))] = true
		if text(p["SourceSecurityGroupId"]) != text(own(maskGroup, "GroupId")) || p["FromPort"] != 5432.0 || p["ToPort"] != 5432.0 {
			t.Errorf("a way in: %s", text(p))
		}
	}
	if want := map[string]bool{text(own(cloneGroup, "GroupId")): true, text(of(dbGroupID, "GroupId")): true}; cmp.Diff(want, in) != "" {
		t.Errorf("ways in (-want +got):\n%s", cmp.Diff(want, in))
	}

	cluster := join("arn:aws:rds:"+at+"cluster:", db.Name+`:{"Ref":"`+clusterID+`"}`)
	log := func(program string) any {
		for id, g := range tmpl.all("AWS::Logs::LogGroup") {
			if g.Properties["LogGroupName"] == "/aws/lambda/"+prefix+gamma.Stage+"-"+program {
				return map[string]any{"Effect": "Allow", "Action": []any{"logs:CreateLogStream", "logs:PutLogEvents"}, "Resource": own(id, "Arn")}
			}
		}
		t.Fatalf("%s has no log group", program)
		return nil
	}
	check := func(program string, variables map[string]any, may []any) resource {
		t.Helper()
		f := theJob(t, tmpl, gamma, program)
		if diff := cmp.Diff(map[string]any{"Variables": variables}, resolve(t, f.Properties["Environment"])); diff != "" {
			t.Errorf("%s: its settings (-want +got):\n%s", program, diff)
		}
		if diff := cmp.Diff(text(may), statementsOf(t, tmpl, f.Properties["Role"])); diff != "" {
			t.Errorf("%s: what it may do (-want +got):\n%s", program, diff)
		}
		return f
	}
	var interfaces []any
	for _, a := range networkInterfaceActions {
		interfaces = append(interfaces, a)
	}
	nic := map[string]any{"Sid": "NetworkInterfaces", "Effect": "Allow", "Action": interfaces, "Resource": "*"}
	mask := check("mask", map[string]any{
		"CLONE": "mtb-wiki-gamma-clone", "DATABASE_HOST": of(clusterID, "Endpoint.Address"), "DATABASE_PORT": "5432", "DATABASE": "mtbwiki", "NEXT_DATABASE": "mtbwiki_next",
	}, []any{
		log("mask"), nic,
		map[string]any{"Sid": "NotTheCodeItself", "Effect": "Deny", "Action": interfaces, "Resource": "*", "Condition": map[string]any{
			"ArnEquals": map[string]any{"lambda:SourceFunctionArn": "arn:aws:lambda:" + at + "function:mtb-wiki-gamma-mask"},
		}},
		// Of the clone's cluster nothing: that right comes and goes with it.
		map[string]any{"Sid": "SignIn", "Effect": "Allow", "Action": "rds-db:connect", "Resource": join("arn:aws:rds-db:"+at+"dbuser:", of(clusterID, "DBClusterResourceId"), "/mtbwiki_migrator")},
	})
	if groups := text(mask.Properties["VpcConfig"].(map[string]any)["SecurityGroupIds"]); groups != text([]any{own(maskGroup, "GroupId")}) {
		t.Errorf("the Lambda mask has the groups %s", groups)
	}
	boundaryID, boundary := tmpl.only(t, "AWS::IAM::ManagedPolicy")
	maskRole := mask.Properties["Role"].(map[string]any)["Fn::GetAtt"].([]any)[0].(string)
	if got := text(tmpl.Resources[maskRole].Properties["PermissionsBoundary"]); got != `{"Ref":"`+boundaryID+`"}` {
		t.Errorf("the boundary of the Lambda mask is %s", got)
	}
	signIn := map[string]any{"Sid": "SignIn", "Effect": "Allow", "Action": "rds-db:connect", "Resource": "arn:aws:rds-db:" + at + "dbuser:cluster-*/mtbwiki_migrator"}
	logs := log("mask").(map[string]any)
	logs["Sid"] = "Log"
	if diff := cmp.Diff(text([]any{signIn, logs, nic}), text(boundary.Properties["PolicyDocument"].(map[string]any)["Statement"])); diff != "" {
		t.Errorf("the most that the Lambda mask may do (-want +got):\n%s", diff)
	}

	admin, key := of(clusterID, "MasterUserSecret.SecretArn"), of(keyID, "Arn")
	subnets := join("arn:aws:rds:"+at+"subgrp:", db.Name+`:{"Ref":"`+subnetsID+`"}`)
	clone, writer, options := "arn:aws:rds:"+at+"cluster:mtb-wiki-gamma-clone", "arn:aws:rds:"+at+"db:mtb-wiki-gamma-clone-writer", "arn:aws:rds:"+at+"og:default:aurora-postgresql-17"
	refresh := check("refresh", map[string]any{
		"STAGE": "gamma", "SOURCE": "mtb-wiki-prod-db", "CLONE": "mtb-wiki-gamma-clone",
		"SUBNET_GROUP": db.Name + `:{"Ref":"` + subnetsID + `"}`, "PARAMETER_GROUP": db.Name + `:{"Ref":"` + parametersID + `"}`, "SECURITY_GROUP": own(cloneGroup, "GroupId"),
		"MAX_CAPACITY": fmt.Sprint(gamma.Database.MaxCapacity), "MASK_ROLE": map[string]any{"Ref": maskRole}, "CONNECT_ARN": "arn:aws:rds-db:" + at + "dbuser:%s/mtbwiki_migrator",
		"CLUSTER_ARN": cluster, "ADMIN_SECRET_ARN": admin, "DATABASE": "mtbwiki", "NEXT_DATABASE": "mtbwiki_next",
	}, []any{
		log("refresh"),
		map[string]any{"Effect": "Allow", "Resource": cluster, "Action": []any{
			"rds-data:BeginTransaction", "rds-data:CommitTransaction", "rds-data:ExecuteStatement", "rds-data:RollbackTransaction",
		}},
		map[string]any{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": admin},
		map[string]any{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key, "Condition": map[string]any{"StringEquals": map[string]any{
			"kms:ViaService": "secretsmanager." + gamma.AWS.Region + ".amazonaws.com", "kms:EncryptionContext:SecretARN": admin,
		}}},
		map[string]any{"Sid": "Clone", "Effect": "Allow", "Action": "rds:RestoreDBClusterToPointInTime", "Resource": []any{
			clone, "arn:aws:rds:" + at + "cluster:mtb-wiki-prod-db", options, join("arn:aws:rds:"+at+"cluster-pg:", db.Name+`:{"Ref":"`+parametersID+`"}`), subnets,
		}},
		map[string]any{"Sid": "Instance", "Effect": "Allow", "Action": "rds:CreateDBInstance", "Resource": []any{
			clone, writer, options, "arn:aws:rds:" + at + "pg:default.aurora-postgresql17", subnets,
		}},
		map[string]any{"Sid": "OwnClone", "Effect": "Allow", "Resource": []any{clone, writer}, "Action": []any{
			"rds:AddTagsToResource", "rds:DeleteDBCluster", "rds:DeleteDBInstance", "rds:DescribeDBClusters", "rds:DescribeDBInstances",
		}},
		map[string]any{"Sid": "KeyOfTheSource", "Effect": "Allow", "Action": []any{"kms:CreateGrant", "kms:DescribeKey"}, "Resource": "arn:aws:kms:" + at + "key/*", "Condition": map[string]any{
			"StringEquals":             map[string]any{"kms:ViaService": "rds." + gamma.AWS.Region + ".amazonaws.com"},
			"ForAnyValue:StringEquals": map[string]any{"kms:ResourceAliases": "alias/mtb-wiki-prod-db"},
			"BoolIfExists":             map[string]any{"kms:GrantIsForAWSResource": "true"},
		}},
		map[string]any{"Sid": "WhoSignsIn", "Effect": "Allow", "Action": []any{"iam:DeleteRolePolicy", "iam:PutRolePolicy"}, "Resource": own(maskRole, "Arn"), "Condition": map[string]any{
			"StringEquals": map[string]any{"iam:PermissionsBoundary": map[string]any{"Ref": boundaryID}},
		}},
	})
	if refresh.Properties["VpcConfig"] != nil {
		t.Error("the Lambda refresh is in the network, where it reaches no RDS")
	}

	// What the settings name is what the stages make.
	_, source := named(t, prefix+prod.Stage+"-db").only(t, "AWS::RDS::DBCluster")
	_, alias := named(t, prefix+prod.Stage+"-db").only(t, "AWS::KMS::Alias")
	if source.Properties["DBClusterIdentifier"] != "mtb-wiki-prod-db" || alias.Properties["AliasName"] != "alias/mtb-wiki-prod-db" {
		t.Errorf("the source is %v with the key %v", source.Properties["DBClusterIdentifier"], alias.Properties["AliasName"])
	}
	_, machine := tmpl.only(t, "AWS::StepFunctions::StateMachine")
	if got := machine.Properties["StateMachineName"]; "arn:aws:states:"+at+"stateMachine:"+got.(string) != refreshARN(gamma) {
		t.Errorf("the alarm looks at %s, the machine is %v", refreshARN(gamma), got)
	}
	if rules := tmpl.all("AWS::Events::Rule"); len(rules) != 0 && gamma.Database.Refresh == "" {
		t.Errorf("it runs by itself: %v", rules)
	}
	if !dependsOn(t, tmpl.Name, prefix+gamma.Stage+"-jobs") {
		t.Error("the database's roles are not there before")
	}
}

// find gives a template by its name.
func find(name string) (template, bool) {
	i := slices.IndexFunc(synthesized.Templates, func(c template) bool { return c.Name == name })
	if i < 0 {
		return template{}, false
	}
	return synthesized.Templates[i], true
}

// TestRefreshOrder runs the state machine out of the template: in which order it calls,
// and that the clone goes however it ends.
func TestRefreshOrder(t *testing.T) {
	t.Parallel()
	var name string
	for _, e := range synthesized.Environments {
		if e.Data == "production-read-only" {
			name = prefix + e.Stage + "-refresh"
		}
	}
	tmpl := named(t, name)
	_, machine := tmpl.only(t, "AWS::StepFunctions::StateMachine")
	definition := ""
	for _, part := range machine.Properties["DefinitionString"].(map[string]any)["Fn::Join"].([]any)[1].([]any) {
		if s, ok := part.(string); ok {
			definition += s
			continue
		}
		id := part.(map[string]any)["Fn::GetAtt"].([]any)[0].(string)
		definition += tmpl.Resources[id].Properties["FunctionName"].(string)
	}
	work := "remove ; remove ; clone ; ready ; ready host ; prepare ; mask(host) ; swap"
	for _, test := range []struct{ fails, want, end string }{
		{"", work + " ; remove ; remove", "Succeed"},
		{"clone", "remove ; remove ; clone ; remove ; remove", "Fail"},
		{"ready", "remove ; remove ; clone ; ready ; remove ; remove", "Fail"},
		{"mask", strings.TrimSuffix(work, " ; swap") + " ; remove ; remove", "Fail"},
		{"swap", work + " ; remove ; remove", "Fail"},
	} {
		var called []string
		asked := map[string]int{}
		call := func(function string, in map[string]any) (any, error) {
			step := strings.TrimPrefix(function, prefix+"gamma-")
			if step == "refresh" {
				step = in["step"].(string)
			}
			asked[step]++
			out := map[string]any{"done": true}
			say := step
			switch {
			case step == "mask":
				say, out = fmt.Sprintf("mask(%v)", in["host"]), map[string]any{"rows": 1}
			case (step == "remove" || step == "ready") && asked[step]%2 == 1:
				out["done"] = false
			case step == "ready":
				say, out["host"] = "ready host", "host"
			}
			called = append(called, say)
			if step == test.fails {
				return nil, errors.New("broken")
			}
			return out, nil
		}
		end, err := runMachine(definition, call)
		if err != nil {
			t.Fatalf("%s fails: %v after %s", test.fails, err, called)
		}
		if got := strings.Join(called, " ; "); got != test.want || end != test.end {
			t.Errorf("when %q fails it ends by %s, calling\n%s, want %s\n%s", test.fails, end, got, test.end, test.want)
		}
	}
}

// runMachine runs a state machine as far as this one goes, without waiting. It gives the
// type of the state that it ends with.
func runMachine(definition string, call func(function string, in map[string]any) (any, error)) (string, error) {
	type state struct {
		Type, Next, Resource, Default, InputPath, ResultPath string
		End                                                  bool
		Parameters                                           map[string]any
		Choices                                              []struct {
			Variable      string
			BooleanEquals bool
			Next          string
		}
		Catch    []struct{ Next string }
		Branches []json.RawMessage
	}
	get := func(in any, path string) any {
		for _, key := range strings.Split(path, ".")[1:] {
			m, _ := in.(map[string]any)
			in = m[key]
		}
		return in
	}
	var run func(text []byte, data map[string]any) (string, error)
	run = func(text []byte, data map[string]any) (string, error) {
		var m struct {
			StartAt string
			States  map[string]state
		}
		if err := json.Unmarshal(text, &m); err != nil {
			return "", err
		}
		at := m.StartAt
		for range 100 {
			s, ok := m.States[at]
			if !ok {
				return "", fmt.Errorf("there is no state %q", at)
			}
			var result any
			var err error
			switch s.Type {
			case "Succeed", "Fail":
				return s.Type, nil
			case "Wait":
			case "Pass":
				result = get(data, s.InputPath)
			case "Choice":
				s.Next = s.Default
				for _, c := range s.Choices {
					if get(data, c.Variable) == c.BooleanEquals {
						s.Next = c.Next
					}
				}
			case "Task":
				in := map[string]any{}
				for k, v := range s.Parameters {
					if key, path := strings.CutSuffix(k, ".$"); path {
						in[key] = get(data, v.(string))
					} else {
						in[k] = v
					}
				}
				result, err = call(s.Resource, in)
			case "Parallel":
				inner := map[string]any{}
				for k, v := range data {
					inner[k] = v
				}
				_, err = run(s.Branches[0], inner)
				result = []any{inner}
			default:
				return "", fmt.Errorf("a state of the type %s", s.Type)
			}
			if err != nil {
				if len(s.Catch) == 0 {
					return "", err
				}
				at = s.Catch[0].Next
				continue
			}
			if key, ok := strings.CutPrefix(s.ResultPath, "$."); ok && result != nil {
				data[key] = result
			}
			if s.End {
				return "End", nil
			}
			at = s.Next
		}
		return "", errors.New("it never ends")
	}
	return run([]byte(definition), map[string]any{})
}

// TestRefreshSchedule synthesizes a stage that is refreshed by itself.
func TestRefreshSchedule(t *testing.T) {
	again := synthesized.settings
	again.Environments, again.Dir = nil, filepath.Join(t.TempDir(), "cdk.out")
	for _, e := range synthesized.Environments {
		changed := *e
		if e.Data == "production-read-only" {
			changed.Database.Refresh = "cron(0 9 ? * SUN *)"
			if err := changed.Validate(); err != nil {
				t.Fatal(err)
			}
		}
		if e.Fabric == "prod" {
			again.Environments = append(again.Environments, &changed)
		}
	}
	a, err := synthesize(again)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(a.Templates, func(c template) bool { return c.Name == "mtb-wiki-gamma-refresh" })
	tmpl := a.Templates[i]
	machineID, _ := tmpl.only(t, "AWS::StepFunctions::StateMachine")
	_, rule := tmpl.only(t, "AWS::Events::Rule")
	target := rule.Properties["Targets"].([]any)[0].(map[string]any)
	if rule.Properties["ScheduleExpression"] != "cron(0 9 ? * SUN *)" || text(target["Arn"]) != `{"Ref":"`+machineID+`"}` {
		t.Errorf("the schedule is %s", text(rule.Properties))
	}
	want := text([]any{map[string]any{"Effect": "Allow", "Action": "states:StartExecution", "Resource": map[string]any{"Ref": machineID}}})
	if got := statementsOf(t, tmpl, target["RoleArn"]); got != want {
		t.Errorf("the schedule may %s, want %s", got, want)
	}
}
