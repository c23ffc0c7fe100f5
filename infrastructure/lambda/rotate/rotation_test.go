package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/awstest"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/dataapi"
)

var steps = []string{"createSecret", "setSecret", "testSecret", "finishSecret"}

const firstPassword = "madeUpByCloudFormation0123456789"

// setUp gives a migrated cluster whose API user signs in with its secret.
func setUp(t *testing.T) (*awstest.Cluster, *rotation) {
	t.Helper()
	c := awstest.NewCluster(t)
	c.Put(awstest.APISecretARN, `{"username":"mtbwiki_api","password":"`+firstPassword+`"}`)
	r := &rotation{
		Admin:        dataapi.Cluster{Client: c.Data, ClusterARN: awstest.ClusterARN, SecretARN: awstest.AdminSecretARN, Database: awstest.Database},
		Secrets:      c.Client,
		APISecretARN: awstest.APISecretARN, CandidatePrefix: "mtb-wiki-alpha-db/candidate-", KeyARN: "arn:aws:kms:us-west-2:111122223333:key/k",
	}
	err := r.Admin.InTransaction(t.Context(), func(tx *dataapi.Transaction) error {
		if err := tx.MakeRoles(t.Context()); err != nil {
			return err
		}
		return tx.SetPassword(t.Context(), "mtbwiki_api", firstPassword)
	})
	if err != nil {
		t.Fatal(err)
	}
	super, err := pgx.Connect(t.Context(), c.SuperuserURL())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = super.Close(t.Context()) }()
	if _, err := super.Exec(t.Context(), "ALTER ROLE mtbwiki_migrator PASSWORD 'only-for-tests'"); err != nil {
		t.Fatal(err)
	}
	if _, err := database.Migrate(t.Context(), c.URL("mtbwiki_migrator", "only-for-tests"), database.Options{}); err != nil {
		t.Fatal(err)
	}
	return c, r
}

func credentials(t *testing.T, c *awstest.Cluster, stage string) dataapi.Credentials {
	t.Helper()
	text, err := c.At(awstest.APISecretARN, stage)
	if err != nil {
		t.Fatal(err)
	}
	var v dataapi.Credentials
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// reads tells whether credentials sign in and read what the API reads.
func reads(t *testing.T, c *awstest.Cluster, who dataapi.Credentials) error {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), c.URL(who.Username, who.Password))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(t.Context()) }()
	var n int
	return conn.QueryRow(t.Context(), "SELECT count(*) FROM api.trails('{}', 'en')").Scan(&n)
}

// TestRotation rotates three times. All along the credentials in use, and those of
// before, go on working.
func TestRotation(t *testing.T) {
	t.Parallel()
	c, r := setUp(t)
	now := credentials(t, c, "AWSCURRENT")
	seen := map[string]bool{now.Password: true}
	for i, want := range []string{"mtbwiki_api_alternate", "mtbwiki_api", "mtbwiki_api_alternate"} {
		token := strings.Repeat("t", 32) + string(rune('0'+i))
		c.Rotate(awstest.APISecretARN, token)
		for _, step := range steps {
			for range 2 { // at least once means sometimes twice
				if err := r.step(t.Context(), step, awstest.APISecretARN, token); err != nil {
					t.Fatalf("rotation %d: %v", i+1, err)
				}
			}
			if err := reads(t, c, credentials(t, c, "AWSCURRENT")); err != nil {
				t.Errorf("rotation %d: after %s the current credentials don't work: %v", i+1, step, err)
			}
		}
		next := credentials(t, c, "AWSCURRENT")
		if next.Username != want || len(next.Password) != 48 || seen[next.Password] {
			t.Errorf("rotation %d: the user is %s, want %s, with a new password of 48 characters", i+1, next.Username, want)
		}
		seen[next.Password] = true
		if before := credentials(t, c, "AWSPREVIOUS"); before != now {
			t.Errorf("rotation %d: the previous version is %v, want %v", i+1, before, now)
		}
		if err := reads(t, c, now); err != nil {
			t.Errorf("rotation %d: who holds the credentials of before can't go on: %v", i+1, err)
		}
		now = next
	}
	if err := reads(t, c, dataapi.Credentials{Username: "mtbwiki_api", Password: firstPassword}); err == nil {
		t.Error("a password two rotations old still works")
	}
	if len(c.Made) < 3 || len(c.Made) != len(c.Deleted) {
		t.Errorf("made the secrets %v and deleted %v; none may stay", c.Made, c.Deleted)
	}
	for _, name := range c.Made {
		if !strings.HasPrefix(name, "mtb-wiki-alpha-db/candidate-") {
			t.Errorf("made the secret %s", name)
		}
	}
	for _, sql := range c.Statements {
		for p := range seen {
			if strings.Contains(sql, p) || strings.Contains(sql, "SCRAM-SHA-256") {
				t.Errorf("a statement holds a password: %s", sql)
			}
		}
	}
}

