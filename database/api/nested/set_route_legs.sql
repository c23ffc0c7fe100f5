CREATE FUNCTION wiki.set_route_legs(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  items CONSTANT jsonb := wiki.check_items('legs', value, 40,
    '{"kind": "string!", "trailId": "uuid", "upliftId": "uuid", "fromM": "number", "toM": "number", "direction": "string",
      "purpose": "string", "notes": "string", "alternatives": "string"}');
BEGIN
  PERFORM wiki.check_ids('legs', (
    SELECT jsonb_agg(DISTINCT lower(i ->> 'trailId')) FROM jsonb_array_elements(items) AS i WHERE i ->> 'trailId' IS NOT NULL), 40, 'TRAIL');
  PERFORM wiki.check_ids('legs', (
    SELECT jsonb_agg(DISTINCT lower(i ->> 'upliftId')) FROM jsonb_array_elements(items) AS i WHERE i ->> 'upliftId' IS NOT NULL), 40, 'UPLIFT');
  DELETE FROM wiki.route_leg x WHERE x.route_id = set_route_legs.id;
  INSERT INTO wiki.route_leg (route_id, position, kind, trail_id, uplift_id, from_m, to_m, direction, purpose, notes, alternatives)
  SELECT set_route_legs.id, i.n, v.kind, v."trailId", v."upliftId", v."fromM", v."toM", coalesce(v.direction, 'FORWARD'),
    nullif(btrim(v.purpose), ''), nullif(btrim(v.notes), ''), nullif(btrim(v.alternatives), '')
  FROM jsonb_array_elements(items) WITH ORDINALITY AS i (item, n)
  CROSS JOIN LATERAL jsonb_to_record(i.item) AS v (kind wiki.leg_kind, "trailId" uuid, "upliftId" uuid, "fromM" double precision,
    "toM" double precision, direction wiki.line_direction, purpose text, notes text, alternatives text);
END
$$;
COMMENT ON FUNCTION wiki.set_route_legs(uuid, jsonb) IS 'Replaces the legs of a route.';
