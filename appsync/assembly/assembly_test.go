package assembly_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/appsync"
	"github.com/mtbwiki/mtbwiki/appsync/assembly"
	"github.com/mtbwiki/mtbwiki/appsync/auth"
)

// small is an assembly of two stacks and a nested one, as the CDK writes them: data
// lends its cluster to api, whose resolvers stand in the nested stack.
func small() map[string]string {
	return map[string]string{
		"manifest.json": `{"version": "54.0.0", "artifacts": {
			"data": {"type": "aws:cloudformation:stack", "environment": "aws://111111111111/eu-west-1", "properties": {"templateFile": "data.json"}},
			"Stage": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Stage"}},
			"Tree": {"type": "cdk:tree"}}}`,
		"data.json": `{"Resources": {"Cluster": {"Type": "AWS::RDS::DBCluster"}, "Secret": {"Type": "AWS::SecretsManager::Secret"}},
			"Outputs": {"C": {"Value": {"Ref": "Cluster"}, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}:cluster"}}},
				"S": {"Value": {"Ref": "Secret"}, "Export": {"Name": "data:secret"}}}}`,
		"assembly-Stage/manifest.json": `{"artifacts": {"api": {"type": "aws:cloudformation:stack", "environment": "aws://111111111111/eu-west-1",
			"properties": {"templateFile": "api.json", "stackName": "the-api"}}}}`,
		"assembly-Stage/api.json": `{"Resources": {
			"Api": {"Type": "AWS::AppSync::GraphQLApi", "Properties": {"Name": "books", "AuthenticationType": "AMAZON_COGNITO_USER_POOLS",
				"UserPoolConfig": {"UserPoolId": {"Ref": "Pool"}, "AwsRegion": {"Ref": "AWS::Region"}, "DefaultAction": "DENY", "AppIdClientRegex": {"Ref": "Client"}},
				"AdditionalAuthenticationProviders": [{"AuthenticationType": "API_KEY"}, {"AuthenticationType": "AWS_IAM"}],
				"QueryDepthLimit": 7, "IntrospectionConfig": "DISABLED", "XrayEnabled": true}},
			"Pool": {"Type": "AWS::Cognito::UserPool"}, "Client": {"Type": "AWS::Cognito::UserPoolClient"},
			"Schema": {"Type": "AWS::AppSync::GraphQLSchema", "Properties": {"ApiId": {"Fn::GetAtt": "Api.ApiId"},
				"Definition": {"Fn::Join": ["\n", ["type Query @aws_iam { book: String, books: String }", "type Mutation { buy: String }"]]}}},
			"Key": {"Type": "AWS::AppSync::ApiKey", "Properties": {"ApiId": {"Fn::GetAtt": ["Api", "ApiId"]}, "Expires": 1900000000}},
			"Cache": {"Type": "AWS::AppSync::ApiCache", "Properties": {"ApiId": {"Fn::GetAtt": ["Api", "ApiId"]}, "ApiCachingBehavior": "PER_RESOLVER_CACHING", "Ttl": 60, "Type": "SMALL"}},
			"Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "appsync.amazonaws.com"}}]},
				"Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": {"Effect": "Allow", "Action": ["rds-data:*"], "Resource": {"Fn::Sub": ["arn:aws:rds:${AWS::Region}:${AWS::AccountId}:cluster:${c}", {"c": {"Fn::ImportValue": "data:cluster"}}]}}}}]}},
			"Policy": {"Type": "AWS::IAM::Policy", "Properties": {"Roles": [{"Ref": "Role"}], "PolicyDocument": {"Statement": [
				{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": {"Fn::ImportValue": "data:secret"}}]}}},
			"Reader": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": []}, "Policies": [{"PolicyDocument": {"Statement": [
				{"Effect": "Allow", "Action": "appsync:GraphQL", "Resource": {"Fn::Join": ["", [{"Fn::GetAtt": ["Api", "Arn"]}, "/types/*"]]}},
				{"Effect": "Deny", "Action": "appsync:*", "Resource": {"Fn::Sub": "${Api.Arn}/types/Mutation/fields/bu?"}},
				{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}}]}},
			"Source": {"Type": "AWS::AppSync::DataSource", "Properties": {"ApiId": {"Fn::GetAtt": ["Api", "ApiId"]}, "Name": "db", "Type": "RELATIONAL_DATABASE",
				"ServiceRoleArn": {"Fn::GetAtt": ["Role", "Arn"]}, "RelationalDatabaseConfig": {"RelationalDatabaseSourceType": "RDS_HTTP_ENDPOINT", "RdsHttpEndpointConfig": {
					"AwsRegion": "eu-west-1", "DatabaseName": "books", "AwsSecretStoreArn": {"Fn::ImportValue": "data:secret"},
					"DbClusterIdentifier": {"Fn::Join": ["", ["arn:aws:rds:", {"Ref": "AWS::Region"}, ":", {"Fn::Select": [4, {"Fn::Split": [":", "arn:aws:iam::111111111111:root"]}]}, ":cluster:", {"Fn::ImportValue": "data:cluster"}]]}}}}},
			"Nothing": {"Type": "AWS::AppSync::DataSource", "Properties": {"ApiId": {"Fn::GetAtt": ["Api", "ApiId"]}, "Name": "nothing", "Type": "NONE"}},
			"Nested": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://elsewhere", "Parameters": {"id": {"Fn::GetAtt": ["Api", "ApiId"]}}}, "Metadata": {"aws:asset:path": "nested.json"}}}}`,
		"assembly-Stage/nested.json": `{"Parameters": {"id": {"Type": "String"}, "ttl": {"Type": "Number", "Default": 30}}, "Resources": {
			"F": {"Type": "AWS::AppSync::FunctionConfiguration", "Properties": {"ApiId": {"Ref": "id"}, "Name": "find", "DataSourceName": "db", "FunctionVersion": "2018-05-29",
				"RequestMappingTemplate": "fq", "ResponseMappingTemplate": "fr"}},
			"Book": {"Type": "AWS::AppSync::Resolver", "Properties": {"ApiId": {"Ref": "id"}, "TypeName": "Query", "FieldName": "book", "Kind": "PIPELINE",
				"PipelineConfig": {"Functions": [{"Fn::GetAtt": ["F", "FunctionId"]}]}, "RequestMappingTemplate": "q", "ResponseMappingTemplate": "r"}},
			"Books": {"Type": "AWS::AppSync::Resolver", "Properties": {"ApiId": {"Ref": "id"}, "TypeName": "Query", "FieldName": "books", "DataSourceName": "nothing",
				"RequestMappingTemplate": "q2", "ResponseMappingTemplate": "r2", "CachingConfig": {"Ttl": {"Ref": "ttl"}, "CachingKeys": ["$context.arguments.id"]}}}}}`,
	}
}

