package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsappsync"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/config"
)

// templateVersion is the version of pipeline functions, the only one there is.
const templateVersion = "2018-05-29"

// maxMappingTemplate is how many bytes AppSync takes in one template.
const maxMappingTemplate = 64 * 1024

// newAPI makes the stack mtb-wiki-<stage>-api: the AppSync API with schema and
// templates as they stand in package api, its user pool, its data sources and,
// in a nested stack for each area, its resolvers.
//
// The resources of AppSync are written at CloudFormation's level. CDK's
// GraphqlApi would look at the clock (it refuses an API key that ends more than
// a year from today, so the same source would synthesize in one month and not in
// the next) and would give the API's role more than it needs.
func newAPI(app constructs.Construct, e *config.Environment, db *database, j *jobs, d *api.Definition, placements []placement, computeDir string) *graphqlAPI {
	name := prefix + e.Stage + "-api"
	stack := newStack(app, name, "MTB Wiki: GraphQL API of the stage "+e.Stage, e.AWS, e.Database.DeletionProtection,
		map[string]string{"fabric": e.Fabric, "stage": e.Stage})
	stack.AddStackDependency(db.Stack, jsii.String("the cluster and the secret"))
	stack.AddStackDependency(j.Stack, jsii.String("roles and tables, which its functions make"))

	users := newUserPool(stack, e)

	logRole := awsiam.NewRole(stack, jsii.String("LogRole"), &awsiam.RoleProps{
		Description: jsii.String("MTB Wiki " + e.Stage + ": the API writes its log"),
		AssumedBy:   appSync(),
	})
	introspection := "DISABLED"
	if e.API.Introspection {
		introspection = "ENABLED"
	}
	graphql := awsappsync.NewCfnGraphQLApi(stack, jsii.String("Api"), &awsappsync.CfnGraphQLApiProps{
		Name:               jsii.String(name),
		AuthenticationType: jsii.String("API_KEY"),
		AdditionalAuthenticationProviders: &[]any{
			&awsappsync.CfnGraphQLApi_AdditionalAuthenticationProviderProperty{
				AuthenticationType: jsii.String("AMAZON_COGNITO_USER_POOLS"),
				UserPoolConfig: &awsappsync.CfnGraphQLApi_CognitoUserPoolConfigProperty{
					UserPoolId: users.ID, AwsRegion: jsii.String(e.AWS.Region), AppIdClientRegex: users.Clients,
				},
			},
			&awsappsync.CfnGraphQLApi_AdditionalAuthenticationProviderProperty{AuthenticationType: jsii.String("AWS_IAM")},
		},
		IntrospectionConfig: jsii.String(introspection),
		QueryDepthLimit:     jsii.Number(e.API.QueryDepthLimit),
		ResolverCountLimit:  jsii.Number(e.API.ResolverCountLimit),
		XrayEnabled:         jsii.Bool(e.API.XRay),
		// Counts for each resolver say what the wiki is used for.
		EnhancedMetricsConfig: enhancedMetrics(e),
		LogConfig: &awsappsync.CfnGraphQLApi_LogConfigProperty{
			CloudWatchLogsRoleArn: logRole.RoleArn(),
			FieldLogLevel:         jsii.String("ERROR"),
			// Templates, arguments and results hold what people wrote and where they are.
			ExcludeVerboseContent: jsii.Bool(true),
		},
	})
	// The role may write to this group and make none, so it is never AppSync that makes it.
	group := newLogGroup(stack, "Log", awscdk.Fn_Join(jsii.String(""), &[]*string{jsii.String("/aws/appsync/apis/"), graphql.AttrApiId()}),
		e.Monitoring.LogDays, e.Database.KeepSnapshot)
	logRole.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions:   jsii.Strings("logs:CreateLogStream", "logs:PutLogEvents"),
		Resources: &[]*string{group.LogGroupArn()},
	}))

	schema := awsappsync.NewCfnGraphQLSchema(stack, jsii.String("Schema"), &awsappsync.CfnGraphQLSchemaProps{
		ApiId: graphql.AttrApiId(), Definition: jsii.String(d.Schema),
	})
	end, err := epoch(e.API.APIKeyExpires)
	if err != nil {
		panic(fmt.Errorf("api.apiKeyExpires: %w", err)) // config has checked it
	}
	key := awsappsync.NewCfnApiKey(stack, jsii.String("ReadingKey"), &awsappsync.CfnApiKeyProps{
		ApiId: graphql.AttrApiId(), Description: jsii.String("Reading without an account"), Expires: jsii.Number(end),
	})
	if e.API.WAFRequestsPer5Minutes > 0 {
		newFirewall(stack, e, graphql)
	}

	sources := map[string]awsappsync.CfnDataSource{}
	for _, n := range slices.Sorted(maps.Keys(d.DataSources)) {
		sources[n] = newDataSource(stack, e, db, graphql, n, d.DataSources[n], computeDir)
	}
	cache := newCache(stack, e, graphql)
	for _, p := range placements {
		newArea(stack, e, graphql.AttrApiId(), schema, cache, sources, p)
	}

	// Here and not with the Lambda, because switching rotation on signs in, which
	// takes the roles. The first rotation waits for its time.
	awssecretsmanager.NewCfnRotationSchedule(stack, jsii.String("Rotation"), &awssecretsmanager.CfnRotationScheduleProps{
		SecretId:          db.APISecretARN,
		RotationLambdaArn: j.RotateARN,
		RotationRules: &awssecretsmanager.CfnRotationSchedule_RotationRulesProperty{
			ScheduleExpression: jsii.String(fmt.Sprintf("rate(%d days)", rotationDays)), Duration: jsii.String("2h"),
		},
		RotateImmediatelyOnUpdate: jsii.Bool(false),
	})

	url := output(stack, "GraphqlUrl", graphql.AttrGraphQlUrl(), "The API's address", "")
	output(stack, "RealtimeUrl", graphql.AttrRealtimeUrl(), "The address for subscriptions", "")
	output(stack, "ApiId", graphql.AttrApiId(), "The API", "")
	// Whoever has it reads what the website shows to everybody.
	reading := output(stack, "KeyForReading", key.AttrApiKey(), "The key for reading", "")
	return &graphqlAPI{
		Stack: stack, ID: graphql.AttrApiId(), ARN: graphql.AttrArn(), URL: graphql.AttrGraphQlUrl(),
		LogGroup: group, Issuer: users.Issuer, ClientID: users.ClientID,
		URLOutput: url, KeyOutput: reading, PoolOutput: users.PoolOutput, GateClientOutput: users.GateClientOutput,
	}
}

