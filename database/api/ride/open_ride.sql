CREATE FUNCTION wiki.open_ride(rider uuid, id uuid, expected_version integer, action text) RETURNS wiki.ride
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  r wiki.ride;
BEGIN
  SELECT * INTO r FROM wiki.ride x WHERE x.id = open_ride.id AND x.rider_id = rider FOR UPDATE;
  IF NOT FOUND THEN
    PERFORM wiki.refuse('NotFound', 'You have no such ride.');
  END IF;
  PERFORM wiki.check_own('ride', r.version, expected_version, r.archived, action);
  RETURN r;
END
$$;
COMMENT ON FUNCTION wiki.open_ride(uuid, uuid, integer, text) IS 'Locks one of a rider''s own rides for a change, once he names the version it has. Actions: update, rate, archive, restore, delete.';
