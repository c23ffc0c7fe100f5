// Package awstest stands in for what the Lambdas of this folder ask AWS for: a
// cluster with its Data API, which is the project's own one over a real PostgreSQL,
// and Secrets Manager with its versions and stages. For tests only.
package awstest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/rdsdata"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mtbwiki/mtbwiki/appsync/rdsdata"
	"github.com/mtbwiki/mtbwiki/postgres"
)

// What a stage's cluster is called.
const (
	ClusterARN     = "arn:aws:rds:us-west-2:111122223333:cluster:mtb-wiki-alpha-db"
	AdminSecretARN = "arn:aws:secretsmanager:us-west-2:111122223333:secret:rds!cluster-1-AbCdEf"
	APISecretARN   = "arn:aws:secretsmanager:us-west-2:111122223333:secret:mtb-wiki-alpha-db/mtbwiki_api-AbCdEf"
	Database       = "mtbwiki"
	admin          = "mtbwiki_admin"
	adminPassword  = "only-for-tests"
)

// Cluster is as Aurora makes one: a database, an administrator who is no superuser,
// RDS's role rds_iam, and nothing of the wiki.
type Cluster struct {
	*Secrets
	Data *sdk.Client
	// Resuming makes the next so many calls of the Data API fail, as those of a
	// cluster that wakes up do.
	Resuming int
	// Statements are the SQL texts that came in.
	Statements []string

	mu    sync.Mutex
	url   string // of the superuser
	pools map[string]http.Handler
}

