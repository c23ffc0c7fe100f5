package database

import (
	"context"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// The roles of the wiki; roles.sql says what each is for.
const (
	RoleOwner    = "mtbwiki_owner"
	RoleMigrator = "mtbwiki_migrator"
	RoleAPI      = "mtbwiki_api"
	RoleJobs     = "mtbwiki_jobs"
	RoleReadonly = "mtbwiki_readonly"
)

// LoginRoles are the roles that can sign in.
var LoginRoles = []string{RoleMigrator, RoleAPI, RoleJobs, RoleReadonly}

// EnsureRoles makes the wiki's roles where they are missing and lets the owner
// create schemas in the database that conn is connected to. It may run at any
// time and in several programs at once; a second run changes nothing.
//
// The user of conn must be a superuser, or have CREATEROLE and own the database.
func EnsureRoles(ctx context.Context, conn *pgx.Conn) error {
	if err := checkServerVersion(ctx, conn); err != nil {
		return err
	}
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		for _, sql := range RoleStatements() {
			if _, err := tx.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol); err != nil {
				return err
			}
		}
		return nil
	})
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) && pgErr.Code == "42501" {
		return fmt.Errorf("database: making the roles as user %q: %w: run it as a superuser, or as a user with CREATEROLE who owns the database %q",
			conn.Config().User, err, conn.Config().Database)
	}
	if err != nil {
		return fmt.Errorf("database: making the roles: %w", err)
	}
	return nil
}

// RoleStatements are the statements of [EnsureRoles], for those who reach the
// database another way, such as through the Data API. They run in one transaction.
func RoleStatements() []string {
	return []string{RolesSQL(), ownerSQL}
}

// ownerSQL: a superuser may become anybody; others must be members.
const ownerSQL = `
DO $$
BEGIN
  IF NOT pg_has_role(current_user, 'mtbwiki_owner', 'MEMBER') THEN
    EXECUTE format('GRANT mtbwiki_owner TO %I', current_user);
  END IF;
  IF NOT has_database_privilege('mtbwiki_owner', current_database(), 'CREATE') THEN
    EXECUTE format('GRANT CREATE ON DATABASE %I TO mtbwiki_owner', current_database());
  END IF;
END
$$`

// SetPasswords sets the passwords of roles. The server gets SCRAM verifiers, so
// that no password shows in its log. Passwords are 8 to 200 printable ASCII
// characters. The user of conn must be a superuser or have CREATEROLE.
func SetPasswords(ctx context.Context, conn *pgx.Conn, passwords map[string]string) error {
	statements := make([]string, 0, len(passwords))
	for _, role := range slices.Sorted(maps.Keys(passwords)) {
		verifier, err := ScramVerifier(passwords[role])
		if err != nil {
			return fmt.Errorf("database: password of role %s: %w", role, err)
		}
		statements = append(statements, fmt.Sprintf("ALTER ROLE %s PASSWORD '%s'", pgx.Identifier{role}.Sanitize(), verifier))
	}
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		// Two programs at once would run into "tuple concurrently updated".
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext('mtbwiki roles'))"); err != nil {
			return err
		}
		for _, sql := range statements {
			if _, err := tx.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("database: setting passwords: %w", err)
	}
	return nil
}

// ScramVerifier is what PostgreSQL stores for a password (RFC 5802, RFC 7677):
// SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey. The password is as
// [SetPasswords] wants it.
func ScramVerifier(password string) (string, error) {
	if len(password) < 8 || len(password) > 200 {
		return "", fmt.Errorf("it has %d characters; 8 to 200 are allowed", len(password))
	}
	for _, c := range []byte(password) {
		// Others would have to be normalized (SASLprep), and the quote is safe only
		// because the verifier is base64.
		if c < 0x20 || c > 0x7e {
			return "", errors.New("it holds a character that is not printable ASCII")
		}
	}
	const iterations = 4096 // what the server itself uses
	salt := make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	salted, err := pbkdf2.Key(sha256.New, password, salt, iterations, sha256.Size)
	if err != nil {
		return "", err
	}
	mac := func(text string) []byte {
		h := hmac.New(sha256.New, salted)
		h.Write([]byte(text))
		return h.Sum(nil)
	}
	stored := sha256.Sum256(mac("Client Key"))
	b64 := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("SCRAM-SHA-256$%d:%s$%s:%s", iterations, b64(salt), b64(stored[:]), b64(mac("Server Key"))), nil
}

// checkServerVersion refuses servers that the SQL was not written for.
func checkServerVersion(ctx context.Context, conn *pgx.Conn) error {
	var number int
	if err := conn.QueryRow(ctx, "SELECT current_setting('server_version_num')::int").Scan(&number); err != nil {
		return fmt.Errorf("database: asking the server's version: %w", err)
	}
	if number < 150000 {
		return fmt.Errorf("database: the server is PostgreSQL %d.%d; the wiki needs 15 or newer", number/10000, number%10000)
	}
	return nil
}
