// Package fabric is the local fabric: it wires the wiki's definition (api,
// database, compute, config) to the local runtime (postgres, appsync, rdsdata,
// identity) and the website, in one process. `mtbwiki up` and `mtbwiki serve`
// start it; tests start it on free ports.
//
// It holds wiring only. What the wiki does stands in api, database and compute;
// how AppSync behaves stands in appsync.
package fabric

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/api"
	"github.com/mtbwiki/mtbwiki/appsync"
	"github.com/mtbwiki/mtbwiki/appsync/auth"
	"github.com/mtbwiki/mtbwiki/appsync/graphiql"
	"github.com/mtbwiki/mtbwiki/appsync/rdsdata"
	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/content"
	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/identity"
	"github.com/mtbwiki/mtbwiki/importer"
	"github.com/mtbwiki/mtbwiki/postgres"
	"github.com/mtbwiki/mtbwiki/website"
	"github.com/mtbwiki/mtbwiki/website/draw"
)

// Config says what to start. DataDir is required.
type Config struct {
	// DataDir holds the database, the user pool and the secrets.
	DataDir string
	// Listen is the address to bind, normally a loopback one.
	Listen string
	// Ports of website, API and Data API; 0 takes a free one.
	SitePort, APIPort, DataAPIPort int

	// DatabaseURL names a running server and database, whose user may create
	// roles; empty starts an embedded server on DatabasePort.
	DatabaseURL  string
	DatabasePort int
	// PostgresBin names the folder of the binaries; empty finds one.
	PostgresBin string

	// Stage whose settings hold.
	Stage string
	// Assembly is a folder of synthesized templates to read the API from; "" reads it
	// from package api.
	Assembly string
	// Demo makes an account for each role and imports the shipped content; it
	// also serves the Data API. Without it the fabric is a plain server.
	Demo bool
	// PublicURL is where the public reaches the website, such as
	// https://mtb.example.org; empty is the listening address.
	PublicURL string
	// Issuer and ClientID name an OpenID Connect user pool elsewhere; empty uses
	// the local pool.
	Issuer, ClientID string
	// Tiles are used instead of the stage's when they are on.
	Tiles config.Tiles
	// Heights draw contour lines on the maps; nil draws none.
	Heights draw.Heights
	// Watch is the root of a working tree whose api/, database/api, content/ and
	// page templates are read again when they change; empty reads what is built in.
	Watch string

	Log *slog.Logger
	// Progress gets short sentences for people.
	Progress func(string)
}

// Fabric is a running wiki.
type Fabric struct {
	Endpoints Endpoints
	Accounts  []Account
	Postgres  *postgres.Installation // nil with a database elsewhere
	// Failed gets an error when a part stops by itself.
	Failed chan error

	api     *appsync.API
	pool    *identity.Pool
	owner   *pgxpool.Pool
	servers []*http.Server
	closers []func(context.Context) error // in order of closing
	once    sync.Once
	stopErr error
}

// siteClient is the website's id at the local user pool.
const siteClient = "mtbwiki-site"