// NewCluster starts a server of its own, because roles belong to a server.
func NewCluster(t *testing.T) *Cluster {
	t.Helper()
	dir, err := os.MkdirTemp("", "mtbwiki-cluster-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	// The server's user must get in when tests run as root.
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	server, err := postgres.Start(t.Context(), postgres.Config{
		DataDir: filepath.Join(dir, "postgres"), Ephemeral: true, Extensions: []string{"pg_trgm", "unaccent", "cube"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	c := &Cluster{Secrets: newSecrets(t), url: server.URLFor(Database), pools: map[string]http.Handler{}}
	conn, err := pgx.Connect(t.Context(), server.URL())
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		"CREATE ROLE rds_iam NOLOGIN",
		"CREATE ROLE " + admin + " LOGIN NOSUPERUSER CREATEDB CREATEROLE PASSWORD '" + adminPassword + "'",
		// RDS's administrator may give rds_iam away, can make trusted extensions, and may
		// end others' sessions.
		"GRANT rds_iam TO " + admin + " WITH ADMIN OPTION",
		"GRANT pg_signal_backend TO " + admin,
		"CREATE DATABASE " + Database + " OWNER " + admin,
	} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.Put(AdminSecretARN, `{"username":"`+admin+`","password":"`+adminPassword+`"}`)
	api := httptest.NewServer(http.HandlerFunc(c.serve))
	t.Cleanup(api.Close)
	c.Data = sdk.New(sdk.Options{Region: "us-west-2", BaseEndpoint: aws.String(api.URL), Credentials: Credentials})
	t.Cleanup(func() {
		// Before the server stops.
		for _, p := range c.pools {
			p.(*pool).close()
		}
	})
	return c
}

// URL is the database as a user sees it who signs in with a password.
func (c *Cluster) URL(user, password string) string {
	u, err := url.Parse(c.url)
	if err != nil {
		panic(err)
	}
	u.User = url.UserPassword(user, password)
	return u.String()
}

// SuperuserURL is the database as nobody sees it on RDS.
func (c *Cluster) SuperuserURL() string { return c.url }

// pool is the Data API as one user.
type pool struct {
	http.Handler
	close func()
}

// serve is the Data API: it reads the request's secret as AWS does, the current
// version, and signs in with that.
func (c *Cluster) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var in struct{ ResourceARN, SecretARN, SQL, Database string }
	if err := json.Unmarshal(body, &in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	h, err := c.as(in.ResourceARN, in.SecretARN, in.Database, in.SQL)
	if err != nil {
		code := "InternalServerErrorException"
		var refused *apiError
		if errors.As(err, &refused) {
			code = refused.code
		}
		w.Header().Set("X-Amzn-ErrorType", code)
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"message":%q}`, err.Error())
		return
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	h.ServeHTTP(w, r)
}

func (c *Cluster) as(cluster, secret, database, sql string) (http.Handler, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if cluster != ClusterARN {
		return nil, &apiError{"BadRequestException", "there is no cluster " + cluster}
	}
	if c.Resuming > 0 {
		c.Resuming--
		return nil, &apiError{"DatabaseResumingException", "The Aurora DB instance is resuming"}
	}
	if sql != "" {
		c.Statements = append(c.Statements, sql)
	}
	text, err := c.Secrets.Current(secret)
	if err != nil {
		return nil, &apiError{"BadRequestException", err.Error()}
	}
	if database == "" { // ends a transaction; the Lambdas' are all of this one
		database = Database
	}
	key := database + secret + text
	if h, ok := c.pools[key]; ok {
		return h, nil
	}
	var who struct{ Username, Password string }
	if err := json.Unmarshal([]byte(text), &who); err != nil {
		return nil, &apiError{"InvalidSecretException", err.Error()}
	}
	u, err := url.Parse(c.URL(who.Username, who.Password))
	if err != nil {
		return nil, err
	}
	u.Path = "/" + database
	p, err := pgxpool.New(context.Background(), u.String())
	if err == nil {
		err = p.Ping(context.Background())
	}
	if err != nil {
		return nil, &apiError{"BadRequestException", "FATAL: " + err.Error()}
	}
	service := rdsdata.New(p, rdsdata.Options{})
	h := &pool{rdsdata.Handler(service, rdsdata.HandlerOptions{ResourceARN: ClusterARN}), func() { service.Close(); p.Close() }}
	c.pools[key] = h
	return h, nil
}

// Credentials sign requests that nobody verifies.
var Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, nil
})

type apiError struct{ code, message string }

func (e *apiError) Error() string { return e.message }

// Secrets is Secrets Manager as far as rotation needs it.
type Secrets struct {
	Client *secretsmanager.Client

	mu      sync.Mutex
	secrets map[string]*secret // by ARN
	// Made and Deleted are the names of secrets that came and went.
	Made, Deleted []string
}

type secret struct {
	rotates  bool
	versions map[string]*version // by id
}

type version struct {
	text   string // "" until it is put
	stages []string
}

func newSecrets(t *testing.T) *Secrets {
	s := &Secrets{secrets: map[string]*secret{}}
	server := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(server.Close)
	s.Client = secretsmanager.New(secretsmanager.Options{Region: "us-west-2", BaseEndpoint: aws.String(server.URL), Credentials: Credentials})
	return s
}

// Put makes a secret with one version.
func (s *Secrets) Put(arn, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secrets[arn] = &secret{versions: map[string]*version{"first": {text, []string{"AWSCURRENT"}}}}
}

// Rotate begins a rotation: as Secrets Manager does, it makes an empty pending
// version.
func (s *Secrets) Rotate(arn, token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secrets[arn].rotates = true
	s.secrets[arn].versions[token] = &version{stages: []string{"AWSPENDING"}}
}

// Current is the current version of a secret.
func (s *Secrets) Current(arn string) (string, error) { return s.At(arn, "AWSCURRENT") }

// At is the version of a secret at a stage.
func (s *Secrets) At(arn, stage string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x, ok := s.secrets[arn]; ok {
		if _, v := x.at(stage); v != nil && v.text != "" {
			return v.text, nil
		}
	}
	return "", &apiError{"ResourceNotFoundException", "Secrets Manager can't find the secret " + arn + " at " + stage}
}

func (s *secret) at(stage string) (string, *version) {
	for id, v := range s.versions {
		if slices.Contains(v.stages, stage) {
			return id, v
		}
	}
	return "", nil
}

// take removes a stage from whichever version has it.
func (s *secret) take(stage string) {
	for _, v := range s.versions {
		v.stages = slices.DeleteFunc(v.stages, func(x string) bool { return x == stage })
	}
}

func (s *Secrets) serve(w http.ResponseWriter, r *http.Request) {
	var in struct {
		SecretID, VersionID, VersionStage, ClientRequestToken, SecretString string
		Name, MoveToVersionID, RemoveFromVersionID, KmsKeyID                string
		VersionStages                                                       []string
		ForceDeleteWithoutRecovery                                          bool
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	fail := func(code, message string) {
		w.Header().Set("X-Amzn-ErrorType", code)
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"message":%q}`, message)
	}
	answer := func(v map[string]any) { _ = json.NewEncoder(w).Encode(v) }
	operation := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "secretsmanager.")
	if operation == "CreateSecret" {
		arn := "arn:aws:secretsmanager:us-west-2:111122223333:secret:" + in.Name + "-AbCdEf"
		s.secrets[arn] = &secret{versions: map[string]*version{"first": {in.SecretString, []string{"AWSCURRENT"}}}}
		s.Made = append(s.Made, in.Name)
		answer(map[string]any{"ARN": arn, "Name": in.Name})
		return
	}
	x, ok := s.secrets[in.SecretID]
	if !ok {
		fail("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
		return
	}
	switch operation {
	case "DescribeSecret":
		stages := map[string][]string{}
		for id, v := range x.versions {
			stages[id] = v.stages
		}
		answer(map[string]any{"ARN": in.SecretID, "RotationEnabled": x.rotates, "VersionIdsToStages": stages})
	case "GetSecretValue":
		id, v := x.at(in.VersionStage)
		if v == nil || v.text == "" || in.VersionID != "" && in.VersionID != id {
			fail("ResourceNotFoundException", "Secrets Manager can't find the specified secret value for staging label: "+in.VersionStage)
			return
		}
		answer(map[string]any{"ARN": in.SecretID, "VersionId": id, "SecretString": v.text, "VersionStages": v.stages})
	case "PutSecretValue":
		v := x.versions[in.ClientRequestToken]
		if v != nil && v.text != "" && v.text != in.SecretString {
			fail("ResourceExistsException", "A resource with the ID you requested already exists.")
			return
		}
		for _, stage := range in.VersionStages {
			x.take(stage)
		}
		x.versions[in.ClientRequestToken] = &version{in.SecretString, in.VersionStages}
		answer(map[string]any{"ARN": in.SecretID, "VersionId": in.ClientRequestToken})
	case "UpdateSecretVersionStage":
		if id, _ := x.at(in.VersionStage); id != in.RemoveFromVersionID {
			fail("InvalidParameterException", "The parameter RemoveFromVersionId can't be empty. Staging label "+in.VersionStage+" is currently attached to version "+id)
			return
		}
		x.take(in.VersionStage)
		if in.VersionStage == "AWSCURRENT" {
			x.take("AWSPREVIOUS")
			x.versions[in.RemoveFromVersionID].stages = append(x.versions[in.RemoveFromVersionID].stages, "AWSPREVIOUS")
		}
		x.versions[in.MoveToVersionID].stages = append(x.versions[in.MoveToVersionID].stages, in.VersionStage)
		answer(map[string]any{"ARN": in.SecretID})
	case "DeleteSecret":
		if !in.ForceDeleteWithoutRecovery {
			fail("InvalidRequestException", "it would stand for 30 days")
			return
		}
		delete(s.secrets, in.SecretID)
		s.Deleted = append(s.Deleted, in.SecretID)
		answer(map[string]any{"ARN": in.SecretID})
	default:
		fail("InvalidRequestException", "no operation "+operation)
	}
}
