CREATE FUNCTION wiki.get_route_legs(id uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
      'kind', x.kind, 'trailId', x.trail_id, 'upliftId', x.uplift_id, 'fromM', x.from_m, 'toM', x.to_m, 'direction', x.direction,
      'purpose', x.purpose, 'notes', x.notes, 'alternatives', x.alternatives) ORDER BY x.position), '[]')
    FROM wiki.route_leg x
    WHERE x.route_id = get_route_legs.id
  );
END
$$;
COMMENT ON FUNCTION wiki.get_route_legs(uuid) IS 'Legs of a route as a revision keeps them.';
