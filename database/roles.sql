-- The database roles of MTB Wiki. They belong to the cluster, not to a
-- database, so they are made before the migrations, by whoever administers the
-- cluster; running this again changes nothing. Passwords are set elsewhere
-- (`mtbwiki up` sets random ones; on AWS the secret or IAM does).
--
--   mtbwiki_owner     owns every object; nobody signs in as it
--   mtbwiki_migrator  signs in to migrate, by becoming the owner
--   mtbwiki_api       the API: SELECT on views, EXECUTE on functions of schema api
--   mtbwiki_jobs      background jobs: the same and the functions of schema jobs
--   mtbwiki_readonly  operators looking around: SELECT on what is not personal
DO $$
DECLARE
  r record;
BEGIN
  -- Two programs may start at once against one cluster.
  PERFORM pg_advisory_xact_lock(hashtext('mtbwiki roles'));
  FOR r IN
    SELECT *
    FROM (VALUES
      ('mtbwiki_owner', 'NOLOGIN'),
      ('mtbwiki_migrator', 'LOGIN'),
      ('mtbwiki_api', 'LOGIN'),
      ('mtbwiki_jobs', 'LOGIN'),
      ('mtbwiki_readonly', 'LOGIN')
    ) AS wanted (name, login)
  LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r.name) THEN
      EXECUTE format('CREATE ROLE %I %s NOSUPERUSER NOCREATEDB NOCREATEROLE', r.name, r.login);
    END IF;
  END LOOP;

  -- Granting again takes locks that concurrent programs would fight over.
  IF NOT pg_has_role('mtbwiki_migrator', 'mtbwiki_owner', 'MEMBER') THEN
    GRANT mtbwiki_owner TO mtbwiki_migrator;
  END IF;

  FOR r IN
    SELECT *
    FROM (VALUES
      ('mtbwiki_api', 'statement_timeout', '10s'),
      ('mtbwiki_api', 'lock_timeout', '3s'),
      ('mtbwiki_api', 'idle_in_transaction_session_timeout', '30s'),
      -- Compiling a plan takes longer than any of the API's statements runs.
      ('mtbwiki_api', 'jit', 'off'),
      -- Planning one of the API's statements takes up to three times as long as running it,
      -- which the planner doesn't reckon with: a session keeps one plan for all values.
      ('mtbwiki_api', 'plan_cache_mode', 'force_generic_plan'),
      ('mtbwiki_jobs', 'statement_timeout', '5min'),
      ('mtbwiki_jobs', 'lock_timeout', '10s'),
      ('mtbwiki_jobs', 'idle_in_transaction_session_timeout', '5min'),
      ('mtbwiki_readonly', 'statement_timeout', '30s'),
      ('mtbwiki_readonly', 'lock_timeout', '3s'),
      ('mtbwiki_readonly', 'idle_in_transaction_session_timeout', '30s'),
      ('mtbwiki_migrator', 'lock_timeout', '30s'),
      ('mtbwiki_migrator', 'idle_in_transaction_session_timeout', '10min')
    ) AS wanted (role, setting, value)
  LOOP
    IF NOT EXISTS (
      SELECT
      FROM pg_db_role_setting s
      JOIN pg_roles p ON p.oid = s.setrole
      WHERE s.setdatabase = 0
        AND p.rolname = r.role
        AND (r.setting || '=' || r.value) = ANY (s.setconfig)
    ) THEN
      EXECUTE format('ALTER ROLE %I SET %I = %L', r.role, r.setting, r.value);
    END IF;
  END LOOP;
END
$$;
