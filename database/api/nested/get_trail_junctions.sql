CREATE FUNCTION wiki.get_trail_junctions(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT coalesce(jsonb_agg(jsonb_build_object('trailId', x.other_id, 'atM', x.at_m, 'otherAtM', x.other_at_m)
      ORDER BY x.position), '[]')
    FROM wiki.trail_junction x
    WHERE x.trail_id = get_trail_junctions.id
  );
END
$$;
COMMENT ON FUNCTION wiki.get_trail_junctions(uuid) IS 'Junctions of a trail as a revision keeps them.';
