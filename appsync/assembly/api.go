package assembly

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mtbwiki/mtbwiki/appsync"
	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/appsync/graphql"
)

// API is an AppSync API as a stack and those nested in it define it.
type API struct {
	// Stack that holds it, and its Name.
	Stack, Name string
	// Definition is complete but for Auth: keys, issuers and credentials are made by
	// whoever runs it, as Modes say.
	Definition appsync.Definition
	// Modes are the authorization modes; the first is the default.
	Modes []Mode
	// Sources are the data sources, by name.
	Sources map[string]Source
	// Callers are the roles that policies let call the API.
	Callers []Caller
}

// Mode is an authorization mode.
type Mode struct {
	Mode auth.Mode
	// Keys are the API keys' days of expiry, of API_KEY.
	Keys []time.Time
	// UserPool that signs the tokens, and the client whose tokens alone are taken; ""
	// takes those of any. Both are names of resources in braces.
	UserPool, Client string
	// Deny is a user pool's default action DENY.
	Deny bool
}

// Source is a data source: what it reaches, by names that AWS or the template gives.
type Source struct {
	Type string
	// Function is the name of the Lambda, of AWS_LAMBDA.
	Function string
	// Cluster, Secret and Database of RELATIONAL_DATABASE.
	Cluster, Secret, Database string
	// Denied says what the data source's role lacks to reach it, in the words of IAM;
	// nil: nothing. On AWS every request then fails.
	Denied error
}

// Caller is a role with the action appsync:GraphQL on the API.
type Caller struct {
	Role string // stack/logical id
	// Allow are root fields as Type.field, those that Deny takes away left out.
	Allow []string
}

// properties that each type of AppSync may have here: true is read, false changes
// nothing in what requests get.
var properties = map[string]map[string]bool{
	"AWS::AppSync::GraphQLApi": {
		"Name": true, "AuthenticationType": true, "AdditionalAuthenticationProviders": true, "UserPoolConfig": true,
		"IntrospectionConfig": true, "QueryDepthLimit": true, "ResolverCountLimit": true, "ApiType": true, "Visibility": true,
		"LogConfig": false, "XrayEnabled": false, "EnhancedMetricsConfig": false, "Tags": false, "OwnerContact": false,
	},
	"AWS::AppSync::GraphQLSchema": {"ApiId": true, "Definition": true},
	"AWS::AppSync::ApiKey":        {"ApiId": true, "Expires": true, "Description": false},
	"AWS::AppSync::ApiCache": {
		"ApiId": true, "ApiCachingBehavior": true, "Ttl": true, "Type": false, "AtRestEncryptionEnabled": false,
		"TransitEncryptionEnabled": false, "HealthMetricsConfig": false,
	},
	"AWS::AppSync::DataSource": {
		"ApiId": true, "Name": true, "Type": true, "ServiceRoleArn": true, "LambdaConfig": true, "RelationalDatabaseConfig": true,
		"Description": false, "MetricsConfig": false,
	},
	"AWS::AppSync::FunctionConfiguration": {
		"ApiId": true, "Name": true, "DataSourceName": true, "RequestMappingTemplate": true, "ResponseMappingTemplate": true,
		"FunctionVersion": true, "Description": false,
	},
	"AWS::AppSync::Resolver": {
		"ApiId": true, "TypeName": true, "FieldName": true, "Kind": true, "DataSourceName": true, "PipelineConfig": true,
		"RequestMappingTemplate": true, "ResponseMappingTemplate": true, "CachingConfig": true, "MetricsConfig": false,
	},
}

// reader gathers an API. Its errors are joined, so that one look shows all.
type reader struct {
	api    *API
	top    *stack
	apiID  string
	apiARN string
	errs   []error
	// functions are the names of pipeline functions by their ids.
	functions map[string]string
	cache     string // ApiCachingBehavior; "": there is none
}

