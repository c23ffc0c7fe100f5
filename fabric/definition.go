package fabric

import (
	"fmt"
	"time"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/appsync"
	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/config"
)

// Credentials are what the local fabric accepts beside user tokens: an API key
// for readers, and one IAM principal for jobs and tools.
type Credentials struct {
	APIKey          string `json:"apiKey"`
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
}

// region that signed requests name; there is only this one locally.
const region = "local-1"

// RuntimeDefinition turns the wiki's definition into the runtime's, with a
// stage's settings. tokens verifies the user pool's tokens.
func RuntimeDefinition(d *api.Definition, env *config.Environment, issuer string, clientIDs []string, tokens auth.KeySource, c Credentials) appsync.Definition {
	out := appsync.Definition{
		Schema:        d.Schema,
		SchemaName:    "api/deploy/schema.graphql",
		DataSources:   map[string]appsync.DataSourceConfig{},
		Functions:     map[string]appsync.FunctionConfig{},
		Introspection: env.API.Introspection,
		Auth: auth.Config{
			Default: auth.Provider{Mode: auth.APIKey, Keys: []auth.Key{{Value: c.APIKey}}},
			Additional: []auth.Provider{
				{Mode: auth.UserPool, Issuer: issuer, Tokens: tokens, ClientIDs: clientIDs},
				{Mode: auth.IAM, Principals: []auth.Principal{operator(c, "Query.*")}},
			},
		},
	}
	out.Limits.QueryDepth = env.API.QueryDepthLimit
	out.Limits.ResolverCount = env.API.ResolverCountLimit
	out.Limits.RequestTime = time.Duration(env.API.RequestSeconds) * time.Second
	for name, ds := range d.DataSources {
		out.DataSources[name] = appsync.DataSourceConfig{Type: ds.Type}
	}
	template := func(t api.Template) appsync.TemplateSource {
		return appsync.TemplateSource{Name: "api/" + t.Path, Text: t.Text}
	}
	for name, f := range d.Functions {
		out.Functions[name] = appsync.FunctionConfig{DataSource: f.DataSource, Request: template(f.Request), Response: template(f.Response)}
	}
	for _, r := range d.Resolvers {
		out.Resolvers = append(out.Resolvers, appsync.ResolverConfig{
			Type: r.Type, Field: r.Field, DataSource: r.DataSource, Pipeline: r.Pipeline,
			Request: template(r.Request), Response: template(r.Response),
			Caching: caching(env.API.Caching, r),
		})
	}
	return out
}

// caching is how a resolver's answers are kept; nil if they aren't.
func caching(setting config.Caching, r api.Resolver) *appsync.Caching {
	if !setting.On() || r.CachingKeys == nil {
		return nil
	}
	return &appsync.Caching{TTL: time.Duration(setting.Seconds) * time.Second, Keys: r.CachingKeys}
}

// operator is the one IAM principal of the local fabric.
func operator(c Credentials, allow ...string) auth.Principal {
	return auth.Principal{
		AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey,
		Username: "local-operator", UserARN: "arn:aws:iam::000000000000:user/local-operator",
		Allow: allow,
	}
}

// DataSources ties the definition's data sources to a database and to the
// compute functions.
func DataSources(d *api.Definition, db appsync.RDSService) (map[string]appsync.DataSource, error) {
	sources := map[string]appsync.DataSource{}
	for name, ds := range d.DataSources {
		switch ds.Type {
		case appsync.RelationalDatabase:
			sources[name] = appsync.RDS(db)
		case appsync.AWSLambda:
			f, ok := functions[name]
			if !ok {
				return nil, fmt.Errorf("fabric: data source %s is a Lambda whose program is not known here", name)
			}
			sources[name] = appsync.Lambda(f)
		case appsync.None:
		default:
			return nil, fmt.Errorf("fabric: data source %s has the type %s, which the local fabric doesn't have", name, ds.Type)
		}
	}
	return sources, nil
}
