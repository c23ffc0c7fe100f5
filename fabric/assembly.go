package fabric

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/mtbwiki/mtbwiki/appsync"
	"github.com/mtbwiki/mtbwiki/appsync/assembly"
	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/appsync/vtl"
	"github.com/mtbwiki/mtbwiki/compute"
	"github.com/mtbwiki/mtbwiki/config"
)

// stackPrefix begins the names of everything that package infrastructure makes.
const stackPrefix = "mtb-wiki-"

// Assembled reads a stage's API out of synthesized templates: dir is what package
// infrastructure wrote.
func Assembled(dir, stage string) (*assembly.API, error) {
	a, err := assembly.Read(os.DirFS(dir))
	if err != nil {
		return nil, fmt.Errorf("%w (in %s; `go run . -stages %s` in the folder infrastructure writes one)", err, dir, stage)
	}
	return a.API(stackPrefix + stage + "-api")
}

// AssembledDefinition is [RuntimeDefinition] out of templates: what they say decides,
// and the stage's settings only what no template holds. The IAM principal may do what
// any role of the templates may.
func AssembledDefinition(found *assembly.API, env *config.Environment, issuer string, clientIDs []string, tokens auth.KeySource, c Credentials) appsync.Definition {
	out := found.Definition
	out.Limits.RequestTime = time.Duration(env.API.RequestSeconds) * time.Second
	var providers []auth.Provider
	for _, m := range found.Modes {
		p := auth.Provider{Mode: m.Mode, Deny: m.Deny}
		switch m.Mode {
		case auth.APIKey:
			for _, expires := range m.Keys {
				p.Keys = append(p.Keys, auth.Key{Value: c.APIKey, Expires: expires})
			}
		case auth.UserPool:
			p.Issuer, p.Tokens = issuer, tokens
			if m.Client != "" {
				p.ClientIDs = clientIDs
			}
		case auth.IAM:
			principal := operator(c)
			for _, caller := range found.Callers {
				principal.Allow = append(principal.Allow, caller.Allow...)
			}
			slices.Sort(principal.Allow)
			principal.Allow = slices.Compact(principal.Allow)
			p.Principals = []auth.Principal{principal}
		}
		providers = append(providers, p)
	}
	out.Auth = auth.Config{Default: providers[0], Additional: providers[1:]}
	return out
}

// AssembledSources is [DataSources] out of templates. A source whose role lacks a
// right refuses every request.
func AssembledSources(found *assembly.API, stage string, db appsync.RDSService) (map[string]appsync.DataSource, error) {
	sources := map[string]appsync.DataSource{}
	for name, s := range found.Sources {
		switch {
		case s.Denied != nil:
			sources[name] = denied{s.Denied}
		case s.Type == appsync.RelationalDatabase:
			sources[name] = appsync.RDS(db)
		case s.Type == appsync.AWSLambda:
			f, ok := functions[strings.TrimPrefix(s.Function, stackPrefix+stage+"-")]
			if !ok {
				return nil, fmt.Errorf("fabric: data source %s is the Lambda %s, whose program is not known here", name, s.Function)
			}
			sources[name] = appsync.Lambda(f)
		}
	}
	return sources, nil
}

// functions are the programs of Lambdas behind data sources.
var functions = map[string]appsync.LambdaFunc{
	"compute": func(_ context.Context, payload json.RawMessage) (json.RawMessage, error) {
		return compute.Invoke(payload)
	},
}

// denied is a data source whose role IAM refuses.
type denied struct{ why error }

// Invoke implements [appsync.DataSource].
func (d denied) Invoke(context.Context, *vtl.Map) (vtl.Value, error) {
	return nil, &appsync.DataSourceError{Message: d.why.Error(), Type: "AccessDeniedException"}
}
