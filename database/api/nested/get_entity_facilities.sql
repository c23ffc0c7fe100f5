CREATE FUNCTION wiki.get_entity_facilities(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT (SELECT v FROM api.entity_facilities(get_entity_facilities.id, 'en', '{"mode": "IMPORT"}') v)::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_entity_facilities(uuid) IS 'Facilities as a revision keeps them.';
