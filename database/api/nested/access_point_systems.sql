CREATE FUNCTION api.access_point_systems(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY x.position), '[]')
  FROM api.access_point_system_row x
  JOIN api.system_cards(actor, lang) c ON c.id = x.system_id
  WHERE x.access_point_id = access_point_systems.id AND api.sees_place(actor, c.visibility)
$$;
COMMENT ON FUNCTION api.access_point_systems(uuid, text, jsonb) IS 'Systems that an access point leads to, in its order; of none whose place the caller doesn''t see, since this would tell it.';
