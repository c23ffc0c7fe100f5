CREATE FUNCTION api.comment_edited(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT to_json(EXISTS (SELECT FROM api.revision_row r WHERE r.entity_id = comment_edited.id AND r.kind IN ('EDIT', 'REVERT')))
$$;
COMMENT ON FUNCTION api.comment_edited(uuid, text, jsonb) IS 'Whether the author of a comment has changed it since he wrote it.';
