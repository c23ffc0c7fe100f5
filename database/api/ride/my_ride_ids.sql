CREATE FUNCTION api.my_ride_ids(actor jsonb, trail uuid, system uuid, archived boolean)
RETURNS TABLE (id uuid, sort_day date)
LANGUAGE sql STABLE
AS $$
  SELECT r.id, r.sort_day
  FROM api.ride_row r
  WHERE r.rider_id = api.rider_id(actor)
    AND r.archived = coalesce(my_ride_ids.archived, false)
    AND (my_ride_ids.trail IS NULL OR r.trail_id = my_ride_ids.trail)
    -- Where a trail lies is no longer told of one that isn't shown.
    AND (my_ride_ids.system IS NULL OR EXISTS (
      SELECT
      FROM api.trail_system_row s
      JOIN api.entity_row e ON e.id = s.trail_id
      WHERE s.trail_id = r.trail_id AND s.system_id = my_ride_ids.system
        AND e.state = 'PUBLISHED' AND api.can_read(actor, e.state, e.visibility, e.created_by)))
$$;
COMMENT ON FUNCTION api.my_ride_ids(jsonb, uuid, uuid, boolean) IS 'The caller''s own rides by trail, system, and whether they are put away; null: any, and not put away.';
