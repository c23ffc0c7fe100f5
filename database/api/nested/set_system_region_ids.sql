CREATE FUNCTION wiki.set_system_region_ids(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ids CONSTANT uuid[] := wiki.check_ids('regionIds', value, 6, 'REGION');
BEGIN
  IF cardinality(ids) = 0 THEN
    PERFORM wiki.refuse('InvalidInput', 'regionIds names at least one region.', '{"field": "regionIds"}');
  END IF;
  DELETE FROM wiki.system_region x WHERE x.system_id = set_system_region_ids.id;
  INSERT INTO wiki.system_region (system_id, region_id, position)
  SELECT set_system_region_ids.id, i.id, i.n
  FROM unnest(ids) WITH ORDINALITY AS i (id, n);
END
$$;
COMMENT ON FUNCTION wiki.set_system_region_ids(uuid, jsonb) IS 'Replaces the regions of a system.';
