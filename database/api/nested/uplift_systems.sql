CREATE FUNCTION api.uplift_systems(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY x.position), '[]')
  FROM api.uplift_system_row x
  JOIN api.system_cards(actor, lang) c ON c.id = x.system_id
  WHERE x.uplift_id = uplift_systems.id AND api.sees_place(actor, c.visibility)
$$;
COMMENT ON FUNCTION api.uplift_systems(uuid, text, jsonb) IS 'Systems that an uplift serves, in its order; of none whose place the caller doesn''t see, since this would tell it.';
