CREATE FUNCTION wiki.set_rider_styles(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DELETE FROM wiki.rider_style x WHERE x.rider_id = set_rider_styles.id;
  INSERT INTO wiki.rider_style (rider_id, style)
  SELECT set_rider_styles.id, c
  FROM unnest(wiki.check_strings('styles', value, 5)) AS c;
END
$$;
COMMENT ON FUNCTION wiki.set_rider_styles(uuid, jsonb) IS 'Replaces the styles of a rider.';