func files(of map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range of {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func TestAPI(t *testing.T) {
	t.Parallel()
	a, err := assembly.Read(files(small()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"data", "the-api"}, a.Stacks()); diff != "" {
		t.Errorf("stacks (-want +got):\n%s", diff)
	}
	got, err := a.API("the-api")
	if err != nil {
		t.Fatal(err)
	}
	template := func(id, text string) appsync.TemplateSource {
		return appsync.TemplateSource{Name: "the-api/Nested/" + id + ".vtl", Text: text}
	}
	want := &assembly.API{
		Stack: "the-api", Name: "books",
		Definition: appsync.Definition{
			SchemaName: "the-api/schema.graphql", Schema: "type Query @aws_iam { book: String, books: String }\ntype Mutation { buy: String }",
			DataSources: map[string]appsync.DataSourceConfig{"db": {Type: "RELATIONAL_DATABASE"}, "nothing": {Type: "NONE"}},
			Functions:   map[string]appsync.FunctionConfig{"find": {DataSource: "db", Request: template("F.request", "fq"), Response: template("F.response", "fr")}},
			Resolvers: []appsync.ResolverConfig{
				{Type: "Query", Field: "book", Pipeline: []string{"find"}, Request: template("Book.request", "q"), Response: template("Book.response", "r")},
				{Type: "Query", Field: "books", DataSource: "nothing", Request: template("Books.request", "q2"), Response: template("Books.response", "r2"),
					Caching: &appsync.Caching{TTL: 30 * time.Second, Keys: []string{"$context.arguments.id"}}},
			},
		},
		Modes: []assembly.Mode{
			{Mode: auth.UserPool, UserPool: "{the-api/Pool}", Client: "{the-api/Client}", Deny: true},
			{Mode: auth.APIKey, Keys: []time.Time{time.Unix(1900000000, 0).UTC()}}, {Mode: auth.IAM},
		},
		Sources: map[string]assembly.Source{
			"db":      {Type: "RELATIONAL_DATABASE", Cluster: "arn:aws:rds:eu-west-1:111111111111:cluster:{data/Cluster}", Secret: "{data/Secret}", Database: "books"},
			"nothing": {Type: "NONE"},
		},
		Callers: []assembly.Caller{{Role: "the-api/Reader", Allow: []string{"Query.book", "Query.books"}}},
	}
	want.Definition.Limits.QueryDepth = 7
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the API (-want +got):\n%s", diff)
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, file, old, new, want string }{
		{"no manifest", "manifest.json", `{"version"`, `[{"version"`, "manifest.json"},
		{"a folder outside", "manifest.json", "assembly-Stage", "../elsewhere", "is no path inside the assembly"},
		{"an assembly in itself", "manifest.json", "assembly-Stage", ".", "nested more than 16 deep"},
		{"no account", "manifest.json", "aws://111111111111/eu-west-1", "aws://unknown-account/unknown-region", "names no account and region"},
		{"a template that isn't there", "manifest.json", "data.json", "date.json", "date.json"},
		{"broken JSON", "data.json", `{"Resources"`, `{Resources`, "stack data: data.json"},
		{"conditions", "data.json", `{"Resources"`, `{"Conditions": {}, "Resources"`, "Conditions are not read here"},
		{"a macro", "data.json", `{"Resources"`, `{"Transform": "AWS::Serverless-2016-10-31", "Resources"`, "Transform are not read here"},
		{"two exports", "data.json", `"data:secret"`, `"data:cluster"`, "both export data:cluster"},
		{"an import of nothing", "data.json", `"data:secret"`, `"data:other"`, "exports data:secret"},
		{"a nested stack in itself", "assembly-Stage/api.json", "nested.json", "api.json", "stacks are nested more than 16 deep"},
		{"a nested stack without file", "assembly-Stage/api.json", `"aws:asset:path"`, `"path"`, "doesn't say which file its template is"},
		{"an unknown parameter", "assembly-Stage/api.json", `{"id": {"Fn`, `{"di": {"Fn`, "gives the parameter di"},
		{"a parameter without value", "assembly-Stage/nested.json", `"Type": "Number", "Default": 30`, `"Type": "Number"`, "the parameter ttl has no value"},
		{"an unknown function", "assembly-Stage/api.json", `"Fn::Split"`, `"Fn::Cidr"`, "the function Fn::Cidr is not evaluated here"},
		{"an index too far", "assembly-Stage/api.json", `[4, {`, `[9, {`, "takes number 9"},
		{"an unknown variable", "assembly-Stage/api.json", `${c}`, `${d}`, "there is no resource or parameter d"},
		{"an unknown resource", "assembly-Stage/api.json", `{"Ref": "Pool"}`, `{"Ref": "Pole"}`, "Api.UserPoolConfig.UserPoolId: there is no resource or parameter Pole"},
		{"an unknown property", "assembly-Stage/api.json", `"XrayEnabled": true`, `"Turbo": true`, "the property Turbo of AWS::AppSync::GraphQLApi is not known here"},
		{"an unknown mode", "assembly-Stage/api.json", `"AWS_IAM"}`, `"AWS_LAMBDA"}`, "the authorization mode AWS_LAMBDA is not known here"},
		{"no key", "assembly-Stage/api.json", `"AWS::AppSync::ApiKey"`, `"Other::Type"`, "there is no key"},
		{"a key without end", "assembly-Stage/api.json", `, "Expires": 1900000000`, ``, "Expires is missing"},
		{"another cache", "assembly-Stage/api.json", `PER_RESOLVER_CACHING`, `FULL_REQUEST_CACHING`, "ApiCachingBehavior FULL_REQUEST_CACHING is not known here"},
		{"another data source", "assembly-Stage/api.json", `"NONE"`, `"AMAZON_DYNAMODB"`, "the type AMAZON_DYNAMODB is not known here"},
		{"a role that isn't there", "assembly-Stage/api.json", `"ServiceRoleArn": {"Fn::GetAtt": ["Role", "Arn"]}`, `"ServiceRoleArn": "arn:aws:iam::1:role/x"`, "no template makes the role"},
		{"managed policies", "assembly-Stage/api.json", `"Policies": [{"PolicyName"`, `"ManagedPolicyArns": ["x"], "Policies": [{"PolicyName"`, "managed policies, which are not read here"},
		{"another API's resolver", "assembly-Stage/nested.json", `{"ApiId": {"Ref": "id"}, "TypeName": "Query", "FieldName": "book",`, `{"ApiId": "other", "TypeName": "Query", "FieldName": "book",`, "it belongs to the API other"},
		{"a condition", "assembly-Stage/nested.json", `"F": {"Type"`, `"F": {"Condition": "C", "Type"`, "depends on the condition C"},
		{"JavaScript", "assembly-Stage/nested.json", `"FunctionVersion": "2018-05-29"`, `"Code": "x"`, "the property Code of"},
		{"a step that isn't there", "assembly-Stage/nested.json", `["F", "FunctionId"]`, `["F", "Id"]`, "no template makes the function"},
		{"an empty template", "assembly-Stage/nested.json", `"q2"`, `""`, "RequestMappingTemplate is missing or empty"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			of := small()
			if n := strings.Count(of[test.file], test.old); n == 0 {
				t.Fatalf("%s has no %s", test.file, test.old)
			}
			of[test.file] = strings.ReplaceAll(of[test.file], test.old, test.new)
			a, err := assembly.Read(files(of))
			if err == nil {
				_, err = a.API("the-api")
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
	a, err := assembly.Read(files(small()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.API("no-api"); err == nil || !strings.Contains(err.Error(), "there are data, the-api") {
		t.Errorf("a stack that isn't there: %v", err)
	}
	if _, err := a.API("data"); err == nil || !strings.Contains(err.Error(), "define 0 APIs") {
		t.Errorf("a stack without API: %v", err)
	}
}

// What a role lacks is said in the words of IAM, and is no error of reading.
func TestDenied(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, old, new, want string }{
		{"nothing", `"Role"`, `"Role"`, ""},
		{"the cluster", `"rds-data:*"`, `"rds-data:Begin*"`, "User: {the-api/Role.Arn} is not authorized to perform: rds-data:ExecuteStatement on resource: arn:aws:rds:eu-west-1:111111111111:cluster:{data/Cluster}"},
		{"the secret", `"secretsmanager:GetSecretValue", "Resource": {"Fn::ImportValue": "data:secret"}`, `"secretsmanager:GetSecretValue", "Resource": "other"`, "secretsmanager:GetSecretValue on resource: {data/Secret}"},
		{"by a statement that denies", `{"Statement": [
				{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue"`, `{"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"},
				{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue"`, "rds-data:ExecuteStatement"},
		{"the role itself", `{"Service": "appsync.amazonaws.com"}`, `{"Service": "lambda.amazonaws.com"}`, "sts:AssumeRole"},
	} {
		of := small()
		if !strings.Contains(of["assembly-Stage/api.json"], test.old) {
			t.Fatalf("%s: the template has no %s", test.name, test.old)
		}
		of["assembly-Stage/api.json"] = strings.Replace(of["assembly-Stage/api.json"], test.old, test.new, 1)
		a, err := assembly.Read(files(of))
		if err != nil {
			t.Fatal(err)
		}
		api, err := a.API("the-api")
		if err != nil {
			t.Fatal(err)
		}
		denied := api.Sources["db"].Denied
		if (test.want == "") != (denied == nil) || !strings.Contains(fmt.Sprint(denied), test.want) && test.want != "" {
			t.Errorf("%s: %v, want %q", test.name, denied, test.want)
		}
	}
}

// FuzzRead: any template is read or refused, in bounded time, and never with a panic.
func FuzzRead(f *testing.F) {
	of := small()
	f.Add(of["assembly-Stage/api.json"], of["assembly-Stage/nested.json"])
	f.Add(`{"Resources": {"A": {"Type": "AWS::AppSync::GraphQLApi", "Properties": {"Name": {"Fn::Sub": "${A.B} ${!c} ${"}}}}}`, `{}`)
	f.Add(`{"Outputs": {"A": {"Value": {"Fn::ImportValue": "x"}, "Export": {"Name": "x"}}}}`, `{"Parameters": {"id": {}}}`)
	f.Fuzz(func(t *testing.T, top, nested string) {
		of := small()
		of["assembly-Stage/api.json"], of["assembly-Stage/nested.json"] = top, nested
		start := time.Now()
		a, err := assembly.Read(files(of))
		if err == nil {
			var api *assembly.API
			if api, err = a.API("the-api"); err == nil {
				if _, err := json.Marshal(api.Definition); err != nil {
					t.Error(err)
				}
			}
		}
		if err != nil && err.Error() == "" {
			t.Error("an error without words")
		}
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("it took %s", d)
		}
	})
}
