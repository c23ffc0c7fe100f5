CREATE FUNCTION wiki.set_rider_avoid(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DELETE FROM wiki.rider_avoid x WHERE x.rider_id = set_rider_avoid.id;
  INSERT INTO wiki.rider_avoid (rider_id, code)
  SELECT set_rider_avoid.id, c
  FROM unnest(wiki.check_strings('avoid', value, 20, 'character-tag')) AS c;
END
$$;
COMMENT ON FUNCTION wiki.set_rider_avoid(uuid, jsonb) IS 'Replaces the character tags that a rider avoids.';
