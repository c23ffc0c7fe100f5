CREATE FUNCTION wiki.get_access_point_system_ids(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT coalesce(jsonb_agg(x.system_id ORDER BY x.position), '[]')
    FROM wiki.access_point_system x
    WHERE x.access_point_id = get_access_point_system_ids.id
  );
END
$$;
COMMENT ON FUNCTION wiki.get_access_point_system_ids(uuid) IS 'Systems of an access point as a revision keeps them.';
