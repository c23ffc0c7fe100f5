CREATE FUNCTION api.route_access_points(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY x.position), '[]')
  FROM api.route_access_point_row x
  JOIN api.access_point_cards(actor, lang) c ON c.id = x.access_point_id
  WHERE x.route_id = route_access_points.id
$$;
COMMENT ON FUNCTION api.route_access_points(uuid, text, jsonb) IS 'Places where a route can be begun, in its order.';
