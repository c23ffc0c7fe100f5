CREATE FUNCTION api.region_comparisons(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(to_json(c) ORDER BY c.name, c.id), '[]')
  FROM (
    SELECT c.*
    FROM api.regional_comparison_region_row x
    JOIN api.regional_comparison_cards(actor, lang) c ON c.id = x.regional_comparison_id
    WHERE x.region_id = region_comparisons.id
    ORDER BY c.name, c.id
    LIMIT 6
  ) AS c
$$;
COMMENT ON FUNCTION api.region_comparisons(uuid, text, jsonb) IS 'Comparisons of a region with others by title, at most 6.';
