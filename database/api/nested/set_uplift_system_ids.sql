CREATE FUNCTION wiki.set_uplift_system_ids(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ids CONSTANT uuid[] := wiki.check_ids('systemIds', value, 4, 'SYSTEM');
BEGIN
  IF cardinality(ids) = 0 THEN
    PERFORM wiki.refuse('InvalidInput', 'systemIds names at least one system.', '{"field": "systemIds"}');
  END IF;
  DELETE FROM wiki.uplift_system x WHERE x.uplift_id = set_uplift_system_ids.id;
  INSERT INTO wiki.uplift_system (uplift_id, system_id, position)
  SELECT set_uplift_system_ids.id, i.id, i.n
  FROM unnest(ids) WITH ORDINALITY AS i (id, n);
END
$$;
COMMENT ON FUNCTION wiki.set_uplift_system_ids(uuid, jsonb) IS 'Replaces the systems that an uplift serves.';
