package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
)

// local is a migration of a test's database, with a password instead of a token.
func local(url string, writable bool) *migration {
	return &migration{
		URL: url, Writable: writable, Log: slog.New(slog.DiscardHandler),
		BeforeConnect: func(context.Context, *pgx.ConnConfig) error { return nil },
	}
}

func TestMigration(t *testing.T) {
	t.Parallel()
	for _, writable := range []bool{true, false} {
		db := databasetest.Empty(t)
		m := local(db.OwnerURL, writable)
		first, err := m.run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if first.From != 0 || first.To == 0 || len(first.Applied) < 5 || !first.CodeChanged || first.CodeObjects < 100 || first.Writable != writable {
			t.Errorf("the first time: %+v", first)
		}
		second, err := m.run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if second.From != first.To || second.To != first.To || len(second.Applied) > 0 || second.CodeChanged {
			t.Errorf("the second time: %+v, want nothing done", second)
		}
		if text, err := json.Marshal(second); err != nil || !strings.Contains(string(text), `"applied":[]`) {
			t.Errorf("%s, %v", text, err)
		}
		status, err := database.ReadStatus(t.Context(), db.OwnerURL, database.Options{})
		if err != nil || len(status.Pending) > 0 || !status.CodeCurrent {
			t.Errorf("the database is at %+v, %v", status, err)
		}
		// Where nobody may write, the API can't, whatever it is asked.
		var reads, writes bool
		if err := db.Admin.QueryRow(t.Context(), `SELECT has_function_privilege('mtbwiki_api', 'api.trails(jsonb, text)', 'EXECUTE'),
			has_function_privilege('mtbwiki_api', 'api.create_trail(jsonb, jsonb)', 'EXECUTE')`).Scan(&reads, &writes); err != nil {
			t.Fatal(err)
		}
		if !reads || writes != writable {
			t.Errorf("writable %v: the API may read %v and write %v", writable, reads, writes)
		}
	}
}

// TestWake holds that a cluster that is not there yet is waited for, and that a
// refusal is not.
func TestWake(t *testing.T) {
	t.Parallel()
	db := databasetest.Empty(t)
	silent := local("postgres://mtbwiki_migrator@127.0.0.1:1/mtbwiki?sslmode=disable", true)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := silent.run(ctx); err == nil || !strings.Contains(err.Error(), "didn't answer in time") {
		t.Errorf("nobody listens there, and it says %v", err)
	}
	wrong := local(db.OwnerURL, true)
	wrong.BeforeConnect = func(_ context.Context, c *pgx.ConnConfig) error { c.Password = "wrong"; return nil }
	begin := time.Now()
	if _, err := wrong.run(t.Context()); err == nil || !strings.Contains(err.Error(), "connecting as mtbwiki_migrator") {
		t.Errorf("the password is wrong, and it says %v", err)
	}
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("it waited %v for what waiting doesn't mend", took)
	}
}

// TestConnection holds how the Lambda signs in: with a token of IAM that is good for
// 15 minutes, over TLS, to a server that an authority of RDS vouches for.
func TestConnection(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_REGION": "us-west-2", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "session",
		"DATABASE_HOST": "c.cluster-x.us-west-2.rds.amazonaws.com", "DATABASE_PORT": "5432", "DATABASE": "mtbwiki", "WRITABLE": "false",
	} {
		t.Setenv(name, value)
	}
	m, err := newMigration()
	if err != nil {
		t.Fatal(err)
	}
	if m.Writable {
		t.Error("WRITABLE=false is writable")
	}
	c, err := pgx.ParseConfig(m.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.BeforeConnect(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if c.User != "mtbwiki_migrator" || c.Database != "mtbwiki" || len(c.Fallbacks) > 0 {
		t.Errorf("it connects as %s to %s, with %d fallbacks", c.User, c.Database, len(c.Fallbacks))
	}
	if c.TLSConfig == nil || c.TLSConfig.InsecureSkipVerify || c.TLSConfig.ServerName != c.Host || c.TLSConfig.RootCAs == nil {
		t.Errorf("the server isn't verified: %+v", c.TLSConfig)
	}
	for _, part := range []string{
		"c.cluster-x.us-west-2.rds.amazonaws.com:5432?", "Action=connect", "DBUser=mtbwiki_migrator", "X-Amz-Expires=900",
		"%2Fus-west-2%2Frds-db%2Faws4_request", "X-Amz-Security-Token=session",
	} {
		if !strings.Contains(c.Password, part) {
			t.Errorf("the token has no %s: %s", part, c.Password)
		}
	}
	t.Setenv("DATABASE_HOST", "")
	if _, err := newMigration(); err == nil || !strings.Contains(err.Error(), "lacks DATABASE_HOST") {
		t.Errorf("got %v", err)
	}
}

// TestAuthorities holds that there is one for the region of every stage, that all are
// what they say, and that they last.
func TestAuthorities(t *testing.T) {
	t.Parallel()
	if _, err := readAuthorities(authoritiesPEM); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for rest := authoritiesPEM; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		names[c.Subject.CommonName] = true
		if err := c.CheckSignatureFrom(c); err != nil {
			t.Errorf("%s: %v", c.Subject.CommonName, err)
		}
		if c.NotAfter.Before(time.Now().AddDate(5, 0, 0)) {
			t.Errorf("%s ends on %v", c.Subject.CommonName, c.NotAfter)
		}
	}
	for _, stage := range config.Stages {
		e, err := config.Load(stage)
		if err != nil {
			t.Fatal(err)
		}
		if name := "Amazon RDS " + e.AWS.Region + " Root CA RSA2048 G1"; !names[name] {
			t.Errorf("stage %s: there is no %s", stage, name)
		}
	}
	for _, text := range []string{"", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"} {
		if _, err := readAuthorities([]byte(text)); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