// API reads the API of a stack. The error joins everything that is wrong or not known
// here, each with stack, resource and property.
func (a *Assembly) API(name string) (*API, error) {
	top, ok := a.stacks[name]
	if !ok {
		return nil, fmt.Errorf("assembly: there is no stack %s; there are %s", name, strings.Join(a.Stacks(), ", "))
	}
	r := &reader{
		top: top, functions: map[string]string{},
		api: &API{Stack: name, Sources: map[string]Source{}, Definition: appsync.Definition{
			DataSources: map[string]appsync.DataSourceConfig{}, Functions: map[string]appsync.FunctionConfig{},
		}},
	}
	n := 0
	r.check(top.all("AWS::AppSync::GraphQLApi", func(in *stack, id string, res resource) error {
		n++
		r.apiID, r.apiARN = "{"+in.name+"/"+id+".ApiId}", "{"+in.name+"/"+id+".Arn}"
		r.graphqlAPI(r.item(in, id, res))
		return nil
	}))
	if n != 1 && len(r.errs) == 0 {
		return nil, fmt.Errorf("assembly: the stack %s and those in it define %d APIs, want one", name, n)
	}
	r.each("AWS::AppSync::GraphQLSchema", r.schema)
	r.each("AWS::AppSync::ApiKey", r.key)
	r.each("AWS::AppSync::ApiCache", r.apiCache)
	r.each("AWS::AppSync::DataSource", r.dataSource)
	r.each("AWS::AppSync::FunctionConfiguration", r.function)
	r.each("AWS::AppSync::Resolver", r.resolver)
	for _, kind := range []string{"AWS::AppSync::DomainName", "AWS::AppSync::SourceApiAssociation", "AWS::AppSync::ChannelNamespace", "AWS::AppSync::Api"} {
		r.check(top.all(kind, func(in *stack, id string, _ resource) error {
			return in.errorf(id, "%s is not known here", kind)
		}))
	}
	if err := errors.Join(r.errs...); err != nil {
		return nil, err
	}
	r.api.Definition.SchemaName = name + "/schema.graphql"
	for i, m := range r.api.Modes {
		if m.Mode == auth.APIKey && len(m.Keys) == 0 {
			return nil, fmt.Errorf("assembly: stack %s: authorization mode %d is API_KEY, and there is no key", name, i)
		}
	}
	schema, err := graphql.Load(r.api.Definition.SchemaName, r.api.Definition.Schema)
	if err != nil {
		return nil, err
	}
	if r.api.Callers, err = a.callers(top, r.apiARN, schema); err != nil {
		return nil, err
	}
	return r.api, nil
}

func (r *reader) check(err error) {
	if err != nil {
		r.errs = append(r.errs, err)
	}
}

// item is a resource that is being read.
type item struct {
	r          *reader
	in         *stack
	id         string
	properties map[string]any
}

// item evaluates what is read of a resource and refuses what is unknown.
func (r *reader) item(in *stack, id string, res resource) *item {
	known := properties[res.Type]
	it := &item{r, in, id, map[string]any{}}
	for _, name := range slices.Sorted(maps.Keys(res.Properties)) {
		read, ok := known[name]
		switch {
		case !ok:
			r.check(in.errorf(id, "the property %s of %s is not known here", name, res.Type))
		case read:
			v, err := in.evaluate(res.Properties[name], id+"."+name)
			r.check(err)
			it.properties[name] = v
		}
	}
	return it
}

// each reads the resources of a type that belong to the API.
func (r *reader) each(kind string, f func(*item)) {
	r.check(r.top.all(kind, func(in *stack, id string, res resource) error {
		it := r.item(in, id, res)
		if owner, _ := it.properties["ApiId"].(string); owner == r.apiID {
			f(it)
		} else {
			r.check(in.errorf(id, "it belongs to the API %v, not to %s", it.properties["ApiId"], r.apiID))
		}
		return nil
	}))
}

func (it *item) fail(format string, args ...any) { it.r.check(it.in.errorf(it.id, format, args...)) }

// text is a property that must be there; optional one that needn't.
func (it *item) text(name string) string {
	s := it.optional(name)
	if s == "" {
		it.fail("%s is missing or empty", name)
	}
	return s
}

func (it *item) optional(name string) string {
	switch v := it.properties[name].(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		it.fail("%s is %v, want text", name, v)
		return ""
	}
}

