// Package fabrictest gives a test an API of its own: the wiki's definition on
// the local runtime over HTTP, on a database cloned in milliseconds, with a
// token for any rider. It is for tests only and starts neither website nor user
// pool: tokens are signed by a key of its own.
package fabrictest

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/appsync"
	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/appsync/rdsdata"
	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/content"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/fabric"
	"github.com/mtbwiki/mtbwiki/importer"
	"github.com/mtbwiki/mtbwiki/tests/utils"
)

const (
	issuer   = "https://pool.test/identity"
	clientID = "site-under-test"
	keyID    = "fabrictest"
)

// Credentials of the API key and the IAM principal.
var Credentials = fabric.Credentials{
	APIKey: "da2-fabrictest", AccessKeyID: "AKIAFABRICTEST", SecretAccessKey: "fabrictest-secret",
}

// signingKey is made once per process: making an RSA key takes a while.
var signingKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// API is a running API.
type API struct {
	URL string // of GraphQL
	DB  *databasetest.Databases
	t   testing.TB
}

// Content is a seed that imports the shipped content.
var Content = databasetest.Seed{
	Name: "content",
	Hash: content.Hash(),
	Fill: func(ctx context.Context, owner *pgxpool.Pool) error {
		c, err := content.Load(content.FS)
		if err != nil {
			return err
		}
		_, err = importer.Seed(ctx, owner, c, nil)
		return err
	},
}

// Vocabularies is a seed of the vocabularies alone, for tests that make their own things.
var Vocabularies = databasetest.Seed{
	Name: "vocabularies",
	Hash: content.Hash(),
	Fill: func(ctx context.Context, owner *pgxpool.Pool) error {
		c, err := content.Load(content.FS)
		if err != nil {
			return err
		}
		_, err = importer.Seed(ctx, owner, &content.Content{Vocabularies: c.Vocabularies}, nil)
		return err
	},
}

// Start gives a test its API; seed is Content or Vocabularies. With MTBWIKI_ASSEMBLY
// in the environment, a folder of synthesized templates, and MTBWIKI_ASSEMBLY_STAGE,
// it is the API of those templates.
func Start(t testing.TB, seed databasetest.Seed) *API {
	t.Helper()
	if dir := os.Getenv("MTBWIKI_ASSEMBLY"); dir != "" {
		return StartAssembled(t, seed, dir, os.Getenv("MTBWIKI_ASSEMBLY_STAGE"))
	}
	definition, err := api.Load(api.FS)
	if err != nil {
		t.Fatal(err)
	}
	return start(t, seed, "alpha", func(env *config.Environment, keys auth.KeySource, db appsync.RDSService) (appsync.Definition, map[string]appsync.DataSource, error) {
		sources, err := fabric.DataSources(definition, db)
		return fabric.RuntimeDefinition(definition, env, issuer, []string{clientID}, keys, Credentials), sources, err
	})
}

// StartAssembled gives a test the API of a stage's synthesized templates.
func StartAssembled(t testing.TB, seed databasetest.Seed, dir, stage string) *API {
	t.Helper()
	return start(t, seed, stage, func(env *config.Environment, keys auth.KeySource, db appsync.RDSService) (appsync.Definition, map[string]appsync.DataSource, error) {
		found, err := fabric.Assembled(dir, stage)
		if err != nil {
			return appsync.Definition{}, nil, err
		}
		sources, err := fabric.AssembledSources(found, stage, db)
		return fabric.AssembledDefinition(found, env, issuer, []string{clientID}, keys, Credentials), sources, err
	})
}

func start(t testing.TB, seed databasetest.Seed, stage string, define func(*config.Environment, auth.KeySource, appsync.RDSService) (appsync.Definition, map[string]appsync.DataSource, error)) *API {
	t.Helper()
	db := databasetest.New(t, seed)
	env, err := config.Load(stage)
	if err != nil {
		t.Fatal(err)
	}
	key, err := signingKey()
	if err != nil {
		t.Fatal(err)
	}
	keys := auth.StaticKeys{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: keyID, Algorithm: "RS256", Use: "sig"}}}
	service := rdsdata.New(db.API, rdsdata.Options{})
	t.Cleanup(service.Close)
	definition, sources, err := define(env, keys, service)
	if err != nil {
		t.Fatal(err)
	}
	a, err := appsync.New(definition, appsync.Options{
		DataSources: sources, Log: slog.New(slog.NewTextHandler(testWriter{t}, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	return &API{URL: server.URL + "/graphql", DB: db, t: t}
}

type testWriter struct{ t testing.TB }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Logf("%s", bytes.TrimSpace(p))
	return len(p), nil
}

// What tests ask with, and what they are answered; package utils has them for every suite.
type (
	Caller   = utils.Caller
	Response = utils.Answer
	Error    = utils.Error
)

func (a *API) caller(header http.Header) *Caller { return utils.NewCaller(a.URL, header).In(a.t) }

// Anonymous reads with the API key.
func (a *API) Anonymous() *Caller { return a.WithKey(Credentials.APIKey) }

// WithKey sends an API key as it is.
func (a *API) WithKey(key string) *Caller { return a.caller(utils.WithKey(key)) }

// Nobody sends no credentials.
func (a *API) Nobody() *Caller { return a.caller(nil) }

// Bearer sends a token as it is.
func (a *API) Bearer(token string) *Caller { return a.caller(utils.WithToken(token)) }

// Rider is signed in under a name, always the same person for the same name.
func (a *API) Rider(name string, groups ...string) *Caller {
	c := a.Bearer(a.Token(Claims{Name: name, Groups: append([]string{"riders"}, groups...)}))
	c.Sub = subOf(name)
	return c
}

// Moderator is a rider in the group moderators.
func (a *API) Moderator(name string) *Caller { return a.Rider(name, "moderators") }

// Claims of a token; zero fields mean what a good token has.
type Claims struct {
	Name     string
	Groups   []string
	Issuer   string
	ClientID string
	Use      string        // access
	Expires  time.Duration // from now; an hour
	Key      *rsa.PrivateKey
	KeyID    string
	Alg      jose.SignatureAlgorithm
}

func subOf(name string) string { return uuid.NewSHA1(uuid.NameSpaceOID, []byte(name)).String() }

func or[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}

// Token signs a token like Cognito's.
func (a *API) Token(c Claims) string {
	a.t.Helper()
	key := c.Key
	if key == nil {
		var err error
		if key, err = signingKey(); err != nil {
			a.t.Fatal(err)
		}
	}
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: or(c.Alg, jose.RS256), Key: jose.JSONWebKey{Key: key, KeyID: or(c.KeyID, keyID)}}, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	now := time.Now()
	use := or(c.Use, "access")
	claims := map[string]any{
		"iss": or(c.Issuer, issuer), "sub": subOf(c.Name), "token_use": use,
		"iat": now.Add(-time.Hour).Unix(), "auth_time": now.Add(-time.Hour).Unix(), "exp": now.Add(or(c.Expires, time.Hour)).Unix(),
		"jti": uuid.NewString(), "cognito:groups": c.Groups,
	}
	if use == "id" {
		claims["aud"], claims["cognito:username"] = or(c.ClientID, clientID), c.Name
	} else {
		claims["client_id"], claims["username"] = or(c.ClientID, clientID), c.Name
	}
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		a.t.Fatal(err)
	}
	return token
}
