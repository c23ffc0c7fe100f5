-- The use case behind Mutation.resolveFlag.
CREATE FUNCTION api.resolve_flag(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rider uuid;
  f wiki.flag;
  outcome CONSTANT text := input ->> 'outcome';
  answer CONSTANT text := nullif(btrim(input ->> 'note'), '');
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
    PERFORM wiki.refuse('Unauthorized', 'Only moderators decide about reports.');
  END IF;
  IF outcome IS NULL OR outcome NOT IN ('ACCEPTED', 'REJECTED') THEN
    PERFORM wiki.refuse('InvalidInput', 'outcome is ACCEPTED or REJECTED.', '{"field": "outcome"}');
  END IF;
  SELECT * INTO f FROM wiki.flag x WHERE x.id = (input ->> 'id')::uuid FOR UPDATE;
  IF NOT FOUND THEN
    PERFORM wiki.refuse('NotFound', 'There is no such report.');
  END IF;
  IF f.state <> 'OPEN' THEN
    PERFORM wiki.refuse('Conflict', format('This report is decided already: it was %s.', lower(f.state)), jsonb_build_object('state', f.state));
  END IF;
  WITH decided AS (
    UPDATE wiki.flag x SET state = outcome, decided_at = clock_timestamp(), decided_by = rider, decision_note = answer
    WHERE x.id = f.id OR (coalesce((input ->> 'alike')::boolean, false) AND x.state = 'OPEN'
      AND x.entity_id = f.entity_id AND x.revision_id IS NOT DISTINCT FROM f.revision_id)
    RETURNING x.id, x.entity_id, x.reason, x.revision_id
  )
  INSERT INTO wiki.audit_log (actor, action, entity_id, detail)
  SELECT rider, CASE outcome WHEN 'ACCEPTED' THEN 'flag.accept' ELSE 'flag.reject' END, d.entity_id,
    jsonb_strip_nulls(jsonb_build_object('flag', d.id, 'reason', d.reason, 'revision', d.revision_id, 'note', answer))
  FROM decided d;
  RETURN QUERY SELECT true, NULL::text, NULL::text, jsonb_build_object('id', f.id);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.resolve_flag(jsonb, jsonb) IS 'Closes a report, and all others of the same when alike is true. Moderators. Input: id, outcome, note, alike.';
