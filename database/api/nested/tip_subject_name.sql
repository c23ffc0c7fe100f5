CREATE FUNCTION api.tip_subject_name(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT to_json(coalesce((
    SELECT n.name
    FROM api.tip_row t
    JOIN api.entity_row e ON e.id = t.subject_id
    JOIN api.entity_name_row n ON n.id = t.subject_id
    WHERE t.id = tip_subject_name.id AND api.can_read(actor, e.state, e.visibility, e.created_by)), '(not shown)'))
$$;
COMMENT ON FUNCTION api.tip_subject_name(uuid, text, jsonb) IS 'Name of what a tip is about; (not shown) for who may not know of it.';
