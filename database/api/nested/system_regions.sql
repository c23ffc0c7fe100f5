CREATE FUNCTION api.system_regions(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY x.position), '[]')
  FROM api.system_region_row x
  JOIN api.region_cards(actor, lang) c ON c.id = x.region_id
  WHERE x.system_id = system_regions.id
$$;
COMMENT ON FUNCTION api.system_regions(uuid, text, jsonb) IS 'Regions of a system, the primary one first.';
