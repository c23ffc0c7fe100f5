CREATE FUNCTION wiki.set_route_access_point_ids(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ids CONSTANT uuid[] := wiki.check_ids('accessPointIds', value, 6, 'ACCESS_POINT');
BEGIN
  DELETE FROM wiki.route_access_point x WHERE x.route_id = set_route_access_point_ids.id;
  INSERT INTO wiki.route_access_point (route_id, access_point_id, position)
  SELECT set_route_access_point_ids.id, i.id, i.n
  FROM unnest(ids) WITH ORDINALITY AS i (id, n);
END
$$;
COMMENT ON FUNCTION wiki.set_route_access_point_ids(uuid, jsonb) IS 'Replaces the places where a route can be begun.';
