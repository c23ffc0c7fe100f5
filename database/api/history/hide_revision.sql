-- The use case behind Mutation.hideRevision. Content and comment stay where they are and
-- can be shown again; nobody reads, compares or brings them back meanwhile.
CREATE FUNCTION api.hide_revision(actor jsonb, input jsonb)
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
  IF NOT api.is_moderator(actor) THEN
    PERFORM wiki.refuse('Unauthorized', 'Only moderators can hide a version.');
  END IF;
  said := wiki.required_reason(input);
  r := wiki.lock_revision(actor, (input ->> 'id')::uuid);
  PERFORM wiki.refuse_shown(r);
  INSERT INTO wiki.hidden_revision (revision_id, reason, hidden_by)
  SELECT c.revision_id, said, rider FROM wiki.revision_content c WHERE c.revision_id = r.id AND c.content IS NOT NULL
  ON CONFLICT ON CONSTRAINT hidden_revision_pkey DO NOTHING;
  IF NOT FOUND THEN
    PERFORM wiki.refuse('Conflict', 'This version isn''t shown already.');
  END IF;
  INSERT INTO wiki.audit_log (actor, action, entity_id, detail)
  VALUES (rider, 'revision.hide', r.entity_id, jsonb_build_object('revision', r.id, 'reason', said));
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', r.id);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.hide_revision(jsonb, jsonb) IS 'Takes a version out of sight: its content and comment. Moderators. Input: id, reason.';
