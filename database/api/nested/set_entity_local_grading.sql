CREATE FUNCTION wiki.set_entity_local_grading(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  items CONSTANT jsonb := wiki.check_items('localGrading', value, 8, '{"axis": "string!", "offset": "number!", "note": "string"}');
BEGIN
  DELETE FROM wiki.local_grading x WHERE x.entity_id = set_entity_local_grading.id;
  INSERT INTO wiki.local_grading (entity_id, axis, step_offset, note)
  SELECT set_entity_local_grading.id, v.axis, v.offset, nullif(btrim(v.note), '')
  FROM jsonb_to_recordset(items) AS v (axis wiki.axis, "offset" double precision, note text);
END
$$;
COMMENT ON FUNCTION wiki.set_entity_local_grading(uuid, jsonb) IS 'Replaces the local grading of a region or system.';
