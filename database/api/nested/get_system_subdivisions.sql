CREATE FUNCTION wiki.get_system_subdivisions(id uuid) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT api.system_subdivisions(get_system_subdivisions.id, 'en', '{"mode": "IMPORT"}')::jsonb
$$;
COMMENT ON FUNCTION wiki.get_system_subdivisions(uuid) IS 'Subdivisions of a system as a revision keeps them.';
