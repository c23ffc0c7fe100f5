CREATE FUNCTION api.system_trail_count(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT to_json(count(*))
  FROM api.trail_system_row x
  JOIN api.entity_row e ON e.id = x.trail_id
  WHERE x.system_id = system_trail_count.id AND e.state = 'PUBLISHED' AND api.can_read(actor, e.state, e.visibility, e.created_by)
$$;
COMMENT ON FUNCTION api.system_trail_count(uuid, text, jsonb) IS 'How many published trails of a system the caller may know of.';
