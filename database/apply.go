package database

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// CodeReport tells what [ApplyCode] did.
type CodeReport struct {
	Changed bool // false: what stood there was the same
	Objects int  // views and functions there are now
}

// applyCode replaces views and functions if they differ, in one transaction: who
// calls meanwhile sees the old ones or the new ones, or waits.
func (m *migrator) applyCode(ctx context.Context, force bool) (report CodeReport, err error) {
	code, err := LoadCode(m.opts.code())
	if err != nil {
		return report, err
	}
	version, _, err := m.versions(ctx)
	if err != nil {
		return report, err
	}
	checksum := code.checksum(version)
	const attempts = 5
	for attempt := 1; ; attempt++ {
		report = CodeReport{}
		err = m.inTransaction(ctx, func(tx pgx.Tx) error {
			if !force {
				current, err := codeIsCurrent(ctx, tx, checksum)
				if err != nil {
					return err
				}
				if current {
					return tx.QueryRow(ctx, "SELECT count(*) FROM migration.code_object").Scan(&report.Objects)
				}
			}
			report.Changed = true
			if version == 0 {
				return errors.New("there are no tables yet: migrate first")
			}
			if err := code.apply(ctx, tx); err != nil {
				return err
			}
			if err := grant(ctx, tx); err != nil {
				return fmt.Errorf("granting rights: %w", err)
			}
			if _, err := tx.Exec(ctx, "INSERT INTO migration.code (checksum) VALUES ($1) ON CONFLICT (one) DO UPDATE SET checksum = $1, applied_at = now()", checksum); err != nil {
				return err
			}
			return tx.QueryRow(ctx, "SELECT count(*) FROM migration.code_object").Scan(&report.Objects)
		})
		var pgErr *pgconn.PgError
		if attempt < attempts && errors.As(err, &pgErr) && pgErr.Code == "40P01" {
			// Readers lock views in their own order.
			m.opts.log().Info("applying the code ran into a deadlock with readers; once more")
			continue
		}
		break
	}
	if err != nil {
		return CodeReport{}, fmt.Errorf("applying the code: %w", err)
	}
	if report.Changed {
		m.opts.log().Info("applied the code", "files", code.Len(), "objects", report.Objects)
	}
	return report, nil
}

// apply replaces what stands there by the files.
//
// First it tries to replace each object in place, as CREATE OR REPLACE does, so
// that statements under way don't lose a function between parsing and running.
// PostgreSQL refuses that when results or parameters changed; then, or when
// anything else goes wrong, everything is dropped and made anew, and errors are
// those of that.
func (c *Code) apply(ctx context.Context, tx pgx.Tx) error {
	var some bool
	if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM migration.code_object)").Scan(&some); err != nil {
		return err
	}
	if some {
		if err := refuseDependents(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "SAVEPOINT replace", pgx.QueryExecModeSimpleProtocol); err != nil {
			return err
		}
		err := c.replace(ctx, tx)
		if err == nil {
			return nil
		}
		var pgErr *pgconn.PgError
		if ctx.Err() != nil || errors.As(err, &pgErr) && pgErr.Code == "40P01" {
			return err
		}
		if _, err := tx.Exec(ctx, "ROLLBACK TO SAVEPOINT replace", pgx.QueryExecModeSimpleProtocol); err != nil {
			return err
		}
		if err := dropCode(ctx, tx); err != nil {
			return fmt.Errorf("dropping the code in place: %w", err)
		}
	}
	return c.create(ctx, tx)
}

type querier interface {
	QueryRow(context.Context, string, ...any) pgx.Row
}

