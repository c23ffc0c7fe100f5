CREATE FUNCTION wiki.set_guide_route_ids(id uuid, value jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ids CONSTANT uuid[] := wiki.check_ids('routeIds', value, 12, 'ROUTE');
BEGIN
  DELETE FROM wiki.guide_route x WHERE x.guide_id = set_guide_route_ids.id;
  INSERT INTO wiki.guide_route (guide_id, route_id, position)
  SELECT set_guide_route_ids.id, i.id, i.n
  FROM unnest(ids) WITH ORDINALITY AS i (id, n);
END
$$;
COMMENT ON FUNCTION wiki.set_guide_route_ids(uuid, jsonb) IS 'Replaces the routes of a guide.';