func (it *item) number(name string) int {
	switch v := it.properties[name].(type) {
	case nil:
		return 0
	case float64:
		return int(v)
	default:
		it.fail("%s is %v, want a number", name, v)
		return 0
	}
}

// inner is an object in a property, whose members must be among known.
func (it *item) inner(name string, v any, known ...string) *item {
	m, ok := v.(map[string]any)
	if !ok {
		it.fail("%s is %v, want an object", name, v)
		return &item{it.r, it.in, it.id + "." + name, map[string]any{}}
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if !slices.Contains(known, k) {
			it.fail("%s.%s is not known here", name, k)
		}
	}
	return &item{it.r, it.in, it.id + "." + name, m}
}

func (r *reader) graphqlAPI(it *item) {
	r.api.Name = it.text("Name")
	if t := it.optional("ApiType"); t != "" && t != "GRAPHQL" {
		it.fail("ApiType %s is not known here", t)
	}
	if v := it.optional("Visibility"); v != "" && v != "GLOBAL" {
		it.fail("Visibility %s is not known here", v)
	}
	d := &r.api.Definition
	switch v := it.optional("IntrospectionConfig"); v {
	case "", "ENABLED":
		d.Introspection = true
	case "DISABLED":
	default:
		it.fail("IntrospectionConfig is %q", v)
	}
	d.Limits.QueryDepth, d.Limits.ResolverCount = it.number("QueryDepthLimit"), it.number("ResolverCountLimit")
	r.mode(it, it)
	for i, p := range asList(it.properties["AdditionalAuthenticationProviders"]) {
		r.mode(it, it.inner(fmt.Sprintf("AdditionalAuthenticationProviders[%d]", i), p, "AuthenticationType", "UserPoolConfig"))
	}
}

func (r *reader) mode(api, it *item) {
	m := Mode{Mode: auth.Mode(it.text("AuthenticationType"))}
	switch m.Mode {
	case auth.APIKey, auth.IAM:
	case auth.UserPool:
		c := it.inner("UserPoolConfig", it.properties["UserPoolConfig"], "UserPoolId", "AwsRegion", "AppIdClientRegex", "DefaultAction")
		m.UserPool, m.Client = c.text("UserPoolId"), c.optional("AppIdClientRegex")
		switch a := c.optional("DefaultAction"); {
		case a == "DENY" && it == api:
			m.Deny = true
		case a != "" && a != "ALLOW":
			c.fail("DefaultAction is %q", a)
		}
	default:
		it.fail("the authorization mode %s is not known here", m.Mode)
	}
	r.api.Modes = append(r.api.Modes, m)
}

func asList(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	if v == nil {
		return nil
	}
	return []any{v}
}

func (r *reader) schema(it *item) {
	if r.api.Definition.Schema != "" {
		it.fail("the API has two schemas")
	}
	r.api.Definition.Schema = it.text("Definition")
}

func (r *reader) key(it *item) {
	seconds := it.number("Expires")
	if seconds == 0 {
		it.fail("Expires is missing: AppSync would take seven days from the deployment")
	}
	for i := range r.api.Modes {
		if m := &r.api.Modes[i]; m.Mode == auth.APIKey {
			m.Keys = append(m.Keys, time.Unix(int64(seconds), 0).UTC())
			return
		}
	}
	it.fail("there is a key, and the API doesn't have the mode API_KEY")
}

func (r *reader) apiCache(it *item) {
	if r.cache = it.text("ApiCachingBehavior"); r.cache != "PER_RESOLVER_CACHING" {
		it.fail("ApiCachingBehavior %s is not known here", r.cache)
	}
}

