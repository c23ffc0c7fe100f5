CREATE FUNCTION wiki.open_entity(actor jsonb, rider uuid, kind text, id uuid, expected_version integer, action text)
RETURNS wiki.entity
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  e CONSTANT wiki.entity := wiki.lock_entity(actor, rider, kind, id, action);
BEGIN
  PERFORM wiki.refuse_stale(e, expected_version);
  RETURN e;
END
$$;
COMMENT ON FUNCTION wiki.open_entity(jsonb, uuid, text, uuid, integer, text) IS 'Locks an entity for a change, once the rider may make it and names the version it has. Actions: update, archive, restore.';
