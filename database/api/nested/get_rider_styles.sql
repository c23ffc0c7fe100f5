CREATE FUNCTION wiki.get_rider_styles(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT api.rider_styles(get_rider_styles.id, 'en', '{"mode": "IMPORT"}')::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_rider_styles(uuid) IS 'Styles of a rider as a revision keeps them.';
