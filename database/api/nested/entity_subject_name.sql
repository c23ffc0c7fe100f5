CREATE FUNCTION api.entity_subject_name(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT to_json(coalesce((
    SELECT n.name
    FROM api.remark_row r
    JOIN api.entity_row e ON e.id = r.subject_id
    JOIN api.entity_name_row n ON n.id = r.subject_id
    WHERE r.id = entity_subject_name.id AND api.can_read(actor, e.state, e.visibility, e.created_by)), '(not shown)'))
$$;
COMMENT ON FUNCTION api.entity_subject_name(uuid, text, jsonb) IS 'Name of what a remark is about; (not shown) for who may not know of it.';
