CREATE FUNCTION api.route_systems(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY x.position), '[]')
  FROM api.route_system_row x
  JOIN api.system_cards(actor, lang) c ON c.id = x.system_id
  WHERE x.route_id = route_systems.id
$$;
COMMENT ON FUNCTION api.route_systems(uuid, text, jsonb) IS 'Systems of a route, the first one where it starts.';
