CREATE FUNCTION wiki.get_entity_season(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT api.entity_season(get_entity_season.id, 'en', '{"mode": "IMPORT"}')::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_entity_season(uuid) IS 'Season as a revision keeps it.';
