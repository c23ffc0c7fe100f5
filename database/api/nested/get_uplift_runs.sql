CREATE FUNCTION wiki.get_uplift_runs(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT (SELECT v FROM api.uplift_runs(get_uplift_runs.id, 'en', '{"mode": "IMPORT"}') v)::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_uplift_runs(uuid) IS 'When an uplift runs, as a revision keeps it.';
