CREATE FUNCTION wiki.get_regional_comparison_region_ids(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT coalesce(jsonb_agg(x.region_id ORDER BY x.position), '[]')
    FROM wiki.regional_comparison_region x
    WHERE x.regional_comparison_id = get_regional_comparison_region_ids.id
  );
END
$$;
COMMENT ON FUNCTION wiki.get_regional_comparison_region_ids(uuid) IS 'Regions of a regional comparison as a revision keeps them.';
