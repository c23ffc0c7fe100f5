-- The use case behind Mutation.restoreRide.
CREATE FUNCTION api.restore_ride(actor jsonb, input jsonb)
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
  r := wiki.open_ride(rider, (input ->> 'id')::uuid, (input ->> 'expectedVersion')::integer, 'restore');
  UPDATE wiki.ride x SET archived = false WHERE x.id = r.id;
  UPDATE wiki.ride x SET version = x.version + 1, updated_at = clock_timestamp() WHERE x.id = r.id RETURNING * INTO r;
  INSERT INTO wiki.audit_log (actor, action, entity_id) VALUES (rider, 'ride.restore', r.id);
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', r.id, 'version', r.version);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.restore_ride(jsonb, jsonb) IS 'Brings a ride of the caller''s back.';
