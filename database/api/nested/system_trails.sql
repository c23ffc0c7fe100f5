CREATE FUNCTION api.system_trails(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY c.name, c.id), '[]')
  FROM (
    SELECT c.*
    FROM api.trail_system_row x
    JOIN api.trail_cards(actor, lang) c ON c.id = x.trail_id
    WHERE x.system_id = system_trails.id
    ORDER BY c.name, c.id
    LIMIT 60
  ) AS c
$$;
COMMENT ON FUNCTION api.system_trails(uuid, text, jsonb) IS 'Trails of a system by name, the first 60.';
