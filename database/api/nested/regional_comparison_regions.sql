CREATE FUNCTION api.regional_comparison_regions(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY x.position), '[]')
  FROM api.regional_comparison_region_row x
  JOIN api.region_cards(actor, lang) c ON c.id = x.region_id
  WHERE x.regional_comparison_id = regional_comparison_regions.id
$$;
COMMENT ON FUNCTION api.regional_comparison_regions(uuid, text, jsonb) IS 'Regions of a regional comparison, in its order.';
