CREATE FUNCTION api.route_access_point_ids(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(x.access_point_id ORDER BY x.position), '[]')
  FROM api.route_access_point_row x
  JOIN api.entity_row e ON e.id = x.access_point_id
  WHERE x.route_id = route_access_point_ids.id AND api.can_read(actor, e.state, e.visibility, e.created_by)
$$;
COMMENT ON FUNCTION api.route_access_point_ids(uuid, text, jsonb) IS 'Ids of the places where a route can be begun, in its order.';
