CREATE FUNCTION wiki.get_entity_links(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT (SELECT v FROM api.entity_links(get_entity_links.id, 'en', '{"mode": "IMPORT"}') v)::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_entity_links(uuid) IS 'Links as a revision keeps them.';
