package rdsiam

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/config"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
)

// TestWake holds that a cluster that is not there yet is waited for, and that a
// refusal is not.
func TestWake(t *testing.T) {
	t.Parallel()
	db := databasetest.Empty(t)
	local := func(url string) *Database {
		return &Database{URL: url, Log: slog.New(slog.DiscardHandler), BeforeConnect: func(context.Context, *pgx.ConnConfig) error { return nil }}
	}
	silent := local("postgres://mtbwiki_migrator@127.0.0.1:1/mtbwiki?sslmode=disable")
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := silent.Wake(ctx); err == nil || !strings.Contains(err.Error(), "didn't answer in time") {
		t.Errorf("nobody listens there, and it says %v", err)
	}
	wrong := local(db.OwnerURL)
	wrong.BeforeConnect = func(_ context.Context, c *pgx.ConnConfig) error { c.Password = "wrong"; return nil }
	begin := time.Now()
	if err := wrong.Wake(t.Context()); err == nil || !strings.Contains(err.Error(), "connecting: ") {
		t.Errorf("the password is wrong, and it says %v", err)
	}
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("it waited %v for what waiting doesn't mend", took)
	}
	// A right that was given a moment ago is waited for.
	tries := 0
	wrong.Patience = time.Minute
	wrong.BeforeConnect = func(_ context.Context, c *pgx.ConnConfig) error {
		if tries++; tries == 1 {
			c.Password = "wrong"
		}
		return nil
	}
	if err := wrong.Wake(t.Context()); err != nil || tries != 2 {
		t.Errorf("after %d tries: %v", tries, err)
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
