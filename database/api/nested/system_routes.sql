CREATE FUNCTION api.system_routes(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY c.name, c.id), '[]')
  FROM (
    SELECT c.*
    FROM api.route_system_row x
    JOIN api.route_cards(actor, lang) c ON c.id = x.route_id
    WHERE x.system_id = system_routes.id
    ORDER BY c.name, c.id
    LIMIT 30
  ) AS c
$$;
COMMENT ON FUNCTION api.system_routes(uuid, text, jsonb) IS 'Routes of a system by name, the first 30.';
