-- The use case behind Mutation.declareMembership.
CREATE FUNCTION api.declare_membership(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  most CONSTANT integer := 10;
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
  IF e.state = 'ARCHIVED' THEN
    PERFORM wiki.refuse('Archived', 'This organisation''s page was put away.');
  END IF;
  -- Two declarations of one rider at once would each count without the other.
  PERFORM FROM wiki.rider r WHERE r.id = rider FOR NO KEY UPDATE;
  INSERT INTO wiki.organisation_member AS m (organisation_id, rider_id, role)
  VALUES (e.id, rider, coalesce(input->>'role', ''))
  ON CONFLICT (organisation_id, rider_id) DO UPDATE SET role = EXCLUDED.role;
  IF (SELECT count(*) FROM wiki.organisation_member m WHERE m.rider_id = rider) > most THEN
    PERFORM wiki.refuse('InvalidInput', format('You can say of at most %s organisations that you belong to them; leave one first.', most));
  END IF;
  INSERT INTO wiki.audit_log (actor, action, entity_id, detail)
  VALUES (rider, 'organisation.declare_membership', e.id, jsonb_build_object('role', input->>'role'));
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', e.id, 'version', e.version);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.declare_membership(jsonb, jsonb) IS 'Says that the rider belongs to an organisation. Input: id, role.';