// Start starts everything, or nothing: when a step fails, what was started
// before it is stopped.
func Start(ctx context.Context, cfg Config) (_ *Fabric, err error) {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Progress == nil {
		cfg.Progress = func(string) {}
	}
	if cfg.Listen == "" {
		cfg.Listen = "127.0.0.1"
	}
	if cfg.Stage == "" {
		cfg.Stage = "alpha"
	}
	env, err := config.Load(cfg.Stage)
	if err != nil {
		return nil, err
	}
	f := &Fabric{Failed: make(chan error, 8)}
	defer func() {
		if err != nil {
			stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
			defer cancel()
			err = errors.Join(err, f.Stop(stopCtx))
		}
	}()

	if err := prepareDataDir(cfg.DataDir); err != nil {
		return nil, err
	}
	// A wiki that was killed leaves its endpoints behind; nobody should take them for ours.
	if err := os.Remove(filepath.Join(cfg.DataDir, "endpoints.json")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("fabric: %w", err)
	}
	secrets, err := loadSecrets(filepath.Join(cfg.DataDir, "secrets.json"))
	if err != nil {
		return nil, err
	}
	// Ports first: an occupied one is the commonest mistake and costs nothing to find.
	site, err := listen(ctx, cfg.Listen, cfg.SitePort, "the website", "--site-port")
	if err != nil {
		return nil, err
	}
	f.onStop(closeListener(site))
	gql, err := listen(ctx, cfg.Listen, cfg.APIPort, "the API", "--api-port")
	if err != nil {
		return nil, err
	}
	f.onStop(closeListener(gql))
	var data net.Listener
	if cfg.Demo {
		if data, err = listen(ctx, cfg.Listen, cfg.DataAPIPort, "the Data API", "--data-api-port"); err != nil {
			return nil, err
		}
		f.onStop(closeListener(data))
	}

	adminURL, err := f.database(ctx, cfg)
	if err != nil {
		return nil, err
	}
	apiURL, err := f.migrate(ctx, cfg, env, adminURL)
	if err != nil {
		return nil, err
	}
	pool, err := openPool(ctx, apiURL, 0)
	if err != nil {
		return nil, err
	}
	f.onStop(func(context.Context) error { pool.Close(); return nil })
	service := rdsdata.New(pool, rdsdata.Options{})
	f.onStop(func(context.Context) error { service.Close(); return nil })

	siteURL := "http://" + site.Addr().String()
	publicURL := strings.TrimSuffix(cfg.PublicURL, "/")
	if publicURL == "" {
		publicURL = siteURL
	}
	graphqlURL := "http://" + gql.Addr().String()

	issuer, clientID, tokens := cfg.Issuer, cfg.ClientID, auth.KeySource(nil)
	if issuer == "" {
		issuer, clientID = publicURL+"/identity", siteClient
		f.pool, err = openUserPool(cfg.DataDir, publicURL, cfg.Log)
		if err != nil {
			return nil, err
		}
		tokens = auth.KeyFunc(f.pool.JWKS)
	} else {
		tokens = &auth.RemoteKeys{URL: strings.TrimSuffix(issuer, "/") + "/.well-known/jwks.json"}
	}

	credentials := Credentials{APIKey: secrets.APIKey, AccessKeyID: secrets.AccessKeyID, SecretAccessKey: secrets.SecretAccessKey}
	runtimeDefinition := func(d *api.Definition) appsync.Definition {
		return RuntimeDefinition(d, env, issuer, []string{clientID}, tokens, credentials)
	}
	var runs appsync.Definition
	var sources map[string]appsync.DataSource
	if cfg.Assembly != "" {
		found, err := Assembled(cfg.Assembly, cfg.Stage)
		if err != nil {
			return nil, err
		}
		runs = AssembledDefinition(found, env, issuer, []string{clientID}, tokens, credentials)
		if sources, err = AssembledSources(found, cfg.Stage, service); err != nil {
			return nil, err
		}
		cfg.Progress(fmt.Sprintf("The API is that of the stack %s in %s.", found.Stack, cfg.Assembly))
	} else {
		definition, err := api.Load(apiFiles(cfg.Watch))
		if err != nil {
			return nil, err
		}
		runs = runtimeDefinition(definition)
		if sources, err = DataSources(definition, service); err != nil {
			return nil, err
		}
	}
	explorer, err := graphiql.Handler(explorerConfig(cfg.Demo, secrets.APIKey))
	if err != nil {
		return nil, err
	}
	f.api, err = appsync.New(runs, appsync.Options{
		DataSources: sources, Log: cfg.Log, Region: region, GraphiQL: explorer,
		CORS: appsync.CORS{Origins: []string{publicURL}},
	})
	if err != nil {
		return nil, err
	}

	if cfg.Demo {
		if err := f.demo(ctx, cfg, secrets); err != nil {
			return nil, err
		}
	}

	client := &http.Client{Timeout: 30 * time.Second}
	if f.pool != nil {
		at, err := url.Parse(issuer)
		if err != nil {
			return nil, fmt.Errorf("fabric: the issuer's address: %w", err)
		}
		client.Transport = &issuerTransport{issuer: at, pool: f.pool.Handler(), next: http.DefaultTransport}
	}
	tiles := env.Website.Tiles
	if cfg.Tiles.On() {
		tiles = cfg.Tiles
	}
	pages, err := website.New(website.Config{
		Tiles: tiles, Heights: cfg.Heights, HeightsCredit: "SRTM, NASA and USGS (public domain)",
		HTTP:     client,
		Endpoint: graphqlURL + "/graphql", APIKey: secrets.APIKey, Issuer: issuer, ClientID: clientID,
		CookieKey: secrets.CookieKey, BaseURL: publicURL, Files: siteFiles(cfg.Watch), Reload: cfg.Watch != "",
		DenyFile: filepath.Join(cfg.DataDir, "ended-sessions"), Log: cfg.Log,
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	if f.pool != nil {
		mux.Handle("/identity/", f.pool.Handler())
	}
	f.serve(cfg, site, mux)
	f.serve(cfg, gql, f.api)

	f.Endpoints = Endpoints{
		Site: publicURL, GraphQL: graphqlURL + "/graphql", Realtime: "ws://" + gql.Addr().String() + "/graphql/realtime",
		APIKey: secrets.APIKey, DatabaseURL: adminURL, Issuer: issuer, ClientID: clientID,
	}
	if cfg.Demo {
		verifier := auth.NewSignatureVerifier("rds-data", region, func(id string) (string, string, bool) {
			return secrets.SecretAccessKey, "", id == secrets.AccessKeyID
		}, nil)
		f.serve(cfg, data, rdsdata.Handler(service, rdsdata.HandlerOptions{
			Log: cfg.Log, ResourceARN: resourceARN, SecretARN: secretARN,
			Authenticate: func(r *http.Request, body []byte) error {
				_, err := verifier.Verify(auth.Signed{Method: r.Method, Host: r.Host, URL: r.URL, Header: r.Header, Body: body})
				return err
			},
		}))
		f.Endpoints.DataAPI = "http://" + data.Addr().String()
		f.Endpoints.ResourceARN, f.Endpoints.SecretARN = resourceARN, secretARN
		f.Endpoints.AccessKeyID, f.Endpoints.SecretAccessKey, f.Endpoints.Region = secrets.AccessKeyID, secrets.SecretAccessKey, region
	}
	f.jobs(cfg, env, adminURL)
	if cfg.Watch != "" {
		f.watch(cfg, adminURL, runtimeDefinition)
	}
	if err := f.Endpoints.write(filepath.Join(cfg.DataDir, "endpoints.json")); err != nil {
		return nil, err
	}
	path := filepath.Join(cfg.DataDir, "endpoints.json")
	f.onStop(func(context.Context) error {
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			return err
		}
		return nil
	})
	return f, nil
}

// explorerConfig fills the explorer in where anybody on this machine may have the
// key; a server's explorer asks for it.
func explorerConfig(demo bool, apiKey string) graphiql.Config {
	c := graphiql.Config{Title: "MTB Wiki API"}
	if demo {
		c.Headers = map[string]string{"x-api-key": apiKey}
		c.Query = starterQuery
	}
	return c
}

const starterQuery = `# Where to ride in July, and why. The key in the headers reads; to write, put
# your access token into the header Authorization instead.
query WhereToRide {
  discover(input: {month: 7, skill: COMFORTABLE, styles: [{style: FLOW}], includeInvented: true}) {
    suggestions {
      score
      system { name slug tagline }
      reasons { text }
      concerns { text }
    }
  }
}
`

const (
	resourceARN = "arn:aws:rds:local-1:000000000000:cluster:mtb-wiki-local-db"
	secretARN   = "arn:aws:secretsmanager:local-1:000000000000:secret:mtb-wiki-local-api"
)

// database starts the embedded server, or takes the one named.
func (f *Fabric) database(ctx context.Context, cfg Config) (adminURL string, err error) {
	if cfg.DatabaseURL != "" {
		cfg.Progress("Using the database of --database-url.")
		return cfg.DatabaseURL, nil
	}
	server, err := postgres.Start(ctx, postgres.Config{
		DataDir: filepath.Join(cfg.DataDir, "postgres"), BinDir: cfg.PostgresBin, Port: cfg.DatabasePort,
		Extensions: []string{"pg_trgm", "unaccent", "cube"},
		Log:        cfg.Log, Progress: cfg.Progress,
	})
	if err != nil {
		return "", err
	}
	f.onStop(server.Stop)
	installation := server.Installation()
	f.Postgres = &installation
	go func() {
		<-server.Done()
		if err := server.Err(); err != nil {
			f.fail(fmt.Errorf("PostgreSQL stopped: %w", err))
		}
	}()
	conn, err := pgx.Connect(ctx, server.URL())
	if err != nil {
		return "", fmt.Errorf("fabric: connecting to the embedded PostgreSQL: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	var there bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = 'mtbwiki')").Scan(&there); err != nil {
		return "", fmt.Errorf("fabric: looking for the database: %w", err)
	}
	if !there {
		if _, err := conn.Exec(ctx, "CREATE DATABASE mtbwiki ENCODING 'UTF8' TEMPLATE template0"); err != nil {
			return "", fmt.Errorf("fabric: making the database: %w", err)
		}
	}
	return server.URLFor("mtbwiki"), nil
}

// migrate brings roles, tables and code up to date and returns the URL of the
// API's role, whose password is new at every start.
func (f *Fabric) migrate(ctx context.Context, cfg Config, env *config.Environment, adminURL string) (apiURL string, err error) {
	conn, err := pgx.Connect(ctx, adminURL)
	if err != nil {
		return "", fmt.Errorf("fabric: the database doesn't answer: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	if err := database.EnsureRoles(ctx, conn); err != nil {
		return "", err
	}
	password, err := randomToken(24)
	if err != nil {
		return "", err
	}
	if err := database.SetPasswords(ctx, conn, map[string]string{database.RoleAPI: password}); err != nil {
		return "", err
	}
	cfg.Progress("Bringing the schema up to date.")
	opts := database.Options{Log: cfg.Log}
	if cfg.Watch != "" {
		opts.Code = os.DirFS(filepath.Join(cfg.Watch, "database", "api"))
	}
	if _, err := database.Migrate(ctx, adminURL, opts); err != nil {
		return "", err
	}
	if err := database.SetWritable(ctx, conn, env.Data != "production-read-only"); err != nil {
		return "", err
	}
	u, err := url.Parse(adminURL)
	if err != nil {
		return "", fmt.Errorf("fabric: the database URL: %w", err)
	}
	u.User = url.UserPassword(database.RoleAPI, password)

	// Imports run as the owner.
	ownerConfig, err := pgxpool.ParseConfig(adminURL)
	if err != nil {
		return "", fmt.Errorf("fabric: the database URL: %w", err)
	}
	ownerConfig.MaxConns = 2
	ownerConfig.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, "SET ROLE "+database.RoleOwner)
		return err
	}
	if f.owner, err = pgxpool.NewWithConfig(ctx, ownerConfig); err != nil {
		return "", err
	}
	owner := f.owner
	f.onStop(func(context.Context) error { owner.Close(); return nil })
	return u.String(), nil
}

// demo imports the shipped content and makes the accounts.
func (f *Fabric) demo(ctx context.Context, cfg Config, s *secrets) error {
	if err := f.importContent(ctx, cfg); err != nil {
		return err
	}
	if f.pool == nil {
		return nil
	}
	accounts, err := demoAccounts(ctx, f.pool, filepath.Join(cfg.DataDir, "accounts.json"))
	if err != nil {
		return err
	}
	f.Accounts = accounts
	return nil
}

func (f *Fabric) importContent(ctx context.Context, cfg Config) error {
	files := content.FS
	if cfg.Watch != "" {
		files = os.DirFS(filepath.Join(cfg.Watch, "content"))
	}
	c, err := content.Load(files)
	if err != nil {
		return err
	}
	cfg.Progress(fmt.Sprintf("Importing %d systems, %d trails and %d routes.", len(c.Systems), len(c.Trails), len(c.Routes)))
	report, err := importer.Seed(ctx, f.owner, c, nil)
	if err != nil {
		return err
	}
	cfg.Log.Info("content imported", "created", report.Created, "updated", report.Updated, "unchanged", report.Unchanged, "kept", len(report.Kept))
	return nil
}

func openPool(ctx context.Context, databaseURL string, size int32) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		return nil, fmt.Errorf("fabric: the database URL: %w", err)
	}
	if size > 0 {
		c.MaxConns = size
	}
	c.ConnConfig.RuntimeParams["application_name"] = "mtbwiki"
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("fabric: signing in to the database as %s: %w", c.ConnConfig.User, err)
	}
	return pool, nil
}

