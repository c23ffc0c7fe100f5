CREATE FUNCTION wiki.get_system_safety(id uuid) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT api.system_safety(get_system_safety.id, 'en', '{"mode": "IMPORT"}')::jsonb
$$;
COMMENT ON FUNCTION wiki.get_system_safety(uuid) IS 'Safety of a system as a revision keeps it.';
