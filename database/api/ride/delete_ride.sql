-- The use case behind Mutation.deleteRide.
CREATE FUNCTION api.delete_ride(actor jsonb, input jsonb)
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
  r := wiki.open_ride(rider, (input ->> 'id')::uuid, (input ->> 'expectedVersion')::integer, 'delete');
  DELETE FROM wiki.ride x WHERE x.id = r.id;
  -- What was compared was ridden.
  DELETE FROM wiki.comparison c
  WHERE c.rider_id = rider AND r.trail_id IN (c.trail_id, c.other_id)
    AND NOT EXISTS (SELECT FROM wiki.ride x WHERE x.rider_id = rider AND x.trail_id = r.trail_id);
  INSERT INTO wiki.audit_log (actor, action, entity_id) VALUES (rider, 'ride.delete', r.id);
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', r.id);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.delete_ride(jsonb, jsonb) IS 'Deletes a ride of the caller''s for good, with its ratings, and the comparisons that rest on no other ride.';
