CREATE FUNCTION api.trail_has_line(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT to_json(EXISTS (SELECT FROM api.trail_line_row x WHERE x.trail_id = trail_has_line.id)
    AND EXISTS (SELECT FROM api.entity_row e WHERE e.id = trail_has_line.id AND api.sees_place(actor, e.visibility)))
$$;
COMMENT ON FUNCTION api.trail_has_line(uuid, text, jsonb) IS 'Whether there is a line that the reader may see.';
