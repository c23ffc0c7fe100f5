-- The use case behind Mutation.rateRide.
CREATE FUNCTION api.rate_ride(actor jsonb, input jsonb)
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
  r := wiki.open_ride(rider, (input ->> 'rideId')::uuid, (input ->> 'expectedVersion')::integer, 'rate');
  PERFORM wiki.rideable_trail(actor, r.trail_id);
  IF jsonb_typeof(input -> 'ratings') IS DISTINCT FROM 'array' OR input -> 'ratings' = '[]' THEN
    PERFORM wiki.refuse('InvalidInput', 'ratings must name an axis at least.', '{"field": "ratings"}');
  END IF;
  PERFORM wiki.set_ratings(r, input -> 'ratings');
  UPDATE wiki.ride x SET version = x.version + 1, updated_at = clock_timestamp() WHERE x.id = r.id RETURNING * INTO r;
  INSERT INTO wiki.audit_log (actor, action, entity_id) VALUES (rider, 'ride.rate', r.id);
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', r.id, 'version', r.version);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.rate_ride(jsonb, jsonb) IS 'Rates a ride of the caller''s on the axes named. Input: rideId, expectedVersion, ratings.';
