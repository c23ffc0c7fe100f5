CREATE FUNCTION wiki.get_region_countries(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT (SELECT v FROM api.region_countries(get_region_countries.id, 'en', '{"mode": "IMPORT"}') v)::jsonb
  );
END
$$;
COMMENT ON FUNCTION wiki.get_region_countries(uuid) IS 'Countries of a region as a revision keeps them.';
