CREATE FUNCTION api.trip_places(days jsonb) RETURNS TABLE (id uuid)
LANGUAGE sql STABLE
AS $$
  WITH named AS (
    SELECT DISTINCT i.id::uuid AS id
    FROM jsonb_array_elements(days) AS d (v)
    CROSS JOIN LATERAL jsonb_array_elements_text(d.v -> 'systemIds' || (d.v -> 'routeIds')) AS i (id)
  )
  SELECT n.id FROM named n
  UNION
  SELECT l.trail_id FROM named n JOIN api.route_leg_row l ON l.route_id = n.id WHERE l.trail_id IS NOT NULL
$$;
COMMENT ON FUNCTION api.trip_places(jsonb) IS 'Systems and routes of a plan, and the trails of these routes.';
