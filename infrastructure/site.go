package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfrontorigins"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscodedeploy"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/website"
)

// cloudFrontZone is the hosted zone of all distributions, for alias records.
const cloudFrontZone = "Z2FDTNDATAQYW2"

// staticFolder holds the static files by the path that pages load them from; the
// pipeline puts it into the bucket of each stage's site.
const staticFolder = "files"

// site is a stage's website as other stacks see it.
type site struct {
	Stack        awscdk.Stack
	FunctionName *string
	HTTPAPIID    *string
	Distribution awscloudfront.Distribution
	// Errors is the alarm that takes a release back.
	Errors awscloudwatch.Alarm

	AddressOutput awscdk.CfnOutput
}

// newSite makes the stack mtb-wiki-<stage>-site: the website as a Lambda behind an
// HTTP API behind CloudFront, and a bucket with the files that pages load.
//
// It is an HTTP API and not a function URL that CloudFront signs for: that would want
// the hash of each form's content in a header, which no browser sends.
//
// A new release is a new version behind the alias live, which gets a tenth of the
// visits first where the settings say so; errors bring the old one back.
func newSite(app constructs.Construct, e *config.Environment, api *graphqlAPI, stageKey *string, dir string) *site {
	name := prefix + e.Stage + "-site"
	stack := newStack(app, name, "MTB Wiki: website of the stage "+e.Stage, e.AWS, e.Database.DeletionProtection,
		map[string]string{"fabric": e.Fabric, "stage": e.Stage})
	stack.AddStackDependency(api.Stack, jsii.String("the API"))

	// The HTTP API comes first: the distribution needs its address, the Lambda needs the
	// distribution's, and the way from the one to the other closes the ring.
	access := newLogGroup(stack, "Access", jsii.String("/aws/apigateway/"+name), e.Monitoring.LogDays, e.Database.KeepSnapshot)
	httpAPI := awsapigatewayv2.NewCfnApi(stack, jsii.String("HttpApi"), &awsapigatewayv2.CfnApiProps{
		Name: jsii.String(name), ProtocolType: jsii.String("HTTP"),
		Description: jsii.String("MTB Wiki " + e.Stage + ": the website, for CloudFront"),
	})
	awsapigatewayv2.NewCfnStage(stack, jsii.String("Stage"), &awsapigatewayv2.CfnStageProps{
		ApiId: httpAPI.Ref(), StageName: jsii.String("$default"), AutoDeploy: jsii.Bool(true),
		DefaultRouteSettings: &awsapigatewayv2.CfnStage_RouteSettingsProperty{
			// More than one small wiki is asked, less than what hurts.
			ThrottlingRateLimit: jsii.Number(200), ThrottlingBurstLimit: jsii.Number(400),
			DetailedMetricsEnabled: jsii.Bool(true),
		},
		AccessLogSettings: &awsapigatewayv2.CfnStage_AccessLogSettingsProperty{
			DestinationArn: access.LogGroupArn(),
			// No address and no agent: nobody is followed.
			Format: jsii.String(`{"time":"$context.requestTime","id":"$context.requestId","method":"$context.httpMethod","path":"$context.path",` +
				`"status":"$context.status","bytes":"$context.responseLength","ms":"$context.responseLatency","error":"$context.integrationErrorMessage"}`),
		},
	})

	bucket := awss3.NewBucket(stack, jsii.String("Files"), &awss3.BucketProps{
		BucketName:        jsii.String(filesBucket(e)),
		Encryption:        awss3.BucketEncryption_S3_MANAGED,
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(),
		EnforceSSL:        jsii.Bool(true),
		ObjectOwnership:   awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		RemovalPolicy:     awscdk.RemovalPolicy_RETAIN, // a bucket with files in it can't be deleted
		LifecycleRules: &[]*awss3.LifecycleRule{{
			Id: jsii.String("unfinished"), AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(1)),
		}},
	})

	pages := awscloudfrontorigins.NewHttpOrigin(awscdk.Fn_Select(jsii.Number(2), awscdk.Fn_Split(jsii.String("/"), httpAPI.AttrApiEndpoint(), nil)),
		&awscloudfrontorigins.HttpOriginProps{
			ProtocolPolicy: awscloudfront.OriginProtocolPolicy_HTTPS_ONLY,
			ReadTimeout:    awscdk.Duration_Seconds(jsii.Number(30)),
		})
	headers := awscloudfront.NewResponseHeadersPolicy(stack, jsii.String("Headers"), &awscloudfront.ResponseHeadersPolicyProps{
		ResponseHeadersPolicyName: jsii.String(name),
		Comment:                   jsii.String("For files out of the bucket; pages bring their own"),
		SecurityHeadersBehavior: &awscloudfront.ResponseSecurityHeadersBehavior{
			StrictTransportSecurity: &awscloudfront.ResponseHeadersStrictTransportSecurity{
				AccessControlMaxAge: awscdk.Duration_Days(jsii.Number(365)), IncludeSubdomains: jsii.Bool(false), Override: jsii.Bool(true),
			},
			ContentTypeOptions: &awscloudfront.ResponseHeadersContentTypeOptions{Override: jsii.Bool(true)},
			FrameOptions: &awscloudfront.ResponseHeadersFrameOptions{
				FrameOption: awscloudfront.HeadersFrameOption_DENY, Override: jsii.Bool(false),
			},
			ReferrerPolicy: &awscloudfront.ResponseHeadersReferrerPolicy{
				ReferrerPolicy: awscloudfront.HeadersReferrerPolicy_SAME_ORIGIN, Override: jsii.Bool(false),
			},
			ContentSecurityPolicy: &awscloudfront.ResponseHeadersContentSecurityPolicy{
				ContentSecurityPolicy: jsii.String("default-src 'none'"), Override: jsii.Bool(false),
			},
		},
	})
	props := &awscloudfront.DistributionProps{
		Comment: jsii.String("MTB Wiki " + e.Stage),
		DefaultBehavior: &awscloudfront.BehaviorOptions{
			Origin:               pages,
			AllowedMethods:       awscloudfront.AllowedMethods_ALLOW_ALL(),
			ViewerProtocolPolicy: awscloudfront.ViewerProtocolPolicy_REDIRECT_TO_HTTPS,
			// Pages are of who reads them; what may be kept, the browser keeps.
			CachePolicy:         awscloudfront.CachePolicy_CACHING_DISABLED(),
			OriginRequestPolicy: awscloudfront.OriginRequestPolicy_ALL_VIEWER_EXCEPT_HOST_HEADER(),
			Compress:            jsii.Bool(true),
		},
		AdditionalBehaviors: &map[string]*awscloudfront.BehaviorOptions{
			"/static/*": {
				// What the bucket doesn't have (yet), the site has: it knows its own release's
				// files, the bucket those of all.
				Origin: awscloudfrontorigins.NewOriginGroup(&awscloudfrontorigins.OriginGroupProps{
					PrimaryOrigin:       awscloudfrontorigins.S3BucketOrigin_WithOriginAccessControl(bucket, nil),
					FallbackOrigin:      pages,
					FallbackStatusCodes: &[]*float64{jsii.Number(403), jsii.Number(404), jsii.Number(500), jsii.Number(503)},
				}),
				AllowedMethods:        awscloudfront.AllowedMethods_ALLOW_GET_HEAD(),
				ViewerProtocolPolicy:  awscloudfront.ViewerProtocolPolicy_REDIRECT_TO_HTTPS,
				CachePolicy:           awscloudfront.CachePolicy_CACHING_OPTIMIZED(),
				ResponseHeadersPolicy: headers,
				Compress:              jsii.Bool(true),
			},
		},
		HttpVersion:            awscloudfront.HttpVersion_HTTP2_AND_3,
		PriceClass:             awscloudfront.PriceClass_PRICE_CLASS_100,
		MinimumProtocolVersion: awscloudfront.SecurityPolicyProtocol_TLS_V1_2_2021,
	}
	var names []*string
	for _, a := range e.Website.Public() {
		names = append(names, jsii.String(a[len("https://"):]))
	}
	if e.Website.CertificateARN != "" {
		props.DomainNames = &names
		props.Certificate = awscertificatemanager.Certificate_FromCertificateArn(stack, jsii.String("Certificate"), jsii.String(e.Website.CertificateARN))
	} else {
		props.MinimumProtocolVersion = "" // CloudFront's own certificate brings its own
	}
	distribution := awscloudfront.NewDistribution(stack, jsii.String("Distribution"), props)
	address := awscdk.Fn_Join(jsii.String(""), &[]*string{jsii.String("https://"), distribution.DistributionDomainName()})
	if e.Website.CertificateARN != "" {
		address = jsii.String(e.Website.Public()[0])
	}
	if e.Website.HostedZoneID != "" {
		for i, n := range names {
			for _, kind := range []string{"A", "AAAA"} {
				awsroute53.NewCfnRecordSet(stack, jsii.String(fmt.Sprintf("Record%d%s", i+1, kind)), &awsroute53.CfnRecordSetProps{
					HostedZoneId: jsii.String(e.Website.HostedZoneID), Name: n, Type: jsii.String(kind),
					AliasTarget: &awsroute53.CfnRecordSet_AliasTargetProperty{
						DnsName: distribution.DistributionDomainName(), HostedZoneId: jsii.String(cloudFrontZone),
					},
				})
			}
		}
	}

	cookies := awssecretsmanager.NewSecret(stack, jsii.String("CookieKey"), &awssecretsmanager.SecretProps{
		SecretName:    jsii.String(name + "/cookies"),
		Description:   jsii.String("MTB Wiki " + e.Stage + ": what the key of the website's cookies is made of; changing it ends all sessions"),
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
		GenerateSecretString: &awssecretsmanager.SecretStringGenerator{
			PasswordLength: jsii.Number(64), ExcludePunctuation: jsii.Bool(true),
		},
	})
	function, role := newFunction(stack, e, function{
		ID: "site", Name: "site", Description: "The website", Dir: dir,
		// HTTP APIs wait 30 s at most.
		MemoryMB: 512, Timeout: 29,
		Environment: map[string]*string{
			"STAGE": jsii.String(e.Stage), "GRAPHQL_URL": api.URL, "ISSUER": api.Issuer, "CLIENT_ID": api.ClientID,
			"SITE_ADDRESS": address, "COOKIE_SECRET_ARN": cookies.SecretArn(),
		},
	})
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("Read"), Actions: jsii.Strings("appsync:GraphQL"),
		Resources: &[]*string{awscdk.Fn_Join(jsii.String(""), &[]*string{api.ARN, jsii.String("/types/*")})},
	}))
	// Which fields below a query are asked for is not documented; that nothing is
	// written is said on its own.
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("OnlyRead"), Effect: awsiam.Effect_DENY, Actions: jsii.Strings("appsync:GraphQL"),
		Resources: &[]*string{
			awscdk.Fn_Join(jsii.String(""), &[]*string{api.ARN, jsii.String("/types/Mutation/*")}),
			awscdk.Fn_Join(jsii.String(""), &[]*string{api.ARN, jsii.String("/types/Subscription/*")}),
		},
	}))
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("KeyOfTheCookies"), Actions: jsii.Strings("secretsmanager:GetSecretValue"), Resources: &[]*string{cookies.SecretArn()},
	}))
	if stageKey != nil { // otherwise the secret has AWS's key, which needs no right
		decryptSecret(role, e, cookies.SecretArn(), stageKey)
	}
	live := awslambda.NewAlias(stack, jsii.String("Live"), &awslambda.AliasProps{
		AliasName: jsii.String("live"), Version: function.CurrentVersion(),
	})
	integration := awsapigatewayv2.NewCfnIntegration(stack, jsii.String("Integration"), &awsapigatewayv2.CfnIntegrationProps{
		ApiId: httpAPI.Ref(), IntegrationType: jsii.String("AWS_PROXY"), IntegrationUri: live.FunctionArn(),
		PayloadFormatVersion: jsii.String("2.0"), TimeoutInMillis: jsii.Number(30_000),
	})
	awsapigatewayv2.NewCfnRoute(stack, jsii.String("Route"), &awsapigatewayv2.CfnRouteProps{
		ApiId: httpAPI.Ref(), RouteKey: jsii.String("$default"), AuthorizationType: jsii.String("NONE"), // it is a public website
		Target: awscdk.Fn_Join(jsii.String(""), &[]*string{jsii.String("integrations/"), integration.Ref()}),
	})
	awslambda.NewCfnPermission(stack, jsii.String("HttpApiCalls"), &awslambda.CfnPermissionProps{
		Action: jsii.String("lambda:InvokeFunction"), FunctionName: live.FunctionArn(), Principal: jsii.String("apigateway.amazonaws.com"),
		SourceArn: awscdk.Fn_Join(jsii.String(""), &[]*string{jsii.String(arn(e, "execute-api", "")), httpAPI.Ref(), jsii.String("/*/$default")}),
	})

	errors := awscloudwatch.NewAlarm(stack, jsii.String("Errors"), &awscloudwatch.AlarmProps{
		AlarmName:        jsii.String(name + "-release"),
		AlarmDescription: jsii.String("The website's Lambda fails; while a release is being let in, this takes it back. Runbook: docs/operations.md#site-release"),
		Metric: live.MetricErrors(&awscloudwatch.MetricOptions{
			Period: awscdk.Duration_Minutes(jsii.Number(1)), Statistic: jsii.String("Sum"),
		}),
		Threshold: jsii.Number(3), EvaluationPeriods: jsii.Number(2), DatapointsToAlarm: jsii.Number(1),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
		TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING, // nobody came
	})
	if e.Website.CanaryMinutes > 0 {
		awscodedeploy.NewLambdaDeploymentGroup(stack, jsii.String("Release"), &awscodedeploy.LambdaDeploymentGroupProps{
			Application: awscodedeploy.NewLambdaApplication(stack, jsii.String("Releases"), &awscodedeploy.LambdaApplicationProps{
				ApplicationName: jsii.String(name),
			}),
			DeploymentGroupName: jsii.String(name), Alias: live, Alarms: &[]interfacesawscloudwatch.IAlarmRef{errors},
			DeploymentConfig: map[int]awscodedeploy.ILambdaDeploymentConfig{
				5: awscodedeploy.LambdaDeploymentConfig_CANARY_10PERCENT_5MINUTES(), 10: awscodedeploy.LambdaDeploymentConfig_CANARY_10PERCENT_10MINUTES(),
				15: awscodedeploy.LambdaDeploymentConfig_CANARY_10PERCENT_15MINUTES(), 30: awscodedeploy.LambdaDeploymentConfig_CANARY_10PERCENT_30MINUTES(),
			}[e.Website.CanaryMinutes],
			AutoRollback: &awscodedeploy.AutoRollbackConfig{FailedDeployment: jsii.Bool(true), StoppedDeployment: jsii.Bool(true), DeploymentInAlarm: jsii.Bool(true)},
			Role:         newCanaryRole(stack, e, errors),
		})
	}

	shown := output(stack, "SiteAddress", address, "The website", "")
	output(stack, "DistributionAddress", distribution.DistributionDomainName(), "What a domain of your own points to", "")
	output(stack, "FilesBucket", bucket.BucketName(), "Where the pipeline puts the static files", "")
	return &site{Stack: stack, FunctionName: function.FunctionName(), HTTPAPIID: httpAPI.Ref(), Distribution: distribution, Errors: errors, AddressOutput: shown}
}

