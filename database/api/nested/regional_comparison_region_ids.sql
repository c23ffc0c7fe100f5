CREATE FUNCTION api.regional_comparison_region_ids(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(x.region_id ORDER BY x.position), '[]')
  FROM api.regional_comparison_region_row x
  JOIN api.entity_row e ON e.id = x.region_id
  WHERE x.regional_comparison_id = regional_comparison_region_ids.id AND api.can_read(actor, e.state, e.visibility, e.created_by)
$$;
COMMENT ON FUNCTION api.regional_comparison_region_ids(uuid, text, jsonb) IS 'Ids of the regions of a regional comparison, in its order.';
