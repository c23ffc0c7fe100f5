CREATE FUNCTION wiki.get_system_region_ids(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT coalesce(jsonb_agg(x.region_id ORDER BY x.position), '[]')
    FROM wiki.system_region x
    WHERE x.system_id = get_system_region_ids.id
  );
END
$$;
COMMENT ON FUNCTION wiki.get_system_region_ids(uuid) IS 'Regions of a system as a revision keeps them.';
