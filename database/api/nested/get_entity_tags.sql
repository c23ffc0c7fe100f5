CREATE FUNCTION wiki.get_entity_tags(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT (SELECT v FROM api.entity_tags(get_entity_tags.id, 'en', '{"mode": "IMPORT"}') v)::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_entity_tags(uuid) IS 'Character tags as a revision keeps them.';
