CREATE FUNCTION wiki.set_system_safety(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  empty CONSTANT boolean := coalesce(jsonb_typeof(value), 'null') = 'null';
  items jsonb;
BEGIN
  IF NOT empty THEN
    PERFORM wiki.check_object('safety', value, '{"emergencyNumber": "string", "phoneCoverage": "string",
      "nearestHospital": "string", "bailOutPoints": "string", "water": "string", "hazards": "array"}');
  END IF;
  items := wiki.check_items('safety.hazards', value -> 'hazards', 7, '{"kind": "string!", "months": "integers", "note": "string"}');
  UPDATE wiki.system x SET
    emergency_number = nullif(btrim(value ->> 'emergencyNumber'), ''),
    phone_coverage = nullif(btrim(value ->> 'phoneCoverage'), ''),
    nearest_hospital = nullif(btrim(value ->> 'nearestHospital'), ''),
    bail_out_points = nullif(btrim(value ->> 'bailOutPoints'), ''),
    water = nullif(btrim(value ->> 'water'), '')
  WHERE x.id = set_system_safety.id;
  DELETE FROM wiki.system_hazard x WHERE x.system_id = set_system_safety.id;
  INSERT INTO wiki.system_hazard (system_id, hazard, months, note)
  SELECT set_system_safety.id, v.kind, wiki.sorted_set(v.months), nullif(btrim(v.note), '')
  FROM jsonb_to_recordset(items) AS v (kind wiki.hazard_kind, months integer[], note text);
END
$$;
COMMENT ON FUNCTION wiki.set_system_safety(uuid, jsonb) IS 'Replaces what to know of a system when something goes wrong; null clears it.';
