CREATE FUNCTION wiki.get_route_access_point_ids(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT coalesce(jsonb_agg(x.access_point_id ORDER BY x.position), '[]')
    FROM wiki.route_access_point x
    WHERE x.route_id = get_route_access_point_ids.id
  );
END
$$;
COMMENT ON FUNCTION wiki.get_route_access_point_ids(uuid) IS 'Places where a route can be begun as a revision keeps them.';
