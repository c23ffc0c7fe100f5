CREATE FUNCTION api.entity_season(id uuid, lang text, actor jsonb) RETURNS SETOF json
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(json_agg(json_build_object(
    'month', x.month, 'verdict', x.verdict, 'reason', x.reason, 'basis', x.basis) ORDER BY x.month), '[]')
  FROM api.season_month_row x
  WHERE x.entity_id = entity_season.id AND x.zone_id IS NULL
$$;
COMMENT ON FUNCTION api.entity_season(uuid, text, jsonb) IS 'Season of a system or route by month.';