// codeIsCurrent: the checksum is the same, and nobody dropped anything.
func codeIsCurrent(ctx context.Context, db querier, checksum string) (current bool, err error) {
	err = db.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM migration.code WHERE checksum = $1)
		  AND NOT EXISTS (
		    SELECT
		    FROM migration.code_object
		    WHERE CASE kind WHEN 'view' THEN to_regclass(identity) IS NULL ELSE to_regprocedure(identity) IS NULL END)`,
		checksum).Scan(&current)
	if err != nil {
		return false, fmt.Errorf("reading which code is in place: %w", err)
	}
	return current, nil
}

// refuseDependents refuses objects that are not ours but stand on ours: dropping
// would take them along.
func refuseDependents(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, `
		WITH view AS (
		  SELECT to_regclass(identity)::oid AS oid FROM migration.code_object WHERE kind = 'view'
		), func AS (
		  SELECT to_regprocedure(identity)::oid AS oid FROM migration.code_object WHERE kind = 'function'
		), code AS (
		  SELECT 'pg_class'::regclass AS class, oid FROM view
		  UNION ALL
		  SELECT 'pg_proc'::regclass, oid FROM func
		  UNION ALL
		  SELECT 'pg_type'::regclass, t.oid FROM pg_type t JOIN view v ON v.oid = t.typrelid
		)
		SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid)
		FROM pg_depend d
		JOIN code c ON c.class = d.refclassid AND c.oid = d.refobjid
		LEFT JOIN pg_class k ON d.classid = 'pg_class'::regclass AND k.oid = d.objid
		LEFT JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
		WHERE d.deptype <> 'i'
		  AND (d.classid IN ('pg_attrdef'::regclass, 'pg_constraint'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass)
		    OR k.relkind IN ('r', 'p', 'i', 'I', 'm')
		    OR w.ev_class NOT IN (SELECT oid FROM view WHERE oid IS NOT NULL)
		    OR (d.classid = 'pg_proc'::regclass AND d.objid NOT IN (SELECT oid FROM func WHERE oid IS NOT NULL)))
		ORDER BY 1
		LIMIT 20`)
	if err != nil {
		return err
	}
	dependents, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	if len(dependents) > 0 {
		return fmt.Errorf("these are no views or functions of api/ but stand on such: %s: dropping would take them along; move what they need into a migration",
			strings.Join(dependents, ", "))
	}
	return nil
}

// dropCode drops the views and functions that came from files, and forgets them.
func dropCode(ctx context.Context, tx pgx.Tx) error {
	if err := refuseDependents(ctx, tx); err != nil {
		return err
	}
	// CASCADE only reaches other views and functions of ours: see above. IF EXISTS,
	// because the first statement may take along what the second names.
	_, err := tx.Exec(ctx, `
		SET LOCAL client_min_messages = warning;
		DO $$
		DECLARE
		  statement text;
		BEGIN
		  FOR statement IN
		    SELECT format('DROP %s IF EXISTS %s CASCADE', kind, string_agg(identity, ', '))
		    FROM migration.code_object
		    GROUP BY kind
		    ORDER BY kind DESC
		  LOOP
		    EXECUTE statement;
		  END LOOP;
		END
		$$;
		DELETE FROM migration.code_object;
		DELETE FROM migration.code`, pgx.QueryExecModeSimpleProtocol)
	return err
}

// notYet: what a file needs may come with a later file.
func notYet(code string) bool {
	switch code {
	case "42P01", // undefined table
		"42883", // undefined function
		"42704", // undefined object (a type)
		"42703": // undefined column
		return true
	}
	return false
}

const createSettings = `
	SET LOCAL check_function_bodies = off;
	SET LOCAL client_min_messages = warning;
	SET LOCAL search_path = pg_catalog, pg_temp;`

var createCode = regexp.MustCompile(`(?im)^CREATE(\s+(?:FUNCTION|VIEW)\b)`)

// replace replaces objects in place, adds new ones and drops those that no file
// makes any more.
func (c *Code) replace(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, createSettings+" UPDATE migration.code_object SET file = '?'", pgx.QueryExecModeSimpleProtocol); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, noteObjects, ""); err != nil {
		return err
	}
	for _, f := range c.files {
		if _, err := tx.Exec(ctx, createCode.ReplaceAllString(f.sql, "CREATE OR REPLACE$1"), pgx.QueryExecModeSimpleProtocol); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, noteReplaced, f.path); err != nil {
			return err
		}
	}
	// A function of a migration must not have been replaced.
	var stolen int
	if err := tx.QueryRow(ctx, touchedObjects+" SELECT count(*) FROM touched JOIN migration.code_object USING (kind, identity) WHERE file = ''").Scan(&stolen); err != nil {
		return err
	}
	if stolen > 0 {
		return errors.New("code replaces functions of migrations")
	}
	if _, err := tx.Exec(ctx, `
		DO $$
		DECLARE
		  statement text;
		BEGIN
		  FOR statement IN
		    SELECT format('DROP %s %s', kind, string_agg(identity, ', '))
		    FROM migration.code_object
		    WHERE file = '?'
		    GROUP BY kind
		    ORDER BY kind
		  LOOP
		    EXECUTE statement;
		  END LOOP;
		END
		$$;
		DELETE FROM migration.code_object WHERE file IN ('?', '')`, pgx.QueryExecModeSimpleProtocol); err != nil {
		return err
	}
	return c.checkBodies(ctx, tx)
}

// touchedObjects are the views and functions that this transaction made or
// replaced: their rows are no older than it.
const touchedObjects = `
	WITH touched AS (
	  SELECT 'function' AS kind, p.oid::regprocedure::text AS identity
	  FROM pg_proc p
	  JOIN pg_namespace n ON n.oid = p.pronamespace
	  WHERE n.nspname IN ('api', 'wiki', 'jobs') AND age(p.xmin) <= age(pg_current_xact_id()::xid)
	  UNION ALL
	  SELECT 'view', c.oid::regclass::text
	  FROM pg_class c
	  JOIN pg_namespace n ON n.oid = c.relnamespace
	  JOIN pg_rewrite w ON w.ev_class = c.oid
	  WHERE n.nspname IN ('api', 'wiki', 'jobs') AND c.relkind = 'v' AND age(w.xmin) <= age(pg_current_xact_id()::xid)
	)`

const noteReplaced = touchedObjects + `
	INSERT INTO migration.code_object AS o (kind, identity, file)
	SELECT kind, identity, $1
	FROM touched
	ON CONFLICT (kind, identity) DO UPDATE SET file = $1 WHERE o.file = '?'`

// create runs the files. Bodies of functions are checked only when everything
// exists, so that functions may call each other in any order; files that still
// need something of a later file are tried again.
func (c *Code) create(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, createSettings, pgx.QueryExecModeSimpleProtocol); err != nil {
		return err
	}
	// What migrations made is noted too until the end, so that it is told apart.
	if _, err := tx.Exec(ctx, noteObjects, ""); err != nil {
		return err
	}
	todo := c.files
	for len(todo) > 0 {
		var (
			again []codeFile
			errs  []error
		)
		for _, f := range todo {
			err := f.create(ctx, tx)
			var pgErr *pgconn.PgError
			switch {
			case err == nil:
			case errors.As(err, &pgErr) && notYet(pgErr.Code):
				again = append(again, f)
				errs = append(errs, err)
			default:
				return err
			}
		}
		if len(again) == len(todo) {
			return tooMany(errs)
		}
		todo = again
	}
	if _, err := tx.Exec(ctx, "DELETE FROM migration.code_object WHERE file = ''"); err != nil {
		return err
	}
	return c.checkBodies(ctx, tx)
}

// tooMany joins errors, but no more than somebody would read.
func tooMany(errs []error) error {
	const most = 10
	if n := len(errs); n > most {
		errs = append(errs[:most:most], fmt.Errorf("and %d more", n-most))
	}
	return errors.Join(errs...)
}

// noteObjects notes the views and functions that nobody has noted yet.
const noteObjects = `
	WITH object AS (
	  SELECT 'function' AS kind, p.oid::regprocedure::text AS identity
	  FROM pg_proc p
	  JOIN pg_namespace n ON n.oid = p.pronamespace
	  WHERE n.nspname IN ('api', 'wiki', 'jobs')
	  UNION ALL
	  SELECT 'view', c.oid::regclass::text
	  FROM pg_class c
	  JOIN pg_namespace n ON n.oid = c.relnamespace
	  WHERE n.nspname IN ('api', 'wiki', 'jobs') AND c.relkind = 'v'
	)
	INSERT INTO migration.code_object (kind, identity, file)
	SELECT kind, identity, $1
	FROM object
	ON CONFLICT DO NOTHING`

// create runs one file; on an error it leaves nothing behind. What it made is
// noted in migration.code_object.
func (f codeFile) create(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, "SAVEPOINT file", pgx.QueryExecModeSimpleProtocol); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, f.sql, pgx.QueryExecModeSimpleProtocol); err != nil {
		if _, rollback := tx.Exec(ctx, "ROLLBACK TO SAVEPOINT file", pgx.QueryExecModeSimpleProtocol); rollback != nil {
			return errors.Join(err, rollback)
		}
		return f.located(err)
	}
	// A file may hold comments alone.
	if _, err := tx.Exec(ctx, noteObjects, f.path); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "RELEASE SAVEPOINT file", pgx.QueryExecModeSimpleProtocol)
	return err
}

var createStatement = regexp.MustCompile(`(?im)^[ \t]*CREATE\b`)

// located points to the place in the file that PostgreSQL's error is about.
func (f codeFile) located(err error) error {
	var pgErr *pgconn.PgError
	switch {
	case !errors.As(err, &pgErr):
		return fmt.Errorf("api/%s: %w", f.path, err)
	case pgErr.Position > 0:
		return f.atCharacter(int(pgErr.Position), sqlError{pgErr})
	case pgErr.InternalPosition > 0 && pgErr.InternalQuery != "":
		if start := strings.Index(f.sql, pgErr.InternalQuery); start >= 0 {
			body := codeFile{path: f.path, sql: f.sql[start:]}
			inside := body.atCharacter(int(pgErr.InternalPosition), nil)
			located := f.at(start, sqlError{pgErr})
			if inside.Line == 1 {
				located.Column += inside.Column - 1
			} else {
				located.Column = inside.Column
			}
			located.Line += inside.Line - 1
			located.Snippet = inside.Snippet
			return located
		}
	}
	if loc := createStatement.FindStringIndex(f.sql); loc != nil {
		e := f.at(loc[0], sqlError{pgErr})
		e.Column = 0
		return e
	}
	return f.at(0, sqlError{pgErr})
}

// sqlError says all that PostgreSQL said, for whoever writes the SQL.
type sqlError struct{ *pgconn.PgError }

func (e sqlError) Error() string {
	text := e.Message
	for _, more := range []string{e.Detail, e.Hint} {
		if more != "" {
			text += ": " + more
		}
	}
	return text + " (" + e.Code + ")"
}

func (e sqlError) Unwrap() error { return e.PgError }

// checkBodies has the languages check the functions that create made.
func (c *Code) checkBodies(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, `
		SELECT o.file, o.identity, v.proname, to_regprocedure(o.identity)::oid
		FROM migration.code_object o
		JOIN pg_proc p ON p.oid = to_regprocedure(o.identity)
		JOIN pg_language l ON l.oid = p.prolang
		JOIN pg_proc v ON v.oid = l.lanvalidator
		WHERE o.kind = 'function'
		ORDER BY 1, 2`)
	if err != nil {
		return err
	}
	type function struct {
		File, Identity, Validator string
		OID                       uint32
	}
	functions, err := pgx.CollectRows(rows, pgx.RowToStructByPos[function])
	if err != nil {
		return err
	}
	files := make(map[string]codeFile, len(c.files))
	for _, f := range c.files {
		files[f.path] = f
	}
	// One round trip for all; only if it fails, one by one to tell them apart.
	var all strings.Builder
	all.WriteString("SET LOCAL check_function_bodies = on; SAVEPOINT bodies;\n")
	for _, f := range functions {
		fmt.Fprintf(&all, "SELECT pg_catalog.%s(%d);\n", pgx.Identifier{f.Validator}.Sanitize(), f.OID)
	}
	if _, err := tx.Exec(ctx, all.String(), pgx.QueryExecModeSimpleProtocol); err == nil {
		return nil
	}
	if _, err := tx.Exec(ctx, "ROLLBACK TO SAVEPOINT bodies", pgx.QueryExecModeSimpleProtocol); err != nil {
		return err
	}
	var errs []error
	for _, f := range functions {
		_, err := tx.Exec(ctx, fmt.Sprintf("SELECT pg_catalog.%s(%d)", pgx.Identifier{f.Validator}.Sanitize(), f.OID), pgx.QueryExecModeSimpleProtocol)
		if err == nil {
			continue
		}
		errs = append(errs, files[f.File].located(err))
		if _, err := tx.Exec(ctx, "ROLLBACK TO SAVEPOINT bodies", pgx.QueryExecModeSimpleProtocol); err != nil {
			return errors.Join(append(errs, err)...)
		}
	}
	return tooMany(errs)
}

// grant gives the roles exactly what they may have. Rights were dropped with the
// objects, so that only granting is needed for code; schemas and tables keep
// theirs and are set anew each time.
func grant(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, grantSQL, pgx.QueryExecModeSimpleProtocol)
	return err
}

const grantSQL = `
GRANT USAGE ON SCHEMA api TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;
GRANT USAGE ON SCHEMA extensions TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly;
DO $$
DECLARE
  r record;
BEGIN
  FOR r IN
    SELECT c.oid::regclass AS name
    FROM pg_catalog.pg_class c
    WHERE c.relnamespace = 'api'::regnamespace AND c.relkind = 'v'
  LOOP
    EXECUTE format('GRANT SELECT ON %s TO mtbwiki_api, mtbwiki_jobs, mtbwiki_readonly', r.name);
  END LOOP;
  FOR r IN
    SELECT p.oid::regprocedure AS name, p.prosecdef AS writes
    FROM pg_catalog.pg_proc p
    WHERE p.pronamespace = 'api'::regnamespace
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO mtbwiki_api, mtbwiki_jobs', r.name);
    IF NOT r.writes THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO mtbwiki_readonly', r.name);
    END IF;
  END LOOP;
  IF EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'jobs') THEN
    GRANT USAGE ON SCHEMA jobs TO mtbwiki_jobs;
    FOR r IN
      SELECT p.oid::regprocedure AS name
      FROM pg_catalog.pg_proc p
      WHERE p.pronamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'jobs')
    LOOP
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO mtbwiki_jobs', r.name);
    END LOOP;
  END IF;
END
$$;
`
