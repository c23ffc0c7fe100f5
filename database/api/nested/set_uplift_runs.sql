CREATE FUNCTION wiki.set_uplift_runs(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  items CONSTANT jsonb := wiki.check_items('runs', value, 12,
    '{"months": "integers", "weekdays": "integers", "hours": "string", "lastRide": "string", "note": "string"}');
BEGIN
  DELETE FROM wiki.uplift_run x WHERE x.uplift_id = set_uplift_runs.id;
  INSERT INTO wiki.uplift_run (uplift_id, position, months, weekdays, hours, last_ride, note)
  SELECT set_uplift_runs.id, i.n, wiki.sorted_set(v.months), wiki.sorted_set(v.weekdays), nullif(btrim(v.hours), ''),
    nullif(btrim(v."lastRide"), ''), nullif(btrim(v.note), '')
  FROM jsonb_array_elements(items) WITH ORDINALITY AS i (item, n)
  CROSS JOIN LATERAL jsonb_to_record(i.item) AS v (months integer[], weekdays integer[], hours text, "lastRide" text, note text);
END
$$;
COMMENT ON FUNCTION wiki.set_uplift_runs(uuid, jsonb) IS 'Replaces when an uplift runs.';
