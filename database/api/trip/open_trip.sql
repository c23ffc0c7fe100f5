CREATE FUNCTION wiki.open_trip(rider uuid, input jsonb, action text) RETURNS wiki.trip
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  t wiki.trip;
BEGIN
  SELECT * INTO t FROM wiki.trip x WHERE x.id = (input ->> 'id')::uuid AND x.rider_id = rider FOR UPDATE;
  IF NOT FOUND THEN
    PERFORM wiki.refuse('NotFound', 'You have no such trip.');
  END IF;
  IF action <> 'look' THEN
    PERFORM wiki.check_own('trip', t.version, (input ->> 'expectedVersion')::integer, t.archived, action);
  END IF;
  RETURN t;
END
$$;
COMMENT ON FUNCTION wiki.open_trip(uuid, jsonb, text) IS 'Locks one of a rider''s own trips for a change, once he names the version it has. Actions: update, share, archive, restore, delete; look, which needs no version.';
