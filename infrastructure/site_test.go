package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/website"
)

// theWay of a page: CloudFront, HTTP API, the alias live of the Lambda.
func TestSite(t *testing.T) {
	t.Parallel()
	eachStage(t, func(t *testing.T, e *config.Environment) {
		tmpl := named(t, prefix+e.Stage+"-site")
		api := named(t, prefix+e.Stage+"-api")
		httpID, _ := tmpl.only(t, "AWS::ApiGatewayV2::Api")
		_, function := tmpl.only(t, "AWS::Lambda::Function")
		aliasID, alias := tmpl.only(t, "AWS::Lambda::Alias")
		integrationID, integration := tmpl.only(t, "AWS::ApiGatewayV2::Integration")
		_, route := tmpl.only(t, "AWS::ApiGatewayV2::Route")
		_, permission := tmpl.only(t, "AWS::Lambda::Permission")
		distributionID, distribution := tmpl.only(t, "AWS::CloudFront::Distribution")
		bucketID, bucket := tmpl.only(t, "AWS::S3::Bucket")
		cookiesID, _ := tmpl.only(t, "AWS::SecretsManager::Secret")
		ref := func(id string) map[string]any { return map[string]any{"Ref": id} }
		same := func(what string, want, got any) {
			t.Helper()
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}

		same("the alias's name", "live", alias.Properties["Name"])
		same("the integration", map[string]any{
			"ApiId": ref(httpID), "IntegrationType": "AWS_PROXY", "IntegrationUri": ref(aliasID), "PayloadFormatVersion": "2.0", "TimeoutInMillis": 30000.0,
		}, integration.Properties)
		same("the route", map[string]any{
			"ApiId": ref(httpID), "RouteKey": "$default", "AuthorizationType": "NONE",
			"Target": map[string]any{"Fn::Join": []any{"", []any{"integrations/", ref(integrationID)}}},
		}, route.Properties)
		same("who may call the Lambda", map[string]any{
			"Action": "lambda:InvokeFunction", "FunctionName": ref(aliasID), "Principal": "apigateway.amazonaws.com",
			"SourceArn": map[string]any{"Fn::Join": []any{"", []any{
				"arn:aws:execute-api:" + e.AWS.Region + ":" + e.AWS.Account + ":", ref(httpID), "/*/$default",
			}}},
		}, permission.Properties)

		config := distribution.Properties["DistributionConfig"].(map[string]any)
		pages := config["DefaultCacheBehavior"].(map[string]any)
		same("how pages are reached", "redirect-to-https", pages["ViewerProtocolPolicy"])
		// Managed policies of CloudFront, by the ids it documents: CachingDisabled,
		// AllViewerExceptHostHeader, CachingOptimized.
		same("what is kept of pages", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", pages["CachePolicyId"])
		same("what pages' requests carry", "b689b0a8-53d0-40ab-baf2-68738e2966ac", pages["OriginRequestPolicyId"])
		files := list(config["CacheBehaviors"])[0].(map[string]any)
		same("files", []any{"/static/*", "658327ea-f89d-4fab-a63d-7e88639e58f6", []any{"GET", "HEAD"}}, []any{files["PathPattern"], files["CachePolicyId"], files["AllowedMethods"]})
		groups := config["OriginGroups"].(map[string]any)["Items"].([]any)[0].(map[string]any)
		same("the way of files", files["TargetOriginId"], groups["Id"])
		origins := map[string]map[string]any{}
		for _, o := range list(config["Origins"]) {
			origins[o.(map[string]any)["Id"].(string)] = o.(map[string]any)
		}
		members := groups["Members"].(map[string]any)["Items"].([]any)
		first, second := members[0].(map[string]any)["OriginId"].(string), members[1].(map[string]any)["OriginId"].(string)
		if !strings.Contains(text(origins[first]["DomainName"]), `"`+bucketID+`"`) || origins[first]["OriginAccessControlId"] == nil {
			t.Errorf("files come from %s first", text(origins[first]))
		}
		for _, id := range []string{second, pages["TargetOriginId"].(string)} {
			if !strings.Contains(text(origins[id]), `{"Fn::GetAtt":["`+httpID+`","ApiEndpoint"]}`) || !strings.Contains(text(origins[id]), `"OriginProtocolPolicy":"https-only"`) {
				t.Errorf("pages come from %s", text(origins[id]))
			}
		}

		// Nobody but this distribution reads the bucket, and nobody at all by http.
		same("the bucket is closed", map[string]any{
			"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true,
		}, bucket.Properties["PublicAccessBlockConfiguration"])
		_, policy := tmpl.only(t, "AWS::S3::BucketPolicy")
		allowed := 0
		for _, s := range policy.Properties["PolicyDocument"].(map[string]any)["Statement"].([]any) {
			o := s.(map[string]any)
			if o["Effect"] != "Allow" {
				continue
			}
			allowed++
			if o["Action"] != "s3:GetObject" || text(o["Principal"]) != `{"Service":"cloudfront.amazonaws.com"}` || !strings.Contains(text(o["Condition"]), `{"Ref":"`+distributionID+`"}`) {
				t.Errorf("the bucket allows %s", text(o))
			}
		}
		if allowed != 1 || !strings.Contains(text(policy.Properties), `"Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny"`) {
			t.Errorf("the bucket's policy is %s", text(policy.Properties))
		}

		// The Lambda reads the API, its key, and nothing else.
		apiID, _ := api.only(t, "AWS::AppSync::GraphQLApi")
		types := func(name string) map[string]any {
			return map[string]any{"Fn::Join": []any{"", []any{api.Name + `:{"Fn::GetAtt":["` + apiID + `","Arn"]}`, "/types/" + name}}}
		}
		var log string
		for id, g := range tmpl.all("AWS::Logs::LogGroup") {
			if g.Properties["LogGroupName"] == "/aws/lambda/"+prefix+e.Stage+"-site" {
				log = id
			}
		}
		same("what the Lambda may do", text([]any{
			map[string]any{"Effect": "Allow", "Action": []any{"logs:CreateLogStream", "logs:PutLogEvents"}, "Resource": map[string]any{"Fn::GetAtt": []any{log, "Arn"}}},
			map[string]any{"Sid": "Read", "Effect": "Allow", "Action": "appsync:GraphQL", "Resource": types("*")},
			map[string]any{"Sid": "OnlyRead", "Effect": "Deny", "Action": "appsync:GraphQL", "Resource": []any{types("Mutation/*"), types("Subscription/*")}},
			map[string]any{"Sid": "KeyOfTheCookies", "Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": ref(cookiesID)},
		}), statementsOf(t, tmpl, function.Properties["Role"]))
		poolID, _ := api.only(t, "AWS::Cognito::UserPool")
		clientID, _ := api.client(t, "website")
		same("what the Lambda is told", map[string]any{"Variables": map[string]any{
			"STAGE": e.Stage, "COOKIE_SECRET_ARN": ref(cookiesID),
			"SITE_ADDRESS": map[string]any{"Fn::Join": []any{"", []any{"https://", map[string]any{"Fn::GetAtt": []any{distributionID, "DomainName"}}}}},
			"GRAPHQL_URL":  api.Name + `:{"Fn::GetAtt":["` + apiID + `","GraphQLUrl"]}`,
			"ISSUER":       api.Name + `:{"Fn::GetAtt":["` + poolID + `","ProviderURL"]}`,
			"CLIENT_ID":    api.Name + `:{"Ref":"` + clientID + `"}`,
		}}, resolve(t, function.Properties["Environment"]))
		if function.Properties["VpcConfig"] != nil {
			t.Error("the website is in the network, from where it reaches nobody")
		}

		// The access log follows nobody.
		_, stage := tmpl.only(t, "AWS::ApiGatewayV2::Stage")
		if format := text(stage.Properties["AccessLogSettings"]); strings.Contains(format, "sourceIp") || strings.Contains(format, "userAgent") {
			t.Errorf("the access log keeps %s", format)
		}
	})
}

// TestRelease holds that a release comes in by a tenth where the settings say so, and
// that the alarm on the alias takes it back.
func TestRelease(t *testing.T) {
	t.Parallel()
	eachStage(t, func(t *testing.T, e *config.Environment) {
		tmpl := named(t, prefix+e.Stage+"-site")
		_, alias := tmpl.only(t, "AWS::Lambda::Alias")
		groups := tmpl.all("AWS::CodeDeploy::DeploymentGroup")
		if e.Website.CanaryMinutes == 0 {
			if len(groups) > 0 || alias.UpdatePolicy != nil {
				t.Errorf("releases come in by parts: %s", text(alias.UpdatePolicy))
			}
			return
		}
		groupID, group := tmpl.only(t, "AWS::CodeDeploy::DeploymentGroup")
		applicationID, _ := tmpl.only(t, "AWS::CodeDeploy::Application")
		alarmID, alarm := tmpl.only(t, "AWS::CloudWatch::Alarm")
		if want := `{"CodeDeployLambdaAliasUpdate":{"ApplicationName":{"Ref":"` + applicationID + `"},"DeploymentGroupName":{"Ref":"` + groupID + `"}}}`; text(alias.UpdatePolicy) != want {
			t.Errorf("the alias is moved by %s, want %s", text(alias.UpdatePolicy), want)
		}
		for name, want := range map[string]string{
			"DeploymentConfigName":      `"CodeDeployDefault.LambdaCanary10Percent5Minutes"`,
			"AlarmConfiguration":        `{"Alarms":[{"Name":{"Ref":"` + alarmID + `"}}],"Enabled":true}`,
			"AutoRollbackConfiguration": `{"Enabled":true,"Events":["DEPLOYMENT_FAILURE","DEPLOYMENT_STOP_ON_REQUEST","DEPLOYMENT_STOP_ON_ALARM"]}`,
		} {
			if got := text(group.Properties[name]); got != want {
				t.Errorf("%s is %s, want %s", name, got, want)
			}
		}
		if d := text(alarm.Properties["Dimensions"]); !strings.Contains(d, ":live") {
			t.Errorf("the alarm looks at %s, not at the alias", d)
		}
		functions := "arn:aws:lambda:" + e.AWS.Region + ":" + e.AWS.Account + ":function:" + prefix + e.Stage + "-site"
		want := text([]any{
			map[string]any{"Sid": "Alias", "Effect": "Allow", "Resource": []any{functions, functions + ":*"}, "Action": []any{
				"lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias",
			}},
			map[string]any{"Sid": "Alarm", "Effect": "Allow", "Action": "cloudwatch:DescribeAlarms", "Resource": map[string]any{"Fn::GetAtt": []any{alarmID, "Arn"}}},
		})
		if diff := cmp.Diff(want, statementsOf(t, tmpl, group.Properties["ServiceRoleArn"])); diff != "" {
			t.Errorf("what CodeDeploy may do (-want +got):\n%s", diff)
		}
	})
}

// TestOwnDomain synthesizes a stage with a certificate and a zone.
func TestOwnDomain(t *testing.T) {
	e := *synthesized.Environments[1]
	e.Website.CertificateARN = "arn:aws:acm:us-east-1:" + e.AWS.Account + ":certificate/0a1b2c3d"
	e.Website.HostedZoneID = "Z0000000EXAMPLE"
	if err := e.Validate(); err != nil {
		t.Fatal(err)
	}
	again := synthesized.settings
	again.Environments, again.Dir = []*config.Environment{&e}, filepath.Join(t.TempDir(), "cdk.out")
	a, err := synthesize(again)
	if err != nil {
		t.Fatal(err)
	}
	var tmpl template
	for _, candidate := range a.Templates {
		if candidate.Name == prefix+e.Stage+"-site" {
			tmpl = candidate
		}
	}
	host := strings.TrimPrefix(e.Website.Public()[0], "https://")
	_, distribution := tmpl.only(t, "AWS::CloudFront::Distribution")
	got := distribution.Properties["DistributionConfig"].(map[string]any)
	if text(got["Aliases"]) != `["`+host+`"]` ||
		text(got["ViewerCertificate"]) != `{"AcmCertificateArn":"`+e.Website.CertificateARN+`","MinimumProtocolVersion":"TLSv1.2_2021","SslSupportMethod":"sni-only"}` {
		t.Errorf("the distribution answers to %s with %s", text(got["Aliases"]), text(got["ViewerCertificate"]))
	}
	_, function := tmpl.only(t, "AWS::Lambda::Function")
	if got := function.Properties["Environment"].(map[string]any)["Variables"].(map[string]any)["SITE_ADDRESS"]; got != "https://"+host {
		t.Errorf("the site calls itself %v", got)
	}
	kinds := map[string]bool{}
	for _, r := range tmpl.all("AWS::Route53::RecordSet") {
		kinds[r.Properties["Type"].(string)] = r.Properties["Name"] == host && r.Properties["HostedZoneId"] == e.Website.HostedZoneID
	}
	if diff := cmp.Diff(map[string]bool{"A": true, "AAAA": true}, kinds); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

// TestStaticFiles holds that what is put into the bucket is what pages load.
func TestStaticFiles(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), staticFolder)
	for range 2 { // the second time over the first
		if err := writeStatic(dir); err != nil {
			t.Fatal(err)
		}
	}
	styles, err := filepath.Glob(filepath.Join(dir, "static", "*", "site.css"))
	if err != nil || len(styles) != 1 {
		t.Fatalf("%d style sheets, %v", len(styles), err)
	}
	got, err := os.ReadFile(styles[0])
	if err != nil {
		t.Fatal(err)
	}
	handler, err := website.New(website.Config{
		Endpoint: "http://localhost/graphql", APIKey: "k", Issuer: "http://localhost", ClientID: "c", CookieKey: make([]byte, 32), BaseURL: "http://localhost",
	})
	if err != nil {
		t.Fatal(err)
	}
	path, err := filepath.Rel(dir, styles[0])
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/"+filepath.ToSlash(path), nil))
	if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Body.String() != string(got) {
		t.Errorf("the site answers %s with %d, %v, and %d bytes; the file has %d", path, w.Code, w.Header(), w.Body.Len(), len(got))
	}
}
