-- The use case behind Mutation.createRider: the caller's own profile, once. A
-- first contribution makes one too, under the user pool's name.
CREATE FUNCTION api.create_rider(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rider uuid;
  made wiki.entity;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  IF EXISTS (SELECT FROM wiki.rider r WHERE r.id = api.rider_id(actor)) THEN
    PERFORM wiki.refuse('Conflict', 'You have a profile already; change it with updateRider.');
  END IF;
  rider := wiki.writer(actor);
  PERFORM wiki.patch_rider(rider, 'en', input);
  made := wiki.record_change(actor, rider, rider, 'EDIT', 'en', input->>'comment');
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', made.id, 'version', made.version);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.create_rider(jsonb, jsonb) IS 'Makes the caller''s own profile.';
