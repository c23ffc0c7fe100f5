-- The use case behind Mutation.acceptProposal: the change is published as its author's.
CREATE FUNCTION api.accept_proposal(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rider uuid;
  e wiki.entity;
  p wiki.proposal;
  base jsonb;
  now_ jsonb;
  changed text[];
  version integer;
  d_message text;
  d_hint text;
  d_detail text;
  d_schema text;
  d_table text;
  d_constraint text;
  d_column text;
BEGIN
  rider := wiki.writer(actor);
  p := wiki.open_proposal(actor, rider, input, 'accept');
  SELECT * INTO e FROM wiki.entity x WHERE x.id = p.entity_id FOR NO KEY UPDATE;
  IF e.state IN ('ARCHIVED', 'TAKEN_DOWN') THEN
    PERFORM wiki.refuse('Archived', format('This %s is %s; restore it first.', wiki.kind_name(e.kind), CASE e.state WHEN 'ARCHIVED' THEN 'archived' ELSE 'taken down' END));
  END IF;

  -- A field that somebody else changed since the author read it, to something else
  -- than he wants, is a conflict; other fields may have moved on.
  base := coalesce(wiki.content_at(e.id, NULL, p.base_version), '{}') || coalesce(wiki.content_at(e.id, p.lang, p.base_version), '{}');
  now_ := wiki.content_now(e.kind, e.id, p.lang);
  SELECT array_agg(k.key ORDER BY k.key) INTO changed
  FROM jsonb_each(p.patch) AS k (key, wanted)
  WHERE wiki.normal_value(coalesce(now_ -> k.key, 'null')) <> wiki.normal_value(coalesce(base -> k.key, 'null'))
    AND wiki.normal_value(coalesce(now_ -> k.key, 'null')) <> wiki.normal_value(k.wanted);
  IF changed IS NOT NULL THEN
    PERFORM wiki.refuse('Conflict',
      format('Changed by others since the proposal was made: %s.', array_to_string(changed, ', ')),
      jsonb_build_object('fields', changed, 'baseVersion', p.base_version, 'currentVersion', e.version));
  END IF;

  version := e.version;
  PERFORM wiki.patch_entity(e.kind, e.id, p.lang, p.patch);
  IF p.patch ? 'line' THEN
    PERFORM wiki.put_trail_line(e.id, CASE WHEN p.patch -> 'line' = 'null' THEN 'null'
      ELSE (SELECT x.coordinates FROM wiki.proposal_line x WHERE x.proposal_id = p.id) END);
  END IF;
  e := wiki.record_change(actor, p.author, e.id, 'EDIT', p.lang, p.comment);
  -- Null when others have made the same change meanwhile.
  p.revision_id := (SELECT r.id FROM wiki.revision r WHERE r.entity_id = e.id AND r.number = e.version AND e.version > version);
  p.state := 'ACCEPTED';
  UPDATE wiki.proposal x SET state = p.state, decided_at = p.decided_at, decided_by = p.decided_by,
    decision_note = p.decision_note, revision_id = p.revision_id
  WHERE x.id = p.id;
  PERFORM wiki.record_decision(rider, p, 'accept');
  RETURN QUERY SELECT true, NULL::text, NULL::text,
    jsonb_build_object('id', p.id, 'entityId', e.id, 'version', e.version, 'revisionId', p.revision_id);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.accept_proposal(jsonb, jsonb) IS 'Publishes a proposal. Moderators. Input: id, note.';