func (r *reader) dataSource(it *item) {
	name := it.text("Name")
	if _, twice := r.api.Sources[name]; twice {
		it.fail("there are two data sources %s", name)
	}
	s := Source{Type: it.text("Type")}
	switch s.Type {
	case appsync.None:
	case appsync.AWSLambda:
		c := it.inner("LambdaConfig", it.properties["LambdaConfig"], "LambdaFunctionArn")
		arn := c.text("LambdaFunctionArn")
		s.Function = r.lambda(it, arn)
		s.Denied = r.may(it, []need{{"lambda:InvokeFunction", arn}})
	case appsync.RelationalDatabase:
		c := it.inner("RelationalDatabaseConfig", it.properties["RelationalDatabaseConfig"], "RelationalDatabaseSourceType", "RdsHttpEndpointConfig")
		if t := c.text("RelationalDatabaseSourceType"); t != "RDS_HTTP_ENDPOINT" {
			c.fail("RelationalDatabaseSourceType is %s", t)
		}
		e := c.inner("RdsHttpEndpointConfig", c.properties["RdsHttpEndpointConfig"], "AwsRegion", "DatabaseName", "DbClusterIdentifier", "AwsSecretStoreArn", "Schema")
		s.Cluster, s.Secret, s.Database = e.text("DbClusterIdentifier"), e.text("AwsSecretStoreArn"), e.optional("DatabaseName")
		s.Denied = r.may(it, []need{{"rds-data:ExecuteStatement", s.Cluster}, {"secretsmanager:GetSecretValue", s.Secret}})
	default:
		it.fail("the type %s is not known here", s.Type)
	}
	r.api.Sources[name] = s
	r.api.Definition.DataSources[name] = appsync.DataSourceConfig{Type: s.Type}
}

// lambda is the name of the function with an ARN.
func (r *reader) lambda(it *item, arn string) string {
	name := ""
	for _, s := range r.top.assembly.stacks {
		r.check(s.all("AWS::Lambda::Function", func(in *stack, id string, res resource) error {
			if arn != "{"+in.name+"/"+id+".Arn}" {
				return nil
			}
			var err error
			name, err = in.text(res.Properties["FunctionName"], id+".FunctionName")
			return err
		}))
	}
	if name == "" {
		it.fail("no template makes the Lambda %s", arn)
	}
	return name
}

func (it *item) templates() (request, response appsync.TemplateSource) {
	name := func(which string) string { return it.in.name + "/" + it.id + "." + which }
	return appsync.TemplateSource{Name: name("request.vtl"), Text: it.text("RequestMappingTemplate")},
		appsync.TemplateSource{Name: name("response.vtl"), Text: it.text("ResponseMappingTemplate")}
}

func (r *reader) function(it *item) {
	name := it.text("Name")
	if _, twice := r.api.Definition.Functions[name]; twice {
		it.fail("there are two functions %s", name)
	}
	if v := it.optional("FunctionVersion"); v != "2018-05-29" {
		it.fail("FunctionVersion %q is not known here", v)
	}
	f := appsync.FunctionConfig{DataSource: it.text("DataSourceName")}
	f.Request, f.Response = it.templates()
	r.api.Definition.Functions[name] = f
	r.functions["{"+it.in.name+"/"+it.id+".FunctionId}"] = name
}

func (r *reader) resolver(it *item) {
	c := appsync.ResolverConfig{Type: it.text("TypeName"), Field: it.text("FieldName")}
	c.Request, c.Response = it.templates()
	switch kind := it.optional("Kind"); kind {
	case "", "UNIT":
		c.DataSource = it.text("DataSourceName")
	case "PIPELINE":
		p := it.inner("PipelineConfig", it.properties["PipelineConfig"], "Functions")
		for _, id := range asList(p.properties["Functions"]) {
			name, ok := r.functions[fmt.Sprint(id)]
			if !ok {
				it.fail("no template makes the function %v", id)
			}
			c.Pipeline = append(c.Pipeline, name)
		}
	default:
		it.fail("Kind is %s", kind)
	}
	if caching := it.properties["CachingConfig"]; caching != nil {
		in := it.inner("CachingConfig", caching, "Ttl", "CachingKeys")
		keys := []string{}
		for _, k := range asList(in.properties["CachingKeys"]) {
			keys = append(keys, fmt.Sprint(k))
		}
		// Without a cache AppSync passes it over.
		if r.cache != "" {
			c.Caching = &appsync.Caching{TTL: time.Duration(in.number("Ttl")) * time.Second, Keys: keys}
		}
	}
	r.api.Definition.Resolvers = append(r.api.Definition.Resolvers, c)
}
