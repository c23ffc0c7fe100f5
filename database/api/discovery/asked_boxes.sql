CREATE FUNCTION api.asked_boxes(west double precision, south double precision, east double precision, north double precision,
  lat double precision, lon double precision, radius_km double precision)
RETURNS TABLE (box box)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT b.box FROM api.near_boxes(lat, lon, radius_km) b WHERE radius_km IS NOT NULL
  UNION ALL
  SELECT box(point(west, south), point(CASE WHEN west <= east THEN east ELSE 180 END, north)) WHERE radius_km IS NULL
  UNION ALL
  SELECT box(point(-180, south), point(east, north)) WHERE radius_km IS NULL AND west > east
$$;
COMMENT ON FUNCTION api.asked_boxes(double precision, double precision, double precision, double precision, double precision, double precision, double precision) IS 'Boxes of longitude and latitude that a list is asked for: those around a point when there is a radius, else the one given, in two when it crosses the antimeridian.';