// TestRotationStops holds that a rotation that goes wrong changes nothing for the
// API: the current version stays.
func TestRotationStops(t *testing.T) {
	t.Parallel()
	c, r := setUp(t)
	now := credentials(t, c, "AWSCURRENT")
	const token = "0123456789abcdef0123456789abcdef"
	c.Rotate(awstest.APISecretARN, token)

	// Steps that come too early, of somebody else's secret, or of no rotation.
	for _, test := range []struct{ step, secret, token, want string }{
		{"setSecret", awstest.APISecretARN, token, "ResourceNotFoundException"},
		{"testSecret", awstest.APISecretARN, token, "ResourceNotFoundException"},
		{"createSecret", awstest.AdminSecretARN, token, "but this Lambda is for"},
		{"createSecret", awstest.APISecretARN, "other", "the secret has no version other"},
		{"dropSecret", awstest.APISecretARN, token, `no step "dropSecret"`},
	} {
		if err := r.step(t.Context(), test.step, test.secret, test.token); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.step, err, test.want)
		}
	}

	// The test is one: a password that the database doesn't have fails.
	if err := r.step(t.Context(), "createSecret", awstest.APISecretARN, token); err != nil {
		t.Fatal(err)
	}
	if err := r.step(t.Context(), "testSecret", awstest.APISecretARN, token); err == nil || !strings.Contains(err.Error(), "mtbwiki_api_alternate") {
		t.Errorf("the password was never set, and the test says %v", err)
	}
	if len(c.Made) != 1 || len(c.Deleted) != 1 {
		t.Errorf("made the secrets %v and deleted %v; none may stay", c.Made, c.Deleted)
	}

	// So is one that signs in and may not read.
	if err := r.step(t.Context(), "setSecret", awstest.APISecretARN, token); err != nil {
		t.Fatal(err)
	}
	super, err := pgx.Connect(t.Context(), c.SuperuserURL())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = super.Close(t.Context()) }()
	if _, err := super.Exec(t.Context(), "REVOKE mtbwiki_api FROM mtbwiki_api_alternate"); err != nil {
		t.Fatal(err)
	}
	if err := r.step(t.Context(), "testSecret", awstest.APISecretARN, token); err == nil || !strings.Contains(err.Error(), "with the right to use the API's functions") {
		t.Errorf("it may not read, and the test says %v", err)
	}

	// Credentials of the user in use are never set.
	c.Put(awstest.APISecretARN, `{"username":"mtbwiki_api","password":"`+firstPassword+`"}`)
	c.Rotate(awstest.APISecretARN, token)
	putPending(t, c, token, `{"username":"mtbwiki_api","password":"another-password"}`)
	if err := r.step(t.Context(), "setSecret", awstest.APISecretARN, token); err == nil || !strings.Contains(err.Error(), "mtbwiki_api is in use") {
		t.Errorf("the user in use gets a new password: %v", err)
	}
	if err := reads(t, c, now); err != nil {
		t.Errorf("the API is locked out: %v", err)
	}

	// What Secrets Manager does when rotation is switched on.
	c.Rotate(awstest.APISecretARN, "switched-on-0123456789abcdef0123")
	putPending(t, c, "switched-on-0123456789abcdef0123", `{"username":"mtbwiki_api","password":"`+firstPassword+`"}`)
	if err := r.step(t.Context(), "testSecret", awstest.APISecretARN, "switched-on-0123456789abcdef0123"); err != nil {
		t.Errorf("rotation can't be switched on: %v", err)
	}
}

func putPending(t *testing.T, c *awstest.Cluster, token, text string) {
	t.Helper()
	_, err := c.Client.PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{
		SecretId: aws.String(awstest.APISecretARN), ClientRequestToken: aws.String(token),
		SecretString: aws.String(text), VersionStages: []string{"AWSPENDING"},
	})
	if err != nil {
		t.Fatal(err)
	}
}
