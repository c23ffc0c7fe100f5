CREATE FUNCTION wiki.set_trail_system_ids(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ids CONSTANT uuid[] := wiki.check_ids('systemIds', value, 4, 'SYSTEM');
BEGIN
  IF cardinality(ids) = 0 THEN
    PERFORM wiki.refuse('InvalidInput', 'systemIds names at least one system.', '{"field": "systemIds"}');
  END IF;
  DELETE FROM wiki.trail_system x WHERE x.trail_id = set_trail_system_ids.id;
  INSERT INTO wiki.trail_system (trail_id, system_id, position)
  SELECT set_trail_system_ids.id, i.id, i.n
  FROM unnest(ids) WITH ORDINALITY AS i (id, n);
END
$$;
COMMENT ON FUNCTION wiki.set_trail_system_ids(uuid, jsonb) IS 'Replaces the systems of a trail.';
