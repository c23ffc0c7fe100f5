CREATE FUNCTION wiki.set_entity_facilities(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DELETE FROM wiki.entity_facility x WHERE x.entity_id = set_entity_facilities.id;
  INSERT INTO wiki.entity_facility (entity_id, code)
  SELECT set_entity_facilities.id, c
  FROM unnest(wiki.check_strings('facilities', value, 20, 'facility')) AS c;
END
$$;
COMMENT ON FUNCTION wiki.set_entity_facilities(uuid, jsonb) IS 'Replaces the facilities of an entity.';
