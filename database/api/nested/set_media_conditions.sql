CREATE FUNCTION wiki.set_media_conditions(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DELETE FROM wiki.media_condition x WHERE x.media_id = set_media_conditions.id;
  INSERT INTO wiki.media_condition (media_id, code)
  SELECT set_media_conditions.id, c
  FROM unnest(wiki.check_strings('conditions', value, 5, 'condition')) AS c;
END
$$;
COMMENT ON FUNCTION wiki.set_media_conditions(uuid, jsonb) IS 'Replaces the conditions of a photo or film.';
