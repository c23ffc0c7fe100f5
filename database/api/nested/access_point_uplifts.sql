CREATE FUNCTION api.access_point_uplifts(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY c.name, c.id), '[]')
  FROM (
    SELECT c.*
    FROM api.uplift_row u
    JOIN api.uplift_cards(actor, lang) c ON c.id = u.id
    -- Of an uplift whose name only is shown, it isn't told where it stops.
    WHERE (u.from_id = access_point_uplifts.id OR u.to_id = access_point_uplifts.id) AND api.sees_place(actor, u.visibility)
    ORDER BY c.name, c.id
    LIMIT 20
  ) AS c
$$;
COMMENT ON FUNCTION api.access_point_uplifts(uuid, text, jsonb) IS 'Uplifts that leave or arrive at an access point, by name, the first 20.';
