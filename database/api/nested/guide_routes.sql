CREATE FUNCTION api.guide_routes(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY x.position), '[]')
  FROM api.guide_route_row x
  JOIN api.route_cards(actor, lang) c ON c.id = x.route_id
  WHERE x.guide_id = guide_routes.id
$$;
COMMENT ON FUNCTION api.guide_routes(uuid, text, jsonb) IS 'Routes of a guide, in its order.';
