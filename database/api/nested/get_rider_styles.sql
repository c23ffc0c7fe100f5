CREATE FUNCTION wiki.get_rider_styles(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT (SELECT v FROM api.rider_styles(get_rider_styles.id, 'en', '{"mode": "IMPORT"}') v)::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_rider_styles(uuid) IS 'Styles of a rider as a revision keeps them.';
