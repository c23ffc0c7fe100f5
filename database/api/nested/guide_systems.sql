CREATE FUNCTION api.guide_systems(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY x.position), '[]')
  FROM api.guide_system_row x
  JOIN api.system_cards(actor, lang) c ON c.id = x.system_id
  WHERE x.guide_id = guide_systems.id
$$;
COMMENT ON FUNCTION api.guide_systems(uuid, text, jsonb) IS 'Systems of a guide, in its order.';
