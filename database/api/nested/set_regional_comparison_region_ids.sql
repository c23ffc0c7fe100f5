CREATE FUNCTION wiki.set_regional_comparison_region_ids(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ids CONSTANT uuid[] := wiki.check_ids('regionIds', value, 2, 'REGION');
BEGIN
  IF cardinality(ids) <> 2 THEN
    PERFORM wiki.refuse('InvalidInput', 'regionIds names two regions: the one that the reader knows, and the one compared with it.', '{"field": "regionIds"}');
  END IF;
  DELETE FROM wiki.regional_comparison_region x WHERE x.regional_comparison_id = set_regional_comparison_region_ids.id;
  INSERT INTO wiki.regional_comparison_region (regional_comparison_id, region_id, position)
  SELECT set_regional_comparison_region_ids.id, i.id, i.n
  FROM unnest(ids) WITH ORDINALITY AS i (id, n);
END
$$;
COMMENT ON FUNCTION wiki.set_regional_comparison_region_ids(uuid, jsonb) IS 'Replaces the regions of a regional comparison.';
