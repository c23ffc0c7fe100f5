package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/database/databasetest"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/rdsiam"
)

// local is a migration of a test's database, with a password instead of a token.
func local(url string, writable bool) *migration {
	return &migration{Writable: writable, Database: &rdsiam.Database{
		URL: url, Log: slog.New(slog.DiscardHandler), BeforeConnect: func(context.Context, *pgx.ConnConfig) error { return nil },
	}}
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
	c, err := pgx.ParseConfig(m.Database.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Database.BeforeConnect(t.Context(), c); err != nil {
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
