CREATE FUNCTION wiki.get_trail_external_ids(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT (SELECT v FROM api.trail_external_ids(get_trail_external_ids.id, 'en', '{"mode": "IMPORT"}') v)::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_trail_external_ids(uuid) IS 'External ids of a trail as a revision keeps them.';
