CREATE FUNCTION api.system_access_points(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY c.name, c.id), '[]')
  FROM (
    SELECT c.*
    FROM api.access_point_system_row x
    JOIN api.access_point_cards(actor, lang) c ON c.id = x.access_point_id
    WHERE x.system_id = system_access_points.id
    ORDER BY c.name, c.id
    LIMIT 30
  ) AS c
$$;
COMMENT ON FUNCTION api.system_access_points(uuid, text, jsonb) IS 'Access points of a system by name, the first 30.';
