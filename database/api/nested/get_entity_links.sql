CREATE FUNCTION wiki.get_entity_links(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT api.entity_links(get_entity_links.id, 'en', '{"mode": "IMPORT"}')::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_entity_links(uuid) IS 'Links as a revision keeps them.';
