-- Brings back what one revision says: its facts, or its texts of one language. Riders
-- can't revert what they couldn't edit.
CREATE FUNCTION api.revert_entity(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rider uuid;
  e wiki.entity;
  r wiki.revision;
  said jsonb;
  patch jsonb;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  SELECT * INTO r FROM wiki.revision x WHERE x.id = (input ->> 'revisionId')::uuid AND x.entity_id = (input ->> 'id')::uuid;
  IF NOT FOUND THEN
    PERFORM wiki.refuse('NotFound', 'There is no such revision of it.');
  END IF;
  e := wiki.open_entity(actor, rider, r.entity_kind, r.entity_id, (input ->> 'expectedVersion')::integer, 'update');
  SELECT c.content INTO said
  FROM wiki.revision_content c
  WHERE c.revision_id = r.id AND NOT EXISTS (SELECT FROM wiki.hidden_revision h WHERE h.revision_id = r.id);
  IF said IS NULL OR NOT api.sees_place(actor, e.visibility) THEN
    PERFORM wiki.refuse('InvalidInput', 'The content of this revision is not shown, so it can''t be brought back.');
  END IF;
  -- Absent in a revision means empty, in a patch it means unchanged. Only fields of
  -- the same chain are meant: those that stand in it, then or now.
  SELECT jsonb_object_agg(f.field, coalesce(said -> f.field, 'null')) INTO patch
  FROM unnest(wiki.updatable_fields(e.kind)) AS f (field)
  WHERE said ? f.field
    OR CASE WHEN r.lang IS NULL THEN wiki.facts_of(e.kind, e.id) ELSE coalesce(wiki.texts_of(e.kind, e.id, r.lang), '{}') END ? f.field;
  IF patch IS NULL THEN
    PERFORM wiki.refuse('InvalidInput', 'This revision says nothing that could be brought back.');
  END IF;
  PERFORM wiki.refuse_careful(actor, e, patch);
  PERFORM wiki.patch_entity(e.kind, e.id, coalesce(r.lang, e.original_lang), patch);
  e := wiki.record_change(actor, rider, e.id, 'REVERT', coalesce(r.lang, e.original_lang),
    coalesce(nullif(btrim(input ->> 'comment'), ''), format('Back to version %s', r.number)));
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', e.id, 'version', e.version);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.revert_entity(jsonb, jsonb) IS 'Makes an entity say again what a revision of it says; a new revision. Input: id, expectedVersion, revisionId, comment.';
