package main

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/mtbwiki/mtbwiki/database"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/awstest"
	"github.com/mtbwiki/mtbwiki/infrastructure/lambda/internal/dataapi"
)

// TestRoles begins where CloudFormation ends: with an empty cluster, an administrator
// who is no superuser, and a made-up password in the API's secret.
func TestRoles(t *testing.T) {
	t.Parallel()
	c := awstest.NewCluster(t)
	const password = "madeUpByCloudFormation0123456789"
	c.Put(awstest.APISecretARN, `{"username":"mtbwiki_api","password":"`+password+`"}`)
	h := &handler{
		Admin:        &dataapi.Cluster{Client: c.Data, ClusterARN: awstest.ClusterARN, SecretARN: awstest.AdminSecretARN, Database: awstest.Database},
		Secrets:      c.Client,
		APISecretARN: awstest.APISecretARN,
	}
	for range 2 {
		if got, err := h.run(t.Context()); err != nil || got != "the roles are there; mtbwiki_api signs in with its secret" {
			t.Fatalf("%q, %v", got, err)
		}
	}

	conn, err := pgx.Connect(t.Context(), c.URL("mtbwiki_api", password))
	if err != nil {
		t.Fatalf("the API can't sign in with its secret: %v", err)
	}
	_ = conn.Close(t.Context())
	if _, err := pgx.Connect(t.Context(), c.URL("mtbwiki_api_alternate", password)); err == nil {
		t.Error("the second user has the password of the first")
	}

	super, err := pgx.Connect(t.Context(), c.SuperuserURL())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = super.Close(t.Context()) }()
	for _, test := range []struct{ what, sql string }{
		{"the migrator signs in by IAM", "pg_has_role('mtbwiki_migrator', 'rds_iam', 'MEMBER')"},
		{"jobs sign in by IAM", "pg_has_role('mtbwiki_jobs', 'rds_iam', 'MEMBER')"},
		// With that membership a password would no longer be asked for.
		{"the API signs in by password", "NOT pg_has_role('mtbwiki_api', 'rds_iam', 'MEMBER') AND NOT pg_has_role('mtbwiki_api_alternate', 'rds_iam', 'MEMBER')"},
		{"the second user is as the first", "pg_has_role('mtbwiki_api_alternate', 'mtbwiki_api', 'USAGE')"},
		{"and has its settings", `(SELECT array_agg(c ORDER BY c) FROM pg_db_role_setting, unnest(setconfig) c WHERE setrole = 'mtbwiki_api'::regrole)
			= (SELECT array_agg(c ORDER BY c) FROM pg_db_role_setting, unnest(setconfig) c WHERE setrole = 'mtbwiki_api_alternate'::regrole)`},
		{"settings are there at all", "EXISTS (SELECT FROM pg_db_role_setting, unnest(setconfig) c WHERE setrole = 'mtbwiki_api'::regrole AND c = 'statement_timeout=10s')"},
		{"the owner may make schemas", "has_database_privilege('mtbwiki_owner', 'mtbwiki', 'CREATE')"},
		{"nobody is superuser", "NOT EXISTS (SELECT FROM pg_roles WHERE rolname LIKE 'mtbwiki%' AND (rolsuper OR rolcreaterole) AND rolname <> 'mtbwiki_admin')"},
	} {
		var ok bool
		if err := super.QueryRow(t.Context(), "SELECT "+test.sql).Scan(&ok); err != nil || !ok {
			t.Errorf("%s: no (%v)", test.what, err)
		}
	}

	// Neither the password nor what PostgreSQL keeps of it stands in SQL, and so in
	// no log of statements.
	for _, sql := range c.Statements {
		if strings.Contains(sql, password) || strings.Contains(sql, "SCRAM-SHA-256") {
			t.Errorf("a statement holds the password: %s", sql)
		}
	}

	// These roles are enough for the migrations.
	if _, err := super.Exec(t.Context(), "ALTER ROLE mtbwiki_migrator PASSWORD 'only-for-tests'"); err != nil {
		t.Fatal(err)
	}
	if _, err := database.Migrate(t.Context(), c.URL("mtbwiki_migrator", "only-for-tests"), database.Options{}); err != nil {
		t.Errorf("migrating with these roles: %v", err)
	}
}

func TestRolesRefuses(t *testing.T) {
	t.Parallel()
	c := awstest.NewCluster(t)
	h := &handler{
		Admin:        &dataapi.Cluster{Client: c.Data, ClusterARN: awstest.ClusterARN, SecretARN: awstest.AdminSecretARN, Database: awstest.Database},
		Secrets:      c.Client,
		APISecretARN: awstest.APISecretARN,
	}
	for _, test := range []struct{ name, secret, want string }{
		{"no secret", "", "ResourceNotFoundException"},
		{"no JSON", "s3cret!", "is not JSON with username and password"},
		{"other user", `{"username":"mtbwiki_owner","password":"long enough"}`, `the secret names the user "mtbwiki_owner"`},
		{"password too short", `{"username":"mtbwiki_api","password":"short"}`, "8 to 200 are allowed"},
	} {
		if test.secret != "" {
			c.Put(awstest.APISecretARN, test.secret)
		}
		_, err := h.run(t.Context())
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.name, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret!") {
			t.Errorf("%s: the error tells the secret: %v", test.name, err)
		}
	}
}
