CREATE FUNCTION wiki.record_decision(rider uuid, p wiki.proposal, decision text, more jsonb DEFAULT '{}') RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO wiki.audit_log (actor, action, entity_id, detail)
  VALUES (rider, 'proposal.' || decision, p.entity_id, jsonb_strip_nulls(jsonb_build_object(
    'proposal', p.id, 'state', p.state, 'author', p.author, 'note', p.decision_note, 'revision', p.revision_id)) || more);
  INSERT INTO wiki.outbox (topic, entity_id, entity_kind, revision_id, visibility)
  SELECT 'proposal', e.id, e.kind, p.revision_id, e.visibility
  FROM wiki.entity e
  WHERE e.id = p.entity_id;
  -- What was not taken is nobody's business any more; what was is the trail's line.
  DELETE FROM wiki.proposal_line x WHERE x.proposal_id = p.id AND p.state NOT IN ('OPEN', 'HELD')
$$;
COMMENT ON FUNCTION wiki.record_decision(uuid, wiki.proposal, text, jsonb) IS 'Audit row and event of what happened to a proposal: create, accept, reject or withdraw.';