// graphqlAPI is a stage's API as other stacks see it.
type graphqlAPI struct {
	Stack            awscdk.Stack
	ID, ARN, URL     *string
	LogGroup         awslogs.LogGroup
	Issuer, ClientID *string

	URLOutput, KeyOutput, PoolOutput, GateClientOutput awscdk.CfnOutput
}

func enhancedMetrics(e *config.Environment) any {
	if !e.API.EnhancedMetrics {
		return nil
	}
	return &awsappsync.CfnGraphQLApi_EnhancedMetricsConfigProperty{
		DataSourceLevelMetricsBehavior: jsii.String("FULL_REQUEST_DATA_SOURCE_METRICS"),
		OperationLevelMetricsConfig:    jsii.String("DISABLED"), // clients name operations as they like
		ResolverLevelMetricsBehavior:   jsii.String("FULL_REQUEST_RESOLVER_METRICS"),
	}
}

func appSync() awsiam.IPrincipal {
	return awsiam.NewServicePrincipal(jsii.String("appsync.amazonaws.com"), nil)
}

// newDataSource makes a data source of the manifest, with a role that may do
// what the source does and no more.
func newDataSource(stack awscdk.Stack, e *config.Environment, db *database, graphql awsappsync.CfnGraphQLApi, name string, d api.DataSource, computeDir string) awsappsync.CfnDataSource {
	props := &awsappsync.CfnDataSourceProps{
		ApiId: graphql.AttrApiId(), Name: jsii.String(name), Type: jsii.String(d.Type), Description: jsii.String(d.Description),
	}
	var role awsiam.Role
	switch d.Type {
	case "RELATIONAL_DATABASE":
		role = newSourceRole(stack, e, name)
		role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: jsii.String("DataApi"),
			Actions: jsii.Strings("rds-data:ExecuteStatement", "rds-data:BatchExecuteStatement",
				"rds-data:BeginTransaction", "rds-data:CommitTransaction", "rds-data:RollbackTransaction"),
			Resources: &[]*string{db.ClusterARN},
		}))
		role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid:       jsii.String("OwnSecret"),
			Actions:   jsii.Strings("secretsmanager:GetSecretValue"),
			Resources: &[]*string{db.APISecretARN},
		}))
		role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid:       jsii.String("KeyOfTheSecret"),
			Actions:   jsii.Strings("kms:Decrypt"),
			Resources: &[]*string{db.KeyARN},
			Conditions: &map[string]any{"StringEquals": map[string]any{
				"kms:ViaService":                  "secretsmanager." + e.AWS.Region + ".amazonaws.com",
				"kms:EncryptionContext:SecretARN": db.APISecretARN,
			}},
		}))
		props.RelationalDatabaseConfig = &awsappsync.CfnDataSource_RelationalDatabaseConfigProperty{
			RelationalDatabaseSourceType: jsii.String("RDS_HTTP_ENDPOINT"),
			RdsHttpEndpointConfig: &awsappsync.CfnDataSource_RdsHttpEndpointConfigProperty{
				AwsRegion: jsii.String(e.AWS.Region), AwsSecretStoreArn: db.APISecretARN,
				DatabaseName: jsii.String(databaseName), DbClusterIdentifier: db.ClusterARN,
			},
		}
	case "AWS_LAMBDA":
		// Outside the VPC; it may do nothing but write its log. An answer takes
		// milliseconds.
		function, _ := newFunction(stack, e, function{ID: name, Name: name, Description: d.Description, Dir: computeDir, MemoryMB: 256, Timeout: 10})
		role = newSourceRole(stack, e, name)
		role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Actions: jsii.Strings("lambda:InvokeFunction"), Resources: &[]*string{function.FunctionArn()},
		}))
		props.LambdaConfig = &awsappsync.CfnDataSource_LambdaConfigProperty{LambdaFunctionArn: function.FunctionArn()}
	case "NONE":
	default:
		panic(fmt.Errorf("data source %s: the type %s has no form here", name, d.Type))
	}
	source := awsappsync.NewCfnDataSource(stack, jsii.String("Source"+name), props)
	if role != nil {
		source.SetServiceRoleArn(role.RoleArn())
		// A role without its policy would let the first requests fail.
		source.Node().AddDependency(role)
	}
	return source
}

