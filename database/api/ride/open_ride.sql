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
  IF expected_version IS NULL THEN
    PERFORM wiki.refuse('InvalidInput', 'expectedVersion is required: the version that the change was made from.', '{"field": "expectedVersion"}');
  END IF;
  IF r.version <> expected_version THEN
    PERFORM wiki.refuse('Conflict',
      format('This ride has changed since you read it (version %s, now %s). Read it again and repeat your change.', expected_version, r.version),
      jsonb_build_object('currentVersion', r.version, 'expectedVersion', expected_version));
  END IF;
  IF r.archived AND action NOT IN ('restore', 'delete') THEN
    PERFORM wiki.refuse('Archived', 'This ride was put away; bring it back first.');
  END IF;
  IF NOT r.archived AND action = 'restore' THEN
    PERFORM wiki.refuse('InvalidInput', 'This ride was not put away.');
  END IF;
  RETURN r;
END
$$;
COMMENT ON FUNCTION wiki.open_ride(uuid, uuid, integer, text) IS 'Locks one of a rider''s own rides for a change, once he names the version it has. Actions: update, rate, archive, restore, delete.';
