CREATE FUNCTION wiki.get_guide_route_ids(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT coalesce(jsonb_agg(x.route_id ORDER BY x.position), '[]')
    FROM wiki.guide_route x
    WHERE x.guide_id = get_guide_route_ids.id
  );
END
$$;
COMMENT ON FUNCTION wiki.get_guide_route_ids(uuid) IS 'Routes of a guide as a revision keeps them.';
