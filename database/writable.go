package database

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// SetWritable says whether the API's role may run the write functions. In a stage
// with production's data that nobody may change it may not: read-only by right, not
// by convention. Applying code grants the right again, so this comes after Migrate.
func SetWritable(ctx context.Context, conn *pgx.Conn, writable bool) error {
	verb := "REVOKE EXECUTE ON FUNCTION %s FROM"
	if writable {
		verb = "GRANT EXECUTE ON FUNCTION %s TO"
	}
	// Nothing of it comes from outside.
	_, err := conn.Exec(ctx, fmt.Sprintf(`
DO $$
DECLARE
  r record;
BEGIN
  FOR r IN
    SELECT p.oid::regprocedure AS name
    FROM pg_catalog.pg_proc p
    WHERE p.pronamespace = 'api'::regnamespace AND p.prosecdef
  LOOP
    EXECUTE format('%s %s', r.name);
  END LOOP;
END
$$`, verb, RoleAPI))
	if err != nil {
		return fmt.Errorf("database: rights of the write functions: %w", err)
	}
	return nil
}
