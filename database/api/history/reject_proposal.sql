-- The use case behind Mutation.rejectProposal.
CREATE FUNCTION api.reject_proposal(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rider uuid;
  p wiki.proposal;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  p := wiki.open_proposal(actor, rider, input, 'reject');
  p.state := 'REJECTED';
  UPDATE wiki.proposal x SET state = p.state, decided_at = p.decided_at, decided_by = p.decided_by,
    decision_note = p.decision_note
  WHERE x.id = p.id;
  PERFORM wiki.record_decision(rider, p, 'reject');
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', p.id, 'entityId', p.entity_id);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.reject_proposal(jsonb, jsonb) IS 'Turns a proposal down. Moderators. Input: id, note.';
