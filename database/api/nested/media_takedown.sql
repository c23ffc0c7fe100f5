CREATE FUNCTION api.media_takedown(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT json_build_object(
    'state', CASE WHEN t.media_id IS NULL THEN 'NONE' WHEN e.state = 'TAKEN_DOWN' THEN 'TAKEN_DOWN' ELSE 'REQUESTED' END,
    'reason', t.reason,
    'at', to_char(t.decided_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  FROM api.entity_row e
  LEFT JOIN api.media_takedown_row t ON t.media_id = e.id AND api.is_moderator(actor)
  WHERE e.id = media_takedown.id
$$;
COMMENT ON FUNCTION api.media_takedown(uuid, text, jsonb) IS 'What moderators know of a wish to take a photo or film down; for others there is none.';
