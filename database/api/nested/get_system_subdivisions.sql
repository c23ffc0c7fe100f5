CREATE FUNCTION wiki.get_system_subdivisions(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT (SELECT v FROM api.system_subdivisions(get_system_subdivisions.id, 'en', '{"mode": "IMPORT"}') v)::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_system_subdivisions(uuid) IS 'Subdivisions of a system as a revision keeps them.';
