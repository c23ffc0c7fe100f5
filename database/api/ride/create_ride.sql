-- The use case behind Mutation.createRide.
CREATE FUNCTION api.create_ride(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rider uuid;
  r wiki.ride;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  PERFORM wiki.rideable_trail(actor, (input ->> 'trailId')::uuid);
  -- One at a time per rider, so that the limit holds.
  PERFORM FROM wiki.rider x WHERE x.id = rider FOR NO KEY UPDATE;
  IF (SELECT count(*) FROM wiki.ride x WHERE x.rider_id = rider) >= 5000 THEN
    PERFORM wiki.refuse('TooMuch', 'You keep 5,000 rides already; delete some that you no longer need.');
  END IF;
  -- A day that patch_ride replaces, or refuses to do without.
  INSERT INTO wiki.ride (id, rider_id, trail_id, direction, year)
  VALUES (coalesce(nullif(input ->> 'id', '')::uuid, gen_random_uuid()), rider, (input ->> 'trailId')::uuid, 'EITHER', 1970)
  ON CONFLICT (id) DO NOTHING
  RETURNING * INTO r;
  IF NOT FOUND THEN
    PERFORM wiki.refuse('Conflict', 'A ride with this id is there already.', '{"field": "id"}');
  END IF;
  PERFORM wiki.patch_ride(r.id, '{"riddenOn": null, "direction": null}' || input);
  SELECT * INTO r FROM wiki.ride x WHERE x.id = r.id;
  PERFORM wiki.set_ratings(r, input -> 'ratings');
  INSERT INTO wiki.audit_log (actor, action, entity_id) VALUES (rider, 'ride.create', r.id);
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', r.id, 'version', r.version);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.create_ride(jsonb, jsonb) IS 'Keeps a ride of the caller''s, with ratings. Input: id, trailId, direction, riddenOn or year with month or season, conditions, bikeClass, outcome, note, ratings.';
