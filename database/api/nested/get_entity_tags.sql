CREATE FUNCTION wiki.get_entity_tags(id uuid) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT api.entity_tags(get_entity_tags.id, 'en', '{"mode": "IMPORT"}')::jsonb
$$;
COMMENT ON FUNCTION wiki.get_entity_tags(uuid) IS 'Character tags as a revision keeps them.';
