CREATE FUNCTION wiki.get_entity_access(id uuid) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT api.entity_access(get_entity_access.id, 'en', '{"mode": "IMPORT"}')::jsonb
$$;
COMMENT ON FUNCTION wiki.get_entity_access(uuid) IS 'Access rules as a revision keeps them.';
