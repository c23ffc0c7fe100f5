CREATE FUNCTION api.guide_regions(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY x.position), '[]')
  FROM api.guide_region_row x
  JOIN api.region_cards(actor, lang) c ON c.id = x.region_id
  WHERE x.guide_id = guide_regions.id
$$;
COMMENT ON FUNCTION api.guide_regions(uuid, text, jsonb) IS 'Regions of a guide, in its order.';
