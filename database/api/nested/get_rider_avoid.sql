CREATE FUNCTION wiki.get_rider_avoid(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT (SELECT v FROM api.rider_avoid(get_rider_avoid.id, 'en', '{"mode": "IMPORT"}') v)::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_rider_avoid(uuid) IS 'Character tags a rider avoids as a revision keeps them.';
