CREATE FUNCTION wiki.get_entity_links(id uuid) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT api.entity_links(get_entity_links.id, 'en', '{"mode": "IMPORT"}')::jsonb
$$;
COMMENT ON FUNCTION wiki.get_entity_links(uuid) IS 'Links as a revision keeps them.';
