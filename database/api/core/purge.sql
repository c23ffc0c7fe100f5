-- Whatever hangs on the entity by a key that cascades goes, of whatever kind it is; the
-- entity itself stays as the record that there was something, with the envelopes of its
-- history, whose content and comments go.
CREATE FUNCTION wiki.purge(rider uuid, e wiki.entity, reason text) RETURNS integer
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  remark wiki.entity;
  dependent record;
  emptied integer;
BEGIN
  -- Tips and notices about it that were put away say nothing without it.
  FOR remark IN
    SELECT x.* FROM wiki.entity x
    JOIN wiki.reference r ON r.source_id = x.id AND r.target_id = e.id
    WHERE wiki.is_remark(x.kind) AND x.state = 'ARCHIVED' AND x.purged_at IS NULL
    ORDER BY x.id
    FOR NO KEY UPDATE OF x
  LOOP
    PERFORM wiki.purge(rider, remark, reason);
  END LOOP;

  FOR dependent IN
    SELECT c.conrelid::regclass AS relation, a.attname
    FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = 'wiki.entity'::regclass AND c.confdeltype = 'c'
    ORDER BY c.conrelid::regclass::text
  LOOP
    EXECUTE format('DELETE FROM %s WHERE %I = $1', dependent.relation, dependent.attname) USING e.id;
  END LOOP;
  DELETE FROM wiki.search_document x WHERE x.entity_id = e.id;

  INSERT INTO wiki.redaction (revision_id, reason, decided_by)
  SELECT r.id, purge.reason, rider
  FROM wiki.revision r
  JOIN wiki.revision_content c ON c.revision_id = r.id
  WHERE r.entity_id = e.id AND c.content IS NOT NULL
  ORDER BY r.number;
  GET DIAGNOSTICS emptied = ROW_COUNT;
  UPDATE wiki.revision_content c SET content = NULL, redacted_reason = purge.reason
  FROM wiki.revision r
  WHERE r.id = c.revision_id AND r.entity_id = e.id AND c.content IS NOT NULL;
  INSERT INTO wiki.hidden_revision (revision_id, reason, hidden_by)
  SELECT r.id, purge.reason, rider FROM wiki.revision r WHERE r.entity_id = e.id
  ON CONFLICT ON CONSTRAINT hidden_revision_pkey DO NOTHING;

  DELETE FROM wiki.proposal_line x USING wiki.proposal p WHERE x.proposal_id = p.id AND p.entity_id = e.id;
  UPDATE wiki.proposal p SET patch = '{}', comment = NULL, decision_note = NULL, left_out = NULL,
    state = CASE WHEN p.state IN ('OPEN', 'HELD') THEN 'REJECTED' ELSE p.state END,
    decided_at = coalesce(p.decided_at, clock_timestamp()), decided_by = coalesce(p.decided_by, rider)
  WHERE p.entity_id = e.id;

  UPDATE wiki.entity x SET purged_at = now(), protected_until = NULL WHERE x.id = e.id;
  INSERT INTO wiki.outbox (topic, entity_id, entity_kind, visibility) VALUES ('purge', e.id, e.kind, 'HIDDEN');
  INSERT INTO wiki.audit_log (actor, action, entity_id, detail)
  VALUES (rider, lower(e.kind) || '.purge', e.id, jsonb_build_object('version', e.version, 'emptied', emptied, 'reason', reason));
  RETURN emptied;
END
$$;
COMMENT ON FUNCTION wiki.purge(uuid, wiki.entity, text) IS 'Erases an entity for good, with the archived tips and notices about it; how many versions were emptied. The caller has looked at who may and who names it.';
