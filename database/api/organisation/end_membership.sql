-- The use case behind Mutation.endMembership.
CREATE FUNCTION api.end_membership(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rider uuid;
  e wiki.entity;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  e := wiki.organisation_to_join(actor, (input->>'id')::uuid);
  DELETE FROM wiki.organisation_member m WHERE m.organisation_id = e.id AND m.rider_id = rider;
  IF FOUND THEN
    INSERT INTO wiki.audit_log (actor, action, entity_id) VALUES (rider, 'organisation.end_membership', e.id);
  END IF;
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', e.id, 'version', e.version);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.end_membership(jsonb, jsonb) IS 'Takes back that the rider belongs to an organisation. Input: id.';
