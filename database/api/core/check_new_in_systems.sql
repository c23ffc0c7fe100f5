CREATE FUNCTION wiki.check_new_in_systems(actor jsonb, input jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ids CONSTANT uuid[] := wiki.check_ids('systemIds', input -> 'systemIds', 4, 'SYSTEM');
  s wiki.entity;
BEGIN
  FOR s IN SELECT * FROM wiki.entity e WHERE e.id = ANY (ids) ORDER BY array_position(ids, e.id) LOOP
    IF NOT api.can_read(actor, s.state, s.visibility, s.created_by) THEN
      PERFORM wiki.refuse('InvalidInput', format('systemIds: there is no trail system with the id %s.', s.id), '{"field": "systemIds"}');
    END IF;
    IF NOT api.sees_place(actor, s.visibility) THEN
      PERFORM wiki.refuse('Unauthorized', 'Only the name of this place is public; how to get there is not told.');
    END IF;
  END LOOP;
END
$$;
COMMENT ON FUNCTION wiki.check_new_in_systems(jsonb, jsonb) IS 'Refuses what leads to a system that its author can''t see, or whose place isn''t shown: it would tell where that is.';
