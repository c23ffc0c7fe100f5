CREATE FUNCTION api.proposal_nodes(actor jsonb)
RETURNS TABLE (id uuid, entity_id uuid, state text, author uuid, created_at timestamptz, node json)
LANGUAGE sql STABLE
AS $$
  SELECT p.id, p.entity_id, p.state, p.author, p.created_at, json_build_object(
    'id', p.id, 'entityKind', p.entity_kind, 'entityId', p.entity_id,
    'entityName', coalesce((SELECT n.name FROM api.entity_name_row n WHERE n.id = p.entity_id), ''),
    'baseVersion', p.base_version, 'patch', p.patch, 'lang', p.lang,
    'author', (SELECT to_json(c) FROM api.rider_cards(actor, 'en') c WHERE c.id = p.author),
    'state', p.state, 'comment', p.comment,
    'createdAt', to_char(p.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'decidedAt', to_char(p.decided_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'decidedBy', (SELECT to_json(c) FROM api.rider_cards(actor, 'en') c WHERE c.id = p.decided_by),
    'decisionNote', p.decision_note,
    'leftOut', coalesce(p.left_out, '{}'),
    'outdated', p.state IN ('OPEN', 'HELD') AND p.base_version < e.version)
  FROM api.proposal_row p
  JOIN api.entity_row e ON e.id = p.entity_id
  WHERE api.can_read(actor, e.state, e.visibility, e.created_by)
    -- A patch may name the place that readers of the name only don't see.
    AND (api.sees_place(actor, e.visibility) OR p.author = api.rider_id(actor))
$$;
COMMENT ON FUNCTION api.proposal_nodes(jsonb) IS 'Every proposal the caller may read, as Proposal.';
