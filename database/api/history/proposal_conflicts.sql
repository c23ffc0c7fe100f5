-- Reads what accepting would refuse, which needs the tables that the API has no right to.
CREATE FUNCTION api.proposal_conflicts(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  e wiki.entity;
  p wiki.proposal;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  SELECT * INTO p FROM wiki.proposal x WHERE x.id = (input ->> 'id')::uuid;
  SELECT * INTO e FROM wiki.entity x WHERE x.id = p.entity_id;
  IF NOT coalesce(api.can_read(actor, e.state, e.visibility, e.created_by) AND api.sees_place(actor, e.visibility)
      AND p.state IN ('OPEN', 'HELD'), false) THEN
    RETURN QUERY SELECT true, NULL::text, NULL::text, '[]'::jsonb;
    RETURN;
  END IF;
  -- As text: a word of a rider's may look like JSON, and must not be read as such.
  RETURN QUERY SELECT true, NULL::text, NULL::text, coalesce(jsonb_agg(s.side || jsonb_build_object(
    'base', nullif(s.side -> 'base', 'null')::text, 'theirs', nullif(s.side -> 'theirs', 'null')::text,
    'yours', nullif(s.side -> 'yours', 'null')::text) ORDER BY s.n), '[]')
  FROM jsonb_array_elements(wiki.conflict_data(e.kind, e.id, p.lang, p.base_version, p.patch) -> 'sides') WITH ORDINALITY AS s (side, n);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.proposal_conflicts(jsonb, jsonb) IS 'Fields of a waiting proposal that others changed meanwhile to something else, as FieldConflict; none where the caller may not read it. Input: id.';
