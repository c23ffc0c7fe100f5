-- The use case behind Mutation.acceptProposal: the change is published as its author's,
-- rebased on what others published meanwhile. Fields that both changed to something else
-- are refused with both sides, until the moderator says which of them stands.
CREATE FUNCTION api.accept_proposal(actor jsonb, input jsonb)
RETURNS TABLE (ok boolean, error_type text, message text, data jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rider uuid;
  e wiki.entity;
  p wiki.proposal;
  kept text[];
  overwritten text[];
  looked_at integer;
  unknown text;
  wanted jsonb;
  data_ jsonb;
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

  looked_at := (input ->> 'expectedVersion')::integer;
  kept := wiki.check_strings('keep', input -> 'keep', 60);
  overwritten := wiki.check_strings('overwrite', input -> 'overwrite', 60);
  SELECT string_agg(left(f, 40), ', ' ORDER BY f) INTO unknown FROM unnest(kept || overwritten) AS f WHERE NOT p.patch ? f;
  IF unknown IS NOT NULL THEN
    PERFORM wiki.refuse('InvalidInput', format('The proposal doesn''t change %s.', left(unknown, 200)), '{"field": "keep"}');
  END IF;
  IF kept && overwritten THEN
    PERFORM wiki.refuse('InvalidInput', 'A field is either kept or overwritten, not both.', '{"field": "overwrite"}');
  END IF;
  IF overwritten <> '{}' AND (looked_at IS NULL OR looked_at NOT BETWEEN p.base_version AND e.version) THEN
    PERFORM wiki.refuse('InvalidInput', 'expectedVersion is required to overwrite: the version of the page that you looked at.', '{"field": "expectedVersion"}');
  END IF;
  wanted := p.patch - kept;
  IF wanted = '{}' THEN
    PERFORM wiki.refuse('InvalidInput', 'Nothing of the proposal is left to publish. Reject it instead.', '{"field": "keep"}');
  END IF;

  -- What is overwritten was looked at in a later version; what came after that is
  -- a conflict again.
  data_ := wiki.conflict_data(e.kind, e.id, p.lang, p.base_version, wanted - overwritten);
  IF data_ -> 'fields' = '[]' AND overwritten <> '{}' THEN
    data_ := wiki.conflict_data(e.kind, e.id, p.lang, looked_at, wanted - ARRAY(SELECT k FROM jsonb_object_keys(wanted) AS k WHERE k <> ALL (overwritten)));
  END IF;
  IF data_ -> 'fields' <> '[]' THEN
    PERFORM wiki.refuse('Conflict',
      format('Changed by others since the proposal was made: %s.',
        (SELECT string_agg(f, ', ') FROM jsonb_array_elements_text(data_ -> 'fields') AS f)),
      data_ || jsonb_build_object('baseVersion', p.base_version, 'currentVersion', e.version));
  END IF;
  wanted := wanted - coalesce((
    SELECT array_agg(m.field) FROM wiki.merge_sides(e.kind, e.id, p.lang, p.base_version, wanted) AS m
    WHERE m.moved AND NOT m.touched), '{}');

  version := e.version;
  PERFORM wiki.patch_entity(e.kind, e.id, p.lang, wanted);
  IF wanted ? 'line' THEN
    PERFORM wiki.put_trail_line(e.id, CASE WHEN wanted -> 'line' = 'null' THEN 'null'
      ELSE (SELECT x.coordinates FROM wiki.proposal_line x WHERE x.proposal_id = p.id) END);
  END IF;
  e := wiki.record_change(actor, p.author, e.id, 'EDIT', p.lang, p.comment);
  -- Null when others have made the same change meanwhile.
  p.revision_id := (SELECT r.id FROM wiki.revision r WHERE r.entity_id = e.id AND r.number = e.version AND e.version > version);
  p.state := 'ACCEPTED';
  p.left_out := nullif(kept, '{}');
  UPDATE wiki.proposal x SET state = p.state, decided_at = p.decided_at, decided_by = p.decided_by,
    decision_note = p.decision_note, revision_id = p.revision_id, left_out = p.left_out
  WHERE x.id = p.id;
  PERFORM wiki.record_decision(rider, p, 'accept', jsonb_strip_nulls(jsonb_build_object(
    'leftOut', p.left_out, 'overwritten', nullif(overwritten, '{}'))));
  RETURN QUERY SELECT true, NULL::text, NULL::text,
    jsonb_build_object('id', p.id, 'entityId', e.id, 'version', e.version, 'revisionId', p.revision_id);
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS
    d_message = MESSAGE_TEXT, d_hint = PG_EXCEPTION_HINT, d_detail = PG_EXCEPTION_DETAIL,
    d_schema = SCHEMA_NAME, d_table = TABLE_NAME, d_constraint = CONSTRAINT_NAME, d_column = COLUMN_NAME;
  RETURN QUERY SELECT x.* FROM wiki.explain_error(SQLSTATE, d_message, d_hint, d_detail, d_schema, d_table, d_constraint, d_column) x;
END
$$;
COMMENT ON FUNCTION api.accept_proposal(jsonb, jsonb) IS 'Publishes a proposal. Moderators. Input: id, note, keep and overwrite (fields), expectedVersion.';