func newSourceRole(stack awscdk.Stack, e *config.Environment, source string) awsiam.Role {
	return awsiam.NewRole(stack, jsii.String("SourceRole"+source), &awsiam.RoleProps{
		Description: jsii.String("MTB Wiki " + e.Stage + ": data source " + source + " of the API"),
		AssumedBy:   appSync(),
	})
}

// newArea makes the nested stack of an area. Each resolver's logical id is its
// type and field, so that nothing that moves in the source replaces it.
func newArea(parent awscdk.Stack, e *config.Environment, apiID *string, schema awsappsync.CfnGraphQLSchema, cache awsappsync.CfnApiCache, sources map[string]awsappsync.CfnDataSource, p placement) {
	nested := awscdk.NewNestedStack(parent, jsii.String(p.Name), &awscdk.NestedStackProps{
		Description: jsii.String("MTB Wiki: resolvers of the area " + p.Name),
	})
	// Fields must exist before their resolvers, and data sources, which are named
	// and not referred to.
	resource := nested.NestedStackResource()
	resource.AddResourceDependency(schema, jsii.String("resolvers are of fields"))
	for _, n := range slices.Sorted(maps.Keys(sources)) {
		resource.AddResourceDependency(sources[n], jsii.String("resolvers name their source"))
	}
	if cache != nil {
		resource.AddResourceDependency(cache, jsii.String("resolvers keep their answers in it"))
	}
	functions := map[string]*string{}
	for _, f := range p.Functions {
		functions[f.Name] = awsappsync.NewCfnFunctionConfiguration(nested, jsii.String("Function"+f.Name), &awsappsync.CfnFunctionConfigurationProps{
			ApiId:                   apiID,
			Name:                    jsii.String(f.Name),
			DataSourceName:          jsii.String(f.DataSource),
			FunctionVersion:         jsii.String(templateVersion),
			RequestMappingTemplate:  inline(f.Request),
			ResponseMappingTemplate: inline(f.Response),
		}).AttrFunctionId()
	}
	for _, r := range p.Resolvers {
		props := &awsappsync.CfnResolverProps{
			ApiId:                   apiID,
			TypeName:                jsii.String(r.Type),
			FieldName:               jsii.String(r.Field),
			RequestMappingTemplate:  inline(r.Request),
			ResponseMappingTemplate: inline(r.Response),
		}
		if len(r.Pipeline) == 0 {
			props.Kind = jsii.String("UNIT")
			props.DataSourceName = jsii.String(r.DataSource)
		} else {
			var ids []*string
			for _, f := range r.Pipeline {
				ids = append(ids, functions[f])
			}
			props.Kind = jsii.String("PIPELINE")
			props.PipelineConfig = &awsappsync.CfnResolver_PipelineConfigProperty{Functions: &ids}
		}
		if cache != nil && r.CachingKeys != nil {
			props.CachingConfig = &awsappsync.CfnResolver_CachingConfigProperty{
				Ttl: jsii.Number(e.API.Caching.Seconds), CachingKeys: jsii.Strings(r.CachingKeys...),
			}
		}
		awsappsync.NewCfnResolver(nested, jsii.String(r.Type+r.Field), props)
	}
}

