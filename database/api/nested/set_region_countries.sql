CREATE FUNCTION wiki.set_region_countries(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DELETE FROM wiki.region_country x WHERE x.region_id = set_region_countries.id;
  INSERT INTO wiki.region_country (region_id, code, position)
  SELECT set_region_countries.id, c.code, c.n
  FROM unnest(wiki.check_strings('countries', value, 12, 'country')) WITH ORDINALITY AS c (code, n);
END
$$;
COMMENT ON FUNCTION wiki.set_region_countries(uuid, jsonb) IS 'Replaces the countries of a region.';
