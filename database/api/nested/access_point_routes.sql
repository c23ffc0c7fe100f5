CREATE FUNCTION api.access_point_routes(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY c.name, c.id), '[]')
  FROM (
    SELECT c.*
    FROM api.route_access_point_row x
    JOIN api.route_cards(actor, lang) c ON c.id = x.route_id
    WHERE x.access_point_id = access_point_routes.id AND api.sees_place(actor, c.visibility)
    ORDER BY c.name, c.id
    LIMIT 30
  ) AS c
$$;
COMMENT ON FUNCTION api.access_point_routes(uuid, text, jsonb) IS 'Routes that can be begun at an access point, by name, the first 30.';
