CREATE FUNCTION api.merge_list(actor jsonb, entity uuid)
RETURNS TABLE (node json)
LANGUAGE sql STABLE
AS $$
  SELECT json_build_object(
    'id', g.id, 'entityKind', g.kind, 'name', coalesce((SELECT n.name FROM api.entity_name_row n WHERE n.id = g.id), ''),
    'intoId', t.id, 'intoName', coalesce((SELECT n.name FROM api.entity_name_row n WHERE n.id = t.id), ''),
    'intoSlug', (SELECT a.slug FROM api.slug_row a WHERE a.owner_id = t.id AND a.current AND a.lang = t.original_lang),
    'mergedAt', to_char(r.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'mergedBy', (SELECT to_json(c) FROM api.rider_cards(actor, 'en') c WHERE c.id = r.author),
    'comment', r.comment)
  FROM api.entity_row g
  JOIN api.entity_row t ON t.id = g.merged_into
  JOIN api.history_row h ON h.id = g.id
  CROSS JOIN LATERAL (
    SELECT x.created_at, x.author, x.comment FROM api.revision_row x
    WHERE x.entity_id = g.id AND x.kind = 'MERGE' ORDER BY x.number DESC LIMIT 1
  ) AS r
  WHERE (g.merged_into = merge_list.entity OR g.id = merge_list.entity)
    AND api.can_read(actor, h.state, h.visibility, h.created_by)
  ORDER BY r.created_at DESC, g.id
  LIMIT 50
$$;
COMMENT ON FUNCTION api.merge_list(jsonb, uuid) IS 'What was merged into an entity, and what it was itself merged into, as MergedEntity; the newest 50.';
