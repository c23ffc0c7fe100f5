CREATE FUNCTION wiki.get_entity_tags(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT api.entity_tags(get_entity_tags.id, 'en', '{"mode": "IMPORT"}')::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_entity_tags(uuid) IS 'Character tags as a revision keeps them.';
