-- The use case behind Mutation.restoreTrip.
CREATE FUNCTION api.restore_trip(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rider uuid;
  t wiki.trip;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  t := wiki.open_trip(rider, input, 'restore');
  UPDATE wiki.trip x SET archived = false WHERE x.id = t.id;
  UPDATE wiki.trip x SET version = x.version + 1, updated_at = clock_timestamp() WHERE x.id = t.id RETURNING * INTO t;
  INSERT INTO wiki.audit_log (actor, action, entity_id) VALUES (rider, 'trip.restore', t.id);
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', t.id, 'version', t.version);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.restore_trip(jsonb, jsonb) IS 'Brings a trip of the caller''s back.';
