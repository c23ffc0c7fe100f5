package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/mtbwiki/mtbwiki/config"
)

// apiTemplates are the API stack of a stage and its nested stacks.
func apiTemplates(t *testing.T, stage string) []template {
	t.Helper()
	name := "mtb-wiki-" + stage + "-api"
	var found []template
	for _, tmpl := range synthesized.Templates {
		if tmpl.Name == name || strings.HasPrefix(tmpl.Name, name+"/") {
			found = append(found, tmpl)
		}
	}
	if len(found) != 1+len(areas) {
		t.Fatalf("%s has %d nested stacks, want %d", name, len(found)-1, len(areas))
	}
	return found
}

// file reads a file of package api as it is on disk.
func file(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "api", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAPI(t *testing.T) {
	t.Parallel()
	eachStage(t, func(t *testing.T, e *config.Environment) {
		tmpl := named(t, "mtb-wiki-"+e.Stage+"-api")
		apiID, graphql := tmpl.only(t, "AWS::AppSync::GraphQLApi")
		poolID, _ := tmpl.only(t, "AWS::Cognito::UserPool")
		clientID, _ := tmpl.client(t, "website")
		clients := any(map[string]any{"Ref": clientID})
		if e.Data != "live" { // a gate signs accounts of its own in
			gateID, gate := tmpl.client(t, "gate")
			clients = map[string]any{"Fn::Join": []any{"|", []any{clients, map[string]any{"Fn::GetAtt": []any{gateID, "ClientId"}}}}}
			if got := text(gate.Properties["ExplicitAuthFlows"]); got != `["ALLOW_ADMIN_USER_PASSWORD_AUTH","ALLOW_REFRESH_TOKEN_AUTH"]` {
				t.Errorf("the gate signs in by %s", got)
			}
		} else if n := len(tmpl.all("AWS::Cognito::UserPoolClient")); n != 1 {
			t.Errorf("%d clients where riders' accounts are, want the website alone", n)
		}
		introspection := map[bool]string{true: "ENABLED", false: "DISABLED"}[e.API.Introspection]
		want := map[string]any{
			"Name":               "mtb-wiki-" + e.Stage + "-api",
			"AuthenticationType": "API_KEY",
			"AdditionalAuthenticationProviders": []any{
				map[string]any{
					"AuthenticationType": "AMAZON_COGNITO_USER_POOLS",
					"UserPoolConfig": map[string]any{
						"UserPoolId": map[string]any{"Ref": poolID}, "AwsRegion": e.AWS.Region,
						"AppIdClientRegex": clients,
					},
				},
				map[string]any{"AuthenticationType": "AWS_IAM"},
			},
			"IntrospectionConfig": introspection,
			"QueryDepthLimit":     float64(e.API.QueryDepthLimit),
			"ResolverCountLimit":  float64(e.API.ResolverCountLimit),
			"XrayEnabled":         e.API.XRay,
			"LogConfig": map[string]any{
				"CloudWatchLogsRoleArn": graphql.Properties["LogConfig"].(map[string]any)["CloudWatchLogsRoleArn"],
				"FieldLogLevel":         "ERROR", "ExcludeVerboseContent": true,
			},
			"Tags": graphql.Properties["Tags"],
		}
		if e.API.EnhancedMetrics {
			want["EnhancedMetricsConfig"] = map[string]any{
				"DataSourceLevelMetricsBehavior": "FULL_REQUEST_DATA_SOURCE_METRICS",
				"OperationLevelMetricsConfig":    "DISABLED",
				"ResolverLevelMetricsBehavior":   "FULL_REQUEST_RESOLVER_METRICS",
			}
		}
		if diff := cmp.Diff(want, graphql.Properties); diff != "" {
			t.Errorf("the API (-want +got):\n%s", diff)
		}
		if (e.Stage == "alpha" || e.Stage == "beta") != (introspection == "ENABLED") {
			t.Errorf("introspection is %s", introspection)
		}

		_, schema := tmpl.only(t, "AWS::AppSync::GraphQLSchema")
		if schema.Properties["Definition"] != file(t, "deploy/schema.graphql") {
			t.Error("the schema isn't that of api/deploy/schema.graphql")
		}
		_, key := tmpl.only(t, "AWS::AppSync::ApiKey")
		end := time.Unix(int64(key.Properties["Expires"].(float64)), 0).UTC()
		if got := end.Format(time.DateTime); got != e.API.APIKeyExpires+" 00:00:00" {
			t.Errorf("the key ends at %s, want the day %s", got, e.API.APIKeyExpires)
		}
		// The log group must be the one AppSync writes to, and the only one its role may use.
		groupFound := false
		for id, g := range tmpl.all("AWS::Logs::LogGroup") {
			if text(g.Properties["LogGroupName"]) != `{"Fn::Join":["",["/aws/appsync/apis/",{"Fn::GetAtt":["`+apiID+`","ApiId"]}]]}` {
				continue
			}
			groupFound = true
			want := `[{"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Effect":"Allow","Resource":{"Fn::GetAtt":["` + id + `","Arn"]}}]`
			if got := statementsOf(t, tmpl, graphql.Properties["LogConfig"].(map[string]any)["CloudWatchLogsRoleArn"]); got != want {
				t.Errorf("the role of the log may do %s, want %s", got, want)
			}
		}
		if !groupFound {
			t.Error("the API has no log group")
		}
	})
}

// statementsOf gives, as JSON, all that a role may do, and checks who may take it.
func statementsOf(t *testing.T, tmpl template, roleARN any) string {
	t.Helper()
	get, _ := roleARN.(map[string]any)["Fn::GetAtt"].([]any)
	if len(get) != 2 || get[1] != "Arn" {
		t.Fatalf("%s is no role of the template", text(roleARN))
	}
	role := tmpl.Resources[get[0].(string)]
	if role.Type != "AWS::IAM::Role" || role.Properties["Policies"] != nil || role.Properties["ManagedPolicyArns"] != nil {
		t.Errorf("the role %v has policies in other places than AWS::IAM::Policy", get[0])
	}
	var statements []any
	for _, p := range tmpl.Resources {
		if p.Type == "AWS::IAM::Policy" && strings.Contains(text(p.Properties["Roles"]), `{"Ref":"`+get[0].(string)+`"}`) {
			statements = append(statements, p.Properties["PolicyDocument"].(map[string]any)["Statement"].([]any)...)
		}
	}
	return text(resolve(t, statements))
}

// TestDataSources holds that each source reaches what it is for and that its role
// can do nothing else: the Data API of this stage's cluster with the secret of
// the role mtbwiki_api, never the admin's; one Lambda.
func TestDataSources(t *testing.T) {
	t.Parallel()
	eachStage(t, func(t *testing.T, e *config.Environment) {
		tmpl := named(t, "mtb-wiki-"+e.Stage+"-api")
		db := named(t, "mtb-wiki-"+e.Stage+"-db")
		clusterID, _ := db.only(t, "AWS::RDS::DBCluster")
		secretID, _ := db.only(t, "AWS::SecretsManager::Secret")
		keyID, _ := db.only(t, "AWS::KMS::Key")
		cluster := map[string]any{"Fn::Join": []any{"", []any{
			"arn:aws:rds:" + e.AWS.Region + ":" + e.AWS.Account + ":cluster:", db.Name + `:{"Ref":"` + clusterID + `"}`,
		}}}
		secret := db.Name + `:{"Ref":"` + secretID + `"}`

		sources := map[string]resource{}
		for _, s := range tmpl.all("AWS::AppSync::DataSource") {
			sources[s.Properties["Name"].(string)] = s
		}
		if len(sources) != len(synthesized.Definition.DataSources) {
			t.Errorf("%d data sources, want %d", len(sources), len(synthesized.Definition.DataSources))
		}
		wiki := sources["wiki"]
		wantConfig := map[string]any{
			"RelationalDatabaseSourceType": "RDS_HTTP_ENDPOINT",
			"RdsHttpEndpointConfig": map[string]any{
				"AwsRegion": e.AWS.Region, "DatabaseName": "mtbwiki", "DbClusterIdentifier": cluster, "AwsSecretStoreArn": secret,
			},
		}
		if diff := cmp.Diff(wantConfig, resolve(t, wiki.Properties["RelationalDatabaseConfig"])); diff != "" {
			t.Errorf("data source wiki (-want +got):\n%s", diff)
		}
		want := text([]any{
			map[string]any{"Sid": "DataApi", "Effect": "Allow", "Resource": cluster, "Action": []any{
				"rds-data:BatchExecuteStatement", "rds-data:BeginTransaction", "rds-data:CommitTransaction",
				"rds-data:ExecuteStatement", "rds-data:RollbackTransaction",
			}},
			map[string]any{"Sid": "OwnSecret", "Effect": "Allow", "Resource": secret, "Action": "secretsmanager:GetSecretValue"},
			map[string]any{"Sid": "KeyOfTheSecret", "Effect": "Allow", "Action": "kms:Decrypt",
				"Resource": db.Name + `:{"Fn::GetAtt":["` + keyID + `","Arn"]}`,
				"Condition": map[string]any{"StringEquals": map[string]any{
					"kms:ViaService":                  "secretsmanager." + e.AWS.Region + ".amazonaws.com",
					"kms:EncryptionContext:SecretARN": secret,
				}},
			},
		})
		if diff := cmp.Diff(want, statementsOf(t, tmpl, wiki.Properties["ServiceRoleArn"])); diff != "" {
			t.Errorf("the role of the data source wiki (-want +got):\n%s", diff)
		}

		functionID, function := tmpl.only(t, "AWS::Lambda::Function")
		functionARN := map[string]any{"Fn::GetAtt": []any{functionID, "Arn"}}
		compute := sources["compute"]
		if diff := cmp.Diff(map[string]any{"LambdaFunctionArn": functionARN}, compute.Properties["LambdaConfig"]); diff != "" {
			t.Errorf("data source compute (-want +got):\n%s", diff)
		}
		want = text([]any{map[string]any{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": functionARN}})
		if diff := cmp.Diff(want, statementsOf(t, tmpl, compute.Properties["ServiceRoleArn"])); diff != "" {
			t.Errorf("the role of the data source compute (-want +got):\n%s", diff)
		}
		// The Lambda itself: outside the VPC, and nothing but its log.
		for name, want := range map[string]any{
			"FunctionName": "mtb-wiki-" + e.Stage + "-compute", "Runtime": "provided.al2023", "Handler": "bootstrap",
			"Architectures": []any{"arm64"}, "VpcConfig": nil, "Environment": nil,
		} {
			if diff := cmp.Diff(want, function.Properties[name]); diff != "" {
				t.Errorf("the Lambda's %s (-want +got):\n%s", name, diff)
			}
		}
		if got := statementsOf(t, tmpl, function.Properties["Role"]); !strings.HasPrefix(got, `[{"Action":["logs:CreateLogStream","logs:PutLogEvents"],`) || strings.Count(got, "Effect") != 1 {
			t.Errorf("the Lambda may do %s", got)
		}
	})
}

// TestResolvers holds that every field of Query, Mutation and Subscription has
// exactly one resolver, whose templates are the files of package api byte for
// byte, and that nothing else has one.
func TestResolvers(t *testing.T) {
	t.Parallel()
	doc, err := parser.ParseSchema(&ast.Source{Name: "schema.graphql", Input: file(t, "deploy/schema.graphql")})
	if err != nil {
		t.Fatal(err)
	}
	var fields []string
	for _, d := range doc.Definitions {
		if d.Name == "Query" || d.Name == "Mutation" || d.Name == "Subscription" {
			for _, f := range d.Fields {
				fields = append(fields, d.Name+"."+f.Name)
			}
		}
	}
	if len(fields) < 40 {
		t.Fatalf("only %d fields found in the schema", len(fields))
	}
	eachStage(t, func(t *testing.T, e *config.Environment) {
		functions := map[string]string{} // name by template/logical id
		used := map[string]bool{}        // template files
		resolvers := map[string]resource{}
		area := map[string]string{}
		same := func(what, path, got string) {
			used[path] = true
			if want := file(t, path); got != want {
				t.Errorf("%s isn't api/%s byte for byte:\n%s", what, path, cmp.Diff(want, got))
			}
		}
		for _, tmpl := range apiTemplates(t, e.Stage) {
			for id, f := range tmpl.all("AWS::AppSync::FunctionConfiguration") {
				name := f.Properties["Name"].(string)
				functions[tmpl.Name+"/"+id] = name
				same(name, "functions/"+name+".request.vtl", f.Properties["RequestMappingTemplate"].(string))
				same(name, "functions/"+name+".response.vtl", f.Properties["ResponseMappingTemplate"].(string))
				if want := synthesized.Definition.Functions[name].DataSource; f.Properties["DataSourceName"] != want {
					t.Errorf("function %s has the data source %v, want %s", name, f.Properties["DataSourceName"], want)
				}
			}
			for id, r := range tmpl.all("AWS::AppSync::Resolver") {
				name := r.Properties["TypeName"].(string) + "." + r.Properties["FieldName"].(string)
				if _, twice := resolvers[name]; twice {
					t.Errorf("%s has two resolvers", name)
				}
				if id != strings.Replace(name, ".", "", 1) {
					t.Errorf("the logical id of the resolver of %s is %s; another would replace what is deployed", name, id)
				}
				resolvers[name], area[name] = r, tmpl.Name
				same(name, "resolvers/"+name+".request.vtl", r.Properties["RequestMappingTemplate"].(string))
				same(name, "resolvers/"+name+".response.vtl", r.Properties["ResponseMappingTemplate"].(string))
			}
		}
		for _, name := range fields {
			if _, ok := resolvers[name]; !ok {
				t.Errorf("%s has no resolver", name)
			}
		}
		if len(resolvers) != len(fields) {
			t.Errorf("%d resolvers for %d fields", len(resolvers), len(fields))
		}
		for _, want := range synthesized.Definition.Resolvers {
			name := want.Type + "." + want.Field
			r := resolvers[name]
			if len(want.Pipeline) == 0 {
				if r.Properties["Kind"] != "UNIT" || r.Properties["DataSourceName"] != want.DataSource || r.Properties["PipelineConfig"] != nil {
					t.Errorf("%s is %v of %v, want UNIT of %s", name, r.Properties["Kind"], r.Properties["DataSourceName"], want.DataSource)
				}
				continue
			}
			var steps []string
			for _, f := range r.Properties["PipelineConfig"].(map[string]any)["Functions"].([]any) {
				get := f.(map[string]any)["Fn::GetAtt"].([]any)
				steps = append(steps, functions[area[name]+"/"+get[0].(string)])
			}
			if diff := cmp.Diff(want.Pipeline, steps); diff != "" || r.Properties["Kind"] != "PIPELINE" || r.Properties["DataSourceName"] != nil {
				t.Errorf("%s is %v, its steps (-want +got):\n%s", name, r.Properties["Kind"], diff)
			}
		}
		files, err := fs.Glob(os.DirFS("../api"), "*/*.vtl")
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != len(used) {
			t.Errorf("%d of %d templates are deployed", len(used), len(files))
		}
	})
}

// TestNestedStacksWait holds that resolvers come after the fields they are for
// and the sources they name, to which they don't refer.
func TestNestedStacksWait(t *testing.T) {
	t.Parallel()
	eachStage(t, func(t *testing.T, e *config.Environment) {
		tmpl := named(t, "mtb-wiki-"+e.Stage+"-api")
		want := []string{}
		for id := range tmpl.all("AWS::AppSync::GraphQLSchema") {
			want = append(want, id)
		}
		for id := range tmpl.all("AWS::AppSync::DataSource") {
			want = append(want, id)
		}
		for id, nested := range tmpl.all("AWS::CloudFormation::Stack") {
			after := text(nested.DependsOn)
			for _, w := range want {
				if !strings.Contains(after, `"`+w+`"`) {
					t.Errorf("%s doesn't wait for %s, only for %s", id, w, after)
				}
			}
		}
	})
}

func TestFirewallIsASetting(t *testing.T) {
	t.Parallel()
	eachStage(t, func(t *testing.T, e *config.Environment) {
		tmpl := named(t, "mtb-wiki-"+e.Stage+"-api")
		if e.API.WAFRequestsPer5Minutes == 0 {
			if n := len(tmpl.all("AWS::WAFv2::WebACL")) + len(tmpl.all("AWS::WAFv2::WebACLAssociation")); n != 0 {
				t.Errorf("%d resources of a firewall that the settings don't want", n)
			}
			return
		}
		aclID, acl := tmpl.only(t, "AWS::WAFv2::WebACL")
		apiID, _ := tmpl.only(t, "AWS::AppSync::GraphQLApi")
		_, association := tmpl.only(t, "AWS::WAFv2::WebACLAssociation")
		rules := list(acl.Properties["Rules"])
		if len(rules) != 1 {
			t.Fatalf("%d rules, want one", len(rules))
		}
		rule := rules[0].(map[string]any)
		if got := text(rule["Statement"].(map[string]any)["RateBasedStatement"]); got != text(map[string]any{
			"AggregateKeyType": "IP", "EvaluationWindowSec": 300, "Limit": e.API.WAFRequestsPer5Minutes,
		}) {
			t.Errorf("the rule counts %s", got)
		}
		if got := text(rule["Action"]); got != `{"Block":{}}` {
			t.Errorf("the rule does %s", got)
		}
		if got := text(association.Properties); got != `{"ResourceArn":{"Fn::GetAtt":["`+apiID+`","Arn"]},"WebACLArn":{"Fn::GetAtt":["`+aclID+`","Arn"]}}` {
			t.Errorf("the firewall stands before %s", got)
		}
	})
}

func TestUserPool(t *testing.T) {
	t.Parallel()
	eachStage(t, func(t *testing.T, e *config.Environment) {
		tmpl := named(t, "mtb-wiki-"+e.Stage+"-api")
		_, pool := tmpl.only(t, "AWS::Cognito::UserPool")
		state, policy := "INACTIVE", "Delete"
		if e.Database.DeletionProtection {
			state, policy = "ACTIVE", "Retain"
		}
		if pool.Properties["DeletionProtection"] != state || pool.DeletionPolicy != policy {
			t.Errorf("deletion protection %v and policy %s, want %s and %s", pool.Properties["DeletionProtection"], pool.DeletionPolicy, state, policy)
		}
		_, client := tmpl.client(t, "website")
		var callbacks, logouts []any
		for _, a := range e.Website.Addresses {
			callbacks = append(callbacks, a+"/sign-in/callback")
			logouts = append(logouts, a+"/signed-out")
		}
		for name, want := range map[string]any{
			"AllowedOAuthFlows":               []any{"code"},
			"AllowedOAuthFlowsUserPoolClient": true,
			"AllowedOAuthScopes":              []any{"openid", "email", "profile"},
			"ExplicitAuthFlows":               []any{"ALLOW_REFRESH_TOKEN_AUTH"},
			"CallbackURLs":                    callbacks,
			"LogoutURLs":                      logouts,
			"GenerateSecret":                  false,
			"PreventUserExistenceErrors":      "ENABLED",
			"EnableTokenRevocation":           true,
		} {
			if diff := cmp.Diff(want, client.Properties[name]); diff != "" {
				t.Errorf("the client's %s (-want +got):\n%s", name, diff)
			}
		}
		names := map[string]bool{}
		for _, g := range tmpl.all("AWS::Cognito::UserPoolGroup") {
			names[g.Properties["GroupName"].(string)] = true
			if g.Properties["RoleArn"] != nil {
				t.Errorf("the group %v has an AWS role", g.Properties["GroupName"])
			}
		}
		if diff := cmp.Diff(map[string]bool{"riders": true, "moderators": true, "admins": true}, names); diff != "" {
			t.Errorf("groups (-want +got):\n%s", diff)
		}
		// The groups that the schema asks for exist.
		walkSchemaGroups(t, func(group string) {
			if !names[group] {
				t.Errorf("the schema lets in the group %s, which the user pool doesn't have", group)
			}
		})
	})
}

func walkSchemaGroups(t *testing.T, f func(string)) {
	t.Helper()
	doc, err := parser.ParseSchema(&ast.Source{Name: "schema.graphql", Input: file(t, "deploy/schema.graphql")})
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	of := func(list ast.DirectiveList) {
		for _, d := range list {
			if a := d.Arguments.ForName("cognito_groups"); a != nil {
				for _, v := range a.Value.Children {
					found++
					f(v.Value.Raw)
				}
			}
		}
	}
	for _, d := range doc.Definitions {
		of(d.Directives)
		for _, field := range d.Fields {
			of(field.Directives)
		}
	}
	if found == 0 {
		t.Error("the schema names no groups; the test looks in the wrong place")
	}
}