// newCanaryRole lets CodeDeploy move the alias and look at the alarm. The L2 would add
// AWS's own policy, which lets it do so with every function.
func newCanaryRole(stack awscdk.Stack, e *config.Environment, alarm awscloudwatch.Alarm) awsiam.IRole {
	role := awsiam.NewRole(stack, jsii.String("CanaryRole"), &awsiam.RoleProps{
		Description: jsii.String("MTB Wiki " + e.Stage + ": CodeDeploy moves the alias of the website"),
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("codedeploy.amazonaws.com"), nil),
	})
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:     jsii.String("Alias"),
		Actions: jsii.Strings("lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"),
		// Asked with and without the name of the alias.
		Resources: &[]*string{jsii.String(functionARN(e, prefix+e.Stage+"-site")), jsii.String(functionARN(e, prefix+e.Stage+"-site") + ":*")},
	}))
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("Alarm"), Actions: jsii.Strings("cloudwatch:DescribeAlarms"), Resources: &[]*string{alarm.AlarmArn()},
	}))
	return role.WithoutPolicyUpdates(nil)
}

// writeStatic writes the files that pages load, by their path, into an empty folder.
func writeStatic(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	files, err := website.Static()
	if err != nil {
		return err
	}
	for _, path := range sortedKeys(files) {
		target := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(target, files[path], 0o644); err != nil {
			return err
		}
	}
	return nil
}

// filesBucket is the bucket's name, which release.sh and the release's role know.
func filesBucket(e *config.Environment) string {
	return prefix + e.Stage + "-files-" + e.AWS.Account + "-" + e.AWS.Region
}
