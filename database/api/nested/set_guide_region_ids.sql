CREATE FUNCTION wiki.set_guide_region_ids(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ids CONSTANT uuid[] := wiki.check_ids('regionIds', value, 4, 'REGION');
BEGIN
  DELETE FROM wiki.guide_region x WHERE x.guide_id = set_guide_region_ids.id;
  INSERT INTO wiki.guide_region (guide_id, region_id, position)
  SELECT set_guide_region_ids.id, i.id, i.n
  FROM unnest(ids) WITH ORDINALITY AS i (id, n);
END
$$;
COMMENT ON FUNCTION wiki.set_guide_region_ids(uuid, jsonb) IS 'Replaces the regions of a guide.';
