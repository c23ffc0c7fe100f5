-- The use case behind Mutation.unhideRevision.
CREATE FUNCTION api.unhide_revision(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rider uuid;
  r wiki.revision;
  was text;
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
    PERFORM wiki.refuse('Unauthorized', 'Only moderators can show a hidden version.');
  END IF;
  said := wiki.required_reason(input);
  r := wiki.lock_revision(actor, (input ->> 'id')::uuid);
  DELETE FROM wiki.hidden_revision h
  USING wiki.revision_content c
  WHERE h.revision_id = r.id AND c.revision_id = r.id AND c.content IS NOT NULL
  RETURNING h.reason INTO was;
  IF was IS NULL THEN
    PERFORM wiki.refuse('Conflict', 'This version isn''t hidden, or its content was taken out for good.');
  END IF;
  INSERT INTO wiki.audit_log (actor, action, entity_id, detail)
  VALUES (rider, 'revision.unhide', r.entity_id, jsonb_build_object('revision', r.id, 'reason', said, 'hiddenFor', was));
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', r.id);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.unhide_revision(jsonb, jsonb) IS 'Shows a hidden version again. Moderators. Input: id, reason.';