// inline is a template's text for CloudFormation, byte for byte.
func inline(t api.Template) *string {
	if len(t.Text) > maxMappingTemplate {
		panic(fmt.Errorf("api/%s has %d bytes; AppSync takes %d", t.Path, len(t.Text), maxMappingTemplate))
	}
	return jsii.String(t.Text)
}

// newCache makes the cache of a stage whose settings have one; nil otherwise. Only
// resolvers with caching keys use it.
func newCache(stack awscdk.Stack, e *config.Environment, graphql awsappsync.CfnGraphQLApi) awsappsync.CfnApiCache {
	if !e.API.Caching.On() {
		return nil
	}
	return awsappsync.NewCfnApiCache(stack, jsii.String("Cache"), &awsappsync.CfnApiCacheProps{
		ApiId: graphql.AttrApiId(), Type: jsii.String(e.API.Caching.Instance), Ttl: jsii.Number(e.API.Caching.Seconds),
		// FULL_REQUEST_CACHING would keep what every resolver answers, told apart by arguments
		// and identity and not by what was selected, on which lists depend.
		ApiCachingBehavior: jsii.String("PER_RESOLVER_CACHING"),
		// Neither can be changed later.
		AtRestEncryptionEnabled: jsii.Bool(true), TransitEncryptionEnabled: jsii.Bool(true),
	})
}

// newFirewall limits the requests of one address.
func newFirewall(stack awscdk.Stack, e *config.Environment, graphql awsappsync.CfnGraphQLApi) {
	name := prefix + e.Stage + "-api"
	visible := func(metric string) *awswafv2.CfnWebACL_VisibilityConfigProperty {
		return &awswafv2.CfnWebACL_VisibilityConfigProperty{
			CloudWatchMetricsEnabled: jsii.Bool(true),
			MetricName:               jsii.String(metric),
			// Samples would keep people's addresses and requests.
			SampledRequestsEnabled: jsii.Bool(false),
		}
	}
	acl := awswafv2.NewCfnWebACL(stack, jsii.String("Firewall"), &awswafv2.CfnWebACLProps{
		Name:             jsii.String(name),
		Scope:            jsii.String("REGIONAL"),
		DefaultAction:    &awswafv2.CfnWebACL_DefaultActionProperty{Allow: map[string]any{}},
		VisibilityConfig: visible(name),
		Rules: &[]any{&awswafv2.CfnWebACL_RuleProperty{
			Name:     jsii.String("rate"),
			Priority: jsii.Number(0),
			Action:   &awswafv2.CfnWebACL_RuleActionProperty{Block: map[string]any{}},
			Statement: &awswafv2.CfnWebACL_StatementProperty{
				RateBasedStatement: &awswafv2.CfnWebACL_RateBasedStatementProperty{
					AggregateKeyType:    jsii.String("IP"),
					EvaluationWindowSec: jsii.Number(300),
					Limit:               jsii.Number(e.API.WAFRequestsPer5Minutes),
				},
			},
			VisibilityConfig: visible(name + "-rate"),
		}},
	})
	awswafv2.NewCfnWebACLAssociation(stack, jsii.String("FirewallOfTheApi"), &awswafv2.CfnWebACLAssociationProps{
		ResourceArn: graphql.AttrArn(), WebAclArn: acl.AttrArn(),
	})
}
