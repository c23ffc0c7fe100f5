CREATE FUNCTION api.revision_nodes(actor jsonb, with_content boolean)
RETURNS TABLE (id uuid, entity_id uuid, lang text, number integer, created_at timestamptz, previous_id uuid, node json)
LANGUAGE sql STABLE
AS $$
  SELECT r.id, r.entity_id, r.lang, r.number, r.created_at, r.previous_id, json_build_object(
    'id', r.id, 'entityKind', r.entity_kind, 'entityId', r.entity_id, 'number', r.number, 'lang', r.lang, 'kind', r.kind,
    'author', (SELECT to_json(c) FROM api.rider_cards(actor, 'en') c WHERE c.id = r.author),
    'createdAt', to_char(r.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'comment', r.comment, 'size', r.size, 'licence', r.licence,
    -- What was once written of a place tells where it is, so all of it is kept back.
    'content', CASE WHEN with_content AND api.sees_place(actor, e.visibility) THEN r.content END,
    'redactedReason', CASE WHEN api.sees_place(actor, e.visibility) THEN r.redacted_reason
      ELSE 'Not shown: only the name is public.' END,
    'hidden', r.hidden, 'previousId', r.previous_id)
  FROM api.revision_row r
  JOIN api.history_row e ON e.id = r.entity_id
  WHERE api.can_read(actor, e.state, e.visibility, e.created_by)
$$;
COMMENT ON FUNCTION api.revision_nodes(jsonb, boolean) IS 'Every revision the caller may read, as Revision; content is left out unless asked for.';