func listen(ctx context.Context, host string, port int, what, flag string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return nil, fmt.Errorf("fabric: %s can't listen: %w; choose another port with %s, or 0 for any free one", what, err, flag)
	}
	return l, nil
}

func closeListener(l net.Listener) func(context.Context) error {
	return func(context.Context) error {
		if err := l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	}
}

// serve answers on a listener until Stop.
func (f *Fabric) serve(cfg Config, l net.Listener, h http.Handler) {
	s := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      90 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(cfg.Log.Handler(), slog.LevelWarn),
	}
	f.servers = append(f.servers, s)
	f.onStop(s.Shutdown)
	go func() {
		if err := s.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			f.fail(fmt.Errorf("serving %s: %w", l.Addr(), err))
		}
	}()
}

func (f *Fabric) fail(err error) {
	select {
	case f.Failed <- err:
	default: // eight failures are enough to know
	}
}

func (f *Fabric) onStop(stop func(context.Context) error) { f.closers = append(f.closers, stop) }

// Stop ends everything in the reverse order of starting: no new requests, those
// running finish, then the database. A second call does nothing more.
func (f *Fabric) Stop(ctx context.Context) error {
	f.once.Do(func() {
		var errs []error
		for i := len(f.closers) - 1; i >= 0; i-- {
			errs = append(errs, f.closers[i](ctx))
		}
		f.stopErr = errors.Join(errs...)
	})
	return f.stopErr
}

// Token is an ID token of an account of the local user pool, as its sign-in would
// give to the website.
func (f *Fabric) Token(username string) (string, error) {
	if f.pool == nil {
		return "", errors.New("fabric: the user pool is elsewhere")
	}
	tokens, err := f.pool.IssueTokens(username, siteClient)
	return tokens.IDToken, err
}
