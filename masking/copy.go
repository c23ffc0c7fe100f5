package masking

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mtbwiki/mtbwiki/database"
)

// ErrInUse means that somebody is connected to the database to be copied, which
// PostgreSQL then refuses to copy.
var ErrInUse = errors.New("somebody is connected to it")

// roles that may connect to a copy, once it is verified.
var roles = []string{database.RoleMigrator, database.RoleAPI, database.RoleJobs, database.RoleReadonly}

// Copy makes a masked copy of a database on the same server, as the user of
// databaseURL, who must be allowed to make databases and to become the owner of the
// tables. Until it is masked and verified the copy has another name and nobody else
// may connect to it; only then it takes the place of a database of the name to, if
// there is one. What fails leaves that as it is, and no copy behind.
//
// On AWS two servers take part: see [Transfer].
func Copy(ctx context.Context, databaseURL, to string) (report *Report, err error) {
	from, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		return nil, err
	}
	if to == "" || to == from.Database {
		return nil, fmt.Errorf("masking: a copy of %s needs another name than that", from.Database)
	}
	candidate := to + "_unmasked"
	quote := func(s string) string { return pgx.Identifier{s}.Sanitize() }
	admin := from.Copy()
	admin.Database = "postgres"
	conn, err := pgx.ConnectConfig(ctx, admin)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	exec := func(statements ...string) error {
		for _, sql := range statements {
			if _, err := conn.Exec(ctx, sql); err != nil {
				return fmt.Errorf("masking: %w", err)
			}
		}
		return nil
	}

	// What an earlier try left behind was never verified.
	if err := exec("DROP DATABASE IF EXISTS " + quote(candidate) + " WITH (FORCE)"); err != nil {
		return nil, err
	}
	err = exec("CREATE DATABASE " + quote(candidate) + " TEMPLATE " + quote(from.Database) + " ALLOW_CONNECTIONS false")
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == "55006" {
		return nil, fmt.Errorf("masking: %s: %w", from.Database, ErrInUse)
	}
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_, cleanup := conn.Exec(context.WithoutCancel(ctx), "DROP DATABASE IF EXISTS "+quote(candidate)+" WITH (FORCE)")
			err = errors.Join(err, cleanup)
		}
	}()
	if err := exec("REVOKE ALL ON DATABASE "+quote(candidate)+" FROM PUBLIC", "ALTER DATABASE "+quote(candidate)+" ALLOW_CONNECTIONS true"); err != nil {
		return nil, err
	}
	if report, err = maskDatabase(ctx, databaseURL, candidate); err != nil {
		return nil, err
	}
	// The place of the old one is empty for a moment only.
	if err := exec("DROP DATABASE IF EXISTS "+quote(to)+" WITH (FORCE)", "ALTER DATABASE "+quote(candidate)+" RENAME TO "+quote(to)); err != nil {
		return nil, err
	}
	for _, role := range roles {
		if err := exec("GRANT CONNECT ON DATABASE " + quote(to) + " TO " + role); err != nil {
			return report, err
		}
	}
	return report, nil
}

func maskDatabase(ctx context.Context, databaseURL, name string) (report *Report, err error) {
	config, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		return nil, err
	}
	config.Database = name
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	if report, err = Mask(ctx, conn); err != nil {
		return nil, err
	}
	return report, Verify(ctx, conn)
}
