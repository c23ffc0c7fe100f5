-- Empties the content of a revision for good; envelope, hash and reason stay, and
-- the journal wiki.redaction lets restored copies be emptied again. What is shown
-- now can't be emptied: it is changed first.
CREATE FUNCTION api.redact_revision(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rider uuid;
  r wiki.revision;
  said text;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  IF NOT api.is_admin(actor) THEN
    PERFORM wiki.refuse('Unauthorized', 'Only admins can redact a revision.');
  END IF;
  said := wiki.required_reason(input);
  r := wiki.lock_revision(actor, (input ->> 'id')::uuid);
  PERFORM wiki.refuse_shown(r);
  UPDATE wiki.revision_content x SET content = NULL, redacted_reason = said
  WHERE x.revision_id = r.id AND x.content IS NOT NULL;
  IF NOT FOUND THEN
    PERFORM wiki.refuse('Conflict', 'The content of this version was taken out already.');
  END IF;
  INSERT INTO wiki.redaction (revision_id, reason, decided_by) VALUES (r.id, said, rider);
  INSERT INTO wiki.audit_log (actor, action, entity_id, detail)
  VALUES (rider, 'revision.redact', r.entity_id, jsonb_build_object('revision', r.id, 'reason', said));
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', r.id);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.redact_revision(jsonb, jsonb) IS 'Empties the content of a revision, which is not undone. Admins. Input: id, reason.';
