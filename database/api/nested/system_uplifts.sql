CREATE FUNCTION api.system_uplifts(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY c.name, c.id), '[]')
  FROM (
    SELECT c.*
    FROM api.uplift_system_row x
    JOIN api.uplift_cards(actor, lang) c ON c.id = x.uplift_id
    WHERE x.system_id = system_uplifts.id
    ORDER BY c.name, c.id
    LIMIT 20
  ) AS c
$$;
COMMENT ON FUNCTION api.system_uplifts(uuid, text, jsonb) IS 'Uplifts of a system by name, the first 20.';
