CREATE FUNCTION api.flag_nodes(actor jsonb)
RETURNS TABLE (id uuid, entity_id uuid, rider_id uuid, reason text, state text, created_at timestamptz, node json)
LANGUAGE sql STABLE
AS $$
  SELECT f.id, f.entity_id, f.rider_id, f.reason, f.state, f.created_at, json_build_object(
    'id', f.id, 'entityKind', f.entity_kind, 'entityId', f.entity_id,
    -- What was hidden since is no longer called by its name to who reported it.
    'entityName', coalesce((
      SELECT n.name
      FROM api.entity_row e
      JOIN api.entity_name_row n ON n.id = e.id
      WHERE e.id = f.entity_id AND api.can_read(actor, e.state, e.visibility, e.created_by)), '(not shown)'),
    'revisionId', f.revision_id, 'reason', f.reason, 'note', f.note, 'state', f.state,
    'createdAt', to_char(f.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'reporter', (SELECT to_json(c) FROM api.rider_cards(actor, 'en') c WHERE c.id = f.rider_id),
    'decidedAt', to_char(f.decided_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'decidedBy', (SELECT to_json(c) FROM api.rider_cards(actor, 'en') c WHERE c.id = f.decided_by),
    'decisionNote', f.decision_note,
    'alike', CASE WHEN api.is_moderator(actor) THEN (
      SELECT count(*)
      FROM api.flag_row x
      WHERE x.entity_id = f.entity_id AND x.revision_id IS NOT DISTINCT FROM f.revision_id AND x.state = 'OPEN' AND x.id <> f.id) ELSE 0 END)
  FROM api.flag_row f
  WHERE api.is_moderator(actor) OR f.rider_id = api.rider_id(actor)
$$;
COMMENT ON FUNCTION api.flag_nodes(jsonb) IS 'Reports that the caller may read, as Flag: all for moderators, for riders their own.';
