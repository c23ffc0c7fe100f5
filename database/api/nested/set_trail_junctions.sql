CREATE FUNCTION wiki.set_trail_junctions(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  items CONSTANT jsonb := wiki.check_items('junctions', value, 60, '{"trailId": "uuid!", "atM": "number!", "otherAtM": "number!"}');
BEGIN
  -- One trail may be met several times, so the ids need not be distinct.
  PERFORM wiki.check_ids('junctions', (SELECT jsonb_agg(DISTINCT lower(i ->> 'trailId')) FROM jsonb_array_elements(items) AS i), 60, 'TRAIL');
  DELETE FROM wiki.trail_junction x WHERE x.trail_id = set_trail_junctions.id;
  INSERT INTO wiki.trail_junction (trail_id, position, other_id, at_m, other_at_m)
  SELECT set_trail_junctions.id, i.n, (i.item ->> 'trailId')::uuid, (i.item ->> 'atM')::double precision,
    (i.item ->> 'otherAtM')::double precision
  FROM jsonb_array_elements(items) WITH ORDINALITY AS i (item, n);
END
$$;
COMMENT ON FUNCTION wiki.set_trail_junctions(uuid, jsonb) IS 'Replaces the junctions of a trail; the other trails own lists stay as they are.';
