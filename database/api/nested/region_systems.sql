CREATE FUNCTION api.region_systems(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY c.name, c.id), '[]')
  FROM (
    SELECT c.*
    FROM api.system_region_row x
    JOIN api.system_cards(actor, lang) c ON c.id = x.system_id
    WHERE x.region_id = region_systems.id
    ORDER BY c.name, c.id
    LIMIT 60
  ) AS c
$$;
COMMENT ON FUNCTION api.region_systems(uuid, text, jsonb) IS 'Systems of a region by name, the first 60.';
